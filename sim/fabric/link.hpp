// SPDX-License-Identifier: Apache-2.0
//
// One direction of an Ethernet link: pace, propagation and faults, all reproducible.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/base/time.hpp"
#include "sim/fabric/fault_event.hpp"
#include "sim/fabric/frame.hpp"

namespace ethlink::sim {

/// What may happen to frames of one direction. Probabilities are per frame and independent.
struct LinkFaults {
  double loss = 0;       ///< the frame disappears
  double duplicate = 0;  ///< it arrives twice
  double reorder = 0;    ///< it arrives `reorder_ps` late and does not hold up later ones
  double corrupt = 0;    ///< one bit, anywhere, flips
  TimePs reorder_ps = kPsPerUs;
  TimePs jitter_ps = 0;             ///< extra delay, uniform in [0, jitter], order kept
  std::vector<std::uint64_t> drop;  ///< indices of frames that disappear, counted from 0
};

struct LinkParams {
  std::uint64_t rate_mbps = 400'000;
  TimePs delay_ps = 100 * kPsPerNs;  ///< propagation; above 0
  LinkFaults faults;
};

struct LinkStats {
  std::uint64_t frames = 0, bytes = 0;  ///< offered by the sender; bytes with FCS
  std::uint64_t delivered = 0;          ///< copies that arrive
  std::uint64_t dropped = 0, duplicated = 0, reordered = 0, corrupted = 0;
  TimePs busy_ps = 0;                      ///< time on the wire with preamble and gap
  std::uint64_t marked = 0, injected = 0;  ///< ECN set, PFC frames added, both by fault events
};

/// The sender is an endpoint, beat by beat (ready, beat), or a switch, frame by frame (send).
/// Every frame draws the same number of random values, so that one fault does not move another.
/// Ownership: refers to the sink and the taps. Threads: one at a time.
class LinkDirection {
 public:
  /// `seed` is the scenario's seed mixed with the identity of this direction.
  LinkDirection(const LinkParams& params, std::uint64_t seed, FrameSink& sink);

  /// Called for frames that leave and that arrive; either may be null.
  void set_taps(FrameTap* sender, FrameTap* receiver);

  /// A fault of this direction; `fault` must outlive the link.
  void add_fault(FaultState& fault) { faults_.add(fault); }
  /// The direction that goes down together with this one; may be null.
  void set_opposite(LinkDirection* opposite) { opposite_ = opposite; }
  /// Told when a frame triggers a fault of a node, with the time at which the frame's end could be
  /// at the other end of the link.
  void set_on_node_fault(std::function<void(const FaultEvent&, TimePs)> on_node_fault) {
    on_node_fault_ = std::move(on_node_fault);
  }
  /// Frames that start in [from, until) are lost. Not for times that the sender has passed.
  void take_down(TimePs from, TimePs until) { down_.emplace_back(from, until); }
  /// PFC frames of kPauseStorm, as if the sender began the first at `time`; they take no time from
  /// its other frames. Not for times that the receiver has passed.
  void pause_storm(const FaultEvent& event, TimePs time);

  /// True when the sender's MAC takes a beat at `time`: less than kFifoPs of data waits.
  [[nodiscard]] bool ready(TimePs time) const { return wire_until_ <= time + kFifoPs; }
  /// One beat, taken at `time`; the frame goes out while its beats come (cut through).
  void beat(TimePs time, std::span<const std::uint8_t> bytes, bool last);
  /// The sender died: what was sent of its frame goes out as it is, with a bad FCS.
  void abort(TimePs time);
  /// A whole frame at `time`; returns when the wire is free for the next.
  TimePs send(TimePs time, Frame&& frame);

  [[nodiscard]] TimePs delay() const { return params_.delay_ps; }
  /// Start of the frame that is being sent, kNever when there is none: a frame is told to the taps
  /// when it is complete, with the time of its start.
  [[nodiscard]] TimePs open_since() const { return in_frame_ ? frame_start_ : kNever; }
  [[nodiscard]] const LinkStats& stats() const { return stats_; }
  /// Time that `bytes` take on the wire, rounded up to a picosecond.
  [[nodiscard]] TimePs serialization(std::uint64_t bytes) const;

  static constexpr TimePs kFifoPs = 10 * kPsPerNs;

 private:
  struct Fate {
    bool drop, duplicate, reorder, corrupt;
    TimePs jitter;
    std::uint64_t bit;
  };
  struct Held {  // a frame that others must pass first
    Frame frame;
    TimePs length;
    std::uint64_t left;  // frames that must still pass
    std::uint64_t copies;
    TimePs copies_apart;
  };
  Fate draw(std::uint64_t index, std::size_t bytes);
  void finish(TimePs start, TimePs end, TimePs known, Frame&& frame);
  void trigger(const FaultEvent& event, TimePs start, TimePs end, TimePs known);
  [[nodiscard]] bool is_down(TimePs start) const;
  FrameArrival pass(FrameArrival&& arrival, std::uint64_t copies, TimePs apart, bool in_order);
  void release(FrameArrival&& behind);
  void arrive(FrameArrival&& arrival);

  LinkParams params_;
  Random random_;
  FrameSink& sink_;
  FrameTap* sender_tap_ = nullptr;
  FrameTap* receiver_tap_ = nullptr;
  LinkDirection* opposite_ = nullptr;
  std::function<void(const FaultEvent&, TimePs)> on_node_fault_;
  FaultPlan faults_;
  std::vector<Held> held_;
  std::vector<std::pair<TimePs, TimePs>> down_;
  LinkStats stats_;
  TimePs wire_until_ = 0;    // the wire is busy until then, gap included
  TimePs frame_start_ = 0;   // of the frame that is being sent
  TimePs last_arrival_ = 0;  // end of the last frame that kept its place
  bool in_frame_ = false;
  Frame frame_;
};

}  // namespace ethlink::sim
