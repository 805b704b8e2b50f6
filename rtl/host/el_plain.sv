// SPDX-License-Identifier: Apache-2.0
//
// Plain rings: joins the transmit and the receive ring, writes descriptors back, raises events.
//
// Latency: see el_plain_tx and el_plain_rx; throughput one write-back every third cycle;
// storage four descriptors a ring.
// A write-back touches bytes 8..15 of the descriptor only.
// Contract: docs/reference/host-interface.md, "Plain rings".

`include "el_assert.svh"

module el_plain #(
  parameter  el_pkg::cfg_t Cfg   = el_pkg::CfgDefault,
  localparam int unsigned  DataW = Cfg.DataW
) (
  input  logic                         clk_i,
  input  logic                         rst_i,

  input  el_host_pkg::csr_plain_t      csr_i,
  output logic                         stopping_o,  // a restart waits for what is under way

  // DMA read client
  output logic                         rd_valid_o,
  input  logic                         rd_ready_i,
  output el_pkg::dma_rd_req_t          rd_o,
  input  logic                         rd_rsp_valid_i,
  output logic                         rd_rsp_ready_o,
  input  logic [DataW-1:0]             rd_rsp_data_i,
  input  logic                         rd_rsp_last_i,
  input  logic                         rd_rsp_err_i,
  input  logic [el_pkg::DmaUserW-1:0]  rd_rsp_user_i,

  // DMA write client
  output logic                         wr_valid_o,
  input  logic                         wr_ready_i,
  output el_pkg::dma_wr_req_t          wr_o,
  output logic                         wr_data_valid_o,
  input  logic                         wr_data_ready_i,
  output logic [DataW-1:0]             wr_data_o,
  output logic                         wr_data_last_o,
  input  logic                         wr_done_i,   // pulse: a write is visible

  // Ethernet layer
  output logic                         hdr_valid_o,
  input  logic                         hdr_ready_i,
  output el_pkg::tx_hdr_t              hdr_o,
  output logic                         pay_valid_o,
  input  logic                         pay_ready_i,
  output logic [DataW-1:0]             pay_data_o,
  output logic                         pay_last_o,
  input  logic                         rx_hdr_valid_i,
  output logic                         rx_hdr_ready_o,
  input  logic [el_pkg::FrameLenW-1:0] rx_len_i,
  input  logic                         rx_pay_valid_i,
  output logic                         rx_pay_ready_o,
  input  logic [DataW-1:0]             rx_pay_data_i,
  input  logic                         rx_pay_last_i,

  // Events
  output logic                         eqe_valid_o,
  input  logic                         eqe_ready_i,
  output el_pkg::eqe_req_t             eqe_o,

  output logic                         sent_o,      // pulses: counted
  output logic                         received_o,
  output logic                         dropped_o,
  output logic                         busy_o
);

  // ---------------------------------------------------------------------------------------------
  // Rings and DMA reads: `user` says whose response it is
  // ---------------------------------------------------------------------------------------------

  localparam int unsigned UserTxDesc = 0;
  localparam int unsigned UserRxDesc = 1;
  localparam int unsigned UserFrame  = 2;
  localparam int unsigned Users      = 3;

  logic                            stop_q, stop;
  logic [Users-1:0]                ask, grant, rsp;
  el_pkg::dma_rd_req_t [Users-1:0] req;
  logic [1:0]                      pick;
  logic                            any, rd_free;
  logic                            tx_desc_valid, tx_desc_ready, tx_desc_err, tx_ring_idle;
  logic                            rx_desc_valid, rx_desc_ready, rx_desc_err, rx_ring_idle;
  logic                            rx_none, tx_ring_busy, rx_ring_busy, unused_user;
  logic [127:0]                    tx_desc, rx_desc;
  el_regs_pkg::csr_plain_cfg_t     cfg;

  assign cfg  = csr_i.cfg;
  assign stop = stop_q || csr_i.restart;

  el_ring_fetch #(
    .Cfg  (Cfg),
    .Bytes(16)
  ) u_tx_ring (
    .clk_i,
    .rst_i,
    .run_i        (cfg.enable && cfg.tx_log < 8'd16),
    .stop_i       (stop),
    .base_i       (csr_i.tx_base),
    .log_size_i   (cfg.tx_log[3:0]),
    .producer_i   (csr_i.tx_producer),
    .rd_valid_o   (ask[UserTxDesc]),
    .rd_ready_i   (rd_free && grant[UserTxDesc]),
    .rd_o         (req[UserTxDesc]),
    .rsp_valid_i  (rsp[UserTxDesc]),
    .rsp_data_i   (rd_rsp_data_i),
    .rsp_last_i   (rd_rsp_last_i),
    .rsp_err_i    (rd_rsp_err_i),
    .entry_valid_o(tx_desc_valid),
    .entry_ready_i(tx_desc_ready),
    .entry_o      (tx_desc),
    .entry_err_o  (tx_desc_err),
    .none_o       (),
    .idle_o       (tx_ring_idle),
    .busy_o       (tx_ring_busy)
  );

  el_ring_fetch #(
    .Cfg  (Cfg),
    .Bytes(16)
  ) u_rx_ring (
    .clk_i,
    .rst_i,
    .run_i        (cfg.enable && cfg.rx_log < 8'd16),
    .stop_i       (stop),
    .base_i       (csr_i.rx_base),
    .log_size_i   (cfg.rx_log[3:0]),
    .producer_i   (csr_i.rx_producer),
    .rd_valid_o   (ask[UserRxDesc]),
    .rd_ready_i   (rd_free && grant[UserRxDesc]),
    .rd_o         (req[UserRxDesc]),
    .rsp_valid_i  (rsp[UserRxDesc]),
    .rsp_data_i   (rd_rsp_data_i),
    .rsp_last_i   (rd_rsp_last_i),
    .rsp_err_i    (rd_rsp_err_i),
    .entry_valid_o(rx_desc_valid),
    .entry_ready_i(rx_desc_ready),
    .entry_o      (rx_desc),
    .entry_err_o  (rx_desc_err),
    .none_o       (rx_none),
    .idle_o       (rx_ring_idle),
    .busy_o       (rx_ring_busy)
  );

  el_arbiter_rr #(
    .N(Users)
  ) u_rd_arb (
    .clk_i,
    .rst_i,
    .req_i        (ask),
    .advance_i    (rd_free),
    .grant_o      (grant),
    .grant_idx_o  (pick),
    .grant_valid_o(any)
  );

  assign rd_free        = !rd_valid_o || rd_ready_i;
  assign rd_rsp_ready_o = 1'b1;
  assign rsp            = rd_rsp_valid_i ? Users'(1) << rd_rsp_user_i[1:0] : '0;
  assign unused_user    = ^rd_rsp_user_i ^ ^csr_i ^ ^cfg;

  always_ff @(posedge clk_i) begin
    if (rst_i) rd_valid_o <= 1'b0;
    else if (rd_free) rd_valid_o <= any;
  end

  always_ff @(posedge clk_i) begin
    if (rd_free && any) begin
      rd_o      <= req[pick];
      rd_o.user <= el_pkg::DmaUserW'(pick);
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Frames
  // ---------------------------------------------------------------------------------------------

  logic                tx_done, tx_done_ready, tx_bad, tx_idle, tx_busy;
  logic                rx_done, rx_done_ready, rx_bad, rx_idle, rx_busy, rx_dropped;
  logic [15:0]         tx_length, rx_length, rx_used;
  logic                rx_wr_valid, rx_wr_ready, rx_data_valid, rx_data_ready, rx_data_last;
  el_pkg::dma_wr_req_t rx_wr;
  logic [DataW-1:0]    rx_data;

  el_plain_tx #(
    .Cfg(Cfg)
  ) u_tx (
    .clk_i,
    .rst_i,
    .stop_i       (stop),
    .desc_valid_i (tx_desc_valid),
    .desc_ready_o (tx_desc_ready),
    .desc_i       (tx_desc),
    .desc_err_i   (tx_desc_err),
    .rd_valid_o   (ask[UserFrame]),
    .rd_ready_i   (rd_free && grant[UserFrame]),
    .rd_o         (req[UserFrame]),
    .rsp_valid_i  (rsp[UserFrame]),
    .rsp_data_i   (rd_rsp_data_i),
    .rsp_last_i   (rd_rsp_last_i),
    .rsp_err_i    (rd_rsp_err_i),
    .hdr_valid_o,
    .hdr_ready_i,
    .hdr_o,
    .pay_valid_o,
    .pay_ready_i,
    .pay_data_o,
    .pay_last_o,
    .done_valid_o (tx_done),
    .done_ready_i (tx_done_ready),
    .done_length_o(tx_length),
    .done_bad_o   (tx_bad),
    .idle_o       (tx_idle),
    .busy_o       (tx_busy)
  );

  el_plain_rx #(
    .Cfg(Cfg)
  ) u_rx (
    .clk_i,
    .rst_i,
    .stop_i         (stop),
    .none_i         (rx_none),
    .desc_valid_i   (rx_desc_valid),
    .desc_ready_o   (rx_desc_ready),
    .desc_i         (rx_desc),
    .desc_err_i     (rx_desc_err),
    .rx_hdr_valid_i,
    .rx_hdr_ready_o,
    .rx_len_i,
    .rx_pay_valid_i,
    .rx_pay_ready_o,
    .rx_pay_data_i,
    .rx_pay_last_i,
    .wr_valid_o     (rx_wr_valid),
    .wr_ready_i     (rx_wr_ready),
    .wr_o           (rx_wr),
    .wr_data_valid_o(rx_data_valid),
    .wr_data_ready_i(rx_data_ready),
    .wr_data_o      (rx_data),
    .wr_data_last_o (rx_data_last),
    .done_valid_o   (rx_done),
    .done_ready_i   (rx_done_ready),
    .done_length_o  (rx_length),
    .done_used_o    (rx_used),
    .done_bad_o     (rx_bad),
    .dropped_o      (rx_dropped),
    .idle_o         (rx_idle),
    .busy_o         (rx_busy)
  );

  // ---------------------------------------------------------------------------------------------
  // Write-backs share the write client with the frames
  // ---------------------------------------------------------------------------------------------

  logic                back_busy, back_free, frame_turn_q, back_turn_q, frame_end, back_taken;
  logic                back_req_q, back_data_q, tx_last, rx_turn;
  el_pkg::dma_wr_req_t back_q;
  logic [63:0]         word_q;
  logic [15:0]         tx_count_q, rx_count_q, tx_slot, rx_slot;
  logic                ev_tx_q, ev_rx_q, due_tx_q, due_rx_q, take_tx, take_rx, restarts, wr_open;

  // Bytes 8..15 of el_regs_pkg::plain_desc_t.
  function automatic logic [63:0] write_back(logic [15:0] length, logic [15:0] used, logic bad,
                                             logic phase);
    return {7'd0, phase, 16'd0, 7'd0, bad, used, length};
  endfunction

  assign tx_slot   = tx_count_q & ((16'd1 << cfg.tx_log[3:0]) - 16'd1);
  assign rx_slot   = rx_count_q & ((16'd1 << cfg.rx_log[3:0]) - 16'd1);
  assign tx_last   = tx_count_q + 16'd1 == csr_i.tx_producer;
  assign back_busy = back_req_q || back_data_q;
  assign back_free = !back_busy;
  // A frame's descriptor is done only after its data, so receive waits for nothing here.
  assign rx_turn       = rx_done;
  assign take_rx       = rx_done && back_free;
  assign take_tx       = tx_done && back_free && !rx_turn;
  assign rx_done_ready = back_free;
  assign tx_done_ready = back_free && !rx_turn;

  // One write at a time: a turn lasts from its request to its last beat.
  assign frame_end  = frame_turn_q && rx_data_valid && wr_data_ready_i && rx_data_last;
  assign back_taken = back_turn_q && back_data_q && wr_data_ready_i;

  assign wr_valid_o      = (frame_turn_q && rx_wr_valid) || (back_turn_q && back_req_q);
  assign wr_o            = back_turn_q ? back_q : rx_wr;
  assign wr_data_valid_o = (frame_turn_q && rx_data_valid) || (back_turn_q && back_data_q);
  assign wr_data_o       = back_turn_q ? DataW'(word_q) : rx_data;
  assign wr_data_last_o  = back_turn_q || rx_data_last;
  assign rx_wr_ready     = frame_turn_q && wr_ready_i;
  assign rx_data_ready   = frame_turn_q && wr_data_ready_i;

  assign restarts = stop_q && tx_ring_idle && rx_ring_idle && tx_idle && rx_idle && back_free &&
                    !frame_turn_q && !wr_open;

  el_open_writes u_open (
    .clk_i,
    .rst_i,
    .begin_i(wr_valid_o && wr_ready_i),
    .end_i  (wr_done_i),
    .open_o (wr_open)
  );

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      stop_q       <= 1'b0;
      frame_turn_q <= 1'b0;
      back_turn_q  <= 1'b0;
      back_req_q   <= 1'b0;
      back_data_q  <= 1'b0;
      tx_count_q   <= '0;
      rx_count_q   <= '0;
      due_tx_q     <= 1'b0;
      due_rx_q     <= 1'b0;
      ev_tx_q      <= 1'b0;
      ev_rx_q      <= 1'b0;
      eqe_valid_o  <= 1'b0;
      sent_o       <= 1'b0;
      received_o   <= 1'b0;
      dropped_o    <= 1'b0;
    end else begin
      if (csr_i.restart) stop_q <= 1'b1;
      else if (restarts) stop_q <= 1'b0;
      // Turns
      if (frame_turn_q) begin
        if (frame_end) frame_turn_q <= 1'b0;
      end else if (back_turn_q) begin
        if (back_taken) back_turn_q <= 1'b0;
      end else begin
        frame_turn_q <= rx_wr_valid;
        back_turn_q  <= !rx_wr_valid && back_busy;
      end
      // A descriptor of a ring that is gone is not written back.
      if ((take_rx || take_tx) && !stop) begin
        back_req_q  <= 1'b1;
        back_data_q <= 1'b1;
        due_rx_q    <= take_rx;
        due_tx_q    <= take_tx && tx_last;
      end else begin
        if (back_turn_q && wr_ready_i) back_req_q <= 1'b0;
        if (back_taken) back_data_q <= 1'b0;
      end
      if (restarts) begin
        tx_count_q <= '0;
        rx_count_q <= '0;
      end else begin
        if (take_tx) tx_count_q <= tx_count_q + 16'd1;
        if (take_rx) rx_count_q <= rx_count_q + 16'd1;
      end
      // Events follow their write-back; those that wait merge.
      if (eqe_valid_o && eqe_ready_i) eqe_valid_o <= 1'b0;
      if (!eqe_valid_o && (ev_tx_q || ev_rx_q)) begin
        eqe_valid_o <= 1'b1;
        if (ev_rx_q) ev_rx_q <= 1'b0;
        else ev_tx_q <= 1'b0;
      end
      if (back_taken && due_rx_q) ev_rx_q <= 1'b1;
      if (back_taken && due_tx_q) ev_tx_q <= 1'b1;
      sent_o     <= take_tx && !tx_bad;
      received_o <= take_rx && !rx_bad;
      dropped_o  <= rx_dropped || (take_rx && rx_bad);
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_rx && !stop) begin
      back_q <= '{addr: {csr_i.rx_base[63:4], 4'd8} + {44'd0, rx_slot, 4'd0},
                  len: el_pkg::DmaLenW'(8), track: 1'b1};
      word_q <= write_back(rx_length, rx_used, rx_bad,
                           ((rx_count_q >> cfg.rx_log[3:0]) & 16'd1) == '0);
    end else if (take_tx && !stop) begin
      back_q <= '{addr: {csr_i.tx_base[63:4], 4'd8} + {44'd0, tx_slot, 4'd0},
                  len: el_pkg::DmaLenW'(8), track: 1'b1};
      word_q <= write_back(tx_length, 16'd0, tx_bad,
                           ((tx_count_q >> cfg.tx_log[3:0]) & 16'd1) == '0);
    end
    if (!eqe_valid_o && (ev_tx_q || ev_rx_q)) begin
      eqe_o.eqn <= cfg.eqn[4:0];
      eqe_o.eqe <= el_host_pkg::make_eqe(ev_rx_q ? el_regs_pkg::EqeTypePlainRx
                                                 : el_regs_pkg::EqeTypePlainTx, 8'd0, 32'd0);
    end
  end

  assign stopping_o = stop_q;
  assign busy_o     = stop_q || tx_desc_valid || tx_ring_busy || rx_ring_busy || tx_busy ||
                      rx_busy || rd_valid_o || back_busy || frame_turn_q || ev_tx_q || ev_rx_q ||
                      eqe_valid_o || sent_o || received_o || dropped_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(OneTurn_A, !(frame_turn_q && back_turn_q))
  `EL_ASSERT_NEXT(EventHeld_A, eqe_valid_o && !eqe_ready_i,
                  eqe_valid_o && eqe_o == $past(eqe_o))

endmodule : el_plain
