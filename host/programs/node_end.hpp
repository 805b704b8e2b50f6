// SPDX-License-Identifier: Apache-2.0
//
// What a host program needs to talk to one other node: device, queues, queue pairs, peer.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ethlink/load_store.hpp"
#include "ethlink/queue_pair.hpp"

#include "programs/node_setup.hpp"

namespace ethlink {

inline constexpr std::uint16_t kPartition = 0x8001;
inline constexpr std::uint32_t kCqEntries = 256;

/// Keeps the value of a result, or hands its error on.
template <typename T>
Result<void> keep(T& into, Result<T>&& from) {
  if (!from) {
    return from.error();
  }
  into = std::move(*from);
  return {};
}

/// Made in order and undone in reverse. Ownership: borrows the backend.
struct NodeEnd {
  std::unique_ptr<Device> device;
  std::unique_ptr<CompletionQueue> cq;
  std::unique_ptr<CompletionQueue> command_cq;
  std::vector<std::unique_ptr<QueuePair>> qps;
  std::vector<std::unique_ptr<Peer>> peers;

  /// `cq_entries`: of the completion queue of the queue pairs.
  Result<void> open(Backend& backend, unsigned node, Duration cycle,
                    std::uint32_t cq_entries = kCqEntries) {
    return open(backend, node_config(node, cycle), cq_entries);
  }
  Result<void> open(Backend& backend, const DeviceConfig& config,
                    std::uint32_t cq_entries = kCqEntries) {
    Result<void> done = keep(device, Device::open(backend, config));
    if (done) {
      done = keep(cq, CompletionQueue::create(*device, cq_entries));
    }
    if (done) {
      done = keep(command_cq, CompletionQueue::create(*device, kCqEntries));
    }
    return done;
  }
  Result<void> add_queue_pair(const QueuePairOptions& options = {}) {
    std::unique_ptr<QueuePair> qp;
    Result<void> done = keep(qp, QueuePair::create(*device, *cq, *cq, options));
    if (done) {
      qps.push_back(std::move(qp));
    }
    return done;
  }
  Result<void> add_peer(unsigned node, Duration cycle) {
    // Any value that differs between two lives of a node will do as its epoch.
    const auto epoch =
        static_cast<std::uint16_t>(device->backend().now().count() / cycle.count() + 1);
    std::unique_ptr<Peer> peer;
    Result<void> done = keep(peer, Peer::create(*device, node_id_of(node), kPartition, epoch));
    if (done) {
      peers.push_back(std::move(peer));
    }
    return done;
  }
};

/// Adds every counter that is not 0, and when they were read, to the result of the run.
inline Result<void> report_counters(Device& device, sim::HostPort& port) {
  const sim::TimePs from = port.now();
  Result<std::vector<std::uint64_t>> counters = device.read_counters();
  if (!counters) {
    return counters.error();
  }
  // `ethlink check` compares them with the frames until then.
  port.report("counters_from_ps", from);
  port.report("counters_until_ps", port.now());
  for (std::size_t i = 0; i < counters->size(); ++i) {
    if ((*counters)[i] != 0) {
      port.report(regs::kCounters.at(i).name, (*counters)[i]);
    }
  }
  return {};
}

}  // namespace ethlink
