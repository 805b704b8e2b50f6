// SPDX-License-Identifier: Apache-2.0
//
// Home side of load/store: executes the requests of peers on exported memory.
//
// Latency 3 cycles from a request to its DMA read, 2 from the DMA response to the response command;
// throughput one 64-byte beat a cycle. Joins the check (el_ls_home), the order (el_ls_hazard), the
// units for reads, writes and atomics, and the responses.
// Contract: docs/reference/load-store.md.

`include "el_assert.svh"

module el_ls_responder #(
  parameter el_pkg::cfg_t Cfg = el_pkg::CfgDefault
) (
  input  logic                       clk_i,
  input  logic                       rst_i,

  // Requests and responses
  input  logic                       req_valid_i,
  output logic                       req_ready_o,
  input  el_ls_pkg::cmd_t            req_cmd_i,
  input  logic [15:0]                req_pkey_i,
  input  logic                       req_denied_i,
  output logic                       tx_valid_o,
  input  logic                       tx_ready_i,
  output el_ls_pkg::cmd_t            tx_cmd_o,

  // Object Segment
  input  logic                       obj_valid_i,
  input  el_pkg::obj_req_t           obj_req_i,
  output logic                       obj_rsp_valid_o,
  output el_pkg::obj_rsp_t           obj_rsp_o,

  // DMA
  output logic                       rd_valid_o,
  input  logic                       rd_ready_i,
  output el_pkg::dma_rd_req_t        rd_o,
  input  logic                       rd_rsp_valid_i,
  output logic                       rd_rsp_ready_o,
  input  logic [Cfg.DataW-1:0]       rd_rsp_data_i,
  input  logic                       rd_rsp_last_i,
  input  logic                       rd_rsp_err_i,
  output logic                       wr_valid_o,
  input  logic                       wr_ready_i,
  output el_pkg::dma_wr_req_t        wr_o,
  output logic                       wr_data_valid_o,
  input  logic                       wr_data_ready_i,
  output logic [Cfg.DataW-1:0]       wr_data_o,
  output logic                       wr_data_last_o,
  input  logic                       wr_done_i,
  input  logic                       wr_done_err_i,

  // Counters
  output logic                       cnt_load_o,
  output logic                       cnt_store_o,
  output logic                       cnt_atomic_o,
  output logic                       cnt_error_o,
  output logic                       busy_o
);

  // Segments
  logic                    drain, drained, lk_re, lk_valid, sig_valid;
  logic [15:0]             lk_seg, sig_seg;
  el_ls_eng_pkg::seg_t     lk, sig;

  // Requests that start
  el_ls_eng_pkg::home_op_t op;
  el_ls_eng_pkg::actx_t    actx;
  el_ls_eng_pkg::answer_t  er;
  logic                    haz_ok, begins, haz_idle;
  logic                    ld_valid, ld_ready, st_valid, st_ready, at_valid, at_ready;
  logic                    nt_valid, nt_ready, er_valid, er_ready, st_first, st_last;
  logic [511:0]            st_data;
  logic [63:0]             st_mask;

  // Reads
  logic                    ar_valid, ar_ready, ar_eight, word_valid, word_ready, word_err;
  logic [63:0]             ar_addr, word;
  logic                    rd_end, out_valid, out_ready, out_err, out_last;
  el_ls_eng_pkg::bucket_t  rd_bucket, wr_bucket;
  el_ls_eng_pkg::rctx_t    out_ctx;
  logic [511:0]            out_data;

  // Writes
  logic                    aw_valid, aw_ready, ctx_valid, ctx_ready, wr_end, wr_end_err;
  logic [63:0]             aw_addr, aw_value, old_value;
  el_ls_eng_pkg::wctx_t    aw_ctx, ctx;
  el_ls_eng_pkg::done_e    wr_kind;
  logic                    ans_valid, ans_ready, at_end;
  el_ls_eng_pkg::answer_t  ans;

  logic seg_busy, home_idle, home_busy, read_idle, read_busy, store_busy, atomic_busy;
  logic vis_idle, vis_busy, ans_idle, ans_busy;

  el_ls_segments #(.Cfg(Cfg)) u_segments (
    .clk_i, .rst_i,
    .lk_re_i(lk_re), .lk_seg_i(lk_seg), .lk_valid_o(lk_valid), .lk_o(lk),
    .sig_seg_i(sig_seg), .sig_valid_o(sig_valid), .sig_o(sig),
    .obj_valid_i, .obj_req_i, .obj_rsp_valid_o, .obj_rsp_o,
    .drain_o(drain), .drained_i(drained), .busy_o(seg_busy)
  );

  el_ls_home u_home (
    .clk_i, .rst_i,
    .req_valid_i, .req_ready_o, .req_cmd_i, .req_pkey_i, .req_denied_i, .drain_i(drain),
    .lk_re_o(lk_re), .lk_seg_o(lk_seg), .lk_valid_i(lk_valid), .lk_i(lk),
    .sig_seg_o(sig_seg), .sig_valid_i(sig_valid), .sig_i(sig),
    .op_o(op), .haz_ok_i(haz_ok), .begin_o(begins),
    .ld_valid_o(ld_valid), .ld_ready_i(ld_ready),
    .st_valid_o(st_valid), .st_ready_i(st_ready), .st_first_o(st_first), .st_last_o(st_last),
    .st_data_o(st_data), .st_mask_o(st_mask),
    .at_valid_o(at_valid), .at_ready_i(at_ready),
    .nt_valid_o(nt_valid), .nt_ready_i(nt_ready), .actx_o(actx),
    .er_valid_o(er_valid), .er_ready_i(er_ready), .er_o(er),
    .cnt_load_o, .cnt_store_o, .cnt_atomic_o, .cnt_error_o,
    .idle_o(home_idle), .busy_o(home_busy)
  );

  el_ls_hazard u_hazard (
    .clk_i, .rst_i,
    .kind_i(op.kind), .bucket_i(op.bucket), .sig_bucket_i(op.sig_bucket),
    .ok_o(haz_ok), .begin_i(begins),
    .rd_end_i(rd_end), .rd_bucket_i(rd_bucket),
    .wr_end_i(wr_end), .wr_kind_i(wr_kind), .wr_bucket_i(wr_bucket),
    .idle_o(haz_idle)
  );

  el_ls_read #(.Cfg(Cfg)) u_read (
    .clk_i, .rst_i,
    .ld_valid_i(ld_valid), .ld_ready_o(ld_ready), .ld_op_i(op),
    .at_valid_i(ar_valid), .at_ready_o(ar_ready), .at_addr_i(ar_addr), .at_eight_i(ar_eight),
    .rd_valid_o, .rd_ready_i, .rd_o,
    .rd_rsp_valid_i, .rd_rsp_ready_o, .rd_rsp_data_i, .rd_rsp_last_i, .rd_rsp_err_i,
    .end_o(rd_end), .end_bucket_o(rd_bucket),
    .out_valid_o(out_valid), .out_ready_i(out_ready), .out_err_o(out_err), .out_ctx_o(out_ctx),
    .out_last_o(out_last), .out_data_o(out_data),
    .word_valid_o(word_valid), .word_ready_i(word_ready), .word_o(word), .word_err_o(word_err),
    .idle_o(read_idle), .busy_o(read_busy)
  );

  el_ls_atomic u_atomic (
    .clk_i, .rst_i,
    .at_valid_i(at_valid), .at_ready_o(at_ready),
    .nt_valid_i(nt_valid), .nt_ready_o(nt_ready), .actx_i(actx),
    .signal_i(wr_end && wr_kind == el_ls_eng_pkg::DoneNotify), .signal_err_i(wr_end_err),
    .rd_valid_o(ar_valid), .rd_ready_i(ar_ready), .rd_addr_o(ar_addr), .rd_eight_o(ar_eight),
    .rsp_valid_i(word_valid), .rsp_ready_o(word_ready), .rsp_data_i(word), .rsp_err_i(word_err),
    .wr_valid_o(aw_valid), .wr_ready_i(aw_ready), .wr_ctx_o(aw_ctx), .wr_addr_o(aw_addr),
    .wr_value_o(aw_value),
    .end_i(at_end), .old_value_o(old_value), .busy_o(atomic_busy)
  );

  el_ls_store #(.Cfg(Cfg)) u_store (
    .clk_i, .rst_i,
    .st_valid_i(st_valid), .st_ready_o(st_ready), .st_op_i(op), .st_first_i(st_first),
    .st_last_i(st_last), .st_data_i(st_data), .st_mask_i(st_mask),
    .at_valid_i(aw_valid), .at_ready_o(aw_ready), .at_ctx_i(aw_ctx), .at_addr_i(aw_addr),
    .at_value_i(aw_value),
    .ctx_valid_o(ctx_valid), .ctx_ready_i(ctx_ready), .ctx_o(ctx),
    .wr_valid_o, .wr_ready_i, .wr_o,
    .wr_data_valid_o, .wr_data_ready_i, .wr_data_o, .wr_data_last_o,
    .busy_o(store_busy)
  );

  el_ls_visible u_visible (
    .clk_i, .rst_i,
    .ctx_valid_i(ctx_valid), .ctx_ready_o(ctx_ready), .ctx_i(ctx),
    .wr_done_i, .wr_done_err_i,
    .end_o(wr_end), .end_kind_o(wr_kind), .end_bucket_o(wr_bucket), .end_err_o(wr_end_err),
    .old_value_i(old_value),
    .ans_valid_o(ans_valid), .ans_ready_i(ans_ready), .ans_o(ans),
    .idle_o(vis_idle), .busy_o(vis_busy)
  );
  assign at_end = wr_end && (wr_kind == el_ls_eng_pkg::DoneAtomic ||
                             wr_kind == el_ls_eng_pkg::DoneSignal);

  el_ls_answer u_answer (
    .clk_i, .rst_i,
    .ld_valid_i(out_valid), .ld_ready_o(out_ready), .ld_err_i(out_err), .ld_ctx_i(out_ctx),
    .ld_last_i(out_last), .ld_data_i(out_data),
    .wr_valid_i(ans_valid), .wr_ready_o(ans_ready), .wr_i(ans),
    .er_valid_i(er_valid), .er_ready_o(er_ready), .er_i(er),
    .tx_valid_o, .tx_ready_i, .tx_cmd_o,
    .idle_o(ans_idle), .busy_o(ans_busy)
  );

  // Nothing of an exported segment is held any more. Answers that wait hold no memory.
  assign drained = home_idle && haz_idle && vis_idle;

  assign busy_o = seg_busy || home_busy || read_busy || store_busy || atomic_busy || vis_busy ||
                  ans_busy;

  logic unused_idle;
  assign unused_idle = ^{read_idle, ans_idle};

  ////////////////
  // Assertions //
  ////////////////

  // What the hazard table counts is what the units hold.
  `EL_ASSERT(IdleTogether_A, !(home_idle && haz_idle && vis_idle && ans_idle && !out_valid) ||
             read_idle)

endmodule : el_ls_responder
