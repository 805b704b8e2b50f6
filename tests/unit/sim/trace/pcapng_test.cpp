// SPDX-License-Identifier: Apache-2.0
//
// Captures: read back by libpcap, in order of time, valid whenever the writer stops.
#include "sim/trace/pcapng.hpp"

#include <cstdio>
#include <filesystem>
#include <string>

#include <unistd.h>

#include "catch.hpp"
#include "fabric/wire.hpp"
#include "trace/capture_reader.hpp"

namespace ethlink::sim::test {
namespace {

// A file that disappears with the test.
struct TemporaryFile {
  std::string path = (std::filesystem::temp_directory_path() /
                      ("ethlink-" + std::to_string(::getpid()) + ".pcapng"))
                         .string();
  ~TemporaryFile() { std::filesystem::remove(path); }
};

}  // namespace

TEST_CASE("libpcap reads back every byte, to the nanosecond", "[sim][pcapng]") {
  const TemporaryFile file;
  auto writer = std::move(*PcapngWriter::create(file.path));
  const unsigned port = writer->add_interface("left", 400'000);
  CHECK(port == 0);
  CHECK(writer->add_interface("right", 100'000) == 1);
  std::vector<Frame> frames;
  for (std::size_t i = 0; i < 70; ++i) {
    frames.push_back(make_frame(kMacA, kMacB, 0x0800, 64 + i, static_cast<std::uint8_t>(i)));
    writer->record((i * 5'000'000'123 + i) * kPsPerNs + 999, i % 2, i % 3 == 0, frames[i]);
  }
  CHECK(writer->close(kNever));
  CHECK(writer->frames() == 70);

  const Capture capture = read_capture(file.path);
  CHECK(capture.error.empty());
  REQUIRE(capture.frames.size() == 70);
  for (std::size_t i = 0; i < 70; ++i) {
    CHECK(capture.frames[i].bytes == frames[i]);
    CHECK(capture.frames[i].nanoseconds == i * 5'000'000'123 + i);
  }
  const CaptureBlocks blocks = read_blocks(file.path);
  CHECK(blocks.whole);
  CHECK(blocks.interfaces == std::vector<std::string>{"left", "right"});
  CHECK(blocks.speeds == std::vector<std::uint64_t>{400'000'000'000, 100'000'000'000});
  for (std::size_t i = 0; i < 70; ++i) {
    CHECK(blocks.interface_of[i] == i % 2);
    CHECK(blocks.direction_of[i] == (i % 3 == 0 ? 2 : 1));  // outbound, inbound
    CHECK(blocks.fcs_of[i] == 4);
  }
}

TEST_CASE("frames stand in order of time, however they were recorded", "[sim][pcapng]") {
  const TemporaryFile file;
  auto writer = std::move(*PcapngWriter::create(file.path));
  writer->add_interface("a", 1);
  writer->add_interface("b", 1);
  const auto record = [&](TimePs time, unsigned port, bool outbound, std::uint8_t mark) {
    writer->record(time, port, outbound, make_frame(kMacA, kMacB, 0x0800, 64, mark));
  };
  record(9000, 0, true, 5);
  record(3000, 1, true, 4);
  record(3000, 1, false, 3);
  record(3000, 0, true, 1);
  record(3000, 0, true, 2);
  writer->flush(9000);
  CHECK(writer->frames() == 4);  // the last one may still have company
  record(8000, 0, true, 6);      // a promise that is broken stays a valid file
  CHECK(writer->close(9001));
  const Capture capture = read_capture(file.path);
  CHECK(capture.error.empty());
  std::vector<unsigned> marks;
  for (const CapturedFrame& frame : capture.frames) {
    marks.push_back(frame.bytes[14] - 14 * 3);
  }
  CHECK(marks == std::vector<unsigned>{1, 2, 3, 4, 6, 5});
}

TEST_CASE("frames at or behind the end of the run are not in the capture", "[sim][pcapng]") {
  const TemporaryFile file;
  auto writer = std::move(*PcapngWriter::create(file.path));
  writer->add_interface("a", 1);
  writer->record(5000, 0, true, make_frame(kMacA, kMacB, 0x0800));
  writer->record(4999, 0, true, make_frame(kMacA, kMacB, 0x0800));
  CHECK(writer->close(5000));
  CHECK(read_capture(file.path).frames.size() == 1);
}

TEST_CASE("the file is valid after every flush, without being closed", "[sim][pcapng]") {
  const TemporaryFile file;
  auto writer = std::move(*PcapngWriter::create(file.path));
  writer->add_interface("a", 1);
  for (std::size_t i = 0; i < 300; ++i) {
    writer->record(i * 1000, 0, true, make_frame(kMacA, kMacB, 0x0800, 64 + i));
    if (i % 50 == 0) {
      writer->flush(i * 1000);
      const Capture capture = read_capture(file.path);
      CHECK(capture.error.empty());
      CHECK(capture.frames.size() == i);
      CHECK(read_blocks(file.path).whole);
    }
  }
}

TEST_CASE("a capture that cannot be written is an error", "[sim][pcapng]") {
  const auto missing = PcapngWriter::create("/no-such-directory/x.pcapng");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == Errc::kSystem);
  CHECK(missing.error().context.find("/no-such-directory/x.pcapng: expected a file") == 0);
  if (std::filesystem::exists("/dev/full")) {
    auto full = std::move(*PcapngWriter::create("/dev/full"));
    full->add_interface("a", 1);
    CHECK(full->close(kNever).error().code == Errc::kSystem);
  }
}

}  // namespace ethlink::sim::test
