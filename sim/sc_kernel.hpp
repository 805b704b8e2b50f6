// SPDX-License-Identifier: Apache-2.0
//
// A SystemC kernel for the life of one simulation.
//
// SystemC keeps its kernel in a global pointer and never resets it; a fresh context for each
// simulation lets one process run several, one after another.
#pragma once

namespace ethlink::sim {

/// Ownership: owns the kernel's context. Threads: one at a time in a process.
class ScKernel {
 public:
  ScKernel();
  ~ScKernel();
  ScKernel(const ScKernel&) = delete;
  ScKernel& operator=(const ScKernel&) = delete;

  [[nodiscard]] static bool in_use();
};

}  // namespace ethlink::sim
