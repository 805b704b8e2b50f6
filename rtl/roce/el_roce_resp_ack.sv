// SPDX-License-Identifier: Apache-2.0
//
// Queue of ACK and NAK packets on their way to the transmitter.
//
// Latency 3 cycles, throughput 1 packet a cycle, storage 18 packets.
// ACKs that wait for the transmitter are merged into the newest one of their queue pair
// (InfiniBand volume 1, 9.7.5.1.2), at most `limit_i` of them. Those that show what came before its
// turn show what is known when they are offered, so that the newest one says all.
// A purge removes what waits for a queue pair whose life ends; it takes up to 33 cycles.

`include "el_assert.svh"

module el_roce_resp_ack #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  QpnW = $clog2(Cfg.Qps)
) (
  input  logic                     clk_i,
  input  logic                     rst_i,

  // What came before its turn, by queue pair
  input  logic                     shown_we_i,
  input  logic [QpnW-1:0]          shown_qpn_i,
  input  el_roce_window_pkg::shown_t shown_i,

  input  logic                     in_valid_i,
  output logic                     in_ready_o,
  input  el_roce_resp_pkg::resp_t  in_i,

  // Packets; an offer is taken back when its queue pair is purged.
  output logic                     pkt_valid_o,
  input  logic                     pkt_ready_i,
  output el_roce_pkg::tx_pkt_t     pkt_o,

  input  logic [7:0]               limit_i,      // requests that one ACK answers at most
  input  logic                     purge_i,      // nothing may be offered until it is over
  input  el_roce_pkg::qpn_t        purge_qpn_i,
  output logic                     purging_o,

  output logic                     busy_o
);

  localparam int unsigned Depth = 16;
  localparam int unsigned CntW  = $clog2(Depth) + 1;

  el_roce_resp_pkg::resp_t head, fifo_in, grow_q, out_q, spin_q;
  logic                    head_valid, pop, take_head, merge, move;
  logic                    grow_valid_q, out_valid_q, out_free;
  logic [7:0]              merged_q;
  logic [CntW-1:0]         count, left_q;       // words that the purge has still to look at
  logic                    spin_valid_q, look;
  el_roce_pkg::qpn_t       purge_qpn_q;

  // The purge takes each waiting word out and puts back what is not of its queue pair.
  assign look      = left_q != '0 && !spin_valid_q;
  assign purging_o = left_q != '0 || spin_valid_q;
  assign fifo_in   = spin_valid_q ? spin_q : in_i;
  assign pop       = look || take_head;

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::resp_t)),
    .Depth(Depth)
  ) u_fifo (
    .clk_i,
    .rst_i,
    .in_valid_i (in_valid_i || spin_valid_q),
    .in_ready_o,
    .in_data_i  (fifo_in),
    .out_valid_o(head_valid),
    .out_ready_i(pop),
    .out_data_o (head),
    .count_o    (count)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      left_q       <= '0;
      spin_valid_q <= 1'b0;
    end else begin
      if (purge_i) left_q <= count - CntW'(take_head);
      else if (look) left_q <= left_q - CntW'(1);
      spin_valid_q <= look && head.qpn != purge_qpn_q;
    end
    if (purge_i) purge_qpn_q <= purge_qpn_i;
    if (look) spin_q <= head;
  end

  // A newer ACK of the same queue pair says all that the older one says; a NAK is never merged.
  assign out_free  = !out_valid_q || pkt_ready_i;
  assign merge     = head_valid && grow_valid_q && head.qpn == grow_q.qpn &&
                     head.syndrome == el_regs_pkg::AethSyndromeAck &&
                     grow_q.syndrome == el_regs_pkg::AethSyndromeAck &&
                     (merged_q < limit_i || (head.sack && grow_q.sack));
  assign take_head = head_valid && !purging_o && (!grow_valid_q || out_free || merge);
  assign move      = grow_valid_q && out_free && !(merge && take_head);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      grow_valid_q <= 1'b0;
      out_valid_q  <= 1'b0;
    end else begin
      if (take_head) grow_valid_q <= !purge_i || head.qpn != purge_qpn_i;
      else if (move || (purge_i && grow_q.qpn == purge_qpn_i)) grow_valid_q <= 1'b0;
      if (out_free) out_valid_q <= move && (!purge_i || grow_q.qpn != purge_qpn_i);
      else if (purge_i && out_q.qpn == purge_qpn_i) out_valid_q <= 1'b0;
    end
    if (take_head) begin
      grow_q   <= head;
      merged_q <= merge ? merged_q + 8'd1 : 8'd1;
    end
    if (move) out_q <= grow_q;
  end

  el_roce_window_pkg::shown_t shown;

  el_ram_1r1w #(
    .Width($bits(el_roce_window_pkg::shown_t)),
    .Depth(Cfg.Qps)
  ) u_shown (
    .clk_i,
    .rst_i,
    .we_i   (shown_we_i),
    .waddr_i(shown_qpn_i),
    .wdata_i(shown_i),
    .re_i   (move && grow_q.sack),
    .raddr_i(grow_q.qpn[QpnW-1:0]),
    .rdata_o(shown)
  );

  always_comb begin
    automatic el_regs_pkg::aeth_t a;
    automatic el_regs_pkg::seth_t s;
    s               = '0;
    s.base          = shown.base;
    s.seen          = shown.seen;
    s.kept          = shown.kept;
    a.syndrome      = out_q.syndrome;
    a.msn           = out_q.msn;
    pkt_o           = '0;
    pkt_o.qpn       = out_q.qpn;
    pkt_o.opcode    = el_regs_pkg::RoceOpAcknowledge;
    pkt_o.psn       = out_q.psn;
    pkt_o.xth_len   = el_bth_pkg::AethLen;
    pkt_o.xth[31:0] = el_regs_pkg::aeth_to_bytes(a);
    if (out_q.sack) begin
      pkt_o.opcode      = el_regs_pkg::RoceOpSelectiveAck;
      pkt_o.xth_len     = el_bth_pkg::AethLen + el_bth_pkg::SethLen;
      pkt_o.xth[223:32] = el_regs_pkg::seth_to_bytes(s);
    end
  end

  assign pkt_valid_o = out_valid_q;
  assign busy_o      = head_valid || grow_valid_q || out_valid_q || purging_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NothingNewWhilePurging_A, !(in_valid_i && (purge_i || purging_o)))
  `EL_ASSERT(RoomForSpin_A, !spin_valid_q || in_ready_o)
  `EL_ASSERT_NEXT(PacketHeldWhenStalled_A, pkt_valid_o && !pkt_ready_i && !purge_i,
                  pkt_valid_o && pkt_o == $past(pkt_o))

endmodule : el_roce_resp_ack
