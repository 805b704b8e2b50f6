// SPDX-License-Identifier: Apache-2.0
#include "driver/backend/sim_backend.hpp"

#include <map>

#include "catch.hpp"

namespace ethlink {
namespace {

// Records what reaches the simulated bus.
class FakePort final : public sim::HostPort {
 public:
  Result<void> mmio_write(std::uint64_t offset, std::span<const std::byte> data) override {
    std::uint64_t value = 0;
    std::memcpy(&value, data.data(), data.size());
    writes[offset] = value;
    return refuse ? Result<void>(Errc::kDeviceRemoved) : Result<void>();
  }
  Result<void> mmio_read(std::uint64_t, std::span<std::byte>) override { return {}; }
  Result<void> aperture_write(std::uint64_t, std::span<const std::byte>) override { return {}; }
  Result<sim::Ticket> aperture_write_begin(std::uint64_t, std::span<const std::byte>) override {
    return sim::Ticket{1};
  }
  Result<sim::Ticket> aperture_read_begin(std::uint64_t, std::span<std::byte>) override {
    return sim::Ticket{2};
  }
  Result<void> finish(sim::Ticket) override { return Errc::kRemoteError; }
  [[nodiscard]] std::uint64_t aperture_write_errors() const override { return 0; }
  Result<sim::DmaRegion> dma_alloc(std::size_t bytes, std::size_t,
                                   sim::DmaOptions options) override {
    last = options;
    return sim::DmaRegion{nullptr, 0x1000, bytes};
  }
  Result<sim::DmaRegion> dma_map(std::span<std::byte> memory, sim::DmaOptions) override {
    return sim::DmaRegion{memory.data(), 0x2000, memory.size()};
  }
  Result<void> dma_free(const sim::DmaRegion&) override { return {}; }
  [[nodiscard]] sim::TimePs now() const override { return 77; }
  Result<sim::WakeReason> wait(sim::TimePs until) override {
    deadline = until;
    return sim::WakeReason{};
  }
  [[nodiscard]] std::uint32_t take_interrupts() override { return 5; }
  Result<void> publish(std::string_view, std::span<const std::byte>) override { return {}; }
  [[nodiscard]] Result<std::vector<std::byte>> lookup(std::string_view) const override {
    return Errc::kNotFound;
  }
  [[nodiscard]] unsigned node() const override { return 0; }
  [[nodiscard]] unsigned nodes() const override { return 1; }
  Result<void> reset_device() override {
    ++resets;
    return {};
  }
  void remove_device() override {}
  void report(std::string_view, std::uint64_t) override {}

  std::map<std::uint64_t, std::uint64_t> writes;
  sim::DmaOptions last;
  sim::TimePs deadline = 0;
  unsigned resets = 0;
  bool refuse = false;
};

TEST_CASE("The simulated backend fills the MSI-X table as a kernel would", "[driver]") {
  FakePort port;
  SimBackend backend(port);
  REQUIRE(backend.enable_interrupts(2).has_value());
  REQUIRE(port.writes.size() == 4);
  CHECK(port.writes.at(0x10000) == 0xfee0'0000);
  CHECK(port.writes.at(0x10008) == 0);
  CHECK(port.writes.at(0x10010) == 0xfee0'0000);
  CHECK(port.writes.at(0x10018) == 1);
  port.refuse = true;
  CHECK(backend.enable_interrupts(1).error().code == Errc::kDeviceRemoved);
}

TEST_CASE("The simulated backend hands calls on and counts resets", "[driver]") {
  FakePort port;
  SimBackend backend(port);
  CHECK(backend.now() == TimePoint{77});
  CHECK(backend.take_interrupts() == 5);
  CHECK(backend.finish(1).error().code == Errc::kRemoteError);
  REQUIRE(backend.dma_alloc(64, 4096, {.device_writable = false, .notifies = false}).has_value());
  CHECK_FALSE(port.last.device_writable);
  CHECK_FALSE(port.last.wakes);
  REQUIRE(backend.wait(kForever).has_value());
  CHECK(port.deadline == sim::kNever);
  REQUIRE(backend.wait(TimePoint{1000}).has_value());
  CHECK(port.deadline == 1000);
  CHECK(backend.resets() == 0);
  REQUIRE(backend.reset().has_value());
  CHECK(backend.resets() == 1);
  CHECK(port.resets == 1);
}

}  // namespace
}  // namespace ethlink
