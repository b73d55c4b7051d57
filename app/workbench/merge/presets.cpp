// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/presets.h"

#include "merge/recipe_edits.h"

#include <QCoreApplication>

#include <algorithm>

namespace crucible::workbench {

using recipe::MergeRecipe;
using recipe::ModelRef;

namespace {

recipe::Conditional values(const std::string& filter, std::vector<double> numbers)
{
    recipe::Conditional made;
    made.filter = filter;
    made.isGradient = numbers.size() > 1;
    for (const double number : numbers)
        made.values.push_back({number, false, {}});
    return made;
}

recipe::Setting setting(std::vector<recipe::Conditional> conditionals)
{
    recipe::Setting made;
    made.isConditional = conditionals.size() > 1;
    made.conditionals = std::move(conditionals);
    return made;
}

recipe::Setting flag(bool on)
{
    recipe::Setting made;
    made.conditionals.push_back({});
    made.conditionals.front().values.push_back({on ? 1.0 : 0.0, true, {}});
    return made;
}

MergeRecipe withModels(std::string_view method, const std::vector<ModelRef>& models, int layers)
{
    MergeRecipe recipe = emptyRecipe(method);
    for (const ModelRef& model : models)
        addModel(recipe, model, layers);
    return recipe;
}

// Attention leans to one model and the feed-forward layers to the other, crossing twice along the depth.
MergeRecipe marcoroSlerp(const std::vector<ModelRef>& models, int layers)
{
    MergeRecipe recipe = withModels("slerp", {models[0], models[1]}, layers);
    recipe.baseModel = models[0];
    recipe.parameters["t"] = setting({values("self_attn", {0, 0.5, 0.3, 0.7, 1}), values("mlp", {1, 0.5, 0.7, 0.3, 0}), values({}, {0.5})});
    return recipe;
}

MergeRecipe average(const std::vector<ModelRef>& models, int layers)
{
    return withModels("linear", models, layers);
}

MergeRecipe taskVectors(std::string_view method, const std::vector<ModelRef>& models, int layers, double density)
{
    MergeRecipe recipe = emptyRecipe(method);
    recipe.baseModel = models.front();
    for (std::size_t i = 1; i < models.size(); ++i)
        addModel(recipe, models[i], layers);
    const double weight = models.size() > 2 ? 0.5 : 1.0;
    for (recipe::InputModel* input : inputs(recipe)) {
        input->parameters["weight"] = setting({values({}, {weight})});
        input->parameters["density"] = setting({values({}, {density})});
    }
    return recipe;
}

MergeRecipe ties(const std::vector<ModelRef>& models, int layers)
{
    MergeRecipe recipe = taskVectors("ties", models, layers, 0.5);
    recipe.parameters["normalize"] = flag(true);
    return recipe;
}

MergeRecipe dareTies(const std::vector<ModelRef>& models, int layers)
{
    MergeRecipe recipe = taskVectors("dare_ties", models, layers, 0.53);
    for (recipe::InputModel* input : inputs(recipe))
        input->parameters["weight"] = setting({values({}, {models.size() > 2 ? 0.4 : 0.8})});
    return recipe;
}

// Blocks of two models in turn that overlap: a deeper model without training.
MergeRecipe frankenmerge(const std::vector<ModelRef>& models, int layers)
{
    MergeRecipe recipe = emptyRecipe("passthrough");
    const int block = std::max(layers / 2, 1), step = std::max(layers / 4, 1);
    std::vector<Block> stack;
    for (int start = 0, turn = 0; start + block <= layers; start += step, ++turn)
        stack.push_back({models[static_cast<std::size_t>(turn % 2)], start, start + block});
    if (stack.back().end < layers)
        stack.back().end = layers;
    setBlocks(recipe, stack);
    return recipe;
}

// One model twice: its first and its last three quarters (Kim et al. 2023, "SOLAR 10.7B").
MergeRecipe depthUpScaling(const std::vector<ModelRef>& models, int layers)
{
    MergeRecipe recipe = emptyRecipe("passthrough");
    const int kept = std::max(layers * 3 / 4, 1);
    setBlocks(recipe, {{models.front(), 0, kept}, {models.front(), layers - kept, layers}});
    return recipe;
}

MergeRecipe modelStock(const std::vector<ModelRef>& models, int layers)
{
    MergeRecipe recipe = emptyRecipe("model_stock");
    recipe.baseModel = models.front();
    for (std::size_t i = 1; i < models.size(); ++i)
        addModel(recipe, models[i], layers);
    return recipe;
}

} // namespace

const std::vector<Preset>& presets()
{
    static const std::vector<Preset> all = {
        {"marcoro14", QT_TRANSLATE_NOOP("MergePresets", "Marcoro14 SLERP"),
         QT_TRANSLATE_NOOP("MergePresets", "Two models; attention and feed-forward layers follow crossing curves."), 2, &marcoroSlerp},
        {"ties", QT_TRANSLATE_NOOP("MergePresets", "TIES"),
         QT_TRANSLATE_NOOP("MergePresets", "Several fine-tunes of one base: the largest half of each change, signs agreed."), 2, &ties},
        {"dare_ties", QT_TRANSLATE_NOOP("MergePresets", "DARE-TIES"),
         QT_TRANSLATE_NOOP("MergePresets", "Like TIES, with changes dropped at random and the rest made larger."), 2, &dareTies},
        {"model_stock", QT_TRANSLATE_NOOP("MergePresets", "Model Stock"),
         QT_TRANSLATE_NOOP("MergePresets", "A base and two or more fine-tunes; how far to go follows from their angles."), 3, &modelStock},
        {"average", QT_TRANSLATE_NOOP("MergePresets", "Plain average"),
         QT_TRANSLATE_NOOP("MergePresets", "Every model with the same weight."), 2, &average},
        {"frankenmerge", QT_TRANSLATE_NOOP("MergePresets", "Frankenmerge"),
         QT_TRANSLATE_NOOP("MergePresets", "Overlapping blocks of layers of two models in turn: a deeper model."), 2, &frankenmerge},
        {"depth_up_scaling", QT_TRANSLATE_NOOP("MergePresets", "Depth up-scaling"),
         QT_TRANSLATE_NOOP("MergePresets", "One model stacked on itself, the middle layers twice."), 1, &depthUpScaling},
    };
    return all;
}

QString Preset::translatedTitle() const
{
    return QCoreApplication::translate("MergePresets", title);
}

QString Preset::translatedSummary() const
{
    return QCoreApplication::translate("MergePresets", summary);
}

} // namespace crucible::workbench
