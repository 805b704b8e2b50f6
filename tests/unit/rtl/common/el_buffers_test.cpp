// SPDX-License-Identifier: Apache-2.0
//
// el_skid_buffer, el_fifo and el_fifo_ram: nothing lost, order kept, latency and rate as promised.

#include "Vel_fifo.h"
#include "Vel_fifo_ram.h"
#include "Vel_fifo_two.h"
#include "Vel_skid_buffer.h"
#include "stream_bench.hpp"

namespace ethlink::test {
namespace {

struct Skid {
  using Model = Vel_skid_buffer;
  static constexpr std::size_t kDepth = 2;
  static constexpr unsigned kLatency = 1;
};
struct FifoTwo {
  using Model = Vel_fifo_two;
  static constexpr std::size_t kDepth = 2;
  static constexpr unsigned kLatency = 1;
};
struct Fifo {
  using Model = Vel_fifo;
  static constexpr std::size_t kDepth = 8;
  static constexpr unsigned kLatency = 1;
};
struct FifoRam {
  using Model = Vel_fifo_ram;
  static constexpr std::size_t kDepth = 16;
  static constexpr unsigned kLatency = 2;
};

}  // namespace

TEMPLATE_TEST_CASE("every word leaves once and in order under random stalls", "", Skid, FifoTwo,
                   Fifo, FifoRam) {
  StreamBench<typename TestType::Model> bench;
  for (const unsigned offer : {10U, 50U, 90U, 100U}) {
    for (const unsigned take : {10U, 50U, 90U, 100U}) {
      for (int i = 0; i < 2000; ++i) {
        bench.step(offer, take);
        REQUIRE(bench.inside() <= TestType::kDepth);
      }
    }
  }
  for (int i = 0; i < 100; ++i) {
    bench.step(0, 100);
  }
  CHECK(bench.inside() == 0);
  CHECK(bench.pushed == bench.popped_words);
  CHECK(bench.pushed > 8000);
}

TEMPLATE_TEST_CASE("the first word appears after the promised latency", "", Skid, FifoTwo, Fifo,
                   FifoRam) {
  StreamBench<typename TestType::Model> bench;
  bench.step(100, 0);
  REQUIRE(bench.pushed == 1);
  for (unsigned i = 1; i < TestType::kLatency; ++i) {
    CHECK(bench.rtl->out_valid_o == 0);
    bench.step(0, 0);
  }
  bench.rtl.settle();
  CHECK(bench.rtl->out_valid_o == 1);
}

TEMPLATE_TEST_CASE("a word moves each cycle when nobody stalls, empty or full", "", Skid, FifoTwo,
                   Fifo, FifoRam) {
  StreamBench<typename TestType::Model> bench;
  SECTION("starting empty") {}
  SECTION("starting full") {
    for (std::size_t i = 0; i < TestType::kDepth + 4; ++i) {
      bench.step(100, 0);
    }
    CHECK(bench.inside() == TestType::kDepth);
  }
  for (int i = 0; i < 10; ++i) {
    bench.step(100, 100);
  }
  const std::uint64_t before = bench.popped_words;
  for (int i = 0; i < 100; ++i) {
    bench.step(100, 100);
  }
  CHECK(bench.popped_words - before == 100);
}

TEMPLATE_TEST_CASE("the count is the number of words inside", "", FifoTwo, Fifo, FifoRam) {
  StreamBench<typename TestType::Model> bench;
  for (int i = 0; i < 2000; ++i) {
    bench.step(60, 50);
    bench.rtl.settle();
    REQUIRE(bench.rtl->count_o == bench.inside());
  }
}

}  // namespace ethlink::test
