// SPDX-License-Identifier: Apache-2.0
//
// The EthLink endpoint: host interface, load/store, RDMA and one Ethernet port.
//
// Latency and throughput are those of the blocks; this module only joins them.
// Storage: none of its own. Pins: docs/reference/endpoint-ports.md.

`include "el_assert.svh"

module el_endpoint #(
  parameter  int unsigned  DataW = 512,                           // 256, 512 or 1024
  parameter  int unsigned  Qps   = el_pkg::CfgDefault.Qps,        // queue pairs, 4 to 4096
  parameter  el_pkg::cfg_t Cfg   = el_pkg::cfg_with_qps(DataW, Qps)
) (
  input  logic               clk_i,
  input  logic               rst_i,
  input  logic [47:0]        now_i,

  // Clocks of blocks that stand still while they have nothing to do: each is clk_i, or clk_i
  // without the edges at which its enable is 0. The enable is stable before the edge.
  input  logic               clk_bar_i,
  input  logic               clk_ctl_i,
  input  logic               clk_cq_i,
  input  logic               clk_rd_i,
  input  logic               clk_ls_i,
  input  logic               clk_roce_i,
  output logic               clk_bar_en_o,
  output logic               clk_ctl_en_o,
  output logic               clk_cq_en_o,
  output logic               clk_rd_en_o,
  output logic               clk_ls_en_o,
  output logic               clk_roce_en_o,

  output logic               quiescent_o,
  output logic [47:0]        next_deadline_o,

  // BAR0: registers, MSI-X table, doorbell pages
  input  logic               reg_awvalid_i,
  output logic               reg_awready_o,
  input  logic [23:0]        reg_awaddr_i,
  input  logic [7:0]         reg_awid_i,
  input  logic               reg_wvalid_i,
  output logic               reg_wready_o,
  input  logic [511:0]       reg_wdata_i,
  input  logic [63:0]        reg_wstrb_i,
  output logic               reg_bvalid_o,
  input  logic               reg_bready_i,
  output logic [7:0]         reg_bid_o,
  output logic [1:0]         reg_bresp_o,
  input  logic               reg_arvalid_i,
  output logic               reg_arready_o,
  input  logic [23:0]        reg_araddr_i,
  input  logic [7:0]         reg_arid_i,
  output logic               reg_rvalid_o,
  input  logic               reg_rready_i,
  output logic [7:0]         reg_rid_o,
  output logic [511:0]       reg_rdata_o,
  output logic [1:0]         reg_rresp_o,

  // BAR2: load/store aperture
  input  logic               ap_awvalid_i,
  output logic               ap_awready_o,
  input  logic [39:0]        ap_awaddr_i,
  input  logic [7:0]         ap_awid_i,
  input  logic [7:0]         ap_awlen_i,
  input  logic               ap_wvalid_i,
  output logic               ap_wready_o,
  input  logic [511:0]       ap_wdata_i,
  input  logic [63:0]        ap_wstrb_i,
  input  logic               ap_wlast_i,
  output logic               ap_bvalid_o,
  input  logic               ap_bready_i,
  output logic [7:0]         ap_bid_o,
  output logic [1:0]         ap_bresp_o,
  input  logic               ap_arvalid_i,
  output logic               ap_arready_o,
  input  logic [39:0]        ap_araddr_i,
  input  logic [7:0]         ap_arid_i,
  input  logic [7:0]         ap_arlen_i,
  input  logic [2:0]         ap_arsize_i,
  output logic               ap_rvalid_o,
  input  logic               ap_rready_i,
  output logic [7:0]         ap_rid_o,
  output logic [511:0]       ap_rdata_o,
  output logic [1:0]         ap_rresp_o,
  output logic               ap_rlast_o,

  // Host memory and MSI-X messages
  output logic               dma_arvalid_o,
  input  logic               dma_arready_i,
  output logic [63:0]        dma_araddr_o,
  output logic [7:0]         dma_arid_o,
  output logic [7:0]         dma_arlen_o,
  output logic [12:0]        dma_aruser_o,
  input  logic               dma_rvalid_i,
  output logic               dma_rready_o,
  input  logic [7:0]         dma_rid_i,
  input  logic [DataW-1:0]   dma_rdata_i,
  input  logic [1:0]         dma_rresp_i,
  input  logic               dma_rlast_i,
  output logic               dma_awvalid_o,
  input  logic               dma_awready_i,
  output logic [63:0]        dma_awaddr_o,
  output logic [7:0]         dma_awid_o,
  output logic [7:0]         dma_awlen_o,
  output logic               dma_wvalid_o,
  input  logic               dma_wready_i,
  output logic [DataW-1:0]   dma_wdata_o,
  output logic [DataW/8-1:0] dma_wstrb_o,
  output logic               dma_wlast_o,
  input  logic               dma_bvalid_i,
  output logic               dma_bready_o,
  input  logic [7:0]         dma_bid_i,
  input  logic [1:0]         dma_bresp_i,

  // MAC client
  output logic               mac_tx_tvalid_o,
  input  logic               mac_tx_tready_i,
  output logic [DataW-1:0]   mac_tx_tdata_o,
  output logic [DataW/8-1:0] mac_tx_tkeep_o,
  output logic               mac_tx_tlast_o,
  input  logic               mac_rx_tvalid_i,
  input  logic [DataW-1:0]   mac_rx_tdata_i,
  input  logic [DataW/8-1:0] mac_rx_tkeep_i,
  input  logic               mac_rx_tlast_i,
  input  logic               mac_rx_tuser_i
);

  if (DataW != 256 && DataW != 512 && DataW != 1024) begin : gen_bad_width
    $error("el_endpoint: DataW must be 256, 512 or 1024 and is %0d", DataW);
  end
  if (Cfg.DataW != DataW) begin : gen_bad_cfg
    $error("el_endpoint: Cfg.DataW must equal DataW (%0d) and is %0d", DataW, Cfg.DataW);
  end

  localparam int unsigned NumTx   = 4;  // clients of the port, the first goes first
  localparam int unsigned TxLsCtl = 0, TxLs = 1, TxRoce = 2, TxPlain = 3;
  localparam int unsigned RxPlain = 32'(el_pkg::ClsPlain), RxLsReq = 32'(el_pkg::ClsLsReq),
                          RxRoce  = 32'(el_pkg::ClsRoce);
  localparam int unsigned NumRx   = el_pkg::NumRxClasses;
  localparam int unsigned MttW    = $clog2(Cfg.Mtts);

  logic core_rst;  // pin or soft reset: everything behind the host interface

  // ---------------------------------------------------------------------------------------------
  // Between the blocks
  // ---------------------------------------------------------------------------------------------

  el_host_pkg::csr_cfg_t cfg;

  // Doorbells and pushes
  logic                 sqdb_valid, sqdb_ready, rqdb_valid, rqdb_ready;
  el_host_pkg::qdb_t    sqdb, rqdb;
  logic                 sqpush_valid, sqpush_ready, lspush_valid, lspush_ready;
  el_host_pkg::push_t   sqpush, lspush;
  logic                 roce_badb;
  logic [15:0]          roce_badb_ctx;

  // Objects
  el_pkg::obj_req_t     obj_req;
  logic                 obj_mr_valid, obj_qp_valid, obj_peer_valid, obj_win_valid, obj_seg_valid;
  logic                 mr_rsp_valid, qp_rsp_valid, peer_rsp_valid, win_rsp_valid, seg_rsp_valid;
  el_pkg::obj_rsp_t     mr_rsp, qp_rsp, peer_rsp, win_rsp, seg_rsp;
  logic                 mtt_we;
  logic [MttW-1:0]      mtt_waddr;
  logic [63:0]          mtt_wdata;

  // DMA: reads 0 load/store, 1 send descriptors, 2 payload, 3 receive requests
  logic [3:0]                           rd_valid, rd_ready, rd_rsp_valid, rd_rsp_ready;
  logic [3:0]                           rd_rsp_last, rd_rsp_err;
  el_pkg::dma_rd_req_t [3:0]            rd;
  logic [3:0][DataW-1:0]                rd_rsp_data;
  logic [3:0][el_pkg::DmaUserW-1:0]     rd_rsp_user;
  // DMA: writes 0 load/store, 1 RDMA
  logic [1:0]                           wr_valid, wr_ready, wr_data_valid, wr_data_ready;
  logic [1:0]                           wr_data_last, wr_done;
  el_pkg::dma_wr_req_t [1:0]            wr;
  logic [1:0][DataW-1:0]                wr_data;
  logic                                 wr_done_err;

  // Completions (0 load/store, 1 send, 2 receive) and events (0 load/store, 1 RDMA)
  logic [2:0]                           cqe_valid, cqe_ready;
  logic                                 cqfail_valid, cqfail_ready;
  logic [23:0]                          cqfail_qpn;
  el_pkg::cqe_req_t [2:0]               cqe;
  logic [1:0]                           eqe_valid, eqe_ready;
  el_pkg::eqe_req_t [1:0]               eqe;

  // Frames
  logic [NumTx-1:0]                     tx_hdr_valid, tx_hdr_ready, tx_pay_valid, tx_pay_ready;
  logic [7:0]                           tx_paused;
  logic [NumTx-1:0]                     tx_pay_last;
  logic                                 roce_pay_bad;
  el_pkg::tx_hdr_t [NumTx-1:0]          tx_hdr;
  logic [NumTx-1:0][DataW-1:0]          tx_pay_data;
  logic [NumRx-1:0]                     rx_hdr_valid, rx_hdr_ready, rx_pay_valid, rx_pay_ready;
  logic [NumRx-1:0]                     rx_pay_last;
  el_pkg::rx_hdr_t [NumRx-1:0]          rx_hdr;
  logic [NumRx-1:0][DataW-1:0]          rx_pay_data;

  // Status
  el_eth_pkg::eth_cnt_t                 cnt_eth;
  el_regs_pkg::cnt_ls_t                 cnt_ls;
  el_regs_pkg::cnt_roce_t               cnt_roce;
  el_regs_pkg::cnt_roce_sq_t            cnt_roce_sq;
  el_regs_pkg::csr_ls_first_error_t     first_error;
  logic [63:0]                          first_error_addr;
  logic                                 first_error_clear;
  el_host_pkg::ls_error_t               ls_error;
  logic                                 host_busy, roce_busy, eth_busy, ls_clk_en;
  logic [2:0]                           ls_busy;  // guard, engine, transport
  el_pkg::cycles_t                      host_deadline, ls_deadline, roce_deadline;
  el_pkg::cycles_t                      eth_deadline;

  // ---------------------------------------------------------------------------------------------
  // Host
  // ---------------------------------------------------------------------------------------------

  assign ls_error.valid   = first_error.valid;
  assign ls_error.status  = first_error.status;
  assign ls_error.tag     = first_error.tag;
  assign ls_error.node_id = first_error.node_id;
  assign ls_error.addr    = first_error_addr[39:0];

  el_host #(
    .Cfg(Cfg)
  ) u_host (
    .clk_i,
    .clk_bar_i,
    .clk_ctl_i,
    .clk_cq_i,
    .clk_rd_i,
    .clk_bar_en_o,
    .clk_ctl_en_o,
    .clk_cq_en_o,
    .clk_rd_en_o,
    .rst_i,
    .now_i,
    .core_rst_o         (core_rst),
    .reg_awvalid_i,
    .reg_awready_o,
    .reg_awaddr_i,
    .reg_awid_i,
    .reg_wvalid_i,
    .reg_wready_o,
    .reg_wdata_i,
    .reg_wstrb_i,
    .reg_bvalid_o,
    .reg_bready_i,
    .reg_bid_o,
    .reg_bresp_o,
    .reg_arvalid_i,
    .reg_arready_o,
    .reg_araddr_i,
    .reg_arid_i,
    .reg_rvalid_o,
    .reg_rready_i,
    .reg_rid_o,
    .reg_rdata_o,
    .reg_rresp_o,
    .dma_arvalid_o,
    .dma_arready_i,
    .dma_araddr_o,
    .dma_arid_o,
    .dma_arlen_o,
    .dma_aruser_o,
    .dma_rvalid_i,
    .dma_rready_o,
    .dma_rid_i,
    .dma_rdata_i,
    .dma_rresp_i,
    .dma_rlast_i,
    .dma_awvalid_o,
    .dma_awready_i,
    .dma_awaddr_o,
    .dma_awid_o,
    .dma_awlen_o,
    .dma_wvalid_o,
    .dma_wready_i,
    .dma_wdata_o,
    .dma_wstrb_o,
    .dma_wlast_o,
    .dma_bvalid_i,
    .dma_bready_o,
    .dma_bid_i,
    .dma_bresp_i,
    .cfg_o              (cfg),
    .sqdb_valid_o       (sqdb_valid),
    .sqdb_ready_i       (sqdb_ready),
    .sqdb_o             (sqdb),
    .rqdb_valid_o       (rqdb_valid),
    .rqdb_ready_i       (rqdb_ready),
    .rqdb_o             (rqdb),
    .sqpush_valid_o     (sqpush_valid),
    .sqpush_ready_i     (sqpush_ready),
    .sqpush_o           (sqpush),
    .lspush_valid_o     (lspush_valid),
    .lspush_ready_i     (lspush_ready),
    .lspush_o           (lspush),
    .badb_valid_i       ({1'b0, roce_badb}),
    .badb_ctx_i         ({16'b0, roce_badb_ctx}),
    .obj_req_o          (obj_req),
    .obj_mr_valid_o     (obj_mr_valid),
    .obj_qp_valid_o     (obj_qp_valid),
    .obj_peer_valid_o   (obj_peer_valid),
    .obj_win_valid_o    (obj_win_valid),
    .obj_seg_valid_o    (obj_seg_valid),
    .obj_mr_rsp_valid_i (mr_rsp_valid),
    .obj_mr_rsp_i       (mr_rsp),
    .obj_qp_rsp_valid_i (qp_rsp_valid),
    .obj_qp_rsp_i       (qp_rsp),
    .obj_peer_rsp_valid_i(peer_rsp_valid),
    .obj_peer_rsp_i     (peer_rsp),
    .obj_win_rsp_valid_i(win_rsp_valid),
    .obj_win_rsp_i      (win_rsp),
    .obj_seg_rsp_valid_i(seg_rsp_valid),
    .obj_seg_rsp_i      (seg_rsp),
    .mtt_we_o           (mtt_we),
    .mtt_waddr_o        (mtt_waddr),
    .mtt_wdata_o        (mtt_wdata),
    .rd_valid_i         (rd_valid),
    .rd_ready_o         (rd_ready),
    .rd_i               (rd),
    .rd_rsp_valid_o     (rd_rsp_valid),
    .rd_rsp_ready_i     (rd_rsp_ready),
    .rd_rsp_data_o      (rd_rsp_data),
    .rd_rsp_last_o      (rd_rsp_last),
    .rd_rsp_err_o       (rd_rsp_err),
    .rd_rsp_user_o      (rd_rsp_user),
    .wr_valid_i         (wr_valid),
    .wr_ready_o         (wr_ready),
    .wr_i               (wr),
    .wr_data_valid_i    (wr_data_valid),
    .wr_data_ready_o    (wr_data_ready),
    .wr_data_i          (wr_data),
    .wr_data_last_i     (wr_data_last),
    .wr_done_o          (wr_done),
    .wr_done_err_o      (wr_done_err),
    .cqe_valid_i        (cqe_valid),
    .cqe_ready_o        (cqe_ready),
    .cqe_i              (cqe),
    .eqe_valid_i        (eqe_valid),
    .eqe_ready_o        (eqe_ready),
    .eqe_i              (eqe),
    .cqfail_valid_o     (cqfail_valid),
    .cqfail_ready_i     (cqfail_ready),
    .cqfail_qpn_o       (cqfail_qpn),
    .rx_hdr_valid_i     (rx_hdr_valid[RxPlain]),
    .rx_hdr_ready_o     (rx_hdr_ready[RxPlain]),
    .rx_hdr_i           (rx_hdr[RxPlain]),
    .rx_pay_valid_i     (rx_pay_valid[RxPlain]),
    .rx_pay_ready_o     (rx_pay_ready[RxPlain]),
    .rx_pay_data_i      (rx_pay_data[RxPlain]),
    .rx_pay_last_i      (rx_pay_last[RxPlain]),
    .hdr_valid_o        (tx_hdr_valid[TxPlain]),
    .hdr_ready_i        (tx_hdr_ready[TxPlain]),
    .hdr_o              (tx_hdr[TxPlain]),
    .pay_valid_o        (tx_pay_valid[TxPlain]),
    .pay_ready_i        (tx_pay_ready[TxPlain]),
    .pay_data_o         (tx_pay_data[TxPlain]),
    .pay_last_o         (tx_pay_last[TxPlain]),
    .cnt_eth_i          (el_regs_pkg::cnt_eth_t'(cnt_eth)),
    .cnt_ls_i           (cnt_ls),
    .cnt_roce_i         (cnt_roce),
    .cnt_roce_sq_i      (cnt_roce_sq),
    .ls_error_i         (ls_error),
    .ls_error_clear_o   (first_error_clear),
    .debug_state_i      ({32'b0, tx_pay_ready, tx_pay_valid, tx_hdr_ready, tx_hdr_valid,
                          rx_pay_ready, rx_pay_valid, rx_hdr_ready, rx_hdr_valid}),
    .debug_busy_i       ({58'b0, ls_busy[2], host_busy, ls_busy[1:0], roce_busy, eth_busy}),
    .busy_o             (host_busy),
    .deadline_o         (host_deadline)
  );

  // ---------------------------------------------------------------------------------------------
  // Load/store
  // ---------------------------------------------------------------------------------------------

  el_ls #(
    .Cfg(Cfg)
  ) u_ls (
    .clk_i,
    .clk_ls_i,
    .rst_i,
    .core_rst_i           (core_rst),
    .now_i,
    .aperture_i           (cfg.ls_aperture),
    .port_cfg_i           (cfg.port),
    .timing_i             (cfg.ls_timing),
    .limits_i             (cfg.ls_limits),
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
    .push_valid_i         (lspush_valid),
    .push_ready_o         (lspush_ready),
    .push_ctx_i           ({8'b0, lspush.ctx}),
    .push_first_i         (lspush.first),
    .push_last_i          (lspush.last),
    .push_data_i          (lspush.data),
    .win_obj_valid_i      (obj_win_valid),
    .seg_obj_valid_i      (obj_seg_valid),
    .peer_obj_valid_i     (obj_peer_valid),
    .obj_req_i            (obj_req),
    .win_obj_rsp_valid_o  (win_rsp_valid),
    .win_obj_rsp_o        (win_rsp),
    .seg_obj_rsp_valid_o  (seg_rsp_valid),
    .seg_obj_rsp_o        (seg_rsp),
    .peer_obj_rsp_valid_o (peer_rsp_valid),
    .peer_obj_rsp_o       (peer_rsp),
    .paused_i             (tx_paused),
    .ctl_hdr_valid_o      (tx_hdr_valid[TxLsCtl]),
    .ctl_hdr_ready_i      (tx_hdr_ready[TxLsCtl]),
    .ctl_hdr_o            (tx_hdr[TxLsCtl]),
    .hdr_valid_o          (tx_hdr_valid[TxLs]),
    .hdr_ready_i          (tx_hdr_ready[TxLs]),
    .hdr_o                (tx_hdr[TxLs]),
    .pay_valid_o          (tx_pay_valid[TxLs]),
    .pay_ready_i          (tx_pay_ready[TxLs]),
    .pay_data_o           (tx_pay_data[TxLs]),
    .pay_last_o           (tx_pay_last[TxLs]),
    .rx_hdr_valid_i       (rx_hdr_valid[RxLsReq +: 2]),
    .rx_hdr_ready_o       (rx_hdr_ready[RxLsReq +: 2]),
    .rx_hdr_i             (rx_hdr[RxLsReq +: 2]),
    .rx_pay_valid_i       (rx_pay_valid[RxLsReq +: 2]),
    .rx_pay_ready_o       (rx_pay_ready[RxLsReq +: 2]),
    .rx_pay_data_i        (rx_pay_data[RxLsReq +: 2]),
    .rx_pay_last_i        (rx_pay_last[RxLsReq +: 2]),
    .rd_valid_o           (rd_valid[0]),
    .rd_ready_i           (rd_ready[0]),
    .rd_o                 (rd[0]),
    .rd_rsp_valid_i       (rd_rsp_valid[0]),
    .rd_rsp_ready_o       (rd_rsp_ready[0]),
    .rd_rsp_data_i        (rd_rsp_data[0]),
    .rd_rsp_last_i        (rd_rsp_last[0]),
    .rd_rsp_err_i         (rd_rsp_err[0]),
    .rd_rsp_user_i        (rd_rsp_user[0]),
    .wr_valid_o           (wr_valid[0]),
    .wr_ready_i           (wr_ready[0]),
    .wr_o                 (wr[0]),
    .wr_data_valid_o      (wr_data_valid[0]),
    .wr_data_ready_i      (wr_data_ready[0]),
    .wr_data_o            (wr_data[0]),
    .wr_data_last_o       (wr_data_last[0]),
    .wr_done_i            (wr_done[0]),
    .wr_done_err_i        (wr_done_err),
    .cqe_valid_o          (cqe_valid[0]),
    .cqe_ready_i          (cqe_ready[0]),
    .cqe_o                (cqe[0]),
    .eqe_valid_o          (eqe_valid[0]),
    .eqe_ready_i          (eqe_ready[0]),
    .eqe_o                (eqe[0]),
    .first_error_clear_i  (first_error_clear),
    .first_error_o        (first_error),
    .first_error_addr_o   (first_error_addr),
    .cnt_o                (cnt_ls),
    .busy_o               (ls_busy),
    .deadline_o           (ls_deadline),
    .clk_en_o             (ls_clk_en)
  );

  // Control frames carry no payload.
  assign tx_pay_valid[TxLsCtl] = 1'b0;
  assign tx_pay_data[TxLsCtl]  = '0;
  assign tx_pay_last[TxLsCtl]  = 1'b0;

  // ---------------------------------------------------------------------------------------------
  // RDMA
  // ---------------------------------------------------------------------------------------------

  el_roce #(
    .Cfg(Cfg)
  ) u_roce (
    .clk_i             (clk_roce_i),
    .rst_i             (core_rst),
    .now_i,
    .port_cfg_i        (cfg.port),
    .cfg_i             (cfg.roce),
    .rate_cfg_i        ({cfg.roce_cnp, cfg.roce_rate, cfg.roce_timers, cfg.roce_steps,
                         cfg.roce_bytes}),
    .sqdb_valid_i      (sqdb_valid),
    .sqdb_ready_o      (sqdb_ready),
    .sqdb_ctx_i        ({8'b0, sqdb.ctx}),
    .sqdb_qpn_i        (sqdb.qpn),
    .sqdb_producer_i   (sqdb.producer),
    .sqpush_valid_i    (sqpush_valid),
    .sqpush_ready_o    (sqpush_ready),
    .sqpush_ctx_i      ({8'b0, sqpush.ctx}),
    .sqpush_first_i    (sqpush.first),
    .sqpush_last_i     (sqpush.last),
    .sqpush_data_i     (sqpush.data),
    .rqdb_valid_i      (rqdb_valid),
    .rqdb_ready_o      (rqdb_ready),
    .rqdb_ctx_i        ({8'b0, rqdb.ctx}),
    .rqdb_qpn_i        (rqdb.qpn),
    .rqdb_producer_i   (rqdb.producer),
    .badb_valid_o      (roce_badb),
    .badb_ctx_o        (roce_badb_ctx),
    .mr_obj_valid_i    (obj_mr_valid),
    .qp_obj_valid_i    (obj_qp_valid),
    .obj_req_i         (obj_req),
    .mr_obj_rsp_valid_o(mr_rsp_valid),
    .mr_obj_rsp_o      (mr_rsp),
    .qp_obj_rsp_valid_o(qp_rsp_valid),
    .qp_obj_rsp_o      (qp_rsp),
    .mtt_we_i          (mtt_we),
    .mtt_waddr_i       (mtt_waddr),
    .mtt_wdata_i       (mtt_wdata),
    .rx_hdr_valid_i    (rx_hdr_valid[RxRoce]),
    .rx_hdr_ready_o    (rx_hdr_ready[RxRoce]),
    .rx_hdr_i          (rx_hdr[RxRoce]),
    .rx_pay_valid_i    (rx_pay_valid[RxRoce]),
    .rx_pay_ready_o    (rx_pay_ready[RxRoce]),
    .rx_pay_data_i     (rx_pay_data[RxRoce]),
    .rx_pay_last_i     (rx_pay_last[RxRoce]),
    .hdr_valid_o       (tx_hdr_valid[TxRoce]),
    .hdr_ready_i       (tx_hdr_ready[TxRoce]),
    .hdr_o             (tx_hdr[TxRoce]),
    .pay_valid_o       (tx_pay_valid[TxRoce]),
    .pay_ready_i       (tx_pay_ready[TxRoce]),
    .pay_data_o        (tx_pay_data[TxRoce]),
    .pay_last_o        (tx_pay_last[TxRoce]),
    .pay_bad_o         (roce_pay_bad),
    .rd_valid_o        (rd_valid[3:1]),
    .rd_ready_i        (rd_ready[3:1]),
    .rd_o              (rd[3:1]),
    .rd_rsp_valid_i    (rd_rsp_valid[3:1]),
    .rd_rsp_ready_o    (rd_rsp_ready[3:1]),
    .rd_rsp_data_i     (rd_rsp_data[3:1]),
    .rd_rsp_last_i     (rd_rsp_last[3:1]),
    .rd_rsp_err_i      (rd_rsp_err[3:1]),
    .rd_rsp_user_i     (rd_rsp_user[3:1]),
    .wr_valid_o        (wr_valid[1]),
    .wr_ready_i        (wr_ready[1]),
    .wr_o              (wr[1]),
    .wr_data_valid_o   (wr_data_valid[1]),
    .wr_data_ready_i   (wr_data_ready[1]),
    .wr_data_o         (wr_data[1]),
    .wr_data_last_o    (wr_data_last[1]),
    .wr_done_i         (wr_done[1]),
    .wr_done_err_i     (wr_done_err),
    .cqe_valid_o       (cqe_valid[2:1]),
    .cqe_ready_i       (cqe_ready[2:1]),
    .cqe_o             (cqe[2:1]),
    .eqe_valid_o       (eqe_valid[1]),
    .eqe_ready_i       (eqe_ready[1]),
    .eqe_o             (eqe[1]),
    .cqfail_valid_i    (cqfail_valid),
    .cqfail_ready_o    (cqfail_ready),
    .cqfail_qpn_i      (cqfail_qpn),
    .cnt_o             (cnt_roce),
    .cnt_sq_o          (cnt_roce_sq),
    .deadline_o        (roce_deadline),
    .busy_o            (roce_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Ethernet
  // ---------------------------------------------------------------------------------------------

  logic               tx_tvalid, tx_tready, tx_tlast;
  logic [DataW/8-1:0] tx_tkeep;

  el_eth_port #(
    .Cfg         (Cfg),
    .NumTxClients(NumTx)
  ) u_eth (
    .clk_i,
    .rst_i             (core_rst),
    .now_i,
    .cfg_i             (cfg.port),
    .quantum_cycles_i  (cfg.pfc_quantum_cycles),
    .tx_own_pace_i     (NumTx'((1 << TxLsCtl) | (1 << TxLs))),
    .paused_o          (tx_paused),
    .tx_hdr_valid_i    (tx_hdr_valid),
    .tx_hdr_ready_o    (tx_hdr_ready),
    .tx_hdr_i          (tx_hdr),
    .tx_pay_valid_i    (tx_pay_valid),
    .tx_pay_ready_o    (tx_pay_ready),
    .tx_pay_data_i     (tx_pay_data),
    .tx_pay_last_i     (tx_pay_last),
    .tx_pay_bad_i      (NumTx'(roce_pay_bad) << TxRoce),
    .rx_hdr_valid_o    (rx_hdr_valid),
    .rx_hdr_ready_i    (rx_hdr_ready),
    .rx_hdr_o          (rx_hdr),
    .rx_pay_valid_o    (rx_pay_valid),
    .rx_pay_ready_i    (rx_pay_ready),
    .rx_pay_data_o     (rx_pay_data),
    .rx_pay_last_o     (rx_pay_last),
    .mac_tx_tvalid_o   (tx_tvalid),
    .mac_tx_tready_i   (tx_tready),
    .mac_tx_tdata_o    (mac_tx_tdata_o),
    .mac_tx_tkeep_o    (tx_tkeep),
    .mac_tx_tlast_o    (tx_tlast),
    .mac_rx_tvalid_i,
    .mac_rx_tdata_i,
    .mac_rx_tkeep_i,
    .mac_rx_tlast_i,
    .mac_rx_tuser_i,
    .cnt_o             (cnt_eth),
    .busy_o            (eth_busy),
    .deadline_o        (eth_deadline)
  );

  // A soft reset may fall into the middle of a frame: the MAC still gets an end.
  logic close_busy;
  el_eth_tx_close #(
    .DataW(DataW)
  ) u_tx_close (
    .clk_i,
    .rst_i,
    .core_rst_i  (core_rst),
    .in_tvalid_i (tx_tvalid),
    .in_tready_o (tx_tready),
    .in_tkeep_i  (tx_tkeep),
    .in_tlast_i  (tx_tlast),
    .mac_tvalid_o(mac_tx_tvalid_o),
    .mac_tready_i(mac_tx_tready_i),
    .mac_tkeep_o (mac_tx_tkeep_o),
    .mac_tlast_o (mac_tx_tlast_o),
    .busy_o      (close_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Time
  // ---------------------------------------------------------------------------------------------

  // A block may be idle while another takes what it offers: a handshake between two blocks counts.
  logic moving;
  assign moving = (rx_hdr_valid & rx_hdr_ready) != '0 || (rx_pay_valid & rx_pay_ready) != '0 ||
                  (tx_hdr_valid & tx_hdr_ready) != '0 || (tx_pay_valid & tx_pay_ready) != '0 ||
                  (rd_valid & rd_ready) != '0 || (rd_rsp_valid & rd_rsp_ready) != '0 ||
                  (wr_valid & wr_ready) != '0 || (wr_data_valid & wr_data_ready) != '0 ||
                  wr_done != '0 || (cqe_valid & cqe_ready) != '0 ||
                  (eqe_valid & eqe_ready) != '0 || (sqdb_valid && sqdb_ready) ||
                  (rqdb_valid && rqdb_ready) || (sqpush_valid && sqpush_ready) ||
                  (lspush_valid && lspush_ready) || roce_badb || mtt_we || mr_rsp_valid ||
                  qp_rsp_valid || peer_rsp_valid || win_rsp_valid || seg_rsp_valid;

  assign quiescent_o     = !(host_busy || ls_busy != '0 || roce_busy || eth_busy || close_busy ||
                             core_rst || moving);
  assign next_deadline_o = el_pkg::deadline_min(el_pkg::deadline_min(host_deadline, eth_deadline),
                                                el_pkg::deadline_min(ls_deadline, roce_deadline));

  // A block is clocked while it is busy, in reset, at its deadline, and whenever a port of it
  // offers or is offered anything; its configuration changes only while the registers are clocked.
  assign clk_ls_en_o   = ls_clk_en || clk_bar_en_o;
  assign clk_roce_en_o = roce_busy || core_rst || now_i >= roce_deadline || clk_bar_en_o ||
                         sqdb_valid || rqdb_valid || sqpush_valid || roce_badb || obj_mr_valid ||
                         obj_qp_valid || mr_rsp_valid || qp_rsp_valid || mtt_we ||
                         rx_hdr_valid[RxRoce] || rx_pay_valid[RxRoce] || tx_hdr_valid[TxRoce] ||
                         tx_pay_valid[TxRoce] || rd_valid[3:1] != '0 || rd_rsp_valid[3:1] != '0 ||
                         wr_valid[1] || wr_data_valid[1] || wr_done[1] || cqe_valid[2:1] != '0 ||
                         eqe_valid[1] || cqfail_valid || cnt_roce != '0 || cnt_roce_sq != '0;

  logic unused_status;  // the aperture has 40 address bits
  assign unused_status = ^{first_error, first_error_addr[63:40]};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(FrameIsNotWithdrawn_A, mac_tx_tvalid_o && !mac_tx_tready_i, mac_tx_tvalid_o)
  `EL_ASSERT_NEXT(ReadIsNotWithdrawn_A, dma_arvalid_o && !dma_arready_i, dma_arvalid_o)
  `EL_ASSERT_NEXT(WriteIsNotWithdrawn_A, dma_awvalid_o && !dma_awready_i, dma_awvalid_o)

endmodule : el_endpoint
