// SPDX-License-Identifier: Apache-2.0
//
// Capture files, see pcapng.hpp.
#include "sim/trace/pcapng.hpp"

#include <cerrno>
#include <cstring>
#include <utility>

namespace ethlink::sim {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a, kInterface = 1, kEnhancedPacket = 6;
constexpr std::uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kLinkEthernet = 1;
constexpr std::uint16_t kOptEnd = 0, kOptName = 2, kOptSpeed = 8, kOptTsResol = 9, kOptFcsLen = 13;
constexpr std::uint16_t kOptApplication = 4, kOptFlags = 2;

// A little-endian block body under construction.
class Body {
 public:
  void put16(std::uint16_t value) {
    bytes_.push_back(static_cast<std::uint8_t>(value));
    bytes_.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  void put32(std::uint32_t value) {
    put16(static_cast<std::uint16_t>(value));
    put16(static_cast<std::uint16_t>(value >> 16));
  }
  void put64(std::uint64_t value) {
    put32(static_cast<std::uint32_t>(value));
    put32(static_cast<std::uint32_t>(value >> 32));
  }
  void put(std::span<const std::uint8_t> data) {
    bytes_.insert(bytes_.end(), data.begin(), data.end());
    bytes_.resize((bytes_.size() + 3) & ~std::size_t{3});
  }
  void option(std::uint16_t code, std::span<const std::uint8_t> data) {
    put16(code);
    put16(static_cast<std::uint16_t>(data.size()));
    put(data);
  }
  void option(std::uint16_t code, std::string_view text) {
    option(code, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
  }
  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

}  // namespace

PcapngWriter::PcapngWriter(std::string path, std::FILE* file)
    : path_(std::move(path)), file_(file) {}

PcapngWriter::~PcapngWriter() {
  if (file_ != nullptr) {
    std::fclose(file_);
  }
}

Result<std::unique_ptr<PcapngWriter>> PcapngWriter::create(const std::string& path) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  if (file == nullptr) {
    return Error{Errc::kSystem,
                 path + ": expected a file that can be written, found: " + std::strerror(errno)};
  }
  std::unique_ptr<PcapngWriter> writer(new PcapngWriter(path, file));
  Body body;
  body.put32(kByteOrderMagic);
  body.put16(1);
  body.put16(0);
  body.put64(~std::uint64_t{0});  // length of the section: not stated
  body.option(kOptApplication, "ethlink");
  body.option(kOptEnd, std::string_view{});
  writer->block(kSectionHeader, body.bytes());
  return writer;
}

void PcapngWriter::block(std::uint32_t type, std::span<const std::uint8_t> body) {
  Body frame;
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  frame.put32(type);
  frame.put32(length);
  frame.put(body);
  frame.put32(length);
  const std::span<const std::uint8_t> bytes = frame.bytes();
  failed_ = std::fwrite(bytes.data(), 1, bytes.size(), file_) != bytes.size() || failed_;
}

unsigned PcapngWriter::add_interface(std::string_view name, std::uint64_t rate_mbps) {
  Body body;
  body.put16(kLinkEthernet);
  body.put16(0);
  body.put32(0);  // no limit of the captured length
  body.option(kOptName, name);
  Body speed;
  speed.put64(rate_mbps * 1'000'000);
  body.option(kOptSpeed, speed.bytes());
  const std::uint8_t nanoseconds = 9;
  body.option(kOptTsResol, std::span(&nanoseconds, 1));
  const std::uint8_t fcs = kFcsBytes;
  body.option(kOptFcsLen, std::span(&fcs, 1));
  body.option(kOptEnd, std::string_view{});
  block(kInterface, body.bytes());
  return interfaces_++;
}

void PcapngWriter::record(TimePs time, unsigned interface_id, bool outbound,
                          std::span<const std::uint8_t> frame) {
  waiting_.emplace(std::tuple(time, 2 * interface_id + (outbound ? 1 : 0), sequence_++),
                   Record{outbound, Frame(frame.begin(), frame.end())});
}

void PcapngWriter::write_record(TimePs time, unsigned interface_id, const Record& record) {
  Body body;
  const std::uint64_t nanoseconds = time / kPsPerNs;
  const auto size = static_cast<std::uint32_t>(record.frame.size());
  body.put32(interface_id);
  body.put32(static_cast<std::uint32_t>(nanoseconds >> 32));
  body.put32(static_cast<std::uint32_t>(nanoseconds));
  body.put32(size);
  body.put32(size);
  body.put(record.frame);
  Body flags;
  flags.put32((record.outbound ? 2U : 1U) | kFcsBytes << 5);
  body.option(kOptFlags, flags.bytes());
  body.option(kOptEnd, std::string_view{});
  block(kEnhancedPacket, body.bytes());
  ++frames_;
}

void PcapngWriter::flush(TimePs time) {
  while (!waiting_.empty() && std::get<0>(waiting_.begin()->first) < time) {
    const auto& [key, record] = *waiting_.begin();
    write_record(std::get<0>(key), std::get<1>(key) / 2, record);
    waiting_.erase(waiting_.begin());
  }
  failed_ = std::fflush(file_) != 0 || failed_;
}

Result<void> PcapngWriter::close(TimePs end) {
  flush(end);
  waiting_.clear();
  failed_ = std::fclose(std::exchange(file_, nullptr)) != 0 || failed_;
  if (failed_) {
    return Error{Errc::kSystem, path_ + ": the capture could not be written completely"};
  }
  return {};
}

}  // namespace ethlink::sim
