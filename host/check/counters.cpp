// SPDX-License-Identifier: Apache-2.0
//
// Counters against the trace, see checker.hpp.
#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include "check/checker.hpp"
#include "check/pairing.hpp"
#include "check/psn.hpp"

namespace ethlink {
namespace {

// A counter is read while frames are under way: it may be ahead of or behind the wire by so much.
constexpr std::uint64_t kSlackNs = 3000;
constexpr const char* kReadFrom = "counters_from_ps";
constexpr const char* kReadUntil = "counters_until_ps";

// Numbers of frames.
using Repeated = std::set<std::uint64_t>;

// The request packets of a port that were sent before. A READ takes the PSNs of its responses, so a
// repetition may begin at any of them.
[[nodiscard]] Repeated repeated_requests(const Capture& capture, std::size_t port) {
  std::vector<CheckedFrame> frames;
  for (const CapturedFrame& frame : capture.frames) {
    if (frame.interface_id == port) {
      const CheckedFrame item = check_frame(frame);
      if (item.good()) {
        frames.push_back(item);
      }
    }
  }
  Repeated repeated;
  for (const Flow& flow : pair_flows("", frames, false)) {
    std::optional<std::uint32_t> next;
    for (const FlowPacket& item : flow.packets) {
      if (item.frame->direction != Direction::kOut || !item.packet.request()) {
        continue;
      }
      if (next && psn_diff(item.packet.psn, *next) < 0) {
        repeated.insert(item.frame->number);
      } else {
        next = psn_add(item.packet.psn, psn_width(flow, item.packet));
      }
    }
  }
  return repeated;
}

// What the frames of a port say until a certain time.
class PortCounts {
 public:
  explicit PortCounts(const Repeated& repeated) : repeated_(repeated) {}

  void add(const CheckedFrame& item) {
    const bool out = item.frame->direction == Direction::kOut;
    const std::uint64_t bytes = item.frame->bytes.size() + (item.frame->has_fcs ? 0 : 4);
    const sim::Packet& packet = item.packet;
    const bool rdma = packet.kind == sim::PacketKind::kRdma;
    const bool load_store = packet.kind == sim::PacketKind::kLoadStore;
    if (!out) {
      counts["eth.rx_fcs_err"] += item.fcs_good ? 0 : 1;
      counts["eth.rx_icrc_err"] += item.fcs_good && !item.icrc_good ? 1 : 0;
      counts["eth.pfc_rx"] += item.good() && packet.kind == sim::PacketKind::kPfc ? 1 : 0;
      counts["eth.rx_frames_roce"] += item.good() && rdma ? 1 : 0;
      counts["roce.rx_cnp"] += item.good() && packet.rdma == sim::RdmaKind::kCnp ? 1 : 0;
      const bool reliable = packet.rc() || packet.selective();
      counts["roce.rx_requests"] += item.good() && reliable && packet.request() ? 1 : 0;
      counts["roce.rx_responses"] += item.good() && reliable && packet.response() ? 1 : 0;
      counts["ls.rx_nacks"] +=
          item.good() && load_store && packet.op == sim::LoadStoreOp::kNack ? 1 : 0;
      return;
    }
    counts["eth.tx_frames"] += 1;
    counts["eth.tx_bytes"] += bytes;
    counts["eth.pfc_tx"] += packet.kind == sim::PacketKind::kPfc ? 1 : 0;
    counts["ls.tx_frames"] += load_store && packet.op == sim::LoadStoreOp::kData ? 1 : 0;
    counts["ls.tx_acks"] += load_store && packet.op == sim::LoadStoreOp::kAck ? 1 : 0;
    counts["ls.tx_nacks"] += load_store && packet.op == sim::LoadStoreOp::kNack ? 1 : 0;
    counts["roce.tx_acks"] += packet.rdma == sim::RdmaKind::kAcknowledge ? 1 : 0;
    if (rdma && packet.request()) {
      counts["roce_sq.tx_packets"] += 1;
      counts["roce_sq.tx_bytes"] += packet.payload_bytes();
      counts["roce_sq.tx_repeated"] += repeated_.count(item.frame->number);
    }
  }

  std::map<std::string, std::uint64_t> counts;

 private:
  const Repeated& repeated_;
};

[[nodiscard]] PortCounts count(const Capture& capture, std::size_t port, const Repeated& repeated,
                               std::uint64_t until_ns) {
  PortCounts counts(repeated);
  for (const CapturedFrame& frame : capture.frames) {
    if (frame.interface_id == port && frame.ns <= until_ns) {
      counts.add(check_frame(frame));
    }
  }
  return counts;
}

// Frames that the device dropped in places where the trace cannot see why.
[[nodiscard]] bool comparable(const std::string& name, const nlohmann::json& reports) {
  const auto none = [&reports](std::initializer_list<const char*> names) {
    return std::none_of(names.begin(), names.end(),
                        [&reports](const char* key) { return reports.contains(key); });
  };
  if (name == "eth.rx_frames_roce") {
    return none({"eth.rx_foreign", "eth.rx_full_roce", "eth.rx_malformed", "eth.rx_oversize",
                 "eth.rx_unknown_opcode"});
  }
  if (name == "roce.rx_requests" || name == "roce.rx_responses") {
    return none({"eth.rx_foreign", "eth.rx_full_roce", "eth.rx_malformed", "eth.rx_oversize",
                 "eth.rx_unknown_opcode", "roce.rx_bad_qp", "roce.rx_bad_pkey",
                 "roce.rx_bad_opcode"});
  }
  return true;
}

void compare(const Capture& capture, std::size_t port, const nlohmann::json& reports,
             Findings& findings) {
  const std::uint64_t from_ns = reports.at(kReadFrom).get<std::uint64_t>() / 1000;
  const std::uint64_t until_ns = reports.at(kReadUntil).get<std::uint64_t>() / 1000;
  const Repeated repeated = repeated_requests(capture, port);
  const PortCounts before =
      count(capture, port, repeated, from_ns > kSlackNs ? from_ns - kSlackNs : 0);
  const PortCounts after = count(capture, port, repeated, until_ns + kSlackNs);
  for (const auto& [name, most] : after.counts) {
    const auto entry = before.counts.find(name);
    const std::uint64_t least = entry == before.counts.end() ? 0 : entry->second;
    const std::uint64_t found = reports.value(name, std::uint64_t{0});
    if (comparable(name, reports) && (found < least || found > most)) {
      findings.push_back({0, until_ns, Rule::kCounters, capture.interfaces[port],
                          name + ": expected " + std::to_string(least) +
                              (most == least ? "" : " to " + std::to_string(most)) +
                              " by the frames of the capture, found " + std::to_string(found)});
    }
  }
}

// A device that was reset has counted from 0 again.
[[nodiscard]] bool was_reset(const nlohmann::json& run, const std::string& node) {
  const nlohmann::json faults = run.value("faults", nlohmann::json::array());
  return std::any_of(faults.begin(), faults.end(), [&node](const nlohmann::json& fault) {
    return fault.at("where") == node && fault.at("done") != 0;
  });
}

}  // namespace

Result<Findings> check_counters(const Capture& capture, const nlohmann::json& run) {
  Findings findings;
  try {
    for (const nlohmann::json& node : run.at("nodes")) {
      const std::string name = node.at("name").get<std::string>();
      const nlohmann::json& reports = node.at("reports");
      const auto port = std::find(capture.interfaces.begin(), capture.interfaces.end(), name);
      if (port != capture.interfaces.end() && reports.contains(kReadUntil) &&
          !was_reset(run, name)) {
        compare(capture, static_cast<std::size_t>(port - capture.interfaces.begin()), reports,
                findings);
      }
    }
  } catch (const nlohmann::json::exception& error) {
    return Error{Errc::kInvalidArgument,
                 std::string("expected the JSON of `ethlink run`, found: ") + error.what()};
  }
  return findings;
}

}  // namespace ethlink
