// SPDX-License-Identifier: Apache-2.0
//
// Event queues: table, writer, and the MSI-X vectors that they fire.
//
// Latency: eqe_valid_i to the write request 2 cycles; throughput 1 event a cycle;
// storage Cfg.Eqs queues and one event.
// An event that finds its queue full or absent is lost and counted; nothing waits for software.
// The vector fires when the DMA engine took the event, so its message is ordered behind it.
// Contract: docs/reference/host-interface.md, "Event queues".

`include "el_assert.svh"

module el_eq #(
  parameter  el_pkg::cfg_t Cfg        = el_pkg::CfgDefault,
  parameter  int unsigned  NumClients = 7,
  parameter  logic [31:0]  FirstEntry = 32'd0,     // count of the first entry: tests of the wrap
  localparam int unsigned  Eqs        = Cfg.Eqs,
  localparam int unsigned  EqW        = $clog2(Eqs),
  localparam int unsigned  DataW      = Cfg.DataW
) (
  input  logic                              clk_i,
  input  logic                              rst_i,
  input  el_pkg::cycles_t                   now_i,

  // Events
  input  logic [NumClients-1:0]             eqe_valid_i,
  output logic [NumClients-1:0]             eqe_ready_o,
  input  el_pkg::eqe_req_t [NumClients-1:0] eqe_i,

  // Entries handed back by software (pulse)
  input  logic                              consumer_valid_i,
  input  logic [7:0]                        consumer_eqn_i,
  input  logic [31:0]                       consumer_i,

  // Object Eq
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

  output logic                              fire_valid_o,  // pulse: send the vector's message
  output logic [EqW-1:0]                    fire_vec_o,

  output logic                              written_o,     // pulse: counted
  output logic                              lost_o,        // pulse: counted
  output logic                              busy_o
);

  localparam int unsigned CliW = (NumClients > 1) ? $clog2(NumClients) : 1;

  logic [Eqs-1:0] alive_q, irq_q;
  logic [63:0]    base_q [Eqs];
  logic [4:0]     log_q [Eqs];
  logic [31:0]    producer_q [Eqs];
  logic [31:0]    consumer_q [Eqs];

  // ---------------------------------------------------------------------------------------------
  // Take one event
  // ---------------------------------------------------------------------------------------------

  logic [NumClients-1:0] grant;
  logic [CliW-1:0]       pick;
  logic                  any, take, pending_q, step;
  logic [4:0]            eqn_q;
  logic [127:0]          event_q;

  // An object request goes first, so that a storm of events cannot hold it up.
  assign take        = any && (!pending_q || step) && (!obj_valid_i || obj_rsp_valid_o);
  assign eqe_ready_o = take ? grant : '0;

  el_arbiter_rr #(
    .N(NumClients)
  ) u_arb (
    .clk_i,
    .rst_i,
    .req_i        (eqe_valid_i),
    .advance_i    (take),
    .grant_o      (grant),
    .grant_idx_o  (pick),
    .grant_valid_o(any)
  );

  // ---------------------------------------------------------------------------------------------
  // Write it
  // ---------------------------------------------------------------------------------------------

  logic           out_free, exists, full, good, out_irq_q;
  logic [EqW-1:0] eq, out_eq_q;
  logic [31:0]    size, used, slot;
  logic [127:0]   out_q;

  function automatic logic [127:0] stamp(logic [127:0] event_in, logic [31:0] now, logic phase);
    el_regs_pkg::eqe_t e;
    e           = event_in;
    e.timestamp = now;
    e.phase     = {7'd0, phase};
    return e;
  endfunction

  assign out_free = (!wr_valid_o || wr_ready_i) && (!wr_data_valid_o || wr_data_ready_i);
  assign eq       = eqn_q[EqW-1:0];
  assign exists   = 32'(eqn_q) < Eqs && alive_q[eq];
  assign size     = 32'd1 << log_q[eq];
  assign used     = producer_q[eq] - consumer_q[eq];
  assign slot     = producer_q[eq] & (size - 32'd1);
  assign full     = used >= size;
  assign good     = exists && !full;
  assign step     = pending_q && (!good || out_free);

  // A message leaves when its event was taken by the DMA engine.
  assign fire_valid_o = wr_data_valid_o && wr_data_ready_i && out_irq_q;
  assign fire_vec_o   = out_eq_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      pending_q       <= 1'b0;
      wr_valid_o      <= 1'b0;
      wr_data_valid_o <= 1'b0;
      written_o       <= 1'b0;
      lost_o          <= 1'b0;
    end else begin
      if (take) pending_q <= 1'b1;
      else if (step) pending_q <= 1'b0;
      written_o <= step && good;
      lost_o    <= step && !good;
      if (step && good) begin
        wr_valid_o      <= 1'b1;
        wr_data_valid_o <= 1'b1;
      end else begin
        if (wr_ready_i) wr_valid_o <= 1'b0;
        if (wr_data_ready_i) wr_data_valid_o <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (take) begin
      eqn_q   <= eqe_i[pick].eqn;
      event_q <= eqe_i[pick].eqe;
    end
    if (step && good) begin
      wr_o.addr  <= base_q[eq] + {28'd0, slot, 4'd0};
      wr_o.len   <= el_pkg::DmaLenW'(16);
      wr_o.track <= 1'b0;
      out_q      <= stamp(event_q, now_i[31:0],
                          ((producer_q[eq] >> log_q[eq]) & 32'd1) == '0);
      out_irq_q  <= irq_q[eq];
      out_eq_q   <= eq;
    end
  end

  assign wr_data_o = DataW'(out_q);

  // ---------------------------------------------------------------------------------------------
  // Object, and what software consumed
  // ---------------------------------------------------------------------------------------------

  el_regs_pkg::obj_eq_t obj;
  logic [EqW-1:0]       obj_eq, con_eq;
  logic [7:0]           obj_status;
  logic                 obj_run, con_good, unused_bits;
  logic [31:0]          con_used;

  assign obj      = obj_req_i.data;
  assign obj_eq   = obj_req_i.index[EqW-1:0];
  // An object is touched only while no event is on its way.
  assign obj_run  = obj_valid_i && !obj_rsp_valid_o && !pending_q && !wr_valid_o &&
                    !wr_data_valid_o;
  assign con_eq   = consumer_eqn_i[EqW-1:0];
  assign con_used = producer_q[con_eq] - consumer_i;
  // Neither back nor beyond what was written.
  assign con_good = consumer_valid_i && 32'(consumer_eqn_i) < Eqs &&
                    con_used <= producer_q[con_eq] - consumer_q[con_eq];

  always_comb begin
    obj_status = el_regs_pkg::AdminStatusOk;
    if (32'(obj_req_i.index) >= Eqs) obj_status = el_regs_pkg::AdminStatusBadIndex;
    else if (obj_req_i.verb == el_regs_pkg::AdminVerbCreate) begin
      if (alive_q[obj_eq]) obj_status = el_regs_pkg::AdminStatusBadState;
      else if (obj.base[5:0] != '0 || obj.log_size < 8'd2 || obj.log_size > 8'd16 ||
               obj.irq > 8'd1) obj_status = el_regs_pkg::AdminStatusBadParam;
    end else if (obj_req_i.verb == el_regs_pkg::AdminVerbQuery ||
                 obj_req_i.verb == el_regs_pkg::AdminVerbDestroy) begin
      if (!alive_q[obj_eq]) obj_status = el_regs_pkg::AdminStatusBadState;
    end else obj_status = el_regs_pkg::AdminStatusBadVerb;
  end

  function automatic logic [el_pkg::ObjDataW-1:0] query(logic [63:0] base, logic [4:0] log_size,
                                                        logic irq);
    el_regs_pkg::obj_eq_t o;
    o          = '0;
    o.base     = base;
    o.log_size = 8'(log_size);
    o.irq      = 8'(irq);
    return o;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      alive_q         <= '0;
      obj_rsp_valid_o <= 1'b0;
    end else begin
      obj_rsp_valid_o <= obj_run;
      if (obj_run && obj_status == el_regs_pkg::AdminStatusOk) begin
        if (obj_req_i.verb == el_regs_pkg::AdminVerbCreate) alive_q[obj_eq] <= 1'b1;
        if (obj_req_i.verb == el_regs_pkg::AdminVerbDestroy) alive_q[obj_eq] <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (step && good) producer_q[eq] <= producer_q[eq] + 32'd1;
    if (con_good) consumer_q[con_eq] <= consumer_i;
    if (obj_run) begin
      obj_rsp_o.status <= obj_status;
      obj_rsp_o.data   <= (obj_req_i.verb == el_regs_pkg::AdminVerbQuery &&
                           obj_status == el_regs_pkg::AdminStatusOk)
                          ? query(base_q[obj_eq], log_q[obj_eq], irq_q[obj_eq]) : '0;
      if (obj_req_i.verb == el_regs_pkg::AdminVerbCreate &&
          obj_status == el_regs_pkg::AdminStatusOk) begin
        base_q[obj_eq]     <= obj.base;
        log_q[obj_eq]      <= obj.log_size[4:0];
        irq_q[obj_eq]      <= obj.irq[0];
        producer_q[obj_eq] <= FirstEntry;
        consumer_q[obj_eq] <= FirstEntry;
      end
    end
  end

  assign unused_bits = ^obj_req_i ^ ^obj ^ ^now_i;
  assign busy_o      = pending_q || wr_valid_o || wr_data_valid_o || written_o || lost_o ||
                       obj_rsp_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(EntryFitsPage_A, !wr_valid_o || 32'(wr_o.addr[11:0]) + 32'(wr_o.len) <= 32'd4096)
  `EL_ASSERT(NeverOverfills_A, !(step && good) || used < size)
  `EL_ASSERT_NEXT(WriteHeld_A, wr_data_valid_o && !wr_data_ready_i,
                  wr_data_valid_o && wr_data_o == $past(wr_data_o))

endmodule : el_eq
