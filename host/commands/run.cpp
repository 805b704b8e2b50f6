// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "cli/command.hpp"
#include "cli/interrupt.hpp"
#include "cli/run_options.hpp"
#include "cli/run_report.hpp"
#include "cli/table.hpp"
#include "programs/registry.hpp"

namespace ethlink::cli {
namespace {

namespace po = boost::program_options;

constexpr double kProgressSeconds = 2.0;
constexpr double kPsPerUs = 1e6;

int run_scenario(const std::string& path, const std::string& time_limit, const RunOptions& run) {
  Result<sim::Scenario> scenario = sim::load_scenario(path);
  if (!scenario) {
    return complain(scenario.error().context, kUsage);
  }
  scenario->seed = run.seed.value_or(scenario->seed);
  if (!time_limit.empty()) {
    Result<sim::TimePs> limit = parse_time("--time-limit", time_limit);
    if (!limit) {
      return complain(limit.error().context, kUsage);
    }
    scenario->max_time_ps = *limit;
  }
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  Result<sim::SimulationOptions> options = simulation_options(run, registry);
  if (!options) {
    return complain(options.error().context, kUsage);
  }
  options->progress_seconds = kProgressSeconds;
  options->progress = [](const sim::Progress& progress) {
    if (progress.wall_seconds >= kProgressSeconds && !interrupted()) {
      std::cout << "  " << decimal(static_cast<double>(progress.time) / kPsPerUs, 1)
                << " us simulated, " << decimal(progress.wall_seconds, 1) << " s" << std::endl;
    }
  };
  watch_interrupts();
  Result<std::unique_ptr<sim::Simulation>> simulation =
      sim::Simulation::create(*scenario, std::move(*options));
  if (!simulation) {
    return complain(simulation.error().context, kUsage);
  }
  std::cout << "running " << scenario->name << ", seed " << scenario->seed << std::endl;
  const sim::SimulationResult result = (*simulation)->run();
  print_statistics(std::cout, result);
  print_speed(std::cout, result);
  nlohmann::json document = to_json(*scenario, result);
  document["command"] = "run";
  return finish_run(judge(*scenario, result, board.error), result, run.json, document);
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  po::options_description options("options");
  po::positional_options_description positional;
  positional.add("scenario", 1);
  RunOptions run;
  std::string path;
  std::string time_limit;
  options.add_options()("help,h", "this text")("scenario", po::value(&path)->value_name("FILE"),
                                               "scenario to run, also without the name")(
      "time-limit", po::value(&time_limit)->value_name("TIME"),
      "longest simulated time, for example 5ms (default: the scenario's)");
  add_run_options(options, run);
  bool help = false;
  Result<po::variables_map> values =
      parse(arguments, options, positional, "run SCENARIO [options]", help);
  if (!values) {
    return complain(values.error().context, kUsage);
  }
  if (help) {
    return kSuccess;
  }
  if (path.empty()) {
    return complain("run: expected a scenario file, found none", kUsage);
  }
  return run_scenario(path, time_limit, run);
}

}  // namespace ethlink::cli
