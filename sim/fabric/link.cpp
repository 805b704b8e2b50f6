// SPDX-License-Identifier: Apache-2.0
//
// One direction of an Ethernet link, see link.hpp.
#include "sim/fabric/link.hpp"

#include <algorithm>
#include <utility>

namespace ethlink::sim {

LinkDirection::LinkDirection(const LinkParams& params, std::uint64_t seed, FrameSink& sink)
    : params_(params), random_(seed), sink_(sink) {
  std::sort(params_.faults.drop.begin(), params_.faults.drop.end());
}

void LinkDirection::set_taps(FrameTap* sender, FrameTap* receiver) {
  sender_tap_ = sender;
  receiver_tap_ = receiver;
}

TimePs LinkDirection::serialization(std::uint64_t bytes) const {
  return (bytes * 8'000'000 + params_.rate_mbps - 1) / params_.rate_mbps;
}

void LinkDirection::beat(TimePs time, std::span<const std::uint8_t> bytes, bool last) {
  if (!in_frame_) {
    in_frame_ = true;
    frame_start_ = std::max(time, wire_until_);
    wire_until_ = frame_start_ + serialization(kPreambleBytes);
    frame_.clear();
  }
  frame_.insert(frame_.end(), bytes.begin(), bytes.end());
  wire_until_ = std::max(wire_until_, time) + serialization(bytes.size());
  if (last) {
    in_frame_ = false;
    const TimePs end = wire_until_;
    wire_until_ += serialization(kGapBytes);
    finish(frame_start_, end, time, std::exchange(frame_, Frame{}));
  }
}

void LinkDirection::abort(TimePs time) {
  if (in_frame_) {
    in_frame_ = false;
    finish(frame_start_, std::max(wire_until_, time), time, std::exchange(frame_, Frame{}));
  }
}

TimePs LinkDirection::send(TimePs time, Frame&& frame) {
  const TimePs start = std::max(time, wire_until_);
  const TimePs end = start + serialization(kPreambleBytes + frame.size());
  wire_until_ = end + serialization(kGapBytes);
  finish(start, end, start, std::move(frame));
  return wire_until_;
}

LinkDirection::Fate LinkDirection::draw(std::uint64_t index, std::size_t bytes) {
  const LinkFaults& faults = params_.faults;
  Fate fate{};
  fate.drop = random_.chance(faults.loss);
  fate.duplicate = random_.chance(faults.duplicate);
  fate.reorder = random_.chance(faults.reorder);
  fate.corrupt = random_.chance(faults.corrupt);
  fate.jitter = random_.below(faults.jitter_ps + 1);
  fate.bit = random_.below(std::max<std::size_t>(bytes, 1) * 8);
  fate.drop = fate.drop || std::binary_search(faults.drop.begin(), faults.drop.end(), index);
  return fate;
}

void LinkDirection::finish(TimePs start, TimePs end, TimePs known, Frame&& frame) {
  const Fate fate = draw(stats_.frames, frame.size());
  ++stats_.frames;
  stats_.bytes += frame.size();
  stats_.busy_ps += serialization(kPreambleBytes + frame.size() + kGapBytes);
  if (sender_tap_ != nullptr) {
    sender_tap_->frame(start, true, frame);
  }
  if (fate.drop) {
    ++stats_.dropped;
    return;
  }
  if (fate.corrupt) {
    ++stats_.corrupted;
    frame[fate.bit / 8] ^= static_cast<std::uint8_t>(1U << (fate.bit % 8));
  }
  TimePs late = fate.jitter;
  const TimePs length = end - start;
  if (fate.reorder) {
    ++stats_.reordered;
    late += params_.faults.reorder_ps;
  } else {
    // Jitter never makes two frames overlap at the receiver.
    const TimePs earliest = last_arrival_ + length;
    const TimePs arrival_end = end + params_.delay_ps + late;
    late += arrival_end < earliest ? earliest - arrival_end : 0;
    last_arrival_ = end + params_.delay_ps + late;
  }
  late += params_.delay_ps;
  FrameArrival arrival{std::move(frame), known + late, start + late, end + late};
  if (fate.duplicate) {
    ++stats_.duplicated;
    arrive({arrival.frame, arrival.not_before, arrival.start, arrival.end});
    arrival.not_before += length;
    arrival.start += length;
    arrival.end += length;
    last_arrival_ = fate.reorder ? last_arrival_ : arrival.end;
  }
  arrive(std::move(arrival));
}

void LinkDirection::arrive(FrameArrival&& arrival) {
  ++stats_.delivered;
  if (receiver_tap_ != nullptr) {
    receiver_tap_->frame(arrival.end, false, arrival.frame);
  }
  sink_.deliver(std::move(arrival));
}

}  // namespace ethlink::sim
