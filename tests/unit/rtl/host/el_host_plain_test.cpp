// SPDX-License-Identifier: Apache-2.0
//
// The plain rings of el_host.

#include "host_models.hpp"

namespace {

using namespace ethlink::test;

constexpr std::uint64_t kTxRing = 0x800000;
constexpr std::uint64_t kRxRing = 0x810000;
constexpr std::uint64_t kTxData = 0x900000;
constexpr std::uint64_t kRxData = 0xA00000;
constexpr unsigned kPlainRxEvent = 11;
constexpr unsigned kPlainTxEvent = 12;

/// Software's side of both rings.
template <typename Host>
struct Rings {
  Host& host;
  unsigned tx_log;
  unsigned rx_log;
  std::uint32_t tx_posted = 0;
  std::uint32_t tx_done = 0;
  std::uint32_t rx_posted = 0;
  std::uint32_t rx_done = 0;

  void start() {
    tx_posted = tx_done = rx_posted = rx_done = 0;
    host.write64(0x190, 0);
    host.run_until([&] { return (host.read64(0x028) & 1) == 1; });
    host.write64(0x180, kTxRing);
    host.write64(0x188, kRxRing);
    for (unsigned i = 0; i < (16U << tx_log); ++i) {
      host.memory.write(kTxRing + i, {0});
    }
    for (unsigned i = 0; i < (16U << rx_log); ++i) {
      host.memory.write(kRxRing + i, {0});
    }
    host.write64(0x190, tx_log | rx_log << 8 | 1U << 16 | 1U << 24);
  }
  void post(std::uint64_t ring, unsigned log, std::uint32_t n, std::uint64_t addr, unsigned len) {
    Bytes desc(15);  // software leaves the phase of the lap before
    le_put(desc, 0, 8, addr);
    le_put(desc, 8, 2, len);
    host.memory.write(ring + 16 * (n & ((1U << log) - 1)), desc);
  }
  void send(std::uint64_t addr, unsigned len) { post(kTxRing, tx_log, tx_posted++, addr, len); }
  void ring_tx() { host.post64(0x198, tx_posted & 0xffff); }
  void give(std::uint64_t addr, unsigned len) { post(kRxRing, rx_log, rx_posted++, addr, len); }
  void ring_rx() { host.post64(0x1A0, rx_posted & 0xffff); }
  std::optional<Bytes> done(std::uint64_t ring, unsigned log, std::uint32_t& n) {
    const Bytes desc = host.memory.read(ring + 16 * (n & ((1U << log) - 1)), 16);
    if ((desc[15] & 1U) != (((n >> log) & 1U) ^ 1U)) {
      return std::nullopt;
    }
    ++n;
    return desc;
  }
  std::optional<Bytes> sent() { return done(kTxRing, tx_log, tx_done); }
  std::optional<Bytes> received() { return done(kRxRing, rx_log, rx_done); }
};

template <typename Host>
Bytes random_frame(Host&, std::mt19937_64& rng, std::size_t size) {
  Bytes frame(size);
  for (std::uint8_t& b : frame) {
    b = static_cast<std::uint8_t>(rng());
  }
  return frame;
}

TEMPLATE_TEST_CASE("plain frames of every length leave whole and in order", "", Host256, Host512,
                   Host1024) {
  const unsigned wild = GENERATE(0U, 50U);
  TestType host(wild);
  host.admin_setup(3);
  host.create_eq(1, 8, false);
  Rings<TestType> rings{host, 3, 0};
  rings.start();
  std::mt19937_64 rng(seed() + wild);
  std::vector<Bytes> want;
  const std::vector<unsigned> sizes{14,   15,   31,   32,   33,   60,  63,   64,   65,   95,
                                    96,   97,   127,  128,  129,  160, 161,  512,  1514, 4096,
                                    4127, 4128, 4129, 4351, 4352, 100, 1000, 2000, 3000, 40};
  for (const unsigned size : sizes) {
    const std::uint64_t at = kTxData + 0x2000ULL * want.size() + rng() % 0x1000;
    want.push_back(random_frame(host, rng, size));
    host.memory.write(at, want.back());
    rings.send(at, size);
    rings.ring_tx();
    if (rings.tx_posted - rings.tx_done == 8 || size == 40) {
      while (rings.tx_done != rings.tx_posted) {
        std::optional<Bytes> desc;
        host.run_until([&] { return (desc = rings.sent()).has_value(); });
        CHECK((*desc)[12] == 0);
        CHECK(le_get(*desc, 8, 2) == sizes[rings.tx_done - 1]);
      }
    }
  }
  host.settle();
  CHECK(host.plain_out == want);
  CHECK(host.counter(kPlainTx) == sizes.size());
  unsigned drained = 0;
  while (const std::optional<Bytes> event = host.poll_event(1)) {
    REQUIRE((*event)[0] == kPlainTxEvent);
    ++drained;
  }
  CHECK(drained >= 1);
  CHECK(drained <= sizes.size());
}

TEST_CASE("transmit descriptors that make no sense or cannot be read send nothing") {
  Host512 host(40);
  host.admin_setup(3);
  Rings<Host512> rings{host, 4, 0};
  rings.start();
  host.memory.write(kTxData, Bytes(0x3000, 0x5a));
  host.memory.poison(kTxData + 0x1000);
  const std::vector<std::pair<std::uint64_t, unsigned>> frames{
      {kTxData, 100}, {kTxData, 13},          {kTxData, 0},          {kTxData, 4353},
      {kTxData, 200}, {kTxData, 65535},       {kTxData + 0xff0, 64}, {kTxData + 0x1000, 20},
      {kTxData, 300}, {kTxData + 0x800, 4352}};
  for (const auto& [at, size] : frames) {
    rings.send(at, size);
  }
  rings.ring_tx();
  std::string statuses;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    std::optional<Bytes> desc;
    host.run_until([&] { return (desc = rings.sent()).has_value(); });
    statuses += static_cast<char>('0' + (*desc)[12]);
    CHECK(le_get(*desc, 0, 8) == frames[i].first);
    CHECK(le_get(*desc, 8, 2) == frames[i].second);
  }
  CHECK(statuses == "0111011101");
  host.settle();
  CHECK(host.plain_out == std::vector<Bytes>{Bytes(100, 0x5a), Bytes(200, 0x5a), Bytes(300, 0x5a)});
}

TEMPLATE_TEST_CASE("received frames fill the ring's buffers, or are cut, or dropped", "", Host256,
                   Host512, Host1024) {
  const unsigned wild = GENERATE(0U, 50U);
  TestType host(wild);
  host.admin_setup(3);
  host.create_eq(1, 8, false);
  Rings<TestType> rings{host, 0, 2};
  rings.start();
  std::mt19937_64 rng(seed() + wild + 1);
  unsigned whole = 0;
  unsigned lost = 0;
  for (unsigned lap = 0; lap < 60; ++lap) {
    // Up to four buffers of odd sizes and places.
    const auto buffers = static_cast<unsigned>(rng() % 5);
    std::vector<std::pair<std::uint64_t, unsigned>> given;
    for (unsigned i = 0; i < buffers; ++i) {
      const std::uint64_t at = kRxData + 0x4000ULL * i + rng() % 0x1000;
      const auto size = static_cast<unsigned>(rng() % 3 == 0 ? rng() % 200 : 4352);
      given.emplace_back(at, size);
      host.memory.write(at, Bytes(0x1400, 0xEE));
      rings.give(at, size);
    }
    rings.ring_rx();
    host.run(20);
    host.settle();
    const auto count = static_cast<unsigned>(rng() % 6);
    std::vector<Bytes> frames;
    for (unsigned i = 0; i < count; ++i) {
      const std::size_t size = rng() % 4 == 0 ? 4352 : 60 + rng() % 400;
      frames.push_back(random_frame(host, rng, size));
      host.plain_in.push_back(frames.back());
    }
    host.settle();
    for (unsigned i = 0; i < std::min(count, buffers); ++i) {
      const std::optional<Bytes> desc = rings.received();
      REQUIRE(desc.has_value());
      const Bytes& frame = frames[i];
      const auto& [at, size] = given[i];
      const bool cut = frame.size() > size;
      CHECK(le_get(*desc, 0, 8) == at);
      CHECK(le_get(*desc, 10, 2) == frame.size());
      CHECK((*desc)[12] == (cut ? 1 : 0));
      Bytes want(frame.begin(),
                 frame.begin() + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(frame.size()),
                                                          static_cast<std::ptrdiff_t>(size)));
      want.resize(0x1400, 0xEE);
      REQUIRE(host.memory.read(at, 0x1400) == want);
      (cut ? lost : whole) += 1;
    }
    lost += count > buffers ? count - buffers : 0;
    CHECK_FALSE(rings.received().has_value());
    // Use up what is left, so that the next lap starts with an empty ring.
    for (unsigned i = count; i < buffers; ++i) {
      host.plain_in.push_back(Bytes(60, 1));
    }
    host.settle();
    while (const std::optional<Bytes> desc = rings.received()) {
      ((*desc)[12] != 0 ? lost : whole) += 1;
    }
    CHECK(rings.rx_done == rings.rx_posted);
  }
  CHECK(host.counter(kPlainRx) == whole);
  CHECK(host.counter(kPlainRxDrops) == lost);
  const std::optional<Bytes> event = host.poll_event(1);
  REQUIRE(event.has_value());
  CHECK((*event)[0] == kPlainRxEvent);
}

TEST_CASE("the plain rings restart at 0 while frames are under way") {
  Host512 host(50);
  host.admin_setup(3);
  Rings<Host512> rings{host, 3, 3};
  std::mt19937_64 rng(seed() + 8);
  for (unsigned round = 0; round < 20; ++round) {
    rings.start();
    host.plain_out.clear();
    for (unsigned i = 0; i < 8; ++i) {
      host.memory.write(kTxData + 0x2000ULL * i, Bytes(1500, static_cast<std::uint8_t>(i)));
      rings.send(kTxData + 0x2000ULL * i, 1500);
      rings.give(kRxData + 0x2000ULL * i, 2048);
      host.plain_in.push_back(Bytes(700, static_cast<std::uint8_t>(i)));
    }
    rings.ring_tx();
    rings.ring_rx();
    host.run(static_cast<unsigned>(rng() % 400));
    host.write64(0x190, 0);
    host.run(5);
    host.run_until([&] { return (host.read64(0x028) & 1) == 1; });
    const std::size_t writes = host.memory.log.size();
    host.settle();
    CHECK(host.memory.log.size() == writes);
    for (const Bytes& frame : host.plain_out) {
      CHECK(frame.size() == 1500);
    }
  }
}

}  // namespace
