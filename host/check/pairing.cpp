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

// Responses that cannot belong to the requests, and those that answer none of them directly.
struct Fit {
  std::size_t wrong = 0, strays = 0;
};

// The requests so far, as far as an answer must fit to them.
class Asked {
 public:
  void add(const sim::Packet& packet) {
    const bool read = packet.rdma == sim::RdmaKind::kReadRequest;
    const std::uint32_t end = psn_add(packet.psn, read ? most_packets(packet.dma_length) : 1);
    if (sent_.empty()) {
      first_ = packet.psn;
      end_ = end;
    }
    first_ = psn_diff(packet.psn, first_) < 0 ? packet.psn : first_;
    end_ = psn_diff(end, end_) > 0 ? end : end_;
    sent_.insert(packet.psn);
    if (read) {
      reads_.emplace_back(packet.psn, end);
    }
  }
  [[nodiscard]] bool possible(std::uint32_t psn) const {
    return !sent_.empty() && psn_diff(psn, first_) >= 0 && psn_diff(psn, end_) < 0;
  }
  [[nodiscard]] bool answers(std::uint32_t psn) const {
    return sent_.count(psn) != 0 ||
           std::any_of(reads_.begin(), reads_.end(), [psn](const auto& read) {
             return psn_diff(psn, read.first) >= 0 && psn_diff(psn, read.second) < 0;
           });
  }

 private:
  static std::uint32_t most_packets(std::uint32_t bytes) {
    constexpr std::uint32_t kLeastMtu = 256;
    return std::max(1U, bytes / kLeastMtu + 1);
  }
  std::set<std::uint32_t> sent_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> reads_;
  std::uint32_t first_ = 0, end_ = 0;
};

[[nodiscard]] Fit fit(const Half& requests, const Half& responses) {
  Fit result;
  Asked asked;
  std::size_t next = 0;
  for (const FlowPacket& response : responses.packets) {
    for (; next < requests.packets.size() &&
           requests.packets[next].frame->number < response.frame->number;
         ++next) {
      asked.add(requests.packets[next].packet);
    }
    result.wrong += asked.possible(response.packet.psn) ? 0 : 1;
    result.strays += asked.answers(response.packet.psn) ? 0 : 1;
  }
  return result;
}

// One broken response must not move a flow, so what fits in most places comes first.
struct Candidate {
  std::size_t request = 0, response = 0;
  Fit fit;
  std::uint32_t qpn_distance = 0;
  [[nodiscard]] auto rank() const {
    return std::tuple(fit.strays + fit.wrong, qpn_distance, request, response);
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
      Candidate candidate;
      candidate.fit = fit(requests[i], responses[j]);
      candidate.request = i;
      candidate.response = j;
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
  for (const CheckedFrame& item : frames) {
    if (!item.good() || !item.packet.rc()) {
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
    Flow flow;
    flow.where = (port.empty() ? "" : port + ", ") + "requests to queue pair " +
                 std::to_string(requests[i].qpn);
    flow.viewpoint = requests[i].direction == Direction::kOut  ? Viewpoint::kRequester
                     : requests[i].direction == Direction::kIn ? Viewpoint::kResponder
                                                               : Viewpoint::kOnTheWay;
    flow.packets = std::move(requests[i].packets);
    if (answer[i] != nullptr) {
      flow.packets.insert(flow.packets.end(), answer[i]->packets.begin(), answer[i]->packets.end());
      std::sort(flow.packets.begin(), flow.packets.end(),
                [](const FlowPacket& a, const FlowPacket& b) {
                  return a.frame->number < b.frame->number;
                });
    }
    flow.mtu = mtu_of(flow.packets);
    flows.push_back(std::move(flow));
  }
  return flows;
}

}  // namespace ethlink
