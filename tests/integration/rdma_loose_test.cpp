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

constexpr std::uint32_t kRoom = 5000;  // of a receive request for a datagram

std::uint32_t datagram_length(std::uint32_t i) {
  return i * 137 % 4097;
}

// Where a datagram to the other side goes.
Address address_to(const Side& s, bool vlan) {
  Address a;
  a.dgid = s.options.ipv6 ? gid6_of(s.other()) : gid_of(s.other());
  a.sgid_index = s.options.ipv6 ? 1 : 0;
  a.dmac = mac_of(s.other());
  if (vlan) {
    a.vlan = 0x6005;  // priority 3
  }
  return a;
}

// Both sides send to both queue pairs of the other one, then check what came.
void datagrams(Side& s, bool vlan) {
  constexpr std::uint32_t kCount = 12;
  std::vector<SgeView> rooms(2 * kCount);
  for (std::uint32_t i = 0; i < 2 * kCount; ++i) {
    rooms[i] = s.local(i * kRoom, kRoom);
    must(s.qp(i % 2).post_receive({i, {&rooms[i], 1}}));
  }
  auto handle = must(AddressHandle::create(*s.end.device, address_to(s, vlan)));
  s.meet("posted");
  const std::uint64_t source = 2 * kCount * kRoom;
  std::uint32_t received = 0;
  const auto check = [&](const WorkCompletion& done) {
    const std::uint32_t number = done.imm;
    expect(done.wr_id == number, "receive requests in order");
    expect(done.byte_len == kGrhBytes + datagram_length(number), "the header and the datagram");
    expect((done.flags & regs::kCqeFlagGrh) != 0, "the flag of the header");
    expect(done.src_qp == s.remote.qpns.at(number / 2 % 2), "the queue pair of the sender");
    const std::uint64_t at = done.wr_id * kRoom;
    const std::byte version = s.options.ipv6 ? *s.bytes(at) : *s.bytes(at + 20);
    expect((version >> 4) == (s.options.ipv6 ? std::byte{6} : std::byte{4}), "an IP header");
    const Gid from = s.options.ipv6 ? gid6_of(s.other()) : gid_of(s.other());
    const std::uint64_t where = at + (s.options.ipv6 ? 8 : 32);
    for (std::size_t k = s.options.ipv6 ? 0 : 12, i = 0; k < 16; ++k, ++i) {
      expect(*s.bytes(where + i) == std::byte{from.at(k)}, "the address of the sender");
    }
    expect(s.filled(at + kGrhBytes, datagram_length(number), number), "the bytes that were sent");
    ++received;
  };
  for (std::uint32_t i = 0; i < 2 * kCount; ++i) {
    s.fill(source, kRoom, i);
    const SgeView sge = s.local(source, datagram_length(i));
    SendRequest send;
    send.opcode = regs::WqeOp::kSendImm;
    send.imm = i;
    send.sges = {&sge, 1};
    send.wr_id = 1000 + i;
    send.ah = handle.get();
    send.remote_qpn = s.remote.qpns.at(i % 2);
    send.remote_qkey = i % 3 == 0 ? 0x8000'0000 : s.options.qkey;
    must(s.qp(i / 2 % 2).post_send(send));
    for (;;) {
      const WorkCompletion done = s.completion();
      expect(done.status == regs::WcStatus::kSuccess, "success");
      if (done.opcode == regs::CqeOp::kSend) {
        break;
      }
      check(done);
    }
  }
  s.meet("sent");
  while (received < 2 * kCount) {
    check(s.completion());
  }
  s.meet("received");
}

TEST_CASE("Datagrams go to any queue pair, over IPv4, IPv6 and a VLAN", "[integration]") {
  PairOptions options;
  options.memory_bytes = 25 * kRoom;
  options.queue_pairs = 2;
  options.transport = regs::QpType::kUd;
  options.ipv6 = GENERATE(false, true);
  const bool vlan = GENERATE(false, true);
  CAPTURE(options.ipv6, vlan);
  const auto body = [vlan](Side& s) { datagrams(s, vlan); };
  run_pair(options, body, body);
}

TEST_CASE("A datagram of another Q_Key, or without a receive request, is dropped and counted",
          "[integration]") {
  PairOptions options;
  options.transport = regs::QpType::kUd;
  run_pair(
      options,
      [](Side& s) {
        auto handle = must(AddressHandle::create(*s.end.device, address_to(s, false)));
        const SgeView sge = s.local(0, 100);
        SendRequest send;
        send.sges = {&sge, 1};
        send.ah = handle.get();
        send.remote_qpn = s.remote.qpns.at(0);
        send.remote_qkey = s.options.qkey;
        send.wr_id = 1;
        s.complete(send);  // nothing is posted there
        s.meet("unwanted");
        s.meet("posted");
        send.remote_qkey ^= 1;
        send.wr_id = 2;
        s.complete(send);
        // Too long for the path: a local error that stops the queue.
        const SgeView more = s.local(0, 4097);
        send.sges = {&more, 1};
        send.wr_id = 3;
        must(s.qp().post_send(send));
        const WorkCompletion done = s.completion();
        expect(done.wr_id == 3 && done.status == regs::WcStatus::kLocLenErr, "a local error");
        must(s.qp().resume());
        send.sges = {&sge, 1};
        send.remote_qkey ^= 1;
        send.wr_id = 4;
        s.complete(send);
        s.meet("sent");
      },
      [](Side& s) {
        s.meet("unwanted");
        for (unsigned i = 0; i < 1000 && s.counter(regs::kCntRoceRxNoRequest) == 0; ++i) {
        }
        expect(s.counter(regs::kCntRoceRxNoRequest) == 1, "a counted drop");
        const SgeView room = s.local(0, kRoom);
        must(s.qp().post_receive({7, {&room, 1}}));
        s.meet("posted");
        s.meet("sent");
        const WorkCompletion done = s.completion();
        expect(done.wr_id == 7 && done.byte_len == kGrhBytes + 100, "the last datagram alone");
        expect(s.counter(regs::kCntRoceRxBadQkey) == 1, "the wrong Q_Key to be counted");
      });
}

TEST_CASE("Idle time that is skipped changes nothing on UC and UD", "[integration]") {
  for (const regs::QpType transport : {regs::QpType::kUc, regs::QpType::kUd}) {
    std::vector<std::uint64_t> hashes;
    for (const bool skip : {true, false}) {
      PairOptions options;
      options.skip = skip;
      options.transport = transport;
      options.memory_bytes = 25 * kRoom;
      options.queue_pairs = 2;
      const auto datagrams_of = [](Side& s) { datagrams(s, false); };
      if (transport == regs::QpType::kUd) {
        hashes.push_back(run_pair(options, datagrams_of, datagrams_of).hash);
      } else {
        hashes.push_back(run_pair(options, uc_sender, [](Side& s) { uc_receiver(s); }).hash);
      }
    }
    CHECK(hashes[0] == hashes[1]);
  }
}

}  // namespace
}  // namespace ethlink::test
