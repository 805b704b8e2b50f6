// SPDX-License-Identifier: Apache-2.0
#include "cli/run_report.hpp"

#include <algorithm>
#include <iostream>

#include "cli/table.hpp"
#include "sim/base/run_hash.hpp"

namespace ethlink::cli {
namespace {

constexpr double kPsPerUs = 1e6;

const char* reason_text(sim::EndReason reason) {
  switch (reason) {
    case sim::EndReason::kFinished:
      return "finished";
    case sim::EndReason::kTimeLimit:
      return "time limit";
    case sim::EndReason::kStopped:
      return "stopped";
    case sim::EndReason::kMemoryViolation:
      return "memory violation";
  }
  return "?";
}

// Cycles of all endpoints, and those of them that were evaluated.
struct Cycles {
  std::uint64_t all = 0, run = 0;
};
Cycles count_cycles(const sim::SimulationResult& result) {
  Cycles cycles;
  for (const sim::NodeResult& node : result.nodes) {
    cycles.all += node.cycles;
    cycles.run += node.engine.cycles_run;
  }
  return cycles;
}

nlohmann::json node_json(const sim::NodeResult& node) {
  nlohmann::json reports = nlohmann::json::object();
  for (const auto& [name, value] : node.reports) {
    reports[name] = value;
  }
  return {{"name", node.name},
          {"has_program", node.has_program},
          {"program_ended", node.program_ended},
          {"exit_code", node.exit_code},
          {"cycles", node.cycles},
          {"cycles_run", node.engine.cycles_run},
          {"protocol_errors", node.engine.protocol_errors},
          {"memory_faults", node.memory.faults},
          {"memory_violation", node.violation},
          {"dma_read_bytes", node.memory.read_bytes},
          {"dma_written_bytes", node.memory.written_bytes},
          {"interrupts", node.host.interrupts},
          {"reports", reports}};
}

nlohmann::json link_json(const sim::LinkResult& link) {
  return {{"name", link.name},
          {"frames", link.stats.frames},
          {"bytes", link.stats.bytes},
          {"delivered", link.stats.delivered},
          {"dropped", link.stats.dropped},
          {"duplicated", link.stats.duplicated},
          {"reordered", link.stats.reordered},
          {"corrupted", link.stats.corrupted},
          {"marked", link.stats.marked},
          {"injected", link.stats.injected}};
}

nlohmann::json fault_json(const sim::FaultResult& fault) {
  return {{"line", fault.line},
          {"action", fault.action},
          {"where", fault.where},
          {"matched", fault.matched},
          {"done", fault.done}};
}

nlohmann::json switch_json(const sim::SwitchResult& item) {
  nlohmann::json ports = nlohmann::json::array();
  for (const sim::SwitchPortStats& port : item.ports) {
    ports.push_back({{"received", port.received},
                     {"sent", port.sent},
                     {"bad_fcs", port.bad_fcs},
                     {"tail_drops", port.tail_drops},
                     {"marked", port.marked},
                     {"pfc_sent", port.pfc_sent},
                     {"pfc_received", port.pfc_received},
                     {"max_queue_bytes", port.max_queue_bytes}});
  }
  return {{"name", item.name}, {"ports", ports}};
}

nlohmann::json external_json(const sim::ExternalResult& item) {
  return {{"name", item.name},
          {"received", item.stats.received},
          {"sent", item.stats.sent},
          {"bad_fcs", item.stats.bad_fcs},
          {"overflows", item.stats.overflows},
          {"bad_length", item.stats.bad_length},
          {"closed", item.stats.closed}};
}

}  // namespace

nlohmann::json to_json(const sim::Scenario& scenario, const sim::SimulationResult& result) {
  nlohmann::json nodes = nlohmann::json::array();
  nlohmann::json links = nlohmann::json::array();
  nlohmann::json switches = nlohmann::json::array();
  nlohmann::json faults = nlohmann::json::array();
  std::transform(result.nodes.begin(), result.nodes.end(), std::back_inserter(nodes), node_json);
  std::transform(result.links.begin(), result.links.end(), std::back_inserter(links), link_json);
  std::transform(result.switches.begin(), result.switches.end(), std::back_inserter(switches),
                 switch_json);
  std::transform(result.faults.begin(), result.faults.end(), std::back_inserter(faults),
                 fault_json);
  nlohmann::json externals = nlohmann::json::array();
  std::transform(result.externals.begin(), result.externals.end(), std::back_inserter(externals),
                 external_json);
  return {{"schema", 1},
          {"scenario", scenario.name},
          {"seed", scenario.seed},
          {"end", reason_text(result.reason)},
          {"simulated_ps", result.time},
          {"wall_seconds", result.wall_seconds},
          {"cpu_seconds", result.cpu_seconds},
          {"captured_frames", result.captured_frames},
          {"nodes", nodes},
          {"links", links},
          {"switches", switches},
          {"faults", faults},
          {"externals", externals},
          {"hash", result.reproducible ? nlohmann::json(sim::hash_text(result.hash))
                                       : nlohmann::json(nullptr)}};
}

void print_statistics(std::ostream& out, const sim::SimulationResult& result) {
  std::vector<std::vector<std::string>> rows{
      {"node", "exit", "cycles", "evaluated", "DMA read B", "DMA written B", "interrupts"}};
  for (const sim::NodeResult& node : result.nodes) {
    rows.push_back({node.name, node.has_program ? std::to_string(node.exit_code) : "-",
                    grouped(node.cycles), grouped(node.engine.cycles_run),
                    grouped(node.memory.read_bytes), grouped(node.memory.written_bytes),
                    grouped(node.host.interrupts)});
  }
  print_table(out, rows);
  rows = {{"link", "frames", "bytes", "dropped", "duplicated", "reordered", "corrupted"}};
  for (const sim::LinkResult& link : result.links) {
    rows.push_back({link.name, grouped(link.stats.frames), grouped(link.stats.bytes),
                    grouped(link.stats.dropped), grouped(link.stats.duplicated),
                    grouped(link.stats.reordered), grouped(link.stats.corrupted)});
  }
  out << '\n';
  print_table(out, rows);
  rows = {
      {"switch port", "received", "sent", "bad FCS", "tail drops", "marked", "deepest queue B"}};
  for (const sim::SwitchResult& item : result.switches) {
    for (std::size_t i = 0; i < item.ports.size(); ++i) {
      const sim::SwitchPortStats& port = item.ports[i];
      rows.push_back({item.name + " " + std::to_string(i), grouped(port.received),
                      grouped(port.sent), grouped(port.bad_fcs), grouped(port.tail_drops),
                      grouped(port.marked), grouped(port.max_queue_bytes)});
    }
  }
  if (rows.size() > 1) {
    out << '\n';
    print_table(out, rows);
  }
  rows = {{"fault in line", "action", "where", "frames meant", "acted"}};
  for (const sim::FaultResult& fault : result.faults) {
    rows.push_back({std::to_string(fault.line), fault.action, fault.where, grouped(fault.matched),
                    grouped(fault.done)});
  }
  if (rows.size() > 1) {
    out << '\n';
    print_table(out, rows);
  }
  rows = {{"external port", "received", "sent", "bad FCS", "overflows", "bad length"}};
  for (const sim::ExternalResult& item : result.externals) {
    rows.push_back({item.name, grouped(item.stats.received), grouped(item.stats.sent),
                    grouped(item.stats.bad_fcs), grouped(item.stats.overflows),
                    grouped(item.stats.bad_length)});
  }
  if (rows.size() > 1) {
    out << '\n';
    print_table(out, rows);
  }
  for (const sim::NodeResult& node : result.nodes) {
    for (const auto& [name, value] : node.reports) {
      out << (name == node.reports.begin()->first ? "\n" + node.name + "\n" : "") << "  " << name
          << " = " << grouped(value) << '\n';
    }
  }
  out << '\n';
}

void print_speed(std::ostream& out, const sim::SimulationResult& result) {
  const Cycles cycles = count_cycles(result);
  const double seconds = std::max(result.wall_seconds, 1e-9);
  out << "simulated " << decimal(static_cast<double>(result.time) / kPsPerUs, 3) << " us, "
      << grouped(cycles.all) << " endpoint cycles (" << grouped(cycles.run) << " evaluated) in "
      << decimal(result.wall_seconds, 2)
      << " s: " << decimal(static_cast<double>(cycles.all) / seconds / 1000, 0) << " k cycles/s\n";
}

Verdict judge(const sim::Scenario& scenario, const sim::SimulationResult& result,
              const std::string& errors) {
  if (result.reason == sim::EndReason::kStopped) {
    return {kInterrupted, "interrupted"};
  }
  // Before what the programs say: they were cut off by it.
  for (const sim::NodeResult& node : result.nodes) {
    if (!node.violation.empty()) {
      return {kFailure, node.name + ": " + node.violation};
    }
  }
  if (!result.output_error.empty()) {
    return {kFailure, result.output_error};
  }
  if (!errors.empty()) {
    return {kFailure, errors};
  }
  for (const sim::NodeResult& node : result.nodes) {
    if (!node.failure.empty()) {
      return {kFailure, node.name + ": the program failed: " + node.failure};
    }
    if (node.program_ended && node.exit_code != 0) {
      return {kFailure, node.name + ": the program ended with " + std::to_string(node.exit_code)};
    }
    if (node.memory.faults != 0) {
      return {kFailure, node.name + ": the device made " + std::to_string(node.memory.faults) +
                            " accesses outside of its memory"};
    }
    if (node.engine.protocol_errors != 0) {
      return {kFailure, node.name + ": the device broke " +
                            std::to_string(node.engine.protocol_errors) + " rules of the bus"};
    }
  }
  if (result.reason == sim::EndReason::kTimeLimit && !scenario.programs.empty()) {
    return {kFailure, "the time limit of " +
                          decimal(static_cast<double>(scenario.max_time_ps) / kPsPerUs, 3) +
                          " us was reached before every program ended"};
  }
  return {};
}

int finish_run(const Verdict& verdict, const sim::SimulationResult& result,
               const std::string& json_path, const nlohmann::json& document) {
  int code = verdict.code;
  if (!json_path.empty()) {
    if (Result<void> written = write_json(json_path, document); !written) {
      code = complain(written.error().context, kUsage);
    }
  }
  if (verdict.code != kSuccess) {
    code = complain(verdict.message, verdict.code);
  }
  std::cout << "hash: "
            << (result.reproducible ? sim::hash_text(result.hash)
                                    : "none, a run with external ports is not reproducible")
            << std::endl;
  return code;
}

}  // namespace ethlink::cli
