// SPDX-License-Identifier: Apache-2.0
//
// Cuts messages into packets, and owns the place of every queue pair in its ring.
//
// Latency 2 cycles from descriptor to operation; throughput a message of one piece in 2 cycles,
// later packets and further pieces 1 cycle each. Storage Qps places and Qps bits.
// A message that is long yields after ChunkBytes; one that finds no room (window, tracked requests)
// rests until the retirement wakes it; one that is ahead of its rate stops until el_roce_rate wakes
// it. Each time what was read ahead is dropped and read again,
// so that no queue pair stands in the way of another.
// A READ or an atomic is one packet; a READ takes the PSNs of its responses.
// Packets: InfiniBand volume 1, 9.7.2 (PSN), 9.7.3.1 (AckReq), 9.2 (opcodes, extension headers).

`include "el_assert.svh"

module el_roce_sq_segment #(
  parameter  el_pkg::cfg_t Cfg    = el_pkg::CfgDefault,
  localparam int unsigned  QpW    = $clog2(Cfg.Qps),
  localparam int unsigned  TrackW = $bits(el_roce_sq_pkg::track_t),
  localparam int unsigned  ReadElemsW = el_roce_sq_pkg::MaxSge * 128
) (
  input  logic                            clk_i,
  input  logic                            rst_i,

  input  logic                            desc_valid_i,
  output logic                            desc_ready_o,
  input  el_roce_sq_pkg::desc_t           desc_i,

  // Attributes, state, epoch and acknowledged place of desc_i's queue pair, combinational
  output logic [QpW-1:0]                  qpn_o,
  input  el_roce_sq_pkg::qp_queues_t      queues_i,
  input  el_roce_sq_pkg::qp_attr_t        attr_i,
  input  logic                            exists_i,
  input  logic [2:0]                      state_i,
  input  logic [15:0]                     gen_i,
  input  logic [15:0]                     epoch_i,
  input  el_roce_pkg::psn_t               una_i,
  input  el_roce_sq_pkg::trk_t            tail_i,
  input  el_roce_sq_pkg::rdn_t            rd_tail_i,

  // Retirement: continue elsewhere; accepted between packets
  input  logic                            repos_valid_i,
  output logic                            repos_ready_o,
  input  el_roce_sq_pkg::repos_t          repos_i,
  input  logic                            wake_i,        // there is room again
  input  logic [QpW-1:0]                  wake_qpn_i,

  // Descriptor fetch: read on from here, drop what was read
  output logic                            seek_valid_o,
  output logic [QpW-1:0]                  seek_qpn_o,
  output logic [15:0]                     seek_idx_o,
  output logic                            seek_init_o,
  output logic                            enq_valid_o,
  output logic [QpW-1:0]                  enq_qpn_o,
  input  logic                            others_i,      // other queue pairs want a turn
  output logic                            bump_o,        // a new epoch of repos_i.qpn

  // Rate control of qpn_o, combinational: it rests, or it waits before its next packet
  input  logic                            hold_i,
  input  logic                            wait_i,
  output logic                            sent_o,        // a packet of qpn_o was cut
  output logic [12:0]                     sent_bytes_o,

  // Tracked requests
  output logic                            track_we_o,
  output logic [QpW-1:0]                  track_qpn_o,
  output el_roce_sq_pkg::trk_t            track_idx_o,
  output logic [TrackW-1:0]               track_o,

  // A READ or atomic is started: what its responses need, and where they go; and no response is due
  // any more, the next READ has this number
  output logic                            read_start_o,
  output el_roce_sq_pkg::rdn_t            read_number_o,
  output el_roce_sq_pkg::read_t           read_o,
  output logic [ReadElemsW-1:0]           read_elems_o,
  output logic                            read_clear_o,

  // Places, combinational: 0 retirement, 1 query; resting bits of the descriptor fetch
  input  logic [1:0][QpW-1:0]             place_qpn_i,
  output el_roce_sq_pkg::send_state_t [1:0] place_o,
  input  logic [2:0][QpW-1:0]             rest_qpn_i,
  output logic [2:0]                      rest_o,
  output el_roce_sq_pkg::rest_e           why_o,         // of rest_qpn_i[2]

  // A packet of this queue pair is being made that is not part of its place yet, combinational
  output logic                            making_o,
  output logic [QpW-1:0]                  making_qpn_o,

  output logic                            op_valid_o,
  input  logic                            op_room_i,     // for MaxSge + 2 operations
  output el_roce_sq_pkg::op_t             op_o,

  output logic                            busy_o
);

  localparam int unsigned StateW = $bits(el_roce_sq_pkg::send_state_t);
  localparam int unsigned ElemW  = 128;
  localparam int unsigned ElemsW = el_roce_sq_pkg::MaxSge * ElemW;

  typedef enum logic [2:0] {StIdle, StSkip, StPacket, StPiece, StNotice, StDrop, StCheck} state_e;

  // The message in work.
  typedef struct packed {
    el_regs_pkg::sq_wqe_t        head;
    el_roce_pkg::qpn_t           qpn;
    logic [15:0]                 epoch;
    el_roce_sq_pkg::unit_idx_t   idx;
    el_roce_sq_pkg::unit_idx_t   next_idx;
    logic [2:0]                  inline_n;
    logic                        is_inline;
    logic                        signaled;
    logic                        flush;    // the queue pair is in error
    logic [2:0]                  mtu;
    logic [31:0]                 pd;
    logic [7:0]                  status;   // StNotice
  } work_t;

  logic [StateW-1:0]           place_q [Cfg.Qps];
  logic [Cfg.Qps-1:0]          rest_q;
  logic [1:0]                  why_q [Cfg.Qps];

  state_e                      state_q, state_d;
  work_t                       w_q;
  el_roce_sq_pkg::send_state_t s_q, s_d, s_now;   // place of w_q's queue pair
  logic [ElemsW-1:0]           elem_q;             // the element in work is the lowest
  logic [31:0]                 used_q;             // bytes of it that are behind us
  logic [31:0]                 left_q;             // bytes of the message from this packet on
  logic [31:0]                 skip_q;             // StSkip
  logic [12:0]                 room_q;             // bytes of this packet that are still to come
  logic [14:0]                 chunk_q;            // bytes until the message yields

  // ---------------------------------------------------------------------------------------------
  // A descriptor comes: what to do with it
  // ---------------------------------------------------------------------------------------------

  logic       load, stale, sending, drains, fits, repos_take, same_qp;
  logic       beyond, read_now;
  logic [7:0] judged, verdict;
  el_regs_pkg::sq_wqe_t  head_now;   // of the request that asks for room
  el_roce_sq_pkg::rest_e why;
  logic [23:0] in_flight, span_now;
  logic [8:0]  tracked;

  assign qpn_o   = (state_q == StIdle) ? desc_i.qpn[QpW-1:0] : w_q.qpn[QpW-1:0];
  assign s_now   = place_q[qpn_o];
  assign sending = exists_i && (state_i == el_regs_pkg::QpStateRts[2:0] ||
                                state_i == el_regs_pkg::QpStateSqd[2:0]);
  // In SQD what was started goes on, and nothing starts.
  assign drains  = state_i == el_regs_pkg::QpStateSqd[2:0] && s_now.off == '0 &&
                   s_now.send == s_now.head;
  assign stale   = !exists_i || desc_i.gen != gen_i ||
                   (!sending && state_i != el_regs_pkg::QpStateErr[2:0]);
  // A descriptor that was rewritten while its message was being sent may not reach that far.
  assign beyond  = s_now.off != '0 && (s_now.off >= desc_i.head.length ||
                                       desc_i.head.flags[el_regs_pkg::WqeFlagInline]);
  assign judged  = el_roce_sq_pkg::judge(desc_i, attr_i.max_rd);
  assign verdict = (beyond && judged == el_regs_pkg::WcStatusSuccess)
                   ? el_regs_pkg::WcStatusLocQpOpErr : judged;

  assign read_now  = el_roce_sq_pkg::is_read(head_now.opcode);
  assign span_now  = el_roce_sq_pkg::span_of(head_now, s_now.off, attr_i.mtu);
  assign in_flight = s_now.next_psn - una_i;
  assign tracked   = s_now.head - tail_i;
  assign head_now  = (state_q == StIdle) ? desc_i.head : w_q.head;
  assign fits      = !drains && el_roce_sq_pkg::has_room(s_now, una_i, tail_i, Cfg.SqTrack) &&
                     el_roce_sq_pkg::reads_fit(s_now, head_now, rd_tail_i, attr_i.max_rd) &&
                     el_roce_sq_pkg::span_fits(span_now, in_flight);
  assign why       = el_roce_sq_pkg::reads_fit(s_now, head_now, rd_tail_i, attr_i.max_rd) ?
                     el_roce_sq_pkg::RestRoom :
                     head_now.flags[el_regs_pkg::WqeFlagFence] ? el_roce_sq_pkg::RestFence
                                                               : el_roce_sq_pkg::RestReads;

  assign repos_take   = repos_valid_i && repos_ready_o;
  assign same_qp      = repos_i.qpn == w_q.qpn;
  // Between packets; the operation of a fence needs room like a packet.
  assign repos_ready_o = (state_q == StIdle || state_q == StPacket || state_q == StSkip) &&
                         (!repos_i.fence || op_room_i);
  assign load         = state_q == StIdle && desc_valid_i && !repos_valid_i;
  assign desc_ready_o = load;

  // ---------------------------------------------------------------------------------------------
  // The packet in work
  // ---------------------------------------------------------------------------------------------

  logic [12:0] mtu_bytes, packet_len;
  logic [23:0] span;
  logic        read;
  logic [31:0] elem_len, avail, off_next;
  logic [12:0] piece;
  logic        first, last, start, emit, packet_done, message_done, elem_done, yield, go, give_up;

  assign mtu_bytes  = 13'd128 << w_q.mtu;
  assign read       = el_roce_sq_pkg::is_read(w_q.head.opcode);
  assign span       = el_roce_sq_pkg::span_of(w_q.head, s_q.off, w_q.mtu);
  assign packet_len = read ? '0 : (left_q > 32'(mtu_bytes)) ? mtu_bytes : left_q[12:0];
  assign first      = s_q.off == '0;
  assign last       = read || left_q <= 32'(mtu_bytes);
  assign elem_len   = elem_q[95:64];
  assign avail      = elem_len - used_q;
  // In StPacket the packet starts with this piece; in StPiece it goes on.
  assign start      = state_q == StPacket;
  assign go         = start && !repos_valid_i && op_room_i && !yield && !hold_i && !wait_i &&
                      !drains && el_roce_sq_pkg::has_room(s_q, una_i, tail_i, Cfg.SqTrack);
  assign yield      = chunk_q == '0 && (others_i || (desc_valid_i && desc_i.qpn != w_q.qpn));

  logic [12:0] packet_left;
  assign packet_left  = start ? packet_len : room_q;
  assign piece        = (w_q.is_inline || avail >= 32'(packet_left)) ? packet_left : avail[12:0];
  assign elem_done    = !w_q.is_inline && 32'(piece) == avail;
  assign packet_done  = piece == packet_left;
  // An element without bytes gives no operation, but for a packet without bytes.
  assign emit         = (go || state_q == StPiece) && (piece != '0 || packet_done);
  assign message_done = packet_done && last;
  assign sent_o       = emit && packet_done;
  assign sent_bytes_o = packet_len;
  assign off_next     = s_q.off + 32'(packet_len);

  always_comb begin
    s_d = s_q;
    if (packet_done) begin
      s_d.off      = message_done ? '0 : off_next;
      s_d.next_psn = s_q.next_psn + span;
      if (s_q.next_psn == s_q.max_psn) s_d.max_psn = s_d.next_psn;
      if (first && s_q.send == s_q.head) begin
        s_d.head = s_q.head + 9'd1;
        if (read) s_d.rd_head = s_q.rd_head + 5'd1;
      end
      if (message_done) begin
        s_d.idx  = w_q.next_idx;
        s_d.send = s_q.send + 9'd1;
      end
    end
  end

  always_comb begin
    state_d = state_q;
    unique case (state_q)
      StIdle: if (load) begin
        if (stale)                             state_d = (desc_i.inline_n != '0) ? StDrop : StIdle;
        else if (!sending || verdict != '0)    state_d = StNotice;
        else if (hold_i)                       state_d = (desc_i.inline_n != '0) ? StDrop : StIdle;
        else if (!fits)                        state_d = StCheck;
        else if (s_now.off != '0 && !read_now) state_d = StSkip;
        else                                   state_d = StPacket;
      end
      StSkip:
        if (repos_take && same_qp)     state_d = (w_q.inline_n != '0) ? StDrop : StIdle;
        else if (skip_q < elem_len || w_q.is_inline) state_d = StPacket;
      StPacket, StPiece:
        if (repos_take) begin
          if (same_qp) state_d = (w_q.inline_n != '0) ? StDrop : StIdle;
        end else if (give_up) begin
          // No more turn, ahead of its rate, or no room.
          state_d = (yield || hold_i) ? ((w_q.inline_n != '0) ? StDrop : StIdle) : StCheck;
        end else if (go || state_q == StPiece) begin
          state_d = !packet_done ? StPiece : message_done ? StIdle : StPacket;
        end
      StNotice: if (op_room_i) state_d = (w_q.inline_n != '0) ? StDrop : StIdle;
      StDrop:   if (op_room_i) state_d = StIdle;
      StCheck:  state_d = (w_q.inline_n != '0) ? StDrop : StIdle;
      default:  state_d = StIdle;
    endcase
  end

  // ---------------------------------------------------------------------------------------------
  // Orders to the fetch
  // ---------------------------------------------------------------------------------------------

  logic notice_now, rest_set, held;

  // The message stops here and is fetched again: at once (yield), or when it is woken.
  assign give_up    = start && op_room_i && !repos_valid_i && !go && !wait_i;
  assign held       = load && !stale && sending && verdict == '0 && hold_i;
  assign notice_now = state_q == StNotice && op_room_i;
  assign rest_set   = (load && !stale && sending && verdict == '0 && !hold_i && !fits) ||
                      (give_up && !yield && !hold_i) || (notice_now && !w_q.flush);

  assign bump_o       = repos_take;
  assign seek_valid_o = repos_take || rest_set || held || give_up;
  assign seek_qpn_o   = repos_take ? repos_i.qpn[QpW-1:0] : qpn_o;
  assign seek_idx_o   = repos_take ? repos_i.idx : (state_q == StIdle) ? s_now.idx : s_q.idx;
  assign seek_init_o  = repos_take && repos_i.init;

  // StCheck: the acknowledgement may have come in the cycle in which the rest began.
  // What is held is woken by el_roce_rate, whose wake-up cannot come before this cycle.
  assign enq_valid_o  = (repos_take && repos_i.wake) || (give_up && yield) ||
                        (state_q == StCheck && fits && rest_q[qpn_o]);
  assign enq_qpn_o    = repos_take ? repos_i.qpn[QpW-1:0] : qpn_o;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      rest_q <= '0;
    end else begin
      if (wake_i) rest_q[wake_qpn_i] <= 1'b0;
      if (repos_take) rest_q[repos_i.qpn[QpW-1:0]] <= !repos_i.wake;
      else if (rest_set) rest_q[qpn_o] <= 1'b1;
      else if (enq_valid_o) rest_q[qpn_o] <= 1'b0;
    end
    if (rest_set) why_q[qpn_o] <= why;
  end

  assign why_o = el_roce_sq_pkg::rest_e'(why_q[rest_qpn_i[2]]);

  for (genvar i = 0; i < 2; i++) begin : gen_place
    assign place_o[i] = place_q[place_qpn_i[i]];
  end
  for (genvar i = 0; i < 3; i++) begin : gen_rest
    assign rest_o[i] = rest_q[rest_qpn_i[i]];
  end

  // ---------------------------------------------------------------------------------------------
  // Registers
  // ---------------------------------------------------------------------------------------------

  function automatic work_t to_work(el_roce_sq_pkg::desc_t d, el_roce_sq_pkg::qp_queues_t q,
      el_roce_sq_pkg::qp_attr_t a, logic [15:0] epoch, logic flush, logic [7:0] status);
    work_t w;
    w.head      = d.head;
    w.qpn       = d.qpn;
    w.epoch     = epoch;
    w.idx       = d.idx;
    w.next_idx  = d.next_idx;
    w.inline_n  = d.inline_n;
    w.is_inline = d.head.flags[el_regs_pkg::WqeFlagInline];
    w.signaled  = d.head.flags[el_regs_pkg::WqeFlagSignaled] || q.sig_all;
    w.flush     = flush;
    w.mtu       = a.mtu;
    w.pd        = q.pd;
    w.status    = flush ? el_regs_pkg::WcStatusWrFlushErr : status;
    return w;
  endfunction

  function automatic el_roce_sq_pkg::send_state_t moved(el_roce_sq_pkg::send_state_t s,
                                                        el_roce_sq_pkg::repos_t r);
    el_roce_sq_pkg::send_state_t n;
    n          = s;
    n.idx      = r.idx;
    n.off      = r.off;
    n.next_psn = r.psn;
    n.send     = r.trk;
    if (r.cut) begin
      n.max_psn = r.psn;
      n.head    = r.trk;
      n.rd_head = r.rd;
    end
    return n;
  endfunction

  function automatic el_roce_sq_pkg::send_state_t flushed(el_roce_sq_pkg::send_state_t s,
                                                          logic [15:0] idx);
    el_roce_sq_pkg::send_state_t n;
    n     = s;
    n.idx = idx;
    n.off = '0;
    return n;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) state_q <= StIdle;
    else state_q <= state_d;
  end

  always_ff @(posedge clk_i) begin
    if (repos_take) begin
      place_q[repos_i.qpn[QpW-1:0]] <= moved(place_q[repos_i.qpn[QpW-1:0]], repos_i);
    end else if (emit && packet_done) begin
      place_q[w_q.qpn[QpW-1:0]] <= s_d;
    end else if (notice_now && w_q.flush) begin
      place_q[w_q.qpn[QpW-1:0]] <= flushed(s_q, w_q.next_idx);
    end

    if (load) begin
      w_q     <= to_work(desc_i, queues_i, attr_i, epoch_i, !sending, verdict);
      s_q     <= s_now;
      elem_q  <= el_roce_sq_pkg::elements(desc_i);
      used_q  <= '0;
      left_q  <= desc_i.head.length - s_now.off;
      skip_q  <= s_now.off;
      chunk_q <= 15'(el_roce_sq_pkg::ChunkBytes);
    end else if (state_q == StSkip) begin
      if (skip_q < elem_len) begin
        used_q <= skip_q;
      end else if (!w_q.is_inline) begin
        skip_q <= skip_q - elem_len;
        elem_q <= elem_q >> ElemW;
      end
    end else if (go || state_q == StPiece) begin
      if (emit && packet_done) begin
        s_q     <= s_d;
        left_q  <= left_q - 32'(packet_len);
        chunk_q <= (chunk_q > 15'(packet_len)) ? chunk_q - 15'(packet_len) : '0;
      end
      room_q <= packet_left - piece;
      if (elem_done) begin
        elem_q <= elem_q >> ElemW;
        used_q <= '0;
      end else begin
        used_q <= used_q + 32'(piece);
      end
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Operations
  // ---------------------------------------------------------------------------------------------

  function automatic el_roce_pkg::tx_pkt_t to_packet(work_t w, el_roce_sq_pkg::send_state_t s,
      logic is_first, logic is_last, logic [12:0] len);
    el_roce_pkg::tx_pkt_t p;
    p.qpn         = w.qpn;
    p.opcode      = el_roce_sq_pkg::bth_opcode(w.head.opcode, is_first, is_last);
    p.se          = is_last && w.head.flags[el_regs_pkg::WqeFlagSolicited] &&
                    w.head.opcode != el_regs_pkg::WqeOpWrite &&
                    !el_roce_sq_pkg::is_read(w.head.opcode);
    p.ackreq      = (is_last || (s.next_psn % 24'(el_roce_sq_pkg::AckEvery)) ==
                                24'(el_roce_sq_pkg::AckEvery - 1)) &&
                    !el_roce_sq_pkg::is_read(w.head.opcode);
    p.padcnt      = 2'(3'd4 - {1'b0, len[1:0]});
    p.psn         = s.next_psn;
    p.xth         = el_roce_sq_pkg::xth(p.opcode, w.head, s.off);
    p.xth_len     = el_roce_sq_pkg::xth_bytes(p.opcode);
    p.payload_len = 14'(len) + 14'(p.padcnt);
    return p;
  endfunction

  function automatic el_roce_sq_pkg::notice_t to_note(work_t w, el_roce_sq_pkg::send_state_t s);
    el_roce_sq_pkg::notice_t n;
    n          = '0;
    n.qpn      = w.qpn;
    n.epoch    = w.epoch;
    n.trk      = s.send;
    n.idx      = w.idx;
    n.next_idx = w.next_idx;
    n.off      = s.off;
    n.psn      = s.next_psn;
    n.status   = w.status;
    n.cqe_op   = el_roce_sq_pkg::cqe_opcode(w.head.opcode);
    return n;
  endfunction

  logic op_push;
  assign op_push    = emit || notice_now || (state_q == StDrop && op_room_i) ||
                      (repos_take && repos_i.fence);
  assign op_valid_o = op_push;

  // Evaluated only when something is handed on: the memory behind takes it under op_valid_o.
  always_comb begin
    op_o = '0;
    if (op_push) begin
      op_o.kind      = (piece == '0) ? el_roce_sq_pkg::OpEmpty :
                       w_q.is_inline ? el_roce_sq_pkg::OpInline : el_roce_sq_pkg::OpSge;
      op_o.last      = packet_done;
      op_o.repeated  = s_q.next_psn != s_q.max_psn;
      op_o.started   = first;
      op_o.units     = w_q.inline_n;
      op_o.len       = piece;
      op_o.lkey      = elem_q[127:96];
      op_o.va        = elem_q[63:0] + 64'(used_q);
      op_o.bound_va  = elem_q[63:0];
      op_o.bound_len = elem_len;
      op_o.pd        = w_q.pd;
      op_o.note      = to_note(w_q, s_q);
      op_o.next_psn  = s_q.next_psn + span;
      op_o.pkt       = to_packet(w_q, s_q, first, last, packet_len);
      if (!emit) begin
        op_o.last = 1'b1;
        op_o.kind = (state_q == StNotice) ? el_roce_sq_pkg::OpNotice : el_roce_sq_pkg::OpDrop;
      end
      if (repos_take) begin
        op_o.kind       = el_roce_sq_pkg::OpFence;
        op_o.note.fence = 1'b1;
        op_o.note.qpn   = repos_i.qpn;
      end
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Tracked requests
  // ---------------------------------------------------------------------------------------------

  function automatic el_roce_sq_pkg::track_t to_track(work_t w, el_roce_pkg::psn_t psn,
                                                      logic [31:0] len);
    el_roce_sq_pkg::track_t t;
    logic [23:0]            packets;
    packets     = 24'((len - 32'd1) >> (5'd7 + 5'(w.mtu)));
    t.idx       = w.idx;
    t.next_idx  = w.next_idx;
    t.first_psn = psn;
    t.last_psn  = (len == '0) ? psn : psn + packets;
    t.signaled  = w.signaled;
    t.read      = el_roce_sq_pkg::is_read(w.head.opcode);
    t.cqe_op    = el_roce_sq_pkg::cqe_opcode(w.head.opcode);
    return t;
  endfunction

  assign track_we_o  = emit && packet_done && first && s_q.send == s_q.head;
  assign track_qpn_o = w_q.qpn[QpW-1:0];
  assign track_idx_o = s_q.send;
  assign track_o     = track_we_o ? to_track(w_q, s_q.next_psn, w_q.head.length) : '0;

  assign read_start_o  = track_we_o && read;
  assign read_number_o = read_clear_o ? repos_i.rd : s_q.rd_head;
  assign read_o        = !read_start_o ? '0 :
                         el_roce_sq_pkg::to_read(w_q.head, s_q.next_psn, w_q.mtu, w_q.pd);
  assign read_elems_o  = elem_q;
  assign read_clear_o  = repos_take && repos_i.cut;

  assign making_qpn_o = w_q.qpn[QpW-1:0];
  assign making_o     = go || state_q == StPiece;

  assign busy_o = state_q != StIdle;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(PieceFits_A, !emit || piece <= packet_left)
  `EL_ASSERT(InOrder_A, !load || stale || desc_i.idx == s_now.idx)
  // Only a READ, or a few of them, may be larger than the window of the others.
  `EL_ASSERT(WindowKept_A, !load || stale || !sending || in_flight[23] ||
             in_flight <= 24'(el_roce_sq_pkg::PsnWindow) || s_now.rd_head != rd_tail_i)
  `EL_ASSERT(TracksKept_A, !load || stale || !sending ||
             tracked <= el_roce_sq_pkg::trk_t'(Cfg.SqTrack))

endmodule : el_roce_sq_segment
