// SPDX-License-Identifier: Apache-2.0
//
// Reads captures, see capture_reader.hpp.
#include "trace/capture_reader.hpp"

#include <array>
#include <cstring>
#include <fstream>
#include <iterator>

#include <pcap/pcap.h>

namespace ethlink::sim::test {
namespace {

template <typename Value>
Value get(const std::string& data, std::size_t at) {
  Value value{};
  if (at + sizeof(value) <= data.size()) {
    std::memcpy(&value, data.data() + at, sizeof(value));
  }
  return value;
}

// The value of an option, "" when it is not there.
std::string option(const std::string& data, std::size_t from, std::size_t to, unsigned wanted) {
  while (from + 4 <= to) {
    const unsigned code = get<std::uint16_t>(data, from);
    const std::size_t length = get<std::uint16_t>(data, from + 2);
    if (code == wanted) {
      return data.substr(from + 4, length);
    }
    if (code == 0) {
      break;
    }
    from += 4 + (length + 3) / 4 * 4;
  }
  return "";
}

}  // namespace

Capture read_capture(const std::string& path) {
  Capture found;
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  pcap_t* file = pcap_open_offline_with_tstamp_precision(path.c_str(), PCAP_TSTAMP_PRECISION_NANO,
                                                         error.data());
  if (file == nullptr) {
    found.error = error.data();
    return found;
  }
  pcap_pkthdr* header = nullptr;
  const unsigned char* data = nullptr;
  int result = 0;
  while ((result = pcap_next_ex(file, &header, &data)) == 1) {
    found.frames.push_back({static_cast<std::uint64_t>(header->ts.tv_sec) * 1'000'000'000 +
                                static_cast<std::uint64_t>(header->ts.tv_usec),
                            {data, data + header->caplen}});
  }
  if (result != PCAP_ERROR_BREAK) {
    found.error = pcap_geterr(file);
  }
  pcap_close(file);
  return found;
}

CaptureBlocks read_blocks(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string data{std::istreambuf_iterator<char>(file), {}};
  CaptureBlocks found;
  std::size_t at = 0;
  while (at + 12 <= data.size()) {
    const auto type = get<std::uint32_t>(data, at);
    const auto length = get<std::uint32_t>(data, at + 4);
    if (length < 12 || at + length > data.size() ||
        get<std::uint32_t>(data, at + length - 4) != length) {
      return found;
    }
    const std::size_t end = at + length - 4;
    if (type == 1) {
      found.interfaces.push_back(option(data, at + 16, end, 2));
      found.speeds.push_back(get<std::uint64_t>(option(data, at + 16, end, 8), 0));
    } else if (type == 6) {
      const auto captured = get<std::uint32_t>(data, at + 20);
      const std::string flags = option(data, at + 28 + (captured + 3) / 4 * 4, end, 2);
      found.interface_of.push_back(get<std::uint32_t>(data, at + 8));
      found.direction_of.push_back(get<std::uint32_t>(flags, 0) & 3U);
      found.fcs_of.push_back(get<std::uint32_t>(flags, 0) >> 5 & 0xfU);
    }
    at += length;
  }
  found.whole = at == data.size();
  return found;
}

}  // namespace ethlink::sim::test
