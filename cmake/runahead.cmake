# How every folder of src/ becomes a target.

add_compile_options(-Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion -Werror
                    -march=x86-64-v3 -fno-omit-frame-pointer)
add_link_options(-fuse-ld=lld)
if(RUNAHEAD_SANITIZE)
  # The core folders have no RTTI, which the vptr check of `undefined` needs.
  add_compile_options(-fsanitize=${RUNAHEAD_SANITIZE} -fno-sanitize=vptr -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${RUNAHEAD_SANITIZE})
endif()
if(RUNAHEAD_TESTS)
  find_package(GTest REQUIRED)
endif()

# runahead_library(NAME [CORE] SOURCES ... [LINK ...] [PRIVATE_LINK ...]
#                  [TESTS ...] [TEST_LINK ...])
#   NAME     the folder's name; also the target's
#   CORE     built without exceptions and RTTI, and fit for shared libraries
#   LINK     what its headers need; PRIVATE_LINK what only its sources need
#   TESTS    *_test.cpp files beside the code; they become one executable NAME_test
function(runahead_library name)
  cmake_parse_arguments(arg "CORE" ""
                        "SOURCES;LINK;PRIVATE_LINK;TESTS;TEST_LINK" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  set_target_properties(${name} PROPERTIES OUTPUT_NAME runahead_${name})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${name} PUBLIC ${arg_LINK} PRIVATE ${arg_PRIVATE_LINK})
  if(arg_CORE)
    target_compile_options(${name} PRIVATE -fno-exceptions -fno-rtti)
    # For the EVMC plugin, which is made of the same objects. With hidden symbols that costs
    # nothing: docs/decisions/20261121-evmc-seam.md.
    set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON
                          CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  endif()
  if(RUNAHEAD_TESTS AND arg_TESTS)
    runahead_test(${name}_test SOURCES ${arg_TESTS} LINK ${name} ${arg_TEST_LINK})
  endif()
endfunction()

# runahead_test(NAME SOURCES ... LINK ...): a GoogleTest executable; its last line counts its tests.
function(runahead_test name)
  cmake_parse_arguments(arg "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${arg_SOURCES} ${PROJECT_SOURCE_DIR}/tests/gtest_main.cpp)
  target_link_libraries(${name} PRIVATE ${arg_LINK} GTest::gtest)
  add_test(NAME ${name} COMMAND ${name})
  set_property(GLOBAL APPEND PROPERTY RUNAHEAD_TEST_TARGETS ${name})
endfunction()
