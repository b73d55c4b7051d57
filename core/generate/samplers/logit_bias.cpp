// SPDX-License-Identifier: GPL-3.0-or-later
// What single tokens gain or lose, given as {"15043": -2, "<token's text>": "ban"} or as "15043=-2, 11=ban".
#include "base/error.h"
#include "base/units.h"
#include "generate/sampler.h"
#include "generate/sampling_settings.h"
#include "generate/token_texts.h"
#include "text/tokenizer.h"

#include <limits>
#include <utility>
#include <vector>

namespace crucible::generate {
namespace {

using Biases = std::vector<std::pair<TokenId, float>>;

constexpr ParamSpec kParams[] = {
    {.name = "logit_bias",
     .title = CRUCIBLE_TR_NOOP("Sampling", "Logit bias"),
     .type = ParamType::Text,
     .help = CRUCIBLE_TR_NOOP("Sampling", "Tokens by id or by their text, each with what is added to its logit, or \"ban\": 15043=-2, 11=ban"),
     .hasDefault = false},
};

TokenId tokenOf(const std::string& key, const text::Tokenizer* tokenizer)
{
    if (const std::optional<std::int64_t> id = parseInteger(key); id && *id >= 0 && *id <= std::numeric_limits<TokenId>::max())
        return static_cast<TokenId>(*id);
    if (tokenizer) {
        const std::vector<TokenId> ids = tokenizer->encode(key, {.addSpecial = false});
        if (ids.size() == 1)
            return ids.front();
        if (const std::optional<TokenId> id = tokenizer->idOf(key))
            return *id;
    }
    throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" is neither the id nor the text of one token"), key.substr(0, 60)}, "sampling.logit_bias");
}

float biasOf(const Json& value)
{
    if (value.is_number())
        return value.get<float>();
    if (value.is_string()) {
        const std::string text = value.get<std::string>();
        if (text == "ban" || text == "-inf")
            return -std::numeric_limits<float>::infinity();
        if (const std::optional<double> number = parseNumber(text.starts_with('+') ? text.substr(1) : text))
            return static_cast<float>(*number);
    } else if (value.is_boolean() && !value.get<bool>()) {
        return -std::numeric_limits<float>::infinity();
    }
    throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "a bias is a number or \"ban\", not %1"), toJsonText(value).substr(0, 60)}, "sampling.logit_bias");
}

Biases readPairs(const Json& given, const text::Tokenizer* tokenizer)
{
    Biases biases;
    if (given.is_object()) {
        for (const auto& [key, value] : given.items())
            biases.emplace_back(tokenOf(key, tokenizer), biasOf(value));
        return biases;
    }
    if (given.is_array()) {
        for (const Json& pair : given) {
            if (!pair.is_array() || pair.size() != 2)
                throw Error::invalid(CRUCIBLE_TR_NOOP("Problem", "a list of biases has pairs of a token and a number"), "sampling.logit_bias");
            biases.emplace_back(tokenOf(pair[0].is_string() ? pair[0].get<std::string>() : toJsonText(pair[0]), tokenizer), biasOf(pair[1]));
        }
        return biases;
    }
    const std::string text = given.get<std::string>();
    for (std::size_t at = text.find_first_not_of(", "); at != std::string::npos; at = text.find_first_not_of(", ", at)) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        const std::size_t equals = text.rfind('=', end - 1);
        if (equals == std::string::npos || equals <= at)
            throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "\"%1\" is no bias"), text.substr(at, end - at)}, "sampling.logit_bias",
                                 CRUCIBLE_TR_NOOP("Problem", "write id=number with commas between them: 15043=-2, 11=ban"));
        biases.emplace_back(tokenOf(text.substr(at, equals - at), tokenizer), biasOf(text.substr(equals + 1, end - equals - 1)));
        at = end;
    }
    return biases;
}

class LogitBias final : public Sampler {
public:
    explicit LogitBias(Biases biases) : m_biases(std::move(biases)) {}

    void apply(Candidates& candidates, const SamplingStep&) override
    {
        const std::span<float> logits = candidates.change();
        for (const auto& [token, bias] : m_biases) {
            if (const std::size_t place = candidates.find(token); place < logits.size())
                logits[place] += bias;
        }
    }

private:
    Biases m_biases;
};

std::unique_ptr<Sampler> make(const SamplingSettings& settings, const SamplerSetup& setup)
{
    const Json given = settings.value("logit_bias");
    Biases biases = given.is_null() ? Biases() : readPairs(given, setup.texts ? &setup.texts->tokenizer() : nullptr);
    return biases.empty() ? nullptr : std::make_unique<LogitBias>(std::move(biases));
}

} // namespace

extern const SamplerKind logit_bias_sampler;
const SamplerKind logit_bias_sampler{
    .id = "logit_bias",
    .title = CRUCIBLE_TR_NOOP("Sampling", "Logit bias"),
    .summary = CRUCIBLE_TR_NOOP("Sampling", "Makes single tokens more or less probable, or forbids them."),
    .params = kParams,
    .place = 10,
    .always = true,
    .make = &make};

} // namespace crucible::generate
