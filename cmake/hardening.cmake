# SPDX-License-Identifier: Apache-2.0
# The OpenSSF hardening options that the toolchain of Debian 12 knows. tests/hygiene/check_elf.py
# reads the result from the binary.
add_library(countersign_hardening INTERFACE)
target_compile_options(countersign_hardening INTERFACE
  -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero
  $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
  $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},aarch64>:-mbranch-protection=standard>)
target_compile_definitions(countersign_hardening INTERFACE _GLIBCXX_ASSERTIONS)
if(NOT COUNTERSIGN_SANITIZE AND NOT COUNTERSIGN_COVERAGE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
  # Needs optimisation, which tests have not.
  target_compile_options(countersign_hardening INTERFACE
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:COUNTERSIGN_IS_TEST>>>:-U_FORTIFY_SOURCE>
    $<$<NOT:$<BOOL:$<TARGET_PROPERTY:COUNTERSIGN_IS_TEST>>>:-D_FORTIFY_SOURCE=3>)
endif()
target_link_options(countersign_hardening INTERFACE
  -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
