// SPDX-License-Identifier: Apache-2.0
//
// Captures, see capture.hpp. Blocks as in IETF draft-ietf-opsawg-pcapng.
#include "check/capture.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <span>

#include <pcap/pcap.h>

namespace ethlink {
namespace {

constexpr std::uint32_t kSectionHeader = 0x0a0d0d0a, kInterface = 1, kSimplePacket = 3;
constexpr std::uint32_t kEnhancedPacket = 6, kByteOrderMagic = 0x1a2b3c4d;
constexpr std::uint16_t kOptName = 2, kOptFcsLen = 13, kOptFlags = 2;
constexpr std::size_t kBlockOverhead = 12, kInterfaceFixed = 8, kPacketFixed = 20;
constexpr unsigned kFcsBytes = 4;

// What a block says of its frame.
struct FrameInfo {
  std::size_t interface_id = 0;
  Direction direction = Direction::kUnknown;
  unsigned fcs_bytes = 0;
};

// Walks over the blocks of a pcapng file; of another file it finds none.
class Blocks {
 public:
  explicit Blocks(std::vector<std::uint8_t> file) : file_(std::move(file)) {
    std::size_t at = 0;
    while (at + kBlockOverhead <= file_.size()) {
      const std::uint32_t type = get32(at);
      if (type == kSectionHeader) {
        swapped_ = false;
        swapped_ = get32(at + 8) != kByteOrderMagic;
        first_interface_ = names.size();
      } else if (at == 0) {
        return;  // no pcapng
      }
      const std::size_t length = get32(at + 4);
      if (length < kBlockOverhead || length % 4 != 0 || length > file_.size() - at) {
        return;
      }
      block(type, at + 8, at + length - 4);
      at += length;
    }
  }

  std::vector<std::string> names;
  std::vector<FrameInfo> frames;

 private:
  [[nodiscard]] std::uint32_t get(std::size_t at, std::size_t count) const {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t byte = swapped_ ? i : count - 1 - i;
      value = value << 8 | file_[at + byte];
    }
    return value;
  }
  [[nodiscard]] std::uint16_t get16(std::size_t at) const {
    return static_cast<std::uint16_t>(get(at, 2));
  }
  [[nodiscard]] std::uint32_t get32(std::size_t at) const { return get(at, 4); }

  // Calls `visit` with code, offset and length of each option in [at, end).
  template <typename Visit>
  void options(std::size_t at, std::size_t end, Visit visit) const {
    while (at + 4 <= end && get16(at) != 0) {
      const std::size_t length = get16(at + 2);
      if (length > end - at - 4) {
        return;
      }
      visit(get16(at), at + 4, length);
      at += 4 + (length + 3) / 4 * 4;
    }
  }

  void block(std::uint32_t type, std::size_t at, std::size_t end) {
    if (type == kInterface && at + kInterfaceFixed <= end) {
      std::string name;
      unsigned fcs = 0;
      options(at + kInterfaceFixed, end,
              [&](std::uint16_t code, std::size_t offset, std::size_t length) {
                if (code == kOptName) {
                  name.assign(reinterpret_cast<const char*>(&file_[offset]), length);
                } else if (code == kOptFcsLen && length == 1) {
                  fcs = file_[offset];
                }
              });
      names.push_back(name);
      fcs_.push_back(fcs);
    } else if (type == kEnhancedPacket && at + kPacketFixed <= end) {
      FrameInfo info;
      info.interface_id = first_interface_ + get32(at);
      info.fcs_bytes = info.interface_id < fcs_.size() ? fcs_[info.interface_id] : 0;
      const std::size_t captured = get32(at + 12);
      options(at + kPacketFixed + (captured + 3) / 4 * 4, end,
              [&](std::uint16_t code, std::size_t offset, std::size_t length) {
                if (code == kOptFlags && length == 4) {
                  const unsigned direction = get32(offset) & 3U;
                  info.direction = direction == 1   ? Direction::kIn
                                   : direction == 2 ? Direction::kOut
                                                    : Direction::kUnknown;
                }
              });
      frames.push_back(info);
    } else if (type == kSimplePacket) {
      frames.push_back({first_interface_, Direction::kUnknown,
                        first_interface_ < fcs_.size() ? fcs_[first_interface_] : 0});
    }
  }

  std::vector<std::uint8_t> file_;
  std::vector<unsigned> fcs_;  // bytes, of each interface
  std::size_t first_interface_ = 0;
  bool swapped_ = false;
};

struct Close {
  void operator()(pcap_t* capture) const { pcap_close(capture); }
};

[[nodiscard]] Error unreadable(const std::string& path, const std::string& why) {
  std::string line = why;
  for (char& c : line) {
    c = c == '\n' ? ' ' : c;
  }
  return {Errc::kInvalidArgument, path + ": expected a whole pcap or pcapng file, found: " + line};
}

}  // namespace

Result<Capture> read_capture(const std::string& path) {
  std::array<char, PCAP_ERRBUF_SIZE> why{};
  const std::unique_ptr<pcap_t, Close> file(pcap_open_offline_with_tstamp_precision(
      path.c_str(), PCAP_TSTAMP_PRECISION_NANO, why.data()));
  if (!file) {
    return unreadable(path, why.data());
  }
  if (pcap_datalink(file.get()) != DLT_EN10MB) {
    return unreadable(path, "another link type than Ethernet");
  }
  std::ifstream stream(path, std::ios::binary);
  const Blocks blocks({std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()});
  Capture capture;
  capture.interfaces = blocks.names;
  if (capture.interfaces.empty()) {
    capture.interfaces.emplace_back();
  }
  pcap_pkthdr* header = nullptr;
  const unsigned char* data = nullptr;
  int got = 0;
  while ((got = pcap_next_ex(file.get(), &header, &data)) == 1) {
    CapturedFrame frame;
    frame.number = capture.frames.size() + 1;
    if (header->caplen != header->len) {
      return unreadable(path, "frame " + std::to_string(frame.number) + " without its end");
    }
    // With this precision the field for microseconds holds nanoseconds.
    frame.ns = static_cast<std::uint64_t>(header->ts.tv_sec) * 1'000'000'000 +
               static_cast<std::uint64_t>(header->ts.tv_usec);
    if (capture.frames.size() < blocks.frames.size()) {
      const FrameInfo& info = blocks.frames[capture.frames.size()];
      frame.interface_id = info.interface_id < capture.interfaces.size() ? info.interface_id : 0;
      frame.direction = info.direction;
      frame.has_fcs = info.fcs_bytes == kFcsBytes && header->caplen >= kFcsBytes;
    }
    frame.bytes.assign(data, data + header->caplen);
    capture.frames.push_back(std::move(frame));
  }
  if (got == PCAP_ERROR) {
    return unreadable(path, pcap_geterr(file.get()));
  }
  return capture;
}

}  // namespace ethlink
