// SPDX-License-Identifier: Apache-2.0
#include "programs/rdma_load.hpp"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "ethlink/memory_region.hpp"

#include "driver/backend/sim_backend.hpp"
#include "programs/exchange.hpp"
#include "programs/node_end.hpp"

namespace ethlink {
namespace {

constexpr Duration kUs{1'000'000};
constexpr Duration kSetupTimeout{1'000'000'000'000};  // 1 s of simulated time
constexpr std::uint32_t kAccess = regs::kAccessLocalWrite | regs::kAccessRemoteWrite;

// What a sink says about the load that goes to it.
struct Load {
  Duration start{0};    // the first WRITE is posted
  Duration measure{0};  // goodput counts from here
  Duration stop{0};     // the last WRITE is posted
  std::uint64_t size = 0;
  std::uint64_t depth = 0;  // WRITEs in flight of one flow
  bool pfc = false;
  regs::QpEncap encapsulation = regs::QpEncap::kRoceV2;
  CongestionControl congestion;
};

struct Role {
  unsigned node = 0;
  std::vector<unsigned> others;  // a source's sinks, a sink's sources
  Duration cycle{1250};
  std::uint64_t line_mbps = 0;
  Load load;
};

struct SourceInfo {
  std::uint32_t qpn = 0;
};
struct SinkInfo {
  std::uint32_t qpn = 0;
  std::uint32_t rkey = 0;
  std::uint64_t va = 0;
};
struct Done {
  std::uint8_t ok = 0;
};

std::string key(const char* what, unsigned from, unsigned to) {
  return std::string("load.") + what + "." + std::to_string(from) + "." + std::to_string(to);
}

DeviceConfig device_config(const Role& role) {
  DeviceConfig config = node_config(role.node, role.cycle);
  config.pfc_enable = role.load.pfc ? kLosslessPriorities : 0;
  config.pfc_quantum = Duration{static_cast<std::int64_t>(512'000'000 / role.line_mbps)};
  config.congestion = role.load.congestion;
  config.congestion.line_mbps = role.line_mbps;
  return config;
}

Result<void> connect(QueuePair& qp, unsigned other, std::uint32_t qpn, const Load& load) {
  Connection c;
  address(c, other, qpn, load.encapsulation);
  c.remote_access = kAccess;
  c.timeout = 10;  // 4 ms: longer than any queue of the network
  return qp.connect(c);
}

// Memory that the device reads or writes, and its key.
struct Area {
  DmaBuffer buffer;
  std::unique_ptr<MemoryRegion> region;

  Result<void> open(Device& device, std::uint64_t bytes, bool writable) {
    Result<void> done = keep(
        buffer, DmaBuffer::create(device.backend(), bytes, 4096, {writable, /*notifies=*/false}));
    if (done) {
      MemoryRegionOptions options;
      options.access = writable ? kAccess : 0;
      options.va = buffer.iova();
      done = keep(region, MemoryRegion::create(device, buffer, 0, buffer.size(), options));
    }
    return done;
  }
};

class Sink {
 public:
  Sink(sim::HostPort& port, Role role) : port_(port), backend_(port), role_(std::move(role)) {}

  Result<void> run() {
    Result<void> done = end_.open(backend_, device_config(role_));
    if (done) {
      done = area_.open(*end_.device, role_.load.size, true);
    }
    for (const unsigned source : role_.others) {
      if (done) {
        done = accept(source);
      }
    }
    for (const unsigned source : role_.others) {
      if (done) {
        Result<Done> ended =
            await_record<Done>(port_, key("done", source, role_.node), kSetupTimeout);
        done = ended ? Result<void>() : Result<void>(ended.error());
      }
    }
    return done ? report_counters(*end_.device, port_) : done;
  }

 private:
  Result<void> accept(unsigned source) {
    Result<SourceInfo> info =
        await_record<SourceInfo>(port_, key("source", source, role_.node), kSetupTimeout);
    if (!info) {
      return info.error();
    }
    if (Result<void> done = end_.add_queue_pair(); !done) {
      return done;
    }
    QueuePair& qp = *end_.qps.back();
    if (Result<void> done = connect(qp, source, info->qpn, role_.load); !done) {
      return done;
    }
    return publish_record(port_, key("sink", role_.node, source),
                          SinkInfo{qp.qpn(), area_.region->rkey(), area_.region->va()});
  }

  sim::HostPort& port_;
  SimBackend backend_;
  Role role_;
  NodeEnd end_;
  Area area_;
};

class Source {
 public:
  Source(sim::HostPort& port, Role role) : port_(port), backend_(port), role_(std::move(role)) {}

  Result<void> run() {
    Result<void> done = end_.open(backend_, device_config(role_));
    if (done) {
      done = area_.open(*end_.device, role_.load.size, false);
    }
    for (const unsigned sink : role_.others) {
      if (done) {
        done = add_flow(sink);
      }
    }
    if (done) {
      done = wait_until(role_.load.start);
    }
    if (done) {
      done = send();
    }
    if (!done) {
      return done;
    }
    report();
    if (done = report_counters(*end_.device, port_); !done) {
      return done;
    }
    for (const unsigned sink : role_.others) {
      if (done = publish_record(port_, key("done", role_.node, sink), Done{1}); !done) {
        return done;
      }
    }
    return {};
  }

 private:
  struct Flow {
    SinkInfo sink;
    QueuePair* qp = nullptr;
    std::uint64_t posted = 0;
    std::uint64_t completed = 0;
    std::uint64_t measured = 0;  // completed between `measure` and `stop`
  };

  Result<void> add_flow(unsigned sink) {
    Result<void> done = end_.add_queue_pair();
    if (!done) {
      return done;
    }
    Flow flow;
    flow.qp = end_.qps.back().get();
    done = publish_record(port_, key("source", role_.node, sink), SourceInfo{flow.qp->qpn()});
    if (done) {
      done = keep(flow.sink,
                  await_record<SinkInfo>(port_, key("sink", sink, role_.node), kSetupTimeout));
    }
    if (done) {
      done = connect(*flow.qp, sink, flow.sink.qpn, role_.load);
    }
    flows_.push_back(flow);
    return done;
  }

  Result<void> wait_until(Duration time) {
    if (backend_.now() >= time) {
      return Error{Errc::kTimeout,
                   "start_us: expected a time after the connections were made, at " +
                       std::to_string(backend_.now() / kUs) + " us"};
    }
    while (backend_.now() < time) {
      if (Result<void> waited = backend_.wait(time); !waited) {
        return waited;
      }
    }
    return {};
  }

  Result<void> post(std::size_t index) {
    Flow& flow = flows_[index];
    const SgeView sge{area_.region->va(), static_cast<std::uint32_t>(role_.load.size),
                      area_.region->lkey()};
    SendRequest request;
    request.wr_id = index;
    request.opcode = regs::WqeOp::kWrite;
    request.sges = {&sge, 1};
    request.remote_va = flow.sink.va;
    request.rkey = flow.sink.rkey;
    ++flow.posted;
    return flow.qp->post_send(request);
  }

  // Keeps `depth` WRITEs of each flow in flight until `stop`, then waits for the last.
  Result<void> send() {
    const auto open = [](const Flow& flow) { return flow.posted != flow.completed; };
    for (std::uint64_t i = 0; i < role_.load.depth; ++i) {
      for (std::size_t flow = 0; flow < flows_.size(); ++flow) {
        if (Result<void> done = post(flow); !done) {
          return done;
        }
      }
    }
    while (std::any_of(flows_.begin(), flows_.end(), open)) {
      Result<WorkCompletion> completion = end_.cq->wait(kSetupTimeout);
      if (!completion) {
        return completion.error();
      }
      if (completion->status != regs::WcStatus::kSuccess) {
        return Error{Errc::kRemoteError,
                     "RDMA WRITE ended with " + std::string(to_string(completion->status))};
      }
      Flow& flow = flows_.at(completion->wr_id);
      ++flow.completed;
      const Duration now = backend_.now();
      if (now >= role_.load.measure && now < role_.load.stop) {
        ++flow.measured;
      }
      if (now < role_.load.stop) {
        if (Result<void> done = post(completion->wr_id); !done) {
          return done;
        }
      }
    }
    return {};
  }

  void report() {
    const auto us = static_cast<std::uint64_t>((role_.load.stop - role_.load.measure) / kUs);
    for (std::size_t i = 0; i < flows_.size(); ++i) {
      const std::string name = "flow" + std::to_string(i);
      port_.report(name + ".goodput_mbps", flows_[i].measured * role_.load.size * 8 / us);
      port_.report(name + ".bytes", flows_[i].completed * role_.load.size);
    }
  }

  sim::HostPort& port_;
  SimBackend backend_;
  Role role_;
  NodeEnd end_;
  Area area_;
  std::vector<Flow> flows_;
};

template <typename Program>
sim::HostProgram program(const Role& role, const std::string& name, std::string& error) {
  return [role, name, &error](sim::HostPort& port) {
    const Result<void> done = Program(port, role).run();
    if (!done && error.empty()) {
      error = name + ": " + done.error().context;
    }
    return done ? 0 : 1;
  };
}

Load read_load(Arguments& arguments) {
  constexpr std::uint64_t kMostUs = 1'000'000;
  const auto us = [&](const std::string& name, Duration otherwise) {
    return kUs * static_cast<std::int64_t>(arguments.integer(
                     name, static_cast<std::uint64_t>(otherwise / kUs), 0, kMostUs));
  };
  Load load;
  load.start = us("start_us", kUs * 500);
  load.stop = us("stop_us", kUs * 1000);
  load.measure = us("measure_us", load.start);
  if (load.measure < load.start || load.stop <= load.measure) {
    arguments.fail("expected `start_us`, `measure_us` and `stop_us` in this order");
  }
  load.size = arguments.integer("size", 16384, 1, std::uint64_t{1} << 24);
  load.depth = arguments.integer("depth", 64, 1, 128);
  load.pfc = arguments.one_of("pfc", 1, {0, 1}) == 1;
  load.encapsulation = arguments.encapsulation();
  CongestionControl& c = load.congestion;
  c.enable = arguments.one_of("congestion_control", 1, {0, 1}) == 1;
  c.cnp_interval = us("cnp_us", c.cnp_interval);
  c.alpha_period = us("alpha_us", c.alpha_period);
  c.increase_period = us("increase_us", c.increase_period);
  c.gain_shift = static_cast<unsigned>(arguments.integer("gain_shift", c.gain_shift, 0, 15));
  c.fast_stages = static_cast<unsigned>(arguments.integer("fast_stages", c.fast_stages, 0, 15));
  c.increase_bytes = static_cast<std::uint32_t>(
      arguments.integer("increase_bytes", c.increase_bytes, 0, UINT32_MAX));
  c.additive_mbps = arguments.integer("additive_mbps", c.additive_mbps, 0, 1'000'000);
  c.hyper_mbps = arguments.integer("hyper_mbps", c.hyper_mbps, 0, 1'000'000);
  c.min_mbps = arguments.integer("min_mbps", c.min_mbps, 1, 1'000'000);
  return load;
}

// The sinks of a source, the first one named first.
std::vector<unsigned> sinks_of(Arguments& arguments) {
  std::vector<unsigned> sinks{arguments.other_node("to")};
  if (!arguments.text("also", "").empty()) {
    sinks.push_back(arguments.other_node("also"));
  }
  return sinks;
}

std::uint64_t line_of(const sim::Scenario& scenario, std::size_t node) {
  const auto found =
      std::find_if(scenario.links.begin(), scenario.links.end(), [&](const sim::ScenarioLink& l) {
        return std::any_of(std::begin(l.ends), std::end(l.ends), [&](const sim::ScenarioEnd& end) {
          return end.kind == sim::EndKind::kNode && end.index == node;
        });
      });
  return found == scenario.links.end() ? 1 : found->forward.rate_mbps;
}

}  // namespace

sim::HostProgram make_rdma_load(const sim::ScenarioProgram& info, const sim::Scenario& scenario,
                                Arguments& arguments, std::string& error) {
  Role role;
  role.node = static_cast<unsigned>(info.node);
  role.cycle = Duration{static_cast<std::int64_t>(scenario.nodes[info.node].period_ps)};
  role.line_mbps = line_of(scenario, info.node);
  if (info.name == "rdma-sink") {
    role.load = read_load(arguments);
    for (const sim::ScenarioProgram& other : scenario.programs) {
      if (other.name == "rdma-source") {
        Arguments theirs(other, scenario);
        const std::vector<unsigned> sinks = sinks_of(theirs);
        if (std::find(sinks.begin(), sinks.end(), role.node) != sinks.end()) {
          role.others.push_back(static_cast<unsigned>(other.node));
        }
      }
    }
    if (role.others.empty()) {
      arguments.fail("expected an rdma-source that goes here, found none");
    }
    return program<Sink>(role, info.name, error);
  }
  role.others = sinks_of(arguments);
  for (const unsigned sink : role.others) {
    const auto found = std::find_if(
        scenario.programs.begin(), scenario.programs.end(),
        [&](const sim::ScenarioProgram& p) { return p.node == sink && p.name == "rdma-sink"; });
    if (found == scenario.programs.end()) {
      arguments.fail("`to` and `also`: expected nodes with the program 'rdma-sink', found another");
    } else if (sink == role.others.front()) {
      Arguments theirs(*found, scenario);
      role.load = read_load(theirs);  // its mistakes are reported with the sink
    }
  }
  return program<Source>(role, info.name, error);
}

}  // namespace ethlink
