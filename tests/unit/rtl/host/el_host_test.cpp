// SPDX-License-Identifier: Apache-2.0
//
// The admin queue of el_host, driven as the driver drives it, at three widths.

#include "host_models.hpp"

namespace {

using namespace ethlink::test;

constexpr std::uint64_t kList = 0x700000;

Bytes mtt_object(std::uint64_t list, std::uint64_t count) {
  Bytes object(48);
  le_put(object, 0, 8, list);
  le_put(object, 8, 4, count);
  return object;
}

TEMPLATE_TEST_CASE("admin NOPs complete in order over many laps of the ring", "", Host256, Host512,
                   Host1024) {
  const unsigned wild = GENERATE(0U, 60U);
  TestType host(wild);
  REQUIRE(host.read64(0x000) == 0x004B4E494C485445);
  REQUIRE((host.read64(0x028) & 1) == 1);
  host.admin_setup(2);
  for (unsigned i = 0; i < 40; ++i) {
    REQUIRE(host.admin(0, 0, i).status == 0);
  }
  for (unsigned i = 0; i < 30; ++i) {
    const unsigned batch = 1 + i % 4;
    for (unsigned k = 0; k < batch; ++k) {
      host.admin_issue(0, 0, 100 * i + k);
    }
    host.admin_ring();
    for (unsigned k = 0; k < batch; ++k) {
      std::optional<Completion> done;
      host.run_until([&] { return (done = host.admin_poll()).has_value(); });
      REQUIRE(done->index == 100 * i + k);
    }
  }
  host.settle();
}

TEST_CASE("commands that make no sense are refused with their status") {
  Host512 host(20);
  host.admin_setup(4);
  const auto status = [&](unsigned verb, unsigned kind, std::uint32_t index,
                          const Bytes& data = Bytes(48)) {
    return host.admin(verb, kind, index, data).status;
  };
  for (unsigned kind = 1; kind <= 11; ++kind) {
    CHECK(status(5, kind, 0) == 1);
    CHECK(status(0xff, kind, 0) == 1);
  }
  for (const unsigned kind : {0U, 12U, 255U}) {
    CHECK(status(1, kind, 0) == 1);
    CHECK(status(0, kind, 0) == 0);
  }
  // Sizes of the default configuration, by kind.
  const std::array<std::uint32_t, 11> sizes{16, 256, 1024, 16384, 256, 256, 256, 64, 256, 64, 256};
  for (unsigned kind = 1; kind <= 11; ++kind) {
    const std::uint32_t size = sizes[kind - 1];
    for (const std::uint32_t index : {size, 0xffffffU, 0x1000000U, 0xffffffffU}) {
      CAPTURE(kind, index);
      CHECK(status(1, kind, index) == 2);
    }
  }
  CHECK(host.objects.empty());
  CHECK(status(2, 4, 0) == 1);
  CHECK(status(3, 4, 0) == 1);
  CHECK(status(4, 4, 0) == 1);
  CHECK(status(1, 4, 0, mtt_object(kList, 0)) == 4);
  CHECK(status(1, 4, 0, mtt_object(kList, 16385)) == 4);
  CHECK(status(1, 4, 1, mtt_object(kList, 16384)) == 4);
  CHECK(status(1, 4, 0, mtt_object(kList, 0xffffffff)) == 4);
  CHECK(status(1, 4, 0, mtt_object(kList + 8, 1)) == 4);
  // Event queue: base, size 2..16, irq.
  const auto eq = [](std::uint64_t base, unsigned log_size, unsigned irq) {
    Bytes object(48);
    le_put(object, 0, 8, base);
    object[8] = static_cast<std::uint8_t>(log_size);
    object[9] = static_cast<std::uint8_t>(irq);
    return object;
  };
  for (const unsigned log_size : {0U, 1U, 17U, 34U, 255U}) {
    CHECK(status(1, 1, 3, eq(0x40000, log_size, 0)) == 4);
  }
  CHECK(status(1, 1, 3, eq(0x40010, 4, 0)) == 4);
  CHECK(status(1, 1, 3, eq(0x40000, 4, 2)) == 4);
  CHECK(status(4, 1, 3) == 3);
  CHECK(status(3, 1, 3) == 3);
  CHECK(status(2, 1, 3) == 1);
  CHECK(status(1, 1, 3, eq(0x40000, 4, 1)) == 0);
  CHECK(status(1, 1, 3, eq(0x40000, 4, 1)) == 3);
  const Bytes query = host.admin(3, 1, 3).data;
  CHECK(query == eq(0x40000, 4, 1));
  CHECK(status(4, 1, 3) == 0);
  CHECK(status(4, 1, 3) == 3);
  // Completion queue: base, size 0..16, event queue, context.
  for (const unsigned log_size : {17U, 33U, 255U}) {
    CHECK(status(1, 2, 9, Host512::cq_object(0x50000, log_size, 0, 0)) == 4);
  }
  CHECK(status(1, 2, 9, Host512::cq_object(0x50020, 4, 0, 0)) == 4);
  CHECK(status(1, 2, 9, Host512::cq_object(0x50000, 4, 16, 0)) == 4);
  CHECK(status(1, 2, 9, Host512::cq_object(0x50000, 4, 0, 16)) == 4);
  CHECK(status(4, 2, 9) == 3);
  CHECK(status(3, 2, 9) == 3);
  CHECK(status(2, 2, 9) == 3);
  CHECK(status(1, 2, 9, Host512::cq_object(0x50000, 4, 15, 15)) == 0);
  CHECK(status(1, 2, 9, Host512::cq_object(0x50000, 4, 15, 15)) == 3);
  CHECK(host.admin(3, 2, 9).data == Host512::cq_object(0x50000, 4, 15, 15));
  CHECK(status(4, 2, 9) == 0);
  CHECK(status(4, 2, 9) == 3);
  host.settle();
  CHECK(host.counter(kAdminCommands) > 100);
}

TEMPLATE_TEST_CASE("requests reach the engine that owns the object, and its answer returns", "",
                   Host256, Host512, Host1024) {
  TestType host(50);
  host.admin_setup(3);
  std::mt19937_64 rng(seed());
  for (unsigned i = 0; i < 60; ++i) {
    const std::array<unsigned, 7> kinds{3, 5, 6, 7, 8, 9, 10};
    const unsigned kind = kinds[i % 7];
    const unsigned verb = 1 + static_cast<unsigned>(rng() % 4);
    const auto index = static_cast<std::uint32_t>(rng() % 64);
    const auto mask = static_cast<std::uint32_t>(rng());
    Bytes data(48);
    for (std::uint8_t& b : data) {
      b = static_cast<std::uint8_t>(rng());
    }
    for (std::uint8_t& b : host.object_answer) {
      b = static_cast<std::uint8_t>(rng());
    }
    host.object_status = static_cast<unsigned>(rng() % 6);
    const Completion done = host.admin(verb, kind, index, data, mask);
    CHECK(done.status == host.object_status);
    CHECK(done.data == host.object_answer);
    REQUIRE(host.objects.size() == i + 1);
    const Bytes& seen = host.objects.back();
    CHECK(Bytes(seen.begin(), seen.begin() + 48) == data);
    CHECK(le_get(seen, 48, 4) == mask);
    CHECK(le_get(seen, 52, 3) == index);
    CHECK(seen[55] == kind);
    CHECK(seen[56] == verb);
  }
  host.settle();
}

TEMPLATE_TEST_CASE("a page list of any length lands in the page table", "", Host256, Host512,
                   Host1024) {
  TestType host(30);
  host.admin_setup(3);
  std::mt19937_64 rng(seed() + 5);
  std::map<unsigned, std::uint64_t> want;
  for (const unsigned count : {1U, 2U, 3U, 7U, 8U, 9U, 16U, 17U, 511U, 512U, 513U, 1500U}) {
    const std::uint64_t list = kList + 64 * (rng() % 64);
    const auto index = static_cast<unsigned>(rng() % (16384 - count));
    Bytes pages(8 * std::size_t{count});
    for (std::uint8_t& b : pages) {
      b = static_cast<std::uint8_t>(rng());
    }
    host.memory.write(list, pages);
    for (unsigned i = 0; i < count; ++i) {
      want[index + i] = le_get(pages, 8 * std::size_t{i}, 8);
    }
    REQUIRE(host.admin(1, 4, index, mtt_object(list, count)).status == 0);
    REQUIRE(host.mtt == want);
  }
  host.settle();
}

TEST_CASE("the whole page table can be filled by one command") {
  Host512 host(0);
  host.admin_setup(3);
  Bytes pages(8 * 16384);
  for (unsigned i = 0; i < 16384; ++i) {
    le_put(pages, 8 * std::size_t{i}, 8, 0x1000ULL * (i + 1));
  }
  host.memory.write(kList, pages);
  REQUIRE(host.admin(1, 4, 0, mtt_object(kList, 16384)).status == 0);
  REQUIRE(host.mtt.size() == 16384);
  REQUIRE(host.mtt.at(16383) == 0x1000ULL * 16384);
}

TEST_CASE("host memory that fails ends a command with DmaError and raises one event") {
  Host512 host(20);
  host.admin_setup(4);
  host.create_eq(0, 6, false);
  SECTION("of the command itself") {
    host.memory.poison(kSqRing);
    CHECK(host.admin(0, 0, 1).status == 6);
    CHECK(host.admin(1, 8, 1).status == 6);
    CHECK(host.objects.empty());
  }
  SECTION("of a page list") {
    host.memory.write(kList, Bytes(4096 * 3, 0x11));
    host.memory.poison(kList + 4096);
    CHECK(host.admin(1, 4, 0, mtt_object(kList, 1024)).status == 6);
    for (const auto& [index, entry] : host.mtt) {
      CHECK(index < 512);
      CHECK(entry == 0x1111111111111111);
    }
    CHECK(host.admin(1, 4, 100, mtt_object(kList + 4096, 1)).status == 6);
  }
  host.memory.heal();
  CHECK(host.admin(0, 0, 2).status == 0);
  host.settle();
  const std::optional<Bytes> event = host.poll_event(0);
  REQUIRE(event.has_value());
  CHECK((*event)[0] == 14);
  CHECK_FALSE(host.poll_event(0).has_value());
  CHECK((host.read64(0x028) & 2) == 2);
  CHECK(host.counter(kDmaReadErrors) >= 2);
  host.ack_events(0);
  host.settle();
  host.memory.poison(kSqRing);
  CHECK(host.admin(0, 0, 1).status == 6);
  host.settle();
  CHECK(host.poll_event(0).has_value());
}

TEST_CASE("each completion raises an Admin event behind it when asked") {
  Host512 host(40);
  host.admin_setup(3, true);
  host.create_eq(0, 8, false);
  host.settle();
  while (host.poll_event(0).has_value()) {
  }
  for (unsigned i = 0; i < 20; ++i) {
    const Completion done = host.admin(0, 0, i);
    host.settle();
    const std::optional<Bytes> event = host.poll_event(0);
    REQUIRE(event.has_value());
    CHECK((*event)[0] == 1);
    CHECK(le_get(*event, 4, 4) == done.cookie);
  }
}

TEST_CASE("a restarted admin queue begins at 0 whatever was under way") {
  Host512 host(40);
  std::mt19937_64 rng(seed() + 9);
  for (unsigned round = 0; round < 25; ++round) {
    host.admin_setup(3);
    REQUIRE(host.admin(0, 0, round).status == 0);
    for (unsigned i = 0; i < 6; ++i) {
      host.admin_issue(3, 8, i);
    }
    host.hold_objects = round % 2 == 0;
    host.admin_ring();
    host.run(static_cast<unsigned>(rng() % 120));
    host.write64(0x0D0, 0);
    host.run(static_cast<unsigned>(rng() % 40));
    host.hold_objects = false;
    host.run_until([&] { return (host.read64(0x028) & 1) == 1; });
    const std::size_t writes = host.memory.log.size();
    host.settle();
    CHECK(host.memory.log.size() == writes);
  }
}

TEST_CASE("a doorbell in the cycle behind the configuration is not lost") {
  Host512 host(0);
  host.admin_setup(3);
  host.admin_issue(0, 0, 77);
  host.post64(0x0D0, 3 | 1U << 8);
  host.admin_ring();
  host.settle();
  const std::optional<Completion> done = host.admin_poll();
  REQUIRE(done.has_value());
  CHECK(done->index == 77);
}

}  // namespace
