// SPDX-License-Identifier: Apache-2.0
//
// Cuts the answers to READs and atomics into packets; queue pairs with answers take turns.
//
// Latency 5 cycles from answer to packet; throughput 1 packet a cycle in a READ, 1 answer in 2 (of
// one queue pair alone) or 3 cycles; storage Ring answers a queue pair.
// A turn is one answer or Turn bytes. Packets travel el_roce_sq_transmit; what becomes of them
// comes back as events, in their order. A failure ends its queue pair once; dropped answers are
// passed over, and what of them is in the transmitter is of an earlier epoch.

`include "el_assert.svh"

module el_roce_resp_answer #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  parameter  int unsigned  Turn = 16384,                // bytes
  localparam int unsigned  QpnW = $clog2(Cfg.Qps)
) (
  input  logic                        clk_i,
  input  logic                        rst_i,

  // Answers; el_roce_resp_seq sees to it that each has room in the ring of its queue pair.
  input  logic                        answer_valid_i,
  output logic                        answer_ready_o,
  input  el_roce_resp_pkg::job_t      answer_i,

  // All answers of a queue pair are void, and perhaps: tell when nothing of it is inside.
  input  logic                        drop_i,
  input  logic [QpnW-1:0]             drop_qpn_i,
  input  logic                        drop_open_i,
  input  logic                        fence_i,
  output logic                        fence_done_o,

  // Packets; the epoch of a queue pair is read when one is made.
  output logic                        op_valid_o,
  input  logic                        op_ready_i,
  output el_roce_sq_pkg::op_t         op_o,
  output logic [QpnW-1:0]             epoch_qpn_o,
  input  logic [15:0]                 epoch_i,
  input  logic                        event_valid_i,
  output logic                        event_ready_o,
  input  el_roce_sq_pkg::resp_event_t event_i,
  input  logic                        event_old_i,

  // Answers that ended; queue pairs that failed.
  output logic                        answered_o,
  output logic [QpnW-1:0]             answered_qpn_o,
  output logic                        answered_again_o,
  output logic                        fail_valid_o,
  input  logic                        fail_ready_i,
  output el_roce_resp_pkg::fail_t     fail_o,

  output logic [12:0]                 bytes_o,        // payload of the packet that is handed on
  output logic                        busy_o
);

  localparam int unsigned Ring  = el_roce_resp_pkg::Ring;
  localparam int unsigned IdxW  = $clog2(Ring);
  localparam int unsigned BodyW = $bits(el_roce_resp_pkg::job_t);

  typedef enum logic [1:0] {StIdle, StLoad, StSend} state_e;

  state_e                   state_q;
  logic [QpnW-1:0]          cur_q, ready_qpn;
  el_roce_resp_pkg::count_t head_q [Cfg.Qps];  // behind the newest answer
  el_roce_resp_pkg::count_t tail_q [Cfg.Qps];  // oldest answer that was not handed on
  logic [31:0]              done_q [Cfg.Qps];  // bytes of it that were
  logic [Cfg.Qps-1:0]       queued_q;          // in u_ready, or in work
  logic [Cfg.Qps-1:0]       mute_q;            // JobFail was handed on: nothing follows it
  logic [Cfg.Qps-1:0]       failed_q;          // in u_fail
  logic [Cfg.Qps-1:0]       dirty_q;           // something of it may be in the transmitter

  logic                     ready_valid, ready_room, ready_push, pop;
  logic                     ring_re, take, back, rest, more, last, chunk, abort, make;
  el_roce_resp_pkg::job_t   job;
  el_roce_resp_pkg::count_t tail;
  logic [31:0]              off_q;
  logic [14:0]              turn_q;            // bytes of this turn
  logic [12:0]              len;

  ///////////
  // Rings //
  ///////////

  // A queue pair that goes back to the queue has its input in that cycle; one that leaves it must
  // not get an answer unseen.
  assign answer_ready_o = !back && !drop_i &&
                          !(answer_i.qpn[QpnW-1:0] == cur_q &&
                            (state_q == StLoad || (make && last && !more)));
  assign take           = answer_valid_i && answer_ready_o;

  el_ram_1r1w #(
    .Width(BodyW),
    .Depth(Cfg.Qps * Ring)
  ) u_ring (
    .clk_i,
    .rst_i,
    .we_i   (take),
    .waddr_i({answer_i.qpn[QpnW-1:0], head_q[answer_i.qpn[QpnW-1:0]][IdxW-1:0]}),
    .wdata_i(answer_i),
    .re_i   (ring_re),
    .raddr_i((state_q == StSend) ? {cur_q, tail[IdxW-1:0] + IdxW'(1)}
                                 : {ready_qpn, tail_q[ready_qpn][IdxW-1:0]}),
    .rdata_o(job)
  );

  assign ready_push = back || (take && !queued_q[answer_i.qpn[QpnW-1:0]]);

  el_fifo_ram #(
    .Width(QpnW),
    .Depth(Cfg.Qps)
  ) u_ready (
    .clk_i,
    .rst_i,
    .in_valid_i (ready_push),
    .in_ready_o (ready_room),
    .in_data_i  (back ? cur_q : answer_i.qpn[QpnW-1:0]),
    .out_valid_o(ready_valid),
    .out_ready_i(pop),
    .out_data_o (ready_qpn),
    .count_o    ()
  );

  ///////////
  // Turns //
  ///////////

  logic op_free, op_valid_q, fence_q, fence_sent_q, fence_now;

  assign pop      = state_q == StIdle && ready_valid && !drop_i;
  assign tail     = tail_q[cur_q];
  assign more     = head_q[cur_q] != tail + el_roce_resp_pkg::count_t'(1);
  assign abort    = drop_i && drop_qpn_i == cur_q;

  assign op_free   = !op_valid_q || op_ready_i;
  assign fence_now = fence_q && !fence_sent_q && op_free;
  assign make      = state_q == StSend && op_free && !fence_now && !drop_i && !mute_q[cur_q];

  // The packet that is made: does its answer end with it, does its turn?
  always_comb begin
    automatic logic [31:0] left;
    left = job.more[31:0] - off_q;
    len  = el_roce_resp_pkg::mtu_bytes(job.mtu);
    last = 1'b1;
    if (job.kind != el_roce_resp_pkg::JobRead) len = '0;
    else if (left <= 32'(len)) len = left[12:0];
    else last = 1'b0;
  end

  assign chunk   = turn_q + 15'(len) >= 15'(Turn);
  assign rest    = make && !last && !chunk;                  // stay with this answer
  assign back    = (make && !rest && (!last || more) && !(last && more && !ready_valid));
  assign ring_re = pop || (make && last && more && !ready_valid);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q  <= StIdle;
      queued_q <= '0;
    end else begin
      if (take) queued_q[answer_i.qpn[QpnW-1:0]] <= 1'b1;
      unique case (state_q)
        StIdle: if (pop) state_q <= StLoad;
        StLoad: begin
          state_q <= StSend;
          if (head_q[cur_q] == tail || mute_q[cur_q]) begin
            state_q         <= StIdle;
            queued_q[cur_q] <= 1'b0;
          end
        end
        default: begin
          if (mute_q[cur_q] && !drop_i) begin
            state_q         <= StIdle;
            queued_q[cur_q] <= 1'b0;
          end else if (ring_re) begin
            state_q <= StLoad;
          end else if (make && !rest) begin
            state_q <= StIdle;
            if (!back) queued_q[cur_q] <= 1'b0;
          end
        end
      endcase
      if (abort && state_q != StIdle) begin
        state_q         <= StIdle;
        queued_q[cur_q] <= 1'b0;
      end
    end
    if (pop) cur_q <= ready_qpn;
    if (state_q == StLoad) begin
      off_q  <= done_q[cur_q];
      turn_q <= '0;
    end else if (make) begin
      off_q  <= off_q + 32'(len);
      turn_q <= turn_q + 15'(len);
    end
    if (take) begin
      head_q[answer_i.qpn[QpnW-1:0]] <= head_q[answer_i.qpn[QpnW-1:0]] +
                                        el_roce_resp_pkg::count_t'(1);
    end
    if (make && !rest) begin
      done_q[cur_q] <= last ? '0 : off_q + 32'(len);
      if (last) tail_q[cur_q] <= tail + el_roce_resp_pkg::count_t'(1);
    end
    if (drop_i) begin
      head_q[drop_qpn_i] <= '0;
      tail_q[drop_qpn_i] <= '0;
      done_q[drop_qpn_i] <= '0;
    end
  end

  /////////////
  // Packets //
  /////////////

  function automatic el_roce_pkg::tx_pkt_t to_packet(el_roce_resp_pkg::job_t j, logic [31:0] off,
                                                     logic [12:0] n, logic ends);
    el_roce_pkg::tx_pkt_t p;
    el_regs_pkg::aeth_t   a;
    a.syndrome    = el_regs_pkg::AethSyndromeAck;
    a.msn         = j.msn;
    p             = '0;
    p.qpn         = j.qpn;
    p.psn         = j.psn + 24'(off >> (4'd7 + 4'(j.mtu)));
    p.padcnt      = 2'd0 - n[1:0];
    p.payload_len = 14'(n) + 14'(p.padcnt);
    p.xth_len     = el_bth_pkg::AethLen;
    p.xth[31:0]   = el_regs_pkg::aeth_to_bytes(a);
    if (j.kind == el_roce_resp_pkg::JobOld) begin
      p.opcode     = el_regs_pkg::RoceOpAtomicAck;
      p.xth_len    = el_bth_pkg::AethLen + el_bth_pkg::AtomicAckLen;
      p.xth[95:32] = el_pkg::swap64(j.value);
    end else if (off == '0) begin
      p.opcode = ends ? el_regs_pkg::RoceOpReadRespOnly : el_regs_pkg::RoceOpReadRespFirst;
    end else if (ends) begin
      p.opcode = el_regs_pkg::RoceOpReadRespLast;
    end else begin
      p.opcode  = el_regs_pkg::RoceOpReadRespMiddle;
      p.xth_len = '0;
    end
    return p;
  endfunction

  function automatic el_roce_sq_pkg::op_t to_op(el_roce_resp_pkg::job_t j, logic [31:0] off,
                                                logic [12:0] n, logic ends, logic [15:0] epoch);
    el_roce_sq_pkg::op_t o;
    o           = '0;
    o.last      = 1'b1;
    o.len       = n;
    o.lkey      = j.more[63:32];
    o.va        = j.value + 64'(off);
    o.bound_va  = o.va;
    o.bound_len = 32'(n);
    o.pd        = j.pd;
    o.pkt       = to_packet(j, off, n, ends);
    o.note.resp       = 1'b1;
    o.note.resp_last  = ends;
    o.note.resp_again = j.again;
    o.note.msn        = j.msn - 24'(!j.again);
    o.note.qpn        = j.qpn;
    o.note.epoch      = epoch;
    o.note.psn        = o.pkt.psn;
    unique case (j.kind)
      el_roce_resp_pkg::JobRead:
        o.kind = (n == '0) ? el_roce_sq_pkg::OpEmpty : el_roce_sq_pkg::OpSge;
      el_roce_resp_pkg::JobFail: begin
        o.kind        = el_roce_sq_pkg::OpNotice;
        o.note.status = el_regs_pkg::WcStatusFatalErr;
      end
      el_roce_resp_pkg::JobNothing: o.kind = el_roce_sq_pkg::OpFence;
      default: o.kind = el_roce_sq_pkg::OpEmpty;
    endcase
    return o;
  endfunction

  el_roce_sq_pkg::op_t op_q;
  logic [QpnW-1:0]     fence_qpn_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) op_valid_q <= 1'b0;
    else if (op_free) op_valid_q <= make || fence_now;
    if (fence_now) begin
      op_q            <= '0;
      op_q.last       <= 1'b1;
      op_q.kind       <= el_roce_sq_pkg::OpFence;
      op_q.note.resp  <= 1'b1;
      op_q.note.fence <= 1'b1;
      op_q.note.qpn   <= 16'(fence_qpn_q);
    end else if (make) begin
      op_q <= to_op(job, off_q, len, last, epoch_i);
    end
  end

  assign op_valid_o  = op_valid_q;
  assign op_o        = op_q;
  assign epoch_qpn_o = cur_q;
  assign bytes_o     = (op_valid_q && op_ready_i) ? op_q.len : '0;

  ////////////
  // Events //
  ////////////

  logic taken, fails, fail_room, head_valid, fail_pop;

  assign event_ready_o    = !drop_i;
  assign taken            = event_valid_i && event_ready_o && !event_i.fence && !event_old_i;
  assign answered_o       = taken && event_i.last &&
                            (event_i.sent || event_i.status == el_regs_pkg::WcStatusSuccess);
  assign answered_qpn_o   = event_i.qpn[QpnW-1:0];
  assign answered_again_o = event_i.again;
  assign fails            = taken && !event_i.sent &&
                            event_i.status != el_regs_pkg::WcStatusSuccess &&
                            !failed_q[event_i.qpn[QpnW-1:0]];

  el_roce_resp_pkg::fail_t fail_in;
  assign fail_in = '{qpn: event_i.qpn, psn: event_i.psn, msn: event_i.msn,
                     status: event_i.status};

  // A failure of a queue pair that was dropped since then is thrown away.
  el_fifo #(
    .Width($bits(el_roce_resp_pkg::fail_t)),
    .Depth(Cfg.Qps)
  ) u_fail (
    .clk_i,
    .rst_i,
    .in_valid_i (fails),
    .in_ready_o (fail_room),
    .in_data_i  (fail_in),
    .out_valid_o(head_valid),
    .out_ready_i(fail_pop),
    .out_data_o (fail_o),
    .count_o    ()
  );

  assign fail_valid_o = head_valid && failed_q[fail_o.qpn[QpnW-1:0]];
  assign fail_pop     = fail_ready_i || (head_valid && !fail_valid_o);

  // A fence follows what was dropped; without anything inside it is over at once.
  logic fence_end, fence_none;
  assign fence_end  = event_valid_i && event_ready_o && event_i.fence;
  assign fence_none = fence_i && !drop_open_i && !dirty_q[drop_qpn_i];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      mute_q       <= '0;
      failed_q     <= '0;
      dirty_q      <= '0;
      fence_q      <= 1'b0;
      fence_sent_q <= 1'b0;
      fence_done_o <= 1'b0;
    end else begin
      if (make && job.kind == el_roce_resp_pkg::JobFail) mute_q[cur_q] <= 1'b1;
      if (fails) failed_q[event_i.qpn[QpnW-1:0]] <= 1'b1;
      if (fence_end) dirty_q[event_i.qpn[QpnW-1:0]] <= 1'b0;
      if (drop_i) begin
        mute_q[drop_qpn_i]   <= 1'b0;
        failed_q[drop_qpn_i] <= 1'b0;
        dirty_q[drop_qpn_i]  <= dirty_q[drop_qpn_i] || drop_open_i;
      end
      if (fence_i && !fence_none) fence_q <= 1'b1;
      else if (fence_end) fence_q <= 1'b0;
      if (fence_now) fence_sent_q <= 1'b1;
      else if (fence_end) fence_sent_q <= 1'b0;
      fence_done_o <= fence_none || fence_end;
    end
    if (fence_i) fence_qpn_q <= drop_qpn_i;
  end

  assign busy_o = state_q != StIdle || ready_valid || queued_q != '0 || op_valid_q ||
                  head_valid || fence_q || fence_done_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RingHasRoom_A, !take ||
             head_q[answer_i.qpn[QpnW-1:0]] - tail_q[answer_i.qpn[QpnW-1:0]] !=
             el_roce_resp_pkg::count_t'(Ring))
  `EL_ASSERT(QueueHasRoom_A, !ready_push || ready_room)
  `EL_ASSERT(FailureHasRoom_A, !fails || fail_room)
  `EL_ASSERT(OneFence_A, !fence_i || !fence_q)
  `EL_ASSERT_NEXT(PacketHeldWhenStalled_A, op_valid_o && !op_ready_i,
                  op_valid_o && op_o == $past(op_o))

endmodule : el_roce_resp_answer
