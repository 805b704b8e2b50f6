// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: READs and atomics, and what the wire does to them.

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
using Bench = Bench512;

constexpr unsigned kProtErr = 4, kFlush = 5, kBadResp = 7, kAccessErr = 10, kRetryErr = 12;

// READs and atomics succeeded, in the order of posting with everything else, and memory is right.
template <typename B>
void check(B& bench, unsigned qpn) {
  bench.check_delivered(qpn);
  bench.check_memory();
}

TEMPLATE_TEST_CASE("READs of 0 to 9 packets at every MTU bring their bytes", "", Bench256, Bench512,
                   Bench1024) {
  for (const unsigned mtu : {256U, 512U, 1024U, 2048U, 4096U}) {
    TestType bench(mtu == 512 ? 40 : 0);
    bench.connect(5, with_mtu(mtu));
    std::uint64_t at = 3;
    unsigned count = 0, packets = 0;
    for (std::uint32_t n = 0; n <= 9; ++n) {
      for (const std::uint32_t off : {0U, 1U, 5U}) {
        if (n == 0 && off != 0) {
          continue;
        }
        const std::uint32_t len = n * mtu - off;
        bench.send(5, TestType::read(at, len, 0x9000 + at * 7));
        at += len + 61;
        packets += n == 0 ? 1 : n;
        ++count;
      }
      bench.send(5, TestType::write(4'000'000 + n, 300));
    }
    bench.run();
    CAPTURE(mtu);
    check(bench, 5);
    REQUIRE(bench.qps_[5].responder.executed() == count);
    REQUIRE(bench.counter(TestType::kReadResponses) == packets);
    REQUIRE(bench.counter(TestType::kTxRepeated) == 0);
    REQUIRE(bench.counter(TestType::kImplied) == 0);
  }
}

TEMPLATE_TEST_CASE("a READ scatters over elements of odd lengths", "", Bench256, Bench512,
                   Bench1024) {
  for (unsigned salt = 0; salt < 8; ++salt) {
    TestType bench(salt * 10, salt);
    std::mt19937 rng(static_cast<unsigned>(seed()) + salt);
    bench.connect(1, with_mtu(256U << salt % 5));
    std::uint64_t at = 0;
    std::uint64_t bytes = 0;
    for (unsigned i = 0; i < 40; ++i) {
      Request r;
      r.op = Op::kRead;
      r.remote = rng();
      for (unsigned e = 0; e < 1 + i % 6; ++e) {
        const std::uint32_t len = rng() % 4 == 0 ? rng() % 9 : rng() % 3000;
        const bool flat = rng() % 2 != 0;
        r.elements.push_back({(flat ? kFlatVa : kPagedVa) + (flat ? 0 : 0x400000) + at, len,
                              flat ? kFlatKey : kPagedKey});
        at += len + 1 + rng() % 70;
        bytes += len;
      }
      bench.send(1, r);
    }
    CAPTURE(salt, seed());
    bench.run();
    bench.check_delivered(1);
    REQUIRE(bench.counter(TestType::kReadBytes) == bytes);
  }
}

TEST_CASE("a fault at every response of READs of 1 to 9 packets is repaired") {
  for (const ResponseFate fate : {ResponseFate::kDrop, ResponseFate::kTwice, ResponseFate::kLate}) {
    Bench bench;
    unsigned cases = 0;
    for (unsigned packets = 1; packets <= 9; ++packets) {
      for (unsigned at = 0; at < packets; ++at) {
        const unsigned qpn = packets * 10 + at;
        bench.connect(qpn, with_mtu(256));
        // WRITE of 2 packets, READ, WRITE: the READ starts 2 behind.
        bench.response_plan_ = [&](const ReadResponse& r, unsigned occurrence) {
          const unsigned index = (r.psn - kStart - 2) & 0xffffff;
          return index == at && occurrence == 1 ? fate : ResponseFate::kDeliver;
        };
        CAPTURE(static_cast<int>(fate), packets, at);
        const std::uint64_t base = std::uint64_t{qpn} * 8000;
        bench.send(qpn, Bench::write(4'000'000, 300));
        bench.send(qpn, Bench::read(base, packets * 256 - 5, base * 3));
        bench.send(qpn, Bench::write(4'000'000, 40));
        bench.send(qpn, Bench::read(base + 3000, 700, base * 5));
        bench.run();
        bench.check_delivered(qpn);
        ++cases;
      }
    }
    bench.check_memory();
    if (fate == ResponseFate::kTwice) {
      REQUIRE(bench.counter(Bench::kStale) == cases);
      REQUIRE(bench.counter(Bench::kTxRepeated) == 0);
    } else {
      // What comes behind shows the loss at once; no timer is needed.
      REQUIRE(bench.counter(Bench::kImplied) >= cases - 9);
      REQUIRE(bench.counter(Bench::kTxRepeated) >= cases - 9);
    }
    REQUIRE(bench.counter(Bench::kTimeouts) == 0);
  }
}

TEST_CASE("a repetition asks for what is missing of a READ, and nothing else") {
  Bench bench;
  bench.connect(1, with_mtu(256));
  bench.response_plan_ = [](const ReadResponse& r, unsigned occurrence) {
    return r.psn == kStart + 3 && occurrence == 1 ? ResponseFate::kDrop : ResponseFate::kDeliver;
  };
  bench.send(1, Bench::read(0, 2000, 0x7001));
  bench.run();
  check(bench, 1);
  REQUIRE(bench.trace_.size() == 2);
  const RequestPacket& again = bench.trace_[1];
  REQUIRE(again.psn == kStart + 3);
  REQUIRE(again.extension[7] == 0x01);
  REQUIRE(again.extension[6] == 0x73);  // 3 packets of 256 further
  REQUIRE((again.extension[14] << 8 | again.extension[15]) == 2000 - 3 * 256);
  REQUIRE(bench.counter(Bench::kImplied) == 1);
}

TEST_CASE("two faults at every pair of responses are repaired") {
  const std::array<ResponseFate, 3> fates{ResponseFate::kDrop, ResponseFate::kLate,
                                          ResponseFate::kTwice};
  Bench bench;
  bench.keep_trace_ = false;
  unsigned life = 0;
  for (const ResponseFate first : fates) {
    for (const ResponseFate second : fates) {
      for (unsigned a = 0; a < 7; ++a) {
        for (unsigned b = 0; b < 7; ++b) {
          const unsigned qpn = life++ % 200;
          bench.cqes_.clear();
          bench.revive(qpn);
          QpOptions o = with_mtu(256);
          o.timeout = 5;
          bench.connect(qpn, o);
          TwoFaults<ReadResponse, ResponseFate> faults{first, second, a, b, kStart};
          bench.response_plan_ = std::ref(faults);
          CAPTURE(static_cast<int>(first), static_cast<int>(second), a, b);
          bench.send(qpn, Bench::read(a * 7 + b, 3 * 256 + 10));
          bench.send(qpn, Bench::atomic(Op::kAdd, 2000, 0x8000 + life * 8, life));
          bench.send(qpn, Bench::write(5000, 300));
          bench.send(qpn, Bench::read(3000, 300));
          bench.run();
          bench.check_delivered(qpn);
          REQUIRE((faults.struck || a >= 5));
          bench.destroy(qpn);
        }
      }
    }
  }
}

TEST_CASE("requests, responses and ACKs that are lost at random are repaired") {
  for (unsigned salt = 0; salt < 12; ++salt) {
    Bench bench(salt % 3 * 20, salt);
    std::mt19937 rng(static_cast<unsigned>(seed()) + salt);
    bench.plan_ = [&](const RequestPacket&, unsigned) {
      const unsigned dice = rng() % 100;
      return dice < 10 ? Fate::kDropAnswer : dice < 14 ? Fate::kDrop : Fate::kDeliver;
    };
    bench.response_plan_ = [&](const ReadResponse&, unsigned) {
      const unsigned dice = rng() % 100;
      return dice < 5    ? ResponseFate::kDrop
             : dice < 10 ? ResponseFate::kTwice
             : dice < 14 ? ResponseFate::kLate
                         : ResponseFate::kDeliver;
    };
    QpOptions o = with_mtu(256);
    o.timeout = 7;
    o.max_reads = 1 + salt;
    bench.connect(1, o);
    std::uint64_t at = 0;
    for (unsigned i = 0; i < 60; ++i) {
      const std::uint32_t len = rng() % 1500;
      Request r = rng() % 2 != 0 ? Bench::write(4'000'000, len) : Bench::read(at, len, rng());
      if (rng() % 4 == 0) {
        r = Bench::atomic(rng() % 2 != 0 ? Op::kAdd : Op::kCas, at, 0x8000 + rng() % 4 * 8, rng(),
                          rng());
      }
      at += len + 8;
      r.signaled = rng() % 3 != 0;
      r.fence = rng() % 5 == 0;
      bench.send(1, r);
    }
    CAPTURE(salt, seed());
    bench.run();
    check(bench, 1);
  }
}

TEST_CASE("atomics bring the old value to memory and to the completion, once each") {
  for (const ResponseFate fate :
       {ResponseFate::kDeliver, ResponseFate::kDrop, ResponseFate::kTwice}) {
    Bench bench;
    bench.connect(1, with_mtu(1024));
    bench.response_plan_ = [&](const ReadResponse&, unsigned occurrence) {
      return occurrence == 1 ? fate : ResponseFate::kDeliver;
    };
    const std::uint64_t word = 0x1000;
    bench.send(1, Bench::atomic(Op::kAdd, 0, word, 0x0102030405060708));
    bench.send(1, Bench::atomic(Op::kCas, 100, word, 77, 1));  // another value: not stored
    bench.send(1, Bench::atomic(Op::kCas, 200, word, 88,
                                ethlink::reference::remote_word(word) + 0x0102030405060708));
    bench.send(1, Bench::atomic(Op::kAdd, 4092, word, 1));  // the old value crosses a page
    bench.send(1, Bench::atomic(Op::kAdd, 300, word, 1));
    bench.run();
    CAPTURE(static_cast<int>(fate));
    check(bench, 1);
    REQUIRE(bench.qps_[1].responder.executed() == 5);
    REQUIRE(bench.completions(1)[3].data == 88);
    REQUIRE(bench.completions(1)[4].data == 89);
  }
}

TEST_CASE("no more READs and atomics are in flight than max_rd_atomic says") {
  for (const unsigned limit : {1U, 2U, 7U, 16U}) {
    Bench bench;
    QpOptions o = with_mtu(256);
    o.max_reads = limit;
    bench.connect(1, o);
    for (unsigned i = 0; i < 40; ++i) {
      bench.send(
          1, i % 3 == 2 ? Bench::atomic(Op::kAdd, i * 600, 0x8000, 1) : Bench::read(i * 600, 500));
    }
    bench.ack_latency_ = 2000;
    unsigned most = 0;
    for (unsigned i = 0; i < 100000 && bench.completions(1).size() < 40; ++i) {
      bench.step();
      const unsigned open =
          bench.qps_[1].responder.executed() - static_cast<unsigned>(bench.completions(1).size());
      most = std::max(most, open);
    }
    bench.run();
    CAPTURE(limit);
    check(bench, 1);
    REQUIRE(most == limit);
  }
}

TEST_CASE("a fence waits for READs and atomics, and for nothing else") {
  Bench bench;
  bench.connect(1, with_mtu(256));
  bench.ack_latency_ = 3000;
  bench.send(1, Bench::write(100000, 100));
  bench.send(1, Bench::read(0, 1000));
  bench.send(1, Bench::atomic(Op::kAdd, 2000, 0x8000, 1));
  bench.send(1, Bench::write(100000, 64));
  Request fenced = Bench::write(100000, 100);
  fenced.fence = true;
  bench.send(1, fenced);
  bench.steps(1000);
  REQUIRE(bench.trace_.size() == 4);
  bench.run();
  check(bench, 1);
  REQUIRE(bench.trace_.size() == 5);
  REQUIRE(bench.trace_cycles_[4] >= bench.completions(1)[2].cycle - 10);
  // Nothing is in flight but a WRITE: the fence does not wait.
  bench.send(1, Bench::write(100000, 64));
  bench.send(1, fenced);
  bench.steps(200);
  REQUIRE(bench.trace_.size() == 7);
  bench.run();
  check(bench, 1);
}

TEST_CASE("an ACK that passes a READ says that its responses were lost") {
  Bench bench;
  bench.connect(1, with_mtu(256));
  bench.response_plan_ = [](const ReadResponse&, unsigned occurrence) {
    return occurrence == 1 ? ResponseFate::kDrop : ResponseFate::kDeliver;
  };
  bench.send(1, Bench::read(0, 100));
  bench.send(1, Bench::write(100000, 64));
  bench.run();
  check(bench, 1);
  REQUIRE(bench.counter(Bench::kImplied) == 1);
  REQUIRE(bench.counter(Bench::kTimeouts) == 0);
  REQUIRE(bench.qps_[1].responder.executed() == 2);
}

TEST_CASE("an ACK completes no READ, whatever its PSN is") {
  Bench bench;
  QpOptions o = with_mtu(256);
  o.timeout = 0;
  bench.connect(1, o);
  bench.plan_ = [](const RequestPacket&, unsigned) { return Fate::kDrop; };
  bench.send(1, Bench::read(0, 1000));
  bench.steps(100);
  for (std::uint32_t i = 0; i < 6; ++i) {
    bench.answer(1, kStart + i, 0x1f);
    bench.steps(100);
  }
  REQUIRE(bench.cqes_.empty());
  REQUIRE(bench.counter(Bench::kImplied) == 1);
}

TEST_CASE("an ACK that came before a READ was sent says nothing about it") {
  Bench bench;
  bench.connect(1, with_mtu(256));
  bench.plan_ = [](const RequestPacket& p, unsigned) {
    return ((p.psn - kStart) & 0xffffff) < 19 ? Fate::kDropAnswer : Fate::kDeliver;
  };
  bench.ack_latency_ = 100;
  // One ACK for all: its completions wait for the queue, and what comes behind it for them.
  bench.cq_stalled_ = true;
  for (unsigned i = 0; i < 20; ++i) {
    bench.send(1, Bench::write(100000, 64));
  }
  bench.steps(400);
  bench.answer(1, kStart + 20, 0x1f);  // of a PSN that nothing has yet
  bench.steps(10);
  bench.send(1, Bench::read(0, 100));
  bench.steps(40);
  REQUIRE(bench.trace_.size() == 21);
  bench.cq_stalled_ = false;
  bench.plan_ = {};
  bench.run();
  check(bench, 1);
  REQUIRE(bench.counter(Bench::kStale) == 1);
  REQUIRE(bench.counter(Bench::kImplied) == 0);
}

TEST_CASE("a READ that is never answered ends with RetryExcErr, one retry at a time") {
  for (const unsigned retries : {0U, 1U, 7U}) {
    Bench bench;
    QpOptions o = with_mtu(256);
    o.retries = retries;
    o.timeout = 4;
    bench.connect(2, o);
    bench.response_plan_ = [](const ReadResponse&, unsigned) { return ResponseFate::kDrop; };
    bench.send(2, Bench::read(0, 64));
    bench.send(2, Bench::read(1000, 64));
    bench.send(2, Bench::write(100000, 64));
    // The WRITE's ACK is an implied NAK, then the timer runs.
    bench.run();
    CAPTURE(retries);
    bench.check_tail(2, {kRetryErr, kFlush, kFlush});
    REQUIRE(bench.qps_[2].seen[kStart] == retries + 1);
  }
}

TEST_CASE("progress of a READ fills the retries again") {
  Bench bench;
  QpOptions o = with_mtu(256);
  o.retries = 1;
  bench.connect(2, o);
  // Each response but the last is lost the first time.
  bench.response_plan_ = [](const ReadResponse& r, unsigned occurrence) {
    return occurrence <= 1 && r.psn != ((kStart + 19) & 0xffffff) ? ResponseFate::kDrop
                                                                  : ResponseFate::kDeliver;
  };
  bench.send(2, Bench::read(0, 20 * 256));
  bench.run();
  check(bench, 2);
}

TEST_CASE("a response of the wrong form ends the queue pair with BadRespErr") {
  for (const ResponseFate fate :
       {ResponseFate::kBadOpcode, ResponseFate::kBadLength, ResponseFate::kBadAeth}) {
    for (unsigned at = 0; at < 5; ++at) {
      if (fate == ResponseFate::kBadAeth && at != 0 && at < 3) {
        continue;  // a MIDDLE has none
      }
      Bench bench;
      bench.connect(3, with_mtu(256));
      bench.response_plan_ = [&](const ReadResponse& r, unsigned) {
        return ((r.psn - kStart - 1) & 0xffffff) == at ? fate : ResponseFate::kDeliver;
      };
      bench.send(3, Bench::write(100000, 64));
      Request bad = Bench::read(0, 1000);
      bench.send(3, bad);
      bench.send(3, Bench::atomic(Op::kAdd, 2000, 0x8000, 1));
      bench.send(3, Bench::write(100000, 64));
      bench.run();
      CAPTURE(static_cast<int>(fate), at);
      const auto done = bench.completions(3);
      REQUIRE(done.size() == 4);
      const std::size_t failing = at < 4 ? 1 : 2;
      for (std::size_t i = 0; i < 4; ++i) {
        REQUIRE(done[i].status == (i < failing ? 0 : i == failing ? kBadResp : kFlush));
      }
      REQUIRE(bench.errors_out_ == std::vector<unsigned>{3});
      REQUIRE(bench.events_.size() == 1);
      REQUIRE(bench.events_[0][1] == kBadResp);
    }
  }
}

TEST_CASE("an element that may not be written ends the queue pair with LocProtErr") {
  for (const unsigned bad : {0U, 1U, 2U}) {
    Bench bench;
    bench.connect(3, with_mtu(256));
    bench.connect(4, with_mtu(256));
    Request r;
    r.op = Op::kRead;
    for (unsigned i = 0; i < 3; ++i) {
      r.elements.push_back({kPagedVa + i * 1000, 300, i == bad ? 0x999 : kPagedKey});
    }
    bench.send(3, Bench::read(50000, 600));
    r.fails = true;
    bench.send(3, r);
    Request after = Bench::read(90000, 10);
    after.fails = true;
    bench.send(3, after);
    bench.send(4, Bench::read(60000, 3000));
    bench.run();
    CAPTURE(bad);
    bench.check_tail(3, {kProtErr, kFlush});
    bench.check_delivered(4);
  }
}

TEST_CASE("NAKs of READs and of what follows fail the request that they name") {
  for (const unsigned which : {0U, 1U, 2U}) {
    Bench bench;
    bench.connect(3, with_mtu(256));
    bench.plan_ = [&](const RequestPacket& p, unsigned) {
      const unsigned index = (p.psn - kStart) & 0xffffff;
      return index == (which == 0 ? 0U : which == 1 ? 3U : 4U) ? Fate::kAccess : Fate::kDeliver;
    };
    bench.send(3, Bench::read(0, 700));
    bench.send(3, Bench::atomic(Op::kAdd, 1000, 0x8000, 1));
    bench.send(3, Bench::write(100000, 20));
    bench.run();
    CAPTURE(which);
    std::vector<unsigned> want{kAccessErr};
    want.insert(want.end(), 2 - which, kFlush);
    bench.check_tail(3, want);
  }
}

TEST_CASE("nothing of a READ is written behind the completion that flushes it") {
  for (unsigned at = 0; at < 60; at += 3) {
    Bench bench;
    bench.connect(3, with_mtu(256));
    bench.connect(4, with_mtu(256));
    bench.ack_latency_ = 1;
    bench.send(3, Bench::read(0, 3000));
    bench.send(3, Bench::read(5000, 3000));
    bench.steps(60 + at);
    bench.writes_stalled_ = true;
    bench.steps(50);
    bench.kill(3);
    bench.steps(200);
    REQUIRE(bench.completions(3).size() <= 2);
    bench.writes_stalled_ = false;
    bench.send(4, Bench::read(9000, 2000));
    bench.run();
    CAPTURE(at);
    REQUIRE(bench.completions(3).size() == 2);
    bench.check_delivered(4);
  }
}

TEST_CASE("a queue pair is destroyed and lives again while READs are in flight") {
  Bench bench;
  for (unsigned at = 0; at < 150; at += 2) {
    bench.revive(3);
    bench.cqes_.clear();
    bench.connect(3, with_mtu(256));
    bench.ack_latency_ = 1 + at % 20;
    bench.send(3, Bench::read(0, 3000));
    bench.send(3, Bench::atomic(Op::kAdd, 4000, 0x8000 + at * 8, at));
    bench.send(3, Bench::read(5000, 3000));
    bench.steps(at);
    bench.destroy(3);
    bench.run();
    bench.revive(3);
    bench.cqes_.clear();
    QpOptions o = with_mtu(256);
    o.psn = 0x500000;
    bench.connect(3, o);
    bench.send(3, Bench::read(6000, 2000));
    bench.run();
    CAPTURE(at);
    bench.check_delivered(3);
    bench.destroy(3);
  }
}

TEST_CASE("a response that waits for host memory costs no retry") {
  Bench bench;
  QpOptions o = with_mtu(256);
  o.timeout = 3;
  o.retries = 1;
  bench.connect(3, o);
  bench.writes_stalled_ = true;
  bench.send(3, Bench::read(0, 3000));
  bench.steps(20000);
  bench.writes_stalled_ = false;
  bench.run();
  check(bench, 3);
  REQUIRE(bench.counter(Bench::kTimeouts) == 0);
}

TEST_CASE("many queue pairs read and write at once") {
  for (unsigned salt = 0; salt < 4; ++salt) {
    Bench bench(salt * 15, salt);
    bench.keep_trace_ = false;
    std::mt19937 rng(static_cast<unsigned>(seed()) + salt);
    bench.response_plan_ = [&](const ReadResponse&, unsigned) {
      return rng() % 60 == 0 ? ResponseFate::kDrop : ResponseFate::kDeliver;
    };
    std::uint64_t at = 0;
    for (unsigned qpn = 0; qpn < 40; ++qpn) {
      QpOptions o = with_mtu(256U << qpn % 3);
      o.max_reads = 1 + qpn % 16;
      bench.connect(qpn, o);
    }
    for (unsigned i = 0; i < 600; ++i) {
      const std::uint32_t len = rng() % 3000;
      bench.send(rng() % 40,
                 i % 3 == 0 ? Bench::write(4'000'000, len) : Bench::read(at, len, rng()));
      at += len + 3;
    }
    CAPTURE(salt, seed());
    bench.run();
    for (unsigned qpn = 0; qpn < 40; ++qpn) {
      bench.check_delivered(qpn);
    }
    bench.check_memory();
  }
}

}  // namespace
