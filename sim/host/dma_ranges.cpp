// SPDX-License-Identifier: Apache-2.0
//
// Ranges of IOVA space, see dma_ranges.hpp.
#include "sim/host/dma_ranges.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace ethlink::sim {

std::string hex_text(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  do {
    text.insert(text.begin(), kDigits[value & 0xf]);
    value >>= 4U;
  } while (value != 0);
  return "0x" + text;
}

void DmaRanges::add(Owner owner, std::uint64_t start, std::uint64_t bytes, const DmaRange& range) {
  if (bytes == 0 || start + (bytes - 1) < start) {
    return;
  }
  owned_[owner].push_back(ranges_.emplace(start, Entry{start + (bytes - 1), range}));
  longest_ = std::max(longest_, bytes - 1);
}

void DmaRanges::remove(Owner owner) {
  const auto found = owned_.find(owner);
  if (found == owned_.end()) {
    return;
  }
  for (const Map::iterator entry : found->second) {
    ranges_.erase(entry);
  }
  owned_.erase(found);
}

template <typename Fits>
DmaRanges::Map::const_iterator DmaRanges::search(std::uint64_t start, Fits fits) const {
  for (auto next = ranges_.upper_bound(start); next != ranges_.begin();) {
    --next;
    if (start - next->first > longest_) {
      break;  // neither this range nor one in front of it reaches so far
    }
    if (fits(next->second)) {
      return next;
    }
  }
  return ranges_.end();
}

const DmaRange* DmaRanges::find(bool write, std::uint64_t start, std::uint64_t bytes) const {
  const std::uint64_t last = start + (bytes - 1);
  const auto found = search(start, [&](const Entry& entry) {
    return last >= start && entry.last >= last &&
           (write ? entry.range.writable : entry.range.readable);
  });
  return found == ranges_.end() ? nullptr : &found->second.range;
}

std::string DmaRanges::describe(std::uint64_t start) const {
  auto found = search(start, [&](const Entry& entry) { return entry.last >= start; });
  std::string text;
  if (found == ranges_.end()) {
    found = ranges_.upper_bound(start);
    if (found == ranges_.begin()) {
      return "nothing there nor below";
    }
    --found;
    text = "nothing there; below is ";
  }
  const auto& [first, entry] = *found;
  text += entry.range.what;
  text += ' ' + std::to_string(entry.range.index) + " at " + hex_text(first) + " to " +
          hex_text(entry.last);
  if (entry.range.readable != entry.range.writable) {
    text += entry.range.readable ? ", to be read only" : ", to be written only";
  }
  return text;
}

}  // namespace ethlink::sim
