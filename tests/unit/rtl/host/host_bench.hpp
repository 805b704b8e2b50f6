// SPDX-License-Identifier: Apache-2.0
//
// el_host with a host in front of it and protocol engines behind it.
//
// Layouts are written out here, so that they share nothing with the generated ones they judge.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <random>

#include "host_memory.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

constexpr std::uint64_t kSqRing = 0x10000;
constexpr std::uint64_t kCplRing = 0x20000;
constexpr std::uint64_t kEqRing = 0x40000;    // + 0x10000 * queue
constexpr std::uint64_t kCqRing = 0x1000000;  // + 0x10000 * queue
constexpr std::uint64_t kMsixAddr = 0xfee00000;

struct BarWrite {
  std::uint32_t addr = 0;
  Bytes data;
};

struct Completion {
  unsigned cookie = 0;
  unsigned status = 0;
  std::uint32_t index = 0;
  Bytes data;
};

struct Push {
  unsigned ctx = 0;
  bool first = false;
  bool last = false;
  Bytes data;
};

template <typename Model, unsigned Bus>
class HostBench {
 public:
  explicit HostBench(unsigned wild = 0)
      : memory(wild, seed() + wild), wild_(wild), rng_(seed() * 3 + wild) {
    clear_inputs();
    bench.reset(20);
    run(2);
  }

  // ---- cycles ----------------------------------------------------------------------------------

  void step() {
    Model& m = *bench;
    m.now_i = bench.cycle();
    drive_bar();
    drive_engines();
    memory.drive(m, bench.cycle());
    bench.settle();
    observe();
    if (before_edge) {
      before_edge();
    }
    bench.tick();
    after_edge();
  }
  void run(unsigned cycles) {
    for (unsigned i = 0; i < cycles; ++i) {
      step();
    }
  }
  void run_until(const std::function<bool()>& done, unsigned limit = 20000) {
    bool over = done();
    for (unsigned i = 0; i < limit && !over; ++i) {
      step();
      over = done();
    }
    REQUIRE(over);
  }
  /// Until nothing moves any more.
  void settle(unsigned limit = 50000) {
    unsigned calm = 0;
    for (unsigned i = 0; i < limit && calm < 8; ++i) {
      step();
      const bool still = bench->busy_o == 0 && memory.quiet() && writes_.empty() && !reading_ &&
                         answers_open_ == 0 && engines_quiet();
      calm = still ? calm + 1 : 0;
    }
    REQUIRE(calm == 8);
  }

  // ---- BAR0 ------------------------------------------------------------------------------------

  void post(std::uint32_t addr, const Bytes& data) { writes_.push_back({addr, data}); }
  void post64(std::uint32_t addr, std::uint64_t value) {
    Bytes data(8);
    le_put(data, 0, 8, value);
    post(addr, data);
  }
  void write64(std::uint32_t addr, std::uint64_t value) {
    post64(addr, value);
    run_until([&] { return writes_.empty() && answers_open_ == 0; });
  }
  /// Every posted write was answered.
  [[nodiscard]] bool bar_idle() const { return writes_.empty() && answers_open_ == 0; }
  Bytes read_line(std::uint32_t addr) {
    reading_ = true;
    read_addr_ = addr;
    run_until([&] { return !reading_; });
    return read_data_;
  }
  std::uint64_t read64(std::uint32_t addr) { return le_get(read_line(addr), addr % 64, 8); }
  std::uint64_t counter(unsigned index) { return read64(0x2000 + 8 * index); }

  // ---- admin queue -----------------------------------------------------------------------------

  void admin_setup(unsigned log_size, bool events = false) {
    admin_log_ = log_size;
    admin_issued_ = admin_done_ = 0;
    write64(0x0D0, 0);
    write64(0x0C0, kSqRing);
    write64(0x0C8, kCplRing);
    for (unsigned i = 0; i < (64U << log_size); ++i) {
      memory.write(kCplRing + i, {0});
    }
    write64(0x0D0, log_size | 1U << 8 | (events ? 1U << 9 : 0U));
  }
  void admin_issue(unsigned verb, unsigned kind, std::uint32_t index, const Bytes& data = {},
                   std::uint32_t mask = 0) {
    Bytes command(64);
    command[0] = static_cast<std::uint8_t>(verb);
    command[1] = static_cast<std::uint8_t>(kind);
    le_put(command, 2, 2, admin_issued_ ^ 0x5a5a);
    le_put(command, 4, 4, index);
    le_put(command, 8, 4, mask);
    std::copy(data.begin(), data.end(), command.begin() + 16);
    memory.write(kSqRing + 64 * (admin_issued_ & ((1U << admin_log_) - 1)), command);
    ++admin_issued_;
  }
  void admin_ring() { post64(0x0D8, admin_issued_); }
  /// The next completion, when it is there.
  std::optional<Completion> admin_poll() {
    const std::uint64_t at = kCplRing + 64 * (admin_done_ & ((1U << admin_log_) - 1));
    const Bytes entry = memory.read(at, 64);
    if ((entry[3] & 1U) != (((admin_done_ >> admin_log_) & 1U) ^ 1U)) {
      return std::nullopt;
    }
    ++admin_done_;
    return Completion{static_cast<unsigned>(le_get(entry, 0, 2)), entry[2],
                      static_cast<std::uint32_t>(le_get(entry, 4, 4)),
                      Bytes(entry.begin() + 16, entry.end())};
  }
  Completion admin(unsigned verb, unsigned kind, std::uint32_t index, const Bytes& data = {},
                   std::uint32_t mask = 0) {
    const unsigned cookie = (admin_issued_ ^ 0x5a5a) & 0xffffU;
    admin_issue(verb, kind, index, data, mask);
    admin_ring();
    std::optional<Completion> done;
    run_until([&] { return (done = admin_poll()).has_value(); });
    if (done->status != 6) {
      REQUIRE(done->cookie == cookie);
      REQUIRE(done->index == index);
    }
    return *done;
  }

  // ---- queues ----------------------------------------------------------------------------------

  void create_eq(unsigned eqn, unsigned log_size, bool irq) {
    Bytes object(48);
    le_put(object, 0, 8, kEqRing + 0x10000ULL * eqn);
    object[8] = static_cast<std::uint8_t>(log_size);
    object[9] = irq ? 1 : 0;
    REQUIRE(admin(1, 1, eqn, object).status == 0);
    eq_log_[eqn] = log_size;
    eq_seen_[eqn] = 0;
    if (irq) {
      Bytes entry(16);
      le_put(entry, 0, 8, kMsixAddr + 4 * eqn);
      le_put(entry, 8, 4, 0xAB00 + eqn);
      post(0x10000 + 16 * eqn, entry);
    }
  }
  /// The next event of a queue, when it is there.
  std::optional<Bytes> poll_event(unsigned eqn) {
    const std::uint32_t n = eq_seen_[eqn];
    const unsigned log = eq_log_[eqn];
    const Bytes entry = memory.read(kEqRing + 0x10000ULL * eqn + 16 * (n & ((1U << log) - 1)), 16);
    if ((entry[15] & 1U) != (((n >> log) & 1U) ^ 1U)) {
      return std::nullopt;
    }
    ++eq_seen_[eqn];
    return entry;
  }
  void ack_events(unsigned eqn) { post64(0x0E0, eqn | std::uint64_t{eq_seen_[eqn]} << 32); }
  static Bytes cq_object(std::uint64_t base, unsigned log_size, unsigned eqn, unsigned ctx) {
    Bytes object(48);
    le_put(object, 0, 8, base);
    object[8] = static_cast<std::uint8_t>(log_size);
    object[9] = static_cast<std::uint8_t>(eqn);
    le_put(object, 10, 2, ctx);
    return object;
  }
  void create_cq(unsigned cqn, unsigned log_size, unsigned eqn, unsigned ctx) {
    const Bytes object = cq_object(kCqRing + 0x10000ULL * cqn, log_size, eqn, ctx);
    REQUIRE(admin(1, 2, cqn, object).status == 0);
    cq_log_[cqn] = log_size;
  }
  void ring_cq(unsigned ctx, unsigned cqn, std::uint32_t consumer, unsigned arm) {
    post64(0x100000 + 0x1000 * ctx + 0x10,
           cqn | std::uint64_t{arm} << 24 | std::uint64_t{consumer} << 32);
  }
  /// Entry `n` of a completion queue when its phase says so.
  std::optional<Bytes> poll_cqe(unsigned cqn, std::uint32_t n) {
    const unsigned log = cq_log_[cqn];
    const Bytes entry = memory.read(kCqRing + 0x10000ULL * cqn + 32 * (n & ((1U << log) - 1)), 32);
    if ((entry[31] & 1U) != (((n >> log) & 1U) ^ 1U)) {
      return std::nullopt;
    }
    return entry;
  }
  /// Engine `client` completes: `tag` is in byte_len.
  void complete(unsigned client, unsigned cqn, std::uint32_t tag, bool solicited = false,
                unsigned status = 0, std::uint32_t qpn = 0, unsigned opcode = 0) {
    Bytes cqe(32);
    le_put(cqe, 0, 4, qpn);
    cqe[7] = static_cast<std::uint8_t>(opcode);
    cqe[6] = static_cast<std::uint8_t>(status);
    le_put(cqe, 8, 4, tag);
    cqe[31] = 0xff;  // the writer decides about the phase
    cqes_[client].push_back({cqn, solicited, cqe});
  }

  // ---- state that tests look at ----------------------------------------------------------------

  RtlBench<Model> bench;
  HostMemory<Model, Bus> memory;
  std::vector<std::uint64_t> sq_doorbells;  // ctx << 40 | qpn << 16 | producer
  std::vector<std::uint64_t> rq_doorbells;
  std::vector<unsigned> failed_qps;  // that lost a completion
  std::vector<Push> sq_pushes;
  std::vector<Push> ls_pushes;
  std::map<unsigned, std::uint64_t> mtt;
  std::vector<Bytes> objects;  // obj_req_t as it was seen, 57 bytes
  Bytes object_answer = Bytes(48);
  unsigned object_status = 0;
  std::function<void()> before_edge;  // called with settled outputs
  struct Accepted {
    unsigned cqn;
    std::uint32_t tag;
  };
  std::vector<Accepted> accepted;  // completions in the order they were taken
  bool hold_write_data = false;    // engines ask to write and give no data
  bool hold_objects = false;       // engines do not answer object requests
  std::uint64_t resets = 0;        // cycles of core_rst_o
  bool engines_deaf = false;       // doorbells and pushes are not taken
  std::deque<Bytes> plain_in;      // frames for the receive ring
  std::vector<Bytes> plain_out;    // frames that left
  std::array<std::deque<std::array<std::uint64_t, 2>>, 4> reads;  // address, length
  std::array<std::vector<Bytes>, 4> read_data;
  std::array<unsigned, 4> read_errors{};
  struct EngineWrite {
    std::uint64_t addr;
    Bytes data;
    bool track;
  };
  std::array<std::deque<EngineWrite>, 2> engine_writes;
  std::array<unsigned, 2> writes_done{};
  std::array<unsigned, 2> write_errors{};
  std::uint64_t w_cycle = 0;     // last W beat of BAR0 accepted
  std::uint64_t push_cycle = 0;  // first unit of a push offered
  std::uint64_t cqe_cycle = 0;   // completion offered first
  std::uint64_t aw_cycle = 0;    // AW seen
  std::uint64_t read_cycle = 0;  // read request accepted
  std::uint64_t ar_cycle = 0;
  std::uint64_t r_cycle = 0;  // last R beat
  std::uint64_t rsp_cycle = 0;
  std::uint64_t write_cycle = 0;  // engine's write request offered
  std::uint64_t engine_events_taken = 0;
  std::deque<Bytes> engine_events;  // eqe and, in byte 16, eqn

 private:
  struct Cqe {
    unsigned cqn;
    bool solicited;
    Bytes data;
  };

  bool chance(unsigned percent) { return percent != 0 && rng_() % 100 < percent; }

  void clear_inputs() {
    Model& m = *bench;
    m.now_i = 0;
    m.reg_awvalid_i = m.reg_wvalid_i = m.reg_bready_i = 0;
    m.reg_arvalid_i = m.reg_rready_i = 0;
    m.dma_arready_i = m.dma_rvalid_i = m.dma_awready_i = m.dma_wready_i = m.dma_bvalid_i = 0;
    m.sqdb_ready_i = m.rqdb_ready_i = m.sqpush_ready_i = m.lspush_ready_i = 0;
    m.badb_valid_i = 0;
    m.obj_mr_rsp_valid_i = m.obj_qp_rsp_valid_i = m.obj_peer_rsp_valid_i = 0;
    m.obj_win_rsp_valid_i = m.obj_seg_rsp_valid_i = 0;
    m.rd_valid_i = m.rd_rsp_ready_i = m.wr_valid_i = m.wr_data_valid_i = m.wr_data_last_i = 0;
    m.cqe_valid_i = m.eqe_valid_i = 0;
    m.cqfail_ready_i = 0;
    m.rx_hdr_valid_i = m.rx_pay_valid_i = m.hdr_ready_i = m.pay_ready_i = 0;
    m.rx_len_i = 64;
    m.cnt_eth_i = m.cnt_ls_i = m.cnt_roce_i = m.cnt_roce_sq_i = 0;
    for (unsigned i = 0; i < 3; ++i) {
      m.ls_error_i[i] = 0;
    }
    m.debug_state_i = 0x1122334455667788;
    m.debug_busy_i = 0x99;
  }

  void drive_bar() {
    Model& m = *bench;
    m.reg_bready_i = chance(wild_ / 2) ? 0 : 1;
    m.reg_rready_i = chance(wild_ / 2) ? 0 : 1;
    if (!m.reg_awvalid_i && !aw_done_ && !writes_.empty() && !chance(wild_ / 2)) {
      m.reg_awvalid_i = 1;
      m.reg_awaddr_i = writes_.front().addr;
      m.reg_awid_i = static_cast<std::uint8_t>(rng_());
    }
    if (!m.reg_wvalid_i && !w_done_ && !writes_.empty() && !chance(wild_ / 2)) {
      m.reg_wvalid_i = 1;
      Bytes line(64);
      const BarWrite& write = writes_.front();
      std::copy(write.data.begin(), write.data.end(), line.begin() + write.addr % 64);
      put_bytes(m.reg_wdata_i, 0, line);
      m.reg_wstrb_i = (write.data.size() == 64 ? ~0ULL : ((1ULL << write.data.size()) - 1))
                      << (write.addr % 64);
    }
    m.reg_arvalid_i = reading_ && !ar_done_ ? 1 : 0;
    m.reg_araddr_i = read_addr_;
    m.reg_arid_i = 7;
  }

  void drive_engines() {
    Model& m = *bench;
    m.sqdb_ready_i = engines_deaf || chance(wild_ / 2) ? 0 : 1;
    m.rqdb_ready_i = engines_deaf || chance(wild_ / 2) ? 0 : 1;
    m.sqpush_ready_i = engines_deaf || chance(wild_ / 2) ? 0 : 1;
    m.lspush_ready_i = engines_deaf || chance(wild_ / 2) ? 0 : 1;
    m.cqfail_ready_i = engines_deaf || chance(wild_) ? 0 : 1;
    drive_objects();
    for (unsigned c = 0; c < 3; ++c) {
      if ((m.cqe_valid_i >> c & 1U) == 0 && !cqes_[c].empty() && !chance(wild_ / 2)) {
        m.cqe_valid_i |= 1U << c;
        cqe_cycle = bench.cycle();
        const Cqe& cqe = cqes_[c].front();
        put_bytes(m.cqe_i, 273 * c, cqe.data);
        put_bits(m.cqe_i, 273 * c + 256, 1, cqe.solicited ? 1 : 0);
        put_bits(m.cqe_i, 273 * c + 257, 16, cqe.cqn);
      }
    }
    if ((m.eqe_valid_i & 2U) == 0 && !engine_events.empty()) {
      m.eqe_valid_i = 2;
      put_bytes(m.eqe_i, 133,
                Bytes(engine_events.front().begin(), engine_events.front().begin() + 16));
      put_bits(m.eqe_i, 133 + 128, 5, engine_events.front()[16]);
    }
    m.rd_rsp_ready_i = 0;
    for (unsigned c = 0; c < 4; ++c) {
      if ((m.rd_valid_i >> c & 1U) == 0 && !reads[c].empty() && !chance(wild_ / 2)) {
        m.rd_valid_i |= 1U << c;
        put_bits(m.rd_i, 101 * c, 24, 0xc0ffee ^ c);
        put_bits(m.rd_i, 101 * c + 24, 13, reads[c].front()[1]);
        put_bits(m.rd_i, 101 * c + 37, 64, reads[c].front()[0]);
      }
      if (!engines_deaf && !chance(wild_ / 2)) {
        m.rd_rsp_ready_i |= 1U << c;
      }
    }
    for (unsigned c = 0; c < 2; ++c) {
      drive_engine_write(c);
    }
    drive_plain();
  }

  void drive_objects() {
    Model& m = *bench;
    m.obj_mr_rsp_valid_i = m.obj_qp_rsp_valid_i = m.obj_peer_rsp_valid_i = 0;
    m.obj_win_rsp_valid_i = m.obj_seg_rsp_valid_i = 0;
    const unsigned asked = object_asked_;
    if (asked == 0 || hold_objects || chance(wild_)) {
      return;
    }
    const auto answer = [&](unsigned bit, auto& valid, auto& port) {
      if ((asked >> bit & 1U) != 0) {
        valid = 1;
        put_bytes(port, 0, object_answer);
        put_bits(port, 384, 8, object_status);
      }
    };
    answer(0, m.obj_mr_rsp_valid_i, m.obj_mr_rsp_i);
    answer(1, m.obj_qp_rsp_valid_i, m.obj_qp_rsp_i);
    answer(2, m.obj_peer_rsp_valid_i, m.obj_peer_rsp_i);
    answer(3, m.obj_win_rsp_valid_i, m.obj_win_rsp_i);
    answer(4, m.obj_seg_rsp_valid_i, m.obj_seg_rsp_i);
    object_asked_ = 0;
  }

  void drive_engine_write(unsigned c) {
    Model& m = *bench;
    if (engine_writes[c].empty()) {
      return;
    }
    const EngineWrite& write = engine_writes[c].front();
    if ((m.wr_valid_i >> c & 1U) == 0 && !wr_asked_[c] && !chance(wild_ / 2)) {
      m.wr_valid_i |= 1U << c;
      write_cycle = bench.cycle();
      put_bits(m.wr_i, 78 * c, 1, write.track ? 1 : 0);
      put_bits(m.wr_i, 78 * c + 1, 13, write.data.size());
      put_bits(m.wr_i, 78 * c + 14, 64, write.addr);
    }
    if ((m.wr_data_valid_i >> c & 1U) == 0 && !hold_write_data && !chance(wild_ / 2)) {
      m.wr_data_valid_i |= 1U << c;
      const std::size_t from = wr_sent_[c];
      const std::size_t count = std::min<std::size_t>(Bus, write.data.size() - from);
      Bytes beat(write.data.begin() + static_cast<std::ptrdiff_t>(from),
                 write.data.begin() + static_cast<std::ptrdiff_t>(from + count));
      beat.resize(Bus);
      put_bytes(m.wr_data_i, 8 * Bus * c, beat);
      m.wr_data_last_i = static_cast<std::uint8_t>(
          (m.wr_data_last_i & ~(1U << c)) | (from + count == write.data.size() ? 1U << c : 0U));
    }
  }

  void drive_plain() {
    Model& m = *bench;
    m.hdr_ready_i = chance(wild_ / 2) ? 0 : 1;
    m.pay_ready_i = chance(wild_ / 2) ? 0 : 1;
    if (plain_in.empty()) {
      return;
    }
    const Bytes& frame = plain_in.front();
    if (!m.rx_hdr_valid_i && !rx_hdr_done_ && !chance(wild_ / 2)) {
      m.rx_hdr_valid_i = 1;
      m.rx_len_i = static_cast<std::uint16_t>(frame.size());
    }
    if (!m.rx_pay_valid_i && rx_sent_ < frame.size() && !chance(wild_ / 2)) {
      m.rx_pay_valid_i = 1;
      const std::size_t count = std::min<std::size_t>(Bus, frame.size() - rx_sent_);
      Bytes beat(frame.begin() + static_cast<std::ptrdiff_t>(rx_sent_),
                 frame.begin() + static_cast<std::ptrdiff_t>(rx_sent_ + count));
      beat.resize(Bus);
      put_bytes(m.rx_pay_data_i, 0, beat);
      m.rx_pay_last_i = rx_sent_ + count == frame.size() ? 1 : 0;
    }
  }

  void observe() {
    Model& m = *bench;
    memory.observe(m, bench.cycle());
    if (m.dma_awvalid_o && aw_cycle == 0) {
      aw_cycle = bench.cycle();
    }
    if (m.dma_arvalid_o && ar_cycle == 0) {
      ar_cycle = bench.cycle();
    }
    if (m.dma_rvalid_i && m.dma_rlast_i) {
      r_cycle = bench.cycle();
    }
    observe_bar();
    observe_doorbells();
    observe_engines();
    observe_plain();
    if (m.core_rst_o) {
      ++resets;
      forget_ = true;
    }
  }

  void observe_bar() {
    Model& m = *bench;
    if (m.reg_awvalid_i && m.reg_awready_o) {
      after_[0] = true;
      aw_done_ = true;
    }
    if (m.reg_wvalid_i && m.reg_wready_o) {
      after_[1] = true;
      w_done_ = true;
      w_cycle = bench.cycle();
    }
    if (aw_done_ && w_done_) {
      writes_.pop_front();
      ++answers_open_;
      aw_done_ = w_done_ = false;
    }
    if (m.reg_bvalid_o && m.reg_bready_i) {
      REQUIRE(answers_open_ > 0);
      --answers_open_;
      REQUIRE(m.reg_bresp_o == 0);
    }
    if (m.reg_arvalid_i && m.reg_arready_o) {
      ar_done_ = true;
    }
    if (m.reg_rvalid_o && m.reg_rready_i) {
      REQUIRE(m.reg_rid_o == 7);
      read_data_ = get_bytes(m.reg_rdata_o, 0, 64);
      reading_ = ar_done_ = false;
    }
  }

  void observe_doorbells() {
    Model& m = *bench;
    if (m.sqdb_valid_o && m.sqdb_ready_i) {
      sq_doorbells.push_back(m.sqdb_o);
    }
    if (m.rqdb_valid_o && m.rqdb_ready_i) {
      rq_doorbells.push_back(m.rqdb_o);
    }
    if (m.cqfail_valid_o && m.cqfail_ready_i) {
      failed_qps.push_back(m.cqfail_qpn_o);
    }
    if (m.sqpush_valid_o && push_cycle == 0) {
      push_cycle = bench.cycle();
    }
    const auto unit = [](const auto& port) {
      return Push{static_cast<unsigned>(get_bits(port, 514, 8)), get_bits(port, 513, 1) != 0,
                  get_bits(port, 512, 1) != 0, get_bytes(port, 0, 64)};
    };
    if (m.sqpush_valid_o && m.sqpush_ready_i) {
      sq_pushes.push_back(unit(m.sqpush_o));
    }
    if (m.lspush_valid_o && m.lspush_ready_i) {
      ls_pushes.push_back(unit(m.lspush_o));
    }
  }

  void observe_engines() {
    Model& m = *bench;
    const unsigned asked = m.obj_mr_valid_o | m.obj_qp_valid_o * 2U | m.obj_peer_valid_o * 4U |
                           m.obj_win_valid_o * 8U | m.obj_seg_valid_o * 16U;
    const bool answered = m.obj_mr_rsp_valid_i | m.obj_qp_rsp_valid_i | m.obj_peer_rsp_valid_i |
                          m.obj_win_rsp_valid_i | m.obj_seg_rsp_valid_i;
    if (asked != 0 && !answered && !object_open_) {
      object_open_ = true;
      object_asked_ = asked;
      objects.push_back(get_bytes(m.obj_req_o, 0, 57));
    } else if (answered) {
      object_open_ = false;
    }
    if (m.mtt_we_o) {
      mtt[m.mtt_waddr_o] = m.mtt_wdata_o;
    }
    for (unsigned c = 0; c < 3; ++c) {
      if ((m.cqe_valid_i & m.cqe_ready_o) >> c & 1U) {
        accepted.push_back({cqes_[c].front().cqn,
                            static_cast<std::uint32_t>(le_get(cqes_[c].front().data, 8, 4))});
        cqes_[c].pop_front();
        cqe_clear_ |= 1U << c;
      }
    }
    if ((m.eqe_valid_i & m.eqe_ready_o & 2U) != 0) {
      engine_events.pop_front();
      ++engine_events_taken;
      eqe_clear_ = true;
    }
    for (unsigned c = 0; c < 4; ++c) {
      if ((m.rd_valid_i & m.rd_ready_o) >> c & 1U) {
        read_cycle = bench.cycle();
        read_len_[c].push_back(static_cast<unsigned>(reads[c].front()[1]));
        reads[c].pop_front();
        rd_clear_ |= 1U << c;
      }
      if (!m.core_rst_o && ((m.rd_rsp_valid_o & m.rd_rsp_ready_i) >> c & 1U) != 0) {
        observe_read(c);
      }
    }
    for (unsigned c = 0; c < 2; ++c) {
      observe_write(c);
    }
  }

  void observe_read(unsigned c) {
    Model& m = *bench;
    rsp_cycle = bench.cycle();
    REQUIRE(get_bits(m.rd_rsp_user_o, 24 * c, 24) == (0xc0ffeeU ^ c));
    REQUIRE(!read_len_[c].empty());
    Bytes beat = get_bytes(m.rd_rsp_data_o, 8 * Bus * c, Bus);
    const unsigned left = read_len_[c].front() - static_cast<unsigned>(partial_[c].size());
    beat.resize(std::min(Bus, left));
    partial_[c].insert(partial_[c].end(), beat.begin(), beat.end());
    read_errors[c] += (m.rd_rsp_err_o >> c) & 1U;
    REQUIRE(((m.rd_rsp_last_o >> c) & 1U) == (left <= Bus ? 1U : 0U));
    if (left <= Bus) {
      read_data[c].push_back(partial_[c]);
      partial_[c].clear();
      read_len_[c].pop_front();
    }
  }

  void observe_write(unsigned c) {
    Model& m = *bench;
    if ((m.wr_valid_i & m.wr_ready_o) >> c & 1U) {
      wr_asked_[c] = true;
      wr_clear_ |= 1U << c;
    }
    if ((m.wr_data_valid_i & m.wr_data_ready_o) >> c & 1U) {
      data_clear_ |= 1U << c;
      wr_sent_[c] += Bus;
      if (wr_sent_[c] >= engine_writes[c].front().data.size()) {
        REQUIRE(wr_asked_[c]);
        wr_sent_[c] = 0;
        wr_asked_[c] = false;
        engine_writes[c].pop_front();
      }
    }
    if ((m.wr_done_o >> c & 1U) != 0) {
      ++writes_done[c];
      write_errors[c] += m.wr_done_err_o;
    }
  }

  void observe_plain() {
    Model& m = *bench;
    if (m.rx_hdr_valid_i && m.rx_hdr_ready_o) {
      rx_hdr_done_ = true;
      rx_clear_ |= 1U;
    }
    if (m.rx_pay_valid_i && m.rx_pay_ready_o) {
      rx_sent_ += Bus;
      rx_clear_ |= 2U;
    }
    if (!plain_in.empty() && rx_hdr_done_ && rx_sent_ >= plain_in.front().size()) {
      plain_in.pop_front();
      rx_hdr_done_ = false;
      rx_sent_ = 0;
    }
    if (m.hdr_valid_o && m.hdr_ready_i) {
      const auto payload = static_cast<unsigned>(get_bits(m.hdr_o, 5, 14));
      const auto length = static_cast<unsigned>(get_bits(m.hdr_o, 19, 8));
      REQUIRE(length >= 14);
      tx_headers_.push_back(get_bytes(m.hdr_o, 27, length));
      tx_lengths_.push_back(payload);
    }
    if (m.pay_valid_o && m.pay_ready_i) {
      tx_beats_.push_back(get_bytes(m.pay_data_o, 0, Bus));
      tx_last_.push_back(m.pay_last_o != 0);
    }
    join_frames();
  }

  /// Headers and payload beats may come in any order; a frame is whole when both are there.
  void join_frames() {
    while (!tx_headers_.empty() && tx_beats_.size() >= (tx_lengths_.front() + Bus - 1) / Bus) {
      Bytes frame = tx_headers_.front();
      unsigned left = tx_lengths_.front();
      while (left != 0) {
        const unsigned count = std::min(Bus, left);
        REQUIRE(tx_last_.front() == (left <= Bus));
        frame.insert(frame.end(), tx_beats_.front().begin(), tx_beats_.front().begin() + count);
        left -= count;
        tx_beats_.pop_front();
        tx_last_.pop_front();
      }
      plain_out.push_back(frame);
      tx_headers_.pop_front();
      tx_lengths_.pop_front();
    }
  }

  [[nodiscard]] bool engines_quiet() const {
    bool quiet = object_asked_ == 0 && !object_open_ && plain_in.empty() && engine_events.empty();
    for (const auto& queue : cqes_) {
      quiet = quiet && queue.empty();
    }
    for (const auto& queue : reads) {
      quiet = quiet && queue.empty();
    }
    for (const auto& queue : engine_writes) {
      quiet = quiet && queue.empty();
    }
    return quiet;
  }

  /// What was taken at the last edge is no longer offered.
  void after_edge() {
    Model& m = *bench;
    if (after_[0]) {
      m.reg_awvalid_i = 0;
    }
    if (after_[1]) {
      m.reg_wvalid_i = 0;
    }
    after_ = {};
    m.cqe_valid_i &= static_cast<std::uint8_t>(~cqe_clear_);
    m.rd_valid_i &= static_cast<std::uint8_t>(~rd_clear_);
    m.wr_valid_i &= static_cast<std::uint8_t>(~wr_clear_);
    m.wr_data_valid_i &= static_cast<std::uint8_t>(~data_clear_);
    if (eqe_clear_) {
      m.eqe_valid_i = 0;
    }
    if ((rx_clear_ & 1U) != 0) {
      m.rx_hdr_valid_i = 0;
    }
    if ((rx_clear_ & 2U) != 0) {
      m.rx_pay_valid_i = 0;
    }
    if (forget_) {
      forget_engines();
    }
    cqe_clear_ = rd_clear_ = wr_clear_ = data_clear_ = rx_clear_ = 0;
    eqe_clear_ = false;
  }

  /// The engines are in reset, too.
  void forget_engines() {
    Model& m = *bench;
    forget_ = false;
    m.cqe_valid_i = m.eqe_valid_i = m.rd_valid_i = m.wr_valid_i = m.wr_data_valid_i = 0;
    m.rx_hdr_valid_i = m.rx_pay_valid_i = 0;
    for (auto& queue : cqes_) {
      queue.clear();
    }
    for (unsigned c = 0; c < 4; ++c) {
      reads[c].clear();
      read_len_[c].clear();
      partial_[c].clear();
    }
    for (unsigned c = 0; c < 2; ++c) {
      engine_writes[c].clear();
      wr_asked_[c] = false;
      wr_sent_[c] = 0;
    }
    engine_events.clear();
    plain_in.clear();
    object_asked_ = 0;
    object_open_ = false;
    rx_hdr_done_ = false;
    rx_sent_ = 0;
    tx_headers_.clear();
    tx_lengths_.clear();
    tx_beats_.clear();
    tx_last_.clear();
  }

  unsigned wild_;
  std::mt19937_64 rng_;
  std::deque<BarWrite> writes_;
  bool aw_done_ = false;
  bool w_done_ = false;
  std::array<bool, 2> after_{};
  unsigned answers_open_ = 0;
  bool reading_ = false;
  bool ar_done_ = false;
  std::uint32_t read_addr_ = 0;
  Bytes read_data_;
  unsigned admin_log_ = 0;
  unsigned admin_issued_ = 0;
  unsigned admin_done_ = 0;
  std::map<unsigned, unsigned> eq_log_;
  std::map<unsigned, std::uint32_t> eq_seen_;
  std::map<unsigned, unsigned> cq_log_;
  std::array<std::deque<Cqe>, 3> cqes_;
  unsigned object_asked_ = 0;
  bool object_open_ = false;
  std::array<std::deque<unsigned>, 4> read_len_;
  std::array<Bytes, 4> partial_;
  std::array<bool, 2> wr_asked_{};
  std::array<std::size_t, 2> wr_sent_{};
  bool rx_hdr_done_ = false;
  std::size_t rx_sent_ = 0;
  std::deque<Bytes> tx_headers_;
  std::deque<unsigned> tx_lengths_;
  std::deque<Bytes> tx_beats_;
  std::deque<bool> tx_last_;
  unsigned cqe_clear_ = 0;
  unsigned rd_clear_ = 0;
  unsigned wr_clear_ = 0;
  unsigned data_clear_ = 0;
  unsigned rx_clear_ = 0;
  bool eqe_clear_ = false;
  bool forget_ = false;
};

}  // namespace ethlink::test
