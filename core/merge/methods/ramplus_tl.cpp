// SPDX-License-Identifier: GPL-3.0-or-later
// RAM+, tensor-local: as RAM, but a model's own changes are strengthened the more, the more of its changes are shared:
//   factor_i = 1 + r min(shared_i / unique_i, alpha)
#include "merge/ram.h"

#include <algorithm>

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {
    {.name = "r",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Strength"),
     .defaultValue = 0.1,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "How much a model's own changes are strengthened.")},
    {.name = "alpha",
     .title = CRUCIBLE_TR_NOOP("MergeMethod", "Largest ratio"),
     .defaultValue = 0.2,
     .low = 0,
     .help = CRUCIBLE_TR_NOOP("MergeMethod", "Limit of the ratio of shared to own changes that counts.")},
    kActiveEpsilon,
};

void apply(TensorTask& task)
{
    const double epsilon = task.number("epsilon");
    std::vector<float> factors;
    for (const ActiveCounts& active : countActive(task, static_cast<float>(epsilon))) {
        // epsilon bounds the divisor too, so without changes of its own a model has the largest ratio.
        const double own = std::max(static_cast<double>(active.unique), std::max(epsilon, 1e-30));
        const double ratio = static_cast<double>(active.shared) / own;
        factors.push_back(static_cast<float>(1 + task.number("r") * std::clamp(ratio, 0.0, task.number("alpha"))));
    }
    mergeActive(task, static_cast<float>(epsilon), factors);
}

} // namespace

extern const MergeMethod ramplus_tl_merge_method{
    .id = "ramplus_tl",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "RAM+ (tensor-local)"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "RAM that strengthens what only one model changed, by how much its changes "
                                               "overlap with those of others in the tensor."),
    .reference = "https://arxiv.org/abs/2601.13572",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 35,
    .cutsEmbeddings = true,
    .float32OutputWhenExact = true,
};

} // namespace crucible::merge
