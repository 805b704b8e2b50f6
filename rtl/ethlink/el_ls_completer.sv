// SPDX-License-Identifier: Apache-2.0
//
// Ends the requester's operations: responses, local completions and peers that went down become
// bus answers, completions and events.
//
// Latency 2 cycles from an accepted LOAD_RESP beat to the bus beat, throughput one beat a cycle.
// A peer that goes down costs one cycle a tag. Nothing here waits for the request path.
// An answer that matches no outstanding tag of its peer is counted and dropped.
// EthLink specification sections 2 to 4; contract: docs/reference/load-store.md, "Errors".

`include "el_assert.svh"

module el_ls_completer #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  IdxW = $clog2(Cfg.Tags),
  localparam int unsigned  GenW = 16 - IdxW
) (
  input  logic                          clk_i,
  input  logic                          rst_i,

  input  logic [4:0]                    eqn_i,

  // Responses of the transport
  input  logic                          rx_valid_i,
  output logic                          rx_ready_o,
  input  el_ls_pkg::cmd_t               rx_cmd_i,

  // Peers
  input  logic                          peer_event_valid_i,
  output logic                          peer_event_ready_o,
  input  logic [7:0]                    peer_event_peer_i,
  input  logic                          peer_event_up_i,
  input  logic                          lost_valid_i,      // posted stores to this peer were lost
  output logic                          lost_ready_o,
  input  logic [7:0]                    lost_peer_i,

  // Local completions
  input  logic                          lc_valid_i,
  output logic                          lc_ready_o,
  input  el_ls_eng_pkg::ctx_t           lc_ctx_i,
  input  logic [7:0]                    lc_status_i,

  // Tags
  output logic                          lk_re_o,
  output logic [IdxW-1:0]               lk_idx_o,
  input  logic [GenW-1:0]               lk_gen_i,
  input  el_ls_eng_pkg::ctx_t           lk_ctx_i,
  input  logic [Cfg.Tags-1:0]           in_use_i,
  output logic                          release_o,
  output logic [IdxW-1:0]               release_idx_o,

  // Split writes
  output logic                          join_avail_o,
  output logic [el_ls_eng_pkg::JoinW-1:0] join_idx_o,
  input  logic                          join_alloc_i,
  input  logic [2:0]                    join_count_i,

  // Bus read data
  output logic                          r_valid_o,
  input  logic                          r_ready_i,
  output logic [7:0]                    r_id_o,
  output logic [511:0]                  r_data_o,
  output logic [1:0]                    r_resp_o,
  output logic                          r_last_o,
  output logic                          rd_done_o,
  output logic [7:0]                    rd_done_id_o,

  // Bus answers of non-posted writes
  output logic                          b_valid_o,
  input  logic                          b_ready_i,
  output logic [7:0]                    b_id_o,
  output logic                          b_err_o,

  output logic                          cqe_valid_o,
  input  logic                          cqe_ready_i,
  output el_pkg::cqe_req_t              cqe_o,
  output logic                          eqe_valid_o,
  input  logic                          eqe_ready_i,
  output el_pkg::eqe_req_t              eqe_o,

  // First failing load, in the layout of the CSRs
  input  logic                          first_error_clear_i,
  output el_regs_pkg::csr_ls_first_error_t first_error_o,
  output logic [63:0]                   first_error_addr_o,

  // Counters
  output logic                          cnt_error_o,
  output logic                          cnt_late_o,
  output logic                          cnt_peer_down_o,
  output logic                          cnt_event_drop_o,
  output logic                          busy_o
);

  localparam int unsigned PeerIW = $clog2(Cfg.Peers);
  localparam int unsigned JoinW  = el_ls_eng_pkg::JoinW;
  localparam int unsigned Joins  = el_ls_eng_pkg::Joins;
  localparam logic [1:0]  RespOk = 2'b00, RespSlvErr = 2'b10;

  typedef enum logic [1:0] {StIdle, StScan, StDrain, StEvent} state_e;

  state_e            state_q;
  logic [IdxW-1:0]   scan_q;
  logic              rx_mid_q;    // in the middle of a response

  // Stage 1: what the tag remembers is known
  logic              r1_v_q, r1_scan_q, r1_first_q, r1_last_q, r1_used_q;
  logic [IdxW-1:0]   r1_idx_q;
  logic [15:0]       r1_tag_q;
  logic [7:0]        r1_opcode_q, r1_status_q, r1_peer_q;
  logic [8:0]        r1_len_q;
  logic [511:0]      r1_data_q;
  logic [1:0]        r1_beat_q;

  logic              r0_take, r0_scan, r1_leave, known, posted_tag, good_load, in_window;
  logic [31:0]       rx_hdr;
  el_regs_pkg::ls_resp_hdr_t rx_resp;
  logic [7:0]        want, rx_status;

  // Action
  logic              use_lc, lc_turn_q, boundary, act, finish;
  logic [2:0]        emit_q, emit_left;
  logic              emit_lc_q;
  el_ls_eng_pkg::ctx_t c;
  logic [7:0]        st;
  logic              rd_beat, rd_err, rd_last, r_free, do_b, do_cqe, do_event, done_ok, complete;
  logic [7:0]        ev_type;
  logic [15:0]       ev_node;
  logic              ev_no_peer;

  ///////////////////////
  // Stage 0: selection //
  ///////////////////////

  assign rx_hdr  = rx_cmd_i.hdr[31:0];
  assign rx_resp = el_regs_pkg::ls_resp_hdr_from_bytes(rx_hdr);

  assign r0_scan    = state_q == StScan;
  assign rx_ready_o = !r0_scan && (!r1_v_q || r1_leave);
  assign r0_take    = r0_scan ? (!r1_v_q || r1_leave) : (rx_valid_i && rx_ready_o);
  assign lk_re_o    = r0_take && (r0_scan || rx_cmd_i.first);
  assign lk_idx_o   = r0_scan ? scan_q : rx_resp.tag[IdxW-1:0];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q  <= StIdle;
      scan_q   <= '0;
      rx_mid_q <= 1'b0;
      r1_v_q   <= 1'b0;
    end else begin
      r1_v_q <= r0_take || (r1_v_q && !r1_leave);
      if (rx_valid_i && rx_ready_o) rx_mid_q <= !rx_cmd_i.last;
      unique case (state_q)
        StIdle: begin
          scan_q <= '0;
          if (peer_event_valid_i && peer_event_up_i) state_q <= StEvent;
          else if (peer_event_valid_i && !rx_mid_q && !(rx_valid_i && rx_ready_o)) begin
            state_q <= StScan;
          end
        end
        StScan: if (r0_take) begin
          scan_q <= scan_q + IdxW'(1);
          if (&scan_q) state_q <= StDrain;
        end
        StDrain: if (!r1_v_q || !r1_scan_q) state_q <= StEvent;
        StEvent: if (peer_event_ready_o) state_q <= StIdle;
        default: state_q <= StIdle;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (r0_take) begin
      r1_scan_q <= r0_scan;
      if (r0_scan) begin
        r1_first_q  <= 1'b1;
        r1_last_q   <= 1'b1;
        r1_idx_q    <= scan_q;
        r1_opcode_q <= el_regs_pkg::LsOpErrorResp;
        r1_status_q <= el_regs_pkg::LsStatusPeerDown;
        r1_peer_q   <= peer_event_peer_i;
        r1_len_q    <= '0;
        r1_tag_q    <= '0;
        r1_beat_q   <= '0;
      end else begin
        r1_first_q <= rx_cmd_i.first;
        r1_last_q  <= rx_cmd_i.last;
        r1_data_q  <= rx_cmd_i.data;
        r1_beat_q  <= rx_cmd_i.first ? 2'd0 : r1_beat_q + 2'd1;
        if (rx_cmd_i.first) begin
          r1_idx_q    <= rx_resp.tag[IdxW-1:0];
          r1_tag_q    <= rx_resp.tag;
          r1_opcode_q <= rx_resp.opcode;
          r1_status_q <= rx_resp.status;
          r1_peer_q   <= rx_cmd_i.peer;
          r1_len_q    <= rx_cmd_i.data_len;
        end
      end
    end
  end

  /////////////////////
  // Stage 1: action //
  /////////////////////

  // In the cycle of the lookup: a free index may be handed out before the action, and then what the
  // lookup found belongs to its use before.
  always_ff @(posedge clk_i) begin
    if (lk_re_o) r1_used_q <= in_use_i[lk_idx_o] && !(release_o && release_idx_o == lk_idx_o);
  end

  assign posted_tag = !r1_scan_q && r1_tag_q == el_ls_eng_pkg::TagPosted;
  assign known      = r1_used_q && lk_ctx_i.node_id[PeerIW-1:0] == r1_peer_q[PeerIW-1:0] &&
                      (r1_scan_q || (!posted_tag && r1_tag_q[15:IdxW] == lk_gen_i));

  always_comb begin
    unique case (lk_ctx_i.src)
      el_ls_eng_pkg::SrcRead: want = el_regs_pkg::LsOpLoadResp;
      el_ls_eng_pkg::SrcPush: want = el_ls_eng_pkg::is_atomic(lk_ctx_i.opcode) ?
                                     el_regs_pkg::LsOpAtomicResp : el_regs_pkg::LsOpStoreResp;
      default:                want = el_regs_pkg::LsOpStoreResp;
    endcase
  end

  always_comb begin
    rx_status = el_regs_pkg::LsStatusOk;
    if (r1_opcode_q == el_regs_pkg::LsOpErrorResp || r1_status_q != '0) begin
      rx_status = (r1_status_q == '0) ? el_regs_pkg::LsStatusFault : r1_status_q;
    end else if (r1_opcode_q != want) rx_status = el_regs_pkg::LsStatusUnsupported;
    else if (want != el_regs_pkg::LsOpStoreResp && r1_len_q != lk_ctx_i.bytes) begin
      rx_status = el_regs_pkg::LsStatusLength;
    end
  end

  assign good_load = known && lk_ctx_i.src == el_ls_eng_pkg::SrcRead &&
                     rx_status == el_regs_pkg::LsStatusOk;
  assign in_window = r1_beat_q >= lk_ctx_i.skip &&
                     {1'b0, r1_beat_q} < {1'b0, lk_ctx_i.skip} + lk_ctx_i.beats;

  // Local completions and responses take turns, command by command; a response whose next beat has
  // not come yet is not over.
  assign boundary = emit_q == '0 && (r1_v_q ? r1_first_q : !rx_mid_q);
  assign use_lc   = (emit_q != '0) ? emit_lc_q :
                    (lc_valid_i && boundary && (!r1_v_q || lc_turn_q));
  assign act      = use_lc || r1_v_q;
  assign c        = use_lc ? lc_ctx_i : lk_ctx_i;
  assign st       = use_lc ? lc_status_i : rx_status;
  // This beat ends an operation, other than by the data of a good load.
  assign complete = use_lc || (r1_v_q && known && !good_load && r1_last_q);
  assign r_free   = !r_valid_o || r_ready_i;

  assign emit_left = (emit_q != '0) ? emit_q : c.beats;
  assign rd_err    = complete && c.src == el_ls_eng_pkg::SrcRead;
  assign rd_beat   = rd_err || (!use_lc && r1_v_q && good_load && in_window);
  assign rd_last   = rd_err ? (emit_left == 3'd1) :
                     ({1'b0, r1_beat_q} + 3'd1 == {1'b0, c.skip} + c.beats);

  logic [2:0] join_cnt_q [Joins];
  logic [Joins-1:0] join_busy_q, join_err_q;
  logic join_hit, join_end;
  assign join_hit = complete && c.src == el_ls_eng_pkg::SrcWrite && !c.event_only && c.join_en;
  assign join_end = join_cnt_q[c.join_idx] == 3'd1;
  assign do_b     = complete && c.src == el_ls_eng_pkg::SrcWrite && !c.event_only &&
                    (!c.join_en || join_end);
  assign do_cqe   = complete && c.src == el_ls_eng_pkg::SrcPush && c.cqn != el_ls_eng_pkg::NoCq;

  // Events: loads, posted stores, and commands that have no completion queue to report to.
  always_comb begin
    do_event   = 1'b0;
    ev_type    = el_regs_pkg::EqeTypeLsStoreError;
    ev_node    = c.node_id;
    ev_no_peer = c.no_peer;
    if (!use_lc && r1_v_q && posted_tag) begin
      do_event   = r1_last_q && r1_opcode_q == el_regs_pkg::LsOpErrorResp;
      ev_node    = 16'(r1_peer_q);
      ev_no_peer = 1'b0;
    end else if (complete && c.src == el_ls_eng_pkg::SrcRead) begin
      do_event = rd_last;
      ev_type  = el_regs_pkg::EqeTypeLsLoadError;
    end else if (complete) begin
      do_event = c.event_only || (c.src == el_ls_eng_pkg::SrcPush && !do_cqe &&
                                  st != el_regs_pkg::LsStatusOk);
    end
  end

  assign done_ok = (!rd_beat || r_free) && (!do_b || b_ready_i) &&
                   (!do_cqe || !cqe_valid_o || cqe_ready_i);
  assign finish   = act && done_ok && (!rd_err || rd_last);
  assign lc_ready_o = use_lc && finish;
  assign r1_leave = !use_lc && finish;

  assign release_o     = r1_leave && known && r1_last_q;
  assign release_idx_o = r1_idx_q;
  assign rd_done_o     = rd_beat && r_free && rd_last;
  assign rd_done_id_o  = c.id;
  assign b_valid_o     = act && do_b && done_ok;
  assign b_id_o        = c.id;
  assign b_err_o       = st != el_regs_pkg::LsStatusOk || (c.join_en && join_err_q[c.join_idx]);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      emit_q    <= '0;
      lc_turn_q <= 1'b0;
    end else begin
      if (rd_err && r_free && done_ok) begin
        emit_q    <= emit_left - 3'd1;
        emit_lc_q <= use_lc;
      end
      if (finish && (use_lc || lc_valid_i)) lc_turn_q <= !use_lc;
    end
  end

  //////////////////
  // Split writes //
  //////////////////

  always_comb begin
    join_idx_o = '0;
    for (int i = int'(Joins) - 1; i >= 0; i--) if (!join_busy_q[i]) join_idx_o = JoinW'(i);
  end
  assign join_avail_o = join_busy_q != '1;

  always_ff @(posedge clk_i) begin
    if (rst_i) join_busy_q <= '0;
    else begin
      if (join_hit && finish) begin
        join_cnt_q[c.join_idx] <= join_cnt_q[c.join_idx] - 3'd1;
        if (st != el_regs_pkg::LsStatusOk) join_err_q[c.join_idx] <= 1'b1;
        if (join_end) join_busy_q[c.join_idx] <= 1'b0;
      end
      if (join_alloc_i) begin
        join_busy_q[join_idx_o] <= 1'b1;
        join_err_q[join_idx_o]  <= 1'b0;
        join_cnt_q[join_idx_o]  <= join_count_i;
      end
    end
  end

  /////////////
  // Outputs //
  /////////////

  function automatic logic [511:0] place(logic [511:0] data, logic [8:0] bytes, logic [5:0] lane);
    return (bytes < 9'd64) ? data << {lane, 3'b0} : data;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) r_valid_o <= 1'b0;
    else if (rd_beat && done_ok) r_valid_o <= 1'b1;
    else if (r_ready_i) r_valid_o <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (rd_beat && done_ok) begin
      r_id_o   <= c.id;
      r_last_o <= rd_last;
      r_resp_o <= rd_err ? RespSlvErr : RespOk;
      r_data_o <= rd_err ? '1 : place(r1_data_q, c.bytes, c.addr[5:0]);
    end
  end

  function automatic el_pkg::cqe_req_t completion(el_ls_eng_pkg::ctx_t x, logic [7:0] ls_status,
                                                  logic [63:0] data);
    el_pkg::cqe_req_t  r;
    el_regs_pkg::cqe_t e;
    e            = '0;
    e.qpn        = {16'b0, x.ctx};
    e.wqe_index  = x.cookie;
    e.opcode     = el_regs_pkg::CqeOpLoadStore;
    e.status     = (ls_status == el_regs_pkg::LsStatusOk) ? el_regs_pkg::WcStatusSuccess
                                                          : el_regs_pkg::WcStatusGeneralErr;
    e.vendor_err = ls_status;
    e.byte_len   = 32'(x.bytes);
    if (ls_status == el_regs_pkg::LsStatusOk && el_ls_eng_pkg::is_atomic(x.opcode)) begin
      e.data = x.bytes[3] ? el_pkg::swap64(data) : {32'b0, el_pkg::swap32(data[31:0])};
    end
    r.cqn       = x.cqn;
    r.solicited = ls_status != el_regs_pkg::LsStatusOk;
    r.cqe       = e;
    return r;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) cqe_valid_o <= 1'b0;
    else if (do_cqe && done_ok) cqe_valid_o <= 1'b1;
    else if (cqe_ready_i) cqe_valid_o <= 1'b0;
  end
  always_ff @(posedge clk_i) if (do_cqe && done_ok) cqe_o <= completion(c, st, r1_data_q[63:0]);

  // Events wait in a short queue; what does not fit is counted. Events of peers are
  // never lost.
  logic        eq_in_valid, eq_in_ready, eq_action, eq_peer, eq_lost;
  logic [7:0]  eq_type, eq_syndrome, eq_out_type, eq_out_syndrome;
  logic [15:0] eq_id, eq_out_id;
  logic        eq_none, eq_out_none;

  assign eq_action   = do_event && finish;
  assign eq_peer     = state_q == StEvent && !eq_action;
  assign eq_lost     = lost_valid_i && !eq_action && !eq_peer;
  assign eq_in_valid = eq_action || eq_peer || eq_lost;
  assign eq_id       = eq_action ? 16'(ev_node[PeerIW-1:0])
                     : eq_peer ? 16'(peer_event_peer_i) : 16'(lost_peer_i);
  always_comb begin
    if (eq_action) begin
      eq_type     = ev_type;
      eq_syndrome = (!use_lc && posted_tag) ? r1_status_q : st;
    end else if (eq_peer) begin
      eq_type     = peer_event_up_i ? el_regs_pkg::EqeTypeLsPeerUp : el_regs_pkg::EqeTypeLsPeerDown;
      eq_syndrome = 8'd0;
    end else begin
      eq_type     = el_regs_pkg::EqeTypeLsStoreError;
      eq_syndrome = el_regs_pkg::LsStatusPeerDown;
    end
  end
  assign eq_none     = eq_action && ev_no_peer;
  assign peer_event_ready_o = eq_peer && eq_in_ready;
  assign lost_ready_o       = eq_lost && eq_in_ready;

  el_fifo #(.Width(33), .Depth(8)) u_events (
    .clk_i, .rst_i,
    .in_valid_i(eq_in_valid), .in_ready_o(eq_in_ready),
    .in_data_i({eq_type, eq_syndrome, eq_id, eq_none}),
    .out_valid_o(eqe_valid_o), .out_ready_i(eqe_ready_i),
    .out_data_o({eq_out_type, eq_out_syndrome, eq_out_id, eq_out_none}),
    .count_o()
  );

  el_regs_pkg::eqe_t eqe;
  always_comb begin
    eqe            = '0;
    eqe.event_type = eq_out_type;
    eqe.syndrome   = eq_out_syndrome;
    eqe.id         = eq_out_none ? 32'hFFFF_FFFF : {16'b0, eq_out_id};
    eqe_o.eqn      = eqn_i;
    eqe_o.eqe      = eqe;
  end

  // First failing load
  el_regs_pkg::csr_ls_first_error_t log_q;
  logic [39:0] log_addr_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) log_q <= '0;
    else if (first_error_clear_i) log_q <= '0;
    else if (rd_err && finish && !log_q.valid) begin
      log_q.valid   <= 1'b1;
      log_q.status  <= st;
      log_q.tag     <= use_lc ? el_ls_eng_pkg::TagPosted : {lk_gen_i, r1_idx_q};
      log_q.node_id <= c.no_peer ? 16'hFFFF : c.node_id;
    end
  end
  always_ff @(posedge clk_i) if (rd_err && finish && !log_q.valid) log_addr_q <= c.addr;
  assign first_error_o      = log_q;
  assign first_error_addr_o = {24'b0, log_addr_q};

  assign cnt_error_o      = r1_leave && r1_last_q && !r1_scan_q &&
                            (posted_tag ? r1_opcode_q == el_regs_pkg::LsOpErrorResp
                                        : known && rx_status != el_regs_pkg::LsStatusOk);
  assign cnt_late_o       = r1_leave && r1_last_q && !r1_scan_q && !known && !posted_tag;
  assign cnt_peer_down_o  = r1_leave && r1_scan_q && known;
  assign cnt_event_drop_o = eq_action && !eq_in_ready;

  assign busy_o = r1_v_q || lc_valid_i || r_valid_o || cqe_valid_o || eqe_valid_o ||
                  state_q != StIdle;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(ReadDataHeld_A, r_valid_o && !r_ready_i, r_valid_o && r_data_o == $past(r_data_o))
  `EL_ASSERT(JoinAllocatedFree_A, !join_alloc_i || join_avail_o)
  `EL_ASSERT(JoinHitBusy_A, !(join_hit && finish) || join_busy_q[c.join_idx])

endmodule : el_ls_completer
