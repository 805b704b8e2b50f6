// SPDX-License-Identifier: Apache-2.0
//
// Host programs by name, see program_registry.hpp.
#include "sim/scenario/program_registry.hpp"

#include <utility>
#include <vector>

#include "sim/scenario/table_reader.hpp"

namespace ethlink::sim {

void ProgramRegistry::add(std::string name, Factory factory) {
  factories_[std::move(name)] = std::move(factory);
}

Result<HostProgram> ProgramRegistry::make(const ScenarioProgram& program,
                                          const Scenario& scenario) const {
  const auto found = factories_.find(program.name);
  if (found != factories_.end()) {
    return found->second(program, scenario);
  }
  std::vector<std::string> names;
  std::string all;
  for (const auto& [name, factory] : factories_) {
    names.push_back(name);
    all += (all.empty() ? "" : ", ") + name;
  }
  return program.place.error("[[program]] `name`: expected one of " + all + ", found '" +
                             program.name + "'" + suggestion(program.name, names));
}

}  // namespace ethlink::sim
