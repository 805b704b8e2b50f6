// SPDX-License-Identifier: Apache-2.0
#include "programs/registry.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "programs/arguments.hpp"
#include "programs/node_setup.hpp"
#include "programs/rdma_load.hpp"
#include "programs/traffic.hpp"

namespace ethlink {
namespace {

constexpr std::uint64_t kMostBytes = std::uint64_t{64} << 20;  // of a file, three copies of it

// Host programs derive the addresses of a node from its index.
void check_addresses(const sim::Scenario& scenario, Arguments& arguments) {
  for (std::size_t i = 0; i < scenario.nodes.size(); ++i) {
    const sim::ScenarioNode& node = scenario.nodes[i];
    std::uint64_t mac = 0;
    for (const std::uint8_t byte : mac_of(static_cast<unsigned>(i))) {
      mac = mac << 8 | byte;
    }
    if (node.endpoint_id != node_id_of(static_cast<unsigned>(i)) || node.mac.value_or(mac) != mac) {
      arguments.fail("expected the default addresses for the node '" + node.name +
                     "', found others");
    }
  }
}

// The only node that runs `name`.
unsigned only_node(const sim::Scenario& scenario, const std::string& name, Arguments& arguments) {
  const auto is = [&](const sim::ScenarioProgram& program) { return program.name == name; };
  const auto count = std::count_if(scenario.programs.begin(), scenario.programs.end(), is);
  if (count != 1) {
    arguments.fail("expected one program '" + name + "', found " + std::to_string(count));
    return 0;
  }
  return static_cast<unsigned>(
      std::find_if(scenario.programs.begin(), scenario.programs.end(), is)->node);
}

Result<sim::HostProgram> make_copy_end(ProgramBoard& board, const sim::ScenarioProgram& program,
                                       const sim::Scenario& scenario) {
  Arguments arguments(program, scenario);
  check_addresses(scenario, arguments);
  if (!board.copy) {
    board.copy = std::make_unique<FileCopy>();
  }
  FileCopy& copy = *board.copy;
  copy.sender = only_node(scenario, "file-sender", arguments);
  copy.receiver = only_node(scenario, "file-receiver", arguments);
  const bool sends = program.name == "file-sender";
  if (sends) {
    const std::string input = arguments.text("input", "");
    copy.path_mtu = static_cast<unsigned>(
        arguments.one_of("path_mtu", copy.path_mtu, {256, 512, 1024, 2048, 4096}));
    copy.encapsulation = arguments.encapsulation();
    copy.message_bytes =
        arguments.integer("message_bytes", copy.message_bytes, 1, std::uint64_t{1} << 31);
    if (input.empty()) {
      arguments.fail("`input`: expected the name of a file, found nothing");
    } else if (Result<std::vector<std::byte>> data = read_input(input); !data) {
      arguments.fail("`input`: " + data.error().context);
    } else {
      copy.data = std::move(*data);
    }
  }
  if (const std::optional<Error> error = arguments.finish()) {
    return *error;
  }
  copy.cycles.at(sends ? 0 : 1) =
      Duration{static_cast<std::int64_t>(scenario.nodes[program.node].period_ps)};
  return sends ? file_sender(copy, board.error) : file_receiver(copy, board.error);
}

}  // namespace

Result<std::vector<std::byte>> read_input(const std::string& path) {
  std::error_code code;
  const std::filesystem::file_status status = std::filesystem::status(path, code);
  const auto wrong = [&](const std::string& expected, const std::string& found) {
    return Error{Errc::kNotFound, path + ": expected " + expected + ", found " + found};
  };
  if (!std::filesystem::exists(status)) {
    return wrong("a file", "none");
  }
  if (std::filesystem::is_directory(status)) {
    return wrong("a file", "a directory");
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return wrong("a file that can be read", std::strerror(errno));
  }
  std::vector<std::byte> data;
  std::array<char, 65536> block;
  while (file.read(block.data(), block.size()) || file.gcount() > 0) {
    const auto* bytes = reinterpret_cast<const std::byte*>(block.data());
    data.insert(data.end(), bytes, bytes + file.gcount());
    if (data.size() > kMostBytes) {
      return wrong("at most 64 MiB", "more");
    }
  }
  if (file.bad()) {
    return wrong("a file that can be read", std::strerror(errno));
  }
  if (data.empty()) {
    return wrong("at least 1 byte to send", "an empty file");
  }
  return data;
}

sim::ProgramRegistry make_registry(ProgramBoard& board) {
  sim::ProgramRegistry registry;
  for (const char* name : {"file-sender", "file-receiver"}) {
    registry.add(name,
                 [&board](const sim::ScenarioProgram& program, const sim::Scenario& scenario) {
                   return make_copy_end(board, program, scenario);
                 });
  }
  const auto add = [&](const char* name, auto make) {
    registry.add(name,
                 [&board, make](const sim::ScenarioProgram& program,
                                const sim::Scenario& scenario) -> Result<sim::HostProgram> {
                   Arguments arguments(program, scenario);
                   check_addresses(scenario, arguments);
                   sim::HostProgram made = make(program, scenario, arguments, board.error);
                   if (const std::optional<Error> error = arguments.finish()) {
                     return *error;
                   }
                   return made;
                 });
  };
  for (const char* name : {"memory-server", "store-stream", "load-latency", "rdma-write-stream"}) {
    add(name, make_traffic);
  }
  for (const char* name : {"rdma-source", "rdma-sink"}) {
    add(name, make_rdma_load);
  }
  return registry;
}

}  // namespace ethlink
