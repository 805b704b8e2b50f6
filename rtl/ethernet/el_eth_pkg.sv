// SPDX-License-Identifier: Apache-2.0
//
// Constants, header parser and counters of the Ethernet layer.
//
// Frame layouts: IEEE 802.3 clause 3, 802.1Q clause 9, 802.1Qbb, InfiniBand Annex A17, EthLink 1.

package el_eth_pkg;

  // ---------------------------------------------------------------------------------------------
  // Constants of the wire
  // ---------------------------------------------------------------------------------------------

  localparam logic [15:0] EtypeIpv4    = 16'h0800;
  localparam logic [15:0] EtypeIpv6    = 16'h86DD;
  localparam logic [15:0] EtypeVlan    = 16'h8100;  // 802.1Q customer tag
  localparam logic [15:0] EtypeMacCtrl = 16'h8808;  // MAC control (802.3 clause 31)
  localparam logic [15:0] OpcodePfc    = 16'h0101;  // 802.1Qbb
  localparam logic [47:0] PfcDmac      = 48'h0180_C200_0001;
  localparam logic [7:0]  IpProtoUdp   = 8'd17;
  localparam logic [15:0] UdpPortRoce  = 16'd4791;  // Annex A17.9
  localparam logic [15:0] OefhPrefix   = 16'h0200;  // OEFH bytes 0-1
  localparam int unsigned FcsBytes     = 4;
  localparam int unsigned IcrcBytes    = 4;
  // Bytes without FCS up to which trailing pad is legal: the minimum frame and a tag that a switch
  // may have added to it.
  localparam int unsigned MaxPadded    = el_pkg::MinFrame + 4;

  // ---------------------------------------------------------------------------------------------
  // Counters; the last member is the first counter of the group
  // ---------------------------------------------------------------------------------------------

  typedef struct packed {
    logic        pfc_rx;                          // PFC frames honoured
    logic        pfc_tx;                          // PFC frames sent
    logic [3:0]  rx_buf_drop;                     // good frames that found their class buffer full
    logic        rx_icrc_err;                     // ICRC wrong, FCS good
    logic        rx_unknown_opcode;               // BTH opcode, or MAC control frame other than PFC
    logic        rx_malformed;                    // lengths of the headers contradict the frame
    logic        rx_foreign;                      // addressed to someone else
    logic        rx_fcs_err;                      // FCS wrong, or the MAC reported an error
    logic        rx_oversize;                     // longer than port_cfg.mtu
    logic        rx_runt;                         // shorter than 64 bytes with FCS
    logic [3:0]  rx_frames;                       // delivered, one per rx_class_e
    logic [13:0] rx_bytes;                        // bytes of delivered frames, FCS included
    logic        tx_frames;                       // sent, PFC frames included
    logic [13:0] tx_bytes;                        // bytes of sent frames, FCS included
  } eth_cnt_t;

  // ---------------------------------------------------------------------------------------------
  // ICRC: which bits of a frame do not take part
  // ---------------------------------------------------------------------------------------------

  localparam int unsigned MaxW = el_crc_pkg::MaxW;

  typedef struct packed {
    el_pkg::icrc_e kind;
    logic          vlan;
    logic          ipv6;
  } icrc_type_t;

  // Bits that count as ones, for a frame without tag (byte 0 of the frame in [7:0]).
  function automatic logic [MaxW-1:0] icrc_mask(logic roce, logic ipv6);
    logic [MaxW-1:0] m;
    m = '0;
    if (!roce) begin
      m[8*14 +: 8] = 8'h7F;             // NET: reserved, TTL (bit 7 is AR and stays)
      m[8*15 +: 8] = 8'hFF;             // NET: DSCP, ECN
    end else if (ipv6) begin
      m[8*14 +: 8]   = 8'h0F;           // traffic class, upper half
      m[8*15 +: 24]  = 24'hFF_FFFF;     // traffic class, lower half; flow label
      m[8*21 +: 8]   = 8'hFF;           // hop limit
      m[8*60 +: 16]  = 16'hFFFF;        // UDP checksum
      m[8*66 +: 8]   = 8'hFF;           // BTH byte 4: FECN, BECN, reserved
    end else begin
      m[8*15 +: 8]   = 8'hFF;           // type of service
      m[8*22 +: 8]   = 8'hFF;           // time to live
      m[8*24 +: 16]  = 16'hFFFF;        // header checksum
      m[8*40 +: 16]  = 16'hFFFF;        // UDP checksum
      m[8*46 +: 8]   = 8'hFF;           // BTH byte 4
    end
    return m;
  endfunction

  localparam logic [MaxW-1:0] IcrcMaskLs   = icrc_mask(1'b0, 1'b0);
  localparam logic [MaxW-1:0] IcrcMaskIpv4 = icrc_mask(1'b1, 1'b0);
  localparam logic [MaxW-1:0] IcrcMaskIpv6 = icrc_mask(1'b1, 1'b1);

  // Beats in which a masked byte can be: byte 70 is the last (tag, IPv6, UDP, BTH byte 4).
  function automatic logic icrc_masked_beat(logic [1:0] beat, int unsigned width);
    return 32'(beat) * width <= 70 * 8;
  endfunction

  // State before the first byte of the frame. RoCE: eight bytes of ones stand in front of the IP
  // header and the Ethernet header is left out; zeros take its place, and the state is the one
  // from which those zeros lead to eight bytes of ones.
  localparam logic [31:0] IcrcInitRoce =
      el_crc_pkg::before_zeros(el_crc_pkg::after_ones(el_crc_pkg::Init, 8), 14);
  localparam logic [31:0] IcrcInitRoceVlan =
      el_crc_pkg::before_zeros(el_crc_pkg::after_ones(el_crc_pkg::Init, 8), 18);

  function automatic logic [31:0] icrc_init(icrc_type_t t);
    if (t.kind != el_pkg::IcrcRoce) return el_crc_pkg::Init;
    return t.vlan ? IcrcInitRoceVlan : IcrcInitRoce;
  endfunction

  // Beat `beat` of a frame as the ICRC sees it; `width` is the constant width of a beat.
  function automatic logic [MaxW-1:0] icrc_view(logic [MaxW-1:0] data, icrc_type_t t,
                                                logic [1:0] beat, int unsigned width);
    logic [MaxW-1:0] m, r;
    if (!icrc_masked_beat(beat, width)) return data;
    if (t.kind != el_pkg::IcrcRoce) m = IcrcMaskLs;
    else m = t.ipv6 ? IcrcMaskIpv6 : IcrcMaskIpv4;
    if (t.vlan) m = m << 32;
    r = data | (m >> (32'(beat) * width));
    if (beat == 2'd0 && t.kind == el_pkg::IcrcRoce) begin
      r[8*14-1:0] = '0;
      if (t.vlan) r[8*14 +: 32] = '0;
    end
    return r;
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Receive: what the first bytes of a frame say
  // ---------------------------------------------------------------------------------------------

  typedef struct packed {
    el_pkg::rx_class_e cls;
    logic              mac_ctrl;    // EtherType 0x8808: ends in this layer
    logic              pfc;         // PFC for this port
    icrc_type_t        icrc;        // how to check; also set for UDP of other ports
    logic              oefh;        // OEFH and NET in front of the BTH or RH
    logic              ipv6;
    logic              vlan;
    logic [1:0]        ecn;
    logic [7:0]        l4_off;      // BTH or RH
    logic [7:0]        hdr_len;     // first payload byte
    logic [16:0]       frame_end;   // first byte behind the ICRC
    logic [16:0]       payload_len; // meaningful when not malformed
    logic              malformed;   // lengths contradict each other
    logic              for_us;      // destination filter
    logic              opcode_ok;   // BTH opcode exists (true for other classes)
    logic [3:0]        gid_index;
  } rx_parse_t;

  // Bytes behind the Ethernet header that the parser looks at: IPv6, UDP, BTH opcode.
  localparam int unsigned BodyBytes = 64;

  function automatic logic [15:0] be16(logic [8*BodyBytes-1:0] b, int unsigned at);
    return {b[8*at +: 8], b[8*at+8 +: 8]};
  endfunction

  // `head` holds the bytes of the frame received so far, zeros behind them. A result field is right
  // once the bytes that it depends on are there.
  function automatic rx_parse_t rx_parse(logic [el_pkg::HdrW-1:0] head, el_pkg::port_cfg_t cfg);
    rx_parse_t              p;
    logic [8*BodyBytes-1:0] b;
    logic [47:0]            dmac;
    logic [15:0]            etype, ip_len, udp_len;
    logic [7:0]             l3_off, opcode;
    logic                   ls, oefh_rdma, ipv4_udp, ipv6_udp, roce, gid_hit, more_frags;
    logic [127:0]           dip;
    el_bth_pkg::bth_info_t  bth;

    p      = '0;
    dmac   = el_pkg::swap48(head[47:0]);
    p.vlan = {head[8*12 +: 8], head[8*13 +: 8]} == EtypeVlan;
    etype  = p.vlan ? {head[8*16 +: 8], head[8*17 +: 8]} : {head[8*12 +: 8], head[8*13 +: 8]};
    b      = p.vlan ? head[8*18 +: 8*BodyBytes] : head[8*14 +: 8*BodyBytes];
    l3_off = p.vlan ? 8'd18 : 8'd14;

    // IPv4 with options or a later fragment has no UDP header at the known place: plain.
    ls        = etype == cfg.ls_ethertype;
    oefh_rdma = etype == cfg.rdma_ethertype && !ls;
    ipv4_udp  = etype == EtypeIpv4 && b[7:0] == 8'h45 && b[8*9 +: 8] == IpProtoUdp &&
                {b[8*6 +: 5], b[8*7 +: 8]} == '0;
    ipv6_udp  = etype == EtypeIpv6 && b[7:4] == 4'd6 && b[8*6 +: 8] == IpProtoUdp;
    roce      = (ipv4_udp && be16(b, 22) == UdpPortRoce) ||
                (ipv6_udp && be16(b, 42) == UdpPortRoce);

    p.mac_ctrl  = etype == EtypeMacCtrl && !p.vlan;
    p.pfc       = p.mac_ctrl && be16(b, 0) == OpcodePfc && (dmac == PfcDmac || dmac == cfg.mac);
    p.oefh      = ls || oefh_rdma;
    p.ipv6      = ipv6_udp;
    p.icrc.vlan = p.vlan;
    p.icrc.ipv6 = ipv6_udp;
    if (p.oefh) p.icrc.kind = el_pkg::IcrcEthlink;
    else if (ipv4_udp || ipv6_udp) p.icrc.kind = el_pkg::IcrcRoce;
    else p.icrc.kind = el_pkg::IcrcNone;

    opcode      = oefh_rdma ? b[8*2 +: 8] : ipv6_udp ? b[8*48 +: 8] : b[8*28 +: 8];
    bth         = el_bth_pkg::bth_info(opcode);
    p.opcode_ok = !(roce || oefh_rdma) || bth.valid;

    ip_len     = ipv6_udp ? be16(b, 4) : be16(b, 2);
    udp_len    = ipv6_udp ? be16(b, 44) : be16(b, 24);
    more_frags = !ipv6_udp && b[8*6 + 5];
    dip        = ipv6_udp ? el_pkg::swap128(b[8*24 +: 128])
                          : {80'd0, 16'hFFFF, el_pkg::swap32(b[8*16 +: 32])};

    gid_hit = 1'b0;
    if (roce) begin
      for (int i = int'(el_pkg::NumGids) - 1; i >= 0; i--) begin
        if (cfg.gid_valid[i] && cfg.gid[i] == dip) begin
          gid_hit     = 1'b1;
          p.gid_index = 4'(i);
        end
      end
    end

    if (p.oefh) begin
      p.cls         = (b[8*2 +: 4] == 4'd1) ? el_pkg::ClsLsResp : el_pkg::ClsLsReq;
      if (oefh_rdma) p.cls = el_pkg::ClsRoce;
      p.ecn         = b[8*1 +: 2];
      p.l4_off      = l3_off + 8'd2;
      p.hdr_len     = l3_off + 8'd14 + (oefh_rdma ? 8'(bth.xth_len) : 8'd0);
      p.frame_end   = 17'(l3_off) + 17'({head[8*2 +: 8], head[8*3 +: 8]});
      p.for_us      = dmac[47:32] == OefhPrefix && dmac[15:0] == cfg.node_id;
    end else if (ipv4_udp || ipv6_udp) begin
      p.cls         = roce ? el_pkg::ClsRoce : el_pkg::ClsPlain;
      p.ecn         = ipv6_udp ? b[8*1+4 +: 2] : b[8*1 +: 2];
      p.l4_off      = l3_off + (ipv6_udp ? 8'd48 : 8'd28);
      p.hdr_len     = p.l4_off + 8'd12 + 8'(bth.xth_len);
      p.frame_end   = 17'(l3_off) + 17'(ip_len) + (ipv6_udp ? 17'd40 : 17'd0);
      p.for_us      = dmac == cfg.mac && gid_hit;
      p.malformed   = udp_len != (ipv6_udp ? ip_len : ip_len - 16'd20) || more_frags;
    end
    p.payload_len = p.frame_end - 17'(p.hdr_len) - 17'(IcrcBytes);
    p.malformed   = p.malformed || p.frame_end < 17'(p.hdr_len) + 17'(IcrcBytes);

    if (!p.oefh && !roce) begin
      p.cls       = el_pkg::ClsPlain;
      p.l4_off    = '0;
      p.hdr_len   = '0;
      p.malformed = 1'b0;
      p.for_us    = dmac == cfg.mac || dmac[40] || cfg.promisc;
    end
    return p;
  endfunction

endpackage : el_eth_pkg
