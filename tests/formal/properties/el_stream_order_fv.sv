// SPDX-License-Identifier: Apache-2.0
//
// Property of a buffer: every word that enters leaves once, in order, unchanged.
//
// Method: one word, which the free input pick_i chooses, is followed by the number of words that
// are still in front of it; fill_o is the number of words inside.

`include "el_assert.svh"

module el_stream_order_fv #(
  parameter int unsigned Width = 2,  // bits of a word
  parameter int unsigned CntW  = 4   // bits of the number of words inside
) (
  input  logic             clk_i,
  input  logic             rst_i,
  input  logic             pick_i,

  input  logic             in_fire_i,
  input  logic [Width-1:0] in_data_i,
  input  logic             out_valid_i,
  input  logic             out_ready_i,
  input  logic [Width-1:0] out_data_i,

  output logic [CntW-1:0]  fill_o
);

  logic [CntW-1:0]  fill_q, ahead_q;
  logic [Width-1:0] data_q;
  logic             watching_q, started_q = 1'b0;
  logic             out_fire;

  assign fill_o   = fill_q;
  assign out_fire = out_valid_i && out_ready_i;

  // Environment: reset in the first cycle.
  always_ff @(posedge clk_i) started_q <= 1'b1;
  always_comb if (!started_q) StartsInReset_M: assume (rst_i);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      fill_q     <= '0;
      watching_q <= 1'b0;
    end else begin
      fill_q <= fill_q + CntW'(in_fire_i) - CntW'(out_fire);
      if (!watching_q && pick_i && in_fire_i) begin
        watching_q <= 1'b1;
        ahead_q    <= fill_q - CntW'(out_fire);
        data_q     <= in_data_i;
      end else if (watching_q && out_fire) begin
        ahead_q <= ahead_q - CntW'(1);
        if (ahead_q == '0) watching_q <= 1'b0;
      end
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NothingFromNothing_A, !out_valid_i || fill_q != '0)
  `EL_ASSERT(NeverFillsUp_A, fill_q != '1)
  `EL_ASSERT(WatchedIsInside_A, !watching_q || ahead_q < fill_q)
  `EL_ASSERT(WatchedComesOut_A,
             !(watching_q && ahead_q == '0 && out_valid_i) || out_data_i == data_q)
  `EL_ASSERT_NEXT(HeldUntilTaken_A, out_valid_i && !out_ready_i,
                  out_valid_i && out_data_i == $past(out_data_i))
  `EL_COVER(WatchedComesForward_C, watching_q && ahead_q == CntW'(1) && out_fire)

endmodule : el_stream_order_fv
