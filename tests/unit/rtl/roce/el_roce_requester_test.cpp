// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: every fault at every packet, and what must come of it.

#include "Vel_roce_requester_512.h"
#include "requester_bench.hpp"

namespace {

using ethlink::test::Bytes;
using ethlink::test::Fate;
using ethlink::test::Op;
using ethlink::test::QpOptions;
using ethlink::test::Request;
using ethlink::test::RequestPacket;
using Bench = ethlink::test::RequesterBench<Vel_roce_requester_512, 512>;

constexpr std::uint32_t kStart = 0xfffff0;  // wraps within a few packets

QpOptions options(unsigned mtu) {
  QpOptions o;
  o.mtu = mtu;
  o.psn = kStart;
  return o;
}

TEST_CASE("a message of every opcode arrives whole and completes") {
  Bench bench;
  bench.connect(5, options(256));
  for (unsigned op = 0; op <= 4; ++op) {
    for (const std::uint32_t len : {0U, 1U, 64U, 256U, 257U, 1000U}) {
      Request r = Bench::write(100 * op + len, len);
      r.op = static_cast<Op>(op);
      r.solicited = op % 2 == 1;
      bench.send(5, r);
      bench.run();
    }
  }
  bench.check_delivered(5);
}

TEST_CASE("a fault at every packet of messages of 1 to 9 packets is repaired") {
  for (const Fate fate : {Fate::kNak, Fate::kDrop, Fate::kRnr, Fate::kTwice, Fate::kDropAnswer}) {
    for (const Op op : {Op::kWrite, Op::kSendImm}) {
      Bench bench;
      for (unsigned packets = 1; packets <= 9; ++packets) {
        for (unsigned at = 0; at < packets; ++at) {
          const unsigned qpn = packets * 10 + at;
          bench.connect(qpn, options(256));
          bench.plan_ = [&](const RequestPacket& p, unsigned occurrence) {
            const unsigned index = (p.psn - kStart) & 0xffffff;
            return index == at && occurrence == 1 ? fate : Fate::kDeliver;
          };
          Request r = Bench::write(packets * 64 + at, packets * 256 - 5);
          r.op = op;
          CAPTURE(static_cast<int>(fate), static_cast<int>(op), packets, at);
          bench.send(qpn, r);
          bench.send(qpn, Bench::write(at, 40));
          bench.run();
          bench.check_delivered(qpn);
        }
      }
    }
  }
}

}  // namespace
