// SPDX-License-Identifier: Apache-2.0
//
// READ and atomic recovery (InfiniBand volume 1, clauses 9.4.4, 9.4.5 and 9.7.5.1.8), see flow.hpp.
#include <algorithm>
#include <deque>
#include <map>
#include <optional>

#include "check/flow.hpp"
#include "check/psn.hpp"

namespace ethlink {
namespace {

constexpr std::size_t kMostReads = 256;
constexpr std::size_t kMostAtomics = 4096;

class ResponseRules {
 public:
  ResponseRules(const Flow& flow, Findings& findings)
      : flow_(flow), findings_(findings), strict_(flow.viewpoint == Viewpoint::kResponder) {}

  void run() {
    for (const FlowPacket& item : flow_.packets) {
      switch (item.packet.rdma) {
        case sim::RdmaKind::kReadRequest:
          reads_.push_back(
              {item.packet.psn, psn_width(flow_, item.packet), item.packet.dma_length});
          if (reads_.size() > kMostReads) {
            reads_.pop_front();
          }
          break;
        case sim::RdmaKind::kReadResponse:
          read_response(item);
          break;
        case sim::RdmaKind::kAtomicRequest:
          atomic_request(item);
          break;
        case sim::RdmaKind::kAtomicResponse:
          atomic_response(item);
          break;
        default:
          break;
      }
    }
  }

 private:
  struct Read {
    std::uint32_t psn, width, bytes;
  };
  struct Atomic {
    sim::Packet request;
    std::optional<std::uint64_t> original;
  };

  void report(const FlowPacket& item, Rule rule, const std::string& text) {
    findings_.push_back(
        {item.frame->number, item.frame->ns, rule, flow_.where,
         packet_name(item.packet) + ", PSN " + psn_text(item.packet.psn) + ": " + text});
  }

  // The newest READ that the PSN belongs to.
  [[nodiscard]] const Read* read_of(std::uint32_t psn) const {
    const auto found = std::find_if(reads_.rbegin(), reads_.rend(), [psn](const Read& read) {
      const std::int32_t offset = psn_diff(psn, read.psn);
      return offset >= 0 && offset < static_cast<std::int32_t>(read.width);
    });
    return found == reads_.rend() ? nullptr : &*found;
  }

  void read_response(const FlowPacket& item) {
    const sim::Packet& packet = item.packet;
    constexpr std::uint8_t kFirst = 0x0d, kMiddle = 0x0e, kLast = 0x0f;
    const bool begins = packet.opcode != kMiddle && packet.opcode != kLast;
    const bool ends = packet.opcode != kMiddle && packet.opcode != kFirst;
    if (begins) {
      const auto starts = std::find_if(reads_.rbegin(), reads_.rend(), [&packet](const Read& read) {
        return read.psn == packet.psn;
      });
      if (starts != reads_.rend()) {
        bytes_ = 0;
        of_ = *starts;
      } else {
        of_.reset();
        report(item, Rule::kReadResponse, "expected the PSN of a READ request, found none with it");
      }
    } else if (strict_ && of_ && packet.psn != next_) {
      report(item, Rule::kReadResponse,
             "expected PSN " + psn_text(next_) + ", the next of the response");
      of_.reset();
    } else if (read_of(packet.psn) == nullptr) {
      report(item, Rule::kReadResponse, "expected a PSN inside a READ request, found none");
      of_.reset();
    }
    if (of_ && packet.psn != next_ && !begins) {
      of_.reset();  // packets are missing here: nothing can be said of its length
    }
    next_ = psn_add(packet.psn, 1);
    bytes_ += packet.payload_bytes();
    if (of_ && ends && bytes_ != of_->bytes) {
      report(item, Rule::kReadResponse,
             "expected " + std::to_string(of_->bytes) + " bytes in all, found " +
                 std::to_string(bytes_));
    }
  }

  void atomic_request(const FlowPacket& item) {
    const auto found = atomics_.find(item.packet.psn);
    if (found != atomics_.end() && same(found->second.request, item.packet)) {
      return;  // a repetition
    }
    if (atomics_.size() >= kMostAtomics) {
      atomics_.clear();
    }
    atomics_[item.packet.psn] = {item.packet, std::nullopt};
  }

  [[nodiscard]] static bool same(const sim::Packet& a, const sim::Packet& b) {
    return a.opcode == b.opcode && a.va == b.va && a.rkey == b.rkey && a.swap == b.swap &&
           a.compare == b.compare;
  }

  void atomic_response(const FlowPacket& item) {
    const auto found = atomics_.find(item.packet.psn);
    if (found == atomics_.end()) {
      report(item, Rule::kAtomic, "expected an atomic request with its PSN, found none");
      return;
    }
    std::optional<std::uint64_t>& original = found->second.original;
    if (original && *original != item.packet.original) {
      report(item, Rule::kAtomic,
             "expected the answer of the first time, " + std::to_string(*original) + ", found " +
                 std::to_string(item.packet.original));
    }
    original = item.packet.original;
  }

  const Flow& flow_;
  Findings& findings_;
  bool strict_;
  std::deque<Read> reads_;
  std::optional<Read> of_;  // whose response is under way
  std::uint32_t next_ = 0;
  std::uint64_t bytes_ = 0;
  std::map<std::uint32_t, Atomic> atomics_;
};

}  // namespace

void check_read_and_atomic(const Flow& flow, Findings& findings) {
  ResponseRules(flow, findings).run();
}

}  // namespace ethlink
