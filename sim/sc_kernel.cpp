// SPDX-License-Identifier: Apache-2.0
//
// A SystemC kernel for the life of one simulation, see sc_kernel.hpp.
#include "sim/sc_kernel.hpp"

#include <systemc>

namespace ethlink::sim {
namespace {

bool kernel_in_use = false;

}  // namespace

bool ScKernel::in_use() {
  return kernel_in_use;
}

ScKernel::ScKernel() {
  kernel_in_use = true;
  sc_core::sc_curr_simcontext = new sc_core::sc_simcontext();
  sc_core::sc_default_global_context = sc_core::sc_curr_simcontext;
  // Libraries do not print; errors still throw.
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
  sc_core::sc_report_handler::set_actions(sc_core::SC_WARNING, sc_core::SC_DO_NOTHING);
}

ScKernel::~ScKernel() {
  delete sc_core::sc_curr_simcontext;
  sc_core::sc_curr_simcontext = nullptr;
  sc_core::sc_default_global_context = nullptr;
  kernel_in_use = false;
}

}  // namespace ethlink::sim
