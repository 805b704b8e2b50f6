// SPDX-License-Identifier: Apache-2.0
//
// Everything of el_roce that receives: parser, responder, regions, objects, paths and headers, and
// the transmit stage of the requester for the answers to READs.
//
// The rest of the requester is replaced by ports, so that a test can refuse objects and report
// errors.

`include "el_assert.svh"

module el_roce_target_tb #(
  parameter  int unsigned DataW = 512,
  parameter  int unsigned Qps   = 16
) (
  input  logic              clk_i,
  input  logic              rst_i,
  input  logic [7:0]        ack_coalesce_i,
  input  logic [47:0]       mac_i,
  input  logic [127:0]      gid0_i,
  input  logic [127:0]      gid1_i,

  // Frames in.
  input  logic              hdr_valid_i,
  output logic              hdr_ready_o,
  input  logic [895:0]      hdr_data_i,
  input  logic [7:0]        hdr_len_i,
  input  logic [13:0]       hdr_payload_len_i,
  input  logic              hdr_vlan_i,
  input  logic              hdr_ipv6_i,
  input  logic              hdr_oefh_i,
  input  logic [1:0]        hdr_ecn_i,
  input  logic              pay_valid_i,
  output logic              pay_ready_o,
  input  logic [DataW-1:0]  pay_data_i,
  input  logic              pay_last_i,

  // Receive doorbells.
  input  logic              rqdb_valid_i,
  output logic              rqdb_ready_o,
  input  logic [15:0]       rqdb_ctx_i,
  input  logic [23:0]       rqdb_qpn_i,
  input  logic [15:0]       rqdb_producer_i,
  output logic              badb_valid_o,
  output logic [15:0]       badb_ctx_o,

  // Objects.
  input  logic              mr_valid_i,
  input  logic              qp_valid_i,
  input  logic [7:0]        obj_verb_i,
  input  logic [7:0]        obj_kind_i,
  input  logic [23:0]       obj_index_i,
  input  logic [31:0]       obj_mask_i,
  input  logic [383:0]      obj_data_i,
  output logic              mr_rsp_valid_o,
  output logic              qp_rsp_valid_o,
  output logic [7:0]        rsp_status_o,
  output logic [383:0]      rsp_data_o,
  input  logic              mtt_we_i,
  input  logic [9:0]        mtt_waddr_i,
  input  logic [63:0]       mtt_wdata_i,

  // In place of the requester.
  output logic              rqst_valid_o,
  output logic [7:0]        rqst_verb_o,
  output logic [7:0]        rqst_kind_o,
  input  logic              rqst_done_i,
  input  logic [7:0]        rqst_status_i,
  input  logic [383:0]      rqst_data_i,
  input  logic              err_valid_i,
  output logic              err_ready_o,
  input  logic [23:0]       err_qpn_i,
  input  logic              err_cq_i,
  input  logic              err_sqe_i,
  output logic              err_valid_o,
  input  logic              err_ready_i,
  output logic [23:0]       err_qpn_o,
  output logic              ack_valid_o,
  input  logic              ack_ready_i,
  output logic [15:0]       ack_qpn_o,
  output logic [7:0]        ack_opcode_o,
  output logic [23:0]       ack_psn_o,
  output logic [7:0]        ack_syndrome_o,
  output logic [23:0]       ack_msn_o,
  output logic              cnp_valid_o,
  output logic              mark_valid_o,
  output logic [15:0]       mark_qpn_o,

  // Responses that the requester judges: none is due here. ACKs of a queue pair keep their order
  // with them when the requester says so.
  output logic [15:0]       way_qpn_o,
  input  logic              way_ordered_i,
  output logic              way_take_o,
  output logic              rsp_act_o,
  output logic [15:0]       rsp_qpn_o,
  output logic [7:0]        rsp_opcode_o,
  output logic [23:0]       rsp_psn_o,
  output logic [7:0]        rsp_syndrome_o,
  output logic              rsp_valid_o,
  input  logic              rsp_ready_i,
  output logic [23:0]       rsp_done_psn_o,

  // What the responder takes and does, in its order.
  output logic              take_o,
  output logic              take_drop_o,
  output logic              resp_done_o,
  output logic              err_taken_o,
  output logic              dropped_o,          // answers of a queue pair are void from now on

  // Host memory.
  output logic              rd_valid_o,
  input  logic              rd_ready_i,
  output logic [63:0]       rd_addr_o,
  output logic [12:0]       rd_len_o,
  input  logic              rd_rsp_valid_i,
  output logic              rd_rsp_ready_o,
  input  logic [DataW-1:0]  rd_rsp_data_i,
  input  logic              rd_rsp_last_i,
  input  logic              rd_rsp_err_i,
  output logic [23:0]       rd_user_o,
  input  logic [23:0]       rd_rsp_user_i,
  output logic              pay_rd_valid_o,     // payload of READ responses
  input  logic              pay_rd_ready_i,
  output logic [63:0]       pay_rd_addr_o,
  output logic [12:0]       pay_rd_len_o,
  input  logic              pay_rsp_valid_i,
  output logic              pay_rsp_ready_o,
  input  logic [DataW-1:0]  pay_rsp_data_i,
  input  logic              pay_rsp_err_i,
  output logic              wr_valid_o,
  input  logic              wr_ready_i,
  output logic [63:0]       wr_addr_o,
  output logic [12:0]       wr_len_o,
  output logic              wr_data_valid_o,
  input  logic              wr_data_ready_i,
  output logic [DataW-1:0]  wr_data_o,
  output logic              wr_data_last_o,
  input  logic              wr_done_i,
  input  logic              wr_done_err_i,

  // One piece of a packet of queue pair Qps-1, as the requester sends them.
  output logic              rq_room_o,
  input  logic              rq_valid_i,
  input  logic              rq_last_i,
  input  logic [12:0]       rq_len_i,
  input  logic [63:0]       rq_va_i,
  input  logic [31:0]       rq_key_i,
  input  logic [31:0]       rq_pd_i,
  input  logic [23:0]       rq_psn_i,
  input  logic [12:0]       rq_total_i,

  // Frames out, completions, events.
  output logic              tx_valid_o,
  input  logic              tx_ready_i,
  output logic [895:0]      tx_data_o,
  output logic [7:0]        tx_len_o,
  output logic [13:0]       tx_payload_len_o,
  output logic [1:0]        tx_icrc_o,
  output logic [2:0]        tx_prio_o,
  output logic              tx_pay_valid_o,
  input  logic              tx_pay_ready_i,
  output logic [DataW-1:0]  tx_pay_data_o,
  output logic              tx_pay_last_o,
  output logic              tx_pay_bad_o,
  output logic              cqe_valid_o,
  input  logic              cqe_ready_i,
  output logic [15:0]       cqe_cqn_o,
  output logic              cqe_solicited_o,
  output logic [255:0]      cqe_o,
  output logic              eqe_valid_o,
  input  logic              eqe_ready_i,
  output logic [4:0]        eqe_eqn_o,
  output logic [127:0]      eqe_o,

  // Counters in the order of rtl/regs/counters.toml, those of one pulse.
  output logic [24:0]       cnt_o,
  output logic [12:0]       cnt_bytes_o,
  output logic [12:0]       cnt_read_bytes_o,
  output logic              busy_o
);

  localparam int unsigned QpnW = $clog2(Qps);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c      = el_pkg::cfg_with_width(DataW);
    c.Qps  = Qps;
    c.Mrs  = 64;
    c.Mtts = 1024;
    return c;
  endfunction

  localparam el_pkg::cfg_t Cfg = make_cfg();

  el_pkg::port_cfg_t port_cfg;
  el_pkg::rx_hdr_t   rx_hdr;

  always_comb begin
    port_cfg        = '0;
    port_cfg.mac    = mac_i;
    port_cfg.gid[0] = gid0_i;
    port_cfg.gid[1] = gid1_i;
    rx_hdr             = '0;
    rx_hdr.data        = hdr_data_i;
    rx_hdr.hdr_len     = hdr_len_i;
    rx_hdr.payload_len = hdr_payload_len_i;
    rx_hdr.cls         = el_pkg::ClsRoce;
    rx_hdr.vlan        = hdr_vlan_i;
    rx_hdr.ipv6        = hdr_ipv6_i;
    rx_hdr.oefh        = hdr_oefh_i;
    rx_hdr.ecn         = hdr_ecn_i;
  end

  logic                   mr_valid, mr_done, resp_valid, resp_done;
  el_pkg::obj_req_t       obj_in, obj;
  el_pkg::obj_rsp_t       mr_rsp, resp_rsp, rqst_rsp, obj_rsp;
  logic [QpnW-1:0]        tab_qpn;
  logic                   tab_ah, path_we, dest_we, pkey_we, tab_re;
  el_roce_hdr_pkg::path_t path_w, path_r;
  logic [23:0]            dest_w, dest_r;
  logic [15:0]            pkey_w;
  logic                   obj_busy, mr_busy, rx_busy, resp_busy, path_busy, txhdr_busy;
  logic                   sync_valid, sync_done;

  assign obj_in = '{verb: obj_verb_i, kind: obj_kind_i, index: obj_index_i, mask: obj_mask_i,
                    data: obj_data_i};
  assign rqst_rsp     = '{status: rqst_status_i, data: rqst_data_i};
  assign rqst_verb_o  = obj.verb;
  assign rqst_kind_o  = obj.kind;
  assign rsp_status_o = obj_rsp.status;
  assign rsp_data_o   = obj_rsp.data;
  assign resp_done_o  = resp_done;
  assign err_taken_o  = err_valid_i && err_ready_o;
  assign dropped_o    = rdrop;

  el_roce_obj #(
    .Cfg(Cfg)
  ) u_obj (
    .clk_i,
    .rst_i,
    .mr_valid_i,
    .qp_valid_i,
    .req_i          (obj_in),
    .mr_rsp_valid_o,
    .qp_rsp_valid_o,
    .rsp_o          (obj_rsp),
    .to_mr_valid_o  (mr_valid),
    .to_resp_valid_o(resp_valid),
    .to_req_valid_o (rqst_valid_o),
    .to_o           (obj),
    .mr_done_i      (mr_done),
    .mr_i           (mr_rsp),
    .resp_done_i    (resp_done),
    .responder_i    (resp_rsp),
    .req_done_i     (rqst_done_i),
    .requester_i    (rqst_rsp),
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

  logic [1:0]                    xreq_valid, xreq_ready, xreq_inval, xrsp_valid;
  el_roce_pkg::xlate_req_t [1:0] xreq;
  el_roce_pkg::xlate_rsp_t       xrsp;

  assign xreq_inval[1] = 1'b0;

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

  logic                   pkey_tab_we;
  logic [QpnW-1:0]        pkey_tab_qpn;
  logic [18:0]            pkey_tab;
  logic                   in_valid, in_ready, grh_valid, grh_ready;
  logic [319:0]           grh;
  logic [QpnW-1:0]        way_qpn;
  el_roce_resp_pkg::req_t in;
  el_roce_pkg::ack_t      ack;
  el_roce_pkg::psn_t      front_psn;
  el_regs_pkg::cnt_roce_t rx_cnt, resp_cnt, cnt;

  el_roce_rx #(
    .Cfg(Cfg)
  ) u_rx (
    .clk_i,
    .rst_i,
    .hdr_valid_i,
    .hdr_ready_o,
    .hdr_i      (rx_hdr),
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
    .way_qpn_o    (way_qpn),
    .way_ordered_i,
    .way_take_o,
    .ack_valid_o,
    .ack_ready_i,
    .ack_o      (ack),
    .cnp_valid_o,
    .mark_valid_o,
    .mark_qpn_o (mark_qpn_o[$clog2(Qps)-1:0]),
    .cnt_o      (rx_cnt),
    .busy_o     (rx_busy)
  );

  assign ack_qpn_o      = ack.qpn;
  assign ack_opcode_o   = ack.opcode;
  assign ack_psn_o      = ack.psn;
  assign ack_syndrome_o = ack.syndrome;
  assign ack_msn_o      = ack.msn;
  assign way_qpn_o      = 16'(way_qpn);
  assign take_o         = in_valid && in_ready;
  assign take_drop_o    = in.drop || in.resp;

  el_roce_resp_pkg::req_t rsp_req;
  el_roce_resp_pkg::op_t  rsp_op;
  el_roce_pkg::response_t rsp;

  always_comb begin
    rsp_op              = '0;
    rsp_op.payload      = rsp_req.payload_len != '0;
    rsp_op.cpl.qpn      = rsp_req.qpn;
    rsp_op.cpl.psn      = rsp_req.psn;
    rsp_op.cpl.sq.valid = 1'b1;
  end
  assign rsp_qpn_o      = rsp_req.qpn;
  assign rsp_opcode_o   = rsp_req.opcode;
  assign rsp_psn_o      = rsp_req.psn;
  assign rsp_syndrome_o = rsp_req.reth.va[63:56];
  assign rsp_done_psn_o = rsp.psn;

  logic                 pkt_valid, pkt_ready, path_valid, path_ready;
  el_roce_pkg::tx_pkt_t pkt, path_pkt;
  el_pkg::dma_rd_req_t  rd;
  el_pkg::dma_wr_req_t  wr;
  el_pkg::cqe_req_t     cqe;
  el_pkg::eqe_req_t     eqe;

  el_roce_responder #(
    .Cfg(Cfg)
  ) u_responder (
    .clk_i,
    .rst_i,
    .ack_coalesce_i,
    .req_valid_i    (in_valid),
    .req_ready_o    (in_ready),
    .req_i          (in),
    .grh_valid_i    (grh_valid),
    .grh_ready_o    (grh_ready),
    .grh_i          (grh),
    .pay_valid_i,
    .pay_ready_o,
    .pay_data_i,
    .pay_last_i,
    .rsp_pick_o     (),
    .rsp_qpn_o      (),
    .rsp_act_o,
    .rsp_req_o      (rsp_req),
    .rsp_op_i       (rsp_op),
    .elem_op_valid_o(),
    .elem_op_qpn_o  (),
    .elem_op_slot_o (),
    .elem_op_pop_o  (),
    .elem_idx_o     (),
    .elem_valid_i   (1'b0),
    .elem_i         ('0),
    .rsp_valid_o,
    .rsp_ready_i,
    .rsp_o          (rsp),
    .rqdb_valid_i,
    .rqdb_ready_o,
    .rqdb_ctx_i,
    .rqdb_qpn_i,
    .rqdb_producer_i,
    .badb_valid_o,
    .badb_ctx_o,
    .obj_valid_i    (resp_valid),
    .obj_req_i      (obj),
    .obj_rsp_valid_o(resp_done),
    .obj_rsp_o      (resp_rsp),
    .err_valid_i,
    .err_ready_o,
    .err_qpn_i,
    .err_cq_i,
    .err_sqe_i,
    .err_valid_o,
    .err_ready_i,
    .err_qpn_o,
    .pkey_we_o      (pkey_tab_we),
    .pkey_qpn_o     (pkey_tab_qpn),
    .pkey_o         (pkey_tab),
    .xreq_valid_o   (xreq_valid[0]),
    .xreq_ready_i   (xreq_ready[0]),
    .xreq_o         (xreq[0]),
    .xreq_inval_o   (xreq_inval[0]),
    .xrsp_valid_i   (xrsp_valid[0]),
    .xrsp_i         (xrsp),
    .rq_rd_valid_o  (rd_valid_o),
    .rq_rd_ready_i  (rd_ready_i),
    .rq_rd_o        (rd),
    .rq_rsp_valid_i (rd_rsp_valid_i),
    .rq_rsp_ready_o (rd_rsp_ready_o),
    .rq_rsp_data_i  (rd_rsp_data_i),
    .rq_rsp_last_i  (rd_rsp_last_i),
    .rq_rsp_err_i   (rd_rsp_err_i),
    .rq_rsp_atomic_i(rd_rsp_user_i[0]),
    .wr_valid_o,
    .wr_ready_i,
    .wr_o           (wr),
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
    .pkt_valid_o    (pkt_valid),
    .pkt_ready_i    (pkt_ready),
    .pkt_o          (pkt),
    .cqe_valid_o,
    .cqe_ready_i,
    .cqe_o          (cqe),
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o          (eqe),
    .cnt_o          (resp_cnt),
    .busy_o         (resp_busy)
  );

  //////////////////////////////
  // Answers to READs          //
  //////////////////////////////

  logic                        rop_valid, rop_ready, rdrop, revent_valid, revent_ready, revent_old;
  el_roce_sq_pkg::op_t         rop;
  logic [QpnW-1:0]             rdrop_qpn, repoch_qpn, attr_qpn;
  logic [15:0]                 repoch;
  el_roce_sq_pkg::resp_event_t revent;
  el_roce_sq_pkg::qp_attr_t    attr;
  logic [23:0]                 dest_q [Qps];
  logic [15:0]                 pkey_q [Qps];
  logic                        answer_valid, answer_ready, transmit_busy;
  el_roce_pkg::tx_pkt_t        answer;
  logic [23:0]                 answer_dest;
  logic [15:0]                 answer_pkey;
  el_pkg::dma_rd_req_t         pay_rd;
  logic                        arm_valid, notice_valid;

  always_ff @(posedge clk_i) begin
    if (dest_we) dest_q[tab_qpn] <= dest_w;
    if (pkey_we) pkey_q[tab_qpn] <= pkey_w;
  end

  always_comb begin
    attr          = '0;
    // A packet of the responder starts no timer.
    attr.timeout  = (attr_qpn == '1) ? 5'd0 : 5'd14;
    attr.dest_qpn = dest_q[attr_qpn];
    attr.pkey     = pkey_q[attr_qpn];
  end

  el_roce_sq_pkg::op_t rq_op;
  logic [1:0][15:0]    rq_epoch;

  always_comb begin
    rq_op                 = '0;
    rq_op.kind            = el_roce_sq_pkg::OpSge;
    rq_op.last            = rq_last_i;
    rq_op.len             = rq_len_i;
    rq_op.va              = rq_va_i;
    rq_op.bound_va        = rq_va_i;
    rq_op.bound_len       = 32'(rq_len_i);
    rq_op.lkey            = rq_key_i;
    rq_op.pd              = rq_pd_i;
    rq_op.note.qpn        = 16'(Qps - 1);
    rq_op.note.epoch      = rq_epoch[0];
    rq_op.note.psn        = rq_psn_i;
    rq_op.pkt.qpn         = 16'(Qps - 1);
    rq_op.pkt.opcode      = el_regs_pkg::RoceOpSendOnly;
    rq_op.pkt.psn         = rq_psn_i;
    rq_op.pkt.padcnt      = 2'd0 - rq_total_i[1:0];
    rq_op.pkt.payload_len = 14'(rq_total_i) + 14'(rq_op.pkt.padcnt);
  end

  el_roce_sq_transmit #(
    .Cfg(Cfg)
  ) u_transmit (
    .clk_i,
    .rst_i,
    .tick_cycles_i (24'd100),
    .op_valid_i    (rq_valid_i),
    .op_room_o     (rq_room_o),
    .op_i          (rq_op),
    .rop_valid_i   (rop_valid),
    .rop_ready_o   (rop_ready),
    .rop_i         (rop),
    .rdrop_i       (rdrop),
    .rdrop_qpn_i   (rdrop_qpn),
    .repoch_qpn_i  (repoch_qpn),
    .repoch_o      (repoch),
    .revent_valid_o(revent_valid),
    .revent_ready_i(revent_ready),
    .revent_o      (revent),
    .revent_old_o  (revent_old),
    .bump_i        (1'b0),
    .bump_qpn_i    ('0),
    .epoch_qpn_i   ('1),
    .epoch_o       (rq_epoch),
    .xreq_valid_o  (xreq_valid[1]),
    .xreq_ready_i  (xreq_ready[1]),
    .xreq_o        (xreq[1]),
    .xrsp_valid_i  (xrsp_valid[1]),
    .xrsp_i        (xrsp),
    .sync_valid_i  (sync_valid),
    .sync_done_o   (sync_done),
    .inline_data_i ('0),
    .inline_pop_o  (),
    .rd_valid_o    (pay_rd_valid_o),
    .rd_ready_i    (pay_rd_ready_i),
    .rd_o          (pay_rd),
    .rsp_valid_i   (pay_rsp_valid_i),
    .rsp_ready_o   (pay_rsp_ready_o),
    .rsp_data_i    (pay_rsp_data_i),
    .rsp_err_i     (pay_rsp_err_i),
    .qpn_o         (attr_qpn),
    .attr_i        (attr),
    .pkt_valid_o   (answer_valid),
    .pkt_ready_i   (answer_ready),
    .pkt_o         (answer),
    .pkt_dest_qpn_o(answer_dest),
    .pkt_pkey_o    (answer_pkey),
    .pay_valid_o   (tx_pay_valid_o),
    .pay_ready_i   (tx_pay_ready_i),
    .pay_data_o    (tx_pay_data_o),
    .pay_last_o    (tx_pay_last_o),
    .pay_bad_o     (tx_pay_bad_o),
    .arm_valid_o   (arm_valid),
    .arm_ready_i   (1'b0),
    .arm_qpn_o     (),
    .arm_delay_o   (),
    .sent_qpn_i    ('0),
    .sent_psn_o    (),
    .front_qpn_i   ('0),
    .front_psn_o   (front_psn),
    .notice_valid_o(notice_valid),
    .notice_ready_i(1'b0),
    .notice_o      (),
    .cnt_o         (),
    .busy_o        (transmit_busy)
  );

  assign pay_rd_addr_o = pay_rd.addr;
  assign pay_rd_len_o  = pay_rd.len;
  assign rd_user_o     = rd.user;

  `EL_ASSERT(NothingForRequester_A, !arm_valid && !notice_valid)

  assign rd_addr_o       = rd.addr;
  assign rd_len_o        = rd.len;
  assign wr_addr_o       = wr.addr;
  assign wr_len_o        = wr.len;
  assign cqe_cqn_o       = cqe.cqn;
  assign cqe_solicited_o = cqe.solicited;
  assign cqe_o           = cqe.cqe;
  assign eqe_eqn_o       = eqe.eqn;
  assign eqe_o           = eqe.eqe;

  logic [23:0]            path_dest;
  logic [15:0]            path_pkey;
  el_roce_hdr_pkg::path_t path;
  el_pkg::tx_hdr_t        tx;

  el_roce_path #(
    .Cfg(Cfg)
  ) u_path (
    .clk_i,
    .rst_i,
    .ack_valid_i   (pkt_valid),
    .ack_ready_o   (pkt_ready),
    .ack_i         (pkt),
    .req_valid_i   (answer_valid),
    .req_ready_o   (answer_ready),
    .req_i         (answer),
    .req_dest_qpn_i(answer_dest),
    .req_pkey_i    (answer_pkey),
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
    .port_cfg_i (port_cfg),
    .cnp_cfg_i  ('0),
    .in_valid_i (path_valid),
    .in_ready_o (path_ready),
    .pkt_i      (path_pkt),
    .dest_qpn_i (path_dest),
    .pkey_i     (path_pkey),
    .path_i     (path),
    .hdr_valid_o(tx_valid_o),
    .hdr_ready_i(tx_ready_i),
    .hdr_o      (tx),
    .busy_o     (txhdr_busy)
  );

  assign tx_data_o        = tx.data;
  assign tx_len_o         = tx.len;
  assign tx_payload_len_o = tx.payload_len;
  assign tx_icrc_o        = tx.icrc;
  assign tx_prio_o        = tx.prio;

  assign mark_qpn_o[15:$clog2(Qps)] = '0;

  logic unused_cnt;  // of el_roce_cnp
  assign unused_cnt = cnt.tx_cnp;

  assign cnt         = rx_cnt | resp_cnt;
  assign cnt_bytes_o = cnt.rx_write_bytes;
  assign cnt_read_bytes_o = cnt.tx_read_bytes;
  assign cnt_o = {cnt.rx_bad_qkey, cnt.rx_no_request, cnt.rx_broken, cnt.rx_bad_encap,
                  cnt.rx_ecn_marked, cnt.rx_atomics, cnt.rx_reads,
                  cnt.rq_bad_doorbells, cnt.rq_flushed, cnt.rq_completions, cnt.tx_acks,
                  cnt.rx_write_bytes != '0, cnt.rx_local_errors, cnt.rx_access_errors,
                  cnt.rx_ignored, cnt.rx_invalid, cnt.rx_rnr, cnt.rx_gaps, cnt.rx_duplicates,
                  cnt.rx_bad_pkey, cnt.rx_bad_qp, cnt.rx_bad_opcode, cnt.rx_cnp, cnt.rx_responses,
                  cnt.rx_requests};
  assign busy_o = obj_busy || mr_busy || rx_busy || resp_busy || path_busy || txhdr_busy ||
                  transmit_busy;

  logic unused_bits;  // all is tracked; one bit is a tag
  assign unused_bits = ^{pay_rd.user, wr.track, rd_rsp_user_i[23:1], rq_epoch[1], rsp, rsp_req,
                         ack, front_psn};

endmodule : el_roce_target_tb
