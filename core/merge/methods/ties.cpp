// SPDX-License-Identifier: GPL-3.0-or-later
// TIES (Yadav et al. 2023): trim each task vector to its largest entries, elect a sign per entry, and average what agrees.
#include "merge/task_vectors.h"

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    params::weight,
    params::density,
    params::normalize(true),
    params::rescale(false),
    params::lambda,
    params::int8Mask,
};

void apply(TensorTask& task)
{
    mergeTaskVectors(task, {.sparsify = SparsifyRule::Magnitude, .electSigns = true});
}

} // namespace

extern const MergeMethod ties_merge_method{
    .id = "ties",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "TIES"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Keeps the largest changes of each model and settles conflicts of sign by a vote "
                                               "before averaging. A good first choice for several models of one base."),
    .reference = "https://arxiv.org/abs/2306.01708",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 13,
    .workingFloats = 0.2,
    .fitsToBase = true,
};

} // namespace crucible::merge
