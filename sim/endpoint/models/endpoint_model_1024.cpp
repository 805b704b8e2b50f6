// SPDX-License-Identifier: Apache-2.0
//
// The endpoint with a data path of 1024 bits.
#include "Vel_endpoint_1024.h"
#include "sim/endpoint/models/endpoint_models.hpp"
#include "sim/endpoint/verilated_endpoint.hpp"

namespace ethlink::sim {

std::unique_ptr<EndpointModel> make_endpoint_1024(const ModelOptions& options) {
  return std::make_unique<VerilatedEndpoint<Vel_endpoint_1024, 1024>>(options);
}

}  // namespace ethlink::sim
