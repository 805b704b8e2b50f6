// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <system_error>
#include <utility>

#include <boost/process/search_path.hpp>
#include <gnuplot-iostream.h>

#include "bench/sweep_report.hpp"

namespace ethlink::bench {
namespace {

constexpr unsigned kPanelHeight = 380;

// A file with one panel an operation.
struct Plot {
  const char* file;
  const char* title;
  const char* y_label;
  const char* settings;
  double (*value)(const SweepPoint& point);
  double (*bound)(const SweepPoint& point);  // a curve that the values cannot pass; may be null
  const char* bound_name;
};

constexpr std::array kPlots{
    Plot{"rdma-goodput.svg", "goodput against message size", "payload bytes a cycle",
         "set yrange [0:]; unset logscale y; set key bottom right",
         [](const SweepPoint& p) { return p.goodput; },
         [](const SweepPoint& p) { return p.ceiling; }, "ceiling: headers and checksums"},
    Plot{"rdma-latency.svg", "latency against message size", "cycles, push to completion",
         "set logscale y 10; set key top left",
         [](const SweepPoint& p) { return static_cast<double>(p.latency); }, nullptr, ""},
};

// A text in gnuplot's single quotes.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    out += c == '\'' ? std::string("''") : std::string(1, c);
  }
  return out + "'";
}

std::vector<std::pair<double, double>> curve(const std::vector<SweepPoint>& series,
                                             double (*value)(const SweepPoint& point)) {
  std::vector<std::pair<double, double>> points;
  points.reserve(series.size());
  for (const SweepPoint& point : series) {
    points.emplace_back(point.bytes, value(point));
  }
  return points;
}

// The series of one operation.
void draw_panel(Gnuplot& gnuplot, const Plot& plot,
                std::span<const std::vector<SweepPoint>> panel) {
  gnuplot << "set title "
          << quoted(std::string("RDMA ") + to_string(panel.front().front().kind) + ", " +
                    plot.title)
          << "\nplot ";
  if (plot.bound != nullptr) {
    gnuplot << "'-' with lines dashtype 2 linecolor 'gray40' title " << quoted(plot.bound_name)
            << ", ";
  }
  for (const std::vector<SweepPoint>& series : panel) {
    gnuplot << (&series == &panel.front() ? "" : ", ")
            << "'-' with linespoints pointsize 0.5 title " << quoted(series_name(series.front()));
  }
  gnuplot << "\n";
  if (plot.bound != nullptr) {
    gnuplot.send1d(curve(panel.front(), plot.bound));
  }
  for (const std::vector<SweepPoint>& series : panel) {
    gnuplot.send1d(curve(series, plot.value));
  }
}

// `series` is grouped by operation.
Result<void> draw(const std::string& directory, const Plot& plot,
                  const std::vector<std::vector<SweepPoint>>& series) {
  std::vector<std::span<const std::vector<SweepPoint>>> panels;
  for (auto from = series.begin(); from != series.end();) {
    const auto to = std::find_if(from, series.end(), [from](const std::vector<SweepPoint>& s) {
      return s.front().kind != from->front().kind;
    });
    panels.emplace_back(from, to);
    from = to;
  }
  const std::filesystem::path path = std::filesystem::path(directory) / plot.file;
  std::error_code error;
  std::filesystem::remove(path, error);
  {
    Gnuplot gnuplot("gnuplot");
    gnuplot << "set terminal svg size 900," << kPanelHeight * panels.size()
            << " dynamic background 'white'\nset output " << quoted(path.string())
            << "\nset xlabel 'message, bytes'\nset ylabel " << quoted(plot.y_label)
            << "\nset logscale x 2\nset format x '2^{%L}'\nset grid\n"
            << plot.settings << "\nset multiplot layout " << panels.size() << ",1\n";
    for (const auto& panel : panels) {
      draw_panel(gnuplot, plot, panel);
    }
    gnuplot << "unset multiplot\n";
  }
  // gnuplot's own message, if any, went to standard error.
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (error || bytes == 0) {
    return Error{Errc::kNotFound, path.string() + ": expected a plot, gnuplot wrote none"};
  }
  return {};
}

}  // namespace

Result<void> prepare_report(const std::string& directory) {
  if (boost::process::search_path("gnuplot").empty()) {
    return Error{Errc::kNotFound,
                 "--plot: expected the program gnuplot in PATH, found none (scripts/setup.sh "
                 "installs it)"};
  }
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!std::filesystem::is_directory(directory, error)) {
    return Error{Errc::kNotFound,
                 "--plot: expected a directory, found '" + directory + "', which is none"};
  }
  return {};
}

Result<void> write_plots(const std::string& directory, const std::vector<SweepPoint>& points) {
  const std::vector<std::vector<SweepPoint>> series = split_series(points);
  for (const Plot& plot : kPlots) {
    if (Result<void> drawn = draw(directory, plot, series); !drawn) {
      return drawn;
    }
  }
  return {};
}

}  // namespace ethlink::bench
