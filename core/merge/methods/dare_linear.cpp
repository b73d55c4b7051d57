// SPDX-License-Identifier: GPL-3.0-or-later
// DARE (Yu et al. 2023): drop entries of the task vectors at random and enlarge the rest; then add them up.
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
    mergeTaskVectors(task, {.sparsify = SparsifyRule::Random, .electSigns = false});
}

} // namespace

extern const MergeMethod dare_linear_merge_method{
    .id = "dare_linear",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "DARE linear"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Drops random changes of each model and enlarges the rest, so that several models "
                                               "interfere less."),
    .reference = "https://arxiv.org/abs/2311.03099",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 20,
    .fitsToBase = true,
};

} // namespace crucible::merge
