// SPDX-License-Identifier: Apache-2.0
//
// Makes and connects the modules of a scenario, see system.hpp.
#include "sim/system.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace ethlink::sim {

Result<std::unique_ptr<System>> System::build(const Scenario& scenario,
                                              const SystemOptions& options,
                                              std::vector<HostProgram> programs,
                                              RunControl& control) {
  std::unique_ptr<System> system(new System(scenario));
  if (Result<void> added = system->add_nodes(options, std::move(programs), control); !added) {
    return added.error();
  }
  if (Result<void> added = system->add_externals(); !added) {
    return added.error();
  }
  system->add_switches();
  system->add_links(options.window_limit);
  system->add_routes();
  system->add_faults();
  return system;
}

Result<void> System::add_nodes(const SystemOptions& options, std::vector<HostProgram> programs,
                               RunControl& control) {
  for (std::size_t i = 0; i < scenario_.nodes.size(); ++i) {
    const ScenarioNode& node = scenario_.nodes[i];
    const bool traced = !options.wave_path.empty() && options.wave_node == i;
    ModelOptions model_options;
    model_options.data_width = node.data_width;
    model_options.traced = traced;
    model_options.gated = options.gate;
    model_options.seed = mix_seed(scenario_.seed, 0x20de0000U + i);
    model_options.name = "endpoint" + std::to_string(i);
    auto model = options.model(model_options);
    if (!model) {
      return node.place.error(model.error().context);
    }
    EngineOptions engine_options;
    engine_options.period = node.period_ps;
    engine_options.skip = options.skip;
    if (traced) {
      engine_options.wave_path = options.wave_path;
      engine_options.wave_from = options.wave_from;
      engine_options.wave_to = options.wave_to;
    }
    endpoints_.push_back(std::make_unique<EndpointNode>(
        model_options.name.c_str(), std::move(*model), engine_options, control));

    HostOptions host_options;
    host_options.node = static_cast<unsigned>(i);
    host_options.nodes = static_cast<unsigned>(scenario_.nodes.size());
    host_options.bus = node.bus;
    host_options.seed = scenario_.seed;
    host_options.program = std::move(programs[i]);
    host_options.check_dma = options.check_dma;
    const std::string name = "host" + std::to_string(i);
    hosts_.push_back(std::make_unique<HostNode>(name.c_str(), std::move(host_options), control));
    hosts_[i]->connect(endpoints_[i]->engine());
  }
  return {};
}

Result<void> System::add_externals() {
  for (const ScenarioExternal& item : scenario_.externals) {
    Result<FrameSocket> socket =
        item.fd ? FrameSocket::adopt(*item.fd) : FrameSocket::connect(item.path);
    if (!socket) {
      return item.place.error(std::string("[[external]] `") + (item.fd ? "fd" : "path") +
                              "`: " + socket.error().context);
    }
    const std::string name = "external" + std::to_string(externals_.size());
    externals_.push_back(std::make_unique<ExternalNode>(name.c_str(), std::move(*socket)));
  }
  return {};
}

// Switch ports are numbered in the order of the links.
void System::add_switches() {
  std::vector<unsigned> count(scenario_.switches.size());
  for (const ScenarioLink& link : scenario_.links) {
    std::array<unsigned, 2> ports{};
    for (unsigned side = 0; side < 2; ++side) {
      if (link.ends[side].kind == EndKind::kSwitch) {
        ports[side] = count[link.ends[side].index]++;
      }
    }
    ports_.push_back(ports);
  }
  for (std::size_t i = 0; i < scenario_.switches.size(); ++i) {
    const std::string name = "switch" + std::to_string(i);
    SwitchParams params = scenario_.switches[i].params;
    params.seed = mix_seed(scenario_.seed, 0x5317c400U + i);
    switches_.push_back(std::make_unique<SwitchNode>(name.c_str(), params, count[i]));
  }
}

FrameSink& System::sink(std::size_t link, unsigned side) {
  const ScenarioEnd& end = scenario_.links[link].ends[side];
  switch (end.kind) {
    case EndKind::kSwitch:
      return switches_[end.index]->core().input(ports_[link][side]);
    case EndKind::kExternal:
      return externals_[end.index]->port();
    default:
      return endpoints_[end.index]->engine();
  }
}

void System::add_links(TimePs window_limit) {
  for (std::size_t i = 0; i < scenario_.links.size(); ++i) {
    const ScenarioLink& link = scenario_.links[i];
    for (unsigned side = 0; side < 2; ++side) {
      const std::uint64_t seed = mix_seed(scenario_.seed, 0x11bc0000U + 2 * i + side);
      const LinkParams& params = side == 0 ? link.forward : link.backward;
      links_.push_back(std::make_unique<LinkDirection>(params, seed, sink(i, 1 - side)));
    }
    links_[2 * i]->set_opposite(links_[2 * i + 1].get());
    links_[2 * i + 1]->set_opposite(links_[2 * i].get());
    for (unsigned side = 0; side < 2; ++side) {
      const ScenarioEnd& end = link.ends[side];
      if (end.kind == EndKind::kSwitch) {
        switches_[end.index]->core().connect(ports_[i][side], *links_[2 * i + side]);
        continue;
      }
      if (end.kind == EndKind::kExternal) {
        externals_[end.index]->port().connect(*links_[2 * i + side]);
        continue;
      }
      const TimePs from_link = links_[2 * i + 1 - side]->delay();
      const TimePs window = std::min(from_link, scenario_.nodes[end.index].bus.latency_ps);
      longest_window_ = std::max(longest_window_, window);
      endpoints_[end.index]->connect(*hosts_[end.index], *links_[2 * i + side],
                                     std::min(window, window_limit));
    }
  }
}

// Tells every switch which of its ports leads to which endpoint.
void System::add_routes() {
  for (std::size_t node = 0; node < scenario_.nodes.size(); ++node) {
    std::deque<ScenarioEnd> reached{{EndKind::kNode, node}};
    std::vector<bool> known(switches_.size());
    while (!reached.empty()) {
      const ScenarioEnd from = reached.front();
      reached.pop_front();
      for (std::size_t i = 0; i < scenario_.links.size(); ++i) {
        for (unsigned side = 0; side < 2; ++side) {
          const ScenarioEnd& near = scenario_.links[i].ends[side];
          const ScenarioEnd& far = scenario_.links[i].ends[1 - side];
          if (near == from && far.kind == EndKind::kSwitch && !known[far.index]) {
            known[far.index] = true;
            switches_[far.index]->core().add_endpoint(scenario_.nodes[node].endpoint_id,
                                                      ports_[i][1 - side]);
            if (const auto mac = scenario_.nodes[node].mac) {
              switches_[far.index]->core().add_mac(*mac, ports_[i][1 - side]);
            }
            reached.push_back(far);
          }
        }
      }
    }
  }
}

void System::add_faults() {
  for (const ScenarioFault& fault : scenario_.faults) {
    faults_.push_back({fault.event});
    if (!fault.event.at) {
      link(fault.link, fault.side).add_fault(faults_.back());
    }
  }
  for (const std::unique_ptr<LinkDirection>& direction : links_) {
    direction->set_on_node_fault(
        [this](const FaultEvent& event, TimePs time) { fail_node(event, time); });
  }
}

void System::fail_node(const FaultEvent& event, TimePs time) {
  hosts_[*event.node]->fail_device(time, event.action == FaultAction::kPeerSilent);
}

void System::start_timed_faults() {
  for (const ScenarioFault& fault : scenario_.faults) {
    const FaultEvent& event = fault.event;
    if (!event.at) {
      continue;
    }
    if (event.node) {
      fail_node(event, *event.at);
      continue;
    }
    if (event.action == FaultAction::kPauseStorm) {
      link(fault.link, fault.side).pause_storm(event, *event.at);
      continue;
    }
    for (const unsigned side : {fault.side, 1 - fault.side}) {
      if (side == fault.side || event.both) {
        link(fault.link, side).take_down(*event.at, add_time(*event.at, event.time));
      }
    }
  }
}

}  // namespace ethlink::sim
