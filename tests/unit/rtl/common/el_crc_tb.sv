// SPDX-License-Identifier: Apache-2.0
//
// el_crc_pkg and el_bth_pkg behind ports; EL_CRC_MATRIX selects the form that synthesis sees.

module el_crc_tb #(
  parameter int unsigned Width = 512
) (
  input  logic               clk_i,
  input  logic               rst_i,
  input  logic [31:0]        state_i,
  input  logic [Width-1:0]   data_i,
  input  logic [7:0]         len_i,
  output logic [31:0]        state_o,
  input  logic [7:0]         opcode_i,
  output logic               opcode_valid_o,
  output logic [5:0]         xth_len_o
);

  always_ff @(posedge clk_i) begin
    if (rst_i) state_o <= el_crc_pkg::Init;
    else state_o <= el_crc_pkg::crc32(state_i, el_crc_pkg::MaxW'(data_i), len_i, Width);
  end

  assign opcode_valid_o = el_bth_pkg::bth_opcode_valid(opcode_i);
  assign xth_len_o      = el_bth_pkg::bth_xth_len(opcode_i);

endmodule : el_crc_tb
