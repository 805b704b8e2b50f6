// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <iostream>

#include "bench/ceiling.hpp"
#include "cli/command.hpp"
#include "cli/interrupt.hpp"
#include "cli/run_options.hpp"
#include "cli/run_report.hpp"
#include "cli/table.hpp"
#include "commands/demo_scenario.hpp"
#include "programs/registry.hpp"

namespace ethlink::cli {
namespace {

namespace po = boost::program_options;

constexpr double kProgressSeconds = 1.0;
constexpr double kPsPerUs = 1e6;

struct DemoOptions {
  RunOptions run;
  std::string input;
  double loss = 0;
  unsigned width = 0;
};

// The demonstration's scenario, changed as the options say.
Result<sim::Scenario> make_scenario(const DemoOptions& options) {
  Result<sim::Scenario> scenario =
      sim::parse_scenario(kDemoScenario, "sim/scenarios/two-nodes.toml");
  if (!scenario) {
    return scenario;
  }
  scenario->seed = options.run.seed.value_or(scenario->seed);
  for (sim::ScenarioNode& node : scenario->nodes) {
    node.data_width = options.width;
  }
  for (sim::ScenarioLink& link : scenario->links) {
    link.forward.faults.loss = options.loss;
    link.backward.faults.loss = options.loss;
  }
  for (sim::ScenarioProgram& program : scenario->programs) {
    if (program.name == "file-sender") {
      program.arguments["input"] = options.input;
    }
  }
  return scenario;
}

// Payload in Gb/s that link and bus allow; the bus carries one packet an operation.
double ceiling_gbps(CopyPhase phase, const sim::Scenario& scenario, const FileCopy& copy) {
  const double link = static_cast<double>(scenario.links.at(0).forward.rate_mbps) / 1000;
  const sim::BusProfile& bus = scenario.nodes.at(copy.sender).bus;
  const auto over_bus = [&](double bytes) {
    return bus.rate_mbps == 0 ? link
                              : static_cast<double>(bus.rate_mbps) / 1000 * bytes /
                                    (bytes + static_cast<double>(bus.overhead_bytes));
  };
  constexpr bench::Wire kWire = bench::Wire::kLink;
  switch (phase) {
    case CopyPhase::kStore64:
      return std::min(link * bench::store_ceiling(64, kWire), over_bus(64));
    case CopyPhase::kStore256:
      return std::min(link * bench::store_ceiling(256, kWire), over_bus(256));
    case CopyPhase::kRdmaWrite:
      return std::min(link * bench::rdma_ceiling(bench::RdmaKind::kWrite, copy.message_bytes,
                                                 copy.path_mtu, kWire),
                      over_bus(bus.mps_bytes));
    case CopyPhase::kLoadBack:
      return std::min(link * bench::load_ceiling(256, kWire), over_bus(256));
  }
  return link;
}

// Figures of one phase.
struct Row {
  const PhaseResult& phase;
  double microseconds, gbps, ceiling;
  std::uint64_t cycles;
};
Row row_of(CopyPhase which, const sim::Scenario& scenario, const FileCopy& copy) {
  const PhaseResult& phase = copy.phases.at(static_cast<std::size_t>(which));
  const double picoseconds = std::max(1.0, static_cast<double>(phase.simulated.count()));
  return {phase, picoseconds / kPsPerUs, static_cast<double>(phase.bytes) * 8e3 / picoseconds,
          ceiling_gbps(which, scenario, copy),
          static_cast<std::uint64_t>(phase.simulated / copy.cycles[0])};
}

constexpr std::array kPhases{CopyPhase::kStore64, CopyPhase::kStore256, CopyPhase::kRdmaWrite,
                             CopyPhase::kLoadBack};

// What both endpoints sent again, from the counters that the programs reported.
std::uint64_t repeated(const sim::SimulationResult& result) {
  std::uint64_t total = 0;
  for (const sim::NodeResult& node : result.nodes) {
    for (const char* name : {"ls.tx_repeated", "roce_sq.tx_repeated"}) {
      const auto found = node.reports.find(name);
      total += found == node.reports.end() ? 0 : found->second;
    }
  }
  return total;
}

void print_phases(const sim::Scenario& scenario, const FileCopy& copy,
                  const sim::SimulationResult& result) {
  std::vector<std::vector<std::string>> rows{{"phase", "bytes", "time us", "cycles", "Gb/s",
                                              "ceiling", "ratio", "operations", "frames",
                                              "resent"}};
  std::uint64_t bytes = 0;
  std::uint64_t operations = 0;
  std::uint64_t frames = 0;
  for (const CopyPhase which : kPhases) {
    const Row row = row_of(which, scenario, copy);
    rows.push_back({to_string(which), grouped(row.phase.bytes), decimal(row.microseconds, 3),
                    grouped(row.cycles), decimal(row.gbps, 2), decimal(row.ceiling, 1),
                    decimal(row.gbps / row.ceiling, 3), grouped(row.phase.operations),
                    grouped(row.phase.frames), grouped(row.phase.repeated)});
    bytes += row.phase.bytes;
    operations += row.phase.operations;
    frames += row.phase.frames;
  }
  rows.push_back({"all", grouped(bytes), decimal(static_cast<double>(result.time) / kPsPerUs, 3),
                  grouped(result.nodes.at(copy.sender).cycles), "", "", "", grouped(operations),
                  grouped(frames), grouped(repeated(result))});
  std::cout << '\n';
  print_table(std::cout, rows);
  std::cout << "\n'resent' of a phase is what the sender sent again; of 'all' it is both ends, "
               "and the time includes set-up.\n";
}

nlohmann::json phases_json(const sim::Scenario& scenario, const FileCopy& copy) {
  nlohmann::json phases = nlohmann::json::array();
  for (const CopyPhase which : kPhases) {
    const Row row = row_of(which, scenario, copy);
    phases.push_back({{"name", to_string(which)},
                      {"bytes", row.phase.bytes},
                      {"simulated_ps", row.phase.simulated.count()},
                      {"cycles", row.cycles},
                      {"goodput_gbps", row.gbps},
                      {"ceiling_gbps", row.ceiling},
                      {"operations", row.phase.operations},
                      {"frames", row.phase.frames},
                      {"repeated", row.phase.repeated}});
  }
  return phases;
}

void show_progress(const FileCopy& copy, const char* state, const sim::Progress* progress) {
  const std::uint64_t bytes = copy.phases.at(static_cast<std::size_t>(copy.phase)).bytes;
  const std::uint64_t done = copy.phase_done_bytes;
  std::cout << "  " << to_string(copy.phase) << ": " << grouped(done) << " of " << grouped(bytes)
            << " bytes, " << (bytes == 0 ? 0 : 100 * done / bytes) << " %";
  if (progress != nullptr) {
    std::cout << ", " << decimal(static_cast<double>(progress->time) / kPsPerUs, 1)
              << " us simulated, " << decimal(progress->wall_seconds, 1) << " s";
  }
  std::cout << state << std::endl;
}

int run_demo(const DemoOptions& options) {
  Result<sim::Scenario> scenario = make_scenario(options);
  if (!scenario) {
    return complain(scenario.error().context, kUsage);
  }
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  Result<sim::SimulationOptions> simulation = simulation_options(options.run, registry);
  if (!simulation) {
    return complain(simulation.error().context, kUsage);
  }
  simulation->progress_seconds = kProgressSeconds;
  simulation->progress = [&board, shown = TimePoint{-1}](const sim::Progress& progress) mutable {
    const TimePoint now{static_cast<std::int64_t>(progress.time)};
    if (now != shown && !interrupted()) {
      show_progress(*board.copy, "", &progress);
    }
    shown = now;
  };
  watch_interrupts();
  Result<std::unique_ptr<sim::Simulation>> run =
      sim::Simulation::create(*scenario, std::move(*simulation));
  if (!run) {
    return complain(run.error().context, kUsage);
  }
  FileCopy& copy = *board.copy;
  copy.phase_ended = [&copy] { show_progress(copy, ", done", nullptr); };
  std::cout << "sending " << options.input << ": " << grouped(copy.data.size())
            << " bytes from host 0 to host 1" << std::endl;
  const sim::SimulationResult result = (*run)->run();
  const Verdict verdict = judge(*scenario, result, board.error);
  nlohmann::json document = to_json(*scenario, result);
  document["command"] = "demo";
  document["input"] = options.input;
  document["bytes"] = copy.data.size();
  document["sha256"] = copy.sent_sha256;
  document["phases"] = phases_json(*scenario, copy);
  if (verdict.code == kSuccess) {
    print_phases(*scenario, copy, result);
    std::cout << "SHA-256 of the file, of its three copies and of what was loaded back: "
              << copy.sent_sha256 << '\n';
    if (!options.run.pcap.empty()) {
      std::cout << "captured " << grouped(result.captured_frames) << " frames in "
                << options.run.pcap << '\n';
    }
  }
  print_speed(std::cout, result);
  return finish_run(verdict, result, options.run.json, document);
}

}  // namespace

int demo_command(const std::vector<std::string>& arguments) {
  DemoOptions demo;
  po::options_description options("options");
  options.add_options()("help,h", "this text")("input",
                                               po::value(&demo.input)
                                                   ->default_value(ETHLINK_DEFAULT_INPUT,
                                                                   "a file of the "
                                                                   "repository")
                                                   ->value_name("FILE"),
                                               "file to send, 1 byte to 64 MiB")(
      "loss", po::value(&demo.loss)->default_value(0, "0")->value_name("P"),
      "probability that a frame is lost, on each link and in each direction")(
      "width", po::value(&demo.width)->default_value(512)->value_name("BITS"),
      "data path: 256, 512 or 1024");
  add_run_options(options, demo.run);
  bool help = false;
  Result<po::variables_map> values = parse(arguments, options, {}, "demo [options]", help);
  if (!values) {
    return complain(values.error().context, kUsage);
  }
  if (help) {
    return kSuccess;
  }
  if (!(demo.loss >= 0 && demo.loss < 1)) {
    return complain(
        "--loss: expected a probability from 0 to below 1, found " + decimal(demo.loss, 3), kUsage);
  }
  if (demo.width != 256 && demo.width != 512 && demo.width != 1024) {
    return complain("--width: expected 256, 512 or 1024, found " + std::to_string(demo.width),
                    kUsage);
  }
  // Asked first, so that the message names the file and no line of a scenario.
  if (Result<std::vector<std::byte>> data = read_input(demo.input); !data) {
    return complain("--input: " + data.error().context, kUsage);
  }
  return run_demo(demo);
}

}  // namespace ethlink::cli
