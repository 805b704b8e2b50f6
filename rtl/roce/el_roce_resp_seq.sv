// SPDX-License-Identifier: Apache-2.0
//
// Front of the responder: owns the queue pairs' receive context, judges request packets in order.
//
// Latency 3 cycles from request to operation, throughput one item in 2 cycles (packet, doorbell),
// also for packets of one queue pair, in 3 with a shared receive queue; storage one context a queue
// pair and one a shared receive queue.
// Whatever ends or changes a queue pair (objects, errors of later stages, the requester's error)
// waits until the stages behind are empty, so that no operation meets a context of another life.
// After reset the contexts are cleared, which takes Qps cycles.
// Rules: docs/reference/roce.md, "Responder". Objects: QpQueues, Qp, Srq; Mr DESTROY is a barrier.

`include "el_assert.svh"

module el_roce_resp_seq #(
  parameter  el_pkg::cfg_t Cfg      = el_pkg::CfgDefault,
  parameter  int unsigned  InFlight = 64,                  // operations behind this stage
  localparam int unsigned  QpnW     = $clog2(Cfg.Qps),
  localparam int unsigned  CntW     = $clog2(InFlight) + 1
) (
  input  logic                      clk_i,
  input  logic                      rst_i,

  // Request packets.
  input  logic                      req_valid_i,
  output logic                      req_ready_o,
  input  el_roce_resp_pkg::req_t    req_i,

  // Responses: the requester judges them while they have their turn here.
  output logic                      rsp_pick_o,
  output logic [QpnW-1:0]           rsp_qpn_o,
  output logic                      rsp_act_o,      // a cycle later
  output el_roce_resp_pkg::req_t    rsp_req_o,
  input  el_roce_resp_pkg::op_t     rsp_op_i,       // combinational

  // Receive doorbells; a refused one is reported by user context.
  input  logic                      rqdb_valid_i,
  output logic                      rqdb_ready_o,
  input  logic [15:0]               rqdb_ctx_i,
  input  logic [23:0]               rqdb_qpn_i,
  input  logic [15:0]               rqdb_producer_i,
  output logic                      badb_valid_o,
  output logic [15:0]               badb_ctx_o,

  // Objects; fields that need no state were checked before.
  input  logic                      obj_valid_i,
  input  el_pkg::obj_req_t          obj_req_i,
  output logic                      obj_rsp_valid_o,
  output el_pkg::obj_rsp_t          obj_rsp_o,

  // Queue pairs that went to ERR: from the requester, from later stages, to the requester.
  input  logic                      err_valid_i,
  output logic                      err_ready_o,
  input  logic [23:0]               err_qpn_i,
  input  logic                      err_cq_i,       // its completion was lost: nobody knows yet
  input  logic                      kill_valid_i,
  output logic                      kill_ready_o,
  input  el_roce_resp_pkg::kill_t   kill_i,
  output logic                      err_valid_o,
  input  logic                      err_ready_i,
  output logic [23:0]               err_qpn_o,
  output logic                      revive_o,       // this queue pair's packets count again
  output logic [QpnW-1:0]           revive_qpn_o,
  output logic                      purge_o,        // ACKs that wait for this queue pair are void
  output el_roce_pkg::qpn_t         purge_qpn_o,

  // READs and atomics: what was answered, what cannot be, and what is dropped.
  output logic [QpnW-1:0]           open_qpn_o,
  input  el_roce_resp_pkg::open_t   answered_i,     // modulo 32, combinational
  output logic                      job_valid_o,
  output el_roce_resp_pkg::job_t    job_o,
  input  logic                      job_room_i,     // for two
  input  logic                      jobs_idle_i,    // those of finished packets are answers
  input  logic                      fail_valid_i,
  output logic                      fail_ready_o,
  input  el_roce_resp_pkg::fail_t   fail_i,
  output logic                      drop_o,         // no answer of this queue pair counts
  output logic [QpnW-1:0]           drop_qpn_o,
  output logic                      fence_o,        // with drop_o: tell when nothing is inside
  input  logic                      fence_done_i,

  // Operations, and with each SEND its receive request; there is always room for InFlight of them.
  output logic                      op_valid_o,
  output el_roce_resp_pkg::op_t     op_o,
  output logic                      fetch_valid_o,
  output el_roce_resp_pkg::fetch_t  fetch_o,
  input  logic                      op_done_i,      // one operation left the last stage
  input  logic                      cpl_idle_i,     // no completion waits behind the last stage

  // Receive requests to flush.
  output logic                      flush_valid_o,
  input  logic                      flush_ready_i,
  output el_roce_resp_pkg::flush_t  flush_o,
  input  logic                      flush_idle_i,
  input  logic                      cqe_idle_i,     // no completion is on its way

  // Partition keys for the parser.
  output logic                      pkey_we_o,
  output logic [QpnW-1:0]           pkey_qpn_o,
  output logic [16:0]               pkey_o,

  // Asynchronous events.
  output logic                      eqe_valid_o,
  input  logic                      eqe_ready_i,
  output el_pkg::eqe_req_t          eqe_o,

  output el_roce_resp_pkg::judge_cnt_t cnt_o,
  output logic                      draining_o,     // nothing new starts until all is done
  output logic                      busy_o
);

  typedef enum logic [1:0] {StClear, StPick, StAct} state_e;
  typedef enum logic [2:0] {WkNone, WkPkt, WkDb, WkObj, WkErr, WkKill, WkFail} work_e;

  state_e                  state_q;
  work_e                   work_q, pick;
  logic [QpnW-1:0]         clear_q, qpn_q, pick_qpn;
  logic                    beyond_q, pick_beyond;  // the number is not in the table
  logic                    last_db_q;              // a doorbell went last: packets come first
  logic [CntW-1:0]         inflight_q;
  el_roce_resp_pkg::req_t  req_q;
  logic [15:0]             db_ctx_q, db_producer_q;
  logic                    db_srq_q;
  el_roce_resp_pkg::kill_t kill_q;
  el_roce_resp_pkg::fail_t fail_q;
  logic                    err_cq_q;

  logic                    cfg_we_q, dyn_we_q, fwd_q;
  logic [QpnW-1:0]         waddr_q;
  el_roce_resp_pkg::qp_cfg_t cfg_rd, cfg_w_q;
  el_roce_resp_pkg::qp_dyn_t dyn_rd, dyn_w_q;

  logic op_valid_q, fetch_valid_q, flush_valid_q, err_valid_q, eqe_valid_q, badb_valid_q;
  logic obj_rsp_valid_q, revive_q, purge_q, job_valid_q, drop_q, fence_q;
  logic wait_q;  // the object is done when the fence is
  el_roce_resp_pkg::job_t       job_q;
  el_roce_resp_pkg::op_t        op_q;
  el_roce_resp_pkg::fetch_t     fetch_q;
  el_roce_resp_pkg::flush_t     flush_q;
  el_roce_resp_pkg::judge_cnt_t cnt_q;
  el_pkg::obj_rsp_t             obj_rsp_q;
  logic [15:0]                  badb_ctx_q;
  logic [7:0]                   eqe_type_q, eqe_status_q;
  logic [7:0]                   eqe_eqn_q;
  logic [QpnW-1:0]              eqe_id_q;
  logic [QpnW-1:0]              err_qpn_q;
  logic                         last_q;        // QpLastWqe is due when the flushed request is out
  logic [7:0]                   last_eqn_q;
  logic [QpnW-1:0]              last_qpn_q;

  ///////////////////////////
  // Pick: what comes next //
  ///////////////////////////

  logic stop, drained, slow_busy, obj_pending, db_pending, room;

  assign obj_pending = obj_valid_i && !obj_rsp_valid_q && !wait_q;
  assign stop        = obj_pending || err_valid_i || kill_valid_i || fail_valid_i;
  assign slow_busy   = flush_valid_q || err_valid_q || eqe_valid_q || cfg_we_q || purge_q ||
                       drop_q || last_q;
  assign drained     = inflight_q == '0 && !op_valid_q && flush_idle_i && cpl_idle_i &&
                       jobs_idle_i && !slow_busy;
  // One operation may not be counted yet. One that left the last stage may still hold its place in
  // front of the stages behind until the rest of its receive request was read.
  assign room        = inflight_q < CntW'(InFlight - 2) && job_room_i;
  assign db_pending  = rqdb_valid_i && flush_idle_i && !slow_busy;

  always_comb begin
    pick        = WkNone;
    pick_qpn    = req_i.qpn[QpnW-1:0];
    pick_beyond = 1'b0;
    if (stop) begin
      // Errors first: what the objects say afterwards is then true.
      if (drained && kill_valid_i) begin
        pick     = WkKill;
        pick_qpn = kill_i.qpn[QpnW-1:0];
      end else if (drained && fail_valid_i) begin
        pick     = WkFail;
        pick_qpn = fail_i.qpn[QpnW-1:0];
      end else if (drained && err_valid_i) begin
        pick        = WkErr;
        pick_qpn    = err_qpn_i[QpnW-1:0];
        pick_beyond = 32'(err_qpn_i) >= Cfg.Qps;
      end else if (drained) begin
        pick        = WkObj;
        pick_qpn    = obj_req_i.index[QpnW-1:0];
        pick_beyond = 32'(obj_req_i.index) >= Cfg.Qps;
      end
    end else if (db_pending && !(last_db_q && req_valid_i && room)) begin
      pick        = WkDb;
      pick_qpn    = rqdb_qpn_i[QpnW-1:0];
      pick_beyond = 32'(rqdb_qpn_i[el_roce_resp_pkg::DbSrq-1:0]) >= Cfg.Qps;
    end else if (req_valid_i && room && !cfg_we_q && !eqe_valid_q && !last_q) begin
      pick = WkPkt;
    end
    if (state_q != StPick) pick = WkNone;
  end

  assign rsp_pick_o = pick == WkPkt && req_i.resp;
  assign rsp_qpn_o  = pick_qpn;
  assign rsp_act_o  = act && work_q == WkPkt && req_q.resp;
  assign rsp_req_o  = req_q;

  assign req_ready_o  = pick == WkPkt;
  assign rqdb_ready_o = pick == WkDb;
  assign err_ready_o  = pick == WkErr;
  assign kill_ready_o = pick == WkKill;
  assign fail_ready_o = pick == WkFail;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q   <= StClear;
      clear_q   <= '0;
      last_db_q <= 1'b0;
      work_q    <= WkNone;
      look_q    <= 1'b0;
    end else begin
      unique case (state_q)
        StClear: begin
          clear_q <= clear_q + QpnW'(1);
          if (clear_q == '1) state_q <= StPick;
        end
        StPick: if (pick != WkNone) state_q <= StAct;
        default: if (act) state_q <= StPick;
      endcase
      look_q <= state_q == StAct && !act;
      if (pick != WkNone) begin
        work_q    <= pick;
        last_db_q <= pick == WkDb;
      end
    end
    if (pick != WkNone) begin
      qpn_q    <= pick_qpn;
      beyond_q <= pick_beyond;
      // The write of the item before is not yet in the memory.
      fwd_q    <= dyn_we_q && waddr_q == pick_qpn;
    end
    if (pick == WkPkt) req_q <= req_i;
    if (pick == WkDb) begin
      db_ctx_q      <= rqdb_ctx_i;
      db_producer_q <= rqdb_producer_i;
      db_srq_q      <= rqdb_qpn_i[el_roce_resp_pkg::DbSrq];
    end
    if (pick == WkKill) kill_q <= kill_i;
    if (pick == WkFail) fail_q <= fail_i;
    if (pick == WkErr) err_cq_q <= err_cq_i;
  end

  ////////////////////////////////
  // Context: objects, progress //
  ////////////////////////////////

  el_ram_1r1w #(
    .Width($bits(el_roce_resp_pkg::qp_cfg_t)),
    .Depth(Cfg.Qps)
  ) u_cfg (
    .clk_i,
    .rst_i,
    .we_i   (cfg_we_q || state_q == StClear),
    .waddr_i((state_q == StClear) ? clear_q : waddr_q),
    .wdata_i((state_q == StClear) ? '0 : cfg_w_q),
    .re_i   (pick != WkNone),
    .raddr_i(pick_qpn),
    .rdata_o(cfg_rd)
  );

  el_ram_1r1w #(
    .Width($bits(el_roce_resp_pkg::qp_dyn_t)),
    .Depth(Cfg.Qps)
  ) u_dyn (
    .clk_i,
    .rst_i,
    .we_i   (dyn_we_q),
    .waddr_i(waddr_q),
    .wdata_i(dyn_w_q),
    .re_i   (pick != WkNone),
    .raddr_i(pick_qpn),
    .rdata_o(dyn_rd)
  );

  // A shared queue is read in a cycle of its own, when the queue pair that names it is known. What
  // the item before changed is in the memory by then.
  el_roce_resp_pkg::srq_t      srq_rd, srq_w_q;
  el_regs_pkg::obj_qp_queues_t obj_queues;
  logic                        act, look_q, needs_srq, srq_we_q;
  logic [QpnW-1:0]             srqn, srq_waddr_q;

  assign obj_queues = obj_req_i.data;
  assign needs_srq  = (work_q == WkPkt && cfg_rd.srq && !req_q.resp) || work_q == WkObj ||
                      (work_q == WkDb && db_srq_q);
  assign act        = state_q == StAct && (!needs_srq || look_q);

  always_comb begin
    srqn = cfg_rd.srqn[QpnW-1:0];
    if (work_q == WkDb || (work_q == WkObj && obj_req_i.kind == el_regs_pkg::ObjKindSrq)) begin
      srqn = qpn_q;
    end else if (work_q == WkObj && obj_req_i.verb == el_regs_pkg::AdminVerbCreate) begin
      srqn = obj_queues.srqn[QpnW-1:0];
    end
  end

  el_ram_1r1w #(
    .Width($bits(el_roce_resp_pkg::srq_t)),
    .Depth(Cfg.Qps)
  ) u_srq (
    .clk_i,
    .rst_i,
    .we_i   (srq_we_q || state_q == StClear),
    .waddr_i((state_q == StClear) ? clear_q : srq_waddr_q),
    .wdata_i((state_q == StClear) ? '0 : srq_w_q),
    .re_i   (state_q == StAct && !act),
    .raddr_i(srqn),
    .rdata_o(srq_rd)
  );

  assign pkey_we_o  = cfg_we_q || state_q == StClear;
  assign pkey_qpn_o = (state_q == StClear) ? clear_q : waddr_q;
  assign pkey_o     = (state_q == StClear) ? '0 : {cfg_w_q.valid, cfg_w_q.pkey};

  // What an object command makes of a queue pair.
  typedef struct packed {
    logic                      write;
    logic                      flush;
    logic                      purge;
    logic                      drop;
    logic                      srq_write;
    logic                      srq_low;
    el_roce_resp_pkg::srq_t    srq;
    el_roce_resp_pkg::qp_cfg_t cfg;
    el_roce_resp_pkg::qp_dyn_t dyn;
    el_pkg::obj_rsp_t          rsp;
  } obj_act_t;

  function automatic logic [el_pkg::ObjDataW-1:0] query(logic [7:0] kind,
      el_roce_resp_pkg::qp_cfg_t c, el_roce_resp_pkg::qp_dyn_t d);
    el_regs_pkg::obj_qp_queues_t qq;
    el_regs_pkg::obj_qp_t        qp;
    qq               = '0;
    qq.rq_base       = {c.rq_base, 6'b0};
    qq.rq_log_size   = 8'(c.log_size);
    qq.rq_log_stride = 8'(c.log_stride);
    qq.recv_cq       = c.recv_cq;
    qp               = '0;
    qp.state         = 8'(d.state);
    qp.access        = 8'(c.access);
    qp.mtu           = 8'(c.mtu);
    qp.pkey          = c.pkey;
    qp.rq_psn        = 32'(d.epsn);
    qp.rq_consumer   = d.rq_cons;
    qp.min_rnr_timer = 8'(c.min_rnr);
    qp.max_dest_rd_atomic = 8'(c.max_reads);
    return (kind == el_regs_pkg::ObjKindQpQueues) ? qq : qp;
  endfunction

  function automatic logic [el_pkg::ObjDataW-1:0] srq_query(el_roce_resp_pkg::srq_t s);
    el_regs_pkg::obj_srq_t o;
    o            = '0;
    o.base       = {s.base, 6'b0};
    o.log_size   = 8'(s.log_size);
    o.log_stride = 8'(s.log_stride);
    o.ctx        = s.ctx;
    o.pd         = s.pd;
    o.eqn        = s.eqn;
    o.limit      = s.limit;
    o.producer   = s.prod;
    o.consumer   = s.cons;
    o.users      = s.users;
    return o;
  endfunction

  // What a command makes of a shared receive queue.
  function automatic obj_act_t srq_object(el_pkg::obj_req_t r, el_roce_resp_pkg::srq_t s);
    obj_act_t              a;
    el_regs_pkg::obj_srq_t o;
    o     = r.data;
    a     = '0;
    a.srq = s;
    a.rsp.status = el_regs_pkg::AdminStatusOk;
    unique case (r.verb)
      el_regs_pkg::AdminVerbCreate: begin
        a.srq            = '0;
        a.srq.valid      = 1'b1;
        a.srq.pd         = o.pd;
        a.srq.base       = o.base[63:6];
        a.srq.log_size   = o.log_size[3:0];
        a.srq.log_stride = o.log_stride[1:0];
        a.srq.ctx        = o.ctx;
        a.srq.eqn        = o.eqn;
      end
      el_regs_pkg::AdminVerbModify: begin
        if (17'(o.limit) > 17'd1 << s.log_size) a.rsp.status = el_regs_pkg::AdminStatusBadParam;
        a.srq.limit = o.limit;
        a.srq_low   = el_roce_resp_pkg::shared_low(a.srq);
        if (a.srq_low) a.srq.limit = '0;
      end
      el_regs_pkg::AdminVerbDestroy: begin
        if (s.users != '0) a.rsp.status = el_regs_pkg::AdminStatusBusy;
        a.srq = '0;
      end
      default: a.rsp.data = srq_query(s);
    endcase
    if (s.valid == (r.verb == el_regs_pkg::AdminVerbCreate)) begin
      a.rsp = '{status: el_regs_pkg::AdminStatusBadState, data: '0};
    end
    a.srq_write = a.rsp.status == el_regs_pkg::AdminStatusOk;
    a.srq_low  &= a.srq_write;
    return a;
  endfunction

  function automatic obj_act_t object(el_pkg::obj_req_t r, logic beyond,
      el_roce_resp_pkg::qp_cfg_t c, el_roce_resp_pkg::qp_dyn_t d, el_roce_resp_pkg::srq_t s);
    obj_act_t                    a;
    el_regs_pkg::obj_qp_queues_t qq;
    el_regs_pkg::obj_qp_t        qp;
    qq    = r.data;
    qp    = r.data;
    a     = '0;
    a.cfg = c;
    a.dyn = d;
    a.srq = s;
    a.rsp.status = el_roce_resp_pkg::obj_status(r, beyond, c, d.state);
    if (r.verb == el_regs_pkg::AdminVerbCreate && qq.srq_en[0] && !s.valid &&
        a.rsp.status == el_regs_pkg::AdminStatusOk) begin
      a.rsp.status = el_regs_pkg::AdminStatusBadParam;
    end
    if (a.rsp.status == el_regs_pkg::AdminStatusOk && r.kind != el_regs_pkg::ObjKindMr) begin
      a.write = r.verb != el_regs_pkg::AdminVerbQuery;
      unique case (r.verb)
        el_regs_pkg::AdminVerbCreate: begin
          a.dyn            = '0;
          a.cfg            = '0;
          a.cfg.valid      = 1'b1;
          a.cfg.pd         = qq.pd;
          a.cfg.rq_base    = qq.rq_base[63:6];
          a.cfg.log_size   = qq.rq_log_size[3:0];
          a.cfg.log_stride = qq.rq_log_stride[1:0];
          a.cfg.recv_cq    = qq.recv_cq;
          a.cfg.ctx        = qq.ctx;
          a.cfg.eqn        = qq.eqn;
          a.cfg.srq        = qq.srq_en[0];
          a.cfg.srqn       = qq.srqn[15:0];
          a.srq_write      = qq.srq_en[0];
          a.srq.users      = s.users + 16'd1;
        end
        el_regs_pkg::AdminVerbDestroy: begin
          a.cfg   = '0;
          a.dyn   = '0;
          a.purge = 1'b1;
          a.drop  = 1'b1;
          a.srq_write = c.srq;
          a.srq.users = s.users - 16'd1;
        end
        el_regs_pkg::AdminVerbModify: begin
          if (r.mask[el_regs_pkg::QpMaskAccess]) begin
            a.cfg.access = qp.access[3:0];
          end
          if (r.mask[el_roce_resp_pkg::MaskPath]) a.cfg.path = 1'b1;
          if (r.mask[el_regs_pkg::QpMaskMtu]) a.cfg.mtu = qp.mtu[2:0];
          if (r.mask[el_regs_pkg::QpMaskPkey]) a.cfg.pkey = qp.pkey;
          if (r.mask[el_regs_pkg::QpMaskMinRnrTimer]) a.cfg.min_rnr = qp.min_rnr_timer[4:0];
          if (r.mask[el_regs_pkg::QpMaskMaxDestRdAtomic]) begin
            a.cfg.max_reads = qp.max_dest_rd_atomic[4:0];
          end
          if (r.mask[el_regs_pkg::QpMaskState]) begin
            if (qp.state == el_regs_pkg::QpStateReset) begin
              a.dyn   = '0;
              a.purge = 1'b1;
            end
            a.dyn.state = qp.state[2:0];
            a.flush     = qp.state == el_regs_pkg::QpStateErr;
            a.drop      = a.purge || a.flush;
          end
          if (r.mask[el_regs_pkg::QpMaskRqPsn]) a.dyn.epsn = qp.rq_psn[23:0];
        end
        default: a.rsp.data = query(r.kind, c, d);
      endcase
    end
    if (a.flush) a.dyn.rq_cons = d.rq_prod;
    if (a.drop) begin
      a.dyn.reads = '0;
      a.dyn.again = '0;
    end
    return a;
  endfunction

  function automatic el_roce_resp_pkg::flush_t to_flush(el_roce_pkg::qpn_t qpn, logic [15:0] cqn,
      logic [15:0] idx, logic [15:0] stop_idx);
    el_roce_resp_pkg::flush_t f;
    f.qpn   = qpn;
    f.cqn   = cqn;
    f.idx   = idx;
    f.count = stop_idx - idx;
    return f;
  endfunction

  // A doorbell may not take back requests, and may not post more than the ring holds.
  function automatic logic db_ok(el_roce_resp_pkg::qp_cfg_t c, el_roce_resp_pkg::qp_dyn_t d,
      logic beyond, logic [15:0] user, logic [15:0] producer);
    logic [15:0] posted, known;
    posted = producer - d.rq_cons;
    known  = d.rq_prod - d.rq_cons;
    return !beyond && c.valid && !c.srq && c.ctx == user &&
           d.state != el_regs_pkg::QpStateReset[2:0] &&
           17'(posted) <= (17'd1 << c.log_size) && posted >= known;
  endfunction

  function automatic logic srq_db_ok(el_roce_resp_pkg::srq_t s, logic beyond, logic [15:0] user,
      logic [15:0] producer);
    logic [15:0] posted, known;
    posted = producer - s.cons;
    known  = s.prod - s.cons;
    return !beyond && s.valid && s.ctx == user && 17'(posted) <= (17'd1 << s.log_size) &&
           posted >= known;
  endfunction

  // The NAK of an answer that cannot be sent.
  function automatic el_roce_resp_pkg::op_t to_nak(el_roce_resp_pkg::fail_t f);
    el_roce_resp_pkg::op_t o;
    o              = '0;
    o.cpl.qpn      = f.qpn;
    o.cpl.respond  = 1'b1;
    o.cpl.syndrome = el_regs_pkg::AethSyndromeNakRemoteOperational;
    o.cpl.psn      = f.psn;
    o.cpl.msn      = f.msn;
    return o;
  endfunction

  function automatic el_roce_resp_pkg::open_t open_jobs(el_roce_resp_pkg::qp_dyn_t d,
                                                        el_roce_resp_pkg::open_t answered);
    el_roce_resp_pkg::open_t o;
    o.reads = d.reads - answered.reads;
    o.again = d.again - answered.again;
    return o;
  endfunction

  ////////////////////////////
  // Act: one item in order //
  ////////////////////////////

  logic       ends;  // the queue pair goes to ERR, unless it is gone
  logic       to_end;  // it is not in ERR yet
  logic       lost;  // a completion is lost of such a queue pair
  logic [2:0] old_state;
  assign old_state = fwd_q ? dyn_w_q.state : dyn_rd.state;
  assign ends = cfg_rd.valid && !beyond_q && old_state != el_regs_pkg::QpStateReset[2:0];
  assign to_end = old_state != el_regs_pkg::QpStateErr[2:0];
  assign lost = work_q == WkErr && err_cq_q && to_end;

  always_ff @(posedge clk_i) begin
    automatic el_roce_resp_pkg::qp_dyn_t  dyn;
    automatic el_roce_resp_pkg::verdict_t v;
    automatic el_roce_resp_pkg::qp_cfg_t  cfg;
    automatic el_roce_resp_pkg::qp_dyn_t  own;
    automatic el_roce_resp_pkg::srq_t     srq;
    automatic obj_act_t                   a;
    automatic logic [15:0]                rq_next;
    automatic logic                       held_done;
    op_valid_q      <= 1'b0;
    fetch_valid_q   <= 1'b0;
    cfg_we_q        <= 1'b0;
    dyn_we_q        <= 1'b0;
    badb_valid_q    <= 1'b0;
    obj_rsp_valid_q <= 1'b0;
    revive_q        <= 1'b0;
    purge_q         <= 1'b0;
    job_valid_q     <= 1'b0;
    drop_q          <= 1'b0;
    fence_q         <= 1'b0;
    srq_we_q        <= 1'b0;
    cnt_q           <= '0;
    if (wait_q && fence_done_i) begin
      wait_q          <= 1'b0;
      obj_rsp_valid_q <= 1'b1;
    end
    if (flush_ready_i) flush_valid_q <= 1'b0;
    if (err_ready_i) err_valid_q <= 1'b0;
    if (eqe_ready_i) eqe_valid_q <= 1'b0;
    // Nothing else happens meanwhile: the request that it held is the last completion.
    if (last_q && !eqe_valid_q && !flush_valid_q && flush_idle_i && cpl_idle_i &&
        cqe_idle_i) begin
      last_q      <= 1'b0;
      eqe_valid_q <= 1'b1;
      eqe_type_q   <= el_regs_pkg::EqeTypeQpLastWqe;
      eqe_status_q <= '0;
      eqe_eqn_q    <= last_eqn_q;
      eqe_id_q     <= last_qpn_q;
    end
    if (rst_i) begin
      flush_valid_q <= 1'b0;
      err_valid_q   <= 1'b0;
      eqe_valid_q   <= 1'b0;
      wait_q        <= 1'b0;
      last_q        <= 1'b0;
    end else if (act) begin
      dyn         = fwd_q ? dyn_w_q : dyn_rd;
      own         = dyn;
      cfg         = cfg_rd;
      srq         = srq_rd;
      srq_w_q     <= srq;
      srq_waddr_q <= srqn;
      if (cfg_rd.srq && work_q == WkPkt && !req_q.resp) begin
        cfg = el_roce_resp_pkg::shared_cfg(cfg_rd, srq);
        dyn = el_roce_resp_pkg::shared_dyn(own, srq);
      end
      waddr_q <= qpn_q;
      unique case (work_q)
        WkPkt: begin
          v             = '0;
          v.dyn         = dyn;
          v.op          = rsp_op_i;
          if (!req_q.resp) v = el_roce_resp_pkg::judge(cfg, dyn, req_q,
                                                       open_jobs(dyn, answered_i));
          if (cfg_rd.srq && !req_q.resp) begin
            if (el_roce_resp_pkg::shared_took(dyn, v.dyn)) begin
              srq_we_q  <= 1'b1;
              srq.cons += 16'd1;
              if (el_roce_resp_pkg::shared_low(srq)) begin
                srq.limit     = '0;
                eqe_valid_q  <= 1'b1;
                eqe_type_q   <= el_regs_pkg::EqeTypeSrqLimit;
                eqe_status_q <= '0;
                eqe_eqn_q    <= srq.eqn;
                eqe_id_q     <= srqn;
              end
              srq_w_q <= srq;
            end
            v.dyn        = el_roce_resp_pkg::shared_keep(own, dyn, v.dyn);
            v.op.cpl.srq = 1'b1;
            if (v.op.kind == el_roce_resp_pkg::OpSend) v.op.pd = srq.pd;
          end
          dyn_we_q      <= v.dyn != own;
          dyn_w_q       <= v.dyn;
          op_q          <= v.op;
          op_valid_q    <= v.op.payload || v.op.kind != el_roce_resp_pkg::OpNone ||
                           v.op.fatal || v.op.cpl.respond || v.op.cpl.sq.valid;
          job_q         <= v.job;
          job_valid_q   <= v.op.cpl.job;
          fetch_valid_q <= v.op.kind == el_roce_resp_pkg::OpSend;
          fetch_q       <= el_roce_resp_pkg::rq_slot(cfg, dyn.rq_cons);
          cnt_q         <= v.cnt;
        end
        WkDb: begin
          badb_valid_q <= db_srq_q ? !srq_db_ok(srq, beyond_q, db_ctx_q, db_producer_q)
                                   : !db_ok(cfg_rd, dyn, beyond_q, db_ctx_q, db_producer_q);
          badb_ctx_q   <= db_ctx_q;
          dyn_w_q      <= dyn;
          if (db_srq_q) begin
            srq_we_q     <= srq_db_ok(srq, beyond_q, db_ctx_q, db_producer_q);
            srq_w_q.prod <= db_producer_q;
          end else if (db_ok(cfg_rd, dyn, beyond_q, db_ctx_q, db_producer_q)) begin
            dyn_we_q        <= 1'b1;
            dyn_w_q.rq_prod <= db_producer_q;
            // Receive requests that are posted in ERR are flushed at once (10.3.1).
            if (dyn.state == el_regs_pkg::QpStateErr[2:0]) begin
              dyn_w_q.rq_cons <= db_producer_q;
              flush_valid_q   <= db_producer_q != dyn.rq_cons;
              flush_q <= to_flush(16'(qpn_q), cfg_rd.recv_cq, dyn.rq_cons, db_producer_q);
            end
          end
        end
        WkObj: begin
          a = (obj_req_i.kind == el_regs_pkg::ObjKindSrq)
              ? srq_object(obj_req_i, srq) : object(obj_req_i, beyond_q, cfg_rd, dyn, srq);
          srq_we_q        <= a.srq_write;
          srq_w_q         <= a.srq;
          if (a.srq_low) begin
            eqe_valid_q  <= 1'b1;
            eqe_type_q   <= el_regs_pkg::EqeTypeSrqLimit;
            eqe_status_q <= '0;
            eqe_eqn_q    <= srq.eqn;
            eqe_id_q     <= srqn;
          end
          if (a.flush && cfg_rd.srq) last_q <= ends && to_end;
          last_eqn_q      <= cfg_rd.eqn;
          last_qpn_q      <= qpn_q;
          cfg_we_q        <= a.write;
          dyn_we_q        <= a.write;
          cfg_w_q         <= a.cfg;
          dyn_w_q         <= a.dyn;
          obj_rsp_valid_q <= !a.drop;
          wait_q          <= a.drop;
          drop_q          <= a.drop;
          fence_q         <= a.drop;
          purge_q         <= a.purge;
          obj_rsp_q       <= a.rsp;
          flush_valid_q   <= a.flush && dyn.rq_prod != dyn.rq_cons;
          flush_q         <= to_flush(16'(qpn_q), cfg_rd.recv_cq, dyn.rq_cons, dyn.rq_prod);
        end
        WkErr, WkKill, WkFail: begin
          // The requester's error ends a queue pair only once; a killed one is told to it.
          dyn_w_q         <= dyn;
          dyn_w_q.state   <= el_regs_pkg::QpStateErr[2:0];
          dyn_w_q.rq_cons <= dyn.rq_prod;
          dyn_we_q        <= ends;
          // Of a shared queue only the request of a SEND in progress is left, unless it failed.
          rq_next         = (work_q == WkKill && !cfg_rd.srq) ? kill_q.rq_next : dyn.rq_cons;
          held_done       = work_q == WkKill && cfg_rd.srq &&
                            kill_q.rq_next == dyn.rq_cons + 16'd1;
          last_eqn_q      <= cfg_rd.eqn;
          last_qpn_q      <= qpn_q;
          if (ends) begin
            last_q        <= cfg_rd.srq && to_end;
            flush_valid_q <= dyn.rq_prod != rq_next && !held_done;
            flush_q       <= to_flush(16'(qpn_q), cfg_rd.recv_cq, rq_next, dyn.rq_prod);
          end
          // A killed queue pair still owes the answers to what came before.
          if (work_q != WkKill && ends) begin
            dyn_w_q.reads <= '0;
            dyn_w_q.again <= '0;
            drop_q        <= 1'b1;
          end
          if (work_q == WkKill) begin
            // Packets that were judged behind the failed one do not count.
            dyn_w_q.epsn <= kill_q.psn;
            revive_q     <= 1'b1;
          end
          if (work_q == WkFail && ends) begin
            op_valid_q <= 1'b1;
            op_q       <= to_nak(fail_q);
          end
          if (work_q == WkKill || (ends && (work_q == WkFail || lost))) begin
            err_valid_q  <= 1'b1;
            eqe_valid_q  <= 1'b1;
            eqe_type_q   <= el_regs_pkg::EqeTypeQpFatal;
            eqe_status_q <= (work_q == WkKill) ? kill_q.status :
                            (work_q == WkFail) ? fail_q.status : el_regs_pkg::WcStatusFatalErr;
            eqe_eqn_q    <= cfg_rd.eqn;
            eqe_id_q     <= qpn_q;
            err_qpn_q    <= qpn_q;
          end
        end
        default: ;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) inflight_q <= '0;
    else if (op_valid_q != op_done_i) begin
      inflight_q <= op_valid_q ? inflight_q + CntW'(1) : inflight_q - CntW'(1);
    end
  end

  /////////////
  // Outputs //
  /////////////

  assign op_valid_o      = op_valid_q;
  assign op_o            = op_q;
  assign fetch_valid_o   = fetch_valid_q;
  assign fetch_o         = fetch_q;
  assign flush_valid_o   = flush_valid_q;
  assign flush_o         = flush_q;
  assign err_valid_o     = err_valid_q;
  assign err_qpn_o       = 24'(err_qpn_q);
  assign revive_o        = revive_q;
  assign revive_qpn_o    = waddr_q;
  assign purge_o         = purge_q;
  assign purge_qpn_o     = 16'(waddr_q);
  assign open_qpn_o      = qpn_q;
  assign job_valid_o     = job_valid_q;
  assign job_o           = job_q;
  assign drop_o          = drop_q || state_q == StClear;
  assign drop_qpn_o      = (state_q == StClear) ? clear_q : waddr_q;
  assign fence_o         = fence_q;
  assign badb_valid_o    = badb_valid_q;
  assign badb_ctx_o      = badb_ctx_q;
  assign obj_rsp_valid_o = obj_rsp_valid_q;
  assign obj_rsp_o       = obj_rsp_q;
  assign eqe_valid_o     = eqe_valid_q;
  assign cnt_o           = cnt_q;
  assign draining_o      = stop;

  always_comb begin
    automatic el_regs_pkg::eqe_t e;
    e            = '0;
    e.event_type = eqe_type_q;
    e.syndrome   = eqe_status_q;
    e.id         = 32'(eqe_id_q);
    eqe_o.eqn    = eqe_eqn_q[4:0];
    eqe_o.eqe    = e;
  end

  assign busy_o = state_q != StPick || inflight_q != '0 || op_valid_q || slow_busy || dyn_we_q ||
                  badb_valid_q || obj_rsp_valid_q || revive_q || cnt_q != '0 || wait_q || srq_we_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(InFlightInRange_A, inflight_q <= CntW'(InFlight))
  `EL_ASSERT(NoOperationWithoutCount_A, !op_done_i || inflight_q != '0)
  `EL_ASSERT(FenceWasAskedFor_A, !fence_done_i || wait_q)
  `EL_ASSERT(ObjectWhenDrained_A, !(act && work_q == WkObj) || inflight_q == '0)

endmodule : el_roce_resp_seq
