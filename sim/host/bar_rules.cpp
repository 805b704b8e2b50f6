// SPDX-License-Identifier: Apache-2.0
//
// Rules of BAR accesses, see bar_rules.hpp.
#include "sim/host/bar_rules.hpp"

#include <bit>
#include <cstdio>
#include <cstring>
#include <string>

namespace ethlink::sim {
namespace {

[[nodiscard]] std::string hex(std::uint64_t value) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "0x%llx", static_cast<unsigned long long>(value));
  return text.data();
}

[[nodiscard]] bool aperture_load_fits(std::uint64_t offset, std::size_t bytes) {
  if (bytes <= kBarLineBytes) {
    return std::has_single_bit(bytes) && offset % bytes == 0;
  }
  return bytes % kBarLineBytes == 0 && offset % kBarLineBytes == 0;
}

}  // namespace

Result<void> check_access(Bar bar, bool write, std::uint64_t offset, std::size_t bytes) {
  const bool registers = bar == Bar::kRegisters;
  const std::size_t line = registers ? kBarLineBytes : kMaxBarBytes;
  const std::string where = std::string(registers ? "BAR0" : "BAR2") +
                            (write ? " write" : " read") + " at " + hex(offset) + " of " +
                            std::to_string(bytes) + " bytes: ";
  if (bytes == 0 || bytes > line || offset % line + bytes > line) {
    return Error{Errc::kInvalidArgument, where + "expected 1 to " + std::to_string(line) +
                                             " bytes within one line of that size"};
  }
  const std::uint64_t size = registers ? kRegisterBarBytes : kApertureBarBytes;
  if (offset >= size) {
    return Error{Errc::kOutOfRange, where + "expected an offset below " + hex(size)};
  }
  if (!registers && !write && !aperture_load_fits(offset, bytes)) {
    return Error{Errc::kInvalidArgument,
                 where + "expected a naturally aligned power of two, or whole 64-byte lines"};
  }
  return {};
}

BarRequest make_request(Bar bar, bool write, std::uint64_t offset, std::size_t bytes,
                        std::span<const std::byte> data) {
  BarRequest request;
  request.bar = bar;
  request.write = write;
  request.offset = offset;
  request.bytes = static_cast<std::uint16_t>(bytes);
  if (!data.empty()) {
    std::memcpy(request.data.data(), data.data(), data.size());
  }
  return request;
}

Result<void> response_result(Bar bar, std::uint64_t offset, std::uint8_t resp) {
  if (resp == kAxiOkay) {
    return {};
  }
  return Error{Errc::kDeviceError, std::string(bar == Bar::kRegisters ? "BAR0" : "BAR2") + " at " +
                                       hex(offset) + ": the device answered with AXI response " +
                                       std::to_string(resp)};
}

}  // namespace ethlink::sim
