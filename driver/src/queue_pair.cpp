// SPDX-License-Identifier: Apache-2.0
#include "ethlink/queue_pair.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <string>

#include "ethlink/shared_receive_queue.hpp"

#include "receive_request.hpp"

namespace ethlink {
namespace {

constexpr std::size_t kUnit = 64;          // bytes of a descriptor unit
constexpr std::size_t kMaxUnits = 5;       // of one send request
constexpr std::size_t kMaxInline = 256;    // bytes
constexpr std::size_t kFirstUnitSges = 2;  // further units hold kUnit / sizeof(Sge) each

Result<unsigned> log2_of_ring(const char* what, std::uint32_t entries) {
  if (!std::has_single_bit(entries) || entries > 32768) {
    return Error{Errc::kInvalidArgument, std::string(what) +
                                             ": expected a power of two up to 32768, found " +
                                             std::to_string(entries)};
  }
  return static_cast<unsigned>(std::countr_zero(entries));
}

regs::Sge element(const SgeView& view) {
  regs::Sge sge;
  sge.addr = view.va;
  sge.length = view.length;
  sge.lkey = view.lkey;
  return sge;
}

// The descriptor of a request that was checked: whole units.
struct Descriptor {
  std::array<std::byte, kMaxUnits * kUnit> bytes{};
  std::size_t units = 1;
};

bool is_atomic(regs::WqeOp op) {
  return op == regs::WqeOp::kCmpSwap || op == regs::WqeOp::kFetchAdd;
}

// The operands of an atomic lie where another request has its second element.
void put_operands(const SendRequest& request, Descriptor& out) {
  regs::Sge operands;
  operands.addr = request.swap_or_add;
  operands.length = static_cast<std::uint32_t>(request.compare);
  operands.lkey = static_cast<std::uint32_t>(request.compare >> 32);
  std::memcpy(out.bytes.data() + offsetof(regs::SqWqe, sge1_addr), &operands, sizeof(operands));
}

Descriptor make_descriptor(const SendRequest& request, std::uint16_t index, std::uint32_t qpn) {
  Descriptor out;
  regs::SqWqe wqe;
  wqe.opcode = static_cast<std::uint8_t>(request.opcode);
  wqe.flags = static_cast<std::uint8_t>((request.signaled ? regs::kWqeFlagSignaled : 0U) |
                                        (request.solicited ? regs::kWqeFlagSolicited : 0U) |
                                        (request.fence ? regs::kWqeFlagFence : 0U));
  wqe.wqe_index = index;
  wqe.remote_addr = request.remote_va;
  wqe.rkey = request.rkey;
  wqe.imm = request.imm;
  wqe.qpn = qpn;
  if (!request.inline_data.empty()) {
    wqe.flags |= static_cast<std::uint8_t>(regs::kWqeFlagInline);
    wqe.length = static_cast<std::uint32_t>(request.inline_data.size());
    out.units = 1 + (request.inline_data.size() + kUnit - 1) / kUnit;
    std::copy(request.inline_data.begin(), request.inline_data.end(), out.bytes.begin() + kUnit);
  } else {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < request.sges.size(); ++i) {
      const regs::Sge sge = element(request.sges[i]);
      total += sge.length;
      const std::size_t at = offsetof(regs::SqWqe, sge0_addr) + i * sizeof(sge);
      std::memcpy(out.bytes.data() + at, &sge, sizeof(sge));
    }
    wqe.num_sge = static_cast<std::uint8_t>(request.sges.size());
    wqe.length = static_cast<std::uint32_t>(total);
    const std::size_t further = request.sges.size() - std::min(request.sges.size(), kFirstUnitSges);
    out.units = 1 + (further + 3) / 4;
    if (is_atomic(request.opcode)) {
      put_operands(request, out);
    }
  }
  wqe.num_units = static_cast<std::uint8_t>(out.units);
  std::memcpy(out.bytes.data(), &wqe, offsetof(regs::SqWqe, sge0_addr));
  return out;
}

Result<void> check(const SendRequest& request) {
  if (request.inline_data.size() > kMaxInline) {
    return Error{Errc::kInvalidArgument, "inline data: expected at most 256 bytes, found " +
                                             std::to_string(request.inline_data.size())};
  }
  if (!request.inline_data.empty() && !request.sges.empty()) {
    return Error{Errc::kInvalidArgument, "expected inline data or elements, found both"};
  }
  if (request.sges.size() > QueuePair::kMaxSges) {
    return Error{Errc::kInvalidArgument,
                 "elements: expected at most 6, found " + std::to_string(request.sges.size())};
  }
  std::uint64_t total = 0;
  for (const SgeView& sge : request.sges) {
    total += sge.length;
  }
  if (total > (std::uint64_t{1} << 31)) {
    return Error{Errc::kInvalidArgument,
                 "message: expected at most 2^31 bytes, found " + std::to_string(total)};
  }
  const bool atomic = is_atomic(request.opcode);
  if ((atomic || request.opcode == regs::WqeOp::kRead) && !request.inline_data.empty()) {
    return Error{Errc::kInvalidArgument, "READ or atomic: expected elements, found inline data"};
  }
  if (atomic && (request.sges.size() != 1 || total != sizeof(std::uint64_t))) {
    return Error{Errc::kInvalidArgument, "atomic: expected one element of 8 bytes, found " +
                                             std::to_string(request.sges.size()) + " of " +
                                             std::to_string(total)};
  }
  return {};
}

}  // namespace

Result<void> write_receive(std::byte* place, const ReceiveRequest& request, std::uint16_t index) {
  if (request.sges.size() > QueuePair::kMaxReceiveSges) {
    return Error{Errc::kInvalidArgument,
                 "elements: expected at most 3, found " + std::to_string(request.sges.size())};
  }
  std::array<std::byte, kReceiveUnit> unit{};
  regs::RqWqe wqe;
  wqe.num_sge = static_cast<std::uint8_t>(request.sges.size());
  wqe.wqe_index = index;
  std::memcpy(unit.data(), &wqe, offsetof(regs::RqWqe, sge0_addr));
  for (std::size_t i = 0; i < request.sges.size(); ++i) {
    const regs::Sge sge = element(request.sges[i]);
    std::memcpy(unit.data() + offsetof(regs::RqWqe, sge0_addr) + i * sizeof(sge), &sge,
                sizeof(sge));
  }
  std::memcpy(place, unit.data(), unit.size());
  return {};
}

Result<std::unique_ptr<QueuePair>> QueuePair::create(Device& device, CompletionQueue& send_cq,
                                                     CompletionQueue& receive_cq,
                                                     const QueuePairOptions& options) {
  Result<unsigned> log_send = log2_of_ring("send_units", options.send_units);
  Result<unsigned> log_receive = log2_of_ring("receive_entries", options.receive_entries);
  if (!log_send || !log_receive) {
    return log_send ? log_receive.error() : log_send.error();
  }
  const DmaFlags read_only{.device_writable = false, .notifies = false};
  Result<DmaBuffer> send =
      DmaBuffer::create(device.backend(), options.send_units * kUnit, 4096, read_only);
  Result<DmaBuffer> receive =
      DmaBuffer::create(device.backend(), options.receive_entries * kUnit, 4096, read_only);
  if (!send || !receive) {
    return send ? receive.error() : send.error();
  }
  Result<std::uint32_t> qpn = device.take_numbers(Device::Table::kQp, 1);
  if (!qpn) {
    return qpn.error();
  }
  regs::ObjQpQueues object;
  object.sq_base = send->iova();
  object.rq_base = receive->iova();
  object.sq_log_units = static_cast<std::uint8_t>(*log_send);
  object.rq_log_size = static_cast<std::uint8_t>(*log_receive);
  object.qp_type = static_cast<std::uint8_t>(regs::QpType::kRc);
  object.pd = options.pd;
  object.send_cq = static_cast<std::uint16_t>(send_cq.cqn());
  object.recv_cq = static_cast<std::uint16_t>(receive_cq.cqn());
  object.ctx = options.ctx;
  object.sq_sig_all = options.signal_all ? 1 : 0;
  if (options.shared != nullptr) {
    object.srq_en = 1;
    object.srqn = options.shared->srqn();
  }
  Result<regs::ObjQpQueues> created =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kQpQueues, *qpn, object);
  if (!created) {
    device.give_numbers(Device::Table::kQp, *qpn, 1);
    return created.error();
  }
  std::unique_ptr<QueuePair> qp(
      new QueuePair(device, *qpn, options, std::move(*send), std::move(*receive)));
  device.register_qp(*qpn, qp.get());
  return qp;
}

QueuePair::~QueuePair() {
  device_->register_qp(qpn_, nullptr);
  if (device_->admin().destroy(regs::ObjKind::kQpQueues, qpn_)) {
    device_->give_numbers(Device::Table::kQp, qpn_, 1);
  }
}

Result<void> QueuePair::modify(const regs::ObjQp& attributes, std::uint32_t mask) {
  Result<regs::ObjQp> done = device_->admin().execute(regs::AdminVerb::kModify, regs::ObjKind::kQp,
                                                      qpn_, attributes, mask);
  return done ? Result<void>() : Result<void>(done.error());
}

Result<regs::ObjQp> QueuePair::query() {
  return device_->admin().execute(regs::AdminVerb::kQuery, regs::ObjKind::kQp, qpn_, regs::ObjQp{});
}

Result<void> QueuePair::connect(const Connection& c) {
  if (!std::has_single_bit(c.path_mtu) || c.path_mtu < 256 || c.path_mtu > 4096) {
    return Error{Errc::kInvalidArgument, "path_mtu: expected 256, 512, 1024, 2048 or 4096, found " +
                                             std::to_string(c.path_mtu)};
  }
  regs::ObjQpPath path;
  path.dgid = c.dgid;
  path.dmac = c.dmac;
  path.udp_sport = c.udp_sport;
  path.sgid_index = c.sgid_index;
  path.hop_limit = 64;
  path.traffic_class = c.traffic_class;
  constexpr std::uint8_t kEcnBits = 3;
  constexpr std::uint8_t kEct0 = 2;
  if (c.congestion_control && device_->config().congestion.enable &&
      (c.traffic_class & kEcnBits) == 0) {
    path.traffic_class |= kEct0;
  }
  path.prio = kPriorityRdma;
  Result<regs::ObjQpPath> set =
      device_->admin().execute(regs::AdminVerb::kModify, regs::ObjKind::kQpPath, qpn_, path, ~0U);
  if (!set) {
    return set.error();
  }
  regs::ObjQp attributes;
  attributes.access = static_cast<std::uint8_t>(c.remote_access);
  attributes.mtu = static_cast<std::uint8_t>(std::countr_zero(c.path_mtu) - 7);
  attributes.timeout = c.timeout;
  attributes.dest_qpn = c.dest_qpn;
  attributes.sq_psn = c.send_psn;
  attributes.rq_psn = c.receive_psn;
  attributes.retry_cnt = c.retry_count;
  attributes.rnr_retry = c.rnr_retry;
  attributes.min_rnr_timer = c.min_rnr_timer;
  attributes.pkey = c.pkey;
  attributes.max_rd_atomic = c.max_rd_atomic;
  attributes.max_dest_rd_atomic = c.max_dest_rd_atomic;
  const std::array<std::pair<regs::QpState, std::uint32_t>, 3> steps{{
      {regs::QpState::kInit, regs::kQpMaskAccess | regs::kQpMaskPkey},
      {regs::QpState::kRtr, regs::kQpMaskMtu | regs::kQpMaskDestQpn | regs::kQpMaskRqPsn |
                                regs::kQpMaskMinRnrTimer | regs::kQpMaskMaxDestRdAtomic},
      {regs::QpState::kRts, regs::kQpMaskSqPsn | regs::kQpMaskTimeout | regs::kQpMaskRetryCnt |
                                regs::kQpMaskRnrRetry | regs::kQpMaskMaxRdAtomic},
  }};
  for (const auto& [state, mask] : steps) {
    attributes.state = static_cast<std::uint8_t>(state);
    if (Result<void> done = modify(attributes, mask | regs::kQpMaskState); !done) {
      return done;
    }
  }
  return {};
}

Result<std::span<const std::byte>> QueuePair::enqueue(const SendRequest& request) {
  if (Result<void> valid = check(request); !valid) {
    return valid.error();
  }
  const Descriptor descriptor = make_descriptor(request, send_producer_, qpn_);
  if (send_units_used_ + descriptor.units > options_.send_units) {
    return Error{Errc::kNoResources, "send ring: expected room for " +
                                         std::to_string(descriptor.units) + " units, found " +
                                         std::to_string(options_.send_units - send_units_used_)};
  }
  for (std::size_t i = 0; i < descriptor.units; ++i) {
    const std::size_t slot = (send_producer_ + i) & (options_.send_units - 1);
    std::memcpy(send_ring_.data() + slot * kUnit, descriptor.bytes.data() + i * kUnit, kUnit);
  }
  const auto units = static_cast<std::uint16_t>(descriptor.units);
  sends_.push_back({request.wr_id, send_producer_, units});
  send_producer_ = static_cast<std::uint16_t>(send_producer_ + units);
  send_units_used_ += units;
  staged_ = descriptor.bytes;
  return std::span<const std::byte>(staged_).first(descriptor.units * kUnit);
}

Result<void> QueuePair::ring_send_doorbell() {
  return device_->ring(options_.ctx, regs::kDbSq, qpn_ | std::uint64_t{send_producer_} << 32);
}

Result<void> QueuePair::post_send(const SendRequest& request) {
  Result<std::span<const std::byte>> units = enqueue(request);
  if (!units) {
    return units.error();
  }
  return options_.push ? device_->push(options_.ctx, regs::kDbSqPush, *units)
                       : ring_send_doorbell();
}

Result<void> QueuePair::post_sends(std::span<const SendRequest> requests) {
  Result<void> result;
  bool any = false;
  for (const SendRequest& request : requests) {
    Result<std::span<const std::byte>> units = enqueue(request);
    if (!units) {
      result = units.error();
      break;
    }
    any = true;
  }
  if (any) {
    if (Result<void> rung = ring_send_doorbell(); !rung) {
      return rung;
    }
  }
  return result;
}

Result<void> QueuePair::post_receive(const ReceiveRequest& request) {
  if (options_.shared != nullptr) {
    return Error{Errc::kInvalidArgument,
                 "receive request: expected it to be posted to the shared "
                 "receive queue of queue pair " +
                     std::to_string(qpn_)};
  }
  if (receives_.size() >= options_.receive_entries) {
    return Error{Errc::kNoResources, "receive ring: expected room for a request, found none"};
  }
  const std::size_t slot = receive_producer_ & (options_.receive_entries - 1);
  if (Result<void> written =
          write_receive(receive_ring_.data() + slot * kReceiveUnit, request, receive_producer_);
      !written) {
    return written;
  }
  receives_.push_back({request.wr_id, receive_producer_, 1});
  ++receive_producer_;
  return device_->ring(options_.ctx, regs::kDbRq, qpn_ | std::uint64_t{receive_producer_} << 32);
}

Result<std::uint64_t> QueuePair::retire(std::deque<Posted>& posted, std::uint16_t index,
                                        const char* what) {
  const auto found = std::find_if(posted.begin(), posted.end(),
                                  [index](const Posted& p) { return p.index == index; });
  if (found == posted.end()) {
    return Error{Errc::kDeviceError, std::string(what) + " completion of queue pair " +
                                         std::to_string(qpn_) + " names position " +
                                         std::to_string(index) + ", where nothing was posted"};
  }
  const std::uint64_t wr_id = found->wr_id;
  posted.erase(posted.begin(), found + 1);
  return wr_id;
}

Result<std::uint64_t> QueuePair::retire_send(std::uint16_t index) {
  Result<std::uint64_t> wr_id = retire(sends_, index, "send");
  send_units_used_ = 0;
  for (const Posted& p : sends_) {
    send_units_used_ += p.units;
  }
  return wr_id;
}

Result<std::uint64_t> QueuePair::retire_receive(std::uint16_t index) {
  return options_.shared != nullptr ? options_.shared->retire(index)
                                    : retire(receives_, index, "receive");
}

}  // namespace ethlink
