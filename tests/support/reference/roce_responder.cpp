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

// A READ takes as many PSNs as it has responses; a duplicate is executed again from the RETH that
// came (9.7.5.1.1).
std::optional<Answer> RoceResponder::read(const RequestPacket& packet, bool duplicate) {
  const std::uint64_t va = big_endian(packet.extension, 0, 8);
  const auto length = static_cast<std::uint32_t>(big_endian(packet.extension, 12, 4));
  const std::uint32_t count = length == 0 ? 1 : (length + mtu_ - 1) / mtu_;
  if (duplicate) {
    const std::uint32_t behind = (expected_ - packet.psn) & kPsnMask;
    if (count > behind) {
      blame("a repeated READ asks for more than the first time");
      return deny(0x61);
    }
  } else {
    expected_ = (expected_ + count) & kPsnMask;
  }
  ++executed_;
  for (std::uint32_t i = 0; i < count; ++i) {
    ReadResponse r;
    const bool last = i + 1 == count;
    r.opcode = count == 1 ? 0x10 : i == 0 ? 0x0d : last ? 0x0f : 0x0e;
    r.psn = (packet.psn + i) & kPsnMask;
    const std::uint32_t bytes = last ? length - i * mtu_ : mtu_;
    for (std::uint32_t b = 0; b < bytes; ++b) {
      r.payload.push_back(remote_byte(va + std::uint64_t{i} * mtu_ + b));
    }
    r.pad = (4 - bytes % 4) % 4;
    r.payload.resize(bytes + r.pad);
    responses_.push_back(r);
  }
  return std::nullopt;
}

// A duplicate is answered with the saved value and not executed (9.4.5).
std::optional<Answer> RoceResponder::atomic(const RequestPacket& packet, bool duplicate) {
  const std::uint64_t va = big_endian(packet.extension, 0, 8);
  if (!duplicate) {
    const std::uint64_t operand = big_endian(packet.extension, 12, 8);
    const std::uint64_t compare = big_endian(packet.extension, 20, 8);
    const std::uint64_t old = memory_.count(va) != 0 ? memory_[va] : remote_word(va);
    if (packet.opcode == 0x14) {
      memory_[va] = old + operand;
    } else if (old == compare) {
      memory_[va] = operand;
    }
    saved_[packet.psn] = old;
    expected_ = (expected_ + 1) & kPsnMask;
    ++executed_;
  } else if (saved_.count(packet.psn) == 0) {
    blame("a repeated atomic that was never sent");
    return std::nullopt;
  }
  ReadResponse r;
  r.opcode = 0x12;
  r.psn = packet.psn;
  r.old_value = saved_[packet.psn];
  responses_.push_back(r);
  return std::nullopt;
}

std::optional<Answer> RoceResponder::ask(const RequestPacket& packet, bool duplicate) {
  const bool is_read = packet.opcode == 0x0c;
  if (packet.extension.size() != (is_read ? 16U : 28U) || !packet.payload.empty() || packet.se ||
      packet.pad != 0 || (open_ && !duplicate)) {
    blame("a READ or atomic of the wrong form");
    return deny(0x61);
  }
  return is_read ? read(packet, duplicate) : atomic(packet, duplicate);
}

std::optional<Answer> RoceResponder::receive(const RequestPacket& packet) {
  responses_.clear();
  const bool asks = packet.opcode == 0x0c || packet.opcode == 0x13 || packet.opcode == 0x14;
  const std::uint32_t ahead = (packet.psn - expected_) & kPsnMask;
  if (ahead != 0 && ahead < 0x800000) {
    if (complained_) {
      return std::nullopt;
    }
    return complain();
  }
  if (asks) {
    complained_ = complained_ && ahead != 0;
    return ask(packet, ahead != 0);
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
