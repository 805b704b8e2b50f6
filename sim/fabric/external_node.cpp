// SPDX-License-Identifier: Apache-2.0
//
// A port of another program in SystemC, see external_node.hpp.
#include "sim/fabric/external_node.hpp"

#include <utility>

namespace ethlink::sim {

SC_HAS_PROCESS(ExternalNode);

ExternalNode::ExternalNode(const sc_core::sc_module_name& name, FrameSocket socket)
    : sc_module(name), port_(std::move(socket)) {
  port_.set_on_input([this](TimePs time) {
    wake_.notify(sc_core::sc_time::from_value(time - sc_core::sc_time_stamp().value()));
  });
  SC_METHOD(run);
  sensitive << wake_;
  dont_initialize();
}

void ExternalNode::run() {
  const TimePs now = sc_core::sc_time_stamp().value();
  const TimePs next = port_.run(now);
  if (next != kNever) {
    wake_.notify(sc_core::sc_time::from_value(next - now));
  }
}

}  // namespace ethlink::sim
