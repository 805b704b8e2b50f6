// SPDX-License-Identifier: Apache-2.0
//
// Ethernet frames between the parts of the simulated network.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/base/time.hpp"

namespace ethlink::sim {

inline constexpr unsigned kPreambleBytes = 8;  ///< preamble and start delimiter
inline constexpr unsigned kGapBytes = 12;      ///< smallest gap between two frames
inline constexpr unsigned kFcsBytes = 4;
inline constexpr unsigned kMinFrameBytes = 64;  ///< with FCS

/// Destination address to FCS; no preamble.
using Frame = std::vector<std::uint8_t>;

/// A frame on its way into a port.
struct FrameArrival {
  Frame frame;
  TimePs not_before = 0;  ///< causality: nothing of the frame may be used earlier
  TimePs start = 0;       ///< first bit of the preamble at the receiver
  TimePs end = 0;         ///< last bit of the FCS at the receiver
};

/// A receiver of frames. deliver() is called at or before `not_before`, in any order of `end`.
class FrameSink {
 public:
  virtual ~FrameSink() = default;
  virtual void deliver(FrameArrival&& arrival) = 0;
};

/// Watches frames at one end of a link, for captures and fingerprints.
class FrameTap {
 public:
  virtual ~FrameTap() = default;
  /// `outbound`: sent by the port at this tap; `time` is the start on the wire, or the end when in.
  virtual void frame(TimePs time, bool outbound, std::span<const std::uint8_t> frame) = 0;
};

/// The FCS that belongs to `frame` without its FCS (IEEE 802.3 clause 3.2.9).
[[nodiscard]] std::uint32_t frame_fcs(std::span<const std::uint8_t> without_fcs);
/// True when the last four bytes are the right FCS.
[[nodiscard]] bool fcs_good(std::span<const std::uint8_t> frame);
/// Writes the right FCS into the last four bytes.
void set_fcs(std::span<std::uint8_t> frame);

}  // namespace ethlink::sim
