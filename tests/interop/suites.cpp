// SPDX-License-Identifier: Apache-2.0
//
// What is tested between endpoint and guest, see suites.hpp.
#include "suites.hpp"

#include <iostream>
#include <stdexcept>

namespace ethlink::interop {
namespace {

constexpr std::array kMtus{256U, 512U, 1024U, 2048U, 4096U};

std::vector<std::uint32_t> lengths(unsigned mtu) {
  return {0, 1, 2, 3, 4, 17, mtu - 1, mtu, mtu + 1, 2 * mtu, 2 * mtu + 3, 3 * mtu + 5, 40000};
}

const char* name_of(From from) {
  return from == From::kEndpoint ? "endpoint to guest" : "guest to endpoint";
}

// Runs `body` and adds `where` to what it throws.
void at(const std::string& where, const std::function<void()>& body) {
  try {
    body();
  } catch (const std::exception& error) {
    throw std::runtime_error(where + ": " + error.what());
  }
}

// Each operation at each length, both ways, one after the other.
void one_by_one(Session& session, unsigned mtu, bool solicited) {
  for (const Operation& operation : kOperations) {
    for (const From from : {From::kEndpoint, From::kGuest}) {
      if (from == From::kEndpoint && !operation.by_endpoint) {
        continue;
      }
      for (const std::uint32_t length : lengths(mtu)) {
        at(std::string(name_of(from)) + ", " + operation.name + ", " + std::to_string(length) +
               " bytes",
           [&] {
             session.exchange({{&operation, from, length, solicited}});
           });
      }
    }
  }
}

// All lengths of an operation at once, both ways.
void all_at_once(Session& session, unsigned mtu, bool solicited) {
  for (const Operation& operation : kOperations) {
    std::vector<Message> messages;
    for (const std::uint32_t length : lengths(mtu)) {
      if (operation.by_endpoint) {
        messages.push_back({&operation, From::kEndpoint, length, solicited});
      }
      messages.push_back({&operation, From::kGuest, length, solicited});
    }
    at(std::string("both ways at once, ") + operation.name, [&] { session.exchange(messages); });
  }
}

void matrix(Session& session, unsigned family) {
  bool solicited = false;
  for (const unsigned mtu : kMtus) {
    at("MTU " + std::to_string(mtu), [&] {
      Link link;
      link.family = family;
      link.mtu = mtu;
      session.connect(link);
      // Each length meets both kinds: alternately by MTU, and the other one all at once.
      one_by_one(session, mtu, solicited);
      all_at_once(session, mtu, !solicited);
      at("atomics", [&] { session.answer_atomics(); });
      solicited = !solicited;
    });
    std::cout << "  MTU " << mtu << ": " << session.messages() << " messages" << std::endl;
  }
}

void refusals(Session& session, unsigned family) {
  Link link;
  link.family = family;
  for (const From from : {From::kEndpoint, From::kGuest}) {
    at(name_of(from), [&] {
      session.connect(link);
      for (const std::uint32_t length : {0U, 100U, 5000U}) {
        at("receive request that comes late, " + std::to_string(length) + " bytes",
           [&] { session.receive_late(from, length); });
      }
      at("key that does not exist", [&] { session.refuse_write(from, false); });
      session.connect(link);
      at("key that was invalidated", [&] { session.refuse_write(from, true); });
    });
  }
}

// The timers are short, because what is lost at the end of a message costs one each.
void loss(Session& session, unsigned family) {
  for (const unsigned mtu : kMtus) {
    at("MTU " + std::to_string(mtu), [&] {
      Link link;
      link.family = family;
      link.mtu = mtu;
      link.endpoint_timeout = 14;  // 67 ms
      link.guest_timeout = 14;
      session.connect(link);
      all_at_once(session, mtu, false);
      all_at_once(session, mtu, true);
      at("atomics", [&] { session.answer_atomics(); });
    });
    std::cout << "  MTU " << mtu << ": " << session.messages() << " messages" << std::endl;
  }
}

}  // namespace

const std::map<std::string, Suite, std::less<>>& suites() {
  static const std::map<std::string, Suite, std::less<>> all{
      {"matrix", matrix}, {"refusals", refusals}, {"loss", loss}};
  return all;
}

}  // namespace ethlink::interop
