// SPDX-License-Identifier: Apache-2.0
//
// A slow and strict receiver of UC messages and datagrams: what a sender's packets must mean.
//
// Written from InfiniBand volume 1, 9.8; shares nothing with the RTL or the driver.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "reference/roce_responder.hpp"

namespace ethlink::reference {

/// What a datagram says about its sender and receiver.
struct Datagram {
  std::uint32_t qkey = 0;
  std::uint32_t source = 0;
  bool operator==(const Datagram&) const = default;
};

class LooseReceiver {
 public:
  LooseReceiver() = default;
  LooseReceiver(bool datagrams, std::uint32_t psn, unsigned mtu)
      : datagrams_(datagrams), next_(psn), mtu_(mtu) {}

  /// A packet that left; with `lost` it does not arrive.
  void receive(const RequestPacket& packet, bool lost);
  /// The sender stopped in the middle of a message and begins the next one with this PSN.
  void resume(std::uint32_t psn);

  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }
  /// Of each message, when they are datagrams.
  [[nodiscard]] const std::vector<Datagram>& datagrams() const { return headers_; }
  /// What the sender did wrong first; empty: nothing.
  [[nodiscard]] const std::string& violation() const { return violation_; }
  [[nodiscard]] std::uint32_t next() const { return next_; }

 private:
  void check(const RequestPacket& packet);
  void blame(const std::string& what);

  bool datagrams_ = false;
  std::uint32_t next_ = 0;  // PSN of the next packet
  unsigned mtu_ = 1024;
  bool sending_ = false;     // the sender is inside a message
  std::uint64_t sent_ = 0;   // bytes of it
  std::uint64_t owed_ = 0;   // WRITE: bytes announced
  bool send_write_ = false;  // it is a WRITE
  bool whole_ = false;       // all packets of it arrived so far
  Message current_;
  std::vector<Message> messages_;
  std::vector<Datagram> headers_;
  std::string violation_;
};

}  // namespace ethlink::reference
