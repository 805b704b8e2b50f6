// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester with the responder's pipeline, which places READ responses; flat ports.
//
// The parser's choice of a way for each response is made here.

module el_roce_requester_tb #(
  parameter  int unsigned DataW   = 512,
  parameter  int unsigned Qps     = 256,
  parameter  int unsigned SqTrack = 128,
  localparam int unsigned QpW     = $clog2(Qps)
) (
  input  logic             clk_i,
  input  logic             rst_i,
  input  logic [47:0]      now_i,
  input  logic [23:0]      tick_cycles_i,
  input  logic [23:0]      rnr_tick_cycles_i,

  input  logic             sqdb_valid_i,
  output logic             sqdb_ready_o,
  input  logic [15:0]      sqdb_ctx_i,
  input  logic [23:0]      sqdb_qpn_i,
  input  logic [15:0]      sqdb_producer_i,
  input  logic             sqpush_valid_i,
  output logic             sqpush_ready_o,
  input  logic [15:0]      sqpush_ctx_i,
  input  logic             sqpush_first_i,
  input  logic             sqpush_last_i,
  input  logic [511:0]     sqpush_data_i,
  output logic             badb_valid_o,
  output logic [15:0]      badb_ctx_o,

  input  logic [319:0]     rate_cfg_i,   // the registers of rate control, el_roce_rate_pkg::cfg_t
  input  logic             cnp_valid_i,
  input  logic [$clog2(Qps)-1:0] cnp_qpn_i,

  input  logic             ack_valid_i,
  output logic             ack_ready_o,
  input  logic [15:0]      ack_qpn_i,
  input  logic [7:0]       ack_opcode_i,
  input  logic [23:0]      ack_psn_i,
  input  logic [7:0]       ack_syndrome_i,
  input  logic [63:0]      ack_value_i,         // of an atomic
  input  logic [13:0]      ack_payload_len_i,   // with pad
  input  logic [1:0]       ack_padcnt_i,
  input  logic             rpay_valid_i,        // payload of responses
  output logic             rpay_ready_o,
  input  logic [DataW-1:0] rpay_data_i,
  input  logic             rpay_last_i,

  // Translation and writes of responses
  output logic             rxreq_valid_o,
  input  logic             rxreq_ready_i,
  output logic [31:0]      rxreq_key_o,
  output logic [63:0]      rxreq_va_o,
  output logic [12:0]      rxreq_len_o,
  output logic [31:0]      rxreq_pd_o,
  output logic [3:0]       rxreq_access_o,
  input  logic             rxrsp_valid_i,
  input  logic [1:0]       rxrsp_status_i,
  input  logic [63:0]      rxrsp_iova0_i,
  input  logic [12:0]      rxrsp_len0_i,
  input  logic [63:0]      rxrsp_iova1_i,
  output logic             wr_valid_o,
  input  logic             wr_ready_i,
  output logic [63:0]      wr_addr_o,
  output logic [12:0]      wr_len_o,
  output logic             wr_data_valid_o,
  input  logic             wr_data_ready_i,
  output logic [DataW-1:0] wr_data_o,
  output logic             wr_data_last_o,

  input  logic             obj_valid_i,
  input  logic [7:0]       obj_verb_i,
  input  logic [7:0]       obj_kind_i,
  input  logic [23:0]      obj_index_i,
  input  logic [31:0]      obj_mask_i,
  input  logic [383:0]     obj_data_i,
  output logic             obj_rsp_valid_o,
  output logic [7:0]       obj_rsp_status_o,
  output logic [383:0]     obj_rsp_data_o,

  input  logic             err_valid_i,
  output logic             err_ready_o,
  input  logic [23:0]      err_qpn_i,
  output logic             err_valid_o,
  input  logic             err_ready_i,
  output logic [23:0]      err_qpn_o,
  output logic             err_sqe_o,

  output logic             xreq_valid_o,
  input  logic             xreq_ready_i,
  output logic [31:0]      xreq_key_o,
  output logic [63:0]      xreq_va_o,
  output logic [12:0]      xreq_len_o,
  output logic [31:0]      xreq_pd_o,
  output logic [3:0]       xreq_access_o,
  output logic [63:0]      xreq_bound_va_o,
  output logic [31:0]      xreq_bound_len_o,
  input  logic             xrsp_valid_i,
  input  logic [1:0]       xrsp_status_i,
  input  logic [63:0]      xrsp_iova0_i,
  input  logic [12:0]      xrsp_len0_i,
  input  logic [63:0]      xrsp_iova1_i,
  input  logic             sync_valid_i,
  output logic             sync_done_o,

  // Reads: 0 descriptors, 1 payload
  output logic [1:0]       rd_valid_o,
  input  logic [1:0]       rd_ready_i,
  output logic [63:0]      rd_addr_o     [2],
  output logic [12:0]      rd_len_o      [2],
  input  logic [1:0]       rd_rsp_valid_i,
  output logic [1:0]       rd_rsp_ready_o,
  input  logic [DataW-1:0] rd_rsp_data_i [2],
  input  logic [1:0]       rd_rsp_last_i,
  input  logic [1:0]       rd_rsp_err_i,

  output logic             pkt_valid_o,
  input  logic             pkt_ready_i,
  output logic [15:0]      pkt_qpn_o,
  output logic [7:0]       pkt_opcode_o,
  output logic             pkt_se_o,
  output logic             pkt_ackreq_o,
  output logic [1:0]       pkt_padcnt_o,
  output logic [15:0]      pkt_ah_o,     // of a datagram
  output logic [23:0]      pkt_psn_o,
  output logic [5:0]       pkt_xth_len_o,
  output logic [223:0]     pkt_xth_o,
  output logic [13:0]      pkt_payload_len_o,
  output logic [23:0]      pkt_dest_qpn_o,
  output logic [15:0]      pkt_pkey_o,
  output logic             pay_valid_o,
  input  logic             pay_ready_i,
  output logic [DataW-1:0] pay_data_o,
  output logic             pay_last_o,
  output logic             pay_bad_o,

  output logic             cqe_valid_o,
  input  logic             cqe_ready_i,
  output logic [15:0]      cqe_cqn_o,
  output logic             cqe_solicited_o,
  output logic [255:0]     cqe_data_o,
  output logic             eqe_valid_o,
  input  logic             eqe_ready_i,
  output logic [4:0]       eqe_eqn_o,
  output logic [127:0]     eqe_data_o,

  output logic [63:0]      cnt_o,       // the pulses of cnt_roce_sq_t
  output logic [47:0]      deadline_o,
  output logic             busy_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c         = el_pkg::cfg_with_width(DataW);
    c.Qps     = Qps;
    c.SqTrack = SqTrack;
    return c;
  endfunction

  el_roce_pkg::ack_t         ack;
  el_pkg::obj_req_t          obj;
  el_pkg::obj_rsp_t          obj_rsp;
  el_roce_pkg::xlate_req_t   xreq;
  el_roce_pkg::xlate_rsp_t   xrsp;
  el_pkg::dma_rd_req_t       wqe_rd, pay_rd;
  el_roce_pkg::tx_pkt_t      pkt;
  el_pkg::cqe_req_t          cqe;
  el_pkg::eqe_req_t          eqe;
  el_regs_pkg::cnt_roce_sq_t cnt;

  assign ack  = '{qpn: ack_qpn_i, opcode: ack_opcode_i, psn: ack_psn_i, syndrome: ack_syndrome_i,
                  default: '0};
  assign obj  = '{verb: obj_verb_i, kind: obj_kind_i, index: obj_index_i, mask: obj_mask_i,
                  data: obj_data_i};
  assign xrsp = '{status: el_roce_pkg::xlate_status_e'(xrsp_status_i), iova0: xrsp_iova0_i,
                  len0: xrsp_len0_i, iova1: xrsp_iova1_i};

  assign obj_rsp_status_o  = obj_rsp.status;
  assign obj_rsp_data_o    = obj_rsp.data;
  assign xreq_key_o        = xreq.key;
  assign xreq_va_o         = xreq.va;
  assign xreq_len_o        = xreq.len;
  assign xreq_pd_o         = xreq.pd;
  assign xreq_access_o     = xreq.access;
  assign xreq_bound_va_o   = xreq.bound_va;
  assign xreq_bound_len_o  = xreq.bound_len;
  assign rd_addr_o[0]      = wqe_rd.addr;
  assign rd_addr_o[1]      = pay_rd.addr;
  assign rd_len_o[0]       = wqe_rd.len;
  assign rd_len_o[1]       = pay_rd.len;
  assign pkt_qpn_o         = pkt.qpn;
  assign pkt_opcode_o      = pkt.opcode;
  assign pkt_se_o          = pkt.se;
  assign pkt_ackreq_o      = pkt.ackreq;
  assign pkt_padcnt_o      = pkt.padcnt;
  assign pkt_ah_o          = el_roce_pkg::datagram_ah(pkt);
  assign pkt_psn_o         = pkt.psn;
  assign pkt_xth_len_o     = pkt.xth_len;
  assign pkt_xth_o         = pkt.xth;
  assign pkt_payload_len_o = pkt.payload_len;
  assign cqe_cqn_o         = cqe.cqn;
  assign cqe_solicited_o   = cqe.solicited;
  assign cqe_data_o        = cqe.cqe;
  assign eqe_eqn_o         = eqe.eqn;
  assign eqe_data_o        = eqe.eqe;
  assign cnt_o             = 64'(cnt);

  ///////////////////////////////////////////
  // Ways of responses, as in el_roce_rx   //
  ///////////////////////////////////////////

  logic                    ordered, long_way, way_ordered, way_take, long_valid, long_ready;
  logic                    short_valid, short_ready;
  logic                    rsp_pick, rsp_act, rsp_valid, rsp_ready;
  logic [QpW-1:0]          rsp_qpn, elem_op_qpn;
  el_roce_resp_pkg::req_t  in, rsp_req;
  el_roce_resp_pkg::op_t   rsp_op;
  logic                    elem_op_valid, elem_op_pop, elem_valid;
  logic [3:0]              elem_op_slot;
  logic [2:0]              elem_idx;
  el_regs_pkg::sge_t       elem;
  el_roce_pkg::response_t  rsp;
  el_roce_pkg::xlate_req_t rxreq;
  el_roce_pkg::xlate_rsp_t rxrsp;
  el_pkg::dma_wr_req_t     wr;
  logic                    responder_busy, requester_busy;

  assign ordered     = ack_opcode_i != el_regs_pkg::RoceOpAcknowledge || way_ordered;
  // The parser chooses once, and the response stays on its way while it waits.
  logic held_q, chosen_q;

  always_ff @(posedge clk_i) begin
    held_q   <= ack_valid_i && !ack_ready_o && !rst_i;
    chosen_q <= long_way;
  end

  assign long_way    = held_q ? chosen_q : ordered && 32'(ack_qpn_i) < Qps;
  assign short_valid = ack_valid_i && !long_way;
  assign long_valid  = ack_valid_i && long_way;
  assign ack_ready_o = long_way ? long_ready : short_ready;
  assign way_take    = long_valid && long_ready;

  always_comb begin
    in             = '0;
    in.resp        = 1'b1;
    in.qpn         = ack_qpn_i;
    in.opcode      = ack_opcode_i;
    in.psn         = ack_psn_i;
    in.padcnt      = ack_padcnt_i;
    in.payload_len = ack_payload_len_i;
    in.reth.va     = {ack_syndrome_i, 24'b0, ack_value_i[63:32]};
    in.reth.rkey   = ack_value_i[31:0];
  end

  assign rxreq_key_o    = rxreq.key;
  assign rxreq_va_o     = rxreq.va;
  assign rxreq_len_o    = rxreq.len;
  assign rxreq_pd_o     = rxreq.pd;
  assign rxreq_access_o = rxreq.access;
  assign rxrsp          = '{status: el_roce_pkg::xlate_status_e'(rxrsp_status_i),
                            iova0: rxrsp_iova0_i, len0: rxrsp_len0_i, iova1: rxrsp_iova1_i};
  assign wr_addr_o      = wr.addr;
  assign wr_len_o       = wr.len;
  assign busy_o         = responder_busy || requester_busy;

  el_roce_responder #(
    .Cfg(make_cfg())
  ) u_responder (
    .clk_i,
    .rst_i,
    .ack_coalesce_i ('0),
    .req_valid_i    (long_valid),
    .req_ready_o    (long_ready),
    .req_i          (in),
    .grh_valid_i    (1'b0),
    .grh_ready_o    (),
    .grh_i          ('0),
    .pay_valid_i    (rpay_valid_i),
    .pay_ready_o    (rpay_ready_o),
    .pay_data_i     (rpay_data_i),
    .pay_last_i     (rpay_last_i),
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
    .rqdb_valid_i   (1'b0),
    .rqdb_ready_o   (),
    .rqdb_ctx_i     ('0),
    .rqdb_qpn_i     ('0),
    .rqdb_producer_i('0),
    .badb_valid_o   (),
    .badb_ctx_o     (),
    .obj_valid_i    (1'b0),
    .obj_req_i      ('0),
    .obj_rsp_valid_o(),
    .obj_rsp_o      (),
    .err_valid_i    (1'b0),
    .err_ready_o    (),
    .err_qpn_i      ('0),
    .err_cq_i       (1'b0),
    .err_sqe_i      (1'b0),
    .err_valid_o    (),
    .err_ready_i    (1'b0),
    .err_qpn_o      (),
    .pkey_we_o      (),
    .pkey_qpn_o     (),
    .pkey_o         (),
    .xreq_valid_o   (rxreq_valid_o),
    .xreq_ready_i   (rxreq_ready_i),
    .xreq_o         (rxreq),
    .xreq_inval_o   (),
    .xrsp_valid_i   (rxrsp_valid_i),
    .xrsp_i         (rxrsp),
    .rq_rd_valid_o  (),
    .rq_rd_ready_i  (1'b0),
    .rq_rd_o        (),
    .rq_rsp_valid_i (1'b0),
    .rq_rsp_ready_o (),
    .rq_rsp_data_i  ('0),
    .rq_rsp_last_i  (1'b0),
    .rq_rsp_err_i   (1'b0),
    .rq_rsp_atomic_i(1'b0),
    .wr_valid_o,
    .wr_ready_i,
    .wr_o           (wr),
    .wr_data_valid_o,
    .wr_data_ready_i,
    .wr_data_o,
    .wr_data_last_o,
    .wr_done_i      (1'b0),
    .wr_done_err_i  (1'b0),
    .rop_valid_o    (),
    .rop_ready_i    (1'b0),
    .rop_o          (),
    .rdrop_o        (),
    .rdrop_qpn_o    (),
    .repoch_qpn_o   (),
    .repoch_i       ('0),
    .revent_valid_i (1'b0),
    .revent_ready_o (),
    .revent_i       ('0),
    .revent_old_i   (1'b0),
    .pkt_valid_o    (),
    .pkt_ready_i    (1'b0),
    .pkt_o          (),
    .cqe_valid_o    (),
    .cqe_ready_i    (1'b0),
    .cqe_o          (),
    .eqe_valid_o    (),
    .eqe_ready_i    (1'b0),
    .eqe_o          (),
    .cnt_o          (),
    .busy_o         (responder_busy)
  );

  logic unused_user;
  assign unused_user = ^{wqe_rd.user, pay_rd.user, rxreq.bound_va, rxreq.bound_len, wr.track};

  el_roce_requester #(
    .Cfg(make_cfg())
  ) u_dut (
    .clk_i,
    .rst_i,
    .now_i,
    .tick_cycles_i,
    .rnr_tick_cycles_i,
    .rate_cfg_i,
    .cnp_valid_i,
    .cnp_qpn_i,
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
    .ack_valid_i    (short_valid),
    .ack_ready_o    (short_ready),
    .ack_i          (ack),
    .way_qpn_i      (ack_qpn_i[QpW-1:0]),
    .way_ordered_o  (way_ordered),
    .way_take_i     (way_take),
    .rsp_pick_i     (rsp_pick),
    .rsp_qpn_i      (rsp_qpn),
    .rsp_act_i      (rsp_act),
    .rsp_req_i      (rsp_req),
    .rsp_op_o       (rsp_op),
    .elem_op_valid_i(elem_op_valid),
    .elem_op_qpn_i  (elem_op_qpn),
    .elem_op_slot_i (elem_op_slot),
    .elem_op_pop_i  (elem_op_pop),
    .elem_idx_i     (elem_idx),
    .elem_valid_o   (elem_valid),
    .elem_o         (elem),
    .rsp_valid_i    (rsp_valid),
    .rsp_ready_o    (rsp_ready),
    .rsp_i          (rsp),
    .obj_valid_i,
    .obj_req_i      (obj),
    .obj_rsp_valid_o,
    .obj_rsp_o      (obj_rsp),
    .err_valid_i,
    .err_ready_o,
    .err_qpn_i,
    .err_valid_o,
    .err_ready_i,
    .err_qpn_o,
    .err_sqe_o,
    .xreq_valid_o,
    .xreq_ready_i,
    .xreq_o         (xreq),
    .xrsp_valid_i,
    .xrsp_i         (xrsp),
    .sync_valid_i,
    .sync_done_o,
    .rop_valid_i    (1'b0),
    .rop_ready_o    (),
    .rop_i          ('0),
    .rdrop_i        (1'b0),
    .rdrop_qpn_i    ('0),
    .repoch_qpn_i   ('0),
    .repoch_o       (),
    .revent_valid_o (),
    .revent_ready_i (1'b1),
    .revent_o       (),
    .revent_old_o   (),
    .wqe_rd_valid_o (rd_valid_o[0]),
    .wqe_rd_ready_i (rd_ready_i[0]),
    .wqe_rd_o       (wqe_rd),
    .wqe_rsp_valid_i(rd_rsp_valid_i[0]),
    .wqe_rsp_ready_o(rd_rsp_ready_o[0]),
    .wqe_rsp_data_i (rd_rsp_data_i[0]),
    .wqe_rsp_last_i (rd_rsp_last_i[0]),
    .wqe_rsp_err_i  (rd_rsp_err_i[0]),
    .pay_rd_valid_o (rd_valid_o[1]),
    .pay_rd_ready_i (rd_ready_i[1]),
    .pay_rd_o       (pay_rd),
    .pay_rsp_valid_i(rd_rsp_valid_i[1]),
    .pay_rsp_ready_o(rd_rsp_ready_o[1]),
    .pay_rsp_data_i (rd_rsp_data_i[1]),
    .pay_rsp_last_i (rd_rsp_last_i[1]),
    .pay_rsp_err_i  (rd_rsp_err_i[1]),
    .pay_rsp_user_i ('0),
    .pkt_valid_o,
    .pkt_ready_i,
    .pkt_o          (pkt),
    .pkt_dest_qpn_o,
    .pkt_pkey_o,
    .pay_valid_o,
    .pay_ready_i,
    .pay_data_o,
    .pay_last_o,
    .pay_bad_o,
    .cqe_valid_o,
    .cqe_ready_i,
    .cqe_o          (cqe),
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o          (eqe),
    .cnt_o          (cnt),
    .deadline_o,
    .busy_o         (requester_busy)
  );

endmodule : el_roce_requester_tb
