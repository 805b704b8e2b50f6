// SPDX-License-Identifier: Apache-2.0
//
// el_dma_rd with flat ports, for tests written in C++.

module el_dma_rd_tb #(
  parameter  int unsigned DataW   = 512,
  parameter  int unsigned DmaTags = 64,
  localparam int unsigned N       = 3
) (
  input  logic               clk_i,
  input  logic               rst_i,
  input  logic [N-1:0]       req_valid_i,
  output logic [N-1:0]       req_ready_o,
  input  logic [63:0]        req_addr_i  [N],
  input  logic [12:0]        req_len_i   [N],
  input  logic [23:0]        req_user_i  [N],
  output logic [N-1:0]       rsp_valid_o,
  input  logic [N-1:0]       rsp_ready_i,
  output logic [DataW-1:0]   rsp_data_o  [N],
  output logic [N-1:0]       rsp_last_o,
  output logic [N-1:0]       rsp_err_o,
  output logic [23:0]        rsp_user_o  [N],
  output logic               arvalid_o,
  input  logic               arready_i,
  output logic [63:0]        araddr_o,
  output logic [7:0]         arid_o,
  output logic [7:0]         arlen_o,
  output logic [12:0]        aruser_o,
  input  logic               rvalid_i,
  input  logic [7:0]         rid_i,
  input  logic [DataW-1:0]   rdata_i,
  input  logic [1:0]         rresp_i,
  input  logic               rlast_i,
  output logic               error_o,
  output logic               idle_o,
  output logic               busy_o
);

  function automatic el_pkg::cfg_t make_cfg();
    el_pkg::cfg_t c;
    c         = el_pkg::cfg_with_width(DataW);
    c.DmaTags = DmaTags;
    return c;
  endfunction

  el_pkg::dma_rd_req_t [N-1:0] req;
  logic [N-1:0][DataW-1:0]     data;
  logic [N-1:0][23:0]          user;
  logic                        unused_rready;

  for (genvar c = 0; c < N; c++) begin : gen_client
    assign req[c]        = '{addr: req_addr_i[c], len: req_len_i[c], user: req_user_i[c]};
    assign rsp_data_o[c] = data[c];
    assign rsp_user_o[c] = user[c];
  end

  el_dma_rd #(
    .Cfg       (make_cfg()),
    .NumClients(N)
  ) u_dut (
    .clk_i,
    .rst_i,
    .req_valid_i,
    .req_ready_o,
    .req_i        (req),
    .rsp_valid_o,
    .rsp_ready_i,
    .rsp_data_o   (data),
    .rsp_last_o,
    .rsp_err_o,
    .rsp_user_o   (user),
    .axi_arvalid_o(arvalid_o),
    .axi_arready_i(arready_i),
    .axi_araddr_o (araddr_o),
    .axi_arid_o   (arid_o),
    .axi_arlen_o  (arlen_o),
    .axi_aruser_o (aruser_o),
    .axi_rvalid_i (rvalid_i),
    .axi_rready_o (unused_rready),
    .axi_rid_i    (rid_i),
    .axi_rdata_i  (rdata_i),
    .axi_rresp_i  (rresp_i),
    .axi_rlast_i  (rlast_i),
    .error_o,
    .idle_o,
    .busy_o
  );

endmodule : el_dma_rd_tb
