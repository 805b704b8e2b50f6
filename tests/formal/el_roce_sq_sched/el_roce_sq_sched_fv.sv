// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_roce_sq_sched: who asked is visited once, after at most one visit of every other.

`include "el_assert.svh"

module el_roce_sq_sched_fv (
  input logic            clk_i,
  input logic            rst_i,
  input logic [1:0]      enq_valid_i,
  input logic [1:0][1:0] enq_qpn_i,
  input logic            pop_ready_i
);

  function automatic el_pkg::cfg_t small_cfg();
    el_pkg::cfg_t c;
    c     = el_pkg::CfgDefault;
    c.Qps = 4;
    return c;
  endfunction
  localparam el_pkg::cfg_t Cfg = small_cfg();

  logic [1:0] enq_ready, pop_qpn;
  logic       pop_valid, asked, visited;
  logic [1:0] who_q;     // an arbitrary queue pair: not reset, never changed
  logic       waits_q;   // it asked and was not visited since
  logic [2:0] passed_q;  // visits of others while it waits
  logic       started_q = 1'b0;

  el_roce_sq_sched #(
    .Cfg    (Cfg),
    .Sources(2)
  ) u_dut (
    .clk_i,
    .rst_i,
    .enq_valid_i,
    .enq_ready_o(enq_ready),
    .enq_qpn_i,
    .pop_valid_o(pop_valid),
    .pop_ready_i,
    .pop_qpn_o  (pop_qpn)
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    who_q     <= who_q;
  end
  always_comb if (!started_q) StartsInReset_M: assume (rst_i);

  assign asked   = (enq_valid_i[0] && enq_ready[0] && enq_qpn_i[0] == who_q) ||
                   (enq_valid_i[1] && enq_ready[1] && enq_qpn_i[1] == who_q);
  assign visited = pop_valid && pop_ready_i && pop_qpn == who_q;

  // Who asks in the cycle of its visit is served by this visit.
  always_ff @(posedge clk_i) begin
    if (rst_i) waits_q <= 1'b0;
    else if (visited) waits_q <= 1'b0;
    else if (asked) waits_q <= 1'b1;

    if (rst_i || !waits_q || visited) passed_q <= '0;
    else if (pop_valid && pop_ready_i) passed_q <= passed_q + 3'd1;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(VisitedOnce_A, !visited || waits_q)
  `EL_ASSERT(NobodyIsForgotten_A, !waits_q || pop_valid)
  `EL_ASSERT(VisitedInTurn_A, passed_q < 3'd4)
  `EL_ASSERT(LowerSourceFirst_A, enq_ready == (enq_valid_i[0] ? 2'b01 : enq_valid_i))
  `EL_COVER(WaitsForAllOthers_C, passed_q == 3'd3 && visited)

endmodule : el_roce_sq_sched_fv
