// SPDX-License-Identifier: Apache-2.0
//
// Home side, responses: load data, answers of writes and of refused requests become commands.
//
// Latency 1 cycle, throughput one 64-byte beat a cycle; the three take turns, command by command.
// Nothing here waits for a request. EthLink specification section 3.

`include "el_assert.svh"

module el_ls_answer (
  input  logic                     clk_i,
  input  logic                     rst_i,

  // Loads, a chunk of 64 bytes
  input  logic                     ld_valid_i,
  output logic                     ld_ready_o,
  input  logic                     ld_err_i,
  input  el_ls_eng_pkg::rctx_t     ld_ctx_i,
  input  logic                     ld_last_i,
  input  logic [511:0]             ld_data_i,

  // Stores, atomics, fences
  input  logic                     wr_valid_i,
  output logic                     wr_ready_o,
  input  el_ls_eng_pkg::answer_t   wr_i,

  // Refused requests
  input  logic                     er_valid_i,
  output logic                     er_ready_o,
  input  el_ls_eng_pkg::answer_t   er_i,

  output logic                     tx_valid_o,
  input  logic                     tx_ready_i,
  output el_ls_pkg::cmd_t          tx_cmd_o,

  output logic                     idle_o,
  output logic                     busy_o
);

  localparam int unsigned AnsW = $bits(el_ls_eng_pkg::answer_t);

  logic                   w_valid, w_pop, e_valid, e_pop, free, fire, mid_q, send;
  el_ls_eng_pkg::answer_t w, e, a;
  logic [2:0]             asks, grant;

  el_fifo #(.Width(AnsW), .Depth(4)) u_writes (
    .clk_i, .rst_i,
    .in_valid_i(wr_valid_i), .in_ready_o(wr_ready_o), .in_data_i(wr_i),
    .out_valid_o(w_valid), .out_ready_i(w_pop), .out_data_o(w),
    .count_o()
  );

  el_fifo #(.Width(AnsW), .Depth(4)) u_errors (
    .clk_i, .rst_i,
    .in_valid_i(er_valid_i), .in_ready_o(er_ready_o), .in_data_i(er_i),
    .out_valid_o(e_valid), .out_ready_i(e_pop), .out_data_o(e),
    .count_o()
  );

  // A load of several beats is not interrupted.
  assign asks = mid_q ? {2'b00, ld_valid_i} : {e_valid, w_valid, ld_valid_i};
  assign free = !tx_valid_o || tx_ready_i;
  assign fire = free && asks != '0;

  el_arbiter_rr #(.N(3)) u_arb (
    .clk_i, .rst_i,
    .req_i(asks), .advance_i(fire),
    .grant_o(grant), .grant_idx_o(), .grant_valid_o()
  );

  assign ld_ready_o = free && grant[0];
  assign w_pop      = free && grant[1];
  assign e_pop      = free && grant[2];
  assign a          = grant[1] ? w : e;
  // A failed load is one command, sent with its last chunk.
  assign send       = fire && (!grant[0] || !ld_err_i || ld_last_i);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      mid_q      <= 1'b0;
      tx_valid_o <= 1'b0;
    end else begin
      if (fire) mid_q <= grant[0] && !ld_last_i;
      tx_valid_o <= send || (tx_valid_o && !tx_ready_i);
    end
  end

  function automatic el_ls_pkg::cmd_t response(logic [7:0] opcode, logic [7:0] status,
                                               logic [7:0] peer, logic [15:0] tag,
                                               logic [8:0] bytes, logic [511:0] data);
    el_ls_pkg::cmd_t           c;
    el_regs_pkg::ls_resp_hdr_t h;
    h.opcode    = opcode;
    h.status    = status;
    h.tag       = tag;
    c           = '0;
    c.first     = 1'b1;
    c.last      = 1'b1;
    c.peer      = peer;
    c.vc        = el_ls_pkg::VcResponse;
    c.hdr_len   = 6'(el_regs_pkg::LsRespHdrBytes);
    c.data_len  = bytes;
    c.hdr[31:0] = el_regs_pkg::ls_resp_hdr_to_bytes(h);
    c.data      = data;
    return c;
  endfunction

  function automatic el_ls_pkg::cmd_t load_beat(el_ls_eng_pkg::rctx_t x, logic first, logic last,
                                                logic [511:0] data);
    el_ls_pkg::cmd_t c;
    c       = response(el_regs_pkg::LsOpLoadResp, el_regs_pkg::LsStatusOk, x.peer, x.tag, x.bytes,
                       data);
    c.first = first;
    c.last  = last;
    return c;
  endfunction

  function automatic el_ls_pkg::cmd_t answer(el_ls_eng_pkg::answer_t x);
    logic [63:0] old_value;
    if (x.opcode != el_regs_pkg::LsOpAtomicResp) begin
      return response(x.opcode, x.status, x.peer, x.tag, 9'd0, '0);
    end
    old_value = x.eight ? el_pkg::swap64(x.old_value) : {32'b0, el_pkg::swap32(x.old_value[31:0])};
    return response(x.opcode, x.status, x.peer, x.tag, x.eight ? 9'd8 : 9'd4, {448'b0, old_value});
  endfunction

  always_ff @(posedge clk_i) begin
    if (send) begin
      if (!grant[0]) tx_cmd_o <= answer(a);
      else if (!ld_err_i) tx_cmd_o <= load_beat(ld_ctx_i, !mid_q, ld_last_i, ld_data_i);
      else begin
        tx_cmd_o <= response(el_regs_pkg::LsOpErrorResp, el_regs_pkg::LsStatusFault, ld_ctx_i.peer,
                             ld_ctx_i.tag, 9'd0, '0);
      end
    end
  end

  assign idle_o = !w_valid && !e_valid && !tx_valid_o;
  assign busy_o = w_valid || e_valid || tx_valid_o;

  logic unused_ctx;  // the hazard table has what the bucket says
  assign unused_ctx = ^{ld_ctx_i.atomic, ld_ctx_i.bucket};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(ResponseHeld_A, tx_valid_o && !tx_ready_i,
                  tx_valid_o && tx_cmd_o == $past(tx_cmd_o))

endmodule : el_ls_answer
