// SPDX-License-Identifier: Apache-2.0
//
// Doorbell pages: queue doorbells, pushed descriptors, and the report of bad doorbells.
//
// Latency: line write to record 1 cycle; throughput 1 write a cycle; storage 8 doorbells a kind.
// A full queue holds the AXI write, so nothing is lost.
// A context's bad doorbell raises one event until software has handed back events of queue 0:
// a hostile context cannot fill the event queue of the others.
// Contract: docs/reference/host-interface.md, "Doorbells".

`include "el_assert.svh"

module el_doorbell #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  parameter  int unsigned  Finders = 1,             // others that find bad doorbells
  localparam int unsigned  Ctxs = Cfg.Ctxs,
  localparam int unsigned  CtxW = $clog2(Ctxs)
) (
  input  logic                  clk_i,
  input  logic                  rst_i,

  // Line writes of the doorbell region
  input  logic                  wr_valid_i,
  output logic                  wr_ready_o,
  input  el_host_pkg::line_wr_t wr_i,

  // Records, from flops
  output logic                  sqdb_valid_o,
  input  logic                  sqdb_ready_i,
  output el_host_pkg::qdb_t     sqdb_o,
  output logic                  rqdb_valid_o,
  input  logic                  rqdb_ready_i,
  output el_host_pkg::qdb_t     rqdb_o,
  output logic                  cqdb_valid_o,
  input  logic                  cqdb_ready_i,
  output el_host_pkg::cqdb_t    cqdb_o,
  output logic                  sqpush_valid_o,
  input  logic                  sqpush_ready_i,
  output el_host_pkg::push_t    sqpush_o,
  output logic                  lspush_valid_o,
  input  logic                  lspush_ready_i,
  output el_host_pkg::push_t    lspush_o,

  // Bad doorbells that others found (pulses), events, and permission to report again
  input  logic [Finders-1:0]       bad_valid_i,
  input  logic [Finders-1:0][15:0] bad_ctx_i,
  input  logic                  rearm_i,       // pulse: software consumed events of queue 0
  output logic                  eqe_valid_o,
  input  logic                  eqe_ready_i,
  output el_pkg::eqe_req_t      eqe_o,

  output logic                  bad_doorbell_o,  // pulse: counted
  output logic                  doorbell_o,      // pulse: counted
  output logic                  busy_o
);

  // ---------------------------------------------------------------------------------------------
  // Decode
  // ---------------------------------------------------------------------------------------------

  logic [11:0]     ctx_page;
  logic [CtxW-1:0] ctx;
  logic            known, line0, sq_area, ls_area, whole;
  logic            is_sq, is_rq, is_cq, is_sqpush, is_lspush, odd, fire;
  logic            sq_ready, rq_ready, cq_ready, sqpush_in_ready, lspush_in_ready;
  logic            sqpush_bad, lspush_bad, sqpush_busy, lspush_busy;
  logic [3:0]      sq_count, rq_count, cq_count;
  logic            unused_wr;

  assign ctx_page  = wr_i.addr[23:12] - el_regs_pkg::BarDoorbells[23:12];
  assign ctx       = ctx_page[CtxW-1:0];
  assign known     = ctx_page < 12'(Ctxs);
  assign line0     = known && wr_i.addr[11:6] == '0;
  assign sq_area   = known && wr_i.addr[11:10] == el_regs_pkg::DbSqPush[11:10];
  assign ls_area   = known && wr_i.addr[11:10] == el_regs_pkg::DbLsPush[11:10];
  assign whole     = &wr_i.strb;
  assign is_sq     = line0 && wr_i.strb[7:0] == '1;
  assign is_rq     = line0 && wr_i.strb[15:8] == '1;
  assign is_cq     = line0 && wr_i.strb[23:16] == '1;
  assign is_sqpush = sq_area;
  assign is_lspush = ls_area;
  // Half a doorbell, or nothing that is known at this place.
  assign odd       = wr_i.strb != '0 &&
                     (line0 ? !(is_sq || wr_i.strb[7:0] == '0) ||
                              !(is_rq || wr_i.strb[15:8] == '0) ||
                              !(is_cq || wr_i.strb[23:16] == '0) || wr_i.strb[63:24] != '0
                            : !(sq_area || ls_area));

  assign wr_ready_o = (!is_sq || sq_ready) && (!is_rq || rq_ready) && (!is_cq || cq_ready) &&
                      (!is_sqpush || sqpush_in_ready) && (!is_lspush || lspush_in_ready);
  assign fire       = wr_valid_i && wr_ready_o;
  assign unused_wr  = ^wr_i.addr[5:0];

  // ---------------------------------------------------------------------------------------------
  // Queues
  // ---------------------------------------------------------------------------------------------

  el_host_pkg::qdb_t  sq_in, rq_in;
  el_host_pkg::cqdb_t cq_in;

  assign sq_in = '{ctx: 8'(ctx), qpn: wr_i.data[23:0], producer: wr_i.data[47:32]};
  assign rq_in = '{ctx: 8'(ctx), qpn: wr_i.data[64+23:64], producer: wr_i.data[64+47:64+32]};
  assign cq_in = '{ctx: 8'(ctx), cqn: wr_i.data[128+23:128], arm: wr_i.data[128+25:128+24],
                   consumer: wr_i.data[128+63:128+32]};

  el_fifo #(
    .Width($bits(el_host_pkg::qdb_t)),
    .Depth(8)
  ) u_sq (
    .clk_i,
    .rst_i,
    .in_valid_i (fire && is_sq),
    .in_ready_o (sq_ready),
    .in_data_i  (sq_in),
    .out_valid_o(sqdb_valid_o),
    .out_ready_i(sqdb_ready_i),
    .out_data_o (sqdb_o),
    .count_o    (sq_count)
  );

  el_fifo #(
    .Width($bits(el_host_pkg::qdb_t)),
    .Depth(8)
  ) u_rq (
    .clk_i,
    .rst_i,
    .in_valid_i (fire && is_rq),
    .in_ready_o (rq_ready),
    .in_data_i  (rq_in),
    .out_valid_o(rqdb_valid_o),
    .out_ready_i(rqdb_ready_i),
    .out_data_o (rqdb_o),
    .count_o    (rq_count)
  );

  el_fifo #(
    .Width($bits(el_host_pkg::cqdb_t)),
    .Depth(8)
  ) u_cq (
    .clk_i,
    .rst_i,
    .in_valid_i (fire && is_cq),
    .in_ready_o (cq_ready),
    .in_data_i  (cq_in),
    .out_valid_o(cqdb_valid_o),
    .out_ready_i(cqdb_ready_i),
    .out_data_o (cqdb_o),
    .count_o    (cq_count)
  );

  el_push #(
    .Ctxs     (Ctxs),
    .UnitsByte(3)
  ) u_sqpush (
    .clk_i,
    .rst_i,
    .unit_valid_i(wr_valid_i && is_sqpush),
    .unit_ready_o(sqpush_in_ready),
    .unit_ctx_i  (ctx),
    .unit_k_i    (wr_i.addr[9:6]),
    .unit_whole_i(whole),
    .unit_data_i (wr_i.data),
    .push_valid_o(sqpush_valid_o),
    .push_ready_i(sqpush_ready_i),
    .push_o      (sqpush_o),
    .bad_o       (sqpush_bad),
    .busy_o      (sqpush_busy)
  );

  el_push #(
    .Ctxs     (Ctxs),
    .UnitsByte(1)
  ) u_lspush (
    .clk_i,
    .rst_i,
    .unit_valid_i(wr_valid_i && is_lspush),
    .unit_ready_o(lspush_in_ready),
    .unit_ctx_i  (ctx),
    .unit_k_i    (wr_i.addr[9:6]),
    .unit_whole_i(whole),
    .unit_data_i (wr_i.data),
    .push_valid_o(lspush_valid_o),
    .push_ready_i(lspush_ready_i),
    .push_o      (lspush_o),
    .bad_o       (lspush_bad),
    .busy_o      (lspush_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Bad doorbells
  // ---------------------------------------------------------------------------------------------

  logic [Ctxs-1:0] report_q, muted_q, bad_now, grant;
  logic [CtxW-1:0] pick;
  logic            any, own_bad, event_valid_q, event_free;
  logic [CtxW-1:0] event_ctx_q;

  assign own_bad = sqpush_bad || lspush_bad || (fire && odd && known);

  always_comb begin
    bad_now = '0;
    if (own_bad) bad_now[ctx] = 1'b1;
    for (int f = 0; f < int'(Finders); f++) begin
      if (bad_valid_i[f] && 32'(bad_ctx_i[f]) < Ctxs) bad_now[bad_ctx_i[f][CtxW-1:0]] = 1'b1;
    end
  end

  el_arbiter_rr #(
    .N(Ctxs)
  ) u_report_arb (
    .clk_i,
    .rst_i,
    .req_i        (report_q),
    .advance_i    (event_free),
    .grant_o      (grant),
    .grant_idx_o  (pick),
    .grant_valid_o(any)
  );

  // Several may be found in one cycle; they are counted one a cycle.
  localparam int unsigned BadW = 8;
  logic [BadW-1:0] bad_left_q, bad_left;

  always_comb begin
    bad_left = bad_left_q;
    if (bad_left_q < BadW'(128)) begin  // a storm is counted short
      bad_left = bad_left + BadW'(own_bad || (fire && !known));
      for (int f = 0; f < int'(Finders); f++) bad_left = bad_left + BadW'(bad_valid_i[f]);
    end
  end

  assign event_free = !event_valid_q || eqe_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      report_q       <= '0;
      muted_q        <= '0;
      bad_left_q     <= '0;
      event_valid_q  <= 1'b0;
      bad_doorbell_o <= 1'b0;
      doorbell_o     <= 1'b0;
    end else begin
      bad_doorbell_o <= bad_left != '0;
      bad_left_q     <= bad_left - BadW'(bad_left != '0);
      doorbell_o     <= fire;
      if (event_free) event_valid_q <= any;
      report_q <= (report_q & ~(event_free ? grant : '0)) |
                  (bad_now & ~(rearm_i ? '0 : muted_q));
      muted_q  <= (rearm_i ? '0 : muted_q) | bad_now;
    end
  end

  always_ff @(posedge clk_i) begin
    if (event_free && any) event_ctx_q <= pick;
  end

  assign eqe_valid_o = event_valid_q;
  assign eqe_o.eqn   = '0;
  assign eqe_o.eqe   = el_host_pkg::make_eqe(el_regs_pkg::EqeTypeBadDoorbell, 8'd0,
                                             32'(event_ctx_q));
  assign busy_o      = sq_count != '0 || rq_count != '0 || cq_count != '0 || sqpush_busy ||
                       lspush_busy || report_q != '0 || event_valid_q || bad_left_q != '0 ||
                       bad_doorbell_o || doorbell_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(BadCountFits_A, bad_left_q < BadW'(129 + Finders))
  `EL_ASSERT_NEXT(SqDoorbellHeld_A, sqdb_valid_o && !sqdb_ready_i,
                  sqdb_valid_o && sqdb_o == $past(sqdb_o))
  `EL_ASSERT_NEXT(EventHeld_A, eqe_valid_o && !eqe_ready_i,
                  eqe_valid_o && eqe_o == $past(eqe_o))

endmodule : el_doorbell
