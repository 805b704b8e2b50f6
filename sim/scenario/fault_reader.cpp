// SPDX-License-Identifier: Apache-2.0
//
// Faults of a scenario, see fault_reader.hpp and docs/reference/scenario.md.
#include "sim/scenario/fault_reader.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace ethlink::sim {
namespace {

constexpr double kMaxNs = 1e9, kMaxTimeNs = 1e11;  // of a span, of a point in time
constexpr std::uint64_t kMostCycles = 1'000'000'000'000;
constexpr std::uint64_t kMostFrames = 100'000, kMostQpn = 0xffffff;

constexpr std::array kActions{std::pair{"drop", FaultAction::kDrop},
                              std::pair{"duplicate", FaultAction::kDuplicate},
                              std::pair{"reorder", FaultAction::kReorder},
                              std::pair{"corrupt", FaultAction::kCorrupt},
                              std::pair{"ecn-mark", FaultAction::kEcnMark},
                              std::pair{"delay", FaultAction::kDelay},
                              std::pair{"pause-storm", FaultAction::kPauseStorm},
                              std::pair{"link-down", FaultAction::kLinkDown},
                              std::pair{"peer-silent", FaultAction::kPeerSilent},
                              std::pair{"peer-restart", FaultAction::kPeerRestart}};

constexpr std::array kGroups{std::pair{"any", FrameGroup::kAny},
                             std::pair{"rdma", FrameGroup::kRdma},
                             std::pair{"request", FrameGroup::kRequest},
                             std::pair{"send", FrameGroup::kSend},
                             std::pair{"write", FrameGroup::kWrite},
                             std::pair{"read-request", FrameGroup::kReadRequest},
                             std::pair{"atomic-request", FrameGroup::kAtomicRequest},
                             std::pair{"response", FrameGroup::kResponse},
                             std::pair{"read-response", FrameGroup::kReadResponse},
                             std::pair{"atomic-response", FrameGroup::kAtomicResponse},
                             std::pair{"ack", FrameGroup::kAck},
                             std::pair{"nak", FrameGroup::kNak},
                             std::pair{"rnr", FrameGroup::kRnr},
                             std::pair{"cnp", FrameGroup::kCnp},
                             std::pair{"load-store", FrameGroup::kLoadStore},
                             std::pair{"ls-data", FrameGroup::kLoadStoreData},
                             std::pair{"ls-ack", FrameGroup::kLoadStoreAck},
                             std::pair{"ls-nack", FrameGroup::kLoadStoreNack},
                             std::pair{"ls-control", FrameGroup::kLoadStoreControl},
                             std::pair{"pfc", FrameGroup::kPfc},
                             std::pair{"other", FrameGroup::kOther}};

constexpr std::array kParts{
    std::pair{"frame", FramePart::kFrame}, std::pair{"headers", FramePart::kHeaders},
    std::pair{"payload", FramePart::kPayload}, std::pair{"icrc", FramePart::kIcrc}};

[[nodiscard]] TimePs from_ns(double ns) {
  return static_cast<TimePs>(std::llround(ns * 1000.0));
}

class FaultReader {
 public:
  FaultReader(const toml::table& table, const Scenario& scenario, ReadState& state)
      : table_(table), scenario_(scenario), reader_(table, "[[fault]]", state) {
    fault_.place = reader_.place();
  }

  ScenarioFault read() {
    FaultEvent& event = fault_.event;
    reader_.required_text("action");
    event.action = choice("action", "", kActions).value_or(FaultAction::kDrop);
    const bool of_node = event.action >= FaultAction::kPeerSilent;
    const bool may_be_timed = event.action >= FaultAction::kPauseStorm;
    const bool timed = may_be_timed && (reader_.has("at_ns") || reader_.has("at_cycle"));
    if (of_node) {
      read_node();
    }
    if (!of_node || !timed) {
      read_link();
    }
    if (timed) {
      event.at = time("at");
    } else {
      read_match();
    }
    read_parameters();
    reader_.finish();
    return std::move(fault_);
  }

 private:
  // The value of `key` among names; `otherwise` when the key is missing.
  template <typename Choices>
  auto choice(const char* key, const char* otherwise, const Choices& choices)
      -> std::optional<decltype(choices[0].second)> {
    const std::string found = reader_.text(key, otherwise);
    std::vector<std::string> names;
    std::string all;
    for (const auto& [name, value] : choices) {
      if (found == name) {
        return value;
      }
      names.emplace_back(name);
      all += (all.empty() ? "" : ", ") + std::string(name);
    }
    if (const toml::node* node = table_.get(key)) {
      reader_.fail(*node, "[[fault]] `" + std::string(key) + "`: expected one of " + all +
                              ", found '" + found + "'" + suggestion(found, names));
    }
    return std::nullopt;
  }

  void read_node() {
    const std::string name = reader_.required_text("node");
    std::vector<std::string> names;
    for (std::size_t i = 0; i < scenario_.nodes.size(); ++i) {
      if (scenario_.nodes[i].name == name) {
        fault_.event.node = i;
        period_ps_ = scenario_.nodes[i].period_ps;
        return;
      }
      names.push_back(scenario_.nodes[i].name);
    }
    reader_.fail(table_, "[[fault]] `node`: expected the name of a node, found '" + name + "'" +
                             suggestion(name, names));
  }

  // The direction, and the clock in which its times may be given: the sender's, else the
  // receiver's.
  void read_link() {
    const std::vector<std::string> ends = reader_.texts("link");
    if (ends.size() != 2) {
      reader_.fail(table_, "[[fault]] `link`: expected two names, sender and receiver, found " +
                               std::to_string(ends.size()));
      return;
    }
    for (std::size_t i = 0; i < scenario_.links.size(); ++i) {
      for (unsigned side = 0; side < 2; ++side) {
        const ScenarioEnd& from = scenario_.links[i].ends[side];
        const ScenarioEnd& to = scenario_.links[i].ends[1 - side];
        if (scenario_.name_of(from) == ends[0] && scenario_.name_of(to) == ends[1]) {
          fault_.link = i;
          fault_.side = side;
          if (from.kind == EndKind::kNode) {
            period_ps_ = scenario_.nodes[from.index].period_ps;
          } else if (to.kind == EndKind::kNode) {
            period_ps_ = scenario_.nodes[to.index].period_ps;
          }
          return;
        }
      }
    }
    reader_.fail(table_, "[[fault]] `link`: expected the two ends of a link, found '" + ends[0] +
                             "' and '" + ends[1] + "'");
  }

  // <key>_ns or <key>_cycle.
  std::optional<TimePs> time(const std::string& key) {
    const std::string ns = key + "_ns";
    const std::string cycle = key + "_cycle";
    const bool has_ns = reader_.has(ns);
    if (!reader_.has(cycle)) {
      return has_ns ? std::optional(from_ns(reader_.number(ns, 0, 0, kMaxTimeNs))) : std::nullopt;
    }
    if (has_ns) {
      reader_.fail(table_, "[[fault]]: expected `" + ns + "` or `" + cycle + "`, found both");
    } else if (period_ps_ == 0) {
      reader_.fail(*table_.get(cycle), "[[fault]] `" + cycle + "`: expected `" + ns +
                                           "`, because no end of the link is a node, found "
                                           "cycles");
    }
    return reader_.integer(cycle, 0, 0, kMostCycles) * period_ps_;
  }

  template <typename Number>
  std::optional<Number> optional(std::string_view key, std::uint64_t most) {
    return reader_.has(key) ? std::optional(static_cast<Number>(reader_.integer(key, 0, 0, most)))
                            : std::nullopt;
  }

  void read_match() {
    FrameMatch& match = fault_.event.match;
    match.group = choice("frame", "any", kGroups).value_or(FrameGroup::kAny);
    match.dest_qpn = optional<std::uint32_t>("dest_qpn", kMostQpn);
    match.source_qpn = optional<std::uint32_t>("source_qpn", kMostQpn);
    match.source_port = optional<std::uint16_t>("source_port", 0xffff);
    match.vc = optional<std::uint8_t>("vc", 3);
    if (const std::vector<std::uint64_t> psn = reader_.one_or_more("psn", 0, 0xffffff);
        !psn.empty()) {
      if (psn.size() > 2) {
        reader_.wrong("psn", "one PSN, or the first and the last of a range");
      }
      match.psn = std::pair(static_cast<std::uint32_t>(psn.front()),
                            static_cast<std::uint32_t>(psn.back()));
    }
    match.from = time("from").value_or(0);
    match.until = time("until").value_or(kNever);
    if (match.from >= match.until) {
      reader_.fail(table_, "[[fault]]: expected the end of the time behind its beginning, found " +
                               std::to_string(match.from) + " ps and " +
                               std::to_string(match.until) + " ps");
    }
    match.nth = reader_.one_or_more("nth", 1, INT64_MAX);
    std::sort(match.nth.begin(), match.nth.end());
    match.every = reader_.integer("every", 1, 1, INT64_MAX);
    if (!match.nth.empty() && reader_.has("every")) {
      reader_.fail(table_, "[[fault]]: expected `nth` or `every`, found both");
    }
    match.times = reader_.integer("times", INT64_MAX, 1, INT64_MAX);
  }

  TimePs span(std::string_view key, double otherwise_ns, double least_ns) {
    return from_ns(reader_.number(key, otherwise_ns, least_ns, kMaxNs));
  }
  void require(std::string_view key) {
    if (!reader_.has(key)) {
      reader_.fail(table_, "[[fault]]: expected the key `" + std::string(key) + "`, found none");
    }
  }

  void read_parameters() {
    FaultEvent& event = fault_.event;
    switch (event.action) {
      case FaultAction::kDuplicate:
        event.count = reader_.integer("copies", 1, 1, 1000);
        event.time = span("apart_ns", 0, 0);
        break;
      case FaultAction::kReorder:
        event.count = reader_.integer("by", 1, 1, kMostFrames);
        break;
      case FaultAction::kCorrupt:
        event.part = choice("part", "payload", kParts).value_or(FramePart::kPayload);
        event.byte = reader_.integer("byte", 0, 0, 65535);
        event.mask = static_cast<std::uint8_t>(reader_.integer("mask", 1, 1, 255));
        event.repair_fcs = reader_.flag("repair_fcs", false);
        break;
      case FaultAction::kDelay:
        require("delay_ns");
        event.time = span("delay_ns", 0, 0);
        event.overtake = reader_.flag("overtake", false);
        break;
      case FaultAction::kPauseStorm:
        event.priorities = read_priorities();
        event.quanta = static_cast<std::uint16_t>(reader_.integer("quanta", 0xffff, 0, 0xffff));
        event.count = reader_.integer("frames", 1, 1, kMostFrames);
        event.time = span("apart_ns", 1000, 0);
        break;
      case FaultAction::kLinkDown:
        require("for_ns");
        event.time = span("for_ns", 0, 0.001);
        event.both = reader_.flag("both", true);
        break;
      case FaultAction::kDrop:
      case FaultAction::kEcnMark:
      case FaultAction::kPeerSilent:
      case FaultAction::kPeerRestart:
        break;
    }
  }

  std::uint8_t read_priorities() {
    const std::vector<std::uint64_t> list = reader_.one_or_more("priorities", 0, 7);
    if (list.empty()) {
      return 0xff;
    }
    unsigned mask = 0;
    for (const std::uint64_t priority : list) {
      mask |= 1U << priority;
    }
    return static_cast<std::uint8_t>(mask);
  }

  const toml::table& table_;
  const Scenario& scenario_;
  TableReader reader_;
  ScenarioFault fault_;
  TimePs period_ps_ = 0;  // of the clock that counts cycles; 0: none
};

}  // namespace

std::string_view action_name(FaultAction action) {
  const auto* found = std::find_if(kActions.begin(), kActions.end(),
                                   [action](const auto& entry) { return entry.second == action; });
  return found == kActions.end() ? "?" : found->first;
}

ScenarioFault read_fault(const toml::table& table, const Scenario& scenario, ReadState& state) {
  return FaultReader(table, scenario, state).read();
}

}  // namespace ethlink::sim
