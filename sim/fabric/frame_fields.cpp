// SPDX-License-Identifier: Apache-2.0
//
// The few header fields that a switch looks at: priority and ECN.
//
// Sections 1 of the wire format (NET, RH), RFC 791, RFC 8200, RFC 3168, IEEE 802.1Q.
#include "sim/fabric/ethertype.hpp"
#include "sim/fabric/switch.hpp"

namespace ethlink::sim {
namespace {

constexpr unsigned kMacBytes = 12;
constexpr unsigned kResponseVc = 1, kRequestPriority = 4, kResponsePriority = 5;

[[nodiscard]] std::uint16_t get16(std::span<const std::uint8_t> frame, std::size_t at) {
  return static_cast<std::uint16_t>(frame[at] << 8 | frame[at + 1]);
}

struct Layer3 {
  std::uint16_t type = 0;
  std::size_t offset = 0;
  bool tagged = false;
};

[[nodiscard]] Layer3 layer3(std::span<const std::uint8_t> frame) {
  Layer3 found{get16(frame, kMacBytes), kMacBytes + 2, false};
  if (found.type == kTypeVlan) {
    found = {get16(frame, kMacBytes + 4), kMacBytes + 6, true};
  }
  return found;
}

// RFC 1624: a new header checksum from the old one and the changed 16-bit word.
[[nodiscard]] std::uint16_t update_checksum(std::uint16_t checksum, std::uint16_t before,
                                            std::uint16_t after) {
  std::uint32_t sum = static_cast<std::uint16_t>(~checksum);
  sum += static_cast<std::uint16_t>(~before);
  sum += after;
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

unsigned frame_priority(std::span<const std::uint8_t> frame) {
  const Layer3 l3 = layer3(frame);
  if (l3.tagged) {
    return frame[kMacBytes + 2] >> 5;
  }
  switch (l3.type) {
    case kTypeIpv4:
      return frame[l3.offset + 1] >> 5;
    case kTypeIpv6:
      return (frame[l3.offset] >> 1) & 7U;
    case kTypeLoadStore:
      // A peer has one DSCP, but responses must not wait for requests: the VC tells them apart.
      return (frame[l3.offset + 2] & 0xfU) == kResponseVc ? kResponsePriority : kRequestPriority;
    case kTypeEthlinkRdma:
      return frame[l3.offset + 1] >> 5;
    default:
      return 0;
  }
}

bool mark_ecn(std::span<std::uint8_t> frame) {
  const Layer3 l3 = layer3(frame);
  const std::size_t at = l3.offset;
  switch (l3.type) {
    case kTypeIpv4: {
      if ((frame[at + 1] & 3U) == 0) {
        return false;
      }
      const std::uint16_t before = get16(frame, at);
      frame[at + 1] |= 3U;
      const std::uint16_t sum = update_checksum(get16(frame, at + 10), before, get16(frame, at));
      frame[at + 10] = static_cast<std::uint8_t>(sum >> 8);
      frame[at + 11] = static_cast<std::uint8_t>(sum);
      break;
    }
    case kTypeIpv6:
      if ((frame[at + 1] & 0x30U) == 0) {
        return false;
      }
      frame[at + 1] |= 0x30U;
      break;
    case kTypeLoadStore:
    case kTypeEthlinkRdma:
      if ((frame[at + 1] & 3U) == 0) {
        return false;
      }
      frame[at + 1] |= 3U;
      break;
    default:
      return false;
  }
  set_fcs(frame);
  return true;
}

}  // namespace ethlink::sim
