// SPDX-License-Identifier: Apache-2.0
#include "programs/traffic.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "ethlink/memory_region.hpp"

#include "driver/backend/sim_backend.hpp"
#include "programs/exchange.hpp"
#include "programs/node_end.hpp"

namespace ethlink {
namespace {

constexpr Duration kSetupTimeout{1'000'000'000'000};      // 1 s of simulated time
constexpr Duration kTransferTimeout{60'000'000'000'000};  // 60 s of simulated time
constexpr std::size_t kMostQueuePairs = 64;
constexpr std::uint32_t kSendDepth = 16;  // WRITEs in flight of one queue pair
constexpr std::uint32_t kAccess = regs::kAccessLocalWrite | regs::kAccessRemoteWrite |
                                  regs::kAccessRemoteRead | regs::kAccessRemoteAtomic;

struct Traffic {
  std::string name;
  unsigned node = 0;
  unsigned server = 0;            // of a client
  std::vector<unsigned> clients;  // of a server
  Duration cycle{1250};
  std::uint64_t bytes = 0;  // of the server's memory, or to move
  std::uint64_t size = 0;   // of one operation
  std::uint64_t count = 0;  // operations
  std::uint64_t queue_pairs = 0;
  regs::QpEncap encapsulation = regs::QpEncap::kRoceV2;
  bool selective_repeat = false;
  std::uint8_t timeout = Connection{}.timeout;  // code of a client's retransmission timer
  bool posted = true;
};

struct ClientInfo {
  std::uint32_t queue_pairs = 0;
  regs::QpEncap encapsulation = regs::QpEncap::kRoceV2;
  bool selective_repeat = false;
  std::array<std::uint32_t, kMostQueuePairs> qpns{};
};

struct ServerInfo {
  std::uint64_t va = 0;
  std::uint64_t bytes = 0;
  std::uint32_t rkey = 0;
  std::uint16_t segment = 0;
  std::array<std::uint32_t, kMostQueuePairs> qpns{};
};

struct Done {
  std::uint8_t ok = 0;
};

std::string key(const char* what, unsigned from, unsigned to) {
  return std::string("traffic.") + what + "." + std::to_string(from) + "." + std::to_string(to);
}

Result<void> connect_all(NodeEnd& end, std::size_t first, unsigned other,
                         const std::array<std::uint32_t, kMostQueuePairs>& qpns, std::size_t count,
                         regs::QpEncap encapsulation, bool selective_repeat, std::uint8_t timeout) {
  for (std::size_t i = 0; i < count; ++i) {
    Connection c;
    address(c, other, qpns.at(i), encapsulation);
    c.selective_repeat = selective_repeat;
    c.remote_access = kAccess;
    c.timeout = timeout;
    c.udp_sport = static_cast<std::uint16_t>(0xC000 + i);
    if (Result<void> done = end.qps.at(first + i)->connect(c); !done) {
      return done;
    }
  }
  return {};
}

class Server {
 public:
  Server(sim::HostPort& port, const Traffic& traffic)
      : port_(port), backend_(port), traffic_(traffic) {}

  Result<void> run() {
    Result<void> done = end_.open(backend_, traffic_.node, traffic_.cycle);
    if (done) {
      done = keep(memory_, DmaBuffer::create(backend_, traffic_.bytes, 4096,
                                             {.device_writable = true, .notifies = false}));
    }
    if (done) {
      done = keep(segment_, Segment::create(*end_.device, memory_, kPartition, kAccess));
    }
    if (done) {
      MemoryRegionOptions options;
      options.access = kAccess;
      options.va = memory_.iova();
      done = keep(region_, MemoryRegion::create(*end_.device, memory_, 0, memory_.size(), options));
    }
    for (const unsigned client : traffic_.clients) {
      if (done) {
        done = accept(client);
      }
    }
    for (const unsigned client : traffic_.clients) {
      if (done) {
        Result<Done> finished =
            await_record<Done>(port_, key("done", client, traffic_.node), kTransferTimeout);
        done = finished ? Result<void>() : Result<void>(finished.error());
      }
    }
    return done ? report_counters(*end_.device, port_) : done;
  }

 private:
  Result<void> accept(unsigned client) {
    if (Result<void> done = end_.add_peer(client, traffic_.cycle); !done) {
      return done;
    }
    Result<ClientInfo> info =
        await_record<ClientInfo>(port_, key("client", client, traffic_.node), kSetupTimeout);
    if (!info) {
      return info.error();
    }
    ServerInfo answer;
    answer.va = region_->va();
    answer.bytes = memory_.size();
    answer.rkey = region_->rkey();
    answer.segment = segment_->id();
    const std::size_t first = end_.qps.size();
    for (std::size_t i = 0; i < info->queue_pairs; ++i) {
      if (Result<void> done = end_.add_queue_pair(); !done) {
        return done;
      }
      answer.qpns.at(i) = end_.qps.back()->qpn();
    }
    if (Result<void> done =
            connect_all(end_, first, client, info->qpns, info->queue_pairs, info->encapsulation,
                        info->selective_repeat, traffic_.timeout);
        !done) {
      return done;
    }
    if (Result<void> up = end_.peers.back()->wait_up(kSetupTimeout); !up) {
      return up;
    }
    return publish_record(port_, key("server", traffic_.node, client), answer);
  }

  sim::HostPort& port_;
  SimBackend backend_;
  Traffic traffic_;
  NodeEnd end_;
  DmaBuffer memory_;
  std::unique_ptr<Segment> segment_;
  std::unique_ptr<MemoryRegion> region_;
};

class Client {
 public:
  Client(sim::HostPort& port, const Traffic& traffic)
      : port_(port), backend_(port), traffic_(traffic) {}

  Result<void> run() {
    Result<void> done = connect();
    const TimePoint start = backend_.now();
    if (done) {
      done = traffic_.name == "store-stream"   ? store_stream()
             : traffic_.name == "load-latency" ? load_latency()
                                               : rdma_write_stream();
    }
    if (!done) {
      return done;
    }
    port_.report("duration_ps", static_cast<std::uint64_t>((backend_.now() - start).count()));
    if (done = report_counters(*end_.device, port_); !done) {
      return done;
    }
    return publish_record(port_, key("done", traffic_.node, traffic_.server), Done{1});
  }

 private:
  Result<void> connect() {
    Result<void> done = end_.open(backend_, traffic_.node, traffic_.cycle);
    if (done) {
      done = end_.add_peer(traffic_.server, traffic_.cycle);
    }
    ClientInfo info;
    info.queue_pairs = static_cast<std::uint32_t>(traffic_.queue_pairs);
    info.encapsulation = traffic_.encapsulation;
    info.selective_repeat = traffic_.selective_repeat;
    for (std::size_t i = 0; done && i < traffic_.queue_pairs; ++i) {
      done = end_.add_queue_pair();
      info.qpns.at(i) = done ? end_.qps.back()->qpn() : 0;
    }
    if (done) {
      done = publish_record(port_, key("client", traffic_.node, traffic_.server), info);
    }
    if (done) {
      done =
          keep(server_, await_record<ServerInfo>(
                            port_, key("server", traffic_.server, traffic_.node), kSetupTimeout));
    }
    if (done) {
      done = connect_all(end_, 0, traffic_.server, server_.qpns, traffic_.queue_pairs,
                         traffic_.encapsulation, traffic_.selective_repeat, traffic_.timeout);
    }
    if (done) {
      done = end_.peers.back()->wait_up(kSetupTimeout);
    }
    WindowOptions options;
    options.node_id = node_id_of(traffic_.server);
    options.segment = server_.segment;
    options.length = server_.bytes;
    options.access = kAccess & ~regs::kAccessLocalWrite;
    options.posted = traffic_.posted;
    return done ? keep(window_, RemoteMemory::create(*end_.device, *end_.command_cq, options))
                : done;
  }

  Result<void> store_stream() {
    const std::vector<std::byte> data(
        std::min<std::uint64_t>(server_.bytes / traffic_.size * traffic_.size, 65536),
        std::byte{0x5A});
    for (std::uint64_t at = 0; at < traffic_.bytes; at += data.size()) {
      const std::uint64_t bytes = std::min<std::uint64_t>(data.size(), traffic_.bytes - at);
      const std::uint64_t offset = at % (server_.bytes - data.size() + 1) / 256 * 256;
      if (Result<void> done = window_->store(offset, std::span(data).first(bytes), traffic_.size);
          !done) {
        return done;
      }
    }
    port_.report("bytes", traffic_.bytes);
    return window_->fence(kTransferTimeout);
  }

  Result<void> load_latency() {
    std::vector<std::byte> data(traffic_.size);
    std::vector<std::uint64_t> times;
    for (std::uint64_t i = 0; i < traffic_.count; ++i) {
      const TimePoint start = backend_.now();
      const std::uint64_t offset = i * traffic_.size % (server_.bytes - traffic_.size + 1);
      if (Result<void> done =
              window_->load(offset / traffic_.size * traffic_.size, data, traffic_.size);
          !done) {
        return done;
      }
      times.push_back(static_cast<std::uint64_t>((backend_.now() - start).count()));
    }
    std::sort(times.begin(), times.end());
    port_.report("latency_min_ps", times.front());
    port_.report("latency_median_ps", times[times.size() / 2]);
    port_.report("latency_max_ps", times.back());
    return {};
  }

  Result<void> rdma_write_stream() {
    if (traffic_.size > server_.bytes) {
      return Error{Errc::kOutOfRange, "size: expected at most the server's " +
                                          std::to_string(server_.bytes) + " bytes, found " +
                                          std::to_string(traffic_.size)};
    }
    Result<DmaBuffer> buffer = DmaBuffer::create(backend_, traffic_.size, 4096,
                                                 {.device_writable = false, .notifies = false});
    if (!buffer) {
      return buffer.error();
    }
    MemoryRegionOptions options;
    options.va = buffer->iova();
    Result<std::unique_ptr<MemoryRegion>> region =
        MemoryRegion::create(*end_.device, *buffer, 0, buffer->size(), options);
    if (!region) {
      return region.error();
    }
    const SgeView sge{(*region)->va(), static_cast<std::uint32_t>(traffic_.size),
                      (*region)->lkey()};
    SendRequest request;
    request.opcode = regs::WqeOp::kWrite;
    request.sges = {&sge, 1};
    request.remote_va = server_.va;
    request.rkey = server_.rkey;
    std::uint64_t posted = 0;
    std::uint64_t completed = 0;
    const std::uint64_t depth = std::min<std::uint64_t>(kSendDepth * traffic_.queue_pairs, 128);
    while (completed < traffic_.count) {
      for (; posted < traffic_.count && posted - completed < depth; ++posted) {
        request.wr_id = posted;
        if (Result<void> done = end_.qps[posted % traffic_.queue_pairs]->post_send(request);
            !done) {
          return done;
        }
      }
      Result<WorkCompletion> completion = end_.cq->wait(kTransferTimeout);
      if (!completion) {
        return completion.error();
      }
      if (completion->status != regs::WcStatus::kSuccess) {
        return Error{Errc::kRemoteError,
                     "RDMA WRITE ended with " + std::string(to_string(completion->status))};
      }
      ++completed;
    }
    port_.report("bytes", traffic_.count * traffic_.size);
    return {};
  }

  sim::HostPort& port_;
  SimBackend backend_;
  Traffic traffic_;
  NodeEnd end_;
  ServerInfo server_;
  std::unique_ptr<RemoteMemory> window_;
};

template <typename Program>
sim::HostProgram program(const Traffic& traffic, std::string& error) {
  return [traffic, &error](sim::HostPort& port) {
    const Result<void> done = Program(port, traffic).run();
    if (!done && error.empty()) {
      error = traffic.name + ": " + done.error().context;
    }
    return done ? 0 : 1;
  };
}

// The clients of `server`: programs that are no server and go there.
std::vector<unsigned> clients_of(const sim::Scenario& scenario, std::size_t server) {
  std::vector<unsigned> clients;
  for (const sim::ScenarioProgram& other : scenario.programs) {
    if (other.name == "memory-server" || other.node == server) {
      continue;
    }
    Arguments arguments(other, scenario);
    if (arguments.other_node("to") == server) {
      clients.push_back(static_cast<unsigned>(other.node));
    }
  }
  return clients;
}

}  // namespace

sim::HostProgram make_traffic(const sim::ScenarioProgram& program_info,
                              const sim::Scenario& scenario, Arguments& arguments,
                              std::string& error) {
  constexpr std::uint64_t kMega = std::uint64_t{1} << 20;
  Traffic traffic;
  traffic.name = program_info.name;
  traffic.node = static_cast<unsigned>(program_info.node);
  traffic.cycle = Duration{static_cast<std::int64_t>(scenario.nodes[program_info.node].period_ps)};
  if (traffic.name == "memory-server") {
    traffic.bytes = arguments.integer("bytes", kMega, 4096, 64 * kMega);
    traffic.clients = clients_of(scenario, program_info.node);
    if (traffic.clients.empty()) {
      arguments.fail("expected a program on another node that goes here, found none");
    }
    return program<Server>(traffic, error);
  }
  traffic.server = arguments.other_node("to");
  const bool served = std::any_of(
      scenario.programs.begin(), scenario.programs.end(), [&](const sim::ScenarioProgram& other) {
        return other.node == traffic.server && other.name == "memory-server";
      });
  if (!served) {
    arguments.fail("`to`: expected a node with the program 'memory-server', found another");
  }
  if (traffic.name == "store-stream") {
    traffic.bytes = arguments.integer("bytes", kMega, 1, 1024 * kMega);
    traffic.size = arguments.one_of("size", 64, {4, 8, 16, 32, 64, 128, 256});
    traffic.posted = arguments.one_of("posted", 1, {0, 1}) == 1;
  } else if (traffic.name == "load-latency") {
    traffic.count = arguments.integer("count", 1000, 1, 10'000'000);
    traffic.size = arguments.one_of("size", 64, {4, 8, 16, 32, 64, 128, 256});
  } else {
    traffic.count = arguments.integer("count", 256, 1, 10'000'000);
    traffic.size = arguments.integer("size", 4096, 1, 64 * kMega);
    traffic.queue_pairs = arguments.integer("queue_pairs", 1, 1, kMostQueuePairs);
    traffic.encapsulation = arguments.encapsulation();
    traffic.selective_repeat = arguments.selective_repeat();
    traffic.timeout =
        static_cast<std::uint8_t>(arguments.integer("timeout", traffic.timeout, 0, 31));
  }
  return program<Client>(traffic, error);
}

}  // namespace ethlink
