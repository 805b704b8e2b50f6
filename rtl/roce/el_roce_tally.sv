// SPDX-License-Identifier: Apache-2.0
//
// Counts for each queue pair what entered something and has not left it.
//
// Latency 1 cycle, throughput one entry and one exit a cycle; storage Qps counts and Qps bits.

`include "el_assert.svh"

module el_roce_tally #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Width = 7,                  // bits of a count
  parameter  int unsigned  Reads = 2,
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                      clk_i,
  input  logic                      rst_i,

  input  logic                      in_i,
  input  logic [QpW-1:0]            in_qpn_i,
  input  logic                      out_i,
  input  logic [QpW-1:0]            out_qpn_i,

  // Something of this queue pair is inside, combinational
  input  logic [Reads-1:0][QpW-1:0] rd_qpn_i,
  output logic [Reads-1:0]          rd_some_o,
  output logic                      busy_o
);

  logic [Width-1:0]   count_q [Cfg.Qps];  // counts where some_q says so, else it is 0
  logic [Cfg.Qps-1:0] some_q;
  logic [Width-1:0]   in_now, out_now;
  logic               both;

  assign in_now  = some_q[in_qpn_i] ? count_q[in_qpn_i] : '0;
  assign out_now = some_q[out_qpn_i] ? count_q[out_qpn_i] : '0;
  assign both    = in_i && out_i && in_qpn_i == out_qpn_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      some_q <= '0;
    end else if (!both) begin
      if (in_i) some_q[in_qpn_i] <= 1'b1;
      if (out_i) some_q[out_qpn_i] <= out_now != Width'(1);
    end
    if (in_i && !both) count_q[in_qpn_i] <= in_now + Width'(1);
    if (out_i && !both) count_q[out_qpn_i] <= out_now - Width'(1);
  end

  for (genvar i = 0; i < Reads; i++) begin : gen_read
    assign rd_some_o[i] = some_q[rd_qpn_i[i]];
  end

  assign busy_o = some_q != '0;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(LeavesWhatEntered_A, !out_i || out_now != '0)
  `EL_ASSERT(NeverOverflows_A, !in_i || both || in_now != '1)

endmodule : el_roce_tally
