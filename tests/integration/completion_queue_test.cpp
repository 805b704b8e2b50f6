// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

SendRequest write_of(Side& s, const SgeView& sge, std::uint64_t id) {
  SendRequest request;
  request.wr_id = id;
  request.opcode = regs::WqeOp::kWrite;
  request.sges = {&sge, 1};
  request.remote_va = s.remote_va(0);
  request.rkey = s.remote.rkey;
  return request;
}

struct Number {
  std::uint32_t qpn = 0;
};

/// A queue pair beside those of the side, with a send completion queue of its own.
std::unique_ptr<QueuePair> connect(Side& s, CompletionQueue& send_cq) {
  auto qp = must(QueuePair::create(*s.end.device, send_cq, *s.end.cq, {}));
  must(publish_record(s.port, "extra." + std::to_string(s.node()), Number{qp->qpn()}));
  Connection c;
  c.dest_qpn = must(await_record<Number>(s.port, "extra." + std::to_string(s.other()), kSoon)).qpn;
  c.dgid = gid_of(s.other());
  c.dmac = mac_of(s.other());
  c.remote_access = regs::kAccessRemoteWrite;
  must(qp->connect(c));
  s.meet("connected");
  return qp;
}

TEST_CASE("A completion queue changes its size under traffic: nothing is lost or doubled",
          "[integration]") {
  PairOptions options;
  options.queue_pairs = 3;
  run_pair(
      options,
      [&](Side& s) {
        constexpr std::uint64_t kTotal = 300;
        const SgeView sge = s.local(0, 64);
        std::array<std::uint64_t, 3> posted{};
        std::array<std::uint64_t, 3> seen{};
        const std::array<std::uint32_t, 6> sizes{64, 128, 32, 1024, 64, 256};
        std::size_t step = 0;
        std::array<WorkCompletion, 5> out;
        while (seen[0] + seen[1] + seen[2] < kTotal) {
          for (std::size_t q = 0; q < 3; ++q) {
            while (posted.at(q) < kTotal / 3 && posted.at(q) - seen.at(q) < 8) {
              must(s.qp(q).post_send(write_of(s, sge, posted.at(q)++)));
            }
          }
          // The requests above are under way while the ring changes.
          if (step < 40) {
            must(s.end.cq->resize(sizes.at(step++ % sizes.size())));
          }
          const std::size_t count = must(s.end.cq->poll(out));
          for (std::size_t i = 0; i < count; ++i) {
            expect(out.at(i).status == regs::WcStatus::kSuccess, "success");
            std::size_t q = 0;
            while (s.qp(q).qpn() != out.at(i).qpn) {
              ++q;
            }
            expect(out.at(i).wr_id == seen.at(q)++, "each completion once and in order");
          }
          if (count == 0) {
            static_cast<void>(s.end.device->wait_for([] { return false; }, Duration{200'000}, ""));
          }
        }
        expect(step == 40, "forty changes under traffic");
        expect(s.counter(regs::kCntHostCqOverflows) == 0, "no overflow");
        s.meet("done");
      },
      [](Side& s) { s.meet("done"); });
}

TEST_CASE("A completion queue that overflows ends its queue pairs and no other", "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        auto small = must(CompletionQueue::create(*s.end.device, 4));
        auto victim = connect(s, *small);
        const SgeView sge = s.local(0, 64);
        must(victim->post_receive({77, {}}));
        for (std::uint64_t i = 0; i < 8; ++i) {
          must(victim->post_send(write_of(s, sge, i)));
        }
        expect(s.await_event(regs::EqeType::kCqOverflow).id == small->cqn(), "the queue's event");
        const Event fatal = s.await_event(regs::EqeType::kQpFatal);
        expect(fatal.id == victim->qpn(), "the queue pair's event");
        expect(fatal.syndrome == static_cast<std::uint8_t>(regs::WcStatus::kFatalErr),
               "a fatal error");
        expect(must(victim->query()).state == static_cast<std::uint8_t>(regs::QpState::kErr),
               "the queue pair in error");
        // Its other queue is whole: the receive request is flushed there.
        const WorkCompletion flushed = s.completion();
        expect(flushed.wr_id == 77 && flushed.status == regs::WcStatus::kWrFlushErr, "a flush");
        for (std::uint64_t i = 0; i < 4; ++i) {
          expect(must(small->wait(kSoon)).wr_id == i, "what came before the loss");
        }
        expect(must(small->query()).error == 1, "the queue in error");
        expect(!small->resize(16).has_value(), "no other ring for it");
        // The queue pair of the other queue never noticed.
        s.complete(write_of(s, sge, 5), 0);
        s.meet("done");
      },
      [](Side& s) {
        const auto qp = connect(s, *s.end.cq);
        s.meet("done");
      });
}

}  // namespace
}  // namespace ethlink::test
