// SPDX-License-Identifier: Apache-2.0
//
// Ethernet frames over a local socket to another program: without FCS, as QEMU sends and takes
// them.
//
// On a SOCK_SEQPACKET socket each message is a frame (QEMU: -netdev dgram). On a SOCK_STREAM socket
// a 32-bit length, most significant byte first, stands in front of each frame (-netdev stream).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "ethlink/result.hpp"

#include "sim/fabric/frame.hpp"

namespace ethlink::sim {

/// Never blocks. Ownership: owns the socket. Threads: one at a time.
class FrameSocket {
 public:
  static constexpr std::size_t kMostBytes = 16384;  ///< longest frame, without FCS

  /// Takes over a connected socket.
  static Result<FrameSocket> adopt(int fd);
  /// Connects to a SOCK_STREAM or SOCK_SEQPACKET socket that listens at `path`.
  static Result<FrameSocket> connect(const std::string& path);
  FrameSocket(FrameSocket&& other) noexcept;
  FrameSocket& operator=(FrameSocket&& other) noexcept;
  ~FrameSocket();

  /// The next frame as it was sent: without FCS, of any length from 1 to kMostBytes.
  std::optional<Frame> receive();
  /// False when the other side has no room: try again later. A closed socket takes everything.
  bool send(std::span<const std::uint8_t> frame);
  /// Sends what is left of a frame that send() took; true when nothing is.
  bool flush();

  [[nodiscard]] int fd() const { return fd_; }
  /// The other side went away, or broke the framing.
  [[nodiscard]] bool closed() const { return closed_; }
  /// A part of a frame that send() took is still here.
  [[nodiscard]] bool unsent() const { return !out_.empty(); }
  /// Messages that were longer than kMostBytes.
  [[nodiscard]] std::uint64_t oversized() const { return oversized_; }

 private:
  FrameSocket(int fd, bool stream) : fd_(fd), stream_(stream) {}
  std::optional<Frame> receive_message();
  std::optional<Frame> cut_frame();

  int fd_ = -1;
  bool stream_ = false;
  bool closed_ = false;
  std::uint64_t oversized_ = 0;
  std::vector<std::uint8_t> in_;   // of a stream: received, not cut into frames
  std::vector<std::uint8_t> out_;  // of a stream: taken, not written
};

}  // namespace ethlink::sim
