// SPDX-License-Identifier: Apache-2.0
//
// el_host as a whole, driven as the driver drives it, at three widths.

#include "Vel_host_1024.h"
#include "Vel_host_256.h"
#include "Vel_host_512.h"
#include "host_bench.hpp"

namespace {

using ethlink::test::Bytes;
using ethlink::test::HostBench;
using ethlink::test::le_get;
using ethlink::test::le_put;

class Host256 : public HostBench<Vel_host_256, 32> {
  using HostBench::HostBench;
};
class Host512 : public HostBench<Vel_host_512, 64> {
  using HostBench::HostBench;
};
class Host1024 : public HostBench<Vel_host_1024, 128> {
  using HostBench::HostBench;
};

TEMPLATE_TEST_CASE("admin NOPs complete in order over many laps of the ring", "", Host256, Host512,
                   Host1024) {
  const unsigned wild = GENERATE(0U, 60U);
  TestType host(wild);
  REQUIRE(host.read64(0x000) == 0x004B4E494C485445);
  REQUIRE((host.read64(0x028) & 1) == 1);
  host.admin_setup(2);
  for (unsigned i = 0; i < 40; ++i) {
    CAPTURE(i, wild);
    REQUIRE(host.admin(0, 0, i).status == 0);
  }
  // Several at once
  for (unsigned i = 0; i < 30; ++i) {
    const unsigned batch = 1 + i % 4;
    for (unsigned k = 0; k < batch; ++k) {
      host.admin_issue(0, 0, 100 * i + k);
    }
    host.admin_ring();
    for (unsigned k = 0; k < batch; ++k) {
      std::optional<ethlink::test::Completion> done;
      host.run_until([&] { return (done = host.admin_poll()).has_value(); });
      REQUIRE(done->index == 100 * i + k);
    }
  }
  host.settle();
}

}  // namespace
