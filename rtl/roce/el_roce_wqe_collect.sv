// SPDX-License-Identifier: Apache-2.0
//
// Gathers the units of a descriptor, and keeps inline bytes in a memory of their own.
//
// Latency 1 cycle from the last unit; throughput a descriptor of n units in max(n, 2) cycles.
// Inline units are consumed later, in the order of their descriptors, also of those that are
// dropped in between: every descriptor says how many it has.

`include "el_assert.svh"

module el_roce_wqe_collect #(
  parameter int unsigned Depth = 16  // inline units, power of two
) (
  input  logic                             clk_i,
  input  logic                             rst_i,

  input  logic                             unit_valid_i,
  output logic                             unit_ready_o,
  input  el_roce_sq_pkg::unit_t            unit_i,

  output logic                             desc_valid_o,
  input  logic                             desc_ready_i,
  output el_roce_sq_pkg::desc_t            desc_o,

  // Oldest inline unit; pop only when an operation said that it is there.
  output logic [el_roce_sq_pkg::UnitW-1:0] inline_data_o,
  input  logic                             inline_pop_i,

  output logic                             busy_o
);

  localparam int unsigned PtrW = $clog2(Depth);

  el_roce_sq_pkg::desc_t            desc_q;
  logic                             valid_q, open_q, take, store, is_inline, room;
  logic [2:0]                       want_q, undo;
  logic [PtrW:0]                    used_q;
  logic [PtrW-1:0]                  wptr_q, rptr_q;
  logic [el_roce_sq_pkg::UnitW-1:0] mem_q [Depth];
  el_regs_pkg::sq_wqe_t             head;

  // Units that a good descriptor needs for its inline bytes; a bad one keeps what it has.
  function automatic logic [2:0] inline_units(el_regs_pkg::sq_wqe_t w);
    if (!w.flags[el_regs_pkg::WqeFlagInline]) return '0;
    if (w.length > el_roce_sq_pkg::MaxInline) return 3'd4;
    return 3'((w.length[8:0] + 9'd63) >> 6);
  endfunction

  assign head         = unit_i.data;
  assign room         = used_q != (PtrW+1)'(Depth);
  assign is_inline    = !unit_i.first && open_q && desc_q.inline_n < want_q;
  // The next descriptor may start in the cycle in which this one is taken.
  assign unit_ready_o = (!valid_q || desc_ready_i) && (!is_inline || room);
  assign take         = unit_valid_i && unit_ready_o;
  assign store        = take && is_inline;
  // The rest of the descriptor before was dropped on the way: its bytes are the newest here.
  assign undo         = (take && unit_i.first && open_q) ? desc_q.inline_n : '0;
  assign desc_valid_o = valid_q;
  assign desc_o       = desc_q;
  assign inline_data_o = mem_q[rptr_q];

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 1'b0;
      open_q  <= 1'b0;
      used_q  <= '0;
      wptr_q  <= '0;
      rptr_q  <= '0;
    end else begin
      if (take) begin
        valid_q <= unit_i.last && (unit_i.first || open_q);
        open_q  <= !unit_i.last && (unit_i.first || open_q);
      end else if (desc_ready_i) begin
        valid_q <= 1'b0;
      end
      if (store || inline_pop_i || undo != '0) begin
        used_q <= used_q + (PtrW+1)'(store) - (PtrW+1)'(inline_pop_i) - (PtrW+1)'(undo);
      end
      if (store || undo != '0) wptr_q <= wptr_q + PtrW'(store) - PtrW'(undo);
      if (inline_pop_i) rptr_q <= rptr_q + PtrW'(1);
    end
  end

  always_ff @(posedge clk_i) begin
    if (take && unit_i.first) begin
      want_q          <= inline_units(head);
      desc_q.qpn      <= unit_i.qpn;
      desc_q.gen      <= unit_i.gen;
      desc_q.bad      <= unit_i.bad;
      desc_q.err      <= unit_i.err;
      desc_q.idx      <= unit_i.idx;
      desc_q.next_idx <= unit_i.next_idx;
      desc_q.units    <= 3'd1;
      desc_q.inline_n <= '0;
      desc_q.head     <= head;
    end else if (take) begin
      desc_q.units <= desc_q.units + 3'd1;
      desc_q.err   <= desc_q.err || unit_i.err;
      if (is_inline) desc_q.inline_n <= desc_q.inline_n + 3'd1;
      if (desc_q.units == 3'd1) desc_q.more <= unit_i.data;
    end
    if (store) mem_q[wptr_q] <= unit_i.data;
  end

  assign busy_o = valid_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(UsedInRange_A, used_q <= (PtrW+1)'(Depth))
  `EL_ASSERT(PopsWhatIsThere_A, !inline_pop_i || used_q != '0)

endmodule : el_roce_wqe_collect
