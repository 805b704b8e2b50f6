// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_roce_wqe_units: 256-bit beats become units in pairs, 1024-bit beats become two units
// or, on demand, one; nothing is lost, repeated or swapped.
//
// Two bits of each half are followed; the module treats the others alike.

`include "el_assert.svh"

module el_roce_wqe_units_fv (
  input logic       clk_i,
  input logic       rst_i,
  input logic [1:0] in_valid_i,   // [0] 256 bit, [1] 1024 bit
  input logic [1:0] in_low_i,
  input logic [1:0] in_high_i,
  input logic [1:0] in_err_i,
  input logic       half_i,
  input logic [1:0] out_ready_i
);

  localparam el_pkg::cfg_t Cfg256  = el_pkg::cfg_with_width(256);
  localparam el_pkg::cfg_t Cfg1024 = el_pkg::cfg_with_width(1024);

  logic [1:0]        in_ready, out_valid, out_err;
  logic [1:0][511:0] out_data;
  logic              started_q = 1'b0;

  el_roce_wqe_units #(
    .Cfg(Cfg256)
  ) u_256 (
    .clk_i,
    .rst_i,
    .in_valid_i (in_valid_i[0]),
    .in_ready_o (in_ready[0]),
    .in_data_i  ({254'd0, in_low_i}),
    .in_err_i   (in_err_i[0]),
    .half_i     (1'b0),
    .out_valid_o(out_valid[0]),
    .out_ready_i(out_ready_i[0]),
    .out_data_o (out_data[0]),
    .out_err_o  (out_err[0])
  );

  el_roce_wqe_units #(
    .Cfg(Cfg1024)
  ) u_1024 (
    .clk_i,
    .rst_i,
    .in_valid_i (in_valid_i[1]),
    .in_ready_o (in_ready[1]),
    .in_data_i  ({510'd0, in_high_i, 510'd0, in_low_i}),
    .in_err_i   (in_err_i[1]),
    .half_i,
    .out_valid_o(out_valid[1]),
    .out_ready_i(out_ready_i[1]),
    .out_data_o (out_data[1]),
    .out_err_o  (out_err[1])
  );

  // Environment: reset in the first cycle. Beats need not be held, and half_i speaks of the unit
  // that is offered, so it may change between the two units of a beat.
  always_ff @(posedge clk_i) started_q <= 1'b1;
  always_comb if (!started_q) StartsInReset_M: assume (rst_i);

  // 256 bit: the first beat of a pair is kept. 1024 bit: the low unit was taken.
  logic       kept_q, kept_err_q, low_done_q;
  logic [1:0] kept_data_q;
  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      kept_q     <= 1'b0;
      low_done_q <= 1'b0;
    end else begin
      if (in_valid_i[0] && in_ready[0]) kept_q <= !kept_q;
      if (out_valid[1] && out_ready_i[1]) low_done_q <= !low_done_q && !half_i;
    end
    if (in_valid_i[0] && in_ready[0] && !kept_q) begin
      kept_data_q <= in_low_i;
      kept_err_q  <= in_err_i[0];
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(PairIsAUnit_A, out_valid[0] == (kept_q && in_valid_i[0]))
  `EL_ASSERT(PairTaken_A, in_ready[0] == (!kept_q || out_ready_i[0]))
  `EL_ASSERT(PairInOrder_A, !out_valid[0] ||
             (out_data[0] == {254'd0, in_low_i, 254'd0, kept_data_q}))
  `EL_ASSERT(PairKeepsError_A, !out_valid[0] || out_err[0] == (kept_err_q || in_err_i[0]))
  `EL_ASSERT(LowThenHigh_A, !out_valid[1] ||
             out_data[1] == {510'd0, low_done_q ? in_high_i : in_low_i})
  `EL_ASSERT(BeatEndsWithItsLastUnit_A,
             in_ready[1] == (out_ready_i[1] && (low_done_q || half_i)))
  `EL_ASSERT(WideKeepsError_A, out_valid[1] == in_valid_i[1] && out_err[1] == in_err_i[1])
  `EL_COVER(HalfAfterWhole_C, $past(low_done_q && !rst_i) && !low_done_q && out_valid[1] &&
            half_i && out_ready_i[1])

endmodule : el_roce_wqe_units_fv
