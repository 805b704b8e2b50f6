// SPDX-License-Identifier: Apache-2.0
//
// Ethernet switch, see switch.hpp.
#include "sim/fabric/switch.hpp"

#include <algorithm>
#include <utility>

#include "sim/fabric/ethertype.hpp"

namespace ethlink::sim {
namespace {

constexpr std::uint64_t kPfcAddress = 0x0180c2000001;
constexpr std::uint64_t kLinkLocal = 0x0180c2000000;  // IEEE 802.1D: never forwarded
constexpr std::uint64_t kGroupBit = std::uint64_t{1} << 40;
constexpr std::uint16_t kPauseQuanta = 0xffff;
constexpr std::uint64_t kQuantumBytes = 64;  // 512 bit times

[[nodiscard]] std::uint16_t get16(std::span<const std::uint8_t> frame, std::size_t at) {
  return static_cast<std::uint16_t>(frame[at] << 8 | frame[at + 1]);
}

[[nodiscard]] bool is_pfc(std::span<const std::uint8_t> frame) {
  return get16(frame, 12) == kTypeMacControl && get16(frame, 14) == 0x0101;
}

}  // namespace

struct Switch::Input final : public FrameSink {
  Input(Switch& owner_in, unsigned port_in) : owner(owner_in), port(port_in) {}
  void deliver(FrameArrival&& arrival) override { owner.arrive(port, std::move(arrival)); }
  Switch& owner;
  unsigned port;
  std::uint64_t sequence = 0;
};

Switch::Switch(const SwitchParams& params, unsigned ports) : params_(params), random_(params.seed) {
  for (unsigned i = 0; i < ports; ++i) {
    ports_.push_back(std::make_unique<Port>());
    ports_.back()->input = std::make_unique<Input>(*this, i);
  }
}
Switch::~Switch() = default;

FrameSink& Switch::input(unsigned port) {
  return *ports_[port]->input;
}
void Switch::connect(unsigned port, LinkDirection& output) {
  ports_[port]->output = &output;
}
void Switch::add_endpoint(std::uint16_t endpoint, unsigned port) {
  endpoints_[endpoint] = port;
}
void Switch::add_mac(std::uint64_t mac, unsigned port) {
  macs_[mac] = {port, true};
}

std::uint64_t Switch::mac_at(std::span<const std::uint8_t> frame, unsigned offset) {
  std::uint64_t mac = 0;
  for (unsigned i = 0; i < 6; ++i) {
    mac = mac << 8 | frame[offset + i];
  }
  return mac;
}

void Switch::arrive(unsigned port, FrameArrival&& arrival) {
  // A pause acts when it is in; everything else when it could leave again.
  const bool control = arrival.frame.size() >= kMinFrameBytes && is_pfc(arrival.frame);
  const TimePs time = arrival.end + (control ? 0 : params_.latency_ps);
  arrivals_.emplace(Key{time, port, ports_[port]->input->sequence++}, std::move(arrival.frame));
  if (on_input_) {
    on_input_(time);
  }
}

void Switch::accept(TimePs now, unsigned port, Frame&& frame) {
  SwitchPortStats& stats = ports_[port]->stats;
  ++stats.received;
  if (!fcs_good(frame)) {
    ++stats.bad_fcs;
    return;
  }
  const std::uint64_t destination = mac_at(frame, 0);
  if (destination == kPfcAddress && is_pfc(frame)) {
    ++stats.pfc_received;
    honour_pfc(now, *ports_[port], frame);
    return;
  }
  if ((destination & ~std::uint64_t{0xf}) == kLinkLocal) {
    ++stats.filtered;
    return;
  }
  forward(port, std::move(frame));
}

void Switch::honour_pfc(TimePs now, Port& port, std::span<const std::uint8_t> frame) {
  const unsigned enabled = frame[17];
  for (unsigned priority = 0; priority < kPriorities; ++priority) {
    if ((enabled >> priority & 1U) != 0) {
      const std::uint64_t quanta = get16(frame, 18 + 2 * priority);
      port.paused_until[priority] = now + port.output->serialization(quanta * kQuantumBytes);
    }
  }
}

void Switch::forward(unsigned port, Frame&& frame) {
  const std::uint16_t type = get16(frame, 12) == kTypeVlan ? get16(frame, 16) : get16(frame, 12);
  const bool ethlink =
      get16(frame, 0) == 0x0200 && (type == kTypeLoadStore || type == kTypeEthlinkRdma);
  const unsigned unknown = ports();
  if (!ethlink && (mac_at(frame, 6) & kGroupBit) == 0) {
    if (Station& station = macs_[mac_at(frame, 6)]; !station.fixed) {
      station.port = port;
    }
  }
  const auto output = [&]() -> unsigned {
    if (ethlink) {
      const auto found = endpoints_.find(get16(frame, 4));
      return found == endpoints_.end() ? unknown : found->second;
    }
    const auto found = macs_.find(mac_at(frame, 0));
    return found == macs_.end() ? unknown : found->second.port;
  };
  const unsigned to = output();
  if (to == port) {
    ++ports_[port]->stats.filtered;
  } else if (to != unknown) {
    enqueue(port, to, std::move(frame));
  } else {
    ++ports_[port]->stats.flooded;
    for (unsigned i = 0; i < ports(); ++i) {
      if (i != port && ports_[i]->output != nullptr) {
        enqueue(port, i, Frame(frame));
      }
    }
  }
}

void Switch::enqueue(unsigned from, unsigned to, Frame&& frame) {
  Port& port = *ports_[to];
  const unsigned priority = frame_priority(frame);
  std::uint64_t& depth = port.depth[priority];
  if (depth + frame.size() > params_.queue_bytes) {
    ++port.stats.tail_drops;
    return;
  }
  if (!params_.ecn_departure && marks(depth) && mark_ecn(frame)) {
    ++port.stats.marked;
  }
  depth += frame.size();
  port.stats.max_queue_bytes = std::max(port.stats.max_queue_bytes, depth);
  ports_[from]->held[priority] += frame.size();
  port.queues[priority].push_back({std::move(frame), from, priority});
}

// Random early marking: certain above the upper threshold, ever less likely down to the lower one.
bool Switch::marks(std::uint64_t depth) {
  if (params_.ecn_bytes == 0 || depth < params_.ecn_bytes) {
    return false;
  }
  if (depth >= params_.ecn_max_bytes) {
    return true;
  }
  const auto above = static_cast<double>(depth - params_.ecn_bytes);
  const auto range = static_cast<double>(params_.ecn_max_bytes - params_.ecn_bytes);
  return random_.chance(params_.ecn_probability * above / range);
}

// Decides which senders to pause or to let go on.
void Switch::account(TimePs now) {
  if (!params_.pfc) {
    return;
  }
  for (auto& port : ports_) {
    for (unsigned priority = 0; priority < kPriorities; ++priority) {
      const auto bit = static_cast<std::uint8_t>(1U << priority);
      const bool paused = (port->pausing & bit) != 0;
      if (!paused && port->held[priority] > params_.pfc_xoff_bytes) {
        port->pausing |= bit;
        port->announce |= bit;
      } else if (paused && port->held[priority] < params_.pfc_xon_bytes) {
        port->pausing = static_cast<std::uint8_t>(port->pausing & ~bit);
        port->announce |= bit;
      }
    }
    if (now >= port->refresh_at) {
      port->announce |= port->pausing;
    }
  }
}

void Switch::send_pfc(TimePs now, Port& port) {
  Frame frame(kMinFrameBytes);
  for (unsigned i = 0; i < 6; ++i) {
    frame[i] = static_cast<std::uint8_t>(kPfcAddress >> (40 - 8 * i));
  }
  frame[6] = 0x02;  // a locally administered address of the switch
  frame[7] = 0xff;
  frame[12] = static_cast<std::uint8_t>(kTypeMacControl >> 8);
  frame[13] = static_cast<std::uint8_t>(kTypeMacControl & 0xff);
  frame[14] = 0x01;
  frame[15] = 0x01;
  frame[17] = port.announce;
  for (unsigned priority = 0; priority < kPriorities; ++priority) {
    if ((port.pausing >> priority & 1U) != 0) {
      frame[18 + 2 * priority] = kPauseQuanta >> 8;
      frame[19 + 2 * priority] = kPauseQuanta & 0xff;
    }
  }
  set_fcs(frame);
  port.announce = 0;
  port.refresh_at = port.pausing == 0
                        ? kNever
                        : now + port.output->serialization(kPauseQuanta * kQuantumBytes) / 2;
  ++port.stats.pfc_sent;
  port.free_at = port.output->send(now, std::move(frame));
}

// Sends what may go now; returns when this port needs attention again.
TimePs Switch::transmit(TimePs now, Port& port) {
  if (port.output == nullptr) {
    return kNever;
  }
  TimePs next = port.announce != 0 ? kNever : port.refresh_at;
  if (port.free_at > now) {
    const bool waiting =
        port.announce != 0 || std::any_of(port.depth.begin(), port.depth.end(),
                                          [](std::uint64_t depth) { return depth != 0; });
    return waiting ? std::min(next, port.free_at) : next;
  }
  if (port.announce != 0) {
    send_pfc(now, port);
    return std::min(port.refresh_at, port.free_at);
  }
  for (unsigned i = 0; i < kPriorities; ++i) {
    const unsigned priority = (port.next_priority + i) % kPriorities;
    if (port.queues[priority].empty()) {
      continue;
    }
    if (port.paused_until[priority] > now) {
      next = std::min(next, port.paused_until[priority]);
      continue;
    }
    Queued head = std::move(port.queues[priority].front());
    port.queues[priority].pop_front();
    port.depth[priority] -= head.frame.size();
    ports_[head.from]->held[priority] -= head.frame.size();
    if (params_.ecn_departure && marks(port.depth[priority]) && mark_ecn(head.frame)) {
      ++port.stats.marked;
    }
    port.next_priority = (priority + 1) % kPriorities;
    ++port.stats.sent;
    port.free_at = port.output->send(now, std::move(head.frame));
    return std::min(next, port.free_at);
  }
  return next;
}

TimePs Switch::run(TimePs now) {
  while (!arrivals_.empty() && std::get<0>(arrivals_.begin()->first) <= now) {
    auto node = arrivals_.extract(arrivals_.begin());
    accept(std::get<0>(node.key()), std::get<1>(node.key()), std::move(node.mapped()));
  }
  TimePs next = arrivals_.empty() ? kNever : std::get<0>(arrivals_.begin()->first);
  account(now);
  for (auto& port : ports_) {
    next = std::min(next, transmit(now, *port));
  }
  account(now);
  for (auto& port : ports_) {
    if (port->announce != 0 && port->output != nullptr) {
      next = std::min(next, std::max(port->free_at, now + 1));
    }
  }
  return next;
}

}  // namespace ethlink::sim
