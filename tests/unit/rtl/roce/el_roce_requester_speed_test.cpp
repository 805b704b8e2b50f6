// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: latency and throughput in cycles, as docs/reference/roce-requester.md
// promises.

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
using Bench = Bench512;

TEST_CASE("a pushed request with inline bytes is a packet after at most 10 cycles") {
  for (const std::size_t len : {0U, 1U, 64U, 128U, 256U}) {
    Bench bench;
    bench.connect(2, with_mtu(1024));
    bench.steps(50);
    bench.post(2, inline_request(len));
    bench.push(2);
    bench.watch_header_ = true;
    bench.run();
    bench.check_delivered(2);
    CAPTURE(len, bench.push_cycle_, bench.header_cycle_);
    REQUIRE_FALSE(bench.watch_header_);
    REQUIRE(bench.header_cycle_ - bench.push_cycle_ <= 10);
    WARN("inline of " << len << " bytes: " << bench.header_cycle_ - bench.push_cycle_);
  }
}

TEST_CASE("a pushed request with payload in memory is a packet after at most 18 cycles") {
  Bench bench;
  bench.connect(2, with_mtu(1024));
  bench.steps(50);
  bench.post(2, Bench::write(64, 64));
  bench.push(2);
  bench.watch_header_ = true;
  bench.watch_beat_ = true;
  bench.run();
  bench.check_delivered(2);
  REQUIRE_FALSE(bench.watch_header_);
  REQUIRE(bench.header_cycle_ - bench.push_cycle_ <= 18);
  REQUIRE(bench.beat_cycle_ - bench.push_cycle_ <= 18);
  WARN("DMA: header " << bench.header_cycle_ - bench.push_cycle_ << " beat "
                      << bench.beat_cycle_ - bench.push_cycle_);
}

TEST_CASE("a NAK is answered by the missing packet after at most 18 cycles") {
  Bench bench;
  bench.connect(2, with_mtu(256));
  bench.plan_ = [](const RequestPacket&, unsigned) { return Fate::kDrop; };
  bench.send(2, Bench::write(64, 1000));
  bench.steps(200);
  REQUIRE(bench.trace_.size() == 4);
  bench.plan_ = nullptr;
  bench.ack_latency_ = 100;
  bench.answer(2, kStart, 0x60);
  bench.watch_header_ = true;
  bench.steps(60);
  REQUIRE_FALSE(bench.watch_header_);
  WARN("NAK: " << bench.header_cycle_ - bench.ack_cycle_);
  REQUIRE(bench.header_cycle_ - bench.ack_cycle_ <= 18);
  bench.run();
  bench.check_delivered(2);
}

TEST_CASE("WRITEs of 64 bytes leave every 2 cycles, from one queue pair and from 64") {
  for (const unsigned qps : {1U, 64U}) {
    Bench bench;
    bench.ack_latency_ = 30;
    QpOptions o = with_mtu(1024);
    o.log_units = 10;
    const unsigned each = 640 / qps;
    for (unsigned q = 0; q < qps; ++q) {
      bench.connect(q, o);
      for (unsigned i = 0; i < each; ++i) {
        bench.post(q, Bench::write(64 * i, 64));
      }
    }
    bench.trace_cycles_.clear();
    for (unsigned q = 0; q < qps; ++q) {
      bench.doorbell(q);
    }
    bench.run();
    for (unsigned q = 0; q < qps; ++q) {
      bench.check_delivered(q);
    }
    REQUIRE(bench.trace_cycles_.size() == 640);
    const double cycles =
        static_cast<double>(bench.trace_cycles_[600] - bench.trace_cycles_[100]) / 500;
    WARN(qps << " queue pairs: " << cycles << " cycles a message");
    REQUIRE(cycles <= 4.0);
    REQUIRE(cycles <= 2.2);
  }
}

template <typename B>
void full_stream() {
  B bench;
  QpOptions o = with_mtu(4096);
  o.log_units = 8;
  bench.connect(2, o);
  for (unsigned i = 0; i < 4; ++i) {
    bench.post(2, B::write(0x10000 * i, 0x40000, kFlatKey));
  }
  bench.doorbell(2);
  bench.run();
  bench.check_delivered(2);
  const double use = static_cast<double>(bench.beats_) /
                     static_cast<double>(bench.last_beat_ - bench.first_beat_ + 1);
  WARN("use of the stream: " << use);
  REQUIRE(use >= 0.99);
}

TEST_CASE("payload of MTU 4096 fills the stream at every width") {
  full_stream<Bench256>();
  full_stream<Bench512>();
  full_stream<Bench1024>();
}

template <typename B>
void full_responses(unsigned mtu, double least) {
  B bench;
  bench.connect(2, with_mtu(mtu));
  for (unsigned i = 0; i < 4; ++i) {
    bench.post(2, B::read(0x10000 * i, 0x8000, 0x77'0000 * i, kFlatKey));
  }
  bench.doorbell(2);
  bench.run();
  bench.check_delivered(2);
  const double use = static_cast<double>(bench.writes_seen_) /
                     static_cast<double>(bench.last_write_ - bench.first_write_ + 1);
  WARN("use of the writes at MTU " << mtu << ": " << use);
  REQUIRE(use >= least);
}

TEST_CASE("READ responses fill the stream to memory at every width") {
  full_responses<Bench256>(4096, 0.99);
  full_responses<Bench512>(4096, 0.99);
  full_responses<Bench1024>(4096, 0.99);
  full_responses<Bench512>(256, 0.99);
}

}  // namespace
