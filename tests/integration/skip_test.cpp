// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "catch.hpp"
#include "programs/registry.hpp"
#include "sim/base/run_hash.hpp"
#include "sim/simulation.hpp"

namespace ethlink::test {
namespace {

struct Case {
  const char* client;  // program of the left node, with its arguments
  const char* server;
};

sim::SimulationResult run_once(const std::string& text, bool skip) {
  Result<sim::Scenario> scenario = sim::parse_scenario(text, "skip");
  INFO((scenario ? "" : scenario.error().context));
  REQUIRE(scenario.has_value());
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  sim::SimulationOptions options;
  options.model = sim::make_endpoint_model;
  options.programs = &registry;
  options.skip = options.gate = skip;
  Result<std::unique_ptr<sim::Simulation>> made =
      sim::Simulation::create(std::move(*scenario), std::move(options));
  INFO((made ? "" : made.error().context));
  REQUIRE(made.has_value());
  sim::SimulationResult result = (*made)->run();
  CAPTURE(board.error);
  CHECK(result.good());
  return result;
}

}  // namespace

// What waits in a register that nobody counts as work is moved by the next input at the latest, so
// a link whose delay is short or long hides it differently.
TEST_CASE("Skipped cycles change nothing, whatever the link's delay", "[integration]") {
  const Case kCases[] = {{"name = \"load-latency\"\ncount = 20\n", "memory-server"},
                         {"name = \"store-stream\"\nbytes = 8192\n", "memory-server"},
                         {"name = \"rdma-write-stream\"\ncount = 20\n", "memory-server"}};
  for (const Case& c : kCases) {
    for (const char* bus : {"on-die", "pcie-gen5-x16"}) {
      for (const int delay_ns : {40, 100, 333, 1000}) {
        const std::string node = std::string("bus = \"") + bus + "\"\ndata_width = 256\n";
        const std::string text =
            "name = \"skip\"\n[[node]]\nname = \"left\"\n" + node + "[[node]]\nname = \"right\"\n" +
            node +
            "[[link]]\nbetween = [\"left\", \"right\"]\ndelay_ns = " + std::to_string(delay_ns) +
            "\n[[program]]\nnode = \"left\"\n" + c.client +
            "[[program]]\nnode = \"right\"\nname = \"" + c.server + "\"\n";
        CAPTURE(c.client, bus, delay_ns);
        const sim::SimulationResult skipped = run_once(text, true);
        const sim::SimulationResult whole = run_once(text, false);
        CHECK(sim::hash_text(skipped.hash) == sim::hash_text(whole.hash));
      }
    }
  }
}

}  // namespace ethlink::test
