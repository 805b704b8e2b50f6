// SPDX-License-Identifier: Apache-2.0
#include "checked_run.hpp"

#include "catch.hpp"
#include "check/checker.hpp"
#include "cli/run_report.hpp"
#include "temporary_file.hpp"

namespace ethlink::test {

sim::SimulationResult run_checked(PairOptions options, const SideFunction& left,
                                  const SideFunction& right,
                                  const std::function<void(const Capture&)>& see) {
  const TemporaryFile file("");
  options.pcap = file.path();
  sim::SimulationResult result = run_pair(options, left, right);
  const Result<Capture> capture = read_capture(file.path());
  REQUIRE(capture.has_value());
  CHECK(capture->frames.size() == result.captured_frames);
  const CheckResult checked = check_capture(*capture, {});
  CHECK(checked.flows >= 2);
  const Result<Findings> counters = check_counters(*capture, cli::to_json({}, result));
  REQUIRE(counters.has_value());
  for (const Findings& findings : {checked.findings, *counters}) {
    for (const Finding& finding : findings) {
      FAIL_CHECK("frame " << finding.frame << ", " << finding.ns << " ns, " << finding.where << ", "
                          << rule_name(finding.rule) << ": " << finding.text);
    }
  }
  if (see) {
    see(*capture);
  }
  return result;
}

}  // namespace ethlink::test
