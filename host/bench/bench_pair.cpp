// SPDX-License-Identifier: Apache-2.0
#include "bench/bench_pair.hpp"

#include "programs/node_setup.hpp"
#include "sim/endpoint/endpoint_model.hpp"

namespace ethlink::bench {
namespace {

constexpr std::uint16_t kPartition = 0x8001;
constexpr Duration kCycle{static_cast<std::int64_t>(sim::DirectBench::kPeriod)};
constexpr Duration kSetupTimeout = kCycle * 500'000;
constexpr std::uint32_t kCompletions = 8192;
constexpr std::uint32_t kAccess = regs::kAccessLocalWrite | regs::kAccessRemoteWrite |
                                  regs::kAccessRemoteRead | regs::kAccessRemoteAtomic;

// Keeps the value of a result, or hands its error on.
template <typename T>
Result<void> keep(T& into, Result<T>&& from) {
  if (!from) {
    return from.error();
  }
  into = std::move(*from);
  return {};
}

}  // namespace

Result<std::unique_ptr<BenchPair>> BenchPair::create(const PairOptions& options) {
  std::unique_ptr<BenchPair> pair(new BenchPair(options));
  std::array<std::unique_ptr<sim::EndpointModel>, 2> models;
  for (unsigned node = 0; node < 2; ++node) {
    sim::ModelOptions model;
    model.data_width = options.data_width;
    model.seed = node + 1;
    if (Result<void> made = keep(models.at(node), sim::make_endpoint_model(model)); !made) {
      return made.error();
    }
  }
  pair->bench_ = std::make_unique<sim::DirectBench>(std::move(models[0]), std::move(models[1]));
  for (unsigned node = 0; node < 2; ++node) {
    if (Result<void> done = pair->open(node); !done) {
      return done.error();
    }
  }
  if (Result<void> done = pair->connect(); !done) {
    return done.error();
  }
  pair->settle();
  return pair;
}

Result<void> BenchPair::open(unsigned node) {
  Node& n = nodes_.at(node);
  n.backend = std::make_unique<SimBackend>(bench_->host(node));
  Result<void> done = keep(n.device, open_node(*n.backend, node, kCycle));
  if (done) {
    done = keep(n.cq, CompletionQueue::create(*n.device, kCompletions));
  }
  if (done) {
    done = keep(n.command_cq, CompletionQueue::create(*n.device, kCompletions));
  }
  if (done) {
    done = keep(n.buffer, DmaBuffer::create(*n.backend, options_.buffer_bytes, 4096,
                                            {.device_writable = true, .notifies = false}));
  }
  if (done) {
    done = keep(n.segment, Segment::create(*n.device, n.buffer, kPartition, kAccess));
  }
  if (done) {
    MemoryRegionOptions options;
    options.access = kAccess;
    done = keep(n.region,
                MemoryRegion::create(*n.device, n.buffer, 0, options_.buffer_bytes, options));
  }
  QueuePairOptions options;
  options.send_units = options_.send_units;
  options.receive_entries = options_.receive_entries;
  for (unsigned i = 0; done && i < options_.queue_pairs; ++i) {
    std::unique_ptr<QueuePair> qp;
    done = keep(qp, QueuePair::create(*n.device, *n.cq, *n.cq, options));
    n.qps.push_back(std::move(qp));
  }
  if (done) {
    done = keep(n.peer, Peer::create(*n.device, node_id_of(1 - node), kPartition,
                                     static_cast<std::uint16_t>(node + 1)));
  }
  return done;
}

Result<void> BenchPair::connect() {
  for (unsigned node = 0; node < 2; ++node) {
    Node& n = nodes_.at(node);
    const unsigned other = 1 - node;
    for (unsigned i = 0; i < options_.queue_pairs; ++i) {
      Connection c;
      address(c, other, nodes_.at(other).qps.at(i)->qpn(), options_.encapsulation);
      c.path_mtu = options_.path_mtu;
      c.remote_access = kAccess;
      c.udp_sport = static_cast<std::uint16_t>(0xC000 + i);
      if (Result<void> done = n.qps.at(i)->connect(c); !done) {
        return done;
      }
    }
    if (Result<void> up = n.peer->wait_up(kSetupTimeout); !up) {
      return up;
    }
    WindowOptions window;
    window.node_id = node_id_of(other);
    window.segment = nodes_.at(other).segment->id();
    window.length = options_.buffer_bytes;
    window.access = kAccess & ~regs::kAccessLocalWrite;
    if (Result<void> done = keep(n.window, RemoteMemory::create(*n.device, *n.command_cq, window));
        !done) {
      return done;
    }
  }
  return {};
}

SgeView BenchPair::local(std::uint64_t offset, std::uint32_t bytes) {
  return {region(0).va() + offset, bytes, region(0).lkey()};
}

SendRequest BenchPair::write_request(const SgeView& sge, bool signaled) const {
  SendRequest request;
  request.opcode = regs::WqeOp::kWrite;
  request.sges = {&sge, 1};
  request.remote_va = nodes_[1].region->va() + (sge.va - nodes_[0].region->va());
  request.rkey = nodes_[1].region->rkey();
  request.signaled = signaled;
  return request;
}

}  // namespace ethlink::bench
