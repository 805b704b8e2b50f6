// SPDX-License-Identifier: Apache-2.0
//
// Memory registered for RDMA: keys, bounds and permissions that the device enforces.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "ethlink/device.hpp"
#include "ethlink/result.hpp"

namespace ethlink {

struct MemoryRegionOptions {
  std::uint32_t pd = 1;      ///< protection domain; must equal the queue pair's
  std::uint32_t access = 0;  ///< bits regs::kAccess*
  /// Virtual address of the first byte; by default the program's own address.
  std::uint64_t va = 0;
  bool zero_based = false;  ///< true: use `va` even when it is 0
};

/// Ownership: borrows the device and the buffer, which must outlive it. Threads: as the device.
class MemoryRegion {
 public:
  /// Registers `length` bytes from `offset` of one contiguous buffer.
  static Result<std::unique_ptr<MemoryRegion>> create(Device& device, const DmaBuffer& buffer,
                                                      std::size_t offset, std::size_t length,
                                                      const MemoryRegionOptions& options);
  /// Registers memory that is scattered over pages of 2^page_shift bytes: page i holds the bytes
  /// from (va & ~page_mask) + i * page_size on. `pages` are IOVAs, `va` need not be page aligned.
  static Result<std::unique_ptr<MemoryRegion>> create_paged(Device& device,
                                                            std::span<const std::uint64_t> pages,
                                                            unsigned page_shift, std::size_t length,
                                                            const MemoryRegionOptions& options);
  ~MemoryRegion();
  MemoryRegion(const MemoryRegion&) = delete;
  MemoryRegion& operator=(const MemoryRegion&) = delete;

  [[nodiscard]] std::uint32_t lkey() const noexcept { return key_; }
  [[nodiscard]] std::uint32_t rkey() const noexcept { return key_; }
  [[nodiscard]] std::uint64_t va() const noexcept { return va_; }
  [[nodiscard]] std::uint64_t length() const noexcept { return length_; }

 private:
  MemoryRegion(Device& device, std::uint32_t key, std::uint64_t va, std::uint64_t length,
               std::uint32_t mtt_base, std::uint32_t mtt_count)
      : device_(&device),
        key_(key),
        va_(va),
        length_(length),
        mtt_base_(mtt_base),
        mtt_count_(mtt_count) {}
  static Result<std::unique_ptr<MemoryRegion>> create_object(Device& device, regs::ObjMr object,
                                                             std::uint32_t mtt_count);

  Device* device_;
  std::uint32_t key_;
  std::uint64_t va_;
  std::uint64_t length_;
  std::uint32_t mtt_base_;
  std::uint32_t mtt_count_;
};

}  // namespace ethlink
