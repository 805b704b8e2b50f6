// SPDX-License-Identifier: Apache-2.0
#include "file_copy_runs.hpp"

namespace ethlink::test {
namespace {

// Hosts behind PCIe take less than 512 bits at 800 MHz can bring.
PairOptions lossless() {
  PairOptions options;
  options.bus = "pcie-gen5-x16";
  options.data_width = 512;
  options.switch_keys = "pfc = true";
  return options;
}

void expect_nothing_lost(const sim::SimulationResult& result) {
  for (const sim::SwitchResult& sw : result.switches) {
    for (const sim::SwitchPortStats& port : sw.ports) {
      CHECK(port.tail_drops == 0);
    }
  }
}

TEST_CASE("Flow control holds what a host cannot take: nothing is lost, nothing is sent again",
          "[integration]") {
  const CopyRun run = copy_file(std::size_t{1} << 20, lossless());
  expect_nothing_lost(run.result);
  for (const sim::NodeResult& node : run.result.nodes) {
    CAPTURE(node.name);
    for (const char* counter : {"roce_sq.tx_repeated", "ls.tx_repeated", "eth.rx_full_roce",
                                "eth.rx_full_ls_req", "eth.rx_full_ls_resp"}) {
      CAPTURE(counter);
      CHECK(reported(node, counter) == 0);
    }
  }
  CHECK(reported(run.result.nodes.at(1), "eth.pfc_tx") > 0);
}

TEST_CASE("Two hosts that hold each other back by flow control both get on", "[integration]") {
  constexpr std::uint32_t kBytes = 1 << 18;
  constexpr std::size_t kWrites = 4;
  PairOptions options = lossless();
  options.switch_keys = "pfc = true\npfc_xoff_kib = 16\npfc_xon_kib = 8";
  options.memory_bytes = 3 * kBytes;
  const SideFunction both = [](Side& side) {
    side.fill(0, kBytes, side.node());
    for (std::size_t i = 0; i < kWrites; ++i) {
      const SgeView sge = side.local(0, kBytes);
      SendRequest request;
      request.wr_id = i;
      request.opcode = regs::WqeOp::kWrite;
      request.sges = {&sge, 1};
      request.remote_va = side.remote_va(kBytes);
      request.rkey = side.remote.rkey;
      must(side.qp().post_send(request));
    }
    std::vector<std::byte> data(side.bytes(), side.bytes(kBytes));
    std::vector<std::byte> back(kBytes);
    must(side.window->store(2 * kBytes, data, 64));
    must(side.window->load(2 * kBytes, back, 256));
    expect(back == data, "the stored bytes to be loaded back");
    for (std::size_t i = 0; i < kWrites; ++i) {
      const WorkCompletion done = side.completion();
      expect(done.status == regs::WcStatus::kSuccess, "success");
    }
    side.meet("written");
    expect(side.filled(kBytes, kBytes, side.other()), "the RDMA WRITE of the other side");
    for (const std::size_t full :
         {regs::kCntEthRxFullRoce, regs::kCntEthRxFullLsReq, regs::kCntEthRxFullLsResp}) {
      expect(side.counter(full) == 0, "no buffer to be full");
    }
    expect(side.counter(regs::kCntEthPfcRx) > 0, "to be held back");
    expect(side.counter(regs::kCntRoceSqTxRepeated) == 0, "no packet to be sent again");
    side.meet("checked");
  };
  expect_nothing_lost(run_pair(options, both, both));
}

}  // namespace
}  // namespace ethlink::test
