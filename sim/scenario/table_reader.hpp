// SPDX-License-Identifier: Apache-2.0
//
// Reads one TOML table key by key, with the messages that a user needs.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

#include "sim/scenario/scenario.hpp"

namespace ethlink::sim {

/// The first error wins; later reads return defaults.
struct ReadState {
  std::string file;
  std::optional<Error> error;
};

/// "did you mean `x`?" for the nearest of `known`, or "" when none is near.
[[nodiscard]] std::string suggestion(std::string_view found, const std::vector<std::string>& known);

/// Ownership: refers to table and state. Threads: one.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string what, ReadState& state);

  [[nodiscard]] ScenarioPlace place() const { return place_of(table_); }
  [[nodiscard]] bool has(std::string_view key) { return find(key) != nullptr; }

  std::string text(std::string_view key, std::string otherwise);
  /// Missing is an error.
  std::string required_text(std::string_view key);
  std::uint64_t integer(std::string_view key, std::uint64_t otherwise, std::uint64_t least,
                        std::uint64_t most);
  double number(std::string_view key, double otherwise, double least, double most);
  bool flag(std::string_view key, bool otherwise);
  std::vector<std::uint64_t> integers(std::string_view key);
  /// One integer or a list of them, each in the range; empty when the key is missing.
  std::vector<std::uint64_t> one_or_more(std::string_view key, std::uint64_t least,
                                         std::uint64_t most);
  std::vector<std::string> texts(std::string_view key);
  /// A sub-table, or nullptr.
  const toml::table* table(std::string_view key);
  /// The tables of `[[key]]`.
  std::vector<const toml::table*> tables(std::string_view key);
  /// Every key that was not asked for, as text.
  std::map<std::string, std::string, std::less<>> rest();
  /// Any key that was not asked for is an error.
  void finish();

  void fail(const toml::node& at, const std::string& message);
  /// The value of `key`, which exists, is not what was expected.
  void wrong(std::string_view key, const std::string& expected) {
    wrong(*find(key), key, expected);
  }

 private:
  const toml::node* find(std::string_view key);
  [[nodiscard]] ScenarioPlace place_of(const toml::node& node) const;
  void wrong(const toml::node& node, std::string_view key, const std::string& expected);

  const toml::table& table_;
  std::string what_;
  ReadState& state_;
  std::set<std::string, std::less<>> known_;
};

}  // namespace ethlink::sim
