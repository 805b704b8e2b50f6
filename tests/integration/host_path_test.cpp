// SPDX-License-Identifier: Apache-2.0
//
// Plain frames, interrupts and events, doorbells, page tables.
#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

std::vector<std::byte> frame_for(unsigned to, unsigned from, std::uint16_t ether_type,
                                 std::size_t bytes, unsigned salt) {
  std::vector<std::byte> frame(bytes);
  for (std::size_t i = 0; i < 6; ++i) {
    frame[i] = static_cast<std::byte>(mac_of(to).at(i));
    frame[6 + i] = static_cast<std::byte>(mac_of(from).at(i));
  }
  frame[12] = static_cast<std::byte>(ether_type >> 8);
  frame[13] = static_cast<std::byte>(ether_type);
  for (std::size_t i = 14; i < bytes; ++i) {
    frame[i] = static_cast<std::byte>(i * 7 + salt);
  }
  return frame;
}

TEST_CASE("Plain frames of every length go from host to host unchanged", "[integration]") {
  const PairOptions options;
  const auto lengths = {14U, 15U, 59U, 60U, 61U, 64U, 127U, 128U, 1000U, 1514U, 4352U};
  const auto body = [&](Side& s) {
    auto plain = must(PlainPort::create(*s.end.device, 16));
    s.meet("ready");
    unsigned salt = 0;
    for (unsigned lap = 0; lap < 4; ++lap) {
      for (const std::size_t bytes : lengths) {
        ++salt;
        must(plain->send(frame_for(s.other(), s.node(), 0x88B7, bytes, salt)));
        std::vector<std::byte> expected = frame_for(s.node(), s.other(), 0x88B7, bytes, salt);
        expected.resize(std::max<std::size_t>(bytes, 60));  // padded on the wire
        expect(must(plain->wait(kSoon)) == expected,
               "a frame of " + std::to_string(bytes) + " bytes as it was sent");
      }
    }
    must(s.end.device->wait_for([&] { return must(plain->sent()) == salt; }, kSoon, "sent"));
    s.meet("done");
    expect(s.counter(regs::kCntHostPlainTx) == salt, "frames to be counted");
    expect(s.counter(regs::kCntHostPlainRx) == salt, "frames to be counted");
    s.meet("counted");
  };
  run_pair(options, body, body);
}

TEST_CASE("Frames that are foreign, malformed or unknown are counted, dropped and change nothing",
          "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        auto plain = must(PlainPort::create(*s.end.device));
        s.meet("ready");
        // For somebody else: the switch floods it.
        must(plain->send(frame_for(9, s.node(), 0x88B7, 100, 1)));
        // RoCEv2 for the peer's address with an ICRC that cannot be right.
        std::vector<std::byte> roce =
            frame_for(s.other(), s.node(), 0x0800, 14 + 20 + 8 + 12 + 20, 2);
        const std::array<std::uint8_t, 28> ip_udp{
            0x45, 0,  0,    60,
            0,    0,  0x40, 0,
            64,   17, 0,    0,
            10,   0,  0,    static_cast<std::uint8_t>(s.node() + 1),
            10,   0,  0,    static_cast<std::uint8_t>(s.other() + 1),
            0xC0, 0,  0x12, 0xB7,
            0,    40, 0,    0};
        std::memcpy(roce.data() + 14, ip_udp.data(), ip_udp.size());
        std::uint32_t sum = 0;
        for (std::size_t i = 0; i < 20; i += 2) {
          sum += static_cast<std::uint32_t>(ip_udp.at(i)) << 8 | ip_udp.at(i + 1);
        }
        sum = (sum & 0xffff) + (sum >> 16);
        roce[24] = static_cast<std::byte>(~sum >> 8);
        roce[25] = static_cast<std::byte>(~sum);
        roce[42] = std::byte{0x0A};  // RDMA WRITE Only
        roce[43] = std::byte{0};     // no pad bytes, transport version 0
        must(plain->send(roce));
        // Load/Store for the peer whose length field lies.
        std::vector<std::byte> ls = frame_for(s.other(), s.node(), 0x88B5, 80, 3);
        const std::array<std::uint8_t, 12> oefh{
            2, 0, 0x07, 0xff, 0, static_cast<std::uint8_t>(s.other() + 1),
            2, 0, 0,    0,    0, static_cast<std::uint8_t>(s.node() + 1)};
        std::memcpy(ls.data(), oefh.data(), oefh.size());
        must(plain->send(ls));
        // The last one is good, so that the others have passed when it arrives.
        must(plain->send(frame_for(s.other(), s.node(), 0x88B7, 100, 4)));
        s.meet("done");
      },
      [](Side& s) {
        auto plain = must(PlainPort::create(*s.end.device));
        const std::uint64_t faults =
            s.counter(regs::kCntEthRxForeign) + s.counter(regs::kCntEthRxMalformed) +
            s.counter(regs::kCntEthRxIcrcErr) + s.counter(regs::kCntEthRxUnknownOpcode);
        s.meet("ready");
        expect(must(plain->wait(kSoon)) == frame_for(s.node(), s.other(), 0x88B7, 100, 4),
               "only the good frame");
        expect(s.counter(regs::kCntEthRxForeign) + s.counter(regs::kCntEthRxMalformed) +
                       s.counter(regs::kCntEthRxIcrcErr) +
                       s.counter(regs::kCntEthRxUnknownOpcode) ==
                   faults + 3,
               "three dropped frames to be counted");
        expect(!must(plain->receive()).has_value(), "nothing else");
        s.meet("done");
      });
}

TEST_CASE("An armed completion queue sends one interrupt and one event", "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        static_cast<void>(s.backend.take_interrupts());
        must(s.end.device->process_events());
        static_cast<void>(s.end.device->take_cq_event(s.end.cq->cqn()));
        const SgeView sge = s.local(0, 64);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(0);
        write.rkey = s.remote.rkey;
        for (unsigned round = 0; round < 20; ++round) {
          must(s.end.cq->arm(false));
          must(s.qp().post_send(write));
          std::uint32_t vectors = 0;
          const TimePoint deadline = s.backend.now() + kSoon;
          while (vectors == 0 && s.backend.now() < deadline) {
            must(s.backend.wait(deadline));
            vectors = s.backend.take_interrupts();
          }
          expect(vectors == 1, "vector 0");
          must(s.end.device->process_events());
          expect(s.end.device->take_cq_event(s.end.cq->cqn()), "an event for the queue");
          expect(s.completion(Duration{1}).status == regs::WcStatus::kSuccess,
                 "the completion to be there with its event");
        }
        // Not armed: completions come without a word.
        const std::uint64_t before = s.counter(regs::kCntHostInterrupts);
        s.complete(write);
        must(s.end.device->process_events());
        expect(!s.end.device->take_cq_event(s.end.cq->cqn()), "no event");
        expect(s.counter(regs::kCntHostInterrupts) == before, "no interrupt");
        s.meet("done");
      },
      [](Side& s) { s.meet("done"); });
}

TEST_CASE("Doorbells for objects that are absent or foreign raise an event and nothing else",
          "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        const std::uint64_t absent = s.end.device->caps().qps - 1;
        must(s.end.device->ring(0, regs::kDbSq, absent | std::uint64_t{1} << 32));
        expect(s.await_event(regs::EqeType::kBadDoorbell).id == 0, "the context that did it");
        // Context 1 rings for a queue pair of context 0.
        must(s.end.device->ring(1, regs::kDbSq, s.qp().qpn() | std::uint64_t{1} << 32));
        expect(s.await_event(regs::EqeType::kBadDoorbell).id == 1, "the context that did it");
        must(s.end.device->ring(1, regs::kDbRq, s.qp().qpn() | std::uint64_t{1} << 32));
        expect(s.await_event(regs::EqeType::kBadDoorbell).id == 1, "the context that did it");
        expect(s.counter(regs::kCntHostCqes) == 0, "no completion");
        // The queue pair still works.
        const SgeView sge = s.local(0, 64);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = s.remote_va(0);
        write.rkey = s.remote.rkey;
        s.complete(write);
        s.meet("done");
      },
      [](Side& s) { s.meet("done"); });
}

TEST_CASE("A region over scattered pages is one address range", "[integration]") {
  const PairOptions options;
  constexpr std::size_t kPages = 5;
  run_pair(
      options,
      [](Side& s) {
        s.meet("paged");
        const std::vector<std::byte> key = must(s.port.lookup("paged"));
        std::uint32_t rkey = 0;
        std::memcpy(&rkey, key.data(), sizeof(rkey));
        s.fill(0, 15000, 6);
        const SgeView sge = s.local(0, 15000);
        SendRequest write;
        write.opcode = regs::WqeOp::kWrite;
        write.sges = {&sge, 1};
        write.remote_va = 0x7000'0000 + 300;
        write.rkey = rkey;
        s.complete(write);
        s.meet("written");
        s.meet("done");
      },
      [](Side& s) {
        // Pages in reverse order.
        std::vector<std::uint64_t> pages;
        for (std::size_t i = 0; i < kPages; ++i) {
          pages.push_back(s.memory.iova() + (kPages - 1 - i) * 4096);
        }
        MemoryRegionOptions region_options;
        region_options.access = regs::kAccessLocalWrite | regs::kAccessRemoteWrite;
        region_options.va = 0x7000'0000;
        auto paged = must(
            MemoryRegion::create_paged(*s.end.device, pages, 12, kPages * 4096, region_options));
        const std::uint32_t rkey = paged->rkey();
        must(s.port.publish("paged", std::as_bytes(std::span(&rkey, 1))));
        s.meet("paged");
        s.meet("written");
        std::vector<std::byte> joined;
        for (const std::uint64_t page : pages) {
          const std::byte* from = s.bytes(page - s.memory.iova());
          joined.insert(joined.end(), from, from + 4096);
        }
        std::copy_n(joined.begin() + 300, 15000, s.bytes(30000));
        expect(s.filled(30000, 15000, 6), "the bytes, page by page");
        s.meet("done");
      });
}

}  // namespace
}  // namespace ethlink::test
