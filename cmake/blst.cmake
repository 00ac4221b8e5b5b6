# Target blst::blst: arithmetic of BLS12-381, from the first of these that is there:
#   BLST_SOURCE_DIR   a folder with its sources (CMake or environment variable)
#   a CMake package   blst, where a package manager installed it
#   build/blst        the sources that tools/setup fetched
# Configuring never fetches anything.

set(BLST_SOURCE_DIR "$ENV{BLST_SOURCE_DIR}" CACHE PATH "sources of blst 0.3.12 or newer")
if(NOT BLST_SOURCE_DIR)
  find_package(blst QUIET CONFIG)
  if(TARGET blst::blst)
    message(STATUS "blst: ${blst_DIR}")
    return()
  endif()
endif()

set(blst_folder "${BLST_SOURCE_DIR}")
if(NOT blst_folder)
  set(blst_folder "${PROJECT_SOURCE_DIR}/build/blst")
endif()
foreach(file src/server.c build/assembly.S bindings/blst.h)
  if(NOT EXISTS "${blst_folder}/${file}")
    message(FATAL_ERROR "There is no ${blst_folder}/${file}. Run tools/setup --blst, which puts "
      "the sources of blst into build/blst, or name a folder that has them in BLST_SOURCE_DIR.")
  endif()
endforeach()
message(STATUS "blst: sources in ${blst_folder}")

enable_language(C)
enable_language(ASM)
add_library(blst STATIC "${blst_folder}/src/server.c" "${blst_folder}/build/assembly.S")
add_library(blst::blst ALIAS blst)
target_include_directories(blst SYSTEM INTERFACE "${blst_folder}/bindings")
# __BLST_PORTABLE__: both forms of the field arithmetic, chosen at start by what the processor has
# (ADX). Always optimised: a debug build tests runahead, not blst. The other options are those of
# its own build script.
target_compile_definitions(blst PRIVATE __BLST_PORTABLE__)
target_compile_options(blst PRIVATE -w $<$<COMPILE_LANGUAGE:C>:-O2 -fno-builtin -mno-avx>)
set_target_properties(blst PROPERTIES POSITION_INDEPENDENT_CODE ON)
