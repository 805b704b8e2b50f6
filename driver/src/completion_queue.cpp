// SPDX-License-Identifier: Apache-2.0
#include "ethlink/completion_queue.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "ethlink/queue_pair.hpp"

namespace ethlink {

Result<std::unique_ptr<CompletionQueue>> CompletionQueue::create(Device& device,
                                                                 std::uint32_t entries,
                                                                 std::uint16_t ctx) {
  if (!std::has_single_bit(entries) || entries < 2 || entries > 65536) {
    return Error{Errc::kInvalidArgument,
                 "completion queue entries: expected a power of two from 2 to 65536, found " +
                     std::to_string(entries)};
  }
  Result<DmaBuffer> ring = DmaBuffer::create(device.backend(), entries * sizeof(regs::Cqe));
  if (!ring) {
    return ring.error();
  }
  Result<std::uint32_t> cqn = device.take_numbers(Device::Table::kCq, 1);
  if (!cqn) {
    return cqn.error();
  }
  const auto log_size = static_cast<unsigned>(std::countr_zero(entries));
  regs::ObjCq object;
  object.base = ring->iova();
  object.log_size = static_cast<std::uint8_t>(log_size);
  object.eqn = 0;
  object.ctx = ctx;
  Result<regs::ObjCq> created =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kCq, *cqn, object);
  if (!created) {
    device.give_numbers(Device::Table::kCq, *cqn, 1);
    return created.error();
  }
  return std::unique_ptr<CompletionQueue>(
      new CompletionQueue(device, *cqn, log_size, ctx, std::move(*ring)));
}

CompletionQueue::~CompletionQueue() {
  if (device_->admin().destroy(regs::ObjKind::kCq, cqn_)) {
    device_->give_numbers(Device::Table::kCq, cqn_, 1);
  }
}

bool CompletionQueue::ready() const {
  const std::uint32_t slot = consumed_ & ((1U << log_size_) - 1);
  const auto* phase = reinterpret_cast<const volatile std::uint8_t*>(
      ring_.data() + slot * sizeof(regs::Cqe) + offsetof(regs::Cqe, phase));
  return (*phase & 1U) == (((consumed_ >> log_size_) & 1U) ^ 1U);
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
    const std::uint32_t slot = consumed_ & ((1U << log_size_) - 1);
    std::memcpy(&cqe, ring_.data() + slot * sizeof(cqe), sizeof(cqe));
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
