// SPDX-License-Identifier: Apache-2.0
//
// Frames of another program over a socket: any bytes in any pieces are frames or end the
// connection.
#include <sys/socket.h>
#include <unistd.h>

#include "fuzz.hpp"
#include "sim/fabric/frame_socket.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ethlink;
  fuzz::Input input(data, size);
  std::array<int, 2> ends{};
  const int type = input.byte() % 2 == 0 ? SOCK_STREAM : SOCK_SEQPACKET;
  fuzz::promise(::socketpair(AF_UNIX, type, 0, ends.data()) == 0, "a pair of sockets");
  {
    Result<sim::FrameSocket> socket = sim::FrameSocket::adopt(ends[0]);
    fuzz::promise(socket.has_value(), "a socket of ours to be taken");
    std::size_t written = 0, received = 0;
    while (!input.empty()) {
      const std::span<const std::uint8_t> piece = input.take(1 + input.take<std::uint16_t>());
      // What does not fit into the socket is lost; the reader cannot tell.
      const ssize_t sent = ::send(ends[1], piece.data(), piece.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
      written += sent > 0 ? static_cast<std::size_t>(sent) : 0;
      while (const std::optional<sim::Frame> frame = socket->receive()) {
        fuzz::promise(!frame->empty() && frame->size() <= sim::FrameSocket::kMostBytes,
                      "frames of 1 to kMostBytes bytes");
        received += frame->size();
      }
    }
    fuzz::promise(received <= written, "no more bytes than were sent");
    ::shutdown(ends[1], SHUT_WR);
    while (socket->receive()) {
    }
    fuzz::promise(socket->closed(), "the end of the connection to be seen");
  }
  ::close(ends[1]);
  return 0;
}
