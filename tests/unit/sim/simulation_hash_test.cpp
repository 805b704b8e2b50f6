// SPDX-License-Identifier: Apache-2.0
//
// The same scenario and seed give the same run: again, without skipping, in other windows.
#include <filesystem>
#include <tuple>

#include <unistd.h>

#include "catch.hpp"
#include "lab.hpp"

namespace ethlink::sim::test {
namespace {

const char* const kFaults =
    "[link.faults]\nloss = 0.1\nduplicate = 0.1\nreorder = 0.1\nreorder_ns = 700\ncorrupt = 0.1\n"
    "jitter_ns = 300\n";

LabSetup lab(const std::string& node, const std::string& link = "") {
  LabSetup setup;
  setup.node = node;
  setup.link = link;
  setup.programs = traffic();
  return setup;
}

std::uint64_t cycles_run(const SimulationResult& result) {
  return result.nodes[0].engine.cycles_run + result.nodes[1].engine.cycles_run;
}

}  // namespace

TEST_CASE("traffic arrives whole over every bus and width", "[sim][run]") {
  for (const char* node : {"bus = 'pcie-gen5-x16'", "bus = 'on-die'", "bus = 'ideal'",
                           "data_width = 256", "data_width = 1024"}) {
    INFO(node);
    const SimulationResult result = run_lab(lab(node));
    CHECK(result.good());
    CHECK(result.reason == EndReason::kFinished);
    for (const NodeResult& n : result.nodes) {
      CHECK(n.program_ended);
      CHECK(n.exit_code == 0);
      CHECK(n.failure.empty());
      CHECK(n.engine.protocol_errors == 0);
      CHECK(n.memory.faults == 0);
    }
    CHECK(result.nodes[1].reports.at("interrupts") == 20);
    CHECK(result.nodes[0].reports.at("timer late by") <= 1);
    CHECK(result.links[0].name == "left -> sw");
    CHECK(result.links[0].stats.frames == 20);
    CHECK(result.switches[0].ports[1].sent == 20);
    CHECK(result.links[2].stats.delivered == 20);
    CHECK(result.nodes[0].host.interrupts == 21);
  }
}

TEST_CASE("runs are equal when repeated, without skipping, and in windows of any length",
          "[sim][run]") {
  const auto [node, link] = GENERATE_COPY(values<std::tuple<std::string, std::string>>(
      {{"bus = 'pcie-gen5-x16'", ""},
       {"bus = 'on-die'", kFaults},
       {"bus = 'ideal'\ndata_width = 256", kFaults},
       {"data_width = 1024", std::string("rate_gbps = 25\ndelay_ns = 3\n") + kFaults}}));
  INFO(node << "\n" << link);
  const SimulationResult first = run_lab(lab(node, link));
  CHECK(first.reason == EndReason::kFinished);
  CHECK(run_lab(lab(node, link)).hash == first.hash);

  LabSetup every_cycle = lab(node, link);
  every_cycle.options.skip = false;
  const SimulationResult full = run_lab(every_cycle);
  CHECK(full.hash == first.hash);
  CHECK(cycles_run(full) == full.nodes[0].cycles + full.nodes[1].cycles);
  CHECK(cycles_run(first) < cycles_run(full) / 2);
  CHECK(full.nodes[0].reports == first.nodes[0].reports);
  CHECK(full.nodes[1].reports == first.nodes[1].reports);

  for (const TimePs window : {TimePs{1}, TimePs{1251}, TimePs{17'000}}) {
    LabSetup short_windows = lab(node, link);
    short_windows.options.window_limit = window;
    CHECK(run_lab(short_windows).hash == first.hash);
    short_windows = lab(node, link);
    short_windows.options.window_limit = window;
    short_windows.options.skip = false;
    CHECK(run_lab(short_windows).hash == first.hash);
  }
}

TEST_CASE("watching a run does not change it", "[sim][run]") {
  const std::string base =
      (std::filesystem::temp_directory_path() / ("ethlink-watch-" + std::to_string(::getpid())))
          .string();
  const SimulationResult plain = run_lab(lab("", kFaults));
  LabSetup watched = lab("", kFaults);
  watched.options.pcap_path = base + ".pcapng";
  watched.options.capture_switch = true;
  watched.options.wave_path = base + ".fst";
  watched.options.wave_node = 1;
  watched.options.progress_seconds = 0;
  unsigned calls = 0;
  TimePs shown = 0;
  watched.options.progress = [&](const Progress& progress) {
    CHECK(progress.time >= shown);
    CHECK(progress.cycles == progress.time / 1250);
    shown = progress.time;
    ++calls;
  };
  const SimulationResult result = run_lab(watched);
  CHECK(result.hash == plain.hash);
  CHECK(result.output_error.empty());
  CHECK(calls > 1);
  CHECK(shown >= result.time);
  std::filesystem::remove(base + ".pcapng");
  std::filesystem::remove(base + ".fst");
}

TEST_CASE("the seed decides the faults, and so the run", "[sim][run]") {
  LabSetup first = lab("", kFaults), second = lab("", kFaults);
  second.top = "seed = 2\n";
  CHECK(run_lab(first).hash != run_lab(second).hash);
}

TEST_CASE("anything that is observable changes the hash", "[sim][run]") {
  const std::uint64_t hash = run_lab(lab("")).hash;
  CHECK(run_lab(lab("", "delay_ns = 101")).hash != hash);
  CHECK(run_lab(lab("clock_mhz = 801")).hash != hash);
  LabSetup reporting = lab("");
  reporting.programs[1] = [inner = reporting.programs[1]](HostPort& port) {
    port.report("extra", 1);
    return inner(port);
  };
  CHECK(run_lab(reporting).hash != hash);
}

TEST_CASE("lost frames of the list are missing at the receiver", "[sim][run]") {
  for (const unsigned lost : {0U, 7U, 19U}) {
    LabSetup setup = lab("");
    setup.direct = true;
    setup.link = "[link.faults]\ndrop_forward = [" + std::to_string(lost) + "]";
    const SimulationResult result = run_lab(setup);
    CHECK(result.links[0].stats.dropped == 1);
    CHECK(result.links[0].stats.delivered == 19);
    CHECK(result.nodes[1].reports.at("interrupts") == 19);
  }
}

}  // namespace ethlink::sim::test
