// SPDX-License-Identifier: Apache-2.0
//
// What surrounds el_roce_requester in its tests: host memory, translation, wire, strict responder.
//
// Everything is one step() a cycle. `wild` (0..100) is the chance that a port stalls; a plan says
// what happens to each packet. Times are cycles of the bench.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "requester_types.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

template <typename Model, unsigned DataW>
class RequesterSurroundings {
 public:
  static constexpr unsigned kBytes = DataW / 8;
  using Plan = std::function<Fate(const RequestPacket&, unsigned occurrence)>;

  explicit RequesterSurroundings(unsigned wild = 0, std::uint64_t salt = 0)
      : memory_(kMemoryBytes), wild_(wild), rng_(seed() + salt) {
    for (std::uint64_t i = 0; i < kRegionBytes; ++i) {
      memory_[kData + i] = static_cast<std::uint8_t>((i * 0x9E3779B97F4A7C15ULL) >> 56);
    }
    idle_inputs();
    bench_.reset(4);
    while (bench_->busy_o != 0) {  // the responder clears its contexts
      bench_.tick();
      bench_.settle();
    }
  }

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
           headers_.empty() && frames_.empty() && open_.empty() && response_beats_.empty() &&
           response_lookups_.empty() && writes_.empty() && !late_;
  }

  static std::uint64_t ring(unsigned qpn) { return kRings + std::uint64_t{qpn} * 0x10000; }

  /// Bytes behind a virtual address.
  std::uint8_t byte_at(std::uint64_t va) const { return memory_[iova(va)]; }
  std::uint8_t& memory(std::uint64_t addr) { return memory_[addr]; }

  unsigned counter(unsigned field) const { return counters_[field]; }
  static constexpr unsigned kTxPackets = 0, kTxBytes = 1, kTxRepeated = 2, kStarted = 3,
                            kCompletions = 4, kFlushed = 5, kAcks = 6, kNakSequence = 7, kRnr = 8,
                            kNakErrors = 9, kStale = 10, kTimeouts = 11, kExhausted = 12,
                            kLocalErrors = 13, kBadDoorbells = 14, kRateCuts = 15,
                            kReadResponses = 16, kReadBytes = 17, kImplied = 18;

  static constexpr std::uint64_t kNever = (1ULL << 48) - 1;

  struct Qp {
    QpOptions options;
    unsigned producer = 0;
    std::vector<std::pair<unsigned, bool>> posted;  // index, completion wanted
    std::vector<Message> wanted;
    std::vector<Result> results;  // of READs and atomics, in the order of posting
    RoceResponder responder;
    LooseReceiver loose;                                      // of UC and UD, in its place
    std::vector<std::pair<std::uint32_t, unsigned>> targets;  // UD: queue pair, address handle
    std::map<std::uint32_t, unsigned> seen;                   // times a PSN was sent
    std::map<std::uint32_t, unsigned> answered;  // times a PSN of a READ or atomic was answered
    Bytes last;
    bool silent = false;  // nothing arrives
    bool failed = false;  // a request completed with an error
  };

  RtlBench<Model> bench_;
  std::map<unsigned, Qp> qps_;
  Plan plan_;
  /// What happens to a response; the occurrence counts the times that its PSN was answered.
  std::function<ResponseFate(const ReadResponse&, unsigned occurrence)> response_plan_;
  std::vector<Completion> cqes_;
  std::vector<std::array<unsigned, 3>> events_;  // type, syndrome, id
  std::vector<unsigned> errors_out_;
  std::vector<unsigned> send_errors_out_;  // SQE
  std::vector<unsigned> bad_doorbells_;
  std::vector<RequestPacket> trace_;
  std::vector<std::uint64_t> trace_cycles_;  // when the header was taken
  std::set<std::uint64_t> bad_pages_;        // IOVA >> 12: reads fail
  std::uint64_t bad_byte_ = ~0ULL;           // IOVA: reads of the beat around it fail
  std::vector<RequestPacket> spoilt_;        // left, but no peer takes them
  std::uint64_t now_ = 1000;
  std::deque<unsigned> notify_;  // congestion notifications to come, one a cycle
  unsigned notify_among_ = 0;    // congestion notifications come for queue pairs below this
  unsigned notify_every_ = 100;  // cycles, on average
  std::uint64_t notified_ = 0;
  unsigned xlate_latency_ = 5;  // of el_roce_mr
  unsigned read_latency_ = 1;
  unsigned ack_latency_ = 20;
  std::uint64_t resumed_ = 0;  // time of the last header
  bool stalled_ = false;       // no packet leaves (priority flow control)
  bool cq_stalled_ = false;
  bool writes_stalled_ = false;  // host memory takes nothing
  bool keep_trace_ = true;
  // Times of the last of each kind.
  std::uint64_t push_cycle_ = 0, header_cycle_ = 0, beat_cycle_ = 0, ack_cycle_ = 0;
  std::uint64_t first_beat_ = 0, last_beat_ = 0, beats_ = 0;
  std::uint64_t first_write_ = 0, last_write_ = 0, writes_seen_ = 0;  // beats of responses
  bool watch_header_ = false, watch_beat_ = false;
  std::set<std::uint32_t> revoked_;  // keys that no longer exist

 protected:
  struct Ack {
    unsigned qpn = 0;
    unsigned opcode = 0;
    std::uint32_t psn = 0;
    unsigned syndrome = 0;
    std::uint64_t ready = 0;
    std::uint64_t value = 0;
    Bytes payload;
    unsigned pad = 0;
  };
  struct Push {
    unsigned ctx = 0;
    bool first = false, last = false;
    std::array<std::uint8_t, 64> data{};
  };

  static std::uint64_t iova(std::uint64_t va) {
    if (va >= kFlatVa) {
      return kData + (va - kFlatVa);
    }
    const std::uint64_t off = va - kPagedVa;
    const std::uint64_t pages = kRegionBytes / 4096;
    return kData + (pages - 1 - off / 4096) * 4096 + off % 4096;
  }

  std::deque<std::array<unsigned, 3>> doorbells_;
  std::deque<Push> pushes_;
  std::deque<Ack> acks_;
  std::deque<unsigned> errs_;
  std::set<unsigned> dead_;
  bool answered_ = false;
  unsigned answer_status_ = 0;
  Bytes answer_data_;
  Bytes memory_;
  std::deque<RequestPacket> headers_;  // whose payload is not there yet

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

  bool chance(unsigned percent) { return percent != 0 && rng_() % 100 < percent; }

  struct Write {
    std::uint64_t addr = 0;
    unsigned len = 0;
    unsigned done = 0;
  };

  void idle_inputs() {
    auto& m = *bench_;
    m.rpay_valid_i = 0;
    m.rxreq_ready_i = 0;
    m.rxrsp_valid_i = 0;
    m.wr_ready_i = 0;
    m.wr_data_ready_i = 0;
    m.now_i = now_;
    m.tick_cycles_i = kTick;
    m.rnr_tick_cycles_i = kRnrTick;
    for (unsigned i = 0; i < 10; ++i) {
      m.rate_cfg_i[i] = 0;
    }
    m.cnp_valid_i = 0;
    m.sqdb_valid_i = 0;
    m.sqpush_valid_i = 0;
    m.ack_valid_i = 0;
    m.obj_valid_i = 0;
    m.err_valid_i = 0;
    m.err_ready_i = 0;
    m.xreq_ready_i = 0;
    m.xrsp_valid_i = 0;
    m.sync_valid_i = 0;
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
    m.cnp_valid_i = notify_.empty() ? 0 : 1;
    if (!notify_.empty()) {
      m.cnp_qpn_i = static_cast<std::uint8_t>(notify_.front());
      notify_.pop_front();
    } else if (notify_among_ != 0 && rng_() % notify_every_ == 0) {
      m.cnp_valid_i = 1;
      m.cnp_qpn_i = static_cast<std::uint8_t>(rng_() % notify_among_);
      ++notified_;
    }
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
      m.ack_value_i = acks_.front().value;
      m.ack_payload_len_i = static_cast<std::uint16_t>(acks_.front().payload.size());
      m.ack_padcnt_i = static_cast<std::uint8_t>(acks_.front().pad);
    }
    drive_responses();
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

  void drive_responses() {
    auto& m = *bench_;
    m.rpay_valid_i = !response_beats_.empty() && (m.rpay_valid_i != 0 || !chance(wild_ / 2));
    if (m.rpay_valid_i != 0) {
      const auto& [beat, last] = response_beats_.front();
      std::memcpy(m.rpay_data_i.data(), beat.data(), kBytes);
      m.rpay_last_i = last;
    }
    m.rxreq_ready_i = !chance(wild_);
    m.rxrsp_valid_i = !response_lookups_.empty() &&
                      response_lookups_.front().ready <= bench_.cycle() && !chance(wild_ / 2);
    if (m.rxrsp_valid_i != 0) {
      const Lookup& l = response_lookups_.front();
      m.rxrsp_status_i = static_cast<std::uint8_t>(l.status);
      m.rxrsp_iova0_i = l.iova0;
      m.rxrsp_iova1_i = l.iova1;
      m.rxrsp_len0_i = static_cast<std::uint16_t>(l.len0);
      response_lookups_.pop_front();
    }
    m.wr_ready_i = !writes_stalled_ && !chance(wild_);
    // The first beat of a write may come with its request.
    m.wr_data_ready_i =
        !writes_stalled_ && (!writes_.empty() || m.wr_ready_i) && !chance(wild_ / 2);
  }

  void drive_read(unsigned c) {
    auto& m = *bench_;
    const Read& r = reads_[c].front();
    const std::uint64_t from = r.addr + r.done;
    const unsigned count = std::min(kBytes, r.len - r.done);
    std::array<std::uint8_t, kBytes> beat{};
    bool bad = false;
    for (unsigned i = 0; i < count; ++i) {
      bad = bad || from + i >= kMemoryBytes || from + i == bad_byte_ ||
            bad_pages_.count((from + i) >> 12) != 0;
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
      push_beats(acks_.front().payload);
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
      (m.err_sqe_o ? send_errors_out_ : errors_out_).push_back(m.err_qpn_o);
    }
    observe_lookups(cycle);
    observe_reads(cycle);
    observe_writes(cycle);
    observe_packets(cycle);
    if (m.cqe_valid_o && m.cqe_ready_i) {
      Completion c;
      c.qpn = m.cqe_data_o[0];
      c.index = m.cqe_data_o[1] & 0xffff;
      c.status = m.cqe_data_o[1] >> 16 & 0xff;
      c.opcode = m.cqe_data_o[1] >> 24;
      c.vendor = m.cqe_data_o[7] & 0xff;
      c.cqn = m.cqe_cqn_o;
      c.byte_len = m.cqe_data_o[2];
      c.data = m.cqe_data_o[4] | std::uint64_t{m.cqe_data_o[5]} << 32;
      c.cycle = cycle;
      REQUIRE(dead_.count(c.qpn) == 0);
      cqes_.push_back(c);
      check_result(c);
    }
    if (m.eqe_valid_o && m.eqe_ready_i) {
      REQUIRE(m.eqe_eqn_o == 5);
      events_.push_back({m.eqe_data_o[0] & 0xff, m.eqe_data_o[0] >> 8 & 0xff, m.eqe_data_o[1]});
    }
    const std::uint64_t pulses = m.cnt_o;
    counters_[kTxPackets] += pulses & 1;
    counters_[kTxBytes] += pulses >> 1 & 0x1fff;
    for (unsigned i = 2; i <= kReadResponses; ++i) {
      counters_[i] += pulses >> (i + 12) & 1;
    }
    counters_[kReadBytes] += pulses >> 29 & 0x1fff;
    counters_[kImplied] += pulses >> 42 & 1;
  }

  void push_beats(const Bytes& payload) {
    for (std::size_t at = 0; at < payload.size(); at += kBytes) {
      std::array<std::uint8_t, kBytes> beat{};
      const std::size_t count = std::min<std::size_t>(kBytes, payload.size() - at);
      std::memcpy(beat.data(), &payload[at], count);
      response_beats_.emplace_back(beat, at + kBytes >= payload.size());
    }
  }

  // Does this address belong to a READ or atomic of the queue pair?
  static bool owns(const Qp& qp, std::uint64_t addr) {
    for (const Result& r : qp.results) {
      for (const Element& e : r.elements) {
        for (std::uint64_t off = 0; off < e.len; off += 1) {
          if (iova(e.addr + off) == addr) {
            return true;
          }
        }
      }
    }
    return false;
  }

  // All bytes of a READ or atomic are in memory when its completion is seen.
  void check_result(const Completion& c) {
    const auto qp = qps_.find(c.qpn);
    if (qp == qps_.end()) {
      return;
    }
    if (c.status != 0) {
      qp->second.failed = true;  // from here on nothing of it may be written
      return;
    }
    for (const Result& r : qp->second.results) {
      if (r.index != c.index) {
        continue;
      }
      CAPTURE(c.qpn, c.index);
      REQUIRE(c.opcode == r.opcode);
      REQUIRE(c.byte_len == r.byte_len);
      REQUIRE(c.data == r.data);
      std::size_t at = 0;
      for (const Element& e : r.elements) {
        for (std::uint32_t i = 0; i < e.len; ++i, ++at) {
          if (byte_at(e.addr + i) != r.bytes[at]) {
            CAPTURE(at, e.addr, i);
            FAIL("a byte is not in memory when the completion is");
          }
        }
      }
    }
  }

  // Where the bytes of responses go.
  void observe_writes(std::uint64_t cycle) {
    auto& m = *bench_;
    if (m.rpay_valid_i && m.rpay_ready_o) {
      response_beats_.pop_front();
    }
    if (m.rxreq_valid_o && m.rxreq_ready_i) {
      REQUIRE(m.rxreq_len_o >= 1);
      REQUIRE(m.rxreq_len_o <= 4096);
      REQUIRE(m.rxreq_access_o == 1);  // local write
      REQUIRE(m.rxreq_pd_o == kPd);
      Lookup l = look_up(m.rxreq_key_o, m.rxreq_va_o, m.rxreq_len_o, m.rxreq_va_o, m.rxreq_len_o);
      l.ready = cycle + xlate_latency_;
      response_lookups_.push_back(l);
    }
    if (m.wr_valid_o && m.wr_ready_i) {
      REQUIRE(m.wr_addr_o >= kData);
      REQUIRE(m.wr_addr_o + m.wr_len_o <= kData + kRegionBytes);
      for (const auto& [qpn, qp] : qps_) {
        REQUIRE_FALSE((qp.failed && owns(qp, m.wr_addr_o)));
      }
      writes_.push_back({m.wr_addr_o, m.wr_len_o, 0});
    }
    if (m.wr_data_valid_o && m.wr_data_ready_i) {
      REQUIRE(!writes_.empty());
      first_write_ = writes_seen_++ == 0 ? cycle : first_write_;
      last_write_ = cycle;
      Write& w = writes_.front();
      std::array<std::uint8_t, kBytes> beat{};
      std::memcpy(beat.data(), m.wr_data_o.data(), kBytes);
      const unsigned count = std::min(kBytes, w.len - w.done);
      for (unsigned i = 0; i < count; ++i) {
        memory_[w.addr + w.done + i] = beat[i];
      }
      w.done += count;
      REQUIRE((m.wr_data_last_o != 0) == (w.done == w.len));
      if (w.done == w.len) {
        writes_.pop_front();
      }
    }
  }

  void observe_lookups(std::uint64_t cycle) {
    auto& m = *bench_;
    if (!(m.xreq_valid_o && m.xreq_ready_i)) {
      return;
    }
    const std::uint64_t va = m.xreq_va_o;
    const std::uint64_t len = m.xreq_len_o;
    REQUIRE(len >= 1);
    REQUIRE(len <= 4096);
    REQUIRE(m.xreq_access_o == 0);
    REQUIRE(va - m.xreq_bound_va_o + len <= m.xreq_bound_len_o);
    REQUIRE(m.xreq_pd_o == kPd);
    Lookup l = look_up(m.xreq_key_o, va, len, m.xreq_bound_va_o, m.xreq_bound_len_o);
    l.ready = cycle + xlate_latency_;
    lookups_.push_back(l);
  }

  Lookup look_up(std::uint32_t key, std::uint64_t va, std::uint64_t len, std::uint64_t bound_va,
                 std::uint64_t bound_len) {
    Lookup l;
    const std::uint64_t base = key == kFlatKey ? kFlatVa : kPagedVa;
    if ((key != kFlatKey && key != kPagedKey) || revoked_.count(key) != 0) {
      l.status = 1;
    } else if (bound_va < base || bound_va - base + bound_len > kRegionBytes) {
      l.status = 2;
    } else {
      l.iova0 = iova(va);
      l.len0 = static_cast<unsigned>(len);
      if (key == kPagedKey && va % 4096 + len > 4096) {
        l.len0 = static_cast<unsigned>(4096 - va % 4096);
        l.iova1 = iova(va + l.len0);
      }
    }
    return l;
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
      handles_.push_back(m.pkt_ah_o);
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
      REQUIRE((m.pay_bad_o == 0 || m.pay_last_o != 0));
      if (m.pay_last_o) {
        frames_.push_back({open_, m.pay_bad_o != 0});
        open_.clear();
      }
    }
    while (!headers_.empty() && (headers_.front().payload.empty() || !frames_.empty())) {
      RequestPacket p = headers_.front();
      headers_.pop_front();
      bool bad = false;
      if (!p.payload.empty()) {
        const Bytes& f = frames_.front().first;
        bad = frames_.front().second;
        REQUIRE(f.size() == (p.payload.size() + kBytes - 1) / kBytes * kBytes);
        for (std::size_t i = p.payload.size(); i < f.size(); ++i) {
          REQUIRE(f[i] == 0);
        }
        std::copy(f.begin(), f.begin() + static_cast<std::ptrdiff_t>(p.payload.size()),
                  p.payload.begin());
        frames_.pop_front();
      }
      if (bad) {
        handles_.pop_front();
        spoilt_.push_back(p);
        continue;
      }
      deliver(p);
    }
  }

  void deliver(const RequestPacket& p) {
    REQUIRE(qps_.count(p.qpn) == 1);
    Qp& qp = qps_[p.qpn];
    if (qp.options.type == 2) {
      qp.targets.emplace_back(p.dest_qpn, handles_.front());
    } else {
      REQUIRE(p.dest_qpn == 0x4000 + p.qpn);
    }
    handles_.pop_front();
    REQUIRE(p.pkey == 0xff00 + (p.qpn & 0xff));
    const unsigned occurrence = ++qp.seen[p.psn];
    if (keep_trace_) {
      trace_.push_back(p);
    }
    const Fate fate = plan_ ? plan_(p, occurrence) : Fate::kDeliver;
    if (qp.options.type != 0) {
      qp.loose.receive(p, fate == Fate::kDrop);
      return;
    }
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
    if (fate == Fate::kDeliver || fate == Fate::kTwice) {
      respond(p.qpn, qp);
    }
    if (!a || fate == Fate::kDropAnswer) {
      return;
    }
    for (unsigned i = 0; i < (fate == Fate::kTwice ? 2U : 1U); ++i) {
      acks_.push_back({p.qpn, 0x11, a->psn, a->syndrome, bench_.cycle() + ack_latency_, 0, {}, 0});
    }
  }

  // The responses to a READ or atomic, as the plan lets them through.
  void respond(unsigned qpn, Qp& qp) {
    for (const ReadResponse& answer : qp.responder.responses()) {
      ReadResponse r = answer;
      const unsigned occurrence = ++qp.answered[r.psn];
      const ResponseFate fate =
          response_plan_ ? response_plan_(r, occurrence) : ResponseFate::kDeliver;
      if (fate == ResponseFate::kDrop) {
        continue;
      }
      if (fate == ResponseFate::kBadOpcode) {
        r.opcode = r.opcode == 0x12 ? 0x10 : r.opcode == 0x0d || r.opcode == 0x0e ? 0x0f : 0x0d;
      } else if (fate == ResponseFate::kBadLength) {
        r.payload.resize(r.payload.size() >= 4 ? r.payload.size() - 4 : 4);
      } else if (fate == ResponseFate::kBadAeth) {
        r.syndrome = 0x63;
      }
      const Ack ack{qpn,         r.opcode,  r.psn, r.syndrome, bench_.cycle() + ack_latency_,
                    r.old_value, r.payload, r.pad};
      if (fate == ResponseFate::kLate && !late_) {
        late_ = ack;
        continue;
      }
      for (unsigned i = 0; i < (fate == ResponseFate::kTwice ? 2U : 1U); ++i) {
        acks_.push_back(ack);
      }
      if (late_) {
        late_->ready = ack.ready;
        acks_.push_back(*late_);
        late_.reset();
      }
    }
    if (late_) {  // nothing came behind it
      acks_.push_back(*late_);
      late_.reset();
    }
  }

  unsigned wild_;
  std::mt19937_64 rng_;
  std::deque<std::pair<std::array<std::uint8_t, kBytes>, bool>> response_beats_;
  std::deque<Lookup> response_lookups_;
  std::deque<Write> writes_;
  std::optional<Ack> late_;
  std::array<std::deque<Read>, 2> reads_;
  std::deque<Lookup> lookups_;
  std::deque<unsigned> handles_;               // address handles of headers_
  std::deque<std::pair<Bytes, bool>> frames_;  // payload, marked bad
  Bytes open_;
  std::array<bool, 2> taken_{};
  std::array<unsigned, 20> counters_{};
};

}  // namespace ethlink::test
