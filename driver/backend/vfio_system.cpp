// SPDX-License-Identifier: Apache-2.0
//
// The kernel's side of VfioSystem.
#include <array>
#include <chrono>
#include <climits>

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vfio_backend.hpp"

namespace ethlink {
namespace {

class KernelVfioSystem final : public VfioSystem {
 public:
  int open(const char* path) override { return ::open(path, O_RDWR | O_CLOEXEC); }
  int close(int fd) override { return ::close(fd); }
  int ioctl(int fd, unsigned long request, void* argument) override {
    return ::ioctl(fd, request, argument);
  }
  std::ptrdiff_t pread(int fd, void* data, std::size_t bytes, std::uint64_t offset) override {
    return ::pread(fd, data, bytes, static_cast<off_t>(offset));
  }
  std::ptrdiff_t pwrite(int fd, const void* data, std::size_t bytes,
                        std::uint64_t offset) override {
    return ::pwrite(fd, data, bytes, static_cast<off_t>(offset));
  }
  void* mmap(int fd, std::size_t bytes, std::uint64_t offset) override {
    const int flags = fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
    void* address =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, flags, fd, static_cast<off_t>(offset));
    return address == MAP_FAILED ? nullptr : address;
  }
  int munmap(void* address, std::size_t bytes) override { return ::munmap(address, bytes); }
  int eventfd() override { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
  std::ptrdiff_t read_event(int fd) override {
    std::uint64_t count = 0;
    return ::read(fd, &count, sizeof(count));
  }
  int poll(const std::vector<int>& fds, int timeout_ms) override {
    std::vector<pollfd> entries;
    entries.reserve(fds.size());
    for (int fd : fds) {
      entries.push_back({fd, POLLIN, 0});
    }
    return ::poll(entries.data(), entries.size(), timeout_ms);
  }
  std::string read_link(const std::string& path) override {
    std::array<char, PATH_MAX> text{};
    const ssize_t length = ::readlink(path.c_str(), text.data(), text.size());
    return length < 0 ? std::string() : std::string(text.data(), static_cast<std::size_t>(length));
  }
  std::int64_t steady_ns() override {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
};

}  // namespace

VfioSystem& kernel_vfio_system() {
  static KernelVfioSystem system;
  return system;
}

}  // namespace ethlink
