// SPDX-License-Identifier: Apache-2.0
//
// Go-back-N of a requester (InfiniBand volume 1, clauses 9.7.2, 9.7.3.2 and 9.7.5.1), see flow.hpp.
#include <algorithm>
#include <deque>
#include <optional>
#include <utility>

#include "check/flow.hpp"
#include "check/psn.hpp"

namespace ethlink {
namespace {

// A repetition waits behind packets of other queue pairs for so long, whatever comes meanwhile.
constexpr std::uint64_t kReactionNs = 10'000;
// A queue pair that is quiet for so long may have begun another life.
constexpr std::uint64_t kNewLifeNs = 10'000;
constexpr std::int32_t kFarAway = 1 << 16;
constexpr std::uint64_t kShortestTimeoutNs = 4096;  // clause 9.7.6.1.3: timeout of 0 is none

class RequesterRules {
 public:
  RequesterRules(const Flow& flow, Findings& findings)
      : flow_(flow), findings_(findings), strict_(flow.viewpoint == Viewpoint::kRequester) {}

  void run() {
    for (const FlowPacket& item : flow_.packets) {
      if (item.packet.request()) {
        request(item);
      } else {
        response(item);
      }
      last_ns_ = item.frame->ns;
    }
  }

 private:
  void report(const FlowPacket& item, Rule rule, const std::string& text) {
    findings_.push_back(
        {item.frame->number, item.frame->ns, rule, flow_.where,
         packet_name(item.packet) + ", PSN " + psn_text(item.packet.psn) + ": " + text});
  }

  void begin(std::uint32_t psn) {
    begun_ = true;
    next_ = cursor_ = unacked_ = psn;
    nak_.reset();
    causes_.clear();
    reads_.clear();
  }

  [[nodiscard]] bool may_be_new_life(const FlowPacket& item) const {
    return starts_message(item.packet) && item.frame->ns - last_ns_ >= kNewLifeNs;
  }

  void request(const FlowPacket& item) {
    const std::uint32_t psn = item.packet.psn;
    const std::uint32_t width = psn_width(flow_, item.packet);
    if (!begun_) {
      begin(psn);
    } else if (psn != cursor_) {
      if (psn_diff(psn, cursor_) > 0) {
        forward(item);
      } else {
        back(item);
      }
    }
    // A packet that goes on behind a repetition settles what the NAK asked for.
    cursor_ = psn_add(psn, width);
    if (psn_diff(cursor_, next_) > 0) {
      // The timer runs from the oldest packet without an acknowledgement.
      progress_ns_ = unacked_ == next_ ? item.frame->ns : progress_ns_;
      next_ = cursor_;
    }
    if (item.packet.rdma == sim::RdmaKind::kReadRequest) {
      reads_.push_back({psn, width});
    }
  }

  // Leaves packets out: only those that were acknowledged while it repeated.
  void forward(const FlowPacket& item) {
    const std::uint32_t psn = item.packet.psn;
    if (psn_diff(psn, next_) > 0) {
      if (may_be_new_life(item) && (unacked_ == next_ || psn_diff(psn, next_) > kFarAway)) {
        begin(psn);
      } else if (strict_) {
        report(item, Rule::kSequence, "expected PSN " + psn_text(next_) + ", found a gap");
      }
      return;
    }
    if (strict_ && psn_diff(psn, unacked_) > 0) {
      report(item, Rule::kGoBack,
             "expected PSN " + psn_text(cursor_) + " in the repetition, found a gap");
    }
  }

  void back(const FlowPacket& item) {
    const std::uint32_t psn = item.packet.psn;
    const bool far = psn_diff(psn, next_) < -kFarAway;
    if (may_be_new_life(item) && (unacked_ == next_ || far) && psn != unacked_) {
      begin(psn);
      return;
    }
    const std::optional<std::uint32_t> nak = std::exchange(nak_, std::nullopt);
    if (nak && psn == *nak) {
      return;
    }
    if (!strict_) {
      // Acknowledgements may be lost behind this place, so it may begin earlier; never later.
      if (psn_diff(psn, unacked_) > 0) {
        report(
            item, Rule::kGoBack,
            "expected a repetition from PSN " + psn_text(unacked_) + " or earlier, found it later");
      }
      return;
    }
    const bool decided = std::any_of(causes_.begin(), causes_.end(), [&](const Cause& cause) {
      return cause.psn == psn && item.frame->ns - cause.ns <= kReactionNs;
    });
    const bool from_oldest = psn == unacked_ && unacked_ != next_;
    if (!decided && !from_oldest) {
      report(item, Rule::kGoBack,
             nak ? "expected a repetition from PSN " + psn_text(*nak) + ", which the NAK named"
                 : "expected a repetition from PSN " + psn_text(unacked_) +
                       ", the oldest without an acknowledgement");
    } else if (!decided && !quiet(item.frame->ns) && !caused(item.frame->ns) && reads_.empty()) {
      report(item, Rule::kGoBack, "expected a NAK or a timeout before a repetition, found neither");
    }
    progress_ns_ = item.frame->ns;
  }

  [[nodiscard]] bool quiet(std::uint64_t ns) const {
    return unacked_ != next_ && ns - progress_ns_ >= kShortestTimeoutNs;
  }
  [[nodiscard]] bool caused(std::uint64_t ns) const {
    return !causes_.empty() && ns - causes_.back().ns <= kReactionNs;
  }
  void add_cause(std::uint64_t ns, std::uint32_t psn) {
    causes_.push_back({ns, psn});
    while (ns - causes_.front().ns > kReactionNs) {
      causes_.pop_front();
    }
  }

  void acknowledge(const FlowPacket& item, std::uint32_t unacked) {
    if (psn_diff(unacked, unacked_) <= 0 || psn_diff(unacked, next_) > 0) {
      return;
    }
    // The timer may have expired just before, or a repetition that waits moved on to here.
    if (quiet(item.frame->ns) || caused(item.frame->ns)) {
      add_cause(item.frame->ns, unacked_);
    }
    unacked_ = unacked;
    progress_ns_ = item.frame->ns;
    if (nak_ && psn_diff(*nak_, unacked_) < 0) {
      nak_.reset();
    }
    std::erase_if(reads_, [this](const Read& read) {
      return psn_diff(psn_add(read.psn, read.width), unacked_) <= 0;
    });
  }

  void response(const FlowPacket& item) {
    const sim::Packet& packet = item.packet;
    if (!begun_) {
      return;
    }
    if (packet.rnr() || packet.nak()) {
      acknowledge(item, packet.psn);
      if (psn_diff(packet.psn, unacked_) >= 0 && psn_diff(packet.psn, next_) < 0) {
        nak_ = packet.psn;
        add_cause(item.frame->ns, packet.psn);
      }
    } else if (packet.ack() || packet.rdma == sim::RdmaKind::kAtomicResponse) {
      acknowledge(item, psn_add(packet.psn, 1));
    } else if (packet.rdma == sim::RdmaKind::kReadResponse) {
      // One behind a gap acknowledges nothing: the requester asks again.
      const bool first = std::any_of(reads_.begin(), reads_.end(), [&packet](const Read& read) {
        return read.psn == packet.psn;
      });
      if (first || packet.psn == unacked_) {
        acknowledge(item, psn_add(packet.psn, 1));
      } else if (psn_diff(packet.psn, unacked_) > 0 && psn_diff(packet.psn, next_) < 0) {
        add_cause(item.frame->ns, unacked_);  // as if a NAK had come (clause 9.7.3.2)
      }
    }
  }

  struct Read {
    std::uint32_t psn, width;
  };
  struct Cause {  // why it goes back, and to where
    std::uint64_t ns;
    std::uint32_t psn;
  };

  const Flow& flow_;
  Findings& findings_;
  bool strict_;
  bool begun_ = false;
  std::uint32_t next_ = 0;            // behind everything that was sent
  std::uint32_t cursor_ = 0;          // behind the last packet
  std::uint32_t unacked_ = 0;         // oldest that is not acknowledged
  std::optional<std::uint32_t> nak_;  // that nothing followed yet
  std::deque<Cause> causes_;
  std::deque<Read> reads_;  // without all their responses
  std::uint64_t progress_ns_ = 0, last_ns_ = 0;
};

}  // namespace

void check_requester(const Flow& flow, Findings& findings) {
  RequesterRules(flow, findings).run();
}

}  // namespace ethlink
