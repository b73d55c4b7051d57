# SPDX-License-Identifier: GPL-3.0-or-later
# The sample recipes are part of the program, so that an installed one needs no file of the source tree.
file(GLOB recipes CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/resources/samples/*.yaml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${recipes})
set(entries "")
foreach(recipe IN LISTS recipes)
    cmake_path(GET recipe FILENAME name)
    file(READ ${recipe} text)
    string(APPEND entries "    {\"${name}\", R\"yaml(${text})yaml\"},\n")
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/sample_recipes.cpp @ONLY CONTENT
"// Written by CMake from resources/samples.
#include <span>
#include <string_view>
#include <utility>
namespace crucible::job {
namespace {
constexpr std::pair<std::string_view, std::string_view> kRecipes[] = {
@entries@};
}
std::span<const std::pair<std::string_view, std::string_view>> sampleRecipes() { return kRecipes; }
}
")
target_sources(crucible_job PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/sample_recipes.cpp)
