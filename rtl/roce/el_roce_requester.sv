// SPDX-License-Identifier: Apache-2.0
//
// RDMA requester: SEND and WRITE of reliable connections, from descriptors to packets and CQEs.
//
// Pipeline: source (rings, pushes, descriptors) - segment (packets) - transmit (keys, payload,
// headers) - retire (ACKs, retries, completions).
// Latency, throughput and rules: docs/reference/roce-requester.md. Storage: tables of Qps entries,
// SqTrack tracked requests a queue pair, 64 reads and 64 packets in flight.

`include "el_assert.svh"

module el_roce_requester #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW,
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                           clk_i,
  input  logic                           rst_i,
  input  el_pkg::cycles_t                now_i,
  input  logic [23:0]                    tick_cycles_i,      // cycles of 4.096 us
  input  logic [23:0]                    rnr_tick_cycles_i,  // cycles of 10 us
  input  el_roce_rate_pkg::cfg_t         rate_cfg_i,

  // Congestion notifications; never refused
  input  logic                           cnp_valid_i,
  input  logic [QpW-1:0]                 cnp_qpn_i,

  // Doorbells and pushes; refused ones are reported by user context
  input  logic                           sqdb_valid_i,
  output logic                           sqdb_ready_o,
  input  logic [15:0]                    sqdb_ctx_i,
  input  logic [23:0]                    sqdb_qpn_i,
  input  logic [15:0]                    sqdb_producer_i,
  input  logic                           sqpush_valid_i,
  output logic                           sqpush_ready_o,
  input  logic [15:0]                    sqpush_ctx_i,
  input  logic                           sqpush_first_i,
  input  logic                           sqpush_last_i,
  input  logic [511:0]                   sqpush_data_i,
  output logic                           badb_valid_o,
  output logic [15:0]                    badb_ctx_o,

  // ACKs and NAKs
  input  logic                           ack_valid_i,
  output logic                           ack_ready_o,
  input  el_roce_pkg::ack_t              ack_i,

  // Responses that keep their order. Parser: which queue pairs; one was sent to the responder
  input  logic [QpW-1:0]                 way_qpn_i,
  output logic                           way_ordered_o,
  input  logic                           way_take_i,

  // Responder: turn, verdict; elements of the operation in front; what was placed
  input  logic                           rsp_pick_i,
  input  logic [QpW-1:0]                 rsp_qpn_i,
  input  logic                           rsp_act_i,
  input  el_roce_resp_pkg::req_t         rsp_req_i,
  output el_roce_resp_pkg::op_t          rsp_op_o,
  input  logic                           elem_op_valid_i,
  input  logic [QpW-1:0]                 elem_op_qpn_i,
  input  logic [3:0]                     elem_op_slot_i,
  input  logic                           elem_op_pop_i,
  input  logic [2:0]                     elem_idx_i,
  output logic                           elem_valid_o,
  output el_regs_pkg::sge_t              elem_o,
  input  logic                           rsp_valid_i,
  output logic                           rsp_ready_o,
  input  el_roce_pkg::response_t         rsp_i,

  // Objects QpQueues (CREATE, DESTROY) and Qp (MODIFY, QUERY)
  input  logic                           obj_valid_i,
  input  el_pkg::obj_req_t               obj_req_i,
  output logic                           obj_rsp_valid_o,
  output el_pkg::obj_rsp_t               obj_rsp_o,

  // Queue pairs in error, from and to the receiving side
  input  logic                           err_valid_i,
  output logic                           err_ready_o,
  input  logic [23:0]                    err_qpn_i,
  output logic                           err_valid_o,
  input  logic                           err_ready_i,
  output logic [23:0]                    err_qpn_o,

  // Memory regions; answers cannot be refused
  output logic                           xreq_valid_o,
  input  logic                           xreq_ready_i,
  output el_roce_pkg::xlate_req_t        xreq_o,
  input  logic                           xrsp_valid_i,
  input  el_roce_pkg::xlate_rsp_t        xrsp_i,

  // Barrier: done when every read that was allowed before it came has its bytes
  input  logic                           sync_valid_i,
  output logic                           sync_done_o,

  // Packets of the responder, see el_roce_sq_transmit
  input  logic                           rop_valid_i,
  output logic                           rop_ready_o,
  input  el_roce_sq_pkg::op_t            rop_i,
  input  logic                           rdrop_i,
  input  logic [QpW-1:0]                 rdrop_qpn_i,
  input  logic [QpW-1:0]                 repoch_qpn_i,
  output logic [15:0]                    repoch_o,
  output logic                           revent_valid_o,
  input  logic                           revent_ready_i,
  output el_roce_sq_pkg::resp_event_t    revent_o,
  output logic                           revent_old_o,

  // DMA reads: descriptors, payload
  output logic                           wqe_rd_valid_o,
  input  logic                           wqe_rd_ready_i,
  output el_pkg::dma_rd_req_t            wqe_rd_o,
  input  logic                           wqe_rsp_valid_i,
  output logic                           wqe_rsp_ready_o,
  input  logic [DataW-1:0]               wqe_rsp_data_i,
  input  logic                           wqe_rsp_last_i,
  input  logic                           wqe_rsp_err_i,
  output logic                           pay_rd_valid_o,
  input  logic                           pay_rd_ready_i,
  output el_pkg::dma_rd_req_t            pay_rd_o,
  input  logic                           pay_rsp_valid_i,
  output logic                           pay_rsp_ready_o,
  input  logic [DataW-1:0]               pay_rsp_data_i,
  input  logic                           pay_rsp_last_i,
  input  logic                           pay_rsp_err_i,
  input  logic [el_pkg::DmaUserW-1:0]    pay_rsp_user_i,

  // Packets
  output logic                           pkt_valid_o,
  input  logic                           pkt_ready_i,
  output el_roce_pkg::tx_pkt_t           pkt_o,
  output logic [23:0]                    pkt_dest_qpn_o,
  output logic [15:0]                    pkt_pkey_o,
  output logic                           pay_valid_o,
  input  logic                           pay_ready_i,
  output logic [DataW-1:0]               pay_data_o,
  output logic                           pay_last_o,
  output logic                           pay_bad_o,          // with the last beat: spoil the frame

  // Completions and events
  output logic                           cqe_valid_o,
  input  logic                           cqe_ready_i,
  output el_pkg::cqe_req_t               cqe_o,
  output logic                           eqe_valid_o,
  input  logic                           eqe_ready_i,
  output el_pkg::eqe_req_t               eqe_o,

  output el_regs_pkg::cnt_roce_sq_t      cnt_o,
  output el_pkg::cycles_t                deadline_o,
  output logic                           busy_o
);

  // Readers of the context: 0 doorbell, 1 visit, 2 segment, 3 retire, 4 out.
  logic [4:0][QpW-1:0]              ctx_qpn;
  el_roce_sq_pkg::qp_queues_t [4:0] ctx_queues;
  el_roce_sq_pkg::qp_attr_t [4:0]   ctx_attr;
  logic [4:0]                       ctx_exists;
  logic [4:0][2:0]                  ctx_state;

  logic                             bump;
  logic [1:0][15:0]                 epoch;  // 0 segment, 1 retire

  logic                             state_we;
  logic [QpW-1:0]                   state_qpn, query_qpn;
  logic [2:0]                       state;
  logic                             event_valid, event_ready, event_done, visit;
  el_roce_sq_pkg::obj_event_t       obj_event;

  logic                             repos_valid, repos_ready, wake_valid, wake_ready;
  el_roce_sq_pkg::repos_t           repos;
  logic [QpW-1:0]                   wake_qpn;
  logic [1:0][QpW-1:0]              prog_qpn, place_qpn;
  el_roce_pkg::psn_t [1:0]          prog_una;
  el_roce_sq_pkg::trk_t [1:0]       prog_tail;
  el_roce_sq_pkg::rdn_t [1:0]       prog_rd_tail;
  logic [1:0][15:0]                 prog_consumer;
  el_roce_sq_pkg::send_state_t [1:0] place;
  logic [2:0][QpW-1:0]              rest_qpn;
  logic [2:0]                       rest;
  el_roce_sq_pkg::rest_e            why;

  logic                             read_start, read_clear;
  el_roce_sq_pkg::rdn_t             read_number;
  el_roce_sq_pkg::read_t            read;
  logic [el_roce_sq_pkg::MaxSge*128-1:0] read_elems;
  logic [1:0]                       placing;

  logic                             seek_valid, seek_init;
  logic [QpW-1:0]                   seek_qpn, again_qpn;
  logic [15:0]                      seek_idx, gen;
  logic                             again_valid;

  logic                             track_we;
  logic [QpW-1:0]                   track_qpn;
  el_roce_sq_pkg::trk_t             track_idx;
  el_roce_sq_pkg::track_t           track;

  logic                             notice_valid, notice_ready;
  el_roce_sq_pkg::notice_t          notice;
  logic                             fire_valid, fire_ready, arm_valid, arm_ready;
  logic [QpW-1:0]                   fire_qpn, arm_qpn, timer_qpn;
  logic                             timer_set, timer_on;
  el_pkg::cycles_t                  arm_delay, timer_delay;
  el_roce_pkg::psn_t                sent_psn;
  el_regs_pkg::cnt_roce_sq_t        cnt_out, cnt_retire, cnt_reads;

  // Rate control: who rests (0 segment, 1 doorbell, 2 visit), wake-ups beside the retirement's.
  logic [2:0]                       hold;
  logic [1:0]                       rests;
  logic                             pace_wait, pace_wake_valid, rate_cut;
  logic                             any_wake_valid, any_wake_ready, cut_valid;
  logic [12:0]                      cut_bytes;
  logic [QpW-1:0]                   pace_wake_qpn;
  el_pkg::cycles_t                  timer_deadline, rate_deadline;

  logic context_busy, source_busy, segment_busy, transmit_busy, retire_busy, timer_busy;
  logic rate_busy, reads_busy;

  ////////////////////////////////////
  // Queue pairs: attributes, state //
  ////////////////////////////////////

  el_roce_sq_context #(
    .Cfg(Cfg)
  ) u_context (
    .clk_i,
    .rst_i,
    .obj_valid_i,
    .obj_req_i,
    .obj_rsp_valid_o,
    .obj_rsp_o,
    .event_valid_o   (event_valid),
    .event_ready_i   (event_ready),
    .event_o         (obj_event),
    .event_done_i    (event_done),
    .quiet_i         (!visit && !err_valid_o && !eqe_valid_o),
    .query_qpn_o     (query_qpn),
    .query_next_psn_i(place[1].next_psn),
    .query_una_i     (prog_una[1]),
    .query_consumer_i(prog_consumer[1]),
    .state_we_i      (state_we),
    .state_qpn_i     (state_qpn),
    .state_i         (state),
    .rd_qpn_i        (ctx_qpn),
    .rd_queues_o     (ctx_queues),
    .rd_attr_o       (ctx_attr),
    .rd_exists_o     (ctx_exists),
    .rd_state_o      (ctx_state),
    .busy_o          (context_busy)
  );

  assign prog_qpn[0]  = ctx_qpn[2];
  assign prog_qpn[1]  = query_qpn;
  assign place_qpn[0] = ctx_qpn[3];
  assign place_qpn[1] = query_qpn;
  assign rest_qpn     = {ctx_qpn[3], ctx_qpn[1:0]};

  // Flushing does not wait for the rate.
  assign rests[0]       = rest[0] || hold[1];
  assign rests[1]       = rest[1] || (hold[2] && ctx_state[1] != el_regs_pkg::QpStateErr[2:0]);
  assign any_wake_valid = wake_valid || pace_wake_valid;
  assign wake_ready     = any_wake_ready;

  /////////////////
  // Descriptors //
  /////////////////

  logic                             desc_valid, desc_ready, inline_pop, others;
  el_roce_sq_pkg::desc_t            desc;
  logic [el_roce_sq_pkg::UnitW-1:0] inline_data;

  el_roce_sq_source #(
    .Cfg(Cfg)
  ) u_source (
    .clk_i,
    .rst_i,
    .sqdb_valid_i,
    .sqdb_ready_o,
    .sqdb_ctx_i,
    .sqdb_qpn_i,
    .sqdb_producer_i,
    .sqpush_valid_i,
    .sqpush_ready_o,
    .sqpush_ctx_i,
    .sqpush_first_i,
    .sqpush_last_i,
    .sqpush_data_i,
    .badb_valid_o,
    .badb_ctx_o,
    .cfg_qpn_o    (ctx_qpn[1:0]),
    .cfg_i        (ctx_queues[1:0]),
    .cfg_exists_i (ctx_exists[1:0]),
    .cfg_state_i  (ctx_state[1:0]),
    .cfg_rest_i   (rests),
    .again_valid_i(again_valid),
    .again_qpn_i  (again_qpn),
    .wake_valid_i (any_wake_valid),
    .wake_ready_o (any_wake_ready),
    .wake_qpn_i   (wake_valid ? wake_qpn : pace_wake_qpn),
    .others_o     (others),
    .seek_valid_i (seek_valid),
    .seek_qpn_i   (seek_qpn),
    .seek_idx_i   (seek_idx),
    .seek_init_i  (seek_init),
    .gen_qpn_i    (ctx_qpn[2]),
    .gen_o        (gen),
    .rd_valid_o   (wqe_rd_valid_o),
    .rd_ready_i   (wqe_rd_ready_i),
    .rd_o         (wqe_rd_o),
    .rsp_valid_i  (wqe_rsp_valid_i),
    .rsp_ready_o  (wqe_rsp_ready_o),
    .rsp_data_i   (wqe_rsp_data_i),
    .rsp_err_i    (wqe_rsp_err_i),
    .desc_valid_o (desc_valid),
    .desc_ready_i (desc_ready),
    .desc_o       (desc),
    .inline_data_o(inline_data),
    .inline_pop_i (inline_pop),
    .visit_qpn_i  (query_qpn),
    .visit_o      (visit),
    .busy_o       (source_busy)
  );

  /////////////
  // Packets //
  /////////////

  logic                op_valid, op_room, making;
  logic [QpW-1:0]      making_qpn;
  el_roce_sq_pkg::op_t op;

  el_roce_sq_segment #(
    .Cfg(Cfg)
  ) u_segment (
    .clk_i,
    .rst_i,
    .desc_valid_i (desc_valid),
    .desc_ready_o (desc_ready),
    .desc_i       (desc),
    .qpn_o        (ctx_qpn[2]),
    .queues_i     (ctx_queues[2]),
    .attr_i       (ctx_attr[2]),
    .exists_i     (ctx_exists[2]),
    .state_i      (ctx_state[2]),
    .gen_i        (gen),
    .epoch_i      (epoch[0]),
    .una_i        (prog_una[0]),
    .tail_i       (prog_tail[0]),
    .rd_tail_i    (prog_rd_tail[0]),
    .repos_valid_i(repos_valid),
    .repos_ready_o(repos_ready),
    .repos_i      (repos),
    .wake_i       (wake_valid && wake_ready),
    .wake_qpn_i   (wake_qpn),
    .seek_valid_o (seek_valid),
    .seek_qpn_o   (seek_qpn),
    .seek_idx_o   (seek_idx),
    .seek_init_o  (seek_init),
    .enq_valid_o  (again_valid),
    .enq_qpn_o    (again_qpn),
    .others_i     (others),
    .hold_i       (hold[0]),
    .wait_i       (pace_wait),
    .sent_o       (cut_valid),
    .sent_bytes_o (cut_bytes),
    .bump_o       (bump),
    .track_we_o   (track_we),
    .track_qpn_o  (track_qpn),
    .track_idx_o  (track_idx),
    .track_o      (track),
    .read_start_o (read_start),
    .read_number_o(read_number),
    .read_o       (read),
    .read_elems_o (read_elems),
    .read_clear_o (read_clear),
    .place_qpn_i  (place_qpn),
    .place_o      (place),
    .rest_qpn_i   (rest_qpn),
    .rest_o       (rest),
    .why_o        (why),
    .making_o     (making),
    .making_qpn_o (making_qpn),
    .op_valid_o   (op_valid),
    .op_room_i    (op_room),
    .op_o         (op),
    .busy_o       (segment_busy)
  );

  el_roce_sq_transmit #(
    .Cfg(Cfg)
  ) u_transmit (
    .clk_i,
    .rst_i,
    .tick_cycles_i,
    .op_valid_i     (op_valid),
    .op_room_o      (op_room),
    .op_i           (op),
    .rop_valid_i,
    .rop_ready_o,
    .rop_i,
    .rdrop_i,
    .rdrop_qpn_i,
    .repoch_qpn_i,
    .repoch_o,
    .revent_valid_o,
    .revent_ready_i,
    .revent_o,
    .revent_old_o,
    .bump_i         (bump),
    .bump_qpn_i     (repos.qpn[QpW-1:0]),
    .epoch_qpn_i    (ctx_qpn[3:2]),
    .epoch_o        (epoch),
    .xreq_valid_o,
    .xreq_ready_i,
    .xreq_o,
    .xrsp_valid_i,
    .xrsp_i,
    .sync_valid_i,
    .sync_done_o,
    .inline_data_i  (inline_data),
    .inline_pop_o   (inline_pop),
    .rd_valid_o     (pay_rd_valid_o),
    .rd_ready_i     (pay_rd_ready_i),
    .rd_o           (pay_rd_o),
    .rsp_valid_i    (pay_rsp_valid_i),
    .rsp_ready_o    (pay_rsp_ready_o),
    .rsp_data_i     (pay_rsp_data_i),
    .rsp_err_i      (pay_rsp_err_i),
    .qpn_o          (ctx_qpn[4]),
    .attr_i         (ctx_attr[4]),
    .pkt_valid_o,
    .pkt_ready_i,
    .pkt_o,
    .pkt_dest_qpn_o,
    .pkt_pkey_o,
    .pay_valid_o,
    .pay_ready_i,
    .pay_data_o,
    .pay_last_o,
    .pay_bad_o,
    .arm_valid_o    (arm_valid),
    .arm_ready_i    (arm_ready),
    .arm_qpn_o      (arm_qpn),
    .arm_delay_o    (arm_delay),
    .sent_qpn_i     (ctx_qpn[3]),
    .sent_psn_o     (sent_psn),
    .notice_valid_o (notice_valid),
    .notice_ready_i (notice_ready),
    .notice_o       (notice),
    .cnt_o          (cnt_out),
    .busy_o         (transmit_busy)
  );

  //////////////////
  // Rate control //
  //////////////////

  el_roce_rate #(
    .Cfg(Cfg)
  ) u_rate (
    .clk_i,
    .rst_i,
    .now_i,
    .cfg_i         (rate_cfg_i),
    .cnp_valid_i,
    .cnp_qpn_i,
    .sent_valid_i  (cut_valid),
    .sent_qpn_i    (ctx_qpn[2]),
    .sent_bytes_i  (cut_bytes),
    .left_valid_i  (pkt_valid_o && pkt_ready_i),
    .left_bytes_i  (pkt_o.payload_len - 14'(pkt_o.padcnt)),
    .none_left_i   (!transmit_busy && !op_valid),
    .forget_valid_i(seek_valid && seek_init),
    .forget_qpn_i  (seek_qpn),
    .rd_qpn_i      ({ctx_qpn[1:0], ctx_qpn[2]}),
    .rd_hold_o     (hold),
    .wait_o        (pace_wait),
    .wake_valid_o  (pace_wake_valid),
    .wake_ready_i  (any_wake_ready && !wake_valid),
    .wake_qpn_o    (pace_wake_qpn),
    .cut_o         (rate_cut),
    .deadline_o    (rate_deadline),
    .busy_o        (rate_busy)
  );

  ///////////////////////
  // READs and atomics //
  ///////////////////////

  el_roce_sq_reads #(
    .Cfg(Cfg)
  ) u_reads (
    .clk_i,
    .rst_i,
    .start_i      (read_start),
    .clear_i      (read_clear),
    .start_qpn_i  (track_qpn),
    .clear_qpn_i  (repos.qpn[QpW-1:0]),
    .number_i     (read_number),
    .read_i       (read),
    .elems_i      (read_elems),
    .way_qpn_i,
    .way_ordered_o,
    .way_take_i,
    .pick_i       (rsp_pick_i),
    .pick_qpn_i   (rsp_qpn_i),
    .act_i        (rsp_act_i),
    .act_req_i    (rsp_req_i),
    .act_op_o     (rsp_op_o),
    .op_valid_i   (elem_op_valid_i),
    .op_qpn_i     (elem_op_qpn_i),
    .op_slot_i    (elem_op_slot_i),
    .op_pop_i     (elem_op_pop_i),
    .elem_idx_i,
    .elem_valid_o,
    .elem_o,
    .done_i       (rsp_valid_i && rsp_ready_o),
    .done_due_i   (rsp_i.due),
    .done_qpn_i   (rsp_i.qpn[QpW-1:0]),
    .placing_qpn_i({notice.qpn[QpW-1:0], ctx_qpn[3]}),
    .placing_o    (placing),
    .cnt_o        (cnt_reads),
    .busy_o       (reads_busy)
  );

  ////////////////
  // Retirement //
  ////////////////

  el_roce_timer #(
    .Cfg(Cfg)
  ) u_timer (
    .clk_i,
    .rst_i,
    .now_i,
    .set_valid_i (timer_set),
    .set_on_i    (timer_on),
    .set_qpn_i   (timer_qpn),
    .set_delay_i (timer_delay),
    .arm_valid_i (arm_valid),
    .arm_ready_o (arm_ready),
    .arm_qpn_i   (arm_qpn),
    .arm_delay_i (arm_delay),
    .fire_valid_o(fire_valid),
    .fire_ready_i(fire_ready),
    .fire_qpn_o  (fire_qpn),
    .busy_o      (timer_busy),
    .deadline_o  (timer_deadline)
  );

  assign deadline_o = el_pkg::deadline_min(timer_deadline, rate_deadline);

  el_roce_sq_retire #(
    .Cfg(Cfg)
  ) u_retire (
    .clk_i,
    .rst_i,
    .tick_cycles_i,
    .rnr_tick_cycles_i,
    .ack_valid_i,
    .ack_ready_o,
    .ack_i,
    .rsp_valid_i,
    .rsp_ready_o,
    .rsp_i,
    .notice_valid_i (notice_valid),
    .notice_ready_o (notice_ready),
    .notice_i       (notice),
    .fire_valid_i   (fire_valid),
    .fire_ready_o   (fire_ready),
    .fire_qpn_i     (fire_qpn),
    .event_valid_i  (event_valid),
    .event_ready_o  (event_ready),
    .event_i        (obj_event),
    .event_done_o   (event_done),
    .err_valid_i,
    .err_ready_o,
    .err_qpn_i,
    .qpn_o          (ctx_qpn[3]),
    .queues_i       (ctx_queues[3]),
    .attr_i         (ctx_attr[3]),
    .exists_i       (ctx_exists[3]),
    .state_i        (ctx_state[3]),
    .epoch_i        (epoch[1]),
    .place_i        (place[0]),
    .rest_i         (rest[2]),
    .why_i          (why),
    .placing_i      (placing),
    .starting_i     (making && making_qpn == ctx_qpn[3]),
    .sent_psn_i     (sent_psn),
    .state_we_o     (state_we),
    .state_qpn_o    (state_qpn),
    .state_o        (state),
    .set_valid_o    (timer_set),
    .set_on_o       (timer_on),
    .set_qpn_o      (timer_qpn),
    .set_delay_o    (timer_delay),
    .repos_valid_o  (repos_valid),
    .repos_ready_i  (repos_ready),
    .repos_o        (repos),
    .wake_valid_o   (wake_valid),
    .wake_ready_i   (wake_ready),
    .wake_qpn_o     (wake_qpn),
    .track_we_i     (track_we),
    .track_qpn_i    (track_qpn),
    .track_idx_i    (track_idx),
    .track_i        (track),
    .prog_qpn_i     (prog_qpn),
    .prog_una_o     (prog_una),
    .prog_tail_o    (prog_tail),
    .prog_rd_tail_o (prog_rd_tail),
    .prog_consumer_o(prog_consumer),
    .cqe_valid_o,
    .cqe_ready_i,
    .cqe_o,
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o,
    .err_valid_o,
    .err_ready_i,
    .err_qpn_o,
    .cnt_o          (cnt_retire),
    .busy_o         (retire_busy)
  );

  // Each part drives its own fields and leaves the others 0.
  always_comb begin
    cnt_o               = cnt_out | cnt_retire | cnt_reads;
    cnt_o.bad_doorbells = badb_valid_o;
    cnt_o.rate_cuts     = rate_cut;
  end

  assign busy_o = context_busy || source_busy || segment_busy || transmit_busy || retire_busy ||
                  timer_busy || rate_busy || reads_busy;

  logic unused;
  assign unused = ^{ctx_queues[4], ctx_attr[1:0], ctx_exists[4], ctx_state[4], prog_tail[1],
                    prog_rd_tail[1], prog_consumer[0], wqe_rsp_last_i, pay_rsp_last_i,
                    pay_rsp_user_i};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(MarkComesLast_A, !pay_valid_o || !pay_bad_o || pay_last_o)

endmodule : el_roce_requester
