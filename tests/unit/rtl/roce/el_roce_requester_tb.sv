// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester with flat ports, for tests written in C++.

module el_roce_requester_tb #(
  parameter int unsigned DataW   = 512,
  parameter int unsigned Qps     = 256,
  parameter int unsigned SqTrack = 128
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
                  msn: '0};
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

  logic unused_user;
  assign unused_user = ^{wqe_rd.user, pay_rd.user};

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
    .ack_valid_i,
    .ack_ready_o,
    .ack_i          (ack),
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
    .busy_o
  );

endmodule : el_roce_requester_tb
