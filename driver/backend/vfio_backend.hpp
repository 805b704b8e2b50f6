// SPDX-License-Identifier: Apache-2.0
//
// Backend for a real PCIe card through Linux VFIO (group interface, type 1 IOMMU).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "ethlink/backend.hpp"

namespace ethlink {

/// The system calls that the backend makes, so that a test can stand in for the kernel.
/// Return values and errno are those of the calls.
class VfioSystem {
 public:
  VfioSystem() = default;
  VfioSystem(const VfioSystem&) = delete;
  VfioSystem& operator=(const VfioSystem&) = delete;
  virtual ~VfioSystem() = default;

  virtual int open(const char* path) = 0;
  virtual int close(int fd) = 0;
  virtual int ioctl(int fd, unsigned long request, void* argument) = 0;
  virtual std::ptrdiff_t pread(int fd, void* data, std::size_t bytes, std::uint64_t offset) = 0;
  virtual std::ptrdiff_t pwrite(int fd, const void* data, std::size_t bytes,
                                std::uint64_t offset) = 0;
  /// `fd` -1: anonymous zeroed memory. Null when it fails.
  virtual void* mmap(int fd, std::size_t bytes, std::uint64_t offset) = 0;
  virtual int munmap(void* address, std::size_t bytes) = 0;
  virtual int eventfd() = 0;
  /// Reads 8 bytes of an eventfd; -1 with EAGAIN when it did not fire.
  virtual std::ptrdiff_t read_event(int fd) = 0;
  /// Waits until one of `fds` is readable; milliseconds, -1: for ever.
  virtual int poll(const std::vector<int>& fds, int timeout_ms) = 0;
  /// Text of the link `path`, or "" when there is none.
  virtual std::string read_link(const std::string& path) = 0;
  /// Nanoseconds of a steady clock.
  virtual std::int64_t steady_ns() = 0;
};

/// The kernel's own calls.
VfioSystem& kernel_vfio_system();

/// Ownership: owns all file descriptors, mappings and DMA memory. Threads: one caller at a time.
/// Errors: kSystem with the call that failed and its reason; kUnsupported when the device has no
/// MSI-X or a BAR is smaller than the interface needs.
class VfioBackend final : public Backend {
 public:
  /// \param address  PCI address, for example "0000:03:00.0".
  static Result<std::unique_ptr<VfioBackend>> open(const std::string& address,
                                                   VfioSystem& system = kernel_vfio_system());
  ~VfioBackend() override;

  Result<void> mmio_write(std::uint64_t offset, std::span<const std::byte> data) override;
  Result<void> mmio_read(std::uint64_t offset, std::span<std::byte> data) override;
  Result<void> aperture_write(std::uint64_t offset, std::span<const std::byte> data) override;
  Result<Ticket> aperture_write_begin(std::uint64_t offset,
                                      std::span<const std::byte> data) override;
  Result<Ticket> aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) override;
  Result<void> finish(Ticket ticket) override;
  Result<DmaMemory> dma_alloc(std::size_t bytes, std::size_t align, DmaFlags flags) override;
  Result<DmaMemory> dma_map(std::span<std::byte> memory, DmaFlags flags) override;
  Result<void> dma_free(const DmaMemory& memory) override;
  [[nodiscard]] TimePoint now() const override;
  Result<void> wait(TimePoint deadline) override;
  Result<void> enable_interrupts(unsigned vectors) override;
  [[nodiscard]] std::uint32_t take_interrupts() override;
  Result<void> reset() override;

 private:
  struct Bar {
    std::byte* base = nullptr;
    std::size_t size = 0;
  };
  struct Mapping {
    DmaMemory memory;
    std::byte* owned = nullptr;  // pages of dma_alloc(), else null
  };

  explicit VfioBackend(VfioSystem& system) : system_(&system) {}
  Result<void> open_group(const std::string& address);
  Result<void> open_device(const std::string& address);
  Result<Bar> map_bar(std::uint32_t index, std::size_t least);
  Result<void> enable_bus_master();
  Result<void> connect_vectors();
  Result<DmaMemory> map_pages(std::byte* data, std::size_t bytes, DmaFlags flags, std::byte* owned);
  [[nodiscard]] Error failed(const std::string& what) const;

  VfioSystem* system_;
  int container_ = -1;
  int group_ = -1;
  int device_ = -1;
  Bar registers_;
  Bar aperture_;
  std::vector<int> events_;
  std::uint64_t next_iova_ = 0x1'0000'0000;
  std::map<std::uint64_t, Mapping> mappings_;  // by IOVA
};

}  // namespace ethlink
