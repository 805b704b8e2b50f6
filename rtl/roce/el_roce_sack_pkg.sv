// SPDX-License-Identifier: Apache-2.0
//
// What a sender with selective repeat knows about its packets, and what it sends again.
//
// Described in docs/reference/selective-repeat.md.

package el_roce_sack_pkg;

  localparam int unsigned Window  = el_roce_window_pkg::Frames;
  localparam logic [23:0] Reorder = 24'd3;  // later packets that came before one counts as lost
  localparam logic [23:0] Probes  = 24'd8;  // packets sent behind a repetition in any case

  localparam int unsigned AheadLog = 16;  // bytes that wait for the wire: 2^n

  // Scoreboard of a queue pair; written by the retirement alone.
  typedef struct packed {
    logic              active;  // packets before `high` are missing
    logic              fresh;   // none of them was sent again yet
    el_roce_pkg::psn_t high;    // behind the newest packet that came
    el_roce_pkg::psn_t base;    // everything before it came
    logic [Window-1:0] kept;    // bit i: base + i came
  } board_t;

  // What an acknowledgement makes of it.
  typedef struct packed {
    board_t board;
    logic   lost;   // packets are missing that were not sent again, and enough came behind them
    logic   maybe;  // packets are missing that were not sent again
    logic   again;  // what was sent again is lost again
    logic   oldest; // the oldest packet is among those that are sent now
  } plan_t;

  function automatic logic is_kept(board_t b, el_roce_pkg::psn_t psn);
    el_roce_pkg::psn_t at;
    at = psn - b.base;
    return at[23] || (at < 24'(Window) && b.kept[at[6:0]]);
  endfunction

  // Is a packet of [from, to) missing?
  function automatic logic hole_in(board_t b, el_roce_pkg::psn_t from, el_roce_pkg::psn_t to);
    el_roce_pkg::psn_t f, t;
    logic [Window-1:0] mask;
    f = from - b.base;
    t = to - b.base;
    if (f[23]) f = '0;
    if (t[23] || t <= f) return 1'b0;
    if (t > 24'(Window)) return 1'b1;  // nothing is kept so far behind
    mask = {Window{1'b1}} << f[6:0];
    if (t < 24'(Window)) mask &= ~({Window{1'b1}} << t[6:0]);
    return (mask & ~b.kept) != '0;
  endfunction

  function automatic el_roce_pkg::psn_t later(el_roce_pkg::psn_t a, el_roce_pkg::psn_t b);
    return el_roce_pkg::psn_before(a, b) ? b : a;
  endfunction

  // First packet that may have to be sent again.
  function automatic el_roce_pkg::psn_t first_open(board_t b, el_roce_sq_pkg::send_state_t s,
                                                   el_roce_pkg::psn_t una);
    return b.fresh ? una : later(una, s.again);
  endfunction

  // The acknowledgement came; everything before `una` is acknowledged.
  function automatic board_t learned(board_t x, el_roce_pkg::response_t ack,
                                     el_roce_pkg::psn_t una, el_roce_pkg::psn_t max);
    board_t            b;
    el_roce_pkg::psn_t high;
    b    = x;
    high = (24'(ack.newest - una) < 24'(max - una)) ? ack.newest + 24'd1 : una;
    if (ack.sack && 24'(ack.base - una) <= 24'(max - una)) begin
      if (!x.active) begin
        b = '{active: 1'b1, fresh: 1'b1, high: high, base: ack.base, kept: ack.kept};
        b.kept[0] = 1'b0;
      end else if (!el_roce_pkg::psn_before(ack.base, x.base)) begin
        b.base = ack.base;
        b.kept = (ack.base == x.base) ? x.kept | ack.kept : ack.kept;
        b.kept[0] = 1'b0;
        b.high = later(x.high, high);
      end
    end
    b.active &= el_roce_pkg::psn_before(una, b.high);
    return b;
  endfunction

  function automatic plan_t plan(board_t x, el_roce_pkg::response_t ack, el_roce_pkg::psn_t una,
                                 el_roce_sq_pkg::send_state_t s);
    plan_t             p;
    el_roce_pkg::psn_t open, sure;
    p.board = learned(x, ack, una, s.max_psn);
    open    = first_open(p.board, s, una);
    sure    = p.board.high - Reorder;
    // What the sender has not passed on its way to the front comes without being asked for.
    p.lost   = p.board.active && el_roce_pkg::psn_before(una, s.next_psn) &&
               hole_in(p.board, open,
                       el_roce_pkg::psn_before(sure, s.next_psn) ? sure : s.next_psn);
    p.maybe  = p.board.active && hole_in(p.board, open, p.board.high);
    p.again  = p.board.active && !p.board.fresh && !is_kept(p.board, una) &&
               el_roce_pkg::psn_before(una, s.again) && el_roce_pkg::psn_before(s.mark, sure);
    p.oldest = !is_kept(p.board, una) && open == una;
    return p;
  endfunction

  // The oldest packet is asked for again: when it came, the answer was lost, and comes again.
  function automatic board_t reopened(board_t x, el_roce_pkg::psn_t una);
    board_t            b;
    el_roce_pkg::psn_t back;
    b    = x;
    back = x.base - una;
    if (back[23]) begin
      if (24'(una - x.base) < 24'(Window)) b.kept[7'(una - x.base)] = 1'b0;
    end else begin
      b.base = una;
      if (back >= 24'(Window)) b.kept = '1;
      else b.kept = (x.kept << back[6:0]) | ~({Window{1'b1}} << back[6:0]);
      b.kept[0] = 1'b0;
    end
    return b;
  endfunction

  // Everything that is in flight and not known to have come counts as lost.
  function automatic board_t all_lost(board_t x, el_roce_pkg::psn_t una, el_roce_pkg::psn_t max);
    board_t b;
    b = x.active ? reopened(x, una) : '{base: una, default: '0};
    b.active = una != max;
    b.fresh  = 1'b0;
    b.high   = max;
    return b;
  endfunction

  // Sender at a packet that it sent before: is it missing, and not sent again yet?
  function automatic logic open_at(board_t b, el_roce_sq_pkg::send_state_t s);
    return b.active && !b.fresh && el_roce_pkg::psn_before(s.next_psn, b.high) &&
           !el_roce_pkg::psn_before(s.next_psn, s.again);
  endfunction

  function automatic logic passes(board_t b, el_roce_sq_pkg::send_state_t s);
    return s.next_psn != s.max_psn && !(open_at(b, s) && !is_kept(b, s.next_psn));
  endfunction

  // Do many whole packets wait for the wire already? `front` counts once one of them has left.
  function automatic logic far_ahead(el_roce_sq_pkg::send_state_t s, el_roce_pkg::psn_t una,
                                     el_roce_pkg::psn_t front, logic [2:0] mtu);
    logic [23:0] most;
    most = 24'd1 << (5'(AheadLog) - 5'd7 - 5'(mtu));
    return s.next_psn == s.max_psn && 24'(s.max_psn - una) >= most &&
           24'(s.max_psn - front) >= most;
  endfunction

  // May a new packet leave? The receiver keeps no more than a window behind a packet that is
  // missing; a few that follow a repetition show whether it came.
  function automatic logic may_send(board_t b, el_roce_sq_pkg::send_state_t s,
                                    el_roce_pkg::psn_t una);
    return !b.active || s.next_psn != s.max_psn || 24'(s.next_psn - una) < 24'(Window) ||
           (!b.fresh && 24'(s.next_psn - s.mark) < Probes);
  endfunction

endpackage : el_roce_sack_pkg
