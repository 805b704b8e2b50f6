// SPDX-License-Identifier: Apache-2.0
//
// Priority flow control at el_ls_transport: what one priority must not send holds back no other.

#include "Vel_ls_transport_512.h"
#include "transport_star.hpp"

namespace ethlink::test {
namespace {

using Star512 = Star<Vel_ls_transport_512, 512>;
constexpr std::uint8_t kRequests = 1U << 4, kResponses = 1U << 5;

unsigned count(const Star512& star, unsigned prio, bool control) {
  return static_cast<unsigned>(
      std::count_if(star.log.begin(), star.log.end(),
                    [&](const SentFrame& s) { return s.prio == prio && s.control == control; }));
}

TEST_CASE("el_ls_transport_a paused request holds back no response and no acknowledgement") {
  Star512 star({9, 10, 11});
  star.dut.create(Star512::object_of(9));
  star.dut.create(Star512::object_of(10));
  REQUIRE(star.run_until([&] {
    return star.dut.up(9) && star.dut.up(10) && star.peers[0].up() && star.peers[1].up();
  }));
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.run(300);
  star.log.clear();
  auto& random = star.dut.random();
  const auto repeated = star.dut.cnt[kTxRepeated];
  // A request that the Ethernet layer was already offered leaves, whatever comes then.
  star.dut.stop_data_frames = true;
  star.dut.send(make_request(9, 0, 0x01, 8, 1, random));
  star.run(20);
  star.dut.rtl->paused_i = kRequests;
  star.run(20);
  star.dut.stop_data_frames = false;
  star.run(100);
  REQUIRE(count(star, 4, false) == 1);
  // From now on every request and HELLO waits, longer than all retries would take.
  for (unsigned i = 0; i < 40; ++i) {
    star.dut.send(make_request(9 + i % 2, i % 4 < 2 ? 0 : 2, 0x03, 256, 0xFFFF, random));
  }
  star.run(50);
  star.dut.create(Star512::object_of(11));
  star.run(400);
  star.log.clear();
  for (unsigned i = 0; i < 20; ++i) {
    const unsigned peer = 9 + i % 2;
    const std::uint64_t from = star.dut.rtl.cycle();
    star.dut.send(make_response(peer, 0x82, 2, 0, 0, random));
    REQUIRE(star.run_until([&] { return star.peers[i % 2].delivered[1].size() == i / 2 + 1; }, 60));
    CHECK(star.dut.rtl.cycle() - from < 40);
    star.run(200);
  }
  for (unsigned i = 0; i < 10; ++i) {
    star.peers[i % 2].send(i % 4 < 2 ? 0 : 2, make_request(9, 0, 0x01, 8, 1, random).bytes());
    REQUIRE(star.run_until([&] { return star.peers[i % 2].idle(); }, 100));
  }
  CHECK(count(star, 4, false) == 0);
  CHECK(count(star, 4, true) == 0);
  CHECK(count(star, 5, false) == 20);
  CHECK(!star.dut.up(11));
  CHECK(star.dut.cnt[kTimeouts] == 0);
  CHECK(star.dut.cnt[kTxRepeated] == repeated);
  CHECK(star.dut.commands_waiting(0) == 0);
  star.dut.rtl->paused_i = 0;
  REQUIRE(star.run_until([&] { return star.dut.up(11) && star.peers[2].up() && star.idle(); }));
  CHECK(star.peers[0].delivered[0].size() + star.peers[0].delivered[2].size() == 21);
  CHECK(star.peers[1].delivered[0].size() + star.peers[1].delivered[2].size() == 20);
  CHECK(star.dut.cnt[kTxRepeated] == repeated);
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_a paused response holds back no request and no HELLO") {
  Star512 star({9, 10});
  star.dut.create(Star512::object_of(9));
  REQUIRE(star.run_until([&] { return star.dut.up(9) && star.peers[0].up(); }));
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.run(300);
  star.log.clear();
  auto& random = star.dut.random();
  star.dut.rtl->paused_i = kResponses;
  for (unsigned i = 0; i < 10; ++i) {
    star.dut.send(make_response(9, 0x82, 2, 0, 0, random));
    star.peers[0].send(0, make_request(9, 0, 0x01, 8, 1, random).bytes());
  }
  star.run(200);
  CHECK(count(star, 5, false) == 0);
  CHECK(count(star, 5, true) == 0);
  for (unsigned i = 0; i < 10; ++i) {
    const std::uint64_t from = star.dut.rtl.cycle();
    star.dut.send(make_request(9, i % 2 * 2, 0x01, 8, 1, random));
    REQUIRE(star.run_until(
        [&] {
          return star.peers[0].delivered[0].size() + star.peers[0].delivered[2].size() == i + 1;
        },
        60));
    CHECK(star.dut.rtl.cycle() - from < 40);
  }
  star.dut.create(Star512::object_of(10));
  REQUIRE(star.run_until([&] { return star.dut.up(10) && star.peers[1].up(); }, 2000));
  CHECK(count(star, 5, false) + count(star, 5, true) == 0);
  star.dut.rtl->paused_i = 0;
  REQUIRE(star.run_until([&] { return star.idle(); }));
  CHECK(star.peers[0].delivered[1].size() == 10);
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_pauses at any time lose nothing and change no order") {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  TransportTimes times;
  times.retries = 200;
  times.rto = 400;
  Star512 star({9, 10, 11}, times);
  REQUIRE(star.connect());
  star.dut.pace = {70, 80, 70, 70, 80, 80, 100};
  auto& random = star.dut.random();
  std::array<std::array<std::vector<Bytes>, 3>, 3> asked;
  std::array<std::vector<Bytes>, 3> told;
  for (unsigned i = 0; i < 600; ++i) {
    const unsigned peer = 9 + static_cast<unsigned>(random() % 3);
    const auto vc = static_cast<unsigned>(random() % 3);
    const Command c = vc == 1
                          ? make_response(peer, 0x82, static_cast<std::uint16_t>(i), 0, 0, random)
                          : make_request(peer, vc, 0x03, 64, 0xFFFF, random);
    star.dut.send(c);
    asked.at(peer - 9).at(vc).push_back(c.bytes());
    const Bytes request = make_request(peer, 0, 0x03, 64, 0xFFFF, random).bytes();
    star.peers[peer - 9].send(0, request);
    told.at(peer - 9).push_back(request);
  }
  std::uint64_t left = 0;
  REQUIRE(star.run_until(
      [&] {
        if (left-- == 0) {
          left = random() % 120;
          star.dut.rtl->paused_i = static_cast<std::uint8_t>(random() % 4 << 4U);
        }
        return star.idle();
      },
      400000));
  for (unsigned p = 0; p < 3; ++p) {
    for (unsigned vc = 0; vc < 3; ++vc) {
      CHECK(star.peers[p].delivered.at(vc) == asked.at(p).at(vc));
    }
    CHECK(bytes_of(star.dut.received[0], 9 + p, 0) == told.at(p));
  }
  CHECK(star.dut.cnt[kPeerDown] == 0);
  CHECK(star.dut.sound);
}

}  // namespace
}  // namespace ethlink::test
