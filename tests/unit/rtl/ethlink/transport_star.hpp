// SPDX-License-Identifier: Apache-2.0
//
// One transport and reference peers around a network that loses nothing.
#pragma once

#include "transport_bench.hpp"

namespace ethlink::test {

inline constexpr std::uint16_t kOwn = 0x0123;
inline constexpr std::uint16_t kPkey = 0x8001;
inline constexpr unsigned kCreate = 1, kModify = 2, kQuery = 3, kDestroy = 4;

/// Threads: one. Ownership: owns the model and the peers.
template <typename Model, std::size_t Width>
class Star {
 public:
  explicit Star(const std::vector<std::uint16_t>& ids, const TransportTimes& times = {})
      : dut(kOwn, times), ids_(ids), dead(ids.size(), false) {
    for (const std::uint16_t id : ids) {
      reference::LsPeer::Options o;
      o.id = id;
      o.other = kOwn;
      o.pkey = kPkey;
      o.epoch = static_cast<std::uint16_t>(100 + id);
      peers.emplace_back(o);
    }
  }
  [[nodiscard]] static PeerObject object_of(std::uint16_t id) {
    PeerObject p;
    p.node_id = id;
    p.pkey = kPkey;
    p.epoch = static_cast<std::uint16_t>(id * 16 + 1);
    return p;
  }
  void step() {
    dut.step();
    const std::uint64_t now = dut.now();
    while (!dut.sent.empty()) {
      const SentFrame s = dut.sent.front();
      dut.sent.pop_front();
      for (std::size_t i = 0; i < peers.size(); ++i) {
        if (ids_[i] == s.fields.dst && !dead[i]) {
          peers[i].receive(s.frame, now);
        }
      }
      log.push_back(s);
    }
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (!dead[i]) {
        peers[i].tick(now);
      }
      for (; !peers[i].out.empty(); peers[i].out.pop_front()) {
        if (!dead[i]) {
          dut.receive(peers[i].out.front());
        }
      }
    }
  }
  void run(std::uint64_t cycles) {
    for (std::uint64_t i = 0; i < cycles; ++i) {
      step();
    }
  }
  /// False when `limit` cycles did not suffice.
  template <typename Done>
  bool run_until(Done&& done, std::uint64_t limit = 50000) {
    for (std::uint64_t i = 0; i < limit && !done(); ++i) {
      step();
    }
    return done();
  }
  /// Creates every peer and waits until both ends are up and the event was reported.
  bool connect() {
    for (const std::uint16_t id : ids_) {
      dut.create(object_of(id));
    }
    return run_until([this] {
      for (std::size_t i = 0; i < peers.size(); ++i) {
        if (!peers[i].up() || !dut.up(ids_[i] % 64U)) {
          return false;
        }
      }
      return dut.events.size() >= peers.size();
    });
  }
  [[nodiscard]] bool idle() const {
    for (std::size_t i = 0; i < peers.size(); ++i) {
      if (!dead[i] && !peers[i].idle()) {
        return false;
      }
    }
    return dut.streams_idle() && dut.outputs_idle() && dut.rtl_busy() == false;
  }

  Transport<Model, Width> dut;

 private:
  std::vector<std::uint16_t> ids_;

 public:
  std::vector<reference::LsPeer> peers;
  std::vector<bool> dead;  // neither hears nor speaks
  std::vector<SentFrame> log;
};

/// Commands of `vc` that `peer` was sent, in order.
inline std::vector<Bytes> bytes_of(const std::vector<Command>& commands, unsigned peer,
                                   unsigned vc) {
  std::vector<Bytes> all;
  for (const Command& c : commands) {
    if (c.peer == peer && c.vc == vc) {
      all.push_back(c.bytes());
    }
  }
  return all;
}

}  // namespace ethlink::test
