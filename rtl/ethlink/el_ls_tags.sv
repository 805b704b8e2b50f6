// SPDX-License-Identifier: Apache-2.0
//
// Tags of outstanding requests: allocation, what each remembers, lookup when the answer comes.
//
// Allocation one a cycle; lookup latency 1 cycle, one a cycle; storage Tags contexts.
// A tag is {generation, index}. The generation changes with each use, so that a late answer to an
// earlier use is recognised; all ones is never used and means "posted" on the wire.

`include "el_assert.svh"

module el_ls_tags #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  IdxW = $clog2(Cfg.Tags),
  localparam int unsigned  GenW = 16 - IdxW
) (
  input  logic                clk_i,
  input  logic                rst_i,

  // The next tag; used when alloc_i.
  output logic                free_valid_o,
  output logic [15:0]         free_tag_o,
  input  logic                alloc_i,
  input  el_ls_eng_pkg::ctx_t alloc_ctx_i,

  // Lookup: the answer is there in the next cycle and stays until the next lookup.
  input  logic                lk_re_i,
  input  logic [IdxW-1:0]     lk_idx_i,
  output logic [GenW-1:0]     lk_gen_o,
  output el_ls_eng_pkg::ctx_t lk_ctx_o,
  output logic [Cfg.Tags-1:0] in_use_o,

  // The operation of the tag that was looked up last is complete.
  input  logic                release_i,
  input  logic [IdxW-1:0]     release_idx_i
);

  localparam int unsigned CtxW = $bits(el_ls_eng_pkg::ctx_t);

  logic [Cfg.Tags-1:0] in_use_q;
  logic [IdxW:0]       fresh_q;  // tags below were used at least once
  logic                any_fresh, old_valid;
  logic [15:0]         old_tag;
  logic [GenW-1:0]     next_gen;

  assign any_fresh    = !fresh_q[IdxW];
  assign free_valid_o = any_fresh || old_valid;
  assign free_tag_o   = any_fresh ? {GenW'(0), fresh_q[IdxW-1:0]} : old_tag;
  assign in_use_o     = in_use_q;

  // All ones stays unused.
  assign next_gen = (lk_gen_o >= {{(GenW-1){1'b1}}, 1'b0}) ? '0 : lk_gen_o + GenW'(1);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      in_use_q <= '0;
      fresh_q  <= '0;
    end else begin
      if (release_i) in_use_q[release_idx_i] <= 1'b0;
      if (alloc_i) begin
        in_use_q[free_tag_o[IdxW-1:0]] <= 1'b1;
        if (any_fresh) fresh_q <= fresh_q + (IdxW+1)'(1);
      end
    end
  end

  // Oldest first, so that an index rests as long as possible.
  el_fifo #(.Width(16), .Depth(Cfg.Tags)) u_free (
    .clk_i, .rst_i,
    .in_valid_i(release_i), .in_ready_o(),
    .in_data_i({next_gen, release_idx_i}),
    .out_valid_o(old_valid), .out_ready_i(alloc_i && !any_fresh), .out_data_o(old_tag),
    .count_o()
  );

  el_ram_1r1w #(.Width(CtxW + GenW), .Depth(Cfg.Tags)) u_ctx (
    .clk_i, .rst_i,
    .we_i(alloc_i), .waddr_i(free_tag_o[IdxW-1:0]),
    .wdata_i({free_tag_o[15:IdxW], alloc_ctx_i}),
    .re_i(lk_re_i), .raddr_i(lk_idx_i), .rdata_o({lk_gen_o, lk_ctx_o})
  );

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(AllocFree_A, !alloc_i || (free_valid_o && !in_use_q[free_tag_o[IdxW-1:0]]))
  `EL_ASSERT(ReleaseUsed_A, !release_i || in_use_q[release_idx_i])
  `EL_ASSERT(NeverPosted_A, !alloc_i || free_tag_o != el_ls_eng_pkg::TagPosted)

endmodule : el_ls_tags
