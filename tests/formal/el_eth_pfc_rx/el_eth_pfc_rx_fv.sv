// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_eth_pfc_rx: a pause of N quanta stops its priority for exactly N quanta.
//
// proof.toml makes time 6 bits wide, so that it wraps; a quantum is one cycle, pauses reach 15.

`include "el_assert.svh"

module el_eth_pfc_rx_fv (
  input logic             clk_i,
  input logic             rst_i,
  input logic             pfc_valid_i,
  input logic [7:0]       pfc_enable_i,
  input logic [7:0][3:0]  pfc_quanta_i
);

  el_pkg::cycles_t  now_q, deadline;
  logic [7:0][15:0] quanta;
  logic [7:0]       paused;
  logic [7:0]       enable_q;  // arbitrary: not reset, never changed
  logic [2:0]       who_q;     // an arbitrary priority: not reset, never changed
  logic [3:0]       left_q;    // cycles of its pause
  logic             started_q = 1'b0;

  always_comb for (int i = 0; i < 8; i++) quanta[i] = 16'(pfc_quanta_i[i]);

  el_eth_pfc_rx u_dut (
    .clk_i,
    .rst_i,
    .now_i           (now_q),
    .quantum_cycles_i(16'd256),
    .enable_i        (enable_q),
    .pfc_valid_i,
    .pfc_enable_i,
    .pfc_quanta_i    (quanta),
    .paused_o        (paused),
    .deadline_o      (deadline)
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    who_q     <= who_q;
    enable_q  <= enable_q;
    now_q     <= now_q + el_pkg::cycles_t'(1);
    if (rst_i) left_q <= '0;
    else if (pfc_valid_i && pfc_enable_i[who_q]) left_q <= pfc_quanta_i[who_q];
    else if (left_q != '0) left_q <= left_q - 4'd1;
  end
  always_comb if (!started_q) StartsInReset_M: assume (rst_i);

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(PausedForItsTime_A, paused[who_q] == (left_q != '0 && enable_q[who_q]))
  // Steps of the proof.
  `EL_ASSERT(EndIsWhatIsLeft_A, left_q == '0 ||
             (u_dut.active_q[who_q] &&
              u_dut.until_q[who_q] == now_q + el_pkg::cycles_t'(left_q)))
  `EL_ASSERT(EndedPauseIsOver_A, left_q != '0 || !u_dut.active_q[who_q] ||
             u_dut.until_q[who_q] == now_q)
  `EL_ASSERT(PauseHasADeadline_A, left_q == '0 || deadline != el_pkg::NoDeadline ||
             now_q + el_pkg::cycles_t'(left_q) == el_pkg::NoDeadline)
  `EL_COVER(LongPauseEnds_C, $past(left_q) == 4'd1 && $past(paused[who_q]) && !paused[who_q] &&
            now_q == el_pkg::cycles_t'(3))

endmodule : el_eth_pfc_rx_fv
