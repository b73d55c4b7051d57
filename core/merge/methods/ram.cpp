// SPDX-License-Identifier: GPL-3.0-or-later
// RAM: changes that only one model made are kept in full; where several changed a weight, their mean is taken.
#include "merge/ram.h"

namespace crucible::merge {
namespace {

constexpr ParamSpec kParams[] = {kActiveEpsilon};

void apply(TensorTask& task)
{
    mergeActive(task, static_cast<float>(task.number("epsilon")), {});
}

} // namespace

extern const MergeMethod ram_merge_method{
    .id = "ram",
    .title = CRUCIBLE_TR_NOOP("MergeMethod", "RAM"),
    .summary = CRUCIBLE_TR_NOOP("MergeMethod", "Keeps a change in full where only one model made it, and averages where "
                                               "several did. Made for agents trained by reinforcement."),
    .reference = "https://arxiv.org/abs/2601.13572",
    .base = BaseModel::Required,
    .params = kParams,
    .apply = &apply,
    .work = 17.5,
    .cutsEmbeddings = true,
};

} // namespace crucible::merge
