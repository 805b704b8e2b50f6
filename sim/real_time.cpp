// SPDX-License-Identifier: Apache-2.0
//
// Ties simulated time to real time, see real_time.hpp.
#include "sim/real_time.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>

#include <poll.h>

namespace ethlink::sim {
namespace {

constexpr double kNsPerSecond = 1e9;

[[nodiscard]] double seconds_of(TimePs time) {
  return static_cast<double>(time) / static_cast<double>(kPsPerSecond);
}

}  // namespace

void RealTime::after_step(TimePs now, TimePs step, double seconds) {
  ahead_ = std::max(0.0, ahead_ + seconds_of(step) - seconds);
  wait();
  for (ExternalPort* port : ports_) {
    port->exchange(now, now + kLongestStep);
  }
}

// A frame ends the wait, unless many did and simulated time is far in front.
void RealTime::wait() {
  if (ahead_ == 0) {
    return;
  }
  std::vector<pollfd> sockets;
  for (const ExternalPort* port : ports_) {
    const short events = ahead_ < seconds_of(kMostAhead) ? port->poll_events() : short{0};
    sockets.push_back({events == 0 ? -1 : port->fd(), events, 0});
  }
  const auto nanoseconds = static_cast<long>(ahead_ * kNsPerSecond);
  const timespec timeout{nanoseconds / static_cast<long>(kNsPerSecond),
                         nanoseconds % static_cast<long>(kNsPerSecond)};
  const auto before = std::chrono::steady_clock::now();
  ::ppoll(sockets.data(), sockets.size(), &timeout, nullptr);
  const std::chrono::duration<double> waited = std::chrono::steady_clock::now() - before;
  ahead_ = std::max(0.0, ahead_ - waited.count());
}

}  // namespace ethlink::sim
