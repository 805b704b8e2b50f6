// SPDX-License-Identifier: Apache-2.0
//
// The bench of exact cycle counts: what its hosts, memories and wires promise.
#include "sim/bench/direct_bench.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "catch.hpp"
#include "standin.hpp"

namespace ethlink::sim::test {
namespace {

std::unique_ptr<EndpointModel> standin(unsigned width) {
  ModelOptions options;
  options.data_width = width;
  return std::move(*make_standin(options));
}

std::vector<std::byte> pattern(std::size_t size, unsigned seed) {
  std::vector<std::byte> data(size);
  for (std::size_t i = 0; i < size; ++i) {
    data[i] = static_cast<std::byte>((i * 7 + seed) & 0xff);
  }
  return data;
}

}  // namespace

TEST_CASE("a register read returns what was written, at every offset of a line", "[sim][bench]") {
  DirectBench bench(standin(512), standin(512), false);
  HostPort& host = bench.host(0);
  for (unsigned offset = 0; offset < 64; offset += 5) {
    const std::vector<std::byte> data = pattern(64 - offset, offset);
    REQUIRE(host.mmio_write(0x40 + offset, data));
    std::vector<std::byte> back(data.size());
    REQUIRE(host.mmio_read(0x40 + offset, back));
    REQUIRE(back == data);
  }
  std::vector<std::byte> word(4);
  CHECK(host.mmio_read(0x8000, word).error().code == Errc::kDeviceError);
  CHECK(host.mmio_write(60, pattern(8, 0)).error().code == Errc::kInvalidArgument);
}

TEST_CASE("an aperture burst of 256 bytes comes back whole", "[sim][bench]") {
  DirectBench bench(standin(512), standin(512), false);
  HostPort& host = bench.host(1);
  const std::vector<std::byte> data = pattern(256, 3);
  REQUIRE(host.aperture_write(256, data));
  std::vector<std::byte> back(256);
  REQUIRE(host.aperture_read(256, back));
  CHECK(back == data);
  REQUIRE(host.aperture_write(256 + 61, pattern(100, 9)));
  REQUIRE(host.aperture_read(256, back));
  std::vector<std::byte> expected = data;
  std::memcpy(expected.data() + 61, pattern(100, 9).data(), 100);
  CHECK(back == expected);
}

TEST_CASE("DMA copies exactly the bytes asked for and raises its vector", "[sim][bench]") {
  for (const unsigned width : {256U, 512U, 1024U}) {
    DirectBench bench(standin(width), standin(width), false);
    HostPort& host = bench.host(0);
    for (const std::size_t bytes : {1U, 31U, 64U, 129U, 4096U}) {
      DmaRegion from = *host.dma_alloc(4096);
      DmaRegion to = *host.dma_alloc(4096);
      const std::vector<std::byte> data = pattern(4096, static_cast<unsigned>(bytes));
      std::memcpy(from.data, data.data(), data.size());
      REQUIRE(host.mmio_write(kCopy, command(from.iova, to.iova, bytes)));
      do {
        REQUIRE(host.wait(kNever)->deadline == false);
      } while (host.take_interrupts() != 1U << 1);
      CHECK(std::memcmp(to.data, data.data(), bytes) == 0);
      CHECK((bytes == 4096 || to.data[bytes] == std::byte{0}));
    }
    CHECK(bench.memory(0).stats().faults == 0);
    CHECK(bench.engine(0).stats().protocol_errors == 0);
  }
}

TEST_CASE("a beat is on the other end's receive pins in the cycle of its handshake",
          "[sim][bench]") {
  DirectBench bench(standin(512), standin(512), false);
  HostPort& host = bench.host(0);
  DmaRegion from = *host.dma_alloc(4096);
  DmaRegion ring = *bench.host(1).dma_alloc(8192);
  const std::vector<std::byte> data = pattern(200, 1);
  std::memcpy(from.data, data.data(), data.size());
  REQUIRE(bench.host(1).mmio_write(kRing, command(ring.iova, 0, 0)));
  std::uint64_t sent = 0, received = 0, beats = 0;
  bench.set_probe([&](const CycleProbe& probe) {
    if (probe.out[0]->mac_tx_tvalid && probe.in[0]->mac_tx_tready) {
      sent = probe.cycle;
    }
    if (probe.in[1]->mac_rx_tvalid) {
      received = probe.cycle;
      ++beats;
    }
  });
  bench.reg_write_at(0, bench.cycle() + 10, kSend, command(from.iova, 0, data.size()));
  REQUIRE(bench.run_until([&] { return (bench.host(1).take_interrupts() & 4U) != 0; }, 1000));
  CHECK(beats == 4);
  CHECK(sent == received);
  CHECK(std::memcmp(ring.data, data.data(), data.size()) == 0);
}

TEST_CASE("injected frames arrive whole between those of the other end, which waits",
          "[sim][bench]") {
  for (std::uint64_t start = 1; start < 12; ++start) {
    DirectBench bench(standin(256), standin(256), false);
    DmaRegion from = *bench.host(0).dma_alloc(4096);
    const std::vector<std::byte> data = pattern(200, 1);
    std::memcpy(from.data, data.data(), data.size());
    std::vector<Frame> frames(1);
    bench.set_probe([&](const CycleProbe& probe) {
      const EndpointIn& in = *probe.in[1];
      for (std::size_t i = 0; in.mac_rx_tvalid && i < 32; ++i) {
        if ((in.mac_rx_tkeep[i / 8] >> i % 8 & 1U) != 0) {
          frames.back().push_back(in.mac_rx_tdata[i]);
        }
      }
      if (in.mac_rx_tvalid && in.mac_rx_tlast) {
        frames.emplace_back();
      }
    });
    bench.reg_write_at(0, bench.cycle() + 2, kSend, command(from.iova, 0, data.size()));
    bench.run(start);
    const Frame first(100, 0xAA), second(1, 0xBB);
    bench.inject(1, first);
    bench.inject(1, second);
    bench.run(200);
    const auto* sent = reinterpret_cast<const std::uint8_t*>(data.data());
    REQUIRE(frames.size() == 4);
    frames.pop_back();
    CHECK(std::count(frames.begin(), frames.end(), first) == 1);
    CHECK(std::count(frames.begin(), frames.end(), second) == 1);
    CHECK(std::count(frames.begin(), frames.end(), Frame(sent, sent + data.size())) == 1);
  }
}

TEST_CASE("after surprise removal every call fails and none hangs", "[sim][bench]") {
  DirectBench bench(standin(512), standin(512), false);
  HostPort& host = bench.host(0);
  std::vector<std::byte> data(4);
  host.remove_device();
  bench.run(10);
  CHECK(host.mmio_read(0, data).error().code == Errc::kDeviceRemoved);
  CHECK(host.aperture_write(0, data).error().code == Errc::kDeviceRemoved);
  CHECK(host.reset_device().error().code == Errc::kDeviceRemoved);
  CHECK(bench.host(1).mmio_read(0, data));
}

}  // namespace ethlink::sim::test
