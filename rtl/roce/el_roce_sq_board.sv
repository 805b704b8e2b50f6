// SPDX-License-Identifier: Apache-2.0
//
// Scoreboards of the queue pairs with selective repeat: which of their packets came.
//
// Combinational reads, one write a cycle; storage one scoreboard a queue pair. A board counts when
// its bit `active` is set; those bits are reset.

`include "el_assert.svh"

module el_roce_sq_board #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Reads = 2,
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                               clk_i,
  input  logic                               rst_i,

  input  logic                               we_i,
  input  logic [QpW-1:0]                     wqpn_i,
  input  el_roce_sack_pkg::board_t           board_i,

  input  logic [Reads-1:0][QpW-1:0]          rd_qpn_i,
  output el_roce_sack_pkg::board_t [Reads-1:0] board_o
);

  localparam int unsigned BoardW = $bits(el_roce_sack_pkg::board_t) - 1;

  logic [BoardW-1:0]  board_q [Cfg.Qps];
  logic [Cfg.Qps-1:0] active_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) active_q <= '0;
    else if (we_i) active_q[wqpn_i] <= board_i.active;
    // One that does not count needs no contents.
    if (we_i && board_i.active) board_q[wqpn_i] <= board_i[BoardW-1:0];
  end

  for (genvar i = 0; i < int'(Reads); i++) begin : gen_read
    assign board_o[i] = active_q[rd_qpn_i[i]] ? {1'b1, board_q[rd_qpn_i[i]]} : '0;
  end

  ////////////////
  // Assertions //
  ////////////////

  // The sender goes to what is missing, so something is.
  `EL_ASSERT(BaseNotBehindHigh_A, !we_i || !board_i.active || !board_i.kept[0])

endmodule : el_roce_sq_board
