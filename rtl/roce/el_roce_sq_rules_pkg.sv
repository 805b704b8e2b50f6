// SPDX-License-Identifier: Apache-2.0
//
// Rules of retirement: what an event means for the requests of a queue pair that are open.
//
// Pure functions of the queue pair's progress; el_roce_sq_retire has the tables and the order of
// events. InfiniBand volume 1, 9.7.5 (responses), 9.7.7 (retries), 9.9.2 (errors), 10.3.1 (states).

package el_roce_sq_rules_pkg;

  // A sender that rests is woken when it has no more than so many packets in flight.
  localparam logic [23:0] WakePackets = 24'(el_roce_sq_pkg::PsnWindow -
                                            el_roce_sq_pkg::PsnWindow / 4);

  // What is known about the queue pair.
  typedef struct packed {
    el_roce_sq_pkg::retire_t     r;
    el_roce_sq_pkg::track_t      ent;       // oldest tracked request
    logic                        ent_ok;    // there is one
    el_roce_sq_pkg::send_state_t place;
    el_roce_pkg::psn_t           max_psn;   // behind the last PSN used, at the time of the event
    el_roce_pkg::psn_t           sent_psn;  // behind the packet that left last
    logic                        exists;
    logic [2:0]                  state;
    logic                        rest;      // the sender waits for room
    el_roce_sq_pkg::rest_e       why;       // of what
    logic                        placing;   // responses are on their way to memory
    logic                        starting;  // a packet is being made
    logic [15:0]                 epoch;
    logic [2:0]                  retry_cnt;
    logic [2:0]                  rnr_retry;
  } view_t;

  // What happens.
  typedef struct packed {
    el_roce_sq_pkg::retire_t   r;
    logic                      step;       // the oldest request is done; look at the next one
    logic                      complete;   // a completion
    logic [7:0]                status;
    logic [7:0]                cqe_op;
    logic [15:0]               idx;
    logic                      fail;       // the queue pair ends with this status
    logic [7:0]                fail_status;
    logic [7:0]                fail_vendor;
    logic                      order;      // the sender goes on elsewhere, from `target`
    logic                      cut;        // order: nothing is outstanding any more
    logic                      init;       // order: forget everything
    el_roce_pkg::psn_t         target;
    logic                      wake;       // the sender has room again
    logic                      timer_set;
    logic                      timer_on;
    logic                      rnr_delay;  // the timer runs for the time of the RNR NAK
    logic                      state_we;
    logic [2:0]                state;
    logic                      drain;      // wait until all completions were taken
    logic                      drained;    // SQD: nothing is open any more
    logic                      done;       // the admin queue has its answer
    el_regs_pkg::cnt_roce_sq_t cnt;
  } action_t;

  // Nothing but what the view says.
  function automatic action_t idle(view_t v);
    action_t a;
    a        = '0;
    a.r      = v.r;
    a.status = el_regs_pkg::WcStatusSuccess;
    a.cqe_op = v.ent.cqe_op;
    a.idx    = v.ent.idx;
    a.target = v.r.una;
    a.state  = el_regs_pkg::QpStateErr[2:0];
    return a;
  endfunction

  // What was sent is acknowledged, repeated and completed.
  function automatic logic is_rts(view_t v);
    return v.exists && (v.state == el_regs_pkg::QpStateRts[2:0] ||
                        v.state == el_regs_pkg::QpStateSqd[2:0]);
  endfunction

  // Whatever fails: the request gets its status when it is flushed, in its place.
  function automatic action_t failed(action_t x, logic [7:0] status, logic [7:0] vendor);
    action_t a;
    a               = x;
    a.fail          = 1'b1;
    a.fail_status   = status;
    a.fail_vendor   = vendor;
    a.r.fail        = 1'b1;
    a.r.fail_status = status;
    a.r.fail_vendor = vendor;
    a.state_we      = 1'b1;
    a.order         = 1'b1;
    a.state         = el_regs_pkg::QpStateErr[2:0];
    return a;
  endfunction

  // Status of the request that a NAK names (9.9.2.4.2), by its code.
  function automatic logic [7:0] nak_status(logic [7:0] syndrome);
    unique case (syndrome)
      el_regs_pkg::AethSyndromeNakInvalidRequest: return el_regs_pkg::WcStatusRemInvReqErr;
      el_regs_pkg::AethSyndromeNakRemoteAccess:   return el_regs_pkg::WcStatusRemAccessErr;
      default:                                    return el_regs_pkg::WcStatusRemOpErr;
    endcase
  endfunction

  // Would an ACK say that a READ or atomic is done? Only its responses can.
  function automatic logic passes_read(view_t v, el_roce_pkg::psn_t upto);
    el_roce_pkg::psn_t missing;
    missing = (24'(v.r.una - v.ent.first_psn) <= 24'(v.ent.last_psn - v.ent.first_psn))
              ? v.r.una : v.ent.first_psn;
    return v.ent_ok && v.ent.read && 24'(upto - v.r.una) > 24'(missing - v.r.una);
  endfunction

  // The sender that rests finds room again.
  function automatic logic has_room(view_t v, action_t a, el_roce_pkg::response_t ack,
                                    el_roce_pkg::psn_t upto, el_roce_sq_pkg::trk_t wake_requests);
    unique case (v.why)
      el_roce_sq_pkg::RestReads: return ack.ends;
      el_roce_sq_pkg::RestFence: return ack.ends && a.r.rd_tail == v.place.rd_head;
      default:                   return 9'(v.place.head - a.r.tail) <= wake_requests &&
                                        24'(v.place.next_psn - upto) <= WakePackets;
    endcase
  endfunction

  // A response; called again as long as it completes requests.
  // A sender that rests is woken when it has no more than `wake_requests` tracked requests.
  function automatic action_t on_ack(view_t v, el_roce_pkg::response_t ack,
                                     el_roce_sq_pkg::trk_t wake_requests);
    action_t           a;
    logic              is_ack, is_rnr, is_seq, is_fatal, is_local, at_bad, behind, progress, quick;
    el_roce_pkg::psn_t upto, span;
    // AETH syndromes: InfiniBand volume 1, 9.7.5.2.1.
    is_local = ack.status != el_regs_pkg::WcStatusSuccess;
    is_ack   = !is_local && ack.syndrome[7:5] == 3'b000;
    is_rnr   = !is_local && ack.syndrome[7:5] == 3'b001;
    is_seq   = !is_local && ack.syndrome == el_regs_pkg::AethSyndromeNakSequence;
    is_fatal = !is_local && (ack.syndrome == el_regs_pkg::AethSyndromeNakInvalidRequest ||
                             ack.syndrome == el_regs_pkg::AethSyndromeNakRemoteAccess ||
                             ack.syndrome == el_regs_pkg::AethSyndromeNakRemoteOperational);
    // A NAK acknowledges what is before its PSN (9.7.5.1.2, implied acknowledgement).
    upto     = is_ack ? ack.psn + 24'd1 : ack.psn;
    span     = upto - v.r.una;
    progress = span != '0;
    at_bad   = v.r.bad && v.r.tail == v.r.bad_trk;
    behind   = 24'(v.place.next_psn - v.r.una) < span;
    quick    = is_ack && v.ent.last_psn == ack.psn && !v.r.bad && !behind && !v.r.held;

    a        = idle(v);
    a.target = upto;
    if (!is_rts(v) || ack.useless || !(is_ack || is_rnr || is_seq || is_fatal || is_local) ||
        24'(ack.seen - v.r.una) >= 24'(v.max_psn - v.r.una) ||
        24'(ack.psn - v.r.una) >= 24'(v.max_psn - v.r.una) ||
        (!ack.due && passes_read(v, upto))) begin
      a.cnt.rx_stale = 1'b1;
      return a;
    end
    if (v.ent_ok && !at_bad && 24'(v.ent.last_psn - v.r.una) < span) begin
      a.r.tail     = v.r.tail + 9'd1;
      a.r.rd_tail  = v.r.rd_tail + el_roce_sq_pkg::rdn_t'(v.ent.read);
      a.r.consumer = v.ent.next_idx;
      a.complete   = v.ent.signaled;
      a.step       = !quick;
      if (!quick) return a;
    end

    a.r.una = upto;
    if (progress) begin
      a.r.retry = '0;
      a.r.rnr   = '0;
    end
    a.cnt.rx_acks         = is_ack && !ack.due;
    a.cnt.rx_nak_sequence = is_seq && !ack.implied;
    a.cnt.implied_naks    = is_seq && ack.implied;
    a.cnt.rx_rnr          = is_rnr;
    a.cnt.rx_nak_errors   = is_fatal;
    if (at_bad) begin
      a = failed(a, v.r.bad_status, '0);
    end else if (is_ack) begin
      a.timer_set = 1'b1;
      a.timer_on  = upto != v.place.max_psn;
      // The sender is behind, or waits for a receiver that has proved to be ready.
      a.order     = behind || v.r.held;
      a.r.held    = 1'b0;
      a.wake      = !a.order && v.rest && !v.r.bad && has_room(v, a, ack, upto, wake_requests);
    end else if (is_local) begin
      a.cnt.local_errors = 1'b1;
      a = failed(a, ack.status, '0);
    end else if (is_fatal) begin
      a = failed(a, nak_status(ack.syndrome), ack.syndrome);
    end else if (v.r.held && !progress) begin
      // The repetition is ordered already: one NAK more says nothing new.
      a.r.held = 1'b1;
    end else if (is_rnr) begin
      if (v.rnr_retry != 3'd7 && a.r.rnr >= v.rnr_retry) begin
        a.cnt.retry_exhausted = 1'b1;
        a = failed(a, el_regs_pkg::WcStatusRnrRetryExcErr, ack.syndrome);
      end else begin
        a.r.rnr     = (v.rnr_retry == 3'd7) ? a.r.rnr : a.r.rnr + 3'd1;
        a.r.held    = 1'b1;
        a.order     = 1'b1;
        a.timer_set = 1'b1;
        a.timer_on  = 1'b1;
        a.rnr_delay = 1'b1;
      end
    end else if (a.r.retry >= v.retry_cnt) begin
      a.cnt.retry_exhausted = 1'b1;
      a = failed(a, el_regs_pkg::WcStatusRetryExcErr, ack.syndrome);
    end else begin
      a.r.retry   = a.r.retry + 3'd1;
      a.r.held    = 1'b0;
      a.order     = 1'b1;
      a.timer_set = 1'b1;
      a.timer_on  = 1'b1;
    end
    return a;
  endfunction

  // The timer of the queue pair ended.
  function automatic action_t on_fire(view_t v);
    action_t a;
    a = idle(v);
    if (!is_rts(v)) return a;
    if (v.r.held) begin
      a.r.held = 1'b0;
      a.order  = 1'b1;
    end else if (v.r.una != v.place.max_psn) begin
      a.timer_set = 1'b1;
      a.timer_on  = 1'b1;
      // Packets that did not leave (priority flow control) cannot have been lost, and a response
      // that waits for host memory was not.
      if (v.place.next_psn == v.sent_psn && !v.placing) begin
        a.cnt.timeouts = 1'b1;
        if (v.r.retry >= v.retry_cnt) begin
          a.cnt.retry_exhausted = 1'b1;
          a = failed(a, el_regs_pkg::WcStatusRetryExcErr, '0);
        end else begin
          a.r.retry = v.r.retry + 3'd1;
          a.order   = 1'b1;
        end
      end
    end
    return a;
  endfunction

  // The receiving side put the queue pair into ERR.
  function automatic action_t on_error(view_t v);
    action_t a;
    a          = idle(v);
    a.state_we = v.exists && v.state != el_regs_pkg::QpStateErr[2:0] &&
                 v.state != el_regs_pkg::QpStateReset[2:0];
    a.order    = a.state_we;
    return a;
  endfunction

  // The admin queue changes the queue pair.
  function automatic action_t on_object(view_t v, el_roce_sq_pkg::obj_event_t obj);
    action_t a;
    a          = idle(v);
    a.done     = !obj.init;
    a.init     = obj.init;
    a.cut      = 1'b1;
    a.state_we = obj.set_state;
    a.state    = obj.state;
    if (obj.init) begin
      a.r     = '0;
      a.order = 1'b1;
      return a;
    end
    if (obj.set_psn && !is_rts(v) && v.state != el_regs_pkg::QpStateErr[2:0]) begin
      a.r.una = obj.psn;
      a.order = 1'b1;
    end
    if (obj.set_state && obj.state == el_regs_pkg::QpStateErr[2:0]) begin
      a.order = v.state != el_regs_pkg::QpStateErr[2:0];
    end
    a.wake = !a.order && obj.set_state && obj.state == el_regs_pkg::QpStateRts[2:0] &&
             !v.r.held && !v.r.bad;
    return a;
  endfunction

  // A request was flushed, or cannot be sent; or everything in front of a fence has left.
  function automatic action_t on_notice(view_t v, el_roce_sq_pkg::notice_t note);
    action_t a;
    a        = idle(v);
    a.idx    = note.idx;
    a.cqe_op = note.cqe_op;
    if (note.fence) begin
      a.drain = 1'b1;
    end else if (v.exists && note.epoch == v.epoch) begin
      if (note.status == el_regs_pkg::WcStatusWrFlushErr) begin
        a.complete    = 1'b1;
        a.status      = v.r.fail ? v.r.fail_status : note.status;
        a.cnt.flushed = !v.r.fail;
        a.r.fail      = 1'b0;
        a.r.consumer  = note.next_idx;
      end else if (is_rts(v)) begin
        a.cnt.local_errors = 1'b1;
        a.r.bad            = 1'b1;
        a.r.bad_trk        = note.trk;
        a.r.bad_status     = note.status;
        a.order            = 1'b1;
        if (v.r.tail == note.trk) a = failed(a, note.status, '0);
      end
    end
    return a;
  endfunction

  // What follows from any action.
  function automatic action_t settled(view_t v, action_t x);
    action_t a;
    a = x;
    if (a.state_we) begin
      a.r.drain = a.state == el_regs_pkg::QpStateSqd[2:0] &&
                  (a.r.drain || v.state != el_regs_pkg::QpStateSqd[2:0]);
    end
    a.drained = a.r.drain && !a.step && a.r.tail == v.place.head && v.place.off == '0 &&
                !v.starting;
    if (a.drained) a.r.drain = 1'b0;
    if (a.state_we && a.state == el_regs_pkg::QpStateErr[2:0]) begin
      a.r.held = 1'b0;
      a.r.bad  = 1'b0;
    end
    if (a.state_we) a.cut = 1'b1;
    if (a.state_we && a.state != el_regs_pkg::QpStateRts[2:0] &&
        a.state != el_regs_pkg::QpStateSqd[2:0]) begin
      a.timer_set = 1'b1;
      a.timer_on  = 1'b0;
    end
    a.cnt.completions = a.complete && !a.cnt.flushed;
    return a;
  endfunction

  // Where the sender continues.
  function automatic el_roce_sq_pkg::repos_t resume(view_t v, action_t a, el_roce_pkg::qpn_t qpn,
                                                    logic [2:0] mtu);
    el_roce_sq_pkg::repos_t o;
    o       = '0;
    o.qpn   = qpn;
    o.init  = a.init;
    o.fence = a.init;
    o.cut   = a.cut;
    o.wake  = !a.r.held && !a.init;
    o.idx   = a.r.consumer;
    o.trk   = a.r.tail;
    o.rd    = a.r.rd_tail;
    o.psn   = a.cut ? a.r.una : a.target;
    if (!a.cut && v.ent_ok) o.off = 32'(24'(a.target - v.ent.first_psn)) << (5'd7 + 5'(mtu));
    return o;
  endfunction

  // Where it rests when a request cannot be sent and is not the oldest one.
  function automatic el_roce_sq_pkg::repos_t rest_at(el_roce_sq_pkg::notice_t note,
                                                     el_roce_pkg::psn_t sent_psn);
    el_roce_sq_pkg::repos_t o;
    o     = '0;
    o.qpn = note.qpn;
    o.idx = note.idx;
    o.off = note.off;
    o.psn = sent_psn;  // the request's packet left too when only its last bytes failed
    o.trk = note.trk;
    return o;
  endfunction

endpackage : el_roce_sq_rules_pkg
