// SPDX-License-Identifier: Apache-2.0
//
// Two load/store engines joined command stream to command stream; every port of each side flat.
//
// Side s is node s + 1. Responses can be held back, as a transport whose peer went silent does.

module el_ls_engine_tb #(
  parameter int unsigned DataW = 512
) (
  input  logic                   clk_i,
  input  logic                   rst_i,

  input  logic [1:0]             ap_awvalid_i,
  output logic [1:0]             ap_awready_o,
  input  logic [1:0][63:0]       ap_awaddr_i,
  input  logic [1:0][7:0]        ap_awid_i,
  input  logic [1:0][7:0]        ap_awlen_i,
  input  logic [1:0]             ap_wvalid_i,
  output logic [1:0]             ap_wready_o,
  input  logic [1:0][511:0]      ap_wdata_i,
  input  logic [1:0][63:0]       ap_wstrb_i,
  input  logic [1:0]             ap_wlast_i,
  output logic [1:0]             ap_bvalid_o,
  input  logic [1:0]             ap_bready_i,
  output logic [1:0][7:0]        ap_bid_o,
  output logic [1:0][7:0]        ap_bresp_o,
  input  logic [1:0]             ap_arvalid_i,
  output logic [1:0]             ap_arready_o,
  input  logic [1:0][63:0]       ap_araddr_i,
  input  logic [1:0][7:0]        ap_arid_i,
  input  logic [1:0][7:0]        ap_arlen_i,
  input  logic [1:0][7:0]        ap_arsize_i,
  output logic [1:0]             ap_rvalid_o,
  input  logic [1:0]             ap_rready_i,
  output logic [1:0][7:0]        ap_rid_o,
  output logic [1:0][511:0]      ap_rdata_o,
  output logic [1:0][7:0]        ap_rresp_o,
  output logic [1:0]             ap_rlast_o,

  input  logic [1:0]             push_valid_i,
  output logic [1:0]             push_ready_o,
  input  logic [1:0]             push_first_i,
  input  logic [1:0]             push_last_i,
  input  logic [1:0][511:0]      push_data_i,

  // Wire between the sides: requests [0] and responses [1] pass where the bit is 1
  input  logic [1:0]             pass_i,
  input  logic [1:0]             peer_up_i,
  input  logic [1:0]             down_valid_i,
  output logic [1:0]             down_ready_o,

  input  logic [1:0]             win_valid_i,
  input  logic [1:0]             seg_valid_i,
  input  logic [7:0]             obj_verb_i,
  input  logic [23:0]            obj_index_i,
  input  logic [383:0]           obj_data_i,
  output logic [1:0]             win_rsp_valid_o,
  output logic [1:0]             seg_rsp_valid_o,
  output logic [1:0][7:0]        win_status_o,
  output logic [1:0][7:0]        seg_status_o,

  output logic [1:0]             rd_valid_o,
  input  logic [1:0]             rd_ready_i,
  output logic [1:0][63:0]       rd_addr_o,
  output logic [1:0][15:0]       rd_len_o,
  input  logic [1:0]             rd_rsp_valid_i,
  output logic [1:0]             rd_rsp_ready_o,
  input  logic [1:0][DataW-1:0]  rd_rsp_data_i,
  input  logic [1:0]             rd_rsp_last_i,
  input  logic [1:0]             rd_rsp_err_i,
  output logic [1:0]             wr_valid_o,
  input  logic [1:0]             wr_ready_i,
  output logic [1:0][63:0]       wr_addr_o,
  output logic [1:0][15:0]       wr_len_o,
  output logic [1:0]             wr_track_o,
  output logic [1:0]             wr_data_valid_o,
  input  logic [1:0]             wr_data_ready_i,
  output logic [1:0][DataW-1:0]  wr_data_o,
  output logic [1:0]             wr_data_last_o,
  input  logic [1:0]             wr_done_i,

  output logic [1:0]             cqe_valid_o,
  output logic [1:0][255:0]      cqe_o,
  output logic [1:0]             eqe_valid_o,
  output logic [1:0][127:0]      eqe_o,
  output logic [1:0]             busy_o
);

  function automatic el_pkg::cfg_t config_of(int unsigned width);
    el_pkg::cfg_t c;
    c       = el_pkg::cfg_with_width(width);
    c.Peers = 4;
    c.Tags  = 16;
    return c;
  endfunction
  localparam el_pkg::cfg_t Cfg = config_of(DataW);

  logic [1:0][1:0]            tx_valid, tx_ready;
  el_ls_pkg::cmd_t [1:0][1:0] tx_cmd;
  el_ls_pkg::cmd_t [1:0][1:0] rx_cmd;
  logic [1:0]                 req_ready, rsp_ready;
  el_pkg::obj_req_t           obj;
  el_pkg::obj_rsp_t [1:0]     win_rsp, seg_rsp;
  el_pkg::dma_rd_req_t [1:0]  rd;
  el_pkg::dma_wr_req_t [1:0]  wr;
  el_pkg::cqe_req_t [1:0]     cqe;
  el_pkg::eqe_req_t [1:0]     eqe;

  assign obj.verb  = obj_verb_i;
  assign obj.kind  = '0;
  assign obj.index = obj_index_i;
  assign obj.mask  = '0;
  assign obj.data  = obj_data_i;

  for (genvar s = 0; s < 2; s++) begin : gen_side
    // The receiver knows the sender by the sender's own number.
    always_comb begin
      rx_cmd[s]         = tx_cmd[1-s];
      rx_cmd[s][0].peer = 8'(2 - s);
      rx_cmd[s][1].peer = 8'(2 - s);
    end
    assign tx_ready[s][0]  = req_ready[1-s] && pass_i[0];
    assign tx_ready[s][1]  = rsp_ready[1-s] && pass_i[1];
    assign win_status_o[s] = win_rsp[s].status;
    assign seg_status_o[s] = seg_rsp[s].status;
    assign rd_addr_o[s]    = rd[s].addr;
    assign rd_len_o[s]     = 16'(rd[s].len);
    assign wr_addr_o[s]    = wr[s].addr;
    assign wr_len_o[s]     = 16'(wr[s].len);
    assign wr_track_o[s]   = wr[s].track;
    assign cqe_o[s]        = cqe[s].cqe;
    assign eqe_o[s]        = eqe[s].eqe;
    assign ap_bresp_o[s][7:2] = '0;
    assign ap_rresp_o[s][7:2] = '0;

    el_ls_engine #(
      .Cfg(Cfg)
    ) u_engine (
      .clk_i,
      .rst_i,
      .ap_awvalid_i       (ap_awvalid_i[s]),
      .ap_awready_o       (ap_awready_o[s]),
      .ap_awaddr_i        (ap_awaddr_i[s][39:0]),
      .ap_awid_i          (ap_awid_i[s]),
      .ap_awlen_i         (ap_awlen_i[s]),
      .ap_wvalid_i        (ap_wvalid_i[s]),
      .ap_wready_o        (ap_wready_o[s]),
      .ap_wdata_i         (ap_wdata_i[s]),
      .ap_wstrb_i         (ap_wstrb_i[s]),
      .ap_wlast_i         (ap_wlast_i[s]),
      .ap_bvalid_o        (ap_bvalid_o[s]),
      .ap_bready_i        (ap_bready_i[s]),
      .ap_bid_o           (ap_bid_o[s]),
      .ap_bresp_o         (ap_bresp_o[s][1:0]),
      .ap_arvalid_i       (ap_arvalid_i[s]),
      .ap_arready_o       (ap_arready_o[s]),
      .ap_araddr_i        (ap_araddr_i[s][39:0]),
      .ap_arid_i          (ap_arid_i[s]),
      .ap_arlen_i         (ap_arlen_i[s]),
      .ap_arsize_i        (ap_arsize_i[s][2:0]),
      .ap_rvalid_o        (ap_rvalid_o[s]),
      .ap_rready_i        (ap_rready_i[s]),
      .ap_rid_o           (ap_rid_o[s]),
      .ap_rdata_o         (ap_rdata_o[s]),
      .ap_rresp_o         (ap_rresp_o[s][1:0]),
      .ap_rlast_o         (ap_rlast_o[s]),
      .push_valid_i       (push_valid_i[s]),
      .push_ready_o       (push_ready_o[s]),
      .push_ctx_i         (16'd3),
      .push_first_i       (push_first_i[s]),
      .push_last_i        (push_last_i[s]),
      .push_data_i        (push_data_i[s]),
      .aperture_i         ('{page_shift: 8'd21, eqn: 8'd0, default: '0}),
      .tx_valid_o         (tx_valid[s]),
      .tx_ready_i         (tx_ready[s]),
      .tx_cmd_o           (tx_cmd[s]),
      .req_valid_i        (tx_valid[1-s][0] && pass_i[0]),
      .req_ready_o        (req_ready[s]),
      .req_cmd_i          (rx_cmd[s][0]),
      .req_pkey_i         (16'h7777),
      .req_denied_i       (1'b0),
      .rsp_valid_i        (tx_valid[1-s][1] && pass_i[1]),
      .rsp_ready_o        (rsp_ready[s]),
      .rsp_cmd_i          (rx_cmd[s][1]),
      .peer_up_i          ({4{peer_up_i[s]}}),
      .peer_event_valid_i (down_valid_i[s]),
      .peer_event_ready_o (down_ready_o[s]),
      .peer_event_peer_i  (8'(2 - s)),
      .peer_event_up_i    (1'b0),
      .lost_valid_i       (1'b0),
      .lost_ready_o       (),
      .lost_peer_i        ('0),
      .win_obj_valid_i    (win_valid_i[s]),
      .seg_obj_valid_i    (seg_valid_i[s]),
      .obj_req_i          (obj),
      .win_obj_rsp_valid_o(win_rsp_valid_o[s]),
      .win_obj_rsp_o      (win_rsp[s]),
      .seg_obj_rsp_valid_o(seg_rsp_valid_o[s]),
      .seg_obj_rsp_o      (seg_rsp[s]),
      .rd_valid_o         (rd_valid_o[s]),
      .rd_ready_i         (rd_ready_i[s]),
      .rd_o               (rd[s]),
      .rd_rsp_valid_i     (rd_rsp_valid_i[s]),
      .rd_rsp_ready_o     (rd_rsp_ready_o[s]),
      .rd_rsp_data_i      (rd_rsp_data_i[s]),
      .rd_rsp_last_i      (rd_rsp_last_i[s]),
      .rd_rsp_err_i       (rd_rsp_err_i[s]),
      .rd_rsp_user_i      ('0),
      .wr_valid_o         (wr_valid_o[s]),
      .wr_ready_i         (wr_ready_i[s]),
      .wr_o               (wr[s]),
      .wr_data_valid_o    (wr_data_valid_o[s]),
      .wr_data_ready_i    (wr_data_ready_i[s]),
      .wr_data_o          (wr_data_o[s]),
      .wr_data_last_o     (wr_data_last_o[s]),
      .wr_done_i          (wr_done_i[s]),
      .wr_done_err_i      (1'b0),
      .cqe_valid_o        (cqe_valid_o[s]),
      .cqe_ready_i        (1'b1),
      .cqe_o              (cqe[s]),
      .eqe_valid_o        (eqe_valid_o[s]),
      .eqe_ready_i        (1'b1),
      .eqe_o              (eqe[s]),
      .first_error_clear_i(1'b0),
      .first_error_o      (),
      .first_error_addr_o (),
      .cnt_o              (),
      .busy_o             (busy_o[s])
    );
  end

  logic unused_tb;
  assign unused_tb = ^{win_rsp, seg_rsp, rd, cqe, eqe, ap_awaddr_i, ap_araddr_i, ap_arsize_i};

endmodule : el_ls_engine_tb
