// SPDX-License-Identifier: Apache-2.0
//
// Completion queues, event queues, MSI-X and doorbells of el_host.

#include <set>

#include "host_models.hpp"

namespace {

using namespace ethlink::test;

constexpr unsigned kCompletion = 0;
constexpr unsigned kCqOverflow = 2;
constexpr unsigned kBadDoorbell = 13;

/// What software knows of one completion queue.
struct Queue {
  unsigned cqn = 0;
  unsigned log_size = 0;
  unsigned ctx = 0;
  std::uint32_t consumed = 0;
  std::uint32_t produced = 0;     // given to the engines
  std::uint32_t rung = 0;         // consumed, by the last doorbell
  std::uint32_t handed_back = 0;  // consumed, as the device knows for sure
  bool asleep = false;            // armed, waits for its event
  std::deque<std::uint32_t> want;
};

TEMPLATE_TEST_CASE("software that sleeps on armed queues misses no completion", "", Host256,
                   Host512, Host1024) {
  const unsigned wild = GENERATE(0U, 50U);
  TestType host(wild);
  std::mt19937_64 rng(seed() + wild);
  host.admin_setup(4);
  host.create_eq(0, 4, true);
  host.create_eq(1, 5, true);
  std::vector<Queue> queues;
  for (unsigned i = 0; i < 6; ++i) {
    queues.push_back({7 * i + 1, 1 + i % 4, i % 3, 0, 0, 0, 0, false, {}});
    host.create_cq(queues[i].cqn, queues[i].log_size, i % 2, queues[i].ctx);
  }
  std::size_t seen = 0;
  std::uint32_t tag = 1;
  std::size_t consumed = 0;
  unsigned calm = 0;
  const std::size_t total = 3000;
  for (unsigned cycle = 0; cycle < 400000 && consumed < total; ++cycle) {
    // Engines complete as long as the ring has room.
    Queue& some = queues[rng() % queues.size()];
    // The device learns what was consumed when the doorbell arrives.
    calm = host.bar_idle() ? calm + 1 : 0;
    if (calm == 10) {
      for (Queue& queue : queues) {
        queue.handed_back = queue.rung;
      }
    }
    if (tag <= total && some.produced - some.handed_back < (1U << some.log_size) &&
        rng() % 4 == 0) {
      host.complete(static_cast<unsigned>(rng() % 3), some.cqn, tag++);
      ++some.produced;
    }
    host.step();
    for (; seen < host.accepted.size(); ++seen) {
      for (Queue& queue : queues) {
        if (queue.cqn == host.accepted[seen].cqn) {
          queue.want.push_back(host.accepted[seen].tag);
        }
      }
    }
    for (const unsigned eqn : {0U, 1U}) {
      bool any = false;
      while (const std::optional<Bytes> event = host.poll_event(eqn)) {
        any = true;
        REQUIRE((*event)[0] == kCompletion);
        bool known = false;
        for (Queue& queue : queues) {
          if (queue.cqn == le_get(*event, 4, 4)) {
            REQUIRE(queue.asleep);
            queue.asleep = false;
            known = true;
            // The completion that the event is about can be seen.
            REQUIRE(host.poll_cqe(queue.cqn, queue.consumed).has_value());
          }
        }
        REQUIRE(known);
      }
      if (any) {
        host.ack_events(eqn);
      }
    }
    for (Queue& queue : queues) {
      if (queue.asleep || rng() % 64 != 0) {
        continue;
      }
      bool any = false;
      while (const std::optional<Bytes> cqe = host.poll_cqe(queue.cqn, queue.consumed)) {
        REQUIRE(!queue.want.empty());
        REQUIRE(le_get(*cqe, 8, 4) == queue.want.front());
        queue.want.pop_front();
        ++queue.consumed;
        ++consumed;
        any = true;
      }
      if (!any || rng() % 2 == 0) {
        host.ring_cq(queue.ctx, queue.cqn, queue.consumed, 1);
        queue.asleep = true;
      } else {
        host.ring_cq(queue.ctx, queue.cqn, queue.consumed, 0);
      }
      queue.rung = queue.consumed;
    }
  }
  REQUIRE(consumed == total);
  host.settle();
  CHECK(host.counter(kCqes) == total);
  CHECK(host.counter(kCqOverflows) == 0);
  CHECK(host.counter(kBadDoorbells) == 0);
}

TEST_CASE("a queue of two entries loses what does not fit, and says so once") {
  Host512 host(30);
  host.admin_setup(3);
  host.create_eq(0, 4, false);
  host.create_cq(5, 1, 0, 2);
  constexpr unsigned kLoadStore = 32;
  for (unsigned i = 0; i < 2; ++i) {
    host.complete(i, 5, i, false, 0, 17);
  }
  host.settle();
  CHECK(host.failed_qps.empty());
  host.engines_deaf = true;  // the engine takes completions back before it hears of failures
  host.complete(1, 5, 2, false, 0, 200);
  host.complete(1, 5, 3, false, 0, 255);
  host.complete(0, 5, 4, false, 0, 3, kLoadStore);
  host.complete(2, 5, 5, false, 0, 0);
  host.complete(2, 5, 6, false, 0, 200);
  host.complete(2, 5, 7, false, 0, 256);
  host.complete(2, 5, 8, false, 0, 0xffffff);
  host.run(100);
  CHECK(host.failed_qps.empty());
  host.engines_deaf = false;
  host.settle();
  CHECK(std::set<unsigned>(host.failed_qps.begin(), host.failed_qps.end()) ==
        std::set<unsigned>{0, 200, 255});
  CHECK(host.failed_qps.size() == 3);
  const std::optional<Bytes> event = host.poll_event(0);
  REQUIRE(event.has_value());
  CHECK((*event)[0] == kCqOverflow);
  CHECK(le_get(*event, 4, 4) == 5);
  CHECK_FALSE(host.poll_event(0).has_value());
  // What was written before stays readable; nothing follows, also when there is room again.
  CHECK(host.poll_cqe(5, 0).has_value());
  CHECK(host.poll_cqe(5, 1).has_value());
  host.ring_cq(2, 5, 2, 1);
  host.ack_events(0);
  host.complete(0, 5, 9, true, 5, 17);
  host.settle();
  CHECK_FALSE(host.poll_cqe(5, 2).has_value());
  CHECK_FALSE(host.poll_event(0).has_value());
  CHECK(host.failed_qps.back() == 17);
  CHECK(host.counter(kCqOverflows) == 8);
  const Bytes state = host.admin(3, 2, 5).data;
  CHECK(le_get(state, 12, 4) == 2);
  CHECK(le_get(state, 16, 4) == 2);
  CHECK(state[20] == 1);
  // A ring does not help; a new life does.
  const Bytes ring = Host512::cq_object(kCqRing + 0x50000, 3, 0, 2);
  CHECK(host.admin(2, 2, 5, ring, 1).status == 3);
  REQUIRE(host.admin(4, 2, 5).status == 0);
  for (unsigned i = 0; i < 64; ++i) {
    host.memory.write(kCqRing + 0x50000 + i, {0});
  }
  host.create_cq(5, 1, 0, 2);
  host.complete(0, 5, 1);
  host.settle();
  CHECK(host.poll_cqe(5, 0).has_value());
  CHECK(host.admin(3, 2, 5).data[20] == 0);
  // Completions for a queue that does not exist are counted, and end their queue pair.
  host.complete(0, 6, 1, false, 0, 8);
  host.complete(1, 0xffff, 1, false, 0, 9);
  const std::size_t writes = host.memory.log.size();
  host.settle();
  CHECK(host.memory.log.size() == writes);
  CHECK(host.counter(kCqOverflows) == 10);
  CHECK(host.failed_qps.size() == 6);
}

TEST_CASE("solicited arming wakes for solicited completions and for errors only") {
  Host512 host(0);
  host.admin_setup(3);
  host.create_eq(0, 6, false);
  host.create_cq(1, 4, 0, 0);
  host.ring_cq(0, 1, 0, 2);
  host.complete(0, 1, 1);
  host.settle();
  CHECK_FALSE(host.poll_event(0).has_value());
  SECTION("by a solicited completion") {
    host.complete(1, 1, 2, true);
  }
  SECTION("by an error") {
    host.complete(2, 1, 2, false, 5);
  }
  host.settle();
  CHECK(host.poll_event(0).has_value());
  // It is disarmed now.
  host.complete(0, 1, 3, true);
  host.settle();
  CHECK_FALSE(host.poll_event(0).has_value());
  // The third completion arrived since the event and was not polled: arming fires at once.
  host.ring_cq(0, 1, 2, 2);
  host.settle();
  CHECK(host.poll_event(0).has_value());
  // Nothing arrived since: arming again waits.
  host.ring_cq(0, 1, 2, 1);
  host.settle();
  CHECK_FALSE(host.poll_event(0).has_value());
  host.complete(0, 1, 4);
  host.settle();
  CHECK(host.poll_event(0).has_value());
  // An unsolicited one arrived: solicited arming waits, arming for the next one fires.
  host.complete(0, 1, 5);
  host.settle();
  host.ring_cq(0, 1, 2, 2);
  host.settle();
  CHECK_FALSE(host.poll_event(0).has_value());
  host.ring_cq(0, 1, 2, 1);
  host.settle();
  CHECK(host.poll_event(0).has_value());
}

TEST_CASE("hostile doorbells change nothing and are reported once a context") {
  Host512 host(30);
  host.admin_setup(3);
  host.create_eq(0, 6, false);
  host.create_cq(3, 3, 0, 1);
  for (unsigned i = 0; i < 4; ++i) {
    host.complete(0, 3, i);
  }
  host.settle();
  const Bytes before = host.admin(3, 2, 3).data;
  REQUIRE(le_get(before, 12, 4) == 4);
  struct Attack {
    unsigned ctx;
    unsigned cqn;
    std::uint32_t consumer;
  };
  const std::vector<Attack> attacks{{2, 3, 2},          {0, 3, 0},         {1, 4, 0},
                                    {1, 256, 0},        {1, 0xffffff, 0},  {1, 3, 5},
                                    {1, 3, 0x80000000}, {1, 3, 0xfffffff0}};
  for (unsigned round = 0; round < 3; ++round) {
    for (const Attack& attack : attacks) {
      host.ring_cq(attack.ctx, attack.cqn, attack.consumer, 1);
    }
    host.settle();
    std::map<unsigned, unsigned> reports;
    while (const std::optional<Bytes> event = host.poll_event(0)) {
      REQUIRE((*event)[0] == kBadDoorbell);
      ++reports[static_cast<unsigned>(le_get(*event, 4, 4))];
    }
    CHECK(reports == std::map<unsigned, unsigned>{{0, 1}, {1, 1}, {2, 1}});
    CHECK(host.counter(kBadDoorbells) == attacks.size() * (round + 1));
    host.ack_events(0);
    host.settle();
  }
  CHECK(host.admin(3, 2, 3).data == before);
  // Pages of contexts that do not exist, half doorbells, holes of a page.
  const std::uint64_t bad = host.counter(kBadDoorbells);
  host.post64(0x100000 + 0x1000 * 16, 1);
  host.post64(0xfff000, 1);
  host.post(0x100000 + 0x1000 * 3 + 0x10, Bytes(4, 1));
  host.post64(0x100000 + 0x1000 * 4 + 0x18, 1);
  host.post64(0x100000 + 0x1000 * 5 + 0xc00, 1);
  host.settle();
  CHECK(host.counter(kBadDoorbells) == bad + 5);
  CHECK(host.sq_doorbells.empty());
  std::map<unsigned, unsigned> reports;
  while (const std::optional<Bytes> event = host.poll_event(0)) {
    ++reports[static_cast<unsigned>(le_get(*event, 4, 4))];
  }
  CHECK(reports == std::map<unsigned, unsigned>{{3, 1}, {4, 1}, {5, 1}});
}

TEST_CASE("an older doorbell arms and does not move the consumer back") {
  Host512 host(0);
  host.admin_setup(3);
  host.create_eq(0, 6, false);
  host.create_cq(3, 3, 0, 1);
  for (unsigned i = 0; i < 4; ++i) {
    host.complete(0, 3, i);
  }
  host.settle();
  host.ring_cq(1, 3, 4, 0);
  host.ring_cq(1, 3, 2, 1);
  host.settle();
  CHECK(le_get(host.admin(3, 2, 3).data, 16, 4) == 4);
  CHECK_FALSE(host.poll_event(0).has_value());
  host.complete(0, 3, 9);
  host.settle();
  CHECK(host.poll_event(0).has_value());
  CHECK(host.counter(kBadDoorbells) == 0);
}

TEMPLATE_TEST_CASE("an event follows its completion, and a message its event", "", Host256, Host512,
                   Host1024) {
  TestType host(70);
  host.admin_setup(3);
  host.create_eq(2, 3, true);
  host.create_cq(1, 6, 2, 0);
  host.settle();
  std::uint32_t consumed = 0;
  for (unsigned i = 0; i < 100; ++i) {
    host.ring_cq(0, 1, consumed, 1);
    host.complete(i % 3, 1, i);
    std::optional<Bytes> event;
    host.run_until([&] { return (event = host.poll_event(2)).has_value(); });
    ++consumed;
    host.ack_events(2);
    host.settle();
  }
  unsigned cqes = 0;
  unsigned events = 0;
  unsigned messages = 0;
  for (const Written& write : host.memory.log) {
    if (write.addr >= kCqRing && write.addr < kCqRing + 0x20000 && write.data.size() == 32) {
      ++cqes;
    } else if (write.data.size() == 16) {
      ++events;
      REQUIRE(events <= cqes);
    } else if (write.addr == kMsixAddr + 8) {
      REQUIRE(write.data == Bytes{0x02, 0xAB, 0, 0});
      ++messages;
      REQUIRE(messages <= events);
    }
  }
  CHECK(cqes == 100);
  CHECK(events == 100);
  CHECK(messages == 100);
  CHECK(host.counter(kInterrupts) == 100);
}

TEST_CASE("a masked vector stays pending and is sent once when it is unmasked") {
  Host512 host(20);
  host.admin_setup(3);
  host.create_eq(1, 6, true);
  host.settle();
  Bytes mask(4);
  mask[0] = 1;
  host.post(0x10000 + 16 + 12, mask);
  host.settle();
  const std::size_t writes = host.memory.log.size();
  for (unsigned i = 0; i < 5; ++i) {
    Bytes event(17);
    event[0] = 8;
    event[16] = 1;
    host.engine_events.push_back(event);
  }
  host.settle();
  CHECK(host.memory.log.size() == writes + 5);
  CHECK(le_get(host.read_line(0x11000), 0, 8) == 2);
  const Bytes line = host.read_line(0x10000);
  CHECK(le_get(line, 16, 8) == kMsixAddr + 4);
  CHECK(le_get(line, 24, 4) == 0xAB01);
  CHECK(le_get(line, 28, 4) == 1);
  CHECK(le_get(line, 12, 4) == 1);  // vectors are masked after reset
  mask[0] = 0;
  host.post(0x10000 + 16 + 12, mask);
  host.settle();
  REQUIRE(host.memory.log.size() == writes + 6);
  CHECK(host.memory.log.back().addr == kMsixAddr + 4);
  CHECK(le_get(host.read_line(0x11000), 0, 8) == 0);
}

TEST_CASE("an event queue that is full loses events, counts them, and works on") {
  Host512 host(20);
  host.admin_setup(3);
  host.create_eq(4, 2, false);
  const auto raise = [&](unsigned count, unsigned eqn) {
    for (unsigned i = 0; i < count; ++i) {
      Bytes event(17);
      event[0] = 8;
      event[4] = static_cast<std::uint8_t>(i);
      event[15] = 0xff;
      event[16] = static_cast<std::uint8_t>(eqn);
      host.engine_events.push_back(event);
    }
    host.settle();
  };
  for (unsigned lap = 0; lap < 6; ++lap) {
    raise(7, 4);
    for (unsigned i = 0; i < 4; ++i) {
      const std::optional<Bytes> event = host.poll_event(4);
      REQUIRE(event.has_value());
      CHECK((*event)[4] == i);
      CHECK(((*event)[15] & 0xfe) == 0);
    }
    CHECK_FALSE(host.poll_event(4).has_value());
    CHECK(host.counter(kEqOverflows) == 4 * lap + 3);
    // Numbers beyond the table, and counts that were never written, do nothing.
    host.post64(0x0E0, 255 | std::uint64_t{4} << 32);
    host.post64(0x0E0, 4 | std::uint64_t{4 * lap + 5} << 32);
    host.post64(0x0E0, 4 | std::uint64_t{0x80000000} << 32);
    host.settle();
    raise(1, 4);
    CHECK_FALSE(host.poll_event(4).has_value());
    CHECK(host.counter(kEqOverflows) == 4 * lap + 4);
    host.ack_events(4);
    host.settle();
  }
  raise(3, 5);
  raise(2, 31);
  CHECK(host.counter(kEqOverflows) == 29);
  CHECK(host.counter(kEqes) == 24);
}

TEMPLATE_TEST_CASE("no doorbell and no pushed unit is lost in a storm", "", Host256, Host512,
                   Host1024) {
  TestType host(20);
  std::mt19937_64 rng(seed() + 3);
  std::vector<std::uint64_t> sq;
  std::vector<std::uint64_t> rq;
  std::map<unsigned, std::vector<Bytes>> pushed;
  host.engines_deaf = true;
  for (unsigned i = 0; i < 400; ++i) {
    const auto ctx = static_cast<unsigned>(rng() % 16);
    const std::uint64_t qpn = rng() & 0xffffff;
    const std::uint64_t producer = rng() & 0xffff;
    const std::uint64_t value = qpn | producer << 32;
    const std::uint64_t record = std::uint64_t{ctx} << 40 | qpn << 16 | producer;
    switch (rng() % 3) {
      case 0:
        host.post64(0x100000 + 0x1000 * ctx, value);
        sq.push_back(record);
        break;
      case 1:
        host.post64(0x100000 + 0x1000 * ctx + 8, value);
        rq.push_back(record);
        break;
      default: {
        const unsigned units = 1 + static_cast<unsigned>(rng() % 5);
        const bool ls = rng() % 2 == 0;
        for (unsigned k = 0; k < units; ++k) {
          Bytes unit(64);
          for (std::uint8_t& b : unit) {
            b = static_cast<std::uint8_t>(rng());
          }
          unit[ls ? 1 : 3] = static_cast<std::uint8_t>(units);
          host.post(0x100000 + 0x1000 * ctx + (ls ? 0x800U : 0x400U) + 64 * k, unit);
          pushed[ctx + (ls ? 100U : 0U)].push_back(unit);
        }
      }
    }
  }
  host.run(300);
  host.engines_deaf = false;
  host.settle();
  CHECK(host.sq_doorbells == sq);
  CHECK(host.rq_doorbells == rq);
  std::map<unsigned, std::vector<Bytes>> got;
  for (const bool ls : {false, true}) {
    bool open = false;
    for (const Push& push : ls ? host.ls_pushes : host.sq_pushes) {
      REQUIRE(push.first == !open);
      open = !push.last;
      got[push.ctx + (ls ? 100U : 0U)].push_back(push.data);
    }
    REQUIRE_FALSE(open);
  }
  CHECK(got == pushed);
  CHECK(host.counter(kBadDoorbells) == 0);
}

TEST_CASE("the latency budgets of pushes, completions and DMA are kept at 512 bits") {
  Host512 host(0);
  host.admin_setup(3);
  host.create_eq(0, 3, false);
  host.create_cq(1, 3, 0, 0);
  host.settle();
  SECTION("push") {
    Bytes unit(64);
    unit[3] = 1;
    host.post(0x100400, unit);
    host.settle();
    CHECK(host.push_cycle - host.w_cycle <= 4);
  }
  SECTION("completion") {
    host.aw_cycle = 0;
    host.complete(1, 1, 1);
    host.settle();
    CHECK(host.aw_cycle - host.cqe_cycle <= 5);
  }
  SECTION("read") {
    host.ar_cycle = 0;
    host.reads[2].push_back({0x5000, 64});
    host.settle();
    CHECK(host.ar_cycle - host.read_cycle == 1);
    CHECK(host.rsp_cycle - host.r_cycle <= 3);
  }
  SECTION("write") {
    host.aw_cycle = 0;
    host.engine_writes[1].push_back({0x5000, Bytes(64, 1), false});
    host.settle();
    CHECK(host.aw_cycle - host.write_cycle == 1);
  }
}

}  // namespace
