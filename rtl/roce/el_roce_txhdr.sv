// SPDX-License-Identifier: Apache-2.0
//
// Puts the headers of a frame in front of a packet: Ethernet, VLAN, IP, UDP, BTH, extension, or
// OEFH, VLAN, NET, BTH, extension.
//
// Latency 1 cycle, throughput 1 packet a cycle, storage one header.
// The address vector chooses the encapsulation; RoCEv2 takes IPv4 when the destination GID is
// ::ffff:a.b.c.d, else IPv6. Fields: docs/reference/wire-format.md.

`include "el_assert.svh"

module el_roce_txhdr (
  input  logic                    clk_i,
  input  logic                    rst_i,

  input  el_pkg::port_cfg_t       port_cfg_i,
  input  el_regs_pkg::csr_roce_cnp_t cnp_cfg_i,

  // Packets with what their queue pair says about the other end.
  input  logic                    in_valid_i,
  output logic                    in_ready_o,
  input  el_roce_pkg::tx_pkt_t    pkt_i,
  input  logic [23:0]             dest_qpn_i,
  input  logic [15:0]             pkey_i,
  input  el_roce_hdr_pkg::path_t  path_i,

  // Headers to the Ethernet layer, straight from flops.
  output logic                    hdr_valid_o,
  input  logic                    hdr_ready_i,
  output el_pkg::tx_hdr_t         hdr_o,

  output logic                    busy_o
);

  logic                   valid_q;
  el_roce_hdr_pkg::path_t path;

  // Congestion notifications have a class of their own, and are not ECN capable.
  always_comb begin
    path = path_i;
    if (pkt_i.opcode == el_regs_pkg::RoceOpCnp) begin
      path.traffic_class = {cnp_cfg_i.dscp, 2'b00};
      path.prio          = cnp_cfg_i.prio;
    end
  end

  el_pkg::tx_hdr_t hdr_q;

  assign in_ready_o  = !valid_q || hdr_ready_i;
  assign hdr_valid_o = valid_q;
  assign hdr_o       = hdr_q;
  assign busy_o      = valid_q;

  always_ff @(posedge clk_i) begin
    if (rst_i) valid_q <= 1'b0;
    else if (in_ready_o) valid_q <= in_valid_i;
    if (in_valid_i && in_ready_o) begin
      hdr_q <= el_roce_hdr_pkg::tx_header(pkt_i, dest_qpn_i, pkey_i, path, port_cfg_i);
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(ExtensionFits_A, !in_valid_i || pkt_i.xth_len <= 6'd28)
  `EL_ASSERT_NEXT(HeaderHeldWhenStalled_A, hdr_valid_o && !hdr_ready_i,
                  hdr_valid_o && hdr_o == $past(hdr_o))

  logic unused_cfg;  // the rest of the port's configuration is the Ethernet layer's
  assign unused_cfg = ^{port_cfg_i.enable, port_cfg_i.promisc, port_cfg_i.ls_ethertype,
                        port_cfg_i.mtu, port_cfg_i.pfc_tx_en,
                        port_cfg_i.pfc_rx_en, port_cfg_i.pfc_quanta, port_cfg_i.gid_valid,
                        cnp_cfg_i.enable, cnp_cfg_i.interval, cnp_cfg_i.unused_7,
                        cnp_cfg_i.unused_39, cnp_cfg_i.unused_63};

endmodule : el_roce_txhdr
