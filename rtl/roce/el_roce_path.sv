// SPDX-License-Identifier: Apache-2.0
//
// Joins ACKs and request packets into one stream and adds the address vector of their queue pair,
// or of the address handle of a datagram.
//
// Latency 1 cycle, throughput 1 packet a cycle, storage 2 x Qps address vectors and one packet.
// An ACK goes before a request packet; after AckBurst ACKs in a row a request packet has a turn.
// Whatever the table says when a packet is taken goes with the packet: a queue pair's next life
// does not change where a packet of the last one goes.

`include "el_assert.svh"

module el_roce_path #(
  parameter  el_pkg::cfg_t Cfg      = el_pkg::CfgDefault,
  parameter  int unsigned  AckBurst = 4,                  // ACKs in a row while a request waits
  localparam int unsigned  QpnW     = $clog2(Cfg.Qps)
) (
  input  logic                    clk_i,
  input  logic                    rst_i,

  // ACK and NAK packets of the responder; an offer may be taken back.
  input  logic                    ack_valid_i,
  output logic                    ack_ready_o,
  input  el_roce_pkg::tx_pkt_t    ack_i,

  // Packets of the requester.
  input  logic                    req_valid_i,
  output logic                    req_ready_o,
  input  el_roce_pkg::tx_pkt_t    req_i,
  input  logic [23:0]             req_dest_qpn_i,
  input  logic [15:0]             req_pkey_i,

  // Packets with everything that their headers need.
  output logic                    out_valid_o,
  input  logic                    out_ready_i,
  output el_roce_pkg::tx_pkt_t    out_o,
  output logic [23:0]             out_dest_qpn_o,
  output logic [15:0]             out_pkey_o,
  output el_roce_hdr_pkg::path_t  out_path_o,

  // Objects: writes, and reads whose answer is there in the next cycle.
  input  logic [QpnW-1:0]         obj_qpn_i,
  input  logic                    obj_ah_i,       // it is the number of an address handle
  input  logic                    obj_path_we_i,
  input  el_roce_hdr_pkg::path_t  obj_path_i,
  input  logic                    obj_dest_we_i,
  input  logic [23:0]             obj_dest_i,
  input  logic                    obj_pkey_we_i,
  input  logic [15:0]             obj_pkey_i,
  input  logic                    obj_re_i,
  output el_roce_hdr_pkg::path_t  obj_path_o,
  output logic [23:0]             obj_dest_o,

  output logic                    busy_o
);

  localparam int unsigned BurstW = $clog2(AckBurst + 1);

  typedef struct packed {
    el_roce_hdr_pkg::path_t path;
    logic [23:0]            dest_qpn;
    logic [15:0]            pkey;
  } entry_t;

  logic                 valid_q, ack_q, held_q, free, take, pick_ack;
  logic [BurstW-1:0]    burst_q;
  el_roce_pkg::tx_pkt_t pkt_q;
  logic [23:0]          dest_q;
  logic [15:0]          pkey_q;
  entry_t               rd, hold_q, entry;
  logic [QpnW-1:0]      pick_qpn;
  logic [QpnW:0]        pick_path;

  ////////////////////
  // Who goes next  //
  ////////////////////

  // A read of an object has the memory for itself in its cycle.
  assign free     = (!valid_q || out_ready_i) && !obj_re_i;
  assign pick_ack = ack_valid_i && !(req_valid_i && burst_q == BurstW'(AckBurst));
  assign take     = free && (ack_valid_i || req_valid_i);
  assign pick_qpn = pick_ack ? ack_i.qpn[QpnW-1:0] : req_i.qpn[QpnW-1:0];

  always_comb begin
    pick_path = {1'b0, pick_qpn};
    if (!pick_ack && el_roce_pkg::is_datagram(req_i)) begin
      pick_path = {1'b1, QpnW'(el_roce_pkg::datagram_ah(req_i))};
    end
  end

  assign ack_ready_o = free && pick_ack;
  assign req_ready_o = free && req_valid_i && !pick_ack;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 1'b0;
      held_q  <= 1'b0;
      burst_q <= '0;
    end else begin
      if (take) valid_q <= 1'b1;
      else if (out_ready_i) valid_q <= 1'b0;
      // What was read for a packet that stays is put aside when an object reads.
      if (take || out_ready_i) held_q <= 1'b0;
      else if (obj_re_i && valid_q) held_q <= 1'b1;
      if (take) burst_q <= (pick_ack && req_valid_i) ? burst_q + BurstW'(1) : '0;
    end
    if (obj_re_i && valid_q && !held_q) hold_q <= rd;
    if (take) begin
      ack_q  <= pick_ack;
      pkt_q  <= pick_ack ? ack_i : req_i;
      dest_q <= req_dest_qpn_i;
      pkey_q <= req_pkey_i;
    end
  end

  ///////////
  // Table //
  ///////////

  el_ram_1r1w #(
    .Width($bits(el_roce_hdr_pkg::path_t)),
    .Depth(2 * Cfg.Qps)
  ) u_path (
    .clk_i,
    .rst_i,
    .we_i   (obj_path_we_i),
    .waddr_i({obj_ah_i, obj_qpn_i}),
    .wdata_i(obj_path_i),
    .re_i   (take || obj_re_i),
    .raddr_i(obj_re_i ? {obj_ah_i, obj_qpn_i} : pick_path),
    .rdata_o(rd.path)
  );

  el_ram_1r1w #(
    .Width(24),
    .Depth(Cfg.Qps)
  ) u_dest (
    .clk_i,
    .rst_i,
    .we_i   (obj_dest_we_i),
    .waddr_i(obj_qpn_i),
    .wdata_i(obj_dest_i),
    .re_i   (take || obj_re_i),
    .raddr_i(obj_re_i ? obj_qpn_i : pick_qpn),
    .rdata_o(rd.dest_qpn)
  );

  el_ram_1r1w #(
    .Width(16),
    .Depth(Cfg.Qps)
  ) u_pkey (
    .clk_i,
    .rst_i,
    .we_i   (obj_pkey_we_i),
    .waddr_i(obj_qpn_i),
    .wdata_i(obj_pkey_i),
    .re_i   (take || obj_re_i),
    .raddr_i(obj_re_i ? obj_qpn_i : pick_qpn),
    .rdata_o(rd.pkey)
  );

  assign obj_path_o = rd.path;
  assign obj_dest_o = rd.dest_qpn;

  assign entry          = held_q ? hold_q : rd;
  assign out_valid_o    = valid_q;
  assign out_o          = pkt_q;
  assign out_path_o     = entry.path;
  assign out_dest_qpn_o = ack_q ? entry.dest_qpn : dest_q;
  assign out_pkey_o     = ack_q ? entry.pkey : pkey_q;
  assign busy_o         = valid_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneTaken_A, !(ack_valid_i && ack_ready_o && req_valid_i && req_ready_o))
  `EL_ASSERT(BurstInRange_A, burst_q <= BurstW'(AckBurst))
  `EL_ASSERT(AckHasNoPayload_A, !ack_valid_i || ack_i.payload_len == '0)
  `EL_ASSERT_NEXT(PacketHeldWhenStalled_A, out_valid_o && !out_ready_i,
                  out_valid_o && out_o == $past(out_o) && out_path_o == $past(out_path_o) &&
                  out_dest_qpn_o == $past(out_dest_qpn_o) && out_pkey_o == $past(out_pkey_o))

endmodule : el_roce_path
