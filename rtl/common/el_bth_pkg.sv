// SPDX-License-Identifier: Apache-2.0
//
// Which BTH opcodes exist and how long their extension headers are (InfiniBand volume 1, 9.2).

package el_bth_pkg;

  localparam int unsigned BthBytes = 12;

  // Upper three bits of the opcode: the transport service (table 38).
  localparam logic [2:0] TransRc  = 3'b000;
  localparam logic [2:0] TransUc  = 3'b001;
  localparam logic [2:0] TransUd  = 3'b011;
  localparam logic [2:0] TransCnp = 3'b100;  // Annex A17.9.3: only opcode 0x81
  localparam logic [2:0] TransOwn = 3'b110;  // for manufacturers: selective repeat of RC

  // Sizes of the extension headers, bytes (9.3).
  localparam logic [5:0] DethLen      = 6'd8;
  localparam logic [5:0] RethLen      = 6'd16;
  localparam logic [5:0] AethLen      = 6'd4;
  localparam logic [5:0] ImmDtLen     = 6'd4;
  localparam logic [5:0] IethLen      = 6'd4;
  localparam logic [5:0] AtomicLen    = 6'd28;
  localparam logic [5:0] AtomicAckLen = 6'd8;
  localparam logic [5:0] SethLen      = 6'd24;  // selective acknowledgement
  localparam logic [5:0] CnpLen       = 6'd16;  // reserved bytes of a congestion notification

  typedef struct packed {
    logic       valid;    // the opcode exists
    logic [5:0] xth_len;  // bytes between BTH and payload
  } bth_info_t;

  function automatic bth_info_t bth_info(logic [7:0] opcode);
    bth_info_t i;
    i.valid   = opcode[7:5] == TransRc || opcode[7:5] == TransUc;
    i.xth_len = '0;
    unique case (opcode[4:0])
      5'd0, 5'd1, 5'd2, 5'd4, 5'd7, 5'd8: i.xth_len = '0;       // SEND, WRITE without header
      5'd3, 5'd5, 5'd9:                   i.xth_len = ImmDtLen;
      5'd6, 5'd10:                        i.xth_len = RethLen;  // WRITE FIRST, ONLY
      5'd11:                              i.xth_len = RethLen + ImmDtLen;
      default: begin
        i.valid = opcode[7:5] == TransRc;  // the others exist in RC only
        unique case (opcode[4:0])
          5'd12:               i.xth_len = RethLen;             // READ request
          5'd13, 5'd15, 5'd16: i.xth_len = AethLen;             // READ response FIRST, LAST, ONLY
          5'd14:               i.xth_len = '0;                  // READ response MIDDLE
          5'd17:               i.xth_len = AethLen;             // ACK
          5'd18:               i.xth_len = AethLen + AtomicAckLen;
          5'd19, 5'd20:        i.xth_len = AtomicLen;           // CMP_SWAP, FETCH_ADD
          5'd22, 5'd23:        i.xth_len = IethLen;             // SEND LAST, ONLY with invalidate
          default:             i.valid = 1'b0;
        endcase
      end
    endcase
    if (opcode[7:5] == TransUd) begin
      i.valid   = opcode[4:0] == 5'd4 || opcode[4:0] == 5'd5;   // SEND ONLY, with immediate
      i.xth_len = opcode[0] ? DethLen + ImmDtLen : DethLen;
    end
    if (opcode[7:5] == TransCnp) begin
      i.valid   = opcode[4:0] == 5'd1;
      i.xth_len = CnpLen;
    end
    if (opcode[7:5] == TransOwn) begin
      i.valid = 1'b1;
      unique case (opcode[4:0])
        5'd7, 5'd8: i.xth_len = RethLen;                         // WRITE MIDDLE, LAST
        5'd9:       i.xth_len = RethLen + ImmDtLen;              // WRITE LAST with immediate
        5'd17:      i.xth_len = AethLen + SethLen;               // ACK
        default:    i.valid   = 1'b0;
      endcase
    end
    return i;
  endfunction

  // Bytes between BTH and payload; 0 for an opcode that does not exist.
  function automatic logic [5:0] bth_xth_len(logic [7:0] opcode);
    bth_info_t i;
    i = bth_info(opcode);
    return i.valid ? i.xth_len : '0;
  endfunction

  function automatic logic bth_opcode_valid(logic [7:0] opcode);
    logic       valid;
    logic [5:0] unused_len;
    {valid, unused_len} = bth_info(opcode);
    return valid;
  endfunction

endpackage : el_bth_pkg
