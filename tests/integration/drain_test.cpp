// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

TEST_CASE("A send queue drains, waits in SQD, and goes on", "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        const SgeView sge = s.local(0, 20000);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(0);
        write.rkey = s.remote.rkey;
        constexpr std::uint64_t kTotal = 20;
        for (write.wr_id = 0; write.wr_id < kTotal; ++write.wr_id) {
          must(s.qp().post_send(write));
        }
        expect(s.completion().wr_id == 0, "the first one");
        regs::ObjQp sqd;
        sqd.state = static_cast<std::uint8_t>(regs::QpState::kSqd);
        must(s.qp().modify(sqd, regs::kQpMaskState));
        expect(s.await_event(regs::EqeType::kQpSqDrained).id == s.qp().qpn(), "the event");
        static_cast<void>(
            s.end.device->wait_for([] { return false; }, Duration{50'000'000}, "pause"));
        std::uint64_t next = 1;
        std::array<WorkCompletion, 32> out;
        for (std::size_t n = must(s.end.cq->poll(out)), i = 0; i < n; ++i) {
          expect(out.at(i).wr_id == next++, "completions in order");
        }
        expect(next < kTotal, "requests that did not start");
        sqd.timeout = 12;
        must(s.qp().modify(sqd, regs::kQpMaskState | regs::kQpMaskTimeout));
        expect(must(s.qp().query()).timeout == 12, "an attribute that changed");
        regs::ObjQp rts;
        rts.state = static_cast<std::uint8_t>(regs::QpState::kRts);
        must(s.qp().modify(rts, regs::kQpMaskState));
        while (next < kTotal) {
          const WorkCompletion done = s.completion();
          expect(done.wr_id == next++ && done.status == regs::WcStatus::kSuccess, "the rest");
        }
        s.meet("done");
      },
      [](Side& s) { s.meet("done"); });
}

}  // namespace
}  // namespace ethlink::test
