// SPDX-License-Identifier: Apache-2.0
//
// Host programs that load a network with RDMA WRITEs for a given time, and what each flow got.
#pragma once

#include <string>

#include "programs/arguments.hpp"
#include "sim/host/host_port.hpp"

namespace ethlink {

/// rdma-source or rdma-sink. `error` gets the first failure.
sim::HostProgram make_rdma_load(const sim::ScenarioProgram& info, const sim::Scenario& scenario,
                                Arguments& arguments, std::string& error);

}  // namespace ethlink
