// SPDX-License-Identifier: Apache-2.0
//
// Runs of the small device: scenarios by text, programs as functions, and a program pair that
// exercises registers, aperture, DMA, frames, timers and idle time.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "sim/simulation.hpp"
#include "standin.hpp"

namespace ethlink::sim::test {

struct LabSetup {
  std::string node;                ///< keys of both nodes
  std::string link;                ///< keys of both links
  std::string top = "seed = 1\n";  ///< keys of the scenario
  std::string faults;              ///< [[fault]] tables
  bool direct = false;             ///< one link, no switch
  bool check_dma = false;          ///< the small device is told of memory in a way of its own
  std::array<HostProgram, 2> programs;
  SimulationOptions options;
};

/// Builds and runs; fails the test when the scenario cannot be built.
SimulationResult run_lab(LabSetup setup);
/// The same, but returns the error of building.
Result<std::unique_ptr<Simulation>> make_lab(LabSetup setup, ProgramRegistry& registry);

/// The sender sends frames of many sizes and copies in between; the receiver reports what came.
std::array<HostProgram, 2> traffic(unsigned frames = 20);

/// Waits until the vector came; false when the deadline passed first.
bool await_vector(HostPort& port, unsigned vector, TimePs deadline = kNever);

}  // namespace ethlink::sim::test
