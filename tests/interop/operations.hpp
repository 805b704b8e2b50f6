// SPDX-License-Identifier: Apache-2.0
//
// The operations that both sides do; one that is added here is tested at every size, MTU, address
// family and direction. The guest has its own names for them (interop_guest.cpp).
#pragma once

#include <array>

#include "ethlink/generated/regs.hpp"

namespace ethlink::interop {

struct Operation {
  const char* name;    ///< as the guest knows it
  regs::WqeOp opcode;  ///< as the driver knows it
  bool into_receive;   ///< the data goes where a receive request says, else where the sender says
  bool immediate;      ///< carries immediate data
  bool invalidates;    ///< carries a key that is dead afterwards

  /// A receive request is consumed.
  [[nodiscard]] constexpr bool receives() const { return into_receive || immediate; }
};

inline constexpr std::array kOperations{
    Operation{"send", regs::WqeOp::kSend, true, false, false},
    Operation{"send_imm", regs::WqeOp::kSendImm, true, true, false},
    Operation{"send_inv", regs::WqeOp::kSendInv, true, false, true},
    Operation{"write", regs::WqeOp::kWrite, false, false, false},
    Operation{"write_imm", regs::WqeOp::kWriteImm, false, true, false},
};

}  // namespace ethlink::interop
