// SPDX-License-Identifier: Apache-2.0
//
// Attributes and states of the queue pairs as the sending side knows them, and their objects.
//
// Reads are combinational; storage Qps entries and Qps bits. An object is answered within bounded
// time: at once, or when the retirement has done what it means and nothing of the old is left.
// Objects: QpQueues (CREATE, DESTROY), Qp (MODIFY, QUERY). The receiving side has checked existence
// and transitions before.

`include "el_assert.svh"

module el_roce_sq_context #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  parameter  int unsigned  Reads = 5,
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                                   clk_i,
  input  logic                                   rst_i,

  input  logic                                   obj_valid_i,
  input  el_pkg::obj_req_t                       obj_req_i,
  output logic                                   obj_rsp_valid_o,
  output el_pkg::obj_rsp_t                       obj_rsp_o,

  // Change for the retirement; done: it and everything before it took effect.
  output logic                                   event_valid_o,
  input  logic                                   event_ready_i,
  output el_roce_sq_pkg::obj_event_t             event_o,
  input  logic                                   event_done_i,
  input  logic                                   quiet_i,      // no read of event_o.qpn's ring,
                                                               // no error left to report
  // QUERY: progress of query_qpn_o, combinational
  output logic [QpW-1:0]                         query_qpn_o,
  input  el_roce_pkg::psn_t                      query_next_psn_i,
  input  el_roce_pkg::psn_t                      query_una_i,
  input  logic [15:0]                            query_consumer_i,

  // State, written by the retirement
  input  logic                                   state_we_i,
  input  logic [QpW-1:0]                         state_qpn_i,
  input  logic [2:0]                             state_i,

  input  logic [Reads-1:0][QpW-1:0]              rd_qpn_i,
  output el_roce_sq_pkg::qp_queues_t [Reads-1:0] rd_queues_o,
  output el_roce_sq_pkg::qp_attr_t [Reads-1:0]   rd_attr_o,
  output logic [Reads-1:0]                       rd_exists_o,
  output logic [Reads-1:0][2:0]                  rd_state_o,

  output logic                                   busy_o
);

  localparam int unsigned QueuesW = $bits(el_roce_sq_pkg::qp_queues_t);
  localparam int unsigned AttrW   = $bits(el_roce_sq_pkg::qp_attr_t);

  typedef enum logic [2:0] {StIdle, StEvent, StDone, StQuiet, StAnswer} state_e;

  state_e                      state_q;
  logic [7:0]                  status_q;
  logic [QueuesW-1:0]          queues_q [Cfg.Qps];
  logic [AttrW-1:0]            attr_q   [Cfg.Qps];
  logic [2:0]                  qpstate_q [Cfg.Qps];
  logic [Cfg.Qps-1:0]          exists_q;

  el_roce_sq_pkg::qp_attr_t    attr;
  el_regs_pkg::obj_qp_queues_t oq;
  el_regs_pkg::obj_qp_t        op;
  logic [QpW-1:0]              qpn;
  logic                        in_range, create, destroy, modify, query, bad, start;

  assign oq       = obj_req_i.data;
  assign op       = obj_req_i.data;
  assign qpn      = obj_req_i.index[QpW-1:0];
  assign in_range = 32'(obj_req_i.index) < Cfg.Qps;
  assign create   = obj_req_i.kind == el_regs_pkg::ObjKindQpQueues &&
                    obj_req_i.verb == el_regs_pkg::AdminVerbCreate;
  assign destroy  = obj_req_i.kind == el_regs_pkg::ObjKindQpQueues &&
                    obj_req_i.verb == el_regs_pkg::AdminVerbDestroy;
  assign modify   = obj_req_i.kind == el_regs_pkg::ObjKindQp &&
                    obj_req_i.verb == el_regs_pkg::AdminVerbModify;
  assign query    = obj_req_i.kind == el_regs_pkg::ObjKindQp &&
                    obj_req_i.verb == el_regs_pkg::AdminVerbQuery;
  assign bad      = create && (oq.sq_log_units > 8'd15 || oq.sq_base[5:0] != '0 ||
                               oq.qp_type != el_regs_pkg::QpTypeRc);
  // The request is still there in the cycle of its answer.
  assign start    = state_q == StIdle && obj_valid_i && !obj_rsp_valid_o;

  // What the fields of a MODIFY make of the attributes.
  function automatic el_roce_sq_pkg::qp_attr_t modified(el_roce_sq_pkg::qp_attr_t a,
                                                        el_regs_pkg::obj_qp_t o,
                                                        logic [31:0] mask);
    el_roce_sq_pkg::qp_attr_t r;
    r = a;
    if (mask[el_regs_pkg::QpMaskMtu])      r.mtu       = (o.mtu > 8'd5) ? 3'd5 : o.mtu[2:0];
    if (mask[el_regs_pkg::QpMaskDestQpn])  r.dest_qpn  = o.dest_qpn[23:0];
    if (mask[el_regs_pkg::QpMaskTimeout])  r.timeout   = o.timeout[4:0];
    if (mask[el_regs_pkg::QpMaskRetryCnt]) r.retry_cnt = o.retry_cnt[2:0];
    if (mask[el_regs_pkg::QpMaskRnrRetry]) r.rnr_retry = o.rnr_retry[2:0];
    if (mask[el_regs_pkg::QpMaskPkey])     r.pkey      = o.pkey;
    if (mask[el_regs_pkg::QpMaskMaxRdAtomic]) r.max_rd = o.max_rd_atomic[4:0];
    return r;
  endfunction

  function automatic el_roce_sq_pkg::qp_queues_t created(el_regs_pkg::obj_qp_queues_t o);
    el_roce_sq_pkg::qp_queues_t q;
    q.sq_base = o.sq_base[63:6];
    q.sq_log  = o.sq_log_units[3:0];
    q.ctx     = o.ctx;
    q.send_cq = o.send_cq;
    q.eqn     = o.eqn;
    q.sig_all = o.sq_sig_all[0];
    q.pd      = o.pd;
    q.qp_type = o.qp_type[1:0];
    return q;
  endfunction

  function automatic logic [el_pkg::ObjDataW-1:0] queried(el_roce_sq_pkg::qp_attr_t a,
      el_roce_pkg::psn_t next_psn, el_roce_pkg::psn_t una, logic [15:0] consumer);
    el_regs_pkg::obj_qp_t o;
    o                = '0;
    o.timeout        = 8'(a.timeout);
    o.retry_cnt      = 8'(a.retry_cnt);
    o.rnr_retry      = 8'(a.rnr_retry);
    o.dest_qpn       = 32'(a.dest_qpn);
    o.sq_psn         = 32'(next_psn);
    o.sq_unacked_psn = 32'(una);
    o.sq_consumer    = consumer;
    o.max_rd_atomic  = 8'(a.max_rd);
    return o;
  endfunction

  assign attr        = attr_q[qpn];
  assign query_qpn_o = qpn;

  always_comb begin
    event_o           = '0;
    event_o.qpn       = 16'(qpn);
    event_o.init      = create || destroy ||
                        (modify && obj_req_i.mask[el_regs_pkg::QpMaskState] &&
                         op.state == el_regs_pkg::QpStateReset);
    event_o.set_state = create || destroy || obj_req_i.mask[el_regs_pkg::QpMaskState];
    event_o.state     = modify ? op.state[2:0] : el_regs_pkg::QpStateReset[2:0];
    event_o.set_psn   = modify && obj_req_i.mask[el_regs_pkg::QpMaskSqPsn];
    event_o.psn       = op.sq_psn[23:0];
  end
  assign event_valid_o = state_q == StEvent;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q         <= StIdle;
      exists_q        <= '0;
      obj_rsp_valid_o <= 1'b0;
    end else begin
      obj_rsp_valid_o <= 1'b0;
      unique case (state_q)
        StIdle: if (start) begin
          state_q <= ((create && !bad) || ((destroy || modify) && exists_q[qpn])) && in_range
                     ? StEvent : StAnswer;
          if (create && !bad && in_range) exists_q[qpn] <= 1'b1;
        end
        StEvent: if (event_ready_i) state_q <= event_done_i ? StQuiet : StDone;
        StDone:  if (event_done_i) state_q <= StQuiet;
        StQuiet: if (quiet_i || !event_o.init) begin
          state_q <= StAnswer;
          if (destroy) exists_q[qpn] <= 1'b0;
        end
        StAnswer: begin
          obj_rsp_valid_o <= 1'b1;
          state_q         <= StIdle;
        end
        default: state_q <= StIdle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (start) begin
      status_q <= !in_range ? el_regs_pkg::AdminStatusBadIndex :
                  bad ? el_regs_pkg::AdminStatusBadParam :
                  (create || destroy || modify || query) ? el_regs_pkg::AdminStatusOk :
                  el_regs_pkg::AdminStatusBadVerb;
    end
    if (start && in_range && create && !bad) begin
      queues_q[qpn] <= created(oq);
      attr_q[qpn]   <= '0;
    end else if (start && in_range && modify) begin
      attr_q[qpn] <= modified(attr, op, obj_req_i.mask);
    end
    if (state_we_i) qpstate_q[state_qpn_i] <= state_i;
    if (state_q == StAnswer) begin
      obj_rsp_o.status <= status_q;
      obj_rsp_o.data   <= (query && exists_q[qpn])
                          ? queried(attr, query_next_psn_i, query_una_i, query_consumer_i) : '0;
    end
  end

  for (genvar i = 0; i < Reads; i++) begin : gen_read
    assign rd_queues_o[i] = queues_q[rd_qpn_i[i]];
    assign rd_attr_o[i]   = attr_q[rd_qpn_i[i]];
    assign rd_exists_o[i] = exists_q[rd_qpn_i[i]];
    assign rd_state_o[i]  = qpstate_q[rd_qpn_i[i]];
  end

  assign busy_o = state_q != StIdle || obj_rsp_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(AnswerOnce_A, !(obj_rsp_valid_o && state_q == StAnswer))
  `EL_ASSERT(StateIsServed_A, !event_valid_o || !modify || !event_o.set_state ||
                              (op.state != el_regs_pkg::QpStateSqe &&
                               op.state <= el_regs_pkg::QpStateErr))
  `EL_ASSERT(DoneOnlyWhenAsked_A, !event_done_i || state_q == StEvent || state_q == StDone)

endmodule : el_roce_sq_context
