# SPDX-License-Identifier: Apache-2.0
# Every target of ours is built with these; a warning is an error.
add_library(countersign_warnings INTERFACE)
target_compile_options(countersign_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Werror -Werror=format-security)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees uninitialised and dangling members in std::expected and std::variant that are not there.
  target_compile_options(countersign_warnings INTERFACE
    -Wno-maybe-uninitialized -Wno-dangling-pointer -Wno-restrict)
endif()
