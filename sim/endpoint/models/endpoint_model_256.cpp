// SPDX-License-Identifier: Apache-2.0
//
// The endpoint with a data path of 256 bits.
#include "Vel_endpoint_256.h"
#include "sim/endpoint/models/endpoint_models.hpp"
#include "sim/endpoint/verilated_endpoint.hpp"

namespace ethlink::sim {

std::unique_ptr<EndpointModel> make_endpoint_256(const ModelOptions& options) {
  return std::make_unique<VerilatedEndpoint<Vel_endpoint_256, 256>>(options);
}

}  // namespace ethlink::sim
