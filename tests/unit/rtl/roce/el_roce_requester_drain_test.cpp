// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester in SQD: what was started ends, nothing starts, and the event says when.

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)

constexpr unsigned kRts = 3, kSqd = 4, kErr = 6;
constexpr unsigned kDrained = 5, kFlush = 5;

/// Requests of one packet, of several, of several elements, and READs.
template <typename Bench>
void post_mixed(Bench& bench, unsigned qpn, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    Request r = Bench::write(i * 2000, i % 3 == 0 ? 1900 : 60 + i);
    if (i % 4 == 1) {
      r.elements.push_back({kPagedVa + 0x20000 + i, 100 + i, kPagedKey});
      r.elements.push_back({kPagedVa + 0x30000 + i, 500, kPagedKey});
    }
    if (i % 5 == 4) {
      r = Bench::read(0x40000 + i * 2000, 900);
    }
    bench.post(qpn, r);
  }
}

template <typename Bench>
std::size_t drained(const Bench& bench) {
  std::size_t count = 0;
  for (const auto& e : bench.events_) {
    REQUIRE(e == std::array<unsigned, 3>{kDrained, 0, 3});
    ++count;
  }
  return count;
}

/// Drains after `at` cycles; true when requests were left over.
template <typename Bench>
bool drain_at(Bench& bench, unsigned at, const QpOptions& options) {
  constexpr unsigned kRequests = 12;
  bench.connect(3, options);
  post_mixed(bench, 3, kRequests);
  bench.doorbell(3);
  bench.steps(at);
  REQUIRE(bench.modify(3, Bench::kState, kSqd, options) == 0);
  // The event comes when the last completion was handed over.
  std::size_t before = bench.cqes_.size();
  for (unsigned i = 0; i < 200000 && bench.events_.empty(); ++i) {
    before = bench.cqes_.size();
    bench.step();
    if (bench.quiet() && bench.bench_->deadline_o != Bench::kNever) {
      bench.now_ = std::max<std::uint64_t>(bench.now_, bench.bench_->deadline_o);
    }
  }
  REQUIRE(drained(bench) == 1);
  bench.run();
  const std::size_t done = bench.cqes_.size();
  REQUIRE(done == before);
  REQUIRE(bench.counter(Bench::kStarted) == done);
  // New requests wait like the ones that were left; attributes change without another event.
  post_mixed(bench, 3, 3);
  bench.doorbell(3);
  QpOptions slower = options;
  slower.timeout = 10;
  REQUIRE(bench.modify(3, Bench::kState | 1 << 6, kSqd, slower) == 0);
  bench.run();
  REQUIRE(bench.cqes_.size() == done);
  REQUIRE(drained(bench) == 1);
  REQUIRE(bench.query(3)[3] == 10);
  REQUIRE(bench.modify(3, Bench::kState, kRts, slower) == 0);
  bench.run();
  bench.check_delivered(3);
  // Again, with nothing to do.
  REQUIRE(bench.modify(3, Bench::kState, kSqd, slower) == 0);
  bench.run();
  REQUIRE(drained(bench) == 2);
  return done < kRequests;
}

}  // namespace

TEMPLATE_TEST_CASE("SQD at any moment ends what was started, starts nothing, and tells once", "",
                   Bench256, Bench512, Bench1024) {
  unsigned partly = 0;
  for (unsigned at = 0; at < 260; at += 7) {
    for (const unsigned wild : {0U, 40U}) {
      CAPTURE(at, wild);
      TestType bench(wild, at);
      partly += drain_at(bench, at, with_mtu(256)) ? 1 : 0;
    }
  }
  CHECK(partly > 10);
}

TEST_CASE("what is lost while the queue drains is repeated before it is drained") {
  for (const Fate fate : {Fate::kNak, Fate::kDrop, Fate::kRnr, Fate::kDropAnswer}) {
    for (unsigned at = 0; at < 200; at += 13) {
      CAPTURE(static_cast<int>(fate), at);
      Bench512 bench;
      bench.plan_ = [&](const RequestPacket& p, unsigned occurrence) {
        return occurrence == 0 && p.psn % 3 == 0 ? fate : Fate::kDeliver;
      };
      drain_at(bench, at, with_mtu(256));
    }
  }
}

TEST_CASE("a queue that drains and goes to ERR flushes everything and is not drained") {
  Bench512 bench;
  const QpOptions options = with_mtu(256);
  bench.connect(3, options);
  bench.plan_ = [](const RequestPacket&, unsigned) { return Fate::kDrop; };
  Request r = Bench512::write(0, 600);
  r.fails = true;
  for (unsigned i = 0; i < 4; ++i) {
    bench.send(3, r);
  }
  bench.steps(100);
  REQUIRE(bench.modify(3, Bench512::kState, kSqd, options) == 0);
  bench.steps(50);
  REQUIRE(bench.events_.empty());
  REQUIRE(bench.modify(3, Bench512::kState, kErr, options) == 0);
  bench.run();
  bench.check_tail(3, {kFlush, kFlush, kFlush, kFlush});
  REQUIRE(bench.events_.empty());
}
