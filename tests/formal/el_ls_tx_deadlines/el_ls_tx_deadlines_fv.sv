// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_ls_tx_deadlines: a timer is due at its time, neither before nor after, and once.
//
// proof.toml makes time 6 bits wide, so that it wraps.

`include "el_assert.svh"

module el_ls_tx_deadlines_fv (
  input logic                   clk_i,
  input logic                   rst_i,
  input logic                   arm_valid_i,
  input logic                   arm_id_i,
  input logic                   due_take_i,
  input logic                   due_keep_i
);

  el_pkg::cycles_t now_q, deadline;
  logic [2:0]      period_q;  // an arbitrary period: not reset, never changed
  logic            due_valid, due_id, take, busy;
  logic            started_q = 1'b0;

  logic            who_q;     // an arbitrary timer: not reset, never changed
  logic            armed_q;   // it runs
  logic            asked_q;   // an arm of the cycle before
  el_pkg::cycles_t at_q;      // when it is due
  logic [1:0]      idle_q;    // cycles that something is due and not taken

  assign take = due_take_i && due_valid;

  el_ls_tx_deadlines #(
    .Ids  (2),
    .Depth(4)
  ) u_dut (
    .clk_i,
    .rst_i,
    .now_i      (now_q),
    .period_i   (24'(period_q)),
    .arm_valid_i,
    .arm_id_i,
    .due_valid_o(due_valid),
    .due_id_o   (due_id),
    .due_take_i (take),
    .due_keep_i,
    .deadline_o (deadline),
    .busy_o     (busy)
  );

  // Environment: time runs; what is due is taken within 4 cycles.
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    who_q     <= who_q;
    period_q  <= period_q;
    now_q     <= now_q + el_pkg::cycles_t'(1);
    idle_q    <= (due_valid && !take && !rst_i) ? idle_q + 2'd1 : 2'd0;
  end
  always_comb if (!started_q) StartsInReset_M: assume (rst_i);
  `EL_ASSUME(TakesInTime_M, idle_q != 2'd3 || due_take_i)

  // An arm takes effect one cycle later, after a visit of that cycle.
  always_ff @(posedge clk_i) begin
    asked_q <= !rst_i && arm_valid_i && arm_id_i == who_q;
    if (rst_i) begin
      armed_q <= 1'b0;
    end else if (asked_q && !armed_q) begin
      armed_q <= 1'b1;
      at_q    <= now_q + el_pkg::cycles_t'(period_q);
    end else if (take && due_id == who_q) begin
      armed_q <= due_keep_i;
      at_q    <= now_q + el_pkg::cycles_t'(period_q);
    end
  end

  // The entries of the queue, oldest first, and the cycles since their times.
  logic [2:0]                      count;
  logic                            id0, id1;
  el_pkg::cycles_t                 time0, time1;
  logic signed [el_pkg::TimeW-1:0] age0, age1, idle, period;
  assign count        = u_dut.u_fifo.count_q;
  assign {time0, id0} = u_dut.u_fifo.out_data_q;
  assign {time1, id1} = u_dut.u_fifo.mem_q[u_dut.u_fifo.rptr_q];
  assign age0         = now_q - time0;
  assign age1         = now_q - time1;
  assign idle         = el_pkg::TimeW'(idle_q);
  assign period       = el_pkg::TimeW'(period_q);

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NotEarly_A, !(due_valid && due_id == who_q) ||
             (armed_q && el_pkg::time_reached(now_q, at_q)))
  // 4 cycles until the timer in front is taken, 4 until its arm hides what is due, 4 until taken;
  // one more because an entry is seen in the cycle after its arm, even when the period is 0.
  `EL_ASSERT(NotLate_A, !armed_q ||
             !el_pkg::time_reached(now_q, at_q + el_pkg::cycles_t'(13)))
  `EL_ASSERT(DueAtItsTime_A, !(armed_q && el_pkg::time_reached(now_q, at_q)) || due_valid || busy)
  `EL_ASSERT(DeadlineNotLater_A, !(armed_q && !busy) ||
             el_pkg::time_reached(at_q, deadline))
  // Steps of the proof.
  `EL_ASSERT(FollowsArms_A, asked_q == (u_dut.arm_v_q && u_dut.arm_id_q == who_q) &&
             armed_q == u_dut.armed_q[who_q])
  `EL_ASSERT(ArmedIsInside_A, count == 3'(u_dut.armed_q[0]) + 3'(u_dut.armed_q[1]) &&
             (count == '0 || u_dut.armed_q[id0]) && (count < 3'd2 || id1 != id0))
  `EL_ASSERT(TimeIsKept_A, !armed_q || ((id0 == who_q) ? time0 : time1) == at_q)
  `EL_ASSERT(InOrder_A, (count == '0 || age0 + period >= 0) &&
             (count < 3'd2 || (age1 + period >= 0 && age1 <= age0)))
  `EL_ASSERT(AgeIsBounded_A, (count != 3'd1 || age0 <= 5 + idle) &&
             (count < 3'd2 || (age0 <= 9 + idle && age1 <= 1 + idle)))
  `EL_COVER(KeptAndDueAgain_C, armed_q && $past(armed_q) && due_valid && due_id == who_q &&
            at_q == el_pkg::cycles_t'(2))

endmodule : el_ls_tx_deadlines_fv
