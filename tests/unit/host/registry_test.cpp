// SPDX-License-Identifier: Apache-2.0
#include "programs/registry.hpp"

#include "catch.hpp"
#include "programs/sha256.hpp"
#include "temporary_file.hpp"

namespace ethlink {
namespace {

// Two nodes and the given programs; `extra` goes into the first node.
sim::Scenario scenario(const std::string& programs, const std::string& extra = "") {
  Result<sim::Scenario> parsed = sim::parse_scenario(
      "[[node]]\nname = \"a\"\n" + extra +
          "[[node]]\nname = \"b\"\n[[link]]\nbetween = [\"a\", \"b\"]\n" + programs,
      "test.toml");
  REQUIRE(parsed.has_value());
  return *parsed;
}

std::string program(const std::string& node, const std::string& name,
                    const std::string& more = "") {
  return "[[program]]\nnode = \"" + node + "\"\nname = \"" + name + "\"\n" + more;
}

// The first error of making all programs, "" when there is none.
std::string error_of(const sim::Scenario& s) {
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  for (const sim::ScenarioProgram& item : s.programs) {
    if (Result<sim::HostProgram> made = registry.make(item, s); !made) {
      return made.error().context;
    }
  }
  return "";
}

TEST_CASE("A sender and a receiver share the file and know each other's node", "[host]") {
  const test::TemporaryFile file("hello");
  const sim::Scenario s =
      scenario(program("b", "file-sender", "input = \"" + file.path() + "\"\npath_mtu = 1024\n") +
               program("a", "file-receiver"));
  ProgramBoard board;
  const sim::ProgramRegistry registry = make_registry(board);
  for (const sim::ScenarioProgram& item : s.programs) {
    REQUIRE(registry.make(item, s).has_value());
  }
  CHECK(board.copy->data.size() == 5);
  CHECK(board.copy->sender == 1);
  CHECK(board.copy->receiver == 0);
  CHECK(board.copy->path_mtu == 1024);
  CHECK(board.error.empty());
}

TEST_CASE("Arguments that do not fit name the line, what was expected and what was found",
          "[host]") {
  const std::string server = program("b", "memory-server");
  const auto check = [](const std::string& error, const std::string& part) {
    INFO(error);
    CHECK(error.rfind("test.toml:", 0) == 0);
    CHECK(error.find(part) != std::string::npos);
  };
  check(error_of(scenario(program("a", "file-sender") + program("b", "file-receiver"))), "`input`");
  check(error_of(scenario(program("a", "file-sender", "input = \"/nonexistent\"\n") +
                          program("b", "file-receiver"))),
        "/nonexistent");
  check(error_of(scenario(program("a", "store-stream", "size = 48\n") + server)),
        "expected one of 4, 8, 16, 32, 64, 128, 256, found 48");
  check(error_of(scenario(program("a", "load-latency", "count = 0\n") + server)), "found '0'");
  check(error_of(scenario(program("a", "load-latency", "sizes = 4\n") + server)), "found `sizes`");
  check(error_of(scenario(program("a", "load-latency", "to = \"c\"\n") + server)), "found 'c'");
  check(error_of(scenario(program("a", "load-latency"))), "memory-server");
  check(error_of(scenario(program("b", "memory-server"))), "found none");
  check(error_of(scenario(program("a", "rdma-write-stream", "queue_pairs = 65\n") + server)),
        "from 1 to 64");
  check(error_of(scenario(program("a", "load-latency") + server, "endpoint_id = 9\n")),
        "default addresses");
}

TEST_CASE("Programs with the arguments of the documentation can be made", "[host]") {
  const std::string server = program("b", "memory-server", "bytes = 8192\n");
  CHECK(error_of(scenario(
            program("a", "store-stream", "to = \"b\"\nbytes = 1000\nsize = 256\nposted = 0\n") +
            server)) == "");
  CHECK(error_of(scenario(program("a", "load-latency", "count = 10\nsize = 8\n") + server)) == "");
  CHECK(error_of(
            scenario(program("a", "rdma-write-stream", "count = 9\nsize = 100\nqueue_pairs = 3\n") +
                     server)) == "");
}

TEST_CASE("Files are read whole, and SHA-256 is that of the standard", "[host]") {
  const test::TemporaryFile file(std::string(200'001, 'x'));
  const Result<std::vector<std::byte>> data = read_input(file.path());
  REQUIRE(data.has_value());
  CHECK(data->size() == 200'001);
  CHECK(data->back() == std::byte{'x'});
  // FIPS 180-4, example of one block.
  const std::array<std::byte, 3> abc{std::byte{'a'}, std::byte{'b'}, std::byte{'c'}};
  CHECK(sha256_hex(abc) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

}  // namespace
}  // namespace ethlink
