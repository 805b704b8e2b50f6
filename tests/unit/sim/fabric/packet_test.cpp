// SPDX-License-Identifier: Apache-2.0
//
// Headers and ICRC as read from frames of Linux soft-RoCE and of the frame builder.
#include "sim/fabric/packet.hpp"

#include <map>
#include <string>

#include "catch.hpp"
#include "reference/frame.hpp"

namespace ethlink::sim::test {
namespace {

constexpr const char* kVectors = ETHLINK_SOURCE_DIR "/tests/golden/rxe_vectors.txt";

// What the label of a captured frame says of it: "v4vlan.RC_SEND_LAST.pad3.se0.a1.ACK".
RdmaKind kind_of(const std::string& label) {
  const std::map<std::string, RdmaKind> kinds{{"C_SEND_", RdmaKind::kSend},
                                              {"UD_SEND_", RdmaKind::kSend},
                                              {"C_WRITE_", RdmaKind::kWrite},
                                              {"RC_READ_REQ", RdmaKind::kReadRequest},
                                              {"RC_READ_RESP", RdmaKind::kReadResponse},
                                              {"RC_ACK", RdmaKind::kAcknowledge},
                                              {"RC_ATOMIC_ACK", RdmaKind::kAtomicResponse},
                                              {"RC_CMP_SWP", RdmaKind::kAtomicRequest},
                                              {"RC_FETCH_ADD", RdmaKind::kAtomicRequest}};
  for (const auto& [part, kind] : kinds) {
    if (label.find(part) != std::string::npos) {
      return kind;
    }
  }
  return RdmaKind::kUnknown;
}

}  // namespace

TEST_CASE("captured soft-RoCE frames are read as their labels say", "[sim][packet]") {
  const auto vectors = reference::read_vectors(kVectors);
  REQUIRE(vectors.size() > 250);
  for (const auto& [label, frame] : vectors) {
    CAPTURE(label);
    const Packet packet = parse_packet(frame);
    REQUIRE(packet.kind == PacketKind::kRdma);
    CHECK(packet.rdma == kind_of(label));
    CHECK(packet.pad == label.at(label.find(".pad") + 4) - '0');
    CHECK(packet.ack_request == (label.at(label.find(".a") + 2) == '1'));
    CHECK(packet.ipv6 == (label.find("v6") == 0));
    CHECK(packet.source_qpn.has_value() == (label.find("UD_") != std::string::npos));
    CHECK(packet.ack() ==
          (label.find("RC_ACK") != std::string::npos && label.find(".ACK") != std::string::npos));
    CHECK(packet.nak() == (label.find(".NAK") != std::string::npos));
    CHECK(packet.rnr() == (label.find(".RNR") != std::string::npos));
    CHECK(packet.source_port >= 0xc000);
    CHECK(expected_icrc(frame, packet) == carried_icrc(frame, packet));
  }
}

TEST_CASE("every bit that the ICRC covers changes it, and those that a hop may change do not",
          "[sim][packet]") {
  for (const auto& build :
       {reference::roce_header, reference::ethlink_rdma_header, reference::ls_header}) {
    const bool ethlink = build != reference::roce_header;
    const bool load_store = build == reference::ls_header;
    reference::HeaderOptions options;
    options.vlan = ethlink;
    const reference::Header header = build(options, 20);
    const reference::Bytes good = reference::body_of(header, reference::Bytes(20, 0x5a));
    const Packet packet = parse_packet(good);
    REQUIRE(packet.kind == (load_store ? PacketKind::kLoadStore : PacketKind::kRdma));
    REQUIRE(packet.ethlink == ethlink);
    REQUIRE(packet.transport == header.l4_offset);
    REQUIRE(packet.payload == header.bytes.size());
    CHECK(expected_icrc(good, packet) == carried_icrc(good, packet));
    for (std::size_t bit = 0; bit < (packet.icrc + 4) * 8; ++bit) {
      CAPTURE(ethlink, bit);
      reference::Bytes frame = good;
      frame[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      const std::size_t at = bit / 8;
      const bool free = ethlink ? at == packet.net + 1 || (at == packet.net && bit % 8 != 7)
                                : at < packet.net || at == packet.net + 1 || at == packet.net + 8 ||
                                      at == packet.net + 10 || at == packet.net + 11 ||
                                      at == packet.net + 26 || at == packet.net + 27 ||
                                      at == packet.transport + 4;
      CHECK((expected_icrc(frame, packet) == carried_icrc(frame, packet)) == free);
    }
  }
}

TEST_CASE("the same packet reads the same in both encapsulations", "[sim][packet]") {
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    reference::HeaderOptions options;
    options.opcode = static_cast<std::uint8_t>(opcode);
    options.tos = 3;
    if (!reference::extension_bytes(options.opcode)) {
      continue;
    }
    CAPTURE(opcode);
    const reference::Bytes payload(20, 0x5a);
    const Packet roce = parse_packet(body_of(reference::roce_header(options, 20), payload));
    const reference::Bytes frame = body_of(reference::ethlink_rdma_header(options, 20), payload);
    const Packet packet = parse_packet(frame);
    REQUIRE(packet.kind == PacketKind::kRdma);
    CHECK(packet.ethlink);
    CHECK(packet.rdma == roce.rdma);
    CHECK(packet.opcode == roce.opcode);
    CHECK(packet.dest_qpn == roce.dest_qpn);
    CHECK(packet.psn == roce.psn);
    CHECK(packet.syndrome == roce.syndrome);
    CHECK(packet.va == roce.va);
    CHECK(packet.payload_bytes() == roce.payload_bytes());
    CHECK(packet.source_port == roce.source_port);
    CHECK(packet.ecn == 3);
    CHECK(packet.destination[15] == (reference::kOwnId & 0xff));
    CHECK(packet.source[15] == (reference::kPeerId & 0xff));
    for (std::size_t size = 0; size + 1 < packet.icrc + 4; ++size) {
      const reference::Bytes cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
      REQUIRE(parse_packet(cut).kind != PacketKind::kRdma);
    }
  }
}

TEST_CASE("frames that are cut anywhere, or contradict themselves, are read without harm",
          "[sim][packet]") {
  for (const auto& [label, frame] : reference::read_vectors(kVectors)) {
    CAPTURE(label);
    for (std::size_t size = 0; size < frame.size(); ++size) {
      const reference::Bytes cut(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
      CHECK(parse_packet(cut).kind != PacketKind::kRdma);
    }
  }
  reference::HeaderOptions options;
  reference::Bytes longer = reference::body_of(reference::roce_header(options, 20), {});
  CHECK(parse_packet(longer).kind == PacketKind::kOther);
  // A pad count above what is there, and a fragment.
  reference::Bytes frame = reference::body_of(reference::roce_header(options, 0), {});
  frame[43] |= 0x30;
  CHECK(parse_packet(frame).kind == PacketKind::kOther);
  frame[43] &= 0xcf;
  CHECK(parse_packet(frame).kind == PacketKind::kRdma);
  frame[20] |= 0x20;
  CHECK(parse_packet(frame).kind == PacketKind::kOther);
}

}  // namespace ethlink::sim::test
