// SPDX-License-Identifier: Apache-2.0
//
// Types between the parts of the RDMA requester: descriptors, packets in work, tracked requests.
//
// Described in docs/reference/roce-requester.md.

package el_roce_sq_pkg;

  localparam int unsigned UnitW      = 512;        // a unit of the send ring: 64 bytes
  localparam int unsigned MaxUnits   = 5;          // units of one descriptor
  localparam int unsigned MaxSge     = 6;          // elements of one descriptor
  localparam int unsigned MaxInline  = 256;        // inline bytes of one descriptor
  localparam logic [31:0] MaxMessage = 32'h8000_0000;
  localparam int unsigned FetchUnits = 16;         // units of one descriptor read
  localparam int unsigned UnitDepth  = 64;         // units between fetch and segmentation
  localparam int unsigned ChunkBytes = 16384;      // a long message yields after so many bytes
  localparam int unsigned PsnWindow  = 16384;      // most packets in flight of one queue pair
  localparam int unsigned AckEvery   = 32;         // a power of two: PSNs from one that asks for an
                                                   // ACK in any case to the next
  localparam int unsigned TrkW       = 9;          // running number of a tracked request
  localparam int unsigned MaxReads   = 16;         // READs and atomics in flight of one queue pair
  localparam int unsigned ReadSlotW  = 4;
  localparam logic [23:0] ReadWindow = 24'h40_0000;  // PSNs that a READ may add to others

  typedef logic [TrkW-1:0] trk_t;
  typedef logic [ReadSlotW:0] rdn_t;               // running number of a READ or atomic
  typedef logic [15:0]     unit_idx_t;             // ring position in units, modulo 2^16

  // Attributes of a queue pair that software sets.
  typedef struct packed {
    logic [63:6] sq_base;
    logic [3:0]  sq_log;       // 2^n units
    logic [15:0] ctx;
    logic [15:0] send_cq;
    logic [7:0]  eqn;
    logic        sig_all;
    logic [31:0] pd;
    logic [1:0]  qp_type;
  } qp_queues_t;

  typedef struct packed {
    logic [7:0]  access;
    logic [2:0]  mtu;          // 2^(7+n)
    logic [4:0]  timeout;
    logic [2:0]  retry_cnt;
    logic [2:0]  rnr_retry;
    logic [23:0] dest_qpn;
    logic [15:0] pkey;
    logic [23:0] sq_psn;
    logic [23:0] rq_psn;
    logic [4:0]  min_rnr_timer;
    logic [4:0]  max_rd;       // READs and atomics in flight, 0..16
  } qp_attr_t;

  // A unit of a descriptor on its way to the segmenter.
  typedef struct packed {
    logic [UnitW-1:0]  data;
    el_roce_pkg::qpn_t qpn;
    logic [15:0]       gen;       // of the queue pair when it was read; an old one is dropped
    logic              first;
    logic              last;
    logic              bad;       // first: the unit cannot be the descriptor of this position
    logic              err;       // host memory answered with an error
    unit_idx_t         idx;       // first: its position
    unit_idx_t         next_idx;  // first: position of the next descriptor
  } unit_t;

  // A whole descriptor. Inline bytes wait in the memory of el_roce_wqe_collect.
  typedef struct packed {
    el_roce_pkg::qpn_t    qpn;
    logic [15:0]          gen;
    logic                 bad;
    logic                 err;
    unit_idx_t            idx;
    unit_idx_t            next_idx;
    logic [2:0]           units;     // that arrived
    logic [2:0]           inline_n;  // of them with inline bytes
    el_regs_pkg::sq_wqe_t head;
    logic [UnitW-1:0]     more;      // elements 2 to 5
  } desc_t;

  // Progress of transmission of one queue pair; written by the segmenter alone.
  typedef struct packed {
    unit_idx_t         idx;       // descriptor that comes next or is being sent
    logic [31:0]       off;       // bytes of it that were sent
    el_roce_pkg::psn_t next_psn;  // of the packet that comes next
    el_roce_pkg::psn_t max_psn;   // behind the last PSN ever used
    trk_t              send;      // tracked request that `idx` is or will be
    trk_t              head;      // behind the newest tracked request
    rdn_t              rd_head;   // behind the newest READ or atomic
  } send_state_t;

  // Why the sender rests.
  typedef enum logic [1:0] {
    RestRoom  = 2'd0,  // window, tracked requests
    RestReads = 2'd1,  // too many READs and atomics
    RestFence = 2'd2   // READs and atomics before a fence
  } rest_e;

  // A READ or atomic that was started, as its responses need it.
  typedef struct packed {
    logic              atomic;
    el_roce_pkg::psn_t first_psn;
    logic [31:0]       length;
    logic [2:0]        mtu;        // 2^(7+n), when it was sent first
    logic [2:0]        num;        // elements
    logic [31:0]       pd;
  } read_t;

  // Progress of the responses of one queue pair.
  typedef struct packed {
    rdn_t              rd;         // whose responses come next
    logic [23:0]       packets;    // of it that came
    logic              nak;        // silent until the response that is due comes
  } due_t;

  // A request that was started and is not completed.
  typedef struct packed {
    unit_idx_t         idx;
    unit_idx_t         next_idx;
    el_roce_pkg::psn_t first_psn;
    el_roce_pkg::psn_t last_psn;
    logic              signaled;
    logic              read;       // READ or atomic: only its responses complete it
    logic [7:0]        cqe_op;
  } track_t;

  // Progress of acknowledgement of one queue pair; written by the retirement alone.
  typedef struct packed {
    trk_t              tail;         // oldest request that is not completed
    rdn_t              rd_tail;      // oldest READ or atomic that is not completed
    el_roce_pkg::psn_t una;          // oldest PSN that is not acknowledged
    logic [2:0]        retry;        // repetitions since the last progress
    logic [2:0]        rnr;          // receiver-not-ready repetitions since the last progress
    unit_idx_t         consumer;     // behind the last completed descriptor
    logic              held;         // waits for a receiver-not-ready delay
    logic              bad;          // request bad_trk cannot be sent; it fails when it is oldest
    trk_t              bad_trk;
    logic [7:0]        bad_status;
    logic              drain;        // SQD: QpSqDrained is due when no request is open
    logic              fail;         // the next flushed request completes with fail_status
    logic [7:0]        fail_status;
    logic [7:0]        fail_vendor;
  } retire_t;

  // Order of the retirement to the segmenter: continue at this place.
  typedef struct packed {
    el_roce_pkg::qpn_t qpn;
    logic              init;      // the producer is 0 as well
    logic              cut;       // nothing is outstanding any more: max_psn = psn, head = trk
    logic              wake;      // schedule the queue pair, else it rests until the next order
    logic              fence;     // answer with a notice when everything sent before has left
    unit_idx_t         idx;
    logic [31:0]       off;
    el_roce_pkg::psn_t psn;
    trk_t              trk;
    rdn_t              rd;        // cut: of the READ or atomic that comes next
  } repos_t;

  typedef enum logic [2:0] {
    OpSge    = 3'd0,  // a piece of host memory
    OpInline = 3'd1,  // bytes that came with the descriptor
    OpEmpty  = 3'd2,  // packet without payload
    OpNotice = 3'd3,  // no packet: the request fails with `status`
    OpFence  = 3'd4,  // no packet: everything before has left
    OpDrop   = 3'd5   // no packet: throw away inline units
  } op_kind_e;

  // What happened to a request beside acknowledgements; or to a packet of the responder.
  typedef struct packed {
    logic              resp;      // of the responder; then only qpn to msn, psn and status count
    logic              resp_last; // the answer to a READ or atomic ends
    logic              resp_again;  // the request was a repeated one
    logic [23:0]       msn;
    el_roce_pkg::qpn_t qpn;
    logic              fence;
    logic [15:0]       epoch;
    trk_t              trk;
    unit_idx_t         idx;
    unit_idx_t         next_idx;
    logic [31:0]       off;
    el_roce_pkg::psn_t psn;
    logic [7:0]        status;
    logic [7:0]        cqe_op;
  } notice_t;

  // One piece of a packet's payload. The packet's header travels with its last piece.
  typedef struct packed {
    op_kind_e             kind;
    logic                 last;
    logic                 repeated;  // made before; whether it left is known at the output
    logic                 started;   // first packet of a request
    logic [2:0]           units;     // inline units
    logic [12:0]          len;       // bytes of the piece
    logic [31:0]          lkey;
    logic [63:0]          va;
    logic [63:0]          bound_va;
    logic [31:0]          bound_len;
    logic [31:0]          pd;
    notice_t              note;      // of the request; status 0 unless OpNotice
    el_roce_pkg::psn_t    next_psn;  // behind the PSNs of the packet
    el_roce_pkg::tx_pkt_t pkt;
  } op_t;

  // A packet, or a notice in its place, between translation and output.
  typedef struct packed {
    op_kind_e             kind;
    logic                 repeated;
    logic                 started;
    notice_t              note;
    el_roce_pkg::psn_t    next_psn;
    el_roce_pkg::tx_pkt_t pkt;
  } out_t;

  // What became of a packet or fence of the responder.
  typedef struct packed {
    logic              sent;      // else it is a fence, or cannot be sent
    logic              fence;
    logic              last;
    logic              again;
    el_roce_pkg::qpn_t qpn;
    logic [15:0]       epoch;
    el_roce_pkg::psn_t psn;
    logic [23:0]       msn;
    logic [7:0]        status;    // WcStatus
  } resp_event_t;

  // Source of payload bytes: one or two reads, or inline units.
  typedef struct packed {
    op_kind_e          kind;      // OpSge, OpInline, OpDrop
    logic              last;      // of the packet
    logic [2:0]        units;
    logic              resp;      // packet of the responder
    el_roce_pkg::qpn_t qpn;
    logic [15:0]       epoch;
    el_roce_pkg::psn_t psn;
    logic [12:0]       len;
    logic [63:0]       iova0;
    logic [12:0]       len0;
    logic [63:0]       iova1;
    logic              era;       // changes with each barrier
  } piece_t;

  // One read or one run of inline units, in the order in which their bytes are packed.
  typedef struct packed {
    op_kind_e          kind;
    logic              last;
    logic [2:0]        units;
    logic              resp;
    el_roce_pkg::qpn_t qpn;
    logic [15:0]       epoch;
    el_roce_pkg::psn_t psn;
    logic [12:0]       len;
    logic              era;
  } seg_t;

  // A change that the admin queue asks for, executed by the retirement.
  typedef struct packed {
    el_roce_pkg::qpn_t qpn;
    logic              set_state;
    logic [2:0]        state;     // el_regs_pkg::QpState
    logic              init;      // forget everything, answer when nothing is left
    logic              set_psn;
    el_roce_pkg::psn_t psn;
  } obj_event_t;

  function automatic logic is_atomic(logic [7:0] op);
    return op == el_regs_pkg::WqeOpCmpSwap || op == el_regs_pkg::WqeOpFetchAdd;
  endfunction

  // One packet asks, and the peer's responses complete the request.
  function automatic logic is_read(logic [7:0] op);
    return op == el_regs_pkg::WqeOpRead || is_atomic(op);
  endfunction

  // Status of a descriptor before anything is sent; WcStatusSuccess when it is good.
  function automatic logic [7:0] judge(desc_t d, logic [4:0] max_rd);
    el_regs_pkg::sge_t e;
    logic [34:0]       sum;
    logic [1023:0]     all;
    all = {d.more, 256'b0, d.head[511:256]};
    sum = '0;
    for (int i = 0; i < int'(MaxSge); i++) begin
      e = (i < 2) ? all[128*i +: 128] : all[512 + 128*(i-2) +: 128];
      if (8'(i) < d.head.num_sge) sum = sum + 35'(e.length);
    end
    if (d.err) return el_regs_pkg::WcStatusFatalErr;
    if (d.bad || 8'(d.units) != d.head.num_units ||
        d.head.opcode > el_regs_pkg::WqeOpFetchAdd) return el_regs_pkg::WcStatusLocQpOpErr;
    if (is_read(d.head.opcode) && (max_rd == '0 || d.head.flags[el_regs_pkg::WqeFlagInline])) begin
      return el_regs_pkg::WcStatusLocQpOpErr;
    end
    if (is_atomic(d.head.opcode) && (d.head.num_sge != 8'd1 || d.head.length != 32'd8)) begin
      return el_regs_pkg::WcStatusLocQpOpErr;
    end
    if (d.head.length > MaxMessage) return el_regs_pkg::WcStatusLocLenErr;
    if (d.head.flags[el_regs_pkg::WqeFlagInline]) begin
      if (d.head.length > MaxInline || 32'({d.inline_n, 6'b0}) < d.head.length) begin
        return el_regs_pkg::WcStatusLocQpOpErr;
      end
      return el_regs_pkg::WcStatusSuccess;
    end
    if (d.head.num_sge > 8'(MaxSge) || (d.head.num_sge > 8'd2 && d.units < 3'd2)) begin
      return el_regs_pkg::WcStatusLocQpOpErr;
    end
    if (sum != 35'(d.head.length)) return el_regs_pkg::WcStatusLocLenErr;
    return el_regs_pkg::WcStatusSuccess;
  endfunction

  // Room for one more packet and, at the start of a request, for one more request.
  function automatic logic has_room(send_state_t s, el_roce_pkg::psn_t una,
                                    trk_t tail, int unsigned max_requests);
    el_roce_pkg::psn_t packets;
    trk_t              requests;
    packets  = s.next_psn - una;
    requests = s.head - tail;
    return packets < 24'(PsnWindow) &&
           (s.send != s.head || requests < trk_t'(max_requests));
  endfunction

  // PSNs that the next packet takes.
  function automatic logic [23:0] span_of(el_regs_pkg::sq_wqe_t w, logic [31:0] off,
                                          logic [2:0] mtu);
    if (w.opcode != el_regs_pkg::WqeOpRead || w.length == '0) return 24'd1;
    return 24'((w.length - off - 32'd1) >> (5'd7 + 5'(mtu))) + 24'd1;
  endfunction

  // A READ may be larger than the window, but then there is little beside it.
  function automatic logic span_fits(logic [23:0] span, logic [23:0] packets);
    return packets == '0 || 25'(packets) + 25'(span) <= 25'(ReadWindow);
  endfunction

  // Room among the READs and atomics for a request that starts.
  function automatic logic reads_fit(send_state_t s, el_regs_pkg::sq_wqe_t w, rdn_t rd_tail,
                                     logic [4:0] max_rd);
    rdn_t open;
    open = s.rd_head - rd_tail;
    if (s.send != s.head || open == '0) return 1'b1;
    return !w.flags[el_regs_pkg::WqeFlagFence] &&
           (!is_read(w.opcode) || (open < max_rd && open < rdn_t'(MaxReads)));
  endfunction

  function automatic read_t to_read(el_regs_pkg::sq_wqe_t w, el_roce_pkg::psn_t psn,
                                    logic [2:0] mtu, logic [31:0] pd);
    read_t r;
    r.atomic    = is_atomic(w.opcode);
    r.first_psn = psn;
    r.length    = w.length;
    r.mtu       = mtu;
    r.num       = w.num_sge[2:0];
    r.pd        = pd;
    return r;
  endfunction

  // Elements of a descriptor, those beyond num_sge with no bytes.
  function automatic logic [MaxSge*128-1:0] elements(desc_t d);
    logic [MaxSge*128-1:0] e;
    e = {d.more, d.head[511:256]};
    for (int i = 0; i < int'(MaxSge); i++) begin
      if (8'(i) >= d.head.num_sge) e[128*i +: 128] = '0;
    end
    return e;
  endfunction

  function automatic logic [5:0] xth_bytes(logic [7:0] opcode);
    return el_bth_pkg::bth_xth_len(opcode);
  endfunction

  // off: bytes of the message that are behind; a READ asks for the rest.
  function automatic logic [223:0] xth(logic [7:0] opcode, el_regs_pkg::sq_wqe_t w,
                                       logic [31:0] off);
    logic [127:0] reth;
    logic [63:0]  compare;
    reth    = {el_pkg::swap32(w.length - off), el_pkg::swap32(w.rkey),
               el_pkg::swap64(w.remote_addr + 64'(off))};
    compare = (opcode == el_regs_pkg::RoceOpCmpSwap) ? {w.sge1_lkey, w.sge1_length} : '0;
    unique case (opcode)
      el_regs_pkg::RoceOpReadRequest: return {96'b0, reth};
      el_regs_pkg::RoceOpCmpSwap, el_regs_pkg::RoceOpFetchAdd:
        return {el_pkg::swap64(compare), el_pkg::swap64(w.sge1_addr), reth[95:0]};
      el_regs_pkg::RoceOpWriteFirst, el_regs_pkg::RoceOpWriteOnly: return {96'b0, reth};
      el_regs_pkg::RoceOpWriteOnlyImm:                             return {64'b0, w.imm, reth};
      el_regs_pkg::RoceOpWriteLastImm, el_regs_pkg::RoceOpSendLastImm,
      el_regs_pkg::RoceOpSendOnlyImm:                              return {192'b0, w.imm};
      el_regs_pkg::RoceOpSendLastInv, el_regs_pkg::RoceOpSendOnlyInv:
        return {192'b0, el_pkg::swap32(w.rkey)};
      default:                                                     return '0;
    endcase
  endfunction

  // Cycles of the transport timer: 4.096 us x 2^n (IBTA volume 1, 9.9.2.1.1).
  function automatic el_pkg::cycles_t timeout_cycles(logic [23:0] tick, logic [4:0] n);
    logic [54:0] t;
    t = {31'b0, tick} << n;
    return (t[54:46] != '0) ? el_pkg::cycles_t'(64'h3FFF_FFFF_FFFF) : t[47:0];
  endfunction

  // Cycles that an RNR NAK asks to wait (IBTA volume 1, table 45); tick: cycles of 10 us.
  function automatic el_pkg::cycles_t rnr_cycles(logic [23:0] tick, logic [4:0] code);
    el_pkg::cycles_t t;
    t = {24'b0, tick};
    if (code == 5'd0)      t = t << 16;
    else if (code == 5'd1) t = t;
    else if (!code[0])     t = t << code[4:1];
    else                   t = (t + (t << 1)) << (code[4:1] - 4'd1);
    return t;
  endfunction

  // Completion opcode of a request.
  function automatic logic [7:0] cqe_opcode(logic [7:0] op);
    unique case (op)
      el_regs_pkg::WqeOpWrite, el_regs_pkg::WqeOpWriteImm: return el_regs_pkg::CqeOpWrite;
      el_regs_pkg::WqeOpRead:                              return el_regs_pkg::CqeOpRead;
      el_regs_pkg::WqeOpCmpSwap:                           return el_regs_pkg::CqeOpCmpSwap;
      el_regs_pkg::WqeOpFetchAdd:                          return el_regs_pkg::CqeOpFetchAdd;
      default:                                             return el_regs_pkg::CqeOpSend;
    endcase
  endfunction

  // BTH opcode of a packet (IBTA volume 1, table 38).
  function automatic logic [7:0] bth_opcode(logic [7:0] op, logic first, logic last);
    logic [7:0] r;
    if (op == el_regs_pkg::WqeOpWrite || op == el_regs_pkg::WqeOpWriteImm) begin
      if (first && last) r = el_regs_pkg::RoceOpWriteOnly;
      else if (first)    r = el_regs_pkg::RoceOpWriteFirst;
      else if (last)     r = el_regs_pkg::RoceOpWriteLast;
      else               r = el_regs_pkg::RoceOpWriteMiddle;
    end else begin
      if (first && last) r = el_regs_pkg::RoceOpSendOnly;
      else if (first)    r = el_regs_pkg::RoceOpSendFirst;
      else if (last)     r = el_regs_pkg::RoceOpSendLast;
      else               r = el_regs_pkg::RoceOpSendMiddle;
    end
    if (last && (op == el_regs_pkg::WqeOpWriteImm || op == el_regs_pkg::WqeOpSendImm)) r = r + 8'd1;
    if (last && op == el_regs_pkg::WqeOpSendInv) begin
      r = first ? el_regs_pkg::RoceOpSendOnlyInv : el_regs_pkg::RoceOpSendLastInv;
    end
    if (op == el_regs_pkg::WqeOpRead)     r = el_regs_pkg::RoceOpReadRequest;
    if (op == el_regs_pkg::WqeOpCmpSwap)  r = el_regs_pkg::RoceOpCmpSwap;
    if (op == el_regs_pkg::WqeOpFetchAdd) r = el_regs_pkg::RoceOpFetchAdd;
    return r;
  endfunction

endpackage : el_roce_sq_pkg
