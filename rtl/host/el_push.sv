// SPDX-License-Identifier: Apache-2.0
//
// Collects pushed descriptor units of each user context and hands over whole descriptors.
//
// Latency: last unit in to first unit out 1 cycle; throughput 1 unit a cycle each way;
// storage Slots units of 64 bytes a context. A descriptor leaves only when all its units are there.
// Units of different contexts may interleave; a unit out of turn ends that context's push as bad.
// Contract: docs/reference/host-interface.md, "Pushed descriptors".

`include "el_assert.svh"

module el_push #(
  parameter  int unsigned Ctxs      = 16,  // power of two, 2..64
  parameter  int unsigned UnitsByte = 3,   // byte of unit 0 that tells the number of units
  parameter  int unsigned MaxUnits  = 5,   // 1..7
  localparam int unsigned CtxW      = $clog2(Ctxs)
) (
  input  logic                          clk_i,
  input  logic                          rst_i,

  // Units in, unit_ready_o from flops and the unit's number
  input  logic                          unit_valid_i,
  output logic                          unit_ready_o,
  input  logic [CtxW-1:0]               unit_ctx_i,
  input  logic [3:0]                    unit_k_i,     // place of the unit in its area
  input  logic                          unit_whole_i, // all 64 bytes are written
  input  logic [el_host_pkg::LineW-1:0] unit_data_i,

  // Whole descriptors out
  output logic                          push_valid_o,
  input  logic                          push_ready_i,
  output el_host_pkg::push_t            push_o,

  output logic                          bad_o,        // pulse with unit_ctx_i: a push was dropped
  output logic                          busy_o
);

  localparam int unsigned Slots  = 16;
  localparam int unsigned SlotW  = 4;
  localparam int unsigned OrderW = CtxW + SlotW + 3;

  logic [Ctxs-1:0]  open_q;           // a push is under way
  logic [2:0]       next_q [Ctxs];    // its next unit
  logic [2:0]       units_q [Ctxs];   // its number of units
  logic [SlotW-1:0] base_q [Ctxs];    // slot of its unit 0
  logic [SlotW:0]   used_q [Ctxs];    // units of whole descriptors that were not read yet

  // ---------------------------------------------------------------------------------------------
  // Collect
  // ---------------------------------------------------------------------------------------------

  logic             take, start, follow, store, complete, order_ready;
  logic [2:0]       announced, units;
  logic [SlotW-1:0] slot;

  assign unit_ready_o = order_ready &&
                        used_q[unit_ctx_i] + (SlotW+1)'(unit_k_i) < (SlotW+1)'(Slots);
  assign take         = unit_valid_i && unit_ready_o;

  assign announced = (unit_data_i[8*UnitsByte +: 8] == '0 ||
                      unit_data_i[8*UnitsByte +: 8] > 8'(MaxUnits))
                     ? 3'd0 : unit_data_i[8*UnitsByte +: 3];
  // A first unit starts a push, whatever went before; another one must be the next of its push.
  assign start    = take && unit_k_i == '0 && unit_whole_i && announced != '0;
  assign follow   = take && unit_k_i != '0 && unit_whole_i && open_q[unit_ctx_i] &&
                    unit_k_i == {1'b0, next_q[unit_ctx_i]};
  assign store    = start || follow;
  assign units    = start ? announced : units_q[unit_ctx_i];
  assign complete = store && unit_k_i + 4'd1 == {1'b0, units};
  assign slot     = base_q[unit_ctx_i] + unit_k_i;
  assign bad_o    = take && (!store || (start && open_q[unit_ctx_i]));

  // ---------------------------------------------------------------------------------------------
  // Hand over, oldest descriptor first
  // ---------------------------------------------------------------------------------------------

  logic [OrderW-1:0] fresh, queued, head;
  logic              queued_valid, read, begin_desc, bypass;
  logic [4:0]        order_count;
  logic [CtxW-1:0]   head_ctx, rd_ctx, ctx_q;
  logic [SlotW-1:0]  head_slot, rd_slot, slot_q;
  logic [2:0]        head_units, left_q;
  logic              active_q;
  logic              out_first_q, out_last_q, out_bypass_q;
  logic [CtxW-1:0]   out_ctx_q;
  logic [el_host_pkg::LineW-1:0] ram_data, bypass_q;

  assign fresh      = {unit_ctx_i, base_q[unit_ctx_i], units};
  assign head       = queued_valid ? queued : fresh;
  assign {head_ctx, head_slot, head_units} = head;

  assign begin_desc = !active_q && (queued_valid || complete) && (!push_valid_o || push_ready_i);
  assign read       = begin_desc || (active_q && (!push_valid_o || push_ready_i));
  assign rd_ctx     = active_q ? ctx_q : head_ctx;
  assign rd_slot    = active_q ? slot_q : head_slot;
  // A unit that is written in this cycle cannot be read from the RAM yet.
  assign bypass     = store && rd_ctx == unit_ctx_i && rd_slot == slot;

  el_fifo #(
    .Width(OrderW),
    .Depth(16)
  ) u_order (
    .clk_i,
    .rst_i,
    .in_valid_i (complete && !(begin_desc && !queued_valid)),
    .in_ready_o (order_ready),
    .in_data_i  (fresh),
    .out_valid_o(queued_valid),
    .out_ready_i(begin_desc),
    .out_data_o (queued),
    .count_o    (order_count)
  );

  el_ram_1r1w #(
    .Width(el_host_pkg::LineW),
    .Depth(Ctxs * Slots)
  ) u_ram (
    .clk_i,
    .rst_i,
    .we_i   (store),
    .waddr_i({unit_ctx_i, slot}),
    .wdata_i(unit_data_i),
    .re_i   (read && !bypass),
    .raddr_i({rd_ctx, rd_slot}),
    .rdata_o(ram_data)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      open_q       <= '0;
      active_q     <= 1'b0;
      push_valid_o <= 1'b0;
      for (int c = 0; c < int'(Ctxs); c++) begin
        base_q[c] <= '0;
        used_q[c] <= '0;
      end
    end else begin
      if (take) open_q[unit_ctx_i] <= store && !complete;
      if (complete) base_q[unit_ctx_i] <= base_q[unit_ctx_i] + SlotW'(units);
      if (complete && read && rd_ctx == unit_ctx_i) begin
        used_q[unit_ctx_i] <= used_q[unit_ctx_i] + (SlotW+1)'(units) - (SlotW+1)'(1);
      end else begin
        if (complete) used_q[unit_ctx_i] <= used_q[unit_ctx_i] + (SlotW+1)'(units);
        if (read) used_q[rd_ctx] <= used_q[rd_ctx] - (SlotW+1)'(1);
      end
      if (read) push_valid_o <= 1'b1;
      else if (push_ready_i) push_valid_o <= 1'b0;
      if (begin_desc) active_q <= head_units != 3'd1;
      else if (read) active_q <= left_q != 3'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (store) begin
      next_q[unit_ctx_i]  <= unit_k_i[2:0] + 3'd1;
      units_q[unit_ctx_i] <= units;
    end
    if (read) begin
      ctx_q        <= rd_ctx;
      slot_q       <= rd_slot + SlotW'(1);
      left_q       <= begin_desc ? head_units - 3'd1 : left_q - 3'd1;
      out_ctx_q    <= rd_ctx;
      out_first_q  <= begin_desc;
      out_last_q   <= begin_desc ? head_units == 3'd1 : left_q == 3'd1;
      out_bypass_q <= bypass;
      if (bypass) bypass_q <= unit_data_i;
    end
  end

  assign push_o.ctx   = 8'(out_ctx_q);
  assign push_o.first = out_first_q;
  assign push_o.last  = out_last_q;
  assign push_o.data  = out_bypass_q ? bypass_q : ram_data;
  assign busy_o       = push_valid_o || active_q || order_count != '0;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(StoresInFreeSlot_A, !store || used_q[unit_ctx_i] < (SlotW+1)'(Slots))
  `EL_ASSERT(ReadsWholeUnits_A, !read || used_q[rd_ctx] != '0 ||
             (complete && rd_ctx == unit_ctx_i))
  `EL_ASSERT_NEXT(PushHeld_A, push_valid_o && !push_ready_i,
                  push_valid_o && push_o == $past(push_o))

endmodule : el_push
