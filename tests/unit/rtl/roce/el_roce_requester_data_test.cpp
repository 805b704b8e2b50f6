// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: payload of every length, alignment and split, at three widths.

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)

/// `len` bytes in `pieces` elements of random sizes, some of them empty.
template <typename Rng>
Request scattered(Rng& rng, std::uint32_t len, unsigned pieces) {
  Request r;
  std::uint32_t left = len;
  for (unsigned i = 0; i < pieces; ++i) {
    const std::uint32_t take = i + 1 == pieces ? left : rng() % (left + 1);
    left -= take;
    const bool flat = rng() % 2 == 0;
    r.elements.push_back(
        {(flat ? kFlatVa : kPagedVa) + rng() % 100000, take, flat ? kFlatKey : kPagedKey});
  }
  r.op = static_cast<Op>(rng() % 5);
  return r;
}

template <typename B>
void lengths(unsigned wild) {
  B bench(wild);
  bench.keep_trace_ = false;
  QpOptions o = with_mtu(256);
  o.log_units = 6;
  bench.connect(1, o);
  for (unsigned len = 0; len <= 130; ++len) {
    bench.send(1, B::write(0x1000 + len * 7 % 64, len));
    bench.run();
    if (len <= 256) {
      Request r = inline_request(len, static_cast<Op>(len % 5));
      bench.post(1, r);
      bench.push(1);
      bench.run();
    }
  }
  bench.check_delivered(1);
}

TEST_CASE("lengths 0 to 130 arrive from memory and inline at every width") {
  lengths<Bench256>(0);
  lengths<Bench512>(30);
  lengths<Bench1024>(0);
}

template <typename B>
void alignments(std::uint64_t salt) {
  B bench(0, salt);
  bench.keep_trace_ = false;
  QpOptions o = with_mtu(1024);
  o.log_units = 7;
  bench.connect(1, o);
  for (unsigned offset = 0; offset < 64; ++offset) {
    for (const std::uint32_t len : {1023U, 1024U, 1025U, 2047U, 2048U, 2049U}) {
      bench.send(1, B::write(4096 * (offset % 5) + 3000 + offset, len));
    }
    bench.run();
  }
  bench.check_delivered(1);
}

TEST_CASE("lengths around multiples of the MTU arrive from every alignment") {
  alignments<Bench256>(1);
  alignments<Bench512>(2);
  alignments<Bench1024>(3);
}

template <typename B>
void pieces(unsigned wild) {
  for (const unsigned mtu : {256U, 512U, 1024U, 2048U, 4096U}) {
    B bench(wild, mtu);
    bench.keep_trace_ = false;
    std::mt19937 rng(static_cast<unsigned>(seed()) + mtu);
    bench.connect(1, with_mtu(mtu));
    for (unsigned i = 0; i < 60; ++i) {
      const std::uint32_t len = i % 3 == 0 ? rng() % 70 : rng() % (mtu * 3);
      bench.send(1, scattered(rng, len, 1 + i % 6));
      if (i % 8 == 7) {
        bench.run();
      }
    }
    CAPTURE(mtu, wild, seed());
    bench.run();
    bench.check_delivered(1);
  }
}

TEST_CASE("one to six elements of any size are packed into one stream at every width") {
  pieces<Bench256>(25);
  pieces<Bench512>(0);
  pieces<Bench512>(60);
  pieces<Bench1024>(25);
}

TEST_CASE("a fault in the middle of a scattered message resumes at the exact byte") {
  Bench512 bench;
  std::mt19937 rng(static_cast<unsigned>(seed()));
  bench.keep_trace_ = false;
  for (unsigned i = 0; i < 200; ++i) {
    const unsigned qpn = i;
    bench.connect(qpn, with_mtu(256));
    const unsigned at = rng() % 8;
    bench.plan_ = [&](const RequestPacket& p, unsigned occurrence) {
      return ((p.psn - kStart) & 0xffffff) == at && occurrence == 1
                 ? (i % 2 == 0 ? Fate::kNak : Fate::kRnr)
                 : Fate::kDeliver;
    };
    bench.send(qpn, scattered(rng, 1 + rng() % 2000, 1 + rng() % 6));
    bench.run();
    CAPTURE(i, at, seed());
    bench.check_delivered(qpn);
  }
}

TEST_CASE("every port may stall at any time") {
  for (const unsigned wild : {20U, 50U, 80U}) {
    Bench512 bench(wild, wild);
    std::mt19937 rng(static_cast<unsigned>(seed()) + wild);
    bench.keep_trace_ = false;
    bench.plan_ = [&](const RequestPacket&, unsigned) {
      const unsigned dice = rng() % 100;
      return dice < 3    ? Fate::kNak
             : dice < 6  ? Fate::kDropAnswer
             : dice < 9  ? Fate::kRnr
             : dice < 12 ? Fate::kTwice
                         : Fate::kDeliver;
    };
    QpOptions o = with_mtu(512);
    o.timeout = 9;
    for (unsigned qpn = 0; qpn < 4; ++qpn) {
      bench.connect(qpn, o);
    }
    for (unsigned i = 0; i < 120; ++i) {
      const unsigned qpn = rng() % 4;
      const std::uint32_t len = rng() % 3000;
      if (i % 3 == 0) {
        bench.post(qpn, inline_request(len % 257, static_cast<Op>(i % 5)));
        bench.push(qpn);
      } else {
        bench.send(qpn, scattered(rng, len, 1 + i % 6));
      }
      bench.steps(rng() % 40);
    }
    CAPTURE(wild, seed());
    bench.run();
    for (unsigned qpn = 0; qpn < 4; ++qpn) {
      bench.check_delivered(qpn);
    }
  }
}

TEST_CASE("a long message is cut by the window and by its turn, and arrives whole") {
  Bench512 bench;
  bench.keep_trace_ = false;
  QpOptions o = with_mtu(256);
  bench.connect(1, o);
  bench.connect(2, o);
  bench.ack_latency_ = 300;
  bench.send(1, Bench512::write(5, 300000));
  bench.send(2, Bench512::write(5, 70000));
  bench.run();
  bench.check_delivered(1);
  bench.check_delivered(2);
}

}  // namespace
