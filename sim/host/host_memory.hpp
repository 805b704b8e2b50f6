// SPDX-License-Identifier: Apache-2.0
//
// The memory of a simulated host as the device sees it, with a checker of every device access.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "ethlink/result.hpp"

#include "sim/base/time.hpp"
#include "sim/host/host_port.hpp"

namespace ethlink::sim {

/// A device access that no mapping allows.
struct MemoryFault {
  TimePs time = 0;
  std::uint64_t iova = 0;
  std::size_t bytes = 0;
  bool write = false;
  std::string reason;
};

struct MemoryStats {
  std::uint64_t reads = 0, read_bytes = 0, writes = 0, written_bytes = 0, faults = 0;
};

/// Regions of IOVA space. Owned memory is anonymous and sparse: untouched pages cost nothing.
/// An IOVA range is never used twice and ranges never touch, so that an access after free or
/// past an end is always found.
/// Ownership: owns memory from allocate(). Threads: one at a time.
class HostMemory {
 public:
  HostMemory() = default;
  HostMemory(const HostMemory&) = delete;
  HostMemory& operator=(const HostMemory&) = delete;
  ~HostMemory();

  Result<DmaRegion> allocate(std::size_t bytes, std::size_t align, DmaOptions options);
  Result<DmaRegion> map(std::span<std::byte> memory, DmaOptions options);
  Result<void> release(const DmaRegion& region);

  /// False when the access is not allowed: nothing is copied and the fault is recorded.
  bool device_read(TimePs time, std::uint64_t iova, std::span<std::uint8_t> data);
  /// As device_read(); sets `wakes` when the region asks for it.
  bool device_write(TimePs time, std::uint64_t iova, std::span<const std::uint8_t> data,
                    bool& wakes);

  /// The first kMaxFaults faults in order; stats().faults counts all.
  [[nodiscard]] const std::deque<MemoryFault>& faults() const { return faults_; }
  [[nodiscard]] const MemoryStats& stats() const { return stats_; }

  static constexpr std::size_t kMaxFaults = 64;

 private:
  struct Region {
    std::byte* data = nullptr;
    std::size_t size = 0;
    DmaOptions options;
    bool owned = false;
  };

  Result<DmaRegion> insert(std::byte* data, std::size_t bytes, std::size_t align,
                           DmaOptions options, bool owned);
  Region* find(TimePs time, std::uint64_t iova, std::size_t bytes, bool write);
  void fault(TimePs time, std::uint64_t iova, std::size_t bytes, bool write, const char* reason);

  std::map<std::uint64_t, Region> regions_;
  std::uint64_t next_iova_ = std::uint64_t{1} << 32;  // above 32 bits: cut addresses are found
  std::deque<MemoryFault> faults_;
  MemoryStats stats_;
};

}  // namespace ethlink::sim
