// SPDX-License-Identifier: Apache-2.0
//
// Bad input to a whole endpoint, from the wire and from software: each is answered as specified or
// dropped, counted, and harms nobody but the queue pair that it names.
#include <cstring>

#include "catch.hpp"
#include "endpoint_pair.hpp"
#include "raw_packet.hpp"
#include "sim/fabric/packet.hpp"

using namespace ethlink;
using namespace ethlink::test;

namespace {

constexpr unsigned kAttacker = 0, kVictim = 1;
constexpr std::uint32_t kPsn = EndpointPair::kFirstPsn;
constexpr std::uint64_t kQuietCycles = 200'000;
constexpr std::size_t kMtu = EndpointPair::kMtu;
constexpr std::uint8_t kSilent = 0xff;

enum Opcode : std::uint8_t {
  kSendFirst = 0x00,
  kSendMiddle = 0x01,
  kSendLast = 0x02,
  kSendOnly = 0x04,
  kWriteFirst = 0x06,
  kWriteMiddle = 0x07,
  kWriteLast = 0x08,
  kWriteOnly = 0x0A,
  kReadRequest = 0x0C,
  kFetchAdd = 0x14
};

/// A packet of the attacker for the victim's queue pair of the same kind.
RawPacket packet(EndpointPair& pair, std::uint8_t opcode, reference::Bytes extension = {},
                 std::size_t payload = 0) {
  RawPacket p;
  p.from = kAttacker;
  p.qpn = pair.node(kVictim).attack.qpn;
  p.psn = kPsn;
  p.opcode = opcode;
  p.ack_request = true;
  p.extension = std::move(extension);
  p.payload.assign(payload, 0xEE);
  return p;
}

void inject(EndpointPair& pair, const RawPacket& p) {
  pair.bench().inject(kVictim, reference::with_fcs(raw_frame(p)));
}

/// The syndrome of the only acknowledgement that the attacker's side got, kSilent for none.
std::uint8_t answer(EndpointPair& pair) {
  expect(pair.bench().run_until_quiet(kQuietCycles), "an end of the answer");
  std::uint8_t syndrome = kSilent;
  for (const sim::Frame& frame : pair.take_frames(kAttacker)) {
    const sim::Packet p = sim::parse_packet(frame);
    if (p.rdma == sim::RdmaKind::kAcknowledge) {
      expect(syndrome == kSilent, "one acknowledgement");
      syndrome = p.syndrome;
    }
  }
  return syndrome;
}

void renew(EndpointPair& pair, unsigned node, std::uint32_t psn = kPsn) {
  pair.destroy_attack(node);
  pair.create_attack(node);
  pair.connect_attack(node, psn);
}

regs::QpState state(EndpointPair& pair, unsigned node) {
  return static_cast<regs::QpState>(
      must(pair.node(node).device->admin().execute(regs::AdminVerb::kQuery, regs::ObjKind::kQp,
                                                   pair.node(node).attack.qpn, regs::ObjQp{}))
          .state);
}

struct WireCase {
  const char* what;
  RawPacket packet;
  std::size_t counter;
  std::uint8_t syndrome;  ///< kSilent: no answer
  bool ends;              ///< the queue pair is in ERR then
};

std::vector<WireCase> wire_cases(EndpointPair& pair) {
  const EndpointPair::Node& victim = pair.node(kVictim);
  const std::uint64_t va = victim.attack_region->va();
  const std::uint64_t end = va + EndpointPair::kRegionBytes;
  const std::uint32_t key = victim.attack_region->rkey();
  const std::uint32_t foreign = victim.region->rkey();
  constexpr std::uint64_t kTop = ~std::uint64_t{0};
  const auto write = [&](std::uint64_t at, std::uint32_t rkey, std::uint32_t length = 64) {
    return packet(pair, kWriteOnly, reth(at, rkey, length), 64);
  };
  const auto read = [&](std::uint64_t at, std::uint32_t length, std::uint32_t rkey) {
    return packet(pair, kReadRequest, reth(at, rkey, length));
  };
  const auto with = [](RawPacket p, const auto& change) {
    change(p);
    return p;
  };
  constexpr std::size_t kInvalid = regs::kCntRoceRxInvalid, kAccess = regs::kCntRoceRxAccessErrors;
  return {
      // Sequences and lengths.
      {"a WRITE that begins in the middle", packet(pair, kWriteMiddle, {}, kMtu), kInvalid, 0x61,
       true},
      {"a WRITE that begins with its end", packet(pair, kWriteLast, {}, 64), kInvalid, 0x61, true},
      {"a SEND that begins in the middle", packet(pair, kSendMiddle, {}, kMtu), kInvalid, 0x61,
       true},
      {"a SEND that begins with its end", packet(pair, kSendLast, {}, 64), kInvalid, 0x61, true},
      {"a first packet that is not of the MTU",
       packet(pair, kWriteFirst, reth(va, key, 2000), kMtu - 4), kInvalid, 0x61, true},
      {"an only packet above the MTU", packet(pair, kWriteOnly, reth(va, key, kMtu + 4), kMtu + 4),
       kInvalid, 0x61, true},
      {"fewer bytes than RETH says", write(va, key, 65), kInvalid, 0x61, true},
      {"more bytes than RETH says", write(va, key, 60), kInvalid, 0x61, true},
      {"a pad count without payload",
       with(packet(pair, kSendOnly), [](RawPacket& p) { p.pad = 3; }), kInvalid, 0x61, true},
      {"a WRITE above 2^31 bytes", packet(pair, kWriteFirst, reth(va, key, 0x8000'0001), kMtu),
       kInvalid, 0x61, true},
      {"a READ above 2^31 bytes", read(va, 0x8000'0001, key), kInvalid, 0x61, true},
      {"a READ of 2^32 - 1 bytes", read(va, 0xffff'ffff, key), kInvalid, 0x61, true},
      {"an atomic that is not aligned",
       packet(pair, kFetchAdd, atomic_eth((va | 7U) + 2, key, 1, 0)), kInvalid, 0x61, true},
      // Keys and addresses.
      {"another variant of the key", write(va, key ^ 1U), kAccess, 0x62, true},
      {"a key of another protection domain", write(victim.region->va(), foreign), kAccess, 0x62,
       true},
      {"an index beyond the table", write(va, 0xffff'ff00), kAccess, 0x62, true},
      {"the key 0", write(va, 0), kAccess, 0x62, true},
      {"a region that may only be read",
       write(victim.read_only_region->va(), victim.read_only_region->rkey()), kAccess, 0x62, true},
      {"an atomic on a region that may only be read",
       packet(pair, kFetchAdd,
              atomic_eth(victim.read_only_region->va(), victim.read_only_region->rkey(), 1, 0)),
       kAccess, 0x62, true},
      {"one byte in front of the region", write(va - 1, key), kAccess, 0x62, true},
      {"one byte behind the region", write(end - 63, key), kAccess, 0x62, true},
      {"a READ of one byte more", read(va, EndpointPair::kRegionBytes + 1, key), kAccess, 0x62,
       true},
      {"a READ of 2^31 bytes", read(va, 0x8000'0000, key), kAccess, 0x62, true},
      {"a message that is too long, by its first packet",
       packet(pair, kWriteFirst, reth(end - kMtu, key, kMtu + 1), kMtu), kAccess, 0x62, true},
      {"an address that differs in bit 32", write(va ^ std::uint64_t{1} << 32, key), kAccess, 0x62,
       true},
      {"an address that differs in bit 63", write(va ^ std::uint64_t{1} << 63, key), kAccess, 0x62,
       true},
      {"a range that ends at 2^64", write(kTop - 63, key), kAccess, 0x62, true},
      {"a range that passes 2^64", write(kTop - 7, key), kAccess, 0x62, true},
      {"a READ that passes 2^64 into the region",
       read(kTop - 7, static_cast<std::uint32_t>(va + 8), key), kAccess, 0x62, true},
      // What does not concern the queue pair.
      {"an opcode that does not exist", packet(pair, 0x18), regs::kCntEthRxUnknownOpcode, kSilent,
       false},
      {"an opcode of UC", packet(pair, 0x24, {}, 4), regs::kCntRoceRxBadOpcode, kSilent, false},
      {"another version", with(write(va, key), [](RawPacket& p) { p.version = 1; }),
       regs::kCntRoceRxBadOpcode, kSilent, false},
      {"another partition", with(write(va, key), [](RawPacket& p) { p.pkey = 0x8123; }),
       regs::kCntRoceRxBadPkey, kSilent, false},
      {"a queue pair that is absent", with(write(va, key), [](RawPacket& p) { p.qpn = 0xfffffe; }),
       regs::kCntRoceRxBadQp, kSilent, false},
      {"a PSN behind the expected one", with(write(va, key), [](RawPacket& p) { p.psn += 5; }),
       regs::kCntRoceRxGaps, 0x60, false},
      {"a PSN before the expected one", with(write(va, key), [](RawPacket& p) { p.psn -= 1; }),
       regs::kCntRoceRxDuplicates, 0x1f, false},
      {"a PSN half the range away",
       with(write(va, key), [](RawPacket& p) { p.psn = (p.psn + 0x800000) & 0xffffff; }),
       regs::kCntRoceRxDuplicates, 0x1f, false},
      {"a SEND that nobody receives", packet(pair, kSendOnly, {}, 64), regs::kCntRoceRxRnr, 0x21,
       false},
  };
}

}  // namespace

TEST_CASE("A packet that breaks the protocol is answered as specified and ends no other queue pair",
          "[integration]") {
  EndpointPair pair;
  EndpointPair::Node& victim = pair.node(kVictim);
  const std::vector<std::byte> before(victim.attack_memory.data(),
                                      victim.attack_memory.data() + EndpointPair::kBytes);
  const std::size_t cases = wire_cases(pair).size();
  for (std::size_t i = 0; i < cases; ++i) {
    renew(pair, kVictim);
    const WireCase c = wire_cases(pair).at(i);
    INFO(c.what);
    pair.take_frames(kAttacker);
    const std::uint64_t counted = pair.counters(kVictim).at(c.counter);
    inject(pair, c.packet);
    const std::uint8_t found = answer(pair);
    CHECK(unsigned{found} == unsigned{c.syndrome});
    CHECK(pair.counters(kVictim).at(c.counter) == counted + 1);
    CHECK(state(pair, kVictim) == (c.ends ? regs::QpState::kErr : regs::QpState::kRts));
    CHECK(std::equal(before.begin(), before.end(), victim.attack_memory.data()));
    pair.judge();
    if (!c.ends) {
      // The queue pair itself goes on as if nothing had come.
      inject(pair, packet(pair, kReadRequest,
                          reth(victim.attack_region->va(), victim.attack_region->rkey(), 64)));
      expect(pair.bench().run_until_quiet(kQuietCycles), "an end of the READ");
      CHECK(pair.counters(kVictim).at(regs::kCntRoceRxReads) > 0);
      CHECK(state(pair, kVictim) == regs::QpState::kRts);
    }
  }
}

TEST_CASE("Regions at the edges of 2^32 and 2^64 are exact over the wire", "[integration]") {
  EndpointPair pair;
  EndpointPair::Node& victim = pair.node(kVictim);
  constexpr std::size_t kBytes = 128;
  for (const std::uint64_t end : {std::uint64_t{1} << 32, (std::uint64_t{1} << 32) + 100,
                                  std::uint64_t{1} << 63, std::uint64_t{0}}) {
    CAPTURE(end);
    MemoryRegionOptions options;
    options.pd = EndpointPair::kPd;
    options.access = regs::kAccessLocalWrite | regs::kAccessRemoteWrite | regs::kAccessRemoteRead;
    options.va = end - kBytes;
    // Behind the region of the pair, in the same buffer.
    const std::size_t offset = EndpointPair::kBytes - 2 * kBytes;
    auto region =
        must(MemoryRegion::create(*victim.device, victim.attack_memory, offset, kBytes, options));
    struct Range {
      std::uint64_t at;
      std::uint32_t length;
      bool good;
    };
    for (const auto& [at, length, good] :
         {Range{options.va, 4, true}, Range{options.va, kBytes, true}, Range{end - 4, 4, true},
          Range{end - 1, 1, true}, Range{end - 4, 5, false}, Range{end, 1, false},
          Range{end, 4, false}, Range{options.va - 1, 4, false},
          Range{options.va, kBytes + 1, false}, Range{options.va + 4, 0xffff'fffcU, false}}) {
      CAPTURE(at, length);
      renew(pair, kVictim);
      pair.take_frames(kAttacker);
      std::byte* const memory = victim.attack_memory.data() + offset;
      std::memset(memory - kBytes, 0, 3 * kBytes);
      const std::size_t padded = (std::size_t{length} + 3) / 4 * 4;
      if (length > kBytes + 1) {
        inject(pair, packet(pair, kReadRequest, reth(at, region->rkey(), length)));
        CHECK(unsigned{answer(pair)} == 0x61);
        continue;
      }
      RawPacket write = packet(pair, kWriteOnly, reth(at, region->rkey(), length), padded);
      write.pad = static_cast<std::uint8_t>(padded - length);
      inject(pair, write);
      CHECK(unsigned{answer(pair)} == (good ? 0x1fU : 0x62U));
      for (std::size_t i = 0; i < 3 * kBytes; ++i) {
        const std::size_t from = kBytes + (at - options.va);
        const bool written = good && i >= from && i < from + length;
        REQUIRE(memory[static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(kBytes)] ==
                (written ? std::byte{0xEE} : std::byte{0}));
      }
    }
    region.reset();
    pair.judge();
  }
}

TEST_CASE("A thousand lives of a queue pair do not hear packets of former lives", "[integration]") {
  EndpointPair pair(512);
  EndpointPair::Node& victim = pair.node(kVictim);
  const std::uint32_t number = victim.attack.qpn;
  std::byte* const word = victim.attack_memory.data() + EndpointPair::kOffset;
  const reference::Bytes target = reth(victim.attack_region->va(), victim.attack_region->rkey(), 4);
  std::uint32_t former = kPsn;
  for (std::uint32_t life = 1; life <= 1000; ++life) {
    CAPTURE(life);
    const std::uint32_t psn = life * 0x9E3779 & 0xffffff;
    renew(pair, kVictim, psn);
    REQUIRE(victim.attack.qpn == number);
    std::memset(word, 0, 4);
    // What the former life expected next, what it had, and what lies ahead of it.
    for (const std::uint32_t stale : {former + 1, former, former + 2}) {
      RawPacket write = packet(pair, kWriteOnly, target, 4);
      write.psn = stale & 0xffffff;
      inject(pair, write);
    }
    expect(pair.bench().run_until_quiet(kQuietCycles), "an end of what is stale");
    REQUIRE(*word == std::byte{0});
    RawPacket write = packet(pair, kWriteOnly, target, 4);
    write.psn = psn;
    inject(pair, write);
    expect(pair.bench().run_until_quiet(kQuietCycles), "an end of the WRITE");
    REQUIRE(*word == std::byte{0xEE});
    former = psn;
    if (life % 100 == 0) {
      pair.judge();
    }
  }
}

TEST_CASE("A descriptor that makes no sense fails with its status and harms no other queue pair",
          "[integration]") {
  EndpointPair pair;
  const EndpointPair::Node& peer = pair.node(kVictim);
  EndpointPair::Node& n = pair.node(kAttacker);
  constexpr std::uint64_t kTop = ~std::uint64_t{0};
  using Status = regs::WcStatus;
  struct Case {
    const char* what;
    Status status;
    std::function<void(regs::SqWqe&)> change;
  };
  const std::array cases{
      Case{"no units", Status::kLocQpOpErr, [](auto& w) { w.num_units = 0; }},
      Case{"six units", Status::kLocQpOpErr, [](auto& w) { w.num_units = 6; }},
      Case{"255 units", Status::kLocQpOpErr, [](auto& w) { w.num_units = 255; }},
      Case{"units beyond the producer", Status::kLocQpOpErr, [](auto& w) { w.num_units = 2; }},
      Case{"another place", Status::kLocQpOpErr, [](auto& w) { w.wqe_index = 1; }},
      Case{"a place beyond the ring", Status::kLocQpOpErr, [](auto& w) { w.wqe_index = 16; }},
      Case{"the queue pair of another", Status::kLocQpOpErr, [&](auto& w) { w.qpn = n.qp->qpn(); }},
      Case{"bits above the number", Status::kLocQpOpErr, [](auto& w) { w.qpn |= 1U << 24; }},
      Case{"an opcode that does not exist", Status::kLocQpOpErr, [](auto& w) { w.opcode = 8; }},
      Case{"255 elements", Status::kLocQpOpErr, [](auto& w) { w.num_sge = 255; }},
      Case{"three elements in one unit", Status::kLocQpOpErr, [](auto& w) { w.num_sge = 3; }},
      Case{"inline data without units", Status::kLocQpOpErr,
           [](auto& w) { w.flags |= regs::kWqeFlagInline; }},
      Case{"a length above 2^31", Status::kLocLenErr,
           [](auto& w) { w.length = w.sge0_length = 0x8000'0001; }},
      Case{"a sum that wraps 2^32", Status::kLocLenErr,
           [](auto& w) {
             w.num_sge = 2;
             w.sge0_length = 0xffff'ffff;
             w.sge1_addr = w.sge0_addr;
             w.sge1_lkey = w.sge0_lkey;
             w.sge1_length = 65;
           }},
      Case{"a sum that is not the length", Status::kLocLenErr, [](auto& w) { w.length = 63; }},
      Case{"an address in front of the region", Status::kLocProtErr,
           [](auto& w) { --w.sge0_addr; }},
      Case{"an address that wraps 2^64", Status::kLocProtErr,
           [](auto& w) { w.sge0_addr = kTop - 7; }},
      Case{"2^31 bytes", Status::kLocProtErr,
           [](auto& w) { w.length = w.sge0_length = 0x8000'0000; }},
      Case{"the local key of another", Status::kLocProtErr,
           [&](auto& w) {
             w.sge0_addr = n.region->va();
             w.sge0_lkey = n.region->lkey();
           }},
      Case{"the remote key of another", Status::kRemAccessErr,
           [&](auto& w) {
             w.remote_addr = peer.region->va();
             w.rkey = peer.region->rkey();
           }},
      Case{"a remote range that passes 2^64", Status::kRemAccessErr,
           [](auto& w) { w.remote_addr = kTop - 7; }},
      Case{"a READ into a region that may only be read", Status::kLocProtErr,
           [&](auto& w) {
             w.opcode = static_cast<std::uint8_t>(regs::WqeOp::kRead);
             w.sge0_addr = n.read_only_region->va();
             w.sge0_lkey = n.read_only_region->lkey();
           }},
  };
  for (const bool pushed : {false, true}) {
    for (const Case& c : cases) {
      INFO(c.what << (pushed ? ", pushed" : ""));
      renew(pair, kVictim);
      renew(pair, kAttacker);
      regs::SqWqe wqe;
      wqe.opcode = static_cast<std::uint8_t>(regs::WqeOp::kWrite);
      wqe.flags = regs::kWqeFlagSignaled;
      wqe.num_sge = wqe.num_units = 1;
      wqe.qpn = n.attack.qpn;
      wqe.remote_addr = peer.attack_region->va();
      wqe.rkey = peer.attack_region->rkey();
      wqe.length = wqe.sge0_length = 64;
      wqe.sge0_addr = n.attack_region->va();
      wqe.sge0_lkey = n.attack_region->lkey();
      c.change(wqe);
      std::memcpy(n.attack.send_ring.data(), &wqe, sizeof(wqe));
      // A push that names another queue pair or a place beyond the ring is no request at all.
      if (pushed && wqe.num_units == 1 && wqe.qpn == n.attack.qpn && wqe.wqe_index < 16) {
        must(n.device->push(EndpointPair::kAttackContext, regs::kDbSqPush,
                            std::as_bytes(std::span(&wqe, 1))));
      } else {
        must(n.device->ring(EndpointPair::kAttackContext, regs::kDbSq,
                            n.attack.qpn | std::uint64_t{1} << 32));
      }
      const regs::Cqe cqe = pair.completion(kAttacker);
      CHECK(static_cast<Status>(cqe.status) == c.status);
      CHECK((cqe.qpn & 0xffffff) == n.attack.qpn);
      CHECK(state(pair, kAttacker) == regs::QpState::kErr);
      pair.judge();
      while (pair.take_completion(kAttacker)) {  // flushed units
      }
    }
  }
}

TEST_CASE("A doorbell beyond its ring or for another's queue is refused, counted and reported",
          "[integration]") {
  EndpointPair pair;
  EndpointPair::Node& n = pair.node(kAttacker);
  struct Case {
    const char* what;
    std::uint64_t doorbell, number;
    std::uint32_t count;
    std::size_t counter;
  };
  const std::uint64_t own = n.attack.qpn, other = n.qp->qpn();
  const std::uint64_t absent = n.device->caps().qps - 1;
  constexpr std::size_t kSend = regs::kCntRoceSqBadDoorbells;
  constexpr std::size_t kReceive = regs::kCntRoceRqBadDoorbells;
  constexpr std::size_t kQueue = regs::kCntHostBadDoorbells;
  const std::array cases{
      Case{"one unit more than the ring", regs::kDbSq, own, 17, kSend},
      Case{"half the range of producers", regs::kDbSq, own, 0x7fff, kSend},
      Case{"the send queue of another", regs::kDbSq, other, 1, kSend},
      Case{"a send queue that is absent", regs::kDbSq, absent, 1, kSend},
      Case{"a number beyond every table", regs::kDbSq, 0xffffff, 1, kSend},
      Case{"one request more than the ring", regs::kDbRq, own, 9, kReceive},
      Case{"the receive queue of another", regs::kDbRq, other, 1, kReceive},
      Case{"a receive queue that is absent", regs::kDbRq, absent, 1, kReceive},
      Case{"a consumer beyond what was written", regs::kDbCq, n.attack_cqn, 100, kQueue},
      Case{"the completion queue of another", regs::kDbCq, n.cq->cqn(), 0, kQueue},
      Case{"a completion queue that is absent", regs::kDbCq, n.device->caps().cqs - 1, 0, kQueue},
      Case{"a completion queue beyond the table", regs::kDbCq, 0xffffff, 0, kQueue},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    const std::uint64_t counted = pair.counters(kAttacker).at(c.counter);
    must(n.device->ring(EndpointPair::kAttackContext, c.doorbell,
                        c.number | std::uint64_t{c.count} << 32));
    expect(pair.bench().run_until_quiet(kQuietCycles), "an end of the doorbell");
    CHECK(pair.counters(kAttacker).at(c.counter) == counted + 1);
    must(n.device->process_events());
    bool reported = false;
    while (const std::optional<Event> event = n.device->next_event()) {
      reported = reported || (event->type == regs::EqeType::kBadDoorbell &&
                              event->id == EndpointPair::kAttackContext);
    }
    CHECK(reported);
    CHECK(state(pair, kAttacker) == regs::QpState::kRts);
    pair.judge();
  }
}
