// SPDX-License-Identifier: Apache-2.0
//
// Two hosts joined by a switch: each side of a test is a function that gets its host, set up.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "ethlink/memory_region.hpp"
#include "ethlink/plain_port.hpp"

#include "driver/backend/sim_backend.hpp"
#include "programs/exchange.hpp"
#include "programs/node_end.hpp"
#include "seed.hpp"
#include "sim/simulation.hpp"

namespace ethlink::test {

constexpr Duration kSoon{20'000'000'000};  // 20 ms of simulated time: longer than any recovery

/// The value, or an exception with the error's context: it ends the program of a side, and
/// run_pair() reports it.
template <typename T>
T must(Result<T>&& result) {
  if (!result) {
    throw std::runtime_error(result.error().context.empty() ? "an error without context"
                                                            : result.error().context);
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*result);
  }
}
template <typename T>
bool fails_with(const Result<T>& result, Errc code) {
  return !result.has_value() && result.error().code == code;
}
/// Ends the program of a side unless `condition` holds.
inline void expect(bool condition, const std::string& what) {
  if (!condition) {
    throw std::runtime_error("expected " + what);
  }
}

struct PairOptions {
  std::string faults;        ///< keys of [link.faults], on all links
  std::string fault_events;  ///< [[fault]] tables
  std::uint64_t seed = test::seed();
  bool skip = true;
  std::string bus = "on-die";
  std::string switch_keys;    ///< keys of the [[switch]]
  std::string link_keys;      ///< keys of both [[link]]s
  unsigned data_width = 256;  // this model checks its assertions
  /// Makes the endpoints; by default those that `ethlink run` has.
  std::unique_ptr<sim::EndpointModel> (*model)(const sim::ModelOptions&) = nullptr;
  std::string pcap;
  std::uint64_t max_time_us = 200'000;
  sim::TimePs window_limit = sim::kNever;

  // What each side has when its function starts.
  std::size_t queue_pairs = 1;  ///< at most 1024
  std::uint32_t cq_entries = 256;
  regs::QpType transport = regs::QpType::kRc;
  std::uint32_t qkey = 0x1234;  ///< of queue pairs of UD
  bool ipv6 = false;            ///< each node has gid6_of(node), too, as GID 1
  std::size_t memory_bytes = 65536;
  bool posted = true;  ///< stores of the window need no answer
  std::uint8_t retry_count = 7;
  std::uint8_t timeout = 8;                ///< of the queue pairs
  unsigned path_mtu = 4096;                ///< of the queue pairs
  std::array<bool, 2> selective_repeat{};  ///< each side offers it; used when both do
  /// Of a queue pair of a node; the default is RoCEv2.
  std::function<regs::QpEncap(unsigned node, std::size_t qp)> encapsulation;
  std::uint32_t segment_access =
      regs::kAccessRemoteWrite | regs::kAccessRemoteRead | regs::kAccessRemoteAtomic;
};

/// fd00::<n + 1>
constexpr Gid gid6_of(unsigned node) {
  Gid gid{};
  gid[0] = 0xFD;
  gid[15] = static_cast<std::uint8_t>(node + 1);
  return gid;
}

/// One host with everything connected to the other one.
class Side {
 public:
  Side(sim::HostPort& host_port, const PairOptions& pair_options)
      : port(host_port), backend(host_port), options(pair_options) {}

  [[nodiscard]] unsigned node() const { return port.node(); }
  [[nodiscard]] unsigned other() const { return 1 - port.node(); }

  /// Opens the device and makes, exchanges and connects everything.
  void open();
  /// As open(), for another life after a reset; `life` must differ from the ones before.
  void open_again(unsigned life);
  /// Destroys everything, window first.
  void close();
  /// Continues when both sides have called it with the same name.
  void meet(const std::string& name);

  QueuePair& qp(std::size_t index = 0) { return *end.qps.at(index); }
  WorkCompletion completion(Duration timeout = kSoon) { return must(end.cq->wait(timeout)); }
  /// Posts one request and waits for its success.
  void complete(const SendRequest& request, std::size_t index = 0);
  [[nodiscard]] SgeView local(std::uint64_t offset, std::uint32_t bytes) const {
    return {region->va() + offset, bytes, region->lkey()};
  }
  [[nodiscard]] std::uint64_t remote_va(std::uint64_t offset) const { return remote.va + offset; }
  std::byte* bytes(std::uint64_t offset = 0) { return memory.data() + offset; }
  void fill(std::uint64_t offset, std::size_t count, unsigned salt);
  [[nodiscard]] bool filled(std::uint64_t offset, std::size_t count, unsigned salt) const;
  std::uint64_t counter(std::size_t index) { return must(end.device->read_counters()).at(index); }
  /// Handles events until one of `type` came; others are dropped.
  Event await_event(regs::EqeType type, Duration timeout = kSoon);

  struct Remote {
    std::uint64_t va = 0;
    std::uint32_t rkey = 0;
    std::uint16_t segment = 0;
    bool selective_repeat = false;
    std::array<std::uint32_t, 1024> qpns{};
  };

  sim::HostPort& port;
  SimBackend backend;
  const PairOptions& options;
  Remote remote;  // of the other side
  NodeEnd end;
  DmaBuffer memory;
  std::unique_ptr<Segment> segment;
  std::unique_ptr<MemoryRegion> region;
  std::unique_ptr<RemoteMemory> window;

 private:
  unsigned life_ = 0;
};

using SideFunction = std::function<void(Side&)>;

/// Runs the `[[program]]` tables on both hosts; nothing is checked but that the scenario is right.
sim::SimulationResult run_scenario(const PairOptions& options, const std::string& programs,
                                   const sim::ProgramRegistry& registry);
/// Runs `left` on node 0 and `right` on node 1 and checks that both returned, that no memory was
/// touched that should not be, and that no bus rule was broken.
sim::SimulationResult run_pair(const PairOptions& options, const SideFunction& left,
                               const SideFunction& right);
/// As run_pair(), but with programs that set themselves up.
sim::SimulationResult run_programs(const PairOptions& options, const sim::HostProgram& left,
                                   const sim::HostProgram& right);

/// The scenario of a pair, with `programs` appended.
sim::Scenario pair_scenario(const PairOptions& options, const std::string& programs);

inline std::uint64_t reported(const sim::NodeResult& node, const std::string& name) {
  const auto found = node.reports.find(name);
  return found == node.reports.end() ? 0 : found->second;
}

}  // namespace ethlink::test
