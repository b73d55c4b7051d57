// SPDX-License-Identifier: GPL-3.0-or-later
// Reinforced Agent Merging (arXiv 2601.13572). With d_i = x_i - b, a model is active in an entry where |d_i| > epsilon.
// Entries with one active model take its d_i (times a factor of that model); entries with several take their mean.
#pragma once

#include "merge/method.h"
#include "merge/tensor_task.h"

#include <vector>

namespace crucible::merge {

// What a model's active entries are: its own alone, or shared with another model.
struct ActiveCounts {
    std::size_t unique = 0;
    std::size_t shared = 0;
};
// One element per input that is not the base.
std::vector<ActiveCounts> countActive(TensorTask& task, float epsilon);

// `uniqueFactors`: empty for ones.
void mergeActive(TensorTask& task, float epsilon, const std::vector<float>& uniqueFactors);

inline constexpr ParamSpec kActiveEpsilon{
    .name = "epsilon",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Smallest change"),
    .defaultValue = 1e-5,
    .low = 0,
    .step = 1e-5,
    .help = CRUCIBLE_TR_NOOP("MergeMethod", "Weights that changed by no more than this count as unchanged.")};

} // namespace crucible::merge
