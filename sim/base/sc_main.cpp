// SPDX-License-Identifier: Apache-2.0
//
// The entry point that the SystemC library wants to find. Programs here have a main() of their own
// and start the kernel through Simulation, so it is never called.
#include <systemc>

extern "C" int sc_main(int /*argc*/, char** /*argv*/) {
  return 1;
}
