// SPDX-License-Identifier: Apache-2.0
//
// Frames as the standards describe them: builder, check values and header sizes for tests.

#include "frame.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <zlib.h>

namespace ethlink::reference {

void put(Bytes& to, std::uint64_t value, std::size_t count) {
  for (std::size_t i = count; i-- > 0;) {
    to.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
}

std::uint64_t get(const Bytes& from, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = (value << 8) | from.at(at + i);
  }
  return value;
}

Bytes ipv6_address(std::uint16_t id) {
  Bytes address{0xFE, 0x80};
  address.resize(14, 0);
  put(address, id, 2);
  return address;
}

Bytes mapped_ipv4(std::uint32_t address) {
  Bytes mapped(10, 0);
  put(mapped, 0xFFFF, 2);
  put(mapped, address, 4);
  return mapped;
}

std::uint32_t crc32(const Bytes& bytes) {
  return static_cast<std::uint32_t>(
      ::crc32(::crc32(0, nullptr, 0), bytes.data(), static_cast<uInt>(bytes.size())));
}

std::optional<std::size_t> extension_bytes(std::uint8_t opcode) {
  // InfiniBand volume 1, table 38: RETH 16, AETH 4, ImmDt 4, IETH 4, AtomicETH 28, AtomicAckETH 8,
  // DETH 8; the congestion notification carries 16 reserved bytes. Opcodes of selective repeat
  // (docs/reference/selective-repeat.md): RETH, and ImmDt; AETH and SETH 24.
  static const std::vector<std::pair<int, std::size_t>> kTable = {
      {0x00, 0}, {0x01, 0},  {0x02, 0},  {0x03, 4},  {0x04, 0},  {0x05, 4},  {0x06, 16},
      {0x07, 0}, {0x08, 0},  {0x09, 4},  {0x0A, 16}, {0x0B, 20}, {0x0C, 16}, {0x0D, 4},
      {0x0E, 0}, {0x0F, 4},  {0x10, 4},  {0x11, 4},  {0x12, 12}, {0x13, 28}, {0x14, 28},
      {0x16, 4}, {0x17, 4},  {0x20, 0},  {0x21, 0},  {0x22, 0},  {0x23, 4},  {0x24, 0},
      {0x25, 4}, {0x26, 16}, {0x27, 0},  {0x28, 0},  {0x29, 4},  {0x2A, 16}, {0x2B, 20},
      {0x64, 8}, {0x65, 12}, {0x81, 16}, {0xC7, 16}, {0xC8, 16}, {0xC9, 20}, {0xD1, 28}};
  for (const auto& [code, bytes] : kTable) {
    if (code == opcode) {
      return bytes;
    }
  }
  return std::nullopt;
}

namespace {

/// Destination, source, optional tag of VLAN 10 with priority 5, EtherType.
Bytes ethernet(std::uint64_t dst, std::uint64_t src, bool vlan, std::uint16_t ethertype) {
  Bytes bytes;
  put(bytes, dst, 6);
  put(bytes, src, 6);
  if (vlan) {
    put(bytes, 0x8100A00A, 4);
  }
  put(bytes, ethertype, 2);
  return bytes;
}

void put_ipv4(Bytes& to, const HeaderOptions& o, std::size_t length) {
  const std::size_t start = to.size();
  put(to, 0x45, 1);
  put(to, o.tos, 1);
  put(to, length, 2);
  put(to, 0x12344000, 4);  // identification, DF
  put(to, o.ttl, 1);
  put(to, 17, 1);
  put(to, 0, 2);
  put(to, o.to_peer ? kOwnIpv4 : kPeerIpv4, 4);
  put(to, o.to_peer ? kPeerIpv4 : kOwnIpv4, 4);
  std::uint64_t sum = 0;
  for (std::size_t i = start; i < to.size(); i += 2) {
    sum += get(to, i, 2);
  }
  sum = (sum & 0xFFFF) + (sum >> 16);
  sum = ~((sum & 0xFFFF) + (sum >> 16)) & 0xFFFF;
  to[start + 10] = static_cast<std::uint8_t>(sum >> 8);
  to[start + 11] = static_cast<std::uint8_t>(sum);
}

void put_ipv6(Bytes& to, const HeaderOptions& o, std::size_t length) {
  put(to, 0x60000000U | (std::uint32_t{o.tos} << 20), 4);
  put(to, length, 2);
  put(to, 17, 1);
  put(to, o.ttl, 1);
  const Bytes own = ipv6_address(1);
  const Bytes peer = ipv6_address(2);
  const Bytes& src = o.to_peer ? own : peer;
  const Bytes& dst = o.to_peer ? peer : own;
  to.insert(to.end(), src.begin(), src.end());
  to.insert(to.end(), dst.begin(), dst.end());
}

/// BTH and extension headers.
void put_transport(Bytes& to, std::uint8_t opcode) {
  put(to, opcode, 1);
  put(to, 0x40, 1);
  put(to, 0xFFFF, 2);
  put(to, 0x00000011, 4);  // reserved byte, destination QP
  put(to, 0x80FFFFF0, 4);  // AckReq, PSN
  for (std::size_t i = 0; i < extension_bytes(opcode).value_or(0); ++i) {
    put(to, 0xE0 + i, 1);
  }
}

}  // namespace

Header roce_header(const HeaderOptions& o, std::size_t payload_len) {
  Header h;
  h.icrc = Icrc::kRoce;
  h.vlan = o.vlan;
  h.ipv6 = o.ipv6;
  const std::size_t xth = extension_bytes(o.opcode).value_or(0);
  const std::size_t udp_len = 8 + 12 + xth + payload_len + 4;
  h.bytes = ethernet(o.to_peer ? kPeerMac : kOwnMac, o.to_peer ? kOwnMac : kPeerMac, o.vlan,
                     o.ipv6 ? 0x86DD : 0x0800);
  if (o.ipv6) {
    put_ipv6(h.bytes, o, udp_len);
  } else {
    put_ipv4(h.bytes, o, 20 + udp_len);
  }
  put(h.bytes, 0xC123, 2);
  put(h.bytes, 4791, 2);
  put(h.bytes, udp_len, 2);
  put(h.bytes, 0, 2);
  h.l4_offset = h.bytes.size();
  put_transport(h.bytes, o.opcode);
  return h;
}

Header ethlink_rdma_header(const HeaderOptions& o, std::size_t payload_len) {
  Header h;
  h.icrc = Icrc::kEthlink;
  h.vlan = o.vlan;
  const std::uint64_t length = 2 + 12 + extension_bytes(o.opcode).value_or(0) + payload_len + 4;
  put(h.bytes, 0x0200, 2);
  put(h.bytes, length, 2);
  put(h.bytes, o.to_peer ? kPeerId : kOwnId, 2);
  put(h.bytes, 0x0200, 2);
  put(h.bytes, 0xC123, 2);  // entropy
  put(h.bytes, o.to_peer ? kOwnId : kPeerId, 2);
  if (o.vlan) {
    put(h.bytes, 0x8100A00A, 4);
  }
  put(h.bytes, 0x88B6, 2);
  put(h.bytes, o.ttl & 0xFU, 1);
  put(h.bytes, o.tos, 1);
  h.l4_offset = h.bytes.size();
  put_transport(h.bytes, o.opcode);
  return h;
}

Header ls_header(const HeaderOptions& o, std::size_t payload_len) {
  Header h;
  h.icrc = Icrc::kEthlink;
  h.vlan = o.vlan;
  const std::uint64_t total = 2 + 12 + payload_len + 4;
  const std::uint64_t dst = 0x0200'0000'0000 | (total << 16) | (o.to_peer ? kPeerId : kOwnId);
  const std::uint64_t src = 0x0200'BEEF'0000 | (o.to_peer ? kOwnId : kPeerId);
  h.bytes = ethernet(dst, src, o.vlan, 0x88B5);
  put(h.bytes, 0x80U | (o.ttl & 0xFU), 1);
  put(h.bytes, o.tos, 1);
  h.l4_offset = h.bytes.size();
  put(h.bytes, o.vc, 1);
  put(h.bytes, 0x80, 1);
  put(h.bytes, 0x7FFF, 2);       // partition
  put(h.bytes, 0x0102'0304, 4);  // PSN, ack PSN
  put(h.bytes, 0x01FF'5A5A, 4);  // commands, window, epoch
  return h;
}

Header plain_header(const HeaderOptions& o, std::uint16_t ethertype) {
  Header h;
  h.vlan = o.vlan;
  h.bytes =
      ethernet(o.to_peer ? kPeerMac : kOwnMac, o.to_peer ? kOwnMac : kPeerMac, o.vlan, ethertype);
  return h;
}

Bytes icrc_of(const Bytes& frame, Icrc kind) {
  Bytes covered = frame;
  const bool vlan = get(frame, 12, 2) == 0x8100;
  const std::size_t l3 = vlan ? 18 : 14;
  if (kind == Icrc::kEthlink) {
    covered[l3] |= 0x7F;
    covered[l3 + 1] = 0xFF;
  } else {
    const bool ipv6 = get(frame, l3 - 2, 2) == 0x86DD;
    const std::size_t udp = l3 + (ipv6 ? 40U : 20U);
    if (ipv6) {
      covered[l3] |= 0x0F;
      covered[l3 + 1] = covered[l3 + 2] = covered[l3 + 3] = covered[l3 + 7] = 0xFF;
    } else {
      covered[l3 + 1] = covered[l3 + 8] = covered[l3 + 10] = covered[l3 + 11] = 0xFF;
    }
    covered[udp + 6] = covered[udp + 7] = 0xFF;
    covered[udp + 8 + 4] = 0xFF;
    const Bytes ones(8, 0xFF);
    covered.erase(covered.begin(), covered.begin() + static_cast<std::ptrdiff_t>(l3));
    covered.insert(covered.begin(), ones.begin(), ones.end());
  }
  Bytes wire;
  const std::uint32_t value = crc32(covered);
  for (unsigned i = 0; i < 4; ++i) {
    wire.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  return wire;
}

Bytes body_of(const Header& header, const Bytes& payload) {
  Bytes frame = header.bytes;
  frame.insert(frame.end(), payload.begin(), payload.end());
  if (header.icrc != Icrc::kNone) {
    const Bytes icrc = icrc_of(frame, header.icrc);
    frame.insert(frame.end(), icrc.begin(), icrc.end());
  }
  if (frame.size() < 60) {
    frame.resize(60, 0);
  }
  return frame;
}

Bytes with_fcs(Bytes frame) {
  const std::uint32_t value = crc32(frame);
  for (unsigned i = 0; i < 4; ++i) {
    frame.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
  }
  return frame;
}

bool is_roce(const Bytes& frame) {
  const std::size_t l3 = get(frame, 12, 2) == 0x8100 ? 18 : 14;
  const std::uint64_t ethertype = get(frame, l3 - 2, 2);
  if (ethertype == 0x0800 && frame.size() >= l3 + 28) {
    return frame[l3] == 0x45 && frame[l3 + 9] == 17 && get(frame, l3 + 22, 2) == 4791;
  }
  if (ethertype == 0x86DD && frame.size() >= l3 + 48) {
    return frame[l3 + 6] == 17 && get(frame, l3 + 42, 2) == 4791;
  }
  return false;
}

RoceParts split_roce(const Bytes& frame) {
  RoceParts parts;
  Header& h = parts.header;
  h.icrc = Icrc::kRoce;
  h.vlan = get(frame, 12, 2) == 0x8100;
  const std::size_t l3 = h.vlan ? 18 : 14;
  h.ipv6 = get(frame, l3 - 2, 2) == 0x86DD;
  h.l4_offset = l3 + (h.ipv6 ? 48U : 28U);
  const std::size_t end = l3 + (h.ipv6 ? 40 + get(frame, l3 + 4, 2) : get(frame, l3 + 2, 2));
  const std::size_t header_len = h.l4_offset + 12 + extension_bytes(frame[h.l4_offset]).value();
  const auto at = [&](std::size_t i) { return frame.begin() + static_cast<std::ptrdiff_t>(i); };
  h.bytes.assign(frame.begin(), at(header_len));
  parts.payload.assign(at(header_len), at(end - 4));
  parts.icrc.assign(at(end - 4), at(end));
  return parts;
}

std::vector<std::pair<std::string, Bytes>> read_vectors(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    throw std::runtime_error(path + ": cannot be opened");
  }
  std::vector<std::pair<std::string, Bytes>> vectors;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') {
      continue;
    }
    std::istringstream words(line);
    std::string label;
    std::string hex;
    words >> label >> hex;
    Bytes bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
      bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex.substr(i, 2), nullptr, 16)));
    }
    vectors.emplace_back(label, bytes);
  }
  return vectors;
}

std::vector<Bytes> read_pcap(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const Bytes bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const auto word = [&](std::size_t at) {
    return static_cast<std::size_t>(bytes.at(at)) |
           static_cast<std::size_t>(bytes.at(at + 1)) << 8 |
           static_cast<std::size_t>(bytes.at(at + 2)) << 16 |
           static_cast<std::size_t>(bytes.at(at + 3)) << 24;
  };
  if (bytes.size() < 24 || (word(0) != 0xA1B2C3D4 && word(0) != 0xA1B23C4D)) {
    throw std::runtime_error(path + ": expected a little-endian pcap file");
  }
  std::vector<Bytes> frames;
  for (std::size_t at = 24; at + 16 <= bytes.size();) {
    const std::size_t length = word(at + 8);
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(at + 16);
    frames.emplace_back(first, first + static_cast<std::ptrdiff_t>(length));
    at += 16 + length;
  }
  return frames;
}

}  // namespace ethlink::reference
