// SPDX-License-Identifier: Apache-2.0
//
// el_roce_path and el_roce_txhdr with flat ports, for tests written in C++.

module el_roce_tx_tb (
  input  logic              clk_i,
  input  logic              rst_i,
  input  logic [47:0]       mac_i,
  input  logic [15:0]       node_id_i,
  input  logic [127:0]      sgid_i       [8],

  // [0] ACK, [1] request.
  input  logic [1:0]        pkt_valid_i,
  output logic [1:0]        pkt_ready_o,
  input  logic [15:0]       pkt_qpn_i    [2],
  input  logic [7:0]        pkt_opcode_i [2],
  input  logic [1:0]        pkt_se_i,
  input  logic [1:0]        pkt_ackreq_i,
  input  logic [1:0]        pkt_padcnt_i [2],
  input  logic [23:0]       pkt_psn_i    [2],
  input  logic [5:0]        pkt_xth_len_i [2],
  input  logic [223:0]      pkt_xth_i    [2],
  input  logic [13:0]       pkt_payload_len_i,
  input  logic [23:0]       pkt_dest_i,
  input  logic [15:0]       pkt_pkey_i,

  // Table.
  input  logic [3:0]        obj_qpn_i,
  input  logic              obj_ah_i,
  input  logic              obj_we_i,
  input  logic [383:0]      obj_path_i,
  input  logic [23:0]       obj_dest_i,
  input  logic [15:0]       obj_pkey_i,
  input  logic              obj_re_i,
  output logic [383:0]      obj_path_o,
  output logic [23:0]       obj_dest_o,
  output logic              path_ok_o,

  output logic              hdr_valid_o,
  input  logic              hdr_ready_i,
  output logic [895:0]      hdr_data_o,
  output logic [7:0]        hdr_len_o,
  output logic [13:0]       hdr_payload_len_o,
  output logic [1:0]        hdr_icrc_o,
  output logic [2:0]        hdr_prio_o,
  output logic              busy_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c     = el_pkg::CfgDefault;
    c.Qps = 16;
    return c;
  endfunction

  el_pkg::port_cfg_t      port_cfg;
  el_roce_pkg::tx_pkt_t   pkt [2];
  el_roce_pkg::tx_pkt_t   out;
  el_roce_hdr_pkg::path_t path, path_r;
  logic                   valid, ready, path_busy, hdr_busy;
  logic [23:0]            dest;
  logic [15:0]            pkey;
  el_pkg::tx_hdr_t        hdr;

  el_regs_pkg::csr_roce_cnp_t cnp_cfg;

  always_comb begin
    cnp_cfg      = '0;
    cnp_cfg.dscp = 6'd48;
    cnp_cfg.prio = 3'd6;
    port_cfg     = '0;
    port_cfg.mac = mac_i;
    port_cfg.node_id        = node_id_i;
    port_cfg.rdma_ethertype = 16'h88B6;
    for (int i = 0; i < 8; i++) port_cfg.gid[i] = sgid_i[i];
    for (int i = 0; i < 2; i++) begin
      pkt[i]             = '0;
      pkt[i].qpn         = pkt_qpn_i[i];
      pkt[i].opcode      = pkt_opcode_i[i];
      pkt[i].se          = pkt_se_i[i];
      pkt[i].ackreq      = pkt_ackreq_i[i];
      pkt[i].padcnt      = pkt_padcnt_i[i];
      pkt[i].psn         = pkt_psn_i[i];
      pkt[i].xth_len     = pkt_xth_len_i[i];
      pkt[i].xth         = pkt_xth_i[i];
    end
    pkt[1].payload_len = pkt_payload_len_i;
  end

  el_roce_path #(
    .Cfg(make_cfg())
  ) u_path (
    .clk_i,
    .rst_i,
    .ack_valid_i   (pkt_valid_i[0]),
    .ack_ready_o   (pkt_ready_o[0]),
    .ack_i         (pkt[0]),
    .req_valid_i   (pkt_valid_i[1]),
    .req_ready_o   (pkt_ready_o[1]),
    .req_i         (pkt[1]),
    .req_dest_qpn_i(pkt_dest_i),
    .req_pkey_i    (pkt_pkey_i),
    .out_valid_o   (valid),
    .out_ready_i   (ready),
    .out_o         (out),
    .out_dest_qpn_o(dest),
    .out_pkey_o    (pkey),
    .out_path_o    (path),
    .obj_qpn_i,
    .obj_ah_i,
    .obj_path_we_i (obj_we_i),
    .obj_path_i    (el_roce_hdr_pkg::path_from_obj(obj_path_i)),
    .obj_dest_we_i (obj_we_i),
    .obj_dest_i,
    .obj_pkey_we_i (obj_we_i),
    .obj_pkey_i,
    .obj_re_i,
    .obj_path_o    (path_r),
    .obj_dest_o,
    .busy_o        (path_busy)
  );

  el_roce_txhdr u_txhdr (
    .clk_i,
    .rst_i,
    .port_cfg_i (port_cfg),
    .cnp_cfg_i  (cnp_cfg),
    .in_valid_i (valid),
    .in_ready_o (ready),
    .pkt_i      (out),
    .dest_qpn_i (dest),
    .pkey_i     (pkey),
    .path_i     (path),
    .hdr_valid_o,
    .hdr_ready_i,
    .hdr_o      (hdr),
    .busy_o     (hdr_busy)
  );

  assign obj_path_o        = el_roce_hdr_pkg::path_to_obj(path_r);
  assign path_ok_o         = el_roce_hdr_pkg::path_ok(obj_path_i);
  assign hdr_data_o        = hdr.data;
  assign hdr_len_o         = hdr.len;
  assign hdr_payload_len_o = hdr.payload_len;
  assign hdr_icrc_o        = hdr.icrc;
  assign hdr_prio_o        = hdr.prio;
  assign busy_o            = path_busy || hdr_busy;

endmodule : el_roce_tx_tb
