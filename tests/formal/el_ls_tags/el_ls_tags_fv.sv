// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_ls_tags: a tag is out once, none is lost, and the next use has another generation.
//
// proof.toml makes a tag 4 bits wide: 4 indices with generations 0, 1 and 2.

`include "el_assert.svh"

module el_ls_tags_fv (
  input logic       clk_i,
  input logic       rst_i,
  input logic       alloc_i,
  input logic       lk_re_i,
  input logic [1:0] lk_idx_i,
  input logic       release_i
);

  function automatic el_pkg::cfg_t small_cfg();
    el_pkg::cfg_t c;
    c      = el_pkg::CfgDefault;
    c.Tags = 4;
    return c;
  endfunction
  localparam el_pkg::cfg_t Cfg = small_cfg();

  logic                free_valid, alloc, give;
  logic [3:0]          free_tag, in_use;
  logic [1:0]          lk_gen;
  el_ls_eng_pkg::ctx_t lk_ctx;
  logic                started_q = 1'b0;

  logic [1:0] who_q;     // an arbitrary index: not reset, never changed
  logic       used_q;    // it was handed out before
  logic       out_q;     // it is out
  logic [1:0] gen_q;     // generation of its last use
  logic [1:0] lk_idx_q;  // index that was looked up last
  logic       lk_ok_q;   // it was in use then and was not released since

  // Environment: a release ends the use that the last lookup saw, so the index was in use in the
  // cycle of that lookup. Being in use in the cycle of the release is not enough: the index may
  // have been handed out in between, and lk_gen_o then belongs to the use before.
  assign alloc = alloc_i && free_valid;
  assign give  = release_i && lk_ok_q;

  el_ls_tags #(
    .Cfg(Cfg)
  ) u_dut (
    .clk_i,
    .rst_i,
    .free_valid_o (free_valid),
    .free_tag_o   (free_tag),
    .alloc_i      (alloc),
    .alloc_ctx_i  ('0),
    .lk_re_i,
    .lk_idx_i,
    .lk_gen_o     (lk_gen),
    .lk_ctx_o     (lk_ctx),
    .in_use_o     (in_use),
    .release_i    (give),
    .release_idx_i(lk_idx_q)
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    who_q     <= who_q;
  end
  always_comb if (!started_q) StartsInReset_M: assume (rst_i);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      used_q  <= 1'b0;
      out_q   <= 1'b0;
      lk_ok_q <= 1'b0;
    end else begin
      if (alloc && free_tag[1:0] == who_q) begin
        used_q <= 1'b1;
        out_q  <= 1'b1;
      end else if (give && lk_idx_q == who_q) begin
        out_q <= 1'b0;
      end
      if (lk_re_i) lk_ok_q <= in_use[lk_idx_i] && !(give && lk_idx_i == lk_idx_q);
      else if (give) lk_ok_q <= 1'b0;
    end
  end
  always_ff @(posedge clk_i) begin
    if (alloc && free_tag[1:0] == who_q) gen_q <= free_tag[3:2];
    if (lk_re_i) lk_idx_q <= lk_idx_i;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OutOnce_A, !(alloc && free_tag[1:0] == who_q) || !out_q)
  `EL_ASSERT(InUseIsOut_A, in_use[who_q] == out_q)
  `EL_ASSERT(NoneIsLost_A, free_valid == (in_use != '1))
  `EL_ASSERT(OtherGeneration_A,
             !(alloc && free_tag[1:0] == who_q && used_q) || free_tag[3:2] != gen_q)
  `EL_ASSERT(LookupShowsGeneration_A, !(lk_ok_q && lk_idx_q == who_q) || lk_gen == gen_q)
  `EL_COVER(UsedAgain_C, alloc && free_tag == {2'd1, who_q})

endmodule : el_ls_tags_fv
