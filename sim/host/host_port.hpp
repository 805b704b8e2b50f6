// SPDX-License-Identifier: Apache-2.0
//
// What software on a simulated host can do: reach its device over PCIe, own DMA memory, wait.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ethlink/result.hpp"

#include "sim/base/time.hpp"

namespace ethlink::sim {

/// Memory that the device may reach by IOVA.
/// Ownership: the HostPort owns memory from dma_alloc(), the caller owns memory given to dma_map().
struct DmaRegion {
  std::byte* data = nullptr;  ///< address for the program
  std::uint64_t iova = 0;     ///< address for the device
  std::size_t size = 0;       ///< bytes
};

struct DmaOptions {
  bool device_writable = true;  ///< false: a write by the device is an error
  bool wakes = true;            ///< a write by the device ends wait(); false for bulk data
};

/// Why wait() returned; several may hold.
struct WakeReason {
  bool device_write = false;  ///< the device wrote a region with `wakes`
  bool interrupt = false;     ///< an MSI-X message arrived: see take_interrupts()
  bool message = false;       ///< another host published something: see lookup()
  bool deadline = false;      ///< nothing of that happened before the deadline
};

/// An operation on the aperture that was issued and not yet waited for.
using Ticket = std::uint64_t;

/// One host's view of its device and of simulated time.
///
/// All calls block in simulated time only. They come from the host program of this node, never from
/// several threads. Every call but now() and the memory calls fails with kDeviceRemoved
/// after remove_device(), and with kCancelled when the run is being stopped. After a fault of the
/// scenario that restarts the device they fail with kDeviceRemoved until reset_device().
class HostPort {
 public:
  HostPort() = default;
  HostPort(const HostPort&) = delete;
  HostPort& operator=(const HostPort&) = delete;
  virtual ~HostPort() = default;

  // ---- BAR0: registers and doorbells; 1 to 64 bytes that do not cross a 64-byte line ------------

  /// Posted: returns when the bus accepted it. Reaches the device in order.
  virtual Result<void> mmio_write(std::uint64_t offset, std::span<const std::byte> data) = 0;
  /// Returns when the data came back; never passes an earlier write.
  virtual Result<void> mmio_read(std::uint64_t offset, std::span<std::byte> data) = 0;

  // ---- BAR2: load/store aperture; 1 to 256 bytes that do not cross a 256-byte line --------------
  // Loads: a power of two up to 64 bytes, naturally aligned, or 128, 192, 256 bytes, 64-aligned.

  /// Posted: returns when the bus accepted it. A late error response is counted, see
  /// aperture_write_errors().
  virtual Result<void> aperture_write(std::uint64_t offset, std::span<const std::byte> data) = 0;
  /// As aperture_write(), but finish() returns the device's response.
  virtual Result<Ticket> aperture_write_begin(std::uint64_t offset,
                                              std::span<const std::byte> data) = 0;
  /// Issues a load; `data` must live until finish(). Blocks while 256 loads are outstanding.
  virtual Result<Ticket> aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) = 0;
  /// Waits for one operation; a ticket is finished exactly once.
  virtual Result<void> finish(Ticket ticket) = 0;
  /// Load and wait.
  Result<void> aperture_read(std::uint64_t offset, std::span<std::byte> data) {
    Result<Ticket> ticket = aperture_read_begin(offset, data);
    return ticket ? finish(*ticket) : Result<void>(ticket.error());
  }
  /// Posted aperture writes that the device refused since the start.
  [[nodiscard]] virtual std::uint64_t aperture_write_errors() const = 0;

  // ---- DMA memory -------------------------------------------------------------------------------

  /// Zeroed memory; pages are taken from the system when first touched. `align`: power of two.
  virtual Result<DmaRegion> dma_alloc(std::size_t bytes, std::size_t align, DmaOptions options) = 0;
  Result<DmaRegion> dma_alloc(std::size_t bytes, std::size_t align = 4096) {
    return dma_alloc(bytes, align, DmaOptions{});
  }
  /// Makes the caller's memory reachable; it must live until dma_free().
  virtual Result<DmaRegion> dma_map(std::span<std::byte> memory, DmaOptions options) = 0;
  /// Ends device access. Later accesses by the device are errors that the checker records.
  virtual Result<void> dma_free(const DmaRegion& region) = 0;

  // ---- time and events --------------------------------------------------------------------------

  [[nodiscard]] virtual TimePs now() const = 0;
  /// Blocks until an event that came since wait() last returned, or until `deadline` (absolute).
  virtual Result<WakeReason> wait(TimePs deadline) = 0;
  /// Pending MSI-X vectors, bit n is vector n (message data); cleared by the call.
  [[nodiscard]] virtual std::uint32_t take_interrupts() = 0;

  // ---- out-of-band channel between hosts (what a management network is for) --------------------

  /// Publishes `value` under `key` to every host, a fixed latency later.
  virtual Result<void> publish(std::string_view key, std::span<const std::byte> value) = 0;
  /// The value that arrived here under `key`, or kNotFound.
  [[nodiscard]] virtual Result<std::vector<std::byte>> lookup(std::string_view key) const = 0;

  // ---- the device itself ------------------------------------------------------------------------

  /// Index of this host's node in the scenario.
  [[nodiscard]] virtual unsigned node() const = 0;
  /// Number of nodes in the scenario.
  [[nodiscard]] virtual unsigned nodes() const = 0;
  /// Function-level reset: outstanding operations end with kDeviceRemoved, then the device works.
  virtual Result<void> reset_device() = 0;
  /// Surprise removal: the device never answers again.
  virtual void remove_device() = 0;
  /// Adds a named number to the result of the run (and to its hash): counters, goodput, status.
  virtual void report(std::string_view name, std::uint64_t value) = 0;
};

/// Software on one host: returns 0 for success. Deterministic: no clock, file time or address
/// may change what it does.
using HostProgram = std::function<int(HostPort&)>;

}  // namespace ethlink::sim
