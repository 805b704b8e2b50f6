// SPDX-License-Identifier: Apache-2.0
//
// el_ram_1r1w and el_ram_1r1w_be against an array.

#include <array>
#include <random>

#include "Vel_ram_1r1w.h"
#include "Vel_ram_1r1w_be.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

TEST_CASE("a read returns the word of the cycle before and holds it") {
  RtlBench<Vel_ram_1r1w> rtl;
  rtl->we_i = 0;
  rtl->re_i = 0;
  rtl.reset();
  std::mt19937_64 random(seed());
  std::array<std::uint32_t, 32> memory{};  // the model is built with InitZero
  std::uint32_t expected = 0;
  bool known = false;
  for (int i = 0; i < 20000; ++i) {
    rtl->we_i = random() % 2 == 0;
    rtl->waddr_i = static_cast<std::uint8_t>(random() % 32);
    rtl->wdata_i = static_cast<std::uint32_t>(random());
    rtl->re_i = random() % 3 != 0;
    // Half of the reads hit the address that is written: the old word is returned.
    rtl->raddr_i = random() % 2 == 0 ? rtl->waddr_i : static_cast<std::uint8_t>(random() % 32);
    if (rtl->re_i != 0) {
      expected = memory[rtl->raddr_i];
      known = true;
    }
    if (rtl->we_i != 0) {
      memory[rtl->waddr_i] = rtl->wdata_i;
    }
    rtl.tick();
    if (known) {
      REQUIRE(rtl->rdata_o == expected);
    }
  }
}

TEST_CASE("byte enables change their bytes only") {
  RtlBench<Vel_ram_1r1w_be> rtl;
  rtl->we_i = 0;
  rtl->re_i = 0;
  rtl.reset();
  std::mt19937_64 random(seed());
  std::array<std::uint64_t, 16> memory{};
  for (int i = 0; i < 20000; ++i) {
    rtl->we_i = random() % 2 == 0;
    rtl->waddr_i = static_cast<std::uint8_t>(random() % 16);
    rtl->wdata_i = random();
    rtl->wbe_i = random() % 4 == 0 ? 0xF : static_cast<std::uint8_t>(random() % 16);
    rtl->re_i = 1;
    rtl->raddr_i = random() % 2 == 0 ? rtl->waddr_i : static_cast<std::uint8_t>(random() % 16);
    const std::uint64_t expected = memory[rtl->raddr_i];
    for (unsigned lane = 0; lane < 4 && rtl->we_i != 0; ++lane) {
      if (((rtl->wbe_i >> lane) & 1U) != 0) {
        const std::uint64_t mask = std::uint64_t{0xFFFF} << (16 * lane);
        memory[rtl->waddr_i] = (memory[rtl->waddr_i] & ~mask) | (rtl->wdata_i & mask);
      }
    }
    rtl.tick();
    REQUIRE(rtl->rdata_o == expected);
  }
}

}  // namespace ethlink::test
