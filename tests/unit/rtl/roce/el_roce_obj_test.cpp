// SPDX-License-Identifier: Apache-2.0
//
// Objects of queue pairs: who is asked in which order, what is refused, what is undone.

#include <optional>
#include <string>

#include "target_messages.hpp"

namespace {

using namespace ethlink::test;
namespace regs = ethlink::regs;
using regs::AdminVerb;
using regs::ObjKind;

constexpr unsigned kBadVerb = 1;
constexpr unsigned kBadIndex = 2;
constexpr unsigned kBadState = 3;
constexpr unsigned kBadParam = 4;

regs::ObjQpQueues queues() {
  regs::ObjQpQueues q;
  q.rq_base = 0x100000;
  q.rq_log_size = 3;
  q.pd = kPd;
  return q;
}

}  // namespace

TEST_CASE("verbs, numbers and existence are checked before anyone is asked", "[obj]") {
  Bench512 b;
  const regs::ObjQpQueues q = queues();
  for (const ObjKind kind : {ObjKind::kQpQueues, ObjKind::kQpPath, ObjKind::kQp}) {
    for (unsigned verb = 0; verb < 8; ++verb) {
      const bool known =
          kind == ObjKind::kQpQueues ? verb == 1 || verb == 4 : verb == 2 || verb == 3;
      INFO("kind " << static_cast<unsigned>(kind) << " verb " << verb);
      if (!known) {
        CHECK(b.command(static_cast<AdminVerb>(verb), kind, 1, &q) == kBadVerb);
      } else {
        CHECK(b.command(static_cast<AdminVerb>(verb), kind, 16, verb == 1 ? &q : nullptr, 0) ==
              kBadIndex);
        CHECK(b.command(static_cast<AdminVerb>(verb), kind, 0x10001, verb == 1 ? &q : nullptr, 0) ==
              kBadIndex);
        if (verb != 1) {
          CHECK(b.command(static_cast<AdminVerb>(verb), kind, 1, nullptr, 0) == kBadState);
        }
      }
    }
  }
  CHECK(b.requester_asked_.empty());
  REQUIRE(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &q) == 0);
  CHECK(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &q) == kBadState);
  REQUIRE(b.destroy_qp(1) == 0);
  CHECK(b.destroy_qp(1) == kBadState);
  CHECK(b.requester_asked_ == std::vector<std::pair<unsigned, unsigned>>{{5, 1}, {5, 4}});
}

TEST_CASE("a CREATE that the requester refuses leaves nothing behind", "[obj]") {
  Bench512 b;
  const regs::ObjQpQueues q = queues();
  b.requester_status_ = kBadParam;
  CHECK(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &q) == kBadParam);
  b.model.qps.clear();
  b.requester_status_ = 0;
  CHECK(b.command(AdminVerb::kQuery, ObjKind::kQp, 1, nullptr) == kBadState);
  CHECK(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &q) == 0);
}

TEST_CASE("every field out of range is refused", "[obj]") {
  Bench512 b;
  const auto create = [&b](auto change) {
    regs::ObjQpQueues q = queues();
    change(q);
    return b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &q);
  };
  CHECK(create([](auto& q) { q.rq_base |= 32; }) == kBadParam);
  CHECK(create([](auto& q) { q.rq_log_size = 16; }) == kBadParam);
  CHECK(create([](auto& q) { q.rq_log_stride = 3; }) == kBadParam);
  CHECK(create([](auto& q) { q.qp_type = 1; }) == kBadParam);
  CHECK(create([](auto& q) { q.send_cq = 256; }) == kBadParam);
  CHECK(create([](auto& q) { q.recv_cq = 256; }) == kBadParam);
  CHECK(create([](auto& q) { q.eqn = 16; }) == kBadParam);
  CHECK(create([](auto& q) { q.ctx = 16; }) == kBadParam);
  CHECK(create([](auto& q) { q.sq_sig_all = 2; }) == kBadParam);
  CHECK(create([](auto& q) {
          q.rq_log_size = 15;
          q.rq_log_stride = 2;
          q.send_cq = q.recv_cq = 255;
          q.eqn = q.ctx = 15;
          q.sq_sig_all = 1;
        }) == 0);
  const auto modify = [&b](std::uint32_t mask, auto change) {
    regs::ObjQp o;
    change(o);
    return b.command(AdminVerb::kModify, ObjKind::kQp, 1, &o, mask);
  };
  CHECK(modify(1U << 13, [](auto&) {}) == kBadParam);
  CHECK(modify(1U << 31, [](auto&) {}) == kBadParam);
  CHECK(modify(regs::kQpMaskMaxRdAtomic, [](auto& o) { o.max_rd_atomic = 17; }) == kBadParam);
  CHECK(modify(regs::kQpMaskMaxDestRdAtomic, [](auto& o) { o.max_dest_rd_atomic = 17; }) ==
        kBadParam);
  CHECK(modify(regs::kQpMaskMaxRdAtomic, [](auto& o) { o.max_rd_atomic = 16; }) == 0);
  CHECK(modify(regs::kQpMaskState, [](auto& o) { o.state = 7; }) == kBadParam);
  CHECK(modify(regs::kQpMaskAccess, [](auto& o) { o.access = 0x10; }) == kBadParam);
  CHECK(modify(regs::kQpMaskMtu, [](auto& o) { o.mtu = 0; }) == kBadParam);
  CHECK(modify(regs::kQpMaskMtu, [](auto& o) { o.mtu = 6; }) == kBadParam);
  CHECK(modify(regs::kQpMaskDestQpn, [](auto& o) { o.dest_qpn = 1U << 24; }) == kBadParam);
  CHECK(modify(regs::kQpMaskSqPsn, [](auto& o) { o.sq_psn = 1U << 24; }) == kBadParam);
  CHECK(modify(regs::kQpMaskRqPsn, [](auto& o) { o.rq_psn = 1U << 24; }) == kBadParam);
  CHECK(modify(regs::kQpMaskTimeout, [](auto& o) { o.timeout = 32; }) == kBadParam);
  CHECK(modify(regs::kQpMaskRetryCnt, [](auto& o) { o.retry_cnt = 8; }) == kBadParam);
  CHECK(modify(regs::kQpMaskRnrRetry, [](auto& o) { o.rnr_retry = 8; }) == kBadParam);
  CHECK(modify(regs::kQpMaskMinRnrTimer, [](auto& o) { o.min_rnr_timer = 32; }) == kBadParam);
  CHECK(modify(regs::kQpMaskMaxRdAtomic, [](auto& o) { o.max_rd_atomic = 17; }) == kBadParam);
  CHECK(modify(regs::kQpMaskMaxDestRdAtomic, [](auto& o) { o.max_dest_rd_atomic = 17; }) ==
        kBadParam);
  CHECK(modify(regs::kQpMaskMaxDestRdAtomic, [](auto& o) { o.max_dest_rd_atomic = 16; }) == 0);
  CHECK(modify(regs::kQpMaskState | regs::kQpMaskAccess | regs::kQpMaskPkey | regs::kQpMaskMtu,
               [](auto& o) {
                 o.state = 1;
                 o.mtu = 5;
                 o.timeout = 99;  // not in the mask
               }) == 0);
  const auto path = [&b](auto change) {
    regs::ObjQpPath p;
    change(p);
    return b.command(AdminVerb::kModify, ObjKind::kQpPath, 1, &p);
  };
  CHECK(path([](auto& p) { p.flow_label = 1U << 20; }) == kBadParam);
  CHECK(path([](auto& p) { p.sgid_index = 8; }) == kBadParam);
  CHECK(path([](auto& p) { p.vlan_en = 2; }) == kBadParam);
  CHECK(path([](auto& p) { p.prio = 8; }) == kBadParam);
  CHECK(path([](auto&) {}) == 0);
}

constexpr std::uint32_t kAll = 0x1fff;  // every field of ObjQp

/// A queue pair that walked these states, with all attributes; with or without an address vector.
void walk(Bench512& b, const std::vector<unsigned>& way, bool path = true) {
  const regs::ObjQpQueues q = queues();
  REQUIRE(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 1, &q) == 0);
  if (path) {
    b.set_path(1);
  }
  regs::ObjQp o;
  o.mtu = 1;
  for (const unsigned s : way) {
    o.state = static_cast<std::uint8_t>(s);
    REQUIRE(b.command(AdminVerb::kModify, ObjKind::kQp, 1, &o, kAll) == 0);
  }
}

unsigned change(Bench512& b, unsigned state, std::uint32_t mask) {
  regs::ObjQp o;
  o.state = static_cast<std::uint8_t>(state);
  o.mtu = 1;
  return b.command(AdminVerb::kModify, ObjKind::kQp, 1, &o, mask);
}

unsigned state_of(Bench512& b) {
  REQUIRE(b.command(AdminVerb::kQuery, ObjKind::kQp, 1, nullptr) == 0);
  return b.answer<regs::ObjQp>().state;
}

/// The ways to every state that RC has.
const std::vector<std::vector<unsigned>>& ways() {
  static const std::vector<std::vector<unsigned>> all{{},        {1},          {1, 2},
                                                      {1, 2, 3}, {1, 2, 3, 4}, {6}};
  return all;
}

/// Attributes that a transition needs (InfiniBand volume 1, 11.2.5.2, table of Modify QP for RC);
/// nothing when it does not exist.
std::optional<std::uint32_t> needed(unsigned from, unsigned to) {
  // Columns: to RESET, INIT, RTR, RTS, SQD, SQE, ERR.
  static const std::map<unsigned, std::string> rows{{0, "yynnnny"}, {1, "yyynnny"}, {2, "ynnynny"},
                                                    {3, "ynnyyny"}, {4, "ynnyyny"}, {6, "ynnnnny"}};
  if (rows.at(from).at(to) != 'y') {
    return std::nullopt;
  }
  const unsigned step = from * 10 + to;
  return step == 1 ? 0x402U : step == 12 ? 0x122cU : step == 23 ? 0x9d0U : 0U;
}

TEST_CASE("states change only as InfiniBand allows, and with all that the new state needs",
          "[obj]") {
  for (const std::vector<unsigned>& way : ways()) {
    const unsigned from = way.empty() ? 0 : way.back();
    for (unsigned to = 0; to < 8; ++to) {
      const auto need = to < 7 ? needed(from, to) : std::nullopt;
      INFO("from " << from << " to " << to);
      Bench512 b;
      walk(b, way);
      if (!need) {
        b.requester_asked_.clear();
        CHECK(change(b, to, kAll) == (to == 5 || to == 7 ? kBadParam : kBadState));
        CHECK(b.requester_asked_.empty());
        CHECK(state_of(b) == from);
        continue;
      }
      // What an earlier MODIFY set does not count, and a refused one sets nothing.
      for (unsigned bit = 1; bit < 13; ++bit) {
        INFO("without " << bit);
        const bool misses = (*need >> bit & 1) != 0;
        Bench512 c;
        walk(c, way);
        c.requester_asked_.clear();
        CHECK(change(c, to, kAll & ~(1U << bit)) == (misses ? kBadParam : 0));
        CHECK(c.requester_asked_.empty() == misses);
        CHECK(state_of(c) == (misses ? from : to));
      }
      CHECK(change(b, to, regs::kQpMaskState | *need) == 0);
      CHECK(state_of(b) == to);
    }
  }
}

TEST_CASE("a queue pair whose send queue drains goes on receiving", "[obj]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  b.post(1, {{kLocalVa, 600, kLocal}});
  std::uint32_t psn = send(b, {.length = 300});
  REQUIRE(change(b, 4, regs::kQpMaskState) == 0);
  b.post(1, {{kLocalVa + 1000, 600, kLocal}});
  psn = send(b, {.length = 500, .psn = psn});
  send(b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 700, .psn = psn});
  b.run();
  b.compare();
  CHECK(b.completions[1].size() == 2);
}

TEST_CASE("a queue pair without an address vector does not get to RTR", "[obj]") {
  Bench512 b;
  walk(b, {1}, false);
  CHECK(change(b, 2, kAll) == kBadState);
  CHECK(state_of(b) == 1);
  regs::ObjQpPath wrong;
  wrong.prio = 8;
  CHECK(b.command(AdminVerb::kModify, ObjKind::kQpPath, 1, &wrong) == kBadParam);
  CHECK(b.command(AdminVerb::kQuery, ObjKind::kQpPath, 1, nullptr) == 0);
  CHECK(change(b, 2, kAll) == kBadState);
  b.set_path(1);
  CHECK(change(b, 2, kAll) == 0);
  // It stays in RESET, and ends with the queue pair.
  CHECK(change(b, 0, kAll) == 0);
  CHECK(change(b, 1, kAll) == 0);
  CHECK(change(b, 2, kAll) == 0);
  REQUIRE(b.destroy_qp(1) == 0);
  walk(b, {1}, false);
  CHECK(change(b, 2, kAll) == kBadState);
}

TEST_CASE("a QUERY merges what the owners know", "[obj]") {
  Bench512 b;
  b.create_qp(3, {.pkey = 0x8765,
                  .access = 6,
                  .mtu_code = 4,
                  .rnr_code = 19,
                  .psn = 0xabcdef,
                  .dest_qpn = 0x00fff0,
                  .max_reads = 11});
  regs::ObjQp known;  // what the requester adds
  known.timeout = 14;
  known.retry_cnt = 6;
  known.rnr_retry = 7;
  known.sq_psn = 0x112233;
  known.sq_unacked_psn = 0x112200;
  known.sq_consumer = 77;
  set_bytes(b.bench_->rqst_data_i, reinterpret_cast<const std::uint8_t*>(&known), 48, 48);
  REQUIRE(b.command(AdminVerb::kQuery, ObjKind::kQp, 3, nullptr) == 0);
  const auto o = b.answer<regs::ObjQp>();
  CHECK(o.state == 3);
  CHECK(o.access == 6);
  CHECK(o.mtu == 4);
  CHECK(o.min_rnr_timer == 19);
  CHECK(o.pkey == 0x8765);
  CHECK(o.max_dest_rd_atomic == 11);
  CHECK(o.rq_psn == 0xabcdef);
  CHECK(o.dest_qpn == 0x00fff3);
  CHECK(o.timeout == 14);
  CHECK(o.retry_cnt == 6);
  CHECK(o.rnr_retry == 7);
  CHECK(o.sq_psn == 0x112233);
  CHECK(o.sq_unacked_psn == 0x112200);
  CHECK(o.sq_consumer == 77);
  CHECK(o.rq_consumer == 0);
  REQUIRE(b.command(AdminVerb::kQuery, ObjKind::kQpPath, 3, nullptr) == 0);
  const auto p = b.answer<regs::ObjQpPath>();
  CHECK(p.udp_sport == 0xc003);
  CHECK(p.hop_limit == 64);
  CHECK(p.dgid[15] == 3);
  CHECK(p.dmac[0] == 3);
  // A new life starts with nothing of the old one.
  REQUIRE(b.destroy_qp(3) == 0);
  const regs::ObjQpQueues q = queues();
  REQUIRE(b.command(AdminVerb::kCreate, ObjKind::kQpQueues, 3, &q) == 0);
  known = {};
  set_bytes(b.bench_->rqst_data_i, reinterpret_cast<const std::uint8_t*>(&known), 48, 48);
  REQUIRE(b.command(AdminVerb::kQuery, ObjKind::kQp, 3, nullptr) == 0);
  CHECK(b.answer<regs::ObjQp>().dest_qpn == 0);
  CHECK(b.answer<regs::ObjQp>().pkey == 0);
  REQUIRE(b.command(AdminVerb::kQuery, ObjKind::kQpPath, 3, nullptr) == 0);
  CHECK(b.answer<regs::ObjQpPath>().udp_sport == 0);
}

TEST_CASE("a region is destroyed only when its last bytes have left", "[obj]") {
  for (unsigned at = 0; at < 80; at += 4) {
    Bench512 b;
    create_regions(b);
    b.create_qp(1, {.mtu_code = 5});
    b.stalls_.write = 60;
    for (std::uint32_t i = 0; i < 4; ++i) {
      send(b, {.kind = 'w', .va = kFlatVa, .rkey = kFlat, .length = 4096, .psn = i, .mtu = 4096});
    }
    b.steps(at);
    REQUIRE(b.command(AdminVerb::kDestroy, ObjKind::kMr, kFlat >> 8, nullptr) == 0);
    const std::uint64_t beats = b.write_beats_;
    b.run();
    CHECK(b.write_beats_ == beats);
    CHECK(beats % 64 == 0);
  }
}

TEST_CASE("a stopped link does not stop objects", "[obj]") {
  Bench512 b;
  create_regions(b);
  b.create_qp(1);
  b.create_qp(2);
  b.stalls_.transmit = 100;
  for (std::uint32_t i = 0; i < 30; ++i) {
    send(b, {.kind = 'w', .psn = i});
  }
  b.steps(500);
  CHECK(b.command(AdminVerb::kQuery, ObjKind::kQpPath, 1, nullptr) == 0);
  CHECK(b.command(AdminVerb::kQuery, ObjKind::kQp, 2, nullptr) == 0);
  CHECK(b.destroy_qp(2) == 0);
  CHECK(b.destroy_qp(1) == 0);
  b.stalls_.transmit = 0;
  b.run();
}
