// SPDX-License-Identifier: Apache-2.0
//
// el_roce_cnp with its structs opened: one ACK stream in, packets out.

module el_roce_cnp_tb (
  input  logic         clk_i,
  input  logic         rst_i,
  input  logic [47:0]  now_i,
  input  logic [63:0]  cfg_i,
  input  logic         mark_valid_i,
  input  logic [3:0]   mark_qpn_i,
  input  logic         forget_valid_i,
  input  logic [3:0]   forget_qpn_i,
  input  logic         ack_valid_i,
  output logic         ack_ready_o,
  input  logic [23:0]  ack_psn_i,
  output logic         pkt_valid_o,
  input  logic         pkt_ready_i,
  output logic [15:0]  pkt_qpn_o,
  output logic [7:0]   pkt_opcode_o,
  output logic [23:0]  pkt_psn_o,
  output logic [5:0]   pkt_xth_len_o,
  output logic [223:0] pkt_xth_o,
  output logic [13:0]  pkt_payload_len_o,
  output logic         pkt_ackreq_o,
  output logic         sent_o,
  output logic         busy_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c     = el_pkg::CfgDefault;
    c.Qps = 16;
    return c;
  endfunction

  el_roce_pkg::tx_pkt_t ack, pkt;

  always_comb begin
    ack        = '0;
    ack.opcode = el_regs_pkg::RoceOpAcknowledge;
    ack.psn    = ack_psn_i;
  end

  el_roce_cnp #(
    .Cfg(make_cfg())
  ) u_dut (
    .clk_i,
    .rst_i,
    .now_i,
    .cfg_i,
    .mark_valid_i,
    .mark_qpn_i,
    .forget_valid_i,
    .forget_qpn_i,
    .ack_valid_i,
    .ack_ready_o,
    .ack_i      (ack),
    .pkt_valid_o,
    .pkt_ready_i,
    .pkt_o      (pkt),
    .sent_o,
    .busy_o
  );

  assign pkt_qpn_o         = pkt.qpn;
  assign pkt_opcode_o      = pkt.opcode;
  assign pkt_psn_o         = pkt.psn;
  assign pkt_xth_len_o     = pkt.xth_len;
  assign pkt_xth_o         = pkt.xth;
  assign pkt_payload_len_o = pkt.payload_len;
  assign pkt_ackreq_o      = pkt.ackreq;

  logic unused;
  assign unused = ^{pkt.se, pkt.padcnt};

endmodule : el_roce_cnp_tb
