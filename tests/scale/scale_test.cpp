// SPDX-License-Identifier: Apache-2.0
//
// An endpoint built for 4096 queue pairs: all of them exist, 1024 of them work at once.
#include "Vel_endpoint_4096qp.h"
#include "catch.hpp"
#include "pair.hpp"
#include "sim/endpoint/verilated_endpoint.hpp"

namespace ethlink::test {
namespace {

constexpr std::size_t kTable = 4096;
constexpr std::size_t kActive = 1024;
constexpr std::uint32_t kBytes = 600;  // three packets
constexpr std::uint64_t kRoom = 1024;  // of a queue pair
constexpr std::uint64_t kTo = kActive * kRoom;
constexpr std::uint64_t kBack = 2 * kActive * kRoom;

std::unique_ptr<sim::EndpointModel> make_model(const sim::ModelOptions& options) {
  return std::make_unique<sim::VerilatedEndpoint<Vel_endpoint_4096qp, 512>>(options);
}

/// Posts one request on every queue pair, and waits for all of them.
void on_all(Side& s, regs::WqeOp opcode, std::uint64_t local, std::uint64_t remote) {
  for (std::size_t i = 0; i < kActive; ++i) {
    const SgeView sge = s.local(local + i * kRoom, kBytes);
    SendRequest request;
    request.opcode = opcode;
    request.wr_id = i;
    request.sges = {&sge, 1};
    request.remote_va = s.remote_va(remote + i * kRoom);
    request.rkey = s.remote.rkey;
    must(s.qp(i).post_send(request));
  }
  std::vector<bool> done(kActive);
  for (std::size_t i = 0; i < kActive; ++i) {
    const WorkCompletion completion = s.completion();
    expect(completion.status == regs::WcStatus::kSuccess,
           "success, found " + std::string(to_string(completion.status)));
    expect(!done.at(completion.wr_id), "each completion once");
    done.at(completion.wr_id) = true;
  }
}

void work(Side& s) {
  // The rest of the table: numbers that are taken, and one more, which is refused.
  for (std::size_t i = kActive; i < kTable; ++i) {
    must(s.end.add_queue_pair());
  }
  expect(s.end.qps.back()->qpn() == kTable - 1, "the last number of the table");
  expect(fails_with(s.end.add_queue_pair(), Errc::kNoResources), "the table to be full");
  for (std::size_t i = 0; i < kActive; ++i) {
    s.fill(i * kRoom, kBytes, static_cast<unsigned>(2 * i + s.node()));
  }
  s.meet("full");
  on_all(s, regs::WqeOp::kWrite, 0, kTo);
  on_all(s, regs::WqeOp::kRead, kBack, kTo);
  s.meet("done");
  for (std::size_t i = 0; i < kActive; ++i) {
    expect(s.filled(kTo + i * kRoom, kBytes, static_cast<unsigned>(2 * i + s.other())),
           "what the other side wrote through queue pair " + std::to_string(i));
    expect(s.filled(kBack + i * kRoom, kBytes, static_cast<unsigned>(2 * i + s.node())),
           "what was read back through queue pair " + std::to_string(i));
  }
  expect(s.counter(regs::kCntRoceSqCompletions) == 2 * kActive, "every request to be counted");
}

TEST_CASE("1024 of 4096 queue pairs write and read at once, with and without loss",
          "[integration][scale]") {
  PairOptions options;
  options.data_width = 512;
  options.model = &make_model;
  options.queue_pairs = kActive;
  options.cq_entries = 4096;
  options.memory_bytes = 3 * kActive * kRoom;
  options.path_mtu = 256;
  options.max_time_us = 10'000'000;
  options.faults = GENERATE(as<std::string>{}, "loss = 0.002\n");
  CAPTURE(options.faults);
  const auto result = run_pair(options, work, work);
  CHECK(result.reason == sim::EndReason::kFinished);
}

}  // namespace
}  // namespace ethlink::test
