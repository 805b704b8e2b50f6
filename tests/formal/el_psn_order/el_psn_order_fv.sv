// SPDX-License-Identifier: Apache-2.0
//
// Proof of psn_before of el_roce_pkg (24 bits) and of el_ls_pkg (16 bits): the circular order.
//
// All statements hold for any start, so also across the wrap-around.

`include "el_assert.svh"

module el_psn_order_fv (
  input logic        clk_i,
  input logic        rst_i,
  input logic [23:0] a_i,
  input logic [23:0] d_i,  // distance from a to b
  input logic [23:0] e_i   // distance from b to c
);

  logic [23:0] b, c;
  logic [15:0] a16, b16, c16, d16;
  logic [24:0] sum;
  logic [16:0] sum16;
  assign b     = a_i + d_i;
  assign c     = b + e_i;
  assign sum   = 25'(d_i) + 25'(e_i);
  assign a16   = a_i[15:0];
  assign d16   = d_i[15:0];
  assign b16   = a16 + d16;
  assign c16   = b16 + e_i[15:0];
  assign sum16 = 17'(d16) + 17'(e_i[15:0]);

  ////////////////
  // Assertions //
  ////////////////

  // RoCE: a window of 2^23.
  `EL_ASSERT(RoceNotBeforeItself_A, !el_roce_pkg::psn_before(a_i, a_i))
  `EL_ASSERT(RoceBeforeInWindow_A, d_i == '0 || d_i > 24'h80_0000 ||
             el_roce_pkg::psn_before(a_i, b))
  `EL_ASSERT(RoceNotBehind_A, d_i >= 24'h80_0000 || !el_roce_pkg::psn_before(b, a_i))
  `EL_ASSERT(RoceInALine_A, d_i == '0 || e_i == '0 || sum >= 25'h80_0000 ||
             (el_roce_pkg::psn_before(a_i, b) && el_roce_pkg::psn_before(b, c) &&
              el_roce_pkg::psn_before(a_i, c)))
  // Load/store: a window of 2^15.
  `EL_ASSERT(LsNotBeforeItself_A, !el_ls_pkg::psn_before(a16, a16))
  `EL_ASSERT(LsBeforeInWindow_A, d16 == '0 || d16 > 16'h8000 || el_ls_pkg::psn_before(a16, b16))
  `EL_ASSERT(LsNotBehind_A, d16 >= 16'h8000 || !el_ls_pkg::psn_before(b16, a16))
  `EL_ASSERT(LsInALine_A, d16 == '0 || e_i[15:0] == '0 || sum16 >= 17'h8000 ||
             (el_ls_pkg::psn_before(a16, b16) && el_ls_pkg::psn_before(b16, c16) &&
              el_ls_pkg::psn_before(a16, c16)))
  `EL_COVER(AcrossTheWrap_C, a_i == 24'hFF_FFFF && b == 24'd1 &&
            el_roce_pkg::psn_before(a_i, b))

endmodule : el_psn_order_fv
