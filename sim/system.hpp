// SPDX-License-Identifier: Apache-2.0
//
// The SystemC modules of a scenario, made and connected.
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "sim/endpoint/endpoint_node.hpp"
#include "sim/fabric/external_node.hpp"
#include "sim/fabric/switch_node.hpp"
#include "sim/host/host_node.hpp"
#include "sim/scenario/scenario.hpp"

namespace ethlink::sim {

struct SystemOptions {
  ModelFactory model;
  bool skip = true;
  bool gate = true;
  std::string wave_path;
  unsigned wave_node = 0;
  TimePs wave_from = 0, wave_to = kNever;
  TimePs window_limit = kNever;  ///< shorter windows than the latencies allow, for tests
  bool check_dma = true;
};

/// Ownership: owns all modules and links; refers to the scenario and the control.
class System {
 public:
  /// `programs`: one a node, may be empty.
  static Result<std::unique_ptr<System>> build(const Scenario& scenario,
                                               const SystemOptions& options,
                                               std::vector<HostProgram> programs,
                                               RunControl& control);

  [[nodiscard]] HostNode& host(std::size_t node) { return *hosts_[node]; }
  [[nodiscard]] EndpointEngine& endpoint(std::size_t node) { return endpoints_[node]->engine(); }
  /// `side` 0: forward, 1: backward.
  [[nodiscard]] LinkDirection& link(std::size_t index, unsigned side) {
    return *links_[2 * index + side];
  }
  [[nodiscard]] const Switch& network_switch(std::size_t index) const {
    return switches_[index]->core();
  }
  /// In the order of the scenario.
  [[nodiscard]] const std::deque<FaultState>& faults() const { return faults_; }
  /// Begins the faults that have a time; after the taps of the links were set.
  void start_timed_faults();
  [[nodiscard]] ExternalPort& external(std::size_t index) { return externals_[index]->port(); }
  /// The farthest that an endpoint may be ahead of the others, `window_limit` aside.
  [[nodiscard]] TimePs longest_window() const { return longest_window_; }

 private:
  explicit System(const Scenario& scenario) : scenario_(scenario) {}
  Result<void> add_nodes(const SystemOptions& options, std::vector<HostProgram> programs,
                         RunControl& control);
  Result<void> add_externals();
  void add_switches();
  void add_links(TimePs window_limit);
  void add_routes();
  void add_faults();
  void fail_node(const FaultEvent& event, TimePs time);
  FrameSink& sink(std::size_t link, unsigned side);

  const Scenario& scenario_;
  std::vector<std::unique_ptr<HostNode>> hosts_;
  std::vector<std::unique_ptr<EndpointNode>> endpoints_;
  std::vector<std::unique_ptr<SwitchNode>> switches_;
  std::vector<std::unique_ptr<ExternalNode>> externals_;
  std::vector<std::unique_ptr<LinkDirection>> links_;
  std::deque<FaultState> faults_;               // links refer to them
  std::vector<std::array<unsigned, 2>> ports_;  // of each link's ends, where they are switches
  TimePs longest_window_ = 0;
};

}  // namespace ethlink::sim
