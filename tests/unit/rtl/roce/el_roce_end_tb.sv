// SPDX-License-Identifier: Apache-2.0
//
// el_roce with plain ports: a test joins two of them by a network of its own.
//
// Headers go from one to the other as they are; there is no Ethernet layer.

module el_roce_end_tb #(
  parameter int unsigned DataW = 512
) (
  input  logic               clk_i,
  input  logic               rst_i,
  input  logic [47:0]        now_i,
  input  logic [23:0]        tick_cycles_i,

  input  logic               sqdb_valid_i,
  output logic               sqdb_ready_o,
  input  logic [23:0]        sqdb_qpn_i,
  input  logic [15:0]        sqdb_producer_i,
  input  logic               rqdb_valid_i,
  output logic               rqdb_ready_o,
  input  logic [23:0]        rqdb_qpn_i,
  input  logic [15:0]        rqdb_producer_i,

  // Objects.
  input  logic               mr_valid_i,
  input  logic               qp_valid_i,
  input  logic [7:0]         obj_verb_i,
  input  logic [7:0]         obj_kind_i,
  input  logic [23:0]        obj_index_i,
  input  logic [31:0]        obj_mask_i,
  input  logic [383:0]       obj_data_i,
  output logic               rsp_valid_o,
  output logic [7:0]         rsp_status_o,

  // DMA: reads (0 descriptors, 1 payload, 2 receive requests and atomics), writes.
  output logic [2:0]         rd_valid_o,
  input  logic [2:0]         rd_ready_i,
  output logic [63:0]        rd_addr_o     [3],
  output logic [12:0]        rd_len_o      [3],
  output logic [23:0]        rd_user_o     [3],
  input  logic [2:0]         rd_rsp_valid_i,
  output logic [2:0]         rd_rsp_ready_o,
  input  logic [DataW-1:0]   rd_rsp_data_i [3],
  input  logic [2:0]         rd_rsp_last_i,
  input  logic [23:0]        rd_rsp_user_i [3],
  output logic               wr_valid_o,
  output logic [63:0]        wr_addr_o,
  output logic [12:0]        wr_len_o,
  output logic               wr_data_valid_o,
  output logic [DataW-1:0]   wr_data_o,
  output logic               wr_data_last_o,
  input  logic               wr_done_i,

  // Frames.
  output logic               hdr_valid_o,
  output logic [895:0]       hdr_data_o,
  output logic [7:0]         hdr_len_o,
  output logic [13:0]        hdr_payload_o,
  output logic               pay_valid_o,
  output logic [DataW-1:0]   pay_data_o,
  output logic               pay_last_o,
  input  logic               rx_hdr_valid_i,
  output logic               rx_hdr_ready_o,
  input  logic [895:0]       rx_hdr_data_i,
  input  logic [13:0]        rx_hdr_payload_i,
  input  logic               rx_pay_valid_i,
  output logic               rx_pay_ready_o,
  input  logic [DataW-1:0]   rx_pay_data_i,
  input  logic               rx_pay_last_i,

  // Completions: 0 send, 1 receive.
  output logic [1:0]         cqe_valid_o,
  output logic [255:0]       cqe_o         [2],

  output logic [47:0]        deadline_o,
  output logic               busy_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c         = el_pkg::cfg_with_width(DataW);
    c.Qps     = 4;
    c.SqTrack = 128;
    c.Mrs     = 16;
    c.Mtts    = 16;
    return c;
  endfunction

  localparam el_pkg::cfg_t Cfg = make_cfg();

  el_pkg::port_cfg_t          port_cfg;
  el_regs_pkg::csr_roce_cfg_t roce_cfg;
  el_pkg::obj_req_t           obj;
  el_pkg::obj_rsp_t           mr_rsp, qp_rsp;
  logic                       mr_rsp_valid, qp_rsp_valid;
  el_pkg::dma_rd_req_t [2:0]  rd;
  el_pkg::dma_wr_req_t        wr;
  el_pkg::tx_hdr_t            hdr;
  el_pkg::rx_hdr_t            rx_hdr;
  el_pkg::cqe_req_t [1:0]     cqe;
  logic [2:0][DataW-1:0]      rd_rsp_data;
  logic [2:0][el_pkg::DmaUserW-1:0] rd_rsp_user;
  logic                       pay_bad, eqe_valid;
  el_pkg::eqe_req_t           eqe;
  el_regs_pkg::cnt_roce_t     cnt;
  el_regs_pkg::cnt_roce_sq_t  cnt_sq;

  always_comb begin
    port_cfg                 = '0;
    port_cfg.mac             = 48'h0250_4E54_0001;
    port_cfg.gid[0]          = 128'hFFFF_0A00_0001;  // ::ffff:10.0.0.1
    roce_cfg                 = '0;
    roce_cfg.tick_cycles     = tick_cycles_i;
    roce_cfg.rnr_tick_cycles = 24'd64;
    rx_hdr                   = '0;
    rx_hdr.data              = rx_hdr_data_i;
    rx_hdr.payload_len       = rx_hdr_payload_i;
    rx_hdr.cls               = el_pkg::ClsRoce;
    for (int unsigned i = 0; i < 3; i++) begin
      rd_rsp_data[i] = rd_rsp_data_i[i];
      rd_rsp_user[i] = rd_rsp_user_i[i];
      rd_addr_o[i]   = rd[i].addr;
      rd_len_o[i]    = rd[i].len;
      rd_user_o[i]   = rd[i].user;
    end
    for (int unsigned i = 0; i < 2; i++) cqe_o[i] = cqe[i].cqe;
  end

  assign obj = '{verb: obj_verb_i, kind: obj_kind_i, index: obj_index_i, mask: obj_mask_i,
                 data: obj_data_i};
  assign rsp_valid_o   = mr_rsp_valid || qp_rsp_valid;
  assign rsp_status_o  = mr_rsp_valid ? mr_rsp.status : qp_rsp.status;
  assign wr_addr_o     = wr.addr;
  assign wr_len_o      = wr.len;
  assign hdr_data_o    = hdr.data;
  assign hdr_len_o     = hdr.len;
  assign hdr_payload_o = hdr.payload_len;

  el_roce #(
    .Cfg(Cfg)
  ) u_roce (
    .clk_i,
    .rst_i,
    .now_i,
    .port_cfg_i        (port_cfg),
    .cfg_i             (roce_cfg),
    .rate_cfg_i        ('0),
    .cqfail_valid_i    (1'b0),
    .cqfail_ready_o    (),
    .cqfail_qpn_i      ('0),
    .sqdb_valid_i,
    .sqdb_ready_o,
    .sqdb_ctx_i        ('0),
    .sqdb_qpn_i,
    .sqdb_producer_i,
    .sqpush_valid_i    (1'b0),
    .sqpush_ready_o    (),
    .sqpush_ctx_i      ('0),
    .sqpush_first_i    (1'b0),
    .sqpush_last_i     (1'b0),
    .sqpush_data_i     ('0),
    .rqdb_valid_i,
    .rqdb_ready_o,
    .rqdb_ctx_i        ('0),
    .rqdb_qpn_i,
    .rqdb_producer_i,
    .badb_valid_o      (),
    .badb_ctx_o        (),
    .mr_obj_valid_i    (mr_valid_i),
    .qp_obj_valid_i    (qp_valid_i),
    .obj_req_i         (obj),
    .mr_obj_rsp_valid_o(mr_rsp_valid),
    .mr_obj_rsp_o      (mr_rsp),
    .qp_obj_rsp_valid_o(qp_rsp_valid),
    .qp_obj_rsp_o      (qp_rsp),
    .mtt_we_i          (1'b0),
    .mtt_waddr_i       ('0),
    .mtt_wdata_i       ('0),
    .rx_hdr_valid_i,
    .rx_hdr_ready_o,
    .rx_hdr_i          (rx_hdr),
    .rx_pay_valid_i,
    .rx_pay_ready_o,
    .rx_pay_data_i,
    .rx_pay_last_i,
    .hdr_valid_o,
    .hdr_ready_i       (1'b1),
    .hdr_o             (hdr),
    .pay_valid_o,
    .pay_ready_i       (1'b1),
    .pay_data_o,
    .pay_last_o,
    .pay_bad_o         (pay_bad),
    .rd_valid_o,
    .rd_ready_i,
    .rd_o              (rd),
    .rd_rsp_valid_i,
    .rd_rsp_ready_o,
    .rd_rsp_data_i     (rd_rsp_data),
    .rd_rsp_last_i,
    .rd_rsp_err_i      ('0),
    .rd_rsp_user_i     (rd_rsp_user),
    .wr_valid_o,
    .wr_ready_i        (1'b1),
    .wr_o              (wr),
    .wr_data_valid_o,
    .wr_data_ready_i   (1'b1),
    .wr_data_o,
    .wr_data_last_o,
    .wr_done_i,
    .wr_done_err_i     (1'b0),
    .cqe_valid_o,
    .cqe_ready_i       (2'b11),
    .cqe_o             (cqe),
    .eqe_valid_o       (eqe_valid),
    .eqe_ready_i       (1'b1),
    .eqe_o             (eqe),
    .cnt_o             (cnt),
    .cnt_sq_o          (cnt_sq),
    .deadline_o,
    .busy_o
  );

  logic unused_bits;
  assign unused_bits = ^{mr_rsp.data, qp_rsp.data, qp_rsp.status, wr.track, hdr.icrc, hdr.prio,
                         pay_bad, eqe_valid, eqe, cnt, cnt_sq, cqe};

endmodule : el_roce_end_tb
