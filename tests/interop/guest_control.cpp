// SPDX-License-Identifier: Apache-2.0
//
// The control channel to the guest, see guest_control.hpp.
#include "guest_control.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <sstream>
#include <stdexcept>

#include <sys/socket.h>

namespace ethlink::interop {
namespace {

constexpr sim::TimePs kLook = 50 * sim::kPsPerUs;  // between two looks at the channel
constexpr std::chrono::seconds kPatience{120};     // of real time

}  // namespace

std::string GuestControl::read_line() {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    if (const std::size_t newline = received_.find('\n'); newline != std::string::npos) {
      std::string line = received_.substr(0, newline);
      received_.erase(0, newline + 1);
      return line;
    }
    std::array<char, 4096> block;
    const ssize_t got = ::recv(fd_, block.data(), block.size(), MSG_DONTWAIT);
    if (got > 0) {
      received_.append(block.data(), static_cast<std::size_t>(got));
      continue;
    }
    if (got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)) {
      throw std::runtime_error("the guest went away");
    }
    if (std::chrono::steady_clock::now() > end) {
      throw std::runtime_error("the guest did not answer");
    }
    if (!port_->wait(port_->now() + kLook)) {
      throw std::runtime_error("the run was stopped");
    }
  }
}

void GuestControl::await_ready() {
  if (read_line() != "ready") {
    throw std::runtime_error("the guest's program did not start");
  }
}

void GuestControl::tell(const std::vector<std::string>& commands) {
  std::string text;
  for (const std::string& command : commands) {
    text += command + "\n";
    told_.push_back(command);
  }
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t put = ::send(fd_, text.data() + done, text.size() - done, MSG_NOSIGNAL);
    if (put < 0) {
      throw std::runtime_error("the guest went away");
    }
    done += static_cast<std::size_t>(put);
  }
}

Answer GuestControl::answer() {
  std::istringstream words(read_line());
  const std::string command = told_.front();
  told_.erase(told_.begin());
  std::string word;
  words >> word;
  if (word != "ok") {
    std::string reason;
    std::getline(words, reason);
    throw std::runtime_error("guest: " + command + ":" + reason);
  }
  Answer answer;
  while (words >> word) {
    const std::size_t equals = word.find('=');
    answer[word.substr(0, equals)] = std::strtoull(word.c_str() + equals + 1, nullptr, 10);
  }
  return answer;
}

std::vector<Answer> GuestControl::ask(const std::vector<std::string>& commands) {
  tell(commands);
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    answers.push_back(answer());
  }
  return answers;
}

}  // namespace ethlink::interop
