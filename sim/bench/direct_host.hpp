// SPDX-License-Identifier: Apache-2.0
//
// The host of one side of a DirectBench: memory of one cycle, calls that run the bench.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>

#include "sim/bench/direct_bench.hpp"
#include "sim/host/bar_rules.hpp"
#include "sim/host/dma_checker.hpp"

namespace ethlink::sim {

/// What both hosts of a bench share.
struct DirectBoard {
  std::map<std::string, std::vector<std::byte>, std::less<>> published;
  std::array<bool, 2> news{};
};

/// Ownership: owned by its bench. Threads: the bench's.
class DirectHost final : public HostPort, public HostSide {
 public:
  DirectHost(DirectBench& bench, unsigned node, DirectBoard& board, bool check_dma)
      : bench_(bench), node_(node), board_(board), check_dma_(check_dma) {}

  Result<void> mmio_write(std::uint64_t offset, std::span<const std::byte> data) override;
  Result<void> mmio_read(std::uint64_t offset, std::span<std::byte> data) override;
  Result<void> aperture_write(std::uint64_t offset, std::span<const std::byte> data) override;
  Result<Ticket> aperture_write_begin(std::uint64_t offset,
                                      std::span<const std::byte> data) override;
  Result<Ticket> aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) override;
  Result<void> finish(Ticket ticket) override;
  [[nodiscard]] std::uint64_t aperture_write_errors() const override { return write_errors_; }

  Result<DmaRegion> dma_alloc(std::size_t bytes, std::size_t align, DmaOptions options) override;
  Result<DmaRegion> dma_map(std::span<std::byte> memory, DmaOptions options) override;
  Result<void> dma_free(const DmaRegion& region) override;

  [[nodiscard]] TimePs now() const override { return bench_.cycle() * DirectBench::kPeriod; }
  Result<WakeReason> wait(TimePs deadline) override;
  [[nodiscard]] std::uint32_t take_interrupts() override;
  Result<void> publish(std::string_view key, std::span<const std::byte> value) override;
  [[nodiscard]] Result<std::vector<std::byte>> lookup(std::string_view key) const override;
  [[nodiscard]] unsigned node() const override { return node_; }
  [[nodiscard]] unsigned nodes() const override { return 2; }
  Result<void> reset_device() override;
  void remove_device() override;
  void report(std::string_view name, std::uint64_t value) override;

  [[nodiscard]] bool upstream_ready(TimePs) const override { return true; }
  void dma_read(TimePs time, std::uint8_t id, std::uint64_t addr, unsigned bytes) override;
  bool dma_write(TimePs time, DmaWrite&& write) override;
  void bar_write_done(TimePs time, std::uint64_t tag, std::uint8_t resp) override;
  void bar_read_done(TimePs time, std::uint64_t tag, std::uint8_t resp,
                     std::span<const std::uint8_t> data) override;

  [[nodiscard]] HostMemory& memory() { return memory_; }
  /// The access to memory that the device was not told about, or nothing.
  [[nodiscard]] const std::string& violation() const { return violation_; }
  /// Queues a request for `arrival`; nobody waits for it when `expect` is false.
  Ticket issue(BarRequest request, TimePs arrival, std::span<std::byte> data, bool expect);
  [[nodiscard]] const std::map<std::string, std::uint64_t, std::less<>>& reports() const {
    return reports_;
  }

 private:
  struct Operation {
    Bar bar = Bar::kRegisters;
    std::uint64_t offset = 0;
    std::span<std::byte> data;
    bool done = false, failed = false, expected = true;
    std::uint8_t resp = kAxiOkay;
  };
  Result<Ticket> begin(Bar bar, bool write, std::uint64_t offset, std::span<const std::byte> from,
                       std::span<std::byte> to, bool expect);
  void complete(std::uint64_t tag, std::uint8_t resp, std::span<const std::uint8_t> data);
  /// Why a call cannot go on, if so.
  [[nodiscard]] Result<void> usable() const;
  /// Whether the device may touch this.
  bool permits(bool write, std::uint64_t addr, std::size_t bytes);

  DirectBench& bench_;
  unsigned node_;
  DirectBoard& board_;
  bool check_dma_;
  HostMemory memory_;
  DmaChecker checker_;
  std::string violation_;
  std::unordered_map<Ticket, Operation> operations_;
  Ticket next_ticket_ = 1;
  std::uint64_t write_errors_ = 0;
  std::uint32_t interrupts_ = 0;
  WakeReason pending_;
  bool write_failed_ = false;  // a piece of the burst that is arriving
  bool removed_ = false;
  std::map<std::string, std::uint64_t, std::less<>> reports_;
};

}  // namespace ethlink::sim
