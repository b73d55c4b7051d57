// SPDX-License-Identifier: GPL-3.0-or-later
// Any text may be given as a recipe. What is read without an error must be written in a form that is read the same way.
#include "recipe/merge_recipe.h"
#include "recipe/moe_recipe.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace crucible;
    const std::string text(reinterpret_cast<const char*>(data), size);
    Problems problems;
    const recipe::MergeRecipe merge = recipe::parseMergeRecipe(text, "r.yaml", problems, {"weight", "density", "t"});
    if (!problems.hasErrors()) {
        const std::string written = recipe::toYaml(merge);
        Problems again;
        if (recipe::toYaml(recipe::parseMergeRecipe(written, "again.yaml", again)) != written || again.hasErrors())
            std::abort();
    }
    Problems others;
    recipe::parseMergeStages(text, "m.yaml", others);
    Problems moeProblems;
    const recipe::MoeRecipe moe = recipe::parseMoeRecipe(text, "moe.yaml", moeProblems);
    if (!moeProblems.hasErrors())
        recipe::toYaml(moe);
    return 0;
}
