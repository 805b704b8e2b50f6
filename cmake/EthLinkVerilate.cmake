# ethlink_verilate(): a static library with the C++ model of one SystemVerilog module.
#
# Verilator runs when building, not when configuring: a module that does not compile fails its own
# tests only. Its output is gathered into a fixed number of C++ files that the build compiles in
# parallel (cmake/verilate.py).
include_guard(GLOBAL)
include("${PROJECT_SOURCE_DIR}/rtl/files.cmake")

find_program(ETHLINK_VERILATOR verilator REQUIRED)
find_path(ETHLINK_VERILATOR_INCLUDE verilated.h REQUIRED
  PATHS /usr/share/verilator/include /usr/local/share/verilator/include)
find_package(ZLIB REQUIRED)

# The run-time part of Verilator, compiled once for all models of a build tree.
set(v "${ETHLINK_VERILATOR_INCLUDE}")
add_library(ethlink_verilated STATIC "${v}/verilated.cpp" "${v}/verilated_dpi.cpp"
  "${v}/verilated_threads.cpp" "${v}/verilated_fst_c.cpp"
  $<$<BOOL:${ETHLINK_COVERAGE}>:${v}/verilated_cov.cpp>)
add_library(ethlink::verilated ALIAS ethlink_verilated)
target_include_directories(ethlink_verilated SYSTEM PUBLIC "${v}" "${v}/vltstd")
target_include_directories(ethlink_verilated PUBLIC "${PROJECT_SOURCE_DIR}/rtl/model/include")
target_compile_definitions(ethlink_verilated PUBLIC VM_COVERAGE=$<BOOL:${ETHLINK_COVERAGE}>
  VM_SC=0 VM_TRACE=1 VM_TRACE_FST=1 VM_TRACE_VCD=0)
target_compile_options(ethlink_verilated PRIVATE -w -O3 $<$<BOOL:${ETHLINK_NATIVE}>:-march=native>)
target_link_libraries(ethlink_verilated PUBLIC Threads::Threads ZLIB::ZLIB atomic)

# C++ bodies of DPI functions.
set(dpi_sources)
foreach(file IN LISTS EL_RTL_DPI)
  if(EXISTS "${PROJECT_SOURCE_DIR}/rtl/${file}")
    list(APPEND dpi_sources "${PROJECT_SOURCE_DIR}/rtl/${file}")
  endif()
endforeach()
if(dpi_sources)
  add_library(ethlink_rtl_dpi STATIC ${dpi_sources})
  target_link_libraries(ethlink_rtl_dpi PUBLIC ethlink_verilated PRIVATE ethlink::options)
  target_compile_options(ethlink_rtl_dpi PRIVATE -O3)
else()
  add_library(ethlink_rtl_dpi INTERFACE)
endif()

# ethlink_verilate(<target> TOP <module> [PREFIX <class>] [PARAMS <P=v>...] [EXTRA <sv>...]
#                  [DEFINES <D>...] [PARTS <n>] [TRACE] [FAST] [SETTLED_BY <clock>]
#                  [LATE <prefix>...])
# TOP is a module of rtl/ or of the current directory, or of a file in EXTRA; the class is V<TOP>
# unless PREFIX says otherwise; TRACE compiles FST tracing in; PARTS is the number of C++ files that
# are compiled in parallel. FAST runs fast instead of compiling fast: without assertions, in small
# code, because a whole endpoint is limited by the instruction cache. SETTLED_BY and LATE: see
# verilate.py.
function(ethlink_verilate target)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "TRACE;FAST" "TOP;PREFIX;PARTS;SETTLED_BY"
    "PARAMS;EXTRA;DEFINES;LATE")
  if(NOT ARG_TOP)
    message(FATAL_ERROR "ethlink_verilate(${target}): expected TOP <module>, found none")
  endif()
  if(NOT ARG_PREFIX)
    set(ARG_PREFIX V${ARG_TOP})
  endif()
  if(NOT ARG_PARTS)
    set(ARG_PARTS 1)
  endif()

  set(rtl "${PROJECT_SOURCE_DIR}/rtl")
  set(args --cc -Wall --x-assign unique --x-initial unique --compiler clang
    -CFLAGS -w "-I${rtl}/common" -y "${CMAKE_CURRENT_SOURCE_DIR}")
  foreach(dir IN LISTS EL_RTL_DIRS)
    list(APPEND args -y "${rtl}/${dir}")
  endforeach()
  foreach(param IN LISTS ARG_PARAMS)
    list(APPEND args "-G${param}")
  endforeach()
  foreach(define IN LISTS ARG_DEFINES)
    list(APPEND args "-D${define}")
  endforeach()
  if(ARG_TRACE)
    list(APPEND args --trace-fst)
  endif()
  if(ETHLINK_COVERAGE)
    list(APPEND args --coverage-line)
  endif()
  set(optimize -O1)
  if(ARG_FAST)
    list(APPEND args --output-split 20000 --output-split-cfuncs 2000)
    set(optimize -Os)
  else()
    list(APPEND args --assert)
  endif()
  set(settled)
  if(ARG_SETTLED_BY)
    set(settled --settled-by ${ARG_SETTLED_BY} --late ${ARG_LATE})
  endif()

  set(extra)
  foreach(file IN LISTS ARG_EXTRA)
    get_filename_component(file "${file}" ABSOLUTE)
    list(APPEND extra "${file}")
  endforeach()

  set(dir "${CMAKE_CURRENT_BINARY_DIR}/${target}.dir")
  set(parts)
  math(EXPR last "${ARG_PARTS} - 1")
  foreach(i RANGE ${last})
    list(APPEND parts "${dir}/${ARG_PREFIX}__part${i}.cpp")
  endforeach()
  add_custom_command(OUTPUT ${parts} "${dir}/${ARG_PREFIX}.h"
    COMMAND ${Python3_EXECUTABLE} "${PROJECT_SOURCE_DIR}/cmake/verilate.py"
      --verilator "${ETHLINK_VERILATOR}" --prefix ${ARG_PREFIX} --top ${ARG_TOP} --dir "${dir}"
      --parts ${ARG_PARTS} --depfile "${dir}.d" --waivers "${rtl}/lint/verilator.vlt"
      ${settled} --extra ${extra} -- ${args}
    DEPENDS "${PROJECT_SOURCE_DIR}/cmake/verilate.py"
      "${PROJECT_SOURCE_DIR}/cmake/rtl_sources.py" "${rtl}/files.cmake" ${extra}
    DEPFILE "${dir}.d" COMMENT "Verilating ${ARG_TOP} (${target})" VERBATIM)
  add_library(${target} STATIC ${parts} "${dir}/${ARG_PREFIX}.h")
  target_include_directories(${target} SYSTEM PUBLIC "${dir}")
  target_link_libraries(${target} PUBLIC ethlink_verilated ethlink_rtl_dpi)
  target_compile_options(${target} PRIVATE -w ${optimize} -fbracket-depth=4096
    $<$<BOOL:${ETHLINK_NATIVE}>:-march=native>)
endfunction()
