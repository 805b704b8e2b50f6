// SPDX-License-Identifier: Apache-2.0
//
// Selective repeat between two ends: what is lost is sent again and nothing else.
#include <vector>

#include "Vel_roce_end_512.h"
#include "selective_bench.hpp"

namespace ethlink::test {
namespace {

using Pair = SelectivePair<Vel_roce_end_512, 512>;
using Op = regs::WqeOp;

constexpr std::uint32_t kMtu = 256;

// A message of `packets`, and others behind it that keep the sender busy.
void write_messages(Pair& p, unsigned packets, unsigned behind, unsigned each = 2) {
  p.write(packets * kMtu - 5, 0x10003, 0x4002);
  for (unsigned i = 0; i < behind; ++i) {
    p.write(each * kMtu, 0x20000 + i * each * kMtu, 0x30000 + i * each * kMtu);
  }
}

TEST_CASE("selective repeat: nothing is repeated when nothing is lost") {
  for (const unsigned packets : {1U, 2U, 9U, 200U}) {
    CAPTURE(packets);
    Pair p;
    write_messages(p, packets, 3);
    p.run();
    p.check();
    REQUIRE(p.repeated() == 0);
    REQUIRE(p.in_time());
  }
}

TEST_CASE("selective repeat: a lost packet leaves twice, the others once") {
  for (unsigned packets = 1; packets <= 9; ++packets) {
    for (unsigned lost = 0; lost < packets; ++lost) {
      CAPTURE(packets, lost);
      Pair p;
      p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned before) {
        return FramePlan{end == 0 && index == lost && before == 0, false, 0};
      };
      write_messages(p, packets, 4);
      p.run();
      p.check();
      REQUIRE(p.times(lost) == 2);
      REQUIRE(p.repeated() == 1);
      REQUIRE(p.in_time());
    }
  }
}

TEST_CASE("selective repeat: packets that come late or twice are not sent again") {
  for (unsigned packets = 1; packets <= 9; ++packets) {
    for (unsigned which = 0; which < packets; ++which) {
      for (const FramePlan what : {FramePlan{false, true, 0}, FramePlan{false, false, 1},
                                   FramePlan{false, false, 2}, FramePlan{false, false, 3}}) {
        CAPTURE(packets, which, what.twice, what.late);
        Pair p;
        p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned) {
          return end == 0 && index == which ? what : FramePlan{};
        };
        write_messages(p, packets, 4);
        p.run();
        p.check();
        REQUIRE(p.repeated() == 0);
        REQUIRE(p.in_time());
      }
    }
  }
}

TEST_CASE("selective repeat: two faults in one message") {
  const std::vector<FramePlan> faults{{true, false, 0}, {false, true, 0}, {false, false, 2}};
  for (unsigned packets = 2; packets <= 9; ++packets) {
    for (unsigned a = 0; a < packets; ++a) {
      for (unsigned b = a + 1; b < packets; ++b) {
        for (unsigned kinds = 0; kinds < 9; ++kinds) {
          const FramePlan first = faults[kinds / 3];
          const FramePlan second = faults[kinds % 3];
          CAPTURE(packets, a, b, kinds);
          Pair p;
          p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned before) {
            if (end != 0 || before != 0 || (index != a && index != b)) {
              return FramePlan{};
            }
            return index == a ? first : second;
          };
          write_messages(p, packets, 4);
          p.run();
          p.check();
          REQUIRE(p.repeated() == (first.drop ? 1U : 0U) + (second.drop ? 1U : 0U));
          REQUIRE(p.in_time());
        }
      }
    }
  }
}

TEST_CASE("selective repeat: a packet that is lost again and again") {
  for (unsigned lost = 0; lost < 9; ++lost) {
    for (const unsigned times : {2U, 3U, 5U}) {
      CAPTURE(lost, times);
      Pair p;
      p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned before) {
        return FramePlan{end == 0 && index == lost && before < times, false, 0};
      };
      write_messages(p, 9, 60, 20);
      p.run();
      p.check();
      REQUIRE(p.times(lost) == times + 1);
      REQUIRE(p.in_time());
      // What the receiver cannot keep comes again: the few that left behind the window.
      for (unsigned i = 0; i < 128; ++i) {
        CAPTURE(i);
        REQUIRE(p.times(i) == (i == lost ? times + 1 : 1));
      }
    }
  }
}

TEST_CASE("selective repeat: the last packets of all are lost") {
  for (unsigned packets = 1; packets <= 9; ++packets) {
    for (unsigned lost = 0; lost < packets; ++lost) {
      CAPTURE(packets, lost);
      Pair p;
      p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned before) {
        return FramePlan{end == 0 && index == lost && before == 0, false, 0};
      };
      write_messages(p, packets, 0);
      p.run();
      p.check();
      // Only when nothing comes behind it the transport timer is needed; nobody knows then what
      // came.
      const bool last = lost + 1 == packets;
      REQUIRE(p.repeated() == (last ? packets : 1));
      REQUIRE(p.in_time() == !last);
    }
  }
}

TEST_CASE("selective repeat: lost acknowledgements cost nothing but time") {
  for (unsigned lost = 0; lost < 32; ++lost) {
    for (const unsigned count : {1U, 3U, 6U}) {
      CAPTURE(lost, count);
      Pair p;
      p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned before) {
        if (end == 0) {
          return FramePlan{index == 3 && before == 0, false, 0};
        }
        return FramePlan{index >= lost && index < lost + count, false, 0};
      };
      write_messages(p, 20, 8);
      p.run();
      p.check();
    }
  }
}

TEST_CASE("selective repeat: every kind of request in a network that does everything") {
  for (unsigned round = 0; round < 12; ++round) {
    PairOptions o;
    o.mtu = round % 2 == 0 ? 256 : 1024;
    Pair p(o);
    CAPTURE(round);
    p.rng_.seed(seed() * 100 + round);
    const unsigned loss = round % 4 == 3 ? 10 : 2;  // percent
    p.plan_ = [&](unsigned, const EndFrame&, unsigned, unsigned) {
      FramePlan f;
      const unsigned dice = p.rng_() % 100;
      f.drop = dice < loss;
      f.twice = dice == 97;
      f.late = dice == 98 ? 2 : dice == 99 ? 5 : 0;
      return f;
    };
    const bool reads = round % 3 == 2;
    p.receive(64);
    // Each region of the memories is used once: requests in flight have no order among them.
    std::uint32_t at = 0;
    for (unsigned i = 0; i < 60; ++i) {
      const std::uint32_t length = p.rng_() % 8000;
      const unsigned dice = p.rng_() % 10;
      const Op op = dice < 6   ? Op::kWrite
                    : dice < 7 ? Op::kWriteImm
                    : dice < 8 ? Op::kSend
                    : dice < 9 ? Op::kSendImm
                    : reads    ? Op::kRead
                               : Op::kWrite;
      const bool inlined = op == Op::kWrite && p.rng_() % 3 == 0;
      p.post(op, inlined ? length % 257 : length, at + p.rng_() % 64, at + 64 + p.rng_() % 64,
             inlined);
      at += 8192 + 128;
    }
    p.run();
    p.check();
  }
}

TEST_CASE("without selective repeat the same faults are repaired, by going back") {
  for (unsigned packets = 1; packets <= 9; ++packets) {
    for (unsigned which = 0; which < packets; ++which) {
      for (const FramePlan what :
           {FramePlan{true, false, 0}, FramePlan{false, true, 0}, FramePlan{false, false, 2}}) {
        CAPTURE(packets, which, what.drop, what.twice);
        PairOptions o;
        o.selective[0] = o.selective[1] = false;
        Pair p(o);
        p.plan_ = [&](unsigned end, const EndFrame& f, unsigned index, unsigned before) {
          REQUIRE(f.opcode() < 0x12);  // nothing of selective repeat is on the wire
          return end == 0 && index == which && before == 0 ? what : FramePlan{};
        };
        write_messages(p, packets, 4);
        p.run();
        p.check();
        REQUIRE(p.in_time());
        REQUIRE((p.repeated() > 0 || !what.drop));
      }
    }
  }
}

TEST_CASE("selective repeat: ends that do not agree end with an error, not with wrong bytes") {
  for (const bool sender : {false, true}) {
    CAPTURE(sender);
    PairOptions o;
    o.selective[0] = sender;
    o.selective[1] = !sender;
    Pair p(o);
    p.write(100, 0x100, 0x200);  // one packet says the same in both
    p.write(3 * kMtu, 0x1000, 0x2000);
    p.run();
    const auto& done = p.ends_[0].send_cqes_;
    REQUIRE(done.size() == 2);
    REQUIRE(done[0].status == 0);
    REQUIRE(done[1].status == static_cast<unsigned>(regs::WcStatus::kRemInvReqErr));
  }
}

TEST_CASE("selective repeat: the attribute can be changed before the queue pair receives") {
  Pair p;
  regs::ObjQp a;
  const auto modify = [&](unsigned state, unsigned selective, std::uint32_t mask) {
    a.state = static_cast<std::uint8_t>(state);
    a.selective = static_cast<std::uint8_t>(selective);
    return p.command(0, regs::AdminVerb::kModify, regs::ObjKind::kQp, 1, &a, mask);
  };
  const auto bad_state = static_cast<unsigned>(regs::AdminStatus::kBadState);
  const auto bad_param = static_cast<unsigned>(regs::AdminStatus::kBadParam);
  CHECK(modify(3, 0, regs::kQpMaskSelective) == bad_state);  // in RTS
  CHECK(modify(0, 0, regs::kQpMaskState) == 0);              // to RESET
  CHECK(modify(0, 2, regs::kQpMaskSelective) == bad_param);
  CHECK(modify(0, 0, regs::kQpMaskSelective) == 0);
  a.pkey = 0xffff;
  CHECK(modify(1, 1, regs::kQpMaskState | regs::kQpMaskAccess | regs::kQpMaskPkey) == 0);
  CHECK(modify(1, 1, regs::kQpMaskSelective) == 0);  // in INIT
}

TEST_CASE("selective repeat: a receiver that is not ready") {
  for (const unsigned lost : {0U, 2U, 3U, 9U}) {
    CAPTURE(lost);
    Pair p;
    p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned before) {
      return FramePlan{end == 0 && index == lost && before == 0, false, 0};
    };
    p.write(2 * kMtu, 0x1000, 0x1000);
    p.post(Op::kSend, 3 * kMtu, 0x2000, 0);
    p.write(2 * kMtu, 0x3000, 0x3000);
    p.post(Op::kWriteImm, 3 * kMtu, 0x4000, 0x4000);
    p.write(2 * kMtu, 0x5000, 0x5000);
    p.steps(2000);
    p.receive(1);
    p.steps(2000);
    p.receive(1);
    p.run();
    p.check();
  }
}

TEST_CASE("selective repeat: a key that is refused ends both sides, whatever came before") {
  for (const unsigned lost : {0U, 1U, 2U, 4U, 100U}) {
    CAPTURE(lost);
    Pair p;
    p.places_differ_ = false;
    p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned before) {
      return FramePlan{end == 0 && index == lost && before == 0, false, 0};
    };
    p.write(3 * kMtu, 0x1000, 0x1000);
    p.post(Op::kWrite, 3 * kMtu, 0x2000, 0x2000, false, 0xbad01);
    p.write(3 * kMtu, 0x3000, 0x3000);
    p.run();
    const std::vector<unsigned> got = p.statuses();
    const auto refused = static_cast<unsigned>(regs::WcStatus::kRemAccessErr);
    const auto flushed = static_cast<unsigned>(regs::WcStatus::kWrFlushErr);
    // The NAK names the oldest packet that is missing.
    REQUIRE((lost < 3 ? got == std::vector<unsigned>{refused, flushed, flushed}
                      : got == std::vector<unsigned>{0, refused, flushed}));
  }
}

TEST_CASE("selective repeat: a packet that never arrives exhausts the retries") {
  for (const unsigned retries : {0U, 1U, 3U}) {
    CAPTURE(retries);
    PairOptions o;
    o.retries = retries;
    Pair p(o);
    p.places_differ_ = false;
    p.plan_ = [&](unsigned end, const EndFrame&, unsigned index, unsigned) {
      return FramePlan{end == 0 && index == 5, false, 0};
    };
    p.write(4 * kMtu, 0x1000, 0x1000);
    for (unsigned i = 0; i < 30; ++i) {
      p.write(20 * kMtu, 0x2000, 0x2000);
    }
    p.run();
    const std::vector<unsigned> got = p.statuses();
    REQUIRE(got.size() == 31);
    REQUIRE(got[0] == 0);
    REQUIRE(got[1] == static_cast<unsigned>(regs::WcStatus::kRetryExcErr));
    REQUIRE(got[2] == static_cast<unsigned>(regs::WcStatus::kWrFlushErr));
    REQUIRE(p.times(5) == retries + 1);
  }
}

TEST_CASE("selective repeat: a loaded line loses one packet in a hundred") {
  PairOptions o;
  o.mtu = 1024;
  Pair p(o);
  unsigned dropped = 0;
  p.plan_ = [&](unsigned end, const EndFrame&, unsigned, unsigned) {
    const bool drop = end == 0 && p.rng_() % 100 == 0;
    dropped += drop ? 1 : 0;
    return FramePlan{drop, false, 0};
  };
  p.delay_ = 350;
  p.places_differ_ = false;
  for (unsigned i = 0; i < 100; ++i) {
    p.write(60000, i * 16, 0x80000 + i * 60000 % 0x80000);
    if (i % 8 == 7) {
      p.run();
    }
  }
  p.run();
  p.check();
  CAPTURE(dropped, p.repeated());
  REQUIRE(dropped > 20);
  REQUIRE(p.repeated() <= dropped + dropped / 4);
}

// 512 bits at 800 MHz are 400 Gb/s; both ways together take 1 us.
double goodput(unsigned per_mille_of_10) {
  PairOptions o;
  o.mtu = 4096;
  o.timeout = 5;
  Pair p(o);
  p.places_differ_ = false;
  p.delay_ = 400;
  p.rng_.seed(seed() + per_mille_of_10);
  unsigned dropped = 0;
  p.plan_ = [&](unsigned, const EndFrame&, unsigned, unsigned) {
    const bool drop = p.rng_() % 10000 < per_mille_of_10;
    dropped += drop ? 1 : 0;
    return FramePlan{drop, false, 0};
  };
  constexpr unsigned kMessages = 24;
  constexpr std::uint32_t kBytes = 1 << 20;
  for (unsigned i = 0; i < kMessages; ++i) {
    p.write(kBytes, 0, i % 2 * kBytes);
  }
  p.run();
  p.check();
  const double rate = double{kMessages} * kBytes / static_cast<double>(p.done_ - p.started_) / 64;
  WARN("loss " << per_mille_of_10 << "e-4: " << rate << " of the line, " << dropped << " dropped, "
               << p.repeated() << " repeated");
  return rate;
}

TEST_CASE("selective repeat: goodput of messages of 1 MiB with losses both ways") {
  const double lossless = goodput(0);
  CHECK(lossless > 0.95);
  CHECK(goodput(10) > 0.9 * lossless);
  CHECK(goodput(100) > 0.6 * lossless);
}

}  // namespace
}  // namespace ethlink::test
