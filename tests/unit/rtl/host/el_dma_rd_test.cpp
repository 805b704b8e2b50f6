// SPDX-License-Identifier: Apache-2.0
//
// el_dma_rd against a memory that answers out of order, in pieces, and sometimes with errors.

#include <array>
#include <cstring>
#include <deque>
#include <random>
#include <vector>

#include "Vel_dma_rd_tb.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace {

constexpr unsigned kClients = 3;
constexpr unsigned kBytes = 64;
constexpr std::uint64_t kBadPage = 0xbad000;

std::uint8_t memory_byte(std::uint64_t addr) {
  return static_cast<std::uint8_t>((addr * 0x9E3779B97F4A7C15ULL) >> 56);
}

struct Request {
  std::uint64_t addr = 0;
  unsigned len = 0;
  std::uint32_t user = 0;
};

struct Burst {
  std::uint64_t addr = 0;  // first byte wanted
  unsigned id = 0;
  unsigned beats = 0;
  unsigned done = 0;
  std::uint64_t ready_at = 0;
};

/// Memory and clients around the module. `random` sets how wild the environment is, 0..100.
class Bench {
 public:
  explicit Bench(unsigned random) : random_(random), rng_(ethlink::test::seed()) {
    bench_->req_valid_i = 0;
    bench_->rsp_ready_i = 0;
    bench_->arready_i = 0;
    bench_->rvalid_i = 0;
    bench_.reset();
  }

  void post(unsigned client, Request request) {
    request.user &= 0xffffff;
    todo_[client].push_back(request);
  }

  bool chance(unsigned percent) { return rng_() % 100 < percent; }

  /// One cycle of everything.
  void step() {
    drive();
    bench_.settle();
    observe();
    bench_.tick();
  }

  bool finished() const {
    for (unsigned c = 0; c < kClients; ++c) {
      if (!todo_[c].empty() || !expect_[c].empty()) {
        return false;
      }
    }
    return true;
  }

  void run(unsigned limit) {
    for (unsigned i = 0; i < limit && !finished(); ++i) {
      step();
    }
    REQUIRE(finished());
    for (int i = 0; i < 4; ++i) {
      step();
    }
    REQUIRE(bench_->idle_o == 1);
    REQUIRE(bench_->busy_o == 0);
  }

  ethlink::test::RtlBench<Vel_dma_rd_tb> bench_;
  unsigned latency_ = 1;
  std::array<bool, kClients> deaf_{};  // client that never takes a response
  std::uint64_t beats_seen_ = 0;
  std::uint64_t first_request_ = ~0ULL;
  std::uint64_t first_response_ = ~0ULL;
  std::uint64_t last_response_ = 0;
  std::uint64_t first_ar_ = ~0ULL;

 private:
  void drive() {
    auto& m = *bench_;
    m.req_valid_i = 0;
    m.rsp_ready_i = 0;
    for (unsigned c = 0; c < kClients; ++c) {
      if (!todo_[c].empty() && (offered_[c] || !chance(random_ / 2))) {
        offered_[c] = true;
        m.req_valid_i |= 1U << c;
        m.req_addr_i[c] = todo_[c].front().addr;
        m.req_len_i[c] = static_cast<std::uint16_t>(todo_[c].front().len);
        m.req_user_i[c] = todo_[c].front().user;
      }
      if (!deaf_[c] && !chance(random_ / 2)) {
        m.rsp_ready_i |= 1U << c;
      }
    }
    m.arready_i = chance(random_ / 2) ? 0 : 1;
    drive_memory();
  }

  void drive_memory() {
    auto& m = *bench_;
    m.rvalid_i = 0;
    if (bursts_.empty() || chance(random_ / 3)) {
      return;
    }
    const std::size_t pick = random_ == 0 ? 0 : rng_() % bursts_.size();
    Burst& burst = bursts_[pick];
    if (burst.ready_at > bench_.cycle()) {
      return;
    }
    const std::uint64_t base = burst.addr / kBytes * kBytes + std::uint64_t{burst.done} * kBytes;
    m.rvalid_i = 1;
    m.rid_i = static_cast<std::uint8_t>(burst.id);
    for (unsigned w = 0; w < kBytes / 4; ++w) {
      std::uint32_t word = 0;
      for (unsigned b = 0; b < 4; ++b) {
        word |= std::uint32_t{memory_byte(base + w * 4 + b)} << (8 * b);
      }
      m.rdata_i[w] = word;
    }
    m.rresp_i = (base & ~0xfffULL) == kBadPage ? 2 : 0;
    m.rlast_i = ++burst.done == burst.beats ? 1 : 0;
    if (burst.done == burst.beats) {
      bursts_.erase(bursts_.begin() + static_cast<std::ptrdiff_t>(pick));
    }
  }

  void observe() {
    auto& m = *bench_;
    for (unsigned c = 0; c < kClients; ++c) {
      if (((m.req_valid_i & m.req_ready_o) >> c & 1) != 0) {
        first_request_ = std::min(first_request_, bench_.cycle());
        expect_[c].push_back(todo_[c].front());
        todo_[c].pop_front();
        offered_[c] = false;
      }
      if (((m.rsp_valid_o & m.rsp_ready_i) >> c & 1) != 0) {
        check_beat(c);
      }
    }
    if (m.arvalid_o && m.arready_i) {
      first_ar_ = std::min(first_ar_, bench_.cycle());
      const unsigned offset = m.araddr_o % kBytes;
      REQUIRE(m.araddr_o % 4096 + m.aruser_o <= 4096);
      REQUIRE((offset + m.aruser_o + kBytes - 1) / kBytes == m.arlen_o + 1U);
      for (const Burst& other : bursts_) {
        REQUIRE(other.id != m.arid_o);
      }
      bursts_.push_back({m.araddr_o, m.arid_o, m.arlen_o + 1U, 0,
                         bench_.cycle() + latency_ + (random_ ? rng_() % 20 : 0)});
    }
  }

  void check_beat(unsigned c) {
    auto& m = *bench_;
    first_response_ = std::min(first_response_, bench_.cycle());
    last_response_ = bench_.cycle();
    REQUIRE(!expect_[c].empty());
    const Request& r = expect_[c].front();
    const unsigned from = position_[c];
    const unsigned count = std::min(kBytes, r.len - from);
    CAPTURE(c, r.addr, r.len, from);
    const bool bad = ((r.addr ^ kBadPage) & ~0xfffULL) == 0;
    REQUIRE(((m.rsp_err_o >> c) & 1U) == (bad ? 1U : 0U));
    REQUIRE(m.rsp_user_o[c] == r.user);
    std::array<std::uint8_t, kBytes> got{};
    std::memcpy(got.data(), m.rsp_data_o[c].data(), kBytes);
    std::array<std::uint8_t, kBytes> want{};
    for (unsigned i = 0; i < count; ++i) {
      want[i] = memory_byte(r.addr + from + i);
    }
    if (!bad) {
      REQUIRE(got == want);
    }
    position_[c] = from + count;
    REQUIRE(((m.rsp_last_o >> c) & 1U) == (position_[c] == r.len ? 1U : 0U));
    if (position_[c] == r.len) {
      position_[c] = 0;
      expect_[c].pop_front();
    }
    ++beats_seen_;
  }

  unsigned random_;
  std::mt19937_64 rng_;
  std::array<std::deque<Request>, kClients> todo_;
  std::array<std::deque<Request>, kClients> expect_;
  std::array<unsigned, kClients> position_{};
  std::array<bool, kClients> offered_{};
  std::vector<Burst> bursts_;
};

TEST_CASE("every alignment and length reads exactly the bytes asked for") {
  Bench bench(40);
  for (unsigned offset = 0; offset < kBytes; ++offset) {
    for (unsigned len = 1; len <= 200; len += 1 + (offset % 3)) {
      const std::uint64_t page = 0x10000 + 0x1000ULL * ((offset + len) % 7);
      bench.post((offset + len) % kClients, {page + offset, len, offset * 256 + len});
    }
  }
  bench.run(400000);
}

TEST_CASE("reads across 4 KiB and of 4096 bytes are split and joined again") {
  Bench bench(60);
  std::mt19937 rng(7);
  for (unsigned i = 0; i < 400; ++i) {
    const std::uint64_t addr = 0x100000 + rng() % 0x8000;
    const unsigned len = i % 4 == 0 ? 4096 : 1 + rng() % 4096;
    bench.post(i % kClients, {addr, len, i});
  }
  bench.run(400000);
}

TEST_CASE("a failing read is reported with its data and stops nothing") {
  Bench bench(30);
  for (unsigned i = 0; i < 200; ++i) {
    const bool bad = i % 5 == 2;
    bench.post(i % kClients, {bad ? kBadPage + i % 64 : 0x5000 + i, 1 + i * 7 % 500, i});
  }
  bench.run(100000);
}

TEST_CASE("a client that takes nothing does not stop the others") {
  Bench bench(0);
  bench.deaf_[0] = true;
  for (unsigned i = 0; i < 300; ++i) {
    bench.post(0, {0x10000ULL + i * 64, 64, i});
  }
  for (unsigned i = 0; i < 300; ++i) {
    bench.post(1, {0x20000ULL + i * 4096, 4096, i});
  }
  for (unsigned i = 0; i < 30000; ++i) {
    bench.step();
  }
  REQUIRE(bench.beats_seen_ == 300 * 64);
}

TEST_CASE("one aligned read of one beat is answered five cycles after it was asked") {
  Bench bench(0);
  bench.post(0, {0x4000, 64, 1});
  bench.run(100);
  CAPTURE(bench.first_request_, bench.first_ar_, bench.first_response_);
  REQUIRE(bench.first_ar_ - bench.first_request_ <= 2);
  REQUIRE(bench.first_response_ - bench.first_request_ <= 6);
}

TEST_CASE("a mix of 64-byte and 4096-byte reads fills every beat") {
  Bench bench(0);
  for (unsigned i = 0; i < 200; ++i) {
    bench.post(0, {0x10000ULL + i * 4096, 4096, i});
    for (unsigned k = 0; k < 64; ++k) {
      bench.post(1, {0x800000ULL + (i * 64 + k) * 64, 64, i});
    }
  }
  bench.run(100000);
  const double beats = 200.0 * 128;
  const double cycles = static_cast<double>(bench.last_response_ - bench.first_response_ + 1);
  CAPTURE(cycles, beats / cycles);
  REQUIRE(beats / cycles > 0.99);
}

TEST_CASE("unaligned reads back to back cost their memory beats and nothing more") {
  // One byte behind a beat, 128 bytes less one: two memory beats, of which the second gives two
  // response beats.
  const unsigned clients = GENERATE(1U, kClients);
  CAPTURE(clients);
  Bench bench(0);
  constexpr unsigned kReads = 600;
  for (unsigned i = 0; i < kReads; ++i) {
    bench.post(i % clients, {0x10001ULL + i * 128, 127, i});
  }
  bench.run(100000);
  const double beats = 2.0 * kReads;
  const double cycles = static_cast<double>(bench.last_response_ - bench.first_response_ + 1);
  CAPTURE(cycles, beats / cycles);
  REQUIRE(beats / cycles > 0.99);
}

}  // namespace
