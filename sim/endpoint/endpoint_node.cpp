// SPDX-License-Identifier: Apache-2.0
//
// An endpoint in SystemC, see endpoint_node.hpp.
#include "sim/endpoint/endpoint_node.hpp"

#include <algorithm>
#include <utility>

namespace ethlink::sim {

SC_HAS_PROCESS(EndpointNode);

EndpointNode::EndpointNode(const sc_core::sc_module_name& name,
                           std::unique_ptr<EndpointModel> model, const EngineOptions& options,
                           RunControl& control)
    : sc_module(name), engine_(std::move(model), options), control_(control) {
  SC_METHOD(run);
}

void EndpointNode::connect(HostSide& host, LinkDirection& transmit, TimePs window) {
  window_ = window;
  engine_.connect(host, &transmit, [this](TimePs time) { on_input(time); });
}

void EndpointNode::on_input(TimePs time) {
  const TimePs now = sc_core::sc_time_stamp().value();
  if (time < due_ && time > now) {
    due_ = time;
    wake_.notify(sc_core::sc_time::from_value(time - now));
  }
}

void EndpointNode::run() {
  const TimePs now = sc_core::sc_time_stamp().value();
  const TimePs limit = std::min(add_time(now, window_), control_.stop_at());
  due_ = engine_.run(limit);
  if (due_ == kNever || due_ >= control_.stop_at()) {
    next_trigger(wake_);
  } else {
    next_trigger(sc_core::sc_time::from_value(due_ - now), wake_);
  }
}

}  // namespace ethlink::sim
