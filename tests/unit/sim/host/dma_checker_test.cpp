// SPDX-License-Identifier: Apache-2.0
//
// What a device may touch, byte by byte, from what passes between software, device and memory.
#include "sim/host/dma_checker.hpp"

#include <cstring>

#include "catch.hpp"

namespace ethlink::sim::test {
namespace {

constexpr std::uint64_t kCommands = 0x1'0000, kCompletions = 0x2'0000;
constexpr unsigned kLogEntries = 3;

/// Plays software and a device that obeys.
class Talk {
 public:
  Talk() { start(); }

  void start() {
    write(regs::kCsrAdminCfg, 0);
    write(regs::kCsrAdminSqBase, kCommands);
    write(regs::kCsrAdminCqBase, kCompletions);
    write(regs::kCsrAdminCfg, kLogEntries | 1U << regs::kCsrAdminCfgEnableLsb);
    ready();
    issued_ = answered_ = 0;
  }
  void write(std::uint32_t reg, std::uint64_t value) {
    checker.bar_written(reg, std::as_bytes(std::span(&value, 1)));
  }
  void read(std::uint32_t reg, std::uint64_t value) {
    std::array<std::uint8_t, 8> bytes;
    std::memcpy(bytes.data(), &value, bytes.size());
    checker.bar_read(reg, bytes);
  }
  /// Software sees that the device let go of what it was told to forget.
  void ready() { read(regs::kCsrStatus, 1U << regs::kCsrStatusReadyLsb); }

  template <typename T>
  void issue(regs::AdminVerb verb, regs::ObjKind kind, std::uint32_t index, const T& fields,
             std::uint32_t mask = 0) {
    regs::AdminCmd command;
    command.mask = mask;
    command.verb = static_cast<std::uint8_t>(verb);
    command.kind = static_cast<std::uint8_t>(kind);
    command.index = index;
    static_assert(sizeof(fields) == sizeof(command.data));
    std::memcpy(command.data.data(), &fields, sizeof(fields));
    std::array<std::uint8_t, sizeof(command)> bytes;
    std::memcpy(bytes.data(), &command, sizeof(command));
    checker.device_read(kCommands + 64 * (issued_++ % (1U << kLogEntries)), bytes);
  }
  void answer(regs::AdminStatus status = regs::AdminStatus::kOk) {
    // As the 256-bit endpoint does: the half with the status comes last.
    const std::uint64_t entry = kCompletions + 64 * (answered_++ % (1U << kLogEntries));
    const std::array<std::uint8_t, 32> rest{};
    checker.device_wrote(entry + 32, rest);
    std::array<std::uint8_t, 32> half{};
    half[offsetof(regs::AdminCpl, status)] = static_cast<std::uint8_t>(status);
    checker.device_wrote(entry, half);
  }
  template <typename T>
  void create(regs::ObjKind kind, std::uint32_t index, const T& fields) {
    issue(regs::AdminVerb::kCreate, kind, index, fields);
    answer();
  }
  void destroy(regs::ObjKind kind, std::uint32_t index,
               regs::AdminStatus status = regs::AdminStatus::kOk) {
    issue(regs::AdminVerb::kDestroy, kind, index, regs::ObjCq{});
    answer(status);
  }

  [[nodiscard]] bool reads(std::uint64_t iova, std::size_t bytes) const {
    return !checker.check(false, iova, bytes);
  }
  [[nodiscard]] bool writes(std::uint64_t iova, std::size_t bytes) const {
    return !checker.check(true, iova, bytes);
  }
  /// Exactly [start, end) may be accessed so.
  [[nodiscard]] bool exact(bool write, std::uint64_t start, std::uint64_t end) const {
    const auto may = [&](std::uint64_t at, std::size_t bytes) {
      return write ? writes(at, bytes) : reads(at, bytes);
    };
    return may(start, 1) && may(end - 1, 1) && may(start, end - start) && !may(start - 1, 1) &&
           !may(start - 1, 2) && !may(end, 1) && !may(end - 1, 2);
  }

  DmaChecker checker;

 private:
  std::uint64_t issued_ = 0, answered_ = 0;
};

regs::ObjMr region(std::uint64_t iova, std::uint64_t length, std::uint32_t access) {
  regs::ObjMr mr;
  mr.iova = iova;
  mr.length = length;
  mr.access = static_cast<std::uint8_t>(access);
  return mr;
}

}  // namespace

TEST_CASE("a device that was told nothing may touch nothing", "[sim][host]") {
  const DmaChecker checker;
  CHECK(checker.empty());
  CHECK(*checker.check(true, 0x1000, 64) ==
        "the device wrote 64 bytes at 0x1000: expected memory that it was told to write, found "
        "nothing there nor below");
  CHECK(checker.check(false, 0, 1));
  CHECK(checker.check(false, ~std::uint64_t{0}, 1));
}

TEST_CASE("admin rings are exact, and one is read, the other written", "[sim][host]") {
  Talk t;
  CHECK(t.exact(false, kCommands, kCommands + (64U << kLogEntries)));
  CHECK(t.exact(true, kCompletions, kCompletions + (64U << kLogEntries)));
  CHECK_FALSE(t.writes(kCommands, 64));
  CHECK_FALSE(t.reads(kCompletions, 64));
  CHECK(*t.checker.check(true, kCommands, 4) ==
        "the device wrote 4 bytes at 0x10000: expected memory that it was told to write, found "
        "admin command ring 0 at 0x10000 to 0x101ff, to be read only");
}

TEST_CASE("rings of queues are exact and live from CREATE to DESTROY", "[sim][host]") {
  Talk t;
  regs::ObjCq cq;
  cq.base = 0x10'0000;
  cq.log_size = 4;
  t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kCq, 3, cq);
  CHECK(t.exact(true, cq.base, cq.base + (sizeof(regs::Cqe) << 4U)));  // already
  t.answer();
  CHECK(t.exact(true, cq.base, cq.base + (sizeof(regs::Cqe) << 4U)));
  CHECK_FALSE(t.reads(cq.base, 1));
  regs::ObjEq eq;
  eq.base = 0x11'0000;
  eq.log_size = 2;
  t.create(regs::ObjKind::kEq, 0, eq);
  CHECK(t.exact(true, eq.base, eq.base + (sizeof(regs::Eqe) << 2U)));
  regs::ObjQpQueues qp;
  qp.sq_base = 0x12'0000;
  qp.rq_base = 0x13'0000;
  qp.sq_log_units = 5;
  qp.rq_log_size = 3;
  qp.rq_log_stride = 1;
  t.create(regs::ObjKind::kQpQueues, 7, qp);
  CHECK(t.exact(false, qp.sq_base, qp.sq_base + (64U << 5U)));
  CHECK(t.exact(false, qp.rq_base, qp.rq_base + (64U << 4U)));
  CHECK_FALSE(t.writes(qp.sq_base, 1));

  // A queue that moves may use both rings until the answer, and then the new one; or the old one
  // when the device refused.
  regs::ObjCq moved;
  moved.base = 0x14'0000;
  moved.log_size = 5;
  for (const auto status : {regs::AdminStatus::kBadState, regs::AdminStatus::kOk}) {
    t.issue(regs::AdminVerb::kModify, regs::ObjKind::kCq, 3, moved, regs::kCqMaskRing);
    CHECK(t.writes(cq.base, 64));
    CHECK(t.exact(true, moved.base, moved.base + (sizeof(regs::Cqe) << 5U)));
    t.answer(status);
    CHECK(t.writes(cq.base, 64) == (status != regs::AdminStatus::kOk));
    CHECK(t.writes(moved.base, 64) == (status == regs::AdminStatus::kOk));
  }
  cq = moved;
  t.issue(regs::AdminVerb::kDestroy, regs::ObjKind::kCq, 3, regs::ObjCq{});
  CHECK(t.writes(cq.base, 64));  // until the answer
  t.answer();
  CHECK_FALSE(t.writes(cq.base, 1));
  t.destroy(regs::ObjKind::kCq, 7);  // another kind with the number of the queue pair
  CHECK(t.reads(qp.sq_base, 64));
  t.destroy(regs::ObjKind::kQpQueues, 7, regs::AdminStatus::kBusy);  // refused
  CHECK(t.reads(qp.sq_base, 64));
  t.destroy(regs::ObjKind::kQpQueues, 7);
  CHECK_FALSE(t.reads(qp.sq_base, 64));
  CHECK_FALSE(t.reads(qp.rq_base, 64));
}

TEST_CASE("a CREATE that is refused gives nothing and takes nothing", "[sim][host]") {
  Talk t;
  t.create(regs::ObjKind::kMr, 1, region(0x20'0000, 100, regs::kAccessLocalWrite));
  t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kMr, 1,
          region(0x30'0000, 100, regs::kAccessLocalWrite));
  t.answer(regs::AdminStatus::kBadState);
  CHECK_FALSE(t.writes(0x30'0000, 1));
  CHECK(t.exact(true, 0x20'0000, 0x20'0000 + 100));
}

TEST_CASE("commands that are read ahead act in their order", "[sim][host]") {
  Talk t;
  const auto mr = [](std::uint64_t iova) { return region(iova, 64, regs::kAccessLocalWrite); };
  t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kMr, 1, mr(0x20'0000));
  t.issue(regs::AdminVerb::kDestroy, regs::ObjKind::kMr, 1, mr(0));
  t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kMr, 1, mr(0x30'0000));
  t.answer();
  t.answer();
  CHECK_FALSE(t.writes(0x20'0000, 1));
  CHECK(t.writes(0x30'0000, 64));
  t.answer();
  CHECK(t.writes(0x30'0000, 64));
}

TEST_CASE("regions and segments end at their byte and give what they permit", "[sim][host]") {
  Talk t;
  for (const std::uint32_t access :
       {regs::kAccessLocalWrite, regs::kAccessRemoteWrite, regs::kAccessRemoteAtomic}) {
    t.create(regs::ObjKind::kMr, 1, region(0x20'0003, 61, access));
    CHECK(t.exact(true, 0x20'0003, 0x20'0040));
    CHECK(t.exact(false, 0x20'0003, 0x20'0040));
    t.destroy(regs::ObjKind::kMr, 1);
    CHECK_FALSE(t.reads(0x20'0003, 1));
  }
  t.create(regs::ObjKind::kMr, 1, region(0x20'0003, 61, regs::kAccessRemoteRead));
  CHECK(t.exact(false, 0x20'0003, 0x20'0040));
  CHECK_FALSE(t.writes(0x20'0003, 1));
  regs::ObjSegment segment;
  segment.base = 0x40'0000;
  segment.length = 1000;
  segment.access = regs::kAccessRemoteRead;
  t.create(regs::ObjKind::kSegment, 1, segment);
  CHECK(t.exact(false, 0x40'0000, 0x40'0000 + 1000));
  CHECK_FALSE(t.writes(0x40'0000, 1));
  t.destroy(regs::ObjKind::kSegment, 1);
  segment.access = regs::kAccessRemoteWrite;
  t.create(regs::ObjKind::kSegment, 1, segment);
  CHECK(t.exact(true, 0x40'0000, 0x40'0000 + 1000));
  CHECK_FALSE(t.reads(0x40'0000, 1));
}

TEST_CASE("overlapping regions give the union of their rights, not of their ranges",
          "[sim][host]") {
  Talk t;
  t.create(regs::ObjKind::kMr, 1, region(0x20'0000, 0x1000, regs::kAccessLocalWrite));
  t.create(regs::ObjKind::kMr, 2, region(0x20'0800, 0x1000, regs::kAccessRemoteRead));
  t.create(regs::ObjKind::kMr, 3, region(0x20'0900, 16, regs::kAccessRemoteRead));
  CHECK(t.exact(true, 0x20'0000, 0x20'1000));
  CHECK(t.reads(0x20'0800, 0x1000));
  CHECK_FALSE(t.reads(0x20'0000, 0x1800));  // no region holds all of it
  t.destroy(regs::ObjKind::kMr, 1);
  CHECK_FALSE(t.writes(0x20'0900, 1));
  CHECK(t.exact(false, 0x20'0800, 0x20'1800));
}

TEST_CASE("a region may end at 2^64, and none passes it", "[sim][host]") {
  Talk t;
  const std::uint64_t top = ~std::uint64_t{0};
  t.create(regs::ObjKind::kMr, 1, region(top - 99, 100, regs::kAccessLocalWrite));
  CHECK(t.writes(top - 99, 100));
  CHECK(t.writes(top, 1));
  CHECK_FALSE(t.writes(top, 2));
  CHECK_FALSE(t.writes(top - 100, 1));
  t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kMr, 2,
          region(top - 999, 2000, regs::kAccessLocalWrite));
  CHECK_FALSE(t.writes(top - 999, 1));
  CHECK_FALSE(t.writes(0, 1));
}

TEST_CASE("a region of pages is exact on its first, middle and last page", "[sim][host]") {
  Talk t;
  const std::array<std::uint64_t, 3> pages{0x70'0000, 0x50'0000, 0x90'0000};
  std::array<std::uint8_t, 24> list;
  std::memcpy(list.data(), pages.data(), list.size());
  regs::ObjMtt table;
  table.list_iova = 0x60'0000;
  table.count = 3;
  regs::ObjMr mr;
  mr.va = 0x1'0000'0f00;
  mr.length = 0x100 + 0x1000 + 0x80;
  mr.mtt_base = 10;
  mr.page_shift = 12;
  mr.access = regs::kAccessRemoteWrite;
  const auto mapped = [&] {
    return t.exact(true, 0x70'0f00, 0x70'1000) && t.exact(true, 0x50'0000, 0x50'1000) &&
           t.exact(true, 0x90'0000, 0x90'0080);
  };
  SECTION("the list is read before the region is known") {
    t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kMtt, 10, table);
    CHECK(t.exact(false, 0x60'0000, 0x60'0018));
    t.checker.device_read(table.list_iova, list);
    t.answer();
    CHECK_FALSE(t.reads(0x60'0000, 8));
    t.create(regs::ObjKind::kMr, 1, mr);
    CHECK(mapped());
  }
  SECTION("the list is read after the region is known, in two parts") {
    t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kMtt, 10, table);
    t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kMr, 1, mr);
    t.checker.device_read(table.list_iova, std::span(list).first(16));
    t.checker.device_read(table.list_iova + 16, std::span(list).subspan(16));
    t.answer();
    t.answer();
    CHECK(mapped());
  }
  t.destroy(regs::ObjKind::kMr, 1);
  CHECK_FALSE(t.writes(0x50'0000, 1));
}

TEST_CASE("a plain buffer belongs to the device until its descriptor is written back",
          "[sim][host]") {
  Talk t;
  constexpr std::uint64_t kSend = 0x80'0000, kReceive = 0x81'0000;
  t.write(regs::kCsrPlainTxBase, kSend);
  t.write(regs::kCsrPlainRxBase, kReceive);
  t.write(regs::kCsrPlainCfg, 2U << regs::kCsrPlainCfgTxLogLsb | 3U << regs::kCsrPlainCfgRxLogLsb |
                                  1U << regs::kCsrPlainCfgEnableLsb);
  CHECK(t.exact(false, kSend, kSend + 4 * sizeof(regs::PlainDesc)));
  CHECK(t.exact(false, kReceive, kReceive + 8 * sizeof(regs::PlainDesc)));
  regs::PlainDesc descriptor;
  descriptor.addr = 0x82'0001;
  descriptor.length = 99;
  std::array<std::uint8_t, sizeof(descriptor)> bytes;
  std::memcpy(bytes.data(), &descriptor, sizeof(descriptor));
  t.checker.device_read(kSend + 16, bytes);
  CHECK(t.exact(false, 0x82'0001, 0x82'0064));
  CHECK_FALSE(t.writes(0x82'0001, 1));
  t.checker.device_read(kReceive + 112, bytes);
  CHECK(t.exact(true, 0x82'0001, 0x82'0064));

  for (const std::uint64_t at : {kSend + 16, kReceive + 112}) {
    CHECK(t.writes(at + 8, 8));
    CHECK_FALSE(t.writes(at, 16));
    CHECK_FALSE(t.writes(at, 8));
    CHECK_FALSE(t.writes(at + 12, 8));
  }
  // Read again before it was written back: the device has both buffers, and returns the older
  // first.
  const std::array<std::uint8_t, 8> back{};
  descriptor.addr = 0x83'0000;
  std::memcpy(bytes.data(), &descriptor, sizeof(descriptor));
  t.checker.device_read(kSend + 16, bytes);
  CHECK(t.reads(0x82'0001, 99));
  CHECK(t.reads(0x83'0000, 99));
  t.checker.device_wrote(kSend + 24, back);
  CHECK_FALSE(t.reads(0x82'0001, 1));
  CHECK(t.reads(0x83'0000, 99));
  t.checker.device_wrote(kSend + 24, back);
  CHECK_FALSE(t.reads(0x83'0000, 1));
  CHECK_FALSE(t.reads(0x82'0001, 1));
  CHECK(t.writes(0x82'0001, 99));
  t.write(regs::kCsrPlainCfg, 0);
  CHECK(t.writes(0x82'0001, 99));  // the device may be in the middle of it
  t.ready();
  CHECK_FALSE(t.writes(0x82'0001, 1));
  CHECK_FALSE(t.reads(kReceive, 16));
}

TEST_CASE("a soft reset takes everything away when it is done", "[sim][host]") {
  Talk t;
  t.create(regs::ObjKind::kMr, 1, region(0x20'0000, 64, regs::kAccessLocalWrite));
  t.write(regs::kCsrControl, 1U << regs::kCsrControlResetLsb);
  t.read(regs::kCsrControl, 1U << regs::kCsrControlResetLsb);
  CHECK(t.writes(0x20'0000, 64));
  t.read(regs::kCsrControl, 0);
  CHECK_FALSE(t.writes(0x20'0000, 1));
  CHECK(t.checker.empty());
  t.start();
  t.create(regs::ObjKind::kMr, 1, region(0x20'0000, 64, regs::kAccessLocalWrite));
  t.read(regs::kCsrControl, 0);
  CHECK(t.writes(0x20'0000, 64));
}

TEST_CASE("a command ring that is started again keeps what its last commands may have made",
          "[sim][host]") {
  Talk t;
  t.issue(regs::AdminVerb::kCreate, regs::ObjKind::kMr, 1,
          region(0x20'0000, 64, regs::kAccessLocalWrite));
  t.start();
  CHECK(t.writes(0x20'0000, 64));
  t.destroy(regs::ObjKind::kMr, 1, regs::AdminStatus::kBadState);  // it was never made
  CHECK_FALSE(t.writes(0x20'0000, 1));
}

TEST_CASE("hostile commands cost the checker neither time nor sense", "[sim][host]") {
  Talk t;
  regs::ObjMr mr = region(0, ~std::uint64_t{0}, 0xff);
  mr.page_shift = 12;
  t.create(regs::ObjKind::kMr, 1, mr);
  mr.page_shift = 0xff;
  t.create(regs::ObjKind::kMr, 2, mr);
  regs::ObjCq cq;
  cq.log_size = 0xff;
  t.create(regs::ObjKind::kCq, 1, cq);
  regs::ObjMtt table;
  table.count = ~0U;
  t.create(regs::ObjKind::kMtt, ~0U, table);
  t.write(regs::kCsrAdminCfg, ~std::uint64_t{0});
  t.ready();
  CHECK_FALSE(t.reads(0, 1));
  CHECK_FALSE(t.reads(kCommands, 1));
}

}  // namespace ethlink::sim::test
