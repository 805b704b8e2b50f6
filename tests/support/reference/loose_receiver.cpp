// SPDX-License-Identifier: Apache-2.0
#include "reference/loose_receiver.hpp"

#include <algorithm>

namespace ethlink::reference {
namespace {

std::uint64_t number(const std::vector<std::uint8_t>& bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    value = (value << 8) + bytes.at(i);
  }
  return value;
}

// Position of an opcode without its transport: SEND 0..5, WRITE 6..11.
struct Place {
  bool write, first, last, immediate;
};

Place place_of(unsigned low) {
  const bool write = low >= 6;
  const unsigned k = write ? low - 6 : low;
  return {write, k == 0 || k >= 4, k >= 2, k == 3 || k == 5};
}

}  // namespace

void LooseReceiver::blame(const std::string& what) {
  if (violation_.empty()) {
    violation_ = what + ", message " + std::to_string(messages_.size());
  }
}

void LooseReceiver::resume(std::uint32_t psn) {
  sending_ = false;
  next_ = psn;
}

// What the sender may do at all.
void LooseReceiver::check(const RequestPacket& p) {
  const unsigned service = p.opcode >> 5;
  const unsigned low = p.opcode & 31;
  if (service != (datagrams_ ? 3U : 1U) || low > 11 || (datagrams_ && low != 4 && low != 5)) {
    blame("opcode " + std::to_string(p.opcode));
    return;
  }
  const Place at = place_of(low);
  const std::size_t bytes =
      (datagrams_ ? 8U : 0U) + (at.write && at.first ? 16U : 0U) + (at.immediate ? 4U : 0U);
  if (p.extension.size() != bytes) {
    blame("extension headers of " + std::to_string(p.extension.size()) + " bytes");
    return;
  }
  if (p.psn != next_) {
    blame("PSN " + std::to_string(p.psn) + " instead of " + std::to_string(next_));
  }
  next_ = (p.psn + 1) & 0xffffff;
  if (p.ack_request) {
    blame("an ACK is asked for");
  }
  if (p.se && (!at.last || (at.write && !at.immediate))) {
    blame("solicited event where none may be");
  }
  if (at.first == sending_ || (!at.first && at.write != send_write_)) {
    blame("a message begins or goes on wrongly");
  }
  const std::size_t padded = p.payload.size();
  if (padded % 4 != 0 || p.pad > std::min<std::size_t>(3, padded)) {
    blame("pad");
    return;
  }
  const std::size_t len = padded - p.pad;
  if (!std::all_of(p.payload.begin() + static_cast<std::ptrdiff_t>(len), p.payload.end(),
                   [](std::uint8_t b) { return b == 0; })) {
    blame("pad bytes that are not zero");
  }
  if (at.last ? len > mtu_ || (len == 0 && !at.first) : len != mtu_) {
    blame("a packet of " + std::to_string(len) + " bytes");
  }
  if (at.first) {
    sent_ = 0;
    send_write_ = at.write;
    owed_ = at.write ? number(p.extension, 12, 4) : 0;
  }
  sent_ += len;
  if (at.write && at.last && sent_ != owed_) {
    blame("a WRITE of another length than announced");
  }
  sending_ = !at.last;
}

void LooseReceiver::receive(const RequestPacket& p, bool lost) {
  check(p);
  if (!violation_.empty()) {
    return;
  }
  const Place at = place_of(p.opcode & 31);
  if (at.first) {
    current_ = Message{};
    current_.write = at.write;
    if (at.write) {
      current_.va = number(p.extension, 0, 8);
      current_.rkey = static_cast<std::uint32_t>(number(p.extension, 8, 4));
    }
  }
  whole_ = !lost && (at.first || whole_);
  if (!whole_) {
    return;
  }
  current_.bytes.insert(current_.bytes.end(), p.payload.begin(), p.payload.end() - p.pad);
  if (!at.last) {
    return;
  }
  if (at.immediate) {
    const std::size_t from = p.extension.size() - 4;
    std::uint32_t value = 0;
    for (unsigned i = 4; i-- > 0;) {
      value = value << 8 | p.extension[from + i];
    }
    current_.immediate = value;
  }
  current_.se = p.se;
  messages_.push_back(current_);
  if (datagrams_) {
    headers_.push_back({static_cast<std::uint32_t>(number(p.extension, 0, 4)),
                        static_cast<std::uint32_t>(number(p.extension, 4, 4))});
  }
}

}  // namespace ethlink::reference
