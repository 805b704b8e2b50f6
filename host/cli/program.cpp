// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <exception>
#include <iomanip>
#include <iostream>

#include "cli/command.hpp"

namespace ethlink::cli {
namespace {

constexpr std::array kCommands{
    Command{"demo", "two simulated hosts copy a file by stores, RDMA WRITE and loads",
            demo_command},
    Command{"run", "run a scenario", run_command},
    Command{"check", "judge a capture by the rules of the protocol", check_command},
    Command{"bench", "measure latency, rates and simulation speed", bench_command},
    Command{"regs", "list the registers, or read those of a card", regs_command},
    Command{"version", "print the version", version_command},
};

void print_help(std::ostream& out) {
  out << "usage: ethlink COMMAND [options]\n\ncommands:\n";
  for (const Command& command : kCommands) {
    out << "  " << std::left << std::setw(10) << command.name << command.summary << '\n';
  }
  out << "\n'ethlink COMMAND --help' lists the options of a command.\n";
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
    print_help(arguments.empty() ? std::cerr : std::cout);
    return arguments.empty() ? kUsage : kSuccess;
  }
  const std::string name = arguments[0] == "--version" ? "version" : arguments[0];
  const auto* command = std::find_if(kCommands.begin(), kCommands.end(),
                                     [&](const Command& c) { return name == c.name; });
  if (command == kCommands.end()) {
    return complain(
        "unknown command '" + name + "', expected demo, run, check, bench, regs or version",
        kUsage);
  }
  try {
    return command->run({arguments.begin() + 1, arguments.end()});
  } catch (const std::exception& error) {
    // Libraries report errors as values; what arrives here is memory exhaustion and the like.
    return complain(error.what(), kFailure);
  }
}

}  // namespace ethlink::cli
