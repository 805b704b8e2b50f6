// SPDX-License-Identifier: Apache-2.0
//
// What a run consists of, as read from a TOML file; docs/reference/scenario.md has every key.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ethlink/result.hpp"

#include "sim/base/time.hpp"
#include "sim/fabric/fault_event.hpp"
#include "sim/fabric/link.hpp"
#include "sim/fabric/switch.hpp"
#include "sim/host/bus_profile.hpp"

namespace ethlink::sim {

/// Where something stands in the file, for messages about it.
struct ScenarioPlace {
  std::string file;
  unsigned line = 0;
  /// "file:line: message"
  [[nodiscard]] Error error(std::string_view message) const;
};

struct ScenarioNode {
  std::string name;
  std::uint16_t endpoint_id = 0;     ///< by default the index + 1, as host programs expect
  std::optional<std::uint64_t> mac;  ///< switches know it from the start
  TimePs period_ps = 1250;
  unsigned data_width = 512;
  BusProfile bus;
  ScenarioPlace place;
};

struct ScenarioSwitch {
  std::string name;
  SwitchParams params;
  ScenarioPlace place;
};

/// A port of a program outside the simulation: one of both says where its frames come from.
struct ScenarioExternal {
  std::string name;
  std::optional<int> fd;  ///< a socket that this process inherited
  std::string path;       ///< of a socket that listens
  ScenarioPlace place;
};

enum class EndKind : std::uint8_t { kNode, kSwitch, kExternal };

/// One end of a link: a node, an external port, or the next free port of a switch.
struct ScenarioEnd {
  EndKind kind = EndKind::kNode;
  std::size_t index = 0;  ///< into Scenario::nodes, ::switches or ::externals
  [[nodiscard]] bool operator==(const ScenarioEnd&) const = default;
};

struct ScenarioLink {
  ScenarioEnd ends[2];
  LinkParams forward;   ///< from ends[0] to ends[1]
  LinkParams backward;  ///< from ends[1] to ends[0]
  ScenarioPlace place;
};

/// A fault at certain frames or at a certain time.
struct ScenarioFault {
  FaultEvent event;
  std::size_t link = 0;  ///< into Scenario::links; of no meaning when `event.at` and `event.node`
  unsigned side = 0;     ///< 0: frames of the forward direction, 1: of the backward one
  ScenarioPlace place;
};

/// A host program by name, with free-form arguments.
struct ScenarioProgram {
  std::size_t node = 0;
  std::string name;
  std::map<std::string, std::string, std::less<>> arguments;
  ScenarioPlace place;
};

/// Ownership: plain value. Threads: any.
struct Scenario {
  std::string name;
  std::uint64_t seed = 1;
  TimePs max_time_ps = kPsPerSecond;
  std::vector<ScenarioNode> nodes;
  std::vector<ScenarioSwitch> switches;
  std::vector<ScenarioExternal> externals;
  std::vector<ScenarioLink> links;
  std::vector<ScenarioFault> faults;
  std::vector<ScenarioProgram> programs;

  /// The name of what is at an end of a link.
  [[nodiscard]] const std::string& name_of(const ScenarioEnd& end) const;
};

/// "drop", "delay" ... as a scenario says it.
[[nodiscard]] std::string_view action_name(FaultAction action);

/// Reads and checks a file. The error is one line: file, line, what was expected, what was found.
[[nodiscard]] Result<Scenario> load_scenario(const std::filesystem::path& path);
/// The same from text; `file` is only named in messages.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view text, const std::string& file);

}  // namespace ethlink::sim
