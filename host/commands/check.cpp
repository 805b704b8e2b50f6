// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iostream>

#include "check/checker.hpp"
#include "cli/command.hpp"
#include "cli/table.hpp"

namespace ethlink::cli {
namespace {

namespace po = boost::program_options;

constexpr std::uint64_t kNsPerS = 1'000'000'000;

Result<nlohmann::json> read_json(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return Error{Errc::kNotFound, path + ": expected a file that can be read, found none"};
  }
  nlohmann::json document = nlohmann::json::parse(file, nullptr, false);
  if (document.is_discarded()) {
    return Error{Errc::kInvalidArgument, path + ": expected JSON, found something else"};
  }
  return document;
}

// "frame 12, 0.000004893 s, left, requests to queue pair 2, go-back: what"
void print(const Finding& finding, std::uint64_t first_ns) {
  if (finding.frame != 0) {
    const std::uint64_t ns = finding.ns - first_ns;
    std::string part = std::to_string(ns % kNsPerS);
    part.insert(0, 9 - part.size(), '0');
    std::cout << "frame " << finding.frame << ", " << ns / kNsPerS << '.' << part << " s, ";
  }
  std::cout << (finding.where.empty() ? "" : finding.where + ", ") << rule_name(finding.rule)
            << ": " << finding.text << '\n';
}

int check(const std::string& path, const std::string& json, const CheckOptions& options) {
  Result<Capture> capture = read_capture(path);
  if (!capture) {
    return complain(capture.error().context, kUsage);
  }
  CheckResult result = check_capture(*capture, options);
  if (!json.empty()) {
    Result<nlohmann::json> run = read_json(json);
    if (!run) {
      return complain(run.error().context, kUsage);
    }
    Result<Findings> counters = check_counters(*capture, *run);
    if (!counters) {
      return complain(json + ": " + counters.error().context, kUsage);
    }
    result.findings.insert(result.findings.end(), counters->begin(), counters->end());
  }
  // A capture of a real machine counts from 1970; one of a run from its beginning.
  const std::uint64_t first =
      !capture->frames.empty() && capture->frames.front().ns > 1'000'000 * kNsPerS
          ? capture->frames.front().ns
          : 0;
  for (const Finding& finding : result.findings) {
    print(finding, first);
  }
  std::cout << grouped(capture->frames.size()) << " frames, " << grouped(result.frames)
            << " of them with an ICRC, " << grouped(result.flows)
            << " flows: " << grouped(result.findings.size()) << " findings" << std::endl;
  return result.findings.empty() ? kSuccess : kFailure;
}

}  // namespace

int check_command(const std::vector<std::string>& arguments) {
  po::options_description options("options");
  po::positional_options_description positional;
  positional.add("capture", 1);
  std::string path;
  std::string json;
  CheckOptions check_options;
  options.add_options()("help,h", "this text")("capture", po::value(&path)->value_name("FILE"),
                                               "pcapng or pcap, also without the name")(
      "json", po::value(&json)->value_name("FILE"),
      "JSON of the run that made the capture: compare its counters too")(
      "cnp-spacing-ns", po::value(&check_options.cnp_spacing_ns)->value_name("NS"),
      "least time between two congestion notifications of a flow (default: 4000)");
  bool help = false;
  Result<po::variables_map> values =
      parse(arguments, options, positional, "check FILE [options]", help);
  if (!values) {
    return complain(values.error().context, kUsage);
  }
  if (help) {
    return kSuccess;
  }
  if (path.empty()) {
    return complain("check: expected a capture, found none", kUsage);
  }
  return check(path, json, check_options);
}

}  // namespace ethlink::cli
