// SPDX-License-Identifier: Apache-2.0
//
// A switch in SystemC, see switch_node.hpp.
#include "sim/fabric/switch_node.hpp"

namespace ethlink::sim {

SC_HAS_PROCESS(SwitchNode);

SwitchNode::SwitchNode(const sc_core::sc_module_name& name, const SwitchParams& params,
                       unsigned ports)
    : sc_module(name), core_(params, ports) {
  core_.set_on_input([this](TimePs time) {
    wake_.notify(sc_core::sc_time::from_value(time - sc_core::sc_time_stamp().value()));
  });
  SC_METHOD(run);
  sensitive << wake_;
  dont_initialize();
}

void SwitchNode::run() {
  const TimePs now = sc_core::sc_time_stamp().value();
  const TimePs next = core_.run(now);
  if (next != kNever) {
    wake_.notify(sc_core::sc_time::from_value(next - now));
  }
}

}  // namespace ethlink::sim
