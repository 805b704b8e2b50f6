// SPDX-License-Identifier: Apache-2.0
//
// Rate control of the sending side (DCQCN reaction point): which queue pair rests, and how long.
//
// A queue pair without notifications is not touched. A limited one has a send time that every
// packet moves on; when it is further ahead than a burst, the queue pair rests until then.
// Latency: a packet counts 2 cycles after it was cut, meanwhile `wait_o` holds its queue pair.
// Throughput one packet a cycle; storage Qps x 162 bits beside states and timers.
// What a queue pair is ahead counts in bytes: a rate that changes while it rests changes the rest.
// Wake-ups come at their time or up to Qps cycles later; what is lost that way is caught up.
// Rules: docs/reference/congestion.md.

`include "el_assert.svh"

module el_roce_rate #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Reads = 3,
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                       clk_i,
  input  logic                       rst_i,
  input  el_pkg::cycles_t            now_i,
  input  el_roce_rate_pkg::cfg_t     cfg_i,

  // Notifications; never refused
  input  logic                       cnp_valid_i,
  input  logic [QpW-1:0]             cnp_qpn_i,

  // Packets as they are cut
  input  logic                       sent_valid_i,
  input  logic [QpW-1:0]             sent_qpn_i,
  input  logic [12:0]                sent_bytes_i,   // payload

  // Packets as they leave; none that was cut is left inside
  input  logic                       left_valid_i,
  input  logic [13:0]                left_bytes_i,
  input  logic                       none_left_i,

  // A queue pair is destroyed or reset
  input  logic                       forget_valid_i,
  input  logic [QpW-1:0]             forget_qpn_i,

  // Who must rest, combinational; [0] may also have to wait before its next packet
  input  logic [Reads-1:0][QpW-1:0]  rd_qpn_i,
  output logic [Reads-1:0]           rd_hold_o,
  output logic                       wait_o,

  // A queue pair may go on
  output logic                       wake_valid_o,
  input  logic                       wake_ready_i,
  output logic [QpW-1:0]             wake_qpn_o,

  output logic                       cut_o,
  output el_pkg::cycles_t            deadline_o,
  output logic                       busy_o
);

  // What a wake-up may be late: a pass of the timer over all queue pairs, and another one's turn.
  localparam int unsigned Slack  = 4 * Cfg.Qps;
  localparam int unsigned SendW  = el_pkg::TimeW + el_roce_rate_pkg::FracW;
  localparam int unsigned BytesW = 14;
  localparam int unsigned CostW  = BytesW + el_roce_rate_pkg::GapW - 8;

  typedef logic [SendW-1:0] send_t;  // cycles with a fraction

  logic [Cfg.Qps-1:0]     limited_q;  // has a rate below that of the link
  logic [Cfg.Qps-1:0]     fresh_q;    // its send time and bytes are to be started
  logic [Cfg.Qps-1:0]     hold_q;     // rests
  logic [Cfg.Qps-1:0]     cut_q;      // a notification waits for the update
  logic [Cfg.Qps-1:0]     bytes_q;    // so does the end of the byte counter
  el_roce_rate_pkg::gap_t gap_q  [Cfg.Qps];
  el_pkg::cycles_t        due_q  [Cfg.Qps];
  send_t                  send_q [Cfg.Qps];
  logic [31:0]            count_q [Cfg.Qps];

  ////////////////////////////////
  // Packets move the send time //
  ////////////////////////////////

  logic              s1_valid_q, s1_void;
  logic [QpW-1:0]    s1_qpn_q;
  logic [BytesW-1:0] s1_bytes_q, wire_bytes;
  logic [CostW-1:0]  s1_cost_q;

  assign wire_bytes = BytesW'(sent_bytes_i) + BytesW'(el_roce_rate_pkg::WireOverhead);

  function automatic logic [CostW-1:0] cost(logic [BytesW-1:0] bytes, el_roce_rate_pkg::gap_t gap);
    return CostW'(((CostW + 8)'(bytes) * (CostW + 8)'(gap)) >> 8);
  endfunction

  logic  enable;
  assign enable = cfg_i.rate.enable;

  always_ff @(posedge clk_i) begin
    if (rst_i) s1_valid_q <= 1'b0;
    else s1_valid_q <= sent_valid_i && limited_q[sent_qpn_i] && enable;
    if (sent_valid_i && limited_q[sent_qpn_i]) begin
      s1_qpn_q   <= sent_qpn_i;
      s1_bytes_q <= wire_bytes;
      s1_cost_q  <= cost(wire_bytes, gap_q[sent_qpn_i]);
    end
  end

  // The send time after this packet; one far behind has lost its claim.
  function automatic send_t moved(send_t at, logic fresh, el_pkg::cycles_t now,
                                  logic [CostW-1:0] c);
    el_pkg::cycles_t late;
    send_t           from;
    late = now - at[SendW-1:el_roce_rate_pkg::FracW];
    from = at;
    if (fresh) from = {now, el_roce_rate_pkg::FracW'(0)};
    else if (!late[el_pkg::TimeW-1] && late > el_pkg::cycles_t'(Slack)) begin
      from = {now - el_pkg::cycles_t'(Slack), el_roce_rate_pkg::FracW'(0)};
    end
    return from + send_t'(c);
  endfunction

  send_t           send_d;
  logic [32:0]     count_d;
  el_pkg::cycles_t ahead;
  logic            counted, rests, asks;

  always_comb begin
    send_d  = '0;
    count_d = '0;
    if (s1_valid_q) begin
      send_d  = moved(send_q[s1_qpn_q], fresh_q[s1_qpn_q], now_i, s1_cost_q);
      count_d = (fresh_q[s1_qpn_q] ? 33'd0 : 33'(count_q[s1_qpn_q])) + 33'(s1_bytes_q);
    end
  end

  assign ahead   = send_d[SendW-1:el_roce_rate_pkg::FracW] - now_i;
  assign rests   = s1_valid_q && !ahead[el_pkg::TimeW-1] && ahead != '0 &&
                   ahead >= el_pkg::cycles_t'(cfg_i.bytes.burst);
  assign counted = cfg_i.bytes.count != '0 && count_d >= {1'b0, cfg_i.bytes.count};
  assign s1_void = forget_valid_i && forget_qpn_i == s1_qpn_q;
  // Once refused, the next packet asks again.
  assign asks    = s1_valid_q && !s1_void &&
                   (counted || bytes_q[s1_qpn_q] ||
                    (cfg_i.timers.increase != '0 &&
                     el_pkg::time_reached(now_i, due_q[s1_qpn_q])));

  /////////////
  // Updates //
  /////////////

  logic [2:0]              enq_valid, enq_ready;
  logic [2:0][QpW-1:0]     enq_qpn;
  logic                    pop_valid, pop_ready, pop, cnp_now, update_busy;
  logic                    done_valid, done, done_limited, fire_valid, fire_early;
  logic [QpW-1:0]          pop_qpn, done_qpn, fire_qpn;
  el_roce_rate_pkg::rate_t done_was;
  el_roce_rate_pkg::gap_t  done_gap;
  el_pkg::cycles_t         done_due;

  assign enq_valid = {fire_valid && fire_early, asks, cnp_valid_i && enable};
  assign enq_qpn   = {fire_qpn, s1_qpn_q, cnp_qpn_i};
  assign pop       = pop_valid && pop_ready;
  // A notification in the cycle in which its queue pair is taken out of the queue.
  assign cnp_now   = cnp_valid_i && enable && cnp_qpn_i == pop_qpn;

  el_roce_sq_sched #(
    .Cfg    (Cfg),
    .Sources(3)
  ) u_asking (
    .clk_i,
    .rst_i,
    .enq_valid_i(enq_valid),
    .enq_ready_o(enq_ready),
    .enq_qpn_i  (enq_qpn),
    .pop_valid_o(pop_valid),
    .pop_ready_i(pop_ready),
    .pop_qpn_o  (pop_qpn)
  );

  el_roce_rate_update #(
    .Cfg(Cfg)
  ) u_update (
    .clk_i,
    .rst_i,
    .now_i,
    .cfg_i,
    .start_valid_i (pop_valid),
    .start_ready_o (pop_ready),
    .start_qpn_i   (pop_qpn),
    .start_known_i (limited_q[pop_qpn]),
    .start_cut_i   (cut_q[pop_qpn] || cnp_now),
    .start_bytes_i (bytes_q[pop_qpn]),
    .forget_valid_i,
    .forget_qpn_i,
    .done_valid_o  (done_valid),
    .done_ready_i  (done),
    .done_qpn_o    (done_qpn),
    .done_limited_o(done_limited),
    .done_was_o    (done_was),
    .done_gap_o    (done_gap),
    .done_due_o    (done_due),
    .cut_o,
    .busy_o        (update_busy)
  );

  // A new rate takes two cycles: what the queue pair is ahead in bytes, and how long that is at the
  // new rate.
  localparam int unsigned AheadW = 32;  // cycles or bytes with a fraction; more is cut off

  function automatic logic [AheadW-1:0] to_bytes(send_t at, el_pkg::cycles_t now,
                                                 el_roce_rate_pkg::rate_t rate);
    send_t                                     d;
    logic [AheadW-1:0]                         t;
    logic [AheadW+el_roce_rate_pkg::RateW-1:0] b;
    d = at - {now, el_roce_rate_pkg::FracW'(0)};
    t = d[SendW-1] ? '0 : (d[SendW-1:AheadW] != '0) ? '1 : d[AheadW-1:0];
    b = ((AheadW + el_roce_rate_pkg::RateW)'(t) * (AheadW + el_roce_rate_pkg::RateW)'(rate)) >> 16;
    return (b[AheadW+el_roce_rate_pkg::RateW-1:AheadW] != '0) ? '1 : b[AheadW-1:0];
  endfunction

  function automatic send_t to_cycles(logic [AheadW-1:0] bytes, el_roce_rate_pkg::gap_t gap);
    return (send_t'(bytes) * send_t'(gap)) >> 16;
  endfunction

  logic              scaled_q, done_held, done_set;
  logic [AheadW-1:0] debt_q;
  send_t             scaled;

  assign done      = done_valid && scaled_q && !s1_valid_q;
  assign done_held = hold_q[done_qpn];
  assign done_set  = done && done_held;
  assign scaled    = (done_set && done_limited) ? to_cycles(debt_q, done_gap) : '0;

  always_ff @(posedge clk_i) begin
    if (rst_i) scaled_q <= 1'b0;
    else scaled_q <= done_valid && !done && !(s1_valid_q && s1_qpn_q == done_qpn);
    if (done_valid && !scaled_q) debt_q <= to_bytes(send_q[done_qpn], now_i, done_was);
  end

  /////////////
  // Rests   //
  /////////////

  logic            fire_ready, timer_busy, unused_arm_ready;
  el_pkg::cycles_t fire_ahead, rest_ahead, rest_due, until_due;

  // A rest ends for a look at the rate, too.
  assign rest_ahead = done_set ? scaled[SendW-1:el_roce_rate_pkg::FracW] : ahead;
  assign rest_due   = (done_set ? done_due : due_q[s1_qpn_q]) - now_i;
  assign until_due  = rest_due[el_pkg::TimeW-1] ? '0 : rest_due;

  el_roce_timer #(
    .Cfg(Cfg)
  ) u_timer (
    .clk_i,
    .rst_i,
    .now_i,
    .set_valid_i (rests || done_set),
    .set_on_i    (1'b1),
    .set_qpn_i   (done_set ? done_qpn : s1_qpn_q),
    .set_delay_i ((cfg_i.timers.increase != '0 && until_due < rest_ahead) ? until_due
                                                                          : rest_ahead),
    .arm_valid_i (1'b0),
    .arm_ready_o (unused_arm_ready),
    .arm_qpn_i   ('0),
    .arm_delay_i ('0),
    .fire_valid_o(fire_valid),
    .fire_ready_i(fire_ready),
    .fire_qpn_o  (fire_qpn),
    .busy_o      (timer_busy),
    .deadline_o
  );

  // A timer of an earlier life wakes nobody; one that is set in this cycle is withdrawn.
  assign fire_ahead   = send_q[fire_qpn][SendW-1:el_roce_rate_pkg::FracW] - now_i;
  assign fire_early   = hold_q[fire_qpn] && limited_q[fire_qpn] &&
                        !fire_ahead[el_pkg::TimeW-1] && fire_ahead != '0;
  assign wake_valid_o = fire_valid && hold_q[fire_qpn] && !fire_early &&
                        !(done_set && done_qpn == fire_qpn);
  assign wake_qpn_o   = fire_qpn;
  assign fire_ready   = !hold_q[fire_qpn] || (fire_early ? enq_ready[2] : wake_ready_i);

  for (genvar i = 0; i < Reads; i++) begin : gen_read
    assign rd_hold_o[i] = hold_q[rd_qpn_i[i]];
  end

  // What was cut before a notification came cannot be held back any more, so little is cut ahead of
  // the wire. Packets that are dropped inside are not counted back before all is empty.
  logic [23:0] inside_q, inside_in, inside_out;
  logic        enough;
  assign inside_in  = inside_q + (sent_valid_i ? 24'(sent_bytes_i) : '0);
  assign inside_out = left_valid_i ? 24'(left_bytes_i) : '0;
  assign enough     = enable && cfg_i.bytes.ahead != '0 &&
                      inside_q >= {cfg_i.bytes.ahead, 8'b0};

  always_ff @(posedge clk_i) begin
    if (rst_i || (none_left_i && !sent_valid_i)) inside_q <= '0;
    else if (sent_valid_i || left_valid_i) begin
      inside_q <= (inside_in > inside_out) ? inside_in - inside_out : '0;
    end
  end

  assign wait_o = enough || (s1_valid_q && s1_qpn_q == rd_qpn_i[0]);

  ////////////
  // Tables //
  ////////////

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      limited_q <= '0;
      hold_q    <= '0;
      cut_q     <= '0;
      bytes_q   <= '0;
    end else begin
      if (pop) bytes_q[pop_qpn] <= 1'b0;
      if (done) limited_q[done_qpn] <= done_limited;
      if (wake_valid_o && wake_ready_i) hold_q[fire_qpn] <= 1'b0;
      if (rests) hold_q[s1_qpn_q] <= 1'b1;
      if (s1_valid_q && counted) bytes_q[s1_qpn_q] <= 1'b1;
      if (cnp_valid_i && enable) cut_q[cnp_qpn_i] <= 1'b1;
      if (pop) cut_q[pop_qpn] <= 1'b0;
      if (forget_valid_i) begin
        limited_q[forget_qpn_i] <= 1'b0;
        hold_q[forget_qpn_i]    <= 1'b0;
        cut_q[forget_qpn_i]     <= 1'b0;
        bytes_q[forget_qpn_i]   <= 1'b0;
      end
    end
    if (s1_valid_q) begin
      fresh_q[s1_qpn_q] <= 1'b0;
      send_q[s1_qpn_q]  <= send_d;
      count_q[s1_qpn_q] <= counted ? 32'(count_d - {1'b0, cfg_i.bytes.count}) : count_d[31:0];
    end
    if (done_set) send_q[done_qpn] <= {now_i, el_roce_rate_pkg::FracW'(0)} + scaled;
    if (done) begin
      gap_q[done_qpn] <= done_gap;
      due_q[done_qpn] <= done_due;
      if (!limited_q[done_qpn]) fresh_q[done_qpn] <= 1'b1;
    end
  end

  logic unused_enq;  // notifications are always taken, a packet asks again
  assign unused_enq = ^enq_ready[1:0];

  assign busy_o = s1_valid_q || pop_valid || update_busy || timer_busy || inside_q != '0;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(HeldIsNotSending_A, !sent_valid_i || !hold_q[sent_qpn_i])
  `EL_ASSERT(OnePacketAtATime_A, !(sent_valid_i && s1_valid_q && limited_q[sent_qpn_i]) ||
             sent_qpn_i != s1_qpn_q)

endmodule : el_roce_rate
