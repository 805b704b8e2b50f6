// SPDX-License-Identifier: Apache-2.0
//
// Reads one [[fault]] table.
#pragma once

#include "sim/scenario/table_reader.hpp"

namespace ethlink::sim {

/// The nodes, switches and links of `scenario` must have been read.
[[nodiscard]] ScenarioFault read_fault(const toml::table& table, const Scenario& scenario,
                                       ReadState& state);

}  // namespace ethlink::sim
