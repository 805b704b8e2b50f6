// SPDX-License-Identifier: Apache-2.0
#include "programs/file_copy.hpp"

#include <algorithm>
#include <memory>

#include "ethlink/load_store.hpp"
#include "ethlink/memory_region.hpp"
#include "ethlink/queue_pair.hpp"

#include "driver/backend/sim_backend.hpp"
#include "programs/exchange.hpp"
#include "programs/node_end.hpp"
#include "programs/sha256.hpp"

namespace ethlink {
namespace {

constexpr Duration kSetupTimeout{1'000'000'000'000};      // 1 s of simulated time
constexpr Duration kTransferTimeout{60'000'000'000'000};  // 60 s of simulated time
constexpr std::size_t kCopies = 3;                        // stores of 64 B, of 256 B, RDMA
constexpr std::size_t kStoreChunk = 1 << 16;              // bytes between two looks at progress
constexpr std::uint32_t kSendDepth = 16;                  // RDMA WRITEs in flight
constexpr std::uint32_t kQueuePsn = 0xFFFFF0;             // wraps soon, on purpose

// What the receiver tells the sender.
struct ReceiverInfo {
  std::uint16_t segment = 0;
  std::uint32_t rkey = 0;
  std::uint32_t qpn = 0;
  std::uint64_t rdma_va = 0;
};

// What the sender tells the receiver.
struct SenderInfo {
  std::uint32_t qpn = 0;
};

struct Done {
  std::uint8_t ok = 0;
};

std::size_t area_bytes(const FileCopy& copy) {
  constexpr std::size_t kAlign = 4096;
  return (copy.data.size() + kAlign - 1) / kAlign * kAlign;
}

Connection connection_to(unsigned node, std::uint32_t qpn, const FileCopy& copy) {
  Connection c;
  address(c, node, qpn, copy.encapsulation);
  c.send_psn = kQueuePsn;
  c.receive_psn = kQueuePsn;
  c.path_mtu = copy.path_mtu;
  c.remote_access = regs::kAccessRemoteWrite | regs::kAccessRemoteRead;
  return c;
}

struct Counts {
  std::uint64_t frames = 0, repeated = 0;
};

// Frames through the port of `device` both ways, and what it sent again.
Result<Counts> count(Device& device) {
  Result<std::vector<std::uint64_t>> counters = device.read_counters();
  if (!counters) {
    return counters.error();
  }
  const auto sum = [&](std::initializer_list<std::size_t> which) {
    std::uint64_t total = 0;
    for (const std::size_t i : which) {
      total += counters->at(i);
    }
    return total;
  };
  return Counts{sum({regs::kCntEthTxFrames, regs::kCntEthRxFramesLsReq, regs::kCntEthRxFramesLsResp,
                     regs::kCntEthRxFramesRoce}),
                sum({regs::kCntLsTxRepeated, regs::kCntRoceSqTxRepeated})};
}

// The objects that each side needs.
Result<void> open_end(NodeEnd& end, Backend& backend, unsigned node, unsigned other,
                      Duration cycle) {
  Result<void> done = end.open(backend, node, cycle);
  if (done) {
    done = end.add_queue_pair();
  }
  return done ? end.add_peer(other, cycle) : done;
}

class Sender {
 public:
  Sender(sim::HostPort& port, FileCopy& copy) : port_(port), backend_(port), copy_(copy) {}

  Result<void> run() {
    for (Result<void> (Sender::*step)() :
         {&Sender::set_up, &Sender::map_windows, &Sender::store_64, &Sender::store_256,
          &Sender::rdma_write, &Sender::load_back}) {
      if (Result<void> done = (this->*step)(); !done) {
        return done;
      }
    }
    if (Result<void> reported = report_counters(*end_.device, port_); !reported) {
      return reported;
    }
    if (Result<void> told = publish_record(port_, "copy.sent", Done{1}); !told) {
      return told;
    }
    // The receiver still answers until it has seen everything.
    Result<Done> checked = await_record<Done>(port_, "copy.checked", kSetupTimeout);
    return checked ? Result<void>() : Result<void>(checked.error());
  }

 private:
  Result<void> set_up() {
    copy_.sent_sha256 = sha256_hex(copy_.data);
    if (Result<void> done = open_end(end_, backend_, copy_.sender, copy_.receiver, copy_.cycles[0]);
        !done) {
      return done;
    }
    if (Result<void> told = publish_record(port_, "copy.sender", SenderInfo{end_.qps[0]->qpn()});
        !told) {
      return told;
    }
    Result<ReceiverInfo> info = await_record<ReceiverInfo>(port_, "copy.receiver", kSetupTimeout);
    if (!info) {
      return info.error();
    }
    info_ = *info;
    if (Result<void> done = end_.qps[0]->connect(connection_to(copy_.receiver, info_.qpn, copy_));
        !done) {
      return done;
    }
    return end_.peers[0]->wait_up(kSetupTimeout);
  }

  Result<void> map_windows() {
    WindowOptions options;
    options.node_id = node_id_of(copy_.receiver);
    options.segment = info_.segment;
    options.length = kCopies * area_bytes(copy_);
    options.access = regs::kAccessRemoteWrite | regs::kAccessRemoteRead;
    Result<std::unique_ptr<RemoteMemory>> memory =
        RemoteMemory::create(*end_.device, *end_.command_cq, options);
    if (!memory) {
      return memory.error();
    }
    remote_ = std::move(*memory);
    return {};
  }

  Result<void> begin(CopyPhase phase, std::uint64_t bytes) {
    copy_.phase = phase;
    copy_.phase_done_bytes = 0;
    result().bytes = bytes;
    Result<void> done = keep(before_, count(*end_.device));
    start_ = backend_.now();
    return done;
  }
  Result<void> end(std::uint64_t operations) {
    PhaseResult& phase = result();
    phase.simulated = backend_.now() - start_;
    phase.operations = operations;
    Result<Counts> after = count(*end_.device);
    if (!after) {
      return after.error();
    }
    phase.frames = after->frames - before_.frames;
    phase.repeated = after->repeated - before_.repeated;
    if (copy_.phase_ended) {
      copy_.phase_ended();
    }
    return {};
  }
  PhaseResult& result() { return copy_.phases.at(static_cast<std::size_t>(copy_.phase)); }

  Result<void> store_with(CopyPhase phase, std::size_t area, std::size_t piece) {
    const std::span<const std::byte> data(copy_.data);
    if (Result<void> done = begin(phase, data.size()); !done) {
      return done;
    }
    const std::uint64_t issued = remote_->accesses();
    const std::size_t base = area * area_bytes(copy_);
    for (std::size_t at = 0; at < data.size(); at += kStoreChunk) {
      const std::size_t bytes = std::min(kStoreChunk, data.size() - at);
      if (Result<void> done = remote_->store(base + at, data.subspan(at, bytes), piece); !done) {
        return done;
      }
      copy_.phase_done_bytes = at + bytes;
    }
    if (Result<void> done = remote_->fence(kTransferTimeout); !done) {
      return done;
    }
    return end(remote_->accesses() - issued);
  }
  Result<void> store_64() { return store_with(CopyPhase::kStore64, 0, 64); }
  Result<void> store_256() { return store_with(CopyPhase::kStore256, 1, 256); }

  Result<void> rdma_write() {
    const DmaFlags read_only{.device_writable = false, .notifies = false};
    Result<DmaBuffer> buffer = DmaBuffer::map(backend_, copy_.data, read_only);
    if (!buffer) {
      return buffer.error();
    }
    MemoryRegionOptions options;
    options.va = buffer->iova();  // not the program's address, which differs from run to run
    Result<std::unique_ptr<MemoryRegion>> region =
        MemoryRegion::create(*end_.device, *buffer, 0, buffer->size(), options);
    if (!region) {
      return region.error();
    }
    if (Result<void> done = begin(CopyPhase::kRdmaWrite, copy_.data.size()); !done) {
      return done;
    }
    std::size_t posted = 0;
    std::size_t completed = 0;
    const std::size_t messages =
        (copy_.data.size() + copy_.message_bytes - 1) / copy_.message_bytes;
    while (completed < messages) {
      while (posted < messages && posted - completed < kSendDepth) {
        if (Result<void> done = post_write(**region, posted); !done) {
          return done;
        }
        ++posted;
      }
      Result<WorkCompletion> completion = end_.cq->wait(kTransferTimeout);
      if (!completion) {
        return completion.error();
      }
      if (completion->status != regs::WcStatus::kSuccess) {
        return Error{Errc::kRemoteError, "RDMA WRITE " + std::to_string(completion->wr_id) +
                                             " ended with " +
                                             std::string(to_string(completion->status))};
      }
      ++completed;
      copy_.phase_done_bytes = std::min(completed * copy_.message_bytes, copy_.data.size());
    }
    return end(messages);
  }

  Result<void> post_write(const MemoryRegion& region, std::size_t message) {
    const std::size_t at = message * copy_.message_bytes;
    const SgeView sge{
        region.va() + at,
        static_cast<std::uint32_t>(std::min(copy_.message_bytes, copy_.data.size() - at)),
        region.lkey()};
    SendRequest request;
    request.wr_id = message;
    request.opcode = regs::WqeOp::kWrite;
    request.sges = {&sge, 1};
    request.remote_va = info_.rdma_va + at;
    request.rkey = info_.rkey;
    return end_.qps[0]->post_send(request);
  }

  // Both ways of writing are read back: the 256-byte stores and the RDMA WRITEs.
  Result<void> load_back() {
    std::vector<std::byte> back(copy_.data.size());
    if (Result<void> done = begin(CopyPhase::kLoadBack, 2 * back.size()); !done) {
      return done;
    }
    const std::uint64_t issued = remote_->accesses();
    for (std::size_t area : {std::size_t{1}, std::size_t{2}}) {
      const std::size_t base = area * area_bytes(copy_);
      for (std::size_t at = 0; at < back.size(); at += kStoreChunk) {
        const std::size_t bytes = std::min(kStoreChunk, back.size() - at);
        if (Result<void> done = remote_->load(base + at, std::span(back).subspan(at, bytes), 256);
            !done) {
          return done;
        }
        copy_.phase_done_bytes += bytes;
      }
      copy_.loaded_sha256 = sha256_hex(back);
      if (copy_.loaded_sha256 != copy_.sent_sha256) {
        return Error{Errc::kDataError, "loaded back: expected SHA-256 " + copy_.sent_sha256 +
                                           ", found " + copy_.loaded_sha256};
      }
    }
    return end(remote_->accesses() - issued);
  }

  sim::HostPort& port_;
  SimBackend backend_;
  FileCopy& copy_;
  NodeEnd end_;
  ReceiverInfo info_;
  std::unique_ptr<RemoteMemory> remote_;
  TimePoint start_{0};
  Counts before_;
};

class Receiver {
 public:
  Receiver(sim::HostPort& port, FileCopy& copy) : port_(port), backend_(port), copy_(copy) {}

  Result<void> run() {
    if (Result<void> done = set_up(); !done) {
      return done;
    }
    Result<Done> sent = await_record<Done>(port_, "copy.sent", kTransferTimeout);
    if (!sent) {
      return sent.error();
    }
    Result<void> result;
    for (std::size_t i = 0; i < kCopies; ++i) {
      const std::span<const std::byte> area(memory_.data() + i * area_bytes(copy_),
                                            copy_.data.size());
      copy_.received_sha256.at(i) = sha256_hex(area);
      if (copy_.received_sha256.at(i) != copy_.sent_sha256 && result) {
        result = Error{Errc::kDataError, "copy " + std::to_string(i) + ": expected SHA-256 " +
                                             copy_.sent_sha256 + ", found " +
                                             copy_.received_sha256.at(i)};
      }
    }
    if (Result<void> reported = report_counters(*end_.device, port_); !reported) {
      return reported;
    }
    if (Result<void> told = publish_record(port_, "copy.checked", Done{1}); !told) {
      return told;
    }
    return result;
  }

 private:
  Result<void> set_up() {
    if (Result<void> done = open_end(end_, backend_, copy_.receiver, copy_.sender, copy_.cycles[1]);
        !done) {
      return done;
    }
    const std::size_t area = area_bytes(copy_);
    Result<DmaBuffer> memory = DmaBuffer::create(backend_, kCopies * area, 4096,
                                                 {.device_writable = true, .notifies = false});
    if (!memory) {
      return memory.error();
    }
    memory_ = std::move(*memory);
    Result<std::unique_ptr<Segment>> segment = Segment::create(
        *end_.device, memory_, kPartition,
        regs::kAccessRemoteWrite | regs::kAccessRemoteRead | regs::kAccessRemoteAtomic);
    if (!segment) {
      return segment.error();
    }
    segment_ = std::move(*segment);
    MemoryRegionOptions options;
    options.access = regs::kAccessLocalWrite | regs::kAccessRemoteWrite;
    options.va = memory_.iova() + 2 * area;
    Result<std::unique_ptr<MemoryRegion>> region =
        MemoryRegion::create(*end_.device, memory_, 2 * area, copy_.data.size(), options);
    if (!region) {
      return region.error();
    }
    region_ = std::move(*region);
    Result<SenderInfo> sender = await_record<SenderInfo>(port_, "copy.sender", kSetupTimeout);
    if (!sender) {
      return sender.error();
    }
    if (Result<void> done = end_.qps[0]->connect(connection_to(copy_.sender, sender->qpn, copy_));
        !done) {
      return done;
    }
    if (Result<void> done = end_.peers[0]->wait_up(kSetupTimeout); !done) {
      return done;
    }
    return publish_record(
        port_, "copy.receiver",
        ReceiverInfo{segment_->id(), region_->rkey(), end_.qps[0]->qpn(), region_->va()});
  }

  sim::HostPort& port_;
  SimBackend backend_;
  FileCopy& copy_;
  NodeEnd end_;
  DmaBuffer memory_;
  std::unique_ptr<Segment> segment_;
  std::unique_ptr<MemoryRegion> region_;
};

template <typename Program>
sim::HostProgram program(FileCopy& copy, std::string& error, const char* who) {
  return [&copy, &error, who](sim::HostPort& port) {
    const Result<void> done = Program(port, copy).run();
    // The other side is cancelled because of the first failure: that one is the news.
    if (!done && error.empty()) {
      error = std::string(who) + ": " + done.error().context;
    }
    return done ? 0 : 1;
  };
}

}  // namespace

const char* to_string(CopyPhase phase) {
  switch (phase) {
    case CopyPhase::kStore64:
      return "store 64 B";
    case CopyPhase::kStore256:
      return "store 256 B";
    case CopyPhase::kRdmaWrite:
      return "RDMA WRITE";
    case CopyPhase::kLoadBack:
      return "load back";
  }
  return "?";
}

sim::HostProgram file_sender(FileCopy& copy, std::string& error) {
  return program<Sender>(copy, error, "file-sender");
}
sim::HostProgram file_receiver(FileCopy& copy, std::string& error) {
  return program<Receiver>(copy, error, "file-receiver");
}

}  // namespace ethlink
