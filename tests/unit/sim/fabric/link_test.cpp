// SPDX-License-Identifier: Apache-2.0
//
// One direction of a link: pace, propagation and each fault.
#include "sim/fabric/link.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "catch.hpp"
#include "fabric/wire.hpp"
#include "seed.hpp"

namespace ethlink::sim::test {
namespace {

constexpr TimePs kDelay = 100 * kPsPerNs;
constexpr TimePs kByte = 20;  // ps at 400 Gb/s
constexpr unsigned kMany = 4000;

LinkParams with(LinkFaults faults) {
  LinkParams params;
  params.faults = std::move(faults);
  return params;
}

std::uint16_t number_of(const Frame& frame) {
  return static_cast<std::uint16_t>(frame[14] << 8 | frame[15]);
}

// Sends numbered frames, far apart, and returns what arrived.
std::vector<FrameArrival> send_many(const LinkParams& params, std::uint64_t seed, unsigned count,
                                    LinkStats* stats = nullptr) {
  KeepingSink sink;
  LinkDirection link(params, seed, sink);
  for (unsigned i = 0; i < count; ++i) {
    Frame frame = make_frame(kMacA, kMacB, 0x88b5);
    frame[14] = static_cast<std::uint8_t>(i >> 8);
    frame[15] = static_cast<std::uint8_t>(i);
    set_fcs(frame);
    link.send(i * kPsPerUs, std::move(frame));
  }
  if (stats != nullptr) {
    *stats = link.stats();
  }
  return std::move(sink.arrivals);
}

std::set<std::uint16_t> numbers(const std::vector<FrameArrival>& arrivals) {
  std::set<std::uint16_t> found;
  for (const FrameArrival& arrival : arrivals) {
    found.insert(number_of(arrival.frame));
  }
  return found;
}

// Five standard deviations of a binomial distribution around its mean.
bool plausible(std::uint64_t count, unsigned trials, double probability) {
  const double mean = trials * probability;
  return std::abs(static_cast<double>(count) - mean) < 5 * std::sqrt(mean * (1 - probability));
}

}  // namespace

TEST_CASE("frames keep the pace of the wire, preamble and gap included", "[sim][link]") {
  KeepingSink sink;
  LinkDirection link({}, 1, sink);
  CHECK(link.send(5000, make_frame(kMacA, kMacB, 0x88b5, 64)) == 5000 + 84 * kByte);
  CHECK(link.send(5000, make_frame(kMacA, kMacB, 0x88b5, 1518)) == 5000 + (84 + 1538) * kByte);
  REQUIRE(sink.arrivals.size() == 2);
  CHECK(sink.arrivals[0].start == 5000 + kDelay);
  CHECK(sink.arrivals[0].end == 5000 + kDelay + 72 * kByte);
  CHECK(sink.arrivals[1].start == 5000 + kDelay + 84 * kByte);
  CHECK(sink.arrivals[1].end == 5000 + kDelay + (84 + 1526) * kByte);
  CHECK(link.stats().frames == 2);
  CHECK(link.stats().bytes == 64 + 1518);
  CHECK(link.stats().busy_ps == (84 + 1538) * kByte);
}

TEST_CASE("the rate of a link scales its times", "[sim][link]") {
  for (const std::uint64_t mbps : {10'000U, 100'000U, 800'000U}) {
    KeepingSink sink;
    LinkParams params;
    params.rate_mbps = mbps;
    LinkDirection link(params, 1, sink);
    link.send(0, make_frame(kMacA, kMacB, 0x88b5, 1000));
    CHECK(sink.arrivals[0].end - sink.arrivals[0].start == 1008ULL * 8'000'000 / mbps);
  }
}

TEST_CASE("a frame sent in beats leaves while it comes, and back pressure holds the sender",
          "[sim][link]") {
  constexpr TimePs kPeriod = 1250;
  KeepingSink sink;
  LinkParams params;
  params.rate_mbps = 100'000;  // a quarter of what the beats offer
  LinkDirection link(params, 1, sink);
  const Frame frame = make_frame(kMacA, kMacB, 0x88b5, 64 * 1000);
  TimePs time = 0;
  std::size_t sent = 0;
  unsigned cycles = 0;
  while (sent < frame.size()) {
    if (link.ready(time)) {
      link.beat(time, std::span(frame).subspan(sent, 64), sent + 64 == frame.size());
      sent += 64;
      CHECK((sent == frame.size()) == (link.open_since() == kNever));
    }
    time += kPeriod;
    ++cycles;
  }
  REQUIRE(sink.arrivals.size() == 1);
  CHECK(sink.arrivals[0].frame == frame);
  CHECK(sink.arrivals[0].start == kDelay);
  CHECK(sink.arrivals[0].end == kDelay + (frame.size() + 8) * 80);
  // The last beat is taken while less than the FIFO is ahead of it.
  const TimePs wire = (frame.size() + 8) * 80;
  CHECK(time <= wire);
  CHECK(time + 2 * LinkDirection::kFifoPs >= wire);
  CHECK(sink.arrivals[0].not_before >= time - kPeriod + kDelay);
}

TEST_CASE("a sender that dies leaves a frame with a bad FCS", "[sim][link]") {
  KeepingSink sink;
  LinkDirection link({}, 1, sink);
  link.abort(0);
  CHECK(sink.arrivals.empty());
  const Frame frame = make_frame(kMacA, kMacB, 0x88b5, 256);
  link.beat(0, std::span(frame).first(64), false);
  link.beat(1250, std::span(frame).subspan(64, 64), false);
  link.abort(2500);
  REQUIRE(sink.arrivals.size() == 1);
  CHECK(sink.arrivals[0].frame.size() == 128);
  CHECK_FALSE(fcs_good(sink.arrivals[0].frame));
}

TEST_CASE("loss takes the given share of frames, the same ones for the same seed", "[sim][link]") {
  const std::uint64_t seed = ethlink::test::seed();
  const LinkParams params = with({.loss = 0.1});
  LinkStats stats;
  const std::set<std::uint16_t> first = numbers(send_many(params, seed, kMany, &stats));
  CHECK(plausible(stats.dropped, kMany, 0.1));
  CHECK(stats.dropped + stats.delivered == kMany);
  CHECK(first.size() == stats.delivered);
  CHECK(numbers(send_many(params, seed, kMany)) == first);
  CHECK(numbers(send_many(params, seed + 1, kMany)) != first);
}

TEST_CASE("another fault does not move which frames are lost", "[sim][link]") {
  const std::uint64_t seed = ethlink::test::seed();
  const auto lost = [&](LinkFaults faults) {
    return numbers(send_many(with(std::move(faults)), seed, kMany));
  };
  const std::set<std::uint16_t> expected = lost({.loss = 0.1});
  CHECK(lost({.loss = 0.1, .duplicate = 0.5}) == expected);
  CHECK(lost({.loss = 0.1, .reorder = 0.5, .reorder_ps = 70'000}) == expected);
  CHECK(lost({.loss = 0.1, .jitter_ps = 50'000}) == expected);
}

TEST_CASE("listed frames are lost, and only they", "[sim][link]") {
  for (std::uint64_t index = 0; index < 10; ++index) {
    const std::set<std::uint16_t> left = numbers(send_many(with({.drop = {index}}), 1, 10));
    CHECK(left.size() == 9);
    CHECK_FALSE(left.contains(static_cast<std::uint16_t>(index)));
  }
  CHECK(numbers(send_many(with({.drop = {7, 2}}), 1, 10)).size() == 8);
}

TEST_CASE("a duplicate arrives behind its original, unchanged", "[sim][link]") {
  LinkStats stats;
  const auto arrivals = send_many(with({.duplicate = 1}), 1, 10, &stats);
  REQUIRE(arrivals.size() == 20);
  CHECK(stats.duplicated == 10);
  for (std::size_t i = 0; i < arrivals.size(); i += 2) {
    CHECK(arrivals[i].frame == arrivals[i + 1].frame);
    CHECK(arrivals[i + 1].start == arrivals[i].end);
  }
  send_many(with({.duplicate = 0.25}), ethlink::test::seed(), kMany, &stats);
  CHECK(plausible(stats.duplicated, kMany, 0.25));
}

TEST_CASE("a reordered frame is late by the given time and others pass it", "[sim][link]") {
  LinkStats stats;
  const auto arrivals = send_many(with({.reorder = 0.25, .reorder_ps = 2500 * kPsPerNs}),
                                  ethlink::test::seed(), kMany, &stats);
  CHECK(plausible(stats.reordered, kMany, 0.25));
  std::uint64_t late = 0;
  for (const FrameArrival& arrival : arrivals) {
    const TimePs expected = number_of(arrival.frame) * kPsPerUs + kDelay;
    CHECK((arrival.start == expected || arrival.start == expected + 2500 * kPsPerNs));
    late += arrival.start == expected ? 0 : 1;
  }
  CHECK(late == stats.reordered);
}

TEST_CASE("corruption flips exactly one bit and the FCS shows it", "[sim][link]") {
  LinkStats stats;
  const auto arrivals = send_many(with({.corrupt = 0.25}), ethlink::test::seed(), kMany, &stats);
  CHECK(plausible(stats.corrupted, kMany, 0.25));
  const auto originals = send_many({}, 1, kMany);
  std::uint64_t bad = 0;
  std::set<unsigned> places;
  for (std::size_t i = 0; i < arrivals.size(); ++i) {
    unsigned bits = 0;
    for (unsigned b = 0; b < 64; ++b) {
      const unsigned difference = arrivals[i].frame[b] ^ originals[i].frame[b];
      bits += static_cast<unsigned>(__builtin_popcount(difference));
      if (difference != 0) {
        places.insert(b);
      }
    }
    REQUIRE(bits <= 1);
    REQUIRE(fcs_good(arrivals[i].frame) == (bits == 0));
    bad += bits;
  }
  CHECK(bad == stats.corrupted);
  CHECK(places.size() == 64);  // every byte of the frame is hit sometimes
}

TEST_CASE("jitter stays in its range, keeps the order and overlaps nothing", "[sim][link]") {
  const TimePs jitter = 5 * kPsPerUs;
  const auto arrivals = send_many(with({.jitter_ps = jitter}), ethlink::test::seed(), kMany);
  std::set<TimePs> delays;
  TimePs end = 0;
  for (const FrameArrival& arrival : arrivals) {
    CHECK(arrival.start >= end);
    end = arrival.end;
    const TimePs late = arrival.start - number_of(arrival.frame) * kPsPerUs - kDelay;
    CHECK(late <= jitter + 10 * kPsPerNs);  // plus frames that push it on
    delays.insert(late);
  }
  CHECK(delays.size() > kMany / 4);
  CHECK(std::is_sorted(arrivals.begin(), arrivals.end(), [](const auto& a, const auto& b) {
    return number_of(a.frame) < number_of(b.frame);
  }));
}

}  // namespace ethlink::sim::test
