// SPDX-License-Identifier: Apache-2.0
#include "file_copy_runs.hpp"

namespace ethlink::test {
namespace {

constexpr std::size_t kOdd = 65537;  // 64 KiB + 1 B

std::uint64_t resent(const sim::SimulationResult& result) {
  std::uint64_t total = 0;
  for (const sim::NodeResult& node : result.nodes) {
    total += reported(node, "ls.tx_repeated") + reported(node, "roce_sq.tx_repeated");
  }
  return total;
}

TEST_CASE("A file arrives whole by stores and by RDMA WRITE, and is loaded back", "[integration]") {
  const auto bytes = GENERATE(as<std::size_t>{}, 1, 63, 4096, kOdd);
  const CopyRun run = copy_file(bytes, {});
  CHECK(resent(run.result) == 0);
  for (const PhaseResult& phase : run.board.copy->phases) {
    CHECK(phase.bytes >= bytes);
    CHECK(phase.operations > 0);
    CHECK(phase.frames > 0);
    CHECK(phase.simulated.count() > 0);
  }
}

TEST_CASE("The operations of a phase are those that the device counted", "[integration]") {
  const CopyRun run = copy_file(100, {}, "message_bytes = 64\n");
  const std::array<PhaseResult, kCopyPhases>& phases = run.board.copy->phases;
  const auto operations = [&](CopyPhase phase) {
    return phases.at(static_cast<std::size_t>(phase)).operations;
  };
  CHECK(operations(CopyPhase::kStore64) == 3);  // 64 + 32 + 4
  CHECK(operations(CopyPhase::kStore256) == 3);
  CHECK(operations(CopyPhase::kLoadBack) == 6);  // twice
  CHECK(operations(CopyPhase::kRdmaWrite) == 2);
  const sim::NodeResult& left = run.result.nodes.at(0);
  CHECK(reported(left, "ls.stores") == 6);
  CHECK(reported(left, "ls.loads") == 6);
  CHECK(reported(left, "roce_sq.wqe_started") == 2);
}

TEST_CASE("A file arrives whole over a PCIe card at every width of the data path",
          "[integration]") {
  PairOptions options;
  options.bus = "pcie-gen5-x16";
  options.data_width = GENERATE(256U, 512U, 1024U);
  CAPTURE(options.data_width);
  copy_file(20'000, options);
}

TEST_CASE("A file arrives whole whatever happens to its frames", "[integration]") {
  struct Fault {
    const char* keys;
    const char* counted;
  };
  const auto fault = GENERATE(
      as<Fault>{}, Fault{"loss = 0.01", "dropped"}, Fault{"loss = 0.05", "dropped"},
      Fault{"duplicate = 0.05", "duplicated"},
      Fault{"reorder = 0.05\nreorder_ns = 3000", "reordered"}, Fault{"corrupt = 0.02", "corrupted"},
      Fault{"loss = 0.01\nduplicate = 0.01\nreorder = 0.01\n"
            "corrupt = 0.01\njitter_ns = 100",
            "dropped"});
  PairOptions options;
  options.faults = fault.keys;
  CAPTURE(fault.keys);
  // Small packets: more frames that something can happen to.
  const CopyRun run = copy_file(kOdd, options, "path_mtu = 512\nmessage_bytes = 8192\n");
  std::uint64_t happened = 0;
  for (const sim::LinkResult& link : run.result.links) {
    const std::string counted = fault.counted;
    happened += counted == "dropped"      ? link.stats.dropped
                : counted == "duplicated" ? link.stats.duplicated
                : counted == "reordered"  ? link.stats.reordered
                                          : link.stats.corrupted;
  }
  CHECK(happened > 0);
  if (std::string(fault.counted) != "duplicated") {
    CHECK(resent(run.result) > 0);
  }
}

TEST_CASE("A run has one hash: repeated, without skipping, and in shorter windows",
          "[integration]") {
  PairOptions options;
  options.faults = "loss = 0.01";
  const std::uint64_t hash = copy_file(9000, options).result.hash;
  CHECK(copy_file(9000, options).result.hash == hash);
  PairOptions every_cycle = options;
  every_cycle.skip = false;
  CHECK(copy_file(9000, every_cycle).result.hash == hash);
  PairOptions short_windows = options;
  short_windows.window_limit = 7000;
  CHECK(copy_file(9000, short_windows).result.hash == hash);
  PairOptions other_seed = options;
  other_seed.seed = options.seed + 1;
  CHECK(copy_file(9000, other_seed).result.hash != hash);
}

}  // namespace
}  // namespace ethlink::test
