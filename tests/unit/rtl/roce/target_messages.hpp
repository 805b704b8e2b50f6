// SPDX-License-Identifier: Apache-2.0
//
// Messages cut into packets, and the regions that the tests of the receive side use.
#pragma once

#include <cstdint>
#include <vector>

#include "Vel_roce_target_1024.h"
#include "Vel_roce_target_256.h"
#include "Vel_roce_target_512.h"
#include "target_bench.hpp"

namespace ethlink::test {

using Bench256 = TargetBench<Vel_roce_target_256, 256>;
using Bench512 = TargetBench<Vel_roce_target_512, 512>;
using Bench1024 = TargetBench<Vel_roce_target_1024, 1024>;

inline constexpr std::uint32_t kPd = 7;
inline constexpr std::uint32_t kFlat = 0x0300 | 0x5a;   // contiguous, written by the remote side
inline constexpr std::uint32_t kPaged = 0x0400 | 0x11;  // pages in random order
inline constexpr std::uint32_t kLocal = 0x0500 | 0x22;  // local write only
inline constexpr std::uint64_t kFlatVa = 0x7000'0000'0000;
inline constexpr std::uint64_t kPagedVa = 0xffff'8000'0000'0e70;
inline constexpr std::uint64_t kLocalVa = 0x1234'5000;
inline constexpr std::uint64_t kPagedBytes = 20 * 4096;

/// The three regions above; receive rings lie behind them in memory.
template <typename Bench>
void create_regions(Bench& b) {
  b.create_region(kFlat, {.va = kFlatVa,
                          .length = 0x40000,
                          .iova = 0x10013,
                          .pages = {},
                          .page_shift = 0,
                          .pd = kPd,
                          .access = 3});
  reference::RcRegion paged{.va = kPagedVa,
                            .length = kPagedBytes,
                            .iova = 0,
                            .pages = {},
                            .page_shift = 12,
                            .pd = kPd,
                            .access = 3};
  for (std::uint64_t i = 0; i < 21; ++i) {
    paged.pages.push_back(0x60000 + (i * 13 % 21) * 4096);
  }
  b.create_region(kPaged, paged, 17);
  b.create_region(kLocal, {.va = kLocalVa,
                           .length = 0x10000,
                           .iova = 0xa0000,
                           .pages = {},
                           .page_shift = 0,
                           .pd = kPd,
                           .access = 1});
}

struct Message {
  std::uint32_t qpn = 1;
  char kind = 's';  // SEND or 'w' WRITE
  bool imm = false;
  bool inv = false;
  bool solicited = false;
  std::uint64_t va = 0;
  std::uint32_t rkey = 0;
  std::uint32_t word = 0x04030201;
  std::size_t length = 0;
  std::uint32_t psn = 0;
  unsigned mtu = 256;
  std::uint16_t pkey = 0xffff;
  bool ack_each = false;
  unsigned service = 0;  // upper bits of the opcode: 1 UC
};

/// The packets of a message. Pad bytes are not zero: a receiver must not look at them.
template <typename Bench>
std::vector<RcPacket> packets_of(Bench& b, const Message& m) {
  const std::size_t count = m.length == 0 ? 1 : (m.length + m.mtu - 1) / m.mtu;
  std::vector<RcPacket> packets;
  for (std::size_t i = 0; i < count; ++i) {
    const bool first = i == 0;
    const bool last = i + 1 == count;
    RcPacket p;
    p.qpn = m.qpn;
    p.pkey = m.pkey;
    p.psn = (m.psn + static_cast<std::uint32_t>(i)) & 0xffffff;
    const unsigned base = m.kind == 's' ? 0 : 6;
    p.opcode = static_cast<std::uint8_t>(base + (first ? (last ? 4 : 0) : (last ? 2 : 1)));
    if (last && m.imm) {
      ++p.opcode;
    }
    if (last && m.inv) {
      p.opcode = first ? 0x17 : 0x16;
    }
    p.opcode = static_cast<std::uint8_t>(p.opcode | m.service << 5);
    p.solicited = last && m.solicited;
    p.ack_request = last || m.ack_each;
    p.va = m.va;
    p.rkey = m.rkey;
    p.dma_length = static_cast<std::uint32_t>(m.length);
    for (unsigned k = 0; k < 4; ++k) {
      p.word[k] = static_cast<std::uint8_t>(m.word >> (24 - 8 * k));
    }
    const std::size_t len = std::min<std::size_t>(m.mtu, m.length - i * m.mtu);
    p.pad = static_cast<unsigned>(-len & 3);
    p.payload.resize(len + p.pad);
    for (auto& byte : p.payload) {
      byte = static_cast<std::uint8_t>(b.rng_() | 1);
    }
    packets.push_back(std::move(p));
  }
  return packets;
}

/// Offers a message and returns the PSN behind it.
template <typename Bench>
std::uint32_t send(Bench& b, const Message& m) {
  const std::vector<RcPacket> packets = packets_of(b, m);
  for (const RcPacket& p : packets) {
    b.send(p);
  }
  return (m.psn + static_cast<std::uint32_t>(packets.size())) & 0xffffff;
}

}  // namespace ethlink::test
