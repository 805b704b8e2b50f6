// SPDX-License-Identifier: Apache-2.0
//
// What travels beside a beat from the frame builder to the CRC stages.

package el_eth_tx_pkg;

  // Positions are relative to lane 0 of the beat; negative: in an earlier beat.
  localparam int unsigned PosW = el_pkg::FrameLenW + 2;

  typedef struct packed {
    logic                   first;
    logic                   last;
    logic                   bad;      // the ICRC that touches this beat is to be wrong
    logic [1:0]             beat;     // number in the frame, saturates at 3
    logic signed [PosW-1:0] icrc_at;  // first ICRC byte
    logic signed [PosW-1:0] fcs_at;   // first FCS byte
    el_eth_pkg::icrc_type_t icrc;     // valid in every beat of the frame
  } beat_meta_t;

  // Bytes of a beat of `width` bits in front of position `at`.
  function automatic logic [7:0] bytes_before(logic signed [PosW-1:0] at, int unsigned width);
    if (at <= 0) return '0;
    if (at >= signed'(PosW'(width / 8))) return 8'(width / 8);
    return at[7:0];
  endfunction

  // A four-byte check value at `at` touches this beat.
  function automatic logic touches(logic signed [PosW-1:0] at, int unsigned width);
    return at > -signed'(PosW'(4)) && at < signed'(PosW'(width / 8));
  endfunction

  // How the ICRC of a frame with this header is computed.
  function automatic el_eth_pkg::icrc_type_t icrc_type(logic [el_pkg::HdrW-1:0] data,
                                                       el_pkg::icrc_e kind);
    el_eth_pkg::icrc_type_t t;
    t.kind = kind;
    t.vlan = {data[8*12 +: 8], data[8*13 +: 8]} == el_eth_pkg::EtypeVlan;
    t.ipv6 = (t.vlan ? {data[8*16 +: 8], data[8*17 +: 8]}
                     : {data[8*12 +: 8], data[8*13 +: 8]}) == el_eth_pkg::EtypeIpv6;
    return t;
  endfunction

endpackage : el_eth_tx_pkg
