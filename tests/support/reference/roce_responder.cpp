// SPDX-License-Identifier: Apache-2.0
#include "reference/roce_responder.hpp"

namespace ethlink::reference {
namespace {

constexpr std::uint32_t kPsnMask = 0xffffff;

std::uint64_t big_endian(const std::vector<std::uint8_t>& bytes, std::size_t at,
                         std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    value = value << 8 | bytes[at + i];
  }
  return value;
}

}  // namespace

std::optional<RoceResponder::Kind> RoceResponder::kind_of(unsigned opcode) {
  switch (opcode) {
    case 0:
      return Kind{false, true, false, false, false};
    case 1:
      return Kind{false, false, false, false, false};
    case 2:
      return Kind{false, false, true, false, false};
    case 3:
      return Kind{false, false, true, true, false};
    case 4:
      return Kind{false, true, true, false, false};
    case 5:
      return Kind{false, true, true, true, false};
    case 6:
      return Kind{true, true, false, false, false};
    case 7:
      return Kind{true, false, false, false, false};
    case 8:
      return Kind{true, false, true, false, false};
    case 9:
      return Kind{true, false, true, true, false};
    case 10:
      return Kind{true, true, true, false, false};
    case 11:
      return Kind{true, true, true, true, false};
    case 22:
      return Kind{false, false, true, false, true};
    case 23:
      return Kind{false, true, true, false, true};
    default:
      return std::nullopt;
  }
}

bool RoceResponder::blame(const std::string& what) {
  if (violation_.empty()) {
    violation_ = what + " at PSN " + std::to_string(expected_);
  }
  return false;
}

bool RoceResponder::take(const RequestPacket& packet, const Kind& kind) {
  const std::size_t headers = (kind.write && kind.first ? 16U : 0U) + (kind.immediate ? 4U : 0U) +
                              (kind.invalidate ? 4U : 0U);
  if (packet.extension.size() != headers) {
    return blame("extension headers of " + std::to_string(packet.extension.size()) + " bytes");
  }
  if (kind.first == open_) {
    return blame("message starts or continues wrongly");
  }
  if (packet.payload.size() % 4 != 0 || packet.pad > packet.payload.size()) {
    return blame("pad");
  }
  const std::size_t count = packet.payload.size() - packet.pad;
  for (std::size_t i = count; i < packet.payload.size(); ++i) {
    if (packet.payload[i] != 0) {
      return blame("pad byte not zero");
    }
  }
  const bool full = count == mtu_ && packet.pad == 0;
  if (!kind.last && !full) {
    return blame("FIRST or MIDDLE of " + std::to_string(count) + " bytes");
  }
  if (kind.last && (count > mtu_ || (!kind.first && count == 0))) {
    return blame("LAST of " + std::to_string(count) + " bytes");
  }
  if (packet.se && !(kind.last && (!kind.write || kind.immediate))) {
    return blame("solicited event where none may be");
  }
  if (kind.last && !packet.ack_request) {
    return blame("the end of a message asks for no ACK");
  }
  if (kind.first) {
    current_ = Message{};
    current_.write = kind.write;
    if (kind.write) {
      current_.va = big_endian(packet.extension, 0, 8);
      current_.rkey = static_cast<std::uint32_t>(big_endian(packet.extension, 8, 4));
      announced_ = static_cast<std::uint32_t>(big_endian(packet.extension, 12, 4));
    }
  } else if (current_.write != kind.write) {
    return blame("SEND inside WRITE or the reverse");
  }
  current_.bytes.insert(current_.bytes.end(), packet.payload.begin(),
                        packet.payload.begin() + static_cast<std::ptrdiff_t>(count));
  open_ = !kind.last;
  if (!kind.last) {
    return true;
  }
  if (kind.write && current_.bytes.size() != announced_) {
    return blame("WRITE of another length than announced");
  }
  const std::size_t at = headers - 4;
  if (kind.immediate) {
    std::uint32_t value = 0;
    for (unsigned i = 0; i < 4; ++i) {
      value |= std::uint32_t{packet.extension[at + i]} << (8 * i);
    }
    current_.immediate = value;
  }
  if (kind.invalidate) {
    current_.invalidate = static_cast<std::uint32_t>(big_endian(packet.extension, at, 4));
  }
  current_.se = packet.se;
  messages_.push_back(current_);
  return true;
}

std::optional<Answer> RoceResponder::receive(const RequestPacket& packet) {
  const std::uint32_t ahead = (packet.psn - expected_) & kPsnMask;
  if (ahead != 0 && ahead < 0x800000) {
    if (complained_) {
      return std::nullopt;
    }
    return complain();
  }
  if (ahead != 0) {  // a duplicate is acknowledged again with the newest PSN (9.7.5.1.3)
    if (packet.ack_request) {
      return Answer{(expected_ - 1) & kPsnMask, 0x1f};
    }
    return std::nullopt;
  }
  complained_ = false;
  const std::optional<Kind> kind = kind_of(packet.opcode);
  if (!kind) {
    blame("opcode " + std::to_string(packet.opcode));
    return deny(0x61);
  }
  if (!take(packet, *kind)) {
    return deny(0x61);
  }
  const std::uint32_t psn = expected_;
  expected_ = (expected_ + 1) & kPsnMask;
  if (packet.ack_request) {
    return Answer{psn, 0x1f};
  }
  return std::nullopt;
}

Answer RoceResponder::refuse(unsigned timer_code) {
  complained_ = true;
  return {expected_, 0x20U | timer_code};
}

Answer RoceResponder::complain() {
  complained_ = true;
  return {expected_, 0x60};
}

}  // namespace ethlink::reference
