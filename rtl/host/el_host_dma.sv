// SPDX-License-Identifier: Apache-2.0
//
// DMA engines of the host layer, and the soft reset that stops and drains them.
//
// Latency: see el_dma_rd and el_dma_wr; throughput 1 beat a cycle each way; storage in the parts.
// The engines themselves see the pin's reset only: a soft reset finds them drained.
// Contract: docs/reference/rtl-interfaces.md, "DMA".

`include "el_assert.svh"

module el_host_dma #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Reads = 6,                  // read clients
  parameter  int unsigned  Wrs   = 7,                  // write clients
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                                   clk_i,
  input  logic                                   rst_i,
  input  logic                                   clk_rd_i,     // of the reads, see clk_rd_en_o
  output logic                                   clk_rd_en_o,

  // Soft reset
  input  logic                                   reset_req_i,
  output logic                                   reset_done_o,
  output logic                                   core_rst_o,

  // Read clients
  input  logic [Reads-1:0]                       rd_valid_i,
  output logic [Reads-1:0]                       rd_ready_o,
  input  el_pkg::dma_rd_req_t [Reads-1:0]        rd_i,
  output logic [Reads-1:0]                       rd_rsp_valid_o,
  input  logic [Reads-1:0]                       rd_rsp_ready_i,
  output logic [Reads-1:0][DataW-1:0]            rd_rsp_data_o,
  output logic [Reads-1:0]                       rd_rsp_last_o,
  output logic [Reads-1:0]                       rd_rsp_err_o,
  output logic [Reads-1:0][el_pkg::DmaUserW-1:0] rd_rsp_user_o,

  // Write clients
  input  logic [Wrs-1:0]                         wr_valid_i,
  output logic [Wrs-1:0]                         wr_ready_o,
  input  el_pkg::dma_wr_req_t [Wrs-1:0]          wr_i,
  input  logic [Wrs-1:0]                         wr_data_valid_i,
  output logic [Wrs-1:0]                         wr_data_ready_o,
  input  logic [Wrs-1:0][DataW-1:0]              wr_data_i,
  input  logic [Wrs-1:0]                         wr_data_last_i,
  output logic [Wrs-1:0]                         wr_done_o,
  output logic                                   wr_done_err_o,

  // AXI4 manager
  output logic                                   dma_arvalid_o,
  input  logic                                   dma_arready_i,
  output logic [63:0]                            dma_araddr_o,
  output logic [7:0]                             dma_arid_o,
  output logic [7:0]                             dma_arlen_o,
  output logic [12:0]                            dma_aruser_o,
  input  logic                                   dma_rvalid_i,
  output logic                                   dma_rready_o,
  input  logic [7:0]                             dma_rid_i,
  input  logic [DataW-1:0]                       dma_rdata_i,
  input  logic [1:0]                             dma_rresp_i,
  input  logic                                   dma_rlast_i,
  output logic                                   dma_awvalid_o,
  input  logic                                   dma_awready_i,
  output logic [63:0]                            dma_awaddr_o,
  output logic [7:0]                             dma_awid_o,
  output logic [7:0]                             dma_awlen_o,
  output logic                                   dma_wvalid_o,
  input  logic                                   dma_wready_i,
  output logic [DataW-1:0]                       dma_wdata_o,
  output logic [DataW/8-1:0]                     dma_wstrb_o,
  output logic                                   dma_wlast_o,
  input  logic                                   dma_bvalid_i,
  output logic                                   dma_bready_o,
  input  logic [7:0]                             dma_bid_i,
  input  logic [1:0]                             dma_bresp_i,

  // Errors
  output logic                                   rd_error_o,  // pulse
  output logic                                   wr_error_o,  // pulse
  input  logic                                   rearm_i,
  output logic                                   error_o,     // since reset
  output logic                                   eqe_valid_o,
  input  logic                                   eqe_ready_i,
  output el_pkg::eqe_req_t                       eqe_o,

  output logic                                   busy_o
);

  logic flush, rd_idle, wr_idle, rd_busy, wr_busy, reset_busy, event_busy;

  el_reset u_reset (
    .clk_i,
    .rst_i,
    .req_i     (reset_req_i),
    .done_o    (reset_done_o),
    .flush_o   (flush),
    .rd_idle_i (rd_idle),
    .wr_idle_i (wr_idle),
    .core_rst_o,
    .busy_o    (reset_busy)
  );

  // While a soft reset drains, nothing is asked for and what arrives is thrown away.
  el_dma_rd #(
    .Cfg       (Cfg),
    .NumClients(Reads)
  ) u_rd (
    .clk_i        (clk_rd_i),
    .rst_i,
    .req_valid_i  ((flush || core_rst_o) ? '0 : rd_valid_i),
    .req_ready_o  (rd_ready_o),
    .req_i        (rd_i),
    .rsp_valid_o  (rd_rsp_valid_o),
    .rsp_ready_i  (core_rst_o ? '1 : rd_rsp_ready_i),
    .rsp_data_o   (rd_rsp_data_o),
    .rsp_last_o   (rd_rsp_last_o),
    .rsp_err_o    (rd_rsp_err_o),
    .rsp_user_o   (rd_rsp_user_o),
    .axi_arvalid_o(dma_arvalid_o),
    .axi_arready_i(dma_arready_i),
    .axi_araddr_o (dma_araddr_o),
    .axi_arid_o   (dma_arid_o),
    .axi_arlen_o  (dma_arlen_o),
    .axi_aruser_o (dma_aruser_o),
    .axi_rvalid_i (dma_rvalid_i),
    .axi_rready_o (dma_rready_o),
    .axi_rid_i    (dma_rid_i),
    .axi_rdata_i  (dma_rdata_i),
    .axi_rresp_i  (dma_rresp_i),
    .axi_rlast_i  (dma_rlast_i),
    .error_o      (rd_error_o),
    .idle_o       (rd_idle),
    .busy_o       (rd_busy)
  );

  el_dma_wr #(
    .Cfg       (Cfg),
    .NumClients(Wrs)
  ) u_wr (
    .clk_i,
    .rst_i,
    .req_valid_i  (core_rst_o ? '0 : wr_valid_i),
    .req_ready_o  (wr_ready_o),
    .req_i        (wr_i),
    .data_valid_i (wr_data_valid_i),
    .data_ready_o (wr_data_ready_o),
    .data_i       (wr_data_i),
    .data_last_i  (wr_data_last_i),
    .done_o       (wr_done_o),
    .done_err_o   (wr_done_err_o),
    .axi_awvalid_o(dma_awvalid_o),
    .axi_awready_i(dma_awready_i),
    .axi_awaddr_o (dma_awaddr_o),
    .axi_awid_o   (dma_awid_o),
    .axi_awlen_o  (dma_awlen_o),
    .axi_wvalid_o (dma_wvalid_o),
    .axi_wready_i (dma_wready_i),
    .axi_wdata_o  (dma_wdata_o),
    .axi_wstrb_o  (dma_wstrb_o),
    .axi_wlast_o  (dma_wlast_o),
    .axi_bvalid_i (dma_bvalid_i),
    .axi_bready_o (dma_bready_o),
    .axi_bid_i    (dma_bid_i),
    .axi_bresp_i  (dma_bresp_i),
    .flush_i      (flush),
    .error_o      (wr_error_o),
    .idle_o       (wr_idle),
    .busy_o       (wr_busy)
  );

  el_dma_event u_event (
    .clk_i,
    .rst_i     (core_rst_o),
    .rd_error_i(rd_error_o),
    .wr_error_i(wr_error_o),
    .rearm_i,
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o,
    .error_o,
    .busy_o    (event_busy)
  );

  // Reads stand still unless a client or the bus offers something.
  assign clk_rd_en_o = rd_busy || rst_i || flush || core_rst_o || rd_valid_i != '0 || dma_rvalid_i;

  assign busy_o = rd_busy || wr_busy || reset_busy || event_busy;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ResetFindsNoWrite_A, !(core_rst_o && flush) || (!dma_awvalid_o && !dma_wvalid_o))
  `EL_ASSERT(DoneFindsNothing_A, !reset_done_o || (rd_idle && wr_idle))

endmodule : el_host_dma
