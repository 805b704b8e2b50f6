// SPDX-License-Identifier: Apache-2.0
//
// UC and UD end to end: what arrives is whole and in order, and a loss costs only what was lost.

#include "catch.hpp"
#include "pair.hpp"

namespace ethlink::test {
namespace {

constexpr std::uint32_t kMessages = 60;

std::uint32_t length_of(std::uint32_t i) {
  return i * i * 7 % 5000;
}

// The left side sends messages whose immediate data is their number, the right side receives what
// arrives; then the left side writes.
void uc_sender(Side& s) {
  s.meet("posted");
  for (std::uint32_t i = 0; i < kMessages; ++i) {
    s.fill(0, 5000, i);
    const SgeView sge = s.local(0, length_of(i));
    SendRequest send;
    send.opcode = regs::WqeOp::kSendImm;
    send.imm = i;
    send.sges = {&sge, 1};
    send.wr_id = i;
    s.complete(send);
  }
  s.meet("sent");
  s.meet("received");
  s.fill(0, 20000, 99);
  const SgeView sge = s.local(0, 20000);
  SendRequest write;
  write.opcode = regs::WqeOp::kWrite;
  write.sges = {&sge, 1};
  write.remote_va = s.remote_va(30001);
  write.rkey = s.remote.rkey;
  s.complete(write);
  s.meet("written");
}

// Returns how many messages arrived.
std::uint32_t uc_receiver(Side& s) {
  const std::uint32_t slot = 1000;  // room of a receive request: two elements
  std::vector<std::array<SgeView, 2>> sges(kMessages);
  for (std::uint32_t i = 0; i < kMessages; ++i) {
    sges[i] = {s.local(i * slot, 700), s.local(60000, 5000)};
    must(s.qp().post_receive({i, sges[i]}));
  }
  s.meet("posted");
  s.meet("sent");
  std::array<WorkCompletion, kMessages> done;
  const std::size_t count = must(s.end.cq->poll(done));
  std::uint32_t previous = 0;
  for (std::size_t i = 0; i < count; ++i) {
    expect(done.at(i).status == regs::WcStatus::kSuccess, "success");
    expect(done.at(i).wr_id == i, "receive requests in order, none skipped");
    const std::uint32_t number = done.at(i).imm;
    expect(i == 0 || number > previous, "messages in order, none twice");
    previous = number;
    expect(done.at(i).byte_len == length_of(number), "the length that was sent");
    expect(s.filled(i * slot, std::min(length_of(number), 700U), number),
           "the bytes that were sent");
  }
  s.meet("received");
  s.meet("written");
  return static_cast<std::uint32_t>(count);
}

TEST_CASE("UC carries messages and WRITEs without an answer", "[integration]") {
  PairOptions options;
  options.memory_bytes = 70000;
  options.transport = regs::QpType::kUc;
  options.path_mtu = GENERATE(1024U, 4096U);
  run_pair(options, uc_sender, [](Side& s) {
    expect(uc_receiver(s) == kMessages, "every message");
    expect(s.filled(30001, 20000, 99), "the WRITE");
    expect(s.counter(regs::kCntRoceTxAcks) == 0, "no ACK");
  });
}

TEST_CASE("A loss on UC costs the messages that it hits and no other", "[integration]") {
  PairOptions options;
  options.memory_bytes = 70000;
  options.transport = regs::QpType::kUc;
  options.path_mtu = 1024;
  options.faults = "loss = 0.05";
  std::uint32_t arrived = 0;
  run_pair(options, uc_sender, [&](Side& s) { arrived = uc_receiver(s); });
  CHECK(arrived > kMessages / 3);
  CHECK(arrived < kMessages);
}

TEST_CASE("A bad UC request stops the send queue until it is resumed", "[integration]") {
  PairOptions options;
  options.transport = regs::QpType::kUc;
  run_pair(
      options,
      [](Side& s) {
        s.meet("posted");
        s.fill(0, 3000, 4);
        const SgeView good = s.local(0, 3000);
        const SgeView bad{s.region->va(), 3000, s.region->lkey() ^ 1};
        SendRequest send;
        send.wr_id = 1;
        send.sges = {&bad, 1};
        must(s.qp().post_send(send));
        send.wr_id = 2;
        send.sges = {&good, 1};
        must(s.qp().post_send(send));
        WorkCompletion done = s.completion();
        expect(done.wr_id == 1 && done.status == regs::WcStatus::kLocProtErr, "a local error");
        done = s.completion();
        expect(done.wr_id == 2 && done.status == regs::WcStatus::kWrFlushErr, "a flushed request");
        expect(must(s.qp().query()).state == static_cast<std::uint8_t>(regs::QpState::kSqe), "SQE");
        must(s.qp().resume());
        send.wr_id = 3;
        s.complete(send);
        s.meet("sent");
      },
      [](Side& s) {
        const SgeView sge = s.local(0, 3000);
        must(s.qp().post_receive({7, {&sge, 1}}));
        s.meet("posted");
        s.meet("sent");
        const WorkCompletion done = s.completion();
        expect(done.wr_id == 7 && done.byte_len == 3000, "the message behind the error");
        expect(s.filled(0, 3000, 4), "its bytes");
      });
}

}  // namespace
}  // namespace ethlink::test
