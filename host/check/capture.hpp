// SPDX-License-Identifier: Apache-2.0
//
// Reads a capture: pcap or pcapng, by libpcap; interfaces and directions, which it hides, block by
// block.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "ethlink/result.hpp"

namespace ethlink {

enum class Direction : std::uint8_t { kUnknown, kIn, kOut };

struct CapturedFrame {
  std::uint64_t number = 0;  ///< in the file, from 1, as in Wireshark
  std::uint64_t ns = 0;      ///< since the epoch of the capture
  std::size_t interface_id = 0;
  Direction direction = Direction::kUnknown;
  bool has_fcs = false;             ///< the last four bytes are the FCS
  std::vector<std::uint8_t> bytes;  ///< from the destination address on
};

struct Capture {
  std::vector<std::string> interfaces;  ///< names, "" where the file has none; never empty
  std::vector<CapturedFrame> frames;
};

/// One line of error when the file cannot be read, is cut, or is of another link type than
/// Ethernet.
[[nodiscard]] Result<Capture> read_capture(const std::string& path);

}  // namespace ethlink
