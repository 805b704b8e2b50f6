// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester with host memory, translation, wire and a strict responder around it.
//
// Everything is one step() a cycle. `wild` (0..100) is the chance that a port stalls; a plan says
// what happens to each packet. Times are cycles of the bench.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "reference/roce_responder.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

using reference::Answer;
using reference::Message;
using reference::RequestPacket;
using reference::RoceResponder;
using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint64_t kMemoryBytes = 64ULL << 20;
inline constexpr std::uint64_t kRings = 0x100000;  // 64 KiB a queue pair
inline constexpr std::uint64_t kData = 0x2000000;  // IOVA of the regions
inline constexpr std::uint64_t kRegionBytes = 8ULL << 20;
inline constexpr std::uint64_t kPagedVa = 0x7000'0000'0000;
inline constexpr std::uint64_t kFlatVa = 0x8800'0000'0000;
inline constexpr std::uint32_t kPagedKey = 0x101;  // pages of 4 KiB in another order
inline constexpr std::uint32_t kFlatKey = 0x202;   // one range
inline constexpr std::uint32_t kPd = 0x77;
inline constexpr unsigned kCtx = 3;
inline constexpr unsigned kTick = 64;     // cycles of 4.096 us: the tests' time runs fast
inline constexpr unsigned kRnrTick = 16;  // cycles of 10 us

enum class Op : std::uint8_t { kWrite, kWriteImm, kSend, kSendImm, kSendInv, kRead, kCas, kAdd };

struct Element {
  std::uint64_t addr = 0;
  std::uint32_t len = 0;
  std::uint32_t key = kPagedKey;
};

/// A send request, and how to damage its descriptor.
struct Request {
  Op op = Op::kWrite;
  std::vector<Element> elements;
  std::optional<Bytes> inline_bytes;
  std::uint64_t remote = 0x123456789a;
  std::uint32_t rkey = 0xabcd01;
  std::uint32_t imm = 0x44332211;
  bool signaled = true;
  bool solicited = false;
  std::optional<std::uint32_t> length;  // instead of the true one
  std::optional<unsigned> num_sge;
  std::optional<unsigned> num_units;
  std::optional<unsigned> index;
  std::optional<std::uint32_t> qpn;
  bool fails = false;  // the message must not arrive
};

struct QpOptions {
  std::uint32_t psn = 0x1000;
  unsigned mtu = 1024;
  unsigned timeout = 8;
  unsigned retries = 7;
  unsigned rnr_retries = 7;
  unsigned log_units = 8;
  bool signal_all = false;
};

struct Completion {
  unsigned qpn = 0;
  unsigned index = 0;
  unsigned status = 0;
  unsigned opcode = 0;
  unsigned vendor = 0;
  unsigned cqn = 0;
  std::uint64_t cycle = 0;
};

enum class Fate : std::uint8_t {
  kDeliver,
  kDrop,        // lost; whoever follows shows it
  kDropAnswer,  // the answer is lost
  kTwice,       // the answer comes twice
  kNak,         // lost, and complained about at once
  kRnr,         // the receiver is not ready
  kInvalid,     // NAK 0x61
  kAccess,      // NAK 0x62
  kOperational  // NAK 0x63
};

template <typename Model, unsigned DataW>
class RequesterBench {
 public:
  static constexpr unsigned kBytes = DataW / 8;
  using Plan = std::function<Fate(const RequestPacket&, unsigned occurrence)>;

  explicit RequesterBench(unsigned wild = 0, std::uint64_t salt = 0)
      : wild_(wild), rng_(seed() + salt), memory_(kMemoryBytes) {
    for (std::uint64_t i = 0; i < kRegionBytes; ++i) {
      memory_[kData + i] = static_cast<std::uint8_t>((i * 0x9E3779B97F4A7C15ULL) >> 56);
    }
    idle_inputs();
    bench_.reset(4);
  }

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
                  unsigned type = 0) {
    Bytes d(48);
    put(d, 0, 8, ring(qpn) + base_off);
    put(d, 16, 1, options.log_units);
    put(d, 19, 1, type);
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
    return object(2, 7, qpn, mask, d);
  }

  static constexpr std::uint32_t kState = 1;
  static constexpr std::uint32_t kInitMask = 1 | 1 << 10;
  static constexpr std::uint32_t kRtrMask = 1 | 1 << 2 | 1 << 3;
  static constexpr std::uint32_t kRtsMask = 1 | 1 << 4 | 1 << 6 | 1 << 7 | 1 << 8;

  /// CREATE and the way to RTS, with a responder that expects the first PSN.
  void connect(unsigned qpn, const QpOptions& options = {}) {
    REQUIRE(create(qpn, options) == 0);
    REQUIRE(modify(qpn, kInitMask, 1, options) == 0);
    REQUIRE(modify(qpn, kRtrMask, 2, options) == 0);
    start(qpn, options);
    REQUIRE(modify(qpn, kRtsMask, 3, options) == 0);
  }

  void start(unsigned qpn, const QpOptions& options) {
    Qp& qp = qps_[qpn];
    qp = Qp{};
    qp.options = options;
    qp.responder = RoceResponder(options.psn, options.mtu);
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

  static std::uint64_t ring(unsigned qpn) { return kRings + std::uint64_t{qpn} * 0x10000; }

  /// Bytes behind a virtual address.
  std::uint8_t byte_at(std::uint64_t va) const { return memory_[iova(va)]; }
  std::uint8_t& memory(std::uint64_t addr) { return memory_[addr]; }

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
                                     (r.inline_bytes ? 8 : 0));
    d[2] = static_cast<std::uint8_t>(r.num_sge.value_or(r.elements.size()));
    d[3] = static_cast<std::uint8_t>(r.num_units.value_or(units));
    put(d, 4, 2, r.index.value_or(index));
    put(d, 8, 8, r.remote);
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
    if (!r.fails) {
      qp.wanted.push_back(want);
    }
    qp.posted.push_back({index, r.signaled || qp.options.signal_all});
    qp.last = d;
    qp.producer = (qp.producer + units) & 0xffff;
    return index;
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
    acks_.push_back({qpn, opcode, psn & 0xffffff, syndrome, bench_.cycle()});
  }

  void kill(unsigned qpn) { errs_.push_back(qpn); }

  // ---- running ----

  void step() {
    drive();
    bench_.settle();
    observe();
    bench_.tick();
    ++now_;
  }

  bool quiet() {
    return bench_->busy_o == 0 && doorbells_.empty() && pushes_.empty() && acks_.empty() &&
           reads_[0].empty() && reads_[1].empty() && lookups_.empty() && errs_.empty() &&
           headers_.empty() && frames_.empty() && open_.empty();
  }

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
    CAPTURE(qpn, qp.responder.violation());
    REQUIRE(qp.responder.violation().empty());
    REQUIRE(qp.responder.messages().size() == qp.wanted.size());
    for (std::size_t i = 0; i < qp.wanted.size(); ++i) {
      CAPTURE(i, qp.wanted[i].bytes.size(), qp.responder.messages()[i].bytes.size());
      REQUIRE((qp.responder.messages()[i] == qp.wanted[i]));
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

  unsigned counter(unsigned field) const { return counters_[field]; }
  static constexpr unsigned kTxPackets = 0, kTxBytes = 1, kTxRepeated = 2, kStarted = 3,
                            kCompletions = 4, kFlushed = 5, kAcks = 6, kNakSequence = 7, kRnr = 8,
                            kNakErrors = 9, kStale = 10, kTimeouts = 11, kExhausted = 12,
                            kLocalErrors = 13, kBadDoorbells = 14;

  static constexpr std::uint64_t kNever = (1ULL << 48) - 1;

  struct Qp {
    QpOptions options;
    unsigned producer = 0;
    std::vector<std::pair<unsigned, bool>> posted;  // index, completion wanted
    std::vector<Message> wanted;
    RoceResponder responder;
    std::map<std::uint32_t, unsigned> seen;  // times a PSN was sent
    Bytes last;
    bool silent = false;  // nothing arrives
  };

  RtlBench<Model> bench_;
  std::map<unsigned, Qp> qps_;
  Plan plan_;
  std::vector<Completion> cqes_;
  std::vector<std::array<unsigned, 3>> events_;  // type, syndrome, id
  std::vector<unsigned> errors_out_;
  std::vector<unsigned> bad_doorbells_;
  std::vector<RequestPacket> trace_;
  std::vector<std::uint64_t> trace_cycles_;  // when the header was taken
  std::set<std::uint64_t> bad_pages_;        // IOVA >> 12: reads fail
  std::uint64_t now_ = 1000;
  unsigned xlate_latency_ = 5;  // of el_roce_mr
  unsigned read_latency_ = 1;
  unsigned ack_latency_ = 20;
  std::uint64_t resumed_ = 0;  // time of the last header
  bool stalled_ = false;       // no packet leaves (priority flow control)
  bool cq_stalled_ = false;
  bool keep_trace_ = true;
  // Times of the last of each kind.
  std::uint64_t push_cycle_ = 0, header_cycle_ = 0, beat_cycle_ = 0, ack_cycle_ = 0;
  std::uint64_t first_beat_ = 0, last_beat_ = 0, beats_ = 0;
  bool watch_header_ = false, watch_beat_ = false;

 private:
  struct Read {
    std::uint64_t addr = 0;
    unsigned len = 0;
    unsigned done = 0;
    std::uint64_t ready = 0;
  };
  struct Lookup {
    unsigned status = 0;
    std::uint64_t iova0 = 0, iova1 = 0;
    unsigned len0 = 0;
    std::uint64_t ready = 0;
  };
  struct Ack {
    unsigned qpn = 0;
    unsigned opcode = 0;
    std::uint32_t psn = 0;
    unsigned syndrome = 0;
    std::uint64_t ready = 0;
  };
  struct Push {
    unsigned ctx = 0;
    bool first = false, last = false;
    std::array<std::uint8_t, 64> data{};
  };

  static void put(Bytes& d, std::size_t at, unsigned count, std::uint64_t value) {
    for (unsigned i = 0; i < count; ++i) {
      d[at + i] = static_cast<std::uint8_t>(value >> (8 * i));
    }
  }

  bool chance(unsigned percent) { return percent != 0 && rng_() % 100 < percent; }

  static std::uint64_t iova(std::uint64_t va) {
    if (va >= kFlatVa) {
      return kData + (va - kFlatVa);
    }
    const std::uint64_t off = va - kPagedVa;
    const std::uint64_t pages = kRegionBytes / 4096;
    return kData + (pages - 1 - off / 4096) * 4096 + off % 4096;
  }

  void idle_inputs() {
    auto& m = *bench_;
    m.now_i = now_;
    m.tick_cycles_i = kTick;
    m.rnr_tick_cycles_i = kRnrTick;
    m.sqdb_valid_i = 0;
    m.sqpush_valid_i = 0;
    m.ack_valid_i = 0;
    m.obj_valid_i = 0;
    m.err_valid_i = 0;
    m.err_ready_i = 0;
    m.xreq_ready_i = 0;
    m.xrsp_valid_i = 0;
    m.rd_ready_i = 0;
    m.rd_rsp_valid_i = 0;
    m.pkt_ready_i = 0;
    m.pay_ready_i = 0;
    m.cqe_ready_i = 0;
    m.eqe_ready_i = 0;
  }

  void drive() {
    auto& m = *bench_;
    const std::uint64_t cycle = bench_.cycle();
    m.now_i = now_;
    m.sqdb_valid_i = !doorbells_.empty() && (m.sqdb_valid_i != 0 || !chance(wild_ / 2));
    if (m.sqdb_valid_i != 0) {
      m.sqdb_ctx_i = static_cast<std::uint16_t>(doorbells_.front()[0]);
      m.sqdb_qpn_i = doorbells_.front()[1];
      m.sqdb_producer_i = static_cast<std::uint16_t>(doorbells_.front()[2]);
    }
    m.sqpush_valid_i = !pushes_.empty() && (m.sqpush_valid_i != 0 || !chance(wild_ / 2));
    if (m.sqpush_valid_i != 0) {
      const Push& p = pushes_.front();
      m.sqpush_ctx_i = static_cast<std::uint16_t>(p.ctx);
      m.sqpush_first_i = p.first;
      m.sqpush_last_i = p.last;
      std::memcpy(m.sqpush_data_i.data(), p.data.data(), 64);
    }
    m.ack_valid_i = !acks_.empty() && acks_.front().ready <= cycle &&
                    (m.ack_valid_i != 0 || !chance(wild_ / 2));
    if (m.ack_valid_i != 0) {
      m.ack_qpn_i = static_cast<std::uint16_t>(acks_.front().qpn);
      m.ack_opcode_i = static_cast<std::uint8_t>(acks_.front().opcode);
      m.ack_psn_i = acks_.front().psn;
      m.ack_syndrome_i = static_cast<std::uint8_t>(acks_.front().syndrome);
    }
    m.err_valid_i = !errs_.empty();
    m.err_qpn_i = errs_.empty() ? 0 : errs_.front();
    m.err_ready_i = !chance(wild_);
    m.xreq_ready_i = !chance(wild_);
    m.xrsp_valid_i = !lookups_.empty() && lookups_.front().ready <= cycle && !chance(wild_ / 2);
    if (m.xrsp_valid_i != 0) {
      m.xrsp_status_i = static_cast<std::uint8_t>(lookups_.front().status);
      m.xrsp_iova0_i = lookups_.front().iova0;
      m.xrsp_iova1_i = lookups_.front().iova1;
      m.xrsp_len0_i = static_cast<std::uint16_t>(lookups_.front().len0);
      lookups_.pop_front();
    }
    m.rd_ready_i = (chance(wild_) ? 0U : 1U) | (chance(wild_) ? 0U : 2U);
    const auto before = m.rd_rsp_valid_i;
    m.rd_rsp_valid_i = 0;
    m.rd_rsp_last_i = 0;
    m.rd_rsp_err_i = 0;
    for (unsigned c = 0; c < 2; ++c) {
      // An answer that was offered and not taken stays.
      const bool held = (before >> c & 1U) != 0 && !taken_[c];
      if (!reads_[c].empty() && reads_[c].front().ready <= cycle && (held || !chance(wild_ / 2))) {
        drive_read(c);
      }
    }
    m.pkt_ready_i = !stalled_ && !chance(wild_);
    m.pay_ready_i = !stalled_ && !chance(wild_ / 2);
    m.cqe_ready_i = !cq_stalled_ && !chance(wild_ / 2);
    m.eqe_ready_i = !chance(wild_);
  }

  void drive_read(unsigned c) {
    auto& m = *bench_;
    const Read& r = reads_[c].front();
    const std::uint64_t from = r.addr + r.done;
    const unsigned count = std::min(kBytes, r.len - r.done);
    std::array<std::uint8_t, kBytes> beat{};
    bool bad = false;
    for (unsigned i = 0; i < count; ++i) {
      bad = bad || from + i >= kMemoryBytes || bad_pages_.count((from + i) >> 12) != 0;
      beat[i] = from + i < kMemoryBytes ? memory_[from + i] : 0;
    }
    std::memcpy(m.rd_rsp_data_i[c].data(), beat.data(), kBytes);
    m.rd_rsp_valid_i |= 1U << c;
    m.rd_rsp_last_i |= (r.done + count == r.len ? 1U : 0U) << c;
    m.rd_rsp_err_i |= (bad ? 1U : 0U) << c;
  }

  void observe() {
    auto& m = *bench_;
    const std::uint64_t cycle = bench_.cycle();
    if (m.sqdb_valid_i && m.sqdb_ready_o) {
      doorbells_.pop_front();
      push_cycle_ = cycle;
    }
    if (m.sqpush_valid_i && m.sqpush_ready_o) {
      pushes_.pop_front();
      push_cycle_ = cycle;
    }
    if (m.ack_valid_i && m.ack_ready_o) {
      acks_.pop_front();
      ack_cycle_ = cycle;
    }
    if (m.badb_valid_o) {
      bad_doorbells_.push_back(m.badb_ctx_o);
    }
    if (m.obj_valid_i && m.obj_rsp_valid_o) {
      answered_ = true;
      answer_status_ = m.obj_rsp_status_o;
      answer_data_.assign(48, 0);
      for (unsigned i = 0; i < 48; ++i) {
        answer_data_[i] = static_cast<std::uint8_t>(m.obj_rsp_data_o[i / 4] >> (8 * (i % 4)));
      }
    }
    if (m.err_valid_i && m.err_ready_o) {
      errs_.pop_front();
    }
    if (m.err_valid_o && m.err_ready_i) {
      errors_out_.push_back(m.err_qpn_o);
    }
    observe_lookups(cycle);
    observe_reads(cycle);
    observe_packets(cycle);
    if (m.cqe_valid_o && m.cqe_ready_i) {
      Completion c;
      c.qpn = m.cqe_data_o[0];
      c.index = m.cqe_data_o[1] & 0xffff;
      c.status = m.cqe_data_o[1] >> 16 & 0xff;
      c.opcode = m.cqe_data_o[1] >> 24;
      c.vendor = m.cqe_data_o[7] & 0xff;
      c.cqn = m.cqe_cqn_o;
      c.cycle = cycle;
      REQUIRE(dead_.count(c.qpn) == 0);
      cqes_.push_back(c);
    }
    if (m.eqe_valid_o && m.eqe_ready_i) {
      REQUIRE(m.eqe_eqn_o == 5);
      events_.push_back({m.eqe_data_o[0] & 0xff, m.eqe_data_o[0] >> 8 & 0xff, m.eqe_data_o[1]});
    }
    const std::uint64_t pulses = m.cnt_o;
    counters_[kTxPackets] += pulses & 1;
    counters_[kTxBytes] += pulses >> 1 & 0x1fff;
    for (unsigned i = 2; i <= kBadDoorbells; ++i) {
      counters_[i] += pulses >> (i + 12) & 1;
    }
  }

  void observe_lookups(std::uint64_t cycle) {
    auto& m = *bench_;
    if (!(m.xreq_valid_o && m.xreq_ready_i)) {
      return;
    }
    Lookup l;
    l.ready = cycle + xlate_latency_;
    const std::uint64_t va = m.xreq_va_o;
    const std::uint64_t len = m.xreq_len_o;
    const std::uint64_t base = m.xreq_key_o == kFlatKey ? kFlatVa : kPagedVa;
    REQUIRE(len >= 1);
    REQUIRE(len <= 4096);
    REQUIRE(m.xreq_access_o == 0);
    REQUIRE(va - m.xreq_bound_va_o + len <= m.xreq_bound_len_o);
    if ((m.xreq_key_o != kFlatKey && m.xreq_key_o != kPagedKey) || m.xreq_pd_o != kPd ||
        revoked_.count(m.xreq_key_o) != 0) {
      l.status = 1;
    } else if (m.xreq_bound_va_o < base ||
               m.xreq_bound_va_o - base + m.xreq_bound_len_o > kRegionBytes) {
      l.status = 2;
    } else {
      l.iova0 = iova(va);
      l.len0 = static_cast<unsigned>(len);
      if (m.xreq_key_o == kPagedKey && va % 4096 + len > 4096) {
        l.len0 = static_cast<unsigned>(4096 - va % 4096);
        l.iova1 = iova(va + l.len0);
      }
    }
    lookups_.push_back(l);
  }

  void observe_reads(std::uint64_t cycle) {
    auto& m = *bench_;
    for (unsigned c = 0; c < 2; ++c) {
      taken_[c] = (m.rd_rsp_valid_i >> c & 1U) != 0 && (m.rd_rsp_ready_o >> c & 1U) != 0;
      if (taken_[c]) {
        Read& r = reads_[c].front();
        r.done += std::min(kBytes, r.len - r.done);
        if (r.done == r.len) {
          reads_[c].pop_front();
        }
      }
      if ((m.rd_valid_o >> c & 1U) != 0 && (m.rd_ready_i >> c & 1U) != 0) {
        const unsigned len = m.rd_len_o[c];
        REQUIRE(len >= 1);
        REQUIRE(len <= 4096);
        reads_[c].push_back({m.rd_addr_o[c], len, 0, cycle + read_latency_});
        if (c == 0) {
          for (unsigned qpn : dead_) {
            REQUIRE((m.rd_addr_o[c] < ring(qpn) || m.rd_addr_o[c] >= ring(qpn) + 0x10000));
          }
        }
      }
    }
  }

  void observe_packets(std::uint64_t cycle) {
    auto& m = *bench_;
    if (m.pkt_valid_o && watch_header_) {
      header_cycle_ = cycle;
      watch_header_ = false;
    }
    if (m.pay_valid_o && watch_beat_) {
      beat_cycle_ = cycle;
      watch_beat_ = false;
    }
    if (m.pkt_valid_o && m.pkt_ready_i) {
      RequestPacket p;
      p.qpn = m.pkt_qpn_o;
      p.opcode = m.pkt_opcode_o;
      p.se = m.pkt_se_o != 0;
      p.ack_request = m.pkt_ackreq_o != 0;
      p.pad = m.pkt_padcnt_o;
      p.psn = m.pkt_psn_o;
      p.dest_qpn = m.pkt_dest_qpn_o;
      p.pkey = m.pkt_pkey_o;
      REQUIRE(m.pkt_xth_len_o <= 28);
      for (unsigned i = 0; i < m.pkt_xth_len_o; ++i) {
        p.extension.push_back(static_cast<std::uint8_t>(m.pkt_xth_o[i / 4] >> (8 * (i % 4))));
      }
      p.payload.resize(m.pkt_payload_len_o);
      REQUIRE(dead_.count(p.qpn) == 0);
      headers_.push_back(p);
      resumed_ = now_;
      if (keep_trace_) {
        trace_cycles_.push_back(cycle);
      }
    }
    if (m.pay_valid_o && m.pay_ready_i) {
      if (beats_++ == 0) {
        first_beat_ = cycle;
      }
      last_beat_ = cycle;
      const std::size_t at = open_.size();
      open_.resize(at + kBytes);
      std::memcpy(&open_[at], m.pay_data_o.data(), kBytes);
      if (m.pay_last_o) {
        frames_.push_back(open_);
        open_.clear();
      }
    }
    while (!headers_.empty() && (headers_.front().payload.empty() || !frames_.empty())) {
      RequestPacket p = headers_.front();
      headers_.pop_front();
      if (!p.payload.empty()) {
        const Bytes& f = frames_.front();
        REQUIRE(f.size() == (p.payload.size() + kBytes - 1) / kBytes * kBytes);
        for (std::size_t i = p.payload.size(); i < f.size(); ++i) {
          REQUIRE(f[i] == 0);
        }
        std::copy(f.begin(), f.begin() + static_cast<std::ptrdiff_t>(p.payload.size()),
                  p.payload.begin());
        frames_.pop_front();
      }
      deliver(p);
    }
  }

  void deliver(const RequestPacket& p) {
    REQUIRE(qps_.count(p.qpn) == 1);
    Qp& qp = qps_[p.qpn];
    REQUIRE(p.dest_qpn == 0x4000 + p.qpn);
    REQUIRE(p.pkey == 0xff00 + (p.qpn & 0xff));
    const unsigned occurrence = ++qp.seen[p.psn];
    if (keep_trace_) {
      trace_.push_back(p);
    }
    const Fate fate = plan_ ? plan_(p, occurrence) : Fate::kDeliver;
    const bool due = p.psn == qp.responder.expected();
    std::optional<Answer> a;
    switch (fate) {
      case Fate::kDrop:
        return;
      case Fate::kNak:
        a = qp.responder.complain();
        break;
      case Fate::kRnr:
        a = due ? qp.responder.refuse(1) : qp.responder.receive(p);
        break;
      case Fate::kInvalid:
        a = qp.responder.deny(0x61);
        break;
      case Fate::kAccess:
        a = qp.responder.deny(0x62);
        break;
      case Fate::kOperational:
        a = qp.responder.deny(0x63);
        break;
      default:
        a = qp.responder.receive(p);
        break;
    }
    if (!a || fate == Fate::kDropAnswer) {
      return;
    }
    for (unsigned i = 0; i < (fate == Fate::kTwice ? 2U : 1U); ++i) {
      acks_.push_back({p.qpn, 0x11, a->psn, a->syndrome, bench_.cycle() + ack_latency_});
    }
  }

 public:
  std::set<std::uint32_t> revoked_;  // keys that no longer exist

 private:
  unsigned wild_;
  std::mt19937_64 rng_;
  Bytes memory_;
  std::deque<std::array<unsigned, 3>> doorbells_;
  std::deque<Push> pushes_;
  std::deque<Ack> acks_;
  std::deque<unsigned> errs_;
  std::array<std::deque<Read>, 2> reads_;
  std::deque<Lookup> lookups_;
  std::deque<RequestPacket> headers_;
  std::deque<Bytes> frames_;
  Bytes open_;
  std::set<unsigned> dead_;
  std::array<bool, 2> taken_{};
  bool answered_ = false;
  unsigned answer_status_ = 0;
  Bytes answer_data_;
  std::array<unsigned, 16> counters_{};
};

}  // namespace ethlink::test
