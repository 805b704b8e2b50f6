// SPDX-License-Identifier: Apache-2.0
//
// From operations to packets: translation, reads, payload and headers of the requester.
//
// Throughput 1 packet a cycle and 1 beat a cycle; storage 16 operations, 64 reads, 64 packets, and
// the gates that tell which packets of a queue pair still count. Everything keeps the order of the
// operations: a notice in the place of a packet says that all before it has left.
// Packets of the responder (note.resp), one operation each, take turns with those of the requester.

`include "el_assert.svh"

module el_roce_sq_transmit #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW,
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                             clk_i,
  input  logic                             rst_i,
  input  logic [23:0]                      tick_cycles_i,

  input  logic                             op_valid_i,
  output logic                             op_room_o,     // for MaxSge + 2 operations
  input  el_roce_sq_pkg::op_t              op_i,

  // Operations of the responder, their epochs (combinational), and what becomes of them
  input  logic                             rop_valid_i,
  output logic                             rop_ready_o,
  input  el_roce_sq_pkg::op_t              rop_i,
  input  logic                             rdrop_i,       // an epoch of the responder begins
  input  logic [QpW-1:0]                   rdrop_qpn_i,
  input  logic [QpW-1:0]                   repoch_qpn_i,
  output logic [15:0]                      repoch_o,
  output logic                             revent_valid_o,
  input  logic                             revent_ready_i,
  output el_roce_sq_pkg::resp_event_t      revent_o,
  output logic                             revent_old_o,  // of an earlier epoch

  // A new epoch begins; epochs of the segmenter [0] and of the retirement [1], combinational
  input  logic                             bump_i,
  input  logic [QpW-1:0]                   bump_qpn_i,
  input  logic [1:0][QpW-1:0]              epoch_qpn_i,
  output logic [1:0][15:0]                 epoch_o,

  output logic                             xreq_valid_o,
  input  logic                             xreq_ready_i,
  output el_roce_pkg::xlate_req_t          xreq_o,
  input  logic                             xrsp_valid_i,
  input  el_roce_pkg::xlate_rsp_t          xrsp_i,

  // Barrier: done when every read that was allowed before it came has its bytes
  input  logic                             sync_valid_i,
  output logic                             sync_done_o,

  // Payload: inline bytes, reads of host memory
  input  logic [el_roce_sq_pkg::UnitW-1:0] inline_data_i,
  output logic                             inline_pop_o,
  output logic                             rd_valid_o,
  input  logic                             rd_ready_i,
  output el_pkg::dma_rd_req_t              rd_o,
  input  logic                             rsp_valid_i,
  output logic                             rsp_ready_o,
  input  logic [DataW-1:0]                 rsp_data_i,
  input  logic                             rsp_err_i,

  // Attributes of the packet in front, combinational
  output logic [QpW-1:0]                   qpn_o,
  input  el_roce_sq_pkg::qp_attr_t         attr_i,

  output logic                             pkt_valid_o,
  input  logic                             pkt_ready_i,
  output el_roce_pkg::tx_pkt_t             pkt_o,
  output logic [23:0]                      pkt_dest_qpn_o,
  output logic [15:0]                      pkt_pkey_o,
  output logic                             pay_valid_o,
  input  logic                             pay_ready_i,
  output logic [DataW-1:0]                 pay_data_o,
  output logic                             pay_last_o,
  output logic                             pay_bad_o,     // with the last beat: spoil the frame

  // Transport timer: starts when a packet leaves, unless it runs
  output logic                             arm_valid_o,
  input  logic                             arm_ready_i,
  output logic [QpW-1:0]                   arm_qpn_o,
  output el_pkg::cycles_t                  arm_delay_o,

  // PSN behind the packet that left last, combinational
  input  logic [QpW-1:0]                   sent_qpn_i,
  output el_roce_pkg::psn_t                sent_psn_o,
  // The same of the packet that left farthest
  input  logic [QpW-1:0]                   front_qpn_i,
  output el_roce_pkg::psn_t                front_psn_o,

  output logic                             notice_valid_o,
  input  logic                             notice_ready_i,
  output el_roce_sq_pkg::notice_t          notice_o,

  output el_regs_pkg::cnt_roce_sq_t        cnt_o,
  output logic                             busy_o
);

  localparam int unsigned OpDepth = 16;

  ///////////////////////
  // What still counts //
  ///////////////////////

  // Readers of the gate: 0 segment, 1 xlate, 2 out, 3 retire. Deaths: 0 xlate, 1 pack.
  logic [3:0][QpW-1:0]     gate_qpn;
  logic [3:0][15:0]        gate_epoch;
  el_roce_pkg::psn_t [3:0] gate_psn;
  logic [3:0]              gate_dead;
  logic [1:0]              die;
  logic [1:0][QpW-1:0]     die_qpn;
  logic [1:0][15:0]        die_epoch;
  el_roce_pkg::psn_t [1:0] die_psn;

  // The same for packets of the responder: 0 xlate, 1 out, 2 operations to come, 3 events.
  logic [3:0][15:0]            rgate_epoch;
  logic [3:0]                  rgate_dead;
  logic [1:0]                  die_resp;
  logic                        xlate_resp, out_resp;

  el_roce_sq_gate #(
    .Cfg(Cfg)
  ) u_gate (
    .clk_i,
    .rst_i,
    .bump_i,
    .bump_qpn_i,
    .die_i      (die & ~die_resp),
    .die_qpn_i  (die_qpn),
    .die_epoch_i(die_epoch),
    .die_psn_i  (die_psn),
    .rd_qpn_i   (gate_qpn),
    .rd_psn_i   (gate_psn),
    .rd_epoch_o (gate_epoch),
    .rd_dead_o  (gate_dead)
  );

  el_roce_sq_gate #(
    .Cfg(Cfg)
  ) u_rgate (
    .clk_i,
    .rst_i,
    .bump_i     (rdrop_i),
    .bump_qpn_i (rdrop_qpn_i),
    .die_i      (die & die_resp),
    .die_qpn_i  (die_qpn),
    .die_epoch_i(die_epoch),
    .die_psn_i  (die_psn),
    .rd_qpn_i   ({revent_o.qpn[QpW-1:0], repoch_qpn_i, gate_qpn[2:1]}),
    .rd_psn_i   ({48'd0, gate_psn[2:1]}),
    .rd_epoch_o (rgate_epoch),
    .rd_dead_o  (rgate_dead)
  );

  assign repoch_o     = rgate_epoch[2];
  assign revent_old_o = revent_o.epoch != rgate_epoch[3];

  assign gate_qpn[0] = epoch_qpn_i[0];
  assign gate_qpn[2] = qpn_o;
  assign gate_qpn[3] = epoch_qpn_i[1];
  assign gate_psn[0] = '0;  // these two only ask for the epoch
  assign gate_psn[3] = '0;
  assign epoch_o     = {gate_epoch[3], gate_epoch[0]};

  /////////////
  // Barrier //
  /////////////

  // Each barrier begins an era and waits for the end of the one before: new reads do not delay it.
  logic                 era_q, sync_q, xlate_old, old, seg_valid, seg_ready;
  el_roce_sq_pkg::seg_t seg;  // oldest read whose bytes have not all come

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      era_q  <= 1'b0;
      sync_q <= 1'b0;
    end else begin
      sync_q <= sync_valid_i;
      if (sync_valid_i && !sync_q) era_q <= !era_q;
    end
  end

  assign old         = seg_valid ? seg.era != era_q : xlate_old;
  assign sync_done_o = sync_valid_i && sync_q && !old;

  //////////
  // Path //
  //////////

  logic                     op_space, op_valid, op_ready;
  logic [$clog2(OpDepth):0] op_count;
  el_roce_sq_pkg::op_t      op, xop;
  logic                     xop_valid, xop_ready, pick_resp;
  logic                     within_q;  // a packet of the requester is under way
  logic                     turn_q;    // the responder goes next
  logic                     keep_q;    // the choice was offered
  logic                     xlate_busy, read_busy, pack_busy, out_busy;

  assign op_room_o = op_count <= ($clog2(OpDepth)+1)'(OpDepth - el_roce_sq_pkg::MaxSge - 2);

  el_fifo #(
    .Width($bits(el_roce_sq_pkg::op_t)),
    .Depth(OpDepth)
  ) u_ops (
    .clk_i,
    .rst_i,
    .in_valid_i (op_valid_i),
    .in_ready_o (op_space),
    .in_data_i  (op_i),
    .out_valid_o(op_valid),
    .out_ready_i(op_ready),
    .out_data_o (op),
    .count_o    (op_count)
  );

  assign pick_resp   = keep_q ? turn_q : rop_valid_i && !within_q && (turn_q || !op_valid);
  assign xop         = pick_resp ? rop_i : op;
  assign xop_valid   = pick_resp ? rop_valid_i : op_valid;
  assign rop_ready_o = pick_resp && xop_ready;
  assign op_ready    = !pick_resp && xop_ready;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      within_q <= 1'b0;
      turn_q   <= 1'b0;
      keep_q   <= 1'b0;
    end else if (xop_valid) begin
      keep_q <= !xop_ready;
      turn_q <= xop_ready ? !pick_resp && xop.last : pick_resp;
      if (xop_ready && !pick_resp) within_q <= !xop.last;
    end
  end

  logic                   piece_valid, piece_ready, out_valid, out_ready;
  el_roce_sq_pkg::piece_t piece;
  el_roce_sq_pkg::out_t   out;

  el_roce_sq_xlate #(
    .Cfg(Cfg)
  ) u_xlate (
    .clk_i,
    .rst_i,
    .op_valid_i   (xop_valid),
    .op_ready_o   (xop_ready),
    .op_i         (xop),
    .xreq_valid_o,
    .xreq_ready_i,
    .xreq_o,
    .xrsp_valid_i,
    .xrsp_i,
    .era_i        (era_q),
    .old_o        (xlate_old),
    .gate_resp_o  (xlate_resp),
    .gate_qpn_o   (gate_qpn[1]),
    .gate_psn_o   (gate_psn[1]),
    .gate_epoch_i (xlate_resp ? rgate_epoch[0] : gate_epoch[1]),
    .gate_dead_i  (xlate_resp ? rgate_dead[0] : gate_dead[1]),
    .die_o        (die[0]),
    .die_epoch_o  (die_epoch[0]),
    .piece_valid_o(piece_valid),
    .piece_ready_i(piece_ready),
    .piece_o      (piece),
    .out_valid_o  (out_valid),
    .out_ready_i  (out_ready),
    .out_o        (out),
    .busy_o       (xlate_busy)
  );
  assign die_resp[0] = xlate_resp;
  assign die_qpn[0] = gate_qpn[1];
  assign die_psn[0] = gate_psn[1];

  el_roce_sq_read u_read (
    .clk_i,
    .rst_i,
    .piece_valid_i(piece_valid),
    .piece_ready_o(piece_ready),
    .piece_i      (piece),
    .rd_valid_o,
    .rd_ready_i,
    .rd_o,
    .seg_valid_o  (seg_valid),
    .seg_ready_i  (seg_ready),
    .seg_o        (seg),
    .busy_o       (read_busy)
  );

  logic                        event_valid, event_room;
  el_roce_sq_pkg::resp_event_t event_in;

  logic first_valid, first_bad, first_pop, end_valid, end_bad, end_pop, beat_valid, beat_ready;

  el_roce_sq_pack #(
    .Cfg(Cfg)
  ) u_pack (
    .clk_i,
    .rst_i,
    .seg_valid_i  (seg_valid),
    .seg_ready_o  (seg_ready),
    .seg_i        (seg),
    .rsp_valid_i,
    .rsp_ready_o,
    .rsp_data_i,
    .rsp_err_i,
    .inline_data_i,
    .inline_pop_o,
    .first_valid_o(first_valid),
    .first_bad_o  (first_bad),
    .first_pop_i  (first_pop),
    .end_valid_o  (end_valid),
    .end_bad_o    (end_bad),
    .end_pop_i    (end_pop),
    .die_o        (die[1]),
    .die_resp_o   (die_resp[1]),
    .die_qpn_o    (die_qpn[1]),
    .die_epoch_o  (die_epoch[1]),
    .die_psn_o    (die_psn[1]),
    .pay_valid_o  (beat_valid),
    .pay_ready_i  (beat_ready),
    .pay_data_o,
    .pay_last_o,
    .pay_bad_o,
    .busy_o       (pack_busy)
  );

  el_roce_sq_out #(
    .Cfg(Cfg)
  ) u_out (
    .clk_i,
    .rst_i,
    .tick_cycles_i,
    .out_valid_i   (out_valid),
    .out_ready_o   (out_ready),
    .out_i         (out),
    .first_valid_i (first_valid),
    .first_bad_i   (first_bad),
    .first_pop_o   (first_pop),
    .end_valid_i   (end_valid),
    .end_bad_i     (end_bad),
    .end_pop_o     (end_pop),
    .beat_valid_i  (beat_valid),
    .beat_ready_o  (beat_ready),
    .beat_last_i   (pay_last_o),
    .gate_resp_o   (out_resp),
    .qpn_o,
    .gate_psn_o    (gate_psn[2]),
    .gate_epoch_i  (out_resp ? rgate_epoch[1] : gate_epoch[2]),
    .gate_dead_i   (out_resp ? rgate_dead[1] : gate_dead[2]),
    .attr_i,
    .pkt_valid_o,
    .pkt_ready_i,
    .pkt_o,
    .pkt_dest_qpn_o,
    .pkt_pkey_o,
    .pay_valid_o,
    .pay_ready_i,
    .arm_valid_o,
    .arm_ready_i,
    .arm_qpn_o,
    .arm_delay_o,
    .sent_qpn_i,
    .sent_psn_o,
    .front_qpn_i,
    .front_psn_o,
    .notice_valid_o,
    .notice_ready_i,
    .notice_o,
    .event_valid_o (event_valid),
    .event_room_i  (event_room),
    .event_o       (event_in),
    .cnt_o,
    .busy_o        (out_busy)
  );

  el_fifo #(
    .Width($bits(el_roce_sq_pkg::resp_event_t)),
    .Depth(4)
  ) u_events (
    .clk_i,
    .rst_i,
    .in_valid_i (event_valid),
    .in_ready_o (event_room),
    .in_data_i  (event_in),
    .out_valid_o(revent_valid_o),
    .out_ready_i(revent_ready_i),
    .out_data_o (revent_o),
    .count_o    ()
  );

  assign busy_o = op_valid || rop_valid_i || revent_valid_o || xlate_busy || read_busy ||
                  pack_busy || out_busy;

  logic unused_dead;
  assign unused_dead = ^{gate_dead[0], gate_dead[3], rgate_dead[3:2]};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneOperationAnAnswer_A, !rop_valid_i || (rop_i.last && rop_i.note.resp))
  `EL_ASSERT(OperationHasRoom_A, !op_valid_i || op_space)
  `EL_ASSERT(OneEraBetweenBarriers_A, sync_valid_i || !old)
  `EL_ASSERT_NEXT(BarrierWaits_A, sync_valid_i && !sync_done_o, sync_valid_i)

endmodule : el_roce_sq_transmit
