// SPDX-License-Identifier: Apache-2.0
//
// Address vector of a queue pair and the headers of its frames: RoCEv2 (InfiniBand Annex A17.4) or
// EthLink (section 1 of its wire format).

package el_roce_hdr_pkg;

  localparam logic [15:0] UdpPort       = 16'd4791;
  localparam logic [15:0] TypeVlan      = 16'h8100;
  localparam logic [15:0] TypeIpv4      = 16'h0800;
  localparam logic [15:0] TypeIpv6      = 16'h86DD;
  localparam logic [7:0]  ProtocolUdp   = 8'd17;
  localparam logic [15:0] DontFragment  = 16'h4000;
  localparam logic [95:0] MappedPrefix  = 96'h0000_0000_0000_0000_0000_FFFF;  // ::ffff:a.b.c.d
  localparam int unsigned IcrcBytes     = 4;
  localparam int unsigned MaxXthBytes   = 28;
  localparam int unsigned L4Bytes       = el_bth_pkg::BthBytes + MaxXthBytes;
  localparam logic [15:0] OefhPrefix    = 16'h0200;  // locally administered unicast address
  localparam logic [7:0]  MaxNetTtl     = 8'd15;

  // Where the packets of a queue pair go; MACs and GIDs with the first byte on the wire on top.
  typedef struct packed {
    logic [127:0] dgid;
    logic [47:0]  dmac;
    logic [15:0]  vlan;
    logic [19:0]  flow_label;
    logic [15:0]  udp_sport;
    logic [2:0]   sgid_index;
    logic [7:0]   hop_limit;
    logic [7:0]   traffic_class;
    logic         vlan_en;
    logic [2:0]   prio;
    logic         ethlink;   // encapsulation
    logic [15:0]  node_id;   // EthLink: endpoint id of the other end
  } path_t;

  function automatic path_t path_from_obj(el_regs_pkg::obj_qp_path_t o);
    path_t p;
    p.dgid          = el_pkg::swap128(o.dgid);
    p.dmac          = el_pkg::swap48(o.dmac);
    p.vlan          = o.vlan;
    p.flow_label    = o.flow_label[19:0];
    p.udp_sport     = o.udp_sport;
    p.sgid_index    = o.sgid_index[2:0];
    p.hop_limit     = o.hop_limit;
    p.traffic_class = o.traffic_class;
    p.vlan_en       = o.vlan_en[0];
    p.prio          = o.prio[2:0];
    p.ethlink       = o.encap[0];
    p.node_id       = o.node_id;
    return p;
  endfunction

  function automatic el_regs_pkg::obj_qp_path_t path_to_obj(path_t p);
    el_regs_pkg::obj_qp_path_t o;
    o               = '0;
    o.dgid          = el_pkg::swap128(p.dgid);
    o.dmac          = el_pkg::swap48(p.dmac);
    o.vlan          = p.vlan;
    o.flow_label    = 32'(p.flow_label);
    o.udp_sport     = p.udp_sport;
    o.sgid_index    = 8'(p.sgid_index);
    o.hop_limit     = p.hop_limit;
    o.traffic_class = p.traffic_class;
    o.vlan_en       = 8'(p.vlan_en);
    o.prio          = 8'(p.prio);
    o.encap         = 8'(p.ethlink);
    o.node_id       = p.node_id;
    return o;
  endfunction

  // Legal values of an address vector.
  function automatic logic path_ok(el_regs_pkg::obj_qp_path_t o);
    return o.flow_label[31:20] == '0 && o.sgid_index < 8'(el_pkg::NumGids) &&
           o.vlan_en <= 8'd1 && o.prio <= 8'd7 && o.encap <= el_regs_pkg::QpEncapEthLink;
  endfunction

  function automatic logic is_ipv4(path_t p);
    return p.dgid[127:32] == MappedPrefix;
  endfunction

  // Checksum of an IPv4 header whose checksum field is zero (RFC 791).
  function automatic logic [15:0] ipv4_checksum(el_regs_pkg::ipv4_t h);
    logic [19:0] sum;
    logic [16:0] folded;
    sum = '0;
    for (int unsigned i = 0; i < 10; i++) sum += 20'(h[16*i +: 16]);
    folded = 17'(sum[15:0]) + 17'(sum[19:16]);
    return ~(folded[15:0] + 16'(folded[16]));
  endfunction

  // BTH and extension headers; byte 0 on the wire in [7:0], unused bytes are zero.
  function automatic logic [L4Bytes*8-1:0] l4_bytes(el_roce_pkg::tx_pkt_t p, logic [23:0] dest_qpn,
      logic [15:0] pkey);
    el_regs_pkg::bth_t b;
    b          = '0;
    b.opcode   = p.opcode;
    b.se       = p.se;
    b.padcnt   = p.padcnt;
    b.pkey     = pkey;
    b.dest_qp  = dest_qpn;
    b.ackreq   = p.ackreq;
    b.psn      = p.psn;
    return {p.xth & ~({MaxXthBytes*8{1'b1}} << (32'(p.xth_len) * 8)),
            el_regs_pkg::bth_to_bytes(b)};
  endfunction

  function automatic logic [63:0] udp_bytes(logic [15:0] sport, logic [15:0] udp_len);
    el_regs_pkg::udp_t u;
    u.sport    = sport;
    u.dport    = UdpPort;
    u.length   = udp_len;
    u.checksum = '0;  // none: the ICRC covers the packet (A17.4.5)
    return el_regs_pkg::udp_to_bytes(u);
  endfunction

  // `len` counts from the BTH to the end of the ICRC.
  function automatic logic [111:0] oefh_bytes(path_t path, el_pkg::port_cfg_t port,
                                              logic [15:0] len);
    el_regs_pkg::oefh_t o;
    o.dst_prefix   = OefhPrefix;
    o.total_length = len + 16'd2;
    o.dst_id       = path.node_id;
    o.src_prefix   = OefhPrefix;
    o.entropy      = path.udp_sport;  // one value a queue pair keeps its order
    o.src_id       = port.node_id;
    o.ethertype    = port.rdma_ethertype;
    return el_regs_pkg::oefh_to_bytes(o);
  endfunction

  function automatic logic [15:0] net_bytes(path_t path);
    el_regs_pkg::net_t n;
    n.ar       = 1'b0;
    n.reserved = '0;
    n.ttl      = (path.hop_limit > MaxNetTtl) ? MaxNetTtl[3:0] : path.hop_limit[3:0];
    n.dscp     = path.traffic_class[7:2];
    n.ecn      = path.traffic_class[1:0];
    return el_regs_pkg::net_to_bytes(n);
  endfunction

  function automatic logic [159:0] ipv4_bytes(path_t path, logic [31:0] src, logic [15:0] udp_len,
                                              logic [15:0] id);
    el_regs_pkg::ipv4_t h;
    h.version_ihl  = 8'h45;
    h.tos          = path.traffic_class;
    h.total_length = udp_len + 16'd20;
    h.id           = id;
    h.flags_frag   = DontFragment;
    h.ttl          = path.hop_limit;
    h.protocol     = ProtocolUdp;
    h.checksum     = '0;
    h.src          = src;
    h.dst          = path.dgid[31:0];
    h.checksum     = ipv4_checksum(h);
    return el_regs_pkg::ipv4_to_bytes(h);
  endfunction

  function automatic logic [319:0] ipv6_bytes(path_t path, logic [127:0] src, logic [15:0] udp_len);
    logic [63:0] first;
    first = {4'd6, path.traffic_class, path.flow_label, udp_len, ProtocolUdp, path.hop_limit};
    return {el_pkg::swap128(path.dgid), el_pkg::swap128(src), el_pkg::swap64(first)};
  endfunction

  // The frame from its first byte up to the payload.
  function automatic el_pkg::tx_hdr_t tx_header(el_roce_pkg::tx_pkt_t p, logic [23:0] dest_qpn,
      logic [15:0] pkey, path_t path, el_pkg::port_cfg_t port);
    el_pkg::tx_hdr_t        h;
    logic                   v4;
    logic [127:0]           sgid;
    logic [15:0]            len, udp_len, id;
    logic [111:0]           eth;
    logic [31:0]            tag;
    logic [L4Bytes*8-1:0]   l4;
    logic [223:0]           ip4;
    logic [383:0]           ip6;
    v4      = is_ipv4(path);
    sgid    = port.gid[path.sgid_index];
    len     = 16'(el_bth_pkg::BthBytes) + 16'(p.xth_len) + 16'(p.payload_len) + 16'(IcrcBytes);
    udp_len = len + 16'd8;
    id      = p.psn[15:0];  // any value serves: the packet is never cut (RFC 6864)
    eth     = {el_pkg::swap16(v4 ? TypeIpv4 : TypeIpv6), el_pkg::swap48(port.mac),
               el_pkg::swap48(path.dmac)};
    if (path.ethlink) eth = oefh_bytes(path, port, len);
    tag     = {el_pkg::swap16(path.vlan), el_pkg::swap16(TypeVlan)};
    l4      = l4_bytes(p, dest_qpn, pkey);
    ip4     = {udp_bytes(path.udp_sport, udp_len), ipv4_bytes(path, sgid[31:0], udp_len, id)};
    ip6     = {udp_bytes(path.udp_sport, udp_len), ipv6_bytes(path, sgid, udp_len)};
    h       = '0;
    h.data  = path.ethlink ? el_pkg::HdrW'({l4, net_bytes(path)})
                           : v4 ? el_pkg::HdrW'({l4, ip4}) : el_pkg::HdrW'({l4, ip6});
    h.data  = path.vlan_en ? el_pkg::HdrW'({h.data, eth[111:96], tag, eth[95:0]})
                           : el_pkg::HdrW'({h.data, eth});
    h.len   = 8'd14 + (path.vlan_en ? 8'd4 : 8'd0) +
              (path.ethlink ? 8'd2 : v4 ? 8'd28 : 8'd48) +
              8'(el_bth_pkg::BthBytes) + 8'(p.xth_len);
    h.payload_len = p.payload_len;
    h.icrc        = path.ethlink ? el_pkg::IcrcEthlink : el_pkg::IcrcRoce;
    h.prio        = path.prio;
    return h;
  endfunction

endpackage : el_roce_hdr_pkg
