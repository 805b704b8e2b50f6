// SPDX-License-Identifier: Apache-2.0
//
// Joins two streams into one, round-robin, through a buffer that cuts combinational paths.
//
// Latency 1 cycle, throughput 1 word a cycle, storage 2 words.

`include "el_assert.svh"

module el_roce_merge #(
  parameter int unsigned Width = 64  // bits of a word, >= 1
) (
  input  logic                  clk_i,
  input  logic                  rst_i,

  input  logic [1:0]            in_valid_i,
  output logic [1:0]            in_ready_o,
  input  logic [1:0][Width-1:0] in_data_i,

  output logic                  out_valid_o,
  input  logic                  out_ready_i,
  output logic [Width-1:0]      out_data_o
);

  logic [1:0] grant;
  logic       valid, ready, which;

  el_arbiter_rr #(
    .N(2)
  ) u_arbiter (
    .clk_i,
    .rst_i,
    .req_i        (in_valid_i),
    .advance_i    (ready),
    .grant_o      (grant),
    .grant_idx_o  (which),
    .grant_valid_o(valid)
  );

  assign in_ready_o = grant & {2{ready}};

  el_skid_buffer #(
    .Width(Width)
  ) u_buffer (
    .clk_i,
    .rst_i,
    .in_valid_i(valid),
    .in_ready_o(ready),
    .in_data_i (in_data_i[which]),
    .out_valid_o,
    .out_ready_i,
    .out_data_o
  );

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(TakesWhatIsOffered_A, (in_ready_o & ~in_valid_i) == '0)

endmodule : el_roce_merge
