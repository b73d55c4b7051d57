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
