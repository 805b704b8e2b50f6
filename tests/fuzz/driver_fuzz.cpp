// SPDX-License-Identifier: Apache-2.0
//
// The driver under a device that lies: capabilities, completions, events, descriptors, counters.
#include <array>

#include "ethlink/completion_queue.hpp"
#include "ethlink/device.hpp"
#include "ethlink/memory_region.hpp"
#include "ethlink/plain_port.hpp"
#include "ethlink/queue_pair.hpp"

#include "driver/fake_device.hpp"
#include "fuzz.hpp"

namespace {

using namespace ethlink;
using test::FakeDevice;

// The IOVA of the ring in the last CREATE of `kind`, from `offset` of its fields.
std::uint64_t ring_of(const FakeDevice& fake, regs::ObjKind kind, std::size_t offset = 0) {
  for (auto record = fake.admin.rbegin(); record != fake.admin.rend(); ++record) {
    if (record->kind == static_cast<unsigned>(kind) && record->verb == 1) {
      return test::le<std::uint64_t>(record->data, offset);
    }
  }
  return 0;
}

void fill(FakeDevice& fake, std::uint64_t iova, std::size_t bytes, fuzz::Input& input) {
  const std::span<const std::uint8_t> from = input.take(bytes);
  if (!from.empty()) {
    std::memcpy(fake.at(iova), from.data(), from.size());
  }
}

void use(FakeDevice& fake, Device& device, fuzz::Input& input) {
  constexpr std::uint32_t kEntries = 4;
  Result<std::unique_ptr<CompletionQueue>> cq = CompletionQueue::create(device, kEntries);
  if (!cq) {
    return;
  }
  Result<std::unique_ptr<QueuePair>> qp = QueuePair::create(device, **cq, **cq, {});
  Result<DmaBuffer> buffer = DmaBuffer::create(device.backend(), 4096);
  std::array<WorkCompletion, 8> out;
  const std::uint64_t completions = ring_of(fake, regs::ObjKind::kCq);
  const std::uint64_t events = ring_of(fake, regs::ObjKind::kEq);
  for (unsigned round = 0; round < 4 && !input.empty(); ++round) {
    if (qp) {
      static_cast<void>((*qp)->post_send({}));
      static_cast<void>((*qp)->post_receive({}));
      static_cast<void>((*qp)->query());
    }
    fill(fake, completions, kEntries * sizeof(regs::Cqe), input);
    const Result<std::size_t> count = (*cq)->poll(out);
    fuzz::promise(!count || *count <= out.size(), "no more completions than asked for");
    fill(fake, events, 4 * sizeof(regs::Eqe), input);
    static_cast<void>(device.process_events());
    static_cast<void>(device.take_cq_event((*cq)->cqn()));
    static_cast<void>(device.take_cq_event(input.take<std::uint32_t>()));
    while (device.next_event()) {
    }
  }
}

void receive(FakeDevice& fake, Device& device, fuzz::Input& input) {
  Result<std::unique_ptr<PlainPort>> port = PlainPort::create(device, 2);
  if (!port) {
    return;
  }
  for (unsigned round = 0; round < 4 && !input.empty(); ++round) {
    const std::array<std::byte, 64> frame{};
    static_cast<void>((*port)->send(frame));
    for (const std::uint64_t ring :
         {fake.reg(regs::kCsrPlainTxBase), fake.reg(regs::kCsrPlainRxBase)}) {
      fill(fake, ring, 2 * sizeof(regs::PlainDesc), input);
    }
    static_cast<void>((*port)->sent());
    const auto received = (*port)->receive();
    fuzz::promise(
        !received || !received->has_value() || (**received).size() <= device.config().mtu + 64,
        "a frame that fits its buffer");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  FakeDevice fake;
  DeviceConfig config;
  config.admin_timeout = Duration{1'000'000};
  config.gids = {gid_of_ipv4(10, 0, 0, 1)};
  const unsigned lies = input.byte();
  if ((lies & 1U) != 0) {
    fake.reg(regs::kCsrCaps0) = input.take<std::uint64_t>();
    fake.reg(regs::kCsrCaps1) = input.take<std::uint64_t>();
  }
  if ((lies & 2U) != 0) {
    fake.admin_status = input.byte();
    fake.refused_kind = input.byte();
  }
  if ((lies & 4U) != 0) {
    std::vector<std::uint8_t> answer = input.bytes(48);
    answer.resize(48);
    fake.answers[static_cast<unsigned>(regs::ObjKind::kQp)] = answer;
  }
  Result<std::unique_ptr<Device>> device = Device::open(fake, config);
  if (!device) {
    return 0;
  }
  use(fake, **device, input);
  receive(fake, **device, input);
  static_cast<void>((*device)->read_counters());
  return 0;
}
