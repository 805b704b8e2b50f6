// SPDX-License-Identifier: Apache-2.0
//
// Frames as the standards describe them: builder, check values and header sizes for tests.
//
// Oracle: shares no code with the RTL or the driver. IEEE 802.3, InfiniBand volume 1 chapter 9 and
// Annex A17, EthLink wire format sections 1 and 2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ethlink::reference {

using Bytes = std::vector<std::uint8_t>;

/// Which integrity check stands behind the payload.
enum class Icrc : std::uint8_t { kNone = 0, kRoce = 1, kEthlink = 2 };

/// Addresses of the two ends in frames that the builders make.
inline constexpr std::uint64_t kOwnMac = 0x0250'4E54'0001;
inline constexpr std::uint64_t kPeerMac = 0x0250'4E54'0002;
inline constexpr std::uint16_t kOwnId = 0x0123;
inline constexpr std::uint16_t kPeerId = 0x0456;
inline constexpr std::uint32_t kOwnIpv4 = 0x0A000001;
inline constexpr std::uint32_t kPeerIpv4 = 0x0A000002;

/// Appends `count` bytes of `value`, most significant first.
void put(Bytes& to, std::uint64_t value, std::size_t count);

/// The `count` bytes at `at`, most significant first.
[[nodiscard]] std::uint64_t get(const Bytes& from, std::size_t at, std::size_t count);

/// An IPv6 address fe80::<id>, or an IPv4 address as ::ffff:a.b.c.d.
[[nodiscard]] Bytes ipv6_address(std::uint16_t id);
[[nodiscard]] Bytes mapped_ipv4(std::uint32_t address);

/// Ethernet CRC-32 of all bytes.
[[nodiscard]] std::uint32_t crc32(const Bytes& bytes);

/// Bytes of the extension headers of a BTH opcode; nothing for an opcode that does not exist.
[[nodiscard]] std::optional<std::size_t> extension_bytes(std::uint8_t opcode);

/// A header from the destination MAC up to the payload, and where things are in it.
struct Header {
  Bytes bytes;
  Icrc icrc = Icrc::kNone;
  bool vlan = false;
  bool ipv6 = false;
  std::size_t l4_offset = 0;  // BTH or RH
};

/// What varies in the headers below.
struct HeaderOptions {
  bool vlan = false;
  bool ipv6 = false;           // RoCE only
  std::uint8_t opcode = 0x04;  // RDMA: BTH opcode
  std::uint8_t vc = 0;         // Load/Store
  std::uint8_t tos = 0;        // DSCP and ECN
  std::uint8_t ttl = 64;       // NET: the lower 4 bits
  bool to_peer = false;        // addressed to the peer instead of to us
};

/// RoCEv2 header in front of `payload_len` bytes (pad included) and an ICRC.
[[nodiscard]] Header roce_header(const HeaderOptions& options, std::size_t payload_len);

/// RDMA header in EthLink encapsulation: OEFH, NET, BTH; `payload_len` as above.
[[nodiscard]] Header ethlink_rdma_header(const HeaderOptions& options, std::size_t payload_len);

/// Load/Store header in front of `payload_len` bytes of commands and an ICRC.
[[nodiscard]] Header ls_header(const HeaderOptions& options, std::size_t payload_len);

/// Ethernet header of a plain frame.
[[nodiscard]] Header plain_header(const HeaderOptions& options, std::uint16_t ethertype);

/// The ICRC of a frame that ends where the ICRC belongs, in wire order.
[[nodiscard]] Bytes icrc_of(const Bytes& frame, Icrc kind);

/// Header, payload, ICRC and pad to 60 bytes: a frame without FCS.
[[nodiscard]] Bytes body_of(const Header& header, const Bytes& payload);

/// Appends the FCS.
[[nodiscard]] Bytes with_fcs(Bytes frame);

/// A frame of UDP port 4791 over IPv4 without options, or over IPv6.
[[nodiscard]] bool is_roce(const Bytes& frame);

/// Header and payload of a RoCEv2 frame without FCS that carries nothing behind its ICRC.
struct RoceParts {
  Header header;
  Bytes payload;  // pad bytes included
  Bytes icrc;
};
[[nodiscard]] RoceParts split_roce(const Bytes& frame);

/// `label hex` lines, and frames of a classic little-endian pcap file.
/// Both throw std::runtime_error when the file cannot be read.
[[nodiscard]] std::vector<std::pair<std::string, Bytes>> read_vectors(const std::string& path);
[[nodiscard]] std::vector<Bytes> read_pcap(const std::string& path);

}  // namespace ethlink::reference
