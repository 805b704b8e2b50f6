// SPDX-License-Identifier: Apache-2.0
//
// Which frames a fault means and what it does to them, see fault_event.hpp.
#include "sim/fabric/fault_event.hpp"

#include <algorithm>

#include "sim/fabric/switch.hpp"

namespace ethlink::sim {
namespace {

// Whether the frame is one of those that the fault counts.
[[nodiscard]] bool means(const FrameMatch& match, const Packet& packet, TimePs start) {
  if (start < match.from || start >= match.until || !in_group(packet, match.group)) {
    return false;
  }
  const bool rdma = packet.kind == PacketKind::kRdma;
  const bool load_store = packet.kind == PacketKind::kLoadStore;
  if ((match.dest_qpn && (!rdma || packet.dest_qpn != *match.dest_qpn)) ||
      (match.source_qpn && packet.source_qpn != *match.source_qpn) ||
      (match.source_port && (!rdma || packet.source_port != *match.source_port)) ||
      (match.vc && (!load_store || packet.vc != *match.vc))) {
    return false;
  }
  if (!match.psn) {
    return true;
  }
  // Only DATA frames of Load/Store have a number of their own.
  const auto [first, last] = *match.psn;
  if (!rdma && !(load_store && packet.op == LoadStoreOp::kData)) {
    return false;
  }
  return first <= last ? packet.psn >= first && packet.psn <= last
                       : packet.psn >= first || packet.psn <= last;
}

[[nodiscard]] bool chosen(const FaultState& fault) {
  const FrameMatch& match = fault.event.match;
  return fault.done < match.times && fault.matched % match.every == 0 &&
         (match.nth.empty() ||
          std::binary_search(match.nth.begin(), match.nth.end(), fault.matched));
}

[[nodiscard]] bool corrupt(const FaultEvent& event, const Packet& packet, Frame& frame) {
  std::size_t begin = 0;
  std::size_t end = frame.size();
  if (event.part != FramePart::kFrame) {
    if (packet.kind != PacketKind::kRdma && packet.kind != PacketKind::kLoadStore) {
      return false;
    }
    begin = event.part == FramePart::kHeaders   ? packet.transport
            : event.part == FramePart::kPayload ? packet.payload
                                                : packet.icrc;
    end = event.part == FramePart::kHeaders   ? packet.payload
          : event.part == FramePart::kPayload ? packet.icrc
                                              : packet.icrc + 4;
  }
  if (event.byte >= end - begin) {
    return false;
  }
  frame[begin + event.byte] ^= event.mask;
  if (event.repair_fcs) {
    set_fcs(frame);
  }
  return true;
}

}  // namespace

bool in_group(const Packet& packet, FrameGroup group) {
  const bool load_store = packet.kind == PacketKind::kLoadStore;
  switch (group) {
    case FrameGroup::kAny:
      return true;
    case FrameGroup::kRdma:
      return packet.kind == PacketKind::kRdma;
    case FrameGroup::kRequest:
      return packet.request();
    case FrameGroup::kSend:
      return packet.rdma == RdmaKind::kSend;
    case FrameGroup::kWrite:
      return packet.rdma == RdmaKind::kWrite;
    case FrameGroup::kReadRequest:
      return packet.rdma == RdmaKind::kReadRequest;
    case FrameGroup::kAtomicRequest:
      return packet.rdma == RdmaKind::kAtomicRequest;
    case FrameGroup::kResponse:
      return packet.response();
    case FrameGroup::kReadResponse:
      return packet.rdma == RdmaKind::kReadResponse;
    case FrameGroup::kAtomicResponse:
      return packet.rdma == RdmaKind::kAtomicResponse;
    case FrameGroup::kAck:
      return packet.ack();
    case FrameGroup::kNak:
      return packet.nak();
    case FrameGroup::kRnr:
      return packet.rnr();
    case FrameGroup::kCnp:
      return packet.rdma == RdmaKind::kCnp;
    case FrameGroup::kLoadStore:
      return load_store;
    case FrameGroup::kLoadStoreData:
      return load_store && packet.op == LoadStoreOp::kData;
    case FrameGroup::kLoadStoreAck:
      return load_store && packet.op == LoadStoreOp::kAck;
    case FrameGroup::kLoadStoreNack:
      return load_store && packet.op == LoadStoreOp::kNack;
    case FrameGroup::kLoadStoreControl:
      return load_store && packet.op == LoadStoreOp::kControl;
    case FrameGroup::kPfc:
      return packet.kind == PacketKind::kPfc;
    case FrameGroup::kOther:
      return packet.kind == PacketKind::kOther;
  }
  return false;
}

FaultVerdict FaultPlan::judge(Frame& frame, TimePs start) {
  FaultVerdict verdict;
  const Packet packet = parse_packet(frame);
  for (FaultState* fault : faults_) {
    const FaultEvent& event = fault->event;
    if (!means(event.match, packet, start)) {
      continue;
    }
    ++fault->matched;
    if (!chosen(*fault)) {
      continue;
    }
    bool acted = true;
    switch (event.action) {
      case FaultAction::kDrop:
        verdict.drop = true;
        break;
      case FaultAction::kDuplicate:
        verdict.copies += event.count;
        verdict.copies_apart = std::max(verdict.copies_apart, event.time);
        break;
      case FaultAction::kReorder:
        verdict.hold = std::max(verdict.hold, event.count);
        break;
      case FaultAction::kCorrupt:
        acted = corrupt(event, packet, frame);
        verdict.corrupted = verdict.corrupted || acted;
        break;
      case FaultAction::kEcnMark:
        acted = mark_ecn(frame);
        verdict.marked = verdict.marked || acted;
        break;
      case FaultAction::kDelay:
        verdict.late += event.time;
        verdict.overtake = verdict.overtake || event.overtake;
        break;
      case FaultAction::kPauseStorm:
      case FaultAction::kLinkDown:
      case FaultAction::kPeerSilent:
      case FaultAction::kPeerRestart:
        verdict.triggered.push_back(&event);
        break;
    }
    fault->done += acted ? 1 : 0;
  }
  return verdict;
}

Frame pfc_frame(std::uint8_t priorities, std::uint16_t quanta) {
  Frame frame(kMinFrameBytes);
  const std::uint8_t head[18] = {0x01, 0x80, 0xc2, 0x00, 0x00, 0x01, 0x02, 0xff, 0x00,
                                 0x00, 0x00, 0x00, 0x88, 0x08, 0x01, 0x01, 0x00, priorities};
  std::copy(std::begin(head), std::end(head), frame.begin());
  for (unsigned priority = 0; priority < 8; ++priority) {
    if ((priorities >> priority & 1U) != 0) {
      frame[18 + 2 * priority] = static_cast<std::uint8_t>(quanta >> 8);
      frame[19 + 2 * priority] = static_cast<std::uint8_t>(quanta);
    }
  }
  set_fcs(frame);
  return frame;
}

}  // namespace ethlink::sim
