// SPDX-License-Identifier: GPL-3.0-or-later
// The families of mixtures that can be composed: what goes in, how tensors are called, what config.json says.
// Internal to core/merge.
#pragma once

#include "base/json.h"
#include "formats/model_folder.h"
#include "recipe/moe_recipe.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace crucible::merge {

struct MoeFamily {
    std::string_view name; // as mergekit's `architecture` names it
    std::span<const std::string_view> modelTypes; // of config.json, that go in
    int minShared = 0;
    int maxShared = 0;
    bool gatedShared = false;    // the shared expert has a gate of its own
    bool hasAttentionBias = true;
    bool wantsQkvBias = false;   // loaders expect biases of q, k and v, zero where the input has none
    std::string_view expertPart; // of an expert's tensors, for ".mlp.": "{}" is its number
    std::string_view sharedPart = {}; // of the shared expert's tensors; empty: none
    std::string_view gateName;   // in a layer
    bool numberedProjections = false; // w1, w2, w3 instead of gate_proj, down_proj, up_proj
    OrderedJson (*config)(OrderedJson base, std::int64_t experts, std::int64_t perToken, bool shared);
};

std::span<const MoeFamily> moeFamilies();

// The family that fits: the one asked for, else the first in order that takes these models and this number of shared
// experts. nullptr when none does; then `why` says it.
const MoeFamily* chooseMoeFamily(const recipe::MoeRecipe& recipe, std::string_view modelType, std::string& why);

// config.json of the output from the base model's, whose defaults are written out: the families' defaults differ.
OrderedJson moeConfig(const MoeFamily& family, const formats::ModelConfig& base, const recipe::MoeRecipe& recipe);

} // namespace crucible::merge
