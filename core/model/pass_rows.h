// SPDX-License-Identifier: GPL-3.0-or-later
// What every device's forward pass needs to know before it computes: its rows, one per token, and their angles.
#pragma once

#include "model/decoder.h"

#include <map>

namespace crucible::model {

struct PassRow {
    KvCache* cache;
    std::size_t position;
    std::size_t end; // length of its sequence after this call
    TokenId token;
    bool asked; // its logits
};

// The rows of all slices side by side; makes room for them in their caches. `vocabulary`: rows of the embedding;
// `positions`: rows of the table of learned positions, 0 where there is none. Throws as Decoder::forward().
std::vector<PassRow> passRows(const DecoderConfig& config, std::span<const Decoder::Slice> slices,
                              std::size_t vocabulary, std::size_t positions);

// Cosines, then sines, of every row's position: 2 * (rope.dims / 2) for each.
std::vector<float> anglesOf(const Rope& rope, std::span<const PassRow> rows);
// Those of all ropes that the layers use.
std::map<const Rope*, std::vector<float>> anglesOf(const DecoderConfig& config, std::span<const PassRow> rows);
const Rope& ropeOf(const DecoderConfig& config, int layer);

// What a layer's scores are multiplied with.
float attentionScale(const DecoderConfig& config, int layer);
// The embedding's factor: models in BF16 and F16 were trained with it rounded alike.
float embeddingFactor(const DecoderConfig& config, DType embedding);

// One row among those that an expert works on, and the weight of what it gives.
struct ExpertUse {
    std::size_t row;
    float weight;
};
// Which rows go to which expert: softmax over `scores` [rows, experts], the best ones of each row. One list per expert,
// in the order of the rows.
std::vector<std::vector<ExpertUse>> expertUses(const Experts& experts, std::span<const float> scores);

} // namespace crucible::model
