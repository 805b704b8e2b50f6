// SPDX-License-Identifier: Apache-2.0
//
// The receive side of el_roce: single promises, each against the packet-by-packet model.

#include "target_messages.hpp"

namespace {

using namespace ethlink::test;
namespace regs = ethlink::regs;

}  // namespace

TEMPLATE_TEST_CASE("a WRITE of any length lands byte for byte", "[responder]", Bench256, Bench512,
                   Bench1024) {
  TestType b;
  create_regions(b);
  b.create_qp(1, {.psn = 0xfffff0});
  std::uint32_t psn = 0xfffff0;
  for (std::size_t length = 0; length <= 130; ++length) {
    psn = send(b, {.kind = 'w',
                   .va = kFlatVa + 64 * length + length % 67,
                   .rkey = kFlat,
                   .length = length,
                   .psn = psn});
  }
  for (const std::size_t length :
       {255U, 256U, 257U, 511U, 512U, 513U, 1000U, 1024U, 2047U, 5003U}) {
    psn = send(b, {.kind = 'w',
                   .va = kPagedVa + 4096 * 3 - length / 2,
                   .rkey = kPaged,
                   .length = length,
                   .psn = psn});
  }
  b.run();
  b.compare();
  CHECK(b.acks[1].size() == 141);
  CHECK(b.acks[1].back().msn == 141);
}

TEMPLATE_TEST_CASE("a SEND is scattered over the elements of its receive request", "[responder]",
                   Bench256, Bench512, Bench1024) {
  TestType b;
  create_regions(b);
  for (const unsigned stride : {0U, 1U, 2U}) {
    const std::uint32_t qpn = 1 + stride;
    b.create_qp(qpn, {.log_size = 4, .log_stride = stride, .psn = 0xfffffe});
    std::uint32_t psn = 0xfffffe;
    const unsigned most = (4U << stride) - 1;
    for (unsigned elements = 1; elements <= most; ++elements) {
      std::vector<Sge> sges;
      std::size_t total = 0;
      for (unsigned i = 0; i < elements; ++i) {
        const auto length = static_cast<std::uint32_t>(i % 4 == 2 ? 0 : 1 + b.rng_() % 150);
        const bool paged = i % 2 != 0;
        const std::uint64_t at = paged ? kPagedVa + 4000 * (1 + i % 4) : kLocalVa + 200ULL * i;
        sges.push_back({at + b.rng_() % 50, length, paged ? kPaged : kLocal});
        total += length;
      }
      b.post(qpn, sges);
      psn = send(b, {.qpn = qpn,
                     .imm = elements % 3 == 0,
                     .solicited = elements % 2 == 0,
                     .length = elements % 5 == 4 ? total / 2 : total,
                     .psn = psn});
    }
    b.run();
    b.compare();
    CHECK(b.completions[qpn].size() == most);
  }
}

TEMPLATE_TEST_CASE("a receive request that is too small fails its message and ends the queue pair",
                   "[responder]", Bench256, Bench512, Bench1024) {
  // All numbers of elements: the last element in the middle and at the end of the last beat.
  for (unsigned stride = 0; stride <= 2; ++stride) {
    for (unsigned elements = 0; elements <= (4U << stride) - 1; ++elements) {
      TestType b;
      create_regions(b);
      b.create_qp(1, {.log_stride = stride});
      b.create_qp(2);
      std::vector<Sge> sges(elements, Sge{kLocalVa, 10, kLocal});
      b.post(1, sges);
      b.post(1, {{kLocalVa + 0x800, 4096, kLocal}});
      b.post(2, {{kLocalVa + 0x4000, 4096, kLocal}});
      send(b, {.qpn = 1, .length = 10 * elements + 1});
      send(b, {.qpn = 2, .length = 77});
      b.run();
      b.compare();
      CHECK(unsigned{b.acks[1].at(0).syndrome} == 0x61);
      CHECK(unsigned{b.completions[1].at(0).status} == 1);
      CHECK(unsigned{b.completions[1].at(1).status} == 5);
      CHECK(unsigned{b.completions[2].at(0).status} == 0);
    }
  }
}

TEMPLATE_TEST_CASE("what a failed packet leaves behind is not in the next one", "[responder]",
                   Bench256, Bench512, Bench1024) {
  TestType b;
  create_regions(b);
  b.create_qp(1);
  b.create_qp(2);
  // The second element fails when the payload of the first was taken beat by beat.
  b.post(1, {{kLocalVa, 5, kLocal}, {kLocalVa, 500, 0xdead}});
  b.post(2, {{kLocalVa + 0x100, 3, kLocal}, {kLocalVa + 0x200, 300, kLocal}});
  send(b, {.qpn = 1, .length = 200});
  send(b, {.qpn = 2, .length = 203});
  b.run();
  b.compare();
  CHECK(unsigned{b.completions[1].at(0).status} == 4);
}

TEST_CASE("a duplicate is acknowledged again and not executed", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.psn = 0xffffff});
  b.post(1, {{kLocalVa, 512, kLocal}});
  const auto first =
      packets_of(b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 600, .psn = 0xffffff});
  const auto second = packets_of(b, {.length = 40, .psn = 2});
  for (const auto& p : first) {
    b.send(p);
  }
  for (const auto& p : second) {
    b.send(p);
  }
  for (auto p : first) {
    std::fill(p.payload.begin(), p.payload.end(), 0xee);  // must not land
    b.send(p);
  }
  for (const auto& p : second) {
    b.send(p);
  }
  RcPacket read;
  read.qpn = 1;
  read.opcode = 0x0c;
  read.psn = 1;
  b.send(read);  // a duplicate of something that is never served: no answer
  b.run();
  b.compare();
  CHECK(b.count("rx_duplicates") == 5);
  CHECK(b.completions[1].size() == 1);
  REQUIRE(b.acks[1].size() == 6);
  CHECK(b.acks[1].back() == ethlink::reference::RcAck{2, 0x1f, 2});
}

TEST_CASE("a gap gives one NAK and then silence until the missing packet comes", "[responder]") {
  for (unsigned packets = 2; packets <= 9; ++packets) {
    for (unsigned missing = 0; missing + 1 < packets; ++missing) {
      Bench512 b;
      create_regions(b);
      b.create_qp(1, {.psn = 0xfffffd});
      const auto all = packets_of(b, {.kind = 'w',
                                      .va = kFlatVa + 5,
                                      .rkey = kFlat,
                                      .length = 256 * packets - 7,
                                      .psn = 0xfffffd});
      for (unsigned i = 0; i < packets; ++i) {
        if (i != missing) {
          b.send(all[i]);
        }
      }
      b.run();
      CHECK(b.acks[1].size() == 1);
      CHECK(b.count("rx_gaps") == 1);
      for (unsigned i = missing; i < packets; ++i) {
        b.send(all[i]);
      }
      b.run();
      b.compare();
      CHECK(b.acks[1].size() == 2);
      CHECK(b.acks[1].at(0) == ethlink::reference::RcAck{(0xfffffd + missing) & 0xffffff, 0x60, 0});
    }
  }
}

TEST_CASE("every RNR code is passed through, and the message succeeds later", "[responder]") {
  Bench512 b;
  create_regions(b);
  for (unsigned code = 0; code < 32; ++code) {
    b.create_qp(1, {.rnr_code = code, .psn = code});
    const auto m = packets_of(b, {.length = 600, .psn = code});
    for (const auto& p : m) {
      b.send(p);
    }
    b.run();
    REQUIRE(b.acks[1].size() == 1);
    CHECK(b.acks[1][0].syndrome == 0x20 + code);
    CHECK(b.acks[1][0].psn == code);
    b.post(1, {{kLocalVa, 600, kLocal}});
    for (const auto& p : m) {
      b.send(p);
    }
    b.run();
    b.compare();
    CHECK(b.completions[1].size() == 1);
    REQUIRE(b.destroy_qp(1) == 0);
    b.forget();
  }
  // A WRITE with immediate needs its receive request with the last packet only.
  b.create_qp(2, {.rnr_code = 3});
  const auto w = packets_of(
      b, {.qpn = 2, .kind = 'w', .imm = true, .va = kFlatVa, .rkey = kFlat, .length = 700});
  for (const auto& p : w) {
    b.send(p);
  }
  b.run();
  CHECK(b.acks[2].at(0) == ethlink::reference::RcAck{2, 0x23, 0});
  b.post(2, {});
  b.send(w.back());
  b.run();
  b.compare();
  CHECK(b.completions[2].at(0).byte_len == 700);
  CHECK(b.completions[2].at(0).opcode == 17);
}

TEST_CASE("no bytes and an immediate are a packet with a PSN", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  b.post(1, {});
  b.post(1, {});
  b.post(1, {{kLocalVa, 4, kLocal}});
  std::uint32_t psn = send(b, {.imm = true});
  psn = send(b, {.kind = 'w', .imm = true, .rkey = 0xffffffff, .psn = psn});  // no key is needed
  psn = send(b, {.psn = psn});
  psn = send(b, {.kind = 'w', .psn = psn});
  b.run();
  b.compare();
  CHECK(psn == 4);
  CHECK(b.acks[1].size() == 4);
  CHECK(b.completions[1].size() == 3);
  CHECK(b.completions[1][0].imm == 0x01020304);  // as the bytes lie in memory
}

TEST_CASE("an opcode out of sequence is an invalid request", "[responder]") {
  // What is in progress: 0 nothing, 1 a SEND, 2 a WRITE. Every opcode of RC that is no response.
  for (unsigned progress = 0; progress < 3; ++progress) {
    for (unsigned opcode = 0; opcode < 0x18; ++opcode) {
      if (opcode == 0x15 || (opcode >= 0x0d && opcode <= 0x12)) {
        continue;
      }
      Bench512 b;
      create_regions(b);
      b.create_qp(1);
      for (int i = 0; i < 3; ++i) {
        b.post(1, {{kLocalVa, 2000, kLocal}});
      }
      if (progress != 0) {
        b.send(packets_of(
            b,
            {.kind = progress == 1 ? 's' : 'w', .va = kFlatVa, .rkey = kFlat, .length = 1000})[0]);
      }
      RcPacket p;
      p.qpn = 1;
      p.opcode = static_cast<std::uint8_t>(opcode);
      p.psn = progress == 0 ? 0 : 1;
      p.ack_request = true;
      p.va = kFlatVa;
      p.rkey = kFlat;
      const bool whole = opcode == 0 || opcode == 1 || opcode == 6 || opcode == 7;
      p.payload.assign(whole ? 256 : 744 - 256 > 256 ? 256 : 100, 0x3c);
      p.dma_length = opcode == 6 ? 1000 : static_cast<std::uint32_t>(p.payload.size());
      p.word = {0, 0, 5, 0x22};  // the key kLocal
      b.send(p);
      INFO("progress " << progress << " opcode " << opcode);
      b.run();
      b.compare();
    }
  }
}

TEST_CASE("lengths are checked against path MTU, RETH and pad count", "[responder]") {
  struct Case {
    const char* what;
    unsigned opcode;
    std::size_t payload;
    unsigned pad;
    std::uint32_t dma_length;
    bool good;
  };
  const std::vector<Case> cases{
      {"ONLY of a whole MTU", 0x0a, 256, 0, 256, true},
      {"ONLY beyond the MTU", 0x0a, 260, 0, 260, false},
      {"FIRST of a whole MTU", 0x06, 256, 0, 300, true},
      {"FIRST short of the MTU", 0x06, 252, 0, 300, false},
      {"FIRST with pad", 0x06, 256, 2, 300, false},
      {"FIRST that is all of it", 0x06, 256, 0, 256, false},
      {"RETH longer than the payload", 0x0a, 100, 0, 101, false},
      {"RETH shorter than the payload", 0x0a, 100, 0, 99, false},
      {"pad counts", 0x0a, 100, 3, 97, true},
      {"pad beyond the payload", 0x0a, 0, 1, 0, false},
      {"length no multiple of 4", 0x0a, 97, 0, 97, false},
      {"RETH of 2^31", 0x06, 256, 0, 0x80000000, true},
      {"RETH beyond 2^31", 0x06, 256, 0, 0x80000001, false},
      {"SEND beyond the MTU", 0x04, 260, 0, 0, false},
      {"SEND FIRST short of the MTU", 0x00, 128, 0, 0, false},
      {"SEND ONLY of nothing with pad", 0x04, 0, 2, 0, false},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    Bench512 b;
    create_regions(b);
    b.create_region(0x0600, {.va = 0x10000,
                             .length = 1ULL << 40,
                             .iova = 0x1000,
                             .pages = {},
                             .page_shift = 0,
                             .pd = kPd,
                             .access = 2});
    b.create_qp(1);
    b.post(1, {{kLocalVa, 2000, kLocal}});
    RcPacket p;
    p.qpn = 1;
    p.opcode = static_cast<std::uint8_t>(c.opcode);
    p.ack_request = true;
    p.va = 0x10000;
    p.rkey = 0x0600;
    p.dma_length = c.dma_length;
    p.pad = c.pad;
    p.payload.assign(c.payload, 0x77);
    b.send(p);
    b.run();
    b.compare();
    CHECK((b.acks[1].at(0).syndrome == 0x1f) == c.good);
  }
}

TEST_CASE("a LAST must bring what is left", "[responder]") {
  for (const int delta : {-300, -4, 0, 4}) {
    Bench512 b;
    create_regions(b);
    b.create_qp(1);
    auto m = packets_of(b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 256 * 2 + 100});
    m.back().payload.resize(static_cast<std::size_t>(std::max(0, 100 + delta)));
    for (const auto& p : m) {
      b.send(p);
    }
    b.run();
    b.compare();
    CHECK((b.acks[1].at(0).syndrome == 0x1f) == (delta == 0));
  }
}

TEST_CASE("a remote key must allow every byte of the message", "[responder]") {
  struct Case {
    const char* what;
    std::uint32_t key;
    std::uint64_t va;
    std::uint32_t length;
    bool good;
  };
  const std::vector<Case> cases{
      {"all of the region", kFlat, kFlatVa, 0x200, true},
      {"its last byte", kFlat, kFlatVa + 0x3ffff, 1, true},
      {"one byte behind it", kFlat, kFlatVa + 0x3ffff, 2, false},
      {"one byte in front of it", kFlat, kFlatVa - 1, 2, false},
      {"the message ends behind it, the packet does not", kFlat, kFlatVa + 0x3ff00, 0x101, false},
      {"wrong variant", kFlat ^ 1, kFlatVa, 4, false},
      {"no such key", 0x0700, kFlatVa, 4, false},
      {"key beyond the table", 0x00f00000 | kFlat, kFlatVa, 4, false},
      {"no remote write", kLocal, kLocalVa, 4, false},
      {"address wraps", kFlat, ~0ULL, 4, false},
      {"pages, the last byte", kPaged, kPagedVa + kPagedBytes - 1, 1, true},
      {"pages, one byte behind", kPaged, kPagedVa + kPagedBytes - 1, 2, false},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    Bench512 b;
    create_regions(b);
    b.create_qp(1);
    b.post(1, {{kLocalVa, 100, kLocal}});
    send(b, {.kind = 'w', .va = c.va, .rkey = c.key, .length = c.length});
    b.run();
    b.compare();
    CHECK(unsigned{b.acks[1].at(0).syndrome} == (c.good ? 0x1fU : 0x62U));
    CHECK(b.completions[1].size() == (c.good ? 0U : 1U));  // the flushed receive request
  }
}

TEST_CASE("another protection domain has no access", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.pd = kPd + 1});
  send(b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 4});
  b.run();
  b.compare();
  CHECK(b.acks[1].at(0).syndrome == 0x62);
}

TEST_CASE("a queue pair without remote write refuses WRITEs as invalid", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.access = 1});
  send(b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 4});
  b.run();
  b.compare();
  CHECK(b.acks[1].at(0).syndrome == 0x61);
}

TEST_CASE("an invalidated key is gone for the next packet", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  b.create_qp(2);
  b.post(1, {{kLocalVa, 300, kLocal}});
  b.post(1, {{kLocalVa, 300, kLocal}});
  b.post(2, {{kLocalVa + 0x1000, 300, kLocal}});
  std::uint32_t psn = send(b, {.inv = true, .word = kFlat, .length = 299});
  send(b, {.qpn = 2, .kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 8});
  send(b, {.inv = true, .word = kFlat, .length = 5, .psn = psn});  // a second time: no such key
  b.run();
  b.compare();
  CHECK(b.completions[1].at(0).imm == kFlat);
  CHECK(b.completions[1].at(0).flags == 2);
  CHECK(b.acks[2].at(0).syndrome == 0x62);
  CHECK(b.completions[1].at(1).status == 9);
}

TEMPLATE_TEST_CASE("a malformed or unreadable receive request ends the queue pair", "[responder]",
                   Bench256, Bench512, Bench1024) {
  for (int what = 0; what < 4; ++what) {
    TestType b;
    create_regions(b);
    b.create_qp(1, {.log_stride = what == 3 ? 2U : 0U});
    if (what == 0) {
      b.post(1, {{kLocalVa, 300, kLocal}}, 77);  // index of another request
    } else if (what == 1) {
      b.post(1, {{kLocalVa, 300, kLocal}}, {}, 4);  // more elements than fit
    } else {
      b.model.bad_address = b.ring_of(1);
      b.post(1, {{kLocalVa, 300, kLocal}});
    }
    b.post(1, {{kLocalVa, 300, kLocal}});
    send(b, {.length = 100});
    b.run();
    b.compare();
    CHECK(b.acks[1].at(0).syndrome == 0x63);
    CHECK(b.completions[1].at(0).status == (what < 2 ? 2 : 19));
  }
}

TEST_CASE("the receive ring wraps, and at 2^16", "[responder]") {
  Bench512 b;
  create_regions(b);
  for (const unsigned log_size : {0U, 1U, 3U}) {
    b.create_qp(1, {.log_size = log_size});
    std::uint32_t psn = 0;
    for (unsigned i = 0; i < 40; ++i) {
      b.post(1, {{kLocalVa + 64ULL * i, 64, kLocal}});
      psn = send(b, {.length = i, .psn = psn});
      if (log_size == 0 || i % (1U << log_size) == (1U << log_size) - 1) {
        b.run();
      }
    }
    b.run();
    b.compare();
    REQUIRE(b.destroy_qp(1) == 0);
    b.forget();
  }
}

TEST_CASE("doorbells that do not fit are refused", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.log_size = 2});
  b.create_qp(2, {}, regs::QpState::kReset);
  b.doorbell(1, 1, 5);        // more than the ring holds
  b.doorbell(1, 2, 1);        // another user's queue pair
  b.doorbell(3, 1, 1);        // no such queue pair
  b.doorbell(0x10001, 1, 1);  // beyond the table, though its low bits are a queue pair
  b.doorbell(2, 1, 1);        // RESET
  b.doorbell(1, 1, 4);
  b.doorbell(1, 1, 3);  // takes requests back
  b.run();
  CHECK(b.bad_doorbells_ == 6);
  CHECK(b.expected_bad_doorbells_ == 6);
}

TEST_CASE("in ERR everything is flushed in order, later requests too", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  for (int i = 0; i < 5; ++i) {
    b.post(1, {{kLocalVa, 300, kLocal}});
  }
  send(b, {.length = 20});
  b.send(packets_of(b, {.length = 900, .psn = 1})[0]);  // a SEND that stays unfinished
  b.run();
  regs::ObjQp err;
  err.state = 6;
  b.modify(1, err, regs::kQpMaskState);
  b.post(1, {{kLocalVa, 300, kLocal}});
  send(b, {.length = 20, .psn = 2});
  b.run();
  b.compare();
  CHECK(b.completions[1].size() == 6);
  CHECK(b.count("rq_flushed") == 5);
  CHECK(b.acks[1].size() == 1);
  // The requester's error does the same, and only once.
  b.create_qp(2);
  b.post(2, {});
  b.post(2, {});
  b.error_queue_ = {2, 2, 1, 9};
  b.run();
  b.compare();
  CHECK(b.completions[2].size() == 2);
}

TEST_CASE("a queue pair whose completion was lost fails once, and both sides learn it",
          "[responder]") {
  Bench512 b;
  create_regions(b);
  constexpr std::uint32_t kLost = Bench512::kLostCompletion;
  b.create_qp(1);
  b.post(1, {});
  b.post(1, {});
  b.error_queue_ = {kLost | 1, kLost | 1, kLost | 9, kLost | 0x100, 1};
  b.run();
  b.compare();
  CHECK(b.failures[1] == 1);
  CHECK(b.events[1] == std::vector<ethlink::reference::RcEvent>{{2, 3, 19}});
  CHECK(b.completions[1].size() == 2);
  // One in RESET has nothing to lose; a report goes before objects and does not meet a new life.
  b.create_qp(2, {}, regs::QpState::kReset);
  b.create_qp(3);
  b.error_queue_ = {kLost | 2, kLost | 3};
  REQUIRE(b.destroy_qp(3) == 0);
  b.create_qp(3);
  b.run();
  b.compare();
  CHECK(b.failures[2] == 0);
  CHECK(b.failures[3] == 1);
  REQUIRE(b.command(regs::AdminVerb::kQuery, regs::ObjKind::kQp, 3, nullptr) == 0);
  CHECK(b.answer<regs::ObjQp>().state == 3);
}

TEST_CASE("the request that failed stays the next one, whatever came behind it", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.psn = 0xfffffe});
  std::uint32_t psn = send(b, {.kind = 'w', .psn = 0xfffffe});
  send(b, {.kind = 'w', .va = 5, .rkey = kFlat, .length = 9, .psn = psn});
  for (std::uint32_t i = 1; i < 12; ++i) {
    send(b, {.kind = 'w', .psn = (psn + i) & 0xffffff});
  }
  b.run();
  b.compare();
  REQUIRE(b.command(regs::AdminVerb::kQuery, regs::ObjKind::kQp, 1, nullptr) == 0);
  CHECK(b.answer<regs::ObjQp>().state == 6);
  CHECK(b.answer<regs::ObjQp>().rq_psn == 0xffffff);
}

TEMPLATE_TEST_CASE("there is room behind a receive request that is read slowly", "[responder]",
                   Bench256, Bench512, Bench1024) {
  TestType b;
  create_regions(b);
  b.create_qp(1, {.log_stride = 2});
  b.create_qp(2);
  b.post(1, {});
  // The first beat says all that a SEND of no bytes needs; the others do not come.
  send(b, {.qpn = 1, .psn = 0});
  for (unsigned i = 0; i < 1000 && b.read_beats_ == 0; ++i) {
    b.step();
  }
  b.stalls_.read = 100;
  for (std::uint32_t i = 0; i < 100; ++i) {
    send(b, {.qpn = 2, .kind = 'w', .psn = i});
  }
  b.steps(400);
  CHECK(b.completions[1].size() == 1);
  CHECK(b.takes_ < 100);
  b.stalls_.read = 0;
  b.run();
  b.compare();
  CHECK(b.acks[2].size() == 100);
}

TEST_CASE("a queue pair in RTR reports its first packet once", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {}, regs::QpState::kRtr);
  std::uint32_t psn = send(b, {.kind = 'w', .psn = 0});
  psn = send(b, {.kind = 'w', .psn = psn});
  b.run();
  b.compare();
  CHECK(b.events[1].size() == 1);
  // In INIT nothing is received.
  b.create_qp(2, {}, regs::QpState::kInit);
  send(b, {.qpn = 2, .kind = 'w'});
  b.run();
  b.compare();
  CHECK(b.acks[2].empty());
  CHECK(b.count("rx_ignored") == 1);
}

TEST_CASE("DESTROY ends a queue pair with work inside, and nothing of it follows", "[responder]") {
  Bench512 b;
  create_regions(b);
  for (unsigned at = 0; at < 60; at += 3) {
    b.create_qp(1);
    for (unsigned i = 0; i < 8; ++i) {
      b.post(1, {{kLocalVa + 512ULL * i, 512, kLocal}});
    }
    std::uint32_t psn = 0;
    for (int i = 0; i < 8; ++i) {
      psn = send(b, {.length = 100, .psn = psn});
    }
    b.steps(at);
    REQUIRE(b.destroy_qp(1) == 0);
    const std::size_t seen = b.completions[1].size();
    b.run();
    CHECK(b.completions[1].size() == seen);
    b.compare(true);
    b.forget();
  }
}

TEST_CASE("an ACK of a former life is never sent", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(2);
  for (int round = 0; round < 20; ++round) {
    b.create_qp(1, {.psn = 100});
    b.stalls_.transmit = 100;  // the link is paused
    for (std::uint32_t i = 0; i < 12; ++i) {
      send(b, {.qpn = 1, .kind = 'w', .psn = 100 + i});
      send(b, {.qpn = 2, .kind = 'w', .psn = static_cast<std::uint32_t>(round) * 12 + i});
    }
    b.steps(300);
    if (round % 2 == 0) {
      REQUIRE(b.destroy_qp(1) == 0);
    } else {
      regs::ObjQp reset;
      b.modify(1, reset, regs::kQpMaskState);
    }
    b.stalls_.transmit = 0;
    const std::size_t before = b.acks[1].size();
    b.run();
    // Two headers were composed before and are on their way like frames in the network.
    CHECK(b.acks[1].size() <= before + 2);
    if (round % 2 != 0) {
      REQUIRE(b.destroy_qp(1) == 0);
    }
  }
}

TEST_CASE("a thousand lives of a queue pair do not see each other", "[responder]") {
  Bench512 b;
  create_regions(b);
  std::mt19937_64 rng(seed());
  for (int life = 0; life < 1000; ++life) {
    const auto psn = static_cast<std::uint32_t>(rng() & 0xffffff);
    b.create_qp(3, {.log_size = 1, .psn = psn});
    b.post(3, {{kLocalVa, 64, kLocal}});
    const auto late = packets_of(b, {.qpn = 3, .length = 8, .psn = psn + 1});
    send(b, {.qpn = 3, .length = static_cast<std::size_t>(life % 64), .psn = psn});
    if (life % 2 == 0) {
      b.send(packets_of(b, {.qpn = 3, .length = 800, .psn = psn + 1})[0]);  // RNR, or in progress
    }
    b.run();
    b.compare();
    REQUIRE(b.destroy_qp(3) == 0);
    b.send(late[0]);
    b.run();
    b.compare();
    b.forget();
  }
  CHECK(b.count("rx_bad_qp") == 1000);
}

TEST_CASE("ACKs that wait are merged up to the limit", "[responder]") {
  for (const unsigned limit : {0U, 1U, 4U, 255U}) {
    Bench512 b;
    create_regions(b);
    b.bench_->ack_coalesce_i = static_cast<std::uint8_t>(limit);
    b.create_qp(1);
    b.stalls_.transmit = 100;
    for (std::uint32_t i = 0; i < 12; ++i) {
      send(b, {.kind = 'w', .psn = i});
    }
    b.steps(400);
    b.stalls_.transmit = 0;
    b.run();
    b.compare(limit > 1);
    INFO("limit " << limit << " ACKs " << b.acks[1].size());
    CHECK(b.acks[1].back() == ethlink::reference::RcAck{11, 0x1f, 12});
    if (limit <= 1) {
      CHECK(b.acks[1].size() == 12);
    } else {
      CHECK(b.acks[1].size() <= 3 + 9 / limit + 1);
    }
  }
}

TEST_CASE("a 64-byte packet takes two cycles", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  b.create_qp(2);
  std::uint32_t psn = 0;
  for (unsigned i = 0; i < 100; ++i) {
    send(b, {.qpn = 1,
             .kind = 'w',
             .va = kFlatVa + 64ULL * i,
             .rkey = kFlat,
             .length = 64,
             .psn = psn});
    psn = send(b, {.qpn = 2,
                   .kind = 'w',
                   .va = kFlatVa + 0x8000 + 64ULL * i,
                   .rkey = kFlat,
                   .length = 64,
                   .psn = psn});
  }
  b.run();
  b.compare();
  CHECK(b.takes_ == 200);
  CHECK(b.last_take_ - b.first_take_ <= 2 * 199 + 2);
  CHECK(b.last_write_ - b.first_write_ <= 2 * 199 + 2);
}

TEST_CASE("a 64-byte SEND takes two cycles too", "[responder]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.log_size = 7});
  for (unsigned i = 0; i < 100; ++i) {
    b.post(1, {{kLocalVa + 64ULL * i, 64, kLocal}});
  }
  std::uint32_t psn = 0;
  for (unsigned i = 0; i < 100; ++i) {
    psn = send(b, {.length = 64, .psn = psn});
  }
  b.run();
  b.compare();
  CHECK(b.last_take_ - b.first_take_ <= 2 * 99 + 2);
}

TEMPLATE_TEST_CASE("long messages move a beat a cycle", "[responder]", Bench256, Bench512,
                   Bench1024) {
  TestType b;
  create_regions(b);
  b.create_qp(1, {.mtu_code = 5});
  b.bench_->ack_coalesce_i = 8;
  std::uint32_t psn = 0;
  for (unsigned i = 0; i < 8; ++i) {
    psn = send(b, {.kind = 'w',
                   .va = kFlatVa + 0x8000ULL * (i % 4) + 13,
                   .rkey = kFlat,
                   .length = 0x4000,
                   .psn = psn,
                   .mtu = 4096});
  }
  b.run();
  b.compare(true);
  const std::uint64_t beats = 8 * 0x4000 / TestType::kBeat;
  CHECK(b.write_beats_ == beats);
  CHECK(b.last_write_ - b.first_write_ <= beats + beats / 20);
}

TEMPLATE_TEST_CASE("a completion is offered at most 24 cycles after the last beat", "[responder]",
                   Bench256, Bench512, Bench1024) {
  for (const std::size_t length : {1U, 64U, 1000U, 4096U}) {
    TestType b;
    create_regions(b);
    b.create_qp(1, {.mtu_code = 5});
    b.stalls_.read_latency = 1;
    b.post(1, {{kLocalVa + 3, 4096, kLocal}});
    send(b, {.length = length, .mtu = 4096});
    // The payload is there from the start; it waits for its translation.
    b.run();
    b.compare();
    REQUIRE(b.first_cqe_cycle_ != 0);
    INFO("length " << length << " beat " << b.last_beat_cycle_ << " cqe " << b.first_cqe_cycle_);
    CHECK(b.first_cqe_cycle_ - b.last_beat_cycle_ <= 24);
    CHECK(b.first_cqe_cycle_ > b.last_beat_cycle_);
  }
}
