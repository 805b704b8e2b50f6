// SPDX-License-Identifier: Apache-2.0
//
// Picks the model of a width.
#include "sim/endpoint/models/endpoint_models.hpp"

#include <string>

namespace ethlink::sim {

Result<std::unique_ptr<EndpointModel>> make_endpoint_model(const ModelOptions& options) {
  switch (options.data_width) {
    case 256:
      return make_endpoint_256(options);
    case 512:
      return make_endpoint_512(options);
    case 1024:
      return make_endpoint_1024(options);
    default:
      return Error{Errc::kUnsupported,
                   "endpoint: expected a data width of 256, 512 or 1024 bits, "
                   "found " +
                       std::to_string(options.data_width)};
  }
}

}  // namespace ethlink::sim
