// SPDX-License-Identifier: Apache-2.0
//
// The files that a sweep leaves in a directory.
#pragma once

#include <string>
#include <vector>

#include "bench/sweep.hpp"

namespace ethlink::bench {

/// "WRITE +1 +63": operation, offset of the source, offset of the destination.
std::string series_name(const SweepPoint& point);

/// Creates `directory` and finds gnuplot, before anything is measured. kNotFound without gnuplot.
Result<void> prepare_report(const std::string& directory);

/// rdma.csv: a line for each point.
Result<void> write_csv(const std::string& directory, const std::vector<SweepPoint>& points);
/// rdma.md: a table for each operation, a row for each size.
Result<void> write_markdown(const std::string& directory, const std::vector<SweepPoint>& points);
/// rdma-goodput.svg and rdma-latency.svg, drawn by gnuplot.
Result<void> write_plots(const std::string& directory, const std::vector<SweepPoint>& points);

/// The points grouped by operation and place, in their order.
std::vector<std::vector<SweepPoint>> split_series(const std::vector<SweepPoint>& points);

}  // namespace ethlink::bench
