// SPDX-License-Identifier: Apache-2.0
//
// Sends PFC frames: pause when a class buffer is half full, resume when a quarter or less is used.
//
// A watermark is answered in the next cycle by a header for el_eth_tx. While a class stays above
// its lower mark the pause is refreshed after half of the time sent. Storage one header's fields.

`include "el_assert.svh"

module el_eth_pfc_tx (
  input  logic                            clk_i,
  input  logic                            rst_i,
  input  el_pkg::cycles_t                 now_i,
  input  el_pkg::port_cfg_t               cfg_i,             // quasi-static
  input  logic [15:0]                     quantum_cycles_i,  // as in el_eth_pfc_rx

  // Fill of the class buffers, indexed by rx_class_e
  input  logic [el_pkg::NumRxClasses-1:0] above_half_i,
  input  logic [el_pkg::NumRxClasses-1:0] below_quarter_i,

  // PFC frame without payload; held until taken
  output logic                            hdr_valid_o,
  input  logic                            hdr_ready_i,
  output el_pkg::tx_hdr_t                 hdr_o,

  output logic                            busy_o,
  output el_pkg::cycles_t                 deadline_o         // the next refresh
);

  logic [7:0]      stop_q;       // priorities whose buffer is too full
  logic [7:0]      told_q;       // priorities that the peer was told to stop
  logic            valid_q;      // a frame waits to be sent
  logic [7:0]      enable_q;     // priorities that the frame speaks of
  logic [7:0]      pause_q;      // those that it stops; the others resume
  el_pkg::cycles_t refresh_q;    // meaningful while told_q is not zero
  logic [7:0]      above, below, stop_d;
  logic            make, refresh;

  // Priorities of the classes; plain frames are not flow controlled.
  always_comb begin
    above = '0;
    below = '0;
    above[el_pkg::PrioRoce]   = above_half_i[el_pkg::ClsRoce];
    above[el_pkg::PrioLsReq]  = above_half_i[el_pkg::ClsLsReq];
    above[el_pkg::PrioLsResp] = above_half_i[el_pkg::ClsLsResp];
    below[el_pkg::PrioRoce]   = below_quarter_i[el_pkg::ClsRoce];
    below[el_pkg::PrioLsReq]  = below_quarter_i[el_pkg::ClsLsReq];
    below[el_pkg::PrioLsResp] = below_quarter_i[el_pkg::ClsLsResp];
    if (!cfg_i.enable) above = '0;
  end

  // A priority whose PFC is switched off, or a port that is down, resumes.
  assign stop_d  = (above | (stop_q & ~below)) & cfg_i.pfc_tx_en & {8{cfg_i.enable}};
  assign refresh = told_q != '0 && el_pkg::time_reached(now_i, refresh_q);
  assign make    = !valid_q && cfg_i.enable && (stop_q != told_q || refresh);

  // Half of the pause time sent, in cycles, rounded down; at least one.
  function automatic el_pkg::cycles_t half_pause(logic [15:0] quanta, logic [15:0] each);
    logic [31:0] half;
    half = (32'(quanta) * 32'(each)) >> 9;
    return (half == '0) ? el_pkg::cycles_t'(1) : el_pkg::cycles_t'(half);
  endfunction

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      stop_q  <= '0;
      told_q  <= '0;
      valid_q <= 1'b0;
    end else begin
      stop_q <= stop_d;
      if (make) begin
        told_q  <= stop_q;
        valid_q <= 1'b1;
      end else if (!cfg_i.enable) begin
        told_q  <= '0;
        valid_q <= 1'b0;
      end else if (hdr_ready_i) begin
        valid_q <= 1'b0;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (make) begin
      enable_q  <= stop_q | told_q;
      pause_q   <= stop_q;
      refresh_q <= now_i + half_pause(cfg_i.pfc_quanta, quantum_cycles_i);
    end
  end

  // 802.1Qbb frame: MAC control header, opcode, class enable vector, eight timers.
  function automatic logic [el_pkg::HdrW-1:0] pfc_frame(logic [47:0] mac, logic [7:0] enable,
                                                        logic [7:0] pause, logic [15:0] quanta);
    logic [el_pkg::HdrW-1:0] d;
    d             = '0;
    d[47:0]       = el_pkg::swap48(el_eth_pkg::PfcDmac);
    d[95:48]      = el_pkg::swap48(mac);
    d[8*12 +: 16] = el_pkg::swap16(el_eth_pkg::EtypeMacCtrl);
    d[8*14 +: 16] = el_pkg::swap16(el_eth_pkg::OpcodePfc);
    d[8*17 +: 8]  = enable;
    for (int i = 0; i < 8; i++) begin
      if (pause[i]) d[8*(18+2*i) +: 16] = el_pkg::swap16(quanta);
    end
    return d;
  endfunction

  always_comb begin
    hdr_o = '0;
    if (valid_q) begin
      hdr_o.data = pfc_frame(cfg_i.mac, enable_q, pause_q, cfg_i.pfc_quanta);
      hdr_o.len  = 8'd34;
      hdr_o.icrc = el_pkg::IcrcNone;
    end
  end
  assign hdr_valid_o = valid_q;

  // A header that the transmit side does not take waits for the MAC, which is its input.
  assign busy_o     = valid_q || (cfg_i.enable ? stop_q != told_q : (stop_q | told_q) != '0) ||
                      stop_d != stop_q;
  assign deadline_o = (told_q != '0) ? refresh_q : el_pkg::NoDeadline;

  logic unused_cfg;  // filters and plain classes belong to other modules
  assign unused_cfg = ^{cfg_i, above_half_i, below_quarter_i};

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OnlyEnabledPriorities_A, (stop_d & ~cfg_i.pfc_tx_en) == '0)

endmodule : el_eth_pfc_tx
