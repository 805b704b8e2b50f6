// SPDX-License-Identifier: Apache-2.0
//
// Picks the flow that sends the next DATA frame, closes its slot and builds the frame's header.
//
// Latency 2 cycles from ready_valid_i to hdr_valid_o; one frame a cycle. Flows that may have work
// wait in a FIFO, each at most once, so they are served in turn without scanning; one whose
// priority is paused goes to its end. Go-back-N: a rewound flow sends again from its oldest
// unacknowledged frame. EthLink specification section 2.

`include "el_assert.svh"

module el_ls_tx_sched #(
  parameter  el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned  PW  = $clog2(Cfg.Peers),
  localparam int unsigned  FW  = PW + 2,
  localparam int unsigned  SW  = $clog2(Cfg.LsSlots)
) (
  input  logic                        clk_i,
  input  logic                        rst_i,
  input  logic [31:0]                 now_i,
  input  logic [7:0]                  paused_i,        // priorities that may not send
  input  el_regs_pkg::csr_ls_limits_t limits_i,
  input  el_pkg::port_cfg_t           port_cfg_i,

  // Flows that may have something to send; the second source waits for the first
  input  logic                        ready_valid_i,
  input  logic [FW-1:0]               ready_flow_i,
  input  logic                        poke_valid_i,
  output logic                        poke_ready_o,
  input  logic [FW-1:0]               poke_flow_i,
  input  logic                        poke_rewind_i,   // go back to the oldest unacknowledged frame
  input  logic                        clr_valid_i,     // the flow starts at PSN 0 again
  input  logic [FW-1:0]               clr_flow_i,

  // Flow at the head, answered in the same cycle
  output logic [FW-1:0]               flow_o,
  output logic [15:0]                 psn_o,
  input  logic                        up_i,
  input  el_ls_pkg::peer_t            peer_i,
  input  logic [15:0]                 una_i,
  input  logic [7:0]                  window_i,
  input  logic [15:0]                 end_i,
  input  logic [SW-1:0]               slot_i,
  input  logic [10:0]                 len_i,
  input  logic [7:0]                  cmds_i,
  input  logic                        open_i,
  output logic                        send_o,          // the slot goes out now
  // Acknowledgement that may ride along
  input  logic                        ack_stall_i,
  input  logic                        ack_valid_i,
  input  logic [1:0]                  ack_vc_i,
  input  logic [15:0]                 ack_psn_i,

  // Read job
  output logic                        job_valid_o,
  input  logic                        job_ready_i,
  output logic [SW-1:0]               job_slot_o,
  output logic [10:0]                 job_len_o,

  // Header client
  output logic                        hdr_valid_o,
  input  logic                        hdr_ready_i,
  output el_pkg::tx_hdr_t             hdr_o,

  // State of a flow for acknowledgements and timers, answered in the same cycle
  input  logic [FW-1:0]               look_flow_i,
  output logic [15:0]                 look_sent_o,     // first PSN that was never sent
  output logic [31:0]                 look_head_o,     // when the oldest frame was sent last
  output logic                        look_rewind_o,   // a rewind is waiting

  output logic                        cnt_resend_o,
  output logic                        busy_o
);

  localparam int unsigned Flows = 2 ** FW;

  logic [15:0] next_q [Flows];     // next PSN to send
  logic [15:0] sent_q [Flows];     // first PSN that was never sent
  logic [31:0] head_q [Flows];
  logic [Flows-1:0] rewind_q;
  logic [Flows-1:0] queued_q;   // in the FIFO or in the requeue register

  logic          fifo_push, fifo_ready, fifo_v, pop, requeue, re_v_q, hdr_v_q;
  logic [FW-1:0] fifo_in, flow, re_flow_q;
  logic [FW:0]   unused_count;
  logic          ready_push, poke_push, popped;
  logic [15:0]   psn, avail, flying;
  logic          can_send, blocked, held, send;

  assign psn    = (rewind_q[flow] || psn_before(next_q[flow], una_i)) ? una_i : next_q[flow];
  assign avail  = end_i - psn;
  assign flying = psn - una_i;
  assign can_send = up_i && avail != 16'd0 && !open_i
                 && (flying == 16'd0 || window_i == 8'hFF || flying < 16'(window_i));
  assign blocked  = (hdr_v_q && !hdr_ready_i) || !job_ready_i || ack_stall_i;
  assign held     = can_send && paused_i[el_ls_pkg::prio_of(flow[1:0])];
  assign pop      = fifo_v && !re_v_q && !clr_valid_i && (!can_send || held || !blocked);
  assign send     = pop && can_send && !held;
  assign requeue  = (send && avail > 16'd1) || (pop && held);
  assign popped   = pop && !requeue;

  function automatic logic psn_before(logic [15:0] a, logic [15:0] b);
    return el_ls_pkg::psn_before(a, b);
  endfunction

  // One push a cycle: new commands, then the control unit, then the flow that is not finished.
  assign ready_push   = ready_valid_i
                     && (!queued_q[ready_flow_i] || (popped && flow == ready_flow_i));
  assign poke_push    = poke_valid_i && !queued_q[poke_flow_i];
  // A poke of the flow that leaves the queue in this cycle comes a cycle later.
  assign poke_ready_o = !(ready_push && poke_push) && !(pop && flow == poke_flow_i);
  assign fifo_push    = ready_push || (poke_push && poke_ready_o) || re_v_q;
  assign fifo_in      = ready_push ? ready_flow_i
                      : (poke_push && poke_ready_o) ? poke_flow_i : re_flow_q;

  el_fifo #(
    .Width(FW),
    .Depth(Flows)
  ) u_ready (
    .clk_i,
    .rst_i,
    .in_valid_i (fifo_push),
    .in_ready_o (fifo_ready),
    .in_data_i  (fifo_in),
    .out_valid_o(fifo_v),
    .out_ready_i(pop),
    .out_data_o (flow),
    .count_o    (unused_count)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      re_v_q  <= 1'b0;
      hdr_v_q <= 1'b0;
      queued_q <= '0;
      rewind_q <= '0;
    end else begin
      if (requeue) re_v_q <= 1'b1;
      else if (!ready_push && !(poke_push && poke_ready_o)) re_v_q <= 1'b0;
      if (send) hdr_v_q <= 1'b1;
      else if (hdr_ready_i) hdr_v_q <= 1'b0;
      if (popped) queued_q[flow] <= 1'b0;
      if (poke_push && poke_ready_o) queued_q[poke_flow_i] <= 1'b1;
      if (ready_push) queued_q[ready_flow_i] <= 1'b1;
      if (send) rewind_q[flow] <= 1'b0;
      if (poke_valid_i && poke_ready_o && poke_rewind_i) rewind_q[poke_flow_i] <= 1'b1;
      if (clr_valid_i) rewind_q[clr_flow_i] <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (requeue) re_flow_q <= flow;
    if (send) begin
      next_q[flow] <= psn + 16'd1;
      if (!psn_before(psn, sent_q[flow])) sent_q[flow] <= psn + 16'd1;
      if (flying == 16'd0) head_q[flow] <= now_i;
    end
    if (clr_valid_i) begin
      next_q[clr_flow_i] <= '0;
      sent_q[clr_flow_i] <= '0;
    end
  end

  // Header
  function automatic el_pkg::tx_hdr_t data_hdr(logic [1:0] vc, logic [15:0] psn_v,
                                               logic [7:0] cmds);
    el_regs_pkg::rh_t rh;
    rh           = '0;
    rh.op        = 2'(el_regs_pkg::LsFrameOpData);
    rh.vc        = 4'(vc);
    rh.ack_valid = ack_valid_i;
    rh.ack_vc    = 4'(ack_vc_i);
    rh.ack_psn   = ack_psn_i;
    rh.pkey      = peer_i.pkey;
    rh.psn       = psn_v;
    rh.num_cmds  = cmds;
    rh.window    = limits_i.window;
    rh.epoch     = peer_i.own_epoch;
    return el_ls_pkg::frame_hdr(peer_i, port_cfg_i, limits_i.ttl, rh, len_i,
                                el_ls_pkg::prio_of(vc));
  endfunction

  el_pkg::tx_hdr_t hdr_q;
  always_ff @(posedge clk_i) begin
    if (send) hdr_q <= data_hdr(flow[1:0], psn, cmds_i);
  end

  assign hdr_valid_o   = hdr_v_q;
  assign hdr_o         = hdr_q;
  assign flow_o        = flow;
  assign psn_o         = psn;
  assign send_o        = send;
  assign job_valid_o   = send;
  assign job_slot_o    = slot_i;
  assign job_len_o     = len_i;
  assign look_sent_o   = sent_q[look_flow_i];
  assign look_head_o   = head_q[look_flow_i];
  assign look_rewind_o = rewind_q[look_flow_i];
  assign cnt_resend_o  = send && psn_before(psn, sent_q[flow]);
  assign busy_o        = fifo_v || re_v_q || hdr_v_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(FifoNeverFull_A, !fifo_push || fifo_ready)
  `EL_ASSERT(SendHasCommands_A, !send || (len_i != 11'd0 && cmds_i != 8'd0))

endmodule : el_ls_tx_sched
