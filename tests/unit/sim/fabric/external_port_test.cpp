// SPDX-License-Identifier: Apache-2.0
//
// A port of another program: what crosses the socket, in which form, and what becomes of the rest.
#include "sim/fabric/external_port.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "catch.hpp"
#include "fabric/wire.hpp"
#include "seed.hpp"

namespace ethlink::sim::test {
namespace {

constexpr TimePs kFarApart = 100 * kPsPerUs;

// The program's end of a socket pair, and a port on the other end.
class Program {
 public:
  explicit Program(int type, int send_buffer = 0) {
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, type, 0, ends.data()) == 0);
    fd_ = ends[0];
    if (send_buffer != 0) {
      REQUIRE(::setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer)) == 0);
    }
    Result<FrameSocket> socket = FrameSocket::adopt(ends[1]);
    REQUIRE(socket);
    port.emplace(std::move(*socket));
    link.emplace(LinkParams{}, 1, sink);
    port->connect(*link);
  }
  ~Program() { hang_up(); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void hang_up() {
    if (fd_ >= 0) {
      ::close(std::exchange(fd_, -1));
    }
  }
  void put(std::span<const std::uint8_t> bytes) const {
    REQUIRE(::send(fd_, bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
  }
  // What came by now: one message, or all of a stream.
  [[nodiscard]] Frame get(std::size_t most = 65536) const {
    Frame bytes(most);
    const ssize_t got = ::recv(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  }
  // A frame of the link, complete at `end`.
  void arrive(Frame frame, TimePs end) { port->deliver({std::move(frame), 0, 0, end}); }

  KeepingSink sink;
  std::optional<ExternalPort> port;
  std::optional<LinkDirection> link;

 private:
  int fd_ = -1;
};

Frame without_fcs(const Frame& frame) {
  return {frame.begin(), frame.end() - kFcsBytes};
}

Frame with_length(const Frame& body) {
  Frame framed{0, 0, static_cast<std::uint8_t>(body.size() >> 8),
               static_cast<std::uint8_t>(body.size())};
  framed.insert(framed.end(), body.begin(), body.end());
  return framed;
}

}  // namespace

TEST_CASE("frames of a program get their padding and their FCS", "[sim][external]") {
  const int type = GENERATE(SOCK_SEQPACKET, SOCK_STREAM);
  Program program(type);
  const std::vector<std::size_t> sizes{14, 58, 59, 60, 61, 1514, FrameSocket::kMostBytes};
  std::vector<Frame> sent;
  for (const std::size_t size : sizes) {
    sent.push_back(without_fcs(make_frame(kMacA, kMacB, 0x0800, size + kFcsBytes)));
    program.put(type == SOCK_STREAM ? with_length(sent.back()) : sent.back());
  }
  TimePs now = 0;
  for (std::size_t i = 0; i < sizes.size(); ++i, now += kFarApart) {
    program.port->exchange(now, now + 1);
    // One frame: the wire is busy with it.
    REQUIRE(program.sink.arrivals.size() == i + 1);
    const FrameArrival& arrival = program.sink.arrivals[i];
    CHECK(arrival.frame.size() == std::max<std::size_t>(sizes[i] + kFcsBytes, kMinFrameBytes));
    CHECK(fcs_good(arrival.frame));
    CHECK(arrival.not_before == now + program.link->delay());
    Frame expected = sent[i];
    expected.resize(arrival.frame.size() - kFcsBytes);
    CHECK(without_fcs(arrival.frame) == expected);
  }
  CHECK(program.port->stats().received == sizes.size());
  CHECK(program.port->stats().bad_length == 0);
}

TEST_CASE("what is no Ethernet frame is dropped and counted", "[sim][external]") {
  Program program(SOCK_SEQPACKET);
  program.put(Frame(13));
  program.put(Frame(FrameSocket::kMostBytes + 1));
  program.put(Frame(60, 7));
  program.port->exchange(0, kNever);
  CHECK(program.sink.arrivals.size() == 1);
  CHECK(program.port->stats().received == 1);
  CHECK(program.port->stats().bad_length == 2);
}

TEST_CASE("frames leave without FCS, in the order and not before the time of their last bit",
          "[sim][external]") {
  Program program(SOCK_SEQPACKET);
  std::vector<TimePs> told;
  program.port->set_on_input([&](TimePs time) { told.push_back(time); });
  const Frame early = make_frame(kMacA, kMacB, 0x0800, 100, 1);
  const Frame late = make_frame(kMacA, kMacB, 0x0800, 200, 2);
  Frame damaged = make_frame(kMacA, kMacB, 0x0800, 300, 3);
  damaged[20] ^= 1;
  program.arrive(late, 3000);
  program.arrive(early, 1000);
  program.arrive(damaged, 2000);
  CHECK(told == std::vector<TimePs>{3000, 1000, 2000});
  CHECK(program.port->run(999) == 1000);
  CHECK(program.get().empty());
  CHECK(program.port->run(1000) == 2000);
  CHECK(program.get() == without_fcs(early));
  CHECK(program.port->run(2999) == 3000);
  CHECK(program.get().empty());
  CHECK(program.port->run(5000) == kNever);
  CHECK(program.get() == without_fcs(late));
  CHECK(program.port->stats().sent == 2);
  CHECK(program.port->stats().bad_fcs == 1);
}

TEST_CASE("frames wait for a program that is slow, and are dropped only when too many do",
          "[sim][external]") {
  const int type = GENERATE(SOCK_SEQPACKET, SOCK_STREAM);
  Program program(type, 8192);
  constexpr std::size_t kFrames = ExternalPort::kMostWaiting + 1000;
  std::vector<Frame> sent;
  for (std::size_t i = 0; i < kFrames; ++i) {
    sent.push_back(make_frame(kMacA, kMacB, static_cast<std::uint16_t>(i), 64 + i % 1000));
    program.arrive(sent.back(), i);
  }
  program.port->run(kFrames);
  CHECK((program.port->poll_events() & POLLOUT) != 0);
  Frame stream;
  std::size_t taken = 0;
  for (unsigned rounds = 0; rounds < 100'000; ++rounds) {
    const Frame got = program.get(3000);
    if (got.empty() && (program.port->poll_events() & POLLOUT) == 0) {
      break;
    }
    if (type == SOCK_STREAM) {
      stream.insert(stream.end(), got.begin(), got.end());
    } else if (!got.empty()) {
      REQUIRE(got == without_fcs(sent.at(taken++)));
    }
    program.port->exchange(kFrames, kNever);
  }
  for (std::size_t at = 0; at < stream.size(); ++taken) {
    const Frame expected = with_length(without_fcs(sent.at(taken)));
    REQUIRE(Frame(stream.begin() + static_cast<std::ptrdiff_t>(at),
                  stream.begin() + static_cast<std::ptrdiff_t>(
                                       std::min(at + expected.size(), stream.size()))) == expected);
    at += expected.size();
  }
  const ExternalStats stats = program.port->stats();
  CHECK(taken >= ExternalPort::kMostWaiting);
  CHECK(stats.sent == taken);
  CHECK(stats.overflows == kFrames - taken);
  CHECK(stats.overflows != 0);
  CHECK(program.port->poll_events() == POLLIN);
}

TEST_CASE("a stream is cut into frames wherever its pieces end", "[sim][external]") {
  Program program(SOCK_STREAM);
  const Frame first = without_fcs(make_frame(kMacA, kMacB, 0x0800, 100));
  const Frame second = without_fcs(make_frame(kMacA, kMacB, 0x0806, 300));
  Frame stream = with_length(first);
  const Frame framed = with_length(second);
  stream.insert(stream.end(), framed.begin(), framed.end());
  const std::size_t piece = GENERATE(as<std::size_t>{}, 1, 3, 5, 101, 399);
  TimePs now = 0;
  for (std::size_t at = 0; at < stream.size(); at += piece, now += kFarApart) {
    program.put(std::span(stream).subspan(at, std::min(piece, stream.size() - at)));
    program.port->exchange(now, now + 1);
  }
  program.port->exchange(now, now + 1);
  REQUIRE(program.sink.arrivals.size() == 2);
  CHECK(without_fcs(program.sink.arrivals[0].frame) == first);
  CHECK(without_fcs(program.sink.arrivals[1].frame) == second);
}

TEST_CASE("a length that cannot be ends a stream", "[sim][external]") {
  Program program(SOCK_STREAM);
  program.put(std::array<std::uint8_t, 6>{0, 1, 0, 0, 7, 7});
  program.port->exchange(0, kNever);
  CHECK(program.sink.arrivals.empty());
  CHECK(program.port->stats().closed);
  CHECK(program.port->stats().bad_length == 1);
}

TEST_CASE("a program that goes away leaves what it sent and takes nothing more",
          "[sim][external]") {
  const int type = GENERATE(SOCK_SEQPACKET, SOCK_STREAM);
  Program program(type);
  const Frame body = without_fcs(make_frame(kMacA, kMacB, 0x0800, 100));
  program.put(type == SOCK_STREAM ? with_length(body) : body);
  program.hang_up();
  program.port->exchange(0, kNever);
  CHECK(program.sink.arrivals.size() == 1);
  program.port->exchange(kFarApart, kNever);
  CHECK(program.port->stats().closed);
  CHECK(program.port->poll_events() == 0);
  program.arrive(make_frame(kMacA, kMacB, 0x0800), kFarApart);
  program.port->run(kFarApart);
  CHECK(program.port->stats().sent == 0);
}

TEST_CASE("a socket is found by its path, and what is none is refused", "[sim][external]") {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("ethlink-port-" + std::to_string(::getpid())))
          .string();
  const auto refused = [](const Result<FrameSocket>& socket) {
    return socket ? std::string("nothing") : socket.error().context;
  };
  CHECK(refused(FrameSocket::connect(path)).find("expected a socket that listens at '" + path) ==
        0);
  CHECK(refused(FrameSocket::connect(std::string(200, 'x'))).find("expected a path of 1") == 0);
  CHECK(refused(FrameSocket::adopt(987654)).find("expected the descriptor of a socket") == 0);
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  CHECK(refused(FrameSocket::adopt(pipe[0])).find("expected the descriptor of a socket") == 0);
  ::close(pipe[0]);
  ::close(pipe[1]);
  for (const int type : {SOCK_STREAM, SOCK_SEQPACKET}) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::copy(path.begin(), path.end(), &address.sun_path[0]);
    const int listener = ::socket(AF_UNIX, type, 0);
    REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(::listen(listener, 1) == 0);
    Result<FrameSocket> socket = FrameSocket::connect(path);
    REQUIRE(socket);
    const int accepted = ::accept(listener, nullptr, nullptr);
    const Frame body(60, 9);
    CHECK(socket->send(body));
    Frame got(100);
    got.resize(static_cast<std::size_t>(::recv(accepted, got.data(), got.size(), 0)));
    CHECK(got == (type == SOCK_STREAM ? with_length(body) : body));
    ::close(accepted);
    ::close(listener);
    std::filesystem::remove(path);
  }
}

}  // namespace ethlink::sim::test
