// SPDX-License-Identifier: Apache-2.0
#include "ethlink/admin_queue.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "mmio.hpp"

namespace ethlink {
namespace {

// A device that was reset behind our back never answers: it is asked this often.
constexpr Duration kLook{1'000'000'000};

Error reset_error() {
  return {Errc::kDeviceRemoved, "the device was reset: expected it to be opened again"};
}

}  // namespace

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

Result<void> AdminQueue::wait_for_entry(const std::byte* entry, std::uint8_t phase,
                                        const regs::AdminCmd& command) {
  const auto* valid =
      reinterpret_cast<const volatile std::uint8_t*>(entry + offsetof(regs::AdminCpl, phase));
  const TimePoint deadline = backend_->now() + timeout_;
  TimePoint look = backend_->now() + kLook;
  while ((*valid & 1U) != phase) {
    if (backend_->now() >= look) {
      Result<std::uint64_t> config = read64(*backend_, regs::kCsrAdminCfg);
      if (!config) {
        return config.error();
      }
      if (field(*config, regs::kCsrAdminCfgEnableLsb, 1) == 0) {
        return reset_error();
      }
      look = backend_->now() + kLook;
    }
    if (backend_->now() >= deadline) {
      return Error{Errc::kTimeout, "admin command " + std::to_string(command.verb) + " on kind " +
                                       std::to_string(command.kind) + " got no completion"};
    }
    if (Result<void> waited = backend_->wait(std::min(look, deadline)); !waited) {
      return waited;
    }
  }
  from_device_barrier();
  return {};
}

Result<regs::AdminCpl> AdminQueue::run(regs::AdminCmd command) {
  if (backend_->resets() != resets_) {
    return reset_error();
  }
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
  if (Result<void> answered = wait_for_entry(entry, phase, command); !answered) {
    return answered.error();
  }
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
