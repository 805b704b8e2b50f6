// SPDX-License-Identifier: Apache-2.0
//
// Priority flow control of el_eth_port: exact pauses, resume, refresh, never inside a frame.

#include <vector>

#include "catch.hpp"
#include "port_models.hpp"

namespace ethlink::test {
namespace {

using reference::HeaderOptions;

/// 802.1Qbb frame for the priorities in `enable`, all with the same time.
Bytes pfc_frame(std::uint8_t enable, std::uint16_t quanta) {
  Bytes frame;
  reference::put(frame, 0x0180C2000001, 6);
  reference::put(frame, reference::kPeerMac, 6);
  reference::put(frame, 0x8808, 2);
  reference::put(frame, 0x0101, 2);
  reference::put(frame, enable, 2);
  for (unsigned i = 0; i < 8; ++i) {
    reference::put(frame, ((enable >> i) & 1U) != 0 ? quanta : 0, 2);
  }
  frame.resize(60, 0);
  return reference::with_fcs(frame);
}

struct PfcFields {
  unsigned enable;
  std::vector<unsigned> quanta;
};
PfcFields parse_pfc(const Bytes& frame) {
  REQUIRE(frame.size() == 64);
  REQUIRE(reference::get(frame, 0, 6) == 0x0180C2000001);
  REQUIRE(reference::get(frame, 6, 6) == reference::kOwnMac);
  REQUIRE(reference::get(frame, 12, 4) == 0x88080101);
  PfcFields fields{static_cast<unsigned>(reference::get(frame, 16, 2)), {}};
  for (unsigned i = 0; i < 8; ++i) {
    fields.quanta.push_back(static_cast<unsigned>(reference::get(frame, 18 + 2 * i, 2)));
  }
  return fields;
}

template <typename Bench>
constexpr std::uint64_t cycles_of(std::uint64_t quanta) {
  return (quanta * 512 + 8 * Bench::kBeat - 1) / (8 * Bench::kBeat);
}

}  // namespace

TEMPLATE_TEST_CASE("a pause stops its priority for exactly its time", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  HeaderOptions o;
  o.to_peer = true;
  const unsigned quanta = GENERATE(1U, 2U, 7U, 100U, 65535U);
  bench.receive(pfc_frame(1U << 4, static_cast<std::uint16_t>(quanta)));
  while (bench.pfc_rx == 0) {
    bench.step();
  }
  // The counter pulsed in cycle t; a header offered in t + 1 is taken in t + 1 + N.
  const std::uint64_t judged = bench.rtl.cycle() - 1;
  CHECK(judged - bench.last_in_cycle == 2);
  bench.send(1, reference::ls_header(o, 0), {}, 4);
  REQUIRE(bench.drain());
  REQUIRE(bench.sent.size() == 1);
  CHECK(bench.header_taken[1] == judged + 1 + cycles_of<TestType>(quanta));
  for (unsigned cls = 0; cls < kClasses; ++cls) {
    CHECK(bench.rx_frames[cls] == 0);  // a PFC frame ends in the port
  }
}

TEMPLATE_TEST_CASE("a paused priority does not hold up the others", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  HeaderOptions o;
  o.to_peer = true;
  bench.receive(pfc_frame(0x10, 500));
  REQUIRE(bench.drain());
  bench.send(1, reference::ls_header(o, 30), Bytes(30, 1), 4);
  bench.send(0, reference::ls_header(o, 30), Bytes(30, 0), 5);
  bench.send(2, reference::ls_header(o, 30), Bytes(30, 2), 3);
  bench.run(50);
  REQUIRE(bench.sent.size() == 2);
  CHECK(bench.sent[0].bytes[28] == 0);
  CHECK(bench.sent[1].bytes[28] == 2);
  SECTION("a time of zero resumes at once") {
    bench.receive(pfc_frame(0x10, 0));
    bench.run(20);
    CHECK(bench.sent.size() == 3);
  }
  SECTION("a frame for other priorities changes nothing") {
    bench.receive(pfc_frame(0xEF, 0));
    bench.run(20);
    CHECK(bench.sent.size() == 2);
  }
  SECTION("a priority that does not honour PFC is not paused") {
    bench.rtl->cfg_pfc_rx_en_i = 0xEF;
    bench.run(20);
    CHECK(bench.sent.size() == 3);
  }
  REQUIRE(bench.drain());
  CHECK(bench.sent.size() == 3);
}

TEMPLATE_TEST_CASE("a client that keeps pauses itself sees them and is not held back", "", Port256,
                   Port512, Port1024) {
  TestType bench;
  HeaderOptions o;
  o.to_peer = true;
  bench.rtl->tx_own_pace_i = 0b010;
  bench.receive(pfc_frame(0x18, 40));
  while (bench.pfc_rx == 0) {
    bench.step();
  }
  const std::uint64_t judged = bench.rtl.cycle() - 1;
  bench.send(1, reference::ls_header(o, 30), Bytes(30, 1), 4);
  bench.send(2, reference::ls_header(o, 30), Bytes(30, 2), 3);
  // Both pauses are seen in the cycles judged + 1 .. judged + N.
  std::uint64_t seen = 0;
  for (bench.rtl.settle(); bench.rtl->paused_o != 0; bench.rtl.settle()) {
    CHECK(bench.rtl->paused_o == 0x18);
    REQUIRE(++seen < 1000);
    bench.step();
  }
  CHECK(seen == cycles_of<TestType>(40));
  REQUIRE(bench.drain());
  REQUIRE(bench.sent.size() == 2);
  CHECK(bench.sent[0].bytes[28] == 1);
  CHECK(bench.header_taken[1] <= judged + 2);
  CHECK(bench.header_taken[2] == judged + 1 + cycles_of<TestType>(40));
}

TEMPLATE_TEST_CASE("a pause never cuts a frame that has started", "", Port256, Port512, Port1024) {
  TestType bench;
  HeaderOptions o;
  o.to_peer = true;
  o.opcode = 0x06;
  bench.send(1, reference::roce_header(o, 4096), Bytes(4096, 9), 3);
  bench.send(1, reference::roce_header(o, 16), Bytes(16, 9), 3);
  bench.run(8);
  bench.receive(pfc_frame(0x08, 2000));
  bench.run(400);
  CHECK(bench.tx_gaps == 0);
  REQUIRE(bench.sent.size() == 1);
  CHECK(bench.sent[0].bytes.size() == 70 + 4096 + 8);
  REQUIRE(bench.drain());
  CHECK(bench.sent.size() == 2);
}

TEMPLATE_TEST_CASE("the deadline of a pause is exact and the port is quiet until then", "", Port256,
                   Port512, Port1024) {
  TestType bench;
  HeaderOptions o;
  o.to_peer = true;
  bench.receive(pfc_frame(0x18, 1000));
  bench.run(20);
  CHECK(bench.rtl->busy_o == 0);
  bench.send(1, reference::ls_header(o, 0), {}, 4);
  bench.run(5);
  CHECK(bench.rtl->busy_o == 0);
  const std::uint64_t deadline = bench.rtl->deadline_o;
  CHECK(deadline > bench.rtl->now_i);
  // Skipping to the deadline gives what clocking would have given.
  bench.rtl->now_i = deadline - 1;
  bench.step();
  CHECK(bench.header_taken[1] == 0);
  bench.step();
  CHECK(bench.header_taken[1] == bench.rtl.cycle() - 1);
  bench.run(2);
  CHECK(bench.rtl->deadline_o == 0xFFFFFFFFFFFF);
}

TEMPLATE_TEST_CASE("other MAC control frames are dropped and counted", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  Bytes frame = pfc_frame(0xFF, 100);
  frame.resize(60);
  frame[15] = 0x02;
  bench.receive(reference::with_fcs(frame));
  frame[15] = 0x01;
  frame[5] = 0x02;  // not the PFC address
  bench.receive(reference::with_fcs(frame));
  REQUIRE(bench.drain());
  CHECK(bench.cause[kUnknownOpcode] == 2);
  CHECK(bench.pfc_rx == 0);
  CHECK(bench.rtl->deadline_o == 0xFFFFFFFFFFFF);
}

TEMPLATE_TEST_CASE("a filling buffer pauses the peer, refreshes, and resumes when emptied", "",
                   Port256, Port512, Port1024) {
  TestType bench;
  bench.rtl->cfg_pfc_tx_en_i = 0xFF;
  const unsigned cls = GENERATE(kPlain, kLsReq, kLsResp, kRoce);
  const unsigned prio = cls == kRoce ? 3 : (cls == kLsReq ? 4 : 5);
  bench.pace.consumer = 0;
  HeaderOptions o;
  o.vc = cls == kLsResp ? 1 : 0;
  const Bytes payload(1000, 7);
  const reference::Header header = cls == kPlain  ? reference::plain_header(o, 0x0806)
                                   : cls == kRoce ? reference::roce_header(o, payload.size())
                                                  : reference::ls_header(o, payload.size());
  const Bytes frame = reference::with_fcs(reference::body_of(header, payload));
  for (int i = 0; i < 6; ++i) {
    bench.receive(frame);  // 6 of 16 KiB: below the half
  }
  bench.run(300);
  CHECK(bench.sent.empty());
  for (int i = 0; i < 4; ++i) {
    bench.receive(frame);
  }
  bench.run(350);
  if (cls == kPlain) {
    CHECK(bench.sent.empty());  // plain frames are not flow controlled
    return;
  }
  REQUIRE(bench.sent.size() >= 3);
  const std::uint64_t refresh = cycles_of<TestType>(100) / 2;
  for (std::size_t i = 0; i < bench.sent.size(); ++i) {
    const PfcFields fields = parse_pfc(bench.sent[i].bytes);
    CHECK(fields.enable == 1U << prio);
    for (unsigned p = 0; p < 8; ++p) {
      CHECK(fields.quanta[p] == (p == prio ? 100U : 0U));
    }
    if (i > 0) {
      CHECK(bench.sent[i].first_cycle - bench.sent[i - 1].first_cycle == refresh);
    }
  }
  bench.sent.clear();
  bench.pace.consumer = 100;
  REQUIRE(bench.drain());
  REQUIRE(!bench.sent.empty());
  const PfcFields last = parse_pfc(bench.sent.back().bytes);
  CHECK(last.enable == 1U << prio);
  CHECK(last.quanta[prio] == 0);
  CHECK(bench.rtl->deadline_o == 0xFFFFFFFFFFFF);
  CHECK(bench.pfc_tx >= 4);
}

TEMPLATE_TEST_CASE("PFC frames pass between frames although data is paused", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  bench.rtl->cfg_pfc_tx_en_i = 0xFF;
  bench.pace.consumer = 0;
  HeaderOptions o;
  o.to_peer = true;
  const reference::Header big = reference::plain_header(o, 0x0900);
  bench.receive(pfc_frame(0xFF, 60000));
  bench.run(10);
  bench.send(1, big, Bytes(1000, 1), 0);  // paused
  o.to_peer = false;
  const Bytes frame =
      reference::with_fcs(reference::body_of(reference::ls_header(o, 1000), Bytes(1000, 7)));
  for (int i = 0; i < 9; ++i) {
    bench.receive(frame);
  }
  bench.run(330);
  REQUIRE(!bench.sent.empty());
  for (const SentFrame& sent : bench.sent) {
    CHECK(parse_pfc(sent.bytes).enable == 0x10);
  }
}

}  // namespace ethlink::test
