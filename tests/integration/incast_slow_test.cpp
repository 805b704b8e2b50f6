// SPDX-License-Identifier: Apache-2.0
//
// The same networks without congestion control: what it is good for.

#include "incast_runs.hpp"

namespace ethlink::test {
namespace {

TEST_CASE("Without congestion control and flow control, eight senders to one lose packets",
          "[slow]") {
  const IncastRun run = run_incast("incast-8-to-1", false);
  CAPTURE(run.flows, run.victim, run.drops);
  CHECK(run.drops > 100);
  CHECK(run.fairness() < 0.9);
  CHECK(run.marks == 0);
  CHECK(run.total("roce.tx_cnp") == 0);
}

TEST_CASE("Without congestion control, flow control spreads to a flow that shares a sender",
          "[slow]") {
  const IncastRun run = run_incast("incast-8-to-1-pfc", false);
  CAPTURE(run.flows, run.victim, run.pauses);
  CHECK(run.drops == 0);
  CHECK(run.victim < 25);
  CHECK(run.pauses > 200);
}

}  // namespace
}  // namespace ethlink::test
