// SPDX-License-Identifier: Apache-2.0
//
// Runs of two hosts whose capture is judged afterwards by the rules of `ethlink check`.
#pragma once

#include <functional>

#include "check/capture.hpp"
#include "pair.hpp"

namespace ethlink::test {

/// As run_pair(); then the rules of the protocol must hold in every frame, and the counters that
/// the programs reported must agree with the frames. Each offence is a failed check of the test.
/// `see` gets the capture.
sim::SimulationResult run_checked(PairOptions options, const SideFunction& left,
                                  const SideFunction& right,
                                  const std::function<void(const Capture&)>& see = {});

}  // namespace ethlink::test
