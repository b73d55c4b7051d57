# SPDX-License-Identifier: GPL-3.0-or-later
# The few shapes of target that the tree is made of.

# crucible_core_library(NAME LIBS...): a static library from core/NAME/*.cpp that may include what LIBS offer.
# OWN_FLAGS: the folder sets compiler flags of its own, so it cannot share the precompiled header.
# The link graph is the fence between the floors: a library sees the headers it links and nothing above itself.
function(crucible_core_library name)
    cmake_parse_arguments(arg "OWN_FLAGS" "" "PUBLIC;PRIVATE;SOURCES" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/*.h)
    if(WIN32)
        list(FILTER sources EXCLUDE REGEX "platform_posix\\.cpp$")
    else()
        list(FILTER sources EXCLUDE REGEX "platform_windows\\.cpp$")
    endif()
    add_library(crucible_${name} STATIC ${sources} ${arg_SOURCES})
    add_library(crucible::${name} ALIAS crucible_${name})
    target_include_directories(crucible_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core)
    target_link_libraries(crucible_${name} PUBLIC ${arg_PUBLIC} PRIVATE crucible_warnings ${arg_PRIVATE})
    # Daily builds optimise what takes time (libraries with flags of their own) and build the rest fast. clang's -O1 alone inlines
    # nothing, which code of many small functions does not bear.
    if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang" AND NOT CRUCIBLE_SANITIZE AND NOT arg_OWN_FLAGS)
        target_compile_options(crucible_${name} PRIVATE "$<$<CONFIG:RelWithDebInfo>:SHELL:-O1 -mllvm -inline-threshold=30>")
    endif()
    # One precompiled header for the libraries that are compiled alike; base builds it.
    if(CRUCIBLE_PCH AND name STREQUAL "base")
        target_precompile_headers(crucible_base PRIVATE ${CMAKE_SOURCE_DIR}/core/base/pch.h)
    elseif(CRUCIBLE_PCH AND NOT arg_OWN_FLAGS)
        target_precompile_headers(crucible_${name} REUSE_FROM crucible_base)
    endif()
endfunction()

# crucible_table(TARGET target FOLDER dir SUFFIX suffix TYPE type HEADER header FUNCTION fn NAMESPACE ns [EXCLUDE files])
# Writes a table of the objects `<file>_<suffix>` that the files of a folder define, and adds those files to the target.
# Adding an entry is adding a file; forgetting to define its object is a link error that names the symbol.
function(crucible_table)
    cmake_parse_arguments(arg "" "TARGET;FOLDER;SUFFIX;TYPE;HEADER;FUNCTION;NAMESPACE" "EXCLUDE" ${ARGN})
    file(GLOB files CONFIGURE_DEPENDS ${arg_FOLDER}/*.cpp)
    foreach(file IN LISTS arg_EXCLUDE)
        list(REMOVE_ITEM files ${arg_FOLDER}/${file})
    endforeach()
    list(SORT files)
    set(declarations "")
    set(entries "")
    foreach(file IN LISTS files)
        cmake_path(GET file STEM id)
        string(APPEND declarations "extern const ${arg_TYPE} ${id}_${arg_SUFFIX};\n")
        string(APPEND entries "    &${id}_${arg_SUFFIX},\n")
    endforeach()
    set(table ${CMAKE_CURRENT_BINARY_DIR}/${arg_SUFFIX}_table.cpp)
    file(CONFIGURE OUTPUT ${table} @ONLY CONTENT
"// Written by CMake from the files of one folder.
#include \"@arg_HEADER@\"
namespace @arg_NAMESPACE@ {
@declarations@namespace {
constexpr const @arg_TYPE@* kTable[] = {
@entries@};
}
std::span<const @arg_TYPE@* const> @arg_FUNCTION@() { return kTable; }
}
")
    target_sources(${arg_TARGET} PRIVATE ${files} ${table})
endfunction()

# crucible_moc(TARGET FILES...): meta-objects of the headers among FILES, compiled as one file of TARGET.
# moc finds Q_OBJECT and the like by itself, and our headers need none of the macros of those they include. AUTOMOC would
# have it read Qt's headers again for each of ours: a tenth of a clean build.
function(crucible_moc target)
    set(includes "")
    foreach(file IN LISTS ARGN)
        if(file MATCHES "\\.h$")
            cmake_path(ABSOLUTE_PATH file)
            file(RELATIVE_PATH name ${CMAKE_CURRENT_SOURCE_DIR} ${file})
            string(MAKE_C_IDENTIFIER ${name} name)
            set(output ${CMAKE_CURRENT_BINARY_DIR}/moc/${name}.cpp)
            add_custom_command(OUTPUT ${output} DEPENDS ${file} VERBATIM COMMENT "moc ${name}"
                COMMAND Qt6::moc --no-notes -o ${output} ${file})
            target_sources(${target} PRIVATE ${output})
            set_source_files_properties(${output} PROPERTIES HEADER_FILE_ONLY ON)
            string(APPEND includes "#include \"${output}\"\n")
        endif()
    endforeach()
    set(all ${CMAKE_CURRENT_BINARY_DIR}/${target}_moc.cpp)
    file(CONFIGURE OUTPUT ${all} CONTENT "// Written by CMake: what moc makes of the headers of ${target}.\n${includes}")
    target_sources(${target} PRIVATE ${all})
endfunction()

# crucible_tests_share_header(NAME HEADER LIBS...): test programs that link the same share the precompiled header
# tests/HEADER.h: they are compiled alike, but for definitions that it does not read.
# (Qt's own two, which name the folder of the test, would be read; nothing here uses them.)
function(crucible_tests_share_header name header)
    set(options -O0 -UQT_TESTCASE_BUILDDIR -UQT_TESTCASE_SOURCEDIR)
    target_compile_options(${name} PRIVATE ${options})
    if(NOT CRUCIBLE_PCH)
        return()
    endif()
    set(shared crucible_tests_${header})
    if(NOT TARGET ${shared})
        set(source ${CMAKE_BINARY_DIR}/tests/${header}.cpp)
        file(CONFIGURE OUTPUT ${source} CONTENT "// Compiles the header that tests share.\n")
        add_library(${shared} OBJECT ${source})
        target_compile_definitions(${shared} PRIVATE QT_NO_KEYWORDS)
        target_compile_options(${shared} PRIVATE ${options})
        target_link_libraries(${shared} PRIVATE ${ARGN} Qt6::Test crucible_warnings)
        target_precompile_headers(${shared} PRIVATE ${CMAKE_SOURCE_DIR}/tests/${header}.h)
    endif()
    target_precompile_headers(${name} REUSE_FROM ${shared})
endfunction()

# crucible_tests(LIBS ... LABELS ... [GUI]): one program per tst_*.cpp in the current folder.
function(crucible_tests)
    cmake_parse_arguments(arg "GUI" "TIMEOUT" "LIBS;LABELS;SOURCES" ${ARGN})
    if(NOT arg_TIMEOUT)
        set(arg_TIMEOUT 120)
    endif()
    file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/tst_*.cpp)
    foreach(file IN LISTS files)
        cmake_path(GET file STEM name)
        add_executable(${name} ${file} ${arg_SOURCES})
        # A test is one file that includes what moc makes of it (see crucible_moc for why not AUTOMOC).
        set(moc ${CMAKE_CURRENT_BINARY_DIR}/${name}.moc)
        add_custom_command(OUTPUT ${moc} DEPENDS ${file} VERBATIM COMMENT "moc ${name}"
            COMMAND Qt6::moc --no-notes -o ${moc} ${file})
        target_sources(${name} PRIVATE ${moc})
        set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
        target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_BINARY_DIR})
        target_compile_definitions(${name} PRIVATE
            CRUCIBLE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" CRUCIBLE_BIN_DIR="${CMAKE_BINARY_DIR}/bin" QT_NO_KEYWORDS)
        target_link_libraries(${name} PRIVATE ${arg_LIBS} crucible::base Qt6::Test crucible_warnings)
        # What is tested is optimised; the tests themselves need not be.
        if(NOT MSVC)
            if(NOT "gui" IN_LIST arg_LABELS)
                crucible_tests_share_header(${name} pch crucible::base)
            elseif("crucible::window" IN_LIST arg_LIBS)
                crucible_tests_share_header(${name} pch_window crucible::window)
            else()
                crucible_tests_share_header(${name} pch_widgets crucible::widgets)
            endif()
        endif()
        add_test(NAME ${name} COMMAND ${name})
        set(environment "LC_ALL=C.UTF-8;OMP_NUM_THREADS=2;QT_QPA_PLATFORM=offscreen;CRUCIBLE_HOME=${CMAKE_BINARY_DIR}/test-home")
        if(CRUCIBLE_SANITIZE MATCHES "thread")
            list(APPEND environment "TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/tests/tsan.supp")
        endif()
        set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
            ENVIRONMENT "${environment}")
    endforeach()
endfunction()
