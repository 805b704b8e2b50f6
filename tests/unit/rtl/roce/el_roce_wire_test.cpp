// SPDX-License-Identifier: Apache-2.0
//
// el_roce up to the frames that it sends: payload that fails, and regions that end.

#include "Vel_roce_wire_1024.h"
#include "Vel_roce_wire_256.h"
#include "Vel_roce_wire_512.h"
#include "wire_bench.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
namespace regs = ethlink::regs;

using Wire256 = WireBench<Vel_roce_wire_256, 256>;
using Wire512 = WireBench<Vel_roce_wire_512, 512>;
using Wire1024 = WireBench<Vel_roce_wire_1024, 1024>;

constexpr std::uint32_t kKey = 0x305;
constexpr std::uint64_t kVa = 0x7000'0000'0123;
constexpr std::uint64_t kIova = 0x80123;
constexpr std::uint32_t kLength = 0x40000;
constexpr unsigned kMtu = 1024;
constexpr unsigned kFatal = 19;

}  // namespace

TEMPLATE_TEST_CASE("payload that fails behind the first beat leaves with a wrong ICRC only",
                   "[wire]", Wire256, Wire512, Wire1024) {
  // An only packet; the first, a middle and the last packet of a message.
  const auto [length, packet] = GENERATE(std::pair<unsigned, unsigned>{kMtu, 0},
                                         std::pair<unsigned, unsigned>{4 * kMtu - 7, 0},
                                         std::pair<unsigned, unsigned>{4 * kMtu - 7, 2},
                                         std::pair<unsigned, unsigned>{4 * kMtu - 7, 3});
  const unsigned end = std::min((packet + 1) * kMtu, length);
  for (unsigned at = packet * kMtu; at < end; at += TestType::kBeat) {
    TestType b;
    b.create_region(kKey, kVa, kLength, kIova);
    b.connect(1, kMtu);
    b.connect(2, kMtu);
    b.bad_byte_ = kIova + at;
    b.write(1, kVa, length, kKey);
    b.write(1, kVa + 0x10000, 2 * kMtu, kKey);  // flushed
    b.write(2, kVa + 0x20000, 3 * kMtu, kKey);
    b.steps(1000);
    CAPTURE(length, packet, at);
    REQUIRE(b.cqes_.size() == 2);
    REQUIRE(b.cqes_[0] == std::array<unsigned, 3>{1, 0, kFatal});
    REQUIRE(b.cqes_[1] == std::array<unsigned, 3>{1, 1, 5});
    std::uint32_t psn = 0;
    std::uint32_t others = 0;
    for (const WireFrame& f : b.frames_) {
      if (f.dest_qpn == 0x102) {
        REQUIRE(f.psn == others++);
        REQUIRE(f.icrc_good);
        continue;
      }
      REQUIRE(f.psn == psn++);
      // Frames are good exactly when their payload is what memory holds.
      const std::uint64_t from = kIova + std::uint64_t{f.psn} * kMtu;
      const bool whole =
          std::equal(f.payload.begin(),
                     f.payload.begin() + std::min<std::uint32_t>(kMtu, length - f.psn * kMtu),
                     b.memory_.begin() + static_cast<std::ptrdiff_t>(from));
      REQUIRE(f.icrc_good == whole);
      REQUIRE(f.icrc_inverted == !whole);
      REQUIRE(whole == (f.psn < packet));
    }
    // Nothing of the pair follows, and a packet whose first beat failed does not leave at all.
    REQUIRE(psn == packet + (at == packet * kMtu ? 0 : 1));
    REQUIRE(others == 3);
  }
}

namespace {

constexpr std::uint32_t kOther = 0x406;  // a region that stays
constexpr std::uint64_t kOtherVa = 0x100000;
constexpr std::uint64_t kOtherIova = 0xC8000;
constexpr unsigned kProtErr = 4;

/// Queue pair 1 sends from the region that ends, 2 from both in turn, 3 from the other for ever.
template <typename B>
void traffic(B& b) {
  b.create_region(kKey, kVa, kLength, kIova);
  b.create_region(kOther, kOtherVa, 0x10000, kOtherIova);
  for (const unsigned qpn : {1U, 2U, 3U}) {
    b.connect(qpn, kMtu);
  }
  for (unsigned i = 0; i < 8; ++i) {
    b.write(1, kVa + 0x1000 * i, 5000, kKey);
    b.write(2, i % 2 == 0 ? kVa + 0x100 * i : kOtherVa, 700, i % 2 == 0 ? kKey : kOther);
  }
  for (unsigned i = 0; i < 60; ++i) {
    b.write(3, kOtherVa, 0x10000, kOther);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("a region is destroyed only when all that may be read of it has been read",
                   "[wire]", Wire256, Wire512, Wire1024) {
  unsigned waited = 0;
  unsigned held = 0;
  for (unsigned at = 0; at < 600; at += 23) {
    TestType b;
    b.read_latency_ = 20 + at % 300;
    b.read_gaps_ = at % 4 * 25;
    traffic(b);
    const auto before = b.memory_;
    b.steps(at);
    held += b.reads_open(kIova, kLength) != 0 ? 1 : 0;
    b.start(regs::AdminVerb::kDestroy, regs::ObjKind::kMr, kKey >> 8, nullptr);
    // Reads of the other region go on for ever, and those that are allowed by now are few.
    unsigned cycles = 0;
    for (; cycles < 96 * 1024 / TestType::kBeat * 4 + 500 && !b.answered(); ++cycles) {
      b.step();
    }
    CAPTURE(at, cycles, b.read_latency_, b.read_gaps_);
    REQUIRE(b.answered());
    waited += cycles > 100 ? 1 : 0;
    // The host takes the memory back: nothing of it is looked at, whatever is still to be sent.
    REQUIRE(b.reads_open(kIova, kLength) == 0);
    b.may_read_ = [](std::uint64_t addr) { return addr < kIova || addr >= kIova + kLength; };
    std::fill_n(b.memory_.begin() + kIova, kLength, 0);
    const std::size_t others = b.frames_.size();
    b.steps(6000);
    REQUIRE(b.reads_open(kOtherIova, 0x10000) != 0);
    REQUIRE(b.frames_.size() > others);
    for (const WireFrame& f : b.frames_) {
      REQUIRE(f.icrc_good);
      if (f.dest_qpn == 0x101) {  // five packets a message
        const std::uint64_t from = kIova + 0x1000 * (f.psn / 5) + f.psn % 5 * kMtu;
        REQUIRE(std::equal(f.payload.begin(), f.payload.end(),
                           before.begin() + static_cast<std::ptrdiff_t>(from)));
      }
    }
    // What was to come of it fails: there are no ACKs, so only when nothing is in front.
    const bool cut = std::none_of(b.frames_.begin(), b.frames_.end(),
                                  [](const WireFrame& f) { return f.dest_qpn == 0x101; });
    REQUIRE((!cut || std::count(b.cqes_.begin(), b.cqes_.end(),
                                std::array<unsigned, 3>{1, 0, kProtErr}) == 1));
  }
  // The moments were well chosen: reads were in flight at most of them, and often for long.
  CHECK(held >= 10);
  CHECK(waited >= 5);
}

TEST_CASE("a region that nothing is read of is destroyed at once, also while the link is paused",
          "[wire]") {
  Wire512 b;
  b.create_region(kKey, kVa, kLength, kIova);
  b.create_region(kOther, kOtherVa, 0x10000, kOtherIova);
  b.rtl_->paused_i = 0xff;
  b.start(regs::AdminVerb::kDestroy, regs::ObjKind::kMr, kKey >> 8, nullptr);
  b.steps(30);
  REQUIRE(b.answered());
  // Payload that fills the way to the wire holds its reads, and with them the answer.
  b.connect(1, kMtu);
  b.write(1, kOtherVa, 0x10000, kOther);
  b.steps(500);
  b.start(regs::AdminVerb::kDestroy, regs::ObjKind::kMr, kOther >> 8, nullptr);
  b.steps(1000);
  REQUIRE(b.frames_.empty());
  REQUIRE(!b.answered());
  REQUIRE(b.reads_open(kOtherIova, 0x10000) != 0);
  b.rtl_->paused_i = 0;
  b.steps(2000);
  REQUIRE(b.answered());
  REQUIRE(b.reads_open(kOtherIova, 0x10000) == 0);
}

TEST_CASE("the end of a region waits for what is allowed and not yet asked of memory", "[wire]") {
  const bool behind_packets = GENERATE(false, true);
  Wire512 b;
  b.create_region(kKey, kVa, kLength, kIova);
  b.connect(1, kMtu);
  if (behind_packets) {
    // Packets without payload fill the way to the wire: the lookup behind them has its answer only.
    b.rtl_->paused_i = 0xff;
    for (unsigned i = 0; i < 70; ++i) {
      b.write(1, kVa, 0, kKey);
    }
  } else {
    b.hold_reads_ = true;
  }
  b.write(1, kVa, 700, kKey);
  b.steps(1000);
  REQUIRE(b.reads_taken_ == 0);
  b.start(regs::AdminVerb::kDestroy, regs::ObjKind::kMr, kKey >> 8, nullptr);
  b.steps(300);
  REQUIRE(!b.answered());
  b.rtl_->paused_i = 0;
  b.hold_reads_ = false;
  for (unsigned i = 0; i < 1000 && !b.answered(); ++i) {
    b.step();
  }
  REQUIRE(b.answered());
  REQUIRE(b.reads_taken_ == 1);
  REQUIRE(b.reads_open(kIova, kLength) == 0);
  b.may_read_ = [](std::uint64_t) { return false; };
  b.write(1, kVa, 700, kKey);  // too late
  b.steps(500);
  REQUIRE(b.reads_taken_ == 1);
  REQUIRE(b.frames_.size() == (behind_packets ? 71 : 1));
  REQUIRE(b.frames_.back().icrc_good);
  REQUIRE(std::equal(b.frames_.back().payload.begin(), b.frames_.back().payload.end(),
                     b.memory_.begin() + kIova));
}
