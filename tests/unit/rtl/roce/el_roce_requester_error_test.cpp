// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: bad descriptors, keys, memory; flush, objects.

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
using Bench = Bench512;

constexpr unsigned kLenErr = 1, kOpErr = 2, kProtErr = 4, kFlush = 5, kFatal = 19;

/// Two good requests, the bad one, two more: the first two succeed, the others fail in order.
void expect_failure(const Request& bad, unsigned status, bool pushed = false,
                    unsigned max_reads = 16) {
  Bench bench;
  QpOptions options = with_mtu(256);
  options.max_reads = max_reads;
  bench.connect(3, options);
  bench.send(3, Bench::write(0, 300));
  bench.send(3, Bench::write(7, 20));
  if (pushed) {
    bench.run();
  }
  Request damaged = bad;
  damaged.fails = true;
  bench.post(3, damaged);
  if (pushed) {
    bench.push(3);
  } else {
    bench.doorbell(3);
  }
  for (unsigned i = 0; i < 2; ++i) {
    Request after = Bench::write(9, 30);
    after.fails = true;
    bench.send(3, after);
  }
  bench.run();
  CAPTURE(status, pushed);
  bench.check_tail(3, {status, kFlush, kFlush});
  REQUIRE(bench.qps_[3].responder.violation().empty());
  REQUIRE(bench.qps_[3].responder.messages().size() == 2);
  REQUIRE(bench.errors_out_ == std::vector<unsigned>{3});
  REQUIRE(bench.events_.size() == 1);
  REQUIRE(bench.events_[0] == std::array<unsigned, 3>{3, status, 3});
  REQUIRE(bench.counter(Bench::kLocalErrors) >= 1);
}

TEST_CASE("a bad descriptor fails in its place and flushes what follows") {
  for (const bool pushed : {false, true}) {
    Request r = Bench::read(0, 100);
    expect_failure(r, kOpErr, pushed, 0);  // no READ may be in flight
    r = Bench::atomic(Op::kCas, 0, 0x1000, 1);
    expect_failure(r, kOpErr, pushed, 0);
    r.num_sge = 2;
    expect_failure(r, kOpErr, pushed);
    r = Bench::write(0, 100);
    r.op = Op::kAdd;
    expect_failure(r, kOpErr, pushed);
    r = inline_request(8, Op::kRead);
    expect_failure(r, kOpErr, pushed);
    r = Bench::write(0, 100);
    r.op = static_cast<Op>(8);
    expect_failure(r, kOpErr, pushed);
    r.op = static_cast<Op>(200);
    expect_failure(r, kOpErr, pushed);
    r = Bench::write(0, 100);
    r.length = 101;
    expect_failure(r, kLenErr, pushed);
    r.length = 0x80000001;
    expect_failure(r, kLenErr, pushed);
    r = Bench::write(0, 100);
    r.num_sge = 7;
    expect_failure(r, kOpErr, pushed);
    r.num_sge = 3;  // only one unit
    expect_failure(r, kOpErr, pushed);
    r = Bench::write(0, 0xffffffff);
    r.elements.push_back({kPagedVa, 2, kPagedKey});
    r.length = 1;  // the sum wraps 2^32
    expect_failure(r, kLenErr, pushed);
    r = inline_request(64);
    r.length = 65;
    expect_failure(r, kOpErr, pushed);
    r.length = 257;
    expect_failure(r, kOpErr, pushed);
  }
  // A push with another index or queue pair is no push of this descriptor: only rings can hold one.
  Request r = Bench::write(0, 100);
  r.index = 77;
  expect_failure(r, kOpErr);
  r = Bench::write(0, 100);
  r.qpn = 4;
  expect_failure(r, kOpErr);
}

TEST_CASE("units that say nothing about their size end the readable part of the ring") {
  for (const unsigned units : {0U, 6U, 255U}) {
    Bench bench;
    bench.connect(3, with_mtu(256));
    bench.send(3, Bench::write(0, 300));
    Request r = Bench::write(0, 100);
    r.num_units = units;
    r.fails = true;
    bench.send(3, r);
    Request after = Bench::write(0, 1);
    after.fails = true;
    bench.send(3, after);
    bench.run();
    const auto done = bench.completions(3);
    REQUIRE(done.size() >= 2);
    REQUIRE(done[0].status == 0);
    REQUIRE(done[1].status == kOpErr);
    REQUIRE(done[1].index == 1);
  }
}

TEST_CASE("keys, bounds and memory that fail are local errors of their request") {
  Request r = Bench::write(0, 100, 0x999);
  expect_failure(r, kProtErr);
  expect_failure(r, kProtErr, true);
  r = Bench::write(kRegionBytes - 50, 100);
  expect_failure(r, kProtErr);
  // The third element is beyond: the first packets of the message may leave, the last never.
  r = Bench::write(0, 300);
  r.elements.push_back({kPagedVa, 100, kPagedKey});
  r.elements.push_back({kPagedVa + kRegionBytes, 10, kPagedKey});
  expect_failure(r, kProtErr);
}

TEST_CASE("a region that vanishes in the middle of a message is a local error") {
  Bench bench;
  bench.connect(3, with_mtu(256));
  bench.plan_ = [&](const RequestPacket&, unsigned) {
    bench.revoked_.insert(kFlatKey);
    return Fate::kDeliver;
  };
  Request r = Bench::write(0, 100000, kFlatKey);
  r.fails = true;
  bench.send(3, r);
  bench.send(3, r);
  bench.run();
  bench.check_tail(3, {kProtErr, kFlush});
}

TEST_CASE("payload that cannot be read never hangs and never ends a message") {
  // The bad page is met at the first beat, later in a packet, and in a later packet.
  for (const unsigned start : {0U, 100U, 200U, 1000U, 4000U, 9000U}) {
    for (const unsigned mtu : {256U, 4096U}) {
      Bench bench;
      bench.connect(3, with_mtu(mtu));
      bench.connect(4, with_mtu(mtu));
      bench.bad_pages_.insert((kData + 0x8000) >> 12);
      Request bad = Bench::write(0x8000 - start, 20000, kFlatKey);
      bad.fails = true;
      Request after = Bench::write(5, 50);
      after.fails = true;
      bench.send(3, Bench::write(5, 50));
      bench.send(3, bad);
      bench.send(3, after);
      bench.send(4, Bench::write(5, 5000));
      bench.run();
      CAPTURE(start, mtu);
      bench.check_tail(3, {kFatal, kFlush});
      REQUIRE(bench.qps_[3].responder.messages().size() == 1);
      bench.check_delivered(4);
    }
  }
}

TEST_CASE("packets in front of one that fails leave, however long the wire stands still") {
  // No key; bytes that cannot be read in the first beat, and in a later one.
  const std::vector<std::pair<Request, unsigned>> bad = {
      {Bench::write(0, 600, 0x999), kProtErr},
      {Bench::write(0x8000, 600, kFlatKey), kFatal},
      {Bench::write(0x8000 - 100, 600, kFlatKey), kFatal}};
  for (std::size_t i = 0; i < bad.size(); ++i) {
    CAPTURE(i);
    Bench bench;
    bench.connect(3, with_mtu(256));
    bench.bad_pages_.insert((kData + 0x8000) >> 12);
    bench.stalled_ = true;
    bench.send(3, Bench::write(0, 600));
    bench.send(3, Bench::write(7, 20));
    Request r = bad[i].first;
    r.fails = true;
    bench.send(3, r);
    Request after = Bench::write(9, 30);
    after.fails = true;
    bench.send(3, after);
    bench.steps(500);
    bench.stalled_ = false;
    bench.run();
    bench.check_tail(3, {bad[i].second, kFlush});
    REQUIRE(bench.qps_[3].responder.violation().empty());
    REQUIRE(bench.qps_[3].responder.messages().size() == 2);
    REQUIRE(bench.counter(Bench::kTxRepeated) == 0);
    REQUIRE(bench.counter(Bench::kTimeouts) == 0);
  }
}

TEST_CASE("a lost ACK in front of a request that fails is repaired, then the request fails") {
  const std::vector<std::pair<Request, unsigned>> bad = {
      {Bench::write(0, 600, 0x999), kProtErr},
      {Bench::write(0x8000, 600, kFlatKey), kFatal},
      {Bench::write(0x8000 - 100, 600, kFlatKey), kFatal}};
  for (std::size_t i = 0; i < bad.size(); ++i) {
    CAPTURE(i);
    Bench bench;
    bench.connect(3, with_mtu(256));
    bench.bad_pages_.insert((kData + 0x8000) >> 12);
    bench.plan_ = [](const RequestPacket& p, unsigned occurrence) {
      return p.psn == kStart && occurrence == 1 ? Fate::kDropAnswer : Fate::kDeliver;
    };
    bench.send(3, Bench::write(7, 20));
    Request r = bad[i].first;
    r.fails = true;
    bench.send(3, r);
    bench.run();
    bench.check_tail(3, {bad[i].second});
    REQUIRE(bench.qps_[3].responder.messages().size() == 1);
    REQUIRE(bench.counter(Bench::kTimeouts) == 1);
  }
}

TEST_CASE("a packet of one beat whose payload cannot be read does not leave") {
  Bench bench;
  bench.connect(3, with_mtu(256));
  bench.bad_pages_.insert((kData + 0x8000) >> 12);
  Request bad = Bench::write(0x8000, 64, kFlatKey);
  bad.fails = true;
  bench.send(3, bad);
  bench.run();
  bench.check_tail(3, {kFatal});
  REQUIRE(bench.trace_.empty());
}

TEST_CASE("a ring that cannot be read is a fatal error of the request in front") {
  Bench bench;
  bench.connect(3, with_mtu(256));
  bench.bad_pages_.insert(Bench::ring(3) >> 12);
  Request r = Bench::write(0, 64);
  r.fails = true;
  bench.send(3, r);
  bench.run();
  bench.check_tail(3, {kFatal});
}

TEST_CASE("an error of the receiving side flushes everything without an event") {
  for (unsigned delay = 0; delay < 60; ++delay) {
    Bench bench;
    bench.connect(3, with_mtu(256));
    bench.plan_ = [](const RequestPacket&, unsigned) { return Fate::kDropAnswer; };
    for (unsigned i = 0; i < 5; ++i) {
      bench.send(3, Bench::write(0, 600));
    }
    bench.steps(delay);
    bench.kill(3);
    bench.run();
    CAPTURE(delay);
    bench.check_tail(3, {kFlush, kFlush, kFlush, kFlush, kFlush});
    REQUIRE(bench.errors_out_.empty());
    REQUIRE(bench.events_.empty());
    REQUIRE(bench.qps_[3].responder.violation().empty());
    bench.kill(3);  // twice is once
    bench.kill(200);
    bench.kill(0x100003);
    bench.run();
    REQUIRE(bench.completions(3).size() == 5);
  }
}

TEST_CASE("MODIFY to ERR flushes, RESET forgets, and the next life starts at its own PSN") {
  Bench bench;
  bench.connect(3, with_mtu(256));
  bench.plan_ = [](const RequestPacket&, unsigned) { return Fate::kDropAnswer; };
  bench.send(3, Bench::write(0, 600));
  bench.send(3, Bench::write(0, 600));
  bench.steps(80);
  REQUIRE(bench.modify(3, Bench::kState, 6, with_mtu(256)) == 0);
  bench.run();
  bench.check_tail(3, {kFlush, kFlush});
  bench.plan_ = nullptr;
  REQUIRE(bench.modify(3, Bench::kState, 0, with_mtu(256)) == 0);
  QpOptions o = with_mtu(512);
  o.psn = 0x555;
  bench.cqes_.clear();
  bench.start(3, o);
  REQUIRE(bench.modify(3, Bench::kInitMask, 1, o) == 0);
  REQUIRE(bench.modify(3, Bench::kRtrMask, 2, o) == 0);
  bench.send(3, Bench::write(0, 600));
  bench.run();
  REQUIRE(bench.qps_[3].seen.empty());  // nothing is sent before RTS
  REQUIRE(bench.modify(3, Bench::kRtsMask, 3, o) == 0);
  bench.run();
  bench.check_delivered(3);
  REQUIRE(bench.qps_[3].seen.begin()->first == 0x555);
}

TEST_CASE("QUERY tells PSNs, consumed units and attributes") {
  Bench bench;
  QpOptions o = with_mtu(256);
  o.timeout = 13;
  o.retries = 5;
  o.rnr_retries = 6;
  bench.connect(3, o);
  // The last packet is still open when QUERY comes; its repetition is answered.
  bench.plan_ = [](const RequestPacket& p, unsigned occurrence) {
    return p.psn == ((kStart + 4) & 0xffffff) && occurrence == 1 ? Fate::kDropAnswer
                                                                 : Fate::kDeliver;
  };
  bench.send(3, Bench::write(0, 600));
  bench.send(3, inline_request(100));
  bench.send(3, Bench::write(0, 6));
  bench.steps(300);
  const Bytes q = bench.query(3);
  const auto word = [&](unsigned at) {
    return q[at] | q[at + 1] << 8 | q[at + 2] << 16 | q[at + 3] << 24;
  };
  REQUIRE(q[0] == 0);
  REQUIRE(q[3] == 13);
  REQUIRE(word(4) == 0x4003);
  REQUIRE(word(8) == ((kStart + 5) & 0xffffff));
  REQUIRE(word(12) == 0);
  REQUIRE(q[16] == 5);
  REQUIRE(q[17] == 6);
  REQUIRE(word(24) == ((kStart + 4) & 0xffffff));
  REQUIRE((q[28] | q[29] << 8) == 4);
  bench.run();
  bench.check_delivered(3);
}

TEST_CASE("CREATE refuses rings that cannot be") {
  Bench bench;
  QpOptions o;
  o.log_units = 16;
  REQUIRE(bench.create(3, o) == 4);
  o.log_units = 8;
  REQUIRE(bench.create(3, o, 32) == 4);
  REQUIRE(bench.create(3, o, 0, 3) == 4);
  REQUIRE(bench.create(3, o) == 0);
}

TEST_CASE("DESTROY at any moment leaves nothing behind, and the next life is clean") {
  Bench bench;
  bench.keep_trace_ = false;
  std::mt19937 rng(static_cast<unsigned>(seed()));
  bench.connect(9, with_mtu(256));
  for (unsigned life = 0; life < 1000; ++life) {
    QpOptions o = with_mtu(256U << rng() % 3);
    o.psn = rng() & 0xffffff;
    o.timeout = 5;
    bench.revive(3);
    bench.connect(3, o);
    const unsigned kind = rng() % 4;
    bench.plan_ = [&](const RequestPacket& p, unsigned) {
      if (p.qpn != 3) {
        return Fate::kDeliver;
      }
      const unsigned dice = rng() % 8;
      return kind == 0   ? Fate::kDrop
             : dice == 0 ? Fate::kRnr
             : dice == 1 ? Fate::kNak
             : dice == 2 ? Fate::kDropAnswer
                         : Fate::kDeliver;
    };
    for (unsigned i = 0; i < 6; ++i) {
      if (rng() % 2 == 0) {
        bench.send(3, Bench::write(0, rng() % 3000));
      } else {
        bench.post(3, inline_request(rng() % 257));
        bench.push(3);
      }
    }
    if (life % 10 == 0) {
      bench.send(9, Bench::write(0, 2000));
    }
    bench.steps(rng() % 300);
    if (life % 3 == 0) {
      bench.run();
    }
    CAPTURE(life, kind, seed());
    REQUIRE(bench.qps_[3].responder.violation().empty());
    bench.destroy(3);
    bench.cqes_.erase(std::remove_if(bench.cqes_.begin(), bench.cqes_.end(),
                                     [](const Completion& c) { return c.qpn == 3; }),
                      bench.cqes_.end());
  }
  bench.plan_ = nullptr;
  bench.run();
  bench.check_delivered(9);
}

}  // namespace
