// SPDX-License-Identifier: Apache-2.0
//
// Two endpoints under attack, see endpoint_pair.hpp.
#include "endpoint_pair.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "programs/node_setup.hpp"
#include "sim/endpoint/endpoint_model.hpp"

namespace ethlink::test {
namespace {

constexpr Duration kCycle{static_cast<std::int64_t>(sim::DirectBench::kPeriod)};
constexpr Duration kPatience = kCycle * 900'000;
constexpr std::uint64_t kRestCycles = 1'000'000;  // until all that was begun is over
constexpr std::uint32_t kAll = regs::kAccessLocalWrite | regs::kAccessRemoteWrite |
                               regs::kAccessRemoteRead | regs::kAccessRemoteAtomic;
constexpr std::uint32_t kTransferBytes = 300;
constexpr std::uint32_t kEveryAttribute = (regs::kQpMaskMaxDestRdAtomic << 1) - 1;

}  // namespace

EndpointPair::EndpointPair(unsigned data_width) {
  std::array<std::unique_ptr<sim::EndpointModel>, 2> models;
  for (unsigned node = 0; node < 2; ++node) {
    sim::ModelOptions options;
    options.data_width = data_width;
    options.seed = node + 1;
    models.at(node) = must(sim::make_endpoint_model(options));
  }
  bench_ = std::make_unique<sim::DirectBench>(std::move(models[0]), std::move(models[1]));
  bench_->set_probe([this](const sim::CycleProbe& probe) {
    watch(0, *probe.in[0]);
    watch(1, *probe.in[1]);
  });
  open(0);
  open(1);
  connect(0);
  connect(1);
  judge();
}

void EndpointPair::watch(unsigned node, const sim::EndpointIn& in) {
  if (!in.mac_rx_tvalid) {
    return;
  }
  sim::Frame& frame = arriving_.at(node);
  for (std::size_t i = 0; i < bench_->engine(node).model().beat_bytes(); ++i) {
    if ((in.mac_rx_tkeep.at(i / 8) >> i % 8 & 1U) != 0) {
      frame.push_back(in.mac_rx_tdata.at(i));
    }
  }
  if (in.mac_rx_tlast) {
    ++arrived_.at(node);
    frames_.at(node).push_back(std::exchange(frame, {}));
  }
}

void EndpointPair::open(unsigned node) {
  Node& n = nodes_.at(node);
  n.backend = std::make_unique<SimBackend>(bench_->host(node));
  DeviceConfig config = node_config(node, kCycle);
  config.admin_timeout = kPatience;
  n.device = must(Device::open(*n.backend, config));
  n.cq = must(CompletionQueue::create(*n.device, 64));
  n.command_cq = must(CompletionQueue::create(*n.device, 64, kAttackContext));
  n.attack_completions = must(DmaBuffer::create(*n.backend, sizeof(regs::Cqe) << kLogCompletions));
  n.attack_cqn = must(n.device->take_numbers(Device::Table::kCq, 1));
  regs::ObjCq cq;
  cq.base = n.attack_completions.iova();
  cq.log_size = kLogCompletions;
  cq.ctx = kAttackContext;
  must(n.device->admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kCq, n.attack_cqn, cq));
  n.memory = must(DmaBuffer::create(*n.backend, kBytes));
  n.attack_memory = must(DmaBuffer::create(*n.backend, kBytes));
  MemoryRegionOptions options;
  options.access = kAll;
  n.region = must(MemoryRegion::create(*n.device, n.memory, 0, kBytes, options));
  options.pd = kPd;
  options.va = n.attack_memory.iova() + kOffset;
  n.attack_region =
      must(MemoryRegion::create(*n.device, n.attack_memory, kOffset, kRegionBytes, options));
  options.access = regs::kAccessRemoteRead;
  options.va = n.attack_memory.iova();
  n.read_only_region = must(MemoryRegion::create(*n.device, n.attack_memory, 0, 64, options));
  n.qp = must(QueuePair::create(*n.device, *n.cq, *n.cq, {}));
  create_attack(node);
  n.segment = must(Segment::create(*n.device, n.attack_memory, kPartition,
                                   regs::kAccessRemoteRead | regs::kAccessRemoteWrite));
  n.peer = must(Peer::create(*n.device, node_id_of(1 - node), kPartition,
                             static_cast<std::uint16_t>(node + 1)));
  expected_.at(node).assign(n.memory.data(), n.memory.data() + kBytes);
}

void EndpointPair::create_attack(unsigned node) {
  Node& n = nodes_.at(node);
  const DmaFlags read_only{.device_writable = false, .notifies = false};
  n.attack.send_ring = must(DmaBuffer::create(*n.backend, 64U << kLogSend, 4096, read_only));
  n.attack.receive_ring = must(DmaBuffer::create(*n.backend, 64U << kLogReceive, 4096, read_only));
  n.attack.qpn = must(n.device->take_numbers(Device::Table::kQp, 1));
  regs::ObjQpQueues queues;
  queues.sq_base = n.attack.send_ring.iova();
  queues.rq_base = n.attack.receive_ring.iova();
  queues.sq_log_units = kLogSend;
  queues.rq_log_size = kLogReceive;
  queues.pd = kPd;
  queues.send_cq = queues.recv_cq = static_cast<std::uint16_t>(n.attack_cqn);
  queues.ctx = kAttackContext;
  must(n.device->admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kQpQueues, n.attack.qpn,
                                 queues));
}

void EndpointPair::connect(unsigned node) {
  Node& n = nodes_.at(node);
  const Node& other = nodes_.at(1 - node);
  Connection c;
  c.dest_qpn = other.qp->qpn();
  c.dgid = gid_of(1 - node);
  c.dmac = mac_of(1 - node);
  c.remote_access = kAll;
  c.timeout = 4;  // 65536 cycles
  must(n.qp->connect(c));

  connect_attack(node);
  must(n.peer->wait_up(kPatience));
  WindowOptions window;
  window.node_id = node_id_of(1 - node);
  window.segment = other.segment->id();
  window.length = kBytes;
  window.access = regs::kAccessRemoteRead | regs::kAccessRemoteWrite;
  n.window = must(RemoteMemory::create(*n.device, *n.command_cq, window));
}

void EndpointPair::destroy_attack(unsigned node) {
  Node& n = nodes_.at(node);
  must(n.device->admin().destroy(regs::ObjKind::kQpQueues, n.attack.qpn));
  n.device->give_numbers(Device::Table::kQp, n.attack.qpn, 1);
  n.attack = {};
}

std::optional<regs::Cqe> EndpointPair::take_completion(unsigned node) {
  Node& n = nodes_.at(node);
  constexpr std::uint32_t kMask = (1U << kLogCompletions) - 1;
  regs::Cqe cqe;
  std::memcpy(&cqe, n.attack_completions.data() + (n.attack_consumed & kMask) * sizeof(cqe),
              sizeof(cqe));
  if ((cqe.phase & 1U) != ((n.attack_consumed >> kLogCompletions & 1U) ^ 1U)) {
    return std::nullopt;
  }
  ++n.attack_consumed;
  must(n.device->ring(kAttackContext, regs::kDbCq,
                      n.attack_cqn | std::uint64_t{n.attack_consumed} << 32));
  return cqe;
}

regs::Cqe EndpointPair::completion(unsigned node) {
  std::optional<regs::Cqe> cqe;
  for (std::uint64_t cycles = 0; !cqe && cycles < kRestCycles; ++cycles) {
    bench_->step();
    cqe = take_completion(node);
  }
  expect(cqe.has_value(), "a completion of the attacker");
  return *cqe;
}

void EndpointPair::connect_attack(unsigned node, std::uint32_t first_psn) {
  Node& n = nodes_.at(node);
  const Node& other = nodes_.at(1 - node);
  regs::ObjQpPath path;
  path.dgid = gid_of(1 - node);
  path.dmac = mac_of(1 - node);
  path.udp_sport = 0xC001;
  path.hop_limit = 64;
  path.traffic_class = dscp_of_priority(kPriorityRdma) << 2;
  path.prio = kPriorityRdma;
  AdminQueue& admin = n.device->admin();
  must(admin.execute(regs::AdminVerb::kModify, regs::ObjKind::kQpPath, n.attack.qpn, path, ~0U));
  regs::ObjQp attributes;
  attributes.access = static_cast<std::uint8_t>(kAll);
  attributes.mtu = static_cast<std::uint8_t>(std::countr_zero(kMtu) - 7);
  attributes.timeout = 2;
  attributes.dest_qpn = other.attack.qpn;
  attributes.sq_psn = attributes.rq_psn = first_psn;
  attributes.retry_cnt = attributes.rnr_retry = 1;
  attributes.min_rnr_timer = 1;
  attributes.pkey = 0xffff;
  attributes.max_rd_atomic = attributes.max_dest_rd_atomic = 4;
  for (const regs::QpState state :
       {regs::QpState::kInit, regs::QpState::kRtr, regs::QpState::kRts}) {
    attributes.state = static_cast<std::uint8_t>(state);
    must(admin.execute(regs::AdminVerb::kModify, regs::ObjKind::kQp, n.attack.qpn, attributes,
                       kEveryAttribute));
  }
}

std::vector<std::uint64_t> EndpointPair::counters(unsigned node) {
  return must(nodes_.at(node).device->read_counters());
}

// A WRITE from one half of the memory to the other half of the peer's, and a READ of it back.
void EndpointPair::transfer(unsigned from) {
  Node& n = nodes_.at(from);
  Node& other = nodes_.at(1 - from);
  ++transfers_;
  const std::uint64_t source = transfers_ * 7 % 1000;
  const std::uint64_t target = kBytes / 2 + source;
  for (std::uint32_t i = 0; i < kTransferBytes; ++i) {
    n.memory.data()[source + i] = static_cast<std::byte>(transfers_ * 31 + i);
  }
  const auto local = [&](std::uint64_t offset) {
    return SgeView{n.region->va() + offset, kTransferBytes, n.region->lkey()};
  };
  for (const regs::WqeOp op : {regs::WqeOp::kWrite, regs::WqeOp::kRead}) {
    const SgeView sge = local(op == regs::WqeOp::kWrite ? source : source + kBytes / 4);
    SendRequest request;
    request.opcode = op;
    request.sges = {&sge, 1};
    request.remote_va = other.region->va() + target;
    request.rkey = other.region->rkey();
    request.wr_id = transfers_;
    must(n.qp->post_send(request));
    const WorkCompletion done = must(n.cq->wait(kPatience));
    expect(done.status == regs::WcStatus::kSuccess && done.wr_id == transfers_,
           "the innocent to succeed, found " + std::string(to_string(done.status)));
  }
  const auto copy = [&](std::vector<std::byte>& to, std::uint64_t offset) {
    std::copy_n(n.memory.data() + source, kTransferBytes,
                to.begin() + static_cast<std::ptrdiff_t>(offset));
  };
  copy(expected_.at(from), source);
  copy(expected_.at(from), source + kBytes / 4);
  copy(expected_.at(1 - from), target);
}

void EndpointPair::judge() {
  expect(bench_->run_until_quiet(kRestCycles), "everything to come to rest");
  transfer(0);
  transfer(1);
  expect(bench_->run_until_quiet(kRestCycles), "everything to come to rest again");
  for (unsigned node = 0; node < 2; ++node) {
    Node& n = nodes_.at(node);
    expect(bench_->violation(node).empty(),
           "memory to be used as agreed: " + bench_->violation(node));
    expect(bench_->engine(node).stats().protocol_errors == 0, "no broken rule of the bus");
    expect(std::equal(expected_.at(node).begin(), expected_.at(node).end(), n.memory.data()),
           "the innocent's memory as they left it");
    std::array<WorkCompletion, 4> more;
    expect(must(n.cq->poll(more)) == 0, "no completion that the innocent did not ask for");
  }
}

}  // namespace ethlink::test
