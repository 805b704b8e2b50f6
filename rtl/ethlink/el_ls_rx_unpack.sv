// SPDX-License-Identifier: Apache-2.0
//
// Splits the payload of a frame into commands.
//
// Latency 2 cycles from the job (which takes the first payload beat along) to the first command;
// one command beat a cycle; the next frame's job is taken with the last command of this one.
// A frame whose commands contradict its header (count, length, opcode) is delivered up to there and
// counted. The command that does not fit is delivered as one that its receiver refuses, so that the
// operation ends with an error; when others are lost with it, the session is broken: whoever waits
// for them would wait for ever. EthLink specification sections 3 and 4.

`include "el_assert.svh"

module el_ls_rx_unpack #(
  parameter  int unsigned DataW    = 512,
  parameter  bit          Response = 1'b0,    // commands are responses
  localparam int unsigned RowB     = DataW / 8
) (
  input  logic                clk_i,
  input  logic                rst_i,

  input  logic                job_valid_i,
  output logic                job_ready_o,
  input  el_ls_pkg::rx_job_t  job_i,

  input  logic                pay_valid_i,
  output logic                pay_ready_o,
  input  logic [DataW-1:0]    pay_data_i,
  input  logic                pay_last_i,

  // Responses: data words that the request of this tag asked for, answered in the same cycle
  output logic [15:0]         tag_o,
  input  logic [6:0]          words_i,

  output logic                cmd_valid_o,
  input  logic                cmd_ready_i,
  output el_ls_pkg::cmd_t     cmd_o,
  output logic [15:0]         pkey_o,
  output logic                denied_o,       // of another partition

  // Commands of this peer were lost
  output logic                broken_o,
  input  logic                broken_ready_i,
  output logic [el_ls_pkg::PeerW-1:0] broken_peer_o,

  output logic                cnt_cmd_o,
  output logic                cnt_malformed_o,
  output logic                busy_o
);

  // The buffer holds one whole command beat and a payload beat.
  localparam int unsigned BufB = el_ls_pkg::BeatBytes + RowB - 4;
  localparam int unsigned BufW = BufB * 8;
  localparam int unsigned CntW = $clog2(BufB + 1);

  logic [BufW-1:0]      buf_q;
  logic [CntW-1:0]      have_q;       // bytes in the buffer
  logic [13:0]          left_q;       // bytes of the frame that are not in the buffer yet
  logic [7:0]           cmds_q;       // commands that are still to come
  logic                 active_q, skip_q, mid_q;
  logic [8:0]           rem_q;        // data bytes of the command that are still to come
  el_ls_pkg::rx_job_t   job_q;
  logic                 out_v_q;
  el_ls_pkg::cmd_t      out_q;
  logic [15:0]          pkey_q;
  logic                 denied_q;

  // ---------------------------------------------------------------------------------------------
  // The command at the head of the buffer
  // ---------------------------------------------------------------------------------------------

  logic [7:0]  op, len, status;
  logic [5:0]  hdr_len;
  logic [8:0]  data_len;
  logic        known;
  assign op     = buf_q[7:0];
  assign len    = buf_q[15:8];
  assign status = buf_q[15:8];
  assign tag_o  = {buf_q[23:16], buf_q[31:24]};

  always_comb begin
    if (Response) begin
      hdr_len  = 6'd4;
      data_len = '0;
      known    = 1'b1;
      unique case (op)
        el_regs_pkg::LsOpLoadResp, el_regs_pkg::LsOpAtomicResp:
          if (status == el_regs_pkg::LsStatusOk) data_len = {words_i, 2'b00};
        el_regs_pkg::LsOpStoreResp, el_regs_pkg::LsOpErrorResp: data_len = '0;
        default: known = 1'b0;
      endcase
    end else begin
      hdr_len  = el_ls_pkg::req_hdr_len(op, len);
      data_len = el_ls_pkg::req_data_len(op, len);
      known    = el_ls_pkg::req_known(op) && len < 8'd64;
    end
  end

  logic [8:0]  beat_data;             // data bytes of this beat
  logic [8:0]  beat_bytes;
  logic [14:0] frame_bytes;           // bytes of the frame that are not delivered yet
  logic        running, head_ok, head_bad, bad, emit, last_beat, frame_end, job_end, drop_all;
  logic        refuse, broken;
  logic        out_free;

  assign out_free    = !out_v_q || cmd_ready_i;
  assign running     = active_q && !skip_q;
  assign frame_bytes = 15'(left_q) + 15'(have_q);
  assign beat_data   = mid_q ? ((rem_q > 9'd64) ? 9'd64 : rem_q)
                             : ((data_len > 9'd64) ? 9'd64 : data_len);
  assign beat_bytes  = beat_data + (mid_q ? 9'd0 : 9'(hdr_len));
  assign head_ok     = mid_q || (known && cmds_q != 8'd0
                                 && 15'(hdr_len) + 15'(data_len) <= frame_bytes);
  // Four bytes show opcode and length; fewer can only be the end of a malformed frame.
  assign head_bad    = running && !mid_q
                    && (frame_bytes < 15'd4 || (have_q >= CntW'(4) && !head_ok));
  // Its tag says whose it is, unless it belongs to the other direction.
  assign refuse      = head_bad && have_q >= CntW'(4) && cmds_q != 8'd0 && op[7] == Response;
  assign broken      = head_bad && cmds_q > 8'(refuse);
  assign bad         = head_bad && (!refuse || out_free) && (!broken || broken_ready_i);
  assign emit        = running && !head_bad && have_q >= CntW'(4) && head_ok
                    && 9'(have_q) >= beat_bytes && out_free;
  assign last_beat   = mid_q ? rem_q <= 9'd64 : data_len <= 9'd64;
  assign frame_end   = emit && last_beat && frame_bytes == 15'(beat_bytes) && cmds_q == 8'd1;
  assign drop_all    = bad && left_q == '0;
  assign job_end     = frame_end || drop_all || (active_q && skip_q && left_q == '0);

  // ---------------------------------------------------------------------------------------------
  // Payload beats
  // ---------------------------------------------------------------------------------------------

  logic            job_fire, pay_fire, room;
  logic [CntW-1:0] have_mid;          // bytes left in the buffer by this cycle's command
  logic [13:0]     left_now, beat_in;

  assign job_ready_o = !active_q || job_end;
  assign job_fire    = job_valid_i && job_ready_o;
  assign have_mid    = (job_fire || skip_q || bad) ? '0
                     : have_q - (emit ? CntW'(beat_bytes) : CntW'(0));
  assign left_now    = job_fire ? job_i.len : left_q;
  assign room        = have_mid <= CntW'(BufB - RowB);
  assign pay_ready_o = left_now != '0 && room;
  assign pay_fire    = pay_valid_i && pay_ready_o;
  assign beat_in     = (left_now > 14'(RowB)) ? 14'(RowB) : left_now;

  always_ff @(posedge clk_i) begin
    if (rst_i) begin
      active_q <= 1'b0;
      skip_q   <= 1'b0;
      mid_q    <= 1'b0;
      left_q   <= '0;
      have_q   <= '0;
    end else begin
      if (job_fire) begin
        active_q <= 1'b1;
        skip_q   <= job_i.drop;
        mid_q    <= 1'b0;
      end else begin
        if (job_end) active_q <= 1'b0;
        if (bad) skip_q <= 1'b1;
        if (emit) mid_q <= !last_beat;
      end
      if (job_fire || pay_fire) left_q <= left_now - (pay_fire ? beat_in : 14'd0);
      have_q <= (job_fire ? job_i.drop : (skip_q || bad)) ? '0
              : have_mid + (pay_fire ? CntW'(beat_in) : CntW'(0));
    end
  end

  function automatic logic [BufW-1:0] advance(logic [BufW-1:0] b, logic [CntW-1:0] used,
                                              logic add, logic [CntW-1:0] at,
                                              logic [DataW-1:0] beat);
    logic [BufW-1:0] r;
    r = b >> {used, 3'd0};
    if (add) begin
      r = (r & ~({BufW{1'b1}} << {at, 3'd0})) | (BufW'(beat) << {at, 3'd0});
    end
    return r;
  endfunction

  function automatic el_ls_pkg::cmd_t beat_of(logic [BufW-1:0] b);
    el_ls_pkg::cmd_t c;
    logic [BufW-1:0] data;
    c          = '0;
    c.first    = !mid_q;
    c.last     = last_beat;
    c.peer     = job_q.peer;
    c.vc       = job_q.vc;
    c.hdr_len  = mid_q ? out_q.hdr_len : hdr_len;
    c.data_len = mid_q ? out_q.data_len : data_len;
    if (mid_q) begin
      data = b;
    end else begin
      c.hdr = b[el_ls_pkg::CmdHdrBytes*8-1:0]
            & ~({el_ls_pkg::CmdHdrBytes*8{1'b1}} << {hdr_len, 3'd0});
      data  = b >> {hdr_len, 3'd0};
    end
    c.data = data[511:0] & ~(512'(0) - 512'(1) << {beat_data, 3'd0});
    return c;
  endfunction

  // Opcode and tag; a length that no request has, so that a known opcode is refused too.
  function automatic el_ls_pkg::cmd_t refused(logic [31:0] head);
    el_ls_pkg::cmd_t c;
    c           = '0;
    c.first     = 1'b1;
    c.last      = 1'b1;
    c.peer      = job_q.peer;
    c.vc        = job_q.vc;
    c.hdr_len   = Response ? 6'd4 : 6'd12;
    c.hdr[31:0] = Response ? head : {head[31:16], 8'hFF, head[7:0]};
    return c;
  endfunction

  always_ff @(posedge clk_i) begin
    if (job_fire) begin
      job_q  <= job_i;
      cmds_q <= job_i.num_cmds;
    end else if (emit && last_beat) begin
      cmds_q <= cmds_q - 8'd1;
    end
    if (emit) begin
      out_q  <= beat_of(buf_q);
      rem_q  <= (mid_q ? rem_q : data_len) - 9'd64;
    end else if (bad && refuse) begin
      out_q  <= refused(buf_q[31:0]);
    end
    if (emit || (bad && refuse)) begin
      pkey_q   <= job_q.pkey;
      denied_q <= job_q.denied;
    end
    if (emit || pay_fire) begin
      buf_q <= advance(buf_q, emit ? CntW'(beat_bytes) : CntW'(0), pay_fire, have_mid, pay_data_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (rst_i) out_v_q <= 1'b0;
    else if (out_free) out_v_q <= emit || (bad && refuse);
  end

  assign cmd_valid_o     = out_v_q;
  assign cmd_o           = out_q;
  assign pkey_o          = pkey_q;
  assign denied_o        = denied_q;
  assign broken_o        = bad && broken;
  assign broken_peer_o   = job_q.peer;
  assign cnt_cmd_o       = emit && last_beat;
  assign cnt_malformed_o = bad;
  assign busy_o          = active_q || out_v_q;

  ////////////////
  // Assertions //
  ////////////////

  `EL_ASSUME(LastBeatAgrees_A, !pay_fire || pay_last_i == (left_now <= 14'(RowB)))
  `EL_ASSERT(BufferInRange_A, 32'(have_q) <= BufB)

endmodule : el_ls_rx_unpack
