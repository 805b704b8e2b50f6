// SPDX-License-Identifier: Apache-2.0
//
// Timers of one common period: a FIFO of deadlines, at most one entry for each id.
//
// Latency: an id armed in cycle n is due at n + 1 + period. One arm and one visit a cycle.
// Since the period is constant, the FIFO is sorted and only its head is compared with the time.
// The user decides at a visit whether the id is armed anew (keep) or forgotten.
// docs/reference/rtl-interfaces.md "Clock, reset, time".

`include "el_assert.svh"

module el_ls_tx_deadlines #(
  parameter  int unsigned Ids   = 64,           // timers
  parameter  int unsigned Depth = 2 * Ids,      // a power of two, above the number of ids in use
  localparam int unsigned IdW   = $clog2(Ids)
) (
  input  logic                    clk_i,
  input  logic                    rst_i,
  input  el_pkg::cycles_t         now_i,
  input  logic [23:0]             period_i,     // cycles, quasi-static

  input  logic                    arm_valid_i,  // does nothing when the id is armed
  input  logic [IdW-1:0]          arm_id_i,

  output logic                    due_valid_o,
  output logic [IdW-1:0]          due_id_o,
  input  logic                    due_take_i,
  input  logic                    due_keep_i,

  output el_pkg::cycles_t         deadline_o,
  output logic                    busy_o
);

  localparam int unsigned EntryW = el_pkg::TimeW + IdW;

  logic [Ids-1:0]    armed_q;
  logic              arm_v_q;
  logic [IdW-1:0]    arm_id_q;
  logic              arm_new, push, head_v, full_n;
  logic [EntryW-1:0] head;
  logic [IdW-1:0]    push_id;
  logic [$clog2(Depth):0] unused_count;
  el_pkg::cycles_t   head_time;

  assign head_time   = head[EntryW-1:IdW];
  assign due_id_o    = head[IdW-1:0];
  assign due_valid_o = head_v && !arm_new && el_pkg::time_reached(now_i, head_time);
  assign deadline_o  = head_v ? head_time : el_pkg::NoDeadline;
  assign busy_o      = arm_v_q;

  // An arm is looked at one cycle late, so that it sees a visit of the same cycle.
  assign arm_new = arm_v_q && !armed_q[arm_id_q];
  assign push    = arm_new || (due_take_i && due_keep_i);
  assign push_id = arm_new ? arm_id_q : due_id_o;

  el_fifo #(
    .Width(EntryW),
    .Depth(Depth)
  ) u_fifo (
    .clk_i,
    .rst_i,
    .in_valid_i (push),
    .in_ready_o (full_n),
    .in_data_i  ({now_i + el_pkg::cycles_t'(period_i), push_id}),
    .out_valid_o(head_v),
    .out_ready_i(due_take_i),
    .out_data_o (head),
    .count_o    (unused_count)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      arm_v_q <= 1'b0;
      armed_q <= '0;
    end else begin
      arm_v_q <= arm_valid_i;
      if (arm_new) armed_q[arm_id_q] <= 1'b1;
      else if (due_take_i && !due_keep_i) armed_q[due_id_o] <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (arm_valid_i) arm_id_q <= arm_id_i;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(TakeOnlyDue_A, !due_take_i || due_valid_o)
  `EL_ASSERT(NeverFull_A, !push || full_n)

endmodule : el_ls_tx_deadlines
