// SPDX-License-Identifier: Apache-2.0
//
// Queue pairs in EthLink encapsulation: every operation, damage on the way, and strangers.
#include <cstring>

#include "checked_run.hpp"
#include "incast_runs.hpp"
#include "reference/frame.hpp"

namespace ethlink::test {
namespace {

using sim::Packet;
using sim::PacketKind;

constexpr std::uint64_t kTo = 32768;       // where WRITEs and receives land
constexpr std::uint64_t kCounterAt = 128;  // the word of the atomics
constexpr std::array<std::uint32_t, 8> kLengths{0, 1, 63, 64, 255, 257, 4096, 9001};

PairOptions ethlink_pair() {
  PairOptions options;
  options.encapsulation = [](unsigned, std::size_t) { return regs::QpEncap::kEthLink; };
  return options;
}

SendRequest request_of(Side& s, regs::WqeOp opcode, const SgeView& sge, std::uint64_t to) {
  SendRequest request;
  request.wr_id = static_cast<std::uint64_t>(opcode);
  request.opcode = opcode;
  request.sges = {&sge, 1};
  request.remote_va = s.remote_va(to);
  request.rkey = s.remote.rkey;
  return request;
}

/// WRITE, READ back, SEND and SEND with immediate of every length, then atomics, by both sides of
/// queue pair `index` in turn.
void operate(Side& s, std::size_t index) {
  for (const std::uint32_t bytes : kLengths) {
    const std::string name = std::to_string(index) + "." + std::to_string(bytes);
    const unsigned salt = bytes + 100 * s.node();
    const unsigned other_salt = bytes + 100 * s.other();
    s.fill(1024, bytes, salt);
    const SgeView from = s.local(1024, bytes);
    s.complete(request_of(s, regs::WqeOp::kWrite, from, kTo), index);
    const SgeView back = s.local(16384, bytes);
    s.complete(request_of(s, regs::WqeOp::kRead, back, kTo), index);
    expect(s.filled(16384, bytes, salt), name + " bytes to be read back");
    s.meet("written " + name);
    expect(s.filled(kTo, bytes, other_salt), name + " bytes to be written");
    std::fill_n(s.bytes(kTo), 16384, std::byte{0});
    const SgeView into = s.local(kTo, 16384);
    for (std::uint64_t i = 0; i < 2; ++i) {
      must(s.qp(index).post_receive({i, {&into, 1}}));
    }
    s.meet("posted " + name);
    must(s.qp(index).post_send(request_of(s, regs::WqeOp::kSend, from, 0)));
    SendRequest immediate = request_of(s, regs::WqeOp::kSendImm, from, 0);
    immediate.imm = 0x12345678;
    must(s.qp(index).post_send(immediate));
    unsigned received = 0;
    for (int i = 0; i < 4; ++i) {
      const WorkCompletion done = s.completion();
      expect(done.status == regs::WcStatus::kSuccess, "success");
      if (done.opcode == regs::CqeOp::kRecv) {
        expect(done.byte_len == bytes && done.wr_id == received, "the message");
        expect(((done.flags & regs::kCqeFlagImm) != 0) == (received == 1), "immediate data");
        ++received;
      }
    }
    expect(received == 2, "two messages");
    expect(s.filled(kTo, bytes, other_salt), name + " bytes to be sent");
    s.meet("sent " + name);
  }
  const SgeView old = s.local(256, 8);
  for (std::uint64_t i = 0; i < 5; ++i) {
    SendRequest add = request_of(s, regs::WqeOp::kFetchAdd, old, kCounterAt);
    add.swap_or_add = 3;
    s.complete(add, index);
  }
  SendRequest swap = request_of(s, regs::WqeOp::kCmpSwap, old, kCounterAt);
  swap.compare = 15;
  swap.swap_or_add = 0;
  s.complete(swap, index);
  std::uint64_t value = 0;
  std::memcpy(&value, s.bytes(256), 8);
  expect(value == 15, "five additions, each once");
  s.meet("counted " + std::to_string(index));
}

struct Frames {
  std::size_t rocev2 = 0, ethlink = 0;
};
Frames count(const Capture& capture) {
  Frames frames;
  for (const CapturedFrame& frame : capture.frames) {
    const Packet packet = sim::parse_packet(frame.bytes);
    if (packet.kind == PacketKind::kRdma) {
      ++(packet.ethlink ? frames.ethlink : frames.rocev2);
    }
  }
  return frames;
}

TEST_CASE("Every operation works in EthLink encapsulation, with and without loss",
          "[integration]") {
  PairOptions options = ethlink_pair();
  options.timeout = 2;
  options.data_width = GENERATE(256U, 512U, 1024U);
  options.path_mtu = GENERATE(256U, 4096U);
  const auto faults = GENERATE(
      values<std::string>({"", "loss = 0.02\nduplicate = 0.02\nreorder = 0.02\ncorrupt = 0.02\n"}));
  CAPTURE(options.data_width, options.path_mtu, faults);
  options.faults = faults;
  Frames frames;
  const auto both = [](Side& s) {
    operate(s, 0);
    must(report_counters(*s.end.device, s.port));
    s.meet("end");
  };
  const auto result =
      run_checked(options, both, both, [&](const Capture& capture) { frames = count(capture); });
  CHECK(frames.rocev2 == 0);
  CHECK(frames.ethlink > 100);
  if (faults.empty()) {
    for (const sim::NodeResult& node : result.nodes) {
      CHECK(reported(node, "roce_sq.tx_repeated") == 0);
      CHECK(reported(node, "eth.rx_icrc_err") == 0);
    }
  }
}

TEST_CASE("Queue pairs of both encapsulations work side by side", "[integration]") {
  PairOptions options;
  options.queue_pairs = 2;
  options.faults = "loss = 0.01\n";
  options.timeout = 2;
  options.encapsulation = [](unsigned, std::size_t qp) {
    return qp == 0 ? regs::QpEncap::kRoceV2 : regs::QpEncap::kEthLink;
  };
  Frames frames;
  const auto both = [](Side& s) {
    for (const std::size_t index : {0U, 1U}) {
      operate(s, index);
    }
    expect(s.counter(regs::kCntRoceRxBadEncap) == 0, "each packet where it belongs");
    must(report_counters(*s.end.device, s.port));
    s.meet("end");
  };
  run_checked(options, both, both, [&](const Capture& capture) { frames = count(capture); });
  CHECK(frames.rocev2 > 100);
  CHECK(frames.ethlink > 100);
}

TEST_CASE("A queue pair of one encapsulation hears nothing of the other one", "[integration]") {
  PairOptions options;
  options.timeout = 1;
  options.retry_count = 2;
  const unsigned ethlink_node = GENERATE(0U, 1U);
  options.encapsulation = [ethlink_node](unsigned node, std::size_t) {
    return node == ethlink_node ? regs::QpEncap::kEthLink : regs::QpEncap::kRoceV2;
  };
  run_pair(
      options,
      [](Side& s) {
        s.fill(0, 100, 1);
        const SgeView sge = s.local(0, 100);
        must(s.qp().post_send(request_of(s, regs::WqeOp::kWrite, sge, kTo)));
        expect(s.completion().status == regs::WcStatus::kRetryExcErr, "no answer");
        s.meet("done");
      },
      [](Side& s) {
        s.meet("done");
        expect(s.counter(regs::kCntRoceRxBadEncap) == 3, "three packets to be dropped");
        expect(s.counter(regs::kCntRoceRxRequests) == 0, "no request");
        expect(*s.bytes(kTo) == std::byte{0}, "memory untouched");
      });
}

TEST_CASE("Damage that only the ICRC of EthLink sees is a loss, a changed NET is none",
          "[integration]") {
  struct Case {
    const char* keys;
    bool lost;
  };
  // OEFH (entropy, source id), NET (AR; reserved and TTL; DSCP and ECN), BTH, payload, ICRC.
  const auto [keys, lost] = GENERATE(values<Case>({{"part = 'frame'\nbyte = 8", true},
                                                   {"part = 'frame'\nbyte = 11", true},
                                                   {"part = 'frame'\nbyte = 14\nmask = 128", true},
                                                   {"part = 'frame'\nbyte = 14\nmask = 127", false},
                                                   {"part = 'frame'\nbyte = 15\nmask = 255", false},
                                                   {"part = 'headers'\nbyte = 11", true},
                                                   {"part = 'payload'\nbyte = 99", true},
                                                   {"part = 'icrc'\nbyte = 3\nmask = 128", true}}));
  CAPTURE(keys);
  PairOptions options = ethlink_pair();
  options.timeout = 2;
  options.fault_events =
      "[[fault]]\nlink = ['switch', 'right']\naction = 'corrupt'\n"
      "repair_fcs = true\nframe = 'write'\nsource_port = 0xc000\n"
      "psn = 0xfffff0\nnth = 1\n" +
      std::string(keys) + "\n";
  const std::uint64_t times = lost ? 1 : 0;
  const auto result = run_checked(
      options,
      [times](Side& s) {
        s.fill(0, 100, 1);
        const SgeView sge = s.local(0, 100);
        s.complete(request_of(s, regs::WqeOp::kWrite, sge, kTo));
        expect(s.counter(regs::kCntRoceSqTxRepeated) == times, "a repetition after a loss only");
        must(report_counters(*s.end.device, s.port));
        s.meet("done");
      },
      [times](Side& s) {
        s.meet("done");
        expect(s.filled(kTo, 100, 1), "the bytes");
        expect(s.counter(regs::kCntEthRxIcrcErr) == times, "ICRC errors to be counted");
        must(report_counters(*s.end.device, s.port));
      });
  REQUIRE(result.faults.size() == 1);
  CHECK(result.faults[0].done == 1);
}

TEST_CASE("Frames of EthLink encapsulation from another program are taken when all fits",
          "[integration]") {
  // WRITEs of 8 bytes to the right side's queue pair 0, from the frame builder of the tests.
  PairOptions options = ethlink_pair();
  run_pair(
      options,
      [](Side& s) {
        auto plain = must(PlainPort::create(*s.end.device));
        s.meet("ready");
        const auto send = [&](std::uint32_t psn, std::uint64_t to, const auto& change) {
          using reference::put;
          reference::Header h;
          h.icrc = reference::Icrc::kEthlink;
          put(h.bytes, 0x0200, 2);
          put(h.bytes, 2 + 12 + 16 + 8 + 4, 2);
          put(h.bytes, node_id_of(s.other()), 2);
          put(h.bytes, 0x0200'ABCD, 4);
          put(h.bytes, node_id_of(s.node()), 2);
          put(h.bytes, 0x88B6'0F60, 4);
          put(h.bytes, 0x0A00'FFFF, 4);
          put(h.bytes, s.remote.qpns[0], 4);
          put(h.bytes, 0x8000'0000 | psn, 4);
          put(h.bytes, s.remote_va(to), 8);
          put(h.bytes, s.remote.rkey, 4);
          put(h.bytes, 8, 4);
          reference::Bytes body =
              reference::body_of(h, reference::Bytes(8, static_cast<std::uint8_t>(psn)));
          change(body);
          std::vector<std::byte> frame(body.size());
          std::memcpy(frame.data(), body.data(), body.size());
          must(plain->send(frame));
        };
        const auto pause = [&] {
          expect(fails_with(s.end.device->wait_for([] { return false; }, Duration{20'000'000}, ""),
                            Errc::kTimeout),
                 "a pause");
        };
        const auto none = [](reference::Bytes&) {};
        send(0xFFFFF0, kTo, none);
        pause();
        send(0xFFFFF1, kTo + 8, [](reference::Bytes& frame) { frame[44] ^= 1; });    // payload
        send(0xFFFFF1, kTo + 8, [](reference::Bytes& frame) { frame[5] ^= 0x40; });  // another id
        pause();
        send(0xFFFFF1, kTo + 8, [](reference::Bytes& frame) { frame[3] += 1; });
        pause();
        expect(s.counter(regs::kCntRoceRxResponses) == 1, "one ACK");
        send(0xFFFFF1, kTo + 16, [](reference::Bytes& frame) {
          frame[14] ^= 0x75;
          frame[15] ^= 0xff;
        });
        pause();
        expect(s.counter(regs::kCntRoceRxResponses) == 2, "a second one");
        s.meet("done");
      },
      [](Side& s) {
        s.meet("ready");
        s.meet("done");
        expect(s.counter(regs::kCntEthRxIcrcErr) == 2, "two broken ICRCs");
        expect(s.counter(regs::kCntRoceRxRequests) == 2, "two requests");
        expect(*s.bytes(kTo) == std::byte{0xF0} && *s.bytes(kTo + 8) == std::byte{0} &&
                   *s.bytes(kTo + 23) == std::byte{0xF1},
               "two WRITEs");
      });
}

TEST_CASE("Eight senders to one in EthLink encapsulation share fairly and lose nothing",
          "[integration]") {
  const std::string name = GENERATE("incast-8-to-1", "incast-8-to-1-pfc");
  CAPTURE(name);
  const IncastRun run = run_incast(name, true, "ethlink");
  CHECK(run.fairness() >= 0.95);
  CHECK(run.sum() >= 80);
  CHECK(run.drops == 0);
  CHECK(run.marks > 0);
  CHECK(run.total("roce_sq.tx_repeated") == 0);
  CHECK(run.total("roce.rx_ecn_marked") == run.marks);
  CHECK(run.total("roce.tx_cnp") > 0);
  CHECK(run.total("roce.rx_cnp") == run.total("roce.tx_cnp"));
  CHECK(run.total("roce.rx_bad_encap") == 0);
  CHECK(run.total("roce_sq.rate_cuts") == run.total("roce.rx_cnp"));
}

TEST_CASE("A run in EthLink encapsulation is the same with and without skipped cycles",
          "[integration]") {
  const auto run = [](bool skip) {
    PairOptions options = ethlink_pair();
    options.faults = "loss = 0.02\n";
    options.timeout = 2;
    options.seed = 7;
    options.skip = skip;
    const auto both = [](Side& s) { operate(s, 0); };
    return run_pair(options, both, both).hash;
  };
  CHECK(run(true) == run(false));
}

}  // namespace
}  // namespace ethlink::test
