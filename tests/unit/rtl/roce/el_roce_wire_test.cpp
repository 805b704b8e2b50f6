// SPDX-License-Identifier: Apache-2.0
//
// el_roce up to the frames that it sends: payload that fails, and regions that end.

#include "Vel_roce_wire_1024.h"
#include "Vel_roce_wire_256.h"
#include "Vel_roce_wire_512.h"
#include "wire_bench.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
namespace regs = ethlink::regs;

using Wire256 = WireBench<Vel_roce_wire_256, 256>;
using Wire512 = WireBench<Vel_roce_wire_512, 512>;
using Wire1024 = WireBench<Vel_roce_wire_1024, 1024>;

constexpr std::uint32_t kKey = 0x305;
constexpr std::uint64_t kVa = 0x7000'0000'0123;
constexpr std::uint64_t kIova = 0x80123;
constexpr std::uint32_t kLength = 0x40000;
constexpr unsigned kMtu = 1024;
constexpr unsigned kFatal = 19;

}  // namespace

TEMPLATE_TEST_CASE("payload that fails behind the first beat leaves with a wrong ICRC only",
                   "[wire]", Wire256, Wire512, Wire1024) {
  // An only packet; the first, a middle and the last packet of a message.
  const auto [length, packet] = GENERATE(std::pair<unsigned, unsigned>{kMtu, 0},
                                         std::pair<unsigned, unsigned>{4 * kMtu - 7, 0},
                                         std::pair<unsigned, unsigned>{4 * kMtu - 7, 2},
                                         std::pair<unsigned, unsigned>{4 * kMtu - 7, 3});
  const unsigned end = std::min((packet + 1) * kMtu, length);
  for (unsigned at = packet * kMtu; at < end; at += TestType::kBeat) {
    TestType b;
    b.create_region(kKey, kVa, kLength, kIova);
    b.connect(1, kMtu);
    b.connect(2, kMtu);
    b.bad_byte_ = kIova + at;
    b.write(1, kVa, length, kKey);
    b.write(1, kVa + 0x10000, 2 * kMtu, kKey);  // flushed
    b.write(2, kVa + 0x20000, 3 * kMtu, kKey);
    b.steps(1000);
    CAPTURE(length, packet, at);
    REQUIRE(b.cqes_.size() == 2);
    REQUIRE(b.cqes_[0] == std::array<unsigned, 3>{1, 0, kFatal});
    REQUIRE(b.cqes_[1] == std::array<unsigned, 3>{1, 1, 5});
    std::uint32_t psn = 0;
    std::uint32_t others = 0;
    for (const WireFrame& f : b.frames_) {
      if (f.dest_qpn == 0x102) {
        REQUIRE(f.psn == others++);
        REQUIRE(f.icrc_good);
        continue;
      }
      REQUIRE(f.psn == psn++);
      // Frames are good exactly when their payload is what memory holds.
      const std::uint64_t from = kIova + std::uint64_t{f.psn} * kMtu;
      const bool whole =
          std::equal(f.payload.begin(),
                     f.payload.begin() + std::min<std::uint32_t>(kMtu, length - f.psn * kMtu),
                     b.memory_.begin() + static_cast<std::ptrdiff_t>(from));
      REQUIRE(f.icrc_good == whole);
      REQUIRE(f.icrc_inverted == !whole);
      REQUIRE(whole == (f.psn < packet));
    }
    // Nothing of the pair follows, and a packet whose first beat failed does not leave at all.
    REQUIRE(psn == packet + (at == packet * kMtu ? 0 : 1));
    REQUIRE(others == 3);
  }
}
