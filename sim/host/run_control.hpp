// SPDX-License-Identifier: Apache-2.0
//
// What the nodes of one simulation share: when it ends, and the channel between host programs.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "sim/base/time.hpp"

namespace ethlink::sim {

/// Ownership: of the simulation. Threads: the SystemC kernel's.
class RunControl {
 public:
  virtual ~RunControl() = default;
  /// No cycle at or after this time is run; kNever while it is not known.
  [[nodiscard]] virtual TimePs stop_at() const = 0;
  /// A host program returned `code` or failed with `why`.
  virtual void program_ended(unsigned node, int code, std::string_view why) = 0;
  /// The device of a node touched memory that it was not told about: ends the run.
  virtual void memory_violation(unsigned node, std::string_view what) = 0;
  /// Hands a published value to every node.
  virtual void publish(unsigned node, std::string_view key, std::span<const std::byte> value) = 0;
};

/// Latency of the out-of-band channel between hosts.
inline constexpr TimePs kBoardLatency = 1 * kPsPerUs;

}  // namespace ethlink::sim
