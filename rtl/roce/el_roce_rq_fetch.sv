// SPDX-License-Identifier: Apache-2.0
//
// Reads receive requests from host memory, many at a time, and hands them on in order.
//
// Latency 1 cycle and the host's, throughput 1 request a cycle, storage InFlight addresses.
// A packet's request is read when the packet was judged, so that the reads of many packets overlap.

`include "el_assert.svh"

module el_roce_rq_fetch #(
  parameter int unsigned InFlight = 64  // packets that can wait, a power of two
) (
  input  logic                     clk_i,
  input  logic                     rst_i,

  // Requests to read; never more than InFlight wait.
  input  logic                     fetch_valid_i,
  input  el_roce_resp_pkg::fetch_t fetch_i,

  // DMA read client; its answers go straight to the user.
  output logic                     rd_valid_o,
  input  logic                     rd_ready_i,
  output el_pkg::dma_rd_req_t      rd_o,

  output logic                     busy_o
);

  el_roce_resp_pkg::fetch_t head;
  logic                     in_ready;

  el_fifo #(
    .Width($bits(el_roce_resp_pkg::fetch_t)),
    .Depth(InFlight)
  ) u_fifo (
    .clk_i,
    .rst_i,
    .in_valid_i (fetch_valid_i),
    .in_ready_o (in_ready),
    .in_data_i  (fetch_i),
    .out_valid_o(rd_valid_o),
    .out_ready_i(rd_ready_i),
    .out_data_o (head),
    .count_o    ()
  );

  always_comb begin
    rd_o      = '0;
    rd_o.addr = head.addr;
    rd_o.len  = 13'd64 << head.log_stride;
  end

  assign busy_o = rd_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RoomForEveryFetch_A, !fetch_valid_i || in_ready)

endmodule : el_roce_rq_fetch
