// SPDX-License-Identifier: Apache-2.0
//
// Fault events of one direction of a link: which frames they mean and what becomes of them.
#include "sim/fabric/fault_event.hpp"

#include <deque>

#include "catch.hpp"
#include "fabric/wire.hpp"
#include "reference/frame.hpp"
#include "sim/fabric/link.hpp"
#include "sim/fabric/switch.hpp"

namespace ethlink::sim::test {
namespace {

constexpr TimePs kDelay = 100 * kPsPerNs;
constexpr TimePs kApart = kPsPerUs;

// An RDMA frame with FCS and its PSN, queue pair and opcode.
Frame rdma_frame(std::uint32_t psn, std::uint32_t qpn = 5, std::uint8_t opcode = 0x04,
                 std::uint8_t tos = 0, bool ethlink = false) {
  reference::HeaderOptions options;
  options.opcode = opcode;
  options.tos = tos;
  reference::Header header =
      ethlink ? reference::ethlink_rdma_header(options, 64) : reference::roce_header(options, 64);
  const std::size_t bth = header.l4_offset;
  for (unsigned i = 0; i < 3; ++i) {
    header.bytes[bth + 5 + i] = static_cast<std::uint8_t>(qpn >> (16 - 8 * i));
    header.bytes[bth + 9 + i] = static_cast<std::uint8_t>(psn >> (16 - 8 * i));
  }
  return reference::with_fcs(reference::body_of(header, reference::Bytes(64, 0x33)));
}

Frame load_store_frame(std::uint8_t vc) {
  reference::HeaderOptions options;
  options.vc = vc;
  return reference::with_fcs(
      reference::body_of(reference::ls_header(options, 16), reference::Bytes(16, 0x44)));
}

// A link with faults, fed with frames that start `kApart` after each other.
struct Bench {
  explicit Bench(std::vector<FaultEvent> events, const LinkFaults& random = {}) {
    LinkParams params;
    params.faults = random;
    link = std::make_unique<LinkDirection>(params, 1, sink);
    for (FaultEvent& event : events) {
      faults.push_back({std::move(event)});
      link->add_fault(faults.back());
    }
  }
  void send(Frame frame) { link->send(sent++ * kApart, std::move(frame)); }
  void send_psns(std::initializer_list<std::uint32_t> psns) {
    for (const std::uint32_t psn : psns) {
      send(rdma_frame(psn));
    }
  }
  [[nodiscard]] std::vector<std::uint32_t> arrived() const {
    std::vector<std::uint32_t> psns;
    for (const FrameArrival& arrival : sink.arrivals) {
      psns.push_back(parse_packet(arrival.frame).psn);
    }
    return psns;
  }

  KeepingSink sink;
  std::deque<FaultState> faults;
  std::unique_ptr<LinkDirection> link;
  std::uint64_t sent = 0;
};

using Psns = std::vector<std::uint32_t>;

FaultEvent drop(FrameMatch match) {
  FaultEvent event;
  event.match = std::move(match);
  return event;
}
FaultEvent at_psn(FaultAction action, std::uint32_t psn) {
  FaultEvent event;
  event.action = action;
  event.match.psn = std::pair(psn, psn);
  return event;
}

}  // namespace

TEST_CASE("a fault means frames by occurrence, counted from 1", "[sim][fault]") {
  const auto left = [](FrameMatch match) {
    Bench bench({drop(std::move(match))});
    bench.send_psns({1, 2, 3, 4, 5, 6});
    CHECK(bench.link->stats().dropped == bench.faults[0].done);
    return bench.arrived();
  };
  CHECK(left({}).empty());
  CHECK(left({.nth = {1}}) == Psns{2, 3, 4, 5, 6});
  CHECK(left({.nth = {2, 6}}) == Psns{1, 3, 4, 5});
  CHECK(left({.nth = {7}}) == Psns{1, 2, 3, 4, 5, 6});
  CHECK(left({.every = 2}) == Psns{1, 3, 5});
  CHECK(left({.every = 2, .times = 2}) == Psns{1, 3, 5, 6});
  CHECK(left({.times = 1}) == Psns{2, 3, 4, 5, 6});
  CHECK(left({.from = 2 * kApart}) == Psns{1, 2});
  CHECK(left({.from = 2 * kApart + 1, .until = 4 * kApart}) == Psns{1, 2, 3, 5, 6});
  CHECK(left({.from = kApart, .nth = {2}}) == Psns{1, 2, 4, 5, 6});
}

TEST_CASE("a fault means frames by PSN, a repetition by its number", "[sim][fault]") {
  const auto left = [](FrameMatch match) {
    Bench bench({drop(std::move(match))});
    bench.send_psns({0xfffffe, 0xffffff, 0, 1, 0, 1, 2});
    return bench.arrived();
  };
  CHECK(left({.psn = std::pair(0U, 0U)}) == Psns{0xfffffe, 0xffffff, 1, 1, 2});
  CHECK(left({.psn = std::pair(0U, 0U), .nth = {2}}) == Psns{0xfffffe, 0xffffff, 0, 1, 1, 2});
  CHECK(left({.psn = std::pair(1U, 2U)}) == Psns{0xfffffe, 0xffffff, 0, 0});
  CHECK(left({.psn = std::pair(0xffffffU, 0U)}) == Psns{0xfffffe, 1, 1, 2});
}

TEST_CASE("a fault means RDMA frames in EthLink encapsulation by the same keys", "[sim][fault]") {
  const auto lost = [](FrameMatch match) {
    Bench bench({drop(std::move(match))});
    bench.send(rdma_frame(0, 5, 0x04, 0, true));
    bench.send(rdma_frame(1, 6, 0x0a, 0, true));
    bench.send(rdma_frame(2, 6, 0x11, 0, true));
    bench.send(load_store_frame(0));
    return bench.link->stats().dropped;
  };
  CHECK(lost({.dest_qpn = 6}) == 2);
  CHECK(lost({.source_port = std::uint16_t{0xc123}}) == 3);
  CHECK(lost({.psn = std::pair(1U, 2U)}) == 2);
  CHECK(lost({.group = FrameGroup::kRdma}) == 3);
  CHECK(lost({.group = FrameGroup::kWrite}) == 1);
  CHECK(lost({.group = FrameGroup::kAck}) == 0);  // its syndrome is that of no ACK
  CHECK(lost({.group = FrameGroup::kResponse}) == 1);
  CHECK(lost({.group = FrameGroup::kLoadStore}) == 1);
}

TEST_CASE("a fault means frames by queue pair, port, channel and kind", "[sim][fault]") {
  const auto lost = [](FrameMatch match) {
    Bench bench({drop(std::move(match))});
    bench.send(rdma_frame(0, 5));
    bench.send(rdma_frame(1, 6));
    bench.send(rdma_frame(2, 5, 0x0a));
    bench.send(rdma_frame(3, 5, 0x11));
    bench.send(rdma_frame(4, 5, 0x0c));
    bench.send(rdma_frame(5, 5, 0x14));
    bench.send(rdma_frame(6, 5, 0x10));
    bench.send(rdma_frame(7, 5, 0x12));
    bench.send(rdma_frame(8, 5, 0x81));
    bench.send(load_store_frame(0));
    bench.send(load_store_frame(1));
    bench.send(pfc_frame(1, 1));
    bench.send(make_frame(kMacA, kMacB, 0x88cc));
    CHECK(bench.faults[0].matched == bench.faults[0].done);
    return bench.link->stats().dropped;
  };
  CHECK(lost({.dest_qpn = 6}) == 1);
  CHECK(lost({.dest_qpn = 5}) == 8);
  CHECK(lost({.dest_qpn = 0}) == 0);
  CHECK(lost({.source_qpn = 0}) == 0);
  CHECK(lost({.source_port = parse_packet(rdma_frame(0)).source_port}) == 9);
  CHECK(lost({.source_port = std::uint16_t{1}}) == 0);
  CHECK(lost({.vc = std::uint8_t{0}}) == 1);
  CHECK(lost({.vc = std::uint8_t{1}}) == 1);
  CHECK(lost({.group = FrameGroup::kAny}) == 13);
  CHECK(lost({.group = FrameGroup::kRdma}) == 9);
  CHECK(lost({.group = FrameGroup::kRequest}) == 5);
  CHECK(lost({.group = FrameGroup::kSend}) == 2);
  CHECK(lost({.group = FrameGroup::kWrite}) == 1);
  CHECK(lost({.group = FrameGroup::kReadRequest}) == 1);
  CHECK(lost({.group = FrameGroup::kAtomicRequest}) == 1);
  CHECK(lost({.group = FrameGroup::kResponse}) == 3);
  CHECK(lost({.group = FrameGroup::kReadResponse}) == 1);
  CHECK(lost({.group = FrameGroup::kAtomicResponse}) == 1);
  CHECK(lost({.group = FrameGroup::kCnp}) == 1);
  CHECK(lost({.group = FrameGroup::kLoadStore}) == 2);
  CHECK(lost({.group = FrameGroup::kLoadStoreData}) == 2);
  CHECK(lost({.group = FrameGroup::kLoadStoreAck}) == 0);
  CHECK(lost({.group = FrameGroup::kPfc}) == 1);
  CHECK(lost({.group = FrameGroup::kOther}) == 1);
}

TEST_CASE("a frame is overtaken by exactly as many frames as its fault says", "[sim][fault]") {
  const auto order = [](std::uint64_t by) {
    FaultEvent event = at_psn(FaultAction::kReorder, 2);
    event.count = by;
    Bench bench({event});
    bench.send_psns({1, 2, 3, 4, 5});
    CHECK(bench.link->stats().reordered == 1);
    // Right behind the frame that let it go, and nothing overlaps.
    for (std::size_t i = 1; i < bench.sink.arrivals.size(); ++i) {
      CHECK(bench.sink.arrivals[i].start >= bench.sink.arrivals[i - 1].end);
      if (parse_packet(bench.sink.arrivals[i].frame).psn == 2) {
        CHECK(bench.sink.arrivals[i].start == bench.sink.arrivals[i - 1].end);
      }
      CHECK(bench.sink.arrivals[i].not_before <= bench.sink.arrivals[i].start);
    }
    return bench.arrived();
  };
  CHECK(order(1) == Psns{1, 3, 2, 4, 5});
  CHECK(order(2) == Psns{1, 3, 4, 2, 5});
  CHECK(order(3) == Psns{1, 3, 4, 5, 2});
  CHECK(order(4) == Psns{1, 3, 4, 5});
  // A frame that is lost passes nothing.
  FaultEvent two = at_psn(FaultAction::kReorder, 2);
  Bench bench({two, at_psn(FaultAction::kDrop, 3), at_psn(FaultAction::kDuplicate, 4)});
  bench.send_psns({1, 2, 3, 4, 5});
  CHECK(bench.arrived() == Psns{1, 4, 4, 2, 5});
}

TEST_CASE("copies follow their frame at the distance that is asked for", "[sim][fault]") {
  FaultEvent event = at_psn(FaultAction::kDuplicate, 2);
  event.count = 3;
  event.time = GENERATE(TimePs{0}, TimePs{400'000});
  Bench bench({event});
  bench.send_psns({1, 2, 3});
  CHECK(bench.link->stats().duplicated == 3);
  Psns psns = bench.arrived();
  std::sort(psns.begin(), psns.end());
  CHECK(psns == Psns{1, 2, 2, 2, 2, 3});
  for (std::size_t i = 2; i < 5; ++i) {
    CHECK(bench.sink.arrivals[i].start == bench.sink.arrivals[i - 1].end + event.time);
    CHECK(bench.sink.arrivals[i].frame == bench.sink.arrivals[1].frame);
  }
  CHECK(bench.sink.arrivals[5].start == 2 * kApart + kDelay);
}

TEST_CASE("a delayed frame is late by the given time and holds up the others, or does not",
          "[sim][fault]") {
  FaultEvent event = at_psn(FaultAction::kDelay, 1);
  event.time = 5 * kApart;
  event.overtake = GENERATE(false, true);
  Bench bench({event});
  bench.send_psns({1, 2, 3});
  CHECK(bench.sink.arrivals[0].start == kDelay + 5 * kApart);
  CHECK(bench.sink.arrivals[1].start ==
        (event.overtake ? kApart + kDelay : bench.sink.arrivals[0].end));
  CHECK(bench.sink.arrivals[2].start ==
        (event.overtake ? 2 * kApart + kDelay : bench.sink.arrivals[1].end));
}

TEST_CASE("the byte that a fault names is corrupted, and no other", "[sim][fault]") {
  const Frame sent = rdma_frame(2);
  const Packet packet = parse_packet(sent);
  const std::vector<std::pair<FramePart, std::size_t>> parts{
      {FramePart::kFrame, 0},
      {FramePart::kHeaders, packet.transport},
      {FramePart::kPayload, packet.payload},
      {FramePart::kIcrc, packet.icrc}};
  for (const auto& [part, begin] : parts) {
    for (const bool repair : {false, true}) {
      FaultEvent event;
      event.action = FaultAction::kCorrupt;
      event.part = part;
      event.byte = 3;
      event.mask = 0x81;
      event.repair_fcs = repair;
      Bench bench({event});
      bench.send(sent);
      Frame expected = sent;
      expected[begin + 3] ^= 0x81;
      if (repair) {
        set_fcs(expected);
      }
      CHECK(bench.sink.arrivals.at(0).frame == expected);
      CHECK(fcs_good(bench.sink.arrivals[0].frame) == repair);
      CHECK(bench.link->stats().corrupted == 1);
    }
  }
  FaultEvent beyond;
  beyond.action = FaultAction::kCorrupt;
  beyond.byte = 64;
  Bench bench({beyond});
  bench.send(sent);
  bench.send(make_frame(kMacA, kMacB, 0x88cc));
  CHECK(bench.sink.arrivals.at(0).frame == sent);
  CHECK(bench.link->stats().corrupted == 0);
  CHECK(bench.faults[0].matched == 2);
  CHECK(bench.faults[0].done == 0);
}

TEST_CASE("congestion is marked where the frame allows it", "[sim][fault]") {
  FaultEvent event;
  event.action = FaultAction::kEcnMark;
  Bench bench({event});
  bench.send(rdma_frame(1, 5, 0x04, 0x02));
  bench.send(rdma_frame(2, 5, 0x04, 0x00));
  CHECK(parse_packet(bench.sink.arrivals.at(0).frame).ecn == 3);
  CHECK(fcs_good(bench.sink.arrivals[0].frame));
  CHECK(parse_packet(bench.sink.arrivals.at(1).frame).ecn == 0);
  CHECK(bench.link->stats().marked == 1);
  CHECK(bench.faults[0].done == 1);
}

TEST_CASE("while a link is down what starts is lost, in the other direction a delay later",
          "[sim][fault]") {
  FaultEvent event = at_psn(FaultAction::kLinkDown, 2);
  event.time = 2 * kApart;
  event.both = GENERATE(true, false);
  Bench bench({event});
  Bench back({});
  bench.link->set_opposite(back.link.get());
  bench.send_psns({1, 2, 3, 4, 5});
  CHECK(bench.arrived() == Psns{1, 4, 5});
  const TimePs down = kApart + kDelay + LinkDirection::kFifoPs;
  back.link->send(down - 200'000, rdma_frame(1));
  back.link->send(down - 1, rdma_frame(2));
  back.link->send(down + kApart, rdma_frame(3));
  back.link->send(down + 2 * kApart, rdma_frame(4));
  CHECK(back.arrived() == (event.both ? Psns{1, 2, 4} : Psns{1, 2, 3, 4}));
}

TEST_CASE("a pause storm is PFC frames at exact times", "[sim][fault]") {
  FaultEvent event = at_psn(FaultAction::kPauseStorm, 2);
  event.priorities = 0x28;
  event.quanta = 0x1234;
  event.count = 3;
  event.time = 500 * kPsPerNs;
  Bench bench({event});
  bench.send_psns({1, 2, 3});
  std::vector<TimePs> starts;
  for (const FrameArrival& arrival : bench.sink.arrivals) {
    if (parse_packet(arrival.frame).kind == PacketKind::kPfc) {
      starts.push_back(arrival.start);
      CHECK(arrival.frame.size() == 64);
      CHECK(fcs_good(arrival.frame));
      CHECK(arrival.frame[17] == 0x28);
      CHECK(arrival.frame[18 + 2 * 3] == 0x12);
      CHECK(arrival.frame[19 + 2 * 5] == 0x34);
      CHECK(arrival.frame[18] == 0);
    }
  }
  const TimePs first = kApart + bench.link->serialization(8 + rdma_frame(2).size()) + kDelay;
  CHECK(starts == std::vector<TimePs>{first, first + event.time, first + 2 * event.time});
  CHECK(bench.link->stats().injected == 3);
  CHECK(bench.link->stats().frames == 3);
}

TEST_CASE("fault events move no random fault, and count on their own", "[sim][fault]") {
  const LinkFaults random{.loss = 0.3, .duplicate = 0.2, .corrupt = 0.1, .jitter_ps = 1000};
  const auto run = [&](std::vector<FaultEvent> events) {
    Bench bench(std::move(events), random);
    for (std::uint32_t psn = 0; psn < 400; ++psn) {
      bench.send_psns({psn});
    }
    return std::pair(bench.link->stats(), bench.arrived());
  };
  const auto [plain_stats, plain] = run({});
  CHECK(plain_stats.dropped > 50);
  FaultEvent event = at_psn(FaultAction::kDrop, 7);
  const auto [stats, arrived] = run({event, event});
  Psns expected = plain;
  std::erase(expected, 7U);
  CHECK(arrived == expected);
  Bench both({drop({.nth = {2}}), drop({.nth = {3}})});
  both.send_psns({1, 2, 3, 4});
  CHECK(both.arrived() == Psns{1, 4});
}

}  // namespace ethlink::sim::test
