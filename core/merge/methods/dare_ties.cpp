// SPDX-License-Identifier: GPL-3.0-or-later
// DARE (Yu et al. 2023) with the sign election of TIES.
#include "merge/task_vectors.h"

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    params::weight,
    params::density,
    params::normalize(false),
    params::rescale(true),
    params::lambda,
    params::int8Mask,
};

void apply(TensorTask& task)
{
    mergeTaskVectors(task, {.sparsify = SparsifyRule::Random, .electSigns = true});
}

} // namespace

extern const MergeMethod dare_ties_merge_method{
    .id = "dare_ties",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "DARE TIES"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Drops random changes of each model, enlarges the rest, and settles conflicts of "
                                               "sign by a vote."),
    .reference = "https://arxiv.org/abs/2311.03099",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 21,
    .fitsToBase = true,
};

} // namespace crucible::merge
