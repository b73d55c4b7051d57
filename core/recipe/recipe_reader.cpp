// SPDX-License-Identifier: GPL-3.0-or-later
#include "recipe/recipe_reader.h"

#include "base/text.h"
#include "base/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace crucible::recipe {
namespace {

std::string trimmed(std::string_view text)
{
    constexpr std::string_view kSpace = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(kSpace);
    if (begin == std::string_view::npos)
        return {};
    return std::string(text.substr(begin, text.find_last_not_of(kSpace) - begin + 1));
}

// Splits "path@revision". Throws Error::invalid.
void splitRevision(std::string_view text, std::string_view whole, std::string& path, std::string& revision)
{
    const std::size_t at = text.find('@');
    if (at != std::string_view::npos && text.find('@', at + 1) != std::string_view::npos)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "More than one @ in the model reference %1"), yamlText(whole)}, {},
            CRUCIBLE_TR_NOOP("Problem", "Write it as a map: {model: {path: ..., revision: ...}}"));
    path = std::string(text.substr(0, at));
    if (at != std::string_view::npos)
        revision = std::string(text.substr(at + 1));
    if (path.empty())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "The model reference %1 names no model"), yamlText(whole)},
                             {}, CRUCIBLE_TR_NOOP("Problem", "Give a folder, or a name such as org/model"));
    if (at != std::string_view::npos && revision.empty())
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "Nothing follows the @ in the model reference %1"), yamlText(whole)}, {},
            CRUCIBLE_TR_NOOP("Problem", "Give a revision, or remove the @"));
}

bool fitsShortForm(const ModelRef& model)
{
    for (const std::string* part : {&model.model, &model.revision, &model.lora, &model.loraRevision}) {
        if (part->find_first_of("+@") != std::string::npos)
            return false;
    }
    return model.overrideArchitecture.empty() && (model.loraRevision.empty() || !model.lora.empty());
}

} // namespace

std::string ModelRef::toString() const
{
    std::string text = model;
    if (!revision.empty())
        text += "@" + revision;
    if (!lora.empty())
        text += "+" + lora;
    if (!loraRevision.empty())
        text += "@" + loraRevision;
    return text;
}

ModelRef ModelRef::parse(std::string_view text)
{
    ModelRef reference;
    const std::size_t plus = text.find('+');
    if (plus != std::string_view::npos && text.find('+', plus + 1) != std::string_view::npos)
        throw Error::invalid(
            {CRUCIBLE_TR_NOOP("Problem", "More than one + in the model reference %1"), yamlText(text)}, {},
            CRUCIBLE_TR_NOOP("Problem",
                             "One adapter is allowed; write a path that holds a + as a map: {model: {path: ...}}"));
    splitRevision(text.substr(0, plus), text, reference.model, reference.revision);
    if (plus != std::string_view::npos)
        splitRevision(text.substr(plus + 1), text, reference.lora, reference.loraRevision);
    return reference;
}

const YamlNode* given(const YamlNode& map, std::string_view key)
{
    const YamlNode* node = map.find(key);
    return node && node->kind != YamlNode::Kind::Null ? node : nullptr;
}

std::string placeOf(std::string_view parent, std::string_view key)
{
    return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

std::string placeOf(std::string_view parent, std::size_t index)
{
    return fmt::format("{}[{}]", parent, index);
}

void RecipeReader::report(Severity severity, Position position, Sentence message, Sentence hint)
{
    Problem problem;
    problem.severity = severity;
    problem.where =
        position.line > 0 ? fmt::format("{}:{}:{}", m_source, position.line, position.column) : m_source;
    problem.say(std::move(message), std::move(hint));
    problem.line = position.line;
    problem.column = position.column;
    m_problems.add(std::move(problem));
}

void RecipeReader::wrongType(const YamlNode& node, std::string_view place, Sentence expected, Sentence hint)
{
    error(node.position, {CRUCIBLE_TR_NOOP("Problem", "`%1` must be %2, but is %3"), place, expected, node.describe()},
          std::move(hint));
}

void RecipeReader::checkKeys(const YamlNode& map, std::string_view place, std::span<const std::string_view> known,
                             const std::function<Sentence(std::string_view key)>& advice)
{
    for (const YamlNode::Entry& entry : map.entries) {
        if (std::find(known.begin(), known.end(), entry.key) != known.end())
            continue;
        Sentence hint = advice ? advice(entry.key) : Sentence();
        if (hint.empty()) {
            if (const std::optional<std::string> meant = didYouMean(entry.key, known))
                hint = {CRUCIBLE_TR_NOOP("Problem", "Did you mean `%1`?"), *meant};
        }
        report(Severity::Warning, entry.keyPosition,
               place.empty()
                   ? Sentence(CRUCIBLE_TR_NOOP("Problem", "The key %1 is not known here and has no effect"),
                              yamlText(entry.key))
                   : Sentence(CRUCIBLE_TR_NOOP("Problem", "The key %1 is not known in `%2` and has no effect"),
                              yamlText(entry.key), place),
               std::move(hint));
    }
}

bool RecipeReader::isMap(const YamlNode& node, std::string_view place)
{
    if (node.kind == YamlNode::Kind::Map)
        return true;
    wrongType(node, place.empty() ? CRUCIBLE_TR_NOOP("Problem", "the recipe") : place,
              CRUCIBLE_TR_NOOP("Problem", "a map of keys and values"));
    return false;
}

bool RecipeReader::isList(const YamlNode& node, std::string_view place)
{
    if (node.kind == YamlNode::Kind::Sequence)
        return true;
    wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "a list"));
    return false;
}

const YamlNode* RecipeReader::required(const YamlNode& map, std::string_view key, std::string_view place)
{
    const YamlNode* node = given(map, key);
    if (!node) {
        const YamlNode* empty = map.find(key);
        error(empty ? empty->position : map.position,
              {CRUCIBLE_TR_NOOP("Problem", "`%1` is missing"), placeOf(place, key)});
    }
    return node;
}

std::optional<std::string> RecipeReader::text(const YamlNode& node, std::string_view place)
{
    if (node.kind == YamlNode::Kind::Text && !node.text.empty())
        return node.text;
    const bool scalar = node.kind == YamlNode::Kind::Number || node.kind == YamlNode::Kind::Bool;
    wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "text"),
              scalar ? CRUCIBLE_TR_NOOP("Problem", "Put it in quotes") : "");
    return std::nullopt;
}

std::optional<double> RecipeReader::number(const YamlNode& node, std::string_view place)
{
    if (node.kind == YamlNode::Kind::Number)
        return node.number;
    if (node.kind == YamlNode::Kind::Text) {
        if (const std::optional<double> value = parseNumber(trimmed(node.text)))
            return value;
    }
    wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "a finite number"));
    return std::nullopt;
}

std::optional<std::int64_t> RecipeReader::integer(const YamlNode& node, std::string_view place)
{
    constexpr double kLargest = 9007199254740992.0;
    std::optional<double> value;
    if (node.kind == YamlNode::Kind::Number)
        value = node.number;
    else if (node.kind == YamlNode::Kind::Text)
        value = parseNumber(trimmed(node.text));
    if (value && std::abs(*value) <= kLargest && std::trunc(*value) == *value)
        return static_cast<std::int64_t>(*value);
    wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "a whole number"));
    return std::nullopt;
}

std::optional<bool> RecipeReader::boolean(const YamlNode& node, std::string_view place)
{
    if (node.kind == YamlNode::Kind::Bool)
        return node.boolean;
    if (node.kind == YamlNode::Kind::Number && (node.number == 0 || node.number == 1))
        return node.number != 0;
    wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "true or false"));
    return std::nullopt;
}

std::optional<DType> RecipeReader::dtype(const YamlNode& node, std::string_view place)
{
    constexpr std::array<std::string_view, 4> kAllowed = {"float32", "float16", "bfloat16", "int64"};
    constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kShort = {
        {{"bf16", "bfloat16"}, {"f16", "float16"}, {"fp16", "float16"}, {"half", "float16"}, {"f32", "float32"},
         {"fp32", "float32"}, {"float", "float32"}, {"i64", "int64"}, {"long", "int64"}}};
    if (node.kind == YamlNode::Kind::Null || (node.kind == YamlNode::Kind::Text && node.text.empty()))
        return std::nullopt;
    const std::optional<std::string> name = text(node, place);
    if (!name)
        return std::nullopt;
    std::string_view plain = *name;
    if (plain.starts_with("torch."))
        plain.remove_prefix(6);
    if (std::find(kAllowed.begin(), kAllowed.end(), plain) != kAllowed.end())
        return dtypeFromTorch(plain);
    Sentence hint = CRUCIBLE_TR_NOOP("Problem", "Use float32, float16, bfloat16 or int64");
    std::string lower(plain);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](unsigned char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); });
    const auto shortName =
        std::find_if(kShort.begin(), kShort.end(), [&](const auto& entry) { return entry.first == lower; });
    if (shortName != kShort.end())
        hint = {CRUCIBLE_TR_NOOP("Problem", "Did you mean %1?"), shortName->second};
    else if (const std::optional<std::string> meant = didYouMean(plain, kAllowed))
        hint = {CRUCIBLE_TR_NOOP("Problem", "Did you mean %1?"), *meant};
    error(
        node.position,
        {CRUCIBLE_TR_NOOP("Problem", "`%1` is %2, which is not a dtype that a merge can have"), place, yamlText(*name)},
        std::move(hint));
    return std::nullopt;
}

bool RecipeReader::path(const YamlNode& node, std::string_view place, std::string& path, std::string& revision)
{
    constexpr std::array<std::string_view, 2> kKeys = {"path", "revision"};
    if (node.kind == YamlNode::Kind::Text && !node.text.empty()) {
        try {
            splitRevision(node.text, node.text, path, revision);
            return true;
        } catch (const Error& problem) {
            error(node.position, problem.said(), problem.advice());
            return false;
        }
    }
    if (node.kind != YamlNode::Kind::Map) {
        wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "a model's name or path"),
                  node.kind == YamlNode::Kind::Number ? CRUCIBLE_TR_NOOP("Problem", "Put it in quotes") : "");
        return false;
    }
    checkKeys(node, place, kKeys);
    const YamlNode* pathNode = required(node, "path", place);
    if (!pathNode)
        return false;
    const std::optional<std::string> name = text(*pathNode, placeOf(place, "path"));
    if (!name)
        return false;
    path = *name;
    if (const YamlNode* revisionNode = given(node, "revision"))
        revision = text(*revisionNode, placeOf(place, "revision")).value_or("");
    return true;
}

std::optional<ModelRef> RecipeReader::model(const YamlNode& node, std::string_view place)
{
    constexpr std::array<std::string_view, 3> kKeys = {"model", "lora", "override_architecture"};
    ModelRef reference;
    if (node.kind == YamlNode::Kind::Map) {
        checkKeys(node, place, kKeys);
        const YamlNode* modelNode = required(node, "model", place);
        if (!modelNode || !path(*modelNode, placeOf(place, "model"), reference.model, reference.revision))
            return std::nullopt;
        const YamlNode* loraNode = given(node, "lora");
        if (loraNode && !path(*loraNode, placeOf(place, "lora"), reference.lora, reference.loraRevision))
            return std::nullopt;
        if (const YamlNode* architecture = given(node, "override_architecture"))
            reference.overrideArchitecture = text(*architecture, placeOf(place, "override_architecture")).value_or("");
    } else if (node.kind == YamlNode::Kind::Text && !node.text.empty()) {
        try {
            reference = ModelRef::parse(node.text);
        } catch (const Error& problem) {
            error(node.position, problem.said(), problem.advice());
            return std::nullopt;
        }
    } else {
        const bool scalar = node.kind == YamlNode::Kind::Number || node.kind == YamlNode::Kind::Bool;
        wrongType(node, place, CRUCIBLE_TR_NOOP("Problem", "a model's name or path"),
                  scalar ? CRUCIBLE_TR_NOOP("Problem", "Put it in quotes") : "");
        return std::nullopt;
    }
    reference.position = node.position;
    return reference;
}

std::string yamlModel(const ModelRef& model)
{
    if (fitsShortForm(model))
        return yamlText(model.toString());
    const auto part = [](const std::string& path, const std::string& revision) {
        // Inside a flow map commas and braces end a plain scalar; yamlText quotes both.
        return revision.empty() ? fmt::format("{{path: {}}}", yamlText(path))
                                : fmt::format("{{path: {}, revision: {}}}", yamlText(path), yamlText(revision));
    };
    std::string text = "{model: " + part(model.model, model.revision);
    if (!model.lora.empty())
        text += ", lora: " + part(model.lora, model.loraRevision);
    if (!model.overrideArchitecture.empty())
        text += ", override_architecture: " + yamlText(model.overrideArchitecture);
    return text + "}";
}

} // namespace crucible::recipe
