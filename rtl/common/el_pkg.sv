// SPDX-License-Identifier: Apache-2.0
//
// Types and constants that every layer of the endpoint shares: configuration, time, frame handles.
//
// Contracts of the streams that carry these types: docs/reference/rtl-interfaces.md.

package el_pkg;

  // ---------------------------------------------------------------------------------------------
  // Configuration: one struct, set at the top, passed down unchanged.
  // ---------------------------------------------------------------------------------------------

  typedef struct packed {
    int unsigned DataW;     // bits of the network and DMA data paths: 256, 512 or 1024
    int unsigned Peers;     // load/store peers, power of two, 2..256
    int unsigned Tags;      // outstanding load/store requests, power of two, 16..256
    int unsigned LsSlots;   // 2 KiB transmit (replay) slots of the load/store transport, 16..128
    int unsigned Windows;   // aperture pages, power of two, 2..1024
    int unsigned Segments;  // exported segments, power of two, 2..256
    int unsigned Qps;       // queue pairs, power of two, 4..4096
    int unsigned Cqs;       // completion queues, power of two, 4..4096
    int unsigned Eqs;       // event queues = MSI-X vectors, power of two, 2..32
    int unsigned Mrs;       // memory regions, power of two, 4..65536
    int unsigned Mtts;      // page-table entries shared by all regions, power of two
    int unsigned Ctxs;      // user contexts = doorbell pages, power of two, 2..64
    int unsigned SqTrack;   // work requests in flight that one QP can track, power of two, 16..256
    int unsigned DmaTags;   // outstanding AXI reads, power of two, 8..64
    int unsigned RxBufKib;  // receive buffer of each traffic class, KiB, power of two, 8..256
  } cfg_t;

  // The configuration that is simulated and measured by default.
  localparam cfg_t CfgDefault = '{
    DataW: 512, Peers: 64, Tags: 256, LsSlots: 64, Windows: 256, Segments: 64, Qps: 256, Cqs: 256,
    Eqs: 16, Mrs: 1024, Mtts: 16384, Ctxs: 16, SqTrack: 128, DmaTags: 64, RxBufKib: 64
  };

  // The named configurations differ from the default in the width of the data path only.
  function automatic cfg_t cfg_with_width(int unsigned width);
    cfg_t c;
    c       = CfgDefault;
    c.DataW = width;
    return c;
  endfunction

  // The same with another number of queue pairs.
  function automatic cfg_t cfg_with_qps(int unsigned width, int unsigned qps);
    cfg_t c;
    c     = cfg_with_width(width);
    c.Qps = qps;
    return c;
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Time
  // ---------------------------------------------------------------------------------------------

  localparam int unsigned TimeW = 48;  // cycles; wraps after 4 days at 800 MHz
  typedef logic [TimeW-1:0] cycles_t;
  localparam cycles_t NoDeadline = '1;

  // True when `now` has reached `deadline` (modular, valid for spans below 2^47 cycles).
  function automatic logic time_reached(cycles_t now, cycles_t deadline);
    cycles_t diff;
    diff = now - deadline;
    return !diff[TimeW-1];
  endfunction

  // The earlier of two deadlines; NoDeadline means none.
  function automatic cycles_t deadline_min(cycles_t a, cycles_t b);
    return (a < b) ? a : b;
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Frames between the Ethernet layer and the protocol engines: a header handle, then payload beats
  // ---------------------------------------------------------------------------------------------

  localparam int unsigned HdrBytes   = 112;   // longest header: Eth 14 + VLAN 4 + IPv6 40 + UDP 8 +
                                              // BTH 12 + AtomicETH 28 = 106
  localparam int unsigned HdrW       = HdrBytes * 8;
  localparam int unsigned FrameLenW  = 14;    // bytes of a frame, up to 16383
  localparam int unsigned MaxFrame   = 4352;  // longest frame without FCS: 4096 payload + headers
  localparam int unsigned MinFrame   = 60;    // shortest frame without FCS (IEEE 802.3 clause 4A)

  // Which integrity check the Ethernet layer appends to a transmitted frame.
  typedef enum logic [1:0] {
    IcrcNone    = 2'd0,  // plain Ethernet frame
    IcrcRoce    = 2'd1,  // InfiniBand Annex A17: masked IP/UDP/BTH fields, 8 bytes of ones in front
    IcrcEthlink = 2'd2   // EthLink section 1: mutable bits of NET forced to ones
  } icrc_e;

  typedef struct packed {
    logic [HdrW-1:0]      data;         // byte i of the frame is data[8*i +: 8]
    logic [7:0]           len;          // bytes of data that are used, 0..112
    logic [FrameLenW-1:0] payload_len;  // bytes that follow on the payload stream, 0: none
    icrc_e                icrc;
    logic [2:0]           prio;         // priority (PFC class) that gates this frame
  } tx_hdr_t;

  // Receive classes; each has a buffer of its own, so that none waits for another.
  typedef enum logic [1:0] {
    ClsPlain  = 2'd0,  // any frame that is not one of the others: to the host's plain-frame ring
    ClsLsReq  = 2'd1,  // Load/Store frame of VC 0, 2 or 3
    ClsLsResp = 2'd2,  // Load/Store frame of VC 1
    ClsRoce   = 2'd3   // RDMA: UDP port 4791, or EthLink encapsulation
  } rx_class_e;
  localparam int unsigned NumRxClasses = 4;

  // Priority (PFC class) of each receive class; plain frames are never paused by us.
  localparam logic [2:0] PrioRoce   = 3'd3;
  localparam logic [2:0] PrioLsReq  = 3'd4;
  localparam logic [2:0] PrioLsResp = 3'd5;

  typedef struct packed {
    logic [HdrW-1:0]      data;         // first bytes of the frame, byte i at data[8*i +: 8]
    logic [7:0]           hdr_len;      // bytes of the frame in front of the payload stream
    logic [FrameLenW-1:0] payload_len;  // bytes on the payload stream; ICRC, pad, FCS excluded
    rx_class_e            cls;
    logic                 vlan;         // an 802.1Q tag is present
    logic                 oefh;         // ClsRoce: EthLink encapsulation (else RoCEv2)
    logic                 ipv6;         // ClsRoce: IPv6 (else IPv4, if not oefh)
    logic [1:0]           ecn;          // ECN field of IP or NET
    logic [7:0]           l4_off;       // offset of BTH (ClsRoce) or RH (ClsLs*)
    logic [3:0]           gid_index;    // RoCEv2: entry of the GID table that the DIP matched
  } rx_hdr_t;

  // What the port needs to know about itself; driven by CSRs, quasi-static.
  localparam int unsigned NumGids = 8;
  typedef struct packed {
    logic                    enable;       // link up: transmit and receive
    logic                    promisc;      // plain frames of any destination go to the host
    logic [47:0]             mac;          // own MAC, first byte on the wire in [47:40]
    logic [15:0]             node_id;      // own EthLink endpoint id
    logic [15:0]             ls_ethertype;   // 0x88B5
    logic [15:0]             rdma_ethertype; // 0x88B6
    logic [13:0]             mtu;          // longest frame accepted, bytes without FCS
    logic [7:0]              pfc_tx_en;    // priorities that send PFC
    logic [7:0]              pfc_rx_en;    // priorities that honour PFC
    logic [15:0]             pfc_quanta;   // pause time sent, units of 512 bit times
    logic [NumGids-1:0]      gid_valid;
    logic [NumGids-1:0][127:0] gid;        // IPv4 as ::ffff:a.b.c.d; first byte in [127:120]
  } port_cfg_t;

  // ---------------------------------------------------------------------------------------------
  // DMA between protocol engines and the host's memory
  // ---------------------------------------------------------------------------------------------

  localparam int unsigned DmaLenW = 13;  // bytes of one request, 1..4096
  localparam int unsigned DmaUserW = 24; // opaque to the DMA engine, returned with the data

  typedef struct packed {
    logic [63:0]         addr;  // IOVA, any alignment
    logic [DmaLenW-1:0]  len;   // 1..4096
    logic [DmaUserW-1:0] user;
  } dma_rd_req_t;

  typedef struct packed {
    logic [63:0]        addr;   // IOVA, any alignment
    logic [DmaLenW-1:0] len;    // 1..4096
    logic               track;  // report a `done` when every byte is visible in memory
  } dma_wr_req_t;

  // ---------------------------------------------------------------------------------------------
  // Object bus: the admin queue reads and writes the tables that the engines own
  // ---------------------------------------------------------------------------------------------

  localparam int unsigned ObjDataW = 384;  // 48 bytes: bytes 16..63 of an admin command
  typedef struct packed {
    logic [7:0]          verb;   // el_regs_pkg::AdminVerb*
    logic [7:0]          kind;   // el_regs_pkg::ObjKind*
    logic [23:0]         index;
    logic [31:0]         mask;   // fields that a MODIFY touches; meaning is the object's own
    logic [ObjDataW-1:0] data;   // layout: rtl/regs/objects.toml, byte 16 of the command in [7:0]
  } obj_req_t;

  typedef struct packed {
    logic [7:0]          status; // el_regs_pkg::AdminStatus*
    logic [ObjDataW-1:0] data;   // QUERY: the object's fields
  } obj_rsp_t;

  // ---------------------------------------------------------------------------------------------
  // Completions and events, from any engine to the completion-queue writer
  // ---------------------------------------------------------------------------------------------

  typedef struct packed {
    logic [15:0]  cqn;
    logic         solicited;  // wakes a CQ that is armed for solicited completions only
    logic [255:0] cqe;        // el_regs_pkg::cqe_t; the writer fills in the phase and time stamp
  } cqe_req_t;

  typedef struct packed {
    logic [4:0]   eqn;
    logic [127:0] eqe;        // el_regs_pkg::eqe_t; the writer fills in the phase
  } eqe_req_t;

  // ---------------------------------------------------------------------------------------------
  // Byte order
  // ---------------------------------------------------------------------------------------------

  function automatic logic [15:0] swap16(logic [15:0] x);
    return {x[7:0], x[15:8]};
  endfunction
  function automatic logic [31:0] swap32(logic [31:0] x);
    return {x[7:0], x[15:8], x[23:16], x[31:24]};
  endfunction
  function automatic logic [47:0] swap48(logic [47:0] x);
    return {x[7:0], x[15:8], x[23:16], x[31:24], x[39:32], x[47:40]};
  endfunction
  function automatic logic [63:0] swap64(logic [63:0] x);
    return {swap32(x[31:0]), swap32(x[63:32])};
  endfunction
  function automatic logic [127:0] swap128(logic [127:0] x);
    return {swap64(x[63:0]), swap64(x[127:64])};
  endfunction

endpackage : el_pkg
