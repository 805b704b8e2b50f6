// SPDX-License-Identifier: Apache-2.0
//
// Every rule of the checker: a capture that keeps it, and captures that break it.
#include <nlohmann/json.hpp>

#include "catch.hpp"
#include "tape.hpp"

namespace ethlink::test {
namespace {

using Names = std::vector<std::string>;

Rc nak(std::uint32_t psn, std::uint8_t syndrome = kNakSequence) {
  return {.opcode = kAck, .psn = psn, .syndrome = syndrome};
}
Rc ack(std::uint32_t psn) {
  return {.opcode = kAck, .psn = psn};
}
Rc write_only(std::uint32_t psn) {
  return {.opcode = kWriteOnly, .psn = psn, .payload = 64};
}

// Four packets of the requester at 0, 100, 200, 300 ns.
Tape sent(std::uint32_t first = 10) {
  Tape tape;
  for (std::uint32_t i = 0; i < 4; ++i) {
    tape.out(std::uint64_t{100} * i, write_only((first + i) & 0xffffff));
  }
  return tape;
}
// The same as they arrive at the responder.
Tape received(std::uint32_t first = 10) {
  Tape tape;
  for (std::uint32_t i = 0; i < 4; ++i) {
    tape.in(std::uint64_t{100} * i, write_only((first + i) & 0xffffff));
  }
  return tape;
}

TEST_CASE("check: a requester sends without gaps", "[host][check]") {
  CHECK(sent().in(500, ack(13)).findings().empty());
  CHECK(sent(0xfffffe).in(500, ack(1)).out(600, write_only(2)).findings().empty());
  CHECK(sent().out(400, write_only(15)).findings() == Names{"sequence@5"});
  CHECK(sent().in(500, ack(13)).out(600, write_only(15)).findings() == Names{"sequence@6"});
  CHECK(sent(0xfffffe).out(600, write_only(3)).findings() == Names{"sequence@5"});
  // A message of several packets.
  Tape tape;
  tape.out(0, {.opcode = kWriteFirst, .psn = 1, .length = 192, .payload = 64})
      .out(10, {.opcode = kWriteMiddle, .psn = 2, .payload = 64});
  CHECK(Tape(tape).out(20, {.opcode = kWriteLast, .psn = 3, .payload = 64}).findings().empty());
  CHECK(Tape(tape).out(20, {.opcode = kWriteLast, .psn = 4, .payload = 64}).findings() ==
        Names{"sequence@3"});
}

TEST_CASE("check: what follows a NAK starts at the PSN that it names", "[host][check]") {
  const auto again = [](std::uint32_t psn, std::uint8_t syndrome) {
    return sent().in(500, nak(11, syndrome)).out(2000, write_only(psn)).findings();
  };
  for (const std::uint8_t syndrome : {kNakSequence, kRnr}) {
    CHECK(again(11, syndrome).empty());
    CHECK(again(12, syndrome) == Names{"go-back@6"});
    CHECK(again(10, syndrome) == Names{"go-back@6"});
    CHECK(again(13, syndrome) == Names{"go-back@6"});
    CHECK(again(14, syndrome).empty());  // the NAK has not been taken yet
  }
  // The repetition leaves nothing out either, but for what was acknowledged meanwhile.
  const auto jump = [](std::uint32_t acked) {
    return sent()
        .in(500, nak(10))
        .out(600, write_only(10))
        .in(650, ack(acked))
        .out(700, write_only(13))
        .findings();
  };
  CHECK(jump(12).empty());
  CHECK(jump(11) == Names{"go-back@8"});
}

TEST_CASE("check: what follows a timeout starts at the oldest packet without an acknowledgement",
          "[host][check]") {
  const auto again = [](std::uint64_t ns, std::uint32_t psn) {
    return sent().in(500, ack(11)).out(ns, write_only(psn)).findings();
  };
  CHECK(again(9000, 12).empty());
  CHECK(again(9000, 13) == Names{"go-back@6"});
  CHECK(again(9000, 11) == Names{"go-back@6"});
  CHECK(again(3000, 12) == Names{"go-back@6"});  // too early for any timer
  // The timer does not start again with each packet.
  CHECK(sent().out(8000, write_only(14)).out(9000, write_only(10)).findings().empty());
  // An acknowledgement that arrives when the timer has expired changes nothing any more.
  CHECK(sent().in(9000, ack(11)).out(9500, write_only(10)).findings().empty());
  CHECK(sent().in(4000, ack(11)).out(4500, write_only(10)).findings() == Names{"go-back@6"});
  // Nor does one that arrives behind a NAK, while the repetition waits.
  Tape waits = sent();
  waits.in(500, nak(11)).in(3000, ack(12));
  CHECK(Tape(waits).out(9000, write_only(11)).findings().empty());
  CHECK(Tape(waits).out(9000, write_only(13)).findings().empty());
  CHECK(Tape(waits).out(9000, write_only(12)).findings() == Names{"go-back@7"});
  Tape moved = sent();
  moved.in(9000, ack(10)).in(9100, ack(11));
  CHECK(Tape(moved).out(9500, write_only(11)).findings().empty());
  CHECK(Tape(moved).out(9500, write_only(13)).findings() == Names{"go-back@7"});
  CHECK(Tape(moved).out(19'500, write_only(11)).findings() == Names{"go-back@7"});
  Tape late = sent();
  late.in(500, ack(10)).out(9000, write_only(11)).in(9050, ack(11)).out(9100, write_only(12));
  CHECK(late.findings().empty());
}

TEST_CASE("check: a responder acknowledges only what arrived", "[host][check]") {
  CHECK(received().out(500, ack(13)).findings().empty());
  CHECK(received().out(500, ack(10)).out(600, ack(13)).findings().empty());
  CHECK(received().out(500, ack(14)).findings() == Names{"ack@5"});
  CHECK(received(0xfffffd).out(500, ack(0)).findings().empty());
  CHECK(received(0xfffffd).out(500, ack(1)).findings() == Names{"ack@5"});
  CHECK(received().out(500, nak(14, kNakAccess)).findings() == Names{"ack@5"});
  CHECK(received().out(500, nak(12, kNakAccess)).findings().empty());
  // What is behind a gap did not arrive, nor what arrived spoiled.
  CHECK(received().in(500, write_only(15)).out(600, ack(15)).findings() == Names{"ack@6"});
  CHECK(received().in(500, write_only(14)).spoil(60, true).out(600, ack(14)).findings() ==
        Names{"ack@6"});
  CHECK(received().in(500, write_only(14)).out(600, ack(14)).findings().empty());
}

TEST_CASE("check: a gap is reported once, and nothing else is", "[host][check]") {
  const auto gap = [] { return received().in(400, write_only(16)).in(500, write_only(17)); };
  CHECK(gap().out(600, nak(14)).findings().empty());
  CHECK(gap().out(600, nak(14)).out(700, nak(14)).findings() == Names{"nak@8"});
  CHECK(gap().out(600, nak(15)).findings() == Names{"nak@7"});
  CHECK(received().out(600, nak(14)).findings() == Names{"nak@5"});
  CHECK(received().out(600, nak(12)).findings() == Names{"nak@5"});
  // After the missing packet came, the next gap is one of its own.
  CHECK(gap()
            .out(600, nak(14))
            .in(700, write_only(14))
            .in(800, write_only(16))
            .out(900, nak(15))
            .findings()
            .empty());
  // The first packets were lost.
  CHECK(received().out(600, nak(8)).in(700, write_only(8)).out(800, ack(8)).findings().empty());
  CHECK(received().out(500, ack(10)).out(600, nak(8)).findings() == Names{"nak@6"});
  // Behind a request that was not ready for comes a gap.
  CHECK(received().out(500, nak(11, kRnr)).out(600, nak(11)).findings().empty());
  CHECK(received().out(500, nak(13, kRnr)).out(600, nak(13)).findings() == Names{"nak@6"});
}

TEST_CASE("check: duplicates are answered", "[host][check]") {
  const auto again = [] { return received().out(500, ack(13)).in(20'000, write_only(13)); };
  CHECK(again().out(20'500, ack(13)).in(3'000'000, write_only(14)).findings().empty());
  CHECK(again().in(2'000'000, write_only(14)).out(2'000'100, ack(14)).findings() ==
        Names{"duplicate@6"});
  // A device that says nothing at all any more is another matter.
  CHECK(again().in(2'000'000, write_only(14)).findings().empty());
}

TEST_CASE("check: another life of a queue pair breaks no rule", "[host][check]") {
  CHECK(sent().in(500, ack(13)).out(50'000, write_only(10)).in(51'000, ack(10)).findings().empty());
  CHECK(sent().in(500, ack(13)).out(50'000, write_only(900'000)).findings().empty());
  CHECK(received()
            .out(500, ack(13))
            .in(50'000, write_only(10))
            .in(50'100, write_only(12))
            .out(50'200, nak(11))
            .findings()
            .empty());
}

TEST_CASE("check: READ responses come in order and whole", "[host][check]") {
  const auto read = [](std::uint32_t length) {
    Tape tape;
    tape.in(0, {.opcode = kReadRequest, .psn = 20, .length = length});
    return tape;
  };
  const Rc first{.opcode = kReadFirst, .psn = 20, .payload = 64};
  const Rc middle{.opcode = kReadMiddle, .psn = 21, .payload = 64};
  const Rc last{.opcode = kReadLast, .psn = 22, .payload = 32};
  CHECK(read(160).out(100, first).out(200, middle).out(300, last).findings().empty());
  CHECK(read(64).out(100, {.opcode = kReadOnly, .psn = 20, .payload = 64}).findings().empty());
  CHECK(read(64).out(100, {.opcode = kReadOnly, .psn = 20, .payload = 32}).findings() ==
        Names{"read-response@2"});
  CHECK(read(160).out(100, first).out(200, last).findings() == Names{"read-response@3"});
  CHECK(read(160).out(100, first).out(200, middle).out(300, middle).findings() ==
        Names{"read-response@4"});
  CHECK(read(192).out(100, first).out(200, middle).out(300, last).findings() ==
        Names{"read-response@4"});
  CHECK(read(160).out(100, {.opcode = kReadFirst, .psn = 21, .payload = 64}).findings() ==
        Names{"read-response@2"});
  // Asked again from the middle, it begins there.
  Tape again = read(160);
  again.out(100, first).out(200, middle).out(300, last);
  again.in(9000, {.opcode = kReadRequest, .psn = 21, .length = 96});
  CHECK(Tape(again)
            .out(9100, {.opcode = kReadFirst, .psn = 21, .payload = 64})
            .out(9200, last)
            .findings()
            .empty());
  CHECK(Tape(again).out(9100, {.opcode = kReadFirst, .psn = 22, .payload = 64}).findings() ==
        Names{"read-response@6"});
  // The requester may ask again without a NAK, from the response that is missing.
  Tape asks;
  asks.out(0, {.opcode = kReadRequest, .psn = 20, .length = 160})
      .in(100, first)
      .in(300, last)
      .out(400, {.opcode = kReadRequest, .psn = 21, .length = 96});
  CHECK(asks.findings().empty());
  Tape wrong;
  wrong.out(0, {.opcode = kReadRequest, .psn = 20, .length = 160})
      .in(100, first)
      .in(200, middle)
      .out(2000, {.opcode = kReadRequest, .psn = 20, .length = 160});
  CHECK(wrong.findings() == Names{"go-back@4"});
}

TEST_CASE("check: an atomic is answered equally each time", "[host][check]") {
  const Rc request{.opcode = kFetchAdd, .psn = 30, .value = 5};
  const auto answer = [](std::uint64_t value, std::uint32_t psn = 30) {
    return Rc{.opcode = kAtomicAck, .psn = psn, .value = value};
  };
  const auto twice = [&](std::uint64_t value) {
    return Tape()
        .in(0, request)
        .out(100, answer(77))
        .in(9000, request)
        .out(9100, answer(value))
        .findings();
  };
  CHECK(twice(77).empty());
  CHECK(twice(82) == Names{"atomic@4"});
  // Another request with its number has an answer of its own.
  CHECK(Tape()
            .in(0, request)
            .out(100, answer(77))
            .in(90'000, {.opcode = kFetchAdd, .psn = 30, .value = 6})
            .out(90'100, answer(82))
            .findings()
            .empty());
  CHECK(Tape().in(0, request).in(10, write_only(31)).out(100, answer(77, 31)).findings() ==
        Names{"atomic@3"});
}

TEST_CASE("check: congestion notifications keep their distance and have a cause", "[host][check]") {
  const Rc marked{.opcode = kWriteOnly, .psn = 10, .payload = 64, .ecn = 3};
  const Rc cnp{.opcode = kCnp, .qpn = 9};
  const Rc other{.opcode = kCnp, .qpn = 8};
  const Tape cause = Tape().in(0, marked);
  CHECK(Tape(cause).out(100, cnp).out(4100, cnp).out(8100, cnp).findings().empty());
  CHECK(Tape(cause).out(100, cnp).out(4099, cnp).findings() == Names{"cnp@3"});
  CHECK(Tape(cause).out(100, cnp).out(200, other).findings().empty());
  CHECK(Tape(cause).out(100, cnp).out(900, cnp).findings({.cnp_spacing_ns = 800}).empty());
  CHECK(Tape().in(0, write_only(10)).out(100, cnp).findings() == Names{"cnp@2"});
}

TEST_CASE("check: what is sent has the right check values", "[host][check]") {
  CHECK(sent().spoil(60, true).findings() == Names{"icrc@4"});
  CHECK(sent().spoil(60, false).findings() == Names{"icrc@4"});
  CHECK(sent().spoil(15, true).findings().empty());  // type of service: a hop may change it
  CHECK(received().spoil(60, true).findings().empty());
  CHECK(received().spoil(60, false).findings().empty());
}

TEST_CASE("check: counters agree with the frames at the port", "[host][check]") {
  Tape tape = sent();
  tape.in(500, nak(11)).out(2000, write_only(11)).out(2100, write_only(12));
  tape.in(2500, ack(12)).in(2600, ack(12)).spoil(60, true).in(2700, ack(12)).spoil(60, false);
  tape.in(2800, {.opcode = kCnp}).in(3000, write_only(50)).out(3100, ack(50));
  const Capture capture = tape.capture();
  const nlohmann::json right{{"counters_from_ps", 20'000'000},
                             {"counters_until_ps", 21'000'000},
                             {"eth.tx_frames", 7},
                             {"eth.tx_bytes", 6 * (64 + 78) + 66},
                             {"eth.rx_fcs_err", 1},
                             {"eth.rx_icrc_err", 1},
                             {"eth.rx_frames_roce", 4},
                             {"roce.rx_cnp", 1},
                             {"roce.rx_requests", 1},
                             {"roce.rx_responses", 2},
                             {"roce.tx_acks", 1},
                             {"roce_sq.tx_packets", 6},
                             {"roce_sq.tx_bytes", 6 * 64},
                             {"roce_sq.tx_repeated", 2}};
  const auto run = [](const nlohmann::json& reports) {
    return nlohmann::json{{"nodes", {{{"name", "left"}, {"reports", reports}}}}};
  };
  const auto found = [&](const nlohmann::json& reports) {
    const Result<Findings> findings = check_counters(capture, run(reports));
    REQUIRE(findings);
    std::string text;
    for (const Finding& finding : *findings) {
      CHECK(finding.rule == Rule::kCounters);
      text += finding.text + "\n";
    }
    return text;
  };
  CHECK(found(right).empty());
  for (const auto& [name, value] : right.items()) {
    if (name.find("counters_") == 0) {
      continue;
    }
    for (const int change : {-1, 1}) {
      nlohmann::json wrong = right;
      wrong[name] = value.get<int>() + change;
      CHECK(found(wrong) == name + ": expected " + std::to_string(value.get<int>()) +
                                " by the frames of the capture, found " +
                                std::to_string(value.get<int>() + change) + "\n");
    }
    nlohmann::json missing = right;
    missing.erase(name);
    CHECK_FALSE(found(missing).empty());
  }
  // Read while frames were under way: what is near in time may count or not.
  nlohmann::json early = right;
  early["counters_from_ps"] = 100'000;
  early["counters_until_ps"] = 200'000;
  early["eth.tx_frames"] = 2;
  CHECK(found(early).empty());
  // No counters, another node, a device that was reset: nothing to compare.
  CHECK(found({{"bytes", 3}}).empty());
  nlohmann::json reset = run({{"counters_from_ps", 0}, {"counters_until_ps", 9'000'000}});
  CHECK_FALSE(check_counters(capture, reset)->empty());
  reset["faults"] = {{{"where", "left"}, {"done", 1}}};
  CHECK(check_counters(capture, reset)->empty());
  CHECK_FALSE(check_counters(capture, nlohmann::json::array()));
}

TEST_CASE("check: a READ that begins inside an earlier one is a repetition", "[host][check]") {
  // Three responses of 64 bytes: PSNs 20 to 22.
  const auto agrees = [](std::uint32_t psn, unsigned repeated) {
    Tape tape;
    tape.out(0, {.opcode = kReadRequest, .psn = 20, .length = 160, .va = 1000})
        .in(1000, {.opcode = kReadFirst, .psn = 20, .payload = 64})
        .out(9000, {.opcode = kReadRequest, .psn = psn, .length = 96, .va = 1064});
    const nlohmann::json reports{{"counters_from_ps", 20'000'000},
                                 {"counters_until_ps", 21'000'000},
                                 {"eth.tx_frames", 2},
                                 {"eth.tx_bytes", 2 * 78},
                                 {"eth.rx_frames_roce", 1},
                                 {"roce.rx_responses", 1},
                                 {"roce_sq.tx_packets", 2},
                                 {"roce_sq.tx_repeated", repeated}};
    const Result<Findings> findings =
        check_counters(tape.capture(), {{"nodes", {{{"name", "left"}, {"reports", reports}}}}});
    REQUIRE(findings);
    return findings->empty();
  };
  for (const std::uint32_t inside : {20U, 21U, 22U}) {
    CHECK(agrees(inside, 1));
    CHECK_FALSE(agrees(inside, 0));
  }
  CHECK(agrees(23, 0));
  CHECK_FALSE(agrees(23, 1));
}

TEST_CASE("check: a response behind a gap lets a READ be repeated, whatever comes meanwhile",
          "[host][check]") {
  const Rc request{.opcode = kReadRequest, .psn = 20, .length = 160};
  const Rc first{.opcode = kReadFirst, .psn = 20, .payload = 64};
  const Rc middle{.opcode = kReadMiddle, .psn = 21, .payload = 64};
  const Tape gap = Tape().out(0, request).in(100, middle);
  CHECK(Tape(gap).out(200, request).findings().empty());
  CHECK(Tape(gap).in(150, first).out(200, request).findings().empty());
  CHECK(Tape(gap).in(150, first).out(11'000, request).findings() == Names{"go-back@4"});
  CHECK(Tape().out(0, request).in(100, first).in(150, middle).out(200, request).findings() ==
        Names{"go-back@4"});
}

}  // namespace
}  // namespace ethlink::test
