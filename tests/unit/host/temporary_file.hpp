// SPDX-License-Identifier: Apache-2.0
//
// A file that is gone when the test is.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

namespace ethlink::test {

class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text, const std::string& suffix = "")
      : path_((std::filesystem::temp_directory_path() /
               ("ethlink_test_" + std::to_string(::getpid()) + "_" + std::to_string(next_++) +
                suffix))
                  .string()) {
    std::ofstream(path_, std::ios::binary) << text;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string text() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  static inline unsigned next_ = 0;
  std::string path_;
};

}  // namespace ethlink::test
