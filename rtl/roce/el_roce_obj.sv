// SPDX-License-Identifier: Apache-2.0
//
// Leads each object command of the RDMA layer through its owners in order and answers it once.
//
// Latency 4 cycles and those of the owners; one command at a time. Order, undoing and merging:
// docs/reference/roce.md, "Objects". Objects: Mr, QpQueues, QpPath, Qp, Srq.

`include "el_assert.svh"

module el_roce_obj #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  QpnW = $clog2(Cfg.Qps)
) (
  input  logic                    clk_i,
  input  logic                    rst_i,

  // Commands of the admin queue, held until answered.
  input  logic                    mr_valid_i,
  input  logic                    qp_valid_i,
  input  el_pkg::obj_req_t        req_i,
  output logic                    mr_rsp_valid_o,
  output logic                    qp_rsp_valid_o,
  output el_pkg::obj_rsp_t        rsp_o,

  // Memory regions, responder and requester; one request for all.
  output logic                    to_mr_valid_o,
  output logic                    to_resp_valid_o,
  output logic                    to_req_valid_o,
  output el_pkg::obj_req_t        to_o,
  input  logic                    mr_done_i,
  input  el_pkg::obj_rsp_t        mr_i,
  input  logic                    resp_done_i,
  input  el_pkg::obj_rsp_t        responder_i,
  input  logic                    req_done_i,
  input  el_pkg::obj_rsp_t        requester_i,

  // Requester: the reads of payload that were allowed so far are done.
  output logic                    sync_valid_o,
  input  logic                    sync_done_i,

  // Address vectors, and what the headers of ACKs need; reads answer in the next cycle.
  output logic [QpnW-1:0]         tab_qpn_o,
  output logic                    path_we_o,
  output el_roce_hdr_pkg::path_t  path_o,
  output logic                    dest_we_o,
  output logic [23:0]             dest_o,
  output logic                    pkey_we_o,
  output logic [15:0]             pkey_o,
  output logic                    tab_re_o,
  input  el_roce_hdr_pkg::path_t  path_i,
  input  logic [23:0]             dest_i,

  output logic                    busy_o
);

  typedef enum logic [3:0] {
    StIdle, StMr, StBarrier, StReads, StResp, StAttr, StReq, StUndo, StClear, StPath, StRead,
    StTake, StDone
  } state_e;

  state_e           state_q, state_d;
  logic             is_mr_q, is_mr_d;
  el_pkg::obj_rsp_t rsp_q;

  localparam logic [7:0] Create  = el_regs_pkg::AdminVerbCreate;
  localparam logic [7:0] Modify  = el_regs_pkg::AdminVerbModify;
  localparam logic [7:0] Query   = el_regs_pkg::AdminVerbQuery;
  localparam logic [7:0] Destroy = el_regs_pkg::AdminVerbDestroy;

  /////////////////////////////////////////
  // Checks that need no state           //
  /////////////////////////////////////////

  function automatic logic queues_ok(el_regs_pkg::obj_qp_queues_t q);
    return el_roce_resp_pkg::rq_params_ok(q, Cfg.Cqs) && q.qp_type == el_regs_pkg::QpTypeRc &&
           32'(q.send_cq) < Cfg.Cqs && 32'(q.eqn) < Cfg.Eqs && 32'(q.ctx) < Cfg.Ctxs &&
           q.sq_sig_all <= 8'd1 && q.srq_en <= 8'd1 &&
           (q.srq_en == '0 || q.srqn < 32'(Cfg.Qps));
  endfunction

  // Only what the mask names is looked at.
  function automatic logic attributes_ok(el_regs_pkg::obj_qp_t q, logic [31:0] mask);
    logic bad;
    bad  = mask[31:13] != '0;
    bad |= mask[el_regs_pkg::QpMaskState] &&  // SQE is no state of RC
           (q.state > el_regs_pkg::QpStateErr || q.state == el_regs_pkg::QpStateSqe);
    bad |= mask[el_regs_pkg::QpMaskAccess] && q.access[7:4] != '0;
    bad |= mask[el_regs_pkg::QpMaskMtu] && (q.mtu < 8'd1 || q.mtu > 8'd5);
    bad |= mask[el_regs_pkg::QpMaskDestQpn] && q.dest_qpn[31:24] != '0;
    bad |= mask[el_regs_pkg::QpMaskSqPsn] && q.sq_psn[31:24] != '0;
    bad |= mask[el_regs_pkg::QpMaskRqPsn] && q.rq_psn[31:24] != '0;
    bad |= mask[el_regs_pkg::QpMaskTimeout] && q.timeout > 8'd31;
    bad |= mask[el_regs_pkg::QpMaskRetryCnt] && q.retry_cnt > 8'd7;
    bad |= mask[el_regs_pkg::QpMaskRnrRetry] && q.rnr_retry > 8'd7;
    bad |= mask[el_regs_pkg::QpMaskMinRnrTimer] && q.min_rnr_timer > 8'd31;
    bad |= mask[el_regs_pkg::QpMaskMaxRdAtomic] && q.max_rd_atomic > 8'd16;
    bad |= mask[el_regs_pkg::QpMaskMaxDestRdAtomic] && q.max_dest_rd_atomic > 8'd16;
    return !bad;
  endfunction

  function automatic logic [7:0] check(el_pkg::obj_req_t r);
    logic verb_ok, data_ok;
    verb_ok = 1'b0;
    data_ok = 1'b1;
    unique case (r.kind)
      el_regs_pkg::ObjKindQpQueues: begin
        verb_ok = r.verb == Create || r.verb == Destroy;
        data_ok = r.verb != Create || queues_ok(r.data);
      end
      el_regs_pkg::ObjKindQpPath: begin
        verb_ok = r.verb == Modify || r.verb == Query;
        data_ok = r.verb != Modify || el_roce_hdr_pkg::path_ok(r.data);
      end
      el_regs_pkg::ObjKindSrq: begin
        verb_ok = r.verb >= Create && r.verb <= Destroy;
        data_ok = (r.verb != Create && r.verb != Modify) ||
                  el_roce_resp_pkg::srq_params_ok(r.data, r.verb, r.mask, Cfg.Eqs, Cfg.Ctxs);
      end
      el_regs_pkg::ObjKindQp: begin
        verb_ok = r.verb == Modify || r.verb == Query;
        data_ok = r.verb != Modify || attributes_ok(r.data, r.mask);
      end
      default: ;
    endcase
    if (!verb_ok) return el_regs_pkg::AdminStatusBadVerb;
    if (32'(r.index) >= Cfg.Qps) return el_regs_pkg::AdminStatusBadIndex;
    return data_ok ? el_regs_pkg::AdminStatusOk : el_regs_pkg::AdminStatusBadParam;
  endfunction

  /////////////
  // Control //
  /////////////

  logic [7:0] first_status;
  logic       start, resp_ok, req_ok;

  assign start   = state_q == StIdle && (mr_valid_i || qp_valid_i);
  assign resp_ok = responder_i.status == el_regs_pkg::AdminStatusOk;
  assign req_ok  = requester_i.status == el_regs_pkg::AdminStatusOk;

  always_comb begin
    first_status = el_regs_pkg::AdminStatusOk;
    if (start && !mr_valid_i) first_status = check(req_i);
  end

  always_comb begin
    state_d = state_q;
    is_mr_d = is_mr_q;
    unique case (state_q)
      StIdle: begin
        if (mr_valid_i) begin
          is_mr_d = 1'b1;
          state_d = StMr;
        end else if (qp_valid_i) begin
          is_mr_d = 1'b0;
          state_d = (first_status == el_regs_pkg::AdminStatusOk) ? StResp : StDone;
        end
      end
      // First no new lookup succeeds, then the bytes of the earlier ones were written and read.
      StMr: begin
        if (mr_done_i) begin
          state_d = (req_i.verb == Destroy && mr_i.status == el_regs_pkg::AdminStatusOk) ? StBarrier
                                                                                         : StDone;
        end
      end
      StBarrier: if (resp_done_i) state_d = StReads;
      StReads: if (sync_done_i) state_d = StDone;
      StResp: begin
        if (resp_done_i && !resp_ok) state_d = StDone;
        else if (resp_done_i) begin
          state_d = StReq;
          if (req_i.kind == el_regs_pkg::ObjKindSrq) begin
            state_d = StDone;
          end else if (req_i.kind == el_regs_pkg::ObjKindQpPath) begin
            state_d = (req_i.verb == Modify) ? StPath : StRead;
          end else if (req_i.verb == Modify) begin
            state_d = StAttr;
          end
        end
      end
      // In time for the first ACK of a queue pair that receives from now on.
      StAttr: state_d = StReq;
      StReq: begin
        if (req_done_i) begin
          state_d = StDone;
          if (req_i.verb == Create) state_d = req_ok ? StClear : StUndo;
          if (req_i.verb == Query) state_d = StRead;
        end
      end
      StUndo: if (resp_done_i) state_d = StDone;
      StClear, StPath: state_d = StDone;
      StRead: state_d = StTake;
      StTake: state_d = StDone;
      default: state_d = StIdle;  // StDone
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      is_mr_q <= 1'b0;
    end else begin
      state_q <= state_d;
      is_mr_q <= is_mr_d;
    end
  end

  ////////////
  // Answer //
  ////////////

  function automatic logic [el_pkg::ObjDataW-1:0] with_dest(logic [el_pkg::ObjDataW-1:0] data,
                                                            logic [23:0] dest);
    el_regs_pkg::obj_qp_t q;
    q          = data;
    q.dest_qpn = 32'(dest);
    return q;
  endfunction

  always_ff @(posedge clk_i) begin
    if (start) rsp_q <= '{status: first_status, data: '0};
    if (state_q == StMr && mr_done_i) rsp_q <= mr_i;
    if (state_q == StResp && resp_done_i) begin
      rsp_q.status <= responder_i.status;
      if (req_i.kind == el_regs_pkg::ObjKindQp || req_i.kind == el_regs_pkg::ObjKindSrq) begin
        rsp_q.data <= responder_i.data;
      end
    end
    if (state_q == StReq && req_done_i) begin
      rsp_q.status <= requester_i.status;
      rsp_q.data   <= rsp_q.data | requester_i.data;
    end
    if (state_q == StTake) begin
      rsp_q.data <= with_dest(rsp_q.data, dest_i);
      if (req_i.kind == el_regs_pkg::ObjKindQpPath) begin
        rsp_q.data <= el_roce_hdr_pkg::path_to_obj(path_i);
      end
    end
  end

  assign mr_rsp_valid_o = state_q == StDone && is_mr_q;
  assign qp_rsp_valid_o = state_q == StDone && !is_mr_q;
  assign rsp_o          = rsp_q;

  //////////////
  // Requests //
  //////////////

  // A path needs a queue pair that exists, and the responder notes that it was set: it is asked as
  // if for its attributes.
  always_comb begin
    to_o = req_i;
    if (state_q == StResp && req_i.kind == el_regs_pkg::ObjKindQpPath) begin
      to_o.kind = el_regs_pkg::ObjKindQp;
      to_o.mask = 32'd1 << el_roce_resp_pkg::MaskPath;
    end
    if (state_q == StUndo) to_o.verb = Destroy;
  end

  assign to_mr_valid_o   = state_q == StMr;
  assign to_resp_valid_o = state_q == StBarrier || state_q == StResp || state_q == StUndo;
  assign to_req_valid_o  = state_q == StReq;
  assign sync_valid_o    = state_q == StReads;

  el_regs_pkg::obj_qp_t attr;
  assign attr      = req_i.data;
  assign tab_qpn_o = req_i.index[QpnW-1:0];
  assign path_we_o = state_q == StPath || state_q == StClear;
  assign path_o    = (state_q == StClear) ? '0 : el_roce_hdr_pkg::path_from_obj(req_i.data);
  assign dest_we_o = state_q == StClear ||
                     (state_q == StAttr && req_i.mask[el_regs_pkg::QpMaskDestQpn]);
  assign dest_o    = (state_q == StClear) ? '0 : attr.dest_qpn[23:0];
  assign pkey_we_o = state_q == StClear ||
                     (state_q == StAttr && req_i.mask[el_regs_pkg::QpMaskPkey]);
  assign pkey_o    = (state_q == StClear) ? '0 : attr.pkey;
  assign tab_re_o  = state_q == StRead;
  assign busy_o    = state_q != StIdle;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneCommand_A, !(mr_valid_i && qp_valid_i))
  `EL_ASSERT(HeldUntilAnswered_A, state_q == StIdle || mr_valid_i || qp_valid_i)
  `EL_ASSERT(DoneOnlyWhenAsked_A, !sync_done_i || sync_valid_o)
  `EL_ASSERT(OnlyCreateIsRefusedLate_A, !(state_q == StReq && req_done_i && !req_ok) ||
                                        req_i.verb == Create)

endmodule : el_roce_obj
