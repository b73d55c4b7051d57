# SPDX-License-Identifier: GPL-3.0-or-later
# Compiler settings that hold for every target of ours. Third-party headers are SYSTEM includes.

find_program(CRUCIBLE_CCACHE ccache)
if(CRUCIBLE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Precompiled headers are only cacheable with this sloppiness.
    set(CMAKE_CXX_COMPILER_LAUNCHER
        ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1 CCACHE_SLOPPINESS=pch_defines,time_macros CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
        ${CRUCIBLE_CCACHE})
    if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
        add_compile_options("SHELL:-Xclang -fno-pch-timestamp") # else no two precompiled headers are alike
    endif()
endif()

find_program(CRUCIBLE_MOLD mold)
if(CRUCIBLE_MOLD AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang" AND NOT CRUCIBLE_SANITIZE)
    add_link_options(-fuse-ld=mold)
endif()

add_library(crucible_warnings INTERFACE)
if(MSVC)
    target_compile_options(crucible_warnings INTERFACE /W4 /WX /utf-8 /permissive-)
    target_compile_definitions(crucible_warnings INTERFACE NOMINMAX WIN32_LEAN_AND_MEAN)
else()
    target_compile_options(crucible_warnings INTERFACE
        -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Werror)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
        # g++ 12 reports these inside inlined libstdc++ code where there is nothing to mend.
        target_compile_options(crucible_warnings INTERFACE
            -Wno-restrict -Wno-stringop-overflow -Wno-array-bounds -Wno-maybe-uninitialized
            -Wno-dangling-pointer -Wno-stringop-overread)
        # Collecting garbage in g++'s own heap is a tenth of a build's time.
        add_compile_options("SHELL:--param ggc-min-heapsize=1000000")
    endif()
endif()

# Assertions stay on in every preset but release; line tables are enough for a useful backtrace.
if(NOT MSVC)
    set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1")
    set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")
endif()

if(CRUCIBLE_SANITIZE)
    set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1") # -O2 costs a third more time to build and finds no more
    add_compile_options(-fsanitize=${CRUCIBLE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${CRUCIBLE_SANITIZE})
endif()

if(CRUCIBLE_FUZZ)
    # Coverage of everything that a fuzz target calls; only the targets themselves link the fuzzer's main().
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
