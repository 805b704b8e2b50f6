// SPDX-License-Identifier: Apache-2.0
//
// CRC-32 of Ethernet (IEEE 802.3 clause 3.2.9) over a wide word with a byte count, in one step.
//
// The state is the bit-reflected shift register before the final inversion; byte 0 is data[7:0].
// Simulation calls a table-driven C++ function (el_crc_dpi.cpp); synthesis sees XOR matrices made
// by constant functions. Both forms are equal: tests/unit/rtl/common/el_crc_test.cpp.
//
// The matrix form first advances over the whole word, whose unused bytes are zero, and then undoes
// the steps of the unused bytes. The steps are invertible, so the loop from beat to beat has one
// constant matrix, and the correction is outside of it.

// EL_CRC_MATRIX selects the matrix form in simulation, too.
`ifdef VERILATOR
  `ifndef EL_CRC_MATRIX
    `define EL_CRC_DPI
  `endif
`endif

package el_crc_pkg;

  localparam int unsigned MaxW  = 1024;          // widest word, bits
  localparam int unsigned LenW  = 8;             // byte counts of a word, 0..128
  localparam logic [31:0] Poly  = 32'hEDB8_8320; // 0x04C11DB7 reflected
  localparam logic [31:0] Init  = 32'hFFFF_FFFF;
  // State after a message and its own CRC (inverted, least significant byte first).
  localparam logic [31:0] Residue = 32'hDEBB_20E3;

  // One bit of message zero, forwards and backwards.
  function automatic logic [31:0] step(logic [31:0] s);
    return s[0] ? ((s >> 1) ^ Poly) : (s >> 1);
  endfunction
  function automatic logic [31:0] unstep(logic [31:0] s);
    return s[31] ? (((s ^ Poly) << 1) | 32'd1) : (s << 1);
  endfunction

  // The state from which `bytes` zero bytes lead to `s`. For constants only.
  function automatic logic [31:0] before_zeros(logic [31:0] s, int unsigned bytes);
    logic [31:0] r;
    r = s;
    for (int unsigned i = 0; i < 8 * bytes; i++) r = unstep(r);
    return r;
  endfunction

  // The state after `bytes` bytes of ones. For constants only.
  function automatic logic [31:0] after_ones(logic [31:0] s, int unsigned bytes);
    logic [31:0] r;
    r = s;
    for (int unsigned i = 0; i < 8 * bytes; i++) r = step(r ^ 32'd1);
    return r;
  endfunction

`ifdef EL_CRC_DPI

  import "DPI-C" pure function int unsigned el_crc32_dpi(
    input int unsigned state, input bit [MaxW-1:0] data, input int unsigned bytes);

  // State after the first `len` bytes of `data`; the other bytes of `data` do not matter.
  // `width` is the constant number of bits that `data` can hold.
  function automatic logic [31:0] crc32(logic [31:0] state, logic [MaxW-1:0] data,
                                        logic [LenW-1:0] len, int unsigned width);
    if (width == 0) return state;
    return el_crc32_dpi(state, data, 32'(len));
  endfunction

`else

  // Column k is the state that a single one becomes in k steps.
  function automatic logic [MaxW:0][31:0] step_columns();
    logic [MaxW:0][31:0] t;
    t[0] = 32'd1;
    for (int i = 1; i <= int'(MaxW); i++) t[i] = step(t[i-1]);
    return t;
  endfunction
  localparam logic [MaxW:0][31:0] StepColumns = step_columns();

  // Entry [k][j]: the state that bit j becomes when 2^k zero bytes are undone.
  function automatic logic [LenW-1:0][31:0][31:0] undo_columns();
    logic [LenW-1:0][31:0][31:0] t;
    for (int k = 0; k < int'(LenW); k++) begin
      for (int j = 0; j < 32; j++) t[k][j] = before_zeros(32'd1 << j, 32'd1 << k);
    end
    return t;
  endfunction
  localparam logic [LenW-1:0][31:0][31:0] UndoColumns = undo_columns();

  // State after the first `len` bytes of `data`; the other bytes of `data` do not matter.
  // `width` is the constant number of bits that `data` can hold.
  function automatic logic [31:0] crc32(logic [31:0] state, logic [MaxW-1:0] data,
                                        logic [LenW-1:0] len, int unsigned width);
    logic [31:0]     r, u;
    logic [LenW-1:0] unused_len;
    logic            bit_in;
    r = '0;
    for (int unsigned i = 0; i < MaxW; i++) begin
      if (i < width) begin
        bit_in = data[i] && (LenW'(i / 8) < len);
        if (i < 32) bit_in = bit_in ^ state[i];
        if (bit_in) r = r ^ StepColumns[width-i];
      end
    end
    unused_len = LenW'(width / 8) - len;
    for (int k = 0; k < int'(LenW); k++) begin
      if (unused_len[k]) begin
        u = '0;
        for (int j = 0; j < 32; j++) if (r[j]) u = u ^ UndoColumns[k][j];
        r = u;
      end
    end
    return r;
  endfunction

`endif

endpackage : el_crc_pkg
