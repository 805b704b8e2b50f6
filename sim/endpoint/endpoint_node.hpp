// SPDX-License-Identifier: Apache-2.0
//
// An endpoint in SystemC: one activation runs a window of cycles in a tight loop.
//
// The window is the smallest latency of anything that reaches the endpoint, so no input for a cycle
// of the window can be sent after the window began: the result is exact.
#pragma once

#include <systemc>

#include "sim/endpoint/endpoint_engine.hpp"
#include "sim/host/run_control.hpp"

namespace ethlink::sim {

/// Ownership: owns the engine. Threads: the SystemC kernel's.
class EndpointNode final : public sc_core::sc_module {
 public:
  EndpointNode(const sc_core::sc_module_name& name, std::unique_ptr<EndpointModel> model,
               const EngineOptions& options, RunControl& control);

  /// `window`: the smallest latency from any neighbour, above 0.
  void connect(HostSide& host, LinkDirection& transmit, TimePs window);

  [[nodiscard]] EndpointEngine& engine() { return engine_; }
  [[nodiscard]] const EndpointEngine& engine() const { return engine_; }

 private:
  void run();
  void on_input(TimePs time);

  EndpointEngine engine_;
  RunControl& control_;
  TimePs window_ = 1;
  TimePs due_ = 0;  // when run() comes next, kNever: after an input
  sc_core::sc_event wake_;
};

}  // namespace ethlink::sim
