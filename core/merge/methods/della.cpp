// SPDX-License-Identifier: GPL-3.0-or-later
// DELLA (Deep et al. 2024): drop entries at random, small ones more often, and elect a sign per entry.
#include "merge/task_vectors.h"

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    params::weight,
    params::density,
    params::epsilon,
    params::normalize(true),
    params::rescale(true),
    params::lambda,
    params::int8Mask,
};

void apply(TensorTask& task)
{
    mergeTaskVectors(task, {.sparsify = SparsifyRule::RandomByRank, .electSigns = true});
}

} // namespace

extern const MergeMethod della_merge_method{
    .id = "della",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "DELLA"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Drops random changes, small ones more often than large ones, and settles conflicts "
                                               "of sign by a vote."),
    .reference = "https://arxiv.org/abs/2406.11617",
    .base = BaseModel::Required,
    .params = kParams,
    .checkValues = &checkProbabilities,
    .apply = &apply,
    .work = 146,
    .workingFloats = 0.1,
    .fitsToBase = true,
};

} // namespace crucible::merge
