// SPDX-License-Identifier: Apache-2.0
//
// el_cq with its structs opened and counts that start at FirstEntry, for tests of the wrap.

module el_cq_tb #(
  parameter logic [31:0] FirstEntry = 32'd0
) (
  input  logic         clk_i,
  input  logic         rst_i,
  input  logic         cqe_valid_i,
  output logic         cqe_ready_o,
  input  logic [15:0]  cqe_cqn_i,
  input  logic         cqe_solicited_i,
  input  logic [31:0]  cqe_qpn_i,
  input  logic [31:0]  cqe_tag_i,
  input  logic         db_valid_i,
  output logic         db_ready_o,
  input  logic [23:0]  db_cqn_i,
  input  logic [1:0]   db_arm_i,
  input  logic [31:0]  db_consumer_i,
  output logic         bad_valid_o,
  input  logic         obj_valid_i,
  input  logic [7:0]   obj_verb_i,
  input  logic [23:0]  obj_index_i,
  input  logic [31:0]  obj_mask_i,
  input  logic [63:0]  obj_base_i,
  input  logic [7:0]   obj_log_size_i,
  output logic         obj_rsp_valid_o,
  output logic [7:0]   obj_status_o,
  output logic [31:0]  obj_producer_o,
  output logic [31:0]  obj_consumer_o,
  output logic [7:0]   obj_error_o,
  output logic         wr_valid_o,
  input  logic         wr_ready_i,
  output logic [63:0]  wr_addr_o,
  output logic         wr_data_valid_o,
  input  logic         wr_data_ready_i,
  output logic [255:0] wr_data_o,
  output logic         eqe_valid_o,
  input  logic         eqe_ready_i,
  output logic [7:0]   eqe_type_o,
  output logic [31:0]  eqe_id_o,
  output logic         fail_valid_o,
  input  logic         fail_ready_i,
  output logic [23:0]  fail_qpn_o,
  output logic         lost_o,
  output logic         busy_o
);

  el_pkg::cqe_req_t     cqe;
  el_regs_pkg::cqe_t    entry;
  el_host_pkg::cqdb_t   db;
  el_pkg::obj_req_t     req;
  el_regs_pkg::obj_cq_t cq, answer;
  el_pkg::obj_rsp_t     rsp;
  el_pkg::dma_wr_req_t  wr;
  el_pkg::eqe_req_t     eqe;
  el_regs_pkg::eqe_t    event_entry;
  logic                 unused;

  always_comb begin
    entry          = '0;
    entry.qpn      = cqe_qpn_i;
    entry.byte_len = cqe_tag_i;
    cqe            = '{cqn: cqe_cqn_i, solicited: cqe_solicited_i, cqe: entry};
    db             = '{ctx: 8'd1, cqn: db_cqn_i, arm: db_arm_i, consumer: db_consumer_i};
    cq             = '0;
    cq.base        = obj_base_i;
    cq.log_size    = obj_log_size_i;
    cq.eqn         = 8'd3;
    cq.ctx         = 16'd1;
    req            = '{verb: obj_verb_i, kind: el_regs_pkg::ObjKindCq, index: obj_index_i,
                       mask: obj_mask_i, data: cq};
  end

  el_cq #(
    .Cfg       (el_pkg::cfg_with_width(256)),
    .NumClients(1),
    .FirstEntry(FirstEntry)
  ) u_dut (
    .clk_i,
    .rst_i,
    .now_i          ('0),
    .cqe_valid_i,
    .cqe_ready_o,
    .cqe_i          (cqe),
    .db_valid_i,
    .db_ready_o,
    .db_i           (db),
    .bad_valid_o,
    .bad_ctx_o      (),
    .obj_valid_i,
    .obj_req_i      (req),
    .obj_rsp_valid_o,
    .obj_rsp_o      (rsp),
    .wr_valid_o,
    .wr_ready_i,
    .wr_o           (wr),
    .wr_data_valid_o,
    .wr_data_ready_i,
    .wr_data_o,
    .eqe_valid_o,
    .eqe_ready_i,
    .eqe_o          (eqe),
    .fail_valid_o,
    .fail_ready_i,
    .fail_qpn_o,
    .written_o      (),
    .lost_o,
    .busy_o
  );

  assign answer         = rsp.data;
  assign event_entry    = eqe.eqe;
  assign obj_status_o   = rsp.status;
  assign obj_producer_o = answer.producer;
  assign obj_consumer_o = answer.consumer;
  assign obj_error_o    = answer.error;
  assign wr_addr_o      = wr.addr;
  assign eqe_type_o     = event_entry.event_type;
  assign eqe_id_o       = event_entry.id;
  assign unused         = ^answer ^ ^wr ^ ^eqe ^ ^event_entry;

endmodule : el_cq_tb
