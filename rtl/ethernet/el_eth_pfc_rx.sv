// SPDX-License-Identifier: Apache-2.0
//
// Priority pause timers: what the peer's PFC frames stop (802.1Qbb, 802.3 annex 31D).
//
// A frame judged in cycle t pauses its priorities in the cycles t+1 .. t+N, N the pause time in
// cycles; a time of zero ends a pause in cycle t+1. Storage one time stamp a priority.

`include "el_assert.svh"

module el_eth_pfc_rx (
  input  logic              clk_i,
  input  logic              rst_i,
  input  el_pkg::cycles_t   now_i,

  // Cycles of one quantum (512 bit times), 8.8 fixed point, quasi-static; 0 pauses for no time.
  input  logic [15:0]       quantum_cycles_i,
  input  logic [7:0]        enable_i,      // priorities that honour PFC, quasi-static
  input  logic              pfc_valid_i,
  input  logic [7:0]        pfc_enable_i,
  input  logic [7:0][15:0]  pfc_quanta_i,

  output logic [7:0]        paused_o,
  output el_pkg::cycles_t   deadline_o     // the next pause that ends
);

  logic [7:0]                          active_q;
  el_pkg::cycles_t                     until_q [8];  // first cycle in which frames may start again

  // Cycles of a pause, rounded up.
  function automatic el_pkg::cycles_t pause_cycles(logic [15:0] quanta, logic [15:0] each);
    logic [32:0] cycles;
    cycles = (33'(quanta) * 33'(each) + 33'd255) >> 8;
    return el_pkg::cycles_t'(cycles);
  endfunction

  always_comb begin
    for (int i = 0; i < 8; i++) begin
      paused_o[i] = active_q[i] && enable_i[i] && !el_pkg::time_reached(now_i, until_q[i]);
    end
  end

  always_comb begin
    deadline_o = el_pkg::NoDeadline;
    for (int i = 0; i < 8; i++) begin
      if (active_q[i]) deadline_o = el_pkg::deadline_min(deadline_o, until_q[i]);
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      active_q <= '0;
    end else begin
      for (int i = 0; i < 8; i++) begin
        if (pfc_valid_i && pfc_enable_i[i]) active_q[i] <= pfc_quanta_i[i] != '0;
        else if (active_q[i] && el_pkg::time_reached(now_i, until_q[i])) active_q[i] <= 1'b0;
      end
    end
  end

  // Read only while active_q.
  always_ff @(posedge clk_i) begin
    if (pfc_valid_i) begin
      for (int i = 0; i < 8; i++) begin
        if (pfc_enable_i[i]) begin
          until_q[i] <= now_i + el_pkg::cycles_t'(1)
                      + pause_cycles(pfc_quanta_i[i], quantum_cycles_i);
        end
      end
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(PausedOnlyIfActive_A, (paused_o & ~active_q) == '0)

endmodule : el_eth_pfc_rx
