// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "catch.hpp"
#include "pair.hpp"
#include "programs/registry.hpp"
#include "sim/base/run_hash.hpp"

namespace ethlink::test {
namespace {

std::string hash_of(const PairOptions& options, const std::string& programs) {
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  const sim::SimulationResult result = run_scenario(options, programs, registry);
  CHECK(board.error == "");
  CHECK(result.good());
  return sim::hash_text(result.hash);
}

}  // namespace

// What waits in a register that nobody counts as work is moved by the next input at the latest, so
// a link whose delay is short or long hides it differently.
TEST_CASE("Skipped cycles change nothing, whatever the link's delay", "[integration]") {
  for (const char* client : {"load-latency\"\ncount = 20", "store-stream\"\nbytes = 8192",
                             "rdma-write-stream\"\ncount = 20"}) {
    const std::string programs = std::string("[[program]]\nnode = \"left\"\nname = \"") + client +
                                 "\n[[program]]\nnode = \"right\"\nname = \"memory-server\"\n";
    for (const char* bus : {"on-die", "pcie-gen5-x16"}) {
      for (const int delay_ns : {20, 50, 100, 333, 1000}) {
        CAPTURE(client, bus, delay_ns);
        PairOptions options;
        options.bus = bus;
        options.link_keys = "delay_ns = " + std::to_string(delay_ns) + "\n";
        const std::string skipped = hash_of(options, programs);
        options.skip = false;
        CHECK(hash_of(options, programs) == skipped);
      }
    }
  }
}

}  // namespace ethlink::test
