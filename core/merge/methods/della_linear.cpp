// SPDX-License-Identifier: GPL-3.0-or-later
// DELLA (Deep et al. 2024) without the election of signs.
#include "merge/task_vectors.h"

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    params::weight,
    params::density,
    params::epsilon,
    params::normalize(false),
    params::rescale(true),
    params::lambda,
    params::int8Mask,
};

void apply(TensorTask& task)
{
    mergeTaskVectors(task, {.sparsify = SparsifyRule::RandomByRank, .electSigns = false});
}

} // namespace

extern const MergeMethod della_linear_merge_method{
    .id = "della_linear",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "DELLA linear"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Drops random changes, small ones more often than large ones, and adds up the rest."),
    .reference = "https://arxiv.org/abs/2406.11617",
    .base = BaseModel::Required,
    .params = kParams,
    .checkValues = &checkProbabilities,
    .apply = &apply,
    .work = 144,
    .workingFloats = 0.1,
    .fitsToBase = true,
};

} // namespace crucible::merge
