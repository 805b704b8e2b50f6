// SPDX-License-Identifier: Apache-2.0
//
// Priority pause timers: what the peer's PFC frames stop (802.1Qbb, 802.3 annex 31D).
//
// A frame judged in cycle t pauses its priorities in the cycles t+1 .. t+N, N the pause time in
// cycles; a time of zero ends a pause in cycle t+1. Storage one time stamp a priority.

`include "el_assert.svh"

module el_eth_pfc_rx #(
  parameter  int unsigned DataW         = 512,               // bits a cycle
  // Cycles of one quantum (512 bit times), 8.8 fixed point; the default is a link that moves DataW
  // bits a cycle.
  parameter  int unsigned QuantumCycles = 512 * 256 / DataW
) (
  input  logic              clk_i,
  input  logic              rst_i,
  input  el_pkg::cycles_t   now_i,

  input  logic [7:0]        enable_i,      // priorities that honour PFC, quasi-static
  input  logic              pfc_valid_i,
  input  logic [7:0]        pfc_enable_i,
  input  logic [7:0][15:0]  pfc_quanta_i,

  output logic [7:0]        paused_o,
  output el_pkg::cycles_t   deadline_o     // the next pause that ends
);

  if (QuantumCycles == 0 || QuantumCycles > 65535) begin : gen_bad_quantum
    $error("el_eth_pfc_rx: QuantumCycles must be 1..65535 and is %0d", QuantumCycles);
  end

  logic [7:0]                          active_q;
  el_pkg::cycles_t                     until_q [8];  // first cycle in which frames may start again

  // Cycles of a pause, rounded up.
  function automatic el_pkg::cycles_t pause_cycles(logic [15:0] quanta);
    logic [31:0] cycles;
    cycles = (32'(quanta) * QuantumCycles + 32'd255) >> 8;
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
          until_q[i] <= now_i + el_pkg::cycles_t'(1) + pause_cycles(pfc_quanta_i[i]);
        end
      end
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(PausedOnlyIfActive_A, (paused_o & ~active_q) == '0)

endmodule : el_eth_pfc_rx
