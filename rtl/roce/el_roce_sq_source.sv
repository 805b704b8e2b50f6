// SPDX-License-Identifier: Apache-2.0
//
// From doorbells and pushes to descriptors: which queue pair is next, its ring, whole descriptors.
//
// Latency and throughput are those of el_roce_wqe_fetch and el_roce_wqe_collect; storage: a list of
// the queue pairs with work, 64 units of descriptors, 16 units of inline bytes.
// Rules: docs/reference/roce-requester.md, "Ways in".

`include "el_assert.svh"

module el_roce_sq_source #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW,
  localparam int unsigned  QpW   = $clog2(Cfg.Qps)
) (
  input  logic                             clk_i,
  input  logic                             rst_i,

  // Doorbells and pushes; refused ones are reported by user context
  input  logic                             sqdb_valid_i,
  output logic                             sqdb_ready_o,
  input  logic [15:0]                      sqdb_ctx_i,
  input  logic [23:0]                      sqdb_qpn_i,
  input  logic [15:0]                      sqdb_producer_i,
  input  logic                             sqpush_valid_i,
  output logic                             sqpush_ready_o,
  input  logic [15:0]                      sqpush_ctx_i,
  input  logic                             sqpush_first_i,
  input  logic                             sqpush_last_i,
  input  logic [511:0]                     sqpush_data_i,
  output logic                             badb_valid_o,
  output logic [15:0]                      badb_ctx_o,

  // Attributes and state, combinational: 0 doorbell, 1 visit
  output logic [1:0][QpW-1:0]              cfg_qpn_o,
  input  el_roce_sq_pkg::qp_queues_t [1:0] cfg_i,
  input  logic [1:0]                       cfg_exists_i,
  input  logic [1:0][2:0]                  cfg_state_i,
  input  logic [1:0]                       cfg_rest_i,     // rests until it is woken

  // Queue pairs that get a visit: the segmenter, which never waits, and the retirement
  input  logic                             again_valid_i,
  input  logic [QpW-1:0]                   again_qpn_i,
  input  logic                             wake_valid_i,
  output logic                             wake_ready_o,
  input  logic [QpW-1:0]                   wake_qpn_i,
  output logic                             others_o,       // a queue pair waits for a visit

  // Segmenter: continue at `idx`, drop what was read; init: the producer is 0 as well
  input  logic                             seek_valid_i,
  input  logic [QpW-1:0]                   seek_qpn_i,
  input  logic [15:0]                      seek_idx_i,
  input  logic                             seek_init_i,
  input  logic [QpW-1:0]                   gen_qpn_i,
  output logic [15:0]                      gen_o,

  output logic                             rd_valid_o,
  input  logic                             rd_ready_i,
  output el_pkg::dma_rd_req_t              rd_o,
  input  logic                             rsp_valid_i,
  output logic                             rsp_ready_o,
  input  logic [DataW-1:0]                 rsp_data_i,
  input  logic                             rsp_err_i,

  output logic                             desc_valid_o,
  input  logic                             desc_ready_i,
  output el_roce_sq_pkg::desc_t            desc_o,
  output logic [el_roce_sq_pkg::UnitW-1:0] inline_data_o,
  input  logic                             inline_pop_i,

  // Destroy: a read of this queue pair's ring is outstanding
  input  logic [QpW-1:0]                   visit_qpn_i,
  output logic                             visit_o,

  output logic                             busy_o
);

  logic [3:0]            enq_valid, enq_ready;  // 0 segmenter, 1 retirement, 2 and 3 fetch
  logic [3:0][QpW-1:0]   enq_qpn;
  logic                  pop_valid, pop_ready;
  logic [QpW-1:0]        pop_qpn;
  logic                  unit_valid, unit_ready, fetch_busy, collect_busy;
  el_roce_sq_pkg::unit_t unit;

  assign enq_valid[1:0] = {wake_valid_i, again_valid_i};
  assign enq_qpn[1:0]   = {wake_qpn_i, again_qpn_i};
  assign wake_ready_o   = enq_ready[1];
  assign others_o       = pop_valid;

  el_roce_sq_sched #(
    .Cfg    (Cfg),
    .Sources(4)
  ) u_sched (
    .clk_i,
    .rst_i,
    .enq_valid_i(enq_valid),
    .enq_ready_o(enq_ready),
    .enq_qpn_i  (enq_qpn),
    .pop_valid_o(pop_valid),
    .pop_ready_i(pop_ready),
    .pop_qpn_o  (pop_qpn)
  );

  el_roce_wqe_fetch #(
    .Cfg(Cfg)
  ) u_fetch (
    .clk_i,
    .rst_i,
    .sqdb_valid_i,
    .sqdb_ready_o,
    .sqdb_ctx_i,
    .sqdb_qpn_i,
    .sqdb_producer_i,
    .sqpush_valid_i,
    .sqpush_ready_o,
    .sqpush_ctx_i,
    .sqpush_first_i,
    .sqpush_last_i,
    .sqpush_data_i,
    .badb_valid_o,
    .badb_ctx_o,
    .cfg_qpn_o,
    .cfg_i,
    .cfg_exists_i,
    .cfg_state_i,
    .cfg_rest_i,
    .enq_valid_o    (enq_valid[3:2]),
    .enq_ready_i    (enq_ready[3:2]),
    .enq_qpn_o      (enq_qpn[3:2]),
    .pop_valid_i    (pop_valid),
    .pop_ready_o    (pop_ready),
    .pop_qpn_i      (pop_qpn),
    .seek_valid_i,
    .seek_qpn_i,
    .seek_idx_i,
    .seek_init_i,
    .gen_qpn_i,
    .gen_o,
    .dma_req_valid_o(rd_valid_o),
    .dma_req_ready_i(rd_ready_i),
    .dma_req_o      (rd_o),
    .dma_rsp_valid_i(rsp_valid_i),
    .dma_rsp_ready_o(rsp_ready_o),
    .dma_rsp_data_i (rsp_data_i),
    .dma_rsp_err_i  (rsp_err_i),
    .unit_valid_o   (unit_valid),
    .unit_ready_i   (unit_ready),
    .unit_o         (unit),
    .visit_qpn_i,
    .visit_o,
    .busy_o         (fetch_busy)
  );

  el_roce_wqe_collect u_collect (
    .clk_i,
    .rst_i,
    .unit_valid_i (unit_valid),
    .unit_ready_o (unit_ready),
    .unit_i       (unit),
    .desc_valid_o,
    .desc_ready_i,
    .desc_o,
    .inline_data_o,
    .inline_pop_i,
    .busy_o       (collect_busy)
  );

  assign busy_o = fetch_busy || collect_busy;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(SegmentNeverWaits_A, !again_valid_i || enq_ready[0])

endmodule : el_roce_sq_source
