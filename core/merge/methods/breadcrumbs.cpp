// SPDX-License-Identifier: GPL-3.0-or-later
// Model Breadcrumbs (Davari and Belilovsky 2023): leave out the smallest changes and the very largest.
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
    mergeTaskVectors(task, {.sparsify = SparsifyRule::Band, .electSigns = false});
}

} // namespace

extern const MergeMethod breadcrumbs_merge_method{
    .id = "breadcrumbs",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Breadcrumbs"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Keeps the middle of each model's changes: neither noise nor outliers."),
    .reference = "https://arxiv.org/abs/2312.06795",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 13,
    .workingFloats = 0.3,
    .fitsToBase = true,
};

} // namespace crucible::merge
