// SPDX-License-Identifier: Apache-2.0
//
// Which packets of a queue pair still count: each new start has an epoch, and a failed one is dead.
//
// Combinational answers; storage Qps x 41 bits. A packet whose epoch is old, or that does not come
// before one that failed in this epoch, is dropped wherever it is met before its header is offered.
// Packets of an epoch are in the order of their PSNs: those before a failed one still leave, for
// they belong to requests that are good.

`include "el_assert.svh"

module el_roce_sq_gate #(
  parameter  el_pkg::cfg_t Cfg    = el_pkg::CfgDefault,
  parameter  int unsigned  Reads  = 4,
  parameter  int unsigned  Deaths = 2,
  localparam int unsigned  QpW    = $clog2(Cfg.Qps)
) (
  input  logic                        clk_i,
  input  logic                        rst_i,

  // A new epoch begins; it wins over a death in the same cycle.
  input  logic                        bump_i,
  input  logic [QpW-1:0]              bump_qpn_i,

  // A packet of this epoch cannot be sent: the ones behind it must not be either. When two fail in
  // the same cycle, the one of the higher number is the earlier one.
  input  logic [Deaths-1:0]              die_i,
  input  logic [Deaths-1:0][QpW-1:0]     die_qpn_i,
  input  logic [Deaths-1:0][15:0]        die_epoch_i,
  input  el_roce_pkg::psn_t [Deaths-1:0] die_psn_i,

  input  logic [Reads-1:0][QpW-1:0]   rd_qpn_i,
  input  el_roce_pkg::psn_t [Reads-1:0] rd_psn_i,
  output logic [Reads-1:0][15:0]      rd_epoch_o,
  output logic [Reads-1:0]            rd_dead_o
);

  logic [15:0]        epoch_q [Cfg.Qps];
  el_roce_pkg::psn_t  fail_psn_q [Cfg.Qps];  // first packet that failed
  logic [Cfg.Qps-1:0] dead_q;

  for (genvar i = 0; i < Reads; i++) begin : gen_read
    assign rd_epoch_o[i] = epoch_q[rd_qpn_i[i]];
    assign rd_dead_o[i]  = dead_q[rd_qpn_i[i]] &&
                           !el_roce_pkg::psn_before(rd_psn_i[i], fail_psn_q[rd_qpn_i[i]]);
  end

  logic [Deaths-1:0] first;  // nothing before it failed

  for (genvar i = 0; i < Deaths; i++) begin : gen_death
    assign first[i] = die_i[i] && epoch_q[die_qpn_i[i]] == die_epoch_i[i] &&
                      (!dead_q[die_qpn_i[i]] ||
                       el_roce_pkg::psn_before(die_psn_i[i], fail_psn_q[die_qpn_i[i]]));
  end

  always_ff @(posedge clk_i) begin
    if (bump_i) epoch_q[bump_qpn_i] <= epoch_q[bump_qpn_i] + 16'd1;
    if (rst_i) begin
      dead_q <= '0;
    end else begin
      for (int i = 0; i < int'(Deaths); i++) begin
        if (first[i]) dead_q[die_qpn_i[i]] <= 1'b1;
      end
      if (bump_i) dead_q[bump_qpn_i] <= 1'b0;
    end
    for (int i = 0; i < int'(Deaths); i++) begin
      if (first[i]) fail_psn_q[die_qpn_i[i]] <= die_psn_i[i];
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  logic past_bump_q;
  logic [QpW-1:0] past_qpn_q;
  always_ff @(posedge clk_i) begin
    past_bump_q <= bump_i && !rst_i;
    past_qpn_q  <= bump_qpn_i;
  end
  `EL_ASSERT(NewEpochLives_A, !past_bump_q || !dead_q[past_qpn_q])

endmodule : el_roce_sq_gate
