// SPDX-License-Identifier: Apache-2.0
//
// The pins of the endpoint during one clock cycle, for every width of the data path.
//
// Names are those of docs/reference/endpoint-ports.md without _i/_o. Data fields are meaningful
// only beside their valid, and are copied to and from the model only then.
#pragma once

#include <array>
#include <cstdint>

namespace ethlink::sim {

inline constexpr unsigned kBarLineBytes = 64;   ///< data width of both subordinate ports
inline constexpr unsigned kMaxBeatBytes = 128;  ///< widest network and DMA data path
inline constexpr unsigned kMaxDmaBytes = 4096;  ///< longest DMA burst
inline constexpr unsigned kAxiIds = 256;        ///< ids of every AXI port
inline constexpr std::uint64_t kNoDeadline = (std::uint64_t{1} << 48) - 1;

/// AXI responses (IHI 0022).
inline constexpr std::uint8_t kAxiOkay = 0;
inline constexpr std::uint8_t kAxiSlvErr = 2;
inline constexpr std::uint8_t kAxiDecErr = 3;

using LineData = std::array<std::uint8_t, kBarLineBytes>;
using BeatData = std::array<std::uint8_t, kMaxBeatBytes>;
using BeatStrobe = std::array<std::uint8_t, kMaxBeatBytes / 8>;

/// What the surroundings drive.
struct EndpointIn {
  std::uint64_t now = 0;  ///< cycles
  bool rst = false;

  bool reg_awvalid = false, reg_wvalid = false, reg_bready = true;
  bool reg_arvalid = false, reg_rready = true;
  std::uint8_t reg_awid = 0, reg_arid = 0;
  std::uint32_t reg_awaddr = 0, reg_araddr = 0;
  std::uint64_t reg_wstrb = 0;
  LineData reg_wdata{};

  bool ap_awvalid = false, ap_wvalid = false, ap_wlast = false, ap_bready = true;
  bool ap_arvalid = false, ap_rready = true;
  std::uint8_t ap_awid = 0, ap_awlen = 0, ap_arid = 0, ap_arlen = 0, ap_arsize = 0;
  std::uint64_t ap_awaddr = 0, ap_araddr = 0, ap_wstrb = 0;
  LineData ap_wdata{};

  bool dma_arready = true, dma_awready = true, dma_wready = true;
  bool dma_rvalid = false, dma_rlast = false, dma_bvalid = false;
  std::uint8_t dma_rid = 0, dma_rresp = 0, dma_bid = 0, dma_bresp = 0;
  BeatData dma_rdata{};

  bool mac_tx_tready = true;
  bool mac_rx_tvalid = false, mac_rx_tlast = false, mac_rx_tuser = false;
  BeatData mac_rx_tdata{};
  BeatStrobe mac_rx_tkeep{};
};

/// What the endpoint drives, sampled just before the rising edge.
struct EndpointOut {
  bool reg_awready = false, reg_wready = false, reg_bvalid = false, reg_arready = false;
  bool reg_rvalid = false;
  std::uint8_t reg_bid = 0, reg_bresp = 0, reg_rid = 0, reg_rresp = 0;
  LineData reg_rdata{};

  bool ap_awready = false, ap_wready = false, ap_bvalid = false, ap_arready = false;
  bool ap_rvalid = false, ap_rlast = false;
  std::uint8_t ap_bid = 0, ap_bresp = 0, ap_rid = 0, ap_rresp = 0;
  LineData ap_rdata{};

  bool dma_arvalid = false, dma_awvalid = false, dma_wvalid = false, dma_wlast = false;
  std::uint8_t dma_arid = 0, dma_arlen = 0, dma_awid = 0, dma_awlen = 0;
  std::uint16_t dma_aruser = 0;  ///< bytes wanted
  std::uint64_t dma_araddr = 0, dma_awaddr = 0;
  BeatData dma_wdata{};
  BeatStrobe dma_wstrb{};

  bool mac_tx_tvalid = false, mac_tx_tlast = false;
  BeatData mac_tx_tdata{};
  BeatStrobe mac_tx_tkeep{};
};

/// What the endpoint promises after the rising edge; see EndpointModel::idle().
struct EndpointIdle {
  bool quiescent = false;                ///< no state changes until an input or until `deadline`
  std::uint64_t deadline = kNoDeadline;  ///< cycles
};

}  // namespace ethlink::sim
