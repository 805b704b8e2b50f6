// SPDX-License-Identifier: Apache-2.0
#include "pair.hpp"

#include "catch.hpp"

namespace ethlink::test {
namespace {

constexpr std::uint32_t kAccess = regs::kAccessLocalWrite | regs::kAccessRemoteWrite |
                                  regs::kAccessRemoteRead | regs::kAccessRemoteAtomic;
constexpr Duration kSetupTimeout{100'000'000'000};  // 100 ms
constexpr Duration kCycle{1250};

struct Token {
  std::uint8_t ok = 1;
};

std::byte pattern(std::uint64_t offset, unsigned salt) {
  const std::uint64_t x = (offset + 1) * 0x9E3779B97F4A7C15U + salt * 0xD1B54A32D192ED03U;
  return static_cast<std::byte>(x >> 56);
}

}  // namespace

void Side::open() {
  open_again(0);
}

void Side::open_again(unsigned life) {
  life_ = life;
  DeviceConfig config = node_config(node(), kCycle);
  if (options.ipv6) {
    config.gids.push_back(gid6_of(node()));
  }
  must(end.open(backend, config, options.cq_entries));
  memory = must(DmaBuffer::create(backend, options.memory_bytes, 4096,
                                  {.device_writable = true, .notifies = true}));
  segment = must(Segment::create(*end.device, memory, kPartition, options.segment_access));
  MemoryRegionOptions region_options;
  region_options.access = kAccess;
  region_options.va = memory.iova();
  region = must(MemoryRegion::create(*end.device, memory, 0, options.memory_bytes, region_options));
  Remote mine;
  mine.va = region->va();
  mine.rkey = region->rkey();
  mine.segment = segment->id();
  mine.selective_repeat = options.selective_repeat.at(node());
  for (std::size_t i = 0; i < options.queue_pairs; ++i) {
    QueuePairOptions queue_pair;
    queue_pair.transport = options.transport;
    must(end.add_queue_pair(queue_pair));
    mine.qpns.at(i) = end.qps.back()->qpn();
  }
  must(end.add_peer(other(), kCycle));
  const std::string life_name = "side." + std::to_string(life) + ".";
  must(publish_record(port, life_name + std::to_string(node()), mine));
  remote = must(await_record<Remote>(port, life_name + std::to_string(other()), kSetupTimeout));
  for (std::size_t i = 0; i < options.queue_pairs; ++i) {
    if (options.transport == regs::QpType::kUd) {
      must(end.qps[i]->activate({.qkey = options.qkey, .path_mtu = options.path_mtu}));
      continue;
    }
    Connection c;
    address(c, other(), remote.qpns.at(i),
            options.encapsulation ? options.encapsulation(node(), i) : regs::QpEncap::kRoceV2);
    c.remote_access = kAccess;
    c.timeout = options.timeout;
    c.path_mtu = options.path_mtu;
    c.retry_count = options.retry_count;
    c.selective_repeat = mine.selective_repeat && remote.selective_repeat;
    c.udp_sport = static_cast<std::uint16_t>(0xC000 + i);
    c.send_psn = 0xFFFFF0;  // wraps soon, on purpose
    c.receive_psn = 0xFFFFF0;
    must(end.qps[i]->connect(c));
  }
  must(end.peers.back()->wait_up(kSetupTimeout));
  WindowOptions window_options;
  window_options.node_id = node_id_of(other());
  window_options.segment = remote.segment;
  window_options.length = options.memory_bytes;
  window_options.access = kAccess & ~regs::kAccessLocalWrite;
  window_options.posted = options.posted;
  window = must(RemoteMemory::create(*end.device, *end.command_cq, window_options));
  meet("open");
}

void Side::close() {
  window.reset();
  region.reset();
  segment.reset();
  end.peers.clear();
  end.qps.clear();
  end.command_cq.reset();
  end.cq.reset();
  end.device.reset();
  memory = DmaBuffer();
}

void Side::meet(const std::string& name) {
  const std::string key = "meet." + std::to_string(life_) + "." + name + ".";
  must(publish_record(port, key + std::to_string(node()), Token{}));
  must(await_record<Token>(port, key + std::to_string(other()), kSetupTimeout));
}

void Side::complete(const SendRequest& request, std::size_t index) {
  must(qp(index).post_send(request));
  const WorkCompletion done = completion();
  expect(done.status == regs::WcStatus::kSuccess,
         "success, found " + std::string(to_string(done.status)));
  expect(done.wr_id == request.wr_id, "the completion of the request that was posted");
}

void Side::fill(std::uint64_t offset, std::size_t count, unsigned salt) {
  for (std::size_t i = 0; i < count; ++i) {
    memory.data()[offset + i] = pattern(i, salt);
  }
}

bool Side::filled(std::uint64_t offset, std::size_t count, unsigned salt) const {
  for (std::size_t i = 0; i < count; ++i) {
    if (memory.data()[offset + i] != pattern(i, salt)) {
      return false;
    }
  }
  return true;
}

Event Side::await_event(regs::EqeType type, Duration timeout) {
  std::optional<Event> found;
  must(end.device->wait_for(
      [&] {
        must(end.device->process_events());
        while (!found) {
          const std::optional<Event> event = end.device->next_event();
          if (!event) {
            return false;
          }
          if (event->type == type) {
            found = event;
          }
        }
        return true;
      },
      timeout, "event"));
  return *found;
}

sim::Scenario pair_scenario(const PairOptions& options, const std::string& programs) {
  std::string text = "name = \"pair\"\nseed = " + std::to_string(options.seed) +
                     "\nmax_time_us = " + std::to_string(options.max_time_us) + "\n";
  for (const char* name : {"left", "right"}) {
    text += std::string("[[node]]\nname = \"") + name + "\"\nbus = \"" + options.bus +
            "\"\ndata_width = " + std::to_string(options.data_width) + "\n";
  }
  text += "[[switch]]\nname = \"switch\"\n" + options.switch_keys + "\n";
  for (const char* name : {"left", "right"}) {
    text += std::string("[[link]]\nbetween = [\"") + name + "\", \"switch\"]\n" + options.link_keys;
    text += options.faults.empty() ? "" : "[link.faults]\n" + options.faults + "\n";
  }
  text += options.fault_events;
  Result<sim::Scenario> scenario = sim::parse_scenario(text + programs, "pair");
  INFO((scenario ? "" : scenario.error().context));
  REQUIRE(scenario.has_value());
  return *scenario;
}

sim::SimulationResult run_scenario(const PairOptions& options, const std::string& programs,
                                   const sim::ProgramRegistry& registry) {
  sim::SimulationOptions run;
  run.model = sim::make_endpoint_model;
  if (options.model != nullptr) {
    run.model = [make = options.model](const sim::ModelOptions& m) {
      return Result<std::unique_ptr<sim::EndpointModel>>(make(m));
    };
  }
  run.programs = &registry;
  run.skip = run.gate = options.skip;
  run.pcap_path = options.pcap;
  run.window_limit = options.window_limit;
  Result<std::unique_ptr<sim::Simulation>> simulation =
      sim::Simulation::create(pair_scenario(options, programs), std::move(run));
  INFO((simulation ? "" : simulation.error().context));
  REQUIRE(simulation.has_value());
  return (*simulation)->run();
}

sim::SimulationResult run_programs(const PairOptions& options, const sim::HostProgram& left,
                                   const sim::HostProgram& right) {
  sim::ProgramRegistry registry;
  registry.add("left", [&](const auto&, const auto&) { return left; });
  registry.add("right", [&](const auto&, const auto&) { return right; });
  sim::SimulationResult result = run_scenario(options,
                                              "[[program]]\nnode = \"left\"\nname = \"left\"\n"
                                              "[[program]]\nnode = \"right\"\nname = \"right\"\n",
                                              registry);
  for (const sim::NodeResult& node : result.nodes) {
    CAPTURE(node.name, options.seed, options.faults);
    CHECK(node.violation == "");
    CHECK(node.failure == "");
    CHECK(node.program_ended);
    CHECK(node.exit_code == 0);
    for (const sim::MemoryFault& fault : node.faults) {
      CHECK(fault.reason == "");
    }
    CHECK(node.memory.faults == 0);
    CHECK(node.engine.protocol_errors == 0);
  }
  CHECK(result.reason == sim::EndReason::kFinished);
  CHECK(result.output_error == "");
  return result;
}

sim::SimulationResult run_pair(const PairOptions& options, const SideFunction& left,
                               const SideFunction& right) {
  const auto program = [&options](const SideFunction& body) {
    return [&options, &body](sim::HostPort& port) {
      Side side(port, options);
      side.open();
      body(side);
      return 0;
    };
  };
  return run_programs(options, program(left), program(right));
}

}  // namespace ethlink::test
