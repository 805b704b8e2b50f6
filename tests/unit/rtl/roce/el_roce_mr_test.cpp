// SPDX-License-Identifier: Apache-2.0
//
// el_roce_mr: who may touch which bytes, and where they are. The expectations are 128-bit sums.

#include <array>
#include <cstring>
#include <deque>
#include <map>
#include <optional>
#include <random>
#include <vector>

#include "ethlink/generated/regs.hpp"

#include "Vel_roce_mr_tb.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace {

namespace regs = ethlink::regs;
using Wide = unsigned __int128;

constexpr unsigned kOk = 0;
constexpr unsigned kKey = 1;
constexpr unsigned kBounds = 2;
constexpr unsigned kAccess = 3;

struct Lookup {
  std::uint32_t key = 0;
  std::uint64_t va = 0;
  unsigned len = 0;
  std::uint32_t pd = 1;
  unsigned access = 0;
  std::optional<std::uint64_t> bound_va = {};
  std::optional<std::uint32_t> bound_len = {};
  bool inval = false;
};

struct Answer {
  unsigned status = 0;
  std::uint64_t iova0 = 0;
  unsigned len0 = 0;
  std::uint64_t iova1 = 0;
  std::uint64_t cycle = 0;
};

class Bench {
 public:
  Bench() {
    auto& m = *bench_;
    m.req_valid_i = 0;
    m.obj_valid_i = 0;
    m.mtt_we_i = 0;
    bench_.reset();
    for (int i = 0; i < 40; ++i) {
      step();
    }
    REQUIRE(m.busy_o == 0);
  }

  void step() {
    auto& m = *bench_;
    m.req_valid_i = 0;
    m.req_inval_i = 0;
    for (unsigned c = 0; c < 2; ++c) {
      if (!todo_[c].empty()) {
        const Lookup& l = todo_[c].front();
        m.req_valid_i |= 1U << c;
        m.req_inval_i |= (l.inval ? 1U : 0U) << c;
        m.req_key_i[c] = l.key;
        m.req_va_i[c] = l.va;
        m.req_len_i[c] = static_cast<std::uint16_t>(l.len);
        m.req_pd_i[c] = l.pd;
        m.req_access_i[c] = static_cast<std::uint8_t>(l.access);
        m.req_bound_va_i[c] = l.bound_va.value_or(l.va);
        m.req_bound_len_i[c] = l.bound_len.value_or(l.len);
      }
    }
    bench_.settle();
    for (unsigned c = 0; c < 2; ++c) {
      if ((m.req_valid_i & m.req_ready_o) >> c & 1) {
        granted_[c].push_back(bench_.cycle());
        todo_[c].pop_front();
      }
      if (m.rsp_valid_o >> c & 1) {
        REQUIRE(!granted_[c].empty());
        latency_ = std::max(latency_, bench_.cycle() - granted_[c].front());
        granted_[c].pop_front();
        answers_[c].push_back(
            {m.rsp_status_o, m.rsp_iova0_o, m.rsp_len0_o, m.rsp_iova1_o, bench_.cycle()});
      }
    }
    bench_.tick();
  }

  Answer lookup(const Lookup& l, unsigned client = 0) {
    todo_[client].push_back(l);
    const std::size_t before = answers_[client].size();
    for (int i = 0; i < 50 && answers_[client].size() == before; ++i) {
      step();
    }
    REQUIRE(answers_[client].size() == before + 1);
    return answers_[client].back();
  }

  unsigned object(regs::AdminVerb verb, std::uint32_t index, const regs::ObjMr& o = {}) {
    auto& m = *bench_;
    m.obj_valid_i = 1;
    m.obj_verb_i = static_cast<std::uint8_t>(verb);
    m.obj_index_i = index;
    std::array<std::uint32_t, 12> words{};
    std::memcpy(words.data(), &o, 48);
    for (unsigned i = 0; i < 12; ++i) {
      m.obj_data_i[i] = words[i];
    }
    unsigned answers = 0;
    unsigned status = ~0U;
    for (int i = 0; i < 12; ++i) {
      step();
      bench_.settle();
      if (m.obj_rsp_valid_o != 0) {
        ++answers;
        status = m.obj_status_o;
        for (unsigned w = 0; w < 12; ++w) {
          words[w] = m.obj_rsp_data_o[w];
        }
        std::memcpy(&read_, words.data(), 48);
        step();
        m.obj_valid_i = 0;
      }
    }
    REQUIRE(answers == 1);
    return status;
  }

  unsigned create(std::uint32_t key, regs::ObjMr o) {
    o.key = static_cast<std::uint8_t>(key);
    return object(regs::AdminVerb::kCreate, key >> 8, o);
  }

  void page(unsigned at, std::uint64_t address) {
    bench_->mtt_we_i = 1;
    bench_->mtt_waddr_i = static_cast<std::uint8_t>(at);
    bench_->mtt_wdata_i = address;
    step();
    bench_->mtt_we_i = 0;
  }

  ethlink::test::RtlBench<Vel_roce_mr_tb> bench_;
  std::array<std::deque<Lookup>, 2> todo_;
  std::array<std::deque<std::uint64_t>, 2> granted_;
  std::array<std::vector<Answer>, 2> answers_;
  std::uint64_t latency_ = 0;
  regs::ObjMr read_;
};

regs::ObjMr region(std::uint64_t va, std::uint64_t length, std::uint64_t iova = 0x1000,
                   std::uint8_t access = 3) {
  regs::ObjMr o;
  o.va = va;
  o.length = length;
  o.iova = iova;
  o.pd = 1;
  o.access = access;
  return o;
}

}  // namespace

TEST_CASE("a key opens its region only with its variant and protection domain", "[mr]") {
  Bench b;
  REQUIRE(b.create(0x0377, region(0x5000, 0x100)) == 0);
  const Answer good = b.lookup({.key = 0x0377, .va = 0x5010, .len = 0x20});
  CHECK(good.status == kOk);
  CHECK(good.iova0 == 0x1010);
  CHECK(good.len0 == 0x20);
  for (unsigned bit = 0; bit < 32; ++bit) {
    CHECK(b.lookup({.key = 0x0377 ^ (1U << bit), .va = 0x5010, .len = 1}).status == kKey);
    CHECK(b.lookup({.key = 0x0377, .va = 0x5010, .len = 1, .pd = 1 ^ (1U << bit)}).status == kKey);
  }
  CHECK(b.lookup({.key = 0x0377, .va = 0, .len = 0}).status == kOk);  // the key alone
}

TEST_CASE("every permission that is asked for must be granted", "[mr]") {
  Bench b;
  for (unsigned granted = 0; granted < 16; ++granted) {
    REQUIRE(b.create(granted << 8, region(0x5000, 0x100, 0, static_cast<std::uint8_t>(granted))) ==
            0);
    for (unsigned asked = 0; asked < 16; ++asked) {
      const unsigned status =
          b.lookup({.key = granted << 8, .va = 0x5000, .len = 1, .access = asked}).status;
      CHECK(status == ((asked & ~granted) == 0 ? kOk : kAccess));
    }
  }
}

struct Range {
  std::uint64_t va;
  std::uint64_t length;
};

/// Every lookup around both ends of a region passes exactly when it lies inside.
void check_bounds(const Range& r, std::uint64_t iova) {
  Bench b;
  REQUIRE(b.create(0x0100, region(r.va, r.length, iova)) == 0);
  const Wide begin = r.va;
  const Wide end = begin + r.length;
  for (const std::uint64_t at :
       {r.va, r.va - 1, r.va + 1, static_cast<std::uint64_t>(end - 1),
        static_cast<std::uint64_t>(end), static_cast<std::uint64_t>(end - 64),
        static_cast<std::uint64_t>(end - 4096), std::uint64_t{0}, ~std::uint64_t{0}}) {
    for (const unsigned len : {1U, 2U, 63U, 64U, 65U, 4096U}) {
      for (const std::uint32_t whole : {len, 0x7fff'ffffU, 0x8000'0000U}) {
        if (whole < len) {
          continue;
        }
        const bool good = Wide{at} >= begin && Wide{at} + len <= end && Wide{at} + whole <= end;
        const Answer a = b.lookup({.key = 0x0100, .va = at, .len = len, .bound_len = whole});
        INFO(std::hex << r.va << " " << r.length << " iova " << iova << " at " << at << " len "
                      << len << " whole " << whole);
        REQUIRE(a.status == (good ? kOk : kBounds));
        if (good) {
          const Wide where = Wide{iova} + (at - r.va);
          REQUIRE(where + len <= Wide{1} << 64);
          REQUIRE(a.iova0 == static_cast<std::uint64_t>(where));
          REQUIRE(a.len0 == len);
        }
      }
    }
  }
}

TEST_CASE("bounds are exact at 2^32, at 2^64 and at the ends of the region", "[mr]") {
  const std::vector<Range> ranges{
      {0, 1},
      {0, 0xffff'ffff'ffff'ffff},
      {1, 0xffff'ffff'ffff'ffff},  // ends at 2^64
      {0xffff'ffff'ffff'ffff, 1},
      {0xffff'ffff'ffff'f000, 0x1000},
      {0xffff'f000, 0x2000},  // across 2^32
      {0xffff'ffff, 1},
      {0x1'0000'0000, 0x1'0000'0000},
      {0x7000, 0x1'0000'0001},
      {0x8000'0000'0000'0000, 0x8000'0000'0000'0000},
  };
  for (const Range& r : ranges) {
    check_bounds(r, 0);
    check_bounds(r, std::uint64_t{0} - r.length);  // the last byte is the last of all addresses
  }
  check_bounds({0x8000, 0x1'2345}, 0x1000);
  check_bounds({0x8000, 0x1'2345}, 0xffff'fff0);  // IOVAs across 2^32
}

TEST_CASE("pages are joined from the table, one or two of them", "[mr]") {
  for (const unsigned shift : {12U, 13U, 21U, 30U}) {
    Bench b;
    const std::uint64_t size = 1ULL << shift;
    const std::uint64_t va = 0x7fff'0000'0000'0000ULL + size - 0x321;
    regs::ObjMr o = region(va, size * 6 + 0x400, 0);
    o.page_shift = static_cast<std::uint8_t>(shift);
    o.mtt_base = 5;
    std::vector<std::uint64_t> pages;
    for (unsigned i = 0; i < 8; ++i) {
      pages.push_back((0x40ULL + i * 7 % 8) << 32);
      b.page(5 + i, pages.back());
    }
    REQUIRE(b.create(0x0200, o) == 0);
    std::mt19937_64 rng(ethlink::test::seed());
    for (int i = 0; i < 400; ++i) {
      const unsigned len = 1 + rng() % 4096;
      std::uint64_t offset = rng() % (o.length - len);
      if (i % 2 == 0) {  // around a page boundary
        offset = size * (rng() % 6) + 0x321 - std::min<std::uint64_t>(len, rng() % (len + 1));
        offset = std::min(offset, o.length - len);
      }
      const Answer a = b.lookup({.key = 0x0200, .va = va + offset, .len = len});
      REQUIRE(a.status == kOk);
      const std::uint64_t position = va % size + offset;
      const std::uint64_t left = size - position % size;
      REQUIRE(a.iova0 == pages[position / size] + position % size);
      REQUIRE(a.len0 == std::min<std::uint64_t>(left, len));
      if (left < len) {
        REQUIRE(a.iova1 == pages[position / size + 1]);
      }
    }
  }
}

TEST_CASE("a region that does not fit is refused", "[mr]") {
  struct Case {
    const char* what;
    std::uint64_t va;
    std::uint64_t length;
    unsigned shift;
    unsigned base;
    unsigned access;
    bool good;
    std::uint64_t iova = 0x1000;
  };
  const std::vector<Case> cases{
      {"no bytes", 0x1000, 0, 0, 0, 3, false},
      {"ends at 2^64", ~0ULL, 1, 0, 0, 3, true},
      {"wraps 2^64", ~0ULL, 2, 0, 0, 3, false},
      {"unknown permission", 0x1000, 1, 0, 0, 0x10, false},
      {"page of 2 KiB", 0x1000, 1, 11, 0, 3, false},
      {"page of 2 GiB", 0x1000, 1, 31, 0, 3, false},
      {"page shift that is 12 modulo 32", 0x1000, 1, 44, 0, 3, false},
      {"last entry of the table", 0x1000, 4096, 12, 255, 3, true},
      {"one byte into an entry that is not there", 0x1001, 4096, 12, 255, 3, false},
      {"whole table", 0, 256 * 4096, 12, 0, 3, true},
      {"one page more", 0, 256 * 4096 + 1, 12, 0, 3, false},
      {"base beyond the table", 0, 1, 12, 256, 3, false},
      {"base that wraps 2^32", 0, 8192, 12, 0xffffffff, 3, false},
      {"length that is small modulo 2^32", 0, 0x1'0000'0001, 12, 0, 3, false},
      {"2^64 - 1 bytes of pages", 0, ~0ULL, 12, 0, 3, false},
      {"IOVA that ends at 2^64", 0, 0x1000, 0, 0, 3, true, ~0ULL - 0xfff},
      {"IOVA that wraps 2^64", 0, 0x1001, 0, 0, 3, false, ~0ULL - 0xfff},
      {"last IOVA", 0, 1, 0, 0, 3, true, ~0ULL},
      {"last IOVA and one byte more", 0, 2, 0, 0, 3, false, ~0ULL},
      {"2^64 - 1 bytes from IOVA 1", 0, ~0ULL, 0, 0, 3, true, 1},
      {"2^64 - 1 bytes from IOVA 2", 0, ~0ULL, 0, 0, 3, false, 2},
      {"IOVA of pages says nothing", 0, 0x2000, 12, 0, 3, true, ~0ULL},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    Bench b;
    regs::ObjMr o = region(c.va, c.length, 0, static_cast<std::uint8_t>(c.access));
    o.page_shift = static_cast<std::uint8_t>(c.shift);
    o.mtt_base = c.base;
    o.iova = c.iova;
    CHECK(b.create(0x0300, o) == (c.good ? 0U : 4U));
    CHECK(b.lookup({.key = 0x0300, .va = c.va, .len = 0}).status == (c.good ? kOk : kKey));
  }
}

TEST_CASE("objects: create once, query what was created, destroy once", "[mr]") {
  Bench b;
  regs::ObjMr o = region(0x123456789, 0x4321, 0xfeed000, 5);
  CHECK(b.object(regs::AdminVerb::kQuery, 4) == 3);
  CHECK(b.object(regs::AdminVerb::kDestroy, 4) == 3);
  REQUIRE(b.create(0x0499, o) == 0);
  CHECK(b.create(0x0499, o) == 3);
  CHECK(b.object(regs::AdminVerb::kModify, 4, o) == 1);
  CHECK(b.object(regs::AdminVerb::kQuery, 16) == 2);
  CHECK(b.object(regs::AdminVerb::kCreate, 0x100004, o) == 2);
  REQUIRE(b.object(regs::AdminVerb::kQuery, 4) == 0);
  CHECK(b.read_.va == o.va);
  CHECK(b.read_.length == o.length);
  CHECK(b.read_.iova == o.iova);
  CHECK(b.read_.pd == 1);
  CHECK(b.read_.access == 5);
  CHECK(b.read_.key == 0x99);
  CHECK(b.read_.page_shift == 0);
  REQUIRE(b.object(regs::AdminVerb::kDestroy, 4) == 0);
  CHECK(b.lookup({.key = 0x0499, .va = o.va, .len = 1}).status == kKey);
  CHECK(b.create(0x0488, o) == 0);
  CHECK(b.lookup({.key = 0x0499, .va = o.va, .len = 1}).status == kKey);
  CHECK(b.lookup({.key = 0x0488, .va = o.va, .len = 1}).status == kOk);
}

TEST_CASE("an invalidation removes the region for all that come behind it", "[mr]") {
  Bench b;
  REQUIRE(b.create(0x0500, region(0x1000, 0x1000)) == 0);
  CHECK(b.lookup({.key = 0x0501, .inval = true}).status == kKey);
  CHECK(b.lookup({.key = 0x0500, .pd = 2, .inval = true}).status == kKey);
  CHECK(b.lookup({.key = 0x0500, .va = 0x1000, .len = 4}).status == kOk);
  // Back to back on both clients.
  b.todo_[0].push_back({.key = 0x0500, .inval = true});
  b.todo_[0].push_back({.key = 0x0500, .va = 0x1000, .len = 4});
  b.todo_[1].push_back({.key = 0x0500, .va = 0x1000, .len = 4});
  b.todo_[1].push_back({.key = 0x0500, .va = 0x1000, .len = 4});
  b.todo_[1].push_back({.key = 0x0500, .inval = true});
  for (int i = 0; i < 30; ++i) {
    b.step();
  }
  const auto& first = b.answers_[0];
  const auto& second = b.answers_[1];
  CHECK(first.at(first.size() - 2).status == kOk);
  CHECK(first.back().status == kKey);
  CHECK(second.back().status == kKey);
  CHECK(b.object(regs::AdminVerb::kQuery, 5) == 3);
}

TEST_CASE("two clients share one lookup a cycle, answered after 5 cycles", "[mr]") {
  Bench b;
  REQUIRE(b.create(0x0600, region(0x1000, 0x10000)) == 0);
  for (unsigned i = 0; i < 100; ++i) {
    b.todo_[0].push_back({.key = 0x0600, .va = 0x1000 + i, .len = 4});
    b.todo_[1].push_back({.key = 0x0600, .va = 0x2000 + i, .len = 4});
  }
  b.latency_ = 0;
  for (int i = 0; i < 206; ++i) {
    b.step();
  }
  REQUIRE(b.answers_[0].size() == 100);
  REQUIRE(b.answers_[1].size() == 100);
  CHECK(b.latency_ == 5);
  for (unsigned i = 0; i < 100; ++i) {
    CHECK(b.answers_[0][i].iova0 == 0x1000 + i);
    CHECK(b.answers_[1][i].iova0 == 0x2000 + i);
  }
  CHECK(b.bench_->busy_o == 0);
}
