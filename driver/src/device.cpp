// SPDX-License-Identifier: Apache-2.0
#include "ethlink/device.hpp"

#include <algorithm>
#include <string>

#include "mmio.hpp"

namespace ethlink {
namespace {

constexpr unsigned kLogEvents = 8;
constexpr std::uint64_t kDoorbellPageBytes = 4096;
constexpr std::size_t kUnitBytes = 64;
constexpr unsigned kVectors = 1;      // the event queue's
constexpr Duration kLook{1'000'000};  // between two reads of a register that is waited for

std::uint64_t cycles_of(Duration time, Duration cycle) {
  return static_cast<std::uint64_t>((time.count() + cycle.count() - 1) / cycle.count());
}

// Bytes a cycle, 8.16 fixed point.
std::uint64_t rate_of(std::uint64_t mbps, Duration cycle) {
  const std::uint64_t scaled = mbps * static_cast<std::uint64_t>(cycle.count()) * 8192 / 1'000'000;
  return std::min<std::uint64_t>(scaled, 0xffffff);
}

std::uint64_t period_of(Duration time, Duration cycle) {
  return std::min<std::uint64_t>(cycles_of(time, cycle), 0xffffff);
}

// The registers of congestion control.
std::vector<std::pair<std::uint32_t, std::uint64_t>> congestion_registers(
    const CongestionControl& c, Duration cycle) {
  const std::uint64_t enable = c.enable ? 1 : 0;
  constexpr std::uint64_t kAheadUnit = 256;
  const std::uint64_t ahead_bytes =
      c.line_mbps * static_cast<std::uint64_t>(c.run_ahead.count()) / 8'000'000;
  const std::uint64_t ahead =
      std::min<std::uint64_t>((ahead_bytes + kAheadUnit - 1) / kAheadUnit, 0xffff);
  return {
      {regs::kCsrRoceCnp,
       enable | period_of(c.cnp_interval, cycle) << regs::kCsrRoceCnpIntervalLsb |
           std::uint64_t{dscp_of_priority(c.cnp_priority)} << regs::kCsrRoceCnpDscpLsb |
           std::uint64_t{c.cnp_priority} << regs::kCsrRoceCnpPrioLsb},
      {regs::kCsrRoceRate, enable | std::uint64_t{c.gain_shift} << regs::kCsrRoceRateGLsb |
                               std::uint64_t{c.fast_stages} << regs::kCsrRoceRateFastLsb |
                               rate_of(c.line_mbps, cycle) << regs::kCsrRoceRateLineLsb |
                               rate_of(c.min_mbps, cycle) << regs::kCsrRoceRateMinLsb},
      {regs::kCsrRoceRateTimers,
       period_of(c.alpha_period, cycle) | period_of(c.increase_period, cycle)
                                              << regs::kCsrRoceRateTimersIncreaseLsb},
      {regs::kCsrRoceRateSteps,
       rate_of(c.additive_mbps, cycle) | rate_of(c.hyper_mbps, cycle)
                                             << regs::kCsrRoceRateStepsHyperLsb},
      {regs::kCsrRoceRateBytes,
       c.increase_bytes | std::uint64_t{c.burst_cycles} << regs::kCsrRoceRateBytesBurstLsb |
           ahead << regs::kCsrRoceRateBytesAheadLsb},
  };
}

Result<void> check(const CongestionControl& c) {
  if (c.gain_shift > 15 || c.fast_stages > 15 || c.cnp_priority > 7 || c.burst_cycles > 0xffff) {
    return Error{Errc::kInvalidArgument,
                 "congestion control: expected gain_shift and fast_stages of at most 15, "
                 "cnp_priority of at most 7 and burst_cycles of at most 65535, found " +
                     std::to_string(c.gain_shift) + ", " + std::to_string(c.fast_stages) + ", " +
                     std::to_string(c.cnp_priority) + ", " + std::to_string(c.burst_cycles)};
  }
  return {};
}

std::string hex(std::uint64_t value) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = 60; shift >= 0; shift -= 4) {
    text += kDigits[(value >> static_cast<unsigned>(shift)) & 0xf];
  }
  return text;
}

std::uint64_t gid_word(const Gid& gid, std::size_t first) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < 8; ++i) {
    word = word << 8 | gid[first + i];
  }
  return word;
}

}  // namespace

Result<std::unique_ptr<Device>> Device::open(Backend& backend, const DeviceConfig& config) {
  if (config.gids.size() > 8) {
    return Error{Errc::kInvalidArgument,
                 "expected at most 8 GIDs, found " + std::to_string(config.gids.size())};
  }
  if (Result<void> valid = check(config.congestion); !valid) {
    return valid.error();
  }
  std::unique_ptr<Device> device(new Device(backend, config));
  for (Result<void> (Device::*step)() :
       {&Device::identify, &Device::start_afresh, &Device::read_caps, &Device::configure,
        &Device::create_event_queue}) {
    if (Result<void> done = (device.get()->*step)(); !done) {
      return done.error();
    }
  }
  return device;
}

Device::~Device() {
  if (admin_) {
    // The last words to the device: when it is gone already, nobody needs to hear them.
    static_cast<void>(write_register(regs::kCsrControl, 0));
    static_cast<void>(admin_->destroy(regs::ObjKind::kEq, 0));
    static_cast<void>(write_register(regs::kCsrAdminCfg, 0));
  }
}

Result<void> Device::identify() {
  Result<std::uint64_t> magic = read_register(regs::kCsrMagic);
  if (!magic) {
    return magic.error();
  }
  if (*magic != regs::kMagic) {
    return Error{Errc::kUnsupported,
                 "BAR0 register magic: expected " + hex(regs::kMagic) + ", found " + hex(*magic)};
  }
  Result<std::uint64_t> version = read_register(regs::kCsrVersion);
  if (!version) {
    return version.error();
  }
  const std::uint64_t major = field(*version, regs::kCsrVersionMajorLsb, 16);
  if (major != 1) {
    return Error{Errc::kUnsupported,
                 "interface version: expected 1, found " + std::to_string(major)};
  }
  return wait_ready();
}

Result<void> Device::wait_ready() {
  return wait_register(regs::kCsrStatus, 1U << regs::kCsrStatusReadyLsb,
                       1U << regs::kCsrStatusReadyLsb, "device status register: ready");
}

Result<void> Device::wait_register(std::uint32_t offset, std::uint64_t mask, std::uint64_t value,
                                   const char* what) {
  const TimePoint deadline = backend_->now() + config_.admin_timeout;
  for (;;) {
    Result<std::uint64_t> found = read_register(offset);
    if (!found) {
      return found.error();
    }
    if ((*found & mask) == value) {
      return {};
    }
    const TimePoint now = backend_->now();
    if (now >= deadline) {
      return Error{Errc::kTimeout, std::string(what) + ": not seen in time"};
    }
    if (Result<void> waited = backend_->wait(std::min(now + kLook, deadline)); !waited) {
      return waited;
    }
  }
}

// An earlier program may have left objects behind: a soft reset ends them.
Result<void> Device::start_afresh() {
  constexpr std::uint64_t kReset = 1U << regs::kCsrControlResetLsb;
  if (Result<void> done = write_register(regs::kCsrControl, kReset); !done) {
    return done;
  }
  if (Result<void> done = wait_register(regs::kCsrControl, kReset, 0, "soft reset: done"); !done) {
    return done;
  }
  return wait_ready();
}

Result<void> Device::read_caps() {
  Result<std::uint64_t> caps0 = read_register(regs::kCsrCaps0);
  Result<std::uint64_t> caps1 = read_register(regs::kCsrCaps1);
  if (!caps0 || !caps1) {
    return caps0 ? caps1.error() : caps0.error();
  }
  const auto log0 = [&](unsigned lsb) {
    return 1U << std::min<std::uint64_t>(field(*caps0, lsb, 8), 24);
  };
  caps_.qps = log0(regs::kCsrCaps0LogQpsLsb);
  caps_.cqs = log0(regs::kCsrCaps0LogCqsLsb);
  caps_.eqs = log0(regs::kCsrCaps0LogEqsLsb);
  caps_.mrs = log0(regs::kCsrCaps0LogMrsLsb);
  caps_.mtts = log0(regs::kCsrCaps0LogMttsLsb);
  caps_.contexts = log0(regs::kCsrCaps0LogCtxsLsb);
  caps_.peers = log0(regs::kCsrCaps0LogPeersLsb);
  caps_.windows = log0(regs::kCsrCaps0LogWindowsLsb);
  caps_.data_bytes = static_cast<unsigned>(field(*caps1, regs::kCsrCaps1DataBytesLsb, 16));
  caps_.segments = 1U << (field(*caps1, regs::kCsrCaps1LogSegmentsLsb, 8) & 31);
  caps_.tags = 1U << (field(*caps1, regs::kCsrCaps1LogTagsLsb, 8) & 31);
  caps_.sq_track = static_cast<unsigned>(field(*caps1, regs::kCsrCaps1SqTrackLsb, 16));
  caps_.max_inline = static_cast<unsigned>(field(*caps1, regs::kCsrCaps1MaxInlineLsb, 16));
  cq_signalled_.assign(caps_.cqs, false);
  const std::array<unsigned, static_cast<std::size_t>(Table::kCount)> sizes{
      caps_.qps, caps_.cqs, caps_.mrs, caps_.mtts, caps_.windows, caps_.segments, caps_.qps};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    tables_[i].assign(sizes[i], false);
  }
  // QPN 0 and 1 are the management queue pairs, key 0 is what uninitialised memory holds.
  tables_[static_cast<std::size_t>(Table::kQp)][0] = true;
  tables_[static_cast<std::size_t>(Table::kQp)][1] = true;
  tables_[static_cast<std::size_t>(Table::kMr)][0] = true;
  return {};
}

Result<void> Device::configure() {
  const DeviceConfig& c = config_;
  std::uint64_t mac = 0;
  for (std::uint8_t byte : c.mac) {
    mac = mac << 8 | byte;
  }
  const std::uint64_t quantum_cycles =
      std::clamp<std::uint64_t>(cycles_of(c.pfc_quantum * 256, c.cycle), 1, 0xffff);  // 8.8
  std::vector<std::pair<std::uint32_t, std::uint64_t>> writes{
      {regs::kCsrMac, mac},
      {regs::kCsrNode, std::uint64_t{c.node_id} | std::uint64_t{0x88B5} << 16 |
                           std::uint64_t{c.mtu} << regs::kCsrNodeMtuLsb},
      {regs::kCsrPfc, std::uint64_t{c.pfc_enable} | std::uint64_t{c.pfc_enable} << 8 |
                          std::uint64_t{0xffff} << 16 |
                          quantum_cycles << regs::kCsrPfcQuantumCyclesLsb},
      {regs::kCsrLsTiming, cycles_of(c.ls_retransmit, c.cycle) |
                               cycles_of(c.ls_ack_delay, c.cycle) << regs::kCsrLsTimingAckDelayLsb |
                               std::uint64_t{c.ls_ack_frames} << regs::kCsrLsTimingAckFramesLsb |
                               std::uint64_t{c.ls_retries} << regs::kCsrLsTimingRetriesLsb},
      {regs::kCsrLsLimits, std::uint64_t{c.ls_pack_bytes} |
                               std::uint64_t{c.ls_flow_slots} << regs::kCsrLsLimitsFlowSlotsLsb |
                               std::uint64_t{255} << regs::kCsrLsLimitsWindowLsb |
                               std::uint64_t{15} << regs::kCsrLsLimitsTtlLsb |
                               cycles_of(c.ls_hello, c.cycle) << regs::kCsrLsLimitsHelloLsb},
      {regs::kCsrLsAperture, c.aperture_page_shift},
      {regs::kCsrRoceCfg,
       cycles_of(Duration{4'096'000}, c.cycle) | cycles_of(Duration{10'000'000}, c.cycle)
                                                     << regs::kCsrRoceCfgRnrTickCyclesLsb},
      {regs::kCsrGidValid, (1U << c.gids.size()) - 1},
  };
  for (const auto& entry : congestion_registers(c.congestion, c.cycle)) {
    writes.push_back(entry);
  }
  for (std::size_t i = 0; i < c.gids.size(); ++i) {
    const auto base = static_cast<std::uint32_t>(regs::kCsrGid0Hi + 16 * i);
    writes.emplace_back(base, gid_word(c.gids[i], 0));
    writes.emplace_back(base + 8, gid_word(c.gids[i], 8));
  }
  for (const auto& [offset, value] : writes) {
    if (Result<void> done = write_register(offset, value); !done) {
      return done;
    }
  }
  Result<AdminQueue> admin = AdminQueue::create(*backend_, c.admin_timeout);
  if (!admin) {
    return admin.error();
  }
  admin_.emplace(std::move(*admin));
  return {};
}

Result<void> Device::create_event_queue() {
  Result<DmaBuffer> ring = DmaBuffer::create(*backend_, sizeof(regs::Eqe) << kLogEvents);
  if (!ring) {
    return ring.error();
  }
  event_ring_ = std::move(*ring);
  regs::ObjEq object;
  object.base = event_ring_.iova();
  object.log_size = kLogEvents;
  object.irq = 1;
  Result<regs::ObjEq> created =
      admin_->execute(regs::AdminVerb::kCreate, regs::ObjKind::kEq, 0, object);
  if (!created) {
    return created.error();
  }
  if (Result<void> enabled = backend_->enable_interrupts(kVectors); !enabled) {
    return enabled;
  }
  const std::uint64_t promiscuous = config_.promiscuous ? 1U << regs::kCsrControlPromiscLsb : 0U;
  return write_register(regs::kCsrControl, 1U | promiscuous);
}

Result<void> Device::usable() const {
  if (backend_->resets() != resets_) {
    return Error{Errc::kDeviceRemoved, "the device was reset: expected it to be opened again"};
  }
  return {};
}

Result<std::uint64_t> Device::read_register(std::uint32_t offset) {
  if (Result<void> ready = usable(); !ready) {
    return ready.error();
  }
  return read64(*backend_, regs::kBarCsr + offset);
}

Result<void> Device::write_register(std::uint32_t offset, std::uint64_t value) {
  if (Result<void> ready = usable(); !ready) {
    return ready;
  }
  return write64(*backend_, regs::kBarCsr + offset, value);
}

Result<std::vector<std::uint64_t>> Device::read_counters() {
  if (Result<void> ready = usable(); !ready) {
    return ready.error();
  }
  std::vector<std::uint64_t> values(regs::kNumCounters);
  constexpr std::size_t kPerLine = kUnitBytes / sizeof(std::uint64_t);
  for (std::size_t i = 0; i < values.size(); i += kPerLine) {
    std::array<std::uint64_t, kPerLine> line{};
    if (Result<void> done = backend_->mmio_read(regs::kBarCounters + i * sizeof(std::uint64_t),
                                                std::as_writable_bytes(std::span(line)));
        !done) {
      return done.error();
    }
    std::copy_n(line.begin(), std::min(kPerLine, values.size() - i),
                values.begin() + static_cast<std::ptrdiff_t>(i));
  }
  return values;
}

Result<void> Device::process_events() {
  if (Result<void> ready = usable(); !ready) {
    return ready;
  }
  constexpr std::uint32_t kMask = (1U << kLogEvents) - 1;
  const std::uint32_t before = events_consumed_;
  for (;;) {
    const std::byte* entry = event_ring_.data() + (events_consumed_ & kMask) * sizeof(regs::Eqe);
    const auto phase = static_cast<std::uint8_t>(((events_consumed_ >> kLogEvents) & 1U) ^ 1U);
    const auto* valid =
        reinterpret_cast<const volatile std::uint8_t*>(entry + offsetof(regs::Eqe, phase));
    if ((*valid & 1U) != phase) {
      break;
    }
    from_device_barrier();
    regs::Eqe eqe;
    std::memcpy(&eqe, entry, sizeof(eqe));
    ++events_consumed_;
    const auto type = static_cast<regs::EqeType>(eqe.event_type);
    if (type == regs::EqeType::kCompletion) {
      // The device is not trusted with an index into our memory.
      if (eqe.id < cq_signalled_.size()) {
        cq_signalled_[eqe.id] = true;
      }
    } else {
      events_.push_back({type, eqe.syndrome, eqe.id});
    }
  }
  if (events_consumed_ == before) {
    return {};
  }
  return write_register(regs::kCsrEqConsumer,
                        std::uint64_t{events_consumed_} << regs::kCsrEqConsumerConsumerLsb);
}

std::optional<Event> Device::next_event() {
  if (events_.empty()) {
    return std::nullopt;
  }
  const Event event = events_.front();
  events_.erase(events_.begin());
  return event;
}

bool Device::take_cq_event(std::uint32_t cqn) {
  if (cqn >= cq_signalled_.size() || !cq_signalled_[cqn]) {
    return false;
  }
  cq_signalled_[cqn] = false;
  return true;
}

Result<void> Device::wait_for(const std::function<bool()>& done, Duration timeout,
                              const char* what) {
  const TimePoint start = backend_->now();
  const TimePoint deadline = timeout > kForever - start ? kForever : start + timeout;
  while (!done()) {
    if (Result<void> ready = usable(); !ready) {
      return ready;
    }
    if (backend_->now() >= deadline) {
      return Error{Errc::kTimeout, std::string(what) + ": not seen in time"};
    }
    if (Result<void> waited = backend_->wait(deadline); !waited) {
      return waited;
    }
  }
  return {};
}

Result<void> Device::ring(std::uint16_t ctx, std::uint64_t doorbell, std::uint64_t value) {
  if (Result<void> ready = usable(); !ready) {
    return ready;
  }
  to_device_barrier();
  return write64(*backend_, regs::kBarDoorbells + ctx * kDoorbellPageBytes + doorbell, value);
}

Result<void> Device::push(std::uint16_t ctx, std::uint64_t area, std::span<const std::byte> units) {
  if (Result<void> ready = usable(); !ready) {
    return ready;
  }
  to_device_barrier();
  const std::uint64_t base = regs::kBarDoorbells + ctx * kDoorbellPageBytes + area;
  for (std::size_t at = 0; at < units.size(); at += kUnitBytes) {
    if (Result<void> done = backend_->mmio_write(base + at, units.subspan(at, kUnitBytes)); !done) {
      return done;
    }
  }
  return {};
}

Result<std::uint32_t> Device::take_numbers(Table table, std::uint32_t count) {
  std::vector<bool>& used = tables_[static_cast<std::size_t>(table)];
  std::uint32_t run = 0;
  for (std::uint32_t i = 0; i < used.size(); ++i) {
    run = used[i] ? 0 : run + 1;
    if (run == count) {
      const std::uint32_t first = i + 1 - count;
      std::fill_n(used.begin() + first, count, true);
      return first;
    }
  }
  return Error{Errc::kNoResources, "the device's table has no " + std::to_string(count) +
                                       " free consecutive entries of " +
                                       std::to_string(used.size())};
}

void Device::give_numbers(Table table, std::uint32_t first, std::uint32_t count) {
  std::vector<bool>& used = tables_[static_cast<std::size_t>(table)];
  std::fill_n(used.begin() + first, count, false);
}

void Device::register_qp(std::uint32_t qpn, QueuePair* qp) {
  if (qp == nullptr) {
    qps_.erase(qpn);
  } else {
    qps_[qpn] = qp;
  }
}

QueuePair* Device::find_qp(std::uint32_t qpn) const {
  const auto found = qps_.find(qpn);
  return found == qps_.end() ? nullptr : found->second;
}

}  // namespace ethlink
