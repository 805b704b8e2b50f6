// SPDX-License-Identifier: Apache-2.0
//
// EtherTypes that the network looks at (IEEE 802, EthLink wire format section 1).
#pragma once

#include <cstdint>

namespace ethlink::sim {

inline constexpr std::uint16_t kTypeVlan = 0x8100, kTypeMacControl = 0x8808;
inline constexpr std::uint16_t kTypeIpv4 = 0x0800, kTypeIpv6 = 0x86dd;
inline constexpr std::uint16_t kTypeLoadStore = 0x88b5, kTypeEthlinkRdma = 0x88b6;

}  // namespace ethlink::sim
