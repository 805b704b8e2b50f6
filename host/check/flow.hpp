// SPDX-License-Identifier: Apache-2.0
//
// The packets of one direction of one RC connection, as one port sees them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "check/capture.hpp"
#include "check/finding.hpp"
#include "sim/fabric/packet.hpp"

namespace ethlink {

/// One packet of a flow: a request of the requester, or what came back to it.
struct FlowPacket {
  const CapturedFrame* frame = nullptr;
  sim::Packet packet;
};

/// Which end of the flow the port is. A capture without directions is of a place on the way, where
/// every packet counts as sent and as arrived, and some may be missing.
enum class Viewpoint : std::uint8_t { kRequester, kResponder, kOnTheWay };

struct Flow {
  std::string where;  ///< for findings
  Viewpoint viewpoint = Viewpoint::kOnTheWay;
  std::uint32_t mtu = 0;            ///< 0: no message of several packets was seen
  std::vector<FlowPacket> packets;  ///< in the order of the capture
};

/// PSNs that a request takes: its packet, or the packets of its answer.
[[nodiscard]] std::uint32_t psn_width(const Flow& flow, const sim::Packet& packet);
/// First or only packet of a message.
[[nodiscard]] bool starts_message(const sim::Packet& packet);

/// The rules below, as far as the viewpoint of the flow allows.
void check_flow(const Flow& flow, Findings& findings);

/// The requester: PSNs without gap, and repetitions from where the protocol says.
void check_requester(const Flow& flow, Findings& findings);
/// The responder: acknowledges what arrived, reports each gap once, answers duplicates.
void check_responder(const Flow& flow, Findings& findings);
/// READ and atomic responses: in order, whole, and equal when repeated.
void check_read_and_atomic(const Flow& flow, Findings& findings);

}  // namespace ethlink
