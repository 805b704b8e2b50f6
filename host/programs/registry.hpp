// SPDX-License-Identifier: Apache-2.0
//
// The host programs that a scenario may name; docs/reference/cli.md describes their arguments.
#pragma once

#include <memory>
#include <string>

#include "programs/file_copy.hpp"
#include "sim/scenario/program_registry.hpp"

namespace ethlink {

/// What the programs of one run leave behind. Must outlive the simulation.
/// Ownership: owns everything. Threads: the programs run one at a time.
struct ProgramBoard {
  std::unique_ptr<FileCopy> copy;  ///< of file-sender and file-receiver; null without them
  std::string error;               ///< the first failure of a program, "" when none
};

/// Programs that write to `board`.
sim::ProgramRegistry make_registry(ProgramBoard& board);

/// The whole file. One line that says what was expected when it is missing, unreadable, no file or
/// empty.
Result<std::vector<std::byte>> read_input(const std::string& path);

}  // namespace ethlink
