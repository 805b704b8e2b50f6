// SPDX-License-Identifier: Apache-2.0
#include "ethlink/generated/regs.hpp"

#include <cstring>
#include <iomanip>
#include <iostream>

#include "cli/command.hpp"
#include "vfio_backend.hpp"

namespace ethlink::cli {
namespace {

namespace po = boost::program_options;

Result<std::uint64_t> read_register(Backend& device, std::uint32_t offset) {
  std::array<std::byte, 8> bytes{};
  if (Result<void> done = device.mmio_read(regs::kBarCsr + offset, bytes); !done) {
    return done.error();
  }
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());
  return value;
}

Result<nlohmann::json> collect(const std::string& address) {
  std::unique_ptr<VfioBackend> device;
  if (!address.empty()) {
    Result<std::unique_ptr<VfioBackend>> opened = VfioBackend::open(address);
    if (!opened) {
      return opened.error();
    }
    device = std::move(*opened);
  }
  nlohmann::json registers = nlohmann::json::array();
  for (const regs::RegisterInfo& info : regs::kRegisters) {
    nlohmann::json entry{
        {"name", info.name}, {"offset", info.offset}, {"access", info.access}, {"doc", info.doc}};
    if (device && info.access != "wo") {
      Result<std::uint64_t> value = read_register(*device, info.offset);
      if (!value) {
        return value.error();
      }
      entry["value"] = *value;
    }
    registers.push_back(std::move(entry));
  }
  return nlohmann::json{{"schema", 1}, {"registers", registers}};
}

void print(const nlohmann::json& document) {
  for (const nlohmann::json& entry : document["registers"]) {
    std::cout << "0x" << std::hex << std::setw(3) << std::setfill('0')
              << entry["offset"].get<unsigned>() << std::setfill(' ') << "  " << std::left
              << std::setw(22) << entry["name"].get<std::string>() << std::setw(4)
              << entry["access"].get<std::string>() << std::right;
    if (entry.contains("value")) {
      std::cout << "0x" << std::setw(16) << std::setfill('0') << entry["value"].get<std::uint64_t>()
                << std::setfill(' ') << "  ";
    }
    std::cout << std::dec << entry["doc"].get<std::string>() << '\n';
  }
}

}  // namespace

int regs_command(const std::vector<std::string>& arguments) {
  po::options_description options("options");
  std::string json;
  std::string address;
  options.add_options()("help,h", "this text")(
      "device", po::value(&address)->value_name("ADDRESS"),
      "read the registers of this PCI device through VFIO")(
      "json", po::value(&json)->value_name("FILE"),
      "write the result as JSON ('-': standard output)");
  bool help = false;
  Result<po::variables_map> values = parse(arguments, options, {}, "regs [options]", help);
  if (!values) {
    return complain(values.error().context, kUsage);
  }
  if (help) {
    return kSuccess;
  }
  Result<nlohmann::json> document = collect(address);
  if (!document) {
    return complain(document.error().context, kFailure);
  }
  if (json.empty()) {
    print(*document);
    return kSuccess;
  }
  Result<void> written = write_json(json, *document);
  return written ? kSuccess : complain(written.error().context, kUsage);
}

}  // namespace ethlink::cli
