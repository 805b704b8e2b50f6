// SPDX-License-Identifier: Apache-2.0
#include <iostream>

#include "ethlink/generated/regs.hpp"

#include "cli/command.hpp"

namespace ethlink::cli {

namespace po = boost::program_options;

int version_command(const std::vector<std::string>& arguments) {
  po::options_description options("options");
  std::string json;
  options.add_options()("help,h", "this text")("json", po::value(&json)->value_name("FILE"),
                                               "write the result as JSON ('-': standard output)");
  bool help = false;
  Result<po::variables_map> values = parse(arguments, options, {}, "version [options]", help);
  if (!values) {
    return complain(values.error().context, kUsage);
  }
  if (help) {
    return kSuccess;
  }
  if (!json.empty()) {
    Result<void> written =
        write_json(json, {{"schema", 1}, {"version", ETHLINK_VERSION}, {"interface", "1.0"}});
    return written ? kSuccess : complain(written.error().context, kUsage);
  }
  std::cout << "ethlink " << ETHLINK_VERSION << ", register interface 1.0\n";
  return kSuccess;
}

}  // namespace ethlink::cli
