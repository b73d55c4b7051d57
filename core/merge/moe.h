// SPDX-License-Identifier: GPL-3.0-or-later
// A mixture of experts composed of ordinary models, as mergekit-moe does. The composition is planned as a merge, so that
// it is previewed, written, resumed and recorded like one: pass the plan to executeMerge().
//
// Experts are written one tensor each ("block_sparse_moe.experts.0.w1.weight"), the layout that every loader reads.
#pragma once

#include "merge/plan.h"
#include "recipe/moe_recipe.h"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace crucible::merge {

// The families that can be written: Mixtral, Qwen2-MoE, Qwen3-MoE, DeepSeek.
std::span<const std::string_view> moeArchitectureNames();

// The hidden state of a model before each layer, [layers, hidden], averaged over the prompts: of their last token, or with
// `average` the mean over all tokens of each. Every prompt begins with BOS where the tokenizer has one. Who plans gives this, since
// running models is no business of merging.
using PromptStates = std::function<std::vector<float>(const formats::ModelFolder& model, const std::vector<std::string>& prompts, bool average)>;

// Never throws for what is wrong with recipe or models: that is in Plan::problems and Plan::checks. Gates from embeddings of
// prompts (cheap_embed) are computed here, with the base model's tokenizer; those from hidden states with `states`: without it
// the plan can be looked at and not executed. plan.recipe says `moe` for the method and keeps the recipe's text.
Plan planMoe(const recipe::MoeRecipe& recipe, const MergeOptions& options, const PromptStates& states = {});

} // namespace crucible::merge
