// SPDX-License-Identifier: Apache-2.0
//
// DMA memory that is given back when its owner goes, and the barriers that order it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "ethlink/backend.hpp"

namespace ethlink {

/// Everything written to DMA memory before this call is visible to the device before any register
/// write after it: used between filling a descriptor and ringing its doorbell.
inline void to_device_barrier() noexcept {
  std::atomic_thread_fence(std::memory_order_release);
}

/// Everything that the device wrote before the phase bit that was just read is visible to reads
/// after this call: used between finding a valid entry and reading its other fields.
inline void from_device_barrier() noexcept {
  std::atomic_thread_fence(std::memory_order_acquire);
}

/// Owner of one block of DMA memory.
/// Ownership: borrows the backend, which must outlive it. Threads: as the backend.
class DmaBuffer {
 public:
  DmaBuffer() = default;
  /// Zeroed memory of the backend; `align` is a power of two.
  static Result<DmaBuffer> create(Backend& backend, std::size_t bytes, std::size_t align = 4096,
                                  DmaFlags flags = {}) {
    Result<DmaMemory> memory = backend.dma_alloc(bytes, align, flags);
    if (!memory) {
      return memory.error();
    }
    return DmaBuffer(backend, *memory);
  }
  /// The caller's memory, reachable by the device until the buffer goes.
  static Result<DmaBuffer> map(Backend& backend, std::span<std::byte> bytes, DmaFlags flags = {}) {
    Result<DmaMemory> memory = backend.dma_map(bytes, flags);
    if (!memory) {
      return memory.error();
    }
    return DmaBuffer(backend, *memory);
  }
  DmaBuffer(DmaBuffer&& other) noexcept
      : backend_(std::exchange(other.backend_, nullptr)), memory_(other.memory_) {}
  DmaBuffer& operator=(DmaBuffer&& other) noexcept {
    if (this != &other) {
      release();
      backend_ = std::exchange(other.backend_, nullptr);
      memory_ = other.memory_;
    }
    return *this;
  }
  DmaBuffer(const DmaBuffer&) = delete;
  DmaBuffer& operator=(const DmaBuffer&) = delete;
  ~DmaBuffer() { release(); }

  [[nodiscard]] std::byte* data() const noexcept { return memory_.data; }
  [[nodiscard]] std::uint64_t iova() const noexcept { return memory_.iova; }
  [[nodiscard]] std::size_t size() const noexcept { return memory_.size; }
  [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {memory_.data, memory_.size}; }

 private:
  DmaBuffer(Backend& backend, DmaMemory memory) : backend_(&backend), memory_(memory) {}
  void release() noexcept {
    if (backend_ != nullptr) {
      // A device that is gone cannot refuse to give memory back: the error carries no news.
      static_cast<void>(backend_->dma_free(memory_));
      backend_ = nullptr;
    }
  }

  Backend* backend_ = nullptr;
  DmaMemory memory_;
};

}  // namespace ethlink
