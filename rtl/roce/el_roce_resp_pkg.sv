// SPDX-License-Identifier: Apache-2.0
//
// Types of the RDMA responder and the verdict on one received request packet.
//
// The verdict follows InfiniBand volume 1, 9.7.4 (requests), 9.7.5 (responses), 9.9.3 (errors).

package el_roce_resp_pkg;

  // A request packet out of a good frame; key checks and PSN checks are still to come.
  typedef struct packed {
    logic                   drop;         // only the payload matters, and it is thrown away
    logic                   resp;         // a response; xth stands in reth
    el_roce_pkg::qpn_t      qpn;
    logic [7:0]             opcode;
    logic                   se;
    logic                   ackreq;
    logic [1:0]             padcnt;
    el_roce_pkg::psn_t      psn;
    logic [13:0]            payload_len;  // with pad bytes
    el_regs_pkg::reth_t     reth;
    logic [31:0]            imm;          // immediate as on the wire, or the key to invalidate
    logic [63:0]            swap_add;     // atomics: value to store or to add
    logic [63:0]            compare;      // CMP_SWAP
  } req_t;

  // What the objects say about a queue pair.
  typedef struct packed {
    logic        valid;
    logic        path;        // its address vector was set
    logic [3:0]  access;      // el_regs_pkg::Access bits
    logic [2:0]  mtu;         // path MTU 2^(7+n)
    logic [4:0]  min_rnr;
    logic [31:0] pd;
    logic [57:0] rq_base;     // units of 64 bytes
    logic [3:0]  log_size;
    logic [1:0]  log_stride;
    logic [15:0] recv_cq;
    logic [15:0] ctx;
    logic [7:0]  eqn;
    logic [15:0] pkey;
    logic [4:0]  max_reads;   // READs and atomics that may wait, 0..16
    logic        srq;         // receive requests come from a shared queue
    logic [15:0] srqn;
  } qp_cfg_t;

  // Shared receive queue; its numbers are as many as those of queue pairs.
  typedef struct packed {
    logic        valid;
    logic [31:0] pd;
    logic [57:0] base;        // units of 64 bytes
    logic [3:0]  log_size;
    logic [1:0]  log_stride;
    logic [15:0] ctx;
    logic [7:0]  eqn;
    logic [15:0] cons;        // receive requests taken
    logic [15:0] prod;        // receive requests posted
    logic [15:0] limit;       // fewer left raise an event, once; 0: none
    logic [15:0] users;       // queue pairs that take from it
  } srq_t;

  // In the number of a receive doorbell: it is one of a shared receive queue.
  localparam int unsigned DbSrq = 23;

  // READs and atomics of a queue pair: accepted or answered, modulo 32.
  localparam int unsigned Ring = 16;  // that can wait for their answers, repeated ones included
  typedef logic [4:0] count_t;

  typedef enum logic [1:0] {SeqNone = 2'd0, SeqSend = 2'd1, SeqWrite = 2'd2} seq_e;

  // What packets and doorbells change.
  typedef struct packed {
    logic [2:0]        state;     // el_regs_pkg::QpState*
    el_roce_pkg::psn_t epsn;      // next PSN expected
    logic [23:0]       msn;       // messages completed
    logic [15:0]       rq_cons;   // receive requests completed; a SEND in progress fills this one
    logic [15:0]       rq_prod;   // receive requests posted; shared: one while a SEND goes on
    seq_e              seq;       // message in progress
    logic              nak_sent;  // silent until the expected PSN arrives
    logic              comm_est;  // the event "communication established" was reported
    logic [63:0]       va;        // WRITE: where the next packet goes
    logic [31:0]       rkey;      // WRITE
    logic [31:0]       remain;    // WRITE: bytes still to come
    logic [31:0]       total;     // WRITE: bytes of the message; SEND: bytes received
    count_t            reads;     // READs and atomics accepted, modulo 32
    count_t            again;     // repeated ones accepted, modulo 32
  } qp_dyn_t;

  typedef enum logic [1:0] {
    OpNone  = 2'd0,  // nothing to place: the payload, if any, is thrown away
    OpWrite = 2'd1,
    OpSend  = 2'd2,
    OpResp  = 2'd3   // READ or atomic response: into the elements of a send request
  } op_e;

  // What a response packet means, for the requester; see el_roce_pkg::response_t.
  typedef struct packed {
    logic valid;
    logic useless;
    logic due;
    logic ends;
    logic implied;
  } answer_t;

  // Completion of one packet: what happens after its last byte was accepted by the DMA engine.
  typedef struct packed {
    el_roce_pkg::qpn_t qpn;
    logic              respond;
    logic [7:0]        syndrome;   // AETH
    el_roce_pkg::psn_t psn;        // AETH is about this PSN
    logic [23:0]       msn;
    logic              cqe;        // the receive request rq_idx completes
    logic [15:0]       cqn;
    logic [15:0]       rq_idx;
    logic              srq;        // it was taken from a shared queue
    logic [7:0]        status;     // WcStatus
    logic              write_imm;  // CQE opcode
    logic              has_imm;
    logic              has_inv;
    logic              se;
    logic [31:0]       byte_len;
    logic [31:0]       imm;
    logic              comm_est;   // report "communication established"
    logic [7:0]        eqn;
    logic              job;        // a READ or an atomic: a job_t belongs to it
    logic              job_ok;     // it may be done
    answer_t           sq;         // of a response: msn is its PSN, {byte_len, imm} its value
  } cpl_t;

  typedef enum logic [2:0] {
    JobRead     = 3'd0,  // bytes to send
    JobCmpSwap  = 3'd1,  // to execute
    JobFetchAdd = 3'd2,
    JobAgain    = 3'd3,  // atomic that was executed: its old value is to be found
    JobOld      = 3'd4,  // old value to send
    JobNothing  = 3'd5,  // no answer
    JobFail     = 3'd6   // memory failed
  } job_kind_e;

  // A READ or an atomic, from the verdict to its answer.
  typedef struct packed {
    job_kind_e         kind;
    logic              again;  // counts as repeated
    el_roce_pkg::qpn_t qpn;
    el_roce_pkg::psn_t psn;    // of the first packet
    logic [23:0]       msn;
    logic [63:0]       value;  // JobRead: address; atomics: operand; JobOld: old value
    logic [63:0]       more;   // JobRead: {key, length}; JobCmpSwap: value to compare with
    logic [31:0]       pd;
    logic [2:0]        mtu;
  } job_t;

  // The key of a job was looked up, and everything before it is written or on its way. A mark is
  // compared as long as its job waits behind atomics, while other writes go on.
  localparam int unsigned MarkW = 32;
  typedef logic [MarkW-1:0] mark_t;

  typedef struct packed {
    logic        ok;
    mark_t       mark;   // writes that were given to the DMA engine before
    logic [63:0] iova;   // atomics
  } token_t;

  // What waits when a packet is judged.
  typedef struct packed {
    count_t reads;
    count_t again;
  } open_t;

  // An answer could not be sent: its queue pair must go to ERR.
  typedef struct packed {
    el_roce_pkg::qpn_t qpn;
    el_roce_pkg::psn_t psn;
    logic [23:0]       msn;      // of the messages before
    logic [7:0]        status;   // WcStatus, for the event
  } fail_t;

  // An ACK or NAK.
  typedef struct packed {
    el_roce_pkg::qpn_t qpn;
    logic [7:0]        syndrome;
    el_roce_pkg::psn_t psn;
    logic [23:0]       msn;
  } resp_t;

  // One packet on its way through the responder.
  typedef struct packed {
    op_e               kind;
    logic              fatal;      // the queue pair goes to ERR with this packet
    logic              payload;    // beats follow on the payload stream
    logic [12:0]       len;        // bytes to place
    logic [63:0]       va;         // OpWrite
    logic [31:0]       rkey;       // OpWrite
    logic [31:0]       bound_len;  // OpWrite: bytes from va on that must be accessible
    logic [3:0]        access;     // OpWrite: el_regs_pkg::Access bits; a job places nothing
    logic [31:0]       offset;     // OpSend: bytes of the message in front of this packet
    logic              last;       // last packet of the message
    logic [31:0]       pd;
    logic [31:0]       inval_pd;   // OpSend: of the key to invalidate
    logic [1:0]        log_stride;
    logic [3:0]        slot;       // OpResp: place of the request
    logic [2:0]        num;        // OpResp: its elements
    cpl_t              cpl;
  } op_t;

  // One piece of a packet's memory: at most one translation.
  typedef enum logic [2:0] {
    FltNone  = 3'd0,
    FltLen   = 3'd1,  // the receive request is too small
    FltWqe   = 3'd2,  // the receive request is malformed
    FltDma   = 3'd3,  // the receive request could not be read
    FltLocal = 3'd4,  // local key
    FltRkey  = 3'd5,  // remote key of a WRITE
    FltInval = 3'd6   // key to invalidate
  } fault_e;

  typedef struct packed {
    logic        xlate;    // an answer of the translation belongs to it
    fault_e      on_fail;  // what a refused translation means
    fault_e      fault;    // known before any translation
    logic        write;    // bytes go to memory (else only the key is looked up)
    logic        last;     // last piece of the packet
    logic        last_packet;  // the packet ends its message
    logic        fatal;
    logic        payload;
    logic        inject;       // the bytes are the value in cpl
    logic [12:0] len;
    cpl_t        cpl;
  } piece_t;

  // Order to the payload mover.
  typedef struct packed {
    logic        write;    // else: nothing to write, throw away what is left of the payload
    logic        last;     // last order of the packet
    logic        payload;  // the packet has payload beats
    logic        inject;   // the only beat is `value`
    logic [63:0] value;
    logic [63:0] addr;
    logic [12:0] len;
  } seg_t;

  // Fetch of one receive request, offered together with its OpSend.
  typedef struct packed {
    logic [63:0] addr;
    logic [1:0]  log_stride;
  } fetch_t;

  // A packet failed: its queue pair must go to ERR once everything before it is done.
  typedef struct packed {
    el_roce_pkg::qpn_t qpn;
    el_roce_pkg::psn_t psn;      // of the packet
    logic [15:0]       rq_next;  // first receive request that is still to be flushed
    logic [7:0]        status;   // WcStatus, for the event
  } kill_t;

  typedef struct packed {
    el_roce_pkg::qpn_t qpn;
    logic [15:0]       cqn;
    logic [15:0]       idx;      // first request
    logic [15:0]       count;
  } flush_t;

  typedef struct packed {
    logic dup;
    logic gap;      // first packet out of order: a sequence NAK leaves
    logic rnr;
    logic invalid;
    logic ignored;  // state does not allow it, or out of order while a NAK is outstanding
    logic read;     // accepted
    logic atomic;   // accepted
  } judge_cnt_t;

  typedef struct packed {
    qp_dyn_t    dyn;    // next state of the queue pair
    op_t        op;
    job_t       job;    // with op.cpl.job
    judge_cnt_t cnt;
  } verdict_t;

  function automatic logic [12:0] mtu_bytes(logic [2:0] mtu);
    return 13'd128 << mtu;
  endfunction

  // Position of a packet in its message.
  typedef struct packed {
    logic send;
    logic write;
    logic first;
    logic last;
    logic imm;
    logic inv;
    logic read;
    logic atomic;
  } shape_t;

  function automatic shape_t op_shape(logic [7:0] opcode);
    shape_t s;
    s = '0;
    unique case (opcode)
      el_regs_pkg::RoceOpSendFirst:    begin s.send = 1; s.first = 1; end
      el_regs_pkg::RoceOpSendMiddle:   begin s.send = 1; end
      el_regs_pkg::RoceOpSendLast:     begin s.send = 1; s.last = 1; end
      el_regs_pkg::RoceOpSendLastImm:  begin s.send = 1; s.last = 1; s.imm = 1; end
      el_regs_pkg::RoceOpSendLastInv:  begin s.send = 1; s.last = 1; s.inv = 1; end
      el_regs_pkg::RoceOpSendOnly:     begin s.send = 1; s.first = 1; s.last = 1; end
      el_regs_pkg::RoceOpSendOnlyImm:  begin s.send = 1; s.first = 1; s.last = 1; s.imm = 1; end
      el_regs_pkg::RoceOpSendOnlyInv:  begin s.send = 1; s.first = 1; s.last = 1; s.inv = 1; end
      el_regs_pkg::RoceOpWriteFirst:   begin s.write = 1; s.first = 1; end
      el_regs_pkg::RoceOpWriteMiddle:  begin s.write = 1; end
      el_regs_pkg::RoceOpWriteLast:    begin s.write = 1; s.last = 1; end
      el_regs_pkg::RoceOpWriteLastImm: begin s.write = 1; s.last = 1; s.imm = 1; end
      el_regs_pkg::RoceOpWriteOnly:    begin s.write = 1; s.first = 1; s.last = 1; end
      el_regs_pkg::RoceOpWriteOnlyImm: begin s.write = 1; s.first = 1; s.last = 1; s.imm = 1; end
      el_regs_pkg::RoceOpReadRequest:  begin s.read = 1; s.first = 1; s.last = 1; end
      el_regs_pkg::RoceOpCmpSwap:      begin s.atomic = 1; s.first = 1; s.last = 1; end
      el_regs_pkg::RoceOpFetchAdd:     begin s.atomic = 1; s.first = 1; s.last = 1; end
      default: ;
    endcase
    return s;
  endfunction

  // Is the packet a legal continuation of right lengths (9.7.4.1.2, 9.7.4.1.6, 9.7.4.1.7)?
  function automatic logic shape_ok(shape_t s, qp_cfg_t cfg, qp_dyn_t dyn, req_t r);
    logic [12:0] len, mtu;
    logic        ok;
    len = 13'(r.payload_len - 14'(r.padcnt));
    mtu = mtu_bytes(cfg.mtu);
    // The opcode exists here, continues the message in progress or starts one.
    ok = s.send || (s.write && cfg.access[el_regs_pkg::AccessRemoteWrite]);
    ok &= s.first ? dyn.seq == SeqNone : dyn.seq == (s.send ? SeqSend : SeqWrite);
    // Payload and pad fill whole words; FIRST and MIDDLE are full, LAST is not empty.
    ok &= r.payload_len[1:0] == 2'b00 && 14'(r.padcnt) <= r.payload_len;
    ok &= r.payload_len <= 14'(mtu);
    if (!s.last) ok &= len == mtu;
    if (s.last && !s.first) ok &= len != '0;
    // The lengths of a WRITE add up to what its RETH announced, at most 2^31.
    if (s.write && s.first) begin
      ok &= r.reth.dma_length <= 32'h8000_0000;
      ok &= s.last ? r.reth.dma_length == 32'(len) : r.reth.dma_length > 32'(len);
    end else if (s.write) begin
      ok &= s.last ? dyn.remain == 32'(len) : dyn.remain > 32'(len);
    end
    if (s.send && !s.first) ok &= !dyn.total[31];
    return ok;
  endfunction

  // PSNs of a READ (9.7.2.2): one for each packet of its answer, and at least one.
  function automatic el_roce_pkg::psn_t read_psns(logic [31:0] len, logic [2:0] mtu);
    logic [32:0] sum;
    sum = {1'b0, len} + 33'(mtu_bytes(mtu)) - 33'd1;
    return (len == '0) ? 24'd1 : 24'(sum >> (4'd7 + 4'(mtu)));
  endfunction

  // Is a READ or an atomic well formed and allowed (9.7.4.1.2, 9.7.4.1.5, 9.4.5)?
  function automatic logic look_ok(shape_t s, qp_cfg_t cfg, req_t r);
    logic ok;
    ok = r.payload_len == '0 && r.padcnt == '0;
    if (s.read) begin
      ok &= cfg.access[el_regs_pkg::AccessRemoteRead] && r.reth.dma_length <= 32'h8000_0000;
    end else begin
      ok &= s.atomic && cfg.access[el_regs_pkg::AccessRemoteAtomic] && r.reth.va[2:0] == '0;
    end
    return ok;
  endfunction

  // The key is looked up for the whole range; nothing is placed.
  function automatic op_t look(shape_t s, qp_cfg_t cfg, req_t r);
    op_t o;
    o           = '0;
    o.kind      = OpWrite;
    o.len       = s.atomic ? 13'd8 : 13'(r.reth.dma_length != '0);
    o.va        = r.reth.va;
    o.rkey      = r.reth.rkey;
    o.bound_len = s.atomic ? 32'd8 : r.reth.dma_length;
    o.access    = 4'd1 << (s.atomic ? el_regs_pkg::AccessRemoteAtomic
                                    : el_regs_pkg::AccessRemoteRead);
    o.pd        = cfg.pd;
    o.cpl.psn   = r.psn;
    o.cpl.job   = 1'b1;
    return o;
  endfunction

  function automatic job_t to_job(shape_t s, qp_cfg_t cfg, req_t r, logic again);
    job_t j;
    j.kind  = s.read ? JobRead : again ? JobAgain :
              (r.opcode == el_regs_pkg::RoceOpCmpSwap) ? JobCmpSwap : JobFetchAdd;
    j.again = again;
    j.qpn   = r.qpn;
    j.psn   = r.psn;
    j.msn   = '0;
    j.value = s.read ? r.reth.va : r.swap_add;
    j.more  = s.read ? {r.reth.rkey, r.reth.dma_length} : r.compare;
    j.pd    = cfg.pd;
    j.mtu   = cfg.mtu;
    return j;
  endfunction

  // A repeated READ must end before the PSN that is expected (9.7.5.1.3).
  function automatic logic again_ok(shape_t s, qp_cfg_t cfg, qp_dyn_t dyn, req_t r);
    el_roce_pkg::psn_t behind;
    behind = r.psn + (s.read ? read_psns(r.reth.dma_length, cfg.mtu) : 24'd1);
    return look_ok(s, cfg, r) && cfg.max_reads != '0 &&
           !el_roce_pkg::psn_before(dyn.epsn, behind);
  endfunction

  // State after an accepted packet.
  function automatic qp_dyn_t advance(shape_t s, qp_dyn_t dyn, req_t r);
    qp_dyn_t     n;
    logic [31:0] len;
    len        = 32'(r.payload_len) - 32'(r.padcnt);
    n          = dyn;
    n.epsn     = dyn.epsn + 24'd1;
    n.nak_sent = 1'b0;
    if (dyn.state == el_regs_pkg::QpStateRtr[2:0]) n.comm_est = 1'b1;
    if (s.write) begin
      n.va     = (s.first ? r.reth.va : dyn.va) + 64'(len);
      n.remain = (s.first ? r.reth.dma_length : dyn.remain) - len;
      if (s.first) n.rkey = r.reth.rkey;
      if (s.first) n.total = r.reth.dma_length;
    end else if (s.send) begin
      n.total = (s.first ? '0 : dyn.total) + len;
    end else begin
      n.reads = dyn.reads + count_t'(1);
    end
    n.seq = s.last ? SeqNone : (s.send ? SeqSend : SeqWrite);
    if (s.last) n.msn = dyn.msn + 24'd1;
    if (s.last && (s.send || s.imm)) n.rq_cons = dyn.rq_cons + 16'd1;
    return n;
  endfunction

  // The way of an accepted packet to memory and to its completion.
  function automatic op_t accept(shape_t s, qp_cfg_t cfg, qp_dyn_t dyn, qp_dyn_t n, req_t r);
    op_t o;
    o               = '0;
    o.kind          = s.send ? OpSend : OpWrite;
    o.payload       = r.payload_len != '0;
    o.len           = 13'(r.payload_len - 14'(r.padcnt));
    o.va            = s.first ? r.reth.va : dyn.va;
    o.rkey          = s.first ? r.reth.rkey : dyn.rkey;
    o.bound_len     = s.first ? r.reth.dma_length : 32'(o.len);
    o.access        = 4'd1 << el_regs_pkg::AccessRemoteWrite;
    o.offset        = s.first ? '0 : dyn.total;
    o.last          = s.last;
    o.pd            = cfg.pd;
    o.inval_pd      = cfg.pd;
    o.log_stride    = cfg.log_stride;
    o.cpl.respond   = r.ackreq;
    o.cpl.syndrome  = el_regs_pkg::AethSyndromeAck;
    o.cpl.psn       = r.psn;
    o.cpl.cqe       = s.last && (s.send || s.imm);
    o.cpl.write_imm = s.write;
    o.cpl.has_imm   = s.imm;
    o.cpl.has_inv   = s.inv;
    o.cpl.se        = r.se;
    o.cpl.byte_len  = n.total;
    o.cpl.imm       = r.imm;
    o.cpl.comm_est  = n.comm_est && !dyn.comm_est;
    return o;
  endfunction

  function automatic verdict_t judge(qp_cfg_t cfg, qp_dyn_t dyn, req_t r, open_t open);
    verdict_t v;
    shape_t   s;
    logic     up, reads, full;
    v            = '0;
    v.dyn        = dyn;
    v.op.payload = r.payload_len != '0;
    s            = op_shape(r.opcode);
    reads        = s.read || s.atomic;
    full         = open.reads + open.again == count_t'(Ring);
    up           = cfg.valid && (dyn.state == el_regs_pkg::QpStateRtr[2:0] ||
                                 dyn.state == el_regs_pkg::QpStateRts[2:0] ||
                                 dyn.state == el_regs_pkg::QpStateSqd[2:0]);
    if (r.drop) begin
      // Nothing but the payload to throw away.
    end else if (!up) begin
      v.cnt.ignored = 1'b1;
    end else if (el_roce_pkg::psn_before(r.psn, dyn.epsn)) begin
      // Duplicate SEND or WRITE: acknowledge again everything that was received (9.7.5.1.2).
      v.cnt.dup         = 1'b1;
      v.op.cpl.respond  = s.send || s.write;
      v.op.cpl.syndrome = el_regs_pkg::AethSyndromeAck;
      v.op.cpl.psn      = dyn.epsn - 24'd1;
      // A READ is executed again, an atomic answered with what it found (9.7.5.1.3, 9.7.5.1.4).
      if (reads && again_ok(s, cfg, dyn, r) && !full) begin
        v.op        = look(s, cfg, r);
        v.job       = to_job(s, cfg, r, 1'b1);
        v.dyn.again = dyn.again + count_t'(1);
        if (s.atomic) v.op.len = '0;  // nothing is looked up
      end
    end else if (r.psn != dyn.epsn) begin
      // A packet is missing: one NAK, then silence (9.7.5.2.8).
      v.cnt.gap         = !dyn.nak_sent;
      v.cnt.ignored     = dyn.nak_sent;
      v.op.cpl.respond  = !dyn.nak_sent;
      v.op.cpl.syndrome = el_regs_pkg::AethSyndromeNakSequence;
      v.op.cpl.psn      = dyn.epsn;
      v.dyn.nak_sent    = 1'b1;
    end else if (reads ? !look_ok(s, cfg, r) || dyn.seq != SeqNone || open.reads >= cfg.max_reads
                       : !shape_ok(s, cfg, dyn, r)) begin
      v.cnt.invalid     = 1'b1;
      v.op.fatal        = 1'b1;  // state ERR follows when the operations before it are done
      v.op.cpl.respond  = 1'b1;
      v.op.cpl.syndrome = el_regs_pkg::AethSyndromeNakInvalidRequest;
      v.op.cpl.psn      = dyn.epsn;
      v.op.cpl.status   = el_regs_pkg::WcStatusRemInvReqErr;
      v.op.cpl.cqe      = dyn.seq == SeqSend;  // the receive request in progress fails with it
    end else if (dyn.rq_cons == dyn.rq_prod && ((s.send && s.first) || (s.write && s.imm))) begin
      // No receive request: the same PSN will be tried again after the timer (9.7.5.2.8).
      v.cnt.rnr         = 1'b1;
      v.op.cpl.respond  = 1'b1;
      v.op.cpl.syndrome = el_regs_pkg::AethSyndromeRnr | 8'(cfg.min_rnr);
      v.op.cpl.psn      = dyn.epsn;
      v.dyn.nak_sent    = 1'b1;
    end else if (reads && full) begin
      v.cnt.ignored = 1'b1;  // repeated ones take the room: it comes again
    end else if (reads) begin
      v.dyn             = advance(s, dyn, r);
      v.op              = look(s, cfg, r);
      v.op.last         = 1'b1;
      v.op.cpl.comm_est = v.dyn.comm_est && !dyn.comm_est;
      v.job             = to_job(s, cfg, r, 1'b0);
      v.cnt.read        = s.read;
      v.cnt.atomic      = s.atomic;
      if (s.read) v.dyn.epsn = dyn.epsn + read_psns(r.reth.dma_length, cfg.mtu);
    end else begin
      v.dyn = advance(s, dyn, r);
      v.op  = accept(s, cfg, dyn, v.dyn, r);
    end
    v.op.cpl.qpn    = r.qpn;
    v.op.cpl.msn    = v.dyn.msn;
    v.job.msn       = v.dyn.msn;
    v.op.cpl.cqn    = cfg.recv_cq;
    v.op.cpl.rq_idx = dyn.rq_cons;
    v.op.cpl.eqn    = cfg.eqn;
    return v;
  endfunction

  // Where receive request idx of a queue pair lies.
  function automatic fetch_t rq_slot(qp_cfg_t cfg, logic [15:0] idx);
    fetch_t      f;
    logic [15:0] slot;
    slot         = idx & 16'((17'd1 << cfg.log_size) - 17'd1);
    f.addr       = {cfg.rq_base, 6'b0} + (64'(slot) << (4'd6 + 4'(cfg.log_stride)));
    f.log_stride = cfg.log_stride;
    return f;
  endfunction

  localparam int unsigned MaskPath = 31;  // in the mask of a MODIFY inside: the path was set

  // What a MODIFY of the state is answered (InfiniBand volume 1, 10.3.1 and Modify Queue Pair). Its
  // mask must name all that the new state needs; SQE is refused before.
  function automatic logic [7:0] transition(qp_cfg_t cfg, logic [2:0] from, logic [7:0] to,
                                            logic [31:0] mask);
    logic        ok;
    logic [31:0] need;
    ok   = 1'b0;
    need = '0;
    unique case (to)
      el_regs_pkg::QpStateReset, el_regs_pkg::QpStateErr: ok = 1'b1;
      el_regs_pkg::QpStateInit: begin
        ok = from == el_regs_pkg::QpStateReset[2:0] || from == el_regs_pkg::QpStateInit[2:0];
        need[el_regs_pkg::QpMaskAccess] = from == el_regs_pkg::QpStateReset[2:0];
        need[el_regs_pkg::QpMaskPkey]   = from == el_regs_pkg::QpStateReset[2:0];
      end
      el_regs_pkg::QpStateRtr: begin
        ok = from == el_regs_pkg::QpStateInit[2:0] && cfg.path;
        need[el_regs_pkg::QpMaskMtu]         = 1'b1;
        need[el_regs_pkg::QpMaskDestQpn]     = 1'b1;
        need[el_regs_pkg::QpMaskRqPsn]       = 1'b1;
        need[el_regs_pkg::QpMaskMinRnrTimer] = 1'b1;
        need[el_regs_pkg::QpMaskMaxDestRdAtomic] = 1'b1;
      end
      el_regs_pkg::QpStateRts: begin
        ok = from == el_regs_pkg::QpStateRtr[2:0] || from == el_regs_pkg::QpStateRts[2:0] ||
             from == el_regs_pkg::QpStateSqd[2:0];
        need[el_regs_pkg::QpMaskSqPsn]    = from == el_regs_pkg::QpStateRtr[2:0];
        need[el_regs_pkg::QpMaskTimeout]  = from == el_regs_pkg::QpStateRtr[2:0];
        need[el_regs_pkg::QpMaskRetryCnt] = from == el_regs_pkg::QpStateRtr[2:0];
        need[el_regs_pkg::QpMaskRnrRetry] = from == el_regs_pkg::QpStateRtr[2:0];
        need[el_regs_pkg::QpMaskMaxRdAtomic] = from == el_regs_pkg::QpStateRtr[2:0];
      end
      el_regs_pkg::QpStateSqd: begin
        ok = from == el_regs_pkg::QpStateRts[2:0] || from == el_regs_pkg::QpStateSqd[2:0];
      end
      default: ;
    endcase
    if (!ok) return el_regs_pkg::AdminStatusBadState;
    return ((need & ~mask) != '0) ? el_regs_pkg::AdminStatusBadParam
                                  : el_regs_pkg::AdminStatusOk;
  endfunction

  // What an object command is answered; fields that need no state were checked before.
  function automatic logic [7:0] obj_status(el_pkg::obj_req_t r, logic beyond, qp_cfg_t cfg,
                                            logic [2:0] state);
    el_regs_pkg::obj_qp_t q;
    q = r.data;
    if (r.kind == el_regs_pkg::ObjKindMr) return el_regs_pkg::AdminStatusOk;
    if (beyond) return el_regs_pkg::AdminStatusBadIndex;
    if (cfg.valid == (r.verb == el_regs_pkg::AdminVerbCreate)) begin
      return el_regs_pkg::AdminStatusBadState;
    end
    if (r.verb == el_regs_pkg::AdminVerbModify && r.mask[el_regs_pkg::QpMaskState]) begin
      return transition(cfg, state, q.state, r.mask);
    end
    return el_regs_pkg::AdminStatusOk;
  endfunction

  // A queue pair on a shared queue is judged with that queue in place of its own. A SEND that goes
  // on keeps the request that it took.
  function automatic qp_cfg_t shared_cfg(qp_cfg_t cfg, srq_t s);
    qp_cfg_t c;
    c            = cfg;
    c.rq_base    = s.base;
    c.log_size   = s.log_size;
    c.log_stride = s.log_stride;
    return c;
  endfunction

  function automatic qp_dyn_t shared_dyn(qp_dyn_t dyn, srq_t s);
    qp_dyn_t d;
    d = dyn;
    if (dyn.seq != SeqSend) begin
      d.rq_cons = s.cons;
      d.rq_prod = s.prod;
    end
    return d;
  endfunction

  // Did the packet take a request? `d` is shared_dyn(dyn), `n` what the verdict made of it.
  function automatic logic shared_took(qp_dyn_t d, qp_dyn_t n);
    return d.seq != SeqSend && (n.seq == SeqSend || n.rq_cons != d.rq_cons);
  endfunction

  // What the queue pair keeps: the request of the SEND in progress counts as posted to it.
  function automatic qp_dyn_t shared_keep(qp_dyn_t dyn, qp_dyn_t d, qp_dyn_t n);
    qp_dyn_t k;
    k = n;
    if (shared_took(d, n) || (dyn.seq == SeqSend && n.seq != SeqSend)) begin
      k.rq_prod = k.rq_cons + 16'(n.seq == SeqSend);
    end else begin
      k.rq_cons = dyn.rq_cons;
      k.rq_prod = dyn.rq_prod;
    end
    return k;
  endfunction

  // Fewer requests are left than software wants to hear about.
  function automatic logic shared_low(srq_t s);
    return s.limit != '0 && 16'(s.prod - s.cons) < s.limit;
  endfunction

  // ObjSrq of CREATE and MODIFY: legal values.
  function automatic logic srq_params_ok(el_regs_pkg::obj_srq_t o, logic [7:0] verb,
                                         logic [31:0] mask, int unsigned eqs, int unsigned ctxs);
    if (verb == el_regs_pkg::AdminVerbModify) return mask == 32'd1 << el_regs_pkg::SrqMaskLimit;
    return o.log_size <= 8'd15 && o.log_stride <= 8'd2 && o.base[5:0] == '0 &&
           32'(o.eqn) < eqs && 32'(o.ctx) < ctxs;
  endfunction

  // Receive part of ObjQpQueues: legal values.
  function automatic logic rq_params_ok(el_regs_pkg::obj_qp_queues_t q, int unsigned num_cqs);
    return q.rq_log_size <= 8'd15 && q.rq_log_stride <= 8'd2 && q.rq_base[5:0] == '0 &&
           32'(q.recv_cq) < num_cqs;
  endfunction

endpackage : el_roce_resp_pkg
