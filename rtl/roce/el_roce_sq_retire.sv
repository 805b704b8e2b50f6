// SPDX-License-Identifier: Apache-2.0
//
// Retires requests in order: acknowledgements, repetitions, errors and flushes of every queue pair.
//
// Latency 2 cycles from ACK to completion or to the order to send again; throughput an ACK in 2
// cycles and 1 completion a cycle; storage Qps entries, and SqTrack tracked requests a queue pair.
// Rules: docs/reference/roce-requester.md (InfiniBand volume 1, 9.7.5, 9.7.7, 9.9.2, 10.3.1).

`include "el_assert.svh"

module el_roce_sq_retire #(
  parameter  el_pkg::cfg_t Cfg    = el_pkg::CfgDefault,
  localparam int unsigned  QpW    = $clog2(Cfg.Qps),
  localparam int unsigned  TrackW = $bits(el_roce_sq_pkg::track_t)
) (
  input  logic                          clk_i,
  input  logic                          rst_i,
  input  logic [23:0]                   tick_cycles_i,
  input  logic [23:0]                   rnr_tick_cycles_i,

  // What happens
  input  logic                          ack_valid_i,
  output logic                          ack_ready_o,
  input  el_roce_pkg::ack_t             ack_i,
  input  logic                          rsp_valid_i,    // a response that kept its order
  output logic                          rsp_ready_o,
  input  el_roce_pkg::response_t        rsp_i,
  input  logic                          notice_valid_i,
  output logic                          notice_ready_o,
  input  el_roce_sq_pkg::notice_t       notice_i,
  input  logic                          fire_valid_i,
  output logic                          fire_ready_o,
  input  logic [QpW-1:0]                fire_qpn_i,
  input  logic                          event_valid_i,
  output logic                          event_ready_o,
  input  el_roce_sq_pkg::obj_event_t    event_i,
  output logic                          event_done_o,
  input  logic                          err_valid_i,
  output logic                          err_ready_o,
  input  logic [23:0]                   err_qpn_i,

  // About qpn_o, combinational
  output logic [QpW-1:0]                qpn_o,
  input  el_roce_sq_pkg::qp_queues_t    queues_i,
  input  el_roce_sq_pkg::qp_attr_t      attr_i,
  input  logic                          exists_i,
  input  logic [2:0]                    state_i,
  input  logic [15:0]                   epoch_i,
  input  el_roce_sq_pkg::send_state_t   place_i,
  input  logic                          rest_i,
  input  el_roce_sq_pkg::rest_e         why_i,
  input  logic [1:0]                    placing_i,     // responses go to memory: 0 of qpn_o, 1 of
                                                       // notice_i.qpn
  input  logic                          starting_i,    // a packet of qpn_o is being made
  input  el_roce_pkg::psn_t             sent_psn_i,

  output logic                          state_we_o,
  output logic [QpW-1:0]                state_qpn_o,
  output logic [2:0]                    state_o,
  output logic                          set_valid_o,   // timer
  output logic                          set_on_o,
  output logic [QpW-1:0]                set_qpn_o,
  output el_pkg::cycles_t               set_delay_o,

  // Orders to the segmenter
  output logic                          repos_valid_o,
  input  logic                          repos_ready_i,
  output el_roce_sq_pkg::repos_t        repos_o,
  output logic                          wake_valid_o,
  input  logic                          wake_ready_i,
  output logic [QpW-1:0]                wake_qpn_o,

  // Tracked requests, written by the segmenter
  input  logic                          track_we_i,
  input  logic [QpW-1:0]                track_qpn_i,
  input  el_roce_sq_pkg::trk_t          track_idx_i,
  input  logic [TrackW-1:0]             track_i,

  // Progress for the segmenter [0] and for QUERY [1], combinational
  input  logic [1:0][QpW-1:0]           prog_qpn_i,
  output el_roce_pkg::psn_t [1:0]       prog_una_o,
  output el_roce_sq_pkg::trk_t [1:0]    prog_tail_o,
  output el_roce_sq_pkg::rdn_t [1:0]    prog_rd_tail_o,
  output logic [1:0][15:0]              prog_consumer_o,

  output logic                          cqe_valid_o,
  input  logic                          cqe_ready_i,
  output el_pkg::cqe_req_t              cqe_o,
  output logic                          eqe_valid_o,
  input  logic                          eqe_ready_i,
  output el_pkg::eqe_req_t              eqe_o,
  output logic                          err_valid_o,
  input  logic                          err_ready_i,
  output logic [23:0]                   err_qpn_o,

  output el_regs_pkg::cnt_roce_sq_t     cnt_o,
  output logic                          busy_o
);

  localparam int unsigned RetW = $bits(el_roce_sq_pkg::retire_t);
  localparam int unsigned TrkIdxW = $clog2(Cfg.SqTrack);
  localparam logic [8:0]  WakeRequests = 9'(Cfg.SqTrack - Cfg.SqTrack / 4);

  typedef enum logic [2:0] {StIdle, StWork, StOrder, StTell, StDrain} state_e;
  typedef enum logic [2:0] {EvNone, EvNotice, EvObj, EvErr, EvFire, EvAck} event_e;

  logic [RetW-1:0]             ret_q [Cfg.Qps];
  state_e                      state_q;
  event_e                      pick, ev_q;
  logic [QpW-1:0]              pick_qpn, qpn_q;
  el_roce_sq_pkg::retire_t     r_now, r_q;
  el_roce_pkg::response_t      ack_q, ack_in;
  el_roce_sq_pkg::notice_t     note_q;
  el_roce_sq_pkg::obj_event_t  obj_q;
  el_roce_pkg::psn_t           max_q;       // of the time of ent_ok_q's first read
  logic                        beyond_q;    // the number is not in the table
  logic                        ent_ok_q;    // ent is the oldest tracked request
  logic [TrackW-1:0]           track_rd;
  el_roce_sq_pkg::track_t      ent;
  el_roce_sq_rules_pkg::action_t a;         // what the event in work does

  // ---------------------------------------------------------------------------------------------
  // Pick
  // ---------------------------------------------------------------------------------------------

  logic beyond, take_notice, take_fire;

  function automatic el_roce_pkg::response_t plain(el_roce_pkg::ack_t k);
    el_roce_pkg::response_t r;
    r          = '0;
    r.qpn      = k.qpn;
    r.psn      = k.psn;
    r.seen     = k.psn;
    r.syndrome = k.syndrome;
    r.useless  = k.opcode != el_regs_pkg::RoceOpAcknowledge;
    return r;
  endfunction

  // An ACK that came the short way is older than any response that kept its order.
  assign ack_in      = ack_valid_i ? plain(ack_i) : rsp_i;
  // A request ends with an error when no byte of a response can reach its memory any more.
  assign take_notice = notice_valid_i &&
                       !(placing_i[1] && (notice_i.fence ||
                                          notice_i.status == el_regs_pkg::WcStatusWrFlushErr));
  assign take_fire   = fire_valid_i && !(ack_valid_i && ack_i.qpn == 16'(fire_qpn_i)) &&
                       !(rsp_valid_i && rsp_i.qpn == 16'(fire_qpn_i));

  always_comb begin
    pick     = EvNone;
    pick_qpn = ack_in.qpn[QpW-1:0];
    beyond   = 1'b0;
    if (take_notice) begin
      pick     = EvNotice;
      pick_qpn = notice_i.qpn[QpW-1:0];
    end else if (event_valid_i) begin
      pick     = EvObj;
      pick_qpn = event_i.qpn[QpW-1:0];
    end else if (err_valid_i) begin
      pick     = EvErr;
      pick_qpn = err_qpn_i[QpW-1:0];
      beyond   = 32'(err_qpn_i) >= Cfg.Qps;
    end else if (take_fire) begin
      pick     = EvFire;
      pick_qpn = fire_qpn_i;
    end else if (ack_valid_i || rsp_valid_i) begin
      pick   = EvAck;
      beyond = 32'(ack_in.qpn) >= Cfg.Qps;
    end
    if (state_q != StIdle) pick = EvNone;
  end

  assign notice_ready_o = pick == EvNotice;
  assign event_ready_o  = pick == EvObj;
  assign err_ready_o    = pick == EvErr;
  assign fire_ready_o   = pick == EvFire;
  assign ack_ready_o    = pick == EvAck && ack_valid_i;
  assign rsp_ready_o    = pick == EvAck && !ack_valid_i;
  assign qpn_o          = (state_q == StIdle) ? pick_qpn : qpn_q;
  assign r_now          = ret_q[qpn_o];

  // ---------------------------------------------------------------------------------------------
  // Tracked requests: the oldest one of the queue pair in work
  // ---------------------------------------------------------------------------------------------

  logic                     step, track_re;
  el_roce_sq_pkg::trk_t     track_at;

  assign track_re = pick != EvNone || step;
  assign track_at = (state_q == StIdle) ? r_now.tail : a.r.tail;
  assign ent      = track_rd;

  el_ram_1r1w #(
    .Width(TrackW),
    .Depth(Cfg.Qps * Cfg.SqTrack)
  ) u_track (
    .clk_i,
    .rst_i,
    .we_i   (track_we_i),
    .waddr_i({track_qpn_i, track_idx_i[TrkIdxW-1:0]}),
    .wdata_i(track_i),
    .re_i   (track_re),
    .raddr_i({qpn_o, track_at[TrkIdxW-1:0]}),
    .rdata_o(track_rd)
  );

  // ---------------------------------------------------------------------------------------------
  // Work
  // ---------------------------------------------------------------------------------------------

  logic                          go, finish, cqe_room, eqe_room, err_room;
  el_roce_sq_rules_pkg::view_t   view;
  el_roce_sq_pkg::repos_t        o_q;

  assign go     = state_q == StWork && cqe_room && eqe_room;
  assign step   = a.step;
  assign finish = go && !step;

  always_comb begin
    a    = '0;
    view = '0;
    if (go) begin
      view = '{r: r_q, ent: ent, ent_ok: ent_ok_q, place: place_i, max_psn: max_q,
               sent_psn: sent_psn_i, exists: exists_i && !beyond_q, state: state_i, rest: rest_i,
               why: why_i, placing: placing_i[0], starting: starting_i,
               epoch: epoch_i, retry_cnt: attr_i.retry_cnt, rnr_retry: attr_i.rnr_retry};
      unique case (ev_q)
        EvAck:    a = el_roce_sq_rules_pkg::on_ack(view, ack_q, WakeRequests);
        EvFire:   a = el_roce_sq_rules_pkg::on_fire(view);
        EvErr:    a = el_roce_sq_rules_pkg::on_error(view);
        EvObj:    a = el_roce_sq_rules_pkg::on_object(view, obj_q);
        EvNotice: a = el_roce_sq_rules_pkg::on_notice(view, note_q);
        default:  a = el_roce_sq_rules_pkg::idle(view);
      endcase
      a = el_roce_sq_rules_pkg::settled(view, a);
    end
  end

  logic order_q, wake_q, tell_q, tell;
  logic [3:0] cqe_count;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q <= StIdle;
      order_q <= 1'b0;
      wake_q  <= 1'b0;
      tell_q  <= 1'b0;
    end else begin
      unique case (state_q)
        StIdle: if (pick != EvNone) state_q <= StWork;
        StWork: if (finish) begin
          order_q <= a.order;
          wake_q  <= a.wake;
          tell_q  <= a.drained;
          state_q <= a.drain ? StDrain : (a.order || a.wake) ? StOrder :
                     a.drained ? StTell : StIdle;
        end
        StOrder: begin
          if (repos_ready_i) order_q <= 1'b0;
          if (wake_ready_i) wake_q <= 1'b0;
          if ((!order_q || repos_ready_i) && (!wake_q || wake_ready_i)) begin
            state_q <= tell_q ? StTell : StIdle;
          end
        end
        StTell: if (tell) state_q <= StIdle;
        default: if (cqe_count == '0) state_q <= StIdle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (pick != EvNone) begin
      ev_q     <= pick;
      qpn_q    <= pick_qpn;
      beyond_q <= beyond;
      r_q      <= r_now;
      max_q    <= place_i.max_psn;
    end else if (go) begin
      r_q <= a.r;
    end
    if (pick == EvAck) ack_q <= ack_in;
    if (pick == EvNotice) note_q <= notice_i;
    if (pick == EvObj) obj_q <= event_i;
    if (track_re) ent_ok_q <= track_at != place_i.head;
    if (go) ret_q[qpn_q] <= a.r;
    if (finish && a.order) begin
      o_q <= (ev_q == EvNotice && !a.fail)
             ? el_roce_sq_rules_pkg::rest_at(note_q, sent_psn_i)
             : el_roce_sq_rules_pkg::resume(view, a, 16'(qpn_q), attr_i.mtu);
    end
  end

  // Behind the completions of what was drained.
  assign tell          = state_q == StTell && cqe_count == '0 && eqe_room;
  assign repos_valid_o = order_q;
  assign repos_o       = o_q;
  assign wake_valid_o  = wake_q;
  assign wake_qpn_o    = qpn_q;
  assign event_done_o  = (finish && a.done) || (state_q == StDrain && cqe_count == '0);
  assign state_we_o    = finish && a.state_we;
  assign state_qpn_o   = qpn_q;
  assign state_o       = a.state;
  assign set_valid_o   = finish && a.timer_set &&
                         (a.rnr_delay || !a.timer_on || attr_i.timeout != '0);
  assign set_on_o      = a.timer_on;
  assign set_qpn_o     = qpn_q;
  assign set_delay_o   = a.rnr_delay
                         ? el_roce_sq_pkg::rnr_cycles(rnr_tick_cycles_i, ack_q.syndrome[4:0])
                         : el_roce_sq_pkg::timeout_cycles(tick_cycles_i, attr_i.timeout);

  for (genvar i = 0; i < 2; i++) begin : gen_progress
    el_roce_sq_pkg::retire_t p;
    assign p                  = ret_q[prog_qpn_i[i]];
    assign prog_una_o[i]      = p.una;
    assign prog_tail_o[i]     = p.tail;
    assign prog_rd_tail_o[i]  = p.rd_tail;
    assign prog_consumer_o[i] = p.consumer;
  end

  // ---------------------------------------------------------------------------------------------
  // Completions, events, errors for the receiving side
  // ---------------------------------------------------------------------------------------------

  function automatic el_pkg::cqe_req_t to_cqe(logic [15:0] cqn, logic [QpW-1:0] qpn,
      logic [15:0] idx, logic [7:0] status, logic [7:0] op, logic [7:0] vendor,
      logic [63:0] value);
    el_pkg::cqe_req_t  c;
    el_regs_pkg::cqe_t e;
    e            = '0;
    e.qpn        = 32'(qpn);
    e.wqe_index  = idx;
    e.status     = status;
    e.opcode     = op;
    e.vendor_err = vendor;
    if (status == el_regs_pkg::WcStatusSuccess && op == el_regs_pkg::CqeOpRead) begin
      e.byte_len = value[31:0];
    end else if (status == el_regs_pkg::WcStatusSuccess &&
                 (op == el_regs_pkg::CqeOpCmpSwap || op == el_regs_pkg::CqeOpFetchAdd)) begin
      e.byte_len = 32'd8;
      e.data     = value;
    end
    c.cqn        = cqn;
    c.solicited  = status != el_regs_pkg::WcStatusSuccess;
    c.cqe        = e;
    return c;
  endfunction

  function automatic el_pkg::eqe_req_t to_eqe(logic [7:0] eqn, logic [QpW-1:0] qpn,
                                              logic [7:0] kind, logic [7:0] status);
    el_pkg::eqe_req_t  c;
    el_regs_pkg::eqe_t e;
    e            = '0;
    e.event_type = kind;
    e.syndrome   = status;
    e.id         = 32'(qpn);
    c.eqn        = eqn[4:0];
    c.eqe        = e;
    return c;
  endfunction

  logic [QpW-1:0] err_qpn;

  el_fifo #(
    .Width($bits(el_pkg::cqe_req_t)),
    .Depth(8)
  ) u_cqe (
    .clk_i,
    .rst_i,
    .in_valid_i (a.complete),
    .in_ready_o (cqe_room),
    .in_data_i  (to_cqe(queues_i.send_cq, qpn_q, a.idx, a.status, a.cqe_op,
                        (ev_q == EvNotice && r_q.fail) ? r_q.fail_vendor : 8'd0,
                        ack_q.value)),
    .out_valid_o(cqe_valid_o),
    .out_ready_i(cqe_ready_i),
    .out_data_o (cqe_o),
    .count_o    (cqe_count)
  );

  el_fifo #(
    .Width($bits(el_pkg::eqe_req_t)),
    .Depth(4)
  ) u_eqe (
    .clk_i,
    .rst_i,
    .in_valid_i (a.fail || tell),
    .in_ready_o (eqe_room),
    .in_data_i  (to_eqe(queues_i.eqn, qpn_q,
                        tell ? el_regs_pkg::EqeTypeQpSqDrained : el_regs_pkg::EqeTypeQpFatal,
                        tell ? 8'd0 : a.fail_status)),
    .out_valid_o(eqe_valid_o),
    .out_ready_i(eqe_ready_i),
    .out_data_o (eqe_o),
    .count_o    ()
  );

  // Each queue pair is in it at most once: it leaves ERR only when its error was told.
  el_fifo #(
    .Width(QpW),
    .Depth(Cfg.Qps)
  ) u_err (
    .clk_i,
    .rst_i,
    .in_valid_i (a.fail),
    .in_ready_o (err_room),
    .in_data_i  (qpn_q),
    .out_valid_o(err_valid_o),
    .out_ready_i(err_ready_i),
    .out_data_o (err_qpn),
    .count_o    ()
  );
  assign err_qpn_o = 24'(err_qpn);

  assign cnt_o  = a.cnt;
  assign busy_o = state_q != StIdle || cqe_valid_o || eqe_valid_o || err_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ErrorHasRoom_A, !a.fail || err_room)
  `EL_ASSERT(OneOrder_A, !(order_q && wake_q))
  `EL_ASSERT(NoticeBehindAllThatLeft_A, !(finish && ev_q == EvNotice && a.order && !a.fail) ||
             sent_psn_i == note_q.psn || sent_psn_i == note_q.psn + 24'd1)
  `EL_ASSERT(TailBehindHead_A, !(go && ev_q == EvAck && !a.cnt.rx_stale) ||
             9'(place_i.head - r_q.tail) <= 9'(Cfg.SqTrack))

endmodule : el_roce_sq_retire
