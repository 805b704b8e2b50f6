// SPDX-License-Identifier: Apache-2.0
//
// Congestion control of the RDMA layer: configuration, state and rules of a sender's rate (DCQCN).
//
// Rules and units: docs/reference/congestion.md.

package el_roce_rate_pkg;

  localparam int unsigned RateW    = 24;     // bytes a cycle, 8.16 fixed point
  localparam int unsigned MinRate  = 256;    // what the interval of a byte can still express
  localparam int unsigned GapW     = 25;     // cycles a byte, 9.16 fixed point: 2^32 / rate
  localparam int unsigned FracW    = 8;      // bits of a cycle in send times
  localparam int unsigned AlphaOne = 65536;
  localparam int unsigned LogRise  = 8;      // 2^n periods of the timer: all is forgotten
  localparam int unsigned LogDecay = 12;     // 2^n periods of alpha: it is 0

  // Bytes of a packet on the wire beside its payload: Ethernet 14, IPv4 20, UDP 8, BTH 12, ICRC 4,
  // FCS 4, preamble and gap 20.
  localparam int unsigned WireOverhead = 82;

  typedef logic [RateW-1:0] rate_t;
  typedef logic [GapW-1:0]  gap_t;

  typedef struct packed {
    el_regs_pkg::csr_roce_cnp_t         cnp;
    el_regs_pkg::csr_roce_rate_t        rate;
    el_regs_pkg::csr_roce_rate_timers_t timers;
    el_regs_pkg::csr_roce_rate_steps_t  steps;
    el_regs_pkg::csr_roce_rate_bytes_t  bytes;
  } cfg_t;

  // A queue pair that is limited.
  typedef struct packed {
    rate_t           rate;        // at which it sends
    rate_t           target;      // to which it returns
    logic [16:0]     alpha;       // estimate of congestion, 65536: 1.0
    logic [4:0]      time_stage;  // expiries of the timer since the last cut, at most 31
    logic [4:0]      byte_stage;  // of the byte counter
    el_pkg::cycles_t alpha_at;    // alpha is good until here, less one period
    el_pkg::cycles_t rise_at;     // the timer runs from here
  } state_t;

  function automatic rate_t min_rate(el_regs_pkg::csr_roce_rate_t c);
    return (c.min < rate_t'(MinRate)) ? rate_t'(MinRate) : c.min;
  endfunction

  // Before its first notification a queue pair sends at the rate of the link.
  function automatic state_t fresh(el_regs_pkg::csr_roce_rate_t c, el_pkg::cycles_t now);
    state_t s;
    s          = '0;
    s.rate     = c.line;
    s.target   = c.line;
    s.alpha    = 17'(AlphaOne);
    s.alpha_at = now;
    s.rise_at  = now;
    return s;
  endfunction

  // A notification came.
  function automatic state_t cut(state_t x, el_regs_pkg::csr_roce_rate_t c, el_pkg::cycles_t now);
    state_t      s;
    logic [40:0] part;
    rate_t       less;
    s            = x;
    part         = 41'(x.rate) * 41'(x.alpha);
    less         = x.rate - rate_t'(part[40:17]);
    s.target     = x.rate;
    s.rate       = (less < min_rate(c)) ? min_rate(c) : less;
    s.alpha      = x.alpha - (x.alpha >> c.g) + (17'(AlphaOne) >> c.g);
    s.time_stage = '0;
    s.byte_stage = '0;
    s.alpha_at   = now;
    s.rise_at    = now;
    return s;
  endfunction

  // A period without a notification, or so many that nothing is left.
  function automatic state_t decay(state_t x, el_regs_pkg::csr_roce_rate_t c, logic [23:0] period,
                                   logic all, el_pkg::cycles_t now);
    state_t s;
    s          = x;
    s.alpha    = all ? '0 : x.alpha - (x.alpha >> c.g);
    s.alpha_at = all ? now : x.alpha_at + el_pkg::cycles_t'(period);
    return s;
  endfunction

  // The timer or the byte counter ended: fast recovery, additive or hyper increase.
  function automatic state_t rise(state_t x, el_regs_pkg::csr_roce_rate_t c,
                                  el_regs_pkg::csr_roce_rate_steps_t steps, logic by_time,
                                  logic [23:0] period);
    state_t          s;
    logic [4:0]      most, least;
    logic [RateW:0]  up, mean;
    s = x;
    if (by_time) s.rise_at = x.rise_at + el_pkg::cycles_t'(period);
    if (by_time && x.time_stage != '1) s.time_stage = x.time_stage + 5'd1;
    if (!by_time && x.byte_stage != '1) s.byte_stage = x.byte_stage + 5'd1;
    most  = (s.time_stage > s.byte_stage) ? s.time_stage : s.byte_stage;
    least = (s.time_stage > s.byte_stage) ? s.byte_stage : s.time_stage;
    up    = {1'b0, x.target};
    if (least > 5'(c.fast)) up = up + {1'b0, steps.hyper};
    else if (most >= 5'(c.fast)) up = up + {1'b0, steps.additive};
    s.target = (up > {1'b0, c.line}) ? c.line : up[RateW-1:0];
    mean     = {1'b0, x.rate} + {1'b0, s.target} + (RateW+1)'(1);
    s.rate   = mean[RateW:1];
    return s;
  endfunction

endpackage : el_roce_rate_pkg
