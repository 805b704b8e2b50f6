// SPDX-License-Identifier: Apache-2.0
//
// Admin queue: executes commands one by one and writes their completions.
//
// Latency: command in the device to its completion's write request 4 cycles for a NOP, plus the
// owner's answer otherwise; throughput one command at a time; storage four commands.
// A restart of the ring lets the command under way end, forgets the others, and then begins at 0.
// Contract: docs/reference/host-interface.md, "Admin queue".

`include "el_assert.svh"

module el_admin #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  N     = el_host_pkg::NumOwners,
  localparam int unsigned  MttW  = $clog2(Cfg.Mtts),
  localparam int unsigned  DataW = Cfg.DataW,
  localparam int unsigned  WrBytes = (DataW < 512) ? DataW / 8 : 64  // of one write
) (
  input  logic                       clk_i,
  input  logic                       rst_i,

  input  el_host_pkg::csr_admin_t    csr_i,
  output logic                       stopping_o,   // a restart waits for what is under way

  // Object bus, one valid an owner (el_host_pkg::Owner*)
  output logic [N-1:0]               obj_valid_o,
  output el_pkg::obj_req_t           obj_req_o,
  input  logic [N-1:0]               obj_rsp_valid_i,
  input  el_pkg::obj_rsp_t [N-1:0]   obj_rsp_i,

  // Page table
  output logic                       mtt_we_o,
  output logic [MttW-1:0]            mtt_waddr_o,
  output logic [63:0]                mtt_wdata_o,

  // DMA read client
  output logic                       rd_valid_o,
  input  logic                       rd_ready_i,
  output el_pkg::dma_rd_req_t        rd_o,
  input  logic                       rd_rsp_valid_i,
  output logic                       rd_rsp_ready_o,
  input  logic [DataW-1:0]           rd_rsp_data_i,
  input  logic                       rd_rsp_last_i,
  input  logic                       rd_rsp_err_i,
  input  logic [el_pkg::DmaUserW-1:0] rd_rsp_user_i,

  // DMA write client, from flops; writes of one beat
  output logic                       wr_valid_o,
  input  logic                       wr_ready_i,
  output el_pkg::dma_wr_req_t        wr_o,
  output logic                       wr_data_valid_o,
  input  logic                       wr_data_ready_i,
  output logic [DataW-1:0]           wr_data_o,
  input  logic                       wr_done_i,    // pulse: a write is visible

  // Events
  output logic                       eqe_valid_o,
  input  logic                       eqe_ready_i,
  output el_pkg::eqe_req_t           eqe_o,

  output logic                       completed_o,  // pulse: counted
  output logic                       busy_o
);

  typedef enum logic [2:0] {
    StIdle, StDecode, StObject, StTable, StComplete, StWrite, StEvent
  } state_e;

  state_e state_q;
  logic   stop_q, fetch_idle, cmd_valid, cmd_ready, cmd_err, cmd_err_q, done;
  logic [511:0]            cmd_word;
  el_regs_pkg::admin_cmd_t cmd_q;

  // ---------------------------------------------------------------------------------------------
  // DMA reads: commands and page lists; the lowest bit of `user` says which
  // ---------------------------------------------------------------------------------------------

  logic                fetch_valid, fetch_ready, fetch_busy, mtt_valid, mtt_ready, mtt_busy;
  el_pkg::dma_rd_req_t fetch_req, mtt_req;
  logic                rd_free, for_mtt, mtt_rsp_ready, mtt_start, mtt_done, mtt_err;
  logic                run, unused_bits;

  assign rd_free     = !rd_valid_o || rd_ready_i;
  assign mtt_ready   = rd_free;
  assign fetch_ready = rd_free && !mtt_valid;
  assign for_mtt     = rd_rsp_user_i[0];
  assign unused_bits = ^rd_rsp_user_i ^ ^csr_i;

  assign rd_rsp_ready_o = !for_mtt || mtt_rsp_ready;

  always_ff @(posedge clk_i) begin
    if (rst_i) rd_valid_o <= 1'b0;
    else if (rd_free) rd_valid_o <= mtt_valid || fetch_valid;
  end

  always_ff @(posedge clk_i) begin
    if (rd_free && (mtt_valid || fetch_valid)) begin
      rd_o      <= mtt_valid ? mtt_req : fetch_req;
      rd_o.user <= el_pkg::DmaUserW'(mtt_valid);
    end
  end

  assign run = csr_i.cfg.enable && csr_i.cfg.log_size != '0 && csr_i.cfg.log_size <= 8'd12;

  el_ring_fetch #(
    .Cfg  (Cfg),
    .Bytes(64)
  ) u_fetch (
    .clk_i,
    .rst_i,
    .run_i        (run),
    .stop_i       (stop_q || csr_i.restart),
    .base_i       (csr_i.sq_base),
    .log_size_i   (csr_i.cfg.log_size[3:0]),
    .producer_i   (csr_i.producer),
    .rd_valid_o   (fetch_valid),
    .rd_ready_i   (fetch_ready),
    .rd_o         (fetch_req),
    .rsp_valid_i  (rd_rsp_valid_i && !for_mtt),
    .rsp_data_i   (rd_rsp_data_i),
    .rsp_last_i   (rd_rsp_last_i),
    .rsp_err_i    (rd_rsp_err_i),
    .entry_valid_o(cmd_valid),
    .entry_ready_i(cmd_ready),
    .entry_o      (cmd_word),
    .entry_err_o  (cmd_err),
    .none_o       (),
    .idle_o       (fetch_idle),
    .busy_o       (fetch_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Decode
  // ---------------------------------------------------------------------------------------------

  el_regs_pkg::obj_mtt_t mtt;
  el_host_pkg::admin_route_t route;
  logic                  mtt_bad, unused_mtt;

  assign mtt     = cmd_q.data;
  assign route   = el_host_pkg::admin_route(Cfg, cmd_q.verb, cmd_q.kind, cmd_q.index);
  assign mtt_bad = mtt.list_iova[5:0] != '0 || mtt.count == '0 || mtt.count > 32'(Cfg.Mtts) ||
                   33'(cmd_q.index) + 33'(mtt.count) > 33'(Cfg.Mtts);
  assign unused_mtt = ^mtt ^ ^cmd_q.reserved0;

  assign mtt_start = state_q == StDecode && !cmd_err_q && route.is_mtt && !mtt_bad;

  el_admin_mtt #(
    .Cfg(Cfg)
  ) u_mtt (
    .clk_i,
    .rst_i,
    .start_i    (mtt_start),
    .list_i     (mtt.list_iova),
    .count_i    (mtt.count[MttW:0]),
    .index_i    (cmd_q.index[MttW-1:0]),
    .done_o     (mtt_done),
    .err_o      (mtt_err),
    .rd_valid_o (mtt_valid),
    .rd_ready_i (mtt_ready),
    .rd_o       (mtt_req),
    .rsp_valid_i(rd_rsp_valid_i && for_mtt),
    .rsp_ready_o(mtt_rsp_ready),
    .rsp_data_i (rd_rsp_data_i),
    .rsp_last_i (rd_rsp_last_i),
    .rsp_err_i  (rd_rsp_err_i),
    .mtt_we_o,
    .mtt_waddr_o,
    .mtt_wdata_o,
    .busy_o     (mtt_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Execution
  // ---------------------------------------------------------------------------------------------

  logic [7:0]                  status_q;
  logic [el_pkg::ObjDataW-1:0] data_q;
  logic [15:0]                 done_q;       // commands completed: entry of the next completion
  logic [15:0]                 slot;
  logic                        wr_again, out_empty, restarts, wr_open;

  // While a restart waits, commands that were fetched are forgotten.
  assign cmd_ready = state_q == StIdle;
  assign out_empty = !wr_valid_o && !wr_data_valid_o && !eqe_valid_o;
  assign restarts  = stop_q && fetch_idle && state_q == StIdle && out_empty && !wr_open;
  assign slot      = done_q & ((16'd1 << csr_i.cfg.log_size[3:0]) - 16'd1);
  assign done      = state_q == StComplete && out_empty;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      state_q         <= StIdle;
      stop_q          <= 1'b0;
      done_q          <= '0;
      obj_valid_o     <= '0;
      completed_o     <= 1'b0;
      wr_valid_o      <= 1'b0;
      wr_data_valid_o <= 1'b0;
      eqe_valid_o     <= 1'b0;
    end else begin
      if (csr_i.restart) stop_q <= 1'b1;
      else if (restarts) stop_q <= 1'b0;
      completed_o <= 1'b0;
      if (wr_again) wr_valid_o <= 1'b1;
      else if (wr_ready_i) wr_valid_o <= 1'b0;
      if (wr_data_ready_i && !wr_again) wr_data_valid_o <= 1'b0;
      if (eqe_ready_i) eqe_valid_o <= 1'b0;
      obj_valid_o <= obj_valid_o & ~obj_rsp_valid_i;
      unique case (state_q)
        StIdle: if (cmd_valid && !stop_q) state_q <= StDecode;
        StDecode: begin
          if (mtt_start) state_q <= StTable;
          else if (!cmd_err_q && route.owner != '0) begin
            obj_valid_o <= route.owner;
            state_q     <= StObject;
          end else state_q <= StComplete;
        end
        StObject: if ((obj_valid_o & obj_rsp_valid_i) != '0) state_q <= StComplete;
        StTable: if (mtt_done) state_q <= StComplete;
        StComplete: begin
          // A command of a ring that is gone gets no completion.
          if (stop_q) state_q <= StIdle;
          else if (done) begin
            wr_valid_o      <= 1'b1;
            wr_data_valid_o <= 1'b1;
            completed_o     <= 1'b1;
            done_q          <= done_q + 16'd1;
            state_q         <= csr_i.cfg.post_event ? StWrite : StIdle;
          end
        end
        StWrite: if (!wr_data_valid_o) state_q <= StEvent;
        default: begin  // StEvent
          eqe_valid_o <= 1'b1;
          state_q     <= StIdle;
        end
      endcase
      if (restarts) done_q <= '0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == StIdle && cmd_valid) begin
      cmd_q     <= cmd_word;
      cmd_err_q <= cmd_err;
    end
    if (state_q == StDecode) begin
      data_q   <= '0;
      status_q <= cmd_err_q ? el_regs_pkg::AdminStatusDmaError
                            : (route.is_mtt && mtt_bad) ? el_regs_pkg::AdminStatusBadParam
                                                        : route.status;
    end
    if (state_q == StTable && mtt_done && mtt_err) begin
      status_q <= el_regs_pkg::AdminStatusDmaError;
    end
    if (state_q == StObject) begin
      for (int o = 0; o < int'(N); o++) begin
        if (obj_valid_o[o] && obj_rsp_valid_i[o]) begin
          status_q <= obj_rsp_i[o].status;
          data_q   <= obj_rsp_i[o].data;
        end
      end
    end
    if (state_q == StEvent) begin
      eqe_o.eqn <= '0;
      eqe_o.eqe <= el_host_pkg::make_eqe(el_regs_pkg::EqeTypeAdmin, status_q, 32'(cmd_q.cookie));
    end
  end

  assign obj_req_o.verb  = cmd_q.verb;
  assign obj_req_o.kind  = cmd_q.kind;
  assign obj_req_o.index = cmd_q.index[23:0];
  assign obj_req_o.mask  = cmd_q.mask;
  assign obj_req_o.data  = cmd_q.data;

  el_open_writes u_open (
    .clk_i,
    .rst_i,
    .begin_i(wr_valid_o && wr_ready_i),
    .end_i  (wr_done_i),
    .open_o (wr_open)
  );

  // ---------------------------------------------------------------------------------------------
  // Completion
  // ---------------------------------------------------------------------------------------------

  el_regs_pkg::admin_cpl_t out_q;

  function automatic el_regs_pkg::admin_cpl_t completion(logic [15:0] cookie, logic [31:0] index,
                                                         logic [7:0] status, logic phase,
                                                         logic [el_pkg::ObjDataW-1:0] data);
    el_regs_pkg::admin_cpl_t c;
    c        = '0;
    c.cookie = cookie;
    c.index  = index;
    c.status = status;
    c.phase  = {7'd0, phase};
    c.data   = data;
    return c;
  endfunction

  always_ff @(posedge clk_i) begin
    if (done) begin
      wr_o.addr  <= {csr_i.cq_base[63:6], 6'd0} + {42'd0, slot, 6'(64 - WrBytes)};
      wr_o.len   <= el_pkg::DmaLenW'(WrBytes);
      wr_o.track <= 1'b1;
      // A command that could not be read has no cookie to return.
      out_q      <= completion(cmd_err_q ? '0 : cmd_q.cookie, cmd_err_q ? '0 : cmd_q.index,
                               status_q,
                               ((done_q >> csr_i.cfg.log_size[3:0]) & 16'd1) == '0, data_q);
    end
    if (wr_again) wr_o.addr[5] <= 1'b0;
  end

  if (DataW >= 512) begin : gen_one_beat
    assign wr_data_o = DataW'(out_q);
    assign wr_again  = 1'b0;
  end else begin : gen_two_writes
    // The half with the phase is written behind the other one, not beside it.
    logic second_q;
    always_ff @(posedge clk_i) begin
      if (rst_i || done) second_q <= 1'b0;
      else if (wr_again) second_q <= 1'b1;
    end
    assign wr_data_o = second_q ? out_q[DataW-1:0] : out_q[511:512-DataW];
    assign wr_again  = wr_data_valid_o && wr_data_ready_i && !second_q;
  end

  assign stopping_o     = stop_q;
  assign busy_o         = state_q != StIdle || stop_q || cmd_valid || fetch_busy || mtt_busy ||
                          rd_valid_o || !out_empty || completed_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneOwner_A, (obj_valid_o & (obj_valid_o - N'(1))) == '0)
  `EL_ASSERT(AnswerWasAskedFor_A, (obj_rsp_valid_i & ~obj_valid_o) == '0)
  `EL_ASSERT_NEXT(EventHeld_A, eqe_valid_o && !eqe_ready_i,
                  eqe_valid_o && eqe_o == $past(eqe_o))

endmodule : el_admin
