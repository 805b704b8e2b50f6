// SPDX-License-Identifier: Apache-2.0
//
// Bus profiles, see bus_profile.hpp.
#include "sim/host/bus_profile.hpp"

namespace ethlink::sim {

std::vector<std::string> bus_profile_names() {
  return {"pcie-gen5-x16", "on-die", "ideal"};
}

std::optional<BusProfile> bus_profile(std::string_view name, TimePs period_ps) {
  BusProfile profile;
  profile.name = name;
  if (name == "pcie-gen5-x16") {
    profile.latency_ps = 300 * kPsPerNs;
    profile.memory_ps = 80 * kPsPerNs;
    profile.rate_mbps = 504'123;  // 16 lanes x 32 Gb/s x 128 / 130
    profile.overhead_bytes = 24;  // 16 header, 4 sequence and framing, 4 LCRC
    profile.reorder_ps = 40 * kPsPerNs;
    profile.posted_writes = true;
    return profile;
  }
  profile.mrrs_bytes = profile.mps_bytes = 4096;
  if (name == "on-die") {
    profile.latency_ps = 30 * kPsPerNs;
    profile.memory_ps = 30 * kPsPerNs;
    return profile;
  }
  if (name == "ideal") {
    profile.latency_ps = period_ps;
    return profile;
  }
  return std::nullopt;
}

}  // namespace ethlink::sim
