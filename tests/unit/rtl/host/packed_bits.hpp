// SPDX-License-Identifier: Apache-2.0
//
// Access to fields of packed structs on the ports of a Verilated model, by lowest bit and width.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace ethlink::test {

using Bytes = std::vector<std::uint8_t>;

/// Bits [lsb +: width] of a port, width at most 64.
template <typename Port>
std::uint64_t get_bits(const Port& port, unsigned lsb, unsigned width) {
  std::uint64_t value = 0;
  if constexpr (std::is_integral_v<Port>) {
    value = std::uint64_t{port} >> lsb;
  } else {
    for (unsigned i = 0; i < width; ++i) {
      const unsigned bit = lsb + i;
      value |= std::uint64_t{(port[bit / 32] >> (bit % 32)) & 1U} << i;
    }
    return value;
  }
  return width >= 64 ? value : value & ((std::uint64_t{1} << width) - 1);
}

template <typename Port>
void put_bits(Port& port, unsigned lsb, unsigned width, std::uint64_t value) {
  if constexpr (std::is_integral_v<Port>) {
    const std::uint64_t mask = width >= 64 ? ~0ULL : ((std::uint64_t{1} << width) - 1);
    port = static_cast<Port>((std::uint64_t{port} & ~(mask << lsb)) | (value & mask) << lsb);
  } else {
    for (unsigned i = 0; i < width; ++i) {
      const unsigned bit = lsb + i;
      const std::uint32_t one = 1U << (bit % 32);
      port[bit / 32] = ((value >> i) & 1U) != 0 ? port[bit / 32] | one : port[bit / 32] & ~one;
    }
  }
}

/// Bytes from bit `lsb` on, byte 0 in the lowest bits.
template <typename Port>
Bytes get_bytes(const Port& port, unsigned lsb, std::size_t count) {
  Bytes out(count);
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<std::uint8_t>(get_bits(port, lsb + 8 * static_cast<unsigned>(i), 8));
  }
  return out;
}

template <typename Port>
void put_bytes(Port& port, unsigned lsb, const Bytes& bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    put_bits(port, lsb + 8 * static_cast<unsigned>(i), 8, bytes[i]);
  }
}

/// Little-endian number of `size` bytes at `offset`.
inline std::uint64_t le_get(const Bytes& bytes, std::size_t offset, unsigned size) {
  std::uint64_t value = 0;
  for (unsigned i = 0; i < size; ++i) {
    value |= std::uint64_t{bytes[offset + i]} << (8 * i);
  }
  return value;
}

inline void le_put(Bytes& bytes, std::size_t offset, unsigned size, std::uint64_t value) {
  for (unsigned i = 0; i < size; ++i) {
    bytes[offset + i] = static_cast<std::uint8_t>(value >> (8 * i));
  }
}

}  // namespace ethlink::test
