// SPDX-License-Identifier: Apache-2.0
//
// Types between the parts of the RDMA layer: requester, responder, memory translation, headers.

package el_roce_pkg;

  localparam int unsigned PsnW = 24;
  typedef logic [PsnW-1:0] psn_t;
  typedef logic [15:0]     qpn_t;  // index of a queue pair; bits [23:16] of a QPN are zero

  // a is before b in the circular order of 24-bit PSNs (window below 2^23, IBTA volume 1, 9.7.1).
  function automatic logic psn_before(psn_t a, psn_t b);
    psn_t diff;
    diff = a - b;
    return diff[PsnW-1];
  endfunction

  // One packet to send; el_roce_txhdr adds Ethernet, IP and UDP headers from the QP's path.
  typedef struct packed {
    qpn_t         qpn;
    logic [7:0]   opcode;
    logic         se;
    logic         ackreq;
    logic [1:0]   padcnt;
    psn_t         psn;
    logic [5:0]   xth_len;      // bytes of extension headers, 0..28
    logic [223:0] xth;          // extension headers in wire order, byte 0 in [7:0]
    logic [13:0]  payload_len;  // payload with pad bytes
  } tx_pkt_t;

  // A datagram carries where it goes behind the extension headers, in bytes that do not leave.
  localparam int unsigned DatagramQpnLsb = 96;
  localparam int unsigned DatagramAhLsb  = 120;

  function automatic logic is_datagram(tx_pkt_t p);
    return p.opcode[7:5] == el_bth_pkg::TransUd;
  endfunction

  function automatic logic [23:0] datagram_qpn(tx_pkt_t p);
    return p.xth[DatagramQpnLsb +: 24];
  endfunction

  function automatic logic [15:0] datagram_ah(tx_pkt_t p);
    return p.xth[DatagramAhLsb +: 16];
  endfunction

  // An ACK or NAK for the requester, from a frame that is known good.
  typedef struct packed {
    qpn_t        qpn;
    logic [7:0]  opcode;
    psn_t        psn;
    logic [7:0]  syndrome;
    logic [23:0] msn;
    logic        sack;      // the rest counts
    psn_t        base;      // oldest PSN that is missing there
    psn_t        newest;    // newest PSN that came
    logic [127:0] kept;     // bit i: base + i came
  } ack_t;

  // What a response means for the requester. An ordered one came through the responder's pipeline,
  // behind everything before it, and behind its data.
  typedef struct packed {
    qpn_t        qpn;
    psn_t        psn;       // acknowledged or refused
    psn_t        seen;      // of the packet
    logic [7:0]  syndrome;
    logic        ordered;
    logic        useless;   // says nothing
    logic        due;       // response of a READ or atomic that was expected
    logic        ends;      // due: the last one of its request
    logic        implied;   // NAK that follows from a later response
    logic [7:0]  status;    // el_regs_pkg::WcStatus: the request of psn fails with it
    logic [63:0] value;     // due: bytes of the READ, or old value of the atomic
    logic        sack;      // the rest counts; see ack_t
    psn_t        base;
    psn_t        newest;
    logic [127:0] kept;
  } response_t;

  // Translation request: may [va, va+len) be accessed, and where is it? The range never spans more
  // than 4096 bytes; the answer gives one or two IOVA pieces when it crosses a page boundary.
  typedef struct packed {
    logic [31:0] key;
    logic [63:0] va;
    logic [12:0] len;         // 0..4096; 0 checks the key alone
    logic [31:0] pd;
    logic [3:0]  access;      // el_regs_pkg::Access bits that are needed, 0: local read
    logic [63:0] bound_va;    // the whole message [bound_va, bound_va+bound_len) must lie inside
    logic [31:0] bound_len;
  } xlate_req_t;

  typedef enum logic [1:0] {
    XlateOk     = 2'd0,
    XlateKey    = 2'd1,  // no such key, or wrong variant or protection domain
    XlateBounds = 2'd2,
    XlateAccess = 2'd3
  } xlate_status_e;

  typedef struct packed {
    xlate_status_e status;
    logic [63:0]   iova0;
    logic [12:0]   len0;   // bytes at iova0
    logic [63:0]   iova1;  // the rest, if len0 < len
  } xlate_rsp_t;

endpackage : el_roce_pkg
