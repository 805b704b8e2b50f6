// SPDX-License-Identifier: Apache-2.0
//
// Quiescence: a model whose clock is skipped while it is not busy does what a clocked one does.

#include "host_models.hpp"

namespace {

using namespace ethlink::test;

template <typename Model>
void copy_inputs(Model& from, Model& to) {
  to.now_i = from.now_i;
  to.reg_awvalid_i = from.reg_awvalid_i;
  to.reg_awaddr_i = from.reg_awaddr_i;
  to.reg_awid_i = from.reg_awid_i;
  to.reg_wvalid_i = from.reg_wvalid_i;
  to.reg_wdata_i = from.reg_wdata_i;
  to.reg_wstrb_i = from.reg_wstrb_i;
  to.reg_bready_i = from.reg_bready_i;
  to.reg_arvalid_i = from.reg_arvalid_i;
  to.reg_araddr_i = from.reg_araddr_i;
  to.reg_arid_i = from.reg_arid_i;
  to.reg_rready_i = from.reg_rready_i;
  to.dma_arready_i = from.dma_arready_i;
  to.dma_rvalid_i = from.dma_rvalid_i;
  to.dma_rid_i = from.dma_rid_i;
  to.dma_rdata_i = from.dma_rdata_i;
  to.dma_rresp_i = from.dma_rresp_i;
  to.dma_rlast_i = from.dma_rlast_i;
  to.dma_awready_i = from.dma_awready_i;
  to.dma_wready_i = from.dma_wready_i;
  to.dma_bvalid_i = from.dma_bvalid_i;
  to.dma_bid_i = from.dma_bid_i;
  to.dma_bresp_i = from.dma_bresp_i;
  to.ls_error_i = from.ls_error_i;
  to.debug_state_i = from.debug_state_i;
  to.debug_busy_i = from.debug_busy_i;
  to.sqdb_ready_i = from.sqdb_ready_i;
  to.rqdb_ready_i = from.rqdb_ready_i;
  to.sqpush_ready_i = from.sqpush_ready_i;
  to.lspush_ready_i = from.lspush_ready_i;
  to.badb_valid_i = from.badb_valid_i;
  to.badb_ctx_i = from.badb_ctx_i;
  to.obj_mr_rsp_valid_i = from.obj_mr_rsp_valid_i;
  to.obj_mr_rsp_i = from.obj_mr_rsp_i;
  to.obj_qp_rsp_valid_i = from.obj_qp_rsp_valid_i;
  to.obj_qp_rsp_i = from.obj_qp_rsp_i;
  to.obj_peer_rsp_valid_i = from.obj_peer_rsp_valid_i;
  to.obj_peer_rsp_i = from.obj_peer_rsp_i;
  to.obj_win_rsp_valid_i = from.obj_win_rsp_valid_i;
  to.obj_win_rsp_i = from.obj_win_rsp_i;
  to.obj_seg_rsp_valid_i = from.obj_seg_rsp_valid_i;
  to.obj_seg_rsp_i = from.obj_seg_rsp_i;
  to.rd_valid_i = from.rd_valid_i;
  to.rd_i = from.rd_i;
  to.rd_rsp_ready_i = from.rd_rsp_ready_i;
  to.wr_valid_i = from.wr_valid_i;
  to.wr_i = from.wr_i;
  to.wr_data_valid_i = from.wr_data_valid_i;
  to.wr_data_i = from.wr_data_i;
  to.wr_data_last_i = from.wr_data_last_i;
  to.cqe_valid_i = from.cqe_valid_i;
  to.cqe_i = from.cqe_i;
  to.eqe_valid_i = from.eqe_valid_i;
  to.eqe_i = from.eqe_i;
  to.rx_hdr_valid_i = from.rx_hdr_valid_i;
  to.rx_len_i = from.rx_len_i;
  to.rx_pay_valid_i = from.rx_pay_valid_i;
  to.rx_pay_data_i = from.rx_pay_data_i;
  to.rx_pay_last_i = from.rx_pay_last_i;
  to.hdr_ready_i = from.hdr_ready_i;
  to.pay_ready_i = from.pay_ready_i;
  to.cnt_eth_i = from.cnt_eth_i;
  to.cnt_ls_i = from.cnt_ls_i;
  to.cnt_roce_i = from.cnt_roce_i;
  to.cnt_roce_sq_i = from.cnt_roce_sq_i;
}

/// Something is offered to the module.
template <typename Model>
bool offered(const Model& m) {
  return (m.reg_awvalid_i | m.reg_wvalid_i | m.reg_arvalid_i | m.dma_rvalid_i | m.dma_bvalid_i |
          m.badb_valid_i | m.obj_mr_rsp_valid_i | m.obj_qp_rsp_valid_i | m.obj_peer_rsp_valid_i |
          m.obj_win_rsp_valid_i | m.obj_seg_rsp_valid_i | m.rd_valid_i | m.wr_valid_i |
          m.wr_data_valid_i | m.cqe_valid_i | m.eqe_valid_i | m.rx_hdr_valid_i |
          m.rx_pay_valid_i) != 0;
}

/// Every valid, ready and pulse, and the payload of those that are offered.
template <typename Model>
void compare(const Model& a, const Model& b) {
  REQUIRE(a.busy_o == b.busy_o);
  REQUIRE(a.core_rst_o == b.core_rst_o);
  REQUIRE(a.reg_awready_o == b.reg_awready_o);
  REQUIRE(a.reg_wready_o == b.reg_wready_o);
  REQUIRE(a.reg_arready_o == b.reg_arready_o);
  REQUIRE(a.reg_bvalid_o == b.reg_bvalid_o);
  REQUIRE(a.reg_rvalid_o == b.reg_rvalid_o);
  REQUIRE(a.dma_arvalid_o == b.dma_arvalid_o);
  REQUIRE(a.dma_awvalid_o == b.dma_awvalid_o);
  REQUIRE(a.dma_wvalid_o == b.dma_wvalid_o);
  REQUIRE(a.sqdb_valid_o == b.sqdb_valid_o);
  REQUIRE(a.rqdb_valid_o == b.rqdb_valid_o);
  REQUIRE(a.sqpush_valid_o == b.sqpush_valid_o);
  REQUIRE(a.lspush_valid_o == b.lspush_valid_o);
  REQUIRE(a.obj_mr_valid_o == b.obj_mr_valid_o);
  REQUIRE(a.obj_peer_valid_o == b.obj_peer_valid_o);
  REQUIRE(a.mtt_we_o == b.mtt_we_o);
  REQUIRE(a.rd_ready_o == b.rd_ready_o);
  REQUIRE(a.rd_rsp_valid_o == b.rd_rsp_valid_o);
  REQUIRE(a.wr_ready_o == b.wr_ready_o);
  REQUIRE(a.wr_data_ready_o == b.wr_data_ready_o);
  REQUIRE(a.wr_done_o == b.wr_done_o);
  REQUIRE(a.cqe_ready_o == b.cqe_ready_o);
  REQUIRE(a.eqe_ready_o == b.eqe_ready_o);
  REQUIRE(a.rx_hdr_ready_o == b.rx_hdr_ready_o);
  REQUIRE(a.rx_pay_ready_o == b.rx_pay_ready_o);
  REQUIRE(a.hdr_valid_o == b.hdr_valid_o);
  REQUIRE(a.pay_valid_o == b.pay_valid_o);
  REQUIRE((!a.dma_arvalid_o || a.dma_araddr_o == b.dma_araddr_o));
  REQUIRE((!a.dma_arvalid_o || a.dma_arid_o == b.dma_arid_o));
  REQUIRE((!a.dma_awvalid_o || a.dma_awaddr_o == b.dma_awaddr_o));
  REQUIRE((!a.dma_wvalid_o || get_bytes(a.dma_wdata_o, 0, 32) == get_bytes(b.dma_wdata_o, 0, 32)));
  REQUIRE((!a.reg_rvalid_o || get_bytes(a.reg_rdata_o, 0, 64) == get_bytes(b.reg_rdata_o, 0, 64)));
}

TEMPLATE_TEST_CASE("skipping the clock while nothing is busy changes nothing", "", Host256, Host512,
                   Host1024) {
  using Model = std::remove_reference_t<decltype(*std::declval<TestType>().bench)>;
  TestType host(30);
  RtlBench<Model> twin;
  std::uint64_t skipped = 0;
  // The twin goes through the same reset.
  copy_inputs(*host.bench, *twin);
  twin.reset(20);
  twin.tick();
  twin.tick();
  host.before_edge = [&] {
    copy_inputs(*host.bench, *twin);
    twin.settle();
    compare(*host.bench, *twin);
    if (twin->busy_o != 0 || offered(*twin)) {
      twin.tick();
    } else {
      ++skipped;
    }
  };
  std::mt19937_64 rng(seed());
  host.memory.latency = 25;
  host.admin_setup(3);
  host.create_eq(0, 6, true);
  host.create_cq(1, 6, 0, 0);
  host.write64(0x180, 0x800000);
  host.write64(0x188, 0x810000);
  host.write64(0x190, 3 | 3U << 8 | 1U << 16);
  Bytes desc(16);
  le_put(desc, 0, 8, 0x900000);
  le_put(desc, 8, 2, 500);
  for (unsigned i = 0; i < 8; ++i) {
    host.memory.write(0x800000 + 16 * i, desc);
    host.memory.write(0x810000 + 16 * i, desc);
  }
  unsigned plain = 0;
  for (unsigned i = 0; i < 400; ++i) {
    switch (rng() % 10) {
      case 0:
        host.complete(i % 3, 1, i);
        break;
      case 1:
        host.ring_cq(i % 2, 1, 0, 1);
        break;
      case 2:
        host.reads[i % 4].push_back({0x5000 + rng() % 5000, 1 + rng() % 1000});
        break;
      case 3:
        host.engine_writes[i % 2].push_back({0x600000, Bytes(1 + rng() % 500, 1), i % 3 == 0});
        break;
      case 4:
        CHECK(host.admin(3, i % 2 == 0 ? 8 : 3, i % 64).status == 0);
        break;
      case 5:
        host.plain_in.push_back(Bytes(60 + rng() % 500, 3));
        break;
      case 6:
        host.post64(0x198, ++plain);
        host.post64(0x1A0, plain);
        break;
      case 7:
        host.post64(0x100000 + 0x1000 * (i % 20), rng());
        break;
      case 8:
        host.post64(0x0E0, std::uint64_t{i % 8} << 32);
        break;
      default:
        host.read_line(0x2000 + 64 * static_cast<unsigned>(rng() % 12));
    }
    host.run(static_cast<unsigned>(rng() % 60));
  }
  host.settle();
  host.before_edge = nullptr;
  CHECK(skipped > 500);
}

}  // namespace
