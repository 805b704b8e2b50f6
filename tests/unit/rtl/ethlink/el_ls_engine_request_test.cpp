// SPDX-License-Identifier: Apache-2.0
//
// Request side of the load/store engine: the test plays bus, doorbell pages and peers.

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <utility>

#include "Vel_ls_engine_raw_512.h"
#include "engine_bench.hpp"

namespace ethlink::test {
namespace {

namespace ls = reference::ls;
using reference::LsAnswer;
using reference::LsMemory;
using reference::LsRequest;

using Bench = EngineBench<Vel_ls_engine_raw_512, 512>;

constexpr unsigned kAll = ls::kMayRead | ls::kMayWrite | ls::kMayAtomic;
constexpr unsigned kTags = 16;  // of the test bench
constexpr unsigned kOkay = 0, kSlvErr = 2;
constexpr unsigned kPosted = 0, kAnswered = 1, kOther = 2, kNarrow = 3, kOwned = 4;  // pages
constexpr std::uint64_t kSize = 0x10000;
constexpr unsigned kPeerDown = 8, kPeerUp = 9, kStoreError = 10, kLoadError = 15;  // events
constexpr unsigned kLate = 22, kDrops = 23, kErrors = 21;                          // counters
constexpr std::uint64_t page(unsigned index, std::uint64_t offset = 0) {
  return (std::uint64_t{index} << 21U) + offset;
}

std::uint16_t tag_of(const Command& c) {
  return static_cast<std::uint16_t>(c.header.at(2) << 8U | c.header.at(3));
}

/// Windows to the peers 1 (pages 0, 1, 3, 4) and 2 (page 2); what the peers hold is in `home`.
struct Requests {
  explicit Requests(bool twin = false) : bench(twin) {
    window(kPosted, Bench::window_data(0, 1, kAll, 0, true, kSize));
    window(kAnswered, Bench::window_data(0, 1, kAll, 2, false, kSize));
    window(kOther, Bench::window_data(0, 2, kAll, 0, false, kSize));
    window(kNarrow, Bench::window_data(0, 1, ls::kMayRead, 0, false, 0x1000));
    window(kOwned, Bench::window_data(0, 1, kAll, 0, false, kSize, 7));
    home.segments()[0] = {0, kSize, 0, kAll};
  }
  void window(unsigned index, const Bytes& data) {
    REQUIRE(bench.object(true, 1, index, data).status == 0);
  }
  /// Peers that answer every request, in any order, after up to `delay` cycles.
  void answer_all(unsigned delay) {
    bench.on_request = [this, delay](const Command& c) {
      const LsAnswer a = home.execute(reference::ls_decode(c.header, c.data));
      if (a.sent) {
        waiting_.push_back(
            {bench.cycle() + (delay == 0 ? 0 : bench.random()() % delay), c.peer, tag_of(c), a});
      }
    };
  }
  void step() {
    for (auto i = waiting_.begin(); i != waiting_.end();) {
      if (i->due <= bench.cycle()) {
        bench.respond(i->peer, i->answer.opcode, i->answer.status, i->tag, i->answer.data);
        i = waiting_.erase(i);
      } else {
        ++i;
      }
    }
    bench.step();
  }
  void finish() {
    for (unsigned quiet = 0, limit = 100000; quiet < 20; --limit) {
      REQUIRE(limit > 0);
      step();
      quiet = waiting_.empty() && bench.rtl->busy_o == 0 ? quiet + 1 : 0;
    }
    bench.drain();
  }
  void write(unsigned id, std::uint64_t addr, unsigned beats = 1) {
    bench.write({static_cast<std::uint8_t>(id), addr, bench.random_bytes(64U * beats),
                 std::vector<bool>(64U * beats, true)});
  }
  void read(unsigned id, std::uint64_t addr, unsigned beats = 1) {
    bench.read({static_cast<std::uint8_t>(id), addr, beats - 1, 6});
  }
  static Bytes descriptor(unsigned opcode, unsigned cookie, std::uint64_t addr, unsigned length,
                          unsigned units = 1, std::uint64_t operand0 = 0,
                          std::uint64_t operand1 = 0, std::uint16_t cqn = 9) {
    Bytes d(64, 0);
    d[0] = static_cast<std::uint8_t>(opcode);
    d[1] = static_cast<std::uint8_t>(units);
    std::memcpy(&d[2], &cookie, 2);
    std::memcpy(&d[4], &length, 2);
    std::memcpy(&d[6], &cqn, 2);
    std::memcpy(&d[8], &addr, 8);
    std::memcpy(&d[16], &operand0, 8);
    std::memcpy(&d[24], &operand1, 8);
    return d;
  }
  unsigned count_events(unsigned type) const {
    return static_cast<unsigned>(std::count_if(bench.events.begin(), bench.events.end(),
                                               [type](const Event& e) { return e.type == type; }));
  }

  Bench bench;
  LsMemory home;

 private:
  struct Waiting {
    std::uint64_t due;
    unsigned peer;
    std::uint16_t tag;
    LsAnswer answer;
  };
  std::deque<Waiting> waiting_;
};

TEST_CASE("a write is a command after 4 cycles, a response is on the bus after 2",
          "[unit][rtl][ethlink]") {
  Requests r;
  r.write(1, page(kPosted, 64));
  r.bench.drain();
  REQUIRE(r.bench.sent[0].size() == 1);
  CHECK(r.bench.sent[0][0].first_cycle - r.bench.w_taken <= 4);
  r.read(2, page(kPosted, 128));
  r.bench.drain();
  r.bench.respond(1, ls::kLoadResp, 0, tag_of(r.bench.sent[0][1]), r.bench.random_bytes(64));
  r.bench.drain();
  REQUIRE(r.bench.read_beats.size() == 1);
  CHECK(r.bench.read_beats[0].cycle - r.bench.rx_taken[1] <= 2);
}

TEST_CASE("64-byte posted writes leave one a cycle", "[unit][rtl][ethlink]") {
  Requests r;
  for (unsigned i = 0; i < 200; ++i) {
    r.write(i % 8, page(kPosted, 64 * i));
  }
  const std::uint64_t start = r.bench.cycle();
  while (r.bench.sent[0].size() < 200) {
    r.bench.step();
    REQUIRE(r.bench.cycle() - start < 215);
  }
  r.bench.drain();
  CHECK(r.bench.write_answers.size() == 200);
}

TEST_CASE("without a free tag nothing is sent, and each answer frees one", "[unit][rtl][ethlink]") {
  Requests r;
  for (unsigned i = 0; i < 3 * kTags; ++i) {
    r.read(i, page(kPosted, 64 * i));
  }
  r.bench.run(200);
  REQUIRE(r.bench.sent[0].size() == kTags);
  std::map<std::uint16_t, unsigned> used;
  for (unsigned i = 0; i < 3 * kTags; ++i) {
    // The newest first: answers come in any order.
    const std::uint16_t tag = tag_of(r.bench.sent[0].back());
    REQUIRE(tag != ls::kPostedTag);
    REQUIRE(++used[tag] == 1);  // the generation makes it new
    r.bench.respond(1, ls::kLoadResp, 0, tag, Bytes(64, static_cast<std::uint8_t>(i)));
    r.bench.sent[0].pop_back();
    r.bench.run(20);
    const std::size_t left = 3 * kTags - i - 1;
    REQUIRE(r.bench.sent[0].size() == std::min<std::size_t>(kTags, left));
  }
  CHECK(r.bench.read_beats.size() == 3 * kTags);
}

TEST_CASE("a response that nobody waits for ends nothing", "[unit][rtl][ethlink]") {
  Requests r;
  r.read(1, page(kPosted));
  r.bench.drain();
  const std::uint16_t tag = tag_of(r.bench.sent[0][0]);
  const Bytes data(64, 0x5A);
  r.bench.respond(2, ls::kLoadResp, 0, tag, data);  // of another peer
  r.bench.respond(1, ls::kLoadResp, 0, static_cast<std::uint16_t>(tag + kTags), data);
  r.bench.respond(1, ls::kLoadResp, 0, static_cast<std::uint16_t>(tag + 1), data);
  r.bench.respond(1, ls::kStoreResp, 0, 0x7777);
  r.bench.respond(1, ls::kLoadResp, 0, static_cast<std::uint16_t>(tag + 2), Bytes(256, 1));
  r.bench.drain();
  CHECK(r.bench.read_beats.empty());
  CHECK(r.bench.counters[kLate] == 5);
  r.bench.respond(1, ls::kLoadResp, 0, tag, data);
  r.bench.respond(1, ls::kLoadResp, 0, tag, data);  // twice
  r.bench.drain();
  REQUIRE(r.bench.read_beats.size() == 1);
  CHECK(r.bench.read_beats[0].data == data);
  CHECK(r.bench.counters[kLate] == 6);
  CHECK(r.bench.counters[kErrors] == 0);
}

TEST_CASE("a response of the wrong kind or length is an error of its operation",
          "[unit][rtl][ethlink]") {
  Requests r;
  const auto [opcode, status, bytes, want] =
      GENERATE(table<unsigned, unsigned, std::size_t, unsigned>(
          {{ls::kStoreResp, 0U, 0U, ls::kUnsupported},
           {ls::kAtomicResp, 0U, 8U, ls::kUnsupported},
           {0x83U, 0U, 0U, ls::kUnsupported},
           {ls::kLoadResp, 0U, 0U, ls::kLength},
           {ls::kLoadResp, 0U, 64U, ls::kLength},
           {ls::kLoadResp, 0U, 256U, ls::kLength},
           {ls::kError, ls::kDenied, 0U, ls::kDenied},
           {ls::kError, 0U, 0U, ls::kFault},
           {ls::kLoadResp, ls::kFault, 0U, ls::kFault}}));
  CAPTURE(opcode, status, bytes);
  r.read(9, page(kPosted, 128), 2);
  r.bench.drain();
  r.bench.respond(1, opcode, status, tag_of(r.bench.sent[0][0]), Bytes(bytes, 7));
  r.bench.drain();
  REQUIRE(r.bench.read_beats.size() == 2);
  for (const ReadBeat& beat : r.bench.read_beats) {
    CHECK(beat.resp == kSlvErr);
    CHECK(beat.data == Bytes(64, 0xFF));
  }
  CHECK(r.bench.read_beats[1].last);
  CHECK(r.count_events(kLoadError) == 1);
  CHECK(r.bench.counters[kErrors] == 1);
  // The first failing load is kept until it is cleared.
  CHECK((r.bench.rtl->first_error_o & 1U) == 1);
  CHECK(((r.bench.rtl->first_error_o >> 8U) & 0xFFU) == want);
  CHECK(r.bench.rtl->first_error_addr_o == page(kPosted, 128));
  r.bench.rtl->first_error_clear_i = 1;
  r.bench.step();
  r.bench.rtl->first_error_clear_i = 0;
  r.bench.step();
  CHECK(r.bench.rtl->first_error_o == 0);
}

TEST_CASE("a read that fails here never splits the burst of another", "[unit][rtl][ethlink]") {
  Requests r;
  r.read(1, page(kPosted), 4);
  r.bench.drain();
  r.bench.respond(1, ls::kLoadResp, 0, tag_of(r.bench.sent[0][0]), Bytes(256, 3));
  // The response comes beat by beat with gaps; meanwhile reads fail at the window.
  r.bench.pace.transport = 15;
  for (unsigned id = 2; id < 12; ++id) {
    r.read(id, page(9), 2);
  }
  r.bench.drain();
  CHECK(r.bench.read_beats.size() == 24);  // the bench refuses bursts that mix
}

TEST_CASE("a peer that goes down ends its operations, and only its own", "[unit][rtl][ethlink]") {
  Requests r;
  for (unsigned i = 0; i < 6; ++i) {
    r.read(i, page(i % 2 == 0 ? kPosted : kOther, 64 * i));
  }
  r.write(20, page(kAnswered, 0), 4);  // one store
  r.bench.write({21, page(kAnswered, 256), Bytes(192, 1), std::vector<bool>(192, true)});  // three
  r.bench.push(7, {Requests::descriptor(ls::kFadd, 77, page(kAnswered), 8)});
  r.bench.drain();
  REQUIRE(r.bench.sent[0].size() == 11);
  const auto before = r.bench.sent[0];
  r.bench.rtl->peer_up_i = 0xF & ~2U;
  r.bench.peer_event(1, false);
  r.bench.drain();
  CHECK(r.bench.read_beats.size() == 3);
  REQUIRE(r.bench.write_answers.size() == 2);
  for (const WriteAnswer& answer : r.bench.write_answers) {
    CHECK(answer.resp == kSlvErr);
  }
  REQUIRE(r.bench.completions.size() == 1);
  CHECK(r.bench.completions[0].ls_status == ls::kPeerDown);
  CHECK(r.bench.completions[0].cookie == 77);
  CHECK(r.count_events(kPeerDown) == 1);
  CHECK(r.count_events(kLoadError) == 3);
  // While it is down everything fails at once, and nothing is sent.
  r.read(40, page(kPosted));
  r.write(41, page(kAnswered));
  r.write(42, page(kPosted));
  r.bench.drain();
  CHECK(r.bench.sent[0].size() == 11);
  CHECK(r.bench.read_beats.size() == 4);
  CHECK(r.bench.write_answers.size() == 4);
  CHECK(r.count_events(kStoreError) == 1);
  // Its answers come too late; those of the other peer do not.
  for (const Command& c : before) {
    const bool load = c.header[0] == ls::kLoad;
    r.bench.respond(c.peer, load ? ls::kLoadResp : ls::kStoreResp, 0, tag_of(c),
                    load ? Bytes(64, 4) : Bytes{});
  }
  r.bench.drain();
  CHECK(r.bench.counters[kLate] == 8);
  REQUIRE(r.bench.read_beats.size() == 7);
  CHECK(r.bench.read_beats[6].resp == kOkay);
  r.bench.rtl->peer_up_i = 0xF;
  r.bench.peer_event(1, true);
  r.bench.drain();
  CHECK(r.count_events(kPeerUp) == 1);
  r.answer_all(5);
  r.read(50, page(kPosted));
  r.finish();
  CHECK(r.bench.read_beats.back().resp == kOkay);
}

TEST_CASE("a pushed command that is malformed says why and is consumed whole",
          "[unit][rtl][ethlink]") {
  Requests r;
  r.answer_all(10);
  const Bytes data = r.bench.random_bytes(64);
  const auto d = [](unsigned op, std::uint64_t addr, unsigned length, unsigned units = 1,
                    std::uint64_t op1 = 0) {
    return Requests::descriptor(op, 5, addr, length, units, 1, op1);
  };
  struct Case {
    std::vector<Bytes> units;
    unsigned want;
  };
  const std::vector<Case> cases{
      {{d(ls::kLoad, page(0), 8)}, ls::kUnsupported},
      {{d(0x18, page(0), 8)}, ls::kUnsupported},
      {{d(ls::kFadd, page(0), 16)}, ls::kLength},
      {{d(ls::kFadd, page(0), 0)}, ls::kLength},
      {{d(ls::kFence, page(0), 4)}, ls::kLength},
      {{d(ls::kStore, page(0), 12, 2), data}, ls::kLength},
      {{d(ls::kStore, page(0), 512, 9), data, data, data, data, data, data, data, data},
       ls::kLength},
      {{d(ls::kStore, page(0), 64, 3), data, data}, ls::kLength},
      {{d(ls::kStore, page(0), 64, 1)}, ls::kLength},
      {{d(ls::kFadd, 1ULL << 40U, 8)}, ls::kRange},
      {{d(ls::kFadd, page(20), 8)}, ls::kRange},
      {{d(ls::kFadd, page(0, kSize), 8)}, ls::kRange},
      {{d(ls::kFadd, page(0, kSize - 4), 4)}, ls::kOk},
      {{d(ls::kFadd, page(0, 4), 8)}, ls::kUnaligned},
      {{d(ls::kStore, page(0, 32), 64, 2), data}, ls::kUnaligned},
      {{d(ls::kStoreNotify, page(0), 64, 2, page(0, 4)), data}, ls::kUnaligned},
      {{d(ls::kStoreNotify, page(0), 64, 2, page(1, 8)), data}, ls::kRange},
      {{d(ls::kStoreNotify, page(0), 64, 2, page(0, kSize)), data}, ls::kRange},
      {{d(ls::kStoreNotify, page(0), 64, 2, page(0, 128)), data}, ls::kOk},
      {{d(ls::kFadd, page(kNarrow), 8)}, ls::kDenied},
      {{d(ls::kStore, page(kNarrow), 64, 2), data}, ls::kDenied},
      {{d(ls::kFadd, page(kOwned), 8)}, ls::kDenied},
      {{d(ls::kFence, page(kOwned), 0)}, ls::kDenied},
      {{d(ls::kFence, page(kNarrow), 0)}, ls::kOk},
      {{d(ls::kStorePosted, page(0), 64, 2), data}, ls::kOk},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(i);
    r.bench.completions.clear();
    r.bench.push(3, cases[i].units);
    r.finish();
    REQUIRE(r.bench.completions.size() == 1);
    CHECK(r.bench.completions[0].ls_status == cases[i].want);
    CHECK(r.bench.completions[0].status == (cases[i].want == ls::kOk ? 0 : 0x15));
    CHECK(r.bench.completions[0].ctx == 3);
  }
  r.bench.push(7, {Requests::descriptor(ls::kFadd, 6, page(kOwned), 8)});
  r.finish();
  CHECK(r.bench.completions.back().ls_status == ls::kOk);
  // Without a queue to report to, an error is an event.
  r.bench.push(7, {Requests::descriptor(ls::kFadd, 6, page(20), 8, 1, 0, 0, 0xFFFF)});
  r.finish();
  CHECK(r.count_events(kStoreError) == 1);
}

TEST_CASE("windows refuse what they do not allow, at their exact end", "[unit][rtl][ethlink]") {
  Requests r;
  r.answer_all(3);
  const auto read_ok = [&](std::uint64_t addr, unsigned beats) {
    r.bench.read_beats.clear();
    r.read(1, addr, beats);
    r.finish();
    REQUIRE(r.bench.read_beats.size() == beats);
    return r.bench.read_beats[0].resp == kOkay;
  };
  const auto write_ok = [&](std::uint64_t addr, unsigned beats) {
    r.bench.write_answers.clear();
    r.write(1, addr, beats);
    r.finish();
    REQUIRE(r.bench.write_answers.size() == 1);
    return r.bench.write_answers[0].resp == kOkay;
  };
  CHECK(read_ok(page(kNarrow, 0xFC0), 1));
  CHECK(read_ok(page(kNarrow, 0xF00), 4));
  CHECK_FALSE(read_ok(page(kNarrow, 0x1000), 1));
  CHECK_FALSE(write_ok(page(kNarrow, 0), 1));
  CHECK(write_ok(page(kAnswered, kSize - 192), 3));
  CHECK_FALSE(write_ok(page(kAnswered, kSize), 3));
  CHECK_FALSE(read_ok(page(5), 1));
  CHECK_FALSE(read_ok((std::uint64_t{1} << 40U) - 64, 1));
  CHECK_FALSE(write_ok((std::uint64_t{1} << 40U) - 256, 4));
}

TEST_CASE("a window is created, read back, refused and destroyed", "[unit][rtl][ethlink]") {
  Requests r;
  constexpr unsigned kCreate = 1, kModify = 2, kQuery = 3, kDestroy = 4;
  constexpr unsigned kBadVerb = 1, kBadIndex = 2, kBadState = 3, kBadParam = 4;
  const auto object = [&](unsigned verb, std::uint32_t index, const Bytes& data = {}) {
    return r.bench.object(true, verb, index, data).status;
  };
  const Bytes good = Bench::window_data(0x5000000001200, 1, kAll, 2, true, 0x4000, 3);
  CHECK(object(kCreate, kPosted, good) == kBadState);
  CHECK(object(kCreate, 256, good) == kBadIndex);
  CHECK(object(kModify, kPosted, good) == kBadVerb);
  CHECK(object(kQuery, 30) == kBadState);
  CHECK(object(kDestroy, 30) == kBadState);
  CHECK(object(kCreate, 30, Bench::window_data(1, 1, kAll, 0, true, 64)) == kBadParam);
  CHECK(object(kCreate, 30, Bench::window_data(0, 1, kAll, 1, true, 64)) == kBadParam);
  CHECK(object(kCreate, 30, Bench::window_data(0, 1, kAll, 0, true, 0)) == kBadParam);
  CHECK(object(kCreate, 30, Bench::window_data(0xFFFFFFFFFF00, 1, kAll, 0, true, 257)) ==
        kBadParam);
  CHECK(object(kCreate, 31, Bench::window_data(0xFFFFFFFFFF00, 1, kAll, 0, true, 256)) == 0);
  CHECK(object(kCreate, 30, good) == 0);
  CHECK(r.bench.object(true, kQuery, 30).data == good);
  r.write(1, page(30, 64));
  r.bench.drain();
  REQUIRE(r.bench.sent[0].size() == 1);
  CHECK(r.bench.sent[0][0].vc == 2);
  CHECK(reference::ls_decode(r.bench.sent[0][0].header, {}).address == 0x5000000001240);
  CHECK(object(kDestroy, 30) == 0);
  r.write(1, page(30, 64));
  r.bench.drain();
  CHECK(r.bench.sent[0].size() == 1);
}

TEST_CASE("events that find their queue full are counted, those of peers are not lost",
          "[unit][rtl][ethlink]") {
  Requests r;
  r.bench.pace.completion = 0;
  for (unsigned i = 0; i < 30; ++i) {
    r.read(i, page(9));
  }
  r.bench.run(300);
  CHECK(r.bench.read_beats.size() == 30);
  r.bench.peer_event(2, false);
  r.bench.lost(3);
  r.bench.run(100);
  r.bench.pace.completion = 100;
  r.bench.drain();
  CHECK(r.bench.counters[kDrops] == 22);
  CHECK(r.count_events(kLoadError) == 8);
  CHECK(r.count_events(kPeerDown) == 1);
  // So is that of posted stores that went down with their peer.
  CHECK(r.count_events(kStoreError) == 1);
  const Event& lost = r.bench.events.back();
  CHECK(lost.type == kStoreError);
  CHECK(lost.syndrome == ls::kPeerDown);
  CHECK(lost.id == 3);
}

/// Reads, writes and pushes in phases; each phase leaves what the byte model says.
void random_traffic(const Pace& pace, unsigned delay, bool twin) {
  Requests r(twin);
  CAPTURE(seed(), pace.bus, pace.transport, pace.completion, delay);
  r.answer_all(delay);
  r.bench.pace = pace;
  auto& random = r.bench.random();
  Bytes model(0x800, 0);
  std::uint64_t add = 0;
  for (unsigned round = 0; round < 12; ++round) {
    for (unsigned i = 0; i < 10; ++i) {
      const unsigned where = random() % 2 == 0 ? kPosted : kAnswered;
      const auto beats = static_cast<unsigned>(1 + random() % 4);
      const std::uint64_t offset = random() % 8 * 256 + random() % (5 - beats) * 64;
      BusWrite w{static_cast<std::uint8_t>(random() % 3), page(where, offset),
                 r.bench.random_bytes(64U * beats), std::vector<bool>(64U * beats, true)};
      if (random() % 2 == 0) {
        const auto kind = random() % 3;
        for (std::size_t b = 0; b < w.strobe.size(); ++b) {
          w.strobe[b] = kind == 0 ? random() % 2 == 0 : (kind == 1 ? b >= 64 : b % 16 < 8);
        }
      }
      for (std::size_t b = 0; b < w.data.size(); ++b) {
        if (w.strobe[b]) {
          model[offset + b] = w.data[b];
        }
      }
      r.bench.write(w);
      if (random() % 3 == 0) {
        r.bench.push(3, {Requests::descriptor(ls::kFadd, i, page(kPosted, 0x8000), 8, 1, i)});
        add += i;
      }
    }
    r.finish();
    for (std::size_t b = 0; b < model.size(); ++b) {
      REQUIRE(r.home.byte(b) == model[b]);
    }
    r.bench.read_beats.clear();
    std::map<std::uint8_t, std::pair<std::uint64_t, unsigned>> asked;
    for (unsigned i = 0; i < 24; ++i) {
      const auto beats = static_cast<unsigned>(1 + random() % 4);
      const std::uint64_t offset = random() % 8 * 256 + random() % (5 - beats) * 64;
      r.read(i, page(random() % 2 == 0 ? kPosted : kAnswered, offset), beats);
      asked[static_cast<std::uint8_t>(i)] = {offset, beats};
    }
    r.finish();
    for (const ReadBeat& beat : r.bench.read_beats) {
      auto& [offset, left] = asked.at(beat.id);
      REQUIRE(left > 0);
      REQUIRE(beat.resp == kOkay);
      REQUIRE(beat.data == Bytes(model.begin() + static_cast<std::ptrdiff_t>(offset),
                                 model.begin() + static_cast<std::ptrdiff_t>(offset + 64)));
      offset += 64;
      --left;
      REQUIRE(beat.last == (left == 0));
    }
    for (const auto& [id, rest] : asked) {
      REQUIRE(rest.second == 0);
    }
  }
  CHECK(r.bench.write_answers.size() == 120);
  std::uint64_t sum = 0;
  for (unsigned b = 0; b < 8; ++b) {
    sum |= std::uint64_t{r.home.byte(0x8000 + b)} << (8 * b);
  }
  CHECK(sum == add);
}

TEST_CASE("bus and pushes mix under stalls of every stream", "[unit][rtl][ethlink]") {
  const unsigned percent = GENERATE(100U, 50U, 20U);
  const unsigned delay = GENERATE(0U, 60U);
  random_traffic({percent, percent, 100, percent, 0}, delay, false);
}

TEST_CASE("an idle request side changes nothing without its clock", "[unit][rtl][ethlink]") {
  random_traffic({60, 60, 100, 60, 0}, GENERATE(5U, 200U), true);
}

}  // namespace
}  // namespace ethlink::test
