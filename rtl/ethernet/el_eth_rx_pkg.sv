// SPDX-License-Identifier: Apache-2.0
//
// The verdict on a received frame.

package el_eth_rx_pkg;

  // Frame lengths saturate above this one; such a frame is too long whatever the MTU says.
  localparam int unsigned LenMax = 16000;

  // Why a frame is not delivered; the first cause in the order of `judge` wins.
  typedef struct packed {
    logic icrc_err;
    logic unknown_opcode;
    logic malformed;
    logic foreign_dst;
    logic fcs_err;
    logic oversize;
    logic runt;
  } cause_t;

  // `len` counts the FCS; `fcs_ok` and `icrc_ok` hold for the whole frame.
  function automatic cause_t judge(el_eth_pkg::rx_parse_t p, logic [13:0] len, logic [13:0] mtu,
                                   logic fcs_ok, logic icrc_ok);
    cause_t      c;
    logic [16:0] body_len;
    logic        icrc_frame, bad_end;
    c          = '0;
    body_len   = 17'(len) - 17'(el_eth_pkg::FcsBytes);
    icrc_frame = p.cls != el_pkg::ClsPlain;
    // The headers' length must reach the end of the frame; only a short frame may carry pad.
    bad_end    = p.frame_end > body_len ||
                 (p.frame_end < body_len && body_len > 17'(el_eth_pkg::MaxPadded));
    if (32'(len) < el_pkg::MinFrame + el_eth_pkg::FcsBytes) c.runt = 1'b1;
    else if (body_len > 17'(mtu) || 32'(len) > LenMax)      c.oversize = 1'b1;
    else if (!fcs_ok)                                       c.fcs_err = 1'b1;
    else if (p.mac_ctrl)                                    c.unknown_opcode = !p.pfc;
    else if (!p.for_us)                                     c.foreign_dst = 1'b1;
    else if (icrc_frame && (p.malformed || bad_end))        c.malformed = 1'b1;
    else if (icrc_frame && !icrc_ok)                        c.icrc_err = 1'b1;
    else if (!p.opcode_ok)                                  c.unknown_opcode = 1'b1;
    return c;
  endfunction

endpackage : el_eth_rx_pkg
