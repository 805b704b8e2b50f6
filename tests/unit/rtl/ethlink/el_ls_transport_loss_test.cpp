// SPDX-License-Identifier: Apache-2.0
//
// Two transports, or one and a reference peer, over a cable that loses, repeats and reorders.

#include <cstdint>
#include <memory>

#include "Vel_ls_transport_1024.h"
#include "Vel_ls_transport_256.h"
#include "Vel_ls_transport_512.h"
#include "transport_star.hpp"

namespace ethlink::test {
namespace {

struct W256 {
  using Model = Vel_ls_transport_256;
  static constexpr std::size_t kWidth = 256;
};
struct W512 {
  using Model = Vel_ls_transport_512;
  static constexpr std::size_t kWidth = 512;
};
struct W1024 {
  using Model = Vel_ls_transport_1024;
  static constexpr std::size_t kWidth = 1024;
};

constexpr std::uint16_t kLeft = 0x0101, kRight = 0x0202;  // indices 1 and 2

PeerObject peer_object(std::uint16_t id, std::uint16_t epoch) {
  PeerObject p;
  p.node_id = id;
  p.pkey = kPkey;
  p.epoch = epoch;
  return p;
}

/// Two transports back to back; each answers what the other asks.
template <typename Model, std::size_t Width>
class Pair {
 public:
  explicit Pair(const TransportTimes& times = {}, std::uint64_t latency = 20)
      : node{std::make_unique<Transport<Model, Width>>(kLeft, times),
             std::make_unique<Transport<Model, Width>>(kRight, times)},
        wire{Wire(latency), Wire(latency)} {}

  /// Index of the other end in the table of node `n`.
  static unsigned other(unsigned n) { return n == 0 ? kRight % 64U : kLeft % 64U; }

  void create(std::uint16_t left_epoch = 11, std::uint16_t right_epoch = 22) {
    node[0]->create(peer_object(kRight, left_epoch));
    node[1]->create(peer_object(kLeft, right_epoch));
  }
  void step() {
    for (unsigned n = 0; n < 2; ++n) {
      node[n]->step();
      for (; !node[n]->sent.empty(); node[n]->sent.pop_front()) {
        wire[n].put(node[n]->sent.front().frame, node[n]->now());
      }
    }
    for (unsigned n = 0; n < 2; ++n) {
      wire[n].get(node[n]->now(), [&](const LsFrame& f) { node[1 - n]->receive(f); });
      answer(n);
    }
  }
  template <typename Done>
  bool run_until(Done&& done, std::uint64_t limit = 60000) {
    for (std::uint64_t i = 0; i < limit && !done(); ++i) {
      step();
    }
    return done();
  }
  bool connect() {
    return run_until([&] { return node[0]->up(other(0)) && node[1]->up(other(1)); });
  }
  /// Node `n` asks; the request and its answer are expected to arrive.
  void ask(unsigned n, const Command& request) {
    node[n]->send(request);
    asked[n].push_back(request);
  }
  [[nodiscard]] bool finished() const {
    for (unsigned n = 0; n < 2; ++n) {
      if (node[1 - n]->received[0].size() < asked[n].size() ||
          node[n]->received[1].size() < answered[1 - n].size() || !node[n]->streams_idle()) {
        return false;
      }
    }
    return true;
  }
  /// Everything arrived once, in order per path, unchanged.
  void check() const {
    for (unsigned n = 0; n < 2; ++n) {
      for (const unsigned vc : {0U, 2U}) {
        CHECK(bytes_of(node[1 - n]->received[0], other(1 - n), vc) ==
              bytes_of(asked[n], other(n), vc));
      }
      CHECK(node[1 - n]->received[0].size() == asked[n].size());
      CHECK(bytes_of(node[n]->received[1], other(n), 1) ==
            bytes_of(answered[1 - n], other(1 - n), 1));
      CHECK(node[n]->received[1].size() == answered[1 - n].size());
      CHECK(node[n]->sound);
      CHECK(node[n]->cnt[kRxMalformed] == 0);
    }
  }

  /// The lists start anew.
  void forget() {
    for (unsigned n = 0; n < 2; ++n) {
      asked[n].clear();
      answered[n].clear();
      node[n]->received[0].clear();
      node[n]->received[1].clear();
      seen_[n] = 0;
    }
  }

  std::array<std::unique_ptr<Transport<Model, Width>>, 2> node;
  std::array<Wire, 2> wire;  // [n]: from node n
  std::array<std::vector<Command>, 2> asked, answered;

 private:
  void answer(unsigned n) {
    const auto& got = node[n]->received[0];
    for (; seen_[n] < got.size() && !got[seen_[n]].header.empty(); ++seen_[n]) {
      const Command& request = got[seen_[n]];
      if (request.data.size() <
          (reference::ls_request_bytes(request.header, 0).value_or(0) - request.header.size())) {
        break;  // the rest of its data is on the way
      }
      const auto [opcode, bytes] = answer_of(request);
      if (opcode == 0) {
        continue;
      }
      const auto tag = static_cast<std::uint16_t>(reference::get(request.header, 2, 2));
      answered[n].push_back(make_response(request.peer, opcode, tag, 0, bytes, node[n]->random()));
      node[n]->send(answered[n].back());
    }
  }
  std::array<std::size_t, 2> seen_{};
};

/// The exchange that the fault tests repeat: both ends ask, in two bursts with a pause between.
template <typename P>
void exchange(P& pair, std::mt19937_64& random) {
  // Commands to a peer that is not up are dropped: the engine waits, and so do we.
  REQUIRE(pair.connect());
  for (unsigned burst = 0; burst < 2; ++burst) {
    for (unsigned i = 0; i < 6; ++i) {
      for (unsigned n = 0; n < 2; ++n) {
        pair.ask(n,
                 random_request(pair.other(n), static_cast<std::uint16_t>(burst * 6 + i), random));
      }
    }
    for (unsigned i = 0; i < 60; ++i) {
      pair.step();
    }
  }
}

TransportTimes small_frames() {
  TransportTimes times;
  times.rto = 300;
  times.retries = 20;
  times.hello = 200;
  times.pack = 300;
  times.ack_delay = 25;
  times.ack_frames = 3;
  return times;
}

enum class Fault { kDrop, kTwice, kLate, kVeryLate, kTwiceLate };
constexpr std::array<Fault, 5> kFaults = {Fault::kDrop, Fault::kTwice, Fault::kLate,
                                          Fault::kVeryLate, Fault::kTwiceLate};
Fate fate_of(Fault fault) {
  switch (fault) {
    case Fault::kDrop:
      return {0, 0};
    case Fault::kTwice:
      return {2, 0};
    case Fault::kLate:
      return {1, 15};
    case Fault::kVeryLate:
      return {1, 450};  // beyond the retransmission timer
    default:
      return {2, 60};
  }
}

TEST_CASE("el_ls_transport_any one frame may be lost, repeated or late, between two transports") {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  using P = Pair<Vel_ls_transport_512, 512>;
  // Frames of the exchange without a fault, the exchange of epochs included.
  std::array<std::size_t, 2> frames{};
  {
    P pair(small_frames());
    std::mt19937_64 random(seed());
    pair.create();
    exchange(pair, random);
    REQUIRE(pair.run_until([&] { return pair.finished(); }));
    for (unsigned i = 0; i < 200; ++i) {
      pair.step();
    }
    pair.check();
    frames = {pair.wire[0].count, pair.wire[1].count};
  }
  REQUIRE(frames[0] > 15);
  REQUIRE(frames[1] > 15);
  for (unsigned side = 0; side < 2; ++side) {
    for (std::size_t index = 0; index < frames[side]; ++index) {
      for (const Fault fault : kFaults) {
        INFO("side " << side << " frame " << index << " fault " << static_cast<int>(fault));
        P pair(small_frames());
        std::mt19937_64 random(seed());
        pair.wire[side].hook = [&](std::size_t i, const LsFrame&) {
          return i == index ? fate_of(fault) : Fate{};
        };
        pair.create();
        exchange(pair, random);
        REQUIRE(pair.run_until([&] { return pair.finished(); }));
        for (unsigned i = 0; i < 600; ++i) {
          pair.step();
        }
        pair.check();
      }
    }
  }
}

/// One exchange with the reference peer; the frame `index` of `side` (0: from the transport) has a
/// fault. Returns the frames of both sides.
std::array<std::size_t, 2> exchange_with_reference(unsigned side, std::size_t index, Fate fate) {
  Transport<Vel_ls_transport_512, 512> dut(kOwn, small_frames());
  std::mt19937_64 random(seed());
  reference::LsPeer::Options o;
  o.id = kRight;
  o.other = kOwn;
  o.pkey = kPkey;
  o.epoch = 77;
  o.pack = 2;
  o.rto = 300;
  o.hello = 200;
  reference::LsPeer peer(o);
  std::array<Wire, 2> wire{Wire(20), Wire(20)};
  wire.at(side).hook = [&](std::size_t i, const LsFrame&) { return i == index ? fate : Fate{}; };
  const auto step = [&] {
    dut.step();
    for (; !dut.sent.empty(); dut.sent.pop_front()) {
      wire[0].put(dut.sent.front().frame, dut.now());
    }
    wire[0].get(dut.now(), [&](const LsFrame& f) { peer.receive(f, dut.now()); });
    peer.tick(dut.now());
    for (; !peer.out.empty(); peer.out.pop_front()) {
      wire[1].put(peer.out.front(), dut.now());
    }
    wire[1].get(dut.now(), [&](const LsFrame& f) { dut.receive(f); });
  };
  const auto run_until = [&](auto&& done) {
    for (unsigned i = 0; i < 20000 && !done(); ++i) {
      step();
    }
    return done();
  };
  dut.create(peer_object(kRight, 5));
  REQUIRE(run_until([&] { return dut.up(2) && peer.up(); }));
  std::vector<Command> requests;
  std::vector<Command> theirs;
  std::vector<Command> answers;
  for (std::uint16_t i = 0; i < 10; ++i) {
    requests.push_back(random_request(2, i, random));
    dut.send(requests.back());
    theirs.push_back(random_request(2, i, random));
    peer.send(theirs.back().vc, theirs.back().bytes());
    if (i % 3 == 0) {
      peer.expect_response(i, 32);
      answers.push_back(make_response(2, 0x81, i, 0, 32, random));
      dut.send(answers.back());
    }
    for (unsigned k = 0; k < 25; ++k) {
      step();
    }
  }
  REQUIRE(run_until([&] {
    return peer.idle() && dut.streams_idle() && dut.received[0].size() >= theirs.size() &&
           peer.delivered[0].size() + peer.delivered[2].size() >= requests.size() &&
           peer.delivered[1].size() >= answers.size();
  }));
  for (unsigned i = 0; i < 700; ++i) {
    step();
  }
  for (const unsigned vc : {0U, 2U}) {
    CHECK(peer.delivered.at(vc) == bytes_of(requests, 2, vc));
    CHECK(bytes_of(dut.received[0], 2, vc) == bytes_of(theirs, 2, vc));
  }
  CHECK(peer.delivered[1] == bytes_of(answers, 2, 1));
  CHECK(dut.received[0].size() == theirs.size());
  CHECK(peer.sound);
  CHECK(dut.sound);
  CHECK(peer.sessions == 1);
  return {wire[0].count, wire[1].count};
}

TEST_CASE("el_ls_transport_any one frame may be lost, repeated or late, to the reference peer") {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  const auto frames = exchange_with_reference(0, SIZE_MAX, {});
  REQUIRE(frames[0] > 15);
  REQUIRE(frames[1] > 15);
  for (unsigned side = 0; side < 2; ++side) {
    for (std::size_t index = 0; index < frames.at(side); ++index) {
      for (const Fault fault : kFaults) {
        INFO("side " << side << " frame " << index << " fault " << static_cast<int>(fault));
        exchange_with_reference(side, index, fate_of(fault));
      }
    }
  }
}

TEMPLATE_TEST_CASE("el_ls_transport_a bad cable and stalls everywhere lose nothing", "", W256, W512,
                   W1024) {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  for (unsigned round = 0; round < 3; ++round) {
    TransportTimes times = small_frames();
    times.pack = round == 0 ? 1920 : 500;
    times.window = round == 1 ? 4 : 255;
    times.retries = 200;
    Pair<typename TestType::Model, TestType::kWidth> pair(times, 10);
    std::mt19937_64 random(seed() + round);
    pair.create();
    REQUIRE(pair.connect());
    for (unsigned n = 0; n < 2; ++n) {
      pair.wire[n].hook = [&](std::size_t, const LsFrame&) {
        switch (random() % 25) {
          case 0:
            return Fate{0, 0};
          case 1:
            return Fate{2, random() % 40};
          case 2:
            return Fate{1, random() % 100};
          default:
            return Fate{};
        }
      };
      auto& pace = pair.node[n]->pace;
      pace.commands = 80;
      pace.consumers = n == round % 2 ? 40 : 90;
      pace.headers = 70;
      pace.payload = 70;
      pace.in_headers = 80;
      pace.in_payload = 60;
    }
    for (unsigned i = 0; i < 250; ++i) {
      for (unsigned n = 0; n < 2; ++n) {
        pair.ask(n, random_request(pair.other(n), static_cast<std::uint16_t>(i), random));
      }
    }
    REQUIRE(pair.run_until([&] { return pair.finished(); }, 400000));
    for (unsigned i = 0; i < 1000; ++i) {
      pair.step();
    }
    pair.check();
    CHECK(pair.node[0]->cnt[kTxRepeated] > 0);
    CHECK(pair.node[0]->cnt[kRxDuplicates] > 0);
    CHECK(pair.node[0]->cnt[kRxGaps] > 0);
    CHECK(pair.node[0]->cnt[kTxNacks] > 0);
    CHECK(pair.node[0]->cnt[kPeerDown] == 0);
  }
}

TEST_CASE("el_ls_transport_sequence numbers wrap on a bad cable") {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  TransportTimes times = small_frames();
  times.pack = 4;  // one command a frame
  times.retries = 200;
  Pair<Vel_ls_transport_512, 512> pair(times, 5);
  std::mt19937_64 random(seed());
  pair.create();
  REQUIRE(pair.connect());
  bool near_wrap = false;
  for (unsigned n = 0; n < 2; ++n) {
    pair.wire[n].hook = [&](std::size_t, const LsFrame& f) {
      const LsFields fields = reference::ls_parse(f);
      near_wrap = near_wrap || (fields.op == LsOp::kData && fields.psn > 0xFFF0);
      // Far from the wrap losses would only take time.
      const bool near = fields.psn > 0xFF00 || fields.psn < 0x100;
      switch (random() % (near ? 30 : 3000)) {
        case 0:
          return Fate{0, 0};
        case 1:
          return Fate{2, random() % 30};
        default:
          return Fate{};
      }
    };
  }
  constexpr unsigned kCount = 0x10000 + 600;
  std::size_t checked = 0;
  for (unsigned i = 0; i < kCount; i += 200) {
    for (unsigned k = 0; k < 200; ++k) {
      // FENCE is a command without data; the address tells them apart.
      Command c =
          make_request(pair.other(0), 0, 0x20, 4, static_cast<std::uint16_t>(i + k), random);
      pair.node[0]->send(c);
      pair.asked[0].push_back(c);
    }
    REQUIRE(pair.run_until([&] { return pair.finished(); }));
    checked += pair.asked[0].size();
    pair.check();
    pair.forget();
  }
  CHECK(near_wrap);
  CHECK(checked > 0x10000);
  CHECK(pair.node[1]->cnt[kRxFrames] > 0x10000);
  CHECK(pair.node[0]->cnt[kRxFrames] > 0x10000);  // the answers wrapped, too
}

TEST_CASE("el_ls_transport_a restarted end starts a session of its own") {
  INFO("seed " << seed() << ", replay: ETHLINK_SEED=" << seed() << " el_ls_transport_test");
  Pair<Vel_ls_transport_512, 512> pair(small_frames());
  std::mt19937_64 random(seed());
  pair.create();
  REQUIRE(pair.connect());
  for (std::uint16_t round = 0; round < 20; ++round) {
    const unsigned again = round % 2U;
    // Restarted while commands are on their way.
    for (unsigned i = 0; i < 30; ++i) {
      for (unsigned n = 0; n < 2; ++n) {
        pair.ask(n, random_request(pair.other(n), static_cast<std::uint16_t>(i), random));
      }
    }
    for (std::uint64_t i = random() % 400; i > 0; --i) {
      pair.step();
    }
    auto& node = *pair.node[again];
    const auto finish = [&] {
      for (unsigned i = 0; i < 5000 && !node.answered; ++i) {
        pair.step();
      }
      REQUIRE(node.answered);
      REQUIRE(node.status == 0);
    };
    node.object(kDestroy, pair.other(again));
    finish();
    node.object(kCreate, pair.other(again),
                peer_object(again == 0 ? kRight : kLeft, static_cast<std::uint16_t>(1000 + round)));
    finish();
    const auto& far = *pair.node[1 - again];
    REQUIRE(pair.run_until([&] { return !far.up(pair.other(1 - again)); }));
    REQUIRE(pair.run_until(
        [&] { return pair.node[0]->up(pair.other(0)) && pair.node[1]->up(pair.other(1)); }));
    // What the old sessions left behind drains; none of it may appear later.
    for (unsigned i = 0; i < 1500; ++i) {
      pair.step();
    }
    for (unsigned n = 0; n < 2; ++n) {
      // Delivered so far: a prefix of each path, in order.
      for (const unsigned vc : {0U, 2U}) {
        const auto got = bytes_of(pair.node[1 - n]->received[0], pair.other(1 - n), vc);
        const auto asked = bytes_of(pair.asked[n], pair.other(n), vc);
        REQUIRE(got.size() <= asked.size());
        std::size_t at = 0;  // commands may be missing, but none may come twice or out of order
        for (const Bytes& command : got) {
          while (at < asked.size() && asked[at] != command) {
            ++at;
          }
          REQUIRE(at < asked.size());
          ++at;
        }
      }
      CHECK(pair.node[n]->sound);
    }
    // Both ends report down, then up.
    REQUIRE(pair.node[1 - again]->events.size() >= 2);
    CHECK_FALSE(pair.node[1 - again]->events[pair.node[1 - again]->events.size() - 2].up);
    CHECK(pair.node[1 - again]->events.back().up);
    // The new session works.
    pair.forget();
    for (unsigned i = 0; i < 10; ++i) {
      for (unsigned n = 0; n < 2; ++n) {
        pair.ask(n, random_request(pair.other(n), static_cast<std::uint16_t>(i), random));
      }
    }
    REQUIRE(pair.run_until([&] { return pair.finished(); }));
    pair.check();
  }
}

}  // namespace
}  // namespace ethlink::test
