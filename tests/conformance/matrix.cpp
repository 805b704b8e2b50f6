// SPDX-License-Identifier: Apache-2.0
#include "matrix.hpp"

namespace ethlink::conformance {
namespace {

constexpr unsigned kMostPackets = 9;
constexpr std::uint32_t kPsnMask = 0xffffff;

/// Packets of a message that the fault can hit.
unsigned targets(const Operation& operation, const Fault& fault, unsigned packets) {
  const bool one = (fault.side == Side::kRequest) == (operation.kind == Kind::kRead) ||
                   (fault.side == Side::kRequest && *fault.keys == '\0');
  return one ? 1 : packets;
}

std::uint32_t psn_of(const Operation& operation, const Fault& fault, const Message& message) {
  // An acknowledgement has the PSN of the last packet.
  const bool acknowledgement = fault.side == Side::kResponse && operation.kind != Kind::kRead;
  return (message.first_psn + (acknowledgement ? message.packets - 1 : message.packet)) & kPsnMask;
}

const char* frame_of(const Operation& operation, const Fault& fault) {
  if (fault.side == Side::kRequest) {
    return operation.frame;
  }
  return operation.kind == Kind::kRead     ? "read-response"
         : operation.kind == Kind::kAtomic ? "atomic-response"
                                           : "ack";
}

}  // namespace

std::vector<Message> messages_of(const Operation& operation, const Fault& fault, unsigned path_mtu,
                                 std::uint32_t psn) {
  std::vector<Message> list;
  for (unsigned packets = 1; packets <= kMostPackets; ++packets) {
    const unsigned taken = operation.kind == Kind::kAtomic ? 1 : packets;
    for (unsigned packet = 0; packet < targets(operation, fault, taken); ++packet) {
      const std::uint32_t bytes =
          operation.kind == Kind::kAtomic ? 8 : taken * path_mtu - packet * 29 % path_mtu;
      list.push_back({taken, packet, psn & kPsnMask, bytes});
      psn += taken;
    }
  }
  return list;
}

FaultPlan plan_of(const Operation& operation, const Fault& fault,
                  const std::vector<Message>& messages) {
  FaultPlan plan;
  const bool first_link = (fault.side == Side::kRequest) != fault.behind_switch;
  const char* link = fault.side == Side::kRequest
                         ? (first_link ? "['left', 'switch']" : "['switch', 'right']")
                         : (first_link ? "['switch', 'left']" : "['right', 'switch']");
  for (const char* keys : {fault.keys, fault.more}) {
    if (*keys == '\0') {
      continue;
    }
    for (const Message& message : messages) {
      plan.text +=
          std::string("[[fault]]\nlink = ") + link + "\nframe = '" + frame_of(operation, fault) +
          "'\npsn = " + std::to_string(psn_of(operation, fault, message)) + "\n" + keys + "\n";
      plan.actions += std::string(keys).find("[1, 2]") != std::string::npos ? 2 : 1;
    }
  }
  if (fault.naks_lost) {
    plan.text += "[[fault]]\nlink = ['right', 'switch']\nframe = 'nak'\naction = 'drop'\n";
  }
  return plan;
}

std::string title_of(const Operation& operation, const Fault& fault) {
  return std::string(operation.name) + ": " + fault.name + " at every " +
         (fault.side == Side::kRequest ? "request" : "response") + " packet";
}

}  // namespace ethlink::conformance
