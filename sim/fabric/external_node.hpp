// SPDX-License-Identifier: Apache-2.0
//
// A port of another program in SystemC: woken when a frame for it is complete.
#pragma once

#include <systemc>

#include "sim/fabric/external_port.hpp"

namespace ethlink::sim {

/// Ownership: owns the port. Threads: the SystemC kernel's.
class ExternalNode final : public sc_core::sc_module {
 public:
  ExternalNode(const sc_core::sc_module_name& name, FrameSocket socket);

  [[nodiscard]] ExternalPort& port() { return port_; }
  [[nodiscard]] const ExternalPort& port() const { return port_; }

 private:
  void run();

  ExternalPort port_;
  sc_core::sc_event wake_;
};

}  // namespace ethlink::sim
