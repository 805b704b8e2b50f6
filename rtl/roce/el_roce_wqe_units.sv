// SPDX-License-Identifier: Apache-2.0
//
// Cuts the beats of descriptor reads into units of 64 bytes.
//
// Latency 0 cycles (256 bit: the second beat completes a unit), throughput 1 unit a cycle
// (256 bit: one in two cycles).

`include "el_assert.svh"

module el_roce_wqe_units #(
  parameter el_pkg::cfg_t Cfg = el_pkg::CfgDefault,
  localparam int unsigned DataW = Cfg.DataW
) (
  input  logic                              clk_i,
  input  logic                              rst_i,

  input  logic                              in_valid_i,
  output logic                              in_ready_o,
  input  logic [DataW-1:0]                  in_data_i,
  input  logic                              in_err_i,
  input  logic                              half_i,      // 1024 bit: only the low unit is left

  output logic                              out_valid_o,
  input  logic                              out_ready_i,
  output logic [el_roce_sq_pkg::UnitW-1:0]  out_data_o,
  output logic                              out_err_o
);

  if (DataW == 512) begin : gen_512
    assign out_valid_o = in_valid_i;
    assign in_ready_o  = out_ready_i;
    assign out_data_o  = in_data_i;
    assign out_err_o   = in_err_i;
    logic unused_512;
    assign unused_512 = ^{clk_i, rst_i, half_i};
  end else if (DataW == 256) begin : gen_256
    logic             low_q, err_q;
    logic [DataW-1:0] low_data_q;
    assign out_valid_o = in_valid_i && low_q;
    assign in_ready_o  = !low_q || out_ready_i;
    assign out_data_o  = {in_data_i, low_data_q};
    assign out_err_o   = in_err_i || err_q;
    always_ff @(posedge clk_i) begin
      if (rst_i) low_q <= 1'b0;
      else if (in_valid_i && in_ready_o) low_q <= !low_q;
      if (in_valid_i && !low_q) begin
        low_data_q <= in_data_i;
        err_q      <= in_err_i;
      end
    end
    logic unused_256;
    assign unused_256 = half_i;
  end else if (DataW == 1024) begin : gen_1024
    logic high_q;
    assign out_valid_o = in_valid_i;
    assign in_ready_o  = out_ready_i && (high_q || half_i);
    assign out_data_o  = high_q ? in_data_i[1023:512] : in_data_i[511:0];
    assign out_err_o   = in_err_i;
    always_ff @(posedge clk_i) begin
      if (rst_i) high_q <= 1'b0;
      else if (in_valid_i && out_ready_i) high_q <= !high_q && !half_i;
    end
  end else begin : gen_bad_width
    $error("el_roce_wqe_units: DataW must be 256, 512 or 1024 and is %0d", DataW);
  end

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(UnitNeedsBeat_A, !out_valid_o || in_valid_i)

endmodule : el_roce_wqe_units
