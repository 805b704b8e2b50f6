// SPDX-License-Identifier: Apache-2.0
//
// Selective repeat through driver, endpoint and a network with faults.
#include <chrono>
#include <cstdint>
#include <deque>
#include <string>

#include "catch.hpp"
#include "pair.hpp"
#include "sim/base/run_hash.hpp"

namespace ethlink::test {
namespace {

struct Stream {
  std::uint32_t bytes = 65536;  // of a message
  unsigned count = 16;
  unsigned depth = 4;  // messages in flight
};

// What one side sees of a stream of WRITEs, each to a place of its own among those in flight.
struct Seen {
  std::uint64_t ps = 0;  // from the first post to the last completion
  std::uint64_t packets = 0, repeated = 0, timeouts = 0;
};

void stream(Side& s, const Stream& what, Seen& seen) {
  for (unsigned i = 0; i < what.depth; ++i) {
    s.fill(std::uint64_t{i} * what.bytes, what.bytes, i);
  }
  s.meet("filled");
  const TimePoint start = s.backend.now();
  unsigned posted = 0;
  for (unsigned done = 0; done < what.count; ++done) {
    for (; posted < what.count && posted - done < what.depth; ++posted) {
      const std::uint64_t at = std::uint64_t{posted % what.depth} * what.bytes;
      const SgeView sge = s.local(at, what.bytes);
      SendRequest write;
      write.opcode = regs::WqeOp::kWrite;
      write.wr_id = posted;
      write.sges = {&sge, 1};
      write.remote_va = s.remote_va(at);
      write.rkey = s.remote.rkey;
      must(s.qp().post_send(write));
    }
    const WorkCompletion completion = s.completion();
    expect(completion.status == regs::WcStatus::kSuccess && completion.wr_id == done,
           "the completion of WRITE " + std::to_string(done));
  }
  seen.ps = static_cast<std::uint64_t>((s.backend.now() - start).count());
  seen.packets = s.counter(regs::kCntRoceSqTxPackets);
  seen.repeated = s.counter(regs::kCntRoceSqTxRepeated);
  seen.timeouts = s.counter(regs::kCntRoceSqTimeouts);
  s.meet("sent");
}

void sink(Side& s, const Stream& what) {
  s.meet("filled");
  s.meet("sent");
  for (unsigned i = 0; i < what.depth; ++i) {
    expect(s.filled(std::uint64_t{i} * what.bytes, what.bytes, i),
           "the bytes of place " + std::to_string(i));
  }
}

sim::SimulationResult run_stream(PairOptions options, const Stream& what, Seen& seen) {
  options.memory_bytes = std::size_t{what.bytes} * what.depth;
  return run_pair(
      options, [&](Side& s) { stream(s, what, seen); }, [&](Side& s) { sink(s, what); });
}

}  // namespace

TEST_CASE("Selective repeat: a network that loses, repeats and delays packets", "[integration]") {
  PairOptions options;
  options.selective_repeat = {true, true};
  options.faults = "loss = 0.01\nreorder = 0.01\nduplicate = 0.01\nreorder_ns = 50";
  options.path_mtu = 1024;
  options.timeout = 3;
  Seen seen;
  Stream what;
  what.count = 32;
  const sim::SimulationResult first = run_stream(options, what, seen);
  CAPTURE(seen.packets, seen.repeated, seen.timeouts);
  CHECK(seen.repeated > 10);
  // Two links with 1 % each: one packet in fifty is lost.
  CHECK(seen.repeated < seen.packets / 20);
  // The same without skipped cycles.
  options.skip = false;
  const sim::SimulationResult second = run_stream(options, what, seen);
  CHECK(sim::hash_text(first.hash) == sim::hash_text(second.hash));
}

TEST_CASE("Selective repeat is used when both sides offer it", "[integration]") {
  for (const unsigned offers : {0U, 1U, 2U, 3U}) {
    CAPTURE(offers);
    PairOptions options;
    options.selective_repeat = {(offers & 1) != 0, (offers & 2) != 0};
    options.path_mtu = 1024;
    // One packet of the middle is lost.
    options.fault_events =
        "[[fault]]\nlink = [\"left\", \"switch\"]\nframe = \"write\"\nnth = 30\naction = "
        "\"drop\"\n";
    Seen seen;
    run_stream(options, {}, seen);
    CHECK((offers == 3 ? seen.repeated == 1 : seen.repeated > 1));
  }
}

TEST_CASE("Selective repeat: goodput of messages of 1 MiB on a line that loses packets",
          "[.][goodput]") {
  double lossless = 0;
  for (const double loss : {0.0, 1e-3, 1e-2}) {
    for (const bool selective : {false, true}) {
      PairOptions options;
      options.data_width = 512;
      options.selective_repeat = {selective, selective};
      options.link_keys = "rate_gbps = 400\ndelay_ns = 250\n";
      options.faults = "loss = " + std::to_string(loss / 2);
      options.timeout = 2;
      Stream what;
      what.bytes = 1 << 20;
      what.count = 32;
      Seen seen;
      run_stream(options, what, seen);
      const double rate = 8.0 * what.bytes * what.count / static_cast<double>(seen.ps) * 1000;
      lossless = loss == 0.0 && selective ? rate : lossless;
      WARN("loss " << loss << (selective ? " selective " : " go-back-N ") << rate << " Gb/s, "
                   << (lossless == 0 ? 1 : rate / lossless) << ", packets " << seen.packets
                   << ", repeated " << seen.repeated << ", timeouts " << seen.timeouts);
    }
  }
}

}  // namespace ethlink::test
