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
  } req_t;

  // What the objects say about a queue pair.
  typedef struct packed {
    logic        valid;
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
  } qp_cfg_t;

  typedef enum logic [1:0] {SeqNone = 2'd0, SeqSend = 2'd1, SeqWrite = 2'd2} seq_e;

  // What packets and doorbells change.
  typedef struct packed {
    logic [2:0]        state;     // el_regs_pkg::QpState*
    el_roce_pkg::psn_t epsn;      // next PSN expected
    logic [23:0]       msn;       // messages completed
    logic [15:0]       rq_cons;   // receive requests completed; a SEND in progress fills this one
    logic [15:0]       rq_prod;   // receive requests posted
    seq_e              seq;       // message in progress
    logic              nak_sent;  // silent until the expected PSN arrives
    logic              comm_est;  // the event "communication established" was reported
    logic [63:0]       va;        // WRITE: where the next packet goes
    logic [31:0]       rkey;      // WRITE
    logic [31:0]       remain;    // WRITE: bytes still to come
    logic [31:0]       total;     // WRITE: bytes of the message; SEND: bytes received
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
    logic [7:0]        status;     // WcStatus
    logic              write_imm;  // CQE opcode
    logic              has_imm;
    logic              has_inv;
    logic              se;
    logic [31:0]       byte_len;
    logic [31:0]       imm;
    logic              comm_est;   // report "communication established"
    logic [7:0]        eqn;
    answer_t           sq;         // of a response: msn is its PSN, {byte_len, imm} its value
  } cpl_t;

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
    logic [31:0]       offset;     // OpSend: bytes of the message in front of this packet
    logic              last;       // last packet of the message
    logic [31:0]       pd;
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
  } judge_cnt_t;

  typedef struct packed {
    qp_dyn_t    dyn;    // next state of the queue pair
    op_t        op;
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
    end else begin
      n.total = (s.first ? '0 : dyn.total) + len;
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
    o.offset        = s.first ? '0 : dyn.total;
    o.last          = s.last;
    o.pd            = cfg.pd;
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

  function automatic verdict_t judge(qp_cfg_t cfg, qp_dyn_t dyn, req_t r);
    verdict_t v;
    shape_t   s;
    logic     up;
    v            = '0;
    v.dyn        = dyn;
    v.op.payload = r.payload_len != '0;
    s            = op_shape(r.opcode);
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
    end else if (r.psn != dyn.epsn) begin
      // A packet is missing: one NAK, then silence (9.7.5.2.8).
      v.cnt.gap         = !dyn.nak_sent;
      v.cnt.ignored     = dyn.nak_sent;
      v.op.cpl.respond  = !dyn.nak_sent;
      v.op.cpl.syndrome = el_regs_pkg::AethSyndromeNakSequence;
      v.op.cpl.psn      = dyn.epsn;
      v.dyn.nak_sent    = 1'b1;
    end else if (!shape_ok(s, cfg, dyn, r)) begin
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
    end else begin
      v.dyn = advance(s, dyn, r);
      v.op  = accept(s, cfg, dyn, v.dyn, r);
    end
    v.op.cpl.qpn    = r.qpn;
    v.op.cpl.msn    = v.dyn.msn;
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

  // Transitions that a MODIFY may ask for (InfiniBand volume 1, 10.3.1); SQE is no state of RC.
  function automatic logic transition_ok(logic [2:0] from, logic [7:0] to);
    unique case (to)
      el_regs_pkg::QpStateReset, el_regs_pkg::QpStateErr: return 1'b1;
      el_regs_pkg::QpStateInit: return from == el_regs_pkg::QpStateReset[2:0] ||
                                       from == el_regs_pkg::QpStateInit[2:0];
      el_regs_pkg::QpStateRtr:  return from == el_regs_pkg::QpStateInit[2:0];
      el_regs_pkg::QpStateRts:  return from == el_regs_pkg::QpStateRtr[2:0] ||
                                       from == el_regs_pkg::QpStateRts[2:0] ||
                                       from == el_regs_pkg::QpStateSqd[2:0];
      el_regs_pkg::QpStateSqd:  return from == el_regs_pkg::QpStateRts[2:0] ||
                                       from == el_regs_pkg::QpStateSqd[2:0];
      default: return 1'b0;
    endcase
  endfunction

  // Receive part of ObjQpQueues: legal values.
  function automatic logic rq_params_ok(el_regs_pkg::obj_qp_queues_t q, int unsigned num_cqs);
    return q.rq_log_size <= 8'd15 && q.rq_log_stride <= 8'd2 && q.rq_base[5:0] == '0 &&
           32'(q.recv_cq) < num_cqs;
  endfunction

endpackage : el_roce_resp_pkg
