// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_skid_buffer: every beat leaves once, in order, unchanged; one beat a cycle can pass.

`include "el_assert.svh"

module el_skid_buffer_fv (
  input logic       clk_i,
  input logic       rst_i,
  input logic       pick_i,
  input logic       in_valid_i,
  input logic [1:0] in_data_i,
  input logic       out_ready_i
);

  logic       in_ready, out_valid;
  logic [1:0] out_data;
  logic [3:0] fill;

  el_skid_buffer #(
    .Width(2)
  ) u_dut (
    .clk_i,
    .rst_i,
    .in_valid_i,
    .in_ready_o (in_ready),
    .in_data_i,
    .out_valid_o(out_valid),
    .out_ready_i,
    .out_data_o (out_data)
  );

  el_stream_order_fv u_order (
    .clk_i,
    .rst_i,
    .pick_i,
    .in_fire_i  (in_valid_i && in_ready),
    .in_data_i,
    .out_valid_i(out_valid),
    .out_ready_i,
    .out_data_i (out_data),
    .fill_o     (fill)
  );

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NothingWaitsUnseen_A, out_valid == (fill != 4'd0))
  `EL_ASSERT(ReadyUnlessFull_A, in_ready == (fill < 4'd2))
  `EL_COVER(Full_C, fill == 4'd2)

endmodule : el_skid_buffer_fv
