// SPDX-License-Identifier: Apache-2.0
//
// Headers of frames, see packet.hpp.
#include "sim/fabric/packet.hpp"

#include <algorithm>
#include <vector>

#include <zlib.h>

#include "sim/fabric/ethertype.hpp"

namespace ethlink::sim {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint16_t kPfcOpcode = 0x0101, kRocePort = 4791;
constexpr std::uint8_t kUdp = 17;
constexpr std::size_t kTypeOffset = 12, kTagBytes = 4, kNetBytes = 2, kRhBytes = 12;
constexpr std::size_t kIpv4Bytes = 20, kIpv6Bytes = 40, kUdpBytes = 8, kBthBytes = 12;
constexpr std::size_t kIcrcBytes = 4;

[[nodiscard]] std::uint64_t get(Bytes from, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = value << 8 | from[at + i];
  }
  return value;
}
[[nodiscard]] std::uint16_t get16(Bytes from, std::size_t at) {
  return static_cast<std::uint16_t>(get(from, at, 2));
}
[[nodiscard]] std::uint32_t get24(Bytes from, std::size_t at) {
  return static_cast<std::uint32_t>(get(from, at, 3));
}
[[nodiscard]] std::uint32_t get32(Bytes from, std::size_t at) {
  return static_cast<std::uint32_t>(get(from, at, 4));
}

// Operations of the lower five bits of an opcode, table 38 of the specification.
struct Operation {
  RdmaKind kind;
  const char* name;
};
constexpr std::array<Operation, 0x18> kOperations{{
    {RdmaKind::kSend, "SEND first"},
    {RdmaKind::kSend, "SEND middle"},
    {RdmaKind::kSend, "SEND last"},
    {RdmaKind::kSend, "SEND last with immediate"},
    {RdmaKind::kSend, "SEND only"},
    {RdmaKind::kSend, "SEND only with immediate"},
    {RdmaKind::kWrite, "WRITE first"},
    {RdmaKind::kWrite, "WRITE middle"},
    {RdmaKind::kWrite, "WRITE last"},
    {RdmaKind::kWrite, "WRITE last with immediate"},
    {RdmaKind::kWrite, "WRITE only"},
    {RdmaKind::kWrite, "WRITE only with immediate"},
    {RdmaKind::kReadRequest, "READ request"},
    {RdmaKind::kReadResponse, "READ response first"},
    {RdmaKind::kReadResponse, "READ response middle"},
    {RdmaKind::kReadResponse, "READ response last"},
    {RdmaKind::kReadResponse, "READ response only"},
    {RdmaKind::kAcknowledge, "ACK"},
    {RdmaKind::kAtomicResponse, "atomic response"},
    {RdmaKind::kAtomicRequest, "CMP_SWAP"},
    {RdmaKind::kAtomicRequest, "FETCH_ADD"},
    {RdmaKind::kUnknown, ""},
    {RdmaKind::kSend, "SEND last with invalidate"},
    {RdmaKind::kSend, "SEND only with invalidate"},
}};

// The extension headers of an opcode, in their order on the wire.
struct Shape {
  RdmaKind kind = RdmaKind::kUnknown;
  const char* name = "";
  bool deth = false, reth = false, atomic = false, aeth = false, atomic_ack = false;
  std::size_t other = 0;  // ImmDt, IETH or the reserved bytes of a CNP
};

[[nodiscard]] Shape shape_of(std::uint8_t opcode) {
  constexpr std::uint8_t kCnpOpcode = 0x81;
  constexpr unsigned kRc = 0, kUc = 1, kUd = 3, kOwn = 6;
  constexpr std::size_t kSethBytes = 24;
  if (opcode == kCnpOpcode) {
    return {.kind = RdmaKind::kCnp, .name = "CNP", .other = 16};
  }
  const unsigned transport = opcode >> 5;
  const unsigned operation = opcode & 0x1fU;
  // Selective repeat: a WRITE with its own place, an acknowledgement that shows what came.
  if (transport == kOwn && operation >= 0x07 && operation <= 0x09) {
    return {.kind = RdmaKind::kWrite,
            .name = kOperations.at(operation).name,
            .reth = true,
            .other = operation == 0x09 ? 4U : 0U};
  }
  if (transport == kOwn && operation == 0x11) {
    return {
        .kind = RdmaKind::kAcknowledge, .name = "selective ACK", .aeth = true, .other = kSethBytes};
  }
  const bool exists = (transport == kRc && operation < kOperations.size()) ||
                      (transport == kUc && operation <= 0x0b) ||
                      (transport == kUd && (operation == 0x04 || operation == 0x05));
  if (!exists) {
    return {};
  }
  Shape shape;
  shape.kind = kOperations.at(operation).kind;
  shape.name = kOperations.at(operation).name;
  shape.deth = transport == kUd;
  const auto any = [operation](std::initializer_list<unsigned> list) {
    return std::find(list.begin(), list.end(), operation) != list.end();
  };
  shape.reth = any({0x06, 0x0a, 0x0b, 0x0c});
  shape.atomic = shape.kind == RdmaKind::kAtomicRequest;
  shape.aeth = any({0x0d, 0x0f, 0x10, 0x11, 0x12});
  shape.atomic_ack = shape.kind == RdmaKind::kAtomicResponse;
  shape.other = any({0x03, 0x05, 0x09, 0x0b, 0x16, 0x17}) ? 4 : 0;
  return shape;
}

// From the BTH on; `end` is where IP or NET say that the packet ends, ICRC included.
[[nodiscard]] bool parse_rdma(Bytes frame, std::size_t end, Packet& packet) {
  const std::size_t bth = packet.transport;
  if (end > frame.size() || bth + kBthBytes + kIcrcBytes > end) {
    return false;
  }
  packet.kind = PacketKind::kRdma;
  packet.opcode = frame[bth];
  packet.pad = frame[bth + 1] >> 4 & 3U;
  packet.dest_qpn = get24(frame, bth + 5);
  packet.ack_request = (frame[bth + 8] & 0x80U) != 0;
  packet.psn = get24(frame, bth + 9);
  packet.icrc = end - kIcrcBytes;
  const Shape shape = shape_of(packet.opcode);
  const std::size_t extension = (shape.deth ? 8U : 0U) + (shape.reth ? 16U : 0U) +
                                (shape.atomic ? 28U : 0U) + (shape.aeth ? 4U : 0U) +
                                (shape.atomic_ack ? 8U : 0U) + shape.other;
  std::size_t at = bth + kBthBytes;
  packet.payload = at;
  if (shape.kind == RdmaKind::kUnknown) {
    return true;
  }
  if (at + extension + packet.pad > packet.icrc) {
    return false;
  }
  packet.rdma = shape.kind;
  if (shape.deth) {
    packet.source_qpn = get24(frame, at + 5);
    at += 8;
  }
  if (shape.reth || shape.atomic) {
    packet.va = get(frame, at, 8);
    packet.rkey = get32(frame, at + 8);
  }
  if (shape.reth) {
    packet.dma_length = get32(frame, at + 12);
    at += 16;
  }
  if (shape.atomic) {
    packet.swap = get(frame, at + 12, 8);
    packet.compare = get(frame, at + 20, 8);
    at += 28;
  }
  if (shape.aeth) {
    packet.syndrome = frame[at];
    packet.msn = get24(frame, at + 1);
    at += 4;
  }
  if (shape.atomic_ack) {
    packet.original = get(frame, at, 8);
    at += 8;
  }
  packet.payload = at + shape.other;
  return true;
}

[[nodiscard]] bool parse_ip(Bytes frame, Packet& packet) {
  const std::size_t at = packet.net;
  std::size_t end = 0;
  if (packet.ipv6) {
    if (at + kIpv6Bytes + kUdpBytes > frame.size() || frame[at] >> 4 != 6 ||
        frame[at + 6] != kUdp) {
      return false;
    }
    end = at + kIpv6Bytes + get16(frame, at + 4);
    packet.ecn = frame[at + 1] >> 4 & 3U;
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at + 8), 16, packet.source.begin());
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at + 24), 16,
                packet.destination.begin());
    packet.transport = at + kIpv6Bytes;
  } else {
    // A RoCEv2 packet has no IP options (Annex A17.4.5.1), and a fragment has no BTH.
    if (at + kIpv4Bytes + kUdpBytes > frame.size() || frame[at] != 0x45 || frame[at + 9] != kUdp ||
        (get16(frame, at + 6) & 0x3fffU) != 0) {
      return false;
    }
    end = at + get16(frame, at + 2);
    packet.ecn = frame[at + 1] & 3U;
    packet.source[10] = packet.source[11] = packet.destination[10] = packet.destination[11] = 0xff;
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at + 12), 4,
                packet.source.begin() + 12);
    std::copy_n(frame.begin() + static_cast<std::ptrdiff_t>(at + 16), 4,
                packet.destination.begin() + 12);
    packet.transport = at + kIpv4Bytes;
  }
  packet.source_port = get16(frame, packet.transport);
  if (get16(frame, packet.transport + 2) != kRocePort ||
      packet.transport + get16(frame, packet.transport + 4) != end) {
    return false;
  }
  packet.transport += kUdpBytes;
  return parse_rdma(frame, end, packet);
}

[[nodiscard]] bool parse_ethlink(Bytes frame, bool rdma, Packet& packet) {
  packet.ethlink = true;
  packet.transport = packet.net + kNetBytes;
  const std::size_t end = packet.net + get16(frame, 2);
  packet.destination[14] = frame[4];
  packet.destination[15] = frame[5];
  packet.source[14] = frame[10];
  packet.source[15] = frame[11];
  if (end > frame.size() || packet.transport + kRhBytes + kIcrcBytes > end) {
    return false;
  }
  packet.ecn = frame[packet.net + 1] & 3U;
  if (rdma) {
    packet.source_port = get16(frame, 8);
    return parse_rdma(frame, end, packet);
  }
  const std::size_t rh = packet.transport;
  packet.kind = PacketKind::kLoadStore;
  packet.op = static_cast<LoadStoreOp>(frame[rh] >> 4 & 3U);
  packet.vc = frame[rh] & 0xfU;
  packet.psn = get16(frame, rh + 4);
  packet.epoch = get16(frame, rh + 10);
  packet.payload = rh + kRhBytes;
  packet.icrc = end - kIcrcBytes;
  return true;
}

// CRC-32 of `ones` bytes of ones, then of the frame's bytes [from, to) after `mask` changed them.
template <typename Mask>
[[nodiscard]] std::uint32_t masked_crc(Bytes frame, std::size_t ones, std::size_t from,
                                       std::size_t to, Mask mask) {
  std::vector<std::uint8_t> bytes(ones, 0xff);
  const Bytes part = frame.subspan(from, to - from);
  bytes.insert(bytes.end(), part.begin(), part.end());
  mask(std::span(bytes).subspan(ones));
  return static_cast<std::uint32_t>(::crc32(0, bytes.data(), static_cast<unsigned>(bytes.size())));
}

}  // namespace

Packet parse_packet(Bytes frame) {
  Packet packet;
  if (frame.size() < kTypeOffset + 4) {
    return packet;
  }
  std::uint16_t type = get16(frame, kTypeOffset);
  packet.net = kTypeOffset + 2;
  if (type == kTypeVlan && frame.size() >= kTypeOffset + kTagBytes + 4) {
    type = get16(frame, kTypeOffset + kTagBytes);
    packet.net += kTagBytes;
  }
  bool good = true;
  switch (type) {
    case kTypeMacControl:
      packet.kind = get16(frame, packet.net) == kPfcOpcode ? PacketKind::kPfc : PacketKind::kOther;
      break;
    case kTypeIpv4:
    case kTypeIpv6:
      packet.ipv6 = type == kTypeIpv6;
      good = parse_ip(frame, packet);
      break;
    case kTypeLoadStore:
    case kTypeEthlinkRdma:
      good = parse_ethlink(frame, type == kTypeEthlinkRdma, packet);
      break;
    default:
      break;
  }
  return good ? packet : Packet{};
}

std::uint32_t expected_icrc(Bytes frame, const Packet& packet) {
  if (packet.ethlink) {
    // Bits that a hop may change: reserved, TTL, DSCP, ECN of NET.
    return masked_crc(frame, 0, 0, packet.icrc, [&packet](std::span<std::uint8_t> bytes) {
      bytes[packet.net] |= 0x7f;
      bytes[packet.net + 1] = 0xff;
    });
  }
  // Annex A17: eight bytes of ones stand for the LRH, then IP, UDP and BTH with what may change.
  return masked_crc(frame, 8, packet.net, packet.icrc, [&packet](std::span<std::uint8_t> bytes) {
    const std::size_t udp = packet.ipv6 ? kIpv6Bytes : kIpv4Bytes;
    if (packet.ipv6) {
      bytes[0] |= 0x0f;
      bytes[1] = bytes[2] = bytes[3] = 0xff;
      bytes[7] = 0xff;
    } else {
      bytes[1] = bytes[8] = bytes[10] = bytes[11] = 0xff;
    }
    bytes[udp + 6] = bytes[udp + 7] = 0xff;
    bytes[udp + kUdpBytes + 4] = 0xff;
  });
}

std::uint32_t carried_icrc(Bytes frame, const Packet& packet) {
  std::uint32_t value = 0;
  for (std::size_t i = kIcrcBytes; i-- > 0;) {
    value = value << 8 | frame[packet.icrc + i];
  }
  return value;
}

std::string packet_name(const Packet& packet) {
  if (packet.rnr()) {
    return "RNR NAK";
  }
  if (packet.nak()) {
    return packet.syndrome == 0x60 ? "sequence NAK" : "error NAK";
  }
  const std::string name = shape_of(packet.opcode).name;
  return name.empty() ? "opcode " + std::to_string(packet.opcode) : name;
}

}  // namespace ethlink::sim
