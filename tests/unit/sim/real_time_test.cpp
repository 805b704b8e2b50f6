// SPDX-License-Identifier: Apache-2.0
//
// Runs that another program takes part in: simulated time against real time, frames both ways.
#include "sim/real_time.hpp"

#include <array>
#include <chrono>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

#include "catch.hpp"
#include "fabric/wire.hpp"
#include "lab.hpp"

namespace ethlink::sim::test {
namespace {

using Clock = std::chrono::steady_clock;
constexpr unsigned kFrameVector = 2;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Both ends of a socket pair; the second belongs to whoever adopts it.
std::array<int, 2> socket_pair() {
  std::array<int, 2> ends{};
  REQUIRE(::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends.data()) == 0);
  return ends;
}

// The lab with a port of a program at its switch.
LabSetup open_lab(int fd) {
  LabSetup setup;
  setup.top =
      "seed = 1\nmax_time_us = 20000\n[[external]]\nname = 'outside'\nfd = " + std::to_string(fd) +
      "\n[[link]]\nbetween = ['sw', 'outside']\n";
  return setup;
}

}  // namespace

TEST_CASE("simulated time waits for real time and makes up for nothing", "[sim][external]") {
  const std::array<int, 2> ends = socket_pair();
  Result<FrameSocket> socket = FrameSocket::adopt(ends[1]);
  REQUIRE(socket);
  ExternalPort port(std::move(*socket));
  RealTime real_time;
  CHECK_FALSE(real_time.used());
  real_time.add(port);
  CHECK(real_time.used());
  // A step that took long leaves no credit for the next one.
  real_time.after_step(0, kPsPerUs, 10.0);
  const Clock::time_point start = Clock::now();
  real_time.after_step(0, 30'000 * kPsPerUs, 0);
  CHECK(seconds_since(start) >= 0.030);
  ::close(ends[0]);
}

TEST_CASE("a frame ends the wait, but many do not bring simulated time far ahead",
          "[sim][external]") {
  const std::array<int, 2> ends = socket_pair();
  Result<FrameSocket> socket = FrameSocket::adopt(ends[1]);
  REQUIRE(socket);
  ExternalPort port(std::move(*socket));
  KeepingSink sink;
  LinkDirection link(LinkParams{}, 1, sink);
  port.connect(link);
  RealTime real_time;
  real_time.add(port);
  constexpr unsigned kSteps = 200;
  constexpr TimePs kStep = 100 * kPsPerUs;
  const Frame frame(60, 1);
  const Clock::time_point start = Clock::now();
  for (unsigned i = 1; i <= kSteps; ++i) {
    REQUIRE(::send(ends[0], frame.data(), frame.size(), 0) == 60);
    real_time.after_step(i * kStep, kStep, 0);
    CHECK(sink.arrivals.size() == i);
    const double ahead = static_cast<double>(i * kStep) / kPsPerSecond - seconds_since(start);
    CHECK(ahead <= static_cast<double>(RealTime::kMostAhead + kStep) / kPsPerSecond);
  }
  // Real time may pass at any moment, so a wait that ends early is tried until it shows.
  bool early = false;
  for (unsigned i = 0; i < 100 && !early; ++i) {
    RealTime fresh;
    fresh.add(port);
    REQUIRE(::send(ends[0], frame.data(), frame.size(), 0) == 60);
    const Clock::time_point before = Clock::now();
    fresh.after_step((kSteps + 1 + i) * kStep, RealTime::kMostAhead / 10 * 9, 0);
    early = seconds_since(before) < 0.0005;
  }
  CHECK(early);
  ::close(ends[0]);
}

TEST_CASE("frames pass between a device and another program", "[sim][external][run]") {
  const std::array<int, 2> ends = socket_pair();
  const Frame question = make_frame(kMacB, kMacA, 0x0800, 500, 5);
  const Frame answer = make_frame(kMacA, kMacB, 0x0801, 300, 6);
  LabSetup setup = open_lab(ends[1]);
  setup.programs[1] = [&](HostPort& port) {
    const DmaRegion ring = *port.dma_alloc(65536);
    const DmaRegion out = *port.dma_alloc(4096);
    if (!port.mmio_write(kRing, command(ring.iova, 0, 0))) {
      return 1;
    }
    // The device is ready: ask the program for its frame.
    std::memcpy(out.data, answer.data(), answer.size());
    if (!port.mmio_write(kSend, command(out.iova, 0, answer.size()))) {
      return 2;
    }
    ::send(ends[0], question.data(), question.size() - kFcsBytes, 0);
    if (!await_vector(port, kFrameVector, port.now() + 10'000 * kPsPerUs)) {
      return 3;
    }
    return std::memcmp(ring.data, question.data(), 64) == 0 ? 0 : 4;
  };
  const SimulationResult result = run_lab(std::move(setup));
  CHECK(result.nodes[1].exit_code == 0);
  CHECK_FALSE(result.reproducible);
  REQUIRE(result.externals.size() == 1);
  CHECK(result.externals[0].name == "outside");
  CHECK(result.externals[0].stats.received == 1);
  CHECK(result.externals[0].stats.sent == 1);
  CHECK(result.links[0].name == "sw -> outside");
  Frame got(1000);
  got.resize(static_cast<std::size_t>(::recv(ends[0], got.data(), got.size(), MSG_DONTWAIT)));
  CHECK(got == Frame(answer.begin(), answer.end() - kFcsBytes));
  ::close(ends[0]);
}

TEST_CASE("an idle run with another program lasts as long as it says", "[sim][external][run]") {
  const std::array<int, 2> ends = socket_pair();
  LabSetup setup = open_lab(ends[1]);
  const Clock::time_point start = Clock::now();
  const SimulationResult result = run_lab(std::move(setup));
  CHECK(result.time == 20'000 * kPsPerUs);
  CHECK(seconds_since(start) >= 0.018);  // 20 ms, less what may be ahead
  ::close(ends[0]);
}

TEST_CASE("a socket that is none is named with its line", "[sim][external][run]") {
  ProgramRegistry registry;
  const auto simulation = make_lab(open_lab(987654), registry);
  REQUIRE_FALSE(simulation);
  CHECK(simulation.error().context.find("lab.toml:3: [[external]] `fd`: expected the descriptor") ==
        0);
}

}  // namespace ethlink::sim::test
