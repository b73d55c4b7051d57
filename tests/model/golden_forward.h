// SPDX-License-Identifier: GPL-3.0-or-later
// Small random models of many families with what Hugging Face's own code computes in float64, for tests of every
// device.
#pragma once

#include "formats/checkpoint.h"
#include "formats/safetensors.h"
#include "kernels/convert.h"
#include "model/decoder.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <limits>
#include <vector>

namespace crucible::test {

namespace fs = std::filesystem;

// All cases where they are at hand, else the three that the project carries.
inline fs::path goldenFolder()
{
    std::vector<fs::path> candidates{fs::path(CRUCIBLE_SOURCE_DIR) / ".." / "shared" / "golden" / "forward"};
    if (const char* given = std::getenv("CRUCIBLE_GOLDEN"); given && *given)
        candidates.insert(candidates.begin(), fs::path(given) / "forward");
    for (const fs::path& candidate : candidates) {
        if (fs::is_directory(candidate))
            return candidate;
    }
    return fs::path(CRUCIBLE_SOURCE_DIR) / "tests" / "golden" / "forward";
}

template<class T> std::vector<T> valuesOf(const formats::Checkpoint& checkpoint, std::string_view name)
{
    const formats::Checkpoint::Entry* entry = checkpoint.find(name);
    if (!entry)
        return {};
    const formats::TensorData data = checkpoint.read(*entry);
    std::vector<T> values(data.bytes.size() / sizeof(T));
    std::memcpy(values.data(), data.bytes.data(), values.size() * sizeof(T));
    return values;
}

struct Golden {
    std::shared_ptr<const model::Decoder> decoder;
    std::vector<std::vector<model::TokenId>> texts;
    std::vector<double> logits;         // [texts, tokens, vocabulary]
    std::vector<float> hiddenStates;    // [layers + 1, texts, tokens, hidden]
    std::vector<model::TokenId> greedy; // six given, the rest generated

    explicit Golden(const fs::path& folder, const model::Device& device = {})
        : decoder(model::Decoder::load(formats::ModelFolder::open(folder), model::Compute::Float32, device))
    {
        const auto io = formats::openCheckpoint(folder / "io.safetensors");
        const std::vector<std::int64_t> ids = valuesOf<std::int64_t>(*io, "input_ids");
        const std::size_t length = ids.size() / 2;
        for (std::size_t begin = 0; begin < ids.size(); begin += length)
            texts.emplace_back(ids.begin() + static_cast<std::ptrdiff_t>(begin),
                               ids.begin() + static_cast<std::ptrdiff_t>(begin + length));
        logits = valuesOf<double>(*io, "logits_f64");
        hiddenStates = valuesOf<float>(*io, "hidden_states_f32");
        const std::vector<std::int64_t> generated = valuesOf<std::int64_t>(*io, "greedy_ids");
        greedy.assign(generated.begin(), generated.end());
    }

    // All logits of one text that is given in pieces.
    std::vector<float> run(const std::vector<model::TokenId>& text, std::size_t chunk, int threads) const
    {
        return run(*decoder, text, chunk, threads);
    }

    static std::vector<float> run(const model::Decoder& decoder, const std::vector<model::TokenId>& text,
                                  std::size_t chunk, int threads)
    {
        ThreadPool pool(threads);
        model::KvCache cache = decoder.newCache();
        std::vector<float> all;
        for (std::size_t begin = 0; begin < text.size(); begin += chunk) {
            const model::Decoder::Slice slice{std::span(text).subspan(begin, std::min(chunk, text.size() - begin)),
                                              &cache, true};
            const std::vector<float> part = decoder.forward({&slice, 1}, pool);
            all.insert(all.end(), part.begin(), part.end());
        }
        return all;
    }

    // All logits of both texts, computed side by side.
    std::vector<float> together(int threads) const
    {
        ThreadPool pool(threads);
        std::vector<model::KvCache> caches(texts.size(), decoder->newCache());
        std::vector<model::Decoder::Slice> slices;
        for (std::size_t i = 0; i < texts.size(); ++i)
            slices.push_back({texts[i], &caches[i], true});
        return decoder->forward(slices, pool);
    }

    double largestLogit() const
    {
        double largest = 0;
        for (const double logit : logits)
            largest = std::max(largest, std::abs(logit));
        return largest;
    }

    // Whether these are the reference's logits; says by how much not.
    bool matches(const std::vector<float>& computed, QByteArray& error) const
    {
        double most = computed.size() == logits.size() ? 0 : std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < std::min(computed.size(), logits.size()); ++i)
            most = std::max(most, std::abs(double(computed[i]) - logits[i]));
        error = QByteArray::number(most);
        return most <= 1e-4 && most <= 2e-5 * (1 + largestLogit());
    }

    bool lengthMatters() const
    {
        const model::RopeScaling scaling = decoder->config().rope.scaling;
        return scaling == model::RopeScaling::Dynamic || scaling == model::RopeScaling::LongRope;
    }
};

// The model of `from` with all its values rounded to BF16.
inline void writeRounded(const fs::path& from, const fs::path& to)
{
    fs::copy_file(from / "config.json", to / "config.json");
    const auto checkpoint = formats::openCheckpoint(from / "model.safetensors");
    std::vector<std::vector<std::byte>> stored;
    std::vector<formats::TensorBytes> tensors;
    for (const formats::Checkpoint::Entry& entry : checkpoint->tensors()) {
        const std::vector<float> values = valuesOf<float>(*checkpoint, entry.info.name);
        stored.emplace_back(values.size() * sizeOf(DType::BF16));
        kernels::fromFloat32(DType::BF16, values, stored.back().data());
        tensors.push_back({{entry.info.name, DType::BF16, entry.info.shape, stored.back().size()}, stored.back()});
    }
    formats::writeSafetensors(to / "model.safetensors", tensors);
}

inline double lengthOf(const std::vector<float>& values)
{
    double squares = 0;
    for (const float value : values)
        squares += double(value) * double(value);
    return std::sqrt(squares);
}

// |a - b| / |b|
inline double relativeDifference(const std::vector<float>& a, const std::vector<float>& b)
{
    std::vector<float> difference(a.size());
    std::transform(a.begin(), a.end(), b.begin(), difference.begin(), std::minus<>());
    return lengthOf(difference) / lengthOf(b);
}

// What is wrong with a case, so that its logits can not be those of the model that its files describe; null where
// nothing is.
inline const char* defectOf(const QString& name)
{
    if (name == QLatin1String("gpt2"))
        return "the file lacks the biases of attn.c_attn, which the reference had";
    if (name == QLatin1String("falcon_40b"))
        return "the file lacks the biases of ln_attn, which the reference had";
    // With attn_implementation "eager", transformers 4.55 adds alibi / sqrt(d) to the mask and alibi to the scores
    // before they are divided: twice as much as the models were trained with, and as its own "sdpa" adds. (Doubling the
    // slopes here gives its numbers.)
    if (name == QLatin1String("falcon_rw_alibi"))
        return "the reference counted ALiBi twice";
    return nullptr;
}

inline void addGoldenFolders()
{
    QTest::addColumn<QString>("folder");
    for (const fs::directory_entry& entry : fs::directory_iterator(goldenFolder())) {
        if (entry.is_directory())
            QTest::newRow(entry.path().filename().c_str()) << QString::fromStdString(entry.path().string());
    }
}

} // namespace crucible::test
