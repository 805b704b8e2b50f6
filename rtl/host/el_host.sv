// SPDX-License-Identifier: Apache-2.0
//
// Host layer: BAR0, admin queue, completion and event queues, plain rings, DMA.
//
// Latency at DataW 512: last W beat of a push to sqpush_valid_o 2 cycles, cqe_valid_i to AW 3
// cycles, DMA as in el_dma_rd and el_dma_wr; throughput 1 completion and 1 beat a cycle.
// Contract: docs/reference/host-interface.md, docs/reference/rtl-interfaces.md.

`include "el_assert.svh"

module el_host #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  MttW  = $clog2(Cfg.Mtts),
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                               clk_i,
  input  logic                               rst_i,

  // Gated clocks: BAR; admin queue, event queues and plain rings; completion queues; DMA reads
  input  logic                               clk_bar_i,
  input  logic                               clk_ctl_i,
  input  logic                               clk_cq_i,
  input  logic                               clk_rd_i,
  output logic                               clk_bar_en_o,
  output logic                               clk_ctl_en_o,
  output logic                               clk_cq_en_o,
  output logic                               clk_rd_en_o,

  input  el_pkg::cycles_t                    now_i,
  output logic                               core_rst_o,  // flop: reset of all that is behind

  // BAR0
  input  logic                               reg_awvalid_i,
  output logic                               reg_awready_o,
  input  logic [el_host_pkg::BarAddrW-1:0]   reg_awaddr_i,
  input  logic [7:0]                         reg_awid_i,
  input  logic                               reg_wvalid_i,
  output logic                               reg_wready_o,
  input  logic [el_host_pkg::LineW-1:0]      reg_wdata_i,
  input  logic [el_host_pkg::LineBytes-1:0]  reg_wstrb_i,
  output logic                               reg_bvalid_o,
  input  logic                               reg_bready_i,
  output logic [7:0]                         reg_bid_o,
  output logic [1:0]                         reg_bresp_o,
  input  logic                               reg_arvalid_i,
  output logic                               reg_arready_o,
  input  logic [el_host_pkg::BarAddrW-1:0]   reg_araddr_i,
  input  logic [7:0]                         reg_arid_i,
  output logic                               reg_rvalid_o,
  input  logic                               reg_rready_i,
  output logic [7:0]                         reg_rid_o,
  output logic [el_host_pkg::LineW-1:0]      reg_rdata_o,
  output logic [1:0]                         reg_rresp_o,

  // DMA
  output logic                               dma_arvalid_o,
  input  logic                               dma_arready_i,
  output logic [63:0]                        dma_araddr_o,
  output logic [7:0]                         dma_arid_o,
  output logic [7:0]                         dma_arlen_o,
  output logic [12:0]                        dma_aruser_o,
  input  logic                               dma_rvalid_i,
  output logic                               dma_rready_o,
  input  logic [7:0]                         dma_rid_i,
  input  logic [DataW-1:0]                   dma_rdata_i,
  input  logic [1:0]                         dma_rresp_i,
  input  logic                               dma_rlast_i,
  output logic                               dma_awvalid_o,
  input  logic                               dma_awready_i,
  output logic [63:0]                        dma_awaddr_o,
  output logic [7:0]                         dma_awid_o,
  output logic [7:0]                         dma_awlen_o,
  output logic                               dma_wvalid_o,
  input  logic                               dma_wready_i,
  output logic [DataW-1:0]                   dma_wdata_o,
  output logic [DataW/8-1:0]                 dma_wstrb_o,
  output logic                               dma_wlast_o,
  input  logic                               dma_bvalid_i,
  output logic                               dma_bready_o,
  input  logic [7:0]                         dma_bid_i,
  input  logic [1:0]                         dma_bresp_i,

  // Configuration, status
  output el_host_pkg::csr_cfg_t              cfg_o,
  input  el_host_pkg::ls_error_t             ls_error_i,
  output logic                               ls_error_clear_o,
  input  logic [63:0]                        debug_state_i,
  input  logic [63:0]                        debug_busy_i,

  // Doorbells and pushed descriptors; bad doorbells that engines found: [0] RoCE, [1] spare
  output logic                               sqdb_valid_o,
  input  logic                               sqdb_ready_i,
  output el_host_pkg::qdb_t                  sqdb_o,
  output logic                               rqdb_valid_o,
  input  logic                               rqdb_ready_i,
  output el_host_pkg::qdb_t                  rqdb_o,
  output logic                               sqpush_valid_o,
  input  logic                               sqpush_ready_i,
  output el_host_pkg::push_t                 sqpush_o,
  output logic                               lspush_valid_o,
  input  logic                               lspush_ready_i,
  output el_host_pkg::push_t                 lspush_o,
  input  logic [1:0]                         badb_valid_i,
  input  logic [1:0][15:0]                   badb_ctx_i,

  // Object bus to the engines, and their page table
  output el_pkg::obj_req_t                   obj_req_o,
  output logic                               obj_mr_valid_o,
  input  logic                               obj_mr_rsp_valid_i,
  input  el_pkg::obj_rsp_t                   obj_mr_rsp_i,
  output logic                               obj_qp_valid_o,
  input  logic                               obj_qp_rsp_valid_i,
  input  el_pkg::obj_rsp_t                   obj_qp_rsp_i,
  output logic                               obj_peer_valid_o,
  input  logic                               obj_peer_rsp_valid_i,
  input  el_pkg::obj_rsp_t                   obj_peer_rsp_i,
  output logic                               obj_win_valid_o,
  input  logic                               obj_win_rsp_valid_i,
  input  el_pkg::obj_rsp_t                   obj_win_rsp_i,
  output logic                               obj_seg_valid_o,
  input  logic                               obj_seg_rsp_valid_i,
  input  el_pkg::obj_rsp_t                   obj_seg_rsp_i,
  output logic                               mtt_we_o,
  output logic [MttW-1:0]                    mtt_waddr_o,
  output logic [63:0]                        mtt_wdata_o,

  // DMA reads: [0] load/store, [1] RoCE descriptors, [2] payload, [3] receive requests
  input  logic [3:0]                         rd_valid_i,
  output logic [3:0]                         rd_ready_o,
  input  el_pkg::dma_rd_req_t [3:0]          rd_i,
  output logic [3:0]                         rd_rsp_valid_o,
  input  logic [3:0]                         rd_rsp_ready_i,
  output logic [3:0][DataW-1:0]              rd_rsp_data_o,
  output logic [3:0]                         rd_rsp_last_o,
  output logic [3:0]                         rd_rsp_err_o,
  output logic [3:0][el_pkg::DmaUserW-1:0]   rd_rsp_user_o,

  // DMA writes: [0] load/store, [1] RoCE
  input  logic [1:0]                         wr_valid_i,
  output logic [1:0]                         wr_ready_o,
  input  el_pkg::dma_wr_req_t [1:0]          wr_i,
  input  logic [1:0]                         wr_data_valid_i,
  output logic [1:0]                         wr_data_ready_o,
  input  logic [1:0][DataW-1:0]              wr_data_i,
  input  logic [1:0]                         wr_data_last_i,
  output logic [1:0]                         wr_done_o,
  output logic                               wr_done_err_o,

  // Completions: [0] load/store, [1] RoCE send, [2] RoCE receive; events: [0] load/store, [1] RoCE
  input  logic [2:0]                         cqe_valid_i,
  output logic [2:0]                         cqe_ready_o,
  input  el_pkg::cqe_req_t [2:0]             cqe_i,
  input  logic [1:0]                         eqe_valid_i,
  output logic [1:0]                         eqe_ready_o,
  input  el_pkg::eqe_req_t [1:0]             eqe_i,

  // Queue pairs that lost a completion: they end
  output logic                               cqfail_valid_o,
  input  logic                               cqfail_ready_i,
  output logic [23:0]                        cqfail_qpn_o,

  // Plain frames
  input  logic                               rx_hdr_valid_i,
  output logic                               rx_hdr_ready_o,
  input  el_pkg::rx_hdr_t                    rx_hdr_i,
  input  logic                               rx_pay_valid_i,
  output logic                               rx_pay_ready_o,
  input  logic [DataW-1:0]                   rx_pay_data_i,
  input  logic                               rx_pay_last_i,
  output logic                               hdr_valid_o,
  input  logic                               hdr_ready_i,
  output el_pkg::tx_hdr_t                    hdr_o,
  output logic                               pay_valid_o,
  input  logic                               pay_ready_i,
  output logic [DataW-1:0]                   pay_data_o,
  output logic                               pay_last_o,

  // Counters
  input  el_regs_pkg::cnt_eth_t              cnt_eth_i,
  input  el_regs_pkg::cnt_ls_t               cnt_ls_i,
  input  el_regs_pkg::cnt_roce_t             cnt_roce_i,
  input  el_regs_pkg::cnt_roce_sq_t          cnt_roce_sq_i,

  output el_pkg::cycles_t                    deadline_o,
  output logic                               busy_o
);

  // Clients of the DMA engines behind those of the protocol engines, and of the event queues
  localparam int unsigned RdAdmin = 4;
  localparam int unsigned RdPlain = 5;
  localparam int unsigned Reads   = 6;
  localparam int unsigned WrCq    = 2;
  localparam int unsigned WrEq    = 3;
  localparam int unsigned WrAdmin = 4;
  localparam int unsigned WrMsix  = 5;
  localparam int unsigned WrPlain = 6;
  localparam int unsigned Wrs     = 7;
  localparam int unsigned EvCq    = 2;
  localparam int unsigned EvAdmin = 3;
  localparam int unsigned EvPlain = 4;
  localparam int unsigned EvBell  = 5;
  localparam int unsigned EvDma   = 6;
  localparam int unsigned Events  = 7;
  localparam int unsigned Owners  = el_host_pkg::NumOwners;
  localparam int unsigned VecW    = $clog2(Cfg.Eqs);

  logic [Reads-1:0]                       rd_valid, rd_ready, rsp_valid, rsp_ready, rsp_last;
  logic [Reads-1:0]                       rsp_err;
  el_pkg::dma_rd_req_t [Reads-1:0]        rd;
  logic [Reads-1:0][DataW-1:0]            rsp_data;
  logic [Reads-1:0][el_pkg::DmaUserW-1:0] rsp_user;
  logic [Wrs-1:0]                         wr_valid, wr_ready, data_valid, data_ready, data_last;
  logic [Wrs-1:0]                         wr_done;
  el_pkg::dma_wr_req_t [Wrs-1:0]          wr;
  logic [Wrs-1:0][DataW-1:0]              wr_data;
  logic [Events-1:0]                      ev_valid, ev_ready;
  el_pkg::eqe_req_t [Events-1:0]          ev;
  logic [Owners-1:0]                      obj_valid, obj_rsp_valid;
  el_pkg::obj_rsp_t [Owners-1:0]          obj_rsp;

  el_host_pkg::csr_admin_t  csr_admin;
  el_host_pkg::csr_plain_t  csr_plain;
  el_host_pkg::cqdb_t       cqdb;
  el_regs_pkg::cnt_host_t   cnt;
  logic                     reset_req, reset_done, admin_stops, plain_stops, dma_error;
  logic                     con_valid, cqdb_valid, cqdb_ready, fire_valid, cq_bad;
  logic [7:0]               con_eqn;
  logic [31:0]              con;
  logic [15:0]              cq_bad_ctx;
  logic [VecW-1:0]          fire_vec;
  logic                     bar_en, bar_busy, dma_busy, admin_busy, cq_busy, eq_busy, plain_busy;
  logic                     unused_bits;

  assign rd_valid[3:0]   = rd_valid_i;
  assign rd[3:0]         = rd_i;
  assign rd_ready_o      = rd_ready[3:0];
  assign rsp_ready[3:0]  = rd_rsp_ready_i;
  assign rd_rsp_valid_o  = rsp_valid[3:0];
  assign rd_rsp_data_o   = rsp_data[3:0];
  assign rd_rsp_last_o   = rsp_last[3:0];
  assign rd_rsp_err_o    = rsp_err[3:0];
  assign rd_rsp_user_o   = rsp_user[3:0];
  assign wr_valid[1:0]   = wr_valid_i;
  assign wr[1:0]         = wr_i;
  assign wr_ready_o      = wr_ready[1:0];
  assign data_valid[1:0] = wr_data_valid_i;
  assign data_last[1:0]  = wr_data_last_i;
  assign wr_data[1:0]    = wr_data_i;
  assign wr_data_ready_o = data_ready[1:0];
  assign wr_done_o       = wr_done[1:0];
  // Writes of one beat
  assign data_last[WrCq]   = 1'b1;
  assign data_last[WrEq]   = 1'b1;
  assign data_last[WrAdmin] = 1'b1;
  assign data_last[WrMsix] = 1'b1;
  assign ev_valid[1:0]   = eqe_valid_i;
  assign ev[1:0]         = eqe_i;
  assign eqe_ready_o     = ev_ready[1:0];

  assign obj_mr_valid_o   = obj_valid[el_host_pkg::OwnerMr];
  assign obj_qp_valid_o   = obj_valid[el_host_pkg::OwnerQp];
  assign obj_peer_valid_o = obj_valid[el_host_pkg::OwnerPeer];
  assign obj_win_valid_o  = obj_valid[el_host_pkg::OwnerWin];
  assign obj_seg_valid_o  = obj_valid[el_host_pkg::OwnerSeg];
  assign obj_rsp_valid[el_host_pkg::OwnerMr]   = obj_mr_rsp_valid_i;
  assign obj_rsp_valid[el_host_pkg::OwnerQp]   = obj_qp_rsp_valid_i;
  assign obj_rsp_valid[el_host_pkg::OwnerPeer] = obj_peer_rsp_valid_i;
  assign obj_rsp_valid[el_host_pkg::OwnerWin]  = obj_win_rsp_valid_i;
  assign obj_rsp_valid[el_host_pkg::OwnerSeg]  = obj_seg_rsp_valid_i;
  assign obj_rsp[el_host_pkg::OwnerMr]   = obj_mr_rsp_i;
  assign obj_rsp[el_host_pkg::OwnerQp]   = obj_qp_rsp_i;
  assign obj_rsp[el_host_pkg::OwnerPeer] = obj_peer_rsp_i;
  assign obj_rsp[el_host_pkg::OwnerWin]  = obj_win_rsp_i;
  assign obj_rsp[el_host_pkg::OwnerSeg]  = obj_seg_rsp_i;
  assign unused_bits = ^rsp_user ^ ^wr_done ^ ^rx_hdr_i;

  el_host_bar #(
    .Cfg    (Cfg),
    .Finders(3)
  ) u_bar (
    .clk_i              (clk_bar_i),
    .clk_count_i        (clk_i),
    .rst_i,
    .core_rst_i         (core_rst_o),
    .now_i,
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
    .cfg_o,
    .admin_o            (csr_admin),
    .plain_o            (csr_plain),
    .eq_consumer_valid_o(con_valid),
    .eq_consumer_eqn_o  (con_eqn),
    .eq_consumer_o      (con),
    .reset_req_o        (reset_req),
    .reset_done_i       (reset_done),
    .ready_i            (!core_rst_o),
    .stopping_i         (admin_stops || plain_stops),
    .dma_error_i        (dma_error),
    .ls_error_i,
    .ls_error_clear_o,
    .debug_state_i,
    .debug_busy_i,
    .sqdb_valid_o,
    .sqdb_ready_i,
    .sqdb_o,
    .rqdb_valid_o,
    .rqdb_ready_i,
    .rqdb_o,
    .cqdb_valid_o       (cqdb_valid),
    .cqdb_ready_i       (cqdb_ready),
    .cqdb_o             (cqdb),
    .sqpush_valid_o,
    .sqpush_ready_i,
    .sqpush_o,
    .lspush_valid_o,
    .lspush_ready_i,
    .lspush_o,
    .bad_valid_i        ({cq_bad, badb_valid_i}),
    .bad_ctx_i          ({cq_bad_ctx, badb_ctx_i}),
    .eqe_valid_o        (ev_valid[EvBell]),
    .eqe_ready_i        (ev_ready[EvBell]),
    .eqe_o              (ev[EvBell]),
    .fire_valid_i       (fire_valid),
    .fire_vec_i         (fire_vec),
    .wr_valid_o         (wr_valid[WrMsix]),
    .wr_ready_i         (wr_ready[WrMsix]),
    .wr_o               (wr[WrMsix]),
    .wr_data_valid_o    (data_valid[WrMsix]),
    .wr_data_ready_i    (data_ready[WrMsix]),
    .wr_data_o          (wr_data[WrMsix]),
    .cnt_roce_i,
    .cnt_roce_sq_i,
    .cnt_ls_i,
    .cnt_eth_i,
    .cnt_host_i         (cnt),
    .clk_en_o           (bar_en),
    .busy_o             (bar_busy)
  );

  el_host_dma #(
    .Cfg  (Cfg),
    .Reads(Reads),
    .Wrs  (Wrs)
  ) u_dma (
    .clk_i,
    .clk_rd_i,
    .clk_rd_en_o,
    .rst_i,
    .reset_req_i    (reset_req),
    .reset_done_o   (reset_done),
    .core_rst_o,
    .rd_valid_i     (rd_valid),
    .rd_ready_o     (rd_ready),
    .rd_i           (rd),
    .rd_rsp_valid_o (rsp_valid),
    .rd_rsp_ready_i (rsp_ready),
    .rd_rsp_data_o  (rsp_data),
    .rd_rsp_last_o  (rsp_last),
    .rd_rsp_err_o   (rsp_err),
    .rd_rsp_user_o  (rsp_user),
    .wr_valid_i     (wr_valid),
    .wr_ready_o     (wr_ready),
    .wr_i           (wr),
    .wr_data_valid_i(data_valid),
    .wr_data_ready_o(data_ready),
    .wr_data_i      (wr_data),
    .wr_data_last_i (data_last),
    .wr_done_o      (wr_done),
    .wr_done_err_o,
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
    .rd_error_o     (cnt.dma_read_errors),
    .wr_error_o     (cnt.dma_write_errors),
    .rearm_i        (con_valid && con_eqn == '0),
    .error_o        (dma_error),
    .eqe_valid_o    (ev_valid[EvDma]),
    .eqe_ready_i    (ev_ready[EvDma]),
    .eqe_o          (ev[EvDma]),
    .busy_o         (dma_busy)
  );

  el_admin #(
    .Cfg(Cfg)
  ) u_admin (
    .clk_i          (clk_ctl_i),
    .rst_i          (core_rst_o),
    .csr_i          (csr_admin),
    .stopping_o     (admin_stops),
    .obj_valid_o    (obj_valid),
    .obj_req_o,
    .obj_rsp_valid_i(obj_rsp_valid),
    .obj_rsp_i      (obj_rsp),
    .mtt_we_o,
    .mtt_waddr_o,
    .mtt_wdata_o,
    .rd_valid_o     (rd_valid[RdAdmin]),
    .rd_ready_i     (rd_ready[RdAdmin]),
    .rd_o           (rd[RdAdmin]),
    .rd_rsp_valid_i (rsp_valid[RdAdmin]),
    .rd_rsp_ready_o (rsp_ready[RdAdmin]),
    .rd_rsp_data_i  (rsp_data[RdAdmin]),
    .rd_rsp_last_i  (rsp_last[RdAdmin]),
    .rd_rsp_err_i   (rsp_err[RdAdmin]),
    .rd_rsp_user_i  (rsp_user[RdAdmin]),
    .wr_valid_o     (wr_valid[WrAdmin]),
    .wr_ready_i     (wr_ready[WrAdmin]),
    .wr_o           (wr[WrAdmin]),
    .wr_data_valid_o(data_valid[WrAdmin]),
    .wr_data_ready_i(data_ready[WrAdmin]),
    .wr_data_o      (wr_data[WrAdmin]),
    .wr_done_i      (wr_done[WrAdmin]),
    .eqe_valid_o    (ev_valid[EvAdmin]),
    .eqe_ready_i    (ev_ready[EvAdmin]),
    .eqe_o          (ev[EvAdmin]),
    .completed_o    (cnt.admin_commands),
    .busy_o         (admin_busy)
  );

  el_cq #(
    .Cfg(Cfg)
  ) u_cq (
    .clk_i          (clk_cq_i),
    .rst_i          (core_rst_o),
    .now_i,
    .cqe_valid_i,
    .cqe_ready_o,
    .cqe_i,
    .db_valid_i     (cqdb_valid),
    .db_ready_o     (cqdb_ready),
    .db_i           (cqdb),
    .bad_valid_o    (cq_bad),
    .bad_ctx_o      (cq_bad_ctx),
    .obj_valid_i    (obj_valid[el_host_pkg::OwnerCq]),
    .obj_req_i      (obj_req_o),
    .obj_rsp_valid_o(obj_rsp_valid[el_host_pkg::OwnerCq]),
    .obj_rsp_o      (obj_rsp[el_host_pkg::OwnerCq]),
    .wr_valid_o     (wr_valid[WrCq]),
    .wr_ready_i     (wr_ready[WrCq]),
    .wr_o           (wr[WrCq]),
    .wr_data_valid_o(data_valid[WrCq]),
    .wr_data_ready_i(data_ready[WrCq]),
    .wr_data_o      (wr_data[WrCq]),
    .eqe_valid_o    (ev_valid[EvCq]),
    .eqe_ready_i    (ev_ready[EvCq]),
    .eqe_o          (ev[EvCq]),
    .fail_valid_o   (cqfail_valid_o),
    .fail_ready_i   (cqfail_ready_i),
    .fail_qpn_o     (cqfail_qpn_o),
    .written_o      (cnt.cqes),
    .lost_o         (cnt.cq_overflows),
    .busy_o         (cq_busy)
  );

  el_eq #(
    .Cfg       (Cfg),
    .NumClients(Events)
  ) u_eq (
    .clk_i           (clk_ctl_i),
    .rst_i           (core_rst_o),
    .now_i,
    .eqe_valid_i     (ev_valid),
    .eqe_ready_o     (ev_ready),
    .eqe_i           (ev),
    .consumer_valid_i(con_valid),
    .consumer_eqn_i  (con_eqn),
    .consumer_i      (con),
    .obj_valid_i     (obj_valid[el_host_pkg::OwnerEq]),
    .obj_req_i       (obj_req_o),
    .obj_rsp_valid_o (obj_rsp_valid[el_host_pkg::OwnerEq]),
    .obj_rsp_o       (obj_rsp[el_host_pkg::OwnerEq]),
    .wr_valid_o      (wr_valid[WrEq]),
    .wr_ready_i      (wr_ready[WrEq]),
    .wr_o            (wr[WrEq]),
    .wr_data_valid_o (data_valid[WrEq]),
    .wr_data_ready_i (data_ready[WrEq]),
    .wr_data_o       (wr_data[WrEq]),
    .fire_valid_o    (fire_valid),
    .fire_vec_o      (fire_vec),
    .written_o       (cnt.eqes),
    .lost_o          (cnt.eq_overflows),
    .busy_o          (eq_busy)
  );

  el_plain #(
    .Cfg(Cfg)
  ) u_plain (
    .clk_i          (clk_ctl_i),
    .rst_i          (core_rst_o),
    .csr_i          (csr_plain),
    .stopping_o     (plain_stops),
    .rd_valid_o     (rd_valid[RdPlain]),
    .rd_ready_i     (rd_ready[RdPlain]),
    .rd_o           (rd[RdPlain]),
    .rd_rsp_valid_i (rsp_valid[RdPlain]),
    .rd_rsp_ready_o (rsp_ready[RdPlain]),
    .rd_rsp_data_i  (rsp_data[RdPlain]),
    .rd_rsp_last_i  (rsp_last[RdPlain]),
    .rd_rsp_err_i   (rsp_err[RdPlain]),
    .rd_rsp_user_i  (rsp_user[RdPlain]),
    .wr_valid_o     (wr_valid[WrPlain]),
    .wr_ready_i     (wr_ready[WrPlain]),
    .wr_o           (wr[WrPlain]),
    .wr_data_valid_o(data_valid[WrPlain]),
    .wr_data_ready_i(data_ready[WrPlain]),
    .wr_data_o      (wr_data[WrPlain]),
    .wr_data_last_o (data_last[WrPlain]),
    .wr_done_i      (wr_done[WrPlain]),
    .hdr_valid_o,
    .hdr_ready_i,
    .hdr_o,
    .pay_valid_o,
    .pay_ready_i,
    .pay_data_o,
    .pay_last_o,
    .rx_hdr_valid_i,
    .rx_hdr_ready_o,
    .rx_len_i       (rx_hdr_i.payload_len),
    .rx_pay_valid_i,
    .rx_pay_ready_o,
    .rx_pay_data_i,
    .rx_pay_last_i,
    .eqe_valid_o    (ev_valid[EvPlain]),
    .eqe_ready_i    (ev_ready[EvPlain]),
    .eqe_o          (ev[EvPlain]),
    .sent_o         (cnt.plain_tx),
    .received_o     (cnt.plain_rx),
    .dropped_o      (cnt.plain_rx_drops),
    .busy_o         (plain_busy)
  );

  // Counted inside the BAR
  assign cnt.doorbells           = 1'b0;
  assign cnt.bad_doorbells       = 1'b0;
  assign cnt.bad_register_writes = 1'b0;
  assign cnt.interrupts          = 1'b0;

  // A block is clocked while it is busy, in reset, and whenever a port of it offers or is offered
  // anything.
  localparam int unsigned CtlWrs = (1 << WrEq) | (1 << WrAdmin) | (1 << WrPlain);

  assign clk_bar_en_o = bar_en || rst_i || core_rst_o || reset_req || reset_done;
  assign clk_ctl_en_o = admin_busy || eq_busy || plain_busy || core_rst_o || clk_bar_en_o ||
                        ev_valid != '0 || obj_valid != '0 || obj_rsp_valid != '0 || mtt_we_o ||
                        rd_valid[RdAdmin] || rd_valid[RdPlain] || rsp_valid[RdAdmin] ||
                        rsp_valid[RdPlain] || (wr_valid & Wrs'(CtlWrs)) != '0 ||
                        (data_valid & Wrs'(CtlWrs)) != '0 || (wr_done & Wrs'(CtlWrs)) != '0 ||
                        rx_hdr_valid_i || rx_pay_valid_i || hdr_valid_o || pay_valid_o ||
                        cnt.admin_commands || cnt.eqes || cnt.eq_overflows || cnt.plain_tx ||
                        cnt.plain_rx || cnt.plain_rx_drops;
  assign clk_cq_en_o  = cq_busy || core_rst_o || cqe_valid_i != '0 || cqdb_valid || cq_bad ||
                        obj_valid[el_host_pkg::OwnerCq] || obj_rsp_valid[el_host_pkg::OwnerCq] ||
                        wr_valid[WrCq] || data_valid[WrCq] || ev_valid[EvCq] || cnt.cqes ||
                        cnt.cq_overflows;

  assign deadline_o = el_pkg::NoDeadline;
  assign busy_o     = bar_busy || dma_busy || admin_busy || cq_busy || eq_busy || plain_busy;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneObject_A, (obj_valid & (obj_valid - Owners'(1))) == '0)

endmodule : el_host
