// SPDX-License-Identifier: Apache-2.0
//
// Ranges of IOVA space with what a device may do in them: they may overlap, and end at any byte.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace ethlink::sim {

/// What a range is, for messages, and what the device may do there.
struct DmaRange {
  const char* what = "";  ///< a name that lives for ever, such as "memory region"
  std::uint32_t index = 0;
  bool readable = false, writable = false;
};

/// Ownership: plain value. Threads: one at a time.
class DmaRanges {
 public:
  /// Whoever told the device about a range; takes all its ranges away at once.
  using Owner = std::uint64_t;

  /// No range when it is empty or passes 2^64: no device can use one.
  void add(Owner owner, std::uint64_t start, std::uint64_t bytes, const DmaRange& range);
  void remove(Owner owner);

  /// The range that holds all of [start, start + bytes) and allows the access; nullptr if none.
  [[nodiscard]] const DmaRange* find(bool write, std::uint64_t start, std::uint64_t bytes) const;
  /// What is at `start`, or in front of it: "memory region 5 at 0x1000 to 0x1fff (read only)".
  [[nodiscard]] std::string describe(std::uint64_t start) const;
  [[nodiscard]] bool empty() const { return ranges_.empty(); }

 private:
  struct Entry {
    std::uint64_t last = 0;  ///< of its bytes
    DmaRange range;
  };
  using Map = std::multimap<std::uint64_t, Entry>;

  /// The first entry of those from `start` downwards for which `fits` holds.
  template <typename Fits>
  [[nodiscard]] Map::const_iterator search(std::uint64_t start, Fits fits) const;

  Map ranges_;  // by first byte
  std::unordered_map<Owner, std::vector<Map::iterator>> owned_;
  std::uint64_t longest_ = 0;  // bytes behind the first one, of any range so far
};

/// "0x1f00"
[[nodiscard]] std::string hex_text(std::uint64_t value);

}  // namespace ethlink::sim
