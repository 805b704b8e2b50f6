// SPDX-License-Identifier: Apache-2.0
//
// The receive side of el_roce: UC and UD, where nothing is answered and what is broken is dropped.

#include "target_messages.hpp"

namespace {

using namespace ethlink::test;
namespace regs = ethlink::regs;

QpOptions uc(unsigned mtu_code = 1) {
  QpOptions o;
  o.mtu_code = mtu_code;
  o.psn = 0xfffffa;  // wraps within a few packets
  o.type = regs::QpType::kUc;
  return o;
}

template <typename Bench>
void check_silent(Bench& b) {
  for (const auto& [qpn, acks] : b.acks) {
    CHECK(acks.empty());
  }
  CHECK(b.count("tx_acks") == 0);
}

template <typename Bench>
void check_counts(Bench& b) {
  for (const char* name : {"rx_broken", "rx_no_request", "rx_bad_qkey", "rx_invalid", "rx_ignored",
                           "rx_access_errors", "rx_local_errors", "rq_completions"}) {
    INFO(name);
    CHECK(b.count(name) == b.model.counts[name]);
  }
}

}  // namespace

TEMPLATE_TEST_CASE("UC messages of any length land byte for byte and are not answered",
                   "[responder][uc]", Bench256, Bench512, Bench1024) {
  for (const unsigned code : {1U, 3U, 5U}) {
    TestType b;
    create_regions(b);
    b.create_qp(1, uc(code));
    const unsigned mtu = 128U << code;
    std::uint32_t psn = 0xfffffa;
    std::vector<std::size_t> lengths{mtu - 1, mtu, mtu + 1, 2 * mtu, 2 * mtu + 5, 3 * mtu - 1};
    for (std::size_t length = 0; length <= 130; ++length) {
      lengths.push_back(length);
    }
    for (const std::size_t length : lengths) {
      const bool write = length % 2 == 0;
      const bool imm = length % 3 == 0;
      if (!write || imm) {
        b.post(1, {{kLocalVa + length % 9, 100, kLocal}, {kLocalVa + 0x1000, 0x4000, kLocal}});
      }
      psn = send(b, {.kind = write ? 'w' : 's',
                     .imm = imm,
                     .solicited = length % 5 == 0,
                     .va = kPagedVa + length % 61,
                     .rkey = kPaged,
                     .length = length,
                     .psn = psn,
                     .mtu = mtu,
                     .ack_each = true,
                     .service = 1});
      b.run();
    }
    b.compare();
    check_silent(b);
    check_counts(b);
    CHECK(b.completions[1].size() > 60);
  }
}

TEST_CASE("a loss, a duplicate and a swap at every packet of UC messages", "[responder][uc]") {
  for (const char kind : {'s', 'w'}) {
    for (const char fault : {'l', 'd', 'x'}) {
      for (unsigned packets = 1; packets <= 9; ++packets) {
        for (unsigned at = 0; at < packets; ++at) {
          Bench512 b;
          create_regions(b);
          b.create_qp(1, uc());
          for (unsigned i = 0; i < 5; ++i) {
            b.post(1, {{kLocalVa + 0x1000 * i, 0x1000, kLocal}});
          }
          std::uint32_t psn = 0xfffffa;
          const Message before{.kind = 's', .length = 40, .psn = psn, .service = 1};
          psn = send(b, before);
          const Message m{.kind = kind,
                          .imm = true,
                          .va = kFlatVa,
                          .rkey = kFlat,
                          .length = packets * 256 - 3,
                          .psn = psn,
                          .service = 1};
          auto broken = packets_of(b, m);
          psn = (psn + packets) & 0xffffff;
          if (fault == 'l') {
            broken.erase(broken.begin() + at);
          } else if (fault == 'd') {
            broken.insert(broken.begin() + at, broken[at]);
          } else if (at + 1 < packets) {
            std::swap(broken[at], broken[at + 1]);
          }
          for (const RcPacket& p : broken) {
            b.send(p);
          }
          // The next message is whole, and takes the request of a broken SEND.
          psn = send(b, {.kind = 's', .length = 600, .psn = psn, .service = 1});
          b.run();
          INFO(kind << fault << " " << at << " of " << packets);
          b.compare();
          check_counts(b);
          check_silent(b);
          // The first packet again begins the message again, the last one comes too late; a message
          // of one packet arrives twice.
          const bool last = at + 1 == packets;
          const bool whole = fault != 'l' && (last || (fault == 'd' && at == 0));
          CHECK(b.completions[1].size() ==
                2U + (whole ? 1 : 0) + (fault == 'd' && packets == 1 ? 1 : 0));
          CHECK(b.completions[1].back().byte_len == 600);
        }
      }
    }
  }
}

TEST_CASE("packets of UC that belong to no message are dropped until one begins",
          "[responder][uc]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, uc());
  b.post(1, {{kLocalVa, 0x1000, kLocal}});
  // Middles and lasts of both kinds first, then a SEND into a WRITE and the other way round.
  for (const unsigned opcode : {0x21U, 0x22U, 0x23U, 0x27U, 0x28U, 0x29U}) {
    RcPacket p;
    p.qpn = 1;
    p.opcode = static_cast<std::uint8_t>(opcode);
    p.psn = 0xfffffa;
    p.payload.assign(256, 1);
    b.send(p);
  }
  auto sent = packets_of(b, {.kind = 's', .length = 700, .psn = 10, .service = 1});
  auto written = packets_of(
      b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 700, .psn = 10, .service = 1});
  b.send(sent[0]);
  b.send(written[1]);
  b.send(sent[2]);
  b.send(written[0]);
  b.send(sent[1]);
  b.send(written[2]);
  send(b, {.kind = 's', .length = 100, .psn = 77, .service = 1});
  b.run();
  b.compare();
  check_counts(b);
  CHECK(b.count("rx_broken") == 2);
  CHECK(b.count("rx_ignored") == 8);
  CHECK(b.completions[1].size() == 1);
}

TEST_CASE("UC without a receive request drops the message alone", "[responder][uc]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, uc());
  std::uint32_t psn = 5;
  psn = send(b, {.kind = 's', .length = 800, .psn = psn, .service = 1});
  b.run();
  CHECK(b.count("rx_no_request") == 1);
  // The data of a WRITE with immediate is there up to its last packet.
  psn = send(b, {.kind = 'w',
                 .imm = true,
                 .va = kFlatVa,
                 .rkey = kFlat,
                 .length = 600,
                 .psn = psn,
                 .service = 1});
  psn = send(
      b,
      {.kind = 'w', .va = kFlatVa + 2000, .rkey = kFlat, .length = 600, .psn = psn, .service = 1});
  b.run();
  b.post(1, {{kLocalVa, 0x1000, kLocal}});
  psn = send(b, {.kind = 's', .length = 800, .psn = psn, .service = 1});
  b.run();
  b.compare();
  check_counts(b);
  check_silent(b);
  CHECK(b.count("rx_no_request") == 2);
  CHECK(b.completions[1].size() == 1);
  CHECK(b.events[1].empty());
}

TEST_CASE("lengths and rights that UC does not allow drop the message", "[responder][uc]") {
  Bench512 b;
  create_regions(b);
  QpOptions o = uc();
  b.create_qp(1, o);
  o.access = 4;
  b.create_qp(2, o);
  b.post(1, {{kLocalVa, 0x1000, kLocal}});
  std::uint32_t psn = 9;
  const auto damaged = [&](auto change) {
    auto packets = packets_of(
        b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 600, .psn = psn, .service = 1});
    change(packets);
    for (const RcPacket& p : packets) {
      b.send(p);
    }
    b.run();
    psn += 3;
  };
  damaged([](auto& p) { p[0].payload.resize(252); });
  damaged([](auto& p) { p[1].payload.resize(260); });
  damaged([](auto& p) { p[2].payload.resize(84); });
  damaged([](auto& p) { p[2].payload.resize(0); });
  damaged([](auto& p) { p[0].dma_length = 0x80000001; });
  damaged([](auto& p) { p[0].dma_length = 100; });
  damaged([](auto& p) { p[2].pad = 3; });
  send(b, {.qpn = 2, .kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 6, .service = 1});
  send(b, {.kind = 's', .length = 100, .psn = 7777, .service = 1});
  b.run();
  b.compare();
  check_counts(b);
  CHECK(b.count("rx_invalid") == 8);
  CHECK(b.completions[1].size() == 1);
}

TEST_CASE("a remote key that is refused drops a UC message and nothing else", "[responder][uc]") {
  for (const bool imm : {false, true}) {
    for (const std::size_t length : {100U, 700U, 2000U}) {
      Bench512 b;
      create_regions(b);
      b.create_qp(1, uc());
      b.create_qp(2);
      for (unsigned i = 0; i < 3; ++i) {
        b.post(1, {{kLocalVa + 0x1000 * i, 0x1000, kLocal}});
      }
      std::uint32_t psn = 0xfffffa;
      for (unsigned i = 0; i < 3; ++i) {
        psn = send(b, {.kind = 'w',
                       .imm = imm,
                       .va = kFlatVa + (i == 1 ? 1ULL << 40 : 0),
                       .rkey = kFlat,
                       .length = length,
                       .psn = psn,
                       .service = 1});
        send(b, {.qpn = 2, .kind = 'w', .va = kFlatVa + 0x8000, .rkey = kFlat, .psn = i});
        b.run();
      }
      psn = send(b, {.kind = 's', .length = 300, .psn = psn, .service = 1});
      b.run();
      INFO("imm " << imm << " length " << length);
      b.compare();
      CHECK(b.count("rx_access_errors") == 1);
      CHECK(b.completions[1].size() == (imm ? 3 : 1));
      CHECK(b.acks[2].size() == 3);
      CHECK(b.events[1].empty());
      CHECK(b.failures[1] == 0);
    }
  }
}

TEST_CASE("a key that is refused while more of UC is inside loses no receive request",
          "[responder][uc]") {
  // What was judged behind the message may be lost with it; receive requests complete in order.
  for (unsigned gap = 0; gap < 40; gap += 2) {
    Bench512 b;
    create_regions(b);
    b.create_qp(1, uc());
    for (unsigned i = 0; i < 8; ++i) {
      b.post(1, {{kLocalVa + 0x1000 * i, 0x1000, kLocal}});
    }
    std::uint32_t psn = 0xfffffa;
    for (unsigned i = 0; i < 7; ++i) {
      psn = send(b, {.kind = i == 2 ? 'w' : 's',
                     .imm = true,
                     .va = 5,
                     .rkey = kFlat,
                     .word = i,
                     .length = 300,
                     .psn = psn,
                     .service = 1});
      b.steps(gap);
    }
    b.run();
    INFO("gap " << gap);
    const auto& done = b.completions[1];
    CHECK(done.size() >= 2);
    CHECK(done.size() <= 6);
    unsigned word = 0;
    for (std::size_t i = 0; i < done.size(); ++i) {
      CHECK(done[i].wqe_index == i);
      CHECK(unsigned{done[i].status} == 0);
      CHECK((i == 0 || done[i].imm >> 24 > word));
      word = done[i].imm >> 24;
      CHECK(word != 2);
    }
    CHECK(b.count("rx_access_errors") == 1);
    // Afterwards nothing is lost any more.
    const std::size_t before = done.size();
    send(b, {.kind = 's', .length = 900, .psn = psn, .service = 1});
    b.run();
    CHECK(b.completions[1].size() == before + 1);
    CHECK(b.completions[1].back().byte_len == 900);
  }
}

TEST_CASE("a receive request that fails a UC message ends the queue pair without a NAK",
          "[responder][uc]") {
  const std::vector<std::pair<unsigned, std::vector<Sge>>> cases{
      {1, {{kLocalVa, 500, kLocal}}}, {4, {{kLocalVa, 300, kLocal}, {kLocalVa, 900, 0xdead}}}};
  for (const auto& [status, sges] : cases) {
    Bench512 b;
    create_regions(b);
    b.create_qp(1, uc());
    b.post(1, sges);
    b.post(1, {{kLocalVa, 0x1000, kLocal}});
    send(b, {.kind = 's', .length = 700, .psn = 3, .service = 1});
    b.run();
    b.compare();
    check_silent(b);
    CHECK(unsigned{b.completions[1].at(0).status} == status);
    CHECK(unsigned{b.completions[1].at(1).status} == 5);
    CHECK(b.failures[1] == 1);
    CHECK(unsigned{b.events[1].at(0).type} == 3);
  }
  Bench512 b;
  create_regions(b);
  b.create_qp(1, uc());
  b.post(1, {{kLocalVa, 500, kLocal}}, 7);
  send(b, {.kind = 's', .length = 10, .psn = 3, .service = 1});
  b.run();
  b.compare();
  CHECK(unsigned{b.completions[1].at(0).status} == 2);
}

TEST_CASE("a send queue in error leaves the receive queue at work", "[responder][uc]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, uc());
  b.error_sqe_ = true;
  b.error_queue_.push_back(1);
  b.run();
  REQUIRE(b.command(regs::AdminVerb::kQuery, regs::ObjKind::kQp, 1, nullptr) == 0);
  CHECK(unsigned{b.answer<regs::ObjQp>().state} == 5);
  b.post(1, {{kLocalVa, 0x1000, kLocal}});
  b.post(1, {{kLocalVa + 0x1000, 0x1000, kLocal}});
  send(b, {.kind = 's', .length = 300, .psn = 3, .service = 1});
  b.run();
  CHECK(b.completions[1].size() == 1);
  // Only to RTS, ERR and RESET, and back to work.
  regs::ObjQp o;
  for (const unsigned state : {1U, 2U}) {
    o.state = static_cast<std::uint8_t>(state);
    b.modify(1, o, regs::kQpMaskState, 3);
  }
  o.state = 3;
  b.modify(1, o, regs::kQpMaskState);
  send(b, {.kind = 's', .length = 300, .psn = 8, .service = 1});
  b.run();
  b.compare();
  CHECK(b.completions[1].size() == 2);
  // An error that comes when the queue pair is in ERR already changes nothing.
  o.state = 6;
  b.modify(1, o, regs::kQpMaskState);
  b.error_queue_.push_back(1);
  b.run();
  REQUIRE(b.command(regs::AdminVerb::kQuery, regs::ObjKind::kQp, 1, nullptr) == 0);
  CHECK(unsigned{b.answer<regs::ObjQp>().state} == 6);
  b.compare();
}

TEST_CASE("packets of another transport than the queue pair's are dropped", "[rx][uc]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, uc());
  b.create_qp(2);
  b.post(1, {{kLocalVa, 0x1000, kLocal}});
  b.post(2, {{kLocalVa + 0x1000, 0x1000, kLocal}});
  send(b, {.qpn = 1, .length = 100, .service = 0});
  send(b, {.qpn = 2, .length = 100, .service = 1});
  send(b, {.qpn = 1, .length = 100, .service = 1});
  send(b, {.qpn = 2, .length = 100, .service = 0});
  RcPacket ack;
  ack.qpn = 1;
  ack.opcode = 0x11;
  b.send(ack);
  b.run();
  b.compare();
  CHECK(b.count("rx_bad_opcode") == 3);
  CHECK(b.completions[1].size() == 1);
  CHECK(b.completions[2].size() == 1);
}

TEMPLATE_TEST_CASE("random traffic of UC and RC ends as the models say, whatever waits",
                   "[responder][uc][fuzz]", Bench256, Bench512, Bench1024) {
  for (const unsigned percent : {0U, 40U}) {
    TestType b;
    create_regions(b);
    std::mt19937_64 rng(seed() ^ percent);
    const auto pick = [&rng](unsigned below) { return static_cast<unsigned>(rng() % below); };
    std::array<std::uint32_t, 4> psn{};
    for (unsigned q = 0; q < 4; ++q) {
      QpOptions o = q == 3 ? QpOptions{} : uc(1 + q);
      o.log_size = 4;
      o.mtu_code = 1 + q % 3;
      psn.at(q) = o.psn;
      b.create_qp(q, o, q == 1 ? regs::QpState::kRtr : regs::QpState::kRts);
    }
    b.stalls_ = Stalls::all(percent);
    for (unsigned round = 0; round < 150; ++round) {
      const unsigned q = pick(4);
      if (static_cast<std::uint16_t>(b.posted(q) - b.completions[q].size()) < 12 &&
          (q == 3 || pick(3) != 0)) {
        b.post(q, {{kLocalVa + pick(0x4000), 200 + pick(100), kLocal},
                   {kPagedVa + pick(0x8000), 0x2000, kPaged}});
      }
      auto packets = packets_of(b, {.qpn = q,
                                    .kind = pick(2) == 0 ? 's' : 'w',
                                    .imm = pick(2) == 0,
                                    .solicited = pick(4) == 0,
                                    .va = kFlatVa + pick(0x30000),
                                    .rkey = kFlat,
                                    .length = pick(4) == 0 ? pick(2500) : pick(300),
                                    .psn = psn.at(q),
                                    .mtu = 256U << q % 3,
                                    .ack_each = true,
                                    .service = q == 3 ? 0U : 1U});
      psn.at(q) = (psn.at(q) + static_cast<std::uint32_t>(packets.size())) & 0xffffff;
      for (std::size_t i = 0; i < packets.size(); ++i) {
        const bool faulty = q != 3 && pick(4) == 0;
        const unsigned what = pick(4);
        if (faulty && what == 0) {
          continue;
        }
        if (faulty && what == 1) {
          b.send(packets[i]);
        }
        if (faulty && what == 2 && i + 1 < packets.size()) {
          std::swap(packets[i], packets[i + 1]);
        }
        if (faulty && what == 3) {
          packets[i].opcode = static_cast<std::uint8_t>(0x20 | pick(12));
        }
        b.send(packets[i]);
      }
      b.steps(pick(60));
      if (q == 3) {
        b.run();  // the RC sender of this test repeats nothing
      }
    }
    b.run();
    INFO("stalls " << percent);
    CHECK(b.model.qps.at(3).state == 3);
    b.compare(true);
    CHECK(b.count("rx_broken") == b.model.counts["rx_broken"]);
    CHECK(b.count("rx_broken") > 5);
    CHECK(b.count("rx_no_request") > 5);
  }
}

// ---- datagrams ----

namespace {

constexpr std::uint32_t kQkey = 0x8a5b4c3d;

QpOptions ud(unsigned mtu_code = 1) {
  QpOptions o;
  o.mtu_code = mtu_code;
  o.type = regs::QpType::kUd;
  o.qkey = kQkey;
  o.log_size = 4;
  return o;
}

template <typename Bench>
RcPacket datagram(Bench& b, std::size_t length, std::uint32_t qpn = 1) {
  RcPacket p;
  p.qpn = qpn;
  p.opcode = length % 2 == 0 ? 0x64 : 0x65;
  p.solicited = length % 3 == 0;
  p.psn = static_cast<std::uint32_t>(b.rng_() & 0xffffff);
  p.qkey = kQkey;
  p.source = static_cast<std::uint32_t>(b.rng_() & 0xffffff);
  p.word = {1, 2, 3, static_cast<std::uint8_t>(length)};
  p.pad = static_cast<unsigned>(-length & 3);
  p.payload.resize(length + p.pad);
  for (auto& byte : p.payload) {
    byte = static_cast<std::uint8_t>(b.rng_() | 1);
  }
  return p;
}

}  // namespace

TEMPLATE_TEST_CASE("datagrams of any length land behind their network header", "[responder][ud]",
                   Bench256, Bench512, Bench1024) {
  for (const unsigned code : {1U, 3U, 5U}) {
    TestType b;
    create_regions(b);
    b.create_qp(1, ud(code));
    b.stalls_ = Stalls::all(code == 3 ? 40 : 0);
    const std::size_t mtu = 128U << code;
    std::vector<std::size_t> lengths{mtu - 41, mtu - 40, mtu - 39, mtu - 3, mtu - 2, mtu - 1, mtu};
    for (std::size_t length = 0; length <= 260 && length <= mtu; ++length) {
      lengths.push_back(length);
    }
    for (const std::size_t length : lengths) {
      // One element, elements that end around the header's end, elements over page boundaries.
      const auto cut = static_cast<std::uint32_t>(30 + length % 21);
      if (length % 3 == 0) {
        b.post(1, {{kPagedVa + length, 5000, kPaged}});
      } else if (length % 3 == 1) {
        b.post(1, {{kLocalVa + length % 64, cut, kLocal}, {kPagedVa + 4090, 5000, kPaged}});
      } else {
        b.post(1, {{kPagedVa + 4096 - 20, 7, kPaged},
                   {kLocalVa + 1, 33, kLocal},
                   {kLocalVa + 0x2003, 4200, kLocal}});
      }
      b.send(datagram(b, length));
      if (b.completions[1].size() + 8 < b.posted(1)) {
        b.run();
      }
    }
    b.run();
    b.compare();
    check_silent(b);
    check_counts(b);
    CHECK(b.completions[1].size() == lengths.size());
  }
}

TEST_CASE("a datagram that may not be taken is dropped and leaves nothing behind",
          "[responder][ud]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, ud());
  b.create_qp(2, ud(), regs::QpState::kInit);
  const auto good = [&](std::size_t length) {
    b.post(1, {{kLocalVa, 5000, kLocal}});
    b.send(datagram(b, length));
  };
  for (const std::size_t length : {0U, 7U, 100U, 256U}) {
    RcPacket p = datagram(b, length);
    b.send(p);  // no receive request
    b.run();
    good(length);
    p.qkey ^= 0x80000000;
    b.send(p);
    good(3);
    p = datagram(b, length, 2);  // in INIT
    b.send(p);
    p = datagram(b, 260);
    b.send(p);
    p.payload.resize(250);
    b.send(p);
    p = datagram(b, 0);
    p.pad = 1;
    b.send(p);
    p = datagram(b, length);
    p.opcode = 0x24;  // UC
    b.send(p);
    p.opcode = 0x64;
    p.pkey = 0x1234;
    b.send(p);
    good(64);
    b.run();
  }
  b.compare();
  check_counts(b);
  check_silent(b);
  CHECK(b.count("rx_no_request") == 4);
  CHECK(b.count("rx_bad_qkey") == 4);
  CHECK(b.count("rx_invalid") == 12);
  CHECK(b.count("rx_ignored") == 4);
  CHECK(b.count("rx_bad_opcode") == 4);
  CHECK(b.completions[1].size() == 12);
  CHECK(b.events[1].empty());
}

TEST_CASE("a receive request that fails a datagram ends the queue pair", "[responder][ud]") {
  const std::vector<std::pair<unsigned, std::vector<Sge>>> cases{
      {1, {{kLocalVa, 39, kLocal}}},
      {1, {{kLocalVa, 40, kLocal}, {kLocalVa + 100, 99, kLocal}}},
      {4, {{kLocalVa, 300, 0xdead}}},
      {4, {{kLocalVa, 40, kLocal}, {kLocalVa, 300, 0xdead}}}};
  for (const auto& [status, sges] : cases) {
    Bench512 b;
    create_regions(b);
    b.create_qp(1, ud());
    b.create_qp(2, ud());
    b.post(1, sges);
    b.post(1, {{kLocalVa, 5000, kLocal}});
    b.post(2, {{kLocalVa + 0x3000, 5000, kLocal}});
    b.send(datagram(b, 100));
    b.send(datagram(b, 50));
    b.send(datagram(b, 70, 2));
    b.run();
    b.compare();
    check_silent(b);
    CHECK(unsigned{b.completions[1].at(0).status} == status);
    CHECK(unsigned{b.completions[1].at(1).status} == 5);
    CHECK(unsigned{b.completions[2].at(0).status} == 0);
    CHECK(b.failures[1] == 1);
  }
}

TEMPLATE_TEST_CASE("random datagrams among other traffic end as the models say",
                   "[responder][ud][fuzz]", Bench256, Bench512, Bench1024) {
  for (const unsigned percent : {0U, 40U}) {
    TestType b;
    create_regions(b);
    std::mt19937_64 rng(seed() ^ percent);
    const auto pick = [&rng](unsigned below) { return static_cast<unsigned>(rng() % below); };
    b.create_qp(1, ud(1));
    b.create_qp(2, ud(5));
    b.create_qp(3, {.log_size = 4});
    b.stalls_ = Stalls::all(percent);
    std::uint32_t psn = 0;
    for (unsigned round = 0; round < 200; ++round) {
      const unsigned q = 1 + pick(3);
      const auto open = static_cast<std::uint16_t>(b.posted(q) - b.completions[q].size());
      if (open < 12 && (q == 3 || pick(4) != 0)) {
        b.post(q, {{kLocalVa + pick(0x4000), 20 + pick(60), kLocal},
                   {kPagedVa + pick(0x8000), 0x2000, kPaged}});
      }
      if (q == 3) {
        psn = send(b, {.qpn = 3, .length = pick(700), .psn = psn});
      } else {
        RcPacket p = datagram(b, pick(4) == 0 ? pick(4096) : pick(256), q);
        p.qkey ^= pick(10) == 0 ? 1 : 0;
        b.send(p);
      }
      b.steps(pick(50));
    }
    b.run();
    INFO("stalls " << percent);
    b.compare(true);
    check_counts(b);
    CHECK(b.count("rx_bad_qkey") > 3);
    CHECK(b.count("rx_no_request") > 3);
  }
}
