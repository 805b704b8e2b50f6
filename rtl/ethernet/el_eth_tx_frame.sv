// SPDX-License-Identifier: Apache-2.0
//
// Chooses the next frame of the transmit clients and lays header and payload out as beats.
//
// Latency 1 cycle from hdr_valid_i to the beat register (no wait states when the payload is there),
// throughput 1 beat a cycle, frames back to back. Beats cover ICRC, pad and FCS, whose lanes are
// zero and are filled by el_eth_tx_crc. Contract: docs/reference/rtl-interfaces.md, "Transmit".

`include "el_assert.svh"

module el_eth_tx_frame #(
  parameter  el_pkg::cfg_t Cfg        = el_pkg::CfgDefault,
  parameter  int unsigned  NumClients = 4,                   // >= 2; client 0 goes first
  localparam int unsigned  DataW      = Cfg.DataW
) (
  input  logic                                clk_i,
  input  logic                                rst_i,

  // Quasi-static: no frame starts while 0.
  input  logic                                enable_i,
  // Frames of these priorities do not start, but for those of clients that do not offer them.
  input  logic [7:0]                          paused_i,
  input  logic [NumClients-1:0]               own_pace_i,

  // PFC frames: in front of every client, never paused, no payload.
  input  logic                                pfc_valid_i,
  output logic                                pfc_ready_o,
  input  el_pkg::tx_hdr_t                     pfc_hdr_i,

  // Clients
  input  logic            [NumClients-1:0]    hdr_valid_i,
  output logic            [NumClients-1:0]    hdr_ready_o,
  input  el_pkg::tx_hdr_t [NumClients-1:0]    hdr_i,
  input  logic [NumClients-1:0]               pay_valid_i,
  output logic [NumClients-1:0]               pay_ready_o,
  input  logic [NumClients-1:0][DataW-1:0]    pay_data_i,
  input  logic [NumClients-1:0]               pay_last_i,
  input  logic [NumClients-1:0]               pay_bad_i,     // with the last beat: wrong ICRC

  // Beats; all outputs but the handshake come from flops.
  output logic                                beat_valid_o,
  input  logic                                beat_ready_i,
  output logic [DataW-1:0]                    beat_data_o,
  output el_eth_tx_pkg::beat_meta_t           beat_meta_o,

  output logic                                busy_o        // a beat waits to move on
);

  localparam int unsigned BeatBytes = DataW / 8;
  localparam int unsigned LaneW     = $clog2(BeatBytes);
  localparam int unsigned IdxW      = $clog2(NumClients);
  localparam int unsigned LenW      = el_pkg::FrameLenW + 2;

  if (NumClients < 2) begin : gen_bad_clients
    $error("el_eth_tx_frame: NumClients must be at least 2 and is %0d", NumClients);
  end

  typedef logic signed [LenW-1:0] slen_t;

  // What is left of the frame under way; valid while busy_q.
  logic                   busy_q;        // a header was taken and its frame is not laid out yet
  logic [IdxW-1:0]        client_q;
  logic [el_pkg::HdrW-1:0] hdr_data_q;
  logic [7:0]             hdr_len_q;
  el_pkg::icrc_e          icrc_kind_q;
  logic [1:0]             beat_q;        // number of the next beat, saturates at 3
  slen_t                  icrc_at_q;     // first ICRC (or pad) byte, relative to the next beat
  slen_t                  fcs_at_q;      // first FCS byte, relative to the next beat
  logic [7:0]             hdr_left_q;    // header bytes from the next beat on
  logic [el_pkg::FrameLenW-1:0] pay_left_q;  // payload bytes that were not taken from the client
  logic                   bad_q;         // the payload was marked bad
  logic [DataW-1:0]       carry_q;       // taken payload bytes that did not fit, in lane 0 upward

  logic                   beat_valid_q;
  logic [DataW-1:0]       beat_data_q;
  el_eth_tx_pkg::beat_meta_t beat_meta_q;

  // ---------------------------------------------------------------------------------------------
  // Choice of the next frame
  // ---------------------------------------------------------------------------------------------

  logic [NumClients-1:0]   want;
  logic [NumClients-2:0]   data_grant;
  logic [IdxW-1:0]         data_idx, grant_idx;
  logic                    data_valid, data_advance, start, start_pfc;

  always_comb begin
    for (int i = 0; i < int'(NumClients); i++) begin
      want[i] = hdr_valid_i[i] && enable_i
             && (own_pace_i[i] || !paused_i[hdr_i[i].prio]);
    end
  end

  localparam int unsigned ArbIdxW = (NumClients > 2) ? $clog2(NumClients - 1) : 1;
  logic [ArbIdxW-1:0] arb_idx;

  el_arbiter_rr #(
    .N(NumClients - 1)
  ) u_arbiter (
    .clk_i,
    .rst_i,
    .req_i        (want[NumClients-1:1]),
    .advance_i    (data_advance),
    .grant_o      (data_grant),
    .grant_idx_o  (arb_idx),
    .grant_valid_o(data_valid)
  );
  assign data_idx = IdxW'(arb_idx) + IdxW'(1);

  // A frame starts when none is under way and the beat register can take its first beat.
  logic beat_free;
  assign beat_free    = !beat_valid_q || beat_ready_i;
  assign start_pfc    = !busy_q && beat_free && pfc_valid_i && enable_i;
  assign start        = !busy_q && beat_free && !start_pfc && (want[0] || data_valid);
  assign grant_idx    = want[0] ? '0 : data_idx;
  assign data_advance = start && !want[0];
  assign pfc_ready_o  = start_pfc;

  always_comb begin
    hdr_ready_o = '0;
    if (start) begin
      if (want[0]) hdr_ready_o[0] = 1'b1;
      else hdr_ready_o[NumClients-1:1] = data_grant;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Position of this beat in its frame
  // ---------------------------------------------------------------------------------------------

  logic                         active;      // a frame is under way or starts
  logic                         first;
  logic [IdxW-1:0]              client;
  logic [7:0]                   hdr_len, hdr_left;
  logic [el_pkg::FrameLenW-1:0] pay_len, pay_left;
  el_pkg::icrc_e                icrc_kind;
  slen_t                        icrc_at, fcs_at, body_end;
  logic                         need_pay, pay_here, pay_done, emit, last, bad;

  always_comb begin
    active    = busy_q || start || start_pfc;
    first     = !busy_q || beat_q == 2'd0;
    client    = busy_q ? client_q : grant_idx;
    hdr_len   = hdr_len_q;
    pay_len   = '0;  // used at the start only
    icrc_kind = icrc_kind_q;
    if (!busy_q) begin
      hdr_len   = start_pfc ? pfc_hdr_i.len         : hdr_i[grant_idx].len;
      pay_len   = start_pfc ? pfc_hdr_i.payload_len : hdr_i[grant_idx].payload_len;
      icrc_kind = start_pfc ? pfc_hdr_i.icrc        : hdr_i[grant_idx].icrc;
    end
    // Header, payload and ICRC are padded to 60 bytes; then comes the FCS.
    body_end = slen_t'(hdr_len) + slen_t'(pay_len) +
               ((icrc_kind == el_pkg::IcrcNone) ? slen_t'(0) : slen_t'(el_eth_pkg::IcrcBytes));
    hdr_left = hdr_left_q;
    pay_left = pay_left_q;
    icrc_at  = icrc_at_q;
    fcs_at   = fcs_at_q;
    if (!busy_q) begin
      hdr_left = hdr_len;
      pay_left = pay_len;
      icrc_at  = slen_t'(hdr_len) + slen_t'(pay_len);
      fcs_at   = (body_end < slen_t'(el_pkg::MinFrame)) ? slen_t'(el_pkg::MinFrame) : body_end;
    end

    // A payload beat belongs into this beat when the header leaves room and bytes are left.
    need_pay = active && 32'(hdr_left) < BeatBytes && pay_left != '0;
    pay_here = pay_valid_i[client];
    emit     = active && beat_free && (!need_pay || pay_here);
    pay_done = emit && need_pay;
    last     = fcs_at + slen_t'(el_eth_pkg::FcsBytes) <= slen_t'(BeatBytes);
    // No byte of the ICRC stands in front of the last payload byte.
    bad      = (!first && bad_q) || (pay_done && pay_bad_i[client]);

    pay_ready_o = '0;
    if (pay_done) pay_ready_o[client] = 1'b1;
  end

  // ---------------------------------------------------------------------------------------------
  // Wide data, computed only when a beat is made
  // ---------------------------------------------------------------------------------------------

  // Bytes of the header that stand in beat number `beat`; zeros behind the header.
  function automatic logic [DataW-1:0] hdr_part(logic [el_pkg::HdrW-1:0] data, logic [7:0] left,
                                                logic [1:0] beat);
    logic [DataW-1:0] r;
    if (left == '0) return '0;
    r = DataW'(el_crc_pkg::MaxW'(data) >> (32'(beat) * DataW));
    if (32'(left) < BeatBytes) r = r & ~({DataW{1'b1}} << (8 * 32'(left)));
    return r;
  endfunction

  // Payload bytes move up by the header bytes in front of them; the others wait for the next beat.
  function automatic logic [DataW-1:0] shift_up(logic [DataW-1:0] data, logic [LaneW-1:0] lanes);
    return data << (8 * 32'(lanes));
  endfunction
  function automatic logic [DataW-1:0] shift_out(logic [DataW-1:0] data, logic [LaneW-1:0] lanes);
    return (lanes == '0) ? '0 : data >> (8 * (BeatBytes - 32'(lanes)));
  endfunction

  logic [LaneW-1:0] lanes;
  assign lanes = hdr_len[LaneW-1:0];

  always_ff @(posedge clk_i) begin
    if (emit) begin
      logic [el_pkg::HdrW-1:0] hdr_data;
      logic [DataW-1:0]        pay_data, data;
      hdr_data = hdr_data_q;
      if (!busy_q) hdr_data = start_pfc ? pfc_hdr_i.data : hdr_i[grant_idx].data;
      data = hdr_part(hdr_data, hdr_left, busy_q ? beat_q : 2'd0);
      if (!first) data = data | carry_q;
      if (need_pay) begin
        pay_data = pay_data_i[client];
        data     = data | shift_up(pay_data, lanes);
        carry_q <= shift_out(pay_data, lanes);
      end else begin
        carry_q <= '0;
      end
      beat_data_q          <= data;
      beat_meta_q.first    <= first;
      beat_meta_q.last     <= last;
      beat_meta_q.bad      <= bad;
      bad_q                <= bad;
      beat_meta_q.beat     <= busy_q ? beat_q : 2'd0;
      beat_meta_q.icrc_at  <= icrc_at;
      beat_meta_q.fcs_at   <= fcs_at;
      if (first) beat_meta_q.icrc <= el_eth_tx_pkg::icrc_type(hdr_data, icrc_kind);
    end
    if (start || start_pfc) begin
      if (!last || !emit) hdr_data_q <= start_pfc ? pfc_hdr_i.data : hdr_i[grant_idx].data;
      hdr_len_q   <= hdr_len;
      icrc_kind_q <= icrc_kind;
      client_q    <= grant_idx;
    end
  end

  // Position of the next beat.
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      busy_q       <= 1'b0;
      beat_valid_q <= 1'b0;
      beat_q       <= '0;
    end else begin
      if (active) busy_q <= !(emit && last);
      if (emit) beat_valid_q <= 1'b1;
      else if (beat_ready_i) beat_valid_q <= 1'b0;
      if (active && !emit && !busy_q) beat_q <= '0;
      else if (emit && last) beat_q <= '0;
      else if (emit && first) beat_q <= 2'd1;
      else if (emit && beat_q != 2'd3) beat_q <= beat_q + 2'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (emit) begin
      hdr_left_q <= (32'(hdr_left) > BeatBytes) ? hdr_left - 8'(BeatBytes) : '0;
      icrc_at_q  <= icrc_at - slen_t'(BeatBytes);
      fcs_at_q   <= fcs_at - slen_t'(BeatBytes);
      if (!need_pay) pay_left_q <= pay_left;
      else if (32'(pay_left) > BeatBytes) begin
        pay_left_q <= pay_left - el_pkg::FrameLenW'(BeatBytes);
      end else pay_left_q <= '0;
    end else if (active && !busy_q) begin
      hdr_left_q <= hdr_left;
      pay_left_q <= pay_left;
      icrc_at_q  <= icrc_at;
      fcs_at_q   <= fcs_at;
    end
  end

  assign beat_valid_o = beat_valid_q;
  assign beat_data_o  = beat_data_q;
  assign beat_meta_o  = beat_meta_q;
  assign busy_o       = beat_valid_q || busy_q;

  logic unused_prio;  // PFC frames are never paused
  assign unused_prio = ^pfc_hdr_i.prio;

  ////////////////
  // Assertions //
  ////////////////

  logic take_last;
  assign take_last = 32'(pay_left) <= BeatBytes;
  `EL_ASSERT(HeaderFits_A, !start || (32'(hdr_len) <= el_pkg::HdrBytes && hdr_len >= 8'd14))
  `EL_ASSERT(PayloadEndsWithLast_A, !pay_done || pay_last_i[client] == take_last)
  `EL_ASSERT(BadHasLastAndIcrc_A, !pay_done || !pay_bad_i[client] ||
                                  (pay_last_i[client] && icrc_kind != el_pkg::IcrcNone))
  `EL_ASSERT(OneHeaderTaken_A, (hdr_ready_o & (hdr_ready_o - NumClients'(1))) == '0)
  `EL_ASSERT_NEXT(BeatHeldWhenStalled_A, beat_valid_o && !beat_ready_i,
                  beat_valid_o && beat_data_o == $past(beat_data_o))

endmodule : el_eth_tx_frame
