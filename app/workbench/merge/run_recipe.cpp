// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/run_recipe.h"

#include "merge/recipe_edits.h"
#include "text.h"

#include <algorithm>

namespace crucible::workbench {

QString recipeOfRun(const project::Run& run, std::span<const project::RunInput> inputs)
{
    const QString text = toQString(run.recipe);
    if (inputs.empty() || run.recipeFormat != "mergekit-yaml")
        return text;
    Problems problems;
    recipe::MergeRecipe recipe = recipe::parseMergeRecipe(run.recipe, {}, problems);
    if (problems.hasErrors())
        return text;
    bool changed = false;
    for (const recipe::ModelRef& ref : recipe.referencedModels()) {
        const auto input = std::ranges::find(inputs, ref.toString(), &project::RunInput::name);
        if (input == inputs.end() || input->path.empty() || ref.model == input->path.string())
            continue;
        recipe::ModelRef full = ref;
        full.model = input->path.string();
        full.revision.clear();
        replaceModel(recipe, ref, full);
        changed = true;
    }
    return changed ? toQString(recipe::toYaml(recipe)) : text;
}

} // namespace crucible::workbench
