// SPDX-License-Identifier: Apache-2.0
//
// What the subcommands of `ethlink` have in common: exit codes, options, JSON files.
#pragma once

#include <string>
#include <vector>

#include <boost/program_options.hpp>
#include <nlohmann/json.hpp>

#include "ethlink/result.hpp"

namespace ethlink::cli {

/// Exit codes; docs/reference/cli.md.
enum ExitCode : int {
  kSuccess = 0,       ///< done
  kFailure = 1,       ///< the run failed: data differ, a limit was missed, a device error
  kUsage = 2,         ///< an option, a scenario or an input file is wrong
  kInterrupted = 130  ///< ended by Ctrl-C; the files that were being written are valid
};

/// One subcommand.
struct Command {
  const char* name;
  const char* summary;
  int (*run)(const std::vector<std::string>& arguments);
};

int demo_command(const std::vector<std::string>& arguments);
int run_command(const std::vector<std::string>& arguments);
int check_command(const std::vector<std::string>& arguments);
int bench_command(const std::vector<std::string>& arguments);
int regs_command(const std::vector<std::string>& arguments);
int version_command(const std::vector<std::string>& arguments);

/// Parses `arguments`; on --help prints the help and sets `help`.
/// \param usage  the line after "usage: ethlink ".
/// \return kInvalidArgument with one line for a wrong option.
Result<boost::program_options::variables_map> parse(
    const std::vector<std::string>& arguments,
    const boost::program_options::options_description& options,
    const boost::program_options::positional_options_description& positional, const char* usage,
    bool& help);

/// Prints one line to standard error, as every message of the program.
int complain(const std::string& message, ExitCode code);

/// Writes `document` to `path` ("-": standard output).
Result<void> write_json(const std::string& path, const nlohmann::json& document);

/// 1234567 as "1,234,567".
std::string grouped(std::uint64_t value);

}  // namespace ethlink::cli
