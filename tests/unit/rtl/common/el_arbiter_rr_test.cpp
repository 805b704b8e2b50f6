// SPDX-License-Identifier: Apache-2.0
//
// el_arbiter_rr against a list of turns.

#include <array>
#include <random>

#include "Vel_arbiter_rr.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

TEST_CASE("the requester after the last one served comes first") {
  constexpr unsigned kN = 5;
  RtlBench<Vel_arbiter_rr> rtl;
  rtl->req_i = 0;
  rtl->advance_i = 0;
  rtl.reset();
  std::mt19937_64 random(seed());
  unsigned last = kN - 1;
  for (int i = 0; i < 20000; ++i) {
    rtl->req_i = static_cast<std::uint8_t>(random() % (1U << kN));
    rtl->advance_i = random() % 3 != 0;
    rtl.settle();
    REQUIRE((rtl->grant_valid_o != 0) == (rtl->req_i != 0));
    unsigned expected = kN;
    for (unsigned step = 1; step <= kN && expected == kN; ++step) {
      if (((rtl->req_i >> ((last + step) % kN)) & 1U) != 0) {
        expected = (last + step) % kN;
      }
    }
    if (expected == kN) {
      REQUIRE(rtl->grant_o == 0);
    } else {
      REQUIRE(rtl->grant_o == 1U << expected);
      REQUIRE(rtl->grant_idx_o == expected);
      // The turn passes only when the grant is used.
      last = rtl->advance_i != 0 ? expected : last;
    }
    rtl.tick();
  }
}

TEST_CASE("nobody waits longer than one turn of the others") {
  RtlBench<Vel_arbiter_rr> rtl;
  rtl->req_i = 0x1F;
  rtl->advance_i = 1;
  rtl.reset();
  std::array<unsigned, 5> served{};
  for (int i = 0; i < 1000; ++i) {
    rtl.settle();
    ++served[rtl->grant_idx_o];
    rtl.tick();
  }
  for (const unsigned count : served) {
    CHECK(count == 200);
  }
}

}  // namespace ethlink::test
