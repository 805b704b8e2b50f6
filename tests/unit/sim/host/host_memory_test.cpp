// SPDX-License-Identifier: Apache-2.0
//
// Host memory and its checker: every access that no mapping allows is found.
#include "sim/host/host_memory.hpp"

#include <array>
#include <cstring>
#include <vector>

#include "catch.hpp"
#include "sim/host/bar_rules.hpp"

namespace ethlink::sim::test {
namespace {

struct Memory {
  HostMemory memory;
  std::vector<std::uint8_t> data = std::vector<std::uint8_t>(64, 0x5a);
  bool wakes = false;

  bool read(std::uint64_t iova, std::size_t bytes = 64) {
    data.resize(bytes);
    return memory.device_read(1, iova, data);
  }
  bool write(std::uint64_t iova, std::size_t bytes = 64) {
    data.assign(bytes, 0x5a);
    return memory.device_write(2, iova, data, wakes);
  }
};

}  // namespace

TEST_CASE("allocated memory is zeroed, aligned and reachable to its last byte", "[sim][memory]") {
  Memory m;
  for (const std::size_t align : {1U, 64U, 4096U, 65536U}) {
    const DmaRegion region = *m.memory.allocate(1000, align, {});
    CHECK(region.iova % align == 0);
    CHECK(region.size == 1000);
    CHECK(region.data[999] == std::byte{0});
    CHECK(m.write(region.iova + 936));
    CHECK(region.data[999] == std::byte{0x5a});
    std::memset(region.data, 0x11, 1000);
    CHECK(m.read(region.iova, 1000));
    CHECK(m.data[999] == 0x11);
  }
  CHECK(m.memory.stats().writes == 4);
  CHECK(m.memory.stats().written_bytes == 256);
  CHECK(m.memory.stats().reads == 4);
  CHECK(m.memory.stats().read_bytes == 4000);
  CHECK(m.memory.stats().faults == 0);
}

TEST_CASE("an access that no mapping allows changes nothing and is recorded", "[sim][memory]") {
  Memory m;
  const DmaRegion first = *m.memory.allocate(4096, 4096, {});
  const DmaRegion second = *m.memory.allocate(100, 4096, {});
  struct Case {
    std::uint64_t iova;
    std::size_t bytes;
    const char* reason;
  };
  const Case cases[] = {
      {0, 64, "no region at this address"},
      {first.iova - 1, 1, "no region at this address"},
      {first.iova - 1, 64, "no region at this address"},
      {first.iova & 0xffffffff, 64, "no region at this address"},  // an address cut to 32 bits
      {first.iova + 4096, 1, "no region at this address"},
      {first.iova + 4095, 2, "access passes the end of its region"},
      {second.iova + 100, 1, "no region at this address"},
      {second.iova + 99, 2, "access passes the end of its region"},
      {second.iova, 101, "access passes the end of its region"},
      {UINT64_MAX, 2, "no region at this address"},
  };
  for (const Case& item : cases) {
    const std::size_t before = m.memory.faults().size();
    CHECK_FALSE(m.read(item.iova, item.bytes));
    CHECK_FALSE(m.write(item.iova, item.bytes));
    REQUIRE(m.memory.faults().size() == before + 2);
    const MemoryFault& fault = m.memory.faults().back();
    CHECK(fault.reason == item.reason);
    CHECK(fault.iova == item.iova);
    CHECK(fault.bytes == item.bytes);
    CHECK(fault.write);
    CHECK(fault.time == 2);
    CHECK_FALSE(m.memory.faults()[before].write);
  }
  CHECK(m.memory.stats().faults == 2 * std::size(cases));
  CHECK_FALSE(m.wakes);
  CHECK(first.data[4095] == std::byte{0});
}

TEST_CASE("a region that the device may only read refuses writes", "[sim][memory]") {
  Memory m;
  const DmaRegion region = *m.memory.allocate(4096, 4096, {.device_writable = false});
  CHECK(m.read(region.iova));
  CHECK_FALSE(m.write(region.iova));
  CHECK(m.memory.faults()[0].reason == "write to a region that the device may only read");
}

TEST_CASE("freed memory is out of reach for ever", "[sim][memory]") {
  Memory m;
  const DmaRegion region = *m.memory.allocate(4096, 4096, {});
  REQUIRE(m.memory.release(region));
  CHECK_FALSE(m.read(region.iova));
  CHECK(m.memory.release(region).error().code == Errc::kNotFound);
  for (unsigned i = 0; i < 100; ++i) {
    CHECK(m.memory.allocate(4096, 4096, {})->iova > region.iova + 4096);
  }
  CHECK_FALSE(m.read(region.iova));
}

TEST_CASE("memory of the program is mapped as it is", "[sim][memory]") {
  Memory m;
  std::array<std::byte, 10'000> own{};
  const DmaRegion region = *m.memory.map(std::span(own).subspan(100, 5000), {});
  CHECK(region.data == own.data() + 100);
  CHECK(region.iova % 4096 == 0);  // wherever the program's memory lies
  CHECK(m.write(region.iova + 4936));
  CHECK(own[99] == std::byte{0});
  CHECK(own[5099] == std::byte{0x5a});
  CHECK_FALSE(m.write(region.iova + 4937));
  CHECK(m.memory.release(region));
  CHECK(m.memory.map({}, {}).error().code == Errc::kInvalidArgument);
}

TEST_CASE("only writes to regions that ask for it wake the program", "[sim][memory]") {
  Memory m;
  const DmaRegion bulk = *m.memory.allocate(4096, 4096, {.wakes = false});
  const DmaRegion queue = *m.memory.allocate(4096, 4096, {});
  CHECK(m.write(bulk.iova));
  CHECK_FALSE(m.wakes);
  CHECK(m.write(queue.iova));
  CHECK(m.wakes);
}

TEST_CASE("many faults are counted, the first ones are kept", "[sim][memory]") {
  Memory m;
  for (std::uint64_t i = 0; i < 200; ++i) {
    CHECK_FALSE(m.read(i));
  }
  CHECK(m.memory.stats().faults == 200);
  CHECK(m.memory.faults().size() == HostMemory::kMaxFaults);
  CHECK(m.memory.faults().back().iova == HostMemory::kMaxFaults - 1);
}

TEST_CASE("a size of 0 and an odd alignment are refused", "[sim][memory]") {
  HostMemory memory;
  CHECK(memory.allocate(0, 4096, {}).error().code == Errc::kInvalidArgument);
  CHECK(memory.allocate(10, 3, {}).error().code == Errc::kInvalidArgument);
}

TEST_CASE("accesses to the BARs keep the rules of the endpoint's ports", "[sim][memory]") {
  using enum Bar;
  CHECK(check_access(kRegisters, true, 0x40, 64));
  CHECK(check_access(kRegisters, false, 0x7f, 1));
  CHECK(check_access(kRegisters, true, 60, 5).error().code == Errc::kInvalidArgument);
  CHECK(check_access(kRegisters, true, 0, 0).error().code == Errc::kInvalidArgument);
  CHECK(check_access(kRegisters, true, kRegisterBarBytes, 4).error().code == Errc::kOutOfRange);
  CHECK(check_access(kAperture, true, 3, 253));
  CHECK(check_access(kAperture, true, 3, 254).error().code == Errc::kInvalidArgument);
  for (const std::size_t bytes : {1U, 2U, 4U, 8U, 16U, 32U, 64U, 128U, 192U, 256U}) {
    CHECK(check_access(kAperture, false, 256, bytes));
  }
  CHECK(check_access(kAperture, false, 0, 3).error().code == Errc::kInvalidArgument);
  CHECK(check_access(kAperture, false, 4, 8).error().code == Errc::kInvalidArgument);
  CHECK(check_access(kAperture, false, 32, 128).error().code == Errc::kInvalidArgument);
  CHECK(check_access(kAperture, false, 0, 100).error().code == Errc::kInvalidArgument);
  CHECK(check_access(kAperture, false, kApertureBarBytes, 8).error().code == Errc::kOutOfRange);
  CHECK(check_access(kAperture, false, 2, 100).error().context.find("BAR2 read at 0x2 of 100") ==
        0);
}

}  // namespace ethlink::sim::test
