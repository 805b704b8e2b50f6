// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "bench/ceiling.hpp"
#include "bench/sweep.hpp"

namespace ethlink::bench {
namespace {

constexpr std::uint64_t kDescriptorBytes = 64;
constexpr std::uint64_t kCqeBytes = 32;

// `at` over the straight line from `left` to `right`; 1 when it is not between them.
double against(const SweepPoint& left, const SweepPoint& at, const SweepPoint& right) {
  if (left.bytes >= at.bytes || right.bytes <= at.bytes) {
    return 1;
  }
  const double share = static_cast<double>(at.bytes - left.bytes) / (right.bytes - left.bytes);
  return at.goodput / std::min(left.goodput + share * (right.goodput - left.goodput), at.beats);
}

}  // namespace

std::vector<std::uint32_t> sweep_sizes(unsigned log_most) {
  std::vector<std::uint32_t> sizes;
  for (unsigned n = 0; n <= log_most; ++n) {
    const std::uint32_t power = std::uint32_t{1} << n;
    for (const std::uint32_t bytes : {power - 1, power, power + 1}) {
      if (bytes != 0 && (sizes.empty() || bytes > sizes.back())) {
        sizes.push_back(bytes);
      }
    }
  }
  return sizes;
}

const char* to_string(RdmaKind kind) {
  switch (kind) {
    case RdmaKind::kWrite:
      return "WRITE";
    case RdmaKind::kSend:
      return "SEND";
    case RdmaKind::kRead:
      return "READ";
  }
  return "?";
}

std::uint64_t message_beats(RdmaKind kind, const Placement& placement, std::uint64_t bytes,
                            std::uint64_t mtu, std::uint64_t beat_bytes) {
  const auto beats = [beat_bytes](std::uint64_t count) {
    return (count + beat_bytes - 1) / beat_bytes;
  };
  std::uint64_t wire = 0;
  std::uint64_t reads = kind == RdmaKind::kRead ? 0 : beats(kDescriptorBytes);
  std::uint64_t writes = kind == RdmaKind::kSend ? beats(kCqeBytes) : 0;
  for (std::uint64_t at = 0; at < bytes; at += mtu) {
    const std::uint64_t payload = std::min(mtu, bytes - at);
    const bool first = at == 0;
    const bool last = at + payload == bytes;
    wire += beats(rdma_frame_bytes(kind, payload, first, last));
    reads += beats((placement.source + at) % beat_bytes + payload);
    writes += beats((placement.destination + at) % beat_bytes + payload);
  }
  return std::max({wire, reads, writes});
}

void judge_sweep(std::vector<SweepPoint>& series) {
  const auto at_least = [&](std::uint64_t bytes) {
    return std::find_if(series.begin(), series.end(),
                        [&](const SweepPoint& p) { return p.bytes >= bytes; });
  };
  const auto at_most = [&](std::uint64_t bytes) {
    return std::find_if(series.rbegin(), series.rend(),
                        [&](const SweepPoint& p) { return p.bytes <= bytes; });
  };
  for (std::size_t i = 0; i < series.size(); ++i) {
    SweepPoint& point = series[i];
    point.neighbours = 1;
    if (i != 0 && i + 1 != series.size()) {
      point.neighbours = against(series[i - 1], point, series[i + 1]);
    }
    const auto half = at_most((std::uint64_t{point.bytes} + 1) / 2);
    const auto twice = at_least(std::uint64_t{point.bytes} * 2 - 1);
    if (half != series.rend() && twice != series.end()) {
      point.neighbours = std::min(point.neighbours, against(*half, point, *twice));
    }
  }
}

}  // namespace ethlink::bench
