// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_ram_1r1w: a read returns the last word written before it, and holds it.

`include "el_assert.svh"

module el_ram_1r1w_fv (
  input logic       clk_i,
  input logic       rst_i,
  input logic       we_i,
  input logic [2:0] waddr_i,
  input logic [1:0] wdata_i,
  input logic       re_i,
  input logic [2:0] raddr_i
);

  logic [1:0] rdata;
  logic [2:0] where_q;  // an arbitrary address: not reset, never changed
  logic [1:0] word_q;   // what was last written there
  logic       known_q, hit_q, started_q = 1'b0;
  logic [1:0] expected_q;

  el_ram_1r1w #(
    .Width(2),
    .Depth(8)
  ) u_dut (
    .clk_i,
    .rst_i,
    .we_i,
    .waddr_i,
    .wdata_i,
    .re_i,
    .raddr_i,
    .rdata_o(rdata)
  );

  always_comb if (!started_q) StartsInReset_M: assume (rst_i);

  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    where_q   <= where_q;
    if (rst_i) begin
      known_q <= 1'b0;
      hit_q   <= 1'b0;
    end else begin
      if (we_i && waddr_i == where_q) begin
        known_q <= 1'b1;
        word_q  <= wdata_i;
      end
      if (re_i) begin
        hit_q      <= known_q && raddr_i == where_q;
        expected_q <= word_q;
      end
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ReadsLastWritten_A, !hit_q || rdata == expected_q)
  `EL_ASSERT_NEXT(HoldsBetweenReads_A, !re_i, rdata == $past(rdata))
  `EL_COVER(ReadDuringWrite_C, hit_q && $past(we_i) && $past(waddr_i) == where_q &&
            $past(wdata_i) != rdata)

endmodule : el_ram_1r1w_fv
