// SPDX-License-Identifier: Apache-2.0
//
// Ties a run with external ports to real time: what they are joined to has clocks of its own.
#pragma once

#include <vector>

#include "sim/base/time.hpp"
#include "sim/fabric/external_port.hpp"

namespace ethlink::sim {

/// Simulated time may fall behind real time without limit, and does not catch up; it is never more
/// than kMostAhead and one step in front. So no timer of the simulation expires early for the
/// other side, and an idle simulation costs little.
/// Ownership: refers to the ports. Threads: one at a time.
class RealTime {
 public:
  static constexpr TimePs kLongestStep = 200 * kPsPerUs;
  static constexpr TimePs kMostAhead = 1000 * kPsPerUs;

  void add(ExternalPort& port) { ports_.push_back(&port); }
  [[nodiscard]] bool used() const { return !ports_.empty(); }
  /// The simulation reached `now` with a step of `step`, which took `seconds`: waits until real
  /// time has passed as well or until there is a frame, and exchanges frames.
  void after_step(TimePs now, TimePs step, double seconds);

 private:
  void wait();

  std::vector<ExternalPort*> ports_;
  double ahead_ = 0;  // seconds that simulated time is in front of real time
};

}  // namespace ethlink::sim
