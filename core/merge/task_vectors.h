// SPDX-License-Identifier: GPL-3.0-or-later
// The family of methods that add task vectors (Ilharco et al. 2022) to a base model b. With d_i = x_i - b:
//
//   s_i = d_i, thinned out by a SparsifyRule; with `rescale` scaled so that sum |s_i| = sum |d_i|
//   y_i = w_i s_i
//   with sign election (TIES): only entries with the sign of sum_i y_i stay, where a sum of 0 counts as positive
//   r   = b + lambda sum_i y_i / divisor
//
// The divisor is 1, or with `normalize` the sum of the weights (of those that stayed in an entry, with election).
#pragma once

#include "merge/method.h"
#include "merge/sparsify.h"

namespace crucible::merge {

struct TaskVectorRules {
    SparsifyRule sparsify = SparsifyRule::None;
    bool electSigns = false;
};

void mergeTaskVectors(TensorTask& task, const TaskVectorRules& rules);

// MergeMethod::checkValues of methods that drop by rank: density - epsilon and density + epsilon are probabilities. A
// density of 0 or 1 leaves nothing to chance.
Sentence checkProbabilities(std::span<const ParamValue> global, std::span<const std::span<const ParamValue>> inputs);

namespace params {

inline constexpr ParamSpec weight{
    .name = "weight",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Weight"),
    .scope = ParamScope::PerModel,
    .required = true,
    .defaultValue = 1,
    .help = CRUCIBLE_TR_NOOP("MergeMethod", "Factor of what this model adds to the base; negative takes it away.")};
inline constexpr ParamSpec density{
    .name = "density",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Density"),
    .scope = ParamScope::PerModel,
    .defaultValue = 1,
    .low = 0,
    .help = CRUCIBLE_TR_NOOP("MergeMethod", "Share of the changed weights that is kept; 1 keeps all.")};
inline constexpr ParamSpec gamma{
    .name = "gamma",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Gamma"),
    .scope = ParamScope::PerModel,
    .defaultValue = 0.01,
    .low = 0,
    .high = 1,
    .step = 0.01,
    .help = CRUCIBLE_TR_NOOP("MergeMethod", "Share of the largest changes that is left out as outliers.")};
inline constexpr ParamSpec epsilon{
    .name = "epsilon",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Epsilon"),
    .scope = ParamScope::PerModel,
    .defaultValue = 0.15,
    .low = 0,
    .high = 0.5,
    .help = CRUCIBLE_TR_NOOP("MergeMethod", "How far the chance of being kept rises and falls around the density, from "
                                            "the smallest change of a row to the largest.")};
inline constexpr ParamSpec lambda{
    .name = "lambda",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Lambda"),
    .defaultValue = 1,
    .help = CRUCIBLE_TR_NOOP("MergeMethod", "Factor of the combined change before it is added to the base.")};
inline constexpr ParamSpec int8Mask{
    .name = "int8_mask",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "8-bit mask"),
    .type = ParamType::Bool,
    .help = CRUCIBLE_TR_NOOP("MergeMethod", "Accepted for mergekit's recipes; masks never take memory here.")};

constexpr ParamSpec normalize(bool byDefault)
{
    return {.name = "normalize",
            .title = CRUCIBLE_TR_NOOP("MergeMethod", "Normalize weights"),
            .type = ParamType::Bool,
            .defaultValue = byDefault ? 1.0 : 0.0,
            .help = CRUCIBLE_TR_NOOP("MergeMethod", "Divide the combined change by the sum of the weights in it.")};
}

constexpr ParamSpec rescale(bool byDefault)
{
    return {.name = "rescale",
            .title = CRUCIBLE_TR_NOOP("MergeMethod", "Rescale"),
            .type = ParamType::Bool,
            .defaultValue = byDefault ? 1.0 : 0.0,
            .help = CRUCIBLE_TR_NOOP("MergeMethod", "Enlarge what was kept until its absolute sum is that of all changes.")};
}

} // namespace params
} // namespace crucible::merge
