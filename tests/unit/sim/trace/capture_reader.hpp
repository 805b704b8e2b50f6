// SPDX-License-Identifier: Apache-2.0
//
// Reads a capture back, with libpcap and, for what libpcap hides, block by block.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ethlink::sim::test {

struct CapturedFrame {
  std::uint64_t nanoseconds = 0;
  std::vector<std::uint8_t> bytes;
};

/// Every frame as libpcap reads it; `error` is "" when the file is valid to its end.
struct Capture {
  std::vector<CapturedFrame> frames;
  std::string error;
};
Capture read_capture(const std::string& path);

/// What the blocks say: names of the interfaces, and interface and direction of each frame.
struct CaptureBlocks {
  std::vector<std::string> interfaces;
  std::vector<std::uint64_t> speeds;  ///< bit/s
  std::vector<unsigned> interface_of, direction_of, fcs_of;
  bool whole = false;  ///< the file ends where a block ends
};
CaptureBlocks read_blocks(const std::string& path);

}  // namespace ethlink::sim::test
