// SPDX-License-Identifier: Apache-2.0
//
// 64-bit register access through a backend.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>

#include "ethlink/backend.hpp"

namespace ethlink {

/// Writes a 64-bit register of BAR0; little-endian, 8-byte aligned.
inline Result<void> write64(Backend& backend, std::uint64_t offset, std::uint64_t value) {
  std::array<std::byte, 8> bytes;
  std::memcpy(bytes.data(), &value, bytes.size());
  return backend.mmio_write(offset, bytes);
}

/// Reads a 64-bit register of BAR0.
inline Result<std::uint64_t> read64(Backend& backend, std::uint64_t offset) {
  std::array<std::byte, 8> bytes;
  if (Result<void> done = backend.mmio_read(offset, bytes); !done) {
    return done.error();
  }
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return value;
}

/// The bits [lsb, lsb + bits) of `value`.
constexpr std::uint64_t field(std::uint64_t value, unsigned lsb, unsigned bits) {
  return (value >> lsb) & ((bits == 64) ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1);
}

}  // namespace ethlink
