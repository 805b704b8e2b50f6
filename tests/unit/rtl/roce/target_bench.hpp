// SPDX-License-Identifier: Apache-2.0
//
// el_roce_target_tb with frames, host memory, doorbells and objects around it, beside the model.
//
// Every packet, doorbell and object reaches the model when the responder takes it, so both see the
// same order; outputs are compared per queue pair when everything is quiet.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "ethlink/generated/regs.hpp"

#include "catch.hpp"
#include "reference/rc_responder_model.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

namespace regs = ethlink::regs;
using reference::RcPacket;
using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint64_t kMemoryBytes = 1ULL << 21;
inline constexpr std::uint64_t kMac = 0x0250'4E54'0001;

/// Copies bytes into the words of a wide port.
template <typename Port>
void set_bytes(Port& port, const std::uint8_t* bytes, std::size_t count, std::size_t size) {
  for (std::size_t w = 0; w < size / 4; ++w) {
    std::uint32_t word = 0;
    for (std::size_t b = 0; b < 4; ++b) {
      if (w * 4 + b < count) {
        word |= std::uint32_t{bytes[w * 4 + b]} << (8 * b);
      }
    }
    port[w] = word;
  }
}

template <typename Port>
Bytes get_bytes(const Port& port, std::size_t count) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) {
    bytes[i] = static_cast<std::uint8_t>(port[i / 4] >> (8 * (i % 4)));
  }
  return bytes;
}

inline std::uint64_t big(const Bytes& b, std::size_t at, unsigned count) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i) {
    value = value << 8 | b.at(at + i);
  }
  return value;
}

inline std::uint64_t little(const Bytes& b, std::size_t at, unsigned count) {
  std::uint64_t value = 0;
  for (unsigned i = count; i-- > 0;) {
    value = value << 8 | b.at(at + i);
  }
  return value;
}

/// The probability, in percent, that a handshake waits a cycle, by stream.
struct Stalls {
  unsigned frames = 0;
  unsigned payload = 0;
  unsigned read = 0;
  unsigned write = 0;
  unsigned transmit = 0;
  unsigned completions = 0;
  unsigned read_latency = 20;
  unsigned write_latency = 10;  // from the last beat to the byte in memory
  static Stalls all(unsigned percent) {
    return {percent, percent, percent, percent, percent, percent, 20, 10};
  }
};

struct Sge {
  std::uint64_t addr = 0;
  std::uint32_t length = 0;
  std::uint32_t key = 0;
};

struct QpOptions {
  std::uint32_t pd = 7;
  unsigned log_size = 3;
  unsigned log_stride = 0;
  std::uint16_t cqn = 5;
  std::uint16_t ctx = 1;
  std::uint8_t eqn = 2;
  std::uint16_t pkey = 0xffff;
  std::uint8_t access = 0xf;
  unsigned mtu_code = 1;  // 256
  unsigned rnr_code = 12;
  std::uint32_t psn = 0;
  std::uint64_t rq_base = 0;  // 0: chosen by number
  std::uint32_t dest_qpn = 0x123456;
  unsigned max_reads = 0;
  std::optional<std::uint32_t> srq;
};

struct SrqOptions {
  std::uint32_t pd = 7;
  unsigned log_size = 4;
  unsigned log_stride = 0;
  std::uint16_t ctx = 1;
  std::uint8_t eqn = 3;
};

template <typename Model, unsigned kBits>
class TargetBench {
 public:
  static constexpr unsigned kBeat = kBits / 8;

  TargetBench() : rng_(seed()), model(make_memory()) {
    UNSCOPED_INFO("replay: ETHLINK_SEED=" << seed() << ", width " << kBits);
    memory_ = model.memory();
    auto& m = *bench_;
    m.ack_coalesce_i = 1;
    m.mac_i = kMac;
    const Bytes gid4{4, 0, 0, 10, 0xff, 0xff};  // lowest byte first: ::ffff:10.0.0.4
    set_bytes(m.gid0_i, gid4.data(), gid4.size(), 16);
    const Bytes gid6{0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0xfe};
    set_bytes(m.gid1_i, gid6.data(), gid6.size(), 16);
    m.hdr_valid_i = m.pay_valid_i = m.rqdb_valid_i = m.mr_valid_i = m.qp_valid_i = 0;
    m.mtt_we_i = m.rqst_done_i = m.err_valid_i = m.rd_rsp_valid_i = m.pay_rsp_valid_i = 0;
    m.wr_done_i = m.wr_done_err_i = m.tx_pay_ready_i = m.rq_valid_i = 0;
    m.rqst_status_i = 0;
    set_bytes(m.rqst_data_i, nullptr, 0, 48);  // the requester knows nothing unless a test says so
    m.err_ready_i = m.ack_ready_i = m.rsp_ready_i = 1;
    m.way_ordered_i = 0;
    bench_.reset();
    for (unsigned i = 0; i < 100 && bench_->busy_o != 0; ++i) {
      bench_.tick();
      bench_.settle();
    }
    REQUIRE(bench_->busy_o == 0);
  }

  // ---- objects ----

  /// One admin command; returns its status, the fields are in answer_.
  unsigned command(regs::AdminVerb verb, regs::ObjKind kind, std::uint32_t index, const void* data,
                   std::uint32_t mask = ~0U) {
    auto& m = *bench_;
    m.obj_verb_i = static_cast<std::uint8_t>(verb);
    m.obj_kind_i = static_cast<std::uint8_t>(kind);
    m.obj_index_i = index;
    m.obj_mask_i = mask;
    Bytes fields(48);
    if (data != nullptr) {
      std::memcpy(fields.data(), data, 48);
    }
    set_bytes(m.obj_data_i, fields.data(), 48, 48);
    object_ = Object{verb, kind, index, mask, fields};
    const bool is_mr = kind == regs::ObjKind::kMr;
    (is_mr ? m.mr_valid_i : m.qp_valid_i) = 1;
    answered_ = false;
    acted_ = false;
    if (when_asked_) {
      std::exchange(when_asked_, {})();
    }
    for (unsigned i = 0; i < 20000 && !answered_; ++i) {
      step();
    }
    REQUIRE(answered_);
    m.mr_valid_i = m.qp_valid_i = 0;
    object_.reset();
    return status_;
  }

  template <typename T>
  T answer() const {
    T value;
    std::memcpy(&value, answer_.data(), sizeof(value));
    return value;
  }

  void page_table(unsigned at, const std::vector<std::uint64_t>& pages) {
    for (std::size_t i = 0; i < pages.size(); ++i) {
      bench_->mtt_we_i = 1;
      bench_->mtt_waddr_i = static_cast<std::uint16_t>(at + i);
      bench_->mtt_wdata_i = pages[i];
      step();
    }
    bench_->mtt_we_i = 0;
  }

  void create_region(std::uint32_t key, const reference::RcRegion& region, unsigned mtt_base = 0) {
    regs::ObjMr o;
    o.va = region.va;
    o.length = region.length;
    o.iova = region.iova;
    o.pd = region.pd;
    o.mtt_base = mtt_base;
    o.key = static_cast<std::uint8_t>(key);
    o.access = region.access;
    o.page_shift = static_cast<std::uint8_t>(region.page_shift);
    page_table(mtt_base, region.pages);
    REQUIRE(command(regs::AdminVerb::kCreate, regs::ObjKind::kMr, key >> 8, &o) == 0);
    model.regions[key] = region;
  }

  void modify(std::uint32_t qpn, const regs::ObjQp& o, std::uint32_t mask, unsigned expect = 0) {
    REQUIRE(command(regs::AdminVerb::kModify, regs::ObjKind::kQp, qpn, &o, mask) == expect);
  }

  void set_path(std::uint32_t qpn) {
    regs::ObjQpPath path;
    path.dgid = {0, 0, 0,    0,    0,  0, 0, 0,
                 0, 0, 0xff, 0xff, 10, 0, 0, static_cast<std::uint8_t>(qpn)};
    path.dmac = {static_cast<std::uint8_t>(qpn), 2, 3, 4, 5, 6};
    path.udp_sport = static_cast<std::uint16_t>(0xc000 + qpn);
    path.hop_limit = 64;
    path.prio = 3;
    REQUIRE(command(regs::AdminVerb::kModify, regs::ObjKind::kQpPath, qpn, &path) == 0);
  }

  void create_qp(std::uint32_t qpn, QpOptions o = {}, regs::QpState until = regs::QpState::kRts) {
    regs::ObjQpQueues q;
    q.rq_base = o.rq_base != 0 ? o.rq_base : ring_of(qpn);
    q.rq_log_size = static_cast<std::uint8_t>(o.log_size);
    q.rq_log_stride = static_cast<std::uint8_t>(o.log_stride);
    q.pd = o.pd;
    q.recv_cq = o.cqn;
    q.ctx = o.ctx;
    q.eqn = o.eqn;
    q.srq_en = o.srq ? 1 : 0;
    q.srqn = o.srq.value_or(0);
    options_[qpn] = o;
    posted_[qpn] = 0;
    REQUIRE(command(regs::AdminVerb::kCreate, regs::ObjKind::kQpQueues, qpn, &q) == 0);
    set_path(qpn);
    regs::ObjQp a;
    a.access = o.access;
    a.mtu = static_cast<std::uint8_t>(o.mtu_code);
    a.dest_qpn = o.dest_qpn + qpn;
    a.rq_psn = o.psn;
    a.min_rnr_timer = static_cast<std::uint8_t>(o.rnr_code);
    a.pkey = o.pkey;
    a.max_dest_rd_atomic = static_cast<std::uint8_t>(o.max_reads);
    for (unsigned s = 1; s <= static_cast<unsigned>(until); ++s) {
      a.state = static_cast<std::uint8_t>(s);
      modify(qpn, a, 0x1fffU & ~(s == 3 ? regs::kQpMaskRqPsn : 0U));
    }
  }

  unsigned destroy_qp(std::uint32_t qpn) {
    return command(regs::AdminVerb::kDestroy, regs::ObjKind::kQpQueues, qpn, nullptr);
  }

  void create_srq(std::uint32_t srqn, SrqOptions o = {}) {
    regs::ObjSrq q;
    q.base = ring_of(kSrqRing + srqn);
    q.log_size = static_cast<std::uint8_t>(o.log_size);
    q.log_stride = static_cast<std::uint8_t>(o.log_stride);
    q.ctx = o.ctx;
    q.pd = o.pd;
    q.eqn = o.eqn;
    REQUIRE(command(regs::AdminVerb::kCreate, regs::ObjKind::kSrq, srqn, &q) == 0);
    // As if it were a queue pair with this number, for post().
    options_[kSrqRing + srqn] = {
        .log_size = o.log_size, .log_stride = o.log_stride, .ctx = o.ctx, .rq_base = q.base};
    posted_[kSrqRing + srqn] = 0;
    model.srqs[srqn] = {.pd = o.pd,
                        .base = q.base,
                        .entries = 1U << o.log_size,
                        .stride = 64U << o.log_stride,
                        .ctx = o.ctx,
                        .eqn = o.eqn};
  }
  unsigned destroy_srq(std::uint32_t srqn) {
    return command(regs::AdminVerb::kDestroy, regs::ObjKind::kSrq, srqn, nullptr);
  }
  unsigned set_limit(std::uint32_t srqn, std::uint16_t limit) {
    regs::ObjSrq q;
    q.limit = limit;
    return command(regs::AdminVerb::kModify, regs::ObjKind::kSrq, srqn, &q, regs::kSrqMaskLimit);
  }
  /// In place of a queue pair's number: the shared receive queue with the rest of the number.
  static constexpr std::uint32_t kSrqRing = 16;
  static constexpr std::uint32_t kSrqDoorbell = 1U << 23;

  static std::uint64_t ring_of(std::uint32_t qpn) { return 0x100000 + qpn * 0x4000ULL; }

  // ---- work ----

  /// Writes a receive request and rings the doorbell.
  void post(std::uint32_t qpn, const std::vector<Sge>& sges,
            std::optional<std::uint16_t> index = {}, std::optional<unsigned> elements = {}) {
    const QpOptions& o = options_.at(qpn);
    const std::uint16_t number = posted_[qpn]++;
    const std::uint64_t base = o.rq_base != 0 ? o.rq_base : ring_of(qpn);
    const std::uint64_t at = base + (number % (1U << o.log_size)) * (64ULL << o.log_stride);
    Bytes w(64U << o.log_stride);
    w[0] = static_cast<std::uint8_t>(elements.value_or(static_cast<unsigned>(sges.size())));
    const std::uint16_t said = index.value_or(number);
    std::memcpy(&w[2], &said, 2);
    for (std::size_t i = 0; i < sges.size(); ++i) {
      std::memcpy(&w.at(16 * (i + 1)), &sges[i].addr, 8);
      std::memcpy(&w.at(16 * (i + 1) + 8), &sges[i].length, 4);
      std::memcpy(&w.at(16 * (i + 1) + 12), &sges[i].key, 4);
    }
    std::copy(w.begin(), w.end(), memory_.begin() + static_cast<std::ptrdiff_t>(at));
    std::copy(w.begin(), w.end(), model.memory().begin() + static_cast<std::ptrdiff_t>(at));
    doorbell(qpn < kSrqRing ? qpn : kSrqDoorbell | (qpn - kSrqRing), o.ctx, posted_[qpn]);
  }

  void doorbell(std::uint32_t qpn, std::uint16_t ctx, std::uint16_t producer) {
    doorbells_.push_back({qpn, ctx, producer});
    for (unsigned i = 0; i < 20000 && !doorbells_.empty(); ++i) {
      step();
    }
    REQUIRE(doorbells_.empty());
  }

  void send(const RcPacket& p) { frames_.push_back(p); }

  // ---- time ----

  bool chance(unsigned percent) { return percent != 0 && rng_() % 100 < percent; }

  void step() {
    drive();
    bench_.settle();
    drive_write_data();
    bench_->way_ordered_i = bench_->way_qpn_o == ordered_qpn_ ? 1 : 0;
    bench_.settle();
    observe();
    bench_.tick();
  }

  void steps(unsigned n) {
    for (unsigned i = 0; i < n; ++i) {
      step();
    }
  }

  [[nodiscard]] bool quiet() {
    return frames_.empty() && beats_.empty() && reads_.empty() && doorbells_.empty() &&
           requests_.empty() && pay_reads_.empty() && landings_.empty() && unfinished_.empty() &&
           bench_->busy_o == 0;
  }

  void run(unsigned limit = 200000) {
    unsigned idle = 0;
    for (unsigned i = 0; i < limit && idle < 3; ++i) {
      step();
      idle = quiet() ? idle + 1 : 0;
    }
    INFO("cycle " << bench_.cycle());
    REQUIRE(idle == 3);
    REQUIRE(pending_.empty());
    REQUIRE(writes_.empty());
  }

  // ---- comparison ----

  /// Everything that left so far against the model. With `merged`, ACKs may be missing when a later
  /// one of the same queue pair says as much.
  void compare(bool merged = false) {
    for (unsigned qpn = 0; qpn < 16; ++qpn) {
      INFO("queue pair " << qpn);
      compare_acks(acks[qpn], model.acks[qpn], merged);
      const auto& want = model.completions[qpn];
      const auto& got = completions[qpn];
      REQUIRE(got.size() == want.size());
      for (std::size_t i = 0; i < got.size(); ++i) {
        INFO("completion " << i);
        CHECK(got[i].wqe_index == want[i].wqe_index);
        CHECK(unsigned{got[i].status} == unsigned{want[i].status});
        CHECK(unsigned{got[i].opcode} == unsigned{want[i].opcode});
        CHECK(got[i].byte_len == want[i].byte_len);
        CHECK(got[i].imm == want[i].imm);
        CHECK(unsigned{got[i].flags} == unsigned{want[i].flags});
        CHECK(unsigned{got[i].vendor_err} == unsigned{want[i].vendor_err});
        CHECK(got[i].cqn == want[i].cqn);
        CHECK(got[i].solicited == want[i].solicited);
        // No completion before its data, and all earlier data of its queue pair.
        CHECK(got[i].bytes_before >= want[i].bytes_before);
      }
      CHECK(events[qpn] == model.events[qpn]);
      CHECK(failures[qpn] == model.failures[qpn]);
    }
    for (const auto& [srqn, queue] : model.srqs) {
      INFO("shared queue " << srqn);
      CHECK(events[model.kSharedEvents + srqn] == model.events[model.kSharedEvents + srqn]);
    }
    CHECK(bytes_written_ == model.bytes_written + model.atomic_bytes);
    CHECK(counts_["rx_write_bytes"] == model.bytes_written);
    const bool same = memory_ == model.memory();
    if (!same) {
      const auto at = std::mismatch(memory_.begin(), memory_.end(), model.memory().begin());
      INFO("first difference at " << at.first - memory_.begin());
      REQUIRE(same);
    }
    REQUIRE(same);
  }

  void forget() {
    acks.clear();
    completions.clear();
    events.clear();
    failures.clear();
    model.acks.clear();
    model.completions.clear();
    model.events.clear();
    model.failures.clear();
  }

  /// A byte of memory, also for the model.
  void poke(std::uint64_t at, std::uint8_t value) {
    memory_.at(at) = value;
    model.memory().at(at) = value;
  }

  /// Eight bytes of the model's memory at an address of the region that `kShared` names.
  [[nodiscard]] std::uint64_t peek(std::uint64_t va) {
    const auto& region = model.regions.at(0x744);
    return little(model.memory(), region.iova + (va - region.va), 8);
  }

  /// Reads of payload in this range that are under way.
  [[nodiscard]] std::size_t waiting_reads(std::uint64_t from = 0, std::uint64_t to = ~0ULL) const {
    return static_cast<std::size_t>(
        std::count_if(pay_reads_.begin(), pay_reads_.end(),
                      [=](const Read& r) { return r.addr < to && r.addr + r.len > from; }));
  }

  /// From now on nothing may read payload in this range.
  void forbid(std::uint64_t from, std::uint64_t to) {
    forbidden_from_ = from;
    forbidden_to_ = to;
  }

  std::uint64_t count(const std::string& name) { return counts_[name]; }

  RtlBench<Model> bench_;
  Stalls stalls_;
  std::mt19937_64 rng_;
  reference::RcResponderModel model;
  reference::Memory memory_;
  std::map<unsigned, std::vector<reference::RcAck>> acks;
  std::map<unsigned, std::vector<reference::RcCompletion>> completions;
  std::map<unsigned, std::vector<reference::RcEvent>> events;
  std::map<unsigned, unsigned> failures;
  std::map<unsigned, unsigned> marks_;          // packets with Congestion Experienced
  std::map<unsigned, unsigned> notifications_;  // CNPs that came
  std::vector<Bytes> frames_out_;
  std::vector<RcPacket> to_requester_;  // ACKs that the parser must hand to the requester
  std::vector<RcPacket> in_order_;      // responses that must pass the responder
  std::uint64_t responses_seen_ = 0;    // of both kinds
  unsigned ordered_qpn_ = ~0U;          // its ACKs keep their order with other responses
  std::uint64_t acks_seen_ = 0, judged_ = 0, ended_ = 0, ways_ = 0;
  unsigned bad_doorbells_ = 0;
  unsigned expected_bad_doorbells_ = 0;
  bool hold_requests_ = false;  // the stand-in requester does not answer objects
  std::uint8_t requester_status_ = 0;
  std::vector<std::pair<unsigned, unsigned>> requester_asked_;  // kind, verb
  // Queue pairs in error, from the requester; with kLostCompletion from a completion queue.
  std::vector<std::uint32_t> error_queue_;
  static constexpr std::uint32_t kLostCompletion = 1U << 31;
  reference::RcQueuePair queried_;  // the model's queue pair when the responder answered a QUERY
  struct Request {
    std::uint32_t psn = 0;
    std::uint32_t pd = 0;
    std::vector<Sge> pieces;
  };
  std::deque<Request> requests_;     // packets of the requester, of queue pair 15
  std::uint64_t bad_write_ = ~0ULL;  // writes to this 4 KiB page fail
  unsigned spoilt_ = 0;              // frames that leave with bytes missing
  std::uint64_t last_beat_cycle_ = 0;
  std::uint64_t first_cqe_cycle_ = 0;
  std::uint64_t first_take_ = 0;
  std::uint64_t last_take_ = 0;
  std::uint64_t takes_ = 0;
  std::uint64_t read_beats_ = 0;
  std::uint64_t write_beats_ = 0;
  std::uint64_t first_write_ = 0;
  std::uint64_t last_write_ = 0;
  bool answered_ = false;
  std::function<void()> when_asked_;  // runs when the next object is offered
  bool acted_ = false;                // the responder did what the object says
  std::uint64_t error_cycle_ = 0;     // the responder took an error of the requester
  std::vector<std::pair<std::uint64_t, unsigned>> trace_;
  std::uint64_t trace_start_ = 0;
  [[nodiscard]] std::uint16_t posted(std::uint32_t qpn) const { return posted_.at(qpn); }

 private:
  struct Object {
    regs::AdminVerb verb{};
    regs::ObjKind kind{};
    std::uint32_t index = 0;
    std::uint32_t mask = 0;
    Bytes fields;
  };
  struct Doorbell {
    std::uint32_t qpn = 0;
    std::uint16_t ctx = 0;
    std::uint16_t producer = 0;
  };
  struct Beat {
    Bytes bytes;
    bool last = false;
  };
  struct Read {
    std::uint64_t addr = 0;
    unsigned len = 0;
    unsigned done = 0;
    std::uint64_t ready_at = 0;
    std::uint32_t user = 0;
    Bytes bytes;  // as they were when the read was asked for
  };
  struct Write {
    std::uint64_t addr = 0;
    unsigned len = 0;
    unsigned done = 0;
    Bytes bytes;
  };
  struct Landing {
    std::uint64_t addr = 0;
    Bytes bytes;
    std::uint64_t at = 0;
  };

  reference::Memory make_memory() {
    std::mt19937_64 rng(seed() + 1);
    reference::Memory memory(kMemoryBytes);
    for (auto& byte : memory) {
      byte = static_cast<std::uint8_t>(rng() >> 40);
    }
    return memory;
  }

  using Acks = std::vector<reference::RcAck>;

  /// Without READs and atomics the ACKs; with them their answers in order, and the ACKs and NAKs
  /// behind the answers to what came before.
  static void compare_acks(const Acks& got, const Acks& want, bool merged) {
    const auto answers = [](const Acks& all) {
      Acks out;
      std::copy_if(all.begin(), all.end(), std::back_inserter(out),
                   [](const reference::RcAck& a) { return a.opcode != 0x11; });
      return out;
    };
    const Acks got_answers = answers(got);
    const Acks want_answers = answers(want);
    REQUIRE(got_answers.size() == want_answers.size());
    for (std::size_t i = 0; i < got_answers.size(); ++i) {
      INFO("answer " << i << " psn " << want_answers[i].psn);
      CHECK(got_answers[i].psn == want_answers[i].psn);
      CHECK(unsigned{got_answers[i].opcode} == unsigned{want_answers[i].opcode});
      CHECK(got_answers[i].msn == want_answers[i].msn);
      CHECK(got_answers[i].value == want_answers[i].value);
      CHECK(got_answers[i] == want_answers[i]);
    }
    if (want_answers.empty()) {
      compare_plain_acks(got, want, merged);
      return;
    }
    // Which ACK is it, and what went before it?
    std::size_t w = 0;
    std::size_t answers_got = 0;
    std::size_t answers_want = 0;
    for (const reference::RcAck& a : got) {
      if (a.opcode != 0x11) {
        ++answers_got;
        continue;
      }
      INFO("ACK psn " << a.psn << " syndrome " << unsigned{a.syndrome});
      for (; w < want.size() && !(want[w] == a); ++w) {
        answers_want += want[w].opcode != 0x11 ? 1 : 0;
      }
      REQUIRE(w < want.size());
      CHECK(answers_got >= answers_want);
      ++w;
    }
    // The last one is never lost, unless it is an ACK of packets before a NAK.
    const auto is_ack = [](const reference::RcAck& a) { return a.opcode == 0x11; };
    const auto last = std::find_if(want.rbegin(), want.rend(), is_ack);
    if (last != want.rend()) {
      const auto sent = std::find_if(got.rbegin(), got.rend(), is_ack);
      REQUIRE(sent != got.rend());
      const bool before_nak = last->syndrome == 0x1f && sent->syndrome != 0x1f &&
                              ((last->psn - sent->psn) & 0x800000) != 0;
      INFO("last ACK psn " << last->psn << ", sent " << sent->psn);
      CHECK((*sent == *last || before_nak));
    }
  }

  static void compare_plain_acks(const Acks& got, const Acks& want, bool merged) {
    if (!merged) {
      REQUIRE(got.size() == want.size());
    }
    std::size_t w = 0;
    for (std::size_t g = 0; g < got.size(); ++g) {
      INFO("ACK " << g << " psn " << got[g].psn << " syndrome " << unsigned{got[g].syndrome});
      while (merged && w < want.size() && !(want[w] == got[g]) && want[w].syndrome == 0x1f) {
        ++w;
      }
      REQUIRE(w < want.size());
      CHECK(got[g].psn == want[w].psn);
      CHECK(unsigned{got[g].syndrome} == unsigned{want[w].syndrome});
      CHECK(got[g].msn == want[w].msn);
      ++w;
      // Equal ACKs (of duplicates) that went into this one.
      const bool next_too = g + 1 < got.size() && got[g + 1] == got[g];
      while (merged && !next_too && w < want.size() && want[w] == got[g] &&
             want[w].syndrome == 0x1f) {
        ++w;
      }
    }
    CHECK(w == want.size());
  }

  static unsigned extension_bytes(std::uint8_t opcode) {
    static const std::map<unsigned, unsigned> sizes{
        {3, 4},  {5, 4},  {9, 4},  {6, 16},  {10, 16}, {11, 20}, {12, 16}, {13, 4},
        {15, 4}, {16, 4}, {17, 4}, {18, 12}, {19, 28}, {20, 28}, {22, 4},  {23, 4}};
    const auto found = sizes.find(opcode & 0x1f);
    return found == sizes.end() ? 0 : found->second;
  }

  void offer_frame(const RcPacket& p) {
    auto& m = *bench_;
    if (!frame_offered_) {
      vlan_ = rng_() % 2 != 0;
      ipv6_ = rng_() % 2 != 0;
      frame_offered_ = true;
    }
    Bytes h(112);
    const std::size_t bth = 14 + (vlan_ ? 4 : 0) + (ipv6_ ? 40 : 20) + 8;
    for (std::size_t i = 0; i < bth; ++i) {
      h[i] = static_cast<std::uint8_t>(0xa5 ^ i);  // nothing below the BTH matters here
    }
    std::uint8_t* b = &h[bth];
    b[0] = p.opcode;
    b[1] = static_cast<std::uint8_t>((p.solicited ? 0x80 : 0) | 0x40 | (p.pad << 4) | p.tver);
    b[2] = static_cast<std::uint8_t>(p.pkey >> 8);
    b[3] = static_cast<std::uint8_t>(p.pkey);
    b[4] = 0xff;
    for (unsigned i = 0; i < 3; ++i) {
      b[5 + i] = static_cast<std::uint8_t>(p.qpn >> (16 - 8 * i));
      b[9 + i] = static_cast<std::uint8_t>(p.psn >> (16 - 8 * i));
    }
    b[8] = static_cast<std::uint8_t>((p.ack_request ? 0x80 : 0) | 0x7f);
    const unsigned size = extension_bytes(p.opcode);
    Bytes x(28);
    if (size == 16 || size == 20) {
      for (unsigned i = 0; i < 8; ++i) {
        x[i] = static_cast<std::uint8_t>(p.va >> (56 - 8 * i));
      }
      for (unsigned i = 0; i < 4; ++i) {
        x[8 + i] = static_cast<std::uint8_t>(p.rkey >> (24 - 8 * i));
        x[12 + i] = static_cast<std::uint8_t>(p.dma_length >> (24 - 8 * i));
        x[16 + i] = p.word[i];
      }
    } else if (size == 28) {
      for (unsigned i = 0; i < 8; ++i) {
        x[i] = static_cast<std::uint8_t>(p.va >> (56 - 8 * i));
        x[12 + i] = static_cast<std::uint8_t>(p.swap_add >> (56 - 8 * i));
        x[20 + i] = static_cast<std::uint8_t>(p.compare >> (56 - 8 * i));
      }
      for (unsigned i = 0; i < 4; ++i) {
        x[8 + i] = static_cast<std::uint8_t>(p.rkey >> (24 - 8 * i));
      }
    } else if ((p.opcode & 0x1f) >= 0x0d && (p.opcode & 0x1f) <= 0x12) {
      std::copy(p.aeth.begin(), p.aeth.end(), x.begin());
    } else {
      std::copy(p.word.begin(), p.word.end(), x.begin());
    }
    std::copy(x.begin(), x.begin() + size, b + 12);
    m.hdr_valid_i = 1;
    set_bytes(m.hdr_data_i, h.data(), h.size(), 112);
    m.hdr_len_i = static_cast<std::uint8_t>(bth + 12 + size);
    m.hdr_payload_len_i = static_cast<std::uint16_t>(p.payload.size());
    m.hdr_vlan_i = vlan_;
    m.hdr_ipv6_i = ipv6_;
    m.hdr_ecn_i = p.ecn;
  }

  void drive() {
    auto& m = *bench_;
    m.hdr_valid_i = 0;
    if (!frames_.empty() && (frame_offered_ || !chance(stalls_.frames))) {
      offer_frame(frames_.front());
    }
    m.pay_valid_i = 0;
    if (!beats_.empty() && (beat_offered_ || !chance(stalls_.payload))) {
      beat_offered_ = true;
      m.pay_valid_i = 1;
      set_bytes(m.pay_data_i, beats_.front().bytes.data(), beats_.front().bytes.size(), kBeat);
      m.pay_last_i = beats_.front().last;
    }
    m.rqdb_valid_i = doorbells_.empty() ? 0 : 1;
    if (!doorbells_.empty()) {
      m.rqdb_qpn_i = doorbells_.front().qpn;
      m.rqdb_ctx_i = doorbells_.front().ctx;
      m.rqdb_producer_i = doorbells_.front().producer;
    }
    m.err_valid_i = error_queue_.empty() ? 0 : 1;
    if (!error_queue_.empty()) {
      m.err_qpn_i = error_queue_.front() & 0xffffffU;
      m.err_cq_i = error_queue_.front() >> 31;
    }
    m.rd_ready_i = chance(stalls_.read) ? 0 : 1;
    drive_read();
    m.pay_rd_ready_i = chance(stalls_.read) ? 0 : 1;
    drive_pay_read();
    drive_landing();
    drive_request();
    m.tx_pay_ready_i = chance(stalls_.transmit) ? 0 : 1;
    m.wr_ready_i = chance(stalls_.write) ? 0 : 1;
    m.wr_data_ready_i = 0;
    data_ready_ = !chance(stalls_.write);
    m.tx_ready_i = chance(stalls_.transmit) ? 0 : 1;
    m.cqe_ready_i = chance(stalls_.completions) ? 0 : 1;
    m.eqe_ready_i = chance(stalls_.completions) ? 0 : 1;
    m.rqst_status_i = requester_status_;
    m.rqst_done_i = 0;
    if (rqst_seen_ && !hold_requests_) {
      m.rqst_done_i = 1;
      rqst_seen_ = false;
    }
  }

  // Pieces of the requester's packets, with gaps between them.
  void drive_request() {
    auto& m = *bench_;
    m.rq_valid_i = 0;
    if (requests_.empty() || chance(30) || (request_piece_ == 0 && m.rq_room_o == 0)) {
      return;
    }
    const Request& r = requests_.front();
    const Sge& s = r.pieces[request_piece_];
    std::uint32_t total = 0;
    for (const Sge& piece : r.pieces) {
      total += piece.length;
    }
    m.rq_valid_i = 1;
    m.rq_last_i = request_piece_ + 1 == r.pieces.size() ? 1 : 0;
    m.rq_len_i = static_cast<std::uint16_t>(s.length);
    m.rq_va_i = s.addr;
    m.rq_key_i = s.key;
    m.rq_pd_i = r.pd;
    m.rq_psn_i = r.psn;
    m.rq_total_i = static_cast<std::uint16_t>(total);
    if (++request_piece_ == r.pieces.size()) {
      requests_.pop_front();
      request_piece_ = 0;
    }
  }

  // The DMA engine takes no beat before the request that it belongs to.
  void drive_write_data() {
    auto& m = *bench_;
    const bool with_request = m.wr_valid_o != 0 && m.wr_ready_i != 0;
    m.wr_data_ready_i = data_ready_ && (!writes_.empty() || with_request) ? 1 : 0;
  }

  void drive_read() {
    auto& m = *bench_;
    m.rd_rsp_valid_i = 0;
    if (reads_.empty() || reads_.front().ready_at > bench_.cycle() ||
        (!read_offered_ && chance(stalls_.read))) {
      return;
    }
    const Read& r = reads_.front();
    read_offered_ = true;
    m.rd_rsp_valid_i = 1;
    set_bytes(m.rd_rsp_data_i, &r.bytes[r.done], std::min(kBeat, r.len - r.done), kBeat);
    m.rd_rsp_last_i = r.done + kBeat >= r.len ? 1 : 0;
    m.rd_rsp_err_i = bad(r.addr, r.len) ? 1 : 0;
    m.rd_rsp_user_i = r.user;
  }

  [[nodiscard]] bool bad(std::uint64_t addr, unsigned len) const {
    const std::uint64_t page = model.bad_address / 4096;
    return addr / 4096 == page || (addr + len - 1) / 4096 == page;
  }

  void drive_pay_read() {
    auto& m = *bench_;
    m.pay_rsp_valid_i = 0;
    if (pay_reads_.empty() || pay_reads_.front().ready_at > bench_.cycle() ||
        (!pay_offered_ && chance(stalls_.read))) {
      return;
    }
    const Read& r = pay_reads_.front();
    pay_offered_ = true;
    m.pay_rsp_valid_i = 1;
    const unsigned n = std::min(kBeat, r.len - r.done);
    set_bytes(m.pay_rsp_data_i, &r.bytes[r.done], n, kBeat);
    m.pay_rsp_err_i = bad(r.addr + r.done, n) ? 1 : 0;
  }

  // Writes reach memory in the order of their last beats, some time later.
  void drive_landing() {
    auto& m = *bench_;
    m.wr_done_i = 0;
    if (landings_.empty() || landings_.front().at > bench_.cycle()) {
      return;
    }
    const Landing& l = landings_.front();
    const bool failed = l.addr / 4096 == bad_write_ / 4096;
    if (!failed) {
      std::copy(l.bytes.begin(), l.bytes.end(),
                memory_.begin() + static_cast<std::ptrdiff_t>(l.addr));
    }
    m.wr_done_i = 1;
    m.wr_done_err_i = failed ? 1 : 0;
    landings_.pop_front();
  }

  Read to_read(std::uint64_t addr, unsigned len, std::uint32_t user,
               const std::deque<Read>& before) const {
    const std::uint64_t after = before.empty() ? 0 : before.back().ready_at;
    return {addr,
            len,
            0,
            std::max<std::uint64_t>(after, bench_.cycle() + stalls_.read_latency),
            user,
            Bytes(memory_.begin() + static_cast<std::ptrdiff_t>(addr),
                  memory_.begin() + static_cast<std::ptrdiff_t>(addr + len))};
  }

  void observe() {
    auto& m = *bench_;
    observe_results();
    // The parser reads the partition key before an object of this cycle changes it.
    if (m.hdr_valid_i != 0 && m.hdr_ready_o != 0) {
      take_frame();
    }
    // In the order in which the responder acts: objects and errors before what it takes next.
    // An object that drops answers acts when it does, and is answered later.
    const bool dropped = m.dropped_o != 0 && bench_.cycle() != error_cycle_ + 2;
    if (object_ && !in_barrier() && !acted_ && (m.resp_done_o != 0 || dropped)) {
      acted_ = true;
      apply_object();
    }
    if (m.rqdb_valid_i != 0 && m.rqdb_ready_o != 0) {
      const Doorbell d = doorbells_.front();
      doorbells_.pop_front();
      const std::uint32_t number = d.qpn & (kSrqDoorbell - 1);
      const bool good = (d.qpn & kSrqDoorbell) != 0
                            ? model.shared_doorbell(number, d.ctx, d.producer)
                            : model.doorbell(number, d.ctx, d.producer);
      expected_bad_doorbells_ += good ? 0 : 1;
    }
    if (m.err_taken_o != 0) {
      error_cycle_ = bench_.cycle();
      const std::uint32_t qpn = error_queue_.front() & 0xffffffU;
      if ((error_queue_.front() & kLostCompletion) != 0) {
        model.lost_completion(qpn);
      }
      model.to_error(qpn);
      error_queue_.erase(error_queue_.begin());
    }
    if (m.take_o != 0) {
      REQUIRE(!pending_.empty());
      const auto [packet, real] = pending_.front();
      pending_.pop_front();
      first_take_ = takes_++ == 0 ? bench_.cycle() : first_take_;
      last_take_ = bench_.cycle();
      CHECK((m.take_drop_o == 0) == real);
      if (real && model.qps.count(packet.qpn) != 0) {
        model.receive(packet);
      }
    }
    observe_memory();
    trace_outputs();
    if (m.mr_rsp_valid_o != 0 || m.qp_rsp_valid_o != 0) {
      CHECK(!answered_);
      answered_ = true;
      status_ = m.rsp_status_o;
      answer_ = get_bytes(m.rsp_data_o, 48);
    }
    if (m.rqst_valid_o != 0 && m.rqst_done_i == 0 && !rqst_seen_) {
      rqst_seen_ = true;
      requester_asked_.emplace_back(m.rqst_kind_o, m.rqst_verb_o);
    }
    observe_counters();
  }

  bool in_barrier() const { return object_->kind == regs::ObjKind::kMr; }

  // Only what the responder said Ok to changes the model; the bench reads that from its own rules.
  void apply_object() {
    const Object& o = *object_;
    if (o.kind == regs::ObjKind::kQpQueues && o.verb == regs::AdminVerb::kDestroy) {
      model.qps.erase(o.index);
    } else if (o.kind == regs::ObjKind::kQpQueues && model.qps.count(o.index) == 0) {
      regs::ObjQpQueues q;
      std::memcpy(&q, o.fields.data(), sizeof(q));
      reference::RcQueuePair qp;
      qp.pd = q.pd;
      qp.rq_base = q.rq_base;
      qp.rq_entries = 1U << q.rq_log_size;
      qp.rq_stride = 64U << q.rq_log_stride;
      qp.cqn = q.recv_cq;
      qp.ctx = q.ctx;
      qp.eqn = q.eqn;
      if (q.srq_en != 0) {
        qp.srq = q.srqn;
      }
      model.qps[o.index] = qp;
    } else if (o.kind == regs::ObjKind::kQp && o.verb == regs::AdminVerb::kModify) {
      apply_modify(o);
    } else if (o.kind == regs::ObjKind::kSrq) {
      apply_srq(o);
    } else if (o.verb == regs::AdminVerb::kQuery && model.qps.count(o.index) != 0) {
      queried_ = model.qps.at(o.index);
    }
  }

  void apply_srq(const Object& o) {
    if (o.verb == regs::AdminVerb::kModify && model.srqs.count(o.index) != 0) {
      regs::ObjSrq q;
      std::memcpy(&q, o.fields.data(), sizeof(q));
      if (q.limit <= model.srqs[o.index].entries) {
        model.arm(o.index, q.limit);
      }
    }
  }

  static bool legal(unsigned from, unsigned to) {
    static const std::map<unsigned, std::vector<unsigned>> sources{
        {0, {0, 1, 2, 3, 4, 6}}, {1, {0, 1}}, {2, {1}},
        {3, {2, 3, 4}},          {4, {3, 4}}, {6, {0, 1, 2, 3, 4, 6}}};
    const auto found = sources.find(to);
    return found != sources.end() && std::count(found->second.begin(), found->second.end(), from);
  }

  void apply_modify(const Object& o) {
    regs::ObjQp q;
    std::memcpy(&q, o.fields.data(), sizeof(q));
    const auto found = model.qps.find(o.index);
    if (found == model.qps.end()) {
      return;
    }
    reference::RcQueuePair& qp = found->second;
    if ((o.mask & regs::kQpMaskState) != 0 && !legal(qp.state, q.state)) {
      return;
    }
    qp.access = (o.mask & regs::kQpMaskAccess) != 0 ? q.access : qp.access;
    qp.mtu = (o.mask & regs::kQpMaskMtu) != 0 ? 128U << q.mtu : qp.mtu;
    qp.pkey = (o.mask & regs::kQpMaskPkey) != 0 ? q.pkey : qp.pkey;
    qp.max_reads =
        (o.mask & regs::kQpMaskMaxDestRdAtomic) != 0 ? q.max_dest_rd_atomic : qp.max_reads;
    qp.rnr_code = (o.mask & regs::kQpMaskMinRnrTimer) != 0 ? q.min_rnr_timer : qp.rnr_code;
    if ((o.mask & regs::kQpMaskState) != 0) {
      if (q.state == 0) {
        qp.expected = qp.msn = 0;
        qp.consumed = qp.posted = 0;
        qp.message = 0;
        qp.silent = qp.established = false;
        qp.saved.clear();
        qp.waiting = 0;
        posted_[o.index] = 0;
      }
      if (q.state == 6) {
        model.to_error(o.index);
      }
      qp.state = q.state;
    }
    if ((o.mask & regs::kQpMaskRqPsn) != 0) {
      qp.expected = q.rq_psn;
    }
  }

  void take_frame() {
    const RcPacket p = frames_.front();
    frames_.pop_front();
    frame_offered_ = false;
    const int kind = model.classify(p);
    const bool in_order = kind == 2 && (p.opcode != 0x11 || p.qpn == ordered_qpn_);
    if (kind == 2) {
      (in_order ? in_order_ : to_requester_).push_back(p);
    }
    if (kind == 1 || in_order || !p.payload.empty()) {
      pending_.emplace_back(p, kind == 1);
    }
    for (std::size_t at = 0; at < p.payload.size(); at += kBeat) {
      const auto end = std::min<std::size_t>(p.payload.size(), at + kBeat);
      beats_.push_back({Bytes(p.payload.begin() + static_cast<std::ptrdiff_t>(at),
                              p.payload.begin() + static_cast<std::ptrdiff_t>(end)),
                        end == p.payload.size()});
    }
  }

  // When what happened, for comparing two runs.
  void trace_outputs() {
    auto& m = *bench_;
    const unsigned what = (m.take_o != 0 ? 1U : 0U) | (m.cqe_valid_o != 0 ? 2U : 0U) |
                          (m.tx_valid_o != 0 ? 4U : 0U) | (m.wr_data_valid_o != 0 ? 8U : 0U) |
                          (m.rd_valid_o != 0 ? 16U : 0U) | (m.eqe_valid_o != 0 ? 32U : 0U) |
                          (m.qp_rsp_valid_o != 0 ? 64U : 0U) | (m.busy_o != 0 ? 128U : 0U);
    if (what != 0) {
      trace_.emplace_back(bench_.cycle() - trace_start_, what);
    }
  }

  void observe_memory() {
    auto& m = *bench_;
    if (m.pay_valid_i != 0 && m.pay_ready_o != 0) {
      last_beat_cycle_ = bench_.cycle();
      beats_.pop_front();
      beat_offered_ = false;
    }
    if (m.rd_rsp_valid_i != 0 && m.rd_rsp_ready_o != 0) {
      read_offered_ = false;
      ++read_beats_;
      reads_.front().done += kBeat;
      if (m.rd_rsp_last_i != 0) {
        reads_.pop_front();
      }
    }
    if (m.rd_valid_o != 0 && m.rd_ready_i != 0) {
      reads_.push_back(to_read(m.rd_addr_o, m.rd_len_o, m.rd_user_o, reads_));
    }
    if (m.pay_rsp_valid_i != 0 && m.pay_rsp_ready_o != 0) {
      pay_offered_ = false;
      Read& r = pay_reads_.front();
      r.done += kBeat;
      if (r.done >= r.len) {
        pay_reads_.pop_front();
      }
    }
    if (m.pay_rd_valid_o != 0 && m.pay_rd_ready_i != 0) {
      CHECK((m.pay_rd_addr_o >= forbidden_to_ ||
             m.pay_rd_addr_o + m.pay_rd_len_o <= forbidden_from_));
      pay_reads_.push_back(to_read(m.pay_rd_addr_o, m.pay_rd_len_o, 0, pay_reads_));
    }
    if (m.wr_valid_o != 0 && m.wr_ready_i != 0) {
      writes_.push_back({m.wr_addr_o, m.wr_len_o, 0, {}});
    }
    if (m.wr_data_valid_o != 0 && m.wr_data_ready_i != 0) {
      REQUIRE(!writes_.empty());
      Write& w = writes_.front();
      const unsigned n = std::min(kBeat, w.len - w.done);
      const Bytes data = get_bytes(m.wr_data_o, kBeat);
      w.bytes.insert(w.bytes.end(), data.begin(), data.begin() + n);
      CHECK(std::all_of(data.begin() + n, data.end(), [](std::uint8_t b) { return b == 0; }));
      w.done += n;
      bytes_written_ += n;
      first_write_ = write_beats_++ == 0 ? bench_.cycle() : first_write_;
      last_write_ = bench_.cycle();
      CHECK((m.wr_data_last_o != 0) == (w.done == w.len));
      if (w.done == w.len) {
        landings_.push_back({w.addr, w.bytes, bench_.cycle() + 1 + stalls_.write_latency});
        writes_.pop_front();
      }
    }
  }

  void observe_results() {
    auto& m = *bench_;
    if (m.cqe_valid_o != 0 && first_cqe_cycle_ == 0) {
      first_cqe_cycle_ = bench_.cycle();
    }
    if (m.cqe_valid_o != 0 && m.cqe_ready_i != 0) {
      const Bytes b = get_bytes(m.cqe_o, 32);
      reference::RcCompletion c;
      const auto qpn = static_cast<unsigned>(little(b, 0, 4));
      c.wqe_index = static_cast<std::uint16_t>(little(b, 4, 2));
      c.status = b[6];
      c.opcode = b[7];
      c.byte_len = static_cast<std::uint32_t>(little(b, 8, 4));
      c.imm = static_cast<std::uint32_t>(little(b, 12, 4));
      c.vendor_err = b[28];
      c.flags = b[30];
      c.cqn = m.cqe_cqn_o;
      c.solicited = m.cqe_solicited_o != 0;
      c.bytes_before = bytes_written_;
      completions[qpn].push_back(c);
    }
    if (m.eqe_valid_o != 0 && m.eqe_ready_i != 0) {
      const Bytes b = get_bytes(m.eqe_o, 16);
      const bool shared = b[0] == static_cast<std::uint8_t>(regs::EqeType::kSrqLimit);
      events[static_cast<unsigned>(little(b, 4, 4)) + (shared ? model.kSharedEvents : 0)].push_back(
          {static_cast<std::uint8_t>(m.eqe_eqn_o), b[0], b[1]});
    }
    if (m.err_valid_o != 0 && m.err_ready_i != 0) {
      ++failures[m.err_qpn_o];
    }
    bad_doorbells_ += m.badb_valid_o;
    if (m.ack_valid_o != 0 && m.ack_ready_i != 0) {
      REQUIRE(acks_seen_ < to_requester_.size());
      const RcPacket& p = to_requester_[acks_seen_++];
      ++responses_seen_;
      CHECK(m.ack_qpn_o == p.qpn);
      CHECK(m.ack_opcode_o == p.opcode);
      CHECK(m.ack_psn_o == p.psn);
      CHECK(m.ack_syndrome_o == p.aeth[0]);
      CHECK(m.ack_msn_o ==
            (std::uint32_t{p.aeth[1]} << 16 | std::uint32_t{p.aeth[2]} << 8 | p.aeth[3]));
    }
    ways_ += m.way_take_o;
    if (m.rsp_act_o != 0) {
      REQUIRE(judged_ < in_order_.size());
      const RcPacket& p = in_order_[judged_++];
      CHECK(m.rsp_qpn_o == p.qpn);
      CHECK(m.rsp_opcode_o == p.opcode);
      CHECK(m.rsp_psn_o == p.psn);
      if (p.opcode != 0x0e) {  // READ response MIDDLE has no AETH
        CHECK(m.rsp_syndrome_o == p.aeth[0]);
      }
    }
    if (m.rsp_valid_o != 0 && m.rsp_ready_i != 0) {
      REQUIRE(ended_ < judged_);
      CHECK(m.rsp_done_psn_o == in_order_[ended_++].psn);
      ++responses_seen_;
    }
    if (m.tx_valid_o != 0 && m.tx_ready_i != 0) {
      take_answer();
    }
    if (m.tx_pay_valid_o != 0 && m.tx_pay_ready_i != 0) {
      const Bytes beat = get_bytes(m.tx_pay_data_o, kBeat);
      payload_.insert(payload_.end(), beat.begin(), beat.end());
      if (m.tx_pay_last_o != 0) {
        payloads_.push_back(std::move(payload_));
        payload_.clear();
        spoilt_ += m.tx_pay_bad_o;
      }
    }
    join_payload();
  }

  // Header and payload of a READ response come apart.
  void join_payload() {
    while (!unfinished_.empty() && !payloads_.empty()) {
      const Unfinished u = unfinished_.front();
      Bytes& bytes = payloads_.front();
      CHECK(bytes.size() == (u.padded + kBeat - 1) / kBeat * kBeat);
      CHECK(std::all_of(bytes.begin() + u.length, bytes.end(),
                        [](std::uint8_t b) { return b == 0; }));
      bytes.resize(u.length);
      acks[u.qpn].at(u.index).payload = std::move(bytes);
      unfinished_.pop_front();
      payloads_.pop_front();
    }
  }

  // An ACK frame or an answer; its queue pair is known by the UDP source port.
  void take_answer() {
    auto& m = *bench_;
    const Bytes f = get_bytes(m.tx_data_o, 112);
    const std::uint8_t opcode = f[42];
    const unsigned pad = f[43] >> 4 & 3;
    const unsigned extension = extension_bytes(opcode);
    const unsigned padded = m.tx_payload_len_o;
    REQUIRE(unsigned{m.tx_len_o} == 14 + 20 + 8 + 12 + extension);
    const bool request = opcode == 0x04;
    CHECK((request || (opcode >= 0x0d && opcode <= 0x12)));
    CHECK((padded == 0 || request || (opcode >= 0x0d && opcode <= 0x10)));
    CHECK(padded % 4 == 0);
    CHECK(m.tx_icrc_o == 1);
    CHECK(m.tx_prio_o == 3);
    const auto qpn = static_cast<unsigned>(big(f, 34, 2) - 0xc000);
    CHECK(big(f, 6, 6) == kMac);
    CHECK(big(f, 0, 6) == (0x0203040506ULL | std::uint64_t{qpn} << 40));
    CHECK(big(f, 16, 2) == 20 + 8 + 12 + extension + padded + 4);
    REQUIRE(options_.count(qpn) != 0);
    CHECK(big(f, 44, 2) == options_[qpn].pkey);
    CHECK(big(f, 47, 3) == options_[qpn].dest_qpn + qpn);
    reference::RcAck a;
    a.psn = static_cast<std::uint32_t>(big(f, 51, 3));
    a.opcode = opcode;
    if (extension != 0) {
      a.syndrome = static_cast<std::uint8_t>(big(f, 54, 1));
      a.msn = static_cast<std::uint32_t>(big(f, 55, 3));
    }
    if (opcode == 0x12) {
      a.value = big(f, 58, 8);
    }
    if (padded != 0) {
      unfinished_.push_back({qpn, acks[qpn].size(), padded - pad, padded});
    }
    acks[qpn].push_back(a);
    frames_out_.push_back(f);
  }

  void observe_counters() {
    static constexpr std::array<const char*, 21> kNames{"rx_requests",     "rx_responses",
                                                        "rx_cnp",          "rx_bad_opcode",
                                                        "rx_bad_qp",       "rx_bad_pkey",
                                                        "rx_duplicates",   "rx_gaps",
                                                        "rx_rnr",          "rx_invalid",
                                                        "rx_ignored",      "rx_access_errors",
                                                        "rx_local_errors", "",
                                                        "tx_acks",         "rq_completions",
                                                        "rq_flushed",      "rq_bad_doorbells",
                                                        "rx_reads",        "rx_atomics",
                                                        "rx_ecn_marked"};
    for (unsigned i = 0; i < kNames.size(); ++i) {
      if ((bench_->cnt_o >> i & 1) != 0) {
        ++counts_[kNames[i]];
      }
    }
    counts_["rx_write_bytes"] += bench_->cnt_bytes_o;
    counts_["tx_read_bytes"] += bench_->cnt_read_bytes_o;
    if (bench_->mark_valid_o != 0) {
      ++marks_[bench_->mark_qpn_o];
    }
    if (bench_->cnp_valid_o != 0) {
      ++notifications_[bench_->mark_qpn_o];
    }
  }

  std::map<std::string, std::uint64_t> counts_;
  std::map<std::uint32_t, QpOptions> options_;
  std::map<std::uint32_t, std::uint16_t> posted_;
  std::deque<RcPacket> frames_;
  std::deque<std::pair<RcPacket, bool>> pending_;
  std::deque<Beat> beats_;
  std::deque<Doorbell> doorbells_;
  std::deque<Read> reads_;
  std::deque<Read> pay_reads_;
  std::deque<Write> writes_;
  std::deque<Landing> landings_;
  struct Unfinished {
    unsigned qpn = 0;
    std::size_t index = 0;  // in acks
    unsigned length = 0;
    unsigned padded = 0;
  };
  std::deque<Unfinished> unfinished_;  // answers whose payload is still to come
  std::deque<Bytes> payloads_;
  Bytes payload_;
  std::size_t request_piece_ = 0;
  bool pay_offered_ = false;
  std::optional<Object> object_;
  Bytes answer_;
  unsigned status_ = 0;
  bool frame_offered_ = false;
  bool beat_offered_ = false;
  bool read_offered_ = false;
  bool data_ready_ = false;
  bool rqst_seen_ = false;
  bool vlan_ = false;
  bool ipv6_ = false;
  std::uint64_t bytes_written_ = 0;
  std::uint64_t forbidden_from_ = 0;
  std::uint64_t forbidden_to_ = 0;
};

}  // namespace ethlink::test
