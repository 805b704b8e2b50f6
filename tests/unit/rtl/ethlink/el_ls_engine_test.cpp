// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <map>
#include <random>
#include <vector>

#include "Vel_ls_engine_tb.h"
#include "catch.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Line = std::array<std::uint8_t, 64>;

constexpr std::uint64_t kBase = 0x10000;  // IOVA of the exported segment
constexpr std::uint64_t kSize = 0x4000;   // its bytes
constexpr std::uint8_t kOkay = 0, kSlvErr = 2;
constexpr unsigned kPosted = 0, kAnswered = 1;  // aperture pages
constexpr std::uint64_t page(unsigned index) {
  return std::uint64_t{index} << 21;
}

// Commands as they are written into a doorbell page (LsCmd).
enum Op : std::uint8_t { kFadd = 0x10, kSwap = 0x11, kCas = 0x12, kMax = 0x17, kFence = 0x20 };
constexpr std::uint8_t kStoreNotify = 5;

template <typename Port, typename T>
void put(Port& port, unsigned side, const T& value) {
  std::memcpy(reinterpret_cast<std::uint8_t*>(&port) + side * sizeof(T), &value, sizeof(T));
}
template <typename T, typename Port>
T get(const Port& port, unsigned side) {
  T value;
  std::memcpy(&value, reinterpret_cast<const std::uint8_t*>(&port) + side * sizeof(T), sizeof(T));
  return value;
}
template <typename Port>
void bit(Port& port, unsigned side, bool value) {
  port = static_cast<std::uint8_t>((port & ~(1U << side)) | (value ? 1U << side : 0U));
}
template <typename Port>
bool is(const Port& port, unsigned side) {
  return (port >> side & 1U) != 0;
}

struct Write {
  std::uint64_t addr;
  Bytes data;
  Bytes strobe;  // one entry a byte
};
struct ReadAnswer {
  Bytes data;
  std::uint8_t resp = 0;
  bool done = false;
};
struct Cqe {
  std::uint16_t cookie;
  std::uint8_t status;
  std::uint64_t data;
  std::uint8_t vendor_err;
};

// Two engines, each over a memory whose writes become visible late and in order.
class Pair {
 public:
  Pair() : random_(seed()) {
    m().pass_i = 3;
    m().peer_up_i = 3;
    m().ap_awvalid_i = m().ap_wvalid_i = m().ap_arvalid_i = m().push_valid_i = 0;
    m().win_valid_i = m().seg_valid_i = m().down_valid_i = 0;
    m().rd_rsp_valid_i = m().wr_done_i = 0;
    m().ap_bready_i = m().ap_rready_i = m().rd_ready_i = m().wr_ready_i = 3;
    for (Side& side : sides_) {
      side.memory.assign(kBase + kSize, 0);
    }
    bench_.reset();
    for (unsigned s = 0; s < 2; ++s) {
      REQUIRE(segment(s, 1, kBase, kSize, 0xE) == 0);
      REQUIRE(window(s, kPosted, 1, true, kSize) == 0);
      REQUIRE(window(s, kAnswered, 1, false, kSize) == 0);
    }
  }
  Vel_ls_engine_tb& m() { return *bench_; }
  Bytes& memory(unsigned side) { return sides_[side].memory; }
  std::uint8_t* home(unsigned side) { return &sides_[side].memory[kBase]; }
  std::vector<Cqe>& cqes(unsigned side) { return sides_[side].cqes; }
  std::vector<std::array<std::uint8_t, 16>>& eqes(unsigned side) { return sides_[side].eqes; }
  [[nodiscard]] std::uint64_t cycle() const { return bench_.cycle(); }
  void set_stalls(unsigned percent) { stalls_ = percent; }

  std::uint8_t segment(unsigned side, unsigned index, std::uint64_t base, std::uint64_t length,
                       std::uint8_t access) {
    Bytes o(48, 0);
    std::memcpy(&o[0], &base, 8);
    std::memcpy(&o[8], &length, 8);
    o[16] = o[17] = 0x77;
    o[18] = access;
    return object(side, false, index, o);
  }
  std::uint8_t window(unsigned side, unsigned index, std::uint16_t segment_id, bool posted,
                      std::uint64_t size) {
    Bytes o(48, 0);
    std::memcpy(&o[6], &segment_id, 2);
    o[8] = static_cast<std::uint8_t>(2 - side);
    o[10] = 0xE;
    o[12] = posted ? 1 : 0;
    o[14] = o[15] = 0xFF;
    std::memcpy(&o[16], &size, 8);
    return object(side, true, index, o);
  }

  /// Queues a bus write; `id` answers it.
  void write(unsigned side, std::uint8_t id, const Write& w) {
    sides_[side].writes.push_back({id, w});
    sides_[side].beats.push_back(w);
  }
  void read(unsigned side, std::uint8_t id, std::uint64_t addr, unsigned bytes) {
    sides_[side].reads.push_back({id, addr, bytes});
    sides_[side].answers[id] = {};
  }
  void push(unsigned side, const std::vector<Line>& units) {
    for (std::size_t i = 0; i < units.size(); ++i) {
      sides_[side].units.push_back({units[i], i == 0, i + 1 == units.size()});
    }
  }
  void atomic(unsigned side, std::uint8_t op, std::uint16_t cookie, std::uint64_t addr,
              std::uint16_t bytes, std::uint64_t operand0, std::uint64_t operand1 = 0) {
    push(side, {command(op, cookie, addr, bytes, operand0, operand1, 1)});
  }
  static Line command(std::uint8_t op, std::uint16_t cookie, std::uint64_t addr,
                      std::uint16_t bytes, std::uint64_t operand0, std::uint64_t operand1,
                      std::uint8_t units) {
    Line line{};
    line[0] = op;
    line[1] = units;
    std::memcpy(&line[2], &cookie, 2);
    std::memcpy(&line[4], &bytes, 2);
    line[6] = 9;  // completion queue
    std::memcpy(&line[8], &addr, 8);
    std::memcpy(&line[16], &operand0, 8);
    std::memcpy(&line[24], &operand1, 8);
    return line;
  }

  /// Runs until everything asked was answered.
  void settle(unsigned limit = 20000) {
    for (unsigned i = 0; i < limit; ++i) {
      if (idle()) {
        return;
      }
      step();
    }
    FAIL("not idle after " << limit << " cycles; seed " << seed());
  }
  ReadAnswer load(unsigned side, std::uint64_t addr, unsigned bytes) {
    read(side, 0x55, addr, bytes);
    settle();
    return sides_[side].answers[0x55];
  }
  ReadAnswer answer(unsigned side, std::uint8_t id) { return sides_[side].answers[id]; }
  std::map<std::uint8_t, std::vector<std::uint8_t>>& responses(unsigned side) {
    return sides_[side].responses;
  }

  void step() {
    for (unsigned s = 0; s < 2; ++s) {
      drive(s);
    }
    bench_.settle();
    for (unsigned s = 0; s < 2; ++s) {
      take(s);
    }
    bench_.tick();
  }

 private:
  struct BusWrite {
    std::uint8_t id;
    Write w;
  };
  struct BusRead {
    std::uint8_t id;
    std::uint64_t addr;
    unsigned bytes;
  };
  struct Unit {
    Line data;
    bool first, last;
  };
  struct Dma {
    std::uint64_t addr;
    unsigned len;
    bool track;
    Bytes data;
    std::uint64_t due = 0;
  };
  struct Side {
    Bytes memory;
    std::deque<BusWrite> writes;
    std::deque<Write> beats;
    std::size_t beat = 0;
    std::deque<BusRead> reads;
    std::map<std::uint8_t, ReadAnswer> answers;
    std::map<std::uint8_t, std::vector<std::uint8_t>> responses;
    std::size_t responses_owed = 0, reads_open = 0;
    std::deque<Unit> units;
    std::deque<Dma> dma_reads, dma_open, dma_flight;
    unsigned read_at = 0;
    bool showing = false;
    std::vector<Cqe> cqes;
    std::vector<std::array<std::uint8_t, 16>> eqes;
  };

  bool go() { return random_() % 100 >= stalls_; }

  [[nodiscard]] bool idle() {
    if (m().busy_o != 0) {
      return false;
    }
    for (const Side& x : sides_) {
      if (!x.writes.empty() || !x.beats.empty() || !x.reads.empty() || x.responses_owed != 0 ||
          x.reads_open != 0 || !x.units.empty() || !x.dma_reads.empty() || !x.dma_open.empty() ||
          !x.dma_flight.empty()) {
        return false;
      }
    }
    return true;
  }

  std::uint8_t object(unsigned side, bool is_window, unsigned index, const Bytes& data) {
    m().obj_verb_i = 1;
    m().obj_index_i = index;
    std::memcpy(&m().obj_data_i, data.data(), data.size());
    auto& valid = is_window ? m().win_valid_i : m().seg_valid_i;
    bit(valid, side, true);
    for (int i = 0; i < 100; ++i) {
      bench_.settle();
      const bool done = is(is_window ? m().win_rsp_valid_o : m().seg_rsp_valid_o, side);
      const auto status = get<std::uint8_t>(is_window ? m().win_status_o : m().seg_status_o, side);
      if (done) {
        bit(valid, side, false);
        bench_.tick();
        return status;
      }
      step();
    }
    FAIL("the object got no answer");
    return 0xFF;
  }

  void drive(unsigned s) {
    Side& x = sides_[s];
    bit(m().ap_awvalid_i, s, !x.writes.empty());
    if (!x.writes.empty()) {
      const Write& w = x.writes.front().w;
      put(m().ap_awaddr_i, s, w.addr & ~std::uint64_t{63});
      put(m().ap_awid_i, s, x.writes.front().id);
      put(m().ap_awlen_i, s, static_cast<std::uint8_t>((w.addr % 64 + w.data.size() - 1) / 64));
    }
    bit(m().ap_wvalid_i, s, !x.beats.empty());
    if (!x.beats.empty()) {
      const Write& w = x.beats.front();
      Line line{};
      std::uint64_t strobe = 0;
      for (std::size_t lane = 0; lane < 64; ++lane) {
        const std::size_t at = x.beat * 64 + lane;
        if (at >= w.addr % 64 && at - w.addr % 64 < w.data.size()) {
          line[lane] = w.data[at - w.addr % 64];
          strobe |= std::uint64_t{w.strobe[at - w.addr % 64]} << lane;
        }
      }
      put(m().ap_wdata_i, s, line);
      put(m().ap_wstrb_i, s, strobe);
      bit(m().ap_wlast_i, s, (x.beat + 1) * 64 >= w.addr % 64 + w.data.size());
    }
    bit(m().ap_arvalid_i, s, !x.reads.empty());
    if (!x.reads.empty()) {
      const BusRead& r = x.reads.front();
      put(m().ap_araddr_i, s, r.addr);
      put(m().ap_arid_i, s, r.id);
      put(m().ap_arlen_i, s, static_cast<std::uint8_t>(r.bytes > 64 ? r.bytes / 64 - 1 : 0));
      std::uint8_t size = 0;
      while (1U << size < r.bytes && size < 6) {
        ++size;
      }
      put(m().ap_arsize_i, s, size);
    }
    bit(m().push_valid_i, s, !x.units.empty());
    if (!x.units.empty()) {
      put(m().push_data_i, s, x.units.front().data);
      bit(m().push_first_i, s, x.units.front().first);
      bit(m().push_last_i, s, x.units.front().last);
    }
    bit(m().ap_bready_i, s, go());
    bit(m().ap_rready_i, s, go());
    bit(m().rd_ready_i, s, go());
    bit(m().wr_ready_i, s, go());
    bit(m().wr_data_ready_i, s, !x.dma_open.empty() && go());
    const bool done = !x.dma_flight.empty() && x.dma_flight.front().due <= cycle();
    bit(m().wr_done_i, s, done && x.dma_flight.front().track);
    if (done) {
      const Dma& d = x.dma_flight.front();
      std::memcpy(&x.memory.at(d.addr), d.data.data(), d.data.size());
      x.dma_flight.pop_front();
    }
    if (!x.showing) {
      x.showing = !x.dma_reads.empty() && x.dma_reads.front().due <= cycle() && go();
    }
    bit(m().rd_rsp_valid_i, s, x.showing);
    bit(m().rd_rsp_err_i, s, false);
    if (x.showing) {
      Dma& d = x.dma_reads.front();
      if (x.read_at == 0 && d.data.empty()) {
        d.data.assign(x.memory.begin() + static_cast<std::ptrdiff_t>(d.addr),
                      x.memory.begin() + static_cast<std::ptrdiff_t>(d.addr + d.len));
      }
      Line line{};
      const unsigned part = std::min(64U, d.len - x.read_at);
      std::memcpy(line.data(), &d.data[x.read_at], part);
      put(m().rd_rsp_data_i, s, line);
      bit(m().rd_rsp_last_i, s, x.read_at + 64 >= d.len);
    }
  }

  void take(unsigned s) {
    Side& x = sides_[s];
    if (is(m().ap_awvalid_i, s) && is(m().ap_awready_o, s)) {
      ++x.responses_owed;
      x.writes.pop_front();
    }
    if (is(m().ap_wvalid_i, s) && is(m().ap_wready_o, s)) {
      ++x.beat;
      if (is(m().ap_wlast_i, s)) {
        x.beat = 0;
        x.beats.pop_front();
      }
    }
    if (is(m().ap_bvalid_o, s) && is(m().ap_bready_i, s)) {
      REQUIRE(x.responses_owed > 0);
      --x.responses_owed;
      x.responses[get<std::uint8_t>(m().ap_bid_o, s)].push_back(
          get<std::uint8_t>(m().ap_bresp_o, s));
    }
    if (is(m().ap_arvalid_i, s) && is(m().ap_arready_o, s)) {
      x.answers[x.reads.front().id].data.clear();
      sizes_[{s, x.reads.front().id}] = {x.reads.front().addr, x.reads.front().bytes};
      ++x.reads_open;
      x.reads.pop_front();
    }
    if (is(m().ap_rvalid_o, s) && is(m().ap_rready_i, s)) {
      const auto id = get<std::uint8_t>(m().ap_rid_o, s);
      const auto [addr, bytes] = sizes_.at({s, id});
      ReadAnswer& a = x.answers[id];
      const Line line = get<Line>(m().ap_rdata_o, s);
      const std::size_t from = bytes < 64 ? addr % 64 : 0;
      a.data.insert(a.data.end(), line.begin() + static_cast<std::ptrdiff_t>(from),
                    line.begin() + static_cast<std::ptrdiff_t>(from + std::min(64U, bytes)));
      a.resp = std::max(a.resp, get<std::uint8_t>(m().ap_rresp_o, s));
      if (is(m().ap_rlast_o, s)) {
        REQUIRE(a.data.size() == bytes);
        a.done = true;
        --x.reads_open;
      }
    }
    if (is(m().push_valid_i, s) && is(m().push_ready_o, s)) {
      x.units.pop_front();
    }
    if (is(m().rd_valid_o, s) && is(m().rd_ready_i, s)) {
      Dma d{get<std::uint64_t>(m().rd_addr_o, s), get<std::uint16_t>(m().rd_len_o, s), false, {}};
      REQUIRE(d.addr >= kBase);
      REQUIRE(d.addr + d.len <= kBase + kSize);
      d.due = cycle() + 1 + random_() % (stalls_ + 1);
      x.dma_reads.push_back(d);
    }
    if (is(m().rd_rsp_valid_i, s) && is(m().rd_rsp_ready_o, s)) {
      x.showing = false;
      x.read_at += 64;
      if (is(m().rd_rsp_last_i, s)) {
        x.read_at = 0;
        x.dma_reads.pop_front();
      }
    }
    if (is(m().wr_data_valid_o, s) && is(m().wr_data_ready_i, s)) {
      Dma& d = x.dma_open.front();
      const Line line = get<Line>(m().wr_data_o, s);
      const std::size_t part = std::min<std::size_t>(64, d.len - d.data.size());
      d.data.insert(d.data.end(), line.begin(), line.begin() + static_cast<std::ptrdiff_t>(part));
      REQUIRE(is(m().wr_data_last_o, s) == (d.data.size() == d.len));
      if (is(m().wr_data_last_o, s)) {
        const std::uint64_t after = x.dma_flight.empty() ? 0 : x.dma_flight.back().due + 1;
        d.due = std::max(after, cycle() + 1 + random_() % (stalls_ + 1));
        x.dma_flight.push_back(d);
        x.dma_open.pop_front();
      }
    }
    if (is(m().wr_valid_o, s) && is(m().wr_ready_i, s)) {
      Dma d{get<std::uint64_t>(m().wr_addr_o, s),
            get<std::uint16_t>(m().wr_len_o, s),
            is(m().wr_track_o, s),
            {}};
      REQUIRE(d.addr >= kBase);
      REQUIRE(d.addr + d.len <= kBase + kSize);
      x.dma_open.push_back(d);
    }
    if (is(m().cqe_valid_o, s)) {
      const auto raw = get<std::array<std::uint8_t, 32>>(m().cqe_o, s);
      Cqe c{};
      std::memcpy(&c.cookie, &raw[4], 2);
      c.status = raw[6];
      std::memcpy(&c.data, &raw[16], 8);
      c.vendor_err = raw[28];
      x.cqes.push_back(c);
    }
    if (is(m().eqe_valid_o, s)) {
      x.eqes.push_back(get<std::array<std::uint8_t, 16>>(m().eqe_o, s));
    }
    if (is(m().down_valid_i, s) && is(m().down_ready_o, s)) {
      bit(m().down_valid_i, s, false);
    }
  }

  RtlBench<Vel_ls_engine_tb> bench_;
  std::mt19937_64 random_;
  std::array<Side, 2> sides_;
  std::map<std::pair<unsigned, std::uint8_t>, std::pair<std::uint64_t, unsigned>> sizes_;
  unsigned stalls_ = 0;
};

Bytes random_bytes(std::mt19937_64& random, std::size_t n) {
  Bytes b(n);
  for (std::uint8_t& x : b) {
    x = static_cast<std::uint8_t>(random());
  }
  return b;
}

TEST_CASE("stores of every size land exactly and loads of every size return them",
          "[unit][rtl][ethlink]") {
  const unsigned stalls = GENERATE(0U, 40U);
  const unsigned where = GENERATE(kPosted, kAnswered);
  CAPTURE(stalls, where, seed());
  Pair pair;
  pair.set_stalls(stalls);
  std::mt19937_64 random(seed());
  std::uint64_t at = 0;
  for (const unsigned bytes : {4U, 8U, 16U, 32U, 64U, 128U, 256U}) {
    at = (at + bytes - 1) / bytes * bytes;
    const Bytes data = random_bytes(random, bytes);
    pair.write(0, 7, {page(where) + at, data, Bytes(bytes, 1)});
    pair.settle();
    CHECK(std::memcmp(pair.home(1) + at, data.data(), bytes) == 0);
    const ReadAnswer answer = pair.load(0, page(where) + at, bytes);
    CHECK(answer.resp == kOkay);
    CHECK(answer.data == data);
    at += bytes;
  }
  CHECK(pair.responses(0)[7] == std::vector<std::uint8_t>(7, kOkay));
}

TEST_CASE("any strobes of any burst change exactly the bytes that they name, in order",
          "[unit][rtl][ethlink]") {
  const unsigned where = GENERATE(kPosted, kAnswered);
  const unsigned stalls = GENERATE(0U, 30U);
  CAPTURE(where, stalls, seed());
  Pair pair;
  pair.set_stalls(stalls);
  std::mt19937_64 random(seed() + where);
  Bytes model(kSize, 0);
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 8; ++i) {
      const std::uint64_t block = random() % 8 * 256;
      const std::uint64_t first = random() % 256;
      const std::size_t bytes = 1 + random() % (256 - first);
      Write w{page(where) + block + first, random_bytes(random, bytes), Bytes(bytes, 1)};
      if (random() % 2 == 0) {
        for (std::uint8_t& strobe : w.strobe) {
          strobe = static_cast<std::uint8_t>(random() % 2);
        }
      }
      for (std::size_t b = 0; b < bytes; ++b) {
        if (w.strobe[b] != 0) {
          model[block + first + b] = w.data[b];
        }
      }
      pair.write(0, static_cast<std::uint8_t>(i), w);
    }
    pair.settle();
    REQUIRE(std::memcmp(pair.home(1), model.data(), kSize) == 0);
  }
}

TEST_CASE("atomics return the old value and change memory once", "[unit][rtl][ethlink]") {
  Pair pair;
  const std::uint64_t start = 0x1122334455667788;
  std::memcpy(pair.home(1) + 64, &start, 8);
  pair.atomic(0, kFadd, 1, page(0) + 64, 8, 5);
  pair.atomic(0, kSwap, 2, page(0) + 64, 8, 77);
  pair.atomic(0, kCas, 3, page(0) + 64, 8, 77, 99);
  pair.atomic(0, kCas, 4, page(0) + 64, 8, 77, 1);
  pair.atomic(0, kMax, 5, page(0) + 64, 4, 0xFFFFFFFF);  // -1: signed maximum keeps 99
  pair.settle();
  REQUIRE(pair.cqes(0).size() == 5);
  const std::array<std::uint64_t, 5> old{start, start + 5, 77, 99, 99};
  for (std::size_t i = 0; i < old.size(); ++i) {
    CHECK(pair.cqes(0)[i].cookie == i + 1);
    CHECK(pair.cqes(0)[i].status == 0);
    CHECK(pair.cqes(0)[i].data == old.at(i));
  }
  std::uint64_t now = 0;
  std::memcpy(&now, pair.home(1) + 64, 8);
  CHECK(now == 99);
}

TEST_CASE("additions of both sides at one word all count, however the memory stalls",
          "[unit][rtl][ethlink]") {
  Pair pair;
  pair.set_stalls(50);
  for (std::uint16_t i = 0; i < 40; ++i) {
    pair.atomic(0, kFadd, i, page(0) + 8 * (i % 3), 8, 1);
    pair.atomic(1, kFadd, i, page(0) + 8 * (i % 3), 8, 1);
  }
  pair.settle();
  for (unsigned side = 0; side < 2; ++side) {
    REQUIRE(pair.cqes(side).size() == 40);
    std::uint64_t sum = 0;
    for (unsigned word = 0; word < 3; ++word) {
      std::uint64_t value = 0;
      std::memcpy(&value, pair.home(side) + 8 * word, 8);
      sum += value;
    }
    CHECK(sum == 40);
  }
}

TEST_CASE("a signal is seen only after its data and all earlier stores", "[unit][rtl][ethlink]") {
  Pair pair;
  pair.set_stalls(40);
  std::mt19937_64 random(seed());
  for (std::uint16_t round = 1; round <= 30; ++round) {
    const Bytes before = random_bytes(random, 256);
    const Bytes data = random_bytes(random, 64);
    pair.write(0, 1, {page(kPosted) + 1024, before, Bytes(256, 1)});
    // The bus and the doorbell page are two ways in: the store goes first.
    while (!pair.responses(0).count(1) || pair.responses(0)[1].size() < round) {
      pair.step();
    }
    Line unit{};
    std::memcpy(unit.data(), data.data(), 64);
    pair.push(0,
              {Pair::command(kStoreNotify, round, page(0) + 2048, 64, 1, page(0) + 512, 2), unit});
    std::uint64_t signal = 0;
    for (int i = 0; i < 5000 && signal != round; ++i) {
      pair.step();
      std::memcpy(&signal, pair.home(1) + 512, 8);
    }
    REQUIRE(signal == round);
    REQUIRE(std::memcmp(pair.home(1) + 2048, data.data(), 64) == 0);
    REQUIRE(std::memcmp(pair.home(1) + 1024, before.data(), 256) == 0);
  }
  pair.settle();
}

TEST_CASE("a fence is answered when the stores before it are visible", "[unit][rtl][ethlink]") {
  Pair pair;
  pair.set_stalls(40);
  std::mt19937_64 random(seed());
  for (std::uint16_t round = 0; round < 20; ++round) {
    const Bytes data = random_bytes(random, 256);
    pair.write(0, 1, {page(kPosted) + 256, data, Bytes(256, 1)});
    while (pair.responses(0)[1].size() <= round) {
      pair.step();
    }
    pair.push(0, {Pair::command(kFence, round, page(0), 0, 0, 0, 1)});
    for (int i = 0; i < 5000 && pair.cqes(0).size() <= round; ++i) {
      pair.step();
    }
    REQUIRE(pair.cqes(0).size() == round + 1U);
    REQUIRE(std::memcmp(pair.home(1) + 256, data.data(), 256) == 0);
  }
}

TEST_CASE("accesses outside a window or a segment fail and touch nothing", "[unit][rtl][ethlink]") {
  Pair pair;
  REQUIRE(pair.window(0, 2, 9, false, kSize) == 0);      // a segment that does not exist
  REQUIRE(pair.window(0, 3, 1, false, 2 * kSize) == 0);  // longer than its segment
  const std::uint64_t bad = GENERATE(page(0) + kSize, page(2), page(3) + kSize, page(7));
  CAPTURE(bad);
  const ReadAnswer answer = pair.load(0, bad, 64);
  CHECK(answer.resp == kSlvErr);
  CHECK(answer.data == Bytes(64, 0xFF));
  CHECK(pair.eqes(0).size() == 1);
  pair.write(0, 4, {bad, Bytes(64, 0xA5), Bytes(64, 1)});
  pair.settle();
  CHECK(pair.responses(0)[4] == std::vector<std::uint8_t>{kSlvErr});
  CHECK(pair.memory(1) == Bytes(kBase + kSize, 0));
}

TEST_CASE("a peer that goes down ends every outstanding operation with an error",
          "[unit][rtl][ethlink]") {
  Pair pair;
  pair.m().pass_i = 1;  // responses are lost
  for (std::uint8_t id = 0; id < 6; ++id) {
    pair.read(0, id, page(0) + 64 * id, 64);
  }
  pair.atomic(0, kFadd, 11, page(0) + 512, 8, 1);
  for (int i = 0; i < 300; ++i) {
    pair.step();
  }
  pair.m().peer_up_i = 2;
  pair.m().down_valid_i = 1;
  for (int i = 0; i < 2000 && pair.cqes(0).empty(); ++i) {
    pair.step();
  }
  for (int i = 0; i < 300; ++i) {
    pair.step();
  }
  for (std::uint8_t id = 0; id < 6; ++id) {
    REQUIRE(pair.answer(0, id).done);
    CHECK(pair.answer(0, id).resp == kSlvErr);
  }
  REQUIRE(pair.cqes(0).size() == 1);
  CHECK(pair.cqes(0)[0].status != 0);
  CHECK(pair.cqes(0)[0].vendor_err == 7);
}

TEST_CASE("64-byte loads with all tags in flight move a line every other cycle or faster",
          "[unit][rtl][ethlink]") {
  Pair pair;
  constexpr unsigned kLoads = 200;
  for (unsigned i = 0; i < kLoads; ++i) {
    pair.read(0, static_cast<std::uint8_t>(i), page(0) + 64 * i, 64);
  }
  const std::uint64_t start = pair.cycle();
  pair.settle();
  const std::uint64_t cycles = pair.cycle() - start;
  CAPTURE(cycles);
  CHECK(cycles < 2 * kLoads + 60);
}

}  // namespace
}  // namespace ethlink::test
