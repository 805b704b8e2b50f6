// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include <algorithm>
#include <iostream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "cli/run_options.hpp"
#include "temporary_file.hpp"

namespace ethlink {
namespace {

using test::TemporaryFile;

struct Outcome {
  int code;
  std::string out, err;
};

// Runs the program in this process with its streams caught.
Outcome run(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  std::streambuf* old_out = std::cout.rdbuf(out.rdbuf());
  std::streambuf* old_err = std::cerr.rdbuf(err.rdbuf());
  const int code = cli::run_program(arguments);
  std::cout.rdbuf(old_out);
  std::cerr.rdbuf(old_err);
  return {code, out.str(), err.str()};
}

void check_one_line(const Outcome& outcome, int code, const std::string& part) {
  INFO(outcome.err);
  CHECK(outcome.code == code);
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  CHECK(outcome.err.rfind("ethlink: ", 0) == 0);
  CHECK(outcome.err.find(part) != std::string::npos);
}

constexpr const char* kScenario = R"toml(
[[node]]
name = "a"
[[node]]
name = "b"
[[link]]
between = ["a", "b"]
)toml";

TEST_CASE("Every command prints its options on --help", "[host]") {
  for (const char* command : {"demo", "run", "check", "bench", "regs", "version"}) {
    CAPTURE(command);
    const Outcome outcome = run({command, "--help"});
    CHECK(outcome.code == 0);
    CHECK(outcome.out.find(std::string("usage: ethlink ") + command) == 0);
    CHECK(outcome.out.find("--json") != std::string::npos);
    CHECK(outcome.err.empty());
  }
  CHECK(run({"--help"}).out.find("bench") != std::string::npos);
  CHECK(run({"--version"}).out.find("ethlink ") == 0);
}

TEST_CASE("Wrong arguments are one line and exit code 2", "[host]") {
  CHECK(run({}).code == 2);
  check_one_line(run({"fly"}), 2, "unknown command 'fly'");
  for (const char* command : {"demo", "run", "bench", "regs", "version"}) {
    check_one_line(run({command, "--no-such-option"}), 2, "no-such-option");
  }
  check_one_line(run({"demo", "--seed", "many"}), 2, "many");
  check_one_line(run({"demo", "--seed"}), 2, "seed");
  check_one_line(run({"demo", "--loss", "1.5"}), 2, "--loss: expected");
  check_one_line(run({"demo", "--loss", "-0.1"}), 2, "--loss: expected");
  check_one_line(run({"demo", "--width", "384"}), 2, "expected 256, 512 or 1024, found 384");
  check_one_line(run({"demo", "stray"}), 2, "positional");
  check_one_line(run({"demo", "--wave-from", "1us"}), 2, "--wave FILE.fst");
  check_one_line(run({"demo", "--wave", "x.fst", "--wave-from", "1 parsec"}), 2, "12.5us");
  check_one_line(run({"demo", "--wave", "x.fst", "--wave-from", "2us", "--wave-to", "1us"}), 2,
                 "--wave-to");
  check_one_line(run({"bench", "--suite", "all of it"}), 2, "ls, rdma, sim or all");
  check_one_line(run({"bench", "--width", "100"}), 2, "--width");
  check_one_line(run({"run"}), 2, "expected a scenario file");
  check_one_line(run({"run", "/nonexistent/x.toml"}), 2, "/nonexistent/x.toml");
}

TEST_CASE("An input file that is missing, a directory or empty is one line and exit code 2",
          "[host]") {
  const TemporaryFile empty("");
  check_one_line(run({"demo", "--input", "/nonexistent/file"}), 2, "/nonexistent/file");
  check_one_line(run({"demo", "--input", "/tmp"}), 2, "found a directory");
  check_one_line(run({"demo", "--input", empty.path()}), 2, "found an empty file");
}

TEST_CASE("A scenario with a mistake is one line that names file and line", "[host]") {
  const auto broken = [](const std::string& more) {
    const TemporaryFile file(kScenario + more, ".toml");
    const Outcome outcome = run({"run", file.path()});
    CHECK(outcome.err.find(file.path() + ":") != std::string::npos);
    return outcome;
  };
  check_one_line(broken("[[program]]\nname = \"file-sendr\"\nnode = \"a\"\n"), 2, "file-sender");
  check_one_line(broken("[[program]]\nname = \"file-sender\"\nnode = \"a\"\n"), 2,
                 "'file-receiver', found 0");
  check_one_line(broken("speed = 1\n"), 2, "speed");
  check_one_line(broken("[[node]\n"), 2, "TOML");
}

TEST_CASE("A time limit is a time with a unit", "[host]") {
  CHECK(*cli::parse_time("--x", "12.5us") == 12'500'000);
  CHECK(*cli::parse_time("--x", "3ps") == 3);
  CHECK(*cli::parse_time("--x", "0s") == 0);
  CHECK(*cli::parse_time("--x", "2ms") == 2'000'000'000);
  for (const char* wrong : {"", "us", "5", "-1us", "5 us", "5usx", "nan s", "1e30s", "nanus"}) {
    CAPTURE(wrong);
    const Result<sim::TimePs> time = cli::parse_time("--x", wrong);
    REQUIRE_FALSE(time.has_value());
    CHECK(time.error().context.find("--x") == 0);
  }
}

TEST_CASE("A machine reads versions and registers as JSON", "[host]") {
  const Outcome version = run({"version", "--json", "-"});
  REQUIRE(version.code == 0);
  CHECK(nlohmann::json::parse(version.out)["schema"] == 1);
  const TemporaryFile file("");
  REQUIRE(run({"regs", "--json", file.path()}).code == 0);
  const nlohmann::json registers = nlohmann::json::parse(file.text())["registers"];
  CHECK(registers.at(0)["name"] == "magic");
  CHECK(registers.at(0)["offset"] == 0);
  check_one_line(run({"version", "--json", "/nonexistent/dir/x"}), 2, "/nonexistent/dir/x");
  check_one_line(run({"regs", "--device", "0000:ff:1f.7"}), 1, "0000:ff:1f.7");
}

TEST_CASE("A model that cannot be made ends a run or a benchmark with one line", "[host]") {
  check_one_line(run({"demo"}), 2, "expected a model");
  check_one_line(run({"bench", "--suite", "ls"}), 1, "expected a model");
  check_one_line(run({"bench", "--suite", "rdma"}), 1, "expected a model");
  check_one_line(run({"bench", "--suite", "sim"}), 1, "expected a model");
}

}  // namespace
}  // namespace ethlink
