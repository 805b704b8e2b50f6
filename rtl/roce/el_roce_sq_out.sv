// SPDX-License-Identifier: Apache-2.0
//
// Offers packets and their payload, and turns what could not be sent into notices.
//
// Latency 1 cycle, throughput 1 packet a cycle and 1 beat a cycle; storage Depth packets.
// A header is offered when the first beat of its payload is there and good, and the packet still
// counts; from then on both are certain to leave. Everything else is thrown away here.
// Notices and fences keep their place: they pass when all payload before them has left.

`include "el_assert.svh"

module el_roce_sq_out #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Depth = 64,                  // packets, power of two
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                          clk_i,
  input  logic                          rst_i,
  input  logic [23:0]                   tick_cycles_i,

  input  logic                          out_valid_i,
  output logic                          out_ready_o,
  input  el_roce_sq_pkg::out_t          out_i,

  // Payload and verdicts on it
  input  logic                          first_valid_i,
  input  logic                          first_bad_i,
  output logic                          first_pop_o,
  input  logic                          end_valid_i,
  input  logic                          end_bad_i,
  output logic                          end_pop_o,
  input  logic                          beat_valid_i,
  output logic                          beat_ready_o,
  input  logic                          beat_last_i,

  // Of the packet in front, combinational
  output logic                          gate_resp_o,    // a packet of the responder
  output logic [QpW-1:0]                qpn_o,
  output el_roce_pkg::psn_t             gate_psn_o,
  input  logic [15:0]                   gate_epoch_i,
  input  logic                          gate_dead_i,
  input  el_roce_sq_pkg::qp_attr_t      attr_i,

  output logic                          pkt_valid_o,
  input  logic                          pkt_ready_i,
  output el_roce_pkg::tx_pkt_t          pkt_o,
  output logic [23:0]                   pkt_dest_qpn_o,
  output logic [15:0]                   pkt_pkey_o,
  output logic                          pay_valid_o,
  input  logic                          pay_ready_i,

  // Transport timer: starts when a packet leaves, unless it runs
  output logic                          arm_valid_o,
  input  logic                          arm_ready_i,
  output logic [QpW-1:0]                arm_qpn_o,
  output el_pkg::cycles_t               arm_delay_o,

  // PSN behind the packet that left last, combinational
  input  logic [QpW-1:0]                sent_qpn_i,
  output el_roce_pkg::psn_t             sent_psn_o,
  // The same of the packet that left farthest
  input  logic [QpW-1:0]                front_qpn_i,
  output el_roce_pkg::psn_t             front_psn_o,

  output logic                          notice_valid_o,
  input  logic                          notice_ready_i,
  output el_roce_sq_pkg::notice_t       notice_o,

  // The same for packets of the responder, and those that leave; room depends on flops only
  output logic                          event_valid_o,
  input  logic                          event_room_i,
  output el_roce_sq_pkg::resp_event_t   event_o,

  output el_regs_pkg::cnt_roce_sq_t     cnt_o,
  output logic                          busy_o
);

  localparam int unsigned Behind = 16;  // packets whose last beat is not there yet

  el_roce_sq_pkg::out_t    head;
  logic                    head_valid, head_pop, is_pkt, has_pay, stale, good, lost, special;
  logic                    offered_q, accept, release_now, discard, discard_end, can_offer;
  logic [7:0]              free_q;       // packets whose payload may leave and has not
  logic                    beat_end;
  logic                    behind_valid, behind_room, behind_push, behind_pop, bare;
  logic                    told_sent, failed;
  el_roce_sq_pkg::notice_t behind, told;
  logic                    behind_sent, tell, tell_ready;
  logic [3:0]              arm_count;
  logic                    arm_room, arm_push;
  logic [4:0]              arm_timeout;
  el_roce_pkg::psn_t       sent_q [Cfg.Qps];
  el_roce_pkg::psn_t       front_q [Cfg.Qps];  // behind the farthest packet that left
  logic                    again;              // the packet in front left before

  el_fifo #(
    .Width($bits(el_roce_sq_pkg::out_t)),
    .Depth(Depth)
  ) u_packets (
    .clk_i,
    .rst_i,
    .in_valid_i (out_valid_i),
    .in_ready_o (out_ready_o),
    .in_data_i  (out_i),
    .out_valid_o(head_valid),
    .out_ready_i(head_pop),
    .out_data_o (head),
    .count_o    ()
  );

  // ---------------------------------------------------------------------------------------------
  // The packet in front
  // ---------------------------------------------------------------------------------------------

  assign gate_resp_o = head.note.resp;
  assign qpn_o      = head.note.qpn[QpW-1:0];
  assign gate_psn_o = head.note.psn;
  assign special = head.kind == el_roce_sq_pkg::OpNotice || head.kind == el_roce_sq_pkg::OpFence;
  assign is_pkt  = head_valid && !special;
  assign has_pay = head.pkt.payload_len != '0;
  assign stale   = head.note.epoch != gate_epoch_i || gate_dead_i;
  // A packet without payload could leave before the last beat of the one in front is known good.
  assign good    = is_pkt && (has_pay ? first_valid_i && !first_bad_i : !behind_valid);
  assign lost    = is_pkt && has_pay && first_valid_i && first_bad_i;

  assign can_offer   = behind_room && arm_count < 4'd7 && (!head.note.resp || event_room_i);
  assign pkt_valid_o = good && (offered_q || (!stale && can_offer));
  assign accept      = pkt_valid_o && pkt_ready_i;
  assign release_now = pkt_valid_o && !offered_q && has_pay;
  assign discard     = good && !offered_q && stale && behind_room;
  assign discard_end = discard && (!has_pay || (free_q == '0 && beat_valid_i && beat_last_i));

  assign pkt_o          = head.pkt;
  assign pkt_dest_qpn_o = el_roce_pkg::is_datagram(head.pkt) ? el_roce_pkg::datagram_qpn(head.pkt)
                                                             : attr_i.dest_qpn;
  assign pkt_pkey_o     = attr_i.pkey;
  assign pay_valid_o    = beat_valid_i && (free_q != '0 || release_now);
  assign beat_end       = pay_valid_o && pay_ready_i && beat_last_i;
  assign beat_ready_o   = (pay_valid_o && pay_ready_i) || (discard && has_pay && free_q == '0);

  assign head_pop    = accept || discard_end || (tell && tell_ready && !behind_valid);
  assign first_pop_o = head_pop && !special && has_pay;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      offered_q <= 1'b0;
      free_q    <= '0;
    end else begin
      if (pkt_valid_o) offered_q <= !pkt_ready_i;
      if (release_now != beat_end) free_q <= release_now ? free_q + 8'd1 : free_q - 8'd1;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Packets whose payload is still coming, and notices
  // ---------------------------------------------------------------------------------------------

  // A packet without payload is here only when its leaving is to be told.
  assign behind_push = has_pay ? accept || discard_end : accept && head.note.sent;

  el_fifo #(
    .Width($bits(el_roce_sq_pkg::notice_t) + 2),
    .Depth(Behind)
  ) u_behind (
    .clk_i,
    .rst_i,
    .in_valid_i (behind_push),
    .in_ready_o (behind_room),
    .in_data_i  ({!has_pay, accept, head.note}),
    .out_valid_o(behind_valid),
    .out_ready_i(behind_pop),
    .out_data_o ({bare, behind_sent, behind}),
    .count_o    ()
  );

  assign told_sent  = behind.sent && behind_sent && !behind.resp && (bare || !end_bad_i);
  assign end_pop_o  = behind_valid && !bare && end_valid_i &&
                      (behind.resp ? event_room_i
                                   : (!end_bad_i && !told_sent) || notice_ready_i);
  assign behind_pop = bare ? behind_valid && notice_ready_i : end_pop_o;

  assign tell = behind_valid ? bare || (end_valid_i && (end_bad_i || told_sent))
                             : lost || (head_valid && special && free_q == '0);
  assign failed         = behind_valid ? !told_sent : lost;
  assign tell_ready     = told.resp ? event_room_i : notice_ready_i;
  assign notice_valid_o = tell && !told.resp;
  always_comb begin
    told = behind_valid ? behind : head.note;
    if (failed) told.status = el_regs_pkg::WcStatusFatalErr;
  end
  assign notice_o = told;

  // A packet of the responder has left when all its payload is there and good.
  logic left;
  assign left = behind_valid ? end_pop_o && !end_bad_i && behind_sent && behind.resp
                             : accept && !has_pay && head.note.resp;
  assign event_valid_o = (left || (tell && told.resp)) && event_room_i;
  always_comb begin
    event_o.sent   = left;
    event_o.fence  = told.fence;
    event_o.last   = told.resp_last;
    event_o.again  = told.resp_again;
    event_o.qpn    = told.qpn;
    event_o.epoch  = told.epoch;
    event_o.psn    = told.psn;
    event_o.msn    = told.msn;
    event_o.status = told.status;
  end

  // ---------------------------------------------------------------------------------------------
  // Timer
  // ---------------------------------------------------------------------------------------------

  assign arm_push = accept && attr_i.timeout != '0 && !head.note.resp &&
                    head.pkt.opcode[7:5] == el_bth_pkg::TransRc;

  el_fifo #(
    .Width(QpW + 5),
    .Depth(8)
  ) u_arm (
    .clk_i,
    .rst_i,
    .in_valid_i (arm_push),
    .in_ready_o (arm_room),
    .in_data_i  ({qpn_o, attr_i.timeout}),
    .out_valid_o(arm_valid_o),
    .out_ready_i(arm_ready_i),
    .out_data_o ({arm_qpn_o, arm_timeout}),
    .count_o    (arm_count)
  );
  assign arm_delay_o = el_roce_sq_pkg::timeout_cycles(tick_cycles_i, arm_timeout);

  // A packet that was made before may have been thrown away here when the sender went back. The
  // first packet of a life was never made before, so `front_q` needs no reset.
  assign again = head.repeated && el_roce_pkg::psn_before(head.pkt.psn, front_q[qpn_o]);

  always_ff @(posedge clk_i) begin
    if (accept && !head.note.resp) sent_q[qpn_o] <= head.next_psn;
    if (accept && !head.note.resp && !again) front_q[qpn_o] <= head.next_psn;
  end
  assign sent_psn_o  = sent_q[sent_qpn_i];
  assign front_psn_o = front_q[front_qpn_i];

  always_comb begin
    cnt_o             = '0;
    cnt_o.tx_packets  = accept && !head.note.resp;
    cnt_o.tx_bytes    = cnt_o.tx_packets ? 13'(head.pkt.payload_len - 14'(head.pkt.padcnt)) : '0;
    cnt_o.tx_repeated = cnt_o.tx_packets && again;
    cnt_o.wqe_started = cnt_o.tx_packets && head.started && !again;
  end

  assign busy_o = head_valid || free_q != '0 || behind_valid || arm_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(LeavesWithRoom_A, !left || event_room_i)
  `EL_ASSERT(ArmHasRoom_A, !arm_push || arm_room)
  `EL_ASSERT(BehindHasRoom_A, !behind_push || behind_room)
  `EL_ASSERT_NEXT(HeaderStays_A, pkt_valid_o && !pkt_ready_i, pkt_valid_o)
  `EL_ASSERT_NEXT(BeatStays_A, pay_valid_o && !pay_ready_i, pay_valid_o)

endmodule : el_roce_sq_out
