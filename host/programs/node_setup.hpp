// SPDX-License-Identifier: Apache-2.0
//
// The addresses that the nodes of a simulation have by convention, and the device opened with them.
#pragma once

#include <memory>

#include "ethlink/device.hpp"
#include "ethlink/queue_pair.hpp"

#include "sim/host/host_port.hpp"

namespace ethlink {

/// Endpoint id of node n: n + 1, so that 0 stays an invalid id.
constexpr std::uint16_t node_id_of(unsigned node) {
  return static_cast<std::uint16_t>(node + 1);
}
/// 02:45:4c:00:00:<n + 1>: locally administered, and not the 02:00 prefix of OEFH.
constexpr Mac mac_of(unsigned node) {
  return {0x02,
          0x45,
          0x4C,
          0x00,
          static_cast<std::uint8_t>((node + 1) >> 8),
          static_cast<std::uint8_t>(node + 1)};
}
/// 10.0.<high>.<n + 1>
constexpr Gid gid_of(unsigned node) {
  return gid_of_ipv4(10, 0, static_cast<std::uint8_t>((node + 1) >> 8),
                     static_cast<std::uint8_t>(node + 1));
}

/// Directs a connection to queue pair `qpn` of `node`.
inline void address(Connection& connection, unsigned node, std::uint32_t qpn,
                    regs::QpEncap encapsulation) {
  connection.dest_qpn = qpn;
  connection.encapsulation = encapsulation;
  connection.dgid = gid_of(node);
  connection.dmac = mac_of(node);
  connection.node_id = node_id_of(node);
}

/// The conventional addresses of `node`, and flow control: a switch obeys it always, and sends it
/// where the scenario says `pfc`.
inline DeviceConfig node_config(unsigned node, Duration cycle) {
  DeviceConfig config;
  config.mac = mac_of(node);
  config.node_id = node_id_of(node);
  config.gids = {gid_of(node)};
  config.cycle = cycle;
  config.pfc_enable = kLosslessPriorities;
  return config;
}

inline Result<std::unique_ptr<Device>> open_node(Backend& backend, unsigned node, Duration cycle) {
  return Device::open(backend, node_config(node, cycle));
}

}  // namespace ethlink
