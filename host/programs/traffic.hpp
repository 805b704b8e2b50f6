// SPDX-License-Identifier: Apache-2.0
//
// Small host programs that make one kind of traffic to a server, and measure it.
#pragma once

#include <string>

#include "programs/arguments.hpp"
#include "sim/host/host_port.hpp"

namespace ethlink {

/// memory-server, store-stream, load-latency or rdma-write-stream. `error` gets the first failure.
sim::HostProgram make_traffic(const sim::ScenarioProgram& program, const sim::Scenario& scenario,
                              Arguments& arguments, std::string& error);

}  // namespace ethlink
