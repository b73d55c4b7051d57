// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes that people start from, made for the models at hand.
#pragma once

#include "recipe/merge_recipe.h"

#include <QString>

#include <functional>
#include <string_view>
#include <vector>

namespace crucible::workbench {

struct Preset {
    std::string_view id;
    const char* title;   // translated in the context "MergePresets"
    const char* summary; // one sentence, the same context
    int minModels;
    // `models`: the chosen ones, the base first where one is needed; `layers`: of the first model.
    recipe::MergeRecipe (*make)(const std::vector<recipe::ModelRef>& models, int layers);

    QString translatedTitle() const;
    QString translatedSummary() const;
};

const std::vector<Preset>& presets();

} // namespace crucible::workbench
