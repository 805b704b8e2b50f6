// SPDX-License-Identifier: Apache-2.0
//
// Reads one TOML table, see table_reader.hpp.
#include "sim/scenario/table_reader.hpp"

#include <algorithm>
#include <numeric>
#include <sstream>
#include <utility>

namespace ethlink::sim {
namespace {

[[nodiscard]] std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, change}));
    }
  }
  return row[b.size()];
}

// A value as the user wrote it, shortened.
[[nodiscard]] std::string show(const toml::node& node) {
  std::ostringstream text;
  node.visit([&text](const auto& value) {
    if constexpr (toml::is_value<decltype(value)>) {
      text << value;
    } else if constexpr (toml::is_array<decltype(value)>) {
      text << "an array";
    } else {
      text << "a table";
    }
  });
  std::string result = text.str();
  return result.size() > 40 ? result.substr(0, 37) + "..." : result;
}

// On one line, whatever the file contains.
[[nodiscard]] std::string printable(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string line;
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f) {
      line += {'\\', 'x', kDigits[code >> 4U], kDigits[code & 0xfU]};
    } else {
      line += c;
    }
  }
  return line;
}

template <typename Number>
[[nodiscard]] std::string between(Number least, Number most) {
  std::ostringstream text;
  text << "from " << least << " to " << most;
  return text.str();
}

}  // namespace

Error ScenarioPlace::error(std::string_view message) const {
  return {Errc::kInvalidArgument, file + ":" + std::to_string(line) + ": " + printable(message)};
}

std::string suggestion(std::string_view found, const std::vector<std::string>& known) {
  std::size_t best = std::max<std::size_t>(2, found.size() / 3) + 1;
  std::string name;
  for (const std::string& candidate : known) {
    if (const std::size_t d = distance(found, candidate); d < best) {
      best = d;
      name = candidate;
    }
  }
  return name.empty() ? "" : ", did you mean `" + name + "`?";
}

TableReader::TableReader(const toml::table& table, std::string what, ReadState& state)
    : table_(table), what_(std::move(what)), state_(state) {}

ScenarioPlace TableReader::place_of(const toml::node& node) const {
  return {state_.file, static_cast<unsigned>(node.source().begin.line)};
}

void TableReader::fail(const toml::node& at, const std::string& message) {
  if (!state_.error) {
    state_.error = place_of(at).error(message);
  }
}

void TableReader::wrong(const toml::node& node, std::string_view key, const std::string& expected) {
  fail(node, what_ + " `" + std::string(key) + "`: expected " + expected + ", found " + show(node));
}

const toml::node* TableReader::find(std::string_view key) {
  known_.emplace(key);
  return table_.get(key);
}

std::string TableReader::text(std::string_view key, std::string otherwise) {
  const toml::node* node = find(key);
  if (node == nullptr) {
    return otherwise;
  }
  if (!node->is_string() || node->as_string()->get().empty()) {
    wrong(*node, key, "a string");
    return otherwise;
  }
  return node->as_string()->get();
}

std::string TableReader::required_text(std::string_view key) {
  if (find(key) == nullptr) {
    fail(table_, what_ + ": expected the key `" + std::string(key) + "`, found none");
  }
  return text(key, "");
}

std::uint64_t TableReader::integer(std::string_view key, std::uint64_t otherwise,
                                   std::uint64_t least, std::uint64_t most) {
  const toml::node* node = find(key);
  if (node == nullptr) {
    return otherwise;
  }
  const auto* value = node->as_integer();
  const bool fits = value != nullptr && value->get() >= 0 &&
                    static_cast<std::uint64_t>(value->get()) >= least &&
                    static_cast<std::uint64_t>(value->get()) <= most;
  if (!fits) {
    wrong(*node, key, "an integer " + between(least, most));
    return otherwise;
  }
  return static_cast<std::uint64_t>(value->get());
}

double TableReader::number(std::string_view key, double otherwise, double least, double most) {
  const toml::node* node = find(key);
  if (node == nullptr) {
    return otherwise;
  }
  const std::optional<double> value = node->is_number() ? node->value<double>() : std::nullopt;
  if (!value || !(*value >= least) || !(*value <= most)) {
    wrong(*node, key, "a number " + between(least, most));
    return otherwise;
  }
  return *value;
}

bool TableReader::flag(std::string_view key, bool otherwise) {
  const toml::node* node = find(key);
  if (node == nullptr) {
    return otherwise;
  }
  if (!node->is_boolean()) {
    wrong(*node, key, "true or false");
    return otherwise;
  }
  return node->as_boolean()->get();
}

std::vector<std::uint64_t> TableReader::integers(std::string_view key) {
  std::vector<std::uint64_t> values;
  const toml::node* node = find(key);
  if (node == nullptr) {
    return values;
  }
  if (!node->is_array()) {
    wrong(*node, key, "a list of integers, 0 or above");
    return values;
  }
  for (const toml::node& element : *node->as_array()) {
    const auto* value = element.as_integer();
    if (value == nullptr || value->get() < 0) {
      wrong(element, key, "a list of integers, 0 or above");
      return values;
    }
    values.push_back(static_cast<std::uint64_t>(value->get()));
  }
  return values;
}

std::vector<std::uint64_t> TableReader::one_or_more(std::string_view key, std::uint64_t least,
                                                    std::uint64_t most) {
  std::vector<std::uint64_t> values;
  const toml::node* node = find(key);
  if (node == nullptr) {
    return values;
  }
  if (!node->is_array()) {
    values.push_back(integer(key, least, least, most));
    return values;
  }
  for (const toml::node& element : *node->as_array()) {
    const auto* value = element.as_integer();
    if (value == nullptr || value->get() < 0 || static_cast<std::uint64_t>(value->get()) < least ||
        static_cast<std::uint64_t>(value->get()) > most) {
      wrong(element, key, "integers " + between(least, most));
      return values;
    }
    values.push_back(static_cast<std::uint64_t>(value->get()));
  }
  if (values.empty()) {
    wrong(*node, key, "at least one integer");
  }
  return values;
}

std::vector<std::string> TableReader::texts(std::string_view key) {
  std::vector<std::string> values;
  const toml::node* node = find(key);
  if (node == nullptr) {
    return values;
  }
  if (!node->is_array()) {
    wrong(*node, key, "a list of strings");
    return values;
  }
  for (const toml::node& element : *node->as_array()) {
    if (!element.is_string()) {
      wrong(element, key, "a list of strings");
      return values;
    }
    values.push_back(element.as_string()->get());
  }
  return values;
}

const toml::table* TableReader::table(std::string_view key) {
  const toml::node* node = find(key);
  if (node != nullptr && !node->is_table()) {
    wrong(*node, key, "a table");
    return nullptr;
  }
  return node == nullptr ? nullptr : node->as_table();
}

std::vector<const toml::table*> TableReader::tables(std::string_view key) {
  std::vector<const toml::table*> found;
  const toml::node* node = find(key);
  if (node == nullptr) {
    return found;
  }
  if (!node->is_array_of_tables()) {
    wrong(*node, key, "tables, each begun by [[" + std::string(key) + "]]");
    return found;
  }
  for (const toml::node& element : *node->as_array()) {
    found.push_back(element.as_table());
  }
  return found;
}

std::map<std::string, std::string, std::less<>> TableReader::rest() {
  std::map<std::string, std::string, std::less<>> values;
  for (const auto& [key, node] : table_) {
    if (known_.contains(key.str())) {
      continue;
    }
    known_.emplace(key.str());
    if (!node.is_value()) {
      wrong(node, key.str(), "a string, a number, true or false");
    } else if (node.is_string()) {
      values.emplace(key.str(), node.as_string()->get());
    } else {
      values.emplace(key.str(), show(node));
    }
  }
  return values;
}

void TableReader::finish() {
  for (const auto& [key, node] : table_) {
    if (!known_.contains(key.str())) {
      fail(node, what_ + ": expected a known key, found `" + std::string(key.str()) + "`" +
                     suggestion(key.str(), {known_.begin(), known_.end()}));
      return;
    }
  }
}

}  // namespace ethlink::sim
