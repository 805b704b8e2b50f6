// SPDX-License-Identifier: Apache-2.0
//
// FCS, priority and ECN of frames, against values that were computed elsewhere.
#include <array>
#include <cstring>
#include <string_view>

#include "catch.hpp"
#include "fabric/wire.hpp"
#include "sim/fabric/switch.hpp"

namespace ethlink::sim::test {
namespace {

// RFC 791: the ones' complement sum of a valid header is all ones.
std::uint16_t ip_sum(const Frame& frame) {
  std::uint32_t sum = 0;
  for (std::size_t i = 14; i < 34; i += 2) {
    sum += static_cast<std::uint32_t>(frame[i] << 8 | frame[i + 1]);
  }
  return static_cast<std::uint16_t>((sum & 0xffff) + (sum >> 16));
}

Frame ipv4_frame(std::uint8_t traffic_class) {
  // The example of RFC 1071 style tutorials, checksum computed by hand for class 0: 0xb861.
  constexpr std::array<std::uint8_t, 20> kHeader = {0x45, 0,    0,    0x73, 0,    0,    0x40,
                                                    0,    0x40, 0x11, 0xb8, 0x61, 0xc0, 0xa8,
                                                    0,    1,    0xc0, 0xa8, 0,    0xc7};
  Frame frame = make_frame(kMacA, kMacB, 0x0800, 200);
  std::memcpy(frame.data() + 14, kHeader.data(), kHeader.size());
  frame[15] = traffic_class;
  const unsigned checksum = 0xb861U - traffic_class;  // no borrow for the classes used here
  frame[24] = static_cast<std::uint8_t>(checksum >> 8);
  frame[25] = static_cast<std::uint8_t>(checksum);
  set_fcs(frame);
  return frame;
}

}  // namespace

TEST_CASE("the FCS is the CRC-32 of IEEE 802.3", "[sim][frame]") {
  constexpr std::string_view kCheck = "123456789";
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(kCheck.data()), kCheck.size());
  CHECK(frame_fcs(bytes) == 0xcbf43926);
}

TEST_CASE("a frame with one wrong bit, or a short one, has no good FCS", "[sim][frame]") {
  Frame frame = make_frame(kMacA, kMacB, 0x88b5, 100);
  CHECK(fcs_good(frame));
  for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
    frame[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    REQUIRE_FALSE(fcs_good(frame));
    frame[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
  }
  CHECK_FALSE(fcs_good(make_frame(kMacA, kMacB, 0x88b5, 63)));
  CHECK_FALSE(fcs_good(Frame{}));
}

TEST_CASE("priority is PCP, else the VC of Load/Store, else the upper bits of DSCP, else 0",
          "[sim][frame]") {
  Frame tagged = make_frame(kMacA, kMacB, 0x8100);
  tagged[14] = 5 << 5 | 0x12;
  CHECK(frame_priority(tagged) == 5);
  CHECK(frame_priority(ipv4_frame(26 << 2)) == 3);
  Frame ipv6 = make_frame(kMacA, kMacB, 0x86dd);
  ipv6[14] = 0x60 | (46 >> 2);  // DSCP 46: expedited forwarding
  ipv6[15] = static_cast<std::uint8_t>(46 << 6);
  CHECK(frame_priority(ipv6) == 5);
  Frame rdma = make_frame(kMacA, kMacB, 0x88b6);
  rdma[15] = 48 << 2;
  CHECK(frame_priority(rdma) == 6);
  for (unsigned vc = 0; vc < 4; ++vc) {
    for (unsigned op = 0; op < 4; ++op) {
      Frame ethlink = make_frame(kMacA, kMacB, 0x88b5);
      ethlink[15] = 48 << 2;
      ethlink[16] = static_cast<std::uint8_t>(op << 4 | vc);
      CHECK(frame_priority(ethlink) == (vc == 1 ? 5 : 4));
    }
  }
  CHECK(frame_priority(make_frame(kMacA, kMacB, 0x0806)) == 0);
}

TEST_CASE("congestion is marked where ECN allows it, with right checksums", "[sim][frame]") {
  Frame ipv4 = ipv4_frame(26 << 2 | 2);
  REQUIRE(ip_sum(ipv4) == 0xffff);
  REQUIRE(mark_ecn(ipv4));
  CHECK(ipv4[15] == (26 << 2 | 3));
  CHECK(ip_sum(ipv4) == 0xffff);
  CHECK(fcs_good(ipv4));

  Frame incapable = ipv4_frame(26 << 2);
  const Frame before = incapable;
  CHECK_FALSE(mark_ecn(incapable));
  CHECK(incapable == before);

  Frame ipv6 = make_frame(kMacA, kMacB, 0x86dd);
  ipv6[14] = 0x60;
  ipv6[15] = 0x25;  // ECT(0)
  REQUIRE(mark_ecn(ipv6));
  CHECK(ipv6[15] == 0x35);
  CHECK(fcs_good(ipv6));

  Frame ethlink = make_frame(kMacA, kMacB, 0x88b5);
  ethlink[15] = 1;  // ECT(1)
  REQUIRE(mark_ecn(ethlink));
  CHECK(ethlink[15] == 3);
  CHECK(fcs_good(ethlink));

  Frame arp = make_frame(kMacA, kMacB, 0x0806);
  CHECK_FALSE(mark_ecn(arp));
}

}  // namespace ethlink::sim::test
