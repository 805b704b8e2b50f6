// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester with what surrounds it: objects, requests, and what must come of them.
#pragma once

#include <algorithm>
#include <cstring>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "requester_surroundings.hpp"

namespace ethlink::test {

/// A plan of two faults: the first hits packet `a`, the second waits for it and then hits packet
/// `b`, be it a repetition. `FateT` is what happens to a `Packet`, counted from the first PSN.
template <typename Packet, typename FateT>
struct TwoFaults {
  FateT first, second;
  unsigned a, b;
  std::uint32_t first_psn;
  bool struck = false;  ///< the first has hit
  bool again = false;   ///< the second has hit

  FateT operator()(const Packet& p, unsigned) {
    const unsigned index = (p.psn - first_psn) & 0xffffff;
    if (!struck && index == a) {
      struck = true;
      return first;
    }
    if (struck && !again && index == b) {
      again = true;
      return second;
    }
    return FateT::kDeliver;
  }
};

template <typename Model, unsigned DataW>
class RequesterBench : public RequesterSurroundings<Model, DataW> {
  using Base = RequesterSurroundings<Model, DataW>;

 public:
  using Base::Base;
  using Base::bench_;
  using Base::byte_at;
  using Base::cqes_;
  using Base::kNever;
  using Base::now_;
  using Base::qps_;
  using Base::quiet;
  using Base::ring;
  using Base::step;
  using typename Base::Qp;

  // ---- objects ----

  unsigned object(unsigned verb, unsigned kind, unsigned index, std::uint32_t mask,
                  const Bytes& data) {
    auto& m = *bench_;
    m.obj_valid_i = 1;
    m.obj_verb_i = static_cast<std::uint8_t>(verb);
    m.obj_kind_i = static_cast<std::uint8_t>(kind);
    m.obj_index_i = index;
    m.obj_mask_i = mask;
    for (unsigned w = 0; w < 12; ++w) {
      std::uint32_t word = 0;
      for (unsigned b = 0; b < 4 && w * 4 + b < data.size(); ++b) {
        word |= std::uint32_t{data[w * 4 + b]} << (8 * b);
      }
      m.obj_data_i[w] = word;
    }
    answered_ = false;
    for (unsigned i = 0; i < 20000 && !answered_; ++i) {
      step();
    }
    REQUIRE(answered_);
    m.obj_valid_i = 0;
    return answer_status_;
  }

  unsigned create(unsigned qpn, const QpOptions& options = {}, std::uint64_t base_off = 0,
                  std::optional<unsigned> type = {}) {
    Bytes d(48);
    put(d, 0, 8, ring(qpn) + base_off);
    put(d, 16, 1, options.log_units);
    put(d, 19, 1, type.value_or(options.type));
    put(d, 20, 4, kPd);
    put(d, 24, 2, 0x300 + qpn);
    put(d, 28, 2, kCtx);
    put(d, 30, 1, 5);
    put(d, 31, 1, options.signal_all ? 1 : 0);
    return object(1, 5, qpn, 0, d);
  }

  unsigned modify(unsigned qpn, std::uint32_t mask, unsigned state, const QpOptions& options) {
    Bytes d(48);
    put(d, 0, 1, state);
    unsigned code = 1;
    while (128U << code != options.mtu) {
      ++code;
    }
    put(d, 2, 1, code);
    put(d, 3, 1, options.timeout);
    put(d, 4, 4, 0x4000 + qpn);
    put(d, 8, 4, options.psn);
    put(d, 16, 1, options.retries);
    put(d, 17, 1, options.rnr_retries);
    put(d, 20, 2, 0xff00 + (qpn & 0xff));
    put(d, 22, 1, options.max_reads);
    put(d, 32, 4, options.qkey);
    return object(2, 7, qpn, mask, d);
  }

  static constexpr std::uint32_t kState = 1;
  static constexpr std::uint32_t kInitMask = 1 | 1 << 10;
  static constexpr std::uint32_t kRtrMask = 1 | 1 << 2 | 1 << 3;
  static constexpr std::uint32_t kRtsMask = 1 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 11;

  /// CREATE and the way to RTS, with a responder that expects the first PSN.
  void connect(unsigned qpn, const QpOptions& options = {}) {
    // UC has no timers, retries and READs; UD nothing of the other end, but a Q_Key.
    const std::uint32_t init = options.type == 2 ? 1U << 14 : 0;
    const std::uint32_t rtr = options.type == 2 ? ~(1U << 3) : ~0U;
    const std::uint32_t rts = options.type != 0 ? 1 | 1 << 4 : ~0U;
    REQUIRE(create(qpn, options) == 0);
    REQUIRE(modify(qpn, kInitMask | init, 1, options) == 0);
    REQUIRE(modify(qpn, kRtrMask & rtr, 2, options) == 0);
    start(qpn, options);
    REQUIRE(modify(qpn, kRtsMask & rts, 3, options) == 0);
  }

  /// An address handle of this protection domain.
  unsigned create_handle(unsigned index, std::uint32_t pd = kPd) {
    Bytes d(48);
    put(d, 40, 4, pd);
    return object(1, 11, index, 0, d);
  }
  unsigned destroy_handle(unsigned index) { return object(4, 11, index, 0, Bytes(48)); }

  void start(unsigned qpn, const QpOptions& options) {
    Qp& qp = qps_[qpn];
    qp = Qp{};
    qp.options = options;
    qp.responder = RoceResponder(options.psn, options.mtu);
    qp.loose = LooseReceiver(options.type == 2, options.psn, options.mtu);
  }

  void destroy(unsigned qpn) {
    REQUIRE(object(4, 5, qpn, 0, Bytes(48)) == 0);
    // Nothing of the queue pair may leave any more: not even a part of a packet.
    dead_.insert(qpn);
    acks_.erase(
        std::remove_if(acks_.begin(), acks_.end(), [&](const Ack& a) { return a.qpn == qpn; }),
        acks_.end());
    qps_.erase(qpn);
  }
  void revive(unsigned qpn) { dead_.erase(qpn); }

  Bytes query(unsigned qpn) {
    REQUIRE(object(3, 7, qpn, 0, Bytes(48)) == 0);
    return answer_data_;
  }

  // ---- posting ----

  /// Writes a descriptor into the ring and remembers what must come of it. Index of its first unit.
  unsigned post(unsigned qpn, const Request& r) {
    Qp& qp = qps_.at(qpn);
    const unsigned index = qp.producer;
    std::uint32_t length = 0;
    Message want;
    for (const Element& e : r.elements) {
      length += e.len;
      if (!r.fails) {
        for (std::uint32_t i = 0; i < e.len; ++i) {
          want.bytes.push_back(byte_at(e.addr + i));
        }
      }
    }
    unsigned units = r.elements.size() > 2 ? 2 : 1;
    if (r.inline_bytes) {
      length = static_cast<std::uint32_t>(r.inline_bytes->size());
      want.bytes = *r.inline_bytes;
      units = 1 + (length + 63) / 64;
    }
    Bytes d(units * 64);
    d[0] = static_cast<std::uint8_t>(r.op);
    d[1] = static_cast<std::uint8_t>((r.signaled ? 1 : 0) | (r.solicited ? 2 : 0) |
                                     (r.fence ? 4 : 0) | (r.inline_bytes ? 8 : 0));
    d[2] = static_cast<std::uint8_t>(r.num_sge.value_or(r.elements.size()));
    d[3] = static_cast<std::uint8_t>(r.num_units.value_or(units));
    put(d, 4, 2, r.index.value_or(index));
    put(d, 6, 2, r.ah);
    put(d, 8, 8, qp.options.type == 2 ? r.to : r.remote);
    put(d, 16, 4, r.rkey);
    put(d, 20, 4, r.imm);
    put(d, 24, 4, r.length.value_or(length));
    put(d, 28, 4, r.qpn.value_or(qpn));
    for (std::size_t i = 0; i < r.elements.size() && i < 6; ++i) {
      const std::size_t at = 32 + i * 16;
      put(d, at, 8, r.elements[i].addr);
      put(d, at + 8, 4, r.elements[i].len);
      put(d, at + 12, 4, r.elements[i].key);
    }
    const bool atomic = r.op == Op::kCas || r.op == Op::kAdd;
    if (atomic) {
      put(d, 48, 8, r.operand);
      put(d, 56, 8, r.compare);
    }
    if (r.inline_bytes) {
      std::copy(r.inline_bytes->begin(), r.inline_bytes->end(), d.begin() + 64);
      for (std::size_t i = 64 + length; i < d.size(); ++i) {
        d[i] = 0xee;  // behind the inline bytes: must not be sent
      }
    }
    const std::uint64_t mask = (1ULL << qp.options.log_units) - 1;
    for (unsigned u = 0; u < units; ++u) {
      std::memcpy(&memory_[ring(qpn) + ((index + u) & mask) * 64], &d[u * 64], 64);
    }
    want.write = r.op == Op::kWrite || r.op == Op::kWriteImm;
    if (want.write) {
      want.va = r.remote;
      want.rkey = r.rkey;
    }
    if (r.op == Op::kWriteImm || r.op == Op::kSendImm) {
      want.immediate = r.imm;
    }
    if (r.op == Op::kSendInv) {
      want.invalidate = r.rkey;
    }
    want.se = r.solicited && r.op != Op::kWrite;
    if (!r.fails && (atomic || r.op == Op::kRead)) {
      qp.results.push_back(result_of(r, index, length));
    } else if (!r.fails) {
      qp.wanted.push_back(want);
    }
    qp.posted.push_back({index, r.signaled || qp.options.signal_all});
    qp.last = d;
    qp.producer = (qp.producer + units) & 0xffff;
    return index;
  }

  /// What the READ or atomic must bring, when all before it are executed once and in order.
  Result result_of(const Request& r, unsigned index, std::uint32_t length) {
    Result x;
    x.index = index;
    x.elements = r.elements;
    x.byte_len = length;
    if (r.op == Op::kRead) {
      x.opcode = 2;
      for (std::uint32_t i = 0; i < length; ++i) {
        x.bytes.push_back(reference::remote_byte(r.remote + i));
      }
      return x;
    }
    x.opcode = r.op == Op::kCas ? 3 : 4;
    x.data = words_.count(r.remote) != 0 ? words_[r.remote] : reference::remote_word(r.remote);
    if (r.op == Op::kAdd) {
      words_[r.remote] = x.data + r.operand;
    } else if (x.data == r.compare) {
      words_[r.remote] = r.operand;
    }
    for (unsigned i = 0; i < 8; ++i) {
      x.bytes.push_back(static_cast<std::uint8_t>(x.data >> (8 * i)));
    }
    return x;
  }

  static Request read(std::uint64_t offset, std::uint32_t len, std::uint64_t remote = 0x50'0003,
                      std::uint32_t key = kPagedKey) {
    Request r = write(offset, len, key);
    r.op = Op::kRead;
    r.remote = remote;
    return r;
  }

  static Request atomic(Op op, std::uint64_t offset, std::uint64_t remote, std::uint64_t operand,
                        std::uint64_t compare = 0) {
    Request r = read(offset, 8, remote);
    r.op = op;
    r.operand = operand;
    r.compare = compare;
    return r;
  }

  /// Memory is as the READs and atomics of all queue pairs left it, everywhere.
  void check_memory() {
    Bytes want(kRegionBytes);
    for (std::uint64_t i = 0; i < kRegionBytes; ++i) {
      want[i] = static_cast<std::uint8_t>((i * 0x9E3779B97F4A7C15ULL) >> 56);
    }
    for (const auto& [qpn, qp] : qps_) {
      for (const Result& r : qp.results) {
        std::size_t at = 0;
        for (const Element& e : r.elements) {
          for (std::uint32_t i = 0; i < e.len; ++i) {
            want[Base::iova(e.addr + i) - kData] = r.bytes[at++];
          }
        }
      }
    }
    REQUIRE(std::memcmp(&memory_[kData], want.data(), want.size()) == 0);
  }

  void doorbell(unsigned qpn, std::optional<unsigned> producer = {}, unsigned ctx = kCtx) {
    doorbells_.push_back({ctx, qpn, producer.value_or(qps_.count(qpn) ? qps_[qpn].producer : 0)});
  }

  /// Pushes the descriptor that was posted last.
  void push(unsigned qpn, unsigned ctx = kCtx) {
    const Bytes& d = qps_.at(qpn).last;
    for (std::size_t u = 0; u < d.size() / 64; ++u) {
      pushes_.push_back({ctx, u == 0, u + 1 == d.size() / 64, {}});
      std::memcpy(pushes_.back().data.data(), &d[u * 64], 64);
    }
  }
  void push_unit(unsigned ctx, bool first, bool last, const Bytes& data) {
    pushes_.push_back({ctx, first, last, {}});
    std::memcpy(pushes_.back().data.data(), data.data(), 64);
  }

  void send(unsigned qpn, const Request& r) {
    post(qpn, r);
    doorbell(qpn);
  }

  static Request write(std::uint64_t offset, std::uint32_t len, std::uint32_t key = kPagedKey) {
    Request r;
    r.elements = {{(key == kFlatKey ? kFlatVa : kPagedVa) + offset, len, key}};
    return r;
  }

  void answer(unsigned qpn, std::uint32_t psn, unsigned syndrome, unsigned opcode = 0x11) {
    acks_.push_back({qpn, opcode, psn & 0xffffff, syndrome, bench_.cycle(), 0, {}, 0});
  }

  void kill(unsigned qpn) { errs_.push_back(qpn); }

  // ---- running ----

  /// Runs until nothing happens any more and no request is open; jumps over idle time.
  void run(unsigned limit = 400000) {
    unsigned calm = 0;
    for (unsigned i = 0; i < limit; ++i) {
      step();
      calm = quiet() ? calm + 1 : 0;
      if (calm < 3) {
        continue;
      }
      if (bench_->deadline_o == kNever) {
        return;
      }
      if (bench_->deadline_o > now_) {
        now_ = bench_->deadline_o;
        calm = 0;
      }
    }
    CAPTURE(bench_->busy_o, acks_.size(), headers_.size(), bench_->deadline_o, now_);
    FAIL("the requester does not come to rest");
  }

  void steps(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      step();
    }
  }

  // ---- results ----

  std::vector<Completion> completions(unsigned qpn) const {
    std::vector<Completion> r;
    std::copy_if(cqes_.begin(), cqes_.end(), std::back_inserter(r),
                 [&](const Completion& c) { return c.qpn == qpn; });
    return r;
  }

  /// Everything posted arrived whole, once and in order, and completed in order with success.
  void check_delivered(unsigned qpn) {
    const Qp& qp = qps_.at(qpn);
    const bool loose = qp.options.type != 0;
    const auto& violation = loose ? qp.loose.violation() : qp.responder.violation();
    const auto& messages = loose ? qp.loose.messages() : qp.responder.messages();
    CAPTURE(qpn, violation);
    REQUIRE(violation.empty());
    REQUIRE(messages.size() == qp.wanted.size());
    for (std::size_t i = 0; i < qp.wanted.size(); ++i) {
      CAPTURE(i, qp.wanted[i].bytes.size(), messages[i].bytes.size());
      REQUIRE((messages[i] == qp.wanted[i]));
    }
    std::vector<unsigned> want;
    for (const auto& p : qp.posted) {
      if (p.second) {
        want.push_back(p.first);
      }
    }
    std::vector<unsigned> got;
    for (const Completion& c : completions(qpn)) {
      REQUIRE(c.status == 0);
      REQUIRE(c.cqn == 0x300 + qpn);
      got.push_back(c.index);
    }
    REQUIRE(got == want);
  }

  /// Exactly these statuses, in the order of posting, for the last requests; the others succeeded.
  void check_tail(unsigned qpn, const std::vector<unsigned>& statuses) {
    const auto done = completions(qpn);
    const Qp& qp = qps_.at(qpn);
    CAPTURE(qpn, done.size(), qp.posted.size());
    REQUIRE(done.size() == qp.posted.size());
    for (std::size_t i = 0; i < done.size(); ++i) {
      CAPTURE(i);
      const std::size_t from = done.size() - statuses.size();
      REQUIRE(done[i].status == (i < from ? 0 : statuses[i - from]));
      REQUIRE(done[i].index == qp.posted[i].first);
    }
  }

 private:
  using Base::acks_;
  using Base::answer_data_;
  using Base::answer_status_;
  using Base::answered_;
  using Base::dead_;
  using Base::doorbells_;
  using Base::errs_;
  using Base::headers_;
  using Base::memory_;
  using Base::pushes_;
  using typename Base::Ack;

  std::map<std::uint64_t, std::uint64_t> words_;  // of the peer, where atomics wrote

  static void put(Bytes& d, std::size_t at, unsigned count, std::uint64_t value) {
    for (unsigned i = 0; i < count; ++i) {
      d[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }
};

}  // namespace ethlink::test
