// SPDX-License-Identifier: Apache-2.0
#include "ethlink/memory_region.hpp"

#include <cstring>
#include <string>

namespace ethlink {
namespace {

constexpr std::uint32_t kKeyVariantBits = 8;

}  // namespace

Result<std::unique_ptr<MemoryRegion>> MemoryRegion::create_object(Device& device,
                                                                  regs::ObjMr object,
                                                                  std::uint32_t mtt_count) {
  Result<std::uint32_t> index = device.take_numbers(Device::Table::kMr, 1);
  if (!index) {
    return index.error();
  }
  // A fresh variant each time makes a stale key of a destroyed region fail.
  object.key = device.take_key_variant();
  Result<regs::ObjMr> created =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kMr, *index, object);
  if (!created) {
    device.give_numbers(Device::Table::kMr, *index, 1);
    return created.error();
  }
  return std::unique_ptr<MemoryRegion>(
      new MemoryRegion(device, *index << kKeyVariantBits | object.key, object.va, object.length,
                       object.mtt_base, mtt_count));
}

Result<std::unique_ptr<MemoryRegion>> MemoryRegion::create(Device& device, const DmaBuffer& buffer,
                                                           std::size_t offset, std::size_t length,
                                                           const MemoryRegionOptions& options) {
  if (length == 0 || offset > buffer.size() || length > buffer.size() - offset) {
    return Error{Errc::kOutOfRange, "region of " + std::to_string(length) + " bytes at " +
                                        std::to_string(offset) +
                                        ": expected at least 1 byte inside the buffer of " +
                                        std::to_string(buffer.size())};
  }
  regs::ObjMr object;
  object.va = options.va != 0 || options.zero_based
                  ? options.va
                  : reinterpret_cast<std::uintptr_t>(buffer.data() + offset);
  object.length = length;
  object.iova = buffer.iova() + offset;
  object.pd = options.pd;
  object.access = static_cast<std::uint8_t>(options.access);
  return create_object(device, object, 0);
}

Result<std::unique_ptr<MemoryRegion>> MemoryRegion::create_paged(
    Device& device, std::span<const std::uint64_t> pages, unsigned page_shift, std::size_t length,
    const MemoryRegionOptions& options) {
  if (page_shift < 12 || page_shift > 30) {
    return Error{Errc::kInvalidArgument,
                 "page_shift: expected 12..30, found " + std::to_string(page_shift)};
  }
  const std::uint64_t page_bytes = std::uint64_t{1} << page_shift;
  const std::uint64_t offset = options.va & (page_bytes - 1);
  if (length == 0 || offset + length > pages.size() * page_bytes) {
    return Error{Errc::kOutOfRange, "region of " + std::to_string(length) +
                                        " bytes does not fit its " + std::to_string(pages.size()) +
                                        " pages"};
  }
  const auto count = static_cast<std::uint32_t>(pages.size());
  Result<std::uint32_t> base = device.take_numbers(Device::Table::kMtt, count);
  if (!base) {
    return base.error();
  }
  const auto give_back = [&](const Error& error) {
    device.give_numbers(Device::Table::kMtt, *base, count);
    return error;
  };
  Result<DmaBuffer> list = DmaBuffer::create(device.backend(), pages.size_bytes(), 4096,
                                             {.device_writable = false, .notifies = false});
  if (!list) {
    return give_back(list.error());
  }
  std::memcpy(list->data(), pages.data(), pages.size_bytes());
  regs::ObjMtt table;
  table.list_iova = list->iova();
  table.count = count;
  Result<regs::ObjMtt> loaded =
      device.admin().execute(regs::AdminVerb::kCreate, regs::ObjKind::kMtt, *base, table);
  if (!loaded) {
    return give_back(loaded.error());
  }
  regs::ObjMr object;
  object.va = options.va;
  object.length = length;
  object.pd = options.pd;
  object.mtt_base = *base;
  object.access = static_cast<std::uint8_t>(options.access);
  object.page_shift = static_cast<std::uint8_t>(page_shift);
  Result<std::unique_ptr<MemoryRegion>> region = create_object(device, object, count);
  if (!region) {
    return give_back(region.error());
  }
  return region;
}

MemoryRegion::~MemoryRegion() {
  const std::uint32_t index = key_ >> kKeyVariantBits;
  if (device_->admin().destroy(regs::ObjKind::kMr, index)) {
    device_->give_numbers(Device::Table::kMr, index, 1);
    if (mtt_count_ != 0) {
      device_->give_numbers(Device::Table::kMtt, mtt_base_, mtt_count_);
    }
  }
}

}  // namespace ethlink
