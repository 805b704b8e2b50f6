// SPDX-License-Identifier: Apache-2.0
//
// Ethernet frames over a local socket, see frame_socket.hpp.
#include "sim/fabric/frame_socket.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace ethlink::sim {
namespace {

constexpr std::size_t kLengthBytes = 4;

[[nodiscard]] bool would_block() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR || errno == ENOBUFS;
}

}  // namespace

Result<FrameSocket> FrameSocket::adopt(int fd) {
  int type = 0;
  socklen_t length = sizeof(type);
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length) != 0) {
    return Error{Errc::kInvalidArgument, "expected the descriptor of a socket, found " +
                                             std::to_string(fd) + ": " + std::strerror(errno)};
  }
  if (type != SOCK_STREAM && type != SOCK_SEQPACKET) {
    return Error{Errc::kInvalidArgument,
                 "expected a socket of type SOCK_STREAM or SOCK_SEQPACKET, found type " +
                     std::to_string(type)};
  }
  return FrameSocket(fd, type == SOCK_STREAM);
}

Result<FrameSocket> FrameSocket::connect(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof(address.sun_path)) {
    return Error{Errc::kInvalidArgument, "expected a path of 1 to " +
                                             std::to_string(sizeof(address.sun_path) - 1) +
                                             " bytes, found " + std::to_string(path.size())};
  }
  std::copy(path.begin(), path.end(), &address.sun_path[0]);
  int error = 0;
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    FrameSocket socket(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0), type == SOCK_STREAM);
    if (socket.fd_ >= 0 &&
        ::connect(socket.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
      return socket;
    }
    error = errno;
    if (error != EPROTOTYPE) {  // else it listens for the other type
      break;
    }
  }
  return Error{Errc::kSystem,
               "expected a socket that listens at '" + path + "': " + std::strerror(error)};
}

FrameSocket::FrameSocket(FrameSocket&& other) noexcept {
  *this = std::move(other);
}

FrameSocket& FrameSocket::operator=(FrameSocket&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(stream_, other.stream_);
  std::swap(closed_, other.closed_);
  std::swap(oversized_, other.oversized_);
  std::swap(in_, other.in_);
  std::swap(out_, other.out_);
  return *this;
}

FrameSocket::~FrameSocket() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

std::optional<Frame> FrameSocket::receive() {
  if (!stream_) {
    return receive_message();
  }
  for (;;) {
    if (std::optional<Frame> frame = cut_frame()) {
      return frame;
    }
    if (closed_) {
      return std::nullopt;
    }
    std::array<std::uint8_t, 65536> block;
    const ssize_t got = ::recv(fd_, block.data(), block.size(), MSG_DONTWAIT);
    if (got > 0) {
      in_.insert(in_.end(), block.begin(), block.begin() + got);
      continue;
    }
    closed_ = got == 0 || !would_block();
    return std::nullopt;
  }
}

std::optional<Frame> FrameSocket::receive_message() {
  while (!closed_) {
    Frame frame(kMostBytes);
    // MSG_TRUNC: the length of the message, also when it is longer than the buffer.
    const ssize_t got = ::recv(fd_, frame.data(), frame.size(), MSG_DONTWAIT | MSG_TRUNC);
    if (got > static_cast<ssize_t>(kMostBytes)) {
      ++oversized_;
      continue;
    }
    if (got > 0) {
      frame.resize(static_cast<std::size_t>(got));
      return frame;
    }
    closed_ = got == 0 || !would_block();
    break;
  }
  return std::nullopt;
}

// The first frame of `in_`, if all of it is there.
std::optional<Frame> FrameSocket::cut_frame() {
  if (in_.size() < kLengthBytes) {
    return std::nullopt;
  }
  const std::size_t bytes = std::size_t{in_[0]} << 24 | std::size_t{in_[1]} << 16 |
                            std::size_t{in_[2]} << 8 | std::size_t{in_[3]};
  if (bytes == 0 || bytes > kMostBytes) {
    closed_ = true;  // where the next frame begins is not known any more
    in_.clear();
    ++oversized_;
    return std::nullopt;
  }
  if (in_.size() < kLengthBytes + bytes) {
    return std::nullopt;
  }
  const auto begin = in_.begin() + kLengthBytes;
  const auto end = begin + static_cast<std::ptrdiff_t>(bytes);
  Frame frame(begin, end);
  in_.erase(in_.begin(), end);
  return frame;
}

bool FrameSocket::flush() {
  while (!out_.empty() && !closed_) {
    const ssize_t put = ::send(fd_, out_.data(), out_.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put < 0) {
      closed_ = !would_block();
      break;
    }
    out_.erase(out_.begin(), out_.begin() + put);
  }
  if (closed_) {
    out_.clear();
  }
  return out_.empty();
}

bool FrameSocket::send(std::span<const std::uint8_t> frame) {
  if (!flush()) {
    return false;
  }
  if (closed_) {
    return true;
  }
  if (stream_) {
    for (std::size_t i = 0; i < kLengthBytes; ++i) {
      out_.push_back(static_cast<std::uint8_t>(frame.size() >> (8 * (kLengthBytes - 1 - i))));
    }
    out_.insert(out_.end(), frame.begin(), frame.end());
    flush();
    return true;
  }
  if (::send(fd_, frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
    return true;
  }
  closed_ = !would_block();
  return closed_;
}

}  // namespace ethlink::sim
