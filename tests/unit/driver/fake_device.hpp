// SPDX-License-Identifier: Apache-2.0
//
// A device that answers the driver at once: admin commands, doorbells, completions, events.
//
// Written from docs/reference/host-interface.md with plain offsets, so that it shares no layout
// with the generated header that it judges.
#pragma once

#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "ethlink/backend.hpp"

namespace ethlink::test {

struct AdminRecord {
  unsigned verb;
  unsigned kind;
  std::uint32_t index;
  std::uint32_t mask;
  std::vector<std::uint8_t> data;
};

struct BarWrite {
  std::uint64_t offset;
  std::vector<std::byte> data;
};

class FakeDevice final : public Backend {
 public:
  static constexpr std::uint64_t kCounters = 0x2000;

  FakeDevice() {
    registers_[0x000] = 0x004B4E494C485445;
    registers_[0x008] = 0x10000;
    // 16 QPs, 8 CQs, 2 EQs, 16 MRs, 64 MTTs, 4 contexts, 8 peers, 16 windows.
    registers_[0x010] = 0x0403'0206'0401'0304;
    // 64-byte path, 8 segments, 16 tags, 16 tracked requests, 256 inline bytes.
    registers_[0x018] = 0x0100'0010'0403'0040;
    registers_[0x028] = 1;
  }

  Result<void> mmio_write(std::uint64_t offset, std::span<const std::byte> data) override {
    if (removed) {
      return Errc::kDeviceRemoved;
    }
    writes.push_back({offset, {data.begin(), data.end()}});
    if (offset < kCounters && data.size() == 8) {
      std::uint64_t value = 0;
      std::memcpy(&value, data.data(), sizeof(value));
      registers_[offset] = value;
      if (offset == 0x020) {
        registers_[offset] = value & ~std::uint64_t{2};  // a soft reset is done at once
      }
      if (offset == 0x0D0) {
        admin_done_ = 0;
      }
      if (offset == 0x0D8) {
        run_admin(static_cast<std::uint16_t>(value));
      }
    }
    return {};
  }
  Result<void> mmio_read(std::uint64_t offset, std::span<std::byte> data) override {
    if (removed) {
      return Errc::kDeviceRemoved;
    }
    for (std::size_t at = 0; at < data.size(); at += 8) {
      const std::uint64_t value = registers_[offset + at];
      std::memcpy(data.data() + at, &value, std::min<std::size_t>(8, data.size() - at));
    }
    return {};
  }
  Result<void> aperture_write(std::uint64_t offset, std::span<const std::byte> data) override {
    if (removed) {
      return Errc::kDeviceRemoved;
    }
    aperture.push_back({offset, {data.begin(), data.end()}});
    return {};
  }
  Result<Ticket> aperture_write_begin(std::uint64_t offset,
                                      std::span<const std::byte> data) override {
    if (removed) {
      return Errc::kDeviceRemoved;
    }
    aperture.push_back({offset, {data.begin(), data.end()}});
    return Ticket{aperture.size()};
  }
  Result<Ticket> aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) override {
    if (removed) {
      return Errc::kDeviceRemoved;
    }
    loads.push_back({offset, std::vector<std::byte>(data.size())});
    for (std::size_t i = 0; i < data.size(); ++i) {
      data[i] = static_cast<std::byte>((offset + i) * 7);
    }
    most_outstanding = std::max(most_outstanding, ++outstanding_);
    return Ticket{loads.size()};
  }
  Result<void> finish(Ticket ticket) override {
    outstanding_ -= outstanding_ > 0 ? 1 : 0;
    return ticket == failing_ticket ? Result<void>(Errc::kRemoteError) : Result<void>();
  }
  Result<DmaMemory> dma_alloc(std::size_t bytes, std::size_t, DmaFlags) override {
    auto memory = std::make_unique<std::vector<std::byte>>(bytes);
    const DmaMemory out{memory->data(), next_iova_, bytes};
    next_iova_ += (bytes + 0x1FFF) / 0x1000 * 0x1000;
    memory_[out.iova] = std::move(memory);
    return out;
  }
  Result<DmaMemory> dma_map(std::span<std::byte> memory, DmaFlags) override {
    return DmaMemory{memory.data(), next_iova_ += 0x100000, memory.size()};
  }
  Result<void> dma_free(const DmaMemory& memory) override {
    memory_.erase(memory.iova);
    return {};
  }
  [[nodiscard]] TimePoint now() const override { return now_; }
  Result<void> wait(TimePoint deadline) override {
    if (removed) {
      return Errc::kDeviceRemoved;
    }
    if (!later.empty()) {
      std::function<void()> action = std::move(later.front());
      later.pop_front();
      action();
      now_ += Duration{1000};
    } else {
      now_ = deadline;
    }
    return {};
  }
  Result<void> enable_interrupts(unsigned count) override {
    vectors = count;
    return removed ? Result<void>(Errc::kDeviceRemoved) : Result<void>();
  }
  [[nodiscard]] std::uint32_t take_interrupts() override { return 0; }
  /// As a function-level reset: the rings are forgotten, the device is disabled.
  Result<void> reset() override {
    count_reset();
    forget();
    return {};
  }
  void forget() {
    for (std::uint64_t offset = 0x020; offset < 0x200; offset += 8) {
      registers_[offset] = offset == 0x028 ? 1 : 0;
    }
    admin_done_ = 0;
  }

  /// Device memory access by IOVA.
  std::byte* at(std::uint64_t iova) {
    auto block = memory_.upper_bound(iova);
    --block;
    return block->second->data() + (iova - block->first);
  }
  [[nodiscard]] std::size_t live_buffers() const { return memory_.size(); }
  std::uint64_t& reg(std::uint64_t offset) { return registers_[offset]; }

  /// Writes one 32-byte completion into the ring at `base`.
  void complete(std::uint64_t base, unsigned log_size, std::uint32_t number, std::uint32_t qpn,
                std::uint16_t wqe_index, std::uint8_t status, std::uint8_t opcode,
                std::uint64_t data = 0, std::uint8_t vendor_err = 0) {
    std::byte* entry = at(base) + (number & ((1U << log_size) - 1)) * 32;
    std::memcpy(entry + 0, &qpn, 4);
    std::memcpy(entry + 4, &wqe_index, 2);
    entry[6] = static_cast<std::byte>(status);
    entry[7] = static_cast<std::byte>(opcode);
    std::memcpy(entry + 16, &data, 8);
    entry[28] = static_cast<std::byte>(vendor_err);
    entry[31] = static_cast<std::byte>(((number >> log_size) & 1U) ^ 1U);
  }

  unsigned vectors = 0;  // that were enabled
  bool removed = false;
  bool silent = false;            // admin commands get no completion
  std::uint8_t admin_status = 0;  // of commands of `refused_kind`
  unsigned refused_kind = 0;
  Ticket failing_ticket = 0;
  std::size_t most_outstanding = 0;
  std::vector<AdminRecord> admin;
  std::vector<BarWrite> writes;
  std::vector<BarWrite> aperture;
  std::vector<BarWrite> loads;
  std::deque<std::function<void()>> later;  // what the device does during the next waits
  std::map<std::uint32_t, std::vector<std::uint8_t>> answers;  // QUERY data by kind

 private:
  void run_admin(std::uint16_t producer) {
    const unsigned log_size = registers_[0x0D0] & 0xff;
    if ((registers_[0x0D0] & 0x100) == 0) {
      return;
    }
    const std::uint16_t mask = static_cast<std::uint16_t>((1U << log_size) - 1);
    while (!silent && admin_done_ != producer) {
      const std::byte* command = at(registers_[0x0C0]) + (admin_done_ & mask) * 64;
      AdminRecord record{};
      record.verb = static_cast<unsigned>(command[0]);
      record.kind = static_cast<unsigned>(command[1]);
      std::memcpy(&record.index, command + 4, 4);
      std::memcpy(&record.mask, command + 8, 4);
      record.data.resize(48);
      std::memcpy(record.data.data(), command + 16, 48);
      admin.push_back(record);
      std::byte* completion = at(registers_[0x0C8]) + (admin_done_ & mask) * 64;
      std::memcpy(completion, command + 2, 2);
      completion[2] = static_cast<std::byte>(record.kind == refused_kind ? admin_status : 0);
      std::memcpy(completion + 4, &record.index, 4);
      if (const auto found = answers.find(record.kind); found != answers.end()) {
        std::memcpy(completion + 16, found->second.data(), found->second.size());
      }
      completion[3] = static_cast<std::byte>(((admin_done_ >> log_size) & 1U) ^ 1U);
      ++admin_done_;
    }
  }

  std::map<std::uint64_t, std::uint64_t> registers_;
  std::map<std::uint64_t, std::unique_ptr<std::vector<std::byte>>> memory_;
  std::uint64_t next_iova_ = 0x10000;
  std::uint16_t admin_done_ = 0;
  std::size_t outstanding_ = 0;
  TimePoint now_{0};
};

/// A little-endian number at `offset` of `bytes`.
template <typename T, typename Bytes>
T le(const Bytes& bytes, std::size_t offset) {
  T value{};
  std::memcpy(&value, bytes.data() + offset, sizeof(value));
  return value;
}

}  // namespace ethlink::test
