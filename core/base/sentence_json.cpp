// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/sentence_json.h"

namespace crucible {
namespace {

constexpr int kDeepest = 8;

Sentence read(const Json& json, int depth)
{
    if (json.is_string())
        return json.get<std::string>();
    if (!json.is_object() || depth == 0)
        return {};
    const auto pattern = json.find("pattern");
    const auto arguments = json.find("arguments");
    if (pattern == json.end() || !pattern->is_string() || arguments == json.end() || !arguments->is_array())
        return {};
    std::vector<Sentence> parts;
    for (const Json& argument : *arguments)
        parts.push_back(read(argument, depth - 1));
    return Sentence::of(pattern->get<std::string>(), std::move(parts));
}

} // namespace

Json toJson(const Sentence& sentence)
{
    if (sentence.arguments().empty())
        return sentence.text();
    Json arguments = Json::array();
    for (const Sentence& argument : sentence.arguments())
        arguments.push_back(toJson(argument));
    return {{"pattern", sentence.pattern()}, {"arguments", std::move(arguments)}};
}

Sentence sentenceFromJson(const Json& json)
{
    return read(json, kDeepest);
}

} // namespace crucible
