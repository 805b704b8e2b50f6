// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <iomanip>
#include <iostream>

#include "bench/suites.hpp"
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
            << std::setw(7) << metric.info.goal << "  " << (metric.met() ? "met" : "MISSED")
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

}  // namespace

int bench_command(const std::vector<std::string>& arguments) {
  po::options_description options("options");
  std::string json;
  std::string suite;
  unsigned width = 0;
  options.add_options()("help,h", "this text")(
      "suite", po::value(&suite)->default_value("all")->value_name("NAME"), "ls, rdma, sim or all")(
      "width", po::value(&width)->default_value(512)->value_name("BITS"),
      "data path: 256, 512 or 1024; limits are those of 512")(
      "json", po::value(&json)->value_name("FILE"), "write the metrics as JSON");
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
  Result<std::vector<bench::Metric>> metrics = measure(suite, width);
  if (!metrics) {
    return complain(metrics.error().context, kFailure);
  }
  if (!json.empty()) {
    if (Result<void> written = write_json(json, bench::to_json(*metrics)); !written) {
      return complain(written.error().context, kUsage);
    }
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
  return kSuccess;
}

}  // namespace ethlink::cli
