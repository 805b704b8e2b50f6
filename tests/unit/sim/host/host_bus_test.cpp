// SPDX-License-Identifier: Apache-2.0
//
// The bus profiles: latency, packets, order, bandwidth.
#include <algorithm>
#include <cstring>
#include <map>
#include <set>

#include "catch.hpp"
#include "host/host_bench.hpp"
#include "seed.hpp"

namespace ethlink::sim::test {
namespace {

constexpr TimePs kPeriod = 1250;

BusProfile profile(std::string_view name) {
  return *bus_profile(name, kPeriod);
}

// Time of `bytes` on 16 lanes of 32 GT/s with 128b/130b coding, rounded up to a picosecond.
TimePs gen5(std::uint64_t bytes) {
  return static_cast<TimePs>((static_cast<double>(bytes) * 8 / (16 * 32e9 * 128 / 130)) * 1e12) + 1;
}

bool close_to(TimePs found, TimePs expected) {
  return found + 3 >= expected && found <= expected + 3;  // roundings of the rate
}

}  // namespace

TEST_CASE("the profiles have the figures that they are named for", "[sim][bus]") {
  CHECK(bus_profile_names() == std::vector<std::string>{"pcie-gen5-x16", "on-die", "ideal"});
  CHECK_FALSE(bus_profile("pcie", kPeriod));
  CHECK(profile("pcie-gen5-x16").latency_ps == 300 * kPsPerNs);
  CHECK(profile("pcie-gen5-x16").mps_bytes == 512);
  CHECK(profile("pcie-gen5-x16").mrrs_bytes == 512);
  CHECK(profile("on-die").latency_ps == 30 * kPsPerNs);
  CHECK(profile("ideal").latency_ps == kPeriod);
}

TEST_CASE("a DMA read takes one way, the memory, and the way back", "[sim][bus]") {
  struct Case {
    const char* name;
    TimePs least, most;
  };
  // PCIe: 24 bytes up, 88 bytes down, and up to 40 ns of reordering.
  const TimePs pcie = 680 * kPsPerNs + gen5(24) + gen5(88);
  for (const Case& item : {Case{"ideal", 2 * kPeriod, 2 * kPeriod}, Case{"on-die", 90'000, 90'000},
                           Case{"pcie-gen5-x16", pcie - 3, pcie + 40 * kPsPerNs + 3}}) {
    HostBench bench(profile(item.name), [](HostBench& b) {
      const DmaRegion region = *b.port().dma_alloc(4096);
      std::memset(region.data, 0x42, 4096);
      HostBench::sleep(kPsPerUs);
      b.node().dma_read(b.port().now(), 9, region.iova, 64);
    });
    REQUIRE(bench.ended);
    REQUIRE(bench.device.data.size() == 1);
    const DmaReadData& data = bench.device.data[0];
    CHECK(data.arrival - kPsPerUs >= item.least);
    CHECK(data.arrival - kPsPerUs <= item.most);
    CHECK(data.id == 9);
    CHECK(data.resp == kAxiOkay);
    CHECK(data.last);
    CHECK(data.data == std::vector<std::uint8_t>(64, 0x42));
  }
}

TEST_CASE("read data comes in packets that end at multiples of 512 bytes", "[sim][bus]") {
  std::uint64_t base = 0;
  HostBench bench(profile("pcie-gen5-x16"), [&](HostBench& b) {
    const DmaRegion region = *b.port().dma_alloc(8192);
    base = region.iova;
    for (unsigned i = 0; i < 8192; ++i) {
      region.data[i] = static_cast<std::byte>(i * 7 >> 3);
    }
    b.node().dma_read(0, 1, base + 100, 3000);
  });
  const std::vector<DmaReadData>& parts = bench.device.data;
  REQUIRE(parts.size() == 7);  // 412, five times 512, 28
  std::uint64_t next = base + 100;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    CHECK(parts[i].addr == next);
    CHECK(parts[i].data.size() <= 512);
    CHECK(parts[i].last == (i + 1 == parts.size()));
    CHECK((i == 0 || parts[i].arrival >= parts[i - 1].arrival));
    for (std::size_t k = 0; k < parts[i].data.size(); ++k) {
      REQUIRE(parts[i].data[k] == static_cast<std::uint8_t>((next - base + k) * 7 >> 3));
    }
    next += parts[i].data.size();
    CHECK((parts[i].last || next % 512 == 0));
  }
  CHECK(next == base + 3100);
}

TEST_CASE("data of different reads changes places over PCIe, and only there", "[sim][bus]") {
  const std::uint64_t seed = ethlink::test::seed();
  const auto order = [](std::string_view name, std::uint64_t with_seed) {
    HostBench bench(
        profile(name),
        [](HostBench& b) {
          const DmaRegion region = *b.port().dma_alloc(65536);
          for (unsigned id = 0; id < 64; ++id) {
            b.node().dma_read(0, static_cast<std::uint8_t>(id), region.iova + id * 1024, 1024);
          }
        },
        with_seed);
    std::vector<unsigned> ids;
    std::map<unsigned, std::uint64_t> next;  // data of one read stays in order
    TimePs arrival = 0;
    for (const DmaReadData& part : bench.device.data) {
      REQUIRE(part.arrival >= arrival);
      arrival = part.arrival;
      REQUIRE((!next.contains(part.id) || next[part.id] == part.addr));
      next[part.id] = part.addr + part.data.size();
      ids.push_back(part.id);
    }
    REQUIRE(next.size() == 64);
    return ids;
  };
  const std::vector<unsigned> on_die = order("on-die", seed);
  CHECK(std::is_sorted(on_die.begin(), on_die.end()));
  const std::vector<unsigned> pcie = order("pcie-gen5-x16", seed);
  CHECK_FALSE(std::is_sorted(pcie.begin(), pcie.end()));
  CHECK(order("pcie-gen5-x16", seed) == pcie);
  CHECK(order("pcie-gen5-x16", seed + 1) != pcie);
}

TEST_CASE("a write is visible one way later, and a read behind it sees it", "[sim][bus]") {
  for (const char* name : {"ideal", "on-die", "pcie-gen5-x16"}) {
    bool posted = false, early = false, late = false;
    HostBench bench(profile(name), [&](HostBench& b) {
      const DmaRegion region = *b.port().dma_alloc(4096);
      const TimePs latency = profile(name).latency_ps;
      posted = b.node().dma_write(b.port().now(), {0, true, region.iova + 8, {1, 2, 3}});
      b.node().dma_read(b.port().now(), 1, region.iova, 64);
      HostBench::sleep(latency - 1);
      early = region.data[9] != std::byte{0};
      HostBench::sleep(gen5(3 + 24) + 5);
      late = region.data[9] == std::byte{2} && region.data[11] == std::byte{0};
    });
    CHECK_FALSE(early);
    CHECK(late);
    CHECK(posted == profile(name).posted_writes);
    CHECK(bench.device.done.size() == (posted ? 0 : 1));
    if (!posted) {
      CHECK(bench.device.done[0].arrival == 2 * profile(name).latency_ps);
    }
    REQUIRE(bench.device.data.size() == 1);
    CHECK(bench.device.data[0].data[10] == 3);
  }
}

TEST_CASE("the bus takes data no faster than its rate", "[sim][bus]") {
  TimePs last = 0;
  std::vector<bool> ready;
  HostBench bench(profile("pcie-gen5-x16"), [&](HostBench& b) {
    const DmaRegion region = *b.port().dma_alloc(65536);
    for (unsigned i = 0; i < 16; ++i) {
      ready.push_back(b.node().upstream_ready(0));
      b.node().dma_write(0, {0, true, region.iova + 4096 * i, std::vector<std::uint8_t>(4096, 1)});
    }
    while (region.data[65535] == std::byte{0}) {
      HostBench::sleep(100);
    }
    last = b.port().now();
  });
  // Every 512 bytes carry 24 of header and framing.
  const TimePs expected = gen5(16 * 8 * 536) + 300 * kPsPerNs;
  CHECK(last >= expected - 100);
  CHECK(last <= expected + 200);
  CHECK(ready[0]);
  CHECK_FALSE(ready[1]);  // 4 KiB are 68 ns, more than may queue
  HostBench idle(profile("on-die"), [&](HostBench& b) {
    const DmaRegion region = *b.port().dma_alloc(4096);
    b.node().dma_write(0, {0, true, region.iova, std::vector<std::uint8_t>(4096, 1)});
    CHECK(b.node().upstream_ready(0));
  });
  CHECK(idle.ended);
}

TEST_CASE("register writes arrive in order, one way later, at the pace of the bus", "[sim][bus]") {
  const BusProfile bus = profile("pcie-gen5-x16");
  HostBench bench(bus, [](HostBench& b) {
    const std::vector<std::byte> line(64, std::byte{7});
    for (unsigned i = 0; i < 64; ++i) {
      REQUIRE(b.port().mmio_write(64 * i, line));
      CHECK(b.port().now() == 0);  // posted
    }
  });
  const std::vector<BarRequest>& sent = bench.device.requests;
  REQUIRE(sent.size() == 64);
  for (std::size_t i = 0; i < 64; ++i) {
    CHECK(sent[i].offset == 64 * i);
    CHECK(sent[i].bytes == 64);
    CHECK(close_to(sent[i].arrival, bus.latency_ps + (i + 1) * gen5(88)));
  }
}

TEST_CASE("when all write credits are out, a write waits for one to come back", "[sim][bus]") {
  TimePs blocked = 0;
  HostBench bench(profile("on-die"), [&](HostBench& b) {
    const std::vector<std::byte> word(4);
    for (unsigned i = 0; i < 64; ++i) {
      REQUIRE(b.port().mmio_write(0, word));
    }
    REQUIRE(b.port().now() == 0);
    REQUIRE(b.device.requests.size() == 64);
    REQUIRE(b.port().aperture_write(0, word));  // the other BAR has its own
    b.node().bar_write_done(500 * kPsPerNs, b.device.requests[0].tag, kAxiOkay);
    REQUIRE(b.port().mmio_write(0, word));
    blocked = b.port().now();
  });
  REQUIRE(bench.ended);
  CHECK(blocked == 530 * kPsPerNs);
}

TEST_CASE("a forbidden DMA access is answered with an error and recorded", "[sim][bus]") {
  HostBench bench(profile("on-die"), [](HostBench& b) {
    const DmaRegion region = *b.port().dma_alloc(100);
    const DmaRegion constant = *b.port().dma_alloc(4096, 4096, {.device_writable = false});
    b.node().dma_read(0, 1, region.iova + 64, 64);
    b.node().dma_read(0, 2, kMsiAddress, 4);
    b.node().dma_write(0, {0, false, constant.iova, {1, 2, 3, 4}});
    b.node().dma_write(0, {0, true, region.iova, {1, 2, 3, 4}});
    b.node().dma_write(0, {0, true, region.iova + 8, {5}});
    HostBench::sleep(kPsPerUs);
    CHECK(constant.data[0] == std::byte{0});
    CHECK(region.data[8] == std::byte{5});
  });
  REQUIRE(bench.ended);
  REQUIRE(bench.device.data.size() == 2);
  CHECK(bench.device.data[0].resp == kAxiSlvErr);
  CHECK(bench.device.data[0].data == std::vector<std::uint8_t>(64, 0));
  CHECK(bench.device.data[1].resp == kAxiSlvErr);
  REQUIRE(bench.device.done.size() == 2);
  CHECK(bench.device.done[0].resp == kAxiSlvErr);  // one piece of the burst was refused
  CHECK(bench.device.done[1].resp == kAxiOkay);    // and the next burst is not blamed
  CHECK(bench.node().memory().stats().faults == 2);
  CHECK(bench.node().memory().faults()[0].iova % 4096 == 64);
}

}  // namespace ethlink::sim::test
