// SPDX-License-Identifier: GPL-3.0-or-later
#include "generate/read_request.h"

#include "generate/prompt.h"
#include "generate/read_constraint.h"

#include <algorithm>

namespace crucible::generate {
namespace {

constexpr std::size_t kMostAlternatives = 1000;
constexpr std::size_t kMostBeams = 1024; // each has keys and values of its own in memory

constexpr std::string_view kPromptKeys[] = {"messages", "prompt", "ids", "template", "template_text", "tools",
                                            "documents", "variables", "continue_last", "add_generation_prompt"};
constexpr std::string_view kOwnKeys[] = {"sampling", "seed", "max_tokens", "stop", "alternatives", "constraint",
                                         "num_beams", "num_sequences", "length_penalty", "early_stopping"};

const OrderedJson* find(const OrderedJson& request, const char* key)
{
    const auto found = request.find(key);
    return found == request.end() || found->is_null() ? nullptr : &*found;
}

std::vector<std::string> textsOf(const OrderedJson& value, const char* key)
{
    std::vector<std::string> texts;
    const auto take = [&](const OrderedJson& one) {
        if (!one.is_string())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a list of texts"), key}, key);
        texts.push_back(one.get<std::string>());
    };
    if (value.is_array()) {
        for (const OrderedJson& one : value)
            take(one);
    } else {
        take(value);
    }
    return texts;
}

Json plain(const OrderedJson& value, const char* key)
{
    return parseJson(toJsonText(value), key);
}

EarlyStopping earlyStoppingOf(const OrderedJson& value)
{
    if (value.is_boolean())
        return value.get<bool>() ? EarlyStopping::Yes : EarlyStopping::No;
    if (value == "never")
        return EarlyStopping::Never;
    throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "\"early_stopping\" must be true, false or \"never\""), "early_stopping");
}

} // namespace

std::size_t countOf(const OrderedJson& request, const char* key, std::size_t absent)
{
    const OrderedJson* value = find(request, key);
    if (!value)
        return absent;
    if (!value->is_number_unsigned())
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a whole number that is not negative"), key}, key);
    return value->get<std::size_t>();
}

bool isRequestKey(std::string_view key)
{
    return std::find(std::begin(kPromptKeys), std::end(kPromptKeys), key) != std::end(kPromptKeys) ||
           std::find(std::begin(kOwnKeys), std::end(kOwnKeys), key) != std::end(kOwnKeys);
}

std::shared_ptr<const Constraint> ConstraintCache::get(const LanguageModel& model, const OrderedJson& constraint)
{
    if (!m_constraint || m_key != constraint) {
        m_constraint = readConstraint(model, constraint);
        m_key = constraint;
    }
    return m_constraint;
}

GenerateRequest readRequest(const LanguageModel& model, const OrderedJson& request, GenerateRequest usual, ConstraintCache& constraints)
{
    Prompt prompt = readPrompt(model, request);
    GenerateRequest result = std::move(usual);
    result.prompt = std::move(prompt.ids);
    result.continuesText = prompt.continuesText;
    if (const OrderedJson* sampling = find(request, "sampling")) {
        if (!sampling->is_object())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be an object"), "sampling"}, "sampling");
        for (const auto& [name, value] : sampling->items())
            result.sampling.set(name, plain(value, "sampling"));
    }
    if (const OrderedJson* seed = find(request, "seed"))
        result.sampling.set("seed", plain(*seed, "seed"), "request");
    result.maxTokens = countOf(request, "max_tokens", result.maxTokens);
    if (const OrderedJson* stop = find(request, "stop"))
        result.stop = textsOf(*stop, "stop");
    if (find(request, "alternatives"))
        result.alternatives = std::min(countOf(request, "alternatives", 0), kMostAlternatives);
    if (const OrderedJson* constraint = find(request, "constraint"))
        result.constraint = constraints.get(model, *constraint);
    return result;
}

std::optional<BeamRequest> readBeamRequest(const LanguageModel& model, const OrderedJson& request, std::size_t usualMaxTokens)
{
    if (!find(request, "num_beams"))
        return std::nullopt;
    for (const char* key : {"sampling", "seed", "stop", "constraint", "alternatives"}) {
        const OrderedJson* value = find(request, key);
        const bool says = value && !(value->empty() && (value->is_object() || value->is_array())) && *value != 0;
        if (says)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "a search with beams has no \"%1\""), key}, key,
                                 CRUCIBLE_TR_NOOP("Problem", "it takes no samplers, no stop strings and no constraint: leave them out, or leave out \"num_beams\""));
    }
    BeamRequest beams;
    beams.beams = countOf(request, "num_beams", 0);
    if (beams.beams > kMostBeams)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "there can be at most %1 beams"), kMostBeams}, "num_beams");
    beams.results = countOf(request, "num_sequences", 1);
    beams.maxTokens = countOf(request, "max_tokens", usualMaxTokens);
    if (const OrderedJson* penalty = find(request, "length_penalty")) {
        if (!penalty->is_number())
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" must be a number"), "length_penalty"}, "length_penalty");
        beams.lengthPenalty = penalty->get<double>();
    }
    if (const OrderedJson* when = find(request, "early_stopping"))
        beams.earlyStopping = earlyStoppingOf(*when);
    Prompt prompt = readPrompt(model, request);
    beams.prompt = std::move(prompt.ids);
    beams.continuesText = prompt.continuesText;
    return beams;
}

} // namespace crucible::generate
