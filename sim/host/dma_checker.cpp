// SPDX-License-Identifier: Apache-2.0
//
// What a device may touch, see dma_checker.hpp.
#include "sim/host/dma_checker.hpp"

#include <algorithm>
#include <cstring>

namespace ethlink::sim {
namespace {

constexpr std::uint64_t kCsrBytes = 4096;
constexpr std::uint64_t kUnit = 64;             // of send and receive rings
constexpr std::uint64_t kMaxPages = 1U << 24U;  // of a region; no page table is larger
constexpr std::size_t kPageEntry = sizeof(std::uint64_t);
constexpr std::uint64_t kWrittenBack =
    8;  // first byte of a plain descriptor that the device writes

template <typename T>
[[nodiscard]] T load(std::span<const std::uint8_t> data, std::size_t at) {
  T value;
  std::memcpy(&value, data.data() + at, sizeof(value));
  return value;
}
template <typename T>
[[nodiscard]] T fields_of(const regs::AdminCmd& command) {
  static_assert(sizeof(T) == sizeof(command.data));
  T object;
  std::memcpy(&object, command.data.data(), sizeof(object));
  return object;
}
[[nodiscard]] std::uint64_t bits(std::uint64_t value, unsigned lsb, unsigned count) {
  return value >> lsb & ((std::uint64_t{1} << count) - 1);
}
// Bytes of a ring of 2^log entries; 0 when no device has such a ring.
[[nodiscard]] std::uint64_t ring_bytes(std::uint64_t log, unsigned most, std::uint64_t entry) {
  return log > most ? 0 : entry << log;
}
[[nodiscard]] bool remote_access(std::uint8_t access, std::uint32_t wanted) {
  return (access & wanted) != 0;
}

}  // namespace

// ---- registers
// -----------------------------------------------------------------------------------

void DmaChecker::bar_written(std::uint64_t offset, std::span<const std::byte> data) {
  if (offset >= kCsrBytes || data.empty()) {
    return;
  }
  const std::uint64_t end = std::min<std::uint64_t>(offset + data.size(), kCsrBytes);
  auto* bytes = reinterpret_cast<std::byte*>(csr_.data());
  std::copy_n(data.begin(), end - offset, bytes + offset);
  const auto hit = [&](std::uint32_t reg) { return offset < reg + 8U && end > reg; };
  if (hit(regs::kCsrControl) && bits(csr(regs::kCsrControl), regs::kCsrControlResetLsb, 1) != 0) {
    reset_before_ = next_owner_;
    csr_.at(regs::kCsrAdminCfg / 8) = 0;
    csr_.at(regs::kCsrPlainCfg / 8) = 0;
    place_admin_rings();
    place_plain_rings();
    return;
  }
  if (hit(regs::kCsrAdminCfg) || hit(regs::kCsrAdminSqBase) || hit(regs::kCsrAdminCqBase)) {
    place_admin_rings();
  }
  if (hit(regs::kCsrPlainCfg) || hit(regs::kCsrPlainTxBase) || hit(regs::kCsrPlainRxBase)) {
    place_plain_rings();
  }
}

void DmaChecker::bar_read(std::uint64_t offset, std::span<const std::uint8_t> data) {
  const auto value = [&](std::uint32_t reg) {
    return offset <= reg && reg < offset + data.size() ? std::optional(data[reg - offset])
                                                       : std::nullopt;
  };
  if (const auto status = value(regs::kCsrStatus);
      status && bits(*status, regs::kCsrStatusReadyLsb, 1) == 1) {
    drop_retired();
  }
  if (const auto control = value(regs::kCsrControl);
      control && bits(*control, regs::kCsrControlResetLsb, 1) == 0 && reset_before_ != 0) {
    for (auto object = objects_.begin();
         object != objects_.end() && object->first < reset_before_;) {
      ranges_.remove(object->first);
      object = objects_.erase(object);
    }
    drop_retired();
    reset_before_ = 0;
  }
}

void DmaChecker::retire(Owner& owner) {
  if (owner != 0) {
    retired_.push_back(owner);
    owner = 0;
  }
}

void DmaChecker::drop_retired() {
  for (const Owner owner : retired_) {
    ranges_.remove(owner);
  }
  retired_.clear();
}

void DmaChecker::place_ring(Ring& ring, std::uint64_t base, std::uint64_t bytes,
                            const DmaRange& range) {
  retire(ring.owner);
  if (bytes != 0) {
    ring = {next_owner_++, base, bytes};
    ranges_.add(ring.owner, base, bytes, range);
  }
}

void DmaChecker::place_admin_rings() {
  const std::uint64_t config = csr(regs::kCsrAdminCfg);
  const std::uint64_t log = bits(config, regs::kCsrAdminCfgLogSizeLsb, 8);
  const bool runs = bits(config, regs::kCsrAdminCfgEnableLsb, 1) != 0 && log != 0;
  const std::uint64_t bytes = runs ? ring_bytes(log, 12, sizeof(regs::AdminCmd)) : 0;
  // What becomes of commands under way is not reported: their objects may exist.
  for (const auto& [slot, command] : open_) {
    if (command.owner != 0) {
      objects_[command.owner].answered = true;
    }
  }
  open_.clear();
  place_ring(commands_, csr(regs::kCsrAdminSqBase) & ~(kUnit - 1), bytes,
             {"admin command ring", 0, true, false});
  place_ring(completions_, csr(regs::kCsrAdminCqBase) & ~(kUnit - 1), bytes,
             {"admin completion ring", 0, false, true});
}

void DmaChecker::place_plain_rings() {
  const std::uint64_t config = csr(regs::kCsrPlainCfg);
  const bool runs = bits(config, regs::kCsrPlainCfgEnableLsb, 1) != 0;
  const auto place = [&](PlainRing& plain, std::uint32_t base, unsigned log_lsb, const char* what) {
    for (auto& [slot, owners] : plain.frames) {
      std::for_each(owners.begin(), owners.end(), [this](Owner& owner) { retire(owner); });
    }
    plain.frames.clear();
    place_ring(plain.ring, csr(base) & ~(sizeof(regs::PlainDesc) - 1),
               runs ? ring_bytes(bits(config, log_lsb, 8), 15, sizeof(regs::PlainDesc)) : 0,
               {what, 0, true, false});
  };
  place(plain_send_, regs::kCsrPlainTxBase, regs::kCsrPlainCfgTxLogLsb, "plain transmit ring");
  place(plain_receive_, regs::kCsrPlainRxBase, regs::kCsrPlainCfgRxLogLsb, "plain receive ring");
}

// ---- memory
// --------------------------------------------------------------------------------------

std::optional<std::string> DmaChecker::check(bool write, std::uint64_t iova,
                                             std::size_t bytes) const {
  if (ranges_.find(write, iova, bytes) != nullptr) {
    return std::nullopt;
  }
  // Of a plain descriptor the device writes the second half only.
  for (const Ring* ring : {&plain_send_.ring, &plain_receive_.ring}) {
    if (const auto offset = ring->offset_of(iova); offset && write) {
      const std::uint64_t at = *offset % sizeof(regs::PlainDesc);
      if (at >= kWrittenBack && at + bytes <= sizeof(regs::PlainDesc)) {
        return std::nullopt;
      }
    }
  }
  return std::string("the device ") + (write ? "wrote " : "read ") + std::to_string(bytes) +
         " bytes at " + hex_text(iova) + ": expected memory that it was told to " +
         (write ? "write" : "read") + ", found " + ranges_.describe(iova);
}

void DmaChecker::device_read(std::uint64_t iova, std::span<const std::uint8_t> data) {
  if (const auto at = commands_.offset_of(iova)) {
    constexpr std::size_t kEntry = sizeof(regs::AdminCmd);
    for (std::size_t from = 0; *at % kEntry == 0 && from + kEntry <= data.size(); from += kEntry) {
      command_read((*at + from) / kEntry, load<regs::AdminCmd>(data, from));
    }
  }
  if (const auto at = plain_send_.ring.offset_of(iova)) {
    plain_read(plain_send_, false, *at, data);
  }
  if (const auto at = plain_receive_.ring.offset_of(iova)) {
    plain_read(plain_receive_, true, *at, data);
  }
  page_list_read(iova, data);
}

void DmaChecker::device_wrote(std::uint64_t iova, std::span<const std::uint8_t> data) {
  if (const auto at = completions_.offset_of(iova)) {
    constexpr std::size_t kEntry = sizeof(regs::AdminCpl);
    constexpr std::size_t kStatus = offsetof(regs::AdminCpl, status);
    for (std::uint64_t slot = *at / kEntry; slot * kEntry <= *at + data.size(); ++slot) {
      const std::uint64_t status = slot * kEntry + kStatus;
      if (status >= *at && status < *at + data.size()) {
        command_answered(slot, static_cast<regs::AdminStatus>(data[status - *at]));
      }
    }
  }
  for (PlainRing* plain : {&plain_send_, &plain_receive_}) {
    if (const auto at = plain->ring.offset_of(iova)) {
      const auto frame = plain->frames.find(*at / sizeof(regs::PlainDesc));
      if (frame != plain->frames.end() && !frame->second.empty()) {
        ranges_.remove(frame->second.front());
        frame->second.pop_front();
      }
    }
  }
}

void DmaChecker::plain_read(PlainRing& plain, bool receive, std::uint64_t at,
                            std::span<const std::uint8_t> data) {
  constexpr std::size_t kEntry = sizeof(regs::PlainDesc);
  for (std::size_t from = 0; at % kEntry == 0 && from + kEntry <= data.size(); from += kEntry) {
    const auto descriptor = load<regs::PlainDesc>(data, from);
    const std::uint64_t slot = (at + from) / kEntry;
    const Owner owner = next_owner_++;
    plain.frames[slot].push_back(owner);
    ranges_.add(owner, descriptor.addr, descriptor.length,
                {receive ? "plain receive buffer" : "plain transmit buffer",
                 static_cast<std::uint32_t>(slot), !receive, receive});
  }
}

// ---- admin commands
// ------------------------------------------------------------------------------

void DmaChecker::command_read(std::uint64_t slot, const regs::AdminCmd& command) {
  Command& open = open_[slot];
  if (open.owner != 0) {
    objects_[open.owner].answered = true;  // of an entry that a restarted ring reads again
  }
  open = {static_cast<regs::AdminVerb>(command.verb), static_cast<regs::ObjKind>(command.kind),
          command.index, 0};
  // A queue that moves into another ring may use both until the answer.
  const bool moves = open.verb == regs::AdminVerb::kModify && open.kind == regs::ObjKind::kCq &&
                     (command.mask & regs::kCqMaskRing) != 0;
  if (open.verb == regs::AdminVerb::kCreate || moves) {
    open.owner = create(command);
  }
}

void DmaChecker::command_answered(std::uint64_t slot, regs::AdminStatus status) {
  const auto found = open_.find(slot);
  if (found == open_.end()) {
    return;  // a command that the device could not read
  }
  const Command command = found->second;
  open_.erase(found);
  const auto drop = [this](Owner owner) {
    ranges_.remove(owner);
    objects_.erase(owner);
  };
  if (command.owner != 0) {
    // A page list is not needed any more, its entries were taken over.
    if (status == regs::AdminStatus::kOk && command.kind != regs::ObjKind::kMtt) {
      if (command.verb == regs::AdminVerb::kModify) {
        drop_objects(command.kind, command.index);
      }
      objects_[command.owner].answered = true;
    } else {
      drop(command.owner);
    }
  }
  // BadState: there is no such object; an invalidation may have ended a region.
  if (command.verb == regs::AdminVerb::kDestroy &&
      (status == regs::AdminStatus::kOk || status == regs::AdminStatus::kBadState)) {
    drop_objects(command.kind, command.index);
  }
}

void DmaChecker::drop_objects(regs::ObjKind kind, std::uint32_t index) {
  for (auto object = objects_.begin(); object != objects_.end();) {
    const auto& [owner, entry] = *object;
    if (entry.answered && entry.kind == kind && entry.index == index) {
      ranges_.remove(owner);
      object = objects_.erase(object);
    } else {
      ++object;
    }
  }
}

DmaChecker::Owner DmaChecker::create(const regs::AdminCmd& command) {
  const Owner owner = next_owner_++;
  Object& object = objects_[owner];
  object.kind = static_cast<regs::ObjKind>(command.kind);
  object.index = command.index;
  switch (object.kind) {
    case regs::ObjKind::kEq: {
      const auto eq = fields_of<regs::ObjEq>(command);
      ranges_.add(owner, eq.base, ring_bytes(eq.log_size, 16, sizeof(regs::Eqe)),
                  {"event queue", object.index, false, true});
      break;
    }
    case regs::ObjKind::kCq: {
      const auto cq = fields_of<regs::ObjCq>(command);
      ranges_.add(owner, cq.base, ring_bytes(cq.log_size, 16, sizeof(regs::Cqe)),
                  {"completion queue", object.index, false, true});
      break;
    }
    case regs::ObjKind::kQpQueues: {
      const auto qp = fields_of<regs::ObjQpQueues>(command);
      ranges_.add(owner, qp.sq_base, ring_bytes(qp.sq_log_units, 15, kUnit),
                  {"send ring of queue pair", object.index, true, false});
      ranges_.add(owner, qp.rq_base,
                  ring_bytes(qp.rq_log_size, 15, ring_bytes(qp.rq_log_stride, 2, kUnit)),
                  {"receive ring of queue pair", object.index, true, false});
      break;
    }
    case regs::ObjKind::kSegment: {
      const auto segment = fields_of<regs::ObjSegment>(command);
      ranges_.add(
          owner, segment.base, segment.length,
          {"segment", object.index,
           remote_access(segment.access, regs::kAccessRemoteRead | regs::kAccessRemoteAtomic),
           remote_access(segment.access, regs::kAccessRemoteWrite | regs::kAccessRemoteAtomic)});
      break;
    }
    case regs::ObjKind::kMr: {
      const auto region = fields_of<regs::ObjMr>(command);
      if (region.page_shift != 0) {
        object.paged = region;
      }
      place_region(owner, region, object.index);
      break;
    }
    case regs::ObjKind::kMtt: {
      const auto table = fields_of<regs::ObjMtt>(command);
      object.list = table.list_iova;
      object.list_end = table.list_iova + table.count * kPageEntry;
      ranges_.add(owner, table.list_iova, table.count * kPageEntry,
                  {"page list of entry", object.index, true, false});
      break;
    }
    default:
      break;  // no memory of the host
  }
  return owner;
}

void DmaChecker::place_region(Owner owner, const regs::ObjMr& region, std::uint32_t index) {
  const DmaRange range{
      "memory region", index, true,
      remote_access(region.access, regs::kAccessLocalWrite | regs::kAccessRemoteWrite |
                                       regs::kAccessRemoteAtomic)};
  if (region.page_shift == 0) {
    ranges_.add(owner, region.iova, region.length, range);
    return;
  }
  const std::uint64_t page = std::uint64_t{1} << (region.page_shift & 63U);
  if (region.length / page >= kMaxPages) {
    return;  // the device refuses it
  }
  std::uint64_t at = region.va & (page - 1);  // in its page
  std::uint64_t entry = region.mtt_base;
  for (std::uint64_t left = region.length; left != 0; ++entry) {
    const std::uint64_t bytes = std::min(left, page - at);
    if (const auto found = pages_.find(entry); found != pages_.end()) {
      ranges_.add(owner, (found->second & ~(page - 1)) + at, bytes, range);
    }
    left -= bytes;
    at = 0;
  }
}

// The device copies the list as it reads it; regions over these entries get new pages.
void DmaChecker::page_list_read(std::uint64_t iova, std::span<const std::uint8_t> data) {
  bool changed = false;
  for (const auto& [slot, command] : open_) {
    if (command.owner == 0 || command.kind != regs::ObjKind::kMtt) {
      continue;
    }
    const Object& list = objects_[command.owner];
    if (iova < list.list || iova >= list.list_end) {
      continue;
    }
    const std::uint64_t first = list.index + (iova - list.list) / kPageEntry;
    for (std::size_t from = 0; from + kPageEntry <= data.size(); from += kPageEntry) {
      pages_[first + from / kPageEntry] = load<std::uint64_t>(data, from);
    }
    changed = true;
  }
  if (!changed) {
    return;
  }
  for (const auto& [owner, object] : objects_) {
    if (object.kind == regs::ObjKind::kMr && object.paged.page_shift != 0) {
      ranges_.remove(owner);
      place_region(owner, object.paged, object.index);
    }
  }
}

}  // namespace ethlink::sim
