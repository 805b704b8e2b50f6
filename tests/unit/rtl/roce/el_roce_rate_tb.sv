// SPDX-License-Identifier: Apache-2.0
//
// el_roce_rate with few queue pairs and its registers as words.

module el_roce_rate_tb #(
  localparam int unsigned QpW = 4
) (
  input  logic           clk_i,
  input  logic           rst_i,
  input  logic [47:0]    now_i,
  input  logic [319:0]   cfg_i,          // el_roce_rate_pkg::cfg_t
  input  logic           cnp_valid_i,
  input  logic [QpW-1:0] cnp_qpn_i,
  input  logic           sent_valid_i,
  input  logic [QpW-1:0] sent_qpn_i,
  input  logic [12:0]    sent_bytes_i,
  input  logic           left_valid_i,
  input  logic [13:0]    left_bytes_i,
  input  logic           none_left_i,
  input  logic           forget_valid_i,
  input  logic [QpW-1:0] forget_qpn_i,
  input  logic [QpW-1:0] rd_qpn_i,
  output logic           rd_hold_o,
  output logic           wait_o,
  output logic           wake_valid_o,
  input  logic           wake_ready_i,
  output logic [QpW-1:0] wake_qpn_o,
  output logic           cut_o,
  output logic [47:0]    deadline_o,
  output logic           busy_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c     = el_pkg::CfgDefault;
    c.Qps = 1 << QpW;
    return c;
  endfunction

  el_roce_rate #(
    .Cfg  (make_cfg()),
    .Reads(1)
  ) u_dut (
    .clk_i,
    .rst_i,
    .now_i,
    .cfg_i,
    .cnp_valid_i,
    .cnp_qpn_i,
    .sent_valid_i,
    .sent_qpn_i,
    .sent_bytes_i,
    .left_valid_i,
    .left_bytes_i,
    .none_left_i,
    .forget_valid_i,
    .forget_qpn_i,
    .rd_qpn_i,
    .rd_hold_o,
    .wait_o,
    .wake_valid_o,
    .wake_ready_i,
    .wake_qpn_o,
    .cut_o,
    .deadline_o,
    .busy_o
  );

endmodule : el_roce_rate_tb
