// SPDX-License-Identifier: Apache-2.0
//
// Posted stores that go down with their peer: nobody waits for their answer, so they are reported.

#include "Vel_ls_transport_512.h"
#include "transport_star.hpp"

namespace ethlink::test {
namespace {

using Star512 = Star<Vel_ls_transport_512, 512>;
constexpr std::uint16_t kPosted = 0xFFFF;
constexpr unsigned kLoad = 0x01, kStore = 0x02, kStorePosted = 0x03, kStoreMasked = 0x04;

TransportTimes quick() {
  TransportTimes times;
  times.rto = 300;
  times.retries = 2;
  return times;
}

/// Waits until peer 9 went down, for want of an answer to what was sent last.
void fail(Star512& star) {
  star.dead[0] = true;
  star.dut.send(make_request(9, 0, kLoad, 64, 9, star.dut.random()));
  REQUIRE(star.run_until([&] { return !star.dut.up(9); }));
  star.run(300);
}

TEST_CASE("el_ls_transport_posted stores that go down with their peer are reported once") {
  Star512 star({9, 10}, quick());
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  const unsigned opcode = GENERATE(kStorePosted, kStoreMasked);
  const unsigned vc = GENERATE(0U, 2U);
  CAPTURE(opcode, vc);
  star.dead[0] = true;
  SECTION("alone in a frame") {
    star.dut.send(make_request(9, vc, opcode, 64, kPosted, random));
  }
  SECTION("in many frames") {
    for (unsigned i = 0; i < 30; ++i) {
      star.dut.send(make_request(9, vc, opcode, 64, kPosted, random));
    }
  }
  SECTION("behind others in a frame") {
    star.dut.stop_data_frames = true;
    for (unsigned i = 0; i < 4; ++i) {
      star.dut.send(make_request(9, vc, kLoad, 64, 5, random));
    }
    star.dut.send(make_request(9, vc, opcode, 64, kPosted, random));
    star.dut.send(make_request(9, vc, kLoad, 64, 6, random));
    star.run(60);
    star.dut.stop_data_frames = false;
  }
  star.dut.send(make_request(10, vc, opcode, 64, kPosted, random));
  fail(star);
  CHECK(star.dut.lost == std::vector<unsigned>{9});
  // The next session starts with a clean record.
  star.dead[0] = false;
  REQUIRE(star.run_until([&] { return star.dut.up(9) && star.peers[0].up(); }));
  star.dut.send(make_request(9, vc, opcode, 64, kPosted, random));
  REQUIRE(star.run_until([&] { return star.idle(); }));
  fail(star);
  CHECK(star.dut.lost.size() == 1);
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_what was acknowledged or is answered for is not reported as lost") {
  Star512 star({9, 10}, quick());
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  // Each slot holds a posted store at least once, and all of them arrive.
  for (unsigned i = 0; i < 100; ++i) {
    star.dut.send(make_request(9, 0, kStorePosted, 256, kPosted, random));
    star.run(12);
  }
  REQUIRE(star.run_until([&] { return star.idle(); }));
  star.dead[0] = true;
  for (unsigned i = 0; i < 20; ++i) {
    star.dut.send(make_request(9, i % 2 * 2, kStore, 256, 7, random));
    star.dut.send(make_response(9, 0x82, kPosted, 0, 0, random));
  }
  fail(star);
  CHECK(star.dut.lost.empty());
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_posted stores to a peer that is not up are reported") {
  Star512 star({9, 10}, quick());
  REQUIRE(star.connect());
  auto& random = star.dut.random();
  fail(star);
  REQUIRE(star.dut.lost.empty());
  star.dut.send(make_request(9, 0, kStore, 256, 7, random));
  star.run(50);
  CHECK(star.dut.lost.empty());
  star.dut.pace.events = 0;
  for (unsigned i = 0; i < 10; ++i) {
    star.dut.send(make_request(9, 0, kStorePosted, 256, kPosted, random));
  }
  star.run(100);
  CHECK(star.dut.cnt[kTxDropped] == 11);
  CHECK(star.dut.lost.empty());
  star.dut.pace.events = 100;
  star.run(50);
  CHECK(star.dut.lost == std::vector<unsigned>{9});  // once, until the report was taken
  star.dut.send(make_request(9, 0, kStorePosted, 4, kPosted, random));
  star.run(50);
  CHECK(star.dut.lost == std::vector<unsigned>{9, 9});
  CHECK(star.dut.sound);
}

TEST_CASE("el_ls_transport_each peer that fails reports its own losses, under stalls") {
  std::vector<std::uint16_t> ids;
  for (std::uint16_t id = 1; id <= 8; ++id) {
    ids.push_back(id);
  }
  Star512 star(ids, quick());
  REQUIRE(star.connect());
  star.dut.events.clear();
  auto& random = star.dut.random();
  star.dut.pace = {70, 70, 60, 60, 70, 70, 5};
  for (unsigned i = 0; i < 4; ++i) {
    star.dead[i] = true;
  }
  // Odd peers are sent posted stores; commands go on while the peers fail.
  for (unsigned i = 0; i < 600; ++i) {
    const unsigned peer = 1 + i % 8;
    star.dut.send(peer % 2 == 1 ? make_request(peer, 0, kStorePosted, 64, kPosted, random)
                                : make_request(peer, 0, kStore, 64, 3, random));
  }
  REQUIRE(star.run_until(
      [&] {
        return star.dut.commands_waiting(0) == 0 && !star.dut.up(1) && !star.dut.up(2) &&
               !star.dut.up(3) && !star.dut.up(4);
      },
      200000));
  star.run(3000);
  const auto& lost = star.dut.lost;
  for (unsigned peer = 1; peer <= 8; ++peer) {
    const bool reported = std::find(lost.begin(), lost.end(), peer) != lost.end();
    CAPTURE(peer, seed());
    CHECK(reported == (peer == 1 || peer == 3));
  }
  CHECK(star.dut.sound);
}

}  // namespace
}  // namespace ethlink::test
