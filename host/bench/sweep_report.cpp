// SPDX-License-Identifier: Apache-2.0
#include "bench/sweep_report.hpp"

#include <filesystem>
#include <fstream>

#include "cli/table.hpp"

namespace ethlink::bench {
namespace {

using cli::decimal;

// Writes `text` to the file called `name`.
Result<void> write_text(const std::string& directory, const char* name, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(directory) / name;
  std::ofstream file(path);
  file << text;
  file.close();
  if (!file) {
    return Error{Errc::kNotFound, path.string() + ": cannot be written"};
  }
  return {};
}

std::string place(const Placement& placement) {
  return "+" + std::to_string(placement.source) + " +" + std::to_string(placement.destination);
}

std::string markdown_row(const std::vector<std::string>& cells) {
  std::string row = "|";
  for (const std::string& cell : cells) {
    row += " " + cell + " |";
  }
  return row + "\n";
}

// One operation: `series` differ in the place only and have the same sizes.
std::string markdown_table(const std::vector<std::vector<SweepPoint>>& series) {
  std::vector<std::string> heading{"bytes", "ceiling"};
  for (const char* what : {"goodput ", "latency "}) {
    for (const std::vector<SweepPoint>& one : series) {
      heading.push_back(what + place(one.front().placement));
    }
  }
  std::string text = markdown_row(heading);
  text += markdown_row(std::vector<std::string>(heading.size(), "---:"));
  for (std::size_t i = 0; i < series.front().size(); ++i) {
    const SweepPoint& first = series.front()[i];
    std::vector<std::string> row{std::to_string(first.bytes), decimal(first.ceiling, 2)};
    for (const std::vector<SweepPoint>& one : series) {
      row.push_back(decimal(one[i].goodput, 2));
    }
    for (const std::vector<SweepPoint>& one : series) {
      row.push_back(std::to_string(one[i].latency));
    }
    text += markdown_row(row);
  }
  return text;
}

}  // namespace

std::string series_name(const SweepPoint& point) {
  return std::string(to_string(point.kind)) + " " + place(point.placement);
}

std::vector<std::vector<SweepPoint>> split_series(const std::vector<SweepPoint>& points) {
  std::vector<std::vector<SweepPoint>> series;
  for (const SweepPoint& point : points) {
    const bool same = !series.empty() && series.back().front().kind == point.kind &&
                      series.back().front().placement == point.placement;
    if (!same) {
      series.emplace_back();
    }
    series.back().push_back(point);
  }
  return series;
}

Result<void> write_csv(const std::string& directory, const std::vector<SweepPoint>& points) {
  std::string text =
      "operation,source_offset,destination_offset,bytes,goodput_bytes_per_cycle,"
      "ceiling_bytes_per_cycle,link_ceiling_bytes_per_cycle,beats_bytes_per_cycle,of_ceiling,"
      "of_neighbours,latency_cycles\n";
  for (const SweepPoint& p : points) {
    text += std::string(to_string(p.kind)) + "," + std::to_string(p.placement.source) + "," +
            std::to_string(p.placement.destination) + "," + std::to_string(p.bytes) + "," +
            decimal(p.goodput, 4) + "," + decimal(p.ceiling, 4) + "," + decimal(p.link_ceiling, 4) +
            "," + decimal(p.beats, 4) + "," + decimal(p.of_ceiling(), 4) + "," +
            decimal(p.neighbours, 4) + "," + std::to_string(p.latency) + "\n";
  }
  return write_text(directory, "rdma.csv", text);
}

Result<void> write_markdown(const std::string& directory, const std::vector<SweepPoint>& points) {
  std::string text =
      "# RDMA: goodput and latency against size\n\n"
      "Goodput and ceiling are bytes a cycle, latency is cycles.\n"
      "+a +b: the source begins a bytes behind a page, the destination b bytes.\n";
  std::vector<std::vector<SweepPoint>> operation;
  const auto flush = [&] {
    if (!operation.empty()) {
      text += std::string("\n## ") + to_string(operation.front().front().kind) + "\n\n" +
              markdown_table(operation);
      operation.clear();
    }
  };
  for (std::vector<SweepPoint>& series : split_series(points)) {
    if (!operation.empty() && operation.front().front().kind != series.front().kind) {
      flush();
    }
    operation.push_back(std::move(series));
  }
  flush();
  return write_text(directory, "rdma.md", text);
}

}  // namespace ethlink::bench
