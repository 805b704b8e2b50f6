// SPDX-License-Identifier: Apache-2.0
//
// Messages between endpoint and guest, see session.hpp.
#include "session.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include <arpa/inet.h>

#include "pattern.hpp"
#include "programs/node_setup.hpp"

namespace ethlink::interop {
namespace {

constexpr std::uint32_t kFirstPsn = 0xFFFFF0;
constexpr std::uint32_t kAccess = regs::kAccessLocalWrite | regs::kAccessRemoteWrite |
                                  regs::kAccessRemoteRead | regs::kAccessRemoteAtomic;
constexpr Duration kPatience{60'000'000'000'000};  // 60 s of simulated time
constexpr Duration kRnrLook{200'000'000};          // 200 us
constexpr std::uint64_t kGuard = 16;               // bytes behind each message that must not change
constexpr unsigned kEndpoint = 0, kGuestNode = 1;  // of the addresses by convention
constexpr Gid kEndpoint6{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
constexpr Gid kGuest6{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
constexpr std::uint8_t kReadsInFlight = 4;  // READs and atomics of the guest
constexpr std::uint64_t kImmediateOfId = 0x11000000;

// The upper half of each memory receives, the lower half sends.
constexpr std::uint64_t kReceiveHalf = kMemoryBytes / 2;
constexpr std::uint64_t kAtomicOffset = kMemoryBytes - 64;  // what atomics work on

template <typename T>
T must(Result<T>&& result, const char* what) {
  if (!result) {
    throw std::runtime_error(std::string(what) + ": " + result.error().context);
  }
  if constexpr (!std::is_void_v<T>) {
    return std::move(*result);
  }
}

void expect(bool good, const std::string& what) {
  if (!good) {
    throw std::runtime_error("expected " + what);
  }
}

std::string text(std::uint64_t number) {
  return std::to_string(number);
}

std::string range(std::uint64_t offset, std::uint64_t length) {
  return " offset=" + text(offset) + " length=" + text(length);
}

}  // namespace

// A message on its way, with where it lies.
struct Session::Transfer {
  Message message;
  std::uint64_t id = 0;           // of both requests, and the salt of its bytes
  std::uint64_t source = 0;       // offset in the memory where the data comes from
  std::uint64_t destination = 0;  // offset in the memory where it goes
  std::uint32_t key = 0;          // to use or to invalidate
  bool completed = false, received = false;

  [[nodiscard]] std::uint32_t immediate() const {
    return static_cast<std::uint32_t>(kImmediateOfId + id);
  }
  [[nodiscard]] std::uint64_t guard_salt() const { return ~id; }
  [[nodiscard]] bool by_guest() const { return message.from == From::kGuest; }
  [[nodiscard]] bool data_from_guest() const {
    return by_guest() == (operation().data != Data::kFetch);
  }
  // Where the side that asks has the data, and the other one.
  [[nodiscard]] std::uint64_t near() const {
    return operation().data == Data::kFetch ? destination : source;
  }
  [[nodiscard]] std::uint64_t far() const {
    return operation().data == Data::kFetch ? source : destination;
  }
  [[nodiscard]] const Operation& operation() const { return *message.operation; }
};

Session::Session(sim::HostPort& port, GuestControl& guest)
    : port_(&port), guest_(&guest), backend_(port) {
  DeviceConfig config;
  config.mac = mac_of(kEndpoint);
  config.node_id = node_id_of(kEndpoint);
  config.gids = {gid_of(kEndpoint), kEndpoint6};
  device_ = must(Device::open(backend_, config), "open the device");
  queue_ = must(CompletionQueue::create(*device_, 256), "make a completion queue");
  memory_ = must(
      DmaBuffer::create(backend_, kMemoryBytes, 4096, {.device_writable = true, .notifies = true}),
      "make memory");
  MemoryRegionOptions options;
  options.access = kAccess;
  options.va = memory_.iova();
  region_ =
      must(MemoryRegion::create(*device_, memory_, 0, kMemoryBytes, options), "register memory");
}

void Session::connect(const Link& link) {
  mortal_.clear();
  pair_.reset();
  guest_->ask("close");
  pair_ = must(QueuePair::create(*device_, *queue_, *queue_, {}), "make a queue pair");
  const Answer other =
      guest_->ask("connect family=" + text(link.family) + " mtu=" + text(link.mtu) +
                  " qpn=" + text(pair_->qpn()) + " psn=" + text(kFirstPsn) +
                  " timeout=" + text(link.guest_timeout) +
                  " retry=7 rnr_retry=7 min_rnr=" + text(link.rnr_timer));
  guest_va_ = other.at("va");
  guest_rkey_ = static_cast<std::uint32_t>(other.at("rkey"));
  Connection c;
  c.dest_qpn = static_cast<std::uint32_t>(other.at("qpn"));
  c.dgid = link.family == 4 ? gid_of(kGuestNode) : kGuest6;
  c.sgid_index = link.family == 4 ? 0 : 1;
  c.dmac = mac_of(kGuestNode);
  c.send_psn = c.receive_psn = kFirstPsn;
  c.path_mtu = link.mtu;
  c.timeout = link.endpoint_timeout;
  c.min_rnr_timer = link.rnr_timer;
  c.remote_access = kAccess;
  must(pair_->connect(c), "connect");
  regs::ObjQp limits;
  limits.max_dest_rd_atomic = kReadsInFlight;
  must(pair_->modify(limits, regs::kQpMaskMaxDestRdAtomic), "limit the READs in flight");
}

SgeView Session::local(std::uint64_t offset, std::uint32_t bytes) const {
  return {region_->va() + offset, bytes, region_->lkey()};
}

void Session::fill(std::uint64_t offset, std::uint64_t length, std::uint64_t salt) {
  for (std::uint64_t i = 0; i < length; ++i) {
    memory_.data()[offset + i] = std::byte{pattern(i, salt)};
  }
}

void Session::check(std::uint64_t offset, std::uint64_t length, std::uint64_t salt) const {
  for (std::uint64_t i = 0; i < length; ++i) {
    const auto found = std::to_integer<unsigned>(memory_.data()[offset + i]);
    expect(found == pattern(i, salt), "byte " + text(i) + " of " + text(length) + " to be " +
                                          text(pattern(i, salt)) + ", found " + text(found));
  }
}

WorkCompletion Session::completion() {
  return must(queue_->wait(kPatience), "wait for a completion");
}

void Session::place(const std::vector<Message>& messages, std::vector<Transfer>& transfers) {
  std::array<std::uint64_t, 2> used{};  // by direction
  for (const Message& message : messages) {
    Transfer t;
    t.message = message;
    t.id = next_++;
    std::uint64_t& at = used.at(t.data_from_guest() ? 1 : 0);
    // An odd distance: every alignment of both sides comes up.
    t.source = at + t.id % 7;
    t.destination = kReceiveHalf + at + t.id % 61;
    at += message.length + 128;
    expect(at <= kReceiveHalf, "messages that fit into the memory");
    transfers.push_back(t);
  }
}

// Everything that both sides must have before the first message leaves.
void Session::prepare(std::vector<Transfer>& transfers) {
  std::vector<std::string> commands;
  for (Transfer& t : transfers) {
    const std::uint64_t end = t.destination + t.message.length;
    const std::uint64_t room = t.operation().data == Data::kReceive ? t.message.length + kGuard : 0;
    if (t.data_from_guest()) {
      commands.push_back("fill" + range(t.source, t.message.length) + " salt=" + text(t.id));
      fill(end, kGuard, t.guard_salt());
    } else {
      fill(t.source, t.message.length, t.id);
      commands.push_back("fill" + range(end, kGuard) + " salt=" + text(t.guard_salt()));
    }
    if (t.operation().receives() && t.by_guest()) {
      const SgeView element = local(t.destination, static_cast<std::uint32_t>(room));
      must(pair_->post_receive({t.id, {&element, 1}}), "post a receive request");
    } else if (t.operation().receives()) {
      commands.push_back("receive id=" + text(t.id) + range(t.destination, room));
    }
    t.key = t.by_guest() ? region_->rkey() : guest_rkey_;
    if (t.operation().invalidates) {
      t.key = t.by_guest() ? mortal_region() : mortal_window();
    }
  }
  guest_->ask(commands);
}

// Keys of all memory of a side, for the other one to end.
std::uint32_t Session::mortal_region() {
  MemoryRegionOptions options;
  options.access = kAccess;
  options.va = memory_.iova();
  mortal_.push_back(
      must(MemoryRegion::create(*device_, memory_, 0, kMemoryBytes, options), "register memory"));
  return mortal_.back()->rkey();
}

std::uint32_t Session::mortal_window() {
  return static_cast<std::uint32_t>(guest_->ask("window").at("rkey"));
}

void Session::post(const Transfer& t) {
  const SgeView element = local(t.near(), t.message.length);
  SendRequest request;
  request.wr_id = t.id;
  request.opcode = t.operation().opcode;
  request.sges = {&element, t.message.length == 0 ? 0U : 1U};
  request.remote_va = guest_va_ + t.far();
  request.rkey = t.key;
  request.imm = htonl(t.immediate());
  request.solicited = t.message.solicited;
  must(pair_->post_send(request), "post a send request");
}

std::string Session::guest_post(const Transfer& t) const {
  return std::string("post op=") + t.operation().name + " id=" + text(t.id) +
         range(t.near(), t.message.length) + " remote=" + text(region_->va() + t.far()) +
         " rkey=" + text(t.key) + " imm=" + text(t.immediate()) +
         " solicited=" + text(t.message.solicited ? 1 : 0);
}

// The guest's waits go with its requests: it polls while the endpoint works.
void Session::send(const std::vector<Transfer>& transfers) {
  std::vector<std::string> commands;
  std::size_t completions = 0;
  for (const Transfer& t : transfers) {
    if (t.by_guest()) {
      commands.push_back(guest_post(t));
    }
    completions += t.by_guest() || t.operation().receives() ? 1 : 0;
  }
  commands.insert(commands.end(), completions, "wait");
  guest_->tell(commands);
  for (const Transfer& t : transfers) {
    if (!t.by_guest()) {
      post(t);
    }
  }
}

void Session::check_endpoint_completions(std::vector<Transfer>& transfers) {
  std::size_t expected = 0;
  for (const Transfer& t : transfers) {
    expected += !t.by_guest() || t.operation().receives() ? 1 : 0;
  }
  for (std::size_t i = 0; i < expected; ++i) {
    const WorkCompletion done = completion();
    const std::string what = " at the endpoint for request " + text(done.wr_id);
    expect(done.status == regs::WcStatus::kSuccess,
           "success" + what + ", found " + std::string(to_string(done.status)));
    // The oldest that is left: completions keep the order of posting.
    const bool receive =
        done.opcode == regs::CqeOp::kRecv || done.opcode == regs::CqeOp::kRecvWriteImm;
    const auto t = std::find_if(transfers.begin(), transfers.end(), [&](const Transfer& item) {
      return receive ? item.by_guest() && item.operation().receives() && !item.received
                     : !item.by_guest() && !item.completed;
    });
    expect(t != transfers.end() && t->id == done.wr_id, "completions in order," + what);
    (receive ? t->received : t->completed) = true;
    if (!receive) {
      continue;
    }
    expect(done.byte_len == t->message.length,
           text(t->message.length) + " bytes" + what + ", found " + text(done.byte_len));
    expect((done.opcode == regs::CqeOp::kRecvWriteImm) == (t->operation().data != Data::kReceive),
           "the right kind of receive" + what);
    expect(((done.flags & regs::kCqeFlagImm) != 0) == t->operation().immediate &&
               (!t->operation().immediate || ntohl(done.imm) == t->immediate()),
           "the immediate data" + what);
    expect(((done.flags & regs::kCqeFlagInv) != 0) == t->operation().invalidates &&
               (!t->operation().invalidates || done.imm == t->key),
           "the invalidated key" + what);
  }
}

void Session::check_guest_completions(std::vector<Transfer>& transfers) {
  constexpr std::uint64_t kReceiveBit = 1U << 7;  // IBV_WC_RECV
  constexpr std::uint64_t kReceiveWriteImm = kReceiveBit + 1;
  // IBV_WC_WITH_IMM and IBV_WC_WITH_INV; soft-RoCE hands on the kernel's number of the latter.
  constexpr std::uint64_t kWithImm = 1U << 1, kWithInv = 1U << 2 | 1U << 3;
  std::size_t expected = 0;
  for (const Transfer& t : transfers) {
    expected += t.by_guest() || t.operation().receives() ? 1 : 0;
  }
  for (const Transfer& posted : transfers) {
    if (posted.by_guest()) {
      guest_->answer();
    }
  }
  for (std::size_t i = 0; i < expected; ++i) {
    const Answer done = guest_->answer();
    const std::string what = " at the guest for request " + text(done.at("id"));
    expect(done.at("status") == kGuestSuccess,
           "success" + what + ", found " + text(done.at("status")));
    const bool receive = (done.at("op") & kReceiveBit) != 0;
    const auto t = std::find_if(transfers.begin(), transfers.end(), [&](const Transfer& item) {
      return receive ? !item.by_guest() && item.operation().receives() && !item.received
                     : item.by_guest() && !item.completed;
    });
    expect(t != transfers.end() && t->id == done.at("id"), "completions in order," + what);
    (receive ? t->received : t->completed) = true;
    if (!receive) {
      continue;
    }
    const std::uint64_t flags = done.at("flags");
    expect(done.at("bytes") == t->message.length,
           text(t->message.length) + " bytes" + what + ", found " + text(done.at("bytes")));
    expect((done.at("op") == kReceiveWriteImm) == (t->operation().data != Data::kReceive),
           "the right kind of receive" + what);
    expect(((flags & kWithImm) != 0) == t->operation().immediate &&
               (!t->operation().immediate || done.at("imm") == t->immediate()),
           "the immediate data" + what);
    expect(((flags & kWithInv) != 0) == t->operation().invalidates &&
               (!t->operation().invalidates || done.at("key") == t->key),
           "the invalidated key " + text(t->key) + what + ", found " + text(done.at("key")) +
               ", flags " + text(flags));
  }
}

void Session::check_data(const std::vector<Transfer>& transfers) {
  std::vector<std::string> commands;
  for (const Transfer& t : transfers) {
    const std::uint64_t end = t.destination + t.message.length;
    if (t.data_from_guest()) {
      check(t.destination, t.message.length, t.id);
      check(end, kGuard, t.guard_salt());
    } else {
      commands.push_back("check" + range(t.destination, t.message.length) + " salt=" + text(t.id));
      commands.push_back("check" + range(end, kGuard) + " salt=" + text(t.guard_salt()));
    }
  }
  guest_->ask(commands);
}

void Session::exchange(const std::vector<Message>& messages) {
  std::vector<Transfer> transfers;
  place(messages, transfers);
  prepare(transfers);
  send(transfers);
  check_endpoint_completions(transfers);
  check_guest_completions(transfers);
  check_data(transfers);
  messages_ += messages.size();
}

std::uint64_t Session::load(std::uint64_t offset) const {
  std::uint64_t value = 0;
  std::memcpy(&value, memory_.data() + offset, sizeof(value));
  return value;
}

std::vector<std::uint64_t> Session::guest_atomics(const std::vector<AtomicRequest>& requests) {
  std::vector<std::string> commands;
  std::vector<std::string> loads;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const AtomicRequest& request = requests[i];
    commands.push_back(std::string("post op=") + request.name + " id=" + text(i) + range(8 * i, 8) +
                       " remote=" + text(region_->va() + kAtomicOffset) +
                       " rkey=" + text(region_->rkey()) + " imm=0 solicited=0 compare=" +
                       text(request.compare) + " operand=" + text(request.operand));
    loads.push_back("load offset=" + text(8 * i) + " length=8");
  }
  commands.insert(commands.end(), requests.size(), "wait");
  const std::vector<Answer> answers = guest_->ask(commands);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const Answer& done = answers[requests.size() + i];
    expect(done.at("status") == kGuestSuccess && done.at("id") == i,
           "atomic " + text(i) + " to succeed in its turn");
  }
  std::vector<std::uint64_t> old;
  for (const Answer& answer : guest_->ask(loads)) {
    old.push_back(answer.at("value"));
  }
  return old;
}

void Session::answer_atomics() {
  constexpr std::uint64_t kStart = 0x0102'0304'FFFF'FFF0;  // a sum carries soon
  constexpr std::uint64_t kStep = 0x0000'0001'0000'0003;
  constexpr std::size_t kAdditions = 20;  // more than may be in flight
  std::memcpy(memory_.data() + kAtomicOffset, &kStart, sizeof(kStart));
  const std::vector<std::uint64_t> old =
      guest_atomics(std::vector<AtomicRequest>(kAdditions, AtomicRequest{"fetch_add", 0, kStep}));
  for (std::size_t i = 0; i < kAdditions; ++i) {
    expect(old[i] == kStart + i * kStep, "addition " + text(i) + " to be done once, in its turn");
  }
  const std::uint64_t sum = kStart + kAdditions * kStep;
  expect(load(kAtomicOffset) == sum, "the sum in memory");
  // The first and the third compare with what is there.
  const std::vector<std::uint64_t> seen =
      guest_atomics({{"compare_swap", sum, 5}, {"compare_swap", sum, 6}, {"compare_swap", 5, 7}});
  expect(seen == std::vector<std::uint64_t>{sum, 5, 5}, "the value that each swap compared with");
  expect(load(kAtomicOffset) == 7, "two of three swaps to be done");
  messages_ += kAdditions + 3;
}

std::uint64_t Session::counter(std::string_view name) {
  const std::vector<std::uint64_t> values = must(device_->read_counters(), "read counters");
  const auto found = std::find_if(regs::kCounters.begin(), regs::kCounters.end(),
                                  [&](const auto& counter) { return counter.name == name; });
  expect(found != regs::kCounters.end(), "a counter " + std::string(name));
  return values.at(static_cast<std::size_t>(found - regs::kCounters.begin()));
}

void Session::receive_late(From from, std::uint32_t length) {
  const bool by_guest = from == From::kGuest;
  const char* refusals = by_guest ? "roce.rx_rnr" : "roce_sq.rx_rnr";
  const std::uint64_t before = counter(refusals);
  std::vector<Transfer> transfers;
  place({{&kOperations.at(0), from, length, false}}, transfers);
  const Transfer& t = transfers.front();
  if (by_guest) {
    guest_->ask("fill" + range(t.source, length) + " salt=" + text(t.id));
    guest_->tell({guest_post(t), "wait"});
  } else {
    fill(t.source, length, t.id);
    post(t);
  }
  while (counter(refusals) == before) {
    must(port_->wait(port_->now() + static_cast<sim::TimePs>(kRnrLook.count())), "wait");
  }
  if (by_guest) {
    const SgeView element = local(t.destination, length);
    must(pair_->post_receive({t.id, {&element, 1}}), "post a receive request");
    expect(completion().status == regs::WcStatus::kSuccess, "a late receive to succeed");
    guest_->answer();
    expect(guest_->answer().at("status") == kGuestSuccess, "a late SEND to succeed at the guest");
    check(t.destination, length, t.id);
  } else {
    guest_->ask("receive id=" + text(t.id) + range(t.destination, length));
    expect(guest_->ask("wait").at("status") == kGuestSuccess, "a late receive to succeed");
    expect(completion().status == regs::WcStatus::kSuccess, "a late SEND to succeed");
    guest_->ask("check" + range(t.destination, length) + " salt=" + text(t.id));
  }
  ++messages_;
}

void Session::refuse_write(From from, bool invalidated) {
  const bool by_guest = from == From::kGuest;
  constexpr std::uint32_t kLength = 5000;
  const Operation& write =
      *std::find_if(kOperations.begin(), kOperations.end(),
                    [](const Operation& item) { return item.opcode == regs::WqeOp::kWrite; });
  const Operation& invalidate =
      *std::find_if(kOperations.begin(), kOperations.end(),
                    [](const Operation& item) { return item.invalidates; });
  std::vector<Transfer> transfers;
  place({{&write, from, kLength, false}}, transfers);
  Transfer& t = transfers.front();
  t.key = (by_guest ? region_->rkey() : guest_rkey_) ^ 0x55;
  if (invalidated) {
    std::vector<Transfer> killers;
    place({{&invalidate, from, 64, false}}, killers);
    prepare(killers);
    send(killers);
    check_endpoint_completions(killers);
    check_guest_completions(killers);
    t.key = killers.front().key;
  }
  if (by_guest) {
    fill(t.destination, kLength, t.guard_salt());
    const std::vector<Answer> answers = guest_->ask({guest_post(t), "wait"});
    expect(answers.back().at("status") == kGuestAccessError,
           "a remote access error at the guest, found " + text(answers.back().at("status")));
    check(t.destination, kLength, t.guard_salt());
  } else {
    guest_->ask("fill" + range(t.destination, kLength) + " salt=" + text(t.guard_salt()));
    post(t);
    const WorkCompletion done = completion();
    expect(done.status == regs::WcStatus::kRemAccessErr,
           "a remote access error, found " + std::string(to_string(done.status)));
    guest_->ask("check" + range(t.destination, kLength) + " salt=" + text(t.guard_salt()));
  }
  ++messages_;
}

}  // namespace ethlink::interop
