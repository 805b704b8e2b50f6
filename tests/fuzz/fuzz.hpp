// SPDX-License-Identifier: Apache-2.0
//
// What every fuzz target uses: its input piece by piece, and a promise that must hold.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace ethlink::fuzz {

/// Ends the run as a finding unless `condition` holds; libFuzzer keeps the input.
inline void promise(bool condition, const std::string& what) {
  if (!condition) {
    std::fprintf(stderr, "fuzz: expected %s\n", what.c_str());
    std::abort();
  }
}

/// Takes an input apart; behind its end everything is 0.
/// Ownership: refers to the input. Threads: one at a time.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  [[nodiscard]] bool empty() const { return rest_.empty(); }
  template <typename T>
  T take() {
    T value{};
    const std::span<const std::uint8_t> from = take(sizeof(value));
    if (!from.empty()) {
      std::memcpy(&value, from.data(), from.size());
    }
    return value;
  }
  std::uint8_t byte() { return take<std::uint8_t>(); }
  /// At most `count` bytes.
  std::span<const std::uint8_t> take(std::size_t count) {
    const std::span<const std::uint8_t> part = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(part.size());
    return part;
  }
  std::vector<std::uint8_t> bytes(std::size_t count) {
    const std::span<const std::uint8_t> part = take(count);
    return {part.begin(), part.end()};
  }
  /// Exactly `count` bytes.
  std::vector<std::byte> padded(std::size_t count) {
    std::vector<std::byte> out(count);
    const std::span<const std::uint8_t> part = take(count);
    std::copy(part.begin(), part.end(), reinterpret_cast<std::uint8_t*>(out.data()));
    return out;
  }

 private:
  std::span<const std::uint8_t> rest_;
};

}  // namespace ethlink::fuzz
