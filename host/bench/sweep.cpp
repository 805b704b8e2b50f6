// SPDX-License-Identifier: Apache-2.0
#include "bench/sweep.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "bench/bench_pair.hpp"
#include "bench/observe.hpp"

namespace ethlink::bench {
namespace {

constexpr std::uint64_t kLimit = 4'000'000;  // cycles that the messages of a point may take
constexpr std::uint64_t kQuiet = 400;        // cycles in which the last acknowledgement goes by
constexpr std::uint64_t kDoorbell = 16;      // more than the cycles that a doorbell takes
constexpr std::uint32_t kMtu = 4096;
constexpr unsigned kLogMost = 23;
constexpr std::size_t kBufferBytes = std::size_t{16} << 20;
// A point moves so many bytes in so many messages: enough for the steady state, few enough that
// the whole sweep takes minutes.
constexpr std::uint64_t kPointBytes = std::uint64_t{512} << 10;
constexpr std::uint64_t kLeastMessages = 2;
constexpr std::uint64_t kMostMessages = 512;
constexpr std::uint64_t kCqeBytes = 32;

// The operations that the endpoint requests.
constexpr std::array kKinds{RdmaKind::kWrite, RdmaKind::kSend, RdmaKind::kRead};
// Aligned; one end askew; both, by different amounts. One byte behind a beat, and one byte before
// the end of a beat, cost the most beats.
constexpr std::array kPlacements{Placement{0, 0}, Placement{1, 0}, Placement{0, 1},
                                 Placement{1, 63}};

regs::WqeOp opcode_of(RdmaKind kind) {
  switch (kind) {
    case RdmaKind::kWrite:
      return regs::WqeOp::kWrite;
    case RdmaKind::kSend:
      return regs::WqeOp::kSend;
    case RdmaKind::kRead:
      return regs::WqeOp::kRead;
  }
  return regs::WqeOp::kSend;
}

// The messages of one point.
class Messages {
 public:
  Messages(BenchPair& pair, SweepPoint& point) : pair_(pair), point_(point) {}

  Result<void> measure() {
    point_.ceiling = ceiling(Wire::kBeats);
    point_.link_ceiling = ceiling(Wire::kLink);
    point_.beats =
        point_.bytes / static_cast<double>(message_beats(point_.kind, point_.placement,
                                                         point_.bytes, kMtu, pair_.beat_bytes()));
    Result<void> done = goodput();
    return done ? latency() : done;
  }

 private:
  // The side that the payload comes from, and the one that it goes to; node 0 requests.
  [[nodiscard]] unsigned from() const { return point_.kind == RdmaKind::kRead ? 1 : 0; }
  [[nodiscard]] unsigned to() const { return 1 - from(); }

  [[nodiscard]] double ceiling(Wire wire) const {
    return rdma_ceiling(point_.kind, point_.bytes, kMtu, wire) * pair_.beat_bytes();
  }
  [[nodiscard]] std::string what() const {
    return std::string("rdma sweep: ") + to_string(point_.kind) + " of " +
           std::to_string(point_.bytes) + " bytes";
  }
  // Offset of message `i` in a buffer, so that messages under way do not overlap.
  [[nodiscard]] std::uint64_t slot(std::uint64_t i, unsigned offset) const {
    const std::uint64_t stride = (std::uint64_t{point_.bytes} + 63 + 4095) / 4096 * 4096;
    const std::uint64_t slots = std::max<std::uint64_t>(kBufferBytes / stride, 1);
    return i % slots * stride + offset;
  }
  [[nodiscard]] SgeView element(unsigned node, std::uint64_t i) const {
    const unsigned offset = node == from() ? point_.placement.source : point_.placement.destination;
    MemoryRegion& region = pair_.region(node);
    return {region.va() + slot(i, offset), point_.bytes, region.lkey()};
  }

  // Posts `count` messages, of which the last one says when it is done.
  Result<void> post(std::uint64_t count) {
    std::vector<SgeView> sges;
    for (std::uint64_t i = 0; i < count; ++i) {
      sges.push_back(element(0, i));
      if (point_.kind == RdmaKind::kSend) {
        const SgeView target = element(1, i);
        if (Result<void> posted = pair_.qp(1).post_receive({i, {&target, 1}}); !posted) {
          return posted;
        }
      }
    }
    // Whatever was posted before, and the doorbell of every receive request, is through by then.
    pair_.bench().run(kQuiet + count * (point_.kind == RdmaKind::kSend ? kDoorbell : 0));
    std::vector<SendRequest> requests(count);
    for (std::uint64_t i = 0; i < count; ++i) {
      requests[i].opcode = opcode_of(point_.kind);
      requests[i].sges = {&sges[i], 1};
      requests[i].signaled = i + 1 == count;
      if (point_.kind != RdmaKind::kSend) {
        requests[i].remote_va = element(1, i).va;
        requests[i].rkey = pair_.region(1).rkey();
      }
    }
    // A queue that is full at once has one doorbell; one message is pushed, as software would.
    return count == 1 ? pair_.qp(0).post_send(requests[0]) : pair_.qp(0).post_sends(requests);
  }

  // Runs until `node` has `count` completions.
  Result<void> complete(unsigned node, std::uint64_t count) {
    std::array<WorkCompletion, 64> out;
    Error error;
    std::uint64_t seen = 0;
    const bool done = pair_.bench().run_until(
        [&] {
          Result<std::size_t> polled =
              pair_.cq(node).poll(std::span(out).first(std::min(count - seen, out.size())));
          if (!polled) {
            error = polled.error();
            return true;
          }
          seen += *polled;
          for (std::size_t i = 0; i < *polled; ++i) {
            if (out.at(i).status != regs::WcStatus::kSuccess) {
              error = {Errc::kRemoteError, what() + ": expected success, found " +
                                               std::string(regs::to_string(out.at(i).status))};
            }
          }
          return seen == count || !error.context.empty();
        },
        kLimit);
    if (!error.context.empty()) {
      return error;
    }
    return done ? Result<void>() : Error{Errc::kTimeout, what() + ": no completion was seen"};
  }

  Result<void> complete_all(std::uint64_t count) {
    Result<void> done = complete(0, 1);
    return done && point_.kind == RdmaKind::kSend ? complete(1, count) : done;
  }

  Result<void> goodput() {
    const std::uint64_t count =
        std::clamp(kPointBytes / point_.bytes, kLeastMessages, kMostMessages);
    // Besides the payload, a completion a message is written where SENDs arrive.
    const std::uint64_t extra = point_.kind == RdmaKind::kSend ? kCqeBytes : 0;
    const std::uint64_t total = count * (point_.bytes + extra);
    Sightings visible;
    visible.set_mark(total / 4);
    pair_.bench().set_probe([&](const sim::CycleProbe& p) {
      if (dma_write_beat(p, to()) && visible.total() < total) {
        visible.see(p.cycle, strobe_bytes(*p.out[to()], pair_.beat_bytes()));
      }
    });
    Result<void> done = post(count);
    if (done) {
      done = complete_all(count);
    }
    pair_.bench().set_probe({});
    point_.goodput = visible.rate() * point_.bytes / static_cast<double>(point_.bytes + extra);
    return done;
  }

  // One message alone, and whether it arrived as it was.
  Result<void> latency() {
    std::byte* source = pair_.buffer(from()).data() + slot(0, point_.placement.source);
    std::byte* destination = pair_.buffer(to()).data() + slot(0, point_.placement.destination);
    for (std::uint32_t i = 0; i < point_.bytes; ++i) {
      source[i] = static_cast<std::byte>((i * 2654435761U) >> 24U);
      destination[i] = ~source[i];
    }
    Sightings pushed;
    pair_.bench().set_probe([&](const sim::CycleProbe& p) {
      if (p.in[0]->reg_wvalid && p.out[0]->reg_wready) {
        pushed.see(p.cycle);
      }
    });
    Result<void> done = post(1);
    if (done) {
      done = complete(0, 1);
    }
    pair_.bench().set_probe({});
    if (!done) {
      return done;
    }
    // The completion was written in the last cycle that ran.
    point_.latency = pair_.bench().cycle() - 1 - pushed.last();
    if (point_.kind == RdmaKind::kSend) {
      done = complete(1, 1);
    }
    if (done && std::memcmp(source, destination, point_.bytes) != 0) {
      return Error{Errc::kDataError, what() + ": expected the bytes of the source, found others"};
    }
    return done;
  }

  BenchPair& pair_;
  SweepPoint& point_;
};

}  // namespace

SweepOptions full_sweep() {
  SweepOptions options;
  options.kinds.assign(kKinds.begin(), kKinds.end());
  options.placements.assign(kPlacements.begin(), kPlacements.end());
  options.sizes = sweep_sizes(kLogMost);
  return options;
}

Result<std::vector<SweepPoint>> measure_sweep(const SweepOptions& options) {
  PairOptions pair_options;
  pair_options.data_width = options.data_width;
  pair_options.receive_entries = kMostMessages;
  pair_options.path_mtu = kMtu;
  pair_options.buffer_bytes = kBufferBytes;
  Result<std::unique_ptr<BenchPair>> pair = BenchPair::create(pair_options);
  if (!pair) {
    return pair.error();
  }
  std::vector<SweepPoint> points;
  for (const RdmaKind kind : options.kinds) {
    for (const Placement& placement : options.placements) {
      std::vector<SweepPoint> series;
      for (const std::uint32_t bytes : options.sizes) {
        SweepPoint point;
        point.kind = kind;
        point.placement = placement;
        point.bytes = bytes;
        if (Result<void> done = Messages(**pair, point).measure(); !done) {
          return done.error();
        }
        series.push_back(point);
      }
      judge_sweep(series);
      if (options.progress) {
        options.progress(series);
      }
      points.insert(points.end(), series.begin(), series.end());
    }
  }
  return points;
}

}  // namespace ethlink::bench
