// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/gguf_facts.h"

#include "base/error.h"
#include "formats/bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace crucible::formats {
namespace {

constexpr std::int64_t kMostOfAnything = std::int64_t(1) << 24;
constexpr std::uint64_t kLongestList = 1 << 16;
constexpr std::string_view kForPositions[] = {"rope_freqs.weight", "rope_factors_long.weight", "rope_factors_short.weight"};

// The decimal that a person wrote before it became a float32: 1e-05, not 9.99999974e-06.
double shortest(double value)
{
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, static_cast<float>(value)).ptr;
    double decimal = 0;
    std::from_chars(text, end, decimal);
    return decimal;
}

std::optional<GgufFacts::Value> factOf(const GgufFile& file, const std::string& key, const GgufValue& value)
{
    if (const auto* positive = std::get_if<std::uint64_t>(&value.value))
        return static_cast<double>(*positive);
    if (const auto* negative = std::get_if<std::int64_t>(&value.value))
        return static_cast<double>(*negative);
    if (const auto* real = std::get_if<double>(&value.value))
        return *real;
    if (const auto* flag = std::get_if<bool>(&value.value))
        return *flag;
    if (const auto* text = std::get_if<std::string>(&value.value))
        return *text;
    const auto& list = std::get<GgufArray>(value.value);
    const bool isOfNumbers = std::ranges::all_of(list.items, [](const GgufValue& item) {
        return std::holds_alternative<std::uint64_t>(item.value) || std::holds_alternative<std::int64_t>(item.value) ||
               std::holds_alternative<double>(item.value) || std::holds_alternative<bool>(item.value);
    });
    if (key.starts_with("tokenizer.") || list.count > kLongestList)
        return std::nullopt;
    return isOfNumbers ? GgufFacts::Value(file.numbers(key)) : GgufFacts::Value(std::vector<double>());
}

} // namespace

GgufFacts GgufFacts::of(const std::vector<std::shared_ptr<const GgufFile>>& files)
{
    GgufFacts facts(files.front()->path());
    for (const auto& [key, value] : files.front()->metadata()) {
        if (auto fact = factOf(*files.front(), key, value))
            facts.set(key, std::move(*fact));
    }
    std::span<const std::byte> embedding, head;
    std::vector<TensorData> held; // what the spans point into
    for (const auto& file : files) {
        for (std::size_t i = 0; i < file->tensors().size(); ++i) {
            const TensorInfo& info = file->tensors()[i];
            if (facts.find(info.name))
                facts.fail(fmt::format("the tensor {} is there twice", inQuotes(info.name)));
            facts.addTensor(info.name, info.shape);
            const bool isPlain = file->ggufTensors()[i].type->dtype.has_value();
            if (isPlain && (info.name == "token_embd.weight" || info.name == "output.weight")) {
                held.push_back(file->read(i));
                (info.name == "output.weight" ? head : embedding) = held.back().bytes;
            }
            if (std::ranges::find(kForPositions, info.name) == std::end(kForPositions))
                continue;
            if (info.dtype != DType::F32 || info.shape.size() != 1 || static_cast<std::uint64_t>(info.elements()) > kLongestList)
                facts.fail(fmt::format("the tensor {} is no short list of float32 values", inQuotes(info.name)));
            const TensorData data = file->read(i);
            std::vector<double> values;
            for (std::size_t at = 0; at < data.bytes.size(); at += sizeof(float))
                values.push_back(shortest(loadLittleEndian<float>(data.bytes.subspan(at))));
            facts.setValues(info.name, std::move(values));
        }
    }
    facts.setHeadIsEmbedding(!head.empty() && std::ranges::equal(head, embedding));
    return facts;
}

void GgufFacts::fail(std::string what) const
{
    throw Error::corrupt(
        m_where, std::move(what),
        CRUCIBLE_TR_NOOP("Problem",
                         "the file is damaged, or of a kind that is not known; download or convert it again"));
}

void GgufFacts::refuse(std::string what) const
{
    throw Error::unsupported(std::move(what), m_where.string());
}

std::string GgufFacts::keyOf(std::string_view key) const
{
    for (const std::string_view whole : {"general.", "tokenizer.", "split."}) {
        if (key.starts_with(whole))
            return std::string(key);
    }
    const auto name = m_metadata.find("general.architecture");
    const auto* text = name == m_metadata.end() ? nullptr : std::get_if<std::string>(&name->second);
    return fmt::format("{}.{}", text ? *text : std::string(), key);
}

const GgufFacts::Value* GgufFacts::value(std::string_view key) const
{
    const auto found = m_metadata.find(keyOf(key));
    return found == m_metadata.end() ? nullptr : &found->second;
}

std::optional<double> GgufFacts::number(std::string_view key) const
{
    const Value* found = value(key);
    if (!found)
        return std::nullopt;
    if (const auto* one = std::get_if<double>(found))
        return *one;
    const auto* all = std::get_if<std::vector<double>>(found);
    if (!all || all->empty())
        fail(fmt::format("{} is no number", inQuotes(keyOf(key))));
    if (std::ranges::any_of(*all, [&](double one) { return one != all->front(); }))
        refuse(fmt::format("{} differs from layer to layer, such models can not be run", inQuotes(keyOf(key))));
    return all->front();
}

std::optional<std::int64_t> GgufFacts::whole(std::string_view key) const
{
    const std::optional<double> found = number(key);
    if (!found)
        return std::nullopt;
    constexpr double kLargest = 9007199254740992.0; // 2^53
    if (!(std::abs(*found) <= kLargest) || *found != std::floor(*found))
        fail(fmt::format("{} is no whole number", inQuotes(keyOf(key))));
    return static_cast<std::int64_t>(*found);
}

std::optional<double> GgufFacts::real(std::string_view key) const
{
    const std::optional<double> found = number(key);
    if (!found)
        return std::nullopt;
    if (!std::isfinite(*found))
        fail(fmt::format("{} is no finite number", inQuotes(keyOf(key))));
    return shortest(*found);
}

std::vector<double> GgufFacts::list(std::string_view key) const
{
    const Value* found = value(key);
    const auto* all = found ? std::get_if<std::vector<double>>(found) : nullptr;
    return all ? *all : std::vector<double>();
}

std::optional<bool> GgufFacts::flag(std::string_view key) const
{
    const Value* found = value(key);
    if (!found)
        return std::nullopt;
    if (!std::holds_alternative<bool>(*found))
        fail(fmt::format("{} is neither true nor false", inQuotes(keyOf(key))));
    return std::get<bool>(*found);
}

std::string GgufFacts::text(std::string_view key) const
{
    const Value* found = value(key);
    if (!found)
        return {};
    if (!std::holds_alternative<std::string>(*found))
        fail(fmt::format("{} is no text", inQuotes(keyOf(key))));
    return std::get<std::string>(*found);
}

std::int64_t GgufFacts::size(std::string_view key) const
{
    const std::optional<std::int64_t> found = whole(key);
    if (!found)
        fail(fmt::format("the metadata has no {}", inQuotes(keyOf(key))));
    if (*found < 1 || *found > kMostOfAnything)
        fail(fmt::format("{} is {}, which no model has", inQuotes(keyOf(key)), *found));
    return *found;
}

GgufHeads GgufFacts::heads() const
{
    GgufHeads heads;
    heads.heads = size("attention.head_count");
    heads.keyHeads = whole("attention.head_count_kv").value_or(heads.heads);
    if (heads.keyHeads < 1 || heads.heads % heads.keyHeads != 0)
        fail(fmt::format("{} attention heads can not share {} key heads", heads.heads, heads.keyHeads));
    heads.headDim = whole("attention.key_length").value_or(size("embedding_length") / heads.heads);
    if (heads.headDim < 1 || heads.headDim > kMostOfAnything)
        fail(fmt::format("an attention head of {} values can not be", heads.headDim));
    if (const auto values = whole("attention.value_length"); values && *values != heads.headDim)
        refuse("keys and values of different sizes can not be computed with");
    return heads;
}

const Shape* GgufFacts::find(std::string_view tensor) const
{
    const auto found = m_tensors.find(tensor);
    return found == m_tensors.end() ? nullptr : &found->second;
}

std::vector<double> GgufFacts::values(std::string_view tensor) const
{
    const auto found = m_values.find(tensor);
    if (found == m_values.end())
        return {};
    if (std::ranges::any_of(found->second, [](double value) { return !std::isfinite(value) || value <= 0; }))
        fail(fmt::format("the tensor {} has values that no factor can be", inQuotes(tensor)));
    return found->second;
}

const GgufArchitecture& chooseGgufArchitecture(const GgufFacts& facts)
{
    const std::string name = facts.text("general.architecture");
    if (name.empty())
        facts.fail("the metadata does not say the model's architecture");
    std::vector<std::string_view> known;
    const GgufArchitecture* plain = nullptr;
    for (const GgufArchitecture* architecture : ggufArchitectures()) {
        if (std::ranges::find(known, architecture->name) == known.end())
            known.push_back(architecture->name);
        if (architecture->name != name)
            continue;
        if (!architecture->claims)
            plain = architecture;
        else if (architecture->claims(facts))
            return *architecture;
    }
    if (!plain)
        throw Error::unsupported(
            {CRUCIBLE_TR_NOOP("Problem", "GGUF models of the architecture %1 can not be read"), inQuotes(name)},
            facts.where().string(),
            {CRUCIBLE_TR_NOOP("Problem", "these can: %1"), fmt::format("{}", fmt::join(known, ", "))});
    return *plain;
}

OrderedJson configFromGguf(const GgufArchitecture& architecture, const GgufFacts& facts)
{
    const std::int64_t layers = facts.size("block_count");
    if (static_cast<std::size_t>(layers) > facts.tensors())
        facts.fail(fmt::format("the metadata speaks of {} layers, the file has {} tensors", layers, facts.tensors()));
    if (!facts.flag("attention.causal").value_or(true))
        facts.refuse("the model looks at later tokens, too (\"attention.causal\" is false), which can not be computed");
    const GgufHeads heads = facts.heads();
    OrderedJson config = OrderedJson::object();
    config["architectures"] = {std::string(architecture.className)};
    config["model_type"] = std::string(architecture.modelTypes.front());
    bool hasHeadDim = false;
    for (const GgufKey& key : architecture.keys) {
        const std::string name(key.config);
        if (key.key == "attention.head_count_kv") {
            config[name] = heads.keyHeads;
            config["head_dim"] = heads.headDim;
            hasHeadDim = true;
        } else if (key.optional && !facts.has(key.key)) {
            continue;
        } else if (key.kind == GgufKeyKind::Whole) {
            config[name] = key.optional ? *facts.whole(key.key) : facts.size(key.key);
        } else if (const std::optional<double> found = facts.real(key.key)) {
            config[name] = *found;
        } else {
            facts.fail(fmt::format("the metadata has no {}", inQuotes(fmt::format("{}.{}", architecture.name, key.key))));
        }
    }
    if (!hasHeadDim && heads.headDim * heads.heads != facts.size("embedding_length"))
        facts.refuse(fmt::format("{} heads of {} values do not make the {} values of a token", heads.heads, heads.headDim, facts.size("embedding_length")));
    const Shape* embedding = facts.find("token_embd.weight");
    if (!embedding || embedding->size() != 2)
        facts.fail("the tensor \"token_embd.weight\" is missing, or is no matrix");
    config["vocab_size"] = embedding->front();
    addRopeScaling(architecture, facts, config);
    if (architecture.complete)
        architecture.complete(facts, config);
    config["tie_word_embeddings"] = !facts.find("output.weight") || (architecture.needsHead && facts.headIsEmbedding());
    for (const char* token : {"bos", "eos"}) {
        const auto id = facts.whole(fmt::format("tokenizer.ggml.{}_token_id", token));
        if (id && *id >= 0 && *id < embedding->front())
            config[fmt::format("{}_token_id", token)] = *id;
    }
    return config;
}

} // namespace crucible::formats
