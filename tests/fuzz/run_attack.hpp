// SPDX-License-Identifier: Apache-2.0
//
// Runs an attack on two endpoints in a process of its own, so that each input meets the same state.
#pragma once

#include <functional>

#include "endpoint_pair.hpp"

namespace ethlink::fuzz {

/// Attacks and judges. The counters of the devices are the coverage that guides the fuzzer.
int run_attack(const std::function<void(test::EndpointPair&)>& attack);

}  // namespace ethlink::fuzz
