// SPDX-License-Identifier: Apache-2.0
//
// el_roce_path and el_roce_txhdr: headers equal to those of soft-RoCE, and who is sent when.

#include <array>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "ethlink/generated/regs.hpp"

#include "Vel_roce_tx_tb.h"
#include "catch.hpp"
#include "reference/frame.hpp"
#include "rtl_bench.hpp"

namespace {

namespace regs = ethlink::regs;
using ethlink::reference::Bytes;
using ethlink::reference::get;

struct Packet {
  unsigned qpn = 0;
  std::uint8_t opcode = 0;
  bool se = false;
  bool ackreq = false;
  unsigned pad = 0;
  std::uint32_t psn = 0;
  Bytes xth;
  unsigned payload = 0;
  unsigned ah = 0;  // of a datagram
  std::uint32_t dest = 0;
  std::uint16_t pkey = 0xffff;
};

class Bench {
 public:
  Bench() {
    auto& m = *bench_;
    m.mac_i = 0;
    m.pkt_valid_i = 0;
    m.obj_we_i = m.obj_re_i = 0;
    m.obj_ah_i = 0;
    m.hdr_ready_i = 1;
    bench_.reset();
  }

  void set_gid(unsigned index, const Bytes& gid) {
    for (unsigned w = 0; w < 4; ++w) {
      bench_->sgid_i[index][w] = static_cast<std::uint32_t>(get(gid, 12 - 4 * w, 4));
    }
  }

  template <typename Port>
  static void words(Port& port, const void* bytes, std::size_t count, std::size_t size) {
    std::vector<std::uint8_t> b(size);
    std::memcpy(b.data(), bytes, count);
    for (std::size_t w = 0; w < size / 4; ++w) {
      std::memcpy(&port[w], &b[4 * w], 4);
    }
  }

  void set_path(unsigned qpn, const regs::ObjQpPath& path, std::uint32_t dest = 0,
                std::uint16_t pkey = 0) {
    auto& m = *bench_;
    m.obj_qpn_i = static_cast<std::uint8_t>(qpn);
    words(m.obj_path_i, &path, 48, 48);
    m.obj_dest_i = dest;
    m.obj_pkey_i = pkey;
    m.obj_we_i = 1;
    bench_.settle();
    CHECK(m.path_ok_o == 1);
    bench_.tick();
    m.obj_we_i = 0;
  }

  regs::ObjQpPath read_path(unsigned qpn) {
    auto& m = *bench_;
    m.obj_qpn_i = static_cast<std::uint8_t>(qpn);
    m.obj_re_i = 1;
    bench_.tick();
    m.obj_re_i = 0;
    bench_.settle();
    regs::ObjQpPath path;
    std::array<std::uint32_t, 12> w{};
    for (unsigned i = 0; i < 12; ++i) {
      w[i] = m.obj_path_o[i];
    }
    std::memcpy(&path, w.data(), 48);
    return path;
  }

  /// Puts a packet on one of the two inputs.
  void offer(unsigned which, const Packet& p) {
    auto& m = *bench_;
    m.pkt_valid_i |= 1U << which;
    m.pkt_qpn_i[which] = static_cast<std::uint16_t>(p.qpn);
    m.pkt_opcode_i[which] = p.opcode;
    const auto bit = [&](std::uint8_t old, bool on) {
      return static_cast<std::uint8_t>((old & ~(1U << which)) | (on ? 1U << which : 0));
    };
    m.pkt_se_i = bit(m.pkt_se_i, p.se);
    m.pkt_ackreq_i = bit(m.pkt_ackreq_i, p.ackreq);
    m.pkt_padcnt_i[which] = static_cast<std::uint8_t>(p.pad);
    m.pkt_psn_i[which] = p.psn;
    m.pkt_xth_len_i[which] = static_cast<std::uint8_t>(p.xth.size());
    Bytes xth(28, 0xcc);  // what is beyond the extension headers must not show
    std::copy(p.xth.begin(), p.xth.end(), xth.begin());
    if (p.opcode >> 5 == 3) {
      xth[15] = static_cast<std::uint8_t>(p.ah);
      xth[16] = static_cast<std::uint8_t>(p.ah >> 8);
    }
    words(m.pkt_xth_i[which], xth.data(), 28, 28);
    if (which == 1) {
      m.pkt_payload_len_i = static_cast<std::uint16_t>(p.payload);
      m.pkt_dest_i = p.dest;
      m.pkt_pkey_i = p.pkey;
    }
  }

  [[nodiscard]] Bytes header() const {
    Bytes b(112);
    for (std::size_t i = 0; i < b.size(); ++i) {
      b[i] = static_cast<std::uint8_t>(bench_.operator->()->hdr_data_o[i / 4] >> (8 * (i % 4)));
    }
    return b;
  }

  /// Sends one packet through and returns its header; checks that it takes two cycles.
  Bytes one(unsigned which, const Packet& p) {
    auto& m = *bench_;
    m.pkt_valid_i = 0;
    offer(which, p);
    bench_.settle();
    REQUIRE((m.pkt_ready_o >> which & 1) == 1);
    bench_.tick();
    m.pkt_valid_i = 0;
    bench_.tick();
    bench_.settle();
    REQUIRE(m.hdr_valid_o == 1);
    Bytes h = header();
    len_ = m.hdr_len_o;
    payload_ = m.hdr_payload_len_o;
    for (std::size_t i = len_; i < h.size(); ++i) {
      CHECK(h[i] == 0);
    }
    h.resize(len_);
    icrc_ = m.hdr_icrc_o;
    bench_.tick();
    bench_.settle();
    REQUIRE(m.busy_o == 0);
    return h;
  }

  mutable ethlink::test::RtlBench<Vel_roce_tx_tb> bench_;
  unsigned len_ = 0;
  unsigned payload_ = 0;
  unsigned icrc_ = 0;
};

/// Checksum of RFC 791 over a header, carry by carry.
std::uint16_t internet_checksum(const Bytes& b, std::size_t at, std::size_t count) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < count; i += 2) {
    sum += static_cast<std::uint32_t>(get(b, at + i, 2));
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

/// Tells the module what a captured frame says, and compares what it builds.
void reproduce(Bench& b, const Bytes& frame) {
  const auto parts = ethlink::reference::split_roce(frame);
  Bytes want = parts.header.bytes;
  const std::size_t ip = parts.header.vlan ? 18 : 14;
  const bool v6 = parts.header.ipv6;
  const std::size_t udp = ip + (v6 ? 40 : 20);
  const std::size_t bth = udp + 8;
  regs::ObjQpPath path;
  std::copy_n(want.begin(), 6, path.dmac.begin());
  b.bench_->mac_i = get(want, 6, 6);
  path.vlan_en = parts.header.vlan ? 1 : 0;
  path.vlan = parts.header.vlan ? static_cast<std::uint16_t>(get(want, 14, 2)) : 0;
  path.udp_sport = static_cast<std::uint16_t>(get(want, udp, 2));
  path.sgid_index = 5;
  Bytes source(16);
  if (v6) {
    std::copy_n(want.begin() + static_cast<std::ptrdiff_t>(ip + 8), 16, source.begin());
    std::copy_n(want.begin() + static_cast<std::ptrdiff_t>(ip + 24), 16, path.dgid.begin());
    path.hop_limit = want[ip + 7];
    path.traffic_class = static_cast<std::uint8_t>(get(want, ip, 2) >> 4);
    path.flow_label = static_cast<std::uint32_t>(get(want, ip, 4) & 0xfffff);
  } else {
    source = ethlink::reference::mapped_ipv4(static_cast<std::uint32_t>(get(want, ip + 12, 4)));
    const Bytes to =
        ethlink::reference::mapped_ipv4(static_cast<std::uint32_t>(get(want, ip + 16, 4)));
    std::copy(to.begin(), to.end(), path.dgid.begin());
    path.hop_limit = want[ip + 8];
    path.traffic_class = want[ip + 1];
  }
  if (parts.header.vlan) {
    path.vlan = static_cast<std::uint16_t>(get(want, 14, 2));
  }
  b.set_gid(5, source);
  Packet p;
  p.qpn = 9;
  p.opcode = want[bth];
  p.se = (want[bth + 1] & 0x80) != 0;
  p.pad = want[bth + 1] >> 4 & 3;
  p.pkey = static_cast<std::uint16_t>(get(want, bth + 2, 2));
  p.dest = static_cast<std::uint32_t>(get(want, bth + 5, 3));
  p.ackreq = (want[bth + 8] & 0x80) != 0;
  p.psn = static_cast<std::uint32_t>(get(want, bth + 9, 3));
  p.xth.assign(want.begin() + static_cast<std::ptrdiff_t>(bth + 12), want.end());
  p.payload = static_cast<unsigned>(parts.payload.size());
  const bool ack = p.opcode == 0x11;
  b.bench_->obj_ah_i = p.opcode >> 5 == 3 ? 1 : 0;  // a datagram goes by its address handle
  b.set_path(9, path, ack ? p.dest : 0, ack ? p.pkey : 0);
  p.ah = 9;
  const Bytes got = b.one(ack ? 0 : 1, p);
  if (!v6) {  // the identification is free when nothing is ever cut (RFC 6864)
    std::copy_n(got.begin() + static_cast<std::ptrdiff_t>(ip + 4), 2,
                want.begin() + static_cast<std::ptrdiff_t>(ip + 4));
    want[ip + 10] = want[ip + 11] = 0;
    const std::uint16_t sum = internet_checksum(want, ip, 20);
    want[ip + 10] = static_cast<std::uint8_t>(sum >> 8);
    want[ip + 11] = static_cast<std::uint8_t>(sum);
  }
  REQUIRE(got == want);
  REQUIRE(b.payload_ == parts.payload.size());
  REQUIRE(b.icrc_ == 1);
}

}  // namespace

TEST_CASE("the headers of every captured soft-RoCE frame are reproduced", "[txhdr]") {
  Bench b;
  unsigned frames = 0;
  for (const auto& [label, frame] :
       ethlink::reference::read_vectors(ETHLINK_GOLDEN_DIR "/rxe_vectors.txt")) {
    INFO(label);
    reproduce(b, frame);
    ++frames;
  }
  for (const char* file :
       {"/rxe_sample.pcap", "/rxe_var.pcap", "/rxe_drop.pcap", "/rxe_netem.pcap", "/rxe_cm.pcap"}) {
    for (const Bytes& frame :
         ethlink::reference::read_pcap(std::string(ETHLINK_GOLDEN_DIR) + file)) {
      if (ethlink::reference::is_roce(frame)) {
        reproduce(b, frame);
        ++frames;
      }
    }
  }
  CHECK(frames == 278 + 2003 + 508 + 1121 + 94 + 75);
}

TEST_CASE("congestion notifications have the class of the register, others that of their path",
          "[txhdr]") {
  for (const bool v6 : {false, true}) {
    CAPTURE(v6);
    Bench b;
    regs::ObjQpPath path;
    path.dgid.fill(0x20);
    if (!v6) {
      const Bytes to = ethlink::reference::mapped_ipv4(0x0a000002);
      std::copy(to.begin(), to.end(), path.dgid.begin());
    }
    path.traffic_class = 24 << 2 | 2;
    path.prio = 3;
    b.set_path(9, path, 0x123456, 0x8765);
    Packet p;
    p.qpn = 9;
    for (const unsigned opcode : {0x81U, 0x11U}) {
      CAPTURE(opcode);
      const bool cnp = opcode == 0x81;
      p.opcode = static_cast<std::uint8_t>(opcode);
      p.xth = Bytes(cnp ? 16 : 4);
      const Bytes h = b.one(0, p);
      CHECK(b.bench_->hdr_prio_o ==
            (cnp ? 6 : 3));  // the register of the bench: DSCP 48, priority 6
      const unsigned tos = v6 ? get(h, 14, 2) >> 4 & 0xff : h[15];
      CHECK(tos == (cnp ? 48U << 2 : 24U << 2 | 2U));
      const std::size_t bth = v6 ? 62 : 42;
      REQUIRE(h.size() == bth + 12 + p.xth.size());
      CHECK(h[bth] == opcode);
      CHECK(get(h, bth + 5, 3) == 0x123456);
      CHECK(get(h, bth + 2, 2) == 0x8765);
    }
  }
}

TEST_CASE("random headers equal those of the frame reference", "[txhdr]") {
  Bench b;
  std::mt19937_64 rng(ethlink::test::seed());
  CAPTURE(ethlink::test::seed());
  for (int i = 0; i < 500; ++i) {
    ethlink::reference::HeaderOptions o;
    o.vlan = rng() % 2 != 0;
    o.ipv6 = rng() % 2 != 0;
    o.tos = static_cast<std::uint8_t>(rng());
    o.ttl = static_cast<std::uint8_t>(rng());
    o.to_peer = true;
    static constexpr std::array<std::uint8_t, 8> kOps{0x00, 0x04, 0x05, 0x06,
                                                      0x0a, 0x0b, 0x11, 0x17};
    o.opcode = kOps[rng() % kOps.size()];
    // An ACK ends with its AETH (InfiniBand volume 1, 9.7.5.1).
    const std::size_t payload = o.opcode == 0x11 ? 0 : rng() % 1025 * 4;
    auto header = ethlink::reference::roce_header(o, payload);
    // SE and pad; MigReq and version are zero as in soft-RoCE. P_Key, destination, AckReq, PSN.
    const auto at = header.bytes.begin() + static_cast<std::ptrdiff_t>(header.l4_offset);
    at[1] = static_cast<std::uint8_t>(rng() & 0xb0);
    for (const int byte : {2, 3, 5, 6, 7, 9, 10, 11}) {
      at[byte] = static_cast<std::uint8_t>(rng());
    }
    at[8] = static_cast<std::uint8_t>(rng() & 0x80);
    const Bytes frame = ethlink::reference::body_of(header, Bytes(payload));
    reproduce(b, frame);
  }
}

TEST_CASE("random headers in EthLink encapsulation equal those of the frame reference", "[txhdr]") {
  Bench b;
  std::mt19937_64 rng(ethlink::test::seed());
  CAPTURE(ethlink::test::seed());
  b.bench_->node_id_i = ethlink::reference::kOwnId;
  b.bench_->mac_i = ethlink::reference::kOwnMac;
  for (int i = 0; i < 500; ++i) {
    ethlink::reference::HeaderOptions o;
    o.vlan = rng() % 2 != 0;
    o.tos = static_cast<std::uint8_t>(rng());
    const auto hops = static_cast<std::uint8_t>(rng() % 2 != 0 ? rng() % 16 : rng());
    o.ttl = std::min<std::uint8_t>(hops, 15);
    o.to_peer = true;
    static constexpr std::array<std::uint8_t, 10> kOps{0x00, 0x04, 0x05, 0x06, 0x0b,
                                                       0x0c, 0x11, 0x12, 0x14, 0x17};
    o.opcode = kOps[rng() % kOps.size()];
    const bool answer = o.opcode == 0x11 || o.opcode == 0x12;
    const std::size_t payload = answer ? 0 : rng() % 1025 * 4;
    const auto header = ethlink::reference::ethlink_rdma_header(o, payload);
    regs::ObjQpPath path;
    path.encap = static_cast<std::uint8_t>(regs::QpEncap::kEthLink);
    path.node_id = ethlink::reference::kPeerId;
    path.udp_sport = 0xC123;
    path.hop_limit = hops;
    path.traffic_class = o.tos;
    path.vlan_en = o.vlan ? 1 : 0;
    path.vlan = 0xA00A;
    path.prio = rng() & 7;
    // What belongs to the other encapsulation says nothing.
    path.dgid.fill(static_cast<std::uint8_t>(rng()));
    path.dmac.fill(static_cast<std::uint8_t>(rng()));
    path.flow_label = rng() & 0xfffff;
    path.sgid_index = rng() & 7;
    Packet p;
    p.qpn = 9;
    p.opcode = o.opcode;
    p.pkey = 0xffff;
    p.dest = 0x11;
    p.ackreq = true;
    p.psn = 0xfffff0;
    p.payload = static_cast<unsigned>(payload);
    p.xth.assign(header.bytes.begin() + static_cast<std::ptrdiff_t>(header.l4_offset + 12),
                 header.bytes.end());
    b.set_path(9, path, 0x11, 0xffff);
    Bytes got = b.one(answer ? 0 : 1, p);
    got.at(header.l4_offset + 1) |= 0x40;  // MigReq of the reference; 0 as in RoCEv2
    REQUIRE(got == header.bytes);
    REQUIRE(b.payload_ == payload);
    REQUIRE(b.icrc_ == 2);
    REQUIRE(b.bench_->hdr_prio_o == path.prio);
  }
}

TEST_CASE("a notification in EthLink encapsulation has the DSCP of the register", "[txhdr]") {
  Bench b;
  regs::ObjQpPath path;
  path.encap = static_cast<std::uint8_t>(regs::QpEncap::kEthLink);
  path.traffic_class = 24 << 2 | 2;
  path.prio = 3;
  b.set_path(9, path, 0x123456, 0x8765);
  const Bytes h = b.one(0, {.qpn = 9, .opcode = 0x81, .xth = Bytes(16)});
  CHECK(h.at(15) == 48U << 2);
  CHECK(h.at(16) == 0x81);
  CHECK(h.size() == 14 + 2 + 12 + 16);
  CHECK(b.bench_->hdr_prio_o == 6);
}

TEST_CASE("an address vector reads back as it was written", "[txhdr]") {
  Bench b;
  std::mt19937_64 rng(ethlink::test::seed());
  std::vector<regs::ObjQpPath> paths(16);
  for (unsigned q = 0; q < 16; ++q) {
    regs::ObjQpPath& p = paths[q];
    for (auto& byte : p.dgid) {
      byte = static_cast<std::uint8_t>(rng());
    }
    for (auto& byte : p.dmac) {
      byte = static_cast<std::uint8_t>(rng());
    }
    p.vlan = static_cast<std::uint16_t>(rng());
    p.flow_label = rng() & 0xfffff;
    p.udp_sport = static_cast<std::uint16_t>(rng());
    p.sgid_index = rng() & 7;
    p.hop_limit = static_cast<std::uint8_t>(rng());
    p.traffic_class = static_cast<std::uint8_t>(rng());
    p.vlan_en = rng() & 1;
    p.prio = rng() & 7;
    p.encap = rng() & 1;
    p.node_id = static_cast<std::uint16_t>(rng());
    b.set_path(q, p, static_cast<std::uint32_t>(rng() & 0xffffff));
  }
  for (unsigned q = 0; q < 16; ++q) {
    const regs::ObjQpPath got = b.read_path(q);
    CHECK(std::memcmp(&got, &paths[q], sizeof(got)) == 0);
  }
}

TEST_CASE("a packet that waits keeps its path while objects read and write", "[txhdr]") {
  Bench b;
  auto& m = *b.bench_;
  regs::ObjQpPath path;
  path.hop_limit = 64;
  path.dmac = {1, 1, 1, 1, 1, 1};
  b.set_path(1, path, 0x111111, 0x8001);
  path.dmac = {2, 2, 2, 2, 2, 2};
  b.set_path(2, path, 0x222222, 0x8002);
  m.hdr_ready_i = 0;
  // One packet fills the header register, the second one waits behind it.
  for (int i = 0; i < 2; ++i) {
    b.offer(0, {.qpn = 1, .opcode = 0x11, .psn = static_cast<std::uint32_t>(i), .xth = Bytes(4)});
    b.bench_.tick();
  }
  m.pkt_valid_i = 0;
  b.read_path(2);
  b.set_path(1, path, 0x333333, 0x8003);  // the next life of the queue pair
  b.read_path(1);
  b.bench_.tick();
  m.hdr_ready_i = 1;
  for (int i = 0; i < 2; ++i) {
    b.bench_.settle();
    REQUIRE(m.hdr_valid_o == 1);
    const Bytes h = b.header();
    CHECK(get(h, 0, 6) == 0x010101010101);
    CHECK(get(h, 14 + 40 + 8 + 5, 3) == 0x111111);
    CHECK(get(h, 14 + 40 + 8 + 2, 2) == 0x8001);
    CHECK(get(h, 14 + 40 + 8 + 9, 3) == static_cast<unsigned>(i));
    b.bench_.tick();
  }
}

TEST_CASE("ACKs go first, but a request packet waits for four of them at most", "[txhdr]") {
  Bench b;
  auto& m = *b.bench_;
  regs::ObjQpPath path;
  b.set_path(1, path);
  unsigned acks = 0;
  unsigned requests = 0;
  unsigned row = 0;
  unsigned longest = 0;
  const auto cycles = 1000U;
  for (unsigned i = 0; i < cycles; ++i) {
    b.offer(0, {.qpn = 1, .opcode = 0x11, .xth = Bytes(4)});
    b.offer(1, {.qpn = 1, .opcode = 0x0a, .xth = Bytes(16), .payload = 64});
    b.bench_.settle();
    REQUIRE(m.pkt_ready_o != 3);
    REQUIRE(m.pkt_ready_o != 0);  // a packet a cycle
    acks += m.pkt_ready_o & 1;
    requests += m.pkt_ready_o >> 1;
    row = m.pkt_ready_o == 1 ? row + 1 : 0;
    longest = std::max(longest, row);
    b.bench_.tick();
  }
  CHECK(longest == 4);
  CHECK(requests == cycles / 5);
  CHECK(acks == cycles - cycles / 5);
  // Alone each goes at once.
  m.pkt_valid_i = 0;
  b.offer(1, {.qpn = 1, .opcode = 0x0a, .xth = Bytes(16), .payload = 64});
  b.bench_.settle();
  CHECK(m.pkt_ready_o == 2);
  m.pkt_valid_i = 0;
  b.offer(0, {.qpn = 1, .opcode = 0x11, .xth = Bytes(4)});
  b.bench_.settle();
  CHECK(m.pkt_ready_o == 1);
}

TEST_CASE("a datagram goes where its address handle says, an ACK where its queue pair says") {
  Bench b;
  regs::ObjQpPath path;
  path.dgid = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 0};
  // A handle and a queue pair of the same number have paths of their own.
  for (const unsigned handle : {0U, 1U}) {
    b.bench_->obj_ah_i = static_cast<std::uint8_t>(handle);
    for (unsigned i = 0; i < 16; ++i) {
      path.dgid[15] = static_cast<std::uint8_t>(100 * handle + i);
      path.udp_sport = static_cast<std::uint16_t>(0xc000 + 100 * handle + i);
      b.set_path(i, path);
    }
  }
  for (unsigned i = 0; i < 16; ++i) {
    const unsigned ah = (i * 7 + 3) % 16;
    const Bytes datagram =
        b.one(1, {.qpn = i, .opcode = 0x64, .xth = Bytes(8, 0x5a), .ah = ah, .dest = 0x777});
    CHECK(get(datagram, 30, 4) == 0x0a000000 + 100 + ah);
    CHECK(get(datagram, 34, 2) == 0xc000 + 100 + ah);
    CHECK(get(datagram, 47, 3) == 0x777);
    CHECK(datagram.size() == 14 + 20 + 8 + 12 + 8);
    const Bytes send = b.one(1, {.qpn = i, .opcode = 0x24, .xth = {}, .ah = ah});
    CHECK(get(send, 30, 4) == 0x0a000000 + i);
  }
}
