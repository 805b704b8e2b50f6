// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <random>

#include "Vel_ls_guard.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {
namespace {

constexpr std::uint8_t kSlvErr = 2;

// A bus that asks at random, an engine that answers at random, and the books of both.
class GuardBench {
 public:
  explicit GuardBench(std::uint64_t seed) : random_(seed) {
    Vel_ls_guard& m = *bench_;
    m.core_rst_i = 0;
    m.ap_awvalid_i = m.ap_wvalid_i = m.ap_arvalid_i = 0;
    m.ap_bready_i = m.ap_rready_i = 1;
    m.eng_bvalid_i = m.eng_rvalid_i = 0;
    m.eng_awready_i = m.eng_wready_i = m.eng_arready_i = 1;
    bench_.reset();
  }

  /// One cycle; `ask` new accesses may start, `alive` the engine works (else it is in reset).
  void cycle(bool ask, bool alive) {
    Vel_ls_guard& m = *bench_;
    drive_bus(m, ask);
    drive_engine(m, alive);
    m.core_rst_i = !alive;
    bench_.settle();
    const bool aw = m.ap_awvalid_i && m.ap_awready_o;
    const bool w = m.ap_wvalid_i && m.ap_wready_o;
    const bool ar = m.ap_arvalid_i && m.ap_arready_o;
    const bool engine_w_last = m.eng_wvalid_o && m.eng_wready_i && m.ap_wlast_i;
    if (aw) {
      ++writes_open_[m.ap_awid_i];
      aw_left_ = aw_left_ - 1;
    }
    if (m.eng_awvalid_o && m.eng_awready_i && alive) {
      engine_aw_.push_back(m.ap_awid_i);
    }
    if (engine_w_last && alive) {
      ++engine_w_;
    }
    if (w) {
      beat_ = m.ap_wlast_i ? 0 : beat_ + 1;
      w_left_ -= m.ap_wlast_i ? 1 : 0;
    }
    if (ar) {
      REQUIRE(reads_open_.count(m.ap_arid_i) == 0);
      reads_open_[m.ap_arid_i] = m.ap_arlen_i + 1U;
      if (m.eng_arvalid_o && alive) {
        engine_ar_.push_back({m.ap_arid_i, m.ap_arlen_i + 1U});
      }
    }
    if (m.ap_bvalid_o && m.ap_bready_i) {
      REQUIRE(writes_open_[m.ap_bid_o] > 0);
      --writes_open_[m.ap_bid_o];
      ++answers_;
      errors_ += m.ap_bresp_o == kSlvErr ? 1 : 0;
    }
    if (m.ap_rvalid_o && m.ap_rready_i) {
      const auto found = reads_open_.find(m.ap_rid_o);
      REQUIRE(found != reads_open_.end());
      REQUIRE((m.ap_rlast_o != 0) == (found->second == 1));
      if (--found->second == 0) {
        reads_open_.erase(found);
      }
      ++answers_;
      errors_ += m.ap_rresp_o == kSlvErr ? 1 : 0;
    }
    if (alive && m.eng_bvalid_i && m.eng_bready_o) {
      engine_aw_.pop_front();
      --engine_w_;
      b_shown_ = false;
    }
    if (alive && m.eng_rvalid_i && m.eng_rready_o) {
      if (--engine_ar_.front().beats == 0) {
        engine_ar_.pop_front();
      }
      r_shown_ = false;
    }
    if (!alive) {
      engine_aw_.clear();
      engine_ar_.clear();
      engine_w_ = 0;
      b_shown_ = r_shown_ = false;
    }
    aw_shown_ = m.ap_awvalid_i && !aw;
    w_shown_ = m.ap_wvalid_i && !w;
    ar_shown_ = m.ap_arvalid_i && !ar;
    bench_.tick();
  }

  [[nodiscard]] bool empty() const {
    std::uint64_t open = reads_open_.size();
    for (const auto& [id, count] : writes_open_) {
      open += count;
    }
    return open == 0 && aw_left_ == 0 && w_left_ == 0;
  }
  [[nodiscard]] bool busy() { return bench_->busy_o != 0; }
  [[nodiscard]] std::uint64_t answers() const { return answers_; }
  [[nodiscard]] std::uint64_t errors() const { return errors_; }

 private:
  struct Read {
    std::uint8_t id;
    unsigned beats;
  };
  bool chance(unsigned percent) { return random_() % 100 < percent; }

  void drive_bus(Vel_ls_guard& m, bool ask) {
    // Address and data of a write are started together and may run apart.
    if (ask && aw_left_ < 3 && w_left_ < 3 && chance(40)) {
      ++aw_left_;
      ++w_left_;
    }
    if (!aw_shown_) {
      m.ap_awvalid_i = aw_left_ > 0 && chance(60);
      m.ap_awid_i = static_cast<std::uint8_t>(random_() % 8);
    }
    if (!w_shown_) {
      m.ap_wvalid_i = w_left_ > 0 && chance(60);
      m.ap_wlast_i = beat_ == 3 || chance(50);
    }
    if (!ar_shown_) {
      m.ap_arvalid_i = ask && chance(40);
      m.ap_arid_i = static_cast<std::uint8_t>(random_());
      m.ap_arlen_i = static_cast<std::uint8_t>(random_() % 4);
    }
    m.ap_bready_i = chance(70);
    m.ap_rready_i = chance(70);
  }
  void drive_engine(Vel_ls_guard& m, bool alive) {
    m.eng_awready_i = chance(70);
    m.eng_wready_i = chance(70);
    m.eng_arready_i = chance(70);
    // In the first cycle of its reset the engine still shows what it showed before.
    if (!b_shown_) {
      b_shown_ = alive && !engine_aw_.empty() && engine_w_ > 0 && chance(30);
    }
    if (!r_shown_) {
      r_shown_ = alive && !engine_ar_.empty() && chance(50);
    }
    m.eng_bvalid_i = b_shown_;
    m.eng_rvalid_i = r_shown_;
    if (b_shown_ && !engine_aw_.empty()) {
      m.eng_bid_i = engine_aw_.front();
      m.eng_bresp_i = 0;
    }
    if (r_shown_ && !engine_ar_.empty()) {
      m.eng_rid_i = engine_ar_.front().id;
      m.eng_rlast_i = engine_ar_.front().beats == 1;
      m.eng_rresp_i = 0;
    }
  }

  RtlBench<Vel_ls_guard> bench_;
  std::mt19937_64 random_;
  std::map<std::uint8_t, std::uint64_t> writes_open_;
  std::map<std::uint8_t, unsigned> reads_open_;
  std::deque<std::uint8_t> engine_aw_;
  std::deque<Read> engine_ar_;
  int engine_w_ = 0;
  int aw_left_ = 0, w_left_ = 0, beat_ = 0;
  bool aw_shown_ = false, w_shown_ = false, ar_shown_ = false, b_shown_ = false, r_shown_ = false;
  std::uint64_t answers_ = 0, errors_ = 0;
};

TEST_CASE("without a reset the guard adds no error and loses no answer", "[unit][rtl][ethlink]") {
  GuardBench bench(seed());
  for (int i = 0; i < 20000; ++i) {
    bench.cycle(true, true);
    REQUIRE_FALSE(bench.busy());
  }
  for (int i = 0; i < 3000 && !bench.empty(); ++i) {
    bench.cycle(false, true);
  }
  CHECK(bench.empty());
  CHECK(bench.errors() == 0);
  CHECK(bench.answers() > 1000);
}

TEST_CASE("every access that a soft reset cut off is answered exactly once",
          "[unit][rtl][ethlink]") {
  GuardBench bench(seed());
  std::mt19937_64 random(seed() + 1);
  for (int round = 0; round < 60; ++round) {
    for (std::uint64_t i = random() % 200; i > 0; --i) {
      bench.cycle(true, true);
    }
    for (std::uint64_t i = 16 + random() % 100; i > 0; --i) {
      bench.cycle(random() % 2 == 0, false);
    }
    for (int i = 0; i < 3000 && bench.busy(); ++i) {
      bench.cycle(true, true);
    }
    REQUIRE_FALSE(bench.busy());
    for (int i = 0; i < 3000 && !bench.empty(); ++i) {
      bench.cycle(false, true);
    }
    REQUIRE(bench.empty());
  }
  CHECK(bench.errors() > 0);
}

}  // namespace
}  // namespace ethlink::test
