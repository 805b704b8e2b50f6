// SPDX-License-Identifier: Apache-2.0
#include "vfio_backend.hpp"

#include <cerrno>
#include <cstring>
#include <map>
#include <set>
#include <vector>

#include <linux/vfio.h>

#include "catch.hpp"

namespace ethlink {
namespace {

// Plays the kernel: one device in group 12 whose BARs are ordinary memory.
class FakeKernel final : public VfioSystem {
 public:
  enum Fd { kContainer = 10, kGroup = 11, kDevice = 12, kFirstEvent = 100 };

  int open(const char* path) override {
    if (refuse_open == path) {
      errno = EACCES;
      return -1;
    }
    const int fd = std::string(path) == "/dev/vfio/vfio" ? kContainer : kGroup;
    CHECK((fd == kContainer || std::string(path) == "/dev/vfio/12"));
    open_fds.insert(fd);
    return fd;
  }
  int close(int fd) override { return open_fds.erase(fd) == 1 ? 0 : -1; }
  int ioctl(int fd, unsigned long request, void* argument) override {
    if (request == refuse_ioctl) {
      errno = EINVAL;
      return -1;
    }
    switch (request) {
      case VFIO_GET_API_VERSION:
        return api_version;
      case VFIO_GROUP_GET_STATUS:
        static_cast<vfio_group_status*>(argument)->flags = viable ? VFIO_GROUP_FLAGS_VIABLE : 0;
        return 0;
      case VFIO_GROUP_GET_DEVICE_FD:
        CHECK(fd == kGroup);
        open_fds.insert(kDevice);
        return kDevice;
      case VFIO_DEVICE_GET_REGION_INFO: {
        auto* info = static_cast<vfio_region_info*>(argument);
        info->size = info->index == VFIO_PCI_CONFIG_REGION_INDEX ? 4096 : bar_bytes;
        info->offset = std::uint64_t{info->index} << 40;
        info->flags = VFIO_REGION_INFO_FLAG_MMAP;
        return 0;
      }
      case VFIO_DEVICE_GET_IRQ_INFO:
        static_cast<vfio_irq_info*>(argument)->count = vectors;
        static_cast<vfio_irq_info*>(argument)->flags = VFIO_IRQ_INFO_EVENTFD;
        return 0;
      case VFIO_DEVICE_SET_IRQS:
        irq_count = static_cast<vfio_irq_set*>(argument)->count;
        return 0;
      case VFIO_IOMMU_MAP_DMA: {
        const auto* map = static_cast<vfio_iommu_type1_dma_map*>(argument);
        CHECK(map->vaddr % 4096 == 0);
        CHECK(map->size % 4096 == 0);
        for (const auto& [iova, size] : dma) {
          CHECK((map->iova >= iova + size || map->iova + map->size <= iova));
        }
        dma[map->iova] = map->size;
        last_flags = map->flags;
        return 0;
      }
      case VFIO_IOMMU_UNMAP_DMA: {
        const auto* unmap = static_cast<vfio_iommu_type1_dma_unmap*>(argument);
        CHECK(dma.count(unmap->iova) == 1);
        CHECK(dma[unmap->iova] == unmap->size);
        dma.erase(unmap->iova);
        return 0;
      }
      default:
        return 0;
    }
  }
  std::ptrdiff_t pread(int, void* data, std::size_t bytes, std::uint64_t) override {
    std::memcpy(data, &command, bytes);
    return static_cast<std::ptrdiff_t>(bytes);
  }
  std::ptrdiff_t pwrite(int, const void* data, std::size_t bytes, std::uint64_t) override {
    std::memcpy(&command, data, bytes);
    return static_cast<std::ptrdiff_t>(bytes);
  }
  void* mmap(int fd, std::size_t bytes, std::uint64_t offset) override {
    if (fd == kDevice) {
      std::vector<std::byte>& bar = bars[offset >> 40];
      bar.resize(bytes);
      ++mapped;
      return bar.data();
    }
    ++mapped;
    return std::aligned_alloc(4096, bytes);
  }
  int munmap(void* address, std::size_t) override {
    --mapped;
    for (auto& [index, bar] : bars) {
      if (bar.data() == address) {
        return 0;
      }
    }
    std::free(address);
    return 0;
  }
  int eventfd() override {
    const int fd = kFirstEvent + static_cast<int>(events++);
    open_fds.insert(fd);
    return fd;
  }
  std::ptrdiff_t read_event(int fd) override {
    if (fired.erase(fd) == 1) {
      return 8;
    }
    errno = EAGAIN;
    return -1;
  }
  int poll(const std::vector<int>& fds, int timeout_ms) override {
    CHECK(fds.size() == irq_count);
    clock_ns += std::int64_t{timeout_ms} * 1'000'000;
    ++polls;
    return 0;
  }
  std::string read_link(const std::string& path) override {
    return path == "/sys/bus/pci/devices/0000:03:00.0/iommu_group" ? "../../kernel/iommu_groups/12"
                                                                   : "";
  }
  std::int64_t steady_ns() override { return clock_ns; }

  std::string refuse_open;
  unsigned long refuse_ioctl = 0;
  int api_version = VFIO_API_VERSION;
  bool viable = true;
  std::uint64_t bar_bytes = 4 << 20;
  std::uint32_t vectors = 16;
  std::uint32_t irq_count = 0;
  std::uint32_t last_flags = 0;
  std::uint16_t command = 0;
  unsigned events = 0;
  int mapped = 0;
  int polls = 0;
  std::int64_t clock_ns = 0;
  std::set<int> open_fds;
  std::set<int> fired;
  std::map<std::uint64_t, std::uint64_t> dma;
  std::map<std::uint64_t, std::vector<std::byte>> bars;
};

constexpr const char* kAddress = "0000:03:00.0";

TEST_CASE("Opening a card maps its BARs, masters the bus, and closing it leaves nothing",
          "[driver][vfio]") {
  FakeKernel kernel;
  {
    auto backend = VfioBackend::open(kAddress, kernel);
    REQUIRE(backend.has_value());
    CHECK((kernel.command & 4) == 4);
    CHECK(kernel.irq_count == 16);
    REQUIRE((*backend)->dma_alloc(100, 64, {}).has_value());
    CHECK(kernel.dma.size() == 1);
  }
  CHECK(kernel.open_fds.empty());
  CHECK(kernel.dma.empty());
  CHECK(kernel.mapped == 0);
}

TEST_CASE("Each failure of opening says what failed and leaves nothing behind", "[driver][vfio]") {
  FakeKernel kernel;
  std::string expected;
  std::string address = kAddress;
  SECTION("no such device") {
    address = "0000:09:00.0";
    expected = "IOMMU group";
  }
  SECTION("container not permitted") {
    kernel.refuse_open = "/dev/vfio/vfio";
    expected = "open /dev/vfio/vfio";
  }
  SECTION("group not permitted") {
    kernel.refuse_open = "/dev/vfio/12";
    expected = "bound to vfio-pci";
  }
  SECTION("other version") {
    kernel.api_version = 7;
    expected = "found 7";
  }
  SECTION("group shared") {
    kernel.viable = false;
    expected = "bound to vfio-pci, found others";
  }
  SECTION("BAR too small") {
    kernel.bar_bytes = 4096;
    expected = "found 4096";
  }
  SECTION("no interrupts") {
    kernel.vectors = 0;
    expected = "MSI-X";
  }
  SECTION("no IOMMU") {
    kernel.refuse_ioctl = VFIO_SET_IOMMU;
    expected = "VFIO_SET_IOMMU";
  }
  auto backend = VfioBackend::open(address, kernel);
  REQUIRE_FALSE(backend.has_value());
  CHECK(backend.error().context.find(expected) != std::string::npos);
  CHECK(kernel.open_fds.empty());
  CHECK(kernel.mapped == 0);
}

TEST_CASE("Register and aperture accesses of any size and offset move the right bytes",
          "[driver][vfio]") {
  FakeKernel kernel;
  auto backend = std::move(*VfioBackend::open(kAddress, kernel));
  const std::uint64_t offset = GENERATE(as<std::uint64_t>{}, 0, 1, 2, 3, 4, 7, 8, 60);
  const std::size_t bytes = GENERATE(as<std::size_t>{}, 1, 2, 3, 4, 5, 8, 17, 64);
  std::vector<std::byte> data(bytes);
  std::vector<std::byte> back(bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    data[i] = static_cast<std::byte>(i + 1);
  }
  REQUIRE(backend->mmio_write(offset, data).has_value());
  REQUIRE(backend->mmio_read(offset, back).has_value());
  CHECK(back == data);
  CHECK(std::memcmp(kernel.bars[0].data() + offset, data.data(), bytes) == 0);
  CHECK(kernel.bars[0][offset + bytes] == std::byte{0});
  REQUIRE(backend->aperture_write(offset, data).has_value());
  std::fill(back.begin(), back.end(), std::byte{0});
  auto ticket = backend->aperture_read_begin(offset, back);
  REQUIRE(ticket.has_value());
  REQUIRE(backend->finish(*ticket).has_value());
  CHECK(back == data);
  CHECK(backend->mmio_write(kernel.bar_bytes - 1, std::span(data).first(1)).has_value());
  CHECK(backend->mmio_write(kernel.bar_bytes, data).error().code == Errc::kOutOfRange);
}

TEST_CASE("Mappings keep their page offset and their permissions", "[driver][vfio]") {
  FakeKernel kernel;
  auto backend = std::move(*VfioBackend::open(kAddress, kernel));
  alignas(4096) static std::array<std::byte, 3 * 4096> memory{};
  auto mapped = backend->dma_map(std::span(memory).subspan(100, 5000),
                                 {.device_writable = false, .notifies = false});
  REQUIRE(mapped.has_value());
  CHECK(mapped->iova % 4096 == 100);
  CHECK((kernel.last_flags & VFIO_DMA_MAP_FLAG_WRITE) == 0);
  CHECK(kernel.dma.begin()->second == 2 * 4096);
  REQUIRE(backend->dma_free(*mapped).has_value());
  CHECK(kernel.dma.empty());
  CHECK(backend->dma_free(*mapped).error().code == Errc::kNotFound);
}

TEST_CASE("Waiting sleeps in the kernel, never past the deadline, and reports the vectors",
          "[driver][vfio]") {
  FakeKernel kernel;
  auto backend = std::move(*VfioBackend::open(kAddress, kernel));
  kernel.fired = {FakeKernel::kFirstEvent + 3, FakeKernel::kFirstEvent + 5};
  CHECK(backend->take_interrupts() == (1U << 3 | 1U << 5));
  CHECK(backend->take_interrupts() == 0);
  REQUIRE(backend->wait(backend->now()).has_value());
  CHECK(kernel.polls == 0);
  REQUIRE(backend->wait(kForever).has_value());
  CHECK(kernel.polls == 1);
}

TEST_CASE("A card must have the vectors that are asked for, and counts its resets",
          "[driver][vfio]") {
  FakeKernel kernel;
  kernel.vectors = 2;
  auto backend = std::move(*VfioBackend::open(kAddress, kernel));
  CHECK(backend->enable_interrupts(2).has_value());
  CHECK(backend->enable_interrupts(3).error().code == Errc::kUnsupported);
  kernel.command = 0;
  REQUIRE(backend->reset().has_value());
  CHECK(backend->resets() == 1);
  CHECK((kernel.command & 4) == 4);  // a reset ends bus mastering
  kernel.refuse_ioctl = VFIO_DEVICE_RESET;
  CHECK(backend->reset().error().code == Errc::kSystem);
}

}  // namespace
}  // namespace ethlink
