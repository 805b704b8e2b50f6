// SPDX-License-Identifier: Apache-2.0
#include "cli/command.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>

namespace ethlink::cli {

namespace po = boost::program_options;

Result<po::variables_map> parse(const std::vector<std::string>& arguments,
                                const po::options_description& options,
                                const po::positional_options_description& positional,
                                const char* usage, bool& help) {
  po::variables_map values;
  try {
    po::store(po::command_line_parser(arguments).options(options).positional(positional).run(),
              values);
    help = values.count("help") != 0;
    if (help) {
      std::cout << "usage: ethlink " << usage << "\n\n" << options;
      return values;
    }
    po::notify(values);
  } catch (const po::error& error) {
    return Error{Errc::kInvalidArgument,
                 std::string(error.what()) + " (see 'ethlink " + usage + "', --help)"};
  }
  return values;
}

int complain(const std::string& message, ExitCode code) {
  std::cerr << "ethlink: " << message << '\n';
  return code;
}

Result<void> write_json(const std::string& path, const nlohmann::json& document) {
  if (path == "-") {
    std::cout << document.dump(2) << '\n';
    return {};
  }
  std::ofstream file(path);
  file << document.dump(2) << '\n';
  file.close();
  if (!file) {
    return Error{Errc::kSystem,
                 path + ": expected a file that can be written, found: " + std::strerror(errno)};
  }
  return {};
}

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

}  // namespace ethlink::cli
