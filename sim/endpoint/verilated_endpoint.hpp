// SPDX-License-Identifier: Apache-2.0
//
// EndpointModel over a Verilated class; include only where SystemC is not.
//
// A wide pin is copied only beside its valid: an idle cycle touches a few dozen bytes.
#pragma once

#include <cstring>

#include <verilated.h>
#include <verilated_fst_c.h>

#include "ethlink/rtl/coverage.hpp"

#include "sim/endpoint/endpoint_model.hpp"

namespace ethlink::sim {

/// `Top` is the Verilated class of a module with the pins of el_endpoint, `Bits` its data width.
template <typename Top, unsigned Bits>
class VerilatedEndpoint final : public EndpointModel {
 public:
  static constexpr unsigned kBytes = Bits / 8;

  explicit VerilatedEndpoint(const ModelOptions& options) : gated_(options.gated) {
    context_.randReset(2);
    context_.randSeed(static_cast<int>(options.seed & 0x7fffffffU) | 1);
    context_.assertOn(true);
    context_.timeunit(-12);
    context_.timeprecision(-12);
    context_.traceEverOn(options.traced);
    top_ = std::make_unique<Top>(&context_, options.name.c_str());
    set_clocks(false);
    top_->rst_i = 1;
  }

  ~VerilatedEndpoint() override {
    // The model's scopes leave the context of the thread, which another model may have replaced.
    Verilated::threadContextp(&context_);
    rtl::save_coverage(context_);
    close_wave();
    top_->final();
    top_.reset();
  }

  [[nodiscard]] unsigned beat_bytes() const override { return kBytes; }

  void sample(const EndpointIn& in, EndpointOut& out) override {
    drive(in);
    set_clocks(false);
    top_->eval();
    if (wave_) {
      wave_->dump(wave_time_);
    }
    read_bars(out);
    read_dma(out);
    out.mac_tx_tvalid = top_->mac_tx_tvalid_o;
    if (out.mac_tx_tvalid) {
      out.mac_tx_tlast = top_->mac_tx_tlast_o;
      get(out.mac_tx_tdata, top_->mac_tx_tdata_o);
      get(out.mac_tx_tkeep, top_->mac_tx_tkeep_o);
    }
  }

  void drive_rx(const EndpointIn& in) override {
    top_->mac_rx_tvalid_i = in.mac_rx_tvalid;
    if (in.mac_rx_tvalid) {
      top_->mac_rx_tlast_i = in.mac_rx_tlast;
      top_->mac_rx_tuser_i = in.mac_rx_tuser;
      put(top_->mac_rx_tdata_i, in.mac_rx_tdata);
      put(top_->mac_rx_tkeep_i, in.mac_rx_tkeep);
    }
  }

  void clock() override {
    set_clocks(true);
    top_->eval();
    if (wave_) {
      wave_->dump(wave_time_ + wave_period_ / 2);
    }
  }

  [[nodiscard]] EndpointIdle idle() const override {
    const bool pending = top_->reg_bvalid_o | top_->reg_rvalid_o | top_->ap_bvalid_o |
                         top_->ap_rvalid_o | top_->dma_arvalid_o | top_->dma_awvalid_o |
                         top_->dma_wvalid_o | top_->mac_tx_tvalid_o;
    return {.quiescent = top_->quiescent_o && !pending, .deadline = top_->next_deadline_o};
  }

  Result<void> open_wave(const std::string& path) override {
    if constexpr (kTraced) {
      wave_ = std::make_unique<VerilatedFstC>();
      top_->trace(wave_.get(), 99);
      wave_->open(path.c_str());
      if (wave_->isOpen()) {
        return {};
      }
      wave_.reset();
      return Error{Errc::kSystem, path + ": expected a file that can be written"};
    } else {
      return Error{Errc::kUnsupported, path + ": this model was built without waveforms"};
    }
  }

  void set_wave_time(TimePs start, TimePs period) override {
    wave_time_ = start;
    wave_period_ = period;
  }

  [[nodiscard]] bool wave_open() const override { return wave_ != nullptr; }

  void flush_wave() override {
    if (wave_) {
      wave_->flush();
    }
  }

  void close_wave() override {
    if (wave_) {
      wave_->close();
      wave_.reset();
    }
  }

 private:
  static constexpr bool kTraced = requires(Top & top, VerilatedFstC* file) { top.trace(file, 99); };

  // The clock gates of the endpoint: an edge reaches a block whose enable is 1 before the edge.
  void set_clocks(bool level) {
    Top& top = *top_;
    top.clk_i = level;
    if constexpr (requires { top.clk_bar_en_o; }) {
      top.clk_bar_i = level && (top.clk_bar_en_o || !gated_);
      top.clk_ctl_i = level && (top.clk_ctl_en_o || !gated_);
      top.clk_cq_i = level && (top.clk_cq_en_o || !gated_);
      top.clk_rd_i = level && (top.clk_rd_en_o || !gated_);
      top.clk_ls_i = level && (top.clk_ls_en_o || !gated_);
      top.clk_roce_i = level && (top.clk_roce_en_o || !gated_);
    }
  }

  template <typename Pin, std::size_t N>
  static void get(std::array<std::uint8_t, N>& to, const Pin& pin) {
    std::memcpy(to.data(), &pin, std::min(sizeof(pin), N));
  }
  template <typename Pin, std::size_t N>
  static void put(Pin& pin, const std::array<std::uint8_t, N>& from) {
    static_assert(sizeof(pin) <= N);
    std::memcpy(&pin, from.data(), sizeof(pin));
  }

  void drive(const EndpointIn& in) {
    Top& top = *top_;
    top.rst_i = in.rst;
    top.now_i = in.now;
    drive_reg(in);
    drive_aperture(in);
    top.dma_arready_i = in.dma_arready;
    top.dma_awready_i = in.dma_awready;
    top.dma_wready_i = in.dma_wready;
    top.dma_rvalid_i = in.dma_rvalid;
    if (in.dma_rvalid) {
      top.dma_rid_i = in.dma_rid;
      top.dma_rresp_i = in.dma_rresp;
      top.dma_rlast_i = in.dma_rlast;
      put(top.dma_rdata_i, in.dma_rdata);
    }
    top.dma_bvalid_i = in.dma_bvalid;
    if (in.dma_bvalid) {
      top.dma_bid_i = in.dma_bid;
      top.dma_bresp_i = in.dma_bresp;
    }
    top.mac_tx_tready_i = in.mac_tx_tready;
    drive_rx(in);
  }

  void drive_reg(const EndpointIn& in) {
    Top& top = *top_;
    top.reg_awvalid_i = in.reg_awvalid;
    if (in.reg_awvalid) {
      top.reg_awaddr_i = in.reg_awaddr;
      top.reg_awid_i = in.reg_awid;
    }
    top.reg_wvalid_i = in.reg_wvalid;
    if (in.reg_wvalid) {
      put(top.reg_wdata_i, in.reg_wdata);
      top.reg_wstrb_i = in.reg_wstrb;
    }
    top.reg_bready_i = in.reg_bready;
    top.reg_arvalid_i = in.reg_arvalid;
    if (in.reg_arvalid) {
      top.reg_araddr_i = in.reg_araddr;
      top.reg_arid_i = in.reg_arid;
    }
    top.reg_rready_i = in.reg_rready;
  }

  void drive_aperture(const EndpointIn& in) {
    Top& top = *top_;
    top.ap_awvalid_i = in.ap_awvalid;
    if (in.ap_awvalid) {
      top.ap_awaddr_i = in.ap_awaddr;
      top.ap_awid_i = in.ap_awid;
      top.ap_awlen_i = in.ap_awlen;
    }
    top.ap_wvalid_i = in.ap_wvalid;
    if (in.ap_wvalid) {
      put(top.ap_wdata_i, in.ap_wdata);
      top.ap_wstrb_i = in.ap_wstrb;
      top.ap_wlast_i = in.ap_wlast;
    }
    top.ap_bready_i = in.ap_bready;
    top.ap_arvalid_i = in.ap_arvalid;
    if (in.ap_arvalid) {
      top.ap_araddr_i = in.ap_araddr;
      top.ap_arid_i = in.ap_arid;
      top.ap_arlen_i = in.ap_arlen;
      top.ap_arsize_i = in.ap_arsize;
    }
    top.ap_rready_i = in.ap_rready;
  }

  void read_bars(EndpointOut& out) const {
    const Top& top = *top_;
    out.reg_awready = top.reg_awready_o;
    out.reg_wready = top.reg_wready_o;
    out.reg_arready = top.reg_arready_o;
    out.reg_bvalid = top.reg_bvalid_o;
    out.reg_bid = top.reg_bid_o;
    out.reg_bresp = top.reg_bresp_o;
    out.reg_rvalid = top.reg_rvalid_o;
    if (out.reg_rvalid) {
      out.reg_rid = top.reg_rid_o;
      out.reg_rresp = top.reg_rresp_o;
      get(out.reg_rdata, top.reg_rdata_o);
    }
    out.ap_awready = top.ap_awready_o;
    out.ap_wready = top.ap_wready_o;
    out.ap_arready = top.ap_arready_o;
    out.ap_bvalid = top.ap_bvalid_o;
    out.ap_bid = top.ap_bid_o;
    out.ap_bresp = top.ap_bresp_o;
    out.ap_rvalid = top.ap_rvalid_o;
    if (out.ap_rvalid) {
      out.ap_rid = top.ap_rid_o;
      out.ap_rresp = top.ap_rresp_o;
      out.ap_rlast = top.ap_rlast_o;
      get(out.ap_rdata, top.ap_rdata_o);
    }
  }

  void read_dma(EndpointOut& out) const {
    const Top& top = *top_;
    out.dma_arvalid = top.dma_arvalid_o;
    if (out.dma_arvalid) {
      out.dma_araddr = top.dma_araddr_o;
      out.dma_arid = top.dma_arid_o;
      out.dma_arlen = top.dma_arlen_o;
      out.dma_aruser = top.dma_aruser_o;
    }
    out.dma_awvalid = top.dma_awvalid_o;
    if (out.dma_awvalid) {
      out.dma_awaddr = top.dma_awaddr_o;
      out.dma_awid = top.dma_awid_o;
      out.dma_awlen = top.dma_awlen_o;
    }
    out.dma_wvalid = top.dma_wvalid_o;
    if (out.dma_wvalid) {
      out.dma_wlast = top.dma_wlast_o;
      get(out.dma_wdata, top.dma_wdata_o);
      get(out.dma_wstrb, top.dma_wstrb_o);
    }
  }

  VerilatedContext context_;
  std::unique_ptr<Top> top_;
  bool gated_;
  std::unique_ptr<VerilatedFstC> wave_;
  TimePs wave_time_ = 0;
  TimePs wave_period_ = 0;
};

}  // namespace ethlink::sim
