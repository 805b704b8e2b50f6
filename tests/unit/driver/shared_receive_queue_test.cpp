// SPDX-License-Identifier: Apache-2.0
#include "ethlink/shared_receive_queue.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "catch.hpp"
#include "fake_device.hpp"

namespace ethlink {
namespace {

using test::FakeDevice;
using test::le;

constexpr std::uint64_t kPage = 0x100000;  // doorbell page of context 0
constexpr unsigned kSrqKind = 11;
constexpr std::uint8_t kRecv = 16;

struct Fixture {
  Fixture() {
    device = std::move(*Device::open(fake, DeviceConfig{}));
    cq = std::move(*CompletionQueue::create(*device, 64));
    cq_base = le<std::uint64_t>(fake.admin.back().data, 0);
    srq = std::move(*SharedReceiveQueue::create(*device, {.entries = 4, .pd = 9}));
    base = le<std::uint64_t>(fake.admin.back().data, 0);
    QueuePairOptions options;
    options.shared = srq.get();
    for (auto& qp : qps) {
      qp = std::move(*QueuePair::create(*device, *cq, *cq, options));
    }
  }
  /// The number of the request that completes; nothing when the driver refuses the completion.
  std::optional<std::uint64_t> complete(std::size_t qp, std::uint16_t index) {
    fake.complete(cq_base, 6, count++, qps.at(qp)->qpn(), index, 0, kRecv);
    std::array<WorkCompletion, 1> out;
    Result<std::size_t> polled = cq->poll(out);
    if (!polled) {
      return std::nullopt;
    }
    REQUIRE(*polled == 1);
    return out[0].wr_id;
  }
  FakeDevice fake;
  std::unique_ptr<Device> device;
  std::unique_ptr<CompletionQueue> cq;
  std::unique_ptr<SharedReceiveQueue> srq;
  std::array<std::unique_ptr<QueuePair>, 2> qps;
  std::uint64_t cq_base = 0;
  std::uint64_t base = 0;
  std::uint32_t count = 0;
};

TEST_CASE("A shared queue and its users are created as the device expects", "[driver]") {
  Fixture f;
  const auto created = std::find_if(f.fake.admin.begin(), f.fake.admin.end(),
                                    [](const auto& r) { return r.kind == kSrqKind; });
  REQUIRE(created != f.fake.admin.end());
  CHECK(created->verb == 1);
  CHECK(created->data[8] == 2);
  CHECK(le<std::uint32_t>(created->data, 12) == 9);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& qp = f.fake.admin.at(f.fake.admin.size() - 2 + i);
    CHECK(qp.kind == 5);
    CHECK(qp.data[40] == 1);
    CHECK(le<std::uint32_t>(qp.data, 44) == f.srq->srqn());
  }
  REQUIRE(f.srq->arm(3).has_value());
  CHECK(f.fake.admin.back().verb == 2);
  CHECK(f.fake.admin.back().kind == kSrqKind);
  CHECK(f.fake.admin.back().mask == 1);
  CHECK(le<std::uint16_t>(f.fake.admin.back().data, 18) == 3);
  const Result<void> own = f.qps[0]->post_receive({1, {}});
  REQUIRE_FALSE(own.has_value());
  CHECK(own.error().code == Errc::kInvalidArgument);
}

TEST_CASE("Requests of a shared queue complete in any order, each with its number", "[driver]") {
  Fixture f;
  const std::array<SgeView, 2> sges{{{0x5000, 64, 0x11}, {0x6000, 32, 0x12}}};
  for (std::uint64_t i = 0; i < 4; ++i) {
    REQUIRE(f.srq->post_receive({100 + i, sges}).has_value());
    CHECK(f.fake.writes.back().offset == kPage + 0x008);
    CHECK(le<std::uint64_t>(f.fake.writes.back().data, 0) ==
          (0x800000 | f.srq->srqn() | (i + 1) << 32));
    const std::byte* unit = f.fake.at(f.base) + 64 * i;
    CHECK(static_cast<unsigned>(unit[0]) == 2);
    CHECK(static_cast<unsigned>(unit[2]) == i);
  }
  const Result<void> full = f.srq->post_receive({9, sges});
  REQUIRE_FALSE(full.has_value());
  CHECK(full.error().code == Errc::kNoResources);
  CHECK(f.complete(1, 2) == 102U);
  CHECK(f.complete(0, 1) == 101U);
  // The place of the oldest one is still held.
  CHECK_FALSE(f.srq->post_receive({9, sges}).has_value());
  CHECK(f.complete(0, 0) == 100U);
  for (std::uint64_t i = 4; i < 7; ++i) {
    REQUIRE(f.srq->post_receive({100 + i, {}}).has_value());
  }
  CHECK_FALSE(f.srq->post_receive({9, sges}).has_value());
  CHECK(f.complete(1, 5) == 105U);
  // Neither twice nor what was never posted, nor an older lap.
  CHECK_FALSE(f.complete(1, 5).has_value());
  CHECK_FALSE(f.complete(1, 7).has_value());
  CHECK_FALSE(f.complete(1, 0).has_value());
  CHECK(f.complete(1, 3) == 103U);
}

TEST_CASE("Positions of a shared queue stay right when they wrap", "[driver]") {
  Fixture f;
  for (std::uint32_t i = 0; i < 70000; ++i) {
    REQUIRE(f.srq->post_receive({i, {}}).has_value());
    REQUIRE(f.complete(i % 2, static_cast<std::uint16_t>(i)) == i);
  }
}

TEST_CASE("Bad sizes and requests of a shared queue are refused", "[driver]") {
  Fixture f;
  for (const std::uint32_t entries : {0U, 3U, 65536U}) {
    CHECK_FALSE(SharedReceiveQueue::create(*f.device, {.entries = entries}).has_value());
  }
  const std::array<SgeView, 4> sges{};
  f.fake.writes.clear();
  CHECK_FALSE(f.srq->post_receive({1, sges}).has_value());
  CHECK(f.fake.writes.empty());
  const std::size_t before = f.fake.live_buffers();
  f.fake.refused_kind = kSrqKind;
  f.fake.admin_status = 4;
  CHECK_FALSE(SharedReceiveQueue::create(*f.device, {}).has_value());
  CHECK(f.fake.live_buffers() == before);
}

}  // namespace
}  // namespace ethlink
