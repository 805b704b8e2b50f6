// SPDX-License-Identifier: Apache-2.0
//
// Simulated time: integer picoseconds, so that every clock and delay is exact.
#pragma once

#include <cstdint>
#include <limits>

namespace ethlink::sim {

/// A point in simulated time or a span of it, in picoseconds; 2^64 ps are 213 days.
using TimePs = std::uint64_t;

inline constexpr TimePs kNever = std::numeric_limits<TimePs>::max();
inline constexpr TimePs kPsPerNs = 1000;
inline constexpr TimePs kPsPerUs = 1000 * kPsPerNs;
inline constexpr TimePs kPsPerMs = 1000 * kPsPerUs;
inline constexpr TimePs kPsPerSecond = 1000 * kPsPerMs;

/// `a + b`, or kNever when either is kNever or the sum does not fit.
[[nodiscard]] constexpr TimePs add_time(TimePs a, TimePs b) {
  return a > kNever - b ? kNever : a + b;
}

}  // namespace ethlink::sim
