// SPDX-License-Identifier: Apache-2.0
#include "ethlink/shared_receive_queue.hpp"

#include <bit>
#include <string>

#include "receive_request.hpp"

namespace ethlink {
namespace {

constexpr std::uint32_t kSharedDoorbell = 1U << 23;  // in the number of a receive doorbell

}  // namespace

Result<std::unique_ptr<SharedReceiveQueue>> SharedReceiveQueue::create(
    Device& device, const SharedReceiveQueueOptions& options) {
  if (!std::has_single_bit(options.entries) || options.entries > 32768) {
    return Error{Errc::kInvalidArgument,
                 "shared receive queue entries: expected a power of two up to 32768, found " +
                     std::to_string(options.entries)};
  }
  Result<DmaBuffer> ring = DmaBuffer::create(device.backend(), options.entries * kReceiveUnit, 4096,
                                             {.device_writable = false, .notifies = false});
  if (!ring) {
    return ring.error();
  }
  Result<std::uint32_t> srqn = device.take_numbers(Device::Table::kSrq, 1);
  if (!srqn) {
    return srqn.error();
  }
  regs::ObjSrq object;
  object.base = ring->iova();
  object.log_size = static_cast<std::uint8_t>(std::countr_zero(options.entries));
  object.ctx = options.ctx;
  object.pd = options.pd;
  Result<regs::ObjSrq> created =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kSrq, *srqn, object);
  if (!created) {
    device.give_numbers(Device::Table::kSrq, *srqn, 1);
    return created.error();
  }
  return std::unique_ptr<SharedReceiveQueue>(
      new SharedReceiveQueue(device, *srqn, options, std::move(*ring)));
}

SharedReceiveQueue::~SharedReceiveQueue() {
  if (device_->admin().destroy(regs::ObjKind::kSrq, srqn_)) {
    device_->give_numbers(Device::Table::kSrq, srqn_, 1);
  }
}

Result<void> SharedReceiveQueue::post_receive(const ReceiveRequest& request) {
  const std::uint32_t slot = producer_ & (options_.entries - 1);
  if (places_[slot].posted) {
    return Error{Errc::kNoResources, "shared receive queue " + std::to_string(srqn_) +
                                         ": expected place " + std::to_string(slot) +
                                         " to be free, found its request not completed"};
  }
  if (Result<void> written = write_receive(ring_.data() + slot * kReceiveUnit, request, producer_);
      !written) {
    return written;
  }
  places_[slot] = {request.wr_id, producer_, true};
  ++producer_;
  return device_->ring(options_.ctx, regs::kDbRq,
                       kSharedDoorbell | srqn_ | std::uint64_t{producer_} << 32);
}

Result<void> SharedReceiveQueue::arm(std::uint16_t limit) {
  regs::ObjSrq object;
  object.limit = limit;
  Result<regs::ObjSrq> done = device_->admin().execute(
      regs::AdminVerb::kModify, regs::ObjKind::kSrq, srqn_, object, regs::kSrqMaskLimit);
  return done ? Result<void>() : Result<void>(done.error());
}

Result<regs::ObjSrq> SharedReceiveQueue::query() {
  return device_->admin().execute(regs::AdminVerb::kQuery, regs::ObjKind::kSrq, srqn_,
                                  regs::ObjSrq{});
}

Result<std::uint64_t> SharedReceiveQueue::retire(std::uint16_t index) {
  Place& place = places_[index & (options_.entries - 1)];
  if (!place.posted || place.index != index) {
    return Error{Errc::kDeviceError, "completion on shared receive queue " + std::to_string(srqn_) +
                                         " names position " + std::to_string(index) +
                                         ", where nothing was posted"};
  }
  place.posted = false;
  return place.wr_id;
}

}  // namespace ethlink
