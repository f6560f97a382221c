# SPDX-License-Identifier: Apache-2.0
# One folder, one module, one library: countersign_<module>.
include_guard(GLOBAL)

function(countersign_target_defaults target)
  target_compile_features(${target} PUBLIC cxx_std_23)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_link_libraries(${target} PRIVATE countersign_warnings countersign_hardening)
endfunction()

# Presets that compile several files as one (CMAKE_UNITY_BUILD) need names that are private to a file to be private
# among those files, too. APART names those of SOURCES whose private names another file of the target uses, too.
function(countersign_compile_apart)
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endfunction()

# countersign_add_module(NAME SOURCES ... APART ... DEPENDS module... LIBRARIES target...)
# DEPENDS are modules of ours, as in layers.txt; LIBRARIES are third-party and stay private.
function(countersign_add_module name)
  cmake_parse_arguments(PARSE_ARGV 1 module "" "" "SOURCES;APART;DEPENDS;LIBRARIES")
  add_library(countersign_${name} STATIC ${module_SOURCES})
  countersign_compile_apart(${module_APART})
  countersign_target_defaults(countersign_${name})
  target_include_directories(countersign_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                                 PRIVATE ${PROJECT_SOURCE_DIR}/src)
  if(COUNTERSIGN_FUZZ)  # what tells the fuzzer where it has been
    target_compile_options(countersign_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  list(TRANSFORM module_DEPENDS PREPEND countersign_)
  target_link_libraries(countersign_${name} PUBLIC ${module_DEPENDS} PRIVATE ${module_LIBRARIES})
endfunction()

# countersign_add_tests(NAME SOURCES ... APART ... DEPENDS module... LIBRARIES target... LABELS label...)
# One program and one ctest entry; LABELS defaults to "unit".
function(countersign_add_tests name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "" "SOURCES;APART;DEPENDS;LIBRARIES;LABELS")
  if(NOT test_LABELS)
    set(test_LABELS unit)
  endif()
  add_executable(${name} ${test_SOURCES})
  countersign_compile_apart(${test_APART})
  countersign_target_defaults(${name})
  # A preset optimises what is tested; a test only has to be compiled soon.
  set_target_properties(${name} PROPERTIES COUNTERSIGN_IS_TEST ON)
  target_compile_options(${name} PRIVATE -O0)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests ${PROJECT_SOURCE_DIR}/src)
  target_compile_definitions(${name} PRIVATE
    COUNTERSIGN_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
    COUNTERSIGN_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
  list(TRANSFORM test_DEPENDS PREPEND countersign_)
  target_link_libraries(${name} PRIVATE ${test_DEPENDS} ${test_LIBRARIES} GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${test_LABELS}")
endfunction()

# countersign_add_fuzzer(NAME DEPENDS module...): fuzz/NAME_fuzzer.cpp becomes fuzz_NAME.
function(countersign_add_fuzzer name)
  cmake_parse_arguments(PARSE_ARGV 1 fuzzer "" "" "DEPENDS;LIBRARIES")
  if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${name}_fuzzer.cpp)
    return()
  endif()
  add_executable(fuzz_${name} ${name}_fuzzer.cpp)
  add_dependencies(fuzzers fuzz_${name})
  countersign_target_defaults(fuzz_${name})
  target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  list(TRANSFORM fuzzer_DEPENDS PREPEND countersign_)
  target_link_libraries(fuzz_${name} PRIVATE ${fuzzer_DEPENDS} ${fuzzer_LIBRARIES})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
endfunction()
