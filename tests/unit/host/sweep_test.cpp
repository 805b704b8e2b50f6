// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <sstream>

#include "bench/sweep_report.hpp"
#include "catch.hpp"

namespace ethlink::bench {
namespace {

// A series whose goodput is `goodput` of its size; whole beats leave any.
template <typename Goodput>
std::vector<SweepPoint> series_of(Goodput goodput, RdmaKind kind = RdmaKind::kWrite,
                                  Placement placement = {}) {
  std::vector<SweepPoint> series;
  for (const std::uint32_t bytes : sweep_sizes(16)) {
    SweepPoint point;
    point.kind = kind;
    point.placement = placement;
    point.bytes = bytes;
    point.goodput = goodput(bytes);
    point.ceiling = 64;
    point.beats = 1000;
    point.latency = 60 + bytes / 64;
    series.push_back(point);
  }
  judge_sweep(series);
  return series;
}

// What a device without flaws has: a cost a message and one a byte.
double smooth(std::uint32_t bytes) {
  return bytes / (2.0 + bytes / 63.0);
}

std::vector<std::uint32_t> cliffs(const std::vector<SweepPoint>& series) {
  std::vector<std::uint32_t> sizes;
  for (const SweepPoint& point : series) {
    if (point.neighbours < kCliff) {
      sizes.push_back(point.bytes);
    }
  }
  return sizes;
}

using Sizes = std::vector<std::uint32_t>;

TEST_CASE("A sweep has every power of two and its neighbours once, in order", "[host][bench]") {
  CHECK(sweep_sizes(4) == Sizes{1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17});
  CHECK(sweep_sizes(23).back() == (1U << 23) + 1);
  CHECK(sweep_sizes(23).size() == 68);
}

TEST_CASE("A smooth curve and a straight one have no cliff", "[host][bench]") {
  CHECK(cliffs(series_of(smooth)).empty());
  CHECK(cliffs(series_of([](std::uint32_t bytes) { return 1.0 * bytes; })).empty());
}

TEST_CASE("A size that is slow alone is a cliff, and one that is slow a little is none",
          "[host][bench]") {
  const std::uint32_t slow = GENERATE(2U, 64U, 4097U, 32767U);
  const auto with = [slow](double share) {
    return cliffs(series_of([=](std::uint32_t b) { return smooth(b) * (b == slow ? share : 1); }));
  };
  CHECK(with(0.88) == Sizes{slow});
  CHECK(with(0.92).empty());
}

TEST_CASE("A range that is slow together is a cliff, though its sizes agree with each other",
          "[host][bench]") {
  const auto series =
      series_of([](std::uint32_t b) { return smooth(b) * (b >= 4095 && b <= 4097 ? 0.8 : 1); });
  CHECK(cliffs(series) == Sizes{4095, 4096, 4097});
}

TEST_CASE("A size that needs one more beat is no cliff, one that needs more cycles is",
          "[host][bench]") {
  auto series = series_of([](std::uint32_t b) { return b == 65 ? 65.0 / 3 : b / 2.0; });
  CHECK(cliffs(series) == Sizes{65});
  for (SweepPoint& point : series) {
    point.beats = point.goodput;
  }
  judge_sweep(series);
  CHECK(cliffs(series).empty());
}

TEST_CASE("A message takes the beats of the wire, of its reads or of its writes", "[host][bench]") {
  const auto beats = [](RdmaKind kind, unsigned source, unsigned destination, std::uint64_t bytes) {
    return message_beats(kind, {source, destination}, bytes, 4096, 64);
  };
  // 142 and 206 bytes on the wire.
  CHECK(beats(RdmaKind::kWrite, 0, 0, 64) == 3);
  CHECK(beats(RdmaKind::kWrite, 0, 0, 128) == 4);
  // 126 and 130; the write of 65 bytes and its completion.
  CHECK(beats(RdmaKind::kSend, 0, 0, 64) == 2);
  CHECK(beats(RdmaKind::kSend, 0, 0, 65) == 3);
  CHECK(beats(RdmaKind::kSend, 0, 1, 64) == 3);
  // Bytes 63 to 190 are three beats of memory, and the descriptor is one.
  CHECK(beats(RdmaKind::kSend, 63, 0, 128) == 4);
  // Frames of 4162, 4158 and 4162 bytes; reads of 64 and 65 beats each.
  CHECK(beats(RdmaKind::kRead, 0, 0, 12288) == 66 + 65 + 66);
  CHECK(beats(RdmaKind::kRead, 1, 0, 12288) == 66 + 65 + 66);
  CHECK(message_beats(RdmaKind::kRead, {0, 0}, 32, 4096, 128) == 1);
}

TEST_CASE("The ceiling of a message counts what its operation adds to headers", "[host][bench]") {
  const auto ceiling = [](RdmaKind kind, std::uint64_t bytes) {
    return rdma_ceiling(kind, bytes, 4096, Wire::kBeats);
  };
  CHECK(ceiling(RdmaKind::kSend, 1) == Approx(1.0 / (62 + 4)));
  CHECK(ceiling(RdmaKind::kWrite, 1) == Approx(1.0 / (62 + 16 + 4)));
  CHECK(ceiling(RdmaKind::kRead, 4096) == Approx(4096.0 / (62 + 4 + 4096)));
  CHECK(ceiling(RdmaKind::kRead, 4097) == Approx(4097.0 / (2 * 62 + 8 + 4100)));
  CHECK(rdma_ceiling(RdmaKind::kSend, 4097, 4096, Wire::kLink) == Approx(4097.0 / (2 * 82 + 4100)));
}

std::string slurp(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++n;
  }
  return n;
}

struct TemporaryDirectory {
  TemporaryDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "sweep's XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path = name;
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

TEST_CASE("A sweep leaves a line for each point, a table and plots for each operation",
          "[host][bench]") {
  std::vector<SweepPoint> points;
  for (const auto& series : {series_of(smooth), series_of(smooth, RdmaKind::kWrite, {1, 63}),
                             series_of(smooth, RdmaKind::kRead)}) {
    points.insert(points.end(), series.begin(), series.end());
  }
  REQUIRE(split_series(points).size() == 3);
  CHECK(series_name(split_series(points)[1].front()) == "WRITE +1 +63");

  const TemporaryDirectory directory;
  const std::string below = (directory.path / "a" / "b").string();
  REQUIRE(prepare_report(below).has_value());
  for (auto* write : {write_csv, write_markdown, write_plots}) {
    REQUIRE(write(below, points).has_value());
  }
  const std::string csv = slurp(directory.path / "a" / "b" / "rdma.csv");
  CHECK(count(csv, "\n") == points.size() + 1);
  CHECK(csv.find("\nWRITE,1,63,4096,") != std::string::npos);
  const std::string markdown = slurp(directory.path / "a" / "b" / "rdma.md");
  CHECK(count(markdown, "\n## ") == 2);
  CHECK(count(markdown, "\n| 4096 |") == 2);
  for (const char* name : {"rdma-goodput.svg", "rdma-latency.svg"}) {
    const std::string svg = slurp(directory.path / "a" / "b" / name);
    CHECK(svg.find("RDMA READ") != std::string::npos);
    CHECK(svg.find("WRITE +1 +63") != std::string::npos);
    CHECK(svg.find("</svg>") != std::string::npos);
  }
}

TEST_CASE("A directory that cannot be written is named", "[host][bench]") {
  const TemporaryDirectory directory;
  const std::string file = (directory.path / "file").string();
  std::ofstream(file) << "text";
  const Result<void> ready = prepare_report(file);
  REQUIRE_FALSE(ready.has_value());
  CHECK(ready.error().context.find("expected a directory, found '" + file) != std::string::npos);
  const Result<void> written = write_csv(file, {});
  REQUIRE_FALSE(written.has_value());
  CHECK(written.error().context.find(file) == 0);
}

}  // namespace
}  // namespace ethlink::bench
