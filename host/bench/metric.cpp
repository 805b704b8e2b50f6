// SPDX-License-Identifier: Apache-2.0
#include "bench/metric.hpp"

#include <algorithm>
#include <array>

namespace ethlink::bench {
namespace {

constexpr std::array kMetrics{
    MetricInfo{"ls.store_to_wire_64", "cycles", 14, 8, true},
    MetricInfo{"ls.load_rtt_64", "cycles", 72, 40, true},
    MetricInfo{"ls.load64_e2e_ns", "ns", 450, 390, true},
    MetricInfo{"ls.store64_vs_ceiling", "ratio", 0.90, 0.97, false},
    MetricInfo{"ls.store256_vs_ceiling", "ratio", 0.95, 0.98, false},
    MetricInfo{"ls.load64_per_cycle", "1/cycle", 0.45, 0.75, false},
    MetricInfo{"ls.atomic_per_cycle", "1/cycle", 0.20, 0.40, false},
    MetricInfo{"rdma.wqe_to_wire_inline_64", "cycles", 24, 14, true},
    MetricInfo{"rdma.wqe_to_wire_64", "cycles", 36, 24, true},
    MetricInfo{"rdma.wqe_to_wire_4096", "cycles", 36, 24, true},
    MetricInfo{"rdma.write64_cycles_per_msg_1qp", "cycles", 4, 2, true},
    MetricInfo{"rdma.write64_cycles_per_msg_64qp", "cycles", 4, 2, true},
    MetricInfo{"rdma.write_vs_ceiling_4k", "ratio", 0.97, 0.99, false},
    MetricInfo{"rdma.write_vs_ceiling_1m", "ratio", 0.97, 0.99, false},
    MetricInfo{"rdma.read_vs_ceiling_1m", "ratio", 0.95, 0.98, false},
    MetricInfo{"rdma.nak_to_resend_64", "cycles", 40, 24, true},
    MetricInfo{"rdma.nak_to_resend_4096", "cycles", 40, 24, true},
    MetricInfo{"rdma.rx_last_beat_to_cqe", "cycles", 40, 24, true},
    MetricInfo{"rdma.ethlink_wqe_to_wire_64", "cycles", 36, 24, true},
    MetricInfo{"rdma.ethlink_write64_cycles_per_msg_1qp", "cycles", 4, 2, true},
    MetricInfo{"rdma.ethlink_write_vs_ceiling_4k", "ratio", 0.97, 0.99, false},
    MetricInfo{"rdma.goodput_loss_1e-3", "ratio", 0.90, 0.98, false},
    MetricInfo{"rdma.goodput_loss_1e-2", "ratio", 0.60, 0.85, false},
    MetricInfo{"sim.kcycles_per_cpu_s", "k/s", 200, 800, false},
    MetricInfo{"sim.skip_speedup", "x", 3, 10, false},
};

}  // namespace

std::vector<MetricInfo> all_metrics() {
  return {kMetrics.begin(), kMetrics.end()};
}

std::optional<MetricInfo> find_metric(std::string_view name) {
  const auto* found = std::find_if(kMetrics.begin(), kMetrics.end(),
                                   [name](const MetricInfo& m) { return m.name == name; });
  return found == kMetrics.end() ? std::nullopt : std::optional<MetricInfo>(*found);
}

nlohmann::json to_json(const std::vector<Metric>& metrics) {
  nlohmann::json list = nlohmann::json::array();
  for (const Metric& metric : metrics) {
    list.push_back({{"name", metric.info.name},
                    {"value", metric.value},
                    {"unit", metric.info.unit},
                    {"must", metric.info.must},
                    {"goal", metric.info.goal},
                    {"judged", metric.info.judged}});
  }
  return {{"schema", 1}, {"metrics", list}};
}

}  // namespace ethlink::bench
