// SPDX-License-Identifier: Apache-2.0
//
// Fault events of whole runs: the same without skipping and in windows of any length.
#include <string>

#include "catch.hpp"
#include "lab.hpp"

namespace ethlink::sim::test {
namespace {

LabSetup lab(const std::string& faults, bool direct) {
  LabSetup setup;
  setup.node = "bus = 'on-die'";
  setup.direct = direct;
  setup.faults = faults;
  setup.programs = traffic();
  return setup;
}

const std::string from_left = "link = ['left', 'right']\n";

}  // namespace

TEST_CASE("runs with fault events are equal without skipping and in windows of any length",
          "[sim][run][fault]") {
  const auto keys = GENERATE(values<std::string>(
      {"action = 'drop'\nevery = 3\n", "action = 'duplicate'\ncopies = 2\napart_ns = 300\n",
       "action = 'reorder'\nby = 2\nevery = 4\n", "action = 'corrupt'\npart = 'frame'\nbyte = 60\n",
       "action = 'delay'\ndelay_ns = 2500\nevery = 2\n",
       "action = 'delay'\ndelay_ns = 2500\novertake = true\nnth = [2, 3]\n",
       "action = 'pause-storm'\nframes = 5\nnth = [3, 9]\n",
       "action = 'pause-storm'\nframes = 50\nat_cycle = 1000\n",
       "action = 'link-down'\nfor_ns = 9000\nnth = [2, 7]\n",
       "action = 'link-down'\nfor_ns = 5000\nat_cycle = 3000\n",
       "action = 'peer-restart'\nnode = 'right'\nnth = 5\n",
       "action = 'peer-silent'\nnode = 'right'\nnth = 5\n",
       "action = 'peer-restart'\nnode = 'left'\nnth = 5\n"}));
  const bool direct = GENERATE(true, false);
  std::string from = from_left;
  if (!direct) {
    from = keys.find("peer") == std::string::npos ? "link = ['left', 'sw']\n"
                                                  : "link = ['sw', 'right']\n";
  }
  const std::string fault = "[[fault]]\n" + from + keys;
  INFO(fault);
  const auto run = [&](bool skip, TimePs window) {
    LabSetup setup = lab(fault, direct);
    setup.options.skip = setup.options.gate = skip;
    setup.options.window_limit = window;
    return run_lab(std::move(setup));
  };
  const SimulationResult first = run(true, kNever);
  REQUIRE(first.faults.size() == 1);
  CHECK(first.faults[0].done > 0);
  CHECK(first.faults[0].line > 0);
  CHECK(keys.find("'" + first.faults[0].action + "'") != std::string::npos);
  CHECK(run(true, kNever).hash == first.hash);
  CHECK(run(false, kNever).hash == first.hash);
  CHECK(run(true, 1).hash == first.hash);
  CHECK(run(true, 7000).hash == first.hash);
  CHECK(run_lab(lab("", direct)).hash != first.hash);
}

TEST_CASE("a link that is down at a time loses what starts in it, both ways", "[sim][run][fault]") {
  const auto at = [](const std::string& more) {
    return run_lab(
        lab("[[fault]]\n" + from_left + "action = 'link-down'\nat_ns = 0\n" + more, true));
  };
  const SimulationResult all = at("for_ns = 1000000\n");
  CHECK(all.links[0].stats.frames == 20);
  CHECK(all.links[0].stats.dropped == 20);
  CHECK(all.nodes[1].reports.at("interrupts") == 0);
  CHECK(at("for_ns = 0.001\n").links[0].stats.dropped == 0);
}

TEST_CASE("a device that restarts fails every call until the program resets it",
          "[sim][run][fault]") {
  LabSetup setup;
  setup.node = "bus = 'on-die'";
  setup.direct = true;
  setup.faults = "[[fault]]\naction = 'peer-restart'\nnode = 'left'\nat_ns = 5000\n";
  setup.programs[0] = [](HostPort& port) {
    std::array<std::byte, 8> data{};
    const DmaRegion memory = *port.dma_alloc(4096);
    if (!port.mmio_write(kTimer, command(memory.iova, 0, 1'000'000))) {
      return 1;
    }
    const Result<WakeReason> woken = port.wait(kNever);
    if (woken || woken.error().code != Errc::kDeviceRemoved || port.now() != 5 * kPsPerUs) {
      return 2;
    }
    for (unsigned i = 0; i < 3; ++i) {
      const Result<void> read = port.mmio_read(0, data);
      const Result<void> write = port.aperture_write(0, data);
      if (read || write || read.error().code != Errc::kDeviceRemoved ||
          write.error().code != Errc::kDeviceRemoved) {
        return 3;
      }
    }
    if (!port.reset_device() || !port.mmio_read(0, data)) {
      return 4;
    }
    // The timer of the former life is forgotten; one of this life works.
    const std::uint64_t due = port.now() / 1250 + 100;
    if (!port.mmio_write(kTimer, command(memory.iova, 0, due)) || !await_vector(port, 3)) {
      return 5;
    }
    return await_vector(port, 3, port.now() + 2 * kPsPerMs) ? 6 : 0;
  };
  const SimulationResult result = run_lab(std::move(setup));
  CHECK(result.nodes[0].exit_code == 0);
  // The fault's and the program's, at the same time.
  CHECK(result.nodes[0].engine.resets == 1);
  CHECK(result.faults.at(0).where == "left");
  CHECK(result.faults.at(0).done == 1);
}

TEST_CASE("a device that falls silent fails every call, for good", "[sim][run][fault]") {
  LabSetup setup;
  setup.node = "bus = 'on-die'";
  setup.direct = true;
  setup.faults =
      "[[fault]]\naction = 'peer-silent'\nnode = 'left'\nat_cycle = 4000\n"
      "[[fault]]\naction = 'peer-restart'\nnode = 'left'\nat_cycle = 5000\n";
  setup.programs[0] = [](HostPort& port) {
    std::array<std::byte, 8> data{};
    const Result<WakeReason> woken = port.wait(kNever);
    if (woken || port.now() != 5 * kPsPerUs) {
      return 1;
    }
    if (!port.wait(port.now())) {
      return 2;
    }
    return port.mmio_read(0, data) || port.reset_device() ? 3 : 0;
  };
  const SimulationResult result = run_lab(std::move(setup));
  CHECK(result.nodes[0].exit_code == 0);
  CHECK(result.nodes[0].failure.empty());
}

}  // namespace ethlink::sim::test
