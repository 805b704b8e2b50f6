// SPDX-License-Identifier: Apache-2.0
//
// READs and atomics answered by a whole endpoint, whose blocks are clocked only when they work.
//
// The requests are frames that the other host builds itself and sends through its plain port.

#include <cstring>

#include "catch.hpp"
#include "pair.hpp"
#include "raw_packet.hpp"

using namespace ethlink;
using namespace ethlink::test;

namespace {

constexpr std::uint32_t kFirstPsn = 0xFFFFF0;  // of the connection
constexpr std::uint32_t kReadBytes = 9000;

/// A request without payload, as a frame without FCS.
std::vector<std::byte> request(unsigned from, std::uint32_t qpn, std::uint8_t opcode,
                               std::uint32_t psn, const reference::Bytes& extension) {
  RawPacket packet;
  packet.from = from;
  packet.qpn = qpn;
  packet.psn = psn;
  packet.opcode = opcode;
  packet.extension = extension;
  const reference::Bytes body = raw_frame(packet);
  std::vector<std::byte> frame(body.size());
  std::memcpy(frame.data(), body.data(), body.size());
  return frame;
}

/// Long enough for a request and its answers.
void pause(Side& s) {
  expect(fails_with(s.end.device->wait_for([] { return false; }, Duration{50'000'000}, "pause"),
                    Errc::kTimeout),
         "a pause");
}

}  // namespace

TEST_CASE("A READ and atomics from the wire are answered, and memory changes once",
          "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        auto plain = must(PlainPort::create(*s.end.device));
        s.meet("ready");
        const std::uint64_t before = s.counter(regs::kCntRoceRxResponses);
        const std::uint32_t qpn = s.remote.qpns[0];
        const reference::Bytes range = reth(s.remote_va(100), s.remote.rkey, kReadBytes);
        must(plain->send(request(s.node(), qpn, 0x0C, kFirstPsn, range)));
        pause(s);
        const std::uint64_t answers = s.counter(regs::kCntRoceRxResponses) - before;
        expect(answers == 3, "9000 bytes in packets of 4096");
        const auto psn = static_cast<std::uint32_t>((kFirstPsn + answers) & 0xffffff);
        const reference::Bytes atomic = atomic_eth(s.remote_va(16384), s.remote.rkey, 5, 0);
        // Twice: the second one is a repetition.
        for (unsigned i = 1; i <= 2; ++i) {
          must(plain->send(request(s.node(), qpn, 0x14, psn, atomic)));
          pause(s);
          expect(s.counter(regs::kCntRoceRxResponses) - before == answers + i,
                 "an answer to the atomic");
        }
        s.meet("done");
      },
      [](Side& s) {
        regs::ObjQp limits;
        limits.access =
            regs::kAccessRemoteWrite | regs::kAccessRemoteRead | regs::kAccessRemoteAtomic;
        limits.max_dest_rd_atomic = 4;
        must(s.end.device->admin().execute(regs::AdminVerb::kModify, regs::ObjKind::kQp,
                                           s.qp().qpn(), limits,
                                           regs::kQpMaskAccess | regs::kQpMaskMaxDestRdAtomic));
        const std::uint64_t old = 0x1234'5678'FFFF'FFFE;
        std::memcpy(s.bytes(16384), &old, 8);
        s.meet("ready");
        s.meet("done");
        std::uint64_t value = 0;
        std::memcpy(&value, s.bytes(16384), 8);
        expect(value == old + 5, "one addition");
        expect(s.counter(regs::kCntRoceRxReads) == 1, "one READ to be counted");
        expect(s.counter(regs::kCntRoceRxAtomics) == 1, "one atomic to be counted");
        expect(s.counter(regs::kCntRoceRxDuplicates) == 1, "one repetition to be counted");
        expect(s.counter(regs::kCntRoceTxReadBytes) == kReadBytes, "the bytes to be counted");
      });
}
