// SPDX-License-Identifier: Apache-2.0
//
// Allocator of transmit slots: hands out each slot at most once until it comes back.
//
// Latency: slot_o is valid in the cycle of the request; one take and one give back a cycle.
// Storage Slots numbers. A slot that was never used comes from a counter, so nothing is filled
// at reset. EthLink specification section 2 (replay buffer).

`include "el_assert.svh"

module el_ls_tx_slots #(
  parameter  int unsigned Slots = 64,            // a power of two, >= 4
  localparam int unsigned SlotW = $clog2(Slots)
) (
  input  logic             clk_i,
  input  logic             rst_i,

  output logic             avail_o,      // slot_o may be taken
  output logic [SlotW-1:0] slot_o,
  input  logic             take_i,
  output logic [SlotW:0]   free_count_o,

  input  logic             give_valid_i,
  input  logic [SlotW-1:0] give_slot_i
);

  if (Slots < 4 || (Slots & (Slots - 1)) != 0) begin : gen_bad_slots
    $error("el_ls_tx_slots: Slots must be a power of two, at least 4, and is %0d", Slots);
  end

  logic [SlotW:0]   fresh_q, free_q, used_count;
  logic             used_valid, used_ready;
  logic [SlotW-1:0] used_slot;

  el_fifo #(
    .Width(SlotW),
    .Depth(Slots)
  ) u_used (
    .clk_i,
    .rst_i,
    .in_valid_i (give_valid_i),
    .in_ready_o (used_ready),
    .in_data_i  (give_slot_i),
    .out_valid_o(used_valid),
    .out_ready_i(take_i),
    .out_data_o (used_slot),
    .count_o    (used_count)
  );

  assign avail_o      = used_valid || !fresh_q[SlotW];
  assign slot_o       = used_valid ? used_slot : fresh_q[SlotW-1:0];
  assign free_count_o = free_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      fresh_q <= '0;
      free_q  <= (SlotW+1)'(Slots);
    end else begin
      if (take_i && !used_valid) fresh_q <= fresh_q + 1'b1;
      if (take_i != give_valid_i) free_q <= take_i ? free_q - 1'b1 : free_q + 1'b1;
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(TakeOnlyFree_A, !take_i || avail_o)
  `EL_ASSERT(NeverTooMany_A, !give_valid_i || (used_ready && 32'(free_q) < Slots))
  `EL_ASSERT(CountsAgree_A, free_q == used_count + ((SlotW+1)'(Slots) - fresh_q))

endmodule : el_ls_tx_slots
