// SPDX-License-Identifier: Apache-2.0
//
// The host layer at three widths.
#pragma once

#include "Vel_host_1024.h"
#include "Vel_host_256.h"
#include "Vel_host_512.h"
#include "host_bench.hpp"

namespace ethlink::test {

class Host256 : public HostBench<Vel_host_256, 32> {
  using HostBench::HostBench;
};
class Host512 : public HostBench<Vel_host_512, 64> {
  using HostBench::HostBench;
};
class Host1024 : public HostBench<Vel_host_1024, 128> {
  using HostBench::HostBench;
};

// Offsets of the counters in el_host's group, from the list in the documents.
enum HostCounter : unsigned {
  kAdminCommands = 87,
  kDoorbells,
  kBadDoorbells,
  kBadRegisterWrites,
  kCqes,
  kCqOverflows,
  kEqes,
  kEqOverflows,
  kInterrupts,
  kPlainTx,
  kPlainRx,
  kPlainRxDrops,
  kDmaReadErrors,
  kDmaWriteErrors
};

}  // namespace ethlink::test
