// SPDX-License-Identifier: GPL-3.0-or-later
#include "merge/recipe_edits.h"

#include "base/units.h"

#include <algorithm>

namespace crucible::workbench {

using recipe::Conditional;
using recipe::InputModel;
using recipe::MergeRecipe;
using recipe::ModelRef;
using recipe::Parameters;
using recipe::Scalar;
using recipe::Setting;
using recipe::Slice;

namespace {

recipe::Module& mainModule(MergeRecipe& recipe)
{
    if (recipe.modules.empty()) {
        recipe.modules.emplace_back();
        recipe.modules.back().name = "default";
    }
    return recipe.modules.front();
}

const merge::MergeMethod* methodOf(const MergeRecipe& recipe)
{
    return merge::findMergeMethod(recipe.mergeMethod);
}

std::vector<Scalar> scalars(const std::vector<double>& values, bool isBool)
{
    std::vector<Scalar> result;
    for (const double value : values)
        result.push_back({value, isBool, {}});
    return result;
}

Conditional conditional(const std::string& filter, const std::vector<double>& values, bool isBool)
{
    Conditional made;
    made.filter = filter;
    made.values = scalars(values, isBool);
    made.isGradient = values.size() > 1;
    return made;
}

Setting plainSetting(const std::vector<double>& values, bool isBool)
{
    Setting setting;
    setting.conditionals.push_back(conditional({}, values, isBool));
    return setting;
}

// What a model starts with: full weight, and half of its changes where a density is asked.
double startingValue(const ParamSpec& spec)
{
    if (!spec.required)
        return spec.defaultValue;
    if (spec.name == "weight" || spec.low == spec.high)
        return 1;
    return spec.high <= 1 && spec.low >= 0 ? 0.5 : spec.defaultValue;
}

void fillRequired(const MergeRecipe& recipe, InputModel& input)
{
    const merge::MergeMethod* method = methodOf(recipe);
    if (!method || isBase(recipe, input.model))
        return;
    for (const ParamSpec& spec : method->params) {
        const std::string name(spec.name);
        if (spec.scope == ParamScope::PerModel && spec.required && !input.parameters.count(name) &&
            !recipe.parameters.count(name))
            input.parameters[name] = plainSetting({startingValue(spec)}, false);
    }
}

void fillRequired(MergeRecipe& recipe, const merge::MergeMethod& method)
{
    for (const ParamSpec& spec : method.params) {
        if (spec.scope == ParamScope::Global && spec.required && !recipe.parameters.count(std::string(spec.name)))
            recipe.parameters[std::string(spec.name)] = plainSetting({startingValue(spec)}, false);
    }
}

void dropUnknown(const merge::MergeMethod& method, Parameters& parameters)
{
    std::erase_if(parameters, [&](const auto& entry) {
        return std::none_of(method.params.begin(), method.params.end(),
                            [&](const ParamSpec& spec) { return spec.name == entry.first; });
    });
}

Parameters* scopeOf(MergeRecipe& recipe, const ParamSpec& spec, int model)
{
    if (spec.scope == ParamScope::Global || model < 0)
        return &recipe.parameters;
    const std::vector<InputModel*> all = inputs(recipe);
    return model < static_cast<int>(all.size()) ? &all[static_cast<std::size_t>(model)]->parameters : nullptr;
}

std::vector<double> numbers(const std::vector<Scalar>& values)
{
    std::vector<double> result;
    for (const Scalar& value : values)
        result.push_back(value.number);
    return result;
}

void addTracks(std::vector<ParameterTrack>& result, const Parameters& parameters, const Parameters* fallback,
               const ParamSpec& spec, int model)
{
    const auto own = parameters.find(std::string(spec.name));
    if (own == parameters.end()) {
        ParameterTrack track;
        track.model = model;
        track.values = {spec.defaultValue};
        track.required = spec.required;
        if (fallback) {
            const auto inherited = fallback->find(std::string(spec.name));
            if (inherited != fallback->end() && !inherited->second.conditionals.empty()) {
                track.values = numbers(inherited->second.conditionals.back().values);
                track.required = false;
            }
        }
        result.push_back(std::move(track));
        return;
    }
    for (std::size_t i = 0; i < own->second.conditionals.size(); ++i) {
        const Conditional& entry = own->second.conditionals[i];
        ParameterTrack track;
        track.model = model;
        track.conditional = static_cast<int>(i);
        track.filter = entry.filter == "*" ? std::string() : entry.filter;
        track.values = numbers(entry.values);
        track.given = true;
        result.push_back(std::move(track));
    }
}

} // namespace

std::vector<InputModel*> inputs(MergeRecipe& recipe)
{
    std::vector<InputModel*> result;
    if (recipe.modules.empty())
        return result;
    recipe::Module& module = recipe.modules.front();
    for (InputModel& input : module.models)
        result.push_back(&input);
    if (module.models.empty() && !module.slices.empty()) {
        for (InputModel& input : module.slices.front().sources)
            result.push_back(&input);
    }
    return result;
}

std::vector<const InputModel*> inputs(const MergeRecipe& recipe)
{
    const std::vector<InputModel*> all = inputs(const_cast<MergeRecipe&>(recipe));
    return {all.begin(), all.end()};
}

bool isBase(const MergeRecipe& recipe, const ModelRef& ref)
{
    return recipe.baseModel && *recipe.baseModel == ref;
}

MergeRecipe emptyRecipe(std::string_view method)
{
    MergeRecipe recipe;
    recipe.mergeMethod = method;
    recipe.dtype = DType::BF16;
    mainModule(recipe);
    if (const merge::MergeMethod* known = methodOf(recipe))
        fillRequired(recipe, *known);
    return recipe;
}

void addModel(MergeRecipe& recipe, const ModelRef& ref, int layers)
{
    recipe::Module& module = mainModule(recipe);
    InputModel input;
    input.model = ref;
    input.model.position = {};
    const merge::MergeMethod* method = methodOf(recipe);
    if (!module.slices.empty() || recipe.mergeMethod == "passthrough") {
        const bool single = module.slices.empty() ||
                            std::all_of(module.slices.begin(), module.slices.end(),
                                        [](const Slice& slice) { return slice.sources.size() == 1; });
        input.layerRange = std::array<std::int64_t, 2>{0, std::max(layers, 1)};
        if (!single) {
            const InputModel& first = module.slices.front().sources.front();
            input.layerRange = first.layerRange;
            fillRequired(recipe, input);
            module.slices.front().sources.push_back(std::move(input));
            return;
        }
        module.slices.emplace_back();
        module.slices.back().sources.push_back(std::move(input));
        return;
    }
    const bool listed = std::any_of(module.models.begin(), module.models.end(),
                                    [&](const InputModel& other) { return other.model == ref; });
    if (listed)
        return;
    if (!recipe.baseModel && module.models.empty() && method && method->base == merge::BaseModel::Required)
        recipe.baseModel = input.model;
    fillRequired(recipe, input);
    module.models.push_back(std::move(input));
}

void removeModel(MergeRecipe& recipe, const ModelRef& ref)
{
    for (recipe::Module& module : recipe.modules) {
        std::erase_if(module.models, [&](const InputModel& input) { return input.model == ref; });
        for (Slice& slice : module.slices)
            std::erase_if(slice.sources, [&](const InputModel& input) { return input.model == ref; });
        std::erase_if(module.slices, [](const Slice& slice) { return slice.sources.empty(); });
    }
    if (isBase(recipe, ref))
        recipe.baseModel.reset();
}

void moveModel(MergeRecipe& recipe, int from, int to)
{
    std::vector<InputModel>& models = mainModule(recipe).models;
    const int count = static_cast<int>(models.size());
    if (from < 0 || from >= count || to < 0 || to >= count || from == to)
        return;
    const auto begin = models.begin();
    if (from < to)
        std::rotate(begin + from, begin + from + 1, begin + to + 1);
    else
        std::rotate(begin + to, begin + from, begin + from + 1);
}

void setBase(MergeRecipe& recipe, const std::optional<ModelRef>& ref)
{
    recipe.baseModel = ref;
    const merge::MergeMethod* method = methodOf(recipe);
    for (InputModel* input : inputs(recipe)) {
        // A base model takes no part of its own in a task-vector merge; its numbers would only mislead.
        if (ref && input->model == *ref && method && method->base == merge::BaseModel::Required)
            input->parameters.clear();
        else
            fillRequired(recipe, *input);
    }
}

void replaceModel(MergeRecipe& recipe, const ModelRef& from, const ModelRef& to)
{
    for (recipe::Module& module : recipe.modules) {
        for (InputModel& input : module.models)
            input.model = input.model == from ? to : input.model;
        for (Slice& slice : module.slices) {
            for (InputModel& input : slice.sources)
                input.model = input.model == from ? to : input.model;
            if (slice.baseModel && *slice.baseModel == from)
                slice.baseModel = to;
        }
    }
    if (isBase(recipe, from))
        recipe.baseModel = to;
}

void setMethod(MergeRecipe& recipe, const merge::MergeMethod& method, const std::function<int(const ModelRef&)>& layersOf)
{
    recipe.mergeMethod = method.id;
    recipe::Module& module = mainModule(recipe);
    if (method.id == "passthrough" && !module.models.empty()) {
        std::vector<Block> stack;
        for (const InputModel& input : module.models)
            stack.push_back({input.model, 0, std::max(layersOf(input.model), 1)});
        recipe.baseModel.reset();
        setBlocks(recipe, stack);
    } else if (method.id != "passthrough" && !module.slices.empty()) {
        std::vector<InputModel> models;
        for (const Slice& slice : module.slices) {
            for (const InputModel& source : slice.sources) {
                const bool listed = std::any_of(models.begin(), models.end(),
                                                [&](const InputModel& other) { return other.model == source.model; });
                if (listed)
                    continue;
                models.push_back(source);
                models.back().layerRange.reset();
            }
        }
        module.slices.clear();
        module.models = std::move(models);
    }
    if (method.base == merge::BaseModel::Required && !recipe.baseModel && !module.models.empty())
        recipe.baseModel = module.models.front().model;
    if (method.base == merge::BaseModel::Unused && recipe.baseModel) {
        // Elsewhere a base model would become one more input.
        const bool listed = std::any_of(module.models.begin(), module.models.end(),
                                        [&](const InputModel& input) { return input.model == *recipe.baseModel; });
        if (!listed) {
            InputModel input;
            input.model = *recipe.baseModel;
            module.models.insert(module.models.begin(), std::move(input));
        }
        recipe.baseModel.reset();
    }
    dropUnknown(method, recipe.parameters);
    dropUnknown(method, module.parameters);
    for (Slice& slice : module.slices)
        dropUnknown(method, slice.parameters);
    for (InputModel* input : inputs(recipe)) {
        dropUnknown(method, input->parameters);
        fillRequired(recipe, *input);
    }
    fillRequired(recipe, method);
}

std::vector<ParameterTrack> tracks(const MergeRecipe& recipe, const ParamSpec& spec)
{
    std::vector<ParameterTrack> result;
    if (spec.scope == ParamScope::Global) {
        addTracks(result, recipe.parameters, nullptr, spec, -1);
        return result;
    }
    const std::vector<const InputModel*> all = inputs(recipe);
    const merge::MergeMethod* method = methodOf(recipe);
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (method && method->base == merge::BaseModel::Required && isBase(recipe, all[i]->model))
            continue;
        addTracks(result, all[i]->parameters, &recipe.parameters, spec, static_cast<int>(i));
    }
    return result;
}

void setTrack(MergeRecipe& recipe, const ParamSpec& spec, const ParameterTrack& track, const std::vector<double>& values)
{
    Parameters* scope = scopeOf(recipe, spec, track.model);
    if (!scope || values.empty())
        return;
    const bool isBool = spec.type == ParamType::Bool;
    Setting& setting = (*scope)[std::string(spec.name)];
    const auto index = static_cast<std::size_t>(track.conditional);
    if (index < setting.conditionals.size())
        setting.conditionals[index] = conditional(setting.conditionals[index].filter, values, isBool);
    else
        setting = plainSetting(values, isBool);
}

void addFilter(MergeRecipe& recipe, const ParamSpec& spec, int model, const std::string& filter,
               const std::vector<double>& values)
{
    Parameters* scope = scopeOf(recipe, spec, model);
    if (!scope)
        return;
    const bool isBool = spec.type == ParamType::Bool;
    Setting& setting = (*scope)[std::string(spec.name)];
    if (setting.conditionals.empty())
        setting = plainSetting({startingValue(spec)}, isBool);
    const auto open = std::find_if(setting.conditionals.begin(), setting.conditionals.end(), [](const Conditional& entry) {
        return entry.filter.empty() || entry.filter == "*";
    });
    setting.conditionals.insert(open, conditional(filter, values, isBool));
    setting.isConditional = true;
}

void removeTrack(MergeRecipe& recipe, const ParamSpec& spec, const ParameterTrack& track)
{
    Parameters* scope = scopeOf(recipe, spec, track.model);
    if (!scope)
        return;
    const auto found = scope->find(std::string(spec.name));
    if (found == scope->end())
        return;
    std::vector<Conditional>& all = found->second.conditionals;
    if (track.conditional >= 0 && track.conditional < static_cast<int>(all.size()))
        all.erase(all.begin() + track.conditional);
    if (all.empty())
        scope->erase(found);
    else if (all.size() == 1 && all.front().filter.empty())
        found->second.isConditional = false;
}

void setGlobal(MergeRecipe& recipe, const ParamSpec& spec, std::optional<double> value)
{
    if (value)
        recipe.parameters[std::string(spec.name)] = plainSetting({*value}, spec.type == ParamType::Bool);
    else
        recipe.parameters.erase(std::string(spec.name));
}

std::optional<double> global(const MergeRecipe& recipe, const ParamSpec& spec)
{
    const auto found = recipe.parameters.find(std::string(spec.name));
    if (found == recipe.parameters.end() || found->second.conditionals.empty() ||
        found->second.conditionals.back().values.empty())
        return std::nullopt;
    return found->second.conditionals.back().values.front().number;
}

std::vector<Block> blocks(const MergeRecipe& recipe)
{
    std::vector<Block> result;
    if (recipe.modules.empty())
        return result;
    for (const Slice& slice : recipe.modules.front().slices) {
        if (slice.sources.size() != 1 || !slice.sources.front().layerRange)
            return {};
        const InputModel& source = slice.sources.front();
        result.push_back({source.model, static_cast<int>((*source.layerRange)[0]), static_cast<int>((*source.layerRange)[1])});
    }
    return result;
}

void setBlocks(MergeRecipe& recipe, const std::vector<Block>& wanted)
{
    recipe::Module& module = mainModule(recipe);
    std::vector<Slice> old = std::move(module.slices);
    module.slices.clear();
    module.models.clear();
    for (const Block& block : wanted) {
        // A block that only moved or was cut keeps its parameters.
        const auto same = std::find_if(old.begin(), old.end(), [&](const Slice& slice) {
            return slice.sources.size() == 1 && slice.sources.front().model == block.model;
        });
        Slice slice;
        if (same != old.end())
            slice = *same;
        else {
            slice.sources.emplace_back();
            slice.sources.front().model = block.model;
        }
        slice.sources.front().layerRange = std::array<std::int64_t, 2>{block.start, block.end};
        module.slices.push_back(std::move(slice));
    }
}

std::string valuesText(const std::vector<double>& values)
{
    std::string text;
    for (const double value : values) {
        std::string number = formatNumber(value);
        if (const std::size_t zero = number.starts_with('-') ? 1 : 0; number.substr(zero, 2) == "0.")
            number.erase(zero, 1);
        text += (text.empty() ? "" : ", ") + number;
    }
    return text;
}

std::optional<std::vector<double>> parseValues(std::string_view text)
{
    std::vector<double> values;
    while (!text.empty()) {
        const std::size_t start = text.find_first_not_of(" ,;[]\t");
        if (start == std::string_view::npos)
            break;
        text.remove_prefix(start);
        const std::size_t end = std::min(text.find_first_of(" ,;[]\t"), text.size());
        const std::optional<double> value = parseNumber(text.substr(0, end));
        if (!value)
            return std::nullopt;
        values.push_back(*value);
        text.remove_prefix(end);
    }
    if (values.empty())
        return std::nullopt;
    return values;
}

} // namespace crucible::workbench
