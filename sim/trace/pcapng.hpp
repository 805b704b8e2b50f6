// SPDX-License-Identifier: Apache-2.0
//
// Writes captures in pcapng: several interfaces, nanoseconds, direction, FCS included.
//
// Of the distribution's libraries, libpcap writes only the older one-interface format, and
// libwiretap promises no stable interface and needs glib; the four block types that are needed
// here are written directly (IETF draft-ietf-opsawg-pcapng).
#pragma once

#include <cstdint>
#include <cstdio>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "ethlink/result.hpp"

#include "sim/base/time.hpp"
#include "sim/fabric/frame.hpp"

namespace ethlink::sim {

/// One file. Frames may be recorded out of order as long as flush() is told how far time is
/// certain; they are written in order of (time, interface, direction, order of recording). The file
/// is valid after every flush. Ownership: owns the file. Threads: one at a time.
class PcapngWriter {
 public:
  static Result<std::unique_ptr<PcapngWriter>> create(const std::string& path);
  ~PcapngWriter();
  PcapngWriter(const PcapngWriter&) = delete;
  PcapngWriter& operator=(const PcapngWriter&) = delete;

  /// Declares the next interface, before the first frame; `rate_mbps` is informative.
  unsigned add_interface(std::string_view name, std::uint64_t rate_mbps);
  void record(TimePs time, unsigned interface_id, bool outbound,
              std::span<const std::uint8_t> frame);
  /// Writes every frame before `time`, and drops none.
  void flush(TimePs time);
  /// Writes frames before `end`, drops later ones, closes. Reports an error of any write.
  Result<void> close(TimePs end);

  [[nodiscard]] std::uint64_t frames() const { return frames_; }

 private:
  struct Record {
    bool outbound;
    Frame frame;
  };
  explicit PcapngWriter(std::string path, std::FILE* file);
  void block(std::uint32_t type, std::span<const std::uint8_t> body);
  void write_record(TimePs time, unsigned interface_id, const Record& record);

  std::string path_;
  std::FILE* file_;
  bool failed_ = false;
  unsigned interfaces_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t frames_ = 0;
  // By time, interface and direction, order of recording.
  std::map<std::tuple<TimePs, unsigned, std::uint64_t>, Record> waiting_;
};

/// A tap that records into one interface of a capture.
class PcapngTap final : public FrameTap {
 public:
  PcapngTap(PcapngWriter& writer, unsigned interface_id)
      : writer_(writer), interface_id_(interface_id) {}
  void frame(TimePs time, bool outbound, std::span<const std::uint8_t> bytes) override {
    writer_.record(time, interface_id_, outbound, bytes);
  }

 private:
  PcapngWriter& writer_;
  unsigned interface_id_;
};

}  // namespace ethlink::sim
