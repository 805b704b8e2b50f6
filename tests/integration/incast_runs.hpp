// SPDX-License-Identifier: Apache-2.0
//
// Runs of the scenarios incast-8-to-1 and what each flow got.
#pragma once

#include <string>
#include <vector>

#include "catch.hpp"
#include "pair.hpp"
#include "programs/registry.hpp"
#include "sim/scenario/scenario.hpp"

namespace ethlink::test {

struct IncastRun {
  std::vector<double> flows;  // Gb/s of the eight that share a port
  double victim = 0;          // Gb/s of the flow that shares only a sender with one of them
  std::uint64_t drops = 0;    // of the switch
  std::uint64_t marks = 0;
  std::uint64_t pauses = 0;  // PFC frames that the switch sent
  std::uint64_t deepest = 0;
  sim::SimulationResult result;

  [[nodiscard]] std::uint64_t total(const std::string& counter) const {
    std::uint64_t sum = 0;
    for (const sim::NodeResult& node : result.nodes) {
      sum += reported(node, counter);
    }
    return sum;
  }
  /// Jain's index: 1 when all get the same, 1/n when one gets everything.
  [[nodiscard]] double fairness() const {
    double sum = 0;
    double squares = 0;
    for (const double flow : flows) {
      sum += flow;
      squares += flow * flow;
    }
    return squares == 0 ? 0 : sum * sum / (static_cast<double>(flows.size()) * squares);
  }
  [[nodiscard]] double sum() const {
    double sum = 0;
    for (const double flow : flows) {
      sum += flow;
    }
    return sum;
  }
};

/// Runs `name`.toml, perhaps without congestion control.
inline IncastRun run_incast(const std::string& name, bool congestion_control,
                            const std::string& encapsulation = "rocev2") {
  Result<sim::Scenario> scenario =
      sim::load_scenario(std::string(ETHLINK_SCENARIO_DIR) + "/" + name + ".toml");
  INFO((scenario ? "" : scenario.error().context));
  REQUIRE(scenario.has_value());
  for (sim::ScenarioProgram& program : scenario->programs) {
    if (program.name == "rdma-sink") {
      program.arguments["encapsulation"] = encapsulation;
    }
    if (program.name == "rdma-sink" && !congestion_control) {
      program.arguments["congestion_control"] = "0";
    }
  }
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  sim::SimulationOptions options;
  options.model = sim::make_endpoint_model;
  options.programs = &registry;
  Result<std::unique_ptr<sim::Simulation>> made =
      sim::Simulation::create(*scenario, std::move(options));
  REQUIRE(made.has_value());
  IncastRun run;
  run.result = (*made)->run();
  CHECK(board.error.empty());
  CHECK(run.result.good());
  for (const sim::NodeResult& node : run.result.nodes) {
    CHECK(node.engine.protocol_errors == 0);
    if (node.reports.count("flow0.goodput_mbps") != 0) {
      run.flows.push_back(static_cast<double>(reported(node, "flow0.goodput_mbps")) / 1000);
    }
    run.victim += static_cast<double>(reported(node, "flow1.goodput_mbps")) / 1000;
  }
  for (const sim::SwitchPortStats& port : run.result.switches.at(0).ports) {
    run.drops += port.tail_drops;
    run.marks += port.marked;
    run.pauses += port.pfc_sent;
    run.deepest = std::max(run.deepest, port.max_queue_bytes);
  }
  REQUIRE(run.flows.size() == 8);
  return run;
}

}  // namespace ethlink::test
