// SPDX-License-Identifier: Apache-2.0
//
// What a host program can rely on: waiting, interrupts, errors, reset, removal, the board.
#include "sim/host/host_node.hpp"

#include <cstring>
#include <stdexcept>

#include "catch.hpp"
#include "host/host_bench.hpp"

namespace ethlink::sim::test {
namespace {

constexpr TimePs kLatency = 30 * kPsPerNs;

BusProfile on_die() {
  return *bus_profile("on-die", 1250);
}

}  // namespace

TEST_CASE("a register read returns the device's answer one way later", "[sim][host]") {
  HostBench bench(on_die(), [](HostBench& b) {
    // The answer is prepared before the call blocks: tags count from 1.
    const std::vector<std::uint8_t> answer{1, 2, 3, 4};
    b.node().bar_read_done(100 * kPsPerNs, 1, kAxiOkay, answer);
    std::array<std::byte, 4> data{};
    REQUIRE(b.port().mmio_read(8, data));
    CHECK(b.port().now() == 100 * kPsPerNs + kLatency);
    CHECK(data == std::array{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}});
    b.node().bar_read_done(b.port().now(), 2, kAxiDecErr, answer);
    const Result<void> refused = b.port().mmio_read(0x10, data);
    CHECK(refused.error().code == Errc::kDeviceError);
    CHECK(refused.error().context == "BAR0 at 0x10: the device answered with AXI response 3");
  });
  CHECK(bench.ended);
  CHECK(bench.device.requests[0].arrival == kLatency);
  CHECK(bench.node().stats().mmio_reads == 2);
}

TEST_CASE("a refused posted store is counted, an awaited one is reported", "[sim][host]") {
  HostBench bench(on_die(), [](HostBench& b) {
    const std::vector<std::byte> data(8);
    REQUIRE(b.port().aperture_write(0, data));
    const Result<Ticket> ticket = b.port().aperture_write_begin(64, data);
    b.node().bar_write_done(0, 1, kAxiSlvErr);
    b.node().bar_write_done(0, 2, kAxiSlvErr);
    CHECK(b.port().finish(*ticket).error().code == Errc::kDeviceError);
    CHECK(b.port().aperture_write_errors() == 1);
    CHECK(b.port().finish(*ticket).error().code == Errc::kNotFound);
  });
  CHECK(bench.ended);
}

TEST_CASE("wait() returns for a write, an interrupt, a message or the deadline", "[sim][host]") {
  HostBench bench(on_die(), [](HostBench& b) {
    const DmaRegion region = *b.port().dma_alloc(4096);
    const DmaRegion bulk = *b.port().dma_alloc(4096, 4096, {.wakes = false});

    Result<WakeReason> reason = b.port().wait(50 * kPsPerNs);
    CHECK(reason->deadline);
    CHECK(b.port().now() == 50 * kPsPerNs);

    b.node().dma_write(b.port().now(), {0, true, bulk.iova, {1}});
    b.node().dma_write(b.port().now() + 10 * kPsPerNs, {0, true, region.iova, {1}});
    reason = b.port().wait(kNever);
    CHECK((reason->device_write && !reason->interrupt && !reason->message && !reason->deadline));
    CHECK(b.port().now() == 60 * kPsPerNs + kLatency);

    b.node().dma_write(b.port().now(), {0, true, kMsiAddress + 0x10, {5, 0, 0, 0}});
    b.node().dma_write(b.port().now(), {0, true, kMsiAddress, {31, 0, 0, 0}});
    reason = b.port().wait(kNever);
    CHECK((reason->interrupt && !reason->device_write));
    CHECK(b.port().take_interrupts() == (1U << 5 | 1U << 31));
    CHECK(b.port().take_interrupts() == 0);

    const TimePs published = b.port().now();
    CHECK(b.port().lookup("key").error().code == Errc::kNotFound);
    REQUIRE(b.port().publish("key", std::vector<std::byte>{std::byte{9}}));
    reason = b.port().wait(kNever);
    CHECK(reason->message);
    CHECK(b.port().now() == published + kBoardLatency);
    CHECK(b.port().lookup("key")->at(0) == std::byte{9});

    reason = b.port().wait(0);  // long past
    CHECK(reason->deadline);
  });
  CHECK(bench.ended);
  CHECK(bench.node().stats().interrupts == 2);
}

TEST_CASE("a reset ends what is outstanding; what the device asked before is not answered",
          "[sim][host]") {
  HostBench bench(on_die(), [](HostBench& b) {
    const DmaRegion region = *b.port().dma_alloc(4096);
    std::array<std::byte, 8> load{};
    const Result<Ticket> ticket = b.port().aperture_read_begin(0, load);
    REQUIRE(b.port().mmio_write(0, load));
    b.node().dma_read(0, 1, region.iova, 64);
    b.node().dma_write(0, {0, true, region.iova, {1}});
    REQUIRE(b.port().reset_device());
    CHECK(b.port().now() == 2 * kLatency);
    CHECK(b.port().finish(*ticket).error().code == Errc::kDeviceRemoved);
    HostBench::sleep(kPsPerUs);
    CHECK(b.device.reset_at == kLatency);
    CHECK(b.device.data.empty());
    CHECK(b.device.done.empty());
    CHECK(region.data[0] == std::byte{1});                 // what was on the bus still gets through
    b.node().bar_write_done(b.port().now(), 2, kAxiOkay);  // an answer to the time before

    b.node().dma_read(b.port().now(), 1, region.iova, 64);
    b.node().bar_read_done(b.port().now(), 3, kAxiOkay, std::vector<std::uint8_t>(8, 6));
    REQUIRE(b.port().mmio_read(0, load));
    CHECK(load[7] == std::byte{6});
    HostBench::sleep(kPsPerUs);
    CHECK(b.device.data.size() == 1);
  });
  CHECK(bench.ended);
}

TEST_CASE("after surprise removal no call hangs and every one fails", "[sim][host]") {
  HostBench bench(on_die(), [](HostBench& b) {
    std::array<std::byte, 8> data{};
    const Result<Ticket> ticket = b.port().aperture_read_begin(0, data);
    b.port().remove_device();
    b.port().remove_device();
    CHECK(b.port().finish(*ticket).error().code == Errc::kDeviceRemoved);
    CHECK(b.port().mmio_read(0, data).error().code == Errc::kDeviceRemoved);
    CHECK(b.port().mmio_write(0, data).error().code == Errc::kDeviceRemoved);
    CHECK(b.port().aperture_write(0, data).error().code == Errc::kDeviceRemoved);
    CHECK(b.port().aperture_write_begin(0, data).error().code == Errc::kDeviceRemoved);
    CHECK(b.port().reset_device().error().code == Errc::kDeviceRemoved);
    CHECK(b.port().wait(kPsPerMs).error().code == Errc::kDeviceRemoved);
    CHECK(b.port().now() == 0);
    CHECK(b.port().dma_alloc(100));
  });
  CHECK(bench.ended);
  CHECK(bench.device.removed_at == kLatency);
}

TEST_CASE("removal wakes a program that waits", "[sim][host]") {
  HostBench bench(on_die(), [](HostBench& b) {
    std::array<std::byte, 8> data{};
    const Result<Ticket> ticket = b.port().aperture_read_begin(0, data);
    sc_core::sc_spawn([&b] {
      HostBench::sleep(kPsPerUs);
      b.port().remove_device();
    });
    CHECK(b.port().finish(*ticket).error().code == Errc::kDeviceRemoved);
    CHECK(b.port().now() == kPsPerUs);
  });
  CHECK(bench.ended);
}

TEST_CASE("a cancelled run ends every call", "[sim][host]") {
  HostBench bench(on_die(), [](HostBench& b) {
    std::array<std::byte, 8> data{};
    sc_core::sc_spawn([&b] {
      HostBench::sleep(kPsPerUs);
      b.node().cancel();
    });
    CHECK(b.port().wait(kNever).error().code == Errc::kCancelled);
    CHECK(b.port().now() == kPsPerUs);
    CHECK(b.port().mmio_read(0, data).error().code == Errc::kCancelled);
    CHECK(b.port().publish("x", data).error().code == Errc::kCancelled);
    CHECK(b.port().reset_device().error().code == Errc::kCancelled);
  });
  CHECK(bench.ended);
}

TEST_CASE("a program that ignores the end of the run cannot keep it alive", "[sim][host]") {
  HostBench bench(on_die(), [](HostBench& b) {
    b.node().cancel();
    for (;;) {
      (void)b.port().wait(kNever);
    }
  });
  CHECK_FALSE(bench.ended);
}

TEST_CASE("an exception that leaves a program is its failure", "[sim][host]") {
  HostBench text(on_die(), [](HostBench&) { throw std::runtime_error("disk on fire"); });
  CHECK(text.ended);
  CHECK(text.exit_code != 0);
  CHECK(text.failure == "disk on fire");
}

TEST_CASE("even one that is no std::exception", "[sim][host]") {
  HostBench other(on_die(), [](HostBench&) { throw 7; });  // NOLINT
  CHECK(other.ended);
  CHECK(other.exit_code != 0);
  CHECK(other.failure == "an exception that is no std::exception");
}

}  // namespace ethlink::sim::test
