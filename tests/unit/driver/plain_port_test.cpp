// SPDX-License-Identifier: Apache-2.0
#include "ethlink/plain_port.hpp"

#include "catch.hpp"
#include "fake_device.hpp"

namespace ethlink {
namespace {

using test::FakeDevice;
using test::le;

constexpr std::size_t kEntries = 4;

// Offsets of a descriptor: address 0, length 8, used 10, status 12, phase 15.
struct Fixture {
  Fixture() {
    device = std::move(*Device::open(fake, DeviceConfig{}));
    port = std::move(*PlainPort::create(*device, kEntries));
  }
  std::byte* send_entry(std::uint64_t number) {
    return fake.at(fake.reg(0x180)) + number % kEntries * 16;
  }
  std::byte* receive_entry(std::uint64_t number) {
    return fake.at(fake.reg(0x188)) + number % kEntries * 16;
  }
  static void write_back(std::byte* entry, std::uint64_t number, std::uint16_t used,
                         std::uint8_t status) {
    std::memcpy(entry + 10, &used, 2);
    entry[12] = static_cast<std::byte>(status);
    entry[15] = static_cast<std::byte>((number / kEntries % 2) ^ 1U);
  }
  void arrive(std::uint64_t number, const std::vector<std::byte>& frame, std::uint8_t status = 0) {
    std::byte* entry = receive_entry(number);
    std::uint64_t address = 0;
    std::memcpy(&address, entry, 8);
    std::copy(frame.begin(), frame.end(), fake.at(address));
    write_back(entry, number, static_cast<std::uint16_t>(frame.size()), status);
  }
  FakeDevice fake;
  std::unique_ptr<Device> device;
  std::unique_ptr<PlainPort> port;
};

TEST_CASE("Plain rings start with every receive descriptor posted", "[driver]") {
  Fixture f;
  CHECK(f.fake.reg(0x190) == (1U << 16 | 2U << 8 | 2U));
  CHECK(f.fake.reg(0x1A0) == kEntries);
  CHECK(f.fake.reg(0x198) == 0);
  f.port.reset();
  CHECK(f.fake.reg(0x190) == 0);
}

TEST_CASE("Plain frames are sent over many laps and the ring fills up cleanly", "[driver]") {
  Fixture f;
  for (std::uint64_t number = 0; number < 5 * kEntries; ++number) {
    const std::vector<std::byte> frame(14 + number, static_cast<std::byte>(number));
    REQUIRE(f.port->send(frame).has_value());
    CHECK(f.fake.reg(0x198) == number + 1);
    std::byte* entry = f.send_entry(number);
    CHECK(le<std::uint16_t>(std::vector<std::byte>(entry, entry + 16), 8) == 14 + number);
    CHECK(*f.port->sent() == number);
    Fixture::write_back(entry, number, 0, 0);
    CHECK(*f.port->sent() == number + 1);
  }
  const std::vector<std::byte> frame(60);
  for (std::size_t i = 0; i < kEntries; ++i) {
    REQUIRE(f.port->send(frame).has_value());
  }
  CHECK(f.port->send(frame).error().code == Errc::kNoResources);
  Fixture::write_back(f.send_entry(5 * kEntries), 5 * kEntries, 0, 1);
  CHECK(f.port->sent().error().code == Errc::kDeviceError);
}

TEST_CASE("Plain frames are received once, in order, over many laps", "[driver]") {
  Fixture f;
  for (std::uint64_t number = 0; number < 5 * kEntries; ++number) {
    CHECK_FALSE(f.port->receive()->has_value());
    const std::vector<std::byte> frame(60 + number, static_cast<std::byte>(number));
    f.arrive(number, frame);
    Result<std::optional<std::vector<std::byte>>> got = f.port->receive();
    REQUIRE(got.has_value());
    REQUIRE(got->has_value());
    CHECK(**got == frame);
    CHECK(f.fake.reg(0x1A0) == number + 1 + kEntries);
  }
}

TEST_CASE("A frame that was cut, a wrong length and bad arguments are errors", "[driver]") {
  Fixture f;
  CHECK(f.port->send(std::vector<std::byte>(13)).error().code == Errc::kInvalidArgument);
  CHECK(f.port->send(std::vector<std::byte>(4353)).error().code == Errc::kInvalidArgument);
  CHECK_FALSE(PlainPort::create(*f.device, 3).has_value());
  f.arrive(0, std::vector<std::byte>(100), 1);
  CHECK(f.port->receive().error().code == Errc::kDeviceError);
  // A length that the device made up must not index anything.
  Fixture::write_back(f.receive_entry(1), 1, 0xffff, 0);
  CHECK((*f.port->receive())->size() == 4352);
  CHECK(f.port->wait(Duration{1000}).error().code == Errc::kTimeout);
}

}  // namespace
}  // namespace ethlink
