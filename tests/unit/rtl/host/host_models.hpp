// SPDX-License-Identifier: Apache-2.0
//
// The host layer at three widths.
#pragma once

#include "ethlink/generated/regs.hpp"

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

// Counters of el_host's group, in the order of the list in the documents.
enum HostCounter : unsigned {
  kAdminCommands = regs::kCntHostAdminCommands,
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
