// SPDX-License-Identifier: Apache-2.0
//
// Packet sequence numbers modulo 2^24 (InfiniBand volume 1, clause 9.7.1).
#pragma once

#include <cstdint>
#include <string>

namespace ethlink {

constexpr std::uint32_t psn_add(std::uint32_t psn, std::uint32_t count) {
  return (psn + count) & 0xffffffU;
}
/// `a` - `b`: from -2^23 to 2^23 - 1.
constexpr std::int32_t psn_diff(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t difference = (a - b) & 0xffffffU;
  return difference < 0x800000U ? static_cast<std::int32_t>(difference)
                                : static_cast<std::int32_t>(difference) - 0x1000000;
}
/// As Wireshark shows it: a decimal number.
inline std::string psn_text(std::uint32_t psn) {
  return std::to_string(psn & 0xffffffU);
}

}  // namespace ethlink
