// SPDX-License-Identifier: Apache-2.0
//
// One load/store engine with a test as its bus, its transport and its host memory.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <vector>

#include "catch.hpp"
#include "reference/ls_memory.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

using Bytes = std::vector<std::uint8_t>;

/// A Verilated vector as bytes, lane 0 first.
template <typename Port>
void set_bytes(Port& port, const Bytes& bytes) {
  std::memset(reinterpret_cast<void*>(&port), 0, sizeof(port));
  std::memcpy(reinterpret_cast<void*>(&port), bytes.data(), std::min(bytes.size(), sizeof(port)));
}
template <typename Port>
Bytes get_bytes(const Port& port, std::size_t count) {
  Bytes bytes(count);
  std::memcpy(bytes.data(), reinterpret_cast<const void*>(&port), count);
  return bytes;
}
template <typename Port>
void set_bit(Port& port, unsigned bit, bool value) {
  port = static_cast<std::uint8_t>((port & ~(1U << bit)) | (value ? 1U << bit : 0U));
}

/// A command of the engine, whole.
struct Command {
  unsigned peer = 0, vc = 0;
  Bytes header, data;
  std::uint64_t first_cycle = 0;  // first offered
};
struct BusRead {
  std::uint8_t id = 0;
  std::uint64_t addr = 0;
  unsigned len = 0, size = 6;  // arlen, arsize
};
struct BusWrite {
  std::uint8_t id = 0;
  std::uint64_t addr = 0;  // of the first beat
  Bytes data;              // 64 a beat
  std::vector<bool> strobe;
};
struct ReadBeat {
  std::uint8_t id = 0;
  Bytes data;
  unsigned resp = 0;
  bool last = false;
  std::uint64_t cycle = 0;
};
struct WriteAnswer {
  std::uint8_t id = 0;
  unsigned resp = 0;
};
struct Completion {
  unsigned ctx = 0, cookie = 0, status = 0, ls_status = 0;
  std::uint64_t data = 0;
};
struct Event {
  unsigned type = 0, syndrome = 0;
  std::uint32_t id = 0;
};

/// Chances in percent that a stream moves, and the spread of the memory's latency.
struct Pace {
  unsigned bus = 100, transport = 100, memory = 100, completion = 100;
  unsigned latency = 0;
};

/// Threads: one. Ownership: owns the model. With `twin`, a second model whose clock stands still
/// while the engine says that it is not busy must show the same outputs in every cycle.
template <typename Model, std::size_t Width>
class EngineBench {
 public:
  static constexpr std::size_t kBeat = Width / 8;

  explicit EngineBench(bool twin = false) : random_(seed()) {
    Model& m = *rtl;
    m.ap_awvalid_i = m.ap_wvalid_i = m.ap_arvalid_i = m.push_valid_i = 0;
    m.rx_valid_i = m.rx_first_i = m.rx_last_i = 0;
    m.peer_up_i = 0xF;
    m.peer_event_valid_i = m.win_obj_valid_i = m.seg_obj_valid_i = 0;
    m.lost_valid_i = 0;
    m.rd_rsp_valid_i = m.wr_done_i = m.first_error_clear_i = 0;
    m.ap_bready_i = m.ap_rready_i = m.rd_ready_i = m.wr_ready_i = m.wr_data_ready_i = 0;
    m.cqe_ready_i = m.eqe_ready_i = m.tx_ready_i = 0;
    rtl.reset();
    if (twin) {
      twin_ = std::make_unique<RtlBench<Model>>();
      copy_inputs();
      twin_->reset();
    }
  }
  ~EngineBench() {
    // A model's scopes leave the context of the thread, which the twin's replaced.
    twin_.reset();
    Verilated::threadContextp(rtl->contextp());
  }
  EngineBench(const EngineBench&) = delete;
  EngineBench& operator=(const EngineBench&) = delete;

  RtlBench<Model> rtl;
  Pace pace;
  std::function<bool(std::uint64_t)> bad;  // addresses at which the host's memory fails

  std::array<std::vector<Command>, 2> sent;  // commands of the engine: requests, responses
  std::vector<ReadBeat> read_beats;
  std::vector<WriteAnswer> write_answers;
  std::vector<Completion> completions;
  std::vector<Event> events;
  std::map<std::uint64_t, std::uint8_t> memory;   // what is visible
  std::function<void(std::uint64_t)> on_visible;  // after the write at this address
  std::function<void(const Command&)> on_request;
  std::array<std::uint64_t, 28> counters{};
  // Cycles of the last handshakes, and of the first offers after them
  std::array<std::uint64_t, 2> rx_taken{};
  std::uint64_t rd_offered = 0, rd_rsp_taken = 0, w_taken = 0;
  std::uint64_t reads = 0, writes = 0;
  std::uint64_t fixed_latency = 0;  // of the memory, besides the random part

  std::mt19937_64& random() { return random_; }
  bool chance(unsigned percent) { return percent >= 100 || random_() % 100 < percent; }
  Bytes random_bytes(std::size_t count) {
    Bytes bytes(count);
    for (auto& byte : bytes) {
      byte = static_cast<std::uint8_t>(random_());
    }
    return bytes;
  }
  [[nodiscard]] std::uint64_t cycle() const { return rtl.cycle(); }

  // ---- Stimulus -------------------------------------------------------------------------------

  void request(const reference::LsRequest& r) {
    command(0, r.peer, r.header(), r.data, r.pkey, r.denied);
  }
  void respond(unsigned peer, unsigned opcode, unsigned status, std::uint16_t tag,
               const Bytes& data = {}) {
    command(1, peer,
            {static_cast<std::uint8_t>(opcode), static_cast<std::uint8_t>(status),
             static_cast<std::uint8_t>(tag >> 8U), static_cast<std::uint8_t>(tag)},
            data, 0);
  }
  void command(unsigned stream, unsigned peer, const Bytes& header, const Bytes& data,
               std::uint16_t pkey, bool denied = false) {
    std::size_t at = 0;
    do {
      const std::size_t end = std::min(at + 64, data.size());
      CmdBeat b{peer,
                at == 0,
                end == data.size(),
                header,
                data.size(),
                Bytes(data.begin() + static_cast<std::ptrdiff_t>(at),
                      data.begin() + static_cast<std::ptrdiff_t>(end)),
                pkey,
                denied};
      rx_[stream].queue.push_back(b);
      at = end;
    } while (at < data.size());
  }
  void read(const BusRead& r) { ar_.push_back(r); }
  void write(const BusWrite& w) {
    aw_.push_back(w);
    w_.push_back(w);
  }
  void push(std::uint16_t ctx, const std::vector<Bytes>& units) {
    for (std::size_t i = 0; i < units.size(); ++i) {
      units_.push_back({ctx, units[i], i == 0, i + 1 == units.size()});
    }
  }
  void peer_event(unsigned peer, bool up) { peer_events_.push_back({peer, up}); }
  void lost(unsigned peer) { lost_.push_back(peer); }

  struct ObjectAnswer {
    unsigned status = 0xFF;
    Bytes data;
    unsigned cycles = 0;
  };
  ObjectAnswer object(bool window, unsigned verb, std::uint32_t index, const Bytes& data = {},
                      unsigned limit = 2000) {
    rtl->obj_verb_i = static_cast<std::uint8_t>(verb);
    rtl->obj_index_i = index;
    set_bytes(rtl->obj_data_i, data);
    for (unsigned i = 0; i < limit; ++i) {
      (window ? rtl->win_obj_valid_i : rtl->seg_obj_valid_i) = 1;
      step();
      if (object_done_) {
        rtl->win_obj_valid_i = rtl->seg_obj_valid_i = 0;
        object_.cycles = i;
        return object_;
      }
    }
    FAIL("no answer to an object command");
    return {};
  }
  unsigned segment(unsigned index, const reference::LsSegment& s) {
    Bytes o(48, 0);
    std::memcpy(&o[0], &s.base, 8);
    std::memcpy(&o[8], &s.length, 8);
    std::memcpy(&o[16], &s.pkey, 2);
    o[18] = static_cast<std::uint8_t>(s.access);
    return object(false, 1, index, o).status;
  }
  static Bytes window_data(std::uint64_t remote, unsigned node, unsigned access, unsigned vc,
                           bool posted, std::uint64_t size, std::uint16_t ctx = 0xFFFF) {
    Bytes o(48, 0);
    std::memcpy(&o[0], &remote, 8);
    o[8] = static_cast<std::uint8_t>(node);
    o[10] = static_cast<std::uint8_t>(access);
    o[11] = static_cast<std::uint8_t>(vc);
    o[12] = posted ? 1 : 0;
    std::memcpy(&o[14], &ctx, 2);
    std::memcpy(&o[16], &size, 8);
    return o;
  }

  // ---- Time -----------------------------------------------------------------------------------

  void step() {
    drive();
    rtl.settle();
    drive_write_data();
    rtl.settle();
    compare_twin();
    sample();
    tick_twin();
    rtl.tick();
  }
  void run(unsigned cycles) {
    for (unsigned i = 0; i < cycles; ++i) {
      step();
    }
  }
  /// Runs until nothing is queued or in flight here and the engine is not busy.
  void drain(unsigned limit = 200000) {
    for (unsigned quiet = 0; quiet < 12; --limit) {
      REQUIRE(limit > 0);
      step();
      const bool moving = rtl->busy_o != 0 || !rx_[0].queue.empty() || !rx_[1].queue.empty() ||
                          !ar_.empty() || !aw_.empty() || !w_.empty() || !units_.empty() ||
                          !dma_reads_.empty() || !dma_open_.empty() || !dma_flight_.empty() ||
                          !peer_events_.empty() || !lost_.empty();
      quiet = moving ? 0 : quiet + 1;
    }
  }
  [[nodiscard]] std::size_t queued_requests() const { return rx_[0].queue.size(); }
  void hold_responses(bool hold) { rx_[1].hold = hold; }

 private:
  struct CmdBeat {
    unsigned peer;
    bool first, last;
    Bytes header;
    std::size_t data_len;
    Bytes data;
    std::uint16_t pkey;
    bool denied;
  };
  struct RxStream {
    std::deque<CmdBeat> queue;
    bool offered = false, hold = false;
  };
  struct Unit {
    std::uint16_t ctx;
    Bytes data;
    bool first, last;
  };
  struct DmaRead {
    std::uint64_t addr;
    unsigned len;
    std::uint64_t sample_at, answer_at;
    bool sampled, failed;
    Bytes data;
  };
  struct DmaWrite {
    std::uint64_t addr;
    unsigned len;
    bool track, visible;
    std::uint64_t visible_at, done_at;
    Bytes data;
  };

  std::uint64_t spread() { return pace.latency == 0 ? 0 : random_() % pace.latency; }
  bool keep_or(bool& offered, bool available, unsigned percent) {
    offered = available && (offered || chance(percent));
    return offered;
  }

  void drive() {
    Model& m = *rtl;
    // Bus
    if (keep_or(aw_offered_, !aw_.empty(), pace.bus)) {
      m.ap_awaddr_i = aw_.front().addr;
      m.ap_awid_i = aw_.front().id;
      m.ap_awlen_i = static_cast<std::uint8_t>(aw_.front().data.size() / 64 - 1);
    }
    m.ap_awvalid_i = aw_offered_ ? 1 : 0;
    if (keep_or(w_offered_, !w_.empty(), pace.bus)) {
      const BusWrite& w = w_.front();
      const auto from = w.data.begin() + static_cast<std::ptrdiff_t>(64 * w_beat_);
      set_bytes(m.ap_wdata_i, Bytes(from, from + 64));
      std::uint64_t strobe = 0;
      for (unsigned i = 0; i < 64; ++i) {
        strobe |= std::uint64_t{w.strobe[64 * w_beat_ + i] ? 1U : 0U} << i;
      }
      m.ap_wstrb_i = strobe;
      m.ap_wlast_i = 64 * (w_beat_ + 1) == w.data.size() ? 1 : 0;
    }
    m.ap_wvalid_i = w_offered_ ? 1 : 0;
    if (keep_or(ar_offered_, !ar_.empty(), pace.bus)) {
      m.ap_araddr_i = ar_.front().addr;
      m.ap_arid_i = ar_.front().id;
      m.ap_arlen_i = static_cast<std::uint8_t>(ar_.front().len);
      m.ap_arsize_i = static_cast<std::uint8_t>(ar_.front().size);
    }
    m.ap_arvalid_i = ar_offered_ ? 1 : 0;
    if (keep_or(unit_offered_, !units_.empty(), pace.bus)) {
      const Unit& u = units_.front();
      m.push_ctx_i = u.ctx;
      set_bytes(m.push_data_i, u.data);
      m.push_first_i = u.first ? 1 : 0;
      m.push_last_i = u.last ? 1 : 0;
    }
    m.push_valid_i = unit_offered_ ? 1 : 0;
    m.ap_bready_i = chance(pace.bus) ? 1 : 0;
    m.ap_rready_i = chance(pace.bus) ? 1 : 0;
    // Transport
    for (unsigned i = 0; i < 2; ++i) {
      RxStream& s = rx_[i];
      if (keep_or(s.offered, !s.queue.empty() && (!s.hold || s.offered), pace.transport)) {
        const CmdBeat& b = s.queue.front();
        set_bit(m.rx_first_i, i, b.first);
        set_bit(m.rx_last_i, i, b.last);
        m.rx_peer_i[i] = static_cast<std::uint8_t>(b.peer);
        m.rx_hdr_len_i[i] = static_cast<std::uint8_t>(b.header.size());
        m.rx_data_len_i[i] = static_cast<std::uint16_t>(b.data_len);
        set_bytes(m.rx_hdr_i[i], b.header);
        set_bytes(m.rx_data_i[i], b.data);
        if (i == 0) {
          m.rx_pkey_i = b.pkey;
          m.rx_denied_i = b.denied ? 1 : 0;
        }
      }
      set_bit(m.rx_valid_i, i, s.offered);
      set_bit(m.tx_ready_i, i, chance(pace.transport));
    }
    m.peer_event_valid_i = peer_events_.empty() ? 0 : 1;
    if (!peer_events_.empty()) {
      m.peer_event_peer_i = static_cast<std::uint8_t>(peer_events_.front().first);
      m.peer_event_up_i = peer_events_.front().second ? 1 : 0;
    }
    m.lost_valid_i = lost_.empty() ? 0 : 1;
    m.lost_peer_i = lost_.empty() ? 0 : static_cast<std::uint8_t>(lost_.front());
    m.cqe_ready_i = chance(pace.completion) ? 1 : 0;
    m.eqe_ready_i = chance(pace.completion) ? 1 : 0;
    drive_memory();
  }

  void drive_memory() {
    Model& m = *rtl;
    for (DmaWrite& w : dma_flight_) {
      if (!w.visible && w.visible_at <= cycle()) {
        w.visible = true;
        for (unsigned i = 0; i < w.len; ++i) {
          memory[w.addr + i] = w.data[i];
        }
        if (on_visible) {
          on_visible(w.addr);
        }
      }
    }
    for (DmaRead& r : dma_reads_) {
      if (!r.sampled && r.sample_at <= cycle()) {
        r.sampled = true;
        for (unsigned i = 0; i < r.len; ++i) {
          const auto found = memory.find(r.addr + i);
          r.data.push_back(found == memory.end() ? std::uint8_t{0} : found->second);
        }
      }
    }
    m.wr_done_i = 0;
    if (!dma_flight_.empty() && dma_flight_.front().done_at <= cycle()) {
      m.wr_done_i = dma_flight_.front().track ? 1 : 0;
      m.wr_done_err_i = bad && bad(dma_flight_.front().addr) ? 1 : 0;
      dma_flight_.pop_front();
    }
    const bool there = !dma_reads_.empty() && dma_reads_.front().sampled &&
                       dma_reads_.front().answer_at <= cycle();
    if (keep_or(rsp_offered_, there, pace.memory)) {
      const DmaRead& r = dma_reads_.front();
      const std::size_t end = std::min<std::size_t>(r.len, rsp_at_ + kBeat);
      set_bytes(m.rd_rsp_data_i, Bytes(r.data.begin() + static_cast<std::ptrdiff_t>(rsp_at_),
                                       r.data.begin() + static_cast<std::ptrdiff_t>(end)));
      m.rd_rsp_last_i = end == r.len ? 1 : 0;
      // Any beat of a read that fails may say so.
      m.rd_rsp_err_i = r.failed && rsp_err_at_ / kBeat == rsp_at_ / kBeat ? 1 : 0;
    }
    m.rd_rsp_valid_i = rsp_offered_ ? 1 : 0;
    m.rd_ready_i = chance(pace.memory) ? 1 : 0;
    m.wr_ready_i = chance(pace.memory) ? 1 : 0;
    m.wr_data_ready_i = 0;
    data_ready_ = chance(pace.memory);
  }
  // Data is taken with its request or after it.
  void drive_write_data() {
    const bool with_request = rtl->wr_valid_o != 0 && rtl->wr_ready_i != 0;
    rtl->wr_data_ready_i = data_ready_ && (!dma_open_.empty() || with_request) ? 1 : 0;
  }

  void sample() {
    Model& m = *rtl;
    const std::uint64_t now = cycle();
    const std::uint32_t pulses = m.cnt_o;
    for (unsigned i = 0; i < counters.size(); ++i) {
      counters[i] += (pulses >> i) & 1U;
    }
    sample_bus(now);
    for (unsigned i = 0; i < 2; ++i) {
      if (((m.rx_valid_i & m.rx_ready_o) >> i & 1U) != 0) {
        rx_taken[i] = now;
        rx_[i].queue.pop_front();
        rx_[i].offered = false;
      }
      if ((m.tx_valid_o >> i & 1U) != 0) {
        sample_command(i, now);
      }
    }
    if (m.peer_event_valid_i != 0 && m.peer_event_ready_o != 0) {
      peer_events_.pop_front();
    }
    if (m.lost_valid_i != 0 && m.lost_ready_o != 0) {
      lost_.pop_front();
    }
    object_done_ = m.win_rsp_valid_o != 0 || m.seg_rsp_valid_o != 0;
    if (object_done_) {
      const bool window = m.win_rsp_valid_o != 0;
      object_.status = window ? m.win_status_o : m.seg_status_o;
      object_.data = window ? get_bytes(m.win_data_o, 48) : get_bytes(m.seg_data_o, 48);
    }
    if (m.cqe_valid_o != 0 && m.cqe_ready_i != 0) {
      const Bytes raw = get_bytes(m.cqe_o, 32);
      Completion c;
      std::memcpy(&c.ctx, &raw[0], 3);
      std::memcpy(&c.cookie, &raw[4], 2);
      c.status = raw[6];
      c.ls_status = raw[28];
      std::memcpy(&c.data, &raw[16], 8);
      completions.push_back(c);
    }
    if (m.eqe_valid_o != 0 && m.eqe_ready_i != 0) {
      const Bytes raw = get_bytes(m.eqe_o, 16);
      Event e{raw[0], raw[1], 0};
      std::memcpy(&e.id, &raw[4], 4);
      events.push_back(e);
    }
    sample_memory(now);
  }

  void sample_bus(std::uint64_t now) {
    Model& m = *rtl;
    if (m.ap_awvalid_i != 0 && m.ap_awready_o != 0) {
      aw_.pop_front();
      aw_offered_ = false;
    }
    if (m.ap_wvalid_i != 0 && m.ap_wready_o != 0) {
      w_taken = now;
      w_offered_ = false;
      ++w_beat_;
      if (m.ap_wlast_i != 0) {
        w_beat_ = 0;
        w_.pop_front();
      }
    }
    if (m.ap_arvalid_i != 0 && m.ap_arready_o != 0) {
      ar_.pop_front();
      ar_offered_ = false;
    }
    if (m.push_valid_i != 0 && m.push_ready_o != 0) {
      units_.pop_front();
      unit_offered_ = false;
    }
    if (m.ap_bvalid_o != 0 && m.ap_bready_i != 0) {
      write_answers.push_back({m.ap_bid_o, m.ap_bresp_o});
    }
    if (m.ap_rvalid_o != 0 && m.ap_rready_i != 0) {
      // A burst is not interrupted by another one.
      REQUIRE((read_beats.empty() || read_beats.back().last || read_beats.back().id == m.ap_rid_o));
      read_beats.push_back(
          {m.ap_rid_o, get_bytes(m.ap_rdata_o, 64), m.ap_rresp_o, m.ap_rlast_o != 0, now});
    }
  }

  void sample_command(unsigned i, std::uint64_t now) {
    Model& m = *rtl;
    const bool first = (m.tx_first_o >> i & 1U) != 0;
    if (first && !tx_seen_[i]) {
      tx_seen_[i] = true;
      tx_first_cycle_[i] = now;
    }
    if ((m.tx_ready_i >> i & 1U) == 0) {
      return;
    }
    tx_seen_[i] = false;
    if (first) {
      open_[i] = Command{m.tx_peer_o[i],
                         m.tx_vc_o[i],
                         get_bytes(m.tx_hdr_o[i], m.tx_hdr_len_o[i]),
                         {},
                         tx_first_cycle_[i]};
      open_len_[i] = m.tx_data_len_o[i];
    }
    const std::size_t part = std::min<std::size_t>(64, open_len_[i] - open_[i].data.size());
    const Bytes beat = get_bytes(m.tx_data_o[i], 64);
    REQUIRE(std::all_of(beat.begin() + static_cast<std::ptrdiff_t>(part), beat.end(),
                        [](std::uint8_t b) { return b == 0; }));
    open_[i].data.insert(open_[i].data.end(), beat.begin(),
                         beat.begin() + static_cast<std::ptrdiff_t>(part));
    const bool last = (m.tx_last_o >> i & 1U) != 0;
    REQUIRE(last == (open_[i].data.size() == open_len_[i]));
    if (last) {
      sent[i].push_back(open_[i]);
      if (i == 0 && on_request) {
        on_request(sent[i].back());
      }
    }
  }

  void sample_memory(std::uint64_t now) {
    Model& m = *rtl;
    if (m.rd_valid_o != 0 && !rd_seen_) {
      rd_seen_ = true;
      rd_offered = now;
    }
    if (m.rd_rsp_valid_i != 0 && m.rd_rsp_ready_o != 0) {
      rd_rsp_taken = now;
      rsp_offered_ = false;
      rsp_at_ += kBeat;
      if (m.rd_rsp_last_i != 0) {
        rsp_at_ = 0;
        dma_reads_.pop_front();
        if (!dma_reads_.empty()) {
          rsp_err_at_ = random_() % dma_reads_.front().len;
        }
      }
    }
    if (m.rd_valid_o != 0 && m.rd_ready_i != 0) {
      rd_seen_ = false;
      ++reads;
      DmaRead r{m.rd_addr_o, m.rd_len_o, now + 1 + fixed_latency + spread(), 0, false, false, {}};
      r.failed = bad && bad(r.addr);
      r.answer_at = r.sample_at + spread();
      if (dma_reads_.empty()) {
        rsp_err_at_ = random_() % r.len;
      }
      dma_reads_.push_back(r);
    }
    if (m.wr_valid_o != 0 && m.wr_ready_i != 0) {
      ++writes;
      dma_open_.push_back({m.wr_addr_o, m.wr_len_o, m.wr_track_o != 0, false, 0, 0, {}});
    }
    if (m.wr_data_valid_o != 0 && m.wr_data_ready_i != 0) {
      DmaWrite& w = dma_open_.front();
      const std::size_t part = std::min<std::size_t>(kBeat, w.len - w.data.size());
      const Bytes beat = get_bytes(m.wr_data_o, kBeat);
      w.data.insert(w.data.end(), beat.begin(), beat.begin() + static_cast<std::ptrdiff_t>(part));
      REQUIRE((m.wr_data_last_o != 0) == (w.data.size() == w.len));
      REQUIRE(std::all_of(beat.begin() + static_cast<std::ptrdiff_t>(part), beat.end(),
                          [](std::uint8_t b) { return b == 0; }));
      if (w.data.size() == w.len) {
        w.visible_at = std::max(last_visible_, now + 1 + fixed_latency + spread());
        w.done_at = std::max(last_done_ + 1, w.visible_at + spread());
        last_visible_ = w.visible_at;
        last_done_ = w.done_at;
        dma_flight_.push_back(w);
        dma_open_.pop_front();
      }
    }
  }

  // ---- Twin -----------------------------------------------------------------------------------

  template <typename To, typename From>
  static void copy(To& to, const From& from) {
    static_assert(sizeof(To) == sizeof(From));
    std::memcpy(reinterpret_cast<void*>(&to), reinterpret_cast<const void*>(&from), sizeof(To));
  }
  template <typename A, typename B>
  static bool same(const A& a, const B& b) {
    return std::memcmp(reinterpret_cast<const void*>(&a), reinterpret_cast<const void*>(&b),
                       sizeof(A)) == 0;
  }
  void copy_inputs() {
    Model& a = **twin_;
    Model& b = *rtl;
#define EL_COPY(port) copy(a.port, b.port)
    EL_COPY(ap_awvalid_i);
    EL_COPY(ap_awaddr_i);
    EL_COPY(ap_awid_i);
    EL_COPY(ap_awlen_i);
    EL_COPY(ap_wvalid_i);
    EL_COPY(ap_wdata_i);
    EL_COPY(ap_wstrb_i);
    EL_COPY(ap_wlast_i);
    EL_COPY(ap_bready_i);
    EL_COPY(ap_arvalid_i);
    EL_COPY(ap_araddr_i);
    EL_COPY(ap_arid_i);
    EL_COPY(ap_arlen_i);
    EL_COPY(ap_arsize_i);
    EL_COPY(ap_rready_i);
    EL_COPY(push_valid_i);
    EL_COPY(push_ctx_i);
    EL_COPY(push_first_i);
    EL_COPY(push_last_i);
    EL_COPY(push_data_i);
    EL_COPY(rx_valid_i);
    EL_COPY(rx_first_i);
    EL_COPY(rx_last_i);
    EL_COPY(rx_peer_i);
    EL_COPY(rx_hdr_len_i);
    EL_COPY(rx_data_len_i);
    EL_COPY(rx_hdr_i);
    EL_COPY(rx_data_i);
    EL_COPY(rx_pkey_i);
    EL_COPY(rx_denied_i);
    EL_COPY(tx_ready_i);
    EL_COPY(peer_up_i);
    EL_COPY(peer_event_valid_i);
    EL_COPY(peer_event_peer_i);
    EL_COPY(peer_event_up_i);
    EL_COPY(lost_valid_i);
    EL_COPY(lost_peer_i);
    EL_COPY(win_obj_valid_i);
    EL_COPY(seg_obj_valid_i);
    EL_COPY(obj_verb_i);
    EL_COPY(obj_index_i);
    EL_COPY(obj_data_i);
    EL_COPY(rd_ready_i);
    EL_COPY(rd_rsp_valid_i);
    EL_COPY(rd_rsp_data_i);
    EL_COPY(rd_rsp_last_i);
    EL_COPY(rd_rsp_err_i);
    EL_COPY(wr_ready_i);
    EL_COPY(wr_data_ready_i);
    EL_COPY(wr_done_i);
    EL_COPY(wr_done_err_i);
    EL_COPY(cqe_ready_i);
    EL_COPY(eqe_ready_i);
    EL_COPY(first_error_clear_i);
#undef EL_COPY
  }
  void compare_twin() {
    if (!twin_) {
      return;
    }
    copy_inputs();
    twin_->settle();
    Model& a = **twin_;
    Model& b = *rtl;
    bool equal = true;
#define EL_SAME(port) equal = equal && same(a.port, b.port)
    EL_SAME(ap_awready_o);
    EL_SAME(ap_wready_o);
    EL_SAME(ap_arready_o);
    EL_SAME(ap_bvalid_o);
    EL_SAME(ap_rvalid_o);
    EL_SAME(push_ready_o);
    EL_SAME(rx_ready_o);
    EL_SAME(tx_valid_o);
    EL_SAME(peer_event_ready_o);
    EL_SAME(lost_ready_o);
    EL_SAME(win_rsp_valid_o);
    EL_SAME(seg_rsp_valid_o);
    EL_SAME(rd_valid_o);
    EL_SAME(rd_rsp_ready_o);
    EL_SAME(wr_valid_o);
    EL_SAME(wr_data_valid_o);
    EL_SAME(cqe_valid_o);
    EL_SAME(eqe_valid_o);
    EL_SAME(first_error_o);
    EL_SAME(cnt_o);
    EL_SAME(busy_o);
#undef EL_SAME
    CAPTURE(cycle());
    REQUIRE(equal);
    if (b.ap_rvalid_o != 0) {
      REQUIRE(same(a.ap_rdata_o, b.ap_rdata_o));
    }
    if ((b.tx_valid_o & 2U) != 0) {
      REQUIRE(same(a.tx_data_o[1], b.tx_data_o[1]));
    }
  }
  /// The twin gets a clock only when its engine asks for one or an input asks for something.
  void tick_twin() {
    if (!twin_) {
      return;
    }
    const Model& m = *rtl;
    const bool asked = m.ap_awvalid_i != 0 || m.ap_wvalid_i != 0 || m.ap_arvalid_i != 0 ||
                       m.push_valid_i != 0 || m.rx_valid_i != 0 || m.peer_event_valid_i != 0 ||
                       m.lost_valid_i != 0 || m.win_obj_valid_i != 0 || m.seg_obj_valid_i != 0 ||
                       m.rd_rsp_valid_i != 0 || m.wr_done_i != 0 || m.first_error_clear_i != 0;
    if (asked || m.busy_o != 0) {
      twin_->tick();
    } else {
      ++skipped;
    }
  }

 public:
  std::uint64_t skipped = 0;  // clocks that the twin did not get

 private:
  std::unique_ptr<RtlBench<Model>> twin_;
  std::mt19937_64 random_;
  std::deque<BusWrite> aw_, w_;
  std::deque<BusRead> ar_;
  std::deque<Unit> units_;
  std::deque<std::pair<unsigned, bool>> peer_events_;
  std::deque<unsigned> lost_;
  std::array<RxStream, 2> rx_;
  std::deque<DmaRead> dma_reads_;
  std::deque<DmaWrite> dma_open_, dma_flight_;
  std::array<Command, 2> open_;
  std::array<std::size_t, 2> open_len_{};
  std::array<bool, 2> tx_seen_{};
  std::array<std::uint64_t, 2> tx_first_cycle_{};
  ObjectAnswer object_;
  std::uint64_t last_visible_ = 0, last_done_ = 0;
  std::size_t w_beat_ = 0, rsp_at_ = 0, rsp_err_at_ = 0;
  bool aw_offered_ = false, w_offered_ = false, ar_offered_ = false, unit_offered_ = false;
  bool rsp_offered_ = false, data_ready_ = false, object_done_ = false, rd_seen_ = false;
};

}  // namespace ethlink::test
