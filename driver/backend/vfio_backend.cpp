// SPDX-License-Identifier: Apache-2.0
#include "vfio_backend.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include <linux/pci_regs.h>
#include <linux/vfio.h>

namespace ethlink {
namespace {

constexpr std::size_t kRegistersLeast = std::size_t{2} << 20;  // CSRs, MSI-X table, doorbell pages
constexpr std::size_t kApertureLeast = std::size_t{1} << 21;   // one page of the aperture
constexpr std::size_t kMaxVectors = 32;
constexpr std::size_t kPage = 4096;
// A device without interrupts for this write is polled: the longest sleep between two looks.
constexpr int kPollMs = 1;

constexpr std::size_t round_up(std::size_t bytes, std::size_t unit) {
  return (bytes + unit - 1) / unit * unit;
}

// Device memory must be reached by accesses of the size that was asked for: a memcpy may split or
// widen them. Chunks are the largest naturally aligned words up to 8 bytes.
template <typename Word>
void write_word(std::byte* to, const std::byte* from) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  *reinterpret_cast<volatile Word*>(to) = word;
}

template <typename Word>
void read_word(std::byte* to, const std::byte* from) {
  const Word word = *reinterpret_cast<const volatile Word*>(from);
  std::memcpy(to, &word, sizeof(word));
}

std::size_t word_at(std::uint64_t offset, std::size_t left) {
  std::size_t bytes = 8;
  while (bytes > left || offset % bytes != 0) {
    bytes /= 2;
  }
  return bytes;
}

void device_write(std::byte* base, std::uint64_t offset, std::span<const std::byte> data) {
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t bytes = word_at(offset + at, data.size() - at);
    std::byte* to = base + offset + at;
    const std::byte* from = data.data() + at;
    switch (bytes) {
      case 8:
        write_word<std::uint64_t>(to, from);
        break;
      case 4:
        write_word<std::uint32_t>(to, from);
        break;
      case 2:
        write_word<std::uint16_t>(to, from);
        break;
      default:
        write_word<std::uint8_t>(to, from);
        break;
    }
    at += bytes;
  }
}

void device_read(const std::byte* base, std::uint64_t offset, std::span<std::byte> data) {
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t bytes = word_at(offset + at, data.size() - at);
    const std::byte* from = base + offset + at;
    std::byte* to = data.data() + at;
    switch (bytes) {
      case 8:
        read_word<std::uint64_t>(to, from);
        break;
      case 4:
        read_word<std::uint32_t>(to, from);
        break;
      case 2:
        read_word<std::uint16_t>(to, from);
        break;
      default:
        read_word<std::uint8_t>(to, from);
        break;
    }
    at += bytes;
  }
}

Result<void> check_range(const char* bar, std::uint64_t offset, std::size_t bytes,
                         std::size_t size) {
  if (offset > size || bytes > size - offset) {
    return Error{Errc::kOutOfRange, std::string(bar) + ": access of " + std::to_string(bytes) +
                                        " bytes at " + std::to_string(offset) +
                                        ": expected inside " + std::to_string(size)};
  }
  return {};
}

}  // namespace

Error VfioBackend::failed(const std::string& what) const {
  return {Errc::kSystem, what + ": " + std::strerror(errno)};
}

Result<std::unique_ptr<VfioBackend>> VfioBackend::open(const std::string& address,
                                                       VfioSystem& system) {
  std::unique_ptr<VfioBackend> backend(new VfioBackend(system));
  if (Result<void> done = backend->open_group(address); !done) {
    return done.error();
  }
  if (Result<void> done = backend->open_device(address); !done) {
    return done.error();
  }
  return backend;
}

Result<void> VfioBackend::open_group(const std::string& address) {
  const std::string link = system_->read_link("/sys/bus/pci/devices/" + address + "/iommu_group");
  if (link.empty()) {
    return Error{Errc::kNotFound,
                 "PCI device " + address + ": expected an IOMMU group, found none"};
  }
  container_ = system_->open("/dev/vfio/vfio");
  if (container_ < 0) {
    return failed("open /dev/vfio/vfio");
  }
  const int version = system_->ioctl(container_, VFIO_GET_API_VERSION, nullptr);
  if (version != VFIO_API_VERSION) {
    return Error{Errc::kUnsupported, "VFIO interface version: expected " +
                                         std::to_string(VFIO_API_VERSION) + ", found " +
                                         std::to_string(version)};
  }
  const std::string path = "/dev/vfio/" + std::filesystem::path(link).filename().string();
  group_ = system_->open(path.c_str());
  if (group_ < 0) {
    return failed("open " + path + " (is the device bound to vfio-pci?)");
  }
  vfio_group_status status{};
  status.argsz = sizeof(status);
  if (system_->ioctl(group_, VFIO_GROUP_GET_STATUS, &status) != 0) {
    return failed("VFIO_GROUP_GET_STATUS");
  }
  if ((status.flags & VFIO_GROUP_FLAGS_VIABLE) == 0) {
    return Error{Errc::kBusy,
                 path + ": expected all devices of the group bound to vfio-pci, found others"};
  }
  if (system_->ioctl(group_, VFIO_GROUP_SET_CONTAINER, &container_) != 0) {
    return failed("VFIO_GROUP_SET_CONTAINER");
  }
  // The kernel takes the IOMMU type by value in the pointer argument; nothing reads through it.
  // NOLINTNEXTLINE(performance-no-int-to-ptr)
  void* type = reinterpret_cast<void*>(std::uintptr_t{VFIO_TYPE1v2_IOMMU});
  if (system_->ioctl(container_, VFIO_SET_IOMMU, type) != 0) {
    return failed("VFIO_SET_IOMMU");
  }
  return {};
}

Result<void> VfioBackend::open_device(const std::string& address) {
  std::string name = address;
  device_ = system_->ioctl(group_, VFIO_GROUP_GET_DEVICE_FD, name.data());
  if (device_ < 0) {
    return failed("VFIO_GROUP_GET_DEVICE_FD " + address);
  }
  Result<Bar> registers = map_bar(VFIO_PCI_BAR0_REGION_INDEX, kRegistersLeast);
  if (!registers) {
    return registers.error();
  }
  registers_ = *registers;
  Result<Bar> aperture = map_bar(VFIO_PCI_BAR2_REGION_INDEX, kApertureLeast);
  if (!aperture) {
    return aperture.error();
  }
  aperture_ = *aperture;
  if (Result<void> done = enable_bus_master(); !done) {
    return done;
  }
  return connect_vectors();
}

Result<VfioBackend::Bar> VfioBackend::map_bar(std::uint32_t index, std::size_t least) {
  vfio_region_info info{};
  info.argsz = sizeof(info);
  info.index = index;
  if (system_->ioctl(device_, VFIO_DEVICE_GET_REGION_INFO, &info) != 0) {
    return failed("VFIO_DEVICE_GET_REGION_INFO of BAR" + std::to_string(index));
  }
  if ((info.flags & VFIO_REGION_INFO_FLAG_MMAP) == 0 || info.size < least) {
    return Error{Errc::kUnsupported,
                 "BAR" + std::to_string(index) + ": expected a mappable region of at least " +
                     std::to_string(least) + " bytes, found " + std::to_string(info.size)};
  }
  void* address = system_->mmap(device_, info.size, info.offset);
  if (address == nullptr) {
    return failed("mmap of BAR" + std::to_string(index));
  }
  return Bar{static_cast<std::byte*>(address), static_cast<std::size_t>(info.size)};
}

Result<void> VfioBackend::enable_bus_master() {
  // VFIO hands configuration space out as a region; bus mastering is bit 2 of the command register.
  vfio_region_info info{};
  info.argsz = sizeof(info);
  info.index = VFIO_PCI_CONFIG_REGION_INDEX;
  if (system_->ioctl(device_, VFIO_DEVICE_GET_REGION_INFO, &info) != 0) {
    return failed("VFIO_DEVICE_GET_REGION_INFO of configuration space");
  }
  std::uint16_t command = 0;
  if (system_->pread(device_, &command, sizeof(command), info.offset + PCI_COMMAND) !=
      static_cast<std::ptrdiff_t>(sizeof(command))) {
    return failed("read of the PCI command register");
  }
  command |= PCI_COMMAND_MASTER | PCI_COMMAND_MEMORY;
  if (system_->pwrite(device_, &command, sizeof(command), info.offset + PCI_COMMAND) !=
      static_cast<std::ptrdiff_t>(sizeof(command))) {
    return failed("write of the PCI command register");
  }
  return {};
}

Result<void> VfioBackend::connect_vectors() {
  vfio_irq_info info{};
  info.argsz = sizeof(info);
  info.index = VFIO_PCI_MSIX_IRQ_INDEX;
  if (system_->ioctl(device_, VFIO_DEVICE_GET_IRQ_INFO, &info) != 0) {
    return failed("VFIO_DEVICE_GET_IRQ_INFO");
  }
  if (info.count == 0 || (info.flags & VFIO_IRQ_INFO_EVENTFD) == 0) {
    return Error{Errc::kUnsupported, "expected MSI-X vectors, found none"};
  }
  const std::size_t count = std::min<std::size_t>(info.count, kMaxVectors);
  std::vector<std::byte> bytes(sizeof(vfio_irq_set) + count * sizeof(std::int32_t));
  for (std::size_t i = 0; i < count; ++i) {
    const int fd = system_->eventfd();
    if (fd < 0) {
      return failed("eventfd");
    }
    events_.push_back(fd);
    const std::int32_t value = fd;
    std::memcpy(bytes.data() + sizeof(vfio_irq_set) + i * sizeof(value), &value, sizeof(value));
  }
  vfio_irq_set set{};
  set.argsz = static_cast<std::uint32_t>(bytes.size());
  set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
  set.index = VFIO_PCI_MSIX_IRQ_INDEX;
  set.count = static_cast<std::uint32_t>(count);
  std::memcpy(bytes.data(), &set, sizeof(set));
  if (system_->ioctl(device_, VFIO_DEVICE_SET_IRQS, bytes.data()) != 0) {
    return failed("VFIO_DEVICE_SET_IRQS");
  }
  return {};
}

VfioBackend::~VfioBackend() {
  while (!mappings_.empty()) {
    static_cast<void>(dma_free(mappings_.begin()->second.memory));
  }
  for (const Bar& bar : {registers_, aperture_}) {
    if (bar.base != nullptr) {
      system_->munmap(bar.base, bar.size);
    }
  }
  for (int fd : events_) {
    system_->close(fd);
  }
  for (int fd : {device_, group_, container_}) {
    if (fd >= 0) {
      system_->close(fd);
    }
  }
}

Result<void> VfioBackend::mmio_write(std::uint64_t offset, std::span<const std::byte> data) {
  if (Result<void> valid = check_range("BAR0", offset, data.size(), registers_.size); !valid) {
    return valid;
  }
  device_write(registers_.base, offset, data);
  return {};
}

Result<void> VfioBackend::mmio_read(std::uint64_t offset, std::span<std::byte> data) {
  if (Result<void> valid = check_range("BAR0", offset, data.size(), registers_.size); !valid) {
    return valid;
  }
  device_read(registers_.base, offset, data);
  return {};
}

Result<void> VfioBackend::aperture_write(std::uint64_t offset, std::span<const std::byte> data) {
  if (Result<void> valid = check_range("BAR2", offset, data.size(), aperture_.size); !valid) {
    return valid;
  }
  device_write(aperture_.base, offset, data);
  return {};
}

Result<Ticket> VfioBackend::aperture_write_begin(std::uint64_t offset,
                                                 std::span<const std::byte> data) {
  // A CPU's store to a PCIe BAR is posted: there is no answer to wait for.
  if (Result<void> done = aperture_write(offset, data); !done) {
    return done.error();
  }
  return Ticket{0};
}

Result<Ticket> VfioBackend::aperture_read_begin(std::uint64_t offset, std::span<std::byte> data) {
  // A CPU's load from a PCIe BAR blocks: it is complete when it returns.
  if (Result<void> valid = check_range("BAR2", offset, data.size(), aperture_.size); !valid) {
    return valid.error();
  }
  device_read(aperture_.base, offset, data);
  return Ticket{0};
}

Result<void> VfioBackend::finish(Ticket /*ticket*/) {
  return {};
}

Result<DmaMemory> VfioBackend::map_pages(std::byte* data, std::size_t bytes, DmaFlags flags,
                                         std::byte* owned) {
  // The page offset of the memory is kept, so that whole pages are mapped around it.
  const std::uint64_t start = reinterpret_cast<std::uintptr_t>(data);
  const std::uint64_t first_page = start / kPage * kPage;
  const std::size_t span = round_up(static_cast<std::size_t>(start - first_page) + bytes, kPage);
  vfio_iommu_type1_dma_map map{};
  map.argsz = sizeof(map);
  map.flags = VFIO_DMA_MAP_FLAG_READ | (flags.device_writable ? VFIO_DMA_MAP_FLAG_WRITE : 0U);
  map.vaddr = first_page;
  map.iova = next_iova_;
  map.size = span;
  if (system_->ioctl(container_, VFIO_IOMMU_MAP_DMA, &map) != 0) {
    return failed("VFIO_IOMMU_MAP_DMA of " + std::to_string(span) + " bytes");
  }
  const DmaMemory memory{data, next_iova_ + (start - first_page), bytes};
  mappings_[memory.iova] = {memory, owned};
  // A page that belongs to nobody between two mappings makes an overrun a fault.
  next_iova_ += span + kPage;
  return memory;
}

Result<DmaMemory> VfioBackend::dma_alloc(std::size_t bytes, std::size_t align, DmaFlags flags) {
  if (bytes == 0 || align > kPage) {
    return Error{Errc::kInvalidArgument,
                 "DMA memory: expected at least 1 byte and an alignment up to 4096, found " +
                     std::to_string(bytes) + " and " + std::to_string(align)};
  }
  const std::size_t pages = round_up(bytes, kPage);
  void* data = system_->mmap(-1, pages, 0);
  if (data == nullptr) {
    return failed("mmap of " + std::to_string(pages) + " bytes");
  }
  Result<DmaMemory> memory =
      map_pages(static_cast<std::byte*>(data), bytes, flags, static_cast<std::byte*>(data));
  if (!memory) {
    system_->munmap(data, pages);
  }
  return memory;
}

Result<DmaMemory> VfioBackend::dma_map(std::span<std::byte> memory, DmaFlags flags) {
  if (memory.empty()) {
    return Error{Errc::kInvalidArgument, "DMA mapping: expected at least 1 byte, found 0"};
  }
  return map_pages(memory.data(), memory.size(), flags, nullptr);
}

Result<void> VfioBackend::dma_free(const DmaMemory& memory) {
  const auto found = mappings_.find(memory.iova);
  if (found == mappings_.end()) {
    return Error{Errc::kNotFound, "DMA mapping at IOVA " + std::to_string(memory.iova) +
                                      ": expected a live mapping, found none"};
  }
  const Mapping mapping = found->second;
  mappings_.erase(found);
  const std::uint64_t start = reinterpret_cast<std::uintptr_t>(mapping.memory.data);
  const std::uint64_t page_offset = start % kPage;
  vfio_iommu_type1_dma_unmap unmap{};
  unmap.argsz = sizeof(unmap);
  unmap.iova = mapping.memory.iova - page_offset;
  unmap.size = round_up(static_cast<std::size_t>(page_offset) + mapping.memory.size, kPage);
  Result<void> result;
  if (system_->ioctl(container_, VFIO_IOMMU_UNMAP_DMA, &unmap) != 0) {
    result = failed("VFIO_IOMMU_UNMAP_DMA");
  }
  if (mapping.owned != nullptr) {
    system_->munmap(mapping.owned, round_up(mapping.memory.size, kPage));
  }
  return result;
}

TimePoint VfioBackend::now() const {
  return TimePoint(system_->steady_ns() * 1000);
}

Result<void> VfioBackend::wait(TimePoint deadline) {
  const std::int64_t left_ns = deadline == kForever ? INT64_MAX : (deadline - now()).count() / 1000;
  if (left_ns <= 0) {
    return {};
  }
  const int timeout = static_cast<int>(std::min<std::int64_t>(left_ns / 1'000'000 + 1, kPollMs));
  if (system_->poll(events_, timeout) < 0 && errno != EINTR) {
    return failed("poll");
  }
  return {};
}

Result<void> VfioBackend::enable_interrupts(unsigned vectors) {
  // The kernel fills the MSI-X table when the vectors are connected, and again after a reset.
  if (vectors > events_.size()) {
    return Error{Errc::kUnsupported, "MSI-X vectors: expected at least " + std::to_string(vectors) +
                                         ", found " + std::to_string(events_.size())};
  }
  return {};
}

std::uint32_t VfioBackend::take_interrupts() {
  std::uint32_t vectors = 0;
  for (std::size_t i = 0; i < events_.size(); ++i) {
    if (system_->read_event(events_[i]) > 0) {
      vectors |= 1U << i;
    }
  }
  return vectors;
}

Result<void> VfioBackend::reset() {
  count_reset();
  if (system_->ioctl(device_, VFIO_DEVICE_RESET, nullptr) != 0) {
    return failed("VFIO_DEVICE_RESET");
  }
  return enable_bus_master();
}

}  // namespace ethlink
