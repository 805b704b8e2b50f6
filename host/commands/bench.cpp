// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <iomanip>
#include <iostream>

#include "bench/suites.hpp"
#include "bench/sweep_report.hpp"
#include "cli/command.hpp"

namespace ethlink::cli {
namespace {

namespace po = boost::program_options;

struct Suite {
  const char* name;
  Result<std::vector<bench::Metric>> (*measure)(unsigned data_width);
};

constexpr std::array kSuites{
    Suite{"ls", bench::measure_load_store},
    Suite{"rdma", bench::measure_rdma},
    Suite{"sim", bench::measure_simulation},
};

void print(const bench::Metric& metric) {
  std::cout << std::left << std::setw(40) << metric.info.name << std::right << std::fixed
            << std::setprecision(3) << std::setw(12) << metric.value << ' ' << std::left
            << std::setw(8) << metric.info.unit << (metric.info.lower_is_better ? "<= " : ">= ")
            << std::right << std::setprecision(2) << std::setw(7) << metric.info.must << "  goal "
            << std::setw(7) << metric.info.goal << "  "
            << (!metric.info.judged ? "not judged"
                : metric.met()      ? "met"
                                    : "MISSED")
            << std::endl;
}

Result<std::vector<bench::Metric>> measure(const std::string& suite, unsigned width) {
  std::vector<bench::Metric> metrics;
  for (const Suite& s : kSuites) {
    if (suite != "all" && suite != s.name) {
      continue;
    }
    Result<std::vector<bench::Metric>> measured = s.measure(width);
    if (!measured) {
      return measured.error();
    }
    for (const bench::Metric& metric : *measured) {
      print(metric);
      metrics.push_back(metric);
    }
  }
  return metrics;
}

// The lowest point of a series, and every cliff.
void print_series(const std::vector<bench::SweepPoint>& series) {
  const auto lower = [](const bench::SweepPoint& a, const bench::SweepPoint& b) {
    return a.neighbours < b.neighbours;
  };
  const bench::SweepPoint& lowest = *std::min_element(series.begin(), series.end(), lower);
  std::cout << "sweep " << std::left << std::setw(13) << bench::series_name(lowest) << std::right
            << std::fixed << std::setprecision(3) << std::setw(4) << series.size()
            << " sizes, largest at " << series.back().of_ceiling()
            << " of its ceiling, lowest against its neighbours " << lowest.neighbours << " at "
            << lowest.bytes << " bytes" << std::endl;
  for (const bench::SweepPoint& point : series) {
    if (point.neighbours < bench::kCliff) {
      std::cout << "cliff " << bench::series_name(point) << " at " << point.bytes
                << " bytes: " << point.goodput << " bytes a cycle, expected at least "
                << bench::kCliff / point.neighbours * point.goodput << std::endl;
    }
  }
}

// Measures and writes the files; returns the number of cliffs.
Result<unsigned> sweep(const std::string& directory, unsigned width) {
  bench::SweepOptions options = bench::full_sweep();
  options.data_width = width;
  options.progress = print_series;
  Result<std::vector<bench::SweepPoint>> points = bench::measure_sweep(options);
  if (!points) {
    return points.error();
  }
  for (auto* write : {bench::write_csv, bench::write_markdown, bench::write_plots}) {
    if (Result<void> written = write(directory, *points); !written) {
      return written.error();
    }
  }
  return static_cast<unsigned>(std::count_if(
      points->begin(), points->end(),
      [](const bench::SweepPoint& point) { return point.neighbours < bench::kCliff; }));
}

}  // namespace

int bench_command(const std::vector<std::string>& arguments) {
  po::options_description options("options");
  std::string json;
  std::string suite;
  std::string plot;
  unsigned width = 0;
  options.add_options()("help,h", "this text")(
      "suite", po::value(&suite)->default_value("all")->value_name("NAME"), "ls, rdma, sim or all")(
      "width", po::value(&width)->default_value(512)->value_name("BITS"),
      "data path: 256, 512 or 1024; limits are those of 512")(
      "json", po::value(&json)->value_name("FILE"), "write the metrics as JSON")(
      "plot", po::value(&plot)->value_name("DIR"),
      "sweep of RDMA over all sizes: tables and plots into DIR, some minutes");
  bool help = false;
  Result<po::variables_map> values = parse(arguments, options, {}, "bench [options]", help);
  if (!values) {
    return complain(values.error().context, kUsage);
  }
  if (help) {
    return kSuccess;
  }
  if (suite != "all" && suite != "ls" && suite != "rdma" && suite != "sim") {
    return complain("--suite: expected ls, rdma, sim or all, found '" + suite + "'", kUsage);
  }
  if (width != 256 && width != 512 && width != 1024) {
    return complain("--width: expected 256, 512 or 1024, found " + std::to_string(width), kUsage);
  }
  if (!plot.empty()) {
    if (suite != "all" && suite != "rdma") {
      return complain("--plot: expected --suite rdma or all, found '" + suite + "'", kUsage);
    }
    if (Result<void> ready = bench::prepare_report(plot); !ready) {
      return complain(ready.error().context, kUsage);
    }
  }
  Result<std::vector<bench::Metric>> metrics = measure(suite, width);
  if (!metrics) {
    return complain(metrics.error().context, kFailure);
  }
  if (!json.empty()) {
    if (Result<void> written = write_json(json, bench::to_json(*metrics)); !written) {
      return complain(written.error().context, kUsage);
    }
  }
  unsigned cliffs = 0;
  if (!plot.empty()) {
    Result<unsigned> found = sweep(plot, width);
    if (!found) {
      return complain(found.error().context, kFailure);
    }
    cliffs = *found;
  }
  unsigned missed = 0;
  for (const bench::Metric& metric : *metrics) {
    missed += metric.met() ? 0 : 1;
  }
  // The limits are stated for 512 bits; other widths are measured, not judged.
  if (missed != 0 && width == 512) {
    return complain(std::to_string(missed) + " of " + std::to_string(metrics->size()) +
                        " metrics miss their limit",
                    kFailure);
  }
  if (cliffs != 0 && width == 512) {
    return complain("the sweep has cliffs: " + std::to_string(cliffs) +
                        " points are below 0.9 of what their neighbours promise",
                    kFailure);
  }
  return kSuccess;
}

}  // namespace ethlink::cli
