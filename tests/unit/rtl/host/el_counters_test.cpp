// SPDX-License-Identifier: Apache-2.0
//
// el_counters: each field of a group is added to its own counter, with its whole width.

#include <array>
#include <cstdint>

#include "ethlink/generated/regs.hpp"

#include "Vel_counters.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace {

using namespace ethlink;  // NOLINT(google-build-using-namespace)

std::uint64_t read(test::RtlBench<Vel_counters>& bench, unsigned index) {
  bench->rd_valid_i = 1;
  bench->rd_addr_i = static_cast<std::uint16_t>(index / 8 * 64);
  bench.tick();
  bench->rd_valid_i = 0;
  bench.settle();
  const unsigned word = index % 8 * 2;
  return bench->rd_data_o[word] | std::uint64_t{bench->rd_data_o[word + 1]} << 32;
}

TEST_CASE("every field of the RDMA send side counts in its own counter, byte counts too") {
  test::RtlBench<Vel_counters> bench;
  bench->roce_i = 0;
  bench->roce_sq_i = 0;
  bench->ls_i = 0;
  bench->eth_i = 0;
  bench->host_i = 0;
  bench->rd_valid_i = 0;
  bench.reset();
  // Widths in the order of rtl/regs/counters.toml.
  constexpr unsigned kFirst = regs::kCntRoceSqTxPackets;
  constexpr unsigned kFields = regs::kCntRoceSqImpliedNaks - kFirst + 1;
  unsigned at = 0;
  std::array<std::uint64_t, kFields> want{};
  for (unsigned i = 0; i < kFields; ++i) {
    const bool bytes =
        kFirst + i == regs::kCntRoceSqTxBytes || kFirst + i == regs::kCntRoceSqRxReadBytes;
    const unsigned width = bytes ? 13 : 1;
    const std::uint64_t value = bytes ? 0x1001 + i : 1;
    for (unsigned n = 0; n <= i; ++n) {
      bench->roce_sq_i = value << at;
      bench.tick();
      want[i] += value;
    }
    bench->roce_sq_i = 0;
    at += width;
  }
  bench.tick();
  bench.tick();
  for (unsigned i = 0; i < kFields; ++i) {
    CAPTURE(i);
    CHECK(read(bench, kFirst + i) == want[i]);
  }
  CHECK(read(bench, kFirst - 1) == 0);
  CHECK(read(bench, kFirst + kFields) == 0);
}

}  // namespace
