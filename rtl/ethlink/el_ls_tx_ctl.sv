// SPDX-License-Identifier: Apache-2.0
//
// Acknowledgements and the frames that carry no commands: ACK, NACK, HELLO, HELLO_ACK.
//
// Latency 2 cycles from a request to hdr_valid_o; one frame a cycle. Each flow waits at most once
// in a FIFO; HELLO and HELLO_ACK use the entry {peer, 3}, HELLO first: the peer's answer to it must
// not come behind the data that a HELLO_ACK allows. Nothing is acknowledged to a peer that is not
// up: only then its epoch and the expected PSNs belong together. An owed acknowledgement rides on a
// DATA frame when one leaves first. An ACK of responses never rides on a request frame, and ACK
// frames travel as responses: behind a request that cannot be executed they could never free the
// slots that the request's own response waits for. A frame whose priority is paused goes to the end
// of the FIFO. EthLink specification section 2.

`include "el_assert.svh"

module el_ls_tx_ctl #(
  parameter  el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned  PW  = $clog2(Cfg.Peers),
  localparam int unsigned  FW  = PW + 2
) (
  input  logic                        clk_i,
  input  logic                        rst_i,
  input  el_pkg::cycles_t             now_i,
  input  el_regs_pkg::csr_ls_timing_t timing_i,
  input  logic [3:0]                  ttl_i,
  input  logic [7:0]                  window_i,
  input  el_pkg::port_cfg_t           port_cfg_i,
  input  logic [7:0]                  paused_i,       // priorities that may not send

  // A frame of this flow was accepted (owe), came twice (now), or one is missing (nack)
  input  logic                        owe_valid_i,
  input  logic [FW-1:0]               owe_flow_i,
  input  logic [15:0]                 owe_psn_i,      // expected PSN after the frame
  input  logic                        owe_now_i,
  input  logic                        owe_nack_i,
  // Control frames to a peer
  input  logic                        say_valid_i,
  input  logic [PW-1:0]               say_peer_i,
  input  logic                        say_hello_i,
  input  logic                        say_ack_i,
  input  logic [15:0]                 say_echo_i,     // epoch that the HELLO_ACK answers
  input  logic                        clr_valid_i,    // the flow starts at PSN 0 again
  input  logic [FW-1:0]               clr_flow_i,

  // Flow at the head, answered in the same cycle
  output logic [FW-1:0]               flow_o,
  input  el_ls_pkg::peer_t            peer_i,
  input  logic                        greet_i,        // HELLO and HELLO_ACK may be sent
  input  logic                        up_i,
  input  logic [15:0]                 expected_i,

  // Acknowledgement for a DATA frame of this flow; expected PSNs of its peer's VCs
  input  logic [FW-1:0]               ride_flow_i,
  input  logic [2:0][15:0]            ride_expected_i,
  input  logic                        ride_take_i,
  output logic                        ride_stall_o,   // no frame may be built in this cycle
  output logic                        ride_valid_o,
  output logic [1:0]                  ride_vc_o,
  output logic [15:0]                 ride_psn_o,

  // Header client without payload
  output logic                        hdr_valid_o,
  input  logic                        hdr_ready_i,
  output el_pkg::tx_hdr_t             hdr_o,

  output logic                        cnt_ack_o,
  output logic                        cnt_nack_o,
  output el_pkg::cycles_t             deadline_o,
  output logic                        busy_o
);

  localparam int unsigned Flows = 2 ** FW;

  logic [15:0] told_q [Flows];          // expected PSN that the peer was told last
  logic [Flows-1:0]     due_q;          // an acknowledgement is owed
  logic [Flows-1:0]     nack_q;
  logic [Flows-1:0]     queued_q;
  logic [Cfg.Peers-1:0] hello_q;
  logic [Cfg.Peers-1:0] reply_q;        // a HELLO_ACK is owed
  logic [15:0] echo_q [Cfg.Peers];

  // ---------------------------------------------------------------------------------------------
  // Queue of flows with a frame to send
  // ---------------------------------------------------------------------------------------------

  logic          late_v, late_take, late_busy, push_want, push, fifo_ready, fifo_v, pop, hdr_v_q;
  logic [FW-1:0] late_flow, push_flow, flow;
  logic [FW:0]   unused_count;
  logic          is_ctl, do_reply, do_hello, do_nack, do_ack, build, owe_push;
  logic          asks, held, turn, re_v_q, re_push, want_push;
  logic [FW-1:0] re_flow_q, want_flow;
  logic [2:0]    prio;
  logic [PW-1:0] peer;
  logic [15:0]   owed;

  el_ls_tx_deadlines #(
    .Ids  (Flows),
    .Depth(Flows)
  ) u_delay (
    .clk_i,
    .rst_i,
    .now_i,
    .period_i   (24'(timing_i.ack_delay)),
    .arm_valid_i(owe_valid_i && !owe_nack_i),
    .arm_id_i   (owe_flow_i),
    .due_valid_o(late_v),
    .due_id_o   (late_flow),
    .due_take_i (late_take),
    .due_keep_i (1'b0),
    .deadline_o,
    .busy_o     (late_busy)
  );

  assign owed      = owe_psn_i - told_q[owe_flow_i];
  assign owe_push  = owe_valid_i && (owe_now_i || owe_nack_i || owed >= 16'(timing_i.ack_frames));
  assign late_take = late_v && !owe_push && !say_valid_i;
  assign push_want = owe_push || say_valid_i || (late_take && due_q[late_flow]);
  assign want_flow = owe_push ? owe_flow_i : say_valid_i ? {say_peer_i, 2'd3} : late_flow;
  assign want_push = push_want
                  && (!queued_q[want_flow] || (pop && !turn && flow == want_flow));
  assign re_push   = re_v_q && !want_push;
  assign push      = want_push || re_push;
  assign push_flow = want_push ? want_flow : re_flow_q;

  el_fifo #(
    .Width(FW),
    .Depth(Flows)
  ) u_queue (
    .clk_i,
    .rst_i,
    .in_valid_i (push),
    .in_ready_o (fifo_ready),
    .in_data_i  (push_flow),
    .out_valid_o(fifo_v),
    .out_ready_i(pop),
    .out_data_o (flow),
    .count_o    (unused_count)
  );

  // ---------------------------------------------------------------------------------------------
  // The frame that the head of the queue asks for
  // ---------------------------------------------------------------------------------------------

  assign peer     = flow[FW-1:2];
  assign is_ctl   = flow[1:0] == 2'd3;
  assign do_hello = is_ctl && greet_i && hello_q[peer];
  assign do_reply = is_ctl && greet_i && reply_q[peer] && !do_hello;
  assign do_nack  = !is_ctl && up_i && nack_q[flow];
  assign do_ack   = !is_ctl && up_i && due_q[flow] && !do_nack;
  assign asks     = do_reply || do_hello || do_nack || do_ack;
  assign prio     = el_ls_pkg::prio_of(is_ctl ? el_ls_pkg::VcControl : el_ls_pkg::VcResponse);
  assign held     = asks && paused_i[prio];
  assign turn     = fifo_v && held && !re_v_q;
  assign build    = fifo_v && asks && !held && (!hdr_v_q || hdr_ready_i);
  // The entry stays while the peer is owed both a HELLO_ACK and a HELLO.
  assign pop      = turn || (fifo_v && (!asks || (build && !(do_hello && reply_q[peer]))));

  // Acknowledgement for a DATA frame: its own VC first; VC 1 only on VC 1.
  logic [1:0]    ride_own;
  logic [FW-1:0] ride_flow;
  logic [2:0]    ride_due;
  assign ride_own = ride_flow_i[1:0];
  always_comb begin
    for (int v = 0; v < 3; v++) ride_due[v] = due_q[{ride_flow_i[FW-1:2], 2'(v)}];
    ride_due[1] = ride_due[1] && ride_own == el_ls_pkg::VcResponse;
    ride_vc_o   = ride_due[ride_own] ? ride_own : ride_due[0] ? 2'd0 : 2'd2;
    ride_psn_o  = ride_expected_i[ride_vc_o] - 16'd1;
  end
  assign ride_flow    = {ride_flow_i[FW-1:2], ride_vc_o};
  assign ride_valid_o = ride_due != 3'b000;
  assign ride_stall_o = build;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      hdr_v_q  <= 1'b0;
      re_v_q   <= 1'b0;
      due_q    <= '0;
      nack_q   <= '0;
      queued_q <= '0;
      hello_q  <= '0;
      reply_q  <= '0;
    end else begin
      if (build) hdr_v_q <= 1'b1;
      else if (hdr_ready_i) hdr_v_q <= 1'b0;
      if (pop && !turn) queued_q[flow] <= 1'b0;
      if (push) queued_q[push_flow] <= 1'b1;
      re_v_q <= turn || (re_v_q && !re_push);
      // What is sent is no longer owed, unless it is owed anew in this cycle.
      if (build && !is_ctl) begin
        due_q[flow]  <= 1'b0;
        nack_q[flow] <= 1'b0;
      end
      if (ride_take_i && ride_valid_o) due_q[ride_flow] <= 1'b0;
      if (owe_valid_i && owe_nack_i) nack_q[owe_flow_i] <= 1'b1;
      if (owe_valid_i && !owe_nack_i) due_q[owe_flow_i] <= 1'b1;
      if (clr_valid_i) begin
        due_q[clr_flow_i]  <= 1'b0;
        nack_q[clr_flow_i] <= 1'b0;
        if (clr_flow_i[1:0] == el_ls_pkg::VcControl) begin
          hello_q[clr_flow_i[FW-1:2]] <= 1'b0;
          reply_q[clr_flow_i[FW-1:2]] <= 1'b0;
        end
      end
      if (build && do_reply) reply_q[peer] <= 1'b0;
      if (build && do_hello) hello_q[peer] <= 1'b0;
      if (say_valid_i && say_hello_i) hello_q[say_peer_i] <= 1'b1;
      if (say_valid_i && say_ack_i) reply_q[say_peer_i] <= 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (turn) re_flow_q <= flow;
    if (say_valid_i && say_ack_i) echo_q[say_peer_i] <= say_echo_i;
    if (clr_valid_i) told_q[clr_flow_i] <= '0;
    else if (build && !is_ctl) told_q[flow] <= expected_i;
    else if (ride_take_i && ride_valid_o) told_q[ride_flow] <= ride_expected_i[ride_vc_o];
  end

  function automatic el_pkg::tx_hdr_t ctl_hdr(logic [15:0] echo);
    el_regs_pkg::rh_t rh;
    rh        = '0;
    rh.pkey   = peer_i.pkey;
    rh.window = window_i;
    rh.epoch  = peer_i.own_epoch;
    if (is_ctl) begin
      rh.op      = 2'(el_regs_pkg::LsFrameOpControl);
      rh.vc      = 4'(el_ls_pkg::VcControl);
      rh.psn     = do_reply ? 16'd1 : 16'd0;
      rh.ack_psn = do_reply ? echo : peer_i.peer_epoch;
    end else begin
      rh.op        = 2'(do_nack ? el_regs_pkg::LsFrameOpNack : el_regs_pkg::LsFrameOpAck);
      rh.vc        = 4'(el_ls_pkg::VcResponse);
      rh.ack_valid = 1'b1;
      rh.ack_vc    = 4'(flow[1:0]);
      rh.ack_psn   = expected_i - 16'd1;
    end
    return el_ls_pkg::frame_hdr(peer_i, port_cfg_i, ttl_i, rh, 11'd0, prio);
  endfunction

  el_pkg::tx_hdr_t hdr_q;
  always_ff @(posedge clk_i) begin
    if (build) hdr_q <= ctl_hdr(echo_q[peer]);
  end

  assign flow_o      = flow;
  assign hdr_valid_o = hdr_v_q;
  assign hdr_o       = hdr_q;
  assign cnt_ack_o   = build && do_ack;
  assign cnt_nack_o  = build && do_nack;
  assign busy_o      = fifo_v || re_v_q || hdr_v_q || late_busy;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(QueueNeverFull_A, !push || fifo_ready)
  `EL_ASSERT(OneRequest_A, !(owe_valid_i && say_valid_i))

endmodule : el_ls_tx_ctl
