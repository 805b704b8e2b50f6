// SPDX-License-Identifier: Apache-2.0
//
// What a check of a capture found.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ethlink {

/// The rule that was broken; docs/reference/cli.md lists them.
enum class Rule : std::uint8_t {
  kIcrc,
  kSequence,
  kGoBack,
  kAck,
  kNak,
  kDuplicate,
  kReadResponse,
  kAtomic,
  kCnp,
  kCounters
};

[[nodiscard]] const char* rule_name(Rule rule);

struct Finding {
  std::uint64_t frame = 0;  ///< number in the capture; 0: of no frame
  std::uint64_t ns = 0;
  Rule rule = Rule::kIcrc;
  std::string where;  ///< interface and flow
  std::string text;   ///< what was expected and found
};

using Findings = std::vector<Finding>;

}  // namespace ethlink
