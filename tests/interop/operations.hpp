// SPDX-License-Identifier: Apache-2.0
//
// The operations that both sides do; one that is added here is tested at every size, MTU, address
// family and direction. The guest has its own names for them (interop_guest.cpp).
#pragma once

#include <array>

#include "ethlink/generated/regs.hpp"

namespace ethlink::interop {

/// Where the data of a message goes.
enum class Data {
  kReceive,  ///< to the other side, where its receive request says
  kRemote,   ///< to the other side, where the sender says
  kFetch,    ///< from the other side to the one that asks
};

struct Operation {
  const char* name;    ///< as the guest knows it
  regs::WqeOp opcode;  ///< as the driver knows it
  Data data;
  bool immediate;    ///< carries immediate data
  bool invalidates;  ///< carries a key that is dead afterwards
  bool by_endpoint;  ///< the endpoint sends it too, and not only the guest

  /// A receive request is consumed.
  [[nodiscard]] constexpr bool receives() const { return data == Data::kReceive || immediate; }
};

inline constexpr std::array kOperations{
    Operation{"send", regs::WqeOp::kSend, Data::kReceive, false, false, true},
    Operation{"send_imm", regs::WqeOp::kSendImm, Data::kReceive, true, false, true},
    Operation{"send_inv", regs::WqeOp::kSendInv, Data::kReceive, false, true, true},
    Operation{"write", regs::WqeOp::kWrite, Data::kRemote, false, false, true},
    Operation{"write_imm", regs::WqeOp::kWriteImm, Data::kRemote, true, false, true},
    Operation{"read", regs::WqeOp::kRead, Data::kFetch, false, false, false},
};

}  // namespace ethlink::interop
