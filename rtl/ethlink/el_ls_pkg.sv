// SPDX-License-Identifier: Apache-2.0
//
// Types of the load/store layer: one command as a stream of beats.
//
// A command is a header of 4 to 44 bytes (response 4; request 12; request with atomic operands 16,
// 20 or 28; STORE_NOTIFY 28; STORE_MASKED 12 + mask) and 0 to 256 data bytes in beats of 64 bytes.
// The first beat carries the header and the first 64 data bytes, later beats carry data only, so a
// command of up to 64 data bytes takes one cycle. EthLink specification section 3.

package el_ls_pkg;

  localparam int unsigned CmdHdrBytes = 44;
  localparam int unsigned PeerW       = 8;   // peer index, up to 256 peers
  localparam logic [1:0]  VcRequest   = 2'd0;
  localparam logic [1:0]  VcResponse  = 2'd1;
  localparam logic [1:0]  VcBulk      = 2'd2;
  localparam logic [1:0]  VcControl   = 2'd3;

  typedef struct packed {
    logic                     first;     // hdr, hdr_len and data_len are valid in this beat
    logic                     last;
    logic [PeerW-1:0]         peer;      // index of the peer, held through the command
    logic [1:0]               vc;
    logic [5:0]               hdr_len;   // bytes, multiple of 4
    logic [8:0]               data_len;  // bytes of the whole command, multiple of 4, 0..256
    logic [CmdHdrBytes*8-1:0] hdr;       // wire order, byte 0 in [7:0]
    logic [511:0]             data;      // byte 0 of the beat in [7:0]; unused lanes are zero
  } cmd_t;
  localparam int unsigned CmdW = $bits(cmd_t);

  // How a request's bytes after the 12-byte header split into header part and data part.
  // Operands of atomics, the signal fields of STORE_NOTIFY and the mask of STORE_MASKED count as
  // header; what is stored counts as data.
  function automatic logic [5:0] req_hdr_len(logic [7:0] opcode, logic [7:0] length);
    logic [9:0] bytes;
    bytes = ({2'b0, length} + 10'd1) << 2;
    unique case (opcode)
      el_regs_pkg::LsOpStoreNotify: return 6'd28;
      el_regs_pkg::LsOpAtomicCas:   return 6'd12 + 6'({bytes[4:0], 1'b0});
      el_regs_pkg::LsOpAtomicFadd, el_regs_pkg::LsOpAtomicSwap, el_regs_pkg::LsOpAtomicAnd,
      el_regs_pkg::LsOpAtomicOr, el_regs_pkg::LsOpAtomicXor, el_regs_pkg::LsOpAtomicMin,
      el_regs_pkg::LsOpAtomicMax:   return 6'd12 + bytes[5:0];
      // One mask bit a data byte, padded to 4 bytes: 256 data bytes need 32 mask bytes.
      el_regs_pkg::LsOpStoreMasked: return 6'd12 + 6'(((bytes + 10'd31) >> 5) << 2);
      default:                      return 6'd12;
    endcase
  endfunction

  // Data bytes of a request.
  function automatic logic [8:0] req_data_len(logic [7:0] opcode, logic [7:0] length);
    unique case (opcode)
      el_regs_pkg::LsOpStore, el_regs_pkg::LsOpStorePosted, el_regs_pkg::LsOpStoreMasked,
      el_regs_pkg::LsOpStoreNotify: return 9'(({2'b0, length} + 10'd1) << 2);
      default:                      return 9'd0;
    endcase
  endfunction

endpackage : el_ls_pkg
