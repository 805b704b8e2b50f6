// SPDX-License-Identifier: Apache-2.0
//
// A slow and strict responder of one reliable connection: what the requester's packets must mean.
//
// Written from InfiniBand volume 1, chapter 9; shares nothing with the RTL or the driver.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ethlink::reference {

/// A request packet as it leaves the requester.
struct RequestPacket {
  unsigned qpn = 0;  // of the sender
  unsigned opcode = 0;
  bool se = false;
  bool ack_request = false;
  unsigned pad = 0;
  std::uint32_t psn = 0;
  std::vector<std::uint8_t> extension;  // extension headers
  std::vector<std::uint8_t> payload;    // with pad bytes
  std::uint32_t dest_qpn = 0;
  unsigned pkey = 0;
};

/// ACK or NAK.
struct Answer {
  std::uint32_t psn = 0;
  unsigned syndrome = 0x1f;
};

/// A packet that answers a READ or an atomic.
struct ReadResponse {
  unsigned opcode = 0;
  std::uint32_t psn = 0;
  unsigned syndrome = 0x1f;
  std::uint64_t old_value = 0;        // atomics
  std::vector<std::uint8_t> payload;  // with pad bytes
  unsigned pad = 0;
};

/// What the responder's memory holds where no atomic wrote.
inline std::uint8_t remote_byte(std::uint64_t va) {
  return static_cast<std::uint8_t>((va * 0xD1B54A32D192ED03ULL) >> 56);
}
inline std::uint64_t remote_word(std::uint64_t va) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < 8; ++i) {
    value |= std::uint64_t{remote_byte(va + i)} << (8 * i);
  }
  return value;
}

/// A whole message that arrived.
struct Message {
  bool write = false;
  std::vector<std::uint8_t> bytes;
  std::uint64_t va = 0;                    // write
  std::uint32_t rkey = 0;                  // write
  std::optional<std::uint32_t> immediate;  // first byte on the wire lowest
  std::optional<std::uint32_t> invalidate;
  bool se = false;

  bool operator==(const Message&) const = default;
};

class RoceResponder {
 public:
  RoceResponder() = default;
  RoceResponder(std::uint32_t psn, unsigned mtu) : expected_(psn), mtu_(mtu) {}

  /// Takes a packet; the answer, if one is due.
  std::optional<Answer> receive(const RequestPacket& packet);
  /// Is not ready for this packet: RNR NAK with this timer code.
  Answer refuse(unsigned timer_code);
  /// The packet was lost, and a later one showed it.
  Answer complain();
  /// Ends the connection with this NAK code.
  [[nodiscard]] Answer deny(unsigned syndrome) const { return {expected_, syndrome}; }

  /// The responses to the READ or atomic that was received last; none for anything else.
  [[nodiscard]] const std::vector<ReadResponse>& responses() const { return responses_; }
  /// READs and atomics that were executed, repeated READs included.
  [[nodiscard]] unsigned executed() const { return executed_; }

  [[nodiscard]] std::uint32_t expected() const { return expected_; }
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }
  /// What the requester did wrong first; empty: nothing.
  [[nodiscard]] const std::string& violation() const { return violation_; }

 private:
  struct Kind {
    bool write = false;
    bool first = false;
    bool last = false;
    bool immediate = false;
    bool invalidate = false;
  };
  static std::optional<Kind> kind_of(unsigned opcode);
  bool take(const RequestPacket& packet, const Kind& kind);
  bool blame(const std::string& what);
  std::optional<Answer> ask(const RequestPacket& packet, bool duplicate);
  std::optional<Answer> read(const RequestPacket& packet, bool duplicate);
  std::optional<Answer> atomic(const RequestPacket& packet, bool duplicate);

  std::uint32_t expected_ = 0;
  unsigned mtu_ = 1024;
  bool complained_ = false;  // silent until the expected packet comes
  bool open_ = false;        // inside a message
  Message current_;
  std::uint32_t announced_ = 0;  // bytes of the WRITE in progress
  std::vector<Message> messages_;
  std::vector<ReadResponse> responses_;
  std::map<std::uint32_t, std::uint64_t> saved_;   // old value of each atomic, by PSN
  std::map<std::uint64_t, std::uint64_t> memory_;  // words that atomics wrote
  unsigned executed_ = 0;
  std::string violation_;
};

}  // namespace ethlink::reference
