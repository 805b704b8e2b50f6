// SPDX-License-Identifier: Apache-2.0
//
// el_roce_rate against a DCQCN sender in floating point: rates are measured from outside, as bytes
// that queue pairs are allowed to send.

#include <array>
#include <cmath>
#include <cstdlib>
#include <random>
#include <set>
#include <vector>

#include "Vel_roce_rate_tb.h"
#include "catch.hpp"
#include "reference/dcqcn.hpp"
#include "rtl_bench.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
using reference::DcqcnParameters;
using reference::DcqcnSender;

constexpr unsigned kQps = 16;
constexpr std::uint64_t kOverhead = 82;  // bytes of a packet on the wire beside its payload
constexpr std::uint64_t kNever = (std::uint64_t{1} << 48) - 1;

struct Settings {
  DcqcnParameters dcqcn;
  unsigned gain_shift = 4;
  unsigned burst = 256;
  unsigned ahead = 0;
  bool enable = true;
};

Settings settings() {
  Settings s;
  s.dcqcn.alpha_period = 5000;
  s.dcqcn.increase_period = 6000;
  s.dcqcn.additive = 1;
  s.dcqcn.hyper = 4;
  return s;
}

// Plays the segmenter: asks for a queue pair, sends when it may, takes wake-ups.
class Bench {
 public:
  explicit Bench(const Settings& s, unsigned stall = 0) : stall_(stall), rng_(seed()) {
    auto& m = *bench_;
    const auto rate = [](double r) { return static_cast<std::uint64_t>(r * 65536); };
    const std::array<std::uint64_t, 5> words{
        s.dcqcn.increase_bytes | std::uint64_t{s.burst} << 32 | std::uint64_t{s.ahead} << 48,
        rate(s.dcqcn.additive) | rate(s.dcqcn.hyper) << 24,
        s.dcqcn.alpha_period | s.dcqcn.increase_period << 24,
        (s.enable ? 1U : 0U) | s.gain_shift << 4 | s.dcqcn.fast_stages << 8 |
            rate(s.dcqcn.line) << 16 | rate(s.dcqcn.min) << 40,
        0};
    for (unsigned i = 0; i < 10; ++i) {
      m.cfg_i[i] = static_cast<std::uint32_t>(words[i / 2] >> (i % 2 * 32));
    }
    m.now_i = now_;
    m.cnp_valid_i = m.sent_valid_i = m.left_valid_i = m.forget_valid_i = 0;
    m.none_left_i = 1;
    m.wake_ready_i = 1;
    bench_.reset();
  }

  void step() {
    auto& m = *bench_;
    m.now_i = now_;
    m.wake_ready_i = rng_() % 100 >= stall_ ? 1 : 0;
    bench_.settle();
    if (m.wake_valid_o != 0 && m.wake_ready_i != 0) {
      REQUIRE(notified_.count(m.wake_qpn_o) == 1);
      resting_.erase(m.wake_qpn_o);
    }
    cuts_ += m.cut_o;
    bench_.tick();
    ++now_;
    m.cnp_valid_i = m.sent_valid_i = m.left_valid_i = m.forget_valid_i = 0;
  }
  void steps(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      step();
    }
  }
  void notify(unsigned qpn) {
    notified_.insert(qpn);
    bench_->cnp_valid_i = 1;
    bench_->cnp_qpn_i = static_cast<std::uint8_t>(qpn);
    step();
  }
  void forget(unsigned qpn) {
    bench_->forget_valid_i = 1;
    bench_->forget_qpn_i = static_cast<std::uint8_t>(qpn);
    step();
    resting_.erase(qpn);
  }

  /// One cycle in which `qpn` sends a packet if it may; true if it did.
  bool try_send(unsigned qpn, unsigned payload) {
    auto& m = *bench_;
    if (resting_.count(qpn) != 0) {
      step();
      return false;
    }
    m.rd_qpn_i = static_cast<std::uint8_t>(qpn);
    m.now_i = now_;
    bench_.settle();
    if (m.rd_hold_o != 0) {
      resting_.insert(qpn);
      step();
      return false;
    }
    if (m.wait_o != 0) {
      step();
      return false;
    }
    m.sent_valid_i = 1;
    m.sent_qpn_i = static_cast<std::uint8_t>(qpn);
    m.sent_bytes_i = static_cast<std::uint16_t>(payload);
    step();
    return true;
  }

  /// Bytes on the wire that `qpn` sends in `cycles` when it always has something to send.
  std::uint64_t flood(unsigned qpn, std::uint64_t cycles, unsigned payload,
                      DcqcnSender* model = nullptr) {
    std::uint64_t bytes = 0;
    for (const std::uint64_t end = now_ + cycles; now_ < end;) {
      if (try_send(qpn, payload)) {
        bytes += payload + kOverhead;
        if (model != nullptr) {
          model->send(now_, payload + kOverhead);
        }
      }
    }
    return bytes;
  }

  RtlBench<Vel_roce_rate_tb> bench_;
  std::uint64_t now_ = 1000;
  std::uint64_t cuts_ = 0;
  std::set<unsigned> resting_;   // held when they were asked last
  std::set<unsigned> notified_;  // no other one may be woken
  unsigned stall_;
  std::mt19937_64 rng_;
};

// A packet and a burst is what a measurement may be off, and a little of the rate.
void check_near(std::uint64_t bytes, double expected, double slack) {
  CAPTURE(bytes, expected, slack);
  CHECK(std::abs(static_cast<double>(bytes) - expected) <= slack + expected * 0.02);
}

TEST_CASE("a queue pair without notifications is never held") {
  Bench b(settings());
  for (unsigned i = 0; i < 5000; ++i) {
    REQUIRE(b.try_send(i % kQps, 4096));
  }
  CHECK(b.bench_->deadline_o == kNever);
  CHECK(b.cuts_ == 0);
}

TEST_CASE("notifications are ignored when rate control is off") {
  Settings s = settings();
  s.enable = false;
  Bench b(s);
  b.notify(3);
  b.steps(100);
  for (unsigned i = 0; i < 1000; ++i) {
    REQUIRE(b.try_send(3, 4096));
  }
  CHECK(b.cuts_ == 0);
}

TEST_CASE("the first notification halves the rate, and only that of its queue pair") {
  Settings s = settings();
  s.dcqcn.increase_period = 0;  // it stays there
  for (const unsigned payload : {64U, 256U, 1024U, 4096U}) {
    CAPTURE(payload);
    Bench b(s);
    b.notify(3);
    b.steps(100);
    CHECK(b.cuts_ == 1);
    if (payload >= 256) {  // shorter packets do not reach half the line in this bench
      check_near(b.flood(3, 100'000, payload), 32.0 * 100'000, 2.0 * (4096 + 256 * 64));
    }
    for (unsigned i = 0; i < 100; ++i) {
      REQUIRE(b.try_send(4, payload));
    }
  }
}

TEST_CASE("rates follow the reference: cuts, decay of alpha, recovery, increase") {
  for (unsigned round = 0; round < 16; ++round) {
    std::mt19937_64 rng(seed() + round);
    Settings s = settings();
    s.gain_shift = 1 + static_cast<unsigned>(rng() % 4);
    s.dcqcn.g = std::pow(2.0, -static_cast<int>(s.gain_shift));
    s.dcqcn.alpha_period = 2000 + rng() % 8000;
    s.dcqcn.increase_period = 10'000 + rng() % 20'000;
    s.dcqcn.increase_bytes = rng() % 2 == 0 ? 0 : 200'000 + rng() % 400'000;
    s.dcqcn.fast_stages = static_cast<unsigned>(rng() % 4);
    s.dcqcn.additive = 0.5 * static_cast<double>(rng() % 5);
    s.dcqcn.hyper = 4 + 0.5 * static_cast<double>(rng() % 16);
    s.dcqcn.min = 0.25;
    CAPTURE(round, s.gain_shift, s.dcqcn.alpha_period, s.dcqcn.increase_period,
            s.dcqcn.increase_bytes, s.dcqcn.fast_stages, s.dcqcn.additive, s.dcqcn.hyper);
    Bench b(s, static_cast<unsigned>(rng() % 50));
    DcqcnSender model(s.dcqcn);
    std::uint64_t notifications = 0;
    const auto both = [&] {
      b.notify(5);
      model.notify(b.now_);
      ++notifications;
      b.steps(60);
    };
    const unsigned payload = 256U << (rng() % 4);
    both();
    for (unsigned leg = 0; leg < 8; ++leg) {
      if (rng() % 3 != 0) {
        both();
      }
      // The reference sends what its rate allows; the queue pair always has something to send.
      std::uint64_t until = b.now_;
      double expected = 0;
      const std::uint64_t bytes = b.flood(5, 20'000 + rng() % 60'000, payload);
      for (; until < b.now_; until += 16) {
        model.send(until, 0);
        const double part = model.rate() * 16;
        expected += part;
        model.send(until, static_cast<std::uint64_t>(part));
      }
      if (!model.limited() || model.rate() > 0.9 * s.dcqcn.line) {
        break;  // the bench itself cannot keep up with the line
      }
      CAPTURE(leg, bytes, expected);
      CHECK(std::abs(static_cast<double>(bytes) - expected) <=
            4.0 * (payload + kOverhead) + model.rate() * 256 + expected * 0.01);
    }
    b.steps(10'000);
    CHECK(b.cuts_ == notifications);
  }
}

TEST_CASE("alpha decays while no notification comes: a late one cuts little") {
  Settings s = settings();
  s.dcqcn.increase_period = 0;
  s.gain_shift = 2;
  s.dcqcn.alpha_period = 1000;
  for (const unsigned periods : {0U, 2U, 20U, 5000U}) {
    CAPTURE(periods);
    Bench b(s);
    b.notify(5);  // 32 bytes a cycle
    b.steps(100 + periods * 1000);
    b.notify(5);
    b.steps(100);
    const double alpha = std::pow(0.75, periods);
    check_near(b.flood(5, 200'000, 1024), 32 * (1 - alpha / 2) * 200'000, 2.0 * 64 * 256);
  }
}

TEST_CASE("a notification counts at whatever moment it comes") {
  for (unsigned delay = 0; delay < 80; ++delay) {
    CAPTURE(delay);
    Settings s = settings();
    s.dcqcn.increase_period = 1000;
    Bench b(s);
    b.notify(5);
    b.steps(1500);
    b.try_send(5, 1024);  // finds that a period has passed
    b.steps(delay);
    b.notify(5);
    b.steps(200);
    CHECK(b.cuts_ == 2);
  }
}

TEST_CASE("a rest at a low rate ends early when the rate rises meanwhile") {
  Settings s = settings();
  s.dcqcn.min = 0.00390625;  // 4 KiB take 1,069,568 cycles
  s.dcqcn.alpha_period = 0;
  s.dcqcn.fast_stages = 0;
  s.dcqcn.additive = 0;
  s.dcqcn.increase_period = 0;
  Bench slow(s);
  s.dcqcn.increase_period = 5000;
  s.dcqcn.additive = 2;
  Bench rising(s);
  for (Bench* b : {&slow, &rising}) {
    for (unsigned i = 0; i < 40; ++i) {
      b->notify(7);
      b->steps(60);
    }
    CHECK(b->cuts_ == 40);
  }
  CHECK(slow.flood(7, 200'000, 4096) <= 2 * (4096 + kOverhead));
  CHECK(rising.flood(7, 200'000, 4096) > 1'000'000);
}

TEST_CASE("a queue pair that has been silent for long starts at the rate of the link") {
  Settings s = settings();
  s.dcqcn.additive = 0;
  s.dcqcn.fast_stages = 15;
  Bench b(s);
  for (unsigned i = 0; i < 6; ++i) {
    b.notify(7);
    b.steps(100);
  }
  b.steps(255 * s.dcqcn.increase_period);
  REQUIRE(b.flood(7, 20'000, 4096) < 20'000 * 8);  // not yet
  b.steps(257 * s.dcqcn.increase_period);
  b.try_send(7, 4096);
  b.steps(100);
  for (unsigned i = 0; i < 200; ++i) {
    b.try_send(7, 4096);
  }
  for (unsigned i = 0; i < 200; ++i) {
    REQUIRE(b.try_send(7, 4096));
  }
}

TEST_CASE("a queue pair that is destroyed is forgotten, also while its rate is worked out") {
  for (unsigned delay = 0; delay < 60; ++delay) {
    CAPTURE(delay);
    Bench b(settings());
    b.notify(7);
    b.steps(delay);
    b.forget(7);
    b.steps(100);
    for (unsigned i = 0; i < 50; ++i) {
      REQUIRE(b.try_send(7, 4096));
    }
  }
}

TEST_CASE("a queue pair that rests and is destroyed does not rest in its next life") {
  Bench b(settings());
  b.notify(7);
  b.steps(100);
  while (b.resting_.count(7) == 0) {
    b.try_send(7, 4096);
  }
  b.forget(7);
  for (unsigned i = 0; i < 1000; ++i) {
    REQUIRE(b.try_send(7, 4096));
  }
}

TEST_CASE("sixteen queue pairs share nothing: each keeps its own rate") {
  Settings s = settings();
  s.dcqcn.increase_period = 0;
  s.dcqcn.alpha_period = 0;
  Bench b(s);
  for (unsigned qpn = 0; qpn < kQps; ++qpn) {
    for (unsigned i = 0; i < 4 + qpn % 4; ++i) {  // 1/16 to 1/128 of the line
      b.notify(qpn);
      b.steps(60);
    }
  }
  std::array<std::uint64_t, kQps> bytes{};
  constexpr std::uint64_t kCycles = 400'000;
  for (const std::uint64_t end = b.now_ + kCycles; b.now_ < end;) {
    for (unsigned qpn = 0; qpn < kQps; ++qpn) {
      bytes.at(qpn) += b.try_send(qpn, 1024) ? 1024 + kOverhead : 0;
    }
  }
  for (unsigned qpn = 0; qpn < kQps; ++qpn) {
    CAPTURE(qpn);
    check_near(bytes.at(qpn), 64.0 / (16U << (qpn % 4)) * kCycles, 64.0 * 256);
  }
}

TEST_CASE("no more is cut ahead of the wire than allowed") {
  Settings s = settings();
  s.ahead = 40;  // 10,240 bytes
  Bench b(s);
  b.bench_->none_left_i = 0;
  unsigned sent = 0;
  for (unsigned i = 0; i < 100; ++i) {
    sent += b.try_send(1, 1024) ? 1 : 0;
  }
  CHECK(sent == 10);
  for (unsigned i = 0; i < 3; ++i) {
    b.bench_->left_valid_i = 1;
    b.bench_->left_bytes_i = 1024;
    b.step();
  }
  for (unsigned i = 0; i < 100; ++i) {
    sent += b.try_send(2, 1024) ? 1 : 0;
  }
  CHECK(sent == 13);
  b.bench_->none_left_i = 1;  // what was dropped inside counts no more
  b.step();
  b.bench_->none_left_i = 0;
  for (unsigned i = 0; i < 100; ++i) {
    sent += b.try_send(3, 1024) ? 1 : 0;
  }
  CHECK(sent == 23);
}

TEST_CASE("nothing moves between a rest and its deadline: skipped cycles change nothing") {
  const auto run = [](bool skip) {
    Settings s = settings();
    s.dcqcn.increase_period = 3000;
    Bench b(s);
    std::vector<std::uint64_t> times;
    for (unsigned i = 0; i < 6; ++i) {
      b.notify(2);
      b.steps(100);
    }
    for (unsigned packets = 0; packets < 40;) {
      if (b.try_send(2, 4096)) {
        times.push_back(b.now_);
        ++packets;
      } else if (skip && b.bench_->busy_o == 0 && b.bench_->wake_valid_o == 0 &&
                 b.resting_.count(2) != 0 && b.bench_->deadline_o > b.now_ &&
                 b.bench_->deadline_o != kNever) {
        b.now_ = b.bench_->deadline_o;
      }
    }
    return times;
  };
  const std::vector<std::uint64_t> all = run(false);
  CHECK(run(true) == all);
}

}  // namespace
