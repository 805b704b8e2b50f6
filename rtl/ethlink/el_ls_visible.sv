// SPDX-License-Identifier: Apache-2.0
//
// Home side, end of writes: takes entries in visibility order and answers what became visible.
//
// Latency 2 cycles from `done` of the DMA engine to the answer, throughput one entry a cycle;
// storage WriteTrack entries. A `done` cannot be refused: its result waits for its entry's turn.
// An error of any piece of a store is the error of the store.

`include "el_assert.svh"

module el_ls_visible (
  input  logic                     clk_i,
  input  logic                     rst_i,

  // Entries in the order of their DMA writes
  input  logic                     ctx_valid_i,
  output logic                     ctx_ready_o,
  input  el_ls_eng_pkg::wctx_t     ctx_i,

  // DMA write client: a tracked write is visible
  input  logic                     wr_done_i,
  input  logic                     wr_done_err_i,

  // An entry ended
  output logic                     end_o,
  output el_ls_eng_pkg::done_e     end_kind_o,
  output el_ls_eng_pkg::bucket_t   end_bucket_o,
  output logic                     end_err_o,     // DoneNotify: its data could not be stored

  // Old value of the atomic at the head
  input  logic [63:0]              old_value_i,

  output logic                     ans_valid_o,
  input  logic                     ans_ready_i,
  output el_ls_eng_pkg::answer_t   ans_o,

  output logic                     idle_o,
  output logic                     busy_o
);

  localparam int unsigned CtxW = $bits(el_ls_eng_pkg::wctx_t);

  logic                 valid, done_valid, done_err, ends, failed_q, answer;
  el_ls_eng_pkg::wctx_t head;
  logic [7:0]           status;

  el_fifo #(.Width(CtxW), .Depth(el_ls_eng_pkg::WriteTrack)) u_entries (
    .clk_i, .rst_i,
    .in_valid_i(ctx_valid_i), .in_ready_o(ctx_ready_o), .in_data_i(ctx_i),
    .out_valid_o(valid), .out_ready_i(ends), .out_data_o(head),
    .count_o()
  );

  el_fifo #(.Width(1), .Depth(el_ls_eng_pkg::WriteTrack)) u_done (
    .clk_i, .rst_i,
    .in_valid_i(wr_done_i), .in_ready_o(), .in_data_i(wr_done_err_i),
    .out_valid_o(done_valid), .out_ready_i(ends && head.is_write), .out_data_o(done_err),
    .count_o()
  );

  assign ends = valid && (!head.is_write || done_valid) && ans_ready_i;

  always_comb begin
    status = head.status;
    if (status == el_regs_pkg::LsStatusOk &&
        ((head.is_write && done_err) ||
         (failed_q && (head.kind == el_ls_eng_pkg::DoneStore ||
                       head.kind == el_ls_eng_pkg::DonePiece)))) begin
      status = el_regs_pkg::LsStatusFault;
    end
  end

  // Atomics may come between the pieces of a masked store; other stores may not.
  always_ff @(posedge clk_i) begin
    if (rst_i) failed_q <= 1'b0;
    else if (ends && head.kind == el_ls_eng_pkg::DonePiece) begin
      failed_q <= status != el_regs_pkg::LsStatusOk;
    end else if (ends && head.kind == el_ls_eng_pkg::DoneStore) failed_q <= 1'b0;
  end

  assign end_o        = ends;
  assign end_kind_o   = head.kind;
  assign end_bucket_o = head.bucket;
  assign end_err_o    = status != el_regs_pkg::LsStatusOk;

  // The answer to a STORE_NOTIFY comes from its signal, with the status of both.
  always_comb begin
    unique case (head.kind)
      el_ls_eng_pkg::DoneStore, el_ls_eng_pkg::DoneSignal:
        answer = head.tag != el_ls_eng_pkg::TagPosted || status != el_regs_pkg::LsStatusOk;
      el_ls_eng_pkg::DoneAtomic: answer = 1'b1;
      default:                   answer = 1'b0;
    endcase
  end

  assign ans_valid_o = ends && answer;
  always_comb begin
    ans_o.status    = status;
    ans_o.peer      = head.peer;
    ans_o.tag       = head.tag;
    ans_o.eight     = head.eight;
    ans_o.old_value = old_value_i;
    if (status != el_regs_pkg::LsStatusOk) ans_o.opcode = el_regs_pkg::LsOpErrorResp;
    else if (head.kind == el_ls_eng_pkg::DoneAtomic) ans_o.opcode = el_regs_pkg::LsOpAtomicResp;
    else ans_o.opcode = el_regs_pkg::LsOpStoreResp;
  end

  assign idle_o = !valid;
  assign busy_o = valid && (!head.is_write || done_valid);

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(DoneHasEntry_A, !done_valid || valid)

endmodule : el_ls_visible
