// SPDX-License-Identifier: Apache-2.0
//
// Counters of the endpoint: 64 bits each, read as lines of eight.
//
// Latency: a pulse counts 2 cycles later, read data one cycle after rd_valid_i; throughput all
// counters in one cycle; storage el_regs_pkg::NumCounters counters.
// Contract: docs/reference/registers.md, "Counters".

`include "el_assert.svh"

module el_counters (
  input  logic                          clk_i,
  input  logic                          rst_i,

  // Increments
  input  el_regs_pkg::cnt_roce_t        roce_i,
  input  el_regs_pkg::cnt_roce_sq_t     roce_sq_i,
  input  el_regs_pkg::cnt_ls_t          ls_i,
  input  el_regs_pkg::cnt_eth_t         eth_i,
  input  el_regs_pkg::cnt_host_t        host_i,

  // Lines of the counters' region
  input  logic                          rd_valid_i,
  input  logic [11:0]                   rd_addr_i,
  output logic [el_host_pkg::LineW-1:0] rd_data_o,

  output logic                          busy_o
);

  localparam int unsigned Num   = el_regs_pkg::NumCounters;
  localparam int unsigned Lanes = el_host_pkg::LineBytes / 8;

  el_regs_pkg::cnt_roce_t    roce_q;
  el_regs_pkg::cnt_roce_sq_t roce_sq_q;
  el_regs_pkg::cnt_ls_t      ls_q;
  el_regs_pkg::cnt_eth_t     eth_q;
  el_regs_pkg::cnt_host_t    host_q;
  logic [63:0]               cnt_q [Num];
  logic                      unused_addr;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      roce_q    <= '0;
      roce_sq_q <= '0;
      ls_q      <= '0;
      eth_q     <= '0;
      host_q    <= '0;
    end else begin
      roce_q    <= roce_i;
      roce_sq_q <= roce_sq_i;
      ls_q      <= ls_i;
      eth_q     <= eth_i;
      host_q    <= host_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      for (int i = 0; i < int'(Num / 2); i++) cnt_q[i] <= '0;
      for (int i = int'(Num / 2); i < int'(Num); i++) cnt_q[i] <= '0;
    end else begin
      if (roce_q != '0) begin
        for (int i = 0; i < int'(el_regs_pkg::CntRoceNum); i++) begin
          cnt_q[el_regs_pkg::CntRoceFirst + i] <=
              cnt_q[el_regs_pkg::CntRoceFirst + i] + 64'(el_regs_pkg::cnt_roce_inc(roce_q, i));
        end
      end
      if (roce_sq_q != '0) begin
        for (int i = 0; i < int'(el_regs_pkg::CntRoceSqNum); i++) begin
          cnt_q[el_regs_pkg::CntRoceSqFirst + i] <=
              cnt_q[el_regs_pkg::CntRoceSqFirst + i] +
              64'(el_regs_pkg::cnt_roce_sq_inc(roce_sq_q, i));
        end
      end
      if (ls_q != '0) begin
        for (int i = 0; i < int'(el_regs_pkg::CntLsNum); i++) begin
          cnt_q[el_regs_pkg::CntLsFirst + i] <=
              cnt_q[el_regs_pkg::CntLsFirst + i] + 64'(el_regs_pkg::cnt_ls_inc(ls_q, i));
        end
      end
      if (eth_q != '0) begin
        for (int i = 0; i < int'(el_regs_pkg::CntEthNum); i++) begin
          cnt_q[el_regs_pkg::CntEthFirst + i] <=
              cnt_q[el_regs_pkg::CntEthFirst + i] + 64'(el_regs_pkg::cnt_eth_inc(eth_q, i));
        end
      end
      if (host_q != '0) begin
        for (int i = 0; i < int'(el_regs_pkg::CntHostNum); i++) begin
          cnt_q[el_regs_pkg::CntHostFirst + i] <=
              cnt_q[el_regs_pkg::CntHostFirst + i] + 64'(el_regs_pkg::cnt_host_inc(host_q, i));
        end
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (rd_valid_i) begin
      for (int i = 0; i < int'(Lanes); i++) begin
        rd_data_o[64*i +: 64] <= (32'(rd_addr_i[11:6]) * Lanes + i < Num)
                                 ? cnt_q[7'(32'(rd_addr_i[11:6]) * Lanes + i)] : '0;
      end
    end
  end

  assign unused_addr = ^rd_addr_i[5:0];
  assign busy_o      = roce_q != '0 || roce_sq_q != '0 || ls_q != '0 || eth_q != '0 ||
                       host_q != '0;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(GroupsFillTheTable_A,
             el_regs_pkg::CntHostFirst + el_regs_pkg::CntHostNum == el_regs_pkg::NumCounters)

endmodule : el_counters
