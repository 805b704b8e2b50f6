// SPDX-License-Identifier: Apache-2.0
//
// Judges a capture by the rules of the protocol, without any knowledge of how it came about.
#pragma once

#include <cstdint>

#include <nlohmann/json.hpp>

#include "check/capture.hpp"
#include "check/finding.hpp"
#include "sim/fabric/packet.hpp"

namespace ethlink {

struct CheckOptions {
  std::uint64_t cnp_spacing_ns = 4000;  ///< least time between two CNPs of a flow
};

struct CheckResult {
  Findings findings;       ///< in order of time, those of no frame at the end
  std::size_t frames = 0;  ///< with an ICRC
  std::size_t flows = 0;   ///< directions of RC connections, at each port
};

[[nodiscard]] CheckResult check_capture(const Capture& capture, const CheckOptions& options);

/// Compares the counters that the programs of a run reported with the frames at their ports.
/// \param run  the JSON of `ethlink run`; one line of error when it is something else.
[[nodiscard]] Result<Findings> check_counters(const Capture& capture, const nlohmann::json& run);

/// A frame with its headers, and whether its check values are right.
struct CheckedFrame {
  const CapturedFrame* frame = nullptr;
  sim::Packet packet;
  bool fcs_good = true, icrc_good = true;
  [[nodiscard]] bool good() const { return fcs_good && icrc_good; }
};
[[nodiscard]] CheckedFrame check_frame(const CapturedFrame& frame);

}  // namespace ethlink
