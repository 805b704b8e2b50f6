// SPDX-License-Identifier: Apache-2.0
//
// el_roce_wire_tb with host memory, admin commands and a MAC around it: requests in, frames out.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "ethlink/generated/regs.hpp"

#include "catch.hpp"
#include "reference/frame.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

namespace regs = ethlink::regs;
using reference::Bytes;

inline constexpr std::uint32_t kWirePd = 7;
inline constexpr std::uint16_t kWireCtx = 2;

/// A RoCEv2 frame as the wire shows it.
struct WireFrame {
  unsigned dest_qpn = 0;
  unsigned opcode = 0;
  std::uint32_t psn = 0;
  Bytes payload;           // with pad bytes
  bool icrc_good = false;  // by the oracle
  bool icrc_inverted = false;
  std::uint64_t cycle = 0;  // of its last beat
};

/// Threads: one. Ownership: owns the model.
template <typename Model, unsigned kBits>
class WireBench {
 public:
  static constexpr unsigned kBeat = kBits / 8;
  static constexpr std::uint64_t kMemory = 1ULL << 20;

  WireBench() : memory_(kMemory), rng_(seed()) {
    for (auto& byte : memory_) {
      byte = static_cast<std::uint8_t>(rng_() | 1);  // never 0, which stands for bytes not read
    }
    auto& m = *rtl_;
    m.now_i = 0;
    m.sqdb_valid_i = m.mr_valid_i = m.qp_valid_i = m.mtt_we_i = 0;
    m.rd_rsp_valid_i = m.rd_rsp_last_i = m.rd_rsp_err_i = 0;
    m.paused_i = 0;
    m.cqe_ready_i = 1;
    rtl_.reset();
    steps(100);  // the tables are cleared
  }

  // ---- objects ----

  /// Offers a command; it is answered when answered() says so.
  void start(regs::AdminVerb verb, regs::ObjKind kind, std::uint32_t index, const void* data,
             std::uint32_t mask = ~0U) {
    auto& m = *rtl_;
    m.obj_verb_i = static_cast<std::uint8_t>(verb);
    m.obj_kind_i = static_cast<std::uint8_t>(kind);
    m.obj_index_i = index;
    m.obj_mask_i = mask;
    std::array<std::uint32_t, 12> words{};
    if (data != nullptr) {
      std::memcpy(words.data(), data, 48);
    }
    std::copy(words.begin(), words.end(), &m.obj_data_i[0]);
    is_mr_ = kind == regs::ObjKind::kMr;
    m.mr_valid_i = is_mr_ ? 1 : 0;
    m.qp_valid_i = is_mr_ ? 0 : 1;
    answered_ = false;
  }
  [[nodiscard]] bool answered() const { return answered_; }

  unsigned command(regs::AdminVerb verb, regs::ObjKind kind, std::uint32_t index, const void* data,
                   std::uint32_t mask = ~0U) {
    start(verb, kind, index, data, mask);
    for (unsigned i = 0; i < 20000 && !answered_; ++i) {
      step();
    }
    REQUIRE(answered_);
    return status_;
  }

  /// A region of one range: key, virtual address, length, IOVA.
  void create_region(std::uint32_t key, std::uint64_t va, std::uint64_t length,
                     std::uint64_t iova) {
    regs::ObjMr o;
    o.va = va;
    o.length = length;
    o.iova = iova;
    o.pd = kWirePd;
    o.key = static_cast<std::uint8_t>(key);
    o.access = 3;
    REQUIRE(command(regs::AdminVerb::kCreate, regs::ObjKind::kMr, key >> 8, &o) == 0);
  }

  static std::uint64_t ring(unsigned qpn) { return 0x10000 + qpn * 0x4000ULL; }

  void connect(unsigned qpn, unsigned mtu) {
    regs::ObjQpQueues q;
    q.sq_base = ring(qpn);
    q.sq_log_units = 8;
    q.pd = kWirePd;
    q.send_cq = 1;
    q.ctx = kWireCtx;
    REQUIRE(command(regs::AdminVerb::kCreate, regs::ObjKind::kQpQueues, qpn, &q) == 0);
    regs::ObjQpPath path;
    path.dgid = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2};
    path.dmac = {2, 0x50, 0x4e, 0x54, 0, 2};
    path.udp_sport = static_cast<std::uint16_t>(0xc000 + qpn);
    path.hop_limit = 64;
    path.prio = 3;
    REQUIRE(command(regs::AdminVerb::kModify, regs::ObjKind::kQpPath, qpn, &path) == 0);
    regs::ObjQp a;
    a.access = 3;
    a.pkey = 0xffff;
    a.dest_qpn = 0x100 + qpn;
    while (128U << a.mtu != mtu) {
      ++a.mtu;
    }
    for (const unsigned state : {1U, 2U, 3U}) {
      a.state = static_cast<std::uint8_t>(state);
      REQUIRE(command(regs::AdminVerb::kModify, regs::ObjKind::kQp, qpn, &a, 0x7ff) == 0);
    }
    producer_[qpn] = 0;
  }

  /// Posts a WRITE of one element and rings the doorbell.
  void write(unsigned qpn, std::uint64_t va, std::uint32_t length, std::uint32_t key) {
    const unsigned index = producer_[qpn]++;
    regs::SqWqe w;
    w.opcode = static_cast<std::uint8_t>(regs::WqeOp::kWrite);
    w.flags = 1;
    w.num_sge = 1;
    w.num_units = 1;
    w.wqe_index = static_cast<std::uint16_t>(index);
    w.length = length;
    w.qpn = qpn;
    w.remote_addr = 0x123456789a;
    w.rkey = 0xabcd01;
    w.sge0_addr = va;
    w.sge0_length = length;
    w.sge0_lkey = key;
    std::memcpy(&memory_[ring(qpn) + index % 256 * 64], &w, 64);
    doorbells_.push_back({qpn, producer_[qpn]});
  }

  // ---- time ----

  bool chance(unsigned percent) { return percent != 0 && rng_() % 100 < percent; }

  void step() {
    drive();
    rtl_.settle();
    observe();
    rtl_.tick();
  }
  void steps(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      step();
    }
  }
  /// Until nothing moves; timers stand still.
  void run() {
    unsigned calm = 0;
    for (unsigned i = 0; i < 100000 && calm < 3; ++i) {
      step();
      calm = rtl_->busy_o == 0 && doorbells_.empty() && reads_[0].empty() && reads_[1].empty()
                 ? calm + 1
                 : 0;
    }
    REQUIRE(calm == 3);
  }

  RtlBench<Model> rtl_;
  Bytes memory_;
  std::mt19937_64 rng_;
  std::uint64_t bad_byte_ = ~0ULL;                    // reads of the beat around it fail
  std::function<bool(std::uint64_t addr)> may_read_;  // may memory be looked at now?
  unsigned read_latency_ = 3;                         // of payload
  unsigned read_gaps_ = 0;                            // percent
  bool hold_reads_ = false;                           // memory takes no read of payload
  unsigned reads_taken_ = 0;                          // of payload
  std::vector<WireFrame> frames_;
  std::vector<std::array<unsigned, 3>> cqes_;  // qpn, index, status
  std::uint64_t payload_beats_ = 0;            // taken by the requester
  /// Reads of payload that have not all their bytes, in [from, from + length).
  [[nodiscard]] std::size_t reads_open(std::uint64_t from, std::uint64_t length) const {
    return static_cast<std::size_t>(std::count_if(
        reads_[1].begin(), reads_[1].end(),
        [&](const Read& r) { return r.addr + r.len > from && r.addr < from + length; }));
  }

 private:
  struct Read {
    std::uint64_t addr = 0;
    unsigned len = 0;
    unsigned done = 0;
    std::uint64_t ready = 0;
  };

  void drive() {
    auto& m = *rtl_;
    if (answered_) {
      m.mr_valid_i = m.qp_valid_i = 0;  // held until the answer
    }
    m.sqdb_valid_i = doorbells_.empty() ? 0 : 1;
    if (!doorbells_.empty()) {
      m.sqdb_ctx_i = kWireCtx;
      m.sqdb_qpn_i = doorbells_.front().first;
      m.sqdb_producer_i = static_cast<std::uint16_t>(doorbells_.front().second);
    }
    m.mac_tready_i = 1;
    m.rd_ready_i = hold_reads_ ? 1 : 3;
    const auto before = m.rd_rsp_valid_i;
    m.rd_rsp_valid_i = m.rd_rsp_last_i = m.rd_rsp_err_i = 0;
    for (unsigned c = 0; c < 2; ++c) {
      const bool held = (before >> c & 1U) != 0 && !taken_[c];
      if (reads_[c].empty() || reads_[c].front().ready > rtl_.cycle() ||
          (!held && c == 1 && chance(read_gaps_))) {
        continue;
      }
      const Read& r = reads_[c].front();
      const std::uint64_t from = r.addr + r.done;
      const unsigned count = std::min(kBeat, r.len - r.done);
      REQUIRE(from + count <= kMemory);
      // Memory is looked at when the beat is offered first.
      if (!held) {
        REQUIRE((c == 0 || !may_read_ || may_read_(from)));
      }
      m.rd_rsp_valid_i |= 1U << c;
      m.rd_rsp_last_i |= (r.done + count == r.len ? 1U : 0U) << c;
      m.rd_rsp_err_i |= (c == 1 && bad_byte_ >= from && bad_byte_ < from + count ? 1U : 0U) << c;
      std::array<std::uint8_t, kBeat> beat{};
      std::copy_n(&memory_[from], count, beat.begin());
      std::memcpy(&m.rd_rsp_data_i[c], beat.data(), kBeat);
    }
  }

  void observe() {
    auto& m = *rtl_;
    if (m.sqdb_valid_i != 0 && m.sqdb_ready_o != 0) {
      doorbells_.pop_front();
    }
    if (m.mr_rsp_valid_o != 0 || m.qp_rsp_valid_o != 0) {
      REQUIRE(!answered_);
      answered_ = true;
      status_ = is_mr_ ? m.mr_rsp_status_o : m.qp_rsp_status_o;
    }
    for (unsigned c = 0; c < 2; ++c) {
      taken_[c] = (m.rd_rsp_valid_i & m.rd_rsp_ready_o) >> c & 1U;
      if (taken_[c]) {
        Read& r = reads_[c].front();
        r.done += std::min(kBeat, r.len - r.done);
        if (r.done == r.len) {
          reads_[c].pop_front();
        }
      }
      if ((m.rd_valid_o & m.rd_ready_i) >> c & 1U) {
        reads_taken_ += c;
        reads_[c].push_back(
            {m.rd_addr_o[c], m.rd_len_o[c], 0, rtl_.cycle() + (c == 1 ? read_latency_ : 3)});
      }
    }
    if (m.cqe_valid_o != 0) {
      cqes_.push_back({m.cqe_o[0], m.cqe_o[1] & 0xffff, m.cqe_o[1] >> 16 & 0xff});
    }
    if (m.mac_tvalid_o != 0) {
      const auto* from = reinterpret_cast<const std::uint8_t*>(&m.mac_tdata_o);
      const auto* keep = reinterpret_cast<const std::uint8_t*>(&m.mac_tkeep_o);
      for (unsigned i = 0; i < kBeat && (keep[i / 8] >> (i % 8) & 1) != 0; ++i) {
        open_.push_back(from[i]);
      }
      if (m.mac_tlast_o != 0) {
        take_frame();
        open_.clear();
      }
    }
  }

  void take_frame() {
    Bytes body(open_.begin(), open_.end() - 4);
    REQUIRE(reference::with_fcs(body) == open_);
    REQUIRE(reference::is_roce(body));
    const reference::RoceParts parts = reference::split_roce(body);
    Bytes covered = parts.header.bytes;
    covered.insert(covered.end(), parts.payload.begin(), parts.payload.end());
    const Bytes want = reference::icrc_of(covered, reference::Icrc::kRoce);
    WireFrame f;
    const std::size_t bth = parts.header.l4_offset;
    f.opcode = body[bth];
    f.dest_qpn = static_cast<unsigned>(reference::get(body, bth + 5, 3));
    f.psn = static_cast<std::uint32_t>(reference::get(body, bth + 9, 3));
    f.payload = parts.payload;
    f.icrc_good = parts.icrc == want;
    Bytes inverted = want;
    for (auto& byte : inverted) {
      byte ^= 0xff;
    }
    f.icrc_inverted = parts.icrc == inverted;
    f.cycle = rtl_.cycle();
    frames_.push_back(f);
  }

  std::map<unsigned, unsigned> producer_;
  std::deque<std::pair<unsigned, unsigned>> doorbells_;
  std::array<std::deque<Read>, 2> reads_;
  std::array<bool, 2> taken_{};
  Bytes open_;
  bool is_mr_ = false;
  bool answered_ = false;
  unsigned status_ = 0;
};

}  // namespace ethlink::test
