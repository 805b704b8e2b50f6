// SPDX-License-Identifier: Apache-2.0
//
// Home side, reads: loads and reads of atomics share the DMA read client.
//
// Latency 1 cycle from request to DMA read and from DMA beat to load data; throughput one read and
// one 64-byte chunk a cycle; storage ReadTrack reads in flight, 16 chunks and 16 loads that wait.
// A load is offered when all of it is there, so that its status is known first.

`include "el_assert.svh"

module el_ls_read #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                     clk_i,
  input  logic                     rst_i,

  // Loads; reads of atomics come first
  input  logic                     ld_valid_i,
  output logic                     ld_ready_o,
  input  el_ls_eng_pkg::home_op_t  ld_op_i,
  input  logic                     at_valid_i,
  output logic                     at_ready_o,
  input  logic [63:0]              at_addr_i,
  input  logic                     at_eight_i,

  // DMA read client
  output logic                     rd_valid_o,
  input  logic                     rd_ready_i,
  output el_pkg::dma_rd_req_t      rd_o,
  input  logic                     rd_rsp_valid_i,
  output logic                     rd_rsp_ready_o,
  input  logic [DataW-1:0]         rd_rsp_data_i,
  input  logic                     rd_rsp_last_i,
  input  logic                     rd_rsp_err_i,

  // A load has its data
  output logic                     end_o,
  output el_ls_eng_pkg::bucket_t   end_bucket_o,

  // Loads: status and chunks of 64 bytes
  output logic                     out_valid_o,
  input  logic                     out_ready_i,   // takes a chunk
  output logic                     out_err_o,
  output el_ls_eng_pkg::rctx_t     out_ctx_o,
  output logic                     out_last_o,
  output logic [511:0]             out_data_o,

  // Words of atomics
  output logic                     word_valid_o,
  input  logic                     word_ready_i,
  output logic [63:0]              word_o,
  output logic                     word_err_o,

  output logic                     idle_o,
  output logic                     busy_o
);

  localparam int unsigned RctxW = $bits(el_ls_eng_pkg::rctx_t);

  // ---------------------------------------------------------------------------------------------
  // Requests
  // ---------------------------------------------------------------------------------------------

  logic                 req_v_q, req_free, ctx_ready, take_at, take;
  el_pkg::dma_rd_req_t  req_q;
  el_ls_eng_pkg::rctx_t in_ctx;

  assign req_free   = (!req_v_q || rd_ready_i) && ctx_ready;
  assign take_at    = at_valid_i && req_free;
  assign at_ready_o = req_free;
  assign ld_ready_o = req_free && !at_valid_i;
  assign take       = take_at || (ld_valid_i && ld_ready_o);

  always_comb begin
    in_ctx        = '0;
    in_ctx.atomic = at_valid_i;
    in_ctx.peer   = ld_op_i.peer;
    in_ctx.tag    = ld_op_i.tag;
    in_ctx.bytes  = ld_op_i.bytes;
    in_ctx.bucket = ld_op_i.bucket;
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) req_v_q <= 1'b0;
    else req_v_q <= take || (req_v_q && !rd_ready_i);
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      req_q.user <= '0;
      req_q.addr <= at_valid_i ? at_addr_i : ld_op_i.addr;
      req_q.len  <= at_valid_i ? (at_eight_i ? 13'd8 : 13'd4) : 13'(ld_op_i.bytes);
    end
  end

  assign rd_valid_o = req_v_q;
  assign rd_o       = req_q;

  // ---------------------------------------------------------------------------------------------
  // Responses, in the order of the requests
  // ---------------------------------------------------------------------------------------------

  logic                 head_valid, pop, chunk_valid, chunk_last, chunk_ready, load_ready, room;
  el_ls_eng_pkg::rctx_t head;
  logic                 final_part, failed_q;
  logic [511:0]         chunk;

  el_fifo #(.Width(RctxW), .Depth(el_ls_eng_pkg::ReadTrack)) u_ctx (
    .clk_i, .rst_i,
    .in_valid_i(take), .in_ready_o(ctx_ready), .in_data_i(in_ctx),
    .out_valid_o(head_valid), .out_ready_i(pop), .out_data_o(head),
    .count_o()
  );

  assign word_valid_o   = rd_rsp_valid_i && head.atomic;
  assign word_o         = rd_rsp_data_i[63:0];
  assign word_err_o     = rd_rsp_err_i;
  assign room           = chunk_ready && load_ready;
  assign rd_rsp_ready_o = head.atomic ? word_ready_i : (room && final_part);
  assign pop            = rd_rsp_valid_i && rd_rsp_ready_o && rd_rsp_last_i;
  assign end_o          = pop && !head.atomic;
  assign end_bucket_o   = head.bucket;

  always_ff @(posedge clk_i) begin
    if (rst_i) failed_q <= 1'b0;
    else if (rd_rsp_valid_i && rd_rsp_ready_o) begin
      failed_q <= !rd_rsp_last_i && (failed_q || rd_rsp_err_i);
    end
  end

  logic load_beat;
  assign load_beat = rd_rsp_valid_i && !head.atomic && room;

  if (DataW == 512) begin : gen_same
    assign final_part  = 1'b1;
    assign chunk_valid = load_beat;
    assign chunk_last  = rd_rsp_last_i;
    assign chunk       = rd_rsp_data_i;
  end else if (DataW < 512) begin : gen_narrow
    logic         low_v_q;
    logic [255:0] low_q;
    assign final_part  = 1'b1;
    assign chunk_valid = load_beat && (low_v_q || rd_rsp_last_i);
    assign chunk_last  = rd_rsp_last_i;
    assign chunk       = low_v_q ? {rd_rsp_data_i, low_q} : {256'b0, rd_rsp_data_i};
    always_ff @(posedge clk_i) begin
      if (rst_i) low_v_q <= 1'b0;
      else if (load_beat) low_v_q <= !low_v_q && !rd_rsp_last_i;
    end
    always_ff @(posedge clk_i) if (load_beat) low_q <= rd_rsp_data_i;
  end else begin : gen_wide
    // Every load of more than 64 bytes fills its beats.
    logic high_q;
    assign final_part  = high_q || head.bytes <= 9'd64;
    assign chunk_valid = load_beat;
    assign chunk_last  = rd_rsp_last_i && final_part;
    assign chunk       = high_q ? rd_rsp_data_i[DataW-1:DataW-512] : rd_rsp_data_i[511:0];
    always_ff @(posedge clk_i) begin
      if (rst_i) high_q <= 1'b0;
      else if (load_beat) high_q <= !final_part;
    end
  end

  logic data_valid, out_fire;
  assign out_fire = out_valid_o && out_ready_i;

  el_fifo #(.Width(513), .Depth(16)) u_data (
    .clk_i, .rst_i,
    .in_valid_i(chunk_valid), .in_ready_o(chunk_ready), .in_data_i({chunk_last, chunk}),
    .out_valid_o(data_valid), .out_ready_i(out_fire), .out_data_o({out_last_o, out_data_o}),
    .count_o()
  );

  el_fifo #(.Width(RctxW + 1), .Depth(16)) u_loads (
    .clk_i, .rst_i,
    .in_valid_i(end_o), .in_ready_o(load_ready),
    .in_data_i({failed_q || rd_rsp_err_i, head}),
    .out_valid_o(out_valid_o), .out_ready_i(out_fire && out_last_o),
    .out_data_o({out_err_o, out_ctx_o}),
    .count_o()
  );

  assign idle_o = !head_valid && !out_valid_o;
  assign busy_o = req_v_q || out_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(RequestHeld_A, rd_valid_o && !rd_ready_i, rd_valid_o && rd_o == $past(rd_o))
  `EL_ASSUME(ResponseWasAsked_A, !rd_rsp_valid_i || head_valid)
  `EL_ASSERT(LoadHasData_A, !out_valid_o || data_valid)

endmodule : el_ls_read
