// SPDX-License-Identifier: Apache-2.0
//
// The result of a simulation, for people and for programs.
#pragma once

#include <iosfwd>
#include <string>

#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "sim/simulation.hpp"

namespace ethlink::cli {

/// Everything that the simulation measured; docs/reference/cli.md lists the members.
nlohmann::json to_json(const sim::Scenario& scenario, const sim::SimulationResult& result);

/// Nodes, links and switches in tables.
void print_statistics(std::ostream& out, const sim::SimulationResult& result);
/// Simulated time, cycles and speed: one line.
void print_speed(std::ostream& out, const sim::SimulationResult& result);

/// Exit code of a run, and what to say when it is not 0.
struct Verdict {
  ExitCode code = kSuccess;
  std::string message;
};
/// `errors`: what the host programs said, "" when nothing. A scenario without programs is meant to
/// run into its time limit.
Verdict judge(const sim::Scenario& scenario, const sim::SimulationResult& result,
              const std::string& errors);

/// Prints the hash line, writes the JSON file if one is asked for, complains; returns the exit
/// code.
int finish_run(const Verdict& verdict, const sim::SimulationResult& result,
               const std::string& json_path, const nlohmann::json& document);

}  // namespace ethlink::cli
