// SPDX-License-Identifier: Apache-2.0
//
// BAR0: registers, counters, MSI-X table and doorbell pages behind the AXI port.
//
// Latency: W accepted to a register or a doorbell record 2 cycles, AR accepted to R 3 cycles;
// throughput 1 write a cycle and 1 read every third; storage in the parts.
// Contract: docs/reference/host-interface.md.

`include "el_assert.svh"

module el_host_bar #(
  parameter  el_pkg::cfg_t Cfg     = el_pkg::CfgDefault,
  parameter  int unsigned  Finders = 3,                  // others that find bad doorbells
  localparam int unsigned  LineW   = el_host_pkg::LineW,
  localparam int unsigned  VecW    = $clog2(Cfg.Eqs),
  localparam int unsigned  DataW   = Cfg.DataW
) (
  input  logic                                clk_i,
  input  logic                                rst_i,
  input  logic                                clk_count_i,  // of the counters, never gated
  input  logic                                core_rst_i,
  input  el_pkg::cycles_t                     now_i,

  // AXI4 subordinate
  input  logic                                reg_awvalid_i,
  output logic                                reg_awready_o,
  input  logic [el_host_pkg::BarAddrW-1:0]    reg_awaddr_i,
  input  logic [7:0]                          reg_awid_i,
  input  logic                                reg_wvalid_i,
  output logic                                reg_wready_o,
  input  logic [LineW-1:0]                    reg_wdata_i,
  input  logic [el_host_pkg::LineBytes-1:0]   reg_wstrb_i,
  output logic                                reg_bvalid_o,
  input  logic                                reg_bready_i,
  output logic [7:0]                          reg_bid_o,
  output logic [1:0]                          reg_bresp_o,
  input  logic                                reg_arvalid_i,
  output logic                                reg_arready_o,
  input  logic [el_host_pkg::BarAddrW-1:0]    reg_araddr_i,
  input  logic [7:0]                          reg_arid_i,
  output logic                                reg_rvalid_o,
  input  logic                                reg_rready_i,
  output logic [7:0]                          reg_rid_o,
  output logic [LineW-1:0]                    reg_rdata_o,
  output logic [1:0]                          reg_rresp_o,

  // Registers
  output el_host_pkg::csr_cfg_t               cfg_o,
  output el_host_pkg::csr_admin_t             admin_o,
  output el_host_pkg::csr_plain_t             plain_o,
  output logic                                eq_consumer_valid_o,  // pulse
  output logic [7:0]                          eq_consumer_eqn_o,
  output logic [31:0]                         eq_consumer_o,
  output logic                                reset_req_o,
  input  logic                                reset_done_i,
  input  logic                                ready_i,
  input  logic                                stopping_i,
  input  logic                                dma_error_i,
  input  el_host_pkg::ls_error_t              ls_error_i,
  output logic                                ls_error_clear_o,     // pulse
  input  logic [63:0]                         debug_state_i,
  input  logic [63:0]                         debug_busy_i,

  // Doorbells
  output logic                                sqdb_valid_o,
  input  logic                                sqdb_ready_i,
  output el_host_pkg::qdb_t                   sqdb_o,
  output logic                                rqdb_valid_o,
  input  logic                                rqdb_ready_i,
  output el_host_pkg::qdb_t                   rqdb_o,
  output logic                                cqdb_valid_o,
  input  logic                                cqdb_ready_i,
  output el_host_pkg::cqdb_t                  cqdb_o,
  output logic                                sqpush_valid_o,
  input  logic                                sqpush_ready_i,
  output el_host_pkg::push_t                  sqpush_o,
  output logic                                lspush_valid_o,
  input  logic                                lspush_ready_i,
  output el_host_pkg::push_t                  lspush_o,
  input  logic [Finders-1:0]                  bad_valid_i,
  input  logic [Finders-1:0][15:0]            bad_ctx_i,
  output logic                                eqe_valid_o,
  input  logic                                eqe_ready_i,
  output el_pkg::eqe_req_t                    eqe_o,

  // MSI-X
  input  logic                                fire_valid_i,
  input  logic [VecW-1:0]                     fire_vec_i,
  output logic                                wr_valid_o,
  input  logic                                wr_ready_i,
  output el_pkg::dma_wr_req_t                 wr_o,
  output logic                                wr_data_valid_o,
  input  logic                                wr_data_ready_i,
  output logic [DataW-1:0]                    wr_data_o,

  // Counters; the fields of the BAR itself come from here and are ORed to cnt_host_i
  input  el_regs_pkg::cnt_roce_t              cnt_roce_i,
  input  el_regs_pkg::cnt_roce_sq_t           cnt_roce_sq_i,
  input  el_regs_pkg::cnt_ls_t                cnt_ls_i,
  input  el_regs_pkg::cnt_eth_t               cnt_eth_i,
  input  el_regs_pkg::cnt_host_t              cnt_host_i,

  output logic                                clk_en_o,  // clk_i may stand still while 0

  output logic                                busy_o
);

  // ---------------------------------------------------------------------------------------------
  // Lines and regions
  // ---------------------------------------------------------------------------------------------

  typedef enum logic [2:0] { RegNone, RegCsr, RegCounters, RegMsix, RegDoorbells } region_e;

  function automatic region_e region(logic [11:0] page);
    if (page >= el_regs_pkg::BarDoorbells[23:12]) return RegDoorbells;
    unique case (page)
      el_regs_pkg::BarCsr[23:12]:       return RegCsr;
      el_regs_pkg::BarCounters[23:12]:  return RegCounters;
      el_regs_pkg::BarMsixTable[23:12],
      el_regs_pkg::BarMsixPba[23:12]:   return RegMsix;
      default:                          return RegNone;
    endcase
  endfunction

  logic                             wr_valid, wr_ready, rd_valid, db_ready, wr_bad_q;
  el_host_pkg::line_wr_t            line;
  logic [el_host_pkg::BarAddrW-1:0] rd_addr;
  logic [LineW-1:0]                 rd_data, csr_data, counter_data, msix_data;
  region_e                          wr_region, rd_region, rd_region_q;
  logic                             axi_busy, csr_busy, counter_busy, msix_busy, db_busy;
  logic                             csr_bad, bad_doorbell, doorbell, msix_sent;
  el_regs_pkg::cnt_host_t           cnt_host;

  assign wr_region = region(line.addr[23:12]);
  assign rd_region = region(rd_addr[23:12]);
  assign wr_ready  = wr_region != RegDoorbells || db_ready;

  always_ff @(posedge clk_i) begin
    if (rst_i) wr_bad_q <= 1'b0;
    else wr_bad_q <= wr_valid && (wr_region == RegNone || wr_region == RegCounters);
  end

  always_ff @(posedge clk_i) begin
    if (rd_valid) rd_region_q <= rd_region;
  end

  always_comb begin
    unique case (rd_region_q)
      RegCsr:      rd_data = csr_data;
      RegCounters: rd_data = counter_data;
      RegMsix:     rd_data = msix_data;
      default:     rd_data = '0;
    endcase
  end

  el_reg_axi u_axi (
    .clk_i,
    .rst_i,
    .axi_awvalid_i(reg_awvalid_i),
    .axi_awready_o(reg_awready_o),
    .axi_awaddr_i (reg_awaddr_i),
    .axi_awid_i   (reg_awid_i),
    .axi_wvalid_i (reg_wvalid_i),
    .axi_wready_o (reg_wready_o),
    .axi_wdata_i  (reg_wdata_i),
    .axi_wstrb_i  (reg_wstrb_i),
    .axi_bvalid_o (reg_bvalid_o),
    .axi_bready_i (reg_bready_i),
    .axi_bid_o    (reg_bid_o),
    .axi_bresp_o  (reg_bresp_o),
    .axi_arvalid_i(reg_arvalid_i),
    .axi_arready_o(reg_arready_o),
    .axi_araddr_i (reg_araddr_i),
    .axi_arid_i   (reg_arid_i),
    .axi_rvalid_o (reg_rvalid_o),
    .axi_rready_i (reg_rready_i),
    .axi_rid_o    (reg_rid_o),
    .axi_rdata_o  (reg_rdata_o),
    .axi_rresp_o  (reg_rresp_o),
    .wr_valid_o   (wr_valid),
    .wr_ready_i   (wr_ready),
    .wr_o         (line),
    .rd_valid_o   (rd_valid),
    .rd_addr_o    (rd_addr),
    .rd_data_i    (rd_data),
    .busy_o       (axi_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Parts
  // ---------------------------------------------------------------------------------------------

  el_csr #(
    .Cfg(Cfg)
  ) u_csr (
    .clk_i,
    .rst_i,
    .now_i,
    .wr_valid_i  (wr_valid && wr_region == RegCsr),
    .wr_i        (line),
    .rd_valid_i  (rd_valid && rd_region == RegCsr),
    .rd_addr_i   (rd_addr[11:0]),
    .rd_data_o   (csr_data),
    .cfg_o,
    .admin_o,
    .plain_o,
    .eq_consumer_valid_o,
    .eq_consumer_eqn_o,
    .eq_consumer_o,
    .reset_req_o,
    .reset_done_i,
    .clear_i     (core_rst_i),
    .ready_i,
    .stopping_i,
    .dma_error_i,
    .ls_error_i,
    .ls_error_clear_o,
    .debug_state_i,
    .debug_busy_i,
    .bad_write_o (csr_bad),
    .busy_o      (csr_busy)
  );

  always_comb begin
    cnt_host                     = cnt_host_i;
    cnt_host.doorbells           = doorbell;
    cnt_host.bad_doorbells       = bad_doorbell;
    cnt_host.bad_register_writes = csr_bad || wr_bad_q;
    cnt_host.interrupts          = msix_sent;
  end

  el_counters u_counters (
    .clk_i      (clk_count_i),
    .rst_i      (core_rst_i),
    .roce_i     (cnt_roce_i),
    .roce_sq_i  (cnt_roce_sq_i),
    .ls_i       (cnt_ls_i),
    .eth_i      (cnt_eth_i),
    .host_i     (cnt_host),
    .rd_valid_i (rd_valid && rd_region == RegCounters),
    .rd_addr_i  (rd_addr[11:0]),
    .rd_data_o  (counter_data),
    .busy_o     (counter_busy)
  );

  el_msix #(
    .Cfg(Cfg)
  ) u_msix (
    .clk_i,
    .rst_i,
    .clear_i        (core_rst_i),
    .wr_valid_i     (wr_valid && wr_region == RegMsix),
    .wr_i           (line),
    .rd_valid_i     (rd_valid && rd_region == RegMsix),
    .rd_addr_i      (rd_addr[12:0]),
    .rd_data_o      (msix_data),
    .fire_valid_i,
    .fire_vec_i,
    .wr_req_valid_o (wr_valid_o),
    .wr_req_ready_i (wr_ready_i),
    .wr_req_o       (wr_o),
    .wr_data_valid_o,
    .wr_data_ready_i,
    .wr_data_o,
    .sent_o         (msix_sent),
    .busy_o         (msix_busy)
  );

  el_doorbell #(
    .Cfg    (Cfg),
    .Finders(Finders)
  ) u_doorbell (
    .clk_i,
    .rst_i         (core_rst_i),
    .wr_valid_i    (wr_valid && wr_region == RegDoorbells),
    .wr_ready_o    (db_ready),
    .wr_i          (line),
    .sqdb_valid_o,
    .sqdb_ready_i,
    .sqdb_o,
    .rqdb_valid_o,
    .rqdb_ready_i,
    .rqdb_o,
    .cqdb_valid_o,
    .cqdb_ready_i,
    .cqdb_o,
    .sqpush_valid_o,
    .sqpush_ready_i,
    .sqpush_o,
    .lspush_valid_o,
    .lspush_ready_i,
    .lspush_o,
    .bad_valid_i,
    .bad_ctx_i,
    .rearm_i       (eq_consumer_valid_o && eq_consumer_eqn_o == '0),
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o,
    .bad_doorbell_o(bad_doorbell),
    .doorbell_o    (doorbell),
    .busy_o        (db_busy)
  );

  // Counted events last one edge of clk_count_i, so they keep clk_i going.
  assign clk_en_o = axi_busy || csr_busy || msix_busy || db_busy || wr_bad_q || csr_bad ||
                    doorbell || bad_doorbell || msix_sent || reg_awvalid_i || reg_wvalid_i ||
                    reg_bvalid_o || reg_arvalid_i || reg_rvalid_o || fire_valid_i || wr_valid_o ||
                    wr_data_valid_o || bad_valid_i != '0 || eqe_valid_o || sqdb_valid_o ||
                    rqdb_valid_o || cqdb_valid_o || sqpush_valid_o || lspush_valid_o;
  assign busy_o   = axi_busy || csr_busy || counter_busy || msix_busy || db_busy || wr_bad_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(CountedOnce_A, !(csr_bad && wr_bad_q))

endmodule : el_host_bar
