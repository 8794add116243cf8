# Shared compile settings and the two functions every folder uses:
#   larc_module(NAME [DEPENDS targets...])   a static library from the folder's *.cpp
#   larc_test(NAME [DEPENDS targets...])     one GoogleTest binary from the folder's *.cpp

find_program(LARC_CCACHE ccache)
if(LARC_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LARC_CCACHE})
endif()
find_program(LARC_LLD ld.lld)
if(LARC_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# A module whose libraries ask for other definitions compiles the same headers without the precompiled form.
set(CMAKE_PCH_WARN_INVALID OFF)
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Wall> $<$<COMPILE_LANGUAGE:CXX>:-Wextra> $<$<COMPILE_LANGUAGE:CXX>:-Wshadow> $<$<COMPILE_LANGUAGE:CXX>:-Wconversion> $<$<COMPILE_LANGUAGE:CXX>:-Wno-sign-conversion> -Werror)
# GCC 12 takes a store before a call that may throw for dead when it knows what the callee writes ("x = nothing; try { x =
# f(); } catch ..." kept the x of the round before), and warns of overlaps that cannot happen when strings are joined. It
# also sets unlikely parts of functions apart that turn out empty: two unwinding entries then share an address, and an
# exception that passes there can end the program.
add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-ipa-modref> $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fno-reorder-blocks-and-partition>)
# Same bytes on the same machine: no reassociation, no fused multiply-add chosen by the optimiser.
add_compile_options(-ffp-contract=off)
if(LARC_CCACHE)
  add_compile_options(-fpch-preprocess)
endif()
if(LARC_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

function(larc_module name)
  cmake_parse_arguments(ARG "" "" "DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(larc_${name} STATIC ${sources})
  target_include_directories(larc_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(larc_${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
  if(NOT name STREQUAL "core" AND NOT name STREQUAL "nn_host")
    target_precompile_headers(larc_${name} REUSE_FROM larc_core)
  endif()
endfunction()

function(larc_test name)
  cmake_parse_arguments(ARG "" "" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp)
  if(NOT sources)
    return()
  endif()
  foreach(target ${ARG_DEPENDS})
    if(NOT TARGET ${target})
      message(STATUS "tests of ${name} wait for ${target}")
      return()
    endif()
  endforeach()
  add_executable(test_${name} ${sources} ${CMAKE_CURRENT_SOURCE_DIR}/support/test_main.cpp)
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  target_link_libraries(test_${name} PRIVATE ${ARG_DEPENDS} GTest::gtest)
  target_precompile_headers(test_${name} REUSE_FROM larc_core)
  add_test(NAME ${name} COMMAND test_${name} --gtest_filter=-*Slow*)
  set_tests_properties(${name} PROPERTIES LABELS fast ENVIRONMENT
    "LARC_TEST_DATA=${LARC_TEST_DATA};LARC_SOURCE_DIR=${PROJECT_SOURCE_DIR};OMP_WAIT_POLICY=passive")
  foreach(source ${sources})
    file(STRINGS ${source} slow REGEX "^TEST.*Slow")
    if(slow)
      set(has_slow TRUE)
    endif()
  endforeach()
  if(has_slow)
    add_test(NAME ${name}_slow COMMAND test_${name} --gtest_filter=*Slow*)
    set_tests_properties(${name}_slow PROPERTIES LABELS slow ENVIRONMENT
      "LARC_TEST_DATA=${LARC_TEST_DATA};LARC_SOURCE_DIR=${PROJECT_SOURCE_DIR};OMP_WAIT_POLICY=passive")
  endif()
endfunction()
