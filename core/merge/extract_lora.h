// SPDX-License-Identifier: GPL-3.0-or-later
// A LoRA adapter made from the difference of a fine-tuned model and the model it was made from. Matrices are decomposed,
// what can not be (norms, embeddings unless asked for) is saved in full when it changed. The result is a PEFT adapter.
#pragma once

#include "base/cancel.h"
#include "base/error.h"
#include "base/json.h"
#include "base/progress.h"
#include "merge/plan.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace crucible::merge {

struct ExtractLoraOptions {
    recipe::ModelRef model; // the fine-tuned one
    recipe::ModelRef base;
    std::filesystem::path output;
    formats::ModelSearch search;
    std::int64_t maxRank = 128;
    double svEpsilon = 0;       // singular values at or below it are dropped
    bool dropRoundingNoise = false; // drop what the rounding to the model's stored dtype explains, too
    bool distributeScale = true; // the root of each singular value to A and to B; else all of it to A
    bool embedLora = false;      // decompose embeddings and the output head instead of saving them in full
    std::vector<std::string> saveModules;    // module names, or their last parts, saved in full
    std::vector<std::string> includePatterns; // regular expressions found in a module's name; none: all
    std::vector<std::string> excludePatterns;
    bool skipUndecomposable = false; // leave out what an adapter can only hold in full, or not at all
    std::optional<DType> dtype;      // of A and B; the model's own when not given
    int threads = 0;
    std::uint64_t randomSeed = 0;
    bool overwrite = false;
    bool writeModelCard = true;
    std::string commandLine; // for the card; may be empty
};

enum class ExtractAction {
    Lora,          // A and B
    EmbeddingLora, // A and B of a transposed matrix
    Full,          // as it is, when it changed
    FullAlways,    // as it is, because it was asked for
    Leave,         // excluded, or skipped
    Impossible,    // a parameter that belongs to no module of its own: an error when it changed
};

struct ExtractedModule {
    std::string name; // as PEFT knows it: "model.layers.0.self_attn.q_proj"
    ExtractAction action = ExtractAction::Leave;
    struct Tensor {
        std::string suffix; // "weight", "bias"
        const formats::Checkpoint::Entry* model = nullptr; // null where tied or absent
        const formats::Checkpoint::Entry* base = nullptr;
    };
    std::vector<Tensor> tensors;
    bool transposed = false; // stored [in, out]
};

struct ExtractLoraPlan {
    ExtractLoraOptions options;
    PlannedModel model;
    PlannedModel base;
    std::vector<ExtractedModule> modules;
    std::uint64_t inputBytes = 0;
    std::uint64_t largestOutputBytes = 0; // with every rank at its limit
    std::uint64_t peakMemory = 0;
    Problems problems;

    bool sound() const { return !problems.hasErrors(); }
};

// Headers only. What is wrong is in `problems`.
ExtractLoraPlan planLoraExtraction(const ExtractLoraOptions& options);
Json toJson(const ExtractLoraPlan& plan);

struct ExtractLoraResult {
    struct Module {
        std::string name;
        std::int64_t rank = 0;
        double captured = 1; // share of the difference's squared norm that A and B hold
    };
    std::filesystem::path output;
    std::vector<Module> decomposed;
    std::vector<std::string> savedInFull;
    std::size_t unchanged = 0;
    std::vector<std::string> leftOut; // changed, and not in the adapter
    std::int64_t rank = 0;            // the largest
    double captured = 1;              // over all decomposed modules
    std::uint64_t bytesWritten = 0;
    double seconds = 0;
};

// Runs a sound plan: one module after the other, all threads inside. The adapter appears under its name when it is
// complete; on failure nothing is left. Throws Error, also when the two models do not differ.
ExtractLoraResult extractLora(const ExtractLoraPlan& plan, Progress& progress, const CancelToken& cancel);
Json toJson(const ExtractLoraResult& result);

} // namespace crucible::merge
