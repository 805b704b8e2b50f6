// SPDX-License-Identifier: Apache-2.0
#include "bench/suites.hpp"
#include "bench/sweep_report.hpp"
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
  check(bench::measure_rdma(512), 6);
}

TEST_CASE("RDMA has no cliff at any size up to two packets, and loses nothing to alignment",
          "[integration][bench]") {
  bench::SweepOptions options = bench::full_sweep();
  options.sizes = bench::sweep_sizes(13);
  const Result<std::vector<bench::SweepPoint>> points = bench::measure_sweep(options);
  INFO((points ? "" : points.error().context));
  REQUIRE(points.has_value());
  CHECK(points->size() == options.kinds.size() * options.placements.size() * options.sizes.size());
  for (const bench::SweepPoint& point : *points) {
    CAPTURE(bench::series_name(point), point.bytes, point.goodput, point.latency);
    CHECK(point.neighbours >= bench::kCliff);
    CHECK(point.of_ceiling() <= 1);
    // The steady state begins and ends within a message, so that the rate is exact to 1 or 2 %.
    CHECK(point.goodput <= 1.02 * point.beats);
    CHECK(point.latency > 0);
  }
}

}  // namespace
}  // namespace ethlink::test
