// SPDX-License-Identifier: Apache-2.0
//
// A whole endpoint under hostile software: descriptors, doorbells, pushes and admin commands of any
// content. Nothing is touched that was not registered, and other queue pairs go on.
//
// Each step of the input is a byte that says what to do, then what it needs. Fields of descriptors
// are right unless a mask of the input makes them foreign, so that wrong ones are met one by one.
#include "ethlink/generated/regs.hpp"

#include "fuzz.hpp"
#include "run_attack.hpp"

namespace {

using namespace ethlink;
using test::EndpointPair;

constexpr unsigned kAttacker = 0;
constexpr unsigned kMostSteps = 48;
constexpr std::uint64_t kPageBytes = 4096, kLineBytes = 64;

class Attack {
 public:
  Attack(EndpointPair& pair, fuzz::Input& input)
      : pair_(pair), n_(pair.node(kAttacker)), other_(pair.node(1 - kAttacker)), input_(input) {}

  void step() {
    switch (input_.byte() % 16) {
      case 0:
        return raw_unit(n_.attack.send_ring, EndpointPair::kLogSend);
      case 1:
        return raw_unit(n_.attack.receive_ring, EndpointPair::kLogReceive);
      case 2:
      case 3:
        return send();
      case 4:
        return push();
      case 5:
        return receive();
      case 6:
        return doorbell(regs::kDbSq);
      case 7:
        return doorbell(regs::kDbRq);
      case 8:
        return doorbell(regs::kDbCq);
      case 9:
        return page_write();
      case 10:
        return load_store();
      case 11:
        return peer_receives();
      case 12:
        return command();
      case 13:
        return aperture();
      case 14:
        return plain();
      default:
        return pair_.bench().run(input_.byte() * 8U);
    }
  }

 private:
  // A context that is the attacker's; the innocent's is 0.
  std::uint64_t context() { return 1 + input_.byte() % 3; }

  template <typename T>
  static void store(const DmaBuffer& ring, std::size_t at, const T& value) {
    std::memcpy(ring.data() + at, &value, sizeof(value));
  }
  void write(std::uint64_t offset, std::span<const std::byte> data) {
    test::must(n_.backend->mmio_write(offset, data));
  }
  void write64(std::uint64_t offset, std::uint64_t value) {
    write(offset, std::as_bytes(std::span(&value, 1)));
  }

  void raw_unit(const DmaBuffer& ring, unsigned log) {
    const std::size_t slot = input_.byte() & ((1U << log) - 1);
    const std::vector<std::byte> unit = input_.padded(kLineBytes);
    std::memcpy(ring.data() + slot * kLineBytes, unit.data(), kLineBytes);
  }

  regs::SqWqe request() {
    regs::SqWqe wqe;
    wqe.opcode = input_.byte() % 8;
    wqe.flags = regs::kWqeFlagSignaled;
    wqe.num_sge = 1;
    wqe.num_units = 1;
    wqe.wqe_index = n_.attack.send_producer;
    wqe.qpn = n_.attack.qpn;
    wqe.remote_addr = other_.attack_region->va() + input_.byte();
    wqe.rkey = other_.attack_region->rkey();
    wqe.sge0_addr = n_.attack_region->va() + input_.byte() * 48U;
    wqe.sge0_lkey = n_.attack_region->lkey();
    wqe.sge0_length = wqe.opcode >= 6 ? 8 : input_.take<std::uint16_t>() % 4096;
    wqe.length = wqe.sge0_length;
    if (wqe.opcode >= 6) {
      wqe.remote_addr += 4 - wqe.remote_addr % 8 + 4;
    }
    const unsigned wrong = input_.take<std::uint16_t>();
    const auto change = [&](unsigned bit, auto& field) {
      if ((wrong >> bit & 1U) != 0) {
        field = input_.take<std::remove_reference_t<decltype(field)>>();
      }
    };
    change(0, wqe.opcode);
    change(1, wqe.flags);
    change(2, wqe.num_sge);
    change(3, wqe.num_units);
    change(4, wqe.wqe_index);
    change(5, wqe.qpn);
    change(6, wqe.remote_addr);
    change(7, wqe.rkey);
    change(8, wqe.sge0_addr);
    change(9, wqe.sge0_lkey);
    change(10, wqe.sge0_length);
    change(11, wqe.length);
    change(12, wqe.sge1_addr);
    change(13, wqe.sge1_length);
    change(14, wqe.sge1_lkey);
    change(15, wqe.imm);
    return wqe;
  }

  void send() {
    const regs::SqWqe wqe = request();
    const std::size_t slot = n_.attack.send_producer & ((1U << EndpointPair::kLogSend) - 1);
    store(n_.attack.send_ring, slot * kLineBytes, wqe);
    n_.attack.send_producer =
        static_cast<std::uint16_t>(n_.attack.send_producer + wqe.num_units % 6);
    write64(page(EndpointPair::kAttackContext) + regs::kDbSq,
            n_.attack.qpn | std::uint64_t{n_.attack.send_producer} << 32);
  }

  void push() {
    regs::SqWqe wqe = request();
    const unsigned units = 1 + input_.byte() % 6;
    const std::uint64_t area = page(EndpointPair::kAttackContext) + regs::kDbSqPush;
    write(area, std::as_bytes(std::span(&wqe, 1)));
    for (unsigned i = 1; i < units; ++i) {
      write(area + i * kLineBytes, input_.padded(kLineBytes));
    }
    n_.attack.send_producer = static_cast<std::uint16_t>(n_.attack.send_producer + units);
  }

  static regs::RqWqe receive_request(const EndpointPair::Node& node, fuzz::Input& input) {
    regs::RqWqe wqe;
    wqe.num_sge = 1;
    wqe.wqe_index = node.attack.receive_producer;
    wqe.sge0_addr = node.attack_region->va() + input.byte();
    wqe.sge0_length = 4096;
    wqe.sge0_lkey = node.attack_region->lkey();
    const unsigned wrong = input.byte();
    const auto change = [&](unsigned bit, auto& field) {
      if ((wrong >> bit & 1U) != 0) {
        field = input.take<std::remove_reference_t<decltype(field)>>();
      }
    };
    change(0, wqe.num_sge);
    change(1, wqe.wqe_index);
    change(2, wqe.sge0_addr);
    change(3, wqe.sge0_length);
    change(4, wqe.sge0_lkey);
    change(5, wqe.sge1_addr);
    change(6, wqe.sge1_length);
    change(7, wqe.sge2_length);
    return wqe;
  }

  static void post(EndpointPair::Node& node, fuzz::Input& input) {
    const std::size_t slot = node.attack.receive_producer & ((1U << EndpointPair::kLogReceive) - 1);
    store(node.attack.receive_ring, slot * kLineBytes, receive_request(node, input));
    ++node.attack.receive_producer;
    const std::uint64_t value = node.attack.qpn | std::uint64_t{node.attack.receive_producer} << 32;
    test::must(node.device->ring(EndpointPair::kAttackContext, regs::kDbRq, value));
  }
  void receive() { post(n_, input_); }
  // The other side has somewhere to put what is sent, or has not.
  void peer_receives() { post(other_, input_); }

  void doorbell(std::uint64_t which) {
    const unsigned raw = input_.byte();
    const std::uint64_t number = (raw & 1U) != 0   ? input_.take<std::uint32_t>()
                                 : (raw & 2U) != 0 ? n_.qp->qpn()
                                                   : n_.attack.qpn;
    write64(page(context()) + which, number | std::uint64_t{input_.take<std::uint32_t>()} << 32);
  }

  void page_write() {
    const std::uint64_t at = input_.take<std::uint16_t>() % kPageBytes;
    const std::size_t bytes =
        std::min(1 + input_.byte() % kLineBytes, kLineBytes - at % kLineBytes);
    write(page(context()) + at, input_.padded(bytes));
  }

  void load_store() {
    regs::LsCmd command;
    command.opcode = input_.byte() % 32;
    command.num_units = static_cast<std::uint8_t>(1 + input_.byte() % 5);
    command.cqn = static_cast<std::uint16_t>(n_.command_cq->cqn());
    command.addr = n_.window->aperture(0) + input_.take<std::uint16_t>();
    command.length = input_.byte();
    const unsigned wrong = input_.byte();
    if ((wrong & 1U) != 0) {
      command.addr = input_.take<std::uint64_t>();
    }
    if ((wrong & 2U) != 0) {
      command.length = input_.take<std::uint16_t>();
    }
    if ((wrong & 4U) != 0) {
      command.opcode = input_.byte();
      command.num_units = input_.byte();
    }
    // Completions of commands may go to any queue: that of the innocent is spared.
    if ((wrong & 8U) != 0) {
      command.cqn = static_cast<std::uint16_t>(0x100 + input_.byte());
    }
    command.operand0 = input_.take<std::uint32_t>();
    command.operand1 = n_.window->aperture(0) + input_.byte() * 8U;
    const std::uint64_t area = page(context()) + regs::kDbLsPush;
    write(area, std::as_bytes(std::span(&command, 1)));
    const unsigned units = 1 + input_.byte() % 5;
    for (unsigned i = 1; i < units; ++i) {
      write(area + i * kLineBytes, input_.padded(kLineBytes));
    }
  }

  void aperture() {
    std::uint64_t at = n_.window->aperture(0) + input_.take<std::uint16_t>();
    if (input_.byte() % 4 == 0) {
      at = input_.take<std::uint64_t>() % (std::uint64_t{1} << 40);
    }
    const std::size_t bytes = std::min<std::uint64_t>(1 + input_.byte(), 256 - at % 256);
    test::must(n_.backend->aperture_write(at, input_.padded(bytes)));
  }

  // What only an operating system may do; it may harm itself, but not the memory of others. Spared
  // are numbers that the innocent use.
  void command() {
    const unsigned verb = input_.byte() % 6;
    const unsigned kind = input_.byte() % 12;
    const std::uint32_t index = 8 + input_.take<std::uint16_t>();
    std::array<std::byte, 48> fields;
    const std::vector<std::byte> bytes = input_.padded(fields.size());
    std::copy(bytes.begin(), bytes.end(), fields.begin());
    if (kind == static_cast<unsigned>(regs::ObjKind::kMr)) {
      // A region of ours: where it is in host memory is the operating system's to say.
      const std::uint64_t iova = n_.attack_memory.iova() + input_.byte();
      std::memcpy(fields.data() + offsetof(regs::ObjMr, iova), &iova, sizeof(iova));
      fields[offsetof(regs::ObjMr, page_shift)] = std::byte{0};
    }
    static_cast<void>(n_.device->admin().execute(static_cast<regs::AdminVerb>(verb),
                                                 static_cast<regs::ObjKind>(kind), index, fields,
                                                 input_.take<std::uint32_t>()));
  }

  void plain() {
    if (!plain_ring_) {
      plain_ring_ = test::must(DmaBuffer::create(*n_.backend, 4096));
      for (const auto& [reg, value] :
           {std::pair{regs::kCsrPlainTxBase, plain_ring_->iova()},
            std::pair{regs::kCsrPlainRxBase, plain_ring_->iova() + 2048},
            std::pair{regs::kCsrPlainCfg, std::uint64_t{2} << regs::kCsrPlainCfgTxLogLsb |
                                              std::uint64_t{2} << regs::kCsrPlainCfgRxLogLsb |
                                              std::uint64_t{1} << regs::kCsrPlainCfgEnableLsb}}) {
        test::must(n_.device->write_register(reg, value));
      }
    }
    const bool receive = input_.byte() % 2 != 0;
    regs::PlainDesc descriptor;
    descriptor.addr = n_.attack_memory.iova() + input_.byte();
    descriptor.length = input_.take<std::uint16_t>();
    if (input_.byte() % 4 == 0) {
      descriptor.addr = input_.take<std::uint64_t>();
    }
    std::uint16_t& producer = plain_producer_.at(receive ? 1 : 0);
    store(*plain_ring_, (receive ? 2048U : 0U) + producer % 4U * sizeof(descriptor), descriptor);
    producer = static_cast<std::uint16_t>(producer + (input_.byte() % 8 == 0 ? input_.byte() : 1));
    test::must(
        n_.device->write_register(receive ? regs::kCsrPlainRxDb : regs::kCsrPlainTxDb, producer));
  }

  static std::uint64_t page(std::uint64_t ctx) { return regs::kBarDoorbells + ctx * kPageBytes; }

  EndpointPair& pair_;
  EndpointPair::Node& n_;
  EndpointPair::Node& other_;
  fuzz::Input& input_;
  std::optional<DmaBuffer> plain_ring_;
  std::array<std::uint16_t, 2> plain_producer_{};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  return fuzz::run_attack([&](EndpointPair& pair) {
    Attack attack(pair, input);
    for (unsigned i = 0; i < kMostSteps && !input.empty(); ++i) {
      attack.step();
    }
    pair.judge();
  });
}
