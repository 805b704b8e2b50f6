// SPDX-License-Identifier: Apache-2.0
//
// DMA of the engines through el_host, its order, its errors, and the soft reset.

#include "host_models.hpp"

namespace {

using namespace ethlink::test;

constexpr std::uint64_t kData = 0x2000000;

template <typename Host>
void random_dma(Host& host, std::mt19937_64& rng, unsigned count) {
  for (unsigned i = 0; i < count; ++i) {
    const unsigned len = rng() % 4 == 0 ? 4096U : 1 + static_cast<unsigned>(rng() % 600);
    host.reads[rng() % 4].push_back({kData + rng() % 0x8000, len});
    Bytes data(1 + rng() % (i % 5 == 0 ? 4096 : 300));
    for (std::uint8_t& b : data) {
      b = static_cast<std::uint8_t>(rng());
    }
    // The two clients write to areas of their own, so the model needs no order between them.
    const unsigned client = i % 2;
    host.engine_writes[client].push_back(
        {kData + 0x100000 + 0x100000ULL * client + rng() % 0x8000, data, rng() % 2 == 0});
  }
}

TEMPLATE_TEST_CASE("reads and writes of any place and length move exactly their bytes", "", Host256,
                   Host512, Host1024) {
  const unsigned wild = GENERATE(0U, 60U);
  TestType host(wild);
  std::mt19937_64 rng(seed() + wild);
  Bytes source(0x9000);
  for (std::uint8_t& b : source) {
    b = static_cast<std::uint8_t>(rng());
  }
  host.memory.write(kData, source);
  std::map<std::uint64_t, std::uint8_t> model;
  random_dma(host, rng, 120);
  const auto asked = host.reads;
  unsigned tracked = 0;
  for (const auto& queue : host.engine_writes) {
    for (const auto& write : queue) {
      tracked += write.track ? 1 : 0;
      for (std::size_t i = 0; i < write.data.size(); ++i) {
        model[write.addr + i] = write.data[i];
      }
    }
  }
  host.settle(400000);
  for (unsigned c = 0; c < 4; ++c) {
    REQUIRE(host.read_data[c].size() == asked[c].size());
    for (std::size_t i = 0; i < asked[c].size(); ++i) {
      REQUIRE(host.read_data[c][i] == host.memory.read(asked[c][i][0], asked[c][i][1]));
    }
  }
  for (const auto& [addr, byte] : model) {
    REQUIRE(host.memory.read(addr, 1)[0] == byte);
  }
  std::size_t bytes = 0;
  for (const Written& write : host.memory.log) {
    bytes += write.data.size();
  }
  CHECK(bytes >= model.size());
  CHECK(host.writes_done[0] + host.writes_done[1] == tracked);
  CHECK(host.write_errors[0] + host.write_errors[1] == 0);
}

TEMPLATE_TEST_CASE("a completion is never seen before the data that was accepted before it", "",
                   Host256, Host512, Host1024) {
  TestType host(50);
  host.admin_setup(3);
  host.create_eq(0, 3, false);
  host.create_cq(1, 12, 0, 0);
  std::mt19937_64 rng(seed() + 1);
  std::vector<std::size_t> missing;
  for (unsigned i = 0; i < 60; ++i) {
    Bytes data(1 + rng() % 3000, static_cast<std::uint8_t>(i + 1));
    missing.push_back(data.size());
    host.engine_writes[i % 2].push_back({kData + 0x1000ULL * i + rng() % 64, data, false});
    host.run_until([&] { return host.engine_writes[i % 2].empty(); });
    host.complete(i % 3, 1, i);
  }
  host.settle();
  std::uint32_t seen = 0;
  for (const Written& write : host.memory.log) {
    if (write.addr >= kData && !write.data.empty()) {
      missing[(write.addr - kData) / 0x1000] -= write.data.size();
    } else if (write.addr >= kCqRing) {
      const auto tag = static_cast<std::size_t>(le_get(write.data, 8, 4));
      REQUIRE(missing[tag] == 0);
      ++seen;
    }
  }
  CHECK(seen == 60);
}

TEST_CASE("a failing write is reported with its done, an event and a counter") {
  Host512 host(30);
  host.admin_setup(3);
  host.create_eq(0, 4, false);
  host.memory.poison(kData + 0x1000);
  host.engine_writes[0].push_back({kData + 0xf80, Bytes(300, 1), true});  // second page fails
  host.engine_writes[0].push_back({kData + 0x3000, Bytes(64, 1), true});
  host.engine_writes[1].push_back({kData + 0x1000, Bytes(64, 1), false});
  host.settle();
  CHECK(host.writes_done[0] == 2);
  CHECK(host.write_errors[0] == 1);
  CHECK(host.writes_done[1] == 0);
  const std::optional<Bytes> event = host.poll_event(0);
  REQUIRE(event.has_value());
  CHECK((*event)[0] == 14);
  CHECK((*event)[1] == 1);
  CHECK_FALSE(host.poll_event(0).has_value());
  CHECK(host.counter(kDmaWriteErrors) == 2);
}

TEST_CASE("an event queue in memory that fails raises no endless chain of events") {
  Host512 host(0);
  host.admin_setup(3);
  host.create_eq(0, 4, false);
  host.memory.poison(kEqRing);
  host.reads[0].push_back({kEqRing, 64});
  host.settle();
  CHECK(host.counter(kEqes) == 1);
}

TEMPLATE_TEST_CASE("a soft reset drains DMA, forgets the queues and keeps the configuration", "",
                   Host256, Host512, Host1024) {
  TestType host(40);
  std::mt19937_64 rng(seed() + 2);
  host.write64(0x040, 0x0000112233445566);
  host.write64(0x038, 0x123456789abcdef0);
  for (unsigned round = 0; round < 12; ++round) {
    host.admin_setup(3);
    host.create_eq(0, 4, true);
    host.create_cq(1, 4, 0, 0);
    random_dma(host, rng, 30);
    for (unsigned i = 0; i < 10; ++i) {
      host.complete(i % 3, 1, i);
      host.admin_issue(3, 8, i);
    }
    host.admin_ring();
    host.run(static_cast<unsigned>(20 + rng() % 300));
    host.hold_write_data = round % 3 == 0;  // a write is half done and stays so
    host.hold_objects = round % 3 == 1;
    host.run(static_cast<unsigned>(rng() % 60));
    host.resets = 0;
    bool seen = false;
    const auto watch = [&] {
      // No write may be half done while the blocks behind are in reset.
      if (host.bench->core_rst_o) {
        seen = true;
        REQUIRE(host.bench->dma_awvalid_o == 0);
        REQUIRE(host.bench->dma_wvalid_o == 0);
      }
    };
    host.before_edge = watch;
    host.write64(0x020, 3);
    host.run_until([&] { return (host.read64(0x020) & 2) == 0; });
    host.before_edge = nullptr;
    REQUIRE(seen);
    CHECK(host.resets >= 16);
    CHECK(host.memory.reads_open() == 0);
    host.hold_write_data = host.hold_objects = false;
    host.settle();
    CHECK(host.memory.quiet());
    CHECK(host.read64(0x040) == 0x0000112233445566);
    CHECK(host.read64(0x038) == 0x123456789abcdef0);
    CHECK((host.read64(0x020) & 1) == 1);
    CHECK(host.read64(0x0D0) == 0);
    CHECK(host.read64(0x0D8) == 0);
    CHECK(host.counter(kCqes) == 0);
    CHECK(le_get(host.read_line(0x10000), 0, 8) == kMsixAddr);
    CHECK((host.read64(0x028) & 1) == 1);
    host.admin_setup(3);
    CHECK(host.admin(4, 2, 1).status == 3);
    CHECK(host.admin(4, 1, 0).status == 3);
  }
}

TEST_CASE("a soft reset waits for host memory that answers late") {
  Host512 host(0);
  host.memory.latency = 400;
  for (unsigned i = 0; i < 10; ++i) {
    host.reads[i % 4].push_back({kData + 0x1000ULL * i, 512});
    host.engine_writes[i % 2].push_back({kData + 0x100000 + 0x1000ULL * i, Bytes(512, 1), false});
  }
  host.run(60);
  host.post64(0x020, 2);
  host.run(100);
  CHECK(host.bench->core_rst_o == 0);  // writes have no answer yet
  host.run_until([&] { return host.bench->core_rst_o == 1; }, 1000);
  host.run_until([&] { return host.bench->core_rst_o == 0; }, 1000);
  CHECK(host.memory.quiet());
  host.memory.latency = 1;
  host.settle();
  CHECK((host.read64(0x020) & 2) == 0);
}

TEST_CASE("a client that takes no data does not stop a soft reset") {
  Host512 host(0);
  host.engines_deaf = true;
  for (unsigned i = 0; i < 200; ++i) {
    host.reads[i % 4].push_back({kData + 0x1000ULL * i, 4096});
  }
  host.run(3000);
  host.post64(0x020, 2);
  host.run(3);
  host.run_until([&] { return (host.read64(0x020) & 2) == 0; });
  host.engines_deaf = false;
  host.reads[1].push_back({kData, 100});
  host.settle();
  REQUIRE(host.read_data[1].size() == 1);
}

}  // namespace
