// SPDX-License-Identifier: Apache-2.0
//
// READs and atomics at the receive side of el_roce, against the packet-by-packet model.

#include "target_reads.hpp"

namespace {

using namespace ethlink::test;
namespace regs = ethlink::regs;
using ethlink::reference::RcAck;

}  // namespace

TEMPLATE_TEST_CASE("a READ of 0 to 9 packets is answered byte for byte at every path MTU",
                   "[responder][read]", Bench256, Bench512, Bench1024) {
  for (unsigned code = 1; code <= 5; ++code) {
    TestType b;
    create_read_regions(b);
    b.create_qp(1, {.mtu_code = code, .psn = 0xfffff0, .max_reads = 16});
    const std::size_t mtu = 128U << code;
    std::uint32_t psn = 0xfffff0;
    for (std::size_t packets = 0; packets <= 9; ++packets) {
      for (const std::size_t less : {std::size_t{0}, std::size_t{1}, mtu - 1}) {
        const std::size_t length = packets == 0 ? 0 : packets * mtu - less;
        psn = read(b, {.va = kSourceVa + b.rng_() % (kSourceBytes - 9 * mtu),
                       .rkey = kSource,
                       .length = length,
                       .psn = psn,
                       .mtu = static_cast<unsigned>(mtu)});
        b.run();
      }
    }
    b.compare();
    CHECK(b.count("rx_reads") == 30);
    CHECK(b.model.qps.at(1).msn == 30);
  }
}

TEST_CASE("READs of any length and alignment, many at a time", "[responder][read]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.psn = 0xfffff0, .max_reads = 16});
  b.create_qp(2, {.mtu_code = 5, .psn = 5, .max_reads = 16});
  b.create_qp(3, {.mtu_code = 3, .psn = 0xffffff, .max_reads = 16});
  std::map<std::uint32_t, std::uint32_t> psn{{1, 0xfffff0}, {2, 5}, {3, 0xffffff}};
  const std::map<std::uint32_t, unsigned> mtu{{1, 256}, {2, 4096}, {3, 1024}};
  for (unsigned round = 0; round < 40; ++round) {
    b.stalls_ = Stalls::all(round % 4 * 20);
    b.stalls_.read_latency = 1 + static_cast<unsigned>(b.rng_() % 100);
    for (unsigned i = 0; i < 16; ++i) {
      for (std::uint32_t q = 1; q <= 3; ++q) {
        const std::size_t length = i == 3 ? 20000 : b.rng_() % (i % 2 != 0 ? 130 : 3000);
        psn[q] = read(b, {.qpn = q,
                          .va = kSourceVa + b.rng_() % (kSourceBytes - 20000),
                          .rkey = kSource,
                          .length = length,
                          .psn = psn[q],
                          .mtu = mtu.at(q)});
      }
    }
    b.run();
    b.compare();
  }
  CHECK(b.count("tx_read_bytes") > 2000000);
}

TEST_CASE("queue pairs take turns with long READs", "[responder][read]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.mtu_code = 3, .max_reads = 1});
  b.create_qp(2, {.mtu_code = 3, .max_reads = 1});
  read(b, {.qpn = 1, .va = kSourceVa, .rkey = kSource, .length = 60000, .mtu = 1024});
  read(b, {.qpn = 2, .va = kSourceVa, .rkey = kSource, .length = 100, .mtu = 1024});
  for (unsigned i = 0; i < 20000 && b.acks[2].empty(); ++i) {
    b.step();
  }
  REQUIRE(b.acks[2].size() == 1);
  CHECK(b.acks[1].size() <= 17);
  b.run();
  b.compare();
}

TEST_CASE("a READ sees every WRITE and SEND before it", "[responder][read]") {
  for (const unsigned latency : {0U, 5U, 300U}) {
    Bench512 b;
    create_read_regions(b);
    b.create_qp(1, {.log_size = 5, .psn = 0xfffff8, .max_reads = 16});
    b.stalls_.write_latency = latency;
    b.stalls_.read_latency = 1;
    std::uint32_t psn = 0xfffff8;
    for (unsigned i = 0; i < 16; ++i) {
      // Its own place each time: what comes behind a READ may overtake it.
      const std::uint64_t va = kSharedVa + 2000ULL * i;
      if (i % 3 == 2) {
        b.post(1, {{va, 700, kShared}});
        psn = send(b, {.length = 700, .psn = psn});
      } else {
        psn = send(b, {.kind = 'w', .va = va, .rkey = kShared, .length = 700, .psn = psn});
      }
      psn = read(b, {.va = va, .rkey = kShared, .length = 700, .psn = psn});
    }
    b.run();
    b.compare();
    CHECK(b.count("rx_reads") == 16);
  }
}

TEST_CASE("an ACK never passes an answer that is not sent", "[responder][read]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.psn = 0xfffff8, .max_reads = 16});
  b.create_qp(2);
  b.bench_->ack_coalesce_i = 1;
  b.stalls_.read_latency = 400;
  std::uint32_t psn = read(b, {.va = kSourceVa, .rkey = kSource, .length = 900, .psn = 0xfffff8});
  for (unsigned i = 0; i < 5; ++i) {
    psn = send(b, {.kind = 'w', .va = kSharedVa, .rkey = kShared, .length = 90, .psn = psn});
  }
  send(b, {.kind = 'w', .va = kSharedVa, .rkey = kShared, .length = 9, .psn = psn + 1});   // gap
  send(b, {.kind = 'w', .va = kSharedVa, .rkey = kShared, .length = 90, .psn = psn - 1});  // again
  send(b, {.qpn = 2, .kind = 'w', .va = kSharedVa + 900, .rkey = kShared, .length = 90});
  b.steps(300);
  CHECK(b.acks[1].empty());  // the bytes of the READ have not come
  CHECK(b.acks[2].size() == 1);
  b.run();
  b.compare();
  // Four packets of the READ, then one NAK that acknowledges the WRITEs, not the ACK behind it.
  REQUIRE(b.acks[1].size() == 5);
  CHECK(b.acks[1].back() == RcAck{psn, 0x60, 6});
  psn = send(b, {.kind = 'w', .va = kSharedVa, .rkey = kShared, .length = 9, .psn = psn});
  b.run();
  CHECK(b.acks[1].back() == RcAck{psn - 1, 0x1f, 7});
}

TEST_CASE("an ACK that meets the last answer is not lost", "[responder][read]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.max_reads = 16});
  std::uint32_t psn = 0;
  for (unsigned delay = 0; delay < 120; ++delay) {
    psn = read(b, {.va = kSourceVa, .rkey = kSource, .length = 64, .psn = psn});
    b.steps(delay);
    psn = send(b, {.kind = 'w', .va = kSharedVa, .rkey = kShared, .length = 9, .psn = psn});
    b.run();
    CAPTURE(delay);
    CHECK(b.acks[1].back() == RcAck{psn - 1, 0x1f, psn});
  }
  b.compare();
}

TEST_CASE("a duplicate READ is read again from any PSN", "[responder][read]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.psn = 0xfffffa, .max_reads = 16});
  Read whole{.va = kSharedVa + 3, .rkey = kShared, .length = 9 * 256 - 17, .psn = 0xfffffa};
  const std::uint32_t end = read(b, whole);
  b.run();
  for (std::uint32_t from = 0; from < 9; ++from) {
    // Other bytes are there by now.
    for (unsigned i = 0; i < 9 * 256; ++i) {
      b.poke(kSharedIova + 3 + i, static_cast<std::uint8_t>(b.rng_()));
    }
    Read part = whole;
    part.va += 256ULL * from;
    part.length -= 256ULL * from;
    part.psn = (whole.psn + from) & 0xffffff;
    CHECK(read(b, part) == end);
    b.run();
    b.compare();
  }
  // One that ends behind the expected PSN, or that may not be read, is no answer worth.
  Read beyond = whole;
  beyond.length += 256;
  const std::size_t before = b.acks[1].size();
  read(b, beyond);
  b.run();
  b.compare();
  CHECK(b.acks[1].size() == before);
  CHECK(b.count("rx_duplicates") == 10);
  CHECK(b.count("rx_reads") == 1);
  CHECK(b.model.qps.at(1).msn == 1);
  whole.va = 5;
  read(b, whole);
  b.run();
  b.compare();
  CHECK(b.acks[1].back() == RcAck{0xfffffa, 0x62, 1});
}

TEST_CASE("a READ or atomic that is not allowed is refused as the table says",
          "[responder][read]") {
  struct Case {
    Read r;
    std::uint8_t access;
    std::uint8_t syndrome;
  };
  const Read good{.va = kSharedVa, .rkey = kShared, .length = 300};
  const auto with = [&good](auto change) {
    Read r = good;
    change(r);
    return r;
  };
  const std::vector<Case> cases{
      {good, 0xf, 0x1f},
      {good, 0xb, 0x61},  // no remote read
      {with([](Read& r) { r.length = 0x8000'0001; }), 0xf, 0x61},
      {with([](Read& r) { r.rkey ^= 1; }), 0xf, 0x62},
      {with([](Read& r) {
         r.rkey = kLocal;
         r.va = kLocalVa;
       }),
       0xf, 0x62},
      {with([](Read& r) { r.length = kSharedBytes + 1; }), 0xf, 0x62},
      {with([](Read& r) { r.va -= 1; }), 0xf, 0x62},
      {with([](Read& r) {
         r.va += kSharedBytes;
         r.length = 1;
       }),
       0xf, 0x62},
      {with([](Read& r) {
         r.va = 5;
         r.rkey = 0;
         r.length = 0;
       }),
       0xf, 0x1f},
      {with([](Read& r) { r.opcode = kFetchAdd; }), 0xf, 0x1f},
      {with([](Read& r) { r.opcode = kFetchAdd; }), 0x7, 0x61},  // no atomics
      {with([](Read& r) {
         r.opcode = kFetchAdd;
         r.va += 4;
       }),
       0xf, 0x61},
      {with([](Read& r) {
         r.opcode = kCompareSwap;
         r.va += 7;
       }),
       0xf, 0x61},
      {with([](Read& r) {
         r.opcode = kFetchAdd;
         r.rkey = kSource;
         r.va = kSourceVa + 8;
       }),
       0xf, 0x62},  // the region forbids atomics
      {with([](Read& r) {
         r.opcode = kCompareSwap;
         r.va = kSharedVa + kSharedBytes;
       }),
       0xf, 0x62},
  };
  for (const Case& c : cases) {
    Bench512 b;
    create_read_regions(b);
    b.create_qp(1, {.access = c.access, .psn = 9, .max_reads = 2});
    Read r = c.r;
    r.psn = 9;
    read(b, r);
    b.run();
    b.compare();
    CAPTURE(r.opcode, r.va, r.rkey, r.length, c.access);
    REQUIRE(!b.acks[1].empty());
    CHECK(unsigned{b.acks[1].front().syndrome} == unsigned{c.syndrome});
    CHECK(b.model.qps.at(1).state == (c.syndrome == 0x1f ? 3 : 6));
  }
  // In the middle of a message, and with payload.
  for (const bool payload : {false, true}) {
    Bench512 b;
    create_read_regions(b);
    b.create_qp(1, {.max_reads = 2});
    b.post(1, {{kLocalVa, 4096, kLocal}});
    auto first = packets_of(b, {.length = 600}).front();
    RcPacket p = packet_of(good);
    if (payload) {
      p.payload.resize(64);
    } else {
      b.send(first);
      p.psn = 1;
    }
    b.send(p);
    b.run();
    b.compare();
    CHECK(unsigned{b.acks[1].back().syndrome} == 0x61);
  }
}

TEST_CASE("more READs and atomics than agreed are an invalid request", "[responder][read]") {
  for (const unsigned most : {0U, 1U, 2U, 15U, 16U}) {
    Bench512 b;
    create_read_regions(b);
    b.create_qp(1, {.psn = 0xfffff8, .max_reads = most});
    b.model.held = true;
    b.stalls_.transmit = 100;
    std::uint32_t psn = 0xfffff8;
    for (unsigned i = 0; i <= most; ++i) {
      psn = read(b, {.va = kSharedVa,
                     .rkey = kShared,
                     .opcode = static_cast<std::uint8_t>(i % 3 == 1 ? kFetchAdd : kRead),
                     .length = 600,
                     .psn = psn});
    }
    b.steps(4000);
    CHECK(b.model.qps.at(1).state == 6);
    CHECK(b.count("rx_invalid") == 1);
    b.stalls_.transmit = 0;
    b.run();
    b.compare();
    CHECK(unsigned{b.acks[1].back().syndrome} == 0x61);
  }
}

TEST_CASE("repeated READs that find no room are not answered, and a later one comes again",
          "[responder][read]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.max_reads = 16});
  const Read first{.va = kSharedVa, .rkey = kShared, .length = 600};  // does not leave whole
  std::uint32_t psn = read(b, first);
  b.run();
  b.stalls_.transmit = 100;
  for (unsigned i = 0; i < 30; ++i) {
    read(b, first);
  }
  b.steps(3000);
  const RcPacket late = packet_of({.va = kSharedVa, .rkey = kShared, .length = 20, .psn = psn});
  b.send(late);
  b.steps(1000);
  CHECK(b.count("rx_ignored") == 1);
  b.stalls_.transmit = 0;
  b.run();
  CHECK(b.acks[1].size() == 3 * (1 + 16));
  b.forget();
  b.model.qps.at(1).expected = psn;  // the model did not lose it
  b.model.qps.at(1).msn = 1;
  b.model.counts["rx_reads"] = 1;
  b.send(late);
  b.run();
  b.compare();
  REQUIRE(b.acks[1].size() == 1);
  CHECK(b.acks[1].front().psn == psn);
}

TEMPLATE_TEST_CASE("atomics change memory once and return the old value", "[responder][atomic]",
                   Bench256, Bench512, Bench1024) {
  TestType b;
  create_read_regions(b);
  b.create_qp(1, {.psn = 0xfffff0, .max_reads = 16});
  b.create_qp(2, {.psn = 7, .max_reads = 16});
  std::map<std::uint32_t, std::uint32_t> psn{{1, 0xfffff0}, {2, 7}};
  for (unsigned round = 0; round < 12; ++round) {
    b.stalls_ = Stalls::all(round % 3 * 30);
    b.stalls_.write_latency = round * 10;
    for (unsigned i = 0; i < 16; ++i) {
      const std::uint32_t q = 1 + static_cast<std::uint32_t>(b.rng_() % 2);
      const std::uint64_t va = kSharedVa + 8 * (b.rng_() % 3);
      Read r{.qpn = q, .va = va, .rkey = kShared, .psn = psn[q]};
      r.opcode = b.rng_() % 2 != 0 ? kFetchAdd : kCompareSwap;
      r.swap_add = b.rng_();
      r.compare = b.rng_();
      if (r.opcode == kCompareSwap && b.rng_() % 2 != 0) {
        // What is there when all before it is done, or with one bit other.
        r.compare = b.peek(va) ^ (b.rng_() % 3 == 0 ? 1ULL << (b.rng_() % 64) : 0);
      }
      psn[q] = read(b, r);
      if (b.rng_() % 3 == 0) {
        b.run();
      }
    }
    b.run();
    b.compare();
  }
  CHECK(b.count("rx_atomics") == 192);
}

TEST_CASE("a duplicate atomic is answered with what was saved, for the last 16",
          "[responder][atomic]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.psn = 0xfffff8, .max_reads = 16});
  std::vector<Read> sent;
  std::uint32_t psn = 0xfffff8;
  for (unsigned i = 0; i < 20; ++i) {
    Read r{.va = kSharedVa, .rkey = kShared, .opcode = kFetchAdd, .psn = psn, .swap_add = 1 + i};
    sent.push_back(r);
    psn = read(b, r);
    if (i % 5 == 4) {
      b.run();  // at most 16 in flight
    }
    // A repetition that meets the first one inside.
    if (i == 7) {
      read(b, r);
    }
  }
  b.run();
  b.compare();
  const std::uint64_t after = b.peek(kSharedVa);
  const std::size_t answers = b.acks[1].size();
  CHECK(answers == 21);
  for (const Read& r : sent) {
    read(b, r);
    b.run();
  }
  b.compare();
  CHECK(b.peek(kSharedVa) == after);
  CHECK(b.acks[1].size() == answers + 16);  // four are forgotten
}

TEST_CASE("an atomic sees the WRITE before it, and a READ the atomic", "[responder][atomic]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.psn = 0xfffff8, .max_reads = 16});
  b.stalls_.write_latency = 200;
  b.stalls_.read_latency = 1;
  std::uint32_t psn = 0xfffff8;
  for (unsigned i = 0; i < 5; ++i) {
    const std::uint64_t va = kSharedVa + 64ULL * i;
    psn = send(b, {.kind = 'w', .va = va, .rkey = kShared, .length = 16, .psn = psn});
    psn = read(b, {.va = va, .rkey = kShared, .opcode = kFetchAdd, .psn = psn, .swap_add = 77});
    psn = read(b, {.va = va, .rkey = kShared, .length = 16, .psn = psn});
  }
  b.run();
  b.compare();
}

TEST_CASE("memory that cannot be read or written ends the queue pair behind what came before",
          "[responder][read]") {
  for (const char what : {'r', 'l', 'a', 'w'}) {
    Bench512 b;
    create_read_regions(b);
    b.create_qp(1, {.mtu_code = 3, .psn = 0xfffffe, .max_reads = 16});
    b.create_qp(2, {.max_reads = 16});
    b.post(1, {{kLocalVa, 64, kLocal}});
    b.bench_->ack_coalesce_i = 1;
    const std::uint64_t bad = (kSharedIova / 4096 + 2) * 4096;
    const std::uint64_t bad_va = kSharedVa + (bad - kSharedIova);
    if (what == 'w') {
      b.bad_write_ = bad;
    } else {
      b.model.bad_address = bad;
    }
    std::uint32_t psn =
        read(b, {.va = kSharedVa, .rkey = kShared, .length = 2000, .psn = 0xfffffe, .mtu = 1024});
    if (what == 'r' || what == 'l') {
      // Its second packet fails; or the end of it does.
      const std::uint64_t at = what == 'r' ? bad_va - 1024 : bad_va - 2000;
      psn = read(b, {.va = at, .rkey = kShared, .length = 3000, .psn = psn, .mtu = 1024});
    } else {
      psn =
          read(b, {.va = (bad_va + 15) & ~7ULL, .rkey = kShared, .opcode = kFetchAdd, .psn = psn});
      psn = read(b, {.va = kSharedVa,
                     .rkey = kShared,
                     .opcode = kFetchAdd,
                     .psn = psn,
                     .swap_add = 1});  // not done
    }
    read(b, {.va = kSharedVa, .rkey = kShared, .length = 10, .psn = psn, .mtu = 1024});
    read(b, {.qpn = 2, .va = kSharedVa, .rkey = kShared, .length = 600});
    const std::uint64_t before = little(b.memory_, kSharedIova, 8);
    b.run();
    CHECK(little(b.memory_, kSharedIova, 8) == before);
    CAPTURE(what);
    const std::size_t good = what == 'r' ? 3 : what == 'l' ? 4 : 2;
    REQUIRE(b.acks[1].size() == good + 1);
    CHECK(b.spoilt_ == (what == 'l' ? 1 : 0));
    const std::uint32_t failed = what == 'r' || what == 'l' ? 1 : 0;
    CHECK(b.acks[1].back() == RcAck{failed, 0x63, 1});
    REQUIRE(b.events[1].size() == 1);
    CHECK(unsigned{b.events[1][0].type} == 3);
    CHECK(unsigned{b.events[1][0].syndrome} == 19);
    CHECK(b.failures[1] == 1);
    CHECK(b.count("rx_local_errors") == 1);
    REQUIRE(b.completions[1].size() == 1);
    CHECK(unsigned{b.completions[1][0].status} == 5);
    CHECK(b.acks[2].size() == 3);
    CHECK(b.failures[2] == 0);
    REQUIRE(b.command(regs::AdminVerb::kQuery, regs::ObjKind::kQp, 1, nullptr) == 0);
    CHECK(b.answer<regs::ObjQp>().state == 6);
    // The next life is clean.
    REQUIRE(b.destroy_qp(1) == 0);
    b.model.bad_address = b.bad_write_ = ~0ULL;
    b.model.memory() = b.memory_;  // the model executed what was not done
    b.forget();
    b.create_qp(1, {.max_reads = 16});
    read(b, {.va = kSharedVa, .rkey = kShared, .length = 600});
    b.run();
    CHECK(b.acks[1] == b.model.acks[1]);
  }
}

TEST_CASE("a region that is destroyed under a READ ends its queue pair", "[responder][read]") {
  for (unsigned delay = 0; delay < 400; delay += 7) {
    Bench512 b;
    create_read_regions(b);
    b.create_qp(1, {.max_reads = 4});
    b.stalls_.read_latency = 40;
    read(b, {.va = kSourceVa, .rkey = kSource, .length = 60000});
    b.steps(delay);
    REQUIRE(b.command(regs::AdminVerb::kDestroy, regs::ObjKind::kMr, kSource >> 8, nullptr) == 0);
    CHECK(b.waiting_reads() == 0);  // nothing reads the region any more
    b.forbid(0x150000, 0x150000 + 17 * 4096);
    b.run();
    CAPTURE(delay);
    REQUIRE(!b.acks[1].empty());
    const RcAck nak = b.acks[1].back();
    if (nak.opcode == 0x11 && nak.syndrome == 0x62) {
      continue;  // the key was not looked up before
    }
    CHECK(unsigned{nak.syndrome} == 0x63);
    CHECK(nak.psn == b.acks[1].size() - 1);
    REQUIRE(b.events[1].size() == 1);
    CHECK(unsigned{b.events[1][0].syndrome} == 4);
  }
}

TEST_CASE("DESTROY, RESET and ERR drop the answers, and nothing is left inside",
          "[responder][read]") {
  for (unsigned what = 0; what < 4; ++what) {
    for (unsigned delay = 0; delay < 300; delay += 5) {
      Bench512 b;
      create_read_regions(b);
      b.create_qp(1, {.psn = 5, .max_reads = 16});
      b.create_qp(2, {.max_reads = 16});
      b.stalls_.read_latency = 30;
      std::uint32_t psn = 5;
      std::uint32_t other = 0;
      for (unsigned i = 0; i < 8; ++i) {
        psn = read(b, {.va = kSharedVa + 0x8000, .rkey = kShared, .length = 2000, .psn = psn});
        psn = send(b, {.kind = 'w', .va = kSharedVa, .rkey = kShared, .length = 9, .psn = psn});
        if (delay % 2 != 0) {  // those that were judged are executed first, which takes long
          psn = read(b, {.va = kSharedVa + 64,
                         .rkey = kShared,
                         .opcode = kFetchAdd,
                         .psn = psn,
                         .swap_add = 1});
        }
        other = read(b, {.qpn = 2, .va = kSourceVa, .rkey = kSource, .length = 700, .psn = other});
      }
      b.steps(delay);
      regs::ObjQp o;
      if (what == 0) {
        REQUIRE(b.destroy_qp(1) == 0);
      } else if (what < 3) {
        o.state = what == 1 ? 0 : 6;
        b.modify(1, o, regs::kQpMaskState);
      } else {
        b.error_queue_.push_back(1);
      }
      if (what < 3) {
        // Nothing reads for it any more.
        CHECK(b.waiting_reads(kSharedIova + 0x8000, kSharedIova + 0x8000 + 2000) == 0);
        b.forbid(kSharedIova + 0x8000, kSharedIova + 0x8000 + 2000);
      }
      b.steps(what == 3 ? 600 : 4);  // what had been offered reaches the wire
      const std::size_t left = b.acks[1].size();
      CAPTURE(what, delay);
      b.run();
      CHECK(b.acks[1].size() == left);
      CHECK(b.acks[2] == b.model.acks[2]);
      // Another life works.
      if (what != 0) {
        REQUIRE(b.destroy_qp(1) == 0);
      }
      b.forget();
      b.create_qp(1, {.psn = 0xffffff, .max_reads = 16});
      psn = 0xffffff;
      for (unsigned i = 0; i < 16; ++i) {
        psn = read(b, {.va = kSourceVa + i, .rkey = kSource, .length = 300, .psn = psn});
      }
      b.run();
      CHECK(b.acks[1] == b.model.acks[1]);
    }
  }
}

TEST_CASE("a READ may wait for atomics while thousands of WRITEs pass", "[responder][atomic]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.max_reads = 16});
  b.create_qp(2);
  b.stalls_.read_latency = 300;
  std::uint32_t psn = 0;
  for (unsigned i = 0; i < 15; ++i) {
    psn =
        read(b, {.va = kSharedVa, .rkey = kShared, .opcode = kFetchAdd, .psn = psn, .swap_add = 1});
  }
  read(b, {.va = kSourceVa, .rkey = kSource, .length = 64, .psn = psn});
  for (std::uint32_t i = 0; i < 6000; ++i) {
    auto p = packets_of(
        b, {.qpn = 2, .kind = 'w', .va = kSharedVa + 64, .rkey = kShared, .length = 64, .psn = i});
    p.front().ack_request = false;
    b.send(p.front());
  }
  unsigned writes = 0;
  std::size_t answers = 0;
  for (unsigned i = 0; i < 20000 && answers < 15; ++i) {
    b.step();
    writes = static_cast<unsigned>(b.write_beats_);
    answers = b.acks[1].size();
  }
  CAPTURE(writes);
  CHECK(writes > 2100);
  b.steps(400);
  CHECK(b.acks[1].size() == 16);
  b.run();
  b.compare();
}

TEST_CASE("a key is reported as gone when no atomic uses it any more", "[responder][atomic]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.max_reads = 16});
  b.post(1, {{kLocalVa, 64, kLocal}});
  b.stalls_.write_latency = 300;
  std::uint32_t psn = 0;
  for (unsigned i = 0; i < 3; ++i) {
    psn = read(b, {.va = kSharedVa + 8ULL * i,
                   .rkey = kShared,
                   .opcode = kFetchAdd,
                   .psn = psn,
                   .swap_add = 1});
  }
  send(b, {.inv = true, .word = kShared, .length = 4, .psn = psn});
  const std::uint64_t old = little(b.memory_, kSharedIova + 16, 8);
  for (unsigned i = 0; i < 5000 && b.completions[1].empty(); ++i) {
    b.step();
  }
  REQUIRE(b.completions[1].size() == 1);
  CHECK(little(b.memory_, kSharedIova + 16, 8) == old + 1);
  b.run();
  b.compare();
}

TEMPLATE_TEST_CASE("packets of the requester and answers share the transmit stage whole",
                   "[responder][read]", Bench256, Bench512, Bench1024) {
  TestType b;
  create_read_regions(b);
  b.create_qp(1, {.mtu_code = 3, .psn = 0xfffff0, .max_reads = 16});
  b.create_qp(2, {.max_reads = 16});
  b.create_qp(15);
  std::map<std::uint32_t, std::uint32_t> psn{{1, 0xfffff0}, {2, 0}};
  std::vector<RcAck> expected;
  for (unsigned round = 0; round < 20; ++round) {
    b.stalls_ = Stalls::all(round % 3 * 30);
    for (unsigned i = 0; i < 12; ++i) {
      psn[1] = read(b, {.qpn = 1,
                        .va = kSourceVa + b.rng_() % 40000,
                        .rkey = kSource,
                        .length = b.rng_() % 4000,
                        .psn = psn[1],
                        .mtu = 1024});
      psn[2] = read(b, {.qpn = 2,
                        .va = kSourceVa + b.rng_() % 40000,
                        .rkey = kSource,
                        .length = b.rng_() % 300,
                        .psn = psn[2]});
      typename TestType::Request r{
          .psn = static_cast<std::uint32_t>(expected.size()), .pd = kPd, .pieces = {}};
      RcAck packet{.psn = r.psn, .opcode = 0x04};
      for (auto n = 1 + b.rng_() % 6; n-- > 0;) {
        const auto length = static_cast<std::uint32_t>(1 + b.rng_() % 200);
        const std::uint64_t offset = b.rng_() % 60000;
        r.pieces.push_back({kLocalVa + offset, length, kLocal});
        const auto from = b.memory_.begin() + static_cast<std::ptrdiff_t>(0xa0000 + offset);
        packet.payload.insert(packet.payload.end(), from,
                              from + static_cast<std::ptrdiff_t>(length));
      }
      expected.push_back(packet);
      b.requests_.push_back(r);
    }
    b.run();
  }
  CHECK(b.acks[15] == expected);
  b.acks[15].clear();
  b.compare();
}

TEST_CASE("a request that fails is answered behind the READs before it", "[responder][read]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.max_reads = 16});
  b.stalls_.read_latency = 200;
  std::uint32_t psn = read(b, {.va = kSourceVa, .rkey = kSource, .length = 3000});
  psn = read(b, {.va = kSharedVa, .rkey = kShared, .opcode = kFetchAdd, .psn = psn});
  send(b, {.kind = 'w', .va = 5, .rkey = kShared, .length = 9, .psn = psn});
  b.run();
  b.compare();
  CHECK(b.acks[1].size() == 14);
  CHECK(b.acks[1].back() == RcAck{psn, 0x62, 2});
}

TEST_CASE("a queue pair may be destroyed while the transmitter is held", "[responder][read]") {
  // Other queue pairs go on meanwhile.
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.max_reads = 16});
  b.create_qp(2);
  read(b, {.va = kSourceVa, .rkey = kSource, .length = 5000});
  b.stalls_.transmit = 100;
  b.steps(400);
  auto& m = *b.bench_;
  const auto packets =
      packets_of(b, {.qpn = 2, .kind = 'w', .va = kSharedVa, .rkey = kShared, .length = 2000});
  std::size_t until = b.write_beats_;
  b.when_asked_ = [&] {
    for (const auto& p : packets) {
      b.send(p);
    }
    b.steps(2000);
    until = b.write_beats_ - until;
    CHECK(!b.answered_);
    b.stalls_.transmit = 0;
  };
  REQUIRE(b.destroy_qp(1) == 0);
  CHECK(until == 8 * 4);
  b.run();
  CHECK(m.busy_o == 0);
}

TEST_CASE("small READs and long READs keep their rates", "[responder][read]") {
  Bench512 b;
  create_read_regions(b);
  b.create_qp(1, {.mtu_code = 5, .max_reads = 16});
  std::uint32_t psn = 0;
  for (unsigned i = 0; i < 16; ++i) {
    psn = read(b, {.va = kSourceVa, .rkey = kSource, .length = 64, .psn = psn, .mtu = 4096});
  }
  std::vector<std::uint64_t> at;
  for (unsigned i = 0; i < 3000 && at.size() < 16; ++i) {
    b.step();
    while (at.size() < b.acks[1].size()) {
      at.push_back(b.bench_.cycle());
    }
  }
  REQUIRE(at.size() == 16);
  INFO("64-byte READs: " << at.back() - at.front() << " cycles for 15");
  CHECK(at.back() - at.front() <= 15 * 3);
  b.run();
  const std::uint64_t start = b.bench_.cycle();
  read(b, {.va = kSourceVa, .rkey = kSource, .length = 64000, .psn = psn, .mtu = 4096});
  b.run();
  b.compare();
  INFO("64000 bytes: " << b.bench_.cycle() - start << " cycles");
  CHECK(b.bench_.cycle() - start <= 1000 + 16 + 120);
}
