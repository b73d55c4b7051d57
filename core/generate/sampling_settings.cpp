// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/sampling_settings.h"

#include "base/text.h"
#include "base/units.h"
#include "generate/sampler.h"

#include <cmath>
#include <fmt/format.h>

namespace crucible::generate {
namespace {

constexpr double kMaxSeed = 9007199254740992.0; // whole numbers are exact up to here

constexpr ParamSpec kChainParams[] = {
    {.name = "samplers",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Order of samplers"),
     .type = ParamType::Text,
     .help = CRUCIBLE_TR_NOOP("Sampling", "Names with semicolons between them; what is not named does not work"),
     .hasDefault = false},
    {.name = "seed",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Seed"),
     .type = ParamType::Integer,
     .low = 0,
     .high = kMaxSeed,
     .step = 1,
     .help = CRUCIBLE_TR_NOOP("Sampling", "The same seed gives the same text; without one every text is another"),
     .hasDefault = false},
};

constexpr SamplingPreset kPresets[] = {
    {"balanced", CRUCIBLE_TR_NOOP("Sampling", "Balanced"),
     CRUCIBLE_TR_NOOP("Sampling", "The defaults: those of llama.cpp"), "{}"},
    {"greedy", CRUCIBLE_TR_NOOP("Sampling", "Greedy"),
     CRUCIBLE_TR_NOOP("Sampling", "Always the most probable token"), R"({"temperature": 0})"},
    {"precise", CRUCIBLE_TR_NOOP("Sampling", "Precise"),
     CRUCIBLE_TR_NOOP("Sampling", "Little chance: for facts and for code"), R"({"temperature": 0.2, "top_p": 0.9})"},
    {"creative", CRUCIBLE_TR_NOOP("Sampling", "Creative"),
     CRUCIBLE_TR_NOOP("Sampling", "Much chance without nonsense: for stories"),
     R"({"temperature": 1.2, "top_k": 0, "top_p": 1, "min_p": 0.08, "dry_multiplier": 0.8})"},
    {"unfiltered", CRUCIBLE_TR_NOOP("Sampling", "Unfiltered"),
     CRUCIBLE_TR_NOOP("Sampling", "The distribution as the model gives it"),
     R"({"temperature": 1, "top_k": 0, "top_p": 1, "min_p": 0})"},
    {"transformers", CRUCIBLE_TR_NOOP("Sampling", "Order of transformers"),
     CRUCIBLE_TR_NOOP("Sampling", "Temperature first, then top-k and top-p, penalties over the whole text"),
     R"({"samplers": "penalties;no_repeat_ngram;temperature;top_k;top_p;min_p;typical", "temperature": 1, "top_k": 50, "top_p": 1, "min_p": 0, "penalty_last_n": -1})"},
};

std::vector<std::string> allNames()
{
    std::vector<std::string> names;
    for (const ParamSpec& param : kChainParams)
        names.emplace_back(param.name);
    for (const SamplerKind* kind : samplersInOrder()) {
        for (const ParamSpec& param : kind->params)
            names.emplace_back(param.name);
    }
    return names;
}

const ParamSpec& knownParam(std::string_view name, std::string_view where)
{
    const ParamSpec* param = findSamplingParam(name);
    if (!param) {
        const std::optional<std::string> near = didYouMean(name, allNames());
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "no sampler has a parameter \"%1\""), name}, std::string(where),
                             near ? Sentence{CRUCIBLE_TR_NOOP("Problem", "did you mean \"%1\"?"), *near} : Sentence());
    }
    return *param;
}

void checkRange(const ParamSpec& param, double value, const std::string& place)
{
    if (value >= param.low && value <= param.high)
        return;
    if (std::isinf(param.high))
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 must be at least %2, not %3"), param.name, formatNumber(param.low), formatNumber(value)}, place);
    throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 must be from %2 to %3, not %4"), param.name, formatNumber(param.low),
                          formatNumber(param.high), formatNumber(value)}, place);
}

std::vector<std::string> namesInOrder(const Json& value)
{
    std::vector<std::string> names;
    if (value.is_array()) {
        for (const Json& name : value)
            names.push_back(name.is_string() ? name.get<std::string>() : toJsonText(name));
        return names;
    }
    const std::string text = value.get<std::string>();
    for (std::size_t at = text.find_first_not_of("; ,"); at != std::string::npos; at = text.find_first_not_of("; ,", at)) {
        const std::size_t end = std::min(text.find_first_of("; ,", at), text.size());
        names.push_back(text.substr(at, end - at));
        at = end;
    }
    return names;
}

void checkOrder(const Json& value, const std::string& place)
{
    for (const std::string& name : namesInOrder(value)) {
        if (findSampler(name))
            continue;
        std::vector<std::string> known;
        for (const SamplerKind* kind : samplersInOrder())
            known.emplace_back(kind->id);
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "there is no sampler \"%1\""), name}, place,
                             {CRUCIBLE_TR_NOOP("Problem", "there are %1"), joinWords(known)});
    }
}

} // namespace

std::span<const ParamSpec> chainParams()
{
    return kChainParams;
}

std::span<const SamplingPreset> samplingPresets()
{
    return kPresets;
}

const ParamSpec* findSamplingParam(std::string_view name)
{
    for (const ParamSpec& param : kChainParams) {
        if (param.name == name)
            return &param;
    }
    for (const SamplerKind* kind : samplerKinds()) {
        for (const ParamSpec& param : kind->params) {
            if (param.name == name)
                return &param;
        }
    }
    return nullptr;
}

SamplingSettings SamplingSettings::fromJson(const Json& json, std::string_view where)
{
    SamplingSettings settings;
    if (json.is_null())
        return settings;
    if (!json.is_object())
        throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "the settings of sampling are no object"), std::string(where));
    for (const auto& [name, value] : json.items())
        settings.set(name, value, where);
    return settings;
}

void SamplingSettings::set(std::string_view name, const Json& value, std::string_view where)
{
    const ParamSpec& param = knownParam(name, where);
    const std::string place = fmt::format("{}.{}", where, name);
    if (value.is_null()) {
        m_values.erase(std::string(name));
        return;
    }
    const auto refuse = [&](Sentence expected) {
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 must be %2, not %3"), param.name, expected, toJsonText(value).substr(0, 60)}, place);
    };
    switch (param.type) {
    case ParamType::Bool:
        if (!value.is_boolean())
            refuse(CRUCIBLE_TR_NOOP("Problem", "true or false"));
        break;
    case ParamType::Integer:
    case ParamType::Real: {
        if (!value.is_number())
            refuse(CRUCIBLE_TR_NOOP("Problem", "a number"));
        const double given = value.get<double>();
        if (param.type == ParamType::Integer && given != std::floor(given))
            refuse(CRUCIBLE_TR_NOOP("Problem", "a whole number"));
        checkRange(param, given, place);
        break;
    }
    case ParamType::Text:
    case ParamType::Choice:
        if (!value.is_string() && !value.is_array() && !value.is_object())
            refuse(CRUCIBLE_TR_NOOP("Problem", "a text"));
        if (name == "samplers") {
            if (value.is_object())
                refuse(CRUCIBLE_TR_NOOP("Problem", "a list of names"));
            checkOrder(value, place);
        }
        break;
    }
    m_values.insert_or_assign(std::string(name), value);
}

void SamplingSettings::setText(std::string_view name, const std::string& value, std::string_view where)
{
    const ParamSpec& param = knownParam(name, where);
    if (param.type == ParamType::Bool)
        return set(name, value == "true" ? Json(true) : value == "false" ? Json(false) : Json(value), where);
    if (param.type != ParamType::Integer && param.type != ParamType::Real)
        return set(name, value, where);
    const std::optional<double> number = parseNumber(value);
    set(name, number ? Json(*number) : Json(value), where);
}

Json SamplingSettings::toJson() const
{
    Json json = Json::object();
    for (const auto& [name, value] : m_values)
        json[name] = value;
    return json;
}

double SamplingSettings::number(std::string_view name) const
{
    const auto found = m_values.find(name);
    if (found != m_values.end())
        return found->second.is_boolean() ? found->second.get<bool>() : found->second.get<double>();
    const ParamSpec* param = findSamplingParam(name);
    return param ? param->defaultValue : 0;
}

Json SamplingSettings::value(std::string_view name) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() ? Json() : found->second;
}

std::optional<std::uint64_t> SamplingSettings::seed() const
{
    return isSet("seed") ? std::optional(static_cast<std::uint64_t>(number("seed"))) : std::nullopt;
}

std::vector<const SamplerKind*> SamplingSettings::order() const
{
    std::vector<const SamplerKind*> order;
    for (const SamplerKind* kind : samplersInOrder()) {
        if (kind->always)
            order.push_back(kind);
    }
    if (isSet("samplers")) {
        for (const std::string& name : namesInOrder(value("samplers"))) {
            const SamplerKind* kind = findSampler(name);
            if (!kind->always)
                order.push_back(kind);
        }
        return order;
    }
    const SamplerKind* alone = nullptr;
    for (const SamplerKind* kind : samplersInOrder()) {
        if (kind->alone && kind->make(*this, {}))
            alone = kind;
    }
    for (const SamplerKind* kind : samplersInOrder()) {
        if (!kind->always && (alone ? kind == alone || kind->id == "temperature" : !kind->alone))
            order.push_back(kind);
    }
    return order;
}

} // namespace crucible::generate
