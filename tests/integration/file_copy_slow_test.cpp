// SPDX-License-Identifier: Apache-2.0
#include "file_copy_runs.hpp"

namespace ethlink::test {
namespace {

constexpr std::size_t kLarge = std::size_t{16} << 20;

TEST_CASE("16 MiB arrive whole", "[slow]") {
  PairOptions options;
  options.bus = "pcie-gen5-x16";
  options.max_time_us = 10'000'000;
  copy_file(kLarge, options);
}

TEST_CASE("16 MiB arrive whole although one frame in a thousand is lost", "[slow]") {
  PairOptions options;
  options.max_time_us = 10'000'000;
  options.faults = "loss = 0.001";
  const CopyRun run = copy_file(kLarge, options);
  CHECK(reported(run.result.nodes[0], "ls.tx_repeated") > 0);
  CHECK(reported(run.result.nodes[0], "roce_sq.tx_repeated") > 0);
}

}  // namespace
}  // namespace ethlink::test
