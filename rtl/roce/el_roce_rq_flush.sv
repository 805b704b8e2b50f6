// SPDX-License-Identifier: Apache-2.0
//
// Completes the receive requests of a queue pair in error with WrFlushErr, in order.
//
// Latency 1 cycle, throughput 1 completion a cycle, storage one order.

`include "el_assert.svh"

module el_roce_rq_flush (
  input  logic                     clk_i,
  input  logic                     rst_i,

  input  logic                     flush_valid_i,
  output logic                     flush_ready_o,
  input  el_roce_resp_pkg::flush_t flush_i,

  output logic                     cqe_valid_o,
  input  logic                     cqe_ready_i,
  output el_pkg::cqe_req_t         cqe_o,

  output logic                     busy_o
);

  logic                     valid_q;
  el_roce_resp_pkg::flush_t order_q;

  assign flush_ready_o = !valid_q;
  assign cqe_valid_o   = valid_q;
  assign busy_o        = valid_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      valid_q <= 1'b0;
    end else if (!valid_q) begin
      valid_q <= flush_valid_i && flush_i.count != '0;
    end else if (cqe_ready_i) begin
      valid_q <= order_q.count != 16'd1;
    end
    if (!valid_q) begin
      order_q <= flush_i;
    end else if (cqe_ready_i) begin
      order_q.idx   <= order_q.idx + 16'd1;
      order_q.count <= order_q.count - 16'd1;
    end
  end

  always_comb begin
    automatic el_regs_pkg::cqe_t c;
    c               = '0;
    c.qpn           = 32'(order_q.qpn);
    c.wqe_index     = order_q.idx;
    c.status        = el_regs_pkg::WcStatusWrFlushErr;
    c.opcode        = el_regs_pkg::CqeOpRecv;
    cqe_o.cqn       = order_q.cqn;
    cqe_o.solicited = 1'b1;  // an error wakes whoever waits
    cqe_o.cqe       = c;
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OrderNotEmpty_A, !valid_q || order_q.count != '0)

endmodule : el_roce_rq_flush
