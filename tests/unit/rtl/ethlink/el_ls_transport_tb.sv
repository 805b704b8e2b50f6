// SPDX-License-Identifier: Apache-2.0
//
// el_ls_transport with flat ports, for tests written in C++.

module el_ls_transport_tb #(
  parameter  int unsigned DataW = 512,
  localparam int unsigned CmdB  = el_ls_pkg::CmdHdrBytes * 8
) (
  input  logic                    clk_i,
  input  logic                    rst_i,
  input  el_pkg::cycles_t         now_i,

  input  logic [15:0]             node_id_i,
  input  logic [63:0]             timing_i,
  input  logic [63:0]             limits_i,

  // Commands: [0] requests, [1] responses. what: first, last, peer 8, vc 2, hdr_len 6, data_len 9
  input  logic [1:0]              tx_valid_i,
  output logic [1:0]              tx_ready_o,
  input  logic [26:0]             tx_what_i     [2],
  input  logic [CmdB-1:0]         tx_hdr_i      [2],
  input  logic [511:0]            tx_data_i     [2],

  // Received: [0] requests, [1] responses
  output logic [1:0]              rx_valid_o,
  input  logic [1:0]              rx_ready_i,
  output logic [26:0]             rx_what_o     [2],
  output logic [CmdB-1:0]         rx_hdr_o      [2],
  output logic [511:0]            rx_data_o     [2],
  output logic [15:0]             rx_pkey_o,
  output logic                    rx_denied_o,

  output logic [63:0]             peer_up_o,
  output logic                    event_valid_o,
  input  logic                    event_ready_i,
  output logic [7:0]              event_peer_o,
  output logic                    event_up_o,
  output logic                    lost_valid_o,
  input  logic                    lost_ready_i,
  output logic [7:0]              lost_peer_o,

  input  logic                    obj_valid_i,
  input  logic [7:0]              obj_verb_i,
  input  logic [23:0]             obj_index_i,
  input  logic [383:0]            obj_data_i,
  output logic                    obj_rsp_valid_o,
  output logic [7:0]              obj_status_o,
  output logic [383:0]            obj_data_o,

  input  logic [7:0]              paused_i,
  // Frames sent: [0] control, [1] DATA
  output logic [1:0]              fr_valid_o,
  input  logic [1:0]              fr_ready_i,
  output logic [el_pkg::HdrW-1:0] fr_data_o     [2],
  output logic [7:0]              fr_len_o      [2],
  output logic [13:0]             fr_payload_o  [2],
  output logic [4:0]              fr_what_o     [2],  // icrc, prio
  output logic                    pay_valid_o,
  input  logic                    pay_ready_i,
  output logic [DataW-1:0]        pay_data_o,
  output logic                    pay_last_o,

  // Frames received: [0] ClsLsReq, [1] ClsLsResp
  input  logic [1:0]              in_valid_i,
  output logic [1:0]              in_ready_o,
  input  logic [el_pkg::HdrW-1:0] in_data_i     [2],
  input  logic [1:0]              in_vlan_i,
  input  logic [13:0]             in_payload_i  [2],
  input  logic [1:0]              in_pay_valid_i,
  output logic [1:0]              in_pay_ready_o,
  input  logic [DataW-1:0]        in_pay_data_i [2],
  input  logic [1:0]              in_pay_last_i,

  output logic [27:0]             cnt_o,
  output el_pkg::cycles_t         deadline_o,
  output logic                    busy_o
);

  localparam el_pkg::cfg_t Cfg = el_pkg::cfg_with_width(DataW);

  el_pkg::port_cfg_t     port_cfg;
  el_ls_pkg::cmd_t [1:0] tx_cmd, rx_cmd;
  el_pkg::obj_req_t      obj_req;
  el_pkg::obj_rsp_t      obj_rsp;
  el_pkg::tx_hdr_t [1:0] fr;
  el_pkg::rx_hdr_t [1:0] in;
  logic [1:0][DataW-1:0] in_pay;

  always_comb begin
    port_cfg              = '0;
    port_cfg.enable       = 1'b1;
    port_cfg.node_id      = node_id_i;
    port_cfg.ls_ethertype = 16'h88B5;
    obj_req               = '0;
    obj_req.verb          = obj_verb_i;
    obj_req.kind          = el_regs_pkg::ObjKindPeer;
    obj_req.index         = obj_index_i;
    obj_req.data          = obj_data_i;
  end

  for (genvar i = 0; i < 2; i++) begin : gen_flat
    assign tx_cmd[i]       = {tx_what_i[i], tx_hdr_i[i], tx_data_i[i]};
    assign {rx_what_o[i], rx_hdr_o[i], rx_data_o[i]} = rx_cmd[i];
    assign fr_data_o[i]    = fr[i].data;
    assign fr_len_o[i]     = fr[i].len;
    assign fr_payload_o[i] = fr[i].payload_len;
    assign fr_what_o[i]    = {fr[i].icrc, fr[i].prio};
    assign in_pay[i]       = in_pay_data_i[i];
    always_comb begin
      in[i]             = '0;
      in[i].data        = in_data_i[i];
      in[i].vlan        = in_vlan_i[i];
      in[i].hdr_len     = in_vlan_i[i] ? 8'd32 : 8'd28;
      in[i].l4_off      = in_vlan_i[i] ? 8'd20 : 8'd16;
      in[i].payload_len = in_payload_i[i];
      in[i].cls         = (i == 0) ? el_pkg::ClsLsReq : el_pkg::ClsLsResp;
    end
  end
  assign obj_status_o = obj_rsp.status;
  assign obj_data_o   = obj_rsp.data;

  el_ls_transport #(
    .Cfg(Cfg)
  ) u_dut (
    .clk_i,
    .rst_i,
    .now_i,
    .port_cfg_i        (port_cfg),
    .timing_i          (el_regs_pkg::csr_ls_timing_t'(timing_i)),
    .limits_i          (el_regs_pkg::csr_ls_limits_t'(limits_i)),
    .tx_valid_i,
    .tx_ready_o,
    .tx_cmd_i          (tx_cmd),
    .req_valid_o       (rx_valid_o[0]),
    .req_ready_i       (rx_ready_i[0]),
    .req_cmd_o         (rx_cmd[0]),
    .req_pkey_o        (rx_pkey_o),
    .req_denied_o      (rx_denied_o),
    .rsp_valid_o       (rx_valid_o[1]),
    .rsp_ready_i       (rx_ready_i[1]),
    .rsp_cmd_o         (rx_cmd[1]),
    .peer_up_o,
    .peer_event_valid_o(event_valid_o),
    .peer_event_ready_i(event_ready_i),
    .peer_event_peer_o (event_peer_o),
    .peer_event_up_o   (event_up_o),
    .lost_valid_o,
    .lost_ready_i,
    .lost_peer_o,
    .obj_valid_i,
    .obj_req_i         (obj_req),
    .obj_rsp_valid_o,
    .obj_rsp_o         (obj_rsp),
    .paused_i,
    .ctl_hdr_valid_o   (fr_valid_o[0]),
    .ctl_hdr_ready_i   (fr_ready_i[0]),
    .ctl_hdr_o         (fr[0]),
    .hdr_valid_o       (fr_valid_o[1]),
    .hdr_ready_i       (fr_ready_i[1]),
    .hdr_o             (fr[1]),
    .pay_valid_o,
    .pay_ready_i,
    .pay_data_o,
    .pay_last_o,
    .rx_hdr_valid_i    (in_valid_i),
    .rx_hdr_ready_o    (in_ready_o),
    .rx_hdr_i          (in),
    .rx_pay_valid_i    (in_pay_valid_i),
    .rx_pay_ready_o    (in_pay_ready_o),
    .rx_pay_data_i     (in_pay),
    .rx_pay_last_i     (in_pay_last_i),
    .cnt_o,
    .deadline_o,
    .busy_o
  );

endmodule : el_ls_transport_tb
