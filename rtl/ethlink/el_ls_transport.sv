// SPDX-License-Identifier: Apache-2.0
//
// Load/store transport: commands of the engine to reliable frames of each peer and back.
//
// Command accepted to header: 4 cycles; received header to first command: 3 cycles; one command
// beat a cycle each way; frames back to back. Storage LsSlots x 2 KiB.
// docs/reference/load-store-transport.md, EthLink specification sections 1 to 3.

`include "el_assert.svh"

module el_ls_transport #(
  parameter  el_pkg::cfg_t Cfg    = el_pkg::CfgDefault,
  localparam int unsigned  DataW  = Cfg.DataW
) (
  input  logic                        clk_i,
  input  logic                        rst_i,
  input  el_pkg::cycles_t             now_i,
  input  el_pkg::port_cfg_t           port_cfg_i,
  input  el_regs_pkg::csr_ls_timing_t timing_i,
  input  el_regs_pkg::csr_ls_limits_t limits_i,

  // Commands of the engine: [0] requests, [1] responses
  input  logic [1:0]                  tx_valid_i,
  output logic [1:0]                  tx_ready_o,
  input  el_ls_pkg::cmd_t [1:0]       tx_cmd_i,

  // Received requests and responses
  output logic                        req_valid_o,
  input  logic                        req_ready_i,
  output el_ls_pkg::cmd_t             req_cmd_o,
  output logic [15:0]                 req_pkey_o,
  output logic                        req_denied_o,   // of another partition than the peer's
  output logic                        rsp_valid_o,
  input  logic                        rsp_ready_i,
  output el_ls_pkg::cmd_t             rsp_cmd_o,

  // Peers
  output logic [Cfg.Peers-1:0]        peer_up_o,
  output logic                        peer_event_valid_o,
  input  logic                        peer_event_ready_i,
  output logic [7:0]                  peer_event_peer_o,
  output logic                        peer_event_up_o,
  // Posted stores to this peer were lost
  output logic                        lost_valid_o,
  input  logic                        lost_ready_i,
  output logic [7:0]                  lost_peer_o,
  input  logic                        obj_valid_i,
  input  el_pkg::obj_req_t            obj_req_i,
  output logic                        obj_rsp_valid_o,
  output el_pkg::obj_rsp_t            obj_rsp_o,

  // Ethernet clients: control frames without payload; DATA frames. What is offered leaves, so
  // nothing is offered whose priority is paused.
  input  logic [7:0]                  paused_i,
  output logic                        ctl_hdr_valid_o,
  input  logic                        ctl_hdr_ready_i,
  output el_pkg::tx_hdr_t             ctl_hdr_o,
  output logic                        hdr_valid_o,
  input  logic                        hdr_ready_i,
  output el_pkg::tx_hdr_t             hdr_o,
  output logic                        pay_valid_o,
  input  logic                        pay_ready_i,
  output logic [DataW-1:0]            pay_data_o,
  output logic                        pay_last_o,

  // Received frames: [0] ClsLsReq, [1] ClsLsResp
  input  logic [1:0]                  rx_hdr_valid_i,
  output logic [1:0]                  rx_hdr_ready_o,
  input  el_pkg::rx_hdr_t [1:0]       rx_hdr_i,
  input  logic [1:0]                  rx_pay_valid_i,
  output logic [1:0]                  rx_pay_ready_o,
  input  logic [1:0][DataW-1:0]       rx_pay_data_i,
  input  logic [1:0]                  rx_pay_last_i,

  output el_regs_pkg::cnt_ls_t        cnt_o,
  output el_pkg::cycles_t             deadline_o,
  output logic                        busy_o
);

  localparam int unsigned PW    = $clog2(Cfg.Peers);
  localparam int unsigned FW    = PW + 2;
  localparam int unsigned SW    = $clog2(Cfg.LsSlots);
  localparam int unsigned TagW  = $clog2(Cfg.Tags);
  localparam int unsigned RowB  = DataW / 8;
  localparam int unsigned BankW = SW + $clog2(el_ls_pkg::SlotBytes / RowB) - 1;
  localparam int unsigned Lanes = RowB / 4;

  // ---------------------------------------------------------------------------------------------
  // Peers
  // ---------------------------------------------------------------------------------------------

  logic [3:0][PW-1:0]     look_idx;   // [1:0] received, [2] next DATA, [3] next control frame
  el_ls_pkg::peer_t [3:0] look;
  logic [3:0]             look_exists, look_greet;
  logic [Cfg.Peers-1:0]   up;
  logic                   rx_ctl_v, rx_ctl_ready, down_v, down_ready, dirty_v, dirty_discard;
  logic                   clean_v, clean_ready, say_hold, say_v, say_hello, say_ack, owe_v;
  el_ls_pkg::rx_ctl_t     rx_ctl;
  logic [PW-1:0]          down_peer, late_peer, dirty_peer, clean_peer, say_peer;
  logic                   late_v, late_ready;
  logic [15:0]            say_echo;
  el_pkg::cycles_t        peers_deadline, acks_deadline, ctl_deadline;
  logic                   peers_busy, cnt_up, cnt_down;

  el_ls_peers #(
    .Cfg(Cfg)
  ) u_peers (
    .clk_i,
    .rst_i,
    .now_i,
    .hello_i        (limits_i.hello),
    .look_idx_i     (look_idx),
    .look_o         (look),
    .look_exists_o  (look_exists),
    .look_greet_o   (look_greet),
    .up_o           (up),
    .ctl_valid_i    (rx_ctl_v),
    .ctl_ready_o    (rx_ctl_ready),
    .ctl_i          (rx_ctl),
    .down_valid_i   (down_v),
    .down_ready_o   (down_ready),
    .down_peer_i    (down_peer),
    .dirty_valid_o  (dirty_v),
    .dirty_peer_o   (dirty_peer),
    .dirty_discard_o(dirty_discard),
    .clean_valid_i  (clean_v),
    .clean_ready_o  (clean_ready),
    .clean_peer_i   (clean_peer),
    .say_block_i    (owe_v),
    .say_hold_o     (say_hold),
    .say_valid_o    (say_v),
    .say_peer_o     (say_peer),
    .say_hello_o    (say_hello),
    .say_ack_o      (say_ack),
    .say_echo_o     (say_echo),
    .event_valid_o  (peer_event_valid_o),
    .event_ready_i  (peer_event_ready_i),
    .event_peer_o   (peer_event_peer_o),
    .event_up_o     (peer_event_up_o),
    .obj_valid_i,
    .obj_req_i,
    .obj_rsp_valid_o,
    .obj_rsp_o,
    .cnt_up_o       (cnt_up),
    .cnt_down_o     (cnt_down),
    .deadline_o     (peers_deadline),
    .busy_o         (peers_busy)
  );
  assign peer_up_o = up;

  // ---------------------------------------------------------------------------------------------
  // Receive
  // ---------------------------------------------------------------------------------------------

  logic [1:0]                 meta_v, meta_ready, job_v, job_ready, unpack_busy, unpack_cmd;
  logic [1:0]                 unpack_bad, cmd_v, denied, broken;
  logic [1:0][el_ls_pkg::PeerW-1:0] broken_peer;
  el_ls_pkg::rx_meta_t [1:0]  meta;
  el_ls_pkg::rx_who_t [1:0]   who;
  logic [1:0][15:0]           look_id, pkey, rsp_tag;
  el_ls_pkg::rx_job_t         job;
  el_ls_pkg::cmd_t [1:0]      cmd;
  logic [FW-1:0]              owe_flow, ack_flow, exp_flow, ride_flow;
  logic [15:0]                owe_psn, ack_psn, exp_psn;
  logic                       owe_now, owe_nack, ack_v, ack_nack, win_v, clr_v, accept_busy;
  logic [PW-1:0]              win_peer;
  logic [7:0]                 win;
  logic [FW-1:0]              clr_flow;
  logic [2:0][15:0]           exp_psns;
  logic                       cnt_rx, cnt_dup, cnt_gap, cnt_rx_ack, cnt_rx_nack, cnt_stale;
  logic                       cnt_unknown, cnt_pkey, cnt_bad;
  logic [6:0]                 rsp_words;
  logic [1:0]                 broken_v_q;
  logic [1:0][PW-1:0]         broken_peer_q;

  // Words that the response of a tag carries, noted when the request left
  logic          note_v;
  logic [15:0]   note_tag;
  logic [6:0]    note_words;
  logic [6:0]    words_q [Cfg.Tags];

  always_ff @(posedge clk_i) begin
    if (note_v) words_q[note_tag[TagW-1:0]] <= note_words;
  end
  assign rsp_words = words_q[rsp_tag[1][TagW-1:0]];

  for (genvar c = 0; c < 2; c++) begin : gen_rx
    el_ls_rx_head u_head (
      .clk_i,
      .rst_i,
      .hdr_valid_i  (rx_hdr_valid_i[c]),
      .hdr_ready_o  (rx_hdr_ready_o[c]),
      .hdr_i        (rx_hdr_i[c]),
      .look_id_o    (look_id[c]),
      .look_i       (look[c]),
      .look_exists_i(look_exists[c]),
      .look_up_i    (up[look_idx[c]]),
      .meta_valid_o (meta_v[c]),
      .meta_ready_i (meta_ready[c]),
      .meta_o       (meta[c]),
      .who_o        (who[c])
    );
    assign look_idx[c] = look_id[c][PW-1:0];

    el_ls_rx_unpack #(
      .DataW   (DataW),
      .Response(c == 1)
    ) u_unpack (
      .clk_i,
      .rst_i,
      .job_valid_i    (job_v[c]),
      .job_ready_o    (job_ready[c]),
      .job_i          (job),
      .pay_valid_i    (rx_pay_valid_i[c]),
      .pay_ready_o    (rx_pay_ready_o[c]),
      .pay_data_i     (rx_pay_data_i[c]),
      .pay_last_i     (rx_pay_last_i[c]),
      .tag_o          (rsp_tag[c]),
      .words_i        (rsp_words),
      .cmd_valid_o    (cmd_v[c]),
      .cmd_ready_i    ((c == 1) ? rsp_ready_i : req_ready_i),
      .cmd_o          (cmd[c]),
      .pkey_o         (pkey[c]),
      .denied_o       (denied[c]),
      .broken_o       (broken[c]),
      .broken_ready_i (!broken_v_q[c]),
      .broken_peer_o  (broken_peer[c]),
      .cnt_cmd_o      (unpack_cmd[c]),
      .cnt_malformed_o(unpack_bad[c]),
      .busy_o         (unpack_busy[c])
    );
  end

  // A session whose commands were lost goes down like one whose retries are exhausted.
  always_ff @(posedge clk_i) begin
    if (rst_i) broken_v_q <= '0;
    else begin
      broken_v_q <= broken_v_q | broken;
      if (down_ready && broken_v_q != '0) broken_v_q[!broken_v_q[0]] <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    for (int i = 0; i < 2; i++) if (broken[i]) broken_peer_q[i] <= broken_peer[i][PW-1:0];
  end
  assign down_v     = late_v || broken_v_q != '0;
  assign down_peer  = broken_v_q[0] ? broken_peer_q[0] : broken_v_q[1] ? broken_peer_q[1]
                                                                       : late_peer;
  assign late_ready = down_ready && broken_v_q == '0;

  assign req_valid_o  = cmd_v[0];
  assign req_cmd_o    = cmd[0];
  assign req_pkey_o   = pkey[0];
  assign req_denied_o = denied[0];
  assign rsp_valid_o  = cmd_v[1];
  assign rsp_cmd_o    = cmd[1];

  el_ls_rx_accept #(
    .Cfg(Cfg)
  ) u_accept (
    .clk_i,
    .rst_i,
    .meta_valid_i   (meta_v),
    .meta_ready_o   (meta_ready),
    .meta_i         (meta),
    .who_i          (who),
    .hold_i         (say_hold),
    .job_valid_o    (job_v),
    .job_ready_i    (job_ready),
    .job_o          (job),
    .owe_valid_o    (owe_v),
    .owe_flow_o     (owe_flow),
    .owe_psn_o      (owe_psn),
    .owe_now_o      (owe_now),
    .owe_nack_o     (owe_nack),
    .ack_valid_o    (ack_v),
    .ack_flow_o     (ack_flow),
    .ack_psn_o      (ack_psn),
    .ack_nack_o     (ack_nack),
    .win_valid_o    (win_v),
    .win_peer_o     (win_peer),
    .win_o          (win),
    .ctl_valid_o    (rx_ctl_v),
    .ctl_ready_i    (rx_ctl_ready),
    .ctl_o          (rx_ctl),
    .clr_valid_i    (clr_v),
    .clr_flow_i     (clr_flow),
    .exp_flow_i     (exp_flow),
    .exp_psn_o      (exp_psn),
    .exp_peer_i     (ride_flow[FW-1:2]),
    .exp_psns_o     (exp_psns),
    .cnt_frame_o    (cnt_rx),
    .cnt_duplicate_o(cnt_dup),
    .cnt_gap_o      (cnt_gap),
    .cnt_ack_o      (cnt_rx_ack),
    .cnt_nack_o     (cnt_rx_nack),
    .cnt_stale_o    (cnt_stale),
    .cnt_unknown_o  (cnt_unknown),
    .cnt_pkey_o     (cnt_pkey),
    .cnt_malformed_o(cnt_bad),
    .busy_o         (accept_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Transmit
  // ---------------------------------------------------------------------------------------------

  logic                  wr_v, ready_v, sched_open, send, give_v, mid, append_busy, cnt_cmd;
  logic                  cnt_drop, poke_v, poke_ready, poke_rewind, ride_stall, ride_v;
  logic                  job_rd_ready, job_rd_v, look_rewind, look_rewind_wait, work_v;
  logic                  work_rewind, free_v;
  logic                  free_discard, sched_busy, ctl_busy, buf_busy, free_busy, acks_busy;
  logic                  cnt_resend, cnt_ack, cnt_nack, cnt_timeout;
  logic [1:0][BankW-1:0] wr_addr;
  logic [1:0][Lanes-1:0] wr_be;
  logic [1:0][DataW-1:0] wr_data;
  logic [1:0][FW-1:0]    una_flow;
  logic [1:0][15:0]      una, acked;
  logic [1:0][7:0]       window;
  logic [FW-1:0]         ready_flow, sched_flow, free_flow, work_flow, rto_flow;
  logic [15:0]           sched_psn, sched_end, free_psn, free_end, look_sent, ride_psn;
  logic [31:0]           look_head;
  logic [SW-1:0]         sched_slot, free_slot, give_slot, job_slot, begin_slot;
  logic                  begin_v, begin_posted, begin_drop, begin_new, free_lost, lost_busy;
  logic [PW-1:0]         begin_peer;
  logic [10:0]           sched_len, job_len;
  logic [7:0]            sched_cmds;
  logic [1:0]            ride_vc;

  el_ls_tx_append #(
    .Cfg(Cfg)
  ) u_append (
    .clk_i,
    .rst_i,
    .limits_i,
    .peer_up_i    (up),
    .cmd_valid_i  (tx_valid_i),
    .cmd_ready_o  (tx_ready_o),
    .cmd_i        (tx_cmd_i),
    .una_flow_o   (una_flow),
    .una_i        (una),
    .wr_valid_o   (wr_v),
    .wr_addr_o    (wr_addr),
    .wr_be_o      (wr_be),
    .wr_data_o    (wr_data),
    .ready_valid_o(ready_v),
    .ready_flow_o (ready_flow),
    .begin_valid_o(begin_v),
    .begin_posted_o(begin_posted),
    .begin_drop_o (begin_drop),
    .begin_new_o  (begin_new),
    .begin_slot_o (begin_slot),
    .begin_peer_o (begin_peer),
    .drop_hold_i  (clean_v),
    .note_valid_o (note_v),
    .note_tag_o   (note_tag),
    .note_words_o (note_words),
    .sched_flow_i (sched_flow),
    .sched_psn_i  (sched_psn),
    .sched_end_o  (sched_end),
    .sched_slot_o (sched_slot),
    .sched_len_o  (sched_len),
    .sched_cmds_o (sched_cmds),
    .sched_open_o (sched_open),
    .close_valid_i(send),
    .free_flow_i  (free_flow),
    .free_psn_i   (free_psn),
    .free_end_o   (free_end),
    .free_slot_o  (free_slot),
    .give_valid_i (give_v),
    .give_slot_i  (give_slot),
    .clr_valid_i  (clr_v),
    .clr_flow_i   (clr_flow),
    .mid_o        (mid),
    .cnt_cmd_o    (cnt_cmd),
    .cnt_drop_o   (cnt_drop),
    .busy_o       (append_busy)
  );

  assign look_idx[2] = sched_flow[FW-1:2];
  el_ls_tx_sched #(
    .Cfg(Cfg)
  ) u_sched (
    .clk_i,
    .rst_i,
    .now_i        (now_i[31:0]),
    .paused_i,
    .limits_i,
    .port_cfg_i,
    .ready_valid_i(ready_v),
    .ready_flow_i (ready_flow),
    .poke_valid_i (poke_v),
    .poke_ready_o (poke_ready),
    .poke_flow_i  (free_flow),
    .poke_rewind_i(poke_rewind),
    .clr_valid_i  (clr_v),
    .clr_flow_i   (clr_flow),
    .flow_o       (sched_flow),
    .psn_o        (sched_psn),
    .up_i         (up[look_idx[2]]),
    .peer_i       (look[2]),
    .una_i        (acked[0]),
    .window_i     (window[0]),
    .end_i        (sched_end),
    .slot_i       (sched_slot),
    .len_i        (sched_len),
    .cmds_i       (sched_cmds),
    .open_i       (sched_open),
    .send_o       (send),
    .ack_stall_i  (ride_stall),
    .ack_valid_i  (ride_v),
    .ack_vc_i     (ride_vc),
    .ack_psn_i    (ride_psn),
    .job_valid_o  (job_rd_v),
    .job_ready_i  (job_rd_ready),
    .job_slot_o   (job_slot),
    .job_len_o    (job_len),
    .hdr_valid_o,
    .hdr_ready_i,
    .hdr_o,
    .look_flow_i  (rto_flow),
    .look_sent_o  (look_sent),
    .look_head_o  (look_head),
    .look_rewind_o(look_rewind),
    .cnt_resend_o (cnt_resend),
    .busy_o       (sched_busy)
  );

  el_ls_tx_buf #(
    .Cfg(Cfg)
  ) u_buf (
    .clk_i,
    .rst_i,
    .wr_valid_i    (wr_v),
    .wr_addr_i     (wr_addr),
    .wr_be_i       (wr_be),
    .wr_data_i     (wr_data),
    .job_valid_i   (job_rd_v),
    .job_ready_o   (job_rd_ready),
    .job_slot_i    (job_slot),
    .job_len_i     (job_len),
    .pay_valid_o,
    .pay_ready_i,
    .pay_data_o,
    .pay_last_o,
    .free_valid_i  (free_v),
    .free_discard_i(free_discard),
    .free_slot_i   (free_slot),
    .give_valid_o  (give_v),
    .give_slot_o   (give_slot),
    .busy_o        (buf_busy)
  );

  assign ride_flow   = sched_flow;
  assign look_idx[3] = exp_flow[FW-1:2];
  el_ls_tx_ctl #(
    .Cfg(Cfg)
  ) u_ctl (
    .clk_i,
    .rst_i,
    .now_i,
    .timing_i,
    .ttl_i          (limits_i.ttl),
    .window_i       (limits_i.window),
    .port_cfg_i,
    .paused_i,
    .owe_valid_i    (owe_v),
    .owe_flow_i     (owe_flow),
    .owe_psn_i      (owe_psn),
    .owe_now_i      (owe_now),
    .owe_nack_i     (owe_nack),
    .say_valid_i    (say_v),
    .say_peer_i     (say_peer),
    .say_hello_i    (say_hello),
    .say_ack_i      (say_ack),
    .say_echo_i     (say_echo),
    .clr_valid_i    (clr_v),
    .clr_flow_i     (clr_flow),
    .flow_o         (exp_flow),
    .peer_i         (look[3]),
    .greet_i        (look_greet[3]),
    .up_i           (up[look_idx[3]]),
    .expected_i     (exp_psn),
    .ride_flow_i    (ride_flow),
    .ride_expected_i(exp_psns),
    .ride_take_i    (send),
    .ride_stall_o   (ride_stall),
    .ride_valid_o   (ride_v),
    .ride_vc_o      (ride_vc),
    .ride_psn_o     (ride_psn),
    .hdr_valid_o    (ctl_hdr_valid_o),
    .hdr_ready_i    (ctl_hdr_ready_i),
    .hdr_o          (ctl_hdr_o),
    .cnt_ack_o      (cnt_ack),
    .cnt_nack_o     (cnt_nack),
    .deadline_o     (ctl_deadline),
    .busy_o         (ctl_busy)
  );

  el_ls_tx_acks #(
    .Cfg(Cfg)
  ) u_acks (
    .clk_i,
    .rst_i,
    .now_i,
    .timing_i,
    .ack_valid_i  (ack_v),
    .ack_flow_i   (ack_flow),
    .ack_psn_i    (ack_psn),
    .ack_nack_i   (ack_nack),
    .win_valid_i  (win_v),
    .win_peer_i   (win_peer),
    .win_i        (win),
    .sent_valid_i (send),
    .sent_flow_i  (sched_flow),
    .clr_valid_i  (clr_v),
    .clr_flow_i   (clr_flow),
    .look_flow_o  (rto_flow),
    .look_sent_i  (look_sent),
    .look_head_i  (look_head),
    .look_rewind_i(look_rewind || look_rewind_wait),
    .look_up_i    (up[rto_flow[FW-1:2]]),
    .work_valid_o (work_v),
    .work_flow_o  (work_flow),
    .work_rewind_o(work_rewind),
    .down_valid_o (late_v),
    .down_ready_i (late_ready),
    .down_peer_o  (late_peer),
    .flow_i       ({free_flow, sched_flow}),
    .acked_o      (acked),
    .window_o     (window),
    .cnt_timeout_o(cnt_timeout),
    .deadline_o   (acks_deadline),
    .busy_o       (acks_busy)
  );

  el_ls_tx_free #(
    .Cfg(Cfg)
  ) u_free (
    .clk_i,
    .rst_i,
    .work_valid_i   (work_v),
    .work_flow_i    (work_flow),
    .work_rewind_i  (work_rewind),
    .dirty_valid_i  (dirty_v),
    .dirty_peer_i   (dirty_peer),
    .dirty_discard_i(dirty_discard),
    .clean_valid_o  (clean_v),
    .clean_ready_i  (clean_ready),
    .clean_peer_o   (clean_peer),
    .flow_o         (free_flow),
    .acked_i        (acked[1]),
    .window_i       (window[1]),
    .end_i          (free_end),
    .mid_i          (mid),
    .free_valid_o   (free_v),
    .free_discard_o (free_discard),
    .free_lost_o    (free_lost),
    .free_psn_o     (free_psn),
    .clr_valid_o    (clr_v),
    .clr_flow_o     (clr_flow),
    .poke_valid_o   (poke_v),
    .poke_ready_i   (poke_ready),
    .poke_rewind_o  (poke_rewind),
    .una_flow_i     (una_flow),
    .una_o          (una),
    .look_flow_i    (rto_flow),
    .look_rewind_o  (look_rewind_wait),
    .busy_o         (free_busy)
  );

  el_ls_tx_lost #(
    .Cfg(Cfg)
  ) u_lost (
    .clk_i,
    .rst_i,
    .begin_valid_i  (begin_v),
    .begin_posted_i (begin_posted),
    .begin_drop_i   (begin_drop),
    .begin_new_i    (begin_new),
    .begin_slot_i   (begin_slot),
    .begin_peer_i   (begin_peer),
    .discard_valid_i(free_lost),
    .discard_slot_i (free_slot),
    .clean_valid_i  (clean_v && clean_ready),
    .clean_peer_i   (clean_peer),
    .lost_valid_o,
    .lost_ready_i,
    .lost_peer_o,
    .busy_o         (lost_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Counters. Three places find contradictions, and a counter takes one pulse a cycle.
  // ---------------------------------------------------------------------------------------------

  logic [3:0] bad_q, bad_now;
  assign bad_now = bad_q + 4'(cnt_bad) + 4'(unpack_bad[0]) + 4'(unpack_bad[1]);
  always_ff @(posedge clk_i) begin
    if (rst_i) bad_q <= '0;
    else bad_q <= (bad_now == 4'd0) ? 4'd0 : bad_now - 4'd1;
  end

  always_comb begin
    cnt_o                 = '0;
    cnt_o.tx_frames       = send;
    cnt_o.tx_repeated     = cnt_resend;
    cnt_o.tx_acks         = cnt_ack;
    cnt_o.tx_nacks        = cnt_nack;
    cnt_o.tx_commands     = cnt_cmd;
    cnt_o.tx_dropped      = cnt_drop;
    cnt_o.rx_frames       = cnt_rx;
    cnt_o.rx_duplicates   = cnt_dup;
    cnt_o.rx_gaps         = cnt_gap;
    cnt_o.rx_acks         = cnt_rx_ack;
    cnt_o.rx_nacks        = cnt_rx_nack;
    cnt_o.rx_stale        = cnt_stale;
    cnt_o.rx_unknown_peer = cnt_unknown;
    cnt_o.rx_bad_pkey     = cnt_pkey;
    cnt_o.rx_malformed    = bad_now != 4'd0;
    cnt_o.timeouts        = cnt_timeout;
    cnt_o.peer_down       = cnt_down;
    cnt_o.peer_up         = cnt_up;
  end

  assign deadline_o = el_pkg::deadline_min(peers_deadline,
                                           el_pkg::deadline_min(acks_deadline, ctl_deadline));
  assign busy_o     = peers_busy || unpack_busy != 2'b00 || accept_busy || append_busy || sched_busy
                   || ctl_busy || buf_busy || free_busy || acks_busy || bad_q != 4'd0
                   || broken_v_q != '0 || lost_busy;

  logic unused;
  assign unused = ^{unpack_cmd, pkey[1], denied[1], rsp_tag[0], note_tag, broken_peer,
                    look_greet[2:0], look_exists[3:2]};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(CountersKeepUp_A, bad_q < 4'd12)
  `EL_ASSERT(SendsOnlyToPeersUp_A, !send || up[sched_flow[FW-1:2]])

endmodule : el_ls_transport
