// SPDX-License-Identifier: Apache-2.0
//
// Runs of the small device, see lab.hpp.
#include "lab.hpp"

#include <cstring>
#include <utility>

#include "catch.hpp"
#include "fabric/wire.hpp"
#include "sim/base/run_hash.hpp"

namespace ethlink::sim::test {
namespace {

constexpr unsigned kCopyVector = 1, kFrameVector = 2, kTimerVector = 3;
constexpr TimePs kPeriod = 1250;

std::string scenario_text(const LabSetup& setup) {
  std::string text = setup.top;
  for (const char* name : {"left", "right"}) {
    text += "[[node]]\nname = '" + std::string(name) + "'\n" + setup.node + "\n";
  }
  if (setup.direct) {
    text += "[[link]]\nbetween = ['left', 'right']\n" + setup.link + "\n";
  } else {
    text += "[[switch]]\nname = 'sw'\n[[link]]\nbetween = ['left', 'sw']\n" + setup.link +
            "\n[[link]]\nbetween = ['sw', 'right']\n" + setup.link + "\n";
  }
  text += setup.faults;
  for (unsigned i = 0; i < 2; ++i) {
    if (setup.programs[i]) {
      text += "[[program]]\nname = 'p" + std::to_string(i) + "'\nnode = '" +
              (i == 0 ? "left" : "right") + "'\n";
    }
  }
  return text;
}

int send_traffic(HostPort& port, unsigned frames) {
  const DmaRegion memory = *port.dma_alloc(65536);
  std::memset(memory.data, 0x77, 4096);
  while (!port.lookup("ready")) {
    if (!port.wait(kNever)) {
      return 1;
    }
  }
  std::array<std::byte, 256> line{};
  for (unsigned i = 0; i < frames; ++i) {
    const std::size_t size = 64 + i * 377 % 3000;
    const Frame frame = make_frame(kMacB, kMacA, 0x0800, size, static_cast<std::uint8_t>(i));
    std::memcpy(memory.data + 4096, frame.data(), frame.size());
    if (!port.mmio_write(kSend, command(memory.iova + 4096, 0, size))) {
      return 2;
    }
    // The device takes the next command when the frame is out; so this also guards the buffer.
    if (!port.mmio_write(kCopy, command(memory.iova, memory.iova + 32768, 1 + i * 100)) ||
        !await_vector(port, kCopyVector)) {
      return 3;
    }
    // The receiver keeps one frame at a time; give it time to put this one away.
    const TimePs next = port.now() + kPsPerUs;
    while (port.now() < next) {
      if (!port.wait(next)) {
        return 7;
      }
    }
    if (i % 4 == 0) {
      line.fill(static_cast<std::byte>(i));
      if (!port.aperture_write(0, line) || !port.aperture_read(256, line)) {
        return 4;
      }
    }
    if (i % 5 == 0 && !port.wait(port.now() + 7 * kPsPerUs)) {
      return 5;
    }
  }
  const std::uint64_t due = port.now() / kPeriod + 3000;
  if (!port.mmio_write(kTimer, command(memory.iova, 0, due)) || !await_vector(port, kTimerVector)) {
    return 6;
  }
  std::uint64_t fired = 0;
  std::memcpy(&fired, memory.data, sizeof(fired));
  port.report("timer late by", fired - due);
  port.report("sender done at", port.now());
  return 0;
}

int receive_traffic(HostPort& port, unsigned frames) {
  const DmaRegion ring = *port.dma_alloc((std::size_t{frames} * 2 + 2) * 4096);
  if (!port.mmio_write(kRing, command(ring.iova, 0, 0)) || !port.publish("ready", {})) {
    return 1;
  }
  unsigned received = 0;
  while (await_vector(port, kFrameVector, port.now() + 60 * kPsPerUs)) {
    ++received;
  }
  RunHash content;
  content.add(std::span(reinterpret_cast<const std::uint8_t*>(ring.data), ring.size));
  port.report("interrupts", received);
  port.report("content", content.value());
  return 0;
}

}  // namespace

bool await_vector(HostPort& port, unsigned vector, TimePs deadline) {
  while ((port.take_interrupts() >> vector & 1U) == 0) {
    const Result<WakeReason> reason = port.wait(deadline);
    if (!reason || reason->deadline) {
      return false;
    }
  }
  return true;
}

std::array<HostProgram, 2> traffic(unsigned frames) {
  return {[frames](HostPort& port) { return send_traffic(port, frames); },
          [frames](HostPort& port) { return receive_traffic(port, frames); }};
}

Result<std::unique_ptr<Simulation>> make_lab(LabSetup setup, ProgramRegistry& registry) {
  for (unsigned i = 0; i < 2; ++i) {
    registry.add(
        "p" + std::to_string(i),
        [program = setup.programs[i]](const ScenarioProgram&,
                                      const Scenario&) -> Result<HostProgram> { return program; });
  }
  Result<Scenario> scenario = parse_scenario(scenario_text(setup), "lab.toml");
  if (!scenario) {
    return scenario.error();
  }
  if (!setup.options.model) {
    setup.options.model = make_standin;
  }
  setup.options.check_dma = setup.check_dma;
  setup.options.programs = &registry;
  return Simulation::create(std::move(*scenario), std::move(setup.options));
}

SimulationResult run_lab(LabSetup setup) {
  ProgramRegistry registry;
  Result<std::unique_ptr<Simulation>> simulation = make_lab(std::move(setup), registry);
  if (!simulation) {
    FAIL(simulation.error().context);
  }
  return (*simulation)->run();
}

}  // namespace ethlink::sim::test
