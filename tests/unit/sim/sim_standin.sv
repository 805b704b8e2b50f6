// SPDX-License-Identifier: Apache-2.0
//
// A small device with the pins of el_endpoint: what the simulator's tests drive.
//
// BAR0 line 0x0000..0x0fff: 64 lines of plain storage. Commands, 64 bytes each:
//   0x1000 copy:  bytes 0-7 source, 8-15 target, 16-17 length; MSI-X vector 1 when done
//   0x2000 send:  bytes 0-7 source, 16-17 length: one frame, sent as it is in memory
//   0x3000 ring:  bytes 0-7 target of received frames, 4 KiB apart, vector 2 after each
//   0x4000 timer: bytes 0-7 target, 16-21 cycle: writes the time there, vector 3
// Addresses are aligned to the data path. BAR2: 64 lines of storage.

module sim_standin #(
  parameter int unsigned DataW = 512
) (
  input  logic               clk_i,
  input  logic               rst_i,
  input  logic [47:0]        now_i,
  output logic               quiescent_o,
  output logic [47:0]        next_deadline_o,
  input  logic               reg_awvalid_i,
  output logic               reg_awready_o,
  input  logic [23:0]        reg_awaddr_i,
  input  logic [7:0]         reg_awid_i,
  input  logic               reg_wvalid_i,
  output logic               reg_wready_o,
  input  logic [511:0]       reg_wdata_i,
  input  logic [63:0]        reg_wstrb_i,
  output logic               reg_bvalid_o,
  input  logic               reg_bready_i,
  output logic [7:0]         reg_bid_o,
  output logic [1:0]         reg_bresp_o,
  input  logic               reg_arvalid_i,
  output logic               reg_arready_o,
  input  logic [23:0]        reg_araddr_i,
  input  logic [7:0]         reg_arid_i,
  output logic               reg_rvalid_o,
  input  logic               reg_rready_i,
  output logic [7:0]         reg_rid_o,
  output logic [511:0]       reg_rdata_o,
  output logic [1:0]         reg_rresp_o,
  input  logic               ap_awvalid_i,
  output logic               ap_awready_o,
  input  logic [39:0]        ap_awaddr_i,
  input  logic [7:0]         ap_awid_i,
  input  logic [7:0]         ap_awlen_i,
  input  logic               ap_wvalid_i,
  output logic               ap_wready_o,
  input  logic [511:0]       ap_wdata_i,
  input  logic [63:0]        ap_wstrb_i,
  input  logic               ap_wlast_i,
  output logic               ap_bvalid_o,
  input  logic               ap_bready_i,
  output logic [7:0]         ap_bid_o,
  output logic [1:0]         ap_bresp_o,
  input  logic               ap_arvalid_i,
  output logic               ap_arready_o,
  input  logic [39:0]        ap_araddr_i,
  input  logic [7:0]         ap_arid_i,
  input  logic [7:0]         ap_arlen_i,
  input  logic [2:0]         ap_arsize_i,
  output logic               ap_rvalid_o,
  input  logic               ap_rready_i,
  output logic [7:0]         ap_rid_o,
  output logic [511:0]       ap_rdata_o,
  output logic [1:0]         ap_rresp_o,
  output logic               ap_rlast_o,
  output logic               dma_arvalid_o,
  input  logic               dma_arready_i,
  output logic [63:0]        dma_araddr_o,
  output logic [7:0]         dma_arid_o,
  output logic [7:0]         dma_arlen_o,
  output logic [12:0]        dma_aruser_o,
  input  logic               dma_rvalid_i,
  output logic               dma_rready_o,
  input  logic [7:0]         dma_rid_i,
  input  logic [DataW-1:0]   dma_rdata_i,
  input  logic [1:0]         dma_rresp_i,
  input  logic               dma_rlast_i,
  output logic               dma_awvalid_o,
  input  logic               dma_awready_i,
  output logic [63:0]        dma_awaddr_o,
  output logic [7:0]         dma_awid_o,
  output logic [7:0]         dma_awlen_o,
  output logic               dma_wvalid_o,
  input  logic               dma_wready_i,
  output logic [DataW-1:0]   dma_wdata_o,
  output logic [DataW/8-1:0] dma_wstrb_o,
  output logic               dma_wlast_o,
  input  logic               dma_bvalid_i,
  output logic               dma_bready_o,
  input  logic [7:0]         dma_bid_i,
  input  logic [1:0]         dma_bresp_i,
  output logic               mac_tx_tvalid_o,
  input  logic               mac_tx_tready_i,
  output logic [DataW-1:0]   mac_tx_tdata_o,
  output logic [DataW/8-1:0] mac_tx_tkeep_o,
  output logic               mac_tx_tlast_o,
  input  logic               mac_rx_tvalid_i,
  input  logic [DataW-1:0]   mac_rx_tdata_i,
  input  logic [DataW/8-1:0] mac_rx_tkeep_i,
  input  logic               mac_rx_tlast_i,
  input  logic               mac_rx_tuser_i
);
  localparam int unsigned Bytes = DataW / 8;
  localparam int unsigned Beats = 4096 / Bytes;
  localparam int unsigned BeatW = $clog2(Beats);

  typedef enum logic [2:0] {
    StIdle, StRead, StFill, StWrite, StAnswer, StMsi, StMsiAnswer, StSend
  } state_e;

  state_e             state_q;
  logic               is_send_q, from_rx_q;
  logic [63:0]        source_q, target_q, ring_q, timer_target_q;
  logic [12:0]        length_q;
  logic [7:0]         vector_q;
  logic [BeatW:0]     beat_q;
  logic               address_done_q;
  logic [47:0]        timer_q;
  logic [511:0]       store_q [64];
  logic [511:0]       line_q [64];
  logic [DataW-1:0]   buffer_q [Beats];
  logic [DataW-1:0]   rx_q [Beats];
  logic [BeatW:0]     rx_beat_q;
  logic [12:0]        rx_length_q;
  logic               rx_full_q, rx_skip_q;
  logic               ap_busy_q, ap_write_q;
  logic [5:0]         ap_line_q;
  logic [7:0]         ap_left_q, ap_id_q;

  wire [BeatW:0] beats = (BeatW+1)'((32'(length_q) + Bytes - 1) / Bytes);
  wire last_beat = beat_q + 1'b1 == beats;
  wire timer_due = timer_q != '1 && now_i >= timer_q;

  function automatic logic [Bytes-1:0] keep(logic [12:0] length, logic [BeatW:0] beat);
    logic [Bytes-1:0] mask;
    for (int unsigned i = 0; i < Bytes; i++) mask[i] = 32'(beat) * Bytes + i < 32'(length);
    return mask;
  endfunction

  assign quiescent_o = state_q == StIdle && !rx_full_q && rx_beat_q == 0 && !rx_skip_q &&
                       !reg_bvalid_o && !reg_rvalid_o && !ap_busy_q && !ap_bvalid_o &&
                       !ap_rvalid_o;
  assign next_deadline_o = timer_q;

  // Registers: one access at a time, commands wait until the last one is done.
  wire reg_take = reg_awvalid_i && reg_wvalid_i && !reg_bvalid_o &&
                  (reg_awaddr_i < 24'h1000 || (state_q == StIdle && !rx_full_q && !timer_due));
  assign reg_awready_o = reg_take;
  assign reg_wready_o  = reg_take;
  assign reg_arready_o = !reg_rvalid_o;
  assign reg_bresp_o   = 2'd0;

  always_ff @(posedge clk_i) begin
    if (reg_bvalid_o && reg_bready_i) reg_bvalid_o <= 1'b0;
    if (reg_rvalid_o && reg_rready_i) reg_rvalid_o <= 1'b0;
    if (reg_take) begin
      reg_bvalid_o <= 1'b1;
      reg_bid_o    <= reg_awid_i;
      for (int unsigned i = 0; i < 64; i++) begin
        if (reg_wstrb_i[i] && reg_awaddr_i < 24'h1000) begin
          store_q[reg_awaddr_i[11:6]][8*i +: 8] <= reg_wdata_i[8*i +: 8];
        end
      end
    end
    if (reg_arvalid_i && reg_arready_o) begin
      reg_rvalid_o <= 1'b1;
      reg_rid_o    <= reg_arid_i;
      reg_rdata_o  <= store_q[reg_araddr_i[11:6]];
      reg_rresp_o  <= reg_araddr_i < 24'h1000 ? 2'd0 : 2'd2;
    end
    if (rst_i) begin
      reg_bvalid_o <= 1'b0;
      reg_rvalid_o <= 1'b0;
    end
  end

  // Aperture: one burst at a time.
  assign ap_awready_o = !ap_busy_q && !ap_bvalid_o;
  assign ap_arready_o = !ap_busy_q && !ap_rvalid_o && !ap_awvalid_i;
  assign ap_wready_o  = ap_busy_q && ap_write_q;
  assign ap_bresp_o   = 2'd0;
  assign ap_rresp_o   = 2'd0;

  always_ff @(posedge clk_i) begin
    if (ap_bvalid_o && ap_bready_i) ap_bvalid_o <= 1'b0;
    if (ap_rvalid_o && ap_rready_i) ap_rvalid_o <= 1'b0;
    if (ap_awvalid_i && ap_awready_o) begin
      ap_busy_q  <= 1'b1;
      ap_write_q <= 1'b1;
      ap_line_q  <= ap_awaddr_i[11:6];
      ap_id_q    <= ap_awid_i;
    end else if (ap_arvalid_i && ap_arready_o) begin
      ap_busy_q  <= 1'b1;
      ap_write_q <= 1'b0;
      ap_line_q  <= ap_araddr_i[11:6];
      ap_left_q  <= ap_arlen_i;
      ap_id_q    <= ap_arid_i;
    end
    if (ap_busy_q && ap_write_q && ap_wvalid_i) begin
      for (int unsigned i = 0; i < 64; i++) begin
        if (ap_wstrb_i[i]) line_q[ap_line_q][8*i +: 8] <= ap_wdata_i[8*i +: 8];
      end
      ap_line_q <= ap_line_q + 1'b1;
      if (ap_wlast_i) begin
        ap_busy_q   <= 1'b0;
        ap_bvalid_o <= 1'b1;
        ap_bid_o    <= ap_id_q;
      end
    end
    if (ap_busy_q && !ap_write_q && (!ap_rvalid_o || ap_rready_i)) begin
      ap_rvalid_o <= 1'b1;
      ap_rid_o    <= ap_id_q;
      ap_rdata_o  <= line_q[ap_line_q];
      ap_rlast_o  <= ap_left_q == 0;
      ap_line_q   <= ap_line_q + 1'b1;
      ap_left_q   <= ap_left_q - 1'b1;
      ap_busy_q   <= ap_left_q != 0;
    end
    if (rst_i) begin
      ap_busy_q   <= 1'b0;
      ap_bvalid_o <= 1'b0;
      ap_rvalid_o <= 1'b0;
    end
  end

  // Receive: one frame is kept, others are dropped while it is being written.
  always_ff @(posedge clk_i) begin
    if (mac_rx_tvalid_i) begin
      if (rx_full_q || rx_skip_q) begin
        rx_skip_q <= !mac_rx_tlast_i;
      end else begin
        rx_q[rx_beat_q[BeatW-1:0]] <= mac_rx_tdata_i;
        rx_beat_q <= mac_rx_tlast_i ? '0 : rx_beat_q + 1'b1;
        if (mac_rx_tlast_i && !mac_rx_tuser_i) begin
          rx_full_q   <= 1'b1;
          rx_length_q <= 13'(32'(rx_beat_q) * Bytes + 32'($countones(mac_rx_tkeep_i)));
        end
      end
    end
    if (state_q == StMsi && from_rx_q) rx_full_q <= 1'b0;
    if (rst_i) begin
      rx_full_q <= 1'b0;
      rx_skip_q <= 1'b0;
      rx_beat_q <= '0;
    end
  end

  assign dma_arvalid_o   = state_q == StRead;
  assign dma_araddr_o    = source_q;
  assign dma_arid_o      = 8'd5;
  assign dma_arlen_o     = 8'(32'(beats) - 1);
  assign dma_aruser_o    = length_q;
  assign dma_rready_o    = 1'b1;
  assign dma_awvalid_o   = (state_q == StWrite || state_q == StMsi) && !address_done_q;
  assign dma_awaddr_o    = state_q == StMsi ? 64'hfee0_0000 : target_q;
  assign dma_awid_o      = 8'd0;
  assign dma_awlen_o     = state_q == StMsi ? 8'd0 : 8'(32'(beats) - 1);
  assign dma_wvalid_o    = (state_q == StWrite && beat_q < beats) ||
                           (state_q == StMsi && beat_q == 0);
  assign dma_wdata_o     = state_q == StMsi ? DataW'(vector_q) :
                           from_rx_q ? rx_q[beat_q[BeatW-1:0]] : buffer_q[beat_q[BeatW-1:0]];
  assign dma_wstrb_o     = state_q == StMsi ? Bytes'(4'hf) : keep(length_q, beat_q);
  assign dma_wlast_o     = state_q == StMsi || last_beat;
  assign dma_bready_o    = 1'b1;
  assign mac_tx_tvalid_o = state_q == StSend;
  assign mac_tx_tdata_o  = buffer_q[beat_q[BeatW-1:0]];
  assign mac_tx_tkeep_o  = keep(length_q, beat_q);
  assign mac_tx_tlast_o  = last_beat;

  wire address_now = address_done_q || (dma_awvalid_o && dma_awready_i);
  wire data_now    = dma_wvalid_o ? dma_wready_i && dma_wlast_o : 1'b1;

  always_ff @(posedge clk_i) begin
    unique case (state_q)
      StIdle: begin
        beat_q         <= '0;
        address_done_q <= 1'b0;
        from_rx_q      <= 1'b0;
        if (rx_full_q) begin
          from_rx_q <= 1'b1;
          target_q <= ring_q;
          ring_q   <= ring_q + 64'd4096;
          length_q <= rx_length_q;
          vector_q <= 8'd2;
          state_q  <= StWrite;
        end else if (timer_due) begin
          buffer_q[0] <= DataW'(now_i);
          target_q    <= timer_target_q;
          length_q    <= 13'd8;
          vector_q    <= 8'd3;
          timer_q     <= '1;
          state_q     <= StWrite;
        end else if (reg_take) begin
          unique case (reg_awaddr_i[15:12])
            4'd1, 4'd2: begin
              source_q  <= reg_wdata_i[63:0];
              target_q  <= reg_wdata_i[127:64];
              length_q  <= reg_wdata_i[140:128];
              vector_q  <= 8'd1;
              is_send_q <= reg_awaddr_i[13];
              state_q   <= StRead;
            end
            4'd3: ring_q <= reg_wdata_i[63:0];
            4'd4: begin
              timer_target_q <= reg_wdata_i[63:0];
              timer_q        <= reg_wdata_i[175:128];
            end
            default: ;
          endcase
        end
      end
      StRead: if (dma_arready_i) state_q <= StFill;
      StFill:
        if (dma_rvalid_i) begin
          buffer_q[beat_q[BeatW-1:0]] <= dma_rdata_i;
          beat_q <= beat_q + 1'b1;
          if (dma_rlast_i) begin
            beat_q  <= '0;
            state_q <= dma_rresp_i != 2'd0 ? StIdle : is_send_q ? StSend : StWrite;
          end
        end
      StWrite, StMsi: begin
        address_done_q <= address_now;
        if (dma_wvalid_o && dma_wready_i) beat_q <= beat_q + 1'b1;
        if (address_now && data_now) state_q <= state_q == StMsi ? StMsiAnswer : StAnswer;
      end
      StAnswer:
        if (dma_bvalid_i) begin
          beat_q         <= '0;
          address_done_q <= 1'b0;
          state_q        <= StMsi;
        end
      StMsiAnswer: if (dma_bvalid_i) state_q <= StIdle;
      StSend:
        if (mac_tx_tready_i) begin
          beat_q <= beat_q + 1'b1;
          if (last_beat) state_q <= StIdle;
        end
      default: state_q <= StIdle;
    endcase
    if (rst_i) begin
      state_q <= StIdle;
      timer_q <= '1;
      ring_q  <= '0;
      beat_q  <= '0;
      address_done_q <= 1'b0;
    end
  end

  wire unused = ^{reg_araddr_i[5:0], reg_awaddr_i[5:0], ap_awaddr_i, ap_araddr_i, ap_awlen_i,
                  ap_arsize_i, dma_rid_i, dma_bid_i, dma_bresp_i};
endmodule : sim_standin
