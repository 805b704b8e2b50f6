// SPDX-License-Identifier: Apache-2.0
//
// Congestion control in a network: the numbers that docs/reference/congestion.md states.

#include "incast_runs.hpp"

namespace ethlink::test {
namespace {

// What hosts on 100 Gb/s get at most: 4,096 of 4,182 bytes on the wire, and messages are counted
// whole.
constexpr double kLine = 100.0;

TEST_CASE("Eight senders to one without flow control share fairly and lose nothing",
          "[integration]") {
  const IncastRun run = run_incast("incast-8-to-1", true);
  CAPTURE(run.flows, run.victim, run.drops, run.marks, run.deepest);
  CHECK(run.fairness() >= 0.95);
  CHECK(run.sum() >= 0.8 * kLine);
  CHECK(run.drops == 0);
  CHECK(run.total("eth.rx_full_roce") == 0);
  CHECK(run.total("roce_sq.tx_repeated") == 0);
  CHECK(run.pauses == 0);
  CHECK(run.marks > 0);
  CHECK(run.total("roce.rx_ecn_marked") == run.marks);
  CHECK(run.total("roce.tx_cnp") > 0);
  CHECK(run.total("roce.rx_cnp") == run.total("roce.tx_cnp"));
  CHECK(run.total("roce_sq.rate_cuts") == run.total("roce.rx_cnp"));
  // The other flow of the first sender has the rest of its link.
  CHECK(run.victim + run.flows[0] >= 0.9 * kLine);
}

TEST_CASE("Eight senders to one with flow control leave a flow that shares a sender alone",
          "[integration]") {
  const IncastRun run = run_incast("incast-8-to-1-pfc", true);
  CAPTURE(run.flows, run.victim, run.drops, run.pauses, run.deepest);
  CHECK(run.fairness() >= 0.95);
  CHECK(run.sum() >= 0.8 * kLine);
  CHECK(run.drops == 0);
  CHECK(run.total("roce_sq.tx_repeated") == 0);
  // Without congestion control it is 13 Gb/s and hundreds of pauses.
  CHECK(run.victim >= 0.75 * kLine);
  CHECK(run.pauses <= 40);
  CHECK(run.total("eth.pfc_tx") == 0);
}

}  // namespace
}  // namespace ethlink::test
