// SPDX-License-Identifier: Apache-2.0
//
// Receive side of the Ethernet layer: checks whole frames, splits header and payload, classifies.
//
// The last beat of a frame enters in cycle 0; in cycle 2 the frame is judged: end_o with good_o,
// its last payload beat and its header. Throughput 1 beat a cycle without back-pressure, storage
// 2 beats.
// Stages: R0 input register, CRCs and parser; R1 the beat before R0, so that each payload beat is
// made from two neighbours and a frame never needs more writes than it has beats.
// Contract: docs/reference/ethernet.md.

`include "el_assert.svh"

module el_eth_rx #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW,
  localparam int unsigned  KeepW = DataW / 8
) (
  input  logic                    clk_i,
  input  logic                    rst_i,
  input  el_pkg::port_cfg_t       cfg_i,          // quasi-static

  // MAC client stream, always accepted
  input  logic                    mac_tvalid_i,
  input  logic [DataW-1:0]        mac_tdata_i,
  input  logic [KeepW-1:0]        mac_tkeep_i,
  input  logic                    mac_tlast_i,
  input  logic                    mac_tuser_i,    // with tlast: the MAC found an error

  // To the class buffers: payload write and verdict, both for class cls_o.
  output logic                    wr_valid_o,
  output logic [DataW-1:0]        wr_data_o,
  output logic                    wr_last_o,
  output el_pkg::rx_class_e       cls_o,
  output logic                    end_o,          // the frame ends in this cycle
  output logic                    good_o,         // with end_o: deliver it
  output el_pkg::rx_hdr_t         hdr_o,          // with end_o and good_o

  // PFC frame for this port, one cycle
  output logic                    pfc_valid_o,
  output logic [7:0]              pfc_enable_o,   // priorities that the frame speaks of
  output logic [7:0][15:0]        pfc_quanta_o,

  // With end_o: why the frame is not delivered, one hot; zero for good_o and for PFC.
  output el_eth_rx_pkg::cause_t   cause_o,
  output logic [13:0]             len_o,          // with end_o: bytes with FCS, saturating

  output logic                    busy_o
);

  localparam int unsigned MaxW     = el_crc_pkg::MaxW;
  localparam int unsigned HdrW     = el_pkg::HdrW;
  localparam int unsigned HdrBeats = (HdrW + DataW - 1) / DataW;
  localparam int unsigned LaneW    = $clog2(KeepW);
  localparam int unsigned RemW     = 18;

  if (DataW != 256 && DataW != 512 && DataW != 1024) begin : gen_bad_width
    $error("el_eth_rx: Cfg.DataW must be 256, 512 or 1024 and is %0d", DataW);
  end

  typedef logic signed [RemW-1:0] rem_t;

  // ---------------------------------------------------------------------------------------------
  // R0: input register
  // ---------------------------------------------------------------------------------------------

  logic             r0_valid_q, r0_last_q, r0_user_q;
  logic [DataW-1:0] r0_data_q;
  logic [7:0]       r0_len_q;    // bytes of the beat

  function automatic logic [7:0] count_keep(logic [KeepW-1:0] keep);
    logic [7:0] n;
    n = '0;
    for (int i = 0; i < int'(KeepW); i++) n = n + 8'(keep[i]);
    return n;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) r0_valid_q <= 1'b0;
    else r0_valid_q <= mac_tvalid_i && cfg_i.enable;
  end
  always_ff @(posedge clk_i) begin
    if (mac_tvalid_i) begin
      r0_data_q <= mac_tdata_i;
      r0_last_q <= mac_tlast_i;
      r0_user_q <= mac_tlast_i && mac_tuser_i;
      r0_len_q  <= (&mac_tkeep_i) ? 8'(KeepW) : count_keep(mac_tkeep_i);
    end
  end

  // ---------------------------------------------------------------------------------------------
  // R0 -> R1: header capture, parser, CRCs
  // ---------------------------------------------------------------------------------------------

  logic                  r0_first_q;   // the beat in R0 is, or will be, the first of a frame
  logic [2:0]            idx_q;        // number of the next beat, saturates at 4
  rem_t                  passed_q;     // bytes of the frame before the next beat, saturates
  logic [HdrW-1:0]       head_q;       // first bytes of the frame, zeros behind what has come
  el_eth_pkg::rx_parse_t parse_q;
  logic [31:0]           fcs_q, icrc_q;

  logic                  r1_valid_q, r1_last_q, r1_user_q;
  logic [DataW-1:0]      r1_data_q;
  logic [7:0]            r1_len_q;
  rem_t                  r1_start_q;   // position of the beat in the frame
  logic [13:0]           r1_total_q;   // bytes of the frame up to the end of the beat, saturating


  function automatic logic [HdrW-1:0] merge_head(logic [HdrW-1:0] head, logic [DataW-1:0] data,
                                                 logic [2:0] idx);
    return head | HdrW'(MaxW'(data) << (32'(idx) * DataW));
  endfunction

  // Bytes of a beat that start at `start` and lie before `limit`, at most `len`.
  function automatic logic [7:0] covered(rem_t limit, rem_t start, logic [7:0] len);
    rem_t n;
    n = limit - start;
    if (n <= 0) return '0;
    return (n < rem_t'(len)) ? n[7:0] : len;
  endfunction

  always_ff @(posedge clk_i) begin
    if (r0_valid_q) begin
      logic [HdrW-1:0]       head;
      logic [1:0]            beat;
      el_eth_pkg::rx_parse_t p;
      beat = idx_q[2] ? 2'd3 : idx_q[1:0];
      if (r0_first_q) beat = 2'd0;
      p = parse_q;
      if (r0_first_q || 32'(idx_q) < HdrBeats) begin
        head    = merge_head(r0_first_q ? '0 : head_q, r0_data_q, r0_first_q ? 3'd0 : idx_q);
        p       = el_eth_pkg::rx_parse(head, cfg_i);
        head_q  <= head;
        parse_q <= p;
      end
      fcs_q <= el_crc_pkg::crc32(r0_first_q ? el_crc_pkg::Init : fcs_q, MaxW'(r0_data_q),
                                 r0_len_q, DataW);
      if (p.icrc.kind != el_pkg::IcrcNone) begin
        icrc_q <= el_crc_pkg::crc32(
            r0_first_q ? el_eth_pkg::icrc_init(p.icrc) : icrc_q,
            el_eth_pkg::icrc_view(MaxW'(r0_data_q), p.icrc, beat, DataW),
            covered(rem_t'({1'b0, p.frame_end}), r0_first_q ? '0 : passed_q, r0_len_q), DataW);
      end
      r1_data_q  <= r0_data_q;
      r1_len_q   <= r0_len_q;
      r1_last_q  <= r0_last_q;
      r1_user_q  <= r0_user_q;
      r1_start_q <= r0_first_q ? '0 : passed_q;
      r1_total_q <= 14'(r0_first_q ? '0 : passed_q) + 14'(r0_len_q);
    end
  end

  // R1 leaves when its successor has come, or at once when it is the last beat.
  logic slot;
  assign slot = r1_valid_q && (r1_last_q || r0_valid_q);

  always_ff @(posedge clk_i) begin
    // A port that goes down forgets the frame under way; the buffers take its writes back.
    if (rst_i || !cfg_i.enable) begin
      r0_first_q <= 1'b1;
      r1_valid_q <= 1'b0;
      idx_q      <= '0;
      passed_q   <= '0;
    end else if (r0_valid_q) begin
      r0_first_q <= r0_last_q;
      r1_valid_q <= 1'b1;
      if (r0_first_q) begin
        idx_q    <= 3'd1;
        passed_q <= rem_t'(KeepW);
      end else begin
        if (!idx_q[2]) idx_q <= idx_q + 3'd1;
        if (passed_q <= rem_t'(el_eth_rx_pkg::LenMax)) passed_q <= passed_q + rem_t'(KeepW);
      end
    end else if (slot) begin
      r1_valid_q <= 1'b0;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // R1: payload beat of this slot
  // ---------------------------------------------------------------------------------------------

  // With 256 bits the UDP port is in the second beat, which R0 holds in the slot of the first one.
  el_pkg::rx_class_e cls;
  logic [7:0]        hdr_len;
  if (DataW >= 512) begin : gen_parsed
    assign cls     = parse_q.cls;
    assign hdr_len = parse_q.hdr_len;
  end else begin : gen_look_ahead
    el_eth_pkg::rx_parse_t look;
    always_comb begin
      look = parse_q;
      if (slot && r1_start_q == '0 && !r1_last_q) begin
        look = el_eth_pkg::rx_parse(merge_head(head_q, r0_data_q, 3'd1), cfg_i);
      end
    end
    logic unused_look;  // the verdict uses the registered copy
    assign unused_look = ^look;
    assign cls     = look.cls;
    assign hdr_len = look.hdr_len;
  end

  logic       emit, emit_last;
  logic [7:0] emit_len;      // payload bytes of the beat
  rem_t       pay_start;     // position in the payload of the beat of this slot
  rem_t       pay_left;      // payload bytes from there to the end, as far as known here
  rem_t       skip;          // whole beats of header, in bytes

  always_comb begin
    skip      = rem_t'({hdr_len[7:LaneW], LaneW'(0)});
    pay_start = r1_start_q - skip;
    if (cls == el_pkg::ClsPlain) begin
      // The end of a plain frame is known when its last beat is in R1 or R0.
      pay_left = rem_t'(2 * KeepW);
      if (r1_last_q) pay_left = rem_t'(r1_len_q) - rem_t'(el_eth_pkg::FcsBytes);
      else if (r0_last_q) begin
        pay_left = rem_t'(KeepW) + rem_t'(r0_len_q) - rem_t'(el_eth_pkg::FcsBytes);
      end
    end else begin
      pay_left = rem_t'({1'b0, parse_q.payload_len}) - pay_start;
    end
    emit      = slot && pay_start >= 0 && pay_left > 0;
    emit_last = pay_left <= rem_t'(KeepW);
    emit_len  = emit_last ? pay_left[7:0] : 8'(KeepW);
  end

  // Bytes from lane `shift` of `lo` on, filled up from `hi`, cut to `len` bytes.
  function automatic logic [DataW-1:0] realign(logic [DataW-1:0] lo, logic [DataW-1:0] hi,
                                               logic [LaneW-1:0] shift, logic [7:0] len);
    logic [DataW-1:0] r;
    r = lo;
    if (shift != '0) r = (lo >> (8 * 32'(shift))) | (hi << (8 * (KeepW - 32'(shift))));
    if (32'(len) < KeepW) r = r & ~({DataW{1'b1}} << (8 * 32'(len)));
    return r;
  endfunction

  always_comb begin
    wr_data_o = '0;
    if (emit) wr_data_o = realign(r1_data_q, r0_data_q, hdr_len[LaneW-1:0], emit_len);
  end
  assign wr_valid_o = emit;
  assign wr_last_o  = emit_last;
  assign cls_o      = cls;

  // ---------------------------------------------------------------------------------------------
  // R1: verdict
  // ---------------------------------------------------------------------------------------------

  assign end_o = r1_valid_q && r1_last_q;
  assign len_o = r1_total_q;

  el_eth_rx_pkg::cause_t cause;
  logic                  is_pfc;

  always_comb begin
    cause  = '0;
    is_pfc = 1'b0;
    if (end_o) begin
      cause = el_eth_rx_pkg::judge(parse_q, r1_total_q, cfg_i.mtu,
                                   !r1_user_q && fcs_q == el_crc_pkg::Residue,
                                   icrc_q == el_crc_pkg::Residue);
      is_pfc = cause == '0 && parse_q.pfc;
    end
  end
  assign cause_o     = cause;
  assign good_o      = end_o && cause == '0 && !is_pfc;
  assign pfc_valid_o = is_pfc;

  // Header of the frame; the handle is wide and made only for a good frame.
  always_comb begin
    hdr_o = '0;
    if (good_o) begin
      hdr_o.data        = head_q;
      hdr_o.hdr_len     = parse_q.hdr_len;
      hdr_o.payload_len = (parse_q.cls == el_pkg::ClsPlain) ? r1_total_q - 14'd4
                                                            : parse_q.payload_len[13:0];
      hdr_o.cls         = parse_q.cls;
      hdr_o.vlan        = parse_q.vlan;
      hdr_o.oefh        = parse_q.oefh;
      hdr_o.ipv6        = parse_q.ipv6;
      hdr_o.ecn         = parse_q.ecn;
      hdr_o.l4_off      = parse_q.l4_off;
      hdr_o.gid_index   = parse_q.gid_index;
    end
  end

  // 802.1Qbb: class enable vector in byte 17, timers from byte 18 on.
  assign pfc_enable_o = head_q[8*17 +: 8];
  always_comb begin
    for (int i = 0; i < 8; i++) begin
      pfc_quanta_o[i] = {head_q[8*(18+2*i) +: 8], head_q[8*(19+2*i) +: 8]};
    end
  end

  assign busy_o = r0_valid_q || end_o;

  logic unused_cfg;  // PFC settings belong to other modules
  assign unused_cfg = ^{cfg_i.pfc_tx_en, cfg_i.pfc_rx_en, cfg_i.pfc_quanta};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(FullBeatsInside_A, !r0_valid_q || r0_last_q || 32'(r0_len_q) == KeepW)
  `EL_ASSERT(CauseOneHot_A, (cause & (cause - 1)) == '0)
  `EL_ASSERT(EmitFits_A, !emit || (emit_len != '0 && 32'(emit_len) <= KeepW))

endmodule : el_eth_rx
