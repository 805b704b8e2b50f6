// SPDX-License-Identifier: Apache-2.0
//
// Runs of the file copy on files made for the test.
#pragma once

#include <random>
#include <string>

#include "catch.hpp"
#include "pair.hpp"
#include "programs/registry.hpp"
#include "temporary_file.hpp"

namespace ethlink::test {

inline std::string random_text(std::size_t bytes, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text(bytes, '\0');
  for (char& c : text) {
    c = static_cast<char>(random());
  }
  return text;
}

struct CopyRun {
  sim::SimulationResult result;
  ProgramBoard board;
};

/// Copies `bytes` random bytes and checks that every copy is the file.
inline CopyRun copy_file(std::size_t bytes, const PairOptions& options,
                         const std::string& arguments = "") {
  const TemporaryFile file(random_text(bytes, options.seed));
  CopyRun run;
  const sim::ProgramRegistry registry = make_registry(run.board);
  run.result = run_scenario(options,
                            "[[program]]\nnode = \"left\"\nname = \"file-sender\"\ninput = \"" +
                                file.path() + "\"\n" + arguments +
                                "[[program]]\nnode = \"right\"\nname = \"file-receiver\"\n",
                            registry);
  CAPTURE(bytes, options.seed, options.faults, run.board.error);
  CHECK(run.result.good());
  CHECK(run.board.error == "");
  const FileCopy& copy = *run.board.copy;
  CHECK(copy.sent_sha256.size() == 64);
  for (const std::string& received : copy.received_sha256) {
    CHECK(received == copy.sent_sha256);
  }
  CHECK(copy.loaded_sha256 == copy.sent_sha256);
  for (const sim::NodeResult& node : run.result.nodes) {
    CHECK(node.engine.protocol_errors == 0);
  }
  return run;
}

}  // namespace ethlink::test
