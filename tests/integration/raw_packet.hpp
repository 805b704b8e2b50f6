// SPDX-License-Identifier: Apache-2.0
//
// RC packets that a test builds field by field, right or wrong, with the conventional addresses.
#pragma once

#include <cstdint>

#include "programs/node_setup.hpp"
#include "reference/frame.hpp"

namespace ethlink::test {

struct RawPacket {
  unsigned from = 0;  ///< node; it goes to the other one
  std::uint32_t qpn = 0, psn = 0;
  std::uint8_t opcode = 0;
  bool ack_request = false;
  std::uint8_t pad = 0, version = 0;
  std::uint16_t pkey = 0xffff;
  reference::Bytes extension, payload;  ///< extension headers; data and pad bytes
};

/// The frame, with a right ICRC and without FCS.
inline reference::Bytes raw_frame(const RawPacket& packet) {
  using reference::put;
  const unsigned to = 1 - packet.from;
  reference::Header h;
  for (const unsigned node : {to, packet.from}) {
    for (const std::uint8_t byte : mac_of(node)) {
      h.bytes.push_back(byte);
    }
  }
  put(h.bytes, 0x0800, 2);
  const std::size_t ip = h.bytes.size();
  const std::size_t udp_bytes = 8 + 12 + packet.extension.size() + packet.payload.size() + 4;
  put(h.bytes, 0x4500, 2);
  put(h.bytes, 20 + udp_bytes, 2);
  put(h.bytes, 0x0000'4000, 4);
  put(h.bytes, 0x4011'0000, 4);
  put(h.bytes, 0x0A000001 + packet.from, 4);
  put(h.bytes, 0x0A000001 + to, 4);
  std::uint32_t sum = 0;
  for (std::size_t i = ip; i < ip + 20; i += 2) {
    sum += static_cast<std::uint32_t>(reference::get(h.bytes, i, 2));
  }
  sum = (sum & 0xffff) + (sum >> 16);
  sum = ~((sum & 0xffff) + (sum >> 16));
  h.bytes[ip + 10] = static_cast<std::uint8_t>(sum >> 8);
  h.bytes[ip + 11] = static_cast<std::uint8_t>(sum);
  put(h.bytes, 0xC000'12B7, 4);
  put(h.bytes, udp_bytes << 16, 4);
  put(h.bytes, packet.opcode, 1);
  put(h.bytes, unsigned{packet.pad} << 4 | packet.version, 1);
  put(h.bytes, packet.pkey, 2);
  put(h.bytes, packet.qpn, 4);
  put(h.bytes, (packet.ack_request ? 0x8000'0000U : 0U) | packet.psn, 4);
  h.bytes.insert(h.bytes.end(), packet.extension.begin(), packet.extension.end());
  h.icrc = reference::Icrc::kRoce;
  return reference::body_of(h, packet.payload);
}

/// RETH: address, key and length.
inline reference::Bytes reth(std::uint64_t va, std::uint32_t rkey, std::uint32_t length) {
  reference::Bytes bytes;
  reference::put(bytes, va, 8);
  reference::put(bytes, rkey, 4);
  reference::put(bytes, length, 4);
  return bytes;
}

/// AtomicETH: address, key, and two operands.
inline reference::Bytes atomic_eth(std::uint64_t va, std::uint32_t rkey, std::uint64_t swap_or_add,
                                   std::uint64_t compare) {
  reference::Bytes bytes;
  reference::put(bytes, va, 8);
  reference::put(bytes, rkey, 4);
  reference::put(bytes, swap_or_add, 8);
  reference::put(bytes, compare, 8);
  return bytes;
}

}  // namespace ethlink::test
