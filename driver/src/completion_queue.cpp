// SPDX-License-Identifier: Apache-2.0
#include "ethlink/completion_queue.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "ethlink/queue_pair.hpp"

namespace ethlink {
namespace {

constexpr std::size_t kEntry = sizeof(regs::Cqe);
constexpr std::size_t kPhase = offsetof(regs::Cqe, phase);

Result<unsigned> log2_of_ring(std::uint32_t entries) {
  if (!std::has_single_bit(entries) || entries > 65536) {
    return Error{Errc::kInvalidArgument,
                 "completion queue entries: expected a power of two from 1 to 65536, found " +
                     std::to_string(entries)};
  }
  return static_cast<unsigned>(std::countr_zero(entries));
}

// Where entry `number` lies in a ring, and the phase that says it was written.
std::size_t offset_of(std::uint32_t number, unsigned log_size) {
  return (number & ((1U << log_size) - 1)) * kEntry;
}
std::uint8_t phase_of(std::uint32_t number, unsigned log_size) {
  return static_cast<std::uint8_t>(((number >> log_size) & 1U) ^ 1U);
}

}  // namespace

Result<std::unique_ptr<CompletionQueue>> CompletionQueue::create(Device& device,
                                                                 std::uint32_t entries,
                                                                 std::uint16_t ctx) {
  Result<unsigned> log_size = log2_of_ring(entries);
  if (!log_size) {
    return log_size.error();
  }
  Result<DmaBuffer> ring = DmaBuffer::create(device.backend(), entries * kEntry);
  if (!ring) {
    return ring.error();
  }
  Result<std::uint32_t> cqn = device.take_numbers(Device::Table::kCq, 1);
  if (!cqn) {
    return cqn.error();
  }
  regs::ObjCq object;
  object.base = ring->iova();
  object.log_size = static_cast<std::uint8_t>(*log_size);
  object.eqn = 0;
  object.ctx = ctx;
  Result<regs::ObjCq> created =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kCq, *cqn, object);
  if (!created) {
    device.give_numbers(Device::Table::kCq, *cqn, 1);
    return created.error();
  }
  return std::unique_ptr<CompletionQueue>(
      new CompletionQueue(device, *cqn, *log_size, ctx, std::move(*ring)));
}

CompletionQueue::~CompletionQueue() {
  if (device_->admin().destroy(regs::ObjKind::kCq, cqn_)) {
    device_->give_numbers(Device::Table::kCq, cqn_, 1);
  }
}

bool CompletionQueue::ready() const {
  const auto* phase = reinterpret_cast<const volatile std::uint8_t*>(
      ring_.data() + offset_of(consumed_, log_size_) + kPhase);
  return (*phase & 1U) == phase_of(consumed_, log_size_);
}

Result<WorkCompletion> CompletionQueue::decode(const regs::Cqe& cqe) const {
  WorkCompletion out;
  out.status = static_cast<regs::WcStatus>(cqe.status);
  out.opcode = static_cast<regs::CqeOp>(cqe.opcode);
  out.qpn = cqe.qpn & 0xffffffU;
  out.byte_len = cqe.byte_len;
  out.imm = cqe.imm;
  out.data = cqe.data;
  out.flags = cqe.flags;
  if ((cqe.flags & regs::kCqeFlagGrh) != 0) {
    out.src_qp = static_cast<std::uint32_t>(cqe.data & 0xffffffU);
    out.data = 0;
  }
  out.vendor_err = cqe.vendor_err;
  if (out.opcode == regs::CqeOp::kLoadStore) {
    out.wr_id = cqe.wqe_index;
    return out;
  }
  QueuePair* qp = device_->find_qp(out.qpn);
  if (qp == nullptr) {
    return Error{Errc::kDeviceError,
                 "completion names queue pair " + std::to_string(out.qpn) + ", which is not ours"};
  }
  const bool receive = out.opcode == regs::CqeOp::kRecv || out.opcode == regs::CqeOp::kRecvWriteImm;
  Result<std::uint64_t> wr_id =
      receive ? qp->retire_receive(cqe.wqe_index) : qp->retire_send(cqe.wqe_index);
  if (!wr_id) {
    return wr_id.error();
  }
  out.wr_id = *wr_id;
  return out;
}

Result<std::size_t> CompletionQueue::poll(std::span<WorkCompletion> out) {
  std::size_t count = 0;
  while (count < out.size() && ready()) {
    from_device_barrier();
    regs::Cqe cqe;
    std::memcpy(&cqe, ring_.data() + offset_of(consumed_, log_size_), sizeof(cqe));
    ++consumed_;
    Result<WorkCompletion> completion = decode(cqe);
    if (!completion) {
      return completion.error();
    }
    out[count++] = *completion;
  }
  if (count != 0) {
    if (Result<void> done = write_consumer(0); !done) {
      return done.error();
    }
  }
  return count;
}

Result<void> CompletionQueue::write_consumer(unsigned arm) {
  return device_->ring(ctx_, regs::kDbCq,
                       cqn_ | std::uint64_t{arm} << 24 | std::uint64_t{consumed_} << 32);
}

Result<void> CompletionQueue::arm(bool solicited_only) {
  return write_consumer(solicited_only ? 2 : 1);
}

void CompletionQueue::copy_entries(DmaBuffer& ring, unsigned log_size, std::uint32_t until) const {
  from_device_barrier();
  for (std::uint32_t n = consumed_; n != until; ++n) {
    std::byte* to = ring.data() + offset_of(n, log_size);
    std::memcpy(to, ring_.data() + offset_of(n, log_size_), kEntry);
    to[kPhase] = static_cast<std::byte>(phase_of(n, log_size));
  }
}

Result<void> CompletionQueue::resize(std::uint32_t entries) {
  Result<unsigned> log_size = log2_of_ring(entries);
  if (!log_size) {
    return log_size.error();
  }
  Result<DmaBuffer> ring = DmaBuffer::create(device_->backend(), entries * kEntry);
  if (!ring) {
    return ring.error();
  }
  // The counts go on, so the first entry of each slot may be one whose phase is 0, as the memory's.
  for (std::uint32_t i = 0; i < entries; ++i) {
    const std::uint32_t n = consumed_ + i;
    ring->data()[offset_of(n, *log_size) + kPhase] =
        static_cast<std::byte>(phase_of(n, *log_size) ^ 1U);
  }
  regs::ObjCq object;
  object.base = ring->iova();
  object.log_size = static_cast<std::uint8_t>(*log_size);
  Result<regs::ObjCq> moved = device_->admin().execute(regs::AdminVerb::kModify, regs::ObjKind::kCq,
                                                       cqn_, object, regs::kCqMaskRing);
  if (!moved) {
    return moved.error();
  }
  // Entries before `producer` are in the old ring, the others come into the new one.
  const std::uint32_t left = moved->producer - consumed_;
  if (left > entries || left > (1U << log_size_)) {
    return Error{Errc::kDeviceError, "completion queue " + std::to_string(cqn_) +
                                         " went on at entry " + std::to_string(moved->producer) +
                                         ", expected at most " + std::to_string(entries) +
                                         " behind " + std::to_string(consumed_)};
  }
  copy_entries(*ring, *log_size, moved->producer);
  ring_ = std::move(*ring);
  log_size_ = *log_size;
  return {};
}

Result<regs::ObjCq> CompletionQueue::query() {
  return device_->admin().execute(regs::AdminVerb::kQuery, regs::ObjKind::kCq, cqn_, regs::ObjCq{});
}

Result<WorkCompletion> CompletionQueue::wait(Duration timeout) {
  if (Result<void> done = device_->wait_for([this] { return ready(); }, timeout, "completion");
      !done) {
    return done.error();
  }
  std::array<WorkCompletion, 1> out;
  Result<std::size_t> count = poll(out);
  if (!count) {
    return count.error();
  }
  return out[0];
}

}  // namespace ethlink
