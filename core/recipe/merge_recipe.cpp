// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/merge_recipe.h"

#include "base/text.h"
#include "recipe/recipe_reader.h"
#include "recipe/tokenizer_request.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace crucible::recipe {
namespace {

using Kind = YamlNode::Kind;

class MergeReader {
public:
    MergeReader(const std::string& sourceName, Problems& problems, const std::vector<std::string>& knownParameters)
        : m_read(sourceName, problems), m_knownParameters(knownParameters)
    {
    }

    RecipeReader& reader() { return m_read; }
    MergeRecipe recipe(const YamlNode& root);

private:
    std::optional<Scalar> scalar(const YamlNode& node, const std::string& place);
    bool values(const YamlNode& node, const std::string& place, Conditional& conditional);
    std::optional<Conditional> conditional(const YamlNode& node, const std::string& place);
    std::optional<Setting> setting(const YamlNode& node, const std::string& place);
    Parameters parameters(const YamlNode& owner, const std::string& place);
    Sentence keyAdvice(std::string_view key) const;

    std::optional<std::array<std::int64_t, 2>> layerRange(const YamlNode& node, const std::string& place);
    std::optional<InputModel> input(const YamlNode& node, const std::string& place, bool inSlice);
    std::vector<InputModel> inputs(const YamlNode& node, const std::string& place, bool inSlice);
    std::optional<Slice> slice(const YamlNode& node, const std::string& place);
    void checkLengths(const Slice& slice, const std::string& place);
    Module module(const YamlNode& node, const std::string& place, std::string name);
    void modules(const YamlNode& root, MergeRecipe& recipe);

    RecipeReader m_read;
    const std::vector<std::string>& m_knownParameters;
};

std::optional<Scalar> MergeReader::scalar(const YamlNode& node, const std::string& place)
{
    Scalar result;
    if (node.kind == Kind::Bool) {
        result.isBool = true;
        result.number = node.boolean ? 1 : 0;
        return result;
    }
    const std::optional<double> number = m_read.number(node, place);
    if (!number)
        return std::nullopt;
    result.number = *number;
    return result;
}

// A scalar or a gradient.
bool MergeReader::values(const YamlNode& node, const std::string& place, Conditional& conditional)
{
    if (node.kind == Kind::Map || node.kind == Kind::Null) {
        m_read.wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "a number, true, false or a list of numbers"));
        return false;
    }
    if (node.kind != Kind::Sequence) {
        const std::optional<Scalar> value = scalar(node, place);
        if (value)
            conditional.values.push_back(*value);
        return value.has_value();
    }
    conditional.isGradient = true;
    if (node.items.empty()) {
        m_read.wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "a list of at least one number"));
        return false;
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const std::optional<Scalar> value = scalar(node.items[i], placeOf(place, i));
        if (!value)
            return false;
        conditional.values.push_back(*value);
    }
    return true;
}

std::optional<Conditional> MergeReader::conditional(const YamlNode& node, const std::string& place)
{
    constexpr std::array<std::string_view, 2> kKeys = {"value", "filter"};
    m_read.checkKeys(node, place, kKeys);
    Conditional result;
    const YamlNode* value = m_read.required(node, "value", place);
    if (!value || !values(*value, placeOf(place, "value"), result))
        return std::nullopt;
    if (const YamlNode* filter = given(node, "filter")) {
        const std::optional<std::string> text = m_read.text(*filter, placeOf(place, "filter"));
        if (!text)
            return std::nullopt;
        result.filter = *text;
    }
    return result;
}

std::optional<Setting> MergeReader::setting(const YamlNode& node, const std::string& place)
{
    Setting result;
    result.position = node.position;
    if (node.kind == Kind::Map) {
        result.isConditional = true;
        std::optional<Conditional> only = conditional(node, place);
        if (!only)
            return std::nullopt;
        result.conditionals.push_back(std::move(*only));
        return result;
    }
    const bool conditionals = node.kind == Kind::Sequence && !node.items.empty() && node.items.front().kind == Kind::Map;
    if (!conditionals) {
        Conditional only;
        if (!values(node, place, only))
            return std::nullopt;
        result.conditionals.push_back(std::move(only));
        return result;
    }
    result.isConditional = true;
    bool whole = true, matchesAll = false;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const YamlNode& item = node.items[i];
        const std::string itemPlace = placeOf(place, i);
        if (item.kind != Kind::Map) {
            m_read.wrongType(
                item, itemPlace,
                CRUCIBLE_TR_NOOP("Problem", "a map with `value` and `filter`, like the entries before it"));
            whole = false;
            continue;
        }
        std::optional<Conditional> entry = conditional(item, itemPlace);
        if (!entry) {
            whole = false;
            continue;
        }
        if (matchesAll)
            m_read.report(Severity::Warning, item.position,
                          {CRUCIBLE_TR_NOOP("Problem", "`%1` is never used: the entry before it matches every tensor"),
                           itemPlace},
                          CRUCIBLE_TR_NOOP("Problem", "Put the entry without a filter last"));
        matchesAll = matchesAll || entry->filter.empty() || entry->filter == "*";
        result.conditionals.push_back(std::move(*entry));
    }
    if (!whole)
        return std::nullopt;
    return result;
}

Parameters MergeReader::parameters(const YamlNode& owner, const std::string& place)
{
    Parameters result;
    const YamlNode* map = given(owner, "parameters");
    const std::string here = placeOf(place, "parameters");
    if (!map || !m_read.isMap(*map, here))
        return result;
    for (const YamlNode::Entry& entry : map->entries) {
        const auto& known = m_knownParameters;
        if (!known.empty() && std::find(known.begin(), known.end(), entry.key) == known.end()) {
            const std::optional<std::string> meant = didYouMean(entry.key, known);
            m_read.report(Severity::Warning, entry.keyPosition,
                          {CRUCIBLE_TR_NOOP("Problem", "No merge method has a parameter %1"), yamlText(entry.key)},
                          meant ? Sentence(CRUCIBLE_TR_NOOP("Problem", "Did you mean `%1`?"), *meant) : Sentence());
        }
        if (std::optional<Setting> value = setting(entry.value, placeOf(here, entry.key)))
            result.emplace(entry.key, std::move(*value));
    }
    return result;
}

Sentence MergeReader::keyAdvice(std::string_view key) const
{
    if (std::find(m_knownParameters.begin(), m_knownParameters.end(), key) != m_knownParameters.end())
        return {CRUCIBLE_TR_NOOP("Problem", "`%1` is a parameter: move it under `parameters:`"), key};
    if (key == "experts" || key == "gate_mode")
        return CRUCIBLE_TR_NOOP("Problem", "This looks like a recipe for `moe`");
    return {};
}

std::optional<std::array<std::int64_t, 2>> MergeReader::layerRange(const YamlNode& node, const std::string& place)
{
    if (node.kind != Kind::Sequence || node.items.size() != 2) {
        m_read.wrongType(
            node, place,
            CRUCIBLE_TR_NOOP("Problem", "a list of two whole numbers, first layer and the one after the last"),
            CRUCIBLE_TR_NOOP("Problem", "For example [0, 16] for the first sixteen layers"));
        return std::nullopt;
    }
    const std::optional<std::int64_t> start = m_read.integer(node.items[0], placeOf(place, 0));
    const std::optional<std::int64_t> end = m_read.integer(node.items[1], placeOf(place, 1));
    if (!start || !end)
        return std::nullopt;
    if (*start < 0 || *start >= *end) {
        m_read.error(node.position,
                     {CRUCIBLE_TR_NOOP("Problem", "`%1` is [%2, %3], which holds no layers"), place, *start, *end},
                     CRUCIBLE_TR_NOOP(
                         "Problem",
                         "The first number counts from 0 and must be smaller than the second, which is not included"));
        return std::nullopt;
    }
    return std::array<std::int64_t, 2>{*start, *end};
}

std::optional<InputModel> MergeReader::input(const YamlNode& node, const std::string& place, bool inSlice)
{
    constexpr std::array<std::string_view, 3> kKeys = {"model", "parameters", "layer_range"};
    if (!m_read.isMap(node, place))
        return std::nullopt;
    const std::size_t keys = inSlice ? 3 : 2;
    m_read.checkKeys(node, place, std::span(kKeys).first(keys), [&](std::string_view key) {
        if (key == "layer_range")
            return Sentence(
                CRUCIBLE_TR_NOOP("Problem", "Layers are chosen under `slices:`; `models:` takes whole models"));
        return keyAdvice(key);
    });
    InputModel result;
    result.position = node.position;
    const YamlNode* modelNode = m_read.required(node, "model", place);
    std::optional<ModelRef> model;
    if (modelNode)
        model = m_read.model(*modelNode, placeOf(place, "model"));
    if (inSlice) {
        if (const YamlNode* range = m_read.required(node, "layer_range", place))
            result.layerRange = layerRange(*range, placeOf(place, "layer_range"));
    }
    result.parameters = parameters(node, place);
    if (!model)
        return std::nullopt;
    result.model = *model;
    return result;
}

std::vector<InputModel> MergeReader::inputs(const YamlNode& node, const std::string& place, bool inSlice)
{
    std::vector<InputModel> result;
    if (!m_read.isList(node, place))
        return result;
    if (node.items.empty())
        m_read.error(node.position, {CRUCIBLE_TR_NOOP("Problem", "`%1` is an empty list"), place},
                     CRUCIBLE_TR_NOOP("Problem", "Name at least one model"));
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        if (std::optional<InputModel> one = input(node.items[i], placeOf(place, i), inSlice))
            result.push_back(std::move(*one));
    }
    return result;
}

void MergeReader::checkLengths(const Slice& slice, const std::string& place)
{
    const auto length = [](const InputModel& source) {
        return source.layerRange ? (*source.layerRange)[1] - (*source.layerRange)[0] : 0;
    };
    for (const InputModel& source : slice.sources) {
        const std::int64_t expected = length(slice.sources.front()), actual = length(source);
        if (expected > 0 && actual > 0 && actual != expected)
            m_read.error(source.position,
                         {CRUCIBLE_TR_NOOP("Problem", "`%1` mixes %2 layers of %3 with %4 layers of %5"), place,
                          expected, slice.sources.front().model.toString(), actual, source.model.toString()},
                         CRUCIBLE_TR_NOOP("Problem", "All sources of a slice need layer ranges of the same length"));
    }
}

std::optional<Slice> MergeReader::slice(const YamlNode& node, const std::string& place)
{
    constexpr std::array<std::string_view, 4> kKeys = {"sources", "base_model", "parameters", "residual_weight"};
    if (!m_read.isMap(node, place))
        return std::nullopt;
    m_read.checkKeys(node, place, kKeys, [&](std::string_view key) {
        if (key == "model" || key == "layer_range")
            return Sentence(CRUCIBLE_TR_NOOP("Problem", "`%1` belongs to an entry of the slice's `sources:`"), key);
        return keyAdvice(key);
    });
    Slice result;
    result.position = node.position;
    if (const YamlNode* sources = m_read.required(node, "sources", place))
        result.sources = inputs(*sources, placeOf(place, "sources"), true);
    checkLengths(result, placeOf(place, "sources"));
    if (const YamlNode* base = given(node, "base_model"))
        result.baseModel = m_read.model(*base, placeOf(place, "base_model"));
    if (const YamlNode* residual = given(node, "residual_weight")) {
        if (m_read.number(*residual, placeOf(place, "residual_weight")))
            m_read.report(Severity::Warning, residual->position,
                          CRUCIBLE_TR_NOOP("Problem", "`residual_weight` has no effect"),
                          CRUCIBLE_TR_NOOP("Problem", "mergekit reads it without using it"));
    }
    result.parameters = parameters(node, place);
    return result;
}

// The part of a module that `slices` or `models` fill. `node` is the module's map, or the whole recipe.
Module MergeReader::module(const YamlNode& node, const std::string& place, std::string name)
{
    Module result;
    result.name = std::move(name);
    result.position = node.position;
    if (const YamlNode* models = given(node, "models"))
        result.models = inputs(*models, placeOf(place, "models"), false);
    const YamlNode* slices = given(node, "slices");
    const std::string here = placeOf(place, "slices");
    if (slices && m_read.isList(*slices, here)) {
        if (slices->items.empty())
            m_read.error(slices->position, {CRUCIBLE_TR_NOOP("Problem", "`%1` is an empty list"), here},
                         CRUCIBLE_TR_NOOP("Problem", "Name at least one slice"));
        for (std::size_t i = 0; i < slices->items.size(); ++i) {
            if (std::optional<Slice> one = slice(slices->items[i], placeOf(here, i)))
                result.slices.push_back(std::move(*one));
        }
    }
    return result;
}

void MergeReader::modules(const YamlNode& root, MergeRecipe& recipe)
{
    constexpr std::array<std::string_view, 3> kInputs = {"models", "slices", "modules"};
    constexpr std::array<std::string_view, 3> kModuleKeys = {"models", "slices", "parameters"};
    std::vector<std::string> present;
    for (const std::string_view key : kInputs) {
        if (given(root, key))
            present.push_back(fmt::format("`{}`", key));
    }
    if (present.empty()) {
        m_read.error(root.position, CRUCIBLE_TR_NOOP("Problem", "The recipe names no inputs"),
                     CRUCIBLE_TR_NOOP("Problem", "Give exactly one of `models`, `slices` and `modules`"));
        return;
    }
    if (present.size() > 1)
        m_read.error(root.position, {CRUCIBLE_TR_NOOP("Problem", "The recipe has %1"), joinWords(present)},
                     CRUCIBLE_TR_NOOP("Problem", "Give exactly one of `models`, `slices` and `modules`"));
    const YamlNode* map = given(root, "modules");
    if (!map) {
        recipe.modules.push_back(module(root, "", "default"));
        return;
    }
    recipe.usesModules = true;
    if (!m_read.isMap(*map, "modules"))
        return;
    if (map->entries.empty())
        m_read.error(map->position, CRUCIBLE_TR_NOOP("Problem", "`modules` is an empty map"),
                     CRUCIBLE_TR_NOOP("Problem", "Name at least one module, such as `default`"));
    for (const YamlNode::Entry& entry : map->entries) {
        const std::string place = placeOf("modules", entry.key);
        if (!m_read.isMap(entry.value, place))
            continue;
        m_read.checkKeys(entry.value, place, kModuleKeys, [&](std::string_view key) { return keyAdvice(key); });
        if ((given(entry.value, "models") != nullptr) == (given(entry.value, "slices") != nullptr))
            m_read.error(entry.keyPosition,
                         {CRUCIBLE_TR_NOOP("Problem", "`%1` needs exactly one of `models` and `slices`"), place});
        Module one = module(entry.value, place, entry.key);
        one.position = entry.keyPosition;
        one.parameters = parameters(entry.value, place);
        recipe.modules.push_back(std::move(one));
    }
}

MergeRecipe MergeReader::recipe(const YamlNode& root)
{
    constexpr std::array<std::string_view, 12> kKeys = {
        "merge_method", "models", "slices", "modules", "base_model", "parameters", "dtype", "out_dtype", "tokenizer_source",
        "tokenizer", "chat_template", "name"};
    MergeRecipe recipe;
    if (!m_read.isMap(root, ""))
        return recipe;
    m_read.checkKeys(root, "", kKeys, [&](std::string_view key) { return keyAdvice(key); });
    if (const YamlNode* name = given(root, "name"))
        recipe.name = m_read.text(*name, "name").value_or("");
    if (const YamlNode* method = m_read.required(root, "merge_method", "")) {
        recipe.mergeMethod = m_read.text(*method, "merge_method").value_or("");
        recipe.mergeMethodPosition = method->position;
    }
    modules(root, recipe);
    if (const YamlNode* base = given(root, "base_model"))
        recipe.baseModel = m_read.model(*base, "base_model");
    recipe.parameters = parameters(root, "");
    if (const YamlNode* dtype = given(root, "dtype")) {
        recipe.dtype = m_read.dtype(*dtype, "dtype");
        recipe.dtypePosition = dtype->position;
    }
    if (const YamlNode* dtype = given(root, "out_dtype"))
        recipe.outDtype = m_read.dtype(*dtype, "out_dtype");
    recipe.tokenizer = readTokenizerRequest(m_read, root);
    if (const YamlNode* chat = given(root, "chat_template")) {
        if (chat->kind != Kind::Text || !chat->text.empty())
            recipe.chatTemplate = m_read.text(*chat, "chat_template").value_or("");
    }
    return recipe;
}

void checkNames(RecipeReader& read, const std::vector<YamlNode>& documents, const std::vector<MergeRecipe>& stages)
{
    std::set<std::string> names;
    for (std::size_t i = 0; i < stages.size(); ++i) {
        const std::string& name = stages[i].name;
        if (name.empty()) {
            if (i + 1 < stages.size())
                read.error(documents[i].position, {CRUCIBLE_TR_NOOP("Problem", "Document %1 has no `name`"), i + 1},
                           CRUCIBLE_TR_NOOP("Problem",
                                            "Every document but the last needs one, for later documents to refer to"));
            continue;
        }
        const YamlNode* node = documents[i].find("name");
        const Position position = node ? node->position : documents[i].position;
        if (name.find_first_of("/\\+@") != std::string::npos || name == "." || name == "..")
            read.error(position,
                       {CRUCIBLE_TR_NOOP("Problem", "The name %1 can not be a folder's name"), yamlText(name)},
                       CRUCIBLE_TR_NOOP("Problem", "Use letters, digits, - and _"));
        if (!names.insert(name).second)
            read.error(position, {CRUCIBLE_TR_NOOP("Problem", "Two documents have the name %1"), yamlText(name)});
    }
}

bool uses(const MergeRecipe& stage, const MergeRecipe& other)
{
    std::vector<ModelRef> models = stage.referencedModels();
    if (stage.tokenizer)
        models.push_back(stage.tokenizer->model);
    return !other.name.empty() && std::any_of(models.begin(), models.end(), [&](const ModelRef& model) {
        return other.name == model.model || other.name == model.lora;
    });
}

// Of stages none of which can begin: those that wait for themselves in the end, not those that only wait for them.
std::vector<std::string> namesInCircles(const std::vector<MergeRecipe>& stages)
{
    std::vector<const MergeRecipe*> left;
    for (const MergeRecipe& stage : stages)
        left.push_back(&stage);
    const auto isUnused = [&](const MergeRecipe* stage) {
        return std::none_of(left.begin(), left.end(), [&](const MergeRecipe* other) { return uses(*other, *stage); });
    };
    for (auto unused = std::find_if(left.begin(), left.end(), isUnused); unused != left.end();
         unused = std::find_if(left.begin(), left.end(), isUnused))
        left.erase(unused);
    std::vector<std::string> names;
    for (const MergeRecipe* stage : left)
        names.push_back(yamlText(stage->name));
    return names;
}

// Puts every stage after those whose names it uses as models, else keeping the order of the text.
void orderStages(RecipeReader& read, std::vector<MergeRecipe>& stages)
{
    std::vector<MergeRecipe> ordered;
    while (!stages.empty()) {
        const auto isReady = [&](const MergeRecipe& stage) {
            return std::none_of(stages.begin(), stages.end(), [&](const MergeRecipe& other) { return uses(stage, other); });
        };
        const auto next = std::find_if(stages.begin(), stages.end(), isReady);
        if (next == stages.end()) {
            std::vector<std::string> names = namesInCircles(stages);
            read.error(stages.front().mergeMethodPosition,
                       {CRUCIBLE_TR_NOOP("Problem", "Stages wait for one another in a circle: %1"), joinWords(names)});
            std::move(stages.begin(), stages.end(), std::back_inserter(ordered));
            break;
        }
        ordered.push_back(std::move(*next));
        stages.erase(next);
    }
    stages = std::move(ordered);
}

} // namespace

bool MergeRecipe::usesSlices() const
{
    return std::any_of(modules.begin(), modules.end(), [](const Module& module) { return !module.slices.empty(); });
}

std::vector<ModelRef> MergeRecipe::referencedModels() const
{
    std::vector<ModelRef> result;
    const auto add = [&](const ModelRef& model) {
        if (std::find(result.begin(), result.end(), model) == result.end())
            result.push_back(model);
    };
    for (const Module& module : modules) {
        for (const InputModel& input : module.models)
            add(input.model);
        for (const Slice& slice : module.slices) {
            for (const InputModel& input : slice.sources)
                add(input.model);
            if (slice.baseModel)
                add(*slice.baseModel);
        }
    }
    if (baseModel)
        add(*baseModel);
    return result;
}

MergeRecipe parseMergeRecipe(std::string_view yaml, const std::string& sourceName, Problems& problems,
                             const std::vector<std::string>& knownParameters)
{
    Problems own;
    const std::vector<YamlNode> documents = parseYaml(yaml, sourceName, own);
    MergeReader reader(sourceName, own, knownParameters);
    MergeRecipe recipe;
    if (documents.empty() || (documents.size() == 1 && documents[0].kind == YamlNode::Kind::Null)) {
        if (!own.hasErrors())
            reader.reader().error({}, CRUCIBLE_TR_NOOP("Problem", "The recipe is empty"),
                                  CRUCIBLE_TR_NOOP("Problem", "Start with `merge_method:` and `models:`"));
    } else {
        if (documents.size() > 1)
            reader.reader().error(
                documents[1].position,
                {CRUCIBLE_TR_NOOP("Problem", "The text holds %1 documents, but a merge takes one"), documents.size()},
                CRUCIBLE_TR_NOOP("Problem", "Recipes of several stages are run with the `multi` command"));
        recipe = reader.recipe(documents[0]);
    }
    recipe.source = std::string(yaml);
    recipe.sourceName = sourceName;
    problems.append(own);
    return recipe;
}

std::vector<MergeRecipe> parseMergeStages(std::string_view yaml, const std::string& sourceName, Problems& problems,
                                          const std::vector<std::string>& knownParameters)
{
    Problems own;
    std::vector<YamlNode> documents = parseYaml(yaml, sourceName, own);
    std::erase_if(documents, [](const YamlNode& node) { return node.kind == YamlNode::Kind::Null; });
    MergeReader reader(sourceName, own, knownParameters);
    std::vector<MergeRecipe> stages;
    for (const YamlNode& document : documents) {
        stages.push_back(reader.recipe(document));
        stages.back().sourceName = sourceName;
        stages.back().source = toYaml(stages.back());
    }
    if (stages.empty() && !own.hasErrors())
        reader.reader().error({}, CRUCIBLE_TR_NOOP("Problem", "The recipe is empty"),
                              CRUCIBLE_TR_NOOP("Problem", "Separate the stages by lines of `---`"));
    checkNames(reader.reader(), documents, stages);
    if (!own.hasErrors())
        orderStages(reader.reader(), stages);
    problems.append(own);
    return stages;
}

} // namespace crucible::recipe
