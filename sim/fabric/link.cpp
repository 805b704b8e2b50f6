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
  FaultVerdict verdict;
  if (!faults_.empty()) {
    verdict = faults_.judge(frame, start);
    for (const FaultEvent* event : verdict.triggered) {
      trigger(*event, start, end, known);
    }
  }
  if (fate.drop || verdict.drop || is_down(start)) {
    ++stats_.dropped;
    return;
  }
  if (fate.corrupt) {
    frame[fate.bit / 8] ^= static_cast<std::uint8_t>(1U << (fate.bit % 8));
  }
  stats_.corrupted += fate.corrupt || verdict.corrupted ? 1 : 0;
  stats_.marked += verdict.marked ? 1 : 0;
  const TimePs length = end - start;
  const std::uint64_t copies = verdict.copies + (fate.duplicate ? 1 : 0);
  stats_.duplicated += copies;
  if (verdict.hold != 0) {
    ++stats_.reordered;
    held_.push_back({std::move(frame), length, verdict.hold, copies, verdict.copies_apart});
    return;
  }
  TimePs late = fate.jitter + verdict.late;
  const bool in_order = !fate.reorder && !verdict.overtake;
  if (in_order) {
    // A late frame never overlaps the one before it at the receiver.
    const TimePs earliest = last_arrival_ + length;
    const TimePs arrival_end = end + params_.delay_ps + late;
    late += arrival_end < earliest ? earliest - arrival_end : 0;
  } else {
    ++stats_.reordered;
    late += fate.reorder ? params_.faults.reorder_ps : 0;
  }
  late += params_.delay_ps;
  FrameArrival last = pass({std::move(frame), known + late, start + late, end + late}, copies,
                           verdict.copies_apart, in_order);
  if (!held_.empty()) {
    release(std::move(last));
  }
}

// Delivers a frame and its copies; returns the times of the last one.
FrameArrival LinkDirection::pass(FrameArrival&& arrival, std::uint64_t copies, TimePs apart,
                                 bool in_order) {
  const TimePs step = arrival.end - arrival.start + apart;
  while (true) {
    FrameArrival times{{}, arrival.not_before, arrival.start, arrival.end};
    // Copies that come much later do not hold up what is behind.
    if (in_order) {
      last_arrival_ = arrival.end;
    }
    if (copies == 0) {
      arrive(std::move(arrival));
      return times;
    }
    arrive({arrival.frame, arrival.not_before, arrival.start, arrival.end});
    --copies;
    in_order = in_order && apart == 0;
    arrival.not_before += step;
    arrival.start += step;
    arrival.end += step;
  }
}

// A frame arrived at the times of `behind`: what waited for it alone follows.
void LinkDirection::release(FrameArrival&& behind) {
  std::vector<Held> ready;
  for (Held& held : held_) {
    if (--held.left == 0) {
      ready.push_back(std::move(held));
    }
  }
  std::erase_if(held_, [](const Held& held) { return held.left == 0; });
  for (Held& held : ready) {
    behind = pass({std::move(held.frame), behind.not_before + held.length, behind.end,
                   behind.end + held.length},
                  held.copies, held.copies_apart, true);
  }
}

void LinkDirection::trigger(const FaultEvent& event, TimePs start, TimePs end, TimePs known) {
  switch (event.action) {
    case FaultAction::kPauseStorm:
      pause_storm(event, end);
      break;
    case FaultAction::kLinkDown:
      take_down(start, add_time(start, event.time));
      if (event.both && opposite_ != nullptr) {
        // The far end notices when the light is gone; by then no frame of it was judged.
        const TimePs from = start + params_.delay_ps + kFifoPs;
        opposite_->take_down(from, add_time(from, event.time));
      }
      break;
    default:
      if (on_node_fault_) {
        on_node_fault_(event, known + params_.delay_ps);
      }
      break;
  }
}

bool LinkDirection::is_down(TimePs start) const {
  return std::any_of(down_.begin(), down_.end(), [start](const auto& interval) {
    return start >= interval.first && start < interval.second;
  });
}

void LinkDirection::pause_storm(const FaultEvent& event, TimePs time) {
  const Frame frame = pfc_frame(event.priorities, event.quanta);
  const TimePs length = serialization(kPreambleBytes + frame.size());
  for (std::uint64_t i = 0; i < event.count; ++i) {
    const TimePs start = time + params_.delay_ps + i * event.time;
    ++stats_.injected;
    arrive({frame, start, start, start + length});
  }
}

void LinkDirection::arrive(FrameArrival&& arrival) {
  ++stats_.delivered;
  if (receiver_tap_ != nullptr) {
    receiver_tap_->frame(arrival.end, false, arrival.frame);
  }
  sink_.deliver(std::move(arrival));
}

}  // namespace ethlink::sim
