// SPDX-License-Identifier: Apache-2.0
//
// The JSON of a run against a capture: any document ends in findings or in one line of error.
#include <nlohmann/json.hpp>

#include "check/checker.hpp"
#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ethlink;
  const nlohmann::json run = nlohmann::json::parse(data, data + size, nullptr, false);
  if (run.is_discarded()) {
    return 0;
  }
  Capture capture;
  capture.interfaces = {"left", "right"};
  CapturedFrame frame;
  frame.number = 1;
  frame.has_fcs = true;
  frame.direction = Direction::kIn;
  frame.bytes.resize(64);
  capture.frames.push_back(frame);
  if (const Result<Findings> findings = check_counters(capture, run); !findings) {
    fuzz::promise(findings.error().context.find('\n') == std::string::npos, "one line of error");
  }
  return 0;
}
