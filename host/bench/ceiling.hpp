// SPDX-License-Identifier: Apache-2.0
//
// The share of payload that headers, FCS and what stands between two frames leave on a wire.
#pragma once

#include <cstdint>

#include "ethlink/generated/regs.hpp"

namespace ethlink::bench {

inline constexpr double kFcsBytes = 4;

/// What a wire carries between two frames.
enum class Wire {
  kLink,   ///< Ethernet: preamble 8 B and inter-packet gap 12 B (IEEE 802.3 clause 4)
  kBeats,  ///< the bench, MAC pins to MAC pins and always ready: nothing
};
constexpr double gap_bytes(Wire wire) {
  return wire == Wire::kLink ? 20 : 0;
}

// Bytes, not beats: a last beat that a frame does not fill is the endpoint's loss, so that no
// endpoint can exceed a ceiling.

/// The operations that move a message.
enum class RdmaKind { kWrite, kSend, kRead };

/// A packet with `payload` bytes of a message, FCS included: Ethernet 14, IPv4 20 and UDP 8 or NET
/// 2, BTH 12, pad to 4 bytes, ICRC 4; and in the packets that carry the payload of a WRITE a RETH
/// of 16 in the first, of a READ an AETH of 4 in the first and in the last.
constexpr std::uint64_t rdma_frame_bytes(RdmaKind kind, std::uint64_t payload, bool first,
                                         bool last,
                                         regs::QpEncap encapsulation = regs::QpEncap::kRoceV2) {
  std::uint64_t headers = 14 + (encapsulation == regs::QpEncap::kEthLink ? 2 : 20 + 8) + 12 + 4;
  headers += kind == RdmaKind::kWrite && first ? 16 : 0;
  headers += kind == RdmaKind::kRead && (first || last) ? 4 : 0;
  return headers + (payload + 3) / 4 * 4 + static_cast<std::uint64_t>(kFcsBytes);
}

/// A message of `bytes` > 0 in packets of `mtu` bytes.
constexpr double rdma_ceiling(RdmaKind kind, std::uint64_t bytes, std::uint64_t mtu, Wire wire,
                              regs::QpEncap encapsulation = regs::QpEncap::kRoceV2) {
  double wire_bytes = 0;
  for (std::uint64_t at = 0; at < bytes; at += mtu) {
    const std::uint64_t payload = bytes - at < mtu ? bytes - at : mtu;
    wire_bytes += static_cast<double>(rdma_frame_bytes(kind, payload, at == 0,
                                                       at + payload == bytes, encapsulation)) +
                  gap_bytes(wire);
  }
  return static_cast<double>(bytes) / wire_bytes;
}

/// Commands of `header` + `bytes` bytes, packed into frames of at most 1920 B of commands: OEFH 14,
/// NET 2, RH 12, ICRC 4.
constexpr double packed_ceiling(int header, int bytes, Wire wire) {
  const int commands = 1920 / (header + bytes);
  const double frame = 14 + 2 + 12 + static_cast<double>(commands * (header + bytes)) + 4 +
                       kFcsBytes + gap_bytes(wire);
  return commands * static_cast<double>(bytes) / frame;
}

/// Posted stores: 12 B and the data.
constexpr double store_ceiling(int bytes, Wire wire) {
  return packed_ceiling(12, bytes, wire);
}

/// Loads: 4 B and the data in a response.
constexpr double load_ceiling(int bytes, Wire wire) {
  return packed_ceiling(4, bytes, wire);
}

}  // namespace ethlink::bench
