// SPDX-License-Identifier: Apache-2.0
//
// Captures made by hand, see tape.hpp.
#include "tape.hpp"

#include "catch.hpp"
#include "reference/frame.hpp"
#include "sim/fabric/frame.hpp"
#include "sim/trace/pcapng.hpp"
#include "temporary_file.hpp"

namespace ethlink::test {
namespace {

void set(reference::Bytes& bytes, std::size_t at, std::uint64_t value, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    bytes.at(at + i) = static_cast<std::uint8_t>(value >> (8 * (count - 1 - i)));
  }
}

}  // namespace

Tape& Tape::add(std::uint64_t ns, bool outbound, const Rc& packet) {
  reference::HeaderOptions options;
  options.opcode = packet.opcode;
  options.to_peer = outbound;
  options.tos = packet.ecn;
  reference::Header header = reference::roce_header(options, packet.payload);
  const std::size_t bth = header.l4_offset;
  const std::size_t extension = bth + 12;
  set(header.bytes, bth + 5, packet.qpn, 3);
  set(header.bytes, bth + 9, packet.psn, 3);
  switch (packet.opcode) {
    case kWriteFirst:
    case kWriteOnly:
    case kReadRequest:
      set(header.bytes, extension, packet.va, 8);
      set(header.bytes, extension + 12, packet.length, 4);
      break;
    case kFetchAdd:
      set(header.bytes, extension + 12, packet.value, 8);
      break;
    case kAtomicAck:
      set(header.bytes, extension + 4, packet.value, 8);
      [[fallthrough]];
    case kAck:
    case kReadFirst:
    case kReadLast:
    case kReadOnly:
      set(header.bytes, extension, packet.syndrome, 1);
      break;
    default:
      break;
  }
  items_.push_back(
      {ns, outbound,
       reference::with_fcs(reference::body_of(header, reference::Bytes(packet.payload, 0x5a)))});
  return *this;
}

Tape& Tape::spoil(std::size_t byte, bool repair) {
  std::vector<std::uint8_t>& frame = items_.back().frame;
  frame.at(byte) ^= 0x10;
  if (repair) {
    sim::set_fcs(frame);
  }
  return *this;
}

void Tape::write(const std::string& path) const {
  auto writer = sim::PcapngWriter::create(path);
  REQUIRE(writer);
  (*writer)->add_interface("left", 400'000);
  for (const Item& item : items_) {
    (*writer)->record(item.ns * 1000, 0, item.outbound, item.frame);
  }
  REQUIRE((*writer)->close(sim::kNever));
}

Capture Tape::capture() const {
  const TemporaryFile file("", ".pcapng");
  write(file.path());
  Result<Capture> read = read_capture(file.path());
  INFO((read ? "" : read.error().context));
  REQUIRE(read);
  REQUIRE(read->frames.size() == items_.size());
  return *read;
}

std::vector<std::string> Tape::findings(const CheckOptions& options) const {
  const Capture read = capture();
  return names(check_capture(read, options).findings);
}

std::vector<std::string> names(const Findings& findings) {
  std::vector<std::string> list;
  for (const Finding& finding : findings) {
    CHECK(finding.text.find("expected") != std::string::npos);
    list.push_back(std::string(rule_name(finding.rule)) + "@" + std::to_string(finding.frame));
  }
  return list;
}

}  // namespace ethlink::test
