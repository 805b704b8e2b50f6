// SPDX-License-Identifier: Apache-2.0
//
// One Ethernet port: transmit, receive with class buffers, and priority flow control.
//
// Latency: header valid to mac_tx_tvalid_o 4 cycles; last beat in to rx_hdr_valid_o 4 cycles.
// Throughput 1 beat a cycle in each direction; storage four buffers of Cfg.RxBufKib KiB.
// Contract: docs/reference/ethernet.md, docs/reference/rtl-interfaces.md.

`include "el_assert.svh"

module el_eth_port #(
  parameter  el_pkg::cfg_t Cfg          = el_pkg::CfgDefault,
  parameter  int unsigned  NumTxClients = 4,                    // >= 2; client 0 goes first
  localparam int unsigned  DataW        = Cfg.DataW,
  localparam int unsigned  NumRx        = el_pkg::NumRxClasses
) (
  input  logic                               clk_i,
  input  logic                               rst_i,
  input  el_pkg::cycles_t                    now_i,
  input  el_pkg::port_cfg_t                  cfg_i,            // quasi-static
  input  logic [15:0]                        quantum_cycles_i, // of a PFC quantum, 8.8 fixed point

  // Transmit clients. One that has frames of several priorities looks at paused_o itself, because
  // what it offers first would hold back the others; what it offers leaves.
  input  logic [NumTxClients-1:0]            tx_own_pace_i,    // static
  output logic [7:0]                         paused_o,         // priorities
  input  logic            [NumTxClients-1:0] tx_hdr_valid_i,
  output logic            [NumTxClients-1:0] tx_hdr_ready_o,
  input  el_pkg::tx_hdr_t [NumTxClients-1:0] tx_hdr_i,
  input  logic [NumTxClients-1:0]            tx_pay_valid_i,
  output logic [NumTxClients-1:0]            tx_pay_ready_o,
  input  logic [NumTxClients-1:0][DataW-1:0] tx_pay_data_i,
  input  logic [NumTxClients-1:0]            tx_pay_last_i,
  input  logic [NumTxClients-1:0]            tx_pay_bad_i,     // last beat: send a wrong ICRC

  // Receive classes, indexed by rx_class_e
  output logic            [NumRx-1:0]        rx_hdr_valid_o,
  input  logic            [NumRx-1:0]        rx_hdr_ready_i,
  output el_pkg::rx_hdr_t [NumRx-1:0]        rx_hdr_o,
  output logic [NumRx-1:0]                   rx_pay_valid_o,
  input  logic [NumRx-1:0]                   rx_pay_ready_i,
  output logic [NumRx-1:0][DataW-1:0]        rx_pay_data_o,
  output logic [NumRx-1:0]                   rx_pay_last_o,

  // MAC client streams
  output logic                               mac_tx_tvalid_o,
  input  logic                               mac_tx_tready_i,
  output logic [DataW-1:0]                   mac_tx_tdata_o,
  output logic [DataW/8-1:0]                 mac_tx_tkeep_o,
  output logic                               mac_tx_tlast_o,
  input  logic                               mac_rx_tvalid_i,
  input  logic [DataW-1:0]                   mac_rx_tdata_i,
  input  logic [DataW/8-1:0]                 mac_rx_tkeep_i,
  input  logic                               mac_rx_tlast_i,
  input  logic                               mac_rx_tuser_i,

  // Status
  output el_eth_pkg::eth_cnt_t               cnt_o,
  output logic                               busy_o,
  output el_pkg::cycles_t                    deadline_o
);

  // ---------------------------------------------------------------------------------------------
  // Transmit
  // ---------------------------------------------------------------------------------------------

  logic [7:0]      paused;
  assign paused_o = paused;
  logic            pfc_hdr_valid, pfc_hdr_ready;
  el_pkg::tx_hdr_t pfc_hdr;
  logic            tx_frame, tx_busy;
  logic [13:0]     tx_bytes;

  el_eth_tx #(
    .Cfg       (Cfg),
    .NumClients(NumTxClients)
  ) u_tx (
    .clk_i,
    .rst_i,
    .enable_i    (cfg_i.enable),
    .paused_i    (paused),
    .own_pace_i  (tx_own_pace_i),
    .pfc_valid_i (pfc_hdr_valid),
    .pfc_ready_o (pfc_hdr_ready),
    .pfc_hdr_i   (pfc_hdr),
    .hdr_valid_i (tx_hdr_valid_i),
    .hdr_ready_o (tx_hdr_ready_o),
    .hdr_i       (tx_hdr_i),
    .pay_valid_i (tx_pay_valid_i),
    .pay_ready_o (tx_pay_ready_o),
    .pay_data_i  (tx_pay_data_i),
    .pay_last_i  (tx_pay_last_i),
    .pay_bad_i   (tx_pay_bad_i),
    .mac_tvalid_o(mac_tx_tvalid_o),
    .mac_tready_i(mac_tx_tready_i),
    .mac_tdata_o (mac_tx_tdata_o),
    .mac_tkeep_o (mac_tx_tkeep_o),
    .mac_tlast_o (mac_tx_tlast_o),
    .cnt_frame_o (tx_frame),
    .cnt_bytes_o (tx_bytes),
    .busy_o      (tx_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Receive
  // ---------------------------------------------------------------------------------------------

  logic                  wr_valid, wr_last, rx_end, rx_good, rx_busy;
  logic [DataW-1:0]      wr_data;
  el_pkg::rx_class_e     cls;
  el_pkg::rx_hdr_t       hdr;
  el_eth_rx_pkg::cause_t cause;
  logic [13:0]           rx_len;
  logic                  pfc_valid;
  logic [7:0]            pfc_enable;
  logic [7:0][15:0]      pfc_quanta;
  logic [NumRx-1:0]      select, fits, above_half, below_quarter, buf_busy;

  el_eth_rx #(
    .Cfg(Cfg)
  ) u_rx (
    .clk_i,
    .rst_i,
    .cfg_i,
    .mac_tvalid_i(mac_rx_tvalid_i),
    .mac_tdata_i (mac_rx_tdata_i),
    .mac_tkeep_i (mac_rx_tkeep_i),
    .mac_tlast_i (mac_rx_tlast_i),
    .mac_tuser_i (mac_rx_tuser_i),
    .wr_valid_o  (wr_valid),
    .wr_data_o   (wr_data),
    .wr_last_o   (wr_last),
    .cls_o       (cls),
    .end_o       (rx_end),
    .good_o      (rx_good),
    .hdr_o       (hdr),
    .pfc_valid_o (pfc_valid),
    .pfc_enable_o(pfc_enable),
    .pfc_quanta_o(pfc_quanta),
    .cause_o     (cause),
    .len_o       (rx_len),
    .busy_o      (rx_busy)
  );

  for (genvar i = 0; i < NumRx; i++) begin : gen_class
    assign select[i] = cls == el_pkg::rx_class_e'(i);

    el_eth_rx_buf #(
      .Cfg(Cfg)
    ) u_buf (
      .clk_i,
      .rst_i,
      .wr_valid_i     (wr_valid && select[i]),
      .wr_data_i      (wr_data),
      .wr_last_i      (wr_last),
      .end_i          ((rx_end && select[i]) || !cfg_i.enable),
      .good_i         (rx_good && select[i]),
      .hdr_i          (hdr),
      .fits_o         (fits[i]),
      .hdr_valid_o    (rx_hdr_valid_o[i]),
      .hdr_ready_i    (rx_hdr_ready_i[i]),
      .hdr_o          (rx_hdr_o[i]),
      .pay_valid_o    (rx_pay_valid_o[i]),
      .pay_ready_i    (rx_pay_ready_i[i]),
      .pay_data_o     (rx_pay_data_o[i]),
      .pay_last_o     (rx_pay_last_o[i]),
      .above_half_o   (above_half[i]),
      .below_quarter_o(below_quarter[i]),
      .busy_o         (buf_busy[i])
    );
  end

  // ---------------------------------------------------------------------------------------------
  // Priority flow control
  // ---------------------------------------------------------------------------------------------

  el_pkg::cycles_t pfc_rx_deadline, pfc_tx_deadline;
  logic            pfc_tx_busy;

  el_eth_pfc_rx u_pfc_rx (
    .clk_i,
    .rst_i,
    .now_i,
    .quantum_cycles_i,
    .enable_i    (cfg_i.pfc_rx_en),
    .pfc_valid_i (pfc_valid),
    .pfc_enable_i(pfc_enable),
    .pfc_quanta_i(pfc_quanta),
    .paused_o    (paused),
    .deadline_o  (pfc_rx_deadline)
  );

  el_eth_pfc_tx u_pfc_tx (
    .clk_i,
    .rst_i,
    .now_i,
    .cfg_i,
    .quantum_cycles_i,
    .above_half_i   (above_half),
    .below_quarter_i(below_quarter),
    .hdr_valid_o    (pfc_hdr_valid),
    .hdr_ready_i    (pfc_hdr_ready),
    .hdr_o          (pfc_hdr),
    .busy_o         (pfc_tx_busy),
    .deadline_o     (pfc_tx_deadline)
  );

  // ---------------------------------------------------------------------------------------------
  // Status
  // ---------------------------------------------------------------------------------------------

  logic [NumRx-1:0] delivered;
  assign delivered = {NumRx{rx_good}} & select & fits;

  always_comb begin
    cnt_o                   = '0;
    cnt_o.tx_frames         = tx_frame;
    cnt_o.tx_bytes          = tx_bytes;
    cnt_o.rx_frames         = delivered;
    cnt_o.rx_bytes          = (delivered != '0) ? rx_len : '0;
    cnt_o.rx_runt           = cause.runt;
    cnt_o.rx_oversize       = cause.oversize;
    cnt_o.rx_fcs_err        = cause.fcs_err;
    cnt_o.rx_foreign        = cause.foreign_dst;
    cnt_o.rx_malformed      = cause.malformed;
    cnt_o.rx_unknown_opcode = cause.unknown_opcode;
    cnt_o.rx_icrc_err       = cause.icrc_err;
    cnt_o.rx_buf_drop       = {NumRx{rx_good}} & select & ~fits;
    cnt_o.pfc_tx            = pfc_hdr_valid && pfc_hdr_ready;
    cnt_o.pfc_rx            = pfc_valid;
  end

  assign busy_o     = tx_busy || rx_busy || pfc_tx_busy || (buf_busy != '0);
  assign deadline_o = el_pkg::deadline_min(pfc_rx_deadline, pfc_tx_deadline);

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneVerdictPerFrame_A,
             2'(rx_good) + 2'(pfc_valid) + 2'(cause != '0) == 2'(rx_end))
  `EL_ASSERT_NEXT(HeaderHeldWhenStalled_A, (rx_hdr_valid_o & ~rx_hdr_ready_i) != '0,
                  ($past(rx_hdr_valid_o & ~rx_hdr_ready_i) & ~rx_hdr_valid_o) == '0)

endmodule : el_eth_port
