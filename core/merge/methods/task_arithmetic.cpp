// SPDX-License-Identifier: GPL-3.0-or-later
// Task arithmetic (Ilharco et al. 2022): every model adds its difference to the base.
#include "merge/task_vectors.h"

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    params::weight,
    params::density,
    params::normalize(false),
    params::rescale(false),
    params::lambda,
    params::int8Mask,
};

void apply(TensorTask& task)
{
    mergeTaskVectors(task, {.sparsify = SparsifyRule::None, .electSigns = false});
}

} // namespace

extern const MergeMethod task_arithmetic_merge_method{
    .id = "task_arithmetic",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "Task arithmetic"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Adds what each model learned to the base model, with a weight; a negative weight "
                                               "makes it forget. The plainest of the methods with a base."),
    .reference = "https://arxiv.org/abs/2212.04089",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 4.3,
    .fitsToBase = true,
};

} // namespace crucible::merge
