// SPDX-License-Identifier: Apache-2.0
//
// Errors as values: a result is a value, or an error with its context.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace ethlink {

/// What went wrong, for programs; the text in `Error` is for people.
enum class Errc {
  kInvalidArgument,  ///< the caller broke a rule of the function
  kOutOfRange,       ///< an index, address or length is outside the object
  kNoResources,      ///< a table, queue or memory is full
  kNotFound,         ///< no such object
  kBusy,             ///< the object is in use
  kTimeout,          ///< the deadline passed
  kDeviceError,      ///< the device answered with an error
  kDeviceRemoved,    ///< the device was reset or is gone
  kRemoteError,      ///< the peer refused the operation or is down
  kDataError,        ///< data came damaged
  kCancelled,        ///< the run is being stopped
  kUnsupported,      ///< this device or build cannot do it
  kSystem,           ///< a call of the operating system failed
};

/// Ownership: plain value. Threads: any.
struct Error {
  Errc code = Errc::kDeviceError;
  std::string context;  ///< one line: where, expected, found
};

/// Either a `T` or an `Error`. Reading the value of a failed result is undefined.
template <typename T>
class [[nodiscard]] Result {
 public:
  // Implicit, so that a function may simply `return value;` or `return Error{...};`.
  Result(T value) : value_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(*-explicit-*)
  Result(Error error) : value_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(*-explicit-*)
  Result(Errc code) : value_(std::in_place_index<1>, Error{code, {}}) {}     // NOLINT(*-explicit-*)

  [[nodiscard]] bool has_value() const noexcept { return value_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] T& operator*() noexcept { return *std::get_if<0>(&value_); }
  [[nodiscard]] const T& operator*() const noexcept { return *std::get_if<0>(&value_); }
  [[nodiscard]] T* operator->() noexcept { return std::get_if<0>(&value_); }
  [[nodiscard]] const T* operator->() const noexcept { return std::get_if<0>(&value_); }
  [[nodiscard]] const Error& error() const noexcept { return *std::get_if<1>(&value_); }

 private:
  std::variant<T, Error> value_;
};

/// Success without a value: `return {};`
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  // Implicit for the same reason.
  Result(Error error) : error_(std::move(error)), failed_(true) {}  // NOLINT(*-explicit-*)
  Result(Errc code) : error_{code, {}}, failed_(true) {}            // NOLINT(*-explicit-*)

  [[nodiscard]] bool has_value() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return has_value(); }
  [[nodiscard]] const Error& error() const noexcept { return error_; }

 private:
  Error error_;
  bool failed_ = false;
};

}  // namespace ethlink
