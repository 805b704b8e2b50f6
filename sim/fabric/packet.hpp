// SPDX-License-Identifier: Apache-2.0
//
// What a frame is and says, read from its headers: for fault events and for `ethlink check`.
//
// InfiniBand volume 1 chapter 9 and Annex A17, RFC 791, RFC 8200, EthLink wire format sections 1
// and 2. Knows nothing of the RTL or the driver: it judges what they send.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace ethlink::sim {

enum class PacketKind : std::uint8_t {
  kOther,      ///< none of those below, or lengths that contradict each other
  kPfc,        ///< priority flow control
  kLoadStore,  ///< EthLink RH
  kRdma        ///< InfiniBand BTH, in RoCEv2 or in EthLink encapsulation
};

/// What an RDMA opcode asks for, whatever its transport.
enum class RdmaKind : std::uint8_t {
  kUnknown,
  kSend,
  kWrite,
  kReadRequest,
  kAtomicRequest,
  kReadResponse,
  kAtomicResponse,
  kAcknowledge,  ///< ACK and NAK
  kCnp
};

/// Op of a Load/Store frame's RH.
enum class LoadStoreOp : std::uint8_t { kData = 0, kAck = 1, kNack = 2, kControl = 3 };

/// Offsets count from the destination address. Fields of other kinds are 0.
struct Packet {
  PacketKind kind = PacketKind::kOther;
  std::size_t net = 0;        ///< IP or NET
  std::size_t transport = 0;  ///< BTH or RH
  std::size_t payload = 0;    ///< behind all headers; of Load/Store: the first command
  std::size_t icrc = 0;       ///< the four bytes behind payload and pad bytes
  bool ipv6 = false, ethlink = false;

  std::array<std::uint8_t, 16> source{}, destination{};  ///< addresses; OEFH: ids in the last two
  std::uint16_t source_port = 0;                         ///< UDP; OEFH of RDMA: entropy
  std::uint8_t ecn = 0;

  // RDMA
  RdmaKind rdma = RdmaKind::kUnknown;
  std::uint8_t opcode = 0;
  std::uint8_t pad = 0;
  bool ack_request = false;
  std::uint32_t dest_qpn = 0;
  std::uint32_t psn = 0;                    ///< of RH: 16 bits
  std::optional<std::uint32_t> source_qpn;  ///< of a DETH
  std::uint8_t syndrome = 0;                ///< of an AETH
  std::uint32_t msn = 0;                    ///< of an AETH
  std::uint64_t va = 0;                     ///< of a RETH or AtomicETH
  std::uint32_t rkey = 0;
  std::uint32_t dma_length = 0;         ///< of a RETH
  std::uint64_t swap = 0, compare = 0;  ///< of an AtomicETH
  std::uint64_t original = 0;           ///< of an AtomicAckETH

  // Load/Store
  LoadStoreOp op = LoadStoreOp::kData;
  std::uint8_t vc = 0;
  std::uint16_t epoch = 0;

  [[nodiscard]] bool rc() const { return kind == PacketKind::kRdma && opcode >> 5 == 0; }
  /// A packet that only queue pairs with selective repeat send.
  [[nodiscard]] bool selective() const { return kind == PacketKind::kRdma && opcode >> 5 == 6; }
  [[nodiscard]] bool request() const {
    return rdma == RdmaKind::kSend || rdma == RdmaKind::kWrite || rdma == RdmaKind::kReadRequest ||
           rdma == RdmaKind::kAtomicRequest;
  }
  [[nodiscard]] bool response() const {
    return rdma == RdmaKind::kReadResponse || rdma == RdmaKind::kAtomicResponse ||
           rdma == RdmaKind::kAcknowledge;
  }
  /// Of an AETH (clause 9.7.5.2.1): bits 6..5 of the syndrome.
  [[nodiscard]] bool ack() const { return rdma == RdmaKind::kAcknowledge && syndrome >> 5 == 0; }
  [[nodiscard]] bool rnr() const { return rdma == RdmaKind::kAcknowledge && syndrome >> 5 == 1; }
  [[nodiscard]] bool nak() const { return rdma == RdmaKind::kAcknowledge && syndrome >> 5 == 3; }
  /// Payload without pad bytes.
  [[nodiscard]] std::size_t payload_bytes() const {
    return icrc - payload < pad ? 0 : icrc - payload - pad;
  }
};

/// Reads a frame, with or without FCS; checks lengths, and no check value.
[[nodiscard]] Packet parse_packet(std::span<const std::uint8_t> frame);

/// The ICRC that a Load/Store or RDMA frame should carry, as a number (first byte on the wire
/// lowest).
[[nodiscard]] std::uint32_t expected_icrc(std::span<const std::uint8_t> frame,
                                          const Packet& packet);
/// The ICRC that it does carry.
[[nodiscard]] std::uint32_t carried_icrc(std::span<const std::uint8_t> frame, const Packet& packet);

/// "SEND first", "ACK", ...: of an RDMA packet, for messages.
[[nodiscard]] std::string packet_name(const Packet& packet);

}  // namespace ethlink::sim
