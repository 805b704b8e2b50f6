// SPDX-License-Identifier: Apache-2.0
//
// Realigns the beats that one read client gets and holds them until the client takes them.
//
// Latency 1 cycle, throughput 1 beat a cycle, storage 4 beats and the previous memory beat.
// The scheduler sends a beat only when count_o leaves room, so there is no back-pressure.
// Contract: docs/reference/rtl-interfaces.md, "DMA".

`include "el_assert.svh"

module el_dma_rd_lane #(
  parameter  int unsigned DataW = 512,
  localparam int unsigned OffW  = $clog2(DataW / 8)
) (
  input  logic                        clk_i,
  input  logic                        rst_i,

  // One memory beat
  input  logic                        op_valid_i,
  input  logic                        op_emit_i,     // a beat leaves
  input  logic                        op_old_i,      // the low bytes come from the previous beat
  input  logic                        op_last_i,     // the beat that leaves ends the request
  input  logic                        op_err_i,
  input  logic [OffW-1:0]             op_shift_i,    // offset of the first byte in its beat
  input  logic [OffW-1:0]             op_tail_i,     // bytes of the last beat, minus 1
  input  logic [el_pkg::DmaUserW-1:0] op_user_i,
  input  logic [DataW-1:0]            op_data_i,

  // What is left of the beat before leaves and ends its request; beside it no other beat leaves
  input  logic                        flush_i,
  input  logic                        flush_err_i,
  input  logic [OffW-1:0]             flush_shift_i,
  input  logic [OffW-1:0]             flush_tail_i,
  input  logic [el_pkg::DmaUserW-1:0] flush_user_i,

  // Response, from flops
  output logic                        rsp_valid_o,
  input  logic                        rsp_ready_i,
  output logic [DataW-1:0]            rsp_data_o,
  output logic                        rsp_last_o,
  output logic                        rsp_err_o,
  output logic [el_pkg::DmaUserW-1:0] rsp_user_o,

  output logic [2:0]                  count_o        // beats held
);

  localparam int unsigned Depth = 4;
  localparam int unsigned WordW = DataW + 2 + el_pkg::DmaUserW;

  logic [WordW-1:0] mem_q [Depth];
  logic [WordW-1:0] out_q;
  logic [DataW-1:0] prev_q;
  logic [2:0]       count_q;
  logic [1:0]       wptr_q, rptr_q;
  logic             push, pop, bypass, load;

  assign push   = (op_valid_i && op_emit_i) || flush_i;
  assign pop    = rsp_valid_o && rsp_ready_i;
  assign bypass = push && (count_q == '0 || (count_q == 3'd1 && pop));
  assign load   = pop && count_q > 3'd1;

  assign rsp_valid_o = count_q != '0;
  assign {rsp_user_o, rsp_err_o, rsp_last_o, rsp_data_o} = out_q;
  assign count_o     = count_q;

  // The byte at the request's address goes to lane 0; bytes behind the end become zero.
  function automatic logic [DataW-1:0] align(logic [DataW-1:0] cur, logic [DataW-1:0] prev,
                                             logic use_prev, logic use_cur, logic last,
                                             logic [OffW-1:0] shift, logic [OffW-1:0] tail);
    logic [DataW-1:0] r;
    if (shift == '0) begin
      r = cur;
    end else begin
      r = (use_prev ? prev : cur) >> {shift, 3'b000};
      if (use_prev && use_cur) r = r | (cur << ((OffW+4)'(DataW) - (OffW+4)'({shift, 3'b000})));
    end
    if (last && tail != '1) r = r & ~({DataW{1'b1}} << ({1'b0, tail, 3'b000} + (OffW+4)'(8)));
    return r;
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      count_q <= '0;
      wptr_q  <= '0;
      rptr_q  <= '0;
    end else begin
      if (push != pop) count_q <= push ? count_q + 3'd1 : count_q - 3'd1;
      if (push && !bypass) wptr_q <= wptr_q + 2'd1;
      if (load) rptr_q <= rptr_q + 2'd1;
    end
  end

  // Data has no reset: it is read only while it counts.
  always_ff @(posedge clk_i) begin
    automatic logic [WordW-1:0] word;
    if (push) begin
      word = {flush_i ? {flush_user_i, flush_err_i, 1'b1} : {op_user_i, op_err_i, op_last_i},
              align(op_data_i, prev_q, flush_i || op_old_i, !flush_i, flush_i || op_last_i,
                    flush_i ? flush_shift_i : op_shift_i, flush_i ? flush_tail_i : op_tail_i)};
      if (bypass) out_q <= word;
      else mem_q[wptr_q] <= word;
    end
    if (load) out_q <= mem_q[rptr_q];
    if (op_valid_i) prev_q <= op_data_i;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneLeaves_A, !(flush_i && op_valid_i && op_emit_i))
  `EL_ASSERT(FlushIsShifted_A, !flush_i || flush_shift_i != '0)
  `EL_ASSERT(RoomWasReserved_A, !push || count_q != 3'(Depth))
  `EL_ASSERT_NEXT(HeldWhenStalled_A, rsp_valid_o && !rsp_ready_i,
                  rsp_valid_o && rsp_data_o == $past(rsp_data_o))

endmodule : el_dma_rd_lane
