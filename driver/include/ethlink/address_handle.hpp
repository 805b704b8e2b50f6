// SPDX-License-Identifier: Apache-2.0
//
// Address handle: where datagrams go.
//
// Specification: docs/reference/roce.md, section "Datagrams"; InfiniBand volume 1, 11.2.2.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "ethlink/device.hpp"
#include "ethlink/result.hpp"

namespace ethlink {

struct Address {
  Gid dgid{};
  Mac dmac{};
  std::uint8_t sgid_index = 0;
  /// DSCP and ECN of its packets: by default the DSCP of their priority.
  std::uint8_t traffic_class = dscp_of_priority(kPriorityRdma) << 2;
  std::optional<std::uint16_t> vlan;  ///< 802.1Q TCI; without, no tag
  std::uint16_t udp_sport = 0xC000;
  std::uint32_t pd = 1;  ///< protection domain of the queue pairs that may use it
};

/// Ownership: borrows the device; outlives the requests that name it. Threads: one caller at a
/// time.
class AddressHandle {
 public:
  static Result<std::unique_ptr<AddressHandle>> create(Device& device, const Address& address);
  ~AddressHandle();
  AddressHandle(const AddressHandle&) = delete;
  AddressHandle& operator=(const AddressHandle&) = delete;

  [[nodiscard]] std::uint16_t index() const noexcept { return index_; }

 private:
  AddressHandle(Device& device, std::uint16_t index) : device_(&device), index_(index) {}

  Device* device_;
  std::uint16_t index_;
};

}  // namespace ethlink
