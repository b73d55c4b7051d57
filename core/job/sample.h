// SPDX-License-Identifier: GPL-3.0-or-later
// Models made of random numbers that look like a base model and its fine-tunes, with recipes that merge them: something
// to try every button on, offline, in a second. They speak no language. Same shape and seed, same bytes.
#pragma once

#include "base/cancel.h"

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

namespace crucible::job {

// The dimensions of a Llama model, as config.json names them.
struct SampleShape {
    std::string_view name;
    std::int64_t layers = 8;
    std::int64_t hidden = 256;
    std::int64_t intermediate = 384;
    std::int64_t heads = 8;
    std::int64_t keyValueHeads = 4;
    std::int64_t vocab = 258;
    bool hasTokenizer = true; // bytes and two special tokens
};

// "small" (4 million parameters, for people), "tinyllama-1.1b" (2.2 GB in bfloat16, for measuring speed).
const std::vector<SampleShape>& sampleShapes();

struct Sample {
    std::vector<std::filesystem::path> models;
    std::vector<std::filesystem::path> recipes;
};

// Fills `folder` with models/sample-base, -writer, -coder (its fine-tunes) and -chat (a fine-tune with two more tokens and a chat
// template of its own), all bfloat16, and the recipes of resources/samples beside `models`. A shape without tokenizer gives the first
// three models and no recipes. What is there already is left alone. Throws Error::io, and Error::cancelled.
Sample writeSample(const std::filesystem::path& folder, const SampleShape& shape, std::uint64_t seed,
                   const CancelToken& cancel);

} // namespace crucible::job
