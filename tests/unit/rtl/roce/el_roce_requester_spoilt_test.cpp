// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: payload that cannot be read behind the first beat of its packet, at three
// widths. The packet has begun to leave, so it is marked, and no peer may take it.

#include <string>

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)

constexpr unsigned kFlush = 5, kFatal = 19;

/// A message of `length` bytes, cut at `mtu`, whose byte number `at` cannot be read.
struct Damage {
  unsigned mtu = 256;
  unsigned length = 0;
  unsigned at = 0;
  unsigned wild = 0;
  unsigned elements = 1;
  bool posted_behind = true;
};

template <typename B>
void expect_spoilt(const Damage& d, unsigned beat_bytes) {
  constexpr std::uint64_t kOffset = 0x8123;
  B bench(d.wild, d.at);
  bench.connect(3, with_mtu(d.mtu));
  bench.connect(4, with_mtu(d.mtu));
  bench.bad_byte_ = kData + kOffset + d.at;
  Request bad = B::write(kOffset, d.length, kFlatKey);
  for (unsigned i = 1; i < d.elements; ++i) {  // the same bytes in pieces
    const std::uint32_t cut = bad.elements.back().len / 2 + 1;
    Element rest = bad.elements.back();
    rest.addr += cut;
    rest.len -= cut;
    bad.elements.back().len = cut;
    bad.elements.push_back(rest);
  }
  bad.fails = true;
  bench.send(3, B::write(5, 50));
  bench.send(3, bad);
  std::vector<unsigned> statuses{kFatal};
  if (d.posted_behind) {
    Request empty;  // no payload: it has nothing to wait for in the payload stream
    empty.op = Op::kSend;
    for (Request after : {empty, inline_request(30), B::write(5, 700)}) {
      after.fails = true;
      bench.send(3, after);
      statuses.push_back(kFlush);
    }
  }
  bench.send(4, B::write(9, 3 * d.mtu));
  bench.send(4, B::write(77, 1));
  bench.run();
  CAPTURE(d.mtu, d.length, d.at, d.wild, d.elements, d.posted_behind, seed());

  bench.check_tail(3, statuses);
  REQUIRE(bench.errors_out_ == std::vector<unsigned>{3});
  REQUIRE(bench.events_ == std::vector<std::array<unsigned, 3>>{{3, kFatal, 3}});
  REQUIRE(bench.qps_[3].responder.violation().empty());
  REQUIRE(bench.qps_[3].responder.messages().size() == 1);
  bench.check_delivered(4);

  // What left: the packets in front, then the spoilt one unless its first beat was the bad one.
  const unsigned packet = d.at / d.mtu;
  std::uint32_t psn = kStart;
  for (const RequestPacket& p : bench.trace_) {
    if (p.qpn == 3) {
      REQUIRE(p.psn == psn);
      psn = (psn + 1) & 0xffffff;
    }
  }
  REQUIRE(psn == ((kStart + 1 + packet) & 0xffffff));
  const unsigned beat = d.at % d.mtu / beat_bytes;
  if (beat == 0) {
    REQUIRE(bench.spoilt_.empty());
  } else if (d.wild == 0) {
    REQUIRE(bench.spoilt_.size() == 1);
  }
  for (const RequestPacket& p : bench.spoilt_) {
    REQUIRE(p.qpn == 3);
    REQUIRE(p.psn == psn);
  }
}

/// Every beat of an only packet, and of first, middle and last packets.
template <typename B>
void every_beat(unsigned beat_bytes, unsigned wild, unsigned elements) {
  for (const unsigned mtu : {256U, 1024U}) {
    const unsigned step = mtu == 256 || beat_bytes == 128 ? beat_bytes : 5 * beat_bytes;
    for (const unsigned length : {mtu - 3, mtu, 3 * mtu - 1}) {
      for (unsigned at = 0; at < length; at += step) {
        expect_spoilt<B>({mtu, length, at, wild, elements, at / step % 2 == 0}, beat_bytes);
      }
      expect_spoilt<B>({mtu, length, length - 1, wild, elements, true}, beat_bytes);
    }
  }
}

TEST_CASE("a packet whose payload fails behind its first beat is spoilt and the last of its pair") {
  every_beat<Bench256>(32, 0, 1);
  every_beat<Bench512>(64, 0, 1);
  every_beat<Bench1024>(128, 0, 1);
}

TEST_CASE("a packet is spoilt also when its elements end inside beats and every port stalls") {
  every_beat<Bench256>(32, 40, 3);
  every_beat<Bench512>(64, 40, 5);
  every_beat<Bench1024>(128, 40, 2);
}

TEST_CASE("a repetition that can be read no more is spoilt as well") {
  for (const unsigned at : {64U, 200U, 300U, 511U}) {
    Bench512 bench;
    bench.connect(3, with_mtu(256));
    bench.plan_ = [&](const RequestPacket& p, unsigned occurrence) {
      if (occurrence != 1) {
        return Fate::kDeliver;
      }
      if (p.psn != kStart) {
        bench.bad_byte_ = kData + 0x8000 + at;  // everything was read and has left
      }
      return p.psn == kStart ? Fate::kDrop : Fate::kNak;
    };
    Request r = Bench512::write(0x8000, 512, kFlatKey);
    r.fails = true;
    bench.send(3, r);
    bench.run();
    CAPTURE(at);
    bench.check_tail(3, {kFatal});
    REQUIRE(bench.spoilt_.size() == (at % 256 < 64 ? 0U : 1U));
    REQUIRE(bench.qps_[3].responder.messages().empty());
    REQUIRE(bench.counter(Bench512::kTxRepeated) >= 1);
  }
}

}  // namespace
