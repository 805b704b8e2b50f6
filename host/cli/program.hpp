// SPDX-License-Identifier: Apache-2.0
//
// The program `ethlink` without main(), so that tests can call it.
#pragma once

#include <string>
#include <vector>

namespace ethlink::cli {

/// Runs the subcommand that `arguments` (without the program's name) start with; returns the exit
/// code. Prints to the standard streams; nothing is thrown.
int run_program(const std::vector<std::string>& arguments);

}  // namespace ethlink::cli
