// SPDX-License-Identifier: Apache-2.0
#include "cli/run_options.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "cli/interrupt.hpp"

namespace ethlink::cli {

namespace po = boost::program_options;

Result<sim::TimePs> parse_time(const std::string& option, const std::string& text) {
  constexpr std::array<std::pair<const char*, double>, 5> kUnits{
      {{"ps", 1}, {"ns", 1e3}, {"us", 1e6}, {"ms", 1e9}, {"s", 1e12}}};
  const Error wrong{Errc::kInvalidArgument,
                    option + ": expected a time such as 12.5us, found '" + text + "'"};
  std::size_t end = 0;
  double value = 0;
  try {
    value = std::stod(text, &end);
  } catch (const std::exception&) {
    return wrong;
  }
  for (const auto& [unit, picoseconds] : kUnits) {
    if (text.substr(end) == unit) {
      const double time = value * picoseconds;
      if (!(time >= 0) || time >= 9e18) {
        return wrong;
      }
      return static_cast<sim::TimePs>(std::llround(time));
    }
  }
  return wrong;
}

void add_run_options(po::options_description& options, RunOptions& run) {
  options.add_options()("seed",
                        po::value<std::uint64_t>()->value_name("N")->notifier(
                            [&run](std::uint64_t value) { run.seed = value; }),
                        "seed of everything random (default: the scenario's)")(
      "no-skip", po::bool_switch(&run.no_skip),
      "evaluate idle cycles too; slower, same result and hash")(
      "pcap", po::value(&run.pcap)->value_name("FILE"),
      "capture every port's frames (pcapng, ns time stamps)")(
      "wave", po::value(&run.wave)->value_name("FILE.fst"), "write a waveform of one endpoint")(
      "wave-node", po::value(&run.wave_node)->default_value(0)->value_name("N"),
      "which node's endpoint")("wave-from", po::value(&run.wave_from)->value_name("TIME"),
                               "start of the waveform, for example 12.5us (default: 0s)")(
      "wave-to", po::value(&run.wave_to)->value_name("TIME"),
      "end of the waveform (default: end of the run)")(
      "json", po::value(&run.json)->value_name("FILE"),
      "write the result as JSON ('-': standard output)");
}

Result<sim::SimulationOptions> simulation_options(const RunOptions& run,
                                                  const sim::ProgramRegistry& programs) {
  sim::SimulationOptions options;
  options.model = sim::make_endpoint_model;
  options.programs = &programs;
  options.skip = !run.no_skip;
  options.gate = !run.no_skip;
  options.pcap_path = run.pcap;
  options.wave_path = run.wave;
  options.wave_node = run.wave_node;
  options.stop = &interrupted();
  for (const auto& [name, text, time] :
       {std::tuple{"--wave-from", &run.wave_from, &options.wave_from},
        std::tuple{"--wave-to", &run.wave_to, &options.wave_to}}) {
    if (text->empty()) {
      continue;
    }
    if (run.wave.empty()) {
      return Error{Errc::kInvalidArgument,
                   std::string(name) + ": expected --wave FILE.fst beside it, found none"};
    }
    Result<sim::TimePs> parsed = parse_time(name, *text);
    if (!parsed) {
      return parsed.error();
    }
    *time = *parsed;
  }
  if (options.wave_from >= options.wave_to) {
    return Error{Errc::kInvalidArgument,
                 "--wave-to: expected a time after --wave-from, found '" + run.wave_to + "'"};
  }
  return options;
}

}  // namespace ethlink::cli
