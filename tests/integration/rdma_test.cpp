// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

SendRequest write_of(Side& s, std::span<const SgeView> sges, std::uint64_t remote_offset) {
  SendRequest request;
  request.wr_id = 4711 + remote_offset;
  request.opcode = regs::WqeOp::kWrite;
  request.sges = sges;
  request.remote_va = s.remote_va(remote_offset);
  request.rkey = s.remote.rkey;
  return request;
}

TEST_CASE("An RDMA WRITE of any length lands whole and writes nothing else", "[integration]") {
  PairOptions options;
  options.memory_bytes = 65536;
  const auto lengths = {1U, 2U, 3U, 63U, 64U, 65U, 4095U, 4096U, 4097U, 8192U, 20001U};
  run_pair(
      options,
      [&](Side& s) {
        unsigned round = 0;
        for (const std::uint32_t bytes : lengths) {
          s.fill(0, bytes, ++round);
          const SgeView sge = s.local(0, bytes);
          s.complete(write_of(s, {&sge, 1}, 101));
          s.meet("written" + std::to_string(round));
          s.meet("checked" + std::to_string(round));
        }
        // No bytes at all: completes, and touches nothing.
        s.complete(write_of(s, {}, 0));
        // Inline data travels in the descriptor.
        const std::vector<std::byte> data(200, std::byte{0xAB});
        SendRequest request = write_of(s, {}, 40000);
        request.inline_data = data;
        s.complete(request);
        s.meet("inline");
      },
      [&](Side& s) {
        unsigned round = 0;
        for (const std::uint32_t bytes : lengths) {
          ++round;
          s.meet("written" + std::to_string(round));
          expect(s.filled(101, bytes, round), std::to_string(bytes) + " bytes as they were sent");
          expect(*s.bytes(100) == std::byte{0} && *s.bytes(101 + bytes) == std::byte{0},
                 "the bytes beside them untouched");
          std::fill_n(s.bytes(), 32768, std::byte{0});
          s.meet("checked" + std::to_string(round));
        }
        s.meet("inline");
        expect(*s.bytes(40000) == std::byte{0xAB} && *s.bytes(40199) == std::byte{0xAB} &&
                   *s.bytes(40200) == std::byte{0},
               "inline data");
      });
}

TEST_CASE("Gathered elements arrive as one message", "[integration]") {
  const PairOptions options;
  const std::array<std::uint32_t, 6> lengths{1, 0, 4096, 17, 5000, 3};
  run_pair(
      options,
      [&](Side& s) {
        s.fill(0, 65536, 9);
        std::array<SgeView, 6> sges;
        std::uint64_t at = 5;
        for (std::size_t i = 0; i < sges.size(); ++i) {
          sges.at(i) = s.local(at, lengths.at(i));
          at += lengths.at(i) + 11;
        }
        s.complete(write_of(s, sges, 0));
        // The receiver compares with what it computes itself.
        std::vector<std::byte> gathered;
        for (const SgeView& sge : sges) {
          const std::byte* from = s.bytes(sge.va - s.region->va());
          gathered.insert(gathered.end(), from, from + sge.length);
        }
        must(s.port.publish("gathered", gathered));
        s.meet("done");
      },
      [](Side& s) {
        s.meet("done");
        const std::vector<std::byte> expected = must(s.port.lookup("gathered"));
        expect(std::equal(expected.begin(), expected.end(), s.bytes()), "the gathered bytes");
        expect(*s.bytes(expected.size()) == std::byte{0}, "nothing behind them");
      });
}

TEST_CASE("SEND scatters into the receive request and carries immediate data or a key",
          "[integration]") {
  const PairOptions options;
  run_pair(
      options,
      [](Side& s) {
        s.meet("posted");
        s.fill(0, 10000, 3);
        const SgeView sge = s.local(0, 10000);
        SendRequest send;
        send.sges = {&sge, 1};
        send.wr_id = 1;
        s.complete(send);
        send.opcode = regs::WqeOp::kSendImm;
        send.imm = 0x11223344;
        send.wr_id = 2;
        s.complete(send);
        send.opcode = regs::WqeOp::kSendInv;
        send.rkey = s.remote.rkey;
        send.wr_id = 3;
        s.complete(send);
        SendRequest write = write_of(s, {}, 0);
        write.opcode = regs::WqeOp::kWriteImm;
        write.imm = 0x55667788;
        s.complete(write);
        // The key was invalidated: it opens nothing any more.
        const SgeView small = s.local(0, 8);
        must(s.qp().post_send(write_of(s, {&small, 1}, 0)));
        expect(s.completion().status == regs::WcStatus::kRemAccessErr,
               "an invalidated key to be refused");
        s.meet("done");
      },
      [](Side& s) {
        const std::array<SgeView, 3> sges{s.local(100, 1000), s.local(2000, 1),
                                          s.local(3000, 20000)};
        for (std::uint64_t i = 0; i < 4; ++i) {
          must(s.qp().post_receive({100 + i, sges}));
        }
        s.meet("posted");
        for (std::uint64_t i = 0; i < 4; ++i) {
          const WorkCompletion done = s.completion();
          expect(done.status == regs::WcStatus::kSuccess, "a receive to succeed");
          expect(done.wr_id == 100 + i, "receives in order");
          if (i < 3) {
            expect(done.opcode == regs::CqeOp::kRecv && done.byte_len == 10000, "10,000 bytes");
          }
          if (i == 1) {
            expect((done.flags & regs::kCqeFlagImm) != 0 && done.imm == 0x11223344,
                   "immediate data");
          }
          if (i == 2) {
            expect((done.flags & regs::kCqeFlagInv) != 0 && done.imm == s.region->rkey(),
                   "the invalidated key");
          }
          if (i == 3) {
            expect(done.opcode == regs::CqeOp::kRecvWriteImm && done.imm == 0x55667788,
                   "a WRITE with immediate data");
          }
        }
        s.meet("done");
        std::vector<std::byte> joined;
        for (const SgeView& sge : sges) {
          const std::byte* from = s.bytes(sge.va - s.region->va());
          joined.insert(joined.end(), from,
                        from + std::min<std::size_t>(sge.length, 10000 - joined.size()));
        }
        std::copy(joined.begin(), joined.end(), s.bytes(40000));
        expect(s.filled(40000, 10000, 3), "the message over three elements");
      });
}

TEST_CASE("Many queue pairs work side by side, with and without loss", "[integration]") {
  PairOptions options;
  options.queue_pairs = 32;
  options.faults = GENERATE(as<std::string>{}, "", "loss = 0.02");
  CAPTURE(options.faults);
  constexpr std::uint32_t kEach = 1500;
  const auto body = [&](Side& s) {
    s.fill(0, 32 * std::uint64_t{kEach} / 2, 40 + s.node());
    const std::uint64_t half = 32768;
    std::array<SgeView, 16> sges;
    for (std::size_t i = 0; i < 32; ++i) {
      const std::uint64_t at = i % 16 * kEach;
      sges.at(i % 16) = s.local(at, kEach);
      SendRequest write = write_of(s, {&sges.at(i % 16), 1}, half + at);
      write.wr_id = i;
      must(s.qp(i).post_send(write));
    }
    std::array<bool, 32> done{};
    for (std::size_t i = 0; i < 32; ++i) {
      const WorkCompletion completion = s.completion();
      expect(completion.status == regs::WcStatus::kSuccess, "success");
      expect(!done.at(completion.wr_id), "each completion once");
      done.at(completion.wr_id) = true;
    }
    s.meet("written");
    expect(s.filled(half, 16 * std::uint64_t{kEach}, 40 + s.other()), "every queue pair's bytes");
    s.meet("checked");
  };
  run_pair(options, body, body);
}

TEST_CASE("A ring is used over many laps and completions keep the order of posting",
          "[integration]") {
  PairOptions options;
  options.faults = "loss = 0.005";
  run_pair(
      options,
      [](Side& s) {
        s.fill(0, 64, 1);
        const SgeView sge = s.local(0, 64);
        std::uint64_t posted = 0;
        for (std::uint64_t completed = 0; completed < 1000; ++completed) {
          while (posted < 1000 && posted - completed < 100) {
            SendRequest write = write_of(s, {&sge, 1}, posted % 512 * 64);
            write.wr_id = posted++;
            must(s.qp().post_send(write));
          }
          expect(s.completion().wr_id == completed, "completions in order");
        }
        s.meet("done");
      },
      [](Side& s) {
        s.meet("done");
        for (std::uint64_t i = 0; i < 512; ++i) {
          expect(s.filled(i * 64, 64, 1), "every WRITE");
        }
      });
}

}  // namespace
}  // namespace ethlink::test
