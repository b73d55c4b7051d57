// SPDX-License-Identifier: GPL-3.0-or-later
// What every kind of recipe needs to read its YAML: values of a wanted type, or a problem that says where, what was
// expected and what is there. `place` is the dotted path of a value: "models[1].parameters.weight".
#pragma once

#include "base/dtype.h"
#include "recipe/yaml.h"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crucible::recipe {

class RecipeReader {
public:
    RecipeReader(std::string sourceName, Problems& problems) : m_source(std::move(sourceName)), m_problems(problems) {}

    Problems& problems() { return m_problems; }
    const std::string& sourceName() const { return m_source; }

    void report(Severity severity, Position position, Sentence message, Sentence hint = {});
    void error(Position position, Sentence message, Sentence hint = {})
    {
        report(Severity::Error, position, std::move(message), std::move(hint));
    }
    // "<place> must be <expected>, but is <what the node is>."
    void wrongType(const YamlNode& node, std::string_view place, Sentence expected, Sentence hint = {});

    // Warns of every key that is not known, with the one that was probably meant, or with what `advice` says of it.
    void checkKeys(const YamlNode& map, std::string_view place, std::span<const std::string_view> known,
                   const std::function<Sentence(std::string_view key)>& advice = {});

    bool isMap(const YamlNode& node, std::string_view place);
    bool isList(const YamlNode& node, std::string_view place);
    // The value of a key that must be there and not null.
    const YamlNode* required(const YamlNode& map, std::string_view key, std::string_view place);

    // Not empty. Numbers and booleans are errors: they need quotes.
    std::optional<std::string> text(const YamlNode& node, std::string_view place);
    // Finite. Text that is a number counts, as it does for mergekit; booleans do not.
    std::optional<double> number(const YamlNode& node, std::string_view place);
    std::optional<std::int64_t> integer(const YamlNode& node, std::string_view place);
    std::optional<bool> boolean(const YamlNode& node, std::string_view place);
    // float32, float16, bfloat16 or int64, with or without "torch."; empty text and null count as not given.
    std::optional<DType> dtype(const YamlNode& node, std::string_view place);
    std::optional<ModelRef> model(const YamlNode& node, std::string_view place);

private:
    // A model or an adapter: "path@revision" or a map of the two.
    bool path(const YamlNode& node, std::string_view place, std::string& path, std::string& revision);

    std::string m_source;
    Problems& m_problems;
};

// The value of a key, nullptr when it is absent or null.
const YamlNode* given(const YamlNode& map, std::string_view key);
// "parent.key", or "key" at the top.
std::string placeOf(std::string_view parent, std::string_view key);
std::string placeOf(std::string_view parent, std::size_t index);

// A model reference as YAML, the text or the map form on one line ("{model: {path: a+b}}").
std::string yamlModel(const ModelRef& model);

} // namespace crucible::recipe
