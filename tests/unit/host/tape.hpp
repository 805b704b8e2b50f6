// SPDX-License-Identifier: Apache-2.0
//
// Captures made by hand: RoCEv2 packets with right check values, in a pcapng file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check/checker.hpp"

namespace ethlink::test {

/// What varies in a packet.
struct Rc {
  std::uint8_t opcode = 0;
  std::uint32_t psn = 0;
  std::uint8_t syndrome = 0x1f;  ///< of an AETH
  std::uint32_t length = 64;     ///< of a RETH
  std::uint64_t va = 0;          ///< of a RETH
  std::uint64_t value = 0;       ///< swap of an AtomicETH, original of an AtomicAckETH
  std::size_t payload = 0;
  std::uint32_t qpn = 7;
  std::uint8_t ecn = 0;
};

inline constexpr std::uint8_t kSendOnly = 0x04, kWriteFirst = 0x06, kWriteMiddle = 0x07;
inline constexpr std::uint8_t kWriteLast = 0x08, kWriteOnly = 0x0a, kReadRequest = 0x0c;
inline constexpr std::uint8_t kReadFirst = 0x0d, kReadMiddle = 0x0e, kReadLast = 0x0f;
inline constexpr std::uint8_t kReadOnly = 0x10, kAck = 0x11, kAtomicAck = 0x12;
inline constexpr std::uint8_t kFetchAdd = 0x14, kCnp = 0x81;
inline constexpr std::uint8_t kNakSequence = 0x60, kNakAccess = 0x62, kRnr = 0x2c;

/// One port, named "left". Times are in ns and rise.
class Tape {
 public:
  Tape& out(std::uint64_t ns, const Rc& packet) { return add(ns, true, packet); }
  Tape& in(std::uint64_t ns, const Rc& packet) { return add(ns, false, packet); }
  /// Flips a bit of the last packet; its FCS fits again with `repair`.
  Tape& spoil(std::size_t byte, bool repair);

  /// Writes the file.
  void write(const std::string& path) const;
  /// Writes, reads and checks it.
  [[nodiscard]] Capture capture() const;
  /// "go-back@3": rule and frame of each finding.
  [[nodiscard]] std::vector<std::string> findings(const CheckOptions& options = {}) const;

 private:
  struct Item {
    std::uint64_t ns;
    bool outbound;
    std::vector<std::uint8_t> frame;
  };
  Tape& add(std::uint64_t ns, bool outbound, const Rc& packet);

  std::vector<Item> items_;
};

[[nodiscard]] std::vector<std::string> names(const Findings& findings);

}  // namespace ethlink::test
