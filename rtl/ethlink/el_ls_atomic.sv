// SPDX-License-Identifier: Apache-2.0
//
// Home side, atomics and the signals of STORE_NOTIFY: read, modify, write, each exactly once.
//
// Latency 1 cycle from request to read and from read data to write; throughput one a cycle on
// different 8-byte words; storage AtomicQ that wait, AtomicRd in reading, Atomics in writing.
// Two operations on one word (or on words of one hash) never overlap: the second reads when the
// first is visible. A signal waits until the data of its STORE_NOTIFY is visible and then goes
// first. EthLink specification section 3.

`include "el_assert.svh"

module el_ls_atomic (
  input  logic                   clk_i,
  input  logic                   rst_i,

  // Atomics, and signals in the order of their STORE_NOTIFY
  input  logic                   at_valid_i,
  output logic                   at_ready_o,
  input  logic                   nt_valid_i,
  output logic                   nt_ready_o,
  input  el_ls_eng_pkg::actx_t   actx_i,

  // The data of the oldest STORE_NOTIFY without it is visible, or failed.
  input  logic                   signal_i,
  input  logic                   signal_err_i,

  // Reads
  output logic                   rd_valid_o,
  input  logic                   rd_ready_i,
  output logic [63:0]            rd_addr_o,
  output logic                   rd_eight_o,
  input  logic                   rsp_valid_i,
  output logic                   rsp_ready_o,
  input  logic [63:0]            rsp_data_i,
  input  logic                   rsp_err_i,

  // Writes
  output logic                   wr_valid_o,
  input  logic                   wr_ready_i,
  output el_ls_eng_pkg::wctx_t   wr_ctx_o,
  output logic [63:0]            wr_addr_o,
  output logic [63:0]            wr_value_o,

  // The oldest write ended; its old value
  input  logic                   end_i,
  output logic [63:0]            old_value_o,

  output logic                   busy_o
);

  localparam int unsigned ActxW = $bits(el_ls_eng_pkg::actx_t);
  localparam int unsigned HashW = el_ls_eng_pkg::WordHashW;

  logic                 a_valid, a_pop, n_valid, n_pop, token_valid, token_err;
  el_ls_eng_pkg::actx_t a, n, pick, x, c_q;
  logic [HashW-1:0]     a_hash, n_hash, pick_hash, end_hash;
  logic                 a_ok, n_ok, rd_fire, x_ready, x_valid, old_ready;
  logic                 c_v_q, c_err_q, c_free, wr_fire;
  logic [63:0]          c_old_q;

  logic [2**HashW-1:0]  locked_q;  // words between their read and the end of their write

  el_fifo #(.Width(ActxW), .Depth(el_ls_eng_pkg::AtomicQ)) u_atomics (
    .clk_i, .rst_i,
    .in_valid_i(at_valid_i), .in_ready_o(at_ready_o), .in_data_i(actx_i),
    .out_valid_o(a_valid), .out_ready_i(a_pop), .out_data_o(a),
    .count_o()
  );

  el_fifo #(.Width(ActxW), .Depth(el_ls_eng_pkg::Signals)) u_signals (
    .clk_i, .rst_i,
    .in_valid_i(nt_valid_i), .in_ready_o(nt_ready_o), .in_data_i(actx_i),
    .out_valid_o(n_valid), .out_ready_i(n_pop), .out_data_o(n),
    .count_o()
  );

  // One token a signal that may go; as deep as u_signals, so it never overflows.
  logic token_ready;
  el_fifo #(.Width(1), .Depth(el_ls_eng_pkg::Signals)) u_tokens (
    .clk_i, .rst_i,
    .in_valid_i(signal_i), .in_ready_o(token_ready), .in_data_i(signal_err_i),
    .out_valid_o(token_valid), .out_ready_i(n_pop), .out_data_o(token_err),
    .count_o()
  );

  //////////
  // Read //
  //////////

  assign a_hash = el_ls_eng_pkg::word_hash(a.addr);
  assign n_hash = el_ls_eng_pkg::word_hash(n.addr);
  assign a_ok   = a_valid && !locked_q[a_hash];
  assign n_ok   = n_valid && token_valid && !locked_q[n_hash];

  always_comb begin
    pick = a;
    if (n_ok) begin
      pick        = n;
      pick.failed = token_err;
    end
  end
  assign pick_hash = n_ok ? n_hash : a_hash;

  assign rd_valid_o = (n_ok || a_ok) && x_ready;
  assign rd_addr_o  = pick.addr;
  assign rd_eight_o = pick.eight;
  assign rd_fire    = rd_valid_o && rd_ready_i;
  assign n_pop      = rd_fire && n_ok;
  assign a_pop      = rd_fire && !n_ok;

  always_ff @(posedge clk_i) begin
    if (rst_i) locked_q <= '0;
    else begin
      if (end_i) locked_q[end_hash] <= 1'b0;
      if (rd_fire) locked_q[pick_hash] <= 1'b1;
    end
  end

  el_fifo #(.Width(ActxW), .Depth(el_ls_eng_pkg::AtomicRd)) u_reading (
    .clk_i, .rst_i,
    .in_valid_i(rd_fire), .in_ready_o(x_ready), .in_data_i(pick),
    .out_valid_o(x_valid), .out_ready_i(rsp_valid_i && rsp_ready_o), .out_data_o(x),
    .count_o()
  );

  //////////////////////
  // Modify and write //
  //////////////////////

  assign c_free      = !c_v_q || wr_fire;
  assign rsp_ready_o = c_free;

  always_ff @(posedge clk_i) begin
    if (rst_i) c_v_q <= 1'b0;
    else c_v_q <= (rsp_valid_i && c_free) || (c_v_q && !wr_fire);
  end

  always_ff @(posedge clk_i) begin
    if (rsp_valid_i && c_free) begin
      c_q     <= x;
      c_old_q <= rsp_data_i;
      c_err_q <= rsp_err_i || x.failed;
    end
  end

  assign wr_valid_o = c_v_q && old_ready;
  assign wr_fire    = wr_valid_o && wr_ready_i;
  assign wr_addr_o  = c_q.addr;
  assign wr_value_o = el_ls_eng_pkg::atomic_result(c_q, c_old_q);

  always_comb begin
    wr_ctx_o          = '0;
    wr_ctx_o.kind     = c_q.signal ? el_ls_eng_pkg::DoneSignal : el_ls_eng_pkg::DoneAtomic;
    wr_ctx_o.is_write = !c_err_q && el_ls_eng_pkg::atomic_writes(c_q, c_old_q);
    wr_ctx_o.status   = c_err_q ? el_regs_pkg::LsStatusFault : el_regs_pkg::LsStatusOk;
    wr_ctx_o.peer     = c_q.peer;
    wr_ctx_o.tag      = c_q.tag;
    wr_ctx_o.eight    = c_q.eight;
    wr_ctx_o.bucket   = c_q.bucket;
  end

  logic old_valid;
  el_fifo #(.Width(64 + HashW), .Depth(el_ls_eng_pkg::Atomics)) u_writing (
    .clk_i, .rst_i,
    .in_valid_i(wr_fire), .in_ready_o(old_ready),
    .in_data_i({el_ls_eng_pkg::word_hash(c_q.addr), c_old_q}),
    .out_valid_o(old_valid), .out_ready_i(end_i), .out_data_o({end_hash, old_value_o}),
    .count_o()
  );

  assign busy_o = rd_valid_o || c_v_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(TokenFits_A, !signal_i || token_ready)
  `EL_ASSERT(EndHasWrite_A, !end_i || old_valid)
  `EL_ASSERT(ResponseHasContext_A, !rsp_valid_i || x_valid)
  `EL_ASSERT(LockOnce_A, !rd_fire || !locked_q[pick_hash])

endmodule : el_ls_atomic
