// SPDX-License-Identifier: Apache-2.0
//
// These tests have no endpoint: what asks for one gets an error.
#include "sim/endpoint/endpoint_model.hpp"

namespace ethlink::sim {

Result<std::unique_ptr<EndpointModel>> make_endpoint_model(const ModelOptions&) {
  return Error{Errc::kUnsupported, "endpoint: expected a model, found none in this test"};
}

}  // namespace ethlink::sim
