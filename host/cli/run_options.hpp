// SPDX-License-Identifier: Apache-2.0
//
// Options that every command has which runs a simulation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <boost/program_options.hpp>

#include "ethlink/result.hpp"

#include "sim/simulation.hpp"

namespace ethlink::cli {

struct RunOptions {
  std::optional<std::uint64_t> seed;
  bool no_skip = false;
  std::string pcap, wave, wave_from, wave_to, json;
  unsigned wave_node = 0;
};

/// "12.5us": a number and ps, ns, us, ms or s. The error says what was expected.
Result<sim::TimePs> parse_time(const std::string& option, const std::string& text);

void add_run_options(boost::program_options::options_description& options, RunOptions& run);
/// What the options mean for a simulation; model, stop flag and programs are set too.
Result<sim::SimulationOptions> simulation_options(const RunOptions& run,
                                                  const sim::ProgramRegistry& programs);

}  // namespace ethlink::cli
