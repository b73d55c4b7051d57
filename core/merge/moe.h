// SPDX-License-Identifier: GPL-3.0-or-later
// A mixture of experts composed of ordinary models, as mergekit-moe does. The composition is planned as a merge, so that
// it is previewed, written, resumed and recorded like one: pass the plan to executeMerge().
//
// Experts are written one tensor each ("block_sparse_moe.experts.0.w1.weight"), the layout that every loader reads.
#pragma once

#include "merge/plan.h"
#include "recipe/moe_recipe.h"

#include <span>
#include <string_view>

namespace crucible::merge {

// The families that can be written: Mixtral, Qwen2-MoE, Qwen3-MoE, DeepSeek.
std::span<const std::string_view> moeArchitectureNames();

// Never throws for what is wrong with recipe or models: that is in Plan::problems and Plan::checks. Gates from hidden states
// of prompts are refused: they need a model that runs. Those from embeddings of prompts (cheap_embed) are computed here, with
// the base model's tokenizer. plan.recipe says `moe` for the method and keeps the
// recipe's text.
Plan planMoe(const recipe::MoeRecipe& recipe, const MergeOptions& options);

} // namespace crucible::merge
