// SPDX-License-Identifier: Apache-2.0
//
// el_roce_cnp: one notification an interval and queue pair, in front of the ACKs.

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "Vel_roce_cnp_tb.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)

struct Packet {
  std::uint64_t time = 0;
  unsigned qpn = 0;
  unsigned opcode = 0;
  std::uint32_t psn = 0;
};

class Bench {
 public:
  explicit Bench(unsigned interval, bool enable = true) {
    auto& m = *bench_;
    m.now_i = now_;
    m.cfg_i = (enable ? 1U : 0U) | std::uint64_t{interval} << 8;
    m.mark_valid_i = m.forget_valid_i = m.ack_valid_i = 0;
    m.pkt_ready_i = 1;
    bench_.reset();
  }

  void step() {
    auto& m = *bench_;
    m.now_i = now_;
    bench_.settle();
    if (m.pkt_valid_o != 0 && m.pkt_ready_i != 0) {
      packets_.push_back({now_, m.pkt_qpn_o, m.pkt_opcode_o, m.pkt_psn_o});
      CHECK((m.sent_o != 0) == (m.pkt_opcode_o == 0x81));
      if (m.pkt_opcode_o == 0x81) {
        CHECK(m.pkt_xth_len_o == 16);
        CHECK(m.pkt_payload_len_o == 0);
        CHECK(m.pkt_psn_o == 0);
        CHECK(m.pkt_ackreq_o == 0);
        for (unsigned i = 0; i < 7; ++i) {
          CHECK(m.pkt_xth_o[i] == 0);
        }
      } else {
        CHECK(m.ack_ready_o != 0);
      }
    } else {
      CHECK(m.sent_o == 0);
    }
    bench_.tick();
    ++now_;
    m.mark_valid_i = m.forget_valid_i = 0;
  }
  void steps(unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      step();
    }
  }
  void mark(unsigned qpn) {
    bench_->mark_valid_i = 1;
    bench_->mark_qpn_i = static_cast<std::uint8_t>(qpn);
    step();
  }
  void forget(unsigned qpn) {
    bench_->forget_valid_i = 1;
    bench_->forget_qpn_i = static_cast<std::uint8_t>(qpn);
    step();
  }

  RtlBench<Vel_roce_cnp_tb> bench_;
  std::uint64_t now_ = (std::uint64_t{1} << 48) - 500;  // time wraps on the way
  std::vector<Packet> packets_;
};

TEST_CASE("a marked packet is answered at once, the next one after the interval") {
  Bench b(100);
  b.mark(3);
  b.steps(3);
  REQUIRE(b.packets_.size() == 1);
  CHECK(b.packets_[0].qpn == 3);
  CHECK(b.packets_[0].opcode == 0x81);
  for (unsigned i = 0; i < 96; ++i) {
    b.mark(3);  // up to 99 cycles after the first mark
  }
  b.steps(3);
  CHECK(b.packets_.size() == 1);
  b.mark(3);
  b.steps(3);
  CHECK(b.packets_.size() == 2);
}

TEST_CASE("notifications that are off are not sent") {
  Bench b(0, false);
  b.mark(3);
  b.steps(10);
  CHECK(b.packets_.empty());
  CHECK(b.bench_->busy_o == 0);
}

TEST_CASE("a notification goes before an ACK that waits") {
  Bench b(100);
  b.bench_->ack_valid_i = 1;
  b.bench_->ack_psn_i = 77;
  b.bench_->pkt_ready_i = 0;
  b.mark(5);
  b.steps(5);
  b.bench_->pkt_ready_i = 1;
  b.step();
  b.step();
  REQUIRE(b.packets_.size() == 2);
  CHECK(b.packets_[0].opcode == 0x81);
  CHECK(b.packets_[1].opcode == 0x11);
  CHECK(b.packets_[1].psn == 77);
}

TEST_CASE("what waits for a queue pair that is destroyed is not sent, and its interval is over") {
  Bench b(1000);
  b.bench_->pkt_ready_i = 0;
  b.mark(5);
  b.mark(6);
  b.steps(3);
  b.forget(5);
  b.bench_->pkt_ready_i = 1;
  b.steps(5);
  REQUIRE(b.packets_.size() == 1);
  CHECK(b.packets_[0].qpn == 6);
  b.mark(5);
  b.steps(5);
  REQUIRE(b.packets_.size() == 2);
  CHECK(b.packets_[1].qpn == 5);
}

TEST_CASE("many queue pairs under back pressure: each mark outside an interval is answered once") {
  std::mt19937_64 rng(seed());
  for (unsigned round = 0; round < 20; ++round) {
    const auto interval = static_cast<unsigned>(rng() % 300);
    const auto busy = static_cast<unsigned>(rng() % 90);
    CAPTURE(round, interval, busy);
    Bench b(interval);
    std::map<unsigned, std::vector<std::uint64_t>> marks;
    for (unsigned i = 0; i < 4000; ++i) {
      b.bench_->pkt_ready_i = rng() % 100 >= busy ? 1 : 0;
      if (rng() % 3 == 0) {
        const auto qpn = static_cast<unsigned>(rng() % 16);
        marks[qpn].push_back(b.now_);
        b.mark(qpn);
      } else {
        b.step();
      }
    }
    b.bench_->pkt_ready_i = 1;
    b.steps(100);
    CHECK(b.bench_->busy_o == 0);
    std::map<unsigned, std::vector<std::uint64_t>> sent;
    for (const Packet& p : b.packets_) {
      sent[p.qpn].push_back(p.time);
    }
    for (const auto& [qpn, times] : marks) {
      CAPTURE(qpn);
      // The marks that begin an interval; each is answered before the next begins or together
      // with it, and nothing else is.
      std::vector<std::uint64_t> begins;
      for (const std::uint64_t t : times) {
        const bool leaving = std::find(sent[qpn].begin(), sent[qpn].end(), t) != sent[qpn].end();
        if (!leaving && (begins.empty() || t - begins.back() >= interval)) {
          begins.push_back(t);
        }
      }
      std::size_t next = 0;
      for (const std::uint64_t t : sent[qpn]) {
        REQUIRE(next < begins.size());
        CHECK(begins[next] < t);
        while (next < begins.size() && begins[next] < t) {
          ++next;
        }
      }
      CHECK(next == begins.size());
    }
  }
}

}  // namespace
