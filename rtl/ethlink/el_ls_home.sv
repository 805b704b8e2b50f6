// SPDX-License-Identifier: Apache-2.0
//
// Home side, front: checks each request against the segments and starts it.
//
// Latency 2 cycles from the request to its start, throughput one 64-byte beat a cycle; storage two
// beats. Requests start in the order in which they arrive; one that conflicts with an access in
// flight holds back those behind it. A request that fails its check is answered and starts nothing.
// EthLink specification sections 3 and 4; contract: docs/reference/load-store.md, "Errors".

`include "el_assert.svh"

module el_ls_home (
  input  logic                       clk_i,
  input  logic                       rst_i,

  // Requests
  input  logic                       req_valid_i,
  output logic                       req_ready_o,
  input  el_ls_pkg::cmd_t            req_cmd_i,
  input  logic [15:0]                req_pkey_i,
  input  logic                       req_denied_i,   // of another partition than the peer's
  input  logic                       drain_i,        // begin no further request

  // Segment lookup
  output logic                       lk_re_o,
  output logic [15:0]                lk_seg_o,
  input  logic                       lk_valid_i,
  input  el_ls_eng_pkg::seg_t        lk_i,
  output logic [15:0]                sig_seg_o,
  input  logic                       sig_valid_i,
  input  el_ls_eng_pkg::seg_t        sig_i,

  // What starts; the hazard table is asked about op_o.
  output el_ls_eng_pkg::home_op_t    op_o,
  input  logic                       haz_ok_i,
  output logic                       begin_o,
  output logic                       ld_valid_o,     // KindLoad
  input  logic                       ld_ready_i,
  output logic                       st_valid_o,     // stores and KindFence, a beat
  input  logic                       st_ready_i,
  output logic                       st_first_o,
  output logic                       st_last_o,
  output logic [511:0]               st_data_o,
  output logic [63:0]                st_mask_o,      // KindMasked
  output logic                       at_valid_o,     // KindAtomic
  input  logic                       at_ready_i,
  output logic                       nt_valid_o,     // KindNotify: its signal, with the first beat
  input  logic                       nt_ready_i,
  output el_ls_eng_pkg::actx_t       actx_o,         // of KindAtomic or of the signal
  output logic                       er_valid_o,     // KindError
  input  logic                       er_ready_i,
  output el_ls_eng_pkg::answer_t     er_o,

  // Counters
  output logic                       cnt_load_o,
  output logic                       cnt_store_o,
  output logic                       cnt_atomic_o,
  output logic                       cnt_error_o,
  output logic                       idle_o,         // holds no request, from flops
  output logic                       busy_o
);

  logic                    in_mid_q;    // in the middle of a request
  logic                    req_fire;
  el_regs_pkg::ls_req_hdr_t in_hdr;

  logic                    s1_v_q, s2_ready, s1_move;
  el_ls_pkg::cmd_t         s1_q;
  logic [15:0]             s1_pkey_q;
  logic                    s1_denied_q;

  logic                    s2_v_q, s2_first_q, s2_last_q;
  el_ls_eng_pkg::home_op_t s2_q;
  el_ls_eng_pkg::actx_t    s2_actx_q;
  logic [511:0]            s2_data_q;
  logic [255:0]            s2_mask_q;

  /////////////
  // Stage 0 //
  /////////////

  assign in_hdr      = el_regs_pkg::ls_req_hdr_from_bytes(req_cmd_i.hdr[95:0]);
  assign req_ready_o = (!s1_v_q || s1_move) && !(drain_i && !in_mid_q);
  assign req_fire    = req_valid_i && req_ready_o;
  assign lk_re_o     = req_fire && req_cmd_i.first;
  assign lk_seg_o    = in_hdr.address[63:48];
  assign sig_seg_o   = {req_cmd_i.hdr[103:96], req_cmd_i.hdr[111:104]};

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      in_mid_q <= 1'b0;
      s1_v_q   <= 1'b0;
      s2_v_q   <= 1'b0;
    end else begin
      if (req_fire) in_mid_q <= !req_cmd_i.last;
      s1_v_q <= req_fire || (s1_v_q && !s1_move);
      s2_v_q <= s1_move || (s2_v_q && !s2_ready);
    end
  end

  always_ff @(posedge clk_i) begin
    if (req_fire) begin
      s1_q        <= req_cmd_i;
      s1_pkey_q   <= req_pkey_i;
      s1_denied_q <= req_denied_i;
    end
  end

  ////////////////////
  // Stage 1: check //
  ////////////////////

  function automatic el_ls_eng_pkg::kind_e kind_of(logic [7:0] opcode);
    unique case (opcode)
      el_regs_pkg::LsOpLoad:        return el_ls_eng_pkg::KindLoad;
      el_regs_pkg::LsOpStore, el_regs_pkg::LsOpStorePosted: return el_ls_eng_pkg::KindStore;
      el_regs_pkg::LsOpStoreMasked: return el_ls_eng_pkg::KindMasked;
      el_regs_pkg::LsOpStoreNotify: return el_ls_eng_pkg::KindNotify;
      el_regs_pkg::LsOpFence:       return el_ls_eng_pkg::KindFence;
      default: return el_ls_eng_pkg::is_atomic(opcode) ? el_ls_eng_pkg::KindAtomic
                                                       : el_ls_eng_pkg::KindError;
    endcase
  endfunction

  // LsStatus of an access of `bytes` bytes at `offset` that needs permission `bit_idx`.
  function automatic logic [7:0] check_segment(logic valid, el_ls_eng_pkg::seg_t seg,
                                               logic [15:0] pkey, logic [1:0] bit_idx,
                                               logic [47:0] offset, logic [8:0] bytes);
    if (!valid) return el_regs_pkg::LsStatusRange;
    if (seg.pkey != pkey || !seg.access[bit_idx]) return el_regs_pkg::LsStatusDenied;
    if ({1'b0, offset} + 49'(bytes) > seg.length) return el_regs_pkg::LsStatusRange;
    return el_regs_pkg::LsStatusOk;
  endfunction

  function automatic el_ls_eng_pkg::home_op_t check(el_ls_pkg::cmd_t c, logic [15:0] pkey,
                                                    logic denied,
                                                    logic valid, el_ls_eng_pkg::seg_t seg,
                                                    logic sig_valid, el_ls_eng_pkg::seg_t sig);
    el_ls_eng_pkg::home_op_t  r;
    el_regs_pkg::ls_req_hdr_t h;
    logic [10:0]              bytes;
    logic [63:0]              signal;
    logic [1:0]               access;
    logic                     bad_length;
    h      = el_regs_pkg::ls_req_hdr_from_bytes(c.hdr[95:0]);
    bytes  = ({3'b0, h.length} + 11'd1) << 2;
    signal = el_pkg::swap64(c.hdr[96 +: 64]);
    r      = '0;
    r.kind   = kind_of(h.opcode);
    r.opcode = h.opcode;
    r.peer   = c.peer;
    r.tag    = (h.opcode == el_regs_pkg::LsOpStorePosted) ? el_ls_eng_pkg::TagPosted : h.tag;
    unique case (r.kind)
      el_ls_eng_pkg::KindLoad:   access = 2'(el_regs_pkg::AccessRemoteRead);
      el_ls_eng_pkg::KindAtomic: access = 2'(el_regs_pkg::AccessRemoteAtomic);
      default:                   access = 2'(el_regs_pkg::AccessRemoteWrite);
    endcase
    unique case (r.kind)
      el_ls_eng_pkg::KindAtomic: bad_length = bytes > 11'd8;
      el_ls_eng_pkg::KindFence:  bad_length = h.length != '0;
      default:                   bad_length = !el_ls_eng_pkg::block_size(16'(bytes));
    endcase
    if (r.kind == el_ls_eng_pkg::KindError) r.status = el_regs_pkg::LsStatusUnsupported;
    else if (denied) r.status = el_regs_pkg::LsStatusDenied;
    else if (bad_length) r.status = el_regs_pkg::LsStatusLength;
    else if (r.kind != el_ls_eng_pkg::KindFence) begin
      if ((h.address[10:0] & (bytes - 11'd1)) != '0 ||
          (r.kind == el_ls_eng_pkg::KindNotify && signal[2:0] != '0)) begin
        r.status = el_regs_pkg::LsStatusUnaligned;
      end else begin
        r.status = check_segment(valid, seg, pkey, access, h.address[47:0], bytes[8:0]);
      end
      if (r.status == el_regs_pkg::LsStatusOk && r.kind == el_ls_eng_pkg::KindNotify) begin
        r.status = check_segment(sig_valid, sig, pkey, access, signal[47:0], 9'd8);
      end
      r.addr       = seg.base + {16'b0, h.address[47:0]};
      r.bytes      = bytes[8:0];
      r.bucket     = el_ls_eng_pkg::bucket_of(r.addr, r.bytes);
      r.sig_addr   = sig.base + {16'b0, signal[47:0]};
      r.sig_bucket = el_ls_eng_pkg::bucket_of(r.sig_addr, 9'd8);
    end
    if (r.status != el_regs_pkg::LsStatusOk) r.kind = el_ls_eng_pkg::KindError;
    return r;
  endfunction

  function automatic el_ls_eng_pkg::actx_t operands(el_ls_eng_pkg::home_op_t op,
                                                    logic [127:0] bytes);
    el_ls_eng_pkg::actx_t x;
    x        = '0;
    x.signal = op.kind == el_ls_eng_pkg::KindNotify;
    x.opcode = x.signal ? el_regs_pkg::LsOpAtomicFadd : op.opcode;
    x.eight  = x.signal || op.bytes[3];
    x.peer   = op.peer;
    x.tag    = op.tag;
    x.addr   = x.signal ? op.sig_addr : op.addr;
    x.bucket = x.signal ? op.sig_bucket : op.bucket;
    if (x.signal) x.operand0 = el_pkg::swap64(bytes[127:64]);
    else if (x.eight) begin
      x.operand0 = el_pkg::swap64(bytes[63:0]);
      x.operand1 = el_pkg::swap64(bytes[127:64]);
    end else begin
      x.operand0 = {32'b0, el_pkg::swap32(bytes[31:0])};
      x.operand1 = {32'b0, el_pkg::swap32(bytes[63:32])};
    end
    return x;
  endfunction

  function automatic logic [255:0] store_mask(logic [255:0] wire_mask, logic [8:0] bytes);
    logic [255:0] m;
    m = el_ls_eng_pkg::mask_swap(wire_mask);
    if (bytes < 9'd64) m = m & ((256'd1 << bytes[5:0]) - 256'd1);
    return m;
  endfunction

  assign s1_move = s1_v_q && (!s2_v_q || s2_ready);

  el_ls_eng_pkg::home_op_t checked;
  always_comb begin
    checked = '0;
    if (s1_v_q && s1_q.first) begin
      checked = check(s1_q, s1_pkey_q, s1_denied_q, lk_valid_i, lk_i, sig_valid_i, sig_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (s1_move) begin
      s2_first_q <= s1_q.first;
      s2_last_q  <= s1_q.last;
      if (!s1_q.first || s1_q.data_len != '0) s2_data_q <= s1_q.data;
      if (s1_q.first) begin
        s2_q      <= checked;
        s2_actx_q <= operands(checked, s1_q.hdr[96 +: 128]);
      end
      if (checked.kind == el_ls_eng_pkg::KindMasked) begin
        s2_mask_q <= store_mask(s1_q.hdr[96 +: 256], checked.bytes);
      end else if (!s1_q.first) s2_mask_q <= s2_mask_q >> 64;
    end
  end

  ////////////////////
  // Stage 2: start //
  ////////////////////

  logic go, store, notify;
  assign store  = s2_q.kind == el_ls_eng_pkg::KindStore || s2_q.kind == el_ls_eng_pkg::KindMasked ||
                  s2_q.kind == el_ls_eng_pkg::KindFence;
  assign notify = s2_q.kind == el_ls_eng_pkg::KindNotify;
  // Later beats belong to a request that has started.
  assign go     = s2_v_q && (haz_ok_i || !s2_first_q);

  assign ld_valid_o = go && s2_q.kind == el_ls_eng_pkg::KindLoad;
  assign at_valid_o = go && s2_q.kind == el_ls_eng_pkg::KindAtomic;
  assign er_valid_o = s2_v_q && s2_first_q && s2_q.kind == el_ls_eng_pkg::KindError;
  assign st_valid_o = go && (store || (notify && (nt_ready_i || !s2_first_q)));
  assign nt_valid_o = go && notify && s2_first_q && st_ready_i;

  always_comb begin
    unique case (s2_q.kind)
      el_ls_eng_pkg::KindLoad:   s2_ready = go && ld_ready_i;
      el_ls_eng_pkg::KindAtomic: s2_ready = go && at_ready_i;
      el_ls_eng_pkg::KindError:  s2_ready = er_ready_i || !s2_first_q;
      default:                   s2_ready = st_valid_o && st_ready_i;
    endcase
  end

  // The pieces of a masked store's first beat come before this; nothing else starts meanwhile.
  assign begin_o = go && s2_first_q && s2_ready && s2_q.kind != el_ls_eng_pkg::KindError;

  assign op_o       = s2_q;
  assign actx_o     = s2_actx_q;
  assign st_first_o = s2_first_q;
  assign st_last_o  = s2_last_q;
  assign st_data_o  = s2_data_q;
  assign st_mask_o  = s2_mask_q[63:0];

  always_comb begin
    er_o        = '0;
    er_o.opcode = el_regs_pkg::LsOpErrorResp;
    er_o.status = s2_q.status;
    er_o.peer   = s2_q.peer;
    er_o.tag    = s2_q.tag;
  end

  assign cnt_load_o   = begin_o && s2_q.kind == el_ls_eng_pkg::KindLoad;
  assign cnt_store_o  = begin_o && (notify || (store && s2_q.kind != el_ls_eng_pkg::KindFence));
  assign cnt_atomic_o = begin_o && s2_q.kind == el_ls_eng_pkg::KindAtomic;
  assign cnt_error_o  = er_valid_o && er_ready_i;

  assign idle_o = !in_mid_q && !s1_v_q && !s2_v_q;
  assign busy_o = s1_v_q || s2_v_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSUME(StartsWithHeader_A, !req_fire || req_cmd_i.first == !in_mid_q)
  `EL_ASSERT(OneUnit_A, $countones({ld_valid_o, st_valid_o, at_valid_o, er_valid_o}) <= 1)
  `EL_ASSERT(SignalWithData_A, !(nt_valid_o && nt_ready_i) || (st_valid_o && st_ready_i))

endmodule : el_ls_home
