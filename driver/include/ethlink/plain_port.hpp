// SPDX-License-Identifier: Apache-2.0
//
// Plain Ethernet frames to and from the host: what ARP, LLDP or a TCP/IP stack would use.
//
// Specification: docs/reference/registers.md, PlainDesc and the registers plain_*.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "ethlink/device.hpp"
#include "ethlink/dma_buffer.hpp"
#include "ethlink/result.hpp"

namespace ethlink {

/// The two plain rings of a device; one object a device.
/// Ownership: borrows the device, owns rings and buffers. Threads: one caller at a time.
/// Ordering: frames are sent in the order of send(); they arrive in the order of the wire.
class PlainPort {
 public:
  /// \param entries  frames that each ring holds, power of two, 2..4096.
  static Result<std::unique_ptr<PlainPort>> create(Device& device, std::uint32_t entries = 64);
  ~PlainPort();
  PlainPort(const PlainPort&) = delete;
  PlainPort& operator=(const PlainPort&) = delete;

  /// Queues a frame without FCS, 14 bytes up to the device's MTU; short ones are padded on the
  /// wire. kNoResources while the ring is full.
  Result<void> send(std::span<const std::byte> frame);
  /// Frames that left the device since creation; kDeviceError when one could not be sent.
  Result<std::uint64_t> sent();
  /// The oldest frame that arrived (without FCS), or nothing. Does not block.
  /// kDeviceError for a frame that was longer than the MTU; it is lost.
  Result<std::optional<std::vector<std::byte>>> receive();
  /// Waits for a frame.
  Result<std::vector<std::byte>> wait(Duration timeout);

 private:
  PlainPort(Device& device, std::uint32_t entries, std::size_t slot_bytes)
      : device_(&device), entries_(entries), slot_bytes_(slot_bytes) {}
  Result<void> allocate();
  Result<void> start();
  void write_descriptor(const DmaBuffer& ring, const DmaBuffer& frames, std::uint64_t number,
                        std::size_t length);
  [[nodiscard]] bool written_back(const DmaBuffer& ring, std::uint64_t number) const;
  [[nodiscard]] Result<void> ring_doorbell(std::uint32_t offset, std::uint64_t producer);

  Device* device_;
  std::uint32_t entries_;
  std::size_t slot_bytes_;
  DmaBuffer send_ring_, receive_ring_, send_frames_, receive_frames_;
  std::uint64_t sends_posted_ = 0, sends_done_ = 0;  // since creation
  std::uint64_t receives_posted_ = 0, receives_done_ = 0;
};

}  // namespace ethlink
