// SPDX-License-Identifier: Apache-2.0
//
// Completion queues that get another ring while completions flow, and counts that wrap.
//
// Software here works as docs/reference/host-interface.md tells it to: it prepares the phases of
// the new ring, asks for it, and copies what the old one still holds.

#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <random>

#include "Vel_cq_half.h"
#include "Vel_cq_high.h"
#include "Vel_cq_zero.h"
#include "catch.hpp"
#include "packed_bits.hpp"
#include "rtl_bench.hpp"

namespace {

using namespace ethlink::test;

struct Zero : RtlBench<Vel_cq_zero> {
  static constexpr std::uint32_t kFirst = 0;
};
struct Half : RtlBench<Vel_cq_half> {
  static constexpr std::uint32_t kFirst = 0x7ffffff0;
};
struct High : RtlBench<Vel_cq_high> {
  static constexpr std::uint32_t kFirst = 0xffff'fff0;
};

constexpr unsigned kCqn = 9;
constexpr unsigned kBusyStatus = 5;

struct Command {
  unsigned verb = 0;
  std::uint64_t base = 0;
  unsigned log_size = 0;
  std::uint32_t mask = 0;
};
struct Answer {
  unsigned status = 0;
  std::uint32_t producer = 0;
  std::uint32_t consumer = 0;
  unsigned error = 0;
};

/// The module, host memory that gets its bytes when the write was taken, and what software sees.
template <typename Dut>
class CqBench {
 public:
  explicit CqBench(std::uint64_t salt, unsigned stall = 30) : rng(seed() + salt), stall_(stall) {
    UNSCOPED_INFO("replay: ETHLINK_SEED=" << seed());
    auto& m = *dut;
    m.cqe_valid_i = m.db_valid_i = m.obj_valid_i = 0;
    m.wr_ready_i = m.wr_data_ready_i = m.eqe_ready_i = m.fail_ready_i = 1;
    m.cqe_cqn_i = kCqn;
    m.db_cqn_i = kCqn;
    m.obj_index_i = kCqn;
    dut.reset();
  }

  void step() {
    auto& m = *dut;
    m.wr_ready_i = chance(stall_) ? 0 : 1;
    m.wr_data_ready_i = chance(stall_) ? 0 : 1;
    m.eqe_ready_i = chance(stall_) ? 0 : 1;
    m.fail_ready_i = chance(stall_) ? 0 : 1;
    if (m.cqe_valid_i == 0 && !completions.empty() && !chance(stall_)) {
      m.cqe_valid_i = 1;
      m.cqe_tag_i = completions.front().tag;
      m.cqe_solicited_i = completions.front().solicited ? 1 : 0;
      m.cqe_qpn_i = completions.front().qpn;
    }
    if (m.db_valid_i == 0 && !doorbells.empty() && !chance(stall_)) {
      m.db_valid_i = 1;
      m.db_consumer_i = doorbells.front().first;
      m.db_arm_i = static_cast<std::uint8_t>(doorbells.front().second);
    }
    if (command) {
      m.obj_valid_i = 1;
      m.obj_verb_i = static_cast<std::uint8_t>(command->verb);
      m.obj_base_i = command->base;
      m.obj_log_size_i = static_cast<std::uint8_t>(command->log_size);
      m.obj_mask_i = command->mask;
    }
    dut.settle();
    observe();
    dut.tick();
    if (took_cqe_) {
      m.cqe_valid_i = 0;
    }
    if (took_db_) {
      m.db_valid_i = 0;
    }
    if (answer) {
      m.obj_valid_i = 0;
    }
    took_cqe_ = took_db_ = false;
  }

  Answer run(const Command& what) {
    command = what;
    answer.reset();
    for (unsigned i = 0; i < 5000 && !answer; ++i) {
      step();
    }
    REQUIRE(answer.has_value());
    return *std::exchange(answer, {});
  }
  void settle() {
    unsigned calm = 0;
    for (unsigned i = 0; i < 20000 && calm < 4; ++i) {
      step();
      calm = dut->busy_o == 0 && completions.empty() && doorbells.empty() ? calm + 1 : 0;
    }
    REQUIRE(calm == 4);
  }
  bool chance(unsigned percent) { return rng() % 100 < percent; }

  std::array<std::uint8_t, 32>& entry(std::uint64_t base, unsigned log_size, std::uint32_t number) {
    return memory[base + 32 * (number & ((1ULL << log_size) - 1))];
  }
  static unsigned phase(unsigned log_size, std::uint32_t number) {
    return ((number >> log_size) & 1U) ^ 1U;
  }

  Dut dut;
  std::mt19937_64 rng;
  struct Completion {
    std::uint32_t tag = 0;
    bool solicited = false;
    std::uint32_t qpn = 0;
  };
  std::deque<Completion> completions;
  std::deque<std::pair<std::uint32_t, unsigned>> doorbells;  // consumer, arm
  std::optional<Command> command;
  std::optional<Answer> answer;
  std::map<std::uint64_t, std::array<std::uint8_t, 32>> memory;
  std::vector<unsigned> events;
  std::vector<unsigned> failed;
  unsigned bad = 0;
  unsigned lost = 0;
  std::uint64_t doorbells_taken = 0;

 private:
  void observe() {
    auto& m = *dut;
    if (m.cqe_valid_i && m.cqe_ready_o) {
      completions.pop_front();
      took_cqe_ = true;
    }
    if (m.db_valid_i && m.db_ready_o) {
      doorbells.pop_front();
      took_db_ = true;
      ++doorbells_taken;
    }
    if (m.obj_rsp_valid_o) {
      answer = Answer{m.obj_status_o, m.obj_producer_o, m.obj_consumer_o, m.obj_error_o};
      command.reset();
    }
    if (m.wr_valid_o && m.wr_ready_i) {
      addresses_.push_back(m.wr_addr_o);
    }
    if (m.wr_data_valid_o && m.wr_data_ready_i) {
      std::array<std::uint8_t, 32> bytes{};
      for (unsigned i = 0; i < 32; ++i) {
        bytes[i] = static_cast<std::uint8_t>(m.wr_data_o[i / 4] >> (8 * (i % 4)));
      }
      data_.push_back(bytes);
    }
    while (!addresses_.empty() && !data_.empty()) {
      memory[addresses_.front()] = data_.front();
      addresses_.pop_front();
      data_.pop_front();
    }
    if (m.eqe_valid_o && m.eqe_ready_i) {
      REQUIRE(m.eqe_id_o == kCqn);
      events.push_back(m.eqe_type_o);
    }
    if (m.fail_valid_o && m.fail_ready_i) {
      failed.push_back(m.fail_qpn_o);
    }
    bad += m.bad_valid_o;
    lost += m.lost_o;
  }

  unsigned stall_;
  bool took_cqe_ = false;
  bool took_db_ = false;
  std::deque<std::uint64_t> addresses_;
  std::deque<std::array<std::uint8_t, 32>> data_;
};

std::uint32_t tag_of(const std::array<std::uint8_t, 32>& entry) {
  std::uint32_t tag = 0;
  std::memcpy(&tag, entry.data() + 8, 4);
  return tag;
}

/// Consumer of the queue, which may change its ring at any time.
template <typename Dut>
struct Software {
  CqBench<Dut>& b;
  std::uint64_t base = 0x10000;
  unsigned log_size = 2;
  std::uint32_t consumed = Dut::kFirst;

  void create(unsigned log) {
    log_size = log;
    clear(base, log);
    REQUIRE(b.run({1, base, log, 0}).status == 0);
  }
  // Every slot says "not written" for the first entry from `consumed` on that falls into it.
  void clear(std::uint64_t at, unsigned log) {
    for (std::uint32_t i = 0; i < (1U << log); ++i) {
      b.entry(at, log, consumed + i)[31] =
          static_cast<std::uint8_t>(b.phase(log, consumed + i) ^ 1U);
    }
  }
  std::optional<std::uint32_t> poll() {
    auto& e = b.entry(base, log_size, consumed);
    if ((e[31] & 1U) != b.phase(log_size, consumed)) {
      return std::nullopt;
    }
    ++consumed;
    return tag_of(e);
  }
  bool resize(unsigned log) {
    const std::uint64_t to = base ^ 0x1000;
    clear(to, log);
    const Answer a = b.run({2, to, log, 1});
    if (a.status == kBusyStatus) {
      return false;
    }
    REQUIRE(a.status == 0);
    REQUIRE(a.error == 0);
    REQUIRE(a.producer - consumed <= (1U << log_size));
    for (std::uint32_t n = consumed; n != a.producer; ++n) {
      auto copy = b.entry(base, log_size, n);
      REQUIRE((copy[31] & 1U) == b.phase(log_size, n));
      copy[31] = static_cast<std::uint8_t>(b.phase(log, n));
      b.entry(to, log, n) = copy;
    }
    // The old ring is given back: what is written there from now on would be seen as garbage.
    for (std::uint32_t i = 0; i < (1U << log_size); ++i) {
      b.memory.erase(base + 32 * i);
    }
    base = to;
    log_size = log;
    return true;
  }
};

}  // namespace

TEMPLATE_TEST_CASE("a queue changes its ring while completions flow, and none is lost or doubled",
                   "", Zero, Half, High) {
  for (const unsigned stall : {0U, 40U}) {
    CqBench<TestType> b(stall, stall);
    Software<TestType> s{b};
    s.create(2);
    std::uint32_t next = 0;
    std::uint32_t seen = 0;
    std::uint32_t rung = TestType::kFirst;
    std::deque<std::uint32_t> ringing;  // consumer counts that are on their way to the device
    std::uint64_t rung_count = 0;
    bool asleep = false;
    std::size_t events = 0;
    unsigned resizes = 0;
    unsigned refused = 0;
    constexpr std::uint32_t kTotal = 3000;
    for (unsigned cycle = 0; cycle < 400000 && seen < kTotal; ++cycle) {
      // Engines complete as long as the device knows of room, in the smallest ring that may come.
      while (rung_count < b.doorbells_taken) {
        rung = ringing.front();
        ringing.pop_front();
        ++rung_count;
      }
      if (next < kTotal && b.completions.empty() &&
          TestType::kFirst + next - rung < (1U << s.log_size) && b.chance(60)) {
        b.completions.push_back({next++, b.chance(50), 1});
      }
      b.step();
      REQUIRE(b.events.size() <= events + 1);
      if (b.events.size() != events) {
        REQUIRE(asleep);
        REQUIRE(b.events.back() == 0);
        ++events;
        asleep = false;
      }
      if (b.completions.empty() && b.chance(3)) {
        const auto log = static_cast<unsigned>(b.rng() % 6);
        (s.resize(log) ? resizes : refused) += 1;
      }
      if (!asleep && b.doorbells.empty() && b.chance(10)) {
        while (const std::optional<std::uint32_t> tag = s.poll()) {
          REQUIRE(*tag == seen);
          ++seen;
          if (b.chance(20)) {
            break;
          }
        }
        // A completion that comes between this look and the arming wakes software as well.
        asleep = b.chance(50);
        b.doorbells.push_back({s.consumed, asleep ? 1 : 0});
        ringing.push_back(s.consumed);
      }
    }
    REQUIRE(seen == kTotal);
    b.settle();
    CHECK(b.lost == 0);
    CHECK(b.bad == 0);
    CHECK(b.failed.empty());
    CHECK(resizes > 50);
    CHECK(refused > 5);
  }
}

TEMPLATE_TEST_CASE("queues of 1 to 64 entries take what they hold and no more", "", Zero, Half,
                   High) {
  for (unsigned log = 0; log <= 6; ++log) {
    CqBench<TestType> b(log);
    Software<TestType> s{b};
    s.create(log);
    const std::uint32_t size = 1U << log;
    std::uint32_t tag = 0;
    for (unsigned lap = 0; lap < 5; ++lap) {
      for (std::uint32_t i = 0; i < size; ++i) {
        b.completions.push_back({tag + i, false, 5});
      }
      b.settle();
      REQUIRE(b.lost == 0);
      for (std::uint32_t i = 0; i < size; ++i) {
        REQUIRE(s.poll() == tag++);
      }
      REQUIRE_FALSE(s.poll().has_value());
      b.doorbells.push_back({s.consumed, 0});
      b.settle();
    }
    for (std::uint32_t i = 0; i <= size; ++i) {
      b.completions.push_back({tag + i, false, 40 + i});
    }
    b.settle();
    CHECK(b.lost == 1);
    CHECK(b.failed == std::vector<unsigned>{40 + size});
    CHECK(b.events == std::vector<unsigned>{2});
    CHECK(b.bad == 0);
    const Answer a = b.run({3});
    CHECK(a.error == 1);
    CHECK(a.producer - a.consumer == size);
  }
}

TEST_CASE("a ring that is not right, or too small, is refused and changes nothing") {
  CqBench<Zero> b(0, 0);
  Software<Zero> s{b};
  CHECK(b.run({2, 0x2000, 3, 1}).status == 3);
  s.create(3);
  for (std::uint32_t i = 0; i < 5; ++i) {
    b.completions.push_back({i, false, 1});
  }
  b.settle();
  CHECK(b.run({2, 0x2020, 3, 1}).status == 4);
  CHECK(b.run({2, 0x2000, 17, 1}).status == 4);
  CHECK(b.run({2, 0x2000, 3, 0}).status == 4);
  CHECK(b.run({2, 0x2000, 3, 3}).status == 4);
  CHECK(b.run({2, 0x2000, 2, 1}).status == kBusyStatus);
  b.completions.push_back({5, false, 1});
  b.settle();
  for (std::uint32_t i = 0; i < 6; ++i) {
    CHECK(s.poll() == i);
  }
  b.doorbells.push_back({4, 0});
  b.settle();
  CHECK(b.run({2, 0x2000, 0, 1}).status == kBusyStatus);
  CHECK(b.run({2, 0x2000, 1, 1}).status == 0);
}
