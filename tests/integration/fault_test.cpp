// SPDX-License-Identifier: Apache-2.0
//
// A fault at every packet of messages of 1 to 9 packets, through the driver, and peers that go.
#include <numeric>

#include "catch.hpp"
#include "checked_run.hpp"

namespace ethlink::test {
namespace {

constexpr unsigned kMtu = 256;
constexpr unsigned kMostPackets = 9;
constexpr std::uint32_t kFirstPsn = 0xFFFFF0;
constexpr std::uint64_t kTo = 16384;  // where WRITEs and receives land

// One message for each packet of a message of each length: packet `packet` of it is hit.
struct Message {
  unsigned packets, packet;
  std::uint32_t psn;  // of the packet that is hit
  std::uint32_t bytes;
};
std::vector<Message> messages() {
  std::vector<Message> list;
  std::uint32_t psn = kFirstPsn;
  for (unsigned packets = 1; packets <= kMostPackets; ++packets) {
    for (unsigned packet = 0; packet < packets; ++packet) {
      list.push_back(
          {packets, packet, (psn + packet) & 0xffffff, packets * kMtu - packet * 29 % kMtu});
      psn += packets;
    }
  }
  return list;
}

std::string faults_at(const std::string& keys, const std::string& link, const std::string& frame) {
  std::string text;
  for (const Message& message : messages()) {
    text += "[[fault]]\nlink = ";
    text += link;
    text += "\nframe = '";
    text += frame;
    text += "'\nnth = 1\npsn = ";
    text += std::to_string(message.psn);
    text += "\n";
    text += keys;
    text += "\n";
  }
  return text;
}

PairOptions fault_options(const std::string& events) {
  PairOptions options;
  options.fault_events = events;
  options.path_mtu = kMtu;
  options.timeout = 2;
  return options;
}

void send_all(Side& s, regs::WqeOp opcode) {
  unsigned number = 0;
  for (const Message& message : messages()) {
    const std::string name = std::to_string(++number);
    s.meet("posted" + name);
    s.fill(0, message.bytes, number);
    const SgeView sge = s.local(0, message.bytes);
    SendRequest request;
    request.opcode = opcode;
    request.wr_id = number;
    request.sges = {&sge, 1};
    request.remote_va = s.remote_va(kTo);
    request.rkey = s.remote.rkey;
    s.complete(request);
    s.meet("sent" + name);
  }
  must(report_counters(*s.end.device, s.port));
}

void receive_all(Side& s, regs::WqeOp opcode) {
  unsigned number = 0;
  for (const Message& message : messages()) {
    const std::string name = std::to_string(++number);
    std::fill_n(s.bytes(kTo), 4096, std::byte{0});
    const SgeView sge = s.local(kTo, 4096);
    if (opcode == regs::WqeOp::kSend) {
      must(s.qp().post_receive({number, {&sge, 1}}));
    }
    s.meet("posted" + name);
    if (opcode == regs::WqeOp::kSend) {
      const WorkCompletion done = s.completion();
      expect(done.status == regs::WcStatus::kSuccess && done.wr_id == number &&
                 done.byte_len == message.bytes,
             "receive request " + name + " to complete with the message");
    }
    s.meet("sent" + name);
    const std::string what = " message of " + std::to_string(message.packets) +
                             " packets with a fault at " + std::to_string(message.packet);
    expect(s.filled(kTo, message.bytes, number), "the bytes of the" + what);
    expect(*s.bytes(kTo + message.bytes) == std::byte{0}, "nothing behind the" + what);
  }
  std::array<WorkCompletion, 1> more;
  expect(must(s.end.cq->poll(more)) == 0, "one completion a message");
  must(report_counters(*s.end.device, s.port));
}

sim::SimulationResult run_faults(const PairOptions& options, regs::WqeOp opcode) {
  return run_checked(
      options, [opcode](Side& s) { send_all(s, opcode); },
      [opcode](Side& s) { receive_all(s, opcode); });
}

std::uint64_t faults_done(const sim::SimulationResult& result) {
  return std::accumulate(
      result.faults.begin(), result.faults.end(), std::uint64_t{0},
      [](std::uint64_t sum, const sim::FaultResult& fault) { return sum + fault.done; });
}

TEST_CASE("A fault at every packet of WRITE and SEND of 1 to 9 packets is repaired",
          "[integration]") {
  const auto opcode = GENERATE(regs::WqeOp::kWrite, regs::WqeOp::kSend);
  const auto keys = GENERATE(values<std::string>(
      {"action = 'drop'", "action = 'duplicate'", "action = 'reorder'",
       "action = 'reorder'\nby = 3", "action = 'corrupt'",
       "action = 'corrupt'\nbyte = 5\nrepair_fcs = true",
       "action = 'corrupt'\npart = 'icrc'\nrepair_fcs = true",
       "action = 'corrupt'\npart = 'headers'\nbyte = 11\nrepair_fcs = true",
       "action = 'delay'\ndelay_ns = 40000\novertake = true", "action = 'delay'\ndelay_ns = 3000",
       "action = 'link-down'\nfor_ns = 100"}));
  CAPTURE(keys);
  const std::string link =
      keys.find("repair") == std::string::npos ? "['left', 'switch']" : "['switch', 'right']";
  const auto result = run_faults(
      fault_options(faults_at(keys, link, opcode == regs::WqeOp::kSend ? "send" : "write")),
      opcode);
  CHECK(result.faults.size() == 45);
  CHECK(faults_done(result) == 45);
}

TEST_CASE("An acknowledgement that is lost, late, doubled or corrupted harms nothing",
          "[integration]") {
  const auto opcode = GENERATE(regs::WqeOp::kWrite, regs::WqeOp::kSend);
  const auto keys = GENERATE(
      values<std::string>({"action = 'drop'", "action = 'duplicate'\ncopies = 3\napart_ns = 9000",
                           "action = 'corrupt'\npart = 'headers'\nbyte = 12\nrepair_fcs = true",
                           "action = 'delay'\ndelay_ns = 40000\novertake = true"}));
  CAPTURE(keys);
  const auto result =
      run_faults(fault_options("[[fault]]\nlink = ['right', 'switch']\nframe = 'ack'\nevery = 2\n" +
                               keys + "\n"),
                 opcode);
  CHECK(faults_done(result) >= 20);
}

TEST_CASE("A second fault hits the repetition of the first", "[integration]") {
  const auto keys = GENERATE(
      values<std::string>({"action = 'drop'\n", "action = 'corrupt'\n", "action = 'reorder'\n"}));
  CAPTURE(keys);
  std::string events = faults_at("action = 'drop'", "['left', 'switch']", "write");
  for (const Message& message : messages()) {
    events += "[[fault]]\nlink = ['left', 'switch']\nframe = 'write'\nnth = 2\npsn = " +
              std::to_string(message.psn) + "\n" + keys;
  }
  const auto result = run_faults(fault_options(events), regs::WqeOp::kWrite);
  CHECK(faults_done(result) == 90);
}

TEST_CASE("A run with fault events is the same with and without skipped cycles", "[integration]") {
  const auto run = [](bool skip) {
    PairOptions options = fault_options(
        faults_at("action = 'drop'", "['left', 'switch']", "write") +
        "[[fault]]\nlink = ['left', 'switch']\naction = 'reorder'\nframe = 'write'\nevery = 5\n"
        "[[fault]]\nlink = ['switch', 'left']\naction = 'pause-storm'\nframes = 9\nquanta = "
        "900\nevery = 9\n"
        "[[fault]]\nlink = ['right', 'switch']\naction = 'link-down'\nfor_ns = 2000\nat_cycle = "
        "30_000\n");
    options.skip = skip;
    return run_faults(options, regs::WqeOp::kWrite).hash;
  };
  const std::uint64_t hash = run(true);
  CHECK(run(true) == hash);
  CHECK(run(false) == hash);
}

TEST_CASE("Counters agree with the frames while many requests are lost and repeated",
          "[integration]") {
  PairOptions options = fault_options("");
  options.faults = "loss = 0.02\nduplicate = 0.01\ncorrupt = 0.01\n";
  options.data_width = GENERATE(256U, 512U);
  options.path_mtu = 4096;
  run_checked(
      options,
      [](Side& s) {
        s.fill(0, 16384, 1);
        const SgeView sge = s.local(0, 16384);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(kTo);
        write.rkey = s.remote.rkey;
        for (unsigned i = 0; i < 100; ++i) {
          must(s.qp().post_send(write));
        }
        for (unsigned i = 0; i < 100; ++i) {
          expect(s.completion().status == regs::WcStatus::kSuccess, "success");
        }
        expect(s.counter(regs::kCntRoceSqWqeStarted) == 100, "100 requests to be counted");
        expect(s.counter(regs::kCntRoceSqTxRepeated) > 100, "repetitions");
        must(report_counters(*s.end.device, s.port));
        s.meet("done");
      },
      [](Side& s) {
        s.meet("done");
        must(report_counters(*s.end.device, s.port));
        expect(s.filled(kTo, 16384, 1), "the bytes");
      });
}

TEST_CASE("A pause storm stops what it names, and nothing is lost", "[integration]") {
  PairOptions options = fault_options(
      "[[fault]]\nlink = ['switch', 'left']\naction = 'pause-storm'\nframe = 'ack'\nnth = 1\n"
      "priorities = [3]\nquanta = 65535\nframes = 4\napart_ns = 50000\n");
  run_checked(
      options,
      [](Side& s) {
        s.fill(0, 2048, 1);
        const SgeView sge = s.local(0, 2048);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(kTo);
        write.rkey = s.remote.rkey;
        s.complete(write);
        const TimePoint paused = s.backend.now();
        s.complete(write);
        // 150 us of repeated pauses, and 65535 x 512 bit times of the last, at 400 Gb/s.
        const auto waited = s.backend.now() - paused;
        expect(waited > Duration{230'000'000} && waited < Duration{240'000'000},
               "the storm to hold the WRITE for 233 us, found " + std::to_string(waited.count()));
        expect(s.counter(regs::kCntRoceSqTxRepeated) == 0, "nothing to be sent again");
        s.meet("done");
      },
      [](Side& s) {
        s.meet("done");
        expect(s.filled(kTo, 2048, 1), "the bytes");
      });
}

TEST_CASE("A peer that restarts by a fault is seen by both sides, and a new life works",
          "[integration]") {
  PairOptions options = fault_options(
      "[[fault]]\nlink = ['left', 'switch']\naction = 'peer-restart'\nnode = 'right'\n"
      "frame = 'write'\nnth = 5\n");
  options.max_time_us = 1'000'000;
  options.retry_count = 2;
  const auto write_once = [](Side& s) {
    s.fill(0, 4096, 7);
    const SgeView sge = s.local(0, 4096);
    SendRequest write;
    write.opcode = regs::WqeOp::kWrite;
    write.sges = {&sge, 1};
    write.remote_va = s.remote_va(kTo);
    write.rkey = s.remote.rkey;
    must(s.qp().post_send(write));
    return s.completion().status;
  };
  const auto result = run_checked(
      options,
      [&](Side& s) {
        expect(write_once(s) == regs::WcStatus::kRetryExcErr, "the retries to end");
        s.close();
        s.open_again(1);
        expect(write_once(s) == regs::WcStatus::kSuccess, "the second life to work");
        s.meet("done");
      },
      [](Side& s) {
        expect(fails_with(s.end.cq->wait(kSoon), Errc::kDeviceRemoved), "kDeviceRemoved");
        must(s.backend.reset());
        s.close();
        s.open_again(1);
        s.meet("done");
        expect(s.filled(kTo, 4096, 7), "the bytes of the second life");
      });
  CHECK(faults_done(result) == 1);
}

TEST_CASE("A peer that falls silent by a fault ends what waits for it with errors",
          "[integration]") {
  PairOptions options = fault_options(
      "[[fault]]\nlink = ['left', 'switch']\naction = 'peer-silent'\nnode = 'right'\n"
      "frame = 'write'\nnth = 3\n");
  options.max_time_us = 1'000'000;
  options.retry_count = 1;
  run_checked(
      options,
      [](Side& s) {
        const SgeView sge = s.local(0, 4096);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(kTo);
        write.rkey = s.remote.rkey;
        must(s.qp().post_send(write));
        must(s.qp().post_send(write));
        expect(s.completion().status == regs::WcStatus::kRetryExcErr, "the retries to end");
        expect(s.completion().status == regs::WcStatus::kWrFlushErr, "the rest to be flushed");
        std::array<std::byte, 64> data{};
        expect(!s.window->load(0, data).has_value(), "a load to fail");
        expect(must(s.end.device->read_register(regs::kCsrMagic)) == regs::kMagic,
               "a working device");
      },
      [](Side& s) {
        expect(fails_with(s.end.cq->wait(kSoon), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.backend.reset(), Errc::kDeviceRemoved), "a reset to fail");
        s.close();
      });
}

}  // namespace
}  // namespace ethlink::test
