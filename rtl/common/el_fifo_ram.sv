// SPDX-License-Identifier: Apache-2.0
//
// First-word-fall-through FIFO whose words live in block RAM.
//
// Latency 2 cycles, throughput 1 word a cycle at any fill, storage Depth words.
// The output is the RAM's read register: the oldest word is prefetched into it.

`include "el_assert.svh"

module el_fifo_ram #(
  parameter  int unsigned Width = 64,              // bits of a word, >= 1
  parameter  int unsigned Depth = 64,              // words, a power of two, >= 2
  localparam int unsigned CntW  = $clog2(Depth) + 1
) (
  input  logic             clk_i,
  input  logic             rst_i,

  // Upstream; in_ready_o depends on flops only.
  input  logic             in_valid_i,
  output logic             in_ready_o,
  input  logic [Width-1:0] in_data_i,

  // Downstream; valid comes from a flop, data from the RAM's output register.
  output logic             out_valid_o,
  input  logic             out_ready_i,
  output logic [Width-1:0] out_data_o,

  output logic [CntW-1:0]  count_o  // words inside
);

  localparam int unsigned PtrW = $clog2(Depth);

  if (Depth < 2 || (Depth & (Depth - 1)) != 0) begin : gen_bad_depth
    $error("el_fifo_ram: Depth must be a power of two, at least 2, and is %0d", Depth);
  end

  logic [CntW-1:0] count_q;    // words inside, the prefetched one included
  logic [PtrW-1:0] wptr_q, rptr_q;
  logic            out_valid_q;
  logic            push, pop, read;

  assign in_ready_o  = count_q != CntW'(Depth);
  assign out_valid_o = out_valid_q;
  assign count_o     = count_q;

  assign push = in_valid_i && in_ready_o;
  assign pop  = out_valid_q && out_ready_i;

  // Prefetch when the output register is free or being emptied and the RAM holds another word.
  assign read = (!out_valid_q || pop) && count_q != CntW'(out_valid_q);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      count_q     <= '0;
      wptr_q      <= '0;
      rptr_q      <= '0;
      out_valid_q <= 1'b0;
    end else begin
      if (push != pop) count_q <= push ? count_q + CntW'(1) : count_q - CntW'(1);
      if (push) wptr_q <= wptr_q + PtrW'(1);
      if (read) rptr_q <= rptr_q + PtrW'(1);
      if (read) out_valid_q <= 1'b1;
      else if (pop) out_valid_q <= 1'b0;
    end
  end

  el_ram_1r1w #(
    .Width(Width),
    .Depth(Depth)
  ) u_ram (
    .clk_i,
    .rst_i,
    .we_i   (push),
    .waddr_i(wptr_q),
    .wdata_i(in_data_i),
    .re_i   (read),
    .raddr_i(rptr_q),
    .rdata_o(out_data_o)
  );

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(CountInRange_A, count_q <= CntW'(Depth))
  `EL_ASSERT(OutputCounts_A, !out_valid_q || count_q != '0)
  `EL_ASSERT_NEXT(OutputHeldWhenStalled_A, out_valid_o && !out_ready_i,
                  out_valid_o && out_data_o == $past(out_data_o))

endmodule : el_fifo_ram
