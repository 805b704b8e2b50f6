// SPDX-License-Identifier: Apache-2.0
//
// The checker on captures of Linux soft-RoCE, as they are and tampered with, and as a command.
#include <algorithm>
#include <iostream>
#include <sstream>

#include "catch.hpp"
#include "cli/program.hpp"
#include "reference/frame.hpp"
#include "seed.hpp"
#include "tape.hpp"
#include "temporary_file.hpp"

namespace ethlink::test {
namespace {

constexpr const char* kGolden = ETHLINK_SOURCE_DIR "/tests/golden/";

Capture golden(const std::string& name) {
  Result<Capture> capture = read_capture(std::string(kGolden) + name);
  REQUIRE(capture);
  return *capture;
}

// Gives the frame the ICRC that belongs to what it says now.
void repair(CapturedFrame& frame) {
  const sim::Packet packet = sim::parse_packet(frame.bytes);
  const reference::Bytes icrc = reference::icrc_of(
      {frame.bytes.begin(), frame.bytes.begin() + static_cast<std::ptrdiff_t>(packet.icrc)},
      reference::Icrc::kRoce);
  std::copy(icrc.begin(), icrc.end(),
            frame.bytes.begin() + static_cast<std::ptrdiff_t>(packet.icrc));
}

struct Outcome {
  int code;
  std::string out, err;
};
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

TEST_CASE("check: captures of soft-RoCE break no rule", "[host][check]") {
  const std::vector<std::tuple<std::string, std::size_t, std::size_t>> captures{
      {"rxe_sample.pcap", 2003, 100},
      {"rxe_var.pcap", 508, 10},
      {"rxe_drop.pcap", 1121, 9},
      {"rxe_netem.pcap", 94, 4},
      {"rxe_cm.pcap", 75, 4}};
  for (const auto& [name, frames, flows] : captures) {
    CAPTURE(name);
    const Capture capture = golden(name);
    const CheckResult result = check_capture(capture, {});
    CHECK(names(result.findings).empty());
    CHECK(result.frames == frames);
    CHECK(result.flows >= flows);
  }
}

TEST_CASE("check: a flipped bit of a captured packet is one finding", "[host][check]") {
  const Capture capture = golden("rxe_netem.pcap");
  for (std::size_t i = 0; i < capture.frames.size(); ++i) {
    const sim::Packet packet = sim::parse_packet(capture.frames[i].bytes);
    if (packet.kind != sim::PacketKind::kRdma || packet.payload == packet.icrc) {
      continue;
    }
    Capture tampered = capture;
    tampered.frames[i].bytes[packet.payload] ^= 1;
    const std::vector<std::string> found = names(check_capture(tampered, {}).findings);
    CHECK(std::count(found.begin(), found.end(), "icrc@" + std::to_string(i + 1)) == 1);
  }
}

TEST_CASE("check: an acknowledgement that is moved ahead in a captured flow is found",
          "[host][check]") {
  const Capture capture = golden("rxe_netem.pcap");
  unsigned acks = 0;
  for (std::size_t i = 0; i < capture.frames.size(); ++i) {
    const sim::Packet packet = sim::parse_packet(capture.frames[i].bytes);
    if (!packet.ack()) {
      continue;
    }
    ++acks;
    Capture tampered = capture;
    std::vector<std::uint8_t>& bytes = tampered.frames[i].bytes;
    for (unsigned byte = 0; byte < 3; ++byte) {
      bytes[packet.transport + 9 + byte] =
          static_cast<std::uint8_t>((packet.psn + 1000) >> (16 - 8 * byte));
    }
    repair(tampered.frames[i]);
    // The requester's next repetition may be wrong then, too.
    const std::vector<std::string> found = names(check_capture(tampered, {}).findings);
    REQUIRE_FALSE(found.empty());
    CHECK(found.front() == "ack@" + std::to_string(i + 1));
    CHECK(std::count_if(found.begin(), found.end(),
                        [](const std::string& name) { return name.find("ack@") == 0; }) == 1);
  }
  CHECK(acks > 20);
}

TEST_CASE("check: the command prints findings, counts, and ends with their code", "[host][check]") {
  const Outcome good = run({"check", std::string(kGolden) + "rxe_netem.pcap"});
  CHECK(good.code == 0);
  CHECK(good.err.empty());
  CHECK(good.out == "96 frames, 94 of them with an ICRC, 4 flows: 0 findings\n");

  const TemporaryFile file("", ".pcapng");
  Tape()
      .out(0, {.opcode = kWriteOnly, .psn = 10, .payload = 64})
      .out(1234, {.opcode = kWriteOnly, .psn = 12, .payload = 64})
      .write(file.path());
  const Outcome bad = run({"check", file.path()});
  CHECK(bad.code == 1);
  CHECK(bad.out ==
        "frame 2, 0.000001234 s, left, requests to queue pair 7, sequence: WRITE only, PSN 12: "
        "expected PSN 11, found a gap\n"
        "2 frames, 2 of them with an ICRC, 1 flows: 1 findings\n");
  const TemporaryFile json(
      R"({"nodes": [{"name": "left", "reports": {"counters_from_ps": 9000000,
          "counters_until_ps": 9000000, "eth.tx_frames": 2, "eth.tx_bytes": 284,
          "roce_sq.tx_packets": 2, "roce_sq.tx_bytes": 127}}]})");
  const Outcome counters = run({"check", file.path(), "--json", json.path()});
  CHECK(counters.code == 1);
  CHECK(counters.out.find("\nleft, counters: roce_sq.tx_bytes: expected 128 by the frames of the "
                          "capture, found 127\n") != std::string::npos);
}

TEST_CASE("check: what cannot be read is one line and code 2", "[host][check]") {
  const auto refused = [](const std::vector<std::string>& arguments, const std::string& part) {
    const Outcome outcome = run(arguments);
    INFO(outcome.err);
    CHECK(outcome.code == 2);
    CHECK(outcome.out.empty());
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
    CHECK(outcome.err.find(part) != std::string::npos);
  };
  refused({"check"}, "expected a capture, found none");
  refused({"check", "/nowhere.pcapng"}, "/nowhere.pcapng: expected a whole pcap or pcapng file");
  const TemporaryFile text("this is no capture\n");
  refused({"check", text.path()}, "expected a whole pcap or pcapng file");
  const TemporaryFile file("", ".pcapng");
  Tape().out(0, {.opcode = kSendOnly, .payload = 64}).write(file.path());
  const std::string whole = file.text();
  const TemporaryFile cut(whole.substr(0, whole.size() - 3));
  refused({"check", cut.path()}, "expected a whole pcap or pcapng file");
  refused({"check", file.path(), "--json", "/nowhere.json"}, "/nowhere.json: expected a file");
  refused({"check", file.path(), "--json", text.path()}, "expected JSON");
  const TemporaryFile other("[1]");
  refused({"check", file.path(), "--json", other.path()}, "expected the JSON of `ethlink run`");
}

TEST_CASE("check: files with any byte changed are read or refused, without harm", "[host][check]") {
  const TemporaryFile file("", ".pcapng");
  Tape tape;
  for (std::uint32_t i = 0; i < 20; ++i) {
    tape.out(std::uint64_t{100} * i, {.opcode = kWriteOnly, .psn = i, .payload = 64});
  }
  tape.write(file.path());
  const std::string whole = file.text();
  std::mt19937_64 random(seed());
  for (unsigned round = 0; round < 2000; ++round) {
    std::string text = whole;
    for (unsigned i = 0; i < 3; ++i) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    const TemporaryFile changed(text);
    if (const Result<Capture> capture = read_capture(changed.path())) {
      CHECK(check_capture(*capture, {}).frames <= capture->frames.size());
    } else {
      CHECK(capture.error().context.find('\n') == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace ethlink::test
