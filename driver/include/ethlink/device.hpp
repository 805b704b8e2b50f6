// SPDX-License-Identifier: Apache-2.0
//
// One EthLink endpoint: opened, configured, and asked for objects.
//
// Specification: docs/reference/host-interface.md.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ethlink/admin_queue.hpp"
#include "ethlink/backend.hpp"
#include "ethlink/dma_buffer.hpp"
#include "ethlink/generated/regs.hpp"
#include "ethlink/result.hpp"
#include "ethlink/time.hpp"

namespace ethlink {

class QueuePair;

using Mac = std::array<std::uint8_t, 6>;   ///< first byte on the wire first
using Gid = std::array<std::uint8_t, 16>;  ///< first byte on the wire first

/// ::ffff:a.b.c.d
constexpr Gid gid_of_ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, a, b, c, d};
}

/// Priorities (classes of priority flow control) of the frames that the device sends and receives.
inline constexpr unsigned kPriorityRdma = 3;
inline constexpr unsigned kPriorityLsRequest = 4;
inline constexpr unsigned kPriorityLsResponse = 5;
/// All of them, as bits of DeviceConfig::pfc_enable.
inline constexpr std::uint8_t kLosslessPriorities =
    1U << kPriorityRdma | 1U << kPriorityLsRequest | 1U << kPriorityLsResponse;
/// DSCP that switches map to `priority` unless they are told otherwise: class selector `priority`.
constexpr std::uint8_t dscp_of_priority(unsigned priority) {
  return static_cast<std::uint8_t>(priority << 3);
}

/// How queue pairs react to congestion; docs/reference/congestion.md explains each number.
struct CongestionControl {
  bool enable = false;  ///< answer marks, obey notifications, send ECN capable packets
  Duration cnp_interval{50'000'000};     ///< least time between two notifications of a queue pair
  std::uint8_t cnp_priority = 6;         ///< of notifications, which carry its DSCP
  unsigned gain_shift = 8;               ///< gain g of alpha: 2^-n, at most 15
  unsigned fast_stages = 5;              ///< of fast recovery, at most 15
  std::uint64_t line_mbps = 400'000;     ///< of the link
  std::uint64_t min_mbps = 100;          ///< no queue pair is slowed down further
  Duration alpha_period{55'000'000};     ///< alpha decays once a period without notification
  Duration increase_period{55'000'000};  ///< the rate rises once a period
  std::uint32_t increase_bytes = 10'000'000;  ///< and once so many bytes
  std::uint64_t additive_mbps = 400;
  std::uint64_t hyper_mbps = 4'000;
  Duration run_ahead{2'000'000};  ///< payload that is cut before the wire takes it: what the link
                                  ///< carries in this time, more than host memory needs to answer
  unsigned burst_cycles = 256;    ///< how far ahead of its rate a queue pair may be, at most 65535
};

/// What an operator chooses for a port. Times are converted to cycles with `cycle`.
struct DeviceConfig {
  Mac mac{};
  std::uint16_t node_id = 0;
  std::vector<Gid> gids;        ///< at most 8; index = position
  std::uint16_t mtu = 4352;     ///< longest frame without FCS, bytes
  Duration cycle{1250};         ///< period of the device's clock
  std::uint8_t pfc_enable = 0;  ///< priorities that send and honour PFC
  Duration pfc_quantum{1280};   ///< time of 512 bits on the link: at 400 Gb/s
  unsigned aperture_page_shift = 21;
  Duration ls_retransmit{25'000'000};  ///< 25 us
  Duration ls_ack_delay{200'000};      ///< 200 ns
  unsigned ls_ack_frames = 8;
  unsigned ls_retries = 7;
  unsigned ls_pack_bytes = 1920;
  unsigned ls_flow_slots = 24;
  Duration ls_hello{10'000'000};  ///< 10 us
  bool promiscuous = false;
  CongestionControl congestion;
  Duration admin_timeout{100'000'000'000};  ///< 100 ms
};

/// Sizes of the device, read from its capability registers.
struct DeviceCaps {
  unsigned qps, cqs, eqs, mrs, mtts, contexts, peers, windows, segments, tags;
  unsigned data_bytes, sq_track, max_inline;
};

/// An asynchronous event.
struct Event {
  regs::EqeType type;
  std::uint8_t syndrome;
  std::uint32_t id;
};

/// Ownership: borrows the backend, which must outlive the device; owns every queue that it makes.
/// Objects made from a device must go before it.
/// Threads: one caller at a time a device; devices are independent.
/// Errors: kUnsupported for a device of another kind or version; kDeviceRemoved after removal or
/// Backend::reset(), for every call of the device and of what was made from it: open it again.
class Device {
 public:
  static Result<std::unique_ptr<Device>> open(Backend& backend, const DeviceConfig& config);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  [[nodiscard]] const DeviceCaps& caps() const noexcept { return caps_; }
  [[nodiscard]] const DeviceConfig& config() const noexcept { return config_; }
  [[nodiscard]] Backend& backend() noexcept { return *backend_; }
  [[nodiscard]] AdminQueue& admin() noexcept { return *admin_; }
  /// kDeviceRemoved when the device was reset since it was opened.
  [[nodiscard]] Result<void> usable() const;

  /// Reads one 64-bit register.
  Result<std::uint64_t> read_register(std::uint32_t offset);
  Result<void> write_register(std::uint32_t offset, std::uint64_t value);
  /// All counters, in the order of regs::kCounters.
  Result<std::vector<std::uint64_t>> read_counters();

  /// Handles everything in the event queue: completion events mark their queue as signalled, the
  /// others are appended to events(). Never blocks.
  Result<void> process_events();
  /// Asynchronous events that were not taken yet, oldest first.
  std::optional<Event> next_event();
  /// True once after a completion event of queue `cqn`.
  bool take_cq_event(std::uint32_t cqn);

  /// Runs `done` again after each activity of the device until it is true or `timeout` has passed.
  /// \return kTimeout with `what` as context.
  Result<void> wait_for(const std::function<bool()>& done, Duration timeout, const char* what);

  /// Waits until the device has finished what a register write started.
  Result<void> wait_ready();

  /// Writes a doorbell of user context `ctx`.
  Result<void> ring(std::uint16_t ctx, std::uint64_t doorbell, std::uint64_t value);
  /// Pushes a descriptor of whole 64-byte units through the page of `ctx`.
  Result<void> push(std::uint16_t ctx, std::uint64_t area, std::span<const std::byte> units);

  // Numbers of objects; used by the object classes.
  enum class Table { kQp, kCq, kMr, kMtt, kWindow, kSegment, kSrq, kCount };
  /// First of `count` free consecutive numbers, or kNoResources.
  Result<std::uint32_t> take_numbers(Table table, std::uint32_t count);
  void give_numbers(Table table, std::uint32_t first, std::uint32_t count);
  void register_qp(std::uint32_t qpn, QueuePair* qp);
  [[nodiscard]] QueuePair* find_qp(std::uint32_t qpn) const;
  /// Variant part of the key of the next memory region: a stale key does not match it.
  std::uint8_t take_key_variant() noexcept { return ++key_variant_; }

 private:
  Device(Backend& backend, DeviceConfig config)
      : backend_(&backend), resets_(backend.resets()), config_(std::move(config)) {}
  Result<void> identify();
  Result<void> start_afresh();
  Result<void> wait_register(std::uint32_t offset, std::uint64_t mask, std::uint64_t value,
                             const char* what);
  Result<void> read_caps();
  Result<void> configure();
  Result<void> create_event_queue();

  Backend* backend_;
  std::uint64_t resets_;  // of the backend when the device was opened
  std::uint8_t key_variant_ = 0;
  DeviceConfig config_;
  DeviceCaps caps_{};
  std::optional<AdminQueue> admin_;
  DmaBuffer event_ring_;
  std::uint32_t events_consumed_ = 0;
  std::vector<Event> events_;
  std::vector<bool> cq_signalled_;
  std::array<std::vector<bool>, static_cast<std::size_t>(Table::kCount)> tables_;
  std::map<std::uint32_t, QueuePair*> qps_;
};

}  // namespace ethlink
