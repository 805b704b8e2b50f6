// SPDX-License-Identifier: Apache-2.0
//
// BAR0 as an AXI4 subordinate: single beats become line writes and line reads.
//
// Latency: W accepted to wr_valid_o 1 cycle, AR accepted to R 3 cycles; throughput 1 write a cycle
// and 1 read every third cycle; storage one write, one read, four write responses.
// Every access is answered with OKAY. A line write waits for wr_ready_i: no doorbell is lost.
// Contract: docs/reference/host-interface.md.

`include "el_assert.svh"

module el_reg_axi (
  input  logic                              clk_i,
  input  logic                              rst_i,

  // AXI4 subordinate, 512 bits
  input  logic                              axi_awvalid_i,
  output logic                              axi_awready_o,
  input  logic [el_host_pkg::BarAddrW-1:0]  axi_awaddr_i,
  input  logic [7:0]                        axi_awid_i,
  input  logic                              axi_wvalid_i,
  output logic                              axi_wready_o,
  input  logic [el_host_pkg::LineW-1:0]     axi_wdata_i,
  input  logic [el_host_pkg::LineBytes-1:0] axi_wstrb_i,
  output logic                              axi_bvalid_o,
  input  logic                              axi_bready_i,
  output logic [7:0]                        axi_bid_o,
  output logic [1:0]                        axi_bresp_o,
  input  logic                              axi_arvalid_i,
  output logic                              axi_arready_o,
  input  logic [el_host_pkg::BarAddrW-1:0]  axi_araddr_i,
  input  logic [7:0]                        axi_arid_i,
  output logic                              axi_rvalid_o,
  input  logic                              axi_rready_i,
  output logic [7:0]                        axi_rid_o,
  output logic [el_host_pkg::LineW-1:0]     axi_rdata_o,
  output logic [1:0]                        axi_rresp_o,

  // Line writes, from flops
  output logic                              wr_valid_o,
  input  logic                              wr_ready_i,
  output el_host_pkg::line_wr_t             wr_o,

  // Line reads: the data of rd_addr_o is on rd_data_i one cycle after rd_valid_o
  output logic                              rd_valid_o,
  output logic [el_host_pkg::BarAddrW-1:0]  rd_addr_o,
  input  logic [el_host_pkg::LineW-1:0]     rd_data_i,

  output logic                              busy_o
);

  logic       aw_valid_q, w_valid_q, wr_fire, b_ready;
  logic [7:0] aw_id_q;
  logic [2:0] b_count;

  // The answer has a place before the write takes effect.
  assign wr_valid_o    = aw_valid_q && w_valid_q && b_ready;
  assign wr_fire       = wr_valid_o && wr_ready_i;
  assign axi_awready_o = !aw_valid_q || wr_fire;
  assign axi_wready_o  = !w_valid_q || wr_fire;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      aw_valid_q <= 1'b0;
      w_valid_q  <= 1'b0;
    end else begin
      if (axi_awready_o) aw_valid_q <= axi_awvalid_i;
      if (axi_wready_o) w_valid_q <= axi_wvalid_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (axi_awvalid_i && axi_awready_o) begin
      wr_o.addr <= axi_awaddr_i;
      aw_id_q   <= axi_awid_i;
    end
    if (axi_wvalid_i && axi_wready_o) begin
      wr_o.data <= axi_wdata_i;
      wr_o.strb <= axi_wstrb_i;
    end
  end

  el_fifo #(
    .Width(8),
    .Depth(4)
  ) u_b (
    .clk_i,
    .rst_i,
    .in_valid_i (wr_fire),
    .in_ready_o (b_ready),
    .in_data_i  (aw_id_q),
    .out_valid_o(axi_bvalid_o),
    .out_ready_i(axi_bready_i),
    .out_data_o (axi_bid_o),
    .count_o    (b_count)
  );
  assign axi_bresp_o = 2'b00;

  // Read: address register, then data register.
  logic rd_wait_q;  // the data arrives in this cycle

  assign axi_arready_o = !rd_valid_o && !rd_wait_q && (!axi_rvalid_o || axi_rready_i);
  assign axi_rresp_o   = 2'b00;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rd_valid_o   <= 1'b0;
      rd_wait_q    <= 1'b0;
      axi_rvalid_o <= 1'b0;
    end else begin
      rd_valid_o <= axi_arvalid_i && axi_arready_o;
      rd_wait_q  <= rd_valid_o;
      if (rd_wait_q) axi_rvalid_o <= 1'b1;
      else if (axi_rready_i) axi_rvalid_o <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (axi_arvalid_i && axi_arready_o) begin
      rd_addr_o <= axi_araddr_i;
      axi_rid_o <= axi_arid_i;
    end
    if (rd_wait_q) axi_rdata_o <= rd_data_i;
  end

  assign busy_o = wr_valid_o || b_count != '0 || rd_valid_o || rd_wait_q || axi_rvalid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(BHeld_A, axi_bvalid_o && !axi_bready_i, axi_bvalid_o)
  `EL_ASSERT_NEXT(WriteHeld_A, wr_valid_o && !wr_ready_i, wr_valid_o)
  `EL_ASSERT_NEXT(RHeld_A, axi_rvalid_o && !axi_rready_i,
                  axi_rvalid_o && axi_rdata_o == $past(axi_rdata_o))

endmodule : el_reg_axi
