// SPDX-License-Identifier: Apache-2.0
//
// el_roce_mr with flat ports and two clients, for tests written in C++.

module el_roce_mr_tb (
  input  logic              clk_i,
  input  logic              rst_i,
  input  logic [1:0]        req_valid_i,
  output logic [1:0]        req_ready_o,
  input  logic [1:0]        req_inval_i,
  input  logic [31:0]       req_key_i    [2],
  input  logic [63:0]       req_va_i     [2],
  input  logic [12:0]       req_len_i    [2],
  input  logic [31:0]       req_pd_i     [2],
  input  logic [3:0]        req_access_i [2],
  input  logic [63:0]       req_bound_va_i  [2],
  input  logic [31:0]       req_bound_len_i [2],
  output logic [1:0]        rsp_valid_o,
  output logic [1:0]        rsp_status_o,
  output logic [63:0]       rsp_iova0_o,
  output logic [12:0]       rsp_len0_o,
  output logic [63:0]       rsp_iova1_o,
  input  logic              obj_valid_i,
  input  logic [7:0]        obj_verb_i,
  input  logic [23:0]       obj_index_i,
  input  logic [383:0]      obj_data_i,
  output logic              obj_rsp_valid_o,
  output logic [7:0]        obj_status_o,
  output logic [383:0]      obj_rsp_data_o,
  input  logic              mtt_we_i,
  input  logic [7:0]        mtt_waddr_i,
  input  logic [63:0]       mtt_wdata_i,
  output logic              busy_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c      = el_pkg::CfgDefault;
    c.Mrs  = 16;
    c.Mtts = 256;
    return c;
  endfunction

  el_roce_pkg::xlate_req_t [1:0] req;
  el_roce_pkg::xlate_rsp_t       rsp;
  el_pkg::obj_req_t              obj;
  el_pkg::obj_rsp_t              obj_rsp;

  for (genvar c = 0; c < 2; c++) begin : gen_client
    assign req[c] = '{key: req_key_i[c], va: req_va_i[c], len: req_len_i[c], pd: req_pd_i[c],
                      access: req_access_i[c], bound_va: req_bound_va_i[c],
                      bound_len: req_bound_len_i[c]};
  end

  assign obj = '{verb: obj_verb_i, kind: el_regs_pkg::ObjKindMr, index: obj_index_i, mask: '1,
                 data: obj_data_i};

  el_roce_mr #(
    .Cfg(make_cfg()),
    .N  (2)
  ) u_dut (
    .clk_i,
    .rst_i,
    .xreq_valid_i   (req_valid_i),
    .xreq_ready_o   (req_ready_o),
    .xreq_i         (req),
    .xreq_inval_i   (req_inval_i),
    .xrsp_valid_o   (rsp_valid_o),
    .xrsp_o         (rsp),
    .obj_valid_i,
    .obj_req_i      (obj),
    .obj_rsp_valid_o,
    .obj_rsp_o      (obj_rsp),
    .mtt_we_i,
    .mtt_waddr_i,
    .mtt_wdata_i,
    .busy_o
  );

  assign rsp_status_o   = rsp.status;
  assign rsp_iova0_o    = rsp.iova0;
  assign rsp_len0_o     = rsp.len0;
  assign rsp_iova1_o    = rsp.iova1;
  assign obj_status_o   = obj_rsp.status;
  assign obj_rsp_data_o = obj_rsp.data;

endmodule : el_roce_mr_tb
