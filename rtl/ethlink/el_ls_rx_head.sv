// SPDX-License-Identifier: Apache-2.0
//
// Takes the header of a received Load/Store frame and holds what the transport needs of it.
//
// Latency 1 cycle, throughput 1 header a cycle, storage one frame's fields.
// EthLink specification sections 1 and 2.

`include "el_assert.svh"

module el_ls_rx_head (
  input  logic                clk_i,
  input  logic                rst_i,

  input  logic                hdr_valid_i,
  output logic                hdr_ready_o,
  input  el_pkg::rx_hdr_t     hdr_i,

  output logic                meta_valid_o,
  input  logic                meta_ready_i,
  output el_ls_pkg::rx_meta_t meta_o
);

  logic                meta_v_q;
  el_ls_pkg::rx_meta_t meta_q;

  // RH follows NET: offset 16, or 20 behind a tag.
  function automatic el_ls_pkg::rx_meta_t parse(el_pkg::rx_hdr_t h);
    el_ls_pkg::rx_meta_t m;
    m.src_id = {h.data[8*10 +: 8], h.data[8*11 +: 8]};
    m.rh     = el_regs_pkg::rh_from_bytes(h.vlan ? h.data[8*20 +: 96] : h.data[8*16 +: 96]);
    m.len    = h.payload_len[10:0];
    m.bad    = h.payload_len > 14'(el_ls_pkg::SlotBytes - 1);
    return m;
  endfunction

  assign hdr_ready_o  = !meta_v_q || meta_ready_i;
  assign meta_valid_o = meta_v_q;
  assign meta_o       = meta_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) meta_v_q <= 1'b0;
    else if (hdr_ready_o) meta_v_q <= hdr_valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (hdr_valid_i && hdr_ready_o) meta_q <= parse(hdr_i);
  end

  logic unused_hdr;
  assign unused_hdr = ^{hdr_i.data, hdr_i.hdr_len, hdr_i.cls, hdr_i.ipv6, hdr_i.ecn, hdr_i.l4_off,
                        hdr_i.gid_index};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSUME(HeaderIsLs_A, !hdr_valid_i || hdr_i.l4_off == (hdr_i.vlan ? 8'd20 : 8'd16))
  `EL_ASSERT_NEXT(HeaderHeld_A, meta_valid_o && !meta_ready_i, meta_valid_o)

endmodule : el_ls_rx_head
