// SPDX-License-Identifier: Apache-2.0
//
// The end of a link whose Ethernet port belongs to another program, such as a virtual machine.
//
// It is the MAC of that port: it pads what is shorter than an Ethernet frame, adds the FCS, and
// checks and removes it in the other direction.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "sim/fabric/frame.hpp"
#include "sim/fabric/frame_socket.hpp"
#include "sim/fabric/link.hpp"

namespace ethlink::sim {

struct ExternalStats {
  std::uint64_t received = 0;    ///< frames from the program
  std::uint64_t sent = 0;        ///< frames to it
  std::uint64_t bad_fcs = 0;     ///< arrived damaged, dropped
  std::uint64_t overflows = 0;   ///< dropped: the program took nothing for too long
  std::uint64_t bad_length = 0;  ///< from the program: shorter than a header, or too long; dropped
  bool closed = false;           ///< the program went away
};

/// Ownership: owns the socket, refers to its link. Threads: one at a time.
class ExternalPort final : public FrameSink {
 public:
  explicit ExternalPort(FrameSocket socket) : socket_(std::move(socket)) {}

  void connect(LinkDirection& output) { output_ = &output; }
  /// `on_input` is told the time of each frame that will be complete then.
  void set_on_input(std::function<void(TimePs)> on_input) { on_input_ = std::move(on_input); }

  void deliver(FrameArrival&& arrival) override;
  /// Hands over what is complete at `now`; returns when the next frame is, kNever: none is coming.
  TimePs run(TimePs now);
  /// Takes the frames that the program sent, but no more than keep the wire busy until `until`, and
  /// sends what it had no room for. Never blocks.
  void exchange(TimePs now, TimePs until);

  [[nodiscard]] int fd() const { return socket_.fd(); }
  /// poll() events that make another exchange() worth while.
  [[nodiscard]] short poll_events() const;
  [[nodiscard]] ExternalStats stats() const;

  static constexpr std::size_t kMostWaiting = 4096;  ///< frames that the program did not take

 private:
  void hand_over(Frame&& frame);

  FrameSocket socket_;
  LinkDirection* output_ = nullptr;
  std::function<void(TimePs)> on_input_;
  ExternalStats stats_;
  TimePs wire_free_ = 0;  // of the link that we send on
  std::uint64_t sequence_ = 0;
  std::map<std::pair<TimePs, std::uint64_t>, Frame> arrivals_;  // not complete yet
  std::deque<Frame> waiting_;                                   // for room in the socket
};

}  // namespace ethlink::sim
