// SPDX-License-Identifier: Apache-2.0
#include "ethlink/plain_port.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>

namespace ethlink {
namespace {

constexpr std::size_t kHeader = 14;  // addresses and EtherType
constexpr std::size_t kSlotUnit = 64;

}  // namespace

Result<std::unique_ptr<PlainPort>> PlainPort::create(Device& device, std::uint32_t entries) {
  if (!std::has_single_bit(entries) || entries < 2 || entries > 4096) {
    return Error{Errc::kInvalidArgument,
                 "plain ring entries: expected a power of two from 2 to 4096, found " +
                     std::to_string(entries)};
  }
  const std::size_t slot = (device.config().mtu + kSlotUnit - 1) / kSlotUnit * kSlotUnit;
  std::unique_ptr<PlainPort> port(new PlainPort(device, entries, slot));
  if (Result<void> done = port->allocate(); !done) {
    return done.error();
  }
  if (Result<void> done = port->start(); !done) {
    return done.error();
  }
  return port;
}

Result<void> PlainPort::allocate() {
  const DmaFlags read_only{.device_writable = false, .notifies = false};
  const DmaFlags bulk{.device_writable = true, .notifies = false};
  const std::size_t ring_bytes = entries_ * sizeof(regs::PlainDesc);
  struct Part {
    DmaBuffer* buffer;
    std::size_t bytes;
    DmaFlags flags;
  };
  for (const Part& part : {Part{&send_ring_, ring_bytes, {}}, Part{&receive_ring_, ring_bytes, {}},
                           Part{&send_frames_, entries_ * slot_bytes_, read_only},
                           Part{&receive_frames_, entries_ * slot_bytes_, bulk}}) {
    Result<DmaBuffer> made = DmaBuffer::create(device_->backend(), part.bytes,
                                               sizeof(regs::PlainDesc) * 256, part.flags);
    if (!made) {
      return made.error();
    }
    *part.buffer = std::move(*made);
  }
  return {};
}

Result<void> PlainPort::start() {
  const auto log_size = static_cast<unsigned>(std::countr_zero(entries_));
  const std::uint64_t config = std::uint64_t{log_size} << regs::kCsrPlainCfgTxLogLsb |
                               std::uint64_t{log_size} << regs::kCsrPlainCfgRxLogLsb |
                               std::uint64_t{1} << regs::kCsrPlainCfgEnableLsb;
  for (const auto& [offset, value] : {std::pair{regs::kCsrPlainCfg, std::uint64_t{0}},
                                      std::pair{regs::kCsrPlainTxBase, send_ring_.iova()},
                                      std::pair{regs::kCsrPlainRxBase, receive_ring_.iova()},
                                      std::pair{regs::kCsrPlainCfg, config}}) {
    if (Result<void> done = device_->write_register(offset, value); !done) {
      return done;
    }
    if (Result<void> done = device_->wait_ready(); !done) {
      return done;
    }
  }
  while (receives_posted_ < entries_) {
    write_descriptor(receive_ring_, receive_frames_, receives_posted_++, slot_bytes_);
  }
  return ring_doorbell(regs::kCsrPlainRxDb, receives_posted_);
}

PlainPort::~PlainPort() {
  // The memory goes after this: the device must have let go of it. A device that is gone has.
  if (device_->write_register(regs::kCsrPlainCfg, 0)) {
    static_cast<void>(device_->wait_ready());
  }
}

// The phase byte says "not written back in this lap" until the device changes it.
void PlainPort::write_descriptor(const DmaBuffer& ring, const DmaBuffer& frames,
                                 std::uint64_t number, std::size_t length) {
  const std::size_t slot = number % entries_;
  regs::PlainDesc descriptor;
  descriptor.addr = frames.iova() + slot * slot_bytes_;
  descriptor.length = static_cast<std::uint16_t>(length);
  descriptor.phase = static_cast<std::uint8_t>(number / entries_ % 2);
  std::memcpy(ring.data() + slot * sizeof(descriptor), &descriptor, sizeof(descriptor));
}

bool PlainPort::written_back(const DmaBuffer& ring, std::uint64_t number) const {
  const std::size_t slot = number % entries_;
  const auto* phase = reinterpret_cast<const volatile std::uint8_t*>(
      ring.data() + slot * sizeof(regs::PlainDesc) + offsetof(regs::PlainDesc, phase));
  return (*phase & 1U) != number / entries_ % 2;
}

Result<void> PlainPort::ring_doorbell(std::uint32_t offset, std::uint64_t producer) {
  to_device_barrier();
  return device_->write_register(offset, producer & 0xffffU);
}

Result<void> PlainPort::send(std::span<const std::byte> frame) {
  if (frame.size() < kHeader || frame.size() > device_->config().mtu) {
    return Error{Errc::kInvalidArgument, "plain frame: expected 14 to " +
                                             std::to_string(device_->config().mtu) +
                                             " bytes, found " + std::to_string(frame.size())};
  }
  if (Result<std::uint64_t> done = sent(); !done) {
    return done.error();
  }
  if (sends_posted_ - sends_done_ >= entries_) {
    return Error{Errc::kNoResources, "plain transmit ring: expected room for a frame, found none"};
  }
  std::copy(frame.begin(), frame.end(),
            send_frames_.data() + sends_posted_ % entries_ * slot_bytes_);
  write_descriptor(send_ring_, send_frames_, sends_posted_++, frame.size());
  return ring_doorbell(regs::kCsrPlainTxDb, sends_posted_);
}

Result<std::uint64_t> PlainPort::sent() {
  if (Result<void> ready = device_->usable(); !ready) {
    return ready.error();
  }
  while (sends_done_ != sends_posted_ && written_back(send_ring_, sends_done_)) {
    from_device_barrier();
    regs::PlainDesc descriptor;
    std::memcpy(&descriptor, send_ring_.data() + sends_done_ % entries_ * sizeof(descriptor),
                sizeof(descriptor));
    ++sends_done_;
    if (descriptor.status != 0) {
      return Error{Errc::kDeviceError,
                   "plain frame of " + std::to_string(descriptor.length) + " bytes was not sent"};
    }
  }
  return sends_done_;
}

Result<std::optional<std::vector<std::byte>>> PlainPort::receive() {
  if (Result<void> ready = device_->usable(); !ready) {
    return ready.error();
  }
  if (!written_back(receive_ring_, receives_done_)) {
    return std::optional<std::vector<std::byte>>();
  }
  from_device_barrier();
  const std::size_t slot = receives_done_ % entries_;
  regs::PlainDesc descriptor;
  std::memcpy(&descriptor, receive_ring_.data() + slot * sizeof(descriptor), sizeof(descriptor));
  // The device is not trusted with a length.
  const std::size_t bytes = std::min<std::size_t>(descriptor.used, slot_bytes_);
  const std::byte* data = receive_frames_.data() + slot * slot_bytes_;
  std::vector<std::byte> frame(data, data + bytes);
  ++receives_done_;
  write_descriptor(receive_ring_, receive_frames_, receives_posted_++, slot_bytes_);
  if (Result<void> rung = ring_doorbell(regs::kCsrPlainRxDb, receives_posted_); !rung) {
    return rung.error();
  }
  if (descriptor.status != 0) {
    return Error{Errc::kDeviceError, "plain frame: expected at most " +
                                         std::to_string(slot_bytes_) +
                                         " bytes, found a longer one"};
  }
  return std::optional(std::move(frame));
}

Result<std::vector<std::byte>> PlainPort::wait(Duration timeout) {
  if (Result<void> done = device_->wait_for(
          [this] { return written_back(receive_ring_, receives_done_); }, timeout, "plain frame");
      !done) {
    return done.error();
  }
  Result<std::optional<std::vector<std::byte>>> frame = receive();
  if (!frame) {
    return frame.error();
  }
  return std::move(**frame);
}

}  // namespace ethlink
