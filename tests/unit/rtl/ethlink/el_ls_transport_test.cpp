// SPDX-License-Identifier: Apache-2.0
//
// el_ls_transport against reference peers: sessions, limits, isolation, latency, throughput.

#include "Vel_ls_transport_1024.h"
#include "Vel_ls_transport_256.h"
#include "Vel_ls_transport_512.h"
#include "transport_star.hpp"

namespace ethlink::test {
namespace {

struct W256 {
  using Model = Vel_ls_transport_256;
  static constexpr std::size_t kWidth = 256;
};
struct W512 {
  using Model = Vel_ls_transport_512;
  static constexpr std::size_t kWidth = 512;
};
struct W1024 {
  using Model = Vel_ls_transport_1024;
  static constexpr std::size_t kWidth = 1024;
};
using Star512 = Star<Vel_ls_transport_512, 512>;

TEST_CASE("el_ls_transport_a peer comes up by an exchange of epochs and carries its fields") {
  Star512 star({0x0207});
  PeerObject p = Star512::object_of(0x0207);
  p.dscp = 21;
  p.vlan_en = true;
  p.vlan = 0xA00A;
  star.dut.create(p);
  REQUIRE(star.run_until([&] { return star.peers[0].up() && star.dut.up(7); }));
  REQUIRE(star.run_until([&] { return !star.dut.events.empty(); }));
  CHECK(star.dut.events[0].peer == 7);
  CHECK(star.dut.events[0].up);
  CHECK(star.peers[0].other_epoch() == p.epoch);

  REQUIRE(star.dut.object_now(kQuery, 7) == 0);
  const Bytes& q = star.dut.answer;
  CHECK((q[0] | q[1] << 8U) == 0x0207);
  CHECK((q[2] | q[3] << 8U) == kPkey);
  CHECK(q[4] == 21);
  CHECK(q[5] == 1);
  CHECK((q[6] | q[7] << 8U) == 0xA00A);
  CHECK(q[8] == 1);  // up
  CHECK((q[10] | q[11] << 8U) == p.epoch);
  CHECK((q[12] | q[13] << 8U) == star.peers[0].epoch());

  star.dut.send(make_request(7, 2, 0x03, 16, 0xFFFF, star.dut.random()));
  REQUIRE(star.run_until([&] { return star.idle(); }));
  REQUIRE(star.peers[0].delivered[2].size() == 1);
  for (const SentFrame& s : star.log) {
    CHECK(s.fields.dst == 0x0207);
    CHECK(s.fields.src == kOwn);
    CHECK(s.fields.vlan == 0xA00A);
    CHECK(s.fields.dscp == 21);
    CHECK(s.fields.ttl == 9);
    CHECK(s.fields.pkey == kPkey);
    CHECK(s.fields.window == 255);
  }
  CHECK(star.peers[0].sound);
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_admin commands on peers are checked") {
  Transport<Vel_ls_transport_512, 512> dut(kOwn);
  PeerObject p = Star512::object_of(0x0207);
  CHECK(dut.object_now(kQuery, 7) == 3);
  CHECK(dut.object_now(kDestroy, 7) == 3);
  CHECK(dut.object_now(kCreate, 6, p) == 4);  // not the index of this endpoint id
  CHECK(dut.object_now(kCreate, 64, p) == 2);
  CHECK(dut.object_now(kModify, 7, p) == 1);
  p.epoch = 0;
  CHECK(dut.object_now(kCreate, 7, p) == 4);
  p.epoch = 5;
  p.dscp = 64;
  CHECK(dut.object_now(kCreate, 7, p) == 4);
  p.dscp = 63;
  CHECK(dut.object_now(kCreate, 7, p) == 0);
  CHECK(dut.object_now(kCreate, 7, p) == 3);
  CHECK(dut.object_now(kDestroy, 7) == 0);
  CHECK(dut.object_now(kDestroy, 7) == 3);
  CHECK(dut.object_now(kCreate, 7, p) == 0);
  CHECK(dut.sound);
}

TEMPLATE_TEST_CASE("el_ls_transport_every command arrives intact and in order under back-pressure",
                   "", W256, W512, W1024) {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  const std::vector<std::uint16_t> ids = {1, 0x42, 0x83};
  Star<typename TestType::Model, TestType::kWidth> star(ids);
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  std::vector<Command> requests;
  std::vector<Command> responses;
  std::vector<Command> from_peers;
  for (unsigned round = 0; round < 12; ++round) {
    star.dut.pace.commands = round % 3 == 0 ? 100 : 60;
    star.dut.pace.consumers = round % 4 == 1 ? 30 : 100;
    star.dut.pace.headers = round % 2 == 0 ? 100 : 50;
    star.dut.pace.payload = round % 3 == 1 ? 40 : 100;
    star.dut.pace.in_headers = round % 5 == 1 ? 40 : 100;
    star.dut.pace.in_payload = round % 4 == 2 ? 50 : 100;
    for (unsigned i = 0; i < 60; ++i) {
      const auto which = static_cast<unsigned>(random() % 3);
      // Tags are unique among outstanding requests: an index belongs to one peer at a time.
      const auto tag = static_cast<std::uint16_t>(round * 60 + i);
      const Command c = random_request(ids[which] % 64U, tag % 256U, random);
      requests.push_back(c);
      star.dut.send(c);
      const auto [opcode, bytes] = answer_of(c);
      if (opcode != 0 && i % 2 == 0) {
        // This peer asks us, too, and we answer.
        const Command r = make_response(c.peer, opcode, tag, 0, bytes, random);
        star.peers[which].expect_response(tag, bytes);
        responses.push_back(r);
        star.dut.send(r);
      }
      Command theirs = random_request(ids[which] % 64U, tag, random);
      from_peers.push_back(theirs);
      star.peers[which].send(theirs.vc, theirs.bytes());
    }
    REQUIRE(star.run_until([&] { return star.idle(); }));
    CHECK(star.dut.received[1].empty());
  }
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const unsigned peer = ids[i] % 64U;
    CHECK(star.peers[i].delivered[0] == bytes_of(requests, peer, 0));
    CHECK(star.peers[i].delivered[2] == bytes_of(requests, peer, 2));
    CHECK(star.peers[i].delivered[1] == bytes_of(responses, peer, 1));
    CHECK(bytes_of(star.dut.received[0], peer, 0) == bytes_of(from_peers, peer, 0));
    CHECK(bytes_of(star.dut.received[0], peer, 2) == bytes_of(from_peers, peer, 2));
    CHECK(star.peers[i].sound);
    CHECK(star.peers[i].duplicates == 0);
    CHECK(star.peers[i].gaps == 0);
  }
  CHECK(star.dut.cnt[kTxRepeated] == 0);
  CHECK(star.dut.cnt[kRxMalformed] == 0);
  CHECK(star.dut.sound);
}

TEMPLATE_TEST_CASE("el_ls_transport_responses are split by what their requests asked for", "", W256,
                   W512, W1024) {
  Star<typename TestType::Model, TestType::kWidth> star({5});
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  std::vector<Command> requests;
  for (unsigned i = 0; i < 200; ++i) {
    requests.push_back(random_request(5, static_cast<std::uint16_t>(0x4500 + i), random));
    star.dut.send(requests.back());
    // A posted store shares its tag with all others and must not disturb index 255.
    star.dut.send(make_request(5, 0, 0x03, 8, 0xFFFF, random));
  }
  requests.push_back(make_request(5, 0, 0x01, 256, 0x45FF, random));
  star.dut.send(requests.back());
  star.dut.send(make_request(5, 0, 0x03, 8, 0xFFFF, random));
  REQUIRE(star.run_until([&] { return star.idle(); }));
  std::vector<Command> answers;
  std::shuffle(requests.begin(), requests.end(), random);
  star.dut.pace.consumers = 70;
  for (const Command& c : requests) {
    const auto [opcode, bytes] = answer_of(c);
    if (opcode == 0) {
      continue;
    }
    const auto tag = static_cast<std::uint16_t>(reference::get(c.header, 2, 2));
    const bool bad = random() % 8 == 0;
    const bool failed_load = bad && random() % 2 == 0;
    answers.push_back(make_response(5, bad && !failed_load ? 0xFE : opcode, tag, bad ? 3 : 0,
                                    bad ? 0 : bytes, random));
    star.peers[0].send(1, answers.back().bytes());
  }
  REQUIRE(star.run_until([&] { return star.idle(); }));
  CHECK(bytes_of(star.dut.received[1], 5, 1) == bytes_of(answers, 5, 1));
  CHECK(star.dut.cnt[kRxMalformed] == 0);
  CHECK(star.dut.sound);
}

TEMPLATE_TEST_CASE("el_ls_transport_latency is at most 4 cycles each way", "", W256, W512, W1024) {
  Star<typename TestType::Model, TestType::kWidth> star({9});
  REQUIRE(star.connect());
  REQUIRE(star.run_until([&] { return star.idle(); }));
  for (const unsigned bytes : {4U, 64U}) {
    for (const unsigned lane : {0U, 1U}) {
      star.run(200);
      star.log.clear();
      const Command c = lane == 0 ? make_request(9, 0, 0x03, bytes, 0xFFFF, star.dut.random())
                                  : make_response(9, 0x82, 3, 0, 0, star.dut.random());
      star.dut.send(c);
      REQUIRE(star.run_until([&] { return !star.log.empty() && !star.log[0].control; }, 50));
      const std::uint64_t latency = star.log[0].header_valid_cycle - star.dut.first_accepted[lane];
      INFO("command of lane " << lane << " to header: " << latency << " cycles");
      CHECK(latency <= 4);

      star.run(200);
      star.dut.received[lane].clear();
      const Bytes mine = lane == 0 ? make_request(9, 0, 0x01, bytes, 1, star.dut.random()).bytes()
                                   : make_response(9, 0x82, 3, 0, 0, star.dut.random()).bytes();
      star.peers[0].send(lane, mine);
      REQUIRE(star.run_until([&] { return !star.dut.received[lane].empty(); }, 50));
      const std::uint64_t back =
          star.dut.received[lane][0].first_cycle - star.dut.last_in_header_cycle;
      INFO("header to command of lane " << lane << ": " << back << " cycles");
      CHECK(back <= 4);
    }
  }
}

/// Data bytes a cycle that posted stores of `bytes` reach, as a share of what a wire that is never
/// idle could carry in full frames.
template <typename TestType>
double store_rate(unsigned bytes) {
  TransportTimes times;
  times.rto = 20000;
  times.ack_delay = 160;
  times.ack_frames = 8;
  times.flow_slots = 32;
  Star<typename TestType::Model, TestType::kWidth> star({9}, times);
  REQUIRE(star.connect());
  star.dut.wire_limited = true;
  const std::size_t beat = TestType::kWidth / 8;
  const unsigned count = bytes == 64 ? 4000 : 1000;
  for (unsigned i = 0; i < count; ++i) {
    star.dut.send(make_request(9, 0, 0x03, bytes, 0xFFFF, star.dut.random()));
  }
  // The steady state: without the first and the last tenth.
  REQUIRE(star.run_until([&] { return star.peers[0].delivered[0].size() > count / 10; }));
  const std::uint64_t from = star.dut.rtl.cycle();
  const std::size_t first = star.peers[0].delivered[0].size();
  REQUIRE(star.run_until([&] { return star.peers[0].delivered[0].size() > count / 10 * 9; }));
  const auto data =
      static_cast<double>((star.peers[0].delivered[0].size() - first) * std::size_t{bytes});
  const double rate = data / static_cast<double>(star.dut.rtl.cycle() - from);
  REQUIRE(star.run_until([&] { return star.idle(); }));
  CHECK(star.peers[0].delivered[0].size() == count);
  CHECK(star.dut.cnt[kTxRepeated] == 0);
  // Full frames: commands of 1920 bytes, header 28, ICRC, FCS, preamble and gap 28.
  const unsigned packed = 1920 / (bytes + 12);
  const double ceiling = static_cast<double>(beat) * packed * bytes / (packed * (bytes + 12) + 56);
  return rate / ceiling;
}

TEMPLATE_TEST_CASE("el_ls_transport_posted stores of 64 bytes reach 0.90 of the wire", "", W256,
                   W512, W1024) {
  const double share = store_rate<TestType>(64);
  // At 1024 bits a beat carries more than the one command a cycle that can be appended.
  const double least = TestType::kWidth == 1024 ? 0.55 : 0.90;
  INFO("share of the wire: " << share);
  CHECK(share >= least);
}
TEMPLATE_TEST_CASE("el_ls_transport_posted stores of 256 bytes reach 0.95 of the wire", "", W256,
                   W512) {
  const double share = store_rate<TestType>(256);
  INFO("share of the wire: " << share);
  CHECK(share >= 0.95);
}

TEMPLATE_TEST_CASE("el_ls_transport_one command beat leaves the receive side in each cycle", "",
                   W256, W512, W1024) {
  Star<typename TestType::Model, TestType::kWidth> star({9});
  REQUIRE(star.connect());
  std::uint16_t psn = 0;
  // Frames of one LOAD, of one 64-byte store, and packed ones, all queued at once.
  struct Load {
    unsigned opcode, bytes, pack;
  };
  for (const Load& load : {Load{0x01, 64, 1}, Load{0x03, 64, 1}, Load{0x01, 64, 100},
                           Load{0x03, 64, 25}, Load{0x03, 256, 7}}) {
    REQUIRE(star.run_until([&] { return star.idle(); }));
    star.dut.received[0].clear();
    const unsigned count = 20 * load.pack;
    const std::size_t each = load.opcode == 1 ? 12 : 12 + load.bytes;
    std::size_t beats = 0;
    LsFields f;
    f.dst = kOwn;
    f.src = 9;
    f.pkey = kPkey;
    f.epoch = star.peers[0].epoch();
    f.num_cmds = load.pack;
    for (unsigned i = 0; i < 20; ++i) {
      Bytes payload;
      for (unsigned k = 0; k < load.pack; ++k) {
        const Bytes c = make_request(9, 0, load.opcode, load.bytes, 1, star.dut.random()).bytes();
        payload.insert(payload.end(), c.begin(), c.end());
      }
      beats += (payload.size() + TestType::kWidth / 8 - 1) / (TestType::kWidth / 8);
      f.psn = psn++;
      star.dut.receive(reference::ls_build(f, payload));
    }
    REQUIRE(star.run_until([&] { return star.dut.received[0].size() == count; }));
    const std::uint64_t cycles =
        star.dut.received[0].back().cycle - star.dut.received[0].front().first_cycle + 1;
    const std::size_t command_beats =
        count * std::max<std::size_t>(1, load.bytes / 64 * (load.opcode == 3));
    INFO("opcode " << load.opcode << " pack " << load.pack << " of " << each << " bytes: " << cycles
                   << " cycles for " << command_beats << " command beats and " << beats
                   << " payload beats");
    // At most one cycle a frame more than the busier side needs.
    CHECK(cycles <= std::max(beats, command_beats) + 20);
  }
  CHECK(star.dut.cnt[kRxGaps] == 0);
}

}  // namespace
}  // namespace ethlink::test
