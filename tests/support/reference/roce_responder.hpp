// SPDX-License-Identifier: Apache-2.0
//
// A slow and strict responder of one reliable connection: what the requester's packets must mean.
//
// Written from InfiniBand volume 1, chapter 9; shares nothing with the RTL or the driver.
#pragma once

#include <cstdint>
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
  Answer deny(unsigned syndrome) const { return {expected_, syndrome}; }

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

  std::uint32_t expected_ = 0;
  unsigned mtu_ = 1024;
  bool complained_ = false;  // silent until the expected packet comes
  bool open_ = false;        // inside a message
  Message current_;
  std::uint32_t announced_ = 0;  // bytes of the WRITE in progress
  std::vector<Message> messages_;
  std::string violation_;
};

}  // namespace ethlink::reference
