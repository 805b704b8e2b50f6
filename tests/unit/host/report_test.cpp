// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <sstream>

#include "catch.hpp"
#include "cli/run_report.hpp"
#include "cli/table.hpp"

namespace ethlink::cli {
namespace {

struct Fixture {
  Fixture() {
    scenario.name = "test";
    scenario.programs.emplace_back();
    sim::NodeResult node;
    node.name = "a";
    node.has_program = node.program_ended = true;
    node.cycles = 4000;
    node.engine.cycles_run = 1000;
    node.reports["ls.tx_frames"] = 12;
    result.nodes.push_back(node);
    result.links.push_back({"a -> b", {}});
    result.switches.push_back({"s", {sim::SwitchPortStats{}}});
    result.hash = 0xabc;
  }
  sim::Scenario scenario;
  sim::SimulationResult result;
};

TEST_CASE("A run is judged by the first thing that went wrong", "[host]") {
  Fixture f;
  CHECK(judge(f.scenario, f.result, "").code == kSuccess);
  CHECK(judge(f.scenario, f.result, "sender: lost").code == kFailure);
  CHECK(judge(f.scenario, f.result, "sender: lost").message == "sender: lost");
  SECTION("interrupted") {
    f.result.reason = sim::EndReason::kStopped;
    CHECK(judge(f.scenario, f.result, "sender: cancelled").code == kInterrupted);
  }
  SECTION("time limit") {
    f.result.reason = sim::EndReason::kTimeLimit;
    f.scenario.max_time_ps = 2'500'000;
    const Verdict verdict = judge(f.scenario, f.result, "");
    CHECK(verdict.code == kFailure);
    CHECK(verdict.message.find("2.500 us") != std::string::npos);
    f.scenario.programs.clear();
    CHECK(judge(f.scenario, f.result, "").code == kSuccess);
  }
  SECTION("exit code of a program") {
    f.result.nodes[0].exit_code = 3;
    CHECK(judge(f.scenario, f.result, "").message == "a: the program ended with 3");
  }
  SECTION("memory fault") {
    f.result.nodes[0].memory.faults = 1;
    CHECK(judge(f.scenario, f.result, "").code == kFailure);
  }
  SECTION("memory violation") {
    f.result.reason = sim::EndReason::kMemoryViolation;
    f.result.nodes[0].violation = "at 5 ns the device wrote";
    f.result.nodes[0].exit_code = 1;
    CHECK(judge(f.scenario, f.result, "an error that follows").message ==
          "a: at 5 ns the device wrote");
    CHECK(to_json(f.scenario, f.result)["end"] == "memory violation");
  }
  SECTION("broken bus rule") {
    f.result.nodes[0].engine.protocol_errors = 1;
    CHECK(judge(f.scenario, f.result, "").code == kFailure);
  }
  SECTION("capture not written") {
    f.result.output_error = "disk full";
    CHECK(judge(f.scenario, f.result, "").message == "disk full");
  }
}

TEST_CASE("The JSON of a run has its figures and its hash", "[host]") {
  const Fixture f;
  const nlohmann::json json = to_json(f.scenario, f.result);
  CHECK(json["schema"] == 1);
  CHECK(json["hash"] == "0000000000000abc");
  CHECK(json["end"] == "finished");
  CHECK(json["nodes"][0]["cycles"] == 4000);
  CHECK(json["nodes"][0]["reports"]["ls.tx_frames"] == 12);
  CHECK(json["links"][0]["name"] == "a -> b");
  CHECK(json["switches"][0]["ports"].size() == 1);
  std::ostringstream out;
  print_statistics(out, f.result);
  CHECK(out.str().find("ls.tx_frames = 12") != std::string::npos);
}

TEST_CASE("A run with external ports has no hash", "[host]") {
  Fixture f;
  f.result.reproducible = false;
  f.result.externals.push_back({"guest", {.received = 7, .sent = 5}});
  const nlohmann::json json = to_json(f.scenario, f.result);
  CHECK(json["hash"].is_null());
  CHECK(json["externals"][0]["name"] == "guest");
  CHECK(json["externals"][0]["received"] == 7);
  std::ostringstream out;
  print_statistics(out, f.result);
  CHECK(out.str().find("guest") != std::string::npos);
  std::ostringstream printed;
  std::streambuf* before = std::cout.rdbuf(printed.rdbuf());
  finish_run({}, f.result, "", json);
  std::cout.rdbuf(before);
  CHECK(printed.str() == "hash: none, a run with external ports is not reproducible\n");
}

TEST_CASE("Columns are as wide as their widest cell", "[host]") {
  std::ostringstream out;
  print_table(out, {{"name", "n"}, {"a", "1,000"}});
  CHECK(out.str() == "name      n\na     1,000\n");
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1234567) == "1,234,567");
}

}  // namespace
}  // namespace ethlink::cli
