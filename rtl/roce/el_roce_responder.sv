// SPDX-License-Identifier: Apache-2.0
//
// RDMA responder: requests of reliable connections, from their packets to memory and answers.
//
// Latency 9 cycles from request to the first DMA write, 4 more from the last accepted beat to the
// ACK; throughput a packet in 2 cycles and a payload beat a cycle; storage InFlight packets.
// Pipeline: seq (context, verdict) - addr (pieces) - place (translation) - move (payload) - done;
// READs and atomics go on: jobs (writes before them, atomics) - answer (packets) - the requester's
// transmit stage.
// Rules: docs/reference/roce.md, "Responder".

`include "el_assert.svh"

module el_roce_responder #(
  parameter  el_pkg::cfg_t Cfg      = el_pkg::CfgDefault,
  parameter  int unsigned  InFlight = 64,
  localparam int unsigned  QpnW     = $clog2(Cfg.Qps)
) (
  input  logic                       clk_i,
  input  logic                       rst_i,
  input  logic [7:0]                 ack_coalesce_i,

  // Requests, and the payload of the whole receive class.
  input  logic                       req_valid_i,
  output logic                       req_ready_o,
  input  el_roce_resp_pkg::req_t     req_i,
  input  logic                       pay_valid_i,
  output logic                       pay_ready_o,
  input  logic [Cfg.DataW-1:0]       pay_data_i,
  input  logic                       pay_last_i,

  // READ and atomic responses, and ACKs that keep their order: judged and placed for the requester.
  output logic                       rsp_pick_o,
  output logic [QpnW-1:0]            rsp_qpn_o,
  output logic                       rsp_act_o,
  output el_roce_resp_pkg::req_t     rsp_req_o,
  input  el_roce_resp_pkg::op_t      rsp_op_i,
  output logic                       elem_op_valid_o,
  output logic [QpnW-1:0]            elem_op_qpn_o,
  output logic [3:0]                 elem_op_slot_o,
  output logic                       elem_op_pop_o,
  output logic [2:0]                 elem_idx_o,
  input  logic                       elem_valid_i,
  input  el_regs_pkg::sge_t          elem_i,
  output logic                       rsp_valid_o,
  input  logic                       rsp_ready_i,
  output el_roce_pkg::response_t     rsp_o,

  // Receive doorbells.
  input  logic                       rqdb_valid_i,
  output logic                       rqdb_ready_o,
  input  logic [15:0]                rqdb_ctx_i,
  input  logic [23:0]                rqdb_qpn_i,
  input  logic [15:0]                rqdb_producer_i,
  output logic                       badb_valid_o,
  output logic [15:0]                badb_ctx_o,

  // Objects QpQueues and Qp; Mr DESTROY.
  input  logic                       obj_valid_i,
  input  el_pkg::obj_req_t           obj_req_i,
  output logic                       obj_rsp_valid_o,
  output el_pkg::obj_rsp_t           obj_rsp_o,

  // Queue pairs in error, from and to the requester.
  input  logic                       err_valid_i,
  output logic                       err_ready_o,
  input  logic [23:0]                err_qpn_i,
  input  logic                       err_cq_i,      // its completion was lost: nobody knows yet
  output logic                       err_valid_o,
  input  logic                       err_ready_i,
  output logic [23:0]                err_qpn_o,

  // Partition keys for the parser.
  output logic                       pkey_we_o,
  output logic [QpnW-1:0]            pkey_qpn_o,
  output logic [16:0]                pkey_o,

  // Memory regions.
  output logic                       xreq_valid_o,
  input  logic                       xreq_ready_i,
  output el_roce_pkg::xlate_req_t    xreq_o,
  output logic                       xreq_inval_o,
  input  logic                       xrsp_valid_i,
  input  el_roce_pkg::xlate_rsp_t    xrsp_i,

  // DMA: receive requests, data, atomics (reads with tag 1).
  output logic                       rq_rd_valid_o,
  input  logic                       rq_rd_ready_i,
  output el_pkg::dma_rd_req_t        rq_rd_o,
  input  logic                       rq_rsp_valid_i,
  output logic                       rq_rsp_ready_o,
  input  logic [Cfg.DataW-1:0]       rq_rsp_data_i,
  input  logic                       rq_rsp_last_i,
  input  logic                       rq_rsp_err_i,
  input  logic                       rq_rsp_atomic_i,
  output logic                       wr_valid_o,
  input  logic                       wr_ready_i,
  output el_pkg::dma_wr_req_t        wr_o,
  output logic                       wr_data_valid_o,
  input  logic                       wr_data_ready_i,
  output logic [Cfg.DataW-1:0]       wr_data_o,
  output logic                       wr_data_last_o,
  input  logic                       wr_done_i,
  input  logic                       wr_done_err_i,

  // Packets of answers to READs and atomics, by way of el_roce_sq_transmit.
  output logic                       rop_valid_o,
  input  logic                       rop_ready_i,
  output el_roce_sq_pkg::op_t        rop_o,
  output logic                       rdrop_o,
  output logic [QpnW-1:0]            rdrop_qpn_o,
  output logic [QpnW-1:0]            repoch_qpn_o,
  input  logic [15:0]                repoch_i,
  input  logic                       revent_valid_i,
  output logic                       revent_ready_o,
  input  el_roce_sq_pkg::resp_event_t revent_i,
  input  logic                       revent_old_i,

  // ACK and NAK packets (a purge takes an offer back), completions, events.
  output logic                       pkt_valid_o,
  input  logic                       pkt_ready_i,
  output el_roce_pkg::tx_pkt_t       pkt_o,
  output logic                       cqe_valid_o,
  input  logic                       cqe_ready_i,
  output el_pkg::cqe_req_t           cqe_o,
  output logic                       eqe_valid_o,
  input  logic                       eqe_ready_i,
  output el_pkg::eqe_req_t           eqe_o,

  output el_regs_pkg::cnt_roce_t     cnt_o,
  output logic                       busy_o
);

  localparam int unsigned PieceDepth = 16;

  logic                      kill_valid, kill_ready, revive, purge;
  el_roce_pkg::qpn_t         purge_qpn;
  el_roce_resp_pkg::kill_t   kill;
  logic [QpnW-1:0]           revive_qpn;
  logic                      op_valid, op_done, fetch_valid, draining, cpl_idle;
  el_roce_resp_pkg::op_t     op;
  el_roce_resp_pkg::fetch_t  fetch;
  logic                      flush_valid, flush_ready, flush_busy;
  el_roce_resp_pkg::flush_t  flush;
  logic                      seq_eqe_valid, seq_eqe_ready, done_eqe_valid, done_eqe_ready;
  el_pkg::eqe_req_t          seq_eqe, done_eqe;
  el_roce_resp_pkg::judge_cnt_t judged;
  logic [QpnW-1:0]           open_qpn;
  el_roce_resp_pkg::open_t   answered;
  logic                      job_valid, job_room, jobs_idle, fail_valid, fail_ready, fence;
  logic                      fence_done, drop_open;
  el_roce_resp_pkg::job_t    job;
  el_roce_resp_pkg::fail_t   fail;
  logic                      seq_busy, fetch_busy, addr_busy, place_busy, move_busy, done_busy;

  el_roce_resp_seq #(
    .Cfg     (Cfg),
    .InFlight(InFlight)
  ) u_seq (
    .clk_i,
    .rst_i,
    .req_valid_i,
    .req_ready_o,
    .req_i,
    .rsp_pick_o,
    .rsp_qpn_o,
    .rsp_act_o,
    .rsp_req_o,
    .rsp_op_i,
    .rqdb_valid_i,
    .rqdb_ready_o,
    .rqdb_ctx_i,
    .rqdb_qpn_i,
    .rqdb_producer_i,
    .badb_valid_o,
    .badb_ctx_o,
    .obj_valid_i,
    .obj_req_i,
    .obj_rsp_valid_o,
    .obj_rsp_o,
    .err_valid_i,
    .err_ready_o,
    .err_qpn_i,
    .err_cq_i,
    .kill_valid_i  (kill_valid),
    .kill_ready_o  (kill_ready),
    .kill_i        (kill),
    .err_valid_o,
    .err_ready_i,
    .err_qpn_o,
    .revive_o      (revive),
    .revive_qpn_o  (revive_qpn),
    .purge_o       (purge),
    .purge_qpn_o   (purge_qpn),
    .open_qpn_o    (open_qpn),
    .answered_i    (answered),
    .job_valid_o   (job_valid),
    .job_o         (job),
    .job_room_i    (job_room),
    .jobs_idle_i   (jobs_idle),
    .fail_valid_i  (fail_valid),
    .fail_ready_o  (fail_ready),
    .fail_i        (fail),
    .drop_o        (rdrop_o),
    .drop_qpn_o    (rdrop_qpn_o),
    .fence_o       (fence),
    .fence_done_i  (fence_done),
    .op_valid_o    (op_valid),
    .op_o          (op),
    .fetch_valid_o (fetch_valid),
    .fetch_o       (fetch),
    .op_done_i     (op_done),
    .cpl_idle_i    (cpl_idle),
    .flush_valid_o (flush_valid),
    .flush_ready_i (flush_ready),
    .flush_o       (flush),
    .flush_idle_i  (!flush_busy),
    .cqe_idle_i    (!cqe_valid_o),
    .pkey_we_o,
    .pkey_qpn_o,
    .pkey_o,
    .eqe_valid_o   (seq_eqe_valid),
    .eqe_ready_i   (seq_eqe_ready),
    .eqe_o         (seq_eqe),
    .cnt_o         (judged),
    .draining_o    (draining),
    .busy_o        (seq_busy)
  );

  logic                 fetch_rd_valid, fetch_rd_ready, wqe_valid, wqe_ready;
  el_pkg::dma_rd_req_t  fetch_rd;

  el_roce_rq_fetch #(
    .InFlight(InFlight)
  ) u_fetch (
    .clk_i,
    .rst_i,
    .fetch_valid_i(fetch_valid),
    .fetch_i      (fetch),
    .rd_valid_o   (fetch_rd_valid),
    .rd_ready_i   (fetch_rd_ready),
    .rd_o         (fetch_rd),
    .busy_o       (fetch_busy)
  );

  ///////////////////////////////
  // Operations become pieces  //
  ///////////////////////////////

  logic                     aop_valid, aop_ready, op_room;
  el_roce_resp_pkg::op_t    aop;
  logic                     apiece_valid, apiece_ready, piece_valid, piece_ready;
  el_roce_resp_pkg::piece_t apiece, piece;
  logic                     xrsp_valid, xrsp_take, xrsp_room;
  el_roce_pkg::xlate_rsp_t  xrsp;

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::op_t)),
    .Depth(InFlight)
  ) u_op (
    .clk_i,
    .rst_i,
    .in_valid_i (op_valid),
    .in_ready_o (op_room),
    .in_data_i  (op),
    .out_valid_o(aop_valid),
    .out_ready_i(aop_ready),
    .out_data_o (aop),
    .count_o    ()
  );

  el_roce_resp_addr #(
    .DataW(Cfg.DataW)
  ) u_addr (
    .clk_i,
    .rst_i,
    .op_valid_i   (aop_valid),
    .op_ready_o   (aop_ready),
    .op_i         (aop),
    .wqe_valid_i  (wqe_valid),
    .wqe_ready_o  (wqe_ready),
    .wqe_data_i   (rq_rsp_data_i),
    .wqe_last_i   (rq_rsp_last_i),
    .wqe_err_i    (rq_rsp_err_i),
    .elem_valid_i,
    .elem_idx_o,
    .elem_i,
    .xreq_valid_o,
    .xreq_ready_i,
    .xreq_o,
    .xreq_inval_o,
    .piece_valid_o(apiece_valid),
    .piece_ready_i(apiece_ready),
    .piece_o      (apiece),
    .busy_o       (addr_busy)
  );

  assign elem_op_valid_o = aop_valid && aop.kind == el_roce_resp_pkg::OpResp;
  assign elem_op_qpn_o   = aop.cpl.qpn[QpnW-1:0];
  assign elem_op_slot_o  = aop.slot;
  assign elem_op_pop_o   = elem_op_valid_o && aop_ready;

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::piece_t)),
    .Depth(PieceDepth)
  ) u_piece (
    .clk_i,
    .rst_i,
    .in_valid_i (apiece_valid),
    .in_ready_o (apiece_ready),
    .in_data_i  (apiece),
    .out_valid_o(piece_valid),
    .out_ready_i(piece_ready),
    .out_data_o (piece),
    .count_o    ()
  );

  // Every answer belongs to a piece in u_piece or to the one in front of it: there is always room.
  el_fifo #(
    .Width($bits(el_roce_pkg::xlate_rsp_t)),
    .Depth(2 * PieceDepth)
  ) u_xrsp (
    .clk_i,
    .rst_i,
    .in_valid_i (xrsp_valid_i),
    .in_ready_o (xrsp_room),
    .in_data_i  (xrsp_i),
    .out_valid_o(xrsp_valid),
    .out_ready_i(xrsp_take),
    .out_data_o (xrsp),
    .count_o    ()
  );

  ///////////////////////////////////////
  // Pieces become writes, ACKs, CQEs  //
  ///////////////////////////////////////

  logic                     pseg_valid, pseg_ready, seg_valid, seg_ready;
  el_roce_resp_pkg::seg_t   pseg, seg;
  logic                     cpl_valid, cpl_room, data_done;
  logic [63:0]              cpl_iova;
  logic                     mv_valid, mv_ready, mv_data_valid, mv_data_ready, mv_last;
  el_pkg::dma_wr_req_t      mv;
  logic [Cfg.DataW-1:0]     mv_data;
  el_roce_resp_pkg::cpl_t   cpl;
  el_roce_resp_pkg::fault_e fault;
  logic                     ack_sent;

  el_roce_resp_place #(
    .Cfg     (Cfg),
    .InFlight(InFlight)
  ) u_place (
    .clk_i,
    .rst_i,
    .piece_valid_i(piece_valid),
    .piece_ready_o(piece_ready),
    .piece_i      (piece),
    .xrsp_valid_i (xrsp_valid),
    .xrsp_ready_o (xrsp_take),
    .xrsp_i       (xrsp),
    .seg_valid_o  (pseg_valid),
    .seg_ready_i  (pseg_ready),
    .seg_o        (pseg),
    .cpl_valid_o  (cpl_valid),
    .cpl_o        (cpl),
    .cpl_iova_o   (cpl_iova),
    .kill_valid_o (kill_valid),
    .kill_ready_i (kill_ready),
    .kill_o       (kill),
    .revive_i     (revive),
    .revive_qpn_i (revive_qpn),
    .fault_o      (fault),
    .busy_o       (place_busy)
  );

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::seg_t)),
    .Depth(16)
  ) u_seg (
    .clk_i,
    .rst_i,
    .in_valid_i (pseg_valid),
    .in_ready_o (pseg_ready),
    .in_data_i  (pseg),
    .out_valid_o(seg_valid),
    .out_ready_i(seg_ready),
    .out_data_o (seg),
    .count_o    ()
  );

  el_roce_resp_move #(
    .DataW(Cfg.DataW)
  ) u_move (
    .clk_i,
    .rst_i,
    .seg_valid_i    (seg_valid),
    .seg_ready_o    (seg_ready),
    .seg_i          (seg),
    .pay_valid_i,
    .pay_ready_o,
    .pay_data_i,
    .pay_last_i,
    .wr_valid_o     (mv_valid),
    .wr_ready_i     (mv_ready),
    .wr_o           (mv),
    .wr_data_valid_o(mv_data_valid),
    .wr_data_ready_i(mv_data_ready),
    .wr_data_o      (mv_data),
    .wr_data_last_o (mv_last),
    .done_o         (data_done),
    .busy_o         (move_busy)
  );

  ////////////////////////
  // READs and atomics  //
  ////////////////////////

  logic                     jobs_settled;
  logic                     token_valid, token_ready, at_rd_valid, at_rd_ready, at_rsp_valid;
  el_roce_resp_pkg::token_t token;
  logic                     at_wr_valid, at_wr_ready, answer_valid, answer_ready;
  el_roce_resp_pkg::job_t   answer;
  logic [63:0]              at_addr, at_value;
  el_roce_resp_pkg::mark_t  mark, written;
  logic                     ended, ended_again, answer_busy;
  logic [QpnW-1:0]          ended_qpn;
  logic [12:0]              read_bytes;

  el_roce_resp_share #(
    .DataW(Cfg.DataW)
  ) u_share (
    .clk_i,
    .rst_i,
    .rq_valid_i     (fetch_rd_valid),
    .rq_ready_o     (fetch_rd_ready),
    .rq_i           (fetch_rd),
    .at_rd_valid_i  (at_rd_valid),
    .at_rd_ready_o  (at_rd_ready),
    .at_addr_i      (at_addr),
    .rd_valid_o     (rq_rd_valid_o),
    .rd_ready_i     (rq_rd_ready_i),
    .rd_o           (rq_rd_o),
    .rsp_valid_i    (rq_rsp_valid_i),
    .rsp_ready_o    (rq_rsp_ready_o),
    .rsp_atomic_i   (rq_rsp_atomic_i),
    .rq_rsp_valid_o (wqe_valid),
    .rq_rsp_ready_i (wqe_ready),
    .at_rsp_valid_o (at_rsp_valid),
    .mv_valid_i     (mv_valid),
    .mv_ready_o     (mv_ready),
    .mv_i           (mv),
    .mv_data_valid_i(mv_data_valid),
    .mv_data_ready_o(mv_data_ready),
    .mv_data_i      (mv_data),
    .mv_last_i      (mv_last),
    .at_wr_valid_i  (at_wr_valid),
    .at_wr_ready_o  (at_wr_ready),
    .at_value_i     (at_value),
    .wr_valid_o,
    .wr_ready_i,
    .wr_o,
    .wr_data_valid_o,
    .wr_data_ready_i,
    .wr_data_o,
    .wr_data_last_o,
    .wr_done_i,
    .mark_o         (mark),
    .written_o      (written)
  );

  el_roce_resp_jobs #(
    .Cfg(Cfg)
  ) u_jobs (
    .clk_i,
    .rst_i,
    .job_valid_i   (job_valid),
    .job_i         (job),
    .room_o        (job_room),
    .token_valid_i (token_valid),
    .token_ready_o (token_ready),
    .token_i       (token),
    .mark_i        (mark),
    .written_i     (written),
    .wr_done_i,
    .wr_done_err_i,
    .rd_valid_o    (at_rd_valid),
    .rd_ready_i    (at_rd_ready),
    .addr_o        (at_addr),
    .rsp_valid_i   (at_rsp_valid),
    .rsp_data_i    (rq_rsp_data_i[63:0]),
    .rsp_err_i     (rq_rsp_err_i),
    .wr_valid_o    (at_wr_valid),
    .wr_ready_i    (at_wr_ready),
    .value_o       (at_value),
    .answer_valid_o(answer_valid),
    .answer_ready_i(answer_ready),
    .answer_o      (answer),
    .drop_i        (rdrop_o),
    .drop_qpn_i    (rdrop_qpn_o),
    .settled_o     (jobs_settled),
    .idle_o        (jobs_idle)
  );

  el_roce_resp_answer #(
    .Cfg(Cfg)
  ) u_answer (
    .clk_i,
    .rst_i,
    .answer_valid_i  (answer_valid),
    .answer_ready_o  (answer_ready),
    .answer_i        (answer),
    .drop_i          (rdrop_o),
    .drop_qpn_i      (rdrop_qpn_o),
    .drop_open_i     (drop_open),
    .fence_i         (fence),
    .fence_done_o    (fence_done),
    .op_valid_o      (rop_valid_o),
    .op_ready_i      (rop_ready_i),
    .op_o            (rop_o),
    .epoch_qpn_o     (repoch_qpn_o),
    .epoch_i         (repoch_i),
    .event_valid_i   (revent_valid_i),
    .event_ready_o   (revent_ready_o),
    .event_i         (revent_i),
    .event_old_i     (revent_old_i),
    .answered_o      (ended),
    .answered_qpn_o  (ended_qpn),
    .answered_again_o(ended_again),
    .fail_valid_o    (fail_valid),
    .fail_ready_i    (fail_ready),
    .fail_o          (fail),
    .bytes_o         (read_bytes),
    .busy_o          (answer_busy)
  );

  logic             done_cqe_valid, done_cqe_ready, flush_cqe_valid, flush_cqe_ready;
  el_pkg::cqe_req_t done_cqe, flush_cqe;

  el_roce_resp_done #(
    .Cfg     (Cfg),
    .InFlight(InFlight)
  ) u_done (
    .clk_i,
    .rst_i,
    .cpl_valid_i     (cpl_valid),
    .cpl_ready_o     (cpl_room),
    .cpl_i           (cpl),
    .cpl_iova_i      (cpl_iova),
    .data_done_i     (data_done),
    .op_done_o       (op_done),
    .cqe_valid_o     (done_cqe_valid),
    .cqe_ready_i     (done_cqe_ready),
    .cqe_o           (done_cqe),
    .eqe_valid_o     (done_eqe_valid),
    .eqe_ready_i     (done_eqe_ready),
    .eqe_o           (done_eqe),
    .pkt_valid_o,
    .pkt_ready_i,
    .pkt_o,
    .rsp_valid_o,
    .rsp_ready_i,
    .rsp_o,
    .mark_i          (mark),
    .token_valid_o   (token_valid),
    .token_ready_i   (token_ready),
    .token_o         (token),
    .settled_i       (jobs_settled),
    .look_qpn_i      (open_qpn),
    .answered_o      (answered),
    .answered_i      (ended),
    .answered_qpn_i  (ended_qpn),
    .answered_again_i(ended_again),
    .drop_i          (rdrop_o),
    .drop_qpn_i      (rdrop_qpn_o),
    .drop_open_o     (drop_open),
    .limit_i         (ack_coalesce_i),
    .draining_i      (draining),
    .purge_i         (purge),
    .purge_qpn_i     (purge_qpn),
    .ack_o           (ack_sent),
    .idle_o          (cpl_idle),
    .busy_o          (done_busy)
  );

  el_roce_rq_flush u_flush (
    .clk_i,
    .rst_i,
    .flush_valid_i(flush_valid),
    .flush_ready_o(flush_ready),
    .flush_i      (flush),
    .cqe_valid_o  (flush_cqe_valid),
    .cqe_ready_i  (flush_cqe_ready),
    .cqe_o        (flush_cqe),
    .busy_o       (flush_busy)
  );

  // A choice stays until it is taken: the buffers hold it.
  el_roce_merge #(
    .Width($bits(el_pkg::cqe_req_t))
  ) u_cqe (
    .clk_i,
    .rst_i,
    .in_valid_i ({flush_cqe_valid, done_cqe_valid}),
    .in_ready_o ({flush_cqe_ready, done_cqe_ready}),
    .in_data_i  ({flush_cqe, done_cqe}),
    .out_valid_o(cqe_valid_o),
    .out_ready_i(cqe_ready_i),
    .out_data_o (cqe_o)
  );

  el_roce_merge #(
    .Width($bits(el_pkg::eqe_req_t))
  ) u_eqe (
    .clk_i,
    .rst_i,
    .in_valid_i ({seq_eqe_valid, done_eqe_valid}),
    .in_ready_o ({seq_eqe_ready, done_eqe_ready}),
    .in_data_i  ({seq_eqe, done_eqe}),
    .out_valid_o(eqe_valid_o),
    .out_ready_i(eqe_ready_i),
    .out_data_o (eqe_o)
  );

  assign busy_o = seq_busy || fetch_busy || aop_valid || addr_busy || place_busy || xrsp_valid ||
                  move_busy || done_busy || flush_busy || cqe_valid_o || eqe_valid_o ||
                  !jobs_idle || answer_busy;

  //////////////
  // Counters //
  //////////////

  always_comb begin
    cnt_o                  = '0;
    cnt_o.rx_duplicates    = judged.dup;
    cnt_o.rx_gaps          = judged.gap;
    cnt_o.rx_rnr           = judged.rnr;
    cnt_o.rx_invalid       = judged.invalid;
    cnt_o.rx_ignored       = judged.ignored;
    cnt_o.rx_access_errors = fault == el_roce_resp_pkg::FltRkey ||
                             fault == el_roce_resp_pkg::FltInval;
    cnt_o.rx_local_errors  = fault == el_roce_resp_pkg::FltLen ||
                             fault == el_roce_resp_pkg::FltWqe ||
                             fault == el_roce_resp_pkg::FltDma ||
                             fault == el_roce_resp_pkg::FltLocal ||
                             (fail_valid && fail_ready);
    cnt_o.tx_acks          = ack_sent;
    cnt_o.rx_write_bytes   = (mv_valid && mv_ready) ? mv.len : '0;
    cnt_o.rq_completions   = done_cqe_valid && done_cqe_ready;
    cnt_o.rq_flushed       = flush_cqe_valid && flush_cqe_ready;
    cnt_o.rq_bad_doorbells = badb_valid_o;
    cnt_o.rx_reads         = judged.read;
    cnt_o.rx_atomics       = judged.atomic;
    cnt_o.tx_read_bytes    = read_bytes;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RoomForEveryOperation_A, !op_valid || op_room)
  `EL_ASSERT(RoomForEveryAnswer_A, !xrsp_valid_i || xrsp_room)
  `EL_ASSERT(RoomForEveryCompletion_A, !cpl_valid || cpl_room)

endmodule : el_roce_responder
