// SPDX-License-Identifier: Apache-2.0
//
// Check values, flows and congestion notifications, see checker.hpp.
#include "check/checker.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "check/flow.hpp"
#include "check/pairing.hpp"
#include "check/psn.hpp"
#include "sim/fabric/frame.hpp"

namespace ethlink {
namespace {

[[nodiscard]] bool judged(const sim::Packet& packet) {
  return packet.kind == sim::PacketKind::kRdma || packet.kind == sim::PacketKind::kLoadStore;
}

// Everything that one port saw.
class PortCheck {
 public:
  PortCheck(std::string name, std::vector<CheckedFrame> frames, const CheckOptions& options,
            CheckResult& result)
      : name_(std::move(name)), frames_(std::move(frames)), options_(options), result_(result) {
    // The port of a switch is a place on the way.
    on_the_way_ = name_.find(" to ") != std::string::npos;
  }

  void run() {
    for (const CheckedFrame& item : frames_) {
      check_values(item);
      if (item.good() && item.packet.kind == sim::PacketKind::kRdma) {
        check_cnp(item);
      }
    }
    for (const Flow& flow : pair_flows(name_, frames_, on_the_way_)) {
      ++result_.flows;
      check_flow(flow, result_.findings);
    }
  }

 private:
  [[nodiscard]] bool sent(const CheckedFrame& item) const {
    return on_the_way_ || item.frame->direction != Direction::kIn;
  }
  void report(const CheckedFrame& item, Rule rule, const std::string& text) {
    result_.findings.push_back({item.frame->number, item.frame->ns, rule, name_, text});
  }

  // What arrives may have been spoiled by the network; what is sent must be right.
  void check_values(const CheckedFrame& item) {
    if (!judged(item.packet)) {
      return;
    }
    ++result_.frames;
    if (!sent(item) || (on_the_way_ && !item.fcs_good)) {
      return;
    }
    if (!item.fcs_good) {
      report(item, Rule::kIcrc, "expected the right FCS, found another");
    } else if (!item.icrc_good) {
      report(item, Rule::kIcrc, "expected the right ICRC, found another");
    }
  }

  void check_cnp(const CheckedFrame& item) {
    constexpr std::uint8_t kCongestionExperienced = 3;
    const sim::Packet& packet = item.packet;
    if (packet.ecn == kCongestionExperienced && item.frame->direction == Direction::kIn) {
      marked_[packet.source] = true;
    }
    if (packet.rdma != sim::RdmaKind::kCnp || !sent(item)) {
      return;
    }
    const auto flow = std::tuple(packet.source, packet.destination, packet.dest_qpn);
    const auto last = cnps_.find(flow);
    if (last != cnps_.end() && item.frame->ns - last->second < options_.cnp_spacing_ns) {
      report(item, Rule::kCnp,
             "CNP to queue pair " + std::to_string(packet.dest_qpn) + ": expected " +
                 std::to_string(options_.cnp_spacing_ns) +
                 " ns or more after the one before, "
                 "found " +
                 std::to_string(item.frame->ns - last->second));
    }
    cnps_[flow] = item.frame->ns;
    if (!on_the_way_ && item.frame->direction == Direction::kOut && !marked_[packet.destination]) {
      report(item, Rule::kCnp,
             "CNP to queue pair " + std::to_string(packet.dest_qpn) +
                 ": expected a marked packet from there before, found none");
    }
  }

  using Address = std::array<std::uint8_t, 16>;
  std::string name_;
  std::vector<CheckedFrame> frames_;
  const CheckOptions& options_;
  CheckResult& result_;
  bool on_the_way_ = false;
  std::map<Address, bool> marked_;  // sources of marked packets
  std::map<std::tuple<Address, Address, std::uint32_t>, std::uint64_t> cnps_;  // last of each flow
};

}  // namespace

const char* rule_name(Rule rule) {
  constexpr std::array kNames{"icrc",      "sequence",      "go-back", "ack", "nak",
                              "duplicate", "read-response", "atomic",  "cnp", "counters"};
  return kNames.at(static_cast<std::size_t>(rule));
}

CheckedFrame check_frame(const CapturedFrame& frame) {
  CheckedFrame checked;
  checked.frame = &frame;
  checked.fcs_good = !frame.has_fcs || sim::fcs_good(frame.bytes);
  checked.packet = sim::parse_packet(frame.bytes);
  if (judged(checked.packet)) {
    checked.icrc_good = sim::expected_icrc(frame.bytes, checked.packet) ==
                        sim::carried_icrc(frame.bytes, checked.packet);
  }
  return checked;
}

CheckResult check_capture(const Capture& capture, const CheckOptions& options) {
  CheckResult result;
  std::vector<std::vector<CheckedFrame>> ports(capture.interfaces.size());
  for (const CapturedFrame& frame : capture.frames) {
    ports[frame.interface_id].push_back(check_frame(frame));
  }
  for (std::size_t i = 0; i < ports.size(); ++i) {
    PortCheck(capture.interfaces[i], std::move(ports[i]), options, result).run();
  }
  std::stable_sort(result.findings.begin(), result.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.frame < b.frame; });
  return result;
}

}  // namespace ethlink
