// SPDX-License-Identifier: Apache-2.0
//
// Home side of the load/store engine against the reference memory, at three widths.

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <utility>

#include "Vel_ls_engine_raw_1024.h"
#include "Vel_ls_engine_raw_256.h"
#include "Vel_ls_engine_raw_512.h"
#include "engine_bench.hpp"

namespace ethlink::test {
namespace {

namespace ls = reference::ls;
using reference::LsAnswer;
using reference::LsMemory;
using reference::LsRequest;
using reference::LsSegment;

using Bench256 = EngineBench<Vel_ls_engine_raw_256, 256>;
using Bench512 = EngineBench<Vel_ls_engine_raw_512, 512>;
using Bench1024 = EngineBench<Vel_ls_engine_raw_1024, 1024>;

constexpr std::uint16_t kKey = 0x8123;
constexpr unsigned kAll = ls::kMayRead | ls::kMayWrite | ls::kMayAtomic;
constexpr unsigned kHot = 0, kTop = 1, kReadOnly = 2, kWriteOnly = 3, kAtomicOnly = 4, kOdd = 5,
                   kBroken = 6, kHuge = 7;
constexpr std::uint64_t kBadFrom = 0xBAD00000000, kBadTo = 0xBAD00010000;

const std::map<unsigned, LsSegment>& segments() {
  static const std::map<unsigned, LsSegment> all{
      {kHot, {0x100000000, 0x2000, kKey, kAll}},
      {kTop, {0xFFFFFFFFFFFFF000, 0x1000, kKey, kAll}},  // its last byte is the last one of all
      {kReadOnly, {0x200000000, 0x1000, kKey, ls::kMayRead}},
      {kWriteOnly, {0x300000000, 0x1000, kKey, ls::kMayWrite}},
      {kAtomicOnly, {0x400000000, 0x1000, kKey, ls::kMayAtomic}},
      {kOdd, {0x500000000, 0x123, kKey, kAll}},
      {kBroken, {kBadFrom, kBadTo - kBadFrom, kKey, kAll}},
      {kHuge, {0x600, std::uint64_t{1} << 48U, kKey, kAll}},
  };
  return all;
}

constexpr std::uint64_t at(unsigned segment, std::uint64_t offset) {
  return (std::uint64_t{segment} << 48U) | offset;
}

/// Sends requests, keeps what the reference expects, compares at the end.
template <typename Bench>
class Home {
 public:
  explicit Home(bool twin = false) : bench(twin) {
    for (const auto& [index, segment] : segments()) {
      REQUIRE(bench.segment(index, segment) == 0);
    }
    model.segments() = segments();
    model.set_bad(kBadFrom, kBadTo);
    bench.bad = [this](std::uint64_t addr) { return model.bad(addr); };
  }

  LsAnswer send(LsRequest r) {
    if (r.tag == 0) {
      r.tag = next_tag_++;
    }
    const LsAnswer answer = model.execute(r);
    if (answer.sent) {
      const auto tag = r.opcode == ls::kStorePosted ? ls::kPostedTag : r.tag;
      expected_.insert({{r.peer, tag}, answer});
    }
    bench.request(r);
    return answer;
  }

  LsRequest make(unsigned opcode, std::uint64_t address, unsigned bytes) {
    LsRequest r;
    r.opcode = opcode;
    r.length_field = bytes / 4 - 1;
    r.address = address;
    r.pkey = kKey;
    r.peer = 1;
    if (r.store()) {
      r.data = bench.random_bytes(bytes);
    }
    if (opcode == ls::kStoreMasked) {
      r.enabled.assign(bytes, true);
    }
    if (opcode == ls::kStoreNotify) {
      r.signal = at(kHot, 0x1F00);
      r.add = 1;
    }
    if (opcode == ls::kFence) {
      r.length_field = 0;
    }
    return r;
  }

  /// Every response is one that is expected, and every one that is expected came.
  void check_responses() {
    for (const Command& c : bench.sent[1]) {
      REQUIRE(c.header.size() == 4);
      REQUIRE(c.vc == 1);
      const auto tag = static_cast<std::uint16_t>(c.header[2] << 8U | c.header[3]);
      const auto [from, to] = expected_.equal_range({c.peer, tag});
      CAPTURE(c.peer, tag, unsigned{c.header[0]}, unsigned{c.header[1]}, seed());
      const auto found = std::find_if(from, to, [&c](const auto& entry) {
        const LsAnswer& want = entry.second;
        return want.opcode == c.header[0] && want.status == c.header[1] && want.data == c.data;
      });
      REQUIRE(found != to);
      expected_.erase(found);
    }
    bench.sent[1].clear();
  }
  void finish() {
    bench.drain();
    check_responses();
    for (const auto& [key, answer] : expected_) {
      UNSCOPED_INFO("no answer for tag " << key.second << ": opcode " << answer.opcode << " status "
                                         << answer.status);
    }
    REQUIRE(expected_.empty());
    check_memory();
  }
  void check_memory() {
    for (const auto& [addr, value] : model.bytes()) {
      const auto found = bench.memory.find(addr);
      CAPTURE(addr);
      REQUIRE((found == bench.memory.end() ? 0U : found->second) == value);
    }
    for (const auto& [addr, value] : bench.memory) {
      CAPTURE(addr);
      REQUIRE((model.bad(addr) || model.byte(addr) == value));
    }
  }
  void store(std::uint64_t iova, std::uint64_t value, unsigned bytes) {
    for (unsigned i = 0; i < bytes; ++i) {
      const auto byte = static_cast<std::uint8_t>(value >> (8 * i));
      bench.memory[iova + i] = byte;
      model.set_byte(iova + i, byte);
    }
  }

  Bench bench;
  LsMemory model;

 private:
  std::multimap<std::pair<unsigned, std::uint16_t>, LsAnswer> expected_;
  std::uint16_t next_tag_ = 1;
};

constexpr std::array<unsigned, 14> kOpcodes{
    ls::kLoad, ls::kStore, ls::kStorePosted, ls::kStoreMasked, ls::kStoreNotify,
    ls::kFadd, ls::kSwap,  ls::kCas,         ls::kAnd,         ls::kOr,
    ls::kXor,  ls::kMin,   ls::kMax,         ls::kFence};

/// Mostly right requests on few lines, some wrong ones.
template <typename Bench>
LsRequest any_request(Home<Bench>& home) {
  auto& random = home.bench.random();
  // Loads and stores as often as all the atomics.
  const unsigned opcode =
      random() % 2 == 0 ? kOpcodes[random() % 5] : kOpcodes[random() % kOpcodes.size()];
  LsRequest probe;
  probe.opcode = opcode;
  const unsigned bytes = probe.atomic() ? 4U << random() % 2 : 4U << random() % 7;
  std::uint64_t address = at(kHot, random() % 0x400 / bytes * bytes);
  if (random() % 8 == 0) {
    const auto segment = static_cast<unsigned>(random() % 9);  // 8 does not exist
    const std::uint64_t length =
        segments().count(segment) != 0 ? segments().at(segment).length : 0x1000;
    address = at(segment, (length - length % bytes - bytes * (random() % 3)) & 0xFFFFFFFFFFFF);
  }
  LsRequest r = home.make(opcode, address, bytes);
  r.peer = static_cast<unsigned>(1 + random() % 3);
  if (r.atomic()) {
    r.operand0 = random() % 4 == 0 ? random() : random() % 3;
    r.operand1 = random() % 3;
  }
  if (opcode == ls::kStoreMasked) {
    const auto style = random() % 4;
    for (std::size_t i = 0; i < r.enabled.size(); ++i) {
      r.enabled[i] = style == 0 ? random() % 2 == 0 : (style == 1 ? i / 5 % 3 == 0 : style == 2);
    }
  }
  if (opcode == ls::kStoreNotify) {
    r.signal = at(kHot, random() % 2 == 0 ? 0x1F00 : random() % 0x80 * 8);
    if (random() % 16 == 0) {
      r.signal = at(kBroken, 64);
    } else if (random() % 16 == 0) {
      r.signal = at(kReadOnly, 8);
    } else if (random() % 16 == 0) {
      r.signal += 4;
    }
  }
  switch (random() % 40) {
    case 0:
      r.pkey ^= 1;
      break;
    case 1:
      r.address += 1 + random() % 3;
      break;
    case 2:
      r.address = at(64 + static_cast<unsigned>(random() % 0xFF00), 0);  // beyond the table
      break;
    case 3:
      r.tag = ls::kPostedTag;
      if (!r.store() && opcode != ls::kFence) {
        r.tag = 0;
      }
      break;
    case 4: {  // a length that is none
      r.length_field = std::array<unsigned, 4>{2, 4, 62, 20}[random() % 4];
      if (r.atomic()) {
        r.length_field = 2;
      }
      if (r.store()) {
        r.data = home.bench.random_bytes(r.bytes());
        r.enabled.assign(opcode == ls::kStoreMasked ? r.bytes() : 0, true);
      }
      break;
    }
    case 5:
      r = home.make(std::array<unsigned, 4>{0x00, 0x06, 0x18, 0x7F}[random() % 4], address, bytes);
      break;
    default:
      break;
  }
  return r;
}

template <typename Bench>
void random_requests(const Pace& pace, unsigned count, bool twin = false) {
  Home<Bench> home(twin);
  CAPTURE(seed(), pace.transport, pace.memory, pace.latency);
  home.bench.pace = pace;
  auto& random = home.bench.random();
  for (unsigned i = 0; i < count; ++i) {
    home.send(any_request(home));
    while (home.bench.queued_requests() > 40) {
      home.bench.step();
    }
    // Now and then everything comes to rest.
    if (random() % 200 == 0) {
      home.bench.drain();
    }
  }
  home.finish();
  if (twin) {
    CHECK(home.bench.skipped > 10);
  }
}

TEMPLATE_TEST_CASE("requests in any mix do to memory what they do one after the other",
                   "[unit][rtl][ethlink]", Bench256, Bench512, Bench1024) {
  const unsigned latency = GENERATE(0U, 5U, 60U);
  const unsigned percent = GENERATE(100U, 40U);
  random_requests<TestType>({100, percent, percent, 100, latency}, 700);
}

TEST_CASE("an engine that is not busy changes nothing without its clock", "[unit][rtl][ethlink]") {
  const unsigned latency = GENERATE(0U, 40U);
  random_requests<Bench512>({100, 30, 60, 100, latency}, 500, true);
}

TEMPLATE_TEST_CASE("every size, alignment and end of a segment is exact", "[unit][rtl][ethlink]",
                   Bench256, Bench512, Bench1024) {
  Home<TestType> home;
  CAPTURE(seed());
  for (const unsigned segment : {kHot, kTop, kOdd, kHuge}) {
    const std::uint64_t length = segments().at(segment).length;
    for (const unsigned bytes : {4U, 8U, 16U, 32U, 64U, 128U, 256U}) {
      const std::uint64_t last = (length - bytes) / bytes * bytes;
      for (const std::uint64_t offset :
           {std::uint64_t{0}, last, last + bytes, last + 1, last + bytes / 2}) {
        const std::uint64_t address = at(segment, offset & 0xFFFFFFFFFFFF);
        for (const unsigned opcode : {ls::kStore, ls::kLoad, ls::kStoreMasked, ls::kLoad,
                                      ls::kStorePosted, ls::kStoreNotify, ls::kLoad}) {
          home.send(home.make(opcode, address, bytes));
        }
        if (bytes <= 8) {
          for (unsigned opcode = ls::kFadd; opcode <= ls::kMax; ++opcode) {
            LsRequest r = home.make(opcode, address, bytes);
            r.operand0 = home.bench.random()();
            home.send(r);
          }
        }
      }
    }
    home.finish();
  }
}

TEST_CASE("each refusal has the status that says why", "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  const auto status = [&](LsRequest r) { return home.send(std::move(r)).status; };
  for (const unsigned opcode : kOpcodes) {
    if (opcode == ls::kFence) {
      continue;
    }
    CAPTURE(opcode);
    LsRequest probe;
    probe.opcode = opcode;
    const bool reads = opcode == ls::kLoad;
    CHECK(status(home.make(opcode, at(kReadOnly, 0), 8)) == (reads ? ls::kOk : ls::kDenied));
    CHECK(status(home.make(opcode, at(kWriteOnly, 0), 8)) ==
          (probe.store() ? ls::kOk : ls::kDenied));
    CHECK(status(home.make(opcode, at(kAtomicOnly, 0), 8)) ==
          (probe.atomic() ? ls::kOk : ls::kDenied));
    LsRequest foreign = home.make(opcode, at(kHot, 0), 8);
    foreign.pkey = kKey + 1;
    CHECK(status(foreign) == ls::kDenied);
    // A partition that is not the sender's is refused even where the segment is of that partition.
    LsRequest stranger = home.make(opcode, at(kHot, 0), 8);
    stranger.denied = true;
    CHECK(status(stranger) == ls::kDenied);
    LsRequest stranger_beyond = home.make(opcode, at(8, 0), 12);
    stranger_beyond.denied = true;
    CHECK(status(stranger_beyond) == ls::kDenied);
    CHECK(status(home.make(opcode, at(8, 0), 8)) == ls::kRange);
    CHECK(status(home.make(opcode, at(0xFFFF, 0), 8)) == ls::kRange);
    CHECK(status(home.make(opcode, at(kHot, 0x2000), 8)) == ls::kRange);
    CHECK(status(home.make(opcode, at(kHot, 0xFFFFFFFFFFF8), 8)) == ls::kRange);
    CHECK(status(home.make(opcode, at(kHot, 4), 8)) == ls::kUnaligned);
    CHECK(status(home.make(opcode, at(kHot, 0), 12)) == ls::kLength);
    CHECK(status(home.make(opcode, at(kBroken, 0), 8)) == ls::kFault);
  }
  LsRequest fence = home.make(ls::kFence, 0, 4);
  fence.length_field = 1;
  CHECK(status(fence) == ls::kLength);
  LsRequest strange_fence = home.make(ls::kFence, 0, 4);
  strange_fence.denied = true;
  CHECK(status(strange_fence) == ls::kDenied);
  LsRequest strange_opcode = home.make(0x42, at(kHot, 0), 8);
  strange_opcode.denied = true;
  CHECK(status(strange_opcode) == ls::kUnsupported);
  for (const unsigned opcode : {0x00U, 0x06U, 0x0FU, 0x18U, 0x21U, 0x81U, 0xFFU}) {
    CHECK(status(home.make(opcode, at(kHot, 0), 8)) == ls::kUnsupported);
  }
  home.finish();
  CHECK(home.bench.counters[27] > 0);  // home_errors
}

TEST_CASE("a signal is never visible before the data of its store", "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  CAPTURE(seed());
  home.bench.pace.latency = GENERATE(0U, 30U);
  const std::uint64_t base = segments().at(kHot).base;
  std::map<std::uint64_t, Bytes> blocks;  // by signal value
  std::uint64_t seen = 0;
  home.bench.on_visible = [&](std::uint64_t addr) {
    if (addr != base + 0x1F00) {
      return;
    }
    const std::uint64_t value = home.bench.memory[addr] + 256U * home.bench.memory[addr + 1];
    REQUIRE(value == seen + 1);  // in order, each once
    seen = value;
    const std::uint64_t from = base + (value - 1) % 8 * 256;
    for (std::size_t i = 0; i < 256; ++i) {
      REQUIRE(home.bench.memory[from + i] == blocks.at(value)[i]);
    }
  };
  for (unsigned i = 0; i < 8; ++i) {
    for (unsigned k = 0; k < 8; ++k) {
      LsRequest r = home.make(ls::kStoreNotify, at(kHot, k * 256), 256);
      r.peer = 1 + k % 2;
      blocks[8 * i + k + 1] = r.data;
      home.send(r);
    }
    home.bench.drain();
  }
  CHECK(seen == 64);
  home.finish();
}

TEST_CASE("a fence and a store are answered when their bytes are visible", "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  CAPTURE(seed());
  home.bench.pace = {100, 60, 60, 100, 50};
  for (unsigned round = 0; round < 30; ++round) {
    for (unsigned i = 0; i < 12; ++i) {
      LsRequest r = any_request(home);
      while (!r.store() && !r.atomic()) {
        r = any_request(home);
      }
      home.send(r);
    }
    LsRequest end = home.make(round % 2 == 0 ? ls::kFence : ls::kStore, at(kHot, 0x800), 64);
    end.tag = 0xF000;
    home.send(end);
    bool answered = false;
    for (unsigned i = 0; i < 5000 && !answered; ++i) {
      home.bench.step();
      for (const Command& c : home.bench.sent[1]) {
        answered = answered || (c.header[2] == 0xF0 && c.header[3] == 0);
      }
    }
    REQUIRE(answered);
    if (round % 2 == 0) {
      home.check_memory();  // atomics and signals included
    }
    home.finish();
  }
}

TEST_CASE("an atomic at one word counts every peer once, in order", "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  home.bench.pace = {100, 70, 70, 100, GENERATE(0U, 25U)};
  CAPTURE(seed());
  for (unsigned i = 0; i < 120; ++i) {
    LsRequest r = home.make(ls::kFadd, at(kHot, 0x40), 8);
    r.peer = 1 + i % 2;
    r.operand0 = i % 2 == 0 ? 1 : 0x10000;
    CHECK(home.send(r).data.size() == 8);
  }
  home.finish();
  CHECK(home.bench.writes == 120);
}

TEST_CASE("a compare that fails writes nothing and a failed atomic changes nothing",
          "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  home.store(segments().at(kHot).base, 5, 8);
  LsRequest r = home.make(ls::kCas, at(kHot, 0), 8);
  r.operand0 = 6;
  r.operand1 = 7;
  CHECK(home.send(r).data.back() == 5);
  r = home.make(ls::kFadd, at(kBroken, 0), 8);
  r.operand0 = 1;
  CHECK(home.send(r).status == ls::kFault);
  home.finish();
  CHECK(home.bench.writes == 0);
}

TEST_CASE("responses leave while requests wait, and requests wait while responses cannot leave",
          "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  home.bench.pace.transport = 0;  // no response is taken, no request offered
  home.bench.run(5);
  home.bench.pace.transport = 100;
  for (unsigned i = 0; i < 600; ++i) {
    home.send(home.make(i % 3 == 0 ? ls::kFadd : ls::kLoad, at(kHot, i % 64 * 64), 8));
  }
  home.bench.run(40);
  home.bench.pace.transport = 0;
  home.bench.run(2000);
  const std::size_t left = home.bench.queued_requests();
  home.bench.pace.transport = 100;
  CHECK(left > 0);
  home.finish();
}

TEST_CASE("a segment is created, read back, refused twice and destroyed", "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  constexpr unsigned kCreate = 1, kModify = 2, kQuery = 3, kDestroy = 4;
  constexpr unsigned kBadVerb = 1, kBadIndex = 2, kBadState = 3, kBadParam = 4;
  auto& bench = home.bench;
  CHECK(bench.segment(kHot, {0x1000, 64, kKey, kAll}) == kBadState);
  CHECK(bench.segment(64, {0x1000, 64, kKey, kAll}) == kBadIndex);
  CHECK(bench.segment(20, {0x1001, 64, kKey, kAll}) == kBadParam);
  CHECK(bench.segment(20, {0x1000, 0, kKey, kAll}) == kBadParam);
  CHECK(bench.segment(20, {0x1000, (1ULL << 48U) + 1, kKey, kAll}) == kBadParam);
  CHECK(bench.segment(20, {0xFFFFFFFFFFFFFF00, 0x101, kKey, kAll}) == kBadParam);
  CHECK(bench.object(false, kModify, kHot).status == kBadVerb);
  CHECK(bench.object(false, kQuery, 20).status == kBadState);
  CHECK(bench.object(false, kDestroy, 20).status == kBadState);
  CHECK(bench.object(false, kQuery, 64).status == kBadIndex);
  const auto answer = bench.object(false, kQuery, kHuge);
  CHECK(answer.status == 0);
  Bytes want(48, 0);
  want[1] = 6;
  want[14] = 1;
  want[16] = kKey & 0xFF;
  want[17] = kKey >> 8U;
  want[18] = kAll;
  CHECK(answer.data == want);
  CHECK(bench.object(false, kDestroy, kHuge).status == 0);
  home.model.segments().erase(kHuge);
  CHECK(home.send(home.make(ls::kLoad, at(kHuge, 0), 8)).status == ls::kRange);
  home.finish();
  CHECK(bench.object(false, kCreate, kHuge, want).status == 0);
}

TEST_CASE("destroying a segment waits for every access to memory that is in flight",
          "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  CAPTURE(seed());
  auto& bench = home.bench;
  bench.pace.latency = 60;
  for (unsigned i = 0; i < 20; ++i) {
    home.send(home.make(kOpcodes[i % kOpcodes.size()], at(kHot, 64 * i), 8));
  }
  while (bench.queued_requests() > 8) {
    bench.step();
  }
  const auto answer = bench.object(false, 4, kHot);
  CHECK(answer.status == 0);
  CHECK(answer.cycles > 20);
  const auto memory = bench.memory;
  const std::uint64_t reads = bench.reads, writes = bench.writes;
  bench.drain();
  // What came later was refused: memory may be reused.
  CHECK(bench.memory == memory);
  CHECK(bench.reads == reads);
  CHECK(bench.writes == writes);
  CHECK(bench.sent[1].size() >= 17);  // posted stores have no answer
}

// ---- Cycles -----------------------------------------------------------------------------------

template <typename Bench>
double rate(Home<Bench>& home, unsigned opcode, unsigned bytes, std::uint64_t stride) {
  constexpr unsigned kCount = 1024;
  for (unsigned i = 0; i < kCount; ++i) {
    LsRequest r = home.make(opcode, at(kHot, i * stride % 0x2000), bytes);
    r.operand0 = 1;
    home.send(r);
  }
  const std::uint64_t start = home.bench.cycle();
  while (home.bench.queued_requests() != 0) {
    home.bench.step();
  }
  const auto cycles = static_cast<double>(home.bench.cycle() - start);
  home.finish();
  return kCount / cycles;
}

TEST_CASE("loads, stores and atomics keep their rate at 512 bits", "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  CHECK(rate(home, ls::kLoad, 64, 64) >= 0.75);
  CHECK(rate(home, ls::kLoad, 4, 64) >= 0.75);
  CHECK(rate(home, ls::kStore, 64, 64) >= 0.95);
  CHECK(rate(home, ls::kStorePosted, 64, 64) >= 0.95);
  CHECK(rate(home, ls::kFadd, 8, 8) >= 0.4);
  CHECK(rate(home, ls::kFadd, 8, 264) >= 0.4);
  CHECK(rate(home, ls::kCas, 4, 64) >= 0.4);
}

TEST_CASE("256 loads in flight hide a memory of 200 cycles", "[unit][rtl][ethlink]") {
  Home<Bench512> home;
  home.bench.fixed_latency = 200;
  CHECK(rate(home, ls::kLoad, 64, 64) >= 0.75);
}

TEMPLATE_TEST_CASE("a request and its response take a few cycles", "[unit][rtl][ethlink]", Bench256,
                   Bench512, Bench1024) {
  Home<TestType> home;
  auto& bench = home.bench;
  for (const unsigned opcode : {ls::kLoad, ls::kFadd}) {
    home.send(home.make(opcode, at(kHot, 64), 8));
    bench.drain();
    REQUIRE(bench.sent[1].size() == 1);
    CHECK(bench.rd_offered - bench.rx_taken[0] <= 4);
    if (opcode == ls::kLoad) {
      CHECK(bench.sent[1][0].first_cycle - bench.rd_rsp_taken <= 3);
    }
    home.check_responses();
  }
  home.finish();
}

}  // namespace
}  // namespace ethlink::test
