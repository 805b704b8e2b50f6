// SPDX-License-Identifier: Apache-2.0
//
// The program `ethlink`: picks the subcommand.
#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <iomanip>
#include <iostream>

#include "cli/command.hpp"

namespace {

using ethlink::cli::Command;

constexpr std::array kCommands{
    Command{"demo", "two simulated hosts copy a file by stores, RDMA WRITE and loads",
            ethlink::cli::demo_command},
    Command{"run", "run a scenario", ethlink::cli::run_command},
    Command{"bench", "measure latency, rates and simulation speed", ethlink::cli::bench_command},
    Command{"regs", "list the registers, or read those of a card", ethlink::cli::regs_command},
    Command{"version", "print the version", ethlink::cli::version_command},
};

void print_help(std::ostream& out) {
  out << "usage: ethlink COMMAND [options]\n\ncommands:\n";
  for (const Command& command : kCommands) {
    out << "  " << std::left << std::setw(10) << command.name << command.summary << '\n';
  }
  out << "\n'ethlink COMMAND --help' lists the options of a command.\n";
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
    print_help(arguments.empty() ? std::cerr : std::cout);
    return arguments.empty() ? ethlink::cli::kUsage : ethlink::cli::kSuccess;
  }
  const std::string name = arguments[0] == "--version" ? "version" : arguments[0];
  const auto* command = std::find_if(kCommands.begin(), kCommands.end(),
                                     [&](const Command& c) { return name == c.name; });
  if (command == kCommands.end()) {
    return ethlink::cli::complain(
        "unknown command '" + name + "', expected demo, run, bench, regs or version",
        ethlink::cli::kUsage);
  }
  try {
    return command->run({arguments.begin() + 1, arguments.end()});
  } catch (const std::exception& error) {
    // Libraries report errors as values; what arrives here is memory exhaustion and the like.
    return ethlink::cli::complain(error.what(), ethlink::cli::kFailure);
  }
}
