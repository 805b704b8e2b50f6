// SPDX-License-Identifier: Apache-2.0
//
// Reads scenarios, see scenario.hpp and docs/reference/scenario.md.
#include "sim/scenario/scenario.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

#include "sim/scenario/fault_reader.hpp"
#include "sim/scenario/table_reader.hpp"

namespace ethlink::sim {
namespace {

constexpr double kMaxNs = 1e9;

[[nodiscard]] TimePs from_ns(double ns) {
  return static_cast<TimePs>(std::llround(ns * 1000.0));
}

[[nodiscard]] std::string list(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

class ScenarioReader {
 public:
  ScenarioReader(const toml::table& root, ReadState& state)
      : state_(state), root_(root, "scenario", state) {}

  Scenario read() {
    scenario_.name = root_.text("name", "unnamed");
    scenario_.seed = root_.integer("seed", 1, 0, INT64_MAX);
    scenario_.max_time_ps = root_.integer("max_time_us", 1'000'000, 1, 100'000'000) * kPsPerUs;
    for (const toml::table* table : root_.tables("node")) {
      read_node(*table);
    }
    for (const toml::table* table : root_.tables("switch")) {
      read_switch(*table);
    }
    for (const toml::table* table : root_.tables("external")) {
      read_external(*table);
    }
    for (const toml::table* table : root_.tables("link")) {
      read_link(*table);
    }
    for (const toml::table* table : root_.tables("fault")) {
      scenario_.faults.push_back(read_fault(*table, scenario_, state_));
    }
    for (const toml::table* table : root_.tables("program")) {
      read_program(*table);
    }
    root_.finish();
    check_topology();
    return std::move(scenario_);
  }

 private:
  void read_node(const toml::table& table) {
    TableReader reader(table, "[[node]]", state_);
    ScenarioNode node;
    node.place = reader.place();
    const std::size_t index = scenario_.nodes.size();
    node.name = unique_name(reader, table, "node" + std::to_string(index));
    node.endpoint_id =
        static_cast<std::uint16_t>(reader.integer("endpoint_id", index + 1, 1, 0xffff));
    if (!ids_.insert(node.endpoint_id).second) {
      reader.fail(table, "[[node]] `endpoint_id`: expected one that no other node has, found " +
                             std::to_string(node.endpoint_id));
    }
    node.mac = read_mac(reader, table);
    node.period_ps = reader.integer("period_ps", 1250, 100, 1'000'000);
    if (reader.has("clock_mhz")) {
      if (reader.has("period_ps")) {
        reader.fail(table, "[[node]]: expected `clock_mhz` or `period_ps`, found both");
      }
      node.period_ps =
          static_cast<TimePs>(std::llround(1e6 / reader.number("clock_mhz", 800, 1, 10'000)));
    }
    node.data_width = static_cast<unsigned>(reader.integer("data_width", 512, 256, 1024));
    if (node.data_width != 256 && node.data_width != 512 && node.data_width != 1024) {
      reader.fail(*table.get("data_width"),
                  "[[node]] `data_width`: expected 256, 512 or 1024, "
                  "found " +
                      std::to_string(node.data_width));
    }
    const std::string bus = reader.text("bus", "pcie-gen5-x16");
    if (const auto profile = bus_profile(bus, node.period_ps)) {
      node.bus = *profile;
    } else {
      const std::vector<std::string> names = bus_profile_names();
      reader.fail(*table.get("bus"), "[[node]] `bus`: expected one of " + list(names) +
                                         ", found '" + bus + "'" + suggestion(bus, names));
    }
    node.bus.mrrs_bytes =
        static_cast<unsigned>(reader.integer("mrrs", node.bus.mrrs_bytes, 128, 4096));
    reader.finish();
    scenario_.nodes.push_back(node);
  }

  // "02:45:4c:00:00:01" as a number, first byte highest.
  static std::optional<std::uint64_t> read_mac(TableReader& reader, const toml::table& table) {
    const std::string text = reader.text("mac", "");
    if (text.empty()) {
      return std::nullopt;
    }
    std::uint64_t mac = 0;
    bool good = text.size() == 17;
    for (std::size_t i = 0; i < 17 && good; ++i) {
      if (i % 3 == 2) {
        good = text[i] == ':';
      } else {
        const auto c = static_cast<unsigned char>(text[i]);
        good = std::isxdigit(c) != 0;
        mac = mac << 4 |
              static_cast<unsigned>(std::isdigit(c) != 0 ? c - '0' : (c | 0x20) - 'a' + 10);
      }
    }
    if (!good || (mac >> 40 & 1U) != 0) {
      reader.fail(*table.get("mac"),
                  "[[node]] `mac`: expected a unicast address such as "
                  "02:45:4c:00:00:01, found '" +
                      text + "'");
    }
    return mac;
  }

  void read_switch(const toml::table& table) {
    TableReader reader(table, "[[switch]]", state_);
    ScenarioSwitch item;
    item.place = reader.place();
    item.name = unique_name(reader, table, "switch" + std::to_string(scenario_.switches.size()));
    SwitchParams& params = item.params;
    params.latency_ps = from_ns(reader.number("latency_ns", 200, 0, kMaxNs));
    const auto kib = [&reader](std::string_view key, std::uint64_t bytes) {
      return reader.integer(key, bytes / 1024, 0, 1 << 20) * 1024;
    };
    params.queue_bytes = kib("queue_kib", params.queue_bytes);
    params.ecn_bytes = kib("ecn_kib", params.ecn_bytes);
    params.ecn_max_bytes = kib("ecn_max_kib", params.ecn_bytes);
    params.ecn_probability = reader.number("ecn_probability", params.ecn_probability, 0, 1);
    const std::string at = reader.text("ecn_at", "arrival");
    params.ecn_departure = at == "departure";
    if (at != "arrival" && at != "departure") {
      reader.fail(*table.get("ecn_at"),
                  "[[switch]] `ecn_at`: expected arrival or departure, found '" + at + "'");
    }
    if (params.ecn_max_bytes < params.ecn_bytes) {
      reader.fail(table, "[[switch]]: expected `ecn_max_kib` of at least `ecn_kib`, found " +
                             std::to_string(params.ecn_max_bytes / 1024) + " and " +
                             std::to_string(params.ecn_bytes / 1024));
    }
    params.pfc = reader.flag("pfc", params.pfc);
    params.pfc_xoff_bytes = kib("pfc_xoff_kib", params.pfc_xoff_bytes);
    params.pfc_xon_bytes = kib("pfc_xon_kib", params.pfc_xon_bytes);
    if (params.pfc && params.pfc_xon_bytes >= params.pfc_xoff_bytes) {
      reader.fail(table, "[[switch]]: expected `pfc_xon_kib` below `pfc_xoff_kib`, found " +
                             std::to_string(params.pfc_xon_bytes / 1024) + " and " +
                             std::to_string(params.pfc_xoff_bytes / 1024));
    }
    reader.finish();
    scenario_.switches.push_back(item);
  }

  void read_external(const toml::table& table) {
    TableReader reader(table, "[[external]]", state_);
    ScenarioExternal item;
    item.place = reader.place();
    item.name = unique_name(reader, table, "external" + std::to_string(scenario_.externals.size()));
    if (reader.has("fd") == reader.has("path")) {
      reader.fail(table, std::string("[[external]]: expected `fd` or `path`, found ") +
                             (reader.has("fd") ? "both" : "none"));
    }
    if (reader.has("fd")) {
      item.fd = static_cast<int>(reader.integer("fd", 0, 0, INT32_MAX));
    } else {
      item.path = reader.text("path", "");
    }
    reader.finish();
    scenario_.externals.push_back(item);
  }

  void read_link(const toml::table& table) {
    TableReader reader(table, "[[link]]", state_);
    ScenarioLink link;
    link.place = reader.place();
    const std::vector<std::string> ends = reader.texts("between");
    if (ends.size() != 2) {
      reader.fail(table,
                  "[[link]] `between`: expected the names of two nodes, switches or external "
                  "ports, found " +
                      std::to_string(ends.size()));
    } else {
      link.ends[0] = find_end(reader, table, ends[0]);
      link.ends[1] = find_end(reader, table, ends[1]);
    }
    const double rate = reader.number("rate_gbps", 400, 0.01, 10'000);
    link.forward.rate_mbps = static_cast<std::uint64_t>(std::llround(rate * 1000));
    link.forward.delay_ps = from_ns(reader.number("delay_ns", 100, 1, kMaxNs));
    if (const toml::table* faults = reader.table("faults")) {
      read_faults(*faults, link);
    }
    std::vector<std::uint64_t> drop_forward = link.forward.faults.drop;
    const std::vector<std::uint64_t> drop_backward = link.backward.faults.drop;
    link.backward = link.forward;
    link.backward.faults.drop = drop_backward;
    reader.finish();
    scenario_.links.push_back(link);
  }

  void read_faults(const toml::table& table, ScenarioLink& link) {
    TableReader reader(table, "[link.faults]", state_);
    LinkFaults& faults = link.forward.faults;
    faults.loss = reader.number("loss", 0, 0, 1);
    faults.duplicate = reader.number("duplicate", 0, 0, 1);
    faults.reorder = reader.number("reorder", 0, 0, 1);
    faults.reorder_ps = from_ns(reader.number("reorder_ns", 1000, 0, kMaxNs));
    faults.corrupt = reader.number("corrupt", 0, 0, 1);
    faults.jitter_ps = from_ns(reader.number("jitter_ns", 0, 0, kMaxNs));
    faults.drop = reader.integers("drop_forward");
    link.backward.faults.drop = reader.integers("drop_backward");
    reader.finish();
  }

  void read_program(const toml::table& table) {
    TableReader reader(table, "[[program]]", state_);
    ScenarioProgram program;
    program.place = reader.place();
    program.name = reader.required_text("name");
    const std::string node = reader.required_text("node");
    const ScenarioEnd end = find_end(reader, table, node);
    if (end.kind == EndKind::kNode) {
      program.node = end.index;
    } else {
      reader.fail(table, "[[program]] `node`: expected a node, found the " + described(end));
    }
    program.arguments = reader.rest();
    reader.finish();
    scenario_.programs.push_back(program);
  }

  std::string unique_name(TableReader& reader, const toml::table& table,
                          const std::string& otherwise) {
    std::string name = reader.text("name", otherwise);
    if (!names_.insert(name).second) {
      reader.fail(table, "`name`: expected one that nothing else has, found '" + name + "'");
    }
    return name;
  }

  ScenarioEnd find_end(TableReader& reader, const toml::table& table, const std::string& name) {
    const std::pair<EndKind, std::size_t> kinds[] = {
        {EndKind::kNode, scenario_.nodes.size()},
        {EndKind::kSwitch, scenario_.switches.size()},
        {EndKind::kExternal, scenario_.externals.size()}};
    for (const auto& [kind, count] : kinds) {
      for (std::size_t i = 0; i < count; ++i) {
        if (scenario_.name_of({kind, i}) == name) {
          return {kind, i};
        }
      }
    }
    reader.fail(table, "expected the name of a node, switch or external port, found '" + name +
                           "'" + suggestion(name, {names_.begin(), names_.end()}));
    return {};
  }

  // Every node and external port has exactly one link, because it is one Ethernet port, and every
  // node at most one program.
  void check_topology() {
    if (state_.error) {
      return;
    }
    if (scenario_.nodes.empty()) {
      state_.error =
          ScenarioPlace{state_.file, 1}.error("expected at least one [[node]], found none");
      return;
    }
    check_links();
    check_no_loop();
    std::set<std::size_t> busy;
    for (const ScenarioProgram& program : scenario_.programs) {
      if (!busy.insert(program.node).second) {
        fail(program.place, "expected one program for the node '" +
                                scenario_.nodes[program.node].name + "', found a second");
      }
    }
  }

  void check_links() {
    std::set<std::pair<EndKind, std::size_t>> linked;
    for (const ScenarioLink& link : scenario_.links) {
      for (const ScenarioEnd& end : link.ends) {
        if (!linked.insert({end.kind, end.index}).second && end.kind != EndKind::kSwitch) {
          fail(link.place, "expected one link for the " + described(end) + ", found a second");
        }
      }
    }
    const auto check = [&](EndKind kind, const auto& ports) {
      for (std::size_t i = 0; i < ports.size(); ++i) {
        if (!linked.contains({kind, i})) {
          fail(ports[i].place,
               "expected a [[link]] to the " + described({kind, i}) + ", found none");
        }
      }
    };
    check(EndKind::kNode, scenario_.nodes);
    check(EndKind::kExternal, scenario_.externals);
  }

  // "node 'left'"
  [[nodiscard]] std::string described(const ScenarioEnd& end) const {
    const char* what = end.kind == EndKind::kSwitch     ? "switch"
                       : end.kind == EndKind::kExternal ? "external port"
                                                        : "node";
    return std::string(what) + " '" + scenario_.name_of(end) + "'";
  }

  // Frames that are flooded would go round for ever.
  void check_no_loop() {
    std::vector<std::size_t> group(scenario_.switches.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[i] = i;
    }
    for (const ScenarioLink& link : scenario_.links) {
      if (link.ends[0].kind != EndKind::kSwitch || link.ends[1].kind != EndKind::kSwitch) {
        continue;
      }
      const std::size_t from = group[link.ends[0].index];
      const std::size_t to = group[link.ends[1].index];
      if (from == to) {
        fail(link.place, "expected switches without a loop, found a link that closes one");
      }
      std::replace(group.begin(), group.end(), from, to);
    }
  }

  void fail(const ScenarioPlace& place, const std::string& message) {
    if (!state_.error) {
      state_.error = place.error(message);
    }
  }

  ReadState& state_;
  TableReader root_;
  Scenario scenario_;
  std::set<std::string> names_;
  std::set<std::uint16_t> ids_;
};

}  // namespace

const std::string& Scenario::name_of(const ScenarioEnd& end) const {
  switch (end.kind) {
    case EndKind::kSwitch:
      return switches[end.index].name;
    case EndKind::kExternal:
      return externals[end.index].name;
    default:
      return nodes[end.index].name;
  }
}

Result<Scenario> parse_scenario(std::string_view text, const std::string& file) {
  ReadState state{file, std::nullopt};
  toml::table root;
  try {
    root = toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    return ScenarioPlace{file, static_cast<unsigned>(error.source().begin.line)}.error(
        "expected TOML, found: " + std::string(error.description()));
  }
  Scenario scenario = ScenarioReader(root, state).read();
  if (state.error) {
    return *state.error;
  }
  return scenario;
}

Result<Scenario> load_scenario(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file || std::filesystem::is_directory(path)) {
    return Error{Errc::kNotFound, path.string() +
                                      ": expected a scenario file, found none that "
                                      "can be read"};
  }
  std::ostringstream text;
  text << file.rdbuf();
  return parse_scenario(text.str(), path.string());
}

}  // namespace ethlink::sim
