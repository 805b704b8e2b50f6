// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: doorbells and pushes, tracked requests, many queue pairs, rest.

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
using Bench = Bench512;

constexpr unsigned kOpErr = 2;

TEST_CASE("pushes and doorbells, mixed and merged, survive the end of the ring") {
  for (const unsigned log : {3U, 4U, 6U}) {
    Bench bench(log * 8, log);
    std::mt19937 rng(static_cast<unsigned>(seed()) + log);
    bench.keep_trace_ = false;
    QpOptions o = with_mtu(256);
    o.log_units = log;
    bench.connect(1, o);
    unsigned open_units = 0;
    for (unsigned i = 0; i < 400; ++i) {
      const bool small = rng() % 2 == 0;
      Request r = small ? Bench::write(i, rng() % 600) : inline_request(rng() % 129);
      const unsigned units =
          small ? 1 : 1 + static_cast<unsigned>((r.inline_bytes->size() + 63) / 64);
      if (open_units + units > (1U << log)) {
        bench.doorbell(1);
        bench.run();
        open_units = 0;
      }
      bench.post(1, r);
      open_units += units;
      switch (rng() % 4) {
        case 0:
          bench.push(1);
          break;
        case 1:
          bench.doorbell(1);
          break;
        case 2:  // the doorbell of an older request comes late
          bench.push(1);
          bench.doorbell(1, (bench.qps_[1].producer - units) & 0xffff);
          break;
        default:
          break;  // rung together with the next
      }
      bench.steps(rng() % 30);
    }
    bench.doorbell(1);
    bench.run();
    CAPTURE(log, seed());
    bench.check_delivered(1);
    REQUIRE(bench.bad_doorbells_.empty());
  }
}

TEST_CASE("hostile doorbells and pushes are refused and reported") {
  Bench bench;
  bench.connect(3, with_mtu(256));
  REQUIRE(bench.create(4) == 0);  // RESET
  bench.doorbell(3, 1, 9);        // another user's
  bench.doorbell(3, 257);         // more than the ring holds
  bench.doorbell(5, 1);           // absent
  bench.doorbell(0x100003, 1);    // beyond the table
  bench.doorbell(4, 1);           // RESET
  bench.post(3, Bench::write(0, 10));
  bench.push(3, 9);  // another user's page
  Bytes junk(64, 0xff);
  bench.push_unit(kCtx, true, true, junk);
  Bytes zero(64, 0);
  zero[28] = 3;
  bench.push_unit(kCtx, true, true, zero);  // no units
  bench.run();
  REQUIRE(bench.bad_doorbells_.size() == 8);
  REQUIRE(bench.counter(Bench::kBadDoorbells) == 8);
  REQUIRE(bench.trace_.empty());
  bench.doorbell(3);
  bench.run();
  bench.check_delivered(3);
}

TEST_CASE("a push that ends early fails its request and nothing else") {
  Bench bench;
  bench.connect(3, with_mtu(256));
  Request r = inline_request(200);
  r.fails = true;
  bench.post(3, r);
  const Bytes& d = bench.qps_[3].last;
  bench.push_unit(kCtx, true, false, Bytes(d.begin(), d.begin() + 64));
  bench.push_unit(kCtx, false, true, Bytes(d.begin() + 64, d.begin() + 128));
  bench.run();
  bench.check_tail(3, {kOpErr});
  bench.connect(5, with_mtu(256));
  bench.post(5, inline_request(200));
  bench.push(5);
  bench.run();
  bench.check_delivered(5);
}

TEST_CASE("more requests than can be tracked wait for acknowledgements") {
  Bench bench;
  bench.keep_trace_ = false;
  QpOptions o = with_mtu(256);
  o.log_units = 10;
  bench.connect(3, o);
  bench.ack_latency_ = 3000;
  for (unsigned i = 0; i < 500; ++i) {
    Request r = i % 2 == 0 ? Bench::write(i, 30) : inline_request(30);
    r.signaled = i % 16 == 0 || i == 499;
    bench.post(3, r);
  }
  bench.doorbell(3);
  bench.run();
  bench.check_delivered(3);
}

TEST_CASE("every queue pair gets its share of the wire") {
  Bench bench;
  QpOptions o = with_mtu(1024);
  o.log_units = 6;
  for (unsigned q = 0; q < 32; ++q) {
    bench.connect(q, o);
  }
  // Queue pair 0 has long messages, the others short ones; all start together.
  for (unsigned i = 0; i < 10; ++i) {
    bench.post(0, Bench::write(0, 100000));
  }
  for (unsigned q = 1; q < 32; ++q) {
    for (unsigned i = 0; i < 8; ++i) {
      bench.post(q, Bench::write(64 * i, 64));
    }
  }
  const std::uint64_t from = bench.bench_.cycle();
  for (unsigned q = 0; q < 32; ++q) {
    bench.doorbell(q);
  }
  bench.run();
  for (unsigned q = 0; q < 32; ++q) {
    bench.check_delivered(q);
  }
  // None waits for more than a few turns of 16 KiB of the long one.
  for (unsigned q = 1; q < 32; ++q) {
    CAPTURE(q, bench.completions(q).back().cycle - from);
    REQUIRE(bench.completions(q).back().cycle - from < 5000);
  }
}

TEST_CASE("an idle requester is quiet, and time may jump to its deadline") {
  Bench bench;
  bench.connect(3, with_mtu(256));
  bench.send(3, Bench::write(0, 64));
  bench.run();
  bench.check_delivered(3);
  REQUIRE(bench.bench_->busy_o == 0);
  REQUIRE(bench.bench_->deadline_o == Bench::kNever);
  // With a request open it is quiet too, and wakes at the deadline.
  bench.plan_ = [](const RequestPacket&, unsigned o) {
    return o == 1 ? Fate::kDrop : Fate::kDeliver;
  };
  bench.send(3, Bench::write(0, 64));
  bench.steps(100);
  REQUIRE(bench.quiet());
  const std::uint64_t deadline = bench.bench_->deadline_o;
  REQUIRE(deadline > bench.now_ + 10000);
  bench.now_ = deadline - 1;
  bench.steps(1);
  REQUIRE(bench.quiet());
  bench.steps(2);
  REQUIRE_FALSE(bench.quiet());
  bench.run();
  bench.check_delivered(3);
}

TEST_CASE("completions that nobody takes stop nothing but completions") {
  Bench bench;
  bench.connect(3, with_mtu(256));
  bench.cq_stalled_ = true;
  for (unsigned i = 0; i < 40; ++i) {
    bench.send(3, Bench::write(i, 64));
  }
  bench.steps(2000);
  REQUIRE(bench.qps_[3].responder.messages().size() == 40);
  REQUIRE(bench.cqes_.empty());
  bench.cq_stalled_ = false;
  bench.run();
  bench.check_delivered(3);
}

}  // namespace
