// SPDX-License-Identifier: Apache-2.0
//
// Transmit side of the Ethernet layer: client headers and payloads in, whole frames with FCS out.
//
// Latency 4 cycles from hdr_valid_i to mac_tvalid_o, throughput 1 beat a cycle, frames back to back
// (a frame of one beat each cycle). A started frame has gaps only where its payload has gaps.
// Contract: docs/reference/ethernet.md, docs/reference/rtl-interfaces.md "Transmit".

`include "el_assert.svh"

module el_eth_tx #(
  parameter  el_pkg::cfg_t Cfg        = el_pkg::CfgDefault,
  parameter  int unsigned  NumClients = 4,                   // >= 2; client 0 goes first
  localparam int unsigned  DataW      = Cfg.DataW
) (
  input  logic                             clk_i,
  input  logic                             rst_i,

  // Quasi-static: no frame starts while 0.
  input  logic                             enable_i,
  // Frames of these priorities do not start, but for those of clients that do not offer them.
  input  logic [7:0]                       paused_i,
  input  logic [NumClients-1:0]            own_pace_i,

  // PFC frames: in front of every client, never paused, no payload.
  input  logic                             pfc_valid_i,
  output logic                             pfc_ready_o,
  input  el_pkg::tx_hdr_t                  pfc_hdr_i,

  // Clients
  input  logic            [NumClients-1:0] hdr_valid_i,
  output logic            [NumClients-1:0] hdr_ready_o,
  input  el_pkg::tx_hdr_t [NumClients-1:0] hdr_i,
  input  logic [NumClients-1:0]            pay_valid_i,
  output logic [NumClients-1:0]            pay_ready_o,
  input  logic [NumClients-1:0][DataW-1:0] pay_data_i,
  input  logic [NumClients-1:0]            pay_last_i,
  input  logic [NumClients-1:0]            pay_bad_i,    // with the last beat: send a wrong ICRC

  // MAC client stream; comes from flops.
  output logic                             mac_tvalid_o,
  input  logic                             mac_tready_i,
  output logic [DataW-1:0]                 mac_tdata_o,
  output logic [DataW/8-1:0]               mac_tkeep_o,
  output logic                             mac_tlast_o,

  // Counters: a frame is on its way to the MAC, its bytes with FCS.
  output logic                             cnt_frame_o,
  output logic [13:0]                      cnt_bytes_o,

  output logic                             busy_o
);

  if (DataW != 256 && DataW != 512 && DataW != 1024) begin : gen_bad_width
    $error("el_eth_tx: Cfg.DataW must be 256, 512 or 1024 and is %0d", DataW);
  end

  logic                      beat_valid, beat_ready, frame_busy, crc_busy;
  logic [DataW-1:0]          beat_data;
  el_eth_tx_pkg::beat_meta_t beat_meta;

  el_eth_tx_frame #(
    .Cfg       (Cfg),
    .NumClients(NumClients)
  ) u_frame (
    .clk_i,
    .rst_i,
    .enable_i,
    .paused_i,
    .own_pace_i,
    .pfc_valid_i,
    .pfc_ready_o,
    .pfc_hdr_i,
    .hdr_valid_i,
    .hdr_ready_o,
    .hdr_i,
    .pay_valid_i,
    .pay_ready_o,
    .pay_data_i,
    .pay_last_i,
    .pay_bad_i,
    .beat_valid_o(beat_valid),
    .beat_ready_i(beat_ready),
    .beat_data_o (beat_data),
    .beat_meta_o (beat_meta),
    .busy_o      (frame_busy)
  );

  el_eth_tx_crc #(
    .DataW(DataW)
  ) u_crc (
    .clk_i,
    .rst_i,
    .in_valid_i(beat_valid),
    .in_ready_o(beat_ready),
    .in_data_i (beat_data),
    .in_meta_i (beat_meta),
    .mac_tvalid_o,
    .mac_tready_i,
    .mac_tdata_o,
    .mac_tkeep_o,
    .mac_tlast_o,
    .busy_o    (crc_busy)
  );

  // Every beat carries the place of the FCS relative to itself: the first one gives the length.
  assign cnt_frame_o = beat_valid && beat_ready && beat_meta.first;
  assign cnt_bytes_o = cnt_frame_o ? 14'(beat_meta.fcs_at) + 14'(el_eth_pkg::FcsBytes) : '0;

  assign busy_o = frame_busy || crc_busy;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(FullBeatsInside_A, !mac_tvalid_o || mac_tlast_o || mac_tkeep_o == '1)
  `EL_ASSERT_NEXT(EndHeldWhenStalled_A, mac_tvalid_o && !mac_tready_i,
                  mac_tvalid_o && mac_tlast_o == $past(mac_tlast_o) &&
                  mac_tkeep_o == $past(mac_tkeep_o))

endmodule : el_eth_tx
