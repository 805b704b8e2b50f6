# Functions used by every CMakeLists.txt of this project; cmake/README.md shows how.
include_guard(GLOBAL)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(ETHLINK_CCACHE ccache)
if(ETHLINK_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${ETHLINK_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${ETHLINK_CCACHE}")
endif()

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# Compiler settings as a target, so that nothing leaks through CMAKE_CXX_FLAGS.
add_library(ethlink_options INTERFACE)
add_library(ethlink::options ALIAS ethlink_options)
target_compile_options(ethlink_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<BOOL:${ETHLINK_WERROR}>:-Werror>
  $<$<BOOL:${ETHLINK_NATIVE}>:-march=native>
  $<$<BOOL:${ETHLINK_SANITIZE}>:-fsanitize=address,undefined;-fno-omit-frame-pointer>)
target_link_options(ethlink_options INTERFACE
  $<$<BOOL:${ETHLINK_SANITIZE}>:-fsanitize=address,undefined>)

# SystemC: the Debian library is built for C++17, and its headers check that the user's is too.
if(ETHLINK_BUILD_SIM)
  pkg_check_modules(SYSTEMC REQUIRED IMPORTED_TARGET systemc)
  target_compile_definitions(PkgConfig::SYSTEMC INTERFACE SC_CPLUSPLUS=201703L)
  target_include_directories(PkgConfig::SYSTEMC SYSTEM INTERFACE /usr/include)
  if(NOT TARGET ethlink::systemc)
    add_library(ethlink_systemc INTERFACE)
    add_library(ethlink::systemc ALIAS ethlink_systemc)
    target_link_libraries(ethlink_systemc INTERFACE PkgConfig::SYSTEMC Threads::Threads)
  endif()
endif()

# ethlink_add_subdirectories(<dir>...): those that have a CMakeLists.txt.
function(ethlink_add_subdirectories)
  foreach(dir IN LISTS ARGN)
    if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${dir}/CMakeLists.txt")
      add_subdirectory(${dir})
    endif()
  endforeach()
endfunction()

# ethlink_library(<name> SRCS <file>... [DEPS <target>...])
# Creates ethlink_<name> and the alias ethlink::<name>; public headers live in include/.
# Without SRCS the library is header-only.
function(ethlink_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SRCS;DEPS")
  if(ARG_SRCS)
    add_library(ethlink_${name} STATIC ${ARG_SRCS})
    target_include_directories(ethlink_${name} PUBLIC include PRIVATE src .)
    target_link_libraries(ethlink_${name} PUBLIC ${ARG_DEPS} PRIVATE ethlink::options)
  else()
    add_library(ethlink_${name} INTERFACE)
    target_include_directories(ethlink_${name} INTERFACE include)
    target_link_libraries(ethlink_${name} INTERFACE ${ARG_DEPS})
  endif()
  add_library(ethlink::${name} ALIAS ethlink_${name})
endfunction()

# ethlink_test(<name> SRCS <file>... [DEPS <target>...] [LABELS <label>...] [TIMEOUT <seconds>])
# One Catch2 program; CTest sees each TEST_CASE as <name>/<test case>.
function(ethlink_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT" "SRCS;DEPS;LABELS")
  add_executable(${name} ${ARG_SRCS})
  # What the discovery reads: a change of it makes the list again.
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests/bin"
    LINK_DEPENDS "${PROJECT_SOURCE_DIR}/cmake/discover_tests.py;${PROJECT_SOURCE_DIR}/tests/conformance/classes.toml")
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} ethlink::test_main ethlink::options)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set(tests_file "${CMAKE_CURRENT_BINARY_DIR}/${name}_tests.cmake")
  list(JOIN ARG_LABELS "," labels)
  add_custom_command(TARGET ${name} POST_BUILD VERBATIM BYPRODUCTS "${tests_file}"
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/cmake/discover_tests.py
      --program $<TARGET_FILE:${name}> --prefix ${name} --labels "${labels}"
      --timeout ${ARG_TIMEOUT} --output "${tests_file}")
  set(include_file "${CMAKE_CURRENT_BINARY_DIR}/${name}_include.cmake")
  file(WRITE "${include_file}" "if(EXISTS \"${tests_file}\")\n  include(\"${tests_file}\")\nelse()\n"
    "  add_test(\"${name}/is built\" \"${name}-was-not-built\")\nendif()\n")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES "${include_file}")
endfunction()

include(EthLinkVerilate)

# ethlink_rtl_test(<name> TOP <module> SRCS <file>... [PREFIX V..] [PARAMS P=v...] [EXTRA <sv>...]
#                  [DEPS ...] [LABELS ...] [TIMEOUT s] [TRACE])
# A Catch2 program that drives one Verilated module; labels `rtl` and `unit` are added.
function(ethlink_rtl_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "TRACE" "TOP;PREFIX;TIMEOUT"
    "SRCS;DEPS;LABELS;PARAMS;EXTRA;DEFINES")
  set(flags)
  foreach(option TOP PREFIX)
    if(ARG_${option})
      list(APPEND flags ${option} ${ARG_${option}})
    endif()
  endforeach()
  if(ARG_TRACE)
    list(APPEND flags TRACE)
  endif()
  ethlink_verilate(${name}_model ${flags} PARAMS ${ARG_PARAMS} EXTRA ${ARG_EXTRA}
    DEFINES ${ARG_DEFINES})
  if(ARG_TIMEOUT)
    set(timeout TIMEOUT ${ARG_TIMEOUT})
  endif()
  ethlink_test(${name} SRCS ${ARG_SRCS} DEPS ${name}_model ${ARG_DEPS}
    LABELS rtl unit ${ARG_LABELS} ${timeout})
endfunction()

# ethlink_script_test(<name> COMMAND <argument>... [LABELS ...] [TIMEOUT s])
# A CTest test that is a script; exit code 77 means skipped, with the reason printed.
# The tests that may take longest start first, so that none is left over at the end.
function(ethlink_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT" "COMMAND;LABELS")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_test(NAME ${name} COMMAND ${ARG_COMMAND} WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    COST ${ARG_TIMEOUT} SKIP_RETURN_CODE 77)
endfunction()

# ethlink_proof(<module>): CTest proof/<module> runs tests/formal/<module>/proof.toml.
function(ethlink_proof module)
  ethlink_script_test(proof/${module} LABELS formal TIMEOUT 600
    COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/formal/prove.py ${module}
      --work "${PROJECT_BINARY_DIR}/tests/formal")
endfunction()
