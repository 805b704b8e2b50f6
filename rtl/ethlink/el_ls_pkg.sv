// SPDX-License-Identifier: Apache-2.0
//
// Types of the load/store layer: one command as a stream of beats.
//
// A command is a header of 4 to 44 bytes (response 4; request 12; request with atomic operands 16,
// 20 or 28; STORE_NOTIFY 28; STORE_MASKED 12 + mask) and 0 to 256 data bytes in beats of 64 bytes.
// The first beat carries the header and the first 64 data bytes, later beats carry data only, so a
// command of up to 64 data bytes takes one cycle. EthLink specification section 3.

package el_ls_pkg;

  localparam int unsigned CmdHdrBytes = 44;
  localparam int unsigned PeerW       = 8;   // peer index, up to 256 peers
  localparam logic [1:0]  VcRequest   = 2'd0;
  localparam logic [1:0]  VcResponse  = 2'd1;
  localparam logic [1:0]  VcBulk      = 2'd2;
  localparam logic [1:0]  VcControl   = 2'd3;

  typedef struct packed {
    logic                     first;     // hdr, hdr_len and data_len are valid in this beat
    logic                     last;
    logic [PeerW-1:0]         peer;      // index of the peer, held through the command
    logic [1:0]               vc;
    logic [5:0]               hdr_len;   // bytes, multiple of 4
    logic [8:0]               data_len;  // bytes of the whole command, multiple of 4, 0..256
    logic [CmdHdrBytes*8-1:0] hdr;       // wire order, byte 0 in [7:0]
    logic [511:0]             data;      // byte 0 of the beat in [7:0]; unused lanes are zero
  } cmd_t;
  localparam int unsigned CmdW = $bits(cmd_t);

  // How a request's bytes after the 12-byte header split into header part and data part.
  // Operands of atomics, the signal fields of STORE_NOTIFY and the mask of STORE_MASKED count as
  // header; what is stored counts as data.
  function automatic logic [5:0] req_hdr_len(logic [7:0] opcode, logic [7:0] length);
    logic [9:0] bytes;
    bytes = ({2'b0, length} + 10'd1) << 2;
    unique case (opcode)
      el_regs_pkg::LsOpStoreNotify: return 6'd28;
      el_regs_pkg::LsOpAtomicCas:   return 6'd12 + 6'({bytes[4:0], 1'b0});
      el_regs_pkg::LsOpAtomicFadd, el_regs_pkg::LsOpAtomicSwap, el_regs_pkg::LsOpAtomicAnd,
      el_regs_pkg::LsOpAtomicOr, el_regs_pkg::LsOpAtomicXor, el_regs_pkg::LsOpAtomicMin,
      el_regs_pkg::LsOpAtomicMax:   return 6'd12 + bytes[5:0];
      // One mask bit a data byte, padded to 4 bytes: 256 data bytes need 32 mask bytes.
      el_regs_pkg::LsOpStoreMasked: return 6'd12 + 6'(((bytes + 10'd31) >> 5) << 2);
      default:                      return 6'd12;
    endcase
  endfunction

  // Data bytes of a request.
  function automatic logic [8:0] req_data_len(logic [7:0] opcode, logic [7:0] length);
    unique case (opcode)
      el_regs_pkg::LsOpStore, el_regs_pkg::LsOpStorePosted, el_regs_pkg::LsOpStoreMasked,
      el_regs_pkg::LsOpStoreNotify: return 9'(({2'b0, length} + 10'd1) << 2);
      default:                      return 9'd0;
    endcase
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Transport (specification section 2)
  // ---------------------------------------------------------------------------------------------

  localparam int unsigned MaxPackBytes = 1920;  // bytes of commands in a frame
  localparam int unsigned SlotBytes    = 2048;  // transmit slot, a power of two
  localparam int unsigned BeatBytes    = CmdHdrBytes + 64;  // most bytes of one command beat

  // What the transport knows about a peer besides whether it is up.
  typedef struct packed {
    logic [15:0] node_id;
    logic [15:0] pkey;
    logic [5:0]  dscp;
    logic        vlan_en;
    logic [15:0] vlan;
    logic [1:0]  state;       // el_regs_pkg::LsPeerState*
    logic [15:0] own_epoch;   // never 0
    logic [15:0] peer_epoch;
  } peer_t;

  // What a received frame says.
  typedef struct packed {
    logic [15:0]       src_id;
    el_regs_pkg::rh_t  rh;
    logic [13:0]       len;   // bytes of commands
    logic              bad;   // more bytes than a frame may carry
  } rx_meta_t;

  // What the peer table says about the source of a received frame.
  typedef struct packed {
    logic known;    // a peer with this endpoint id exists
    logic pkey_ok;  // the frame is of the peer's partition
    logic current;  // the peer is up and the frame is of its epoch
  } rx_who_t;

  // A received HELLO or HELLO_ACK.
  typedef struct packed {
    logic [PeerW-1:0] peer;
    logic             hello;  // asks for an answer
    logic [15:0]      epoch;  // of the sender
    logic [15:0]      echo;   // epoch of ours that the sender knows, 0: none
  } rx_ctl_t;

  // A frame's payload, handed to an unpacker.
  typedef struct packed {
    logic             drop;     // take the beats, deliver nothing
    logic             denied;   // of another partition: its requests are refused
    logic [PeerW-1:0] peer;
    logic [1:0]       vc;
    logic [15:0]      pkey;
    logic [7:0]       num_cmds;
    logic [13:0]      len;      // above 2047 only with drop
  } rx_job_t;

  // a < b in the modular order of sequence numbers (distance below 2^15).
  function automatic logic psn_before(logic [15:0] a, logic [15:0] b);
    logic [15:0] d;
    d = a - b;
    return d[15];
  endfunction

  // Priority of the frames of a VC; responses never wait for requests, not even for their pause.
  function automatic logic [2:0] prio_of(logic [1:0] vc);
    return (vc == VcResponse) ? el_pkg::PrioLsResp : el_pkg::PrioLsReq;
  endfunction

  // A request opcode whose length the receiver can tell.
  function automatic logic req_known(logic [7:0] opcode);
    return (opcode >= el_regs_pkg::LsOpLoad && opcode <= el_regs_pkg::LsOpStoreNotify)
        || (opcode >= el_regs_pkg::LsOpAtomicFadd && opcode <= el_regs_pkg::LsOpAtomicMax)
        || opcode == el_regs_pkg::LsOpFence;
  endfunction

  // Header of a frame to a peer, bytes 0.. in [7:0]; `len` is the number of command bytes.
  function automatic el_pkg::tx_hdr_t frame_hdr(peer_t peer, el_pkg::port_cfg_t port,
                                                logic [3:0] ttl, el_regs_pkg::rh_t rh,
                                                logic [10:0] len, logic [2:0] prio);
    el_pkg::tx_hdr_t    t;
    el_regs_pkg::oefh_t o;
    el_regs_pkg::net_t  n;
    logic [111:0]       ob;
    logic [111:0]       tail;
    o.dst_prefix   = 16'h0200;
    o.total_length = 16'(len) + 16'd18;  // NET 2, RH 12, ICRC 4
    o.dst_id       = peer.node_id;
    o.src_prefix   = 16'h0200;
    // One value a flow keeps the order of the flow, and with it that of each address.
    o.entropy      = (peer.node_id ^ {port.node_id[7:0], port.node_id[15:8]}) * 16'h9E37
                   + {12'd0, rh.vc};
    o.src_id       = port.node_id;
    o.ethertype    = port.ls_ethertype;
    n = '{ar: 1'b0, reserved: 3'd0, ttl: ttl, dscp: peer.dscp, ecn: 2'd0};
    ob   = el_regs_pkg::oefh_to_bytes(o);
    tail = {el_regs_pkg::rh_to_bytes(rh), el_regs_pkg::net_to_bytes(n)};
    t = '0;
    if (peer.vlan_en) begin
      t.data[255:0] = {tail, ob[111:96], el_pkg::swap16(peer.vlan), 16'h0081, ob[95:0]};
      t.len = 8'd32;
    end else begin
      t.data[223:0] = {tail, ob};
      t.len = 8'd28;
    end
    t.payload_len = 14'(len);
    t.icrc        = el_pkg::IcrcEthlink;
    t.prio        = prio;
    return t;
  endfunction

endpackage : el_ls_pkg
