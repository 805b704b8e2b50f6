// SPDX-License-Identifier: Apache-2.0
//
// A port that another program has, see external_port.hpp.
#include "sim/fabric/external_port.hpp"

#include <algorithm>

#include <poll.h>

namespace ethlink::sim {
namespace {

constexpr std::size_t kHeaderBytes = 14;

}  // namespace

void ExternalPort::deliver(FrameArrival&& arrival) {
  const TimePs end = arrival.end;
  arrivals_.emplace(std::pair{end, sequence_++}, std::move(arrival.frame));
  if (on_input_) {
    on_input_(end);
  }
}

TimePs ExternalPort::run(TimePs now) {
  while (!arrivals_.empty() && arrivals_.begin()->first.first <= now) {
    hand_over(std::move(arrivals_.extract(arrivals_.begin()).mapped()));
  }
  return arrivals_.empty() ? kNever : arrivals_.begin()->first.first;
}

void ExternalPort::hand_over(Frame&& frame) {
  if (!fcs_good(frame)) {
    ++stats_.bad_fcs;
    return;
  }
  if (socket_.closed()) {
    return;
  }
  frame.resize(frame.size() - kFcsBytes);
  if (waiting_.size() >= kMostWaiting) {
    ++stats_.overflows;
  } else if (!waiting_.empty() || !socket_.send(frame)) {
    waiting_.push_back(std::move(frame));
  } else {
    ++stats_.sent;
  }
}

void ExternalPort::exchange(TimePs now, TimePs until) {
  socket_.flush();
  while (!waiting_.empty() && socket_.send(waiting_.front())) {
    waiting_.pop_front();
    ++stats_.sent;
  }
  while (wire_free_ < until) {
    std::optional<Frame> frame = socket_.receive();
    if (!frame) {
      return;
    }
    if (frame->size() < kHeaderBytes) {
      ++stats_.bad_length;
      continue;
    }
    ++stats_.received;
    frame->resize(std::max<std::size_t>(frame->size() + kFcsBytes, kMinFrameBytes));
    set_fcs(*frame);
    wire_free_ = output_->send(now, std::move(*frame));
  }
}

short ExternalPort::poll_events() const {
  if (socket_.closed()) {
    return 0;
  }
  return waiting_.empty() && !socket_.unsent() ? POLLIN : POLLIN | POLLOUT;
}

ExternalStats ExternalPort::stats() const {
  ExternalStats stats = stats_;
  stats.bad_length += socket_.oversized();
  stats.closed = socket_.closed();
  return stats;
}

}  // namespace ethlink::sim
