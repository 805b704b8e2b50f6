// SPDX-License-Identifier: Apache-2.0
//
// el_eth_port with flat ports, for tests written in C++.

module el_eth_port_tb #(
  parameter  int unsigned DataW      = 512,
  parameter  int unsigned RxBufKib   = 64,
  localparam int unsigned NumClients = 3
) (
  input  logic                      clk_i,
  input  logic                      rst_i,
  input  el_pkg::cycles_t           now_i,

  input  logic                      cfg_enable_i,
  input  logic                      cfg_promisc_i,
  input  logic [47:0]               cfg_mac_i,
  input  logic [15:0]               cfg_node_id_i,
  input  logic [13:0]               cfg_mtu_i,
  input  logic [7:0]                cfg_pfc_tx_en_i,
  input  logic [7:0]                cfg_pfc_rx_en_i,
  input  logic [15:0]               cfg_pfc_quanta_i,
  input  logic [7:0]                cfg_gid_valid_i,
  input  logic [127:0]              cfg_gid_i        [8],

  input  logic [NumClients-1:0]     tx_own_pace_i,
  output logic [7:0]                paused_o,
  input  logic [NumClients-1:0]     tx_hdr_valid_i,
  output logic [NumClients-1:0]     tx_hdr_ready_o,
  input  logic [el_pkg::HdrW-1:0]   tx_hdr_data_i    [NumClients],
  input  logic [7:0]                tx_hdr_len_i     [NumClients],
  input  logic [13:0]               tx_payload_len_i [NumClients],
  input  logic [1:0]                tx_icrc_i        [NumClients],
  input  logic [2:0]                tx_prio_i        [NumClients],
  input  logic [NumClients-1:0]     tx_pay_valid_i,
  output logic [NumClients-1:0]     tx_pay_ready_o,
  input  logic [DataW-1:0]          tx_pay_data_i    [NumClients],
  input  logic [NumClients-1:0]     tx_pay_last_i,
  input  logic [NumClients-1:0]     tx_pay_bad_i,

  output logic [3:0]                rx_hdr_valid_o,
  input  logic [3:0]                rx_hdr_ready_i,
  output logic [el_pkg::HdrW-1:0]   rx_hdr_data_o    [4],
  output logic [7:0]                rx_hdr_len_o     [4],
  output logic [13:0]               rx_payload_len_o [4],
  output logic [16:0]               rx_flags_o       [4],  // oefh, vlan, ipv6, ecn, l4_off, gid
  output logic [1:0]                rx_cls_o         [4],
  output logic [3:0]                rx_pay_valid_o,
  input  logic [3:0]                rx_pay_ready_i,
  output logic [DataW-1:0]          rx_pay_data_o    [4],
  output logic [3:0]                rx_pay_last_o,

  output logic                      mac_tx_tvalid_o,
  input  logic                      mac_tx_tready_i,
  output logic [DataW-1:0]          mac_tx_tdata_o,
  output logic [DataW/8-1:0]        mac_tx_tkeep_o,
  output logic                      mac_tx_tlast_o,
  input  logic                      mac_rx_tvalid_i,
  input  logic [DataW-1:0]          mac_rx_tdata_i,
  input  logic [DataW/8-1:0]        mac_rx_tkeep_i,
  input  logic                      mac_rx_tlast_i,
  input  logic                      mac_rx_tuser_i,

  output logic                      cnt_tx_frames_o,
  output logic [13:0]               cnt_tx_bytes_o,
  output logic [3:0]                cnt_rx_frames_o,
  output logic [13:0]               cnt_rx_bytes_o,
  // runt, oversize, FCS, foreign, malformed, unknown opcode, ICRC, from bit 0 upward
  output logic [6:0]                cnt_rx_cause_o,
  output logic [3:0]                cnt_rx_buf_drop_o,
  output logic                      cnt_pfc_tx_o,
  output logic                      cnt_pfc_rx_o,
  output logic                      busy_o,
  output el_pkg::cycles_t           deadline_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c          = el_pkg::cfg_with_width(DataW);
    c.RxBufKib = RxBufKib;
    return c;
  endfunction
  localparam el_pkg::cfg_t Cfg = make_cfg();

  el_pkg::port_cfg_t                 cfg;
  el_pkg::tx_hdr_t [NumClients-1:0]  tx_hdr;
  logic [NumClients-1:0][DataW-1:0]  tx_pay_data;
  el_pkg::rx_hdr_t [3:0]             rx_hdr;
  logic [3:0][DataW-1:0]             rx_pay_data;
  el_eth_pkg::eth_cnt_t              cnt;

  always_comb begin
    cfg              = '0;
    cfg.enable       = cfg_enable_i;
    cfg.promisc      = cfg_promisc_i;
    cfg.mac          = cfg_mac_i;
    cfg.node_id      = cfg_node_id_i;
    cfg.ls_ethertype   = 16'h88B5;
    cfg.rdma_ethertype = 16'h88B6;
    cfg.mtu          = cfg_mtu_i;
    cfg.pfc_tx_en    = cfg_pfc_tx_en_i;
    cfg.pfc_rx_en    = cfg_pfc_rx_en_i;
    cfg.pfc_quanta   = cfg_pfc_quanta_i;
    cfg.gid_valid    = cfg_gid_valid_i;
    for (int i = 0; i < 8; i++) cfg.gid[i] = cfg_gid_i[i];
    for (int i = 0; i < int'(NumClients); i++) begin
      tx_hdr[i].data        = tx_hdr_data_i[i];
      tx_hdr[i].len         = tx_hdr_len_i[i];
      tx_hdr[i].payload_len = tx_payload_len_i[i];
      tx_hdr[i].icrc        = el_pkg::icrc_e'(tx_icrc_i[i]);
      tx_hdr[i].prio        = tx_prio_i[i];
      tx_pay_data[i]        = tx_pay_data_i[i];
    end
  end

  for (genvar i = 0; i < 4; i++) begin : gen_rx
    assign rx_hdr_data_o[i]    = rx_hdr[i].data;
    assign rx_hdr_len_o[i]     = rx_hdr[i].hdr_len;
    assign rx_payload_len_o[i] = rx_hdr[i].payload_len;
    assign rx_cls_o[i]         = rx_hdr[i].cls;
    assign rx_flags_o[i]       = {rx_hdr[i].oefh, rx_hdr[i].vlan, rx_hdr[i].ipv6, rx_hdr[i].ecn,
                                  rx_hdr[i].l4_off, rx_hdr[i].gid_index};
    assign rx_pay_data_o[i]    = rx_pay_data[i];
  end

  assign cnt_tx_frames_o   = cnt.tx_frames;
  assign cnt_tx_bytes_o    = cnt.tx_bytes;
  assign cnt_rx_frames_o   = cnt.rx_frames;
  assign cnt_rx_bytes_o    = cnt.rx_bytes;
  assign cnt_rx_cause_o    = {cnt.rx_icrc_err, cnt.rx_unknown_opcode, cnt.rx_malformed,
                              cnt.rx_foreign, cnt.rx_fcs_err, cnt.rx_oversize, cnt.rx_runt};
  assign cnt_rx_buf_drop_o = cnt.rx_buf_drop;
  assign cnt_pfc_tx_o      = cnt.pfc_tx;
  assign cnt_pfc_rx_o      = cnt.pfc_rx;

  el_eth_port #(
    .Cfg         (Cfg),
    .NumTxClients(NumClients)
  ) u_dut (
    .clk_i,
    .rst_i,
    .now_i,
    .cfg_i         (cfg),
    .quantum_cycles_i(16'(512 * 256 / DataW)),
    .tx_own_pace_i,
    .paused_o,
    .tx_hdr_valid_i,
    .tx_hdr_ready_o,
    .tx_hdr_i      (tx_hdr),
    .tx_pay_valid_i,
    .tx_pay_ready_o,
    .tx_pay_data_i (tx_pay_data),
    .tx_pay_last_i,
    .tx_pay_bad_i,
    .rx_hdr_valid_o,
    .rx_hdr_ready_i,
    .rx_hdr_o      (rx_hdr),
    .rx_pay_valid_o,
    .rx_pay_ready_i,
    .rx_pay_data_o (rx_pay_data),
    .rx_pay_last_o,
    .mac_tx_tvalid_o,
    .mac_tx_tready_i,
    .mac_tx_tdata_o,
    .mac_tx_tkeep_o,
    .mac_tx_tlast_o,
    .mac_rx_tvalid_i,
    .mac_rx_tdata_i,
    .mac_rx_tkeep_i,
    .mac_rx_tlast_i,
    .mac_rx_tuser_i,
    .cnt_o         (cnt),
    .busy_o,
    .deadline_o
  );

endmodule : el_eth_port_tb
