// SPDX-License-Identifier: Apache-2.0
//
// Answers marked packets with congestion notification packets (InfiniBand Annex A17.9), and lets
// them go before the ACKs.
//
// Latency 2 cycles; throughput one marked packet a cycle; storage Qps x 50 bits.
// A queue pair sends at most one notification an interval; marks in between are its business no
// more, for the sender could not react to them.
// Rules: docs/reference/congestion.md.

`include "el_assert.svh"

module el_roce_cnp #(
  parameter  el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned  QpW = $clog2(Cfg.Qps)
) (
  input  logic                         clk_i,
  input  logic                         rst_i,
  input  el_pkg::cycles_t              now_i,
  input  el_regs_pkg::csr_roce_cnp_t   cfg_i,

  // A packet with Congestion Experienced for an existing queue pair
  input  logic                         mark_valid_i,
  input  logic [QpW-1:0]               mark_qpn_i,

  // The queue pair exists no more
  input  logic                         forget_valid_i,
  input  logic [QpW-1:0]               forget_qpn_i,

  // ACKs and NAKs pass; an offer may be taken back
  input  logic                         ack_valid_i,
  output logic                         ack_ready_o,
  input  el_roce_pkg::tx_pkt_t         ack_i,
  output logic                         pkt_valid_o,
  input  logic                         pkt_ready_i,
  output el_roce_pkg::tx_pkt_t         pkt_o,

  output logic                         sent_o,        // a notification was taken
  output logic                         busy_o
);

  logic [Cfg.Qps-1:0] known_q;  // last_q is the time of the last notification
  logic [Cfg.Qps-1:0] want_q;   // a notification waits
  el_pkg::cycles_t    last_q [Cfg.Qps];

  logic            answer, pop_valid, pop_ready, cnp_valid, unused_enq_ready;
  logic [QpW-1:0]  pop_qpn;
  el_pkg::cycles_t since;

  assign since  = now_i - last_q[mark_qpn_i];
  // A mark in the cycle in which its queue pair's notification leaves says nothing more.
  assign answer = mark_valid_i && cfg_i.enable &&
                  !(pop_valid && pop_ready && pop_qpn == mark_qpn_i) &&
                  (!known_q[mark_qpn_i] || since >= el_pkg::cycles_t'(cfg_i.interval));

  el_roce_sq_sched #(
    .Cfg    (Cfg),
    .Sources(1)
  ) u_waiting (
    .clk_i,
    .rst_i,
    .enq_valid_i(answer),
    .enq_ready_o(unused_enq_ready),
    .enq_qpn_i  (mark_qpn_i),
    .pop_valid_o(pop_valid),
    .pop_ready_i(pop_ready),
    .pop_qpn_o  (pop_qpn)
  );

  assign cnp_valid = pop_valid && want_q[pop_qpn];
  assign pop_ready = pkt_ready_i || !want_q[pop_qpn];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      known_q <= '0;
      want_q  <= '0;
    end else begin
      if (pop_valid && pop_ready) want_q[pop_qpn] <= 1'b0;
      if (answer) begin
        known_q[mark_qpn_i] <= 1'b1;
        want_q[mark_qpn_i]  <= 1'b1;
      end
      if (forget_valid_i) begin
        known_q[forget_qpn_i] <= 1'b0;
        want_q[forget_qpn_i]  <= 1'b0;
      end
    end
    if (answer) last_q[mark_qpn_i] <= now_i;
  end

  // 16 bytes of zeros behind the BTH, PSN 0.
  function automatic el_roce_pkg::tx_pkt_t cnp(logic [QpW-1:0] qpn);
    el_roce_pkg::tx_pkt_t p;
    p         = '0;
    p.qpn     = el_roce_pkg::qpn_t'(qpn);
    p.opcode  = el_regs_pkg::RoceOpCnp;
    p.xth_len = 6'd16;
    return p;
  endfunction

  assign pkt_valid_o = cnp_valid || ack_valid_i;
  assign ack_ready_o = pkt_ready_i && !cnp_valid;
  assign sent_o      = cnp_valid && pkt_ready_i;

  always_comb begin
    pkt_o = ack_i;
    if (cnp_valid) pkt_o = cnp(pop_qpn);
  end

  assign busy_o = pop_valid;

  logic unused_cfg;  // of el_roce_txhdr
  assign unused_cfg = ^{cfg_i.dscp, cfg_i.prio, cfg_i.unused_7, cfg_i.unused_39, cfg_i.unused_63};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneTaken_A, !(sent_o && ack_valid_i && ack_ready_o))

endmodule : el_roce_cnp
