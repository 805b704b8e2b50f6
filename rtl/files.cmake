# SystemVerilog packages in compile order and the directories where modules are found.
# Every tool reads this list: Verilator through ethlink_verilate(), slang through tests/formal.
# A module `x` is the file `x.sv` of one of the directories, so modules need no list.
set(EL_RTL_PACKAGES
  common/el_pkg.sv
  regs/generated/el_regs_pkg.sv
  common/el_bth_pkg.sv
  common/el_crc_pkg.sv
  ethernet/el_eth_pkg.sv
  ethernet/el_eth_rx_pkg.sv
  ethernet/el_eth_tx_pkg.sv
  host/el_host_pkg.sv
  ethlink/el_ls_pkg.sv
  ethlink/el_ls_eng_pkg.sv
  roce/el_roce_pkg.sv
  roce/el_roce_window_pkg.sv
  roce/el_roce_resp_pkg.sv
  roce/el_roce_selective_pkg.sv
  roce/el_roce_resp_loose_pkg.sv
  roce/el_roce_hdr_pkg.sv
  roce/el_roce_sq_pkg.sv
  roce/el_roce_sack_pkg.sv
  roce/el_roce_sq_rules_pkg.sv
  roce/el_roce_rate_pkg.sv)
set(EL_RTL_DIRS common ethernet host ethlink roce top)
# C++ bodies of functions that RTL imports through DPI in simulation.
set(EL_RTL_DPI common/el_crc_dpi.cpp)
