// SPDX-License-Identifier: Apache-2.0
//
// Load/store engine: aperture and pushed commands to the transport, requests of peers to memory.
//
// Latency 4 cycles from an aperture write to its command, 2 from a response to the bus; one 64-byte
// beat a cycle each way; storage Cfg.Tags operations. A response never waits for a request.
// EthLink specification sections 3 and 4; pins: docs/reference/endpoint-ports.md.

`include "el_assert.svh"

module el_ls_engine #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                             clk_i,
  input  logic                             rst_i,

  // BAR2
  input  logic                             ap_awvalid_i,
  output logic                             ap_awready_o,
  input  logic [39:0]                      ap_awaddr_i,
  input  logic [7:0]                       ap_awid_i,
  input  logic [7:0]                       ap_awlen_i,
  input  logic                             ap_wvalid_i,
  output logic                             ap_wready_o,
  input  logic [511:0]                     ap_wdata_i,
  input  logic [63:0]                      ap_wstrb_i,
  input  logic                             ap_wlast_i,
  output logic                             ap_bvalid_o,
  input  logic                             ap_bready_i,
  output logic [7:0]                       ap_bid_o,
  output logic [1:0]                       ap_bresp_o,
  input  logic                             ap_arvalid_i,
  output logic                             ap_arready_o,
  input  logic [39:0]                      ap_araddr_i,
  input  logic [7:0]                       ap_arid_i,
  input  logic [7:0]                       ap_arlen_i,
  input  logic [2:0]                       ap_arsize_i,
  output logic                             ap_rvalid_o,
  input  logic                             ap_rready_i,
  output logic [7:0]                       ap_rid_o,
  output logic [511:0]                     ap_rdata_o,
  output logic [1:0]                       ap_rresp_o,
  output logic                             ap_rlast_o,

  // Pushed commands
  input  logic                             push_valid_i,
  output logic                             push_ready_o,
  input  logic [15:0]                      push_ctx_i,
  input  logic                             push_first_i,
  input  logic                             push_last_i,
  input  logic [511:0]                     push_data_i,

  input  el_regs_pkg::csr_ls_aperture_t    aperture_i,

  // Transport: [0] requests, [1] responses
  output logic [1:0]                       tx_valid_o,
  input  logic [1:0]                       tx_ready_i,
  output el_ls_pkg::cmd_t [1:0]            tx_cmd_o,
  input  logic                             req_valid_i,
  output logic                             req_ready_o,
  input  el_ls_pkg::cmd_t                  req_cmd_i,
  input  logic [15:0]                      req_pkey_i,
  input  logic                             req_denied_i,
  input  logic                             rsp_valid_i,
  output logic                             rsp_ready_o,
  input  el_ls_pkg::cmd_t                  rsp_cmd_i,
  input  logic [Cfg.Peers-1:0]             peer_up_i,
  input  logic                             peer_event_valid_i,
  output logic                             peer_event_ready_o,
  input  logic [7:0]                       peer_event_peer_i,
  input  logic                             peer_event_up_i,
  input  logic                             lost_valid_i,
  output logic                             lost_ready_o,
  input  logic [7:0]                       lost_peer_i,

  // Objects
  input  logic                             win_obj_valid_i,
  input  logic                             seg_obj_valid_i,
  input  el_pkg::obj_req_t                 obj_req_i,
  output logic                             win_obj_rsp_valid_o,
  output el_pkg::obj_rsp_t                 win_obj_rsp_o,
  output logic                             seg_obj_rsp_valid_o,
  output el_pkg::obj_rsp_t                 seg_obj_rsp_o,

  // DMA
  output logic                             rd_valid_o,
  input  logic                             rd_ready_i,
  output el_pkg::dma_rd_req_t              rd_o,
  input  logic                             rd_rsp_valid_i,
  output logic                             rd_rsp_ready_o,
  input  logic [DataW-1:0]                 rd_rsp_data_i,
  input  logic                             rd_rsp_last_i,
  input  logic                             rd_rsp_err_i,
  input  logic [el_pkg::DmaUserW-1:0]      rd_rsp_user_i,
  output logic                             wr_valid_o,
  input  logic                             wr_ready_i,
  output el_pkg::dma_wr_req_t              wr_o,
  output logic                             wr_data_valid_o,
  input  logic                             wr_data_ready_i,
  output logic [DataW-1:0]                 wr_data_o,
  output logic                             wr_data_last_o,
  input  logic                             wr_done_i,
  input  logic                             wr_done_err_i,

  // Completions, events, first failing load
  output logic                             cqe_valid_o,
  input  logic                             cqe_ready_i,
  output el_pkg::cqe_req_t                 cqe_o,
  output logic                             eqe_valid_o,
  input  logic                             eqe_ready_i,
  output el_pkg::eqe_req_t                 eqe_o,
  input  logic                             first_error_clear_i,
  output el_regs_pkg::csr_ls_first_error_t first_error_o,
  output logic [63:0]                      first_error_addr_o,

  output el_regs_pkg::cnt_ls_t             cnt_o,
  output logic                             busy_o
);

  localparam int unsigned WinIW = $clog2(Cfg.Windows);
  localparam int unsigned TagIW = $clog2(Cfg.Tags);
  localparam int unsigned CtxW  = $bits(el_ls_eng_pkg::ctx_t);
  localparam logic [1:0]  RespOk = 2'b00, RespSlvErr = 2'b10;

  ///////////////////////
  // Where work begins //
  ///////////////////////

  logic                    op_valid, op_ready, pop_valid, pop_ready, rd_done;
  el_ls_eng_pkg::op_t      bus_op, pop;
  logic [511:0]            op_data, pop_data;
  logic [63:0]             op_strb;
  el_regs_pkg::ls_cmd_t    pop_cmd;
  logic [7:0]              rd_done_id;
  logic                    aperture_busy, push_busy;

  el_ls_aperture u_aperture (
    .clk_i,
    .rst_i,
    .ap_awvalid_i,
    .ap_awready_o,
    .ap_awaddr_i,
    .ap_awid_i,
    .ap_awlen_i,
    .ap_wvalid_i,
    .ap_wready_o,
    .ap_wdata_i,
    .ap_wstrb_i,
    .ap_wlast_i,
    .ap_arvalid_i,
    .ap_arready_o,
    .ap_araddr_i,
    .ap_arid_i,
    .ap_arlen_i,
    .ap_arsize_i,
    .op_valid_o  (op_valid),
    .op_ready_i  (op_ready),
    .op_o        (bus_op),
    .op_data_o   (op_data),
    .op_strb_o   (op_strb),
    .rd_done_i   (rd_done),
    .rd_done_id_i(rd_done_id),
    .busy_o      (aperture_busy)
  );

  el_ls_push u_push (
    .clk_i,
    .rst_i,
    .push_valid_i,
    .push_ready_o,
    .push_ctx_i,
    .push_first_i,
    .push_last_i,
    .push_data_i,
    .op_valid_o(pop_valid),
    .op_ready_i(pop_ready),
    .op_o      (pop),
    .op_data_o (pop_data),
    .op_cmd_o  (pop_cmd),
    .busy_o    (push_busy)
  );

  ////////////////////////////
  // Requests and their end //
  ////////////////////////////

  logic                     win_re, win_valid, win_busy;
  logic [WinIW-1:0]         win_idx;
  el_ls_eng_pkg::win_t      win;
  logic                     tag_valid, tag_alloc, lk_re, release_tag;
  logic [15:0]              next_tag;
  el_ls_eng_pkg::ctx_t      tag_ctx, lk_ctx, lc_ctx, lcq_ctx;
  logic [TagIW-1:0]         lk_idx, release_idx;
  logic [15-TagIW:0]        lk_gen;
  logic [Cfg.Tags-1:0]      in_use;
  logic                     lc_valid, lc_ready, lcq_valid, lcq_ready;
  logic [7:0]               lc_status, lcq_status;
  logic                     join_avail, join_alloc;
  logic [el_ls_eng_pkg::JoinW-1:0] join_idx;
  logic [2:0]               join_count;
  logic                     po_valid, po_ready, po_err, np_valid, np_ready, np_err;
  logic [7:0]               po_id, np_id;
  logic                     po_out_valid, po_out_err, np_out_valid, np_out_err;
  logic [7:0]               po_out_id, np_out_id;
  logic                     po_pop, np_pop, b_np, b_lock_q, b_np_q;
  logic                     cnt_load, cnt_store, cnt_atomic, cnt_error, cnt_late, cnt_down;
  logic                     cnt_drop, home_load, home_store, home_atomic, home_error;
  logic                     requester_busy, completer_busy, responder_busy;

  el_ls_windows #(
    .Cfg(Cfg)
  ) u_windows (
    .clk_i,
    .rst_i,
    .lk_re_i        (win_re),
    .lk_idx_i       (win_idx),
    .lk_valid_o     (win_valid),
    .lk_win_o       (win),
    .obj_valid_i    (win_obj_valid_i),
    .obj_req_i,
    .obj_rsp_valid_o(win_obj_rsp_valid_o),
    .obj_rsp_o      (win_obj_rsp_o),
    .busy_o         (win_busy)
  );

  el_ls_tags #(
    .Cfg(Cfg)
  ) u_tags (
    .clk_i,
    .rst_i,
    .free_valid_o (tag_valid),
    .free_tag_o   (next_tag),
    .alloc_i      (tag_alloc),
    .alloc_ctx_i  (tag_ctx),
    .lk_re_i      (lk_re),
    .lk_idx_i     (lk_idx),
    .lk_gen_o     (lk_gen),
    .lk_ctx_o     (lk_ctx),
    .in_use_o     (in_use),
    .release_i    (release_tag),
    .release_idx_i(release_idx)
  );

  el_ls_requester #(
    .Cfg(Cfg)
  ) u_requester (
    .clk_i,
    .rst_i,
    .page_shift_i(aperture_i.page_shift),
    .peer_up_i,
    .ap_valid_i  (op_valid),
    .ap_ready_o  (op_ready),
    .ap_op_i     (bus_op),
    .ap_data_i   (op_data),
    .ap_strb_i   (op_strb),
    .push_valid_i(pop_valid),
    .push_ready_o(pop_ready),
    .push_op_i   (pop),
    .push_data_i (pop_data),
    .push_cmd_i  (pop_cmd),
    .win_re_o    (win_re),
    .win_idx_o   (win_idx),
    .win_valid_i (win_valid),
    .win_i       (win),
    .tag_valid_i (tag_valid),
    .tag_i       (next_tag),
    .tag_alloc_o (tag_alloc),
    .tag_ctx_o   (tag_ctx),
    .lc_valid_o  (lc_valid),
    .lc_ready_i  (lc_ready),
    .lc_ctx_o    (lc_ctx),
    .lc_status_o (lc_status),
    .join_avail_i(join_avail),
    .join_idx_i  (join_idx),
    .join_alloc_o(join_alloc),
    .join_count_o(join_count),
    .b_valid_o   (po_valid),
    .b_ready_i   (po_ready),
    .b_empty_i   (!po_out_valid),
    .b_id_o      (po_id),
    .b_err_o     (po_err),
    .np_done_i   (np_pop),
    .np_done_id_i(np_out_id),
    .tx_valid_o  (tx_valid_o[0]),
    .tx_ready_i  (tx_ready_i[0]),
    .tx_cmd_o    (tx_cmd_o[0]),
    .cnt_load_o  (cnt_load),
    .cnt_store_o (cnt_store),
    .cnt_atomic_o(cnt_atomic),
    .busy_o      (requester_busy)
  );

  // Cuts the path from the completer's choice to the requester's.
  el_fifo #(
    .Width(CtxW + 8),
    .Depth(2)
  ) u_local (
    .clk_i,
    .rst_i,
    .in_valid_i (lc_valid),
    .in_ready_o (lc_ready),
    .in_data_i  ({lc_ctx, lc_status}),
    .out_valid_o(lcq_valid),
    .out_ready_i(lcq_ready),
    .out_data_o ({lcq_ctx, lcq_status}),
    .count_o    ()
  );

  el_ls_completer #(
    .Cfg(Cfg)
  ) u_completer (
    .clk_i,
    .rst_i,
    .eqn_i             (aperture_i.eqn[4:0]),
    .rx_valid_i        (rsp_valid_i),
    .rx_ready_o        (rsp_ready_o),
    .rx_cmd_i          (rsp_cmd_i),
    .peer_event_valid_i,
    .peer_event_ready_o,
    .peer_event_peer_i,
    .peer_event_up_i,
    .lost_valid_i,
    .lost_ready_o,
    .lost_peer_i,
    .lc_valid_i        (lcq_valid),
    .lc_ready_o        (lcq_ready),
    .lc_ctx_i          (lcq_ctx),
    .lc_status_i       (lcq_status),
    .lk_re_o           (lk_re),
    .lk_idx_o          (lk_idx),
    .lk_gen_i          (lk_gen),
    .lk_ctx_i          (lk_ctx),
    .in_use_i          (in_use),
    .release_o         (release_tag),
    .release_idx_o     (release_idx),
    .join_avail_o      (join_avail),
    .join_idx_o        (join_idx),
    .join_alloc_i      (join_alloc),
    .join_count_i      (join_count),
    .r_valid_o         (ap_rvalid_o),
    .r_ready_i         (ap_rready_i),
    .r_id_o            (ap_rid_o),
    .r_data_o          (ap_rdata_o),
    .r_resp_o          (ap_rresp_o),
    .r_last_o          (ap_rlast_o),
    .rd_done_o         (rd_done),
    .rd_done_id_o      (rd_done_id),
    .b_valid_o         (np_valid),
    .b_ready_i         (np_ready),
    .b_id_o            (np_id),
    .b_err_o           (np_err),
    .cqe_valid_o,
    .cqe_ready_i,
    .cqe_o,
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o,
    .first_error_clear_i,
    .first_error_o,
    .first_error_addr_o,
    .cnt_error_o       (cnt_error),
    .cnt_late_o        (cnt_late),
    .cnt_peer_down_o   (cnt_down),
    .cnt_event_drop_o  (cnt_drop),
    .busy_o            (completer_busy)
  );

  ///////////////////////////////////////////////
  // Bus answers of writes: non-posted go first //
  ///////////////////////////////////////////////

  el_fifo #(
    .Width(9),
    .Depth(4)
  ) u_posted (
    .clk_i,
    .rst_i,
    .in_valid_i (po_valid),
    .in_ready_o (po_ready),
    .in_data_i  ({po_err, po_id}),
    .out_valid_o(po_out_valid),
    .out_ready_i(po_pop),
    .out_data_o ({po_out_err, po_out_id}),
    .count_o    ()
  );

  el_fifo #(
    .Width(9),
    .Depth(4)
  ) u_non_posted (
    .clk_i,
    .rst_i,
    .in_valid_i (np_valid),
    .in_ready_o (np_ready),
    .in_data_i  ({np_err, np_id}),
    .out_valid_o(np_out_valid),
    .out_ready_i(np_pop),
    .out_data_o ({np_out_err, np_out_id}),
    .count_o    ()
  );

  // An answer that is offered stays until it is taken.
  assign b_np        = b_lock_q ? b_np_q : np_out_valid;
  assign ap_bvalid_o = b_np ? np_out_valid : po_out_valid;
  assign ap_bid_o    = b_np ? np_out_id : po_out_id;
  assign ap_bresp_o  = (b_np ? np_out_err : po_out_err) ? RespSlvErr : RespOk;
  assign np_pop      = np_out_valid && b_np && ap_bready_i;
  assign po_pop      = po_out_valid && !b_np && ap_bready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      b_lock_q <= 1'b0;
      b_np_q   <= 1'b0;
    end else begin
      b_lock_q <= ap_bvalid_o && !ap_bready_i;
      b_np_q   <= b_np;
    end
  end

  /////////////////////////
  // Home of the segments //
  /////////////////////////

  el_ls_responder #(
    .Cfg(Cfg)
  ) u_responder (
    .clk_i,
    .rst_i,
    .req_valid_i,
    .req_ready_o,
    .req_cmd_i,
    .req_pkey_i,
    .req_denied_i,
    .tx_valid_o     (tx_valid_o[1]),
    .tx_ready_i     (tx_ready_i[1]),
    .tx_cmd_o       (tx_cmd_o[1]),
    .obj_valid_i    (seg_obj_valid_i),
    .obj_req_i,
    .obj_rsp_valid_o(seg_obj_rsp_valid_o),
    .obj_rsp_o      (seg_obj_rsp_o),
    .rd_valid_o,
    .rd_ready_i,
    .rd_o,
    .rd_rsp_valid_i,
    .rd_rsp_ready_o,
    .rd_rsp_data_i,
    .rd_rsp_last_i,
    .rd_rsp_err_i,
    .wr_valid_o,
    .wr_ready_i,
    .wr_o,
    .wr_data_valid_o,
    .wr_data_ready_i,
    .wr_data_o,
    .wr_data_last_o,
    .wr_done_i,
    .wr_done_err_i,
    .cnt_load_o     (home_load),
    .cnt_store_o    (home_store),
    .cnt_atomic_o   (home_atomic),
    .cnt_error_o    (home_error),
    .busy_o         (responder_busy)
  );

  ////////////
  // Status //
  ////////////

  logic local_error;
  assign local_error = lcq_valid && lcq_ready && lcq_status != el_regs_pkg::LsStatusOk;

  always_comb begin
    cnt_o                = '0;
    cnt_o.loads          = cnt_load;
    cnt_o.stores         = cnt_store;
    cnt_o.atomics        = cnt_atomic;
    cnt_o.errors         = cnt_error || cnt_down || local_error;
    cnt_o.late_responses = cnt_late;
    cnt_o.event_drops    = cnt_drop;
    cnt_o.home_loads     = home_load;
    cnt_o.home_stores    = home_store;
    cnt_o.home_atomics   = home_atomic;
    cnt_o.home_errors    = home_error;
  end

  assign busy_o = aperture_busy || push_busy || requester_busy || completer_busy || win_busy ||
                  responder_busy || lcq_valid || ap_bvalid_o;

  logic unused_inputs;  // reads come back in order, so their tag is not needed
  assign unused_inputs = ^{rd_rsp_user_i, aperture_i};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(WriteAnswerHeld_A, ap_bvalid_o && !ap_bready_i,
                  ap_bvalid_o && ap_bid_o == $past(ap_bid_o))
  `EL_ASSERT(OneErrorACycle_A, 2'(cnt_error) + 2'(cnt_down) + 2'(local_error) <= 2'd1)

endmodule : el_ls_engine
