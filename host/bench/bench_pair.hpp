// SPDX-License-Identifier: Apache-2.0
//
// Two configured endpoints on a bench of exact cycles: what every measurement starts from.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <vector>

#include "ethlink/load_store.hpp"
#include "ethlink/memory_region.hpp"
#include "ethlink/queue_pair.hpp"

#include "driver/backend/sim_backend.hpp"
#include "sim/bench/direct_bench.hpp"

namespace ethlink::bench {

struct PairOptions {
  unsigned data_width = 512;
  unsigned queue_pairs = 1;
  std::uint32_t send_units = 8192;
  std::uint32_t receive_entries = 64;
  unsigned path_mtu = 4096;
  regs::QpEncap encapsulation = regs::QpEncap::kRoceV2;
  std::size_t buffer_bytes = std::size_t{8} << 20;
};

/// Node 0 sends, node 1 holds the memory. Ownership: owns everything. Threads: one at a time.
class BenchPair {
 public:
  static Result<std::unique_ptr<BenchPair>> create(const PairOptions& options);

  [[nodiscard]] sim::DirectBench& bench() { return *bench_; }
  [[nodiscard]] unsigned beat_bytes() const { return options_.data_width / 8; }
  [[nodiscard]] const PairOptions& options() const { return options_; }
  [[nodiscard]] Device& device(unsigned node) { return *nodes_.at(node).device; }
  [[nodiscard]] DmaBuffer& buffer(unsigned node) { return nodes_.at(node).buffer; }
  [[nodiscard]] MemoryRegion& region(unsigned node) { return *nodes_.at(node).region; }
  [[nodiscard]] CompletionQueue& cq(unsigned node) { return *nodes_.at(node).cq; }
  [[nodiscard]] QueuePair& qp(unsigned node, unsigned index = 0) {
    return *nodes_.at(node).qps.at(index);
  }
  /// Window of `node` on the other node's buffer.
  [[nodiscard]] RemoteMemory& window(unsigned node) { return *nodes_.at(node).window; }

  /// A WRITE of `bytes` from `offset` of node 0's buffer to the same offset of node 1's.
  [[nodiscard]] SendRequest write_request(const SgeView& sge, bool signaled) const;
  [[nodiscard]] SgeView local(std::uint64_t offset, std::uint32_t bytes);

  /// Runs until nothing is under way any more (acknowledgements, completions).
  void settle() { bench_->run(3000); }

 private:
  struct Node {
    std::unique_ptr<SimBackend> backend;
    std::unique_ptr<Device> device;
    std::unique_ptr<CompletionQueue> cq;
    std::unique_ptr<CompletionQueue> command_cq;
    DmaBuffer buffer;
    std::unique_ptr<Segment> segment;
    std::unique_ptr<MemoryRegion> region;
    std::vector<std::unique_ptr<QueuePair>> qps;
    std::unique_ptr<Peer> peer;
    std::unique_ptr<RemoteMemory> window;
  };

  explicit BenchPair(const PairOptions& options) : options_(options) {}
  Result<void> open(unsigned node);
  Result<void> connect();

  PairOptions options_;
  std::unique_ptr<sim::DirectBench> bench_;
  std::array<Node, 2> nodes_;
};

}  // namespace ethlink::bench
