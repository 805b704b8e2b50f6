// SPDX-License-Identifier: Apache-2.0
//
// TLM-2.0 target of device accesses, see memory_target.hpp.
#include "sim/host/memory_target.hpp"

#include <utility>

#include "sim/host/bar_rules.hpp"

namespace ethlink::sim {

MemoryTarget::MemoryTarget(const sc_core::sc_module_name& name, HostMemory& memory)
    : sc_module(name), socket("socket"), memory_(memory) {
  socket.register_b_transport(this, &MemoryTarget::transport);
}

bool MemoryTarget::take_wakes() {
  return std::exchange(wakes_, false);
}
std::uint32_t MemoryTarget::take_vectors() {
  return std::exchange(vectors_, 0U);
}

void MemoryTarget::transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& /*delay*/) {
  const TimePs now = sc_core::sc_time_stamp().value();
  const std::span<std::uint8_t> data(payload.get_data_ptr(), payload.get_data_length());
  const std::uint64_t address = payload.get_address();
  if (is_msi(address)) {
    if (payload.is_write() && !data.empty()) {
      vectors_ |= 1U << (data[0] % 32U);
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
    } else {
      payload.set_response_status(tlm::TLM_COMMAND_ERROR_RESPONSE);
    }
    return;
  }
  const bool allowed = payload.is_write() ? memory_.device_write(now, address, data, wakes_)
                                          : memory_.device_read(now, address, data);
  payload.set_response_status(allowed ? tlm::TLM_OK_RESPONSE : tlm::TLM_ADDRESS_ERROR_RESPONSE);
}

}  // namespace ethlink::sim
