// SPDX-License-Identifier: Apache-2.0
//
// Takes the header of a received Load/Store frame and holds what the transport needs of it.
//
// Latency 1 cycle, throughput 1 header a cycle, storage one frame's fields.
// The peer table is asked anew in every cycle in which a frame waits: who_o is one cycle old, never
// older, however long the frame is held. EthLink specification sections 1 and 2.

`include "el_assert.svh"

module el_ls_rx_head (
  input  logic                clk_i,
  input  logic                rst_i,

  input  logic                hdr_valid_i,
  output logic                hdr_ready_o,
  input  el_pkg::rx_hdr_t     hdr_i,

  // Peer table, answered in the same cycle
  output logic [15:0]         look_id_o,
  input  el_ls_pkg::peer_t    look_i,
  input  logic                look_exists_i,
  input  logic                look_up_i,

  output logic                meta_valid_o,
  input  logic                meta_ready_i,
  output el_ls_pkg::rx_meta_t meta_o,
  output el_ls_pkg::rx_who_t  who_o
);

  logic                meta_v_q, load;
  el_ls_pkg::rx_meta_t meta_q;
  el_ls_pkg::rx_who_t  who_q, who;
  logic [15:0]         pkey, epoch;

  // RH follows NET: offset 16, or 20 behind a tag.
  function automatic el_ls_pkg::rx_meta_t parse(el_pkg::rx_hdr_t h);
    el_ls_pkg::rx_meta_t m;
    m.src_id = {h.data[8*10 +: 8], h.data[8*11 +: 8]};
    m.rh     = el_regs_pkg::rh_from_bytes(h.vlan ? h.data[8*20 +: 96] : h.data[8*16 +: 96]);
    m.len    = h.payload_len;
    m.bad    = h.payload_len > 14'(el_ls_pkg::SlotBytes - 1);
    return m;
  endfunction

  assign hdr_ready_o  = !meta_v_q || meta_ready_i;
  assign load         = hdr_valid_i && hdr_ready_o;
  assign meta_valid_o = meta_v_q;
  assign meta_o       = meta_q;
  assign who_o        = who_q;

  // Source, partition (RH + 2) and epoch (RH + 10) of the frame that meta_q holds after this cycle
  always_comb begin
    if (!load) begin
      {look_id_o, pkey, epoch} = {meta_q.src_id, meta_q.rh.pkey, meta_q.rh.epoch};
    end else begin
      look_id_o = el_pkg::swap16(hdr_i.data[8*10 +: 16]);
      pkey      = el_pkg::swap16(hdr_i.vlan ? hdr_i.data[8*22 +: 16] : hdr_i.data[8*18 +: 16]);
      epoch     = el_pkg::swap16(hdr_i.vlan ? hdr_i.data[8*30 +: 16] : hdr_i.data[8*26 +: 16]);
    end
  end
  assign who.known   = look_exists_i && look_i.node_id == look_id_o;
  assign who.pkey_ok = look_i.pkey == pkey;
  assign who.current = look_up_i && look_i.peer_epoch == epoch;

  always_ff @(posedge clk_i) begin
    if (rst_i) meta_v_q <= 1'b0;
    else if (hdr_ready_o) meta_v_q <= hdr_valid_i;
  end

  always_ff @(posedge clk_i) begin
    if (load) meta_q <= parse(hdr_i);
    if (load || meta_v_q) who_q <= who;
  end

  logic unused;
  assign unused = ^{hdr_i.data, hdr_i.hdr_len, hdr_i.cls, hdr_i.ipv6, hdr_i.ecn, hdr_i.l4_off,
                    hdr_i.gid_index, look_i};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSUME(HeaderIsLs_A, !hdr_valid_i || hdr_i.l4_off == (hdr_i.vlan ? 8'd20 : 8'd16))
  `EL_ASSERT_NEXT(FrameHeld_A, meta_valid_o && !meta_ready_i,
                  meta_valid_o && meta_o == $past(meta_o))

endmodule : el_ls_rx_head
