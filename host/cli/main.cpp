// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

int main(int argc, char** argv) {
  return ethlink::cli::run_program({argv + 1, argv + argc});
}
