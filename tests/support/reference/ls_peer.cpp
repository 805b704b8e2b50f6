// SPDX-License-Identifier: Apache-2.0
//
// A load/store peer as the specification describes it.

#include "ls_peer.hpp"

#include <algorithm>

namespace ethlink::reference {

LsFrame ls_build(const LsFields& f, const Bytes& payload) {
  LsFrame frame;
  Bytes& h = frame.header;
  put(h, 0x0200, 2);
  put(h, 2 + 12 + payload.size() + 4, 2);
  put(h, f.dst, 2);
  put(h, 0x0200, 2);
  put(h, 0x5A5A, 2);
  put(h, f.src, 2);
  if (f.vlan != 0) {
    put(h, 0x8100, 2);
    put(h, f.vlan, 2);
  }
  put(h, 0x88B5, 2);
  put(h, f.ttl & 15U, 1);
  put(h, f.dscp << 2U, 1);
  put(h, (f.version << 6U) | (static_cast<unsigned>(f.op) << 4U) | f.vc, 1);
  put(h, (f.ack_valid ? 0x80U : 0U) | f.ack_vc, 1);
  put(h, f.pkey, 2);
  put(h, f.psn, 2);
  put(h, f.ack_psn, 2);
  put(h, f.num_cmds, 1);
  put(h, f.window, 1);
  put(h, f.epoch, 2);
  frame.payload = payload;
  return frame;
}

LsFields ls_parse(const LsFrame& frame) {
  const Bytes& h = frame.header;
  LsFields f;
  f.total_length = static_cast<std::uint16_t>(get(h, 2, 2));
  f.dst = static_cast<std::uint16_t>(get(h, 4, 2));
  f.src = static_cast<std::uint16_t>(get(h, 10, 2));
  std::size_t at = 12;
  if (get(h, at, 2) == 0x8100) {
    f.vlan = static_cast<std::uint16_t>(get(h, at + 2, 2));
    at += 4;
  }
  at += 2;
  f.ttl = h.at(at) & 15U;
  f.dscp = h.at(at + 1) >> 2U;
  at += 2;
  f.version = h.at(at) >> 6U;
  f.op = static_cast<LsOp>((h.at(at) >> 4U) & 3U);
  f.vc = h.at(at) & 15U;
  f.ack_valid = (h.at(at + 1) & 0x80U) != 0;
  f.ack_vc = h.at(at + 1) & 15U;
  f.pkey = static_cast<std::uint16_t>(get(h, at + 2, 2));
  f.psn = static_cast<std::uint16_t>(get(h, at + 4, 2));
  f.ack_psn = static_cast<std::uint16_t>(get(h, at + 6, 2));
  f.num_cmds = h.at(at + 8);
  f.window = h.at(at + 9);
  f.epoch = static_cast<std::uint16_t>(get(h, at + 10, 2));
  return f;
}

std::optional<std::size_t> ls_request_bytes(const Bytes& payload, std::size_t at) {
  if (at + 12 > payload.size()) {
    return std::nullopt;
  }
  const std::size_t bytes = (std::size_t{payload[at + 1]} + 1) * 4;
  switch (payload[at]) {
    case 0x01:  // LOAD
    case 0x20:  // FENCE
      return 12;
    case 0x02:  // STORE
    case 0x03:  // STORE_POSTED
      return 12 + bytes;
    case 0x04:  // STORE_MASKED: one mask bit a byte, in words of 4 bytes
      return 12 + (bytes + 31) / 32 * 4 + bytes;
    case 0x05:  // STORE_NOTIFY: signal address, add value
      return 12 + 16 + bytes;
    case 0x12:  // CAS: compare, swap
      return 12 + 2 * bytes;
    case 0x10:
    case 0x11:
    case 0x13:
    case 0x14:
    case 0x15:
    case 0x16:
    case 0x17:
      return 12 + bytes;
    default:
      return std::nullopt;
  }
}

LsFields LsPeer::fields(LsOp op, unsigned vc) const {
  LsFields f;
  f.dst = options_.other;
  f.src = options_.id;
  f.op = op;
  f.vc = vc;
  f.pkey = options_.pkey;
  f.window = options_.window;
  f.epoch = epoch_;
  return f;
}

void LsPeer::say(bool hello) {
  LsFields f = fields(LsOp::kControl, 3);
  f.psn = hello ? 0 : 1;
  f.ack_psn = other_epoch_;
  out.push_back(ls_build(f, {}));
}

void LsPeer::forget() {
  up_ = false;
  for (unsigned vc = 0; vc < 3; ++vc) {
    waiting_[vc].clear();
    unacked_[vc].clear();
    next_psn_[vc] = 0;
    expected_[vc] = 0;
    nacked_[vc] = false;
  }
}

void LsPeer::restart(std::uint16_t epoch) {
  forget();
  epoch_ = epoch;
  other_epoch_ = 0;
  next_hello_ = 0;
}

void LsPeer::control(const LsFields& f, std::uint64_t now) {
  const bool hello = f.psn == 0;
  if (up_ && hello && f.epoch != other_epoch_) {
    // The other end started anew. What was under way is lost; the next session has a new epoch.
    forget();
    epoch_ = static_cast<std::uint16_t>(epoch_ + 7);
    other_epoch_ = f.epoch;
    say(true);
    next_hello_ = now + options_.hello;
    return;
  }
  if (up_) {
    if (hello) {
      say(false);
    }
    return;
  }
  if (!hello && f.ack_psn != epoch_) {
    return;
  }
  other_epoch_ = f.epoch;
  other_window_ = f.window;
  up_ = f.ack_psn == epoch_;
  if (up_) {
    ++sessions;
    last_progress_ = {now, now, now};
  } else {
    say(true);
  }
  if (hello) {
    say(false);
  }
}

void LsPeer::split(unsigned vc, unsigned count, const Bytes& payload) {
  std::size_t at = 0;
  for (unsigned i = 0; i < count; ++i) {
    std::optional<std::size_t> bytes;
    if (vc != 1) {
      bytes = ls_request_bytes(payload, at);
    } else if (at + 4 <= payload.size()) {
      const bool data = (payload[at] == 0x81 || payload[at] == 0x90) && payload[at + 1] == 0;
      bytes = 4 + (data ? response_bytes_[static_cast<std::uint16_t>(get(payload, at + 2, 2))] : 0);
    }
    if (!bytes || at + *bytes > payload.size()) {
      sound = false;
      return;
    }
    delivered.at(vc).emplace_back(payload.begin() + static_cast<std::ptrdiff_t>(at),
                                  payload.begin() + static_cast<std::ptrdiff_t>(at + *bytes));
    at += *bytes;
  }
  sound = sound && at == payload.size();
}

void LsPeer::acknowledge(unsigned vc) {
  LsFields f = fields(LsOp::kAck, 1);
  f.ack_valid = true;
  f.ack_vc = vc;
  f.ack_psn = static_cast<std::uint16_t>(expected_.at(vc) - 1);
  out.push_back(ls_build(f, {}));
}

void LsPeer::data(const LsFields& f, const LsFrame& frame) {
  if (f.vc > 2) {
    sound = false;
    return;
  }
  const auto ahead = static_cast<std::int16_t>(f.psn - expected_[f.vc]);
  if (ahead == 0) {
    split(f.vc, f.num_cmds, frame.payload);
    ++expected_[f.vc];
    nacked_[f.vc] = false;
  } else if (ahead > 0) {
    ++gaps;
    if (!nacked_[f.vc]) {
      nacked_[f.vc] = true;
      LsFields n = fields(LsOp::kNack, 1);
      n.ack_valid = true;
      n.ack_vc = f.vc;
      n.ack_psn = static_cast<std::uint16_t>(expected_[f.vc] - 1);
      out.push_back(ls_build(n, {}));
    }
    return;
  } else {
    ++duplicates;
  }
  if (acknowledge_) {
    acknowledge(f.vc);
  }
}

void LsPeer::acked(unsigned vc, std::uint16_t psn, bool nack) {
  if (vc > 2) {
    sound = false;
    return;
  }
  auto& queue = unacked_[vc];
  while (!queue.empty() && static_cast<std::int16_t>(psn - queue.front().psn) >= 0) {
    queue.pop_front();
  }
  if (nack) {
    for (const Sent& sent : queue) {
      transmit(vc, sent);
    }
  }
}

void LsPeer::receive(const LsFrame& frame, std::uint64_t now) {
  const LsFields f = ls_parse(frame);
  sound = sound && f.dst == options_.id && f.pkey == options_.pkey && f.src == options_.other &&
          f.version == 0 && f.total_length == frame.payload.size() + 18;
  if (f.op == LsOp::kControl) {
    sound = sound && f.vc == 3 && frame.payload.empty() && f.num_cmds == 0;
    control(f, now);
    return;
  }
  if (!up_ || f.epoch != other_epoch_) {
    return;
  }
  other_window_ = f.window;
  if (f.ack_valid) {
    const std::size_t before = f.ack_vc < 3 ? unacked_[f.ack_vc].size() : 0;
    acked(f.ack_vc, f.ack_psn, f.op == LsOp::kNack);
    nacks_seen += f.op == LsOp::kNack ? 1 : 0;
    if (f.ack_vc < 3 && unacked_[f.ack_vc].size() != before) {
      last_progress_[f.ack_vc] = now;
    }
  }
  if (f.op == LsOp::kData) {
    data(f, frame);
  } else {
    sound = sound && frame.payload.empty() && f.num_cmds == 0 && f.ack_valid;
  }
}

void LsPeer::transmit(unsigned vc, const Sent& sent) {
  LsFields f = fields(LsOp::kData, vc);
  f.psn = sent.psn;
  f.num_cmds = sent.count;
  out.push_back(ls_build(f, sent.payload));
}

void LsPeer::tick(std::uint64_t now) {
  if (!up_) {
    if (now >= next_hello_) {
      say(true);
      next_hello_ = now + options_.hello;
    }
    return;
  }
  const std::size_t most =
      std::min<std::size_t>(options_.in_flight, std::max<std::size_t>(other_window_, 1));
  for (unsigned vc = 0; vc < 3; ++vc) {
    if (unacked_[vc].empty()) {
      last_progress_[vc] = now;
    } else if (now - last_progress_[vc] >= options_.rto) {
      last_progress_[vc] = now;
      for (const Sent& sent : unacked_[vc]) {
        transmit(vc, sent);
      }
    }
    while (!waiting_[vc].empty() && unacked_[vc].size() < most) {
      Sent sent{next_psn_[vc]++, 0, {}};
      while (!waiting_[vc].empty() && sent.count < options_.pack &&
             sent.payload.size() + waiting_[vc].front().size() <= 1920) {
        const Bytes& command = waiting_[vc].front();
        sent.payload.insert(sent.payload.end(), command.begin(), command.end());
        waiting_[vc].pop_front();
        ++sent.count;
      }
      transmit(vc, sent);
      unacked_[vc].push_back(sent);
    }
  }
}

bool LsPeer::idle() const {
  for (unsigned vc = 0; vc < 3; ++vc) {
    if (!waiting_[vc].empty() || !unacked_[vc].empty()) {
      return false;
    }
  }
  return true;
}

}  // namespace ethlink::reference
