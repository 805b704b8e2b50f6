// SPDX-License-Identifier: Apache-2.0
//
// Two el_roce joined by a network that loses, repeats and delays frames by a plan.
//
// What must come of the requests is computed here from the requests alone: the bytes in the peer's
// memory, the completions of both sides, and how often each packet may leave.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <vector>

#include "ethlink/generated/regs.hpp"

#include "catch.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

namespace regs = ethlink::regs;

/// What becomes of a frame.
struct FramePlan {
  bool drop = false;
  bool twice = false;
  unsigned late = 0;  ///< it comes behind so many later frames
};

/// A RoCEv2 frame between the two ends, Ethernet and IPv4 in front.
struct EndFrame {
  std::array<std::uint8_t, 112> header{};
  unsigned payload = 0;
  std::vector<std::uint8_t> bytes;
  std::uint64_t due = 0;
  unsigned late = 0;

  [[nodiscard]] unsigned opcode() const { return header[42]; }
  [[nodiscard]] unsigned qpn() const { return header[48]; }  // as the peer numbers it
  [[nodiscard]] std::uint32_t psn() const {
    return std::uint32_t{header[51]} << 16 | std::uint32_t{header[52]} << 8 | header[53];
  }
};

/// One end: the model and its host. Threads: one.
template <typename Model, unsigned kBits>
class RoceEnd {
 public:
  static constexpr unsigned kBeat = kBits / 8;
  static constexpr std::uint64_t kMemory = 4ULL << 20;
  static constexpr std::uint64_t kData = 1ULL << 20;  // IOVA and virtual address of the region
  static constexpr std::uint32_t kKey = 0x101;

  RoceEnd() : memory_(kMemory) {
    auto& m = *rtl_;
    m.now_i = 0;
    m.tick_cycles_i = 512;
    m.sqdb_valid_i = m.rqdb_valid_i = m.mr_valid_i = m.qp_valid_i = 0;
    m.rd_ready_i = 7;
    m.rd_rsp_valid_i = m.rd_rsp_last_i = 0;
    m.wr_done_i = m.rx_hdr_valid_i = m.rx_pay_valid_i = m.rx_pay_last_i = 0;
    rtl_.reset();
  }

  void drive(std::uint64_t now) {
    auto& m = *rtl_;
    m.now_i = now;
    m.sqdb_valid_i = sends_.empty() ? 0 : 1;
    if (!sends_.empty()) {
      m.sqdb_qpn_i = sends_.front().first;
      m.sqdb_producer_i = static_cast<std::uint16_t>(sends_.front().second);
    }
    m.rqdb_valid_i = receives_.empty() ? 0 : 1;
    if (!receives_.empty()) {
      m.rqdb_qpn_i = receives_.front().first;
      m.rqdb_producer_i = static_cast<std::uint16_t>(receives_.front().second);
    }
    m.rd_rsp_valid_i = m.rd_rsp_last_i = 0;
    for (unsigned c = 0; c < 3; ++c) {
      if (reads_[c].empty() || reads_[c].front().ready > rtl_.cycle()) {
        continue;
      }
      const Read& r = reads_[c].front();
      const unsigned count = std::min(kBeat, r.len - r.done);
      REQUIRE(r.addr + r.done + count <= kMemory);
      std::array<std::uint8_t, kBeat> beat{};
      std::copy_n(&memory_[r.addr + r.done], count, beat.begin());
      std::memcpy(&m.rd_rsp_data_i[c], beat.data(), kBeat);
      m.rd_rsp_user_i[c] = r.user;
      m.rd_rsp_valid_i |= 1U << c;
      m.rd_rsp_last_i |= (r.done + count == r.len ? 1U : 0U) << c;
    }
    m.wr_done_i = written_ > 0 ? 1 : 0;
    m.rx_hdr_valid_i = headers_.empty() ? 0 : 1;
    if (!headers_.empty()) {
      std::memcpy(&m.rx_hdr_data_i, headers_.front().header.data(), 112);
      m.rx_hdr_payload_i = static_cast<std::uint16_t>(headers_.front().payload);
    }
    m.rx_pay_valid_i = beats_.empty() ? 0 : 1;
    if (!beats_.empty()) {
      std::memcpy(&m.rx_pay_data_i, beats_.front().second.data(), kBeat);
      m.rx_pay_last_i = beats_.front().first ? 1 : 0;
    }
  }

  /// A frame that left, whole, or none.
  bool observe(EndFrame& out) {
    auto& m = *rtl_;
    if (m.sqdb_valid_i != 0 && m.sqdb_ready_o != 0) {
      sends_.pop_front();
    }
    if (m.rqdb_valid_i != 0 && m.rqdb_ready_o != 0) {
      receives_.pop_front();
    }
    if (m.rsp_valid_o != 0) {
      answered_ = true;
      status_ = m.rsp_status_o;
    }
    for (unsigned c = 0; c < 3; ++c) {
      if ((m.rd_rsp_valid_i & m.rd_rsp_ready_o) >> c & 1U) {
        Read& r = reads_[c].front();
        r.done += std::min(kBeat, r.len - r.done);
        if (r.done == r.len) {
          reads_[c].pop_front();
        }
      }
      if (m.rd_valid_o >> c & 1U) {
        reads_[c].push_back(
            {m.rd_addr_o[c], m.rd_len_o[c], m.rd_user_o[c], 0, rtl_.cycle() + read_latency_});
      }
    }
    written_ -= m.wr_done_i;
    if (m.wr_valid_o != 0) {
      writes_.push_back({m.wr_addr_o, m.wr_len_o});
    }
    if (m.wr_data_valid_o != 0) {
      REQUIRE(!writes_.empty());
      auto& [addr, len] = writes_.front();
      const unsigned count = std::min<unsigned>(kBeat, len);
      REQUIRE(addr + count <= kMemory);
      std::memcpy(&memory_[addr], &m.wr_data_o, count);
      addr += count;
      len -= count;
      if (m.wr_data_last_o != 0) {
        REQUIRE(len == 0);
        writes_.pop_front();
        ++written_;
      }
    }
    for (unsigned c = 0; c < 2; ++c) {
      if (m.cqe_valid_o >> c & 1U) {
        regs::Cqe e;
        std::memcpy(&e, &m.cqe_o[c], sizeof e);
        (c == 0 ? send_cqes_ : receive_cqes_).push_back(e);
      }
    }
    if (m.rx_hdr_valid_i != 0 && m.rx_hdr_ready_o != 0) {
      headers_.pop_front();
    }
    if (m.rx_pay_valid_i != 0 && m.rx_pay_ready_o != 0) {
      beats_.pop_front();
    }
    if (m.hdr_valid_o != 0) {
      EndFrame f;
      std::memcpy(f.header.data(), &m.hdr_data_o, 112);
      f.payload = m.hdr_payload_o;
      leaving_.push_back(f);
    }
    if (m.pay_valid_o != 0) {
      const auto* from = reinterpret_cast<const std::uint8_t*>(&m.pay_data_o);
      payload_.insert(payload_.end(), from, from + kBeat);
      if (m.pay_last_o != 0) {
        payloads_.push_back(payload_);
        payload_.clear();
      }
    }
    if (leaving_.empty() || (leaving_.front().payload != 0 && payloads_.empty())) {
      return false;
    }
    out = leaving_.front();
    leaving_.pop_front();
    if (out.payload != 0) {
      out.bytes = payloads_.front();
      payloads_.pop_front();
      out.bytes.resize(out.payload);
    }
    return true;
  }

  void receive(const EndFrame& f) {
    headers_.push_back(f);
    for (unsigned at = 0; at < f.payload; at += kBeat) {
      std::array<std::uint8_t, kBeat> beat{};
      std::copy_n(&f.bytes[at], std::min(kBeat, f.payload - at), beat.begin());
      beats_.push_back({at + kBeat >= f.payload, beat});
    }
  }

  [[nodiscard]] bool quiet() const {
    return rtl_ptr()->busy_o == 0 && sends_.empty() && receives_.empty() && reads_[0].empty() &&
           reads_[1].empty() && reads_[2].empty() && headers_.empty() && beats_.empty() &&
           leaving_.empty() && written_ == 0 && writes_.empty();
  }

  RtlBench<Model> rtl_;
  std::vector<std::uint8_t> memory_;
  std::deque<std::pair<unsigned, unsigned>> sends_, receives_;  // doorbells: qpn, producer
  std::vector<regs::Cqe> send_cqes_, receive_cqes_;
  bool answered_ = false;
  unsigned status_ = 0;
  unsigned read_latency_ = 20;

 private:
  struct Read {
    std::uint64_t addr = 0;
    unsigned len = 0, user = 0, done = 0;
    std::uint64_t ready = 0;
  };
  [[nodiscard]] const Model* rtl_ptr() const { return &*const_cast<RoceEnd*>(this)->rtl_; }

  std::array<std::deque<Read>, 3> reads_;
  std::deque<std::pair<std::uint64_t, unsigned>> writes_;
  unsigned written_ = 0;
  std::deque<EndFrame> headers_, leaving_;
  std::deque<std::pair<bool, std::array<std::uint8_t, kBeat>>> beats_;
  std::vector<std::uint8_t> payload_;
  std::deque<std::vector<std::uint8_t>> payloads_;
};

struct PairOptions {
  std::uint32_t psn = 0xfffff0;
  unsigned mtu = 256;
  unsigned timeout = 4;  // 8192 cycles
  unsigned retries = 7;
  bool selective[2] = {true, true};
};

/// The two ends; end 0 sends requests of queue pair 1 to queue pair 2 of end 1.
template <typename Model, unsigned kBits>
class SelectivePair {
 public:
  using End = RoceEnd<Model, kBits>;
  using Op = regs::WqeOp;
  static constexpr std::uint64_t kNever = (1ULL << 48) - 1;
  static constexpr std::uint64_t kRing = 0x10000, kRqRing = 0x20000;

  explicit SelectivePair(const PairOptions& o = {}) : options_(o), rng_(seed()), next_psn_(o.psn) {
    for (auto& e : ends_) {
      while (e.rtl_->busy_o != 0) {
        e.rtl_.tick();
        e.rtl_.settle();
      }
      for (std::uint64_t i = End::kData; i < End::kMemory; ++i) {
        e.memory_[i] = static_cast<std::uint8_t>(rng_());
      }
    }
    expected_ = ends_[1].memory_;
    local_ = ends_[0].memory_;
    for (unsigned i = 0; i < 2; ++i) {
      regs::ObjMr r;
      r.va = r.iova = End::kData;
      r.length = End::kMemory - End::kData;
      r.pd = 7;
      r.key = End::kKey & 0xff;
      r.access = 0xf;
      REQUIRE(command(i, regs::AdminVerb::kCreate, regs::ObjKind::kMr, End::kKey >> 8, &r) == 0);
      connect(i);
    }
  }

  unsigned command(unsigned end, regs::AdminVerb verb, regs::ObjKind kind, std::uint32_t index,
                   const void* data, std::uint32_t mask = ~0U) {
    End& e = ends_[end];
    auto& m = *e.rtl_;
    m.obj_verb_i = static_cast<std::uint8_t>(verb);
    m.obj_kind_i = static_cast<std::uint8_t>(kind);
    m.obj_index_i = index;
    m.obj_mask_i = mask;
    std::memset(&m.obj_data_i, 0, 48);
    std::memcpy(&m.obj_data_i, data, 48);
    const bool mr = kind == regs::ObjKind::kMr;
    m.mr_valid_i = mr ? 1 : 0;
    m.qp_valid_i = mr ? 0 : 1;
    e.answered_ = false;
    for (unsigned i = 0; i < 20000 && !e.answered_; ++i) {
      step();
    }
    REQUIRE(e.answered_);
    m.mr_valid_i = m.qp_valid_i = 0;
    return e.status_;
  }

  void connect(unsigned end) {
    const unsigned qpn = end + 1;
    regs::ObjQpQueues q;
    q.sq_base = kRing;
    q.sq_log_units = 8;
    q.rq_base = kRqRing;
    q.rq_log_size = 8;
    q.pd = 7;
    REQUIRE(command(end, regs::AdminVerb::kCreate, regs::ObjKind::kQpQueues, qpn, &q) == 0);
    regs::ObjQpPath path;
    path.dgid = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2};
    path.hop_limit = 64;
    REQUIRE(command(end, regs::AdminVerb::kModify, regs::ObjKind::kQpPath, qpn, &path) == 0);
    regs::ObjQp a;
    a.access = 0xf;
    a.pkey = 0xffff;
    a.dest_qpn = 3 - qpn;
    a.sq_psn = a.rq_psn = options_.psn;
    a.timeout = static_cast<std::uint8_t>(options_.timeout);
    a.retry_cnt = static_cast<std::uint8_t>(options_.retries);
    a.rnr_retry = 7;
    a.min_rnr_timer = 1;
    a.max_rd_atomic = a.max_dest_rd_atomic = 4;
    a.selective = options_.selective[end] ? 1 : 0;
    while (128U << a.mtu != options_.mtu) {
      ++a.mtu;
    }
    for (const unsigned state : {1U, 2U, 3U}) {
      a.state = static_cast<std::uint8_t>(state);
      const std::uint32_t mask = 0x1fff | (state == 1 ? regs::kQpMaskSelective : 0U);
      REQUIRE(command(end, regs::AdminVerb::kModify, regs::ObjKind::kQp, qpn, &a, mask) == 0);
    }
  }

  /// Posts a request of end 0 and notes what must come of it. Offsets are into the regions.
  void post(Op op, std::uint32_t length, std::uint32_t from, std::uint32_t to, bool inlined = false,
            std::uint32_t key = End::kKey) {
    regs::SqWqe w;
    const unsigned units = inlined ? 1 + (length + 63) / 64 : 1;
    const std::uint32_t head = length > 1 ? length / 3 : length;  // bytes of the first element
    w.opcode = static_cast<std::uint8_t>(op);
    w.flags = static_cast<std::uint8_t>(1 | (inlined ? 8 : 0));
    w.num_sge = static_cast<std::uint8_t>(inlined || length == 0 ? 0 : length > 1 ? 2 : 1);
    w.num_units = static_cast<std::uint8_t>(units);
    w.wqe_index = static_cast<std::uint16_t>(producer_);
    w.length = length;
    w.qpn = 1;
    w.remote_addr = End::kData + to;
    w.rkey = key;
    w.imm = producer_ + 0x1000;
    if (w.num_sge != 0) {
      w.sge0_addr = End::kData + from;
      w.sge0_length = head;
      w.sge0_lkey = w.sge1_lkey = End::kKey;
      w.sge1_addr = End::kData + from + head;
      w.sge1_length = length - head;
    }
    std::memcpy(&ends_[0].memory_[kRing + producer_ % 256 * 64], &w, 64);
    for (unsigned i = 0; inlined && i < length; ++i) {
      const unsigned unit = producer_ + 1 + i / 64;
      ends_[0].memory_[kRing + unit % 256 * 64 + i % 64] = local_[End::kData + from + i];
    }
    const bool send = op == Op::kSend || op == Op::kSendImm;
    if (op == Op::kRead) {
      std::copy_n(&expected_[End::kData + to], length, &local_[End::kData + from]);
    } else if (key != End::kKey) {
      // Nothing arrives.
    } else if (!send) {
      std::copy_n(&local_[End::kData + from], length, &expected_[End::kData + to]);
    } else {
      std::copy_n(&local_[End::kData + from], length, &expected_[End::kData + receive_at(taken_)]);
    }
    next_psn_ += std::max(1U, (length + options_.mtu - 1) / options_.mtu);
    if (op != Op::kRead) {
      const std::uint64_t at = End::kData + (send ? receive_at(taken_) : to);
      places_.push_back({(next_psn_ - 1) & 0xffffff, at, length});
    }
    if (send || op == Op::kWriteImm) {
      wanted_.push_back(length);
      ++taken_;
    }
    wqes_.push_back(producer_);
    started_ = producer_ == 0 ? now_ : started_;
    producer_ += units;
    ends_[0].sends_.push_back({1, producer_});
  }
  void write(std::uint32_t length, std::uint32_t from, std::uint32_t to) {
    post(Op::kWrite, length, from, to);
  }

  static std::uint32_t receive_at(unsigned index) { return 0x200000 + index % 64 * 0x4000; }

  /// Posts receive requests at end 1, one element of 16 KiB each.
  void receive(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      std::array<std::uint8_t, 64> w{};
      w[0] = 1;
      w[2] = static_cast<std::uint8_t>(posted_);
      w[3] = static_cast<std::uint8_t>(posted_ >> 8);
      const std::uint64_t addr = End::kData + receive_at(posted_);
      const std::uint32_t length = 0x4000;
      const std::uint32_t key = End::kKey;
      std::memcpy(&w[16], &addr, 8);
      std::memcpy(&w[24], &length, 4);
      std::memcpy(&w[28], &key, 4);
      std::memcpy(&ends_[1].memory_[kRqRing + posted_ % 256 * 64], w.data(), 64);
      ++posted_;
    }
    ends_[1].receives_.push_back({2, posted_});
  }

  void step() {
    for (unsigned i = 0; i < 2; ++i) {
      deliver(i);
      ends_[i].drive(now_);
      ends_[i].rtl_.settle();
      EndFrame f;
      const std::size_t before = ends_[i].send_cqes_.size();
      if (ends_[i].observe(f)) {
        leave(i, f);
      }
      done_ = ends_[i].send_cqes_.size() != before ? now_ : done_;
      ends_[i].rtl_.tick();
    }
    ++now_;
  }

  /// Until nothing happens and no request is open; idle time is jumped over.
  void run(unsigned limit = 2000000) {
    unsigned calm = 0;
    for (unsigned i = 0; i < limit; ++i) {
      step();
      calm = ends_[0].quiet() && ends_[1].quiet() && wire_[0].empty() && wire_[1].empty() ? calm + 1
                                                                                          : 0;
      if (calm < 3) {
        continue;
      }
      const std::uint64_t deadline =
          std::min<std::uint64_t>(ends_[0].rtl_->deadline_o, ends_[1].rtl_->deadline_o);
      if (deadline == kNever) {
        return;
      }
      if (deadline > now_) {
        now_ = deadline;
        calm = 0;
      }
    }
    CAPTURE(now_, wire_[0].size(), wire_[1].size(), ends_[0].send_cqes_.size());
    FAIL("the pair does not come to rest");
  }

  /// Every request completed in order with success, and memory is as they left it.
  void check() {
    REQUIRE(ends_[0].send_cqes_.size() == wqes_.size());
    for (std::size_t i = 0; i < wqes_.size(); ++i) {
      CAPTURE(i, ends_[0].send_cqes_[i].status);
      REQUIRE(ends_[0].send_cqes_[i].status == 0);
      REQUIRE(ends_[0].send_cqes_[i].wqe_index == (wqes_[i] & 0xffff));
    }
    REQUIRE(ends_[1].receive_cqes_.size() == wanted_.size());
    for (std::size_t i = 0; i < wanted_.size(); ++i) {
      CAPTURE(i);
      REQUIRE(ends_[1].receive_cqes_[i].status == 0);
      REQUIRE(ends_[1].receive_cqes_[i].byte_len == wanted_[i]);
      REQUIRE(ends_[1].receive_cqes_[i].wqe_index == (i & 0xffff));
    }
    REQUIRE(std::memcmp(&ends_[1].memory_[End::kData], &expected_[End::kData],
                        End::kMemory - End::kData) == 0);
    REQUIRE(std::memcmp(&ends_[0].memory_[End::kData], &local_[End::kData],
                        End::kMemory - End::kData) == 0);
  }

  /// No transport timer was needed.
  [[nodiscard]] bool in_time() const { return done_ - started_ < (512ULL << options_.timeout); }

  void steps(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      step();
    }
  }
  /// The statuses of the requests in the order of posting.
  [[nodiscard]] std::vector<unsigned> statuses() const {
    std::vector<unsigned> list;
    for (const regs::Cqe& e : ends_[0].send_cqes_) {
      list.push_back(e.status);
    }
    return list;
  }

  /// Request packets that left more often than once.
  [[nodiscard]] unsigned repeated() const {
    unsigned n = 0;
    for (const auto& [psn, times] : sent_) {
      n += times - 1;
    }
    return n;
  }
  [[nodiscard]] unsigned times(unsigned index) const {
    const auto it = sent_.find((options_.psn + index) & 0xffffff);
    return it == sent_.end() ? 0 : it->second;
  }

  /// Says what happens to a frame: from which end, its place among the PSNs (requests) or among the
  /// frames of its end (others), how often it left before.
  std::function<FramePlan(unsigned end, const EndFrame&, unsigned index, unsigned before)> plan_;
  std::array<End, 2> ends_;
  PairOptions options_;
  std::uint64_t now_ = 1000;
  unsigned delay_ = 60;                   // cycles from one end to the other
  std::uint64_t started_ = 0, done_ = 0;  // first request posted, last completion seen
  unsigned frames_[2] = {0, 0};
  bool places_differ_ = true;  // no two requests write the same bytes
  std::mt19937_64 rng_;

 private:
  void leave(unsigned end, EndFrame f) {
    f.due = now_ + delay_;
    const bool request = end == 0;
    const unsigned index = request ? (f.psn() - options_.psn) & 0xffffff : frames_[end];
    const unsigned before = request ? sent_[f.psn()]++ : 0;
    ++frames_[end];
    if (!request) {
      check_acknowledged(f);
    }
    const FramePlan p = plan_ ? plan_(end, f, index, before) : FramePlan{};
    for (auto& late : wire_[end]) {
      if (late.late != 0) {
        --late.late;
      }
    }
    if (!p.drop) {
      wire_[end].push_back(f);
      wire_[end].back().late = p.late;
      if (p.twice) {
        wire_[end].push_back(f);
      }
    }
  }

  // What an answer acknowledges is in memory.
  void check_acknowledged(const EndFrame& f) {
    if (!places_differ_ || (f.opcode() != 0x11 && f.opcode() != 0xd1) || f.header[54] >> 5 != 0) {
      return;
    }
    while (!places_.empty()) {
      const Place& place = places_.front();
      if (((f.psn() - place.last_psn) & 0x800000) != 0) {
        break;
      }
      CAPTURE(f.psn(), place.last_psn, place.to);
      REQUIRE(std::memcmp(&ends_[1].memory_[place.to], &expected_[place.to], place.length) == 0);
      places_.pop_front();
    }
  }

  // To end i. A late frame waits for later ones, but not for ever.
  void deliver(unsigned i) {
    auto& wire = wire_[1 - i];
    for (auto it = wire.begin(); it != wire.end();) {
      if (it->due > now_) {
        break;
      }
      if (it->late != 0 && now_ < it->due + 40) {
        ++it;
        continue;
      }
      ends_[i].receive(*it);
      it = wire.erase(it);
    }
  }

  struct Place {
    std::uint32_t last_psn = 0;
    std::uint64_t to = 0;
    std::uint32_t length = 0;
  };
  std::deque<Place> places_;  // at end 1, in the order of the requests
  std::uint32_t next_psn_;

  std::array<std::deque<EndFrame>, 2> wire_;
  std::map<std::uint32_t, unsigned> sent_;
  std::vector<std::uint8_t> expected_, local_;
  unsigned producer_ = 0, taken_ = 0, posted_ = 0;
  std::vector<unsigned> wqes_;
  std::vector<std::uint32_t> wanted_;
};

}  // namespace ethlink::test
