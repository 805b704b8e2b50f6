// SPDX-License-Identifier: Apache-2.0
//
// Holds a device to the memory that software told it about, byte by byte.
//
// It stands between the device and host memory and learns from what passes there: registers that
// software writes, admin commands and descriptors that the device reads, and completions that it
// writes. So it knows as much as the device does, and nothing has to be told to it. HostMemory
// knows what is mapped; this knows what the device may use: docs/explanation/simulation.md, "The
// bus".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "ethlink/generated/regs.hpp"

#include "sim/host/dma_ranges.hpp"

namespace ethlink::sim {

/// One life of a device, from a reset of its function to the next.
///
/// An object's memory may be used from when the device read its CREATE until it reported that the
/// CREATE failed or the DESTROY is done. Rings of registers may be used until software read
/// `status.ready` after it changed them, and everything until `control.reset` read 0.
/// Ownership: plain value. Threads: one at a time.
class DmaChecker {
 public:
  // ---- what software does on BAR0, in order -----------------------------------------------------
  void bar_written(std::uint64_t offset, std::span<const std::byte> data);
  void bar_read(std::uint64_t offset, std::span<const std::uint8_t> data);

  // ---- what the device does in memory, in the order in which it takes effect --------------------
  /// nullopt when the device may do this, else one line that says what it did and what is there.
  [[nodiscard]] std::optional<std::string> check(bool write, std::uint64_t iova,
                                                 std::size_t bytes) const;
  /// The device was given these bytes, or wrote them.
  void device_read(std::uint64_t iova, std::span<const std::uint8_t> data);
  void device_wrote(std::uint64_t iova, std::span<const std::uint8_t> data);

  /// Whether the device was told of no memory yet.
  [[nodiscard]] bool empty() const { return ranges_.empty(); }

 private:
  using Owner = DmaRanges::Owner;

  /// A ring whose place is in registers.
  struct Ring {
    Owner owner = 0;  ///< 0: none
    std::uint64_t base = 0, bytes = 0;
    /// Bytes from `iova` to the base, when the ring holds it.
    [[nodiscard]] std::optional<std::uint64_t> offset_of(std::uint64_t iova) const {
      return owner != 0 && iova - base < bytes ? std::optional(iova - base) : std::nullopt;
    }
  };
  /// What a CREATE told the device.
  struct Object {
    regs::ObjKind kind = regs::ObjKind::kEq;
    std::uint32_t index = 0;
    bool answered = false;                 ///< the CREATE succeeded
    regs::ObjMr paged;                     ///< of a region with page_shift > 0
    std::uint64_t list = 0, list_end = 0;  ///< of a page list that is being read
  };
  struct Command {
    regs::AdminVerb verb = regs::AdminVerb::kNop;
    regs::ObjKind kind = regs::ObjKind::kEq;
    std::uint32_t index = 0;
    Owner owner = 0;  ///< of the object that a CREATE makes
  };
  struct PlainRing {
    Ring ring;
    /// Buffers in the device's hands, by descriptor; several when software lets the producer run
    /// around the ring.
    std::map<std::uint64_t, std::deque<Owner>> frames;
  };

  [[nodiscard]] std::uint64_t csr(std::uint32_t offset) const { return csr_.at(offset / 8); }
  void place_ring(Ring& ring, std::uint64_t base, std::uint64_t bytes, const DmaRange& range);
  void place_admin_rings();
  void place_plain_rings();
  void retire(Owner& owner);
  void drop_retired();

  void command_read(std::uint64_t slot, const regs::AdminCmd& command);
  void command_answered(std::uint64_t slot, regs::AdminStatus status);
  [[nodiscard]] Owner create(const regs::AdminCmd& command);
  // Forgets what was placed for an object by a command that succeeded.
  void drop_objects(regs::ObjKind kind, std::uint32_t index);
  void place_region(Owner owner, const regs::ObjMr& region, std::uint32_t index);
  void page_list_read(std::uint64_t iova, std::span<const std::uint8_t> data);
  void plain_read(PlainRing& plain, bool receive, std::uint64_t at,
                  std::span<const std::uint8_t> data);

  DmaRanges ranges_;
  std::array<std::uint64_t, 512> csr_{};  // as software wrote them
  Owner next_owner_ = 1;
  Owner reset_before_ = 0;      // owners below go when control.reset reads 0
  std::vector<Owner> retired_;  // they go when status.ready reads 1

  Ring commands_, completions_;
  std::map<std::uint64_t, Command> open_;  // commands without an answer, by entry of the ring
  std::map<Owner, Object> objects_;
  std::unordered_map<std::uint64_t, std::uint64_t> pages_;  // the page table
  PlainRing plain_send_, plain_receive_;
};

}  // namespace ethlink::sim
