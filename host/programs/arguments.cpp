// SPDX-License-Identifier: Apache-2.0
#include "programs/arguments.hpp"

#include <algorithm>
#include <charconv>

namespace ethlink {

const std::string* Arguments::find(const std::string& key) {
  known_.insert(key);
  const auto found = program_.arguments.find(key);
  return found == program_.arguments.end() ? nullptr : &found->second;
}

void Arguments::fail(const std::string& message) {
  if (!error_) {
    error_ = program_.place.error("[[program]] '" + program_.name + "': " + message);
  }
}

std::string Arguments::text(const std::string& key, const std::string& otherwise) {
  const std::string* value = find(key);
  return value == nullptr ? otherwise : *value;
}

std::uint64_t Arguments::integer(const std::string& key, std::uint64_t otherwise,
                                 std::uint64_t least, std::uint64_t most) {
  const std::string* value = find(key);
  if (value == nullptr) {
    return otherwise;
  }
  std::uint64_t number = 0;
  const char* end = value->data() + value->size();
  const auto [stop, code] = std::from_chars(value->data(), end, number);
  if (code != std::errc() || stop != end || number < least || number > most) {
    fail("`" + key + "`: expected an integer from " + std::to_string(least) + " to " +
         std::to_string(most) + ", found '" + *value + "'");
    return otherwise;
  }
  return number;
}

std::uint64_t Arguments::one_of(const std::string& key, std::uint64_t otherwise,
                                const std::vector<std::uint64_t>& allowed) {
  const std::uint64_t value =
      integer(key, otherwise, 0, *std::max_element(allowed.begin(), allowed.end()));
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    std::string list;
    for (const std::uint64_t item : allowed) {
      list += (list.empty() ? "" : ", ") + std::to_string(item);
    }
    fail("`" + key + "`: expected one of " + list + ", found " + std::to_string(value));
    return otherwise;
  }
  return value;
}

regs::QpEncap Arguments::encapsulation() {
  const std::string value = text("encapsulation", "rocev2");
  if (value != "rocev2" && value != "ethlink") {
    fail("`encapsulation`: expected 'rocev2' or 'ethlink', found '" + value + "'");
  }
  return value == "ethlink" ? regs::QpEncap::kEthLink : regs::QpEncap::kRoceV2;
}

bool Arguments::selective_repeat() {
  const std::string value = text("repeat", "go-back-n");
  if (value != "go-back-n" && value != "selective") {
    fail("`repeat`: expected 'go-back-n' or 'selective', found '" + value + "'");
  }
  return value == "selective";
}

unsigned Arguments::other_node(const std::string& key) {
  const std::string* value = find(key);
  if (value == nullptr) {
    if (scenario_.nodes.size() != 2) {
      fail("`" + key + "`: expected the name of a node, found nothing");
      return 0;
    }
    return program_.node == 0 ? 1 : 0;
  }
  for (std::size_t i = 0; i < scenario_.nodes.size(); ++i) {
    if (scenario_.nodes[i].name == *value && i != program_.node) {
      return static_cast<unsigned>(i);
    }
  }
  fail("`" + key + "`: expected the name of another node, found '" + *value + "'");
  return 0;
}

std::optional<Error> Arguments::finish() const {
  if (error_) {
    return error_;
  }
  const auto unknown =
      std::find_if(program_.arguments.begin(), program_.arguments.end(),
                   [this](const auto& argument) { return known_.count(argument.first) == 0; });
  if (unknown != program_.arguments.end()) {
    std::string list;
    for (const std::string& item : known_) {
      list += list.empty() ? "" : ", ";
      list += item;
    }
    return program_.place.error("[[program]] '" + program_.name + "': expected arguments of " +
                                list + ", found `" + unknown->first + "`");
  }
  return std::nullopt;
}

}  // namespace ethlink
