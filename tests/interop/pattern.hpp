// SPDX-License-Identifier: Apache-2.0
//
// The bytes that guest and endpoint send each other: each side computes what the other one sent.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ethlink::interop {

/// Byte `index` of the data that belongs to `salt`.
constexpr std::uint8_t pattern(std::uint64_t index, std::uint64_t salt) {
  const std::uint64_t mixed = (index + 1) * 0x9E3779B97F4A7C15U + salt * 0xD1B54A32D192ED03U;
  return static_cast<std::uint8_t>(mixed >> 56);
}

/// Size of the memory that each side lets the other one use.
inline constexpr std::size_t kMemoryBytes = std::size_t{512} * 1024;

}  // namespace ethlink::interop
