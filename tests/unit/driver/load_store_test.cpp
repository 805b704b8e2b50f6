// SPDX-License-Identifier: Apache-2.0
#include "ethlink/load_store.hpp"

#include "catch.hpp"
#include "fake_device.hpp"

namespace ethlink {
namespace {

using test::FakeDevice;
using test::le;

constexpr std::uint64_t kPageBytes = 1 << 21;

struct Fixture {
  Fixture() {
    device = std::move(*Device::open(fake, DeviceConfig{}));
    cq = std::move(*CompletionQueue::create(*device, 8));
    cq_base = le<std::uint64_t>(fake.admin.back().data, 0);
  }
  std::unique_ptr<RemoteMemory> map(std::uint64_t length, bool posted = true) {
    WindowOptions options;
    options.node_id = 3;
    options.segment = 5;
    options.offset = 0x1000;
    options.length = length;
    options.access = 0xE;
    options.posted = posted;
    return std::move(*RemoteMemory::create(*device, *cq, options));
  }
  FakeDevice fake;
  std::unique_ptr<Device> device;
  std::unique_ptr<CompletionQueue> cq;
  std::uint64_t cq_base = 0;
};

TEST_CASE("A window of several pages continues the remote address page by page", "[driver]") {
  Fixture f;
  f.fake.admin.clear();
  auto memory = f.map(2 * kPageBytes + 100);
  REQUIRE(f.fake.admin.size() == 3);
  for (std::uint64_t i = 0; i < 3; ++i) {
    CHECK(le<std::uint64_t>(f.fake.admin[i].data, 0) ==
          (std::uint64_t{5} << 48) + 0x1000 + i * kPageBytes);
    CHECK(le<std::uint64_t>(f.fake.admin[i].data, 16) == (i < 2 ? kPageBytes : 100));
  }
  memory.reset();
  CHECK(f.fake.admin.size() == 6);
  CHECK(f.fake.admin.back().verb == 4);
}

TEST_CASE("Stores cover each byte once, in order, in aligned powers of two inside a line",
          "[driver]") {
  Fixture f;
  const bool posted = GENERATE(true, false);
  const std::size_t piece = GENERATE(as<std::size_t>{}, 4, 64, 256);
  const std::uint64_t offset = GENERATE(as<std::uint64_t>{}, 0, 1, 60, 255, 256);
  const std::size_t bytes = GENERATE(as<std::size_t>{}, 1, 64, 255, 1027);
  CAPTURE(posted, piece, offset, bytes);
  auto memory = f.map(8192, posted);
  std::vector<std::byte> data(bytes);
  for (std::size_t i = 0; i < bytes; ++i) {
    data[i] = static_cast<std::byte>(i * 31);
  }
  REQUIRE(memory->store(offset, data, piece).has_value());
  std::uint64_t next = offset;
  for (const test::BarWrite& write : f.fake.aperture) {
    CHECK(write.offset == next);
    const std::size_t size = write.data.size();
    REQUIRE(size <= piece);
    CHECK((size & (size - 1)) == 0);
    CHECK(write.offset % size == 0);
    CHECK(std::equal(write.data.begin(), write.data.end(),
                     data.begin() + static_cast<std::ptrdiff_t>(write.offset - offset)));
    next += size;
  }
  CHECK(next == offset + bytes);
  CHECK(memory->accesses() == f.fake.aperture.size());
}

TEST_CASE("Accesses are counted piece by piece, in both directions, and refused ones are not",
          "[driver]") {
  Fixture f;
  auto memory = f.map(8192);
  CHECK(memory->accesses() == 0);
  std::vector<std::byte> data(100);
  REQUIRE(memory->store(0, data, 64).has_value());
  CHECK(memory->accesses() == 3);  // 64 + 32 + 4
  REQUIRE(memory->load(0, data, 256).has_value());
  CHECK(memory->accesses() == 6);
  CHECK_FALSE(memory->store(8190, data, 64).has_value());
  CHECK(memory->accesses() == 6);
}

TEST_CASE("Loads return every byte and keep at most half of the tags outstanding", "[driver]") {
  Fixture f;
  auto memory = f.map(8192);
  std::vector<std::byte> data(3001);
  REQUIRE(memory->load(3, data, 64).has_value());
  for (std::size_t i = 0; i < data.size(); ++i) {
    REQUIRE(data[i] == static_cast<std::byte>((3 + i) * 7));
  }
  CHECK(f.fake.most_outstanding <= 8);
  CHECK(f.fake.most_outstanding >= 7);
}

TEST_CASE("A load that fails is reported after all others were finished", "[driver]") {
  Fixture f;
  auto memory = f.map(8192);
  std::vector<std::byte> data(1024);
  f.fake.failing_ticket = 3;
  const Result<void> done = memory->load(0, data, 64);
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().code == Errc::kRemoteError);
}

TEST_CASE("Accesses outside a window never reach the device", "[driver]") {
  Fixture f;
  auto memory = f.map(1000);
  std::vector<std::byte> data(8);
  CHECK(memory->store(993, data).error().code == Errc::kOutOfRange);
  CHECK(memory->load(UINT64_MAX - 3, data).error().code == Errc::kOutOfRange);
  CHECK_FALSE(memory->store(0, data, 3).has_value());
  CHECK_FALSE(memory->atomic(regs::LsOp::kAtomicFadd, 4, 8, 1, 0, Duration{1000}).has_value());
  CHECK_FALSE(memory->atomic(regs::LsOp::kAtomicFadd, 0, 3, 1, 0, Duration{1000}).has_value());
  CHECK(f.fake.aperture.empty());
}

TEST_CASE("A pushed command returns the old value, or the status that refused it", "[driver]") {
  Fixture f;
  auto memory = f.map(4096);
  f.fake.writes.clear();
  SECTION("old value") {
    f.fake.later.push_back([&] { f.fake.complete(f.cq_base, 3, 0, 0, 1, 0, 32, 0xABCD); });
    auto old = memory->atomic(regs::LsOp::kAtomicCas, 16, 8, 11, 22, Duration{1'000'000});
    REQUIRE(old.has_value());
    CHECK(*old == 0xABCD);
    REQUIRE(f.fake.writes.size() >= 1);
    const std::vector<std::byte>& unit = f.fake.writes[0].data;
    CHECK(f.fake.writes[0].offset == 0x100000 + 0x800);
    CHECK(unit[0] == std::byte{0x12});
    CHECK(le<std::uint16_t>(unit, 4) == 8);
    CHECK(le<std::uint64_t>(unit, 16) == 11);
    CHECK(le<std::uint64_t>(unit, 24) == 22);
  }
  SECTION("refused") {
    f.fake.later.push_back([&] { f.fake.complete(f.cq_base, 3, 0, 0, 1, 21, 32, 0, 2); });
    const Result<void> done = memory->fence(Duration{1'000'000});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Errc::kRemoteError);
    CHECK(done.error().context.find("Range") != std::string::npos);
  }
  SECTION("data of a notify follows in whole units") {
    f.fake.later.push_back([&] { f.fake.complete(f.cq_base, 3, 0, 0, 1, 0, 32); });
    std::vector<std::byte> data(128, std::byte{7});
    REQUIRE(memory->store_notify(0, data, 512, 5, Duration{1'000'000}).has_value());
    REQUIRE(f.fake.writes.size() >= 3);
    CHECK(f.fake.writes[2].offset == 0x100000 + 0x880);
    CHECK(f.fake.writes[1].data[0] == std::byte{7});
  }
  SECTION("no answer") {
    const Result<void> done = memory->fence(Duration{1'000'000});
    REQUIRE_FALSE(done.has_value());
    CHECK(done.error().code == Errc::kTimeout);
  }
}

TEST_CASE("Waiting for a peer ends when it is up, or in time", "[driver]") {
  Fixture f;
  auto peer = std::move(*Peer::create(*f.device, 11, 0x8001, 77));
  CHECK(f.fake.admin.back().index == 3);
  CHECK(le<std::uint16_t>(f.fake.admin.back().data, 10) == 77);
  CHECK(f.fake.admin.back().data[4] == 32);  // the DSCP of priority 4
  f.fake.answers[8] = std::vector<std::uint8_t>(48, 0);
  CHECK(peer->wait_up(Duration{10'000'000}).error().code == Errc::kTimeout);
  f.fake.answers[8][8] = 1;
  CHECK(peer->wait_up(Duration{10'000'000}).has_value());
}

}  // namespace
}  // namespace ethlink
