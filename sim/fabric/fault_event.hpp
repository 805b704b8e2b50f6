// SPDX-License-Identifier: Apache-2.0
//
// Faults that happen to a certain frame or at a certain time; docs/reference/scenario.md.
//
// A fault sees the frames of one direction of a link in the order in which they are sent, so what
// it does follows from the scenario alone, however the run is cut into windows.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/fabric/frame.hpp"
#include "sim/fabric/packet.hpp"

namespace ethlink::sim {

enum class FaultAction : std::uint8_t {
  kDrop,
  kDuplicate,
  kReorder,
  kCorrupt,
  kEcnMark,
  kDelay,
  kPauseStorm,
  kLinkDown,
  kPeerSilent,
  kPeerRestart
};

/// Frames by what they are.
enum class FrameGroup : std::uint8_t {
  kAny,
  kRdma,
  kRequest,
  kSend,
  kWrite,
  kReadRequest,
  kAtomicRequest,
  kResponse,
  kReadResponse,
  kAtomicResponse,
  kAck,
  kNak,
  kRnr,
  kCnp,
  kLoadStore,
  kLoadStoreData,
  kLoadStoreAck,
  kLoadStoreNack,
  kLoadStoreControl,
  kPfc,
  kOther
};

/// Which frames of a direction a fault means. Everything that is stated must hold.
struct FrameMatch {
  FrameGroup group = FrameGroup::kAny;
  std::optional<std::uint32_t> dest_qpn;
  std::optional<std::uint32_t> source_qpn;  ///< of a DETH; no other header carries it
  std::optional<std::uint16_t> source_port;
  std::optional<std::uint8_t> vc;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> psn;  ///< first, last; may wrap
  TimePs from = 0, until = kNever;  ///< start of the frame at its sender, `until` excluded
  // Of the frames that match, counted from 1.
  std::vector<std::uint64_t> nth;  ///< these; empty: all
  std::uint64_t every = 1;         ///< those whose number is a multiple
  std::uint64_t times = std::numeric_limits<std::uint64_t>::max();  ///< at most so many
};

/// Where a byte to corrupt is counted from.
enum class FramePart : std::uint8_t { kFrame, kHeaders, kPayload, kIcrc };

struct FaultEvent {
  FaultAction action = FaultAction::kDrop;
  FrameMatch match;
  /// Of the actions from kPauseStorm on: happens at this time and not with a frame.
  std::optional<TimePs> at;
  std::optional<std::size_t> node;  ///< of kPeerSilent and kPeerRestart

  std::uint64_t count = 1;  ///< kDuplicate: copies; kReorder: frames that pass; kPauseStorm: frames
  TimePs time = 0;        ///< kDelay: how late; kLinkDown: how long; kDuplicate, kPauseStorm: apart
  bool overtake = false;  ///< kDelay: frames behind do not wait
  FramePart part = FramePart::kPayload;  ///< kCorrupt
  std::uint64_t byte = 0;                ///< kCorrupt
  std::uint8_t mask = 1;                 ///< kCorrupt: bits that flip
  bool repair_fcs = false;               ///< kCorrupt: only the ICRC shows it
  bool both = true;                      ///< kLinkDown: the other direction too
  std::uint8_t priorities = 0xff;        ///< kPauseStorm, one bit each
  std::uint16_t quanta = 0xffff;         ///< kPauseStorm
};

/// A fault and what became of it.
struct FaultState {
  FaultEvent event;
  std::uint64_t matched = 0;  ///< frames that it means, before nth, every and times
  std::uint64_t done = 0;     ///< how often it acted
};

/// What the faults of a direction want of one frame.
struct FaultVerdict {
  bool drop = false, corrupted = false, marked = false, overtake = false;
  TimePs late = 0;
  std::uint64_t copies = 0;
  TimePs copies_apart = 0;
  std::uint64_t hold = 0;                    ///< frames that must pass first
  std::vector<const FaultEvent*> triggered;  ///< from kPauseStorm on
};

/// The faults of one direction. Ownership: refers to the states. Threads: one at a time.
class FaultPlan {
 public:
  void add(FaultState& fault) { faults_.push_back(&fault); }
  [[nodiscard]] bool empty() const { return faults_.empty(); }

  /// Judges the next frame that was sent; changes its bytes where a fault says so.
  FaultVerdict judge(Frame& frame, TimePs start);

 private:
  std::vector<FaultState*> faults_;
};

[[nodiscard]] bool in_group(const Packet& packet, FrameGroup group);
/// A PFC frame that sets the pause of `priorities` to `quanta`.
[[nodiscard]] Frame pfc_frame(std::uint8_t priorities, std::uint16_t quanta);

}  // namespace ethlink::sim
