// SPDX-License-Identifier: Apache-2.0
//
// Peers and devices that go away under traffic.
#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

TEST_CASE("A peer that goes down fails what was under way, and comes back", "[integration]") {
  PairOptions options;
  options.max_time_us = 1'000'000;
  run_pair(
      options,
      [](Side& s) {
        std::vector<std::byte> data(4096);
        must(s.window->load(0, data));
        s.meet("resetting");
        s.meet("reset");
        // Its endpoint forgot us: nothing is acknowledged until the retries are exhausted.
        const Result<void> lost = s.window->load(0, data);
        expect(!lost.has_value(), "a load from a peer that is gone to fail");
        expect(s.await_event(regs::EqeType::kLsPeerDown).id == node_id_of(s.other()),
               "an event that says which peer");
        expect(must(s.end.peers[0]->state()) != regs::LsPeerState::kUp, "a peer that is not up");
        const Result<void> fence = s.window->fence(kSoon);
        expect(!fence.has_value(), "a fence to a peer that is down to fail");
        s.meet("seen");
        s.meet("revived");
        must(s.end.peers[0]->wait_up(kSoon));
        expect(s.await_event(regs::EqeType::kLsPeerUp).id == node_id_of(s.other()),
               "an event that says it is back");
        s.fill(0, 4096, 9);
        must(s.window->store(0, s.memory.bytes().first(4096)));
        must(s.window->fence(kSoon));
        s.meet("stored");
        s.meet("done");
      },
      [](Side& s) {
        s.meet("resetting");
        must(s.backend.reset());
        s.meet("reset");
        s.meet("seen");
        // A second life of the device: same segment number, new epoch.
        auto memory = std::move(s.memory);
        s.close();
        NodeEnd again;
        must(again.open(s.backend, s.node(), Duration{1250}));
        auto segment = must(Segment::create(*again.device, memory, kPartition,
                                            regs::kAccessRemoteWrite | regs::kAccessRemoteRead));
        expect(segment->id() == s.remote.segment, "the same number as at first");
        must(again.add_peer(s.other(), Duration{1250}));
        s.meet("revived");
        must(again.peers[0]->wait_up(kSoon));
        s.meet("stored");
        s.memory = std::move(memory);
        expect(s.filled(0, 4096, 9), "stores of after the recovery");
        s.meet("done");
        segment.reset();
      });
}

TEST_CASE("A device that is reset under traffic gives errors, and works after it is opened again",
          "[integration]") {
  PairOptions options;
  options.max_time_us = 1'000'000;
  options.posted = GENERATE(true, false);
  CAPTURE(options.posted);
  run_pair(
      options,
      [](Side& s) {
        s.fill(0, 32768, 1);
        const SgeView sge = s.local(0, 32768);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(0);
        write.rkey = s.remote.rkey;
        for (unsigned i = 0; i < 8; ++i) {
          must(s.qp().post_send(write));
        }
        std::array<std::byte, 256> data{};
        must(s.window->store(0, data));
        const Ticket load = must(s.backend.aperture_read_begin(s.window->aperture(0), data));
        must(s.backend.reset());
        expect(fails_with(s.backend.finish(load), Errc::kDeviceRemoved), "a load to end");
        expect(fails_with(s.qp().post_send(write), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.end.cq->wait(kSoon), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.window->store(0, data), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.window->load(0, data), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.end.peers[0]->state(), Errc::kDeviceRemoved), "kDeviceRemoved");
        s.close();
        s.meet("reset");
        s.open_again(1);
        s.fill(0, 1000, 2);
        must(s.window->store(0, s.memory.bytes().first(1000)));
        must(s.window->fence(kSoon));
        s.meet("stored");
      },
      [](Side& s) {
        s.meet("reset");
        s.close();
        s.open_again(1);
        s.meet("stored");
        expect(s.filled(0, 1000, 2), "the bytes of the second life");
      });
}

TEST_CASE("A soft reset by register ends everything and the device can be opened again",
          "[integration]") {
  PairOptions options;
  options.max_time_us = 1'000'000;
  const auto body = [](Side& s) {
    std::vector<std::byte> data(2048);
    for (unsigned i = 0; i < 4; ++i) {
      must(s.window->store(i * 2048, data));
    }
    s.meet("stored");
    // As a driver that starts after another one crashed: no object is destroyed, the same device
    // is opened once more on the same backend.
    auto second = std::make_unique<NodeEnd>();
    must(second->open(s.backend, s.node(), Duration{1250}));
    const std::array<std::byte, 1> byte{};
    must(second->device->write_register(regs::kCsrScratch, 0x1234));
    expect(must(second->device->read_register(regs::kCsrScratch)) == 0x1234, "a working device");
    expect(!s.backend.finish(must(s.backend.aperture_write_begin(0, byte))).has_value(),
           "windows of before to be gone");
    s.meet("done");
    second.reset();
  };
  run_pair(options, body, body);
}

TEST_CASE("A device that is pulled out under traffic gives errors and harms no one",
          "[integration]") {
  PairOptions options;
  options.max_time_us = 1'000'000;
  options.retry_count = 1;
  options.timeout = 4;
  run_pair(
      options,
      [](Side& s) {
        s.meet("traffic");
        const SgeView sge = s.local(0, 32768);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(0);
        write.rkey = s.remote.rkey;
        must(s.qp().post_send(write));
        must(s.window->store(0, s.memory.bytes().first(4096)));
        s.port.remove_device();
        std::array<std::byte, 64> data{};
        expect(fails_with(s.qp().post_send(write), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.window->store(0, data), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.window->load(0, data), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.window->fence(kSoon), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(fails_with(s.end.device->read_counters(), Errc::kDeviceRemoved), "kDeviceRemoved");
        expect(!s.end.cq->wait(Duration{1'000'000}).has_value(), "no completion");
        s.close();
      },
      [](Side& s) {
        s.meet("traffic");
        // The other side ends with errors here too, its own device stays usable.
        std::vector<std::byte> data(256);
        std::optional<Error> failed;
        const TimePoint start = s.backend.now();
        while (!failed && s.backend.now() - start < kSoon) {
          if (Result<void> loaded = s.window->load(0, data); !loaded) {
            failed = loaded.error();
          }
        }
        expect(failed.has_value(), "loads from a host without a device to fail");
        expect(must(s.end.device->read_register(regs::kCsrMagic)) == regs::kMagic,
               "a working device");
      });
}

TEST_CASE("Stores that are retransmitted are executed once and in order", "[integration]") {
  PairOptions options;
  options.faults = "loss = 0.2";
  options.max_time_us = 1'000'000;
  const auto body = [](Side& s) {
    for (unsigned round = 0; round < 50; ++round) {
      const std::vector<std::byte> data(64, static_cast<std::byte>(round));
      must(s.window->store(0, data));
    }
    must(s.window->fence(kSoon));
    s.meet("stored");
    for (std::size_t i = 0; i < 64; ++i) {
      expect(*s.bytes(i) == std::byte{49}, "the last store of the other side");
    }
    s.meet("checked");
  };
  run_pair(options, body, body);
}

}  // namespace
}  // namespace ethlink::test
