// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_ls_completer with el_ls_tags: the end of a peer takes only that peer's operations.
//
// Loads go to nodes 0 and 1; node 0 goes down again and again, node 1 never does, and no response
// comes: no tag of node 1 may come back.

`include "el_assert.svh"

module el_ls_completer_fv (
  input logic clk_i,
  input logic rst_i,
  input logic alloc_i,
  input logic node_i,
  input logic down_i,
  input logic r_ready_i
);

  function automatic el_pkg::cfg_t small_cfg();
    el_pkg::cfg_t c;
    c       = el_pkg::CfgDefault;
    c.Tags  = 4;
    c.Peers = 2;
    return c;
  endfunction
  localparam el_pkg::cfg_t Cfg = small_cfg();

  logic                free_valid, alloc, lk_re, give, down_q, down_ready;
  logic [15:0]         free_tag;
  logic [13:0]         lk_gen;
  logic [3:0]          in_use;
  logic [1:0]          lk_idx, give_idx;
  el_ls_eng_pkg::ctx_t ctx, lk_ctx;
  logic                started_q = 1'b0;
  logic [3:0]          node_q;     // where the operation of each index goes
  logic [3:0]          written_q;  // the index was handed out before

  // While node 0 is down the requester refuses operations to it.
  assign alloc = alloc_i && free_valid && (node_i || !down_q);

  always_comb begin
    ctx         = '0;
    ctx.src     = el_ls_eng_pkg::SrcRead;
    ctx.node_id = 16'(node_i);
    ctx.beats   = 3'd1;
    ctx.bytes   = 9'd8;
  end

  el_ls_tags #(
    .Cfg(Cfg)
  ) u_tags (
    .clk_i,
    .rst_i,
    .free_valid_o (free_valid),
    .free_tag_o   (free_tag),
    .alloc_i      (alloc),
    .alloc_ctx_i  (ctx),
    .lk_re_i      (lk_re),
    .lk_idx_i     (lk_idx),
    .lk_gen_o     (lk_gen),
    .lk_ctx_o     (lk_ctx),
    .in_use_o     (in_use),
    .release_i    (give),
    .release_idx_i(give_idx)
  );

  el_ls_completer #(
    .Cfg(Cfg)
  ) u_dut (
    .clk_i,
    .rst_i,
    .eqn_i              ('0),
    .rx_valid_i         (1'b0),
    .rx_ready_o         (),
    .rx_cmd_i           ('0),
    .peer_event_valid_i (down_q),
    .peer_event_ready_o (down_ready),
    .peer_event_peer_i  (8'd0),
    .peer_event_up_i    (1'b0),
    .lost_valid_i       (1'b0),
    .lost_ready_o       (),
    .lost_peer_i        ('0),
    .lc_valid_i         (1'b0),
    .lc_ready_o         (),
    .lc_ctx_i           ('0),
    .lc_status_i        ('0),
    .lk_re_o            (lk_re),
    .lk_idx_o           (lk_idx),
    .lk_gen_i           (lk_gen),
    .lk_ctx_i           (lk_ctx),
    .in_use_i           (in_use),
    .release_o          (give),
    .release_idx_o      (give_idx),
    .join_avail_o       (),
    .join_idx_o         (),
    .join_alloc_i       (1'b0),
    .join_count_i       ('0),
    .r_valid_o          (),
    .r_ready_i,
    .r_id_o             (),
    .r_data_o           (),
    .r_resp_o           (),
    .r_last_o           (),
    .rd_done_o          (),
    .rd_done_id_o       (),
    .b_valid_o          (),
    .b_ready_i          (1'b1),
    .b_id_o             (),
    .b_err_o            (),
    .cqe_valid_o        (),
    .cqe_ready_i        (1'b1),
    .cqe_o              (),
    .eqe_valid_o        (),
    .eqe_ready_i        (1'b1),
    .eqe_o              (),
    .first_error_clear_i(1'b0),
    .first_error_o      (),
    .first_error_addr_o (),
    .cnt_error_o        (),
    .cnt_late_o         (),
    .cnt_peer_down_o    (),
    .cnt_event_drop_o   (),
    .busy_o             ()
  );

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (rst_i) down_q <= 1'b0;
    else       down_q <= down_q ? !down_ready : down_i;
    if (rst_i) written_q <= '0;
    else if (alloc) written_q[free_tag[1:0]] <= 1'b1;
    if (alloc) node_q[free_tag[1:0]] <= node_i;
  end
  always_comb StartsInReset_M: assume (started_q ? !rst_i : rst_i);

  `EL_ASSERT(NodeOneKeepsItsTag_A, !give || !node_q[give_idx])
  `EL_ASSERT(OnlyAUseEnds_A, !give || (in_use[give_idx] && written_q[give_idx]))
  `EL_COVER(NodeZeroLosesAll_C, give && down_q && written_q == '1)

endmodule : el_ls_completer_fv
