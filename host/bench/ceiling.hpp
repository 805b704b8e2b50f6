// SPDX-License-Identifier: Apache-2.0
//
// The share of payload that headers, FCS, preamble and gap leave on the wire.
#pragma once

namespace ethlink::bench {

/// Ethernet: preamble 8 B and inter-packet gap 12 B (IEEE 802.3 clause 4).
inline constexpr double kGapBytes = 20;
inline constexpr double kFcsBytes = 4;

/// RoCEv2 WRITE in packets of `mtu` bytes: Ethernet 14, IPv4 20, UDP 8, BTH 12, ICRC 4, and a RETH
/// of 16 in the first of the `packets` of a message.
constexpr double rdma_write_ceiling(double mtu, double packets) {
  const double each = 14 + 20 + 8 + 12 + mtu + 4 + kFcsBytes + kGapBytes;
  return packets * mtu / (packets * each + 16);
}

/// Posted stores of `bytes`, packed into frames of at most 1920 B of commands: OEFH 14, NET 2,
/// RH 12, ICRC 4.
constexpr double store_ceiling(int bytes) {
  const int commands = 1920 / (12 + bytes);
  const double frame = 14 + 2 + 12 + commands * (12.0 + bytes) + 4 + kFcsBytes + kGapBytes;
  return commands * static_cast<double>(bytes) / frame;
}

/// Loads of `bytes`, answered in frames of at most 1920 B of commands: 4 B a response.
constexpr double load_ceiling(int bytes) {
  const int commands = 1920 / (4 + bytes);
  const double frame = 14 + 2 + 12 + commands * (4.0 + bytes) + 4 + kFcsBytes + kGapBytes;
  return commands * static_cast<double>(bytes) / frame;
}

}  // namespace ethlink::bench
