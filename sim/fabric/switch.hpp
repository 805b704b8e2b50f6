// SPDX-License-Identifier: Apache-2.0
//
// A store-and-forward Ethernet switch with output queues, PFC and ECN marking.
//
// Frames merge by (time, port, order), never by the order in which the program delivers them.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/fabric/frame.hpp"
#include "sim/fabric/link.hpp"

namespace ethlink::sim {

inline constexpr unsigned kPriorities = 8;

struct SwitchParams {
  TimePs latency_ps = 200 * kPsPerNs;    ///< last bit in to first bit out, queues empty
  std::uint64_t queue_bytes = 1U << 20;  ///< of one port and priority; more is dropped
  std::uint64_t ecn_bytes = 0;           ///< mark from this depth on; 0: never
  std::uint64_t ecn_max_bytes = 0;       ///< mark all from this depth on; 0: from ecn_bytes on
  double ecn_probability = 1;            ///< of a mark just below ecn_max_bytes
  bool ecn_departure = false;  ///< mark by the depth that a frame leaves behind, not that it finds
  std::uint64_t seed = 1;      ///< of the marks between the two depths
  bool pfc = false;            ///< send PFC; PFC that comes is always honoured
  std::uint64_t pfc_xoff_bytes = 128U << 10;  ///< pause a sender's priority above this
  std::uint64_t pfc_xon_bytes = 64U << 10;    ///< resume it below this
};

struct SwitchPortStats {
  std::uint64_t received = 0, sent = 0;
  std::uint64_t bad_fcs = 0;     ///< dropped on arrival
  std::uint64_t tail_drops = 0;  ///< dropped at this port's output queue
  std::uint64_t marked = 0;      ///< ECN set at this port's output queue
  std::uint64_t flooded = 0;     ///< arrived here for an unknown or group address
  std::uint64_t filtered = 0;    ///< dropped: the destination is behind the arrival port
  std::uint64_t pfc_sent = 0, pfc_received = 0;
  std::uint64_t max_queue_bytes = 0;  ///< deepest output queue
};

/// Priority of a frame: 802.1Q PCP, else 5 for Load/Store of VC 1 and 4 for its other VCs, else
/// DSCP / 8 of IP or NET, else 0.
[[nodiscard]] unsigned frame_priority(std::span<const std::uint8_t> frame);
/// Sets Congestion Experienced where ECN allows it (IP or NET) and repairs the checksums.
bool mark_ecn(std::span<std::uint8_t> frame);

/// Ownership: refers to its output links. Threads: one at a time.
class Switch {
 public:
  Switch(const SwitchParams& params, unsigned ports);
  ~Switch();

  /// Where frames into `port` go.
  [[nodiscard]] FrameSink& input(unsigned port);
  void connect(unsigned port, LinkDirection& output);
  /// `on_input` is told when something was queued for a given time.
  void set_on_input(std::function<void(TimePs)> on_input) { on_input_ = std::move(on_input); }

  /// EthLink frames for `endpoint` (bytes 4-5 of the destination) leave through `port`.
  void add_endpoint(std::uint16_t endpoint, unsigned port);
  /// Other frames for `mac` do; the switch also learns addresses, but does not move this one.
  void add_mac(std::uint64_t mac, unsigned port);

  /// Does all that is due at or before `now`; returns when to call again, kNever: after input.
  TimePs run(TimePs now);

  [[nodiscard]] unsigned ports() const { return static_cast<unsigned>(ports_.size()); }
  [[nodiscard]] const SwitchPortStats& stats(unsigned port) const { return ports_[port]->stats; }

 private:
  struct Input;
  struct Station {
    unsigned port = 0;
    bool fixed = false;  // configured, not learned
  };
  struct Queued {
    Frame frame;
    unsigned from;
    unsigned priority;
  };
  struct Port {
    std::unique_ptr<Input> input;
    LinkDirection* output = nullptr;
    SwitchPortStats stats;
    TimePs free_at = 0;  // of the output wire
    std::array<std::deque<Queued>, kPriorities> queues;
    std::array<std::uint64_t, kPriorities> depth{};  // bytes in each output queue
    std::array<std::uint64_t, kPriorities> held{};   // bytes that came in here and still wait
    std::array<TimePs, kPriorities> paused_until{};  // by PFC that came in
    unsigned next_priority = 0;                      // round robin
    std::uint8_t pausing = 0;                        // priorities paused by our PFC
    std::uint8_t announce = 0;                       // PFC to send: changed priorities
    TimePs refresh_at = kNever;
  };
  using Key = std::tuple<TimePs, unsigned, std::uint64_t>;

  void arrive(unsigned port, FrameArrival&& arrival);
  void accept(TimePs now, unsigned port, Frame&& frame);
  void honour_pfc(TimePs now, Port& port, std::span<const std::uint8_t> frame);
  void forward(unsigned port, Frame&& frame);
  void enqueue(unsigned from, unsigned to, Frame&& frame);
  void account(TimePs now);
  bool marks(std::uint64_t depth);
  TimePs transmit(TimePs now, Port& port);
  void send_pfc(TimePs now, Port& port);
  [[nodiscard]] static std::uint64_t mac_at(std::span<const std::uint8_t> frame, unsigned offset);

  SwitchParams params_;
  Random random_;
  std::vector<std::unique_ptr<Port>> ports_;
  std::map<Key, Frame> arrivals_;
  std::map<std::uint16_t, unsigned> endpoints_;
  std::map<std::uint64_t, Station> macs_;
  std::function<void(TimePs)> on_input_;
};

}  // namespace ethlink::sim
