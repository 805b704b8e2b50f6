// SPDX-License-Identifier: Apache-2.0
#include "ethlink/load_store.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <deque>
#include <string>

namespace ethlink {
namespace {

constexpr std::size_t kLine = 256;  // no aperture access crosses a line of 256 bytes
constexpr std::size_t kUnit = 64;

// Bytes of the next piece at `address`: a naturally aligned power of two up to `piece`.
std::size_t piece_at(std::uint64_t address, std::size_t left, std::size_t piece) {
  std::size_t bytes = std::min(piece, std::bit_floor(left));
  if (address != 0) {
    bytes = std::min<std::size_t>(bytes, std::size_t{1} << std::min(std::countr_zero(address), 8));
  }
  return bytes;
}

Result<void> check_piece(std::size_t piece) {
  if (!std::has_single_bit(piece) || piece < 4 || piece > kLine) {
    return Error{Errc::kInvalidArgument,
                 "piece: expected a power of two from 4 to 256, found " + std::to_string(piece)};
  }
  return {};
}

}  // namespace

std::uint32_t Peer::index() const {
  return node_id_ % device_->caps().peers;
}

Result<std::unique_ptr<Peer>> Peer::create(Device& device, std::uint16_t node_id,
                                           std::uint16_t pkey, std::uint16_t epoch,
                                           std::uint8_t dscp) {
  std::unique_ptr<Peer> peer(new Peer(device, node_id));
  regs::ObjPeer object;
  object.node_id = node_id;
  object.pkey = pkey;
  object.dscp = dscp;
  std::memcpy(&object.epoch, &epoch, sizeof(epoch));
  Result<regs::ObjPeer> created =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kPeer, peer->index(), object);
  if (!created) {
    peer->device_ = nullptr;
    return created.error();
  }
  return peer;
}

Peer::~Peer() {
  if (device_ != nullptr) {
    static_cast<void>(device_->admin().destroy(regs::ObjKind::kPeer, index()));
  }
}

Result<regs::LsPeerState> Peer::state() {
  Result<regs::ObjPeer> object = device_->admin().execute(
      regs::AdminVerb::kQuery, regs::ObjKind::kPeer, index(), regs::ObjPeer{});
  if (!object) {
    return object.error();
  }
  return static_cast<regs::LsPeerState>(object->state);
}

Result<void> Peer::wait_up(Duration timeout) {
  const TimePoint deadline = device_->backend().now() + timeout;
  for (;;) {
    Result<regs::LsPeerState> now = state();
    if (!now) {
      return now.error();
    }
    if (*now == regs::LsPeerState::kUp) {
      return {};
    }
    if (device_->backend().now() >= deadline) {
      return Error{Errc::kTimeout, "peer " + std::to_string(node_id_) + ": expected up, found " +
                                       std::string(to_string(*now))};
    }
    // The up event of the device ends the wait early; the query above is the truth.
    const TimePoint again = device_->backend().now() + Duration{2'000'000};
    if (Result<void> waited = device_->backend().wait(std::min(again, deadline)); !waited) {
      return waited;
    }
    if (Result<void> done = device_->process_events(); !done) {
      return done;
    }
  }
}

Result<std::unique_ptr<Segment>> Segment::create(Device& device, const DmaBuffer& buffer,
                                                 std::uint16_t pkey, std::uint32_t access) {
  Result<std::uint32_t> id = device.take_numbers(Device::Table::kSegment, 1);
  if (!id) {
    return id.error();
  }
  regs::ObjSegment object;
  object.base = buffer.iova();
  object.length = buffer.size();
  object.pkey = pkey;
  object.access = static_cast<std::uint8_t>(access);
  Result<regs::ObjSegment> created =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kSegment, *id, object);
  if (!created) {
    device.give_numbers(Device::Table::kSegment, *id, 1);
    return created.error();
  }
  return std::unique_ptr<Segment>(new Segment(device, static_cast<std::uint16_t>(*id)));
}

Segment::~Segment() {
  if (device_->admin().destroy(regs::ObjKind::kSegment, id_)) {
    device_->give_numbers(Device::Table::kSegment, id_, 1);
  }
}

Result<std::unique_ptr<RemoteMemory>> RemoteMemory::create(Device& device,
                                                           CompletionQueue& commands,
                                                           const WindowOptions& options) {
  if (options.length == 0 || options.offset % kLine != 0) {
    return Error{Errc::kInvalidArgument,
                 "window: expected at least 1 byte from a multiple of 256, found " +
                     std::to_string(options.length) + " bytes at " +
                     std::to_string(options.offset)};
  }
  const unsigned shift = device.config().aperture_page_shift;
  const std::uint64_t page = std::uint64_t{1} << shift;
  const auto pages = static_cast<std::uint32_t>((options.length + page - 1) >> shift);
  Result<std::uint32_t> first = device.take_numbers(Device::Table::kWindow, pages);
  if (!first) {
    return first.error();
  }
  // From here on the destructor undoes what was done.
  std::unique_ptr<RemoteMemory> memory(new RemoteMemory(device, commands, options, *first, 0));
  for (std::uint32_t i = 0; i < pages; ++i) {
    const std::uint64_t done = std::uint64_t{i} << shift;
    regs::ObjWindow object;
    object.remote_base = std::uint64_t{options.segment} << 48 | (options.offset + done);
    object.node_id = options.node_id;
    object.access = static_cast<std::uint8_t>(options.access);
    object.vc = options.vc;
    object.posted = options.posted ? 1 : 0;
    object.ctx = 0xffff;
    object.size = std::min(page, options.length - done);
    Result<regs::ObjWindow> created = device.admin().execute(
        regs::AdminVerb::kCreate, regs::ObjKind::kWindow, *first + i, object);
    if (!created) {
      device.give_numbers(Device::Table::kWindow, *first + i, pages - i);
      return created.error();
    }
    memory->pages_ = i + 1;
  }
  return memory;
}

RemoteMemory::~RemoteMemory() {
  for (std::uint32_t i = 0; i < pages_; ++i) {
    if (device_->admin().destroy(regs::ObjKind::kWindow, first_page_ + i)) {
      device_->give_numbers(Device::Table::kWindow, first_page_ + i, 1);
    }
  }
}

Result<void> RemoteMemory::check(std::uint64_t offset, std::size_t bytes) const {
  if (Result<void> ready = device_->usable(); !ready) {
    return ready;
  }
  if (offset > options_.length || bytes > options_.length - offset) {
    return Error{Errc::kOutOfRange, "access of " + std::to_string(bytes) + " bytes at " +
                                        std::to_string(offset) + ": expected inside " +
                                        std::to_string(options_.length)};
  }
  return {};
}

std::uint64_t RemoteMemory::aperture(std::uint64_t offset) const {
  return (std::uint64_t{first_page_} << device_->config().aperture_page_shift) + offset;
}

Result<void> RemoteMemory::store(std::uint64_t offset, std::span<const std::byte> data,
                                 std::size_t piece) {
  Result<void> valid = check(offset, data.size());
  if (valid) {
    valid = check_piece(piece);
  }
  if (!valid) {
    return valid;
  }
  std::deque<Ticket> open;
  Result<void> result;
  const auto finish_oldest = [&] {
    if (Result<void> done = device_->backend().finish(open.front()); !done && result) {
      result = done;
    }
    open.pop_front();
  };
  while (!data.empty() && result) {
    const std::size_t bytes = piece_at(offset, data.size(), piece);
    if (options_.posted) {
      result = device_->backend().aperture_write(aperture(offset), data.first(bytes));
      accesses_ += result ? 1 : 0;
    } else {
      Result<Ticket> ticket =
          device_->backend().aperture_write_begin(aperture(offset), data.first(bytes));
      if (!ticket) {
        result = ticket.error();
        break;
      }
      open.push_back(*ticket);
      ++accesses_;
      if (open.size() >= device_->caps().tags / 2) {
        finish_oldest();
      }
    }
    offset += bytes;
    data = data.subspan(bytes);
  }
  while (!open.empty()) {
    finish_oldest();
  }
  return result;
}

Result<void> RemoteMemory::load(std::uint64_t offset, std::span<std::byte> data,
                                std::size_t piece) {
  Result<void> valid = check(offset, data.size());
  if (valid) {
    valid = check_piece(piece);
  }
  if (!valid) {
    return valid;
  }
  std::deque<Ticket> open;
  Result<void> result;
  const auto finish_oldest = [&] {
    if (Result<void> done = device_->backend().finish(open.front()); !done && result) {
      result = done;
    }
    open.pop_front();
  };
  while (!data.empty() && result) {
    const std::size_t bytes = piece_at(offset, data.size(), piece);
    Result<Ticket> ticket =
        device_->backend().aperture_read_begin(aperture(offset), data.first(bytes));
    if (!ticket) {
      result = ticket.error();
      break;
    }
    open.push_back(*ticket);
    ++accesses_;
    if (open.size() >= device_->caps().tags / 2) {
      finish_oldest();
    }
    offset += bytes;
    data = data.subspan(bytes);
  }
  while (!open.empty()) {
    finish_oldest();
  }
  return result;
}

Result<std::uint64_t> RemoteMemory::push(regs::LsCmd command, std::span<const std::byte> data,
                                         Duration timeout) {
  std::array<std::byte, 5 * kUnit> units{};
  const std::size_t count = 1 + (data.size() + kUnit - 1) / kUnit;
  command.num_units = static_cast<std::uint8_t>(count);
  command.cookie = ++cookie_;
  command.cqn = static_cast<std::uint16_t>(commands_->cqn());
  std::memcpy(units.data(), &command, sizeof(command));
  std::copy(data.begin(), data.end(), units.begin() + kUnit);
  if (Result<void> done = device_->push(0, regs::kDbLsPush, std::span(units).first(count * kUnit));
      !done) {
    return done.error();
  }
  Result<WorkCompletion> completion = commands_->wait(timeout);
  if (!completion) {
    return completion.error();
  }
  if (completion->wr_id != command.cookie) {
    return Error{Errc::kDeviceError, "load/store completion carries cookie " +
                                         std::to_string(completion->wr_id) + ", expected " +
                                         std::to_string(command.cookie)};
  }
  if (completion->status != regs::WcStatus::kSuccess) {
    return Error{Errc::kRemoteError,
                 std::string(to_string(static_cast<regs::LsOp>(command.opcode))) +
                     " was refused: " +
                     std::string(to_string(static_cast<regs::LsStatus>(completion->vendor_err)))};
  }
  return completion->data;
}

Result<void> RemoteMemory::fence(Duration timeout) {
  regs::LsCmd command;
  command.opcode = static_cast<std::uint8_t>(regs::LsOp::kFence);
  command.addr = aperture(0);
  Result<std::uint64_t> done = push(command, {}, timeout);
  return done ? Result<void>() : Result<void>(done.error());
}

Result<std::uint64_t> RemoteMemory::atomic(regs::LsOp op, std::uint64_t offset, std::size_t bytes,
                                           std::uint64_t operand, std::uint64_t swap,
                                           Duration timeout) {
  if (Result<void> valid = check(offset, bytes); !valid) {
    return valid.error();
  }
  if ((bytes != 4 && bytes != 8) || offset % bytes != 0) {
    return Error{Errc::kInvalidArgument,
                 "atomic: expected a naturally aligned word of 4 or 8 bytes, found " +
                     std::to_string(bytes) + " bytes at " + std::to_string(offset)};
  }
  regs::LsCmd command;
  command.opcode = static_cast<std::uint8_t>(op);
  command.length = static_cast<std::uint16_t>(bytes);
  command.addr = aperture(offset);
  command.operand0 = operand;
  command.operand1 = swap;
  return push(command, {}, timeout);
}

Result<void> RemoteMemory::store_notify(std::uint64_t offset, std::span<const std::byte> data,
                                        std::uint64_t signal_offset, std::uint64_t value,
                                        Duration timeout) {
  for (const auto& [at, bytes] :
       {std::pair{offset, data.size()}, std::pair{signal_offset, std::size_t{8}}}) {
    if (Result<void> valid = check(at, bytes); !valid) {
      return valid;
    }
  }
  if (data.size() < 4 || data.size() > kLine || !std::has_single_bit(data.size())) {
    return Error{Errc::kInvalidArgument,
                 "store_notify: expected 4, 8 .. 256 bytes, found " + std::to_string(data.size())};
  }
  regs::LsCmd command;
  command.opcode = static_cast<std::uint8_t>(regs::LsOp::kStoreNotify);
  command.length = static_cast<std::uint16_t>(data.size());
  command.addr = aperture(offset);
  command.operand0 = value;
  command.operand1 = aperture(signal_offset);
  Result<std::uint64_t> done = push(command, data, timeout);
  return done ? Result<void>() : Result<void>(done.error());
}

}  // namespace ethlink
