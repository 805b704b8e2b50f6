// SPDX-License-Identifier: Apache-2.0
//
// Each cell of the matrix is a test: messages of 1 to 9 packets between two hosts, through driver,
// endpoint, links and switch, and a fault at each packet of each. Data, completions, the rules of
// the protocol in every frame and the counters are judged.
#include "matrix.hpp"

#include <cstdio>
#include <cstring>
#include <numeric>

#include "catch.hpp"
#include "checked_run.hpp"

namespace ethlink::conformance {
namespace {

using test::expect;
using test::must;

constexpr std::uint64_t kTo = 65536;  // where the data lands, or comes from
constexpr std::uint32_t kFirstPsn = 0xFFFFF0;
constexpr std::uint32_t kImmediate = 0xC0DE0000;
constexpr std::uint32_t kRoom = 40960;  // of a receive request

/// Data path and path MTU of the runs; the 256-bit model checks its assertions.
struct Setting {
  unsigned data_width;
  unsigned path_mtu;
};
#ifdef ETHLINK_CONFORMANCE_EXTENDED
constexpr std::array kSettings{Setting{512, 512}, Setting{1024, 1024}, Setting{512, 4096}};
#else
constexpr std::array kSettings{Setting{256, 256}};
#endif

std::uint64_t old_value(unsigned number) {
  return 0x0123456789ABCDEF * number;
}
std::uint64_t operand(unsigned number) {
  return 0xFEDC000000000001 + number;
}

void write_word(test::Side& s, std::uint64_t offset, std::uint64_t value) {
  std::memcpy(s.bytes(offset), &value, sizeof value);
}
std::uint64_t read_word(test::Side& s, std::uint64_t offset) {
  std::uint64_t value = 0;
  std::memcpy(&value, s.bytes(offset), sizeof value);
  return value;
}

SendRequest request_of(test::Side& s, const Operation& operation, const SgeView& sge,
                       unsigned number) {
  SendRequest request;
  request.opcode = operation.opcode;
  request.wr_id = number;
  request.sges = {&sge, 1};
  request.remote_va = s.remote_va(kTo);
  request.rkey = s.remote.rkey;
  request.imm = kImmediate + number;
  // Every second comparison fails.
  request.compare = old_value(number) + number % 2;
  request.swap_or_add = operand(number);
  return request;
}

void ask(test::Side& s, const Operation& operation, const Fault& fault,
         const std::vector<Message>& messages) {
  unsigned number = 0;
  for (const Message& message : messages) {
    const std::string name = std::to_string(++number);
    const bool fetches = operation.kind == Kind::kRead || operation.kind == Kind::kAtomic;
    std::fill_n(s.bytes(), kRoom, std::byte{0});
    if (!fetches) {
      s.fill(0, message.bytes, number);
    }
    s.meet("ready" + name);
    const SgeView sge = s.local(0, message.bytes);
    SendRequest request = request_of(s, operation, sge, number);
    if (operation.invalidates) {
      request.rkey = must(await_record<std::uint32_t>(s.port, "key" + name, test::kSoon));
    }
    must(s.qp().post_send(request));
    if (fault.late_receive) {
      must(s.end.device->wait_for([&] { return s.counter(regs::kCntRoceSqRxRnr) >= number; },
                                  test::kSoon, "RNR NAK"));
      s.meet("not ready" + name);
    }
    const WorkCompletion done = s.completion();
    expect(done.status == regs::WcStatus::kSuccess && done.wr_id == number,
           "success of request " + name + ", found " + std::string(to_string(done.status)));
    if (operation.kind == Kind::kRead) {
      expect(s.filled(0, message.bytes, number), "the bytes of READ " + name);
    } else if (operation.kind == Kind::kAtomic) {
      expect(read_word(s, 0) == old_value(number), "the old value of atomic " + name);
    }
    if (fetches) {
      expect(*s.bytes(message.bytes) == std::byte{0}, "nothing behind what was read");
    }
    s.meet("done" + name);
  }
  std::array<WorkCompletion, 1> more;
  expect(must(s.end.cq->poll(more)) == 0, "one completion a request");
  must(report_counters(*s.end.device, s.port));
}

void check_received(test::Side& s, const Operation& operation, const Message& message,
                    unsigned number, std::uint32_t key) {
  const WorkCompletion done = s.completion();
  const std::string name = std::to_string(number);
  expect(done.status == regs::WcStatus::kSuccess && done.wr_id == number,
         "receive request " + name + " to complete, found " + std::string(to_string(done.status)));
  expect(done.byte_len == message.bytes, "the length of message " + name);
  expect(done.opcode ==
             (operation.kind == Kind::kSend ? regs::CqeOp::kRecv : regs::CqeOp::kRecvWriteImm),
         "the kind of message " + name);
  expect(((done.flags & regs::kCqeFlagImm) != 0) == operation.immediate &&
             (!operation.immediate || done.imm == kImmediate + number),
         "the immediate data of message " + name);
  expect(((done.flags & regs::kCqeFlagInv) != 0) == operation.invalidates &&
             (!operation.invalidates || done.imm == key),
         "the key of message " + name);
}

void answer(test::Side& s, const Operation& operation, const Fault& fault,
            const std::vector<Message>& messages) {
  unsigned number = 0;
  for (const Message& message : messages) {
    const std::string name = std::to_string(++number);
    std::fill_n(s.bytes(kTo), kRoom, std::byte{0});
    if (operation.kind == Kind::kRead) {
      s.fill(kTo, message.bytes, number);
    } else if (operation.kind == Kind::kAtomic) {
      write_word(s, kTo, old_value(number));
    }
    std::unique_ptr<MemoryRegion> region;
    if (operation.invalidates) {
      MemoryRegionOptions options;
      options.access = regs::kAccessLocalWrite;
      options.va = s.memory.iova();
      region = must(MemoryRegion::create(*s.end.device, s.memory, 0, 4096, options));
      must(publish_record(s.port, "key" + name, region->rkey()));
    }
    const SgeView sge = s.local(kTo, kRoom);
    const auto post = [&] { must(s.qp().post_receive({number, {&sge, 1}})); };
    if (operation.receives() && !fault.late_receive) {
      post();
    }
    s.meet("ready" + name);
    if (fault.late_receive) {
      s.meet("not ready" + name);
      post();
    }
    if (operation.receives()) {
      check_received(s, operation, message, number, region ? region->rkey() : 0);
    }
    s.meet("done" + name);
    const std::string what = " message " + name + " of " + std::to_string(message.packets) +
                             " packets, hit at packet " + std::to_string(message.packet);
    if (operation.kind == Kind::kAtomic) {
      const std::uint64_t want = operation.opcode == regs::WqeOp::kFetchAdd
                                     ? old_value(number) + operand(number)
                                 : number % 2 == 0 ? operand(number)
                                                   : old_value(number);
      expect(read_word(s, kTo) == want, "memory changed once by" + what);
    } else {
      expect(s.filled(kTo, message.bytes, number), "the bytes of" + what);
    }
    expect(*s.bytes(kTo + message.bytes) == std::byte{0}, "nothing behind the bytes of" + what);
  }
  std::array<WorkCompletion, 1> more;
  expect(must(s.end.cq->poll(more)) == 0, "one completion a message");
  must(report_counters(*s.end.device, s.port));
}

/// Returns how many packets were hit.
std::size_t run_cell(const Operation& operation, const Fault& fault, const Setting& setting) {
  const std::vector<Message> messages = messages_of(operation, fault, setting.path_mtu, kFirstPsn);
  const FaultPlan plan = plan_of(operation, fault, messages);
  test::PairOptions options;
  options.fault_events = plan.text;
  options.data_width = setting.data_width;
  options.path_mtu = setting.path_mtu;
  options.memory_bytes = kTo + 2 * kRoom;
  options.timeout = 2;
  options.max_time_us = 2'000'000;
  const auto result = test::run_checked(
      options, [&](test::Side& s) { ask(s, operation, fault, messages); },
      [&](test::Side& s) { answer(s, operation, fault, messages); });
  // The fault that drops every NAK, the last one, is none of those that were planned one by one.
  const auto end = result.faults.end() - (fault.naks_lost ? 1 : 0);
  const std::uint64_t done =
      std::accumulate(result.faults.begin(), end, std::uint64_t{0},
                      [](std::uint64_t sum, const sim::FaultResult& f) { return sum + f.done; });
  CHECK(done == plan.actions);
  return messages.size();
}

/// A test case that the matrix makes instead of a macro.
class Cell : public Catch::ITestInvoker {
 public:
  Cell(const Operation& operation, const Fault& fault) : operation_(operation), fault_(fault) {}
  void invoke() const override {
    std::size_t points = 0;
    for (const Setting& setting : kSettings) {
      CAPTURE(setting.data_width, setting.path_mtu);
      points += run_cell(operation_, fault_, setting);
    }
    std::printf("points %zu\n", points);  // for table.py
  }

 private:
  const Operation& operation_;
  const Fault& fault_;
};

[[maybe_unused]] const bool registered = [] {
  for (const Operation& operation : kOperations) {
    for (const Fault& fault : kFaults) {
      if (applies(operation, fault)) {
        const std::string title = title_of(operation, fault);
        // AutoReg does its work in its constructor; the registry owns the invoker.
        const Catch::AutoReg cell(new Cell(operation, fault), CATCH_INTERNAL_LINEINFO,
                                  Catch::StringRef(), Catch::NameAndTags(title, "[conformance]"));
      }
    }
  }
  return true;
}();

}  // namespace
}  // namespace ethlink::conformance
