// SPDX-License-Identifier: Apache-2.0
//
// Backend for a simulated host in the same process: every call takes simulated time.
#pragma once

#include <array>
#include <cstring>

#include "ethlink/backend.hpp"
#include "ethlink/generated/regs.hpp"

#include "sim/host/bar_rules.hpp"
#include "sim/host/host_port.hpp"

namespace ethlink {

/// Ownership: borrows the port. Threads: the host program of the port's node.
class SimBackend final : public Backend {
 public:
  explicit SimBackend(sim::HostPort& port) : port_(&port) {}

  Result<void> mmio_write(std::uint64_t offset, std::span<const std::byte> data) override {
    return port_->mmio_write(offset, data);
  }
  Result<void> mmio_read(std::uint64_t offset, std::span<std::byte> data) override {
    return port_->mmio_read(offset, data);
  }
  Result<void> aperture_write(std::uint64_t offset, std::span<const std::byte> data) override {
    return port_->aperture_write(offset, data);
  }
  Result<Ticket> aperture_write_begin(std::uint64_t offset,
                                      std::span<const std::byte> data) override {
    return port_->aperture_write_begin(offset, data);
  }
  Result<Ticket> aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) override {
    return port_->aperture_read_begin(offset, data);
  }
  Result<void> finish(Ticket ticket) override { return port_->finish(ticket); }
  Result<DmaMemory> dma_alloc(std::size_t bytes, std::size_t align, DmaFlags flags) override {
    return convert(port_->dma_alloc(bytes, align, options(flags)));
  }
  Result<DmaMemory> dma_map(std::span<std::byte> memory, DmaFlags flags) override {
    return convert(port_->dma_map(memory, options(flags)));
  }
  Result<void> dma_free(const DmaMemory& memory) override {
    return port_->dma_free({memory.data, memory.iova, memory.size});
  }
  [[nodiscard]] TimePoint now() const override {
    return TimePoint(static_cast<std::int64_t>(port_->now()));
  }
  Result<void> wait(TimePoint deadline) override {
    Result<sim::WakeReason> woken = port_->wait(
        deadline == kForever ? sim::kNever : static_cast<sim::TimePs>(deadline.count()));
    return woken ? Result<void>() : Result<void>(woken.error());
  }
  Result<void> enable_interrupts(unsigned vectors) override {
    // An entry of the MSI-X table: address, message, vector control (bit 0: masked).
    for (unsigned vector = 0; vector < vectors; ++vector) {
      const std::uint64_t entry = regs::kBarMsixTable + std::uint64_t{vector} * 16;
      for (const auto& [offset, value] :
           {std::pair{entry, sim::kMsiAddress}, std::pair{entry + 8, std::uint64_t{vector}}}) {
        std::array<std::byte, 8> bytes;
        std::memcpy(bytes.data(), &value, bytes.size());
        if (Result<void> done = port_->mmio_write(offset, bytes); !done) {
          return done;
        }
      }
    }
    return {};
  }
  [[nodiscard]] std::uint32_t take_interrupts() override { return port_->take_interrupts(); }
  Result<void> reset() override {
    count_reset();
    return port_->reset_device();
  }

 private:
  static sim::DmaOptions options(DmaFlags flags) {
    return {.device_writable = flags.device_writable, .wakes = flags.notifies};
  }
  static Result<DmaMemory> convert(const Result<sim::DmaRegion>& region) {
    if (!region) {
      return region.error();
    }
    return DmaMemory{region->data, region->iova, region->size};
  }

  sim::HostPort* port_;
};

}  // namespace ethlink
