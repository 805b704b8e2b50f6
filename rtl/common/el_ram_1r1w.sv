// SPDX-License-Identifier: Apache-2.0
//
// Memory with one write port and one read port, in the form that every tool infers as block RAM.
//
// Read latency 1 cycle, one read and one write a cycle, storage Depth x Width bits.
// rdata_o changes only in the cycle after re_i and holds otherwise.
// A read in the cycle of a write to the same address returns the OLD word.
// Not reset; InitZero sets the initial contents of simulation and of an FPGA's bit stream to zero.

`include "el_assert.svh"

module el_ram_1r1w #(
  parameter  int unsigned Width    = 64,    // bits of a word, >= 1
  parameter  int unsigned Depth    = 256,   // words, >= 2
  parameter  bit          InitZero = 1'b0,  // initial contents are zero (else undefined)
  localparam int unsigned AddrW    = $clog2(Depth)
) (
  input  logic             clk_i,
  input  logic             rst_i,

  input  logic             we_i,
  input  logic [AddrW-1:0] waddr_i,
  input  logic [Width-1:0] wdata_i,

  input  logic             re_i,
  input  logic [AddrW-1:0] raddr_i,
  output logic [Width-1:0] rdata_o
);

  if (Depth < 2) begin : gen_bad_depth
    $error("el_ram_1r1w: Depth must be at least 2 and is %0d", Depth);
  end

  logic [Width-1:0] mem_q [Depth]  /*verilator tracing_off*/;
  logic [Width-1:0] rdata_q;

  assign rdata_o = rdata_q;

  if (InitZero) begin : gen_init
    initial begin
      for (int i = 0; i < int'(Depth); i++) mem_q[i] = '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (we_i) mem_q[waddr_i] <= wdata_i;
    if (re_i) rdata_q <= mem_q[raddr_i];
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(WriteInRange_A, !we_i || 32'(waddr_i) < Depth)
  `EL_ASSERT(ReadInRange_A, !re_i || 32'(raddr_i) < Depth)

  logic unused_rst;  // reset serves the assertions only
  assign unused_rst = rst_i;

endmodule : el_ram_1r1w
