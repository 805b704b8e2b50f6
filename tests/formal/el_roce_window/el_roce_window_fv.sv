// SPDX-License-Identifier: Apache-2.0
//
// Proof of the window of a receiver with selective repeat, and of the sender's search in its copy.
//
// The statements are about an arbitrary window and an arbitrary packet, at any base, so also across
// the wrap-around of PSNs.

`include "el_assert.svh"

module el_roce_window_fv (
  input logic         clk_i,
  input logic         rst_i,
  input logic [23:0]  base_i,
  input logic [127:0] kept_i,
  input logic [127:0] last_i,
  input logic [7:0]   at_i,     // an arbitrary packet, from the base on
  input logic [6:0]   other_i,  // one that comes
  input logic [7:0]   span_i,   // the base moves by so many
  input logic [7:0]   from_i,   // a search, from the base on
  input logic [7:0]   to_i
);

  el_roce_window_pkg::window_t w, kept, passed;
  el_roce_window_pkg::run_t    r;
  el_roce_sack_pkg::board_t    b;
  el_roce_pkg::psn_t           psn, other;
  logic                        is_in;   // of the arbitrary packet
  logic                        was, found;

  always_comb begin
    w            = '0;
    w.shown.base = base_i;
    w.shown.seen = base_i;
    w.shown.kept = kept_i;
    w.last       = last_i;
    b            = '0;
    b.base       = base_i;
    b.kept       = kept_i;
  end

  assign psn    = base_i + 24'(at_i);
  assign other  = base_i + 24'(other_i);
  assign is_in  = at_i < 8'd128;
  assign was    = el_roce_window_pkg::is_kept(w.shown, psn);
  assign r      = el_roce_window_pkg::run(w);
  assign kept   = el_roce_window_pkg::keep(w, other, 1'b1);
  assign passed = el_roce_window_pkg::pass(w, 24'(span_i));
  assign found  = el_roce_sack_pkg::hole_in(b, base_i + 24'(from_i), base_i + 24'(to_i));

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(KeptIsKnown_A, el_roce_window_pkg::is_kept(kept.shown, psn) ==
             (was || psn == other))
  `EL_ASSERT(PassForgetsNothing_A, !is_in || at_i < span_i ||
             el_roce_window_pkg::is_kept(passed.shown, psn) == was)
  `EL_ASSERT(PassMovesTheBase_A, passed.shown.base == base_i + 24'(span_i))
  `EL_ASSERT(RunPassesWhatIsKept_A, at_i >= r.packets || was)
  `EL_ASSERT(RunEndsAtAHole_A, r.more ? r.packets == 8'd32 : !r.left.shown.kept[0])
  `EL_ASSERT(RunForgetsNothing_A, !is_in || at_i < r.packets ||
             el_roce_window_pkg::is_kept(r.left.shown, psn) == was)
  `EL_ASSERT(RunCountsMessages_A, r.messages <= r.packets)
  `EL_ASSERT(HoleIsFound_A, at_i < from_i || at_i >= to_i || was || found)
  `EL_ASSERT(NothingIsFoundThatIsKept_A, to_i != from_i + 8'd1 || from_i == 8'hFF ||
             at_i != from_i || found == !was)
  `EL_COVER(RunOverAll_C, r.packets == 8'd32 && r.messages == 8'd3)

endmodule : el_roce_window_fv
