// SPDX-License-Identifier: Apache-2.0
//
// The parser in front of the responder: what is dropped, what is counted, who gets a response.

#include "target_messages.hpp"

namespace {

using namespace ethlink::test;
namespace regs = ethlink::regs;

RcPacket plain(std::uint8_t opcode, std::size_t payload) {
  RcPacket p;
  p.qpn = 1;
  p.opcode = opcode;
  p.psn = 0x123456;
  p.va = kFlatVa;
  p.rkey = kFlat;
  p.dma_length = static_cast<std::uint32_t>(payload);
  p.aeth = {0x63, 1, 2, 3};
  p.payload.assign(payload, 0x55);
  return p;
}

}  // namespace

TEST_CASE("opcodes that are not served are dropped with their payload", "[rx]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.psn = 0x123456});
  unsigned dropped = 0;
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    const unsigned low = opcode & 0x1f;
    if (opcode < 0x20 && low != 0x15 && low < 0x18) {
      continue;
    }
    if ((opcode >= 0xc7 && opcode <= 0xc9) || opcode == 0xd1) {
      continue;  // selective repeat
    }
    b.send(plain(static_cast<std::uint8_t>(opcode), opcode % 3 * 64));
    dropped += opcode == 0x81 ? 0 : 1;
  }
  send(b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 100, .psn = 0x123456});
  b.run();
  b.compare();
  CHECK(b.count("rx_bad_opcode") == dropped);
  CHECK(b.count("rx_cnp") == 1);
  CHECK(b.count("rx_requests") == 1);
  CHECK(b.acks[1].size() == 1);
}

TEST_CASE("TVer, queue pair and partition must match", "[rx]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.pkey = 0x8123, .psn = 0x123456});
  b.create_qp(2, {.pkey = 0x0123, .psn = 0x123456});
  RcPacket p = plain(0x0a, 64);
  p.pkey = 0x8123;
  p.tver = 1;
  b.send(p);
  p.tver = 0;
  for (const std::uint32_t qpn : {3U, 17U, 0x10001U, 0xffffffU}) {
    p.qpn = qpn;
    b.send(p);
  }
  p.qpn = 1;
  for (const unsigned pkey : {0x8122U, 0x0122U, 0xffffU, 0x0000U}) {
    p.pkey = static_cast<std::uint16_t>(pkey);
    b.send(p);
  }
  p.qpn = 2;
  p.pkey = 0x0123;  // two limited members
  b.send(p);
  b.run();
  CHECK(b.count("rx_bad_opcode") == 1);
  CHECK(b.count("rx_bad_qp") == 4);
  CHECK(b.count("rx_bad_pkey") == 5);
  CHECK(b.count("rx_requests") == 0);
  // A limited member of the same partition reaches a full member, and the other way round.
  p.qpn = 1;
  b.send(p);
  p.qpn = 2;
  p.pkey = 0x8123;
  b.send(p);
  b.run();
  b.compare();
  CHECK(b.count("rx_requests") == 2);
}

TEST_CASE("a queue pair takes no packet of the other encapsulation", "[rx]") {
  Bench512 b;
  create_regions(b);
  for (const std::uint32_t qpn : {1U, 2U}) {  // RoCEv2, EthLink
    b.create_qp(qpn, {.psn = 0x123456});
    RcPacket p = plain(0x0a, 64);
    p.qpn = qpn;
    p.ecn = 3;
    p.other_encap = true;
    b.send(p);
    for (const std::uint8_t opcode : Bytes{0x11, 0x10, 0x81}) {
      p = plain(opcode, opcode == 0x10 ? 64 : 0);
      p.qpn = qpn;
      p.other_encap = true;
      b.send(p);
    }
    p = plain(0x0a, 64);  // another partition too: the encapsulation counts
    p.qpn = qpn;
    p.other_encap = true;
    p.pkey = 1;
    b.send(p);
  }
  b.run();
  CHECK(b.count("rx_bad_encap") == 10);
  CHECK(b.count("rx_requests") == 0);
  CHECK(b.count("rx_responses") == 0);
  CHECK(b.count("rx_cnp") == 0);
  CHECK(b.count("rx_bad_pkey") == 0);
  CHECK(b.marks_.empty());
  CHECK(b.notifications_.empty());
  CHECK(b.responses_seen_ == 0);
  for (const std::uint32_t qpn : {1U, 2U}) {
    RcPacket p = plain(0x0a, 64);
    p.qpn = qpn;
    b.send(p);
    p = plain(0x81, 0);
    p.qpn = qpn;
    b.send(p);
  }
  b.run();
  b.compare();
  CHECK(b.count("rx_bad_encap") == 10);
  CHECK(b.count("rx_requests") == 2);
  CHECK(b.count("rx_cnp") == 2);
  CHECK(b.notifications_.size() == 2);
}

TEST_CASE("responses go to the requester, their payload is thrown away", "[rx]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  for (unsigned round = 0; round < 20; ++round) {
    for (unsigned opcode = 0x0d; opcode <= 0x12; ++opcode) {
      RcPacket p = plain(static_cast<std::uint8_t>(opcode), opcode < 0x11 ? 128 : 0);
      p.psn = round * 16 + opcode;
      p.aeth = {static_cast<std::uint8_t>(round), static_cast<std::uint8_t>(opcode), 7, 9};
      b.send(p);
    }
    send(b, {.kind = 'w', .va = kFlatVa + 64 * round, .rkey = kFlat, .length = 65, .psn = round});
  }
  b.stalls_ = Stalls::all(30);
  b.run();
  b.compare();
  CHECK(b.responses_seen_ == 120);
  CHECK(b.count("rx_responses") == 120);
  CHECK(b.count("rx_requests") == 20);
}

TEST_CASE("marked requests and READ responses are reported, other marked packets are not", "[rx]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1, {.psn = 0x123456});
  for (unsigned ecn = 0; ecn < 4; ++ecn) {
    for (unsigned opcode = 0x0a; opcode <= 0x14; ++opcode) {
      RcPacket p = plain(static_cast<std::uint8_t>(opcode), opcode == 0x0a ? 64 : 0);
      p.ecn = static_cast<std::uint8_t>(ecn);
      p.psn = 0x200000;  // of no use for the responder
      b.send(p);
    }
    RcPacket p = plain(0x81, 0);
    p.ecn = static_cast<std::uint8_t>(ecn);
    b.send(p);
    p = plain(0x0a, 64);
    p.ecn = static_cast<std::uint8_t>(ecn);
    p.qpn = 2;  // absent
    b.send(p);
  }
  b.run();
  // WRITE, WRITE with immediate, READ request, four kinds of READ responses, two atomics.
  CHECK(b.marks_[1] == 9);
  CHECK(b.marks_.size() == 1);
  CHECK(b.count("rx_ecn_marked") == 9);
  CHECK(b.notifications_[1] == 4);
  CHECK(b.notifications_.size() == 1);
}

TEST_CASE("ACKs of a queue pair that reads keep their order, those of others pass", "[rx]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  b.create_qp(2);
  b.ordered_qpn_ = 2;
  for (std::uint32_t i = 0; i < 60; ++i) {
    RcPacket p = plain(i % 3 == 0 ? 0x0e : 0x11, i % 3 == 0 ? 64 : 0);
    p.qpn = 1 + i % 2;
    p.psn = i;
    b.send(p);
  }
  b.stalls_ = Stalls::all(20);
  b.run();
  b.compare();
  CHECK(b.acks_seen_ == 20);
  CHECK(b.judged_ == 40);
  CHECK(b.ways_ == 40);
  CHECK(b.ended_ == 40);
}

TEST_CASE("a requester that takes no response stops nothing but responses", "[rx]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  b.bench_->ack_ready_i = 0;
  b.send(plain(0x11, 0));
  for (std::uint32_t i = 0; i < 5; ++i) {
    send(b, {.kind = 'w', .psn = i});
  }
  b.steps(200);
  CHECK(b.acks[1].size() == 5);
  b.bench_->ack_ready_i = 1;
  b.run();
  b.compare();
  CHECK(b.responses_seen_ == 1);
}
