// SPDX-License-Identifier: Apache-2.0
//
// What a device reaches over its bus, as a TLM-2.0 target: host memory and the interrupt range.
//
// Generic payload: command read or write, 64-bit address (IOVA), data of any length, no byte
// enables, streaming width = length. Response: OK, or ADDRESS_ERROR when the memory checker refuses
// the access, COMMAND_ERROR for a read of the interrupt range. The access happens at the call;
// the annotated delay is left alone, because the bus already ordered and timed the packets.
#pragma once

#include <systemc>
#include <tlm>

#include <tlm_utils/simple_target_socket.h>

#include "sim/host/host_memory.hpp"

namespace ethlink::sim {

/// Ownership: refers to the memory. Threads: the SystemC kernel's.
class MemoryTarget final : public sc_core::sc_module {
 public:
  tlm_utils::simple_target_socket<MemoryTarget> socket;

  MemoryTarget(const sc_core::sc_module_name& name, HostMemory& memory);

  /// Whether a write since the last call touched a region that wakes the host.
  [[nodiscard]] bool take_wakes();
  /// MSI-X vectors that came since the last call, one bit each.
  [[nodiscard]] std::uint32_t take_vectors();

 private:
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);

  HostMemory& memory_;
  bool wakes_ = false;
  std::uint32_t vectors_ = 0;
};

}  // namespace ethlink::sim
