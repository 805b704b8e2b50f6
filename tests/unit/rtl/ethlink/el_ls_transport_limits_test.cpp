// SPDX-License-Identifier: Apache-2.0
//
// el_ls_transport at its limits: windows, failing peers, blocked streams, skipped clocks.

#include "Vel_ls_transport_512.h"
#include "transport_star.hpp"

namespace ethlink::test {
namespace {

using Star512 = Star<Vel_ls_transport_512, 512>;

TEST_CASE("el_ls_transport_never has more frames in flight than the peer's window") {
  for (const unsigned window : {0U, 1U, 3U, 7U}) {
    INFO("window " << window);
    TransportTimes times;
    times.pack = 12;
    times.rto = 5000;
    Star512 star({9}, times);
    star.peers[0].set_window(window);
    REQUIRE(star.connect());
    star.peers[0].set_acknowledge(false);
    for (unsigned i = 0; i < 40; ++i) {
      star.dut.send(make_request(9, 0, 0x20, 4, static_cast<std::uint16_t>(i), star.dut.random()));
    }
    // A window of 0 still lets one frame probe.
    const std::size_t most = std::max(window, 1U);
    std::size_t acknowledged = 0;
    for (unsigned round = 0; round < 8; ++round) {
      star.run(200);
      CHECK(star.peers[0].delivered[0].size() == std::min<std::size_t>(acknowledged + most, 40));
      acknowledged = star.peers[0].delivered[0].size();
      star.peers[0].acknowledge(0);
    }
    // A wider window is honoured with the next frame that carries it.
    star.run(100);
    acknowledged = star.peers[0].delivered[0].size();
    star.peers[0].set_window(10);
    star.peers[0].acknowledge(0);
    star.run(200);
    CHECK(star.peers[0].delivered[0].size() == std::min<std::size_t>(acknowledged + 10, 40));
    CHECK(star.dut.cnt[kTxRepeated] == 0);
  }
}

TEST_CASE("el_ls_transport_a lost frame is sent again after the timer, a lost tail included") {
  Star512 star({9});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.dead[0] = true;
  star.dut.send(make_request(9, 0, 0x03, 64, 0xFFFF, star.dut.random()));
  star.log.clear();
  REQUIRE(star.run_until([&] { return star.log.size() == 2; }, 2000));
  const std::uint64_t gap = star.log[1].header_valid_cycle - star.log[0].header_valid_cycle;
  INFO("repeated after " << gap << " cycles");
  CHECK(gap >= 600);
  CHECK(gap <= 600 + 150 + 10);
  CHECK(star.log[0].frame.payload == star.log[1].frame.payload);
  CHECK(star.log[0].fields.psn == star.log[1].fields.psn);
}

TEST_CASE("el_ls_transport_a dead peer goes down alone and comes back without a reset") {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  TransportTimes times;
  times.pack = 200;
  times.flow_slots = 6;
  Star512 star({1, 2, 3, 4}, times);
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  std::array<std::vector<Command>, 4> asked;
  const auto ask = [&](std::size_t i) {
    const Command c = random_request(static_cast<unsigned>(i + 1), 3, random);
    asked.at(i).push_back(c);
    star.dut.send(c);
  };
  for (unsigned round = 0; round < 3; ++round) {
    const auto down_before = star.dut.cnt[kPeerDown];
    star.dut.events.clear();
    star.log.clear();
    star.dead[2] = true;  // endpoint 3
    for (unsigned i = 0; i < 10; ++i) {
      for (std::size_t p = 0; p < 4; ++p) {
        ask(p);
      }
    }
    // Both directions of the others keep moving.
    for (unsigned i = 0; i < 40; ++i) {
      star.peers[0].send(0, make_request(1, 0, 0x01, 8, 1, random).bytes());
    }
    REQUIRE(star.run_until([&] { return !star.dut.events.empty(); }));
    CHECK(star.dut.events[0].peer == 3);
    CHECK_FALSE(star.dut.events[0].up);
    CHECK(star.dut.cnt[kPeerDown] == down_before + 1);
    // The first frame went out once and then for each retry.
    unsigned copies = 0;
    for (const SentFrame& s : star.log) {
      copies +=
          s.fields.dst == 3 && s.fields.op == LsOp::kData && s.fields.vc == 0 && s.fields.psn == 0;
    }
    if (round != 1) {
      CHECK((copies == 5 || copies == 0));
    }
    // Commands to a peer that is down are dropped and block nothing.
    const auto dropped = star.dut.cnt[kTxDropped];
    for (unsigned i = 0; i < 5; ++i) {
      star.dut.send(random_request(3, 1, random));
      ask(0);
    }
    REQUIRE(star.run_until([&] { return star.idle(); }));
    CHECK(star.dut.cnt[kTxDropped] >= dropped + 5);
    CHECK(star.dut.events.size() == 1);
    for (const std::size_t p : {0U, 1U, 3U}) {
      const auto peer = static_cast<unsigned>(p + 1);
      CHECK(star.peers[p].delivered[0] == bytes_of(asked.at(p), peer, 0));
      CHECK(star.peers[p].delivered[2] == bytes_of(asked.at(p), peer, 2));
      CHECK(star.peers[p].sessions == 1);
      CHECK(star.peers[p].sound);
    }
    REQUIRE(star.dut.object_now(kQuery, 3) == 0);
    CHECK(star.dut.answer[8] == 2);  // down
    // Every slot came back: the other peers can use them all, again and again.
    star.dead[2] = false;
    if (round == 1) {
      star.peers[2].restart(static_cast<std::uint16_t>(500 + round));
    }
    REQUIRE(star.run_until([&] { return star.dut.up(3) && star.peers[2].up(); }));
    REQUIRE(star.run_until([&] { return star.dut.events.size() == 2; }));
    CHECK(star.dut.events[1].peer == 3);
    CHECK(star.dut.events[1].up);
    asked[2].clear();
    for (auto& list : star.peers[2].delivered) {
      list.clear();
    }
    for (unsigned i = 0; i < 100; ++i) {
      ask(2);
    }
    REQUIRE(star.run_until([&] { return star.idle(); }));
    CHECK(star.peers[2].delivered[0] == bytes_of(asked[2], 3, 0));
    CHECK(star.peers[2].delivered[2] == bytes_of(asked[2], 3, 2));
  }
  CHECK(star.dut.received[0].size() == 120);
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_no peer comes up before its failure was taken") {
  Star512 star({1, 2});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.dut.events.clear();
  star.dut.pace.events = 0;
  star.peers[0].restart(900);
  REQUIRE(star.run_until([&] { return !star.dut.up(1); }));
  star.run(3000);
  CHECK_FALSE(star.dut.up(1));
  CHECK(star.dut.up(2));
  // The other peer works meanwhile, and slots are freed.
  for (unsigned i = 0; i < 300; ++i) {
    star.dut.send(make_request(2, 0, 0x03, 256, 0xFFFF, star.dut.random()));
  }
  REQUIRE(star.run_until([&] { return star.peers[1].delivered[0].size() == 300; }));
  star.dut.pace.events = 100;
  REQUIRE(star.run_until([&] { return star.dut.up(1) && star.peers[0].up(); }));
  REQUIRE(star.run_until([&] { return star.dut.events.size() == 2; }));
  CHECK_FALSE(star.dut.events[0].up);
  CHECK(star.dut.events[1].up);
}

TEST_CASE("el_ls_transport_sixty-four peers at once keep their order and their epochs") {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  std::vector<std::uint16_t> ids(64);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    ids[i] = static_cast<std::uint16_t>(i + 64 * (i % 3));
  }
  Star512 star(ids);
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  std::vector<Command> asked;
  for (unsigned i = 0; i < 3000; ++i) {
    asked.push_back(random_request(static_cast<unsigned>(random() % 64), 1, random));
    star.dut.send(asked.back());
  }
  REQUIRE(star.run_until([&] { return star.idle(); }, 200000));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const auto index = static_cast<unsigned>(ids[i] % 64U);
    for (const unsigned vc : {0U, 2U}) {
      CHECK(star.peers[i].delivered.at(vc) == bytes_of(asked, index, vc));
    }
    CHECK(star.peers[i].sound);
  }
  CHECK(star.dut.cnt[kTxRepeated] == 0);
}

TEST_CASE("el_ls_transport_a response never waits for a request") {
  Star512 star({9});
  REQUIRE(star.connect());
  auto& random = star.dut.random();

  SECTION("received, while nobody takes requests") {
    star.dut.stop_consumer[0] = true;
    for (unsigned i = 0; i < 200; ++i) {
      star.peers[0].send(0, make_request(9, 0, 0x03, 256, 0xFFFF, random).bytes());
      star.peers[0].send(1, make_response(9, 0x82, 1, 0, 0, random).bytes());
    }
    REQUIRE(star.run_until([&] { return star.dut.received[1].size() == 200; }));
    CHECK(star.dut.received[0].empty());
    star.dut.stop_consumer[0] = false;
    REQUIRE(star.run_until([&] { return star.dut.received[0].size() == 200; }));
  }
  SECTION("sent, while requests are never acknowledged") {
    star.peers[0].set_acknowledge(false);
    for (unsigned i = 0; i < 200; ++i) {
      star.dut.send(make_request(9, i % 2 * 2, 0x03, 256, 0xFFFF, random));
    }
    star.run(300);
    REQUIRE(star.dut.commands_waiting(0) > 0);  // requests are stuck
    for (unsigned i = 0; i < 10; ++i) {
      const std::uint64_t from = star.dut.rtl.cycle();
      star.dut.send(make_response(9, 0x82, 2, 0, 0, random));
      REQUIRE(star.run_until([&] { return star.peers[0].delivered[1].size() == i + 1; }, 100));
      CHECK(star.dut.rtl.cycle() - from < 60);
      star.peers[0].acknowledge(1);
      star.run(4);
    }
  }
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_control frames never wait behind data") {
  Star512 star({9});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  auto& random = star.dut.random();
  star.dut.stop_data_frames = true;
  for (unsigned i = 0; i < 50; ++i) {
    star.dut.send(make_request(9, 0, 0x03, 256, 0xFFFF, random));
  }
  star.run(100);
  star.log.clear();
  star.peers[0].send(0, make_request(9, 0, 0x01, 8, 1, random).bytes());
  REQUIRE(star.run_until([&] { return star.peers[0].idle(); }, 200));
  CHECK(star.log.back().fields.op == LsOp::kAck);
  // A peer that starts anew gets its answer, too.
  star.peers[0].restart(321);
  REQUIRE(star.run_until([&] { return star.peers[0].up(); }, 2000));
}

TEST_CASE("el_ls_transport_acknowledgements follow the limits of frames and of time") {
  TransportTimes times;
  times.ack_frames = 4;
  times.ack_delay = 100;
  Star512 star({9}, times);
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  auto& random = star.dut.random();
  star.run(300);
  star.log.clear();
  std::uint64_t from = star.dut.rtl.cycle();
  star.peers[0].send(0, make_request(9, 0, 0x01, 8, 1, random).bytes());
  REQUIRE(star.run_until([&] { return !star.log.empty(); }, 300));
  CHECK(star.log[0].fields.op == LsOp::kAck);
  CHECK(star.log[0].cycle - from >= 100);
  CHECK(star.log[0].cycle - from <= 115);
  star.run(300);
  star.log.clear();
  from = star.dut.rtl.cycle();
  for (unsigned i = 0; i < 4; ++i) {
    star.peers[0].send(0, make_request(9, 0, 0x01, 8, 1, random).bytes());
  }
  REQUIRE(star.run_until([&] { return !star.log.empty(); }, 300));
  CHECK(star.log[0].cycle - from < 30);
  star.run(300);
  CHECK(star.log.size() == 1);
  // A frame that leaves anyway carries it.
  star.log.clear();
  star.peers[0].send(0, make_request(9, 0, 0x01, 8, 1, random).bytes());
  star.run(20);
  star.dut.send(make_request(9, 0, 0x01, 8, 1, random));
  star.run(300);
  REQUIRE(star.log.size() == 1);
  CHECK(star.log[0].fields.op == LsOp::kData);
  CHECK(star.log[0].fields.ack_valid);
  CHECK(star.log[0].fields.ack_vc == 0);
}

TEST_CASE("el_ls_transport_a frame acknowledges its own VC first, and responses only on theirs") {
  TransportTimes times;
  times.ack_frames = 8;
  times.ack_delay = 200;
  Star512 star({9}, times);
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  const auto [first, second] = GENERATE(table<unsigned, unsigned>({{0U, 2U}, {2U, 0U}, {1U, 0U}}));
  CAPTURE(first, second);
  star.run(500);
  star.log.clear();
  // Acknowledgements of all three VCs are owed.
  star.peers[0].send(0, make_request(9, 0, 0x03, 8, 0xFFFF, random).bytes());
  star.peers[0].send(1, make_response(9, 0x82, 1, 0, 0, random).bytes());
  star.peers[0].send(2, make_request(9, 2, 0x03, 8, 0xFFFF, random).bytes());
  star.run(40);
  REQUIRE(star.log.empty());
  const auto frame_of = [&](unsigned vc) {
    star.dut.send(vc == 1 ? make_response(9, 0x82, 1, 0, 0, random)
                          : make_request(9, vc, 0x03, 8, 0xFFFF, random));
    const std::size_t before = star.log.size();
    REQUIRE(star.run_until([&] { return star.log.size() == before + 1; }, 30));
    CHECK(star.log.back().fields.vc == vc);
    return star.log.back().fields;
  };
  LsFields f = frame_of(first);
  CHECK(f.ack_valid);
  CHECK(f.ack_vc == first);
  f = frame_of(second);
  CHECK(f.ack_valid);
  CHECK(f.ack_vc == second);
  // The other of the VCs of requests rides on either of them, an acknowledgement of responses not.
  if (first == 1) {
    f = frame_of(0);
    CHECK(f.ack_vc == 2);
  } else {
    f = frame_of(2);
    CHECK(!f.ack_valid);
    star.run(300);
    REQUIRE(star.log.size() == 4);
    CHECK(star.log[3].fields.op == LsOp::kAck);
    CHECK(star.log[3].fields.ack_vc == 1);
    CHECK(star.log[3].prio == 5);
  }
  CHECK(star.dut.sound);
}

/// What a test sees of a transport in a cycle in which something happens.
struct Trace {
  std::vector<std::pair<std::uint64_t, Bytes>> outputs;
};

/// Runs a script of stimuli; `skip`: the clock stands still while the transport allows it.
Trace run_script(bool skip, std::uint64_t& skipped) {
  Transport<Vel_ls_transport_512, 512> dut(kOwn);
  reference::LsPeer::Options o;
  o.id = 9;
  o.other = kOwn;
  o.pkey = kPkey;
  o.epoch = 40;
  reference::LsPeer peer(o);  // supplies fields only; it is never run
  std::mt19937_64 random(seed());
  Trace trace;
  const std::uint64_t start = 2000;
  struct Stimulus {
    std::uint64_t at;
    std::function<void()> act;
  };
  std::deque<Stimulus> script;
  std::uint64_t at = start;
  const auto frame = [&dut](LsOp op, std::uint16_t psn, std::uint16_t ack, const Bytes& payload) {
    LsFields f;
    f.dst = kOwn;
    f.src = 9;
    f.pkey = kPkey;
    f.epoch = 40;
    f.op = op;
    f.vc = op == LsOp::kControl ? 3 : op == LsOp::kData ? 0 : 1;
    f.psn = psn;
    f.ack_psn = ack;
    f.ack_valid = op == LsOp::kAck || op == LsOp::kNack;
    f.num_cmds = payload.empty() ? 0 : 1;
    dut.receive(reference::ls_build(f, payload));
  };
  script.push_back({at, [&] { dut.object(kCreate, 9, Star512::object_of(9)); }});
  at += 1000;
  const auto own_epoch = Star512::object_of(9).epoch;
  script.push_back({at, [&, own_epoch] { frame(LsOp::kControl, 0, own_epoch, {}); }});
  std::uint16_t psn = 0;
  for (unsigned i = 0; i < 60; ++i) {
    at += 1 + random() % 900;
    const std::uint64_t kind = random() % 5;
    if (kind < 2) {
      const Command c = random_request(9, 3, random);
      script.push_back({at, [&dut, c] { dut.send(c); }});
    } else if (kind == 2) {
      const Bytes c = make_request(9, 0, 0x03, 64, 0xFFFF, random).bytes();
      script.push_back({at, [frame, psn, c] { frame(LsOp::kData, psn, 0, c); }});
      psn = static_cast<std::uint16_t>(psn + (random() % 4 != 0 ? 1 : 0));
    } else {
      const auto ack = static_cast<std::uint16_t>(random() % 12);
      const LsOp op = kind == 3 ? LsOp::kAck : LsOp::kNack;
      script.push_back({at, [frame, op, ack] { frame(op, 0, ack, {}); }});
    }
  }
  // Long enough for retries to run out and for HELLO to be repeated.
  at += 12000;
  script.push_back({at, [] {}});
  while (!script.empty()) {
    const std::uint64_t now = dut.now();
    if (now >= script.front().at) {
      script.front().act();
      script.pop_front();
      continue;
    }
    if (skip && !dut.rtl_busy() && dut.streams_idle() && dut.outputs_idle() &&
        dut.rtl->obj_valid_i == 0) {
      const std::uint64_t until = std::min<std::uint64_t>(script.front().at, dut.rtl->deadline_o);
      if (until > now + 1) {
        skipped += until - now;
        dut.rtl->now_i = until;
        continue;
      }
    }
    const auto received = dut.received[0].size();
    const auto events = dut.events.size();
    dut.step();
    for (; !dut.sent.empty(); dut.sent.pop_front()) {
      Bytes all = dut.sent.front().frame.header;
      const Bytes& payload = dut.sent.front().frame.payload;
      all.insert(all.end(), payload.begin(), payload.end());
      trace.outputs.emplace_back(now, all);
    }
    if (dut.received[0].size() != received) {
      trace.outputs.emplace_back(now, dut.received[0].back().bytes());
    }
    if (dut.events.size() != events) {
      trace.outputs.emplace_back(
          now, Bytes{0xEE, static_cast<std::uint8_t>(dut.events.back().up ? 1 : 0)});
    }
  }
  Bytes counters;
  for (const std::uint64_t c : dut.cnt) {
    reference::put(counters, c, 8);
  }
  trace.outputs.emplace_back(0, counters);
  CHECK(dut.sound);
  CHECK(dut.cnt[kTimeouts] > 0);
  CHECK(dut.cnt[kPeerDown] == 1);
  return trace;
}

TEST_CASE("el_ls_transport_skipping the clock to the deadline changes nothing") {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  std::uint64_t skipped = 0;
  std::uint64_t none = 0;
  const Trace slow = run_script(false, none);
  const Trace fast = run_script(true, skipped);
  CHECK(none == 0);
  CHECK(skipped > 20000);
  CHECK(slow.outputs.size() > 40);
  CHECK(slow.outputs == fast.outputs);
}

}  // namespace
}  // namespace ethlink::test
