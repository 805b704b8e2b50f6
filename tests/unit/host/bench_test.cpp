// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "bench/ceiling.hpp"
#include "bench/metric.hpp"
#include "bench/observe.hpp"
#include "catch.hpp"

namespace ethlink::bench {
namespace {

TEST_CASE("Metrics become JSON with value, unit, must and goal", "[host][bench]") {
  const nlohmann::json json =
      to_json({{*find_metric("ls.store_to_wire_64"), 9}, {*find_metric("sim.skip_speedup"), 4.5}});
  CHECK(json["schema"] == 1);
  REQUIRE(json["metrics"].size() == 2);
  CHECK(json["metrics"][0] == nlohmann::json({{"name", "ls.store_to_wire_64"},
                                              {"value", 9.0},
                                              {"unit", "cycles"},
                                              {"must", 14.0},
                                              {"goal", 8.0},
                                              {"judged", true}}));
  CHECK(json["metrics"][1]["value"] == 4.5);
}

TEST_CASE("A limit is met on its good side, its edge included", "[host][bench]") {
  const MetricInfo cycles = *find_metric("ls.store_to_wire_64");
  CHECK(Metric{cycles, 14}.met());
  CHECK_FALSE(Metric{cycles, 14.5}.met());
  const MetricInfo ratio = *find_metric("rdma.write_vs_ceiling_4k");
  CHECK(Metric{ratio, 0.97}.met());
  CHECK_FALSE(Metric{ratio, 0.96}.met());
  CHECK_FALSE(find_metric("ls.nothing").has_value());
  MetricInfo open = ratio;
  open.judged = false;
  CHECK(Metric{open, 0}.met());
}

TEST_CASE("Every metric has a name of its own and a goal beyond its limit", "[host][bench]") {
  std::set<std::string_view> names;
  for (const MetricInfo& metric : all_metrics()) {
    CAPTURE(metric.name);
    CHECK(names.insert(metric.name).second);
    CHECK((metric.lower_is_better ? metric.goal < metric.must : metric.goal > metric.must));
  }
}

TEST_CASE("Ceilings of a link count every byte of header, checksum, preamble and gap",
          "[host][bench]") {
  // One packet of 4096 B: 14 + 20 + 8 + 12 + 16 + 4096 + 4 + 4 + 8 + 12 bytes on the wire.
  CHECK(rdma_ceiling(RdmaKind::kWrite, 4096, 4096, Wire::kLink) == Approx(4096.0 / 4194.0));
  // Seven stores of 256 B: 14 + 2 + 12 + 7 * 268 + 4 + 4 + 20.
  CHECK(store_ceiling(256, Wire::kLink) == Approx(7 * 256.0 / 1932.0));
  CHECK(store_ceiling(64, Wire::kLink) == Approx(25 * 64.0 / (56 + 25 * 76)));
  CHECK(load_ceiling(256, Wire::kLink) == Approx(7 * 256.0 / (56 + 7 * 260)));
}

TEST_CASE("Ceilings of the bench count headers and checksums only: frames follow without a gap",
          "[host][bench]") {
  CHECK(rdma_ceiling(RdmaKind::kWrite, 4096, 4096, Wire::kBeats) == Approx(4096.0 / 4174.0));
  CHECK(rdma_ceiling(RdmaKind::kWrite, 1048576, 4096, Wire::kBeats) ==
        Approx(1048576.0 / (256 * 4158 + 16)));
  // EthLink: NET 2 in the place of IPv4 20 and UDP 8.
  CHECK(rdma_ceiling(RdmaKind::kWrite, 4096, 4096, Wire::kBeats, regs::QpEncap::kEthLink) ==
        Approx(4096.0 / 4148.0));
  CHECK(store_ceiling(256, Wire::kBeats) == Approx(7 * 256.0 / 1912.0));
  CHECK(store_ceiling(64, Wire::kBeats) == Approx(25 * 64.0 / (36 + 25 * 76)));
  CHECK(load_ceiling(256, Wire::kBeats) == Approx(7 * 256.0 / (36 + 7 * 260)));
}

TEST_CASE("Whole beats never carry more than a ceiling of the bench allows", "[host][bench]") {
  const int beat = GENERATE(32, 64, 128);
  CAPTURE(beat);
  const auto beats = [beat](int frame) { return (frame + beat - 1) / beat * beat; };
  CHECK(25 * 64.0 / beats(36 + 25 * 76) <= store_ceiling(64, Wire::kBeats));
  CHECK(7 * 256.0 / beats(36 + 7 * 268) <= store_ceiling(256, Wire::kBeats));
  CHECK(4096.0 / beats(4174) <= rdma_ceiling(RdmaKind::kWrite, 4096, 4096, Wire::kBeats));
  CHECK(1048576.0 / (beats(4174) + 255 * beats(4158)) <=
        rdma_ceiling(RdmaKind::kWrite, 1048576, 4096, Wire::kBeats));
}

TEST_CASE("A rate is taken between the mark and the last sighting", "[host][bench]") {
  Sightings s;
  s.set_mark(20);
  for (std::uint64_t cycle = 100; cycle <= 200; cycle += 10) {
    s.see(cycle, 10);
  }
  CHECK(s.first() == 100);
  CHECK(s.last() == 200);
  CHECK(s.count() == 11);
  CHECK(s.total() == 110);
  CHECK(s.rate() == Approx(1.0));
  CHECK(Sightings().rate() == 0);
}

}  // namespace
}  // namespace ethlink::bench
