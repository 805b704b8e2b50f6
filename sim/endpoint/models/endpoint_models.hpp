// SPDX-License-Identifier: Apache-2.0
//
// One maker a width: each in a source file of its own, so that they compile in parallel.
#pragma once

#include <memory>

#include "sim/endpoint/endpoint_model.hpp"

namespace ethlink::sim {

std::unique_ptr<EndpointModel> make_endpoint_256(const ModelOptions& options);
std::unique_ptr<EndpointModel> make_endpoint_512(const ModelOptions& options);
std::unique_ptr<EndpointModel> make_endpoint_1024(const ModelOptions& options);

}  // namespace ethlink::sim
