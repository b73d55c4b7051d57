// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/decoder_config.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace crucible::model {

namespace {

const OrderedJson* valueOf(const formats::ModelConfig& config, std::string_view key)
{
    const OrderedJson& json = config.json();
    const auto found = json.find(std::string(key));
    return found == json.end() || found->is_null() ? nullptr : &*found;
}

[[noreturn]] void refuse(const formats::ModelConfig& config, std::string_view key, const char* expected)
{
    const OrderedJson* value = valueOf(config, key);
    throw Error::invalid(value ? Sentence(CRUCIBLE_TR_NOOP("Problem", "%1 in config.json must be %2, it is %3"), key,
                                          expected, toJsonText(*value))
                               : Sentence(CRUCIBLE_TR_NOOP("Problem", "config.json has no %1"), key),
                         config.file().string());
}

double numberIn(const OrderedJson& object, const char* key, double absent)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_number() ? found->get<double>() : absent;
}

std::vector<double> numbersIn(const OrderedJson& object, const char* key)
{
    std::vector<double> numbers;
    const auto found = object.find(key);
    if (found != object.end() && found->is_array()) {
        for (const OrderedJson& entry : *found)
            numbers.push_back(entry.is_number() ? entry.get<double>() : 0.0);
    }
    return numbers;
}

void checkSizes(const formats::ModelConfig& config, const DecoderConfig& decoder)
{
    constexpr int kMost = 1 << 24;
    const auto positive = [&](int value, std::string_view what) {
        if (value <= 0 || value > kMost)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "config.json gives %1 %2, which no model has"), value, what},
                config.file().string());
    };
    positive(decoder.layers, "layers");
    positive(decoder.hidden, "values per token");
    positive(decoder.heads, "attention heads");
    positive(decoder.keyHeads, "key heads");
    positive(decoder.headDim, "values per head");
    positive(decoder.vocabulary, "tokens");
    if (decoder.heads % decoder.keyHeads != 0)
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 attention heads can not share %2 key heads evenly"),
                              decoder.heads, decoder.keyHeads},
                             config.file().string());
    if (decoder.rope.style != RopeStyle::None && (decoder.rope.dims <= 0 || decoder.rope.dims > decoder.headDim || decoder.rope.dims % 2 != 0))
        throw Error::invalid({CRUCIBLE_TR_NOOP("Problem", "%1 of %2 values per head can not be turned in pairs"),
                              decoder.rope.dims, decoder.headDim},
                             config.file().string());
}

} // namespace

int wholeNumber(const formats::ModelConfig& config, std::string_view key, std::optional<int> absent)
{
    const OrderedJson* value = valueOf(config, key);
    if (!value && absent)
        return *absent;
    const std::optional<std::int64_t> whole = config.integer(key);
    if (!whole || *whole < 0 || *whole > std::numeric_limits<int>::max())
        refuse(config, key, "a whole number");
    return static_cast<int>(*whole);
}

double number(const formats::ModelConfig& config, std::string_view key, double absent)
{
    const OrderedJson* value = valueOf(config, key);
    if (!value)
        return absent;
    if (!value->is_number() || !std::isfinite(value->get<double>()))
        refuse(config, key, "a number");
    return value->get<double>();
}

bool flag(const formats::ModelConfig& config, std::string_view key, bool absent)
{
    const OrderedJson* value = valueOf(config, key);
    if (!value)
        return absent;
    if (!value->is_boolean())
        refuse(config, key, "true or false");
    return value->get<bool>();
}

Activation activation(const formats::ModelConfig& config, std::string_view key, std::string_view absent)
{
    const std::string name = config.text(key).value_or(std::string(absent));
    if (name == "silu" || name == "swish")
        return Activation::Silu;
    if (name == "gelu")
        return Activation::GeluErf;
    if (name == "gelu_new" || name == "gelu_fast" || name == "gelu_pytorch_tanh" || name == "gelu_tanh")
        return Activation::GeluTanh;
    if (name == "relu")
        return Activation::Relu;
    throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the activation %1 is not known"), name},
                             config.file().string());
}

Rope readRope(const formats::ModelConfig& config, int headDim, double theta)
{
    Rope rope;
    rope.theta = theta;
    rope.dims = static_cast<int>(std::lround(headDim * number(config, "partial_rotary_factor", 1)));
    const double positions = number(config, "max_position_embeddings", 2048);
    const OrderedJson* scaling = valueOf(config, "rope_scaling");
    if (!scaling)
        scaling = valueOf(config, "rope_parameters");
    if (!scaling || !scaling->is_object())
        return rope;
    // Newer files hold the base frequency and the share of a head here too.
    rope.theta = numberIn(*scaling, "rope_theta", rope.theta);
    rope.dims = static_cast<int>(std::lround(headDim * numberIn(*scaling, "partial_rotary_factor", static_cast<double>(rope.dims) / headDim)));
    std::string type = "default";
    for (const char* key : {"type", "rope_type"}) {
        const auto found = scaling->find(key);
        if (found != scaling->end() && found->is_string())
            type = found->get<std::string>();
    }
    const std::optional<std::int64_t> given = config.integer("original_max_position_embeddings");
    const double original = numberIn(*scaling, "original_max_position_embeddings", given ? static_cast<double>(*given) : 0);
    rope.factor = numberIn(*scaling, "factor", 1);
    rope.originalPositions = original > 0 ? original : positions;
    if (type == "default" || type == "mrope") {
        rope.factor = 1;
    } else if (type == "linear") {
        rope.scaling = RopeScaling::Linear;
    } else if (type == "dynamic") {
        rope.scaling = RopeScaling::Dynamic;
        rope.originalPositions = positions;
    } else if (type == "llama3") {
        rope.scaling = RopeScaling::Llama3;
        rope.lowFrequency = numberIn(*scaling, "low_freq_factor", 1);
        rope.highFrequency = numberIn(*scaling, "high_freq_factor", 4);
    } else if (type == "yarn") {
        rope.scaling = RopeScaling::Yarn;
        if (original > 0)
            rope.factor = positions / original; // whatever `factor` says: so the reference computes it
        rope.betaFast = numberIn(*scaling, "beta_fast", 32);
        rope.betaSlow = numberIn(*scaling, "beta_slow", 1);
        const auto magnitude = [&](double scale) { return rope.factor <= 1 ? 1 : 0.1 * scale * std::log(rope.factor) + 1; };
        const double mscale = numberIn(*scaling, "mscale", 0);
        const double mscaleAll = numberIn(*scaling, "mscale_all_dim", 0);
        rope.amplitude = mscale > 0 && mscaleAll > 0 ? magnitude(mscale) / magnitude(mscaleAll) : magnitude(1);
        rope.amplitude = numberIn(*scaling, "attention_factor", rope.amplitude);
    } else if (type == "longrope" || type == "su") {
        rope.scaling = RopeScaling::LongRope;
        rope.shortFactors = numbersIn(*scaling, "short_factor");
        rope.longFactors = numbersIn(*scaling, "long_factor");
        const auto pairs = static_cast<std::size_t>(rope.dims / 2);
        if (rope.shortFactors.size() != pairs || rope.longFactors.size() != pairs)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem",
                                  "rope_scaling needs %1 factors for short and for long texts, it has %2 and %3"),
                 pairs, rope.shortFactors.size(), rope.longFactors.size()},
                config.file().string());
        rope.factor = original > 0 ? positions / original : rope.factor;
        rope.amplitude = rope.factor <= 1 ? 1 : std::sqrt(1 + std::log(rope.factor) / std::log(rope.originalPositions));
        rope.amplitude = numberIn(*scaling, "attention_factor", rope.amplitude);
    } else {
        throw Error::unsupported({CRUCIBLE_TR_NOOP("Problem", "the rope scaling %1 is not known"), type},
                                 config.file().string());
    }
    return rope;
}

std::function<bool(int)> sparseLayers(const formats::ModelConfig& config)
{
    const int step = wholeNumber(config, "decoder_sparse_step", 1);
    std::vector<int> dense;
    if (const auto found = config.json().find("mlp_only_layers"); found != config.json().end() && found->is_array()) {
        for (const OrderedJson& layer : *found)
            dense.push_back(layer.is_number_integer() ? layer.get<int>() : -1);
    }
    return [step, dense](int layer) {
        return step > 0 && (layer + 1) % step == 0 && std::find(dense.begin(), dense.end(), layer) == dense.end();
    };
}

void describeLlama(const formats::ModelConfig& config, DecoderConfig& decoder)
{
    decoder.layers = wholeNumber(config, "num_hidden_layers");
    decoder.hidden = wholeNumber(config, "hidden_size");
    decoder.heads = wholeNumber(config, "num_attention_heads");
    decoder.keyHeads = wholeNumber(config, "num_key_value_heads", decoder.heads);
    decoder.headDim = wholeNumber(config, "head_dim", decoder.heads > 0 ? decoder.hidden / decoder.heads : 0);
    decoder.vocabulary = wholeNumber(config, "vocab_size");
    decoder.maxPositions = wholeNumber(config, "max_position_embeddings", 2048);
    decoder.normEpsilon = number(config, "rms_norm_eps", 1e-6);
    decoder.activation = activation(config, "hidden_act", "silu");
    decoder.rope = readRope(config, decoder.headDim, number(config, "rope_theta", 10000));
}

DecoderConfig decoderConfig(const formats::ModelConfig& config)
{
    const std::string type = config.modelType();
    for (const DecoderFamily* family : decoderFamilies()) {
        if (std::find(family->modelTypes.begin(), family->modelTypes.end(), type) == family->modelTypes.end())
            continue;
        DecoderConfig decoder;
        decoder.family = type;
        family->describe(config, decoder);
        checkSizes(config, decoder);
        return decoder;
    }
    std::string known;
    for (const DecoderFamily* family : decoderFamilies()) {
        for (const std::string_view name : family->modelTypes)
            known += fmt::format("{}{}", known.empty() ? "" : ", ", name);
    }
    throw Error::unsupported(type.empty()
                                 ? Sentence(CRUCIBLE_TR_NOOP("Problem", "config.json does not say its model_type"))
                                 : Sentence(CRUCIBLE_TR_NOOP("Problem", "models of type %1 can not be run"), type),
                             config.file().string(), {CRUCIBLE_TR_NOOP("Problem", "these can: %1"), known});
}

} // namespace crucible::model
