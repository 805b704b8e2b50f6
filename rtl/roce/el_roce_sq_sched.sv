// SPDX-License-Identifier: Apache-2.0
//
// Queue of the queue pairs that want a visit of the descriptor fetch; each is in it at most once.
//
// Latency 1 cycle, throughput one entry in and one out a cycle, storage Qps entries and Qps bits.
// First in, first out: a queue pair waits for at most one visit of every other.

`include "el_assert.svh"

module el_roce_sq_sched #(
  parameter el_pkg::cfg_t Cfg     = el_pkg::CfgDefault,
  parameter int unsigned  Sources = 4,                  // lower index first
  localparam int unsigned QpW     = $clog2(Cfg.Qps)
) (
  input  logic                        clk_i,
  input  logic                        rst_i,

  input  logic [Sources-1:0]          enq_valid_i,
  output logic [Sources-1:0]          enq_ready_o,
  input  logic [Sources-1:0][QpW-1:0] enq_qpn_i,

  output logic                        pop_valid_o,
  input  logic                        pop_ready_i,
  output logic [QpW-1:0]              pop_qpn_o
);

  logic [Cfg.Qps-1:0] waiting_q;  // in the queue
  logic               any, fifo_ready, fifo_push;
  logic [QpW-1:0]     qpn;
  logic [QpW:0]       unused_count;

  always_comb begin
    enq_ready_o = '0;
    any         = 1'b0;
    qpn         = '0;
    for (int i = 0; i < int'(Sources); i++) begin
      if (enq_valid_i[i] && !any) begin
        any            = 1'b1;
        qpn            = enq_qpn_i[i];
        enq_ready_o[i] = 1'b1;
      end
    end
  end

  assign fifo_push = any && !waiting_q[qpn];

  el_fifo #(
    .Width(QpW),
    .Depth(Cfg.Qps)
  ) u_fifo (
    .clk_i,
    .rst_i,
    .in_valid_i (fifo_push),
    .in_ready_o (fifo_ready),
    .in_data_i  (qpn),
    .out_valid_o(pop_valid_o),
    .out_ready_i(pop_ready_i),
    .out_data_o (pop_qpn_o),
    .count_o    (unused_count)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      waiting_q <= '0;
    end else begin
      if (pop_valid_o && pop_ready_i) waiting_q[pop_qpn_o] <= 1'b0;
      if (fifo_push) waiting_q[qpn] <= 1'b1;
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(NeverFull_A, !fifo_push || fifo_ready)

endmodule : el_roce_sq_sched
