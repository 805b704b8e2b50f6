// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: queue pairs that congestion notifications slow down.

#include <array>
#include <map>
#include <random>

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)

// The registers of rate control, bytes a cycle in 8.16 fixed point.
struct Rates {
  std::uint64_t line = 64 << 16;
  std::uint64_t min = 1 << 12;
  std::uint64_t additive = 1 << 14;
  std::uint64_t alpha_period = 4000;
  std::uint64_t increase_period = 3000;
  std::uint64_t ahead = 0;  // units of 256 bytes
};

template <typename Bench>
void set_rates(Bench& bench, const Rates& r) {
  const std::array<std::uint64_t, 5> words{std::uint64_t{256} << 32 | r.ahead << 48,
                                           r.additive | r.additive << 24,
                                           r.alpha_period | r.increase_period << 24,
                                           1U | 4U << 4 | 3U << 8 | r.line << 16 | r.min << 40, 0};
  for (unsigned i = 0; i < 10; ++i) {
    bench.bench_->rate_cfg_i[i] = static_cast<std::uint32_t>(words.at(i / 2) >> (i % 2 * 32));
  }
}

template <typename Bench>
void notify(Bench& bench, unsigned qpn, unsigned times) {
  for (unsigned i = 0; i < times; ++i) {
    bench.notify_.push_back(qpn);
    bench.steps(60);
  }
}

TEST_CASE("a queue pair that is slowed down keeps its rate, another one the rest of the wire") {
  Bench512 bench;
  Rates rates;
  rates.increase_period = rates.alpha_period = 0;
  set_rates(bench, rates);
  bench.connect(3, with_mtu(4096));
  bench.connect(4, with_mtu(4096));
  notify(bench, 3, 3);  // an eighth of the line: 8 bytes a cycle
  REQUIRE(bench.counter(Bench512::kRateCuts) == 3);
  for (unsigned i = 0; i < 40; ++i) {
    bench.post(3, Bench512::write(0, 65536));
  }
  bench.post(4, Bench512::write(0, 2 << 20));  // one request: nothing of it is read ahead
  bench.doorbell(3);
  bench.doorbell(4);
  bench.steps(8000);  // what was cut before the rate acted has left
  const std::size_t from = bench.trace_.size();
  constexpr unsigned kCycles = 20'000;
  bench.steps(kCycles);
  std::map<unsigned, std::uint64_t> bytes;
  for (std::size_t i = from; i < bench.trace_.size(); ++i) {
    bytes[bench.trace_[i].qpn] += bench.trace_[i].payload.size();
  }
  const double wire = 8.0 * kCycles;
  const double payload = wire * 4096 / (4096 + 82);
  CHECK(static_cast<double>(bytes[3]) > payload * 0.95);
  CHECK(static_cast<double>(bytes[3]) < payload * 1.05);
  CHECK(static_cast<double>(bytes[4]) > 54.0 * kCycles);
}

TEMPLATE_TEST_CASE("requests of queue pairs that are slowed down arrive whole, whatever happens",
                   "", Bench256, Bench512, Bench1024) {
  for (unsigned round = 0; round < 12; ++round) {
    CAPTURE(round);
    TestType bench(round % 3 == 0 ? 0 : 30, round);
    bench.keep_trace_ = false;
    std::mt19937_64 rng(seed() + 99 * round);
    Rates rates;
    rates.min = 1 << (8 + rng() % 10);
    rates.increase_period = 200 + rng() % 3000;
    rates.alpha_period = 200 + rng() % 3000;
    rates.ahead = rng() % 2 == 0 ? 0 : 4 + rng() % 60;
    set_rates(bench, rates);
    constexpr unsigned kFlows = 6;
    for (unsigned q = 0; q < kFlows; ++q) {
      QpOptions o = with_mtu(256U << (rng() % 5));
      o.timeout = 14;  // longer than any rest
      o.log_units = 10;
      bench.connect(q, o);
    }
    bench.plan_ = [&](const RequestPacket&, unsigned occurrence) {
      const auto dice = rng() % 100;
      return occurrence > 2 ? Fate::kDeliver
             : dice < 3     ? Fate::kNak
             : dice < 5     ? Fate::kRnr
                            : Fate::kDeliver;
    };
    bench.notify_among_ = kFlows - 1;  // one is never slowed down
    bench.notify_every_ = 50 + static_cast<unsigned>(rng() % 1000);
    for (unsigned i = 0; i < 80; ++i) {
      const auto q = static_cast<unsigned>(rng() % kFlows);
      Request r = rng() % 3 == 0 ? inline_request(1 + rng() % 250)
                                 : TestType::write(rng() % 1000, rng() % (1U << (4 + rng() % 12)));
      r.signaled = rng() % 4 != 0;
      bench.post(q, r);
      if (rng() % 2 == 0) {
        bench.doorbell(q);
      } else {
        bench.push(q);
      }
      bench.steps(rng() % 400);
    }
    bench.notify_among_ = 0;
    bench.run();
    CHECK(bench.notified_ > 0);
    CHECK(bench.counter(TestType::kRateCuts) > 0);
    CHECK(bench.counter(TestType::kRateCuts) <= bench.notified_);
    for (unsigned q = 0; q < kFlows; ++q) {
      bench.check_delivered(q);
    }
  }
}

TEST_CASE("a queue pair that rests flushes at once when it fails, and lives on afterwards") {
  Bench512 bench;
  Rates rates;
  rates.min = 256;
  rates.increase_period = 0;
  set_rates(bench, rates);
  bench.connect(3, with_mtu(4096));
  notify(bench, 3, 30);
  for (unsigned i = 0; i < 4; ++i) {
    Request r = Bench512::write(0, 16384);
    r.fails = true;
    bench.post(3, r);
  }
  bench.doorbell(3);
  bench.steps(2000);
  REQUIRE(bench.completions(3).empty());
  bench.kill(3);
  bench.steps(2000);  // 4 KiB take a million cycles at this rate
  CHECK(bench.completions(3).size() == 4);
  bench.destroy(3);
  bench.revive(3);
  bench.cqes_.clear();
  bench.connect(3, with_mtu(4096));
  bench.send(3, Bench512::write(0, 65536));
  bench.steps(3000);
  CHECK(bench.completions(3).size() == 1);
  bench.run();
  bench.check_delivered(3);
}

}  // namespace
