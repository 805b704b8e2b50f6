// SPDX-License-Identifier: Apache-2.0
//
// A load/store peer as the specification describes it (EthLink sections 1 to 3): frames, epochs,
// go-back-N.
//
// Slow and obvious on purpose; shares nothing with the RTL.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "reference/frame.hpp"

namespace ethlink::reference {

/// A Load/Store frame from the destination address to the last command; no ICRC, pad, FCS.
struct LsFrame {
  Bytes header;
  Bytes payload;
};

enum class LsOp : std::uint8_t { kData = 0, kAck = 1, kNack = 2, kControl = 3 };

/// Fields of OEFH, NET and RH.
struct LsFields {
  std::uint16_t dst = 0, src = 0, total_length = 0;
  std::uint16_t vlan = 0;  // TCI; 0: no tag
  unsigned dscp = 0, ttl = 15;
  unsigned version = 0;
  LsOp op = LsOp::kData;
  unsigned vc = 0;
  bool ack_valid = false;
  unsigned ack_vc = 0;
  std::uint16_t pkey = 0, psn = 0, ack_psn = 0;
  unsigned num_cmds = 0, window = 255;
  std::uint16_t epoch = 0;
};
[[nodiscard]] LsFrame ls_build(const LsFields& fields, const Bytes& payload);
[[nodiscard]] LsFields ls_parse(const LsFrame& frame);

/// Bytes of the request that starts at `at`; nothing for an unknown opcode or a cut header.
[[nodiscard]] std::optional<std::size_t> ls_request_bytes(const Bytes& payload, std::size_t at);

/// Threads: none; driven by receive() and tick().
class LsPeer {
 public:
  struct Options {
    std::uint16_t id = 0, other = 0, pkey = 0, epoch = 1;
    unsigned window = 255;      // announced
    std::size_t pack = 1;       // most commands in a frame
    std::size_t in_flight = 8;  // most frames that wait for an acknowledgement
    std::uint64_t rto = 600, hello = 300;
  };
  explicit LsPeer(const Options& options) : options_(options), epoch_(options.epoch) {}

  void receive(const LsFrame& frame, std::uint64_t now);
  void tick(std::uint64_t now);
  /// Forgets everything and starts with another epoch.
  void restart(std::uint16_t epoch);
  void send(unsigned vc, const Bytes& command) { waiting_.at(vc).push_back(command); }
  /// Data bytes of the response to a tag; needed to split responses.
  void expect_response(std::uint16_t tag, std::size_t bytes) { response_bytes_[tag] = bytes; }
  void set_window(unsigned window) { options_.window = window; }
  /// Frames without acknowledgement while false.
  void set_acknowledge(bool on) { acknowledge_ = on; }
  void acknowledge(unsigned vc);

  [[nodiscard]] bool up() const { return up_; }
  [[nodiscard]] bool idle() const;
  [[nodiscard]] std::uint16_t epoch() const { return epoch_; }
  [[nodiscard]] std::uint16_t other_epoch() const { return other_epoch_; }
  [[nodiscard]] std::uint16_t expected(unsigned vc) const { return expected_.at(vc); }

  std::deque<LsFrame> out;
  std::array<std::vector<Bytes>, 3> delivered;  // commands of each VC
  unsigned sessions = 0;                        // times that it came up
  std::uint64_t nacks_seen = 0, gaps = 0, duplicates = 0;
  bool sound = true;  // every accepted frame could be split into its commands

 private:
  struct Sent {
    std::uint16_t psn;
    unsigned count;
    Bytes payload;
  };
  [[nodiscard]] LsFields fields(LsOp op, unsigned vc) const;
  void control(const LsFields& f, std::uint64_t now);
  void data(const LsFields& f, const LsFrame& frame);
  void acked(unsigned vc, std::uint16_t psn, bool nack);
  void split(unsigned vc, unsigned count, const Bytes& payload);
  void say(bool hello);
  void transmit(unsigned vc, const Sent& sent);
  void forget();

  Options options_;
  std::uint16_t epoch_;
  std::uint16_t other_epoch_ = 0;
  bool up_ = false;
  bool acknowledge_ = true;
  unsigned other_window_ = 255;
  std::uint64_t next_hello_ = 0;
  std::array<std::deque<Bytes>, 3> waiting_;
  std::array<std::deque<Sent>, 3> unacked_;
  std::array<std::uint16_t, 3> next_psn_{}, expected_{};
  std::array<bool, 3> nacked_{};
  std::array<std::uint64_t, 3> last_progress_{};
  std::map<std::uint16_t, std::size_t> response_bytes_;
};

}  // namespace ethlink::reference
