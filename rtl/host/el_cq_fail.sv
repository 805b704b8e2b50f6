// SPDX-License-Identifier: Apache-2.0
//
// Names each queue pair whose completion was lost to the RDMA engine, which ends it.
//
// Latency 1 cycle, throughput 1 report a cycle in and out; storage a bit a queue pair.
// A set and not a queue: completions are taken however long the engine needs, which itself waits
// until its completions were taken. It offers as long as it is not empty, so that the engine does
// nothing to its objects meanwhile; which member it offers may change until it is taken.
// Contract: docs/reference/host-interface.md, "Completion queues".

`include "el_assert.svh"

module el_cq_fail #(
  parameter  int unsigned Qps  = 256,  // power of two
  localparam int unsigned QpnW = $clog2(Qps)
) (
  input  logic        clk_i,
  input  logic        rst_i,

  input  logic        lost_valid_i,  // pulse
  input  logic [31:0] lost_qpn_i,

  output logic        fail_valid_o,
  input  logic        fail_ready_i,
  output logic [23:0] fail_qpn_o
);

  logic [Qps-1:0]  set_q;
  logic [QpnW-1:0] first;
  logic            add;

  assign add          = lost_valid_i && lost_qpn_i < 32'(Qps);
  assign fail_valid_o = set_q != '0;
  assign fail_qpn_o   = 24'(first);

  always_comb begin
    first = '0;
    for (int i = int'(Qps) - 1; i >= 0; i--) begin
      if (set_q[i]) first = QpnW'(unsigned'(i));
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      set_q <= '0;
    end else begin
      if (fail_valid_o && fail_ready_i) set_q[first] <= 1'b0;
      if (add) set_q[lost_qpn_i[QpnW-1:0]] <= 1'b1;
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OfferIsMember_A, !fail_valid_o || set_q[first])
  `EL_ASSERT_NEXT(OfferStays_A, fail_valid_o && !fail_ready_i, fail_valid_o)

endmodule : el_cq_fail
