// SPDX-License-Identifier: Apache-2.0
//
// Verdict on a request packet of a queue pair with selective repeat.
//
// What comes in order, or again, is judged as ever; what comes too early is kept if it is a WRITE
// that needs no receive request. Described in docs/reference/selective-repeat.md.

package el_roce_selective_pkg;

  typedef struct packed {
    el_roce_resp_pkg::verdict_t  v;
    logic                        write;  // the window changes
    logic                        run;    // packets behind this one may be there
    el_roce_window_pkg::window_t window;
  } verdict_t;

  // May the packet be placed before its turn?
  function automatic logic placeable(el_roce_resp_pkg::shape_t s, el_roce_resp_pkg::qp_cfg_t cfg,
                                     el_roce_resp_pkg::qp_dyn_t dyn, el_roce_resp_pkg::req_t r);
    el_roce_resp_pkg::qp_dyn_t d;
    d     = dyn;
    d.seq = el_roce_resp_pkg::SeqNone;
    return s.write && !s.imm && el_roce_resp_pkg::shape_ok(s, cfg, d, r);
  endfunction

  // `window` counts when dyn.holes is set.
  function automatic verdict_t judge(el_roce_resp_pkg::qp_cfg_t cfg,
                                     el_roce_resp_pkg::qp_dyn_t dyn, el_roce_resp_pkg::req_t r,
                                     el_roce_resp_pkg::open_t open,
                                     el_roce_window_pkg::window_t window);
    verdict_t                   x;
    el_roce_resp_pkg::shape_t   s;
    el_roce_resp_pkg::cpl_t     c;
    logic                       up, early;
    x        = '0;
    x.v      = el_roce_resp_pkg::judge(cfg, dyn, r, open);
    x.window = window;
    if (!cfg.selective) return x;

    s     = el_roce_resp_pkg::op_shape(r.opcode);
    up    = cfg.valid && !r.drop && (dyn.state == el_regs_pkg::QpStateRtr[2:0] ||
                                     dyn.state == el_regs_pkg::QpStateRts[2:0]);
    early = up && r.psn != dyn.epsn && !el_roce_pkg::psn_before(r.psn, dyn.epsn);
    // Every packet of a WRITE stands for itself.
    if (x.v.dyn.seq == el_roce_resp_pkg::SeqWrite) x.v.dyn.seq = el_roce_resp_pkg::SeqNone;

    if (early) begin
      x.write       = 1'b1;
      x.window      = el_roce_window_pkg::see(dyn.holes ? window
                                              : el_roce_window_pkg::open(dyn.epsn, r.psn), r.psn);
      x.v.dyn.holes = 1'b1;
      if (placeable(s, cfg, dyn, r) && el_roce_window_pkg::covers(x.window, r.psn) &&
          !el_roce_window_pkg::is_kept(x.window.shown, r.psn)) begin
        c        = x.v.op.cpl;
        x.window = el_roce_window_pkg::keep(x.window, r.psn, s.last);
        x.v.op   = el_roce_resp_pkg::accept(s, cfg, dyn, dyn, r);
        // If the packet is refused, the NAK names the oldest one that is missing.
        x.v.op.last         = 1'b0;
        x.v.op.cpl          = c;
        x.v.cnt.ignored     = 1'b0;
      end
      // The first one says NAK, as without selective repeat; the others repeat the last ACK.
      x.v.op.cpl.psn      = dyn.epsn;
      x.v.op.cpl.respond  = 1'b1;
      x.v.op.cpl.sack     = 1'b1;
      x.v.op.cpl.syndrome = dyn.nak_sent ? el_regs_pkg::AethSyndromeAck
                                         : el_regs_pkg::AethSyndromeNakSequence;
      x.v.op.cpl.ahead    = dyn.nak_sent ? 8'hFF : 8'h00;
    end else if (up && dyn.holes && x.v.dyn.epsn != dyn.epsn) begin
      x.run              = 1'b1;
      x.window           = el_roce_window_pkg::pass(window, 24'(x.v.dyn.epsn - dyn.epsn));
      // The answer to a READ or an atomic acknowledges it; the rest is acknowledged later.
      x.v.op.cpl.respond = !x.v.op.cpl.job;
    end else if (up && x.v.cnt.dup) begin
      x.v.op.cpl.sack = dyn.holes && x.v.op.cpl.respond;
    end
    return x;
  endfunction

endpackage : el_roce_selective_pkg
