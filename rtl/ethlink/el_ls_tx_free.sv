// SPDX-License-Identifier: Apache-2.0
//
// Gives transmit slots back, tells the scheduler to send again, and empties the flows of a peer.
//
// One slot a cycle. Flows with work wait in a FIFO, each at most once. A peer that went down or is
// removed is emptied between two of them: its slots are discarded, acknowledged or not, then each
// of its flows starts at PSN 0 again. A new peer is only started. EthLink specification section 2.

`include "el_assert.svh"

module el_ls_tx_free #(
  parameter  el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned  PW  = $clog2(Cfg.Peers),
  localparam int unsigned  FW  = PW + 2
) (
  input  logic               clk_i,
  input  logic               rst_i,

  // A flow has slots to free or is to be sent again
  input  logic               work_valid_i,
  input  logic [FW-1:0]      work_flow_i,
  input  logic               work_rewind_i,

  // Peers to be emptied (discard) or started; each at most once until it is clean
  input  logic               dirty_valid_i,
  input  logic [PW-1:0]      dirty_peer_i,
  input  logic               dirty_discard_i,
  output logic               clean_valid_o,
  input  logic               clean_ready_i,  // within a few cycles
  output logic [PW-1:0]      clean_peer_o,

  // State of the flow at hand, answered in the same cycle
  output logic [FW-1:0]      flow_o,
  input  logic [15:0]        acked_i,
  input  logic [7:0]         window_i,
  input  logic [15:0]        end_i,          // next PSN to be allocated
  input  logic               mid_i,          // a command is half written

  // Slot of {flow_o, psn_o} comes back
  output logic               free_valid_o,
  output logic               free_discard_o,
  output logic               free_lost_o,    // it was not acknowledged
  output logic [15:0]        free_psn_o,
  output logic               clr_valid_o,    // the flow starts at PSN 0 again
  output logic [FW-1:0]      clr_flow_o,

  output logic               poke_valid_o,
  input  logic               poke_ready_i,
  output logic               poke_rewind_o,

  // Oldest PSN that holds a slot, answered in the same cycle
  input  logic [1:0][FW-1:0] una_flow_i,
  output logic [1:0][15:0]   una_o,
  // A rewind of the flow waits here
  input  logic [FW-1:0]      look_flow_i,
  output logic               look_rewind_o,

  output logic               busy_o
);

  typedef enum logic [2:0] {StRun, StSettle, StDiscard, StClear, StClean} state_e;

  localparam int unsigned Flows  = 2 ** FW;
  // Cycles until what was decided while the peer was up has arrived everywhere.
  localparam logic [1:0]  Settle = 2'd3;

  logic [15:0]      una_q [Flows];
  logic [Flows-1:0] queued_q, rewind_q;

  state_e        state_q;
  logic [1:0]    vc_q, settle_q;
  logic          push, pop, work_v, work_ready, dirty_ready, dirty_v, dirty_pop, dirty_discard;
  logic          run, step, at_end, poke;
  logic [FW-1:0] work_flow;
  logic [PW-1:0] dirty_peer;
  logic [15:0]   una;
  logic [FW:0]   unused_work;
  logic [PW:0]   unused_dirty;

  assign push = work_valid_i && (!queued_q[work_flow_i] || (pop && work_flow == work_flow_i));

  el_fifo #(
    .Width(FW),
    .Depth(Flows)
  ) u_work (
    .clk_i,
    .rst_i,
    .in_valid_i (push),
    .in_ready_o (work_ready),
    .in_data_i  (work_flow_i),
    .out_valid_o(work_v),
    .out_ready_i(pop),
    .out_data_o (work_flow),
    .count_o    (unused_work)
  );

  el_fifo #(
    .Width(PW + 1),
    .Depth(Cfg.Peers)
  ) u_dirty (
    .clk_i,
    .rst_i,
    .in_valid_i (dirty_valid_i),
    .in_ready_o (dirty_ready),
    .in_data_i  ({dirty_discard_i, dirty_peer_i}),
    .out_valid_o(dirty_v),
    .out_ready_i(dirty_pop),
    .out_data_o ({dirty_discard, dirty_peer}),
    .count_o    (unused_dirty)
  );

  // A peer comes before the flows; the flow at hand is left where it is.
  assign run    = state_q == StRun && !dirty_v && work_v;
  assign flow_o = run ? work_flow : {dirty_peer, vc_q};
  assign una    = una_q[flow_o];

  // Acknowledged slots one by one. With the last one the flow is sent again if it must be, or if
  // its peer's window may have kept it waiting.
  assign step   = (run && una != acked_i) || (state_q == StDiscard && una != end_i);
  assign at_end = run && (una == acked_i || una + 16'd1 == acked_i);
  assign poke   = at_end && (rewind_q[work_flow] || window_i != 8'hFF);
  assign pop    = at_end && (!poke || poke_ready_i);

  assign free_valid_o   = step;
  assign free_discard_o = state_q == StDiscard;
  assign free_lost_o    = step && state_q == StDiscard && !el_ls_pkg::psn_before(una, acked_i);
  assign free_psn_o     = una;
  assign poke_valid_o   = poke;
  assign poke_rewind_o  = rewind_q[work_flow];
  assign clr_valid_o    = state_q == StClear;
  assign clr_flow_o     = {dirty_peer, vc_q};
  assign clean_valid_o  = state_q == StClean;
  assign clean_peer_o   = dirty_peer;
  assign dirty_pop      = clean_valid_o && clean_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q  <= StRun;
      vc_q     <= '0;
      settle_q <= '0;
    end else begin
      unique case (state_q)
        StRun: if (dirty_v) begin
          state_q  <= StSettle;
          settle_q <= Settle;
        end
        // A half-written command goes into a slot that is still its own.
        StSettle:
          if (settle_q != 2'd0) settle_q <= settle_q - 2'd1;
          else if (!dirty_discard) state_q <= StClear;
          else if (!mid_i) state_q <= StDiscard;
        StDiscard: if (una == end_i) state_q <= StClear;
        StClear: begin
          vc_q    <= vc_q + 2'd1;
          state_q <= (vc_q == 2'd3) ? StClean : dirty_discard ? StDiscard : StClear;
        end
        StClean: if (clean_ready_i) state_q <= StRun;
        default: state_q <= StRun;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      queued_q <= '0;
      rewind_q <= '0;
    end else begin
      if (pop) queued_q[work_flow] <= 1'b0;
      if (push) queued_q[work_flow_i] <= 1'b1;
      if (pop) rewind_q[work_flow] <= 1'b0;
      if (work_valid_i && work_rewind_i) rewind_q[work_flow_i] <= 1'b1;
      if (clr_valid_o) rewind_q[clr_flow_o] <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (step) una_q[flow_o] <= una + 16'd1;
    if (clr_valid_o) una_q[clr_flow_o] <= '0;
  end

  always_comb begin
    for (int i = 0; i < 2; i++) una_o[i] = una_q[una_flow_i[i]];
  end
  assign look_rewind_o = rewind_q[look_flow_i];
  assign busy_o        = state_q != StRun || work_v || dirty_v;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NothingLost_A, (!push || work_ready) && (!dirty_valid_i || dirty_ready))
  `EL_ASSERT(FlowHoldsFewSlots_A, !step || 16'(end_i - una) <= 16'(Cfg.LsSlots / 2))
  `EL_ASSERT(OnlySentIsFreed_A, !run || 16'(acked_i - una) <= 16'(Cfg.LsSlots / 2))

endmodule : el_ls_tx_free
