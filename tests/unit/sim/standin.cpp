// SPDX-License-Identifier: Apache-2.0
//
// The small device behind the simulator's model interface.
#include "standin.hpp"

#include <cstring>

#include "Vsim_standin_1024.h"
#include "Vsim_standin_256.h"
#include "Vsim_standin_512.h"
#include "sim/endpoint/verilated_endpoint.hpp"

namespace ethlink::sim::test {

Result<std::unique_ptr<EndpointModel>> make_standin(const ModelOptions& options) {
  std::unique_ptr<EndpointModel> model;
  switch (options.data_width) {
    case 256:
      model = std::make_unique<VerilatedEndpoint<Vsim_standin_256, 256>>(options);
      break;
    case 512:
      model = std::make_unique<VerilatedEndpoint<Vsim_standin_512, 512>>(options);
      break;
    case 1024:
      model = std::make_unique<VerilatedEndpoint<Vsim_standin_1024, 1024>>(options);
      break;
    default:
      return Error{Errc::kUnsupported, "no such width"};
  }
  return model;
}

Command command(std::uint64_t first, std::uint64_t second, std::uint64_t third) {
  Command bytes{};
  std::memcpy(bytes.data(), &first, 8);
  std::memcpy(bytes.data() + 8, &second, 8);
  std::memcpy(bytes.data() + 16, &third, 8);
  return bytes;
}

}  // namespace ethlink::sim::test
