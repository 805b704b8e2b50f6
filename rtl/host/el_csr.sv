// SPDX-License-Identifier: Apache-2.0
//
// Control and status registers of BAR0 (page 0).
//
// Latency: a write takes effect at the next edge, read data one cycle after rd_valid_i.
// Throughput one line of eight registers a cycle; storage 80 registers of 64 bits.
// After reset everything is zero but read-only values: the port is off, no ring runs.
// A soft reset stops the rings (their configuration and doorbells become 0) and keeps the rest.
// Contract: docs/reference/registers.md.

`include "el_assert.svh"

module el_csr #(
  parameter el_pkg::cfg_t Cfg       = el_pkg::CfgDefault,
  parameter int unsigned  MaxInline = 256                  // bytes of an inline send request
) (
  input  logic                             clk_i,
  input  logic                             rst_i,
  input  el_pkg::cycles_t                  now_i,

  // Lines of page 0
  input  logic                             wr_valid_i,
  input  el_host_pkg::line_wr_t            wr_i,
  input  logic                             rd_valid_i,
  input  logic [11:0]                      rd_addr_i,
  output logic [el_host_pkg::LineW-1:0]    rd_data_o,

  // Configuration, from flops
  output el_host_pkg::csr_cfg_t            cfg_o,
  output el_host_pkg::csr_admin_t          admin_o,
  output el_host_pkg::csr_plain_t          plain_o,
  output logic                             eq_consumer_valid_o,  // pulse
  output logic [7:0]                       eq_consumer_eqn_o,
  output logic [31:0]                      eq_consumer_o,

  // Soft reset: request until done
  output logic                             reset_req_o,
  input  logic                             reset_done_i,
  input  logic                             clear_i,              // the rings are in reset

  // Status
  input  logic                             ready_i,              // out of reset
  input  logic                             stopping_i,           // a restarted ring still drains
  input  logic                             dma_error_i,          // sticky
  input  el_host_pkg::ls_error_t           ls_error_i,
  output logic                             ls_error_clear_o,     // pulse
  input  logic [63:0]                      debug_state_i,
  input  logic [63:0]                      debug_busy_i,
  output logic                             bad_write_o,          // pulse: absent or read-only
  output logic                             busy_o
);

  localparam int unsigned NumRegs = 80;
  localparam int unsigned IdxW    = $clog2(NumRegs);
  localparam int unsigned Lanes   = el_host_pkg::LineBytes / 8;

  logic [63:0] reg_q [NumRegs];

  // Registers that keep what software writes.
  function automatic logic is_stored(logic [11:0] offset);
    unique case (offset)
      el_regs_pkg::CsrControl, el_regs_pkg::CsrScratch, el_regs_pkg::CsrMac, el_regs_pkg::CsrNode,
      el_regs_pkg::CsrPfc, el_regs_pkg::CsrGidValid, el_regs_pkg::CsrAdminSqBase,
      el_regs_pkg::CsrAdminCqBase, el_regs_pkg::CsrAdminCfg, el_regs_pkg::CsrAdminDb,
      el_regs_pkg::CsrEqConsumer, el_regs_pkg::CsrLsTiming, el_regs_pkg::CsrLsLimits,
      el_regs_pkg::CsrLsAperture, el_regs_pkg::CsrRoceCfg, el_regs_pkg::CsrRoceCnp,
      el_regs_pkg::CsrRoceRate, el_regs_pkg::CsrRoceRateTimers, el_regs_pkg::CsrRoceRateSteps,
      el_regs_pkg::CsrRoceRateBytes, el_regs_pkg::CsrPlainTxBase,
      el_regs_pkg::CsrPlainRxBase, el_regs_pkg::CsrPlainCfg, el_regs_pkg::CsrPlainTxDb,
      el_regs_pkg::CsrPlainRxDb: return 1'b1;
      default: return offset >= el_regs_pkg::CsrGid0Hi && offset <= el_regs_pkg::CsrGid7Lo;
    endcase
  endfunction

  function automatic logic [IdxW-1:0] index(logic [11:0] offset);
    return IdxW'(offset >> 3);
  endfunction

  // Some of these bytes of a register are written by this line.
  function automatic logic hits(logic [11:0] line, logic [el_host_pkg::LineBytes-1:0] strb,
                                logic [11:0] offset, logic [7:0] bytes);
    return ((line ^ offset) >> 6) == '0 &&
           (strb[8*((32'(offset) / 8) % Lanes) +: 8] & bytes) != '0;
  endfunction

  // ---------------------------------------------------------------------------------------------
  // Writes
  // ---------------------------------------------------------------------------------------------

  logic [Lanes-1:0] lane_bad;
  logic             wr_reset, wr_admin_cfg, wr_plain_cfg;
  logic             admin_restart_q, plain_restart_q;
  logic [11:0]      line;
  logic [el_host_pkg::LineBytes-1:0] strb;
  logic             unused_rd_addr;

  assign line = {wr_i.addr[11:6], 6'd0};
  assign strb = wr_valid_i ? wr_i.strb : '0;
  assign unused_rd_addr = ^rd_addr_i[5:0];

  always_comb begin
    lane_bad = '0;
    for (int i = 0; i < int'(Lanes); i++) begin
      lane_bad[i] = strb[8*i +: 8] != '0 && !is_stored(line + 12'(8 * i)) &&
                    line + 12'(8 * i) != el_regs_pkg::CsrLsFirstError;
    end
  end

  assign wr_reset     = hits(line, strb, el_regs_pkg::CsrControl, 8'h01) &&
                        wr_i.data[8*(32'(el_regs_pkg::CsrControl) % el_host_pkg::LineBytes) + 1];
  assign wr_admin_cfg = hits(line, strb, el_regs_pkg::CsrAdminCfg, 8'hFF);
  assign wr_plain_cfg = hits(line, strb, el_regs_pkg::CsrPlainCfg, 8'hFF);

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      for (int i = 0; i < int'(NumRegs / 2); i++) reg_q[i] <= '0;
      for (int i = 0; i < int'(NumRegs / 2); i++) reg_q[NumRegs / 2 + i] <= '0;
      reg_q[index(el_regs_pkg::CsrLsAperture)] <= el_regs_pkg::CsrResetLsAperture;
      admin_restart_q     <= 1'b0;
      plain_restart_q     <= 1'b0;
      eq_consumer_valid_o <= 1'b0;
      ls_error_clear_o    <= 1'b0;
      reset_req_o         <= 1'b0;
      bad_write_o         <= 1'b0;
    end else begin
      admin_restart_q     <= wr_admin_cfg;
      plain_restart_q     <= wr_plain_cfg;
      // The upper half carries the number, so it is written last or with the lower half.
      eq_consumer_valid_o <= hits(line, strb, el_regs_pkg::CsrEqConsumer, 8'hF0);
      ls_error_clear_o    <= hits(line, strb, el_regs_pkg::CsrLsFirstError, 8'hFF);
      bad_write_o         <= lane_bad != '0;
      if (wr_reset) reset_req_o <= 1'b1;
      else if (reset_done_i) reset_req_o <= 1'b0;
      // A restarted ring begins at 0, whatever its doorbell said before.
      if (wr_admin_cfg) reg_q[index(el_regs_pkg::CsrAdminDb)] <= '0;
      if (wr_plain_cfg) begin
        reg_q[index(el_regs_pkg::CsrPlainTxDb)] <= '0;
        reg_q[index(el_regs_pkg::CsrPlainRxDb)] <= '0;
      end
      if (wr_valid_i) begin
        for (int i = 0; i < int'(Lanes); i++) begin
          if (strb[8*i +: 8] != '0 && is_stored(line + 12'(8 * i))) begin
            reg_q[index(line + 12'(8 * i))] <=
                el_host_pkg::merge64(reg_q[index(line + 12'(8 * i))], wr_i.data[64*i +: 64],
                                     strb[8*i +: 8]);
          end
        end
      end
      if (clear_i) begin
        reg_q[index(el_regs_pkg::CsrAdminCfg)]  <= '0;
        reg_q[index(el_regs_pkg::CsrAdminDb)]   <= '0;
        reg_q[index(el_regs_pkg::CsrPlainCfg)]  <= '0;
        reg_q[index(el_regs_pkg::CsrPlainTxDb)] <= '0;
        reg_q[index(el_regs_pkg::CsrPlainRxDb)] <= '0;
      end
    end
  end

  // ---------------------------------------------------------------------------------------------
  // Configuration
  // ---------------------------------------------------------------------------------------------

  el_regs_pkg::csr_control_t control;
  el_regs_pkg::csr_node_t    node;
  el_regs_pkg::csr_pfc_t     pfc;
  logic                      unused_bits;

  assign control = reg_q[index(el_regs_pkg::CsrControl)];
  assign node    = reg_q[index(el_regs_pkg::CsrNode)];
  assign pfc     = reg_q[index(el_regs_pkg::CsrPfc)];

  assign cfg_o.port.enable       = control.enable && ready_i;
  assign cfg_o.port.promisc      = control.promisc;
  assign cfg_o.port.mac          = reg_q[index(el_regs_pkg::CsrMac)][47:0];
  assign cfg_o.port.node_id      = node.node_id;
  assign cfg_o.port.ls_ethertype = node.ls_ethertype;
  assign cfg_o.port.rdma_ethertype = node.rdma_ethertype;
  assign cfg_o.port.mtu          = node.mtu;
  assign cfg_o.port.pfc_tx_en    = pfc.tx_en;
  assign cfg_o.port.pfc_rx_en    = pfc.rx_en;
  assign cfg_o.port.pfc_quanta   = pfc.quanta;
  assign cfg_o.port.gid_valid    = reg_q[index(el_regs_pkg::CsrGidValid)][7:0];
  for (genvar i = 0; i < el_pkg::NumGids; i++) begin : gen_gid
    assign cfg_o.port.gid[i] = {reg_q[index(el_regs_pkg::CsrGid0Hi + 12'(16 * i))],
                                reg_q[index(el_regs_pkg::CsrGid0Lo + 12'(16 * i))]};
  end
  assign cfg_o.ls_timing          = reg_q[index(el_regs_pkg::CsrLsTiming)];
  assign cfg_o.ls_limits          = reg_q[index(el_regs_pkg::CsrLsLimits)];
  assign cfg_o.ls_aperture        = reg_q[index(el_regs_pkg::CsrLsAperture)];
  assign cfg_o.roce               = reg_q[index(el_regs_pkg::CsrRoceCfg)];
  assign cfg_o.roce_cnp           = reg_q[index(el_regs_pkg::CsrRoceCnp)];
  assign cfg_o.roce_rate          = reg_q[index(el_regs_pkg::CsrRoceRate)];
  assign cfg_o.roce_timers        = reg_q[index(el_regs_pkg::CsrRoceRateTimers)];
  assign cfg_o.roce_steps         = reg_q[index(el_regs_pkg::CsrRoceRateSteps)];
  assign cfg_o.roce_bytes         = reg_q[index(el_regs_pkg::CsrRoceRateBytes)];
  assign cfg_o.pfc_quantum_cycles = pfc.quantum_cycles;

  assign admin_o.sq_base     = reg_q[index(el_regs_pkg::CsrAdminSqBase)];
  assign admin_o.cq_base     = reg_q[index(el_regs_pkg::CsrAdminCqBase)];
  assign admin_o.cfg         = reg_q[index(el_regs_pkg::CsrAdminCfg)];
  assign admin_o.restart     = admin_restart_q;
  assign admin_o.producer    = reg_q[index(el_regs_pkg::CsrAdminDb)][15:0];
  assign plain_o.tx_base     = reg_q[index(el_regs_pkg::CsrPlainTxBase)];
  assign plain_o.rx_base     = reg_q[index(el_regs_pkg::CsrPlainRxBase)];
  assign plain_o.cfg         = reg_q[index(el_regs_pkg::CsrPlainCfg)];
  assign plain_o.restart     = plain_restart_q;
  assign plain_o.tx_producer = reg_q[index(el_regs_pkg::CsrPlainTxDb)][15:0];
  assign plain_o.rx_producer = reg_q[index(el_regs_pkg::CsrPlainRxDb)][15:0];

  assign eq_consumer_eqn_o = reg_q[index(el_regs_pkg::CsrEqConsumer)][7:0];
  assign eq_consumer_o     = reg_q[index(el_regs_pkg::CsrEqConsumer)][63:32];
  assign unused_bits       = ^control ^ ^node ^ ^pfc;  // unused bits of the registers

  // ---------------------------------------------------------------------------------------------
  // Reads
  // ---------------------------------------------------------------------------------------------

  localparam el_regs_pkg::csr_caps0_t Caps0 = '{
    log_qps: 8'($clog2(Cfg.Qps)), log_cqs: 8'($clog2(Cfg.Cqs)), log_eqs: 8'($clog2(Cfg.Eqs)),
    log_mrs: 8'($clog2(Cfg.Mrs)), log_mtts: 8'($clog2(Cfg.Mtts)), log_ctxs: 8'($clog2(Cfg.Ctxs)),
    log_peers: 8'($clog2(Cfg.Peers)), log_windows: 8'($clog2(Cfg.Windows))
  };
  localparam el_regs_pkg::csr_caps1_t Caps1 = '{
    data_bytes: 16'(Cfg.DataW / 8), log_segments: 8'($clog2(Cfg.Segments)),
    log_tags: 8'($clog2(Cfg.Tags)), sq_track: 16'(Cfg.SqTrack), max_inline: 16'(MaxInline)
  };

  el_regs_pkg::csr_ls_first_error_t first_error;

  always_comb begin
    first_error         = '0;
    first_error.valid   = ls_error_i.valid;
    first_error.status  = ls_error_i.status;
    first_error.tag     = ls_error_i.tag;
    first_error.node_id = ls_error_i.node_id;
  end

  always_ff @(posedge clk_i) begin
    if (rd_valid_i) begin
      for (int i = 0; i < int'(Lanes); i++) begin
        unique case ({rd_addr_i[11:6], 3'(i), 3'd0})
          el_regs_pkg::CsrMagic:      rd_data_o[64*i +: 64] <= el_regs_pkg::Magic;
          el_regs_pkg::CsrVersion:    rd_data_o[64*i +: 64] <= el_regs_pkg::CsrResetVersion;
          el_regs_pkg::CsrCaps0:      rd_data_o[64*i +: 64] <= Caps0;
          el_regs_pkg::CsrCaps1:      rd_data_o[64*i +: 64] <= Caps1;
          el_regs_pkg::CsrControl:
            rd_data_o[64*i +: 64] <= {61'd0, control.promisc, reset_req_o, control.enable};
          el_regs_pkg::CsrStatus:     rd_data_o[64*i +: 64] <=
            {62'd0, dma_error_i, ready_i && !stopping_i && !admin_restart_q && !plain_restart_q};
          el_regs_pkg::CsrNow:        rd_data_o[64*i +: 64] <= 64'(now_i);
          el_regs_pkg::CsrEqConsumer: rd_data_o[64*i +: 64] <= '0;
          el_regs_pkg::CsrLsFirstError: rd_data_o[64*i +: 64] <= first_error;
          el_regs_pkg::CsrLsFirstErrorAddr: rd_data_o[64*i +: 64] <= 64'(ls_error_i.addr);
          el_regs_pkg::CsrDebugState: rd_data_o[64*i +: 64] <= debug_state_i;
          el_regs_pkg::CsrDebugBusy:  rd_data_o[64*i +: 64] <= debug_busy_i;
          default:
            rd_data_o[64*i +: 64] <= is_stored({rd_addr_i[11:6], 3'(i), 3'd0})
                                     ? reg_q[index({rd_addr_i[11:6], 3'(i), 3'd0})] : '0;
        endcase
      end
    end
  end

  assign busy_o = admin_restart_q || plain_restart_q || eq_consumer_valid_o ||
                  ls_error_clear_o || bad_write_o || reset_req_o;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSERT(PageZero_A, !wr_valid_i || wr_i.addr[el_host_pkg::BarAddrW-1:12] == '0)

endmodule : el_csr
