// SPDX-License-Identifier: Apache-2.0
//
// Two-entry valid/ready buffer that cuts every combinational path between its two sides.
//
// Latency 1 cycle, throughput 1 beat a cycle, storage 2 beats.
// Contract: docs/reference/rtl-interfaces.md, "Streams".

`include "el_assert.svh"

module el_skid_buffer #(
  parameter int unsigned Width = 64  // bits of a beat, >= 1
) (
  input  logic             clk_i,
  input  logic             rst_i,

  // Upstream; in_ready_o comes straight from a flop.
  input  logic             in_valid_i,
  output logic             in_ready_o,
  input  logic [Width-1:0] in_data_i,

  // Downstream; out_valid_o and out_data_o come straight from flops.
  output logic             out_valid_o,
  input  logic             out_ready_i,
  output logic [Width-1:0] out_data_o
);

  logic             out_valid_q, skid_valid_q;
  logic [Width-1:0] out_data_q, skid_data_q;
  logic             in_fire, out_stall;

  assign in_ready_o  = !skid_valid_q;
  assign out_valid_o = out_valid_q;
  assign out_data_o  = out_data_q;

  assign in_fire   = in_valid_i && in_ready_o;
  assign out_stall = out_valid_q && !out_ready_i;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      out_valid_q  <= 1'b0;
      skid_valid_q <= 1'b0;
    end else begin
      // A beat that arrives while the output is stalled waits in the skid slot.
      skid_valid_q <= out_stall && (skid_valid_q || in_fire);
      out_valid_q  <= out_stall || skid_valid_q || in_fire;
    end
  end

  // Data has no reset: it is read only while its valid bit is set.
  always_ff @(posedge clk_i) begin
    if (in_fire && out_stall) skid_data_q <= in_data_i;
    if (!out_stall) begin
      if (skid_valid_q) out_data_q <= skid_data_q;
      else if (in_fire) out_data_q <= in_data_i;
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(SkidOnlyBehindOutput_A, !skid_valid_q || out_valid_q)
  `EL_ASSERT_NEXT(OutputHeldWhenStalled_A, out_valid_o && !out_ready_i,
                  out_valid_o && out_data_o == $past(out_data_o))

endmodule : el_skid_buffer
