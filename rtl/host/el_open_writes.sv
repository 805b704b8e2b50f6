// SPDX-License-Identifier: Apache-2.0
//
// Counts the tracked writes of a DMA client that are not visible yet.
//
// Latency 1 cycle, throughput one write begun and one ended a cycle, storage one count.
// Contract: docs/reference/rtl-interfaces.md, "DMA".

`include "el_assert.svh"

module el_open_writes #(
  parameter  int unsigned Most = 1024,               // writes, power of two
  localparam int unsigned CntW = $clog2(Most) + 1
) (
  input  logic clk_i,
  input  logic rst_i,

  input  logic begin_i,  // pulse
  input  logic end_i,    // pulse
  output logic open_o
);

  logic [CntW-1:0] count_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) count_q <= '0;
    else if (begin_i != end_i) count_q <= begin_i ? count_q + CntW'(1) : count_q - CntW'(1);
  end

  assign open_o = count_q != '0;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(EndsWhatBegan_A, !end_i || count_q != '0)
  `EL_ASSERT(Fits_A, count_q <= CntW'(Most))

endmodule : el_open_writes
