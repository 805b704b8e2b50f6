// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_roce_merge: words of each source leave once, in order; neither source starves.

`include "el_assert.svh"

module el_roce_merge_fv (
  input logic            clk_i,
  input logic            rst_i,
  input logic [1:0]      pick_i,
  input logic [1:0]      in_valid_i,
  input logic [1:0][1:0] in_data_i,
  input logic            out_ready_i
);

  // Bit 2 of a word tells its source.
  logic [1:0]      in_ready;
  logic [1:0][2:0] in_data;
  logic            out_valid;
  logic [2:0]      out_data;
  logic [1:0][3:0] fill;
  logic            who_q;     // an arbitrary source: not reset, never changed
  logic [1:0]      passed_q;  // words of the other one that were taken while `who` asked

  assign in_data = {1'b1, in_data_i[1], 1'b0, in_data_i[0]};

  el_roce_merge #(
    .Width(3)
  ) u_dut (
    .clk_i,
    .rst_i,
    .in_valid_i,
    .in_ready_o (in_ready),
    .in_data_i  (in_data),
    .out_valid_o(out_valid),
    .out_ready_i,
    .out_data_o (out_data)
  );

  for (genvar i = 0; i < 2; i++) begin : gen_source
    el_stream_order_fv u_order (
      .clk_i,
      .rst_i,
      .pick_i     (pick_i[i]),
      .in_fire_i  (in_valid_i[i] && in_ready[i]),
      .in_data_i  (in_data_i[i]),
      .out_valid_i(out_valid && out_data[2] == 1'(i)),
      .out_ready_i,
      .out_data_i (out_data[1:0]),
      .fill_o     (fill[i])
    );
  end

  always_ff @(posedge clk_i) begin
    who_q <= who_q;
    if (rst_i || !in_valid_i[who_q] || in_ready[who_q]) passed_q <= '0;
    else if (in_valid_i[!who_q] && in_ready[!who_q]) passed_q <= passed_q + 2'd1;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ServedInTurn_A, passed_q < 2'd2)
  `EL_ASSERT(NothingWaitsUnseen_A, out_valid == (fill[0] != '0 || fill[1] != '0))
  `EL_ASSERT(TakesUnlessFull_A,
             (in_valid_i == '0) || (in_ready != '0) == (fill[0] + fill[1] < 4'd2))
  `EL_COVER(BothInside_C, fill[0] == 4'd1 && fill[1] == 4'd1)

endmodule : el_roce_merge_fv
