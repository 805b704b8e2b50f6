// SPDX-License-Identifier: Apache-2.0
//
// Remembers posted stores that went down with their peer: nobody else could tell their sender.
//
// Latency 2 cycles; storage one bit a slot and a peer. A posted store counts as lost when its slot
// is discarded before it was acknowledged, or when it comes while its peer is not up. What a peer
// loses at once is one report, and none is added while another of the peer waits.
// EthLink specification section 2.

`include "el_assert.svh"

module el_ls_tx_lost #(
  parameter  el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned  PW  = $clog2(Cfg.Peers),
  localparam int unsigned  SW  = $clog2(Cfg.LsSlots)
) (
  input  logic                        clk_i,
  input  logic                        rst_i,

  // A command begins: in a slot, or dropped
  input  logic                        begin_valid_i,
  input  logic                        begin_posted_i,
  input  logic                        begin_drop_i,
  input  logic                        begin_new_i,      // it is the first of its slot
  input  logic [SW-1:0]               begin_slot_i,
  input  logic [PW-1:0]               begin_peer_i,

  // A slot is discarded that was not acknowledged; the slots of a peer, one after the other, end
  // with clean, and nothing is dropped in that cycle
  input  logic                        discard_valid_i,
  input  logic [SW-1:0]               discard_slot_i,
  input  logic                        clean_valid_i,
  input  logic [PW-1:0]               clean_peer_i,

  output logic                        lost_valid_o,
  input  logic                        lost_ready_i,
  output logic [el_ls_pkg::PeerW-1:0] lost_peer_o,
  output logic                        busy_o
);

  logic                 posted_q [Cfg.LsSlots];   // holds a posted store
  logic [Cfg.Peers-1:0] listed_q;
  logic                 found_q;                  // the peer at hand lost some
  logic                 drops, list, list_ready, list_v, pop;
  logic [PW-1:0]        peer, list_peer;
  logic [PW:0]          unused_count;

  assign drops = begin_valid_i && begin_drop_i && begin_posted_i;
  assign peer  = clean_valid_i ? clean_peer_i : begin_peer_i;
  assign pop   = list_v && lost_ready_i;
  assign list  = ((clean_valid_i && found_q) || drops)
              && (!listed_q[peer] || (pop && list_peer == peer));

  el_fifo #(
    .Width(PW),
    .Depth(Cfg.Peers)
  ) u_list (
    .clk_i,
    .rst_i,
    .in_valid_i (list),
    .in_ready_o (list_ready),
    .in_data_i  (peer),
    .out_valid_o(list_v),
    .out_ready_i(lost_ready_i),
    .out_data_o (list_peer),
    .count_o    (unused_count)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      listed_q <= '0;
      found_q  <= 1'b0;
    end else begin
      if (discard_valid_i && posted_q[discard_slot_i]) found_q <= 1'b1;
      else if (clean_valid_i) found_q <= 1'b0;
      if (pop) listed_q[list_peer] <= 1'b0;
      if (list) listed_q[peer] <= 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (begin_valid_i && !begin_drop_i) begin
      posted_q[begin_slot_i] <= begin_posted_i || (!begin_new_i && posted_q[begin_slot_i]);
    end
  end

  assign lost_valid_o = list_v;
  assign lost_peer_o  = el_ls_pkg::PeerW'(list_peer);
  assign busy_o       = list_v;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NothingLost_A, !list || list_ready)
  `EL_ASSERT(OneAtATime_A, !(clean_valid_i && (drops || discard_valid_i)))
  `EL_ASSERT_NEXT(ReportHeld_A, lost_valid_o && !lost_ready_i,
                  lost_valid_o && lost_peer_o == $past(lost_peer_o))

endmodule : el_ls_tx_lost
