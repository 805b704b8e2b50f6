// SPDX-License-Identifier: Apache-2.0
//
// Scenarios: every key has its effect, every mistake its one-line message.
#include "sim/scenario/scenario.hpp"

#include <filesystem>
#include <fstream>

#include "catch.hpp"
#include "sim/scenario/program_registry.hpp"

namespace ethlink::sim::test {
namespace {

std::string error_of(const std::string& text) {
  const Result<Scenario> scenario = parse_scenario(text, "a.toml");
  if (scenario) {
    return "none";
  }
  CHECK(scenario.error().code == Errc::kInvalidArgument);
  CHECK(scenario.error().context.find('\n') == std::string::npos);
  return scenario.error().context;
}

// A scenario that is right, with something added to its node (line 3), switch (7), link (10).
std::string with(const std::string& node, const std::string& sw = "", const std::string& link = "",
                 const std::string& end = "") {
  return "[[node]]\nname = 'a'\n" + node + "\n[[node]]\nname = 'b'\n[[switch]]\n" + sw +
         "\n[[link]]\nbetween = ['a', 'switch0']\n" + link +
         "\n[[link]]\nbetween = ['switch0', 'b']\n" + end;
}

}  // namespace

TEST_CASE("an error is one line, whatever names and values contain", "[sim][scenario]") {
  for (const std::string text :
       {"[[node]]\nname = \"a\\nb\"\n[[node]]\nname = \"a\\nb\"\n", "[[node]]\n\"key\\r\\n\" = 1\n",
        "[[node]]\n[[link]]\nbetween = [\"x\\ny\", 'node0']\n", "[[node]]\nbus = \"pcie\\n\"\n",
        "[[node]]\nclock_mhz = \"\\u0000\\n\"\n"}) {
    CAPTURE(text);
    const Result<Scenario> scenario = parse_scenario(text, "a.toml");
    REQUIRE_FALSE(scenario);
    CHECK(scenario.error().context.find('\n') == std::string::npos);
    CHECK(scenario.error().context.find("\\x0") != std::string::npos);
  }
}

TEST_CASE("what is not said has its documented default", "[sim][scenario]") {
  const Result<Scenario> scenario = parse_scenario(with(""), "a.toml");
  REQUIRE(scenario);
  CHECK(scenario->name == "unnamed");
  CHECK(scenario->seed == 1);
  CHECK(scenario->max_time_ps == kPsPerSecond);
  REQUIRE(scenario->nodes.size() == 2);
  CHECK(scenario->nodes[0].endpoint_id == 1);
  CHECK(scenario->nodes[1].endpoint_id == 2);
  CHECK(scenario->nodes[0].period_ps == 1250);
  CHECK(scenario->nodes[0].data_width == 512);
  CHECK(scenario->nodes[0].bus.name == "pcie-gen5-x16");
  CHECK(scenario->nodes[0].bus.mrrs_bytes == 512);
  CHECK_FALSE(scenario->nodes[0].mac);
  REQUIRE(scenario->switches.size() == 1);
  const SwitchParams& sw = scenario->switches[0].params;
  CHECK(sw.latency_ps == 200 * kPsPerNs);
  CHECK(sw.queue_bytes == 1024 * 1024);
  CHECK(sw.ecn_bytes == 0);
  CHECK(sw.ecn_max_bytes == 0);
  CHECK(sw.ecn_probability == 1);
  CHECK_FALSE(sw.ecn_departure);
  CHECK_FALSE(sw.pfc);
  CHECK(sw.pfc_xoff_bytes == 128 * 1024);
  CHECK(sw.pfc_xon_bytes == 64 * 1024);
  REQUIRE(scenario->links.size() == 2);
  const LinkParams& link = scenario->links[0].forward;
  CHECK(link.rate_mbps == 400'000);
  CHECK(link.delay_ps == 100 * kPsPerNs);
  CHECK(link.faults.loss == 0);
  CHECK(link.faults.reorder_ps == kPsPerUs);
  CHECK(scenario->links[1].ends[0].kind == EndKind::kSwitch);
  CHECK(scenario->links[1].ends[1].index == 1);
  CHECK(scenario->programs.empty());
}

TEST_CASE("every key has its effect", "[sim][scenario]") {
  const Result<Scenario> scenario = parse_scenario(R"(
name = "all"
seed = 7
max_time_us = 250
[[node]]
name = "left"
endpoint_id = 0x100
mac = "02:45:4C:00:00:aB"
clock_mhz = 500
data_width = 256
bus = "on-die"
[[node]]
name = "right"
period_ps = 1000
data_width = 1024
mrrs = 256
[[switch]]
name = "tor"
latency_ns = 12.5
queue_kib = 64
ecn_kib = 16
ecn_max_kib = 48
ecn_probability = 0.25
ecn_at = "departure"
pfc = true
pfc_xoff_kib = 32
pfc_xon_kib = 8
[[link]]
between = ["tor", "left"]
rate_gbps = 0.1
delay_ns = 1.5
[link.faults]
loss = 0.125
duplicate = 0.25
reorder = 0.5
reorder_ns = 10
corrupt = 1
jitter_ns = 3
drop_forward = [5, 1]
drop_backward = [2]
[[link]]
between = ["right", "tor"]
[[program]]
name = "p"
node = "left"
input = "x"
count = 3
ratio = 1.5
fast = true
)",
                                                   "a.toml");
  REQUIRE(scenario);
  CHECK(scenario->name == "all");
  CHECK(scenario->seed == 7);
  CHECK(scenario->max_time_ps == 250 * kPsPerUs);
  const ScenarioNode& left = scenario->nodes[0];
  CHECK(left.endpoint_id == 0x100);
  CHECK(left.mac == 0x02454c0000abU);
  CHECK(left.period_ps == 2000);
  CHECK(left.data_width == 256);
  CHECK(left.bus.name == "on-die");
  CHECK(left.place.line == 5);
  CHECK(scenario->nodes[1].period_ps == 1000);
  CHECK(scenario->nodes[1].data_width == 1024);
  CHECK(scenario->nodes[1].bus.mrrs_bytes == 256);
  CHECK(scenario->nodes[1].endpoint_id == 2);
  const SwitchParams& sw = scenario->switches[0].params;
  CHECK(scenario->switches[0].name == "tor");
  CHECK(sw.latency_ps == 12'500);
  CHECK(sw.queue_bytes == 65536);
  CHECK(sw.ecn_bytes == 16384);
  CHECK(sw.ecn_max_bytes == 49152);
  CHECK(sw.ecn_probability == 0.25);
  CHECK(sw.ecn_departure);
  CHECK(sw.pfc);
  CHECK(sw.pfc_xoff_bytes == 32768);
  CHECK(sw.pfc_xon_bytes == 8192);
  for (const LinkParams& link : {scenario->links[0].forward, scenario->links[0].backward}) {
    CHECK(link.rate_mbps == 100);
    CHECK(link.delay_ps == 1500);
    CHECK(link.faults.loss == 0.125);
    CHECK(link.faults.duplicate == 0.25);
    CHECK(link.faults.reorder == 0.5);
    CHECK(link.faults.reorder_ps == 10'000);
    CHECK(link.faults.corrupt == 1);
    CHECK(link.faults.jitter_ps == 3000);
  }
  CHECK(scenario->links[0].forward.faults.drop == std::vector<std::uint64_t>{5, 1});
  CHECK(scenario->links[0].backward.faults.drop == std::vector<std::uint64_t>{2});
  const ScenarioProgram& program = scenario->programs.at(0);
  CHECK(program.name == "p");
  CHECK(program.node == 0);
  CHECK(program.arguments.size() == 4);
  CHECK(program.arguments.at("input") == "x");
  CHECK(program.arguments.at("count") == "3");
  CHECK(program.arguments.at("ratio") == "1.5");
  CHECK(program.arguments.at("fast") == "true");
}

TEST_CASE("every mistake is one line with place, expected and found", "[sim][scenario]") {
  CHECK(error_of("x").find("a.toml:1: expected TOML, found: ") == 0);
  CHECK(error_of("") == "a.toml:1: expected at least one [[node]], found none");
  CHECK(error_of("sead = 1\n" + with("")) ==
        "a.toml:1: scenario: expected a known key, found `sead`, did you mean `seed`?");
  CHECK(error_of("\nseed = -1\n") ==
        "a.toml:2: scenario `seed`: expected an integer from 0 to 9223372036854775807, found -1");
  CHECK(error_of("max_time_us = 0\n") ==
        "a.toml:1: scenario `max_time_us`: expected an integer from 1 to 100000000, found 0");
  CHECK(error_of("name = 3\n") == "a.toml:1: scenario `name`: expected a string, found 3");
  CHECK(error_of("[node]\n") ==
        "a.toml:1: scenario `node`: expected tables, each begun by [[node]], found a table");
}

TEST_CASE("mistakes of nodes", "[sim][scenario]") {
  CHECK(error_of(with("clock_hz = 5")) ==
        "a.toml:3: [[node]]: expected a known key, found `clock_hz`, did you mean `clock_mhz`?");
  CHECK(error_of(with("data_width = 300")) ==
        "a.toml:3: [[node]] `data_width`: expected 256, 512 or 1024, found 300");
  CHECK(error_of(with("data_width = 128")) ==
        "a.toml:3: [[node]] `data_width`: expected an integer from 256 to 1024, found 128");
  CHECK(error_of(with("bus = 'pcie'")) ==
        "a.toml:3: [[node]] `bus`: expected one of pcie-gen5-x16, on-die, ideal, found 'pcie'");
  CHECK(error_of(with("bus = 'on_die'")) ==
        "a.toml:3: [[node]] `bus`: expected one of pcie-gen5-x16, on-die, ideal, found 'on_die', "
        "did you mean `on-die`?");
  CHECK(error_of(with("mrrs = 64")) ==
        "a.toml:3: [[node]] `mrrs`: expected an integer from 128 to 4096, found 64");
  CHECK(error_of(with("clock_mhz = 'fast'")) ==
        "a.toml:3: [[node]] `clock_mhz`: expected a number from 1 to 10000, found 'fast'");
  CHECK(error_of(with("clock_mhz = 800\nperiod_ps = 1250")) ==
        "a.toml:1: [[node]]: expected `clock_mhz` or `period_ps`, found both");
  CHECK(error_of(with("endpoint_id = 2")) ==
        "a.toml:4: [[node]] `endpoint_id`: expected one that no other node has, found 2");
  CHECK(error_of(with("endpoint_id = 0")) ==
        "a.toml:3: [[node]] `endpoint_id`: expected an integer from 1 to 65535, found 0");
  for (const char* mac :
       {"02:45:4c:00:00", "02-45-4c-00-00-01", "02:45:4c:00:00:0g", "03:45:4c:00:00:01"}) {
    CHECK(
        error_of(with("mac = '" + std::string(mac) + "'")) ==
        "a.toml:3: [[node]] `mac`: expected a unicast address such as 02:45:4c:00:00:01, found '" +
            std::string(mac) + "'");
  }
}

TEST_CASE("mistakes of switches", "[sim][scenario]") {
  CHECK(error_of(with("", "name = 'a'")) ==
        "a.toml:6: `name`: expected one that nothing else has, found 'a'");
  CHECK(error_of(with("", "pfc = 1")) ==
        "a.toml:7: [[switch]] `pfc`: expected true or false, found 1");
  CHECK(error_of(with("", "ecn_kib = 8\necn_max_kib = 7")) ==
        "a.toml:6: [[switch]]: expected `ecn_max_kib` of at least `ecn_kib`, found 7 and 8");
  CHECK(error_of(with("", "ecn_at = \"noon\"")) ==
        "a.toml:7: [[switch]] `ecn_at`: expected arrival or departure, found 'noon'");
  CHECK(error_of(with("", "pfc = true\npfc_xoff_kib = 8\npfc_xon_kib = 8")) ==
        "a.toml:6: [[switch]]: expected `pfc_xon_kib` below `pfc_xoff_kib`, found 8 and 8");
  CHECK(error_of(with("", "latency_ns = -1")) ==
        "a.toml:7: [[switch]] `latency_ns`: expected a number from 0 to 1e+09, found -1");
}

TEST_CASE("mistakes of links", "[sim][scenario]") {
  CHECK(error_of(with("", "", "delay_ns = 0.5")) ==
        "a.toml:10: [[link]] `delay_ns`: expected a number from 1 to 1e+09, found 0.5");
  CHECK(error_of(with("", "", "faults = 1")) ==
        "a.toml:10: [[link]] `faults`: expected a table, found 1");
  CHECK(error_of(with("", "", "[link.faults]\nloss = 1.5")) ==
        "a.toml:11: [link.faults] `loss`: expected a number from 0 to 1, found 1.5");
  CHECK(error_of(with("", "", "[link.faults]\nlos = 0.5")) ==
        "a.toml:11: [link.faults]: expected a known key, found `los`, did you mean `loss`?");
  CHECK(error_of(with("", "", "[link.faults]\ndrop_forward = [1, -2]")) ==
        "a.toml:11: [link.faults] `drop_forward`: expected a list of integers, 0 or above, found "
        "-2");
  CHECK(error_of("[[node]]\n[[link]]\nbetween = ['node0']\n") ==
        "a.toml:2: [[link]] `between`: expected the names of two nodes, switches or external "
        "ports, found 1");
  CHECK(error_of("[[node]]\n[[link]]\nbetween = ['node0', 7]\n") ==
        "a.toml:3: [[link]] `between`: expected a list of strings, found 7");
  CHECK(error_of("[[node]]\n[[node]]\n[[link]]\nbetween = ['node0', 'node2']\n") ==
        "a.toml:3: expected the name of a node, switch or external port, found 'node2', "
        "did you mean `node0`?");
}

TEST_CASE("an external port has a socket and one link", "[sim][scenario]") {
  const auto external = [](const std::string& keys, const std::string& rest = "") {
    return with("", "", "", "[[external]]\n" + keys + "\n" + rest);
  };
  const std::string link = "[[link]]\nbetween = ['switch0', 'external0']\n";
  const Result<Scenario> by_fd = parse_scenario(external("fd = 7", link), "a.toml");
  REQUIRE(by_fd);
  REQUIRE(by_fd->externals.size() == 1);
  CHECK(by_fd->externals[0].name == "external0");
  CHECK(by_fd->externals[0].fd == 7);
  CHECK(by_fd->links.back().ends[1] == ScenarioEnd{EndKind::kExternal, 0});
  const Result<Scenario> by_path =
      parse_scenario(external("name = 'external0'\npath = '/tmp/x'", link), "a.toml");
  REQUIRE(by_path);
  CHECK_FALSE(by_path->externals[0].fd);
  CHECK(by_path->externals[0].path == "/tmp/x");

  CHECK(error_of(external("", link)) ==
        "a.toml:13: [[external]]: expected `fd` or `path`, found none");
  CHECK(error_of(external("fd = 1\npath = 'x'", link)) ==
        "a.toml:13: [[external]]: expected `fd` or `path`, found both");
  CHECK(error_of(external("fd = -1", link)) ==
        "a.toml:14: [[external]] `fd`: expected an integer from 0 to 2147483647, found -1");
  CHECK(error_of(external("fd = 1\nname = 'a'", link)) ==
        "a.toml:13: `name`: expected one that nothing else has, found 'a'");
  CHECK(error_of(external("fd = 1")) ==
        "a.toml:13: expected a [[link]] to the external port 'external0', found none");
  CHECK(error_of(external("fd = 1", link + link)) ==
        "a.toml:17: expected one link for the external port 'external0', found a second");
  CHECK(error_of(external("fd = 1", link + "[[program]]\nname = 'p'\nnode = 'external0'")) ==
        "a.toml:17: [[program]] `node`: expected a node, found the external port 'external0'");
}

TEST_CASE("mistakes of the whole", "[sim][scenario]") {
  CHECK(error_of("[[node]]\n") == "a.toml:1: expected a [[link]] to the node 'node0', found none");
  CHECK(error_of("[[node]]\n[[node]]\n[[link]]\nbetween = ['node0', 'node1']\n[[link]]\nbetween = "
                 "['node1', 'node0']\n") ==
        "a.toml:5: expected one link for the node 'node1', found a second");
  CHECK(error_of(with("", "", "", "[[link]]\nbetween = ['switch0', 'switch0']")) ==
        "a.toml:13: expected switches without a loop, found a link that closes one");
  CHECK(error_of(with("", "", "", "[[program]]\nnode = 'a'")) ==
        "a.toml:13: [[program]]: expected the key `name`, found none");
  CHECK(error_of(with("", "", "", "[[program]]\nname = 'p'\nnode = 'switch0'")) ==
        "a.toml:13: [[program]] `node`: expected a node, found the switch 'switch0'");
  CHECK(
      error_of(with("", "", "", "[[program]]\nname = 'p'\nnode = 'a'\nlist = [1]")) ==
      "a.toml:16: [[program]] `list`: expected a string, a number, true or false, found an array");
  CHECK(
      error_of(with("", "", "",
                    "[[program]]\nname = 'p'\nnode = 'a'\n[[program]]\nname = 'q'\nnode = 'a'")) ==
      "a.toml:16: expected one program for the node 'a', found a second");
}

TEST_CASE("a scenario is read from its file, which is named in errors", "[sim][scenario]") {
  const std::filesystem::path path = std::filesystem::temp_directory_path() / "ethlink-test.toml";
  std::ofstream(path) << "seed = true\n";
  CHECK(load_scenario(path).error().context ==
        path.string() +
            ":1: scenario `seed`: expected an integer from 0 to 9223372036854775807, found true");
  std::ofstream(path) << with("");
  CHECK(load_scenario(path));
  std::filesystem::remove(path);
  const Result<Scenario> missing = load_scenario(path);
  CHECK(missing.error().code == Errc::kNotFound);
  CHECK(missing.error().context ==
        path.string() + ": expected a scenario file, found none that can be read");
  CHECK(load_scenario("/").error().code == Errc::kNotFound);
}

TEST_CASE("the scenarios of the repository are right", "[sim][scenario]") {
  const Result<Scenario> scenario =
      load_scenario(std::filesystem::path(ETHLINK_SOURCE_DIR) / "sim/scenarios/two-nodes.toml");
  REQUIRE(scenario);
  CHECK(scenario->nodes.size() == 2);
  CHECK(scenario->switches.size() == 1);
  REQUIRE(scenario->programs.size() == 2);
  CHECK(scenario->programs[0].name == "file-sender");
  CHECK(scenario->programs[0].arguments.contains("input"));
  CHECK(scenario->programs[1].name == "file-receiver");
}

TEST_CASE("an unknown program is named with its place and what is known", "[sim][scenario]") {
  ProgramRegistry registry;
  const auto nothing = [](const ScenarioProgram&, const Scenario&) -> Result<HostProgram> {
    return HostProgram([](HostPort&) { return 0; });
  };
  registry.add("file-sender", nothing);
  registry.add("file-receiver", nothing);
  const Scenario scenario;
  ScenarioProgram program;
  program.place = {"a.toml", 9};
  program.name = "file-sendr";
  CHECK(registry.make(program, scenario).error().context ==
        "a.toml:9: [[program]] `name`: expected one of file-receiver, file-sender, found "
        "'file-sendr', did you mean `file-sender`?");
  program.name = "file-sender";
  CHECK(registry.make(program, scenario));
}

}  // namespace ethlink::sim::test
