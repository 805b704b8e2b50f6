// SPDX-License-Identifier: Apache-2.0
//
// Load/store layer: the guard of the aperture, the engine of commands, the transport to the peers.
//
// Latency and throughput are those of the parts; this module only joins them.
// Storage: none of its own. Documents: docs/reference/load-store.md, load-store-transport.md.

`include "el_assert.svh"

module el_ls #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                             clk_i,                 // of the guard
  input  logic                             rst_i,                 // pin
  // Clock of engine and transport, see clk_en_o
  input  logic                             clk_ls_i,
  input  logic                             core_rst_i,            // pin or soft reset
  input  el_pkg::cycles_t                  now_i,

  // Quasi-static configuration
  input  el_regs_pkg::csr_ls_aperture_t    aperture_i,
  input  el_pkg::port_cfg_t                port_cfg_i,
  input  el_regs_pkg::csr_ls_timing_t      timing_i,
  input  el_regs_pkg::csr_ls_limits_t      limits_i,

  // Aperture bus
  input  logic                             ap_awvalid_i,
  output logic                             ap_awready_o,
  input  logic [39:0]                      ap_awaddr_i,
  input  logic [7:0]                       ap_awid_i,
  input  logic [7:0]                       ap_awlen_i,
  input  logic                             ap_wvalid_i,
  output logic                             ap_wready_o,
  input  logic [511:0]                     ap_wdata_i,
  input  logic [63:0]                      ap_wstrb_i,
  input  logic                             ap_wlast_i,
  output logic                             ap_bvalid_o,
  input  logic                             ap_bready_i,
  output logic [7:0]                       ap_bid_o,
  output logic [1:0]                       ap_bresp_o,
  input  logic                             ap_arvalid_i,
  output logic                             ap_arready_o,
  input  logic [39:0]                      ap_araddr_i,
  input  logic [7:0]                       ap_arid_i,
  input  logic [7:0]                       ap_arlen_i,
  input  logic [2:0]                       ap_arsize_i,
  output logic                             ap_rvalid_o,
  input  logic                             ap_rready_i,
  output logic [7:0]                       ap_rid_o,
  output logic [511:0]                     ap_rdata_o,
  output logic [1:0]                       ap_rresp_o,
  output logic                             ap_rlast_o,

  // Pushed commands
  input  logic                             push_valid_i,
  output logic                             push_ready_o,
  input  logic [15:0]                      push_ctx_i,
  input  logic                             push_first_i,
  input  logic                             push_last_i,
  input  logic [511:0]                     push_data_i,

  // Objects: Window, Segment, Peer
  input  logic                             win_obj_valid_i,
  input  logic                             seg_obj_valid_i,
  input  logic                             peer_obj_valid_i,
  input  el_pkg::obj_req_t                 obj_req_i,
  output logic                             win_obj_rsp_valid_o,
  output el_pkg::obj_rsp_t                 win_obj_rsp_o,
  output logic                             seg_obj_rsp_valid_o,
  output el_pkg::obj_rsp_t                 seg_obj_rsp_o,
  output logic                             peer_obj_rsp_valid_o,
  output el_pkg::obj_rsp_t                 peer_obj_rsp_o,

  // Frames: control frames without payload, frames with commands; received requests [0] and
  // responses [1]
  input  logic [7:0]                       paused_i,
  output logic                             ctl_hdr_valid_o,
  input  logic                             ctl_hdr_ready_i,
  output el_pkg::tx_hdr_t                  ctl_hdr_o,
  output logic                             hdr_valid_o,
  input  logic                             hdr_ready_i,
  output el_pkg::tx_hdr_t                  hdr_o,
  output logic                             pay_valid_o,
  input  logic                             pay_ready_i,
  output logic [DataW-1:0]                 pay_data_o,
  output logic                             pay_last_o,
  input  logic [1:0]                       rx_hdr_valid_i,
  output logic [1:0]                       rx_hdr_ready_o,
  input  el_pkg::rx_hdr_t [1:0]            rx_hdr_i,
  input  logic [1:0]                       rx_pay_valid_i,
  output logic [1:0]                       rx_pay_ready_o,
  input  logic [1:0][DataW-1:0]            rx_pay_data_i,
  input  logic [1:0]                       rx_pay_last_i,

  // Host memory
  output logic                             rd_valid_o,
  input  logic                             rd_ready_i,
  output el_pkg::dma_rd_req_t              rd_o,
  input  logic                             rd_rsp_valid_i,
  output logic                             rd_rsp_ready_o,
  input  logic [DataW-1:0]                 rd_rsp_data_i,
  input  logic                             rd_rsp_last_i,
  input  logic                             rd_rsp_err_i,
  input  logic [el_pkg::DmaUserW-1:0]      rd_rsp_user_i,
  output logic                             wr_valid_o,
  input  logic                             wr_ready_i,
  output el_pkg::dma_wr_req_t              wr_o,
  output logic                             wr_data_valid_o,
  input  logic                             wr_data_ready_i,
  output logic [DataW-1:0]                 wr_data_o,
  output logic                             wr_data_last_o,
  input  logic                             wr_done_i,
  input  logic                             wr_done_err_i,

  // Completions, events, the first error
  output logic                             cqe_valid_o,
  input  logic                             cqe_ready_i,
  output el_pkg::cqe_req_t                 cqe_o,
  output logic                             eqe_valid_o,
  input  logic                             eqe_ready_i,
  output el_pkg::eqe_req_t                 eqe_o,
  input  logic                             first_error_clear_i,
  output el_regs_pkg::csr_ls_first_error_t first_error_o,
  output logic [63:0]                      first_error_addr_o,

  output el_regs_pkg::cnt_ls_t             cnt_o,
  output logic [2:0]                       busy_o,                // guard, engine, transport
  output el_pkg::cycles_t                  deadline_o,
  // engine and transport need the next edge, before clk_ls_i
  output logic                             clk_en_o
);

  logic                 guard_busy, engine_busy, transport_busy;
  el_regs_pkg::cnt_ls_t cnt_transport, cnt_engine;

  // The aperture behind the guard, which answers the bus while the engine is in reset
  logic          g_awvalid, g_awready, g_wvalid, g_wready, g_bvalid, g_bready, g_arvalid, g_arready;
  logic          g_rvalid, g_rready, g_rlast;
  logic [7:0]    g_bid, g_rid;
  logic [1:0]    g_bresp, g_rresp;
  logic [511:0]  g_rdata;

  el_ls_guard u_guard (
    .clk_i,
    .rst_i,
    .core_rst_i,
    .ap_awvalid_i,
    .ap_awready_o,
    .ap_awid_i,
    .ap_wvalid_i,
    .ap_wready_o,
    .ap_wlast_i,
    .ap_bvalid_o,
    .ap_bready_i,
    .ap_bid_o,
    .ap_bresp_o,
    .ap_arvalid_i,
    .ap_arready_o,
    .ap_arid_i,
    .ap_arlen_i,
    .ap_rvalid_o,
    .ap_rready_i,
    .ap_rid_o,
    .ap_rdata_o,
    .ap_rresp_o,
    .ap_rlast_o,
    .eng_awvalid_o (g_awvalid),
    .eng_awready_i (g_awready),
    .eng_wvalid_o  (g_wvalid),
    .eng_wready_i  (g_wready),
    .eng_bvalid_i  (g_bvalid),
    .eng_bready_o  (g_bready),
    .eng_bid_i     (g_bid),
    .eng_bresp_i   (g_bresp),
    .eng_arvalid_o (g_arvalid),
    .eng_arready_i (g_arready),
    .eng_rvalid_i  (g_rvalid),
    .eng_rready_o  (g_rready),
    .eng_rid_i     (g_rid),
    .eng_rdata_i   (g_rdata),
    .eng_rresp_i   (g_rresp),
    .eng_rlast_i   (g_rlast),
    .busy_o        (guard_busy)
  );

  logic [1:0]               tx_valid, tx_ready;
  el_ls_pkg::cmd_t [1:0]    tx_cmd;
  logic                     req_valid, req_ready, rsp_valid, rsp_ready;
  el_ls_pkg::cmd_t          req_cmd, rsp_cmd;
  logic [15:0]              req_pkey;
  logic                     req_denied;
  logic [Cfg.Peers-1:0]     peer_up;
  logic                     peer_event_valid, peer_event_ready, peer_event_up;
  logic [7:0]               peer_event_peer;
  logic                     lost_valid, lost_ready;
  logic [7:0]               lost_peer;

  el_ls_engine #(
    .Cfg(Cfg)
  ) u_engine (
    .clk_i               (clk_ls_i),
    .rst_i               (core_rst_i),
    .ap_awvalid_i        (g_awvalid),
    .ap_awready_o        (g_awready),
    .ap_awaddr_i,
    .ap_awid_i,
    .ap_awlen_i,
    .ap_wvalid_i         (g_wvalid),
    .ap_wready_o         (g_wready),
    .ap_wdata_i,
    .ap_wstrb_i,
    .ap_wlast_i,
    .ap_bvalid_o         (g_bvalid),
    .ap_bready_i         (g_bready),
    .ap_bid_o            (g_bid),
    .ap_bresp_o          (g_bresp),
    .ap_arvalid_i        (g_arvalid),
    .ap_arready_o        (g_arready),
    .ap_araddr_i,
    .ap_arid_i,
    .ap_arlen_i,
    .ap_arsize_i,
    .ap_rvalid_o         (g_rvalid),
    .ap_rready_i         (g_rready),
    .ap_rid_o            (g_rid),
    .ap_rdata_o          (g_rdata),
    .ap_rresp_o          (g_rresp),
    .ap_rlast_o          (g_rlast),
    .push_valid_i,
    .push_ready_o,
    .push_ctx_i,
    .push_first_i,
    .push_last_i,
    .push_data_i,
    .aperture_i,
    .tx_valid_o          (tx_valid),
    .tx_ready_i          (tx_ready),
    .tx_cmd_o            (tx_cmd),
    .req_valid_i         (req_valid),
    .req_ready_o         (req_ready),
    .req_cmd_i           (req_cmd),
    .req_pkey_i          (req_pkey),
    .req_denied_i        (req_denied),
    .rsp_valid_i         (rsp_valid),
    .rsp_ready_o         (rsp_ready),
    .rsp_cmd_i           (rsp_cmd),
    .peer_up_i           (peer_up),
    .peer_event_valid_i  (peer_event_valid),
    .peer_event_ready_o  (peer_event_ready),
    .peer_event_peer_i   (peer_event_peer),
    .peer_event_up_i     (peer_event_up),
    .lost_valid_i        (lost_valid),
    .lost_ready_o        (lost_ready),
    .lost_peer_i         (lost_peer),
    .win_obj_valid_i,
    .seg_obj_valid_i,
    .obj_req_i,
    .win_obj_rsp_valid_o,
    .win_obj_rsp_o,
    .seg_obj_rsp_valid_o,
    .seg_obj_rsp_o,
    .rd_valid_o,
    .rd_ready_i,
    .rd_o,
    .rd_rsp_valid_i,
    .rd_rsp_ready_o,
    .rd_rsp_data_i,
    .rd_rsp_last_i,
    .rd_rsp_err_i,
    .rd_rsp_user_i,
    .wr_valid_o,
    .wr_ready_i,
    .wr_o,
    .wr_data_valid_o,
    .wr_data_ready_i,
    .wr_data_o,
    .wr_data_last_o,
    .wr_done_i,
    .wr_done_err_i,
    .cqe_valid_o,
    .cqe_ready_i,
    .cqe_o,
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o,
    .first_error_clear_i,
    .first_error_o,
    .first_error_addr_o,
    .cnt_o               (cnt_engine),
    .busy_o              (engine_busy)
  );

  el_ls_transport #(
    .Cfg(Cfg)
  ) u_transport (
    .clk_i              (clk_ls_i),
    .rst_i              (core_rst_i),
    .now_i,
    .port_cfg_i,
    .timing_i,
    .limits_i,
    .tx_valid_i         (tx_valid),
    .tx_ready_o         (tx_ready),
    .tx_cmd_i           (tx_cmd),
    .req_valid_o        (req_valid),
    .req_ready_i        (req_ready),
    .req_cmd_o          (req_cmd),
    .req_pkey_o         (req_pkey),
    .req_denied_o       (req_denied),
    .rsp_valid_o        (rsp_valid),
    .rsp_ready_i        (rsp_ready),
    .rsp_cmd_o          (rsp_cmd),
    .peer_up_o          (peer_up),
    .peer_event_valid_o (peer_event_valid),
    .peer_event_ready_i (peer_event_ready),
    .peer_event_peer_o  (peer_event_peer),
    .peer_event_up_o    (peer_event_up),
    .lost_valid_o       (lost_valid),
    .lost_ready_i       (lost_ready),
    .lost_peer_o        (lost_peer),
    .obj_valid_i        (peer_obj_valid_i),
    .obj_req_i,
    .obj_rsp_valid_o    (peer_obj_rsp_valid_o),
    .obj_rsp_o          (peer_obj_rsp_o),
    .paused_i,
    .ctl_hdr_valid_o,
    .ctl_hdr_ready_i,
    .ctl_hdr_o,
    .hdr_valid_o,
    .hdr_ready_i,
    .hdr_o,
    .pay_valid_o,
    .pay_ready_i,
    .pay_data_o,
    .pay_last_o,
    .rx_hdr_valid_i,
    .rx_hdr_ready_o,
    .rx_hdr_i,
    .rx_pay_valid_i,
    .rx_pay_ready_o,
    .rx_pay_data_i,
    .rx_pay_last_i,
    .cnt_o              (cnt_transport),
    .deadline_o,
    .busy_o             (transport_busy)
  );

  assign cnt_o = cnt_transport | cnt_engine;  // each drives its own fields

  // ---------------------------------------------------------------------------------------------
  // Rest: a part may be idle while another has not taken what it offers
  // ---------------------------------------------------------------------------------------------

  logic between;

  assign between = tx_valid != '0 || req_valid || rsp_valid || peer_event_valid || lost_valid;
  assign busy_o  = {guard_busy, engine_busy || between, transport_busy};

  assign clk_en_o = engine_busy || transport_busy || between || core_rst_i ||
                    now_i >= deadline_o || g_awvalid || g_wvalid || g_bvalid || g_arvalid ||
                    g_rvalid || push_valid_i || peer_obj_valid_i || win_obj_valid_i ||
                    seg_obj_valid_i || peer_obj_rsp_valid_o || win_obj_rsp_valid_o ||
                    seg_obj_rsp_valid_o || rx_hdr_valid_i != '0 || rx_pay_valid_i != '0 ||
                    ctl_hdr_valid_o || hdr_valid_o || pay_valid_o || rd_valid_o ||
                    rd_rsp_valid_i || wr_valid_o || wr_data_valid_o || wr_done_i ||
                    cqe_valid_o || eqe_valid_o || cnt_o != '0;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(CountersApart_A, (cnt_transport & cnt_engine) == '0)

endmodule : el_ls
