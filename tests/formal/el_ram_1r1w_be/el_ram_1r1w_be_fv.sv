// SPDX-License-Identifier: Apache-2.0
//
// Proof of el_ram_1r1w_be: the form that is simulated equals the form that is synthesized.
//
// el_ram_1r1w_be_sim is the same file, compiled as Verilator compiles it (proof.toml).

`include "el_assert.svh"

module el_ram_1r1w_be_fv (
  input logic        clk_i,
  input logic        rst_i,
  input logic        we_i,
  input logic [1:0]  wbe_i,
  input logic [1:0]  waddr_i,
  input logic [15:0] wdata_i,
  input logic        re_i,
  input logic [1:0]  raddr_i
);

  logic [15:0] rdata, rdata_sim;
  logic [1:0]  where_q;  // an arbitrary address and byte: not reset, never changed
  logic        lane_q;
  logic [7:0]  byte_q;
  logic        known_q, hit_q, started_q = 1'b0;
  logic [7:0]  expected_q;

  el_ram_1r1w_be #(
    .Width(16),
    .Depth(4),
    .InitZero(1'b1)
  ) u_dut (
    .clk_i,
    .rst_i,
    .we_i,
    .wbe_i,
    .waddr_i,
    .wdata_i,
    .re_i,
    .raddr_i,
    .rdata_o(rdata)
  );

  el_ram_1r1w_be_sim #(
    .Width(16),
    .Depth(4),
    .InitZero(1'b1)
  ) u_sim (
    .clk_i,
    .rst_i,
    .we_i,
    .wbe_i,
    .waddr_i,
    .wdata_i,
    .re_i,
    .raddr_i,
    .rdata_o(rdata_sim)
  );

  always_comb if (!started_q) StartsInReset_M: assume (rst_i && !we_i);

  logic read_q;  // a read happened: before that, the read registers are undefined
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    where_q   <= where_q;
    lane_q    <= lane_q;
    if (!started_q) read_q <= 1'b0;
    else if (re_i) read_q <= 1'b1;
    if (rst_i) begin
      known_q <= 1'b0;
      hit_q   <= 1'b0;
    end else begin
      if (we_i && wbe_i[lane_q] && waddr_i == where_q) begin
        known_q <= 1'b1;
        byte_q  <= wdata_i[8*lane_q +: 8];
      end
      if (re_i) begin
        hit_q      <= known_q && raddr_i == where_q;
        expected_q <= byte_q;
      end
    end
  end
  always_comb NoWriteInReset_M: assume (!rst_i || !we_i);

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(FormsAreEqual_A, !read_q || rdata == rdata_sim)
  `EL_ASSERT(ReadsLastWrittenByte_A, !hit_q || rdata[8*lane_q +: 8] == expected_q)
  `EL_COVER(PartialWriteSeen_C, hit_q && rdata != '0 && rdata[8*lane_q +: 8] == '0)

endmodule : el_ram_1r1w_be_fv
