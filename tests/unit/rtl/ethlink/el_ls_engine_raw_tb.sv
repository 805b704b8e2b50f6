// SPDX-License-Identifier: Apache-2.0
//
// One load/store engine with flat ports: a test plays the bus, the transport and the host's memory.
//
// Streams are [0] requests and [1] responses; rx is what the engine gets, tx what it sends.

module el_ls_engine_raw_tb #(
  parameter int unsigned DataW = 512
) (
  input  logic                   clk_i,
  input  logic                   rst_i,

  input  logic                   ap_awvalid_i,
  output logic                   ap_awready_o,
  input  logic [39:0]            ap_awaddr_i,
  input  logic [7:0]             ap_awid_i,
  input  logic [7:0]             ap_awlen_i,
  input  logic                   ap_wvalid_i,
  output logic                   ap_wready_o,
  input  logic [511:0]           ap_wdata_i,
  input  logic [63:0]            ap_wstrb_i,
  input  logic                   ap_wlast_i,
  output logic                   ap_bvalid_o,
  input  logic                   ap_bready_i,
  output logic [7:0]             ap_bid_o,
  output logic [1:0]             ap_bresp_o,
  input  logic                   ap_arvalid_i,
  output logic                   ap_arready_o,
  input  logic [39:0]            ap_araddr_i,
  input  logic [7:0]             ap_arid_i,
  input  logic [7:0]             ap_arlen_i,
  input  logic [2:0]             ap_arsize_i,
  output logic                   ap_rvalid_o,
  input  logic                   ap_rready_i,
  output logic [7:0]             ap_rid_o,
  output logic [511:0]           ap_rdata_o,
  output logic [1:0]             ap_rresp_o,
  output logic                   ap_rlast_o,

  input  logic                   push_valid_i,
  output logic                   push_ready_o,
  input  logic [15:0]            push_ctx_i,
  input  logic                   push_first_i,
  input  logic                   push_last_i,
  input  logic [511:0]           push_data_i,

  input  logic [1:0]             rx_valid_i,
  output logic [1:0]             rx_ready_o,
  input  logic [1:0]             rx_first_i,
  input  logic [1:0]             rx_last_i,
  input  logic [7:0]             rx_peer_i     [2],
  input  logic [5:0]             rx_hdr_len_i  [2],
  input  logic [8:0]             rx_data_len_i [2],
  input  logic [351:0]           rx_hdr_i      [2],
  input  logic [511:0]           rx_data_i     [2],
  input  logic [15:0]            rx_pkey_i,
  input  logic                   rx_denied_i,
  output logic [1:0]             tx_valid_o,
  input  logic [1:0]             tx_ready_i,
  output logic [1:0]             tx_first_o,
  output logic [1:0]             tx_last_o,
  output logic [7:0]             tx_peer_o     [2],
  output logic [1:0]             tx_vc_o       [2],
  output logic [5:0]             tx_hdr_len_o  [2],
  output logic [8:0]             tx_data_len_o [2],
  output logic [351:0]           tx_hdr_o      [2],
  output logic [511:0]           tx_data_o     [2],
  input  logic [3:0]             peer_up_i,
  input  logic                   peer_event_valid_i,
  output logic                   peer_event_ready_o,
  input  logic [7:0]             peer_event_peer_i,
  input  logic                   peer_event_up_i,
  input  logic                   lost_valid_i,
  output logic                   lost_ready_o,
  input  logic [7:0]             lost_peer_i,

  input  logic                   win_obj_valid_i,
  input  logic                   seg_obj_valid_i,
  input  logic [7:0]             obj_verb_i,
  input  logic [23:0]            obj_index_i,
  input  logic [383:0]           obj_data_i,
  output logic                   win_rsp_valid_o,
  output logic                   seg_rsp_valid_o,
  output logic [7:0]             win_status_o,
  output logic [7:0]             seg_status_o,
  output logic [383:0]           win_data_o,
  output logic [383:0]           seg_data_o,

  output logic                   rd_valid_o,
  input  logic                   rd_ready_i,
  output logic [63:0]            rd_addr_o,
  output logic [12:0]            rd_len_o,
  input  logic                   rd_rsp_valid_i,
  output logic                   rd_rsp_ready_o,
  input  logic [DataW-1:0]       rd_rsp_data_i,
  input  logic                   rd_rsp_last_i,
  input  logic                   rd_rsp_err_i,
  output logic                   wr_valid_o,
  input  logic                   wr_ready_i,
  output logic [63:0]            wr_addr_o,
  output logic [12:0]            wr_len_o,
  output logic                   wr_track_o,
  output logic                   wr_data_valid_o,
  input  logic                   wr_data_ready_i,
  output logic [DataW-1:0]       wr_data_o,
  output logic                   wr_data_last_o,
  input  logic                   wr_done_i,
  input  logic                   wr_done_err_i,

  output logic                   cqe_valid_o,
  input  logic                   cqe_ready_i,
  output logic [255:0]           cqe_o,
  output logic                   eqe_valid_o,
  input  logic                   eqe_ready_i,
  output logic [127:0]           eqe_o,
  input  logic                   first_error_clear_i,
  output logic [63:0]            first_error_o,
  output logic [63:0]            first_error_addr_o,
  output logic [27:0]            cnt_o,
  output logic                   busy_o
);

  function automatic el_pkg::cfg_t config_of(int unsigned width);
    el_pkg::cfg_t c;
    c       = el_pkg::cfg_with_width(width);
    c.Peers = 4;
    c.Tags  = 16;
    return c;
  endfunction
  localparam el_pkg::cfg_t Cfg = config_of(DataW);

  el_ls_pkg::cmd_t [1:0] tx, rx;
  el_pkg::obj_req_t      obj;
  el_pkg::obj_rsp_t      win_rsp, seg_rsp;
  el_pkg::dma_rd_req_t   rd;
  el_pkg::dma_wr_req_t   wr;
  el_pkg::cqe_req_t      cqe;
  el_pkg::eqe_req_t      eqe;

  for (genvar i = 0; i < 2; i++) begin : gen_stream
    assign rx[i] = '{first: rx_first_i[i], last: rx_last_i[i], peer: rx_peer_i[i], vc: 2'(i),
                     hdr_len: rx_hdr_len_i[i], data_len: rx_data_len_i[i], hdr: rx_hdr_i[i],
                     data: rx_data_i[i]};
    assign tx_first_o[i]    = tx[i].first;
    assign tx_last_o[i]     = tx[i].last;
    assign tx_peer_o[i]     = tx[i].peer;
    assign tx_vc_o[i]       = tx[i].vc;
    assign tx_hdr_len_o[i]  = tx[i].hdr_len;
    assign tx_data_len_o[i] = tx[i].data_len;
    assign tx_hdr_o[i]      = tx[i].hdr;
    assign tx_data_o[i]     = tx[i].data;
  end

  assign obj          = '{verb: obj_verb_i, kind: '0, index: obj_index_i, mask: '0,
                          data: obj_data_i};
  assign win_status_o = win_rsp.status;
  assign win_data_o   = win_rsp.data;
  assign seg_status_o = seg_rsp.status;
  assign seg_data_o   = seg_rsp.data;
  assign rd_addr_o    = rd.addr;
  assign rd_len_o     = rd.len;
  assign wr_addr_o    = wr.addr;
  assign wr_len_o     = wr.len;
  assign wr_track_o   = wr.track;
  assign cqe_o        = cqe.cqe;
  assign eqe_o        = eqe.eqe;

  el_ls_engine #(
    .Cfg(Cfg)
  ) u_engine (
    .clk_i,
    .rst_i,
    .ap_awvalid_i,
    .ap_awready_o,
    .ap_awaddr_i,
    .ap_awid_i,
    .ap_awlen_i,
    .ap_wvalid_i,
    .ap_wready_o,
    .ap_wdata_i,
    .ap_wstrb_i,
    .ap_wlast_i,
    .ap_bvalid_o,
    .ap_bready_i,
    .ap_bid_o,
    .ap_bresp_o,
    .ap_arvalid_i,
    .ap_arready_o,
    .ap_araddr_i,
    .ap_arid_i,
    .ap_arlen_i,
    .ap_arsize_i,
    .ap_rvalid_o,
    .ap_rready_i,
    .ap_rid_o,
    .ap_rdata_o,
    .ap_rresp_o,
    .ap_rlast_o,
    .push_valid_i,
    .push_ready_o,
    .push_ctx_i,
    .push_first_i,
    .push_last_i,
    .push_data_i,
    .aperture_i         ('{page_shift: 8'd21, eqn: 8'd5, default: '0}),
    .tx_valid_o,
    .tx_ready_i,
    .tx_cmd_o           (tx),
    .req_valid_i        (rx_valid_i[0]),
    .req_ready_o        (rx_ready_o[0]),
    .req_cmd_i          (rx[0]),
    .req_pkey_i         (rx_pkey_i),
    .req_denied_i       (rx_denied_i),
    .rsp_valid_i        (rx_valid_i[1]),
    .rsp_ready_o        (rx_ready_o[1]),
    .rsp_cmd_i          (rx[1]),
    .peer_up_i,
    .peer_event_valid_i,
    .peer_event_ready_o,
    .peer_event_peer_i,
    .peer_event_up_i,
    .lost_valid_i,
    .lost_ready_o,
    .lost_peer_i,
    .win_obj_valid_i,
    .seg_obj_valid_i,
    .obj_req_i          (obj),
    .win_obj_rsp_valid_o(win_rsp_valid_o),
    .win_obj_rsp_o      (win_rsp),
    .seg_obj_rsp_valid_o(seg_rsp_valid_o),
    .seg_obj_rsp_o      (seg_rsp),
    .rd_valid_o,
    .rd_ready_i,
    .rd_o               (rd),
    .rd_rsp_valid_i,
    .rd_rsp_ready_o,
    .rd_rsp_data_i,
    .rd_rsp_last_i,
    .rd_rsp_err_i,
    .rd_rsp_user_i      ('0),
    .wr_valid_o,
    .wr_ready_i,
    .wr_o               (wr),
    .wr_data_valid_o,
    .wr_data_ready_i,
    .wr_data_o,
    .wr_data_last_o,
    .wr_done_i,
    .wr_done_err_i,
    .cqe_valid_o,
    .cqe_ready_i,
    .cqe_o              (cqe),
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o              (eqe),
    .first_error_clear_i,
    .first_error_o,
    .first_error_addr_o,
    .cnt_o,
    .busy_o
  );

  logic unused_tb;
  assign unused_tb = ^{rd.user, cqe.cqn, cqe.solicited, eqe.eqn};

endmodule : el_ls_engine_raw_tb
