// SPDX-License-Identifier: Apache-2.0
//
// Which accesses a host may make to the BARs, and where messages go that are not memory.
#pragma once

#include <cstdint>
#include <span>

#include "ethlink/result.hpp"

#include "sim/endpoint/device_port.hpp"

namespace ethlink::sim {

inline constexpr std::uint64_t kRegisterBarBytes = std::uint64_t{1} << 24;
inline constexpr std::uint64_t kApertureBarBytes = std::uint64_t{1} << 40;

/// MSI-X messages are 4-byte writes to this MiB; the data is the vector (PCIe 6.1.4).
inline constexpr std::uint64_t kMsiAddress = 0xfee0'0000;
inline constexpr std::uint64_t kMsiBytes = 0x10'0000;
[[nodiscard]] constexpr bool is_msi(std::uint64_t iova) {
  return iova >= kMsiAddress && iova - kMsiAddress < kMsiBytes;
}

/// Checks size, alignment and line of an access, as docs/reference/endpoint-ports.md has them.
Result<void> check_access(Bar bar, bool write, std::uint64_t offset, std::size_t bytes);

/// A request with its data (empty for a read of `bytes`).
[[nodiscard]] BarRequest make_request(Bar bar, bool write, std::uint64_t offset, std::size_t bytes,
                                      std::span<const std::byte> data);

/// The error of a BAR access that was answered with `resp`.
[[nodiscard]] Result<void> response_result(Bar bar, std::uint64_t offset, std::uint8_t resp);

}  // namespace ethlink::sim
