// SPDX-License-Identifier: Apache-2.0
//
// Transmit side of el_eth_port against the frame oracle.

#include <algorithm>
#include <map>
#include <vector>

#include "catch.hpp"
#include "port_models.hpp"

namespace ethlink::test {
namespace {

using reference::Header;
using reference::HeaderOptions;

/// Headers of every kind that the endpoint sends, for a payload of `size` bytes.
std::vector<Header> all_kinds(std::size_t size) {
  std::vector<Header> kinds;
  for (const bool vlan : {false, true}) {
    HeaderOptions o;
    o.vlan = vlan;
    o.to_peer = true;
    kinds.push_back(reference::ls_header(o, size));
    kinds.push_back(reference::plain_header(o, 0x0806));
    for (const bool ipv6 : {false, true}) {
      for (const std::uint8_t opcode : Bytes{0x04, 0x06, 0x0B, 0x11, 0x12, 0x13, 0x65, 0x81}) {
        o.ipv6 = ipv6;
        o.opcode = opcode;
        kinds.push_back(reference::roce_header(o, size));
      }
    }
  }
  return kinds;
}

/// Payload sizes that matter: small ones, those around beats, the largest.
std::vector<std::size_t> sizes() {
  std::vector<std::size_t> list;
  for (std::size_t i = 0; i <= 200; ++i) {
    list.push_back(i);
  }
  for (std::size_t base = 256; base <= 4096; base += 640) {
    for (const int delta : {-5, -1, 0, 1, 7}) {
      list.push_back(base + static_cast<std::size_t>(delta));
    }
  }
  list.push_back(4095);
  list.push_back(4096);
  return list;
}

}  // namespace

TEMPLATE_TEST_CASE("every kind of header and every payload length leaves as the right frame", "",
                   Port256, Port512, Port1024) {
  TestType bench;
  const bool stalls = GENERATE(false, true);
  if (stalls) {
    bench.pace = {60, 70, 75, 100, 100};
  }
  std::array<std::vector<Bytes>, kClients> expected;
  for (const std::size_t size : sizes()) {
    const std::vector<Header> kinds = all_kinds(size);
    for (unsigned i = 0; i < 3; ++i) {
      const unsigned client = static_cast<unsigned>(bench.random()() % kClients);
      const Header& header = kinds[bench.random()() % kinds.size()];
      const Bytes payload = bench.random_bytes(size);
      bench.send(client, header, payload);
      expected[client].push_back(reference::with_fcs(reference::body_of(header, payload)));
    }
  }
  REQUIRE(bench.drain());
  // Frames of one client leave in order; clients interleave frame by frame.
  std::array<std::size_t, kClients> next{};
  std::uint64_t bytes = 0;
  for (const SentFrame& frame : bench.sent) {
    bytes += frame.bytes.size();
    bool known = false;
    for (unsigned c = 0; c < kClients && !known; ++c) {
      if (next[c] < expected[c].size() && expected[c][next[c]] == frame.bytes) {
        ++next[c];
        known = true;
      }
    }
    CAPTURE(&frame - bench.sent.data(), frame.bytes.size(), stalls);
    REQUIRE(known);
  }
  CHECK(bench.sent.size() == 3 * sizes().size());
  CHECK(bench.tx_frames == bench.sent.size());
  CHECK(bench.tx_bytes == bytes);
  if (!stalls) {
    CHECK(bench.tx_gaps == 0);
  }
}

TEMPLATE_TEST_CASE("each header kind is right at each length up to 200 bytes", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  for (std::size_t size = 0; size <= 200; size += 1 + size / 40) {
    for (const Header& header : all_kinds(size)) {
      const Bytes payload = bench.random_bytes(size);
      bench.send(1, header, payload);
      bench.sent.clear();
      REQUIRE(bench.drain());
      REQUIRE(bench.sent.size() == 1);
      CAPTURE(size, header.bytes.size());
      REQUIRE(bench.sent[0].bytes == reference::with_fcs(reference::body_of(header, payload)));
    }
  }
}

TEMPLATE_TEST_CASE("a payload that is marked bad leaves with a wrong ICRC and a good FCS", "",
                   Port256, Port512, Port1024) {
  TestType bench;
  const bool stalls = GENERATE(false, true);
  if (stalls) {
    bench.pace = {60, 70, 75, 100, 100};
  }
  std::vector<Bytes> expected;
  std::size_t spoilt = 0;
  for (const std::size_t size : sizes()) {
    HeaderOptions o;
    o.vlan = bench.random()() % 2 != 0;
    o.ipv6 = bench.random()() % 2 != 0;
    o.opcode = bench.random()() % 2 != 0 ? 0x06 : 0x07;
    const bool ethlink = bench.random()() % 4 == 0;
    const Header header = ethlink ? reference::ls_header(o, size) : reference::roce_header(o, size);
    // A good frame behind each bad one: the mark ends with its frame.
    for (const bool bad : {size != 0, false}) {
      const Bytes payload = bench.random_bytes(size);
      bench.send(1, header, payload, 0, bad);
      Bytes frame = reference::body_of(header, payload);
      for (std::size_t i = 0; bad && i < 4; ++i) {
        frame[header.bytes.size() + size + i] ^= 0xFF;
      }
      spoilt += bad ? 1 : 0;
      expected.push_back(reference::with_fcs(frame));
    }
  }
  REQUIRE(bench.drain());
  REQUIRE(bench.sent.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i, expected[i].size(), stalls);
    REQUIRE(bench.sent[i].bytes == expected[i]);
  }
  // A receiver drops exactly these, and says why.
  for (const SentFrame& frame : std::vector<SentFrame>(bench.sent)) {
    bench.receive(frame.bytes);
  }
  REQUIRE(bench.drain());
  CHECK(bench.cause[kIcrcError] == spoilt);
  std::uint64_t delivered = 0;
  for (unsigned c = 0; c < kClasses; ++c) {
    delivered += bench.rx_frames[c];
  }
  CHECK(delivered == expected.size() - spoilt);
}

TEMPLATE_TEST_CASE("the ICRC of captured soft-RoCE frames is regenerated bit for bit", "", Port256,
                   Port512, Port1024) {
  TestType bench;
  const auto vectors = reference::read_vectors(ETHLINK_GOLDEN_DIR "/rxe_vectors.txt");
  REQUIRE(vectors.size() == 278);
  for (const auto& [label, frame] : vectors) {
    const reference::RoceParts parts = reference::split_roce(frame);
    bench.send(2, parts.header, parts.payload);
  }
  REQUIRE(bench.drain());
  REQUIRE(bench.sent.size() == vectors.size());
  for (std::size_t i = 0; i < vectors.size(); ++i) {
    CAPTURE(vectors[i].first);
    Bytes frame = vectors[i].second;
    frame.resize(std::max<std::size_t>(frame.size(), 60), 0);
    REQUIRE(bench.sent[i].bytes == reference::with_fcs(frame));
  }
}

TEMPLATE_TEST_CASE("a header reaches the MAC within five cycles and frames follow without bubbles",
                   "", Port256, Port512, Port1024) {
  TestType bench;
  HeaderOptions o;
  o.to_peer = true;
  SECTION("latency of a frame with payload") {
    bench.send(1, reference::ls_header(o, 64), bench.random_bytes(64));
    REQUIRE(bench.drain());
    CHECK(bench.sent[0].first_cycle - bench.header_cycle[1] == 4);
  }
  SECTION("4096-byte WRITE frames") {
    o.opcode = 0x06;
    for (int i = 0; i < 16; ++i) {
      bench.send(1, reference::roce_header(o, 4096), bench.random_bytes(4096));
    }
    REQUIRE(bench.drain());
    const std::size_t beats = (70 + 4096 + 8 + TestType::kBeat - 1) / TestType::kBeat;
    CHECK(bench.sent.back().last_cycle - bench.sent.front().first_cycle + 1 == 16 * beats);
  }
  SECTION("smallest frames from two clients") {
    for (int i = 0; i < 100; ++i) {
      bench.send(1 + static_cast<unsigned>(i % 2), reference::plain_header(o, 0x0806),
                 bench.random_bytes(20));
    }
    REQUIRE(bench.drain());
    const std::size_t beats = (64 + TestType::kBeat - 1) / TestType::kBeat;
    CHECK(bench.sent.back().last_cycle - bench.sent.front().first_cycle + 1 == 100 * beats);
  }
}

TEMPLATE_TEST_CASE("the control client goes first and the others share by turns", "", Port256,
                   Port512, Port1024) {
  TestType bench;
  HeaderOptions o;
  o.to_peer = true;
  bench.rtl->cfg_enable_i = 0;
  for (unsigned i = 0; i < 4; ++i) {
    for (unsigned c = 0; c < kClients; ++c) {
      bench.send(c, reference::plain_header(o, 0x0900), Bytes(46, static_cast<std::uint8_t>(c)));
    }
  }
  bench.run(10);
  CHECK(bench.sent.empty());  // the port is down
  bench.rtl->cfg_enable_i = 1;
  REQUIRE(bench.drain());
  REQUIRE(bench.sent.size() == 12);
  // The bench offers the next header of a client in the cycle after the last one was taken, which
  // is when the port chooses: client 0 never waits for another frame.
  const std::vector<unsigned> order = {0, 0, 0, 0, 1, 2, 1, 2, 1, 2, 1, 2};
  for (std::size_t i = 0; i < order.size(); ++i) {
    CHECK(bench.sent[i].bytes[20] == order[i]);
  }
}

}  // namespace ethlink::test
