// SPDX-License-Identifier: Apache-2.0
#include "ethlink/shared_receive_queue.hpp"

#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

constexpr std::size_t kPairs = 4;
constexpr std::uint32_t kSlot = 4096;

struct Numbers {
  std::array<std::uint32_t, kPairs> qpns{};
};

/// Queue pairs beside those of the side: connected, on `shared` if there is one.
std::vector<std::unique_ptr<QueuePair>> connect(Side& s, SharedReceiveQueue* shared) {
  std::vector<std::unique_ptr<QueuePair>> qps;
  Numbers mine;
  for (std::size_t i = 0; i < kPairs; ++i) {
    QueuePairOptions options;
    options.shared = shared;
    qps.push_back(must(QueuePair::create(*s.end.device, *s.end.cq, *s.end.cq, options)));
    mine.qpns.at(i) = qps.back()->qpn();
  }
  must(publish_record(s.port, "shared." + std::to_string(s.node()), mine));
  const Numbers other =
      must(await_record<Numbers>(s.port, "shared." + std::to_string(s.other()), kSoon));
  for (std::size_t i = 0; i < kPairs; ++i) {
    Connection c;
    c.dest_qpn = other.qpns.at(i);
    c.dgid = gid_of(s.other());
    c.dmac = mac_of(s.other());
    c.udp_sport = static_cast<std::uint16_t>(0xC100 + i);
    c.send_psn = c.receive_psn = 0xFFFFF0;
    c.path_mtu = 1024;
    must(qps[i]->connect(c));
  }
  s.meet("connected");
  return qps;
}

TEST_CASE("Queue pairs share one queue of receive requests, and its limit is told",
          "[integration]") {
  const PairOptions options;
  constexpr std::uint64_t kMessages = 40;
  run_pair(
      options,
      [](Side& s) {
        auto qps = connect(s, nullptr);
        s.meet("posted");
        std::uint64_t open = 0;
        for (std::uint64_t i = 0; i < kMessages; ++i) {
          const std::uint32_t bytes = 1 + static_cast<std::uint32_t>(i) * 97 % 3900;
          s.fill(i % 8 * kSlot, bytes, static_cast<unsigned>(i));
          const SgeView sge = s.local(i % 8 * kSlot, bytes);
          SendRequest send;
          send.wr_id = i;
          send.sges = {&sge, 1};
          send.opcode = regs::WqeOp::kSendImm;
          send.imm = static_cast<std::uint32_t>(i);
          must(qps.at(i % kPairs)->post_send(send));
          if (++open == 8) {
            for (; open != 0; --open) {
              expect(s.completion().status == regs::WcStatus::kSuccess, "success");
            }
          }
        }
        s.meet("done");
      },
      [](Side& s) {
        auto shared = must(SharedReceiveQueue::create(*s.end.device, {.entries = 16}));
        auto qps = connect(s, shared.get());
        const auto post = [&](std::uint64_t slot) {
          const SgeView sge = s.local(slot * kSlot, kSlot);
          must(shared->post_receive({slot, {&sge, 1}}));
        };
        for (std::uint64_t i = 0; i < 12; ++i) {
          post(i);
        }
        must(shared->arm(10));
        s.meet("posted");
        std::array<std::uint64_t, kPairs> seen{};
        for (std::uint64_t i = 0; i < kMessages; ++i) {
          const WorkCompletion done = s.completion();
          expect(done.status == regs::WcStatus::kSuccess, "success");
          const std::uint64_t message = done.imm;
          expect(done.qpn == qps.at(message % kPairs)->qpn(), "the queue pair of the message");
          expect(message / kPairs == seen.at(message % kPairs)++, "order within a queue pair");
          expect(done.byte_len == 1 + message * 97 % 3900, "the length that was sent");
          expect(s.filled(done.wr_id * kSlot, done.byte_len, static_cast<unsigned>(message)),
                 "the message in the request that completed");
          post(done.wr_id);
        }
        expect(s.await_event(regs::EqeType::kSrqLimit).id == shared->srqn(), "the limit's event");
        const regs::ObjSrq state = must(shared->query());
        expect(state.consumer == kMessages && state.producer == kMessages + 12, "the counts");
        expect(state.limit == 0 && state.users == kPairs, "one event, all users");
        s.meet("done");
      });
}

TEST_CASE("A queue pair that ends leaves the shared queue to the others", "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        auto qps = connect(s, nullptr);
        const SgeView sge = s.local(0, 100);
        SendRequest send;
        send.sges = {&sge, 1};
        s.meet("ended");
        must(qps.at(1)->post_send(send));
        expect(s.completion().status == regs::WcStatus::kSuccess, "success");
        // Nothing is posted any more: the sender waits until something is.
        must(qps.at(2)->post_send(send));
        expect(s.completion().status == regs::WcStatus::kSuccess, "success");
        expect(s.counter(regs::kCntRoceSqRxRnr) > 0, "an RNR NAK");
        s.meet("done");
      },
      [](Side& s) {
        auto shared = must(SharedReceiveQueue::create(*s.end.device, {.entries = 4}));
        auto qps = connect(s, shared.get());
        const SgeView sge = s.local(0, 100);
        must(shared->post_receive({1, {&sge, 1}}));
        regs::ObjQp error;
        error.state = static_cast<std::uint8_t>(regs::QpState::kErr);
        must(qps.at(0)->modify(error, regs::kQpMaskState));
        expect(s.await_event(regs::EqeType::kQpLastWqe).id == qps.at(0)->qpn(), "the last event");
        expect(must(shared->query()).consumer == 0, "nothing taken or flushed");
        expect(!s.end.device->admin().destroy(regs::ObjKind::kSrq, shared->srqn()).has_value(),
               "a queue in use to stay");
        s.meet("ended");
        expect(s.completion().wr_id == 1, "the request in another queue pair");
        static_cast<void>(
            s.end.device->wait_for([] { return false; }, Duration{50'000'000}, "pause"));
        must(shared->post_receive({2, {&sge, 1}}));
        expect(s.completion().wr_id == 2, "the second request");
        s.meet("done");
      });
}

}  // namespace
}  // namespace ethlink::test
