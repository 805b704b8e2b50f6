// SPDX-License-Identifier: Apache-2.0
//
// Finds the flows of a port.
#pragma once

#include <string>
#include <vector>

#include "check/checker.hpp"
#include "check/flow.hpp"

namespace ethlink {

/// The RC flows among good frames. An RC packet names its destination queue pair only, so which
/// responses belong to which requests is concluded from their addresses and PSNs.
[[nodiscard]] std::vector<Flow> pair_flows(const std::string& port,
                                           const std::vector<CheckedFrame>& frames,
                                           bool on_the_way);

}  // namespace ethlink
