// SPDX-License-Identifier: Apache-2.0
//
// The measurements, grouped by what they need.
#pragma once

#include <vector>

#include "ethlink/result.hpp"

#include "bench/metric.hpp"

namespace ethlink::bench {

/// ls.*: latency, rates and ceilings of load/store. `data_width` in bits.
Result<std::vector<Metric>> measure_load_store(unsigned data_width);
/// rdma.*: latency, rates, ceilings, recovery and loss.
Result<std::vector<Metric>> measure_rdma(unsigned data_width);
/// Part of it, appended: WRITEs over a link that loses frames.
Result<void> measure_loss(unsigned data_width, std::vector<Metric>& metrics);
/// sim.*: speed of two loaded endpoints, per endpoint, and what skipping idle cycles gains.
Result<std::vector<Metric>> measure_simulation(unsigned data_width);

}  // namespace ethlink::bench
