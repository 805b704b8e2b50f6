// SPDX-License-Identifier: Apache-2.0
//
// Ends a frame towards the MAC that a soft reset cut off, so that the MAC never waits for its end.
//
// Latency 0 cycles, throughput 1 beat a cycle; storage two bits. The end that is added is one byte:
// the frame's FCS is then wrong, and the receiver drops it. IEEE 802.3 clause 3.2.9.

`include "el_assert.svh"

module el_eth_tx_close #(
  parameter  int unsigned DataW = 512,
  localparam int unsigned KeepW = DataW / 8
) (
  input  logic             clk_i,
  input  logic             rst_i,       // pin: the MAC is reset with us
  input  logic             core_rst_i,  // the sender is in reset

  input  logic             in_tvalid_i,
  output logic             in_tready_o,
  input  logic [KeepW-1:0] in_tkeep_i,
  input  logic             in_tlast_i,

  output logic             mac_tvalid_o,
  input  logic             mac_tready_i,
  output logic [KeepW-1:0] mac_tkeep_o,
  output logic             mac_tlast_o,

  output logic             busy_o
);

  logic in_frame_q;  // beats of a frame were taken, or one is offered, and its end was not
  logic closing_q;   // the sender was reset inside a frame

  assign mac_tvalid_o = closing_q || in_tvalid_i;
  assign mac_tlast_o  = closing_q || in_tlast_i;
  assign mac_tkeep_o  = closing_q ? KeepW'(1) : in_tkeep_i;
  assign in_tready_o  = mac_tready_i && !closing_q;
  assign busy_o       = closing_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      in_frame_q <= 1'b0;
      closing_q  <= 1'b0;
    end else begin
      if (mac_tvalid_o && mac_tready_i) in_frame_q <= !mac_tlast_o;
      else if (mac_tvalid_o) in_frame_q <= 1'b1;
      // The sender's outputs are gone at this edge: what was offered or begun ends here.
      if (closing_q) closing_q <= !mac_tready_i;
      else if (core_rst_i) begin
        closing_q <= (mac_tvalid_o && mac_tready_i) ? !mac_tlast_o : (mac_tvalid_o || in_frame_q);
      end
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(BeatIsNotWithdrawn_A, mac_tvalid_o && !mac_tready_i, mac_tvalid_o)
  `EL_ASSERT_NEXT(FrameEndsInReset_A, core_rst_i && !mac_tvalid_o && in_frame_q, closing_q)

endmodule : el_eth_tx_close
