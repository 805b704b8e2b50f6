// SPDX-License-Identifier: Apache-2.0
//
// What a responder may acknowledge and refuse (InfiniBand volume 1, clauses 9.7.4 and 9.7.5.1), see
// flow.hpp.
#include <algorithm>
#include <optional>
#include <vector>

#include "check/flow.hpp"
#include "check/psn.hpp"

namespace ethlink {
namespace {

constexpr std::uint64_t kNewLifeNs = 5000;
constexpr std::uint64_t kAnswerNs = 1'000'000;  // an ACK of a duplicate does not take longer
constexpr std::size_t kMostLives = 16, kMostGaps = 64;

// What the responder is taken to expect. A capture does not say when a queue pair begins another
// life with old numbers, so there may be several, and a response is right when one of them allows
// it.
struct Life {
  std::uint32_t first = 0;     // PSN that was seen first
  std::uint32_t expected = 0;  // behind all that arrived without a gap
  bool answered = false;       // an ACK or NAK was seen
  bool gap_open = false;       // a later packet came since the expected one did
  struct Gap {
    std::uint32_t psn;
    bool reported;
  };
  std::vector<Gap> gaps;

  void gap() {
    gap_open = true;
    gaps.push_back({expected, false});
    if (gaps.size() > kMostGaps) {
      gaps.erase(gaps.begin());
    }
  }
};

class ResponderRules {
 public:
  ResponderRules(const Flow& flow, Findings& findings)
      : flow_(flow), findings_(findings), strict_(flow.viewpoint == Viewpoint::kResponder) {}

  void run() {
    for (const FlowPacket& item : flow_.packets) {
      if (item.packet.request()) {
        request(item);
      } else {
        response(item);
      }
      last_ns_ = item.frame->ns;
    }
    if (strict_ && duplicate_ != nullptr && last_ns_ - duplicate_->frame->ns > kAnswerNs &&
        last_sent_ns_ > duplicate_->frame->ns) {
      unanswered();
    }
  }

 private:
  void report(const FlowPacket& item, Rule rule, const std::string& text) {
    findings_.push_back(
        {item.frame->number, item.frame->ns, rule, flow_.where,
         packet_name(item.packet) + ", PSN " + psn_text(item.packet.psn) + ": " + text});
  }
  void unanswered() {
    report(*duplicate_, Rule::kDuplicate,
           "expected an answer to a request that had arrived before, found none");
    duplicate_ = nullptr;
  }

  void begin(std::uint32_t psn) {
    Life life;
    life.first = life.expected = psn;
    if (lives_.size() == kMostLives) {
      lives_.erase(lives_.begin() + 1);  // the oldest is the likeliest
    }
    lives_.push_back(life);
  }

  void request(const FlowPacket& item) {
    const std::uint32_t psn = item.packet.psn;
    const bool expected = std::any_of(lives_.begin(), lives_.end(),
                                      [psn](const Life& life) { return life.expected == psn; });
    const bool fresh = lives_.empty() ||
                       std::any_of(lives_.begin(), lives_.end(),
                                   [psn](const Life& l) { return psn_diff(psn, l.expected) >= 0; });
    const bool pause = item.frame->ns - last_ns_ >= kNewLifeNs;
    if (lives_.empty() || (!expected && pause && starts_message(item.packet))) {
      begin(psn);
    }
    const std::uint32_t end = psn_add(psn, psn_width(flow_, item.packet));
    for (Life& life : lives_) {
      const std::int32_t ahead = psn_diff(psn, life.expected);
      if (ahead == 0) {
        life.expected = end;
        life.gap_open = false;
      } else if (ahead > 0 && !life.gap_open) {
        life.gap();
      } else if (ahead < 0 && psn_diff(end, life.expected) > 0) {
        life.expected = end;  // a READ that asks again and for more
      }
    }
    const bool acknowledged =
        item.packet.rdma == sim::RdmaKind::kSend || item.packet.rdma == sim::RdmaKind::kWrite;
    if (!fresh && acknowledged && duplicate_ == nullptr) {
      duplicate_ = &item;
    }
  }

  void response(const FlowPacket& item) {
    const sim::Packet& packet = item.packet;
    last_sent_ns_ = item.frame->ns;
    if (strict_ && duplicate_ != nullptr && item.frame->ns - duplicate_->frame->ns > kAnswerNs) {
      unanswered();
    }
    if (packet.rdma == sim::RdmaKind::kAcknowledge) {
      duplicate_ = nullptr;
    }
    std::vector<Life> left;
    std::optional<std::pair<Rule, std::string>> wrong;
    for (const Life& life : lives_) {
      Life after = life;
      if (auto broken = judge(packet, after)) {
        wrong = std::move(broken);  // of the newest life
      } else {
        after.answered = true;
        left.push_back(std::move(after));
      }
    }
    if (!left.empty()) {
      lives_ = std::move(left);
    } else if (wrong) {
      report(item, wrong->first, wrong->second);
    } else {
      report(item, Rule::kAck, "expected a request before it, found none");
    }
  }

  // The rule that the response breaks, if `life` is right.
  [[nodiscard]] std::optional<std::pair<Rule, std::string>> judge(const sim::Packet& packet,
                                                                  Life& life) const {
    const std::uint32_t psn = packet.psn;
    if (packet.nak() && packet.syndrome == 0x60) {
      return judge_sequence_nak(psn, life);
    }
    if (packet.ack() || packet.rdma == sim::RdmaKind::kAtomicResponse) {
      return beyond(psn, life);
    }
    if (packet.rnr() || packet.nak()) {
      auto broken = beyond(psn, life);
      if (!broken && packet.rnr()) {
        // What came behind the refused request comes too early.
        const bool more = psn_diff(life.expected, psn) > 1;
        life.expected = psn;
        life.gap_open = false;
        if (more) {
          life.gap();
        }
      }
      return broken;
    }
    return std::nullopt;
  }

  [[nodiscard]] static std::optional<std::pair<Rule, std::string>> beyond(std::uint32_t psn,
                                                                          const Life& life) {
    if (psn_diff(psn, life.expected) < 0) {
      return std::nullopt;
    }
    return std::pair(Rule::kAck, "expected at most PSN " + psn_text(psn_add(life.expected, -1U)) +
                                     ", the last that arrived");
  }

  [[nodiscard]] std::optional<std::pair<Rule, std::string>> judge_sequence_nak(std::uint32_t psn,
                                                                               Life& life) const {
    if (!life.answered && psn_diff(psn, life.first) < 0) {
      // The very first packets were lost; all that came is behind the gap.
      life.first = life.expected = psn;
      life.gaps = {{psn, true}};
      life.gap_open = true;
      return std::nullopt;
    }
    const auto found = std::find_if(life.gaps.rbegin(), life.gaps.rend(),
                                    [psn](const Life::Gap& gap) { return gap.psn == psn; });
    if (!strict_) {
      // Requests may be lost behind this place: some packet behind the PSN must have passed.
      if (found != life.gaps.rend() || psn_diff(life.expected, psn) > 1) {
        return std::nullopt;
      }
    } else if (found != life.gaps.rend()) {
      if (!found->reported) {
        found->reported = true;
        return std::nullopt;
      }
      return std::pair(Rule::kNak, std::string("expected one NAK for a gap, found another"));
    }
    return std::pair(Rule::kNak, "expected a gap in front of it, found none at this PSN; PSN " +
                                     psn_text(life.expected) + " is the next to arrive");
  }

  const Flow& flow_;
  Findings& findings_;
  bool strict_;
  std::vector<Life> lives_;
  const FlowPacket* duplicate_ = nullptr;  // oldest that no acknowledgement followed
  std::uint64_t last_ns_ = 0, last_sent_ns_ = 0;
};

}  // namespace

void check_responder(const Flow& flow, Findings& findings) {
  ResponderRules(flow, findings).run();
}

}  // namespace ethlink
