// SPDX-License-Identifier: GPL-3.0-or-later
#include "model/pass_rows.h"

#include "base/error.h"
#include "kernels/convert.h"
#include "model/rope.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace crucible::model {

std::vector<PassRow> passRows(const DecoderConfig& config, std::span<const Decoder::Slice> slices,
                              std::size_t vocabulary, std::size_t positions)
{
    std::vector<PassRow> rows;
    const auto offset = static_cast<std::size_t>(config.positionOffset);
    for (const Decoder::Slice& slice : slices) {
        if (slice.tokens.empty())
            throw Error(ErrorKind::Internal, "a sequence was to be continued with no tokens");
        const std::size_t begin = slice.cache->length();
        const std::size_t end = begin + slice.tokens.size();
        if (positions > 0 && end + offset > positions)
            throw Error::invalid(
                {CRUCIBLE_TR_NOOP("Problem", "the text is longer than the %1 tokens that the model has positions for"),
                 positions - offset});
        for (std::size_t i = 0; i < slice.tokens.size(); ++i) {
            const TokenId token = slice.tokens[i];
            if (token < 0 || static_cast<std::size_t>(token) >= vocabulary)
                throw Error::invalid(
                    {CRUCIBLE_TR_NOOP("Problem", "there is no token %1, the model knows %2"), token, vocabulary});
            rows.push_back({slice.cache, begin + i, end, token, slice.allLogits || i + 1 == slice.tokens.size()});
        }
    }
    for (const Decoder::Slice& slice : slices)
        slice.cache->reserve(slice.tokens.size());
    return rows;
}

const Rope& ropeOf(const DecoderConfig& config, int layer)
{
    return config.ropeOf ? config.ropeOf(config, layer) : config.rope;
}

std::vector<float> anglesOf(const Rope& rope, std::span<const PassRow> rows)
{
    const auto pairs = static_cast<std::size_t>(rope.dims / 2);
    std::vector<float> angles(rows.size() * 2 * pairs);
    std::vector<double> frequencies;
    std::size_t length = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (frequencies.empty() || length != rows[r].end) {
            length = rows[r].end;
            frequencies = ropeFrequencies(rope, length);
        }
        float* cosines = angles.data() + r * 2 * pairs;
        for (std::size_t i = 0; i < pairs; ++i) {
            const double angle = static_cast<double>(rows[r].position) * frequencies[i];
            cosines[i] = static_cast<float>(std::cos(angle) * rope.amplitude);
            cosines[pairs + i] = static_cast<float>(std::sin(angle) * rope.amplitude);
        }
    }
    return angles;
}

std::map<const Rope*, std::vector<float>> anglesOf(const DecoderConfig& config, std::span<const PassRow> rows)
{
    std::map<const Rope*, std::vector<float>> all;
    for (int layer = 0; layer < config.layers; ++layer) {
        const Rope* rope = &ropeOf(config, layer);
        if (rope->style != RopeStyle::None && !all.contains(rope))
            all.emplace(rope, anglesOf(*rope, rows));
    }
    return all;
}

float attentionScale(const DecoderConfig& config, int layer)
{
    const auto scale = static_cast<float>(
        config.attentionScale > 0 ? config.attentionScale : 1 / std::sqrt(static_cast<double>(config.headDim)));
    return config.scaleByLayer ? scale / static_cast<float>(layer + 1) : scale;
}

float embeddingFactor(const DecoderConfig& config, DType embedding)
{
    auto factor = static_cast<float>(config.embeddingScale);
    kernels::roundThrough(embedding, {&factor, 1});
    return factor;
}

std::vector<std::vector<ExpertUse>> expertUses(const Experts& experts, std::span<const float> scores)
{
    const auto count = static_cast<std::size_t>(experts.count);
    const auto active = std::min(count, static_cast<std::size_t>(std::max(1, experts.active)));
    std::vector<std::vector<ExpertUse>> uses(count);
    std::vector<float> shares(count);
    std::vector<std::size_t> order(count);
    for (std::size_t r = 0; r < scores.size() / count; ++r) {
        const float* score = scores.data() + r * count;
        const float top = *std::max_element(score, score + count);
        float sum = 0;
        for (std::size_t e = 0; e < count; ++e)
            sum += shares[e] = std::exp(score[e] - top);
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return shares[a] > shares[b]; });
        if (experts.normalize) {
            sum = 0;
            for (std::size_t i = 0; i < active; ++i)
                sum += shares[order[i]];
        }
        for (std::size_t i = 0; i < active; ++i)
            uses[order[i]].push_back({r, shares[order[i]] / sum});
    }
    return uses;
}

} // namespace crucible::model
