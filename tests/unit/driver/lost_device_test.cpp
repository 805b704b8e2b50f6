// SPDX-License-Identifier: Apache-2.0
//
// What is left of a device that was reset or pulled out: errors, never a crash or a hang.
#include "ethlink/load_store.hpp"
#include "ethlink/memory_region.hpp"
#include "ethlink/plain_port.hpp"
#include "ethlink/queue_pair.hpp"

#include "catch.hpp"
#include "fake_device.hpp"

namespace ethlink {
namespace {

using test::FakeDevice;

// One of everything.
struct Objects {
  explicit Objects(FakeDevice& fake) {
    device = std::move(*Device::open(fake, DeviceConfig{}));
    cq = std::move(*CompletionQueue::create(*device, 8));
    qp = std::move(*QueuePair::create(*device, *cq, *cq, {}));
    buffer = std::move(*DmaBuffer::create(fake, 4096));
    region = std::move(*MemoryRegion::create(*device, buffer, 0, 4096, {}));
    segment = std::move(*Segment::create(*device, buffer, 0x8001, 6));
    peer = std::move(*Peer::create(*device, 2, 0x8001, 1));
    WindowOptions options;
    options.length = 4096;
    window = std::move(*RemoteMemory::create(*device, *cq, options));
    plain = std::move(*PlainPort::create(*device, 4));
  }

  // Every call ends with an error; destroying everything afterwards is harmless.
  void check_all_refused() {
    constexpr Duration kSoon{1'000'000};
    std::array<std::byte, 64> bytes{};
    std::array<WorkCompletion, 1> completions;
    SendRequest send;
    send.inline_data = bytes;
    CHECK(device->read_register(0).error().code == Errc::kDeviceRemoved);
    CHECK(device->write_register(0x38, 1).error().code == Errc::kDeviceRemoved);
    CHECK(device->read_counters().error().code == Errc::kDeviceRemoved);
    CHECK(device->ring(0, 0, 0).error().code == Errc::kDeviceRemoved);
    CHECK(qp->post_send(send).error().code == Errc::kDeviceRemoved);
    CHECK(qp->post_sends({&send, 1}).error().code == Errc::kDeviceRemoved);
    CHECK(qp->post_receive({}).error().code == Errc::kDeviceRemoved);
    CHECK(qp->query().error().code == Errc::kDeviceRemoved);
    CHECK(qp->connect({}).error().code == Errc::kDeviceRemoved);
    CHECK(cq->arm(false).error().code == Errc::kDeviceRemoved);
    CHECK(cq->wait(kSoon).error().code == Errc::kDeviceRemoved);
    CHECK(*cq->poll(completions) == 0);
    CHECK(peer->state().error().code == Errc::kDeviceRemoved);
    CHECK(peer->wait_up(kSoon).error().code == Errc::kDeviceRemoved);
    CHECK(window->store(0, bytes).error().code == Errc::kDeviceRemoved);
    CHECK(window->load(0, bytes).error().code == Errc::kDeviceRemoved);
    CHECK(window->fence(kSoon).error().code == Errc::kDeviceRemoved);
    CHECK(window->atomic(regs::LsOp::kAtomicFadd, 0, 8, 1, 0, kSoon).error().code ==
          Errc::kDeviceRemoved);
    CHECK(plain->send(bytes).error().code == Errc::kDeviceRemoved);
    CHECK(plain->wait(kSoon).error().code == Errc::kDeviceRemoved);
    CHECK(CompletionQueue::create(*device, 8).error().code == Errc::kDeviceRemoved);
    CHECK(MemoryRegion::create(*device, buffer, 0, 64, {}).error().code == Errc::kDeviceRemoved);
    CHECK(Segment::create(*device, buffer, 0x8001, 6).error().code == Errc::kDeviceRemoved);
  }

  std::unique_ptr<Device> device;
  std::unique_ptr<CompletionQueue> cq;
  std::unique_ptr<QueuePair> qp;
  DmaBuffer buffer;
  std::unique_ptr<MemoryRegion> region;
  std::unique_ptr<Segment> segment;
  std::unique_ptr<Peer> peer;
  std::unique_ptr<RemoteMemory> window;
  std::unique_ptr<PlainPort> plain;
};

TEST_CASE("After a surprise removal every call is an error and objects can be destroyed",
          "[driver]") {
  FakeDevice fake;
  {
    Objects objects(fake);
    fake.removed = true;
    objects.check_all_refused();
  }
  CHECK(fake.live_buffers() == 0);
}

TEST_CASE("After a reset the objects of before are refused and a new device works", "[driver]") {
  FakeDevice fake;
  auto before = std::make_unique<Objects>(fake);
  REQUIRE(fake.reset().has_value());
  before->check_all_refused();
  Objects after(fake);
  const std::size_t commands = fake.admin.size();
  const std::uint64_t control = fake.reg(0x020);
  before.reset();
  // Destroying what is gone must not reach into the life of its successor.
  CHECK(fake.admin.size() == commands);
  CHECK(fake.reg(0x020) == control);
  CHECK(after.device->read_register(0).has_value());
  CHECK(after.peer->state().has_value());
}

TEST_CASE("A reset behind the driver's back is noticed by the next admin command", "[driver]") {
  FakeDevice fake;
  auto device = std::move(*Device::open(fake, DeviceConfig{}));
  fake.forget();
  const auto done = CompletionQueue::create(*device, 8);
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().code == Errc::kDeviceRemoved);
}

TEST_CASE("Devices in one process do not share numbers, keys or losses", "[driver]") {
  FakeDevice first;
  FakeDevice second;
  Objects a(first);
  Objects b(second);
  CHECK(a.qp->qpn() == b.qp->qpn());
  CHECK(a.region->rkey() == b.region->rkey());
  first.removed = true;
  a.check_all_refused();
  CHECK(b.device->read_counters().has_value());
  CHECK(b.window->store(0, std::array<std::byte, 8>{}).has_value());
  REQUIRE(second.reset().has_value());
  b.check_all_refused();
}

TEST_CASE("A device that is closed leaves no event queue behind", "[driver]") {
  FakeDevice fake;
  for (unsigned life = 0; life < 3; ++life) {
    auto device = Device::open(fake, DeviceConfig{});
    REQUIRE(device.has_value());
    CHECK(fake.vectors == 1);
    device->reset();
    CHECK(fake.admin.back().verb == 4);
    CHECK(fake.admin.back().kind == 1);
    CHECK((fake.reg(0x020) & 1) == 0);
  }
  CHECK(fake.live_buffers() == 0);
}

}  // namespace
}  // namespace ethlink
