// SPDX-License-Identifier: GPL-3.0-or-later
// YAML of strangers as a small tree in which every value knows its place in the text. Scalars are typed as the loaders of
// mergekit type them (YAML 1.1 booleans and integers, plus numbers such as `1e-4`). Duplicate keys, foreign tags, control
// characters and alias bombs are refused. No exception of the YAML library leaves this module.
#pragma once

#include "base/error.h"
#include "recipe/merge_recipe.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crucible::recipe {

struct YamlNode {
    enum class Kind { Null, Bool, Number, Text, Sequence, Map };

    Kind kind = Kind::Null;
    Position position;
    std::string text;      // scalars: as written, without quotes
    bool quoted = false;   // a scalar in quotes or a block
    bool boolean = false;  // Bool
    double number = 0;     // Number
    bool isInteger = false; // Number without fraction or exponent, at most 2^53 in magnitude
    std::vector<YamlNode> items; // Sequence

    struct Entry;
    std::vector<Entry> entries; // Map, in the order of the text

    const YamlNode* find(std::string_view key) const;
    // For messages: "the number 3", "the text \"abc\"", "a list", "a map", "nothing".
    Sentence describe() const;
    std::size_t nodeCount() const;
};

struct YamlNode::Entry {
    std::string key;
    Position keyPosition;
    YamlNode value;
};

struct YamlLimits {
    std::size_t maxBytes = std::size_t(4) << 20;
    std::size_t maxNodes = 200'000; // with aliases expanded
    std::size_t maxDocuments = 256;
    int maxDepth = 64;
};

// One tree per document. What is wrong goes to `problems` with "sourceName:line:column"; when the text can not be read on,
// the documents before the mistake are returned. `<<` merges maps as in YAML 1.1.
std::vector<YamlNode> parseYaml(std::string_view text, const std::string& sourceName, Problems& problems,
                                const YamlLimits& limits = {});

// A scalar as YAML that every loader reads back as the same text: plain where that is safe, else double-quoted.
std::string yamlText(std::string_view text);
// A number as YAML 1.1 and 1.2 both read it ("1.0e-05", never "1e-05").
std::string yamlNumber(double value);

} // namespace crucible::recipe
