// SPDX-License-Identifier: Apache-2.0
//
// Load/Store: peers, exported segments, windows of the aperture, and pushed commands.
//
// Specification: docs/reference/load-store.md.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "ethlink/completion_queue.hpp"
#include "ethlink/device.hpp"
#include "ethlink/generated/regs.hpp"
#include "ethlink/result.hpp"

namespace ethlink {

/// A remote endpoint. Ownership: borrows the device.
class Peer {
 public:
  /// Starts the exchange of epochs with endpoint `node_id` in partition `pkey`.
  /// \param dscp  of all frames to it; the default is that of the priority of requests
  static Result<std::unique_ptr<Peer>> create(
      Device& device, std::uint16_t node_id, std::uint16_t pkey, std::uint16_t epoch,
      std::uint8_t dscp = dscp_of_priority(kPriorityLsRequest));
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] std::uint16_t node_id() const noexcept { return node_id_; }
  /// State now: connecting, up or down.
  Result<regs::LsPeerState> state();
  /// Waits until the peer is up.
  Result<void> wait_up(Duration timeout);

 private:
  Peer(Device& device, std::uint16_t node_id) : device_(&device), node_id_(node_id) {}
  [[nodiscard]] std::uint32_t index() const;

  Device* device_;
  std::uint16_t node_id_;
};

/// Local memory that peers of one partition may load from and store to.
/// Ownership: borrows the device and the buffer.
class Segment {
 public:
  /// `access`: bits regs::kAccessRemote*. The buffer is exported whole.
  static Result<std::unique_ptr<Segment>> create(Device& device, const DmaBuffer& buffer,
                                                 std::uint16_t pkey, std::uint32_t access);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  /// Number that a remote address carries in bits [63:48].
  [[nodiscard]] std::uint16_t id() const noexcept { return id_; }

 private:
  Segment(Device& device, std::uint16_t id) : device_(&device), id_(id) {}
  Device* device_;
  std::uint16_t id_;
};

struct WindowOptions {
  std::uint16_t node_id = 0;  ///< peer
  std::uint16_t segment = 0;  ///< the peer's segment
  std::uint64_t offset = 0;   ///< first byte inside the segment, multiple of 256
  std::uint64_t length = 0;   ///< bytes
  std::uint32_t access = 0;   ///< bits regs::kAccessRemote*
  std::uint8_t vc = 0;        ///< 0 or 2
  bool posted = true;         ///< stores need no answer
};

/// Remote memory mapped into the aperture.
/// Ownership: borrows the device and the completion queue. Threads: one caller at a time.
/// Ordering: stores and loads through one window are executed by the peer in program order;
/// fence() returns when all earlier stores are visible in the peer's memory.
class RemoteMemory {
 public:
  /// \param commands  completion queue of atomics, notify and fence; shared with nothing else.
  static Result<std::unique_ptr<RemoteMemory>> create(Device& device, CompletionQueue& commands,
                                                      const WindowOptions& options);
  ~RemoteMemory();
  RemoteMemory(const RemoteMemory&) = delete;
  RemoteMemory& operator=(const RemoteMemory&) = delete;

  [[nodiscard]] std::uint64_t size() const noexcept { return options_.length; }
  /// BAR2 offset of the window's byte `offset`, for programs that drive the bus themselves.
  [[nodiscard]] std::uint64_t aperture(std::uint64_t offset) const;
  /// Accesses of the aperture that store() and load() issued since create(): a piece that is not a
  /// naturally aligned power of two takes several.
  [[nodiscard]] std::uint64_t accesses() const noexcept { return accesses_; }

  /// Stores `data` at `offset` in pieces of at most `piece` bytes (4..256, a power of two).
  Result<void> store(std::uint64_t offset, std::span<const std::byte> data,
                     std::size_t piece = 256);
  /// Loads into `data` in pieces of at most `piece` bytes, many outstanding at a time.
  Result<void> load(std::uint64_t offset, std::span<std::byte> data, std::size_t piece = 256);
  /// All earlier stores through this window are visible when this returns.
  Result<void> fence(Duration timeout);
  /// Executes one atomic on a naturally aligned 4- or 8-byte word; returns the old value.
  Result<std::uint64_t> atomic(regs::LsOp op, std::uint64_t offset, std::size_t bytes,
                               std::uint64_t operand, std::uint64_t swap, Duration timeout);
  /// Stores `data` (4, 8 .. 256 bytes, naturally aligned), then adds `value` to the
  /// 8-byte word at `signal_offset`; the add is visible only after the data.
  Result<void> store_notify(std::uint64_t offset, std::span<const std::byte> data,
                            std::uint64_t signal_offset, std::uint64_t value, Duration timeout);

 private:
  RemoteMemory(Device& device, CompletionQueue& commands, const WindowOptions& options,
               std::uint32_t first_page, std::uint32_t pages)
      : device_(&device),
        commands_(&commands),
        options_(options),
        first_page_(first_page),
        pages_(pages) {}
  Result<void> check(std::uint64_t offset, std::size_t bytes) const;
  Result<std::uint64_t> push(regs::LsCmd command, std::span<const std::byte> data,
                             Duration timeout);

  Device* device_;
  CompletionQueue* commands_;
  WindowOptions options_;
  std::uint32_t first_page_;
  std::uint32_t pages_;
  std::uint16_t cookie_ = 0;
  std::uint64_t accesses_ = 0;
};

}  // namespace ethlink
