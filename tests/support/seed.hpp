// SPDX-License-Identifier: Apache-2.0
//
// The seed of random tests: fixed by default, so that every run is the same run.
#pragma once

#include <cstdint>

namespace ethlink::test {

/// Seed for random stimulus: the environment variable ETHLINK_SEED, else a fixed number.
/// A failing test case prints the seed and the command that replays it.
[[nodiscard]] std::uint64_t seed();

}  // namespace ethlink::test
