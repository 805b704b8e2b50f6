// SPDX-License-Identifier: Apache-2.0
//
// Drives el_eth_port_tb: queues of frames in, lists of frames out, random stalls on every stream.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

#include "reference/frame.hpp"
#include "rtl_bench.hpp"

namespace ethlink::test {

using reference::Bytes;

inline constexpr unsigned kClients = 3;
inline constexpr unsigned kClasses = 4;
inline constexpr unsigned kPlain = 0;
inline constexpr unsigned kLsReq = 1;
inline constexpr unsigned kLsResp = 2;
inline constexpr unsigned kRoce = 3;

/// Bits of cnt_rx_cause_o.
enum Cause : unsigned {
  kRunt,
  kOversize,
  kFcs,
  kForeign,
  kMalformed,
  kUnknownOpcode,
  kIcrcError,
  kNumCauses
};

/// A Verilated vector of up to 1024 bits as bytes, lane 0 first.
template <typename Port>
void set_bytes(Port& port, const std::uint8_t* bytes, std::size_t count) {
  auto* to = reinterpret_cast<std::uint8_t*>(&port);  // little-endian words
  for (std::size_t i = 0; i < sizeof(Port); ++i) {
    to[i] = i < count ? bytes[i] : 0;
  }
}
template <typename Port>
Bytes get_bytes(const Port& port, std::size_t count) {
  const auto* from = reinterpret_cast<const std::uint8_t*>(&port);
  return Bytes(from, from + count);
}

struct SentFrame {
  Bytes bytes;  // with FCS
  std::uint64_t first_cycle = 0;
  std::uint64_t last_cycle = 0;
};

struct Delivered {
  Bytes head;     // first bytes of the frame, 112
  Bytes payload;  // beats joined, cut to the announced length
  unsigned header_len = 0;
  unsigned payload_len = 0;
  unsigned cls = 0;
  unsigned flags = 0;  // oefh 16, vlan 15, ipv6 14, ecn 13:12, l4_off 11:4, gid 3:0
  std::uint64_t cycle = 0;
};

/// Chances in percent that a stream moves in a cycle.
struct Pace {
  unsigned client_header = 100;
  unsigned client_payload = 100;
  unsigned mac_ready = 100;
  unsigned mac_valid = 100;
  unsigned consumer = 100;
};

/// Threads: one. Ownership: owns the model.
template <typename Model, std::size_t Width>
class PortBench {
 public:
  static constexpr std::size_t kBeat = Width / 8;

  PortBench() : random_(seed()) {
    auto& m = *rtl;
    m.now_i = 1000;
    m.cfg_enable_i = 1;
    m.cfg_promisc_i = 0;
    m.cfg_mac_i = reference::kOwnMac;
    m.cfg_node_id_i = reference::kOwnId;
    m.cfg_mtu_i = 4352;
    m.cfg_pfc_tx_en_i = 0;
    m.cfg_pfc_rx_en_i = 0xFF;
    m.cfg_pfc_quanta_i = 100;
    m.cfg_gid_valid_i = 0;
    set_gid(2, reference::mapped_ipv4(reference::kOwnIpv4));
    set_gid(5, reference::ipv6_address(1));
    m.tx_own_pace_i = 0;
    m.tx_hdr_valid_i = 0;
    m.tx_pay_valid_i = 0;
    m.tx_pay_last_i = 0;
    m.tx_pay_bad_i = 0;
    m.rx_hdr_ready_i = 0;
    m.rx_pay_ready_i = 0;
    m.mac_tx_tready_i = 0;
    m.mac_rx_tvalid_i = 0;
    m.mac_rx_tlast_i = 0;
    m.mac_rx_tuser_i = 0;
    rtl.reset();
  }

  void set_gid(unsigned index, const Bytes& address) {
    const Bytes reversed(address.rbegin(), address.rend());
    set_bytes(rtl->cfg_gid_i[index], reversed.data(), reversed.size());
    rtl->cfg_gid_valid_i = static_cast<std::uint8_t>(rtl->cfg_gid_valid_i | (1U << index));
  }

  /// Queues a frame of `client`; a bad one is marked with its last payload beat.
  void send(unsigned client, const reference::Header& header, const Bytes& payload,
            unsigned prio = 0, bool bad = false) {
    clients_[client].headers.push_back({header.bytes, header.icrc, payload.size(), prio});
    for (std::size_t at = 0; at < payload.size(); at += kBeat) {
      const std::size_t end = std::min(at + kBeat, payload.size());
      clients_[client].beats.push_back({Bytes(payload.begin() + static_cast<std::ptrdiff_t>(at),
                                              payload.begin() + static_cast<std::ptrdiff_t>(end)),
                                        end == payload.size(), bad && end == payload.size()});
    }
  }

  /// Queues a frame, FCS included, on the MAC's receive stream.
  void receive(const Bytes& frame, bool mac_error = false) {
    for (std::size_t at = 0; at < frame.size(); at += kBeat) {
      const std::size_t end = std::min(at + kBeat, frame.size());
      incoming_.push_back({Bytes(frame.begin() + static_cast<std::ptrdiff_t>(at),
                                 frame.begin() + static_cast<std::ptrdiff_t>(end)),
                           end == frame.size(), mac_error && end == frame.size()});
    }
  }

  void step() {
    drive_clients();
    drive_mac();
    drive_consumers();
    rtl.settle();
    sample_clients();
    sample_mac();
    sample_consumers();
    sample_counters();
    rtl.tick();
    ++rtl->now_i;
  }
  void run(std::uint64_t cycles) {
    for (std::uint64_t i = 0; i < cycles; ++i) {
      step();
    }
  }
  /// Runs until every queue is empty and nothing moves; false when `limit` cycles do not suffice.
  bool drain(std::uint64_t limit = 200000) {
    for (std::uint64_t quiet = 0; limit > 0; --limit) {
      step();
      const bool moving = rtl->busy_o != 0 || !incoming_.empty() || mac_valid_ ||
                          rtl->mac_tx_tvalid_o != 0 || rtl->rx_hdr_valid_o != 0 ||
                          rtl->rx_pay_valid_o != 0 || clients_pending();
      quiet = moving ? 0 : quiet + 1;
      if (quiet > 8) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] bool clients_pending() const {
    for (const auto& client : clients_) {
      if (!client.headers.empty() || !client.beats.empty()) {
        return true;
      }
    }
    return false;
  }

  /// Frames of a class, headers joined with their payload beats. Empties the lists.
  /// `sound` is cleared when beats and headers do not fit together.
  std::vector<Delivered> take(unsigned cls, bool& sound) {
    std::vector<Delivered> frames;
    std::size_t beat = 0;
    for (Delivered frame : headers_[cls]) {
      for (std::size_t got = 0; got < frame.payload_len; got += kBeat) {
        if (beat >= beats_[cls].size()) {
          sound = false;
          break;
        }
        const RxBeat& b = beats_[cls][beat++];
        const std::size_t used = std::min<std::size_t>(kBeat, frame.payload_len - got);
        sound = sound && b.last == (got + kBeat >= frame.payload_len);
        for (std::size_t i = used; i < kBeat; ++i) {
          sound = sound && b.bytes[i] == 0;
        }
        frame.payload.insert(frame.payload.end(), b.bytes.begin(),
                             b.bytes.begin() + static_cast<std::ptrdiff_t>(used));
      }
      frames.push_back(frame);
    }
    sound = sound && beat == beats_[cls].size();
    headers_[cls].clear();
    beats_[cls].clear();
    return frames;
  }

  RtlBench<Model> rtl;
  Pace pace;
  std::vector<SentFrame> sent;
  std::uint64_t tx_gaps = 0;  // cycles inside a frame in which the MAC was ready and got nothing

  // Sums of the counter pulses
  std::uint64_t tx_frames = 0, tx_bytes = 0, rx_bytes = 0, pfc_tx = 0, pfc_rx = 0;
  std::array<std::uint64_t, kClasses> rx_frames{}, buf_drop{};
  std::array<std::uint64_t, kNumCauses> cause{};
  std::uint64_t last_in_cycle = 0;  // cycle in which the last received tlast was on the pins
  std::array<std::uint64_t, kClients> header_cycle{};  // first cycle of the header on offer
  std::array<std::uint64_t, kClients> header_taken{};  // cycle of the last header taken

  bool chance(unsigned percent) { return percent >= 100 || random_() % 100 < percent; }
  std::mt19937_64& random() { return random_; }
  Bytes random_bytes(std::size_t count) {
    Bytes bytes(count);
    for (auto& byte : bytes) {
      byte = static_cast<std::uint8_t>(random_());
    }
    return bytes;
  }

 private:
  struct TxHeader {
    Bytes bytes;
    reference::Icrc icrc;
    std::size_t payload_len;
    unsigned prio;
  };
  struct TxBeat {
    Bytes bytes;
    bool last, bad;
  };
  struct Client {
    std::deque<TxHeader> headers;
    std::deque<TxBeat> beats;
    bool header_valid = false, payload_valid = false;
  };
  struct MacBeat {
    Bytes bytes;
    bool last, error;
  };
  struct RxBeat {
    Bytes bytes;
    bool last;
  };

  static void set_bit(std::uint8_t& port, unsigned bit, bool value) {
    port = static_cast<std::uint8_t>((port & ~(1U << bit)) | (value ? 1U << bit : 0U));
  }

  void drive_clients() {
    for (unsigned c = 0; c < kClients; ++c) {
      Client& client = clients_[c];
      if (!client.header_valid && !client.headers.empty() && chance(pace.client_header)) {
        const TxHeader& h = client.headers.front();
        client.header_valid = true;
        header_cycle[c] = rtl.cycle();
        set_bytes(rtl->tx_hdr_data_i[c], h.bytes.data(), h.bytes.size());
        rtl->tx_hdr_len_i[c] = static_cast<std::uint8_t>(h.bytes.size());
        rtl->tx_payload_len_i[c] = static_cast<std::uint16_t>(h.payload_len);
        rtl->tx_icrc_i[c] = static_cast<std::uint8_t>(h.icrc);
        rtl->tx_prio_i[c] = static_cast<std::uint8_t>(h.prio);
      }
      if (!client.payload_valid && !client.beats.empty() && chance(pace.client_payload)) {
        const TxBeat& b = client.beats.front();
        client.payload_valid = true;
        set_bytes(rtl->tx_pay_data_i[c], b.bytes.data(), b.bytes.size());
        set_bit(rtl->tx_pay_last_i, c, b.last);
        set_bit(rtl->tx_pay_bad_i, c, b.bad);
      }
      set_bit(rtl->tx_hdr_valid_i, c, client.header_valid);
      set_bit(rtl->tx_pay_valid_i, c, client.payload_valid);
    }
  }
  void sample_clients() {
    for (unsigned c = 0; c < kClients; ++c) {
      Client& client = clients_[c];
      if (client.header_valid && ((rtl->tx_hdr_ready_o >> c) & 1U) != 0) {
        client.headers.pop_front();
        client.header_valid = false;
        header_taken[c] = rtl.cycle();
      }
      if (client.payload_valid && ((rtl->tx_pay_ready_o >> c) & 1U) != 0) {
        client.beats.pop_front();
        client.payload_valid = false;
      }
    }
  }

  void drive_mac() {
    rtl->mac_tx_tready_i = chance(pace.mac_ready) ? 1 : 0;
    mac_valid_ = !incoming_.empty() && chance(pace.mac_valid);
    rtl->mac_rx_tvalid_i = mac_valid_ ? 1 : 0;
    rtl->mac_rx_tlast_i = 0;
    rtl->mac_rx_tuser_i = 0;
    if (mac_valid_) {
      const MacBeat& b = incoming_.front();
      set_bytes(rtl->mac_rx_tdata_i, b.bytes.data(), b.bytes.size());
      Bytes keep(kBeat / 8, 0);
      for (std::size_t i = 0; i < b.bytes.size(); ++i) {
        keep[i / 8] = static_cast<std::uint8_t>(keep[i / 8] | (1U << (i % 8)));
      }
      set_bytes(rtl->mac_rx_tkeep_i, keep.data(), keep.size());
      rtl->mac_rx_tlast_i = b.last ? 1 : 0;
      rtl->mac_rx_tuser_i = b.error ? 1 : 0;
      if (b.last) {
        last_in_cycle = rtl.cycle();
      }
      incoming_.pop_front();
    }
  }
  void sample_mac() {
    if (rtl->mac_tx_tready_i == 0) {
      return;
    }
    if (rtl->mac_tx_tvalid_o == 0) {
      tx_gaps += in_frame_ ? 1 : 0;
      return;
    }
    if (!in_frame_) {
      sent.emplace_back();
      sent.back().first_cycle = rtl.cycle();
    }
    const Bytes keep = get_bytes(rtl->mac_tx_tkeep_o, kBeat / 8);
    const Bytes data = get_bytes(rtl->mac_tx_tdata_o, kBeat);
    for (std::size_t i = 0; i < kBeat; ++i) {
      if (((keep[i / 8] >> (i % 8)) & 1U) != 0) {
        sent.back().bytes.push_back(data[i]);
      }
    }
    sent.back().last_cycle = rtl.cycle();
    in_frame_ = rtl->mac_tx_tlast_o == 0;
  }

  void drive_consumers() {
    std::uint8_t header = 0;
    std::uint8_t payload = 0;
    for (unsigned c = 0; c < kClasses; ++c) {
      set_bit(header, c, chance(pace.consumer));
      set_bit(payload, c, chance(pace.consumer));
    }
    rtl->rx_hdr_ready_i = pace.consumer == 0 ? 0 : header;
    rtl->rx_pay_ready_i = pace.consumer == 0 ? 0 : payload;
  }
  void sample_consumers() {
    for (unsigned c = 0; c < kClasses; ++c) {
      if (((rtl->rx_hdr_valid_o & rtl->rx_hdr_ready_i) >> c & 1U) != 0) {
        Delivered d;
        d.head = get_bytes(rtl->rx_hdr_data_o[c], 112);
        d.header_len = rtl->rx_hdr_len_o[c];
        d.payload_len = rtl->rx_payload_len_o[c];
        d.cls = rtl->rx_cls_o[c];
        d.flags = rtl->rx_flags_o[c];
        d.cycle = rtl.cycle();
        headers_[c].push_back(d);
      }
      if (((rtl->rx_pay_valid_o & rtl->rx_pay_ready_i) >> c & 1U) != 0) {
        beats_[c].push_back(
            {get_bytes(rtl->rx_pay_data_o[c], kBeat), ((rtl->rx_pay_last_o >> c) & 1U) != 0});
      }
    }
  }
  void sample_counters() {
    tx_frames += rtl->cnt_tx_frames_o;
    tx_bytes += rtl->cnt_tx_bytes_o;
    rx_bytes += rtl->cnt_rx_bytes_o;
    pfc_tx += rtl->cnt_pfc_tx_o;
    pfc_rx += rtl->cnt_pfc_rx_o;
    for (unsigned c = 0; c < kClasses; ++c) {
      rx_frames[c] += (rtl->cnt_rx_frames_o >> c) & 1U;
      buf_drop[c] += (rtl->cnt_rx_buf_drop_o >> c) & 1U;
    }
    for (unsigned i = 0; i < kNumCauses; ++i) {
      cause[i] += (rtl->cnt_rx_cause_o >> i) & 1U;
    }
  }

  std::mt19937_64 random_;
  std::array<Client, kClients> clients_;
  std::deque<MacBeat> incoming_;
  bool mac_valid_ = false;
  bool in_frame_ = false;
  std::array<std::vector<Delivered>, kClasses> headers_;
  std::array<std::vector<RxBeat>, kClasses> beats_;
};

}  // namespace ethlink::test
