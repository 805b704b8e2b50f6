// SPDX-License-Identifier: Apache-2.0
#include <cstdint>
#include <random>
#include <vector>

#include "Vel_eth_tx_close.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {
namespace {

constexpr std::uint32_t kFull = 0xFFFFFFFF;

TEST_CASE("without a reset every beat passes unchanged in its cycle", "[unit][rtl][ethernet]") {
  RtlBench<Vel_eth_tx_close> m;
  m->core_rst_i = 0;
  m->in_tvalid_i = 0;
  m->mac_tready_i = 1;
  m.reset();
  std::mt19937_64 random(seed());
  for (int i = 0; i < 2000; ++i) {
    m->in_tvalid_i = 1;  // held through a stall, as a stream must
    m->in_tlast_i = static_cast<std::uint8_t>(random() % 2);
    m->in_tkeep_i = m->in_tlast_i ? 0xFU : kFull;
    do {
      m->mac_tready_i = static_cast<std::uint8_t>(random() % 2);
      m.settle();
      REQUIRE(m->mac_tvalid_o == 1);
      REQUIRE(m->mac_tlast_o == m->in_tlast_i);
      REQUIRE(m->mac_tkeep_o == m->in_tkeep_i);
      REQUIRE(m->in_tready_o == m->mac_tready_i);
      m.tick();
    } while (!m->mac_tready_i);
  }
}

TEST_CASE("a reset in any beat of a frame ends the frame once, however slow the MAC",
          "[unit][rtl][ethernet]") {
  const int cut = GENERATE(range(0, 6));       // beats taken before the reset
  const bool offered = GENERATE(false, true);  // a beat waits for the MAC when the reset comes
  const int stall = GENERATE(0, 1, 7);         // cycles until the MAC is ready again
  CAPTURE(cut, offered, stall);
  RtlBench<Vel_eth_tx_close> m;
  m->core_rst_i = 0;
  m->in_tvalid_i = 0;
  m->in_tlast_i = 0;
  m->in_tkeep_i = kFull;
  m->mac_tready_i = 1;
  m.reset();
  for (int i = 0; i < cut; ++i) {
    m->in_tvalid_i = 1;
    m.tick();
  }
  m->in_tvalid_i = offered;
  m->mac_tready_i = 0;
  m.tick();
  m->core_rst_i = 1;
  m.tick();
  m->in_tvalid_i = 0;  // the sender's registers are reset
  const bool open = cut != 0 || offered;
  for (int i = 0; i < stall; ++i) {
    m.settle();
    REQUIRE(m->mac_tvalid_o == open);
    REQUIRE(m->busy_o == open);
    m.tick();
  }
  m->mac_tready_i = 1;
  int ends = 0;
  for (int i = 0; i < 20; ++i) {
    m->core_rst_i = i < 10;
    m.settle();
    if (m->mac_tvalid_o) {
      REQUIRE(m->mac_tlast_o == 1);
      REQUIRE(m->mac_tkeep_o == 1);
      ++ends;
    }
    m.tick();
  }
  CHECK(ends == (open ? 1 : 0));
  CHECK(m->busy_o == 0);
}

}  // namespace
}  // namespace ethlink::test
