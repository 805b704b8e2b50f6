// SPDX-License-Identifier: Apache-2.0
//
// Receive requests as both kinds of receive queues hold them.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ethlink/queue_pair.hpp"
#include "ethlink/result.hpp"

namespace ethlink {

inline constexpr std::size_t kReceiveUnit = 64;  // bytes of a receive request

/// Writes request number `index` to `place`. kInvalidArgument, and nothing written, when it has too
/// many elements.
Result<void> write_receive(std::byte* place, const ReceiveRequest& request, std::uint16_t index);

}  // namespace ethlink
