// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

// Posts `bad` and two good requests behind it; returns the status of the first and checks that the
// queue pair flushed the others.
regs::WcStatus fail_and_flush(Side& s, SendRequest bad, std::size_t index) {
  const SgeView sge = s.local(0, 64);
  SendRequest good;
  good.opcode = regs::WqeOp::kWrite;
  good.sges = {&sge, 1};
  good.remote_va = s.remote_va(0);
  good.rkey = s.remote.rkey;
  bad.wr_id = 1;
  must(s.qp(index).post_send(bad));
  for (std::uint64_t id = 2; id <= 3; ++id) {
    good.wr_id = id;
    must(s.qp(index).post_send(good));
  }
  const WorkCompletion first = s.completion();
  expect(first.wr_id == 1, "the request that failed to complete first");
  for (std::uint64_t id = 2; id <= 3; ++id) {
    const WorkCompletion flushed = s.completion();
    expect(
        flushed.wr_id == id && flushed.status == regs::WcStatus::kWrFlushErr,
        "later requests to be flushed in order, found " + std::string(to_string(flushed.status)));
  }
  expect(must(s.qp(index).query()).state == static_cast<std::uint8_t>(regs::QpState::kErr),
         "the queue pair in error");
  return first.status;
}

TEST_CASE("A bad request completes with its status, flushes the rest and harms no other queue pair",
          "[integration]") {
  PairOptions options;
  options.queue_pairs = 6;
  run_pair(
      options,
      [&](Side& s) {
        const SgeView sge = s.local(0, 64);
        const SgeView foreign{s.region->va(), 64, s.region->lkey() ^ 0xffU};
        const SgeView outside = s.local(options.memory_bytes - 10, 64);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(0);
        write.rkey = s.remote.rkey;
        SendRequest request = write;
        request.rkey ^= 0xffU;
        expect(fail_and_flush(s, request, 0) == regs::WcStatus::kRemAccessErr, "a wrong key");
        request = write;
        request.remote_va = s.remote_va(options.memory_bytes - 10);
        expect(fail_and_flush(s, request, 1) == regs::WcStatus::kRemAccessErr, "remote bounds");
        request = write;
        request.sges = {&foreign, 1};
        expect(fail_and_flush(s, request, 2) == regs::WcStatus::kLocProtErr, "a wrong local key");
        request = write;
        request.sges = {&outside, 1};
        expect(fail_and_flush(s, request, 3) == regs::WcStatus::kLocProtErr, "local bounds");
        request = write;
        request.opcode = static_cast<regs::WqeOp>(0x3f);
        expect(fail_and_flush(s, request, 4) == regs::WcStatus::kLocQpOpErr, "a bad opcode");
        // The last queue pair never noticed.
        s.complete(write, 5);
        s.meet("done");
      },
      [](Side& s) { s.meet("done"); });
}

TEST_CASE("A message longer than its receive request is an error on both sides", "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        s.meet("posted");
        const SgeView sge = s.local(0, 200);
        SendRequest send;
        send.sges = {&sge, 1};
        must(s.qp().post_send(send));
        expect(s.completion().status == regs::WcStatus::kRemInvReqErr, "RemInvReqErr");
        s.meet("done");
      },
      [](Side& s) {
        const SgeView sge = s.local(0, 100);
        must(s.qp().post_receive({7, {&sge, 1}}));
        must(s.qp().post_receive({8, {&sge, 1}}));
        s.meet("posted");
        const WorkCompletion first = s.completion();
        expect(first.wr_id == 7 && first.status == regs::WcStatus::kLocLenErr, "LocLenErr");
        const WorkCompletion second = s.completion();
        expect(second.wr_id == 8 && second.status == regs::WcStatus::kWrFlushErr, "a flush");
        expect(*s.bytes(100) == std::byte{0}, "nothing behind the buffer");
        s.meet("done");
      });
}

TEST_CASE("A SEND waits for its receiver to be ready", "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        s.fill(0, 500, 5);
        const SgeView sge = s.local(0, 500);
        SendRequest send;
        send.sges = {&sge, 1};
        s.complete(send);
        expect(s.counter(regs::kCntRoceSqRxRnr) > 0, "an RNR NAK");
        s.meet("done");
      },
      [](Side& s) {
        // Nothing is posted for 50 us; the wait is meant to end with its deadline.
        static_cast<void>(
            s.end.device->wait_for([] { return false; }, Duration{50'000'000}, "pause"));
        const SgeView sge = s.local(0, 500);
        must(s.qp().post_receive({1, {&sge, 1}}));
        expect(s.completion().byte_len == 500, "500 bytes");
        expect(s.filled(0, 500, 5), "the message");
        s.meet("done");
      });
}

TEST_CASE("A peer that never answers exhausts the retries and not the patience", "[integration]") {
  PairOptions options;
  options.queue_pairs = 2;
  options.retry_count = 2;
  options.timeout = 4;  // 65 us
  run_pair(
      options,
      [](Side& s) {
        s.meet("gone");
        SendRequest write;
        const SgeView sge = s.local(0, 64);
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(0);
        write.rkey = s.remote.rkey;
        expect(fail_and_flush(s, write, 0) == regs::WcStatus::kRetryExcErr, "RetryExcErr");
        expect(s.await_event(regs::EqeType::kQpFatal).id == s.qp(0).qpn(), "an event that says so");
        s.complete(write, 1);
        s.meet("done");
      },
      [](Side& s) {
        s.end.qps.front().reset();
        s.meet("gone");
        s.meet("done");
        expect(s.counter(regs::kCntRoceRxBadQp) >= 3, "packets for nobody to be counted");
      });
}

TEST_CASE("Putting a queue pair into error flushes both its queues", "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        for (std::uint64_t i = 0; i < 5; ++i) {
          must(s.qp().post_receive({i, {}}));
        }
        regs::ObjQp error;
        error.state = static_cast<std::uint8_t>(regs::QpState::kErr);
        must(s.qp().modify(error, regs::kQpMaskState));
        for (std::uint64_t i = 0; i < 5; ++i) {
          const WorkCompletion done = s.completion();
          expect(done.wr_id == i && done.status == regs::WcStatus::kWrFlushErr, "a flush");
        }
        // Requests that are posted to a queue pair in error are flushed too.
        SendRequest send;
        send.wr_id = 99;
        must(s.qp().post_send(send));
        const WorkCompletion late = s.completion();
        expect(late.wr_id == 99 && late.status == regs::WcStatus::kWrFlushErr, "a flush");
        s.meet("done");
      },
      [](Side& s) { s.meet("done"); });
}

}  // namespace
}  // namespace ethlink::test
