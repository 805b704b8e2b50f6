// SPDX-License-Identifier: Apache-2.0
//
// el_ls_transport against frames that no correct peer sends.

#include "Vel_ls_transport_256.h"
#include "Vel_ls_transport_512.h"
#include "transport_star.hpp"

namespace ethlink::test {
namespace {

using Star512 = Star<Vel_ls_transport_512, 512>;

/// A frame of the reference peer 9 with one LOAD.
struct Good {
  LsFields fields;
  Bytes payload;
};
template <typename S>
Good good_frame(S& star, std::uint16_t psn) {
  Good g;
  g.fields.dst = kOwn;
  g.fields.src = 9;
  g.fields.pkey = kPkey;
  g.fields.epoch = star.peers[0].epoch();
  g.fields.psn = psn;
  g.fields.num_cmds = 1;
  g.payload = make_request(9, 0, 0x01, 64, 7, star.dut.random()).bytes();
  return g;
}

TEST_CASE("el_ls_transport_a frame with a contradictory header is counted and has no effect") {
  Star512 star({9});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  struct Bad {
    const char* what;
    unsigned counter;
    std::function<void(Good&)> spoil;
  };
  const std::vector<Bad> bads = {
      {"version", kRxMalformed, [](Good& g) { g.fields.version = 1; }},
      {"control VC with data", kRxMalformed, [](Good& g) { g.fields.vc = 3; }},
      {"VC that does not exist", kRxMalformed, [](Good& g) { g.fields.vc = 9; }},
      {"no commands", kRxMalformed, [](Good& g) { g.fields.num_cmds = 0; }},
      {"no payload", kRxMalformed, [](Good& g) { g.payload.clear(); }},
      {"acknowledgement of a VC that does not exist", kRxMalformed,
       [](Good& g) {
         g.fields.ack_valid = true;
         g.fields.ack_vc = 3;
       }},
      {"too long", kRxMalformed, [](Good& g) { g.payload.resize(2048); }},
      {"far too long", kRxMalformed, [](Good& g) { g.payload.resize(4000); }},
      {"ACK with payload", kRxMalformed,
       [](Good& g) {
         g.fields.op = LsOp::kAck;
         g.fields.ack_valid = true;
         g.fields.num_cmds = 0;
       }},
      {"ACK with commands", kRxMalformed,
       [](Good& g) {
         g.fields.op = LsOp::kAck;
         g.fields.ack_valid = true;
         g.payload.clear();
       }},
      {"ACK of nothing", kRxMalformed,
       [](Good& g) {
         g.fields.op = LsOp::kAck;
         g.fields.num_cmds = 0;
         g.payload.clear();
       }},
      {"CONTROL with payload", kRxMalformed,
       [](Good& g) {
         g.fields.op = LsOp::kControl;
         g.fields.vc = 3;
         g.fields.psn = 0;
       }},
      {"CONTROL on another VC", kRxMalformed,
       [](Good& g) {
         g.fields.op = LsOp::kControl;
         g.fields.num_cmds = 0;
         g.fields.psn = 0;
         g.payload.clear();
       }},
      {"CONTROL of an unknown kind", kRxMalformed,
       [](Good& g) {
         g.fields.op = LsOp::kControl;
         g.fields.vc = 3;
         g.fields.num_cmds = 0;
         g.fields.psn = 2;
         g.payload.clear();
       }},
      {"CONTROL without an epoch", kRxMalformed,
       [](Good& g) {
         g.fields.op = LsOp::kControl;
         g.fields.vc = 3;
         g.fields.num_cmds = 0;
         g.fields.psn = 0;
         g.fields.epoch = 0;
         g.payload.clear();
       }},
      {"stale epoch", kRxStale, [](Good& g) { --g.fields.epoch; }},
      {"later epoch", kRxStale, [](Good& g) { ++g.fields.epoch; }},
      {"response of another partition", kRxBadPkey,
       [](Good& g) {
         g.fields.vc = 1;
         g.fields.pkey = 0x8002;
       }},
      {"ACK of another partition", kRxBadPkey,
       [](Good& g) {
         g.fields.op = LsOp::kAck;
         g.fields.vc = 1;
         g.fields.ack_valid = true;
         g.fields.num_cmds = 0;
         g.fields.pkey = 0x8002;
         g.payload.clear();
       }},
      {"CONTROL of another partition", kRxBadPkey,
       [](Good& g) {
         g.fields.op = LsOp::kControl;
         g.fields.vc = 3;
         g.fields.num_cmds = 0;
         g.fields.psn = 0;
         g.fields.pkey = 0x8002;
         g.payload.clear();
       }},
      {"unknown source", kRxUnknownPeer, [](Good& g) { g.fields.src = 10; }},
      {"source with the index of a peer", kRxUnknownPeer, [](Good& g) { g.fields.src = 9 + 64; }},
  };
  std::uint16_t psn = 0;
  for (const Bad& bad : bads) {
    INFO(bad.what);
    const auto before = star.dut.cnt;
    const auto log = star.log.size();
    star.dut.received[0].clear();
    Good g = good_frame(star, psn);
    bad.spoil(g);
    star.dut.receive(reference::ls_build(g.fields, g.payload));
    star.run(150);
    for (const unsigned counter : {kRxMalformed, kRxStale, kRxBadPkey, kRxUnknownPeer}) {
      CHECK(star.dut.cnt[counter] == before[counter] + (counter == bad.counter ? 1 : 0));
    }
    CHECK(star.dut.received[0].empty());
    CHECK(star.log.size() == log);  // not even an answer
    CHECK(star.dut.cnt[kRxFrames] == before[kRxFrames]);
    // The next good frame is accepted with the PSN that is still expected.
    const Good next = good_frame(star, psn++);
    star.dut.receive(reference::ls_build(next.fields, next.payload));
    star.run(150);
    REQUIRE(star.dut.received[0].size() == 1);
    CHECK(star.dut.received[0][0].bytes() == next.payload);
  }
  CHECK(star.dut.up(9));
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_a request of another partition is accepted, marked and counted") {
  Star512 star({9});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.log.clear();
  std::vector<Bytes> sent;
  // By turns of another partition and good; bulk too.
  for (unsigned i = 0; i < 12; ++i) {
    Good g = good_frame(star, static_cast<std::uint16_t>(i / 2));
    g.fields.vc = i % 2 == 0 ? 0 : 2;
    if (i % 3 != 0) {
      g.fields.pkey = static_cast<std::uint16_t>(0x8002 + i);
    }
    sent.push_back(g.payload);
    star.dut.receive(reference::ls_build(g.fields, g.payload));
  }
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.run(150);
  REQUIRE(star.dut.received[0].size() == 12);
  for (unsigned i = 0; i < 12; ++i) {
    CHECK(star.dut.received[0][i].bytes() == sent[i]);
    CHECK(star.dut.received[0][i].denied == (i % 3 != 0));
  }
  CHECK(star.dut.cnt[kRxBadPkey] == 8);
  CHECK(star.dut.cnt[kRxMalformed] == 0);
  std::array<unsigned, 3> acked = {0xFFFF, 0xFFFF, 0xFFFF};
  for (const SentFrame& s : star.log) {
    if (s.fields.ack_valid) {
      acked.at(s.fields.ack_vc) = s.fields.ack_psn;
    }
  }
  CHECK(acked == std::array<unsigned, 3>{5, 0xFFFF, 5});
  // A stale epoch counts even less than a partition.
  Good g = good_frame(star, 6);
  g.fields.pkey = 0x8002;
  --g.fields.epoch;
  star.dut.receive(reference::ls_build(g.fields, g.payload));
  star.run(150);
  CHECK(star.dut.received[0].size() == 12);
  CHECK(star.dut.cnt[kRxBadPkey] == 9);
  CHECK(star.dut.up(9));
  CHECK(star.dut.sound);
}

TEMPLATE_TEST_CASE("el_ls_transport_commands that contradict their frame end it", "",
                   Vel_ls_transport_256, Vel_ls_transport_512) {
  constexpr std::size_t kWidth = std::is_same_v<TestType, Vel_ls_transport_256> ? 256 : 512;
  Star<TestType, kWidth> star({9});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  auto& random = star.dut.random();
  struct Bad {
    const char* what;
    std::size_t good;  // commands in front of the contradiction
    bool refused;      // the command that does not fit is delivered to be refused
    bool broken;       // others were lost with it
    std::function<void(Good&)> spoil;
  };
  const auto add = [&](Good& g, unsigned opcode, unsigned bytes) {
    const Bytes c = make_request(9, 0, opcode, bytes, 0x1234, random).bytes();
    g.payload.insert(g.payload.end(), c.begin(), c.end());
    ++g.fields.num_cmds;
  };
  const auto cut = [](Good& g, std::size_t bytes) { g.payload.resize(g.payload.size() - bytes); };
  const std::vector<Bad> bads = {
      {"count too small", 1, false, false,
       [&](Good& g) {
         add(g, 0x03, 64);
         g.fields.num_cmds = 1;
       }},
      {"count too large", 1, false, true, [](Good& g) { g.fields.num_cmds = 2; }},
      {"count far too large", 2, false, true,
       [&](Good& g) {
         add(g, 0x03, 256);
         g.fields.num_cmds = 255;
       }},
      {"unknown opcode", 0, true, false, [](Good& g) { g.payload[0] = 0x42; }},
      {"unknown opcode behind a good command", 1, true, false,
       [&](Good& g) {
         const std::size_t at = g.payload.size();
         add(g, 0x03, 256);
         g.payload[at] = 0x7F;
       }},
      {"unknown opcode in front of a good command", 1, true, true,
       [&](Good& g) {
         const std::size_t at = g.payload.size();
         add(g, 0x03, 256);
         add(g, 0x03, 256);
         g.payload[at] = 0x7F;
       }},
      {"response among requests", 0, false, true, [](Good& g) { g.payload[0] = 0x82; }},
      {"length beyond a command", 0, true, false, [](Good& g) { g.payload[1] = 64; }},
      {"cut data", 1, true, false,
       [&](Good& g) {
         add(g, 0x03, 256);
         cut(g, 4);
       }},
      {"cut operands", 1, true, false,
       [&](Good& g) {
         add(g, 0x12, 8);
         cut(g, 4);
       }},
      {"cut header", 1, true, false,
       [&](Good& g) {
         add(g, 0x01, 4);
         cut(g, 8);
       }},
      {"cut tag", 1, false, true,
       [&](Good& g) {
         add(g, 0x01, 4);
         cut(g, 9);
       }},
      {"odd bytes at the end", 1, false, false,
       [](Good& g) {
         g.payload.push_back(1);
         g.payload.push_back(2);
       }},
      {"three bytes", 0, false, true, [](Good& g) { g.payload.resize(3); }},
  };
  std::uint16_t psn = 0;
  for (unsigned round = 0; round < 2; ++round) {
    star.dut.pace.consumers = round == 0 ? 100 : 30;
    star.dut.pace.in_payload = round == 0 ? 100 : 40;
    for (const Bad& bad : bads) {
      INFO(bad.what);
      const auto before = star.dut.cnt;
      star.dut.received[0].clear();
      star.dut.events.clear();
      Good g = good_frame(star, psn++);
      const Bytes first = g.payload;
      bad.spoil(g);
      star.dut.receive(reference::ls_build(g.fields, g.payload));
      if (bad.broken) {
        // Both ends of the session end it, and start the next one.
        REQUIRE(star.run_until([&] { return star.dut.events.size() == 2 && star.dut.up(9); }));
        CHECK(!star.dut.events[0].up);
        CHECK(star.dut.events[1].up);
        REQUIRE(star.run_until([&] { return star.peers[0].up() && star.idle(); }));
        psn = 0;
      }
      // Good frames right behind it must not be touched.
      const Good next = good_frame(star, psn++);
      star.dut.receive(reference::ls_build(next.fields, next.payload));
      star.run(400);
      CHECK(star.dut.cnt[kRxMalformed] == before[kRxMalformed] + 1);
      CHECK(star.dut.cnt[kPeerDown] == before[kPeerDown] + (bad.broken ? 1 : 0));
      const auto& got = star.dut.received[0];
      REQUIRE(got.size() == bad.good + (bad.refused ? 2 : 1));
      CHECK(got.back().bytes() == next.payload);
      if (bad.good > 0) {
        CHECK(got[0].bytes() == first);
      }
      if (bad.refused) {
        // Opcode and tag, and a length that no request may have.
        const std::size_t at = bad.good == 0 ? 0 : first.size();
        CHECK(got[bad.good].bytes() == Bytes{g.payload[at], 0xFF, g.payload[at + 2],
                                             g.payload[at + 3], 0, 0, 0, 0, 0, 0, 0, 0});
      }
    }
  }
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_a response that cannot be read still ends its operation") {
  Star512 star({9});
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  for (unsigned round = 0; round < 2; ++round) {
    star.dut.pace.consumers = round == 0 ? 100 : 30;
    star.dut.pace.in_payload = round == 0 ? 100 : 40;
    for (const bool behind : {false, true}) {
      CAPTURE(round, behind);
      for (unsigned tag = 5; tag < 8; ++tag) {
        star.dut.send(make_request(9, 0, 0x01, 64, static_cast<std::uint16_t>(tag), random));
      }
      REQUIRE(star.run_until([&] { return star.idle(); }));
      star.dut.received[1].clear();
      star.dut.events.clear();
      Good g = good_frame(star, 0);
      g.fields.vc = 1;
      // A load's answer that is cut, then one of an unknown kind, perhaps with others behind it
      g.payload = make_response(9, 0x81, 5, 0, 60, random).bytes();
      star.dut.receive(reference::ls_build(g.fields, g.payload));
      Good unknown = good_frame(star, 1);
      unknown.fields.vc = 1;
      unknown.payload = make_response(9, 0x83, 6, 0, behind ? 68 : 0, random).bytes();
      unknown.fields.num_cmds = behind ? 2 : 1;
      star.dut.receive(reference::ls_build(unknown.fields, unknown.payload));
      star.run(400);
      REQUIRE(star.dut.received[1].size() == 2);
      CHECK(star.dut.received[1][0].bytes() == Bytes{0x81, 0, 0, 5});
      CHECK(star.dut.received[1][1].bytes() == Bytes{0x83, 0, 0, 6});
      if (!behind) {
        CHECK(star.dut.events.empty());
        // What looks like a request ends nothing here: its tag may be anybody's.
        Good request = good_frame(star, 2);
        request.fields.vc = 1;
        star.dut.receive(reference::ls_build(request.fields, request.payload));
      }
      REQUIRE(star.run_until([&] { return star.dut.events.size() == 2 && star.dut.up(9); }));
      CHECK(!star.dut.events[0].up);
      REQUIRE(star.run_until([&] { return star.peers[0].up() && star.idle(); }));
      CHECK(star.dut.received[1].size() == 2);
    }
  }
  CHECK(star.dut.cnt[kRxMalformed] == 10);
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_acknowledgements that make no sense free nothing") {
  Star512 star({9});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.peers[0].set_acknowledge(false);
  for (unsigned i = 0; i < 3; ++i) {
    star.dut.send(make_request(9, 0, 0x03, 64, 0xFFFF, star.dut.random()));
    star.run(30);
  }
  for (const unsigned ack : {3U, 5U, 0x7FFFU, 0x8000U, 0xFFF0U}) {
    for (const LsOp op : {LsOp::kAck, LsOp::kNack}) {
      LsFields f;
      f.dst = kOwn;
      f.src = 9;
      f.pkey = kPkey;
      f.epoch = star.peers[0].epoch();
      f.op = op;
      f.vc = 1;
      f.ack_valid = true;
      f.ack_psn = static_cast<std::uint16_t>(ack);
      star.dut.receive(reference::ls_build(f, {}));
    }
  }
  star.run(60);
  CHECK(star.dut.cnt[kTxRepeated] == 0);
  const std::size_t got = star.peers[0].delivered[0].size();
  CHECK(got == 3);
  star.run(900);
  CHECK(star.dut.cnt[kTxRepeated] >= 3);  // nothing was acknowledged
  star.peers[0].set_acknowledge(true);
  REQUIRE(star.run_until([&] { return star.idle(); }));
  CHECK(star.peers[0].delivered[0].size() == 3);
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_a gap is reported once, then there is silence") {
  Star512 star({9});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.log.clear();
  for (const unsigned psn : {2U, 3U, 5U, 4U}) {
    const Good g = good_frame(star, static_cast<std::uint16_t>(psn));
    star.dut.receive(reference::ls_build(g.fields, g.payload));
    star.run(30);
  }
  star.run(200);
  REQUIRE(star.log.size() == 1);
  CHECK(star.log[0].control);
  CHECK(star.log[0].fields.op == LsOp::kNack);
  CHECK(star.log[0].fields.ack_vc == 0);
  CHECK(star.log[0].fields.ack_psn == 0xFFFF);  // the last good PSN: none yet
  CHECK(star.dut.cnt[kRxGaps] == 4);
  CHECK(star.dut.received[0].empty());
  // The expected PSN ends the silence: the next gap is reported again.
  for (const unsigned psn : {0U, 2U}) {
    const Good g = good_frame(star, static_cast<std::uint16_t>(psn));
    star.dut.receive(reference::ls_build(g.fields, g.payload));
    star.run(100);
  }
  CHECK(star.dut.cnt[kTxNacks] == 2);
  CHECK(star.log.back().fields.ack_psn == 0);
  // A duplicate is acknowledged again at once.
  star.log.clear();
  const Good again = good_frame(star, 0);
  star.dut.receive(reference::ls_build(again.fields, again.payload));
  star.run(20);
  REQUIRE(star.log.size() == 1);
  CHECK(star.log[0].fields.op == LsOp::kAck);
  CHECK(star.log[0].fields.ack_psn == 0);
  CHECK(star.dut.received[0].size() == 1);
}

}  // namespace
}  // namespace ethlink::test
