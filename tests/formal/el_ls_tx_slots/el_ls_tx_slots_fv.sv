// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_ls_tx_slots: a slot is handed out once until it comes back, and none is ever lost.

`include "el_assert.svh"

module el_ls_tx_slots_fv (
  input logic       clk_i,
  input logic       rst_i,
  input logic       take_i,
  input logic       give_valid_i,
  input logic [1:0] give_slot_i
);

  logic       avail, take;
  logic [1:0] slot;
  logic [2:0] free_count;
  logic [3:0] held_q;  // slots that are out
  logic       started_q = 1'b0;

  assign take = take_i && avail;

  el_ls_tx_slots #(
    .Slots(4)
  ) u_dut (
    .clk_i,
    .rst_i,
    .avail_o     (avail),
    .slot_o      (slot),
    .take_i      (take),
    .free_count_o(free_count),
    .give_valid_i,
    .give_slot_i
  );

  // Environment: reset in the first cycle; only a slot that is out comes back.
  always_ff @(posedge clk_i) started_q <= 1'b1;
  always_comb if (!started_q) StartsInReset_M: assume (rst_i);
  `EL_ASSUME(GivesWhatIsOut_M, !give_valid_i || held_q[give_slot_i])

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      held_q <= '0;
    end else begin
      if (give_valid_i) held_q[give_slot_i] <= 1'b0;
      if (take) held_q[slot] <= 1'b1;
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(HandedOutOnce_A, !take || !held_q[slot])
  `EL_ASSERT(NoneIsLost_A, avail == (held_q != '1))
  `EL_ASSERT(CountIsExact_A, free_count == 3'd4 - 3'(held_q[0]) - 3'(held_q[1]) - 3'(held_q[2]) -
                                           3'(held_q[3]))
  `EL_COVER(AllOutAndOneBack_C, held_q == '1 && give_valid_i)

endmodule : el_ls_tx_slots_fv
