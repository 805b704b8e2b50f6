// SPDX-License-Identifier: Apache-2.0
//
// Drives el_ls_transport_tb: queues of commands and frames in, lists out, stalls on every stream.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <functional>
#include <random>
#include <tuple>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "reference/ls_peer.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

using reference::Bytes;
using reference::LsFields;
using reference::LsFrame;
using reference::LsOp;

template <typename Port>
void port_set(Port& port, const std::uint8_t* bytes, std::size_t count) {
  std::memset(reinterpret_cast<void*>(&port), 0, sizeof(port));
  std::memcpy(reinterpret_cast<void*>(&port), bytes, std::min(count, sizeof(port)));
}
template <typename Port>
Bytes port_get(const Port& port, std::size_t count) {
  Bytes bytes(count);
  std::memcpy(bytes.data(), reinterpret_cast<const void*>(&port), count);
  return bytes;
}
template <typename Port>
void port_bit(Port& port, unsigned bit, bool value) {
  port = static_cast<std::uint8_t>((port & ~(1U << bit)) | (value ? 1U << bit : 0U));
}

/// Counters of the transport, in the order of cnt_ls_t.
enum Cnt : unsigned {
  kTxFrames,
  kTxRepeated,
  kTxAcks,
  kTxNacks,
  kTxCommands,
  kTxDropped,
  kRxFrames,
  kRxDuplicates,
  kRxGaps,
  kRxAcks,
  kRxNacks,
  kRxStale,
  kRxUnknownPeer,
  kRxBadPkey,
  kRxMalformed,
  kTimeouts,
  kPeerDown,
  kPeerUp,
  kNumCnt = 28
};

struct Command {
  unsigned peer = 0, vc = 0;
  Bytes header, data;
  std::uint64_t cycle = 0;  // of the last beat
  std::uint64_t first_cycle = 0;
  bool denied = false;  // received in a frame of another partition

  [[nodiscard]] Bytes bytes() const {
    Bytes all = header;
    all.insert(all.end(), data.begin(), data.end());
    return all;
  }
};

struct SentFrame {
  LsFrame frame;
  LsFields fields;
  bool control = false;  // of the client for frames without payload
  unsigned prio = 0, icrc = 0;
  std::uint64_t header_valid_cycle = 0, cycle = 0;
};

struct PeerEvent {
  unsigned peer = 0;
  bool up = false;
};

/// Chances in percent that a stream moves in a cycle.
struct TransportPace {
  unsigned commands = 100;                      // commands offered
  unsigned consumers = 100;                     // received commands taken
  unsigned headers = 100, payload = 100;        // of frames sent
  unsigned in_headers = 100, in_payload = 100;  // of frames received
  unsigned events = 100;
};

struct TransportTimes {
  unsigned rto = 600, ack_delay = 40, ack_frames = 4, retries = 4;
  unsigned pack = 1920, flow_slots = 16, window = 255, ttl = 9, hello = 300;
};

struct PeerObject {
  std::uint16_t node_id = 0, pkey = 0, vlan = 0, epoch = 1;
  std::uint8_t dscp = 0;
  bool vlan_en = false;
};

/// Opcode, length, tag, address and what follows in front of the data.
inline Command make_request(unsigned peer, unsigned vc, unsigned opcode, unsigned bytes,
                            std::uint16_t tag, std::mt19937_64& random) {
  Command c;
  c.peer = peer;
  c.vc = vc;
  reference::put(c.header, opcode, 1);
  reference::put(c.header, bytes / 4 - 1, 1);
  reference::put(c.header, tag, 2);
  reference::put(c.header, random(), 8);
  // Length of the whole command by the rules of the reference
  Bytes probe = c.header;
  const std::size_t total = reference::ls_request_bytes(probe, 0).value();
  const bool store = opcode >= 2 && opcode <= 5;
  const std::size_t data = store ? bytes : 0;
  while (c.header.size() + data < total) {
    c.header.push_back(static_cast<std::uint8_t>(random()));
  }
  for (std::size_t i = 0; i < data; ++i) {
    c.data.push_back(static_cast<std::uint8_t>(random()));
  }
  return c;
}

/// The answer to a request, with `bytes` of data.
inline Command make_response(unsigned peer, unsigned opcode, std::uint16_t tag, unsigned status,
                             std::size_t bytes, std::mt19937_64& random) {
  Command c;
  c.peer = peer;
  c.vc = 1;
  reference::put(c.header, opcode, 1);
  reference::put(c.header, status, 1);
  reference::put(c.header, tag, 2);
  for (std::size_t i = 0; i < bytes; ++i) {
    c.data.push_back(static_cast<std::uint8_t>(random()));
  }
  return c;
}

/// Any legal request.
inline Command random_request(unsigned peer, std::uint16_t tag, std::mt19937_64& random) {
  static constexpr std::array<unsigned, 14> kOpcodes = {0x01, 0x02, 0x03, 0x04, 0x05, 0x10, 0x11,
                                                        0x12, 0x13, 0x15, 0x17, 0x20, 0x01, 0x03};
  static constexpr std::array<unsigned, 7> kBytes = {4, 8, 16, 32, 64, 128, 256};
  const unsigned opcode = kOpcodes[random() % kOpcodes.size()];
  unsigned bytes = kBytes[random() % kBytes.size()];
  if (opcode >= 0x10) {
    bytes = random() % 2 == 0 ? 4 : 8;
  }
  return make_request(peer, random() % 4 == 0 ? 2 : 0, opcode, bytes, tag, random);
}

/// Data bytes that the answer to `request` carries, and its opcode; nothing for posted stores.
inline std::pair<unsigned, std::size_t> answer_of(const Command& request) {
  const std::size_t bytes = (std::size_t{request.header[1]} + 1) * 4;
  switch (request.header[0]) {
    case 0x01:
      return {0x81, bytes};
    case 0x02:
    case 0x04:
    case 0x20:
      return {0x82, 0};
    case 0x03:
    case 0x05:
      return {0, 0};
    default:
      return {0x90, bytes};
  }
}

/// Threads: one. Ownership: owns the model.
template <typename Model, std::size_t Width>
class Transport {
 public:
  static constexpr std::size_t kBeat = Width / 8;

  explicit Transport(std::uint16_t node_id, const TransportTimes& t = {},
                     std::uint64_t start = 1000)
      : random_(seed() + node_id) {
    auto& m = *rtl;
    m.now_i = start;
    m.node_id_i = node_id;
    set_times(t);
    m.tx_valid_i = 0;
    m.rx_ready_i = 0;
    m.event_ready_i = 0;
    m.lost_ready_i = 0;
    m.obj_valid_i = 0;
    m.fr_ready_i = 0;
    m.paused_i = 0;
    m.pay_ready_i = 0;
    m.in_valid_i = 0;
    m.in_pay_valid_i = 0;
    m.in_pay_last_i = 0;
    rtl.reset();
  }

  void set_times(const TransportTimes& t) {
    rtl->timing_i = std::uint64_t{t.rto} | std::uint64_t{t.ack_delay} << 24U |
                    std::uint64_t{t.ack_frames} << 40U | std::uint64_t{t.retries} << 48U;
    rtl->limits_i = std::uint64_t{t.pack} | std::uint64_t{t.flow_slots} << 16U |
                    std::uint64_t{t.window} << 24U | std::uint64_t{t.ttl} << 32U |
                    std::uint64_t{t.hello} << 40U;
  }

  void send(const Command& c) { commands_[c.vc == 1 ? 1 : 0].push_back(c); }
  void receive(const LsFrame& f) {
    const bool vlan = reference::get(f.header, 12, 2) == 0x8100;
    const unsigned cls = (f.header.at(vlan ? 20 : 16) & 15U) == 1 ? 1 : 0;
    incoming_[cls].headers.push_back(f);
    for (std::size_t at = 0; at < f.payload.size(); at += kBeat) {
      const std::size_t end = std::min(at + kBeat, f.payload.size());
      incoming_[cls].beats.push_back({Bytes(f.payload.begin() + static_cast<std::ptrdiff_t>(at),
                                            f.payload.begin() + static_cast<std::ptrdiff_t>(end)),
                                      end == f.payload.size()});
    }
  }

  /// One cycle.
  void step() {
    drive();
    rtl.settle();
    sample();
    rtl.tick();
    ++rtl->now_i;
  }
  void run(std::uint64_t cycles) {
    for (std::uint64_t i = 0; i < cycles; ++i) {
      step();
    }
  }

  /// Starts an object command; take_answer() tells when it is done.
  void object(unsigned verb, std::uint32_t index, const PeerObject& p = {}) {
    Bytes d(48, 0);
    d[0] = static_cast<std::uint8_t>(p.node_id);
    d[1] = static_cast<std::uint8_t>(p.node_id >> 8U);
    d[2] = static_cast<std::uint8_t>(p.pkey);
    d[3] = static_cast<std::uint8_t>(p.pkey >> 8U);
    d[4] = p.dscp;
    d[5] = p.vlan_en ? 1 : 0;
    d[6] = static_cast<std::uint8_t>(p.vlan);
    d[7] = static_cast<std::uint8_t>(p.vlan >> 8U);
    d[10] = static_cast<std::uint8_t>(p.epoch);
    d[11] = static_cast<std::uint8_t>(p.epoch >> 8U);
    rtl->obj_valid_i = 1;
    rtl->obj_verb_i = static_cast<std::uint8_t>(verb);
    rtl->obj_index_i = index;
    port_set(rtl->obj_data_i, d.data(), d.size());
    answered = false;
  }
  unsigned object_now(unsigned verb, std::uint32_t index, const PeerObject& p = {}) {
    object(verb, index, p);
    for (unsigned i = 0; i < 5000 && !answered; ++i) {
      step();
    }
    REQUIRE(answered);
    return status;
  }
  void create(const PeerObject& p) { REQUIRE(object_now(1, p.node_id % 64U, p) == 0); }

  /// Nothing is under way at any of the test's own streams.
  [[nodiscard]] bool streams_idle() const {
    return commands_[0].empty() && commands_[1].empty() && incoming_[0].headers.empty() &&
           incoming_[1].headers.empty() && incoming_[0].beats.empty() &&
           incoming_[1].beats.empty() && !partial_;
  }
  [[nodiscard]] bool outputs_idle() const {
    return rtl_->fr_valid_o == 0 && rtl_->pay_valid_o == 0 && rtl_->rx_valid_o == 0 &&
           rtl_->event_valid_o == 0 && rtl_->lost_valid_o == 0 && open_headers_.empty();
  }
  [[nodiscard]] bool rtl_busy() const { return rtl_->busy_o != 0; }
  [[nodiscard]] std::uint64_t now() const { return rtl_->now_i; }
  [[nodiscard]] bool up(unsigned peer) const { return ((rtl_->peer_up_o >> peer) & 1U) != 0; }
  [[nodiscard]] std::size_t commands_waiting(unsigned lane) const { return commands_[lane].size(); }

  RtlBench<Model> rtl;
  TransportPace pace;
  std::array<bool, 2> stop_consumer{};  // [0] requests, [1] responses
  bool stop_data_frames = false;        // the Ethernet layer takes no DATA frame
  std::array<bool, 2> offering{};       // a command is on the pins
  std::array<std::vector<Command>, 2> received;
  std::deque<SentFrame> sent;
  std::vector<PeerEvent> events;
  std::vector<unsigned> lost;  // peers whose posted stores were lost
  std::array<std::uint64_t, kNumCnt> cnt{};
  bool answered = false;
  unsigned status = 0;
  Bytes answer;
  std::array<std::uint64_t, 2> first_accepted{};  // cycle in which a lane's last command was taken
  std::uint64_t last_in_header_cycle = 0;
  bool sound = true;          // streams kept their rules
  bool wire_limited = false;  // frames leave at the rate of the wire
  std::mt19937_64& random() { return random_; }
  bool chance(unsigned percent) { return percent >= 100 || random_() % 100 < percent; }

 private:
  struct Beat {
    Bytes bytes;
    bool last;
  };
  struct Incoming {
    std::deque<LsFrame> headers;
    std::deque<Beat> beats;
    bool header_valid = false, beat_valid = false;
  };

  void drive() {
    for (unsigned lane = 0; lane < 2; ++lane) {
      if (!offering[lane] && !commands_[lane].empty() && chance(pace.commands)) {
        offering[lane] = true;
        const Command& c = commands_[lane].front();
        const bool first = at_[lane] == 0;
        const std::size_t end = std::min(at_[lane] + 64, c.data.size());
        const std::uint32_t what = (first ? 1U << 26U : 0U) |
                                   (end == c.data.size() ? 1U << 25U : 0U) | c.peer << 17U |
                                   c.vc << 15U | static_cast<std::uint32_t>(c.header.size()) << 9U |
                                   static_cast<std::uint32_t>(c.data.size());
        rtl->tx_what_i[lane] = what;
        port_set(rtl->tx_hdr_i[lane], c.header.data(), c.header.size());
        port_set(rtl->tx_data_i[lane], c.data.data() + at_[lane], end - at_[lane]);
      }
      port_bit(rtl->tx_valid_i, lane, offering[lane]);
    }
    std::uint8_t ready = 0;
    for (unsigned lane = 0; lane < 2; ++lane) {
      port_bit(ready, lane, !stop_consumer[lane] && chance(pace.consumers));
    }
    rtl->rx_ready_i = ready;
    rtl->event_ready_i = chance(pace.events) ? 1 : 0;
    rtl->lost_ready_i = chance(pace.events) ? 1 : 0;
    debt_ -= std::min<std::size_t>(debt_, kBeat);
    const bool wire = !wire_limited || debt_ < kBeat;
    std::uint8_t frames = 0;
    port_bit(frames, 0, chance(pace.headers));
    port_bit(frames, 1,
             !stop_data_frames && wire && open_headers_.size() < 2 && chance(pace.headers));
    rtl->fr_ready_i = frames;
    // Payload of a frame may be taken before its header is.
    rtl->pay_ready_i = !stop_data_frames && chance(pace.payload) ? 1 : 0;
    for (unsigned c = 0; c < 2; ++c) {
      Incoming& in = incoming_[c];
      if (!in.header_valid && !in.headers.empty() && chance(pace.in_headers)) {
        in.header_valid = true;
        const LsFrame& f = in.headers.front();
        Bytes shown = f.header;  // the Ethernet layer shows the first bytes of the frame
        shown.insert(shown.end(), f.payload.begin(), f.payload.end());
        shown.resize(112, 0xEE);
        port_set(rtl->in_data_i[c], shown.data(), shown.size());
        port_bit(rtl->in_vlan_i, c, reference::get(f.header, 12, 2) == 0x8100);
        rtl->in_payload_i[c] = static_cast<std::uint16_t>(f.payload.size());
      }
      port_bit(rtl->in_valid_i, c, in.header_valid);
      if (!in.beat_valid && !in.beats.empty() && chance(pace.in_payload)) {
        in.beat_valid = true;
        const Beat& b = in.beats.front();
        port_set(rtl->in_pay_data_i[c], b.bytes.data(), b.bytes.size());
        port_bit(rtl->in_pay_last_i, c, b.last);
      }
      port_bit(rtl->in_pay_valid_i, c, in.beat_valid);
    }
  }

  void sample() {
    sample_commands();
    sample_frames();
    for (unsigned c = 0; c < 2; ++c) {
      Incoming& in = incoming_[c];
      if (in.header_valid && ((rtl->in_ready_o >> c) & 1U) != 0) {
        in.header_valid = false;
        in.headers.pop_front();
        last_in_header_cycle = rtl.cycle();
      }
      if (in.beat_valid && ((rtl->in_pay_ready_o >> c) & 1U) != 0) {
        in.beat_valid = false;
        in.beats.pop_front();
      }
    }
    if (rtl->event_valid_o != 0 && rtl->event_ready_i != 0) {
      events.push_back({rtl->event_peer_o, rtl->event_up_o != 0});
    }
    if (rtl->lost_valid_o != 0 && rtl->lost_ready_i != 0) {
      lost.push_back(rtl->lost_peer_o);
    }
    if (rtl->obj_rsp_valid_o != 0) {
      sound = sound && rtl->obj_valid_i != 0 && !answered;
      answered = true;
      status = rtl->obj_status_o;
      answer = port_get(rtl->obj_data_o, 48);
      rtl->obj_valid_i = 0;
    }
    for (unsigned i = 0; i < kNumCnt; ++i) {
      cnt[i] += (rtl->cnt_o >> i) & 1U;
    }
  }

  void sample_commands() {
    for (unsigned lane = 0; lane < 2; ++lane) {
      if (offering[lane] && ((rtl->tx_ready_o >> lane) & 1U) != 0) {
        offering[lane] = false;
        first_accepted[lane] = rtl.cycle();
        at_[lane] += 64;
        if (at_[lane] >= commands_[lane].front().data.size()) {
          commands_[lane].pop_front();
          at_[lane] = 0;
        }
      }
      if (((rtl->rx_valid_o & rtl->rx_ready_i) >> lane & 1U) == 0) {
        continue;
      }
      const std::uint32_t what = rtl->rx_what_o[lane];
      const bool first = (what >> 26U & 1U) != 0;
      const bool last = (what >> 25U & 1U) != 0;
      sound = sound && first == (half_[lane] == 0);
      if (first) {
        Command c;
        c.peer = what >> 17U & 0xFFU;
        c.vc = what >> 15U & 3U;
        c.header = port_get(rtl->rx_hdr_o[lane], what >> 9U & 63U);
        c.first_cycle = rtl.cycle();
        c.denied = lane == 0 && rtl->rx_denied_o != 0;
        received[lane].push_back(c);
        left_[lane] = what & 511U;
      }
      Command& c = received[lane].back();
      const std::size_t used = std::min<std::size_t>(left_[lane], 64);
      const Bytes data = port_get(rtl->rx_data_o[lane], 64);
      c.data.insert(c.data.end(), data.begin(), data.begin() + static_cast<std::ptrdiff_t>(used));
      for (std::size_t i = used; i < 64; ++i) {
        sound = sound && data[i] == 0;
      }
      left_[lane] -= used;
      sound = sound && last == (left_[lane] == 0) && c.peer == (what >> 17U & 0xFFU);
      c.cycle = rtl.cycle();
      half_[lane] = last ? 0 : 1;
    }
  }

  void sample_frames() {
    for (unsigned i = 0; i < 2; ++i) {
      const bool valid = ((rtl->fr_valid_o >> i) & 1U) != 0;
      if (valid && !header_seen_[i]) {
        header_seen_[i] = true;
        header_cycle_[i] = rtl.cycle();
      }
      if (!valid || ((rtl->fr_ready_i >> i) & 1U) == 0) {
        continue;
      }
      header_seen_[i] = false;
      SentFrame s;
      s.frame.header = port_get(rtl->fr_data_o[i], rtl->fr_len_o[i]);
      s.fields = reference::ls_parse(s.frame);
      s.control = i == 0;
      s.icrc = rtl->fr_what_o[i] >> 3U;
      s.prio = rtl->fr_what_o[i] & 7U;
      s.header_valid_cycle = header_cycle_[i];
      s.cycle = rtl.cycle();
      const std::size_t bytes = rtl->fr_payload_o[i];
      // ICRC, FCS, preamble and gap
      debt_ += s.frame.header.size() + bytes + 4 + 4 + 20;
      sound = sound && s.icrc == 2 && s.fields.total_length == bytes + 18;
      if (i == 0) {
        sound = sound && bytes == 0;
        sent.push_back(s);
      } else {
        sound = sound && bytes > 0;
        open_headers_.emplace_back(s, bytes);
      }
    }
    if (rtl->pay_valid_o != 0 && rtl->pay_ready_i != 0) {
      const Bytes beat = port_get(rtl->pay_data_o, kBeat);
      payload_.insert(payload_.end(), beat.begin(), beat.end());
      if (rtl->pay_last_o != 0) {
        payloads_.push_back(payload_);
        payload_.clear();
      }
    }
    if (!open_headers_.empty() && !payloads_.empty()) {
      auto [s, bytes] = open_headers_.front();
      Bytes all = payloads_.front();
      sound = sound && (bytes + kBeat - 1) / kBeat * kBeat == all.size();
      for (std::size_t i = bytes; i < all.size(); ++i) {
        sound = sound && all[i] == 0;
      }
      all.resize(bytes);
      s.frame.payload = all;
      s.cycle = rtl.cycle();
      sent.push_back(s);
      open_headers_.pop_front();
      payloads_.pop_front();
    }
    partial_ = !payload_.empty() || !payloads_.empty() || !open_headers_.empty();
  }

  std::mt19937_64 random_;
  Model* rtl_ = &*rtl;
  std::array<std::deque<Command>, 2> commands_;
  std::array<std::size_t, 2> at_{};
  std::array<Incoming, 2> incoming_;
  std::array<std::size_t, 2> left_{};
  std::array<unsigned, 2> half_{};
  std::array<bool, 2> header_seen_{};
  std::array<std::uint64_t, 2> header_cycle_{};
  std::deque<std::pair<SentFrame, std::size_t>> open_headers_;
  Bytes payload_;
  std::deque<Bytes> payloads_;
  bool partial_ = false;
  std::size_t debt_ = 0;  // bytes that the wire still has to carry
};

/// What happens to a frame on its way.
struct Fate {
  unsigned copies = 1;
  std::uint64_t delay = 0;  // cycles more than the others
};

/// One direction of a cable; the hook decides about each frame by its index.
class Wire {
 public:
  explicit Wire(std::uint64_t latency = 20) : latency_(latency) {}
  std::function<Fate(std::size_t, const LsFrame&)> hook;
  void put(const LsFrame& frame, std::uint64_t now) {
    const Fate fate = hook ? hook(count, frame) : Fate{};
    ++count;
    for (unsigned i = 0; i < fate.copies; ++i) {
      flying_.emplace_back(now + latency_ + fate.delay, frame);
    }
  }
  /// Frames that arrive until `now`, oldest arrival first.
  template <typename Sink>
  void get(std::uint64_t now, Sink&& sink) {
    std::stable_sort(flying_.begin(), flying_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    while (!flying_.empty() && flying_.front().first <= now) {
      sink(flying_.front().second);
      flying_.pop_front();
    }
  }
  [[nodiscard]] bool empty() const { return flying_.empty(); }
  std::size_t count = 0;

 private:
  std::uint64_t latency_;
  std::deque<std::pair<std::uint64_t, LsFrame>> flying_;
};

}  // namespace ethlink::test
