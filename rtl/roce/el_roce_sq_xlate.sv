// SPDX-License-Identifier: Apache-2.0
//
// Translates the pieces of a packet; only when all may be read does the packet exist for the rest.
//
// Latency 1 cycle and that of the translation, throughput 1 piece a cycle, Depth translations in
// flight. A piece that is refused takes its packet with it, and everything of the queue pair behind
// it: nothing of them was read or announced yet, and a notice takes the packet's place.

`include "el_assert.svh"

module el_roce_sq_xlate #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Depth = 16,                  // power of two, more than two packets
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                       clk_i,
  input  logic                       rst_i,

  input  logic                       op_valid_i,
  output logic                       op_ready_o,
  input  el_roce_sq_pkg::op_t        op_i,

  output logic                       xreq_valid_o,
  input  logic                       xreq_ready_i,
  output el_roce_pkg::xlate_req_t    xreq_o,
  input  logic                       xrsp_valid_i,
  input  el_roce_pkg::xlate_rsp_t    xrsp_i,

  // Barriers: era of what is asked now; something of the era before has not gone on
  input  logic                       era_i,
  output logic                       old_o,

  // Does the packet still count? Combinational.
  output logic                       gate_resp_o,  // a packet of the responder
  output logic [QpW-1:0]             gate_qpn_o,
  output el_roce_pkg::psn_t          gate_psn_o,
  input  logic [15:0]                gate_epoch_i,
  input  logic                       gate_dead_i,
  output logic                       die_o,
  output logic [15:0]                die_epoch_o,

  output logic                       piece_valid_o,
  input  logic                       piece_ready_i,
  output el_roce_sq_pkg::piece_t     piece_o,

  output logic                       out_valid_o,
  input  logic                       out_ready_i,
  output el_roce_sq_pkg::out_t       out_o,

  output logic                       busy_o
);

  localparam int unsigned PtrW   = $clog2(Depth);
  localparam int unsigned PieceW = $bits(el_roce_sq_pkg::piece_t);

  // What has to be known when the answer comes.
  typedef struct packed {
    el_roce_sq_pkg::out_t out;
    logic                 last;
    logic [2:0]           units;
    logic [12:0]          len;
    logic                 era;
  } wait_t;

  wait_t                   wait_d, head;
  logic                    wait_room, wait_push, head_valid, head_pop;
  logic                    ans_valid, ans_pop, ans_room;
  el_roce_pkg::xlate_rsp_t ans;
  logic                    asks;

  // ---------------------------------------------------------------------------------------------
  // Questions
  // ---------------------------------------------------------------------------------------------

  function automatic el_roce_pkg::xlate_req_t question(el_roce_sq_pkg::op_t op);
    el_roce_pkg::xlate_req_t x;
    x.key       = op.lkey;
    x.va        = op.va;
    x.len       = op.len;
    x.pd        = op.pd;
    x.access    = 4'(op.note.resp) << el_regs_pkg::AccessRemoteRead;
    x.bound_va  = op.bound_va;
    x.bound_len = op.bound_len;
    return x;
  endfunction

  assign asks         = op_i.kind == el_roce_sq_pkg::OpSge;
  assign xreq_valid_o = op_valid_i && asks && wait_room;
  assign xreq_o       = question(op_i);
  assign wait_push    = op_valid_i && (!asks || xreq_ready_i);
  assign op_ready_o   = wait_room && (!asks || xreq_ready_i);

  always_comb begin
    wait_d              = '0;
    wait_d.out.kind     = op_i.kind;
    wait_d.out.repeated = op_i.repeated;
    wait_d.out.started  = op_i.started;
    wait_d.out.note     = op_i.note;
    wait_d.out.next_psn = op_i.next_psn;
    wait_d.out.pkt      = op_i.pkt;
    wait_d.last         = op_i.last;
    wait_d.units        = op_i.units;
    wait_d.len          = op_i.len;
    wait_d.era          = era_i;
  end

  el_fifo #(
    .Width($bits(wait_t)),
    .Depth(Depth)
  ) u_wait (
    .clk_i,
    .rst_i,
    .in_valid_i (wait_push),
    .in_ready_o (wait_room),
    .in_data_i  (wait_d),
    .out_valid_o(head_valid),
    .out_ready_i(head_pop),
    .out_data_o (head),
    .count_o    ()
  );

  // An answer is used in the cycle in which it comes, or waits here.
  logic                    box_valid, box_pop, box_push;
  el_roce_pkg::xlate_rsp_t box;

  assign ans_valid = box_valid || xrsp_valid_i;
  assign ans       = box_valid ? box : xrsp_i;
  assign box_pop   = ans_pop && box_valid;
  assign box_push  = xrsp_valid_i && !(ans_pop && !box_valid);

  el_fifo #(
    .Width($bits(el_roce_pkg::xlate_rsp_t)),
    .Depth(Depth)
  ) u_answers (
    .clk_i,
    .rst_i,
    .in_valid_i (box_push),
    .in_ready_o (ans_room),
    .in_data_i  (xrsp_i),
    .out_valid_o(box_valid),
    .out_ready_i(box_pop),
    .out_data_o (box),
    .count_o    ()
  );

  // ---------------------------------------------------------------------------------------------
  // Answers: pieces gather until the packet is whole
  // ---------------------------------------------------------------------------------------------

  logic [PieceW-1:0] mem_q [Depth];
  logic [PtrW:0]     wptr_q, cptr_q, rptr_q;   // written, valid for the reader, read
  logic              refused_q;                // an earlier piece of this packet was refused
  logic              fire, is_sge, refused, stale, room, keep, drop_inline, fence, notice;

  assign is_sge     = head.out.kind == el_roce_sq_pkg::OpSge;
  assign fence      = head.out.kind == el_roce_sq_pkg::OpFence;
  assign notice     = head.out.kind == el_roce_sq_pkg::OpNotice;
  assign gate_resp_o = head.out.note.resp;
  assign gate_qpn_o = head.out.note.qpn[QpW-1:0];
  assign gate_psn_o = head.out.note.psn;
  assign stale      = head.out.note.epoch != gate_epoch_i || gate_dead_i;
  assign refused    = refused_q || (is_sge && ans.status != el_roce_pkg::XlateOk);
  assign room       = (wptr_q - rptr_q) != (PtrW+1)'(Depth);
  assign fire       = head_valid && (!is_sge || ans_valid) && room && out_ready_i;
  assign head_pop   = fire;
  assign ans_pop    = fire && is_sge;

  // The packet goes on; or a notice does, in its place.
  assign keep        = !stale && !refused;
  assign drop_inline = head.out.kind == el_roce_sq_pkg::OpDrop ||
                       (head.out.kind == el_roce_sq_pkg::OpInline && !keep);
  assign die_o       = fire && head.last && is_sge && refused && !stale;
  assign die_epoch_o = head.out.note.epoch;

  function automatic el_roce_sq_pkg::piece_t to_piece(wait_t w, el_roce_pkg::xlate_rsp_t x,
                                                      logic drop);
    el_roce_sq_pkg::piece_t p;
    p.kind  = drop ? el_roce_sq_pkg::OpDrop : w.out.kind;
    p.last  = w.last;
    p.units = w.units;
    p.resp  = w.out.note.resp;
    p.qpn   = w.out.note.qpn;
    p.epoch = w.out.note.epoch;
    p.psn   = w.out.note.psn;
    p.len   = w.len;
    p.iova0 = x.iova0;
    p.len0  = x.len0;
    p.iova1 = x.iova1;
    p.era   = w.era;
    return p;
  endfunction

  logic has_piece, commit;
  assign has_piece = is_sge || drop_inline || head.out.kind == el_roce_sq_pkg::OpInline;
  assign commit    = head.last && (keep || drop_inline);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      wptr_q    <= '0;
      cptr_q    <= '0;
      rptr_q    <= '0;
      refused_q <= 1'b0;
    end else begin
      if (fire) begin
        refused_q <= !head.last && refused;
        if (head.last && !commit) begin
          wptr_q <= cptr_q;
        end else begin
          wptr_q <= wptr_q + (PtrW+1)'(has_piece);
          if (head.last) cptr_q <= wptr_q + (PtrW+1)'(has_piece);
        end
      end
      if (piece_valid_o && piece_ready_i) rptr_q <= rptr_q + (PtrW+1)'(1);
    end
    if (fire && has_piece) mem_q[wptr_q[PtrW-1:0]] <= to_piece(head, ans, drop_inline);
  end

  assign piece_valid_o = rptr_q != cptr_q;
  assign piece_o       = mem_q[rptr_q[PtrW-1:0]];

  // All keeps its order: what is in front is the oldest.
  assign old_o = (rptr_q != wptr_q) ? piece_o.era != era_i : head_valid && head.era != era_i;

  assign out_valid_o = head_valid && (!is_sge || ans_valid) && room && head.last &&
                       head.out.kind != el_roce_sq_pkg::OpDrop && (fence || !stale);
  always_comb begin
    out_o = head.out;
    if (refused && !notice) begin
      out_o.kind        = el_roce_sq_pkg::OpNotice;
      out_o.note.status = el_regs_pkg::WcStatusLocProtErr;
    end
  end

  assign busy_o = (head_valid && !is_sge) || box_valid || wptr_q != rptr_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(EveryAnswerHasRoom_A, !box_push || ans_room)
  `EL_ASSERT(AnswersHaveQuestions_A, !xrsp_valid_i || head_valid)
  `EL_ASSERT(PacketFits_A, room || cptr_q != rptr_q)

endmodule : el_roce_sq_xlate
