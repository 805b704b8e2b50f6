// SPDX-License-Identifier: Apache-2.0
//
// Reads the arguments of a program that a scenario names; errors point to its line.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ethlink/generated/regs.hpp"

#include "sim/scenario/scenario.hpp"

namespace ethlink {

/// The first error wins; later reads return defaults. Ownership: refers to both arguments.
class Arguments {
 public:
  Arguments(const sim::ScenarioProgram& program, const sim::Scenario& scenario)
      : program_(program), scenario_(scenario) {}

  std::string text(const std::string& key, const std::string& otherwise);
  std::uint64_t integer(const std::string& key, std::uint64_t otherwise, std::uint64_t least,
                        std::uint64_t most);
  /// Missing or another value is an error.
  std::uint64_t one_of(const std::string& key, std::uint64_t otherwise,
                       const std::vector<std::uint64_t>& allowed);
  /// `encapsulation`: "rocev2", the default, or "ethlink".
  regs::QpEncap encapsulation();
  /// `repeat`: "go-back-n", the default, or "selective".
  bool selective_repeat();
  /// The node that `key` names; by default the only other node.
  unsigned other_node(const std::string& key);
  void fail(const std::string& message);
  /// The first error; a key that nobody asked for is one.
  [[nodiscard]] std::optional<Error> finish() const;

 private:
  const std::string* find(const std::string& key);

  const sim::ScenarioProgram& program_;
  const sim::Scenario& scenario_;
  std::set<std::string, std::less<>> known_;
  std::optional<Error> error_;
};

}  // namespace ethlink
