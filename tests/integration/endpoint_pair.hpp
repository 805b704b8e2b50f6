// SPDX-License-Identifier: Apache-2.0
//
// Two whole endpoints under attack, pin to pin: the attacker has queues of its own, and a pair of
// queue pairs that are none of its business must go on working.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ethlink/load_store.hpp"
#include "ethlink/memory_region.hpp"
#include "ethlink/queue_pair.hpp"

#include "driver/backend/sim_backend.hpp"
#include "pair.hpp"
#include "sim/bench/direct_bench.hpp"

namespace ethlink::test {

/// A queue pair whose rings the attacker writes itself.
struct RawQueuePair {
  std::uint32_t qpn = 0;
  DmaBuffer send_ring, receive_ring;
  std::uint16_t send_producer = 0, receive_producer = 0;
};

/// Set up once, then attacked. Ownership: owns everything. Threads: one.
class EndpointPair {
 public:
  static constexpr std::uint16_t kAttackContext = 1;
  static constexpr std::uint16_t kPartition = 0x8001;
  static constexpr std::uint32_t kPd = 2;  ///< of the attacker
  static constexpr unsigned kLogSend = 4, kLogReceive = 3, kLogCompletions = 6;
  static constexpr std::uint32_t kFirstPsn = 0xfffff0;
  static constexpr std::size_t kMtu = 256;      ///< of the attacker's connection
  static constexpr std::size_t kBytes = 16384;  ///< of each memory
  static constexpr std::size_t kOffset = 100;  ///< where the attacker's region begins in its memory
  static constexpr std::size_t kRegionBytes = 12345;

  struct Node {
    std::unique_ptr<SimBackend> backend;
    std::unique_ptr<Device> device;
    // Of the innocent.
    std::unique_ptr<CompletionQueue> cq;
    DmaBuffer memory;
    std::unique_ptr<MemoryRegion> region;
    std::unique_ptr<QueuePair> qp;
    // Of the attacker: a queue for load/store commands, and one whose entries are read raw.
    std::unique_ptr<CompletionQueue> command_cq;
    std::uint32_t attack_cqn = 0, attack_consumed = 0;
    DmaBuffer attack_completions;
    DmaBuffer attack_memory;
    std::unique_ptr<MemoryRegion> attack_region, read_only_region;
    std::unique_ptr<Segment> segment;
    std::unique_ptr<Peer> peer;
    std::unique_ptr<RemoteMemory> window;
    RawQueuePair attack;
  };

  explicit EndpointPair(unsigned data_width = 256);  // this model checks its assertions

  [[nodiscard]] sim::DirectBench& bench() { return *bench_; }
  [[nodiscard]] Node& node(unsigned index) { return nodes_.at(index); }
  /// Frames that arrived at `node` by now.
  [[nodiscard]] std::uint64_t arrived(unsigned node) const { return arrived_.at(node); }
  [[nodiscard]] std::vector<std::uint64_t> counters(unsigned node);
  /// Expects that everything comes to rest, that the innocent still move data in both directions,
  /// that nothing was written to their memory, and that no rule of bus or memory was broken; throws
  /// when not.
  void judge();
  /// Ends the attacker's queue pair of a node.
  void destroy_attack(unsigned node);
  /// Makes it, and connects it to that of the other node.
  void create_attack(unsigned node);
  void connect_attack(unsigned node, std::uint32_t first_psn = kFirstPsn);
  /// The next completion of the attacker's queue pair of a node, if there is one.
  std::optional<regs::Cqe> take_completion(unsigned node);
  /// Waits for one; throws when none comes.
  regs::Cqe completion(unsigned node);
  /// Frames that arrived at `node` since the last call, FCS included.
  std::vector<sim::Frame> take_frames(unsigned node) { return std::exchange(frames_.at(node), {}); }

 private:
  void open(unsigned node);
  void watch(unsigned node, const sim::EndpointIn& in);
  void connect(unsigned node);
  void transfer(unsigned from);

  std::unique_ptr<sim::DirectBench> bench_;
  std::array<Node, 2> nodes_;
  std::array<std::vector<std::byte>, 2> expected_;  // the innocent's memory
  std::array<std::uint64_t, 2> arrived_{};
  std::array<std::vector<sim::Frame>, 2> frames_;
  std::array<sim::Frame, 2> arriving_;
  unsigned transfers_ = 0;
};

}  // namespace ethlink::test
