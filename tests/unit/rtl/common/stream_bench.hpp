// SPDX-License-Identifier: Apache-2.0
//
// Pushes numbered words through a valid/ready buffer with random stalls on both sides.
#pragma once

#include <cstdint>
#include <deque>
#include <random>

#include "catch.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

/// `Model` has in_valid_i, in_ready_o, in_data_i, out_valid_o, out_ready_i and out_data_o.
template <typename Model>
class StreamBench {
 public:
  StreamBench() : random_(seed()) {
    rtl->in_valid_i = 0;
    rtl->in_data_i = 0;
    rtl->out_ready_i = 0;
    rtl.reset();
  }

  /// One cycle; the chances are in percent. Every accepted word must leave once, in order.
  void step(unsigned offer, unsigned take) {
    if (!offered_ && random_() % 100 < offer) {
      offered_ = true;
      word_ = random_();
    }
    rtl->in_valid_i = offered_ ? 1 : 0;
    rtl->in_data_i = static_cast<std::uint32_t>(word_);
    rtl->out_ready_i = random_() % 100 < take ? 1 : 0;
    rtl.settle();
    const bool popped = rtl->out_valid_o != 0 && rtl->out_ready_i != 0;
    if (rtl->out_valid_o != 0) {
      REQUIRE(!inside_.empty());
      REQUIRE(rtl->out_data_o == inside_.front());
    }
    if (offered_ && rtl->in_ready_o != 0) {
      inside_.push_back(static_cast<std::uint32_t>(word_));
      offered_ = false;
      ++pushed;
    }
    if (popped) {
      inside_.pop_front();
      ++popped_words;
    }
    rtl.tick();
  }

  [[nodiscard]] std::size_t inside() const { return inside_.size(); }

  RtlBench<Model> rtl;
  std::uint64_t pushed = 0;
  std::uint64_t popped_words = 0;

 private:
  std::mt19937_64 random_;
  std::deque<std::uint32_t> inside_;
  bool offered_ = false;
  std::uint64_t word_ = 0;
};

}  // namespace ethlink::test
