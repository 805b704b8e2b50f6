// SPDX-License-Identifier: Apache-2.0
//
// Makes the small device of sim_standin.sv, and the commands that it takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "sim/endpoint/endpoint_model.hpp"

namespace ethlink::sim::test {

/// A ModelFactory.
Result<std::unique_ptr<EndpointModel>> make_standin(const ModelOptions& options);

inline constexpr std::uint64_t kCopy = 0x1000;
inline constexpr std::uint64_t kSend = 0x2000;
inline constexpr std::uint64_t kRing = 0x3000;
inline constexpr std::uint64_t kTimer = 0x4000;

using Command = std::array<std::byte, 64>;
/// Little-endian words at the bytes 0, 8 and 16.
Command command(std::uint64_t first, std::uint64_t second, std::uint64_t third);

}  // namespace ethlink::sim::test
