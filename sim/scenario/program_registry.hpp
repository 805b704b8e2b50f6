// SPDX-License-Identifier: Apache-2.0
//
// The host programs that a scenario may name.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "sim/host/host_port.hpp"
#include "sim/scenario/scenario.hpp"

namespace ethlink::sim {

/// Ownership: plain value. Threads: any, once filled.
class ProgramRegistry {
 public:
  /// Checks the arguments and makes the program; an error should come from
  /// `program.place.error(...)`, so that it names the line.
  using Factory =
      std::function<Result<HostProgram>(const ScenarioProgram& program, const Scenario& scenario)>;

  void add(std::string name, Factory factory);
  /// kInvalidArgument with place and suggestion for a name that is not known.
  [[nodiscard]] Result<HostProgram> make(const ScenarioProgram& program,
                                         const Scenario& scenario) const;

 private:
  std::map<std::string, Factory, std::less<>> factories_;
};

}  // namespace ethlink::sim
