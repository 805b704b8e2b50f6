// SPDX-License-Identifier: Apache-2.0
//
// Goodput and latency of RDMA against the size of a message, and what stands out of the curve.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "ethlink/result.hpp"

#include "bench/ceiling.hpp"

namespace ethlink::bench {

/// Where a message begins, in bytes behind a multiple of 4096.
struct Placement {
  unsigned source = 0;
  unsigned destination = 0;
  friend bool operator==(const Placement&, const Placement&) = default;
};

/// One size of one operation in one place.
struct SweepPoint {
  RdmaKind kind = RdmaKind::kWrite;
  Placement placement;
  std::uint32_t bytes = 0;
  double goodput = 0;       ///< payload bytes a cycle, a queue of messages of one queue pair
  double ceiling = 0;       ///< what headers and checksums leave of the bench's wire, bytes a cycle
  double link_ceiling = 0;  ///< with preamble and gap too, bytes a cycle
  double beats = 0;         ///< what whole beats leave, bytes a cycle; message_beats
  std::uint64_t latency = 0;  ///< cycles from the push of one message alone to its completion
  double neighbours = 1;      ///< goodput over what the sizes around promise; judge_sweep

  [[nodiscard]] double of_ceiling() const { return goodput / ceiling; }
};

/// Goodput below this share of what the sizes around it promise is a cliff.
inline constexpr double kCliff = 0.9;

struct SweepOptions {
  unsigned data_width = 512;  ///< bits
  std::vector<RdmaKind> kinds;
  std::vector<Placement> placements;
  std::vector<std::uint32_t> sizes;  ///< ascending, at most 8 MiB + 1
  /// Called with each finished series: the points of one operation in one place, judged.
  std::function<void(const std::vector<SweepPoint>& series)> progress;
};

/// Every operation that the endpoint requests, aligned and not, at all sizes up to 8 MiB + 1.
SweepOptions full_sweep();

/// 2^n - 1, 2^n, 2^n + 1 from 1 on, ascending, up to 2^`log_most` + 1.
std::vector<std::uint32_t> sweep_sizes(unsigned log_most);

/// "WRITE", "SEND" or "READ".
const char* to_string(RdmaKind kind);

/// Measures the points, series by series. An error when a message does not end or data differ.
Result<std::vector<SweepPoint>> measure_sweep(const SweepOptions& options);

/// Beats of `beat_bytes` that a message takes at least, where it takes the most: on the wire, of
/// the reads at its source with one descriptor, or of the writes at its destination with the
/// completion of a SEND. No frame, read or write shares a beat with another.
std::uint64_t message_beats(RdmaKind kind, const Placement& placement, std::uint64_t bytes,
                            std::uint64_t mtu, std::uint64_t beat_bytes);

/// Fills `neighbours` of a series in the order of sizes: the lower of two comparisons, with the
/// next sizes on both sides, and with those of about half and twice the size. The first sees one
/// bad size, the second a bad range around a power of two. A size promises no more than its whole
/// beats leave: one byte more may cost a beat. Both ends are compared with nothing.
void judge_sweep(std::vector<SweepPoint>& series);

}  // namespace ethlink::bench
