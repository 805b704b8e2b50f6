// SPDX-License-Identifier: Apache-2.0
//
// The port at the three widths of the data path, with 16 KiB of buffer a class.
#pragma once

#include "Vel_eth_port_1024.h"
#include "Vel_eth_port_256.h"
#include "Vel_eth_port_512.h"
#include "port_bench.hpp"

namespace ethlink::test {

using Port256 = PortBench<Vel_eth_port_256, 256>;
using Port512 = PortBench<Vel_eth_port_512, 512>;
using Port1024 = PortBench<Vel_eth_port_1024, 1024>;

}  // namespace ethlink::test
