// SPDX-License-Identifier: Apache-2.0
//
// Request side: operations of bus and doorbell pages become commands, checked against the windows.
//
// Latency 2 cycles from operation to command, throughput one 64-byte beat a cycle; bus and pushed
// commands take turns, command by command. What fails here is completed here (lc_*), never sent.
// EthLink specification sections 3 and 4; contract: docs/reference/load-store.md.

`include "el_assert.svh"

module el_ls_requester #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  WinIW = $clog2(Cfg.Windows)
) (
  input  logic                          clk_i,
  input  logic                          rst_i,

  input  logic [7:0]                    page_shift_i,   // 21..30
  input  logic [Cfg.Peers-1:0]          peer_up_i,

  // Operations of the bus and of the doorbell pages
  input  logic                          ap_valid_i,
  output logic                          ap_ready_o,
  input  el_ls_eng_pkg::op_t            ap_op_i,
  input  logic [511:0]                  ap_data_i,
  input  logic [63:0]                   ap_strb_i,
  input  logic                          push_valid_i,
  output logic                          push_ready_o,
  input  el_ls_eng_pkg::op_t            push_op_i,
  input  logic [511:0]                  push_data_i,
  input  el_regs_pkg::ls_cmd_t          push_cmd_i,

  // Window lookup
  output logic                          win_re_o,
  output logic [WinIW-1:0]              win_idx_o,
  input  logic                          win_valid_i,
  input  el_ls_eng_pkg::win_t           win_i,

  // Tags
  input  logic                          tag_valid_i,
  input  logic [15:0]                   tag_i,
  output logic                          tag_alloc_o,
  output el_ls_eng_pkg::ctx_t           tag_ctx_o,

  // Local completions: errors and what needs no answer of the peer
  output logic                          lc_valid_o,
  input  logic                          lc_ready_i,
  output el_ls_eng_pkg::ctx_t           lc_ctx_o,
  output logic [7:0]                    lc_status_o,

  // Split writes share one bus answer.
  input  logic                          join_avail_i,
  input  logic [el_ls_eng_pkg::JoinW-1:0] join_idx_i,
  output logic                          join_alloc_o,
  output logic [2:0]                    join_count_o,

  // Bus answers of posted and of failed writes
  output logic                          b_valid_o,
  input  logic                          b_ready_i,
  input  logic                          b_empty_i,      // all of them were taken by the bus
  output logic [7:0]                    b_id_o,
  output logic                          b_err_o,

  // A non-posted write of this id was answered on the bus.
  input  logic                          np_done_i,
  input  logic [7:0]                    np_done_id_i,

  // Commands
  output logic                          tx_valid_o,
  input  logic                          tx_ready_i,
  output el_ls_pkg::cmd_t               tx_cmd_o,

  // Counters
  output logic                          cnt_load_o,
  output logic                          cnt_store_o,
  output logic                          cnt_atomic_o,
  output logic                          busy_o
);

  localparam int unsigned PeerIW = $clog2(Cfg.Peers);

  // Selection
  logic                      sel_push_q, lock_q, sel_push, op_valid, op_fire, s1_ready;
  el_ls_eng_pkg::op_t        op;
  logic [39:0]               page;

  // Stage 1: the window is known
  logic                      s1_v_q;
  el_ls_eng_pkg::op_t        s1_q;
  logic                      s1_page_ok_q;
  el_ls_eng_pkg::strb_t      s1_strb_q;
  logic [511:0]              s1_data_q;
  logic [63:0]               s1_mask_q;
  el_regs_pkg::ls_cmd_t      s1_cmd_q;

  logic [7:0]                bst_status_q, status, opcode;
  logic                      is_write, is_push, posted, zero, masked, needs_access;
  logic [3:0]                need;
  logic [8:0]                bytes, range_bytes;
  logic [39:0]               addr, range_addr;
  logic [30:0]               page_mask, off, range_off, sig_off;
  logic                      sig_ok;
  logic [PeerIW-1:0]         peer;
  logic                      err, send, has_tag, np_write, lc_need, b_need, fire, wait_id, hold;
  logic [255:0]              np_busy_q;
  logic [el_ls_eng_pkg::JoinW-1:0] join_q;
  el_ls_eng_pkg::ctx_t       ctx;

  logic                      tx_v_q;
  el_ls_pkg::cmd_t           tx_q;

  ///////////////
  // Selection //
  ///////////////

  assign sel_push = lock_q ? sel_push_q : (push_valid_i && (!ap_valid_i || !sel_push_q));
  assign op_valid = sel_push ? push_valid_i : ap_valid_i;
  assign op       = sel_push ? push_op_i : ap_op_i;
  assign op_fire  = op_valid && s1_ready;

  assign ap_ready_o   = s1_ready && !sel_push;
  assign push_ready_o = s1_ready && sel_push;

  assign page      = op.addr >> page_shift_i[4:0];
  assign win_re_o  = op_fire && op.bst_first;
  assign win_idx_o = page[WinIW-1:0];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      sel_push_q <= 1'b0;
      lock_q     <= 1'b0;
    end else if (op_fire) begin
      sel_push_q <= sel_push;
      lock_q     <= !op.bst_last;
    end
  end

  always_ff @(posedge clk_i) begin
    if (op_fire) begin
      s1_q         <= op;
      s1_page_ok_q <= page < 40'(Cfg.Windows);
      if (sel_push) begin
        s1_data_q <= push_data_i;
        s1_cmd_q  <= push_cmd_i;
        s1_strb_q <= '0;
      end else if (ap_op_i.src == el_ls_eng_pkg::SrcWrite) begin
        s1_data_q <= ap_data_i;
        s1_mask_q <= ap_strb_i;
        s1_strb_q <= el_ls_eng_pkg::strb_analyze(ap_strb_i);
      end
    end
  end

  /////////////
  // Stage 1 //
  /////////////

  assign is_write  = s1_q.src == el_ls_eng_pkg::SrcWrite;
  assign is_push   = s1_q.src == el_ls_eng_pkg::SrcPush;
  assign masked    = is_write && !s1_q.merged && !s1_strb_q.full;
  assign zero      = is_write && !s1_q.merged && s1_strb_q.zero;
  assign bytes     = (is_write && !s1_q.merged) ? (9'd1 << s1_strb_q.log) : s1_q.bytes;
  assign addr      = (is_write && !s1_q.merged) ? {s1_q.addr[39:6], s1_strb_q.off} : s1_q.addr;
  assign posted    = is_write ? win_i.posted : s1_q.opcode == el_regs_pkg::LsOpStorePosted;
  assign peer      = win_i.node_id[PeerIW-1:0];
  assign page_mask = 31'((32'd1 << page_shift_i[4:0]) - 32'd1);
  assign off       = addr[30:0] & page_mask;

  always_comb begin
    if (!is_write) opcode = s1_q.opcode;
    else if (masked) opcode = el_regs_pkg::LsOpStoreMasked;
    else opcode = posted ? el_regs_pkg::LsOpStorePosted : el_regs_pkg::LsOpStore;
  end

  // A split burst is checked as a whole, so that either all of it goes or nothing.
  assign range_addr  = s1_q.split ? s1_q.addr : addr;
  assign range_bytes = s1_q.split ? {s1_q.beats, 6'b0} : bytes;
  assign range_off   = range_addr[30:0] & page_mask;
  assign sig_off     = s1_cmd_q.operand1[30:0] & page_mask;
  assign sig_ok      = ((s1_cmd_q.operand1[39:0] ^ s1_q.addr) >> page_shift_i[4:0]) == '0 &&
                       {1'b0, sig_off} + 32'd8 <= {1'b0, win_i.size};

  always_comb begin
    need = '0;
    if (s1_q.src == el_ls_eng_pkg::SrcRead) need[el_regs_pkg::AccessRemoteRead] = 1'b1;
    else if (is_push && el_ls_eng_pkg::is_atomic(s1_q.opcode)) begin
      need[el_regs_pkg::AccessRemoteAtomic] = 1'b1;
    end else if (!is_push || s1_q.opcode != el_regs_pkg::LsOpFence) begin
      need[el_regs_pkg::AccessRemoteWrite] = 1'b1;
    end
  end
  assign needs_access = (need & ~win_i.access) != '0;

  always_comb begin
    status = el_regs_pkg::LsStatusOk;
    if (!s1_q.bst_first) status = bst_status_q;
    else if (s1_q.status != el_regs_pkg::LsStatusOk) status = s1_q.status;
    else if (!s1_page_ok_q || !win_valid_i) status = el_regs_pkg::LsStatusRange;
    else if (needs_access || (is_push && win_i.ctx != 16'hFFFF && win_i.ctx != s1_q.ctx)) begin
      status = el_regs_pkg::LsStatusDenied;
    end else if ({1'b0, range_off} + 32'(range_bytes) > {1'b0, win_i.size} ||
                 (is_push && s1_q.opcode == el_regs_pkg::LsOpStoreNotify && !sig_ok)) begin
      status = el_regs_pkg::LsStatusRange;
    end else if (!peer_up_i[peer]) status = el_regs_pkg::LsStatusPeerDown;
  end

  assign err      = status != el_regs_pkg::LsStatusOk;
  assign send     = !err && !zero;
  assign has_tag   = send && s1_q.cmd_first && !posted;
  assign np_write = is_write && !err && !posted;
  // A failed write of a non-posted window is answered like a posted one: at once.
  assign b_need   = is_write && s1_q.bst_last && !(np_write && (s1_q.split || !zero));

  always_comb begin
    lc_need = 1'b0;
    if (is_write) lc_need = err ? (s1_q.bst_first && win_valid_i && s1_page_ok_q && posted)
                                : (np_write && zero && s1_q.split);
    else if (s1_q.bst_first) begin
      lc_need = err || (is_push && posted && s1_q.cqn != el_ls_eng_pkg::NoCq);
    end
  end

  // Answers of one id stay in order: a write waits for a non-posted one of its id, and a non-posted
  // one for the answers that were given here.
  assign wait_id = is_write && s1_q.bst_first &&
                   (np_busy_q[s1_q.id] || (np_write && !b_empty_i));

  assign hold = (send && tx_v_q && !tx_ready_i) || (has_tag && !tag_valid_i) ||
                (lc_need && !lc_ready_i) || (b_need && !b_ready_i) || wait_id ||
                (np_write && s1_q.split && s1_q.bst_first && !join_avail_i);
  assign fire     = s1_v_q && !hold;
  assign s1_ready = !s1_v_q || !hold;

  always_comb begin
    ctx            = '0;
    ctx.src        = s1_q.src;
    ctx.opcode     = opcode;
    ctx.node_id    = win_i.node_id;
    ctx.no_peer    = !s1_page_ok_q || !win_valid_i;
    ctx.addr       = (s1_q.src == el_ls_eng_pkg::SrcRead) ? s1_q.addr : addr;
    ctx.bytes      = bytes;
    ctx.id         = s1_q.id;
    ctx.skip       = s1_q.skip;
    ctx.beats      = s1_q.beats;
    ctx.event_only = is_write && err;
    ctx.join_en    = is_write && s1_q.split;
    ctx.join_idx   = s1_q.bst_first ? join_idx_i : join_q;
    ctx.ctx        = s1_q.ctx;
    ctx.cookie     = s1_q.cookie;
    ctx.cqn        = s1_q.cqn;
  end

  assign tag_alloc_o  = fire && has_tag;
  assign tag_ctx_o    = ctx;
  assign lc_valid_o   = fire && lc_need;
  assign lc_ctx_o     = ctx;
  assign lc_status_o  = status;
  assign b_valid_o    = fire && b_need;
  assign b_id_o       = s1_q.id;
  assign b_err_o      = err;
  assign join_alloc_o = fire && np_write && s1_q.split && s1_q.bst_first;
  assign join_count_o = s1_q.beats;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      s1_v_q    <= 1'b0;
      tx_v_q    <= 1'b0;
      np_busy_q <= '0;
    end else begin
      s1_v_q <= op_fire || (s1_v_q && hold);
      tx_v_q <= (fire && send) || (tx_v_q && !tx_ready_i);
      if (np_done_i) np_busy_q[np_done_id_i] <= 1'b0;
      // An empty single write is answered here.
      if (fire && np_write && s1_q.bst_first && (s1_q.split || !zero)) np_busy_q[s1_q.id] <= 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (fire && s1_q.bst_first) begin
      bst_status_q <= status;
      join_q       <= join_idx_i;
    end
  end

  /////////////////////
  // Command on wire //
  /////////////////////

  function automatic el_ls_pkg::cmd_t compose(el_ls_eng_pkg::op_t o, logic [7:0] code,
                                              logic [63:0] target, logic [8:0] n,
                                              logic [15:0] tag, logic [7:0] to, logic bulk,
                                              logic [511:0] data, logic [5:0] shift,
                                              logic [63:0] strb, el_regs_pkg::ls_cmd_t pushed,
                                              logic [63:0] signal);
    el_ls_pkg::cmd_t          c;
    el_regs_pkg::ls_req_hdr_t h;
    logic [255:0]             mask;
    c          = '0;
    c.first    = o.cmd_first;
    c.last     = o.cmd_last;
    c.peer     = to;
    c.vc       = bulk ? el_ls_pkg::VcBulk : el_ls_pkg::VcRequest;
    h.opcode   = code;
    h.length   = (n == '0) ? 8'd0 : 8'((n >> 2) - 9'd1);
    h.tag      = tag;
    h.address  = target;
    c.hdr[95:0] = el_regs_pkg::ls_req_hdr_to_bytes(h);
    c.hdr_len   = el_ls_pkg::req_hdr_len(code, h.length);
    c.data_len  = el_ls_pkg::req_data_len(code, h.length);
    if (el_ls_eng_pkg::is_atomic(code)) begin
      if (n[3]) begin
        c.hdr[96 +: 64] = el_pkg::swap64(pushed.operand0);
        if (code == el_regs_pkg::LsOpAtomicCas) begin
          c.hdr[160 +: 64] = el_pkg::swap64(pushed.operand1);
        end
      end else begin
        c.hdr[96 +: 32] = el_pkg::swap32(pushed.operand0[31:0]);
        if (code == el_regs_pkg::LsOpAtomicCas) begin
          c.hdr[128 +: 32] = el_pkg::swap32(pushed.operand1[31:0]);
        end
      end
    end else if (code == el_regs_pkg::LsOpStoreNotify) begin
      c.hdr[96 +: 64]  = el_pkg::swap64(signal);
      c.hdr[160 +: 64] = el_pkg::swap64(pushed.operand0);
    end else if (code == el_regs_pkg::LsOpStoreMasked) begin
      mask = (o.src == el_ls_eng_pkg::SrcPush) ?
             pushed.mask : el_ls_eng_pkg::mask_swap({192'b0, strb >> shift});
      // The padding of a short mask is zero.
      if (n <= 9'd32) mask[255:32] = '0;
      else if (n == 9'd64) mask[255:64] = '0;
      else if (n == 9'd128) mask[255:128] = '0;
      c.hdr[96 +: 256] = mask;
    end
    if (c.data_len != '0) begin
      c.data = data >> {shift, 3'b0};
      if (n < 9'd64) c.data = c.data & ((512'd1 << {n[5:0], 3'b0}) - 512'd1);
    end
    return c;
  endfunction

  always_ff @(posedge clk_i) begin
    if (fire && send) begin
      tx_q <= compose(s1_q, opcode, {win_i.remote_base[63:48],
                                     win_i.remote_base[47:0] + {17'b0, off}},
                      bytes, posted ? el_ls_eng_pkg::TagPosted : tag_i, 8'(peer), win_i.bulk,
                      s1_data_q, s1_strb_q.off & {6{is_write && !s1_q.merged}}, s1_mask_q,
                      s1_cmd_q, {win_i.remote_base[63:48],
                                 win_i.remote_base[47:0] + {17'b0, sig_off}});
    end
  end

  assign tx_valid_o = tx_v_q;
  assign tx_cmd_o   = tx_q;

  assign cnt_load_o   = fire && send && s1_q.cmd_first && s1_q.src == el_ls_eng_pkg::SrcRead;
  assign cnt_store_o  = fire && send && s1_q.cmd_first &&
                        (is_write || el_ls_eng_pkg::is_store(s1_q.opcode));
  assign cnt_atomic_o = fire && send && s1_q.cmd_first && is_push &&
                        el_ls_eng_pkg::is_atomic(s1_q.opcode);
  assign busy_o       = s1_v_q || tx_v_q;

  logic unused_inputs;
  assign unused_inputs = ^{page_shift_i[7:5], s1_cmd_q.operand1[63:40], s1_cmd_q.addr,
                           s1_cmd_q.cqn, s1_cmd_q.length, s1_cmd_q.cookie, s1_cmd_q.num_units,
                           s1_cmd_q.opcode, page[39:WinIW]};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(CommandHeld_A, tx_valid_o && !tx_ready_i, tx_valid_o && tx_q == $past(tx_q))
  `EL_ASSUME(PageShiftInRange_A, page_shift_i >= 8'd21 && page_shift_i <= 8'd30)

endmodule : el_ls_requester
