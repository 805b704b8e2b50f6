// SPDX-License-Identifier: Apache-2.0
//
// First-word-fall-through FIFO of flops or distributed memory.
//
// Latency 1 cycle, throughput 1 word a cycle at any fill, storage Depth words.
// The oldest word sits in a register of its own: out_valid_o and out_data_o come from flops.

`include "el_assert.svh"

module el_fifo #(
  parameter  int unsigned Width = 64,              // bits of a word, >= 1
  parameter  int unsigned Depth = 4,               // words, a power of two, >= 2
  localparam int unsigned CntW  = $clog2(Depth) + 1
) (
  input  logic             clk_i,
  input  logic             rst_i,

  // Upstream; in_ready_o depends on flops only.
  input  logic             in_valid_i,
  output logic             in_ready_o,
  input  logic [Width-1:0] in_data_i,

  // Downstream; valid and data come straight from flops.
  output logic             out_valid_o,
  input  logic             out_ready_i,
  output logic [Width-1:0] out_data_o,

  output logic [CntW-1:0]  count_o  // words inside
);

  localparam int unsigned PtrW = $clog2(Depth);

  if (Depth < 2 || (Depth & (Depth - 1)) != 0) begin : gen_bad_depth
    $error("el_fifo: Depth must be a power of two, at least 2, and is %0d", Depth);
  end

  logic [Width-1:0] mem_q [Depth];
  logic [Width-1:0] out_data_q;
  logic [CntW-1:0]  count_q;
  logic [PtrW-1:0]  wptr_q, rptr_q;
  logic             push, pop, out_load, bypass;

  assign in_ready_o  = count_q != CntW'(Depth);
  assign out_valid_o = count_q != '0;
  assign out_data_o  = out_data_q;
  assign count_o     = count_q;

  assign push = in_valid_i && in_ready_o;
  assign pop  = out_valid_o && out_ready_i;

  // A word goes straight to the output register when nothing older waits in the memory.
  assign bypass   = push && (count_q == '0 || (count_q == CntW'(1) && pop));
  assign out_load = pop && count_q > CntW'(1);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      count_q <= '0;
      wptr_q  <= '0;
      rptr_q  <= '0;
    end else begin
      if (push != pop) count_q <= push ? count_q + CntW'(1) : count_q - CntW'(1);
      if (push && !bypass) wptr_q <= wptr_q + PtrW'(1);
      if (out_load) rptr_q <= rptr_q + PtrW'(1);
    end
  end

  // Data has no reset: it is read only while it counts.
  always_ff @(posedge clk_i) begin
    if (push && !bypass) mem_q[wptr_q] <= in_data_i;
    if (bypass) out_data_q <= in_data_i;
    else if (out_load) out_data_q <= mem_q[rptr_q];
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(CountInRange_A, count_q <= CntW'(Depth))
  `EL_ASSERT(PointersMatchCount_A,
             PtrW'(wptr_q - rptr_q) == ((count_q == '0) ? '0 : PtrW'(count_q - CntW'(1))))
  `EL_ASSERT_NEXT(OutputHeldWhenStalled_A, out_valid_o && !out_ready_i,
                  out_valid_o && out_data_o == $past(out_data_o))

endmodule : el_fifo
