// SPDX-License-Identifier: Apache-2.0
//
// Parses the BTH of received RDMA frames and sends each to the responder or to the requester.
// Responses with data, and ACKs that must keep their order with them, go to the requester through
// the responder's pipeline.
//
// Latency 3 cycles, throughput 1 header a cycle, storage 8 requests, Qps partition keys and
// encapsulations.
// Payload does not pass here: a frame with payload always becomes a request (perhaps one whose
// payload is thrown away), so that requests and payloads stay in the same order.
// Checks: opcode, TVer, queue pair, its encapsulation, partition key (InfiniBand volume 1, 9.6.1.1
// and 10.9.3).

`include "el_assert.svh"

module el_roce_rx #(
  parameter  el_pkg::cfg_t Cfg  = el_pkg::CfgDefault,
  localparam int unsigned  QpnW = $clog2(Cfg.Qps)
) (
  input  logic                    clk_i,
  input  logic                    rst_i,

  // Headers from the Ethernet layer.
  input  logic                    hdr_valid_i,
  output logic                    hdr_ready_o,
  input  el_pkg::rx_hdr_t         hdr_i,

  // Partition keys of the queue pairs: {transport, exists, key}.
  input  logic                    pkey_we_i,
  input  logic [QpnW-1:0]         pkey_qpn_i,
  input  logic [18:0]             pkey_i,

  // Encapsulations of the queue pairs: EthLink, else RoCEv2.
  input  logic                    encap_we_i,
  input  logic [QpnW-1:0]         encap_qpn_i,
  input  logic                    encap_i,

  // Requests to the responder.
  output logic                    req_valid_o,
  input  logic                    req_ready_i,
  output el_roce_resp_pkg::req_t  req_o,

  // What stands in memory in front of each datagram among the requests, never after its request.
  output logic                    grh_valid_o,
  input  logic                    grh_ready_i,
  output logic [319:0]            grh_o,

  // Must the responses of this queue pair keep their order? One went to the responder.
  output logic [QpnW-1:0]         way_qpn_o,
  input  logic                    way_ordered_i,
  output logic                    way_take_o,

  // ACKs to the requester.
  output logic                    ack_valid_o,
  input  logic                    ack_ready_i,
  output el_roce_pkg::ack_t       ack_o,

  // Congestion: notifications, and marked packets; never refused.
  output logic                    cnp_valid_o,
  output logic                    mark_valid_o,
  output logic [QpnW-1:0]         mark_qpn_o,   // of either

  output el_regs_pkg::cnt_roce_t  cnt_o,
  output logic                    busy_o
);

  localparam int unsigned XthBytes = 28;  // BTH and the longest extension header
  localparam int unsigned ReqW     = $bits(el_roce_resp_pkg::req_t);

  // What one header asks for.
  typedef struct packed {
    logic                   known;     // the opcode exists, TVer is 0
    logic                   cnp;
    logic                   marked;    // Congestion Experienced, and what can be slowed down
    logic                   response;  // ACK, READ response, atomic response
    logic                   qpn_high;  // QPN beyond the table
    logic                   oefh;      // came in EthLink encapsulation
    logic [15:0]            pkey;
    logic                   ack;       // ACK or NAK, with or without what came
    el_regs_pkg::aeth_t     aeth;
    el_regs_pkg::seth_t     seth;
    logic [319:0]           grh;       // of a datagram
    el_roce_resp_pkg::req_t req;
  } parsed_t;

  // The IPv6 header, or 20 bytes of nothing and the IPv4 header (Annex A17.4.5.1).
  function automatic logic [319:0] network(el_pkg::rx_hdr_t h);
    unique case ({h.ipv6, h.vlan})
      2'b00:   return {h.data[8*14 +: 160], 160'b0};
      2'b01:   return {h.data[8*18 +: 160], 160'b0};
      2'b10:   return h.data[8*14 +: 320];
      default: return h.data[8*18 +: 320];
    endcase
  endfunction

  function automatic parsed_t parse(el_pkg::rx_hdr_t h);
    logic [(12 + XthBytes)*8-1:0] b;
    logic [XthBytes*8-1:0]        xth;
    el_regs_pkg::bth_t            bth;
    parsed_t                      p;
    unique case ({h.oefh, h.ipv6, h.vlan})
      3'b000:  b = h.data[8*42 +: (12 + XthBytes)*8];
      3'b001:  b = h.data[8*46 +: (12 + XthBytes)*8];
      3'b010:  b = h.data[8*62 +: (12 + XthBytes)*8];
      3'b011:  b = h.data[8*66 +: (12 + XthBytes)*8];
      3'b100:  b = h.data[8*16 +: (12 + XthBytes)*8];
      default: b = h.data[8*20 +: (12 + XthBytes)*8];
    endcase
    bth          = el_regs_pkg::bth_from_bytes(b[95:0]);
    xth          = b[96 +: XthBytes*8];
    p            = '0;
    p.cnp        = bth.opcode == el_regs_pkg::RoceOpCnp;
    p.known      = bth.tver == '0 && el_bth_pkg::bth_opcode_valid(bth.opcode);
    p.ack        = bth.opcode == el_regs_pkg::RoceOpAcknowledge ||
                   bth.opcode == el_regs_pkg::RoceOpSelectiveAck;
    p.response   = p.ack || (bth.opcode >= el_regs_pkg::RoceOpReadRespFirst &&
                             bth.opcode <= el_regs_pkg::RoceOpAtomicAck);
    p.marked     = h.ecn == 2'b11 &&
                   (!p.response || bth.opcode <= el_regs_pkg::RoceOpReadRespOnly);
    p.qpn_high   = 32'(bth.dest_qp) >= Cfg.Qps;
    p.oefh       = h.oefh;
    p.pkey       = bth.pkey;
    p.aeth       = el_regs_pkg::aeth_from_bytes(xth[31:0]);
    p.seth       = el_regs_pkg::seth_from_bytes(xth[223:32]);
    p.req.qpn    = bth.dest_qp[15:0];
    p.req.opcode = bth.opcode;
    p.req.se     = bth.se;
    p.req.ackreq = bth.ackreq;
    p.req.padcnt = bth.padcnt;
    p.req.psn    = bth.psn;
    p.req.payload_len = h.payload_len;
    p.req.reth   = el_regs_pkg::reth_from_bytes(xth[127:0]);
    p.req.imm    = xth[31:0];
    p.req.swap_add = el_pkg::swap64(xth[159:96]);
    p.req.compare  = el_pkg::swap64(xth[223:160]);
    if (bth.opcode[4:0] == el_regs_pkg::RoceOpWriteOnlyImm[4:0] ||
        bth.opcode == el_regs_pkg::RoceOpPlacedLastImm) p.req.imm = xth[159:128];
    if (bth.opcode[7:5] == el_bth_pkg::TransUd) begin
      p.req.imm = xth[95:64];
      p.grh     = network(h);
    end
    if (bth.opcode == el_regs_pkg::RoceOpSendLastInv ||
        bth.opcode == el_regs_pkg::RoceOpSendOnlyInv) begin
      p.req.imm = el_pkg::swap32(xth[31:0]);
    end
    return p;
  endfunction

  ///////////////////////////////////
  // Stage 1: parsed, key read     //
  ///////////////////////////////////

  logic            s1_valid_q, s1_go;
  parsed_t         s1_q;
  logic [18:0]     pkey;
  logic            encap;
  logic            accept;
  logic [QpnW-1:0] hdr_qpn;

  // The queue pair is in bytes 5..7 of the BTH; only the bits that index the table are needed.
  function automatic logic [QpnW-1:0] peek_qpn(el_pkg::rx_hdr_t h);
    logic [15:0] q;
    unique case ({h.oefh, h.ipv6, h.vlan})
      3'b000:  q = h.data[8*48 +: 16];
      3'b001:  q = h.data[8*52 +: 16];
      3'b010:  q = h.data[8*68 +: 16];
      3'b011:  q = h.data[8*72 +: 16];
      3'b100:  q = h.data[8*22 +: 16];
      default: q = h.data[8*26 +: 16];
    endcase
    q = el_pkg::swap16(q);
    return q[QpnW-1:0];
  endfunction

  assign hdr_ready_o = !s1_valid_q || s1_go;
  assign accept      = hdr_valid_i && hdr_ready_o;
  assign hdr_qpn     = peek_qpn(hdr_i);

  el_ram_1r1w #(
    .Width(19),
    .Depth(Cfg.Qps)
  ) u_pkey (
    .clk_i,
    .rst_i,
    .we_i   (pkey_we_i),
    .waddr_i(pkey_qpn_i),
    .wdata_i(pkey_i),
    .re_i   (accept),
    .raddr_i(hdr_qpn),
    .rdata_o(pkey)
  );

  el_ram_1r1w #(
    .Width(1),
    .Depth(Cfg.Qps)
  ) u_encap (
    .clk_i,
    .rst_i,
    .we_i   (encap_we_i),
    .waddr_i(encap_qpn_i),
    .wdata_i(encap_i),
    .re_i   (accept),
    .raddr_i(hdr_qpn),
    .rdata_o(encap)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) s1_valid_q <= 1'b0;
    else if (hdr_ready_o) s1_valid_q <= hdr_valid_i;
    if (accept) s1_q <= parse(hdr_i);
  end

  /////////////////////
  // Stage 2: decide //
  /////////////////////

  logic qp_ok, encap_ok, type_ok, pkey_ok, deliver, ordered, to_ack, to_req, drop, datagram;
  logic fifo_ready, ack_valid_q, ack_free;
  el_roce_pkg::ack_t      ack_q;
  el_roce_resp_pkg::req_t fifo_in;

  // Equal partition, and at least one side is a full member (10.9.3).
  assign qp_ok    = pkey[16] && !s1_q.qpn_high;
  assign encap_ok = encap == s1_q.oefh;
  assign pkey_ok  = pkey[14:0] == s1_q.pkey[14:0] && (pkey[15] || s1_q.pkey[15]);
  assign deliver  = s1_q.known && !s1_q.cnp && qp_ok && encap_ok && type_ok && pkey_ok;

  // The packet is of the queue pair's transport (9.6.1.1.2); opcodes of our own belong to RC.
  always_comb begin
    unique case (pkey[18:17])
      el_regs_pkg::QpTypeRc[1:0]: type_ok = s1_q.req.opcode[7:5] == el_bth_pkg::TransRc ||
                                            s1_q.req.opcode[7:5] == el_bth_pkg::TransOwn;
      el_regs_pkg::QpTypeUc[1:0]: type_ok = s1_q.req.opcode[7:5] == el_bth_pkg::TransUc;
      default:                    type_ok = s1_q.req.opcode[7:5] == el_bth_pkg::TransUd;
    endcase
  end

  assign way_qpn_o  = s1_q.req.qpn[QpnW-1:0];
  assign ordered    = deliver && s1_q.response &&
                      (!s1_q.ack || way_ordered_i);
  assign way_take_o = s1_valid_q && s1_go && ordered;

  assign to_ack = deliver && s1_q.response && !ordered;
  assign drop   = !deliver || to_ack;
  assign to_req = !drop || s1_q.req.payload_len != '0;

  assign ack_free = !ack_valid_q || ack_ready_i;
  assign datagram = deliver && s1_q.req.opcode[7:5] == el_bth_pkg::TransUd;

  assign s1_go    = (!to_ack || ack_free) && (!to_req || fifo_ready) && (!datagram || grh_ready_i);

  assign grh_valid_o = s1_valid_q && datagram && fifo_ready;
  assign grh_o       = s1_q.grh;

  always_comb begin
    fifo_in      = s1_q.req;
    fifo_in.drop = drop;
    fifo_in.resp = ordered;
  end

  el_fifo #(
    .Width(ReqW),
    .Depth(8)
  ) u_req (
    .clk_i,
    .rst_i,
    .in_valid_i (s1_valid_q && s1_go && to_req),
    .in_ready_o (fifo_ready),
    .in_data_i  (fifo_in),
    .out_valid_o(req_valid_o),
    .out_ready_i(req_ready_i),
    .out_data_o (req_o),
    .count_o    ()
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) ack_valid_q <= 1'b0;
    else if (ack_free) ack_valid_q <= s1_valid_q && s1_go && to_ack;
    if (s1_valid_q && s1_go && to_ack) begin
      ack_q.qpn      <= s1_q.req.qpn;
      ack_q.opcode   <= s1_q.req.opcode;
      ack_q.psn      <= s1_q.req.psn;
      ack_q.syndrome <= s1_q.aeth.syndrome;
      ack_q.msn      <= s1_q.aeth.msn;
      ack_q.sack     <= s1_q.req.opcode == el_regs_pkg::RoceOpSelectiveAck;
      ack_q.base     <= s1_q.seth.base;
      ack_q.newest   <= s1_q.seth.seen;
      ack_q.kept     <= s1_q.seth.kept;
    end
  end

  assign ack_valid_o = ack_valid_q;
  assign ack_o       = ack_q;
  assign cnp_valid_o  = s1_valid_q && s1_go && s1_q.known && s1_q.cnp && qp_ok && encap_ok;
  // A datagram's sender has no rate, and no packet finds the way back to it.
  assign mark_valid_o = s1_valid_q && s1_go && deliver && s1_q.marked && !datagram;
  assign mark_qpn_o   = s1_q.req.qpn[QpnW-1:0];
  assign busy_o      = s1_valid_q || req_valid_o || ack_valid_q;

  //////////////
  // Counters //
  //////////////

  always_comb begin
    cnt_o = '0;
    if (s1_valid_q && s1_go) begin
      cnt_o.rx_requests    = deliver && !s1_q.response;
      cnt_o.rx_responses   = deliver && s1_q.response;
      cnt_o.rx_cnp         = s1_q.known && s1_q.cnp && !(qp_ok && !encap_ok);
      cnt_o.rx_ecn_marked  = mark_valid_o;
      cnt_o.rx_bad_opcode  = !s1_q.known || (!s1_q.cnp && qp_ok && !type_ok);
      cnt_o.rx_bad_qp      = s1_q.known && !s1_q.cnp && !qp_ok;
      cnt_o.rx_bad_encap   = s1_q.known && qp_ok && !encap_ok;
      cnt_o.rx_bad_pkey    = s1_q.known && !s1_q.cnp && qp_ok && encap_ok && type_ok && !pkey_ok;
    end
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT_NEXT(AckHeldWhenStalled_A, ack_valid_o && !ack_ready_i,
                  ack_valid_o && ack_o == $past(ack_o))
  `EL_ASSERT(FrameIsRoce_A, !hdr_valid_i || hdr_i.cls == el_pkg::ClsRoce)

endmodule : el_roce_rx
