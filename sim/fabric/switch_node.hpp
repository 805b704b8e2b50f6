// SPDX-License-Identifier: Apache-2.0
//
// A switch in SystemC: woken when its next event is due.
#pragma once

#include <systemc>

#include "sim/fabric/switch.hpp"

namespace ethlink::sim {

/// Ownership: owns the switch. Threads: the SystemC kernel's.
class SwitchNode final : public sc_core::sc_module {
 public:
  SwitchNode(const sc_core::sc_module_name& name, const SwitchParams& params, unsigned ports);

  [[nodiscard]] Switch& core() { return core_; }
  [[nodiscard]] const Switch& core() const { return core_; }

 private:
  void run();

  Switch core_;
  sc_core::sc_event wake_;
};

}  // namespace ethlink::sim
