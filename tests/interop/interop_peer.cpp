// SPDX-License-Identifier: Apache-2.0
//
// The simulated side of the interoperation tests: one endpoint, a switch, and a guest at its other
// port. run_interop.py starts it with the sockets to a guest.
//
// usage: interop_peer SUITE FAMILY LOSS WIDTH SEED ETHERNET_FD CONTROL_FD CAPTURE

#include <cstdlib>
#include <iostream>
#include <span>

#include "sim/endpoint/models/endpoint_models.hpp"
#include "sim/simulation.hpp"
#include "suites.hpp"

namespace ethlink::interop {
namespace {

struct Options {
  std::string suite;
  unsigned family = 4;
  std::string loss;
  std::string width;
  std::string seed;
  int ethernet = -1;
  int control = -1;
  std::string capture;
};

std::string scenario_text(const Options& options) {
  return "name = \"interop\"\nmax_time_us = 100_000_000\nseed = " + options.seed +
         "\n[[node]]\nname = \"endpoint\"\nmac = \"02:45:4c:00:00:01\"\ndata_width = " +
         options.width +
         "\n"
         "[[external]]\nname = \"guest\"\nfd = " +
         std::to_string(options.ethernet) +
         "\n[[switch]]\nname = \"switch\"\n"
         "[[link]]\nbetween = [\"endpoint\", \"switch\"]\n"
         "[[link]]\nbetween = [\"switch\", \"guest\"]\nrate_gbps = 10\n"
         "[link.faults]\nloss = " +
         options.loss + "\n[[program]]\nnode = \"endpoint\"\nname = \"suite\"\n";
}

int run_suite(const Options& options, const Suite& suite, sim::HostPort& port) {
  GuestControl guest(options.control, port);
  guest.await_ready();
  Session session(port, guest);
  suite(session, options.family);
  const std::uint64_t repairs = session.counter("roce.rx_gaps") +
                                session.counter("roce.rx_duplicates") +
                                session.counter("roce_sq.timeouts");
  port.report("messages", session.messages());
  port.report("repairs", repairs);
  for (const char* error : {"eth.rx_icrc_err", "eth.rx_fcs_err", "roce.rx_invalid"}) {
    if (session.counter(error) != 0) {
      throw std::runtime_error(std::string("expected ") + error + " to be 0");
    }
  }
  guest.tell({"bye"});
  return 0;
}

int run(const Options& options) {
  const auto suite = suites().find(options.suite);
  Result<sim::Scenario> scenario = sim::parse_scenario(scenario_text(options), "interop");
  if (suite == suites().end() || !scenario) {
    std::cerr << (scenario ? "no suite " + options.suite : scenario.error().context) << '\n';
    return 2;
  }
  sim::ProgramRegistry registry;
  registry.add("suite", [&](const auto&, const auto&) -> Result<sim::HostProgram> {
    return sim::HostProgram(
        [&](sim::HostPort& port) { return run_suite(options, suite->second, port); });
  });
  sim::SimulationOptions simulation_options;
  simulation_options.model = sim::make_endpoint_model;
  simulation_options.programs = &registry;
  simulation_options.pcap_path = options.capture;
  Result<std::unique_ptr<sim::Simulation>> simulation =
      sim::Simulation::create(*scenario, std::move(simulation_options));
  if (!simulation) {
    std::cerr << simulation.error().context << '\n';
    return 2;
  }
  const sim::SimulationResult result = (*simulation)->run();
  const sim::NodeResult& node = result.nodes.at(0);
  const sim::ExternalStats& external = result.externals.at(0).stats;
  std::uint64_t dropped = 0;
  for (const sim::LinkResult& link : result.links) {
    dropped += link.stats.dropped;
  }
  const auto reported = [&](const char* name) {
    const auto found = node.reports.find(name);
    return found == node.reports.end() ? 0 : found->second;
  };
  std::cout << reported("messages") << " messages; frames: " << external.sent << " to the guest, "
            << external.received << " from it, " << dropped << " lost; " << reported("repairs")
            << " repairs seen by the endpoint; " << result.time / sim::kPsPerUs / 1000
            << " ms simulated in " << result.wall_seconds << " s" << std::endl;
  std::string failure = node.failure;
  if (failure.empty() && (!result.good() || result.reason != sim::EndReason::kFinished)) {
    failure = "expected a run without memory faults that ends by itself";
  } else if (failure.empty() && node.engine.protocol_errors != 0) {
    failure = "expected no broken rule of the bus";
  } else if (failure.empty() &&
             (std::atof(options.loss.c_str()) > 0) != (dropped != 0 && reported("repairs") != 0)) {
    failure = "expected frames to be lost and repaired exactly when the link loses some";
  } else if (failure.empty() && external.overflows + external.bad_length + external.bad_fcs != 0) {
    failure = "expected every frame to pass the external port";
  }
  if (!failure.empty()) {
    std::cerr << "failed: IPv" << options.family << ", " << failure << '\n';
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace ethlink::interop

int main(int argc, char** argv) {
  if (argc != 9) {
    std::cerr
        << "usage: interop_peer SUITE FAMILY LOSS WIDTH SEED ETHERNET_FD CONTROL_FD CAPTURE\n";
    return 2;
  }
  const std::span<char*> a(argv, static_cast<std::size_t>(argc));
  return ethlink::interop::run({a[1], static_cast<unsigned>(std::atoi(a[2])), a[3], a[4], a[5],
                                std::atoi(a[6]), std::atoi(a[7]), a[8]});
}
