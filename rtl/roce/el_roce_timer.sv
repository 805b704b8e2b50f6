// SPDX-License-Identifier: Apache-2.0
//
// One timer a queue pair: transport timeout or receiver-not-ready delay.
//
// Nothing moves while no timer is due: the earliest deadline is kept as a lower bound, and a pass
// over all queue pairs (one a cycle) starts when it is reached, fires what is due and finds the
// next bound. Storage Qps x 48 bits. A timer fires at its deadline or up to Qps cycles later.

`include "el_assert.svh"

module el_roce_timer #(
  parameter el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned QpW = $clog2(Cfg.Qps)
) (
  input  logic              clk_i,
  input  logic              rst_i,
  input  el_pkg::cycles_t   now_i,

  // Retirement: start again (or for the first time) and stop. Always accepted.
  input  logic              set_valid_i,
  input  logic              set_on_i,
  input  logic [QpW-1:0]    set_qpn_i,
  input  el_pkg::cycles_t   set_delay_i,

  // Segmenter: start unless it runs.
  input  logic              arm_valid_i,
  output logic              arm_ready_o,
  input  logic [QpW-1:0]    arm_qpn_i,
  input  el_pkg::cycles_t   arm_delay_i,

  // A timer ended; withdrawn when the retirement sets or stops the same timer.
  output logic              fire_valid_o,
  input  logic              fire_ready_i,
  output logic [QpW-1:0]    fire_qpn_o,

  output logic              busy_o,
  output el_pkg::cycles_t   deadline_o
);

  logic [Cfg.Qps-1:0] active_q;
  el_pkg::cycles_t    next_q, min_q, min_d, rdata, wdata;
  logic               scan_q, check_q, fire_q, arm_q;
  logic [QpW-1:0]     scan_idx_q, check_idx_q, fire_qpn_q, arm_qpn_q, waddr;
  el_pkg::cycles_t    arm_delay_q;
  logic               we, advance, due, touched_q, start, arm_now, scan_last;

  assign fire_valid_o = fire_q;
  assign fire_qpn_o   = fire_qpn_q;
  assign busy_o       = scan_q || check_q || fire_q || arm_q;
  assign deadline_o   = next_q;

  // The segmenter's request waits a cycle, so that it sees what the retirement did meanwhile.
  assign arm_ready_o = !arm_q || !set_valid_i;
  assign arm_now     = arm_q && !set_valid_i && !active_q[arm_qpn_q];

  assign we    = (set_valid_i && set_on_i) || arm_now;
  assign waddr = set_valid_i ? set_qpn_i : arm_qpn_q;
  assign wdata = now_i + (set_valid_i ? set_delay_i : arm_delay_q);

  el_ram_1r1w #(
    .Width(el_pkg::TimeW),
    .Depth(Cfg.Qps)
  ) u_deadline (
    .clk_i,
    .rst_i,
    .we_i   (we),
    .waddr_i(waddr),
    .wdata_i(wdata),
    .re_i   (scan_q && advance),
    .raddr_i(scan_idx_q),
    .rdata_o(rdata)
  );

  // check_q: rdata is the deadline of check_idx_q. touched_q: it was rewritten since it was read.
  assign due     = check_q && active_q[check_idx_q] && !touched_q &&
                   !(we && waddr == check_idx_q) && el_pkg::time_reached(now_i, rdata);
  assign advance = !(due && fire_q);
  assign scan_last = scan_idx_q == QpW'(Cfg.Qps - 1);
  assign start   = !scan_q && !check_q && next_q != el_pkg::NoDeadline &&
                   el_pkg::time_reached(now_i, next_q);

  always_comb begin
    min_d = min_q;
    if (check_q && advance && active_q[check_idx_q] && !due && !touched_q) begin
      min_d = el_pkg::deadline_min(min_d, rdata);
    end
    if (we) min_d = el_pkg::deadline_min(min_d, wdata);
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      active_q <= '0;
      next_q   <= el_pkg::NoDeadline;
      scan_q   <= 1'b0;
      check_q  <= 1'b0;
      fire_q   <= 1'b0;
      arm_q    <= 1'b0;
    end else begin
      if (arm_valid_i && arm_ready_o) arm_q <= 1'b1;
      else if (!set_valid_i) arm_q <= 1'b0;

      if (fire_q && (fire_ready_i || (set_valid_i && set_qpn_i == fire_qpn_q))) fire_q <= 1'b0;
      if (due && !fire_q) begin
        fire_q                <= 1'b1;
        active_q[check_idx_q] <= 1'b0;
      end
      if (set_valid_i) active_q[set_qpn_i] <= set_on_i;
      else if (arm_now) active_q[arm_qpn_q] <= 1'b1;

      if (start) begin
        scan_q <= 1'b1;
      end else if (scan_q && advance) begin
        scan_q  <= !scan_last;
        check_q <= 1'b1;
      end else if (check_q && advance) begin
        check_q <= 1'b0;
        next_q  <= min_d;
      end
      if (!scan_q && !check_q && !start && we) next_q <= el_pkg::deadline_min(next_q, wdata);
    end
  end

  always_ff @(posedge clk_i) begin
    if (arm_valid_i && arm_ready_o) begin
      arm_qpn_q   <= arm_qpn_i;
      arm_delay_q <= arm_delay_i;
    end
    if (start) begin
      scan_idx_q <= '0;
      min_q      <= we ? wdata : el_pkg::NoDeadline;
    end else if (scan_q || check_q) begin
      min_q <= min_d;
    end
    if (scan_q && advance) begin
      scan_idx_q  <= scan_idx_q + QpW'(1);
      check_idx_q <= scan_idx_q;
      touched_q   <= we && waddr == scan_idx_q;
    end else if (we && waddr == check_idx_q) begin
      touched_q <= 1'b1;
    end
    if (due && !fire_q) fire_qpn_q <= check_idx_q;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ScanNeedsDeadline_A, !start || next_q != el_pkg::NoDeadline)

endmodule : el_roce_timer
