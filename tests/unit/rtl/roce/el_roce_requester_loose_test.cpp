// SPDX-License-Identifier: Apache-2.0
//
// el_roce_requester: UC and UD, whose requests complete when their last packet has left.

#include "requester_models.hpp"

namespace {

using namespace ethlink::test;  // NOLINT(google-build-using-namespace)
using Bench = Bench512;

constexpr unsigned kLenErr = 1, kOpErr = 2, kProtErr = 4, kFlush = 5, kFatal = 19;
constexpr unsigned kRts = 3, kSqe = 5, kErr = 6;

QpOptions uc(unsigned mtu = 256) {
  QpOptions o = with_mtu(mtu);
  o.type = 1;
  return o;
}

template <typename B>
void every_length(unsigned mtu, unsigned wild) {
  B bench(wild, mtu);
  QpOptions o = uc(mtu);
  o.log_units = 10;
  bench.connect(5, o);
  CAPTURE(mtu, wild);
  for (unsigned len = 0; len <= 2 * mtu + 2; len += len < 130 || len % mtu > mtu - 3 ? 1 : 37) {
    Request r = B::write(0x1000 + len * 7 % 97, len);
    r.op = static_cast<Op>(len % 4);
    r.solicited = len % 3 == 0;
    r.signaled = len % 5 != 1;
    bench.send(5, r);
    if (len % 50 == 0) {
      bench.run();
    }
    if (len > 0 && len <= 256 && len % 11 == 0) {
      bench.post(5, inline_request(len, static_cast<Op>(len % 4)));
      bench.push(5);
    }
  }
  bench.run();
  bench.check_delivered(5);
  REQUIRE(bench.counter(Bench::kAcks) == 0);
  REQUIRE(bench.counter(Bench::kStale) == 0);
  REQUIRE(bench.counter(Bench::kTxRepeated) == 0);
}

TEST_CASE("UC messages of every length leave whole and complete without an answer") {
  every_length<Bench256>(256, 0);
  every_length<Bench512>(256, 30);
  every_length<Bench1024>(1024, 10);
  every_length<Bench512>(4096, 0);
}

TEST_CASE("a UC request completes behind its last header and no earlier") {
  Bench bench;
  bench.connect(1, uc());
  bench.send(1, Bench::write(0, 9 * 256));
  bench.stalled_ = true;
  bench.steps(400);
  REQUIRE(bench.cqes_.empty());
  bench.stalled_ = false;
  while (bench.cqes_.empty()) {
    bench.step();
  }
  REQUIRE(bench.trace_cycles_.size() == 9);
  bench.run();
  bench.check_delivered(1);
}

TEST_CASE("a lost packet of UC changes nothing for its sender") {
  for (unsigned packets = 1; packets <= 9; ++packets) {
    for (unsigned at = 0; at < packets; ++at) {
      Bench bench;
      bench.connect(7, uc());
      bench.plan_ = [&](const RequestPacket& p, unsigned) {
        return p.psn == ((kStart + at) & 0xffffff) ? Fate::kDrop : Fate::kDeliver;
      };
      Request r = Bench::write(64, packets * 256 - 5);
      r.fails = true;  // does not arrive
      bench.send(7, r);
      bench.send(7, Bench::write(at, 40));
      bench.run();
      CAPTURE(packets, at);
      bench.check_delivered(7);
      REQUIRE(bench.counter(Bench::kTxPackets) == packets + 1);
    }
  }
}

TEST_CASE("a UC message beyond every window goes on to its end") {
  Bench bench;
  bench.keep_trace_ = false;
  bench.connect(2, uc());
  bench.send(2, Bench::write(0, 18000 * 256 + 1));
  for (unsigned i = 0; i < 100; ++i) {
    bench.send(2, Bench::write(i, 8));  // more than requests are tracked
  }
  bench.run(4000000);
  bench.check_delivered(2);
  REQUIRE(bench.counter(Bench::kTxPackets) == 18101);
}

TEST_CASE("many queue pairs of all kinds send side by side") {
  Bench bench(20, 9);
  std::mt19937 rng(static_cast<unsigned>(seed()));
  for (unsigned qpn = 0; qpn < 24; ++qpn) {
    QpOptions o = with_mtu(256U << qpn % 3);
    o.type = qpn % 2;
    bench.connect(qpn, o);
  }
  for (unsigned i = 0; i < 600; ++i) {
    Request r = Bench::write(rng() % 50000, rng() % 2500);
    r.op = static_cast<Op>(rng() % 4);
    r.fence = rng() % 4 == 0;
    bench.send(rng() % 24, r);
    bench.steps(rng() % 80);
  }
  bench.run();
  CAPTURE(seed());
  for (unsigned qpn = 0; qpn < 24; ++qpn) {
    bench.check_delivered(qpn);
  }
}

/// Two good requests, the bad one, two more; then SQE is left, and what is posted then succeeds.
void expect_stop(const QpOptions& options, Request bad, unsigned status, bool pushed = false,
                 unsigned left = 0) {
  Bench bench;
  bench.connect(3, options);
  Request good = Bench::write(0, 200);
  good.op = Op::kSend;
  bench.send(3, good);
  bench.send(3, good);
  if (pushed) {
    bench.run();
  }
  bad.fails = true;
  bench.post(3, bad);
  if (pushed) {
    bench.push(3);
  } else {
    bench.doorbell(3);
  }
  Request after = good;
  after.fails = true;
  bench.send(3, after);
  bench.send(3, after);
  bench.run();
  CAPTURE(status, pushed, static_cast<int>(bad.op));
  bench.check_tail(3, {status, kFlush, kFlush});
  auto& qp = bench.qps_[3];
  REQUIRE(qp.loose.violation().empty());
  REQUIRE(qp.loose.messages().size() == 2);
  REQUIRE(bench.send_errors_out_ == std::vector<unsigned>{3});
  REQUIRE(bench.errors_out_.empty());
  REQUIRE(bench.events_.empty());
  REQUIRE(bench.counter(Bench::kLocalErrors) == 1);
  // Posted in SQE: flushed too.
  bench.send(3, after);
  bench.run();
  bench.check_tail(3, {status, kFlush, kFlush, kFlush});
  // The PSN goes on behind what left.
  const std::uint32_t psn = (options.psn + 2 + left) & 0xffffff;
  REQUIRE(bench.query(3)[8] == (psn & 0xff));
  qp.loose.resume(psn);
  REQUIRE(bench.modify(3, 1 | 1U << 30, kRts, options) == 0);
  bench.send(3, good);
  bench.send(3, good);
  bench.run();
  REQUIRE(qp.loose.violation().empty());
  REQUIRE(qp.loose.messages().size() == 4);
  const auto done = bench.completions(3);
  REQUIRE(done.size() == 8);
  REQUIRE(done[6].status == 0);
  REQUIRE(done[7].status == 0);
}

TEST_CASE("a bad request of UC stops the send queue until software lets it go on") {
  for (const bool pushed : {false, true}) {
    for (const Op op : {Op::kSendInv, Op::kRead, Op::kCas, Op::kAdd, static_cast<Op>(8)}) {
      Request r = Bench::write(0, 8);
      r.op = op;
      expect_stop(uc(), r, kOpErr, pushed);
    }
    Request r = Bench::write(0, 100);
    r.length = 101;
    expect_stop(uc(), r, kLenErr, pushed);
    expect_stop(uc(), Bench::write(0, 100, 0x999), kProtErr, pushed);
    expect_stop(uc(), Bench::write(kRegionBytes - 50, 100), kProtErr, pushed);
  }
  // The key is refused behind packets that left.
  Request r = Bench::write(0, 3 * 256);
  r.elements.push_back({kPagedVa, 10, 0x999});
  expect_stop(uc(), r, kProtErr, false, 3);
}

TEST_CASE("memory that fails in a UC message stops the send queue") {
  Bench bench;
  bench.connect(3, uc());
  Request r = Bench::write(0, 4 * 256);
  r.fails = true;
  bench.bad_byte_ = kData + kRegionBytes - 4096 + 600;  // the third packet
  bench.send(3, Bench::write(4096, 20));
  bench.send(3, r);
  bench.send(3, r);
  bench.run();
  bench.check_tail(3, {kFatal, kFlush});
  REQUIRE(bench.send_errors_out_ == std::vector<unsigned>{3});
  REQUIRE(bench.trace_.size() + bench.spoilt_.size() <= 4);
  bench.bad_byte_ = ~0ULL;
  bench.qps_[3].loose.resume((kStart + 3) & 0xffffff);
  REQUIRE(bench.modify(3, 1 | 1U << 30, kRts, uc()) == 0);
  bench.send(3, Bench::write(0, 300));
  bench.run();
  REQUIRE(bench.qps_[3].loose.violation().empty());
  REQUIRE(bench.qps_[3].loose.messages().size() == 2);
}

TEST_CASE("a MODIFY to RTS that did not know of SQE leaves it") {
  Bench bench;
  bench.connect(3, uc());
  Request bad = Bench::read(0, 8);
  bad.fails = true;
  bench.send(3, bad);
  bench.run();
  REQUIRE(bench.modify(3, 1, kRts, uc()) == 0);  // as of RTS
  bench.send(3, bad);
  bench.run();
  bench.check_tail(3, {kOpErr, kFlush});
  // From SQE to ERR, by the receiving side and by software.
  bench.kill(3);
  bench.run();
  REQUIRE(bench.modify(3, 1 | 1U << 30, kRts, uc()) == 0);
  bench.send(3, bad);
  bench.run();
  bench.check_tail(3, {kOpErr, kFlush, kFlush});
  REQUIRE(bench.modify(3, 1, kErr, uc()) == 0);
  REQUIRE(bench.modify(3, 1, 0, uc()) == 0);
}

TEST_CASE("SQE is left at any moment after the error and nothing is lost or sent twice") {
  for (unsigned wait = 0; wait < 60; ++wait) {
    Bench bench(wait % 3 * 20, wait);
    bench.connect(3, uc());
    Request bad = Bench::read(0, 8);
    bad.fails = true;
    bench.send(3, bad);
    for (unsigned i = 0; i < 20; ++i) {
      bench.send(3, Bench::write(i * 16, 300 + i));
    }
    while (bench.cqes_.empty()) {
      bench.step();
    }
    bench.steps(wait);
    REQUIRE(bench.modify(3, 1 | 1U << 30, kRts, uc()) == 0);
    bench.run();
    CAPTURE(wait);
    const auto done = bench.completions(3);
    REQUIRE(done.size() == 21);
    const auto& qp = bench.qps_[3];
    REQUIRE(qp.loose.violation().empty());
    // First flushed ones, then good ones; the good ones left, in order.
    std::size_t flushed = 0;
    for (std::size_t i = 1; i < done.size(); ++i) {
      REQUIRE(done[i].index == qp.posted[i].first);
      REQUIRE((done[i].status == 0 || (done[i].status == kFlush && i == flushed + 1)));
      flushed += done[i].status == kFlush ? 1 : 0;
    }
    REQUIRE(qp.loose.messages().size() == 20 - flushed);
    for (std::size_t i = flushed; i < 20; ++i) {
      REQUIRE((qp.loose.messages()[i - flushed] == qp.wanted[i]));
    }
  }
  REQUIRE(kSqe == 5);
}

TEST_CASE("UC is destroyed, reset and put in ERR while packets leave") {
  for (unsigned at = 0; at < 120; at += 3) {
    Bench bench(at % 2 * 30, at);
    bench.connect(4, uc());
    for (unsigned i = 0; i < 6; ++i) {
      bench.send(4, Bench::write(i, 700));
    }
    bench.steps(at);
    CAPTURE(at);
    if (at % 9 == 0) {
      bench.destroy(4);
      bench.run();
      bench.revive(4);
    } else if (at % 9 == 3) {
      REQUIRE(bench.modify(4, 1, kErr, uc()) == 0);
      bench.run();
      REQUIRE(bench.completions(4).size() == 6);
      continue;
    } else {
      REQUIRE(bench.modify(4, 1, 0, uc()) == 0);
      bench.run();
      bench.destroy(4);
      bench.revive(4);
    }
    bench.cqes_.clear();
    bench.connect(4, uc());
    bench.send(4, Bench::write(5, 1000));
    bench.run();
    bench.check_delivered(4);
  }
}

}  // namespace

// ---- datagrams ----

namespace {

QpOptions ud(unsigned mtu = 256) {
  QpOptions o = with_mtu(mtu);
  o.type = 2;
  o.qkey = 0x1badcafe;
  return o;
}

Request datagram(std::uint64_t offset, std::uint32_t len, Op op = Op::kSend) {
  Request r = Bench::write(offset, len);
  r.op = op;
  r.rkey = 0x7ace5eed;
  r.ah = 9;
  r.to = 0xabc123;
  return r;
}

template <typename B>
void every_datagram(unsigned mtu, unsigned wild) {
  B bench(wild, mtu);
  QpOptions o = ud(mtu);
  o.log_units = 11;
  REQUIRE(bench.create_handle(9) == 0);
  REQUIRE(bench.create_handle(200) == 0);
  bench.connect(5, o);
  std::vector<ethlink::reference::Datagram> headers;
  std::vector<std::pair<std::uint32_t, unsigned>> targets;
  for (unsigned len = 0; len <= mtu; len += len < 130 || len + 4 > mtu ? 1 : 37) {
    Request r = datagram(0x1000 + len * 7 % 97, len, len % 2 == 0 ? Op::kSend : Op::kSendImm);
    r.solicited = len % 3 == 0;
    r.to = len * 0x10101 & 0xffffff;
    r.ah = len % 5 == 0 ? 200 : 9;
    r.rkey = len % 4 == 0 ? 0x80000000 | len : len;
    headers.push_back({len % 4 == 0 ? o.qkey : len, 5});
    targets.emplace_back(r.to, r.ah);
    bench.send(5, r);
    if (len % 50 == 0) {
      bench.run();
    }
  }
  bench.run();
  CAPTURE(mtu, wild);
  bench.check_delivered(5);
  REQUIRE(bench.qps_[5].loose.datagrams() == headers);
  REQUIRE(bench.qps_[5].targets == targets);
  REQUIRE(bench.counter(Bench::kTxRepeated) == 0);
}

TEST_CASE("datagrams of every length leave to their handle, queue pair and Q_Key") {
  every_datagram<Bench256>(256, 0);
  every_datagram<Bench512>(1024, 30);
  every_datagram<Bench1024>(4096, 10);
}

TEST_CASE("a datagram that is too long, or has no address, stops the send queue") {
  const auto stop = [](const Request& bad, unsigned status) {
    Bench bench;
    REQUIRE(bench.create_handle(9) == 0);
    REQUIRE(bench.create_handle(10, kPd + 1) == 0);
    REQUIRE(bench.create_handle(11) == 0);
    REQUIRE(bench.destroy_handle(11) == 0);
    bench.connect(3, ud());
    bench.send(3, datagram(0, 100));
    Request r = bad;
    r.fails = true;
    bench.send(3, r);
    Request after = datagram(0, 4);
    after.fails = true;
    bench.send(3, after);
    bench.run();
    CAPTURE(status, bad.ah, static_cast<int>(bad.op));
    bench.check_tail(3, {status, kFlush});
    REQUIRE(bench.send_errors_out_ == std::vector<unsigned>{3});
    REQUIRE(bench.events_.empty());
    bench.qps_[3].loose.resume((kStart + 1) & 0xffffff);
    REQUIRE(bench.modify(3, 1 | 1U << 30, kRts, ud()) == 0);
    bench.send(3, datagram(0, 256));
    bench.run();
    REQUIRE(bench.qps_[3].loose.violation().empty());
    REQUIRE(bench.qps_[3].loose.messages().size() == 2);
  };
  stop(datagram(0, 257), kLenErr);
  stop(datagram(0, 8, Op::kWrite), kOpErr);
  stop(datagram(0, 8, Op::kWriteImm), kOpErr);
  stop(datagram(0, 8, Op::kSendInv), kOpErr);
  stop(datagram(0, 8, Op::kRead), kOpErr);
  Request r = datagram(0, 8);
  for (const unsigned ah : {8U, 10U, 11U, 256U + 9U, 0xffffU}) {
    r.ah = ah;  // absent, of another domain, destroyed, beyond the table
    stop(r, kOpErr);
  }
  r = datagram(0, 8);
  r.to = 0x1000000;
  stop(r, kOpErr);
  r = datagram(0, 8);
  r.elements[0].key = 0x999;
  stop(r, kProtErr);
}

TEST_CASE("address handles are created and destroyed once") {
  Bench bench;
  REQUIRE(bench.destroy_handle(3) == 3);
  REQUIRE(bench.create_handle(3) == 0);
  REQUIRE(bench.create_handle(3) == 3);
  REQUIRE(bench.create_handle(1000) == 2);
  REQUIRE(bench.destroy_handle(3) == 0);
  REQUIRE(bench.destroy_handle(3) == 3);
  REQUIRE(bench.create_handle(3) == 0);
}

}  // namespace
