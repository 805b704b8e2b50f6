// SPDX-License-Identifier: Apache-2.0
#include "bench/suites.hpp"
#include "catch.hpp"

namespace ethlink::test {
namespace {

void check(const Result<std::vector<bench::Metric>>& metrics, unsigned expected_ratios) {
  INFO((metrics ? "" : metrics.error().context));
  REQUIRE(metrics.has_value());
  unsigned ratios = 0;
  for (const bench::Metric& metric : *metrics) {
    CAPTURE(metric.info.name, metric.value, metric.info.must);
    CHECK(metric.met());
    if (metric.info.unit == "ratio") {
      ++ratios;
      CHECK(metric.value <= 1);
    }
  }
  CHECK(ratios == expected_ratios);
}

TEST_CASE("Load/store meets its limits, and no rate exceeds what the wire allows",
          "[integration][bench]") {
  check(bench::measure_load_store(512), 2);
}

TEST_CASE("RDMA meets its limits, and no rate exceeds what the wire allows",
          "[integration][bench]") {
  check(bench::measure_rdma(512), 3);
}

}  // namespace
}  // namespace ethlink::test
