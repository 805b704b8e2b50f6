// SPDX-License-Identifier: Apache-2.0
//
// The cells of the conformance matrix: an operation, a fault, and the packets that it hits.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "ethlink/generated/regs.hpp"

namespace ethlink::conformance {

/// Which way the data of an operation goes, and what it needs at the other end.
enum class Kind {
  kSend,    ///< to where a receive request says
  kWrite,   ///< to where the requester says
  kRead,    ///< from the other end
  kAtomic,  ///< one packet, and one back
};

struct Operation {
  const char* name;
  regs::WqeOp opcode;
  Kind kind;
  bool immediate;     ///< carries immediate data
  bool invalidates;   ///< carries a key that is dead afterwards
  const char* frame;  ///< its request packets in the scenario language

  /// It consumes a receive request.
  [[nodiscard]] constexpr bool receives() const { return kind == Kind::kSend || immediate; }
};

inline constexpr std::array kOperations{
    Operation{"SEND", regs::WqeOp::kSend, Kind::kSend, false, false, "send"},
    Operation{"SEND with immediate", regs::WqeOp::kSendImm, Kind::kSend, true, false, "send"},
    Operation{"SEND with invalidate", regs::WqeOp::kSendInv, Kind::kSend, false, true, "send"},
    Operation{"WRITE", regs::WqeOp::kWrite, Kind::kWrite, false, false, "write"},
    Operation{"WRITE with immediate", regs::WqeOp::kWriteImm, Kind::kWrite, true, false, "write"},
    Operation{"READ", regs::WqeOp::kRead, Kind::kRead, false, false, "read-request"},
    Operation{"CMP_SWAP", regs::WqeOp::kCmpSwap, Kind::kAtomic, false, false, "atomic-request"},
    Operation{"FETCH_ADD", regs::WqeOp::kFetchAdd, Kind::kAtomic, false, false, "atomic-request"},
};

/// The packets that a fault can hit.
enum class Side {
  kRequest,   ///< each request packet
  kResponse,  ///< each packet of a READ response, the atomic's response, or the acknowledgement
};

struct Fault {
  const char* name;
  Side side;
  const char* keys;    ///< of the [[fault]] that hits the packet
  const char* more;    ///< keys of a second [[fault]] for the same packet, or nothing
  bool behind_switch;  ///< on the last link: what a switch would drop itself
  bool naks_lost;      ///< no NAK arrives: only the timer repairs
  bool late_receive;   ///< the receive request is posted after the message has come: RNR
};

inline constexpr std::array kFaults{
    Fault{"drop", Side::kRequest, "action = 'drop'\nnth = 1", "", false, false, false},
    Fault{"drop twice", Side::kRequest, "action = 'drop'\nnth = [1, 2]", "", false, false, false},
    Fault{"drop and timeout", Side::kRequest, "action = 'drop'\nnth = 1", "", false, true, false},
    Fault{"duplicate", Side::kRequest, "action = 'duplicate'\ncopies = 2\nnth = 1", "", false,
          false, false},
    Fault{"reorder by 1", Side::kRequest, "action = 'reorder'\nnth = 1", "", false, false, false},
    Fault{"reorder by 3", Side::kRequest, "action = 'reorder'\nby = 3\nnth = 1", "", false, false,
          false},
    Fault{"corrupt, FCS bad", Side::kRequest, "action = 'corrupt'\npart = 'headers'\nnth = 1", "",
          false, false, false},
    Fault{"corrupt, FCS good", Side::kRequest,
          "action = 'corrupt'\npart = 'headers'\nbyte = 11\nrepair_fcs = true\nnth = 1", "", true,
          false, false},
    Fault{"late beyond the timeout", Side::kRequest,
          "action = 'delay'\ndelay_ns = 40000\novertake = true\nnth = 1", "", false, false, false},
    Fault{"link down", Side::kRequest, "action = 'link-down'\nfor_ns = 100\nnth = 1", "", false,
          false, false},
    Fault{"RNR", Side::kRequest, "", "", false, false, true},
    Fault{"RNR and drop", Side::kRequest, "action = 'drop'\nnth = 1", "", false, false, true},
    Fault{"drop and duplicate", Side::kRequest, "action = 'drop'\nnth = 1",
          "action = 'duplicate'\nnth = 2", false, false, false},
    Fault{"drop", Side::kResponse, "action = 'drop'\nnth = 1", "", false, false, false},
    Fault{"drop twice", Side::kResponse, "action = 'drop'\nnth = [1, 2]", "", false, false, false},
    Fault{"duplicate", Side::kResponse, "action = 'duplicate'\ncopies = 2\nnth = 1", "", false,
          false, false},
    Fault{"reorder by 1", Side::kResponse, "action = 'reorder'\nnth = 1", "", false, false, false},
    Fault{"corrupt, FCS good", Side::kResponse,
          "action = 'corrupt'\npart = 'headers'\nbyte = 11\nrepair_fcs = true\nnth = 1", "", true,
          false, false},
    Fault{"late beyond the timeout", Side::kResponse,
          "action = 'delay'\ndelay_ns = 40000\novertake = true\nnth = 1", "", false, false, false},
};

/// Whether the fault can happen to the operation.
[[nodiscard]] constexpr bool applies(const Operation& operation, const Fault& fault) {
  return !fault.late_receive || operation.receives();
}

/// One message for each packet of a message of each length: `packet` of it is hit.
struct Message {
  unsigned packets;
  unsigned packet;
  std::uint32_t first_psn;
  std::uint32_t bytes;
};

/// Messages of 1 to 9 packets (atomics: nine of one), one for each packet that the fault can hit;
/// the PSNs begin at `psn`.
std::vector<Message> messages_of(const Operation& operation, const Fault& fault, unsigned path_mtu,
                                 std::uint32_t psn);

/// The [[fault]] tables of a run with these messages, and how often they act together.
struct FaultPlan {
  std::string text;
  std::uint64_t actions = 0;
};
FaultPlan plan_of(const Operation& operation, const Fault& fault,
                  const std::vector<Message>& messages);

/// "WRITE: drop at every request packet".
std::string title_of(const Operation& operation, const Fault& fault);

}  // namespace ethlink::conformance
