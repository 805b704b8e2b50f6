// SPDX-License-Identifier: Apache-2.0
//
// Flows of a port, see pairing.hpp.
#include "check/pairing.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "check/psn.hpp"

namespace ethlink {
namespace {

using Address = std::array<std::uint8_t, 16>;

// Requests, or responses, from one address to one queue pair of another.
struct Half {
  Address source{}, destination{};
  std::uint32_t qpn = 0;
  Direction direction = Direction::kUnknown;
  std::vector<FlowPacket> packets;
};
using Halves = std::vector<Half>;

void add(Halves& halves, const CheckedFrame& item, Direction direction) {
  const sim::Packet& packet = item.packet;
  auto found = std::find_if(halves.begin(), halves.end(), [&](const Half& half) {
    return half.qpn == packet.dest_qpn && half.direction == direction &&
           half.source == packet.source && half.destination == packet.destination;
  });
  if (found == halves.end()) {
    halves.push_back({packet.source, packet.destination, packet.dest_qpn, direction, {}});
    found = halves.end() - 1;
  }
  found->packets.push_back({item.frame, packet});
}

[[nodiscard]] Direction opposite(Direction direction) {
  return direction == Direction::kIn    ? Direction::kOut
         : direction == Direction::kOut ? Direction::kIn
                                        : Direction::kUnknown;
}

[[nodiscard]] std::uint32_t mtu_of(const std::vector<FlowPacket>& packets) {
  // Every packet of a message but its last has one path MTU of payload.
  constexpr std::array<std::uint8_t, 6> kFull{0x00, 0x01, 0x06, 0x07, 0x0d, 0x0e};
  std::size_t mtu = 0;
  for (const FlowPacket& item : packets) {
    if (std::find(kFull.begin(), kFull.end(), item.packet.opcode) != kFull.end()) {
      mtu = std::max(mtu, item.packet.payload_bytes());
    }
  }
  return static_cast<std::uint32_t>(mtu);
}

[[nodiscard]] Flow join(const std::string& port, const Half& requests, const Half* responses) {
  Flow flow;
  flow.where =
      (port.empty() ? "" : port + ", ") + "requests to queue pair " + std::to_string(requests.qpn);
  flow.viewpoint = requests.direction == Direction::kOut  ? Viewpoint::kRequester
                   : requests.direction == Direction::kIn ? Viewpoint::kResponder
                                                          : Viewpoint::kOnTheWay;
  flow.packets = requests.packets;
  if (responses != nullptr) {
    flow.packets.insert(flow.packets.end(), responses->packets.begin(), responses->packets.end());
    std::sort(
        flow.packets.begin(), flow.packets.end(),
        [](const FlowPacket& a, const FlowPacket& b) { return a.frame->number < b.frame->number; });
  }
  flow.mtu = mtu_of(flow.packets);
  return flow;
}

// Responses that name no packet that was sent before them.
[[nodiscard]] std::size_t strays(const Flow& flow) {
  std::set<std::uint32_t> sent;
  std::size_t count = 0;
  for (const FlowPacket& item : flow.packets) {
    if (item.packet.request()) {
      for (std::uint32_t i = 0; i < psn_width(flow, item.packet); ++i) {
        sent.insert(psn_add(item.packet.psn, i));
      }
    } else {
      count += sent.count(item.packet.psn) == 0 ? 1 : 0;
    }
  }
  return count;
}

// Requests and responses that may be a flow: the fewer rules it would break, the better.
struct Candidate {
  std::size_t request = 0, response = 0;
  std::size_t broken = 0, strays = 0;
  std::uint32_t qpn_distance = 0;
  [[nodiscard]] auto rank() const {
    return std::tuple(broken, strays, qpn_distance, request, response);
  }
};

[[nodiscard]] std::vector<Candidate> candidates(const Halves& requests, const Halves& responses) {
  std::vector<Candidate> found;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    for (std::size_t j = 0; j < responses.size(); ++j) {
      if (requests[i].source != responses[j].destination ||
          requests[i].destination != responses[j].source ||
          requests[i].direction != opposite(responses[j].direction)) {
        continue;
      }
      const Flow flow = join("", requests[i], &responses[j]);
      Findings findings;
      check_flow(flow, findings);
      Candidate candidate;
      candidate.request = i;
      candidate.response = j;
      candidate.broken = findings.size();
      candidate.strays = strays(flow);
      candidate.qpn_distance = requests[i].qpn > responses[j].qpn
                                   ? requests[i].qpn - responses[j].qpn
                                   : responses[j].qpn - requests[i].qpn;
      found.push_back(candidate);
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Candidate& a, const Candidate& b) { return a.rank() < b.rank(); });
  return found;
}

}  // namespace

std::uint32_t psn_width(const Flow& flow, const sim::Packet& packet) {
  if (packet.rdma != sim::RdmaKind::kReadRequest || flow.mtu == 0) {
    return 1;
  }
  return std::max(
      1U, static_cast<std::uint32_t>((std::uint64_t{packet.dma_length} + flow.mtu - 1) / flow.mtu));
}

bool starts_message(const sim::Packet& packet) {
  constexpr std::array<std::uint8_t, 7> kInside{0x01, 0x02, 0x03, 0x07, 0x08, 0x09, 0x16};
  return std::find(kInside.begin(), kInside.end(), packet.opcode) == kInside.end();
}

std::vector<Flow> pair_flows(const std::string& port, const std::vector<CheckedFrame>& frames,
                             bool on_the_way) {
  Halves requests;
  Halves responses;
  // Queue pairs with selective repeat break the rules of go-back-N, and show themselves.
  std::set<std::pair<Address, std::uint32_t>> selective;
  for (const CheckedFrame& item : frames) {
    if (item.packet.selective()) {
      selective.emplace(item.packet.destination, item.packet.dest_qpn);
    }
  }
  for (const CheckedFrame& item : frames) {
    if (!item.good() || !item.packet.rc() ||
        selective.count({item.packet.destination, item.packet.dest_qpn}) != 0) {
      continue;
    }
    const Direction direction = on_the_way ? Direction::kUnknown : item.frame->direction;
    if (item.packet.request()) {
      add(requests, item, direction);
    } else if (item.packet.response()) {
      add(responses, item, direction);
    }
  }
  std::vector<bool> taken(responses.size());
  std::vector<const Half*> answer(requests.size());
  for (const Candidate& candidate : candidates(requests, responses)) {
    if (!taken[candidate.response] && answer[candidate.request] == nullptr) {
      taken[candidate.response] = true;
      answer[candidate.request] = &responses[candidate.response];
    }
  }
  std::vector<Flow> flows;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    flows.push_back(join(port, requests[i], answer[i]));
  }
  return flows;
}

void check_flow(const Flow& flow, Findings& findings) {
  if (flow.viewpoint != Viewpoint::kResponder) {
    check_requester(flow, findings);
  }
  if (flow.viewpoint != Viewpoint::kRequester) {
    check_responder(flow, findings);
    check_read_and_atomic(flow, findings);
  }
}

}  // namespace ethlink
