// SPDX-License-Identifier: Apache-2.0
//
// Completion queues: table, writer, doorbells and events.
//
// Latency: cqe_valid_i to the write request 2 cycles; throughput 1 completion a cycle;
// storage Cfg.Cqs queues in block RAM.
// Every operation reads the queue's state in one cycle and changes it in the next; a following
// operation on the same queue gets the changed state forwarded.
// Contract: docs/reference/host-interface.md, "Completion queues".

`include "el_assert.svh"

module el_cq #(
  parameter  el_pkg::cfg_t Cfg        = el_pkg::CfgDefault,
  parameter  int unsigned  NumClients = 3,
  parameter  logic [31:0]  FirstEntry = 32'd0,  // count of the first entry: tests of the wrap
  localparam int unsigned  DataW      = Cfg.DataW
) (
  input  logic                              clk_i,
  input  logic                              rst_i,
  input  el_pkg::cycles_t                   now_i,

  // Completions
  input  logic [NumClients-1:0]             cqe_valid_i,
  output logic [NumClients-1:0]             cqe_ready_o,
  input  el_pkg::cqe_req_t [NumClients-1:0] cqe_i,

  // Doorbells, and the report of bad ones (pulse)
  input  logic                              db_valid_i,
  output logic                              db_ready_o,
  input  el_host_pkg::cqdb_t                db_i,
  output logic                              bad_valid_o,
  output logic [15:0]                       bad_ctx_o,

  // Object Cq
  input  logic                              obj_valid_i,
  input  el_pkg::obj_req_t                  obj_req_i,
  output logic                              obj_rsp_valid_o,
  output el_pkg::obj_rsp_t                  obj_rsp_o,

  // DMA write client, from flops
  output logic                              wr_valid_o,
  input  logic                              wr_ready_i,
  output el_pkg::dma_wr_req_t               wr_o,
  output logic                              wr_data_valid_o,
  input  logic                              wr_data_ready_i,
  output logic [DataW-1:0]                  wr_data_o,

  // Events, offered when the DMA engine took the completions before them
  output logic                              eqe_valid_o,
  input  logic                              eqe_ready_i,
  output el_pkg::eqe_req_t                  eqe_o,

  // Queue pairs that lost a completion
  output logic                              fail_valid_o,
  input  logic                              fail_ready_i,
  output logic [23:0]                       fail_qpn_o,

  output logic                              written_o,  // pulse: counted
  output logic                              lost_o,     // pulse: counted
  output logic                              busy_o
);

  localparam int unsigned Cqs  = Cfg.Cqs;
  localparam int unsigned CqW  = $clog2(Cqs);
  localparam int unsigned Ops  = NumClients + 2;  // completions, doorbells, objects
  localparam int unsigned OpW  = $clog2(Ops);
  localparam int unsigned OpDb = NumClients;
  localparam int unsigned OpObj = NumClients + 1;

  // ---------------------------------------------------------------------------------------------
  // First cycle: pick an operation and read its queue
  // ---------------------------------------------------------------------------------------------

  logic [Ops-1:0]  asks, grant;
  logic [OpW-1:0]  pick;
  logic            any, take, advance, valid_q, obj_waits, obj_done_q;
  logic [OpW-1:0]  op_q;
  logic [23:0]     cqn, cqn_q;
  logic [CqW-1:0]  cq_q;

  // Operations of the second cycle
  logic               is_cqe, is_db, is_obj;
  logic [255:0]       cqe_q;
  logic               solicited_q;
  el_host_pkg::cqdb_t db_q;

  // An object request is taken alone, and once.
  assign obj_waits   = obj_valid_i && !obj_done_q;
  assign asks        = obj_waits ? Ops'(!valid_q && !wr_valid_o && !wr_data_valid_o) << OpObj
                                 : Ops'({db_valid_i, cqe_valid_i});
  assign take        = any && (!valid_q || (advance && !is_obj));
  assign cqe_ready_o = take ? grant[NumClients-1:0] : '0;
  assign db_ready_o  = take && grant[OpDb];

  el_arbiter_rr #(
    .N(Ops)
  ) u_arb (
    .clk_i,
    .rst_i,
    .req_i        (asks),
    .advance_i    (take),
    .grant_o      (grant),
    .grant_idx_o  (pick),
    .grant_valid_o(any)
  );

  always_comb begin
    cqn = 24'(obj_req_i.index);
    if (grant[OpDb]) cqn = db_i.cqn;
    for (int c = 0; c < int'(NumClients); c++) begin
      if (grant[c]) cqn = 24'(cqe_i[c].cqn);
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      op_q  <= pick;
      cqn_q <= cqn;
      if (grant[OpDb]) db_q <= db_i;
      if (32'(pick) < NumClients) begin
        cqe_q       <= cqe_i[pick].cqe;
        solicited_q <= cqe_i[pick].solicited;
      end
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Table
  // ---------------------------------------------------------------------------------------------

  logic [Cqs-1:0]         alive_q;
  el_host_pkg::cq_conf_t  conf, conf_new;
  el_host_pkg::cq_state_t ram_state, fwd_state_q, state, state_new;
  logic                   conf_we, state_we, fwd_q, exists;

  assign cq_q   = cqn_q[CqW-1:0];
  assign exists = 32'(cqn_q) < Cqs && alive_q[cq_q];
  assign state  = fwd_q ? fwd_state_q : ram_state;

  el_ram_1r1w #(
    .Width($bits(el_host_pkg::cq_conf_t)),
    .Depth(Cqs)
  ) u_conf (
    .clk_i,
    .rst_i,
    .we_i   (conf_we),
    .waddr_i(cq_q),
    .wdata_i(conf_new),
    .re_i   (take),
    .raddr_i(cqn[CqW-1:0]),
    .rdata_o(conf)
  );

  el_ram_1r1w #(
    .Width($bits(el_host_pkg::cq_state_t)),
    .Depth(Cqs)
  ) u_state (
    .clk_i,
    .rst_i,
    .we_i   (state_we),
    .waddr_i(cq_q),
    .wdata_i(state_new),
    .re_i   (take),
    .raddr_i(cqn[CqW-1:0]),
    .rdata_o(ram_state)
  );

  always_ff @(posedge clk_i) begin
    if (take) begin
      // The RAM returns the word as it was before this edge.
      fwd_q       <= state_we && cq_q == cqn[CqW-1:0];
      fwd_state_q <= state_new;
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Second cycle: what changes
  // ---------------------------------------------------------------------------------------------

  logic        write, lost, bad, out_free, event_q;
  logic        completes, overflows;  // which event is due
  logic        creates, resizes, ring_ok;
  logic [31:0] slot;
  logic [7:0]  obj_status;
  el_regs_pkg::obj_cq_t obj;
  el_regs_pkg::cqe_t    cqe;
  logic                 unused_bits;

  assign is_cqe   = valid_q && 32'(op_q) < NumClients;
  assign is_db    = valid_q && 32'(op_q) == OpDb;
  assign is_obj   = valid_q && 32'(op_q) == OpObj;
  assign cqe      = cqe_q;
  assign obj      = obj_req_i.data;
  assign out_free = (!wr_valid_o || wr_ready_i) && (!wr_data_valid_o || wr_data_ready_i) &&
                    !event_q;
  assign advance  = valid_q && out_free;
  assign slot     = state.producer & ((32'd1 << conf.log_size) - 32'd1);

  el_cq_next #(
    .FirstEntry(FirstEntry)
  ) u_next (
    .is_cqe_i   (is_cqe),
    .is_db_i    (is_db),
    .exists_i   (exists),
    .wakes_i    (solicited_q || cqe.status != el_regs_pkg::WcStatusSuccess),
    .db_i       (db_q),
    .conf_i     (conf),
    .state_i    (state),
    .state_o    (state_new),
    .write_o    (write),
    .lost_o     (lost),
    .bad_o      (bad),
    .completes_o(completes),
    .overflows_o(overflows)
  );

  // A new ring takes effect between two completions; the counts go on.
  assign creates  = obj_req_i.verb == el_regs_pkg::AdminVerbCreate;
  assign resizes  = obj_req_i.verb == el_regs_pkg::AdminVerbModify;
  assign conf_we  = advance && is_obj && obj_status == el_regs_pkg::AdminStatusOk &&
                    (creates || resizes);
  assign state_we = (conf_we && creates) ||
                    (advance && exists && (is_cqe || (is_db && !bad)));

  always_comb begin
    conf_new          = '0;
    conf_new.base     = obj.base[63:6];
    conf_new.log_size = obj.log_size[4:0];
    conf_new.eqn      = obj.eqn[4:0];
    conf_new.ctx      = obj.ctx;
    if (resizes) begin
      conf_new.eqn = conf.eqn;
      conf_new.ctx = conf.ctx;
    end
  end

  always_comb begin
    obj_status = el_regs_pkg::AdminStatusOk;
    ring_ok    = obj.base[5:0] == '0 && obj.log_size <= 8'd16;
    if (32'(cqn_q) >= Cqs) obj_status = el_regs_pkg::AdminStatusBadIndex;
    else if (creates) begin
      if (exists) obj_status = el_regs_pkg::AdminStatusBadState;
      else if (!ring_ok || 32'(obj.eqn) >= Cfg.Eqs || 32'(obj.ctx) >= Cfg.Ctxs)
        obj_status = el_regs_pkg::AdminStatusBadParam;
    end else if (resizes) begin
      if (!exists || state.error) obj_status = el_regs_pkg::AdminStatusBadState;
      else if (!ring_ok || obj_req_i.mask != 32'd1 << el_regs_pkg::CqMaskRing)
        obj_status = el_regs_pkg::AdminStatusBadParam;
      // Entries that software has not consumed must have a place in the new ring.
      else if (state.producer - state.consumer > 32'd1 << obj.log_size[4:0])
        obj_status = el_regs_pkg::AdminStatusBusy;
    end else if (obj_req_i.verb == el_regs_pkg::AdminVerbQuery ||
                 obj_req_i.verb == el_regs_pkg::AdminVerbDestroy) begin
      if (!exists) obj_status = el_regs_pkg::AdminStatusBadState;
    end else obj_status = el_regs_pkg::AdminStatusBadVerb;
  end

  function automatic logic [el_pkg::ObjDataW-1:0] query(el_host_pkg::cq_conf_t c,
                                                        logic [31:0] producer,
                                                        logic [31:0] consumer,
                                                        logic error);
    el_regs_pkg::obj_cq_t o;
    o          = '0;
    o.base     = {c.base, 6'd0};
    o.log_size = 8'(c.log_size);
    o.eqn      = 8'(c.eqn);
    o.ctx      = c.ctx;
    o.producer = producer;
    o.consumer = consumer;
    o.error    = 8'(error);
    return o;
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Results
  // ---------------------------------------------------------------------------------------------

  logic             event_ready, event_now;
  el_pkg::eqe_req_t event_data_q;
  logic [2:0]       event_count;
  logic [255:0]     out_q;

  function automatic logic [255:0] finish(logic [255:0] entry, logic [31:0] now, logic phase);
    el_regs_pkg::cqe_t c;
    c           = entry;
    c.timestamp = now;
    c.phase     = {7'd0, phase};
    return c;
  endfunction

  assign event_now = advance && (completes || overflows);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q         <= 1'b0;
      obj_done_q      <= 1'b0;
      alive_q         <= '0;
      wr_valid_o      <= 1'b0;
      wr_data_valid_o <= 1'b0;
      event_q         <= 1'b0;
      obj_rsp_valid_o <= 1'b0;
      bad_valid_o     <= 1'b0;
      written_o       <= 1'b0;
      lost_o          <= 1'b0;
    end else begin
      if (take) valid_q <= 1'b1;
      else if (advance) valid_q <= 1'b0;
      // The request stays valid while its answer is given.
      if (take && grant[OpObj]) obj_done_q <= 1'b1;
      else if (obj_rsp_valid_o) obj_done_q <= 1'b0;
      obj_rsp_valid_o <= advance && is_obj;
      bad_valid_o     <= advance && bad;
      written_o       <= advance && write;
      lost_o          <= advance && lost;
      if (advance && is_obj && obj_status == el_regs_pkg::AdminStatusOk) begin
        if (obj_req_i.verb == el_regs_pkg::AdminVerbCreate) alive_q[cq_q] <= 1'b1;
        if (obj_req_i.verb == el_regs_pkg::AdminVerbDestroy) alive_q[cq_q] <= 1'b0;
      end
      if (advance && write) begin
        wr_valid_o      <= 1'b1;
        wr_data_valid_o <= 1'b1;
      end else begin
        if (wr_ready_i) wr_valid_o <= 1'b0;
        if (wr_data_ready_i) wr_data_valid_o <= 1'b0;
      end
      if (event_now) event_q <= 1'b1;
      else if (event_ready && !wr_data_valid_o) event_q <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (advance && bad) bad_ctx_o <= 16'(db_q.ctx);
    if (advance && write) begin
      wr_o.addr  <= {conf.base, 6'd0} + {27'd0, slot, 5'd0};
      wr_o.len   <= el_pkg::DmaLenW'(32);
      wr_o.track <= 1'b0;
      out_q      <= finish(cqe_q, now_i[31:0],
                           ((state.producer >> conf.log_size) & 32'd1) == '0);
    end
    if (event_now) begin
      event_data_q.eqn <= conf.eqn;
      event_data_q.eqe <= el_host_pkg::make_eqe(overflows ? el_regs_pkg::EqeTypeCqOverflow
                                                          : el_regs_pkg::EqeTypeCompletion,
                                                8'd0, 32'(cqn_q));
    end
    if (advance && is_obj) begin
      obj_rsp_o.status <= obj_status;
      // After MODIFY: the producer is the first entry of the new ring.
      obj_rsp_o.data   <= ((obj_req_i.verb == el_regs_pkg::AdminVerbQuery || resizes) &&
                           obj_status == el_regs_pkg::AdminStatusOk)
                          ? query(resizes ? conf_new : conf, state.producer, state.consumer,
                                  state.error) : '0;
    end
  end

  el_fifo #(
    .Width($bits(el_pkg::eqe_req_t)),
    .Depth(4)
  ) u_events (
    .clk_i,
    .rst_i,
    .in_valid_i (event_q && !wr_data_valid_o),
    .in_ready_o (event_ready),
    .in_data_i  (event_data_q),
    .out_valid_o(eqe_valid_o),
    .out_ready_i(eqe_ready_i),
    .out_data_o (eqe_o),
    .count_o    (event_count)
  );

  el_cq_fail #(
    .Qps(Cfg.Qps)
  ) u_fail (
    .clk_i,
    .rst_i,
    .lost_valid_i(advance && lost && cqe.opcode != el_regs_pkg::CqeOpLoadStore),
    .lost_qpn_i  (cqe.qpn),
    .fail_valid_o,
    .fail_ready_i,
    .fail_qpn_o
  );

  assign wr_data_o   = DataW'(out_q);
  assign unused_bits = ^obj_req_i ^ ^obj ^ ^cqe ^ ^now_i ^ ^db_q;
  assign busy_o      = valid_q || wr_valid_o || wr_data_valid_o || event_q || event_count != '0 ||
                       obj_rsp_valid_o || obj_done_q || bad_valid_o || written_o || lost_o ||
                       fail_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ConsumerBehindProducer_A,
             !((is_cqe || is_db) && exists) ||
             state.producer - state.consumer <= 32'd1 << conf.log_size)
  `EL_ASSERT(EventIsTakenAlone_A, !event_now || !event_q)
  `EL_ASSERT_NEXT(WriteHeld_A, wr_data_valid_o && !wr_data_ready_i,
                  wr_data_valid_o && wr_data_o == $past(wr_data_o))

endmodule : el_cq
