// SPDX-License-Identifier: Apache-2.0
//
// Saves the line counts of a Verilated model, when the build counts lines (ETHLINK_COVERAGE).
#pragma once

#include <verilated.h>
#if VM_COVERAGE
#include <atomic>
#include <cstdlib>
#include <string>

#include <unistd.h>
#include <verilated_cov.h>
#endif

namespace ethlink::rtl {

/// Writes the counts of every model of `context` to a new file of the folder that the environment
/// variable ETHLINK_COVERAGE_DIR names. Call it once, before the models are destroyed.
/// Does nothing in other builds or without the variable. Safe to call from several threads.
inline void save_coverage([[maybe_unused]] VerilatedContext& context) {
#if VM_COVERAGE
  static std::atomic<unsigned> next{0};
  const char* folder = std::getenv("ETHLINK_COVERAGE_DIR");
  if (folder == nullptr) {
    return;
  }
  const std::string path = std::string(folder) + "/" + std::to_string(::getpid()) + "-" +
                           std::to_string(next.fetch_add(1)) + ".dat";
  context.coveragep()->write(path.c_str());
#endif
}

}  // namespace ethlink::rtl
