// SPDX-License-Identifier: Apache-2.0
//
// One figure of the benchmark, with the limit that it must meet and the goal behind it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace ethlink::bench {

/// A limit; which side of it is good depends on the metric.
struct MetricInfo {
  std::string_view name;
  std::string_view unit;
  double must;
  double goal;
  bool lower_is_better;
  bool judged = true;  ///< false: measured, but not held against `must`
};

struct Metric {
  MetricInfo info;
  double value = 0;

  [[nodiscard]] bool met() const {
    return !info.judged || (info.lower_is_better ? value <= info.must : value >= info.must);
  }
};

/// The metrics that this program measures, in the order of the report.
std::vector<MetricInfo> all_metrics();
/// The metric called `name`.
std::optional<MetricInfo> find_metric(std::string_view name);

/// {"schema": 1, "metrics": [{"name", "value", "unit", "must", "goal", "judged"}, ...]}
nlohmann::json to_json(const std::vector<Metric>& metrics);

}  // namespace ethlink::bench
