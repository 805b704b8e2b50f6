// SPDX-License-Identifier: Apache-2.0
#include "ethlink/address_handle.hpp"

namespace ethlink {

Result<std::unique_ptr<AddressHandle>> AddressHandle::create(Device& device, const Address& a) {
  Result<std::uint32_t> index = device.take_numbers(Device::Table::kAh, 1);
  if (!index) {
    return index.error();
  }
  regs::ObjQpPath object;
  object.dgid = a.dgid;
  object.dmac = a.dmac;
  object.vlan = a.vlan.value_or(0);
  object.vlan_en = a.vlan ? 1 : 0;
  object.udp_sport = a.udp_sport;
  object.sgid_index = a.sgid_index;
  object.hop_limit = 64;
  object.traffic_class = a.traffic_class;
  object.prio = kPriorityRdma;
  object.pd = a.pd;
  Result<regs::ObjQpPath> created =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kAh, *index, object);
  if (!created) {
    device.give_numbers(Device::Table::kAh, *index, 1);
    return created.error();
  }
  return std::unique_ptr<AddressHandle>(
      new AddressHandle(device, static_cast<std::uint16_t>(*index)));
}

AddressHandle::~AddressHandle() {
  if (device_->admin().destroy(regs::ObjKind::kAh, index_)) {
    device_->give_numbers(Device::Table::kAh, index_, 1);
  }
}

}  // namespace ethlink
