// SPDX-License-Identifier: Apache-2.0
//
// Memory with one write port with byte enables and one read port, inferred as block RAM.
//
// Read latency 1 cycle, one read and one write a cycle, storage Depth x Width bits.
// rdata_o changes only in the cycle after re_i and holds otherwise.
// A read in the cycle of a write to the same address returns the OLD word.
// Two equal forms: Verilator runs a masked merge with a full-word path, other tools see byte lanes.

`include "el_assert.svh"

module el_ram_1r1w_be #(
  parameter  int unsigned Width          = 64,    // bits of a word, a multiple of a lane
  parameter  int unsigned Depth          = 256,   // words, >= 2
  parameter  int unsigned BytesPerEnable = 1,     // bytes that one enable bit covers
  parameter  bit          InitZero       = 1'b0,  // initial contents are zero (else undefined)
  localparam int unsigned AddrW          = $clog2(Depth),
  localparam int unsigned LaneW          = 8 * BytesPerEnable,
  localparam int unsigned Lanes          = Width / LaneW
) (
  input  logic             clk_i,
  input  logic             rst_i,

  input  logic             we_i,
  input  logic [Lanes-1:0] wbe_i,
  input  logic [AddrW-1:0] waddr_i,
  input  logic [Width-1:0] wdata_i,

  input  logic             re_i,
  input  logic [AddrW-1:0] raddr_i,
  output logic [Width-1:0] rdata_o
);

  if (Depth < 2 || Width % LaneW != 0) begin : gen_bad_parameters
    $error("el_ram_1r1w_be: Depth %0d must be >= 2, Width %0d a multiple of %0d",
           Depth, Width, LaneW);
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
    if (re_i) rdata_q <= mem_q[raddr_i];
  end

`ifdef VERILATOR
  function automatic logic [Width-1:0] merge(logic [Width-1:0] old_word,
                                             logic [Width-1:0] new_word,
                                             logic [Lanes-1:0] enable);
    logic [Width-1:0] mask;
    for (int i = 0; i < int'(Lanes); i++) mask[i*LaneW +: LaneW] = {LaneW{enable[i]}};
    return (old_word & ~mask) | (new_word & mask);
  endfunction

  always_ff @(posedge clk_i) begin
    if (we_i) begin
      if (&wbe_i) mem_q[waddr_i] <= wdata_i;
      else mem_q[waddr_i] <= merge(mem_q[waddr_i], wdata_i, wbe_i);
    end
  end
`else
  always_ff @(posedge clk_i) begin
    for (int i = 0; i < int'(Lanes); i++) begin
      if (we_i && wbe_i[i]) mem_q[waddr_i][i*LaneW +: LaneW] <= wdata_i[i*LaneW +: LaneW];
    end
  end
`endif

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(WriteInRange_A, !we_i || 32'(waddr_i) < Depth)
  `EL_ASSERT(ReadInRange_A, !re_i || 32'(raddr_i) < Depth)

  logic unused_rst;  // reset serves the assertions only
  assign unused_rst = rst_i;

endmodule : el_ram_1r1w_be
