// SPDX-License-Identifier: Apache-2.0
#include "ethlink/completion_queue.hpp"

#include <array>
#include <cstring>

#include "catch.hpp"
#include "fake_device.hpp"

namespace ethlink {
namespace {

using test::FakeDevice;
using test::le;

constexpr unsigned kCqKind = 2;
constexpr std::uint8_t kLoadStore = 32;  // its completions name no queue pair

struct Fixture {
  explicit Fixture(std::uint32_t entries) {
    device = std::move(*Device::open(fake, DeviceConfig{}));
    cq = std::move(*CompletionQueue::create(*device, entries));
    base = le<std::uint64_t>(fake.admin.back().data, 0);
  }
  // The device's answer to MODIFY: the first entry of the new ring.
  void answer(std::uint32_t producer) {
    std::vector<std::uint8_t> object(48);
    std::memcpy(object.data() + 12, &producer, 4);
    fake.answers[kCqKind] = object;
  }
  void complete(unsigned log_size, std::uint32_t number) {
    fake.complete(base, log_size, number, 0, static_cast<std::uint16_t>(number), 0, kLoadStore);
  }
  // Polls until nothing is left; the cookies must count on from `next`.
  void expect_from(std::uint32_t& next) {
    std::array<WorkCompletion, 3> out;
    for (;;) {
      Result<std::size_t> count = cq->poll(out);
      REQUIRE(count.has_value());
      for (std::size_t i = 0; i < *count; ++i) {
        REQUIRE(out.at(i).wr_id == (next++ & 0xffffU));
      }
      if (*count == 0) {
        return;
      }
    }
  }
  FakeDevice fake;
  std::unique_ptr<Device> device;
  std::unique_ptr<CompletionQueue> cq;
  std::uint64_t base = 0;
};

TEST_CASE("Entries that were not polled move into the new ring, whatever the laps", "[driver]") {
  // Every number of consumed and left entries, from every size to every other one.
  for (unsigned from = 0; from <= 3; ++from) {
    for (unsigned to = 0; to <= 3; ++to) {
      for (std::uint32_t consumed = 0; consumed < 20; ++consumed) {
        for (std::uint32_t left = 0; left <= (1U << std::min(from, to)); ++left) {
          CAPTURE(from, to, consumed, left);
          Fixture f(1U << from);
          std::uint32_t next = 0;
          for (std::uint32_t n = 0; n < consumed; ++n) {
            f.complete(from, n);
            f.expect_from(next);
          }
          for (std::uint32_t n = consumed; n < consumed + left; ++n) {
            f.complete(from, n);
          }
          f.answer(consumed + left);
          REQUIRE(f.cq->resize(1U << to).has_value());
          const test::AdminRecord& command = f.fake.admin.back();
          REQUIRE(command.verb == 2);
          REQUIRE(command.kind == kCqKind);
          REQUIRE(command.mask == 1);
          REQUIRE(command.data[8] == to);
          REQUIRE(le<std::uint64_t>(command.data, 0) != f.base);
          f.base = le<std::uint64_t>(command.data, 0);
          f.expect_from(next);
          REQUIRE(next == consumed + left);
          for (std::uint32_t n = next; n < consumed + left + 20; ++n) {
            f.complete(to, n);
            f.expect_from(next);
            REQUIRE(next == n + 1);
          }
        }
      }
    }
  }
}

TEST_CASE("A ring that is refused, or an answer that cannot be, leaves the old ring in use",
          "[driver]") {
  Fixture f(8);
  const std::size_t before = f.fake.live_buffers();
  for (const std::uint32_t entries : {0U, 3U, 131072U}) {
    const Result<void> wrong = f.cq->resize(entries);
    REQUIRE_FALSE(wrong.has_value());
    CHECK(wrong.error().code == Errc::kInvalidArgument);
  }
  SECTION("the device is busy") {
    f.fake.refused_kind = kCqKind;
    f.fake.admin_status = 5;
  }
  SECTION("the device says that it wrote more than fits") {
    f.answer(9);
  }
  SECTION("the device went back") {
    f.answer(0xffffffff);
  }
  CHECK_FALSE(f.cq->resize(16).has_value());
  CHECK(f.fake.live_buffers() == before);
  f.complete(3, 0);
  std::uint32_t next = 0;
  f.expect_from(next);
  CHECK(next == 1);
}

}  // namespace
}  // namespace ethlink
