// SPDX-License-Identifier: Apache-2.0
//
// The receive side of el_roce under random traffic, faults, objects and back-pressure.

#include <set>

#include "target_reads.hpp"

namespace {

using namespace ethlink::test;
namespace regs = ethlink::regs;

/// Senders of a few queue pairs that repeat what got lost, as a requester would.
template <typename Bench>
class Fuzz {
 public:
  static constexpr std::uint32_t kQps = 4;

  Fuzz(Bench& bench, std::uint64_t salt) : b(bench), rng(seed() ^ salt) {
    create_read_regions(b);
    for (std::uint32_t q = 0; q < kQps; ++q) {
      revive(q);
    }
  }

  unsigned pick(unsigned below) { return static_cast<unsigned>(rng() % below); }

  void revive(std::uint32_t q) {
    QpOptions o;
    o.log_size = pick(4);
    o.log_stride = pick(3);
    o.mtu_code = 1 + pick(3);
    o.psn = pick(2) != 0 ? 0xfffff0 + pick(16) : static_cast<std::uint32_t>(rng() & 0xffffff);
    o.rnr_code = pick(32);
    o.cqn = static_cast<std::uint16_t>(q);
    o.max_reads = 16;
    options[q] = o;
    b.create_qp(q, o, pick(3) == 0 ? regs::QpState::kRtr : regs::QpState::kRts);
    sent[q].clear();
    next[q] = o.psn;
    base[q] = b.completions[q].size();
  }

  std::size_t length(unsigned mtu) {
    if (pick(3) == 0) {
      return pick(70);
    }
    const unsigned edge = (1U << pick(11)) + pick(3) - 1;
    return pick(2) == 0 ? edge : pick(3 * mtu);
  }

  void post(std::uint32_t q) {
    const std::uint64_t used = b.posted(q) + base[q] - b.completions[q].size();
    if (used >= 1ULL << options[q].log_size) {
      return;
    }
    std::vector<Sge> sges;
    const unsigned most = (4U << options[q].log_stride) - 1;
    for (unsigned i = 1 + pick(most); i-- > 0;) {
      if (pick(2) == 0) {
        sges.push_back({kLocalVa + pick(0x8000), pick(8) == 0 ? 0 : pick(1500), kLocal});
      } else {
        sges.push_back({kPagedVa + pick(kPagedBytes - 2000), pick(1500), kPaged});
      }
    }
    if (pick(150) == 0) {
      sges.back().key ^= 0x80;
    }
    b.post(q, sges);
  }

  /// A READ or an atomic; few enough that they and their repetitions always find room.
  void look(std::uint32_t q) {
    ::ethlink::test::Read r{.qpn = q, .rkey = kSource, .psn = next[q]};
    r.mtu = 128U << options[q].mtu_code;
    if (pick(3) == 0) {
      r.opcode = pick(2) == 0 ? kFetchAdd : kCompareSwap;
      r.rkey = kShared;
      r.va = kSharedVa + 8ULL * pick(4);
      r.swap_add = rng();
      r.compare = pick(2) == 0 ? b.peek(r.va) : rng();
    } else {
      r.length = length(r.mtu);
      r.va = kSourceVa + pick(kSourceBytes - 4096);
    }
    if (pick(120) == 0) {
      r.va ^= 1ULL << 40;
    }
    const RcPacket p = packet_of(r);
    sent[q].push_back(p);
    const bool lost = pick(25) == 0;
    if (!lost) {
      read(b, r);
    }
    if (pick(6) == 0) {
      read(b, r);
    }
    next[q] =
        (r.psn + static_cast<std::uint32_t>(
                     r.opcode != kRead || r.length == 0 ? 1 : (r.length + r.mtu - 1) / r.mtu)) &
        0xffffff;
  }

  void message(std::uint32_t q) {
    Message m;
    m.qpn = q;
    m.mtu = 128U << options[q].mtu_code;
    m.kind = pick(2) == 0 ? 's' : 'w';
    m.imm = pick(3) == 0;
    m.solicited = pick(4) == 0;
    m.length = length(m.mtu);
    m.va = kFlatVa + pick(0x30000);
    m.rkey = kFlat;
    if (pick(3) == 0) {
      m.va = kPagedVa + pick(kPagedBytes - 8000);
      m.rkey = kPaged;
    }
    m.word = static_cast<std::uint32_t>(rng());
    m.psn = next[q];
    m.ack_each = pick(4) == 0;
    if (pick(120) == 0) {
      m.va += 1ULL << 40;
    }
    auto packets = packets_of(b, m);
    if (pick(120) == 0) {
      packets[pick(static_cast<unsigned>(packets.size()))].opcode =
          static_cast<std::uint8_t>(pick(0x0c));
    }
    if (pick(120) == 0) {
      packets.back().pad = pick(4);
    }
    for (const RcPacket& p : packets) {
      sent[q].push_back(p);
      if (pick(25) != 0) {
        b.send(p);
      }
      if (pick(25) == 0) {
        b.send(sent[q][pick(static_cast<unsigned>(sent[q].size()))]);
      }
    }
    next[q] = (m.psn + static_cast<std::uint32_t>(packets.size())) & 0xffffff;
  }

  /// Everything quiet, compared; then what got lost is sent again.
  void settle(bool merged) {
    b.run();
    b.compare(merged);
    for (std::uint32_t q = 0; q < kQps; ++q) {
      const auto& qp = b.model.qps.at(q);
      if (qp.state == 6) {
        ++deaths;
        REQUIRE(b.destroy_qp(q) == 0);
        revive(q);
        continue;
      }
      looks[q] = 0;
      for (int i = 0; i < 8; ++i) {
        post(q);
      }
      for (const RcPacket& p : sent[q]) {
        const std::uint32_t ahead = (p.psn - qp.expected) & 0xffffff;
        const std::uint32_t open = (next[q] - qp.expected) & 0xffffff;
        if (ahead < open) {
          b.send(p);
        }
      }
    }
    b.run();
    b.compare(merged);
  }

  Bench& b;
  std::mt19937_64 rng;
  std::map<std::uint32_t, QpOptions> options;
  std::map<std::uint32_t, std::vector<RcPacket>> sent;
  std::map<std::uint32_t, std::uint32_t> next;
  std::map<std::uint32_t, std::size_t> base;
  std::map<std::uint32_t, unsigned> looks;  // READs and atomics since everything was quiet
  unsigned deaths = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("random traffic ends as the model says, whatever waits", "[responder][fuzz]",
                   Bench256, Bench512, Bench1024) {
  for (const unsigned percent : {0U, 30U, 60U}) {
    TestType b;
    Fuzz<TestType> f(b, percent);
    for (int round = 0; round < 12; ++round) {
      b.stalls_ = Stalls::all(percent);
      b.stalls_.read_latency = 1 + f.pick(60);
      // Sometimes one stream alone is slow.
      if (round % 4 == 3) {
        b.stalls_ = Stalls{};
        std::array<unsigned*, 5> streams{&b.stalls_.payload, &b.stalls_.read, &b.stalls_.write,
                                         &b.stalls_.transmit, &b.stalls_.completions};
        *streams[f.pick(5)] = 85;
      }
      b.bench_->ack_coalesce_i = static_cast<std::uint8_t>(round % 3 == 0 ? 1 : f.pick(16));
      for (int i = 0; i < 25; ++i) {
        const std::uint32_t q = f.pick(4);
        f.post(q);
        if (f.pick(2) == 0 && f.looks[q]++ < 6) {
          f.look(q);
        }
        f.message(q);
        b.steps(f.pick(60));
      }
      f.settle(true);
    }
    CHECK(f.deaths > 0);
    CHECK(b.count("rx_reads") > 10);
    CHECK(b.count("rx_atomics") > 3);
    INFO("stalls " << percent << " deaths " << f.deaths);
    CHECK(b.count("rx_rnr") > 0);
    CHECK(b.count("rx_gaps") > 0);
    CHECK(b.count("rx_duplicates") > 0);
  }
}

TEST_CASE("objects in the middle of traffic disturb nobody else", "[responder][fuzz]") {
  Bench512 b;
  Fuzz<Bench512> f(b, 77);
  b.stalls_ = Stalls::all(20);
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 15; ++i) {
      const std::uint32_t q = f.pick(4);
      f.post(q);
      f.message(q);
      b.steps(f.pick(50));
      const std::uint32_t other = f.pick(4);
      regs::ObjQp o;
      switch (f.pick(6)) {
        case 0:
          CHECK(b.command(regs::AdminVerb::kQuery, regs::ObjKind::kQp, other, nullptr) == 0);
          CHECK(b.answer<regs::ObjQp>().rq_psn == b.queried_.expected);
          CHECK(b.answer<regs::ObjQp>().rq_consumer == b.queried_.consumed);
          CHECK(b.answer<regs::ObjQp>().state == b.queried_.state);
          break;
        case 1:
          o.state = 6;
          b.modify(other, o, regs::kQpMaskState);
          break;
        case 2:
          REQUIRE(b.destroy_qp(other) == 0);
          b.run();  // frames of the old life must not meet the new one here
          f.revive(other);
          break;
        case 3:
          b.error_queue_.push_back(other);
          break;
        default:
          break;
      }
    }
    f.settle(true);
  }
  CHECK(f.deaths > 20);
}

TEST_CASE("idle cycles change nothing, to the cycle", "[responder]") {
  std::vector<std::vector<std::pair<std::uint64_t, unsigned>>> traces;
  for (const unsigned idle : {0U, 1U, 37U}) {
    Bench512 b;
    create_regions(b);
    b.create_qp(1);
    b.create_qp(2);
    std::map<unsigned, std::uint32_t> psn;
    for (unsigned round = 0; round < 30; ++round) {
      b.run();
      for (unsigned i = 0; i < idle; ++i) {
        CHECK(b.bench_->busy_o == 0);
        b.step();
      }
      b.trace_start_ = b.bench_.cycle();
      const unsigned q = 1 + round % 2;
      if (round % 3 == 0) {
        b.post(q, {{kLocalVa, 600, kLocal}});
        psn[q] = send(b, {.qpn = q, .imm = true, .length = round * 20, .psn = psn[q]});
      } else if (round % 7 == 1) {
        send(b,
             {.qpn = q, .kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 9, .psn = psn[q] + 5});
      } else {
        psn[q] = send(b, {.qpn = q,
                          .kind = 'w',
                          .va = kPagedVa + round * 400,
                          .rkey = kPaged,
                          .length = 600,
                          .psn = psn[q]});
      }
      if (round == 20) {
        send(b, {.qpn = 2, .kind = 'w', .va = 5, .rkey = kFlat, .length = 9, .psn = psn[2]});
      }
      b.run();
      b.trace_start_ = b.bench_.cycle();
    }
    b.compare();
    traces.push_back(b.trace_);
  }
  CHECK(traces[0].size() > 500);
  CHECK(traces[0] == traces[1]);
  CHECK(traces[0] == traces[2]);
}
