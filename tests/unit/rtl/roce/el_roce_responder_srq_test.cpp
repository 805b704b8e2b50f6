// SPDX-License-Identifier: Apache-2.0
//
// Shared receive queues: who takes which request, what becomes of it, limits and objects.

#include <set>
#include <string>

#include "target_messages.hpp"

namespace {

using namespace ethlink::test;
namespace regs = ethlink::regs;
using ethlink::reference::RcEvent;
using regs::AdminVerb;
using regs::ObjKind;

constexpr unsigned kBadIndex = 2;
constexpr unsigned kBadState = 3;
constexpr unsigned kBadParam = 4;
constexpr unsigned kBusy = 5;
constexpr std::uint8_t kFatal = 3;
constexpr std::uint8_t kLastWqe = 6;
constexpr std::uint8_t kLimit = 7;

regs::ObjSrq look(Bench512& b, std::uint32_t srqn) {
  REQUIRE(b.command(AdminVerb::kQuery, ObjKind::kSrq, srqn, nullptr) == 0);
  return b.answer<regs::ObjSrq>();
}

template <typename Bench>
void post_shared(Bench& b, std::uint32_t srqn, const std::vector<Sge>& sges) {
  b.post(Bench::kSrqRing + srqn, sges);
}

/// Every request that was taken has completed once, whoever took it.
void require_each_once(Bench512& b, std::uint32_t srqn, const std::set<unsigned>& users) {
  const unsigned taken = look(b, srqn).consumer;
  std::map<unsigned, unsigned> times;
  std::string all;
  for (const unsigned q : users) {
    for (const auto& c : b.completions[q]) {
      ++times[c.wqe_index];
      all += std::to_string(q) + ":" + std::to_string(c.wqe_index) + "=" +
             std::to_string(c.status) + " ";
    }
  }
  for (unsigned i = 0; i < taken; ++i) {
    INFO("request " << i << " of " << taken << " in " << all);
    REQUIRE(times[i] == 1);
  }
  REQUIRE(times.size() == taken);
}

}  // namespace

TEMPLATE_TEST_CASE("queue pairs on shared queues take requests as their messages begin", "[srq]",
                   Bench256, Bench512, Bench1024) {
  for (const unsigned percent : {0U, 40U}) {
    TestType b;
    create_regions(b);
    std::mt19937_64 rng(ethlink::test::seed() + percent);
    b.create_srq(2, {.log_size = 4, .eqn = 4});
    b.create_srq(5, {.log_size = 3, .log_stride = 1});
    std::map<std::uint32_t, std::deque<RcPacket>> waiting;
    std::map<std::uint32_t, std::uint32_t> next;
    for (std::uint32_t q = 1; q <= 6; ++q) {
      b.create_qp(q, {.eqn = static_cast<std::uint8_t>(q),
                      .psn = 0xfffffa,
                      .srq = q == 6 ? std::nullopt : std::optional<std::uint32_t>(q < 4 ? 2 : 5)});
      next[q] = 0xfffffa;
    }
    b.stalls_ = Stalls::all(percent);
    for (unsigned round = 0; round < 40; ++round) {
      // Too few requests for all messages: some meet RNR and come again.
      for (const std::uint32_t ring : {TestType::kSrqRing + 2, TestType::kSrqRing + 5, 6U}) {
        for (unsigned i = rng() % 5; i > 0; --i) {
          const auto& s = b.model.srqs[ring - TestType::kSrqRing];
          const bool room =
              ring == 6
                  ? static_cast<std::uint16_t>(b.model.qps[6].posted - b.model.qps[6].consumed) < 8
                  : static_cast<std::uint16_t>(s.posted - s.taken) <
                        std::min<unsigned>(s.entries, 8);
          if (room) {
            const std::uint64_t at = rng() % 0x4000;
            b.post(ring, {{kLocalVa + at, 700, kLocal}, {kPagedVa + at, 900, kPaged}});
          }
        }
      }
      if (round % 8 == 3) {
        REQUIRE(b.set_limit(2, static_cast<std::uint16_t>(rng() % 9)) == 0);
      }
      for (std::uint32_t q = 1; q <= 6; ++q) {
        Message m{.qpn = q, .length = rng() % 1500, .psn = next[q]};
        m.kind = rng() % 3 == 0 ? 'w' : 's';
        m.va = kFlatVa + rng() % 1000;
        m.rkey = kFlat;
        m.imm = rng() % 2 == 0;
        m.solicited = rng() % 2 == 0;
        const auto packets = packets_of(b, m);
        next[q] = (next[q] + static_cast<std::uint32_t>(packets.size())) & 0xffffff;
        waiting[q].insert(waiting[q].end(), packets.begin(), packets.end());
      }
      // Packets of all of them in turn, as many as will; then what was not taken comes again.
      std::map<std::uint32_t, std::size_t> at;
      for (unsigned i = 0; i < 60; ++i) {
        const auto q = static_cast<std::uint32_t>(1 + rng() % 6);
        if (at[q] < waiting[q].size()) {
          b.send(waiting[q][at[q]++]);
        }
      }
      b.run();
      for (auto& [q, packets] : waiting) {
        const std::uint32_t expected = b.model.qps.at(q).expected;
        while (!packets.empty() && ((packets.front().psn - expected) & 0xffffff) >= 0x800000) {
          packets.pop_front();
        }
      }
      b.compare(true);
    }
    CHECK(b.count("rx_rnr") > 5);
    CHECK(b.count("rq_completions") > 60);
    CHECK(b.events[b.model.kSharedEvents + 2].size() > 0);
    CHECK(b.bad_doorbells_ == b.expected_bad_doorbells_);
  }
}

TEST_CASE("a queue pair that ends returns the one request that it holds, and the queue goes on",
          "[srq]") {
  for (const unsigned variant : {0U, 1U, 2U, 3U}) {
    const bool middle = variant % 2 != 0;
    INFO("variant " << variant);
    Bench512 b;
    create_regions(b);
    b.create_srq(1, {});
    b.create_qp(1, {.eqn = 2, .srq = 1});
    b.create_qp(2, {.srq = 1});
    for (unsigned i = 0; i < 6; ++i) {
      post_shared(b, 1, {{kLocalVa + 1000 * i, 1000, kLocal}});
    }
    std::vector<RcPacket> packets = packets_of(b, {.qpn = 1, .length = 700});
    RcPacket response;  // what this side asked for changes nothing of its receive queue
    response.qpn = 1;
    response.opcode = 0x10;
    response.psn = 77;
    b.send(response);
    packets.resize(middle ? 2 : 3);
    for (const RcPacket& p : packets) {
      b.send(p);
    }
    b.run();
    if (variant < 2) {
      regs::ObjQp o;
      o.state = 6;
      b.modify(1, o, regs::kQpMaskState);
      b.modify(1, o, regs::kQpMaskState);
    } else {
      b.error_queue_ = {1, 1};
    }
    b.run();
    b.compare();
    REQUIRE(b.completions[1].size() == 1);
    CHECK(unsigned{b.completions[1][0].status} == (middle ? 5 : 0));
    CHECK(b.events[1] == std::vector<RcEvent>{{2, kLastWqe, 0}});
    CHECK(look(b, 1).consumer == 1);
    CHECK(look(b, 1).producer == 6);
    send(b, {.qpn = 2, .length = 500});
    b.run();
    b.compare();
    CHECK(b.completions[2].at(0).wqe_index == 1);
    CHECK(b.destroy_srq(1) == kBusy);
    REQUIRE(b.destroy_qp(1) == 0);
    CHECK(b.destroy_srq(1) == kBusy);
    REQUIRE(b.destroy_qp(2) == 0);
    CHECK(b.destroy_srq(1) == 0);
  }
}

TEST_CASE("a failure loses and doubles no request, whatever is behind it in the pipeline",
          "[srq]") {
  std::mt19937_64 rng(ethlink::test::seed() + 5);
  for (unsigned fault = 0; fault < 7; ++fault) {
    for (unsigned round = 0; round < 30; ++round) {
      Bench512 b;
      INFO("fault " << fault << " round " << round);
      create_regions(b);
      b.create_srq(3, {.log_size = 6});
      b.create_qp(1, {.eqn = 2, .srq = 3});
      b.create_qp(2, {.srq = 3});
      const unsigned before = rng() % 3;
      for (unsigned i = 0; i < 64; ++i) {
        const bool bad = (fault == 0 && i % 4 == 2) || (fault == 1 && i % 8 == 5);
        post_shared(b, 3,
                    {{kLocalVa, fault == 0 && bad ? 100U + 200U * (round % 3) : 1000U,
                      fault == 1 && bad ? kLocal + 1 : kLocal}});
      }
      b.stalls_ = Stalls::all(round % 2 == 0 ? 0 : 40);
      // Messages of both queue pairs mixed; those of the first fail at some point.
      std::map<unsigned, std::deque<RcPacket>> packets;
      for (std::uint32_t q = 1; q <= 2; ++q) {
        std::uint32_t psn = 0;
        for (unsigned i = 0; i < 14; ++i) {
          Message m{.qpn = q, .length = 50 + rng() % 800, .psn = psn};
          m.kind = q == 1 && rng() % 3 == 0 ? 'w' : 's';
          m.va = kFlatVa;
          m.rkey = kFlat;
          m.imm = m.kind == 'w' && rng() % 2 == 0;
          const bool now = q == 1 && i == before;
          if (now && fault >= 2 && fault <= 4) {
            m.kind = fault == 4 ? 's' : 'w';
            m.rkey = kFlat + 1;
            m.imm = fault == 3;
            m.inv = fault == 4;
            m.word = 0x12345678;
            m.length = fault == 2 ? 700 : 100;
          }
          if (now && fault >= 5) {
            m.kind = 's';
            m.imm = false;
            m.length = 700;
          }
          std::vector<RcPacket> cut = packets_of(b, m);
          if (now && fault == 5) {
            cut[1].payload.resize(200);  // not full: an invalid request, and the right one behind
            packets[q].push_back(cut[0]);
            packets[q].push_back(cut[1]);
            cut[1].payload.resize(256);
            cut.erase(cut.begin());
          }
          if (now && fault == 6) {
            cut[1].opcode = 0x04;  // SEND ONLY inside a SEND
          }
          psn += static_cast<std::uint32_t>(cut.size()) + (now && fault == 5 ? 1 : 0);
          packets[q].insert(packets[q].end(), cut.begin(), cut.end());
        }
        if (q == 1 && round % 3 == 1) {
          packets[q].pop_back();  // the last message may still be in progress when it ends
        }
      }
      while (!packets[1].empty() || !packets[2].empty()) {
        const unsigned q = packets[1].empty() || (!packets[2].empty() && rng() % 2 == 0) ? 2 : 1;
        b.send(packets[q].front());
        packets[q].pop_front();
      }
      b.run();
      // With short requests the other queue pair may fail too, or none.
      regs::ObjQp o;
      o.state = 6;
      b.modify(1, o, regs::kQpMaskState);
      b.modify(2, o, regs::kQpMaskState);
      b.run();
      for (const unsigned q : {1U, 2U}) {
        if (b.failures[q] != 0) {
          REQUIRE(b.failures[q] == 1);
          CHECK(unsigned{b.events[q][0].type} == kFatal);
        }
        REQUIRE(b.events[q].size() == b.failures[q] + 1);
        CHECK(b.events[q].back() == RcEvent{2, kLastWqe, 0});
      }
      if (fault >= 2) {
        REQUIRE(b.failures[1] == 1);
        REQUIRE(b.failures[2] == 0);
      }
      require_each_once(b, 3, {1, 2});
      CHECK(b.spoilt_ == 0);
    }
  }
}

TEST_CASE("the limit of a shared queue is told once, and at once when it is too late", "[srq]") {
  Bench512 b;
  create_regions(b);
  b.create_srq(0, {.log_size = 3, .eqn = 9});
  b.create_qp(1, {.srq = 0});
  auto& events = b.events[b.model.kSharedEvents];
  std::uint32_t psn = 0;
  const auto take = [&] {
    psn = send(b, {.kind = 'w', .imm = true, .psn = psn});
    b.run();
    b.compare(true);
  };
  for (unsigned i = 0; i < 6; ++i) {
    post_shared(b, 0, {});
  }
  CHECK(b.set_limit(0, 9) == kBadParam);
  REQUIRE(b.set_limit(0, 4) == 0);
  CHECK(look(b, 0).limit == 4);
  take();
  take();
  CHECK(events.empty());
  take();
  CHECK(events == std::vector<RcEvent>{{9, kLimit, 0}});
  CHECK(look(b, 0).limit == 0);
  take();
  CHECK(events.size() == 1);
  REQUIRE(b.set_limit(0, 3) == 0);
  b.run();
  CHECK(events.size() == 2);
  REQUIRE(b.set_limit(0, 2) == 0);
  REQUIRE(b.set_limit(0, 0) == 0);
  take();
  take();
  CHECK(events.size() == 2);
  b.compare(true);
}

TEST_CASE("counts of a shared queue wrap at 2^16", "[srq]") {
  Bench512 b;
  create_regions(b);
  b.create_srq(4, {.log_size = 8});
  b.create_qp(1, {.srq = 4});
  std::uint32_t psn = 0;
  std::uint16_t producer = 0;
  for (unsigned lap = 0; lap < 258; ++lap) {
    producer = static_cast<std::uint16_t>(producer + 256);
    b.doorbell(Bench512::kSrqDoorbell | 4, 1, producer);
    for (unsigned i = 0; i < 256; ++i) {
      psn = send(b, {.kind = 'w', .imm = true, .psn = psn});
    }
    b.run();
    REQUIRE(b.completions[1].size() == 256);
    REQUIRE(b.completions[1].back().wqe_index == static_cast<std::uint16_t>(producer - 1));
    if (lap == 255) {
      b.compare(true);
    }
    b.forget();
  }
  // One more than is posted finds nothing.
  send(b, {.kind = 'w', .imm = true, .psn = psn});
  b.run();
  CHECK(b.count("rx_rnr") == 1);
}

TEST_CASE("objects and doorbells of shared queues are checked", "[srq]") {
  Bench512 b;
  create_regions(b);
  const auto create = [&b](auto change) {
    regs::ObjSrq q;
    q.base = 0x180000;
    change(q);
    return b.command(AdminVerb::kCreate, ObjKind::kSrq, 7, &q);
  };
  for (const AdminVerb verb : {AdminVerb::kModify, AdminVerb::kQuery, AdminVerb::kDestroy}) {
    CHECK(b.command(verb, ObjKind::kSrq, 16, nullptr, 1) == kBadIndex);
    CHECK(b.command(verb, ObjKind::kSrq, 7, nullptr, 1) == kBadState);
  }
  CHECK(create([](auto& q) { q.base += 32; }) == kBadParam);
  CHECK(create([](auto& q) { q.log_size = 16; }) == kBadParam);
  CHECK(create([](auto& q) { q.log_stride = 3; }) == kBadParam);
  CHECK(create([](auto& q) { q.eqn = 16; }) == kBadParam);
  CHECK(create([](auto& q) { q.ctx = 16; }) == kBadParam);
  b.create_srq(7, {.pd = 0x1234, .log_size = 2, .log_stride = 1, .ctx = 6, .eqn = 5});
  CHECK(create([](auto&) {}) == kBadState);
  const regs::ObjSrq q = look(b, 7);
  CHECK(q.base == Bench512::ring_of(Bench512::kSrqRing + 7));
  CHECK(q.pd == 0x1234);
  CHECK(q.log_size == 2);
  CHECK(q.log_stride == 1);
  CHECK(q.ctx == 6);
  CHECK(q.eqn == 5);
  CHECK(b.command(AdminVerb::kModify, ObjKind::kSrq, 7, nullptr, 0) == kBadParam);
  CHECK(b.command(AdminVerb::kModify, ObjKind::kSrq, 7, nullptr, 3) == kBadParam);
  // A queue pair names a queue that exists.
  regs::ObjQpQueues queues;
  queues.srq_en = 2;
  queues.srqn = 7;
  CHECK(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &queues) == kBadParam);
  queues.srq_en = 1;
  queues.srqn = 16;
  CHECK(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &queues) == kBadParam);
  queues.srqn = 8;
  CHECK(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &queues) == kBadParam);
  b.model.qps.clear();
  // A CREATE that the requester refuses does not hold the queue.
  queues.srqn = 7;
  b.requester_status_ = kBadParam;
  CHECK(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &queues) == kBadParam);
  b.requester_status_ = 0;
  b.model.qps.clear();
  CHECK(look(b, 7).users == 0);
  b.create_qp(1, {.ctx = 6, .srq = 7});
  CHECK(look(b, 7).users == 1);
  constexpr std::uint32_t kSrq = Bench512::kSrqDoorbell;
  b.doorbell(kSrq | 7, 6, 3);
  const unsigned good = b.bad_doorbells_;
  CHECK(good == 0);
  b.doorbell(1, 6, 1);          // the queue pair has no queue of its own
  b.doorbell(kSrq | 7, 5, 4);   // another context
  b.doorbell(kSrq | 7, 6, 5);   // more than the ring holds
  b.doorbell(kSrq | 7, 6, 2);   // back
  b.doorbell(kSrq | 8, 6, 1);   // absent
  b.doorbell(kSrq | 16, 6, 1);  // beyond the table
  b.doorbell(kSrq | 0x10007, 6, 4);
  b.run();
  CHECK(b.bad_doorbells_ == 7);
  CHECK(look(b, 7).producer == 3);
}

TEST_CASE("elements belong to the domain of the queue, a key to invalidate to that of the pair",
          "[srq]") {
  Bench512 b;
  create_regions(b);
  constexpr std::uint32_t kOther = 0x0900 | 0x33;
  b.create_region(kOther, {.va = kLocalVa,
                           .length = 0x10000,
                           .iova = 0xc0000,
                           .pages = {},
                           .page_shift = 0,
                           .pd = 99,
                           .access = 1});
  b.create_srq(1, {.pd = 99});
  b.create_qp(1, {.pd = kPd, .srq = 1});
  b.create_qp(2, {.pd = kPd, .srq = 1});
  post_shared(b, 1, {{kLocalVa, 600, kOther}});
  post_shared(b, 1, {{kLocalVa, 600, kLocal}});
  send(b, {.inv = true, .word = kLocal, .length = 500});
  b.run();
  send(b, {.qpn = 2, .length = 500});
  b.run();
  b.compare();
  CHECK(unsigned{b.completions[1].at(0).status} == 0);
  CHECK(unsigned{b.completions[2].at(0).status} == 4);
}
