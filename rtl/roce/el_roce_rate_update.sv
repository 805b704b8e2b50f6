// SPDX-License-Identifier: Apache-2.0
//
// Brings the rate of one queue pair up to date: what happened since the last time, oldest first,
// then the notification that waits, then the interval of a byte at the new rate.
//
// Latency at most 40 cycles and one a stage that is caught up; one queue pair at a time; storage
// Qps states. Nothing is counted while nobody asks: stages follow from time stamps.
// Rules: docs/reference/congestion.md.

`include "el_assert.svh"

module el_roce_rate_update #(
  parameter  el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned  QpW = $clog2(Cfg.Qps)
) (
  input  logic                    clk_i,
  input  logic                    rst_i,
  input  el_pkg::cycles_t         now_i,
  input  el_roce_rate_pkg::cfg_t  cfg_i,

  // A queue pair to look at
  input  logic                    start_valid_i,
  output logic                    start_ready_o,
  input  logic [QpW-1:0]          start_qpn_i,
  input  logic                    start_known_i,   // it has a state
  input  logic                    start_cut_i,     // a notification came
  input  logic                    start_bytes_i,   // the byte counter ended

  // Everything about this queue pair is forgotten
  input  logic                    forget_valid_i,
  input  logic [QpW-1:0]          forget_qpn_i,

  // What came out; held until it is taken
  output logic                    done_valid_o,
  input  logic                    done_ready_i,
  output logic [QpW-1:0]          done_qpn_o,
  output logic                    done_limited_o,  // else it sends at the rate of the link
  output el_roce_rate_pkg::rate_t done_was_o,      // the rate before
  output el_roce_rate_pkg::gap_t  done_gap_o,
  output el_pkg::cycles_t         done_due_o,      // when the timer ends next
  output logic                    cut_o,           // a rate was cut

  output logic                    busy_o
);

  localparam int unsigned StateW = $bits(el_roce_rate_pkg::state_t);
  localparam int unsigned DivW   = 33;             // 2^32 has 33 bits

  typedef enum logic [2:0] {StIdle, StLoad, StStep, StDivide, StDone} state_e;

  state_e                    state_q, state_d;
  logic [QpW-1:0]            qpn_q;
  logic                      first_q, known_q, cut_q, bytes_q, dead_q, limited_q;
  el_roce_rate_pkg::state_t  s_q;
  logic [StateW-1:0]         stored;
  logic [5:0]                bit_q;                // StDivide
  el_roce_rate_pkg::rate_t   rem_q;
  el_roce_rate_pkg::gap_t    gap_q;
  el_roce_rate_pkg::rate_t   was_q;

  logic [23:0]     period, alpha_period;
  logic            start, silent, decays, rises, settled, forgets, store;
  logic            spent;
  el_pkg::cycles_t at_q, quiet, calm;             // the time that is caught up to

  assign start_ready_o = state_q == StIdle;
  assign start         = start_valid_i && start_ready_o;
  assign period        = cfg_i.timers.increase;
  assign alpha_period  = cfg_i.timers.alpha;
  assign store         = done_valid_o && done_ready_i && limited_q;

  el_ram_1r1w #(
    .Width(StateW),
    .Depth(Cfg.Qps)
  ) u_state (
    .clk_i,
    .rst_i,
    .we_i   (store),
    .waddr_i(qpn_q),
    .wdata_i(s_q),
    .re_i   (start),
    .raddr_i(start_qpn_i),
    .rdata_o(stored)
  );

  // One stage a cycle; the notification comes last.
  assign quiet   = at_q - s_q.rise_at;
  assign calm    = at_q - s_q.alpha_at;
  assign silent  = period != '0 &&
                   quiet >= (el_pkg::cycles_t'(period) << el_roce_rate_pkg::LogRise);
  assign spent   = calm >= (el_pkg::cycles_t'(alpha_period) << el_roce_rate_pkg::LogDecay);
  assign rises   = period != '0 && quiet >= el_pkg::cycles_t'(period);
  assign decays  = alpha_period != '0 && calm >= el_pkg::cycles_t'(alpha_period);
  assign settled = !silent && !rises && !decays && !bytes_q && !cut_q;
  assign forgets = settled && s_q.rate >= cfg_i.rate.line;

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      StIdle:   if (start && (start_known_i || start_cut_i)) state_d = StLoad;
      StLoad:   state_d = StStep;
      StStep:   if (forgets) state_d = StDone;
                else if (settled) state_d = StDivide;
      StDivide: if (bit_q == '0) state_d = StDone;
      StDone:   if (dead_q || done_ready_i) state_d = StIdle;
      default:  state_d = StIdle;
    endcase
  end

  // One bit of 2^32 / rate; the highest bit of the dividend is the only one that is set.
  logic [el_roce_rate_pkg::RateW:0] rem_next;
  logic                             fits;
  assign rem_next = {rem_q, bit_q == 6'(DivW - 1)};
  assign fits     = rem_next >= {1'b0, s_q.rate};

  always_ff @(posedge clk_i) begin
    if (rst_i) state_q <= StIdle;
    else state_q <= state_d;

    if (start) begin
      qpn_q   <= start_qpn_i;
      known_q <= start_known_i;
      cut_q   <= start_cut_i;
      bytes_q <= start_bytes_i;
      dead_q  <= forget_valid_i && forget_qpn_i == start_qpn_i;
    end
    if (state_q != StIdle && forget_valid_i && forget_qpn_i == qpn_q) dead_q <= 1'b1;

    unique case (state_q)
      StLoad: begin
        at_q    <= now_i;
        first_q <= 1'b1;
        s_q  <= known_q ? el_roce_rate_pkg::state_t'(stored)
                        : el_roce_rate_pkg::fresh(cfg_i.rate, now_i);
      end
      StStep: begin
        if (first_q) was_q <= s_q.rate;
        first_q <= 1'b0;
        if (silent) begin
          s_q     <= el_roce_rate_pkg::fresh(cfg_i.rate, at_q);
          bytes_q <= 1'b0;
        end else if (decays) begin
          s_q <= el_roce_rate_pkg::decay(s_q, cfg_i.rate, alpha_period, spent, at_q);
        end else if (rises || bytes_q) begin
          s_q <= el_roce_rate_pkg::rise(s_q, cfg_i.rate, cfg_i.steps, rises, period);
          if (!rises) bytes_q <= 1'b0;
        end else if (cut_q) begin
          s_q   <= el_roce_rate_pkg::cut(s_q, cfg_i.rate, at_q);
          cut_q <= 1'b0;
        end
        limited_q <= !forgets;
        bit_q     <= 6'(DivW - 1);
        rem_q     <= '0;
        gap_q     <= '0;
      end
      StDivide: begin
        bit_q <= bit_q - 6'd1;
        rem_q <= el_roce_rate_pkg::rate_t'(fits ? rem_next - {1'b0, s_q.rate} : rem_next);
        gap_q <= {gap_q[el_roce_rate_pkg::GapW-2:0], fits};
      end
      default: ;
    endcase
  end

  assign done_valid_o   = state_q == StDone && !dead_q;
  assign done_qpn_o     = qpn_q;
  assign done_limited_o = limited_q;
  assign done_was_o     = was_q;
  assign done_gap_o     = gap_q;
  assign done_due_o     = s_q.rise_at + el_pkg::cycles_t'(period);
  assign cut_o          = state_q == StStep && !silent && !decays && !rises && !bytes_q && cut_q;
  assign busy_o         = state_q != StIdle;

  logic unused_cfg;  // the notifications that this endpoint sends, and what a packet counts
  assign unused_cfg = ^{cfg_i.cnp, cfg_i.bytes, cfg_i.rate.enable, cfg_i.rate.unused_3,
                        cfg_i.rate.unused_15, cfg_i.timers.unused_63, cfg_i.steps.unused_63};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RateInRange_A, !store || s_q.rate >= el_roce_rate_pkg::rate_t'(
             el_roce_rate_pkg::MinRate))
  `EL_ASSERT(AlphaInRange_A, !store || s_q.alpha <= 17'(el_roce_rate_pkg::AlphaOne))

endmodule : el_roce_rate_update
