// SPDX-License-Identifier: Apache-2.0
//
// Receive side of el_eth_port: what is delivered, what is dropped and how it is counted.

#include <numeric>
#include <string>
#include <vector>

#include "catch.hpp"
#include "port_models.hpp"

namespace ethlink::test {
namespace {

using reference::Header;
using reference::HeaderOptions;

struct Expected {
  Header header;
  Bytes payload;
  unsigned cls;
};

/// One of every kind of frame for us, with `size` bytes behind its header.
std::vector<Expected> all_kinds(std::size_t size, const Bytes& payload) {
  std::vector<Expected> kinds;
  for (const bool vlan : {false, true}) {
    HeaderOptions o;
    o.vlan = vlan;
    for (const std::uint8_t vc : Bytes{0, 1, 2, 3}) {
      o.vc = vc;
      kinds.push_back({reference::ls_header(o, size), payload, vc == 1 ? kLsResp : kLsReq});
    }
    kinds.push_back({reference::plain_header(o, 0x0806), payload, kPlain});
    for (unsigned opcode = 0; opcode < 256; ++opcode) {
      if (!reference::extension_bytes(static_cast<std::uint8_t>(opcode))) {
        continue;
      }
      o.opcode = static_cast<std::uint8_t>(opcode);
      for (const bool ipv6 : {false, true}) {
        o.ipv6 = ipv6;
        kinds.push_back({reference::roce_header(o, size), payload, kRoce});
      }
      kinds.push_back({reference::ethlink_rdma_header(o, size), payload, kRoce});
    }
  }
  return kinds;
}

/// Checks one delivered frame against what was sent.
void check_delivered(const Delivered& got, const Expected& want) {
  const Bytes frame = reference::body_of(want.header, want.payload);
  CAPTURE(want.cls, want.header.bytes.size(), want.payload.size(), want.header.vlan,
          want.header.ipv6);
  REQUIRE(got.cls == want.cls);
  REQUIRE(got.header_len == (want.cls == kPlain ? 0 : want.header.bytes.size()));
  REQUIRE(got.payload == (want.cls == kPlain ? frame : want.payload));
  REQUIRE(((got.flags >> 15) & 1U) == (want.header.vlan ? 1U : 0U));
  if (want.cls != kPlain) {
    REQUIRE(((got.flags >> 4) & 0xFFU) == want.header.l4_offset);
  }
  REQUIRE(((got.flags >> 16) & 1U) == (want.header.icrc == reference::Icrc::kEthlink ? 1U : 0U));
  if (want.header.icrc == reference::Icrc::kRoce) {
    REQUIRE(((got.flags >> 14) & 1U) == (want.header.ipv6 ? 1U : 0U));
    REQUIRE((got.flags & 0xFU) == (want.header.ipv6 ? 5U : 2U));
  }
  for (std::size_t i = 0; i < std::min<std::size_t>(112, frame.size()); ++i) {
    REQUIRE(got.head[i] == frame[i]);
  }
}

/// Delivers everything and compares class by class, in order.
template <typename Bench>
void check_all(Bench& bench, const std::vector<Expected>& expected) {
  REQUIRE(bench.drain());
  std::uint64_t bytes = 0;
  for (unsigned cls = 0; cls < kClasses; ++cls) {
    bool sound = true;
    const std::vector<Delivered> got = bench.take(cls, sound);
    REQUIRE(sound);
    std::size_t next = 0;
    for (const Expected& want : expected) {
      if (want.cls == cls) {
        REQUIRE(next < got.size());
        check_delivered(got[next++], want);
        bytes += reference::body_of(want.header, want.payload).size() + 4;
      }
    }
    REQUIRE(next == got.size());
    REQUIRE(bench.rx_frames[cls] == got.size());
  }
  CHECK(bench.rx_bytes == bytes);
}

template <typename Bench>
std::uint64_t dropped(const Bench& bench) {
  return std::accumulate(bench.cause.begin(), bench.cause.end(), std::uint64_t{0}) +
         std::accumulate(bench.buf_drop.begin(), bench.buf_drop.end(), std::uint64_t{0});
}

/// Nothing was delivered and exactly one frame was counted, for `cause`.
template <typename Bench>
void expect_drop(Bench& bench, const Bytes& frame, Cause cause, bool mac_error = false) {
  const std::uint64_t before = bench.cause[cause];
  const std::uint64_t all = dropped(bench);
  bench.receive(frame, mac_error);
  REQUIRE(bench.drain());
  for (unsigned cls = 0; cls < kClasses; ++cls) {
    bool sound = true;
    REQUIRE(bench.take(cls, sound).empty());
    REQUIRE(sound);
  }
  REQUIRE(bench.cause[cause] == before + 1);
  REQUIRE(dropped(bench) == all + 1);
}

/// Exactly one frame is delivered, to `cls`.
template <typename Bench>
void expect_pass(Bench& bench, const Bytes& frame, unsigned cls) {
  const std::uint64_t all = dropped(bench);
  bench.receive(frame);
  REQUIRE(bench.drain());
  for (unsigned c = 0; c < kClasses; ++c) {
    bool sound = true;
    REQUIRE(bench.take(c, sound).size() == (c == cls ? 1 : 0));
    REQUIRE(sound);
  }
  REQUIRE(dropped(bench) == all);
}

/// The kinds of frames that carry an ICRC, with 37 bytes of payload.
std::vector<Expected> checked_kinds() {
  std::vector<Expected> kinds;
  const Bytes payload(37, 0xA5);
  for (const bool vlan : {false, true}) {
    HeaderOptions o;
    o.vlan = vlan;
    kinds.push_back({reference::ls_header(o, payload.size()), payload, kLsReq});
    o.vc = 1;
    kinds.push_back({reference::ls_header(o, payload.size()), payload, kLsResp});
    kinds.push_back({reference::ethlink_rdma_header(o, payload.size()), payload, kRoce});
    kinds.push_back({reference::roce_header(o, payload.size()), payload, kRoce});
    o.ipv6 = true;
    kinds.push_back({reference::roce_header(o, payload.size()), payload, kRoce});
  }
  return kinds;
}

/// Bits of byte `at` of a frame that may change on the way (Annex A17; EthLink section 1).
std::uint8_t mutable_bits(const Expected& kind, std::size_t at) {
  const std::size_t l3 = kind.header.vlan ? 18 : 14;
  if (kind.header.icrc == reference::Icrc::kEthlink) {
    return at == l3 ? 0x7F : (at == l3 + 1 ? 0xFF : 0);
  }
  const std::size_t udp = kind.header.l4_offset - 8;
  if (at == udp + 6 || at == udp + 7 || at == udp + 12) {
    return 0xFF;
  }
  if (kind.header.ipv6) {
    if (at == l3) {
      return 0x0F;
    }
    return (at >= l3 + 1 && at <= l3 + 3) || at == l3 + 7 ? 0xFF : 0;
  }
  return at == l3 + 1 || at == l3 + 8 || at == l3 + 10 || at == l3 + 11 ? 0xFF : 0;
}

}  // namespace

TEMPLATE_TEST_CASE("every kind of frame is split into header and payload and goes to its class", "",
                   Port256, Port512, Port1024) {
  TestType bench;
  bench.pace = GENERATE(Pace{}, Pace{100, 100, 100, 100, 60}, Pace{100, 100, 100, 70, 90});
  std::vector<Expected> expected;
  const std::vector<std::size_t> sizes = {0,  1,  2,  3,   4,   5,   6,   7,   8,   10,  14,
                                          18, 22, 26, 30,  31,  32,  33,  36,  58,  60,  62,
                                          63, 64, 65, 100, 127, 128, 129, 190, 200, 256, 515};
  for (const std::size_t size : sizes) {
    const Bytes payload = bench.random_bytes(size);
    for (const Expected& kind : all_kinds(size, payload)) {
      if (bench.random()() % 4 == 0) {
        expected.push_back(kind);
        bench.receive(reference::with_fcs(reference::body_of(kind.header, kind.payload)));
        // Half the time frames follow each other without a gap.
        if (bench.random()() % 16 == 0) {
          REQUIRE(bench.drain());
        }
      }
    }
    REQUIRE(bench.drain());
  }
  check_all(bench, expected);
  CHECK(dropped(bench) == 0);
}

TEMPLATE_TEST_CASE("long payloads arrive whole", "", Port256, Port512, Port1024) {
  TestType bench;
  std::vector<Expected> expected;
  for (const std::size_t size : {1023U, 1024U, 1025U, 2047U, 2048U, 4090U, 4094U, 4095U, 4096U}) {
    for (const bool ipv6 : {false, true}) {
      HeaderOptions o;
      o.opcode = 0x06;
      o.ipv6 = ipv6;
      const Bytes payload = bench.random_bytes(size);
      expected.push_back({reference::roce_header(o, size), payload, kRoce});
      bench.receive(reference::with_fcs(reference::body_of(expected.back().header, payload)));
    }
  }
  check_all(bench, expected);
}

TEMPLATE_TEST_CASE("captured soft-RoCE frames pass the ICRC check", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  bench.rtl->cfg_gid_valid_i = 0;
  const std::vector<std::pair<std::string, std::size_t>> files = {
      {"rxe_sample.pcap", 2003}, {"rxe_var.pcap", 508}, {"rxe_drop.pcap", 1121},
      {"rxe_netem.pcap", 94},    {"rxe_cm.pcap", 75},   {"rxe_vectors.txt", 278}};
  for (const auto& [file, count] : files) {
    std::vector<Bytes> frames;
    if (file == "rxe_vectors.txt") {
      for (const auto& vector : reference::read_vectors(ETHLINK_GOLDEN_DIR "/" + file)) {
        frames.push_back(vector.second);
      }
    } else {
      frames = reference::read_pcap(ETHLINK_GOLDEN_DIR "/" + file);
    }
    std::size_t roce = 0;
    for (Bytes frame : frames) {
      if (!reference::is_roce(frame)) {
        continue;
      }
      // Every frame is for us: our address is its destination.
      const std::size_t l3 = reference::get(frame, 12, 2) == 0x8100 ? 18 : 14;
      const bool ipv6 = reference::get(frame, l3 - 2, 2) == 0x86DD;
      bench.rtl->cfg_mac_i = reference::get(frame, 0, 6);
      bench.set_gid(7, ipv6 ? Bytes(frame.begin() + static_cast<std::ptrdiff_t>(l3 + 24),
                                    frame.begin() + static_cast<std::ptrdiff_t>(l3 + 40))
                            : reference::mapped_ipv4(
                                  static_cast<std::uint32_t>(reference::get(frame, l3 + 16, 4))));
      const reference::RoceParts parts = reference::split_roce(frame);
      frame.resize(std::max<std::size_t>(frame.size(), 60), 0);
      bench.receive(reference::with_fcs(frame));
      REQUIRE(bench.drain());
      bool sound = true;
      const std::vector<Delivered> got = bench.take(kRoce, sound);
      CAPTURE(roce);
      REQUIRE(sound);
      REQUIRE(got.size() == 1);
      REQUIRE(got[0].payload == parts.payload);
      REQUIRE(got[0].header_len == parts.header.bytes.size());
      ++roce;
    }
    CHECK(roce == count);
  }
}

TEMPLATE_TEST_CASE("a flipped bit passes where the way may change it and is dropped elsewhere", "",
                   Port256, Port512, Port1024) {
  TestType bench;
  for (const Expected& kind : checked_kinds()) {
    const Bytes frame = reference::body_of(kind.header, kind.payload);
    const std::size_t end = kind.header.bytes.size() + kind.payload.size() + 4;
    for (std::size_t at = 0; at < end; ++at) {
      for (unsigned bit = 0; bit < 8; ++bit) {
        Bytes changed = frame;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << bit));
        const std::uint64_t before =
            bench.rx_frames[kLsReq] + bench.rx_frames[kLsResp] + bench.rx_frames[kRoce];
        bench.receive(reference::with_fcs(changed));
        REQUIRE(bench.drain());
        const bool delivered =
            bench.rx_frames[kLsReq] + bench.rx_frames[kLsResp] + bench.rx_frames[kRoce] != before;
        CAPTURE(kind.cls, kind.header.vlan, kind.header.ipv6, at, bit);
        // The Ethernet header of RoCEv2 is outside of the ICRC: source address and tag may change.
        const bool roce = kind.header.icrc == reference::Icrc::kRoce;
        const bool source = roce && at >= 6 && at < 12;
        const bool tag = roce && kind.header.vlan && at >= 14 && at < 16;
        const bool may = ((mutable_bits(kind, at) >> bit) & 1U) != 0 || tag || source;
        REQUIRE(delivered == may);
      }
    }
  }
  // A change that leaves the frame another kind, or addressed to another, is not an ICRC error, but
  // most changes are.
  CHECK(bench.cause[kIcrcError] > 2000);
  CHECK(bench.cause[kFcs] == 0);
}

TEMPLATE_TEST_CASE("a damaged frame is dropped and counted, whatever its kind", "", Port256,
                   Port512, Port1024) {
  TestType bench;
  for (const Expected& kind : checked_kinds()) {
    const Bytes good = reference::with_fcs(reference::body_of(kind.header, kind.payload));
    for (int i = 0; i < 40; ++i) {
      Bytes bad = good;
      const std::size_t at = bench.random()() % bad.size();
      bad[at] = static_cast<std::uint8_t>(bad[at] ^ (1U << (bench.random()() % 8)));
      expect_drop(bench, bad, kFcs);
    }
    expect_drop(bench, good, kFcs, true);  // the MAC saw an error
    expect_pass(bench, good, kind.cls);
  }
}

TEMPLATE_TEST_CASE("short and long frames are dropped and counted", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  HeaderOptions o;
  for (std::size_t size = 1; size < 64; ++size) {
    Bytes frame = reference::plain_header(o, 0x0806).bytes;
    frame.resize(std::max<std::size_t>(size, 5) - 4, 0x11);
    frame = reference::with_fcs(frame);
    frame.resize(size, 0);
    expect_drop(bench, frame, kRunt);
  }
  bench.rtl->cfg_mtu_i = 1500;
  Bytes frame = reference::plain_header(o, 0x0806).bytes;
  for (const std::size_t size :
       {1501U, 1502U, 1600U, 4096U, 9000U, 16384U, 16448U, 20000U, 65536U, 100000U}) {
    frame.resize(size, 0x22);
    expect_drop(bench, reference::with_fcs(frame), kOversize);
  }
  frame.resize(1500);
  expect_pass(bench, reference::with_fcs(frame), kPlain);
  frame.resize(60);
  expect_pass(bench, reference::with_fcs(frame), kPlain);
}

TEMPLATE_TEST_CASE("frames for someone else are dropped and counted", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  const Bytes payload(40, 0x5A);
  HeaderOptions o;
  o.to_peer = true;
  for (const bool vlan : {false, true}) {
    o.vlan = vlan;
    const Bytes ls = reference::body_of(reference::ls_header(o, 40), payload);
    const Bytes roce = reference::body_of(reference::roce_header(o, 40), payload);
    const Bytes rdma = reference::body_of(reference::ethlink_rdma_header(o, 40), payload);
    const Bytes plain = reference::body_of(reference::plain_header(o, 0x88CC), payload);
    expect_drop(bench, reference::with_fcs(ls), kForeign);
    expect_drop(bench, reference::with_fcs(roce), kForeign);
    expect_drop(bench, reference::with_fcs(rdma), kForeign);
    expect_drop(bench, reference::with_fcs(plain), kForeign);
    Bytes broadcast = plain;
    std::fill(broadcast.begin(), broadcast.begin() + 6, 0xFF);
    expect_pass(bench, reference::with_fcs(broadcast), kPlain);
    Bytes multicast = plain;
    multicast[0] = 0x01;
    expect_pass(bench, reference::with_fcs(multicast), kPlain);
    bench.rtl->cfg_promisc_i = 1;
    expect_pass(bench, reference::with_fcs(plain), kPlain);
    expect_drop(bench, reference::with_fcs(ls), kForeign);
    bench.rtl->cfg_promisc_i = 0;
  }
  // Our MAC with an address that is not ours, and the reverse.
  o = {};
  Bytes frame = reference::body_of(reference::roce_header(o, 40), payload);
  bench.rtl->cfg_gid_valid_i = 0x20;
  expect_drop(bench, reference::with_fcs(frame), kForeign);
  bench.rtl->cfg_gid_valid_i = 0x24;
  expect_pass(bench, reference::with_fcs(frame), kRoce);
  frame[5] ^= 1;
  expect_drop(bench, reference::with_fcs(frame), kForeign);
  // EthLink encapsulation goes by the endpoint id alone, under the prefix.
  frame = reference::body_of(reference::ethlink_rdma_header(o, 40), payload);
  bench.rtl->cfg_gid_valid_i = 0;
  expect_pass(bench, reference::with_fcs(frame), kRoce);
  frame[1] ^= 1;
  expect_drop(bench, reference::with_fcs(frame), kForeign);
}

TEMPLATE_TEST_CASE("lengths that contradict the frame are dropped and counted", "", Port256,
                   Port512, Port1024) {
  TestType bench;
  for (const std::size_t size : {0U, 4U, 100U, 300U}) {
    const Bytes payload(size, 0x77);
    for (const bool vlan : {false, true}) {
      HeaderOptions o;
      o.vlan = vlan;
      // The header speaks of more bytes than there are, and of fewer.
      for (const int delta : {-8, -1, 1, 8, 1000}) {
        const std::size_t claimed =
            size + static_cast<std::size_t>(std::max(delta, -static_cast<int>(size)));
        if (claimed == size) {
          continue;
        }
        CAPTURE(size, vlan, delta);
        std::vector<Header> headers = {reference::ls_header(o, claimed),
                                       reference::ethlink_rdma_header(o, claimed)};
        for (const bool ipv6 : {false, true}) {
          o.ipv6 = ipv6;
          headers.push_back(reference::roce_header(o, claimed));
        }
        for (const Header& header : headers) {
          const Bytes body = reference::body_of(header, payload);
          const std::size_t end = header.bytes.size() + claimed + 4;
          // In a short frame the pad hides the contradiction, and the ICRC finds it.
          const bool visible = end > body.size() || body.size() > 64;
          expect_drop(bench, reference::with_fcs(body), visible ? kMalformed : kIcrcError);
        }
      }
    }
  }
  HeaderOptions o;
  const Header roce = reference::roce_header(o, 64);
  const Bytes payload(64, 0x66);
  SECTION("UDP and IP disagree") {
    Header h = roce;
    h.bytes[39] ^= 4;
    expect_drop(bench, reference::with_fcs(reference::body_of(h, payload)), kMalformed);
  }
  SECTION("first fragment") {
    Header h = roce;
    h.bytes[20] = 0x20;
    expect_drop(bench, reference::with_fcs(reference::body_of(h, payload)), kMalformed);
  }
  SECTION("shorter than its headers") {
    for (std::size_t total = 0; total < 18; ++total) {
      Header h = reference::ls_header(o, 64);
      h.bytes[3] = static_cast<std::uint8_t>(total);
      expect_drop(bench, reference::with_fcs(reference::body_of(h, payload)), kMalformed);
    }
    o.opcode = 0x06;
    for (std::size_t total = 0; total < 34; ++total) {
      Header h = reference::ethlink_rdma_header(o, 64);
      h.bytes[3] = static_cast<std::uint8_t>(total);
      expect_drop(bench, reference::with_fcs(reference::body_of(h, payload)), kMalformed);
    }
    Header h = roce;
    h.bytes[16] = 0;
    h.bytes[17] = 44;
    h.bytes[38] = 0;
    h.bytes[39] = 24;
    h.bytes[42] = 0x06;  // RETH does not fit
    expect_drop(bench, reference::with_fcs(reference::body_of(h, payload)), kMalformed);
  }
  SECTION("later fragments and other UDP ports are plain frames") {
    Header h = roce;
    h.bytes[21] = 8;
    expect_pass(bench, reference::with_fcs(reference::body_of(h, payload)), kPlain);
    h = roce;
    h.bytes[37] ^= 1;
    expect_pass(bench, reference::with_fcs(reference::body_of(h, payload)), kPlain);
    h = roce;
    h.bytes[14] = 0x46;  // options
    expect_pass(bench, reference::with_fcs(reference::body_of(h, payload)), kPlain);
    h = roce;
    h.bytes[23] = 6;  // TCP
    expect_pass(bench, reference::with_fcs(reference::body_of(h, payload)), kPlain);
  }
}

TEMPLATE_TEST_CASE("BTH opcodes that do not exist are dropped and counted", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    for (const bool ipv6 : {false, true}) {
      HeaderOptions o;
      o.opcode = static_cast<std::uint8_t>(opcode);
      o.ipv6 = ipv6;
      o.vlan = ipv6;
      CAPTURE(opcode);
      for (const Header& header :
           {reference::roce_header(o, 40), reference::ethlink_rdma_header(o, 40)}) {
        const Bytes frame = reference::with_fcs(reference::body_of(header, Bytes(40, 1)));
        if (reference::extension_bytes(o.opcode)) {
          expect_pass(bench, frame, kRoce);
        } else {
          expect_drop(bench, frame, kUnknownOpcode);
        }
      }
    }
  }
}

TEMPLATE_TEST_CASE("a full class buffer drops whole frames of its class only", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  const unsigned full = GENERATE(kPlain, kLsReq, kLsResp, kRoce);
  const std::size_t size = GENERATE(20U, 1000U);
  bench.pace.consumer = 0;
  std::vector<Expected> expected;
  HeaderOptions o;
  std::vector<Expected> fill;
  for (int i = 0; i < 300; ++i) {
    const Bytes payload = bench.random_bytes(size);
    o.vc = full == kLsResp ? 1 : 0;
    Header header = full == kPlain  ? reference::plain_header(o, 0x0806)
                    : full == kRoce ? reference::roce_header(o, size)
                                    : reference::ls_header(o, size);
    fill.push_back({header, payload, full});
    bench.receive(reference::with_fcs(reference::body_of(header, payload)));
  }
  bench.run(12000);
  const std::uint64_t kept = bench.rx_frames[full];
  CHECK(kept >= 14);
  CHECK(kept + bench.buf_drop[full] == 300);
  CHECK(bench.buf_drop[full] > 0);
  expected.assign(fill.begin(), fill.begin() + static_cast<std::ptrdiff_t>(kept));
  // Another class still works, and so does this one after it was emptied.
  const unsigned other = full == kRoce ? kLsReq : kRoce;
  o.vc = 0;
  const Bytes payload = bench.random_bytes(64);
  expected.push_back({other == kRoce ? reference::roce_header(o, 64) : reference::ls_header(o, 64),
                      payload, other});
  bench.receive(
      reference::with_fcs(reference::body_of(expected.back().header, expected.back().payload)));
  bench.run(20);
  bench.pace.consumer = 100;
  REQUIRE(bench.drain());
  expected.push_back(fill.back());
  bench.receive(reference::with_fcs(reference::body_of(fill.back().header, fill.back().payload)));
  check_all(bench, expected);
}

TEMPLATE_TEST_CASE("a good frame is offered four cycles after its last beat", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  for (const std::size_t size : {0U, 20U, 64U, 1000U}) {
    HeaderOptions o;
    bench.receive(reference::with_fcs(
        reference::body_of(reference::ls_header(o, size), bench.random_bytes(size))));
    REQUIRE(bench.drain());
    bool sound = true;
    const std::vector<Delivered> got = bench.take(kLsReq, sound);
    REQUIRE(got.size() == 1);
    CHECK(got[0].cycle - bench.last_in_cycle == 4);
  }
}

TEMPLATE_TEST_CASE("a port that is down receives nothing and recovers", "", Port256, Port512,
                   Port1024) {
  TestType bench;
  HeaderOptions o;
  const Bytes frame =
      reference::with_fcs(reference::body_of(reference::ls_header(o, 500), Bytes(500, 3)));
  bench.rtl->cfg_enable_i = 0;
  bench.receive(frame);
  REQUIRE(bench.drain());
  CHECK(dropped(bench) == 0);
  // The link goes down in the middle of a frame and comes back between frames.
  bench.rtl->cfg_enable_i = 1;
  bench.receive(frame);
  bench.run(3);
  bench.rtl->cfg_enable_i = 0;
  bench.run(40);
  bench.rtl->cfg_enable_i = 1;
  for (const std::uint64_t count : bench.rx_frames) {
    CHECK(count == 0);
  }
  expect_pass(bench, frame, kLsReq);
}

}  // namespace ethlink::test
