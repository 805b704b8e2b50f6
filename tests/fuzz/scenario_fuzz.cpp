// SPDX-License-Identifier: Apache-2.0
//
// The reader of scenarios: any text is a scenario that holds together, or one line of error.
#include "fuzz.hpp"
#include "sim/scenario/scenario.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ethlink;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const Result<sim::Scenario> scenario = sim::parse_scenario(text, "fuzz.toml");
  if (!scenario) {
    const std::string& line = scenario.error().context;
    fuzz::promise(line.starts_with("fuzz.toml:"), "the file and the line in an error");
    fuzz::promise(line.find('\n') == std::string::npos, "one line of error");
    return 0;
  }
  for (const sim::ScenarioLink& link : scenario->links) {
    for (const sim::ScenarioEnd& end : link.ends) {
      fuzz::promise(!scenario->name_of(end).empty(), "ends of links that exist");
    }
  }
  for (const sim::ScenarioProgram& program : scenario->programs) {
    fuzz::promise(program.node < scenario->nodes.size(), "programs on nodes that exist");
  }
  for (const sim::ScenarioFault& fault : scenario->faults) {
    fuzz::promise(!fault.event.node || *fault.event.node < scenario->nodes.size(),
                  "faults of nodes that exist");
    fuzz::promise(fault.event.at || fault.link < scenario->links.size(),
                  "faults of links that exist");
  }
  return 0;
}
