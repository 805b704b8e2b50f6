// SPDX-License-Identifier: Apache-2.0
//
// CRC-32 for el_crc_pkg.sv in simulation: sixteen bytes a step by table look-up.

#include <array>
#include <cstddef>
#include <cstdint>

#include <svdpi.h>

namespace {

constexpr std::size_t kSlices = 16;
using Tables = std::array<std::array<std::uint32_t, 256>, kSlices>;

// tables[k][b]: the state that byte b becomes when k zero bytes follow it.
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t b = 0; b < 256; b++) {
    std::uint32_t state = b;
    for (int bit = 0; bit < 8; bit++) {
      state = (state >> 1) ^ ((state & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    tables[0][b] = state;
  }
  for (std::size_t k = 1; k < kSlices; k++) {
    for (std::size_t b = 0; b < 256; b++) {
      const std::uint32_t state = tables[k - 1][b];
      tables[k][b] = (state >> 8) ^ tables[0][state & 0xFFU];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

// The contribution of four bytes, the last of which has `behind` bytes behind it in the step.
inline std::uint32_t word(std::uint32_t w, std::size_t behind) {
  return kTables[behind + 3][w & 0xFFU] ^ kTables[behind + 2][(w >> 8) & 0xFFU] ^
         kTables[behind + 1][(w >> 16) & 0xFFU] ^ kTables[behind][w >> 24];
}

}  // namespace

// svBitVecVal words hold bits 31:0 first, so on a little-endian machine they are the wire's bytes.
extern "C" unsigned int el_crc32_dpi(unsigned int state, const svBitVecVal* data,
                                     unsigned int bytes) {
  std::uint32_t s = state;
  unsigned int done = 0;
  for (; done + kSlices <= bytes; done += kSlices) {
    const svBitVecVal* w = data + done / 4;
    s = word(w[0] ^ s, 12) ^ word(w[1], 8) ^ word(w[2], 4) ^ word(w[3], 0);
  }
  for (; done < bytes; done++) {
    const std::uint32_t byte = (data[done / 4] >> (8 * (done % 4))) & 0xFFU;
    s = (s >> 8) ^ kTables[0][(s ^ byte) & 0xFFU];
  }
  return s;
}
