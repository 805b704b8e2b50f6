// SPDX-License-Identifier: Apache-2.0
//
// [[fault]] tables: every key has its effect, every mistake its one-line message.
#include <string>

#include "catch.hpp"
#include "sim/scenario/scenario.hpp"

namespace ethlink::sim::test {
namespace {

// Line 10 is the first of the fault's keys; node `a` has a clock of 2 ns.
std::string text_of(const std::string& fault) {
  return "[[node]]\nname = 'a'\nperiod_ps = 2000\n[[node]]\nname = 'b'\n[[switch]]\n[[link]]\n"
         "between = ['a', 'switch0']\n[[fault]]\n" +
         fault + "\n[[link]]\nbetween = ['switch0', 'b']\n";
}
ScenarioFault fault_of(const std::string& fault) {
  const Result<Scenario> scenario = parse_scenario(text_of(fault), "a.toml");
  INFO((scenario ? "" : scenario.error().context));
  REQUIRE(scenario);
  REQUIRE(scenario->faults.size() == 1);
  return scenario->faults[0];
}
std::string error_of(const std::string& fault) {
  const Result<Scenario> scenario = parse_scenario(text_of(fault), "a.toml");
  if (scenario) {
    return "none";
  }
  CHECK(scenario.error().code == Errc::kInvalidArgument);
  CHECK(scenario.error().context.find('\n') == std::string::npos);
  return scenario.error().context;
}

const std::string link_keys = "link = ['a', 'switch0']\n";

}  // namespace

TEST_CASE("what a fault does not say has its documented default", "[sim][scenario][fault]") {
  const ScenarioFault fault = fault_of(link_keys + "action = 'drop'");
  CHECK(fault.place.line == 9);
  CHECK(fault.link == 0);
  CHECK(fault.side == 0);
  CHECK(fault.event.action == FaultAction::kDrop);
  const FrameMatch& match = fault.event.match;
  CHECK(match.group == FrameGroup::kAny);
  CHECK_FALSE(match.dest_qpn);
  CHECK_FALSE(match.source_qpn);
  CHECK_FALSE(match.source_port);
  CHECK_FALSE(match.psn);
  CHECK_FALSE(match.vc);
  CHECK(match.from == 0);
  CHECK(match.until == kNever);
  CHECK(match.nth.empty());
  CHECK(match.every == 1);
  CHECK(match.times > 1'000'000'000);
  CHECK_FALSE(fault.event.at);
  const FaultEvent storm = fault_of(link_keys + "action = 'pause-storm'").event;
  CHECK(storm.priorities == 0xff);
  CHECK(storm.quanta == 0xffff);
  CHECK(storm.count == 1);
  CHECK(storm.time == kPsPerUs);
  const FaultEvent corrupt = fault_of(link_keys + "action = 'corrupt'").event;
  CHECK(corrupt.part == FramePart::kPayload);
  CHECK(corrupt.byte == 0);
  CHECK(corrupt.mask == 1);
  CHECK_FALSE(corrupt.repair_fcs);
  CHECK(fault_of(link_keys + "action = 'duplicate'").event.count == 1);
  CHECK(fault_of(link_keys + "action = 'duplicate'").event.time == 0);
  CHECK(fault_of(link_keys + "action = 'reorder'").event.count == 1);
  CHECK(fault_of(link_keys + "action = 'link-down'\nfor_ns = 1").event.both);
  CHECK_FALSE(fault_of(link_keys + "action = 'delay'\ndelay_ns = 1").event.overtake);
}

TEST_CASE("every key of a fault has its effect", "[sim][scenario][fault]") {
  const ScenarioFault fault = fault_of(
      "link = ['switch0', 'a']\naction = 'drop'\nframe = 'nak'\ndest_qpn = 3\nsource_qpn = 4\n"
      "source_port = 0xc000\nvc = 2\npsn = [0xfffffe, 1]\nfrom_cycle = 10\nuntil_ns = 20.5\n"
      "nth = [4, 2]\ntimes = 1");
  CHECK(fault.side == 1);
  const FrameMatch& match = fault.event.match;
  CHECK(match.group == FrameGroup::kNak);
  CHECK(match.dest_qpn == 3U);
  CHECK(match.source_qpn == 4U);
  CHECK(match.source_port == std::uint16_t{0xc000});
  CHECK(match.vc == std::uint8_t{2});
  CHECK(match.psn == std::pair(0xfffffeU, 1U));
  CHECK(match.from == 20'000);
  CHECK(match.until == 20'500);
  CHECK(match.nth == std::vector<std::uint64_t>{2, 4});
  CHECK(match.times == 1);
  CHECK(fault_of(link_keys + "action = 'drop'\npsn = 7\nevery = 3").event.match.psn ==
        std::pair(7U, 7U));
  CHECK(fault_of(link_keys + "action = 'drop'\nevery = 3").event.match.every == 3);
  CHECK(fault_of(link_keys + "action = 'reorder'\nby = 3").event.count == 3);
  const FaultEvent copies =
      fault_of(link_keys + "action = 'duplicate'\ncopies = 2\napart_ns = 5").event;
  CHECK(copies.count == 2);
  CHECK(copies.time == 5000);
  const FaultEvent corrupt =
      fault_of(link_keys +
               "action = 'corrupt'\npart = 'icrc'\nbyte = 2\nmask = 8\nrepair_fcs = true")
          .event;
  CHECK(corrupt.part == FramePart::kIcrc);
  CHECK(corrupt.byte == 2);
  CHECK(corrupt.mask == 8);
  CHECK(corrupt.repair_fcs);
  const FaultEvent delay =
      fault_of(link_keys + "action = 'delay'\ndelay_ns = 1.5\novertake = true").event;
  CHECK(delay.time == 1500);
  CHECK(delay.overtake);
  const FaultEvent storm = fault_of(link_keys +
                                    "action = 'pause-storm'\npriorities = [3, 0]\nquanta = 9\n"
                                    "frames = 4\napart_ns = 2\nat_cycle = 3")
                               .event;
  CHECK(storm.priorities == 9);
  CHECK(storm.quanta == 9);
  CHECK(storm.count == 4);
  CHECK(storm.time == 2000);
  CHECK(storm.at == TimePs{6000});
  const FaultEvent down =
      fault_of(link_keys + "action = 'link-down'\nfor_ns = 7\nboth = false\nat_ns = 1").event;
  CHECK(down.time == 7000);
  CHECK_FALSE(down.both);
  CHECK(down.at == TimePs{1000});
  const FaultEvent silent = fault_of("action = 'peer-silent'\nnode = 'a'\nat_cycle = 5").event;
  CHECK(silent.node == std::size_t{0});
  CHECK(silent.at == TimePs{10'000});
  const ScenarioFault restart =
      fault_of(link_keys + "action = 'peer-restart'\nnode = 'b'\nframe = 'write'\nnth = 2");
  CHECK(restart.event.node == std::size_t{1});
  CHECK_FALSE(restart.event.at);
  CHECK(restart.event.match.group == FrameGroup::kWrite);
}

TEST_CASE("mistakes of faults are one line with place, expected and found",
          "[sim][scenario][fault]") {
  CHECK(error_of(link_keys) == "a.toml:9: [[fault]]: expected the key `action`, found none");
  CHECK(error_of(link_keys + "action = 'dorp'") ==
        "a.toml:11: [[fault]] `action`: expected one of drop, duplicate, reorder, corrupt, "
        "ecn-mark, delay, pause-storm, link-down, peer-silent, peer-restart, found 'dorp', did you "
        "mean `drop`?");
  CHECK(error_of("action = 'drop'") ==
        "a.toml:9: [[fault]] `link`: expected two names, sender and receiver, found 0");
  CHECK(error_of("action = 'drop'\nlink = ['a', 'b']") ==
        "a.toml:9: [[fault]] `link`: expected the two ends of a link, found 'a' and 'b'");
  CHECK(error_of(link_keys + "action = 'drop'\nframe = 'reads'")
            .find("a.toml:12: [[fault]] `frame`: expected one of any, rdma, ") == 0);
  CHECK(error_of(link_keys + "action = 'drop'\npsn = 0x1000000") ==
        "a.toml:12: [[fault]] `psn`: expected an integer from 0 to 16777215, found 0x1000000");
  CHECK(error_of(link_keys + "action = 'drop'\npsn = [1, 2, 3]") ==
        "a.toml:12: [[fault]] `psn`: expected one PSN, or the first and the last of a range, found "
        "an array");
  CHECK(error_of(link_keys + "action = 'drop'\npsn = [1, -2]") ==
        "a.toml:12: [[fault]] `psn`: expected integers from 0 to 16777215, found -2");
  CHECK(error_of(link_keys + "action = 'drop'\nnth = []") ==
        "a.toml:12: [[fault]] `nth`: expected at least one integer, found an array");
  CHECK(error_of(link_keys + "action = 'drop'\nnth = 0").find("a.toml:12: [[fault]] `nth`: ") == 0);
  CHECK(error_of(link_keys + "action = 'drop'\nnth = 1\nevery = 2") ==
        "a.toml:9: [[fault]]: expected `nth` or `every`, found both");
  CHECK(error_of(link_keys + "action = 'drop'\nfrom_ns = 1\nfrom_cycle = 2") ==
        "a.toml:9: [[fault]]: expected `from_ns` or `from_cycle`, found both");
  CHECK(error_of(link_keys + "action = 'drop'\nfrom_ns = 2\nuntil_ns = 1") ==
        "a.toml:9: [[fault]]: expected the end of the time behind its beginning, found 2000 ps and "
        "1000 ps");
  CHECK(error_of(link_keys + "action = 'drop'\nby = 2")
            .find("a.toml:12: [[fault]]: expected a known key, found `by`") == 0);
  CHECK(error_of(link_keys + "action = 'drop'\nat_ns = 2")
            .find("a.toml:12: [[fault]]: expected a known key, found `at_ns`") == 0);
  CHECK(error_of(link_keys + "action = 'link-down'\nfor_ns = 2\nat_ns = 2\nnth = 1")
            .find("a.toml:14: [[fault]]: expected a known key, found `nth`") == 0);
  CHECK(error_of(link_keys + "action = 'delay'") ==
        "a.toml:9: [[fault]]: expected the key `delay_ns`, found none");
  CHECK(error_of(link_keys + "action = 'link-down'") ==
        "a.toml:9: [[fault]]: expected the key `for_ns`, found none");
  CHECK(error_of(link_keys + "action = 'pause-storm'\npriorities = [8]") ==
        "a.toml:12: [[fault]] `priorities`: expected integers from 0 to 7, found 8");
  CHECK(error_of("action = 'peer-silent'\nat_ns = 1") ==
        "a.toml:9: [[fault]]: expected the key `node`, found none");
  CHECK(error_of("action = 'peer-silent'\nnode = 'switch0'\nat_ns = 1") ==
        "a.toml:9: [[fault]] `node`: expected the name of a node, found 'switch0'");
  CHECK(error_of("action = 'peer-silent'\nnode = 'a'") ==
        "a.toml:9: [[fault]] `link`: expected two names, sender and receiver, found 0");
  const std::string switches =
      "[[node]]\n[[node]]\n[[switch]]\n[[switch]]\n[[link]]\nbetween = ['node0', 'switch0']\n"
      "[[link]]\nbetween = ['switch0', 'switch1']\n[[link]]\nbetween = ['switch1', 'node1']\n"
      "[[fault]]\naction = 'drop'\nlink = ['switch0', 'switch1']\nfrom_cycle = 3\n";
  CHECK(parse_scenario(switches, "a.toml").error().context ==
        "a.toml:14: [[fault]] `from_cycle`: expected `from_ns`, because no end of the link is a "
        "node, found cycles");
}

}  // namespace ethlink::sim::test
