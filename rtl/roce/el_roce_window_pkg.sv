// SPDX-License-Identifier: Apache-2.0
//
// What a receiver with selective repeat keeps of packets that came before their turn.
//
// Described in docs/reference/selective-repeat.md.

package el_roce_window_pkg;

  localparam int unsigned Frames = 128;  // from the oldest missing packet on
  localparam int unsigned Step   = 32;   // packets that one call of run() passes

  // What an acknowledgement shows; bit i is about base + i, and bit 0 is never set at rest.
  typedef struct packed {
    el_roce_pkg::psn_t base;  // oldest PSN that is missing
    el_roce_pkg::psn_t seen;  // newest PSN that came
    logic [Frames-1:0] kept;
  } shown_t;

  typedef struct packed {
    shown_t            shown;
    logic [Frames-1:0] last;  // the packet ends a message
  } window_t;

  // Packets from the base on that are there.
  typedef struct packed {
    window_t    left;
    logic [7:0] packets;
    logic [7:0] messages;
    logic       more;      // there may be others: call again
  } run_t;

  // Nothing came but this packet.
  function automatic window_t open(el_roce_pkg::psn_t base, el_roce_pkg::psn_t seen);
    window_t w;
    w            = '0;
    w.shown.base = base;
    w.shown.seen = seen;
    return w;
  endfunction

  function automatic window_t see(window_t x, el_roce_pkg::psn_t psn);
    window_t w;
    w = x;
    if (el_roce_pkg::psn_before(x.shown.seen, psn)) w.shown.seen = psn;
    return w;
  endfunction

  function automatic logic covers(window_t w, el_roce_pkg::psn_t psn);
    return 24'(psn - w.shown.base) < 24'(Frames);
  endfunction

  // Is the packet there, or may it be forgotten? Only of a PSN inside.
  function automatic logic is_kept(shown_t s, el_roce_pkg::psn_t psn);
    el_roce_pkg::psn_t at;
    at = psn - s.base;
    return at[23] || (at < 24'(Frames) && s.kept[at[6:0]]);
  endfunction

  function automatic window_t keep(window_t x, el_roce_pkg::psn_t psn, logic last);
    window_t    w;
    logic [6:0] at;
    w  = x;
    at = 7'(psn - x.shown.base);
    w.shown.kept[at] = 1'b1;
    w.last[at]       = last;
    return w;
  endfunction

  // The base moves on.
  function automatic window_t pass(window_t x, logic [23:0] packets);
    window_t w;
    w            = x;
    w.shown.base = x.shown.base + packets;
    if (packets >= 24'(Frames)) begin
      w.shown.kept = '0;
      w.last       = '0;
    end else begin
      w.shown.kept = x.shown.kept >> packets[6:0];
      w.last       = x.last >> packets[6:0];
    end
    return w;
  endfunction

  function automatic run_t run(window_t x);
    run_t r;
    r          = '0;
    r.more     = 1'b1;
    for (int unsigned i = 0; i < Step; i++) begin
      r.more &= x.shown.kept[i];
      r.packets  += 8'(r.more);
      r.messages += 8'(r.more && x.last[i]);
    end
    r.left = pass(x, 24'(r.packets));
    return r;
  endfunction

  // Something behind the base came.
  function automatic logic holes(shown_t s);
    return !el_roce_pkg::psn_before(s.seen, s.base);
  endfunction

endpackage : el_roce_window_pkg
