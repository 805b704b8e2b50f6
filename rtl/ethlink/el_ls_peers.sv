// SPDX-License-Identifier: Apache-2.0
//
// Peer table and epoch exchange; owner of the admin object ObjPeer.
//
// One change of the table a cycle; lookups in the same cycle. A peer is up when it showed that it
// knows our epoch: a HELLO or HELLO_ACK that echoes it. Until then it is sent HELLO. When a peer
// leaves (retries exhausted, a HELLO of a new epoch, DESTROY) our epoch towards it changes at once,
// so that no frame of the old session can enter the next one; HELLO starts when its flows are empty
// and the event was taken. docs/reference/load-store-transport.md, EthLink specification section 2.

`include "el_assert.svh"

module el_ls_peers #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  PW   = $clog2(Cfg.Peers),
  localparam int unsigned  Ways = 4                    // lookups
) (
  input  logic                         clk_i,
  input  logic                         rst_i,
  input  el_pkg::cycles_t              now_i,
  input  logic [23:0]                  hello_i,        // HELLO repetition, cycles

  // Lookups, answered in the same cycle
  input  logic [Ways-1:0][PW-1:0]      look_idx_i,
  output el_ls_pkg::peer_t [Ways-1:0]  look_o,
  output logic [Ways-1:0]              look_exists_o,
  output logic [Ways-1:0]              look_greet_o,   // HELLO and HELLO_ACK may be sent
  output logic [Cfg.Peers-1:0]         up_o,

  // A received control frame; a peer whose retries are exhausted
  input  logic                         ctl_valid_i,
  output logic                         ctl_ready_o,
  input  el_ls_pkg::rx_ctl_t           ctl_i,
  input  logic                         down_valid_i,
  output logic                         down_ready_o,
  input  logic [PW-1:0]                down_peer_i,

  // Flows of a peer to be emptied or started
  output logic                         dirty_valid_o,
  output logic [PW-1:0]                dirty_peer_o,
  output logic                         dirty_discard_o,
  input  logic                         clean_valid_i,
  output logic                         clean_ready_o,
  input  logic [PW-1:0]                clean_peer_i,

  // Control frames to send: see el_ls_tx_ctl; never in a cycle of say_block_i
  input  logic                         say_block_i,
  output logic                         say_hold_o,     // asks for a cycle without say_block_i
  output logic                         say_valid_o,
  output logic [PW-1:0]                say_peer_o,
  output logic                         say_hello_o,
  output logic                         say_ack_o,
  output logic [15:0]                  say_echo_o,

  output logic                         event_valid_o,
  input  logic                         event_ready_i,
  output logic [el_ls_pkg::PeerW-1:0]  event_peer_o,
  output logic                         event_up_o,

  // Object bus
  input  logic                         obj_valid_i,
  input  el_pkg::obj_req_t             obj_req_i,
  output logic                         obj_rsp_valid_o,
  output el_pkg::obj_rsp_t             obj_rsp_o,

  output logic                         cnt_up_o,
  output logic                         cnt_down_o,
  output el_pkg::cycles_t              deadline_o,
  output logic                         busy_o
);

  typedef enum logic [1:0] {StIdle, StApply, StClean, StAnswer} state_e;
  typedef enum logic [2:0] {OpNone, OpClean, OpTaken, OpCtl, OpDown, OpObj, OpTimer} op_e;
  typedef struct packed {
    logic [15:0] node_id;
    logic [15:0] pkey;
    logic [5:0]  dscp;
    logic        vlan_en;
    logic [15:0] vlan;
  } fixed_t;
  typedef struct packed {
    logic [1:0]  state;
    logic [15:0] own;
    logic [15:0] peer;
    logic [2:0]  slow;       // a peer that is down says HELLO at every eighth visit
  } session_t;

  localparam logic [1:0]  Connecting = 2'(el_regs_pkg::LsPeerStateConnecting);
  localparam logic [1:0]  Up         = 2'(el_regs_pkg::LsPeerStateUp);
  localparam logic [1:0]  Down       = 2'(el_regs_pkg::LsPeerStateDown);
  localparam logic [23:0] MinHello   = 24'd64;  // keeps a timer of time 0 from filling the wire

  fixed_t                fixed_q [Cfg.Peers];
  session_t              session_q [Cfg.Peers];
  logic [Cfg.Peers-1:0]  exists_q, up_q;
  logic [Cfg.Peers-1:0]  dirty_q;    // flows are not empty yet
  logic [Cfg.Peers-1:0]  untold_q;     // "down" was not taken yet
  logic [Cfg.Peers-1:0]  listed_q;   // waits in the FIFO of events

  // ---------------------------------------------------------------------------------------------
  // Object bus
  // ---------------------------------------------------------------------------------------------

  state_e                 state_q;
  logic [7:0]             status_q, status;
  logic [PW-1:0]          obj_idx;
  logic                   create, destroy, obj_go;
  el_regs_pkg::obj_peer_t obj, answer, answer_q;

  assign obj     = el_regs_pkg::obj_peer_t'(obj_req_i.data);
  assign obj_idx = obj_req_i.index[PW-1:0];
  always_comb begin
    status = el_regs_pkg::AdminStatusOk;
    if (32'(obj_req_i.index) >= Cfg.Peers) status = el_regs_pkg::AdminStatusBadIndex;
    else begin
      unique case (obj_req_i.verb)
        el_regs_pkg::AdminVerbCreate:
          if (exists_q[obj_idx]) status = el_regs_pkg::AdminStatusBadState;
          else if (obj.node_id[PW-1:0] != obj_idx || obj.epoch == 16'd0 || obj.dscp > 8'd63) begin
            status = el_regs_pkg::AdminStatusBadParam;
          end
        el_regs_pkg::AdminVerbQuery, el_regs_pkg::AdminVerbDestroy:
          if (!exists_q[obj_idx]) status = el_regs_pkg::AdminStatusBadState;
        default: status = el_regs_pkg::AdminStatusBadVerb;
      endcase
    end
  end
  assign create  = obj_go && status == el_regs_pkg::AdminStatusOk
                && obj_req_i.verb == el_regs_pkg::AdminVerbCreate;
  assign destroy = obj_go && status == el_regs_pkg::AdminStatusOk
                && obj_req_i.verb == el_regs_pkg::AdminVerbDestroy;

  always_comb begin
    answer            = '0;
    answer.node_id    = fixed_q[obj_idx].node_id;
    answer.pkey       = fixed_q[obj_idx].pkey;
    answer.dscp       = 8'(fixed_q[obj_idx].dscp);
    answer.vlan_en    = 8'(fixed_q[obj_idx].vlan_en);
    answer.vlan       = fixed_q[obj_idx].vlan;
    answer.state      = 8'(session_q[obj_idx].state);
    answer.epoch      = session_q[obj_idx].own;
    answer.peer_epoch = session_q[obj_idx].peer;
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) state_q <= StIdle;
    else begin
      unique case (state_q)
        StIdle: if (obj_valid_i) state_q <= StApply;
        StApply: if (obj_go) begin
          status_q <= status;
          answer_q <= (status == el_regs_pkg::AdminStatusOk
                       && obj_req_i.verb == el_regs_pkg::AdminVerbQuery) ? answer : '0;
          state_q  <= destroy ? StClean : StAnswer;
        end
        StClean:  if (!dirty_q[obj_idx]) state_q <= StAnswer;
        StAnswer: state_q <= StIdle;
        default:  state_q <= StIdle;
      endcase
    end
  end

  assign obj_rsp_valid_o  = state_q == StAnswer;
  assign obj_rsp_o.status = status_q;
  assign obj_rsp_o.data   = answer_q;

  // ---------------------------------------------------------------------------------------------
  // One operation on the table a cycle
  // ---------------------------------------------------------------------------------------------

  op_e           op;
  logic [PW-1:0] p;
  session_t      s, n;
  logic          go, busy_peer, leave, come, write, say_hello, say_ack, timer_keep;
  logic          timer_v, timer_busy, taken_v_q, say_v_q, say_hello_q, say_ack_q, soil;
  logic [PW-1:0] timer_peer, taken_peer_q, say_peer_q;
  logic [15:0]   say_echo_q, bumped;

  assign go = !say_v_q || !say_block_i;
  always_comb begin
    op = OpNone;
    p  = clean_peer_i;
    if (go && clean_valid_i) begin
      op = OpClean;
    end else if (go && taken_v_q) begin
      op = OpTaken;
      p  = taken_peer_q;
    end else if (go && ctl_valid_i) begin
      op = OpCtl;
      p  = ctl_i.peer[PW-1:0];
    end else if (go && down_valid_i) begin
      op = OpDown;
      p  = down_peer_i;
    end else if (go && state_q == StApply && !dirty_q[obj_idx]) begin
      op = OpObj;
      p  = obj_idx;
    end else if (go && timer_v) begin
      op = OpTimer;
      p  = timer_peer;
    end
  end
  assign clean_ready_o = op == OpClean;
  assign ctl_ready_o   = op == OpCtl;
  assign down_ready_o  = op == OpDown;
  assign obj_go        = op == OpObj;

  assign s         = session_q[p];
  assign busy_peer = dirty_q[p] || untold_q[p];   // the last session is not finished
  assign bumped    = (s.own == 16'hFFFF) ? 16'd1 : s.own + 16'd1;
  always_comb begin
    n          = s;
    write      = 1'b0;
    leave      = 1'b0;
    come       = 1'b0;
    say_hello  = 1'b0;
    say_ack    = 1'b0;
    timer_keep = 1'b0;
    unique case (op)
      OpClean: say_hello = exists_q[p] && !untold_q[p];
      OpTaken: say_hello = exists_q[p] && !dirty_q[p] && !up_q[p];
      OpCtl: if (up_q[p]) begin
        // The peer started anew, or repeats its HELLO because our answer was lost.
        leave   = ctl_i.hello && ctl_i.epoch != s.peer;
        say_ack = ctl_i.hello && !leave;
        write   = leave;
        n.peer  = ctl_i.epoch;
        n.state = Connecting;
      end else if (exists_q[p]) begin
        come      = !busy_peer && ctl_i.echo == s.own;
        say_ack   = !busy_peer && ctl_i.hello;
        say_hello = say_ack && !come;
        write     = ctl_i.hello || come;
        n.peer    = ctl_i.epoch;
        if (come) n.state = Up;
      end
      OpDown: begin
        leave   = up_q[p];
        write   = leave;
        n.state = Down;
      end
      OpObj: begin
        leave = destroy && up_q[p];
        write = create || destroy;
        if (create) n = '{state: Connecting, own: obj.epoch, peer: 16'd0, slow: 3'd0};
        else n.state = Connecting;
      end
      OpTimer: begin
        timer_keep = exists_q[p] && !up_q[p];
        say_hello  = timer_keep && !busy_peer && (s.state != Down || s.slow == 3'd7);
        write      = timer_keep;
        n.slow     = s.slow + 3'd1;
      end
      default: ;
    endcase
    if (leave) begin
      n.own  = bumped;
      n.slow = 3'd0;
    end
  end

  assign soil            = leave || create || destroy;
  assign dirty_valid_o   = soil;
  assign dirty_peer_o    = p;
  assign dirty_discard_o = !create;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      exists_q <= '0;
      up_q     <= '0;
      dirty_q  <= '0;
    end else begin
      if (create) exists_q[p] <= 1'b1;
      else if (destroy) exists_q[p] <= 1'b0;
      if (come) up_q[p] <= 1'b1;
      else if (leave) up_q[p] <= 1'b0;
      if (soil) dirty_q[p] <= 1'b1;
      else if (op == OpClean) dirty_q[p] <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (write) session_q[p] <= n;
    if (create) begin
      fixed_q[p] <= '{node_id: obj.node_id, pkey: obj.pkey, dscp: obj.dscp[5:0],
                      vlan_en: obj.vlan_en[0], vlan: obj.vlan};
    end
  end

  // HELLO again until the peer is up
  el_ls_tx_deadlines #(
    .Ids(Cfg.Peers)
  ) u_hello (
    .clk_i,
    .rst_i,
    .now_i,
    .period_i   ((hello_i < MinHello) ? MinHello : hello_i),
    .arm_valid_i(op == OpClean && exists_q[p]),
    .arm_id_i   (p),
    .due_valid_o(timer_v),
    .due_id_o   (timer_peer),
    .due_take_i (op == OpTimer),
    .due_keep_i (timer_keep),
    .deadline_o,
    .busy_o     (timer_busy)
  );

  // A request to send waits for a cycle without a debt.
  always_ff @(posedge clk_i) begin
    if (rst_i) say_v_q <= 1'b0;
    else if (go) say_v_q <= say_hello || say_ack;
  end
  always_ff @(posedge clk_i) begin
    if (go && (say_hello || say_ack)) begin
      say_peer_q  <= p;
      say_hello_q <= say_hello;
      say_ack_q   <= say_ack;
      say_echo_q  <= ctl_i.epoch;
    end
  end
  assign say_hold_o  = say_v_q;
  assign say_valid_o = say_v_q && !say_block_i;
  assign say_peer_o  = say_peer_q;
  assign say_hello_o = say_hello_q;
  assign say_ack_o   = say_ack_q;
  assign say_echo_o  = say_echo_q;

  // ---------------------------------------------------------------------------------------------
  // Events. What is reported is what the peer is when its turn comes: "up" may be overtaken by the
  // "down" that follows, but no peer comes up before its "down" was taken.
  // ---------------------------------------------------------------------------------------------

  logic          list, list_ready, list_v, list_pop, ev_v_q, ev_up_q;
  logic [PW-1:0] list_peer, ev_peer_q;
  logic [PW:0]   unused_count;

  assign list     = (come || leave) && (!listed_q[p] || (list_pop && list_peer == p));
  assign list_pop = list_v && !ev_v_q && !taken_v_q;

  el_fifo #(
    .Width(PW),
    .Depth(Cfg.Peers)
  ) u_events (
    .clk_i,
    .rst_i,
    .in_valid_i (list),
    .in_ready_o (list_ready),
    .in_data_i  (p),
    .out_valid_o(list_v),
    .out_ready_i(list_pop),
    .out_data_o (list_peer),
    .count_o    (unused_count)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      untold_q    <= '0;
      listed_q  <= '0;
      ev_v_q    <= 1'b0;
      taken_v_q <= 1'b0;
    end else begin
      if (list_pop) listed_q[list_peer] <= 1'b0;
      if (list) listed_q[p] <= 1'b1;
      if (list_pop) ev_v_q <= 1'b1;
      else if (event_ready_i) ev_v_q <= 1'b0;
      if (ev_v_q && event_ready_i && !ev_up_q) untold_q[ev_peer_q] <= 1'b0;
      if (leave) untold_q[p] <= 1'b1;
      if (ev_v_q && event_ready_i && !ev_up_q) taken_v_q <= 1'b1;
      else if (op == OpTaken) taken_v_q <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    if (list_pop) begin
      ev_peer_q <= list_peer;
      ev_up_q   <= up_q[list_peer];
    end
    if (ev_v_q && event_ready_i) taken_peer_q <= ev_peer_q;
  end

  assign event_valid_o = ev_v_q;
  assign event_peer_o  = el_ls_pkg::PeerW'(ev_peer_q);
  assign event_up_o    = ev_up_q;

  always_comb begin
    for (int i = 0; i < int'(Ways); i++) begin
      look_o[i] = {fixed_q[look_idx_i[i]], session_q[look_idx_i[i]].state,
                   session_q[look_idx_i[i]].own, session_q[look_idx_i[i]].peer};
      look_exists_o[i] = exists_q[look_idx_i[i]];
      look_greet_o[i]  = exists_q[look_idx_i[i]] && !dirty_q[look_idx_i[i]]
                      && !untold_q[look_idx_i[i]];
    end
  end
  assign up_o       = up_q;
  assign cnt_up_o   = come;
  assign cnt_down_o = leave;
  assign busy_o     = state_q != StIdle || say_v_q || taken_v_q || list_v || ev_v_q
                   || timer_busy;

  logic unused;
  assign unused = ^{obj_req_i.kind, obj_req_i.mask, obj, ctl_i};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(BusyWhileEventWaits_A, !event_valid_o || busy_o)

  `EL_ASSERT(UpIsClean_A, (up_q & (dirty_q | untold_q | ~exists_q)) == '0)
  `EL_ASSERT(EventNotLost_A, !list || list_ready)
  `EL_ASSERT(OneSoilAtATime_A, !soil || !dirty_q[p])
  `EL_ASSERT(AnswersOfKnownEpoch_A, !come || ctl_i.echo != 16'd0)
  `EL_ASSERT_NEXT(AnswerOnce_A, obj_rsp_valid_o, !obj_rsp_valid_o)

endmodule : el_ls_peers
