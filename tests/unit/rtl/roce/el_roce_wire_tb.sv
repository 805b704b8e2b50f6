// SPDX-License-Identifier: Apache-2.0
//
// el_roce with the transmit side of the Ethernet layer behind it: from descriptors to frames.
//
// Nothing is received: requests are sent and not answered.

module el_roce_wire_tb #(
  parameter int unsigned DataW = 512
) (
  input  logic               clk_i,
  input  logic               rst_i,
  input  logic [47:0]        now_i,

  input  logic               sqdb_valid_i,
  output logic               sqdb_ready_o,
  input  logic [15:0]        sqdb_ctx_i,
  input  logic [23:0]        sqdb_qpn_i,
  input  logic [15:0]        sqdb_producer_i,

  // Objects.
  input  logic               mr_valid_i,
  input  logic               qp_valid_i,
  input  logic [7:0]         obj_verb_i,
  input  logic [7:0]         obj_kind_i,
  input  logic [23:0]        obj_index_i,
  input  logic [31:0]        obj_mask_i,
  input  logic [383:0]       obj_data_i,
  output logic               mr_rsp_valid_o,
  output logic               qp_rsp_valid_o,
  output logic [7:0]         mr_rsp_status_o,
  output logic [7:0]         qp_rsp_status_o,
  output logic [383:0]       qp_rsp_data_o,
  input  logic               mtt_we_i,
  input  logic [9:0]         mtt_waddr_i,
  input  logic [63:0]        mtt_wdata_i,

  // DMA reads: 0 descriptors, 1 payload; there are no receive requests.
  output logic [1:0]         rd_valid_o,
  input  logic [1:0]         rd_ready_i,
  output logic [63:0]        rd_addr_o     [2],
  output logic [12:0]        rd_len_o      [2],
  input  logic [1:0]         rd_rsp_valid_i,
  output logic [1:0]         rd_rsp_ready_o,
  input  logic [DataW-1:0]   rd_rsp_data_i [2],
  input  logic [1:0]         rd_rsp_last_i,
  input  logic [1:0]         rd_rsp_err_i,

  // Frames with FCS; priorities that the peer paused.
  input  logic [7:0]         paused_i,
  output logic               mac_tvalid_o,
  input  logic               mac_tready_i,
  output logic [DataW-1:0]   mac_tdata_o,
  output logic [DataW/8-1:0] mac_tkeep_o,
  output logic               mac_tlast_o,

  // Completions of requests.
  output logic               cqe_valid_o,
  input  logic               cqe_ready_i,
  output logic [255:0]       cqe_o,

  output logic [47:0]        deadline_o,
  output logic               busy_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c         = el_pkg::cfg_with_width(DataW);
    c.Qps     = 16;
    c.SqTrack = 128;
    c.Mrs     = 64;
    c.Mtts    = 1024;
    return c;
  endfunction

  localparam el_pkg::cfg_t Cfg = make_cfg();

  el_pkg::port_cfg_t          port_cfg;
  el_regs_pkg::csr_roce_cfg_t roce_cfg;
  el_pkg::obj_req_t           obj;
  el_pkg::obj_rsp_t           mr_rsp, qp_rsp;

  always_comb begin
    port_cfg                 = '0;
    port_cfg.mac             = 48'h0250_4E54_0001;
    port_cfg.gid[0]          = 128'hFFFF_0A00_0001;  // ::ffff:10.0.0.1
    roce_cfg                 = '0;
    roce_cfg.tick_cycles     = 24'd64;
    roce_cfg.rnr_tick_cycles = 24'd16;
  end

  assign obj = '{verb: obj_verb_i, kind: obj_kind_i, index: obj_index_i, mask: obj_mask_i,
                 data: obj_data_i};
  assign mr_rsp_status_o = mr_rsp.status;
  assign qp_rsp_status_o = qp_rsp.status;
  assign qp_rsp_data_o   = qp_rsp.data;

  logic                      hdr_valid, hdr_ready, pay_valid, pay_ready, pay_last, pay_bad;
  logic [DataW-1:0]          pay_data;
  el_pkg::tx_hdr_t           hdr;
  el_pkg::dma_rd_req_t [2:0] rd;
  logic [1:0]                cqe_valid;
  el_pkg::cqe_req_t [1:0]    cqe;
  logic                      rq_rd_valid, rq_rsp_ready;
  logic                      roce_busy, tx_busy;

  el_roce #(
    .Cfg(Cfg)
  ) u_roce (
    .clk_i,
    .rst_i,
    .now_i,
    .port_cfg_i        (port_cfg),
    .cfg_i             (roce_cfg),
    .rate_cfg_i        ('0),
    .sqdb_valid_i,
    .sqdb_ready_o,
    .sqdb_ctx_i,
    .sqdb_qpn_i,
    .sqdb_producer_i,
    .sqpush_valid_i    (1'b0),
    .sqpush_ready_o    (),
    .sqpush_ctx_i      ('0),
    .sqpush_first_i    (1'b0),
    .sqpush_last_i     (1'b0),
    .sqpush_data_i     ('0),
    .rqdb_valid_i      (1'b0),
    .rqdb_ready_o      (),
    .rqdb_ctx_i        ('0),
    .rqdb_qpn_i        ('0),
    .rqdb_producer_i   ('0),
    .badb_valid_o      (),
    .badb_ctx_o        (),
    .mr_obj_valid_i    (mr_valid_i),
    .qp_obj_valid_i    (qp_valid_i),
    .obj_req_i         (obj),
    .mr_obj_rsp_valid_o(mr_rsp_valid_o),
    .mr_obj_rsp_o      (mr_rsp),
    .qp_obj_rsp_valid_o(qp_rsp_valid_o),
    .qp_obj_rsp_o      (qp_rsp),
    .mtt_we_i,
    .mtt_waddr_i,
    .mtt_wdata_i,
    .rx_hdr_valid_i    (1'b0),
    .rx_hdr_ready_o    (),
    .rx_hdr_i          ('0),
    .rx_pay_valid_i    (1'b0),
    .rx_pay_ready_o    (),
    .rx_pay_data_i     ('0),
    .rx_pay_last_i     (1'b0),
    .hdr_valid_o       (hdr_valid),
    .hdr_ready_i       (hdr_ready),
    .hdr_o             (hdr),
    .pay_valid_o       (pay_valid),
    .pay_ready_i       (pay_ready),
    .pay_data_o        (pay_data),
    .pay_last_o        (pay_last),
    .pay_bad_o         (pay_bad),
    .rd_valid_o        ({rq_rd_valid, rd_valid_o}),
    .rd_ready_i        ({1'b0, rd_ready_i}),
    .rd_o              (rd),
    .rd_rsp_valid_i    ({1'b0, rd_rsp_valid_i}),
    .rd_rsp_ready_o    ({rq_rsp_ready, rd_rsp_ready_o}),
    .rd_rsp_data_i     ({DataW'(0), rd_rsp_data_i[1], rd_rsp_data_i[0]}),
    .rd_rsp_last_i     ({1'b0, rd_rsp_last_i}),
    .rd_rsp_err_i      ({1'b0, rd_rsp_err_i}),
    .rd_rsp_user_i     ('0),
    .wr_valid_o        (),
    .wr_ready_i        (1'b1),
    .wr_o              (),
    .wr_data_valid_o   (),
    .wr_data_ready_i   (1'b1),
    .wr_data_o         (),
    .wr_data_last_o    (),
    .wr_done_i         (1'b0),
    .wr_done_err_i     (1'b0),
    .cqe_valid_o       (cqe_valid),
    .cqe_ready_i       ({1'b1, cqe_ready_i}),
    .cqe_o             (cqe),
    .eqe_valid_o       (),
    .eqe_ready_i       (1'b1),
    .eqe_o             (),
    .cqfail_valid_i    (1'b0),
    .cqfail_ready_o    (),
    .cqfail_qpn_i      ('0),
    .cnt_o             (),
    .cnt_sq_o          (),
    .deadline_o,
    .busy_o            (roce_busy)
  );

  for (genvar i = 0; i < 2; i++) begin : gen_read
    assign rd_addr_o[i] = rd[i].addr;
    assign rd_len_o[i]  = rd[i].len;
  end
  assign cqe_valid_o = cqe_valid[0];
  assign cqe_o       = cqe[0].cqe;

  logic                            no_hdr_ready, no_pay_ready, pfc_ready, frame;
  logic [13:0]                     frame_bytes;

  el_eth_tx #(
    .Cfg       (Cfg),
    .NumClients(2)
  ) u_tx (
    .clk_i,
    .rst_i,
    .enable_i    (1'b1),
    .paused_i,
    .own_pace_i  ('0),
    .pfc_valid_i (1'b0),
    .pfc_ready_o (pfc_ready),
    .pfc_hdr_i   ('0),
    .hdr_valid_i ({hdr_valid, 1'b0}),
    .hdr_ready_o ({hdr_ready, no_hdr_ready}),
    .hdr_i       ({hdr, $bits(el_pkg::tx_hdr_t)'(0)}),
    .pay_valid_i ({pay_valid, 1'b0}),
    .pay_ready_o ({pay_ready, no_pay_ready}),
    .pay_data_i  ({pay_data, DataW'(0)}),
    .pay_last_i  ({pay_last, 1'b0}),
    .pay_bad_i   ({pay_bad, 1'b0}),
    .mac_tvalid_o,
    .mac_tready_i,
    .mac_tdata_o,
    .mac_tkeep_o,
    .mac_tlast_o,
    .cnt_frame_o (frame),
    .cnt_bytes_o (frame_bytes),
    .busy_o      (tx_busy)
  );

  assign busy_o = roce_busy || tx_busy;

  logic unused_bits;  // no tags, no receive requests, no other client
  assign unused_bits = ^{rd, cqe, cqe_valid[1], mr_rsp.data, rq_rd_valid, rq_rsp_ready,
                         no_hdr_ready, no_pay_ready, pfc_ready, frame, frame_bytes};

endmodule : el_roce_wire_tb
