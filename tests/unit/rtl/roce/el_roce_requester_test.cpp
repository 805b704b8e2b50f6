// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: faults of the wire at every packet, alone and in pairs.

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
using Bench = Bench512;

TEST_CASE("a message of every opcode arrives whole and completes") {
  Bench bench;
  bench.connect(5, with_mtu(256));
  for (unsigned op = 0; op <= 4; ++op) {
    for (const std::uint32_t len : {0U, 1U, 64U, 256U, 257U, 1000U}) {
      Request r = Bench::write(100 * op + len, len);
      r.op = static_cast<Op>(op);
      r.solicited = op % 2 == 1;
      bench.send(5, r);
      bench.run();
    }
  }
  bench.check_delivered(5);
  REQUIRE(bench.counter(Bench::kStarted) == 30);
  REQUIRE(bench.counter(Bench::kCompletions) == 30);
  REQUIRE(bench.counter(Bench::kTxPackets) == bench.trace_.size());
  REQUIRE(bench.counter(Bench::kTxRepeated) == 0);
}

TEST_CASE("a fault at every packet of messages of 1 to 9 packets is repaired") {
  for (const Fate fate : {Fate::kNak, Fate::kDrop, Fate::kRnr, Fate::kTwice, Fate::kDropAnswer}) {
    for (const Op op : {Op::kWrite, Op::kSendImm}) {
      Bench bench;
      unsigned cases = 0;
      for (unsigned packets = 1; packets <= 9; ++packets) {
        for (unsigned at = 0; at < packets; ++at) {
          const unsigned qpn = packets * 10 + at;
          bench.connect(qpn, with_mtu(256));
          bench.plan_ = [&](const RequestPacket& p, unsigned occurrence) {
            const unsigned index = (p.psn - kStart) & 0xffffff;
            return index == at && occurrence == 1 ? fate : Fate::kDeliver;
          };
          Request r = Bench::write(packets * 64 + at, packets * 256 - 5);
          r.op = op;
          CAPTURE(static_cast<int>(fate), static_cast<int>(op), packets, at);
          bench.send(qpn, r);
          bench.send(qpn, Bench::write(at, 40));
          bench.run();
          bench.check_delivered(qpn);
          ++cases;
        }
      }
      // The fault happened: each kind leaves its trace in the counters.
      if (fate == Fate::kNak) {
        REQUIRE(bench.counter(Bench::kNakSequence) == cases);
        REQUIRE(bench.counter(Bench::kTimeouts) == 0);
      }
      if (fate == Fate::kRnr) {
        REQUIRE(bench.counter(Bench::kRnr) == cases);
      }
      if (fate == Fate::kDrop) {
        REQUIRE(bench.counter(Bench::kNakSequence) == cases);
      }
      if (fate == Fate::kTwice) {
        REQUIRE(bench.counter(Bench::kStale) >= 9);
        REQUIRE(bench.counter(Bench::kTxRepeated) == 0);
      } else if (fate != Fate::kDropAnswer) {
        REQUIRE(bench.counter(Bench::kTxRepeated) >= cases);
      }
    }
  }
}

TEST_CASE("two faults at every pair of packets are repaired") {
  const std::array<Fate, 4> fates{Fate::kNak, Fate::kDrop, Fate::kRnr, Fate::kDropAnswer};
  Bench bench;
  bench.keep_trace_ = false;
  unsigned life = 0;
  for (const Fate first : fates) {
    for (const Fate second : fates) {
      for (unsigned a = 0; a < 5; ++a) {
        for (unsigned b = 0; b < 5; ++b) {
          const unsigned qpn = life++ % 200;
          bench.cqes_.clear();
          bench.revive(qpn);
          QpOptions o = with_mtu(256);
          o.timeout = 5;
          bench.connect(qpn, o);
          TwoFaults<RequestPacket, Fate> faults{first, second, a, b, kStart};
          bench.plan_ = std::ref(faults);
          CAPTURE(static_cast<int>(first), static_cast<int>(second), a, b);
          bench.send(qpn, Bench::write(a * 7 + b, 3 * 256 + 10));
          bench.send(qpn, Bench::write(b, 300));
          bench.run();
          bench.check_delivered(qpn);
          REQUIRE(faults.struck);
          bench.destroy(qpn);
        }
      }
    }
  }
}

TEST_CASE("acknowledgements that are lost at random complete their requests with a later one") {
  for (unsigned salt = 0; salt < 6; ++salt) {
    Bench bench(salt * 10, salt);
    std::mt19937 rng(static_cast<unsigned>(seed()) + salt);
    bench.plan_ = [&](const RequestPacket&, unsigned) {
      const unsigned dice = rng() % 100;
      return dice < 40 ? Fate::kDropAnswer : dice < 43 ? Fate::kDrop : Fate::kDeliver;
    };
    QpOptions o = with_mtu(256);
    o.timeout = 6;
    bench.connect(1, o);
    for (unsigned i = 0; i < 60; ++i) {
      Request r = Bench::write(i * 100, rng() % 700);
      r.op = static_cast<Op>(rng() % 5);
      r.signaled = rng() % 3 != 0;
      bench.send(1, r);
    }
    CAPTURE(salt, seed());
    bench.run();
    bench.check_delivered(1);
  }
}

TEST_CASE("a silent receiver is given up after retry_cnt repetitions, and the rest is flushed") {
  for (const unsigned retries : {0U, 1U, 3U, 7U}) {
    Bench bench;
    QpOptions o = with_mtu(256);
    o.retries = retries;
    o.timeout = 4;
    bench.connect(2, o);
    bench.plan_ = [](const RequestPacket&, unsigned) { return Fate::kDrop; };
    bench.send(2, Bench::write(0, 64));
    bench.send(2, Bench::write(0, 64));
    bench.send(2, Bench::write(0, 64));
    bench.run();
    bench.check_tail(2, {12, 5, 5});
    REQUIRE(bench.counter(Bench::kTimeouts) == retries + 1);
    REQUIRE(bench.counter(Bench::kExhausted) == 1);
    REQUIRE(bench.qps_[2].seen[kStart] == retries + 1);
    REQUIRE(bench.errors_out_ == std::vector<unsigned>{2});
    REQUIRE(bench.events_.size() == 1);
    REQUIRE(bench.events_[0] == std::array<unsigned, 3>{3, 12, 2});
  }
}

TEST_CASE("a receiver that stays not ready is given up after rnr_retry, and never with 7") {
  for (const unsigned retries : {0U, 1U, 5U, 7U}) {
    Bench bench;
    QpOptions o = with_mtu(256);
    o.rnr_retries = retries;
    bench.connect(2, o);
    unsigned refusals = 0;
    bench.plan_ = [&](const RequestPacket& p, unsigned) {
      return p.psn == kStart && refusals < 25 ? (++refusals, Fate::kRnr) : Fate::kDeliver;
    };
    bench.send(2, Bench::write(0, 64));
    bench.send(2, Bench::write(0, 64));
    bench.run();
    CAPTURE(retries);
    if (retries == 7) {
      REQUIRE(refusals == 25);
      bench.check_delivered(2);
    } else {
      REQUIRE(refusals == retries + 1);
      bench.check_tail(2, {13, 5});
    }
  }
}

TEST_CASE("progress fills both retry counters again") {
  Bench bench;
  QpOptions o = with_mtu(256);
  o.retries = 2;
  o.rnr_retries = 2;
  o.timeout = 4;
  bench.connect(2, o);
  // Every packet fails twice each way, never three times in a row of one kind.
  bench.plan_ = [](const RequestPacket&, unsigned occurrence) {
    return occurrence <= 2 ? Fate::kDrop : Fate::kDeliver;
  };
  bench.send(2, Bench::write(0, 256 * 6));
  bench.run();
  bench.check_delivered(2);

  bench.connect(3, o);
  bench.plan_ = [](const RequestPacket&, unsigned occurrence) {
    return occurrence <= 2 ? Fate::kRnr : Fate::kDeliver;
  };
  bench.send(3, Bench::write(0, 256 * 6));
  bench.run();
  bench.check_delivered(3);
}

TEST_CASE("the RNR timer waits as its code says, for all 32 codes") {
  // Units of 10 us (InfiniBand volume 1, table 45).
  const std::array<unsigned, 32> wait{65536, 1,    2,    3,     4,     6,     8,     12,
                                      16,    24,   32,   48,    64,    96,    128,   192,
                                      256,   384,  512,  768,   1024,  1536,  2048,  3072,
                                      4096,  6144, 8192, 12288, 16384, 24576, 32768, 49152};
  for (unsigned code = 0; code < 32; ++code) {
    Bench bench;
    bench.connect(2, with_mtu(256));
    bench.plan_ = [](const RequestPacket&, unsigned o) {
      return o == 1 ? Fate::kDrop : Fate::kDeliver;
    };
    bench.send(2, Bench::write(0, 64));
    bench.steps(60);
    REQUIRE(bench.trace_.size() == 1);
    bench.answer(2, kStart, 0x20 | code);
    bench.steps(8);
    const std::uint64_t from = bench.now_;
    bench.run();
    bench.check_delivered(2);
    CAPTURE(code);
    REQUIRE(bench.resumed_ >= from + std::uint64_t{wait[code]} * kRnrTick - 16);
    REQUIRE(bench.resumed_ <= from + std::uint64_t{wait[code]} * kRnrTick + 256 + 64);
  }
}

TEST_CASE("each NAK code ends the queue pair with its status and flushes the rest in order") {
  const std::array<std::pair<Fate, unsigned>, 3> codes{
      {{Fate::kInvalid, 9}, {Fate::kAccess, 10}, {Fate::kOperational, 11}}};
  for (const auto& [fate, status] : codes) {
    for (unsigned at = 0; at < 6; ++at) {
      Bench bench;
      bench.connect(2, with_mtu(256));
      bench.plan_ = [&, kind = fate](const RequestPacket& p, unsigned) {
        return ((p.psn - kStart) & 0xffffff) == at ? kind : Fate::kDeliver;
      };
      // Packets 0, 1-3, 4, 5.
      for (const unsigned len : {64U, 700U, 10U, 20U}) {
        bench.send(2, Bench::write(0, len));
      }
      bench.run();
      const std::size_t failed = at == 0 ? 0 : at < 4 ? 1 : at - 2;
      std::vector<unsigned> tail{status};
      tail.resize(4 - failed, 5);
      CAPTURE(at, status);
      bench.check_tail(2, tail);
      const auto done = bench.completions(2);
      REQUIRE(done[failed].vendor == 0x61 + status - 9);
      REQUIRE(bench.errors_out_ == std::vector<unsigned>{2});
      REQUIRE(bench.events_.size() == 1);
      REQUIRE(bench.counter(Bench::kFlushed) == 3 - failed);
      // What is posted afterwards is flushed too.
      bench.send(2, Bench::write(0, 1));
      bench.run();
      tail.push_back(5);
      bench.check_tail(2, tail);
    }
  }
}

TEST_CASE("answers outside the window, of other kinds and for absent queue pairs do nothing") {
  Bench bench;
  bench.connect(2, with_mtu(256));
  bench.plan_ = [](const RequestPacket&, unsigned o) {
    return o == 1 ? Fate::kDropAnswer : Fate::kDeliver;
  };
  bench.send(2, Bench::write(0, 600));
  bench.steps(100);
  const std::size_t sent = bench.trace_.size();
  REQUIRE(sent == 3);
  unsigned stale = 0;
  for (const unsigned syndrome : {0x1fU, 0x60U, 0x62U, 0x21U}) {
    for (const std::uint32_t psn : {kStart - 1, kStart + 3, kStart + 0x800000}) {
      bench.answer(2, psn, syndrome);
      ++stale;
    }
  }
  bench.answer(2, kStart, 0x1f, 0x10);  // READ response
  bench.answer(2, kStart, 0x64);        // reserved NAK code
  bench.answer(2, kStart, 0x40);        // reserved syndrome
  bench.answer(2, kStart, 0x9f);
  bench.answer(9, kStart, 0x1f);       // not created
  bench.answer(0x1002, kStart, 0x62);  // beyond the table
  stale += 6;
  bench.steps(100);
  REQUIRE(bench.counter(Bench::kStale) == stale);
  REQUIRE(bench.cqes_.empty());
  bench.run();
  bench.check_delivered(2);
}

TEST_CASE("a packet that flow control holds back is no lost packet") {
  Bench bench;
  QpOptions o = with_mtu(256);
  o.timeout = 2;
  o.retries = 0;
  bench.connect(2, o);
  bench.send(2, Bench::write(0, 64));
  bench.steps(40);
  bench.stalled_ = true;
  bench.send(2, Bench::write(0, 600));
  bench.steps(20 * (kTick << 2));
  REQUIRE(bench.counter(Bench::kTimeouts) == 0);
  bench.stalled_ = false;
  bench.run();
  bench.check_delivered(2);
}

}  // namespace
