// SPDX-License-Identifier: Apache-2.0
//
// READs and atomics as packets, and the regions that they use.
#pragma once

#include "target_messages.hpp"

namespace ethlink::test {

inline constexpr std::uint32_t kSource = 0x0600 | 0x33;  // remote read only, pages in random order
inline constexpr std::uint32_t kShared = 0x0700 | 0x44;  // everything, contiguous
inline constexpr std::uint64_t kSourceVa = 0x5555'0000'0ff0;
inline constexpr std::uint64_t kSourceBytes = 16 * 4096;
inline constexpr std::uint64_t kSharedVa = 0x3333'0000'0000;
inline constexpr std::uint64_t kSharedIova = 0x180009;
inline constexpr std::uint64_t kSharedBytes = 0x10000;

inline constexpr std::uint8_t kRead = 0x0c;
inline constexpr std::uint8_t kCompareSwap = 0x13;
inline constexpr std::uint8_t kFetchAdd = 0x14;

template <typename Bench>
void create_read_regions(Bench& b) {
  create_regions(b);
  reference::RcRegion source{.va = kSourceVa,
                             .length = kSourceBytes,
                             .iova = 0,
                             .pages = {},
                             .page_shift = 12,
                             .pd = kPd,
                             .access = 4};
  for (std::uint64_t i = 0; i < 17; ++i) {
    source.pages.push_back(0x150000 + (i * 5 % 17) * 4096);
  }
  b.create_region(kSource, source, 100);
  b.create_region(kShared, {.va = kSharedVa,
                            .length = kSharedBytes,
                            .iova = kSharedIova,
                            .pages = {},
                            .page_shift = 0,
                            .pd = kPd,
                            .access = 15});
}

struct Read {
  std::uint32_t qpn = 1;
  std::uint64_t va = 0;
  std::uint32_t rkey = 0;
  std::uint8_t opcode = kRead;
  std::size_t length = 0;
  std::uint32_t psn = 0;
  unsigned mtu = 256;
  std::uint64_t swap_add = 0;
  std::uint64_t compare = 0;
};

inline RcPacket packet_of(const Read& r) {
  RcPacket p;
  p.qpn = r.qpn;
  p.opcode = r.opcode;
  p.psn = r.psn;
  p.va = r.va;
  p.rkey = r.rkey;
  p.dma_length = static_cast<std::uint32_t>(r.length);
  p.swap_add = r.swap_add;
  p.compare = r.compare;
  p.ack_request = true;
  return p;
}

/// Offers a READ or an atomic and returns the PSN behind it.
template <typename Bench>
std::uint32_t read(Bench& b, const Read& r) {
  b.send(packet_of(r));
  const std::size_t packets =
      r.opcode != kRead || r.length == 0 ? 1 : (r.length + r.mtu - 1) / r.mtu;
  return (r.psn + static_cast<std::uint32_t>(packets)) & 0xffffff;
}

}  // namespace ethlink::test
