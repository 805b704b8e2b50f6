// SPDX-License-Identifier: Apache-2.0

#include "rc_responder_model.hpp"

#include <algorithm>
#include <string>

namespace ethlink::reference {

namespace {

constexpr std::uint32_t kPsnMask = 0xffffff;

// What an opcode is: 's' SEND, 'w' WRITE, 'r' READ, 'a' atomic; position in the message; immediate,
// invalidate.
struct Kind {
  char what = 0;
  bool first = false;
  bool last = false;
  bool imm = false;
  bool inv = false;
};

Kind kind_of(std::uint8_t opcode) {
  static const std::map<std::uint8_t, Kind> kinds{
      {0x00, {'s', true, false, false, false}}, {0x01, {'s', false, false, false, false}},
      {0x02, {'s', false, true, false, false}}, {0x03, {'s', false, true, true, false}},
      {0x04, {'s', true, true, false, false}},  {0x05, {'s', true, true, true, false}},
      {0x06, {'w', true, false, false, false}}, {0x07, {'w', false, false, false, false}},
      {0x08, {'w', false, true, false, false}}, {0x09, {'w', false, true, true, false}},
      {0x0A, {'w', true, true, false, false}},  {0x0B, {'w', true, true, true, false}},
      {0x16, {'s', false, true, false, true}},  {0x17, {'s', true, true, false, true}},
      {0x0C, {'r', true, true, false, false}},  {0x13, {'a', true, true, false, false}},
      {0x14, {'a', true, true, false, false}},
  };
  const auto found = kinds.find(opcode);
  return found == kinds.end() ? Kind{} : found->second;
}

std::uint64_t little(const Memory& memory, std::uint64_t at, unsigned count) {
  std::uint64_t value = 0;
  for (unsigned i = count; i-- > 0;) {
    value = value << 8 | memory.at(at + i);
  }
  return value;
}

std::uint32_t as_little(const std::array<std::uint8_t, 4>& w) {
  return w[0] | std::uint32_t{w[1]} << 8 | std::uint32_t{w[2]} << 16 | std::uint32_t{w[3]} << 24;
}

std::uint32_t as_big(const std::array<std::uint8_t, 4>& w) {
  return w[3] | std::uint32_t{w[2]} << 8 | std::uint32_t{w[1]} << 16 | std::uint32_t{w[0]} << 24;
}

}  // namespace

int RcResponderModel::classify(const RcPacket& packet) const {
  const unsigned low = packet.opcode & 0x1f;
  const bool exists = packet.opcode < 0x20 && low != 0x15 && low < 0x18;
  if (packet.tver != 0 || !exists) {
    return 0;
  }
  const auto qp = qps.find(packet.qpn);
  if (qp == qps.end()) {
    return 0;
  }
  const unsigned both = packet.pkey | qp->second.pkey;
  if (((packet.pkey ^ qp->second.pkey) & 0x7fff) != 0 || (both & 0x8000) == 0) {
    return 0;
  }
  return low >= 0x0d && low <= 0x12 ? 2 : 1;
}

bool RcResponderModel::allowed(std::uint32_t key, std::uint32_t pd, std::uint8_t access,
                               std::uint64_t va, std::uint64_t length) const {
  const auto found = regions.find(key);
  if (found == regions.end() || found->second.pd != pd) {
    return false;
  }
  const RcRegion& region = found->second;
  const __uint128_t begin = va;
  const __uint128_t end = begin + length;
  return (region.access & access) == access && begin >= region.va &&
         end <= __uint128_t{region.va} + region.length;
}

void RcResponderModel::store(std::uint32_t key, std::uint64_t va, const std::uint8_t* bytes,
                             std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    memory_.at(place_of(key, va + i)) = bytes[i];
  }
  bytes_written += count;
}

std::uint64_t RcResponderModel::place_of(std::uint32_t key, std::uint64_t va) const {
  const RcRegion& region = regions.at(key);
  const std::uint64_t offset = va - region.va;
  if (region.page_shift == 0) {
    return region.iova + offset;
  }
  const std::uint64_t size = 1ULL << region.page_shift;
  const std::uint64_t position = region.va % size + offset;
  return region.pages.at(position / size) + position % size;
}

// Executes an atomic and returns the old value.
std::uint64_t RcResponderModel::execute(RcQueuePair& qp, const RcPacket& p) {
  const std::uint64_t at = place_of(p.rkey, p.va);
  const std::uint64_t old = little(memory_, at, 8);
  const bool add = p.opcode == 0x14;
  if (add || old == p.compare) {
    const std::uint64_t value = add ? old + p.swap_add : p.swap_add;
    for (unsigned i = 0; i < 8; ++i) {
      memory_.at(at + i) = static_cast<std::uint8_t>(value >> (8 * i));
    }
    atomic_bytes += 8;
  }
  qp.saved.emplace_back(p.psn, old);
  return old;
}

// A READ or atomic that may be done: all its answers.
void RcResponderModel::receive_read(RcQueuePair& qp, const RcPacket& p, bool again) {
  auto& out = acks[p.qpn];
  const bool atomic = p.opcode != 0x0C;
  if (atomic) {
    RcAck answer{.psn = p.psn, .syndrome = 0x1f, .msn = qp.msn, .opcode = 0x12};
    if (!again) {
      answer.value = execute(qp, p);
      out.push_back(answer);
      return;
    }
    // The last 16 are kept.
    for (std::size_t i = qp.saved.size(); i-- > 0 && qp.saved.size() - i <= 16;) {
      if (qp.saved[i].first == p.psn) {
        answer.value = qp.saved[i].second;
        out.push_back(answer);
        return;
      }
    }
    return;
  }
  const std::size_t packets = p.dma_length == 0 ? 1 : (p.dma_length + qp.mtu - 1) / qp.mtu;
  for (std::size_t i = 0; i < packets; ++i) {
    const bool first = i == 0;
    const bool last = i + 1 == packets;
    RcAck answer{.psn = (p.psn + static_cast<std::uint32_t>(i)) & kPsnMask};
    answer.opcode = first ? (last ? 0x10 : 0x0D) : (last ? 0x0F : 0x0E);
    if (first || last) {
      answer.syndrome = 0x1f;
      answer.msn = qp.msn;
    }
    const std::size_t end = std::min<std::size_t>(p.dma_length, (i + 1) * qp.mtu);
    for (std::size_t k = i * qp.mtu; k < end; ++k) {
      answer.payload.push_back(memory_.at(place_of(p.rkey, p.va + k)));
    }
    out.push_back(answer);
  }
}

std::optional<RcResponderModel::Fault> RcResponderModel::place_write(RcQueuePair& qp,
                                                                     const RcPacket& p, bool first,
                                                                     std::size_t len) {
  if (len == 0) {
    return std::nullopt;
  }
  const std::uint64_t va = first ? p.va : qp.va;
  const std::uint32_t key = first ? p.rkey : qp.rkey;
  if (!allowed(key, qp.pd, 2, va, first ? p.dma_length : len)) {
    return Fault{.syndrome = 0x62, .status = 10, .completes = false};
  }
  store(key, va, p.payload.data(), len);
  return std::nullopt;
}

std::optional<RcResponderModel::Fault> RcResponderModel::place_send(
    RcQueuePair& qp, const RcPacket& p, std::uint64_t offset, std::size_t len, bool invalidate) {
  const RcSharedQueue* shared = qp.srq ? &srqs.at(*qp.srq) : nullptr;
  const std::uint64_t base = shared != nullptr ? shared->base : qp.rq_base;
  const unsigned entries = shared != nullptr ? shared->entries : qp.rq_entries;
  const unsigned stride = shared != nullptr ? shared->stride : qp.rq_stride;
  const std::uint32_t pd = shared != nullptr ? shared->pd : qp.pd;
  const std::uint64_t at = base + std::uint64_t{qp.consumed} % entries * stride;
  if (at / 4096 == bad_address / 4096) {
    return Fault{.syndrome = 0x63, .status = 19, .completes = true};
  }
  const auto elements = static_cast<unsigned>(little(memory_, at, 1));
  if (elements > stride / 16 - 1 || little(memory_, at + 2, 2) != qp.consumed) {
    return Fault{.syndrome = 0x63, .status = 2, .completes = true};
  }
  std::size_t done = 0;
  for (unsigned i = 0; i < elements && done < len; ++i) {
    const std::uint64_t sge = at + 16 * (i + 1);
    const std::uint64_t size = little(memory_, sge + 8, 4);
    if (size <= offset) {
      offset -= size;
      continue;
    }
    const std::uint64_t va = little(memory_, sge, 8) + offset;
    const auto key = static_cast<std::uint32_t>(little(memory_, sge + 12, 4));
    const std::size_t count = std::min<std::size_t>(len - done, size - offset);
    if (!allowed(key, pd, 1, va, count)) {
      return Fault{.syndrome = 0x63, .status = 4, .completes = true};
    }
    store(key, va, p.payload.data() + done, count);
    done += count;
    offset = 0;
  }
  if (done < len) {
    return Fault{.syndrome = 0x61, .status = 1, .completes = true};
  }
  if (invalidate) {
    const std::uint32_t key = as_big(p.word);
    if (!allowed(key, qp.pd, 0, regions.count(key) != 0 ? regions[key].va : 0, 0)) {
      return Fault{.syndrome = 0x62, .status = 9, .completes = true};
    }
    regions.erase(key);
  }
  return std::nullopt;
}

void RcResponderModel::answer(const RcQueuePair& qp, std::uint32_t qpn, std::uint32_t psn,
                              std::uint8_t syndrome) {
  acks[qpn].push_back({psn & kPsnMask, syndrome, qp.msn & kPsnMask});
}

// To ERR, from any state.
void RcResponderModel::end(std::uint32_t qpn, RcQueuePair& qp) {
  const bool first = qp.state != 6;
  qp.state = 6;
  flush(qpn, qp);
  if (first && qp.srq) {
    events[qpn].push_back({qp.eqn, 6, 0});
  }
}

void RcResponderModel::flush(std::uint32_t qpn, RcQueuePair& qp) {
  while (qp.consumed != qp.posted) {
    RcCompletion c;
    c.cqn = qp.cqn;
    c.wqe_index = qp.consumed++;
    c.status = 5;
    c.opcode = 16;
    c.solicited = true;
    c.bytes_before = qp.data_end;
    completions[qpn].push_back(c);
    ++counts["rq_flushed"];
  }
}

void RcResponderModel::fail(std::uint32_t qpn, RcQueuePair& qp, std::uint32_t psn,
                            const Fault& fault) {
  answer(qp, qpn, psn, fault.syndrome);
  qp.expected = psn;  // the request that failed stays the next one
  if (fault.completes) {
    RcCompletion c;
    c.cqn = qp.cqn;
    c.wqe_index = qp.consumed++;
    c.status = fault.status;
    c.opcode = 16;
    c.vendor_err = fault.syndrome;
    c.solicited = true;
    c.bytes_before = qp.data_end;
    completions[qpn].push_back(c);
    ++counts["rq_completions"];
  }
  events[qpn].push_back({qp.eqn, 3, fault.status});
  ++failures[qpn];
  end(qpn, qp);
}

void RcResponderModel::lost_completion(std::uint32_t qpn) {
  const auto found = qps.find(qpn);
  if (found != qps.end() && found->second.state != 0 && found->second.state != 6) {
    events[qpn].push_back({found->second.eqn, 3, 19});
    ++failures[qpn];
  }
}

void RcResponderModel::to_error(std::uint32_t qpn) {
  const auto found = qps.find(qpn);
  if (found != qps.end() && found->second.state != 0) {
    end(qpn, found->second);
  }
}

bool RcResponderModel::doorbell(std::uint32_t qpn, std::uint16_t ctx, std::uint16_t producer) {
  const auto found = qps.find(qpn);
  if (found == qps.end() || found->second.ctx != ctx || found->second.state == 0 ||
      found->second.srq) {
    return false;
  }
  RcQueuePair& qp = found->second;
  const auto now = static_cast<std::uint16_t>(qp.posted - qp.consumed);
  const auto next = static_cast<std::uint16_t>(producer - qp.consumed);
  if (next > qp.rq_entries || next < now) {
    return false;
  }
  qp.posted = producer;
  if (qp.state == 6) {
    flush(qpn, qp);
  }
  return true;
}

bool RcResponderModel::shared_doorbell(std::uint32_t srqn, std::uint16_t ctx,
                                       std::uint16_t producer) {
  const auto found = srqs.find(srqn);
  if (found == srqs.end() || found->second.ctx != ctx) {
    return false;
  }
  RcSharedQueue& s = found->second;
  const auto now = static_cast<std::uint16_t>(s.posted - s.taken);
  const auto next = static_cast<std::uint16_t>(producer - s.taken);
  if (next > s.entries || next < now) {
    return false;
  }
  s.posted = producer;
  return true;
}

void RcResponderModel::arm(std::uint32_t srqn, std::uint16_t limit) {
  RcSharedQueue& s = srqs.at(srqn);
  s.limit = limit;
  if (static_cast<std::uint16_t>(s.posted - s.taken) < s.limit) {
    s.limit = 0;
    events[kSharedEvents + srqn].push_back({s.eqn, 7, 0});
  }
}

void RcResponderModel::receive(const RcPacket& p) {
  RcQueuePair& qp = qps.at(p.qpn);
  const bool receives = qp.state == 2 || qp.state == 3 || qp.state == 4;
  if (!receives) {
    ++counts["rx_ignored"];
    return;
  }
  const Kind kind = kind_of(p.opcode);
  const std::uint32_t ahead = (p.psn - qp.expected) & kPsnMask;
  const bool reads = kind.what == 'r' || kind.what == 'a';
  const std::uint32_t psns =
      kind.what == 'r' && p.dma_length != 0 ? (p.dma_length + qp.mtu - 1) / qp.mtu : 1;
  const std::uint8_t needed = kind.what == 'r' ? 4 : 8;
  const bool formed = p.payload.empty() && p.pad == 0 && (qp.access & needed) != 0 &&
                      (kind.what == 'r' ? p.dma_length <= 1ULL << 31 : p.va % 8 == 0);
  const std::uint64_t bytes = kind.what == 'r' ? p.dma_length : 8;
  const auto granted = [&] { return bytes == 0 || allowed(p.rkey, qp.pd, needed, p.va, bytes); };
  if (ahead >= 0x800000) {
    ++counts["rx_duplicates"];
    if (reads && formed && qp.max_reads != 0 && psns <= 0x1000000 - ahead) {
      if (kind.what == 'r' && !granted()) {
        ++counts["rx_access_errors"];
        fail(p.qpn, qp, p.psn, {.syndrome = 0x62, .status = 10, .completes = false});
        return;
      }
      receive_read(qp, p, true);
    } else if (kind.what == 's' || kind.what == 'w') {
      answer(qp, p.qpn, qp.expected - 1, 0x1f);
    }
    return;
  }
  if (ahead != 0) {
    ++counts[qp.silent ? "rx_ignored" : "rx_gaps"];
    if (!qp.silent) {
      answer(qp, p.qpn, qp.expected, 0x60);
    }
    qp.silent = true;
    return;
  }
  // Sequence of opcodes, then lengths.
  const char wanted = kind.what == 's' ? 'S' : 'W';
  bool good = kind.what == 's' || (kind.what == 'w' && (qp.access & 2) != 0);
  good = good && (kind.first ? qp.message == 0 : qp.message == wanted);
  good =
      good && p.payload.size() % 4 == 0 && p.pad <= p.payload.size() && p.payload.size() <= qp.mtu;
  const std::size_t len = p.payload.size() - std::min<std::size_t>(p.pad, p.payload.size());
  if (!kind.last) {
    good = good && len == qp.mtu;
  } else if (!kind.first) {
    good = good && len != 0;
  }
  if (kind.what == 'w') {
    const std::uint64_t remaining = kind.first ? p.dma_length : qp.remaining;
    good = good && (!kind.first || p.dma_length <= 1ULL << 31);
    good = good && (kind.last ? remaining == len : remaining > len);
  } else if (kind.what == 's' && !kind.first) {
    good = good && qp.total < 1ULL << 31;
  }
  if (reads) {
    good = formed && qp.message == 0 && (held ? qp.waiting < qp.max_reads : qp.max_reads != 0);
  }
  if (!good) {
    ++counts["rx_invalid"];
    fail(p.qpn, qp, p.psn, {.syndrome = 0x61, .status = 9, .completes = qp.message == 'S'});
    return;
  }
  const bool needs_request = (kind.what == 's' && kind.first) || (kind.what == 'w' && kind.imm);
  RcSharedQueue* const shared = qp.srq ? &srqs.at(*qp.srq) : nullptr;
  const bool none = shared != nullptr ? shared->taken == shared->posted : qp.consumed == qp.posted;
  if (needs_request && none) {
    ++counts["rx_rnr"];
    answer(qp, p.qpn, p.psn, static_cast<std::uint8_t>(0x20 + qp.rnr_code));
    qp.silent = true;
    return;
  }
  if (needs_request && shared != nullptr) {
    qp.consumed = shared->taken++;
    qp.posted = shared->taken;
    arm(*qp.srq, shared->limit);
  }
  qp.silent = false;
  qp.expected = (qp.expected + 1) & kPsnMask;
  if (qp.state == 2 && !qp.established) {
    qp.established = true;
    events[p.qpn].push_back({qp.eqn, 4, 0});
  }
  if (reads) {
    qp.expected = (p.psn + psns) & kPsnMask;
    ++counts[kind.what == 'r' ? "rx_reads" : "rx_atomics"];
    if (!granted()) {
      ++counts["rx_access_errors"];
      fail(p.qpn, qp, p.psn, {.syndrome = 0x62, .status = 10, .completes = false});
      return;
    }
    qp.waiting += held ? 1 : 0;
    qp.msn = (qp.msn + 1) & kPsnMask;
    receive_read(qp, p, false);
    return;
  }
  const std::uint64_t offset = kind.first ? 0 : qp.total;
  const std::uint64_t before = bytes_written;
  const std::optional<Fault> fault = kind.what == 's'
                                         ? place_send(qp, p, offset, len, kind.inv && kind.last)
                                         : place_write(qp, p, kind.first, len);
  qp.data_end = bytes_written != before ? bytes_written : qp.data_end;
  if (fault) {
    ++counts[fault->syndrome == 0x62 ? "rx_access_errors" : "rx_local_errors"];
    fail(p.qpn, qp, p.psn, *fault);
    return;
  }
  if (kind.what == 's') {
    qp.total = offset + len;
  } else {
    qp.va = (kind.first ? p.va : qp.va) + len;
    if (kind.first) {
      qp.rkey = p.rkey;
      qp.total = p.dma_length;
    }
    qp.remaining = (kind.first ? p.dma_length : qp.remaining) - len;
  }
  qp.message = kind.last ? 0 : wanted;
  if (kind.last) {
    qp.msn = (qp.msn + 1) & kPsnMask;
  }
  if (kind.last && (kind.what == 's' || kind.imm)) {
    RcCompletion c;
    c.cqn = qp.cqn;
    c.wqe_index = qp.consumed++;
    c.opcode = kind.what == 's' ? 16 : 17;
    c.byte_len = static_cast<std::uint32_t>(qp.total);
    c.imm = kind.inv ? as_big(p.word) : kind.imm ? as_little(p.word) : 0;
    c.flags =
        static_cast<std::uint8_t>((kind.imm ? 1 : 0) | (kind.inv ? 2 : 0) | (p.solicited ? 8 : 0));
    c.solicited = p.solicited;
    c.bytes_before = qp.data_end;
    completions[p.qpn].push_back(c);
    ++counts["rq_completions"];
  }
  if (p.ack_request) {
    answer(qp, p.qpn, p.psn, 0x1f);
  }
}

}  // namespace ethlink::reference
