// SPDX-License-Identifier: Apache-2.0
//
// The bus between host and endpoint: what distinguishes a PCIe card from a block on the die.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/time.hpp"

namespace ethlink::sim {

struct BusProfile {
  std::string name;
  TimePs latency_ps = 0;        ///< one way; at least one clock period
  TimePs memory_ps = 0;         ///< host memory, between request and first data
  std::uint64_t rate_mbps = 0;  ///< each way; 0: no limit
  unsigned mps_bytes = 512;     ///< longest data of one packet
  unsigned mrrs_bytes = 512;    ///< longest read request; a longer DMA read is cut
  unsigned overhead_bytes = 0;  ///< of each packet: header, framing, CRC
  TimePs reorder_ps = 0;        ///< read data of one request is late by up to this, at random
  bool posted_writes = false;   ///< DMA writes are answered when sent, not when visible
  unsigned write_credits = 64;  ///< BAR writes of each BAR that may be under way
};

/// `pcie-gen5-x16`: 300 ns one way, 32 GT/s x 16 with 128b/130b coding, MPS and MRRS 512.
/// `on-die`: 30 ns one way, 30 ns memory, no packets.
/// `ideal`: one clock period each way, nothing else.
/// nullopt: no such profile. `period_ps`: of the endpoint's clock.
[[nodiscard]] std::optional<BusProfile> bus_profile(std::string_view name, TimePs period_ps);
[[nodiscard]] std::vector<std::string> bus_profile_names();

}  // namespace ethlink::sim
