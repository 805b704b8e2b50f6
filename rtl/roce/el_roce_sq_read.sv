// SPDX-License-Identifier: Apache-2.0
//
// Asks for the payload: one or two reads a piece, in the order of the packets.
//
// Latency 0 cycles, throughput 1 read a cycle, up to Depth reads in flight.

`include "el_assert.svh"

module el_roce_sq_read #(
  parameter int unsigned Depth = 64  // reads in flight, power of two
) (
  input  logic                   clk_i,
  input  logic                   rst_i,

  input  logic                   piece_valid_i,
  output logic                   piece_ready_o,
  input  el_roce_sq_pkg::piece_t piece_i,

  output logic                   rd_valid_o,
  input  logic                   rd_ready_i,
  output el_pkg::dma_rd_req_t    rd_o,

  // What the answers are, in their order
  output logic                   seg_valid_o,
  input  logic                   seg_ready_i,
  output el_roce_sq_pkg::seg_t   seg_o,

  output logic                   busy_o
);

  el_roce_sq_pkg::seg_t seg;
  logic                 second_q;        // the second read of this piece
  logic                 is_read, two, done, room, push;
  logic [12:0]          rest;

  assign is_read = piece_i.kind == el_roce_sq_pkg::OpSge;
  assign two     = is_read && piece_i.len0 < piece_i.len;
  assign rest    = piece_i.len - piece_i.len0;
  assign done    = !two || second_q;
  assign push    = piece_valid_i && room && (!is_read || rd_ready_i);

  assign rd_valid_o    = piece_valid_i && is_read && room;
  assign piece_ready_o = room && (!is_read || rd_ready_i) && done;

  always_comb begin
    rd_o      = '0;
    rd_o.addr = second_q ? piece_i.iova1 : piece_i.iova0;
    rd_o.len  = second_q ? rest : two ? piece_i.len0 : piece_i.len;
    seg.kind  = piece_i.kind;
    seg.last  = piece_i.last && done;
    seg.units = piece_i.units;
    seg.resp  = piece_i.resp;
    seg.qpn   = piece_i.qpn;
    seg.epoch = piece_i.epoch;
    seg.psn   = piece_i.psn;
    seg.len   = is_read ? rd_o.len : piece_i.len;
    seg.era   = piece_i.era;
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) second_q <= 1'b0;
    else if (push) second_q <= !done;
  end

  el_fifo #(
    .Width($bits(el_roce_sq_pkg::seg_t)),
    .Depth(Depth)
  ) u_segs (
    .clk_i,
    .rst_i,
    .in_valid_i (push),
    .in_ready_o (room),
    .in_data_i  (seg),
    .out_valid_o(seg_valid_o),
    .out_ready_i(seg_ready_i),
    .out_data_o (seg_o),
    .count_o    ()
  );

  assign busy_o = piece_valid_i || second_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ReadsSomething_A, !rd_valid_o || (rd_o.len != '0 && rd_o.len <= 13'd4096))
  `EL_ASSERT(PiecesOnly_A, !piece_valid_i || is_read ||
             piece_i.kind == el_roce_sq_pkg::OpInline || piece_i.kind == el_roce_sq_pkg::OpDrop)

endmodule : el_roce_sq_read
