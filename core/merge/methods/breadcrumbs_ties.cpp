// SPDX-License-Identifier: GPL-3.0-or-later
// Model Breadcrumbs (Davari and Belilovsky 2023) with the sign election of TIES.
#include "merge/task_vectors.h"

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    params::weight,
    params::density,
    params::gamma,
    params::normalize(false),
    params::rescale(false),
    params::lambda,
    params::int8Mask,
};

void apply(TensorTask& task)
{
    mergeTaskVectors(task, {.sparsify = SparsifyRule::Band, .electSigns = true});
}

} // namespace

extern const MergeMethod breadcrumbs_ties_merge_method{
    .id = "breadcrumbs_ties",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Breadcrumbs TIES"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Keeps the middle of each model's changes and settles conflicts of sign by a vote."),
    .reference = "https://arxiv.org/abs/2312.06795",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 13.5,
    .workingFloats = 0.3,
    .fitsToBase = true,
};

} // namespace crucible::merge
