// SPDX-License-Identifier: Apache-2.0
//
// Fetches the entries of a ring in host memory, a few ahead of their use.
//
// Latency: producer seen to read request 1 cycle, last beat to entry_valid_o 1 cycle; throughput
// one entry a DMA read; storage Ahead entries.
// Contract: docs/reference/host-interface.md, "Admin queue" and "Plain rings".

`include "el_assert.svh"

module el_ring_fetch #(
  parameter  el_pkg::cfg_t Cfg    = el_pkg::CfgDefault,
  parameter  int unsigned  Bytes  = 64,                  // of an entry, power of two, 16..64
  parameter  int unsigned  Ahead  = 4,                   // entries read ahead, power of two
  localparam int unsigned  DataW  = Cfg.DataW
) (
  input  logic                 clk_i,
  input  logic                 rst_i,

  // Ring of 2^log_size_i entries
  input  logic                 run_i,
  input  logic                 stop_i,      // forget the ring; idle_o follows when it is emptied
  input  logic [63:0]          base_i,
  input  logic [3:0]           log_size_i,
  input  logic [15:0]          producer_i,

  // DMA read, request from flops; responses are always taken
  output logic                 rd_valid_o,
  input  logic                 rd_ready_i,
  output el_pkg::dma_rd_req_t  rd_o,
  input  logic                 rsp_valid_i,
  input  logic [DataW-1:0]     rsp_data_i,
  input  logic                 rsp_last_i,
  input  logic                 rsp_err_i,

  // Entries, from flops
  output logic                 entry_valid_o,
  input  logic                 entry_ready_i,
  output logic [8*Bytes-1:0]   entry_o,
  output logic                 entry_err_o,  // host memory answered with an error

  output logic                 none_o,       // no entry is there and none is to come
  output logic                 idle_o,       // nothing is asked for, nothing is held
  output logic                 busy_o
);

  localparam int unsigned CntW  = $clog2(Ahead) + 1;
  localparam int unsigned Width = 8 * Bytes;
  localparam int unsigned LogB  = $clog2(Bytes);

  logic [15:0]      fetched_q, slot;
  logic [CntW-1:0]  held_q, queued;  // entries asked for and not handed over; those that arrived
  logic             more, ask, push, pop, push_ready, err_q, unused_bits;
  logic [Width-1:0] word;

  assign more   = run_i && !stop_i && fetched_q != producer_i;
  assign ask    = more && held_q != CntW'(Ahead) && (!rd_valid_o || rd_ready_i);
  assign slot   = fetched_q & ((16'd1 << log_size_i) - 16'd1);
  assign push   = rsp_valid_i && rsp_last_i;
  assign pop    = entry_valid_o && entry_ready_i;
  assign idle_o = held_q == '0;
  assign none_o = held_q == '0 && !more;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      fetched_q  <= '0;
      held_q     <= '0;
      rd_valid_o <= 1'b0;
      err_q      <= 1'b0;
    end else begin
      if (stop_i) fetched_q <= '0;
      else if (ask) fetched_q <= fetched_q + 16'd1;
      if (ask != pop) held_q <= ask ? held_q + CntW'(1) : held_q - CntW'(1);
      if (ask) rd_valid_o <= 1'b1;
      else if (rd_ready_i) rd_valid_o <= 1'b0;
      if (rsp_valid_i) err_q <= !rsp_last_i && (err_q || rsp_err_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (ask) begin
      rd_o.addr <= {base_i[63:LogB], LogB'(0)} + (64'(slot) << LogB);
      rd_o.len  <= el_pkg::DmaLenW'(Bytes);
      rd_o.user <= '0;
    end
  end

  if (DataW >= Width) begin : gen_one_beat
    assign word        = rsp_data_i[Width-1:0];
    assign unused_bits = ^rsp_data_i ^ ^base_i[LogB-1:0];
  end else begin : gen_two_beats
    logic [DataW-1:0] low_q;
    always_ff @(posedge clk_i) begin
      if (rsp_valid_i && !rsp_last_i) low_q <= rsp_data_i;
    end
    assign word        = {rsp_data_i, low_q};
    assign unused_bits = ^base_i[LogB-1:0];
  end

  el_fifo #(
    .Width(Width + 1),
    .Depth(Ahead)
  ) u_entries (
    .clk_i,
    .rst_i,
    .in_valid_i (push),
    .in_ready_o (push_ready),
    .in_data_i  ({err_q || rsp_err_i, word}),
    .out_valid_o(entry_valid_o),
    .out_ready_i(entry_ready_i),
    .out_data_o ({entry_err_o, entry_o}),
    .count_o    (queued)
  );

  assign busy_o = rd_valid_o || (more && held_q != CntW'(Ahead));

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(RoomWasReserved_A, !push || push_ready)
  `EL_ASSERT(HeldCoversQueued_A, queued <= held_q)

endmodule : el_ring_fetch
