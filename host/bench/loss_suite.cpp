// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include "bench/suites.hpp"
#include "programs/registry.hpp"
#include "sim/simulation.hpp"

namespace ethlink::bench {
namespace {

// One queue pair writes messages of 1 MiB over 400 Gb/s and 1 us to and fro; the host bus is faster
// than the link. The retransmission timer (16 us) is a few round trips, so that a packet lost twice
// costs what recovery costs, not what a timer of milliseconds would.
constexpr const char* kScenario = R"toml(
name = "loss"
seed = 1
[[node]]
name = "client"
bus = "on-die"
[[node]]
name = "server"
bus = "on-die"
[[link]]
between = ["client", "server"]
rate_gbps = 400
delay_ns = 500
[[program]]
name = "rdma-write-stream"
node = "client"
size = 1048576
repeat = "selective"
timeout = 2
[[program]]
name = "memory-server"
node = "server"
)toml";

struct LossRun {
  const char* name;  // of the metric; nullptr: the run without loss, with which the others compare
  double loss;
  unsigned messages;  // enough for tens of losses
};
constexpr std::array kRuns{LossRun{nullptr, 0, 48}, LossRun{"rdma.goodput_loss_1e-3", 1e-3, 48},
                           LossRun{"rdma.goodput_loss_1e-2", 1e-2, 32}};

// Payload bytes a picosecond.
Result<double> goodput(unsigned data_width, const LossRun& loss) {
  Result<sim::Scenario> scenario = sim::parse_scenario(kScenario, "loss");
  if (!scenario) {
    return scenario.error();
  }
  for (sim::ScenarioNode& node : scenario->nodes) {
    node.data_width = data_width;
    // The data path keeps its rate at every width: 512 bits at 800 MHz.
    node.period_ps = 1250 * data_width / 512;
  }
  scenario->links.at(0).forward.faults.loss = loss.loss;
  scenario->links.at(0).backward.faults.loss = loss.loss;
  scenario->programs.at(0).arguments["count"] = std::to_string(loss.messages);
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  sim::SimulationOptions options;
  options.model = sim::make_endpoint_model;
  options.programs = &registry;
  Result<std::unique_ptr<sim::Simulation>> run =
      sim::Simulation::create(std::move(*scenario), std::move(options));
  if (!run) {
    return run.error();
  }
  const sim::SimulationResult result = (*run)->run();
  if (!result.good()) {
    return Error{Errc::kDeviceError, "rdma.goodput_loss: the run failed: " + board.error};
  }
  const auto& reports = result.nodes.at(0).reports;
  const auto bytes = reports.find("bytes");
  const auto duration = reports.find("duration_ps");
  if (bytes == reports.end() || duration == reports.end()) {
    return Error{Errc::kDataError, "rdma.goodput_loss: expected reports of the client, found none"};
  }
  return static_cast<double>(bytes->second) / static_cast<double>(duration->second);
}

}  // namespace

Result<void> measure_loss(unsigned data_width, std::vector<Metric>& metrics) {
  double lossless = 0;
  for (const LossRun& run : kRuns) {
    Result<double> measured = goodput(data_width, run);
    if (!measured) {
      return measured.error();
    }
    if (run.name == nullptr) {
      lossless = *measured;
    } else {
      metrics.push_back({*find_metric(run.name), *measured / lossless});
    }
  }
  return {};
}

}  // namespace ethlink::bench
