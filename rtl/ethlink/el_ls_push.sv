// SPDX-License-Identifier: Apache-2.0
//
// Commands pushed through a doorbell page (LsCmd) become operations.
//
// Latency 2 cycles, throughput one 64-byte unit a cycle; storage 4 units and the open command.
// A malformed descriptor is consumed whole and carries its LsStatus on.
// Contract: docs/reference/load-store.md, "Pushed commands".

`include "el_assert.svh"

module el_ls_push (
  input  logic                   clk_i,
  input  logic                   rst_i,

  // Units of 64 bytes: the LsCmd, then its data.
  input  logic                   push_valid_i,
  output logic                   push_ready_o,
  input  logic [15:0]            push_ctx_i,
  input  logic                   push_first_i,
  input  logic                   push_last_i,
  input  logic [511:0]           push_data_i,

  output logic                   op_valid_o,
  input  logic                   op_ready_i,
  output el_ls_eng_pkg::op_t     op_o,
  output logic [511:0]           op_data_o,
  output el_regs_pkg::ls_cmd_t   op_cmd_o,    // operands, mask and full address

  output logic                   busy_o
);

  logic                 in_valid, in_pop, in_first, in_last;
  logic [15:0]          in_ctx;
  el_regs_pkg::ls_cmd_t cmd_q;
  logic [15:0]          ctx_q;
  logic                 hold_q;     // cmd_q is an open command
  logic                 single_q;   // it has no data units
  logic                 started_q;  // its first data unit left
  logic                 op_last, op_fire, load;
  logic [7:0]           status;
  logic                 store, atomic;
  logic [15:0]          units;

  el_fifo #(.Width(530), .Depth(4)) u_in (
    .clk_i, .rst_i,
    .in_valid_i(push_valid_i), .in_ready_o(push_ready_o),
    .in_data_i({push_ctx_i, push_first_i, push_last_i, push_data_i}),
    .out_valid_o(in_valid), .out_ready_i(in_pop),
    .out_data_o({in_ctx, in_first, in_last, op_data_o}),
    .count_o()
  );

  assign op_valid_o = hold_q && (single_q || in_valid);
  assign op_last    = single_q || in_last;
  assign op_fire    = op_valid_o && op_ready_i;
  assign load       = in_valid && (!hold_q || (op_fire && single_q));
  assign in_pop     = load || (op_fire && !single_q);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      hold_q    <= 1'b0;
      single_q  <= 1'b0;
      started_q <= 1'b0;
    end else begin
      if (load) begin
        hold_q    <= 1'b1;
        single_q  <= in_last;
        started_q <= 1'b0;
      end else if (op_fire) begin
        hold_q    <= !op_last;
        started_q <= 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (load) begin
      cmd_q <= el_regs_pkg::ls_cmd_t'(op_data_o);
      ctx_q <= in_ctx;
    end
  end

  assign store  = el_ls_eng_pkg::is_store(cmd_q.opcode);
  assign atomic = el_ls_eng_pkg::is_atomic(cmd_q.opcode);
  assign units  = 16'd1 + (store ? 16'((32'(cmd_q.length) + 32'd63) >> 6) : 16'd0);

  always_comb begin
    status = el_regs_pkg::LsStatusOk;
    if (!store && !atomic && cmd_q.opcode != el_regs_pkg::LsOpFence) begin
      status = el_regs_pkg::LsStatusUnsupported;
    end else if ((store && !el_ls_eng_pkg::block_size(cmd_q.length)) ||
                 (atomic && cmd_q.length != 16'd4 && cmd_q.length != 16'd8) ||
                 (!store && !atomic && cmd_q.length != 16'd0) || 16'(cmd_q.num_units) != units ||
                 single_q != (units == 16'd1)) begin
      status = el_regs_pkg::LsStatusLength;
    end else if (cmd_q.addr[63:el_ls_eng_pkg::ApAddrW] != '0) begin
      status = el_regs_pkg::LsStatusRange;
    end else if ((store || atomic) && (cmd_q.addr[15:0] & (cmd_q.length - 16'd1)) != '0) begin
      status = el_regs_pkg::LsStatusUnaligned;
    end else if (cmd_q.opcode == el_regs_pkg::LsOpStoreNotify) begin
      if (cmd_q.operand1[63:el_ls_eng_pkg::ApAddrW] != '0) status = el_regs_pkg::LsStatusRange;
      else if (cmd_q.operand1[2:0] != '0) status = el_regs_pkg::LsStatusUnaligned;
    end
  end

  always_comb begin
    op_o           = '0;
    op_o.src       = el_ls_eng_pkg::SrcPush;
    op_o.opcode    = cmd_q.opcode;
    op_o.addr      = cmd_q.addr[el_ls_eng_pkg::ApAddrW-1:0];
    op_o.bytes     = cmd_q.length[8:0];
    op_o.cmd_first = !started_q;
    op_o.cmd_last  = op_last;
    op_o.bst_first = !started_q;
    op_o.bst_last  = op_last;
    op_o.beats     = 3'd1;
    op_o.ctx       = ctx_q;
    op_o.cookie    = cmd_q.cookie;
    op_o.cqn       = cmd_q.cqn;
    op_o.status    = status;
  end

  assign op_cmd_o = cmd_q;
  assign busy_o   = in_valid || op_valid_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(CommandStartsWithFirst_A, !load || in_first)
  `EL_ASSERT(DataIsNotFirst_A, !(op_fire && !single_q) || !in_first)

endmodule : el_ls_push
