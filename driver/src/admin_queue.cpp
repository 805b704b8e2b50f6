// SPDX-License-Identifier: Apache-2.0
#include "ethlink/admin_queue.hpp"

#include <array>
#include <string>

#include "mmio.hpp"

namespace ethlink {

Result<AdminQueue> AdminQueue::create(Backend& backend, Duration timeout) {
  constexpr std::size_t kEntries = std::size_t{1} << kLogEntries;
  Result<DmaBuffer> commands = DmaBuffer::create(backend, kEntries * sizeof(regs::AdminCmd), 4096,
                                                 {.device_writable = false, .notifies = false});
  if (!commands) {
    return commands.error();
  }
  Result<DmaBuffer> completions = DmaBuffer::create(backend, kEntries * sizeof(regs::AdminCpl));
  if (!completions) {
    return completions.error();
  }
  const std::array<std::pair<std::uint32_t, std::uint64_t>, 4> writes{{
      {regs::kCsrAdminCfg, 0},
      {regs::kCsrAdminSqBase, commands->iova()},
      {regs::kCsrAdminCqBase, completions->iova()},
      {regs::kCsrAdminCfg, std::uint64_t{kLogEntries} << regs::kCsrAdminCfgLogSizeLsb |
                               std::uint64_t{1} << regs::kCsrAdminCfgEnableLsb},
  }};
  for (const auto& [offset, value] : writes) {
    if (Result<void> done = write64(backend, offset, value); !done) {
      return done.error();
    }
  }
  return AdminQueue(backend, timeout, std::move(*commands), std::move(*completions));
}

Result<regs::AdminCpl> AdminQueue::run(regs::AdminCmd command) {
  constexpr std::uint16_t kMask = (1U << kLogEntries) - 1;
  const std::uint16_t slot = issued_ & kMask;
  command.cookie = issued_;
  std::memcpy(commands_.data() + slot * sizeof(command), &command, sizeof(command));
  to_device_barrier();
  const auto phase = static_cast<std::uint8_t>(((issued_ >> kLogEntries) & 1) ^ 1);
  ++issued_;
  if (Result<void> done = write64(*backend_, regs::kCsrAdminDb, issued_); !done) {
    return done.error();
  }
  const std::byte* entry = completions_.data() + slot * sizeof(regs::AdminCpl);
  const auto* valid =
      reinterpret_cast<const volatile std::uint8_t*>(entry + offsetof(regs::AdminCpl, phase));
  const TimePoint deadline = backend_->now() + timeout_;
  while ((*valid & 1U) != phase) {
    if (backend_->now() >= deadline) {
      return Error{Errc::kTimeout, "admin command " + std::to_string(command.verb) + " on kind " +
                                       std::to_string(command.kind) + " got no completion"};
    }
    if (Result<void> waited = backend_->wait(deadline); !waited) {
      return waited.error();
    }
  }
  from_device_barrier();
  regs::AdminCpl completion;
  std::memcpy(&completion, entry, sizeof(completion));
  if (completion.cookie != command.cookie) {
    return Error{Errc::kDeviceError, "admin completion carries cookie " +
                                         std::to_string(completion.cookie) + ", expected " +
                                         std::to_string(command.cookie)};
  }
  const auto status = static_cast<regs::AdminStatus>(completion.status);
  if (status != regs::AdminStatus::kOk) {
    return Error{Errc::kDeviceError,
                 std::string(to_string(static_cast<regs::AdminVerb>(command.verb))) + " of " +
                     std::string(to_string(static_cast<regs::ObjKind>(command.kind))) + " " +
                     std::to_string(command.index) +
                     " was refused: " + std::string(to_string(status))};
  }
  return completion;
}

Result<void> AdminQueue::destroy(regs::ObjKind kind, std::uint32_t index) {
  regs::AdminCmd command;
  command.verb = static_cast<std::uint8_t>(regs::AdminVerb::kDestroy);
  command.kind = static_cast<std::uint8_t>(kind);
  command.index = index;
  Result<regs::AdminCpl> completion = run(command);
  return completion ? Result<void>() : Result<void>(completion.error());
}

}  // namespace ethlink
