// SPDX-License-Identifier: Apache-2.0
//
// The frame check sequence, computed by zlib (independent of the RTL's).
#include "sim/fabric/frame.hpp"

#include <zlib.h>

namespace ethlink::sim {

std::uint32_t frame_fcs(std::span<const std::uint8_t> without_fcs) {
  return static_cast<std::uint32_t>(
      ::crc32(0, without_fcs.data(), static_cast<unsigned>(without_fcs.size())));
}

bool fcs_good(std::span<const std::uint8_t> frame) {
  if (frame.size() < kMinFrameBytes) {
    return false;
  }
  const std::uint32_t fcs = frame_fcs(frame.first(frame.size() - kFcsBytes));
  const auto last = frame.last(kFcsBytes);
  for (unsigned i = 0; i < kFcsBytes; ++i) {
    if (last[i] != static_cast<std::uint8_t>(fcs >> (8 * i))) {
      return false;
    }
  }
  return true;
}

void set_fcs(std::span<std::uint8_t> frame) {
  const std::uint32_t fcs = frame_fcs(frame.first(frame.size() - kFcsBytes));
  for (unsigned i = 0; i < kFcsBytes; ++i) {
    frame[frame.size() - kFcsBytes + i] = static_cast<std::uint8_t>(fcs >> (8 * i));
  }
}

}  // namespace ethlink::sim
