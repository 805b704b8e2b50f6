// SPDX-License-Identifier: Apache-2.0
//
// The one boundary between the driver and a device: register access, aperture, DMA memory, waiting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "ethlink/result.hpp"
#include "ethlink/time.hpp"

namespace ethlink {

/// Memory that the device may reach.
/// Ownership: see Backend::dma_alloc() and Backend::dma_map().
struct DmaMemory {
  std::byte* data = nullptr;  ///< address for the program
  std::uint64_t iova = 0;     ///< address for the device
  std::size_t size = 0;       ///< bytes
};

/// What a mapping is for.
struct DmaFlags {
  bool device_writable = true;  ///< false: the device only reads it
  bool notifies = true;         ///< a write by the device ends Backend::wait(); false for bulk data
};

/// An aperture operation that was issued and not yet finished.
using Ticket = std::uint64_t;

/// One device, reached through the simulator or VFIO.
///
/// Threads: one caller at a time, unless a backend says otherwise. Errors: kDeviceRemoved after a
/// reset or removal, kCancelled when the run is being stopped. Nothing here prints or aborts.
class Backend {
 public:
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;
  virtual ~Backend() = default;

  /// BAR0 write of 1..64 bytes inside a 64-byte line; posted, reaches the device in order.
  virtual Result<void> mmio_write(std::uint64_t offset, std::span<const std::byte> data) = 0;
  /// BAR0 read of 1..64 bytes inside a 64-byte line; never passes an earlier write.
  virtual Result<void> mmio_read(std::uint64_t offset, std::span<std::byte> data) = 0;

  /// BAR2 store of 1..256 bytes inside a 256-byte line; posted.
  virtual Result<void> aperture_write(std::uint64_t offset, std::span<const std::byte> data) = 0;
  /// As aperture_write(); finish() returns the bus's answer.
  virtual Result<Ticket> aperture_write_begin(std::uint64_t offset,
                                              std::span<const std::byte> data) = 0;
  /// BAR2 load of 1..64 naturally aligned bytes, or 128 or 256; `data` must live until finish().
  virtual Result<Ticket> aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) = 0;
  /// Waits for one issued operation; each ticket is finished exactly once.
  virtual Result<void> finish(Ticket ticket) = 0;

  /// Zeroed memory owned by the backend until dma_free(). `align` is a power of two.
  virtual Result<DmaMemory> dma_alloc(std::size_t bytes, std::size_t align, DmaFlags flags) = 0;
  /// Makes the caller's memory reachable; it must live until dma_free().
  virtual Result<DmaMemory> dma_map(std::span<std::byte> memory, DmaFlags flags) = 0;
  virtual Result<void> dma_free(const DmaMemory& memory) = 0;

  [[nodiscard]] virtual TimePoint now() const = 0;
  /// Blocks (never spins without yielding) until the device wrote `notifies` memory or sent an
  /// interrupt since the last return, or until `deadline`. May return early for no reason.
  virtual Result<void> wait(TimePoint deadline) = 0;
  /// Makes the vectors 0 to `vectors` - 1 reach wait() and take_interrupts(); what the system does
  /// for a card, so that a reset undoes it. kUnsupported when the device has fewer.
  virtual Result<void> enable_interrupts(unsigned vectors) = 0;
  /// Interrupt vectors that fired since the last call, bit n is vector n.
  [[nodiscard]] virtual std::uint32_t take_interrupts() = 0;
  /// Function-level reset: everything outstanding ends, all objects of the device are gone.
  virtual Result<void> reset() = 0;
  /// Calls of reset() until now: an object that was made before one belongs to the past.
  [[nodiscard]] std::uint64_t resets() const noexcept { return resets_; }

 protected:
  void count_reset() noexcept { ++resets_; }

 private:
  std::uint64_t resets_ = 0;
};

}  // namespace ethlink
