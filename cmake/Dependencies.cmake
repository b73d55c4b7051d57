# SPDX-License-Identifier: GPL-3.0-or-later
# Everything that is not written here. Debian 12's versions are the floor; packaging/run.sh installs them.

find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(hwy REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Eigen3 3.3 REQUIRED NO_MODULE)

# Debian's CMake file of libzip demands command-line tools that live in other packages; pkg-config knows the library alone.
if(WIN32)
    find_package(libzip REQUIRED)
else()
    find_package(PkgConfig REQUIRED)
    pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET GLOBAL libzip)
    if(NOT TARGET libzip::zip)
        add_library(libzip::zip ALIAS PkgConfig::LIBZIP)
    endif()
endif()

# Neither has a CMake file in Debian.
# Linked as httplib::httplib. Debian builds it as a library, with the settings that its headers were built with in pkg-config.
if(WIN32)
    find_package(httplib CONFIG REQUIRED)
    find_package(utf8proc REQUIRED)
    find_package(pcre2 REQUIRED COMPONENTS 8BIT)
    if(NOT TARGET pcre2::pcre2-8)
        add_library(pcre2::pcre2-8 ALIAS PCRE2::8BIT)
    endif()
    if(NOT TARGET utf8proc::utf8proc)
        add_library(utf8proc::utf8proc ALIAS utf8proc)
    endif()
else()
    pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET GLOBAL libutf8proc)
    pkg_check_modules(CPP_HTTPLIB REQUIRED IMPORTED_TARGET GLOBAL cpp-httplib)
    add_library(httplib::httplib ALIAS PkgConfig::CPP_HTTPLIB)
    pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET GLOBAL libpcre2-8)
    add_library(utf8proc::utf8proc ALIAS PkgConfig::UTF8PROC)
    add_library(pcre2::pcre2-8 ALIAS PkgConfig::PCRE2)
endif()

# Debian's yaml-cpp 0.7 exports a bare target name, newer ones a namespaced one.
if(NOT TARGET yaml-cpp::yaml-cpp)
    add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()

if(CRUCIBLE_WORKBENCH OR CRUCIBLE_TESTS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Core Test)
endif()
if(CRUCIBLE_WORKBENCH)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Gui Widgets Svg LinguistTools Concurrent)
    find_package(QCustomPlotQt6 REQUIRED)
endif()
