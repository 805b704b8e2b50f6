// SPDX-License-Identifier: Apache-2.0
//
// The admin queue: commands that create, change, query and destroy the device's objects.
//
// Specification: docs/reference/host-interface.md, section "Admin queue".
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

#include "ethlink/backend.hpp"
#include "ethlink/dma_buffer.hpp"
#include "ethlink/generated/regs.hpp"
#include "ethlink/result.hpp"
#include "ethlink/time.hpp"

namespace ethlink {

/// Issues one admin command at a time and waits for its completion.
/// Ownership: borrows the backend. Threads: one caller at a time. Ordering: commands complete in
/// the order of their issue; a completion means that the device has changed.
class AdminQueue {
 public:
  /// Allocates the rings and starts the queue. `timeout`: longest a command may take.
  static Result<AdminQueue> create(Backend& backend, Duration timeout);

  /// Runs `verb` on object `index` of `kind` with the object's fields in `object`.
  /// \return the fields that the device answered (QUERY); kDeviceError with the device's status,
  ///         kTimeout when the device did not answer.
  template <typename Object>
  Result<Object> execute(regs::AdminVerb verb, regs::ObjKind kind, std::uint32_t index,
                         const Object& object, std::uint32_t mask = 0) {
    static_assert(std::is_trivially_copyable_v<Object> && sizeof(Object) <= kObjectBytes);
    regs::AdminCmd command;
    command.verb = static_cast<std::uint8_t>(verb);
    command.kind = static_cast<std::uint8_t>(kind);
    command.index = index;
    command.mask = mask;
    std::memcpy(command.data.data(), &object, sizeof(Object));
    Result<regs::AdminCpl> completion = run(command);
    if (!completion) {
      return completion.error();
    }
    Object answer;
    std::memcpy(&answer, completion->data.data(), sizeof(Object));
    return answer;
  }
  /// DESTROY of object `index` of `kind`.
  Result<void> destroy(regs::ObjKind kind, std::uint32_t index);

 private:
  static constexpr std::size_t kObjectBytes = 48;
  static constexpr unsigned kLogEntries = 4;

  AdminQueue(Backend& backend, Duration timeout, DmaBuffer commands, DmaBuffer completions)
      : backend_(&backend),
        timeout_(timeout),
        resets_(backend.resets()),
        commands_(std::move(commands)),
        completions_(std::move(completions)) {}
  Result<regs::AdminCpl> run(regs::AdminCmd command);
  [[nodiscard]] Result<void> wait_for_entry(const std::byte* entry, std::uint8_t phase,
                                            const regs::AdminCmd& command);

  Backend* backend_;
  Duration timeout_;
  std::uint64_t resets_;  // of the backend when the rings were given to the device
  DmaBuffer commands_;
  DmaBuffer completions_;
  std::uint16_t issued_ = 0;  // commands since creation; completions are in step
};

}  // namespace ethlink
