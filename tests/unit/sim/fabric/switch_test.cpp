// SPDX-License-Identifier: Apache-2.0
//
// The switch: forwarding, queues, PFC, ECN.
#include "sim/fabric/switch.hpp"

#include <algorithm>
#include <memory>
#include <vector>

#include "catch.hpp"
#include "fabric/wire.hpp"

namespace ethlink::sim::test {
namespace {

constexpr std::uint16_t kLoadStore = 0x88b5, kEthlinkRdma = 0x88b6;
constexpr std::uint64_t kAllStations = 0xffffffffffff;
constexpr TimePs kLatency = 200 * kPsPerNs;

// An OEFH address: 02:00, any length, endpoint id.
std::uint64_t oefh(std::uint16_t id, std::uint16_t middle = 0x1234) {
  return std::uint64_t{0x0200} << 32 | std::uint64_t{middle} << 16 | id;
}

Frame with_priority(Frame frame, unsigned priority, unsigned ecn = 0) {
  frame[15] = static_cast<std::uint8_t>(priority << 5 | ecn);
  set_fcs(frame);
  return frame;
}

Frame pfc_frame(std::uint8_t enabled, std::uint16_t quanta) {
  Frame frame(kMinFrameBytes);
  const std::uint8_t head[] = {0x01, 0x80, 0xc2, 0,    0, 1, 2, 0, 0,
                               0,    0,    9,    0x88, 8, 1, 1, 0, enabled};
  std::copy(std::begin(head), std::end(head), frame.begin());
  for (unsigned i = 0; i < kPriorities; ++i) {
    frame[18 + 2 * i] = static_cast<std::uint8_t>(quanta >> 8);
    frame[19 + 2 * i] = static_cast<std::uint8_t>(quanta);
  }
  set_fcs(frame);
  return frame;
}

// A switch with links of 400 Gb/s and 1 ns on every port.
class Bench {
 public:
  explicit Bench(const SwitchParams& params, unsigned ports = 3) : core(params, ports) {
    LinkParams link;
    link.delay_ps = kPsPerNs;
    for (unsigned i = 0; i < ports; ++i) {
      sinks.push_back(std::make_unique<KeepingSink>());
      links.push_back(std::make_unique<LinkDirection>(link, i, *sinks[i]));
      core.connect(i, *links[i]);
    }
    core.set_on_input([this](TimePs time) { next = std::min(next, time); });
  }
  void send(unsigned port, Frame frame, TimePs end) {
    core.input(port).deliver({std::move(frame), end, end, end});
  }
  // Runs every event up to `limit`; more than a million events would be a switch that spins.
  void run(TimePs limit = kPsPerMs) {
    for (unsigned events = 0; next <= limit; ++events) {
      REQUIRE(events < 1'000'000);
      const TimePs now = std::exchange(next, kNever);
      const TimePs later = core.run(now);
      REQUIRE(later > now);
      next = std::min(next, later);
    }
  }
  std::vector<FrameArrival>& out(unsigned port) { return sinks[port]->arrivals; }

  Switch core;
  std::vector<std::unique_ptr<KeepingSink>> sinks;
  std::vector<std::unique_ptr<LinkDirection>> links;
  TimePs next = kNever;
};

SwitchParams params_with(std::uint64_t queue, std::uint64_t ecn = 0, bool pfc = false) {
  SwitchParams params;
  params.queue_bytes = queue;
  params.ecn_bytes = ecn;
  params.pfc = pfc;
  params.pfc_xoff_bytes = 2000;
  params.pfc_xon_bytes = 1000;
  return params;
}

}  // namespace

TEST_CASE("EthLink frames follow the endpoint id and nothing else of the address",
          "[sim][switch]") {
  Bench bench({});
  bench.core.add_endpoint(7, 1);
  bench.core.add_endpoint(8, 2);
  for (const std::uint16_t middle :
       {std::uint16_t{0}, std::uint16_t{0x1234}, std::uint16_t{0xffff}}) {
    bench.send(0, make_frame(oefh(7, middle), oefh(1), kLoadStore), 0);
    bench.send(0, make_frame(oefh(8, middle), oefh(1), 0x88b6), 0);
  }
  bench.run();
  CHECK(bench.out(0).empty());
  CHECK(bench.out(1).size() == 3);
  CHECK(bench.out(2).size() == 3);
  CHECK(bench.core.stats(0).flooded == 0);
  CHECK(bench.core.stats(0).received == 6);
  CHECK(bench.core.stats(1).sent == 3);
}

TEST_CASE("the source of an EthLink frame is not learned", "[sim][switch]") {
  Bench bench({});
  bench.core.add_endpoint(7, 1);
  const std::uint64_t source = oefh(1, 99);
  bench.send(0, make_frame(oefh(7), source, kLoadStore), 0);
  bench.run();
  bench.send(1, make_frame(source, kMacB, 0x0806), kPsPerUs);
  bench.run();
  CHECK(bench.core.stats(1).flooded == 1);
}

TEST_CASE("an unknown endpoint is flooded, one behind the arrival port is filtered",
          "[sim][switch]") {
  Bench bench({});
  bench.core.add_endpoint(7, 0);
  bench.send(0, make_frame(oefh(9), oefh(1), kLoadStore), 0);
  bench.run();
  CHECK(bench.out(1).size() == 1);
  CHECK(bench.out(2).size() == 1);
  bench.send(0, make_frame(oefh(7), oefh(1), kLoadStore), kPsPerUs);
  bench.run();
  CHECK(bench.core.stats(0).filtered == 1);
  CHECK(bench.out(1).size() == 1);
}

TEST_CASE("other frames are flooded until their address is learned; stations may move",
          "[sim][switch]") {
  Bench bench({});
  bench.send(0, make_frame(kMacB, kMacA, 0x0806), 0);
  bench.run();
  CHECK(bench.out(1).size() == 1);
  CHECK(bench.out(2).size() == 1);
  bench.send(1, make_frame(kMacA, kMacB, 0x0806), kPsPerUs);  // A is known at port 0
  bench.run();
  CHECK(bench.out(0).size() == 1);
  CHECK(bench.out(2).size() == 1);
  bench.send(2, make_frame(kAllStations, kMacA, 0x0806), 2 * kPsPerUs);  // A moves to port 2
  bench.run();
  bench.send(1, make_frame(kMacA, kMacB, 0x0806), 3 * kPsPerUs);
  bench.run();
  CHECK(bench.out(2).size() == 2);
  CHECK(bench.out(0).size() == 2);  // the broadcast only
}

TEST_CASE("a configured address is known from the start and does not move", "[sim][switch]") {
  Bench bench({});
  bench.core.add_mac(kMacA, 2);
  bench.send(1, make_frame(kMacB, kMacA, 0x0806), 0);
  bench.run();
  bench.send(0, make_frame(kMacA, kMacB, 0x0806), kPsPerUs);
  bench.run();
  CHECK(bench.out(2).size() == 2);  // the flooded one, then the one for A
  CHECK(bench.out(1).empty());
}

TEST_CASE("damaged and link-local frames go nowhere", "[sim][switch]") {
  Bench bench({});
  Frame bad = make_frame(kMacB, kMacA, 0x0806);
  bad[20] ^= 1;
  bench.send(0, bad, 0);
  bench.send(0, make_frame(0x0180c200000e, kMacA, 0x88cc), 0);
  bench.run();
  CHECK(bench.core.stats(0).bad_fcs == 1);
  CHECK(bench.core.stats(0).filtered == 1);
  CHECK(bench.out(1).empty());
}

TEST_CASE("a frame leaves an idle switch exactly its latency after it came in", "[sim][switch]") {
  Bench bench({});
  bench.core.add_endpoint(7, 1);
  bench.send(0, make_frame(oefh(7), oefh(1), kLoadStore), 5000);
  bench.run();
  CHECK(bench.out(1)[0].start == 5000 + kLatency + kPsPerNs);
}

TEST_CASE("simultaneous frames leave in the order of their ports, however they are delivered",
          "[sim][switch]") {
  for (const bool swapped : {false, true}) {
    Bench bench({});
    bench.core.add_endpoint(7, 2);
    for (unsigned i = 0; i < 2; ++i) {
      const unsigned port = swapped ? 1 - i : i;
      bench.send(port, make_frame(oefh(7), oefh(static_cast<std::uint16_t>(port)), kLoadStore), 0);
    }
    bench.run();
    REQUIRE(bench.out(2).size() == 2);
    CHECK(bench.out(2)[0].frame[11] == 0);
    CHECK(bench.out(2)[1].frame[11] == 1);
  }
}

TEST_CASE("a full queue drops what does not fit, other priorities are not hurt", "[sim][switch]") {
  Bench bench(params_with(1000));
  bench.core.add_endpoint(7, 2);
  const Frame frame = make_frame(oefh(7), oefh(1), kEthlinkRdma, 400);
  for (unsigned i = 0; i < 3; ++i) {
    bench.send(0, with_priority(frame, 1), 0);
  }
  bench.send(0, with_priority(frame, 2), 0);
  bench.run();
  CHECK(bench.core.stats(2).tail_drops == 1);  // 400 + 400 fit, the third does not
  CHECK(bench.core.stats(2).max_queue_bytes == 800);
  CHECK(bench.out(2).size() == 3);
}

TEST_CASE("frames are marked from the given depth on, when they are ECN capable", "[sim][switch]") {
  Bench bench(params_with(1 << 20, 1000));
  bench.core.add_endpoint(7, 2);
  const Frame frame = make_frame(oefh(7), oefh(1), kEthlinkRdma, 400);
  for (unsigned i = 0; i < 6; ++i) {
    bench.send(0, with_priority(frame, 1, i == 4 ? 0 : 2), 0);
  }
  bench.run();
  REQUIRE(bench.out(2).size() == 6);
  for (unsigned i = 0; i < 6; ++i) {
    const unsigned ecn = bench.out(2)[i].frame[15] & 3U;
    CHECK(ecn == (i == 4 ? 0U : i < 3 ? 2U : 3U));  // depths 0, 400, 800, then 1200 and more
    CHECK(fcs_good(bench.out(2)[i].frame));
  }
  CHECK(bench.core.stats(2).marked == 2);
}

TEST_CASE("between two depths marks come at random, ever more often, and follow from the seed",
          "[sim][switch]") {
  const Frame frame = make_frame(oefh(7), oefh(1), kEthlinkRdma, 400);
  // Which of 2,000 frames that queue up are marked; frame i finds i x 400 bytes.
  const auto marks = [&](std::uint64_t seed, bool departure) {
    SwitchParams params = params_with(1 << 20, 200'000);
    params.ecn_max_bytes = 600'000;
    params.ecn_probability = 0.5;
    params.ecn_departure = departure;
    params.seed = seed;
    Bench bench(params);
    bench.core.add_endpoint(7, 2);
    for (unsigned i = 0; i < 2000; ++i) {
      bench.send(0, with_priority(frame, 1, 2), 0);
    }
    bench.run();
    REQUIRE(bench.out(2).size() == 2000);
    std::vector<bool> marked;
    for (const FrameArrival& arrival : bench.out(2)) {
      marked.push_back((arrival.frame[15] & 3U) == 3);
      CHECK(fcs_good(arrival.frame));
    }
    return marked;
  };
  const auto count = [](const std::vector<bool>& marked, unsigned from, unsigned to) {
    return std::count(marked.begin() + from, marked.begin() + to, true);
  };
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    CAPTURE(seed);
    const std::vector<bool> arrival = marks(seed, false);
    CHECK(count(arrival, 0, 500) == 0);
    CHECK(count(arrival, 1501, 2000) == 499);
    // Means 62.5 and 187.5, deviations below 12.
    CHECK(std::abs(count(arrival, 500, 1000) - 62) < 48);
    CHECK(std::abs(count(arrival, 1000, 1500) - 187) < 48);
    CHECK(marks(seed, false) == arrival);
    // Behind the first frame wait 1,999, behind the last none.
    const std::vector<bool> departure = marks(seed, true);
    CHECK(count(departure, 0, 499) == 499);
    CHECK(count(departure, 1500, 2000) == 0);
    CHECK(std::abs(count(departure, 500, 1000) - 187) < 48);
    CHECK(std::abs(count(departure, 1000, 1500) - 62) < 48);
  }
  CHECK(marks(1, false) != marks(2, false));
}

TEST_CASE("a pause of Load/Store requests lets responses pass, and the other way round",
          "[sim][switch]") {
  const unsigned paused_vc = GENERATE(0U, 1U);
  CAPTURE(paused_vc);
  Bench bench({});
  bench.core.add_endpoint(7, 2);
  bench.send(2, pfc_frame(paused_vc == 1 ? 1 << 5 : 1 << 4, 0xffff), 0);
  for (unsigned vc = 0; vc < 2; ++vc) {
    Frame frame = with_priority(make_frame(oefh(7), oefh(1), kLoadStore), 4);  // one DSCP
    frame[16] = static_cast<std::uint8_t>(vc);
    set_fcs(frame);
    bench.send(0, std::move(frame), 0);
  }
  bench.run();
  REQUIRE(bench.out(2).size() == 2);
  CHECK((bench.out(2)[0].frame[16] & 0xfU) == 1 - paused_vc);
  CHECK((bench.out(2)[1].frame[16] & 0xfU) == paused_vc);
}

TEST_CASE("a paused priority waits as long as the pause says, others go on", "[sim][switch]") {
  Bench bench({});
  bench.core.add_endpoint(7, 2);
  bench.send(2, pfc_frame(1 << 3, 200), 0);  // 200 quanta: 12800 bytes at 20 ps
  bench.send(0, with_priority(make_frame(oefh(7), oefh(1), kEthlinkRdma), 3), 0);
  bench.send(0, with_priority(make_frame(oefh(7), oefh(1), kEthlinkRdma, 64, 1), 4), 0);
  bench.run();
  REQUIRE(bench.out(2).size() == 2);
  CHECK(bench.core.stats(2).pfc_received == 1);
  CHECK(bench.out(2)[0].frame[15] >> 5 == 4);
  CHECK(bench.out(2)[0].start == kLatency + kPsPerNs);
  CHECK(bench.out(2)[1].start == 12800 * 20 + kPsPerNs);  // counted from the arrival of the pause
}

TEST_CASE("a pause of 0 quanta lets the priority go at once", "[sim][switch]") {
  Bench bench({});
  bench.core.add_endpoint(7, 2);
  bench.send(2, pfc_frame(1 << 3, 0xffff), 0);
  bench.send(0, with_priority(make_frame(oefh(7), oefh(1), kEthlinkRdma), 3), 0);
  bench.send(2, pfc_frame(1 << 3, 0), 400 * kPsPerNs);
  bench.run();
  REQUIRE(bench.out(2).size() == 1);
  CHECK(bench.out(2)[0].start == 400 * kPsPerNs + kPsPerNs);
}

TEST_CASE("PFC pauses the sender that fills a queue, refreshes, and lets it go", "[sim][switch]") {
  Bench bench(params_with(1 << 20, 0, true));
  bench.core.add_endpoint(7, 2);
  bench.send(2, pfc_frame(1 << 3, 0xffff), 0);  // the way out is blocked for 84 us
  bench.run(0);
  const Frame frame = with_priority(make_frame(oefh(7), oefh(1), kEthlinkRdma, 500), 3);
  for (unsigned i = 0; i < 5; ++i) {  // 2500 bytes, above the mark of 2000
    bench.send(0, frame, 0);
  }
  bench.send(1, frame, 0);
  bench.run(60 * kPsPerUs);
  REQUIRE(bench.out(0).size() == 2);  // pause, and its refresh after half its time
  CHECK(bench.out(1).empty());        // this sender did nothing wrong
  for (const FrameArrival& pause : bench.out(0)) {
    CHECK(fcs_good(pause.frame));
    CHECK(pause.frame.size() == 64);
    const Frame expected = pfc_frame(1 << 3, 0xffff);
    CHECK(std::equal(expected.begin(), expected.begin() + 6, pause.frame.begin()));
    CHECK(std::equal(expected.begin() + 12, expected.begin() + 18, pause.frame.begin() + 12));
    CHECK((pause.frame[18 + 6] == 0xff && pause.frame[19 + 6] == 0xff));
    CHECK(pause.frame[18] == 0);
  }
  CHECK(bench.out(0)[1].start - bench.out(0)[0].start == 65535 * 64 * 20 / 2);
  bench.run();
  REQUIRE(bench.out(0).size() == 3);  // the queue drained: resume
  CHECK(bench.out(0)[2].frame[17] == 1 << 3);
  CHECK((bench.out(0)[2].frame[18 + 6] == 0 && bench.out(0)[2].frame[19 + 6] == 0));
  CHECK(bench.out(2).size() == 6);
  CHECK(bench.core.stats(0).pfc_sent == 3);
}

TEST_CASE("a refresh that is due while its wire is busy does not make the switch spin",
          "[sim][switch]") {
  Bench bench(params_with(1 << 20, 0, true));
  bench.core.add_endpoint(7, 2);
  bench.core.add_endpoint(1, 0);
  bench.send(2, pfc_frame(1 << 3, 0xffff), 0);
  bench.run(0);
  for (unsigned i = 0; i < 5; ++i) {
    bench.send(0, with_priority(make_frame(oefh(7), oefh(1), kEthlinkRdma, 500), 3), 0);
  }
  // The wire back to the paused sender is always busy with data.
  for (TimePs time = 0; time < 60 * kPsPerUs; time += 1000 * 20) {
    bench.send(1, make_frame(oefh(1), oefh(7), kLoadStore, 980), time);
  }
  bench.run(60 * kPsPerUs);
  CHECK(bench.core.stats(0).pfc_sent == 2);
}

}  // namespace ethlink::sim::test
