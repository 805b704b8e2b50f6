// SPDX-License-Identifier: Apache-2.0
//
// RDMA layer: reliable connections in RoCEv2 or EthLink encapsulation, both directions, with memory
// regions and objects.
//
// Latency and throughput are those of the parts; headers leave 2 cycles after their packet.
// Storage: the tables of Qps queue pairs, Mrs regions and Mtts pages.
// Documents: docs/reference/roce.md, docs/reference/memory-regions.md.

`include "el_assert.svh"

module el_roce #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  QpnW = $clog2(Cfg.Qps),
  localparam int unsigned  MttW = $clog2(Cfg.Mtts)
) (
  input  logic                        clk_i,
  input  logic                        rst_i,
  input  el_pkg::cycles_t             now_i,

  // Quasi-static configuration.
  input  el_pkg::port_cfg_t           port_cfg_i,
  input  el_regs_pkg::csr_roce_cfg_t  cfg_i,
  input  el_roce_rate_pkg::cfg_t      rate_cfg_i,

  // Doorbells and pushed descriptors; refused ones are reported by user context.
  input  logic                        sqdb_valid_i,
  output logic                        sqdb_ready_o,
  input  logic [15:0]                 sqdb_ctx_i,
  input  logic [23:0]                 sqdb_qpn_i,
  input  logic [15:0]                 sqdb_producer_i,
  input  logic                        sqpush_valid_i,
  output logic                        sqpush_ready_o,
  input  logic [15:0]                 sqpush_ctx_i,
  input  logic                        sqpush_first_i,
  input  logic                        sqpush_last_i,
  input  logic [511:0]                sqpush_data_i,
  input  logic                        rqdb_valid_i,
  output logic                        rqdb_ready_o,
  input  logic [15:0]                 rqdb_ctx_i,
  input  logic [23:0]                 rqdb_qpn_i,
  input  logic [15:0]                 rqdb_producer_i,
  output logic                        badb_valid_o,
  output logic [15:0]                 badb_ctx_o,

  // Objects: Mr; QpQueues, QpPath and Qp.
  input  logic                        mr_obj_valid_i,
  input  logic                        qp_obj_valid_i,
  input  el_pkg::obj_req_t            obj_req_i,
  output logic                        mr_obj_rsp_valid_o,
  output el_pkg::obj_rsp_t            mr_obj_rsp_o,
  output logic                        qp_obj_rsp_valid_o,
  output el_pkg::obj_rsp_t            qp_obj_rsp_o,
  input  logic                        mtt_we_i,
  input  logic [MttW-1:0]             mtt_waddr_i,
  input  logic [63:0]                 mtt_wdata_i,

  // Frames from and to the Ethernet layer.
  input  logic                        rx_hdr_valid_i,
  output logic                        rx_hdr_ready_o,
  input  el_pkg::rx_hdr_t             rx_hdr_i,
  input  logic                        rx_pay_valid_i,
  output logic                        rx_pay_ready_o,
  input  logic [Cfg.DataW-1:0]        rx_pay_data_i,
  input  logic                        rx_pay_last_i,
  output logic                        hdr_valid_o,
  input  logic                        hdr_ready_i,
  output el_pkg::tx_hdr_t             hdr_o,
  output logic                        pay_valid_o,
  input  logic                        pay_ready_i,
  output logic [Cfg.DataW-1:0]        pay_data_o,
  output logic                        pay_last_o,
  output logic                        pay_bad_o,       // with the last beat: spoil the frame

  // DMA reads: [0] send descriptors, [1] payload, [2] receive requests, atomics.
  output logic [2:0]                  rd_valid_o,
  input  logic [2:0]                  rd_ready_i,
  output el_pkg::dma_rd_req_t [2:0]   rd_o,
  input  logic [2:0]                  rd_rsp_valid_i,
  output logic [2:0]                  rd_rsp_ready_o,
  input  logic [2:0][Cfg.DataW-1:0]   rd_rsp_data_i,
  input  logic [2:0]                  rd_rsp_last_i,
  input  logic [2:0]                  rd_rsp_err_i,
  input  logic [2:0][el_pkg::DmaUserW-1:0] rd_rsp_user_i,

  // DMA writes: payload of SEND and WRITE, atomics.
  output logic                        wr_valid_o,
  input  logic                        wr_ready_i,
  output el_pkg::dma_wr_req_t         wr_o,
  output logic                        wr_data_valid_o,
  input  logic                        wr_data_ready_i,
  output logic [Cfg.DataW-1:0]        wr_data_o,
  output logic                        wr_data_last_o,
  input  logic                        wr_done_i,
  input  logic                        wr_done_err_i,

  // Completions [0] send [1] receive, events.
  output logic [1:0]                  cqe_valid_o,
  input  logic [1:0]                  cqe_ready_i,
  output el_pkg::cqe_req_t [1:0]      cqe_o,
  output logic                        eqe_valid_o,
  input  logic                        eqe_ready_i,
  output el_pkg::eqe_req_t            eqe_o,

  // Queue pairs that lost a completion: they end.
  input  logic                        cqfail_valid_i,
  output logic                        cqfail_ready_o,
  input  logic [23:0]                 cqfail_qpn_i,

  output el_regs_pkg::cnt_roce_t      cnt_o,
  output el_regs_pkg::cnt_roce_sq_t   cnt_sq_o,
  output el_pkg::cycles_t             deadline_o,
  output logic                        busy_o
);

  /////////////
  // Objects //
  /////////////

  logic                   mr_valid, mr_done, resp_valid, resp_done, rq_valid, rq_done;
  logic                   sync_valid, sync_done;
  el_pkg::obj_req_t       obj;
  el_pkg::obj_rsp_t       mr_rsp, resp_rsp, rq_rsp, obj_rsp;
  logic [QpnW-1:0]        tab_qpn;
  logic                   tab_ah, path_we, dest_we, pkey_we, tab_re;
  el_roce_hdr_pkg::path_t path_w, path_r;
  logic [23:0]            dest_w, dest_r;
  logic [15:0]            pkey_w;
  logic                   obj_busy;

  el_roce_obj #(
    .Cfg(Cfg)
  ) u_obj (
    .clk_i,
    .rst_i,
    .mr_valid_i     (mr_obj_valid_i),
    .qp_valid_i     (qp_obj_valid_i),
    .req_i          (obj_req_i),
    .mr_rsp_valid_o (mr_obj_rsp_valid_o),
    .qp_rsp_valid_o (qp_obj_rsp_valid_o),
    .rsp_o          (obj_rsp),
    .to_mr_valid_o  (mr_valid),
    .to_resp_valid_o(resp_valid),
    .to_req_valid_o (rq_valid),
    .to_o           (obj),
    .mr_done_i      (mr_done),
    .mr_i           (mr_rsp),
    .resp_done_i    (resp_done),
    .responder_i    (resp_rsp),
    .req_done_i     (rq_done),
    .requester_i    (rq_rsp),
    .sync_valid_o   (sync_valid),
    .sync_done_i    (sync_done),
    .tab_qpn_o      (tab_qpn),
    .tab_ah_o       (tab_ah),
    .path_we_o      (path_we),
    .path_o         (path_w),
    .dest_we_o      (dest_we),
    .dest_o         (dest_w),
    .pkey_we_o      (pkey_we),
    .pkey_o         (pkey_w),
    .tab_re_o       (tab_re),
    .path_i         (path_r),
    .dest_i         (dest_r),
    .busy_o         (obj_busy)
  );

  assign mr_obj_rsp_o = obj_rsp;
  assign qp_obj_rsp_o = obj_rsp;

  ////////////////////
  // Memory regions //
  ////////////////////

  logic [1:0]                    xreq_valid, xreq_ready, xreq_inval, xrsp_valid;
  el_roce_pkg::xlate_req_t [1:0] xreq;
  el_roce_pkg::xlate_rsp_t       xrsp;
  logic                          mr_busy;

  assign xreq_inval[1] = 1'b0;  // the requester invalidates nothing

  el_roce_mr #(
    .Cfg(Cfg),
    .N  (2)
  ) u_mr (
    .clk_i,
    .rst_i,
    .xreq_valid_i   (xreq_valid),
    .xreq_ready_o   (xreq_ready),
    .xreq_i         (xreq),
    .xreq_inval_i   (xreq_inval),
    .xrsp_valid_o   (xrsp_valid),
    .xrsp_o         (xrsp),
    .obj_valid_i    (mr_valid),
    .obj_req_i      (obj),
    .obj_rsp_valid_o(mr_done),
    .obj_rsp_o      (mr_rsp),
    .mtt_we_i,
    .mtt_waddr_i,
    .mtt_wdata_i,
    .busy_o         (mr_busy)
  );

  /////////////
  // Receive //
  /////////////

  logic                   pkey_tab_we;
  logic [QpnW-1:0]        pkey_tab_qpn;
  logic [18:0]            pkey_tab;
  logic                   in_valid, in_ready, ack_valid, ack_ready, grh_valid, grh_ready;
  logic [319:0]           grh;
  el_roce_resp_pkg::req_t in;
  el_roce_pkg::ack_t      ack;
  el_regs_pkg::cnt_roce_t rx_cnt, resp_cnt;
  logic                   rx_busy, cnp_valid, mark_valid;
  logic [QpnW-1:0]        mark_qpn;

  // READ and atomic responses: between responder and requester.
  logic                    way_ordered, way_take, rsp_pick, rsp_act, rsp_valid, rsp_ready;
  logic [QpnW-1:0]         way_qpn, rsp_qpn, elem_op_qpn;
  el_roce_resp_pkg::req_t  rsp_req;
  el_roce_resp_pkg::op_t   rsp_op;
  logic                    elem_op_valid, elem_op_pop, elem_valid;
  logic [3:0]              elem_op_slot;
  logic [2:0]              elem_idx;
  el_regs_pkg::sge_t       elem;
  el_roce_pkg::response_t  rsp;

  el_roce_rx #(
    .Cfg(Cfg)
  ) u_rx (
    .clk_i,
    .rst_i,
    .hdr_valid_i(rx_hdr_valid_i),
    .hdr_ready_o(rx_hdr_ready_o),
    .hdr_i      (rx_hdr_i),
    .pkey_we_i  (pkey_tab_we),
    .pkey_qpn_i (pkey_tab_qpn),
    .pkey_i     (pkey_tab),
    .encap_we_i (path_we),
    .encap_qpn_i(tab_qpn),
    .encap_i    (path_w.ethlink),
    .req_valid_o(in_valid),
    .req_ready_i(in_ready),
    .req_o      (in),
    .grh_valid_o(grh_valid),
    .grh_ready_i(grh_ready),
    .grh_o      (grh),
    .way_qpn_o  (way_qpn),
    .way_ordered_i(way_ordered),
    .way_take_o (way_take),
    .ack_valid_o(ack_valid),
    .ack_ready_i(ack_ready),
    .ack_o      (ack),
    .cnp_valid_o(cnp_valid),
    .mark_valid_o(mark_valid),
    .mark_qpn_o (mark_qpn),
    .cnt_o      (rx_cnt),
    .busy_o     (rx_busy)
  );

  logic                        rop_valid, rop_ready, rdrop, revent_valid, revent_ready, revent_old;
  el_roce_sq_pkg::op_t         rop;
  logic [QpnW-1:0]             rdrop_qpn, repoch_qpn;
  logic [15:0]                 repoch;
  el_roce_sq_pkg::resp_event_t revent;
  logic                 resp_badb_valid, down_valid, down_ready, up_valid, up_ready, up_sqe;
  logic [15:0]          resp_badb_ctx;
  logic [23:0]          down_qpn, up_qpn;  // queue pairs in error: to and from the requester
  logic                 err_ready;
  logic                 resp_pkt_valid, resp_pkt_ready, resp_eqe_valid, resp_eqe_ready, resp_busy;
  el_roce_pkg::tx_pkt_t resp_pkt;
  el_pkg::eqe_req_t     resp_eqe;

  // The requester told its own side; of a completion that was lost nobody knows yet.
  assign up_ready       = err_ready && up_valid;
  assign cqfail_ready_o = err_ready && !up_valid;

  el_roce_responder #(
    .Cfg(Cfg)
  ) u_responder (
    .clk_i,
    .rst_i,
    .ack_coalesce_i (cfg_i.ack_coalesce),
    .req_valid_i    (in_valid),
    .req_ready_o    (in_ready),
    .req_i          (in),
    .grh_valid_i    (grh_valid),
    .grh_ready_o    (grh_ready),
    .grh_i          (grh),
    .pay_valid_i    (rx_pay_valid_i),
    .pay_ready_o    (rx_pay_ready_o),
    .pay_data_i     (rx_pay_data_i),
    .pay_last_i     (rx_pay_last_i),
    .rsp_pick_o     (rsp_pick),
    .rsp_qpn_o      (rsp_qpn),
    .rsp_act_o      (rsp_act),
    .rsp_req_o      (rsp_req),
    .rsp_op_i       (rsp_op),
    .elem_op_valid_o(elem_op_valid),
    .elem_op_qpn_o  (elem_op_qpn),
    .elem_op_slot_o (elem_op_slot),
    .elem_op_pop_o  (elem_op_pop),
    .elem_idx_o     (elem_idx),
    .elem_valid_i   (elem_valid),
    .elem_i         (elem),
    .rsp_valid_o    (rsp_valid),
    .rsp_ready_i    (rsp_ready),
    .rsp_o          (rsp),
    .rqdb_valid_i,
    .rqdb_ready_o,
    .rqdb_ctx_i,
    .rqdb_qpn_i,
    .rqdb_producer_i,
    .badb_valid_o   (resp_badb_valid),
    .badb_ctx_o     (resp_badb_ctx),
    .obj_valid_i    (resp_valid),
    .obj_req_i      (obj),
    .obj_rsp_valid_o(resp_done),
    .obj_rsp_o      (resp_rsp),
    .err_valid_i    (up_valid || cqfail_valid_i),
    .err_ready_o    (err_ready),
    .err_qpn_i      (up_valid ? up_qpn : cqfail_qpn_i),
    .err_cq_i       (!up_valid),
    .err_sqe_i      (up_valid && up_sqe),
    .err_valid_o    (down_valid),
    .err_ready_i    (down_ready),
    .err_qpn_o      (down_qpn),
    .pkey_we_o      (pkey_tab_we),
    .pkey_qpn_o     (pkey_tab_qpn),
    .pkey_o         (pkey_tab),
    .xreq_valid_o   (xreq_valid[0]),
    .xreq_ready_i   (xreq_ready[0]),
    .xreq_o         (xreq[0]),
    .xreq_inval_o   (xreq_inval[0]),
    .xrsp_valid_i   (xrsp_valid[0]),
    .xrsp_i         (xrsp),
    .rq_rd_valid_o  (rd_valid_o[2]),
    .rq_rd_ready_i  (rd_ready_i[2]),
    .rq_rd_o        (rd_o[2]),
    .rq_rsp_valid_i (rd_rsp_valid_i[2]),
    .rq_rsp_ready_o (rd_rsp_ready_o[2]),
    .rq_rsp_data_i  (rd_rsp_data_i[2]),
    .rq_rsp_last_i  (rd_rsp_last_i[2]),
    .rq_rsp_err_i   (rd_rsp_err_i[2]),
    .rq_rsp_atomic_i(rd_rsp_user_i[2][0]),
    .wr_valid_o,
    .wr_ready_i,
    .wr_o,
    .wr_data_valid_o,
    .wr_data_ready_i,
    .wr_data_o,
    .wr_data_last_o,
    .wr_done_i,
    .wr_done_err_i,
    .rop_valid_o    (rop_valid),
    .rop_ready_i    (rop_ready),
    .rop_o          (rop),
    .rdrop_o        (rdrop),
    .rdrop_qpn_o    (rdrop_qpn),
    .repoch_qpn_o   (repoch_qpn),
    .repoch_i       (repoch),
    .revent_valid_i (revent_valid),
    .revent_ready_o (revent_ready),
    .revent_i       (revent),
    .revent_old_i   (revent_old),
    .pkt_valid_o    (resp_pkt_valid),
    .pkt_ready_i    (resp_pkt_ready),
    .pkt_o          (resp_pkt),
    .cqe_valid_o    (cqe_valid_o[1]),
    .cqe_ready_i    (cqe_ready_i[1]),
    .cqe_o          (cqe_o[1]),
    .eqe_valid_o    (resp_eqe_valid),
    .eqe_ready_i    (resp_eqe_ready),
    .eqe_o          (resp_eqe),
    .cnt_o          (resp_cnt),
    .busy_o         (resp_busy)
  );

  logic                 cnp_sent, cnp_busy, out_valid, out_ready;
  el_roce_pkg::tx_pkt_t out_pkt;

  el_roce_cnp #(
    .Cfg(Cfg)
  ) u_cnp (
    .clk_i,
    .rst_i,
    .now_i,
    .cfg_i         (rate_cfg_i.cnp),
    .mark_valid_i  (mark_valid),
    .mark_qpn_i    (mark_qpn),
    .forget_valid_i(pkey_tab_we && !pkey_tab[16]),
    .forget_qpn_i  (pkey_tab_qpn),
    .ack_valid_i   (resp_pkt_valid),
    .ack_ready_o   (resp_pkt_ready),
    .ack_i         (resp_pkt),
    .pkt_valid_o   (out_valid),
    .pkt_ready_i   (out_ready),
    .pkt_o         (out_pkt),
    .sent_o        (cnp_sent),
    .busy_o        (cnp_busy)
  );

  always_comb begin
    cnt_o        = rx_cnt | resp_cnt;  // each drives its own fields
    cnt_o.tx_cnp = cnp_sent;
  end

  //////////
  // Send //
  //////////

  logic                 rq_badb_valid, rq_pkt_valid, rq_pkt_ready, rq_eqe_valid, rq_eqe_ready;
  logic [15:0]          rq_badb_ctx, rq_pkt_pkey;
  logic [23:0]          rq_pkt_dest;
  el_roce_pkg::tx_pkt_t rq_pkt;
  el_pkg::eqe_req_t     rq_eqe;
  logic                 rq_busy;

  el_roce_requester #(
    .Cfg(Cfg)
  ) u_requester (
    .clk_i,
    .rst_i,
    .now_i,
    .tick_cycles_i    (cfg_i.tick_cycles),
    .rnr_tick_cycles_i(cfg_i.rnr_tick_cycles),
    .rate_cfg_i,
    .cnp_valid_i      (cnp_valid),
    .cnp_qpn_i        (mark_qpn),
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
    .badb_valid_o     (rq_badb_valid),
    .badb_ctx_o       (rq_badb_ctx),
    .ack_valid_i      (ack_valid),
    .ack_ready_o      (ack_ready),
    .ack_i            (ack),
    .way_qpn_i        (way_qpn),
    .way_ordered_o    (way_ordered),
    .way_take_i       (way_take),
    .rsp_pick_i       (rsp_pick),
    .rsp_qpn_i        (rsp_qpn),
    .rsp_act_i        (rsp_act),
    .rsp_req_i        (rsp_req),
    .rsp_op_o         (rsp_op),
    .elem_op_valid_i  (elem_op_valid),
    .elem_op_qpn_i    (elem_op_qpn),
    .elem_op_slot_i   (elem_op_slot),
    .elem_op_pop_i    (elem_op_pop),
    .elem_idx_i       (elem_idx),
    .elem_valid_o     (elem_valid),
    .elem_o           (elem),
    .rsp_valid_i      (rsp_valid),
    .rsp_ready_o      (rsp_ready),
    .rsp_i            (rsp),
    .obj_valid_i      (rq_valid),
    .obj_req_i        (obj),
    .obj_rsp_valid_o  (rq_done),
    .obj_rsp_o        (rq_rsp),
    .err_valid_i      (down_valid),
    .err_ready_o      (down_ready),
    .err_qpn_i        (down_qpn),
    .err_valid_o      (up_valid),
    .err_ready_i      (up_ready),
    .err_qpn_o        (up_qpn),
    .err_sqe_o        (up_sqe),
    .xreq_valid_o     (xreq_valid[1]),
    .xreq_ready_i     (xreq_ready[1]),
    .xreq_o           (xreq[1]),
    .xrsp_valid_i     (xrsp_valid[1]),
    .xrsp_i           (xrsp),
    .sync_valid_i     (sync_valid),
    .sync_done_o      (sync_done),
    .rop_valid_i      (rop_valid),
    .rop_ready_o      (rop_ready),
    .rop_i            (rop),
    .rdrop_i          (rdrop),
    .rdrop_qpn_i      (rdrop_qpn),
    .repoch_qpn_i     (repoch_qpn),
    .repoch_o         (repoch),
    .revent_valid_o   (revent_valid),
    .revent_ready_i   (revent_ready),
    .revent_o         (revent),
    .revent_old_o     (revent_old),
    .wqe_rd_valid_o   (rd_valid_o[0]),
    .wqe_rd_ready_i   (rd_ready_i[0]),
    .wqe_rd_o         (rd_o[0]),
    .wqe_rsp_valid_i  (rd_rsp_valid_i[0]),
    .wqe_rsp_ready_o  (rd_rsp_ready_o[0]),
    .wqe_rsp_data_i   (rd_rsp_data_i[0]),
    .wqe_rsp_last_i   (rd_rsp_last_i[0]),
    .wqe_rsp_err_i    (rd_rsp_err_i[0]),
    .pay_rd_valid_o   (rd_valid_o[1]),
    .pay_rd_ready_i   (rd_ready_i[1]),
    .pay_rd_o         (rd_o[1]),
    .pay_rsp_valid_i  (rd_rsp_valid_i[1]),
    .pay_rsp_ready_o  (rd_rsp_ready_o[1]),
    .pay_rsp_data_i   (rd_rsp_data_i[1]),
    .pay_rsp_last_i   (rd_rsp_last_i[1]),
    .pay_rsp_err_i    (rd_rsp_err_i[1]),
    .pay_rsp_user_i   (rd_rsp_user_i[1]),
    .pkt_valid_o      (rq_pkt_valid),
    .pkt_ready_i      (rq_pkt_ready),
    .pkt_o            (rq_pkt),
    .pkt_dest_qpn_o   (rq_pkt_dest),
    .pkt_pkey_o       (rq_pkt_pkey),
    .pay_valid_o,
    .pay_ready_i,
    .pay_data_o,
    .pay_last_o,
    .pay_bad_o,
    .cqe_valid_o      (cqe_valid_o[0]),
    .cqe_ready_i      (cqe_ready_i[0]),
    .cqe_o            (cqe_o[0]),
    .eqe_valid_o      (rq_eqe_valid),
    .eqe_ready_i      (rq_eqe_ready),
    .eqe_o            (rq_eqe),
    .cnt_o            (cnt_sq_o),
    .deadline_o,
    .busy_o           (rq_busy)
  );

  /////////////
  // Headers //
  /////////////

  logic                   path_valid, path_ready, path_busy, txhdr_busy;
  el_roce_pkg::tx_pkt_t   path_pkt;
  logic [23:0]            path_dest;
  logic [15:0]            path_pkey;
  el_roce_hdr_pkg::path_t path;

  el_roce_path #(
    .Cfg(Cfg)
  ) u_path (
    .clk_i,
    .rst_i,
    .ack_valid_i   (out_valid),
    .ack_ready_o   (out_ready),
    .ack_i         (out_pkt),
    .req_valid_i   (rq_pkt_valid),
    .req_ready_o   (rq_pkt_ready),
    .req_i         (rq_pkt),
    .req_dest_qpn_i(rq_pkt_dest),
    .req_pkey_i    (rq_pkt_pkey),
    .out_valid_o   (path_valid),
    .out_ready_i   (path_ready),
    .out_o         (path_pkt),
    .out_dest_qpn_o(path_dest),
    .out_pkey_o    (path_pkey),
    .out_path_o    (path),
    .obj_qpn_i     (tab_qpn),
    .obj_ah_i      (tab_ah),
    .obj_path_we_i (path_we),
    .obj_path_i    (path_w),
    .obj_dest_we_i (dest_we),
    .obj_dest_i    (dest_w),
    .obj_pkey_we_i (pkey_we),
    .obj_pkey_i    (pkey_w),
    .obj_re_i      (tab_re),
    .obj_path_o    (path_r),
    .obj_dest_o    (dest_r),
    .busy_o        (path_busy)
  );

  el_roce_txhdr u_txhdr (
    .clk_i,
    .rst_i,
    .port_cfg_i,
    .cnp_cfg_i  (rate_cfg_i.cnp),
    .in_valid_i (path_valid),
    .in_ready_o (path_ready),
    .pkt_i      (path_pkt),
    .dest_qpn_i (path_dest),
    .pkey_i     (path_pkey),
    .path_i     (path),
    .hdr_valid_o,
    .hdr_ready_i,
    .hdr_o,
    .busy_o     (txhdr_busy)
  );

  ////////////////////////////
  // Events, bad doorbells  //
  ////////////////////////////

  el_roce_merge #(
    .Width($bits(el_pkg::eqe_req_t))
  ) u_eqe (
    .clk_i,
    .rst_i,
    .in_valid_i ({rq_eqe_valid, resp_eqe_valid}),
    .in_ready_o ({rq_eqe_ready, resp_eqe_ready}),
    .in_data_i  ({rq_eqe, resp_eqe}),
    .out_valid_o(eqe_valid_o),
    .out_ready_i(eqe_ready_i),
    .out_data_o (eqe_o)
  );

  // A pulse of the responder waits for one of the requester; the responder makes one in two cycles.
  logic        badb_q;
  logic [15:0] badb_ctx_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) badb_q <= 1'b0;
    else badb_q <= rq_badb_valid && (badb_q || resp_badb_valid);
    if (resp_badb_valid) badb_ctx_q <= resp_badb_ctx;
  end

  assign badb_valid_o = rq_badb_valid || badb_q || resp_badb_valid;
  assign badb_ctx_o   = rq_badb_valid ? rq_badb_ctx : badb_q ? badb_ctx_q : resp_badb_ctx;

  assign busy_o = obj_busy || mr_busy || rx_busy || resp_busy || rq_busy || path_busy ||
                  txhdr_busy || eqe_valid_o || badb_q || cnp_busy;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(CountersApart_A, (rx_cnt & resp_cnt) == '0)
  `EL_ASSERT(ObjectsOneAtATime_A, !(mr_obj_valid_i && qp_obj_valid_i))

  logic unused_user;  // descriptors are read without a tag, receive requests with one bit
  assign unused_user = ^{rd_rsp_user_i[2][el_pkg::DmaUserW-1:1], rd_rsp_user_i[0],
                         cfg_i.unused_63};

endmodule : el_roce
