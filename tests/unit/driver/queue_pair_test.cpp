// SPDX-License-Identifier: Apache-2.0
#include "ethlink/queue_pair.hpp"

#include <array>

#include "ethlink/memory_region.hpp"

#include "catch.hpp"
#include "fake_device.hpp"

namespace ethlink {
namespace {

using test::FakeDevice;
using test::le;

constexpr std::uint64_t kPage = 0x100000;  // doorbell page of context 0

struct Fixture {
  Fixture() {
    device = std::move(*Device::open(fake, DeviceConfig{}));
    cq = std::move(*CompletionQueue::create(*device, 8));
    cq_base = le<std::uint64_t>(fake.admin.back().data, 0);
    QueuePairOptions options;
    options.send_units = 16;
    options.receive_entries = 4;
    qp = std::move(*QueuePair::create(*device, *cq, *cq, options));
    sq_base = le<std::uint64_t>(fake.admin.back().data, 0);
    rq_base = le<std::uint64_t>(fake.admin.back().data, 8);
    fake.writes.clear();
  }
  FakeDevice fake;
  std::unique_ptr<Device> device;
  std::unique_ptr<CompletionQueue> cq;
  std::unique_ptr<QueuePair> qp;
  std::uint64_t cq_base = 0;
  std::uint64_t sq_base = 0;
  std::uint64_t rq_base = 0;
};

TEST_CASE("A pushed descriptor is the one in the ring, unit by unit in rising order", "[driver]") {
  Fixture f;
  const std::array<std::byte, 100> data{std::byte{1}, std::byte{2}};
  SendRequest request;
  request.wr_id = 99;
  request.opcode = regs::WqeOp::kWrite;
  request.inline_data = data;
  request.remote_va = 0x1122'3344'5566'7788;
  request.rkey = 0xAABBCCDD;
  REQUIRE(f.qp->post_send(request).has_value());

  REQUIRE(f.fake.writes.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(f.fake.writes[i].offset == kPage + 0x400 + 64 * i);
    CHECK(std::memcmp(f.fake.writes[i].data.data(), f.fake.at(f.sq_base) + 64 * i, 64) == 0);
  }
  const std::vector<std::byte>& unit = f.fake.writes[0].data;
  CHECK(unit[0] == std::byte{0});
  CHECK(unit[1] == std::byte{0b1001});
  CHECK(unit[3] == std::byte{3});
  CHECK(le<std::uint64_t>(unit, 8) == 0x1122'3344'5566'7788);
  CHECK(le<std::uint32_t>(unit, 16) == 0xAABBCCDD);
  CHECK(le<std::uint32_t>(unit, 24) == 100);
  CHECK(le<std::uint32_t>(unit, 28) == f.qp->qpn());
}

TEST_CASE("Elements beyond the second go to further units", "[driver]") {
  Fixture f;
  const std::size_t count = GENERATE(range<std::size_t>(0, 7));
  CAPTURE(count);
  std::vector<SgeView> sges(count);
  for (std::size_t i = 0; i < count; ++i) {
    sges[i] = {0x1000 * (i + 1), static_cast<std::uint32_t>(10 + i),
               static_cast<std::uint32_t>(0x700 + i)};
  }
  SendRequest request;
  request.sges = sges;
  REQUIRE(f.qp->post_send(request).has_value());
  const std::size_t units = count <= 2 ? 1 : 2;
  REQUIRE(f.fake.writes.size() == units);
  std::uint32_t total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::byte* sge = f.fake.at(f.sq_base) + 32 + 16 * i;
    std::uint64_t address = 0;
    std::uint32_t length = 0;
    std::memcpy(&address, sge, 8);
    std::memcpy(&length, sge + 8, 4);
    CHECK(address == 0x1000 * (i + 1));
    CHECK(length == 10 + i);
    total += length;
  }
  std::uint32_t written = 0;
  std::memcpy(&written, f.fake.at(f.sq_base) + 24, 4);
  CHECK(written == total);
}

TEST_CASE("The operands of an atomic stand in the place of its second element", "[driver]") {
  Fixture f;
  const regs::WqeOp op = GENERATE(regs::WqeOp::kCmpSwap, regs::WqeOp::kFetchAdd);
  const std::array<SgeView, 1> sges{{{0x5000, 8, 0x11}}};
  SendRequest request;
  request.opcode = op;
  request.sges = sges;
  request.remote_va = 0x1000;
  request.fence = true;
  request.compare = 0x1122'3344'5566'7788;
  request.swap_or_add = 0x99AA'BBCC'DDEE'FF00;
  REQUIRE(f.qp->post_send(request).has_value());
  REQUIRE(f.fake.writes.size() == 1);
  const std::vector<std::byte>& unit = f.fake.writes[0].data;
  CHECK(unit[0] == static_cast<std::byte>(op));
  CHECK(unit[1] == std::byte{0b101});
  CHECK(unit[2] == std::byte{1});
  CHECK(le<std::uint32_t>(unit, 24) == 8);
  CHECK(le<std::uint64_t>(unit, 32) == 0x5000);
  CHECK(le<std::uint32_t>(unit, 40) == 8);
  CHECK(le<std::uint64_t>(unit, 48) == request.swap_or_add);
  CHECK(le<std::uint64_t>(unit, 56) == request.compare);
}

TEST_CASE("A full send ring refuses a request and takes it after a completion", "[driver]") {
  Fixture f;
  SendRequest request;
  for (std::uint64_t i = 0; i < 16; ++i) {
    request.wr_id = 100 + i;
    REQUIRE(f.qp->post_send(request).has_value());
  }
  request.wr_id = 200;
  const Result<void> full = f.qp->post_send(request);
  REQUIRE_FALSE(full.has_value());
  CHECK(full.error().code == Errc::kNoResources);

  // One completion for the third request frees the two unsignaled ones before it as well.
  f.fake.complete(f.cq_base, 3, 0, f.qp->qpn(), 2, 0, 0);
  std::array<WorkCompletion, 4> out;
  auto count = f.cq->poll(out);
  REQUIRE(count.has_value());
  REQUIRE(*count == 1);
  CHECK(out[0].wr_id == 102);
  for (int i = 0; i < 3; ++i) {
    CHECK(f.qp->post_send(request).has_value());
  }
  CHECK_FALSE(f.qp->post_send(request).has_value());
}

TEST_CASE("Positions stay right when 16-bit ring positions wrap", "[driver]") {
  Fixture f;
  const std::array<std::byte, 65> data{};
  SendRequest request;
  request.inline_data = data;
  std::array<WorkCompletion, 1> out;
  std::uint16_t position = 0;
  for (std::uint32_t i = 0; i < 30000; ++i) {
    request.wr_id = i;
    REQUIRE(f.qp->post_send(request).has_value());
    f.fake.complete(f.cq_base, 3, i, f.qp->qpn(), position, 0, 1);
    auto count = f.cq->poll(out);
    REQUIRE(count.has_value());
    REQUIRE(*count == 1);
    REQUIRE(out[0].wr_id == i);
    position = static_cast<std::uint16_t>(position + 3);
    f.fake.writes.clear();
  }
}

TEST_CASE("Bad requests are refused before anything reaches the device", "[driver]") {
  Fixture f;
  SendRequest request;
  std::vector<std::byte> inline_data(257);
  std::vector<SgeView> sges(7);
  SECTION("inline data too long") {
    request.inline_data = inline_data;
  }
  SECTION("too many elements") {
    request.sges = sges;
  }
  SECTION("both") {
    request.inline_data = std::span(inline_data).first(8);
    request.sges = std::span(sges).first(1);
  }
  SECTION("message too long") {
    sges.resize(2);
    sges[0].length = 0x80000000;
    sges[1].length = 1;
    request.sges = sges;
  }
  SECTION("READ into the descriptor") {
    request.opcode = regs::WqeOp::kRead;
    request.inline_data = std::span(inline_data).first(8);
  }
  SECTION("atomic of another size") {
    request.opcode = regs::WqeOp::kFetchAdd;
    sges[0].length = 4;
    request.sges = std::span(sges).first(1);
  }
  SECTION("atomic of two elements") {
    request.opcode = regs::WqeOp::kCmpSwap;
    sges[0].length = 8;
    request.sges = std::span(sges).first(2);
  }
  const Result<void> posted = f.qp->post_send(request);
  REQUIRE_FALSE(posted.has_value());
  CHECK(posted.error().code == Errc::kInvalidArgument);
  CHECK(f.fake.writes.empty());
}

TEST_CASE("A completion that names nothing of ours is an error, not an index", "[driver]") {
  Fixture f;
  std::array<WorkCompletion, 1> out;
  SECTION("queue pair") {
    f.fake.complete(f.cq_base, 3, 0, 0xFFFFFF, 0, 0, 0);
  }
  SECTION("position") {
    f.fake.complete(f.cq_base, 3, 0, f.qp->qpn(), 0xFFFF, 0, 0);
  }
  auto count = f.cq->poll(out);
  REQUIRE_FALSE(count.has_value());
  CHECK(count.error().code == Errc::kDeviceError);
}

TEST_CASE("Receive requests go to the ring, ring their doorbell and come back", "[driver]") {
  Fixture f;
  const std::array<SgeView, 2> sges{{{0x5000, 64, 0x11}, {0x6000, 32, 0x12}}};
  for (std::uint64_t i = 0; i < 4; ++i) {
    REQUIRE(f.qp->post_receive({i, sges}).has_value());
    CHECK(f.fake.writes.back().offset == kPage + 0x008);
    CHECK(le<std::uint64_t>(f.fake.writes.back().data, 0) == (f.qp->qpn() | (i + 1) << 32));
  }
  CHECK_FALSE(f.qp->post_receive({9, sges}).has_value());
  CHECK(static_cast<int>(f.fake.at(f.rq_base)[0]) == 2);
  f.fake.complete(f.cq_base, 3, 0, f.qp->qpn(), 0, 0, 16);
  std::array<WorkCompletion, 1> out;
  REQUIRE(f.cq->poll(out).has_value());
  CHECK(out[0].wr_id == 0);
  CHECK(f.qp->post_receive({9, sges}).has_value());
}

TEST_CASE("Connecting walks INIT, RTR, RTS and sets each attribute once", "[driver]") {
  Fixture f;
  f.fake.admin.clear();
  Connection c;
  c.dest_qpn = 5;
  c.dgid = gid_of_ipv4(10, 0, 0, 2);
  c.dmac = {2, 0, 0, 0, 0, 9};
  c.send_psn = 0xFFFFF0;
  c.path_mtu = 1024;
  REQUIRE(f.qp->connect(c).has_value());
  REQUIRE(f.fake.admin.size() == 4);
  CHECK(f.fake.admin[0].kind == 6);
  CHECK(f.fake.admin[0].data[16] == 2);
  CHECK(f.fake.admin[0].data[21] == 9);
  CHECK(f.fake.admin[0].data[32] == 24 << 2);  // traffic class: the DSCP of priority 3
  CHECK(f.fake.admin[0].data[34] == 3);        // priority
  CHECK(f.fake.admin[0].data[35] == 0);        // RoCEv2
  std::uint32_t all = 0;
  for (std::size_t i = 1; i < 4; ++i) {
    CHECK(f.fake.admin[i].kind == 7);
    CHECK(f.fake.admin[i].data[0] == i);
    CHECK((all & f.fake.admin[i].mask & ~1U) == 0);
    all |= f.fake.admin[i].mask;
  }
  CHECK(all == 0x3FFF);
  CHECK(f.fake.admin[3].data[22] == 16);  // READs and atomics in flight, of both ends
  CHECK(f.fake.admin[2].data[23] == 16);
  CHECK(f.fake.admin[3].data[2] == 3);
  CHECK(le<std::uint32_t>(f.fake.admin[3].data, 8) == 0xFFFFF0);
  c.path_mtu = 1000;
  CHECK_FALSE(f.qp->connect(c).has_value());
}

TEST_CASE("A connection in EthLink encapsulation names an endpoint id", "[driver]") {
  Fixture f;
  f.fake.admin.clear();
  Connection c;
  c.encapsulation = regs::QpEncap::kEthLink;
  c.node_id = 0x1234;
  c.udp_sport = 0xBEEF;
  REQUIRE(f.qp->connect(c).has_value());
  CHECK(f.fake.admin[0].data[35] == 1);
  CHECK(le<std::uint16_t>(f.fake.admin[0].data, 36) == 0x1234);
  CHECK(le<std::uint16_t>(f.fake.admin[0].data, 28) == 0xBEEF);  // entropy
}

TEST_CASE("Connecting UC names no attribute of reliability", "[driver]") {
  FakeDevice fake;
  auto device = std::move(*Device::open(fake, DeviceConfig{}));
  auto cq = std::move(*CompletionQueue::create(*device, 16));
  QueuePairOptions options;
  options.transport = regs::QpType::kUc;
  auto qp = std::move(*QueuePair::create(*device, *cq, *cq, options));
  CHECK(fake.admin.back().data[19] == 1);
  fake.admin.clear();
  Connection c;
  c.dest_qpn = 5;
  REQUIRE(qp->connect(c).has_value());
  REQUIRE(fake.admin.size() == 4);
  CHECK(fake.admin[1].mask == 0x403);
  CHECK(fake.admin[2].mask == 0x02D);
  CHECK(fake.admin[3].mask == 0x011);
  REQUIRE(qp->resume().has_value());
  CHECK(fake.admin.back().mask == 1);
  CHECK(fake.admin.back().data[0] == 3);
  // What UC cannot do is refused here.
  SendRequest request;
  for (const regs::WqeOp op : {regs::WqeOp::kSendInv, regs::WqeOp::kRead, regs::WqeOp::kFetchAdd}) {
    request.opcode = op;
    CHECK(qp->post_send(request).error().code == Errc::kInvalidArgument);
  }
}

TEST_CASE("A datagram names its handle, its queue pair and its Q_Key", "[driver]") {
  FakeDevice fake;
  auto device = std::move(*Device::open(fake, DeviceConfig{}));
  auto cq = std::move(*CompletionQueue::create(*device, 16));
  const std::uint64_t cq_base = le<std::uint64_t>(fake.admin.back().data, 0);
  QueuePairOptions options;
  options.transport = regs::QpType::kUd;
  auto qp = std::move(*QueuePair::create(*device, *cq, *cq, options));
  fake.admin.clear();
  DatagramOptions datagrams;
  datagrams.qkey = 0x11223344;
  datagrams.path_mtu = 1024;
  REQUIRE(qp->activate(datagrams).has_value());
  REQUIRE(fake.admin.size() == 3);
  CHECK(fake.admin[0].mask == 0x4401);
  CHECK(le<std::uint32_t>(fake.admin[0].data, 32) == 0x11223344);
  CHECK(fake.admin[1].mask == 0x005);
  CHECK(fake.admin[1].data[2] == 3);
  CHECK(fake.admin[2].mask == 0x011);
  datagrams.path_mtu = 1000;
  CHECK(qp->activate(datagrams).error().code == Errc::kInvalidArgument);

  Address address;
  address.dgid = gid_of_ipv4(10, 0, 0, 7);
  address.vlan = 0x6123;
  auto first = std::move(*AddressHandle::create(*device, {}));
  auto handle = std::move(*AddressHandle::create(*device, address));
  CHECK(fake.admin.back().kind == 11);
  CHECK(fake.admin.back().data[15] == 7);
  CHECK(le<std::uint16_t>(fake.admin.back().data, 22) == 0x6123);
  CHECK(fake.admin.back().data[33] == 1);
  CHECK(le<std::uint32_t>(fake.admin.back().data, 40) == 1);
  CHECK(handle->index() == 1);

  fake.writes.clear();
  SendRequest request;
  request.ah = handle.get();
  request.remote_qpn = 0xABCDEF;
  request.remote_qkey = 0x80000001;
  REQUIRE(qp->post_send(request).has_value());
  const std::vector<std::byte>& unit = fake.writes.at(0).data;
  CHECK(le<std::uint16_t>(unit, 6) == 1);
  CHECK(le<std::uint64_t>(unit, 8) == 0xABCDEF);
  CHECK(le<std::uint32_t>(unit, 16) == 0x80000001);
  request.remote_qpn = 0x1000000;
  CHECK(qp->post_send(request).error().code == Errc::kInvalidArgument);
  request.remote_qpn = 1;
  request.opcode = regs::WqeOp::kWrite;
  CHECK(qp->post_send(request).error().code == Errc::kInvalidArgument);
  request.opcode = regs::WqeOp::kSend;
  request.ah = nullptr;
  CHECK(qp->post_send(request).error().code == Errc::kInvalidArgument);

  // Numbers of handles come back.
  const std::uint16_t index = handle->index();
  handle.reset();
  CHECK((*AddressHandle::create(*device, {}))->index() == index);

  const std::array<SgeView, 1> sges{{{0x5000, 64, 0x11}}};
  REQUIRE(qp->post_receive({7, sges}).has_value());
  regs::Cqe cqe;
  cqe.qpn = qp->qpn();
  cqe.opcode = static_cast<std::uint8_t>(regs::CqeOp::kRecv);
  cqe.flags = static_cast<std::uint8_t>(regs::kCqeFlagGrh);
  cqe.byte_len = 48;
  cqe.data = 0x00123456;
  cqe.phase = 1;
  std::memcpy(fake.at(cq_base), &cqe, sizeof(cqe));
  std::array<WorkCompletion, 1> out;
  REQUIRE(*cq->poll(out) == 1);
  CHECK(out[0].wr_id == 7);
  CHECK(out[0].src_qp == 0x123456);
  CHECK(out[0].data == 0);
}

TEST_CASE("Packets are ECN capable where congestion control is on for device and queue pair",
          "[driver]") {
  for (const bool device_on : {false, true}) {
    for (const bool connection_on : {false, true}) {
      CAPTURE(device_on, connection_on);
      FakeDevice fake;
      DeviceConfig config;
      config.congestion.enable = device_on;
      auto device = std::move(*Device::open(fake, config));
      auto cq = std::move(*CompletionQueue::create(*device, 16));
      auto qp = std::move(*QueuePair::create(*device, *cq, *cq, {}));
      fake.admin.clear();
      Connection c;
      c.congestion_control = connection_on;
      REQUIRE(qp->connect(c).has_value());
      CHECK(fake.admin[0].data[32] == (24 << 2 | (device_on && connection_on ? 2 : 0)));
    }
  }
}

TEST_CASE("Objects that are destroyed give back their numbers and memory", "[driver]") {
  FakeDevice fake;
  auto device = std::move(*Device::open(fake, DeviceConfig{}));
  const std::size_t before = fake.live_buffers();
  for (int round = 0; round < 100; ++round) {
    auto cq = CompletionQueue::create(*device, 16);
    REQUIRE(cq.has_value());
    auto qp = QueuePair::create(*device, **cq, **cq, {});
    REQUIRE(qp.has_value());
    auto buffer = DmaBuffer::create(fake, 8192);
    REQUIRE(buffer.has_value());
    auto region = MemoryRegion::create(*device, *buffer, 0, 8192, {});
    REQUIRE(region.has_value());
    const std::vector<std::uint64_t> pages{0x10000, 0x50000};
    MemoryRegionOptions options;
    options.va = 0x7000'0000'0800;
    auto paged = MemoryRegion::create_paged(*device, pages, 12, 6000, options);
    REQUIRE(paged.has_value());
    CHECK((*paged)->rkey() != (*region)->rkey());
  }
  CHECK(fake.live_buffers() == before);
}

TEST_CASE("Regions that leave their memory are refused", "[driver]") {
  FakeDevice fake;
  auto device = std::move(*Device::open(fake, DeviceConfig{}));
  auto buffer = std::move(*DmaBuffer::create(fake, 4096));
  CHECK_FALSE(MemoryRegion::create(*device, buffer, 0, 4097, {}).has_value());
  CHECK_FALSE(MemoryRegion::create(*device, buffer, 4097, 1, {}).has_value());
  CHECK_FALSE(MemoryRegion::create(*device, buffer, 1, SIZE_MAX, {}).has_value());
  CHECK_FALSE(MemoryRegion::create(*device, buffer, 0, 0, {}).has_value());
  const std::vector<std::uint64_t> pages{0x10000};
  MemoryRegionOptions options;
  options.va = 0x800;
  CHECK_FALSE(MemoryRegion::create_paged(*device, pages, 12, 2049, options).has_value());
  CHECK_FALSE(MemoryRegion::create_paged(*device, pages, 11, 1, options).has_value());
  CHECK(MemoryRegion::create_paged(*device, pages, 12, 2048, options).has_value());
}

}  // namespace
}  // namespace ethlink
