// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/moe_recipe.h"

#include "base/text.h"
#include "recipe/recipe_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace crucible::recipe {
namespace {

constexpr std::array<std::pair<std::string_view, GateMode>, 6> kGateModes = {{{"hidden", GateMode::Hidden},
                                                                              {"hidden_avg", GateMode::HiddenAverage},
                                                                              {"hidden_last", GateMode::HiddenLast},
                                                                              {"cheap_embed", GateMode::CheapEmbed},
                                                                              {"random", GateMode::Random},
                                                                              {"uniform_random", GateMode::UniformRandom}}};

std::vector<std::string> readPrompts(RecipeReader& read, const YamlNode& expert, std::string_view key,
                                     const std::string& place)
{
    std::vector<std::string> prompts;
    const YamlNode* list = given(expert, key);
    const std::string here = placeOf(place, key);
    if (!list || !read.isList(*list, here))
        return prompts;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
        if (const std::optional<std::string> prompt = read.text(list->items[i], placeOf(here, i)))
            prompts.push_back(*prompt);
    }
    return prompts;
}

MoeExpert readExpert(RecipeReader& read, const YamlNode& node, const std::string& place)
{
    constexpr std::array<std::string_view, 5> kKeys = {"source_model", "positive_prompts", "negative_prompts", "noise_scale",
                                                       "residual_scale"};
    MoeExpert expert;
    expert.position = node.position;
    if (!read.isMap(node, place))
        return expert;
    read.checkKeys(node, place, kKeys, [](std::string_view key) {
        return key == "model" ? std::string("Did you mean `source_model`?") : std::string();
    });
    if (const YamlNode* model = read.required(node, "source_model", place))
        expert.model = read.model(*model, placeOf(place, "source_model")).value_or(ModelRef());
    expert.positivePrompts = readPrompts(read, node, "positive_prompts", place);
    expert.negativePrompts = readPrompts(read, node, "negative_prompts", place);
    if (const YamlNode* noise = given(node, "noise_scale")) {
        expert.noiseScale = read.number(*noise, placeOf(place, "noise_scale"));
        if (expert.noiseScale && *expert.noiseScale < 0)
            read.error(noise->position, fmt::format("`{}` must not be negative", placeOf(place, "noise_scale")));
    }
    if (const YamlNode* residual = given(node, "residual_scale"))
        expert.residualScale = read.number(*residual, placeOf(place, "residual_scale"));
    return expert;
}

std::vector<MoeExpert> readExperts(RecipeReader& read, const YamlNode& list, const std::string& place)
{
    std::vector<MoeExpert> experts;
    if (!read.isList(list, place))
        return experts;
    for (std::size_t i = 0; i < list.items.size(); ++i)
        experts.push_back(readExpert(read, list.items[i], placeOf(place, i)));
    return experts;
}

GateMode readGateMode(RecipeReader& read, const YamlNode& node)
{
    const std::optional<std::string> name = read.text(node, "gate_mode");
    if (!name)
        return GateMode::Hidden;
    std::vector<std::string> names;
    for (const auto& [known, mode] : kGateModes) {
        if (known == *name)
            return mode;
        names.emplace_back(known);
    }
    const std::optional<std::string> meant = didYouMean(*name, names);
    read.error(node.position, fmt::format("{} is not a gate mode", yamlText(*name)),
               meant ? fmt::format("Did you mean {}?", *meant) : fmt::format("Use {}", joinWords(names, "or")));
    return GateMode::Hidden;
}

void checkCounts(RecipeReader& read, const YamlNode& root, const MoeRecipe& recipe)
{
    const YamlNode* perToken = given(root, "experts_per_token");
    const Position position = perToken ? perToken->position : root.position;
    if (recipe.expertsPerToken < 1)
        read.error(position, fmt::format("`experts_per_token` must be at least 1, but is {}", recipe.expertsPerToken));
    else if (recipe.expertsPerToken > static_cast<std::int64_t>(recipe.experts.size()))
        read.error(position, fmt::format("{} experts are to be used per token, but there are {}", recipe.expertsPerToken,
                                         recipe.experts.size()),
                   "Add experts, or lower `experts_per_token` (2 when it is not given)");
    if (recipe.sharedExperts.size() > 1)
        read.error(recipe.sharedExperts[1].position, "More than one shared expert", "No architecture that is written has two");
    const std::size_t count = recipe.experts.size();
    if (count > 1 && (count & (count - 1)) != 0)
        read.report(Severity::Warning, root.position, fmt::format("{} experts are not a power of two", count),
                    "Some programs that run such models expect 2, 4, 8, ...");
}

void checkDiversity(RecipeReader& read, const MoeRecipe& recipe, bool forTraining)
{
    if (recipe.experts.size() < 2)
        return;
    const MoeExpert& first = recipe.experts.front();
    const auto all = [&](auto&& same) { return std::all_of(recipe.experts.begin(), recipe.experts.end(), same); };
    if (usesPrompts(recipe.gateMode) && all([&](const MoeExpert& expert) {
            return expert.positivePrompts == first.positivePrompts && expert.negativePrompts == first.negativePrompts;
        }))
        read.error(first.position, "All experts have the same prompts, so the gates could not tell them apart",
                   "Give each expert prompts of the kind that it is good at");
    const bool noisy = std::any_of(recipe.experts.begin(), recipe.experts.end(),
                                   [](const MoeExpert& expert) { return expert.noiseScale.value_or(0) > 0; });
    if (!forTraining && !noisy && all([&](const MoeExpert& expert) { return expert.model == first.model; }))
        read.error(first.position, "All experts are the same model: the result would be larger and answer the same",
                   "Use different models, add `noise_scale`, or say that it will be trained afterwards");
}

void checkPrompts(RecipeReader& read, const MoeRecipe& recipe)
{
    for (std::size_t i = 0; i < recipe.experts.size() && usesPrompts(recipe.gateMode); ++i) {
        if (recipe.experts[i].positivePrompts.empty())
            read.error(recipe.experts[i].position,
                       fmt::format("`experts[{}]` has no `positive_prompts`, which gate mode {} needs", i,
                                   toString(recipe.gateMode)),
                       "Add prompts, or use gate mode random");
    }
}

void writeExpert(std::string& text, const MoeExpert& expert)
{
    text += fmt::format("  - source_model: {}\n", yamlModel(expert.model));
    const auto prompts = [&](std::string_view key, const std::vector<std::string>& list) {
        if (list.empty())
            return;
        text += fmt::format("    {}:\n", key);
        for (const std::string& prompt : list)
            text += fmt::format("      - {}\n", yamlText(prompt));
    };
    prompts("positive_prompts", expert.positivePrompts);
    prompts("negative_prompts", expert.negativePrompts);
    if (expert.noiseScale)
        text += fmt::format("    noise_scale: {}\n", yamlNumber(*expert.noiseScale));
    if (expert.residualScale)
        text += fmt::format("    residual_scale: {}\n", yamlNumber(*expert.residualScale));
}

} // namespace

std::string_view toString(GateMode mode)
{
    return std::find_if(kGateModes.begin(), kGateModes.end(), [&](const auto& entry) { return entry.second == mode; })->first;
}

bool usesPrompts(GateMode mode)
{
    return mode != GateMode::Random && mode != GateMode::UniformRandom;
}

std::vector<ModelRef> MoeRecipe::referencedModels() const
{
    std::vector<ModelRef> models = {baseModel};
    for (const std::vector<MoeExpert>* list : {&experts, &sharedExperts}) {
        for (const MoeExpert& expert : *list) {
            if (std::find(models.begin(), models.end(), expert.model) == models.end())
                models.push_back(expert.model);
        }
    }
    return models;
}

MoeRecipe parseMoeRecipe(std::string_view yaml, const std::string& sourceName, Problems& problems, bool forTraining)
{
    constexpr std::array<std::string_view, 7> kKeys = {"base_model", "experts", "gate_mode", "dtype", "experts_per_token",
                                                       "shared_experts", "architecture"};
    MoeRecipe recipe;
    recipe.source = std::string(yaml);
    recipe.sourceName = sourceName;
    Problems own;
    RecipeReader read(sourceName, own);
    const std::vector<YamlNode> documents = parseYaml(yaml, sourceName, own);
    if (documents.empty() || documents[0].kind == YamlNode::Kind::Null) {
        if (!own.hasErrors())
            read.error({}, "The recipe is empty", "Start with `base_model:` and `experts:`");
    } else if (documents.size() > 1) {
        read.error(documents[1].position, fmt::format("The text holds {} documents, but one is needed", documents.size()));
    } else if (read.isMap(documents[0], "")) {
        const YamlNode& root = documents[0];
        read.checkKeys(root, "", kKeys, [](std::string_view key) {
            return key == "merge_method" || key == "models" ? std::string("This looks like a recipe for `merge`") : std::string();
        });
        if (const YamlNode* base = read.required(root, "base_model", ""))
            recipe.baseModel = read.model(*base, "base_model").value_or(ModelRef());
        if (const YamlNode* experts = read.required(root, "experts", ""))
            recipe.experts = readExperts(read, *experts, "experts");
        if (const YamlNode* shared = given(root, "shared_experts"))
            recipe.sharedExperts = readExperts(read, *shared, "shared_experts");
        if (const YamlNode* mode = given(root, "gate_mode"))
            recipe.gateMode = readGateMode(read, *mode);
        if (const YamlNode* dtype = given(root, "dtype"))
            recipe.dtype = read.dtype(*dtype, "dtype");
        if (const YamlNode* perToken = given(root, "experts_per_token"))
            recipe.expertsPerToken = read.integer(*perToken, "experts_per_token").value_or(2);
        if (const YamlNode* architecture = given(root, "architecture"))
            recipe.architecture = read.text(*architecture, "architecture").value_or("");
        if (!own.hasErrors()) {
            checkCounts(read, root, recipe);
            checkPrompts(read, recipe);
            checkDiversity(read, recipe, forTraining);
        }
    }
    problems.append(own);
    return recipe;
}

std::string toYaml(const MoeRecipe& recipe)
{
    std::string text = fmt::format("base_model: {}\ngate_mode: {}\n", yamlModel(recipe.baseModel), toString(recipe.gateMode));
    if (recipe.dtype)
        text += fmt::format("dtype: {}\n", torchName(*recipe.dtype));
    text += fmt::format("experts_per_token: {}\n", recipe.expertsPerToken);
    if (!recipe.architecture.empty())
        text += fmt::format("architecture: {}\n", yamlText(recipe.architecture));
    text += "experts:\n";
    for (const MoeExpert& expert : recipe.experts)
        writeExpert(text, expert);
    if (!recipe.sharedExperts.empty())
        text += "shared_experts:\n";
    for (const MoeExpert& expert : recipe.sharedExperts)
        writeExpert(text, expert);
    return text;
}

} // namespace crucible::recipe
