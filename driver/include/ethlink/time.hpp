// SPDX-License-Identifier: Apache-2.0
//
// Time as the driver sees it: picoseconds of the device's time base (simulated or steady clock).
#pragma once

#include <chrono>
#include <cstdint>
#include <ratio>

namespace ethlink {

using Duration = std::chrono::duration<std::int64_t, std::pico>;
/// Time since the backend's own epoch; absolute deadlines are of this type.
using TimePoint = Duration;

inline constexpr Duration kForever{INT64_MAX};

}  // namespace ethlink
