// SPDX-License-Identifier: Apache-2.0
#include "ethlink/device.hpp"

#include "catch.hpp"
#include "fake_device.hpp"

namespace ethlink {
namespace {

using test::FakeDevice;

DeviceConfig config() {
  DeviceConfig c;
  c.mac = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};
  c.node_id = 7;
  c.gids = {gid_of_ipv4(10, 0, 0, 1)};
  return c;
}

TEST_CASE("Opening a device programs its identity, its rings and its event queue", "[driver]") {
  FakeDevice fake;
  auto device = Device::open(fake, config());
  REQUIRE(device.has_value());

  CHECK(fake.reg(0x040) == 0x0211'2233'4455);
  CHECK((fake.reg(0x048) & 0xffff) == 7);
  CHECK(((fake.reg(0x048) >> 16) & 0xffff) == 0x88B5);
  CHECK(fake.reg(0x048) >> 48 == 0x88B6);
  CHECK(fake.reg(0x058) == 1);
  CHECK(fake.reg(0x200) == 0);
  CHECK(fake.reg(0x208) == 0x0000'FFFF'0A00'0001);
  CHECK((fake.reg(0x020) & 1) == 1);
  REQUIRE(fake.admin.size() == 1);
  CHECK(fake.admin[0].verb == 1);
  CHECK(fake.admin[0].kind == 1);
  CHECK((*device)->caps().qps == 16);
  CHECK((*device)->caps().windows == 16);
  CHECK((*device)->caps().data_bytes == 64);
}

TEST_CASE("Flow control is off unless asked for, and a quantum is 512 bit times in cycles",
          "[driver]") {
  FakeDevice fake;
  DeviceConfig c = config();
  SECTION("off") {
    REQUIRE(Device::open(fake, c).has_value());
    CHECK(fake.reg(0x050) == 0x0107'FFFF'0000);  // 1280 ns / 1250 ns x 256, rounded up
  }
  SECTION("on, 100 Gb/s and 250 MHz") {
    c.pfc_enable = kLosslessPriorities;
    c.pfc_quantum = Duration{5120};
    c.cycle = Duration{4000};
    REQUIRE(Device::open(fake, c).has_value());
    CHECK(fake.reg(0x050) == 0x0148'FFFF'3838);
  }
  SECTION("a quantum that does not fit is as long as possible") {
    c.pfc_quantum = Duration{1'000'000'000};
    REQUIRE(Device::open(fake, c).has_value());
    CHECK(fake.reg(0x050) >> 32 == 0xFFFF);
  }
}

TEST_CASE("Congestion control is off unless asked for; rates are 8.16 bytes a cycle", "[driver]") {
  FakeDevice fake;
  DeviceConfig c = config();
  SECTION("off") {
    REQUIRE(Device::open(fake, c).has_value());
    CHECK((fake.reg(0x148) & 1) == 0);
    CHECK((fake.reg(0x150) & 1) == 0);
  }
  SECTION("on, 400 Gb/s and 800 MHz") {
    c.congestion.enable = true;
    REQUIRE(Device::open(fake, c).has_value());
    CHECK(fake.reg(0x148) == 0x0630'009C'4001);       // 40,000 cycles, DSCP 48, priority 6
    CHECK(fake.reg(0x150) == 0x0004'003E'8000'0581);  // 62.5 and 0.015625 bytes a cycle
    CHECK(fake.reg(0x158) == 0x00AB'E000'ABE0);       // 44,000 cycles each
    CHECK(fake.reg(0x160) == 0xA000'0010'00);         // 0.0625 and 0.625
    CHECK(fake.reg(0x168) == 0x0187'0100'0098'9680);  // 100,000 bytes ahead, 256, 10^7
  }
  SECTION("on, 100 Gb/s and 250 MHz") {
    c.congestion.enable = true;
    c.congestion.line_mbps = 100'000;
    c.cycle = Duration{4000};
    REQUIRE(Device::open(fake, c).has_value());
    CHECK((fake.reg(0x150) >> 16 & 0xFFFFFF) == 0x320000);  // 50 bytes a cycle
    CHECK(fake.reg(0x168) >> 48 == 98);                     // 25,000 bytes
  }
  SECTION("what does not fit a register is refused") {
    c.congestion.gain_shift = 16;
    CHECK_FALSE(Device::open(fake, c).has_value());
  }
}

TEST_CASE("A device of another kind or version is refused with both values in the message",
          "[driver]") {
  FakeDevice fake;
  SECTION("magic") {
    fake.reg(0x000) = 0x1234;
    auto device = Device::open(fake, config());
    REQUIRE_FALSE(device.has_value());
    CHECK(device.error().code == Errc::kUnsupported);
    CHECK(device.error().context.find("0x0000000000001234") != std::string::npos);
  }
  SECTION("version") {
    fake.reg(0x008) = 0x20000;
    auto device = Device::open(fake, config());
    REQUIRE_FALSE(device.has_value());
    CHECK(device.error().context.find("expected 1, found 2") != std::string::npos);
  }
  SECTION("never ready") {
    fake.reg(0x028) = 0;
    auto device = Device::open(fake, config());
    REQUIRE_FALSE(device.has_value());
    CHECK(device.error().code == Errc::kTimeout);
  }
  SECTION("nine GIDs") {
    DeviceConfig c = config();
    c.gids.assign(9, Gid{});
    auto device = Device::open(fake, c);
    REQUIRE_FALSE(device.has_value());
    CHECK(device.error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("Admin commands keep working over many laps of their rings", "[driver]") {
  FakeDevice fake;
  auto device = Device::open(fake, config());
  REQUIRE(device.has_value());
  for (std::uint32_t i = 0; i < 100; ++i) {
    auto done = (*device)->admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kCq, i % 8,
                                           regs::ObjCq{});
    REQUIRE(done.has_value());
    REQUIRE(fake.admin.back().index == i % 8);
  }
}

TEST_CASE("An admin command that is refused or never answered is an error, not a hang",
          "[driver]") {
  FakeDevice fake;
  auto device = Device::open(fake, config());
  REQUIRE(device.has_value());
  SECTION("refused") {
    fake.refused_kind = 2;
    fake.admin_status = 3;
    auto done =
        (*device)->admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kCq, 1, regs::ObjCq{});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Errc::kDeviceError);
    CHECK(done.error().context.find("BadState") != std::string::npos);
  }
  SECTION("silent") {
    fake.silent = true;
    auto done = (*device)->admin().destroy(regs::ObjKind::kCq, 1);
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Errc::kTimeout);
  }
  SECTION("removed") {
    fake.removed = true;
    auto done = (*device)->admin().destroy(regs::ObjKind::kCq, 1);
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Errc::kDeviceRemoved);
  }
}

TEST_CASE("Events arrive once, in order, and their slots are handed back", "[driver]") {
  FakeDevice fake;
  auto device = Device::open(fake, config());
  REQUIRE(device.has_value());
  const auto base = test::le<std::uint64_t>(fake.admin[0].data, 0);
  const auto post = [&](std::uint32_t number, std::uint8_t type, std::uint32_t id) {
    std::byte* entry = fake.at(base) + (number & 255) * 16;
    entry[0] = static_cast<std::byte>(type);
    std::memcpy(entry + 4, &id, 4);
    entry[15] = static_cast<std::byte>(((number >> 8) & 1U) ^ 1U);
  };
  for (std::uint32_t number = 0; number < 600; ++number) {
    post(number, number % 2 == 0 ? 0 : 8, number % 2 == 0 ? 3 : number);
    REQUIRE((*device)->process_events().has_value());
    if (number % 2 == 0) {
      CHECK((*device)->take_cq_event(3));
      CHECK_FALSE((*device)->take_cq_event(3));
    } else {
      const std::optional<Event> event = (*device)->next_event();
      REQUIRE(event.has_value());
      CHECK(event->id == number);
      CHECK(event->type == regs::EqeType::kLsPeerDown);
    }
    CHECK((fake.reg(0x0E0) >> 32) == number + 1);
  }
  CHECK_FALSE((*device)->next_event().has_value());
  // An event for a queue that does not exist must not index anything.
  post(600, 0, 0xffffffff);
  CHECK((*device)->process_events().has_value());
}

TEST_CASE("Numbers of objects are given out consecutively, taken back, and run out cleanly",
          "[driver]") {
  FakeDevice fake;
  auto device = Device::open(fake, config());
  REQUIRE(device.has_value());
  auto first = (*device)->take_numbers(Device::Table::kWindow, 10);
  REQUIRE(first.has_value());
  CHECK_FALSE((*device)->take_numbers(Device::Table::kWindow, 7).has_value());
  auto second = (*device)->take_numbers(Device::Table::kWindow, 6);
  REQUIRE(second.has_value());
  CHECK(*second == *first + 10);
  (*device)->give_numbers(Device::Table::kWindow, *first, 10);
  CHECK((*device)->take_numbers(Device::Table::kWindow, 10).has_value());
}

TEST_CASE("Counters are read in lines of eight and in order", "[driver]") {
  FakeDevice fake;
  auto device = Device::open(fake, config());
  REQUIRE(device.has_value());
  for (std::size_t i = 0; i < regs::kNumCounters; ++i) {
    fake.reg(FakeDevice::kCounters + 8 * i) = 1000 + i;
  }
  auto counters = (*device)->read_counters();
  REQUIRE(counters.has_value());
  REQUIRE(counters->size() == regs::kNumCounters);
  for (std::size_t i = 0; i < counters->size(); ++i) {
    CHECK((*counters)[i] == 1000 + i);
  }
}

}  // namespace
}  // namespace ethlink
