// SPDX-License-Identifier: GPL-3.0-or-later
// A mixture of experts composed of ordinary models, in the format of mergekit-moe: the base model gives everything but the
// feed-forward layers, each expert gives its feed-forward layers, and the gates are made from prompts or at random.
#pragma once

#include "recipe/merge_recipe.h"

#include <string>
#include <string_view>
#include <vector>

namespace crucible::recipe {

enum class GateMode {
    Hidden,        // hidden state of the prompts' last token, layer by layer
    HiddenAverage, // mean of the hidden states over all tokens
    HiddenLast,    // the same as Hidden, under its explicit name
    CheapEmbed,    // mean of the prompts' token embeddings, the same in every layer
    Random,
    UniformRandom, // as a fresh linear layer is initialised
};

// "hidden", "hidden_avg", "hidden_last", "cheap_embed", "random", "uniform_random".
std::string_view toString(GateMode mode);
// Whether the gates come from prompts, which every expert then needs.
bool usesPrompts(GateMode mode);

struct MoeExpert {
    ModelRef model;
    std::vector<std::string> positivePrompts;
    std::vector<std::string> negativePrompts;
    std::optional<double> noiseScale;    // standard deviation of noise added to the expert's weights
    std::optional<double> residualScale; // factor of its down projection
    Position position;
};

struct MoeRecipe {
    ModelRef baseModel;
    std::vector<MoeExpert> experts;
    std::vector<MoeExpert> sharedExperts; // at most one; used for every token
    GateMode gateMode = GateMode::Hidden;
    std::optional<DType> dtype;
    std::int64_t expertsPerToken = 2;
    std::string architecture; // of the output; empty: chosen by the models
    std::string source;       // the text it was read from, verbatim
    std::string sourceName;

    // Every model, the base model first, without repeats.
    std::vector<ModelRef> referencedModels() const;
};

// Everything wrong goes to `problems` with line and column; the result is meaningful when they hold no error. Recipes whose
// experts can not differ (the same prompts, or one model throughout) are errors unless `forTraining`.
MoeRecipe parseMoeRecipe(std::string_view yaml, const std::string& sourceName, Problems& problems, bool forTraining = false);

std::string toYaml(const MoeRecipe& recipe);

} // namespace crucible::recipe
