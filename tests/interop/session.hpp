// SPDX-License-Identifier: Apache-2.0
//
// One endpoint and one guest, connected by a queue pair each: messages in both directions, with
// everything that both sides can see of them checked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "ethlink/completion_queue.hpp"
#include "ethlink/memory_region.hpp"
#include "ethlink/queue_pair.hpp"

#include "driver/backend/sim_backend.hpp"
#include "guest_control.hpp"
#include "operations.hpp"

namespace ethlink::interop {

enum class From { kEndpoint, kGuest };

/// Attributes of a connection.
struct Link {
  unsigned family = 4;  ///< 4 or 6
  unsigned mtu = 1024;
  std::uint8_t endpoint_timeout = 17;  ///< 0.5 s
  std::uint8_t guest_timeout = 18;     ///< 1 s
  std::uint8_t rnr_timer = 12;         ///< 0.64 ms, what each side asks the other one to wait
};

struct Message {
  const Operation* operation = nullptr;
  From from = From::kEndpoint;
  std::uint32_t length = 0;
  bool solicited = false;  ///< asks for an event at the receiver
};

/// What the guest reports of a completion (ibverbs' names).
inline constexpr std::uint64_t kGuestSuccess = 0, kGuestAccessError = 10;

/// Errors are exceptions, as in GuestControl. Ownership: borrows port and control.
class Session {
 public:
  Session(sim::HostPort& port, GuestControl& guest);

  /// Ends the connection that there is and makes another one; its first PSNs wrap soon.
  void connect(const Link& link);
  /// Sends all messages at once and checks that each arrived whole, and nothing else did.
  void exchange(const std::vector<Message>& messages);

  /// The guest's atomics on the endpoint's memory: each is done once and returns the old value.
  void answer_atomics();
  /// The receiver posts its request only when it has refused the message at least once.
  void receive_late(From from, std::uint32_t length);
  /// A WRITE with a key that does not exist, or that an invalidation ended, fails at the sender and
  /// changes nothing. The connection is used up.
  void refuse_write(From from, bool invalidated);

  [[nodiscard]] std::uint64_t counter(std::string_view name);
  [[nodiscard]] std::uint64_t messages() const { return messages_; }

 private:
  struct Transfer;
  struct AtomicRequest {
    const char* name;
    std::uint64_t compare;
    std::uint64_t operand;  // what is added, or stored instead
  };
  void place(const std::vector<Message>& messages, std::vector<Transfer>& transfers);
  void prepare(std::vector<Transfer>& transfers);
  void send(const std::vector<Transfer>& transfers);
  void check_endpoint_completions(std::vector<Transfer>& transfers);
  void check_guest_completions(std::vector<Transfer>& transfers);
  void check_data(const std::vector<Transfer>& transfers);
  [[nodiscard]] SgeView local(std::uint64_t offset, std::uint32_t bytes) const;
  void post(const Transfer& transfer);
  [[nodiscard]] std::string guest_post(const Transfer& transfer) const;
  void fill(std::uint64_t offset, std::uint64_t length, std::uint64_t salt);
  void check(std::uint64_t offset, std::uint64_t length, std::uint64_t salt) const;
  [[nodiscard]] WorkCompletion completion();
  [[nodiscard]] std::uint32_t mortal_region();
  [[nodiscard]] std::uint32_t mortal_window();
  [[nodiscard]] std::uint64_t load(std::uint64_t offset) const;
  [[nodiscard]] std::vector<std::uint64_t> guest_atomics(
      const std::vector<AtomicRequest>& requests);

  sim::HostPort* port_;
  GuestControl* guest_;
  SimBackend backend_;
  std::unique_ptr<Device> device_;
  std::unique_ptr<CompletionQueue> queue_;
  std::unique_ptr<QueuePair> pair_;
  DmaBuffer memory_;
  std::unique_ptr<MemoryRegion> region_;
  std::vector<std::unique_ptr<MemoryRegion>> mortal_;  // regions that the guest invalidates
  std::uint64_t guest_va_ = 0;
  std::uint32_t guest_rkey_ = 0;
  std::uint64_t next_ = 1;  // of ids and salts
  std::uint64_t messages_ = 0;
};

}  // namespace ethlink::interop
