// SPDX-License-Identifier: Apache-2.0
//
// Accesses of one class in flight, counted by 64-byte line in a table of hashed blocks.
//
// Questions are answered in the same cycle; one access begins and one ends a cycle.
// Different blocks of one set share their counters: that costs time, never order.

`include "el_assert.svh"

module el_ls_haz_count #(
  parameter  int unsigned Max  = 256,  // accesses in flight
  parameter  int unsigned Asks = 1,    // questions a cycle
  localparam int unsigned CntW = $clog2(Max + 1)
) (
  input  logic                   clk_i,
  input  logic                   rst_i,

  input  logic                   begin_i,
  input  el_ls_eng_pkg::bucket_t begin_bucket_i,
  input  logic                   end_i,
  input  el_ls_eng_pkg::bucket_t end_bucket_i,

  // Is anything in flight in this bucket, or anywhere?
  input  el_ls_eng_pkg::bucket_t [Asks-1:0] ask_bucket_i,
  output logic [Asks-1:0]        hit_o,
  output logic                   any_o
);

  localparam int unsigned Lines = 4;
  localparam int unsigned Depth = el_ls_eng_pkg::HazSets * Lines;

  logic [Depth-1:0][CntW-1:0] cnt_q;
  logic [CntW-1:0] all_q;

  always_comb begin
    hit_o = '0;
    for (int unsigned a = 0; a < Asks; a++) begin
      for (int unsigned l = 0; l < Lines; l++) begin
        if (ask_bucket_i[a].lines[l] && cnt_q[{ask_bucket_i[a].index, 2'(l)}] != '0) begin
          hit_o[a] = 1'b1;
        end
      end
    end
  end
  assign any_o = all_q != '0;

  // An access that begins and one that ends in the same line leave its count alone.
  logic [Lines-1:0] up, down, both;
  assign up   = begin_i ? begin_bucket_i.lines : '0;
  assign down = end_i ? end_bucket_i.lines : '0;
  assign both = (begin_bucket_i.index == end_bucket_i.index) ? up & down : '0;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      all_q <= '0;
      cnt_q <= '0;
    end else if (begin_i || end_i) begin
      if (begin_i != end_i) all_q <= begin_i ? all_q + CntW'(1) : all_q - CntW'(1);
      for (int unsigned l = 0; l < Lines; l++) begin
        if (up[l] && !both[l]) begin
          cnt_q[{begin_bucket_i.index, 2'(l)}] <= cnt_q[{begin_bucket_i.index, 2'(l)}] + CntW'(1);
        end
        if (down[l] && !both[l]) begin
          cnt_q[{end_bucket_i.index, 2'(l)}] <= cnt_q[{end_bucket_i.index, 2'(l)}] - CntW'(1);
        end
      end
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(EndsWhatBegan_A, !end_i || all_q != '0)
  `EL_ASSERT(WithinMax_A, !(begin_i && !end_i) || all_q != CntW'(Max))
  `EL_ASSERT(HitMeansAny_A, hit_o == '0 || any_o)

endmodule : el_ls_haz_count
