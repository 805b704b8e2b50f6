// SPDX-License-Identifier: Apache-2.0
//
// el_crc_pkg in both of its forms against zlib, and el_bth_pkg against the table of the oracle.

#include <random>

#include "Vel_crc.h"
#include "Vel_crc_matrix.h"
#include "catch.hpp"
#include "reference/frame.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

using reference::Bytes;

TEMPLATE_TEST_CASE("the CRC of any split of a message into words is that of zlib", "", Vel_crc,
                   Vel_crc_matrix) {
  constexpr std::size_t kBytes = 64;
  RtlBench<TestType> rtl;
  rtl.reset();
  std::mt19937_64 random(seed());
  for (int i = 0; i < 400; ++i) {
    Bytes message;
    std::uint32_t state = 0xFFFFFFFF;
    for (unsigned word = 0; word < 1 + random() % 4; ++word) {
      // Every length occurs, 0 and the full word too; bytes behind the length do not matter.
      const std::size_t len = i < 65 ? static_cast<std::size_t>(i) : random() % (kBytes + 1);
      auto* lanes = reinterpret_cast<std::uint8_t*>(&rtl->data_i);
      for (std::size_t lane = 0; lane < kBytes; ++lane) {
        lanes[lane] = static_cast<std::uint8_t>(random());
      }
      message.insert(message.end(), lanes, lanes + len);
      rtl->state_i = state;
      rtl->len_i = static_cast<std::uint8_t>(len);
      rtl.tick();
      state = rtl->state_o;
    }
    CAPTURE(i, message.size());
    REQUIRE(~state == reference::crc32(message));
  }
}

TEST_CASE("the BTH table knows every opcode and its extension headers") {
  RtlBench<Vel_crc> rtl;
  rtl.reset();
  for (unsigned opcode = 0; opcode < 256; ++opcode) {
    rtl->opcode_i = static_cast<std::uint8_t>(opcode);
    rtl.settle();
    const auto bytes = reference::extension_bytes(static_cast<std::uint8_t>(opcode));
    CAPTURE(opcode);
    REQUIRE((rtl->opcode_valid_o != 0) == bytes.has_value());
    REQUIRE(rtl->xth_len_o == bytes.value_or(0));
  }
}

}  // namespace ethlink::test
