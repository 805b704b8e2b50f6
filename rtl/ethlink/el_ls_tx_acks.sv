// SPDX-License-Identifier: Apache-2.0
//
// Judges acknowledgements and runs the retransmission timers; owner of the acknowledged PSNs.
//
// One acknowledgement a cycle; a timer looks when none comes. A flow's timer looks four times per
// retransmission time, so that a loss is repaired after 1 to 1.25 of it. Any progress restarts the
// time and the count of retries; after the last retry the peer is reported down.
// EthLink specification section 2.

`include "el_assert.svh"

module el_ls_tx_acks #(
  parameter  el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned  PW  = $clog2(Cfg.Peers),
  localparam int unsigned  FW  = PW + 2
) (
  input  logic                        clk_i,
  input  logic                        rst_i,
  input  el_pkg::cycles_t             now_i,
  input  el_regs_pkg::csr_ls_timing_t timing_i,

  // Acknowledgement and window of a received frame
  input  logic                        ack_valid_i,
  input  logic [FW-1:0]               ack_flow_i,
  input  logic [15:0]                 ack_psn_i,
  input  logic                        ack_nack_i,
  input  logic                        win_valid_i,
  input  logic [PW-1:0]               win_peer_i,
  input  logic [7:0]                  win_i,

  // A frame of this flow was sent
  input  logic                        sent_valid_i,
  input  logic [FW-1:0]               sent_flow_i,
  input  logic                        clr_valid_i,    // the flow starts at PSN 0 again
  input  logic [FW-1:0]               clr_flow_i,

  // State of the flow that is looked at, answered in the same cycle
  output logic [FW-1:0]               look_flow_o,
  input  logic [15:0]                 look_sent_i,    // first PSN that was never sent
  input  logic [31:0]                 look_head_i,    // when the oldest frame was sent last
  input  logic                        look_rewind_i,  // a rewind is waiting
  input  logic                        look_up_i,

  // The flow has slots to free or is to be sent again
  output logic                        work_valid_o,
  output logic [FW-1:0]               work_flow_o,
  output logic                        work_rewind_o,

  output logic                        down_valid_o,
  input  logic                        down_ready_i,
  output logic [PW-1:0]               down_peer_o,

  // First PSN that is not acknowledged, window of the peer; answered in the same cycle
  input  logic [1:0][FW-1:0]          flow_i,
  output logic [1:0][15:0]            acked_o,
  output logic [1:0][7:0]             window_o,

  output logic                        cnt_timeout_o,
  output el_pkg::cycles_t             deadline_o,
  output logic                        busy_o
);

  localparam int unsigned Flows      = 2 ** FW;
  localparam logic [23:0] MinQuarter = 24'd8;   // cycles; keeps a timer of time 0 from spinning

  logic [15:0] acked_q [Flows];
  logic [31:0] progress_q [Flows];    // when the flow was acknowledged last
  logic [7:0]  tries_q [Flows];
  logic [7:0]  window_q [Cfg.Peers];

  logic          due_v, due_take, due_keep, look, waiting, expired, last_try, repeat_now;
  logic          progress, in_range;
  logic [FW-1:0] due_flow, flow;
  logic [15:0]   acked, out, got;
  logic [31:0]   now, head_age, progress_age;
  logic [23:0]   quarter;

  assign now     = now_i[31:0];
  assign quarter = ((timing_i.rto >> 2) < MinQuarter) ? MinQuarter : timing_i.rto >> 2;

  el_ls_tx_deadlines #(
    .Ids(Flows)
  ) u_timers (
    .clk_i,
    .rst_i,
    .now_i,
    .period_i   (quarter),
    .arm_valid_i(sent_valid_i),
    .arm_id_i   (sent_flow_i),
    .due_valid_o(due_v),
    .due_id_o   (due_flow),
    .due_take_i (due_take),
    .due_keep_i (due_keep),
    .deadline_o,
    .busy_o
  );

  assign flow        = ack_valid_i ? ack_flow_i : due_flow;
  assign look_flow_o = flow;
  assign acked       = acked_q[flow];
  assign out         = look_sent_i - acked;

  // An acknowledgement of frames that were sent: anything else is old or wrong and says nothing.
  assign got      = ack_psn_i + 16'd1 - acked;
  assign in_range = ack_valid_i && got <= out;
  assign progress = in_range && got != 16'd0;

  // A timer. A frame that could not be sent again yet is not lost.
  assign look         = due_v && !ack_valid_i && !clr_valid_i;
  assign head_age     = now - look_head_i;
  assign progress_age = now - progress_q[flow];
  assign waiting      = look_up_i && out != 16'd0;
  assign expired      = waiting && !look_rewind_i && head_age >= 32'(timing_i.rto)
                     && progress_age >= 32'(timing_i.rto);
  assign last_try     = tries_q[flow] >= timing_i.retries;
  assign due_take     = look && (!down_valid_o || down_ready_i);
  assign due_keep     = waiting && !down_valid_o;
  assign repeat_now   = look && expired && !last_try;
  assign down_valid_o = look && expired && last_try;
  assign down_peer_o  = flow[FW-1:2];

  assign work_valid_o  = (in_range && (progress || (ack_nack_i && out != 16'd0))) || repeat_now;
  assign work_flow_o   = flow;
  assign work_rewind_o = repeat_now || (ack_nack_i && got != out);

  always_ff @(posedge clk_i) begin
    if (progress) begin
      acked_q[flow]    <= ack_psn_i + 16'd1;
      progress_q[flow] <= now;
      tries_q[flow]    <= '0;
    end
    if (repeat_now) tries_q[flow] <= tries_q[flow] + 8'd1;
    if (clr_valid_i) begin
      acked_q[clr_flow_i]    <= '0;
      progress_q[clr_flow_i] <= now;
      tries_q[clr_flow_i]    <= '0;
    end
    if (win_valid_i) window_q[win_peer_i] <= win_i;
  end

  always_comb begin
    for (int i = 0; i < 2; i++) begin
      acked_o[i]  = acked_q[flow_i[i]];
      window_o[i] = window_q[flow_i[i][FW-1:2]];
    end
  end

  assign cnt_timeout_o = due_take && expired;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NeverBeyondSent_A, !progress || got <= out)
  `EL_ASSERT(NoAckOfClearedPeer_A,
             !clr_valid_i || !ack_valid_i || ack_flow_i[FW-1:2] != clr_flow_i[FW-1:2])
  `EL_ASSERT(OutstandingInRange_A, !ack_valid_i || 32'(out) <= Cfg.LsSlots)

endmodule : el_ls_tx_acks
