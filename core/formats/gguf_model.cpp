// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/gguf_model.h"

#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "formats/bytes.h"
#include "formats/gguf_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace crucible::formats {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kMostOfAnything = std::int64_t(1) << 24;

// The decimal that a person wrote before it became a float32: 1e-05, not 9.99999974e-06.
double shortest(double value)
{
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, static_cast<float>(value)).ptr;
    double decimal = 0;
    std::from_chars(text, end, decimal);
    return decimal;
}

} // namespace

const GgufArchitecture* ggufArchitectureFor(std::string_view modelType)
{
    for (const GgufArchitecture* architecture : ggufArchitectures()) {
        if (std::ranges::find(architecture->modelTypes, modelType) != architecture->modelTypes.end())
            return architecture;
    }
    return nullptr;
}

const GgufName* findGgufName(const GgufArchitecture& architecture, std::string_view hf)
{
    const auto found = std::ranges::find(architecture.names, hf, &GgufName::hf);
    return found == architecture.names.end() ? nullptr : &*found;
}

std::vector<fs::path> ggufParts(const fs::path& path)
{
    // "name-00002-of-00005.gguf"
    constexpr std::size_t kDigits = 5;
    constexpr std::string_view kOf = "-of-";
    const std::string stem = path.stem().string();
    constexpr std::size_t kTail = 1 + kDigits + kOf.size() + kDigits;
    const auto numberAt = [&](std::size_t at) { return parseInteger(std::string_view(stem).substr(at, kDigits)).value_or(0); };
    if (stem.size() <= kTail || path.extension() != ".gguf")
        return {path};
    const std::size_t begin = stem.size() - kTail;
    const std::int64_t count = numberAt(stem.size() - kDigits);
    if (stem[begin] != '-' || std::string_view(stem).substr(begin + 1 + kDigits, kOf.size()) != kOf || numberAt(begin + 1) < 1 || count < 1)
        return {path};
    std::vector<fs::path> parts;
    for (std::int64_t part = 1; part <= count; ++part) {
        const fs::path file = path.parent_path() / fmt::format("{}-{:05}-of-{:05}.gguf", stem.substr(0, begin), part, count);
        std::error_code error;
        if (!fs::exists(file, error))
            throw Error::notFound(fmt::format("part {} of the {} parts of the model is missing", part, count), file.string(),
                                  "download or copy all of them");
        parts.push_back(file);
    }
    return parts;
}

std::shared_ptr<const GgufModel> GgufModel::open(const fs::path& path)
{
    const auto model = std::make_shared<GgufModel>();
    for (const fs::path& part : ggufParts(path))
        model->m_files.push_back(std::make_shared<const GgufFile>(part));
    model->m_path = model->m_files.front()->path();
    const auto count = model->whole("split.count");
    if (count && *count > 1 && static_cast<std::uint64_t>(*count) != model->m_files.size())
        throw Error::notFound(fmt::format("the file is one of {}", *count), path.string(),
                              "keep their names, which end in \"-00001-of-...\", and all of them in one folder");
    model->choose();
    model->describe();
    model->buildViews();
    return model;
}

void GgufModel::fail(std::string what) const
{
    throw Error::corrupt(m_path, std::move(what), "the file is damaged, or of a kind that is not known; download or convert it again");
}

std::string GgufModel::keyOf(std::string_view key) const
{
    for (const std::string_view whole : {"general.", "tokenizer.", "split."}) {
        if (key.starts_with(whole))
            return std::string(key);
    }
    return fmt::format("{}.{}", m_architecture->name, key);
}

const GgufValue* GgufModel::value(std::string_view key) const
{
    return m_files.front()->find(keyOf(key));
}

std::optional<double> GgufModel::number(std::string_view key) const
{
    const GgufValue* found = value(key);
    if (!found)
        return std::nullopt;
    if (const auto* positive = std::get_if<std::uint64_t>(&found->value))
        return static_cast<double>(*positive);
    if (const auto* negative = std::get_if<std::int64_t>(&found->value))
        return static_cast<double>(*negative);
    if (const auto* real = std::get_if<double>(&found->value))
        return *real;
    if (!std::holds_alternative<GgufArray>(found->value))
        fail(fmt::format("{} is no number", inQuotes(keyOf(key))));
    const std::vector<double> all = m_files.front()->numbers(keyOf(key));
    if (all.empty())
        fail(fmt::format("{} is an empty list", inQuotes(keyOf(key))));
    if (std::ranges::any_of(all, [&](double one) { return one != all.front(); }))
        throw Error::unsupported(fmt::format("{} differs from layer to layer, such models can not be run", inQuotes(keyOf(key))), m_path.string());
    return all.front();
}

std::optional<std::int64_t> GgufModel::whole(std::string_view key) const
{
    const std::optional<double> found = number(key);
    if (!found)
        return std::nullopt;
    constexpr double kLargest = 9007199254740992.0; // 2^53
    if (!(std::abs(*found) <= kLargest) || *found != std::floor(*found))
        fail(fmt::format("{} is no whole number", inQuotes(keyOf(key))));
    return static_cast<std::int64_t>(*found);
}

std::optional<double> GgufModel::real(std::string_view key) const
{
    const std::optional<double> found = number(key);
    if (!found)
        return std::nullopt;
    if (!std::isfinite(*found))
        fail(fmt::format("{} is no finite number", inQuotes(keyOf(key))));
    return shortest(*found);
}

std::optional<bool> GgufModel::flag(std::string_view key) const
{
    const GgufValue* found = value(key);
    if (!found)
        return std::nullopt;
    if (!std::holds_alternative<bool>(found->value))
        fail(fmt::format("{} is neither true nor false", inQuotes(keyOf(key))));
    return std::get<bool>(found->value);
}

std::string GgufModel::text(std::string_view key) const
{
    const GgufValue* found = value(key);
    if (!found)
        return {};
    if (!std::holds_alternative<std::string>(found->value))
        fail(fmt::format("{} is no text", inQuotes(keyOf(key))));
    return std::get<std::string>(found->value);
}

std::int64_t GgufModel::size(std::string_view key) const
{
    const std::optional<std::int64_t> found = whole(key);
    if (!found)
        fail(fmt::format("the metadata has no {}", inQuotes(keyOf(key))));
    if (*found < 1 || *found > kMostOfAnything)
        fail(fmt::format("{} is {}, which no model has", inQuotes(keyOf(key)), *found));
    return *found;
}

const GgufTensor* GgufModel::find(std::string_view tensor) const
{
    for (const auto& file : m_files) {
        const auto found = std::ranges::find(file->ggufTensors(), tensor, &GgufTensor::name);
        if (found != file->ggufTensors().end())
            return &*found;
    }
    return nullptr;
}

std::vector<double> GgufModel::values(std::string_view tensor) const
{
    constexpr std::int64_t kMost = 1 << 16;
    for (const auto& file : m_files) {
        const auto& all = file->tensors();
        const auto found = std::ranges::find(all, tensor, &TensorInfo::name);
        if (found == all.end())
            continue;
        if (found->dtype != DType::F32 || found->shape.size() != 1 || found->elements() > kMost)
            fail(fmt::format("the tensor {} is no short list of float32 values", inQuotes(tensor)));
        const TensorData data = file->read(static_cast<std::size_t>(found - all.begin()));
        std::vector<double> numbers;
        for (std::size_t at = 0; at < data.bytes.size(); at += sizeof(float)) {
            numbers.push_back(shortest(loadLittleEndian<float>(data.bytes.subspan(at))));
            if (!std::isfinite(numbers.back()) || numbers.back() <= 0)
                fail(fmt::format("the tensor {} has values that no factor can be", inQuotes(tensor)));
        }
        return numbers;
    }
    return {};
}

const GgufTensor* GgufModel::quantizedTensor() const
{
    for (const auto& file : m_files) {
        const auto found = std::ranges::find_if(file->ggufTensors(), [](const GgufTensor& tensor) { return !tensor.type->dtype; });
        if (found != file->ggufTensors().end())
            return &*found;
    }
    return nullptr;
}

void GgufModel::choose()
{
    const std::string name = text("general.architecture");
    if (name.empty())
        fail("the metadata does not say the model's architecture");
    std::string known;
    const GgufArchitecture* plain = nullptr;
    for (const GgufArchitecture* architecture : ggufArchitectures()) {
        if (known.find(architecture->name) == std::string::npos)
            known += fmt::format("{}{}", known.empty() ? "" : ", ", architecture->name);
        if (architecture->name != name)
            continue;
        m_architecture = architecture;
        if (architecture->claims && architecture->claims(*this))
            return;
        if (!architecture->claims)
            plain = architecture;
    }
    if (!plain)
        throw Error::unsupported(fmt::format("GGUF models of the architecture {} can not be read", inQuotes(name)), m_path.string(),
                                 fmt::format("these can: {}", known));
    m_architecture = plain;
}

void GgufModel::describe()
{
    const std::int64_t layers = size("block_count");
    std::uint64_t tensors = 0;
    for (const auto& file : m_files)
        tensors += file->ggufTensors().size();
    if (static_cast<std::uint64_t>(layers) > tensors)
        fail(fmt::format("the metadata speaks of {} layers, the file has {} tensors", layers, tensors));
    m_heads.heads = size("attention.head_count");
    m_heads.keyHeads = whole("attention.head_count_kv").value_or(m_heads.heads);
    if (m_heads.keyHeads < 1 || m_heads.heads % m_heads.keyHeads != 0)
        fail(fmt::format("{} attention heads can not share {} key heads", m_heads.heads, m_heads.keyHeads));
    m_heads.headDim = whole("attention.key_length").value_or(size("embedding_length") / m_heads.heads);
    if (m_heads.headDim < 1 || m_heads.headDim > kMostOfAnything)
        fail(fmt::format("an attention head of {} values can not be", m_heads.headDim));
    if (const auto values = whole("attention.value_length"); values && *values != m_heads.headDim)
        throw Error::unsupported("keys and values of different sizes can not be computed with", m_path.string());

    OrderedJson config = OrderedJson::object();
    config["architectures"] = {std::string(m_architecture->className)};
    config["model_type"] = std::string(m_architecture->modelTypes.front());
    bool hasHeadDim = false;
    for (const GgufKey& key : m_architecture->keys) {
        const std::string name(key.config);
        if (key.key == "attention.head_count_kv") {
            config[name] = m_heads.keyHeads;
            config["head_dim"] = m_heads.headDim;
            hasHeadDim = true;
        } else if (key.optional && !value(key.key)) {
            continue;
        } else if (key.kind == GgufKeyKind::Whole) {
            config[name] = key.optional ? *whole(key.key) : size(key.key);
        } else if (const std::optional<double> found = real(key.key)) {
            config[name] = *found;
        } else {
            fail(fmt::format("the metadata has no {}", inQuotes(keyOf(key.key))));
        }
    }
    if (!hasHeadDim && m_heads.headDim * m_heads.heads != size("embedding_length"))
        throw Error::unsupported(fmt::format("{} heads of {} values do not make the {} values of a token", m_heads.heads, m_heads.headDim,
                                             size("embedding_length")),
                                 m_path.string());
    const GgufTensor* embedding = find("token_embd.weight");
    if (!embedding || embedding->shape.size() != 2)
        fail("the tensor \"token_embd.weight\" is missing, or is no matrix");
    config["vocab_size"] = embedding->shape[0];
    addRopeScaling(config);
    if (m_architecture->complete)
        m_architecture->complete(*this, config);
    const GgufTensor* head = find("output.weight");
    config["tie_word_embeddings"] = !head || (m_architecture->needsHead && sameBytes(*this, *embedding, *head));
    for (const char* token : {"bos", "eos"}) {
        if (const auto id = whole(fmt::format("tokenizer.ggml.{}_token_id", token)); id && *id >= 0 && *id < embedding->shape[0])
            config[fmt::format("{}_token_id", token)] = *id;
    }
    m_config = ModelConfig(std::move(config), m_path);
}

void GgufModel::buildViews()
{
    std::vector<std::unique_ptr<TensorSource>> stored;
    for (const auto& file : m_files)
        stored.push_back(storedView(file));
    m_stored = std::make_shared<const Checkpoint>(m_path, std::move(stored));
    m_huggingFace = std::make_shared<const Checkpoint>(m_path, huggingFaceViews(*this, m_config.boolean("tie_word_embeddings").value_or(false)));
}

} // namespace crucible::formats
