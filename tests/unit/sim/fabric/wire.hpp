// SPDX-License-Identifier: Apache-2.0
//
// What tests of the network share: frames with a right FCS, and a sink that keeps what arrives.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/fabric/frame.hpp"

namespace ethlink::sim::test {

inline constexpr std::uint64_t kMacA = 0x02'45'4c'00'00'01, kMacB = 0x02'45'4c'00'00'02;

/// A frame of `bytes` (FCS included) whose payload depends on `fill`.
inline Frame make_frame(std::uint64_t to, std::uint64_t from, std::uint16_t type,
                        std::size_t bytes = kMinFrameBytes, std::uint8_t fill = 0) {
  Frame frame(bytes);
  for (unsigned i = 0; i < 6; ++i) {
    frame[i] = static_cast<std::uint8_t>(to >> (40 - 8 * i));
    frame[6 + i] = static_cast<std::uint8_t>(from >> (40 - 8 * i));
  }
  frame[12] = static_cast<std::uint8_t>(type >> 8);
  frame[13] = static_cast<std::uint8_t>(type);
  for (std::size_t i = 14; i < bytes; ++i) {
    frame[i] = static_cast<std::uint8_t>(fill + i * 3);
  }
  set_fcs(frame);
  return frame;
}

/// Keeps arrivals in the order of delivery.
class KeepingSink final : public FrameSink {
 public:
  void deliver(FrameArrival&& arrival) override { arrivals.push_back(std::move(arrival)); }
  std::vector<FrameArrival> arrivals;
};

}  // namespace ethlink::sim::test
