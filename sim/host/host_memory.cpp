// SPDX-License-Identifier: Apache-2.0
//
// Host memory and the checker of device accesses, see host_memory.hpp.
#include "sim/host/host_memory.hpp"

#include <bit>
#include <cstring>

#include <sys/mman.h>

namespace ethlink::sim {
namespace {

constexpr std::size_t kPage = 4096;

[[nodiscard]] std::size_t round_up(std::size_t value, std::size_t align) {
  return (value + align - 1) & ~(align - 1);
}

}  // namespace

HostMemory::~HostMemory() {
  for (auto& [iova, region] : regions_) {
    if (region.owned) {
      ::munmap(region.data, round_up(region.size, kPage));
    }
  }
}

Result<DmaRegion> HostMemory::insert(std::byte* data, std::size_t bytes, std::size_t align,
                                     DmaOptions options, bool owned) {
  const std::uint64_t iova = round_up(next_iova_, align);
  next_iova_ = round_up(iova + bytes, kPage) + kPage;  // a gap behind every region
  regions_.emplace(iova, Region{data, bytes, options, owned});
  return DmaRegion{data, iova, bytes};
}

Result<DmaRegion> HostMemory::allocate(std::size_t bytes, std::size_t align, DmaOptions options) {
  if (bytes == 0 || !std::has_single_bit(align)) {
    return Error{Errc::kInvalidArgument,
                 "DMA memory: expected a size above 0 and a power-of-two alignment, found " +
                     std::to_string(bytes) + " and " + std::to_string(align)};
  }
  void* memory = ::mmap(nullptr, round_up(bytes, kPage), PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    return Error{Errc::kNoResources, "DMA memory: no room for " + std::to_string(bytes) + " bytes"};
  }
  return insert(static_cast<std::byte*>(memory), bytes, align < kPage ? kPage : align, options,
                true);
}

Result<DmaRegion> HostMemory::map(std::span<std::byte> memory, DmaOptions options) {
  if (memory.empty()) {
    return Error{Errc::kInvalidArgument, "DMA mapping: expected at least one byte, found none"};
  }
  // The IOVA does not depend on where the program's memory happens to lie: runs must repeat.
  return insert(memory.data(), memory.size(), kPage, options, false);
}

Result<void> HostMemory::release(const DmaRegion& region) {
  const auto found = regions_.find(region.iova);
  if (found == regions_.end() || found->second.size != region.size) {
    return Error{Errc::kNotFound, "DMA memory: no region starts at this IOVA with this size"};
  }
  if (found->second.owned) {
    ::munmap(found->second.data, round_up(found->second.size, kPage));
  }
  regions_.erase(found);
  return {};
}

void HostMemory::fault(TimePs time, std::uint64_t iova, std::size_t bytes, bool write,
                       const char* reason) {
  ++stats_.faults;
  if (faults_.size() < kMaxFaults) {
    faults_.push_back({time, iova, bytes, write, reason});
  }
}

HostMemory::Region* HostMemory::find(TimePs time, std::uint64_t iova, std::size_t bytes,
                                     bool write) {
  auto next = regions_.upper_bound(iova);
  if (next == regions_.begin()) {
    fault(time, iova, bytes, write, "no region at this address");
    return nullptr;
  }
  const auto& [start, region] = *std::prev(next);
  const std::uint64_t offset = iova - start;
  if (offset >= region.size) {
    fault(time, iova, bytes, write, "no region at this address");
    return nullptr;
  }
  if (bytes > region.size - offset) {
    fault(time, iova, bytes, write, "access passes the end of its region");
    return nullptr;
  }
  if (write && !region.options.device_writable) {
    fault(time, iova, bytes, write, "write to a region that the device may only read");
    return nullptr;
  }
  return &std::prev(next)->second;
}

bool HostMemory::device_read(TimePs time, std::uint64_t iova, std::span<std::uint8_t> data) {
  const Region* region = find(time, iova, data.size(), false);
  if (region == nullptr) {
    return false;
  }
  const std::uint64_t start = std::prev(regions_.upper_bound(iova))->first;
  std::memcpy(data.data(), region->data + (iova - start), data.size());
  ++stats_.reads;
  stats_.read_bytes += data.size();
  return true;
}

bool HostMemory::device_write(TimePs time, std::uint64_t iova, std::span<const std::uint8_t> data,
                              bool& wakes) {
  Region* region = find(time, iova, data.size(), true);
  if (region == nullptr) {
    return false;
  }
  const std::uint64_t start = std::prev(regions_.upper_bound(iova))->first;
  std::memcpy(region->data + (iova - start), data.data(), data.size());
  ++stats_.writes;
  stats_.written_bytes += data.size();
  wakes = wakes || region->options.wakes;
  return true;
}

}  // namespace ethlink::sim
